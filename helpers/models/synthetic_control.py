"""Build, from groups that did not take part, a twin of one that did: the synthetic control."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

SUM = 1e3  # weight of the condition that the shares sum to one, against data of size about one
TIE = 1e-6  # so small a preference for equal shares that it only decides between equally good twins


def weights(target: np.ndarray, donors: np.ndarray) -> np.ndarray:
    """Find the shares of the donors whose mixture follows the target best.

    Shares are zero or positive and sum to one, so that the twin lies among the donors and nothing is
    extrapolated.

    Parameters
    ----------
    target : array, (weeks,)
        What was measured before the event in the group that took part.
    donors : array, (weeks, groups)
        The same weeks in the groups that did not.

    Returns
    -------
    array, (groups,)
        Share of each donor.

    Raises
    ------
    ValueError
        When there is no donor or the weeks differ.

    Notes
    -----
    Abadie, Diamond & Hainmueller (2010), with outcomes before the event as the only predictors. Least
    squares under the two conditions, solved as non-negative least squares with a heavy row for the sum.

    Examples
    --------
    >>> donors = np.array([[1.0, 4.0], [2.0, 2.0], [3.0, 1.0]])
    >>> weights(donors @ [0.25, 0.75], donors).round(3).tolist()
    [0.25, 0.75]

    Taught in: 04 Interaction
    """
    target, donors = np.asarray(target, dtype=float), np.asarray(donors, dtype=float)
    if donors.ndim != 2 or not donors.shape[1] or len(donors) != len(target):
        raise ValueError(f"donors must be weeks by groups for {len(target)} weeks, got {donors.shape}.")
    size = max(float(np.abs(donors).max()), float(np.abs(target).max()), 1e-12)
    count = donors.shape[1]
    left = np.vstack([donors / size, np.full((1, count), SUM), TIE * np.eye(count)])
    right = np.concatenate([target / size, [SUM], np.zeros(count)])
    found, _distance = nnls(left, right, maxiter=100 * count)
    return found / found.sum()


def twins(values: np.ndarray, before: int, targets: np.ndarray, donors: np.ndarray) -> np.ndarray:
    """Build the twin of each target from the donors, never from itself.

    Parameters
    ----------
    values : array, (groups, weeks)
        Every group week by week.
    before : int
        How many of the weeks lie before the event.
    targets, donors : array of int
        Rows of `values`. A target that is among the donors is left out of its own twin.

    Returns
    -------
    array, (targets, groups)
        Shares by row of `values`; missing where no donor is left.

    Examples
    --------
    >>> twins(np.array([[1.0, 2, 3], [1, 2, 9], [2, 1, 5]]), 2, np.array([0]), np.array([0, 1, 2])).round(3)
    array([[0., 1., 0.]])

    Taught in: 04 Interaction
    """
    shares = np.full((len(targets), len(values)), np.nan)
    for row, target in enumerate(targets):
        others = donors[donors != target]
        if len(others):
            shares[row] = 0.0
            shares[row, others] = weights(values[target, :before], values[others, :before].T)
    return shares
