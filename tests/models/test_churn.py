"""Churn: labels, features that do not know the future, honest tests, and plain refusals."""

import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.models import (
    churn,
    churn_evaluation,
    churn_features,
    churn_labels,
    churn_leaks,
    ranking,
)

DAY0 = dt.date(2026, 1, 1)


def log(rows):
    """Events from (member, day number, type) rows."""
    return pd.DataFrame(
        {
            "member_id": [row[0] for row in rows],
            "occurred_at": [pd.Timestamp(DAY0) + pd.Timedelta(days=row[1], hours=9) for row in rows],
            "event_type": [row[2] if len(row) > 2 else "like" for row in rows],
        }
    )


def lively(members=400, days=260, seed=1):
    """Members with their own rhythm, who lose interest at some time."""
    rng = np.random.default_rng(seed)
    rows = []
    for k in range(members):
        start, rate = rng.integers(0, days - 20), 0.05 + rng.gamma(1.2, 0.25)
        life = min(rng.geometric(rng.beta(1.2, 60)), days - start)
        active = np.flatnonzero(rng.random(life) < min(rate, 0.9)) + start
        kinds = rng.choice(["view", "like", "comment"], len(active) + 1)
        rows += [(f"m{k:04d}", int(day), kind) for day, kind in zip([start, *active], kinds, strict=True)]
    return log(rows)


@pytest.fixture(scope="module")
def community():
    orders = lively(seed=2).iloc[::7]
    orders = pd.DataFrame(
        {
            "order_id": [str(k) for k in range(len(orders))],
            "member_id": orders["member_id"].to_numpy(),
            "ordered_at": orders["occurred_at"].to_numpy(),
            "amount": 20.0,
        }
    )
    return Community.open({"events": lively(), "orders": orders}, as_of=DAY0 + dt.timedelta(days=260))


@pytest.fixture(scope="module")
def model(community):
    return churn.train(community, inactivity=30)


# labels ------------------------------------------------------------------------------------------


SPELLS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 60)), min_size=1, max_size=30)


@given(SPELLS)
@settings(max_examples=40, deadline=None)
def test_return_curve_equals_a_brute_force_twin(rows):
    last = DAY0 + dt.timedelta(days=60)
    community = Community.open({"events": log(rows)}, as_of=last)
    curve = churn_labels.return_curve(community)
    for row in curve.itertuples():
        silent = returned = 0
        for member in {who for who, _day in rows}:
            days = sorted({day for who, day in rows if who == member})
            for day, following in zip(days, [*days[1:], None], strict=True):
                gap = np.inf if following is None else following - day
                if 60 - day >= 2 * row.gap and gap > row.gap:
                    silent += 1
                    returned += gap <= 2 * row.gap
        assert (row.n, row.count) == (silent, returned)


def test_threshold_is_where_fewer_than_one_in_ten_return():
    # 40 members come every 8th day, and stop for good after day 80.
    rows = [(f"m{k}", day) for k in range(40) for day in range(0, 81, 8)]
    community = Community.open({"events": log(rows)}, as_of=DAY0 + dt.timedelta(days=200))
    about = churn_labels.return_curve(community).attrs["about"]
    assert about["inactivity"] == 8
    assert about["reached"]


def test_rare_visits_do_not_make_a_short_threshold():
    # Everybody comes every 40th day, five times: a week's silence never ends within a week, but does later.
    rows = [(f"m{k}", day) for k in range(60) for day in range(k % 5, 200, 40)]
    community = Community.open({"events": log(rows)}, as_of=DAY0 + dt.timedelta(days=500))
    curve = churn_labels.return_curve(community)
    assert curve["estimate"].iloc[0] == 0
    assert curve.attrs["about"]["inactivity"] == 40


def test_threshold_falls_back_to_the_longest_checkable_gap():
    rows = [(f"m{k}", day) for k in range(40) for day in (0, 14 + k % 3, 28, 42, 56)]
    about = churn_labels.return_curve(Community.open({"events": log(rows)})).attrs["about"]
    assert about["inactivity"] == 56 // 4
    assert not about["reached"]


def test_cutoffs_leave_full_windows_on_both_sides(community):
    days = churn_labels.cutoffs(community, 30)
    assert days[0] == community.as_of - dt.timedelta(days=30)
    assert all((one - other).days == 30 for one, other in pairwise(days))
    assert days[-1] - dt.timedelta(days=29) >= community.first_day


def test_labels_count_those_who_left_and_ignore_those_already_gone():
    events = log([("a", 9), ("a", 12), ("b", 9), ("c", 9), ("c", 12), ("d", 1), ("e", 9), ("e", 14)])
    members = pd.DataFrame({"member_id": list("abcde"), "joined_at": "2026-01-01"})
    members["left_at"] = [None, None, "2026-01-13", None, "2026-01-09"]
    community = Community.open({"events": events, "members": members})
    found = churn_labels.labels(community, DAY0 + dt.timedelta(days=9), 5)
    # a came back, b was silent, c came back but left on day 12, d was already silent, e had left before.
    assert found.to_dict("list") == {"member_id": ["a", "b", "c"], "churned": [0, 1, 1]}


# features ----------------------------------------------------------------------------------------


EVENTS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(0, 50), st.sampled_from(["view", "like", "comment", "share"])
    ),
    min_size=1,
    max_size=30,
)


@given(EVENTS, st.integers(5, 45))
@settings(max_examples=30, deadline=None)
def test_features_equal_a_brute_force_twin(rows, cut):
    day = DAY0 + dt.timedelta(days=cut)
    end = DAY0 + dt.timedelta(days=50)
    orders = pd.DataFrame(
        {
            "order_id": [str(k) for k in range(len(rows))],
            "member_id": [row[0] for row in rows],
            "ordered_at": [pd.Timestamp(DAY0) + pd.Timedelta(days=row[1]) for row in rows],
            "amount": [float(len(row[2])) for row in rows],
        }
    )
    community = Community.open({"events": log(rows), "orders": orders.iloc[::2]}, as_of=end)
    found = churn_features.features(community, day, inactivity=10, windows=(5, 10, 20))
    expected = []
    for member in "abc":
        known = [(at, kind) for who, at, kind in rows if who == member and at <= cut]
        bought = [(at, len(kind)) for who, at, kind in rows[::2] if who == member and at <= cut]
        days = sorted({at for at, _kind in known})
        if not days or cut - days[-1] >= 10:
            continue
        rhythm = (days[-1] - days[0]) / (len(days) - 1) if len(days) > 1 else cut - days[0] + 1
        long = [(at, kind) for at, kind in known if cut - at < 20]
        tenure = cut - min(days[0], min((at for at, _much in bought), default=days[0]))

        def within(window, days=days):
            return sum(cut - at < window for at in days)

        expected.append(
            {
                "member_id": member,
                "recency": cut - days[-1],
                "rhythm": rhythm,
                "overdue": (cut - days[-1]) / rhythm,
                "days_short": within(5),
                "days_medium": within(10),
                "days_long": within(20),
                "trend": within(10) - sum(10 <= cut - at < 20 for at in days),
                "active_share": len(days) / (tenure + 1),
                "tenure": tenure,
                "events_medium": sum(cut - at < 10 for at, _kind in known),
                "action_share": sum(kind != "view" for _at, kind in long) / len(long),
                "talk_long": sum(kind == "comment" for _at, kind in long),
                "like_long": sum(kind == "like" for _at, kind in long),
                "share_long": sum(kind == "share" for _at, kind in long),
                "check_in_long": 0,
                "orders_long": sum(cut - at < 20 for at, _much in bought),
                "orders_all": len(bought),
                "spent_all": sum(much for _at, much in bought),
                "since_order": cut - max((at for at, _much in bought), default=cut - tenure),
            }
        )
    pd.testing.assert_frame_equal(
        found,
        pd.DataFrame(expected, columns=found.columns).astype(found.dtypes.to_dict()),
        check_dtype=False,
    )


def test_replies_are_counted_for_the_one_who_is_answered():
    events = log([("a", 1, "comment"), ("b", 2, "comment"), ("a", 3, "comment"), ("b", 8, "comment")])
    events["event_id"] = ["1", "2", "3", "4"]
    events["reply_to"] = [None, "1", "1", "1"]
    community = Community.open({"events": events})
    found = churn_features.features(community, DAY0 + dt.timedelta(days=5), inactivity=10)
    # b answered a once by then; a's answer to herself and the later answer do not count.
    assert found.set_index("member_id")["replies_long"].to_dict() == {"a": 1, "b": 0}


def test_orders_alone_are_enough(community):
    alone = Community.open(
        {"orders": community.frame("orders")[["order_id", "member_id", "ordered_at", "amount"]]}
    )
    names = churn_features.names(alone)
    assert "spent_all" in names and "talk_long" not in names
    model = churn.train(alone)
    assert model.about["basis"] == "orders"
    assert model.problem or churn_evaluation.performance(model)["estimate"].between(0, 1).all()


# leaks -------------------------------------------------------------------------------------------


def test_clean_features_pass_the_leak_test(community):
    table = churn_leaks.leak_test(community, inactivity=30)
    assert set(table["feature"]) == set(churn_features.names(community))
    assert not table["leaks"].any()
    assert not table["suspicious"].any()


def test_a_planted_leak_is_caught(community):
    def leaky(source, cut, *, inactivity):
        rows = churn_features.features(source, cut, inactivity=inactivity)[["member_id", "recency"]]
        totals = source.query("select member_id, count(*) as total_events from events group by member_id")
        return rows.merge(totals, on="member_id")

    table = churn_leaks.leak_test(community, inactivity=30, features=leaky).set_index("feature")
    assert table.loc["total_events", "leaks"]
    assert not table.loc["recency", "leaks"]


def test_a_copy_of_the_label_is_suspicious(community):
    def copied(source, cut, *, inactivity):
        rows = churn_labels.labels(community, cut, inactivity)
        return rows.rename(columns={"churned": "crm_status"})

    table = churn_leaks.leak_test(community, inactivity=30, features=copied)
    assert table["suspicious"].tolist() == [True]
    assert not table["leaks"].any()


def test_later_exports_promise_more_than_the_honest_test(community, model):
    table = churn_leaks.demonstrate(community, model).set_index(["features", "split"])
    honest = table.loc[("before the cut-off", "by time"), "estimate"]
    assert table.loc[("exported later", "by time"), "low"] > honest
    assert table["honest"].sum() == 1


# the model ---------------------------------------------------------------------------------------


def test_split_is_by_time(model):
    cuts = churn.cutoff_table(model)
    assert cuts["role"].tolist()[-2:] == ["calibrate", "test"]
    assert cuts["cut"].is_monotonic_increasing
    gap = cuts["cut"].diff().dropna().dt.days
    assert (gap >= model.inactivity).all()


def test_performance_shows_the_baseline_and_gain(model):
    table = churn_evaluation.performance(model).set_index("model")
    assert list(table.index) == ["recency", "logistic", "boosting"]
    assert table.loc["recency", "gain"] == 0
    assert table.loc["logistic", "estimate"] > 0.7
    assert table["chosen"].sum() == 1


def test_calibrated_risks_come_true(model):
    table = churn_evaluation.calibration(model)
    assert table["n"].sum() == len(model.tested)
    assert table["inside"].mean() >= 0.6


def test_training_twice_gives_the_same_numbers(community, model):
    again = churn.train(community, inactivity=30)
    pd.testing.assert_frame_equal(again.tested, model.tested)
    pd.testing.assert_frame_equal(churn.score(community, again), churn.score(community, model))


def test_scores_are_probabilities_with_reasons_that_raise_the_risk(community, model):
    table = churn.score(community, model)
    assert table["member_id"].is_unique
    assert table["risk"].between(0, 1).all()
    assert table["risk"].is_monotonic_decreasing
    assert table["reason_1"].iloc[0] in churn_features.names(community)
    assert (table["recency"] < 30).all()


def test_explanations_name_every_feature_with_an_interval(model):
    importance, odds = churn_evaluation.importance(model, repeats=3), churn_evaluation.odds(model)
    assert set(importance["feature"]) <= set(model.columns)
    assert ((odds["low"] <= odds["estimate"]) & (odds["estimate"] <= odds["high"])).all()
    assert (odds["low"] > 0).all()


def test_profit_within_a_budget_is_never_above_the_free_optimum(model):
    free = churn_evaluation.profit(model, contact_cost=3, value_saved=60, success=0.2)
    tight = churn_evaluation.profit(model, contact_cost=3, value_saved=60, success=0.2, budget=10)
    assert tight.attrs["about"]["best_contacts"] <= 10
    assert tight.attrs["about"]["best_profit"] <= free.attrs["about"]["best_profit"]
    by_member = pd.Series(60.0, index=model.tested["member_id"])
    same = churn_evaluation.profit(model, contact_cost=3, value_saved=by_member, success=0.2)
    assert np.allclose(same["profit"], free["profit"])


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([("a", 0)], {"few_cuts", "few_members"}),
        ([("a", day) for day in range(200)], {"few_members"}),
        ([(f"m{k}", day) for k in range(80) for day in range(0, 200, 3)], {"nobody_lost"}),
        ([(f"m{k}", k // 4) for k in range(800)], {"everybody_lost"}),
        ([(f"m{k}", 5) for k in range(80)], {"few_cuts", "few_members"}),
    ],
    ids=["one event", "one member", "nobody lost", "everybody lost", "one day"],
)
def test_too_little_to_learn_from_is_said(rows, problem):
    community = Community.open({"events": log(rows)})
    model = churn.train(community, inactivity=20)
    assert model.problem in problem
    for result in (
        churn_evaluation.performance(model),
        churn_evaluation.calibration(model),
        churn_evaluation.gains(model),
        churn_evaluation.profit(model),
        churn_evaluation.importance(model),
        churn_evaluation.odds(model),
        churn.score(community, model),
        churn_leaks.demonstrate(community, model),
    ):
        assert result.empty
        assert result.attrs["about"]["problem"] == model.problem
    churn_labels.return_curve(community)
    churn_leaks.leak_test(community, inactivity=20)


# ranking -----------------------------------------------------------------------------------------


SCORED = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=2, max_size=30)


@given(SCORED)
@settings(max_examples=40, deadline=None)
def test_auc_is_the_share_of_pairs_in_order(rows):
    cases = [score for outcome, score in rows if outcome]
    others = [score for outcome, score in rows if not outcome]
    estimate, low, high = ranking.auc([row[0] for row in rows], [row[1] for row in rows])
    if not cases or not others:
        assert np.isnan(estimate)
        return
    pairs = [(a > b) + (a == b) / 2 for a in cases for b in others]
    assert estimate == pytest.approx(np.mean(pairs))
    assert np.isnan(low) or low - 1e-9 <= estimate <= high + 1e-9


def test_delong_interval_covers_the_truth():
    rng = np.random.default_rng(0)
    truth = 0.7602499389065233  # P(N(1, 1) > N(0, 1))
    held = 0
    for _repeat in range(300):
        score = np.concatenate([rng.normal(1, 1, 60), rng.normal(0, 1, 120)])
        _estimate, low, high = ranking.auc(np.repeat([1, 0], [60, 120]), score)
        held += low <= truth <= high
    assert 0.92 <= held / 300 <= 0.98


def test_profit_of_six_members_by_hand():
    # Saved: 0.5 x 10 = 5 for each lost member, a contact costs 2.
    curve = ranking.profit(
        [1, 1, 0, 1, 0, 0], [6, 5, 4, 3, 2, 1], contact_cost=2, value_saved=10, success=0.5, repeats=50
    )
    assert curve["contacts"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert curve["profit"].tolist() == [0, 3, 6, 4, 7, 5, 3]
    assert curve.loc[curve["best"], "contacts"].item() == 4
    assert ((curve["low"] <= curve["high"]) | curve["low"].isna()).all()


def test_gains_of_ten_members_by_hand():
    table = ranking.gains([1, 1, 0, 0, 1, 0, 0, 0, 0, 1], range(10, 0, -1), shares=[0.2, 0.5, 1.0])
    assert table["count"].tolist() == [2, 3, 4]
    assert table["estimate"].tolist() == [0.5, 0.75, 1.0]
    assert np.allclose(table["lift"], [2.5, 1.5, 1.0])
