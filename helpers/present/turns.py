"""Say what a line does: it rises, falls, had a peak, or stays within its intervals."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd


class Turn(NamedTuple):
    """Hold what a line does, and its first, highest and last whole periods."""

    kind: str
    first: pd.Series
    top: pd.Series
    end: pd.Series


def turn(frame: pd.DataFrame, *, least: int = 10) -> Turn | None:
    """Judge a line by its intervals.

    Parameters
    ----------
    frame : DataFrame
        period, n, estimate, low, high, open_period.
    least : int, default 10
        Count that a period needs to be judged.

    Returns
    -------
    Turn or None
        kind ``peak`` (the highest period lies above the last beyond both intervals), ``up`` or ``down``
        (the last
        above or below the first beyond both intervals) or ``level``. None with fewer than two periods.

    Examples
    --------
    >>> line = pd.DataFrame({"n": 50, "estimate": [0.1, 0.5], "low": [0.05, 0.4], "high": [0.2, 0.6]})
    >>> turn(line.assign(open_period=False)).kind
    'up'

    Taught in: all
    """
    if not len(frame):
        return None
    whole = frame[(frame["n"] >= least) & ~frame["open_period"].astype(bool) & frame["estimate"].notna()]
    if "left_edge" in whole:
        whole = whole[~whole["left_edge"].astype(bool)]
    if len(whole) < 2:
        return None
    first, end, top = whole.iloc[0], whole.iloc[-1], whole.loc[whole["estimate"].idxmax()]
    if top["low"] > end["high"] and top["low"] > first["high"]:
        return Turn("peak", first, top, end)
    if end["low"] > first["high"]:
        return Turn("up", first, top, end)
    return Turn("down" if end["high"] < first["low"] else "level", first, top, end)


def share_by(curve: pd.DataFrame, hours: float) -> float:
    """Give the share decided after so many hours.

    Examples
    --------
    >>> share_by(pd.DataFrame({"time": [0, 1, 5], "estimate": [0.0, 0.4, 1.0]}), 4)
    0.4

    Taught in: 04 Interaction
    """
    before = curve[curve["time"] <= hours]
    return float(before["estimate"].iloc[-1]) if len(before) else 0.0
