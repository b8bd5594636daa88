"""Measure spread: what is passed on and where, how far it travels, and through whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community import calendar
from helpers.community.calendar import Every
from helpers.metrics import cascades, intervals, population

if TYPE_CHECKING:
    from helpers.community import Community

KINDS = ("share", "comment", "like", "click")


def rates(community: Community, *, by: str = "platform") -> pd.DataFrame:
    """Compare how often what is seen is shared, commented, liked and clicked, channel by channel.

    Parameters
    ----------
    community : Community
        The community.
    by : {"platform", "group_id", "format", "topic"}, default "platform"
        Where the event happened, or what the content was.

    Returns
    -------
    DataFrame
        Column `by`, ``kind`` ("share", "comment", "like", "click"), ``n`` contents, ``viewed`` (views of
        them: the exposure), ``count``, ``estimate`` = count / viewed, ``low``, ``high``, ``small`` (fewer
        than 30 contents). Only kinds that occur; largest exposure first.

    Raises
    ------
    TableMissing
        When the events do not say which content they belong to, or the column `by` is missing.

    Notes
    -----
    Counts alone reward whatever was shown most, so each is divided by views. Contents are the units of
    the interval, because all reactions to one content hang together; it is missing for a single content.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame(
    ...     {"member_id": list("abca"), "event_type": ["view", "view", "view", "share"], "content_id": "c1",
    ...      "platform": "wechat", "occurred_at": "2026-05-01"})
    >>> rates(Community.open({"events": events}))[["platform", "kind", "viewed", "count", "estimate"]]
      platform   kind  viewed  count  estimate
    0   wechat  share       3      1  0.333333

    Taught in: 06 Evaluation
    """
    community.require("events", "content_id")
    inside = by in ("platform", "group_id")
    if not inside and by not in ("format", "topic"):
        raise ValueError(f'by={by!r}: choose one of "platform", "group_id", "format", "topic".')
    community.require("events" if inside else "contents", by)
    label, join = f"events.{by}", ""
    if not inside:
        label, join = f"contents.{by}", "\n    join contents on contents.content_id = events.content_id"
    counts = ",\n        ".join(
        f"cast(count(*) filter (where event_type = '{kind}') as double) as {kind}s" for kind in KINDS
    )
    sums = ",\n    ".join(
        f"sum({kind}s) as {kind}s, sum({kind}s * {kind}s) as {kind}_squares,"
        f" sum({kind}s * views) as {kind}_products"
        for kind in KINDS
    )
    table = community.query(f"""
with per_content as (
    select
        coalesce(cast({label} as varchar), 'unknown') as label,
        events.content_id,
        cast(count(*) filter (where event_type = 'view') as double) as views,
        {counts}
    from events{join}
    where events.content_id is not null
    group by label, events.content_id
)
select label, count(*) as n, sum(views) as views, sum(views * views) as view_squares,
    {sums}
from per_content
group by label
order by views desc, label""")
    parts = []
    for kind in KINDS:
        low, high = intervals.ratio_from_sums(
            table["n"], table[f"{kind}s"], table[f"{kind}_squares"],
            table["views"], table["view_squares"], table[f"{kind}_products"],
        )  # fmt: skip
        parts.append(
            pd.DataFrame(
                {
                    by: table["label"],
                    "kind": kind,
                    "n": table["n"],
                    "viewed": table["views"].astype(int),
                    "count": table[f"{kind}s"].astype(int),
                    "estimate": table[f"{kind}s"] / table["views"].where(table["views"] > 0),
                    "low": np.maximum(low, 0),
                    "high": high,
                    "small": table["n"] < 30,
                }
            )
        )
    seen = [part for part in parts if part["count"].sum() > 0]
    result = pd.concat(seen or parts[:1], ignore_index=True)
    return community.describe(
        result, "spread", population="contents and their views", period="whole history", by=by
    )


def paths(community: Community) -> pd.DataFrame:
    """Follow shares of shares: how many at each step from the first, and whom they reached.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    DataFrame
        ``depth`` (0: shared from the content itself), ``members`` who shared at that depth, ``viewed``
        (views that came from those shares), ``n`` (shares one step before), ``count`` (shares),
        ``estimate`` = count / n, further shares for each share, ``low``, ``high``, ``small``.

    Raises
    ------
    TableMissing
        When the events do not say which event they came from.

    Notes
    -----
    Intervals are exact Poisson ones; they are too narrow where a few contents spread far better than
    the rest. The last shares have not had time to be passed on yet.

    Taught in: 06 Evaluation
    """
    cascades.plant(community)
    table = community.query(f"""
with {cascades.TREE},
views as (
    select parent_event_id, count(*) as viewed
    from events
    where event_type = 'view' and parent_event_id is not null
    group by parent_event_id
)
select
    tree.depth,
    count(distinct tree.member_id) as members,
    cast(coalesce(sum(views.viewed), 0) as bigint) as viewed,
    count(*) as count
from tree
left join views on views.parent_event_id = tree.event_id
group by tree.depth
order by tree.depth""")
    n = table["count"].shift()
    low, high = intervals.poisson_rate(table["count"], n.fillna(0))
    table = table.assign(n=n.fillna(0).astype(int), estimate=table["count"] / n, low=low, high=high)
    table["small"] = table["n"] < 30
    columns = ["depth", "members", "viewed", "n", "count", "estimate", "low", "high", "small"]
    return community.describe(
        table[columns], "share paths", population="shares", period="whole history", unit="score"
    )


# Every view and share that came, at any depth, from a member's share. What came through the member's own
# further share counts for that one, so nothing counts twice.
_CAUSED = """
select event_id, parent_event_id, member_id, event_type
from events
where parent_event_id is not null and event_type in ('view', 'share')"""

_CAME = f"""
with recursive reach as (
    select
        shares.event_id as origin,
        shares.member_id as owner,
        caused.event_id,
        caused.member_id,
        caused.event_type,
        1 as depth
    from all_shares as shares
    join caused_events as caused on caused.parent_event_id = shares.event_id
    union all
    select
        reach.origin,
        reach.owner,
        caused.event_id,
        caused.member_id,
        caused.event_type,
        reach.depth + 1 as depth
    from reach
    join caused_events as caused on caused.parent_event_id = reach.event_id
    where reach.event_type = 'share' and reach.member_id <> reach.owner and reach.depth < {cascades.DEEPEST}
)
select origin, owner, member_id, event_type from reach"""

_REACH = """shares as (select * from all_shares),
reach as (select * from share_reach),
reached as (
    select
        origin,
        count(*) filter (where event_type = 'view') as viewed,
        count(*) filter (where event_type = 'share') as passed_on
    from reach
    where owner <> member_id
    group by origin
),
nodes as (
    select
        shares.member_id,
        count(*) as shares,
        coalesce(sum(viewed), 0) as viewed,
        coalesce(sum(viewed * viewed), 0) as squares,
        coalesce(sum(passed_on), 0) as passed_on
    from shares
    left join reached on reached.origin = shares.event_id
    group by shares.member_id
)"""


def _follow(community: Community) -> None:
    cascades.plant(community)
    for name, query in {"caused_events": _CAUSED, "share_reach": _CAME}.items():
        if not community.engine.exists(name):
            community.engine.run(f"create table {name} as {query}")


def key_nodes(community: Community, *, top: int = 10) -> pd.DataFrame:
    """List the members whose shares brought the most views, at any depth.

    Parameters
    ----------
    community : Community
        The community.
    top : int, default 10
        How many members.

    Returns
    -------
    DataFrame
        ``member_id``, ``n`` (own shares), ``count`` (views by others that came from them, also through
        shares of shares), ``passed_on`` (shares by others that came from them), ``estimate`` = count / n,
        views for each share, ``low``, ``high`` (missing for a single share), ``small``.

    Notes
    -----
    Whoever stands at the top of a list is partly lucky: look at the interval, and at the same list for
    another period, before a member is called a key node. The interval takes a member's shares as units
    (Student's t): one share that went far tells little about the next.

    Taught in: 06 Evaluation
    """
    _follow(community)
    table = community.query(
        f"""
with {_REACH}
select
    member_id,
    shares as n,
    cast(viewed as bigint) as count,
    cast(squares as double) as squares,
    cast(passed_on as bigint) as passed_on
from nodes
order by count desc, passed_on desc, member_id
limit $top""",
        top=int(top),
    )
    low, high = intervals.mean_from_sums(table["n"], table["count"], table.pop("squares"))
    table = table.assign(
        estimate=table["count"] / table["n"], low=np.maximum(low, 0), high=high, small=table["n"] < 30
    )
    return community.describe(
        table, "key nodes", population="members who shared", period="whole history", unit="score"
    )


def reach(community: Community) -> pd.DataFrame:
    """Count members by how many views of others their shares brought; for measures of concentration.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    DataFrame
        ``value`` (views brought) and ``members``, among the members who shared anything. The functions of
        :mod:`helpers.metrics.participation` take it: Lorenz curve, Gini index, share of the top.

    Taught in: 06 Evaluation
    """
    _follow(community)
    table = community.query(f"""
with {_REACH}
select cast(viewed as bigint) as value, count(*) as members
from nodes
group by viewed
order by viewed""")
    return community.describe(
        table, "reach of shares", population="members who shared", period="whole history", of="views"
    )


def mentions(community: Community, *, words: Sequence[str], every: Every = "month") -> pd.DataFrame:
    """Follow how large a share of posts mentions a word, such as a brand, a product or a rival.

    Parameters
    ----------
    community : Community
        The community.
    words : sequence of str
        A post counts when its title or text holds one of them, in any case.
    every : {"day", "week", "month"}, default "month"
        Length of a period.

    Returns
    -------
    DataFrame
        ``period``, ``last_day``, ``n`` posts (of members, where the contents say so), ``count`` of them
        with a mention, ``estimate``, ``low``, ``high``, ``open_period``, ``left_edge``, ``small``.

    Raises
    ------
    TableMissing
        When contents carry no text.

    Examples
    --------
    >>> from helpers.community import Community
    >>> contents = pd.DataFrame({"content_id": ["1", "2"], "published_at": "2026-05-01",
    ...                          "text": ["My Oolong pot", "Rain again"]})
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    >>> community = Community.open({"contents": contents, "events": events})
    >>> mentions(community, words=["oolong"])[["n", "count", "estimate"]]
       n  count  estimate
    0  2      1       0.5

    Taught in: 06 Evaluation
    """
    community.require("contents", "text")
    if isinstance(words, str) or not words:
        raise ValueError(f"words={words!r}: give a list with one word or more.")
    names = {f"word{at}": f"%{word.lower()}%" for at, word in enumerate(words)}
    test = " or ".join(
        f"lower(concat(coalesce(title, ''), ' ', coalesce(text, ''))) like ${name}" for name in names
    )
    counts = community.query(
        f"""
with posts as (
    select {population.start_sql(every)} as period, {test} as mentions
    from contents
    where coalesce(is_ugc, true)
)
select period, count(*) as n, count(*) filter (where mentions) as count
from posts
group by period
order by period""",
        **names,
    )
    periods = calendar.periods(population.written_from(community), community.as_of, every)
    counts["period"] = counts["period"].astype(periods["period"].dtype)
    table = periods.merge(counts, on="period", how="left").fillna({"n": 0, "count": 0})
    table = table.astype({"n": int, "count": int})
    low, high = intervals.wilson(table["count"], table["n"])
    table = table.assign(
        estimate=table["count"] / table["n"].where(table["n"] > 0), low=low, high=high, small=table["n"] < 30
    )
    columns = [
        "period",
        "last_day",
        "n",
        "count",
        "estimate",
        "low",
        "high",
        "open_period",
        "left_edge",
        "small",
    ]
    return community.describe(
        table[columns], "mentions", population="posts of members", period=every, words=list(words)
    )
