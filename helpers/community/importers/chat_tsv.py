"""A chat as text with tabs and no header: time, sender, (group,) text.

Many small tools write this. The time is a date with a clock, or a count of seconds or milliseconds since
1970. A line that does not begin with a time and a tab belongs to the message above it. With three columns
the file is one group, named as the file is; with four the third column is the group. Tabs within a text stay
in it. A table whose last column holds numbers, or a few words over and over, is no chat: name its columns in
community.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from helpers.community.delimited import Torn
from helpers.community.importers.export import Export
from helpers.community.importers.importer import CONTENTS, EVENTS, GROUPS, Block, Importer, Record, one_by_one
from helpers.community.importers.marks import Numbering, moment
from helpers.community.importers.said import TOGETHER, Said

TIME = re.compile(
    r"^(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[T ]\d{1,2}:\d{2}(?::\d{2})?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
    r"|1\d{9}(?:\.\d{1,6}|\d{3})?)\t"
)
NUMBER = re.compile(r"^[-+]?[\d.,]+%?$")
ARROWS = ("-->", "<--", "--")


class Message(NamedTuple):
    """One message: the line on which it begins, when, who, in which group, and what."""

    line: int
    at: str
    sender: str
    group: str
    text: str


def _columns(export: Export) -> int:
    """Return how many columns the first lines have, 0 when they are no chat."""
    if export.packed or export.path.suffix.lower() not in (".tsv", ".txt", ".csv", ".log"):
        return 0
    head = [line for line in export.head() if line.strip()]
    starts = [line for line in head if TIME.match(line)]
    if not head or not TIME.match(head[0]) or len(starts) < 0.5 * len(head):
        return 0
    tabs = [line.count("\t") for line in starts]
    width = 4 if sum(n >= 3 for n in tabs) > 0.9 * len(tabs) else 3
    cells = [line.split("\t", width - 1) for line in starts]
    whole = [one for one in cells if len(one) == width]
    texts = [one[-1].strip() for one in whole]
    talk = [text for text in texts if text and not NUMBER.match(text)]
    if len(whole) < 0.6 * len(cells) or len(talk) < 0.6 * len(whole):
        return 0
    if any(one[1].strip() in ARROWS for one in whole) or len(set(talk)) < min(0.5 * len(talk), 8):
        return 0
    single = sum(text.isascii() and " " not in text and len(text) < 24 for text in talk)
    return 0 if single > 0.8 * len(talk) and len(talk) > 2 else width


def _recognise(export: Export) -> bool:
    return _columns(export) > 0


def messages(export: Export) -> Iterator[Message | Torn]:
    """Read the messages of a file, each with all of its lines.

    Parameters
    ----------
    export : Export
        One text file.

    Yields
    ------
    Message or Torn
        One a message.
    """
    width, stem = _columns(export) or 3, export.path.stem
    number, said = 0, list[str]()
    for first, lines in export.blocks():
        for at, line in enumerate(lines, start=first):
            if line[:1].isdigit() and TIME.match(line):
                if number:
                    yield _message(number, said, width, stem)
                number, said = at, [line]
            elif number:
                said.append(line)
            elif line.strip():
                yield Torn(at, "before the first message", line)
    if number:
        yield _message(number, said, width, stem)


def _message(number: int, said: list[str], width: int, stem: str) -> Message | Torn:
    whole = "\n".join(said).rstrip() if len(said) > 1 else said[0].rstrip()
    cells = whole.split("\t", width - 1)
    if len(cells) < width:
        return Torn(number, f"not the {width} columns of the file", whole)
    time, sender, text = cells[0], cells[1].strip(), cells[-1]
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"')
    if not sender:
        return Torn(number, "no sender", whole)
    group = cells[2].strip() if width == 4 else stem
    return Message(number, moment(time) or time, sender, group, text)


def _blocks(export: Export) -> Iterator[Record | Block]:
    ids, told, said = Numbering(), set[str](), Said("chat", EVENTS)
    for one in messages(export):
        if isinstance(one, Torn):
            yield "events", one
            continue
        line, at, sender, group, text = one
        if group not in told:
            told.add(group)
            yield "groups", (line, (group, "chat", "chat", group))
        number = ids.id(group, at, sender, text)
        said.rows.append((line, sender, at, "message", number, group, sender, "text", text, None, None))
        if len(said.rows) == TOGETHER:
            yield from said.given()
    yield from said.given()


IMPORTER = Importer(
    name="chat_tsv",
    title="Chat as text with tabs: time, sender, (group,) text",
    title_zh="制表符分隔的聊天记录：时间、发送人、（群）、内容",
    tables={"events": EVENTS, "contents": CONTENTS, "groups": GROUPS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
)
