"""The conversation archive of WeCom (企业微信会话内容存档): JSON lines, one JSON list, or CSV.

Each record has ``msgid``, ``action`` (send, recall, switch), ``from``, ``tolist``, ``roomid``, ``msgtime``
in milliseconds, ``msgtype`` and an object named after the type: ``{"text": {"content": …}}``. Tools that
fetch it may wrap it (``{"seq": …, "msg": {…}}``, ``{"errcode": 0, "chatdata": […]}``); those that write CSV
name the columns alike, ``text.content`` or ``content`` among them, and flatten lists. The traps:

- ``recall`` says which message was taken back (``revoke.pre_msgid``): it is no message, and is set aside;
- ``switch`` says that an employee changed the company: it has no ``from`` and is set aside;
- an empty ``roomid`` is a talk between two, and is set aside without its words;
- ids that begin with ``wm`` or ``wo`` are customers, ``wb`` are robots, others are the company's own people;
- ``agree`` and ``disagree`` (to being archived) are no messages;
- the archive keeps one record for each company that takes part: the same ``msgid`` comes twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from helpers.community import delimited
from helpers.community.delimited import Torn
from helpers.community.errors import DataError
from helpers.community.importers.export import Export
from helpers.community.importers.importer import (
    CONTENTS,
    EVENTS,
    GROUPS,
    Block,
    Importer,
    Record,
    Row,
    one_by_one,
)
from helpers.community.importers.marks import moment
from helpers.community.importers.said import TOGETHER, Said
from helpers.community.sentences import mark as _

KEYS = {"msgid", "msgtype", "msgtime", "from", "tolist"}
FORMS = {
    "image": "image",
    "emotion": "image",
    "voice": "audio",
    "meeting_voice_call": "audio",
    "voip_doc_share": "file",
    "video": "short_video",
    "sphfeed": "short_video",
    "file": "file",
    "text": "text",
    "markdown": "text",
    "mixed": "text",
    "vote": "text",
    "todo": "text",
}
SAID = ("content", "title", "description", "question", "feed_desc", "filename", "room_name")
NO_MESSAGE = {
    "recall": "a message was taken back",
    "switch": "an employee changed the company",
    "revoke": "a message was taken back",
    "agree": "consent to being archived",
    "disagree": "no consent to being archived",
}
Told = Mapping[str, Any]
_scan = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def _inner(found: Any) -> list[Told] | None:
    """Unpack the records of one JSON value: bare, wrapped, or a list of either."""
    if isinstance(found, list):
        parts = [_inner(one) for one in found]
        return [one for part in parts if part for one in part] if all(p is not None for p in parts) else None
    if not isinstance(found, dict):
        return None
    if "chatdata" in found:
        return _inner(found["chatdata"])
    if isinstance(found.get("msg"), dict):
        return _inner(found["msg"])
    return [found]


def _columns(export: Export) -> tuple[str, list[str]] | None:
    line = next(iter(export.head(1)), "")
    separator = max(delimited.SEPARATORS, key=line.count)
    header = [(cell or "").strip().lower() for cell in delimited.fields_of(line, separator)]
    return (separator, header) if set(header) >= KEYS else None


def _recognise(export: Export) -> bool:
    suffix = export.path.suffix.lower()
    if suffix in (".csv", ".tsv", ".txt") and _columns(export) is not None:
        return True
    if suffix not in (".json", ".jsonl", ".ndjson", ".txt", ".log"):
        return False
    line = next((line for line in export.head(3) if line.strip()), "").lstrip()
    if not line.startswith(("{", "[")):
        return False
    try:
        found = _inner(json.loads(line))
    except (ValueError, RecursionError):
        head = "\n".join(export.head())[:20_000]  # one JSON value over many lines
        return all(f'"{key}"' in head for key in KEYS)
    return bool(found) and all(set(one) >= KEYS or one.get("action") == "switch" for one in found or ())


def records(export: Export) -> Iterator[tuple[int, Told] | Torn]:
    """Read the records of an archive, whichever way it is written.

    Parameters
    ----------
    export : Export
        One file.

    Yields
    ------
    tuple of (int, mapping), or Torn
        The line (of one JSON list, the number of the record) and the record.
    """
    if export.path.suffix.lower() in (".csv", ".tsv", ".txt"):
        found = _columns(export)
        if found is not None:
            yield from _of_table(export, *found)
            return
    if _over_many_lines(export):
        yield from enumerate(_whole(export), start=1)
        return
    for number, line in export.lines():
        if not line.strip():
            continue
        try:
            found, end = _scan(line, 0)
            inner = _inner(found if end == len(line) else json.loads(line))
        except (ValueError, RecursionError, StopIteration):
            inner = None
        if inner is None:
            yield Torn(number, "not a record of the archive", line)
        else:
            for one in inner:
                yield number, one


def _over_many_lines(export: Export) -> bool:
    start = next((line for line in export.head(3) if line.strip()), "")
    return len(start) < 64 and '"msgid"' not in start


def _whole(export: Export) -> list[Told]:
    try:
        with export.text() as file:
            found = _inner(json.loads(file.read().removeprefix("\ufeff")))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise DataError(
            _("{file}, line {line}: this is not JSON. Export it again."), file=export.path.name, line=line
        ) from None
    if found is None:
        raise DataError(_("{file}: this is no list of records. Export it again."), file=export.path.name)
    return found


def _of_table(export: Export, separator: str, header: list[str]) -> Iterator[tuple[int, Told] | Torn]:
    rows = delimited.quick_records(export.path, export.seen.encoding, separator, len(header), 1)
    for record in export.head_of(rows):
        if isinstance(record, Torn):
            yield record
        else:
            yield record[0], dict(zip(header, record[1], strict=True))


def _text(one: Told) -> str:
    """Return what a record says in words: of a text all, of a link its title, of a picture nothing."""
    kind = _str(one.get("msgtype"))
    body = one.get(kind) if kind in one else one.get("info")  # markdown, news and others keep it there
    if isinstance(body, str) and body.startswith("{"):
        try:
            body = json.loads(body)
        except ValueError:
            return body
    if isinstance(body, dict):
        if kind == "mixed":
            return "\n".join(filter(None, map(_part, body.get("item") or ())))
        return next((str(body[name]) for name in SAID if body.get(name)), "")
    said = next((one[name] for name in (f"{kind}.content", "content", "text", "title") if one.get(name)), "")
    return said if isinstance(said, str) else ""


def _part(item: Any) -> str:
    if not isinstance(item, dict):
        return ""
    try:
        body = json.loads(item.get("content") or "{}")
    except (ValueError, TypeError):
        return ""
    return str(body.get("content") or body.get("title") or "") if isinstance(body, dict) else ""


def _str(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _blocks(export: Export) -> Iterator[Record | Block]:
    said = Said("wecom", EVENTS)
    told: set[str] = set()
    people: dict[str, int] = {}
    for record in records(export):
        if isinstance(record, Torn):
            yield from said.given()
            yield "events", record
            continue
        number, one = record
        kind = _str(one.get("msgtype"))
        reason = NO_MESSAGE.get(_str(one.get("action"))) or NO_MESSAGE.get(kind)
        who, at = _str(one.get("from")), _str(one.get("msgtime"))
        room, event = _str(one.get("roomid")), _str(one.get("msgid"))
        if not reason and not (who and at and event):
            reason = "no msgid, from or msgtime"
        if not reason and not room:
            reason = "a private message"
        if reason:
            known = {key: one[key] for key in ("msgid", "from", "revoke", "msgtime") if one.get(key)}
            text = "" if not room else json.dumps(known, ensure_ascii=False)[:500]
            yield from said.given()
            yield "events", Torn(number, reason, text)
            continue
        at = moment(at) or at
        form = FORMS.get(kind, "link")
        said.rows.append((number, who, at, "message", event, room, who, form, _text(one), None, None))
        if len(said.rows) == TOGETHER:
            yield from said.given()
        if room not in told:
            told.add(room)
            yield "groups", (number, (room, "wecom", "chat", room))
        if who not in people:
            people[who] = number
    yield from said.given()
    for row in _members(people):
        yield "members", row


def _members(people: Mapping[str, int]) -> Iterator[Row]:
    # Where no customer takes part, the company's own people are the community.
    customers = any(_outside(who) for who in people)
    for who, number in people.items():
        own = "staff" if customers else "member"
        role = "member" if _outside(who) else "bot" if who.startswith("wb") and len(who) > 20 else own
        yield number, (who, role)


def _outside(who: str) -> bool:
    return len(who) > 20 and who.startswith(("wm", "wo"))


IMPORTER = Importer(
    name="wecom",
    title="WeCom conversation archive, JSON lines or CSV",
    title_zh="企业微信会话内容存档（JSON 或 CSV）",
    tables={"events": EVENTS, "contents": CONTENTS, "groups": GROUPS, "members": ("member_id", "role")},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
)
