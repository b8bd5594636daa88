"""How much a buyer spends at a time: the Gamma-Gamma model.

A buyer's spending on a repeat day varies around her own mean (shape ``p``), and these means vary over
buyers (``q``, ``gamma``). A few expensive days say little: the fewer a buyer has, the more her expected
spending is drawn towards that of all. The model takes for granted that how much somebody spends has
nothing to do with how often she buys; ``independence`` measures whether that holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln
from threadpoolctl import threadpool_limits

from helpers.community import DataError
from helpers.community.sentences import mark as _
from helpers.models.likelihood import maximise, parameter_table

FEWEST_BUYERS = 10


@dataclass(frozen=True)
class SpendModel:
    """Hold a fitted Gamma-Gamma model.

    Parameters
    ----------
    p, q, gamma : float
        Shape of one day's spending; shape and scale of the distribution over buyers. ``gamma`` is in
        the currency of the data.
    covariance : numpy.ndarray
        Of the logarithms of the three parameters.
    log_likelihood : float
        At the maximum.
    buyers : int
        Buyers with at least one paid repeat day.
    converged : bool
        Whether the optimiser reached a maximum.

    Examples
    --------
    >>> spend = SpendModel(6.25, 3.74, 15.44)
    >>> round(spend.mean, 1), round(float(spend.expected(2, 44.7)), 1)
    (35.2, 24.7)

    Taught in: 06 Evaluation
    """

    p: float
    q: float
    gamma: float
    covariance: np.ndarray | None = None
    log_likelihood: float = float("nan")
    buyers: int = 0
    converged: bool = True

    @property
    def logs(self) -> np.ndarray:
        """Return the logarithms of p, q and gamma."""
        return np.log([self.p, self.q, self.gamma])

    @property
    def mean(self) -> float:
        """Return the expected spending of a buyer one knows nothing of (infinite for q <= 1)."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else float("inf")

    def at(self, logs: np.ndarray) -> SpendModel:
        """Return the same model at other (log) parameters."""
        return SpendModel(*np.exp(logs).tolist())

    def parameters(self, level: float = 0.95) -> pd.DataFrame:
        """List the parameters: parameter, estimate, low, high, n (buyers)."""
        return parameter_table(("p", "q", "gamma"), self.logs, self.covariance, self.buyers, level)

    def expected(self, paid: np.ndarray | float, spent: np.ndarray | float) -> np.ndarray:
        """Give the expected spending on a future day, after ``spent`` on ``paid`` repeat days."""
        paid, spent = np.asarray(paid, dtype=float), np.asarray(spent, dtype=float)
        room = self.p * paid + self.q - 1
        known = self.p * (self.gamma + spent) / np.where(room > 0, room, np.nan)
        return np.where(paid > 0, known, self.mean)


class _Likelihood:
    """The log likelihood; what depends on the number of days alone is summed by that number."""

    def __init__(self, spending: pd.DataFrame) -> None:
        self.weight = spending["count"].to_numpy(float)
        self.spent = spending["spent"].to_numpy(float)
        days = spending["paid"].to_numpy(float)
        self.total = self.weight.sum()
        self.x, self.x_of = np.unique(days, return_inverse=True)
        self.x_weight = np.bincount(self.x_of, self.weight)
        # px ln x + (px - 1) ln z with z = spent / x collapses to p times one sum and a constant.
        self.slope = (self.weight * days) @ np.log(self.spent)
        self.constant = -self.weight @ np.log(self.spent / days)

    def __call__(self, logs: np.ndarray) -> tuple[float, np.ndarray]:
        p, q, gamma = np.exp(logs)
        px = p * self.x
        log_room = np.log(gamma + self.spent)
        room_by_x = np.bincount(self.x_of, self.weight * log_room)
        inverse_by_x = np.bincount(self.x_of, self.weight / (gamma + self.spent))
        value = self.x_weight @ (gammaln(px + q) - gammaln(px) - gammaln(q) + q * logs[2])
        value += p * self.slope + self.constant - (px + q) @ room_by_x
        both = digamma(px + q)
        d_p = (self.x_weight * self.x) @ (both - digamma(px)) + self.slope - self.x @ room_by_x
        d_q = self.x_weight @ (both - digamma(q) + logs[2]) - room_by_x.sum()
        d_gamma = self.total * q / gamma - (px + q) @ inverse_by_x
        return float(value), np.array([d_p * p, d_q * q, d_gamma * gamma])


def log_likelihood(spending: pd.DataFrame, logs: np.ndarray) -> tuple[float, np.ndarray]:
    """Evaluate the log likelihood and its gradient at given log parameters.

    Parameters
    ----------
    spending : pandas.DataFrame
        Columns paid (days), spent (their sum), count.
    logs : numpy.ndarray
        Logarithms of p, q, gamma.

    Returns
    -------
    tuple
        The value and the gradient with respect to the logarithms.

    Examples
    --------
    >>> value, gradient = log_likelihood(
    ...     pd.DataFrame({"paid": [1], "spent": [1.0], "count": [1]}), np.zeros(3))
    >>> round(value, 4)
    -1.3863

    Taught in: 06 Evaluation
    """
    return _Likelihood(spending)(np.asarray(logs, dtype=float))


def fit(spending: pd.DataFrame) -> SpendModel:
    """Fit the Gamma-Gamma model by maximum likelihood.

    Parameters
    ----------
    spending : pandas.DataFrame
        Columns paid (repeat days on which money was paid), spent (their sum, in the currency of the
        data), count (buyers with these two numbers; 1 where the column is missing). Rows with paid 0
        or spent 0 are left out.

    Returns
    -------
    SpendModel
        Parameters, their covariance, log likelihood and whether it converged.

    Raises
    ------
    DataError
        When fewer than ten buyers have a paid repeat day, or all spent exactly the same.

    Notes
    -----
    Fader & Hardie (2013), The Gamma-Gamma model of monetary value; Fader, Hardie & Lee (2005), RFM and
    CLV, Journal of Marketing Research 42(4). CDNOW sample: p 6.25, q 3.74, gamma 15.44.

    Examples
    --------
    >>> spending = pd.DataFrame({"paid": [1, 2, 3] * 10, "spent": [float(k) for k in range(10, 40)]})
    >>> fit(spending).buyers
    30

    Taught in: 06 Evaluation
    """
    if "count" not in spending:
        spending = spending.assign(count=1)
    used = spending[(spending["paid"] > 0) & (spending["spent"] > 0)]
    buyers = int(used["count"].sum())
    if buyers < FEWEST_BUYERS:
        raise DataError(
            _(
                "Too little data for spending: {buyers} buyers paid on a second day; at least {least} are "
                "needed. Wait for more orders or use a longer period."
            ),
            buyers=buyers,
            least=FEWEST_BUYERS,
        )
    each = used["spent"] / used["paid"]
    if float(each.max() - each.min()) <= 1e-9 * float(each.max()):
        raise DataError(_("Spending models need buyers who differ: all of them spent the same on each day."))
    # Fitted on amounts around one, so that yuan and cents converge alike; gamma is scaled back.
    scale = float(np.average(each, weights=used["count"]))
    scaled = (
        used.assign(spent=used["spent"] / scale).groupby(["paid", "spent"], as_index=False)["count"].sum()
    )
    likelihood = _Likelihood(scaled)
    with threadpool_limits(1, user_api="blas"):
        top = maximise(likelihood, np.log([3.0, 3.0, 1.0]), float(buyers), highest=8.0)
    p, q, gamma = np.exp(top.logs).tolist()
    # Density of amounts, not of scaled amounts.
    height = top.height - buyers * float(np.log(scale))
    return SpendModel(p, q, gamma * scale, top.covariance, height, buyers, top.converged)


def independence(spending: pd.DataFrame) -> dict[str, float]:
    """Measure whether buyers who come more often spend more or less at a time.

    Parameters
    ----------
    spending : pandas.DataFrame
        Columns paid, spent and optionally count, as in ``fit``.

    Returns
    -------
    dict
        n (buyers), estimate (correlation of the logarithms of days and of mean spending), low, high
        (95 %, Fisher's z; empty under four buyers). The model assumes zero. The further from it, the
        more the values of frequent buyers are pulled wrongly: too low where frequent buyers spend more.

    Examples
    --------
    >>> found = independence(pd.DataFrame({"paid": [1, 2, 3, 4], "spent": [9, 24, 45, 80]}))
    >>> round(found["estimate"], 2)
    0.98

    Taught in: 06 Evaluation
    """
    used = spending[(spending["paid"] > 0) & (spending["spent"] > 0)]
    weight = used["count"].to_numpy(float) if "count" in used else np.ones(len(used))
    n = float(weight.sum())
    empty = {"n": n, "estimate": float("nan"), "low": float("nan"), "high": float("nan")}
    if n < 4:
        return empty
    days, mean = np.log(used["paid"].to_numpy(float)), np.log((used["spent"] / used["paid"]).to_numpy(float))
    covariance = np.cov(days, mean, aweights=weight, ddof=0)
    if covariance[0, 0] <= 0 or covariance[1, 1] <= 1e-18:
        return empty
    estimate = float(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]))
    reach = 1.959964 / np.sqrt(n - 3)
    middle = np.arctanh(np.clip(estimate, -1 + 1e-12, 1 - 1e-12))
    return {
        "n": n,
        "estimate": estimate,
        "low": float(np.tanh(middle - reach)),
        "high": float(np.tanh(middle + reach)),
    }
