"""The onboarding test: newcomers drawn for welcome tasks come more often and stay longer."""

from __future__ import annotations

import numpy as np

from helpers.simulate.calendar import Days
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

RELIEF, HABIT = 0.75, 1.3  # factors on the hazard of the treated and on their chance of being active
RELIEF_DAYS = 60  # for how many days from joining
AT, LENGTH = 0.27, 75  # first day of the test as a share of the window, and its days
FOLLOWED = 35  # days after the last newcomer for which the window must go on
OUTSIDE, CONTROL, TREATED = -1, 0, 1


def onboarding_days(scenario: Scenario) -> range:
    """Return the numbers of the days on which newcomers are drawn; none where the window is too short."""
    first = round(AT * scenario.days)
    fits = scenario.has_trials and first + LENGTH + FOLLOWED <= scenario.days
    return range(first, first + LENGTH) if fits else range(0)


def draw_arms(scenario: Scenario, joined_day: np.ndarray, ordinary: np.ndarray) -> np.ndarray:
    """Draw the arm of every member by the toss of a coin at joining.

    Parameters
    ----------
    scenario : Scenario
        Parameters.
    joined_day : numpy.ndarray of int
        Day number of joining.
    ordinary : numpy.ndarray of bool
        Who can be drawn: neither staff, kols, bots nor false accounts.

    Returns
    -------
    numpy.ndarray of int
        1 treated, 0 control, -1 not in the test.

    Examples
    --------
    >>> np.unique(draw_arms(Scenario(), np.arange(365), np.ones(365, bool))).tolist()
    [-1, 0, 1]

    Taught in: 04 Interaction
    """
    coin = stream(scenario.seed, "onboarding test").random(len(joined_day)) < 0.5
    days = onboarding_days(scenario)
    inside = ordinary & (joined_day >= days.start) & (joined_day < days.stop)
    return np.where(inside, coin.astype(np.int64), OUTSIDE)


def felt_wear(days: Days, joined_day: np.ndarray, day: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """Return the wear from joining to a day, that of the first days counting less for the treated."""
    start = days.worn[joined_day + days.history]
    eased = days.worn[np.minimum(day, joined_day + RELIEF_DAYS) + days.history] - start
    return days.worn[day + days.history] - start - np.where(arm == TREATED, (1 - RELIEF) * eased, 0.0)


def true_wear(days: Days, joined_day: np.ndarray, felt: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """Return the wear at which the felt wear since joining reaches a value: the inverse of `felt_wear`."""
    eased = days.worn[joined_day + RELIEF_DAYS + days.history] - days.worn[joined_day + days.history]
    stretched = np.where(felt < RELIEF * eased, felt / RELIEF, felt + (1 - RELIEF) * eased)
    return np.where(arm == TREATED, stretched, felt)


def relief(age: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """Return the factor on the hazard of a day so many days after joining."""
    return np.where((arm == TREATED) & (age >= 1) & (age <= RELIEF_DAYS), RELIEF, 1.0)


def habit(age: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """Return the factor on the chance of being active so many days after joining."""
    return np.where((arm == TREATED) & (age >= 1) & (age <= RELIEF_DAYS), HABIT, 1.0)
