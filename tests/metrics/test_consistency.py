from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats.contingency import association

from helpers.community import Community, TableMissing
from helpers.metrics import consistency
from helpers.present import plots, readings


def opened(posts: list[tuple[str, str, bool]]) -> Community:
    contents = pd.DataFrame(posts, columns=["platform", "title", "is_ugc"])
    contents = contents.assign(published_at="2026-01-01", content_id=[f"c{i}" for i in range(len(posts))])
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-01-05 10:00"], "event_type": ["like"]})
    return Community.open({"events": events, "contents": contents})


def test_terms_are_whole_words_in_english_and_pieces_in_chinese():
    posts = [
        ("x", "Slow TEA time", False),
        ("x", "steamed", False),
        ("x", "今天喝手冲茶", False),
        ("x", "tea!", True),
    ]
    table = consistency.audit(opened(posts), terms=["tea", "手冲"])
    assert table.loc[0, ["n", "count"]].tolist() == [3, 2]
    assert table.loc[0, "example"] == "steamed"


def test_the_platform_that_drifts_is_named():
    posts = [("wechat", "handmade tea", False)] * 90 + [("wechat", "sale", False)] * 10
    posts += [("douyin", "handmade tea", False)] * 20 + [("douyin", "sale now", False)] * 60
    table = consistency.audit(opened(posts), terms=["handmade"])
    assert table.set_index("place")["drifts"].to_dict() == {"douyin": True, "wechat": False}
    tests = table.attrs["about"]["tests"]["all"]
    assert tests["cramers_v"] == pytest.approx(association(np.array([[20, 60], [90, 10]]), method="cramer"))


def test_several_messages_are_audited_one_by_one():
    posts = [("x", "calm tea", False), ("y", "craft cup", False)]
    table = consistency.audit(opened(posts), terms={"calm": ["calm"], "craft": ["craft", "handmade"]})
    assert table.groupby("message")["count"].sum().to_dict() == {"calm": 1, "craft": 1}


def test_one_platform_has_no_comparison_and_special_signs_are_plain_text():
    table = consistency.audit(opened([("x", "tea (new)+", False)]), terms=["(new)+"])
    assert table.loc[0, "count"] == 1
    assert np.isnan(table.loc[0, "difference"]) and not table.loc[0, "drifts"]
    assert np.isnan(table.attrs["about"]["tests"]["all"]["cramers_v"])


def test_missing_texts_and_wrong_questions_are_told():
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-01-05 10:00"], "event_type": ["like"]})
    with pytest.raises(TableMissing):
        consistency.audit(Community.open({"events": events}), terms=["tea"])
    with pytest.raises(ValueError, match="terms is empty"):
        consistency.audit(opened([("x", "tea", False)]), terms=[" "])
    with pytest.raises(ValueError, match="by is one of"):
        consistency.audit(opened([("x", "tea", False)]), terms=["tea"], by="title")


def test_a_brand_whose_words_are_not_known_yet_is_not_audited():
    table = consistency.audit(opened([("x", "tea", False)]), terms=[])
    assert list(table) == consistency.COLUMNS and table.empty
    assert plots.message_consistency(table).too_little
    assert "too little" in readings.message_consistency(table)
