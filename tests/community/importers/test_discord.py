"""Discord: replies, named reactions, bots, notices, conversations outside a server, and the CSV's dates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.community import Community, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export
from helpers.community.importers.discord import IMPORTER
from tests.community.importers.samples import DISCORD, SAMPLES


def by_id(folder: Path) -> Community:
    """Open a folder as init leaves it, but with the ids as they are, so that they can be looked at."""
    path = mapping.guess(folder).write()
    text = path.read_text(encoding="utf-8").replace("pseudonyms: true", "pseudonyms: false")
    path.write_text(text, encoding="utf-8")
    return Community.open(folder)


def test_from_the_file_to_the_community(tmp_path: Path) -> None:
    SAMPLES["discord"](tmp_path)
    community = by_id(tmp_path)
    account = community.quality().set_index("table")
    assert account.loc["events", ["rows_in", "used", "set_aside", "excluded"]].tolist() == [6, 4, 1, 1]
    found = community.frame("events").set_index("event_id")
    assert found.loc["910000000000000003", "reply_to"] == "910000000000000002"
    assert found.loc["910000000000000002", "mentions"] == "11"
    assert found.loc["910000000000000002", "occurred_at"].isoformat() == "2026-03-01T09:05:07.500000"
    assert (found["event_type"] == "like").sum() == 1  # seven who are not named give no likes
    posts = community.frame("contents").set_index("content_id")
    assert posts.loc["910000000000000003", "format"] == "image"


def test_conversations_outside_a_server_are_left_out(tmp_path: Path) -> None:
    direct = json.loads(DISCORD)
    direct["channel"]["type"] = "DirectTextChat"
    path = tmp_path / "direct.json"
    path.write_text(json.dumps(direct), encoding="utf-8")
    rows = list(IMPORTER.rows(Export(path), "events"))
    assert rows == [Torn(number, "a private message", "") for number in range(1, 6)]
    assert not [*IMPORTER.rows(Export(path), "contents"), *IMPORTER.rows(Export(path), "groups")]


def test_threads_say_who_was_added_and_what_was_passed_on(tmp_path: Path) -> None:
    thread = json.loads(DISCORD)
    thread["channel"]["type"] = "GuildPublicThread"
    added, passed = thread["messages"][0], thread["messages"][1]
    added |= {"type": "RecipientAdd", "mentions": [{"id": "13", "isBot": False}]}
    passed |= {"forwardedMessage": {"content": "news"}, "content": "", "reactions": []}
    path = tmp_path / "thread.json"
    path.write_text(json.dumps(thread), encoding="utf-8")
    rows = [row[1] for row in IMPORTER.rows(Export(path), "events") if not isinstance(row, Torn)]
    assert rows[0][0] == "13" and rows[0][2] == "join" and rows[1][2] == "share"
    assert next(iter(IMPORTER.rows(Export(path), "groups")))[1][2] == "topic"  # type: ignore[index]
    first = next(iter(IMPORTER.rows(Export(path), "contents")))[1]
    assert first[2] is None and first[4] == "news"  # type: ignore[index]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("05-Mar-26 09:04 PM", "2026-03-05T21:04:00"),
        ("05-Mar-2026 12:04 AM", "2026-03-05T00:04:00"),
        ("2026-03-05T13:04:11.1234567+00:00", "2026-03-05T21:04:11.123456"),
    ],
)
def test_dates_of_the_csv_of_every_age(tmp_path: Path, written: str, meant: str) -> None:
    text = f'AuthorID,Author,Date,Content,Attachments,Reactions\n"12","leaf","{written}","hi","",""\n'
    (tmp_path / "Tea - general [900000000000000002].csv").write_text(text, encoding="utf-8")
    mapping.guess(tmp_path).write()
    assert Community.open(tmp_path).frame("events")["occurred_at"].iloc[0].isoformat() == meant


def test_channels_of_a_server_add_up(tmp_path: Path) -> None:
    SAMPLES["discord"](tmp_path)
    other = json.loads(DISCORD.replace("91000000000000000", "92000000000000000"))
    other["channel"] |= {"id": "900000000000000009", "name": "leaves"}
    (tmp_path / "leaves.json").write_text(json.dumps(other), encoding="utf-8")
    community = by_id(tmp_path)
    assert sorted(community.frame("groups")["theme"]) == ["general", "leaves"]
    assert len(community.frame("events")) == 8
