"""Gamers: a few members who farm points, by the clock and in bursts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

if TYPE_CHECKING:
    from helpers.simulate.activity import ActiveDays
    from helpers.simulate.log import Log
    from helpers.simulate.population import Members

BURSTS = 0.12  # chance of a burst of messages on an active day


def draw_gamers(scenario: Scenario, personas: np.ndarray, ordinary: np.ndarray) -> np.ndarray:
    """Draw who farms points: deal hunters, as many as the scenario says.

    Parameters
    ----------
    scenario : Scenario
        Parameters; `gamers` per thousand members.
    personas : numpy.ndarray of str
        Persona of each member.
    ordinary : numpy.ndarray of bool
        Who can be one: ordinary members who are not silent.

    Returns
    -------
    numpy.ndarray of bool
        One value a member. They come nearly every day and for long.

    Examples
    --------
    >>> everybody = np.full(10_000, "deal_hunter")
    >>> int(draw_gamers(Scenario(), everybody, everybody == "deal_hunter").sum())
    30

    Taught in: 04 Interaction
    """
    able = np.flatnonzero(ordinary & (personas == "deal_hunter"))
    found = np.zeros(len(personas), bool)
    count = round(scenario.gamers / 1000 * len(personas))
    found[stream(scenario.seed, "gamers").permutation(able)[:count]] = True
    return found


def farm(scenario: Scenario, members: Members, active: ActiveDays, log: Log) -> None:
    """Let gamers check in at the same minute on every active day, and send bursts of messages on some.

    Parameters
    ----------
    scenario, members, active
        The simulation so far.
    log : Log
        The open log; events are added, on days on which the gamer is active anyway.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small(gamers=30.0))
    >>> who = small.members.ids[small.members.gamer]
    >>> events = small.tables["events"].query("event_type == 'check_in' and member_id in @who")
    >>> minutes = events["occurred_at"].dt.strftime("%H:%M").groupby(events["member_id"])
    >>> bool((minutes.nunique() == 1).all())
    True

    Taught in: 04 Interaction
    """
    rng = stream(scenario.seed, "farming")
    minute = rng.integers(7 * 60, 23 * 60, len(members))
    rows = np.flatnonzero(members.gamer[active.member] & (active.age > 0))
    who, day = active.member[rows], active.day[rows]
    when = day * 86400 + minute[who] * 60 + rng.integers(0, 60, len(rows))
    log.add("check_in", when, who, platform=members.platform[who])
    some = np.flatnonzero(rng.random(len(rows)) < BURSTS)
    count = 5 + rng.poisson(1.5, len(some))
    start = np.minimum(active.late[rows[some]], 86_000)
    again = np.repeat(np.arange(len(some)), count)
    step = rng.integers(2, 12, len(again))
    total = np.cumsum(step)
    before = np.repeat(np.cumsum(np.append(0, count))[:-1], count)
    pause = total - np.append(0, total)[before]
    spot = some[again]
    when = day[spot] * 86400 + start[again] + pause
    group = members.group[who[spot]]
    log.add("message", when, who[spot], platform=members.platform[who[spot]], group=group)
