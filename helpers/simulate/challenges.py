"""The field's challenges, planted: changes of a scenario that give a community one of them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pandas as pd

from helpers.simulate.scenario import Scenario

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation

PLANTED: dict[str, dict[str, object]] = {
    "weak growth": {"growth": -0.95},
    "homogeneous content": {"copies": (0.8, 0.8), "copies_elsewhere": 1.0},
    "low participation": {"silent": 0.45, "talking": 0.2},
    "high running cost": {"cost_level": 5.0},
    "little value to members": {"worth": 0.25, "service": 0.01},
    "no commercial value": {"spending": 0.03},
}


def challenge_truth(sim: Simulation) -> pd.DataFrame:
    """Return the parameters with which a challenge can be planted, and their values here.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        challenge, parameter (of `Scenario`), value, usual (its default), planted (the value is the
        one that plants the challenge).

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> truth = challenge_truth(simulate(Scenario.small(growth=-0.95)))
    >>> truth.loc[truth["planted"], "challenge"].tolist()
    ['weak growth']

    Taught in: 08 Outlook
    """
    usual = {one.name: one.default for one in fields(Scenario)}
    rows = [
        (challenge, name, str(getattr(sim.scenario, name)), str(usual[name]))
        for challenge, changes in PLANTED.items()
        for name in changes
    ]
    table = pd.DataFrame(rows, columns=["challenge", "parameter", "value", "usual"])
    wanted = [str(changes[name]) for changes in PLANTED.values() for name in changes]
    return table.assign(planted=table["value"] == wanted)
