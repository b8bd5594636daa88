"""The population: every member there is, seen or silent, with the edges of what was seen of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.community.opening import Community

SQL = """
with days_seen as (
    select member_id, day from member_days
    union all
    select member_id, day from orders
),
seen as (
    select member_id, min(day) as first_seen
    from days_seen
    group by member_id
)
select
    coalesce(members.member_id, seen.member_id) as member_id,
    coalesce(members.joined_day, seen.first_seen, date '{first_day}') as joined_day,
    members.left_day,
    members.source,
    members.member_id is not null as is_listed,
    members.joined_day is not null as joined_known
from members
full join seen on members.member_id = seen.member_id
"""


def build(community: Community) -> None:
    """Build the table ``people`` in the engine: the denominator of everything that counts members.

    Parameters
    ----------
    community : Community
        The community; its ``member_days`` must be built.

    Notes
    -----
    One row a member: ``member_id``, ``joined_day`` (or the first day seen), ``left_day``, ``source``,
    ``is_listed`` (has a row in members) and ``joined_known``.

    Taught in: 06 Evaluation
    """
    community.engine.run(f"create table people as {SQL.format(first_day=community.first_day.isoformat())}")
