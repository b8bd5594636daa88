"""What members think: recommendation, satisfaction, and the image of three brands."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario

LOW_FOR = 42  # days after the first day of a mishap on which scores lie lower
NOISE = 1.4  # standard deviation of a single answer around the member's tendency
BRANDS = ("us", "rival_a", "rival_b")
ATTRIBUTES = ("quality", "price", "design", "expertise", "warmth", "innovation")
# Mean rating (1 to 5) of each brand on each attribute.
IMAGE = np.array(
    [(4.1, 3.0, 3.9, 4.2, 4.3, 3.2), (4.2, 2.6, 4.3, 3.6, 2.9, 3.7), (3.3, 4.4, 3.0, 2.8, 3.1, 3.5)]
)
# By how much personas differ in what they think of us (rows as in PERSONAS; missing rows are zero).
IMAGE_OF_US = {
    "enthusiast": (0.4, 0.1, 0.2, 0.4, 0.3, 0.1),
    "helper": (0.2, 0.1, 0.0, 0.3, 0.5, 0.0),
    "deal_hunter": (-0.2, -0.5, -0.1, -0.3, -0.4, 0.0),
    "gift_buyer": (0.1, 0.0, 0.5, 0.0, -0.1, 0.2),
    "newcomer": (-0.1, -0.2, 0.1, 0.1, -0.2, 0.2),
}
# Mean satisfaction with NEEDS; the gaps to importance are in delivery and price.
SATISFACTION = (4.3, 3.1, 3.9, 4.2, 4.0, 2.9, 3.6, 4.0)


def score_chances(tendency: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the probabilities of being a promoter and a detractor, and the expected score.

    Parameters
    ----------
    tendency : numpy.ndarray of float
        Centre of the answers; an answer is the tendency plus normal noise, rounded, within 0 and 10.

    Returns
    -------
    tuple of numpy.ndarray
        Probability of 9 or 10, probability of 0 to 6, expected score.

    Examples
    --------
    >>> promoter, detractor, expected = score_chances(np.array([9.0]))
    >>> bool(promoter[0] > 0.6), bool(detractor[0] < 0.05)
    (True, True)

    Taught in: 06 Evaluation
    """
    cuts = np.arange(10) + 0.5
    above = ndtr((np.asarray(tendency)[..., None] - cuts) / NOISE)
    return above[..., 8], 1 - above[..., 6], above.sum(axis=-1)


def tendency_on(scenario: Scenario, members: Members, who: np.ndarray, day: int) -> np.ndarray:
    """Return the recommendation tendency of some members on a day.

    Parameters
    ----------
    scenario, members
        The simulation's parameters and people.
    who : numpy.ndarray of int
        Positions of the members.
    day : int
        Day number; in the six weeks after a mishap's first day tendencies lie lower.

    Returns
    -------
    numpy.ndarray of float
        Centre of each member's answers on the 0 to 10 scale.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> len(tendency_on(small.scenario, small.members, np.arange(4), 10))
    4

    Taught in: 06 Evaluation
    """
    value = members.score[who].copy()
    if scenario.mishap and scenario.mishap_day is not None and 0 <= day - scenario.mishap_day < LOW_FOR:
        value -= scenario.mishap.score
    return value
