"""Ask what the community costs and what it returns: cost per active member, margin per cost, break-even."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.community import Community
from helpers.community.calendar import periods
from helpers.metrics.population import start_sql

Every = Literal["week", "month"]
_Z = float(ndtri(0.975))


def _spent(community: Community, every: str, without: Sequence[str]) -> pd.DataFrame:
    community.require("costs")
    found = community.query(
        f"""
select {start_sql(every)} as period, coalesce(kind, 'unknown') as kind, cast(sum(amount) as double) as cost
from costs
group by 1, 2
order by 1, 2
"""
    )
    found["period"] = pd.to_datetime(found["period"])
    return found[~found["kind"].isin(list(without))]


def per_active_member(
    community: Community, *, every: Every = "month", without: Sequence[str] = ()
) -> pd.DataFrame:
    """Divide what was spent in each period by the members who were active in it, in all and by kind of cost.

    Parameters
    ----------
    community : Community
        The opened community.
    every : {"week", "month"}, default "month"
        Length of a period. Costs booked once a month make weeks meaningless.
    without : sequence of str, optional
        Kinds of cost to leave out.

    Returns
    -------
    pandas.DataFrame
        One row a period and ``kind`` (``"all"`` first): ``period``, ``kind``, ``cost``, ``n`` (active
        members), ``estimate`` (cost per active member), ``share`` (of the period's cost), ``open_period``,
        ``left_edge``, ``small``. No interval: it is a count of what happened, not a sample.

    Raises
    ------
    TableMissing
        When there are no costs.

    Taught in: 06 Evaluation
    """
    spent = _spent(community, every, without)
    active = community.query(
        f"""
with seen as (
    select member_id, {start_sql(every)} as period
    from {community.member_days()}
    group by 1, 2
)
select period, count(*) as n
from seen
group by period
order by period
"""
    )
    active["period"] = pd.to_datetime(active["period"])
    calendar = periods(community.first_day, community.as_of, every).merge(active, on="period", how="left")
    whole = spent.groupby("period", as_index=False)["cost"].sum().assign(kind="all")
    kinds = pd.DataFrame({"kind": ["all", *sorted(spent["kind"].unique())]})
    grid = calendar.merge(kinds, how="cross")
    table = grid.merge(pd.concat([whole, spent]), on=["period", "kind"], how="left")
    table = table.assign(n=table["n"].fillna(0).astype("int64"), cost=table["cost"].fillna(0.0))
    total = table["period"].map(whole.set_index("period")["cost"])
    table["estimate"] = table["cost"] / table["n"].where(table["n"] > 0)
    table["share"] = table["cost"] / total.where(total > 0)
    table["small"] = table["n"] < 30
    order = ["period", "kind", "cost", "n", "estimate", "share", "open_period", "left_edge", "small"]
    return community.describe(
        table[order],
        "per_active_member",
        unit="money",
        every=every,
        without=list(without),
        population="active",
    )


def returns(
    community: Community,
    *,
    every: Every = "month",
    without: Sequence[str] = (),
    margin_rate: float | None = None,
) -> pd.DataFrame:
    """Set the margin of the members' orders beside the cost of the community, with the break-even point.

    Gross: it credits the community with every order of its members, also those they would have placed
    without it. Only an experiment says what the community added; see :func:`campaign_roi`.

    Parameters
    ----------
    community : Community
        The opened community.
    every : {"week", "month"}, default "month"
        Length of a period.
    without : sequence of str, optional
        Kinds of cost to leave out, such as coupons whose discount is already missing from the orders'
        amounts: counted again as a cost they would be paid twice.
    margin_rate : float, share, optional
        Margin as a share of net revenue, where orders carry no cost. Without either, revenue stands for
        margin and ``margin_known`` says so.

    Returns
    -------
    pandas.DataFrame
        One row a period: ``period``, ``n`` (buyers), ``orders``, ``revenue``, ``margin``, ``margin_low``,
        ``margin_high``, ``cost``, ``estimate``, ``low``, ``high`` (margin per unit of cost; below 1 it does
        not cover it), ``orders_needed`` (to break even at this period's margin per order), ``margin_known``,
        ``open_period``, ``left_edge``.

    Raises
    ------
    TableMissing
        When there are no costs or no orders.

    Notes
    -----
    The interval answers "how would another such period come out", members buying independently: variance of
    a total = sum of the squared totals of the members.

    Taught in: 06 Evaluation
    """
    community.require("orders")
    spent = _spent(community, every, without).groupby("period")["cost"].sum()
    known = community.has("orders", "cost")
    bought = community.query(
        f"""
with per_member as (
    select
        member_id, {start_sql(every)} as period,
        sum(case when is_purchase then 1 else 0 end) as orders,
        cast(sum(net) as decimal(18, 2)) as revenue,
        cast(sum(case when is_purchase then coalesce(cost, 0) else 0 end) as decimal(18, 2)) as goods
    from orders
    group by 1, 2
)
select
    period,
    sum(case when orders > 0 then 1 else 0 end) as n,
    sum(orders) as orders,
    sum(revenue) as revenue,
    sum(goods) as goods,
    sum((revenue - goods) * (revenue - goods)) as squares
from per_member
group by period
order by period
"""
    )
    bought["period"] = pd.to_datetime(bought["period"])
    calendar = periods(community.first_day, community.as_of, every)
    table = calendar.merge(bought, on="period", how="left").fillna(dict.fromkeys(bought.columns[1:], 0))
    rate = 1.0 if known or margin_rate is None else float(margin_rate)
    margin = rate * (table["revenue"] - table["goods"])
    half = _Z * rate * np.sqrt(table["squares"].astype(float))
    cost = table["period"].map(spent).fillna(0.0)
    paid = cost.where(cost > 0)
    per_order = margin / table["orders"].where(table["orders"] > 0)
    result = pd.DataFrame(
        {
            "period": table["period"],
            "n": table["n"].astype("int64"),
            "orders": table["orders"].astype("int64"),
            "revenue": table["revenue"].astype(float),
            "margin": margin,
            "margin_low": margin - half,
            "margin_high": margin + half,
            "cost": cost,
            "estimate": margin / paid,
            "low": (margin - half) / paid,
            "high": (margin + half) / paid,
            "orders_needed": np.ceil(cost / per_order.where(per_order > 0)),
            "margin_known": known or margin_rate is not None,
            "open_period": table["open_period"],
            "left_edge": table["left_edge"],
        }
    )
    return community.describe(
        result,
        "returns",
        unit="ratio",
        every=every,
        without=list(without),
        population="buyers",
        randomised=False,
    )


def campaign_roi(
    effects: pd.DataFrame, *, margin_rate: float = 1.0, cost: pd.Series | None = None
) -> pd.DataFrame:
    """Turn the effect of a campaign into a return: margin it added, over what it cost.

    Parameters
    ----------
    effects : pandas.DataFrame
        Result of :func:`helpers.metrics.campaigns.effects`.
    margin_rate : float, share, default 1
        Margin as a share of revenue. At 1 the return is one of revenue.
    cost : pandas.Series, optional
        Cost by campaign id; the campaigns' budgets by default. Discounts are already missing from revenue.

    Returns
    -------
    pandas.DataFrame
        ``campaign_id``, ``name``, ``n`` (treated members), ``gain``, ``gain_low``, ``gain_high`` (margin
        added by all of them), ``cost``, ``estimate``, ``low``, ``high`` (return on investment: 0 breaks
        even), ``break_even`` (revenue per treated member that the campaign must add), ``small``.

    Examples
    --------
    >>> effects = pd.DataFrame(
    ...     {
    ...         "campaign_id": ["c1"], "name": ["Coupon"], "n": [1000], "budget": [2000.0], "small": [False],
    ...         "revenue_gain": [5.0], "revenue_low": [2.0], "revenue_high": [8.0],
    ...     }
    ... )
    >>> roi = campaign_roi(effects, margin_rate=0.6)
    >>> roi[["gain", "cost", "estimate", "low", "high", "break_even"]].round(2)
         gain    cost  estimate  low  high  break_even
    0  3000.0  2000.0       0.5 -0.4   1.4        3.33

    Taught in: 06 Evaluation
    """
    spent = effects["budget"] if cost is None else effects["campaign_id"].map(cost)
    spent = spent.astype(float)
    paid = spent.where(spent > 0)
    gains = {
        name: effects[f"revenue_{end}"] * effects["n"] * margin_rate
        for name, end in (("gain", "gain"), ("gain_low", "low"), ("gain_high", "high"))
    }
    returned = {
        name: (gains[gain] - spent) / paid
        for name, gain in (("estimate", "gain"), ("low", "gain_low"), ("high", "gain_high"))
    }
    needed = spent / (effects["n"] * margin_rate)
    result = effects[["campaign_id", "name", "n"]].assign(
        **gains, cost=spent, **returned, break_even=needed, small=effects["small"]
    )
    about = dict(effects.attrs.get("about", {}))
    result.attrs = {"about": {**about, "metric": "campaign_roi", "unit": "ratio", "margin_rate": margin_rate}}
    return result
