"""Measure how unequally members take part: Lorenz curve, Gini index and the 90-9-1 split."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community import member_days
from helpers.metrics import intervals, returns

if TYPE_CHECKING:
    from helpers.community import Community

CONTRIBUTIONS = {
    "actions": "actions",
    "events": "events",
    "messages": "n_message",
    "comments": "n_comment",
    "likes": "n_like",
    "shares": "n_share",
    "answers": "n_answer",
    "orders": "n_order",
}
EVERYBODY, TAKING_PART = "all members", "without silent members"


def distribution(
    community: Community,
    *,
    of: str = "actions",
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> pd.DataFrame:
    """Count members by how much each contributed; members who contributed nothing are in it.

    Parameters
    ----------
    community : Community
        The community.
    of : {"actions", "events", "messages", "comments", "likes", "shares", "answers", "orders"}
        What counts as a contribution. Default ``"actions"``: everything but views, clicks and entering a
        live show. Where only orders are known, purchases.
    start, end : datetime.date, optional
        First and last day counted. Default: the whole history. Members who had left before `start`, or
        had not come by `end`, are left out.

    Returns
    -------
    DataFrame
        ``value`` (contributions of one member) and ``members`` (how many members gave that many), from
        zero up. Every other function here takes this table.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": list("aaab"), "event_type": ["like"] * 3 + ["view"],
    ...                        "occurred_at": "2026-05-01"})
    >>> distribution(Community.open({"events": events})).to_numpy().tolist()
    [[0, 1], [3, 1]]

    Taught in: 06 Evaluation
    """
    if of not in CONTRIBUTIONS:
        raise ValueError(f"of={of!r}: choose one of {', '.join(CONTRIBUTIONS)}.")
    first, last = start or community.active_from, end or community.as_of
    table = community.query(
        f"""
with given as ({_given(community, of)}
),
totals as (
    select cast(coalesce(given.value, 0) as bigint) as value
    from {returns.spans(community)} as spans
    left join given on given.member_no = spans.member_no
    where spans.entered <= $last and (spans.gone is null or spans.gone >= $first)
)
select value, count(*) as members
from totals
group by value
order by value""",
        first=first,
        last=last,
    )
    return community.describe(
        table,
        "participation",
        population="members of the community, silent ones included",
        period=f"{first.isoformat()} – {last.isoformat()}",
        of=of,
        n=int(table["members"].sum()),
    )


def _given(community: Community, of: str) -> str:
    # What each member gave; the numbered table is half as wide, and has most of the counts.
    days = returns.active_days(community)
    taken = member_days.counts(community.engine.columns(days))
    terms = {"events": "events", "actions": f"events - {taken.get('passive', '0')}"} | taken
    key, term = "member_no", terms.get(CONTRIBUTIONS[of])
    if term is None:
        key, term, days = (
            "people.member_no",
            CONTRIBUTIONS[of],
            (f"{community.member_days()} as days join people on people.member_id = days.member_id"),
        )
    return f"""
    select {key}, sum({term}) as value
    from {days}
    where day between $first and $last
    group by {key}"""


def _populations(distribution: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {EVERYBODY: distribution, TAKING_PART: distribution.loc[distribution["value"] > 0]}


def _result(rows: pd.DataFrame, distribution: pd.DataFrame, metric: str) -> pd.DataFrame:
    rows.attrs["about"] = dict(distribution.attrs.get("about", {})) | {"metric": metric}
    return rows


def _curve(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Members from the least to the most active; `weights` may hold many draws, one a row.
    people, share = np.zeros((2, *weights.shape[:-1], weights.shape[-1] + 1))
    np.cumsum(weights, axis=-1, out=people[..., 1:])
    np.cumsum(weights * values, axis=-1, out=share[..., 1:])
    with np.errstate(invalid="ignore", divide="ignore"):
        people /= people[..., -1:].copy()
        share /= share[..., -1:].copy()
    return people, share


def lorenz(distribution: pd.DataFrame) -> pd.DataFrame:
    """Trace the Lorenz curve: what share of contributions the least active members gave together.

    Parameters
    ----------
    distribution : DataFrame
        From :func:`distribution`.

    Returns
    -------
    DataFrame
        ``population`` ("all members", "without silent members"), ``members`` (cumulative share, from the
        least active up) and ``contributions`` (their cumulative share), starting at 0, 0. No rows when
        nobody contributed.

    Examples
    --------
    >>> table = lorenz(pd.DataFrame({"value": [0, 1, 3], "members": [2, 1, 1]}))
    >>> table.loc[table["population"] == "all members", ["members", "contributions"]].to_numpy().tolist()
    [[0.0, 0.0], [0.5, 0.0], [0.75, 0.25], [1.0, 1.0]]

    Taught in: 06 Evaluation
    """
    parts = []
    for name, part in _populations(distribution).items():
        values, weights = part["value"].to_numpy(float), part["members"].to_numpy(float)
        if (values * weights).sum() > 0:
            people, share = _curve(values, weights)
            parts.append(pd.DataFrame({"population": name, "members": people, "contributions": share}))
    empty = pd.DataFrame(columns=["population", "members", "contributions"])
    return _result(pd.concat(parts, ignore_index=True) if parts else empty, distribution, "Lorenz curve")


def _gini(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    people, share = _curve(values, weights)
    return 1 - (np.diff(people, axis=-1) * (share[..., 1:] + share[..., :-1])).sum(axis=-1)


def gini(
    distribution: pd.DataFrame, *, level: float = 0.95, seed: int = 0, repeats: int = 1000
) -> pd.DataFrame:
    """Give the Gini index of contributions: 0 when all give alike, near 1 when one member gives all.

    Parameters
    ----------
    distribution : DataFrame
        From :func:`distribution`.
    level : float, default 0.95
        Confidence level.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 1000
        How many resamples of members.

    Returns
    -------
    DataFrame
        ``population`` ("all members", "without silent members"), ``n`` members, ``count`` contributions,
        ``estimate``, ``low``, ``high``, ``small``. Missing when nobody contributed.

    Notes
    -----
    Twice the area between the Lorenz curve and equality. Without the silent members the same community
    looks far more equal: always say which of the two is meant. Interval: bootstrap by member.

    Examples
    --------
    >>> gini(pd.DataFrame({"value": [0, 1, 3], "members": [2, 1, 1]}))["estimate"].tolist()
    [0.625, 0.25]

    Taught in: 06 Evaluation
    """
    rows = []
    for name, part in _populations(distribution).items():
        values, weights = part["value"].to_numpy(float), part["members"].to_numpy(float)
        low = high = estimate = np.nan
        if (values * weights).sum() > 0:
            draws = [
                _gini(values, drawn) for drawn in intervals.resamples(weights, seed=seed, repeats=repeats)
            ]
            low, high = intervals.percentiles(np.concatenate(draws), level)
            estimate = float(_gini(values, weights))
        n = int(weights.sum())
        rows.append([name, n, int((values * weights).sum()), estimate, low, high, n < 30])
    columns = ["population", "n", "count", "estimate", "low", "high", "small"]
    return _result(pd.DataFrame(rows, columns=columns), distribution, "Gini index")


def _below(values: np.ndarray, weights: np.ndarray, cuts: Sequence[float]) -> np.ndarray:
    # Share of contributions of the least active part of members, for each cut (the last axis) and draw.
    people, share = _curve(values, weights)
    return np.stack([_height(people, share, cut) for cut in cuts], axis=-1)


def _height(people: np.ndarray, share: np.ndarray, cut: float) -> np.ndarray:
    # Within a group of equal members the curve is straight, so ties are shared out fairly.
    at = np.minimum((people < cut - 1e-12).sum(axis=-1), people.shape[-1] - 1)[..., None]
    right_x, right_y = np.take_along_axis(people, at, -1), np.take_along_axis(share, at, -1)
    left_x, left_y = np.take_along_axis(people, at - 1, -1), np.take_along_axis(share, at - 1, -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.where(right_x > left_x, (cut - left_x) / (right_x - left_x), 1.0)
    return (left_y + part * (right_y - left_y))[..., 0]


def top_shares(
    distribution: pd.DataFrame,
    *,
    tops: tuple[float, ...] = (0.01, 0.05, 0.1, 0.2, 0.5),
    level: float = 0.95,
    seed: int = 0,
    repeats: int = 1000,
) -> pd.DataFrame:
    """Give the share of all contributions that comes from the most active 1, 5, 10, 20 and 50 percent.

    Parameters
    ----------
    distribution : DataFrame
        From :func:`distribution`.
    tops : tuple of float, default (0.01, 0.05, 0.1, 0.2, 0.5)
        Shares of members, most active first.
    level, seed, repeats
        As in :func:`gini`.

    Returns
    -------
    DataFrame
        ``population``, ``top`` (share of members), ``n`` (members in the population), ``estimate`` (share
        of contributions), ``low``, ``high``, ``small``.

    Examples
    --------
    >>> table = top_shares(pd.DataFrame({"value": [0, 1, 9], "members": [5, 4, 1]}), tops=(0.1, 0.5))
    >>> table["estimate"].head(2).round(3).tolist()
    [0.692, 1.0]

    Taught in: 06 Evaluation
    """
    rows = []
    for name, part in _populations(distribution).items():
        values, weights = part["value"].to_numpy(float), part["members"].to_numpy(float)
        n = int(weights.sum())
        if not (values * weights).sum() > 0:
            rows += [[name, top, n, np.nan, np.nan, np.nan, n < 30] for top in tops]
            continue
        draws = [
            1 - _below(values, drawn, [1 - top for top in tops])
            for drawn in intervals.resamples(weights, seed=seed, repeats=repeats)
        ]
        low, high = intervals.percentiles(np.concatenate(draws), level)
        estimates = (1 - _below(values, weights, [1 - top for top in tops])).tolist()
        rows += [[name, top, n, estimates[at], low[at], high[at], n < 30] for at, top in enumerate(tops)]
    columns = ["population", "top", "n", "estimate", "low", "high", "small"]
    return _result(pd.DataFrame(rows, columns=columns), distribution, "share of the most active")


def split(
    distribution: pd.DataFrame, *, level: float = 0.95, seed: int = 0, repeats: int = 1000
) -> pd.DataFrame:
    """Hold the community against the 90-9-1 rule of thumb.

    Parameters
    ----------
    distribution : DataFrame
        From :func:`distribution`.
    level, seed, repeats
        As in :func:`gini`.

    Returns
    -------
    DataFrame
        ``population``, ``tier`` ("top 1 %", "next 9 %", "other 90 %"), ``members`` (share of members),
        ``n`` (members in the population), ``count`` (members in the tier), ``estimate`` (share of
        contributions from it), ``low``, ``high``, ``small``.

    Notes
    -----
    "Ninety percent watch, nine take part a little, one does most" (Nielsen 2006) is a rule of thumb
    without a measured source; what counts is this community's own split and how it moves.

    Examples
    --------
    >>> table = split(pd.DataFrame({"value": [0, 1, 10], "members": [900, 90, 10]}))
    >>> table["estimate"].head(3).round(3).tolist()
    [0.526, 0.474, 0.0]

    Taught in: 06 Evaluation
    """
    rows = []
    for name, part in _populations(distribution).items():
        values, weights = part["value"].to_numpy(float), part["members"].to_numpy(float)
        n, some = int(weights.sum()), bool((values * weights).sum() > 0)
        cuts = (1.0, 0.99, 0.9, 0.0)
        estimates = lows = highs = np.full(3, np.nan)
        if some:
            blocks = intervals.resamples(weights, seed=seed, repeats=repeats)
            draws = np.concatenate([_below(values, drawn, cuts) for drawn in blocks])
            lows, highs = intervals.percentiles(draws[:, :-1] - draws[:, 1:], level)
            below = _below(values, weights, cuts)
            estimates = below[:-1] - below[1:]
        for at, tier in enumerate(("top 1 %", "next 9 %", "other 90 %")):
            size = cuts[at] - cuts[at + 1]
            estimate, low, high = float(estimates[at]), lows[at], highs[at]
            rows.append([name, tier, round(size, 2), n, round(n * size), estimate, low, high, n < 100])
    columns = ["population", "tier", "members", "n", "count", "estimate", "low", "high", "small"]
    return _result(pd.DataFrame(rows, columns=columns), distribution, "90-9-1 split")


def silent(distribution: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Give the share of members who contributed nothing.

    Parameters
    ----------
    distribution : DataFrame
        From :func:`distribution`.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        One row: ``n`` members, ``count`` silent ones, ``estimate``, ``low``, ``high``, ``small``.

    Examples
    --------
    >>> silent(pd.DataFrame({"value": [0, 1, 3], "members": [2, 1, 1]}))[["n", "count", "estimate"]]
       n  count  estimate
    0  4      2       0.5

    Taught in: 06 Evaluation
    """
    n = int(distribution["members"].sum())
    count = int(distribution.loc[distribution["value"] == 0, "members"].sum())
    low, high = intervals.wilson(count, n, level)
    row = {"n": n, "count": count, "estimate": count / n if n else np.nan, "low": low, "high": high}
    return _result(pd.DataFrame([row | {"small": n < 30}]), distribution, "silent members")
