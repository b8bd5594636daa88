"""Compare posts by what their readers did: rates by format, topic and author, with posts as the units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import ratio_from_sums, wilson

REACTIONS = ("like", "save", "comment", "share")
KINDS = ("click", "like", "save", "comment", "share")
GROUPS = ("format", "topic", "author", "purpose", "platform")
_READING = ("view", "live_enter")
# What is announced to a group, or put before members by a campaign, did not compete for its readers.
CHOSEN = """and coalesce(contents.purpose, 'post') <> 'notice'
        and events.content_id not in (select content_id from campaigns where content_id is not null)"""


def author_sql() -> str:
    """Write who stands behind a post as SQL: sponsored, kol, brand, member or unknown.

    The relation has to offer ``contents`` and the author's row of ``members`` under the name ``authors``.

    Taught in: 03 Content
    """
    return """case
        when contents.is_sponsored then 'sponsored'
        when authors.role = 'kol' then 'kol'
        when contents.is_ugc then 'member'
        when not contents.is_ugc then 'brand'
        when authors.member_id is not null then 'member'
        else 'unknown'
    end"""


def quoted(types: Sequence[str]) -> str:
    """Write event types as a list in SQL; anything that is not a plain word is refused.

    Taught in: 03 Content
    """
    for name in types:
        if not name.replace("_", "").isalnum():
            raise ValueError(f"{name!r} is not the name of an event type, such as like or comment.")
    return ", ".join(f"'{name}'" for name in types)


def sql(flags: Mapping[str, Sequence[str]]) -> str:
    """Write the query with one row a post: who read it, and how many of these readers did what.

    Parameters
    ----------
    flags : mapping of str to sequence of str
        Name of a column, and the event types of which a reader must have left one to be counted in it.

    Returns
    -------
    str
        Portable SQL. A member who reacts has read the post, seen or not; authors do not read their own.
        Notices, and posts that a campaign puts before members, are left out.

    Taught in: 03 Content
    """
    known = sorted(set(_READING).union(*flags.values()))
    marks = "".join(
        f"\n        max(case when events.event_type in ({quoted(types)}) then 1 else 0 end) as {name},"
        for name, types in flags.items()
    )
    sums = "".join(f", cast(sum({name}) as bigint) as {name}" for name in flags)
    return f"""
with reading as (
    select
        events.content_id,
        events.member_id,{marks}
        sum(case when events.event_type in ({quoted(_READING)}) then 1 else 0 end) as views
    from events
    left join contents on contents.content_id = events.content_id
    where events.content_id is not null
        and events.event_type in ({quoted(known)})
        and (contents.author_id is null or contents.author_id <> events.member_id)
        {CHOSEN}
    group by events.content_id, events.member_id
),
posts as (
    select content_id, count(*) as n, cast(sum(views) as bigint) as views{sums}
    from reading
    group by content_id
)
select
    posts.*, contents.published_at, contents.day, contents.format, contents.topic, contents.purpose,
    contents.platform, contents.author_id, {author_sql()} as author
from posts
left join contents on contents.content_id = posts.content_id
left join members as authors on authors.member_id = contents.author_id"""


def posts(community: Community, *, reactions: Sequence[str] = REACTIONS) -> pd.DataFrame:
    """List the posts with their readers and the share of the readers who reacted.

    A reader is counted once, however often the post was opened, so that the share lies between 0 and 1 and
    the exposure of a post is divided out. Notices, and posts that a campaign puts before members, are left
    out: they did not compete for their readers.

    Parameters
    ----------
    community : Community
        The community.
    reactions : sequence of str, default ("like", "save", "comment", "share")
        A reader who left at least one of these events reacted.

    Returns
    -------
    DataFrame
        One row a post with a reader, by content_id: ``content_id``, ``published_at``, ``day``, ``format``,
        ``topic``, ``purpose``, ``platform``, ``author_id``, ``author`` (member, kol, brand, sponsored or
        unknown), ``views`` (times opened), ``n`` (readers), ``count`` (of them reacted), ``estimate``,
        ``low``, ``high`` (Wilson), ``small``.

    Raises
    ------
    TableMissing
        When the events do not say which post they belong to.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": list("abba"), "content_id": "p",
    ...     "event_type": ["view", "view", "like", "view"], "occurred_at": "2026-05-01"})
    >>> posts(Community.open({"events": events}))[["content_id", "views", "n", "count", "estimate"]]
      content_id  views  n  count  estimate
    0          p      3  2      1       0.5

    Taught in: 03 Content
    """
    community.require("events", "content_id")
    table = community.query(sql({"reacted": reactions}) + "\norder by posts.content_id")
    low, high = wilson(table["reacted"], table["n"])
    table = table.rename(columns={"reacted": "count"}).assign(
        estimate=table["reacted"] / table["n"], low=low, high=high, small=table["n"] < 30
    )
    columns = ["content_id", "published_at", "day", "format", "topic", "purpose", "platform", "author_id"]
    columns += ["author", "views", "n", "count", "estimate", "low", "high", "small"]
    return community.describe(
        table[columns],
        "reactions by post",
        population="readers",
        period="whole history",
        reactions=list(reactions),
        randomised=False,
    )


def _sums(community: Community, flags: Mapping[str, Sequence[str]], by: str | None) -> pd.DataFrame:
    # Sums over the posts of a group are all that the interval of a ratio needs.
    label = "'all'" if by is None else f"coalesce({by}, 'unknown')"
    sums = "".join(
        f",\n    sum({name}) as y_{name}, sum(cast({name} as double) * {name}) as yy_{name}"
        f", sum(cast({name} as double) * n) as xy_{name}"
        for name in flags
    )
    wide = community.query(f"""
with by_post as ({sql(flags)}
)
select
    {label} as label, count(*) as posts, sum(n) as n, sum(cast(n as double) * n) as xx{sums}
from by_post
group by 1
order by 1""")
    parts = [
        wide[["label", "posts", "n", "xx"]].assign(
            kind=name.removeprefix("did_"),
            count=wide[f"y_{name}"],
            yy=wide[f"yy_{name}"],
            xy=wide[f"xy_{name}"],
        )
        for name in flags
    ]
    return pd.concat(parts, ignore_index=True).astype({"posts": int, "n": int, "count": int, "label": object})


def _with_intervals(sums: pd.DataFrame) -> pd.DataFrame:
    low, high = ratio_from_sums(sums["posts"], sums["count"], sums["yy"], sums["n"], sums["xx"], sums["xy"])
    naive_low, naive_high = wilson(sums["count"], sums["n"])
    return sums.assign(
        estimate=sums["count"] / sums["n"],
        low=np.clip(low, 0, 1),
        high=np.clip(high, 0, 1),
        naive_low=naive_low,
        naive_high=naive_high,
        design_effect=((high - low) / (naive_high - naive_low)) ** 2,
        small=sums["posts"] < 30,
    )


_RATE = [
    "posts",
    "n",
    "count",
    "estimate",
    "low",
    "high",
    "naive_low",
    "naive_high",
    "design_effect",
    "small",
]


def rates(community: Community, *, by: str = "format", reactions: Sequence[str] = REACTIONS) -> pd.DataFrame:
    """Compare groups of posts by the share of their readers who reacted.

    Parameters
    ----------
    community : Community
        The community.
    by : {"format", "topic", "author", "purpose", "platform"}, default "format"
        What groups the posts.
    reactions : sequence of str, default ("like", "save", "comment", "share")
        A reader who left at least one of these events reacted.

    Returns
    -------
    DataFrame
        One row a group, highest first: the group under the name `by`, ``posts``, ``n`` (readers, summed over
        the posts), ``count`` (reacted), ``estimate``, ``low``, ``high`` (posts as the units),
        ``naive_low``, ``naive_high`` (Wilson, as if every reader had decided alone), ``design_effect``
        (how many times larger the honest variance is), ``small`` (fewer than 30 posts).

    Raises
    ------
    TableMissing
        When there are no contents, or the events do not say which post they belong to.

    Notes
    -----
    The readers of one post have the same post before them, so a group rests on its posts rather than on its
    readers: linearised ratio of totals (Cochran 1977, ch. 6) and the design effect of Kish (1965), *Survey
    Sampling*. A comparison of posts is not an experiment: who writes about what, and for whom, goes with it.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": list("abab"), "content_id": list("ppqq"),
    ...     "event_type": ["view", "like", "view", "view"], "occurred_at": "2026-05-01"})
    >>> contents = pd.DataFrame({"content_id": list("pq"), "published_at": "2026-05-01",
    ...                          "format": ["image", "text"]})
    >>> community = Community.open({"events": events, "contents": contents})
    >>> rates(community)[["format", "posts", "n", "count", "estimate"]]
      format  posts  n  count  estimate
    0  image      1  2      1       0.5
    1   text      1  2      0       0.0

    Taught in: 03 Content
    """
    if by not in GROUPS:
        raise ValueError(f"by={by!r}: choose one of {', '.join(GROUPS)}.")
    community.require("events", "content_id")
    community.require("contents", *([] if by == "author" else [by]))
    table = _with_intervals(_sums(community, {"reacted": reactions}, by)).rename(columns={"label": by})
    table = table.sort_values(["estimate", by], ascending=[False, True], ignore_index=True)
    return community.describe(
        table[[by, *_RATE]],
        "reaction rate",
        population="readers of posts",
        period="whole history",
        by=by,
        reactions=list(reactions),
        randomised=False,
    )


def reaction_kinds(community: Community, *, by: str | None = None) -> pd.DataFrame:
    """Give the rate of every kind of reaction: how many of the readers click, forward and comment.

    Parameters
    ----------
    community : Community
        The community.
    by : {"format", "topic", "author", "purpose", "platform"}, optional
        What groups the posts; all together by default.

    Returns
    -------
    DataFrame
        As :func:`rates`, with ``kind`` (click, like, save, comment, share; those that never happen are left
        out), by frequency.

    Taught in: 03 Content
    """
    community.require("events", "content_id")
    if by is not None:
        if by not in GROUPS:
            raise ValueError(f"by={by!r}: choose one of {', '.join(GROUPS)}.")
        community.require("contents", *([] if by == "author" else [by]))
    table = _with_intervals(_sums(community, {f"did_{kind}": (kind,) for kind in KINDS}, by))
    totals = table.groupby("kind")["count"].transform("sum")
    table = table[totals > 0].assign(total=totals)
    table = table.sort_values(["total", "kind", "label"], ascending=[False, True, True], ignore_index=True)
    columns = ["kind", *_RATE] if by is None else ["kind", by, *_RATE]
    return community.describe(
        table.rename(columns={"label": by or "label"})[columns],
        "rate of each reaction",
        population="readers of posts",
        period="whole history",
        by=by,
        randomised=False,
    )
