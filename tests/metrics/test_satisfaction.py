"""The net promoter score against its closed form, a twin and hand-checked surveys."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, DataError, TableMissing
from helpers.metrics import satisfaction


def community_of(answers, *, members=None, events=None, **columns):
    surveys = pd.DataFrame(answers, columns=["member_id", "day", "score"]).astype({"score": float})
    first = pd.Timestamp("2026-01-01 10:00")
    surveys["answered_at"] = [first + pd.Timedelta(days=d) for d in surveys.pop("day")]
    surveys = surveys.assign(kind="nps").assign(**columns)
    seen = pd.DataFrame(events or [("x", 0)], columns=["member_id", "day"])
    seen["occurred_at"] = [first + pd.Timedelta(days=d) for d in seen.pop("day")]
    tables = {"surveys": surveys, "events": seen.assign(event_type="view")}
    if members is not None:
        tables["members"] = members
    return Community.open(tables, as_of="2026-03-15")


def test_closed_form_of_the_published_example():
    # 162 promoters, 108 passives, 54 detractors: 33.33, adjusted Wald 24.95 to 41.11.
    counts = pd.DataFrame({"promoters": [162], "passives": [108], "detractors": [54]})
    row = satisfaction.score(counts).iloc[0]
    assert [round(row[c], 2) for c in ("estimate", "low", "high")] == [33.33, 24.95, 41.11]
    shares = np.array([162, 54]) / 324
    assert round(100 * np.sqrt((shares.sum() - np.diff(shares)[0] ** 2) / 324), 2) == 4.14


def test_each_scale_has_its_own_cuts():
    assert satisfaction.classify(pd.Series([0, 6, 7, 8, 9, 10])).tolist() == [
        "detractors", "detractors", "passives", "passives", "promoters", "promoters",
    ]  # fmt: skip
    five = satisfaction.classify(pd.Series([1, 3, 4, 5]), scale=(1, 5))
    assert five.tolist() == ["detractors", "detractors", "passives", "promoters"]
    assert satisfaction.classify(pd.Series([0]), scale=(1, 10)).isna().all()
    with pytest.raises(DataError):
        satisfaction.cuts(5, 5)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(0, 60), st.integers(0, 10)),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(["latest", "first"]),
    st.sampled_from([None, "month"]),
)
def test_nps_equals_reading_the_answers_one_by_one(answers, answer, every):
    found = satisfaction.nps(community_of(answers, scale_min=0, scale_max=10), answer=answer, every=every)
    start = pd.Timestamp("2026-01-01")
    kept: dict[tuple, list[int]] = {}
    chosen: dict[tuple, tuple] = {}
    for member, day, score in answers:
        period = (start + pd.Timedelta(days=day)).replace(day=1) if every else None
        if member is None:
            kept.setdefault(period, []).append(score)
            continue
        key, rank = (member, period), (day if answer == "first" else -day, score)
        if key not in chosen or rank < chosen[key]:
            chosen[key] = rank
    for (_member, period), (_day, score) in chosen.items():
        kept.setdefault(period, []).append(score)
    assert len(found) == len(kept)
    for row in found.itertuples():
        scores = kept[row.period if every else None]
        promoters, detractors = sum(s >= 9 for s in scores), sum(s <= 6 for s in scores)
        assert (row.n, row.promoters, row.detractors) == (len(scores), promoters, detractors)
        assert row.estimate == pytest.approx(100 * (promoters - detractors) / len(scores))
        assert row.low <= row.estimate + 12 and row.estimate - 12 <= row.high


def test_scales_are_stated_or_assumed_and_kept_apart():
    stated = community_of([("a", 0, 5), ("b", 0, 9)], scale_min=[1, 0], scale_max=[5, 10])
    table = satisfaction.nps(stated)
    assert table["scale"].tolist() == ["0-10", "1-5"] and table["promoters"].tolist() == [1, 1]
    assumed = satisfaction.nps(community_of([("a", 0, 5), ("b", 0, 4)]))
    assert assumed["scale"].tolist() == ["1-5"] and assumed["scale_assumed"].all()


def test_scores_off_the_scale_are_counted_and_left_out():
    table = satisfaction.nps(community_of([("a", 0, 11), ("b", 0, 9)]))
    assert table[["n", "off_scale"]].iloc[0].tolist() == [1, 1]


def test_nps_splits_by_attribute_and_marks_the_unfinished_month():
    members = pd.DataFrame({"member_id": ["a", "b"], "source": ["ad", "coupon"]})
    community = community_of([("a", 0, 10), ("b", 70, 2), ("guest", 70, 9)], members=members)
    table = satisfaction.nps(community, by="source", every="month")
    assert table["source"].tolist() == ["ad", "coupon", "unknown"]
    assert table["estimate"].tolist() == [100, -100, 100]
    assert table["open_period"].tolist() == [False, True, True]


def test_no_surveys_say_which_columns_are_missing():
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-01-01"], "event_type": ["view"]})
    with pytest.raises(TableMissing, match="surveys"):
        satisfaction.nps(Community.open({"events": events}))


def test_surveys_of_another_kind_give_an_empty_table():
    assert satisfaction.nps(community_of([("a", 0, 10)]), kind="csat").empty


def test_minimum_n_reaches_the_margin():
    n = satisfaction.minimum_answers(margin=10, promoters=0.6, detractors=0.2)
    row = satisfaction.score(
        pd.DataFrame({"promoters": [0.6 * n], "passives": [0.2 * n], "detractors": [0.2 * n]})
    )
    assert (row["high"] - row["low"]).iloc[0] / 2 == pytest.approx(10, abs=0.2)
    with pytest.raises(ValueError):
        satisfaction.minimum_answers(margin=0)


def test_trend_finds_the_slope_and_needs_three_periods():
    months = pd.date_range("2026-01-05", periods=4, freq="30D")
    table = pd.DataFrame(
        {"period": months, "n": 50, "estimate": [10.0, 14, 18, 22], "low": 0.0, "high": 30.0}
    )
    found = satisfaction.trend(table).iloc[0]
    assert found["estimate"] == pytest.approx(4) and found["low"] < 0 < found["high"]
    assert found["p_value"] == pytest.approx(1)
    assert satisfaction.trend(table.head(2)).empty


def test_mean_scores_by_item_count_the_latest_answer():
    answers = [("a", 0, 1), ("a", 5, 5), ("b", 0, 3)]
    community = community_of(answers, item="taste", scale_min=1, scale_max=5)
    table = satisfaction.scores(community, kind="nps")
    assert table[["n", "estimate", "content"]].iloc[0].tolist() == [2, 4.0, 0.5]
    with pytest.raises(ValueError):
        satisfaction.scores(community_of(answers), by="member_id")


def test_response_shows_that_the_active_answer():
    members = pd.DataFrame({"member_id": list("abcd"), "joined_at": "2025-12-01"})
    events = [("a", day) for day in range(20, 30)] + [("b", 25)]
    community = community_of([("a", 30, 10), ("a", 2, 1), ("b", 30, 0)], members=members, events=events)
    table = satisfaction.response(community).set_index("activity")
    assert table["n"].to_dict() == {"none": 2, "1-3 days": 1, "4 days and more": 1}
    assert table["count"].to_dict() == {"none": 0, "1-3 days": 1, "4 days and more": 1}
    assert table["score"].dropna().tolist() == [-100, 100]
    assert table["members"].sum() == pytest.approx(1) and table["answers"].sum() == pytest.approx(1)


def test_distribution_keeps_the_scores_that_nobody_gave():
    table = satisfaction.distribution(community_of([("a", 0, 10), ("b", 0, 7), ("a", 9, 2)]))
    assert table["score"].tolist() == list(range(11))
    assert table.set_index("score")["count"].to_dict() == dict.fromkeys(range(11), 0) | {2: 1, 7: 1}
    assert table["n"].unique().tolist() == [2] and table["estimate"].sum() == 1
