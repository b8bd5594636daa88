"""Promotions drawn last, and the everyday orders that promotions bring forward."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.simulate import Scenario, Simulation, simulate
from helpers.simulate.commerce import KEPT


def _with(**changes: object) -> Simulation:
    return simulate(Scenario.small(seed=4, members=900, days=200, **changes))


@pytest.fixture(scope="module")
def plain() -> Simulation:
    return _with()


def test_both_promotions_reach_a_drawn_half_and_meet_no_trouble() -> None:
    whole = simulate(Scenario(seed=2, members=400, texts=False))
    kinds = {c.kind: c for c in whole.campaigns}
    trouble = range(whole.scenario.mishap_day, whole.scenario.mishap_day + whole.scenario.mishap.days)
    for kind, length in (("flash_sale", 2), ("member_benefit", 28)):
        campaign = kinds[kind]
        assert campaign.last - campaign.first + 1 == length
        assert abs(campaign.treated.mean() - 0.5) < 0.01
        assert campaign.last < trouble.start or campaign.first >= trouble.stop


def test_short_windows_and_communities_without_promotions_have_none() -> None:
    short, without = simulate(Scenario.small()), _with(promotions=False)
    for result in (short, without):
        assert not {"flash_sale", "member_benefit"} & {c.kind for c in result.campaigns}


def test_without_promotions_all_other_orders_are_the_same(plain: Simulation) -> None:
    other = _with(promotions=False)
    one, two = plain.brought.orders, other.brought.orders
    assert np.array_equal(one.time, two.time) and np.array_equal(one.amount, two.amount)


def test_an_order_is_replaced_once_by_the_same_member_in_the_sixty_days_after(plain: Simulation) -> None:
    before, by = plain.brought.orders, plain.brought.by
    gone = np.flatnonzero(by >= 0)
    assert len(gone) and not before.caused[gone].any()
    after = plain.orders
    for row in gone:
        campaign = plain.campaigns[by[row]]
        assert 1 <= before.time[row] // 86400 - campaign.last <= 60
        mine = after.caused & (after.campaign == by[row]) & (after.member == before.member[row])
        assert mine.any()
    left = plain.brought.origin[plain.brought.origin >= 0]
    assert len(set(left)) == len(left) and (by[left] < 0).all()
    assert (np.diff(after.time) >= 0).all()


def test_nothing_is_brought_forward_where_the_chances_are_nought() -> None:
    none = _with(pull_forward=0.0, stocking_up=0.0)
    assert (none.brought.by < 0).all()
    truth = none.truth["campaigns"]
    assert truth["lasting_orders"].equals(truth["effect_orders"]) and (truth["brought_forward"] == 0).all()


def test_money_adds_up_on_orders_that_got_a_discount(plain: Simulation) -> None:
    orders, flash = plain.orders, [c.kind for c in plain.campaigns].index("flash_sale")
    mine = orders.campaign == flash
    share = orders.discount[mine] / (orders.amount[mine] + orders.discount[mine])
    assert mine.any() and np.allclose(share, 0.25, atol=1e-3)
    assert (orders.refunded <= orders.amount).all()


@pytest.mark.once
def test_as_many_orders_are_missing_afterwards_as_the_truth_says() -> None:
    """Over many communities, caused and replaced orders are as many as the effects on members promise."""
    caused, promised, missing, expected = 0, 0.0, 0, 0.0
    for seed in range(12):
        result = simulate(Scenario.small(seed=seed, members=700, days=200))
        effects = result.truth["effects"].query("treated")
        caused += result.truth["campaigns"]["caused_orders"].sum()
        promised += effects["effect_orders"].sum() / KEPT
        before, by = result.brought.orders, result.brought.by
        missing += int(((by >= 0) & before.kept()).sum())
        expected -= effects["later_orders"].sum()
    assert abs(caused - promised) < 3.3 * np.sqrt(promised)
    assert abs(missing - expected) < 3.3 * np.sqrt(expected)


def test_truth_of_a_campaign_sums_up_the_truth_of_its_members(plain: Simulation) -> None:
    means = plain.truth["effects"].groupby("campaign_id").mean(numeric_only=True)
    table = plain.truth["campaigns"].set_index("campaign_id")
    assert np.allclose(table["lasting_orders"], means["effect_orders"] + means["later_orders"])
    pd.testing.assert_series_equal(
        table["pulled_forward"], -means["later_orders"] / means["effect_orders"], check_names=False
    )
