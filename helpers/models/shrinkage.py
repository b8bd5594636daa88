"""Pull the rates of small posts towards the rest: a beta-binomial model fitted to all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, logit
from scipy.stats import beta as beta_law

_STRONGEST = 1e6  # readers' worth: above it all rates are the same for every purpose


@dataclass(frozen=True)
class Prior:
    """Say how rates vary from post to post before any of a post's own readers are counted.

    Parameters
    ----------
    mean : float
        Typical rate.
    strength : float, readers
        How many readers' worth of evidence the other posts are: a post with as many readers of its own is
        believed half.
    posts : int
        How many posts it was fitted to.
    log_likelihood : float
        Of the counts, with the binomial coefficients.
    """

    mean: float
    strength: float
    posts: int
    log_likelihood: float

    @property
    def alpha(self) -> float:
        """First parameter of the beta distribution."""
        return self.mean * self.strength

    @property
    def beta(self) -> float:
        """Second parameter of the beta distribution."""
        return (1 - self.mean) * self.strength


def _log_likelihood(
    parameters: npt.NDArray[np.float64], count: np.ndarray, n: np.ndarray, times: np.ndarray
) -> float:
    mean, strength = expit(parameters[0]), np.exp(parameters[1])
    a, b = mean * strength, (1 - mean) * strength
    return float((times * (betaln(count + a, n - count + b) - betaln(a, b))).sum())


def _moments(count: np.ndarray, n: np.ndarray) -> tuple[float, float]:
    mean = float(np.clip(count.sum() / n.sum(), 1e-6, 1 - 1e-6))
    posts, total = len(n), n.sum()
    between = (n * (count / n - mean) ** 2).sum() - (posts - 1) * mean * (1 - mean)
    room = total - (n**2).sum() / total
    correlation = np.clip(between / max(room, 1e-9) / (mean * (1 - mean)), 1e-4, 0.9)
    return mean, float(1 / correlation - 1)


def fit(count: npt.ArrayLike, n: npt.ArrayLike) -> Prior:
    """Fit the beta-binomial model: how far posts differ beyond what chance does to small counts.

    Parameters
    ----------
    count : array of int
        Readers who reacted, post by post.
    n : array of int
        Readers of each post; posts without readers are left out.

    Returns
    -------
    Prior

    Raises
    ------
    ValueError
        When fewer than two posts have readers.

    Notes
    -----
    Maximum likelihood from the moments as a start (empirical Bayes; Casella 1985, *The American
    Statistician* 39, 83-87). Equal pairs of count and n are counted, not listed, so that a million posts fit
    as fast as their distinct pairs.

    Examples
    --------
    >>> prior = fit([0, 1, 4, 9, 2, 8], [10, 10, 10, 10, 10, 10])
    >>> round(prior.mean, 2), prior.strength < 10
    (0.4, True)

    Taught in: 03 Content
    """
    counts, sizes = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
    kept = sizes > 0
    counts, sizes = counts[kept], sizes[kept]
    if len(sizes) < 2:
        raise ValueError("At least two posts with readers are needed to learn how posts differ.")
    pairs, times = np.unique(np.column_stack([counts, sizes]), axis=0, return_counts=True)
    y, m = pairs[:, 0], pairs[:, 1]
    mean, strength = _moments(counts, sizes)
    found = minimize(
        lambda parameters: -_log_likelihood(parameters, y, m, times),
        np.array([logit(mean), np.log(strength)]),
        method="L-BFGS-B",
        bounds=[(-14, 14), (np.log(0.05), np.log(_STRONGEST))],
    )
    ways = (times * (gammaln(m + 1) - gammaln(y + 1) - gammaln(m - y + 1))).sum()
    return Prior(
        mean=float(expit(found.x[0])),
        strength=float(np.exp(found.x[1])),
        posts=len(sizes),
        log_likelihood=float(ways - found.fun),
    )


def shrink(table: pd.DataFrame, *, prior: Prior | None = None, level: float = 0.95) -> pd.DataFrame:
    """Estimate every rate from its own readers and from what is typical, each in proportion to its evidence.

    Parameters
    ----------
    table : DataFrame
        With ``n`` and ``count``, one row a post (or a topic, an author, a shop).
    prior : Prior, optional
        What is typical; fitted to the table itself by default.
    level : float, default 0.95
        Probability that the interval holds.

    Returns
    -------
    DataFrame
        The rows of the table with ``estimate`` (raw), ``shrunk``, ``shrunk_low``, ``shrunk_high``,
        ``weight`` (share of the post's own evidence in it), ``rank`` and ``shrunk_rank`` (1 is best; ties by
        more readers).

    Notes
    -----
    Posterior of a beta prior: mean (count + a) / (n + a + b). The interval takes the prior as known, so that
    it is a little too short where there are few posts.

    Examples
    --------
    >>> table = pd.DataFrame({"post": ["a", "b"], "n": [3, 300], "count": [2, 120]})
    >>> shrink(table, prior=Prior(0.2, 20, 2, 0.0))[["post", "rank", "shrunk", "shrunk_rank"]].round(2)
      post  rank  shrunk  shrunk_rank
    0    a     1    0.26            2
    1    b     2    0.39            1

    Taught in: 03 Content
    """
    if prior is None and (table["n"] > 0).sum() < 2:  # nothing to learn from: an empty result says so
        named = ("estimate", "shrunk", "shrunk_low", "shrunk_high", "weight", "rank", "shrunk_rank")
        return table.head(0).assign(**dict.fromkeys(named, np.nan))
    if prior is None:
        prior = fit(table["count"], table["n"])
    n, count = table["n"].to_numpy(float), table["count"].to_numpy(float)
    a, b = count + prior.alpha, n - count + prior.beta
    tail = (1 - level) / 2
    raw = np.divide(count, n, out=np.full(len(n), np.nan), where=n > 0)
    result = table.assign(
        estimate=raw,
        shrunk=a / (a + b),
        shrunk_low=beta_law.ppf(tail, a, b),
        shrunk_high=beta_law.ppf(1 - tail, a, b),
        weight=n / (n + prior.strength),
    )
    for by, name in (("estimate", "rank"), ("shrunk", "shrunk_rank")):
        order = result.sort_values([by, "n"], ascending=False, kind="stable").index
        result[name] = pd.Series(np.arange(1, len(order) + 1), index=order)
    result.attrs = dict(table.attrs)
    about = dict(result.attrs.get("about", {}))
    result.attrs["about"] = about | {"prior_mean": prior.mean, "prior_strength": prior.strength}
    return result
