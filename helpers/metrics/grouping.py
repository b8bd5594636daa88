"""Put members into groups for a comparison: by a column of theirs, or by segments that a model found."""

from __future__ import annotations

from typing import TypeAlias

import pandas as pd

from helpers.community import Community
from helpers.metrics.population import labels_sql

# Members whom the given segments do not name are "unknown", so they stay in every denominator.
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
        labels = labels_sql(community, segments)
    else:
        missing = {"member_id", "segment"} - set(segments.columns)
        if missing:
            raise ValueError(f"segments needs the columns member_id and segment; missing: {sorted(missing)}")
        if segments["member_id"].duplicated().any():
            raise ValueError("segments names a member twice: give every member one segment")
        labels = labels_sql(community, "segment", segments)
    return f"select labelled.member_id, labelled.label as segment from ({labels}) as labelled"
