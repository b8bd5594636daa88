"""Maximum likelihood for positive parameters: climb, look at the curvature, lay the estimates out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm

_BOUND = 12.0  # log parameters stay within e^-12 … e^12: beyond it the likelihood is flat


def parameter_table(
    names: tuple[str, ...], logs: np.ndarray, covariance: np.ndarray | None, n: int, level: float = 0.95
) -> pd.DataFrame:
    """Lay out positive parameters with intervals that are symmetric on the log scale.

    Parameters
    ----------
    names : tuple of str
        One name for each parameter.
    logs : numpy.ndarray
        Their logarithms.
    covariance : numpy.ndarray or None
        Of the logarithms; None gives empty intervals.
    n : int
        Customers that the estimates rest on.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        Columns parameter, n, estimate, low, high.

    Examples
    --------
    >>> parameter_table(("p",), np.log([2.0]), np.array([[0.01]]), 50).round(2).to_dict("records")
    [{'parameter': 'p', 'n': 50, 'estimate': 2.0, 'low': 1.64, 'high': 2.43}]

    Taught in: 06 Evaluation
    """
    spread = np.full(len(logs), np.nan) if covariance is None else np.sqrt(np.diag(covariance))
    reach = norm.ppf(0.5 + level / 2) * spread
    return pd.DataFrame(
        {
            "parameter": list(names),
            "n": n,
            "estimate": np.exp(logs),
            "low": np.exp(logs - reach),
            "high": np.exp(logs + reach),
        }
    )


def maximise(
    score: Callable[[np.ndarray], tuple[float, np.ndarray]], start: np.ndarray, total: float
) -> tuple[np.ndarray, float, bool, np.ndarray]:
    """Maximise a log likelihood of log parameters and take its curvature at the top.

    Parameters
    ----------
    score : callable
        Takes log parameters, returns the log likelihood and its gradient.
    start : numpy.ndarray
        First guess, log parameters.
    total : float
        Customers; the likelihood is divided by it so that tolerances do not depend on their number.

    Returns
    -------
    tuple
        Log parameters, log likelihood, whether an interior maximum was reached, and the covariance of
        the log parameters (NaN where the curvature is not that of a maximum).

    Examples
    --------
    >>> top, height, fine, covariance = maximise(
    ...     lambda t: (-float(((t - 1) ** 2).sum()), -2 * (t - 1)), np.zeros(1), 1.0)
    >>> round(float(top[0]), 4), fine, round(float(covariance[0, 0]), 3)
    (1.0, True, 0.5)

    Taught in: 06 Evaluation
    """

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = score(logs)
        return -value / total, -gradient / total

    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_BOUND, _BOUND)] * len(start),
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7},
    )
    steps = 1e-4 * np.eye(len(start))
    information = np.array([(loss(found.x + s)[1] - loss(found.x - s)[1]) / 2e-4 for s in steps]) * total
    information = (information + information.T) / 2
    eigenvalues = np.linalg.eigvalsh(information)
    curved = bool(eigenvalues.min() > 1e-8 * max(float(eigenvalues.max()), 1e-8))
    covariance = np.linalg.inv(information) if curved else np.full_like(information, np.nan)
    inside = bool(np.all(np.abs(found.x) < _BOUND - 1e-6))
    flat = bool(np.abs(found.jac).max() < 1e-4)
    return found.x, float(-found.fun * total), inside and flat and curved, covariance
