"""Needs of the members and where they speak up, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def needs_priorities(needs: pd.DataFrame) -> Reading:
    """Say which need to serve first, and how sure that is.

    Parameters
    ----------
    needs : DataFrame
        From `needs.priorities`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(needs)
    n = int(needs["n"].max()) if len(needs) else 0
    if n < 10:
        return too_little(_, _("needs"), n)
    first = needs.iloc[0]
    message = _(
        "The first need to serve is {item} (opportunity {score}, n = "
        "{n}): {importance} find it important and "
        "{satisfaction} are satisfied."
    )
    sentences = [
        message.format(
            item=term(_, first["item"]),
            score=numbers.interval(first["opportunity"], first["low"], first["high"]),
            n=numbers.count(first["n"]),
            importance=numbers.percent(first["importance"]),
            satisfaction=numbers.percent(first["satisfaction"]),
        )
    ]
    rivals = needs[(needs["rank_low"] <= 1) & (needs["item"] != first["item"])]
    if len(rivals):
        names = _(", ").join(term(_, item) for item in rivals["item"])
        message = _("In resampled answers {names} could come first as well; do not read the order as exact.")
        sentences.append(message.format(names=names))
    under = needs[needs["importance_low"] > needs["satisfaction_high"]]
    if len(under):
        names = _(", ").join(term(_, item) for item in under["item"])
        message = _("Clearly underserved, beyond chance: {names}. Mend these before adding anything new.")
        sentences.append(message.format(names=names))
    return reading(_, sentences)


def feedback_channels(table: pd.DataFrame) -> Reading:
    """Say by which way members speak up, and who is not heard.

    Parameters
    ----------
    table : DataFrame
        From `needs.feedback_channels`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(table)
    n = int(table["n"].max()) if len(table) else 0
    if n < 10:
        return too_little(_, _("feedback"), n)
    first = table.iloc[0]
    message = _(
        "The way used most is “{channel}”: {rate} of all members have used it. Every other way carries fewer "
        "voices, and whoever has never spoken is in none of them."
    )
    return reading(_, [message.format(channel=term(_, first["channel"]), rate=rate_phrase(_, first))])
