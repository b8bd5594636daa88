"""Say when each member began, and in which segment: the ground under retention and survival."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from helpers.community import Community
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.metrics.population import labels_sql

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


def starts_sql(
    community: Community,
    *,
    start: Start | None = None,
    by: str | None = None,
    segments: pd.DataFrame | None = None,
    left_edge: LeftEdge = "keep",
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
        Column of the members table for the segment; any name where `segments` is given.
    segments : pandas.DataFrame, optional
        ``member_id`` and ``segment``, such as personas.
    left_edge : {"leave_out", "keep"}, default "keep"
        Whether members who may have begun before the data do are left out.

    Returns
    -------
    str
        SQL with the columns ``member_id``, ``member_no``, ``start_day``, ``left_day``, ``segment`` and
        ``at_edge`` (may have begun before the data do), and the parameter ``$first_day``.

    Raises
    ------
    SettingsError
        When an option is none of those listed.
    TableMissing
        When the attribute in `by` was not supplied.

    Taught in: 06 Evaluation
    """
    start = start or default_start(community)
    if start not in ("joined", "first") or left_edge not in ("leave_out", "keep"):
        raise SettingsError(_('Choose start="joined" or "first", and left_edge="leave_out" or "keep".'))
    segment, labels = "'all'", ""
    if by is not None:
        segment = "labels.label"
        query = labels_sql(community, by, segments)
        labels = f"\n    left join ({query}\n    ) as labels on labels.member_id = people.member_id"
    firsts, day = "", "people.joined_day"
    if start == "first":
        day = "firsts.first_seen"
        firsts = """
    inner join members_seen as firsts on firsts.member_id = people.member_id"""
    kept = "" if left_edge == "keep" else f"\n    where not {_edge(day)}"
    return f"""
    select
        people.member_id,
        people.member_no,
        {day} as start_day,
        people.left_day,
        {segment} as segment,
        {_edge(day)} as at_edge
    from people{firsts}{labels}{kept}"""


def _edge(day: str) -> str:
    # Joined before the data begin, or of unknown joining and first seen within the first days of the data.
    early = "people.joined_known and people.joined_day < cast($first_day as date)"
    seen = f"not people.joined_known and date_diff('day', cast($first_day as date), {day}) < {EDGE_DAYS}"
    return f"(({early}) or ({seen}))"
