"""Group chats as QQ writes them into a text file: a line with clock and sender, then what was said.

The export begins with a few lines about the group. A message begins with a line such as
``2026-03-05 21:04:11 Tea friend(10001)``, ``2026/3/5 9:04:11 PM Tea friend<a@example.com>`` or, in a file
with a line for each day, ``21:04:11 …``; every line up to the next such line belongs to it. Names may hold
brackets themselves; the last pair holds the number or the e-mail. ``[图片]``, ``[表情]`` and their kind
stand for what a text cannot hold. The number 10000 is the platform's own; it reports who came and went.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from helpers.community.delimited import Torn
from helpers.community.importers.export import Export
from helpers.community.importers.importer import (
    CONTENTS,
    EVENTS,
    GROUPS,
    Block,
    Importer,
    Record,
    one_by_one,
)
from helpers.community.importers.marks import Numbering
from helpers.community.importers.said import TOGETHER, Said

CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})(?: ?(?P<half>AM|PM|上午|下午))?"
DATE = r"(?P<year>\d{4})[-/年](?P<month>\d{1,2})[-/月](?P<day>\d{1,2})日?"
SENDER = r"(?P<name>.*?)\s*[(<（](?P<id>\d{4,12}|[^()<>（）\s]+@[^()<>（）\s]+)[)>）]\s*$"
START = re.compile(rf"^(?:{DATE} )?{CLOCK} {SENDER}")
PLAIN = re.compile(  # the commonest way to write when, behind which START finds who in the last brackets
    r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} (?!AM|PM|上午|下午)[^(<（]*\([0-9]+\)$"
)
NAMELESS = re.compile(rf"^(?:{DATE} ){CLOCK} (?P<name>\S.*)$")
DAY = re.compile(rf"^(?:日期[:：]\s*)?{DATE}\s*$")
GROUP = re.compile(r"^消息对象[:：]\s*(?P<name>.+)$")
SYSTEM = ("10000", "1000000", "80000000")
PLACEHOLDERS = {
    "图片": "image",
    "表情": "image",
    "视频": "short_video",
    "语音": "audio",
    "文件": "file",
    "分享": "link",
}
ALONE = re.compile(r"^(?:\[(\S{1,8}?)\]\s*)+$")
JOINED = re.compile(r"(?P<who>.+?)(?:\((?P<id>\d{4,12})\))?\s*(?:加入了?(?:本群|群聊|群)|通过扫描.*加入)")
LEFT = re.compile(r"(?P<who>.+?)(?:\((?P<id>\d{4,12})\))?\s*(?:退出了?(?:本群|群聊|群)|被.*移出)")


class Message(NamedTuple):
    """One message: the line on which it begins, when, who, and what."""

    line: int
    at: str
    sender: str
    text: str


_new = partial(tuple.__new__, Message)


def _clock(found: re.Match[str], day: str) -> str:
    year, month, date, hour, minute, second, half = found.group(1, 2, 3, 4, 5, 6, 7)
    if half:
        hour = str(int(hour) % 12 + 12 * (half in ("PM", "下午")))
    if year:
        day = _day(year, month, date)
    return f"{day} {hour}:{minute}:{second}" if len(hour) > 1 else f"{day} 0{hour}:{minute}:{second}"


@lru_cache(maxsize=4096)
def _day(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02d}-{int(day):02d}"


def messages(export: Export) -> Iterator[Message | Torn]:
    """Read the messages of a text, each with all of its lines.

    Parameters
    ----------
    export : Export
        One text file.

    Yields
    ------
    Message or Torn
        Lines before the first message that are no part of the heading come out as torn, so that every
        line is either said by somebody, or about the export, or accounted for.
    """
    open_one: tuple[int, str, str] | None = None
    said: list[str] = []
    day = ""
    for first, lines in export.blocks():
        for number, line in enumerate(lines, start=first):
            letter = line[:1]
            start = new_day = None
            if letter.isdigit() or letter == "日":
                if line[-1] == ")" and PLAIN.match(line):
                    who = line[20:-1].rpartition("(")[2]
                    if who.isdecimal() and who.isascii() and 3 < len(who) < 13:
                        if open_one is not None:
                            yield _new((*open_one, "\n".join(said).strip()))
                            said = []
                        open_one = number, line[:19], who
                        continue
                start = START.match(line) or NAMELESS.match(line)
                new_day = None if start else DAY.match(line)
            if start is None and new_day is None:
                if open_one is not None:
                    said.append(line)
                elif line.strip() and not _heading(line):
                    yield Torn(number, "before the first message", line)
                continue
            if open_one is not None:
                yield _new((*open_one, "\n".join(said).strip()))
                open_one, said = None, []
            if new_day:
                day = f"{new_day['year']}-{int(new_day['month']):02d}-{int(new_day['day']):02d}"
            elif start and (day or start["year"]):
                open_one = number, _clock(start, day), start[9] if start.re is START else start[8].strip()
            elif start:
                yield Torn(number, "a time without a date", line)
    if open_one is not None:
        yield _new((*open_one, "\n".join(said).strip()))


def _heading(line: str) -> bool:
    return line.startswith(("消息记录", "消息分组", "消息对象", "====", "----")) or "导出" in line


def _recognise(export: Export) -> bool:
    if export.packed or export.path.suffix.lower() != ".txt":
        return False
    head = export.head()
    marked = any(line.startswith("消息记录") for line in head[:4])
    return sum(bool(START.match(line)) for line in head) >= (1 if marked else 2)


def _group(export: Export) -> str:
    named = (GROUP.match(line) for line in export.head(12))
    return next((found["name"].strip() for found in named if found), export.path.stem)


def _blocks(export: Export) -> Iterator[Record | Block]:
    group, ids, said = _group(export), Numbering(), Said("qq", EVENTS)
    rows = said.rows
    yield "groups", (1, (group, "qq", "chat", group))
    for one in messages(export):
        if isinstance(one, Torn):
            yield "events", one
            continue
        line, at, who, text = one
        if who in SYSTEM:
            yield from said.given()
            came, went = JOINED.search(text), LEFT.search(text)
            found = came or went
            if found is None:
                yield "events", Torn(line, "a notice by the platform", text)
                continue
            number = ids.id(group, at, who, text)
            who = found["id"] or found["who"].strip()
            yield "events", (line, (who, at, "join" if came else "leave", None, group, "qq", number))
            continue
        form = "text"
        if text[:1] == "[" and (alone := ALONE.match(text)):
            form = PLACEHOLDERS.get(alone[1], "image")
        number = ids.id(group, at, who, text)
        rows.append((line, who, at, "message", number, group, who, form, text, None, None))
        if len(rows) == TOGETHER:
            yield from said.given()
    yield from said.given()


IMPORTER = Importer(
    name="qq",
    title="QQ group chat, text file",
    title_zh="QQ 群聊天记录（文本）",
    tables={"events": EVENTS, "contents": CONTENTS, "groups": GROUPS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
)
