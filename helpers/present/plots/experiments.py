"""Tests and what looks like one, as figures: readers against others, the draw, headlines side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, Picture


def reading_effects(naive: pd.DataFrame, drawn: pd.DataFrame) -> Picture:
    """Draw the difference between readers and others beside the difference that the draw made.

    Parameters
    ----------
    naive : DataFrame
        From `exposure.readers`.
    drawn : DataFrame
        From `exposure.intention`; without rows the naive difference stands alone.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(naive)
    shown = naive[(naive["n"] > 0) & (naive["control_n"] > 0)]
    if shown.empty:
        return style.too_little(naive, n=0)
    drawn = drawn[drawn["outcome"].isin(shown["outcome"])]
    parts = [(_("readers and others"), COLOURS["neutral"], shown)]
    parts += [
        (_("drawn and not drawn"), COLOURS["highlight"], part)
        for _name, part in drawn.groupby("campaign_id", sort=True)
    ]
    first = shown.iloc[0]
    title = _("Readers and others differ by {gap} points, and nobody drew who reads").format(
        gap=numbers.points(first["estimate"])
    )
    same = drawn[drawn["outcome"] == first["outcome"]]
    if len(same):
        title = _("Readers and others differ by {gap} points, the drawn and the others by {fair}").format(
            gap=numbers.points(first["estimate"]), fair=numbers.points(same["estimate"].iloc[0])
        )
    subtitle = _("Difference of the shares in percentage points, 95 % interval")
    rows = [
        (_("{line}: {choice}").format(line=term(_, line["outcome"]), choice=name), colour, line)
        for outcome in shown["outcome"]
        for name, colour, part in parts
        for _at, line in part[part["outcome"] == outcome].iterrows()
    ]
    with style.canvas(
        naive, title=title, subtitle=subtitle, n=int(first["n"] + first["control_n"]),
        height=1.8 + 0.34 * len(rows),
    ) as (figure, axes):  # fmt: skip
        for at, (_name, colour, line) in enumerate(rows):
            marks.whiskers(axes, [at], [line["low"]], [line["high"]], horizontal=True, colour=colour)
            axes.plot(line["estimate"], at, "o", color=colour)
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        axes.set_yticks(range(len(rows)), [name for name, _colour, _line in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        marks.percent_axis(axes, which="x")
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure, naive, alt=_("Dots with intervals, naive and by draw. {sentence}.").format(sentence=title)
    )


def headline_tests(table: pd.DataFrame) -> Picture:
    """Draw the difference of every test with its interval, and how large one would have had to be.

    Parameters
    ----------
    table : DataFrame
        From `experiments.differences`.

    Returns
    -------
    Picture

    Taught in: 03 Content
    """
    _ = translator(table)
    if table.empty:
        return style.too_little(table, n=0)
    found = table[(table["low"] > 0) | (table["high"] < 0)]
    title = _("{found} of {n} tests show a clear difference").format(found=len(found), n=len(table))
    subtitle = _("Version b minus version a in points, 95 % interval; grey: too small for the test to see")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(table["n"].sum()), height=1.8 + 0.45 * len(table)
    ) as (figure, axes):
        at = np.arange(len(table))
        axes.barh(
            at, 2 * table["visible"], left=-table["visible"], height=0.6, color=COLOURS["muted"], alpha=0.5
        )
        marks.whiskers(axes, at, table["low"], table["high"], horizontal=True, colour=COLOURS["highlight"])
        axes.plot(table["estimate"], at, "o", color=COLOURS["highlight"])
        axes.axvline(0, color=COLOURS["ink"], linewidth=0.8)
        labels = [
            f"{name}\n(n = {numbers.count(n)})" for name, n in zip(table["name"], table["n"], strict=True)
        ]
        axes.set_yticks(at, labels, parse_math=False)
        axes.set_ylim(len(table) - 0.5, -0.5)
        marks.percent_axis(axes, which="x", places=1)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
    return style.picture(
        figure, table, alt=_("Dots with intervals on grey bars by test. {sentence}.").format(sentence=title)
    )
