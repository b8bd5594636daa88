"""Telegram: pieces of text, people known by name, reactions in the exporter's clock, topics, private chats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from helpers.community import Community, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, recognise
from helpers.community.importers.telegram import IMPORTER
from tests.community.importers.samples import SAMPLES


def message(number: int, **more: Any) -> dict[str, Any]:
    known = {"id": number, "type": "message", "date": "2026-03-01T09:00:00", "date_unixtime": "1772326800"}
    return {**known, "from": "Leaf", "from_id": "user12", "text": "hi", **more}


def service(number: int, action: str, **more: Any) -> dict[str, Any]:
    known = {"id": number, "type": "service", "date": "2026-03-01T09:00:00", "date_unixtime": "1772326800"}
    return {**known, "actor": "Kettle", "actor_id": "user11", "action": action, **more}


def events(folder: Path, *messages: dict[str, Any], kind: str = "private_supergroup") -> list[Any]:
    path = folder / "result.json"
    chat = {"name": "Tea", "type": kind, "id": 5, "messages": messages}
    path.write_text(json.dumps(chat, ensure_ascii=False), encoding="utf-8")
    return list(IMPORTER.rows(Export(path), "events"))


def test_from_the_folder_to_the_community(tmp_path: Path) -> None:
    SAMPLES["telegram"](tmp_path)
    mapping.guess(tmp_path).write()
    community = Community.open(tmp_path)
    account = community.quality().set_index("table")
    assert account.loc["events", ["rows_in", "used", "set_aside"]].tolist() == [11, 8, 3]
    found = community.frame("events").sort_values("event_id")
    assert sorted(found["event_type"]) == [
        "invite",
        "join",
        "join",
        "join",
        "leave",
        "like",
        "message",
        "share",
    ]
    assert found["occurred_at"].min().isoformat() == "2026-03-01T09:00:00"  # 01:00 in London
    posts = community.frame("contents").sort_values("content_id")
    assert posts["text"].tolist() == ["hello all and Kettle", "新茶到了"]
    assert posts["format"].tolist() == ["text", "image"] and posts["author_id"].isna().tolist() == [
        False,
        True,
    ]


def test_a_name_stands_for_the_one_sender_who_has_it(tmp_path: Path) -> None:
    found = events(
        tmp_path,
        service(1, "invite_members", members=["Leaf", "Pot", "Twin"]),
        message(2),
        message(3, **{"from": "Twin", "from_id": "user13"}),
        message(4, **{"from": "Twin", "from_id": "user14"}),
        service(5, "invite_members", members=["Kettle"]),
        service(6, "remove_members", members=["Leaf"]),
    )
    named = [(row.reason if isinstance(row, Torn) else (row[0], row[1][0], row[1][2])) for row in found]
    assert named[0] == (1, "user11", "invite") and named[4] == (5, "user11", "join")
    assert named[5:] == [
        (1, "user12", "join"),
        (1, "Pot", "join"),
        "a name that several members have",
        (6, "user12", "leave"),
    ]


def test_reactions_are_told_in_the_clock_of_the_exporter(tmp_path: Path) -> None:
    recent = [{"from": "Kettle", "from_id": "user11", "date": "2026-03-02T00:30:00"}]
    reaction = {"type": "emoji", "count": 9, "emoji": "👍", "recent": recent}
    found = events(tmp_path, message(1, reactions=[reaction, {"type": "paid", "count": 3}]))
    assert [row[1][:4] for row in found[1:]] == [("user11", "2026-03-01T16:30:00Z", "like", "5:1")]


def test_old_exports_and_topics(tmp_path: Path) -> None:
    old = {
        "id": 1,
        "type": "message",
        "date": "2020-03-01T09:00:00",
        "from": "Leaf",
        "from_id": 12,
        "text": ["a"],
    }
    found = events(
        tmp_path,
        old,
        service(2, "topic_created", title="Green"),
        message(3, reply_to_message_id=2),
        message(4, reply_to_message_id=3),
        message(5, reply_to_message_id=9, reply_to_peer_id="channel77"),
    )
    assert found[0][1][:2] == ("user12", "2020-03-01T09:00:00")
    assert [row[1][7] for row in found[2:]] == [None, "5:3", "77:9"]


def test_private_chats_are_left_out_without_their_words(tmp_path: Path) -> None:
    found = events(tmp_path, message(1, text="secret"), kind="personal_chat")
    assert found == [Torn(1, "a private message", "")]
    assert list(IMPORTER.rows(Export(tmp_path / "result.json"), "groups")) == []


def test_polls_media_and_text_in_pieces(tmp_path: Path) -> None:
    events(
        tmp_path,
        message(1, text="", poll={"question": "Green or black?", "answers": []}),
        message(2, text="", media_type="voice_message", file="a.ogg"),
        message(3, text=[{"type": "link", "text": "https://example.com"}, " 茶"]),
    )
    found = [row[1] for row in IMPORTER.rows(Export(tmp_path / "result.json"), "contents")]  # type: ignore[index]
    assert [row[3:5] for row in found] == [
        ("text", "Green or black?"),
        ("audio", None),
        ("text", "https://example.com 茶"),
    ]


def test_other_json_is_not_claimed(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text('{"messages": [{"id": 1, "from": "a", "text": "b"}]}', encoding="utf-8")
    assert recognise(path) is None
