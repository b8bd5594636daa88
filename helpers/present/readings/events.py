"""Events in words: what the card shows, and what the comparison leaves of an effect."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def event_effect(comparison: pd.DataFrame) -> Reading:
    """Say by how much before–after overstates, what remains, and what the number of groups allows to say.

    Parameters
    ----------
    comparison : DataFrame
        From `event_impact.compare`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(comparison)
    if comparison.empty:
        return too_little(_, _("events held by some groups and not by others"), 0)
    rows = comparison.set_index("method")
    twin, plain = rows.loc["synthetic_twin"], rows.loc["before_after"]
    factor = _("× {interval}").format(
        interval=numbers.interval(twin["estimate"], twin["low"], twin["high"], 2)
    )
    first = _(
        "In the {n} host groups messages went to {plain} times what they were; against their twins "
        "{factor} remains (p = {p} among {others} groups without an event)."
    ).format(
        n=numbers.count(twin["n"]),
        plain=numbers.decimal(plain["estimate"], 2),
        factor=factor,
        p=numbers.p_value(twin["p"]),
        others=numbers.count(twin["comparison"]),
    )
    second = _(
        "Of {count} messages after it {extra} would then not have been written; before and after alone "
        "claims {claimed}."
    ).format(
        count=numbers.count(twin["count"]),
        extra=numbers.interval(twin["extra"], twin["extra_low"], twin["extra_high"], 0),
        claimed=numbers.count(round(plain["extra"])),
    )
    third = _(
        "The hosts were chosen, not drawn by lot, so part of this may be the choice; so few groups find a "
        "factor of {detectable} four times out of five, smaller ones less often."
    ).format(detectable=numbers.decimal(twin["detectable"], 2))
    if twin["low"] > 1:
        fourth = _("Hold it again, and draw the hosts by lot this time.")
    else:
        fourth = _("Do not extend it on this evidence: draw more hosts by lot first.")
    return reading(_, [first, second, third, fourth])


def event_scorecard(card: pd.DataFrame) -> Reading:
    """Say which event drew the largest part of those it reached, how many new voices came, and at what cost.

    Parameters
    ----------
    card : DataFrame
        From `event_card.scorecard`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(card)
    large = card[~card["small"].astype(bool)]
    if large.empty:
        return too_little(_, _("events with posts of their own"), int(card["n"].sum()) if len(card) else 0)
    best = large.loc[large["low"].idxmax()]
    sentences = [
        _("Of {n} events, {name} drew the largest part of those it reached: {rate}.").format(
            n=numbers.count(len(card)), name=best["name"], rate=rate_phrase(_, best)
        ),
        _("All of them together brought {voices} members to their first word.").format(
            voices=numbers.count(card["new_voices"].sum())
        ),
    ]
    paid = large[large["cost_per_member"].notna()]
    if len(paid) > 1:
        cheap, dear = paid.loc[paid["cost_per_member"].idxmin()], paid.loc[paid["cost_per_member"].idxmax()]
        currency = about_of(card).get("currency")
        sentences.append(
            _("One member taking part cost from {low} ({cheap}) to {high} ({dear}).").format(
                low=numbers.money(cheap["cost_per_member"], currency),
                cheap=cheap["name"],
                high=numbers.money(dear["cost_per_member"], currency),
                dear=dear["name"],
            )
        )
    sentences.append(
        _("The card describes; whether an event changed anything needs groups or members without it.")
    )
    return reading(_, sentences)
