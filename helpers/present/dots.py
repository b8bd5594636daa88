"""Draw a list of estimates: a dot with its interval a line, names on the left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from helpers.present import marks
from helpers.present.style import COLOURS


def dot_list(
    axes: Axes,
    names: Sequence[str],
    estimate: Any,
    low: Any,
    high: Any,
    *,
    colours: Sequence[str] | str = COLOURS["highlight"],
    said: Sequence[str] | None = None,
    middle: float | None = None,
) -> None:
    """Draw one line for each name, first on top.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    names : list of str
        What stands on the left.
    estimate, low, high : array
        The dots and the ends of their intervals.
    colours : str or list of str
        Of the dots.
    said : list of str, optional
        What stands on the right of each line.
    middle : float, optional
        A value to compare with, drawn as a line from top to bottom.

    Taught in: all
    """
    rows = np.arange(len(names))
    shades = [colours] * len(names) if isinstance(colours, str) else list(colours)
    if middle is not None:
        axes.axvline(middle, color=COLOURS["neutral"], linewidth=1, zorder=1)
    marks.whiskers(axes, rows, low, high, horizontal=True)
    axes.scatter(np.asarray(estimate, dtype=float), rows, color=shades, s=36, zorder=4)
    for row, text in zip(rows, said or [], strict=False):
        axes.annotate(
            text,
            (1, row),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=COLOURS["grey"],
            annotation_clip=False,
            parse_math=False,
        )
    axes.set_yticks(rows, list(names), parse_math=False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
