"""The weekly report says what it could not take from its store, in both languages."""

from pathlib import Path

import pytest

from helpers.community import Community
from helpers.workbook import changes, history, read_again

HEADER = "member_id,occurred_at,event_type\n"


def rows(days):
    return "".join(f"m{number},2026-03-{day:02d} 10:00,like\n" for day in days for number in range(4))


@pytest.fixture
def tea(tmp_path):
    made = tmp_path / "tea"
    made.mkdir()
    (made / "events-1.csv").write_text(HEADER + rows([1, 2]), encoding="utf-8")
    (made / "events-2.csv").write_text(HEADER + rows([3, 4]), encoding="utf-8")
    (made / "community.yml").write_text(
        "tables:\n  events: {file: 'events-*.csv'}\nprivacy: {pseudonyms: false}\n", encoding="utf-8"
    )
    return made


def said(folder: Path, language: str = "en") -> str:
    store = folder.parent / "store"
    return " ".join(read_again.notes(Community.open(folder, store=store, language=language)))


def test_nothing_is_said_of_new_files_and_of_those_that_grew(tea):
    assert said(tea) == ""
    with (tea / "events-2.csv").open("a", encoding="utf-8") as file:
        file.write(rows([5]))
    (tea / "events-3.csv").write_text(HEADER + rows([6]), encoding="utf-8")
    assert said(tea) == ""
    assert read_again.notes(Community.open(tea)) == []  # without a store


@pytest.mark.parametrize(
    ("language", "whole", "gone"), [("en", "Read whole", "No longer there"), ("zh", "整份重读", "已不在")]
)
def test_a_changed_and_a_vanished_file_are_named(tea, language, whole, gone):
    assert said(tea, language) == ""
    changed = (tea / "events-1.csv").read_text(encoding="utf-8").replace("like", "share", 1)
    (tea / "events-1.csv").write_text(changed, encoding="utf-8")
    told = said(tea, language)
    assert whole in told
    assert "events-1.csv" in told
    assert "events-2.csv" not in told
    (tea / "events-2.csv").unlink()
    told = said(tea, language)
    assert gone in told
    assert "events-2.csv" in told
    assert "events-1.csv" not in told


@pytest.mark.parametrize(
    ("language", "words"), [("en", "every file was read anew"), ("zh", "所有文件都重新读取")]
)
def test_a_store_that_could_not_be_used_is_told_with_the_comparison(tea, language, words):
    said(tea)
    (tea.parent / "store" / "store.json").write_text("{}", encoding="utf-8")
    community = Community.open(tea, store=tea.parent / "store", language=language)
    assert any(words in note for note in changes.compare(community, history.History()).notes)
    assert said(tea, language) == ""  # once is enough
