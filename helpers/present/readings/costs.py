"""What the community costs and returns, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, reading, too_little


def cost_per_active_member(table: pd.DataFrame) -> Reading:
    """Say what an active member costs, which way that goes, and what most of it is spent on.

    Parameters
    ----------
    table : DataFrame
        From `costs.per_active_member`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    whole = table[(table["kind"] == "all") & (table["n"] > 0) & ~table["open_period"]]
    if whole.empty or whole["cost"].sum() <= 0:
        return too_little(_, _("cost per active member"), whole["n"].max() if len(whole) else 0)
    currency = about_of(table).get("currency")
    first, last = whole.iloc[0], whole.iloc[-1]
    sentences = [
        _("In the last finished period an active member cost {now} (n = {n} active members).").format(
            now=numbers.money(last["estimate"], currency), n=numbers.count(last["n"])
        )
    ]
    if len(whole) > 1:
        message = _("In the first one it was {before}.")
        sentences.append(message.format(before=numbers.money(first["estimate"], currency)))
    kinds = table[(table["kind"] != "all") & (table["period"] == last["period"])]
    if len(kinds) and kinds["cost"].sum() > 0:
        most = kinds.loc[kinds["cost"].idxmax()]
        message = _(
            "{share} of it goes into {kind}: that is where a saving, or a reason for the "
            "cost, has to be looked for."
        )
        sentences.append(message.format(share=numbers.percent(most["share"], 0), kind=term(_, most["kind"])))
    return reading(_, sentences)


def community_returns(table: pd.DataFrame) -> Reading:
    """Say whether the members' orders cover the cost, and how many orders that takes.

    Parameters
    ----------
    table : DataFrame
        From `costs.returns`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["estimate"].notna() & ~table["open_period"]]
    if shown.empty or shown["orders"].sum() < 10:
        return too_little(_, _("returns"), table["orders"].sum() if len(table) else 0)
    last = shown.iloc[-1]
    ratio = numbers.interval(last["estimate"], last["low"], last["high"], 2)
    what = _("margin") if last["margin_known"] else _("revenue (the margin is not known)")
    sentences = [
        _(
            "In the last finished period every unit of cost stood against {ratio} of {what} from {n} orders."
        ).format(ratio=ratio, what=what, n=numbers.count(last["orders"]))
    ]
    if not numbers.is_missing(last["orders_needed"]):
        sentences.append(
            _("It takes {needed} such orders to break even.").format(
                needed=numbers.count(last["orders_needed"])
            )
        )
    sentences.append(
        _(
            "This is gross: it counts orders that would have come without the community, so "
            "it is an upper bound of the return."
        )
    )
    return reading(_, sentences)


def campaign_roi(table: pd.DataFrame) -> Reading:
    """Say which campaigns earned back their cost.

    Parameters
    ----------
    table : DataFrame
        From `costs.campaign_roi`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(table)
    shown = table[table["estimate"].notna()]
    if shown.empty:
        return too_little(_, _("the return of campaigns"), 0)
    about = about_of(table)
    best = shown.loc[shown["estimate"].idxmax()]
    name = best["name"] if isinstance(best["name"], str) else best["campaign_id"]
    first = _("The best return is that of {name}: {roi} on its cost (n = {n} treated members).").format(
        name=name,
        roi=numbers.percent_interval(best["estimate"], best["low"], best["high"], 0),
        n=numbers.count(best["n"]),
    )
    lost, paid = int((shown["high"] < 0).sum()), int((shown["low"] > 0).sum())
    second = _("{paid} of {all} clearly paid and {lost} clearly did not.").format(
        paid=numbers.count(paid), lost=numbers.count(lost), all=numbers.count(len(shown))
    )
    needed = _("To break even it had to add {sum} per treated member.").format(
        sum=numbers.money(best["break_even"], about.get("currency"))
    )
    until = _("Only a campaign's own days are counted here: what it takes from the weeks after is not.")
    return reading(_, [first, second, needed if best["low"] <= 0 else "", until])
