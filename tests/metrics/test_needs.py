from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community, TableMissing
from helpers.metrics import needs


def opened(rows: list[tuple[str, str, str, float]], **more: pd.DataFrame) -> Community:
    surveys = pd.DataFrame(rows, columns=["member_id", "kind", "item", "score"])
    surveys["answered_at"] = [pd.Timestamp("2026-01-05") + pd.Timedelta(hours=i) for i in range(len(surveys))]
    events = pd.DataFrame(
        {"member_id": ["a"], "occurred_at": ["2026-03-01 10:00"], "event_type": ["comment"]}
    )
    return Community.open({"events": events, "surveys": surveys, **more})


def survey(item: str, importance: list[int], satisfaction: list[int]) -> list[tuple[str, str, str, float]]:
    rows = [(f"m{i}", "need", item, score) for i, score in enumerate(importance)]
    return rows + [(f"m{i}", "satisfaction", item, score) for i, score in enumerate(satisfaction)]


def test_opportunity_is_ulwicks_formula():
    rows = survey("brew guide", [5, 5, 4, 2], [1, 2, 4, 3]) + survey("gift wrap", [2, 4, 1, 1], [5, 5, 5, 5])
    table = needs.priorities(opened(rows), repeats=50).set_index("item")
    assert table.index.tolist() == ["brew guide", "gift wrap"]
    assert table.loc["brew guide", "importance"] == 0.75
    assert table.loc["brew guide", "satisfaction"] == 0.25
    assert table.loc["brew guide", "opportunity"] == pytest.approx(7.5 + 5.0)
    assert table.loc["gift wrap", "opportunity"] == pytest.approx(2.5)
    assert table["small"].all()


def test_only_the_last_answer_of_a_member_counts():
    rows = [*survey("x", [5, 5], [1, 1]), ("m0", "need", "x", 1.0)]
    table = needs.priorities(opened(rows), repeats=20)
    assert table.loc[0, "importance"] == 0.5
    assert table.loc[0, "n"] == 2


def test_ranks_are_stable_where_the_answers_are_far_apart():
    random = np.random.default_rng(1)
    rows = []
    for item, important in (("a", 0.9), ("b", 0.6), ("c", 0.2)):
        rows += survey(item, list(np.where(random.random(200) < important, 5, 2)), [2] * 200)
    table = needs.priorities(opened(rows), repeats=300, first=1).set_index("item")
    assert table.loc["a", ["rank", "rank_low", "rank_high", "p_first"]].tolist() == [1, 1, 1, 1]
    assert (table["low"] <= table["opportunity"]).all() and (table["opportunity"] <= table["high"]).all()


def test_one_kind_alone_says_what_is_missing():
    with pytest.raises(TableMissing, match="satisfaction"):
        needs.priorities(opened([("m0", "need", "x", 5.0)]))


def test_feedback_channels_have_all_members_below_the_line():
    members = pd.DataFrame({"member_id": ["a", "b", "c", "m0"]})
    table = needs.feedback_channels(opened([("m0", "need", "x", 5.0)], members=members)).set_index("channel")
    assert table.loc["comment", "count"] == 1
    assert table.loc["survey", "count"] == 1
    assert table["n"].eq(4).all()
