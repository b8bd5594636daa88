"""The ways of taking part, as a figure: how many take them up, and through which people come in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, Picture


def mechanism_participation(table: pd.DataFrame) -> Picture:
    """Draw, for each way of taking part, the share of active members in it and of the first steps made there.

    Parameters
    ----------
    table : DataFrame
        From `mechanisms.participation`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(table)
    if table.empty or table["n"].max() < 10:
        return style.too_little(table, n=0)
    if len(table) < 2:
        return style.too_little(table, title=_("There is one way of taking part only: nothing to compare"))
    shown = table.head(14).reset_index(drop=True)
    most = shown.iloc[0]
    title = _("{name} involves the most members: {share} of the active").format(
        name=term(_, most["mechanism"]).capitalize(), share=numbers.percent(most["estimate"])
    )
    subtitle = _("Members taking part, and where members made their first contribution; 95 % interval")
    with style.canvas(
        table, title=title, subtitle=subtitle, n=int(most["n"]), cols=2, sharey=True,
        height=1.7 + 0.27 * len(shown),
    ) as (figure, (left, right)):  # fmt: skip
        at = np.arange(len(shown))
        marks.whiskers(left, at, shown["low"], shown["high"], horizontal=True, colour=COLOURS["highlight"])
        left.plot(shown["estimate"], at, "o", color=COLOURS["highlight"])
        left.set_title(_("share of active members"))
        marks.whiskers(
            right, at, shown["first_low"], shown["first_high"], horizontal=True, colour=COLOURS["positive"]
        )
        right.plot(
            shown["first_share"], at, "o", color=COLOURS["positive"], label=_("of first contributions")
        )
        right.plot(
            shown["contribution_share"], at, "o", color=COLOURS["neutral"], markerfacecolor="white",
            label=_("of all contributions"),
        )  # fmt: skip
        right.legend(loc="lower right")
        right.set_title(_("share of contributions made here"))
        left.set_yticks(at, [term(_, name) for name in shown["mechanism"]])
        left.set_ylim(len(shown) - 0.5, -0.5)
        for axes in (left, right):
            axes.set_xlim(0)
            marks.percent_axis(axes, which="x")
            axes.grid(axis="x")
            axes.grid(visible=False, axis="y")
    return style.picture(
        figure, table, alt=_("Dots with intervals, one row a mechanism. {sentence}.").format(sentence=title)
    )
