"""Segments and personas in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.groups import capital
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little

_LEAVING = ("cannot_lose", "at_risk", "need_attention")


def rfm_segments(table: pd.DataFrame) -> Reading:
    """Say which segment carries the money, who is slipping away, and how many never bought.

    Parameters
    ----------
    table : DataFrame
        From `rfm.segments`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(table)
    total = int(table["n"].max()) if len(table) else 0
    if total < 10 or table["money_share"].isna().all():
        return too_little(_, _("segments"), total)
    rows = table.set_index("segment")
    best = rows.loc[rows["money_share"].idxmax()]
    is_money = table.attrs.get("about", {}).get("value") != "actions"
    first = (
        _("{segment} are {rate} of the members and bring {money} of the money.")
        if is_money
        else _("{segment} are {rate} of the members and do {money} of the actions.")
    ).format(
        segment=capital(term(_, best.name)),
        rate=rate_phrase(_, best),
        money=numbers.percent_interval(best["money_share"], best["money_low"], best["money_high"]),
    )
    slipping = rows.reindex(_LEAVING).dropna(subset=["n"])
    second = _(
        "{count} members who were good ones are slipping away "
        "({segments}); they hold {money}. Whether a message to any of them pays, the contact list of "
        "chapter 06 weighs member by member."
    )
    names = _(", ").join(term(_, name) for name in slipping.index[slipping["count"] > 0])
    silent = rows.reindex(["no_purchase", "silent"]).dropna(subset=["n"])
    third = _("{rate} never bought.") if is_money else _("{rate} were never active.")
    return reading(
        _,
        [
            first,
            second.format(
                count=numbers.count(slipping["count"].sum()),
                segments=names,
                money=numbers.percent(slipping["money_share"].sum()),
            )
            if slipping["count"].sum()
            else "",
            third.format(rate=rate_phrase(_, silent.iloc[0]))
            if len(silent) and silent["count"].iloc[0]
            else "",
        ],
    )


def rfm_grid(grid: pd.DataFrame) -> Reading:
    """Say where in the grid of recency and frequency the members are.

    Parameters
    ----------
    grid : DataFrame
        From `rfm.grid`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(grid)
    total = int(grid["n"].max()) if len(grid) else 0
    if total < 10:
        return too_little(_, _("segments"), total)
    gone = grid[(grid["r"] <= 2) & (grid["f"] >= 4)]
    message = _(
        "Of {n} members with scores {top} are both recent and frequent "
        "(scores 4 and 5); {gone} were frequent and have "
        "not come for long: of all who went, these had the strongest habit."
    )
    top = grid[(grid["r"] >= 4) & (grid["f"] >= 4)]["count"].sum()
    return reading(
        _,
        [
            message.format(
                n=numbers.count(total), top=numbers.count(top), gone=numbers.count(gone["count"].sum())
            )
        ],
    )


def persona_choice(choice: pd.DataFrame) -> Reading:
    """Say which number of personas the data bear out, and why.

    Parameters
    ----------
    choice : DataFrame
        `personas.choice`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(choice)
    if not len(choice):
        return too_little(_, _("personas"), 0)
    best = choice[choice["recommended"]].iloc[0]
    message = (
        _(
            "With {k} personas every group is found again in resampled "
            "members (least overlap {jaccard}; agreement "
            "{stability}, n = {n}); with more, some groups are not."
        )
        if best["stable"]
        else _(
            "No number of personas is stable; {k} comes nearest (least "
            "overlap {jaccard}; agreement {stability}, "
            "n = {n}). Use segments by rule instead."
        )
    )
    clearest = choice.loc[choice["silhouette"].idxmax()]
    second = _(
        "The silhouette, {value} at best (k = {k}), says that the "
        "groups shade into one another: personas are a "
        "way to speak of members, not boxes they live in."
    )
    return reading(
        _,
        [
            message.format(
                k=int(best["k"]),
                jaccard=numbers.decimal(best["jaccard"], 2),
                stability=numbers.interval(best["stability"], best["low"], best["high"], 2),
                n=numbers.count(best["n"]),
            ),
            second.format(value=numbers.decimal(clearest["silhouette"], 2), k=int(clearest["k"]))
            if clearest["silhouette"] < 0.5
            else "",
        ],
    )


def persona_traits(traits: pd.DataFrame) -> Reading:
    """Say what marks each persona.

    Parameters
    ----------
    traits : DataFrame
        From `personas.traits`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(traits)
    if not len(traits):
        return too_little(_, _("personas"), 0)
    parts = []
    for segment, own in traits.groupby("segment"):
        top = own.loc[own["estimate"].astype(float).abs().idxmax()]
        message = (
            _("{segment} by {feature} above average")
            if top["estimate"] > 0
            else _("{segment} by {feature} below average")
        )
        parts.append(message.format(segment=segment, feature=term(_, top["feature"])))
    n = traits.drop_duplicates("segment")["n"].sum()
    message = (
        _("Among {n} members with enough purchases each persona is marked most of all: {parts}.")
        if about_of(traits).get("basis") == "orders"
        else _("Among {n} members with enough active days each persona is marked most of all: {parts}.")
    )
    return reading(_, [message.format(n=numbers.count(n), parts=_("; ").join(parts))])


def persona_cards(cards: pd.DataFrame) -> Reading:
    """Say which persona is the largest, which spends most, and how many cannot be described.

    Parameters
    ----------
    cards : DataFrame
        From `personas.cards`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(cards)
    named = cards[cards["segment"].astype(str).str.len() == 1]
    if not len(named):
        return too_little(_, _("personas"), int(cards["count"].sum()) if len(cards) else 0)
    largest = named.loc[named["count"].idxmax()]
    sentences = [
        _("{segment} is the largest persona with {rate} of all members.").format(
            segment=largest["segment"], rate=rate_phrase(_, largest)
        )
    ]
    if named["spend"].notna().any():
        rich = named.loc[named["spend"].astype(float).idxmax()]
        currency = cards.attrs.get("about", {}).get("currency")
        message = _(
            "{segment} spends most: {money} a member (n = {n}): offers cost least and earn most there."
        )
        money = numbers.money_interval(rich["spend"], rich["spend_low"], rich["spend_high"], currency)
        sentences.append(message.format(segment=rich["segment"], money=money, n=numbers.count(rich["count"])))
    rest = cards[cards["segment"].str.len() > 1]["count"].sum() / cards["n"].iloc[0]
    if rest:
        message = (
            _("{share} bought too seldom to have habits; they need a reason to come back, not a persona.")
            if cards.attrs.get("about", {}).get("basis") == "orders"
            else _("{share} were seen too little to have habits; they need a welcome, not a persona.")
        )
        sentences.append(message.format(share=numbers.percent(rest)))
    if sampled := cards.attrs.get("about", {}).get("sampled"):
        message = _(
            "Described are {n} of {of} members, drawn by lot: the same share at every number of active days."
        )
        sentences.append(message.format(n=numbers.count(sampled["n"]), of=numbers.count(sampled["of"])))
    return reading(_, sentences)


def persona_recovery(recovery: pd.DataFrame) -> Reading:
    """Say how well the personas found match those of the simulator.

    Parameters
    ----------
    recovery : DataFrame
        From `personas.recovery`.

    Returns
    -------
    Reading

    Taught in: 02 Positioning
    """
    _ = translator(recovery)
    about = recovery.attrs.get("about", {})
    if not len(recovery):
        return too_little(_, _("personas"), 0)
    purest = recovery.loc[recovery["estimate"].idxmax()]
    message = _(
        "The personas found and the true ones agree to {score} on the "
        "adjusted Rand index (n = {n}). The purest is "
        "{segment}: {share} of it are of the kind “{truth}”."
    )
    return reading(
        _,
        [
            message.format(
                score=numbers.interval(about["adjusted_rand"], about["low"], about["high"], 2),
                n=numbers.count(about["n"]),
                segment=purest["segment"],
                share=numbers.percent(purest["estimate"]),
                truth=term(_, purest["truth"]),
            )
        ],
    )
