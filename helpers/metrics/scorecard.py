"""One scorecard for every community: a dozen numbers, each with its interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.community import Community, TableMissing
from helpers.metrics import cascades, response, retention, satisfaction, traits
from helpers.metrics.intervals import mean_from_sums, ratio_from_sums, wilson

FEW = 30
DAY, AGAIN = 30, 60  # the day after joining, and the days after a first purchase, that are looked at
_Z = float(ndtri(0.975))

# metric -> unit, in the order of the scorecard
UNITS = {
    "active_share": "share",
    "retention_30": "share",
    "interaction_rate": "share",
    "replied_24h": "share",
    "ugc_share": "share",
    "reproduction": "score",
    "invited_share": "share",
    "repeat_purchase": "share",
    "revenue_per_member": "money",
    "nps": "points",
    "cost_per_active": "money",
}
COLUMNS = ["metric", "unit", "n", "estimate", "low", "high", "small"]
_SUMS = ("days", "active", "seen", "reacted", "spent", "months")


def sql(community: Community) -> str:
    """Write the query that sums up, over members, what the scorecard divides.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        Portable SQL with the parameters ``$first`` and ``$last``; one row: ``n`` members, for each quantity
        its sum and its sum of squares (``days`` in the community, ``active`` days, posts ``seen``,
        ``reacted``, ``spent``, active ``months``), and the products that ratios need.

    Taught in: 07 Case studies
    """
    begin = "case when people.joined_day < cast($first as date) then cast($first as date)"
    end = (
        "case when people.left_day is null or people.left_day > cast($last as date) then cast($last as date)"
    )
    sums = ",\n    ".join(f"sum({name}) as {name}, sum({name} * {name}) as {name}_2" for name in _SUMS)
    return f"""
with doing as (
    select
        member_id,
        count(*) as active,
        count(distinct date_trunc('month', day)) as months,
        sum(n_view) as seen,
        sum(n_like + n_comment + n_share) as reacted
    from {community.member_days()}
    group by member_id
),
buying as (
    select member_id, cast(sum(net) as decimal(18, 2)) as spent
    from orders
    group by member_id
),
each_member as (
    select
        date_diff('day', {begin} else people.joined_day end, {end} else people.left_day end) + 1.0 as days,
        cast(coalesce(doing.active, 0) as double) as active,
        cast(coalesce(doing.months, 0) as double) as months,
        cast(coalesce(doing.seen, 0) as double) as seen,
        cast(coalesce(doing.reacted, 0) as double) as reacted,
        coalesce(buying.spent, 0) as spent
    from people
    left join doing on doing.member_id = people.member_id
    left join buying on buying.member_id = people.member_id
    where people.joined_day <= cast($last as date)
        and (people.left_day is null or people.left_day >= cast($first as date))
)
select
    count(*) as n,
    {sums},
    sum(active * days) as active_days,
    sum(spent * days) as spent_days,
    sum(reacted * seen) as reacted_seen
from each_member
order by n"""


def _row(metric: str, n: float, estimate: float, low: float, high: float) -> dict[str, object]:
    n = int(n)
    return {
        "metric": metric,
        "n": n,
        "estimate": estimate if n else np.nan,
        "low": low,
        "high": high,
        "small": n < FEW,
    }


def _ratio(sums: pd.Series, metric: str, above: str, below: str, scale: float = 1.0) -> dict[str, object]:
    """Return a ratio of two sums over members with the interval by member."""
    low, high = ratio_from_sums(
        sums["n"],
        sums[above],
        sums[f"{above}_2"],
        sums[below],
        sums[f"{below}_2"],
        sums[f"{above}_{below}"],
    )
    estimate = sums[above] / sums[below] if sums[below] else np.nan
    return _row(metric, sums["n"], scale * estimate, max(scale * low, 0.0), scale * high)


def _share(metric: str, count: float, n: float) -> dict[str, object]:
    low, high = wilson(count, n)
    return _row(metric, n, count / n if n else np.nan, float(low), float(high))


def _taken(metric: str, frame: pd.DataFrame) -> dict[str, object]:
    """Return the one row of a chapter's helper as a row of the scorecard."""
    if not len(frame):
        return _row(metric, 0, np.nan, np.nan, np.nan)
    first = frame.iloc[0]
    return _row(metric, first["n"], first["estimate"], first["low"], first["high"])


def _written(community: Community) -> dict[str, object]:
    """Return the share of posts by members; the interval draws authors, the brand's posts being given."""
    community.require("contents", "is_ugc")
    found = community.query(
        """
with written as (
    select author_id, count(*) as posts, max(case when is_ugc then 1 else 0 end) as is_ugc
    from contents
    where is_ugc is not null
    group by author_id, is_ugc
)
select is_ugc, sum(posts) as posts, sum(cast(posts as double) * posts) as squares
from written
group by is_ugc
order by is_ugc"""
    ).set_index("is_ugc")
    mine, brand = (float(found["posts"].get(kind, 0)) for kind in (1, 0))
    total = mine + brand
    spread = _Z * brand / total**2 * np.sqrt(float(found["squares"].get(1, 0))) if total else np.nan
    share = mine / total if total else np.nan
    return _row("ugc_share", total, share, max(share - spread, 0.0), min(share + spread, 1.0))


def _again(community: Community) -> dict[str, object]:
    """Return the share of first-time buyers who bought again within 60 days, of those watched that long."""
    community.require("orders")
    found = community.query(
        """
with firsts as (
    select member_id, min(day) as first_day
    from orders
    where is_purchase
    group by member_id
),
later as (
    select
        firsts.member_id,
        max(case when orders.day > firsts.first_day
            and date_diff('day', firsts.first_day, orders.day) <= $within then 1 else 0 end) as again
    from firsts
    join orders on orders.member_id = firsts.member_id and orders.is_purchase
    where date_diff('day', firsts.first_day, cast($last as date)) >= $within
    group by firsts.member_id
)
select count(*) as n, coalesce(sum(again), 0) as count
from later
order by n""",
        within=AGAIN,
        last=community.as_of,
    ).iloc[0]
    return _share("repeat_purchase", float(found["count"]), float(found["n"]))


def _cost(community: Community, sums: pd.Series) -> dict[str, object]:
    """Return what was spent for each member and month with activity; costs are given, members are drawn."""
    community.require("costs")
    spent = float(community.query("select cast(sum(amount) as double) as paid from costs")["paid"].iloc[0])
    low, high = mean_from_sums(sums["n"], sums["months"], sums["months_2"])
    each = spent / sums["n"]
    mean = sums["months"] / sums["n"]
    return _row("cost_per_active", sums["months"], each / mean, each / high, each / low)


def measure(community: Community) -> pd.DataFrame:
    """Fill in the scorecard of a community, from everything it has on record.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    pandas.DataFrame
        One row a metric that its tables can show: ``metric``, ``unit`` (share, score, money or points),
        ``n``, ``estimate``, ``low``, ``high``, ``small``. The metrics: ``active_share`` (of members, on an
        average day), ``retention_30`` (of newcomers, in the week from day 30; day 30 to 59 where activity is
        orders), ``interaction_rate`` (likes, comments and shares a view), ``replied_24h`` (of questions),
        ``ugc_share`` (of posts), ``reproduction`` (shares a share causes), ``invited_share`` (of newcomers),
        ``repeat_purchase`` (of buyers, within 60 days of the first), ``revenue_per_member`` (a month of 30
        days), ``nps``, ``cost_per_active`` (member and month).

    Notes
    -----
    Every row but two is computed by the helper that another chapter uses for it. Intervals count members,
    not events: Wilson, or the closed form of a bootstrap by member.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": list("aab"), "event_type": ["view", "like", "view"],
    ...                        "occurred_at": ["2026-05-01", "2026-05-01", "2026-05-02"]})
    >>> measure(Community.open({"events": events})).set_index("metric")["estimate"].round(2).to_dict()
    {'active_share': 0.67, 'interaction_rate': 0.5}

    Taught in: 07 Case studies
    """
    found = community.query(sql(community), first=community.first_day, last=community.as_of)
    sums = found.iloc[0].fillna(0).astype(float)
    window = 7 if community.basis == "events" else 30
    parts: tuple[Callable[[], dict[str, object]], ...] = (
        lambda: _ratio(sums, "active_share", "active", "days"),
        lambda: _taken("retention_30", retention.day_n(community, days=(DAY,), window=window)),
        lambda: _ratio(sums, "interaction_rate", "reacted", "seen"),
        lambda: _taken("replied_24h", response.answered(community, within=(24,))),
        lambda: _written(community),
        lambda: _taken("reproduction", cascades.reproduction(community)),
        lambda: _taken("invited_share", traits.invited(community)),
        lambda: _again(community),
        lambda: _paid(community, sums),
        lambda: _taken("nps", satisfaction.nps(community)),
        lambda: _cost(community, sums),
    )
    rows = []
    for part in parts:
        try:
            rows.append(part())
        except TableMissing:
            continue
    table = pd.DataFrame([row for row in rows if row["n"]], columns=["metric", *COLUMNS[2:]])
    table.insert(1, "unit", table["metric"].map(UNITS))
    table = table[np.isfinite(table["estimate"].astype(float))].reset_index(drop=True)
    return community.describe(
        table,
        "scorecard",
        population="members of the community, silent ones included",
        period="whole history",
        n=int(sums["n"]),
    )


def _paid(community: Community, sums: pd.Series) -> dict[str, object]:
    community.require("orders")
    return _ratio(sums, "revenue_per_member", "spent", "days", 30.0)
