"""Text files with separators: which encoding, which separator, and rows that are torn."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from helpers.community.errors import DataError
from helpers.community.growth import End, Reach
from helpers.community.sentences import mark as _

SEPARATORS = (",", "\t", ";", "|")
csv.field_size_limit(1 << 30)  # a cell may hold a whole article; Python's own limit is 128 KB
WHITESPACE = " "  # columns stand apart by any number of spaces
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "cp1252")
CHUNK = 1 << 20
SAMPLED_RUNS = 50_000  # stretches of non-ASCII bytes that are looked at to find the encoding
TOGETHER = 2_048  # rows that are handed on at once
LONGEST_RECORD = 200  # lines: a quote that stays open longer is a broken one
_HIGH = bytes.maketrans(
    bytes(range(128)), b" " * 128
)  # leaves the stretches of non-ASCII bytes, with spaces between them
_OUTSIDE = re.compile("[\ud800-\udfff]")  # what stands for a byte that is no letter of the encoding


@dataclass(frozen=True)
class Survey:
    """Hold what one pass over a file's bytes tells."""

    sha256: str
    size: int
    encoding: str
    blank_lines: bool
    begun: str = ""  # hash of as many first bytes as were asked for
    runs: tuple[int, ...] = (0, 0, 0)  # stretches of non-ASCII bytes: all, those of UTF-8, those in pairs


class Torn(NamedTuple):
    """A line that could not be split into the file's columns."""

    row: int
    reason: str
    text: str


def _counts(runs: list[bytes]) -> tuple[int, int, int]:
    def is_utf8(run: bytes) -> bool:
        try:
            run.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    return len(runs), sum(map(is_utf8, runs)), sum(len(run) % 2 == 0 for run in runs)


def _guess(n: int, utf8: int, paired: int) -> str:
    if utf8 >= 0.8 * n:  # a few damaged letters do not make it another encoding
        return "utf-8"
    return "gb18030" if 2 * paired > n else "cp1252"


def encoding_of(head: bytes, counts: tuple[int, int, int] | None = None) -> str:
    """Find the encoding of a text.

    Parameters
    ----------
    head : bytes
        How it begins, or all of it.
    counts : tuple of int, optional
        Stretches of non-ASCII bytes in all of it: how many, how many of UTF-8, how many in pairs; without
        them those of ``head``.

    Returns
    -------
    str
        The name of the encoding.

    Examples
    --------
    >>> encoding_of("茶".encode("gb18030")), encoding_of("茶".encode())
    ('gb18030', 'utf-8')
    """
    start = head[:4096]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sides = sorted((start[::2].count(0), start[1::2].count(0)))
    # UTF-16 has its zeros on one side of the pairs; a block that a disk lost has them on both.
    if sum(sides) > len(start) / 20 and 4 * sides[0] < sides[1]:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return _guess(*(_counts(head.translate(_HIGH).split()[:SAMPLED_RUNS]) if counts is None else counts))


def survey(path: Path, encoding: str | None = None, *, first: int = 0, blanks: bool = True) -> Survey:
    """Read a file once, in chunks, for its hash, its encoding and whether it holds blank lines.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    encoding : str, optional
        Encoding that the settings name; otherwise it is found out.
    first : int, default 0
        Also hash so many bytes from its beginning.
    blanks : bool, default True
        Whether to look for blank lines, which takes as long as the rest.

    Returns
    -------
    Survey
        Hash, size in bytes, encoding, and whether there are blank lines.

    Raises
    ------
    DataError
        When the file is empty.

    Notes
    -----
    UTF-8 is recognised because other texts hardly ever decode as it. GB18030 and cp1252 both decode
    almost anything; Chinese text has its high bytes in pairs, western text singly.
    """
    digest = hashlib.sha256()
    runs: list[bytes] = []
    size, head, tail, blank_lines, begun = 0, b"", b"", False, ""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            head = head or chunk[:4096]
            if size < first <= size + len(chunk):
                piece = digest.copy()
                piece.update(chunk[: first - size])
                begun = piece.hexdigest()
            digest.update(chunk)
            size += len(chunk)
            if blanks and not blank_lines:
                joined = tail + chunk
                blank_lines = b"\n\n" in joined or b"\n\r\n" in joined
                tail = joined[-2:]
            if encoding is None and len(runs) < SAMPLED_RUNS and not chunk.isascii():
                runs += chunk.translate(_HIGH).split()
    if not size:
        raise DataError(_("{file}: the file is empty. Export it again."), file=path.name)
    counts = _counts(runs[:SAMPLED_RUNS])
    encoding = encoding or encoding_of(head, counts)
    return Survey(digest.hexdigest(), size, encoding, blank_lines, begun, counts)


def more(path: Path, before: Reach) -> Survey:
    """Look at what was appended to a file as `survey` looks at all of it, adding what was seen before.

    Parameters
    ----------
    path : pathlib.Path
        The file, whose first bytes are those that were read before.
    before : Reach
        How far it was read, and with ``sha256`` the hash of the whole file as it is now.

    Returns
    -------
    Survey
        What `survey` would give.
    """
    found: list[bytes] = []
    size, blank_lines, counts = before.size, before.blank_lines, tuple(before.runs)
    with path.open("rb") as file:
        file.seek(max(0, size - 2))
        tail = file.read(size - file.tell())
        while chunk := file.read(CHUNK - size % CHUNK):  # to the same places at which a survey stops
            size += len(chunk)
            joined = tail + chunk
            blank_lines = blank_lines or b"\n\n" in joined or b"\n\r\n" in joined
            tail = joined[-2:]
            if counts[0] + len(found) < SAMPLED_RUNS and not chunk.isascii():
                found += chunk.translate(_HIGH).split()
    added = _counts(found[: SAMPLED_RUNS - counts[0]])
    counts = tuple(map(sum, zip(counts, added, strict=True)))
    encoding = before.encoding
    if not encoding.startswith("utf-16") and encoding != "utf-8-sig":
        encoding = _guess(*counts)
    return Survey(before.sha256, size, encoding, blank_lines, runs=counts)


def open_text(path: Path, encoding: str) -> io.TextIOWrapper:
    """Open a file so that bytes outside the encoding can be told from its letters afterwards."""
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    try:
        return path.open(encoding=encoding, errors=errors, newline="")
    except LookupError:
        raise DataError(
            _("{file}: there is no encoding {encoding!r}. Known: {known}."),
            file=path.name,
            encoding=encoding,
            known=", ".join(ENCODINGS),
        ) from None


def first_lines(path: Path, encoding: str, n: int = 60) -> list[str]:
    """Return the first lines of a file, without their ends."""
    with open_text(path, encoding) as file:
        return [line.rstrip("\r\n").removeprefix("\ufeff") for line, _ in zip(file, range(n), strict=False)]


def separator_of(lines: list[str]) -> str:
    """Find the separator: the one that splits most lines into the same number of columns.

    Parameters
    ----------
    lines : list of str
        First lines of the file.

    Returns
    -------
    str
        Comma, tab, semicolon or bar.

    Examples
    --------
    >>> separator_of(["a;b", "1,5;2"])
    ';'
    """

    def score(separator: str) -> tuple[int, int]:
        widths = [len(fields) for fields in csv.reader(lines, delimiter=separator) if fields]
        wide = [width for width in widths if width > 1]
        if not wide:
            return 0, 0
        usual = max(set(wide), key=wide.count)
        return widths.count(usual), usual

    return max(SEPARATORS, key=score) if lines else ","


def fields_of(line: str, separator: str) -> list[str | None]:
    """Split one line of a header, forgiving broken quotes."""
    if separator == WHITESPACE:
        return list(line.split())
    return list(next(csv.reader([line], delimiter=separator), []))


def _split(text: str, separator: str) -> list[str] | None:
    if separator == WHITESPACE:
        return text.split()
    if '"' not in text:
        return text.split(separator)
    try:
        return next(csv.reader([text], delimiter=separator, strict=True), [""])
    except csv.Error:
        return None


def _opens_quote(text: str, separator: str) -> bool:
    return (
        separator != WHITESPACE
        and text.count('"') % 2 == 1
        and (text.startswith('"') or f'{separator}"' in text)
    )


def records(
    path: Path,
    encoding: str,
    separator: str,
    width: int,
    skip: int,
    *,
    end: End | None = None,
    begun: int = 0,
) -> Iterator[tuple[int, list[str]] | Torn]:
    """Split a file into records that have all columns and lines that have not, losing neither.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    encoding, separator : str
        How it is written.
    width : int
        Number of columns.
    skip : int
        Rows before the first record, the header included.
    end : End, optional
        Gives the number of the row before the first, and is told where the file ends.
    begun : int, default 0
        Lines that were read before and are passed over.

    Yields
    ------
    tuple of (int, list of str), or Torn
        Row number as a spreadsheet shows it (a cell with line breaks is one row), and the fields; or
        the line that is torn. A quote that never closes costs its own line only.
    """
    with open_text(path, encoding) as file:
        waiting: list[str] = []
        end = end or End()
        row = end.row
        lines = islice(file, begun, None)
        while True:
            line = waiting.pop(0) if waiting else next(lines, None)
            if line is None:
                end.row = row
                return
            row += 1
            text = line.rstrip("\r\n")
            if row == 1:
                text = text.removeprefix("\ufeff")
            more: list[str] = []
            if _opens_quote(text, separator):
                whole = line
                while len(more) < LONGEST_RECORD and _opens_quote(whole.rstrip("\r\n"), separator):
                    following = waiting.pop(0) if waiting else next(lines, None)
                    if following is None:
                        end.open = True
                        break
                    more.append(following)
                    whole += following
                fields = _split(whole.rstrip("\r\n"), separator)
                if fields is not None and (len(fields) == width or row <= skip):
                    more, text = [], whole
                else:
                    waiting = more + waiting
                    fields = None if row > skip else []
            else:
                fields = _split(text, separator)
            if row <= skip or not text.strip():
                continue
            judged = _judged(row, fields, text, width)
            yield judged if isinstance(judged, Torn) else (row, judged)


def quick_blocks(
    path: Path, encoding: str, separator: str, width: int, skip: int
) -> Iterator[tuple[Sequence[int], list[list[str]]] | Torn]:
    """Split a file as `records` does, several times as fast up to the first record that is torn.

    Parameters
    ----------
    path, encoding, separator, width, skip
        As of `records`; the separator is a sign, not ``WHITESPACE``.

    Yields
    ------
    tuple of (sequence of int, list of list of str), or Torn
        Numbers of rows and their fields, some thousand rows at once; or a line that is torn.
    """
    line = row = 0
    try:
        with path.open(encoding=encoding, newline="") as file:
            reader = csv.reader(file, delimiter=separator, strict=True)
            while some := list(islice(reader, TOGETHER if row >= skip else skip)):
                # A cell as long as LONGEST_RECORD lines may be a quote that never closed.
                long = reader.line_num - line - len(some) >= LONGEST_RECORD and any(map(_is_long, some))
                if long or (row >= skip and not {*map(len, some)} <= {0, width}):
                    break
                first, line, row = row + 1, reader.line_num, row + len(some)
                if first > skip:
                    if all(some):
                        yield range(first, row + 1), some
                    else:
                        numbers = [number for number, fields in enumerate(some, start=first) if fields]
                        yield numbers, list(filter(None, some))
            else:
                return
    except (csv.Error, UnicodeError):
        pass
    numbers, rows = list[int](), list[list[str]]()
    for one in records(path, encoding, separator, width, skip, end=End(row), begun=line):
        if isinstance(one, Torn) or len(rows) == TOGETHER:
            if rows:
                yield numbers, rows
            numbers, rows = [], []
        if isinstance(one, Torn):
            yield one
        else:
            numbers.append(one[0])
            rows.append(one[1])
    if rows:
        yield numbers, rows


def _is_long(fields: list[str]) -> bool:
    return sum(cell.count("\n") + cell.count("\r") for cell in fields) >= LONGEST_RECORD


def quick_records(
    path: Path, encoding: str, separator: str, width: int, skip: int
) -> Iterator[tuple[int, list[str]] | Torn]:
    """Split a file as `quick_blocks` does, and give the rows out one by one."""
    for one in quick_blocks(path, encoding, separator, width, skip):
        if isinstance(one, Torn):
            yield one
        else:
            yield from zip(*one, strict=True)


def _judged(row: int, fields: list[str] | None, text: str, width: int) -> list[str] | Torn:
    if not text.isascii() and _OUTSIDE.search(text):
        clean = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return Torn(row, "letters outside the encoding", clean)
    if fields is None:
        return Torn(row, "broken quote", text)
    if len(fields) != width:
        return Torn(row, f"not the {width} columns of the header", text)
    return fields
