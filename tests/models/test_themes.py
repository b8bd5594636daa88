from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community, TableMissing
from helpers.models import themes


def test_log_odds_of_a_table_checked_by_hand():
    rows = [("a", "slow", 6), ("a", "kind", 4), ("b", "slow", 2), ("b", "kind", 8)]
    counts = pd.DataFrame(rows, columns=["group", "term", "count"])
    found = themes.log_odds(counts, prior=0.5).set_index(["group", "term"])
    # Prior: half of each total, slow 4, kind 6, together 10.
    delta = np.log(10 / 10) - np.log(6 / 14)
    error = np.sqrt(1 / 10 + 1 / 6)
    assert found.loc[("a", "slow"), "log_odds"] == pytest.approx(delta)
    assert found.loc[("a", "slow"), "z"] == pytest.approx(delta / error)
    assert found.loc[("b", "slow"), "z"] == pytest.approx(-delta / error)
    assert found.loc[("a", "slow"), "others"] == 2


def texts(a: list[str], b: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"group": ["a"] * len(a) + ["b"] * len(b), "comment": a + b})


def test_the_marking_words_are_found_with_an_example():
    table = themes.distinctive(
        texts(
            ["slow delivery of my tea, call 13812345678"] * 20 + ["tea fine"] * 20,
            ["kind service and tea"] * 25 + ["tea fine"] * 15,
        )
    )
    first = table.groupby("group").first()
    assert first.loc["a", "term"] in {"slow", "delivery", "call"}
    assert first.loc["b", "term"] in {"kind", "service"}
    assert "tea" not in set(table.loc[table["significant"], "term"])
    assert first.loc["a", "n"] == 40
    assert "13812345678" not in "".join(table["example"])


def test_one_group_or_no_text_gives_an_empty_table():
    assert themes.distinctive(texts(["tea"], [])).empty
    assert themes.distinctive(texts([], [])).empty
    assert themes.distinctive(texts(["tea"], [""])).empty
    assert themes.distinctive(texts(["tea"] * 5, ["tea"] * 5)).empty


def test_same_words_in_both_groups_are_not_called_distinctive():
    random = np.random.default_rng(2)
    words = np.array([f"word{chr(97 + i)}" for i in range(20)])
    made = [" ".join(random.choice(words, 6)) for _ in range(400)]
    table = themes.distinctive(texts(made[:200], made[200:]))
    assert table["significant"].sum() <= 1


def test_comments_are_grouped_by_their_score():
    surveys = pd.DataFrame(
        {
            "member_id": list("abcd"),
            "answered_at": "2026-01-01",
            "kind": "nps",
            "score": [10, 8, 3, 9],
            "comment": ["good", "fine", "slow", " "],
        }
    )
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-01-05 10:00"], "event_type": ["like"]})
    found = themes.comments(Community.open({"events": events, "surveys": surveys}))
    assert found["group"].tolist() == ["promoters", "passives", "detractors"]
    with pytest.raises(TableMissing, match="comment"):
        themes.comments(Community.open({"events": events}))


def test_the_words_of_the_brand_are_those_of_its_own_posts():
    contents = pd.DataFrame(
        {
            "content_id": ["1", "2", "3"],
            "published_at": ["2026-05-01"] * 3,
            "title": ["Slow brewing", "Slow evenings", "Cheap cheap cups"],
            "is_ugc": [False, False, True],
        }
    )
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-05-01"], "event_type": ["view"]})
    own = Community.open({"events": events, "contents": contents})
    assert themes.brand_words(own, most=2) == ["slow", "brewing"]
    members = Community.open({"events": events, "contents": contents.assign(is_ugc=True)})
    assert "cheap" in themes.brand_words(members)
