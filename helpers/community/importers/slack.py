"""Workspaces of Slack as it exports them: a zip, or the folder that it unpacks to.

``users.json`` lists everybody, ``channels.json`` (``groups.json`` for closed ones) the channels, and every
channel has a folder of its name with a file for each day. A message is known by its channel and ``ts``, which
is also its time: seconds since 1970. ``thread_ts`` is the ``ts`` of the message that a thread began with; it
stands on that message too. Reactions name those who reacted, not when: their likes count at the time of the
message. A list of users may be shorter than ``count``; nobody is made up for the rest. What bots post carries
a ``bot_id`` and often no ``user``: they are listed as members with the role bot. Whoever was deactivated left
when the record was last changed. Conversations in ``dms.json`` and ``mpims.json`` are left out. A zip packed
anew by hand often has one more folder around it all, and ``__MACOSX`` beside it.
"""

from __future__ import annotations

import re
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
from helpers.community.importers.objects import Broken, Opened, objects, part, records, word
from helpers.community.importers.said import TOGETHER, Said

LISTS = ("channels.json", "users.json", "groups.json", "dms.json", "mpims.json")
SAID = (
    None,
    "me_message",
    "thread_broadcast",
    "file_share",
    "file_comment",
    "bot_message",
    "slackbot_response",
)
CAME = {"channel_join": "join", "group_join": "join", "channel_leave": "leave", "group_leave": "leave"}
_DAY = re.compile(r"^(?P<folder>[^/]+)/\d{4}-\d{2}-\d{2}\.json$")


class Place(NamedTuple):
    """Where a channel lives: its id, its name, its kind, when it was opened, whether it is between few."""

    id: str
    name: str | None
    kind: str
    opened: str | None
    private: bool


def _root(export: Export) -> str | None:
    """Return what stands before all names of the export, if it is one."""
    tops = [name for name in export.names if name.rpartition("/")[2] in LISTS and "__MACOSX" not in name]
    if not tops:
        return None
    root = min(tops, key=lambda name: (name.count("/"), name)).rpartition("/")[0]
    return f"{root}/" if root else ""


def _days(export: Export, root: str) -> Iterator[tuple[str, str]]:
    for name in export.names:
        if name.startswith(root) and (found := _DAY.match(name[len(root) :])):
            yield name, found["folder"]


def _recognise(export: Export) -> bool:
    if not export.packed:
        return False
    root = _root(export)
    first = None if root is None else next(_days(export, root), None)
    if root is None or first is None:
        return False
    given = (root + one for one in LISTS[:2] if root + one in export.names)
    heads = [export.read_bytes(name)[: 1 << 16] for name in (first[0], *given)]
    return b'"ts"' in heads[0] or any(b'"id"' in head for head in heads[1:])


def _listed(export: Export, root: str, file: str) -> Iterator[tuple[int, Any]]:
    if root + file in export.names:
        found = records(export, root + file)
        yield from enumerate((one for one in found if not isinstance(one, Opened)), start=1)


def _places(export: Export, root: str) -> dict[str, Place]:
    """Return the channels by the name of their folder."""
    places = {}
    for file in ("mpims.json", "dms.json", "groups.json", "channels.json"):
        private, kind = file in LISTS[3:], "private channel" if file == "groups.json" else "channel"
        for _, one in _listed(export, root, file):
            if channel := word(part(one, "id")):
                name = word(one.get("name"))
                place = Place(channel, name, kind, moment(word(one.get("created"))), private)
                places[channel] = places[name or channel] = place
    return places


def _messages(export: Export, root: str, places: dict[str, Place]) -> Iterator[tuple[str, Place, Any]]:
    yield from export.head_of(_every_message(export, root, places))


def _every_message(export: Export, root: str, places: dict[str, Place]) -> Iterator[tuple[str, Place, Any]]:
    for name, folder in _days(export, root):
        place = places.get(folder) or Place(folder, folder, "channel", None, False)
        for one in records(export, name):
            if not isinstance(one, Opened):
                yield name, place, one


def _who(message: dict[str, Any]) -> str | None:
    return word(message.get("user")) or word(message.get("bot_id")) or None


def _text(text: str | None) -> str | None:
    if text and "&" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return text or None


def _mentioned(text: str | None) -> str | None:
    at = text.find("<@") if text else -1
    if not text or at < 0:
        return None
    return text[at + 2 : text.find(">", at)].partition("|")[0] or None


def _format(message: dict[str, Any]) -> str:
    files = objects(message.get("files"))
    if not files:
        return "text"
    kind = (word(files[0].get("mimetype")) or "").partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "file"


def _members(export: Export, root: str) -> Iterator[tuple[int, Row | Torn]]:
    for at, one in _listed(export, root, "users.json"):
        who = word(part(one, "id"))
        if not who:
            text = f"{root}users.json: {one.text if isinstance(one, Broken) else ''}"
            yield at, Torn(at, one.reason if isinstance(one, Broken) else "no user", text)
            continue
        robot = one.get("is_bot") is True or who == "USLACKBOT"
        staff = any(one.get(right) is True for right in ("is_owner", "is_primary_owner", "is_admin"))
        left = moment(word(one.get("updated"))) if one.get("deleted") is True else None
        yield at, (at, (who, left, "bot" if robot else "staff" if staff else "member", word(one.get("tz"))))


def _events(
    number: int, place: Place, one: dict[str, Any], event: str, at: str | None
) -> Iterator[Row | Torn]:
    who, kind = _who(one), word(one.get("subtype"))
    if kind in CAME:
        yield number, (who, at, CAME[kind], None, place.id, "slack", event, None, None)
        if (inviter := word(one.get("inviter"))) and CAME[kind] == "join":
            asked = f"{event}:invite"
            yield number, (inviter, at, "invite", None, place.id, "slack", asked, None, who)
        return
    if kind not in SAID:
        deleted = kind == "tombstone"
        yield Torn(number, "a deleted message" if deleted else "a notice by the platform", str(kind))
        return
    for reaction in objects(one["reactions"]):
        users = reaction.get("users")
        for fan in map(word, users if isinstance(users, list) else ()):
            if fan:
                like = f"{event}:{word(reaction.get('name'))}:{fan}"
                yield number, (fan, at, "like", event, place.id, "slack", like, None, None)


def _groups(export: Export, root: str, places: dict[str, Place]) -> Iterator[Row | Torn]:
    number = 0
    for place in dict.fromkeys(places.values()):
        if not place.private:
            number += 1
            yield number, (place.id, "slack", place.kind, place.name, place.opened)
    for file in LISTS[:1]:
        for place_in_file, one in _listed(export, root, file):
            if isinstance(one, Broken):
                yield Torn(number + place_in_file, one.reason, f"{root}{file}: {one.text}")


def _blocks(export: Export) -> Iterator[Record | Block]:
    said = Said("slack", ANSWERED)
    root = _root(export) or ""
    places, listed, last = _places(export, root), set[str | None](), 0
    for row in _groups(export, root, places):
        yield "groups", row
    for place_in_file, account in _members(export, root):
        last = place_in_file
        if not isinstance(account, Torn):
            listed.add(account[1][0])
        yield "members", account
    for number, (file, place, one) in enumerate(_messages(export, root, places), start=1):
        if isinstance(one, dict) and "bot_id" in one and not one.get("user"):
            robot = word(one["bot_id"])
            if robot and robot not in listed:
                listed.add(robot)
                yield "members", (last + number, (robot, None, "bot", None))
        ts = word(part(one, "ts"))
        if place.private or not ts:
            reason, broken = one if isinstance(one, Broken) else ("no message", "")
            reason = "a private message" if place.private else reason
            yield "events", Torn(number, reason, "" if place.private else f"{file}: {broken}")
            continue
        event, at = f"{place.id}:{ts}", moment(ts)
        said_it = word(one.get("subtype")) in SAID
        if said_it:
            who, thread, text = _who(one), word(one.get("thread_ts")), word(one.get("text"))
            answered = f"{place.id}:{thread}" if thread and thread != ts else None
            form, named = _format(one), _mentioned(text)
            said.rows.append(
                (number, who, at, "message", event, place.id, who, form, _text(text), answered, named)
            )
            if len(said.rows) == TOGETHER:
                yield from said.given()
        if not said_it or "reactions" in one:
            yield from said.given()
            for row in _events(number, place, one, event, at):
                yield "events", row
    yield from said.given()


IMPORTER = Importer(
    name="slack",
    title="Slack workspace export",
    title_zh="Slack 工作区导出",
    tables={
        "members": ("member_id", "left_at", "role", "time_zone"),
        "events": ANSWERED,
        "contents": CONTENTS,
        "groups": (*GROUPS, "opened_at"),
    },
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
    packed=True,
)
