"""Ask what a promotion must add to pay for itself, and how large a discount it can bear."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.cannibalisation import booked
from helpers.metrics.gains import gains


def profit(caused: Any, anyway: Any, *, price: Any, unit_cost: Any, discount: Any, fixed: Any = 0.0) -> Any:
    """Give what a promotion earns: margin of the orders that it caused, less what it gives away and costs.

    Parameters
    ----------
    caused, anyway : float or array
        Orders under it that it caused, and those that would have come without it.
    price, unit_cost : float or array
        List price of an order, and cost of its goods.
    discount : float or array
        Share of the list price given away.
    fixed : float or array, default 0
        Cost of running it.

    Returns
    -------
    float or array

    Examples
    --------
    >>> float(profit(30, 70, price=100, unit_cost=40, discount=0.2, fixed=200))
    -400.0

    Taught in: 05 Conversion
    """
    return caused * (price * (1 - discount) - unit_cost) - anyway * price * discount - fixed


def orders_needed(anyway: Any, *, price: Any, unit_cost: Any, discount: Any, fixed: Any = 0.0) -> Any:
    """Give how many orders a promotion must cause to pay for itself.

    Parameters
    ----------
    anyway, price, unit_cost, discount, fixed
        As for :func:`profit`.

    Returns
    -------
    float or array
        Missing where an order at the discount earns nothing: then no number is enough.

    Examples
    --------
    >>> float(orders_needed(70, price=100, unit_cost=40, discount=0.2, fixed=200))
    40.0

    Taught in: 05 Conversion
    """
    margin = np.asarray(price * (1 - discount) - unit_cost, dtype=float)
    return ((anyway * price * discount + fixed) / np.where(margin > 0, margin, np.nan))[()]


def discount_borne(caused: Any, anyway: Any, *, price: Any, unit_cost: Any, fixed: Any = 0.0) -> Any:
    """Give the largest discount at which a promotion pays, if it caused as many orders at any discount.

    Parameters
    ----------
    caused, anyway, price, unit_cost, fixed
        As for :func:`profit`.

    Returns
    -------
    float or array
        Share of the list price; below 0 where even without a discount the cost is not earned. A smaller
        discount will cause fewer orders, so the true limit lies lower: read it as an upper bound.

    Examples
    --------
    >>> float(discount_borne(30, 70, price=100, unit_cost=40, fixed=200))
    0.16

    Taught in: 05 Conversion
    """
    turnover = np.asarray((caused + anyway) * price, dtype=float)
    return ((caused * (price - unit_cost) - fixed) / np.where(turnover > 0, turnover, np.nan))[()]


def side_by_side(community: Community, *, after: int = 60, costs: bool = True) -> pd.DataFrame:
    """Set promotions of all kinds side by side: what each added, what it cost, and what it would have needed.

    Parameters
    ----------
    community : Community
        The opened community.
    after : int, days, default 60
        Time after the end that belongs to the lasting gain.
    costs : bool, default True
        Take off the campaign's ``budget``, where one is given. Discounts are in the margin already.

    Returns
    -------
    pandas.DataFrame
        One row a promotion and treated arm: ``campaign_id``, ``name``, ``kind``, ``unit``, ``arm``, ``n``
        (members treated), ``caused``, ``caused_low``, ``caused_high`` (orders in its days), ``orders_needed``
        (orders to break even), ``discount`` (share), ``discount_borne`` (at most), ``margin``,
        ``margin_low``, ``margin_high`` (gain in its days, all treated), ``cost``, ``profit``,
        ``profit_low``, ``profit_high`` (margin less cost), ``lasting_margin``, ``lasting_low``,
        ``lasting_high`` (margin over its days and the time after), ``estimate``, ``low``, ``high``
        (profit per member treated over both), ``error``, ``pays`` ("yes", "no", "unclear": of the lasting
        profit), ``open_period``, ``small``.

    Raises
    ------
    TableMissing
        When orders have no costs or campaigns, or there are no assignments.

    Notes
    -----
    Margins are differences between the arms, so what was given away on orders that would have come anyway
    is in them. ``orders_needed`` counts those orders as booked less caused.

    Taught in: 05 Conversion
    """
    community.require("orders", "cost")
    community.require("orders", "campaign_id")
    keys = ["campaign_id", "arm"]
    found, sums = gains(community, after=after), booked(community)
    wide = {
        (outcome, phase): rows.set_index(keys)
        for (outcome, phase), rows in found.groupby(["outcome", "phase"], sort=False)
    }
    if not wide:
        return community.describe(pd.DataFrame(columns=_COLUMNS), "side by side", randomised=True)
    orders, margin = wide["orders", "during"], wide["margin", "during"]
    lasting = wide["margin", "both"]
    table = sums[~sums["control"]].set_index(keys).reindex(orders.index)
    result = orders[["name", "kind", "unit", "n"]].copy()
    result["cost"] = _cost(community, result.index) if costs else 0.0
    rest = (table["booked"] - orders["total"]).clip(lower=0)
    prices = {"price": table["price"], "unit_cost": table["unit_cost"], "fixed": result["cost"]}
    result["discount"] = table["discount"]
    result["orders_needed"] = orders_needed(rest, discount=table["discount"], **prices)
    result["discount_borne"] = discount_borne(orders["total"], rest, **prices)
    per_member = result["cost"] / result["n"]
    for end in ("", "_low", "_high"):
        column = end.lstrip("_") or "estimate"
        result[f"caused{end}"] = orders[f"total{end}"]
        result[f"margin{end}"] = margin[f"total{end}"]
        result[f"profit{end}"] = margin[f"total{end}"] - result["cost"]
        result["lasting_margin" if not end else f"lasting{end}"] = lasting[f"total{end}"]
        result[column] = lasting[column] - per_member
    result["error"] = lasting["error"]
    result["pays"] = np.select([result["low"] > 0, result["high"] < 0], ["yes", "no"], "unclear")
    result[["open_period", "small"]] = lasting[["open_period", "small"]]
    return community.describe(
        result.reset_index()[_COLUMNS],
        "side by side",
        after=after,
        population="assigned members",
        randomised=True,
        unit="money",
    )


_COLUMNS = [
    "campaign_id",
    "name",
    "kind",
    "unit",
    "arm",
    "n",
    "caused",
    "caused_low",
    "caused_high",
    "orders_needed",
]
_COLUMNS += ["discount", "discount_borne", "margin", "margin_low", "margin_high", "cost", "profit"]
_COLUMNS += ["profit_low", "profit_high", "lasting_margin", "lasting_low", "lasting_high", "estimate", "low"]
_COLUMNS += ["high", "error", "pays", "open_period", "small"]


def _cost(community: Community, index: pd.MultiIndex) -> np.ndarray:
    # A campaign without a budget costs nothing but its discounts, as far as the data say.
    budgets = community.query(
        "select campaign_id, cast(max(budget) as double) as budget from campaigns "
        "group by campaign_id order by campaign_id"
    ).set_index("campaign_id")["budget"]
    return budgets.reindex(index.get_level_values("campaign_id")).fillna(0.0).to_numpy(float)
