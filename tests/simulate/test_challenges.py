"""Planted challenges and consent: the parameters do what they say, and nothing else changes."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from helpers.simulate import Scenario, simulate
from helpers.simulate.challenges import PLANTED, challenge_truth
from helpers.simulate.consent import FOUNDERS_MISSING, consent_times
from helpers.simulate.population import NEVER


@pytest.fixture(scope="module")
def usual():
    return simulate(Scenario.small(members=600))


def planted(challenge):
    return simulate(Scenario.small(members=600, **PLANTED[challenge]))


def test_the_truth_names_the_planted_challenge_only():
    truth = challenge_truth(planted("low participation"))
    assert set(truth.loc[truth["planted"], "challenge"]) == {"low participation"}


def test_nothing_is_planted_by_default(usual):
    assert not usual.truth["challenges"]["planted"].any()


def test_weak_growth_lets_few_arrive_at_the_end(usual):
    def late(sim):
        day = sim.members.joined_day[sim.members.role == 0]
        return (day >= 60).sum() / ((day >= 0) & (day < 30)).sum()

    assert late(planted("weak growth")) < 0.4 < 0.8 < late(usual)


def test_low_participation_leaves_few_who_ever_talk(usual):
    def talk(sim):
        return (sim.members.talker & ~sim.members.silent).mean()

    assert talk(planted("low participation")) < 0.35 * talk(usual)


def test_the_cost_level_is_a_factor_on_every_payment(usual):
    dear = pd.Series(planted("high running cost").costs.amount)
    assert np.allclose(dear, 5 * pd.Series(usual.costs.amount), atol=5)


def test_little_value_ends_interest_early_and_lowers_scores(usual):
    poor = planted("little value to members")
    real = usual.members.role == 0
    assert poor.members.score[real].mean() == pytest.approx(usual.members.score[real].mean() - 3)
    plain = real & ~usual.members.gamer & ~usual.shams.sham & ~poor.shams.sham
    assert np.allclose(poor.members.hazard[plain] / usual.members.hazard[plain], 4)


def test_no_commercial_value_leaves_few_orders(usual):
    assert len(planted("no commercial value").orders) < 0.4 * len(usual.orders)


def test_impossible_values_are_refused():
    with pytest.raises(ValueError, match="growth"):
        Scenario(growth=-1.5)
    with pytest.raises(ValueError, match="worth"):
        Scenario(worth=0)


def test_consent_is_missing_as_often_as_the_truth_says():
    sim = simulate(Scenario.small(members=3000, days=60, founders=0.2, consent_missing=0.1))
    truth = sim.truth["consent"].set_index("who")
    table = sim.tables["members"]
    table = table[table["role"].isin(["member", "kol"])]
    assert int(table["consent_at"].isna().sum()) == int(truth["missing"].sum())
    later = consent_times(sim.scenario, sim.members)[sim.members.real() & (sim.members.joined_day >= 0)]
    # Some leave, or the window ends, before a late form: a little more is missing than was drawn.
    found = binomtest(int((later >= NEVER).sum()), len(later), 0.1).proportion_ci(0.999)
    assert found.low < 0.1 < found.high
    founders = truth.loc["founders"]
    assert founders["missing"] / founders["members"] == pytest.approx(FOUNDERS_MISSING, abs=0.12)


def test_nobody_agrees_before_joining_or_after_leaving():
    members = simulate(Scenario.small(members=1000)).members
    agreed = consent_times(Scenario.small(members=1000), members)
    given = agreed < NEVER
    assert (agreed[given] > members.joined[given]).all()
    assert (agreed[given] < members.left[given]).all()
