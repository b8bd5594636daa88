"""Lay out a community manager's week: each day a duty, a question, this week's number, and where to look."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.errors import TableMissing
from helpers.metrics import response

COLUMNS = ["weekday", "role", "duty", "question", "measure", "unit", "value", "before", "n", "chapter"]


def week(community: Community, *, days: int = 7) -> pd.DataFrame:
    """Fill the routine of a week with the numbers of the last seven days and of the seven before.

    Parameters
    ----------
    community : Community
        The opened community.
    days : int, default 7
        Length of a round of the routine.

    Returns
    -------
    pandas.DataFrame
        One row a duty that the tables can show, Monday first: ``weekday``, ``role`` (whose hat the manager
        wears), ``duty``, ``question``, ``measure`` (what the number is), ``unit`` ("count", "share" or
        "money"), ``value`` (last seven days), ``before`` (the seven before; missing where the log of events,
        or the orders, begin later), ``n`` (what a share rests on), ``chapter`` (where the question is worked
        out).

    Taught in: 01 Definition
    """
    rows: list[list[object]] = []
    for duty in (_analyst, _content, _members, _answers, _selling, _planning, _order):
        try:
            rows += duty(community, int(days))
        except TableMissing:  # a duty whose table is not there has no number this week
            continue
    table = pd.DataFrame(rows, columns=COLUMNS)
    table[["value", "before"]] = table[["value", "before"]].astype(float)
    return community.describe(
        table,
        "the manager's week",
        population="members of the community",
        period=f"last {int(days)} days",
        days=int(days),
    )


def _stretches(community: Community, days: int) -> list[dict[str, dt.date]]:
    last = community.as_of
    ends = [last, last - dt.timedelta(days=days)]
    return [{"first": end - dt.timedelta(days=days - 1), "last": end} for end in ends]


def _twice(community: Community, days: int, sql: str, since: dt.date) -> tuple[pd.Series, pd.Series]:
    stretches = _stretches(community, days)
    now, before = (community.query(sql, **stretch).iloc[0].astype(float) for stretch in stretches)
    return now, before if stretches[1]["first"] >= since else before * np.nan


def _ratio(row: pd.Series, count: str, n: str) -> float:
    return float(row[count] / row[n]) if row[n] else np.nan


def _analyst(community: Community, days: int) -> list[list[object]]:
    now, before = _twice(
        community,
        days,
        "select count(distinct member_id) as n from member_days where day between $first and $last "
        "order by n",
        community.active_from,
    )
    name = "members who were active" if community.basis == "events" else "members who bought"
    return [
        ["Mon", "analyst", "monitoring", "Is anything out of the ordinary?", name, "count",
         now["n"], before["n"], now["n"], "06"]
    ]  # fmt: skip


def _content(community: Community, days: int) -> list[list[object]]:
    community.require("events")
    now, before = _twice(
        community,
        days,
        "select sum(n_view) as views, sum(n_like + n_save + n_comment + n_share) as reactions "
        "from member_days where day between $first and $last order by views",
        community.active_from,
    )
    if not now["views"] > 0:
        return []
    values = _ratio(now, "reactions", "views"), _ratio(before, "reactions", "views")
    return [
        ["Tue", "builder", "content", "Was what we posted worth their time?", "reactions per view", "share",
         *values, now["views"], "03"]
    ]  # fmt: skip


def _members(community: Community, days: int) -> list[list[object]]:
    community.require("members", "joined_at")
    now, before = _twice(
        community,
        days,
        """
with fresh as (select member_id, joined_day from people where joined_day between $first and $last),
did as (
    select fresh.member_id
    from fresh
    inner join member_days on member_days.member_id = fresh.member_id
    where member_days.day between fresh.joined_day and cast($last as date) and member_days.actions > 0
    group by fresh.member_id
)
select count(*) as n, count(did.member_id) as acted
from fresh
left join did on did.member_id = fresh.member_id
order by n""",
        community.active_from,
    )
    values = _ratio(now, "acted", "n"), _ratio(before, "acted", "n")
    return [
        ["Wed", "experience expert", "members", "Did the newcomers find something to do?",
         "newcomers who did more than look", "share", *values, now["n"], "04"]
    ]  # fmt: skip


def _answers(community: Community, days: int) -> list[list[object]]:
    # Questions of the last round, one day back, so that each had its day.
    what = response.choose(community)
    values: list[tuple[float, float]] = []
    for stretch in _stretches(community, days):
        end = stretch["last"] + dt.timedelta(days=1)
        found = community.query(
            f"""
with waiting as ({response.sql(community, what=what)}
)
select
    count(*) as n,
    count(*) filter (where waited > 86400 or waited is null) as late
from waiting
where watched >= 86400 and watched < 86400 * {days + 1}
order by n""",
            after=dt.datetime.combine(end, dt.time(community.settings.day_starts_at)).isoformat(sep=" "),
        ).iloc[0]
        known = found["n"] and (not values or stretch["first"] >= community.active_from)
        values.append((float(found["late"]) / found["n"] if known else np.nan, float(found["n"])))
    (value, n), (old, _n) = values
    return [
        ["Thu", "spokesperson", "interaction", "Who is still waiting for an answer?",
         f"{what} without a reply after a day", "share", value, old, n, "04"]
    ]  # fmt: skip


def _selling(community: Community, days: int) -> list[list[object]]:
    community.require("orders")
    now, before = _twice(
        community,
        days,
        "select cast(coalesce(sum(net), 0) as double) as net, count(*) as n from orders "
        "where day between $first and $last order by n",
        community.first_day,
    )
    return [
        ["Fri", "analyst", "sales", "What did the members buy?", "net revenue", "money",
         now["net"], before["net"], now["n"], "06"]
    ]  # fmt: skip


def _planning(community: Community, days: int) -> list[list[object]]:
    community.require("campaigns", "starts_at")
    sql = (
        "select count(*) as n from campaigns where cast(starts_at as date) <= cast($last as date) "
        "and coalesce(cast(ends_at as date), cast(starts_at as date)) >= cast($first as date) order by n"
    )
    now, before = _twice(community, days, sql, dt.date.min)  # campaigns have days of their own
    return [
        ["Fri", "builder", "event planning", "What is running, and who does not get it?",
         "campaigns under way", "count", now["n"], before["n"], now["n"], "06"]
    ]  # fmt: skip


def _order(community: Community, days: int) -> list[list[object]]:
    community.require("moderation")
    now, before = _twice(
        community,
        days,
        "select count(*) as n from moderation where day between $first and $last order by n",
        community.first_day,
    )
    return [
        ["daily", "spokesperson", "keeping order", "What had to be moderated?", "decisions of the moderators",
         "count", now["n"], before["n"], now["n"], "04"]
    ]  # fmt: skip
