"""The price of an early warning as a figure: what a threshold catches against its false alarms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import translator
from helpers.present.style import COLOURS, Picture


def alarm_trade_off(table: pd.DataFrame, *, chosen: float | None = None) -> Picture:
    """Draw the crises caught and the days lost against the false alarms of each threshold.

    Parameters
    ----------
    table : DataFrame
        From `early_warning.trade_off`.
    chosen : float, optional
        The threshold in use (its ``limit``), marked.

    Returns
    -------
    Picture

    Taught in: 08 Outlook
    """
    _ = translator(table)
    if not len(table) or table["n"].iloc[0] < 2 or not table["false_days"].sum():
        return style.too_little(table, n=int(table["n"].iloc[0]) if len(table) else 0)
    near = table if chosen is None else table[table["limit"] == chosen]
    row = (near if len(near) else table).iloc[0]
    title = _("{count} of {n} crises caught at {false} false alarm days a month").format(
        count=numbers.count(row["count"]),
        n=numbers.count(row["n"]),
        false=numbers.decimal(row["false_alarms"]),
    )
    subtitle = _(
        "Simulated crises, one point a threshold, 95 % intervals; filled: the threshold of the title"
    )
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(row["n"]), cols=2, height=3.6, width=8.0
    ) as (
        figure,
        panels,
    ):
        shown = table[table["false_alarms"] > 0]
        left, right = panels
        for axes, name, low, high in (
            (left, "estimate", "low", "high"),
            (right, "delay", "delay_low", "delay_high"),
        ):
            x = shown["false_alarms"]
            marks.whiskers(axes, x, shown[low], shown[high], colour=COLOURS["neutral"])
            axes.plot(x, shown[name], color=COLOURS["neutral"], linewidth=1)
            axes.plot(x, shown[name], "o", mfc="white", mec=COLOURS["highlight"], markersize=6)
            axes.plot(row["false_alarms"], row[name], "o", color=COLOURS["highlight"], markersize=8)
            axes.set_xscale("log")
            ticks = [tick for tick in (0.1, 0.3, 1, 3, 10, 30) if 0.5 * x.min() < tick < 2 * x.max()]
            axes.set_xticks(ticks, [numbers.decimal(t, 1 if t < 1 else 0) for t in ticks])
            axes.set_xticks([], minor=True)
            axes.set_xlabel(_("false alarm days a month"))
        left.set_ylim(0, 1.05)
        marks.percent_axis(left)
        left.set_title(_("crises caught"), loc="left", fontsize=9)
        right.set_ylim(0, float(np.nanmax(shown[["delay", "delay_high"]].to_numpy())) * 1.1 + 0.2)
        right.set_title(_("days until the alarm"), loc="left", fontsize=9)
    alt = _("Two curves, detection and delay against false alarms. {sentence}.").format(sentence=title)
    return style.picture(figure, table, alt=alt)
