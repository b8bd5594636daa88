"""Judge the four objectives of a community by their metrics, now and four weeks ago."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import difference, mean_from_sums, wilson

# objective, metric, flag that makes somebody count, flag that puts her into the denominator, table needed
METRICS = (
    ("awareness", "saw something", "viewed", "belonged", "events"),
    ("awareness", "came new", "arrived", "belonged", "members"),
    ("engagement", "took part", "acted", "belonged", "events"),
    ("engagement", "wrote something", "wrote", "belonged", "events"),
    ("loyalty", "came back", "active_again", "active_before", ""),
    ("loyalty", "bought again", "bought_again", "bought_before", "orders"),
    ("sales", "bought", "bought", "belonged", "orders"),
)
SPENT = "spent per member"


def sql(community: Community, *, window: int = 28) -> str:
    """Write the query that counts members by what they did in a stretch of days and in the one before.

    Parameters
    ----------
    community : Community
        The opened community.
    window : int, days, default 28
        Length of a stretch.

    Returns
    -------
    str
        Portable SQL with the parameter ``$last``, the last day of the stretch.

    Taught in: 01 Definition
    """
    w = int(window)
    age = "date_diff('day', {day}, cast($last as date))"
    now, before = f"{age} between 0 and {w - 1}", f"{age} between {w} and {2 * w - 1}"
    return f"""
with days as (
    select
        member_id,
        max(case when {now.format(day="day")} then 1 else 0 end) as active,
        max(case when {before.format(day="day")} then 1 else 0 end) as active_before,
        max(case when {now.format(day="day")} and n_view > 0 then 1 else 0 end) as viewed,
        max(case when {now.format(day="day")} and actions > 0 then 1 else 0 end) as acted,
        max(
            case when {now.format(day="day")} and n_comment + n_message + n_answer > 0 then 1 else 0 end
        ) as wrote
    from member_days
    where {age.format(day="day")} between 0 and {2 * w - 1}
    group by member_id
),
bought as (
    select
        member_id,
        max(case when is_purchase and {now.format(day="day")} then 1 else 0 end) as bought,
        max(case when is_purchase and {age.format(day="day")} between {w} and {w + 89} then 1 else 0 end)
            as bought_before,
        cast(sum(case when {now.format(day="day")} then net else 0 end) as decimal(18, 2)) as spent
    from orders
    where {age.format(day="day")} between 0 and {w + 89}
    group by member_id
)
select
    case when people.left_day is null or {age.format(day="people.left_day")} < {w} then 1 else 0 end
        as belonged,
    case when {now.format(day="people.joined_day")} then 1 else 0 end as arrived,
    coalesce(days.viewed, 0) as viewed,
    coalesce(days.acted, 0) as acted,
    coalesce(days.wrote, 0) as wrote,
    coalesce(days.active_before, 0) as active_before,
    coalesce(days.active * days.active_before, 0) as active_again,
    coalesce(bought.bought, 0) as bought,
    coalesce(bought.bought_before, 0) as bought_before,
    coalesce(bought.bought * bought.bought_before, 0) as bought_again,
    count(*) as members,
    sum(coalesce(bought.spent, 0)) as spent,
    sum(coalesce(bought.spent, 0) * coalesce(bought.spent, 0)) as squares
from people
left join days on days.member_id = people.member_id
left join bought on bought.member_id = people.member_id
where people.joined_day <= cast($last as date)
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
order by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"""


def tree(community: Community, *, window: int = 28) -> pd.DataFrame:
    """Compute what each objective is judged by, in the last weeks and in the weeks before them.

    Parameters
    ----------
    community : Community
        The opened community.
    window : int, days, default 28
        Length of both stretches; four weeks hold the same weekdays.

    Returns
    -------
    pandas.DataFrame
        One row a metric that the tables can show: ``objective``, ``metric``, ``unit`` ("share" or "money"),
        ``n``, ``count``, ``estimate``, ``low``, ``high``, ``before`` (the same in the stretch before),
        ``change``, ``change_low``, ``change_high``, ``small``. ``bought again`` asks those who bought in the
        90 days before the stretch, ``came back`` those who were active in the stretch before.

    Notes
    -----
    Wilson and Newcombe intervals. The two stretches share members, who are alike to themselves, so the
    interval of a change is rather too wide than too narrow. A stretch that would begin before the data (of
    activity: before the first event, however much older the orders are) is not compared.

    Taught in: 01 Definition
    """
    last = pd.Timestamp(community.as_of)
    now = community.query(sql(community, window=window), last=last.date())
    earlier = last - pd.Timedelta(days=window)
    then = community.query(sql(community, window=window), last=earlier.date())
    rows = []
    for objective, metric, flag, asked, needed in METRICS:
        there = not needed or community.has(needed)
        if metric == "saw something":
            there = there and "view" in community.event_types()
        if not there:
            continue
        count, n = _counts(now, flag, asked)
        old_count, old_n = _counts(then, flag, asked)
        low, high = wilson(count, n)
        # Both windows of "came back" and the 90 days of "bought again" reach further back.
        reach = {"came back": 2 * window, "bought again": window + 90}.get(metric, window)
        known = _known(community, needed, earlier) >= reach and old_n > 0
        old = old_count / old_n if known else np.nan
        ends = difference(count, n, old_count, old_n) if known else (np.nan, np.nan)
        estimate = count / n if n else np.nan
        rows.append(
            [objective, metric, "share", n, count, estimate, low, high, old, estimate - old, *ends, n < 30]
        )
    if community.has("orders"):
        rows.append(_spending(now, then, _known(community, "orders", earlier) >= window))
    columns = [
        "objective", "metric", "unit", "n", "count", "estimate", "low", "high", "before", "change",
        "change_low", "change_high", "small",
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    numbers = columns[5:-1]
    table[numbers] = table[numbers].astype(float)
    return community.describe(
        table,
        "objectives",
        population="members who belonged",
        period=f"last {int(window)} days",
        window=int(window),
        n=int(table["n"].max()) if len(table) else 0,
    )


def _known(community: Community, table: str, last: pd.Timestamp) -> int:
    # Days known up to this one: activity begins with the log, joining and buying with the data.
    since = community.first_day if table in ("members", "orders") else community.active_from
    return int((last - pd.Timestamp(since)).days) + 1


def _counts(groups: pd.DataFrame, flag: str, asked: str) -> tuple[int, int]:
    inside = groups[groups[asked] == 1]
    return int(inside.loc[inside[flag] == 1, "members"].sum()), int(inside["members"].sum())


def _spending(now: pd.DataFrame, then: pd.DataFrame, enough: bool) -> list[object]:
    found = []
    for groups in (now, then):
        inside = groups[groups["belonged"] == 1]
        n, total = int(inside["members"].sum()), float(inside["spent"].sum())
        low, high = mean_from_sums(n, total, float(inside["squares"].sum()))
        buyers = int(inside.loc[inside["bought"] == 1, "members"].sum())
        found.append((n, buyers, total / n if n else np.nan, float(low), float(high)))
    (n, buyers, mean, low, high), (old_n, _buyers, old, old_low, old_high) = found
    if not enough or not old_n:
        old = old_low = old_high = np.nan
    # Two independent means: the half-widths add up like the sides of a right angle.
    change = mean - old
    below, above = np.hypot(mean - low, old_high - old), np.hypot(high - mean, old - old_low)
    ends = (change - below, change + above)
    return ["sales", SPENT, "money", n, buyers, mean, low, high, old, change, *ends, n < 30]
