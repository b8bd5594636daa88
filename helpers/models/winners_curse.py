"""The winner's curse: what passes a test looks larger than it is, the more so the weaker the test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from helpers.models.experiments import power


def exaggeration(effect: float, error: float, *, level: float = 0.95) -> dict[str, float]:
    """Give what to expect of the estimates that turn out significant.

    Parameters
    ----------
    effect : float
        True effect, above zero.
    error : float
        Standard error of its estimate.
    level : float, default 0.95
        Confidence level; two-sided.

    Returns
    -------
    dict
        ``power``, ``exaggeration`` (mean size of a significant estimate over the true effect) and
        ``wrong_sign`` (share of the significant ones that point the wrong way).

    Notes
    -----
    Gelman and Carlin (2014), "Beyond power calculations", *Perspectives on Psychological Science* 9, 641-651.

    Examples
    --------
    >>> {name: round(value, 2) for name, value in exaggeration(0.1, 3.28).items()}
    {'power': 0.05, 'exaggeration': 76.69, 'wrong_sign': 0.46}

    Taught in: 05 Conversion
    """
    z, strength = float(-ndtri((1 - level) / 2)), effect / error
    right, wrong = ndtr(strength - z), ndtr(-strength - z)
    density = np.exp(-0.5 * (np.array([z - strength, z + strength])) ** 2) / np.sqrt(2 * np.pi)
    size = strength * (right - wrong) + density.sum()  # mean of |z| where it is beyond the limit
    found = float(right + wrong)
    return {
        "power": found,
        "exaggeration": float(size / found / strength),
        "wrong_sign": float(wrong / found),
    }


def simulate(
    base: float,
    effect: float,
    n: int,
    *,
    tests: int = 20_000,
    seed: int = 0,
    level: float = 0.95,
    about: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Run the same test of two shares many times, as one never can, and keep all estimates.

    Parameters
    ----------
    base : float
        Share under control.
    effect : float
        True difference.
    n : int
        Members in each arm.
    tests : int, default 20,000
        How many tests.
    seed : int, default 0
        Start of the random numbers.
    level : float, default 0.95
        Confidence level.
    about : mapping, optional
        ``attrs["about"]`` of the result that base and size come from, for the language and the source.

    Returns
    -------
    DataFrame
        One row a test: ``estimate``, ``significant``; what was put in stands in ``attrs["about"]``.

    Examples
    --------
    >>> runs = simulate(0.10, 0.02, 500, tests=2000)
    >>> bool(runs.loc[runs["significant"], "estimate"].mean() > 0.03)
    True

    Taught in: 05 Conversion
    """
    random = np.random.default_rng(seed)
    a, b = random.binomial(n, base, tests) / n, random.binomial(n, base + effect, tests) / n
    pooled = (a + b) / 2
    error = np.sqrt(2 * pooled * (1 - pooled) / n)
    limit = float(-ndtri((1 - level) / 2))
    runs = pd.DataFrame({"estimate": b - a, "significant": np.abs(b - a) > limit * error})
    more = {"base": base, "effect": effect, "members": int(n), "tests": int(tests)}
    runs.attrs["about"] = dict(about or {}) | more
    return runs


def by_effect(base: float, n: int, effects: Any, *, level: float = 0.95) -> pd.DataFrame:
    """Tabulate, for tests of one size, how much a significant result exaggerates effects of several sizes.

    Parameters
    ----------
    base : float
        Share under control.
    n : int
        Members in each arm.
    effects : sequence of float
        True differences.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        ``effect``, ``power``, ``exaggeration``, ``wrong_sign``.

    Examples
    --------
    >>> by_effect(0.10, 500, [0.02, 0.06]).round(2).values.tolist()
    [[0.02, 0.17, 2.47, 0.01], [0.06, 0.81, 1.12, 0.0]]

    Taught in: 05 Conversion
    """
    rows = []
    for effect in effects:
        other = base + effect
        error = float(np.sqrt((base * (1 - base) + other * (1 - other)) / n))
        rows.append(
            {"effect": effect}
            | exaggeration(effect, error, level=level)
            | {"power": float(power(base, effect, n, level=level))}
        )
    return pd.DataFrame(rows, columns=["effect", "power", "exaggeration", "wrong_sign"])
