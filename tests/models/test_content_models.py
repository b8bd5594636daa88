"""Shrinkage, quality, timing, fatigue, tests, titles and briefs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from helpers.community import Community
from helpers.models import brief, content_quality, experiments, fatigue, shrinkage, timing, titles
from helpers.simulate import Scenario, simulate

# Boys among the first 12 children of 6,115 families in Saxony (Geissler 1889).
SAXONY = [3, 24, 104, 286, 670, 1033, 1343, 1112, 829, 478, 181, 45, 7]


def test_the_fit_gives_the_published_values_of_the_saxon_families():
    """Lindsey and Altham (1998), *Applied Statistics* 47, 149-157: 34.10 and 31.57."""
    boys = np.repeat(np.arange(13), SAXONY)
    prior = shrinkage.fit(boys, np.full(len(boys), 12))
    assert prior.alpha == pytest.approx(34.0956, rel=0.002)
    assert prior.beta == pytest.approx(31.5715, rel=0.002)


def test_the_likelihood_is_that_of_scipy():
    count, n = np.array([0, 3, 8, 2]), np.array([5, 9, 20, 2])
    prior = shrinkage.fit(count, n)
    wanted = betabinom.logpmf(count, n, prior.alpha, prior.beta).sum()
    assert prior.log_likelihood == pytest.approx(wanted, rel=1e-6)


def test_the_prior_is_recovered():
    random = np.random.default_rng(1)
    n = random.integers(5, 200, 3000)
    prior = shrinkage.fit(random.binomial(n, random.beta(3, 27, 3000)), n)
    assert prior.mean == pytest.approx(0.1, abs=0.005)
    assert prior.strength == pytest.approx(30, rel=0.12)


def test_shrinking_comes_closer_to_the_truth_and_its_intervals_hold():
    random = np.random.default_rng(2)
    truth, n = random.beta(3, 27, 2000), random.integers(2, 100, 2000)
    table = shrinkage.shrink(pd.DataFrame({"n": n, "count": random.binomial(n, truth)}))
    assert ((table["shrunk"] - truth) ** 2).mean() < 0.5 * ((table["estimate"] - truth) ** 2).mean()
    held = ((table["shrunk_low"] <= truth) & (truth <= table["shrunk_high"])).mean()
    assert held == pytest.approx(0.95, abs=0.02)


def test_one_post_is_not_enough_to_learn_how_posts_differ():
    with pytest.raises(ValueError, match="two posts"):
        shrinkage.fit([1], [3])


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefg"), st.sampled_from("pq"),
                  st.sampled_from(["view", "save", "comment", "like"]), st.integers(0, 50)),
        min_size=1, max_size=40,
    )
)  # fmt: skip
@settings(max_examples=12, deadline=None)
def test_halves_agree_with_sorting_readers_by_hand(rows):
    events = pd.DataFrame(rows, columns=["member_id", "content_id", "event_type", "minute"])
    events["occurred_at"] = pd.Timestamp("2026-05-01 08:00") + pd.to_timedelta(events["minute"], unit="min")
    found = content_quality.scores(Community.open({"events": events}), least=1).set_index("content_id")
    for post, part in events.groupby("content_id"):
        order = sorted(part.groupby("member_id")["minute"].min().items(), key=lambda one: (one[1], one[0]))
        early = {who for who, _ in order[: len(order) // 2]}
        signal = set(part.loc[part["event_type"].isin(["save", "comment"]), "member_id"])
        late_likes = set(part.loc[part["event_type"] == "like", "member_id"]) - early
        line = found.loc[post]
        assert (line["early_n"], line["late_n"]) == (len(early), len(order) - len(early))
        assert (line["early_count"], line["late_like"]) == (len(signal & early), len(late_likes))


def made_posts(slope: float, seed: int = 0, posts: int = 400) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    quality, late = random.normal(size=posts), random.integers(20, 80, posts)
    rate = np.minimum(0.05 * np.exp(slope * quality) * random.gamma(8, 1 / 8, posts), 1)
    table = pd.DataFrame({"quality": quality, "late_n": late, "late_save": random.binomial(late, rate)})
    return table.assign(format="text", topic="x", purpose="post", author="member")


def test_the_slope_on_the_true_quality_is_recovered():
    held = 0
    for seed in range(20):
        line = content_quality.slopes(made_posts(0.5, seed), by="quality", kinds=("save",)).iloc[0]
        held += line["slope_low"] <= 0.5 <= line["slope_high"]
    assert held >= 17


@pytest.fixture(scope="module")
def small():
    simulation = simulate(Scenario.small(seed=3))
    return Community.open(simulation.tables)


def test_the_chapters_functions_run_on_a_simulated_community(small):
    scored = content_quality.scores(small)
    assert scored["score"].std() == pytest.approx(1, abs=0.01)
    assert content_quality.by_third(scored, kind="share")["posts"].sum() == len(scored)
    assert content_quality.first_reads(small, scored)["n"].sum() > 0
    by_hour = timing.by_hour(small)
    assert (by_hour["low"] <= by_hour["high"]).all()
    assert timing.posting_times(small)["posts"].sum() == by_hour["posts"].sum() or len(by_hour) < 8
    filled = brief.lines(small)
    assert set(filled["line"]) <= set(brief.LINES)
    assert (filled["low"] <= filled["estimate"]).all()
    assert brief.platforms(small)["platform"].is_unique


def group_weeks(slope: float, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    groups, weeks = np.repeat(np.arange(20), 40), np.tile(np.arange(40), 20)
    notices, n = random.poisson(2, 800), random.integers(60, 140, 800)
    base = np.exp(random.normal(-5, 0.3, 20))[groups]
    count = random.binomial(n, np.minimum(base * np.exp(slope * notices), 1))
    return pd.DataFrame({"group_id": groups, "week": weeks, "notices": notices, "n": n, "count": count})


def test_satisfaction_counts_what_was_read_before_the_answer():
    posts = [("a", "low"), ("b", "middle"), ("c", "high")]
    read = [(member, post, "2026-05-01 08:00") for member, post in posts]
    read.append(("a", "high", "2026-05-09 08:00"))  # after the answer
    events = pd.DataFrame(read, columns=["member_id", "content_id", "occurred_at"]).assign(event_type="view")
    answers = {"member_id": list("abc"), "answered_at": "2026-05-05", "kind": "nps", "score": [2, 7, 10]}
    community = Community.open({"events": events, "surveys": pd.DataFrame(answers)})
    scored = pd.DataFrame({"content_id": ["low", "middle", "high"], "score": [-1.0, 0.0, 1.0]})
    found = content_quality.satisfaction(community, scored)
    assert found[["third", "n", "estimate"]].to_numpy().tolist() == [
        ["lowest third", 1, 2.0],
        ["middle third", 1, 7.0],
        ["highest third", 1, 10.0],
    ]
    assert found["small"].all()


def test_the_slope_of_fatigue_is_recovered():
    held = [
        line["slope_low"] <= 0.2 <= line["slope_high"]
        for seed in range(20)
        for line in [fatigue.slope(group_weeks(0.2, seed)).iloc[0]]
    ]
    assert sum(held) >= 16


def test_doses_add_up():
    table = group_weeks(0.2)
    doses = fatigue.doses(table)
    assert (doses["n"].sum(), doses["count"].sum()) == (table["n"].sum(), table["count"].sum())
    assert doses["weeks"].sum() == len(table)


def test_members_are_at_risk_from_the_week_after_joining_until_they_switch_off():
    members = pd.DataFrame(
        {"member_id": ["a", "b", "c"], "joined_at": ["2026-03-02", "2026-03-02", "2026-03-11"],
         "group_id": "g"}
    )  # fmt: skip
    contents = pd.DataFrame(
        {"content_id": ["1", "2"], "published_at": ["2026-03-03", "2026-03-10"], "purpose": "notice",
         "group_id": "g"}
    )  # fmt: skip
    events = pd.DataFrame(
        {"member_id": ["a", "a"], "event_type": ["mute", "view"], "group_id": "g",
         "occurred_at": ["2026-03-12", "2026-03-20"]}
    )  # fmt: skip
    tables = {"members": members, "contents": contents, "events": events}
    found = fatigue.weeks(Community.open(tables, as_of="2026-03-31"))
    line = found[found["week"] == "2026-03-09"].iloc[0]
    assert (line["notices"], line["n"], line["count"]) == (1, 2, 1)


def test_sample_size_gives_the_published_number():
    """Evan Miller's calculator: 20 % against 25 %, 5 % level, power 80 %: 1,030 per arm."""
    assert experiments.sample_size(0.20, 0.05, spread="control") in (1030, 1031)


def test_power_and_sample_size_are_each_others_inverse():
    n = experiments.sample_size(0.06, 0.018)
    assert experiments.power(0.06, 0.018, n) == pytest.approx(0.8, abs=0.001)
    assert experiments.minimum_effect(0.06, n) == pytest.approx(0.018, abs=0.0001)


def test_power_is_what_simulated_tests_find():
    random = np.random.default_rng(4)
    a, b = random.binomial(400, 0.2, 4000), random.binomial(400, 0.28, 4000)
    rejected = np.mean(
        [experiments.compare(x, 400, y, 400)["p_value"] < 0.05 for x, y in zip(a, b, strict=True)]
    )
    assert experiments.power(0.2, 0.08, 400) == pytest.approx(rejected, abs=0.025)


def test_power_without_an_effect_is_the_level():
    assert experiments.power(0.3, 0.0, 500) == pytest.approx(0.05)


def test_an_effect_beyond_the_ends_of_the_scale_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        experiments.power(0.9, 0.2, 100)
    with pytest.raises(ValueError, match="between 0 and 1"):
        experiments.sample_size(0.1, 0.0)


def test_arms_count_clicks_of_the_tested_post_only():
    events = pd.DataFrame(
        [("a", "p", "click"), ("a", "p", "click"), ("b", "q", "click"), ("c", "p", "view")],
        columns=["member_id", "content_id", "event_type"],
    ).assign(occurred_at="2026-05-02")
    campaigns = pd.DataFrame(
        {"campaign_id": ["k"], "name": "Test", "kind": "headline_test", "content_id": "p", "unit": "member",
         "starts_at": "2026-05-01", "ends_at": "2026-05-05"}
    )  # fmt: skip
    assignments = pd.DataFrame({"campaign_id": "k", "unit_id": list("abc"), "arm": ["a", "a", "b"]})
    tables = {"events": events, "campaigns": campaigns, "assignments": assignments}
    table = experiments.arms(Community.open(tables))
    assert table[["arm", "n", "count"]].to_numpy().tolist() == [["a", 2, 1], ["b", 1, 0]]
    line = experiments.differences(table).iloc[0]
    assert line["estimate"] == -0.5
    assert line["low"] < -0.5 < line["high"]


def test_titles_are_checked_one_by_one():
    contents = pd.DataFrame(
        {
            "content_id": list("pqrst"),
            "published_at": [f"2026-05-0{day}" for day in range(1, 6)],
            "title": ["Clay kettle", "clay kettle!", "x" * 80, None, "Holiday"],
            "text": ["my clay kettle", "a kettle", "tea", "tea", "clay kettle again"],
            "topic": ["pots", "pots", "tea", "tea", "pots"],
        }
    )
    events = pd.DataFrame({"member_id": ["a"], "event_type": "view", "occurred_at": ["2026-05-06"]})
    community = Community.open({"contents": contents, "events": events})
    found = titles.checklist(community).set_index("check")
    assert found["count"].tolist() == [4, 3, 2, 2, 3]
    assert found["n"].tolist() == [5, 4, 4, 4, 4]
