"""Random numbers: one independent stream per mechanism, all from one seed."""

from __future__ import annotations

from zlib import crc32

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream of one mechanism.

    The stream depends on the seed and the name only, so a mechanism that is switched on or off does
    not change what the others draw.

    Parameters
    ----------
    seed : int
        Seed of the scenario, zero or larger.
    name : str
        Name of the mechanism, such as ``"members"``.

    Returns
    -------
    numpy.random.Generator
        A PCG64 generator.

    Notes
    -----
    A child of ``numpy.random.SeedSequence(seed)`` whose spawn key is the CRC-32 of the name.

    Examples
    --------
    >>> bool(stream(1, "members").random() == stream(1, "members").random())
    True
    >>> bool(stream(1, "members").random() == stream(1, "orders").random())
    False

    Taught in: all
    """
    child = np.random.SeedSequence(entropy=seed, spawn_key=(crc32(name.encode()),))
    return np.random.Generator(np.random.PCG64(child))


def pick(rng: np.random.Generator, cumulative: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Draw one column per row from a table of cumulative probabilities.

    Parameters
    ----------
    rng : numpy.random.Generator
        Stream to draw from.
    cumulative : numpy.ndarray of shape (kinds, columns)
        Cumulative weights along each row; need not end in one, must end above zero.
    rows : numpy.ndarray of int
        Which row of `cumulative` each draw uses.

    Returns
    -------
    numpy.ndarray of int
        The drawn column for each entry of `rows`.

    Examples
    --------
    >>> pick(stream(1, "x"), np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([0, 1, 0])).tolist()
    [1, 0, 1]

    Taught in: all
    """
    kinds, width = cumulative.shape
    steps = cumulative / cumulative[:, -1:] + np.arange(kinds)[:, None]
    found = np.searchsorted(steps.ravel(), rows + rng.random(len(rows)), side="right")
    return np.clip(found - rows * width, 0, width - 1)
