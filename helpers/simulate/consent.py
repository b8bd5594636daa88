"""Consent: when each member agreed to the use of personal data, and who never did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.population import NEVER, Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation

FOUNDERS_MISSING = 0.35  # of those who joined before there was a form
LATE = 0.03  # of the others: the form came some days or weeks after joining
LATE_DAYS = 20.0  # mean delay of these
FORM_DAYS = 14  # days from the first one in which founders who are still there were asked


def consent_times(scenario: Scenario, members: Members) -> np.ndarray:
    """Draw when each member agreed to the use of personal data.

    Most agree within minutes of joining. Founders joined before there was a form; those who agreed did
    so in the first fortnight of the window. Some consents are missing, a few came late.

    Parameters
    ----------
    scenario : Scenario
        ``consent_missing``: share without consent among those who joined in the window.
    members : Members
        Everybody; nothing is changed.

    Returns
    -------
    numpy.ndarray of int
        Seconds from the start of the first day; `NEVER` where there is no consent.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> scenario = Scenario.small(consent_missing=0.0, founders=0.0)
    >>> bool((consent_times(scenario, simulate(scenario).members) < NEVER).mean() > 0.9)
    True

    Taught in: 08 Outlook
    """
    rng = stream(scenario.seed, "consent")
    total = len(members)
    founder = members.joined_day < 0
    missing = rng.random(total) < np.where(founder, FOUNDERS_MISSING, scenario.consent_missing)
    delay = 20 + rng.exponential(120, total)
    late = ~founder & (rng.random(total) < LATE)
    delay = np.where(late, rng.exponential(LATE_DAYS, total) * 86400 + 86400, delay)
    asked = rng.integers(9 * 3600, FORM_DAYS * 86400, total)
    time = np.where(founder, asked, members.joined + delay.astype(np.int64))
    gone = (time >= members.left) | (time >= scenario.days * 86400)
    return np.where(missing | gone, NEVER, time)


def consent_truth(sim: Simulation) -> pd.DataFrame:
    """Return how consent was planted: a row each for founders and for those who joined in the window.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        who (founders, joined in the window), chance_missing, chance_late, members, missing (staff and
        bots not counted).

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> consent_truth(simulate(Scenario.small()))["who"].tolist()
    ['founders', 'joined in the window']

    Taught in: 08 Outlook
    """
    members, real = sim.members, sim.members.real()
    none = consent_times(sim.scenario, members) >= NEVER
    founder = members.joined_day < 0
    kinds = (
        ("founders", founder & real, FOUNDERS_MISSING, 0.0),
        ("joined in the window", ~founder & real, sim.scenario.consent_missing, LATE),
    )
    rows = [(who, lost, late, int(at.sum()), int((at & none).sum())) for who, at, lost, late in kinds]
    return pd.DataFrame(rows, columns=["who", "chance_missing", "chance_late", "members", "missing"])
