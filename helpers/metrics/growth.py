"""Account for growth: which members are new, which stayed, which came back, and which were lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community import calendar
from helpers.community.calendar import Every
from helpers.metrics import intervals, returns

if TYPE_CHECKING:
    from helpers.community import Community


def sql(community: Community) -> str:
    """Write the reduction behind :func:`accounting`: each active day and the one before it.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    str
        The query of :func:`helpers.metrics.returns.sql`; its rows are counted by pair of days.

    Taught in: 06 Evaluation
    """
    return returns.sql(community)


def quick_ratio(gains: pd.Series, losses: pd.Series, level: float = 0.95) -> pd.DataFrame:
    """Divide members gained by members lost, with an interval.

    Parameters
    ----------
    gains : Series
        Members gained: new and resurrected.
    losses : Series
        Members lost.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        ``n`` = gains + losses, ``count`` = gains, ``estimate`` = gains / losses (missing when nobody was
        lost), ``low``, ``high`` (infinite when nobody was lost).

    Notes
    -----
    Given how many members moved, gains are binomial when gains and losses fall independently; the
    Wilson interval of gains / (gains + losses) is turned into odds. It holds with zero losses too.

    Examples
    --------
    >>> quick_ratio(pd.Series([30]), pd.Series([15])).round(2)
        n  count  estimate   low  high
    0  45     30       2.0  1.09  3.68

    Taught in: 06 Evaluation
    """
    moved = gains + losses
    low, high = intervals.wilson(gains, moved, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = {"low": low / (1 - low), "high": np.where(losses == 0, np.inf, high / (1 - high))}
    odds["high"] = np.where(moved > 0, odds["high"], np.nan)
    return pd.DataFrame(
        {"n": moved, "count": gains, "estimate": gains / losses.where(losses > 0)} | odds, index=gains.index
    )


def accounting(community: Community, *, every: Every = "week") -> pd.DataFrame:
    """Split the active members of every period into new, retained and resurrected, and count the lost.

    Parameters
    ----------
    community : Community
        The community.
    every : {"day", "week", "month"}, default "week"
        Length of a period.

    Returns
    -------
    DataFrame
        ``period``, ``last_day``, ``active``, ``previous`` (active in the period before), ``new`` (active
        for the first time), ``retained`` (active in the period before too), ``resurrected`` (back after
        at least one period away), ``lost`` (active in the period before, not in this one), ``net``;
        then the quick ratio (new + resurrected) / lost with ``n`` members who moved, ``count`` gained,
        ``estimate``, ``low``, ``high``; ``open_period``, ``left_edge`` (the first period, in which
        everybody looks new), ``small``. Always
        ``active = previous + new + resurrected - lost``.

    Notes
    -----
    In an open period members still have time to return: ``lost`` is too high and the ratio too low.
    For weeks after the left edge some of the "new" members are old ones not seen before.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame(
    ...     {"member_id": ["a", "b", "b", "a"], "event_type": "like",
    ...      "occurred_at": ["2026-05-04", "2026-05-04", "2026-05-11", "2026-05-18"]})
    >>> table = accounting(Community.open({"events": events}))
    >>> table[["active", "new", "retained", "resurrected", "lost"]].to_numpy().tolist()
    [[2, 2, 0, 0, 0], [1, 0, 1, 0, 1], [1, 0, 0, 1, 1]]

    Taught in: 06 Evaluation
    """
    periods = calendar.periods(community.active_from, community.as_of, every)
    pairs = returns.pairs(community)
    starts = periods["period"].to_numpy("datetime64[D]")
    here = np.searchsorted(starts, pairs["day"].to_numpy("datetime64[D]"), side="right") - 1
    there = np.searchsorted(starts, pairs["before"].to_numpy("datetime64[D]"), side="right") - 1
    step = np.where(pairs["since"] < 0, -1, here - there)  # 0: a further day in the same period
    kinds = {"new": step < 0, "retained": step == 1, "resurrected": step > 1}
    table = periods.assign(
        **{
            name: np.bincount(here[rows], weights=pairs["members"][rows], minlength=len(periods)).astype(int)
            for name, rows in kinds.items()
        }
    )
    table["active"] = table["new"] + table["retained"] + table["resurrected"]
    table["previous"] = table["active"].shift(fill_value=0)
    table["lost"] = table["previous"] - table["retained"]
    table["net"] = table["active"] - table["previous"]
    table = pd.concat([table, quick_ratio(table["new"] + table["resurrected"], table["lost"])], axis=1)
    first = table.index == 0
    table.loc[first, ["estimate", "low", "high"]] = np.nan
    table = table.assign(left_edge=table["left_edge"] | first, small=table["n"] < 30)
    columns = [
        "period", "last_day", "active", "previous", "new", "retained", "resurrected", "lost", "net",
        "n", "count", "estimate", "low", "high", "open_period", "left_edge", "small",
    ]  # fmt: skip
    return community.describe(
        table[columns],
        "growth accounting",
        population="members active in a period",
        period=every,
        unit="score",
    )
