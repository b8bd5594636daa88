"""Ask which way of recruiting pays: members by source with what became of them, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.metrics.intervals import mean_from_sums, percentiles, resamples
from helpers.metrics.retention import by_start, rates
from helpers.metrics.starts import default_start, starts_sql

Money = Literal["net", "margin"]


def _amount(community: Community, money: Money) -> str:
    if money not in ("net", "margin"):
        raise SettingsError(
            _('money={money!r}: choose "net" (revenue less refunds) or "margin" (less cost).'), money=money
        )
    if money == "net":
        return "orders.net"
    community.require("orders", "cost")
    return "orders.net - case when orders.is_purchase then coalesce(orders.cost, 0) else 0 end"


def sql(
    community: Community,
    *,
    by: str = "source",
    segments: pd.DataFrame | None = None,
    horizon: int = 90,
    money: Money = "net",
) -> str:
    """Return the query that gives how many members of each source spent how much in their first days.

    Parameters
    ----------
    community : Community
        The opened community.
    by, segments, horizon, money
        As for :func:`by_source`.

    Returns
    -------
    str
        Portable SQL with the parameters ``$first_day`` and ``$as_of``.

    Taught in: 02 Positioning
    """
    return f"""
with starts as ({starts_sql(community, by=by, segments=segments, left_edge="leave_out")}
),
spent as (
    select
        starts.member_id,
        sum(case when orders.is_purchase then 1 else 0 end) as orders,
        sum({_amount(community, money)}) as revenue,
        sum(
            case when date_diff('day', starts.start_day, orders.day) < {int(horizon)}
                then {_amount(community, money)} else 0 end
        ) as early
    from orders
    inner join starts on starts.member_id = orders.member_id
    where orders.day >= starts.start_day
    group by starts.member_id
)
select
    starts.segment,
    date_diff('day', starts.start_day, cast($as_of as date)) >= {int(horizon) - 1} as observed,
    coalesce(spent.early, 0) as early,
    count(*) as members,
    sum(coalesce(spent.orders, 0)) as orders,
    sum(coalesce(spent.revenue, 0)) as revenue
from starts
left join spent on spent.member_id = starts.member_id
group by 1, 2, 3
order by 1, 2, 3
"""


def _mean_interval(values: np.ndarray, counts: np.ndarray, seed: int) -> tuple[float, float]:
    # Spending is so skewed that the plain percentiles of a bootstrap hold the truth nine times in ten.
    # Drawing the distance in standard errors instead (bootstrap-t) keeps the promise of 95 %; with a handful
    # of buyers it fails at the upper end, where the plain one is then the wider.
    n = counts.sum()
    if n < 2:
        return np.nan, np.nan
    mean = (values * counts).sum() / n
    error = np.sqrt(max((values**2 * counts).sum() / n - mean**2, 0.0) / (n - 1))
    if error == 0:
        return float(mean), float(mean)
    plain, distances = [], []
    for drawn in resamples(counts, seed=seed):
        means = drawn @ values / n
        errors = np.sqrt(np.maximum(drawn @ values**2 / n - means**2, 0.0) / (n - 1))
        plain.append(means)
        distances.append(np.divide(means - mean, errors, out=np.full(len(means), np.nan), where=errors > 0))
    near, far = percentiles(np.concatenate(distances))
    top = np.fmax(mean - near * error, percentiles(np.concatenate(plain))[1])
    return float(np.fmax(mean - far * error, values.min())), float(np.fmin(top, values.max()))


def _value(part: pd.DataFrame, seed: int) -> dict[str, float]:
    # Spending of members who were watched for the whole horizon, drawn again as whole members.
    seen = part[part["observed"].astype(bool)]
    values, counts = seen["early"].to_numpy(float), seen["members"].to_numpy(float)
    n = counts.sum()
    if n == 0:
        return {"value_n": 0, "estimate": np.nan, "low": np.nan, "high": np.nan, "top_share": np.nan}
    low, high = _mean_interval(values, counts, seed)
    order = np.argsort(-values, kind="stable")
    top = np.minimum(np.cumsum(counts[order]), max(np.ceil(n / 100), 1))
    best = float((np.diff(top, prepend=0) * values[order]).sum())
    total = float((values * counts).sum())
    share = best / total if total > 0 else np.nan
    return {"value_n": int(n), "estimate": total / n, "low": low, "high": high, "top_share": share}


def _active_now(community: Community, by: str, segments: pd.DataFrame | None, window: int) -> pd.DataFrame:
    return community.query(
        f"""
with starts as ({starts_sql(community, by=by, segments=segments, left_edge="leave_out")}
),
recent as (
    select member_id
    from {community.member_days()}
    where date_diff('day', day, cast($as_of as date)) < {int(window)}
    group by member_id
)
select starts.segment, count(*) as n, count(recent.member_id) as active
from starts
left join recent on recent.member_id = starts.member_id
group by starts.segment
order by starts.segment
""",
        first_day=community.first_day,
        as_of=community.as_of,
    )


def _costs(community: Community, names: pd.Series) -> pd.Series:
    if not community.has("costs"):
        return pd.Series(np.nan, index=names.index)
    spent = community.query(
        "select lower(trim(channel)) as channel, cast(sum(amount) as double) as amount from costs "
        "group by 1 order by 1"
    )
    return names.str.strip().str.lower().map(spent.set_index("channel")["amount"])


def by_source(
    community: Community,
    *,
    by: str = "source",
    segments: pd.DataFrame | None = None,
    day: int = 30,
    horizon: int = 90,
    money: Money = "net",
    seed: int = 0,
) -> pd.DataFrame:
    """Set beside each other what every source brought: members, and what became of them.

    Only members who began within the data are counted: what earlier ones cost is not known.

    Parameters
    ----------
    community : Community
        The opened community.
    by : str, default "source"
        Member attribute.
    segments : pandas.DataFrame, optional
        ``member_id`` and ``segment`` from a model; `by` then names the column of the result.
    day : int, days, default 30
        Retention: active on at least one of the days `day` to `day` + 6 after joining.
    horizon : int, days, default 90
        Value is counted over the first so many days of a membership, for members who were watched that long:
        otherwise the source that grew last would look poor.
    money : {"net", "margin"}, default "net"
        Revenue less refunds, or also less the cost of what was sold.
    seed : int, default 0
        Start of the random numbers of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``n`` (members), ``share``, ``retained_n``, ``retained``, ``retained_low``, ``retained_high``,
        ``active_share`` (active in the last 30 days), ``orders``, ``revenue`` (all since joining),
        ``value_n``, ``estimate``, ``low``, ``high`` (value per member within the horizon, bootstrap-t by
        member), ``top_share`` (part of that value from the best hundredth of the members), ``cost``,
        ``cost_per_member``, ``cost_per_retained``, ``returned`` (value over cost per member), ``small``.

    Raises
    ------
    TableMissing
        When the attribute was not supplied.

    Notes
    -----
    A cost belongs to a source when its channel bears the source's name. Members chose their source, nobody
    drew it: what a source's members are worth is no promise for the next ones it would bring.

    Taught in: 02 Positioning
    """
    start = default_start(community)
    found = community.query(
        sql(community, by=by, segments=segments, horizon=horizon, money=money),
        first_day=community.first_day,
        as_of=community.as_of,
    )
    table = _active_now(community, by, segments, 30)
    kept = by_start(community, [day], 7, by=by, segments=segments, start=start, left_edge="leave_out")
    kept = rates(kept[kept["observed"]].groupby("segment", as_index=False)[["n", "count"]].sum())
    kept = kept.rename(
        columns={"n": "retained_n", "estimate": "retained", "low": "retained_low", "high": "retained_high"}
    )
    table = table.merge(kept.drop(columns=["count", "small"]), on="segment", how="left")
    money_of = {name: _value(part, seed) for name, part in found.groupby("segment")}
    value = pd.DataFrame.from_dict(money_of, orient="index").rename_axis("segment").reset_index()
    totals = found.groupby("segment", as_index=False)[["orders", "revenue"]].sum()
    if len(table):
        table = table.merge(totals, on="segment").merge(value, on="segment")
    else:
        table = table.reindex(columns=[*table.columns, "orders", "revenue", *_value(found, seed)])
    table[["orders", "revenue"]] = table[["orders", "revenue"]].astype(float)
    if not community.has("orders"):
        table[["orders", "revenue", "estimate", "low", "high", "top_share"]] = np.nan
    n, cost = table["n"], _costs(community, table["segment"])
    retained = table["retained"] * n
    table = table.assign(
        share=n / max(n.sum(), 1),
        retained_n=table["retained_n"].fillna(0).astype("int64"),
        active_share=table["active"] / n,
        cost=cost,
        cost_per_member=cost / n,
        cost_per_retained=cost / retained.where(retained > 0),
        returned=table["estimate"] / (cost / n).where(cost > 0),
        small=n < 30,
    )
    kept_columns = ["retained_n", "retained", "retained_low", "retained_high", "active_share"]
    value_columns = ["orders", "revenue", "value_n", "estimate", "low", "high", "top_share"]
    cost_columns = ["cost", "cost_per_member", "cost_per_retained", "returned", "small"]
    result = table[["segment", "n", "share", *kept_columns, *value_columns, *cost_columns]]
    result = result.sort_values("n", ascending=False, kind="stable", ignore_index=True)
    return community.describe(
        result.rename(columns={"segment": by}),
        "by_source",
        unit="money",
        by=by,
        day=int(day),
        horizon=int(horizon),
        money=money,
        randomised=False,
        population="members who began within the data",
    )


def value_by_age(
    community: Community,
    *,
    by: str = "source",
    segments: pd.DataFrame | None = None,
    ages: Sequence[int] = (30, 60, 90, 120, 180),
    money: Money = "net",
) -> pd.DataFrame:
    """Follow what a member has brought in by age, and when that covers what the source cost.

    Parameters
    ----------
    community : Community
        The opened community.
    by, segments, money
        As for :func:`by_source`.
    ages : sequence of int, days, default (30, 60, 90, 120, 180)
        Days of membership.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``age``, ``n`` (members watched to that age), ``estimate``, ``low``, ``high`` (value per
        member so far), ``cost_per_member``, ``paid_back`` (the whole interval lies above the cost),
        ``small``.

    Notes
    -----
    Every age rests on the members old enough for it, so that the points of a source are different members.

    Taught in: 02 Positioning
    """
    ages = sorted({int(age) for age in ages})
    if not ages or ages[0] < 1:
        raise SettingsError(_("ages are whole numbers of days from 1 up, such as (30, 90)."))
    community.require("orders")
    sums = ",\n        ".join(
        f"cast(sum(case when date_diff('day', starts.start_day, orders.day) < {age} "
        f"then {_amount(community, money)} else 0 end) as decimal(18, 2)) as value_{age}"
        for age in ages
    )
    columns = ",\n    ".join(
        f"count(case when watched >= {age} then 1 end) as n_{age}, "
        f"sum(case when watched >= {age} then coalesce(value_{age}, 0) else 0 end) as total_{age}, "
        f"sum(case when watched >= {age} then coalesce(value_{age}, 0) * coalesce(value_{age}, 0) else 0 end)"
        f" as squares_{age}"
        for age in ages
    )
    wide = community.query(
        f"""
with starts as ({starts_sql(community, by=by, segments=segments, left_edge="leave_out")}
),
spent as (
    select
        starts.member_id,
        {sums}
    from orders
    inner join starts on starts.member_id = orders.member_id
    where orders.day >= starts.start_day
    group by starts.member_id
),
watched as (
    select
        starts.member_id, starts.segment,
        date_diff('day', starts.start_day, cast($as_of as date)) + 1 as watched
    from starts
)
select
    watched.segment,
    count(*) as members,
    {columns}
from watched
left join spent on spent.member_id = watched.member_id
group by watched.segment
order by watched.segment
""",
        first_day=community.first_day,
        as_of=community.as_of,
    )
    cost = _costs(community, wide["segment"].astype(str)) / wide["members"]
    parts = []
    for age in ages:
        n, total, squares = (wide[f"{name}_{age}"] for name in ("n", "total", "squares"))
        low, high = mean_from_sums(n, total, squares)
        part = {"age": age, "n": n, "estimate": total / n.where(n > 0), "low": low, "high": high}
        parts.append(
            wide[["segment"]].assign(**part, cost_per_member=cost, paid_back=low >= cost, small=n < 30)
        )
    result = pd.concat(parts).sort_values(["segment", "age"], ignore_index=True)
    return community.describe(
        result.rename(columns={"segment": by}),
        "value_by_age",
        unit="money",
        by=by,
        money=money,
        randomised=False,
    )
