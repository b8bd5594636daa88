"""Maximum likelihood for positive parameters: climb, look at the curvature, lay the estimates out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

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
        Of the logarithms; None, and zero for a parameter at its bound, give empty intervals.
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
    # A parameter at its bound has no curvature of its own, so no interval.
    reach = norm.ppf(0.5 + level / 2) * np.where(spread > 0, spread, np.nan)
    return pd.DataFrame(
        {
            "parameter": list(names),
            "n": n,
            "estimate": np.exp(logs),
            "low": np.exp(logs - reach),
            "high": np.exp(logs + reach),
        }
    )


@dataclass(frozen=True)
class Maximum:
    """Hold where a likelihood is highest: log parameters, height, curvature, and whether it is a true top."""

    logs: np.ndarray
    height: float
    converged: bool
    covariance: np.ndarray
    at_bound: np.ndarray


def maximise(
    score: Callable[[np.ndarray], tuple[float, np.ndarray]],
    start: np.ndarray,
    total: float,
    *,
    highest: np.ndarray | float = _BOUND,
) -> Maximum:
    """Maximise a log likelihood of log parameters and take its curvature at the top.

    Parameters
    ----------
    score : callable
        Takes log parameters, returns the log likelihood and its gradient.
    start : numpy.ndarray
        First guess, log parameters.
    total : float
        Customers; the likelihood is divided by it so that tolerances do not depend on their number.
    highest : array or float, default 12
        Largest log parameters; beyond them the likelihood is flat.

    Returns
    -------
    Maximum
        logs, height, converged, covariance of the logs (0 for a parameter at its bound, given which the
        others are estimated; NaN where the curvature is not that of a maximum) and at_bound.

    Examples
    --------
    >>> top = maximise(lambda t: (-float(((t - 1) ** 2).sum()), -2 * (t - 1)), np.zeros(1), 1.0)
    >>> round(float(top.logs[0]), 4), top.converged, round(float(top.covariance[0, 0]), 3)
    (1.0, True, 0.5)

    Taught in: 06 Evaluation
    """

    def loss(logs: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = score(logs)
        return -value / total, -gradient / total

    upper = np.broadcast_to(np.asarray(highest, dtype=float), start.shape)
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-_BOUND, limit) for limit in upper],
        options={"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7},
    )
    at_bound = (found.x > upper - 1e-6) | (found.x < -_BOUND + 1e-6)
    free = np.flatnonzero(~at_bound)
    steps = 1e-4 * np.eye(len(start))[free]
    slopes = np.array([(loss(found.x + s)[1] - loss(found.x - s)[1])[free] / 2e-4 for s in steps])
    information = (slopes + slopes.T) / 2 * total
    eigenvalues = np.linalg.eigvalsh(information) if len(free) else np.zeros(1)
    curved = bool(eigenvalues.min() > 1e-8 * max(float(eigenvalues.max()), 1e-8))
    covariance = np.zeros((len(start), len(start)))
    covariance[np.ix_(free, free)] = np.linalg.inv(information) if curved else np.nan
    flat = bool(np.abs(found.jac[free]).max(initial=0.0) < 1e-4)
    return Maximum(found.x, float(-found.fun * total), flat and curved, covariance, at_bound)
