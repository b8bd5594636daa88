"""On which days each member is active, and with what probability under the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.calendar import Days, clock_times
from helpers.simulate.newcomers import habit
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream


@dataclass
class ActiveDays:
    """Hold one entry per member and active day, sorted by day.

    `offset[d]` is where day `d` begins; `early` and `late` are the seconds of the day at which the
    member's two sessions begin.
    """

    member: np.ndarray
    day: np.ndarray
    age: np.ndarray
    early: np.ndarray
    late: np.ndarray
    offset: np.ndarray

    def find(self, member: np.ndarray, day: np.ndarray, within: int) -> np.ndarray:
        """Return each member's first active day from `day` on, -1 when none comes within `within` days."""
        span = len(self.offset) + within + 2
        keys = np.sort(self.member * span + self.day)
        place = np.searchsorted(keys, member * span + day)
        found = (
            keys[np.minimum(place, max(len(keys) - 1, 0))] if len(keys) else np.zeros(len(member), np.int64)
        )
        hit = (place < len(keys)) & (found // span == member) & (found % span <= day + within)
        return np.where(hit, found % span, -1)


def probability_if_interested(
    scenario: Scenario, days: Days, members: Members, who: np.ndarray, day: int | np.ndarray
) -> np.ndarray:
    """Return the probability of being active on a day for members who are still interested.

    Parameters
    ----------
    scenario, days, members
        The simulation's parameters, calendar and people.
    who : numpy.ndarray of int
        Positions of the members.
    day : int or numpy.ndarray of int
        Day number, not before joining.

    Returns
    -------
    numpy.ndarray of float
        The member's activity times the day's rhythm times novelty, and times the habit of those drawn for
        welcome tasks; on the day of joining a fixed value.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> members = small.members
    >>> p = probability_if_interested(small.scenario, small.days, members, np.arange(5), 95)
    >>> bool(((p >= 0) & (p <= 0.97)).all())
    True

    Taught in: 06 Evaluation
    """
    age = day - members.joined_day[who]
    fresh = 1 + scenario.novelty * np.exp(-age / scenario.novelty_days) * (members.role[who] == 0)
    fresh = fresh * habit(age, members.onboarding[who])
    usual = members.activity[who] * days.rhythm[day + days.history] * fresh
    return np.where(age == 0, members.first_day[who], np.minimum(usual, 0.97))


def draw_active_days(scenario: Scenario, days: Days, members: Members) -> ActiveDays:
    """Draw, day by day, who is active.

    Parameters
    ----------
    scenario, days, members
        The simulation's parameters, calendar and people.

    Returns
    -------
    ActiveDays
        One entry per member and active day.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> active = simulate(Scenario.small()).active
    >>> bool((active.age >= 0).all())
    True

    Taught in: 06 Evaluation
    """
    rng = stream(scenario.seed, "active days")
    found = []
    for day in range(scenario.days):
        # Members are sorted by joining, so those who have joined are a prefix.
        joined = int(np.searchsorted(members.joined_day, day, side="right"))
        who = np.flatnonzero(members.end_day[:joined] > day)
        chance = probability_if_interested(scenario, days, members, who, day)
        found.append(who[rng.random(len(who)) < chance])
    counts = np.array([len(who) for who in found])
    member = np.concatenate(found)
    day_of = np.repeat(np.arange(scenario.days), counts)
    rng = stream(scenario.seed, "sessions")
    off = days.off[day_of + days.history]
    first = clock_times(rng, off, members.shift[member])
    second = clock_times(rng, off, members.shift[member])
    age = day_of - members.joined_day[member]
    # On the day of joining everything happens after joining.
    start = np.where(age == 0, members.joined[member] - day_of * 86400, 0)
    early, late = (
        start + (86399 - start) * (times / 86400)
        for times in (np.minimum(first, second), np.maximum(first, second))
    )
    offset = np.concatenate([[0], np.cumsum(counts)])
    return ActiveDays(member, day_of, age, early.astype(np.int64), late.astype(np.int64), offset)


def draw_inviters(scenario: Scenario, members: Members, active: ActiveDays) -> np.ndarray:
    """Draw who invited each member that came by invitation.

    Parameters
    ----------
    scenario : Scenario
        Parameters.
    members : Members
        The people; nothing is changed.
    active : ActiveDays
        Only members who are active on that day, and joined before it, can invite.

    Returns
    -------
    numpy.ndarray of int
        Position of the inviter, -1 where there is none (other channels, founders).

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> inviters = draw_inviters(small.scenario, small.members, small.active)
    >>> bool((small.members.source[inviters >= 0] == 0).all())
    True

    Taught in: 05 Conversion
    """
    rng = stream(scenario.seed, "inviters")
    inviter = np.full(len(members), -1)
    weight = members.trait["score"] ** 4 * (0.2 + members.talk) * (members.role == 0)
    steps = np.concatenate([[0.0], np.cumsum(np.where(active.age > 0, weight[active.member], 0.0))])
    invited = np.flatnonzero((members.source == 0) & (members.joined_day >= 0))
    low = steps[active.offset[members.joined_day[invited]]]
    high = steps[active.offset[members.joined_day[invited] + 1]]
    place = np.searchsorted(steps, low + (high - low) * rng.random(len(invited)), side="right") - 1
    some = high > low
    inviter[invited[some]] = active.member[place[some]]
    return inviter
