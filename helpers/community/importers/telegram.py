r"""Chats as Telegram Desktop exports them in its machine-readable form: ``result.json``, or its folder.

The file holds one chat (``name``, ``type``, ``id``, ``messages``) or, of a whole account, ``chats.list`` and
``left_chats.list`` with many. A message is of type ``message`` or ``service``; its ``text`` is a string or a
list of strings and pieces such as ``{"type": "bold", "text": …}``. Ids look like ``user123``; exports of
before 2021 have bare numbers, read as the same ids. ``date`` is local time of whoever exported,
``date_unixtime`` is the instant and wins. What is posted on from elsewhere (``forwarded_from``) is a share,
and the words are not the member's own. Reactions name some of those who reacted, with a local time; the rest
are a mere count, and nobody is made up for them. Service messages name the invited by display name only: a
name that one sender of the chat has stands for that sender. Chats between two are left out. A letter that
JSON does not allow is written ``\x1F``, which other readers stumble over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from helpers.community.delimited import Torn
from helpers.community.importers.export import Export
from helpers.community.importers.importer import (
    ANSWERED,
    CONTENTS,
    GROUPS,
    Block,
    Importer,
    Record,
    Row,
    one_by_one,
)
from helpers.community.importers.marks import moment
from helpers.community.importers.objects import Broken, Opened, head, named, objects, part, records, word
from helpers.community.importers.said import TOGETHER, Said

PRIVATE = ("personal_chat", "bot_chat", "saved_messages", "replies", "verify_codes", "private_chat")
JOINED = ("join_group_by_link", "join_group_by_request")
BROUGHT = ("invite_members", "create_group", "create_supergroup")
FORMATS = {
    "sticker": "image",
    "animation": "image",
    "video_file": "video",
    "video_message": "video",
    "voice_message": "audio",
    "audio_file": "audio",
}
PLAIN = frozenset(
    ("id", "type", "date", "date_unixtime", "from", "from_id", "text", "text_entities", "reply_to_message_id")
)
LOOKED_AT = 1 << 22  # bytes in which the first message is looked for


class Chat(NamedTuple):
    """One chat: its id, its name, and of which type it is."""

    id: str
    name: str | None
    type: str


class Named(NamedTuple):
    """Somebody whom a service message knows by name only, and what became of them."""

    number: int
    chat: str
    at: str | None
    kind: str
    name: str | None
    event: str


def _files(export: Export) -> list[str]:
    found = []
    for name in named(export, ".json"):
        start = head(export, name, LOOKED_AT)
        first = start.find(b'"messages"')
        if first >= 0 and (b'"date_unixtime"' in start[first:] or b'"from_id"' in start[first:]):
            found.append(name)
    return found


def _recognise(export: Export) -> bool:
    return bool(_files(export))


def _read(export: Export) -> Iterator[Any]:
    return export.head_of(_every_record(export))


def _every_record(export: Export) -> Iterator[Any]:
    for name in _files(export) or named(export, ".json"):
        yield from records(export, name, lists=("messages",), enter=("chats", "left_chats", "list"))


def _person(value: Any) -> str | None:
    return value if isinstance(value, str) else f"user{value}" if isinstance(value, int) else None


def _at(message: dict[str, Any]) -> str | None:
    return moment(word(message.get("date_unixtime"))) or word(message.get("date"))


def _reacted(message: dict[str, Any], reaction: dict[str, Any]) -> str | None:
    """Turn the local time of a reaction into an instant, by the zone in which its message is written."""
    if known := moment(word(reaction.get("date_unixtime"))):
        return known
    try:
        local = dt.datetime.fromisoformat(str(message["date"]))
        ahead = local.replace(tzinfo=dt.UTC).timestamp() - float(message["date_unixtime"])
        there = dt.datetime.fromisoformat(str(reaction["date"])).replace(tzinfo=dt.UTC).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        return word(reaction.get("date")) or _at(message)
    return moment(there - ahead)


def _text(message: dict[str, Any]) -> str | None:
    said = message.get("text") or message.get("text_entities")
    if isinstance(said, list):
        pieces = (piece if isinstance(piece, str) else part(piece, "text") for piece in said)
        said = "".join(piece for piece in pieces if isinstance(piece, str))
    if not said:
        said = part(message.get("poll"), "question")
        said = part(said, "text") or said  # newer exports write it in pieces
    return word(said) or None


def _mentioned(message: dict[str, Any]) -> str | None:
    said = message.get("text")
    if isinstance(said, list):
        for piece in said:
            if part(piece, "type") == "mention_name" and piece.get("user_id"):
                return _person(piece["user_id"])
    return None


def _format(message: dict[str, Any]) -> str:
    if "photo" in message:
        return "image"
    return FORMATS.get(str(message.get("media_type")), "file" if "file" in message else "text")


class _Events:
    """Turn the messages of an export into events; people known by name only are kept for the end."""

    def __init__(self) -> None:
        self.named: list[Named] = []
        self.names: dict[tuple[str, str], str | None] = {}
        self.topics: set[str] = set()

    def know(self, chat: Chat, name: Any, member: str | None) -> None:
        if isinstance(name, str) and member:
            key = (chat.id, name)
            if self.names.setdefault(key, member) != member:
                self.names[key] = None

    def answered(self, chat: Chat, one: dict[str, Any]) -> str | None:
        if one.get("reply_to_message_id") is None:
            return None
        there = (word(one.get("reply_to_peer_id")) or chat.id).removeprefix("channel")
        answered = f"{there}:{word(one['reply_to_message_id'])}"
        # With topics, everything answers the notice that opened its topic.
        return None if answered in self.topics else answered

    def liked(self, number: int, chat: Chat, one: dict[str, Any], event: str) -> Iterator[Row]:
        for reaction in objects(one["reactions"]):
            mark = word(reaction.get("emoji")) or word(reaction.get("document_id")) or "like"
            for given in objects(reaction.get("recent")):
                fan = _person(given.get("from_id"))
                self.know(chat, given.get("from"), fan)
                if fan:
                    like, when = f"{event}:{mark}:{fan}", _reacted(one, given)
                    yield number, (fan, when, "like", event, chat.id, "telegram", like, None, None)

    def service(self, number: int, chat: Chat, one: dict[str, Any], event: str) -> Iterator[Row | Torn]:
        action, actor, at = str(one.get("action")), _person(one.get("actor_id")), _at(one)
        own, given = one.get("actor"), one.get("members")
        self.know(chat, own, actor)
        members = given if isinstance(given, list) else []
        others = [word(name) for name in members if name != own or name is None]
        kind: str | None = None
        if action == "topic_created":
            self.topics.add(event)
        if action == "remove_members" and members:
            self.named += [Named(number, chat.id, at, "leave", name, event) for name in others]
            kind = "leave" if len(others) < len(members) else None
        elif action in BROUGHT:
            self.named += [Named(number, chat.id, at, "join", name, event) for name in others]
            founded = action != "invite_members" or len(others) < len(members)
            kind = "join" if founded else "invite"
        elif action in JOINED:
            kind = "join"
        else:
            yield Torn(number, "a notice by the platform", action)
        if kind is not None:
            yield number, (actor, at, kind, None, chat.id, "telegram", event, None, None)

    def people(self) -> Iterator[Row | Torn]:
        """Give out what became of people known by name, now that all senders are known."""
        for one in self.named:
            member = self.names.get((one.chat, one.name), one.name) if one.name else None
            if member is None:
                reason = "a name that several members have" if one.name else "a deleted account"
                yield Torn(one.number, reason, one.kind)
            else:
                event = f"{one.event}:{one.kind}:{member}"
                yield one.number, (member, one.at, one.kind, None, one.chat, "telegram", event, None, None)


def _blocks(export: Export) -> Iterator[Record | Block]:
    events, groups, said = _Events(), _Groups(single=not export.packed), Said("telegram", ANSWERED)
    rows = said.rows
    chat, number = Chat("", None, ""), 0
    for one in _read(export):
        if isinstance(one, Opened):
            known = one.header
            chat = Chat(word(known.get("id")) or "", word(known.get("name")), word(known.get("type")) or "")
            if group := groups.meet(one):
                yield "groups", group
            continue
        number += 1
        if not isinstance(one, dict):
            reason, broken = one if isinstance(one, Broken) else ("no message", "")
            yield "events", Torn(number, reason, broken)
            continue
        event, kind = f"{chat.id}:{word(one.get('id')) or number}", one.get("type")
        if chat.type in PRIVATE or kind not in ("message", "service"):
            reason = "a private message" if chat.type in PRIVATE else "a message that was not exported"
            yield "events", Torn(number, reason, "")
        elif kind == "message":
            at, who = _at(one), _person(one.get("from_id"))
            events.know(chat, one.get("from"), who)
            answered, words = events.answered(chat, one), one.get("text")
            if words and isinstance(words, str) and one.keys() <= PLAIN:
                rows.append((number, who, at, "message", event, chat.id, who, "text", words, answered, None))
            else:
                sort, author = ("share", None) if "forwarded_from" in one else ("message", who)
                form, text, named = _format(one), _text(one), _mentioned(one)
                rows.append((number, who, at, sort, event, chat.id, author, form, text, answered, named))
            if len(rows) == TOGETHER:
                yield from said.given()
            if "reactions" in one:
                yield from said.given()
                for row in events.liked(number, chat, one, event):
                    yield "events", row
        else:
            yield from said.given()
            for told in events.service(number, chat, one, event):
                yield "events", told
    yield from said.given()
    for told in events.people():
        yield "events", told


class _Groups:
    """Give each chat out once; of a file that is one chat only the first."""

    def __init__(self, *, single: bool) -> None:
        self.single, self.closed = single, False
        self.seen: dict[str, int] = {}

    def meet(self, one: Opened) -> Row | None:
        known, kind = one.header, str(one.header.get("type"))
        chat = word(known.get("id"))
        if self.closed:
            return None
        self.closed = self.single and not one.depth
        if not chat or chat in self.seen or kind in PRIVATE:
            return None
        self.seen[chat] = len(self.seen) + 1
        sort = "channel" if kind.endswith("channel") else "chat"
        return self.seen[chat], (chat, "telegram", sort, word(known.get("name")))


IMPORTER = Importer(
    name="telegram",
    title="Telegram Desktop export, JSON",
    title_zh="Telegram 桌面版导出（JSON）",
    tables={"events": ANSWERED, "contents": CONTENTS, "groups": GROUPS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
    packed=None,
)
