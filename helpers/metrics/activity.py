"""Measure activity: who is active, how often, doing what, in every day, week or month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community import calendar, member_days
from helpers.community.calendar import Every
from helpers.metrics import intervals, population, returns

if TYPE_CHECKING:
    from helpers.community import Community

# Measure -> what is summed per member and period.
MEASURES = {
    "active_days": "1",
    "events": "events",
    "actions": "actions",
    "messages": "n_message",
    "likes": "n_like",
    "comments": "n_comment",
    "shares": "n_share",
    "views": "n_view",
}


def sql(
    community: Community,
    *,
    every: Every = "week",
    by: str | None = None,
    segments: pd.DataFrame | None = None,
) -> str:
    """Write the reduction behind :func:`panel`: members to sums per period.

    Parameters
    ----------
    community : Community
        The community.
    every, by, segments
        As in :func:`panel`.

    Returns
    -------
    str
        One query. Sums and sums of squares over members are all that an interval of a mean needs.

    Taught in: 06 Evaluation
    """
    split = by in ("platform", "group_id")
    key = "period, label" if by else "period"
    sums = ",\n    ".join(
        f"cast(sum({name}) as double) as {name}, sum(cast({name} as double) * {name}) as {name}_squares"
        for name in (*MEASURES, "interactions")
    )
    labels = join = ""
    if by is not None and not split:
        labels = f"\nlabels as ({population.labels_sql(community, str(by), segments)}\n),"
        join = "\njoin labels on labels.member_no = done.member_no"
    return f"""
with{labels}
spells as ({_spells_by(community, every, str(by)) if split else _spells(community, every)}
),
done as (
    select spells.*, likes + comments + shares as interactions
    from spells
)
select
    {key},
    count(*) as count,
    cast(count(*) filter (where interactions > 0) as bigint) as interacting,
    {sums},
    sum(cast(interactions as double) * views) as products
from done{join}
group by {key}
order by {key}"""


def _spells(community: Community, every: Every) -> str:
    # Counts are added where they are packed, and taken out of their words once a member and period.
    days = returns.active_days(community)
    made, taken = member_days.sums(community.engine.columns(days))
    added = "".join(f",\n            {expression} as {name}" for name, expression in made.items())
    terms = {name: taken.get(term, "0") for name, term in MEASURES.items()}
    terms |= {
        "active_days": "active_days",
        "events": "events",
        "actions": f"events - {taken.get('passive', '0')}",
    }
    measures = ",\n        ".join(f"cast({term} as bigint) as {name}" for name, term in terms.items())
    return f"""
    select
        member_no,
        period,
        {measures}
    from (
        select
            member_no,
            {population.start_sql(every)} as period,
            count(*) as active_days,
            sum(events) as events{added}
        from {days}
        group by member_no, period
    ) as added"""


def _spells_by(community: Community, every: Every, by: str) -> str:
    measures = ",\n        ".join(f"cast(sum({term}) as bigint) as {name}" for name, term in MEASURES.items())
    return f"""
    select
        coalesce(cast({by} as varchar), 'unknown') as label,
        {population.start_sql(every)} as period,
        {measures}
    from {community.member_days(by=by)}
    group by member_id, label, period"""


def panel(
    community: Community,
    *,
    every: Every = "week",
    by: str | None = None,
    segments: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Measure activity in every period: the active share, and what active members did on average.

    Parameters
    ----------
    community : Community
        The community.
    every : {"day", "week", "month"}, default "week"
        Length of a period; weeks start on Monday.
    by : str, optional
        One row for each period and value of ``"platform"`` or ``"group_id"`` (where members were active),
        of a column of the members table such as ``"source"``, or, with `segments`, of their segment.
    segments : DataFrame, optional
        Columns ``member_id`` and ``segment``; `by` then names the column of the result.

    Returns
    -------
    DataFrame
        ``period``, ``last_day``, (``by``,) ``n`` members who belonged to the community, ``count`` of them
        active, ``estimate`` = count / n with ``low`` and ``high``; per active member the means
        ``active_days``, ``events``, ``actions``, ``messages``, ``likes``, ``comments``, ``shares`` and
        ``views``, each with ``_low`` and ``_high``; ``interactions`` (likes, comments and shares, in all),
        ``viewed`` (views, in all) and ``interaction_rate`` = interactions / views with ``_low`` and
        ``_high``; ``interacting_share`` of active members with ``_low`` and ``_high``; ``open_period``,
        ``left_edge``, ``small``. By platform or group, ``n`` is still the whole community.

    Notes
    -----
    Shares carry Wilson intervals. Means and the interaction rate carry the closed form of what a
    bootstrap by member approaches, from sums that the engine sends. The interaction rate (互动率) is
    missing where no views were recorded.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame(
    ...     {"member_id": ["a", "a", "b"], "event_type": ["view", "like", "view"],
    ...      "occurred_at": ["2026-05-04", "2026-05-05", "2026-05-12"]})
    >>> panel(Community.open({"events": events}))[["period", "n", "count", "interaction_rate"]]
          period  n  count  interaction_rate
    0 2026-05-04  1      1               1.0
    1 2026-05-11  2      1               0.0

    Taught in: 06 Evaluation
    """
    if segments is not None:
        by = by or "segment"
    periods = calendar.periods(community.active_from, community.as_of, every)
    sums = community.query(sql(community, every=every, by=by, segments=segments))
    sums["period"] = sums["period"].astype(periods["period"].dtype)
    attribute = by is not None and by not in ("platform", "group_id")
    labels = population.labels_sql(community, str(by), segments) if attribute else None
    rows = population.sizes(community, periods, labels=labels)
    if by is None or attribute:
        keys = ["period", "label"] if attribute else ["period"]
        rows = rows.merge(sums, on=keys, how="left")
    else:
        seen = sums[["label"]].drop_duplicates()
        rows = (
            rows.drop(columns="label")
            .merge(seen, how="cross")
            .merge(sums, on=["period", "label"], how="left")
        )
    rows = periods.merge(rows, on="period", how="inner").fillna(dict.fromkeys(["count", "interacting"], 0))
    result = _finish(rows, by)
    return community.describe(
        result,
        _METRIC[every],
        population="members of the community, silent ones included",
        period=every,
        by=by,
    )


_METRIC = {"day": "daily activity", "week": "weekly activity", "month": "monthly activity"}


def _finish(rows: pd.DataFrame, by: str | None) -> pd.DataFrame:
    count, n = rows["count"].astype(int), rows["n"]
    low, high = intervals.wilson(count, n)
    result = rows[["period", "last_day"]].copy()
    if by:
        result[by] = rows["label"]
    with np.errstate(invalid="ignore", divide="ignore"):
        result = result.assign(n=n, count=count, estimate=count / n.where(n > 0), low=low, high=high)
        for name in MEASURES:
            low, high = intervals.mean_from_sums(count, rows[name], rows[f"{name}_squares"])
            result[name] = rows[name] / count.where(count > 0)
            result[f"{name}_low"], result[f"{name}_high"] = np.maximum(low, 0), high
        result["interactions"] = rows["interactions"].fillna(0).astype(int)
        result["viewed"] = rows["views"].fillna(0).astype(int)
        result["interaction_rate"] = rows["interactions"] / rows["views"].where(rows["views"] > 0)
        low, high = intervals.ratio_from_sums(
            count, rows["interactions"], rows["interactions_squares"], rows["views"], rows["views_squares"],
            rows["products"],
        )  # fmt: skip
    result["interaction_rate_low"], result["interaction_rate_high"] = np.maximum(low, 0), high
    low, high = intervals.wilson(rows["interacting"], count)
    result["interacting_share"] = rows["interacting"] / count.where(count > 0)
    result["interacting_share_low"], result["interacting_share_high"] = low, high
    flags = {"open_period": rows["open_period"], "left_edge": rows["left_edge"], "small": n < 30}
    return result.assign(**flags).sort_values(["period", by] if by else "period", ignore_index=True)


def rolling(community: Community, *, windows: Sequence[int] = (1, 7, 28)) -> pd.DataFrame:
    """Count the members active in the last 1, 7 and 28 days (DAU, WAU, MAU), for every day.

    Parameters
    ----------
    community : Community
        The community.
    windows : sequence of int, default (1, 7, 28)
        Lengths in days. 28 rather than 30, so that each window holds every weekday equally often.

    Returns
    -------
    DataFrame
        ``day``, ``window`` (days), ``n`` members who belonged to the community at some time of the window
        that ends with the day, ``count`` of them active in it, ``estimate`` = count / n with ``low`` and
        ``high``, ``left_edge`` (the window began before the data), ``small``.

    Notes
    -----
    A member active on a day is counted from that day until the window has passed or the next active
    day comes: additions and subtractions by day, then one running sum for each window.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame(
    ...     {"member_id": ["a", "b", "a"], "event_type": "like",
    ...      "occurred_at": ["2026-05-01", "2026-05-02", "2026-05-03"]})
    >>> both = rolling(Community.open({"events": events}), windows=(1, 2))
    >>> both.pivot(index="day", columns="window", values="count").to_numpy().tolist()
    [[1, 1], [1, 2], [1, 2]]

    Taught in: 06 Evaluation
    """
    if not windows or min(windows) < 1:
        raise ValueError(f"windows={tuple(windows)!r}: each window is a number of days, 1 or more.")
    days = calendar.periods(community.active_from, community.as_of, "day")
    pairs = returns.pairs(community)
    length = len(days)
    at, since, members = (pairs[name].to_numpy() for name in ("at", "since", "members"))
    active = np.bincount(at, weights=members, minlength=length).astype(int)
    at, since, again = at[since >= 0], since[since >= 0], members[since >= 0]
    last = active - np.bincount(since, weights=again, minlength=length).astype(int)
    parts = []
    for window in windows:
        # Counted from each active day on; no longer once the next one comes or the window has passed.
        count = active.cumsum()
        ended = np.minimum(since + window, at)
        count -= np.bincount(ended, weights=again, minlength=length)[:length].cumsum().astype(int)
        count[window:] -= last[:-window].cumsum() if window < length else 0
        spans = days.assign(period=days["period"] - pd.Timedelta(days=window - 1))
        n = population.sizes(community, spans)["n"].to_numpy()
        low, high = intervals.wilson(count, n)
        parts.append(
            pd.DataFrame({
                "day": days["period"], "window": int(window), "n": n, "count": count,
                "estimate": count / np.where(n > 0, n, np.nan), "low": low, "high": high,
                "left_edge": np.arange(length) < window - 1, "small": n < 30,
            })
        )  # fmt: skip
    return community.describe(
        pd.concat(parts, ignore_index=True),
        "active members",
        population="members of the community, silent ones included",
        period="day",
    )


def stickiness(community: Community, *, window: int = 28) -> pd.DataFrame:
    """Measure stickiness (DAU / MAU): on how many days of a window its active members were there.

    Parameters
    ----------
    community : Community
        The community.
    window : int, default 28
        Days in a window. Windows follow each other without overlap, the last one ending with the as-of
        date.

    Returns
    -------
    DataFrame
        ``period`` (first day), ``last_day``, ``n`` members active in the window, ``count`` their active
        days, ``estimate`` = count / (n x window), ``low``, ``high``, ``left_edge`` (the window began
        before the data and is not measured in full), ``small``.

    Notes
    -----
    The mean of DAU over the window divided by its MAU is exactly the mean over members of their share of
    active days; the interval is that of this mean (Student's t, members as units).

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame(
    ...     {"member_id": ["a", "b", "a"], "event_type": "like",
    ...      "occurred_at": ["2026-05-01", "2026-05-02", "2026-05-02"]})
    >>> stickiness(Community.open({"events": events}), window=2)[["n", "count", "estimate"]]
       n  count  estimate
    0  2      3      0.75

    Taught in: 06 Evaluation
    """
    sums = community.query(
        f"""
with spells as (
    select
        member_no,
        cast(floor(date_diff('day', day, cast($as_of as date)) / $window) as integer) as block,
        count(*) as days
    from {returns.active_days(community)}
    group by member_no, block
)
select block, count(*) as n, cast(sum(days) as bigint) as days, cast(sum(days * days) as bigint) as squares
from spells
group by block
order by block desc""",
        as_of=community.as_of,
        window=float(window),
    )
    last = pd.Timestamp(community.as_of) - pd.to_timedelta(sums["block"] * window, unit="D")
    first = last - pd.Timedelta(days=window - 1)
    low, high = intervals.mean_from_sums(sums["n"], sums["days"], sums["squares"])
    result = pd.DataFrame(
        {
            "period": first,
            "last_day": last,
            "n": sums["n"],
            "count": sums["days"],
            "estimate": sums["days"] / (sums["n"] * window),
            "low": np.maximum(low / window, 0),
            "high": np.minimum(high / window, 1),
            "left_edge": first < pd.Timestamp(community.active_from),
            "small": sums["n"] < 30,
        }
    )
    return community.describe(
        result,
        "stickiness",
        population="members active in the window",
        period=f"{window} days",
        window=window,
    )
