"""Gamers: a few members who farm points, by the clock and in bursts."""

from __future__ import annotations

import numpy as np

from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream


def draw_gamers(scenario: Scenario, personas: np.ndarray, ordinary: np.ndarray) -> np.ndarray:
    """Draw who farms points: deal hunters, as many as the scenario says on average.

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
    >>> 10 < int(draw_gamers(Scenario(), everybody, everybody == "deal_hunter").sum()) < 60
    True

    Taught in: 04 Interaction
    """
    able = ordinary & (personas == "deal_hunter")
    chance = scenario.gamers / 1000 * len(personas) / max(int(able.sum()), 1)
    return able & (stream(scenario.seed, "gamers").random(len(personas)) < chance)
