"""The network of members as figures: its core, the strength of its ties, and who stays."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, SERIES, Picture

_MOST = 320  # members that a drawing holds
_LINES = 420


def inner_core(profile: pd.DataFrame) -> pd.Series:
    """Choose the core that is spoken of: the widest one that holds a quarter of the network or less.

    Parameters
    ----------
    profile : DataFrame
        From `network.core_profile`.

    Returns
    -------
    Series
        Its row.

    Taught in: 04 Interaction
    """
    small = profile.loc[profile["share"] <= 0.25]
    return small.iloc[0] if len(small) else profile.iloc[-1]


def network_core(profile: pd.DataFrame, *, members: pd.DataFrame, edges: pd.DataFrame) -> Picture:
    """Draw the members in rings, the densest core in the middle, with the heaviest ties between them.

    Parameters
    ----------
    profile : DataFrame
        From `network.core_profile`.
    members : DataFrame
        From `network.centrality`; the 320 deepest in the core are drawn.
    edges : DataFrame
        From `ties.edges`.

    Returns
    -------
    Picture

    Notes
    -----
    Angles put a circle's members side by side; distances on the ring mean nothing.

    Taught in: 04 Interaction
    """
    _ = translator(profile)
    if len(members) < 10:
        return style.too_little(profile, n=len(members))
    core = inner_core(profile)
    title = _("{share} of those who talk at all carry {turns} of all replies").format(
        share=numbers.percent(core["share"]), turns=numbers.percent(core["estimate"])
    )
    subtitle = _(
        "Nearer the middle: in a denser core; larger: higher PageRank; colours: circles; lines: the "
        "heaviest ties"
    )
    shown = members.sort_values(["core", "pagerank"], ascending=False).head(_MOST)
    shown = shown.sort_values(["circle", "member_id"]).reset_index(drop=True)
    angle = 2 * np.pi * (np.arange(len(shown)) - int(shown["pagerank"].argmax())) / len(shown)
    outward = 1 - shown["core"].rank(pct=True, method="average")
    # Members of one ring would stand in one line: every other one steps out a little.
    radius = 0.2 + 0.8 * np.sqrt(outward) + 0.07 * (np.arange(len(shown)) % 3 - 1)
    x, y = 1.5 * radius * np.cos(angle), radius * np.sin(angle)
    at = dict(zip(shown["member_id"], zip(x, y, strict=True), strict=True))
    drawn = edges.loc[edges["source"].isin(at) & edges["target"].isin(at)].nlargest(_LINES, "weight")
    lines = [(at[one], at[two]) for one, two in zip(drawn["source"], drawn["target"], strict=True)]
    circles = shown["circle"].value_counts().index[:4]
    shade = {circle: SERIES[place] for place, circle in enumerate(circles)}
    with style.canvas(profile, title=title, subtitle=subtitle, n=len(members), height=4.4) as (figure, axes):
        axes.add_collection(LineCollection(lines, colors=COLOURS["muted"], linewidths=0.6, zorder=1))
        axes.scatter(
            x, y, s=6 + 900 * shown["pagerank"] / shown["pagerank"].sum() * np.sqrt(len(shown)) / 6,
            c=[shade.get(circle, COLOURS["neutral"]) for circle in shown["circle"]], linewidths=0.4,
            edgecolors="white", zorder=3,
        )  # fmt: skip
        named = shown.nlargest(5, "pagerank")
        named = named.iloc[np.argsort([-at[member][1] for member in named["member_id"]])]
        for height, member in zip(np.linspace(0.8, -0.8, len(named)), named["member_id"], strict=True):
            line = {"arrowstyle": "-", "color": COLOURS["grey"], "lw": 0.7}
            axes.annotate(str(member), at[member], (1.85, height), va="center", fontsize=8.5, arrowprops=line)
        axes.set_xlim(-1.75, 2.35)
        axes.set_axis_off()
        axes.set_aspect("equal")
    return style.picture(
        figure, profile, alt=_("Rings of members with lines between them. {sentence}.").format(sentence=title)
    )


def tie_strength(strength: pd.DataFrame) -> Picture:
    """Draw how many pairs there are of each strength, and how much of the talk is theirs.

    Parameters
    ----------
    strength : DataFrame
        From `ties.strength`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(strength)
    n = int(strength["n"].sum()) if len(strength) else 0
    if n < 30:
        return style.too_little(strength, n=n)
    frequent = strength.loc[strength["turns"].isin(["6-10", "11+"])]
    title = _("{share} of pairs turned to one another more than five times: {turns} of all talk").format(
        share=numbers.percent(frequent["share"].sum()), turns=numbers.percent(frequent["turns_share"].sum())
    )
    subtitle = _("Pairs of members by replies and mentions between them, both ways together")
    at = np.arange(len(strength))
    with style.canvas(strength, title=title, subtitle=subtitle, n=n, height=3.2) as (figure, axes):
        axes.bar(at - 0.2, strength["share"], width=0.4, color=COLOURS["muted"], label=_("share of pairs"))
        axes.bar(
            at + 0.2, strength["turns_share"], width=0.4, color=COLOURS["highlight"], label=_("share of talk")
        )
        axes.set_xticks(at, strength["turns"])
        axes.set_xlabel(_("times they turned to one another"))
        marks.percent_axis(axes)
        axes.legend()
    return style.picture(
        figure, strength, alt=_("Bars by strength of the tie. {sentence}.").format(sentence=title)
    )


def tie_retention(retention: pd.DataFrame) -> Picture:
    """Compare who stayed by the ties of their first weeks: as it is, and among equally active newcomers.

    Parameters
    ----------
    retention : DataFrame
        From `ties.retention`.

    Returns
    -------
    Picture

    Taught in: 04 Interaction
    """
    _ = translator(retention)
    known = retention.loc[
        (retention["tie"] != "none") & retention["difference"].notna() & ~retention["small"]
    ]
    n = int(retention["n"].sum()) if len(retention) else 0
    if not len(known):
        return style.too_little(retention, n=n)
    best = known.iloc[-1]
    title = _(
        "Newcomers with a tie stayed more often: {plain} points, {alike} among equally active ones"
    ).format(plain=numbers.points(best["difference"], 0), alike=numbers.points(best["alike"], 0))
    subtitle = _(
        "Difference to newcomers without a tie in the share active later, 95 % interval; nobody drew lots"
    )
    names, rows, colours = [], [], []
    for row in known.itertuples():
        names += [term(_, row.tie), _("{tie}, equally active").format(tie=term(_, row.tie))]
        rows += [
            (row.difference, row.difference_low, row.difference_high),
            (row.alike, row.alike_low, row.alike_high),
        ]
        colours += [COLOURS["neutral"], COLOURS["highlight"]]
    table = pd.DataFrame(rows, columns=["estimate", "low", "high"])
    with style.canvas(
        retention, title=title, subtitle=subtitle, n=n, height=1.6 + 0.34 * len(table)
    ) as (figure, axes):  # fmt: skip
        dot_list(axes, names, table["estimate"], table["low"], table["high"], colours=colours, middle=0)
        marks.percent_axis(axes, which="x")
    return style.picture(
        figure, retention, alt=_("Dots with intervals by tie. {sentence}.").format(sentence=title)
    )
