"""Logs of IRC and of what writes like it: one file, or a folder or zip with a file for each day and channel.

A line is a clock and what happened: ``[21:04] <ann> hello``, ``21:04:11 * ann pours tea``, ``21:04 -!- ann
[host] has joined #tea``, ``*** ann has quit (…)``, or WeeChat's ``2026-03-05 21:04:11⇥ann⇥hello``. The traps:

- the date stands in the line, or in a line of its own (``--- Day changed Fri Mar 06 2026``, ``--- Log
  opened …``, ``Session Start: …``), or only in the file's name: ``tea-2026-03-05.log``,
  ``#tea.20260305.txt``; a clock without any of them is set aside;
- nicknames are the only ids; case does not matter in them, and ``@`` or ``+`` before one is a rank;
- ``ann: hello`` at the beginning of a line speaks to Ann, if such a person was seen in the log;
- who loses the line quits and joins again: joins and leaves here are of the connection;
- an empty file is a day on which nobody said anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from helpers.community.delimited import Torn
from helpers.community.errors import DataError
from helpers.community.importers.export import HEAD, Export
from helpers.community.importers.importer import CONTENTS, EVENTS, GROUPS, Block, Importer, Record, one_by_one
from helpers.community.importers.marks import Numbering
from helpers.community.importers.said import TOGETHER, Said
from helpers.community.sentences import mark as _

SUFFIXES = (".log", ".txt", ".weechatlog")
CLOCK = re.compile(
    r"^\[?(?:(?P<date>\d{4}[-/.]\d\d[-/.]\d\d)[T ])?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?"
    r"(?:\.\d{1,6})?(?P<zone>Z|[+-]\d\d:?\d\d)?(?: ?(?P<half>[AaPp][Mm]))?\]?[ \t]+"
)
SAID = re.compile(r"^<[ @+%~&!]?([^<>\s]{1,64})>(?: (.*)|$)")
DID = re.compile(r"^\* [@+%~&!]?(\S{1,64}) (.*)$")
TOLD = re.compile(r"^(\*\*\*|-!-|-->|<--|--|\*)\s+(.*)$")
WHO = r"[@+%~&!]?(?P<who>[^\s:]{1,64})"
HOST = r"(?: [\[(][^\])]*[\])])?"
CAME = re.compile(rf"^(?:Joins?: {WHO}|{WHO.replace('who', 'also')}{HOST} (?:has )?joined\b)")
WENT = re.compile(
    rf"^(?:(?:Quits?|Parts?): {WHO}|"
    rf"{WHO.replace('who', 'also')}{HOST} (?:(?:has )?(?:quit|left|parted)\b|(?:was|has been) kicked\b))"
)
MOVED = re.compile(rf"^\S+{HOST} (?:has (?:joined|quit|left)\b|(?:was|has been) kicked\b)|^\S+ \(\S*@\S*\) ")
DAY = re.compile(
    r"^(?:-+ ?(?:Day changed|Log opened|Log closed)|Session (?:Start|Time|Close|Ident)):? *(?P<rest>.*)$"
)
WORDS = re.compile(r"([A-Z][a-z]{2}) +(\d{1,2})\b.*?\b(\d{4})\s*$")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
SPOKEN_TO = re.compile(r"^([^:,， ]{1,64})[:,，]")
CHANNEL = re.compile(r"#[^\s_./\\]+")


class Line(NamedTuple):
    """One line: its number, the channel, when, who, what kind (message, join, leave) and what was said."""

    number: int
    channel: str
    at: str
    who: str
    kind: str
    text: str


def _files(export: Export) -> list[str]:
    return [
        name
        for name in export.names
        if name.lower().endswith(SUFFIXES) and not PurePosixPath(name).name.startswith(".")
    ]


def _date(text: str) -> str | None:
    """Find a date in a file's name, in digits, or in a line about the day, in words."""
    digits, words = DATE.search(text), WORDS.search(text)
    if digits:
        return f"{digits[1]}-{digits[3]}-{digits[4]}"
    if words and words[1] in MONTHS:
        return f"{words[3]}-{MONTHS.index(words[1]) + 1:02d}-{int(words[2]):02d}"
    return None


def _channel(export: Export, name: str) -> str:
    """Name the channel by what a path says beside the date: ``#tea.20260305.txt``, ``tea/2026-03-05.log``."""
    place = export.path if export.packed else export.path.parent
    path = PurePosixPath(place.name) / name
    for part in reversed(path.parts):
        named = CHANNEL.search(part)
        if named:
            return named[0]
        stem = (
            part[: -len(PurePosixPath(part).suffix)] if part.lower().endswith((*SUFFIXES, ".zip")) else part
        )
        rest = DATE.sub("", stem).strip(" ._-")
        if rest:
            return rest
    return export.path.stem


def _body(text: str) -> tuple[str, str, str]:
    """Return who, what kind, and what was said; no kind for a notice, nobody for what is no line of a log."""
    said = SAID.match(text)
    if said:
        return said[1], "message", said[2] or ""
    if "\t" in text:  # WeeChat: the sender, or an arrow, in a column of its own
        sender, _, rest = text.partition("\t")
        if sender.strip() in ("-->", "<--", "--", "*"):
            text = f"{sender.strip()} {rest}"
        elif sender and " " not in sender:
            return sender.lstrip("@+%~&!"), "message", rest
    told, did = TOLD.match(text), DID.match(text)
    if told and (told[1] != "*" or MOVED.match(told[2])):
        came, went = CAME.match(told[2]), WENT.match(told[2])
        found = came or went
        who = (found["who"] or found["also"]) if found else "*"
        return who, ("join" if came else "leave" if went else ""), text
    return (did[1], "message", did[2]) if did else ("", "", text)


def lines(export: Export, name: str) -> Iterator[Line | Torn]:
    """Read one file of a log.

    Parameters
    ----------
    export : Export
        A file, a folder or a zip.
    name : str
        Which of its files.

    Yields
    ------
    Line or Torn
        One a line, but for empty lines and those that say on which day the log goes on.
    """
    channel, day = _channel(export, name), _date(PurePosixPath(name).name)
    for first, some in export.blocks(name):
        for number, line in enumerate(some, start=first):
            line = line.strip("\r\n \x00")
            if not line:
                continue
            if line[0] in "-S" and (new_day := DAY.match(line)):
                day = _date(new_day["rest"]) or day
                continue
            clock = CLOCK.match(line)
            if clock is None:
                yield Torn(number, "not a line of a log", line)
                continue
            date, hour, minute, second, zone, half = clock.groups()
            who, kind, text = _body(line[clock.end() :])
            if not kind:
                yield Torn(number, "a notice by the platform" if who else "not a line of a log", line)
            elif date is None and day is None:
                yield Torn(number, "a time without a date", line)
            else:
                if half:
                    hour = str(int(hour) % 12 + 12 * (half.lower() == "pm"))
                on = date.replace("/", "-").replace(".", "-") if date else day
                at = f"{on} {hour:0>2}:{minute}:{second or '00'}{zone or ''}"
                yield Line(number, channel, at, who.lower(), kind, text)


def _alike(some: list[str]) -> bool:
    """Judge by its first lines whether a text is a log: most lines are, and somebody says something."""
    filled = [line for line in some if line.strip()]
    known, said = 0, 0
    for line in filled:
        clock = CLOCK.match(line)
        who, kind, _ = _body(line[clock.end() :]) if clock else ("", "", "")
        tabbed = clock is not None and "\t" in line and not re.search(r"\t ?(-->|<--|--|\*)\t", line)
        if DAY.match(line) or (clock and who and not tabbed):
            known += 1
            said += kind == "message"
        elif tabbed:
            known += any(re.search(r"\t ?(-->|<--|--|\*)\t", other) is not None for other in filled)
    return said > 0 and known >= 0.6 * len(filled)


def _recognise(export: Export) -> bool:
    if not export.packed:
        return export.path.suffix.lower() in SUFFIXES and _alike(export.head())
    looked = 0
    for name in _files(export)[:20]:
        head = [line for _, (_n, line) in zip(range(HEAD), export.lines(name), strict=False)]
        if head and not _alike(head):
            return False
        looked += bool(head)
    return looked > 0


def _blocks(export: Export) -> Iterator[Record | Block]:
    files, seen = _files(export), dict[str, set[str]]()
    if not files:
        raise DataError(_("{file}: there is no log in it."), file=export.path.name)
    ids, said = Numbering(), Said("irc", (*EVENTS, "mentions"))
    rows = said.rows
    for one in export.head_of(one for name in files for one in lines(export, name)):
        if isinstance(one, Torn):
            yield "events", one
            continue
        line, channel, at, who, kind, text = one
        known = seen.get(channel)
        if known is None:
            known = seen[channel] = set()
            yield "groups", (line, (channel, "irc", "chat", channel))
        known.add(who)
        number = ids.id(channel, at, who, f"{kind} {text}")
        if kind == "message":
            spoken_to = _spoken_to(text, known)
            rows.append((line, who, at, kind, number, channel, who, "text", text, None, spoken_to))
            if len(rows) == TOGETHER:
                yield from said.given()
        else:
            yield from said.given()
            yield "events", (line, (who, at, kind, None, channel, "irc", number, None))
    yield from said.given()
    if export.packed:
        for name in export.names:
            if name not in files:
                yield "events", Torn(1, "a file that is no log", name)


def _spoken_to(text: str, known: set[str]) -> str | None:
    found = SPOKEN_TO.match(text)
    name = found[1].lower().lstrip("@") if found else ""
    return name if name in known else None


IMPORTER = Importer(
    name="irc",
    title="IRC log, a file or a folder of them",
    title_zh="IRC 聊天日志（文件或文件夹）",
    tables={"events": (*EVENTS, "mentions"), "contents": CONTENTS, "groups": GROUPS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
    packed=None,
)
