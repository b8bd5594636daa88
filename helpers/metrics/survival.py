"""Ask how long members stay, when many of them are still here: survival curves and time to churn.

A member who is still active has not "lasted 40 days", but *at least* 40 days. Averages of the members
already lost are too short; the Kaplan-Meier curve uses both kinds.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtri

from helpers.community import Community
from helpers.metrics import returns
from helpers.metrics.intervals import wilson
from helpers.metrics.starts import LeftEdge, starts_sql


def _exits(durations: pd.DataFrame) -> pd.DataFrame:
    # One row per distinct time: how many were lost then, how many were last seen then.
    members = durations["n"] if "n" in durations else pd.Series(1, index=durations.index)
    lost = durations["event"].astype(bool)
    table = pd.DataFrame(
        {"time": durations["time"], "count": members.where(lost, 0), "censored": members.where(~lost, 0)}
    )
    return table.groupby("time", as_index=False).sum()


def _groups(durations: pd.DataFrame, by: str | None) -> list[tuple[object, pd.DataFrame]]:
    if by is None:
        return [(None, durations)]
    return list(durations.groupby(by, sort=True, dropna=False))


def _curve(durations: pd.DataFrame, level: float) -> pd.DataFrame:
    exits = _exits(durations)
    if exits.empty or exits["time"].iloc[0] > 0:
        exits = pd.concat(
            [pd.DataFrame({"time": [0], "count": [0], "censored": [0]}), exits], ignore_index=True
        )
    leaving = (exits["count"] + exits["censored"]).to_numpy(float)
    at_risk, lost = leaving[::-1].cumsum()[::-1], exits["count"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.cumprod(np.where(at_risk > 0, 1 - lost / at_risk, 1.0))
        greenwood = np.cumsum(np.where(lost > 0, lost / (at_risk * (at_risk - lost)), 0.0))
        spread = -ndtri((1 - level) / 2) * np.sqrt(greenwood) / np.abs(np.log(estimate))
        low, high = estimate ** np.exp(spread), estimate ** np.exp(-spread)
    # Nobody lost yet: the formula would claim certainty, Wilson on those at risk does not.
    low = np.where(estimate == 1, wilson(at_risk, at_risk, level)[0], low)
    high = np.where(estimate == 1, 1.0, high)
    low = np.where(estimate == 0, 0.0, low)
    high = np.where(estimate == 0, wilson(0, at_risk, level)[1], high)
    high = np.fmin.accumulate(high)
    return exits.assign(n=at_risk.astype(int), estimate=estimate, low=low, high=high)[
        ["time", "n", "count", "censored", "estimate", "low", "high"]
    ]


def kaplan_meier(durations: pd.DataFrame, *, by: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Estimate the share of members still here, for each time since they joined.

    Equal members are counted, not listed, so that a million members cost as much as a few hundred rows.

    Parameters
    ----------
    durations : pandas.DataFrame
        ``time`` (any unit), ``event`` (True: lost at that time; False: last seen there, still here) and,
        where rows stand for several members, ``n``.
    by : str, optional
        Column that splits the curve.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``time``, ``n`` (members at risk just before), ``count`` (lost at that time), ``censored``
        (last seen at that time), ``estimate`` (share still here), ``low``, ``high``.

    Notes
    -----
    Kaplan and Meier (1958), *JASA* 53, 457-481; Greenwood's variance on the log(-log) scale. Being last
    seen must have nothing to do with being about to leave: true where the as-of date ends the watching.

    Examples
    --------
    >>> durations = pd.DataFrame({"time": [2, 3, 3, 5], "event": [True, True, False, False]})
    >>> kaplan_meier(durations)[["time", "n", "count", "estimate"]]
       time  n  count  estimate
    0     0  4      0      1.00
    1     2  4      1      0.75
    2     3  3      1      0.50
    3     5  1      0      0.50

    Taught in: 06 Evaluation
    """
    parts = []
    for segment, group in _groups(durations, by):
        curve = _curve(group, level)
        if by is not None:
            curve.insert(0, by, segment)
        parts.append(curve)
    result = pd.concat(parts, ignore_index=True) if parts else _curve(durations.head(0), level).head(0)
    result.attrs = dict(durations.attrs)
    return result


def _first_below(times: np.ndarray, shares: np.ndarray, share: float) -> float:
    below = np.flatnonzero(shares <= share + 1e-12)
    return float(times[below[0]]) if below.size else np.nan


def _restricted(curve: pd.DataFrame, until: float) -> tuple[float, float]:
    # Area under the steps up to `until`, and its standard error.
    inside = curve[curve["time"] <= until]
    times, shares = inside["time"].to_numpy(float), inside["estimate"].to_numpy(float)
    areas = shares * np.diff(np.append(times, until))
    after = areas[::-1].cumsum()[::-1]
    n, lost = inside["n"].to_numpy(float), inside["count"].to_numpy(float)
    left = n - lost
    terms = np.divide(after**2 * lost, n * left, out=np.zeros_like(n), where=left > 0)
    return float(areas.sum()), float(np.sqrt(terms.sum()))


def stay(curve: pd.DataFrame, *, by: str | None = None, until: float | None = None) -> pd.DataFrame:
    """Say how long members stay: the median, and the mean within the time that was watched.

    Parameters
    ----------
    curve : pandas.DataFrame
        Result of :func:`kaplan_meier`.
    by : str, optional
        Column that splits the curve.
    until : float, optional
        End of the restricted mean; by default the longest time that every group was watched.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``n`` (members), ``count`` (lost), ``estimate``, ``low``, ``high`` (restricted mean),
        ``until``, ``median``, ``median_low``, ``median_high`` (missing where half were never lost).

    Notes
    -----
    The plain mean does not exist while members remain; the restricted mean is the average time spent
    here out of the first ``until``. Median interval: Brookmeyer and Crowley (1982) on the log(-log) scale.

    Examples
    --------
    >>> durations = pd.DataFrame({"time": [2, 3, 3, 5], "event": [True, True, False, False]})
    >>> stay(kaplan_meier(durations))[["n", "count", "estimate", "until", "median"]]
       n  count  estimate  until  median
    0  4      2      3.75    5.0     3.0

    Taught in: 06 Evaluation
    """
    groups = _groups(curve, by)
    if until is None:
        until = min((float(group["time"].max()) for _, group in groups if len(group)), default=np.nan)
    rows = []
    for segment, group in groups:
        if group.empty:
            continue
        times = group["time"].to_numpy(float)
        mean, error = _restricted(group, float(until))
        rows.append(
            {
                **({} if by is None else {by: segment}),
                "n": int((group["count"] + group["censored"]).sum()),
                "count": int(group["count"].sum()),
                "estimate": mean,
                "low": max(mean - 1.959964 * error, 0.0),
                "high": min(mean + 1.959964 * error, float(until)),
                "until": float(until),
                "median": _first_below(times, group["estimate"].to_numpy(), 0.5),
                "median_low": _first_below(times, group["low"].to_numpy(), 0.5),
                "median_high": _first_below(times, group["high"].to_numpy(), 0.5),
            }
        )
    columns = ["n", "count", "estimate", "low", "high", "until", "median", "median_low", "median_high"]
    result = pd.DataFrame(rows, columns=([] if by is None else [by]) + columns)
    result.attrs = dict(curve.attrs)
    return result


def log_rank(durations: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Test whether groups lose their members at the same pace.

    Parameters
    ----------
    durations : pandas.DataFrame
        As for :func:`kaplan_meier`.
    by : str
        Column that names the group.

    Returns
    -------
    pandas.DataFrame
        One row a group: ``by``, ``n``, ``count`` (lost), ``expected`` (lost if the pace were the same);
        and, the same in each row, ``statistic`` (chi-square), ``degrees``, ``p_value``.

    Notes
    -----
    Mantel (1966); Peto and Peto (1972). Sees differences that keep one sign; curves that cross can hide.

    Examples
    --------
    >>> durations = pd.DataFrame(
    ...     {"arm": list("aaabbb"), "time": [1, 2, 3, 4, 5, 6], "event": [True] * 6}
    ... )
    >>> log_rank(durations, by="arm").round(3)[["arm", "count", "expected", "statistic", "p_value"]]
      arm  count  expected  statistic  p_value
    0   a      3      1.15      5.052    0.025
    1   b      3      4.85      5.052    0.025

    Taught in: 06 Evaluation
    """
    groups = _groups(durations, by)
    exits = {segment: _exits(group).set_index("time") for segment, group in groups}
    times = np.unique(np.concatenate([table.index.to_numpy(float) for table in exits.values()] or [[]]))
    lost = np.array([table["count"].reindex(times, fill_value=0).to_numpy(float) for table in exits.values()])
    gone = np.array(
        [table[["count", "censored"]].sum(axis=1).reindex(times, fill_value=0) for table in exits.values()],
        float,
    )
    lost, gone = lost.reshape(len(exits), len(times)), gone.reshape(len(exits), len(times))
    at_risk = gone[:, ::-1].cumsum(axis=1)[:, ::-1]
    n, d = at_risk.sum(axis=0), lost.sum(axis=0)
    share = np.divide(at_risk, n, out=np.zeros_like(at_risk), where=n > 0)
    expected = (share * d).sum(axis=1)
    pace = np.divide(d * (n - d), n - 1, out=np.zeros_like(n), where=n > 1)
    variance = np.diag((share * pace).sum(axis=1)) - (share * pace) @ share.T
    surplus = lost.sum(axis=1) - expected
    degrees = max(len(exits) - 1, 0)
    known = degrees > 0 and np.abs(variance).sum() > 0
    # One direction has no variance (the surpluses add up to nothing); rounding must not pass for one.
    inverse = np.linalg.pinv(variance, rcond=1e-10, hermitian=True)
    statistic = float(surplus @ inverse @ surplus) if known else np.nan
    result = pd.DataFrame(
        {
            by: list(exits),
            "n": gone.sum(axis=1).astype(int),
            "count": lost.sum(axis=1).astype(int),
            "expected": expected,
            "statistic": statistic,
            "degrees": degrees,
            "p_value": chdtrc(degrees, statistic) if known else np.nan,
        }
    )
    result.attrs = dict(durations.attrs)
    return result


def sql(
    community: Community,
    *,
    by: str | None = None,
    segments: pd.DataFrame | None = None,
    left_edge: LeftEdge = "leave_out",
) -> str:
    """Return the query behind :func:`time_to_churn`.

    Parameters
    ----------
    community : Community
        The opened community.
    by : str, optional
        Member attribute.
    segments : pandas.DataFrame, optional
        ``member_id`` and ``segment`` from a model; `by` then names the column of the result.
    left_edge : {"leave_out", "keep"}, default "leave_out"
        What to do with members who were here before the data begin.

    Returns
    -------
    str
        Portable SQL with the parameters ``$threshold``, ``$as_of``, ``$after`` and ``$first_day``.

    Taught in: 06 Evaluation
    """
    return f"""
with starts as ({starts_sql(community, start="joined", by=by, segments=segments, left_edge=left_edge)}
),
silences as (
    -- the first active day that was followed by a silence as long as the threshold, and then by another
    select member_no, min(before) as last_active
    from {returns.active_days(community)}
    where date_diff('day', before, day) > $threshold
    group by member_no
),
spans as (
    select
        starts.segment,
        least(starts.start_day, coalesce(seen.first_seen, starts.start_day)) as start_day,
        starts.left_day,
        seen.first_seen as first_active,
        coalesce(
            silences.last_active,
            case
                when date_diff('day', seen.last_seen, cast($after as date)) > $threshold then seen.last_seen
            end
        ) as last_active
    from starts
    left join members_seen as seen on seen.member_id = starts.member_id
    left join silences on silences.member_no = starts.member_no
),
clocks as (
    select
        segment,
        date_diff('day', start_day, cast($as_of as date)) as watched,
        case
            when date_diff('day', start_day, coalesce(first_active, cast($after as date))) > $threshold
                then $threshold
            else date_diff('day', start_day, last_active) + $threshold
        end as lost_after,
        case
            when left_day >= start_day and left_day <= cast($as_of as date)
                then date_diff('day', start_day, left_day)
        end as left_after
    from spans
)
select
    segment,
    least(coalesce(lost_after, watched), coalesce(left_after, watched), watched) as days,
    (lost_after is not null or left_after is not null) as event,
    count(*) as n
from clocks
group by 1, 2, 3
order by 1, 2, 3
"""


def time_to_churn(
    community: Community,
    *,
    threshold: int = 30,
    by: str | None = None,
    segments: pd.DataFrame | None = None,
    left_edge: LeftEdge = "leave_out",
) -> pd.DataFrame:
    """Count members by how long they stayed before they fell silent or left.

    A member counts as lost on the day on which ``threshold`` days in a row have passed without activity,
    or on which they left. Whoever comes back later was lost all the same: coming back is another question.

    Parameters
    ----------
    community : Community
        The opened community.
    threshold : int, days, default 30
        Silence that counts as lost; take it from the gaps of your own members.
    by : str, optional
        Member attribute, such as ``"source"``.
    segments : pandas.DataFrame, optional
        ``member_id`` and ``segment`` from a model; `by` then names the column of the result.
    left_edge : {"leave_out", "keep"}, default "leave_out"
        Members who were here before the data begin have an unknown start; left out unless kept.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``time`` (days since joining), ``event`` (lost) and ``n`` (members): what
        :func:`kaplan_meier` and :func:`log_rank` take.

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-20", "2026-03-31", "2026-01-02", "2026-04-01"])
    >>> events = pd.DataFrame({"member_id": list("aaabc"), "occurred_at": days, "event_type": "view"})
    >>> community = Community.open({"events": events}, as_of="2026-04-10")
    >>> time_to_churn(community, threshold=30, left_edge="keep")
       time  event  n
    0     9  False  1
    1    30   True  1
    2    49   True  1

    Taught in: 06 Evaluation
    """
    result = community.query(
        sql(community, by=by, segments=segments, left_edge=left_edge),
        threshold=int(threshold),
        as_of=community.as_of,
        after=community.as_of + dt.timedelta(days=1),
        first_day=community.active_from,
    )
    result = result.rename(columns={"days": "time"}).astype({"event": bool})
    result = result.drop(columns="segment") if by is None else result.rename(columns={"segment": by})
    return community.describe(result, "time_to_churn", threshold=int(threshold), by=by, left_edge=left_edge)
