"""The truth about opinions: what stands behind the scores of the surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.columns import moments
from helpers.simulate.opinions import score_chances, tendency_on
from helpers.simulate.surveys import KINDS

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation


def surveys(sim: Simulation) -> pd.DataFrame:
    """Return what stands behind each recommendation score.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        member_id, answered_at, theme (of the comment, missing without one), expected_score,
        promoter_probability, detractor_probability.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> len(surveys(simulate(Scenario.small()))) > 0
    True

    Taught in: 06 Evaluation
    """
    s = sim.surveys
    nps = np.flatnonzero(s.kind == KINDS.index("nps"))
    promoter, detractor, expected = score_chances(s.tendency[nps])
    return pd.DataFrame(
        {
            "member_id": sim.members.ids[s.member[nps]],
            "answered_at": moments(sim.scenario.start, s.time[nps]).to_numpy(zero_copy_only=False),
            "theme": pd.array([s.theme[place] for place in nps], dtype="str"),
            "expected_score": expected,
            "promoter_probability": promoter,
            "detractor_probability": detractor,
        }
    )


def satisfaction(sim: Simulation) -> pd.DataFrame:
    """Return the true net promoter score of the whole member list by month.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        day (every 30th), members (in the list that day), nps_all (if all answered), nps_interested (if
        the members still interested answered), both from -100 to 100.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> frame = satisfaction(simulate(Scenario.small()))
    >>> bool(frame["nps_interested"].between(-100, 100).all())
    True

    Taught in: 06 Evaluation
    """
    m, rows = sim.members, []
    for day in range(0, sim.scenario.days, 30):
        here = (m.joined_day <= day) & (m.left > day * 86400) & m.real()
        who = np.flatnonzero(here)
        promoter, detractor, _ = score_chances(tendency_on(sim.scenario, m, who, day))
        awake = m.end_day[who] > day
        rows.append(
            {
                "day": pd.Timestamp(sim.days.date_of(day)).as_unit("us"),
                "members": len(who),
                "nps_all": 100 * float((promoter - detractor).mean()),
                "nps_interested": 100 * float((promoter - detractor)[awake].mean()),
            }
        )
    return pd.DataFrame(rows)
