"""Words of both languages, and the table made of them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.models import text


def test_words_are_cut_in_both_languages() -> None:
    assert text.tokens("The tea isn't slow; we don't like it 12345") == [
        "tea",
        "isn't",
        "slow",
        "don't",
        "like",
    ]
    assert "物流" in text.tokens("物流很慢，包装破损")
    assert text.tokens("，。123 ") == []


def test_negations_are_words_of_their_own_kind() -> None:
    assert text.words("not good") == ["not", "good"]
    assert "not" in text.tokens("this is not good")
    assert "的" not in text.tokens("好喝的茶") and "的" in text.words("好喝的茶")


@given(
    st.lists(st.lists(st.sampled_from(["tea", "cup", "rain", "glaze"]), max_size=6), min_size=1, max_size=8)
)
@settings(max_examples=40, deadline=None)
def test_counts_agree_with_counting_by_hand(lists: list[list[str]]) -> None:
    found = text.terms([" ".join(words) for words in lists], weights="count", least=1, most=1.0)
    by_hand = [Counter(words) for words in lists]
    assert set(found.vocabulary) == {word for words in lists for word in words}
    for row, counter in zip(found.matrix.toarray(), by_hand, strict=True):
        assert dict(zip(found.vocabulary, row, strict=True)) == {w: counter[w] for w in found.vocabulary}


def test_rows_of_weights_have_length_one_and_common_words_go() -> None:
    found = text.terms(["green tea", "black tea", "white tea", "tea cup"], least=1, most=0.9)
    assert "tea" not in found.vocabulary
    assert np.sqrt(found.matrix.multiply(found.matrix).sum(axis=1)) == pytest.approx(1)


@pytest.mark.parametrize("texts", [[], [""], ["的 了", "the of"], ["a b", "c d"]])
def test_texts_without_words_make_a_table_without_columns(texts: list[str]) -> None:
    found = text.terms(texts, least=2)
    assert found.matrix.shape == (len(texts), 0) and len(found.vocabulary) == 0


def test_posts_join_title_and_text_and_can_be_those_of_members() -> None:
    written = pd.DataFrame(
        {
            "content_id": ["c2", "c1", "c3"],
            "published_at": ["2026-05-02", "2026-05-01", "2026-05-03"],
            "title": ["Cup", "Tea", " "],
            "text": ["is new", "is hot", None],
            "is_ugc": [True, False, True],
        }
    )
    events = pd.DataFrame({"member_id": ["m1"], "occurred_at": "2026-05-04", "event_type": "view"})
    community = Community.open({"contents": written, "events": events})
    assert text.posts(community)["text"].tolist() == ["Tea is hot", "Cup is new"]
    assert text.posts(community, ugc=True)["content_id"].tolist() == ["c2"]
    with pytest.raises(TableMissing):
        text.posts(Community.open({"contents": written[["content_id", "published_at"]], "events": events}))
