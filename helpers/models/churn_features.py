"""What was known of a member on a cut-off day, and nothing later, reduced in the engine.

Every table is narrowed to rows up to the cut-off before anything else is computed.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from helpers.community import Community
from helpers.community.engine import identifier

# Days of the short, medium and long window: purchases are rarer than visits.
WINDOWS = {"events": (7, 28, 84), "orders": (28, 84, 182)}

ALWAYS = (
    "recency",
    "rhythm",
    "overdue",
    "days_short",
    "days_medium",
    "days_long",
    "trend",
    "active_share",
    "tenure",
)
FROM_EVENTS = ("events_medium", "action_share", "talk_long", "like_long", "share_long", "check_in_long")
FROM_REPLIES = ("replies_long",)
FROM_ORDERS = ("orders_long", "orders_all", "spent_all", "since_order")

_HABITS = """
known_days as (
    select *, date_diff('day', day, cast($cut as date)) as age
    from {member_days}
    where day <= cast($cut as date){only}
),
habits as (
    select
        member_id,
        min(age) as recency,
        max(age) as first_age,
        count(*) as active_days,
        count(*) filter (where age < $short) as days_short,
        count(*) filter (where age < $medium) as days_medium,
        count(*) filter (where age < $long) as days_long,
        count(*) filter (where age >= $medium and age < 2 * $medium) as days_before,
        sum(case when age < $medium then events else 0 end) as events_medium,
        sum(case when age < $long then events else 0 end) as events_long,
        sum(case when age < $long then actions else 0 end) as actions_long,
        sum(case when age < $long then n_comment + n_message + n_answer else 0 end) as talk_long,
        sum(case when age < $long then n_like else 0 end) as like_long,
        sum(case when age < $long then n_share + n_invite else 0 end) as share_long,
        sum(case when age < $long then n_check_in else 0 end) as check_in_long
    from known_days
    group by member_id
),
eligible as (
    select habits.*, date_diff('day', people.joined_day, cast($cut as date)) as tenure
    from habits
    join people on people.member_id = habits.member_id
    where recency < $inactivity and (left_day is null or left_day > cast($cut as date))
)"""

_PURCHASES = """
purchases as (
    select
        member_id,
        count(*) filter (where is_purchase and day > cast($long_start as date)) as orders_long,
        count(*) filter (where is_purchase) as orders_all,
        sum(net) as spent_all,
        max(case when is_purchase then day end) as last_order
    from orders
    where day <= cast($cut as date)
    group by member_id
)"""

_ANSWERED_EVENTS = """
    select originals.member_id, answers.member_id as answered_by
    from answers
    join events as originals on originals.event_id = answers.reply_to
    where originals.day <= cast($cut as date)"""

_ANSWERED_POSTS = """
    select contents.author_id as member_id, answers.member_id as answered_by
    from answers
    join contents on contents.content_id = answers.content_id
    where contents.day <= cast($cut as date)"""

_REPLIES = """
answers as (
    select member_id, reply_to, content_id
    from events
    where day <= cast($cut as date) and day > cast($long_start as date)
        and (reply_to is not null or event_type in ('comment', 'answer'))
),
answered as ({branches}
),
replies as (
    select member_id, count(*) as replies_long
    from answered
    where member_id is not null and member_id <> answered_by
    group by member_id
)"""


def _reply_branches(community: Community) -> list[str]:
    branches = []
    if community.has("events", "reply_to", "event_id"):
        branches.append(_ANSWERED_EVENTS)
    if community.has("events", "content_id") and community.has("contents", "author_id"):
        branches.append(_ANSWERED_POSTS)
    return branches


def names(community: Community) -> tuple[str, ...]:
    """Give the features that the community's tables supply, in a fixed order.

    Taught in: 06 Evaluation
    """
    given: tuple[str, ...] = ALWAYS
    if community.basis == "events":
        given += FROM_EVENTS
        given += FROM_REPLIES if _reply_branches(community) else ()
    # With orders as the only basis an active day is a purchase: counting them again says nothing new.
    if community.has("orders"):
        given += FROM_ORDERS if community.basis == "events" else ("spent_all",)
    return given


def sql(community: Community, *, members: str | None = None, ordered: bool = True) -> str:
    """Show the query behind :func:`features`; values stand as named parameters.

    Parameters
    ----------
    community : Community
        The opened community.
    members : str, optional
        Name of a table of the engine with the ``member_id`` of those who are wanted; default everybody.
    ordered : bool, default True
        Order the rows by member.

    Returns
    -------
    str
        Portable SQL, one row a member.

    Taught in: 06 Evaluation
    """
    wanted = names(community)
    only = f"\n        and member_id in (select member_id from {identifier(members)})" if members else ""
    steps = [_HABITS.format(member_days=community.member_days(), only=only).strip()]
    joins, columns = [], []
    if "spent_all" in wanted:
        steps.append(_PURCHASES.strip())
        joins.append("left join purchases on purchases.member_id = eligible.member_id")
    if "replies_long" in wanted:
        steps.append(_REPLIES.format(branches="\n    union all".join(_reply_branches(community))).strip())
        joins.append("left join replies on replies.member_id = eligible.member_id")
    made = {
        # Whoever came once has no rhythm yet: the time since then stands in for it.
        "rhythm": "case when active_days > 1 then (first_age - recency) / cast(active_days - 1 as double) "
        "else first_age + 1 end",
        "overdue": "recency / cast(case when active_days > 1 then "
        "(first_age - recency) / cast(active_days - 1 as double) else first_age + 1 end as double)",
        "trend": "days_medium - days_before",
        "active_share": "active_days / cast(greatest(tenure, first_age) + 1 as double)",
        "tenure": "greatest(tenure, first_age)",
        "action_share": "coalesce(actions_long / cast(nullif(events_long, 0) as double), 0)",
        "orders_long": "coalesce(orders_long, 0)",
        "orders_all": "coalesce(orders_all, 0)",
        "spent_all": "coalesce(spent_all, 0)",
        "since_order": "coalesce(date_diff('day', last_order, cast($cut as date)), "
        "greatest(tenure, first_age))",
        "replies_long": "coalesce(replies_long, 0)",
    }
    for name in wanted:
        columns.append(f"    {made[name]} as {name}" if name in made else f"    {name}")
    text = ",\n".join(steps)
    chosen = ",\n".join(["    eligible.member_id", *columns])
    order = "\norder by eligible.member_id" if ordered else ""
    return f"with {text}\nselect\n{chosen}\nfrom eligible\n" + "\n".join(joins) + order


def features(
    community: Community,
    cut: dt.date,
    *,
    inactivity: int,
    windows: tuple[int, int, int] | None = None,
    members: str | None = None,
) -> pd.DataFrame:
    """Compute what was known on a day of every member who could then be lost.

    Parameters
    ----------
    community : Community
        The opened community.
    cut : datetime.date
        Last day that may be known.
    inactivity : int
        Days: members active in so many days up to the cut-off, and not left by then, are listed.
    windows : tuple of three int, optional
        Days of the short, medium and long window; default 7, 28, 84, or 28, 84, 182 on orders alone.
    members : str, optional
        As for :func:`sql`.

    Returns
    -------
    pandas.DataFrame
        One row a member, sorted by member_id: member_id and, where the tables supply them, recency (days
        since the last active day), rhythm (mean days between active days), overdue (recency / rhythm),
        days_short, days_medium, days_long (active days in the window), trend (active days of the medium
        window less those of the one before), active_share (of the days since joining), tenure (days),
        events_medium, action_share (of events in the long window, what is not just viewing), talk_long
        (comments, messages, answers), like_long, share_long (with invitations), check_in_long,
        replies_long (received from others), orders_long, orders_all, spent_all (money), since_order (days).

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": ["a", "a", "a"], "event_type": ["like"] * 3,
    ...                        "occurred_at": ["2026-01-02", "2026-01-08", "2026-02-01"]})
    >>> known = features(Community.open({"events": events}), dt.date(2026, 1, 10), inactivity=10)
    >>> known[["recency", "rhythm", "days_long"]].to_dict("records")
    [{'recency': 2.0, 'rhythm': 6.0, 'days_long': 2.0}]

    Taught in: 06 Evaluation
    """
    text = sql(community, members=members)
    rows = community.query(text, **given(community, cut, inactivity, text, windows))
    return rows.astype({name: "float64" for name in rows.columns if name != "member_id"})


def given(
    community: Community,
    cut: dt.date,
    inactivity: int,
    text: str,
    windows: tuple[int, int, int] | None = None,
) -> dict[str, Any]:
    """Give the values of the parameters that stand in a text of :func:`sql`.

    Taught in: 06 Evaluation
    """
    short, medium, long = windows or WINDOWS[community.basis]
    values = {
        "cut": cut,
        "short": short,
        "medium": medium,
        "long": long,
        "long_start": cut - dt.timedelta(days=long),
        "inactivity": inactivity,
    }
    return {name: value for name, value in values.items() if f"${name}" in text}
