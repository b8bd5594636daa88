"""Spread in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, legible, some, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def spread_rates(rates: pd.DataFrame, *, kind: str = "share") -> Reading:
    """Say which channel passes on most for each view, and whether the order is more than chance.

    Parameters
    ----------
    rates : DataFrame
        From `spread.rates`.
    kind : {"share", "comment", "like", "click"}, default "share"
        Which reaction.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(rates)
    part = rates.loc[(rates["kind"] == kind) & (rates["viewed"] > 0)] if len(rates) else rates
    if not len(part) or part["viewed"].sum() < 100:
        return too_little(_, _("spread"), int(part["viewed"].sum()) if len(part) else 0)
    by = about_of(rates).get("by", part.columns[0])
    part = part.sort_values("estimate", ascending=False)
    top = part.iloc[0]
    if len(part) == 1:
        only = _("{name}: {rate} of views led to it.")
        return reading(_, [only.format(name=term(_, top[by]), rate=rate_phrase(_, top))])
    messages = {
        "share": _(
            "What is seen is shared most on {best}: {high} of views, least on {worst}: {low} (n = contents)."
        ),
        "comment": _(
            "What is seen is commented most on {best}: {high} of views, least on {worst}: {low} (n = "
            "contents)."
        ),
        "like": _(
            "What is seen is liked most on {best}: {high} of views, least on {worst}: {low} (n = contents)."
        ),
        "click": _(
            "What is seen is clicked most on {best}: {high} of views, least on {worst}: {low} (n = contents)."
        ),
    }
    second, end = part.iloc[1], part.iloc[-1]
    first = messages[kind].format(
        best=term(_, top[by]), high=rate_phrase(_, top), worst=term(_, end[by]), low=rate_phrase(_, end)
    )
    clear = top["low"] > second["high"]
    more = (
        _("The lead is beyond chance: put there what is meant to travel.")
        if clear
        else _("The first two overlap: test before moving effort from one to the other.")
    )
    return reading(_, [first, more])


def share_paths(paths: pd.DataFrame) -> Reading:
    """Say how far shares travel, and how many further shares one brings.

    Parameters
    ----------
    paths : DataFrame
        From `spread.paths`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(paths)
    total = int(paths["count"].sum()) if len(paths) else 0
    if total < 30:
        return too_little(_, _("share paths"), total)
    passed = int(paths["count"].iloc[1:].sum())
    first = _(
        "Of {n} shares, {passed} ({share}) passed on another member's share; the longest chain has "
        "{depth} steps."
    ).format(
        n=numbers.count(total),
        passed=numbers.count(passed),
        share=numbers.percent(passed / total),
        depth=numbers.count(paths["depth"].max()),
    )
    if len(paths) < 2:
        return reading(_, [first])
    step = paths.iloc[1]
    second = (
        _(
            "A first share brought {rate} further ones on average (n = {n}): below 1, spread dies "
            "out unless new posts feed it."
        )
        if step["high"] < 1
        else _("A first share brought {rate} further ones on average (n = {n}).")
    )
    rate = numbers.interval(step["estimate"], step["low"], step["high"], 2)
    return reading(_, [first, second.format(rate=rate, n=numbers.count(step["n"]))])


def key_nodes(nodes: pd.DataFrame) -> Reading:
    """Say who brought most views, and how little a top list alone proves.

    Parameters
    ----------
    nodes : DataFrame
        From `spread.key_nodes`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(nodes)
    known = nodes.loc[(nodes["n"] >= 5) & (nodes["count"] > 0)] if len(nodes) else nodes
    if not len(known):
        return too_little(_, _("key nodes"), int(nodes["n"].max()) if len(nodes) else 0)
    top = known.iloc[0]
    lucky = len(nodes) - len(known)
    first = _("Member {member} brought {count} views with {n} shares, {rate} for each share.").format(
        member=top["member_id"],
        count=numbers.count(top["count"]),
        n=numbers.count(top["n"]),
        rate=numbers.interval(top["estimate"], top["low"], top["high"]),
    )
    second = (
        _(
            "{lucky} of the {all} at the top shared fewer than five times: one hit, not yet a key node."
        ).format(lucky=numbers.count(lucky), all=numbers.count(len(nodes)))
        if lucky
        else ""
    )
    third = _("Invite those who are at the top again next month to try new products first.")
    return reading(_, [first, second, third])


def mentions(result: pd.DataFrame) -> Reading:
    """Say how often posts mention a word now, against the period before.

    Parameters
    ----------
    result : DataFrame
        From `spread.mentions`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(result)
    whole = result.loc[(result["n"] > 0) & ~result["open_period"]] if len(result) else result
    if not len(whole) or whole["n"].iloc[-1] < 30:
        return too_little(_, _("mentions"), int(whole["n"].iloc[-1]) if len(whole) else 0)
    now = whole.iloc[-1]
    words = some(_, legible(about_of(result).get("words", []), result))
    first = _("In the last whole period {rate} of members' posts mentioned {words}.").format(
        rate=rate_phrase(_, now), words=words
    )
    if len(whole) < 2:
        return reading(_, [first])
    before = whole.iloc[-2]
    moved = now["low"] > before["high"] or now["high"] < before["low"]
    message = (
        _("The period before it was {before}: a change beyond chance, so read what was written.")
        if moved
        else _("The period before it was {before}: no change beyond chance.")
    )
    top = whole.loc[whole["estimate"].idxmax()]
    peak = ""
    if top["low"] > now["high"]:
        peak = _("The most were {rate} in the period from {day}: read the posts of those days.").format(
            rate=rate_phrase(_, top), day=numbers.day(top["period"])
        )
    return reading(_, [first, message.format(before=numbers.percent(before["estimate"])), peak])
