"""Which way of recruiting pays, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.groups import capital
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.readings.base import Reading, reading, too_little


def sources(table: pd.DataFrame) -> Reading:
    """Say which source brings most and which the best members, and what another member costs there.

    Parameters
    ----------
    table : DataFrame
        From `acquisition.by_source`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(table)
    about = about_of(table)
    if table.empty or table["n"].sum() < 10:
        return too_little(_, _("the sources of members"), table["n"].sum() if len(table) else 0)
    by, most = about.get("by", table.columns[0]), table.iloc[0]
    first = _("{most} brought {share} of {n} members.").format(
        most=capital(term(_, most[by])),
        share=numbers.percent(most["share"], 0),
        n=numbers.count(table["n"].sum()),
    )
    ranked = table[~table["small"]].dropna(subset=["estimate"])
    if len(ranked) < 2:
        return reading(_, [first, _("What the members of a source are worth cannot be compared yet.")])
    best, least = ranked.loc[ranked["estimate"].idxmax()], ranked.loc[ranked["estimate"].idxmin()]
    second = _(
        "In the first {k} days a member who came by “{best}” brought in {high} (n = {best_n}), one who came "
        "by “{least}” {low} (n = {least_n})."
    ).format(
        k=about.get("horizon", 90),
        best=term(_, best[by]),
        least=term(_, least[by]),
        high=_money(best, about),
        low=_money(least, about),
        best_n=numbers.count(best["value_n"]),
        least_n=numbers.count(least["value_n"]),
    )
    return reading(_, [first, second, _advice(_, best, least, by)])


def _money(row: pd.Series, about: dict[str, object]) -> str:
    currency = about.get("currency")
    return numbers.money_interval(
        row["estimate"], row["low"], row["high"], str(currency) if currency else None
    )


def _advice(_: Translate, best: pd.Series, least: pd.Series, by: str) -> str:
    if best["low"] <= least["high"]:
        return _("The intervals overlap: the sources cannot be ranked by value yet.")
    if not numbers.is_missing(least["returned"]) and least["returned"] < 1:
        message = _(
            "“{least}” does not earn back what it costs in that time: shift part of its budget "
            "to “{best}” as a trial, since nobody was drawn into a source at random."
        )
    else:
        message = _(
            "Nobody was drawn into a source at random, so more money need not bring more such "
            "members: raise “{best}” step by step and watch the value of the new ones."
        )
    return message.format(best=term(_, best[by]), least=term(_, least[by]))


def payback(table: pd.DataFrame) -> Reading:
    """Say by which age the members of each source have paid back what they cost.

    Parameters
    ----------
    table : DataFrame
        From `acquisition.value_by_age`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(table)
    by = about_of(table).get("by", table.columns[0])
    priced = table[~table["small"]].dropna(subset=["cost_per_member", "estimate"])
    if priced.empty:
        return too_little(_, _("when recruiting pays back"), table["n"].max() if len(table) else 0)
    first = priced[priced["paid_back"]].groupby(by)["age"].min()
    parts = [
        _("{source} by day {k}").format(source=term(_, name), k=age)
        for name, age in first.sort_values(kind="stable").items()
    ]
    late = [term(_, name) for name in priced[by].unique() if name not in first.index]
    sentences = [_("Paid back for certain: {parts}.").format(parts=_("; ").join(parts)) if parts else ""]
    if late:
        message = _(
            "Not paid back for certain in the time watched: {names}. Cap what an arrival may cost there."
        )
        sentences.append(message.format(names=_("; ").join(late)))
    return reading(_, sentences)
