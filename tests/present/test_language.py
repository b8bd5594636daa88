from __future__ import annotations

import pandas as pd

from helpers.present.language import about_of, join, language_of, term, translator


def test_english_is_the_message_itself() -> None:
    assert translator("en")("simulated data") == "simulated data"


def test_chinese_comes_from_the_catalogues() -> None:
    assert translator({"language": "zh"})("as of {day}") == "截至 {day}"


def test_unknown_message_stays_english() -> None:
    assert translator("zh")("never said") == "never said"


def test_language_is_read_from_a_result() -> None:
    frame = pd.DataFrame({"n": [1]})
    frame.attrs["about"] = {"language": "zh_CN"}
    assert language_of(frame) == "zh"
    assert about_of(frame) == {"language": "zh_CN"}


def test_unknown_language_reads_as_english() -> None:
    assert language_of("fr") == "en"


def test_value_and_header_of_the_same_word_differ() -> None:
    _ = translator("zh")
    assert (term(_, "share"), _("share")) == ("分享", "占比")


def test_names_from_the_data_are_left_alone() -> None:
    assert term(translator("zh"), "Tea_Lovers 1") == "Tea_Lovers 1"


def test_sentences_join_without_a_gap_in_chinese() -> None:
    assert join(translator("zh"), ["一。", "", "二。"]) == "一。二。"
