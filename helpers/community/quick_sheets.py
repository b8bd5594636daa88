"""Read the rows of a workbook's sheet fast where they are written plainly, and leave the rest to openpyxl.

A million rows take openpyxl two minutes, because it builds a tree of every cell. Nearly every cell is
written in one of few ways, which one pattern finds. What the pattern does not know is never guessed: from
that row on openpyxl reads, which numbers the rows alike. So both give the same values.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

import numpy as np

BLOCK = 1 << 20  # bytes that are unpacked at once
TEXT = "[^<]*"  # of what `_plain` lets through
CELL = re.compile(
    r'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="(0|[1-9][0-9]{0,5})")?'
    r'(?: t="(n|s|str|b|e|inlineStr)")?(?: s="(0|[1-9][0-9]{0,5})")?'
    rf"(?: ?/>|>(?:<f>[^<>&\x00-\x1f]*</f>|<f ?/>)?(?:<v>({TEXT})</v>|<v ?/>|"
    rf'<is>(<t(?: xml:space="preserve")?>)({TEXT})</t></is>)?</c>)|(.)',
    re.DOTALL,
)
ROW = re.compile(r'\s*<row r="([0-9]{1,7})"(?: [A-Za-z0-9:]+="[^"<>&]*")*( ?/)?>')
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?")
PHONETIC = '(?:<phoneticPr fontId="[0-9]{1,5}"(?: type="noConversion")? ?/>)?'  # of texts typed in Chinese
STRING = re.compile(
    rf'<si><t(?: xml:space="preserve")?>({TEXT})</t>{PHONETIC}</si>|<si><t ?/></si>|(.)', re.DOTALL
)
FIRST, BETWEEN, LAST = "<si><t>", "</t></si><si><t>", "</t></si>"
CONTROL = bytes({*range(32)} - set(b"\t\n\r"))  # which XML does not have
UTF8 = re.compile(
    r"""\ufeff?(?:<\?xml version=["']1\.0["'](?: encoding=["'][Uu][Tt][Ff]-8["'])?[^>]*\?>)?\s*<[a-zA-Z]"""
)
MAIN = ' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
# What a parser of XML turns into something else, or does not take, by a sign of it that is rare.
ODD = {"\r": "\r", "]": "]]>", "!": "<!", "\ufffe": "\ufffe", "\uffff": "\uffff"}


class Unknown(Exception):
    """Say that something is written in a way that only openpyxl reads."""


def rows(sheet: Any, first: int = 1) -> Iterator[tuple[Any, ...]]:
    """Yield the values of every row from one on, as openpyxl's `iter_rows` does.

    Parameters
    ----------
    sheet : openpyxl.worksheet._read_only.ReadOnlyWorksheet
        A sheet of a workbook opened for reading only.
    first : int
        Number of the first row, from 1.

    Yields
    ------
    tuple
        Values of the cells up to the last one that is written; empty for a row that is not.

    Taught in: 00 Start here
    """
    due = first
    try:
        for number, cells in _plain_rows(sheet):
            if number < due:
                continue
            while due < number:
                due += 1
                yield ()
            due += 1
            yield cells
    except Unknown:
        yield from sheet.iter_rows(min_row=due, values_only=True)


def _plain_rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    read, before = Reader(sheet), 0
    for text, ends in pieces(sheet):
        for piece in [text] if ends else text.split("</row>")[:-1]:
            for number, cells in row(read, piece, ends=ends):
                if number <= before:
                    raise Unknown
                before = number
                yield number, cells


def pieces(sheet: Any) -> Iterator[tuple[str, bool]]:
    """Yield what is written between the tags of a sheet's data, each piece up to the end of a row.

    Parameters
    ----------
    sheet : openpyxl.worksheet._read_only.ReadOnlyWorksheet
        A sheet of a workbook opened for reading only.

    Yields
    ------
    tuple of (str, bool)
        The text, and whether it is what stands behind the last row that has an end of its own.

    Raises
    ------
    Unknown
        When it is written in a way that only openpyxl reads.

    Taught in: 00 Start here
    """
    with sheet._get_source() as source:
        blocks = _texts(source)
        head = rest = ""
        for block in blocks:
            rest += block
            if "<sheetData>" in rest:
                break
            if len(rest) > 8 * BLOCK:
                raise Unknown
        head, found, rest = rest.partition("<sheetData>")
        if not found or not UTF8.match(head) or MAIN not in head:
            raise Unknown
        while True:
            at = rest.rfind("</row>") + len("</row>")
            if at >= len("</row>"):
                yield rest[:at], False
                rest = rest[at:]
            if "</sheetData>" in rest:
                break
            block = next(blocks, None)  # type: ignore[assignment]
            if block is None:
                raise Unknown
            rest += block
        last, _, tail = rest.partition("</sheetData>")
        yield last, True
        tail += "".join(blocks)
        ElementTree.fromstring((head + "<sheetData></sheetData>" + tail).encode())  # or it is damaged


def _texts(source: Any) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    while some := source.read(BLOCK):
        try:
            text = decoder.decode(some)
        except UnicodeDecodeError:
            raise Unknown from None
        if not _plain(some, text):
            raise Unknown
        yield text


def _plain(source: bytes, text: str) -> bool:
    """Tell whether nothing in a text, given as its bytes as well, needs more than taking it as it is."""
    if np.frombuffer(source, np.uint8).min() < 32 and source.translate(None, CONTROL) != source:
        return False
    return not any(sign in text and odd in text for sign, odd in ODD.items())


def row(read: Reader, piece: str, *, ends: bool = False) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Read a row, written without its end, and the empty ones before it; at the end only such."""
    at = 0
    while not ends or piece[at:].strip():
        tag = ROW.match(piece, at)
        if tag is None:
            raise Unknown
        at = tag.end()
        if tag[2] is None:
            if ends:
                raise Unknown
            yield int(tag[1]), read.cells(piece, at)
            return
        yield int(tag[1]), ()


@lru_cache(maxsize=20_000)
def place(letters: str) -> int:
    """Return the number of a column, from 1.

    Examples
    --------
    >>> place("A"), place("AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class Reader:
    """Turn the cells of a row, as they are written, into values."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.utils.datetime import from_excel

        book = sheet.parent
        self.strings, self.from_excel, self.epoch = sheet._shared_strings, from_excel, book.epoch
        self.dates = {str(one) for one in book._date_formats}
        self.spans = {str(one) for one in book._timedelta_formats}

    def cells(self, piece: str, at: int) -> tuple[Any, ...]:
        """Read the cells of a row from a place in its text."""
        values: list[Any] = []
        strings = self.strings
        for letters, style, kind, style_too, given, inline, text, other in CELL.findall(piece, at):
            if other:
                if other.isspace():
                    continue
                raise Unknown
            at = place(letters)
            if at != len(values) + 1:
                if at <= len(values):
                    raise Unknown
                values.extend([None] * (at - 1 - len(values)))
            if kind == "s" and given:
                if not given.isdecimal() or not given.isascii() or int(given) >= len(strings):
                    raise Unknown
                values.append(strings[int(given)])
            elif kind == "inlineStr":
                values.append(_text(text) if inline else None)
            elif not given:
                values.append(None)
            elif not kind or kind == "n":
                style = style or style_too or "0"
                if style in self.dates:
                    values.append(self._date(given, style))
                else:
                    values.append(_number(given))
            elif kind == "b":
                if given not in ("0", "1"):
                    raise Unknown
                values.append(given == "1")
            else:
                values.append(_text(given))
        return tuple(values)

    def value(self, kind: str, style: str, given: str) -> Any:
        """Read a value that is written in a cell of a kind and a style."""
        if kind == "s":
            if int(given) >= len(self.strings):
                raise Unknown
            return self.strings[int(given)]
        if kind == "n":
            return self._date(given, style) if style in self.dates else _number(given)
        if kind == "b" and given not in ("0", "1"):
            raise Unknown
        return given == "1" if kind == "b" else _text(given)

    def _date(self, given: str, style: str) -> Any:
        try:
            return self.from_excel(_number(given), self.epoch, timedelta=style in self.spans)
        except (OverflowError, ValueError):
            return "#VALUE!"  # as Excel shows it in a formula


def _number(given: str) -> int | float:
    if given.isdecimal() and given.isascii():
        return int(given)
    if NUMBER.fullmatch(given) is None:
        raise Unknown
    return float(given) if "." in given or "E" in given or "e" in given else int(given)


def _text(given: str) -> str:
    if "&" not in given:
        return given
    try:
        return ElementTree.fromstring(f"<t>{given}</t>").text or ""
    except ElementTree.ParseError:
        raise Unknown from None


def strings(source: bytes) -> list[str] | None:
    """Read a workbook's shared texts; None where only openpyxl can.

    Parameters
    ----------
    source : bytes
        The part of the workbook that holds them.

    Returns
    -------
    list of str or None
        The texts in their order.

    Examples
    --------
    >>> start = f"<sst{MAIN}>".encode()
    >>> strings(start + b"<si><t>a</t></si><si><t>b &amp; c</t></si></sst>")
    ['a', 'b & c']
    >>> strings(start + b"<si><r><t>bold</t></r></si></sst>") is None
    True

    Taught in: 00 Start here
    """
    try:
        text = source.decode("utf-8")
        if b"x005F_" in source or not UTF8.match(text) or MAIN not in text or not _plain(source, text):
            return None
        at, end = text.find("<si>"), text.rfind("</si>") + len("</si>")
        if at < 0:
            return None
        ElementTree.fromstring((text[:at] + text[end:]).encode())  # or it is damaged
        if text.startswith(FIRST, at) and text.endswith(LAST, at, end):
            plain = text[at + len(FIRST) : end - len(LAST)].split(BETWEEN)
            if text.count("<", at, end) == 4 * len(plain):
                return [one if "&" not in one else _text(one) for one in plain]
        found = STRING.findall(text, at, end)
        if any(other and not other.isspace() for _, other in found):
            return None
        return [_text(one) for one, other in found if not other]
    except (UnicodeDecodeError, ElementTree.ParseError, Unknown):
        return None
