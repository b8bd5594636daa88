"""Say when each member began, and in which segment: the ground under retention and survival."""

from __future__ import annotations

from typing import Literal

from helpers.community import Community
from helpers.community.errors import SettingsError

Start = Literal["joined", "first"]
LeftEdge = Literal["leave_out", "keep"]

# A member who is first seen in these first days of the data may well have been here before.
EDGE_DAYS = 7


def default_start(community: Community) -> Start:
    """Choose the day that a membership is counted from.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    {"joined", "first"}
        First active day where activity rests on orders, otherwise the day of joining.

    Taught in: 06 Evaluation
    """
    return "first" if community.basis == "orders" else "joined"


def segment_sql(community: Community, by: str | None) -> str:
    """Return the expression for a member attribute, with a name for those who have none.

    Parameters
    ----------
    community : Community
        The opened community.
    by : str or None
        Column of the members table.

    Returns
    -------
    str
        SQL over the alias ``members``.

    Raises
    ------
    TableMissing
        When the attribute was not supplied.

    Taught in: 06 Evaluation
    """
    if by is None:
        return "'all'"
    if not by.isidentifier():
        raise SettingsError(f"by={by!r} is not the name of a column of the members table.")
    community.require("members", by)
    return f"coalesce(nullif(cast(members.{by} as varchar), ''), 'unknown')"


def starts_sql(
    community: Community, *, start: Start | None = None, by: str | None = None, left_edge: LeftEdge = "keep"
) -> str:
    """Return a query with one row a member: when they began and in which segment.

    Counting from joining keeps members who never did anything in the denominator; counting from the first
    active day leaves them out.

    Parameters
    ----------
    community : Community
        The opened community.
    start : {"joined", "first"}, optional
        Day that a membership is counted from; see :func:`default_start`.
    by : str, optional
        Column of the members table for the segment.
    left_edge : {"leave_out", "keep"}, default "keep"
        Whether members who may have begun before the data do are left out.

    Returns
    -------
    str
        SQL with the columns ``member_id``, ``start_day``, ``left_day``, ``segment`` and ``at_edge`` (may have
        begun before the data do), and the parameter ``$first_day``.

    Raises
    ------
    SettingsError
        When an option is none of those listed.

    Taught in: 06 Evaluation
    """
    start = start or default_start(community)
    if start not in ("joined", "first") or left_edge not in ("leave_out", "keep"):
        raise SettingsError('Choose start="joined" or "first", and left_edge="leave_out" or "keep".')
    segment = segment_sql(community, by)
    members = "" if by is None else "\n    left join members on members.member_id = people.member_id"
    firsts, day = "", "people.joined_day"
    if start == "first":
        day = "firsts.first_day"
        firsts = f"""
    inner join (
        select member_id, min(day) as first_day
        from {community.member_days()}
        group by member_id
    ) as firsts on firsts.member_id = people.member_id"""
    kept = "" if left_edge == "keep" else f"\n    where not {_edge(day)}"
    return f"""
    select
        people.member_id,
        {day} as start_day,
        people.left_day,
        {segment} as segment,
        {_edge(day)} as at_edge
    from people{firsts}{members}{kept}"""


def _edge(day: str) -> str:
    # Joined before the data begin, or of unknown joining and first seen within the first days of the data.
    early = "people.joined_known and people.joined_day < cast($first_day as date)"
    seen = f"not people.joined_known and date_diff('day', cast($first_day as date), {day}) < {EDGE_DAYS}"
    return f"(({early}) or ({seen}))"
