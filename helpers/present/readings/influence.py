"""Influence in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def influence_list(scored: pd.DataFrame) -> Reading:
    """Say how much of the list would be the same in other weeks.

    Parameters
    ----------
    scored : DataFrame
        From `influence.score`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(scored)
    if len(scored) < 20:
        return too_little(_, _("influence"), len(scored))
    top = int(about_of(scored).get("top", 20))
    listed = scored.head(top)
    sure, loose = int((listed["stays"] >= 0.8).sum()), int((listed["stays"] < 0.5).sum())
    first = _(
        "Of the first {top} of {n} members, {sure} would be there again in four of five draws of "
        "weeks; for {loose} "
        "it is less than even."
    ).format(
        top=numbers.count(top),
        n=numbers.count(len(scored)),
        sure=numbers.count(sure),
        loose=numbers.count(loose),
    )
    kols = int((listed["role"] == "kol").sum())
    second = _("{kols} of the first {top} are paid leaders; the others speak because they want to.").format(
        kols=numbers.count(kols), top=numbers.count(top)
    )
    third = _("Talk first to those who stay on the list, and read what they wrote before you do.")
    return reading(_, [first, second, third])


def ranking_precision(precision: pd.DataFrame) -> Reading:
    """Say how much better the score finds those who were looked for than the audience does.

    Parameters
    ----------
    precision : DataFrame
        From `influence.precision`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(precision)
    n = int(precision["n"].max()) if len(precision) else 0
    if n < 10:
        return too_little(_, _("rankings"), n)
    rows = precision.set_index("ranking")
    score, audience = rows.loc["score"], rows.loc["audience"]
    first = _(
        "By score {score} of the list are what was looked for, by audience {audience}, by lot {expected}."
    ).format(
        score=rate_phrase(_, score),
        audience=rate_phrase(_, audience),
        expected=numbers.percent(score["expected"]),
    )
    if score["difference_low"] > 0:
        second = _(
            "The lead is beyond chance: how often a member's shares are passed on says more than how "
            "many look."
        )
    elif score["difference_high"] < 0:
        second = _("The audience finds more: the score does not fit what is looked for.")
    else:
        second = _("The lead is not beyond chance.")
    single = rows.drop(index=["score", "audience"])["estimate"]
    third = _("Of single numbers, {best} finds most and {worst} least.").format(
        best=term(_, single.idxmax()), worst=term(_, single.idxmin())
    )
    return reading(_, [first, second, third])


def partner_returns(partners: pd.DataFrame) -> Reading:
    """Say what cooperation returned in all, who did not bring the fee back, and what is not counted.

    Parameters
    ----------
    partners : DataFrame
        From `partners.cooperation`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(partners)
    if not len(partners) or partners["n"].iloc[0] < 10:
        return too_little(_, _("cooperation"), int(partners["n"].iloc[0]) if len(partners) else 0)
    currency = about_of(partners).get("currency")
    every, each = partners.iloc[0], partners.iloc[1:]
    first = _(
        "Fees of {fee} stand against {n} members who were brought and sales of {value} to them: "
        "{rate} for each unit "
        "paid."
    ).format(
        fee=numbers.money(every["fee"], currency, 0),
        n=numbers.count(every["n"]),
        value=numbers.money(every["value"], currency, 0),
        rate=numbers.interval(every["estimate"], every["low"], every["high"]),
    )
    short = each.loc[each["high"] < 1]
    second = ""
    if len(short):
        dear = short.iloc[0]
        second = _(
            "{member} was paid {fee} and brought {n} members at {cost} each: renegotiate, or pay by "
            "members brought."
        ).format(
            member=dear["member_id"],
            fee=numbers.money(dear["fee"], currency, 0),
            n=numbers.count(dear["n"]),
            cost=numbers.money(dear["cost_per_member"], currency, 0),
        )
    elif len(known := each.dropna(subset=["low"])) > 1:
        dear, best = known.iloc[0], known.loc[known["estimate"].idxmax()]
        if best["low"] > dear["high"]:
            second = _(
                "{member}, of these the highest paid, returned {rate}, {best} {most} for a smaller "
                "fee: let the next "
                "fee follow what the last one brought."
            ).format(
                member=dear["member_id"],
                rate=numbers.interval(dear["estimate"], dear["low"], dear["high"]),
                best=best["member_id"],
                most=numbers.interval(best["estimate"], best["low"], best["high"]),
            )
    third = _(
        "Nobody drew lots: who would have come anyhow counts as brought, and sales to those who were "
        "here already "
        "do not count."
    )
    return reading(_, [first, second, third])
