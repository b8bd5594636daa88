"""The population: every member there is, seen or silent, with the edges of what was seen of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.community import member_days

if TYPE_CHECKING:
    from helpers.community.opening import Community

SEEN = """
select member_id, min(day) as first_seen, max(day) as last_seen, count(*) as days
from {base}
group by member_id
"""

SQL = """
with firsts as (
    select member_id, first_seen from members_seen
    union all
    select member_id, min(day) as first_seen from orders group by member_id
),
seen as (
    select member_id, min(first_seen) as first_seen
    from firsts
    group by member_id
)
select
    coalesce(members.member_id, seen.member_id) as member_id,
    coalesce(members.joined_day, seen.first_seen, date '{first_day}') as joined_day,
    members.left_day,
    members.source,
    members.member_id is not null as is_listed,
    members.joined_day is not null as joined_known,
    cast(row_number() over (order by coalesce(members.member_id, seen.member_id)) as integer) as member_no
from members
full join seen on members.member_id = seen.member_id
"""


def build(community: Community) -> None:
    """Build the tables ``people``, the denominator of everything that counts members, and ``members_seen``.

    Parameters
    ----------
    community : Community
        The community.

    Notes
    -----
    One row a member: ``member_id``, ``joined_day`` (or the first day seen), ``left_day``, ``source``,
    ``is_listed`` (has a row in members), ``joined_known`` and ``member_no``, which stands for the id where
    many rows are sorted or joined: numbers are quicker than words. ``members_seen`` has one row for each
    member of ``member_days``: ``member_id``, ``first_seen``, ``last_seen`` and ``days`` (how many were
    active).

    Taught in: 06 Evaluation
    """
    seen = SEEN.format(base=member_days.base(community))
    if community.basis == "events" and community.engine.exists("members_found"):
        seen = "select * from members_found"  # the door has counted them with the rows
    community.engine.run(f"create table members_seen as {seen}")
    community.engine.run(f"create table people as {SQL.format(first_day=community.first_day.isoformat())}")
