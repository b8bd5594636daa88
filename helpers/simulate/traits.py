"""Traits that stand apart from personas: circles of friends, favourite series, key customers (KOCs)."""

from __future__ import annotations

import numpy as np

from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

CIRCLES = 4  # circles of friends within each group
SERIES = 4  # series of posts within each topic
KOC_TALK, KOC_SKILL = 3.0, 1.0


def plant_traits(scenario: Scenario, members: Members) -> None:
    """Give every member a circle and a favourite series, and make some members key consumers (KOCs).

    KOCs are ordinary members who talk (though not the most) and stay interested for at least 60 simulated
    days; they talk three times as much as they would and write better posts. When they are active does
    not change.

    Parameters
    ----------
    scenario : Scenario
        ``kocs`` of them per thousand members.
    members : Members
        `circle`, `series`, `koc`, `talk` and `skill` are changed.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> members = simulate(Scenario.small(kocs=20.0)).members
    >>> bool((members.role[members.koc] == 0).all())
    True

    Taught in: 04 Interaction
    """
    total = len(members)
    members.circle = stream(scenario.seed, "circles").integers(0, CIRCLES, total)
    members.series = stream(scenario.seed, "series").integers(0, SERIES, total)
    seen = np.minimum(members.end_day, scenario.days) - np.maximum(members.joined_day, 0)
    able = (members.role == 0) & members.talker & (members.talk < 2) & (seen >= min(60, scenario.days // 2))
    count = min(round(total * scenario.kocs / 1000), int(able.sum()))
    chosen = stream(scenario.seed, "kocs").permutation(np.flatnonzero(able))[:count]
    members.koc = np.zeros(total, bool)
    members.koc[chosen] = True
    members.talk = np.where(members.koc, members.talk * KOC_TALK, members.talk)
    members.skill = np.where(members.koc, members.skill + KOC_SKILL, members.skill)
