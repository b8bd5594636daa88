"""Follow what members write themselves, and prepare to reuse it with their consent."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import pandas as pd

from helpers.community import calendar
from helpers.community.calendar import Every
from helpers.metrics import population
from helpers.metrics.intervals import poisson_rate, wilson

if TYPE_CHECKING:
    from helpers.community import Community


def share(community: Community, *, every: Every = "month") -> pd.DataFrame:
    """Follow the share of posts that members wrote, period by period.

    Parameters
    ----------
    community : Community
        The opened community.
    every : {"day", "week", "month"}, default "month"
        Length of a period.

    Returns
    -------
    DataFrame
        period, n (posts), count (by members), estimate, low, high, authors (members who wrote at least one),
        open_period, left_edge, small.

    Raises
    ------
    TableMissing
        If the contents do not say who wrote them.

    Examples
    --------
    >>> from helpers.community import Community
    >>> written = pd.DataFrame({"content_id": ["a", "b"], "is_ugc": [True, False]})
    >>> written = written.assign(published_at="2026-05-04")
    >>> seen = pd.DataFrame({"member_id": ["m"], "occurred_at": "2026-05-01", "event_type": "view"})
    >>> found = share(Community.open({"contents": written, "events": seen}, as_of="2026-05-31"))
    >>> found[["n", "count", "estimate"]].values.tolist()
    [[2.0, 1.0, 0.5]]

    Taught in: 03 Content
    """
    community.require("contents", "is_ugc")
    found = community.query(
        f"""
        select cast(date_trunc('{every}', day) as date) as period, count(*) as n,
               count(*) filter (where is_ugc) as count,
               count(distinct case when is_ugc then author_id end) as authors
        from contents
        where is_ugc is not null
        group by 1
        order by 1
        """
    )
    found["period"] = pd.to_datetime(found["period"])
    frame = calendar.periods(population.written_from(community), community.as_of, every)
    frame = frame.drop(columns=["last_day", "days"])
    frame["period"] = pd.to_datetime(frame["period"])
    frame = frame.merge(found, on="period", how="left")
    frame[["n", "count", "authors"]] = frame[["n", "count", "authors"]].fillna(0).astype(int)
    low, high = wilson(frame["count"], frame["n"])
    frame = frame.assign(
        estimate=frame["count"] / frame["n"].where(frame["n"] > 0), low=low, high=high, small=frame["n"] < 30
    )
    order = [
        "period",
        "n",
        "count",
        "estimate",
        "low",
        "high",
        "authors",
        "open_period",
        "left_edge",
        "small",
    ]
    return community.describe(frame[order], "member posts", population="posts", every=every)


def rights_sheet(
    community: Community, *, days: int = 90, top: int = 8, least: int = 20, leave_out: Collection[str] = ()
) -> pd.DataFrame:
    """Prepare the sheet on which permission to reuse members' posts is asked for and kept.

    Parameters
    ----------
    community : Community
        The opened community.
    days : int, default 90
        How far back posts are looked for.
    top : int, default 8
        Posts listed.
    least : int, default 20
        Views that a post needs.
    leave_out : collection of str
        Ids of posts that are not to be listed, such as complaints.

    Returns
    -------
    DataFrame
        content_id, author_id, title, viewed, count (likes, saves, comments and shares), estimate (count /
        viewed),
        low, high and the empty columns asked_on, allowed_for, credit_as, changes_allowed, ends_on,
        withdrawn_on.
        Best first, by the lower end of the interval; no two posts of one author. Posts that moderators took
        down, sponsored posts and posts of members who have left are not listed.

    Raises
    ------
    TableMissing
        If contents do not say who wrote them, or events which content they belong to.

    Notes
    -----
    A member's post stays the member's work. Liking it in the group is no permission to print it on a box.

    Taught in: 03 Content
    """
    community.require("contents", "author_id", "is_ugc")
    community.require("events", "content_id")
    frame = community.query(
        """
        with earned as (
            select content_id,
                   count(*) filter (where event_type = 'view') as viewed,
                   count(*) filter (where event_type in ('like', 'save', 'comment', 'share')) as count
            from events
            where content_id is not null
            group by content_id
        ),
        broken as (
            select distinct content_id
            from moderation
            where content_id is not null and lower(action) not in ('keep', 'restored', 'restore',
            'dismissed', 'approved')
        )
        select contents.content_id, contents.author_id, contents.title, earned.viewed, earned.count
        from contents
        join earned on earned.content_id = contents.content_id
        join people on people.member_id = contents.author_id
        left join broken on broken.content_id = contents.content_id
        where contents.is_ugc and broken.content_id is null and people.left_day is null
          and coalesce(contents.is_sponsored, false) = false
          and earned.viewed >= $least
          and date_diff('day', contents.day, cast($as_of as date)) < $days
        order by contents.content_id
        """,
        least=int(least),
        days=int(days),
        as_of=community.as_of,
    )
    frame = frame[~frame["content_id"].isin(list(leave_out))].reset_index(drop=True)
    low, high = poisson_rate(frame["count"], frame["viewed"])
    frame = frame.assign(estimate=frame["count"] / frame["viewed"], low=low, high=high)
    frame = frame.sort_values(["low", "content_id"], ascending=[False, True], kind="stable")
    frame = frame.drop_duplicates("author_id").head(top).reset_index(drop=True)
    for name in ("asked_on", "allowed_for", "credit_as", "changes_allowed", "ends_on", "withdrawn_on"):
        frame[name] = ""
    return community.describe(
        frame, "rights sheet", population="posts of members", n=len(frame), unit="score", days=days
    )
