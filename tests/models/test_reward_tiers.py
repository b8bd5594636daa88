"""Reward plans: chances as measured, a twin that plays every member, farmers who reckon, growth that ends."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from helpers.models import reward_tiers

OFFSPRING = pd.DataFrame({"value": [0, 1, 2, 5], "members": [8000, 1200, 600, 200]})


def test_without_reward_members_bring_what_was_measured():
    row = reward_tiers.simulate(OFFSPRING, {"none": ()}, members=1000).iloc[0]
    measured = (OFFSPRING["value"] * OFFSPRING["members"]).sum() / 10
    assert row["genuine_low"] < measured < row["genuine_high"]
    assert row["cost"] == row["additional"] == row["shams"] == 0
    assert np.isnan(row["per_genuine"])


def test_a_twin_that_plays_every_member_brings_and_costs_the_same():
    plan = (10.0, 0.0, 30.0)
    row = reward_tiers.simulate(
        OFFSPRING, {"plan": plan}, members=1000, response=(0.3, 0.0), farmers=(0, 10**7), draws=400
    ).iloc[0]
    rng = np.random.default_rng(1)
    value, members = OFFSPRING["value"].to_numpy(), OFFSPRING["members"].to_numpy()
    rewards = np.pad(plan, (0, reward_tiers.MOST - len(plan)))
    brought = np.zeros(200_000, int)
    for n in range(reward_tiers.MOST):
        reached = members[value >= n].sum()
        chance = (members[value >= n + 1].sum() + 0.5) / (reached + 1)
        goes_on = rng.random(len(brought)) < expit(logit(chance) + 0.03 * rewards[n])
        brought += (brought == n) & goes_on
    paid = np.append(0, np.cumsum(rewards))[brought]
    assert row["genuine"] == pytest.approx(1000 * brought.mean(), rel=0.03)
    assert row["cost"] == pytest.approx(1000 * paid.mean(), rel=0.03)


def test_farmers_bring_accounts_while_that_pays():
    assert reward_tiers.farmed((), account=1, caught=0) == 0
    assert reward_tiers.farmed((5, 5, 5), account=4, caught=0) == 3
    assert reward_tiers.farmed((5, 5, 5), account=4, caught=0.5) == 0
    # A high last step pays for the poor ones before it.
    assert reward_tiers.farmed((0, 0, 20), account=4, caught=0) == 3
    with pytest.raises(ValueError, match="rewards of 0 or more"):
        reward_tiers.farmed((-1,), account=1, caught=0)


def test_checks_save_what_farmers_would_take():
    plans = {"each": (10.0,) * 12}
    lax, strict = (
        reward_tiers.simulate(OFFSPRING, plans, farmers=(50, 10_000), caught=caught).iloc[0]
        for caught in (0.0, 0.9)
    )
    assert strict["shams"] == 0 < lax["shams"]
    assert strict["cost"] < lax["cost"]
    assert strict["genuine"] == lax["genuine"]
    assert lax["per_account"] < lax["per_genuine"] < lax["per_additional"]


def test_the_best_plan_keeps_to_the_budget():
    plans = {"none": (), "small": (5,), "large": (60.0,) * 6}
    table = reward_tiers.simulate(OFFSPRING, plans, response=(0.25, 0.02), budget=1500).set_index("plan")
    assert table["best"].sum() == pytest.approx(1)
    assert table["best"].idxmax() == "small"
    assert table.loc["large", "in_budget"] == 0
    assert table["in_budget"].is_monotonic_decreasing


def test_growth_ends_below_one_and_only_there():
    below = reward_tiers.growth(0.4, low=0.3, high=0.5, start=100, generations=40)
    assert below["total"].iloc[-1] == pytest.approx(below["limit"].iloc[0]) == pytest.approx(100 / 0.6)
    assert below["limit_low"].iloc[0] < below["limit"].iloc[0] < below["limit_high"].iloc[0]
    above = reward_tiers.growth(1.1, start=100, generations=3)
    assert above["limit"].isna().all()
    assert above["total"].iloc[-1] == pytest.approx(100 * (1 + 1.1 + 1.21 + 1.331))
    with pytest.raises(ValueError, match="0 or more"):
        reward_tiers.growth(-0.1)
