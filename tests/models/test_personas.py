from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from helpers.community import Community, TruthMissing
from helpers.models import persona_choice, persona_features, personas

# Three planted kinds: what each does on an active day (view, comment, click), on how many days, and buys.
KINDS = {"reader": (6, 0.1, 0.1, 20, 0), "talker": (1, 5, 0.1, 40, 1), "buyer": (1, 0.1, 3, 12, 8)}


def planted(size: int, seed: int = 0) -> dict[str, pd.DataFrame]:
    random = np.random.default_rng(seed)
    events, orders = [], []
    for kind, (view, comment, click, days, bought) in KINDS.items():
        for i in range(size):
            who = f"{kind}{i}"
            for day in random.choice(100, days, replace=False):
                events += [(who, "view", day)] * (1 + random.poisson(view))
                events += [(who, "comment", day)] * random.poisson(comment)
                events += [(who, "click", day)] * random.poisson(click)
            orders += [(who, float(random.lognormal(3, 0.3))) for _ in range(random.poisson(bought))]
    log = pd.DataFrame(events, columns=["member_id", "event_type", "day"])
    log["occurred_at"] = pd.Timestamp("2026-01-01 10:00") + pd.to_timedelta(log.pop("day"), unit="D")
    bought = pd.DataFrame(orders, columns=["member_id", "amount"])
    bought = bought.assign(order_id=[f"o{i}" for i in range(len(bought))], ordered_at="2026-03-01")
    members = pd.DataFrame({"member_id": [f"{kind}{i}" for kind in KINDS for i in range(size)] + ["quiet"]})
    return {"events": log, "orders": bought, "members": members.assign(joined_at="2025-12-01")}


@pytest.fixture(scope="module")
def community() -> Community:
    return Community.open(planted(40))


@pytest.fixture(scope="module")
def found(community: Community) -> personas.Personas:
    return personas.fit(community)


def test_planted_kinds_are_found_and_the_silent_stay_apart(found):
    members = found.members[found.members["segment"] != "silent"]
    truth = members["member_id"].str.extract("([a-z]+)", expand=False)
    assert adjusted_rand_score(truth, members["segment"]) > 0.95 or found.k > 3
    assert members.assign(truth=truth).groupby("segment")["truth"].nunique().eq(1).all()
    assert found.members.set_index("member_id").loc["quiet", "segment"] == "silent"
    assert found.choice.set_index("k").loc[3, "stable"]


def test_letters_go_from_the_largest_to_the_smallest_and_repeat(community, found):
    sizes = found.members["segment"].value_counts()
    letters = sorted(set(sizes.index) & set("ABCDEFGH"))
    assert sizes[letters].is_monotonic_decreasing
    again = personas.fit(community, k=found.k)
    assert again.members["segment"].tolist() == found.members["segment"].tolist()


def test_cards_say_what_sets_a_persona_apart(community):
    three = personas.fit(community, k=3)
    cards = personas.cards(community, three).set_index("segment")
    kind = three.members.assign(kind=three.members["member_id"].str.extract("([a-z]+)", expand=False))
    letter = kind.drop_duplicates("kind").set_index("kind")["segment"]
    assert "talking" in cards.loc[letter["talker"], "more"].split(",")
    assert "shopping" in cards.loc[letter["buyer"], "more"].split(",")
    assert cards.loc[letter["buyer"], "spend"] == cards["spend"].max()
    assert cards["count"].sum() == cards["n"].iloc[0] == 121
    assert cards.loc[letter["talker"], "hour"] == 10
    traits = personas.traits(three)
    assert ((traits["low"] <= traits["estimate"]) & (traits["estimate"] <= traits["high"])).all()


def test_too_few_members_give_no_personas():
    few = Community.open(planted(3))
    found = personas.fit(few)
    assert found.k == 0 and found.choice.empty
    cards = personas.cards(few, found)
    assert set(cards["segment"]) == {"ungrouped", "silent"}
    assert personas.traits(found).empty


def test_orders_alone_are_enough():
    random = np.random.default_rng(4)
    rows = [
        (
            f"m{i}",
            pd.Timestamp("2026-01-01") + pd.Timedelta(days=int(day)),
            float(random.lognormal(level, 0.2)),
        )
        for i in range(120)
        for level in [3 if i % 2 else 5]
        for day in random.choice(150, 3 if i % 2 else 14, replace=False)
    ]
    orders = pd.DataFrame(rows, columns=["member_id", "ordered_at", "amount"])
    only = Community.open({"orders": orders.assign(order_id=[f"o{i}" for i in range(len(orders))])})
    found = personas.fit(only, k=2)
    assert found.features == ["purchases_per_month", "order_value"]
    odd = found.members["member_id"].str[1:].astype(int) % 2
    assert adjusted_rand_score(odd, found.members["segment"]) > 0.9
    assert "hour" not in personas.cards(only, found)


def test_recovery_is_for_simulated_communities(community, found):
    with pytest.raises(TruthMissing):
        personas.recovery(community, found)
    with pytest.raises(ValueError, match="number of personas"):
        personas.fit(community, k=1)


def test_one_member_survives():
    one = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-01-01 10:00"], "event_type": ["like"]})
    community = Community.open({"events": one})
    assert personas.cards(community, personas.fit(community))["segment"].tolist() == ["barely_seen"]


def test_pulled_rates_are_nearer_the_truth_than_raw_ones():
    random = np.random.default_rng(7)
    truth = random.gamma(2, 0.5, 2000)
    days = pd.Series(random.integers(3, 30, 2000).astype(float))
    count = pd.Series(random.poisson(truth * days).astype(float))
    rates, kept = persona_features.pulled_rate(count, days)
    assert ((rates - truth) ** 2).mean() < 0.9 * ((count / days - truth) ** 2).mean()
    # The pull of a gamma of mean 1 and variance 1/2 is two days.
    assert kept == pytest.approx(days.mean() / (days.mean() + 2), abs=0.02)


def test_a_feature_that_is_all_chance_keeps_nothing():
    random = np.random.default_rng(8)
    days = pd.Series(np.full(4000, 20.0))
    _rates, kept = persona_features.pulled_rate(pd.Series(random.poisson(0.5 * days).astype(float)), days)
    assert kept < 0.1
    share, kept = persona_features.pulled_share(pd.Series([0.0, 0.0]), pd.Series([0.0, 0.0]))
    assert share.tolist() == [0, 0] and kept == 0


ACTS = st.tuples(st.sampled_from("abc"), st.sampled_from(["view", "vote", "message"]), st.integers(0, 6))


@settings(max_examples=30, deadline=None)
@given(st.lists(ACTS, min_size=1, max_size=25))
def test_feature_counts_agree_with_a_plain_count(rows):
    log = pd.DataFrame(rows, columns=["member_id", "event_type", "day"])
    log["occurred_at"] = pd.Timestamp("2026-01-01 10:00") + pd.to_timedelta(log.pop("day"), unit="D")
    one = Community.open({"events": log})
    counts = one.query(persona_features.sql(one), as_of=one.as_of).set_index("member_id")
    last = max(day for *_, day in rows)
    for who in {m for m, *_ in rows}:
        own = [(kind, day) for m, kind, day in rows if m == who]
        assert counts.loc[who, "active_days"] == len({day for _, day in own})
        assert counts.loc[who, "days"] == last - min(day for _, day in own) + 1
        assert counts.loc[who, "reading"] == sum(kind == "view" for kind, _ in own)
        assert counts.loc[who, "liking"] == sum(kind == "vote" for kind, _ in own)
        assert counts.loc[who, "talking"] == sum(kind == "message" for kind, _ in own)


def test_choice_finds_the_number_of_clear_groups():
    random = np.random.default_rng(0)
    centres = np.array([[0, 0], [6, 0], [0, 6], [6, 6]])
    values = np.vstack([random.normal(centre, 0.6, (60, 2)) for centre in centres])
    choice = persona_choice.choose(values, ks=range(2, 7), resamples=8, references=3).set_index("k")
    assert choice["silhouette"].idxmax() == 4
    assert choice["recommended"].idxmax() == 4
    assert choice.loc[4, "stability"] > 0.99
    assert choice["recommended"].sum() == 1


def test_jaccard_of_a_split_group():
    first, second = np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 1])
    assert persona_choice._jaccard(first, second, 2).tolist() == pytest.approx([3 / 4, 2 / 3])


def test_the_demo_truth_is_recovered():
    demo = Community.open("demo")
    found = personas.fit(demo)
    score = personas.recovery(demo, found, repeats=30).attrs["about"]
    assert score["adjusted_rand"] > 0.45
    assert score["low"] < score["adjusted_rand"] < score["high"]
