"""Group chats of WeChat as the common exporters write them: a CSV with one row a message.

Three headers are known: ``localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,
Remark,NickName,Sender`` (with ``StrTalker`` or ``talker`` when a file holds several chats), ``id,MsgSvrID,
type_name,is_sender,talker,room_name,content,CreateTime``, and ``消息ID,类型,发送人,时间,内容,…``. The traps:

- a text may have many lines; the file begins with a byte order mark; ``CreateTime`` counts seconds;
- ``Type`` is a code (1 text, 3 image, 34 voice, 43 video, 47 sticker, 49 link, file, quote or mini program by
  ``SubType``, 10000 the platform's own), a word, or, in newer versions, both codes in one large number;
- who came and went stands in the platform's notices, under names, not ids: a name is traced to the id that
  bears it in the same file; a name that two ids bear is set aside, one that never wrote stands for itself;
- a quotation names what it answers by the server's id (in XML) or by its words;
- a file of all chats holds private ones; they are set aside without their words;
- ``localId`` starts anew in each of the exporter's databases, so the time belongs to the id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from helpers.community import delimited
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
from helpers.community.importers.marks import Numbering, moment
from helpers.community.importers.said import TOGETHER, Said
from helpers.community.importers.wechat_codes import LONG, QUOTE, SYSTEM, form, notice

HEADERS = (
    {"type", "createtime", "strcontent", "issender"},
    {"msgsvrid", "type_name", "is_sender", "talker", "room_name"},
)
WORDS = ["消息id", "类型", "发送人", "时间", "内容"]
FIELDS = {
    "local": ("localid", "消息id", "id"),
    "server": ("msgsvrid",),
    "chat": ("room_name", "strtalker", "talkerwxid", "talker"),
    "talker": ("talkerid",),
    "kind": ("type", "type_name", "类型"),
    "part": ("subtype",),
    "mine": ("issender", "is_sender"),
    "time": ("createtime", "时间"),
    "clock": ("strtime",),
    "text": ("strcontent", "content", "msg", "内容"),
    "sender": ("sender", "发送人", "talker"),
    "nick": ("nickname", "昵称"),
    "remark": ("remark", "备注"),
}
TITLE = re.compile(r"<title>(?:<!\[CDATA\[)?([^\]<]*)")
SERVER = re.compile(r"<svrid>(?:<!\[CDATA\[)?(\d+)")
QUOTED = re.compile(r"\n\s*(?:\[?引用\]?[:：]?|「)[^\n:：]{0,64}[:：]\s*")
OLD_QUOTE = re.compile(r"^「[^\n:：」]*[:：]\s*([^」]*)」\n[- ]{6,}\n")
MENTION, ROOM = "\u2005", "@chatroom"  # a space that only follows a name after @; what a group's id ends in
NAMED = re.compile(f"@([^@{MENTION}\n]{{1,64}}){MENTION}")
KEPT = 50_000  # texts that a quotation may answer


class Message(NamedTuple):
    """One row, whatever its header: its row, its chat, what it is, when, who, and what was said."""

    row: int
    id: str
    by_server: bool
    chat: str
    form: str
    mine: bool
    at: str
    sender: str
    names: tuple[str, ...]
    text: str


Values = tuple[str | None, ...]
_new = partial(tuple.__new__, Message)


def _places(export: Export) -> tuple[str, dict[str, int], int] | None:
    """Return the separator, the place of every field, and the number of columns, if the header is known."""
    if export.packed or export.path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return None
    line = next(iter(export.head(1)), "")
    separator = max(delimited.SEPARATORS, key=line.count)
    header = [(cell or "").strip().lower() for cell in delimited.fields_of(line, separator)]
    if not any(known <= set(header) for known in HEADERS) and header[:5] != WORDS:
        return None
    places = {
        field: header.index(next(name for name in names if name in header))
        for field, names in FIELDS.items()
        if set(names) & set(header)
    }
    if "sender" in places and places["sender"] == places.get("chat"):
        del places["sender"]
    return separator, places, len(header)


def _recognise(export: Export) -> bool:
    return _places(export) is not None


def messages(export: Export) -> Iterator[Message | Torn]:
    """Read the rows of an export, whichever header it has.

    Parameters
    ----------
    export : Export
        One CSV file.

    Yields
    ------
    Message or Torn
        One a row.
    """
    found = _places(export)
    if found is None:
        return
    separator, places, width = found
    wanted = itemgetter(*(places.get(field, width) for field in FIELDS))
    ids, stem = Numbering(), export.path.stem
    rows = delimited.quick_records(export.path, export.seen.encoding, separator, width, 1)
    for record in export.head_of(rows):
        if isinstance(record, Torn):
            yield record
            continue
        row, cells = record
        cells.append("")  # what the header does not have
        local, server, chat, talker, code, part, mine, time, clock, text, sender, nick, remark = wanted(cells)
        kind = form(code, part)
        if kind is None:
            yield Torn(row, "a type of message that is not known", separator.join(cells))
            continue
        at = moment(time) or clock or time
        chat = chat.strip() or talker.strip() or stem
        text, sender = text.strip(), sender.strip()
        if text.startswith(('{"', '"')):
            text = _unpacked(text)
        if ":\n" in text:
            head, colon, _tail = text[:64].partition(":\n")
            if colon and (head == sender or head.startswith("wxid_")):
                sender, text = head, text[len(head) + 2 :]
        own = mine in ("1", "1.0", "true", "True")
        nick, remark = nick.strip(), remark.strip()
        names = (nick, remark) if nick and remark else (nick or remark,) if nick or remark else ()
        sender = sender or ("self" if own else "") or next(iter(names), "")
        server = server.strip()
        number = server or (f"{chat}:{local}:{at}" if local else ids.id(chat, at, sender, text))
        yield _new((row, number, bool(server), chat, kind, own, at, sender, names, text))


def _unpacked(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return str(found.get("msg") or found.get("src") or "") if isinstance(found, dict) else str(found)


class People:
    """Know which id bears which name, as far as the file was read, and which one is the exporter's own."""

    def __init__(self) -> None:
        self.bearers: dict[str, set[str]] = {}
        self.own = "self"
        self._known: set[tuple[str, tuple[str, ...]]] = set()

    def meet(self, one: Message) -> None:
        """Learn from a message who bears which names."""
        called = (one.sender, one.names)
        if called not in self._known:
            self._known.add(called)
            for name in (one.sender, *one.names):
                self.bearers.setdefault(name, set()).add(one.sender)
            if one.mine:
                self.own = one.sender

    def who(self, name: str) -> str | None:
        """Return the id behind a name, the name itself where nobody bears it, None where several do."""
        if name in ("你", "You", "you"):
            return self.own
        found = self.bearers.get(name, {name})
        return next(iter(found)) if len(found) == 1 else None

    def named(self, text: str) -> str | None:
        """Return the id of the first person whom a text names with @, if one person bears that name."""
        for name in NAMED.findall(text):
            found = self.bearers.get(name, set())
            if len(found) == 1:
                return next(iter(found))
        return None


def _rooms(export: Export) -> bool:
    # Whether the file holds any chat that is a group by its id; asked only where a chat's id does not tell.
    return any(not isinstance(one, Torn) and one.chat.endswith(ROOM) for one in messages(export))


class Quotes:
    """Find what a quotation answers among the latest messages."""

    def __init__(self) -> None:
        self._now: dict[tuple[str, str], str] = {}
        self._before: dict[tuple[str, str], str] = {}

    def remember(self, one: Message, text: str) -> None:
        """Keep the words of a message that may be quoted."""
        if len(self._now) >= KEPT:
            self._before, self._now = self._now, {}
        self._now[one.chat, text[:200]] = one.id

    def answered(self, one: Message) -> tuple[str, str | None]:
        """Return what was said without the quotation, and the id of what it answers, if known."""
        old = OLD_QUOTE.match(one.text[:LONG]) if one.text.startswith("「") else None
        if old:
            return one.text[old.end() :].strip(), self._find(one, old[1])
        if one.form != QUOTE:
            return one.text, None
        if "<title>" in one.text:
            title, server = TITLE.search(one.text[:LONG]), SERVER.search(one.text[:LONG])
            return (title[1] if title else ""), (server[1] if server and one.by_server else None)
        parts = list(QUOTED.finditer(one.text[:LONG]))
        if not parts:
            return one.text, None
        said, quoted = one.text[: parts[-1].start()], one.text[parts[-1].end() :]
        return said.strip(), self._find(one, quoted)

    def _find(self, one: Message, quoted: str) -> str | None:
        key = one.chat, quoted.strip(" \n」")[:200]
        return self._now.get(key) or self._before.get(key)


def _blocks(export: Export) -> Iterator[Record | Block]:
    people, quotes, said = People(), Quotes(), Said("wechat", ANSWERED)
    rows = said.rows
    groups: dict[str, bool] = {}
    rooms: bool | None = None
    begun: list[tuple[str, int]] = []
    # Names are known when all is read: notices and mentions wait for that.
    notices: list[Message] = []
    naming: list[tuple[int, Values, str]] = []
    for one in messages(export):
        if isinstance(one, Torn):
            yield "events", one
            continue
        row, number, _, chat, kind, _, at, sender, _, text = one
        if kind != SYSTEM and sender:
            people.meet(one)
        if chat not in groups:
            begun.append((chat, row))
            groups[chat] = chat.endswith(ROOM)
            if not groups[chat] and not chat.startswith("wxid_"):
                rooms = _rooms(export) if rooms is None else rooms
                groups[chat] = not rooms
        if not groups[chat]:
            yield "events", Torn(row, "a private message", "")
        elif kind == SYSTEM:
            notices.append(one)
        elif not sender:
            yield "events", Torn(row, "no sender", text)
        else:
            text, answered = quotes.answered(one)
            quotes.remember(one, text)
            form = "text" if kind == QUOTE else kind
            if MENTION in text:
                values = sender, at, "message", number, chat, "wechat", number, answered
                naming.append((row, values, text[:LONG]))
                yield "contents", (row, (number, at, sender, form, text, "wechat", chat))
                continue
            rows.append((row, sender, at, "message", number, chat, sender, form, text, answered, None))
            if len(rows) == TOGETHER:
                yield from said.given()
    yield from said.given()
    for row, told, text in naming:
        yield "events", (row, (*told, people.named(text)))
    for one in notices:
        for event in _came_or_went(one, people):
            yield "events", event
    for chat, row in begun:
        if groups[chat]:
            yield "groups", (row, (chat, "wechat", "chat", export.path.stem if len(begun) == 1 else chat))


def _came_or_went(one: Message, people: People) -> Iterator[Row | Torn]:
    kind, names = notice(one.text)
    if not names:
        yield Torn(one.row, "a notice by the platform", one.text)
    for at, name in enumerate(names):
        who = people.who(name)
        if who is None:
            yield Torn(one.row, "a notice about a name that several bear", one.text)
        else:
            number = one.id if not at else f"{one.id}:{at + 1}"
            yield one.row, (who, one.at, kind, None, one.chat, "wechat", number, None, None)


IMPORTER = Importer(
    name="wechat",
    title="WeChat group chat, CSV of an exporter",
    title_zh="微信群聊天记录（导出工具的 CSV）",
    tables={"events": ANSWERED, "contents": CONTENTS, "groups": GROUPS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
)
