"""Survival against published numbers, statsmodels and a twin in plain Python."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from helpers.community import Community
from helpers.metrics import survival

# Freireich et al. (1963), Blood 21, 699-716: weeks in remission of 42 children with leukaemia, as printed in
# Gehan (1965) and in most textbooks since. A star in the source (still in remission) is False here.
TREATED = [6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def freireich() -> pd.DataFrame:
    treated = [(t, True) for t in TREATED[0]] + [(t, False) for t in TREATED[1]]
    rows = [("6-MP", t, e) for t, e in treated] + [("placebo", t, True) for t in PLACEBO]
    return pd.DataFrame(rows, columns=["arm", "time", "event"])


def test_freireich_curve_has_the_published_steps():
    curve = survival.kaplan_meier(freireich(), by="arm")
    steps = curve[(curve["arm"] == "6-MP") & (curve["count"] > 0)]
    assert steps["time"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert steps["estimate"].round(4).tolist() == published
    assert steps["n"].tolist() == [21, 17, 15, 12, 11, 7, 6]


def test_freireich_median_and_log_rank_are_the_published_ones():
    table = freireich()
    stay = survival.stay(survival.kaplan_meier(table, by="arm"), by="arm").set_index("arm")
    assert stay["median"].to_dict() == {"6-MP": 23.0, "placebo": 8.0}
    test = survival.log_rank(table, by="arm")
    assert round(test["statistic"].iloc[0], 2) == 16.79
    assert test["expected"].round(2).tolist() == [19.25, 10.75]
    assert test["degrees"].iloc[0] == 1 and test["p_value"].iloc[0] == pytest.approx(4.17e-5, rel=0.01)


def test_freireich_interval_is_greenwood_on_the_log_log_scale():
    # R: survfit(Surv(time, status) ~ 1, conf.type = "log-log") gives .620-.952 at 6, .432-.849 at 13.
    curve = survival.kaplan_meier(freireich().query("arm == '6-MP'")).set_index("time")
    assert curve.loc[6, ["low", "high"]].round(3).tolist() == [0.620, 0.952]
    assert curve.loc[13, ["low", "high"]].round(3).tolist() == [0.432, 0.849]


durations = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 12), st.booleans()), min_size=2, max_size=40
).map(lambda rows: pd.DataFrame(rows, columns=["arm", "time", "event"]))


def test_rounding_is_no_variance_of_the_test() -> None:
    # By hand: one of nine lost at time 1, expected 1/9 in its group, variance 8/81: (8/9)² / (8/81) = 8.
    times, lost = [1, 1, 2, 2, 2, 2, 2, 2, 2], [True] + [False] * 6 + [True, True]
    table = pd.DataFrame({"arm": list("abbbbbbbb"), "time": times, "event": lost})
    assert survival.log_rank(table, by="arm")["statistic"].tolist() == pytest.approx([8, 8])


@settings(max_examples=25, deadline=None)
@given(durations)
def test_curve_and_test_agree_with_statsmodels(table):
    curve = survival.kaplan_meier(table)
    steps = curve[curve["count"] > 0]
    oracle = SurvfuncRight(table["time"], table["event"].astype(int))
    assert np.allclose(steps["estimate"], oracle.surv_prob) and np.allclose(steps["n"], oracle.n_risk)
    assert (curve["low"] <= curve["estimate"] + 1e-12).all() and (
        curve["estimate"] <= curve["high"] + 1e-12
    ).all()
    if table["arm"].nunique() == 2 and table["event"].any():
        found = survival.log_rank(table, by="arm").iloc[0]
        try:
            statistic, p_value = survdiff(table["time"], table["event"].astype(int), table["arm"])
        except np.linalg.LinAlgError:
            return
        if np.isfinite(statistic) and np.isfinite(found["statistic"]):
            assert found["statistic"] == pytest.approx(statistic, abs=1e-6)
            assert found["p_value"] == pytest.approx(p_value, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(durations)
def test_counted_members_give_what_listed_members_give(table):
    counted = table.groupby(["arm", "time", "event"], as_index=False).size().rename(columns={"size": "n"})
    pd.testing.assert_frame_equal(survival.kaplan_meier(counted), survival.kaplan_meier(table))
    listed, grouped = survival.log_rank(table, by="arm"), survival.log_rank(counted, by="arm")
    pd.testing.assert_frame_equal(listed, grouped)


def test_nobody_lost_is_not_certainty():
    curve = survival.kaplan_meier(pd.DataFrame({"time": [5, 5, 5], "event": False}))
    assert (curve["estimate"] == 1).all() and (curve["low"] < 0.5).all()
    stay = survival.stay(curve).iloc[0]
    assert np.isnan(stay["median"]) and stay["estimate"] == 5


def test_everybody_lost_ends_at_zero():
    curve = survival.kaplan_meier(pd.DataFrame({"time": [1, 2, 2], "event": True}))
    assert curve["estimate"].iloc[-1] == 0 and curve["low"].iloc[-1] == 0 and 0 < curve["high"].iloc[-1] < 1


def test_no_members_give_an_empty_curve():
    empty = pd.DataFrame({"time": [], "event": [], "n": []})
    assert survival.kaplan_meier(empty)["n"].sum() == 0


def test_restricted_mean_is_the_area_under_the_curve():
    curve = survival.kaplan_meier(pd.DataFrame({"time": [2, 3, 3, 5], "event": [True, True, False, False]}))
    assert survival.stay(curve, until=4)["estimate"].tolist() == [2 + 0.75 + 0.5]


visits_and_joins = st.tuples(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 40)), min_size=1, max_size=25),
    st.dictionaries(
        st.sampled_from("abcde"),
        st.tuples(st.integers(0, 40), st.none() | st.integers(0, 20)).map(
            lambda stay: (stay[0], None if stay[1] is None else stay[0] + stay[1])
        ),
        min_size=1,
    ),
)


@settings(max_examples=15, deadline=None)
@given(visits_and_joins, st.integers(1, 12))
def test_time_to_churn_equals_walking_through_the_days(drawn, threshold):
    visits, members = drawn
    first, as_of = dt.datetime(2026, 1, 1), 40
    events = pd.DataFrame(
        [(m, first + dt.timedelta(days=d, hours=10), "view") for m, d in visits],
        columns=["member_id", "occurred_at", "event_type"],
    )
    listed = pd.DataFrame(
        [
            (m, first + dt.timedelta(days=j), None if x is None else first + dt.timedelta(days=x))
            for m, (j, x) in members.items()
        ],
        columns=["member_id", "joined_at", "left_at"],
    ).astype({"left_at": "datetime64[us]"})
    community = Community.open(
        {"events": events, "members": listed}, as_of=(first + dt.timedelta(days=as_of)).date()
    )
    found = survival.time_to_churn(community, threshold=threshold, left_edge="keep")
    expected: dict[tuple[int, bool], int] = {}
    for member in {m for m, _ in visits} | set(members):
        days = {d for m, d in visits if m == member}
        joined, left = members.get(member, (min(days, default=0), None))
        start = min([joined, *days])
        silent, outcome = 0, None
        for day in range(start, as_of + 1):
            if left is not None and left >= start and day == left:
                outcome = (day - start, True)
                break
            silent = 0 if day in days or day == start else silent + 1
            if silent >= threshold:
                outcome = (day - start, True)
                break
        outcome = outcome or (as_of - start, False)
        expected[outcome] = expected.get(outcome, 0) + 1
    assert {(r.time, r.event): r.n for r in found.itertuples()} == expected


def test_time_to_churn_keeps_the_silent_and_splits_by_source():
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-01-01 10:00"], "event_type": ["view"]})
    members = pd.DataFrame(
        {"member_id": ["a", "b"], "joined_at": ["2026-01-01", "2026-01-03"], "source": ["ad", "coupon"]}
    )
    community = Community.open({"events": events, "members": members}, as_of="2026-03-01")
    table = survival.time_to_churn(community, threshold=14, by="source")
    assert table[["source", "time", "event", "n"]].to_numpy().tolist() == [
        ["ad", 14, True, 1],
        ["coupon", 14, True, 1],
    ]
