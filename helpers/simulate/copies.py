"""Copies: posts that repeat an earlier one nearly word for word, more and more of them."""

from __future__ import annotations

import numpy as np

from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

NEAR = 30  # how many earlier posts on the topic a copy is taken from
LOWER = 0.5  # by how much a copy's quality is lower


def repeat_posts(
    scenario: Scenario, day: np.ndarray, author: np.ndarray, topic: np.ndarray, usual: np.ndarray, deals: int
) -> np.ndarray:
    """Draw which posts repeat an earlier one.

    Parameters
    ----------
    scenario : Scenario
        ``copies``: chance that a post about deals is a copy, on the first and on the last day;
        ``copies_elsewhere``: in other topics, as a share of it.
    day, author, topic : numpy.ndarray of int
        Of every post, in order of time.
    usual : numpy.ndarray of bool
        Which posts can be or be used for copies.
    deals : int
        Code of the topic that is copied most.

    Returns
    -------
    numpy.ndarray of int
        Position of the post that is repeated, -1 for originals. Only originals by others are repeated.

    Examples
    --------
    >>> import numpy as np
    >>> same = np.zeros(50, int)
    >>> found = repeat_posts(Scenario(copies=(1.0, 1.0)), same, np.arange(50), same, same == 0, deals=0)
    >>> bool((found < np.arange(50)).all())
    True

    Taught in: 03 Content
    """
    rng = stream(scenario.seed, "copies")
    first, last = scenario.copies
    chance = first + (last - first) * day / max(scenario.days - 1, 1)
    chance = chance * np.where(topic == deals, 1.0, scenario.copies_elsewhere)
    drawn, back = rng.random(len(day)) < chance, rng.random(len(day))
    found = np.full(len(day), -1)
    for code in np.unique(topic):
        originals = np.flatnonzero(usual & (topic == code) & ~drawn)
        copies = np.flatnonzero(usual & (topic == code) & drawn)
        before = np.searchsorted(originals, copies)
        copies, before = copies[before > 0], before[before > 0]
        step = 1 + (back[copies] * np.minimum(before, NEAR)).astype(np.int64)
        found[copies] = originals[before - step]
    return np.where((found >= 0) & (author[found] != author), found, -1)
