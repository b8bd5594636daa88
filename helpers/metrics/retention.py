"""Ask who comes back: day-N retention, cohorts by joining period, and the average curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from helpers.community import Community
from helpers.community.calendar import periods
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.metrics import returns
from helpers.metrics.intervals import wilson
from helpers.metrics.starts import LeftEdge, Start, default_start, starts_sql

Window = int | Literal["after"]
SMALL = 30


def rates(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the share, its Wilson interval and the mark of small groups to counts.

    Parameters
    ----------
    frame : pandas.DataFrame
        With ``n`` and ``count``.

    Returns
    -------
    pandas.DataFrame
        The same with ``estimate``, ``low``, ``high`` and ``small`` (n below 30).

    Examples
    --------
    >>> rates(pd.DataFrame({"n": [4, 0], "count": [1, 0]}))[["estimate", "small"]]
       estimate  small
    0      0.25   True
    1       NaN   True

    Taught in: all
    """
    low, high = wilson(frame["count"], frame["n"])
    share = frame["count"] / frame["n"].where(frame["n"] > 0)
    return frame.assign(estimate=share.astype(float), low=low, high=high, small=frame["n"] < SMALL)


def _day_columns(days: Sequence[int], window: Window) -> str:
    # One pass over a member's days answers every N: was any active day inside the window?
    test = "offset_days >= {0}" if window == "after" else "offset_days between {0} and {1}"
    width = 0 if window == "after" else int(window) - 1
    cases = (f"max(case when {test.format(n, n + width)} then 1 else 0 end) as day_{n}" for n in days)
    return ",\n        ".join(cases)


def _wanted(days: Sequence[int], window: Window) -> str:
    # Few of all days lie in a window: what is let go before the grouping costs nothing in it.
    if window == "after":
        return f"offset_days >= {min(days)}"
    wanted = sorted({n + more for n in days for more in range(int(window))})
    return f"offset_days in ({', '.join(map(str, wanted))})"


def day_sql(
    community: Community,
    *,
    days: Sequence[int] = (1, 7, 30),
    window: Window = 1,
    by: str | None = None,
    segments: pd.DataFrame | None = None,
    start: Start | None = None,
    left_edge: LeftEdge = "leave_out",
) -> str:
    """Return the query behind :func:`day_n`: members and comebacks per starting day and segment.

    Parameters
    ----------
    community : Community
        The opened community.
    days, window, by, segments, start, left_edge
        As for :func:`day_n`.

    Returns
    -------
    str
        Portable SQL with the parameter ``$first_day``.

    Taught in: 06 Evaluation
    """
    names = [f"day_{int(n)}" for n in days]
    sums = ",\n    ".join(f"sum(coalesce(hits.{name}, 0)) as {name}" for name in names)
    return f"""
with starts as ({starts_sql(community, start=start, by=by, segments=segments, left_edge=left_edge)}
),
visits as (
    select active.member_no, date_diff('day', starts.start_day, active.day) as offset_days
    from {returns.active_days(community)} as active
    inner join starts on starts.member_no = active.member_no
),
hits as (
    select
        member_no,
        {_day_columns([int(n) for n in days], window)}
    from visits
    where {_wanted([int(n) for n in days], window)}
    group by member_no
)
select
    starts.start_day,
    starts.segment,
    count(*) as n,
    {sums}
from starts
left join hits on hits.member_no = starts.member_no
group by 1, 2
order by 1, 2
"""


def by_start(
    community: Community,
    days: Sequence[int],
    window: Window,
    *,
    by: str | None,
    segments: pd.DataFrame | None = None,
    start: Start,
    left_edge: LeftEdge,
) -> pd.DataFrame:
    """Count members and comebacks per starting day, segment and N: what day-N rates are summed from.

    Parameters
    ----------
    community : Community
        The opened community.
    days, window, by, segments, start, left_edge
        As for :func:`day_n`.

    Returns
    -------
    pandas.DataFrame
        ``start_day``, ``segment``, ``n``, ``day_n`` (N), ``count`` and ``observed`` (day N lies in the data).

    Taught in: 06 Evaluation
    """
    if not days or any(int(n) != n or n < 0 for n in days):
        raise SettingsError(_("days are whole numbers from 0 up, such as (1, 7, 30)."))
    if window != "after" and (not isinstance(window, int) or window < 1):
        raise SettingsError(_('window is a number of days from 1 up, or "after" for day N or any later day.'))
    query = day_sql(
        community, days=days, window=window, by=by, segments=segments, start=start, left_edge=left_edge
    )
    wide = community.query(query, first_day=community.active_from)
    width = 1 if window == "after" else int(window)
    parts = []
    for n in dict.fromkeys(int(n) for n in days):
        last_needed = pd.to_datetime(wide["start_day"]) + pd.Timedelta(days=n + width - 1)
        part = wide[["start_day", "segment", "n"]].assign(day_n=n, count=wide[f"day_{n}"].astype("int64"))
        parts.append(part.assign(observed=last_needed <= pd.Timestamp(community.as_of)))
    return pd.concat(parts, ignore_index=True)


def day_n(
    community: Community,
    *,
    days: Sequence[int] = (1, 7, 30),
    window: Window = 1,
    by: str | None = None,
    segments: pd.DataFrame | None = None,
    start: Start | None = None,
    left_edge: LeftEdge = "leave_out",
) -> pd.DataFrame:
    """Measure which share of members was active N days after they began.

    Only members whose day N (to the end of the window) lies within the data are asked, active or not; a
    member who joined yesterday has not "failed" day 30.

    Parameters
    ----------
    community : Community
        The opened community.
    days : sequence of int, days, default (1, 7, 30)
        The N; day 0 is the day a member began.
    window : int or "after", days, default 1
        1: active on exactly day N. k: active on at least one of the days N to N + k - 1. "after": on day N
        or any later day, a share that is always higher and still rises for young members.
    by : str, optional
        Member attribute, such as ``"source"``.
    segments : pandas.DataFrame, optional
        ``member_id`` and ``segment`` from a model; `by` then names the column of the result.
    start : {"joined", "first"}, optional
        Count from joining (default) or from the first active day (default where activity is orders).
    left_edge : {"leave_out", "keep"}, default "leave_out"
        Members who may have begun before the data do: their day 0 is unknown.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``day`` (N), ``n`` (members who could be seen), ``count`` (active), ``estimate``, ``low``,
        ``high`` (Wilson), ``unseen`` (members too young for this N), ``open_period`` (the share can still
        rise: window "after"), ``small``.

    Raises
    ------
    SettingsError
        When days, window or another option is none of those described.
    TableMissing
        When the attribute in `by` was not supplied.

    Examples
    --------
    >>> events = pd.DataFrame(
    ...     {
    ...         "member_id": ["a", "a", "b", "c"],
    ...         "occurred_at": ["2026-01-01", "2026-01-02", "2026-01-01", "2026-01-08"],
    ...         "event_type": "view",
    ...     }
    ... )
    >>> community = Community.open({"events": events}, as_of="2026-01-08")
    >>> day_n(community, days=(1, 7), left_edge="keep")[["day", "n", "count", "estimate", "unseen"]]
       day  n  count  estimate  unseen
    0    1  2      1       0.5       1
    1    7  2      0       0.0       1

    Taught in: 06 Evaluation
    """
    start = start or default_start(community)
    table = by_start(community, days, window, by=by, segments=segments, start=start, left_edge=left_edge)
    keys = ["day_n"] if by is None else ["segment", "day_n"]
    seen = table[["n", "count"]].where(table["observed"], 0)
    counted = table[keys].assign(**seen, unseen=table["n"].where(~table["observed"], 0))
    result = rates(counted.groupby(keys, as_index=False)[["n", "count", "unseen"]].sum())
    result = result.assign(open_period=window == "after").rename(columns={"day_n": "day"})
    order = ["day", "n", "count", "estimate", "low", "high", "unseen", "open_period", "small"]
    result = result.rename(columns={"segment": by})[([] if by is None else [by]) + order]
    return community.describe(
        result, "day_n", start=start, window=window, left_edge=left_edge, by=by, population="members"
    )


def sql(
    community: Community,
    *,
    by: Literal["week", "month"] = "week",
    start: Start | None = None,
) -> str:
    """Return the query behind :func:`cohorts`: active members per cohort and calendar period.

    Parameters
    ----------
    community : Community
        The opened community.
    by, start
        As for :func:`cohorts`.

    Returns
    -------
    str
        Portable SQL with the parameter ``$first_day``; rows without a period hold the size of a cohort.

    Taught in: 06 Evaluation
    """
    if by not in ("week", "month"):
        raise SettingsError(_('by={by!r}: choose "week" or "month".'), by=by)
    return f"""
with starts as ({starts_sql(community, start=start)}
),
cohort_of as (
    select member_no, cast(date_trunc('{by}', start_day) as date) as cohort, at_edge
    from starts
),
active as (
    -- a member's first active day of each period stands for the member in that period
    select member_no, cast(date_trunc('{by}', day) as date) as period
    from {returns.active_days(community)}
    where before is null or before < cast(date_trunc('{by}', day) as date)
),
comebacks as (
    select cohort_of.cohort, active.period, count(*) as members, false as left_edge
    from active
    inner join cohort_of on cohort_of.member_no = active.member_no
    where active.period >= cohort_of.cohort
    group by 1, 2
),
sizes as (
    select
        cohort,
        cast(null as date) as period,
        count(*) as members,
        sum(case when at_edge then 1 else 0 end) > 0 as left_edge
    from cohort_of
    group by 1
)
select cohort, period, members, left_edge from comebacks
union all
select cohort, period, members, left_edge from sizes
order by 1, 2
"""


def cohorts(
    community: Community,
    *,
    by: Literal["week", "month"] = "week",
    start: Start | None = None,
) -> pd.DataFrame:
    """Follow the members who began in the same period through the periods after it.

    Parameters
    ----------
    community : Community
        The opened community.
    by : {"week", "month"}, default "week"
        Length of a period; weeks start on Monday.
    start : {"joined", "first"}, optional
        Cohort by the day of joining (default) or of first activity (default where activity is orders).

    Returns
    -------
    pandas.DataFrame
        One row a cohort and period, also where nobody came: ``cohort`` (its first day), ``period`` (calendar
        period), ``index`` (periods since the cohort began), ``n`` (size), ``count`` (active), ``estimate``,
        ``low``, ``high`` (Wilson), ``open_period`` (unfinished), ``left_edge`` (holds members who may
        have begun before the data do), ``small``.

    Raises
    ------
    SettingsError
        When `by` is neither week nor month.

    Notes
    -----
    Calendar cohorts: index 1 of a member who began on the last day of a week is the very next day. The
    share in the cohort's own period is 100 % when counted from the first active day.

    Examples
    --------
    >>> events = pd.DataFrame(
    ...     {
    ...         "member_id": ["a", "a", "b", "c"],
    ...         "occurred_at": ["2026-01-05", "2026-01-12", "2026-01-07", "2026-01-13"],
    ...         "event_type": "view",
    ...     }
    ... )
    >>> triangle = cohorts(Community.open({"events": events}, as_of="2026-01-18"), by="week")
    >>> triangle[["cohort", "index", "n", "count", "estimate"]]
          cohort  index  n  count  estimate
    0 2026-01-05      0  2      2       1.0
    1 2026-01-05      1  2      1       0.5
    2 2026-01-12      0  1      1       1.0

    Taught in: 06 Evaluation
    """
    start = start or default_start(community)
    found = community.query(sql(community, by=by, start=start), first_day=community.active_from)
    for column in ("cohort", "period"):
        found[column] = pd.to_datetime(found[column])
    sizes = found[found["period"].isna()].rename(columns={"members": "n"})[["cohort", "n", "left_edge"]]
    calendar = periods(community.active_from, community.as_of, by)[["period", "open_period"]]
    grid = sizes.merge(calendar, how="cross")
    grid = grid[grid["period"] >= grid["cohort"]]
    active = found.dropna(subset=["period"]).rename(columns={"members": "count"})
    table = grid.merge(active[["cohort", "period", "count"]], on=["cohort", "period"], how="left")
    table = table.assign(
        index=_steps(table["cohort"], table["period"], by), count=table["count"].fillna(0).astype("int64")
    )
    order = ["cohort", "period", "index", "n", "count", "estimate", "low", "high", "open_period", "left_edge"]
    result = rates(table.sort_values(["cohort", "period"], ignore_index=True))[[*order, "small"]]
    return community.describe(result, "cohorts", every=by, start=start, population="members")


def _steps(cohort: pd.Series, period: pd.Series, by: str) -> pd.Series:
    if by == "week":
        return ((period - cohort).dt.days // 7).astype("int64")
    months = (period.dt.year - cohort.dt.year) * 12 + period.dt.month - cohort.dt.month
    return months.astype("int64")


def average_curve(triangle: pd.DataFrame, *, until: int | None = None) -> pd.DataFrame:
    """Pool the cohorts into one curve, without mixing finished and unfinished periods.

    Every later index rests on fewer and older cohorts, so that a pooled curve may bend only because its
    cohorts change. With `until` the same cohorts stand behind every point.

    Parameters
    ----------
    triangle : pandas.DataFrame
        Result of :func:`cohorts`.
    until : int, periods, optional
        Use only cohorts that were watched to the end of this index, at every index up to it.

    Returns
    -------
    pandas.DataFrame
        ``index``, ``cohorts`` (how many stand behind the point), ``n`` (members), ``count`` (active),
        ``estimate``, ``low``, ``high``, ``small``, ``lowest`` and ``highest`` (share of single cohorts).

    Notes
    -----
    Unfinished periods and cohorts at the left edge are left out. The interval says how sure the average of
    these members is; how far single cohorts lie apart is said by ``lowest`` and ``highest``.

    Examples
    --------
    >>> triangle = pd.DataFrame(
    ...     {
    ...         "cohort": pd.to_datetime(["2026-01-05", "2026-01-05", "2026-01-12"]),
    ...         "index": [0, 1, 0], "n": [4, 4, 6], "count": [4, 1, 3], "estimate": [1.0, 0.25, 0.5],
    ...         "open_period": False, "left_edge": False,
    ...     }
    ... )
    >>> average_curve(triangle)[["index", "cohorts", "n", "count", "estimate"]]
       index  cohorts   n  count  estimate
    0      0        2  10      7      0.70
    1      1        1   4      1      0.25

    Taught in: 06 Evaluation
    """
    closed = triangle[~triangle["open_period"] & ~triangle["left_edge"]]
    if until is not None:
        watched = closed.groupby("cohort")["index"].transform("max") >= until
        closed = closed[watched & (closed["index"] <= until)]
    pooled = closed.groupby("index", as_index=False).agg(
        cohorts=("cohort", "nunique"),
        n=("n", "sum"),
        count=("count", "sum"),
        lowest=("estimate", "min"),
        highest=("estimate", "max"),
    )
    order = ["index", "cohorts", "n", "count", "estimate", "low", "high", "small", "lowest", "highest"]
    result = rates(pooled)[order]
    result.attrs = dict(triangle.attrs)
    return result
