"""JSON that is long, or torn somewhere: record by record, so that a broken one costs only itself.

Records that are written alike are decoded many at once, which takes two thirds of the time; where that fails,
each is decoded by itself, and gives the same.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Collection, Iterator
from contextlib import closing
from typing import Any, NamedTuple, TextIO

from helpers.community.importers.export import Export

CHUNK = 1 << 17  # letters: what comes of more does not fit into the cache of a processor
KEPT = 500  # letters of a broken record that are shown
TRIALS = 8  # times that decoding many records at once may fail before no more is tried
_scan = json.JSONDecoder(strict=False).scan_once  # type: ignore[attr-defined]
_GAP = re.compile(r"[\s,]*")
_SPACE = re.compile(r"\s*")
_BYTE = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")  # an escape that JSON does not have


class Opened(NamedTuple):
    """The start of a list of records: what was said before it in the same object, and how deep that is."""

    header: dict[str, Any]
    depth: int


class Broken(NamedTuple):
    """A piece that is not JSON."""

    reason: str
    text: str


class _Wrong(Exception):
    pass


def opened(export: Export, name: str = "") -> TextIO:
    """Open a JSON file of an export as text, in whatever encoding it is written.

    Parameters
    ----------
    export : Export
        A file, a folder or a zip.
    name : str, default ""
        Which file of a folder or a zip.

    Returns
    -------
    typing.TextIO
        The text; bytes outside the encoding are replaced.
    """
    if export.packed:
        return io.StringIO(export.read_bytes(name).decode("utf-8-sig", errors="replace"), newline="")
    return export.path.open(encoding=export.seen.encoding, errors="replace", newline="")


def head(export: Export, name: str = "", size: int = 1 << 16) -> bytes:
    """Read the first bytes of a file of an export, without the zeros that UTF-16 puts between letters."""
    if export.packed and not export.path.is_dir():
        return export.read_bytes(name)[:size].replace(b"\0", b"")
    with (export.path / name if export.packed else export.path).open("rb") as file:
        return file.read(size).replace(b"\0", b"")


def named(export: Export, suffix: str) -> list[str]:
    """Return the files of an export that end in this, in order; those beside them by a Mac are none of it."""
    return [name for name in export.names if name.lower().endswith(suffix) and "__MACOSX" not in name]


def records(
    export: Export, name: str = "", *, lists: Collection[str] = (), enter: Collection[str] = ()
) -> Iterator[Any]:
    """Read the records of a JSON file, in order, holding a few hundred at a time.

    Parameters
    ----------
    export : Export
        A file, a folder or a zip.
    name : str, default ""
        Which file of a folder or a zip.
    lists : collection of str, default ()
        Keys whose lists hold records. A file that is itself a list is read as one.
    enter : collection of str, default ()
        Keys behind which such lists are, in objects or in lists of objects.

    Yields
    ------
    Opened, Broken or any value
        Before the records of a list, an `Opened`; for a record that is not JSON, a `Broken`.
    """
    with closing(opened(export, name)) as file:
        reader = _Reader(file)
        while reader.peek():
            try:
                yield from reader.walk(lists, enter, 0)
            except (_Wrong, RecursionError):
                if not reader.over:
                    yield reader.rest("not JSON from here on")


class _Reader:
    def __init__(self, file: TextIO) -> None:
        self.file, self.text, self.at, self.size = file, "", 0, CHUNK
        self.over = False  # whether it was said that the file ends too early
        self.alone, self.failed = (
            TRIALS == 0,
            0,
        )  # whether what is held is decoded record by record, and how often

    def more(self) -> bool:
        piece = self.file.read(self.size)
        self.text, self.at, self.alone = self.text[self.at :] + piece, 0, self.failed >= TRIALS
        return bool(piece)

    def peek(self) -> str:
        while True:
            self.at = _SPACE.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self, letter: str) -> None:
        if self.peek() != letter:
            raise _Wrong
        self.at += 1

    def value(self) -> Any:
        while True:
            try:
                found, end = _scan(self.text, self.at)
            except (ValueError, StopIteration, RecursionError) as error:
                if self.unfinished(error) and self.more():
                    self.size *= 2  # a very long record is not looked at again for every chunk
                    continue
                raise _Wrong from None
            if end == len(self.text) and self.more():
                continue  # a number may go on
            self.at, self.size = end, CHUNK
            return found

    def unfinished(self, error: Exception) -> bool:
        where = error.pos if isinstance(error, json.JSONDecodeError) else getattr(error, "value", 0)
        return str(error).startswith("Unterminated") or (where or 0) >= len(self.text) - 16

    def rest(self, reason: str) -> Broken:
        text = self.text[self.at : self.at + KEPT]
        while self.more():
            self.at = len(self.text)
        self.text, self.at, self.over = "", 0, True
        return Broken(reason, text.strip())

    def walk(self, lists: Collection[str], enter: Collection[str], depth: int) -> Iterator[Any]:
        if self.peek() == "[":
            yield from self.items({}, depth)
            return
        self.take("{")
        header: dict[str, Any] = {}
        while (letter := self.peek()) != "}":
            if letter == ",":
                self.at += 1
                continue
            key = self.value()
            self.take(":")
            start = self.peek()
            if key in lists and start == "[":
                yield from self.items(header, depth)
            elif key in enter and start == "{":
                yield from self.walk(lists, enter, depth + 1)
            elif key in enter and start == "[":
                self.at += 1
                while (letter := self.peek()) != "]":
                    if letter == ",":
                        self.at += 1
                    else:
                        yield from self.walk(lists, enter, depth + 1)
                self.at += 1
            else:
                header[str(key)] = self.value()
        self.at += 1

    def items(self, header: dict[str, Any], depth: int) -> Iterator[Any]:
        yield Opened(header, depth)
        self.take("[")
        indent: str | None = None
        between = ""  # what stands between two records
        while True:
            before = self.at
            self.at = _GAP.match(self.text, self.at).end()  # type: ignore[union-attr]
            if self.at == len(self.text):
                if self.more():
                    continue
                if not self.over:
                    self.over = True
                    yield Broken("the file ends in the middle of a list", "")
                return
            if self.text[self.at] == "]":
                self.at += 1
                return
            if indent is None:
                gap = self.text[before : self.at]
                indent = gap.rpartition("\n")[2] if "\n" in gap else ""
            elif not between:
                between = f"}}{self.text[before : self.at]}{{"
            if between and (many := self.together(between)):
                yield from many
                continue
            try:
                found, end = _scan(self.text, self.at)
            except (ValueError, StopIteration, RecursionError):
                end = len(self.text)
            if end < len(self.text):
                self.at = end
            else:  # the piece that was read ends here, or something is broken
                try:
                    found = self.value()
                except _Wrong:
                    found = self.skip(indent)
            yield found

    def together(self, between: str) -> list[Any]:
        """Take all records but the last that begins in what is held; none where one of them is not JSON."""
        end = -1 if self.alone else self.text.rfind(between, self.at) + 1
        if end <= self.at:
            return []
        try:
            found, length = _scan(f"[{self.text[self.at : end]}]", 0)
        except (ValueError, StopIteration, RecursionError):
            length = 0
        if length != end - self.at + 2:  # or the list ends before
            self.alone = True
            self.failed += 1
            return []
        self.at = end
        many: list[Any] = found
        return many

    def skip(self, indent: str) -> Any:
        """Go on to the next record, indented like the first; mend what can be mended."""
        if not indent:
            return self.rest("not JSON from here on")
        outer = max(len(indent) - 1, 0)
        following = re.compile(rf"\n(?:{re.escape(indent)}(?=\{{)|[ \t]{{0,{outer}}}(?=\]))")
        while (found := following.search(self.text, self.at)) is None:
            start = len(self.text)
            if not self.more():
                return self.rest("the file ends in the middle of a record" if start else "not JSON")
        piece = self.text[self.at : found.start()]
        self.at = found.start()
        mended = _BYTE.sub(r"\1\\u00\2", piece.rstrip().rstrip(","))
        try:
            whole, end = _scan(mended, 0)
        except (ValueError, StopIteration, RecursionError):
            return Broken("not JSON", piece[:KEPT].strip())
        return whole if end == len(mended) else Broken("not JSON", piece[:KEPT].strip())


def word(value: Any) -> str | None:
    """Return an id, a name or a text of a record as text; None for anything else.

    Examples
    --------
    >>> word(10001), word("tea"), word(None), word(["tea"])
    ('10001', 'tea', None, None)
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None


def part(value: Any, key: str) -> Any:
    """Return what an object says under a key; None when it is no object or does not say."""
    return value.get(key) if isinstance(value, dict) else None


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list; none when it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
