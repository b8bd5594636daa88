"""Watch the field's trends in one's own community: scale, content quality, precision, online and offline."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from helpers.community import Community, calendar
from helpers.community.calendar import Every
from helpers.community.errors import TableMissing
from helpers.metrics import growth, population, traits
from helpers.metrics.intervals import difference, ratio_from_sums, wilson

QUARTER = 91
OFFLINE = ("store", "shop", "offline", "retail", "门店", "线下", "实体店")


def curve(community: Community, *, every: Every = "month") -> pd.DataFrame:
    """Follow the size of the community: everybody who ever came, those who belong, those who are active.

    Parameters
    ----------
    community : Community
        The opened community.
    every : {"day", "week", "month"}, default "month"
        Length of a period.

    Returns
    -------
    pandas.DataFrame
        One row a period: ``period``, ``last_day``, ``ever`` (joined until its end), ``n`` (belonged at some
        time in it), ``count`` (active in it), ``estimate`` (count / n), ``low``, ``high``, ``open_period``,
        ``left_edge``, ``small``. Its `about` says whether ``joined_known``: without dates of joining a member
        belongs from the first active day on.

    Taught in: 01 Definition
    """
    accounts = growth.accounting(community, every=every)
    periods = calendar.periods(community.active_from, community.as_of, every)
    sizes = population.sizes(community, periods)
    joined = community.query("select joined_day as day, count(*) as came from people group by 1 order by 1")
    days, came = joined["day"].to_numpy("datetime64[D]"), joined["came"].to_numpy().cumsum()
    ends = periods["last_day"].to_numpy("datetime64[D]")
    at = np.searchsorted(days, ends, side="right")
    table = accounts[["period", "last_day", "open_period", "left_edge"]].assign(
        ever=np.concatenate([[0], came])[at],
        n=sizes["n"].to_numpy(),
        count=accounts["active"].to_numpy(),
    )
    low, high = wilson(table["count"], table["n"])
    table = table.assign(
        estimate=table["count"] / table["n"].where(table["n"] > 0), low=low, high=high, small=table["n"] < 30
    )
    columns = ["period", "last_day", "ever", "n", "count", "estimate", "low", "high", "open_period"]
    return community.describe(
        table[[*columns, "left_edge", "small"]],
        "growth curve",
        population="all members",
        period=every,
        joined_known=community.has("members", "joined_at"),
    )


def signals(community: Community, *, days: int = QUARTER) -> pd.DataFrame:
    """Compare the last quarter with the first one in the data on the four trends of the field.

    Parameters
    ----------
    community : Community
        The opened community.
    days : int, default 91
        Length of both stretches; half of the data where these are shorter than two of them.

    Returns
    -------
    pandas.DataFrame
        One row a signal that the tables can show: ``trend``, ``signal``, ``n``, ``estimate``, ``low``,
        ``high`` (last stretch), ``before`` and ``n_before`` (first stretch), ``change``, ``change_low``,
        ``change_high``, ``small``. Shares throughout.

    Notes
    -----
    Two quarters of one year differ in season too: a change is a reason to look, and no trend yet.

    Taught in: 01 Definition
    """
    length = (community.as_of - community.active_from).days + 1
    width = max(1, min(int(days), length // 2))
    first = community.active_from + dt.timedelta(days=width - 1)
    rows: list[dict[str, Any]] = []
    for trend, signal, measure in (
        ("growing scale", "members who were active", _active),
        ("content quality", "reactions per view", _reactions),
        ("precise targeting", "views on the topic a member chose before", _precision),
        ("online and offline", "orders placed in a shop", _offline_orders),
        ("online and offline", "newcomers who came offline", _offline_sources),
    ):
        try:
            old, new = measure(community, first, width), measure(community, community.as_of, width)
        except TableMissing:
            continue
        if not old["n"] or not new["n"]:
            continue
        if "counted" in new:
            ends = difference(new["counted"], new["n"], old["counted"], old["n"])
        else:  # ratios of independent members: half-widths add up like the sides of a right angle
            change = new["estimate"] - old["estimate"]
            below = np.hypot(new["estimate"] - new["low"], old["high"] - old["estimate"])
            above = np.hypot(new["high"] - new["estimate"], old["estimate"] - old["low"])
            ends = (change - below, change + above)
        rows.append(
            {
                "trend": trend,
                "signal": signal,
                **{name: new[name] for name in ("n", "estimate", "low", "high")},
                "before": old["estimate"],
                "n_before": old["n"],
                "change": new["estimate"] - old["estimate"],
                "change_low": float(ends[0]),
                "change_high": float(ends[1]),
                "small": min(new["n"], old["n"]) < 30,
            }
        )
    columns = [
        "trend", "signal", "n", "estimate", "low", "high", "before", "n_before", "change", "change_low",
        "change_high", "small",
    ]  # fmt: skip
    return community.describe(
        pd.DataFrame(rows, columns=columns),
        "trends of the field",
        population="members, views, orders",
        period=f"last {width} days against the first {width}",
        days=width,
        n=max((row["n"] for row in rows), default=0),
    )


def _share(count: float, n: float) -> dict[str, float]:
    low, high = wilson(count, n)
    return {
        "n": int(n),
        "counted": float(count),
        "estimate": count / n if n else np.nan,
        "low": float(low),
        "high": float(high),
    }


def _active(community: Community, last: dt.date, width: int) -> dict[str, float]:
    # Without dates of joining everybody belongs from the first active day: the first share would be one.
    community.require("members", "joined_at")
    found = community.query(
        """
with active as (
    select distinct member_id
    from member_days
    where date_diff('day', day, cast($last as date)) between 0 and $width - 1
)
select count(*) as n, count(active.member_id) as count
from people
left join active on active.member_id = people.member_id
where people.joined_day <= cast($last as date)
    and (people.left_day is null or date_diff('day', people.left_day, cast($last as date)) < $width)
order by n""",
        last=last,
        width=width,
    ).iloc[0]
    return _share(found["count"], found["n"])


def _reactions(community: Community, last: dt.date, width: int) -> dict[str, float]:
    community.require("events")
    found = community.query(
        """
with per_member as (
    select
        member_id,
        cast(sum(n_view) as double) as x,
        cast(sum(n_like + n_save + n_comment + n_share) as double) as y
    from member_days
    where date_diff('day', day, cast($last as date)) between 0 and $width - 1
    group by member_id
)
select
    count(*) as n, sum(y) as y, sum(y * y) as squares_y, sum(x) as x, sum(x * x) as squares_x,
    sum(x * y) as products
from per_member
where x > 0
order by n""",
        last=last,
        width=width,
    ).iloc[0]
    if not found["n"]:
        return {"n": 0}
    low, high = ratio_from_sums(
        *(found[name] for name in ("n", "y", "squares_y", "x", "squares_x", "products"))
    )
    return {
        "n": int(found["n"]),
        "estimate": found["y"] / found["x"],
        "low": max(float(low), 0.0),
        "high": float(high),
    }


def _precision(community: Community, last: dt.date, width: int) -> dict[str, float]:
    # Of the stretch, the last third is judged by what was viewed in the two thirds before it.
    community.require("events", "content_id")
    community.require("contents", "topic")
    part = max(1, width // 3)
    query = traits.target_sql().replace(
        "where events.event_type = 'view'",
        "where date_diff('day', events.day, cast($as_of as date)) between 0 and $width - 1\n"
        "        and events.event_type = 'view'",
    )
    found = community.query(query, as_of=last, window=part, width=width).iloc[0].fillna(0)
    if not found["views"]:
        return {"n": 0}
    sums = [found[name] for name in ("n", "count", "squares_y", "views", "squares_x", "products")]
    low, high = ratio_from_sums(*sums)
    return {
        "n": int(found["n"]),
        "estimate": found["count"] / found["views"],
        "low": max(float(low), 0.0),
        "high": min(float(high), 1.0),
    }


def _offline_orders(community: Community, last: dt.date, width: int) -> dict[str, float]:
    community.require("orders", "channel")
    found = community.query(
        f"""
select
    count(*) as n,
    count(*) filter (where lower(trim(channel)) in ({", ".join(repr(word) for word in OFFLINE)})) as count
from orders
where is_purchase and channel is not null
    and date_diff('day', day, cast($last as date)) between 0 and $width - 1
order by n""",
        last=last,
        width=width,
    ).iloc[0]
    return _share(found["count"], found["n"]) if _any_offline(community, "orders", "channel") else {"n": 0}


def _offline_sources(community: Community, last: dt.date, width: int) -> dict[str, float]:
    community.require("members", "source")
    found = community.query(
        f"""
select
    count(*) as n,
    count(*) filter (where lower(trim(source)) in ({", ".join(repr(word) for word in OFFLINE)})) as count
from members
where source is not null and joined_day is not null
    and date_diff('day', joined_day, cast($last as date)) between 0 and $width - 1
order by n""",
        last=last,
        width=width,
    ).iloc[0]
    return _share(found["count"], found["n"]) if _any_offline(community, "members", "source") else {"n": 0}


def _any_offline(community: Community, table: str, column: str) -> bool:
    # A community that never was offline has no share of nothing: it has no such signal.
    listed = ", ".join(repr(word) for word in OFFLINE)
    found = community.query(
        f"select 1 as there from {table} where lower(trim({column})) in ({listed}) limit 1"
    )
    return len(found) > 0
