"""The lines of a scorecard in words: what each metric is called, and how its values are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.present import numbers
from helpers.present.language import Translate, about_of, translator


def label(_: Translate, metric: str, basis: str = "events") -> str:
    """Name a metric of the scorecard in the reader's language; `basis` says what being active rests on.

    Examples
    --------
    >>> label(translator("en"), "nps")
    'net promoter score'

    Taught in: 07 Case studies
    """
    names = {
        "active_share": _("members active on an average day"),
        "retention_30": _("newcomers back after a month"),
        "interaction_rate": _("reactions per view"),
        "replied_24h": _("questions answered within a day"),
        "ugc_share": _("posts written by members"),
        "reproduction": _("shares caused by a share"),
        "invited_share": _("newcomers brought by members"),
        "repeat_purchase": _("buyers who buy again within 60 days"),
        "revenue_per_member": _("revenue per member and month"),
        "nps": _("net promoter score"),
        "cost_per_active": _("cost per active member and month"),
    }
    if basis == "orders":
        names["active_share"] = _("members who buy on an average day")
        names["retention_30"] = _("buyers back in their second month")
    return names.get(metric, metric)


def value(number: Any, unit: str, currency: str | None = None) -> str:
    """Write a value of the scorecard with its unit.

    Examples
    --------
    >>> value(17.62, "points"), value(0.575, "score")
    ('17.6', '0.57')

    Taught in: 07 Case studies
    """
    if unit == "share":
        return numbers.percent(number)
    if unit == "money":
        return numbers.money(number, currency)
    return numbers.decimal(number, 2 if unit == "score" else 1)


def value_interval(row: Any, currency: str | None = None) -> str:
    """Write the value of a line of the scorecard with its interval.

    Taught in: 07 Case studies
    """
    if row["unit"] == "share":
        return numbers.percent_interval(row["estimate"], row["low"], row["high"])
    if row["unit"] == "money":
        return numbers.money_interval(row["estimate"], row["low"], row["high"], currency)
    places = 2 if row["unit"] == "score" else 1
    return numbers.interval(row["estimate"], row["low"], row["high"], places)


def lines(cards: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put scorecards side by side as text, one column each, to be shown as a table.

    Parameters
    ----------
    cards : dict of str to DataFrame
        Name of a community -> its scorecard, from `scorecard.measure`.

    Returns
    -------
    DataFrame
        ``metric`` in words, then for each name its estimates with intervals; a dash where it has none.

    Taught in: 07 Case studies
    """
    first = next(iter(cards.values()))
    _ = translator(first)
    metrics = list(dict.fromkeys(metric for card in cards.values() for metric in card["metric"]))
    basis = about_of(first).get("basis", "events")
    table = pd.DataFrame({"metric": [label(_, metric, basis) for metric in metrics]})
    for name, card in cards.items():
        currency = about_of(card).get("currency")
        told = {row["metric"]: value_interval(row, currency) for _at, row in card.iterrows()}
        table[name] = [told.get(metric, "–") for metric in metrics]
    table.attrs["about"] = about_of(first)
    return table


def is_outside(cards: Mapping[str, pd.DataFrame], own: pd.DataFrame, metric: str) -> bool:
    """Say whether the interval of the own community lies beyond the intervals of all others.

    Taught in: 07 Case studies
    """
    mine = own.set_index("metric").loc[metric]
    others = pd.DataFrame(
        [row for card in cards.values() for _at, row in card[card["metric"] == metric].iterrows()]
    )
    if others.empty:
        return False
    return bool(mine["low"] > others["high"].max() or mine["high"] < others["low"].min())
