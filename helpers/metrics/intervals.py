"""Say how sure a number is: the intervals that every metric uses.

All functions take numbers, numpy arrays or pandas columns, work element by element and return a pair
``(low, high)``. Where there is nothing to judge from (no members, no exposure) both ends are missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import gammaincinv, ndtri, stdtrit

Interval = tuple[Any, Any]

# Draws are made in blocks of at most this many cells, so that memory stays near 100 MB at any size.
_CELLS = 8_000_000
_KEPT = 2_000_000  # draws of at most this many cells are kept for the next question


def _numbers(*columns: Any) -> list[np.ndarray]:
    return list(np.broadcast_arrays(*(np.asarray(column, dtype=float) for column in columns)))


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level is a share between 0 and 1, such as 0.95; got {level!r}")
    return (1 - level) / 2


def _z(level: float) -> float:
    return float(-ndtri(_tail(level)))


def wilson(count: Any, n: Any, level: float = 0.95) -> Interval:
    """Give the Wilson score interval of a share.

    It stays inside 0 to 1, is honest for small groups, and does not collapse at 0 % or 100 %.

    Parameters
    ----------
    count : number or array
        How many of the n had the property.
    n : number or array
        How many were looked at. Zero gives a missing interval.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of arrays
        low, high.

    Notes
    -----
    Wilson (1927); method 3 of Newcombe (1998), *Statistics in Medicine* 17, 857-872.

    Examples
    --------
    >>> low, high = wilson(81, 263)
    >>> round(float(low), 4), round(float(high), 4)
    (0.2553, 0.3662)

    Taught in: all
    """
    count, n = _numbers(count, n)
    z = _z(level)
    known = np.where(n > 0, n, np.nan)
    share = count / known
    middle = (share + z**2 / (2 * known)) / (1 + z**2 / known)
    half = z * np.sqrt(share * (1 - share) / known + z**2 / (4 * known**2)) / (1 + z**2 / known)
    # The formula gives 0 and 1 at the ends only up to rounding.
    low = np.where(count == 0, np.where(n > 0, 0.0, np.nan), middle - half)
    high = np.where((count == n) & (n > 0), 1.0, middle + half)
    return low[()], high[()]


def difference(count_a: Any, n_a: Any, count_b: Any, n_b: Any, level: float = 0.95) -> Interval:
    """Give the interval of the difference of two independent shares, a minus b.

    Parameters
    ----------
    count_a, n_a, count_b, n_b : number or array
        Numerator and denominator of each share.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of arrays
        low, high of share a minus share b, between -1 and 1.

    Notes
    -----
    Hybrid score interval, method 10 of Newcombe (1998), *Statistics in Medicine* 17, 873-890.

    Examples
    --------
    >>> low, high = difference(56, 70, 48, 80)
    >>> round(float(low), 4), round(float(high), 4)
    (0.0524, 0.3339)

    Taught in: all
    """
    count_a, n_a, count_b, n_b = _numbers(count_a, n_a, count_b, n_b)
    low_a, high_a = wilson(count_a, n_a, level)
    low_b, high_b = wilson(count_b, n_b, level)
    a = count_a / np.where(n_a > 0, n_a, np.nan)
    b = count_b / np.where(n_b > 0, n_b, np.nan)
    low = a - b - np.hypot(a - low_a, high_b - b)
    high = a - b + np.hypot(high_a - a, b - low_b)
    return low[()], high[()]


def adjusted_wald_nps(promoters: Any, passives: Any, detractors: Any, level: float = 0.95) -> Interval:
    """Give the interval of a net promoter score, as a share between -1 and 1.

    Three answers are added, three quarters of one to promoters and to detractors each and one and a
    half to the passives, before the ordinary (Wald) interval is taken.

    Parameters
    ----------
    promoters, passives, detractors : number or array
        How many answers fell in each class.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of arrays
        low, high. Multiply by 100 for the usual points.

    Notes
    -----
    Rocks (2016), "Interval estimation for the net promoter score", *The American Statistician* 70,
    365-372.

    Examples
    --------
    >>> low, high = adjusted_wald_nps(162, 108, 54)
    >>> round(100 * float(low), 2), round(100 * float(high), 2)
    (24.95, 41.11)

    Taught in: 06 Evaluation
    """
    promoters, passives, detractors = _numbers(promoters, passives, detractors)
    answers = promoters + passives + detractors
    n = np.where(answers > 0, answers + 3, np.nan)
    up, down = (promoters + 0.75) / n, (detractors + 0.75) / n
    half = _z(level) * np.sqrt((up + down - (up - down) ** 2) / n)
    low, high = np.maximum(up - down - half, -1.0), np.minimum(up - down + half, 1.0)
    return low[()], high[()]


def poisson_rate(count: Any, exposure: Any = 1.0, level: float = 0.95) -> Interval:
    """Give the exact interval of a rate: events counted over an exposure such as days or views.

    Parameters
    ----------
    count : number or array
        Events counted.
    exposure : number or array, default 1
        What they are counted over. Zero gives a missing interval.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of arrays
        low, high in events per unit of exposure.

    Notes
    -----
    Garwood (1936), *Biometrika* 28, 437-442. Holds when events fall independently; posts that spread
    by imitation vary more, and then a bootstrap by post or by member is the honest choice.

    Examples
    --------
    >>> low, high = poisson_rate(10)
    >>> round(float(low), 3), round(float(high), 3)
    (4.795, 18.39)

    Taught in: 06 Evaluation
    """
    count, exposure = _numbers(count, exposure)
    tail = _tail(level)
    known = np.where(exposure > 0, exposure, np.nan)
    low = np.where(count > 0, gammaincinv(np.maximum(count, 1), tail), 0.0) / known
    high = gammaincinv(count + 1, 1 - tail) / known
    return low[()], high[()]


def mean_from_sums(n: Any, total: Any, squares: Any, level: float = 0.95) -> Interval:
    """Give the interval of a mean from three sums, so that the engine can send sums, not members.

    Parameters
    ----------
    n : number or array
        How many members. Fewer than two give a missing interval.
    total : number or array
        Sum of the values.
    squares : number or array
        Sum of the squared values.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of arrays
        low, high of the mean (Student's t with n - 1 degrees of freedom).

    Examples
    --------
    >>> low, high = mean_from_sums(4, 10, 30)
    >>> round(float(low), 3), round(float(high), 3)
    (0.446, 4.554)

    Taught in: 06 Evaluation
    """
    return ratio_from_sums(n, total, squares, n, n, total, level)


def ratio_from_sums(
    n: Any, total_y: Any, squares_y: Any, total_x: Any, squares_x: Any, products: Any, level: float = 0.95
) -> Interval:
    """Give the interval of a ratio of two totals over members, from sums only.

    Each member brings a numerator y and a denominator x; members are independent of each other while
    what one member does is not. This is the closed form of what a bootstrap by member approaches.

    Parameters
    ----------
    n : number or array
        How many members. Fewer than two give a missing interval.
    total_y, squares_y : number or array
        Sum and sum of squares of the numerators.
    total_x, squares_x : number or array
        The same of the denominators.
    products : number or array
        Sum of numerator times denominator.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of arrays
        low, high of total_y / total_x.

    Notes
    -----
    Linearisation (delta method) of a ratio estimator; Cochran (1977), *Sampling Techniques*, ch. 6.

    Examples
    --------
    >>> low, high = ratio_from_sums(3, 6, 14, 3, 3, 6)
    >>> round(float(low), 3), round(float(high), 3)
    (-0.484, 4.484)

    Taught in: 06 Evaluation
    """
    n, total_y, squares_y, total_x, squares_x, products = _numbers(
        n, total_y, squares_y, total_x, squares_x, products
    )
    enough = np.where(n > 1, n, np.nan)
    divisor = np.where(total_x != 0, total_x, np.nan)
    ratio = total_y / divisor
    residuals = np.maximum(squares_y - 2 * ratio * products + ratio**2 * squares_x, 0.0)
    error = np.sqrt(residuals * enough / (enough - 1)) / np.abs(divisor)
    half = -stdtrit(np.maximum(enough - 1, 1), _tail(level)) * error
    return (ratio - half)[()], (ratio + half)[()]


def resamples(counts: Any, *, seed: int = 0, repeats: int = 1000) -> Iterator[np.ndarray]:
    """Draw members again with replacement, when equal members are counted instead of listed.

    Parameters
    ----------
    counts : array
        How many members are of each kind.
    seed : int, default 0
        Start of the random numbers: the same seed gives the same draws.
    repeats : int, default 1000
        How many resamples.

    Yields
    ------
    array
        Blocks with one row per resample and one column per kind: how often that kind was drawn.

    Notes
    -----
    The multinomial form of the bootstrap of Efron (1979), *Annals of Statistics* 7, 1-26. A million
    members of two hundred kinds cost as much as two hundred members.

    Examples
    --------
    >>> block = next(resamples([3, 2], repeats=4))
    >>> block.shape, block.sum(axis=1).tolist()
    ((4, 2), [5, 5, 5, 5])

    Taught in: all
    """
    counts = np.asarray(counts, dtype=float)
    total = int(counts.sum())
    if total == 0:
        return
    if repeats * len(counts) <= _KEPT:
        yield _one_block(counts.tobytes(), seed, repeats)
        return
    block = max(1, _CELLS // len(counts))
    random = np.random.default_rng(seed)
    for start in range(0, repeats, block):
        yield random.multinomial(total, counts / counts.sum(), size=min(block, repeats - start))


@lru_cache(maxsize=2)
def _one_block(counts: bytes, seed: int, repeats: int) -> np.ndarray:
    # Kept, because the same members are usually asked several questions, and drawing is the dearest part.
    members = np.frombuffer(counts)
    drawn = np.random.default_rng(seed).multinomial(int(members.sum()), members / members.sum(), size=repeats)
    drawn.setflags(write=False)
    return drawn


def percentiles(draws: Any, level: float = 0.95) -> Interval:
    """Give the ends of the middle part of the draws of a bootstrap.

    Parameters
    ----------
    draws : array
        One row per draw; further dimensions are kept. Missing draws are left out.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of arrays
        low, high. Missing where fewer than half of the draws could be computed.

    Examples
    --------
    >>> low, high = percentiles(np.arange(1001))
    >>> round(float(low)), round(float(high))
    (25, 975)

    Taught in: all
    """
    draws = np.asarray(draws, dtype=float)
    shape = draws.shape[1:]
    if draws.shape[0] == 0:
        return np.full(shape, np.nan)[()], np.full(shape, np.nan)[()]
    tail = _tail(level)
    usable = np.isfinite(draws).mean(axis=0) >= 0.5
    kept = np.where(usable & np.isfinite(draws), draws, np.where(usable, np.nan, 0.0))
    low, high = np.nanquantile(kept, [tail, 1 - tail], axis=0)
    return np.where(usable, low, np.nan)[()], np.where(usable, high, np.nan)[()]


def bootstrap_ratio(
    numerators: Any,
    denominators: Any,
    *,
    counts: Any = None,
    seed: int = 0,
    repeats: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Give the bootstrap interval of a ratio of two totals, drawing whole members.

    Parameters
    ----------
    numerators, denominators : array
        One entry per member, or per kind of member where `counts` is given.
    counts : array, optional
        How many members each entry stands for.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 1000
        How many resamples.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of float
        low, high of sum(numerators) / sum(denominators).

    Examples
    --------
    >>> low, high = bootstrap_ratio([2, 0, 4, 6], [1, 1, 2, 2], repeats=200)
    >>> 0 <= low <= 2 <= high
    True

    Taught in: all
    """
    numerators, denominators = _numbers(numerators, denominators)
    weights = np.ones(len(numerators)) if counts is None else np.asarray(counts, dtype=float)
    pairs, where = np.unique(np.column_stack([numerators, denominators]), axis=0, return_inverse=True)
    grouped = np.bincount(where.ravel(), weights=weights, minlength=len(pairs))
    draws = []
    for drawn in resamples(grouped, seed=seed, repeats=repeats):
        up, down = drawn @ pairs[:, 0], drawn @ pairs[:, 1]
        draws.append(np.divide(up, down, out=np.full(len(up), np.nan), where=down != 0))
    low, high = percentiles(np.concatenate(draws) if draws else np.empty(0), level)
    return float(low), float(high)


def bootstrap_mean(
    values: Any, *, counts: Any = None, seed: int = 0, repeats: int = 1000, level: float = 0.95
) -> tuple[float, float]:
    """Give the bootstrap interval of a mean over members.

    Parameters
    ----------
    values : array
        One entry per member, or per kind of member where `counts` is given.
    counts : array, optional
        How many members each entry stands for.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 1000
        How many resamples.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    tuple of float
        low, high of the mean.

    Examples
    --------
    >>> low, high = bootstrap_mean([1, 2, 3, 4, 5], repeats=200)
    >>> 1 <= low <= 3 <= high <= 5
    True

    Taught in: all
    """
    values = np.asarray(values, dtype=float)
    return bootstrap_ratio(
        values, np.ones(len(values)), counts=counts, seed=seed, repeats=repeats, level=level
    )
