"""Uplift: honest folds, curves counted by hand, the simulator's truth, and intervals that cover."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from helpers.community import Community
from helpers.models import qini, targeting_value, trial_units, uplift, uplift_features

# Eight members in the order of some score: arm, bought. After 2, 4, 6 and 8 members:
#   Y_t 1, 2, 3, 3; N_t 1, 2, 3, 4; Y_c 0, 1, 1, 2; N_c 1, 2, 3, 4
HAND = pd.DataFrame(
    {"treated": [True, False] * 4, "bought": [1, 0, 1, 1, 1, 0, 0, 1], "score": range(8, 0, -1)}
)
QUARTERS = [0, 0.25, 0.5, 0.75, 1]


def test_the_curve_is_the_one_counted_by_hand():
    found = qini.curve(HAND, "score", grid=QUARTERS, repeats=20)
    # (Y_t - Y_c N_t / N_c) / 4
    assert found["estimate"].tolist() == pytest.approx([0, 1 / 4, 1 / 4, 2 / 4, 1 / 4])
    assert found["random"].tolist() == pytest.approx([0, 1 / 16, 1 / 8, 3 / 16, 1 / 4])
    # Equal arms: the two definitions are the same curve. Uneven ones: they part, and meet at the end.
    gain = qini.paths(HAND, "score", grid=QUARTERS, definition="gain")[0]
    assert gain.tolist() == pytest.approx(found["estimate"].tolist())
    uneven = HAND.assign(treated=[True, True, False, True, False, True, False, False])
    first, second = (qini.paths(uneven, "score", grid=QUARTERS, definition=d)[0] for d in qini.DEFINITIONS)
    # After 4 members: three treated with two purchases, one control with one.
    assert first[2] == pytest.approx((2 - 1 * 3) / 4) and second[2] == pytest.approx((2 / 3 - 1 / 1) * 4 / 8)
    # After 6: Y_t 2 of 4, Y_c 2 of 2.
    assert first[3] == pytest.approx((2 - 2 * 4 / 2) / 4) and second[3] == pytest.approx(
        (2 / 4 - 2 / 2) * 6 / 8
    )
    assert first[4] == pytest.approx(second[4])
    with pytest.raises(ValueError, match="qini"):
        qini.paths(HAND, "score", definition="auuc")


def test_the_area_is_the_trapezoid_less_the_triangle():
    row = qini.areas(HAND, ["score"], definitions=["qini"], repeats=20).iloc[0]
    values = qini.paths(HAND, "score", definition="qini")[0]
    assert row["area"] == pytest.approx(np.trapezoid(values, qini.GRID))
    assert row["estimate"] == pytest.approx(row["area"] - 0.25 / 2)


def test_equal_scores_are_a_straight_line_in_whatever_order_members_are_listed():
    flat = HAND.assign(score=1.0)
    assert qini.paths(flat, "score", grid=QUARTERS)[0].tolist() == pytest.approx(
        [0, 1 / 16, 1 / 8, 3 / 16, 1 / 4]
    )
    order = np.random.default_rng(0).permutation(8)
    assert qini.paths(flat.iloc[order], "score")[0] == pytest.approx(qini.paths(flat, "score")[0])


def test_a_budget_gains_the_difference_of_the_arms_among_those_contacted():
    frame = HAND.assign(value=HAND["bought"] * 10.0)
    found = targeting_value.by_budget(
        frame, rules=("score", "random"), shares=(0.25, 0.75, 1.0), contact_cost=0.5, repeats=20
    ).set_index(["rule", "share"])
    assert found.loc[("score", 0.25), "estimate"] == pytest.approx(2 * (10 - 0) - 2 * 0.5)
    assert found.loc[("score", 0.75), "estimate"] == pytest.approx(6 * (10 - 10 / 3) - 6 * 0.5)
    assert found.loc[("random", 0.25), "estimate"] == pytest.approx(2 * (7.5 - 5) - 1)
    assert found.loc[("score", 1.0), "better"] == pytest.approx(0, abs=1e-9)
    assert found.loc[("score", 0.75), "better"] == pytest.approx(6 * (20 / 3 - 2.5))


def planted(n=2400, seed=0, strength=0.25):
    """Members whose treatment helps by a feature of theirs and not by another that drives buying."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    effect = strength * (x[:, 0] > 0)
    treated = rng.permutation(np.arange(n) % 2 == 0)
    base = np.clip(0.15 + 0.08 * x[:, 1], 0.02, 0.5)
    frame = pd.DataFrame(x, columns=["moves", "buys", "noise"]).assign(
        treated=treated, chance=0.5, effect=effect
    )
    frame["bought"] = (rng.random(n) < base + effect * treated).astype(float)
    frame.attrs["about"] = {"features": ["moves", "buys", "noise"]}
    return frame


def test_both_models_find_whom_the_treatment_moves():
    found = uplift.predict(planted())
    for model in uplift.MODELS:
        assert spearmanr(found[model], found["effect"])[0] > 0.5
    fifths = uplift.by_fifth(found)
    assert fifths["n"].sum() == len(found) and fifths["predicted"].is_monotonic_increasing
    assert fifths["estimate"].iloc[-1] > fifths["estimate"].iloc[0] + 0.1
    numbers = uplift.predict(found.assign(value=found["bought"] * 3.0), outcome="value")
    assert spearmanr(numbers["two_models"], found["effect"])[0] > 0.5
    assert uplift.predict(planted())["doubly_robust"].equals(found["doubly_robust"])


def test_no_member_is_predicted_by_a_model_that_saw_it():
    frame = planted(n=1200)
    found = uplift.predict(frame)
    fold = found["fold"] == 2
    # Other outcomes in a part change the predictions of the other parts and none of its own.
    turned = frame.assign(bought=np.where(fold, 1 - frame["bought"], frame["bought"]))
    turned.attrs = frame.attrs
    again = uplift.predict(turned)
    for model in uplift.MODELS:
        assert (again.loc[fold, model] == found.loc[fold, model]).all()
        assert (again.loc[~fold, model] != found.loc[~fold, model]).any()


def test_noise_is_not_taken_for_uplift():
    above = []
    for seed in range(8):
        frame = uplift.predict(planted(n=800, strength=0.0, seed=seed))
        above += (qini.areas(frame, uplift.MODELS, definitions=["qini"], repeats=100)["low"] > 0).tolist()
    assert sum(above) <= 1


def test_too_few_members_are_said_and_not_modelled():
    frame = pd.DataFrame({"treated": [True, False] * 50, "bought": 1.0})
    frame.attrs["about"] = {"campaign": "c"}
    empty = uplift.examples(None, frame)
    assert empty.empty and empty.attrs["about"]["problem"] == "few members"
    found = uplift.predict(empty)
    assert found.empty and uplift.by_fifth(found).empty and qini.curve(found, "two_models").empty
    assert qini.areas(found, uplift.MODELS).empty and targeting_value.by_budget(found).empty


@pytest.mark.once
def test_intervals_cover_the_true_gain_of_a_rule_in_small_communities():
    hits, level = {"gain": 0, "all": 0}, 60
    for seed in range(level):
        frame = uplift.predict(planted(n=800, seed=100 + seed))
        top = np.argsort(-frame["two_models"].to_numpy(), kind="stable")[:240]
        table = targeting_value.by_budget(
            frame, rules=("two_models",), shares=(0.3, 1.0), outcome="bought", repeats=120, seed=seed
        )
        truths = frame["effect"].to_numpy()[top].sum(), frame["effect"].sum()
        for name, (low, high), true in zip(hits, table[["low", "high"]].to_numpy(), truths, strict=True):
            hits[name] += low <= true <= high
    assert all(0.87 <= count / level <= 1 for count in hits.values())


@pytest.fixture(scope="module")
def demo():
    return Community.open("demo")


@pytest.fixture(scope="module")
def predicted(demo):
    return uplift.predict(uplift.examples(demo, trial_units.units(demo, kind="coupon")))


def test_orders_are_valued_at_average_prices_less_the_discount_of_the_arm():
    start = pd.Timestamp("2026-02-01")
    bought = [
        ("t", -9, 100.0, 0.0),
        ("c", -8, 60.0, 0.0),
        ("t", 2, 70.0, 30.0),
        ("c", 3, 90.0, 10.0),
        ("t", 30, 5.0, 95.0),
    ]
    orders = pd.DataFrame(bought, columns=["member_id", "day", "amount", "discount"])
    orders["ordered_at"] = start + pd.to_timedelta(orders.pop("day"), unit="D") + pd.Timedelta(hours=9)
    orders = orders.assign(order_id=list("abcde"), cost=orders["amount"] / 2)
    ends = start + pd.Timedelta(days=13)
    plan = {
        "campaign_id": "k",
        "name": "K",
        "kind": "coupon",
        "unit": "member",
        "starts_at": start,
        "ends_at": ends,
    }
    arms = pd.DataFrame({"campaign_id": "k", "unit_id": ["t", "c"], "arm": ["treatment", "control"]})
    tables = {
        "orders": orders,
        "campaigns": pd.DataFrame([plan]),
        "assignments": arms.assign(assigned_at=start),
    }
    units = trial_units.units(Community.open(tables))
    value = dict(zip(units["member_id"], uplift.value_of_orders(Community.open(tables), units), strict=True))
    # Orders before the start bring 40 each; the treated arm had 20 more discount an order, within its days.
    assert value == {"c": pytest.approx(40.0), "t": pytest.approx(20.0)}


def test_features_know_nothing_of_the_test(demo, predicted):
    start = predicted["starts"].min()
    earlier = Community.open("demo", as_of=(start - pd.Timedelta(days=1)).date())
    bare = predicted[["member_id", "starts", "before_amount"]].copy()
    known, names = uplift_features.features(earlier, bare)
    for name in [*names, "churn_risk", "past_value"]:
        assert np.allclose(known[name], predicted[name]), name


def test_the_demo_rewards_those_who_contact_the_persuadable(demo, predicted):
    truth = demo.truth("effects")
    truth = truth[truth["campaign_id"] == predicted.attrs["about"]["campaign"]].set_index("member_id")
    true = truth["effect_probability"].reindex(predicted["member_id"]).to_numpy()
    ranks = {
        rule: spearmanr(predicted[rule], true)[0] for rule in ("two_models", "doubly_robust", "churn_risk")
    }
    assert ranks["two_models"] > 0.2 and ranks["doubly_robust"] > 0.1 and ranks["churn_risk"] < 0
    table = targeting_value.by_budget(predicted, shares=(0.3,), outcome="bought", repeats=200)
    found = {row.rule: row for row in table.itertuples()}
    gained = {}
    for rule in ("two_models", "churn_risk"):
        top = np.argsort(-predicted[rule].to_numpy(), kind="stable")[: found[rule].members]
        gained[rule] = true[top].sum()
        assert found[rule].low <= gained[rule] <= found[rule].high
    assert gained["two_models"] > 1.3 * 0.3 * true.sum() > gained["churn_risk"]
