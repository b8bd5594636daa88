"""Choosing a platform, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.groups import capital
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def platform_criteria(criteria: pd.DataFrame) -> Reading:
    """Say which platform reaches most, and which keeps best.

    Parameters
    ----------
    criteria : DataFrame
        From `platform_choice.criteria`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(criteria)
    n = int(criteria["n"].max()) if len(criteria) else 0
    if n < 10:
        return too_little(_, _("the platforms"), n)
    if criteria["platform"].nunique() < 2:
        return reading(_, [_("There is one platform only: nothing to compare.")])
    sentences = []
    for name, message in (
        ("reach", _("{platform} has reached more members than any other: {rate}.")),
        (
            "retention",
            _("Of those who came to {platform}, {rate} were active there again four to eight weeks later."),
        ),
    ):
        own = criteria[(criteria["criterion"] == name) & criteria["estimate"].notna()]
        if len(own):
            best = own.loc[own["estimate"].idxmax()]
            said = message.format(platform=term(_, best["platform"]), rate=rate_phrase(_, best))
            sentences.append(capital(said))
    sentences.append(
        _(
            "Members chose where to go themselves, so this tells where "
            "they are well, not where others would be."
        )
    )
    return reading(_, sentences)


def platform_ranks(ranks: pd.DataFrame) -> Reading:
    """Say which platform to choose and how much that hangs on the weights.

    Parameters
    ----------
    ranks : DataFrame
        From `platform_choice.ranks`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(ranks)
    n = int(ranks["n"].max()) if len(ranks) else 0
    if n < 10:
        return too_little(_, _("the platforms"), n)
    first = ranks.iloc[0]
    if len(ranks) == 1:
        return reading(
            _,
            [
                _("There is only one platform, {platform}: nothing to choose from.").format(
                    platform=term(_, first["platform"])
                )
            ],
        )
    message = (
        _(
            "{platform} comes first in {share} of the weights and "
            "measurements tried (score {score}, n = {n}): the choice "
            "hardly hangs on the weights."
        )
        if first["p_1"] >= 0.9
        else _(
            "{platform} has the best score ({score}, n = {n}) but comes "
            "first in only {share} of the weights and "
            "measurements tried: settle what matters to you before choosing."
        )
    )
    return reading(
        _,
        [
            message.format(
                platform=capital(term(_, first["platform"])),
                share=numbers.percent(first["p_1"], 0),
                n=numbers.count(n),
                score=numbers.interval(first["score"], first["low"], first["high"], 2),
            )
        ],
    )


def platform_audience(audience: pd.DataFrame) -> Reading:
    """Say on which platform each segment is reached best.

    Parameters
    ----------
    audience : DataFrame
        From `platform_choice.audience`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(audience)
    shown = audience[(audience["n"] >= 10) & (audience["count"] > 0)]
    if not len(shown):
        return too_little(_, _("the platforms"), int(audience["n"].max()) if len(audience) else 0)
    if audience["platform"].nunique() < 2:
        return reading(_, [_("There is one platform only: nothing to compare.")])
    best = shown.loc[shown.groupby("segment")["estimate"].idxmax()]
    common = best["platform"].value_counts().sort_index().idxmax()
    other = best[best["platform"] != common]
    strongest = best.loc[best["estimate"].idxmax()]
    sentences = [
        _(
            "{platform} reaches more members than any other platform in {count} of {all} segments; "
            "most of all in “{segment}”: {rate}."
        ).format(
            platform=capital(term(_, common)),
            count=numbers.count((best["platform"] == common).sum()),
            all=numbers.count(len(best)),
            rate=rate_phrase(_, strongest),
            segment=term(_, strongest["segment"]),
        )
    ]
    for _place, row in other.head(3).iterrows():
        message = _("“{segment}” is reached best on {platform} ({rate}).")
        sentences.append(
            message.format(
                segment=term(_, row["segment"]), platform=term(_, row["platform"]), rate=rate_phrase(_, row)
            )
        )
    return reading(_, sentences)
