"""How good an order of members is: area under the curve, share found, and profit of contacting the top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from helpers.metrics.intervals import wilson


def _placements(outcome: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # For each case the share of non-cases ranked below it, and the other way round (ties count half).
    case = outcome == 1
    m, n = int(case.sum()), int((~case).sum())
    everyone = rankdata(score)
    cases = (everyone[case] - rankdata(score[case])) / max(n, 1)
    others = 1 - (everyone[~case] - rankdata(score[~case])) / max(m, 1)
    return cases, others


def auc(outcome: Any, score: Any, level: float = 0.95) -> tuple[float, float, float]:
    """Give the area under the curve with DeLong's interval, laid on the log-odds scale.

    It is the chance that a random case has a higher score than a random non-case.

    Parameters
    ----------
    outcome : array of 0 and 1
        One entry a member.
    score : array
        Higher means more likely a case.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of float
        estimate, low, high; missing when all outcomes are the same.

    Notes
    -----
    DeLong, DeLong & Clarke-Pearson (1988), *Biometrics* 44, 837-845; the ranks of Sun & Xu (2014).

    Examples
    --------
    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])[0]
    0.75

    Taught in: 06 Evaluation
    """
    outcome, score = np.asarray(outcome), np.asarray(score, dtype=float)
    if len(np.unique(outcome)) < 2:
        return float("nan"), float("nan"), float("nan")
    cases, others = _placements(outcome, score)
    estimate = float(cases.mean())
    variance = _variance(cases) + _variance(others)
    if not 0 < estimate < 1 or not np.isfinite(variance):
        # Perfect order: DeLong's variance is zero, so the shares of cases give the interval.
        low, high = wilson(estimate * len(cases), len(cases), level)
        return estimate, float(low), float(high)
    reach = norm.ppf(0.5 + level / 2) * np.sqrt(variance) / (estimate * (1 - estimate))
    middle = np.log(estimate / (1 - estimate))
    return estimate, float(1 / (1 + np.exp(reach - middle))), float(1 / (1 + np.exp(-reach - middle)))


def _variance(placements: np.ndarray) -> float:
    return float(placements.var(ddof=1) / len(placements)) if len(placements) > 1 else float("nan")


def auc_difference(outcome: Any, score: Any, other: Any, level: float = 0.95) -> tuple[float, float, float]:
    """Give the difference of two areas under the curve on the same members, with DeLong's interval.

    Parameters
    ----------
    outcome : array of 0 and 1
        One entry a member.
    score, other : array
        Two scores of the same members.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of float
        Area of ``score`` less area of ``other``, low, high.

    Examples
    --------
    >>> auc_difference([0, 1, 0, 1], [1, 2, 1, 2], [1, 2, 1, 2])[0]
    0.0

    Taught in: 06 Evaluation
    """
    outcome = np.asarray(outcome)
    if len(np.unique(outcome)) < 2:
        return float("nan"), float("nan"), float("nan")
    cases, others = _placements(outcome, np.asarray(score, dtype=float))
    cases_b, others_b = _placements(outcome, np.asarray(other, dtype=float))
    estimate = float(cases.mean() - cases_b.mean())
    reach = norm.ppf(0.5 + level / 2) * np.sqrt(_variance(cases - cases_b) + _variance(others - others_b))
    return estimate, float(estimate - reach), float(estimate + reach)


def _order(score: Any) -> np.ndarray:
    # Highest first; ties stay in the order of the rows, so that the result does not depend on a sort.
    return np.argsort(-np.asarray(score, dtype=float), kind="stable")


def gains(outcome: Any, score: Any, *, shares: Sequence[float] | None = None) -> pd.DataFrame:
    """Say how many of the cases are among the top of the order.

    Parameters
    ----------
    outcome : array of 0 and 1
        One entry a member.
    score : array
        Higher comes first.
    shares : sequence of float, optional
        Shares of members contacted; default a tenth, two tenths … all.

    Returns
    -------
    pandas.DataFrame
        share, contacts, n (cases in all), count (cases among the contacted), estimate, low, high (share
        of the cases found, Wilson), precision (share of the contacted that are cases), lift (precision
        over that of a random choice).

    Examples
    --------
    >>> gains([1, 0, 1, 0], [4, 3, 2, 1], shares=[0.5])[["contacts", "count", "lift"]].iloc[0].tolist()
    [2.0, 1.0, 1.0]

    Taught in: 06 Evaluation
    """
    outcome = np.asarray(outcome, dtype=float)
    cuts = np.arange(1, 11) / 10 if shares is None else np.asarray(shares, dtype=float)
    found = np.concatenate([[0.0], outcome[_order(score)].cumsum()])
    contacts = np.round(cuts * len(outcome)).astype(int)
    count, cases = found[contacts], outcome.sum()
    low, high = wilson(count, cases)
    precision = count / np.where(contacts > 0, contacts, np.nan)
    return pd.DataFrame(
        {
            "share": cuts,
            "contacts": contacts,
            "n": int(cases),
            "count": count.astype("int64"),
            "estimate": count / cases if cases else np.nan,
            "low": low,
            "high": high,
            "precision": precision,
            "lift": precision / (cases / len(outcome)) if cases else np.nan,
        }
    )


def profit(
    outcome: Any,
    score: Any,
    *,
    contact_cost: float,
    value_saved: Any,
    success: float,
    points: int = 50,
    also: Sequence[int] = (),
    seed: int = 0,
    repeats: int = 300,
) -> pd.DataFrame:
    """Follow the profit of contacting the top of the order, further and further down.

    A contact costs ``contact_cost`` whoever gets it; it earns ``success`` times ``value_saved`` when the
    member would have been lost, and nothing otherwise.

    Parameters
    ----------
    outcome : array of 0 and 1
        1 for members who were lost.
    score : array
        Higher is contacted first.
    contact_cost : float
        Money a contact.
    value_saved : float or array
        Money that a member is worth who stays; one number, or one for each member.
    success : float
        Share of contacted members who would have been lost and now stay. An assumption until a control
        group has measured it.
    points : int, default 50
        Points of the curve (at most one for each member), besides zero.
    also : sequence of int, optional
        Further numbers of contacts to be points of the curve, such as a budget.
    seed, repeats : int
        Bootstrap of members, for the interval.

    Returns
    -------
    pandas.DataFrame
        contacts, share, count (lost members among them), profit, low, high (95 %, by member), best (the
        highest profit).

    Examples
    --------
    >>> curve = profit([1, 0, 1], [3, 2, 1], contact_cost=1, value_saved=10, success=0.2, repeats=20)
    >>> curve["profit"].tolist()
    [0.0, 1.0, 0.0, 1.0]

    Taught in: 06 Evaluation
    """
    if contact_cost < 0 or not 0 <= success <= 1:
        raise ValueError("contact_cost is not negative and success lies between 0 and 1")
    outcome = np.asarray(outcome, dtype=float)
    value = np.broadcast_to(np.asarray(value_saved, dtype=float), outcome.shape)
    order = _order(score)
    gain = (outcome * value * success)[order] - contact_cost
    wanted = [*np.linspace(0, len(outcome), points + 1), *np.clip(list(also), 0, len(outcome))]
    contacts = np.unique(np.round(wanted).astype(int))
    total = np.concatenate([[0.0], gain.cumsum()])[contacts]
    random = np.random.default_rng(seed)
    draws = np.empty((repeats, len(contacts)))
    for row in range(repeats):
        # Members drawn again keep their place in the order; the top is a share of those drawn.
        weight = random.poisson(1.0, len(gain)).astype(float)
        reached = np.concatenate([[0.0], weight.cumsum()])
        earned = np.concatenate([[0.0], (weight * gain).cumsum()])
        scale = len(gain) / max(reached[-1], 1.0)
        draws[row] = np.interp(contacts / scale, reached, earned) * scale
    low, high = np.quantile(draws, [0.025, 0.975], axis=0) if repeats else (total, total)
    return pd.DataFrame(
        {
            "contacts": contacts,
            "share": contacts / max(len(outcome), 1),
            "count": np.concatenate([[0.0], outcome[order].cumsum()])[contacts].astype("int64"),
            "profit": total,
            "low": low,
            "high": high,
            "best": np.arange(len(contacts)) == int(np.argmax(total)),
        }
    )
