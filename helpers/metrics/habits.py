"""See when members are there: active hours through the day and the week."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.grouping import Segments, grouped_people
from helpers.metrics.intervals import ratio_from_sums

SMALL = 30

# One row a member, community day and hour, however many events lie in it; leaving and joining are no habit.
_HOURS = """
    member_hours as (
        select distinct member_id, day, extract(hour from occurred_at) as hour
        from events
        where event_type not in ('leave', 'join')
    )"""


def week(community: Community) -> pd.DataFrame:
    """Count on how many active days members were there in each hour of the week.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    DataFrame
        168 rows: weekday (0 is Monday), hour, n (active member-days on that weekday), count (those with
        something done in that hour), estimate.

    Raises
    ------
    TableMissing
        If there are no events.

    Taught in: 02 Positioning
    """
    community.require("events", "occurred_at")
    found = community.query(
        f"""
        with {_HOURS},
        placed as (
            select date_diff('day', cast(date_trunc('week', day) as date), day) as weekday, hour
            from member_hours
        )
        select weekday, hour, count(*) as count
        from placed
        group by weekday, hour
        order by weekday, hour
        """
    )
    days = community.query(
        f"""
        with {_HOURS},
        member_dates as (select distinct member_id, day from member_hours)
        select date_diff('day', cast(date_trunc('week', day) as date), day) as weekday, count(*) as n
        from member_dates
        group by 1
        order by 1
        """
    )
    every = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    frame = found.set_index(["weekday", "hour"]).reindex(every, fill_value=0).reset_index()
    frame["n"] = frame["weekday"].map(days.set_index("weekday")["n"]).fillna(0).astype(int)
    frame["estimate"] = frame["count"] / frame["n"].where(frame["n"] > 0)
    return community.describe(frame[["weekday", "hour", "n", "count", "estimate"]], "active_hours_of_week")


def hours(community: Community, *, segments: Segments = None) -> pd.DataFrame:
    """Give the share of active days on which members were there in each hour of the day, by segment.

    Parameters
    ----------
    community : Community
        The opened community.
    segments : DataFrame or str, optional
        A frame with member_id and segment, or a column of members; default all members together.

    Returns
    -------
    DataFrame
        24 rows a segment: segment, hour, members (active ones), n (their active days), count, estimate,
        low, high, small. The interval treats members, not days, as what was drawn.

    Raises
    ------
    TableMissing
        If there are no events.

    Taught in: 02 Positioning
    """
    community.require("events", "occurred_at")
    people = grouped_people(community, segments)
    per_member = f"""
        with grouped as ({people}
        ),{_HOURS},
        dates as (
            select member_id, cast(count(distinct day) as double) as days
            from member_hours
            group by member_id
        )"""
    totals = community.query(
        f"""{per_member}
        select segment, count(*) as members, sum(days) as n, sum(days * days) as squares_x
        from dates
        join grouped on grouped.member_id = dates.member_id
        group by segment
        order by segment
        """
    )
    counts = community.query(
        f"""{per_member},
        by_hour as (
            select member_id, hour, cast(count(*) as double) as y
            from member_hours
            group by member_id, hour
        )
        select segment, hour, sum(y) as count, sum(y * y) as squares_y, sum(y * days) as products
        from by_hour
        join dates on dates.member_id = by_hour.member_id
        join grouped on grouped.member_id = by_hour.member_id
        group by segment, hour
        order by segment, hour
        """
    )
    every = pd.MultiIndex.from_product([totals["segment"], range(24)], names=["segment", "hour"])
    frame = counts.set_index(["segment", "hour"]).reindex(every, fill_value=0.0).reset_index()
    frame = frame.merge(totals, on="segment", how="left")
    frame["estimate"] = frame["count"] / frame["n"]
    low, high = ratio_from_sums(
        frame["members"],
        frame["count"],
        frame["squares_y"],
        frame["n"],
        frame["squares_x"],
        frame["products"],
    )
    frame["low"], frame["high"] = np.clip(low, 0, None), np.clip(high, None, 1)
    frame["small"] = frame["members"] < SMALL
    frame[["n", "count"]] = frame[["n", "count"]].astype(int)
    columns = ["segment", "hour", "members", "n", "count", "estimate", "low", "high", "small"]
    return community.describe(frame[columns], "active_hours")
