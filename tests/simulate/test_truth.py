import numpy as np
import pandas as pd
import pytest

from helpers.simulate import Scenario, Simulation, simulate
from helpers.simulate.activity import probability_if_interested
from helpers.simulate.expectations import active_within, expectations, still_interested
from helpers.simulate.opinions import NOISE, score_chances
from helpers.simulate.population import NEVER
from helpers.simulate.truth_campaigns import effects


def _active_on(result: Simulation, first: int, days: int = 1) -> pd.Series:
    """Say per real member whether there is activity `first` days after joining (or in the days after it)."""
    members = result.tables["members"].set_index("member_id")["joined_at"].dt.normalize()
    events = result.tables["events"].query("event_type != 'leave'")
    since = (events["occurred_at"].dt.normalize() - events["member_id"].map(members)).dt.days
    hit = events.loc[since.between(first, first + days - 1), "member_id"].unique()
    return pd.Series(members.index.isin(hit), index=members.index)


def test_truth_has_one_row_a_member(medium: Simulation) -> None:
    members = medium.tables["members"].query("role != 'customer'")
    assert medium.truth["members"]["member_id"].tolist() == members["member_id"].tolist()
    counted = members.loc[~members["role"].isin(["bot", "staff"]), "member_id"]
    assert medium.truth["expectations"]["member_id"].tolist() == counted.tolist()


def test_activity_stays_within_interest(medium: Simulation) -> None:
    ends = medium.truth["members"].set_index("member_id")["interest_ends_at"]
    events = medium.tables["events"].query("event_type != 'leave'")
    assert (events["occurred_at"] < events["member_id"].map(ends)).all()


def test_silent_members_do_nothing(medium: Simulation) -> None:
    silent = medium.truth["members"].query("silent")["member_id"]
    assert len(silent) > 50
    assert not medium.tables["events"].query("event_type != 'leave'")["member_id"].isin(silent).any()
    assert not medium.tables["orders"]["member_id"].isin(silent).any() or medium.campaigns


@pytest.mark.once
def test_retention_is_a_mean_of_the_true_probabilities() -> None:
    surplus = {1: [], 7: [], 30: []}
    for seed in range(40):
        result = simulate(Scenario.small(seed=seed, texts=False))
        truth = expectations(result).set_index("member_id")
        for day, found in surplus.items():
            p = truth[f"day_{day}"].dropna()
            found.append((_active_on(result, day).loc[p.index].sum() - p.sum(), (p * (1 - p)).sum()))
    for found in surplus.values():
        difference, variance = np.sum(found, axis=0)
        assert abs(difference / np.sqrt(variance)) < 3.3


def test_probability_of_a_week_agrees_with_drawing_it_many_times() -> None:
    result = simulate(Scenario.small(seed=8, founders=0.0))
    who = np.flatnonzero(
        result.members.real() & (result.members.joined_day >= 0) & (result.members.joined_day < 60)
    )[:20]
    first = result.members.joined_day[who] + 8
    rng, hits, times = np.random.default_rng(0), np.zeros(len(who)), 4000
    for _ in range(times):
        active, alive = np.zeros(len(who), bool), np.ones(len(who), bool)
        alive &= rng.random(len(who)) < still_interested(result, who, first)
        for step in range(7):
            day = first + step
            if step:
                alive &= rng.random(len(who)) < np.exp(
                    -result.members.hazard[who] * result.days.wear[day + 180]
                )
            p = probability_if_interested(result.scenario, result.days, result.members, who, day)
            active |= alive & (rng.random(len(who)) < p)
        hits += active
    expected = active_within(result, who, first, 7)
    assert np.abs(hits / times - expected).max() < 4 * np.sqrt(0.25 / times)


def test_interest_ends_as_often_as_the_hazard_says(medium: Simulation) -> None:
    m = medium.members
    who = np.flatnonzero(m.joined_day < 100)
    p = still_interested(medium, who, m.joined_day[who] + 60)
    lasted = m.end_day[who] > m.joined_day[who] + 60
    assert abs(lasted.sum() - p.sum()) < 3.5 * np.sqrt((p * (1 - p)).sum())


def test_scores_come_as_often_as_expected() -> None:
    tendency = np.repeat([3.0, 6.5, 9.2], 20_000)
    scores = np.clip(np.rint(tendency + np.random.default_rng(0).normal(0, NOISE, len(tendency))), 0, 10)
    promoter, detractor, expected = (values.reshape(3, -1)[:, 0] for values in score_chances(tendency))
    assert np.allclose((scores >= 9).reshape(3, -1).mean(axis=1), promoter, atol=0.015)
    assert np.allclose((scores <= 6).reshape(3, -1).mean(axis=1), detractor, atol=0.015)
    assert np.allclose(scores.reshape(3, -1).mean(axis=1), expected, atol=0.05)


@pytest.mark.once
def test_true_campaign_effects_are_those_that_arms_show() -> None:
    """Over many communities the difference of the arms averages to the true effect."""
    gaps, variances = [], []
    for seed in range(25):
        result = simulate(Scenario(seed=seed, members=1200, days=60, mishap=None, texts=False))
        orders = result.tables["orders"].query("status == 'completed'")
        plan = result.tables["campaigns"].set_index("campaign_id")
        for campaign, rows in effects(result).groupby("campaign_id"):
            if plan.loc[campaign, "unit"] == "group":
                continue
            inside = orders["ordered_at"].between(
                plan.loc[campaign, "starts_at"], plan.loc[campaign, "ends_at"]
            )
            bought = rows["member_id"].isin(orders.loc[inside, "member_id"])
            arms = [bought[rows["treated"]], bought[~rows["treated"]]]
            gaps.append(arms[0].mean() - arms[1].mean() - rows["effect_probability"].mean())
            variances.append(sum(arm.mean() * (1 - arm.mean()) / len(arm) for arm in arms))
    assert abs(np.sum(gaps)) < 3.3 * np.sqrt(np.sum(variances))


def test_caused_orders_are_as_many_as_the_effects_promise(medium: Simulation) -> None:
    effects, campaigns = medium.truth["effects"], medium.truth["campaigns"].set_index("campaign_id")
    promised = effects[effects["treated"]].groupby("campaign_id")["effect_orders"].sum() / 0.94
    assert abs(campaigns["caused_orders"].sum() - promised.sum()) < 3.5 * np.sqrt(promised.sum())


def test_shares_cause_as_many_shares_as_the_reproduction_number(medium: Simulation) -> None:
    events, contents = medium.tables["events"], medium.truth["contents"].set_index("content_id")
    shares = events.query("event_type == 'share'")
    early = shares[shares["occurred_at"] < shares["occurred_at"].max() - pd.Timedelta(days=7)]
    children = shares["parent_event_id"].isin(early["event_id"]).sum()
    expected = contents.loc[early["content_id"], "reproduction_number"].sum()
    assert abs(children - expected) < 3.5 * np.sqrt(expected)


def test_cascades_cover_all_shares(medium: Simulation) -> None:
    shares = medium.tables["events"].query("event_type == 'share'")
    cascades = medium.truth["cascades"]
    assert cascades["size"].sum() == len(shares)
    assert set(cascades["root_event_id"]) == set(shares.loc[shares["parent_event_id"].isna(), "event_id"])
    parents = shares.set_index("event_id")["parent_event_id"]
    depth = 0
    generation = parents[parents.isna()].index
    while len(generation := parents[parents.isin(generation)].index):
        depth += 1
    assert cascades["depth"].max() == depth


def test_order_values_average_to_the_true_mean() -> None:
    result = simulate(Scenario(seed=1, members=4000, days=250, campaigns=False, mishap=None, texts=False))
    orders = result.tables["orders"].merge(result.truth["members"], on="member_id")
    orders = orders[
        orders["discount"] < 0.29 * (orders["amount"] + orders["discount"])
    ]  # no newcomers' coupon
    price = orders["amount"] + orders["discount"]
    assert (price / orders["mean_order_value"]).mean() == pytest.approx(1, abs=0.03)


def test_mishap_shows_in_joins_complaints_and_scores(medium: Simulation) -> None:
    mishap = medium.truth["mishap"].iloc[0]
    members = medium.tables["members"].query("role == 'member'")
    joins = members.groupby(members["joined_at"].dt.normalize()).size()
    assert joins.loc[mishap["starts_on"]] > 2 * joins.median()
    complaints = medium.tables["contents"].query("topic == 'complaint'")
    assert len(complaints) == mishap["complaints"] > 0
    assert complaints["published_at"].min() >= mishap["starts_on"]
    expected = medium.truth["surveys"]
    low = expected["answered_at"].between(
        mishap["starts_on"], mishap["scores_low_until"] + pd.Timedelta(days=8)
    )
    assert expected.loc[low, "expected_score"].mean() < expected.loc[~low, "expected_score"].mean() - 0.3


def test_who_leaves_has_lost_interest(medium: Simulation) -> None:
    gone = medium.members.left < NEVER
    assert gone.sum() > 100
    assert (medium.members.left[gone] >= medium.members.end_day[gone] * 86400).all()


def test_challenges_lift_check_ins_while_they_run() -> None:
    result = simulate(Scenario(seed=3, members=4000, days=120, mishap=None, texts=False))
    plan = result.tables["campaigns"].query("kind == 'challenge'")
    events = result.tables["events"]
    per_day = events.groupby(events["occurred_at"].dt.normalize())["event_type"].agg(
        lambda kinds: (kinds == "check_in").mean()
    )
    inside = pd.Series(False, index=per_day.index)
    for first, last in zip(plan["starts_at"], plan["ends_at"], strict=True):
        inside |= per_day.index.to_series().between(first, last)
    assert inside.sum() == 14
    assert per_day[inside].mean() > 1.2 * per_day[~inside].mean()
