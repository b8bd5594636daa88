from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import affinity


def counts(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["segment", "topic", "count"])


def test_lift_and_interval_of_a_table_checked_by_hand():
    table = affinity.compare(
        counts([("A", "tea", 30), ("A", "cup", 70), ("B", "tea", 20), ("B", "cup", 180)])
    )
    row = table.set_index(["segment", "topic"]).loc[("A", "tea")]
    assert row["estimate"] == pytest.approx(0.30 / 0.10)
    error = np.sqrt(1 / 30 - 1 / 100 + 1 / 20 - 1 / 200)
    assert row["low"] == pytest.approx(3 * np.exp(-1.959964 * error), rel=1e-5)
    assert row["high"] == pytest.approx(3 * np.exp(1.959964 * error), rel=1e-5)
    assert row["significant"]


def test_an_empty_cell_keeps_a_finite_interval():
    table = affinity.compare(counts([("A", "tea", 0), ("A", "cup", 40), ("B", "tea", 9), ("B", "cup", 40)]))
    row = table.set_index(["segment", "topic"]).loc[("A", "tea")]
    assert 0 < row["low"] < row["estimate"] < row["high"] < np.inf


def test_one_segment_has_nobody_to_be_compared_with():
    table = affinity.compare(counts([("A", "tea", 3), ("A", "cup", 4)]))
    assert table[["estimate", "low", "high"]].isna().all(axis=None)
    assert not table["significant"].any()


def test_noise_is_rarely_called_significant():
    random = np.random.default_rng(5)
    false = 0
    for _ in range(60):
        drawn = random.multinomial(60, [0.25] * 4, size=5)
        rows = [(f"s{i}", f"t{j}", int(drawn[i, j])) for i in range(5) for j in range(4)]
        false += affinity.compare(counts(rows))["significant"].any()
    assert false <= 6


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["c0", "c1", "c2", "c3"])), min_size=1, max_size=25
    )
)
def test_favourites_agree_with_a_plain_count(touches):
    topics = {"c0": "tea", "c1": "tea", "c2": "cup", "c3": "gift"}
    gender = {"a": "f", "b": "f", "c": "m", "d": "m"}
    events = pd.DataFrame(touches, columns=["member_id", "content_id"])
    events = events.assign(occurred_at="2026-01-05 10:00", event_type="view")
    contents = pd.DataFrame(
        {"content_id": list(topics), "topic": list(topics.values()), "published_at": "2026-01-01"}
    )
    members = pd.DataFrame({"member_id": list(gender), "gender": list(gender.values())})
    community = Community.open({"events": events, "contents": contents, "members": members})
    expected: dict[tuple[str, str], int] = {}
    for who in {m for m, _ in touches}:
        seen = [topics[c] for m, c in touches if m == who]
        favourite = min(set(seen), key=lambda topic: (-seen.count(topic), topic))
        expected[gender[who], favourite] = expected.get((gender[who], favourite), 0) + 1
    found = affinity.lift(community, segments="gender").set_index(["segment", "topic"])["count"]
    assert found[found > 0].to_dict() == expected


def test_lift_says_what_is_missing():
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-01-01 10:00"], "event_type": ["like"]})
    community = Community.open({"events": events})
    with pytest.raises(TableMissing, match="content_id"):
        affinity.lift(community, segments=pd.DataFrame({"member_id": ["a"], "segment": ["x"]}))
    with pytest.raises(ValueError, match="compares segments"):
        affinity.lift(community)
    with pytest.raises(ValueError, match="topic is one of"):
        affinity.lift(community, topic="title")
