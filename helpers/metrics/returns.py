"""The reduction that all metrics over time share: each active day and the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community import member_days

if TYPE_CHECKING:
    from helpers.community import Community


def sql(community: Community) -> str:
    """Write the query behind :func:`active_days`.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    str
        One query: ``member_no`` (as in ``people``), ``day``, ``before``, ``events`` and the counts that
        metrics over time ask for, packed into words (see :mod:`helpers.community.member_days`).

    Taught in: 06 Evaluation
    """
    base = member_days.base(community)
    words = (f"days.{word}" for word in member_days.words(community.engine.columns(base), "often"))
    return f"""
select
    people.member_no,
    days.day,
    lag(days.day) over (partition by people.member_no order by days.day) as before,
    {", ".join(["days.events", *words])}
from {base} as days
join people on people.member_id = days.member_id"""


def active_days(community: Community) -> str:
    """Put every active day beside the member's previous one, once, and return the table's name.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    str
        Name of a table in the engine: ``member_no`` (as in ``people``), ``day``, ``before`` (missing on
        the first day), ``events``, and the words that hold the counts of what was done.

    Notes
    -----
    Sorting every member's days is the dearest step of all metrics over time, so it is done only once.
    It also saves most groupings: a day opens a member's week where ``before`` is missing or lies in an
    earlier week, so members by week are counted by counting such days.

    Taught in: 06 Evaluation
    """
    if not community.engine.exists("active_days"):
        community.people()
        community.engine.run(f"create table active_days as {sql(community)}")
    return "active_days"


def spans(community: Community) -> str:
    """Put down every member's first and last active day and stay, once, and return the table's name.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    str
        Name of a table in the engine, one row for each member, silent ones included: ``member_id``,
        ``member_no``, ``joined_day``, ``left_day``, ``first_seen``, ``last_seen``, ``days`` (active days),
        ``entered``, ``gone``. A member belongs from joining or the first active day, whichever came first,
        until leaving or the last active day, whichever came last: so nobody is active without belonging.

    Taught in: 06 Evaluation
    """
    if not community.engine.exists("member_spans"):
        community.people()
        community.engine.run("""
create table member_spans as
select
    people.member_id,
    people.member_no,
    people.joined_day,
    people.left_day,
    seen.first_seen,
    seen.last_seen,
    coalesce(seen.days, 0) as days,
    least(people.joined_day, coalesce(seen.first_seen, people.joined_day)) as entered,
    case when people.left_day is not null
        then greatest(people.left_day, coalesce(seen.last_seen, people.left_day)) end as gone
from people
left join members_seen as seen on seen.member_id = people.member_id""")
    return "member_spans"


def pairs(community: Community) -> pd.DataFrame:
    """Count members by active day and the active day before it: at most one row for each pair of days.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    DataFrame
        ``day``, ``before`` (missing: it was the first) and ``members``; ``at`` and ``since`` are the same
        days as numbers from the first day of the data, -1 for missing. DAU, WAU and MAU of any window and
        growth in any period follow from this small table without another look at the members.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": list("aab"), "event_type": "like",
    ...                        "occurred_at": ["2026-05-01", "2026-05-04", "2026-05-04"]})
    >>> pairs(Community.open({"events": events}))[["since", "at", "members"]].to_numpy().tolist()
    [[-1, 0, 1], [-1, 3, 1], [0, 3, 1]]

    Taught in: 06 Evaluation
    """
    if not community.engine.exists("day_pairs"):
        community.engine.run(f"""
create table day_pairs as
select day, before, count(*) as members
from {active_days(community)}
group by day, before""")
    table = community.query("select day, before, members from day_pairs order by day, before nulls first")
    first = np.datetime64(community.active_from, "D")
    table["at"] = (table["day"].to_numpy("datetime64[D]") - first).astype(int)
    before = table["before"].to_numpy("datetime64[D]")
    table["since"] = np.where(np.isnat(before), -1, (before - first).astype(int))
    return table
