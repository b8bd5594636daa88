"""The figures of all reports, one small panel each: what they said, and what later data made of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.present import marks, numbers, style, words
from helpers.present.change_words import figure, figure_name
from helpers.present.language import about_of, translator
from helpers.present.style import COLOURS, Picture

_COLUMNS, _FEW = 3, 16  # panels side by side; up to so many reports each has its own dot and whisker


def history(table: pd.DataFrame) -> Picture:
    """Draw how the figures went from report to report.

    Parameters
    ----------
    table : DataFrame
        From `workbook.history.frame`: ``as_of``, ``metric``, ``unit``, ``n``, ``estimate``, ``low``,
        ``high``, ``revised``.

    Returns
    -------
    Picture

    Taught in: all
    """
    _ = translator(table)
    if not len(table):
        return style.too_little(table, n=0)
    about = about_of(table)
    metrics = list(dict.fromkeys(table["metric"]))
    days = pd.to_datetime(table["as_of"])
    reports = int(days.nunique())
    late = pd.to_numeric(table["revised"]).notna() & ~np.isclose(
        pd.to_numeric(table["revised"]).astype(float), table["estimate"].astype(float), rtol=1e-6
    )
    title = _("{n} reports up to {day}").format(n=numbers.count(reports), day=numbers.day(days.max()))
    if reports == 1:
        title = _("The first report: {day}").format(day=numbers.day(days.max()))
    subtitle = _("As each report said it, with 95 % interval; figures of weeks and of 28 days overlap")
    if late.any():  # a mark in words needs no legend
        subtitle = _("{subtitle}; ◇ as later data have it").format(subtitle=subtitle)
    columns = min(_COLUMNS, len(metrics))
    rows = -(-len(metrics) // columns)
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(table["n"].max()), rows=rows, cols=columns,
        height=1.35 + 1.55 * rows, squeeze=False,
    ) as (canvas, panels):  # fmt: skip
        for axes, metric in zip(panels.flat, metrics, strict=False):
            own = table["metric"] == metric
            _panel(axes, table[own], days[own], late[own])
            unit = str(table.loc[own, "unit"].iloc[0])
            name = words.wrap(canvas, figure_name(_, about, metric), 9, 6.6 / columns)
            axes.set_title("\n".join(name), fontsize=9)
            axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
            axes.yaxis.set_major_formatter(FuncFormatter(_writer(axes, about, unit)))
            _dates(axes, sorted(days.unique()))
        for axes in list(panels.flat)[len(metrics) :]:
            axes.set_axis_off()
    moved = _("{n} values were changed by rows that came later").format(n=numbers.count(late.sum()))
    alt = _("Small panels, one a figure, over the days of the reports. {sentence}.").format(sentence=title)
    return style.picture(canvas, table, alt=f"{alt} {moved}." if late.any() else alt)


def _panel(axes: Axes, rows: pd.DataFrame, days: pd.Series, late: pd.Series) -> None:
    values = {
        name: pd.to_numeric(rows[name]).astype(float) for name in ("estimate", "low", "high", "revised")
    }
    few = len(rows) <= _FEW
    if few:
        marks.whiskers(axes, days, values["low"], values["high"], colour=COLOURS["neutral"])
    else:
        marks.band(axes, days, values["low"], values["high"])
    axes.plot(
        days, values["estimate"], color=COLOURS["highlight"], linewidth=1.4,
        marker="o" if few else None, markersize=4, zorder=4,
    )  # fmt: skip
    if late.any():
        axes.plot(
            days[late], values["revised"][late], linestyle="none", marker="D", markersize=4.5,
            markerfacecolor="white", markeredgecolor=COLOURS["negative"], zorder=5,
        )  # fmt: skip
    if not few:
        axes.plot(days.iloc[-1:], values["estimate"].iloc[-1:], "o", color=COLOURS["highlight"], markersize=4)


def _writer(axes: Axes, about: dict[str, object], unit: str):  # type: ignore[no-untyped-def]
    def write(value: float, _position: int | None) -> str:
        low, high = axes.get_ylim()
        if unit == "share":
            return numbers.percent(value, 0 if high - low > 0.03 else 1)
        if unit == "score":
            return numbers.decimal(value, 1 if high - low > 0.3 else 2)
        return numbers.decimal(value, 0) if unit == "points" else figure(about, unit, value)

    return write


def _dates(axes: Axes, days: list[pd.Timestamp]) -> None:
    """Write the days of the first and of the last report."""
    shown = [days[0], days[-1]] if len(days) > 1 else days
    pad = max((days[-1] - days[0]) * 0.08, pd.Timedelta(days=2))
    axes.set_xlim(days[0] - pad, days[-1] + pad)
    axes.set_xticks(shown, [f"{day:%m-%d}\n{day:%Y}" for day in shown])
