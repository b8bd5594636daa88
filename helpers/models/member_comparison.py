"""Compare members with outside customers: the naive gap, how unlike they are, and the gap among like people.

Nobody drew lots for membership. The two groups are made alike in what is known of both by weighting each
buyer with the probability that somebody like her is a member (the propensity). What is not known of them,
above all how much they liked the brand to begin with, stays where it was.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.metrics.intervals import difference, percentiles

METHODS = ("naive", "like_members", "overlap")
_STEPS, _ENOUGH = 30, 1e-10
_STEPS_REDRAWN = 2  # from the fit to everybody; more would change the fifth digit
_FLOOR = 1e-9  # keeps the equations solvable where a value occurs on one side only


def design(cohort: pd.DataFrame, covariates: list[str] | None = None) -> pd.DataFrame:
    """Write covariates as columns of zeros and ones, leaving out the first value of each.

    Parameters
    ----------
    cohort : pandas.DataFrame
        From :func:`helpers.models.first_purchases.cohort`, or any frame with words in columns.
    covariates : list of str, optional
        Columns; those of the frame's `about` by default.

    Returns
    -------
    pandas.DataFrame
        One column for each further value, named by (covariate, value).

    Examples
    --------
    >>> list(design(pd.DataFrame({"tier": ["1", "2", "1"]}), ["tier"]).columns)
    [('tier', '2')]

    Taught in: 01 Definition
    """
    names = covariates if covariates is not None else cohort.attrs["about"]["covariates"]
    columns = {
        (name, value): (cohort[name] == value).to_numpy(float)
        for name in names
        for value in sorted(cohort[name].unique())[1:]
    }
    return pd.DataFrame(columns, index=cohort.index)


def _fit(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray, start: np.ndarray | None = None, steps: int = _STEPS
) -> np.ndarray:
    # Logistic regression by Newton's method.
    beta = np.zeros(x.shape[1]) if start is None else start
    for _step in range(steps):
        p = expit(np.clip(x @ beta, -30, 30))
        slope = x.T @ (weights * (y - p))
        curve = (x * (weights * p * (1 - p))[:, None]).T @ x
        step = np.linalg.solve(curve + _FLOOR * weights.sum() * np.eye(len(beta)), slope)
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < _ENOUGH or abs(slope @ step) < _ENOUGH * weights.sum():
            break
    return beta


def _weights(p: np.ndarray, inside: np.ndarray) -> dict[str, np.ndarray]:
    odds = p / np.maximum(1 - p, 1e-12)
    return {
        "naive": np.ones_like(p),
        "like_members": np.where(inside, 1.0, odds),
        "overlap": np.where(inside, 1 - p, p),
    }


def weigh(cohort: pd.DataFrame, *, covariates: list[str] | None = None) -> pd.DataFrame:
    """Give every buyer the probability that somebody like her is a member, and the weights that follow.

    Parameters
    ----------
    cohort : pandas.DataFrame
        From :func:`helpers.models.first_purchases.cohort`: ``inside``, ``repeated`` and the covariates.
    covariates : list of str, optional
        What to make alike; all that the cohort has by default.

    Returns
    -------
    pandas.DataFrame
        The cohort with ``propensity`` and one weight a method: ``naive`` (all 1), ``like_members`` (members
        1, outsiders the odds of being a member: the outsiders come to look like the members) and ``overlap``
        (members 1 - propensity, outsiders propensity: both come to look like those who could be either).

    Notes
    -----
    Logistic regression on indicators. Weights for the treated: Hirano, Imbens & Ridder (2003), *Econometrica*
    71(4). Overlap weights: Li, Morgan & Zaslavsky (2018), *Journal of the American Statistical Association*
    113(521); with a logistic propensity they make every mean in the model exactly equal on both sides.

    Taught in: 01 Definition
    """
    columns = design(cohort, covariates)
    inside = cohort["inside"].to_numpy(bool)
    x = np.column_stack([np.ones(len(cohort)), columns.to_numpy(float)])
    both = 0 < inside.sum() < len(inside)
    p = np.full(len(cohort), np.nan)
    if both:
        p = expit(np.clip(x @ _fit(x, inside.astype(float), np.ones(len(x))), -30, 30))
    weighed = cohort.assign(propensity=p, **_weights(p, inside))
    weighed.attrs = {"about": {**cohort.attrs.get("about", {}), "metric": "propensity"}}
    weighed.attrs["about"]["covariates"] = list(dict.fromkeys(name for name, _value in columns.columns))
    return weighed


def balance(weighed: pd.DataFrame) -> pd.DataFrame:
    """Show how unlike the groups are in each value, before and after weighting.

    Parameters
    ----------
    weighed : pandas.DataFrame
        From :func:`weigh`.

    Returns
    -------
    pandas.DataFrame
        One row a value, most unlike first: ``covariate``, ``value``, ``inside`` and ``outside`` (shares that
        have it), and the standardised differences ``naive``, ``like_members`` and ``overlap``: share inside
        less share outside, over the spread that a share has in the unweighted groups. Beyond 0.1 either way
        is commonly called unbalanced.

    Notes
    -----
    Austin (2009), *Statistics in Medicine* 28(25). The spread is that of the unweighted groups throughout, so
    that a smaller figure is less difference and not more spread.

    Taught in: 01 Definition
    """
    inside = weighed["inside"].to_numpy(bool)
    rows = []
    for name in weighed.attrs["about"]["covariates"]:
        for value in sorted(weighed[name].unique()):
            has = (weighed[name] == value).to_numpy(float)
            t, c = has[inside].mean(), has[~inside].mean()
            spread = np.sqrt((t * (1 - t) + c * (1 - c)) / 2)
            row = {"covariate": name, "value": value, "inside": t, "outside": c}
            for method in METHODS:
                w = weighed[method].to_numpy(float)
                gap = np.average(has[inside], weights=w[inside]) - np.average(
                    has[~inside], weights=w[~inside]
                )
                row[method] = gap / spread if spread > 0 else 0.0
            rows.append(row)
    columns = ["covariate", "value", "inside", "outside", *METHODS]
    table = pd.DataFrame(rows, columns=columns)
    order = table["naive"].abs().sort_values(ascending=False, kind="stable").index
    result = table.loc[order].reset_index(drop=True)
    result.attrs = {"about": {**weighed.attrs["about"], "metric": "balance", "unit": "score"}}
    return result


def overlap(weighed: pd.DataFrame, *, bins: int = 20) -> pd.DataFrame:
    """Count both groups by propensity: only where both are seen is there anything to compare.

    Parameters
    ----------
    weighed : pandas.DataFrame
        From :func:`weigh`.
    bins : int, default 20
        Stretches from 0 to 1.

    Returns
    -------
    pandas.DataFrame
        One row a stretch: ``start``, ``end``, ``inside``, ``outside`` (buyers), ``inside_share``,
        ``outside_share``. Its `about` holds ``effective``: how many outsiders of equal weight would tell as
        much as the weighted ones, by method.

    Notes
    -----
    Effective number: square of the sum of the weights over the sum of their squares (Kish 1965).

    Taught in: 01 Definition
    """
    inside = weighed["inside"].to_numpy(bool)
    edges = np.linspace(0, 1, bins + 1)
    p = weighed["propensity"].to_numpy(float)
    p = p[~np.isnan(p)] if np.isnan(p).all() else p
    side = {True: p[inside] if len(p) else p, False: p[~inside] if len(p) else p}
    counts = {which: np.histogram(values, bins=edges)[0] for which, values in side.items()}
    result = pd.DataFrame(
        {
            "start": edges[:-1],
            "end": edges[1:],
            "inside": counts[True],
            "outside": counts[False],
            "inside_share": counts[True] / max(inside.sum(), 1),
            "outside_share": counts[False] / max((~inside).sum(), 1),
        }
    )
    effective = {
        method: float(w.sum() ** 2 / (w**2).sum()) if len(w) and (w**2).sum() > 0 else 0.0
        for method in METHODS
        for w in [weighed.loc[~inside, method].to_numpy(float)]
    }
    about = {**weighed.attrs["about"], "metric": "overlap", "effective": effective}
    result.attrs = {"about": {**about, "n": len(weighed), "n_outside": int((~inside).sum())}}
    return result


def gap(weighed: pd.DataFrame, *, seed: int = 0, repeats: int = 200) -> pd.DataFrame:
    """Estimate how much more often members buy again: naively, and among people who are alike.

    Parameters
    ----------
    weighed : pandas.DataFrame
        From :func:`weigh`.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 200
        Bootstrap samples; in each the propensities are fitted again.

    Returns
    -------
    pandas.DataFrame
        One row a method: ``method`` (naive, like_members, overlap), ``n_inside``, ``n_outside``, ``inside``
        and ``outside`` (shares who bought again), ``estimate`` (the difference), ``low``, ``high``. Naive:
        Newcombe's interval. Weighted: bootstrap by person.

    Notes
    -----
    Only what is in the model is made alike. If members differ in something else that makes people buy
    again, the weighted gap still holds it; no amount of data mends that, only an experiment would.

    Taught in: 01 Definition
    """
    inside = weighed["inside"].to_numpy(bool)
    again = weighed["repeated"].to_numpy(float)
    n_inside, n_outside = int(inside.sum()), int((~inside).sum())
    rows = []
    draws = _redraw(weighed, inside, again, seed, repeats) if min(n_inside, n_outside) >= 10 else None
    for at, method in enumerate(METHODS):
        w = weighed[method].to_numpy(float)
        rates = [
            np.average(again[side], weights=w[side]) if side.any() and w[side].sum() > 0 else np.nan
            for side in (inside, ~inside)
        ]
        low, high = np.nan, np.nan
        if method == "naive":
            counts = again[inside].sum(), n_inside, again[~inside].sum(), n_outside
            low, high = (float(end) for end in difference(*counts))
        elif draws is not None:
            low, high = (float(end) for end in percentiles(draws[:, at]))
        rows.append([method, n_inside, n_outside, *rates, rates[0] - rates[1], low, high])
    columns = ["method", "n_inside", "n_outside", "inside", "outside", "estimate", "low", "high"]
    result = pd.DataFrame(rows, columns=columns)
    result.attrs = {"about": {**weighed.attrs["about"], "metric": "member gap", "randomised": False}}
    result.attrs["about"]["n"] = n_inside + n_outside
    return result


def _redraw(
    weighed: pd.DataFrame, inside: np.ndarray, again: np.ndarray, seed: int, repeats: int
) -> np.ndarray:
    columns = design(weighed, weighed.attrs["about"]["covariates"]).to_numpy(float)
    x = np.column_stack([np.ones(len(weighed)), columns])
    rng = np.random.default_rng(seed)
    y = inside.astype(float)
    start = _fit(x, y, np.ones(len(x)))
    drawn = np.full((repeats, len(METHODS)), np.nan)
    for at in range(repeats):
        times = np.bincount(rng.integers(0, len(x), len(x)), minlength=len(x)).astype(float)
        p = expit(np.clip(x @ _fit(x, y, times, start, _STEPS_REDRAWN), -30, 30))
        for column, method in enumerate(METHODS):
            w = times * _weights(p, inside)[method]
            drawn[at, column] = (w * again)[inside].sum() / w[inside].sum()
            drawn[at, column] -= (w * again)[~inside].sum() / w[~inside].sum()
    return drawn
