"""Compare the means of two arms from sums: members drawn one by one, or whole groups with their members."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit


def mean_of_members(part: pd.DataFrame, name: str) -> tuple[float, float]:
    """Give the mean per member of an arm and the variance of that mean.

    Parameters
    ----------
    part : DataFrame
        Rows of one arm with ``members``, the sum of the values in `name` and the sum of their squares in
        ``<name>_squares``.
    name : str
        The value.

    Returns
    -------
    tuple of float
        Missing where there is nobody; the variance where there is one member.

    Examples
    --------
    >>> part = pd.DataFrame({"members": [4], "orders": [10.0], "orders_squares": [30.0]})
    >>> mean, variance = mean_of_members(part, "orders")
    >>> mean, round(variance, 3)
    (2.5, 0.417)

    Taught in: 05 Conversion
    """
    n, total, squares = (float(part[column].sum()) for column in ("members", name, f"{name}_squares"))
    if n == 0:
        return np.nan, np.nan
    return total / n, max(squares - total**2 / n, 0.0) / (n * (n - 1)) if n > 1 else np.nan


def ratio_of_groups(part: pd.DataFrame, name: str) -> tuple[float, float]:
    """Give the mean per member of whole groups and its variance, from the spread between the groups.

    Parameters
    ----------
    part : DataFrame
        One row a drawn group of one arm with ``members`` and the group's sum in `name`.
    name : str
        The value.

    Returns
    -------
    tuple of float
        Missing where there is nobody; the variance where there is one group.

    Notes
    -----
    Ratio estimator (Cochran 1977, *Sampling Techniques*, ch. 6): large groups weigh more, as their members
    are more.

    Examples
    --------
    >>> part = pd.DataFrame({"members": [10, 10], "orders": [4.0, 6.0]})
    >>> ratio_of_groups(part, "orders")
    (0.5, 0.01)

    Taught in: 05 Conversion
    """
    n = part["members"].sum()
    if n == 0:
        return np.nan, np.nan
    rate, groups = part[name].sum() / n, len(part)
    if groups < 2:
        return float(rate), np.nan
    residuals = part[name] - rate * part["members"]
    return float(rate), float(groups / (groups - 1) * (residuals**2).sum() / n**2)


def spread(variances: Any, units: Any, level: float = 0.95) -> tuple[Any, Any, Any]:
    """Give the standard error of a difference of two means, Welch's half width and degrees of freedom.

    Parameters
    ----------
    variances : array of shape (2, …)
        Variance of the mean of each arm.
    units : array of shape (2, …) or (2,)
        Units (members or groups) behind each.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of arrays
        Standard error, half width and degrees of freedom; missing where a variance is.

    Examples
    --------
    >>> error, half, degrees = spread([0.01, 0.01], [12, 12])
    >>> round(float(error), 3), round(float(half), 3), round(float(degrees))
    (0.141, 0.293, 22)

    Taught in: 05 Conversion
    """
    variances, units = np.asarray(variances, dtype=float), np.asarray(units, dtype=float)
    units = units.reshape(units.shape + (1,) * (variances.ndim - units.ndim))
    error = np.sqrt(variances.sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        degrees = variances.sum(axis=0) ** 2 / (variances**2 / (units - 1)).sum(axis=0)
        half = stdtrit(degrees, (1 + level) / 2) * error
    known = error > 0
    return tuple(np.where(known, value, np.nan)[()] for value in (error, half, degrees))  # type: ignore[return-value]


def welch(
    treated: tuple[float, float], control: tuple[float, float], units: tuple[int, int]
) -> tuple[float, float, float]:
    """Give the difference of two means, treated less control, with Welch's interval.

    Parameters
    ----------
    treated, control : tuple of (float, float)
        Mean and its variance, from :func:`mean_of_members` or :func:`ratio_of_groups`.
    units : tuple of (int, int)
        Members, or groups, in each arm.

    Returns
    -------
    tuple of float
        Difference, low, high.

    Examples
    --------
    >>> [round(value, 3) for value in welch((0.5, 0.01), (0.3, 0.01), (12, 12))]
    [0.2, -0.093, 0.493]

    Taught in: 05 Conversion
    """
    gap = treated[0] - control[0]
    half = float(spread([treated[1], control[1]], units)[1])
    return gap, gap - half, gap + half


def two_sided(estimate: Any, error: Any, degrees: Any) -> Any:
    """Give the two-sided p-value of a difference by Student's t.

    Parameters
    ----------
    estimate, error, degrees : float or array
        Difference, its standard error and the degrees of freedom.

    Returns
    -------
    float or array

    Examples
    --------
    >>> round(float(two_sided(2.0, 1.0, 20)), 3)
    0.059

    Taught in: 05 Conversion
    """
    return 2 * stdtr(degrees, -np.abs(np.asarray(estimate) / error))
