"""Put members into groups for a comparison: by a column of theirs, or by segments that a model found."""

from __future__ import annotations

from typing import TypeAlias

import pandas as pd

from helpers.community import Community
from helpers.community.engine import identifier

# Members whom the given segments do not name stay in the table, and in every denominator.
UNASSIGNED = "unassigned"

Segments: TypeAlias = pd.DataFrame | str | None


def grouped_people(community: Community, segments: Segments = None) -> str:
    """Give the SQL of a relation with one row a member: member_id, segment.

    Parameters
    ----------
    community : Community
        The opened community.
    segments : DataFrame or str, optional
        A frame with member_id and segment (as `rfm.assign` or `personas` give it), the name of a column
        of members, or nothing: then all members are the one segment "all".

    Returns
    -------
    str
        A query, without brackets.

    Raises
    ------
    TableMissing
        If the column was not supplied.
    ValueError
        If the frame lacks a column or names a member twice.

    Examples
    --------
    >>> orders = pd.DataFrame(
    ...     {"order_id": ["1"], "member_id": ["a"], "ordered_at": ["2026-05-01"], "amount": [9.5]}
    ... )
    >>> community = Community.open({"orders": orders})
    >>> community.query(grouped_people(community))
      member_id segment
    0         a     all

    Taught in: 02 Positioning
    """
    if segments is None:
        return "select member_id, 'all' as segment from people"
    if isinstance(segments, str):
        community.require("members", segments)
        source, name = "members", identifier(segments)
    else:
        source, name = _registered(community, segments), "segment"
    return f"""
    select people.member_id, coalesce(nullif(cast(given.{name} as varchar), ''), '{UNASSIGNED}') as segment
    from people
    left join {source} as given on cast(given.member_id as varchar) = people.member_id"""


def _registered(community: Community, segments: pd.DataFrame) -> str:
    missing = {"member_id", "segment"} - set(segments.columns)
    if missing:
        raise ValueError(f"segments needs the columns member_id and segment; missing: {sorted(missing)}")
    if segments["member_id"].duplicated().any():
        raise ValueError("segments names a member twice: give every member one segment")
    community.engine.register("segments_given", segments[["member_id", "segment"]])
    return "segments_given"
