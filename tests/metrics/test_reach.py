"""Time to half reach: posts one can count on paper, a twin in pandas, and the edges."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import reach

START = pd.Timestamp("2026-05-01 08:00")


def opened(posts, formats=None):
    """Open posts, each given by the hours after publishing at which it was seen."""
    views = [(f"c{at}", START + pd.Timedelta(hours=hour)) for at, hours in enumerate(posts) for hour in hours]
    events = pd.DataFrame(views, columns=["content_id", "occurred_at"]).assign(
        member_id="m", event_type="view"
    )
    ends = pd.DataFrame(
        {"member_id": "m", "event_type": "like", "occurred_at": pd.to_datetime(["2026-04-30", "2026-05-31"])}
    )
    contents = pd.DataFrame({"content_id": [f"c{at}" for at in range(len(posts))], "published_at": START})
    if formats:
        contents["format"] = formats
    return Community.open({"events": pd.concat([events, ends], ignore_index=True), "contents": contents})


def test_half_is_reached_with_the_middle_view():
    table = reach.half(opened([[1, 2, 30, 40], [5, 6, 7]], ["video", "text"]), by="format", least=1)
    assert table[["format", "n", "estimate"]].to_numpy().tolist() == [["video", 1, 2.0], ["text", 1, 6.0]]
    assert table["low"].isna().all()  # one post has no interval


def test_views_after_the_window_do_not_count():
    table = reach.curve(opened([[1, 2, 400]]), hours=(1, 24))
    assert table[["viewed", "count", "estimate"]].to_numpy().tolist() == [[2, 1, 0.5], [2, 2, 1.0]]


def test_young_posts_are_left_out():
    events = pd.DataFrame(
        {
            "member_id": "m",
            "event_type": "view",
            "content_id": ["old", "new"],
            "occurred_at": ["2026-05-02", "2026-05-30"],
        }
    )
    first = pd.DataFrame({"member_id": ["m"], "event_type": ["like"], "occurred_at": ["2026-04-01"]})
    contents = pd.DataFrame({"content_id": ["old", "new"], "published_at": ["2026-05-01", "2026-05-29"]})
    community = Community.open({"events": pd.concat([events, first]), "contents": contents})
    assert reach.half(community, least=1)["n"].tolist() == [1]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(1, 160), min_size=1, max_size=12), min_size=1, max_size=12))
def test_curve_and_half_are_what_pandas_counts(posts):
    community = opened(posts)
    table = reach.curve(community).set_index("hours")
    every = np.array([hour for post in posts for hour in post])
    for hour in (6, 48, 168):
        assert table.loc[hour, "count"] == (every <= hour).sum()
    middles = [sorted(post)[(len(post) + 1) // 2 - 1] for post in posts]
    assert reach.half(community, least=1)["estimate"].iloc[0] == pytest.approx(np.median(middles))


def test_missing_tables_are_named():
    bare = Community.open(
        {"events": pd.DataFrame({"member_id": ["a"], "event_type": "view", "occurred_at": "2026-05-01"})}
    )
    for measure in (reach.curve, reach.half):
        with pytest.raises(TableMissing):
            measure(bare)
    with pytest.raises(ValueError, match="choose one of"):
        reach.half(opened([[1]]), by="colour")
