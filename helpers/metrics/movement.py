"""Tell movement from chance: the difference of two estimates that rest on partly the same members."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from helpers.metrics.discoveries import discoveries

LEVEL = 0.05
PRODUCTS = [
    ("y1", "y1"), ("x1", "x1"), ("y1", "x1"), ("y0", "y0"), ("x0", "x0"), ("y0", "x0"),
    ("y1", "y0"), ("y1", "x0"), ("x1", "y0"), ("x1", "x0"),
]  # fmt: skip
_Z = float(ndtri(0.975))


def correlation(sums: pd.Series) -> float:
    """Give the correlation of two ratios of sums over members who are partly the same.

    Parameters
    ----------
    sums : pandas.Series
        ``y1``, ``x1``, ``y0``, ``x0`` and the sums of their products, named as in `PRODUCTS`, such as
        ``y1_y0``: numerators and denominators of the later (1) and of the earlier ratio (0).

    Returns
    -------
    float
        From -1 to 1; 0 when nobody is in both, or when one of them does not vary.

    Notes
    -----
    The covariance of the linearised ratios (Cochran 1977, *Sampling Techniques*, ch. 6): the closed form of
    what drawing whole members again, with both their weeks, would give.

    Examples
    --------
    >>> same = {"y1": 2.0, "x1": 4.0, "y0": 2.0, "x0": 4.0}
    >>> same |= {"_".join(pair): 2.0 if "y" in "".join(pair) else 4.0 for pair in PRODUCTS}
    >>> correlation(pd.Series(same))
    1.0

    Taught in: 06 Evaluation
    """
    one, other = sums["y1"] / sums["x1"], sums["y0"] / sums["x0"]
    spread = sums["y1_y1"] - 2 * one * sums["y1_x1"] + one**2 * sums["x1_x1"]
    before = sums["y0_y0"] - 2 * other * sums["y0_x0"] + other**2 * sums["x0_x0"]
    shared = sums["y1_y0"] - other * sums["y1_x0"] - one * sums["x1_y0"] + one * other * sums["x1_x0"]
    size = float(spread * before)
    return float(np.clip(shared / np.sqrt(size), -1, 1)) if size > 1e-12 else 0.0


def difference(
    estimate: Any,
    low: Any,
    high: Any,
    earlier: Any,
    earlier_low: Any,
    earlier_high: Any,
    correlated: Any = 0.0,
) -> tuple[Any, Any]:
    """Give the interval of the difference of two estimates from their own intervals.

    Parameters
    ----------
    estimate, low, high : number or array
        The later estimate with its interval.
    earlier, earlier_low, earlier_high : number or array
        The earlier one.
    correlated : number or array, default 0
        Correlation of the two: 0 when they rest on different members.

    Returns
    -------
    tuple of arrays
        low, high of later minus earlier.

    Notes
    -----
    Zou and Donner (2008), *Statistics in Medicine* 27, 1693-1702: the variance is recovered from the
    limits. With Wilson limits and no correlation it is Newcombe's interval (1998, method 10); with
    symmetric limits it is the paired interval.

    Examples
    --------
    >>> from helpers.metrics.intervals import wilson
    >>> low, high = difference(56 / 70, *wilson(56, 70), 48 / 80, *wilson(48, 80))
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)

    Taught in: 06 Evaluation
    """
    estimate, low, high, earlier, earlier_low, earlier_high, correlated = (
        np.asarray(part, dtype=float)
        for part in (estimate, low, high, earlier, earlier_low, earlier_high, correlated)
    )
    down, up = estimate - low, high - estimate
    before_down, before_up = earlier - earlier_low, earlier_high - earlier
    gap = estimate - earlier
    below = np.sqrt(np.maximum(down**2 - 2 * correlated * down * before_up + before_up**2, 0.0))
    above = np.sqrt(np.maximum(up**2 - 2 * correlated * up * before_down + before_down**2, 0.0))
    return (gap - below)[()], (gap + above)[()]


def judge(table: pd.DataFrame) -> pd.DataFrame:
    """Say of each figure how far it moved, and whether chance alone would explain it.

    Parameters
    ----------
    table : pandas.DataFrame
        From :func:`helpers.metrics.watched.measure` with an earlier day.

    Returns
    -------
    pandas.DataFrame
        The table with ``compared`` (both windows are full, differ, and rest on 30 members or more),
        ``change``, ``change_low``, ``change_high``, ``p_value``, ``moved`` (the interval of the change leaves
        zero out) and ``clear`` (still so when it is taken into account how many figures were compared).
        Its `about` says how many were ``compared``, ``moved`` and ``clear``, and how many would move
        ``by_chance`` if nothing had happened.

    Notes
    -----
    Interval: :func:`difference`, with the correlation of the two estimates over members, because most
    members are in both. The p-value belongs to the normal distribution whose 95 % interval has the same
    limit on the side of zero, so that it is below 5 % exactly when ``moved``. Several figures: Benjamini and
    Hochberg (1995). Chance here is that of members who act independently of each other: a festival or a
    push message moves many at once, and shows as movement, which it is.

    Taught in: 06 Evaluation
    """
    numbers = [f"{name}{at}" for at in ("", "_earlier") for name in ("estimate", "low", "high")]
    values = {name: pd.to_numeric(table[name]).astype(float) for name in numbers}
    known = table["last_earlier"].notna() & (table["last_earlier"] != table["last"])
    small = table["small"].astype(bool) | (table["small_earlier"] == True)  # noqa: E712 - missing is not
    compared = (known & ~small & values["low"].notna() & values["low_earlier"].notna()).to_numpy(bool)
    now, before = ([values[f"{name}{at}"] for name in ("estimate", "low", "high")] for at in ("", "_earlier"))
    shared = table["correlation"].astype(float)
    low, high = difference(now[0], now[1], now[2], before[0], before[1], before[2], shared)
    change = (values["estimate"] - values["estimate_earlier"]).to_numpy()
    reach = np.where(change > 0, change - low, high - change)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(reach > 0, np.abs(change) / (reach / _Z), np.where(change == 0, 0.0, np.inf))
    p_value = np.where(compared, 2 * ndtr(-ratio), np.nan)
    moved = compared & (p_value < LEVEL)
    result = table.assign(
        compared=compared,
        change=np.where(known, change, np.nan),
        change_low=np.where(compared, low, np.nan),
        change_high=np.where(compared, high, np.nan),
        p_value=p_value,
        moved=moved,
        clear=moved & (discoveries(p_value) <= LEVEL),
    )
    n = int(compared.sum())
    told = {"compared": n, "moved": int(moved.sum()), "clear": int(result["clear"].sum())}
    result.attrs["about"] = table.attrs.get("about", {}) | told | {"by_chance": LEVEL * n}
    return result
