"""Follow trust down its steps: who joined, read, took part, bought, bought again, brought others."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import wilson
from helpers.metrics.starts import default_start, starts_sql

STEPS = ("joined", "read", "took_part", "bought", "bought_again", "invited")


def steps(community: Community) -> tuple[str, ...]:
    """Name the steps that this community's tables can show, in order.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    tuple of str
        Some of ``joined``, ``read``, ``took_part``, ``bought``, ``bought_again``, ``invited``.

    Taught in: 01 Definition
    """
    kinds = set(community.event_types()) if community.has("events") else set()
    there = {
        "joined": True,
        "read": bool(kinds),
        "took_part": bool(kinds),
        "bought": community.has("orders"),
        "bought_again": community.has("orders"),
        "invited": "invite" in kinds or community.has("members", "invited_by"),
    }
    return tuple(step for step in STEPS if there[step])


def sql(community: Community, *, days: int = 90) -> str:
    """Write the query that counts newcomers by the set of steps that each took in the first days.

    Parameters
    ----------
    community : Community
        The opened community.
    days : int, default 90
        Length of the time that every newcomer is followed for.

    Returns
    -------
    str
        Portable SQL with the parameters ``$first_day`` and ``$as_of``.

    Taught in: 01 Definition
    """
    inside = f"between 0 and {int(days) - 1}"
    seen = community.basis == "events"
    return f"""
with starts as ({starts_sql(community, left_edge="leave_out")}
),
fresh as (
    select member_id, start_day
    from starts
    where date_diff('day', start_day, cast($as_of as date)) >= {int(days) - 1}
),
did as (
    select
        fresh.member_id,
        max({"case when events > 0 then 1 else 0 end" if seen else "0"}) as has_read,
        max({"case when actions > 0 then 1 else 0 end" if seen else "0"}) as has_part,
        max(case when n_invite > 0 then 1 else 0 end) as has_invited
    from fresh
    inner join member_days on member_days.member_id = fresh.member_id
    where date_diff('day', fresh.start_day, member_days.day) {inside}
    group by fresh.member_id
),
purchases as (
    select fresh.member_id, count(*) as bought
    from fresh
    inner join orders on orders.member_id = fresh.member_id
    where orders.is_purchase and date_diff('day', fresh.start_day, orders.day) {inside}
    group by fresh.member_id
),
guests as (
    select fresh.member_id, count(*) as brought
    from fresh
    inner join members
        on members.invited_by = fresh.member_id and members.member_id <> fresh.member_id
    where date_diff('day', fresh.start_day, members.joined_day) {inside}
    group by fresh.member_id
)
select
    1 as joined,
    coalesce(did.has_read, 0) as read,
    coalesce(did.has_part, 0) as took_part,
    case when purchases.bought >= 1 then 1 else 0 end as bought,
    case when purchases.bought >= 2 then 1 else 0 end as bought_again,
    case when did.has_invited = 1 or guests.brought >= 1 then 1 else 0 end as invited,
    count(*) as members
from fresh
left join did on did.member_id = fresh.member_id
left join purchases on purchases.member_id = fresh.member_id
left join guests on guests.member_id = fresh.member_id
group by 1, 2, 3, 4, 5, 6
order by 1, 2, 3, 4, 5, 6"""


def funnel(community: Community, *, days: int = 90) -> pd.DataFrame:
    """Count which share of the newcomers took each step of trust in their first days.

    Everybody is followed for the same time, and only members whose whole time lies within the data are
    counted: otherwise a fast growing community would look distrustful.

    Parameters
    ----------
    community : Community
        The opened community.
    days : int, default 90
        How long everybody is followed from joining; from the first purchase where only orders are known.

    Returns
    -------
    pandas.DataFrame
        One row a step that the tables can show: ``step``, ``n`` (newcomers), ``count`` (took it),
        ``estimate``, ``low``, ``high`` (Wilson), ``in_order`` (took it and all steps above), ``skipped``
        (of those who took it, the share that had left out a step above), ``small``.

    Notes
    -----
    The steps are a picture and not a law: the column ``skipped`` says how many went another way.

    Examples
    --------
    >>> members = pd.DataFrame({"member_id": ["a", "b"], "joined_at": "2026-01-01"})
    >>> events = pd.DataFrame({"member_id": ["a", "a"], "event_type": ["view", "like"],
    ...                        "occurred_at": ["2026-01-01", "2026-03-31"]})
    >>> table = funnel(Community.open({"members": members, "events": events}))
    >>> table[["step", "n", "count"]].to_numpy().tolist()
    [['joined', 2, 2], ['read', 2, 1], ['took_part', 2, 1]]

    Taught in: 01 Definition
    """
    found = community.query(sql(community, days=days), first_day=community.active_from, as_of=community.as_of)
    names = steps(community)
    n = int(found["members"].sum())
    rows, above = [], pd.Series(True, index=found.index)
    for step in names:
        took = found[step] == 1
        above &= took
        count, ordered = int(found.loc[took, "members"].sum()), int(found.loc[above, "members"].sum())
        rows.append([step, n, count, ordered, 1 - ordered / count if count else float("nan")])
    table = pd.DataFrame(rows, columns=["step", "n", "count", "in_order", "skipped"])
    low, high = wilson(table["count"], table["n"])
    table = table.assign(estimate=table["count"] / max(n, 1), low=low, high=high, small=n < 30)
    columns = ["step", "n", "count", "estimate", "low", "high", "in_order", "skipped", "small"]
    return community.describe(
        table[columns],
        "trust funnel",
        population="members who began within the data",
        period=f"first {int(days)} days",
        start=default_start(community),
        days=int(days),
        n=n,
    )
