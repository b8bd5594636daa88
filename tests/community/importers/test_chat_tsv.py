"""Chats as text with tabs: three or four columns, texts of many lines, and tables that are no chats."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.community import Community, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, chat_tsv, recognise
from tests.community.importers import samples


def write(tmp_path: Path, text: str, name: str = "chat.tsv") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def test_three_columns(tmp_path: Path) -> None:
    found = list(chat_tsv.messages(Export(samples.chat_tsv(tmp_path))))
    assert [(one.line, one.sender, one.text) for one in found if not isinstance(one, Torn)] == [
        (1, "茶友甲", "大家好\n这是第二行"),
        (3, "茶友乙", "早\t带制表符"),
        (4, "茶友甲", "早"),
    ]
    assert [(one.row, one.reason) for one in found if isinstance(one, Torn)] == [
        (5, "not the 3 columns of the file")
    ]


def test_four_columns_name_the_group(tmp_path: Path) -> None:
    samples.chat_of_four(tmp_path)
    mapping.guess(tmp_path).write()
    community = Community.open(tmp_path)
    events = community.frame("events").sort_values("occurred_at")
    assert events["group_id"].tolist() == ["tea", "cups", "tea"]
    assert str(events["occurred_at"].iloc[0]) == "2026-03-05 21:04:11"  # seconds and milliseconds alike
    assert 'so "it" is' in set(community.frame("contents")["text"])


@pytest.mark.parametrize(
    "text",
    [
        "time\tsender\ttext\n2026-03-05 21:04\tann\thello there\n",  # a header: columns are mapped by name
        "".join(f"2026-03-05 21:{n:02d}\tu{n}\tview\n" for n in range(20)),  # a log of events
        "".join(f"2026-03-05 21:{n:02d}\tu{n}\tclick\tp-{n}\n" for n in range(20)),
        "".join(f"2026-03-05 21:{n:02d}\tu{n}\t{n}.50\n" for n in range(20)),  # orders
        "2026-03-05\tann\thello there\n",  # a day is no time of a message
        "hello there\n2026-03-05 21:04\tann\thello there\n",
    ],
)
def test_other_tables_are_no_chats(text: str, tmp_path: Path) -> None:
    assert recognise(write(tmp_path, text)) is None


def test_the_same_words_again_count_again_and_a_second_export_does_not(tmp_path: Path) -> None:
    text = "2026-03-05 21:04\tann\thello there\n" + "2026-03-05 21:05\tbo\t签到 打卡\n" * 2
    write(tmp_path, text)
    write(tmp_path, text, "chat.txt")
    mapping.guess(tmp_path).write()
    community = Community.open(tmp_path)
    assert len(community.frame("events")) == 3
    assert community.quality().set_index("table").loc["events", "set_aside"].tolist() == [0, 3]


def test_nobody_said_it(tmp_path: Path) -> None:
    found = list(chat_tsv.messages(Export(write(tmp_path, "2026-03-05 21:04\t \thello there\n"))))
    assert [one.reason for one in found if isinstance(one, Torn)] == ["no sender"]
