"""How often a buyer comes back, and whether she still will: the BG/NBD model.

While she is a customer a buyer buys at random times at her own rate; after each purchase she may drop
out for good with her own probability. Rates are gamma distributed over buyers (``r``, ``alpha``), the
dropout probabilities beta distributed (``a``, ``b``). Three numbers say all that the model uses of a
buyer: repeat purchases ``x``, the age at the last one ``tx``, and the age today ``T``. Buyers with the
same three numbers are the same to the model, so that it is fitted on the distinct triples and their
counts, however many buyers there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma, gammaln, hyp2f1
from threadpoolctl import threadpool_limits

from helpers.community import DataError
from helpers.community.sentences import mark as _
from helpers.models.likelihood import maximise, parameter_table

FEWEST_REPEATERS = 30  # fewer give a shape of rates that only looks like one
_NAMES = ("r", "alpha", "a", "b")
_MANY = 20_000  # triples from which on a rough start pays
# From a or b of 400 on all buyers drop out alike; the likelihood hardly changes, the formulas overflow.
_HIGHEST = np.array([12.0, 12.0, 6.0, 6.0])


@dataclass(frozen=True)
class PurchaseModel:
    """Hold a fitted BG/NBD model and answer questions about buyers.

    Times are in the unit of the triples it was fitted on (weeks throughout the workbook).

    Parameters
    ----------
    r, alpha : float
        Shape and rate of the gamma distribution of purchase rates.
    a, b : float
        Parameters of the beta distribution of dropout probabilities.
    covariance : numpy.ndarray
        Of the logarithms of the four parameters (inverse observed information); NaN where the
        likelihood is flat.
    log_likelihood : float
        At the maximum.
    buyers, repeaters, triples : int
        Buyers, those with a repeat purchase, and distinct (x, tx, T).
    converged : bool
        Whether the optimiser reached a maximum.
    at_bound : tuple of str
        Parameters that ran to their bound: the data cannot tell them from infinity. With a or b there,
        all buyers have the same chance of dropping out.

    Examples
    --------
    >>> model = PurchaseModel(0.243, 4.414, 0.793, 2.426)
    >>> round(float(model.expected_purchases(39, 2, 30.43, 38.86)), 3)
    1.226

    Taught in: 06 Evaluation
    """

    r: float
    alpha: float
    a: float
    b: float
    covariance: np.ndarray | None = None
    log_likelihood: float = float("nan")
    buyers: int = 0
    repeaters: int = 0
    triples: int = 0
    converged: bool = True
    at_bound: tuple[str, ...] = ()

    @property
    def logs(self) -> np.ndarray:
        """Return the logarithms of r, alpha, a and b."""
        return np.log([self.r, self.alpha, self.a, self.b])

    def at(self, logs: np.ndarray) -> PurchaseModel:
        """Return the same model at other (log) parameters, for what-if and for the delta method."""
        return PurchaseModel(*np.exp(logs).tolist())

    def parameters(self, level: float = 0.95) -> pd.DataFrame:
        """List the parameters: parameter, estimate, low, high, n (buyers)."""
        return parameter_table(_NAMES, self.logs, self.covariance, self.buyers, level)

    def _odds_gone(self, x: np.ndarray, tx: np.ndarray, T: np.ndarray) -> np.ndarray:
        # Odds that the last purchase was the last one for good; none for buyers without a repeat.
        odds = np.exp(
            np.log(self.a)
            - np.log(np.maximum(self.b + x - 1, 1e-12))
            + (self.r + x) * (np.log(self.alpha + T) - np.log(self.alpha + tx))
        )
        return np.where(x > 0, odds, 0.0)

    def p_alive(self, x: np.ndarray | float, tx: np.ndarray | float, T: np.ndarray | float) -> np.ndarray:
        """Give the probability that a buyer has not dropped out.

        A buyer without a repeat purchase gets 1 by construction (dropping out happens only after a
        repeat purchase): read her expected purchases instead.
        """
        x, tx, T = (np.asarray(value, dtype=float) for value in (x, tx, T))
        return 1.0 / (1.0 + self._odds_gone(x, tx, T))

    def expected_purchases(
        self,
        time: np.ndarray | float,
        x: np.ndarray | float = 0,
        tx: np.ndarray | float = 0,
        T: np.ndarray | float = 0,
    ) -> np.ndarray:
        """Give the expected purchases in the next ``time`` units; of a new buyer by default."""
        p_alive = self.p_alive(x, tx, T)
        return self.purchases_if_alive(time, x, T) * p_alive

    def purchases_if_alive(
        self, time: np.ndarray | float, x: np.ndarray | float, T: np.ndarray | float
    ) -> np.ndarray:
        """Give the expected purchases in the next ``time`` units of a buyer known to be still there."""
        time, x, T = (np.asarray(value, dtype=float) for value in (time, x, T))
        a = self.a if abs(self.a - 1) > 1e-6 else 1 + 1e-6
        c = a + self.b + x - 1
        c = np.where(np.abs(c) < 1e-9, 1e-9, c)
        left = (self.alpha + T) / (self.alpha + T + time)
        # The published form multiplies a huge number with a tiny one for frequent buyers; Euler's
        # transformation of it does so for a large a. The smaller exponent is the safe one.
        often = np.abs(a - 1) <= self.r + x
        power = np.where(often, a - 1, self.r + x)
        second = np.where(often, a + self.b - 1 - self.r, self.b + x)
        grown = left**power * hyp2f1(power, second, c, 1 - left)
        return np.maximum(c / (a - 1) * (1 - grown), 0.0)

    def probability(self, x: int, time: np.ndarray | float) -> np.ndarray:
        """Give the probability of exactly ``x`` repeat purchases in the first ``time`` units."""
        share = np.asarray(time, dtype=float) / (self.alpha + np.asarray(time, dtype=float))
        none_left = (1 - share) ** self.r
        counts = np.arange(x + 1)
        weights = np.exp(gammaln(self.r + counts) - gammaln(self.r) - gammaln(counts + 1))
        terms = weights * share[..., None] ** counts * none_left[..., None]
        stays = np.exp(betaln(self.a, self.b + x) - betaln(self.a, self.b)) * terms[..., x]
        if x == 0:
            return stays
        leaves = np.exp(betaln(self.a + 1, self.b + x - 1) - betaln(self.a, self.b))
        return stays + leaves * (1 - terms[..., :x].sum(axis=-1))


class _Likelihood:
    """The log likelihood of distinct triples; what depends on x alone is summed by distinct x."""

    def __init__(self, triples: pd.DataFrame) -> None:
        weight = triples["count"].to_numpy(float)
        x = triples["x"].to_numpy(float)
        self.weight, self.total = weight, weight.sum()
        self.x, self.x_of = np.unique(x, return_inverse=True)
        self.T, T_of = np.unique(triples["T"].to_numpy(float), return_inverse=True)
        self.tx, tx_of = np.unique(triples["tx"].to_numpy(float), return_inverse=True)
        self.x_weight = np.bincount(self.x_of, weight)
        self.T_weight = np.bincount(T_of, weight)
        self.T_buys = np.bincount(T_of, weight * x)
        repeat = x > 0
        self.again = (x[repeat], self.x_of[repeat], T_of[repeat], tx_of[repeat], weight[repeat])

    def __call__(self, logs: np.ndarray) -> tuple[float, np.ndarray]:
        r, alpha, a, b = np.exp(logs)
        x, log_T, log_tx = self.x, np.log(alpha + self.T), np.log(alpha + self.tx)
        by_x = gammaln(r + x) - gammaln(r) + gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b)
        value = self.x_weight @ by_x + self.total * r * logs[1] - (r * self.T_weight + self.T_buys) @ log_T

        # Buyers with a repeat may have left at their last purchase: one more term inside the logarithm.
        times, x_of, T_of, tx_of, weight = self.again
        log_odds = logs[2] - np.log(np.maximum(b + x - 1, 1e-300))
        distance = log_T[T_of] - log_tx[tx_of]
        exponent = log_odds[x_of] + (r + times) * distance
        small = np.exp(-np.abs(exponent))
        value += weight @ (np.maximum(exponent, 0.0) + np.log1p(small))
        gone = weight * np.where(exponent > 0, 1.0, small) / (1.0 + small)

        gone_by_x = np.bincount(x_of, gone, minlength=len(x))
        d_r = self.x_weight @ (digamma(r + x) - digamma(r)) + self.total * logs[1] - self.T_weight @ log_T
        d_r += gone @ distance
        rest = np.bincount(T_of, gone * (r + times), minlength=len(self.T)) @ (1 / (alpha + self.T))
        rest -= np.bincount(tx_of, gone * (r + times), minlength=len(self.tx)) @ (1 / (alpha + self.tx))
        d_alpha = self.total * r / alpha - (r * self.T_weight + self.T_buys) @ (1 / (alpha + self.T)) + rest
        both = digamma(a + b) - digamma(a + b + x)
        d_a = self.x_weight @ both + gone_by_x.sum() / a
        d_b = self.x_weight @ (both + digamma(b + x) - digamma(b))
        d_b -= gone_by_x[x > 0] @ (1 / np.maximum(b + x[x > 0] - 1, 1e-300))
        return float(value), np.array([d_r * r, d_alpha * alpha, d_a * a, d_b * b])


def log_likelihood(triples: pd.DataFrame, logs: np.ndarray) -> tuple[float, np.ndarray]:
    """Evaluate the log likelihood and its gradient at given log parameters.

    Parameters
    ----------
    triples : pandas.DataFrame
        Columns x, tx, T, count.
    logs : numpy.ndarray
        Logarithms of r, alpha, a, b.

    Returns
    -------
    tuple
        The value and the gradient with respect to the logarithms.

    Examples
    --------
    >>> one = pd.DataFrame({"x": [0], "tx": [0.0], "T": [1.0], "count": [1]})
    >>> value, gradient = log_likelihood(one, np.zeros(4))
    >>> round(value, 4), gradient.shape
    (-0.6931, (4,))

    Taught in: 06 Evaluation
    """
    return _Likelihood(triples)(np.asarray(logs, dtype=float))


def fit(triples: pd.DataFrame) -> PurchaseModel:
    """Fit the BG/NBD model to purchase histories by maximum likelihood.

    Parameters
    ----------
    triples : pandas.DataFrame
        Columns x (repeat purchase days), tx (age at the last one, 0 where x is 0), T (age today), in
        weeks, and count (buyers with this history; 1 where the column is missing). Rows may repeat.

    Returns
    -------
    PurchaseModel
        Parameters, their covariance, log likelihood and whether it converged.

    Raises
    ------
    DataError
        When a history is impossible (tx > T, a negative number), or when fewer than thirty buyers came
        back: four parameters cannot be learnt from that.

    Notes
    -----
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2). The
    CDNOW sample gives r .243, alpha 4.414, a .793, b 2.426, log likelihood -9582.4.

    Examples
    --------
    >>> triples = pd.DataFrame({"x": [0, 1, 2, 4], "tx": [0, 5, 20, 28], "T": [30] * 4,
    ...                         "count": [70, 15, 10, 5]})
    >>> model = fit(triples)
    >>> model.buyers, model.repeaters, model.converged
    (100, 30, True)

    Taught in: 06 Evaluation
    """
    if "count" not in triples:
        triples = triples.assign(count=1)
    grouped = triples.groupby(["x", "tx", "T"], as_index=False)["count"].sum()
    values = grouped.to_numpy(float)
    if not np.isfinite(values).all() or (values < 0).any() or (grouped["tx"] > grouped["T"]).any():
        raise DataError(_("Purchase histories need 0 <= tx <= T and x >= 0, without empty cells."))
    buyers = int(grouped["count"].sum())
    repeaters = int(grouped.loc[grouped["x"] > 0, "count"].sum())
    if repeaters < FEWEST_REPEATERS:
        raise DataError(
            _(
                "Too little data for lifetime value: {n} of {buyers} buyers bought on a second day; at least "
                "{least} are needed. Wait for more orders or use a longer period."
            ),
            n=repeaters,
            buyers=buyers,
            least=FEWEST_REPEATERS,
        )
    likelihood = _Likelihood(grouped)
    # Start: half the repeaters' mean interval as the scale, a dropout of one in four.
    repeat = grouped[grouped["x"] > 0]
    rate = (repeat["x"] * repeat["count"]).sum() / max((repeat["T"] * repeat["count"]).sum(), 1e-9)
    start = np.log([0.5, max(0.5 / max(rate, 1e-6), 1e-3), 0.8, 2.4])
    # One thread adds in one order on every machine, and threads waiting for each other take longer here.
    with threadpool_limits(1, user_api="blas"):
        if len(grouped) > _MANY:
            # A blurred copy, many times smaller, leads near the top, and its curvature the rest of the way.
            grain = float(grouped["T"].max()) / 50
            blurred = grouped.assign(
                tx=(grouped["tx"] / grain).round() * grain, T=(grouped["T"] / grain).round() * grain
            )
            rough = blurred.groupby(["x", "tx", "T"], as_index=False)["count"].sum()
            near = maximise(_Likelihood(rough), start, float(buyers), highest=_HIGHEST)
            start = near.logs
            for _step in range(3 if near.converged else 0):
                start = np.minimum(start + near.covariance @ likelihood(start)[1], _HIGHEST)
        top = maximise(likelihood, start, float(buyers), highest=_HIGHEST)
    r, alpha, a, b = np.exp(top.logs).tolist()
    bounded = tuple(name for name, stuck in zip(_NAMES, top.at_bound, strict=True) if stuck)
    return PurchaseModel(
        r, alpha, a, b, top.covariance, top.height, buyers, repeaters, len(grouped), top.converged, bounded
    )
