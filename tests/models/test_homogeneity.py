"""Near-copies: found by brute force, known from the simulation, and what they earn."""

from __future__ import annotations

from collections import Counter
from math import log, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.models import homogeneity, text


def _posts(texts: list[str], days: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "content_id": [f"c{place}" for place in range(len(texts))],
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(days, unit="D"),
            "text": texts,
        }
    )


def _pieces(words: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in words.split():
        padded = f" {word} "
        for size in (3, 4, 5):
            if len(padded) <= size:
                found[padded] += 1
                break
            found.update(padded[start : start + size] for start in range(len(padded) - size + 1))
    return found


def _cosine(one: str, other: str) -> float:
    a, b = ({piece: 1 + log(count) for piece, count in _pieces(words).items()} for words in (one, other))
    dot = sum(value * b.get(piece, 0) for piece, value in a.items())
    return dot / sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()))


_TEXT = st.lists(st.sampled_from(["tea", "kettle", "rain", "evening", "a"]), min_size=1, max_size=5).map(
    " ".join
)


@given(st.lists(st.tuples(_TEXT, st.integers(0, 90)), min_size=1, max_size=9))
@settings(max_examples=40, deadline=None)
def test_the_nearest_earlier_post_is_the_one_found_by_brute_force(rows: list[tuple[str, int]]) -> None:
    rows = sorted(rows, key=lambda row: row[1])
    found = homogeneity.nearest(_posts([row[0] for row in rows], [row[1] for row in rows]), within=30)
    for place, (words, day) in enumerate(rows):
        earlier = [_cosine(words, rows[k][0]) for k in range(place) if day - rows[k][1] <= 30]
        assert found["compared"].iloc[place] == len(earlier)
        assert found["similarity"].iloc[place] == pytest.approx(max(earlier, default=0), abs=1e-9)


def test_blocks_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    posts = _posts([f"post number {n % 7} about tea {n % 5}" for n in range(50)], sorted(range(50)))
    whole = homogeneity.nearest(posts, within=20)
    monkeypatch.setattr(homogeneity, "_BLOCK", 7)
    pd.testing.assert_frame_equal(whole, homogeneity.nearest(posts, within=20))


def test_no_posts_and_empty_texts_are_no_copies() -> None:
    assert homogeneity.nearest(_posts([], [])).empty
    assert not homogeneity.nearest(_posts(["", "!", ""], [0, 0, 1]))["is_copy"].any()


def _community() -> Community:
    written = pd.DataFrame(
        {
            "content_id": ["a", "b", "c", "d"],
            "published_at": ["2026-05-04", "2026-05-05", "2026-05-12", "2026-05-13"],
            "text": ["the lid is rusty", "an evening of rain", "The lid is rusty!", "a new kettle"],
            "topic": ["x", "y", "x", "y"],
            "is_ugc": True,
        }
    )
    kinds = ["view"] * 8 + ["like", "like", "save"]
    seen = ["a", "a", "b", "b", "c", "c", "d", "d", "a", "b", "d"]
    events = pd.DataFrame({"member_id": "m", "event_type": kinds, "content_id": seen})
    return Community.open(
        {"contents": written, "events": events.assign(occurred_at=["2026-05-04", *["2026-05-24"] * 10])}
    )


def test_the_index_counts_copies_by_week_and_by_topic() -> None:
    community = _community()
    found = homogeneity.nearest(text.posts(community))
    weeks = homogeneity.index(community, found, every="week")
    assert weeks["n"].tolist() == [1, 2, 0] and weeks["count"].tolist() == [0, 1, 0]
    assert np.isnan(weeks["estimate"].iloc[2])
    topics = homogeneity.index(community, found, by="topic")
    assert topics["count"].tolist() == [1, 0]


def test_engagement_divides_by_views_and_is_not_randomised() -> None:
    community = _community()
    found = homogeneity.nearest(text.posts(community))
    rates = homogeneity.engagement(community, found, by="is_copy").set_index("group")
    assert rates.loc["copy", ["n", "viewed", "count"]].tolist() == [1, 2, 0]
    assert rates.loc["original", ["n", "viewed", "count"]].tolist() == [2, 4, 2]
    assert rates.attrs["about"]["randomised"] is False


@pytest.mark.parametrize("language", ["en", "zh"])
def test_copies_of_the_demo_are_found(language: str) -> None:
    community = Community.open("demo", language=language)
    posts = text.posts(community, ugc=True)
    found = homogeneity.nearest(posts[posts["purpose"] == "post"])
    truth = community.truth("contents")
    known = truth.assign(copied_from=truth["copied_from"].replace("", None))
    top = homogeneity.recovery(found, known, thresholds=(0.95,)).iloc[0]
    assert top["known"] > 50 and top["recall"] > 0.7
    months = homogeneity.index(community, found[found["topic"] != "complaint"], every="month")
    third = len(months) // 3
    first, last = months.head(third), months.tail(third)
    assert last["count"].sum() / last["n"].sum() > first["count"].sum() / first["n"].sum()
