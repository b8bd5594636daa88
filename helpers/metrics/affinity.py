"""Find the theme of a community: which segment cares for which topic more than the others do."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from helpers.community import Community
from helpers.community.engine import identifier
from helpers.metrics.grouping import Segments, grouped_people

COLUMNS = ("topic", "format", "platform")
SMALL = 30


def sql(community: Community, *, topic: str = "topic", segments: Segments = None) -> str:
    """Show the query that finds each member's favourite topic and counts them by segment.

    Parameters
    ----------
    community : Community
        The opened community.
    topic : {"topic", "format", "platform"}, default "topic"
        Column of contents.
    segments : DataFrame or str, optional
        As in `lift`.

    Returns
    -------
    str
        The SQL text.

    Taught in: 02 Positioning
    """
    column = identifier(topic)
    return f"""
    with grouped as ({grouped_people(community, segments)}
    ),
    touched as (
        select events.member_id, contents.{column} as topic, count(*) as touches
        from events
        join contents on contents.content_id = events.content_id
        where contents.{column} is not null
        group by events.member_id, contents.{column}
    ),
    placed as (
        select member_id, topic,
               row_number() over (partition by member_id order by touches desc, topic) as place
        from touched
    )
    select grouped.segment, placed.topic, count(*) as count
    from placed
    join grouped on grouped.member_id = placed.member_id
    where place = 1
    group by grouped.segment, placed.topic
    order by grouped.segment, placed.topic"""


def lift(
    community: Community, *, topic: str = "topic", segments: Segments = None, level: float = 0.95
) -> pd.DataFrame:
    """Compare how often a topic is the favourite in a segment with how often among everyone else.

    A member's favourite is the topic of the content it touched most. Nearly everyone touches every topic
    sooner or later, so that having touched one says little; the favourite keeps telling them apart.

    Parameters
    ----------
    community : Community
        The opened community.
    topic : {"topic", "format", "platform"}, default "topic"
        Column of contents.
    segments : DataFrame or str
        A frame with member_id and segment, or a column of members.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        segment, topic, n (members of the segment with a favourite), count, share, others_n, others_count,
        others_share, estimate (lift: share / others_share), low, high, p, significant, small.

    Raises
    ------
    TableMissing
        If events or the column of contents are missing.

    Notes
    -----
    Ratio of proportions with the interval on the log scale (Katz et al. 1978); half a member is added to
    each count when one is zero. Fisher's exact test; `significant` holds the false discovery rate over
    all cells at 1 − level (Benjamini & Hochberg 1995).

    Taught in: 02 Positioning
    """
    if topic not in COLUMNS:
        raise ValueError(f"topic is one of {', '.join(COLUMNS)}; got {topic!r}")
    if segments is None:
        raise ValueError("lift compares segments: give a frame with member_id and segment, or a column")
    community.require("events", "content_id")
    community.require("contents", topic)
    found = community.query(sql(community, topic=topic, segments=segments))
    frame = compare(found, level=level)
    return community.describe(
        frame, "affinity", population="members with a favourite", topic=topic, unit="score"
    )


def compare(counts: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Compute the lift of every segment and topic from counts.

    Parameters
    ----------
    counts : DataFrame
        segment, topic, count.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        As `lift`.

    Examples
    --------
    >>> rows = [("A", "tea", 30), ("A", "cup", 10), ("B", "tea", 20), ("B", "cup", 60)]
    >>> counts = pd.DataFrame(rows, columns=["segment", "topic", "count"])
    >>> compare(counts)[["segment", "topic", "estimate"]].round(2).values.tolist()
    [['A', 'cup', 0.33], ['A', 'tea', 3.0], ['B', 'cup', 3.0], ['B', 'tea', 0.33]]

    Taught in: 02 Positioning
    """
    wide = counts.pivot_table(index="segment", columns="topic", values="count", aggfunc="sum", fill_value=0)
    frame = wide.stack().rename("count").reset_index()
    frame["n"] = frame["segment"].map(wide.sum(axis=1)).astype(int)
    frame["others_count"] = frame["topic"].map(wide.sum()) - frame["count"]
    frame["others_n"] = int(wide.to_numpy().sum()) - frame["n"]
    frame["share"] = frame["count"] / frame["n"]
    frame["others_share"] = frame["others_count"] / frame["others_n"].where(frame["others_n"] > 0)
    frame["estimate"], frame["low"], frame["high"] = _ratio(frame, level)
    tables = zip(frame["count"], frame["n"], frame["others_count"], frame["others_n"], strict=True)
    frame["p"] = [fisher_exact([[a, n - a], [b, m - b]]).pvalue for a, n, b, m in tables]
    tested = frame["others_n"] > 0
    frame["significant"] = False
    if tested.any():
        frame.loc[tested, "significant"] = multipletests(frame.loc[tested, "p"], 1 - level, method="fdr_bh")[
            0
        ]
    frame["small"] = frame["n"] < SMALL
    columns = ["segment", "topic", "n", "count", "share", "others_n", "others_count", "others_share"]
    return frame[[*columns, "estimate", "low", "high", "p", "significant", "small"]]


def _ratio(frame: pd.DataFrame, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    a, n = frame["count"].to_numpy(dtype=float), frame["n"].to_numpy(dtype=float)
    b, m = frame["others_count"].to_numpy(dtype=float), frame["others_n"].to_numpy(dtype=float)
    half = np.where((a == 0) | (b == 0), 0.5, 0.0)
    known = m > 0
    a, n, b, m = a + half, n + half, np.where(known, b + half, np.nan), np.where(known, m + half, np.nan)
    ratio = (a / n) / (b / m)
    error = np.sqrt(np.maximum(1 / a - 1 / n + 1 / b - 1 / m, 0))
    width = np.exp(-ndtri((1 - level) / 2) * error)
    return ratio, ratio / width, ratio * width
