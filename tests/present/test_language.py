from __future__ import annotations

import re

import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import routine, spread
from helpers.present import plots, readings, tables
from helpers.present.language import _messages, about_of, join, language_of, term, translator


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


def _chat(language: str) -> Community:
    days = pd.date_range("2026-03-02", periods=42).astype(str)
    said = [(f"{day} {hour}:00", f"m{hour}", f"{day}{hour}") for day in days for hour in range(10, 16)]
    told = pd.DataFrame(said, columns=["at", "who", "content_id"])
    named = {"at": "occurred_at", "who": "member_id"}
    events = told.rename(columns=named).assign(event_type="message", group_id="blog posts")
    contents = told.rename(columns={"at": "published_at", "who": "author_id"})
    texts = ["the tea was cold", "thank you, lovely", "when do you open"]
    contents = contents.assign(text=texts * 2 * len(days), format="text", is_ugc=True)
    return Community.open({"events": events, "contents": contents}, language=language)


@pytest.mark.parametrize(("language", "ours", "theirs"), [("en", "messages", "posts"), ("zh", "消息", "帖")])
def test_what_is_written_in_a_chat_is_called_a_message(language: str, ours: str, theirs: str) -> None:
    chat = _chat(language)
    assert chat.is_chat()
    tea = spread.mentions(chat, words=["tea"], every="week")
    week = routine.week(chat)
    for said in (readings.mentions(tea), plots.mentions(tea).alt, str(tables.show(week))):
        assert ours in said, said
        assert theirs not in said, said


def test_forums_and_platforms_have_posts() -> None:
    frames = {"contents": _chat("en").frame("contents"), "events": _chat("en").frame("events")}
    for table, column, value in (("contents", "title", "Tea"), ("events", "event_type", "view")):
        changed = frames | {table: frames[table].drop(columns="day").assign(**{column: value})}
        assert "contents_are" not in Community.open(changed).about("any")


def test_every_text_can_be_said_of_a_chat() -> None:
    for language in ("en", "zh"):
        plain, chat = translator(language), translator({"language": language, "contents_are": "messages"})
        for message in _messages("zh"):
            said = chat(message)
            assert re.findall(r"\{[^}]*\}", said) == re.findall(r"\{[^}]*\}", plain(message)), message
            if "\x04" in said:  # a key for term(), which English does not translate
                continue
            assert not re.search(r"\bposts\b|帖", re.sub(r"\{[^}]*\}", "", said)), said


def test_names_of_the_data_are_not_put_into_other_words() -> None:
    chat = translator({"language": "en", "contents_are": "messages"})
    assert term(chat, "blog posts") == "blog posts"
    assert (term(chat, "post"), term(chat, "at_risk")) == ("message", "at risk")
    assert term(chat, "which post, hour and channel reached whom").startswith("which post")
