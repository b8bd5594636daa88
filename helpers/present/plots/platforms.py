"""Choosing a platform, as figures."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.present import marks, numbers, style
from helpers.present.dots import dot_list
from helpers.present.groups import capital
from helpers.present.language import term, translator
from helpers.present.style import COLOURS, Picture

_SHARES = ("reach", "active_share", "retention", "buyer_share")


def platform_criteria(criteria: pd.DataFrame) -> Picture:
    """Draw every criterion of every platform with its interval.

    Parameters
    ----------
    criteria : DataFrame
        From `platform_choice.criteria`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(criteria)
    n = int(criteria["n"].max()) if len(criteria) else 0
    if n < 10:
        return style.too_little(criteria, n=n)
    if criteria["platform"].nunique() < 2:
        return style.too_little(criteria, title=_("There is one platform only: nothing to compare"))
    names = list(dict.fromkeys(criteria["criterion"]))
    platforms = list(dict.fromkeys(criteria["platform"]))
    values = criteria.pivot(index="criterion", columns="platform", values="estimate").reindex(names)
    upwards = criteria.drop_duplicates("criterion").set_index("criterion")["better"].reindex(names) == "high"
    best = pd.Series(
        [
            values.loc[name].idxmax() if up else values.loc[name].idxmin()
            for name, up in upwards.items()
            if values.loc[name].notna().any()
        ]
    )
    winner = best.value_counts().sort_index().idxmax()
    title = _("{platform} is best in {count} of {all} criteria").format(
        platform=capital(term(_, winner)),
        count=numbers.count((best == winner).sum()),
        all=numbers.count(len(best)),
    )
    subtitle = _("Measured on each platform's members, with 95 % intervals; the best of each is dark")
    cols = min(3, len(names))
    rows = math.ceil(len(names) / cols)
    with style.canvas(
        criteria,
        title=title,
        subtitle=subtitle,
        n=n,
        rows=rows,
        cols=cols,
        squeeze=False,
        sharey=True,
        height=1.1 + rows * (0.7 + 0.27 * len(platforms)),
    ) as (figure, panels):
        for axes in panels.flat[len(names) :]:
            axes.set_axis_off()
        for axes, name in zip(panels.flat, names, strict=False):
            own = criteria[criteria["criterion"] == name].set_index("platform").reindex(platforms)
            first = own["estimate"].max() if upwards[name] else own["estimate"].min()
            shades = [
                COLOURS["highlight"] if value == first else COLOURS["neutral"] for value in own["estimate"]
            ]
            dot_list(
                axes,
                [term(_, platform) for platform in platforms],
                own["estimate"],
                own["low"],
                own["high"],
                colours=shades,
            )
            axes.set_title(term(_, name))
            axes.margins(x=0.1)
            if name in _SHARES:
                marks.percent_axis(axes, which="x")
    return style.picture(
        figure, criteria, alt=_("Dots by platform, one panel a criterion. {sentence}.").format(sentence=title)
    )


def platform_ranks(ranks: pd.DataFrame) -> Picture:
    """Draw the score of each platform and the probability of each rank.

    Parameters
    ----------
    ranks : DataFrame
        From `platform_choice.ranks`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(ranks)
    n = int(ranks["n"].max()) if len(ranks) else 0
    if n < 10:
        return style.too_little(ranks, n=n)
    if ranks["platform"].nunique() < 2:
        return style.too_little(ranks, title=_("There is one platform only: nothing to compare"))
    first = ranks.iloc[0]
    title = _("{platform} comes first in {share} of the weights tried").format(
        platform=capital(term(_, first["platform"])), share=numbers.percent(first["p_1"], 0)
    )
    subtitle = _(
        "Score from 0 (worst platform measured in everything) to 1 "
        "(best), and how often each rank comes out when "
        "weights and measurements vary"
    )
    names = [term(_, name) for name in ranks["platform"]]
    places = ranks[[name for name in ranks if str(name).startswith("p_")]]
    with style.canvas(
        ranks,
        title=title,
        subtitle=subtitle,
        n=n,
        cols=2,
        height=1.7 + 0.38 * len(ranks),
        width_ratios=[1.2, 1],
    ) as (figure, (left, right)):
        dot_list(left, names, ranks["score"], ranks["low"], ranks["high"])
        left.set_title(_("score, 95 % of draws"))
        chances = pd.DataFrame(
            places.to_numpy(),
            index=[""] * len(names),
            columns=[numbers.count(i + 1) for i in range(len(names))],
        )
        marks.heat_map(right, chances, low=0, high=1)
        right.set_title(_("probability of rank"))
        right.set_ylim(len(names) - 0.5, -0.5)
    return style.picture(
        figure,
        ranks,
        alt=_("Scores and probabilities of ranks by platform. {sentence}.").format(sentence=title),
    )


def platform_audience(audience: pd.DataFrame) -> Picture:
    """Draw the share of each segment reached on each platform.

    Parameters
    ----------
    audience : DataFrame
        From `platform_choice.audience`.

    Returns
    -------
    Picture

    Taught in: 02 Positioning
    """
    _ = translator(audience)
    shown = audience[audience["n"] >= 10]
    if not len(shown):
        return style.too_little(audience, n=int(audience["n"].max()) if len(audience) else 0)
    if shown["platform"].nunique() < 2:
        return style.too_little(shown, title=_("There is one platform only: nothing to compare"))
    best = shown.loc[shown["estimate"].idxmax()]
    title = _("{platform} reaches {share} of the segment “{segment}”").format(
        platform=capital(term(_, best["platform"])),
        share=numbers.percent(best["estimate"], 0),
        segment=term(_, best["segment"]),
    )
    subtitle = _("Share of a segment's members, silent ones too, ever active on the platform")
    sizes = shown.drop_duplicates("segment").set_index("segment")["n"]
    wide = shown.pivot(index="segment", columns="platform", values="estimate")
    wide.index = [f"{term(_, name)} (n = {numbers.count(sizes[name])})" for name in wide.index]
    wide.columns = [term(_, name) for name in wide.columns]
    with style.canvas(
        audience, title=title, subtitle=subtitle, n=int(sizes.sum()), height=1.5 + 0.3 * len(wide)
    ) as (figure, axes):
        marks.heat_map(axes, wide, low=0, high=float(np.nanmax(wide.to_numpy())))
        axes.xaxis.tick_top()
    return style.picture(
        figure, audience, alt=_("Heat map of segments by platforms. {sentence}.").format(sentence=title)
    )
