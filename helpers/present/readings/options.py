"""Sentences about new ideas and about the field's trends in one's own community."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import numbers
from helpers.present.groups import capital
from helpers.present.ideas import measure_name, option_name, trend_name
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little

ROOM = 0.1  # a share whose lower end stays below this is no reason to try anything new


def innovation_options(table: pd.DataFrame) -> Reading:
    """Say where there is most room, on what evidence, and what to begin with.

    Parameters
    ----------
    table : DataFrame
        From `options.weigh`.

    Returns
    -------
    Reading

    Taught in: 08 Outlook
    """
    _ = translator(table)
    known = table[table["estimate"].notna() & ~table["small"]] if len(table) else table
    if known.empty:
        return too_little(_, _("room for new ideas"), 0)
    gap = known[known["option"] != "personalisation"]
    sentences = []
    if len(gap):
        most = gap.loc[gap["low"].idxmax()]
        sentences.append(
            _("The largest share: {measure}, {rate}. It bounds what “{option}” could reach.").format(
                measure=measure_name(_, most["measure"]),
                rate=rate_phrase(_, most),
                option=option_name(_, most["option"]),
            )
        )
    gain = known[known["option"] == "personalisation"]
    if len(gain):
        row = gain.iloc[0]
        points = numbers.interval(*(100 * row[end] for end in ("estimate", "low", "high")))
        sentences.append(
            _(
                "A personal list finds {points} points more wanted new posts than a popular one (n = {n})."
            ).format(points=points, n=numbers.count(row["n"]))
        )
    missing = table[table["estimate"].isna()]
    if len(missing):
        sentences.append(
            _("Your data do not say anything about: {names}.").format(
                names=_("; ").join(option_name(_, name) for name in missing["option"])
            )
        )
    roomy = known[known["low"] >= np.where(known["option"] == "personalisation", 0, ROOM)]
    if roomy.empty:
        text = _("None of the ideas surely has room for more than {share} here: spend the effort elsewhere.")
        return reading(_, [*sentences, text.format(share=numbers.percent(ROOM, 0))])
    first = roomy.sort_values(["weeks_low", "low"], ascending=[True, False]).iloc[0]
    sentences.append(
        _(
            "{option} is the quickest to test ({low}–{high} weeks; evidence: {evidence}): first draw lots."
        ).format(
            option=capital(option_name(_, first["option"])),
            low=numbers.count(first["weeks_low"]),
            high=numbers.count(first["weeks_high"]),
            evidence=term(_, first["evidence"]),
        )
    )
    return reading(_, sentences)


def field_shifts(table: pd.DataFrame, *, changes: pd.DataFrame) -> Reading:
    """Say which of the field's trends this community follows, and which it does not.

    Parameters
    ----------
    table : DataFrame
        From `field_trends.monthly`.
    changes : DataFrame
        From `field_trends.changes`.

    Returns
    -------
    Reading

    Taught in: 08 Outlook
    """
    _ = translator(table)
    if changes.empty:
        return too_little(_, _("the field's trends"), 0)
    sure = changes[~changes["small"]]
    moved = sure[(sure["change_low"] > 0) | (sure["change_high"] < 0)]
    sentences = []
    for row in moved.itertuples():
        sentences.append(
            _("{trend}: {change} points, now {rate}.").format(
                trend=capital(trend_name(_, row.trend)),
                change=numbers.interval(100 * row.change, 100 * row.change_low, 100 * row.change_high),
                rate=rate_phrase(_, {"estimate": row.estimate, "low": row.low, "high": row.high, "n": row.n}),
            )
        )
    still = [trend_name(_, name) for name in sure["trend"] if name not in set(moved["trend"])]
    if still:
        sentences.append(_("Not to be told from standing still: {names}.").format(names=_("; ").join(still)))
    few = [trend_name(_, name) for name in changes.loc[changes["small"], "trend"]]
    if few:
        sentences.append(_("Too few cases to say: {names}.").format(names=_("; ").join(few)))
    sentences.append(
        _("Follow a trend where members go already; ask first whether the mix of newcomers moved it.")
    )
    return reading(_, sentences)
