"""Compare two arms by any metric: means, and ratios of two totals such as the amount of an order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from helpers.metrics.intervals import percentiles, resamples

METRICS: tuple[tuple[str, str | None], ...] = (
    ("bought", None),
    ("orders", None),
    ("amount", None),
    ("margin", None),
    ("active_days", None),
    ("amount", "orders"),
    ("orders", "active_days"),
)
COLUMNS = ["metric", "per", "n_a", "value_a", "n_b", "value_b", "n", "estimate", "low", "high", "p_value"]
COLUMNS += ["relative", "relative_low", "relative_high", "small"]


def ratio(top: Any, bottom: Any = None) -> tuple[float, float]:
    """Give a mean, or a ratio of two totals over members, and the variance of it.

    Parameters
    ----------
    top : array
        Numerator of each member.
    bottom : array, optional
        Denominator of each member; 1 each by default, which makes a mean.

    Returns
    -------
    tuple of float
        Value and its variance; missing with fewer than two members or nothing below.

    Notes
    -----
    Delta method: Deng, Knoblich and Lu (2018), "Applying the delta method in metric analytics", *KDD*.

    Examples
    --------
    >>> value, variance = ratio([2, 0, 4], [1, 1, 2])
    >>> value, round(variance, 3)
    (1.5, 0.328)

    Taught in: 05 Conversion
    """
    top = np.asarray(top, dtype=float)
    bottom = np.ones(len(top)) if bottom is None else np.asarray(bottom, dtype=float)
    if len(top) < 2 or not bottom.sum() > 0:
        return float("nan"), float("nan")
    value = top.sum() / bottom.sum()
    residuals = (top - value * bottom) / bottom.mean()
    return float(value), float(residuals.var(ddof=1) / len(top))


def gap(a: tuple[float, float, int], b: tuple[float, float, int], level: float = 0.95) -> dict[str, float]:
    """Compare two values that come with a variance and a number of members, b minus a.

    Parameters
    ----------
    a, b : tuple of (float, float, int)
        Value, variance of the value, members.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    dict
        ``estimate``, ``low``, ``high``, ``p_value`` (Welch), and relative to a ``relative``,
        ``relative_low``, ``relative_high`` (interval on the scale of logarithms).

    Examples
    --------
    >>> found = gap((10.0, 1.0, 200), (12.0, 1.0, 200))
    >>> round(found["estimate"], 2), round(found["low"], 2), round(found["relative"], 2)
    (2.0, -0.78, 0.2)

    Taught in: 05 Conversion
    """
    variances = np.array([a[1], b[1]])
    found = dict.fromkeys(COLUMNS[7:14], float("nan")) | {"estimate": b[0] - a[0]}
    if not variances.sum() > 0:
        return found
    error = float(np.sqrt(variances.sum()))
    degrees = variances.sum() ** 2 / (variances**2 / (np.array([a[2], b[2]]) - 1)).sum()
    wide = -float(stdtrit(degrees, (1 - level) / 2))
    found |= {"low": found["estimate"] - wide * error, "high": found["estimate"] + wide * error}
    found["p_value"] = 2 * float(stdtr(degrees, -abs(found["estimate"]) / error))
    if a[0] > 0 and b[0] > 0:
        middle, spread = np.log(b[0] / a[0]), wide * np.sqrt(b[1] / b[0] ** 2 + a[1] / a[0] ** 2)
        for name, value in zip(COLUMNS[11:14], (middle, middle - spread, middle + spread), strict=True):
            found[name] = float(np.expm1(value))
    return found


def compare(
    units: pd.DataFrame, metrics: Sequence[tuple[str, str | None]] = METRICS, *, level: float = 0.95
) -> pd.DataFrame:
    """Compare the arms of a test by several metrics.

    Parameters
    ----------
    units : DataFrame
        From `trial_units.units`.
    metrics : sequence of (str, str or None)
        Column and, for a ratio of totals, the column it is divided by; those not given are left out.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        One row a metric: ``metric``, ``per``, ``n_a``, ``value_a`` (control), ``n_b``, ``value_b``, ``n``,
        ``estimate``, ``low``, ``high`` (b minus a), ``p_value``, ``relative``, ``relative_low``,
        ``relative_high`` (share of the value of a), ``small`` (fewer than 30 in an arm).

    Notes
    -----
    The member is the unit also of a ratio: orders of one member are not independent of each other.

    Taught in: 05 Conversion
    """
    treated = units["treated"].to_numpy(bool)
    sizes = int((~treated).sum()), int(treated.sum())
    rows = []
    for metric, per in metrics:
        if metric not in units or (per is not None and per not in units):
            continue
        top = units[metric].to_numpy(float)
        below = np.ones(len(units)) if per is None else units[per].to_numpy(float)
        (a, spread_a), (b, spread_b) = (ratio(top[part], below[part]) for part in (~treated, treated))
        rows.append(
            {"metric": metric, "per": per or "members", "n_a": sizes[0], "value_a": a, "n_b": sizes[1],
             "value_b": b, "n": sum(sizes), **gap((a, spread_a, sizes[0]), (b, spread_b, sizes[1]), level),
             "small": min(sizes) < 30}
        )  # fmt: skip
    table = pd.DataFrame(rows if min(sizes) else [], columns=COLUMNS)
    table.attrs["about"] = units.attrs.get("about", {}) | {"metric": "arms by metric", "unit": "score"}
    return table


def bootstrap(
    units: pd.DataFrame, metric: str, per: str | None = None, *, seed: int = 0, repeats: int = 1000
) -> tuple[float, float]:
    """Give the interval of a difference between the arms by drawing members again.

    Parameters
    ----------
    units : DataFrame
        From `trial_units.units`.
    metric : str
        Column.
    per : str, optional
        Column it is divided by.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 1000
        How many times all members are drawn again, arm by arm.

    Returns
    -------
    tuple of float
        low, high at 95 %: needs no formula, and should agree with :func:`compare`.

    Taught in: 05 Conversion
    """
    draws = []
    for at, part in enumerate((units[~units["treated"]], units[units["treated"]])):
        top = part[metric].to_numpy(float)
        below = np.ones(len(part)) if per is None else part[per].to_numpy(float)
        pairs, where = np.unique(np.column_stack([top, below]), axis=0, return_inverse=True)
        counts = np.bincount(where.ravel(), minlength=len(pairs))
        drawn = np.concatenate(list(resamples(counts, seed=seed + at, repeats=repeats)))
        down = drawn @ pairs[:, 1]
        draws.append(np.divide(drawn @ pairs[:, 0], down, out=np.full(len(down), np.nan), where=down > 0))
    low, high = percentiles(draws[1] - draws[0])
    return float(low), float(high)
