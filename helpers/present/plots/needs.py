"""Needs of the members and where they speak up, as figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.patheffects import withStroke

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.groups import capital
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, Picture


def needs_priorities(needs: pd.DataFrame) -> Picture:
    """Draw importance against satisfaction, and the opportunity scores beside.

    Parameters
    ----------
    needs : DataFrame
        From `needs.priorities`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(needs)
    n = int(needs["n"].max()) if len(needs) else 0
    if n < 10:
        return style.too_little(needs, n=n)
    first = needs.iloc[0]
    message = (
        _("{item} is the best opening: {importance} call it important, {satisfaction} are satisfied")
        if first["rank_high"] == 1
        else _("{item} may be the best opening: {importance} call it important, {satisfaction} are satisfied")
    )
    title = message.format(
        item=capital(term(_, first["item"])),
        importance=numbers.percent(first["importance"]),
        satisfaction=numbers.percent(first["satisfaction"]),
    )
    subtitle = _(
        "Share of answers in the upper quarter of the scale, and "
        "opportunity score (0 to 20), with 95 % intervals"
    )
    under = needs["importance"] > needs["satisfaction"]
    with style.canvas(
        needs,
        title=title,
        subtitle=subtitle,
        n=n,
        cols=2,
        height=max(3.7, 1.4 + 0.3 * len(needs)),
        width_ratios=[1.25, 1],
    ) as (figure, (left, right)):
        colours = np.where(under, COLOURS["negative"], COLOURS["highlight"])
        left.plot([0, 1], [0, 1], color=COLOURS["neutral"], linewidth=1, linestyle=(0, (3, 3)), zorder=1)
        left.hlines(
            needs["satisfaction"],
            needs["importance_low"],
            needs["importance_high"],
            color=colours,
            alpha=0.45,
        )
        left.vlines(
            needs["importance"],
            needs["satisfaction_low"],
            needs["satisfaction_high"],
            color=colours,
            alpha=0.45,
        )
        left.scatter(needs["importance"], needs["satisfaction"], color=colours, s=30, zorder=4)
        low = min(needs["importance_low"].min(), needs["satisfaction_low"].min()) - 0.04
        high = max(needs["importance_high"].max(), needs["satisfaction_high"].max()) + 0.04
        left.set_xlim(low, high)
        left.set_ylim(low, high)
        left.grid(axis="both")
        left.set_xlabel(_("important to"))
        left.set_ylabel(_("satisfied"))
        marks.percent_axis(left)
        marks.percent_axis(left, which="x")
        left.annotate(
            _("underserved below the line"),
            (low, low),
            xytext=(16, 3),
            textcoords="offset points",
            ha="left",
            fontsize=8,
            color=COLOURS["grey"],
        )
        dot_list(
            right,
            [term(_, item) for item in needs["item"]],
            needs["opportunity"],
            needs["low"],
            needs["high"],
            colours=list(colours),
            said=_ranks(needs),
        )
        right.set_title(_("opportunity; rank in 95 % of resamples"))
        points = zip(needs["importance"], needs["satisfaction"], needs["item"], strict=True)
        marks.label_ends(left, [(x, y, term(_, item), COLOURS["ink"]) for x, y, item in points], size=8)
        for label in left.texts:  # names cross the intervals
            label.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
    return style.picture(
        figure,
        needs,
        alt=_("Map of needs and list of opportunity scores. {sentence}.").format(sentence=title),
    )


def _ranks(needs: pd.DataFrame) -> list[str]:
    return [
        f"{int(low)}" if low == high else f"{int(low)}–{int(high)}"
        for low, high in zip(needs["rank_low"], needs["rank_high"], strict=True)
    ]


def feedback_channels(table: pd.DataFrame) -> Picture:
    """Draw the share of members who spoke up through each channel.

    Parameters
    ----------
    table : DataFrame
        From `needs.feedback_channels`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 10:
        return style.too_little(table, n=n)
    first = table.iloc[0]
    title = _("{share} of all members have answered by {channel}, more than by any other way").format(
        share=numbers.percent(first["estimate"]), channel=term(_, first["channel"])
    )
    subtitle = _("Share of all members, silent ones too, who ever used the channel; lines are 95 % intervals")
    with style.canvas(table, title=title, subtitle=subtitle, n=n, height=1.4 + 0.3 * len(table)) as (
        figure,
        axes,
    ):
        dot_list(
            axes,
            [term(_, name) for name in table["channel"]],
            table["estimate"],
            table["low"],
            table["high"],
            said=[numbers.percent(share) for share in table["estimate"]],
        )
        axes.set_xlim(0)
        marks.percent_axis(axes, which="x")
    return style.picture(figure, table, alt=_("Dots by channel. {sentence}.").format(sentence=title))
