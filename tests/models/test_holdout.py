"""What the hold-out says beside what attribution says: by hand, by brute force, and against the truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from helpers.community import Community
from helpers.metrics.journeys import journeys
from helpers.models import ad_returns, attribution, credited, holdout
from helpers.simulate import Scenario, Simulation, simulate


@pytest.fixture(scope="module")
def made() -> Simulation:
    return simulate(Scenario(seed=21, members=4000, days=200, texts=False, outsiders=0.0))


@pytest.fixture(scope="module")
def community(made: Simulation, tmp_path_factory: pytest.TempPathFactory) -> Community:
    return Community.open(made.write(Path(tmp_path_factory.mktemp("pilot")) / "made"))


def _by_hand(community: Community) -> pd.DataFrame:
    plan = community.frame("campaigns").query("kind == 'ad_holdout'").iloc[0]
    arms = community.frame("assignments").query("campaign_id == @plan.campaign_id")
    orders = community.frame("orders").query("is_purchase")
    inside = orders[orders["ordered_at"].between(plan["starts_at"], plan["ends_at"])]
    count = inside.groupby("member_id")["order_id"].count().reindex(arms["unit_id"]).fillna(0).to_numpy()
    money = (
        inside.groupby("member_id")["net"].sum().astype(float).reindex(arms["unit_id"]).fillna(0).to_numpy()
    )
    return pd.DataFrame(
        {"arm": arms["arm"].to_numpy(), "orders": count, "revenue": money, "buyers": count > 0}
    )


def test_the_effect_is_welch_on_all_who_were_drawn(community: Community) -> None:
    table, hand = holdout.effect(community), _by_hand(community)
    for row in table.itertuples():
        arms = [hand.loc[hand["arm"] == arm, row.outcome].to_numpy(float) for arm in ("treatment", "control")]
        interval = ttest_ind(*arms, equal_var=False).confidence_interval()
        assert np.allclose([row.estimate, row.low, row.high], [arms[0].mean() - arms[1].mean(), *interval])
        assert row.n == len(arms[0]) and np.isclose(row.total, row.estimate * row.n)
    assert table.attrs["about"]["randomised"] is True


def test_the_true_effect_lies_in_the_interval_and_the_credit_far_above_it(
    made: Simulation, community: Community
) -> None:
    truth = made.truth["tests"].query("kind == 'ad_holdout'").set_index("outcome")["effect"]
    found = holdout.effect(community).set_index("outcome")
    assert found.at["orders", "low"] < truth["orders"] < found.at["orders", "high"]
    assert found.at["buyers", "low"] < truth["bought"] < found.at["buyers", "high"]
    table = credited.against(community, repeats=100).set_index("rule")
    caused = made.truth["touches"].set_index("channel").at["retargeting", "orders_caused"]
    assert (table.loc[list(attribution.RULES), "low"] > 2 * caused).all()
    assert table.at["last", "low"] > table.at["holdout", "high"]


def test_credit_and_cost_are_those_of_the_treated_and_of_the_days(community: Community) -> None:
    table = credited.against(community, repeats=20).set_index("rule")
    spent = community.frame("costs").query("channel == 'retargeting'")["amount"].sum()
    assert np.isclose(table["cost"], float(spent)).all()
    about = holdout.effect(community).attrs["about"]
    walked = journeys(community, first=about["first"], last=about["last"])
    mine = walked[walked["path"].str.endswith("retargeting") & walked["converted"]]
    assert table.at["last", "estimate"] == len(mine)
    assert np.isclose(table.at["last", "returned"], mine["revenue"].sum() / float(spent))


def test_without_such_a_campaign_the_result_is_empty(community: Community) -> None:
    assert holdout.effect(community, kind="billboard").empty
    table = credited.against(community, kind="billboard")
    assert table.empty and list(table.columns) == credited.COLUMNS


def test_cost_by_credited_member(community: Community) -> None:
    credits = attribution.credits(journeys(community, goal="join"), repeats=50)
    table = ad_returns.by_channel(community, credits)
    last = table.query("rule == 'last'").set_index("channel")
    joined = community.frame("members").query("joined_at >= '2025-06-01 12:00'")["source"].value_counts()
    assert np.isclose(last["count"], joined[last.index], rtol=0.01).all()
    assert np.allclose(table["estimate"], table["cost"] / table["count"])
    assert (table["low"] <= table["estimate"]).all() and table["returned"].isna().all()
    orders = ad_returns.by_channel(community, attribution.credits(journeys(community), repeats=20))
    assert "push" in orders.attrs["about"]["free"] and orders["returned"].notna().all()


def test_an_audience_is_compared_with_all_others_and_small_kinds_are_hidden() -> None:
    days = pd.Timestamp("2026-01-01")
    people = pd.DataFrame({"member_id": [f"m{n}" for n in range(120)], "joined_at": days})
    people["region"] = ["north"] * 57 + ["south"] * 60 + ["isle"] * 3
    people["gender"] = ["f", "m"] * 60
    buyers = [*range(40), *range(60, 80), 118]
    orders = pd.DataFrame({"member_id": [f"m{n}" for n in buyers], "amount": 9.0, "ordered_at": days})
    orders = pd.concat([orders, orders.tail(1).assign(ordered_at=days + pd.Timedelta(100, "D"))])
    orders["order_id"] = [f"o{n}" for n in range(len(orders))]
    table = ad_returns.audience(
        Community.open({"members": people, "orders": orders}), days=90, attributes=["region"]
    ).set_index("value")
    assert table.at["isle", "suppressed"] and np.isnan(table.at["isle", "count"])
    shown = table[~table["suppressed"]]
    assert len(shown) != 1 or shown["estimate"].isna().all()  # or the hidden one could be worked out


@pytest.mark.once
def test_the_demo_s_pilot_is_recovered() -> None:
    demo = Community.open("demo")
    truth = demo.truth("tests").query("kind == 'ad_holdout'").set_index("outcome")["effect"]
    found = holdout.effect(demo).set_index("outcome")
    assert found.at["orders", "low"] < truth["orders"] < found.at["orders", "high"]
    assert found.at["buyers", "low"] < truth["bought"] < found.at["buyers", "high"]
    caused = demo.truth("touches").set_index("channel").at["retargeting", "orders_caused"]
    table = credited.against(demo, repeats=50).set_index("rule")
    assert table.at["last", "low"] > 2 * caused and table.at["last", "low"] > table.at["holdout", "high"]


@pytest.mark.once
def test_the_interval_holds_the_truth_as_often_as_it_says(made: Simulation) -> None:
    """Sixty-four draws of the arms in one small community, with the effect of each known."""
    from helpers.simulate.retargeting import effect, order_more, retarget

    base = simulate(Scenario(seed=8, members=1500, days=200, texts=False, outsiders=0.0, retargeting=0.0))
    campaign = next(c for c in base.campaigns if c.kind == "ad_holdout")
    held = {"orders": 0, "buyers": 0}
    for seed in range(64):
        chance = 0.12
        scenario = replace(base.scenario, seed=seed, retargeting=chance)
        campaign.treated = np.random.default_rng(seed).random(len(campaign.units)) < 0.5
        pilot = retarget(scenario, base.members, base.active, base.orders, base.checkouts, base.campaigns)
        orders = order_more(scenario, base.members, base.customers, base.campaigns, base.orders, pilot)
        truth = {
            name: gain for name, _base, gain in effect(base.members, orders, base.campaigns, pilot, chance)
        }
        day = orders.time // 86400
        kept = orders.kept() & (day >= campaign.first) & (day <= campaign.last)
        count = np.bincount(orders.member[kept], minlength=len(base.members))[campaign.units].astype(float)
        sums = []
        for arm in (campaign.treated, ~campaign.treated):
            mine = count[arm]
            sums.append(
                pd.Series(
                    {
                        "n": len(mine),
                        "orders": mine.sum(),
                        "orders_squares": (mine**2).sum(),
                        "buyers": (mine > 0).sum(),
                    }
                )
            )
        for name, squares, true in (("orders", "orders_squares", "orders"), ("buyers", "buyers", "bought")):
            _gap, low, high = holdout._welch(sums[0], sums[1], name, squares)
            held[name] += int(low <= truth[true] <= high)
    assert all(count >= 57 for count in held.values()), held  # 64 at 95 %: fewer than 57 once in 200
