"""The measures a diagnosis looks at, each over the last weeks, with its count and its interval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community.errors import TableMissing
from helpers.metrics import response, satisfaction
from helpers.metrics.intervals import mean_from_sums, wilson
from helpers.models import homogeneity, text

if TYPE_CHECKING:
    from helpers.community import Community

FEW = 30  # fewer cases than this say nothing
LONGEST, SHORTEST = 90, 28  # days of the stretch that is judged
WRITING = ("comment", "message", "answer")


class TooLittle(Exception):
    """Say that a measure rests on too few cases, or on too short a time, to be judged."""


def stretch(community: Community) -> int:
    """Return how many days are judged: the last 90, or half of the data where these are shorter.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    int
        Days; 0 where the data are too short to be halved into stretches of 28 days or more.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": "a", "event_type": "like",
    ...                        "occurred_at": ["2026-01-01", "2026-04-10"]})
    >>> stretch(Community.open({"events": events}))
    50

    Taught in: 08 Outlook
    """
    half = ((community.as_of - community.active_from).days + 1) // 2
    return min(LONGEST, half) if half >= SHORTEST else 0


def _share(count: float, n: float) -> dict[str, float]:
    low, high = wilson(count, n)
    return {"n": n, "count": count, "estimate": count / max(n, 1), "low": float(low), "high": float(high)}


def _ratio(now: float, then: float, spread: float) -> dict[str, float]:
    # Of two totals; `spread` is the variance of the logarithm of their ratio.
    ratio, wide = now / then, np.exp(1.96 * np.sqrt(spread))
    return {"n": then, "count": now, "estimate": ratio, "low": ratio / wide, "high": ratio * wide}


def arrivals(community: Community, days: int) -> dict[str, float]:
    """Divide those who joined in the stretch by those who joined in the one before it."""
    community.require("members", "joined_at")
    found = community.query(
        """
select date_diff('day', joined_day, cast($last as date)) as age, count(*) as came
from people
where joined_known and date_diff('day', joined_day, cast($last as date)) between 0 and $oldest
group by 1
order by 1""",
        last=community.as_of,
        oldest=2 * days - 1,
    )
    came = np.bincount(found["age"].astype(int), weights=found["came"], minlength=2 * days)
    now, then = came[:days].sum(), came[days:].sum()
    if now + then < FEW or not now or not then:
        raise TooLittle
    # Arrivals come in waves: their scatter from week to week, not that of single persons, is the yardstick.
    weeks = [[part.sum() for part in np.array_split(half, days // 7)] for half in (came[:days], came[days:])]
    squares = sum(((np.array(half) - np.mean(half)) ** 2 / np.mean(half)).sum() for half in weeks)
    scatter = max(squares / (2 * (days // 7) - 2), 1.0)
    return _ratio(now, then, scatter * (1 / now + 1 / then))


def active_members(community: Community, days: int) -> dict[str, float]:
    """Divide those active in the last four weeks by those active in four weeks one stretch earlier."""
    found = community.query(
        """
with ages as (
    select member_id, date_diff('day', day, cast($last as date)) as age
    from member_days
),
seen as (
    select
        member_id,
        max(case when age < $width then 1 else 0 end) as now,
        max(case when age >= $from and age < $from + $width then 1 else 0 end) as earlier
    from ages
    where age < $from + $width
    group by member_id
)
select sum(now) as now, sum(earlier) as earlier, sum(now * earlier) as both
from seen
order by now""",
        last=community.as_of,
        width=SHORTEST,
        **{"from": days},
    ).iloc[0]
    now, then, both = (float(found[name] or 0) for name in ("now", "earlier", "both"))
    if min(now, then) < FEW:
        raise TooLittle
    return _ratio(now, then, max(now + then - 2 * both, 1) / (now * then))


def near_copies(community: Community, days: int) -> dict[str, float]:
    """Count posts of the stretch that repeat another one of the sixty days before them."""
    posts = text.posts(community)
    day = pd.to_datetime(posts["day"])
    recent = posts[day > pd.Timestamp(community.as_of) - pd.Timedelta(days=days + 60)]
    recent.attrs = posts.attrs
    found = homogeneity.nearest(recent)
    judged = found[
        (pd.to_datetime(found["day"]) > pd.Timestamp(community.as_of) - pd.Timedelta(days=days))
        & (found["compared"] > 0)
    ]
    return _share(float(judged["is_copy"].sum()), len(judged))


def members_who_write(community: Community, days: int) -> dict[str, float]:
    """Count members who commented, chatted, answered or posted, among those active in the stretch."""
    community.require("events")
    authors = community.has("contents", "author_id")
    if not authors and not set(WRITING) & set(community.event_types()):
        raise TableMissing("contents", ["author_id"])
    found = community.query(
        """
with writers as (
    select member_id from member_days
    where n_comment + n_message + n_answer > 0 and date_diff('day', day, cast($last as date)) < $days
    union
    select author_id as member_id from contents where date_diff('day', day, cast($last as date)) < $days
),
active as (
    select distinct member_id from member_days where date_diff('day', day, cast($last as date)) < $days
)
select count(*) as n, count(writers.member_id) as count
from active
left join writers on writers.member_id = active.member_id
order by n""",
        last=community.as_of,
        days=days,
    ).iloc[0]
    return _share(float(found["count"]), float(found["n"]))


def members_seen(community: Community, days: int) -> dict[str, float]:
    """Count members active in the stretch, among all who belonged throughout it."""
    community.require("events")
    community.require("members")
    found = community.query(
        """
with seen as (
    select member_id, max(day) as last_seen from member_days group by member_id
)
select
    count(*) as n,
    coalesce(sum(case when date_diff('day', last_seen, cast($last as date)) < $days then 1 else 0 end), 0)
        as count
from people
left join seen on seen.member_id = people.member_id
where is_listed and left_day is null and date_diff('day', joined_day, cast($last as date)) >= $days
order by n""",
        last=community.as_of,
        days=days,
    ).iloc[0]
    return _share(float(found["count"]), float(found["n"]))


def cost_in_orders(community: Community, days: int) -> dict[str, float]:
    """Divide the cost of an active member for a month by what an average order leaves after its goods."""
    community.require("costs", "amount")
    community.require("orders", "cost")
    last = {"last": community.as_of, "days": days}
    spent = community.query(
        """
select cast(coalesce(sum(amount), 0) as double) as amount
from costs where date_diff('day', day, cast($last as date)) between 0 and $days - 1
order by amount""",
        **last,
    )["amount"].iloc[0]
    months = community.query(
        """
with months as (
    select distinct member_id, floor(date_diff('day', day, cast($last as date)) * 1.0 / 30) as month
    from member_days where date_diff('day', day, cast($last as date)) < $days
)
select count(*) as n from months order by n""",
        last=community.as_of,
        days=days // 30 * 30 or days,
    )["n"].iloc[0]
    left = community.query(
        """
with kept as (
    select cast(net - coalesce(cost, 0) as decimal(18, 2)) as margin
    from orders where is_purchase and date_diff('day', day, cast($last as date)) < $days
)
select count(*) as n, sum(margin) as total, sum(margin * margin) as squares from kept order by n""",
        **last,
    ).iloc[0]
    n = float(left["n"])
    if n < FEW or months < FEW or not spent:
        raise TooLittle
    each = float(spent) / days * (days // 30 * 30 or days) / float(months)
    low, high = (float(end) for end in mean_from_sums(n, left["total"], left["squares"]))
    if low <= 0:
        raise TooLittle
    mean = float(left["total"]) / n
    return {"n": n, "count": np.nan, "estimate": each / mean, "low": each / high, "high": each / low}


def back_after_four_weeks(community: Community, days: int) -> dict[str, float]:
    """Count members active 28 to 34 days after joining, among those for whom these days lie in the data."""
    community.require("events")
    found = community.query(
        """
with newcomers as (
    select member_id, joined_day
    from people
    where date_diff('day', joined_day, cast($last as date)) between 34 and 33 + $days
        and (joined_known or date_diff('day', cast($first as date), joined_day) >= 28)
),
back as (
    select distinct newcomers.member_id
    from newcomers
    join member_days on member_days.member_id = newcomers.member_id
    where date_diff('day', newcomers.joined_day, member_days.day) between 28 and 34
)
select count(*) as n, count(back.member_id) as count
from newcomers
left join back on back.member_id = newcomers.member_id
order by n""",
        last=community.as_of,
        first=community.active_from,
        days=days,
    ).iloc[0]
    return _share(float(found["count"]), float(found["n"]))


def recommendation(community: Community, days: int) -> dict[str, float]:
    """Give the net promoter score of the months in the stretch."""
    community.require("surveys", "score")
    since = (community.as_of - dt.timedelta(days=days - 1)).replace(day=1)
    months = satisfaction.nps(community, every="month")
    months = months[pd.to_datetime(months["period"]) >= pd.Timestamp(since)]
    if months.empty:
        raise TooLittle
    summed = pd.DataFrame([months[list(satisfaction.CLASSES)].sum()])
    row = satisfaction.score(summed).iloc[0]
    return {"count": np.nan} | {name: float(row[name]) for name in ("n", "estimate", "low", "high")}


def questions_answered(community: Community, days: int) -> dict[str, float]:
    """Count members' questions that had a first reply within a day, over the whole history."""
    if response.choose(community) != "questions":
        raise TableMissing("contents", ["purpose"])
    community.require("events")
    row = response.answered(community, what="questions", within=(24,))
    return _share(float(row["count"].sum()), float(row["n"].sum()))


def members_who_buy(community: Community, days: int) -> dict[str, float]:
    """Count members who bought in the stretch, among those active in it."""
    community.require("orders")
    community.require("events")
    found = community.query(
        """
with active as (
    select distinct member_id from member_days where date_diff('day', day, cast($last as date)) < $days
),
bought as (
    select distinct member_id from orders
    where is_purchase and date_diff('day', day, cast($last as date)) < $days
)
select count(*) as n, count(bought.member_id) as count
from active
left join bought on bought.member_id = active.member_id
order by n""",
        last=community.as_of,
        days=days,
    ).iloc[0]
    return _share(float(found["count"]), float(found["n"]))


def buyers_who_come_back(community: Community, days: int) -> dict[str, float]:
    """Count buyers of the stretch before who bought again in this one."""
    community.require("orders")
    found = community.query(
        """
with buyers as (
    select
        member_id,
        max(case when date_diff('day', day, cast($last as date)) < $days then 1 else 0 end) as again,
        max(case when date_diff('day', day, cast($last as date)) >= $days then 1 else 0 end) as earlier
    from orders
    where is_purchase and date_diff('day', day, cast($last as date)) < 2 * $days
    group by member_id
)
select coalesce(sum(earlier), 0) as n, coalesce(sum(earlier * again), 0) as count from buyers order by n""",
        last=community.as_of,
        days=days,
    ).iloc[0]
    return _share(float(found["count"]), float(found["n"]))


SIGNS: dict[str, Callable[[Community, int], dict[str, float]]] = {
    "arrivals": arrivals,
    "active members": active_members,
    "near-copies": near_copies,
    "members who write": members_who_write,
    "members seen": members_seen,
    "cost in orders": cost_in_orders,
    "back after four weeks": back_after_four_weeks,
    "recommendation": recommendation,
    "questions answered": questions_answered,
    "members who buy": members_who_buy,
    "buyers who come back": buyers_who_come_back,
}
RATIOS = ("arrivals", "active members", "cost in orders")
SCORES = ("recommendation",)
