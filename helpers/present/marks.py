"""Marks that several figures share: intervals, unfinished periods, line-end labels, axes, heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.dates as mdates
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.image import AxesImage
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.present import numbers
from helpers.present.language import Translate
from helpers.present.theme import COLOURS

HEAT = LinearSegmentedColormap.from_list("workbook", ["#f4f7fa", "#9cc3dd", "#2f7fb5", "#1b3a6b"])
_LIGHT = (0.299, 0.587, 0.114)  # how much of the lightness red, green and blue carry


def band(axes: Axes, x: Any, low: Any, high: Any, *, colour: str = COLOURS["highlight"]) -> None:
    """Draw the interval of a line as a pale band; missing ends leave a gap.

    Taught in: all
    """
    axes.fill_between(
        np.asarray(x),
        np.asarray(low, dtype=float),
        np.asarray(high, dtype=float),
        color=colour,
        alpha=0.16,
        linewidth=0,
    )


def whiskers(
    axes: Axes,
    at: Any,
    low: Any,
    high: Any,
    *,
    horizontal: bool = False,
    colour: str = COLOURS["ink"],
) -> None:
    """Draw the intervals of bars or dots as thin lines at positions `at`.

    Taught in: all
    """
    draw = axes.hlines if horizontal else axes.vlines
    draw(
        np.asarray(at),
        np.asarray(low, dtype=float),
        np.asarray(high, dtype=float),
        color=colour,
        linewidth=1.2,
        zorder=3,
    )


def mark_open(axes: Axes, start: Any, end: Any, *, label: str | None = None) -> None:
    """Hatch the stretch of the x axis that is not finished yet.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    start, end : date or number
        The stretch, in x units.
    label : str, optional
        A word beside its top, such as `_("unfinished")`.

    Taught in: 06 Evaluation
    """
    axes.axvspan(start, end, facecolor="none", edgecolor="#b9c0c9", hatch="////", linewidth=0, zorder=0)
    if label:
        _top_label(axes, start, label, align="right")


def mark_left_edge(axes: Axes, end: Any, *, label: str | None = None) -> None:
    """Dot the line up to which the records reach back too little to tell new members from old ones.

    Taught in: 06 Evaluation
    """
    axes.axvline(end, color=COLOURS["neutral"], linestyle=(0, (1, 2)), linewidth=1.2, zorder=0)
    if label:
        _top_label(axes, end, label, align="left")


def _top_label(axes: Axes, x: Any, label: str, *, align: str) -> None:
    axes.annotate(
        label,
        (x, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-3 if align == "right" else 3, -2),
        textcoords="offset points",
        ha=align,
        va="top",
        fontsize=8,
        color=COLOURS["grey"],
    )


def apart(wanted: Sequence[float], gap: float) -> npt.NDArray[np.float64]:
    """Move positions as little as an upward and a downward sweep need to lie at least `gap` apart.

    Examples
    --------
    >>> apart([0.0, 0.2, 5.0], 1.0).round(1).tolist()
    [-0.4, 0.6, 5.0]

    Taught in: all
    """
    positions = np.asarray(wanted, dtype=float)
    order = np.argsort(positions, kind="stable")
    groups: list[list[float]] = []  # each [sum of wanted centres, size]; overlapping groups merge
    for value in positions[order]:
        groups.append([value, 1])
        while len(groups) > 1 and _first(groups[-1], gap) < _first(groups[-2], gap) + groups[-2][1] * gap:
            total, size = groups.pop()
            groups[-1][0] += total
            groups[-1][1] += size
    placed = [_first(group, gap) + i * gap for group in groups for i in range(int(group[1]))]
    result = np.empty_like(positions)
    result[order] = placed
    return result


def _first(group: list[float], gap: float) -> float:
    return group[0] / group[1] - (group[1] - 1) * gap / 2


def _legible(colour: str) -> tuple[float, ...]:
    # Letters are thinner than lines: a light colour has to be darker to be read on white.
    red_green_blue = np.asarray(to_rgb(colour))
    light = float(np.dot(red_green_blue, _LIGHT))
    return tuple(red_green_blue * min(1.0, 0.45 / max(light, 0.01)))


def label_ends(axes: Axes, ends: Sequence[tuple[Any, float, str, str]], *, size: float = 8.5) -> None:
    """Write the name of each line at its end, moved up or down where two would overlap.

    Call it last: the y limits have to be final.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    ends : list of (x, y, text, colour)
        The last point of each line.
    size : float, default 8.5 points
        Font size.

    Taught in: all
    """
    shown = [end for end in ends if not numbers.is_missing(end[1])]
    if not shown:
        return
    figure = axes.get_figure()
    assert figure is not None
    figure.draw_without_rendering()  # type: ignore[union-attr]  # the layout decides how tall the axes are
    pixels = axes.transData.transform([(0, y) for _x, y, *_rest in shown])[:, 1]
    moved = (apart(pixels, size * 1.25 * figure.dpi / 72) - pixels) * 72 / figure.dpi
    for (x, y, text, colour), shift in zip(shown, moved, strict=True):
        axes.annotate(
            text, (x, y), xytext=(6, shift), textcoords="offset points", va="center", fontsize=size,
            color=_legible(colour), annotation_clip=False,
        )  # fmt: skip


def percent_axis(axes: Axes, *, which: str = "y", places: int = 0) -> None:
    """Write the ticks of an axis that holds shares as percentages.

    Taught in: all
    """
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _position: numbers.percent(value, places)))


def count_axis(axes: Axes, *, which: str = "y") -> None:
    """Write the ticks of an axis that holds counts as whole numbers with separators.

    Taught in: all
    """
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: numbers.count(value)))


def money_axis(axes: Axes, currency: str | None, *, which: str = "y") -> None:
    """Write the ticks of an axis that holds amounts with the sign of the currency.

    Taught in: all
    """
    axis = axes.yaxis if which == "y" else axes.xaxis
    axis.set_major_formatter(
        FuncFormatter(
            lambda value, _position: numbers.money(value, currency, 0 if float(value).is_integer() else 2)
        )
    )


def date_axis(axes: Axes, _: Translate) -> None:
    """Write few, short dates on the x axis: months by name, the year where it begins.

    Taught in: all
    """
    months = [_("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
              _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec")]  # fmt: skip
    locator = mdates.AutoDateLocator(minticks=3, maxticks=8)
    axes.xaxis.set_major_locator(locator)
    seen: dict[str, Any] = {}

    def write(value: float, position: int | None) -> str:
        when = mdates.num2date(value)
        name = months[when.month - 1]
        before = seen.get("year") if position else None
        seen["year"] = when.year
        text = name if when.day == 1 else _("{day} {month}").format(day=when.day, month=name)
        return text if before == when.year else f"{text}\n{when.year}"

    axes.xaxis.set_major_formatter(FuncFormatter(write))


def heat_map(
    axes: Axes,
    values: pd.DataFrame,
    *,
    text: pd.DataFrame | None = None,
    low: float | None = None,
    high: float | None = None,
    size: float = 8,
) -> AxesImage:
    """Draw a table as coloured cells, with numbers that can be read on light and dark ones.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    values : DataFrame
        Numbers; index becomes the rows (first on top), columns the columns. Missing cells stay white.
    text : DataFrame, optional
        What the cells say, same shape; percentages of the values by default.
    low, high : float, optional
        Ends of the colour scale; by default the smallest and greatest value.
    size : float, default 8 points
        Font size in the cells.

    Returns
    -------
    AxesImage

    Taught in: 06 Evaluation
    """
    numbers_in = values.to_numpy(dtype=float)
    image = axes.imshow(np.ma.masked_invalid(numbers_in), cmap=HEAT, vmin=low, vmax=high, aspect="auto")
    axes.set_xticks(range(values.shape[1]), [str(name) for name in values.columns])
    axes.set_yticks(range(values.shape[0]), [str(name) for name in values.index])
    axes.grid(False)
    axes.spines[:].set_visible(False)
    for (row, column), value in np.ndenumerate(numbers_in):
        if np.isnan(value):
            continue
        said = numbers.percent(value, 0) if text is None else str(text.iat[row, column])
        dark = np.dot(image.cmap(image.norm(value))[:3], _LIGHT) < 0.55
        axes.text(column, row, said, ha="center", va="center", fontsize=size,
                  color="white" if dark else COLOURS["ink"])  # fmt: skip
    return image
