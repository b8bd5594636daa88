"""Look at a test more than once: what peeking costs, and the boundaries that pay for it beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

KINDS = ("pocock", "obrien_fleming")
_NODES = 64  # of the quadrature at each look: twice as many change nothing in the sixth decimal


def crossing(limits: Any, information: Any = None) -> np.ndarray:
    """Give the chance that a test of no difference has left its limits, look by look.

    Parameters
    ----------
    limits : array
        At each look, how far from zero the test statistic (z) may be.
    information : array, optional
        Share of all information that is there at each look, rising to 1; equal steps by default.

    Returns
    -------
    array
        Probability of having crossed at this look or an earlier one: the false-alarm rate.

    Notes
    -----
    The density of the path that has not crossed yet is carried from look to look by numerical integration,
    as by Armitage, McPherson and Rowe (1969), *Journal of the Royal Statistical Society A* 132, 235-244.

    Examples
    --------
    >>> crossing([1.96, 1.96, 1.96, 1.96, 1.96]).round(3).tolist()
    [0.05, 0.083, 0.107, 0.126, 0.142]

    Taught in: 05 Conversion
    """
    limits = np.asarray(limits, dtype=float)
    count = len(limits)
    time = np.arange(1, count + 1) / count if information is None else np.asarray(information, dtype=float)
    if len(time) != count or np.any(np.diff(np.concatenate([[0.0], time])) <= 0):
        raise ValueError("information: one share a look, larger from look to look, the first above zero.")
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    found, inside = [], 0.0
    points, density = np.zeros(1), np.ones(1)  # before the first look the path is at zero for certain
    before = 0.0
    for limit, now in zip(limits, time, strict=True):
        step, edge = np.sqrt(now - before), limit * np.sqrt(now)
        out = ndtr((-edge - points) / step) + ndtr((points - edge) / step)
        inside += float((density * out).sum())
        found.append(inside)
        grid = nodes * edge
        kernel = np.exp(-0.5 * ((grid[:, None] - points) / step) ** 2) / (step * np.sqrt(2 * np.pi))
        points, density, before = grid, (kernel @ density) * weights * edge, now
    return np.array(found)


def boundaries(
    looks: int = 5, kind: str = "obrien_fleming", *, information: Any = None, level: float = 0.95
) -> pd.DataFrame:
    """Compute how far the test statistic must be from zero at each look, for one false-alarm rate in all.

    Parameters
    ----------
    looks : int, default 5
        How often the test is looked at, fixed beforehand.
    kind : {"obrien_fleming", "pocock"}, default "obrien_fleming"
        "pocock": the same limit at each look. "obrien_fleming": severe at first, almost the usual at last.
    information : array, optional
        As for :func:`crossing`.
    level : float, default 0.95
        One minus the false-alarm rate of all looks together; two-sided.

    Returns
    -------
    DataFrame
        One row a look: ``look``, ``information``, ``z`` (limit), ``p_value`` (the same as a p-value),
        ``false_alarm`` (so far, with these limits), ``naive`` (so far, with the limit of a single look).

    Notes
    -----
    Pocock (1977), *Biometrika* 64, 191-199; O'Brien and Fleming (1979), *Biometrics* 35, 549-556.

    Examples
    --------
    >>> boundaries(3)["z"].round(3).tolist()
    [3.471, 2.454, 2.004]
    >>> boundaries(3, "pocock")["z"].round(3).tolist()
    [2.289, 2.289, 2.289]

    Taught in: 05 Conversion
    """
    if kind not in KINDS:
        raise ValueError(f'kind={kind!r}: choose "pocock" or "obrien_fleming".')
    if looks < 1:
        raise ValueError("looks: at least one.")
    time = np.arange(1, looks + 1) / looks if information is None else np.asarray(information, dtype=float)
    shape = np.ones(looks) if kind == "pocock" else 1 / np.sqrt(time)
    usual = float(-ndtri((1 - level) / 2))
    constant = brentq(
        lambda value: crossing(value * shape, time)[-1] - (1 - level), 0.9 * usual, 3 * usual, xtol=1e-7
    )
    limits = constant * shape
    return pd.DataFrame(
        {
            "look": np.arange(1, looks + 1),
            "information": time,
            "z": limits,
            "p_value": 2 * ndtr(-limits),
            "false_alarm": crossing(limits, time),
            "naive": crossing(np.full(looks, usual), time),
        }
    )


def peeking(counts: Any = (1, 2, 5, 10, 20), *, level: float = 0.95) -> pd.DataFrame:
    """Give the false-alarm rate of whoever looks several times and stops at the first small p-value.

    Parameters
    ----------
    counts : sequence of int
        Numbers of looks, at equal steps.
    level : float, default 0.95
        Confidence level of each look.

    Returns
    -------
    DataFrame
        ``looks``, ``false_alarm``, ``pocock`` (the limit that would keep the promise), ``obrien_fleming``
        (its limit at the last look).

    Examples
    --------
    >>> peeking()["false_alarm"].round(3).tolist()
    [0.05, 0.083, 0.142, 0.193, 0.248]

    Taught in: 05 Conversion
    """
    rows = []
    for count in counts:
        tables = {kind: boundaries(int(count), kind, level=level) for kind in KINDS}
        rows.append(
            {"looks": int(count), "false_alarm": tables["pocock"]["naive"].iloc[-1]}
            | {kind: table["z"].iloc[-1] for kind, table in tables.items()}
        )
    return pd.DataFrame(rows)
