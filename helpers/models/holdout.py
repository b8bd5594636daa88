"""Measure what an advertisement added: members to whom it was shown against those held out by lot."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

from helpers.community import Community
from helpers.community.errors import DataError
from helpers.community.sentences import mark as _
from helpers.metrics.campaigns import CONTROL
from helpers.metrics.journey_steps import Money, amount_sql

KIND = "ad_holdout"
COLUMNS = ["outcome", "n", "control_n", "treated", "control", "estimate", "low", "high"]
COLUMNS += ["total", "total_low", "total_high", "small"]


def _plan(community: Community, kind: str) -> pd.Series | None:
    community.require("assignments")
    community.require("campaigns", "kind")
    found = community.query(
        """
select
    campaigns.campaign_id, campaigns.name, cast(campaigns.starts_at as date) as starts,
    cast(campaigns.ends_at as date) as ends, count(assignments.unit_id) as units
from campaigns
inner join assignments on assignments.campaign_id = campaigns.campaign_id
where campaigns.kind = $kind and coalesce(campaigns.is_randomised, true)
    and coalesce(campaigns.unit, 'member') = 'member'
group by 1, 2, 3, 4
order by starts desc, campaigns.campaign_id
limit 1
""",
        kind=kind,
    )
    return None if found.empty else found.iloc[0]


def sql(community: Community, *, money: Money = "net") -> str:
    """Return the query behind :func:`effect`: sums over the members of each arm.

    Parameters
    ----------
    community : Community
        The opened community.
    money : {"net", "margin"}, default "net"
        As for :func:`effect`.

    Returns
    -------
    str
        Portable SQL with the parameters ``$campaign``, ``$first`` and ``$last``.

    Taught in: 05 Conversion
    """
    return f"""
with drawn as (
    select unit_id as member_id, lower(trim(min(arm))) as arm
    from assignments
    where campaign_id = $campaign
    group by unit_id
    having count(distinct arm) = 1
),
spent as (
    select
        drawn.member_id, drawn.arm, count(orders.order_id) as orders,
        cast(coalesce(sum({amount_sql(community, money)}), 0) as decimal(18, 2)) as revenue
    from drawn
    inner join people on people.member_id = drawn.member_id
    left join orders
        on orders.member_id = drawn.member_id and orders.is_purchase
        and orders.day between cast($first as date) and cast($last as date)
    group by drawn.member_id, drawn.arm
)
select
    arm, count(*) as n,
    sum(case when orders > 0 then 1 else 0 end) as buyers,
    sum(orders) as orders, sum(orders * orders) as orders_squares,
    sum(revenue) as revenue, sum(revenue * revenue) as revenue_squares
from spent
group by arm
order by arm
"""


def _welch(treated: pd.Series, control: pd.Series, name: str, squares: str) -> tuple[float, float, float]:
    means, errors = [], []
    for arm in (treated, control):
        n, total = float(arm["n"]), float(arm[name])
        means.append(total / n)
        errors.append((float(arm[squares]) - total**2 / n) / (n - 1) / n if n > 1 else np.nan)
    gap, variance = means[0] - means[1], sum(errors)
    if not variance > 0:
        return gap, np.nan, np.nan
    degrees = variance**2 / sum(
        e**2 / (arm["n"] - 1) for e, arm in zip(errors, (treated, control), strict=True)
    )
    half = float(student.ppf(0.975, degrees)) * variance**0.5
    return gap, gap - half, gap + half


def effect(community: Community, *, kind: str = KIND, money: Money = "net") -> pd.DataFrame:
    """Measure what an advertisement added: members who were meant to see it against those held out by lot.

    Everybody who was drawn counts, seen or not. So nothing depends on who was easy to reach.

    Parameters
    ----------
    community : Community
        The opened community.
    kind : str, default "ad_holdout"
        Kind of the campaign; the latest of that kind is measured.
    money : {"net", "margin"}, default "net"
        Revenue less refunds, or also less the cost of what was sold.

    Returns
    -------
    pandas.DataFrame
        One row an ``outcome`` (buyers, orders, revenue): ``n`` (treated), ``control_n``, ``treated``,
        ``control`` (means a member), ``estimate``, ``low``, ``high`` (difference, Welch), ``total``,
        ``total_low``, ``total_high`` (for all treated members together), ``small``. Empty when no campaign
        of the kind was drawn by lot.

    Raises
    ------
    TableMissing
        When there are no campaigns with assignments, or no orders.
    DataError
        When the campaign's arms are not one that was treated and one that was held out.

    Taught in: 05 Conversion
    """
    community.require("orders")
    plan = _plan(community, kind)
    if plan is None:
        return community.describe(
            pd.DataFrame(columns=COLUMNS), "holdout_effect", n=0, money=money, unit="score", randomised=True
        )
    found = community.query(
        sql(community, money=money),
        campaign=plan["campaign_id"],
        first=pd.Timestamp(plan["starts"]).date(),
        last=pd.Timestamp(plan["ends"]).date(),
    )
    held = found["arm"].isin(CONTROL)
    if held.sum() != 1 or (~held).sum() != 1:
        raise DataError(
            _("{name} needs one treated arm and one held out, called control or holdout."), name=plan["name"]
        )
    treated, control = found[~held].iloc[0], found[held].iloc[0]
    rows = []
    for outcome in ("buyers", "orders", "revenue"):
        squares = "buyers" if outcome == "buyers" else f"{outcome}_squares"
        gap, low, high = _welch(treated, control, outcome, squares)
        rows.append(
            {
                "outcome": outcome,
                "n": int(treated["n"]),
                "control_n": int(control["n"]),
                "treated": treated[outcome] / treated["n"],
                "control": control[outcome] / control["n"],
                "estimate": gap,
                "low": low,
                "high": high,
                "total": gap * treated["n"],
                "total_low": low * treated["n"],
                "total_high": high * treated["n"],
                "small": min(treated["n"], control["n"]) < 30,
            }
        )
    return community.describe(
        pd.DataFrame(rows),
        "holdout_effect",
        population="members drawn by lot",
        period=f"{pd.Timestamp(plan['starts']).date()} … {pd.Timestamp(plan['ends']).date()}",
        campaign=str(plan["name"]),
        campaign_id=str(plan["campaign_id"]),
        first=str(pd.Timestamp(plan["starts"]).date()),
        last=str(pd.Timestamp(plan["ends"]).date()),
        money=money,
        n=int(treated["n"] + control["n"]),
        unit="score",
        randomised=True,
    )
