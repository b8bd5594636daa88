"""IRC logs: where the date stands, who speaks to whom, who came and went, folders, no line lost."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from helpers.community import Community, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, irc, recognise
from tests.community.importers import samples

Events = list[Sequence[str | None] | str]


def events(path: Path) -> Events:
    found = irc.IMPORTER.rows(Export(path), "events")
    return [row.reason if isinstance(row, Torn) else row[1] for row in found]


def log(tmp_path: Path, text: str, name: str = "tea.log") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def test_messages_actions_and_movements(tmp_path: Path) -> None:
    found = events(samples.irc(tmp_path))
    assert [(row[0], row[1][-8:], row[2], row[7]) for row in found if not isinstance(row, str)] == [
        ("ann", "21:04:00", "message", None),
        ("bo", "21:05:00", "message", "ann"),
        ("bo", "21:05:00", "message", None),
        ("bo", "21:05:00", "message", None),
        ("ann", "21:06:30", "message", None),
        ("cy", "21:07:00", "join", None),
        ("bo", "21:09:00", "leave", None),
    ]
    assert found.count("a notice by the platform") == 1
    assert len({row[6] for row in found if not isinstance(row, str)}) == 7  # "+1" was said twice


@pytest.mark.parametrize(
    ("name", "channel", "day"),
    [
        ("tea-2026-03-05.log", "tea", "2026-03-05"),
        ("#tea.20260305.txt", "#tea", "2026-03-05"),
        ("net.#tea.2026_03_05.log", "#tea", "2026-03-05"),
        ("20260305.log", "pots", "2026-03-05"),
    ],
)
def test_date_and_channel_stand_in_the_name(name: str, channel: str, day: str, tmp_path: Path) -> None:
    (tmp_path / "pots").mkdir()  # where the name is but a date, the folder names the channel
    row = events(log(tmp_path / "pots", "21:04 <ann> hi\n", name))[0]
    assert (row[4], row[1]) == (channel, f"{day} 21:04:00")


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("[2026-03-05 21:04:11] <ann> hi", "2026-03-05 21:04:11"),
        ("2026-03-05T21:04:11.123Z <ann> hi", "2026-03-05 21:04:11Z"),
        ("2026/03/05 21:04 <ann> hi", "2026-03-05 21:04:00"),
        ("--- Day changed Thu Mar 05 2026\n9:04 <ann> hi", "2026-03-05 09:04:00"),
        ("Session Start: Thu Mar 05 20:00:00 2026\n[09:04 PM] <ann> hi", "2026-03-05 21:04:00"),
    ],
)
def test_date_stands_in_the_text(line: str, at: str, tmp_path: Path) -> None:
    row = events(log(tmp_path, line))[0]
    assert row[1] == at


@pytest.mark.parametrize(
    ("line", "who", "kind"),
    [
        ("*** ann joined", "ann", "join"),
        ("*** Joins: Ann (~a@host)", "ann", "join"),
        ("-!- ann [~a@host] has joined #tea", "ann", "join"),
        ("--> ann (~a@host) has joined #tea", "ann", "join"),
        ("* ann (~a@host) has joined", "ann", "join"),
        ("* ann joined the tea club", "ann", "message"),
        ("*** ann has quit (Ping timeout)", "ann", "leave"),
        ("*** Quits: ann (~a@host) (bye)", "ann", "leave"),
        ("*** Parts: ann (~a@host)", "ann", "leave"),
        ("<-- ann (~a@host) has left #tea", "ann", "leave"),
        ("*** ann was kicked by bo (spam)", "ann", "leave"),
        ("* ann left early", "ann", "message"),
        ("<+ann> ", "ann", "message"),
        ("<ann>", "ann", "message"),
    ],
)
def test_what_a_line_says(line: str, who: str, kind: str, tmp_path: Path) -> None:
    row = events(log(tmp_path, f"21:04 <bo> hi\n21:05 {line}\n", "tea-2026-03-05.log"))[1]
    assert (row[0], row[2]) == (who, kind)


def test_odd_lines_are_set_aside(tmp_path: Path) -> None:
    text = (
        "21:04 <ann> hi\nhello?\n21:05 hello\n*** ann is now known as an\n21:06 *** ann is now known as an\n"
    )
    assert events(log(tmp_path, text)) == [
        "a time without a date",
        "not a line of a log",
        "not a line of a log",
        "not a line of a log",
        "a notice by the platform",
    ]


def test_other_texts_are_no_logs(tmp_path: Path) -> None:
    for text in ("10:30 tea\n11:00 cups\n", "<ann> hi\n", "21:04\tann\thi\n", "Tea at 21:04 <ann>\n"):
        assert recognise(log(tmp_path, text, "notes.txt")) is None, text


def test_a_folder_of_days_and_channels(tmp_path: Path) -> None:
    folder = samples.irc_folder(tmp_path)
    (folder / "#tea").mkdir()
    log(folder / "#tea", "21:04 <ann> 你好\n", "2026-03-06.log").write_bytes(
        "21:04 <ann> 你好\n".encode("gb18030")
    )
    log(folder / "#tea", "", "2026-03-07.log")
    mapping.guess(tmp_path).write()
    community = Community.open(tmp_path)
    account = community.quality().set_index("table")
    assert account.loc["events", ["rows_in", "used", "set_aside"]].tolist() == [14, 12, 2]
    assert sorted(community.frame("groups")["group_id"]) == ["#cups", "#kettle", "#tea"]
    assert "你好" in set(community.frame("contents")["text"])
    assert str(community.frame("events")["occurred_at"].max()) == "2026-03-06 21:04:00"


def test_a_zip_is_read_in_the_encoding_of_each_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "logs.zip", "w") as archive:
        archive.writestr("#a.20260305.log", "21:04 <ann> 你好\n".encode("gb18030"))
        archive.writestr("#b.20260305.log", "21:04 <ann> 你好\n".encode("utf-16"))
        archive.writestr("#c.20260305.log", b"")
    assert recognise(tmp_path / "logs.zip") is irc.IMPORTER
    rows = irc.IMPORTER.rows(Export(tmp_path / "logs.zip"), "contents")
    assert [row[1][4] for row in rows if not isinstance(row, Torn)] == ["你好", "你好"]


def test_an_overlapping_log_adds_only_what_is_new(tmp_path: Path) -> None:
    samples.irc(tmp_path)
    log(tmp_path, samples.IRC + "[21:10] <cy> bye\n", "tea-2026-03-05.txt")
    mapping.guess(tmp_path).write()
    assert len(Community.open(tmp_path).frame("events")) == 8
