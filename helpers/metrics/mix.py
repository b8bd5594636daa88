"""Ask whether a changed retention is a changed community: rates by segment, standardised to one mix."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.community import Community
from helpers.community.calendar import periods
from helpers.metrics.retention import Window, by_start, rates
from helpers.metrics.starts import LeftEdge, Start, default_start


def by_mix(
    community: Community,
    *,
    by: str = "source",
    segments: pd.DataFrame | None = None,
    day: int = 30,
    window: Window = 7,
    every: Literal["week", "month"] = "month",
    start: Start | None = None,
    left_edge: LeftEdge = "leave_out",
) -> pd.DataFrame:
    """Split the retention of each joining period by segment, with the segment's share of the members.

    Parameters
    ----------
    community : Community
        The opened community.
    by : str, default "source"
        Member attribute whose mix may change.
    segments : pandas.DataFrame, optional
        ``member_id`` and ``segment`` from a model; `by` then names the column of the result.
    day, window, start, left_edge
        As for :func:`day_n`; one N.
    every : {"week", "month"}, default "month"
        Length of a joining period.

    Returns
    -------
    pandas.DataFrame
        One row a joining period and segment: ``cohort``, ``by``, ``n``, ``count``, ``share`` (of the period's
        members), ``estimate``, ``low``, ``high``, ``open_period`` (not all of them could be seen to day N),
        ``small``.

    Taught in: 06 Evaluation
    """
    start = start or default_start(community)
    table = by_start(community, [day], window, by=by, segments=segments, start=start, left_edge=left_edge)
    starts = pd.to_datetime(table["start_day"])
    cohort = (starts - pd.to_timedelta(starts.dt.weekday, unit="D")) if every == "week" else _month(starts)
    table = table.assign(cohort=cohort)
    table["open_period"] = ~table.groupby("cohort")["observed"].transform("all")
    calendar = periods(community.active_from, community.as_of, every)
    unfinished = calendar.loc[calendar["open_period"], "period"]
    table["open_period"] |= table["cohort"].isin(unfinished)
    seen = table[table["observed"]]
    keys = ["cohort", "segment"]
    result = seen.groupby(keys, as_index=False).agg(
        n=("n", "sum"), count=("count", "sum"), open_period=("open_period", "max")
    )
    result["share"] = result["n"] / result.groupby("cohort")["n"].transform("sum")
    result = rates(result).rename(columns={"segment": by})
    order = ["cohort", by, "n", "count", "share", "estimate", "low", "high", "open_period", "small"]
    return community.describe(
        result[order],
        "by_mix",
        by=by,
        day=int(day),
        window=window,
        every=every,
        start=start,
        randomised=False,
    )


def _month(days: pd.Series) -> pd.Series:
    return days.dt.to_period("M").dt.start_time


def standardise(mix: pd.DataFrame) -> pd.DataFrame:
    """Show what retention would have been had every period drawn the same mix of members.

    When the overall number falls while no segment does, the mix has changed: **Simpson's paradox**. Each
    period's segment rates are weighted by the mix of all periods together (direct standardisation).

    Parameters
    ----------
    mix : pandas.DataFrame
        Result of :func:`by_mix`.

    Returns
    -------
    pandas.DataFrame
        One row a joining period: ``cohort``, ``n``, ``count``, ``estimate``, ``low``, ``high`` (as it was),
        ``standardised``, ``standardised_low``, ``standardised_high``, ``covered`` (share of the common mix
        whose segments have members in this period), ``open_period``, ``small``.

    Notes
    -----
    An arithmetic of what was observed: segments were not assigned at random, and other things than the
    mix may have changed with it.

    Examples
    --------
    >>> mix = pd.DataFrame(
    ...     {
    ...         "cohort": pd.to_datetime(["2026-01-01"] * 2 + ["2026-02-01"] * 2),
    ...         "source": ["invitation", "ad"] * 2, "n": [80, 20, 20, 80], "count": [40, 2, 10, 8],
    ...         "open_period": False,
    ...     }
    ... )
    >>> standardise(mix)[["cohort", "n", "estimate", "standardised"]]
          cohort    n  estimate  standardised
    0 2026-01-01  100      0.42           0.3
    1 2026-02-01  100      0.18           0.3

    Taught in: 02 Positioning
    """
    by = _segment_of(mix)
    totals = mix.groupby("cohort", as_index=False).agg(
        n=("n", "sum"), count=("count", "sum"), open_period=("open_period", "max")
    )
    common = mix.groupby(by)["n"].sum() / max(mix["n"].sum(), 1)
    weight = mix[by].map(common).astype(float)
    # Half a comeback and half a loss keep a segment of two members from looking certain.
    smooth = (mix["count"] + 0.5) / (mix["n"] + 1)
    parts = pd.DataFrame(
        {
            "cohort": mix["cohort"],
            "covered": weight,
            "rate": weight * mix["count"] / mix["n"],
            "variance": weight**2 * smooth * (1 - smooth) / mix["n"],
        }
    )
    sums = parts.groupby("cohort", as_index=False).sum()
    sums["standardised"] = sums["rate"] / sums["covered"]
    half = -ndtri(0.025) * np.sqrt(sums["variance"]) / sums["covered"]
    sums["standardised_low"] = (sums["standardised"] - half).clip(lower=0)
    sums["standardised_high"] = (sums["standardised"] + half).clip(upper=1)
    result = rates(totals).merge(sums.drop(columns=["rate", "variance"]), on="cohort")
    order = ["cohort", "n", "count", "estimate", "low", "high", "standardised", "standardised_low"]
    result = result[[*order, "standardised_high", "covered", "open_period", "small"]]
    result.attrs = dict(mix.attrs)
    return result


def mix_effect(mix: pd.DataFrame, *, first: object = None, last: object = None) -> pd.DataFrame:
    """Split the change between two joining periods into mix and comebacks within the segments.

    Parameters
    ----------
    mix : pandas.DataFrame
        Result of :func:`by_mix`.
    first, last : date, optional
        The two periods; by default the first and the last finished one.

    Returns
    -------
    pandas.DataFrame
        One row a segment: ``by``, ``mix`` (change because its share of the members changed), ``within``
        (change because its own rate changed), ``total``; in share points. All rows add up to the change of
        the overall rate.

    Notes
    -----
    Kitagawa (1955), *JASA* 50, 1168-1194: both parts are taken at the average of the two periods, and mix
    counts against the average rate. A segment absent in a period takes its rate from the other.

    Examples
    --------
    >>> mix = pd.DataFrame(
    ...     {
    ...         "cohort": pd.to_datetime(["2026-01-01"] * 2 + ["2026-02-01"] * 2),
    ...         "source": ["invitation", "ad"] * 2, "n": [80, 20, 20, 80], "count": [40, 2, 10, 8],
    ...         "open_period": False,
    ...     }
    ... )
    >>> mix_effect(mix)[["mix", "within", "total"]].sum().round(2).to_dict()
    {'mix': -0.24, 'within': 0.0, 'total': -0.24}

    Taught in: 02 Positioning
    """
    by = _segment_of(mix)
    closed = mix.loc[~mix["open_period"].astype(bool), "cohort"]
    first = closed.min() if first is None else pd.Timestamp(first)
    last = closed.max() if last is None else pd.Timestamp(last)
    sides = [mix[mix["cohort"] == side].set_index(by)[["n", "count"]].astype(float) for side in (first, last)]
    segments = sides[0].index.union(sides[1].index)
    sides = [side.reindex(segments, fill_value=0.0) for side in sides]
    shares = [side["n"] / side["n"].sum() for side in sides]
    rates = [side["count"] / side["n"].where(side["n"] > 0) for side in sides]
    rates = [rates[0].fillna(rates[1]), rates[1].fillna(rates[0])]
    overall = sum(side["count"].sum() / side["n"].sum() for side in sides) / 2 if len(segments) else np.nan
    result = pd.DataFrame(
        {
            "mix": (shares[1] - shares[0]) * ((rates[0] + rates[1]) / 2 - overall),
            "within": (rates[1] - rates[0]) * (shares[0] + shares[1]) / 2,
        }
    )
    result = result.assign(total=result["mix"] + result["within"]).rename_axis(by).reset_index()
    result.attrs = {**mix.attrs, "first": first, "last": last}
    return result


def _segment_of(mix: pd.DataFrame) -> str:
    known = {"cohort", "n", "count", "share", "estimate", "low", "high", "open_period", "small"}
    return next(column for column in mix.columns if column not in known)
