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
from helpers.community.importers.importer import Importer, Row
from helpers.community.importers.marks import Numbering, moment

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
    for at, line in export.lines():
        if TIME.match(line):
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
    whole = "\n".join(said).rstrip()
    cells = whole.split("\t", width - 1)
    if len(cells) < width:
        return Torn(number, f"not the {width} columns of the file", whole)
    time, sender, *group, text = cells
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"')
    if not sender.strip():
        return Torn(number, "no sender", whole)
    return Message(number, moment(time) or time, sender.strip(), group[0].strip() if group else stem, text)


def _rows(export: Export, table: str) -> Iterator[Row | Torn]:
    ids, told = Numbering(), set[str]()
    for one in messages(export):
        if isinstance(one, Torn):
            if table == "events":
                yield one
            continue
        if table == "groups":
            if one.group not in told:
                told.add(one.group)
                yield one.line, (one.group, "chat", "chat", one.group)
            continue
        number = ids.id(one.group, one.at, one.sender, one.text)
        if table == "events":
            yield one.line, (one.sender, one.at, "message", number, one.group, "chat", number)
        else:
            yield one.line, (number, one.at, one.sender, "text", one.text, "chat", one.group)


IMPORTER = Importer(
    name="chat_tsv",
    title="Chat as text with tabs: time, sender, (group,) text",
    title_zh="制表符分隔的聊天记录：时间、发送人、（群）、内容",
    tables={
        "events": (
            "member_id",
            "occurred_at",
            "event_type",
            "content_id",
            "group_id",
            "platform",
            "event_id",
        ),
        "contents": ("content_id", "published_at", "author_id", "format", "text", "platform", "group_id"),
        "groups": ("group_id", "platform", "kind", "theme"),
    },
    recognise=_recognise,
    rows=_rows,
)
