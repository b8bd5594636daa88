"""Channels of a Discord server as DiscordChatExporter writes them: one file a channel, JSON or CSV.

The JSON names server and channel, then lists ``messages`` with ``timestamp`` (with its zone), ``author``
(``id``, ``isBot``), ``reference`` (what a reply answers), ``mentions`` and ``reactions``; a folder or zip of
such files is read too. Newer versions
name those who reacted, not when: their likes count at the time of the message. Older ones give a mere
count, and nobody is made up for it. Messages of types other than ``Default`` and ``Reply`` are the platform's
own: ``GuildMemberJoin`` is somebody who came, ``RecipientAdd`` and ``RecipientRemove`` come and go in a
thread, and the rest are notices. Conversations outside a server are left out. Names may change, ids stay.
Whoever is a bot is listed as a member with the role bot; nobody else is listed.

The CSV has ``AuthorID, Author, Date, Content, Attachments, Reactions``: no ids of messages, no replies, and
reactions as counts. The date has its zone, or, in older versions, is local, as in ``05-Mar-26 09:04 PM``.
Notices stand there as if their author had said them. Its channel is told by the file's name, which ends in
the channel's id in square brackets.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from typing import Any

from helpers.community.delimited import Torn
from helpers.community.errors import DataError
from helpers.community.importers import tabular
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
from helpers.community.importers.marks import Numbering
from helpers.community.importers.objects import Broken, Opened, head, named, objects, part, records, word
from helpers.community.importers.said import TOGETHER, Said
from helpers.community.sentences import mark as _

HEADER = ("AuthorID", "Author", "Date", "Content", "Attachments", "Reactions")
SAID = ("Default", "Reply", "20", "23")  # 20 and 23: a bot answers a command
CAME = {"GuildMemberJoin": "join", "RecipientAdd": "join", "RecipientRemove": "leave"}
NOTICES = (  # what the CSV writes for the platform's own messages
    "Joined the server.",
    "Pinned a message.",
    "Left the group.",
    "Changed the channel icon.",
)
SUFFIXES = {
    "image": ("png", "jpg", "jpeg", "gif", "webp", "heic", "avif", "bmp"),
    "video": ("mp4", "mov", "webm", "mkv", "avi"),
    "audio": ("mp3", "ogg", "wav", "m4a", "flac", "opus"),
}
FORMATS = {suffix: form for form, suffixes in SUFFIXES.items() for suffix in suffixes}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_OLD = re.compile(r"^(\d{1,2})-([A-Za-z]{3})-(\d{2}|\d{4}) (\d{1,2}):(\d{2})(?: ?([AaPp])[Mm])?$")
_BOT = re.compile(rb'"\0*i\0*s\0*B\0*o\0*t\0*"[\s\0]*:[\s\0]*t')  # in UTF-16 zeros stand between the letters
_NAMED = re.compile(r"^(?P<name>.*?)\s*\[(?P<id>\d{5,20})\]")


def _files(export: Export) -> list[str]:
    marks = (b'"guild"', b'"channel"', b'"messages"')
    return [name for name in named(export, ".json") if all(one in head(export, name) for one in marks)]


def _recognise(export: Export) -> bool:
    if export.packed or export.path.suffix.lower() == ".json":
        return bool(_files(export))
    grid = tabular.find(export, HEADER)
    return grid is not None and grid.header[:5] == HEADER[:5]


def _form(name: str) -> str:
    return FORMATS.get(name.partition("?")[0].rpartition(".")[2].lower(), "file")


def _format(message: dict[str, Any]) -> str:
    files = objects(message.get("attachments"))
    if files:
        return _form(word(files[0].get("fileName")) or "")
    return "image" if message.get("stickers") and not message.get("content") else "text"


def _read(export: Export) -> Iterator[Any]:
    return export.head_of(_every_record(export))


def _every_record(export: Export) -> Iterator[Any]:
    for name in _files(export) or named(export, ".json"):
        yield from records(export, name, lists=("messages",))


def _json(export: Export) -> Iterator[Record | Block]:
    said = Said("discord", ANSWERED)
    group, outside, bots, number, opened = "", False, set[str](), 0, 0
    for one in _read(export):
        if isinstance(one, Opened):
            guild, channel = one.header.get("guild"), one.header.get("channel")
            group, kind = word(part(channel, "id")) or "", str(part(channel, "type"))
            outside = kind.startswith("Direct") or word(part(guild, "id")) == "0"
            opened += not outside
            if not outside and (export.packed or opened == 1):
                sort = "topic" if kind.endswith("Thread") else "forum" if kind == "GuildForum" else "chat"
                yield "groups", (opened, (group, "discord", sort, word(part(channel, "name"))))
            continue
        number += 1
        if not isinstance(one, dict) or outside:
            reason, broken = one if isinstance(one, Broken) else ("no message", "")
            reason, broken = ("a private message", "") if outside else (reason, broken)
            yield "events", Torn(number, reason, broken)
            continue
        accounts: list[Any] = [one.get("author")]
        mentioned = objects(given) if (given := one.get("mentions")) else []
        accounts += mentioned
        reactions = objects(given) if (given := one.get("reactions")) else []
        for reaction in reactions:
            accounts += objects(reaction.get("users"))
        for account in accounts:
            if part(account, "isBot") is True and (who := word(account.get("id"))) and who not in bots:
                bots.add(who)
                yield "members", (number, (who, "bot"))
        event, at, kind = word(one.get("id")), word(one.get("timestamp")), str(one.get("type"))
        if kind in SAID:
            who, text = word(part(one.get("author"), "id")), word(one.get("content"))
            sort, author = "message", who
            if "forwardedMessage" in one:
                sort, author = "share", None
                text = text or word(part(one["forwardedMessage"], "content"))
            answered = word(part(one.get("reference"), "messageId")) if kind == "Reply" else None
            named = word(mentioned[0].get("id")) if mentioned else None
            form = _format(one)
            said.rows.append(
                (number, who, at, sort, event, group, author, form, text or None, answered, named)
            )
            if len(said.rows) == TOGETHER:
                yield from said.given()
        if reactions or kind not in SAID:
            yield from said.given()
            for row in _events(number, group, one, event, at, reactions):
                yield "events", row
    yield from said.given()


def _events(
    number: int,
    group: str,
    one: dict[str, Any],
    event: str | None,
    at: str | None,
    reactions: list[dict[str, Any]],
) -> Iterator[Row | Torn]:
    kind, author = str(one.get("type")), word(part(one.get("author"), "id"))
    if kind in CAME:
        mentioned = [word(account.get("id")) for account in objects(one.get("mentions"))]
        # In a thread the notice names whom its author added or removed.
        who = mentioned[0] if kind != "GuildMemberJoin" and mentioned else author
        yield number, (who, at, CAME[kind], None, group, "discord", event, None, None)
        return
    if kind not in SAID:
        yield Torn(number, "a notice by the platform", kind)
        return
    for reaction in reactions:
        emoji = part(reaction, "emoji")
        mark = word(part(emoji, "id")) or word(part(emoji, "name")) or "like"
        for account in objects(reaction.get("users")):
            if fan := word(account.get("id")):
                like = f"{event}:{mark}:{fan}"
                yield number, (fan, at, "like", event, group, "discord", like, None, None)


def _clock(text: str) -> str:
    """Rewrite a date such as 05-Mar-26 09:04 PM; leave any other as it is."""
    found = _OLD.match(text) if len(text) < 22 else None
    if not found or found[2].lower() not in MONTHS:
        return text
    month, hour = MONTHS.index(found[2].lower()) + 1, int(found[4])
    if found[6]:
        hour = hour % 12 + 12 * (found[6] in "Pp")
    return f"{int(found[3]) % 100 + 2000}-{month:02d}-{int(found[1]):02d} {hour:02d}:{found[5]}:00"


def _csv(export: Export) -> Iterator[Record | Block]:
    found = _NAMED.match(export.path.stem)
    group = found["id"] if found else export.path.stem
    yield "groups", (1, (group, "discord", "chat", found["name"] if found else group))
    ids, said = Numbering(), Said("discord", ANSWERED)
    grid = tabular.table(export, HEADER)
    if grid.header[:5] != HEADER[:5]:
        raise DataError(
            _("{file}: its columns are not {wanted}. Export it again."),
            file=export.path.name,
            wanted=", ".join(HEADER),
        )
    for row in grid.rows():
        if isinstance(row, Torn):
            yield "events", row
            continue
        number, (who, _name, at, text, files, *_more) = row
        at = _clock(at)
        event = ids.id(group, at, who, text)
        if text not in NOTICES:
            form = _form(files.partition(",")[0]) if files else "text"
            said.rows.append((number, who, at, "message", event, group, who, form, text or None, None, None))
            if len(said.rows) == TOGETHER:
                yield from said.given()
        elif text == NOTICES[0]:
            yield from said.given()
            yield "events", (number, (who, at, "join", None, group, "discord", event, None, None))
        else:
            yield "events", Torn(number, "a notice by the platform", text)
    yield from said.given()


def _blocks(export: Export) -> Iterator[Record | Block]:
    as_json = export.packed or export.path.suffix.lower() == ".json"
    yield from (_json if as_json else _csv)(export)


def _may_feed(export: Export) -> set[str]:
    # Members are listed where they are bots, and only the JSON says that.
    if not export.packed and export.path.suffix.lower() != ".json":
        return {"events", "contents", "groups"}
    bots = any(_bots(export, name) for name in _files(export) or named(export, ".json"))
    return {"members", "events", "contents", "groups"} if bots else {"events", "contents", "groups"}


def _bots(export: Export, name: str) -> bool:
    if export.packed and not export.path.is_dir():
        return _BOT.search(export.read_bytes(name)) is not None
    path = export.path / name if export.packed else export.path
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return _BOT.search(data) is not None


IMPORTER = Importer(
    name="discord",
    title="Discord channel, DiscordChatExporter JSON or CSV",
    title_zh="Discord 频道（DiscordChatExporter 导出的 JSON 或 CSV）",
    tables={"members": ("member_id", "role"), "events": ANSWERED, "contents": CONTENTS, "groups": GROUPS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
    packed=None,
    may_feed=_may_feed,
)
