"""True probabilities of being active or interested: what retention curves promise to recover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.activity import probability_if_interested
from helpers.simulate.newcomers import felt_wear, relief

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation


def still_interested(sim: Simulation, who: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the probability that members are still interested on a day, given that they joined.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.
    who : numpy.ndarray of int
        Positions of the members.
    day : numpy.ndarray of int
        Day number of each, not before joining.

    Returns
    -------
    numpy.ndarray of float
        ``exp(-hazard * wear)``, wear being the number of days since joining (bad days count more, the first
        days of those drawn for welcome tasks less).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> small = simulate(Scenario.small())
    >>> who = np.arange(3)
    >>> still_interested(small, who, small.members.joined_day[who]).tolist()
    [1.0, 1.0, 1.0]

    Taught in: 06 Evaluation
    """
    m = sim.members
    since = felt_wear(sim.days, m.joined_day[who], day, m.onboarding[who])
    return np.exp(-m.hazard[who] * since)


def active_within(sim: Simulation, who: np.ndarray, first: np.ndarray, days: int) -> np.ndarray:
    """Return the probability of being active at least once in a span of days.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.
    who : numpy.ndarray of int
        Positions of the members.
    first : numpy.ndarray of int
        First day number of each member's span, not before joining.
    days : int
        Length of the span.

    Returns
    -------
    numpy.ndarray of float
        Under the model, before anything was drawn; missing where the span is not inside the window.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> small = simulate(Scenario.small(founders=0.0))
    >>> who = np.arange(20, 25)
    >>> first = small.members.joined_day[who] + 1
    >>> one, seven = active_within(small, who, first, 1), active_within(small, who, first, 7)
    >>> bool((seven >= one).all())
    True

    Taught in: 06 Evaluation
    """
    inside = (first >= 0) & (first + days <= sim.scenario.days)
    chance = np.full(len(who), np.nan)
    who, first = who[inside], first[inside]
    # Backwards: the probability of no activity from a day on, given interest on that day.
    none_later = np.ones(len(who))
    for step in range(days - 1, -1, -1):
        day = first + step
        p = probability_if_interested(sim.scenario, sim.days, sim.members, who, day)
        none_from = (1 - p) * none_later
        if step == 0:
            alive = still_interested(sim, who, day)
        else:
            wear = sim.days.wear[day + sim.days.history]
            eased = relief(day - sim.members.joined_day[who], sim.members.onboarding[who])
            alive = np.exp(-sim.members.hazard[who] * wear * eased)
        none_later = 1 - alive + alive * none_from
    chance[inside] = 1 - none_later
    return chance


def expectations(sim: Simulation) -> pd.DataFrame:
    """Return, per member, the true probabilities that retention metrics estimate.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        member_id; day_1, day_7, day_30 (active exactly so many days after joining); week_1, week_4,
        week_8 (active in the calendar week so many weeks after the week of joining); interested_30,
        interested_90 (still interested so many days after joining). Missing where the day or week is
        not wholly inside the window; staff and bots are left out.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> bool(expectations(simulate(Scenario.small()))["day_1"].between(0, 1).sum() > 100)
    True

    Taught in: 06 Evaluation
    """
    m = sim.members
    who = np.flatnonzero(m.real())
    joined = m.joined_day[who]
    monday = joined - (joined + sim.scenario.start.weekday()) % 7
    frame = pd.DataFrame({"member_id": m.ids[who]})
    for n in (1, 7, 30):
        frame[f"day_{n}"] = active_within(sim, who, joined + n, 1)
    for n in (1, 4, 8):
        frame[f"week_{n}"] = active_within(sim, who, monday + 7 * n, 7)
    for n in (30, 90):
        frame[f"interested_{n}"] = still_interested(sim, who, joined + n)
    return frame.sort_values("member_id", ignore_index=True)
