"""The truth: what the simulator knows, what estimators promise to recover."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate import truth_campaigns, truth_effects, truth_opinions, truth_trials
from helpers.simulate.challenges import challenge_truth
from helpers.simulate.columns import coded
from helpers.simulate.commerce import KEPT, PARTLY
from helpers.simulate.consent import consent_truth
from helpers.simulate.expectations import expectations
from helpers.simulate.opinions import score_chances
from helpers.simulate.partners import influence
from helpers.simulate.teams import teams_truth
from helpers.simulate.touches import touches_truth
from helpers.simulate.truth_content import content_tables
from helpers.simulate.truth_live import live_tables
from helpers.simulate.truth_parameters import parameter_tables

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation

NET = KEPT - PARTLY * 0.4  # share of the amount that stays after refunds, on average


def _members(sim: Simulation) -> pd.DataFrame:
    m, c = sim.members, sim.customers
    promoter, detractor, expected = score_chances(m.score)
    day = np.datetime64(sim.scenario.start, "us")
    one = np.timedelta64(1, "D")
    ends = np.minimum(np.where(np.isfinite(c.ends), c.ends, 0), 40_000).astype(np.int64)
    frame = pd.DataFrame(
        {
            "member_id": m.ids,
            "persona": np.array([p.name for p in sim.scenario.personas])[m.persona],
            "interest_ends_at": day + np.minimum(m.end_day, 40_000) * one,
            "hazard": m.hazard,
            "activity": m.activity,
            "silent": m.silent,
            "talks": m.talker,
            "talk": m.talk,
            "skill": m.skill,
            "influence": influence(m),
            "gamer": m.gamer,
            "koc": m.koc,
            "circle": m.circle,
            "series": m.series,
            "sham": sim.shams.sham,
            "farmer": sim.shams.farmer,
            "buyer": c.buyer,
            "purchase_rate": c.rate,
            "dropout": np.where(c.buyer, c.dropout, np.nan),
            "mean_order_value": c.mean_value,
            "value_rate": c.rate * c.mean_value * NET,
            "buying_ends_at": np.where(np.isfinite(c.ends), day + ends * one, np.datetime64("NaT", "us")),
            "nps_tendency": m.score,
            "expected_score": expected,
            "promoter_probability": promoter,
            "detractor_probability": detractor,
        }
    )
    return frame.sort_values("member_id", ignore_index=True)


def _contents(sim: Simulation) -> pd.DataFrame:
    p = sim.posts
    return pd.DataFrame(
        {
            "content_id": p.labels(),
            "quality": p.quality,
            "series": p.series,
            "copied_from": coded(p.copied, p.labels()).to_pandas().astype("str"),
            "negative": p.negative,
            "reproduction_number": p.reproduction,
        }
    )


def build(sim: Simulation) -> dict[str, pd.DataFrame]:
    """Return all truth tables of a simulation.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    dict of str to pandas.DataFrame
        members, expectations, contents, cascades, campaigns, effects, tests, membership, outsiders, surveys,
        satisfaction, consent, challenges and the parameter tables; the data card describes their columns.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> truth = build(simulate(Scenario.small()))
    >>> bool(truth["expectations"]["day_1"].mean() < 1)
    True

    Taught in: all
    """
    return {
        "members": _members(sim),
        "expectations": expectations(sim),
        "contents": _contents(sim),
        "cascades": truth_effects.cascades(sim),
        "campaigns": truth_campaigns.campaigns(sim),
        "effects": truth_campaigns.effects(sim),
        "tests": truth_trials.tests(sim),
        "touches": touches_truth(sim.members, sim.touches, sim.retargeting),
        "checkout": truth_trials.checkout(sim),
        "membership": truth_trials.membership(sim),
        "outsiders": truth_trials.outsiders(sim),
        "surveys": truth_opinions.surveys(sim),
        "satisfaction": truth_opinions.satisfaction(sim),
        "consent": consent_truth(sim),
        "challenges": challenge_truth(sim),
        "teams": teams_truth(sim),
        **content_tables(sim),
        **live_tables(sim),
        **parameter_tables(sim),
    }
