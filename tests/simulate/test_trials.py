"""The randomised tests: what the arms show is what the truth says, and no day becomes active by them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.simulate import Mishap, Scenario, Simulation, simulate
from helpers.simulate.campaigns import SELLING
from helpers.simulate.expectations import active_within
from helpers.simulate.newcomers import felt_wear, true_wear


@pytest.fixture(scope="module")
def large() -> Simulation:
    return simulate(Scenario(seed=11, members=9000, days=220, mishap=Mishap(), texts=False))


def _plan(result: Simulation, kind: str) -> pd.Series:
    return result.tables["campaigns"].query("kind == @kind").iloc[0]


def _arms(result: Simulation, campaign: str, value: pd.Series) -> tuple[float, float]:
    """Return the difference of the arms' means and its standard error; `value` by member."""
    rows = result.tables["assignments"].query("campaign_id == @campaign")
    each = value.reindex(rows["unit_id"]).fillna(0).to_numpy(float)
    treated = rows["arm"].isin(["treatment", "b"]).to_numpy()
    one, other = each[treated], each[~treated]
    return one.mean() - other.mean(), np.sqrt(one.var() / len(one) + other.var() / len(other))


def _truth(result: Simulation, campaign: str, outcome: str) -> pd.Series:
    return result.truth["tests"].query("campaign_id == @campaign and outcome == @outcome").iloc[0]


def test_all_tests_run_and_none_meets_the_mishap(large: Simulation) -> None:
    kinds = large.truth["tests"]["kind"].unique().tolist()
    assert kinds == ["onboarding", "checkout_test", "incentive", "ad_holdout", "digest", "headline_test"]
    mishap = large.truth["mishap"].iloc[0]
    dated = ["checkout_test", "incentive", "ad_holdout", "digest", "headline_test"]
    plan = large.tables["campaigns"]
    plan = plan[plan["kind"].isin(dated)]
    assert not ((plan["starts_at"] <= mishap["ends_on"]) & (plan["ends_at"] >= mishap["starts_on"])).any()
    assert plan["is_randomised"].all()


def test_small_windows_have_no_tests() -> None:
    result = simulate(Scenario.small())
    assert result.truth["tests"].empty and (result.members.onboarding == -1).all()
    assert not result.trials.letters


def test_felt_and_true_wear_are_inverse(large: Simulation) -> None:
    m, rng = large.members, np.random.default_rng(1)
    day = m.joined_day + rng.integers(0, 180, len(m))
    felt = felt_wear(large.days, m.joined_day, day, m.onboarding)
    worn = large.days.worn[day + 180] - large.days.worn[m.joined_day + 180]
    assert np.allclose(true_wear(large.days, m.joined_day, felt, m.onboarding), worn)
    assert (felt <= worn + 1e-9).all() and (felt < worn - 0.2)[m.onboarding == 1].any()


def _active(result: Simulation, first: int, days: int) -> pd.Series:
    members = result.tables["members"].set_index("member_id")["joined_at"].dt.normalize()
    events = result.tables["events"].query("event_type not in ['leave', 'mute']")
    since = (events["occurred_at"].dt.normalize() - events["member_id"].map(members)).dt.days
    found = events.loc[since.between(first, first + days - 1), "member_id"].unique()
    return pd.Series(1.0, index=found)


def test_newcomers_show_the_true_effect_of_welcome_tasks(large: Simulation) -> None:
    campaign = _plan(large, "onboarding")["campaign_id"]
    for outcome, first, days in (("active_day_22_28", 22, 7), ("day_30", 30, 1)):
        gap, error = _arms(large, campaign, _active(large, first, days))
        truth = _truth(large, campaign, outcome)
        assert abs(gap - truth["effect"]) < 3 * error
        assert truth["effect"] > 0.02 and 0 < truth["base"] < 1


def test_expectations_know_the_arms(large: Simulation) -> None:
    """Members of either arm are active as often as the model says of them."""
    m = large.members
    active = large.tables["events"].query("event_type not in ['leave', 'mute']")
    active = active.assign(day=(active["occurred_at"] - pd.Timestamp(large.scenario.start)).dt.days)
    days = set(zip(active["member_id"], active["day"], strict=True))
    for arm in (0, 1):
        who = np.flatnonzero(m.onboarding == arm)
        for age in (7, 30, 50):
            p = active_within(large, who, m.joined_day[who] + age, 1)
            seen = [(m.ids[i], m.joined_day[i] + age) in days for i in who]
            assert abs(sum(seen) - p.sum()) < 3.3 * np.sqrt((p * (1 - p)).sum())


def test_double_points_lift_check_ins_and_answers_and_tire_after(large: Simulation) -> None:
    plan = _plan(large, "incentive")
    campaign, events = plan["campaign_id"], large.tables["events"]
    for outcome in ("check_ins", "answers", "check_ins_after", "answers_after"):
        kind = "answer" if outcome.startswith("answer") else "check_in"
        first = plan["starts_at"] + pd.Timedelta(days=14 if outcome.endswith("after") else 0)
        inside = events["occurred_at"].between(first, first + pd.Timedelta(days=14), inclusive="left")
        count = events[inside & (events["event_type"] == kind)].groupby("member_id").size()
        gap, error = _arms(large, campaign, count)
        truth = _truth(large, campaign, outcome)
        assert abs(gap - truth["effect"]) < 3 * error
        assert truth["effect"] == pytest.approx(
            truth["base"] * (-0.1 if "after" in outcome else 0.4), rel=0.35
        )


def test_digest_adds_few_orders_though_its_readers_buy_much_more(large: Simulation) -> None:
    plan = _plan(large, "digest")
    orders = large.tables["orders"].query("status == 'completed'")
    inside = orders["ordered_at"].between(plan["starts_at"], plan["ends_at"])
    bought = pd.Series(1.0, index=orders.loc[inside, "member_id"].unique())
    gap, error = _arms(large, plan["campaign_id"], bought)
    truth = _truth(large, plan["campaign_id"], "bought")
    assert abs(gap - truth["effect"]) < 3 * error and truth["effect"] > 0.005
    rows = large.tables["assignments"].query("campaign_id == @plan.campaign_id and arm == 'treatment'")
    events = large.tables["events"].query("content_id == @plan.content_id")
    reads = rows["unit_id"].isin(events["member_id"])
    buys = rows["unit_id"].isin(bought.index)
    assert buys[reads].mean() - buys[~reads].mean() > 4 * truth["effect"]
    assert set(events["member_id"]) <= set(rows["unit_id"])
    assert (large.orders.caused & (large.orders.campaign < 0)).sum() > 0


def test_headlines_differ_in_the_first_test_only(large: Simulation) -> None:
    events = large.tables["events"].query("event_type == 'click'")
    for n, plan in enumerate(large.tables["campaigns"].query("kind == 'headline_test'").itertuples()):
        clicked = pd.Series(1.0, index=events.query("content_id == @plan.content_id")["member_id"].unique())
        gap, error = _arms(large, plan.campaign_id, clicked)
        truth = _truth(large, plan.campaign_id, "clicked")
        assert abs(gap - truth["effect"]) < 3 * error
        assert truth["base"] == pytest.approx(0.06, abs=0.003)
        assert truth["effect"] == pytest.approx((0.018, 0.0)[n], abs=0.003)
        assert set(large.tables["assignments"].query("campaign_id == @plan.campaign_id")["arm"]) == {"a", "b"}


def test_mailed_posts_are_met_by_mail_only(large: Simulation) -> None:
    mailed = large.posts.labels()[large.trials.mailed]
    events = large.tables["events"]
    events = events[events["content_id"].isin(mailed)]
    assert set(events["event_type"]) <= {"view", "click"}
    assert len(events.query("event_type == 'view'")) == sum(
        np.isin(letter.post, large.trials.mailed).sum() for letter in large.trials.letters
    )


def test_tests_have_no_part_in_the_truth_of_sales_campaigns(large: Simulation) -> None:
    plan = large.tables["campaigns"].set_index("campaign_id")["kind"]
    assert set(plan[large.truth["effects"]["campaign_id"].unique()]) <= set(SELLING)
    booked = large.tables["orders"]["campaign_id"].dropna().unique()
    assert set(plan[booked]) <= set(SELLING)
