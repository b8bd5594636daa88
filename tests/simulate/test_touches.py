"""Contacts and the retargeting pilot: whom they meet, what they cost, and what they truly bring."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.simulate import Scenario, Simulation, simulate
from helpers.simulate.retargeting import effect, order_more, retarget


@pytest.fixture(scope="module")
def large() -> Simulation:
    return simulate(Scenario(seed=12, members=6000, days=220, texts=False, outsiders=0.0))


def test_the_last_contact_before_joining_came_through_the_source(large: Simulation) -> None:
    people = large.tables["members"].query("role == 'member' and joined_at >= '2025-06-01 12:00'")
    touches = large.tables["touches"].merge(people[["member_id", "joined_at", "source"]], on="member_id")
    before = touches[touches["at"] < touches["joined_at"]].sort_values("at")
    last = before.groupby("member_id").last()
    assert len(last) == len(people)
    assert (last["channel"] == last["source"]).mean() > 0.999  # the rest: contacts in the same minute
    assert (last["kind"] == "click").all()


def test_contacts_are_sorted_and_lie_in_the_window_and_in_memberships(large: Simulation) -> None:
    t, m = large.touches, large.members
    assert (np.diff(t.time) >= 0).all() and t.time[0] >= 0 and t.time[-1] < 220 * 86400
    assert (t.time < m.left[t.member]).all()
    assert (
        large.tables["touches"]["campaign_id"]
        .notna()
        .equals(large.tables["touches"]["channel"] == "retargeting")
    )


def test_the_held_out_see_no_advertisement_and_those_about_to_buy_see_most(large: Simulation) -> None:
    pilot, t = large.retargeting, large.touches
    campaign = large.campaigns[pilot.campaign]
    treated = campaign.members_treated(large.members)
    shown = t.campaign >= 0
    assert shown.sum() == pilot.shown.sum() > 500 and treated[t.member[shown]].all()
    day = large.orders.time // 86400
    buyers = np.zeros(len(large.members), bool)
    inside = (day >= campaign.first) & (day <= campaign.last) & ~large.orders.caused
    buyers[large.orders.member[inside]] = True
    met = np.bincount(t.member[shown], minlength=len(large.members))
    assert met[treated & buyers].mean() > 2 * met[treated & ~buyers].mean()


def test_costs_are_booked_under_the_channel(large: Simulation) -> None:
    costs = large.tables["costs"].query("channel == 'retargeting'")
    plan = large.tables["campaigns"].query("kind == 'ad_holdout'").iloc[0]
    assert (costs["campaign_id"] == plan["campaign_id"]).all() and (costs["kind"] == "ad_spend").all()
    assert costs["at"].between(plan["starts_at"], plan["ends_at"]).all()


def test_without_effect_the_pilot_adds_no_order_and_changes_none() -> None:
    scenario = {"seed": 4, "members": 1500, "days": 200, "texts": False, "outsiders": 0.0}
    none, some = (simulate(Scenario(**scenario, retargeting=rate)) for rate in (0.0, 0.2))
    extra = len(some.orders) - len(none.orders)
    assert extra == (some.retargeting.brings & some.retargeting.shown).sum() > 20
    assert np.isin(none.orders.time, some.orders.time).all()
    assert none.log.size == some.log.size
    truth = some.truth["touches"].set_index("channel")["orders_caused"]
    assert 0.8 * extra < truth["retargeting"] <= extra and truth.drop("retargeting").eq(0).all()


@pytest.mark.once
def test_the_true_effect_is_what_the_arms_show_on_average() -> None:
    base = simulate(Scenario(seed=5, members=2500, days=200, texts=False, outsiders=0.0, retargeting=0.0))
    outcomes = []
    for seed in range(40):
        chance = 0.1
        scenario = Scenario(seed=seed, members=2500, days=200, texts=False, retargeting=chance)
        campaign = next(c for c in base.campaigns if c.kind == "ad_holdout")
        campaign.treated = np.random.default_rng(seed).random(len(campaign.units)) < 0.5
        parts = (base.members, base.active, base.orders, base.checkouts, base.campaigns)
        pilot = retarget(scenario, *parts)
        orders = order_more(scenario, base.members, base.customers, base.campaigns, base.orders, pilot)
        day = orders.time // 86400
        kept = orders.kept() & (day >= campaign.first) & (day <= campaign.last)
        count = np.bincount(orders.member[kept], minlength=len(base.members))[campaign.units]
        truth = {
            name: gain for name, _base, gain in effect(base.members, orders, base.campaigns, pilot, chance)
        }
        arms = [count[campaign.treated], count[~campaign.treated]]
        outcomes.append(
            [
                arms[0].mean() - arms[1].mean() - truth["orders"],
                (arms[0] > 0).mean() - (arms[1] > 0).mean() - truth["bought"],
            ]
        )
    errors = np.array(outcomes)
    off = errors.mean(0) / (errors.std(0, ddof=1) / np.sqrt(len(errors)))
    assert (np.abs(off) < 3).all(), off
