"""Ask how fast a post reaches those whom it will reach, and when it has reached half of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import binom

from helpers.metrics import intervals

if TYPE_CHECKING:
    from helpers.community import Community

HOURS = (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 72, 96, 120, 144, 168)

# Views of posts that are old enough: a post of yesterday has not had its second day yet.
_SEEN = """seen as (
    select
        contents.content_id,
        coalesce(cast({label} as varchar), 'unknown') as label,
        date_diff('second', contents.published_at, events.occurred_at) / 3600.0 as hours
    from contents
    join events on events.content_id = contents.content_id and events.event_type = 'view'
    where date_diff('day', contents.day, cast($as_of as date)) >= $days
        and contents.day >= cast($first_day as date)
        and date_diff('second', contents.published_at, events.occurred_at) <= $days * 86400
)"""


def _label(community: Community, by: str | None) -> str:
    community.require("events", "content_id")
    community.require("contents", "published_at")
    if by is None:
        return "'all'"
    if by not in ("format", "topic", "platform", "purpose"):
        raise ValueError(f'by={by!r}: choose one of "format", "topic", "platform", "purpose", or nothing.')
    community.require("contents", by)
    return f"contents.{by}"


def curve(
    community: Community, *, by: str | None = None, days: int = 7, hours: Sequence[float] = HOURS
) -> pd.DataFrame:
    """Follow which share of its views a post has had so many hours after it was published.

    Parameters
    ----------
    community : Community
        The community.
    by : {"format", "topic", "platform", "purpose"}, optional
        Compare kinds of posts.
    days : int, default 7
        Views within this time are all that count; younger posts are left out.
    hours : sequence of float
        Where to read the curve.

    Returns
    -------
    DataFrame
        `by` column (where asked), ``hours``, ``n`` posts, ``viewed`` (views within `days`), ``count`` (of
        them within the hours), ``estimate``, ``low``, ``high``, ``small``. Posts are the units.

    Raises
    ------
    TableMissing
        When there are no posts, or the events do not name them.

    Taught in: 03 Content
    """
    label = _label(community, by)
    at = [hour for hour in hours if hour <= days * 24]
    counts = ",\n        ".join(
        f"cast(count(*) filter (where hours <= {float(hour)}) as double) as h{place}"
        for place, hour in enumerate(at)
    )
    sums = ",\n    ".join(
        f"sum(h{place}) as t{place}, sum(h{place} * h{place}) as s{place}, sum(h{place} * views) as p{place}"
        for place in range(len(at))
    )
    table = community.query(
        f"""
with {_SEEN.format(label=label)},
per_post as (
    select label, content_id, cast(count(*) as double) as views,
        {counts}
    from seen
    group by label, content_id
)
select label, count(*) as n, sum(views) as views, sum(views * views) as view_squares,
    {sums}
from per_post
group by label
order by views desc, label""",
        days=int(days),
        as_of=community.as_of,
        first_day=community.first_day,
    )
    parts = []
    for place, hour in enumerate(at):
        low, high = intervals.ratio_from_sums(
            table["n"], table[f"t{place}"], table[f"s{place}"],
            table["views"], table["view_squares"], table[f"p{place}"],
        )  # fmt: skip
        parts.append(
            pd.DataFrame(
                {
                    by or "label": table["label"],
                    "hours": hour,
                    "n": table["n"],
                    "viewed": table["views"].fillna(0).astype(int),
                    "count": table[f"t{place}"].fillna(0).astype(int),
                    "estimate": table[f"t{place}"] / table["views"],
                    "low": np.clip(low, 0, 1),
                    "high": np.clip(high, 0, 1),
                    "small": table["n"] < 30,
                }
            )
        )
    result = pd.concat(parts, ignore_index=True)
    result = result.drop(columns="label") if by is None else result
    return community.describe(
        result, "reach curve", population="posts and their views", period="whole history", by=by, days=days
    )


def half(
    community: Community, *, by: str | None = None, days: int = 7, least: int = 10, level: float = 0.95
) -> pd.DataFrame:
    """Find the hours until a post has had half of its views: the middle post, with an interval.

    Parameters
    ----------
    community : Community
        The community.
    by : {"format", "topic", "platform", "purpose"}, optional
        Compare kinds of posts.
    days : int, default 7
        Views within this time are all that count; younger posts are left out.
    least : int, default 10
        Posts with fewer views are left out: half of three views is no measure.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        `by` column (where asked), ``n`` posts, ``estimate`` (median of the hours), ``low``, ``high``,
        ``quarter`` and ``three_quarters`` (a quarter of posts was faster, a quarter slower), ``small``.

    Notes
    -----
    The interval of the median lies between two order statistics, whatever the distribution is.

    Examples
    --------
    >>> from helpers.community import Community
    >>> contents = pd.DataFrame({"content_id": ["p"], "published_at": ["2026-05-01 08:00"]})
    >>> views = pd.DataFrame({"member_id": list("abcd"), "event_type": "view", "content_id": "p",
    ...     "occurred_at": [f"2026-05-01 {at}" for at in ("09:00", "10:00", "18:00", "20:00")]})
    >>> later = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-20"]})
    >>> community = Community.open({"contents": contents, "events": pd.concat([views, later])})
    >>> half(community, least=1)[["n", "estimate"]].to_numpy().tolist()
    [[1.0, 2.0]]

    Taught in: 03 Content
    """
    label = _label(community, by)
    table = community.query(
        f"""
with {_SEEN.format(label=label)},
ranked as (
    select
        label,
        content_id,
        hours,
        row_number() over (partition by content_id order by hours) as place,
        count(*) over (partition by content_id) as views
    from seen
),
halves as (
    select label, content_id, min(hours) as hours
    from ranked
    where place * 2 >= views and views >= $least
    group by label, content_id
)
select label, cast(round(hours, 2) as double) as hours, count(*) as posts
from halves
group by label, round(hours, 2)
order by label, hours""",
        days=int(days),
        least=int(least),
        as_of=community.as_of,
        first_day=community.first_day,
    )
    rows = []
    for name, part in table.groupby("label", sort=True):
        values = np.repeat(part["hours"].to_numpy(), part["posts"].to_numpy())
        n = len(values)
        first, last = binom.ppf([(1 - level) / 2, (1 + level) / 2], n, 0.5).astype(int)
        wide = first > 0  # with five posts or fewer no two of them enclose the median that surely
        quarter, middle, three_quarters = np.quantile(values, [0.25, 0.5, 0.75])
        rows.append(
            {
                by or "label": name,
                "n": n,
                "estimate": middle,
                "low": values[first - 1] if wide else np.nan,
                "high": values[min(last, n - 1)] if wide else np.nan,
                "quarter": quarter,
                "three_quarters": three_quarters,
                "small": n < 30,
            }
        )
    columns = [by or "label", "n", "estimate", "low", "high", "quarter", "three_quarters", "small"]
    result = pd.DataFrame(rows, columns=columns).sort_values("estimate", ignore_index=True)
    result = result.drop(columns="label") if by is None else result
    return community.describe(
        result,
        "time to half reach",
        population="posts and their views",
        period="whole history",
        unit="hours",
        by=by,
        days=days,
    )
