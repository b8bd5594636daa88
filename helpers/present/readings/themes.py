"""What texts and segments care for, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.groups import capital, placed
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, reading, too_little


def distinctive_terms(terms: pd.DataFrame) -> Reading:
    """Say which words mark each group of texts, with an example.

    Parameters
    ----------
    terms : DataFrame
        From `themes.distinctive`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning, 06 Evaluation
    """
    _ = translator(terms)
    sure = terms[terms["significant"].astype(bool)] if len(terms) else terms
    if not len(sure):
        return too_little(
            _,
            _("the words of the comments"),
            int(terms.drop_duplicates("group")["n"].sum()) if len(terms) else 0,
        )
    sentences = []
    for name, own in sure.groupby("group", sort=False):
        words = _(", ").join(f"“{word}”" for word in own["term"].head(4))
        message = _("{group} ({n} texts) speak more than the others of {words}; for example: “{example}”.")
        sentences.append(
            message.format(
                group=capital(term(_, name)),
                n=numbers.count(own["n"].iloc[0]),
                words=words,
                example=own["example"].iloc[0].rstrip(".。"),
            )
        )
    sentences.append(_("Read ten whole comments behind a word before acting on it."))
    return reading(_, sentences)


def topic_affinity(lift: pd.DataFrame) -> Reading:
    """Say which topic speaks to which segment.

    Parameters
    ----------
    lift : DataFrame
        From `affinity.lift`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(lift)
    enough = placed(lift[lift["estimate"].notna() & (lift["n"] >= 10)])
    if not len(enough):
        return too_little(_, _("favourite topics"), int(lift["n"].max()) if len(lift) else 0)
    more = enough[enough["significant"] & (enough["low"] > 1) & (enough["others_count"] > 0)]
    if not len(more):
        message = _(
            "Among {pairs} pairs of segment and topic none stands out beyond chance (n = {n} members)."
        )
        n = enough.drop_duplicates("segment")["n"].sum()
        return reading(_, [message.format(pairs=numbers.count(len(enough)), n=numbers.count(n))])
    sentences = []
    for _place, row in more.nlargest(2, "low").iterrows():
        message = _(
            "“{topic}” is the favourite of {share} of “{segment}” (n = "
            "{n}), {lift} times as often as among the others."
        )
        sentences.append(
            message.format(
                topic=term(_, row["topic"]),
                share=numbers.percent(row["share"]),
                segment=term(_, row["segment"]),
                n=numbers.count(row["n"]),
                lift=numbers.interval(row["estimate"], row["low"], row["high"]),
            )
        )
    sentences.append(_("A theme grows fastest where a segment already leans to it."))
    return reading(_, sentences)


def affinity_map(lift: pd.DataFrame) -> Reading:
    """Say which topic is the favourite of most members, and whether the segments agree.

    Parameters
    ----------
    lift : DataFrame
        From `affinity.lift`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(lift)
    enough = lift[lift["n"] >= 10]
    if not len(enough):
        return too_little(_, _("favourite topics"), int(lift["n"].max()) if len(lift) else 0)
    n = enough.drop_duplicates("segment")["n"].sum()
    overall = enough.groupby("topic")["count"].sum() / n
    top = overall.idxmax()
    first = enough.loc[enough.groupby("segment")["share"].idxmax()]
    message = _(
        "“{topic}” is the favourite topic of {share} of {n} members, "
        "and the first in {count} of {all} segments."
    )
    return reading(
        _,
        [
            message.format(
                topic=term(_, top),
                share=numbers.percent(overall[top]),
                n=numbers.count(n),
                count=numbers.count((first["topic"] == top).sum()),
                all=numbers.count(len(first)),
            )
        ],
    )
