"""Read thousands of rows of a sheet at once where they are written alike, as the rows of an export are.

The pattern of a whole row is learned from a row that `quick_sheets` understands: the same cells, each of the
same type and style, any of which may be missing. Rows that it fits come out as columns of texts; the others
are read by `quick_sheets`, and from the first that it does not know on by openpyxl. So all give the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest
from operator import lt
from typing import Any

from helpers.community import quick_sheets
from helpers.community.quick_sheets import CELL, ROW, TEXT, Reader, Unknown

Columns = list[Sequence[str | None]]
KNOWN = 100_000  # values of a column that are remembered
WHOLE = 16  # digits from which Excel no longer keeps a number whole
MOST = 8  # patterns that are learned from one sheet: where every row is another one, that is no way
UNLIKE = 32  # rows in a block that do not fit before another pattern is learned
TOGETHER = 2_048  # rows read one by one that are handed on at once
STYLE = r'(?: s="(?:0|[1-9][0-9]{0,5})")?+'  # here and below possessive: no other way would fit either
OPENING = re.compile(r'(<c r=")([A-Z]{1,3})[0-9]{1,7}("[^>]*>(?:<v>|<is><t(?: xml:space="preserve")?>))')
ROW_TAG = r'\s*<row r="([0-9]{1,7})"(?: [A-Za-z0-9:]+="[^"<>&]*")*>'
FILLED = TEXT[:-1] + "++"
CLOSING = {"inlineStr": "</t></is></c>"}


class _Pattern:
    """The cells of a row, as a pattern, and how each column is turned into texts."""

    def __init__(self, pattern: re.Pattern[str], turned: list[Callable[[Sequence[str]], Columns]]) -> None:
        self.pattern, self.turned = pattern, turned

    def columns(self, cells: list[Sequence[str]]) -> Columns:
        columns: Columns = []
        for turn, given in zip(self.turned, cells, strict=True):
            columns += turn(given)
        return columns


def blocks(
    sheet: Any, first: int, cell_text: Callable[[Any], str | None]
) -> Iterator[tuple[Sequence[int], Columns]]:
    """Yield the rows of a sheet from one on as columns of texts; rows without any text are left out.

    Parameters
    ----------
    sheet : openpyxl.worksheet._read_only.ReadOnlyWorksheet
        A sheet of a workbook opened for reading only.
    first : int
        Number of the first row, from 1.
    cell_text : callable
        Writes a value as text.

    Yields
    ------
    tuple of (sequence of int, list of sequence)
        Numbers of the rows and their columns, of which the further ones may be missing.

    Taught in: 00 Start here
    """
    due = first
    try:
        for numbers, columns in _read(sheet, cell_text):
            if numbers[-1] < due:
                continue
            if numbers[0] < due:
                left = sum(number < due for number in numbers)
                numbers, columns = numbers[left:], [column[left:] for column in columns]
            yield from _filled(numbers, columns)
            due = numbers[-1] + 1
    except Unknown:
        rows = enumerate(sheet.iter_rows(min_row=due, values_only=True), start=due)
        while some := list(islice(rows, TOGETHER)):
            yield from _filled(*_gathered([(at, tuple(map(cell_text, row))) for at, row in some]))


def _gathered(rows: list[tuple[int, tuple[str | None, ...]]]) -> tuple[Sequence[int], Columns]:
    numbers, texts = zip(*rows, strict=True)
    return numbers, list(zip_longest(*texts))


def _filled(numbers: Sequence[int], columns: Columns) -> Iterator[tuple[Sequence[int], Columns]]:
    for column in columns:
        if all(column) and not any(map(str.isspace, column)):  # type: ignore[arg-type]
            yield numbers, columns
            return
    kept = [
        at
        for at, row in enumerate(zip(*columns, strict=True))
        if any(text and not text.isspace() for text in row)
    ]
    if kept:
        yield [numbers[at] for at in kept], [[column[at] for at in kept] for column in columns]


def _read(sheet: Any, cell_text: Callable[[Any], str | None]) -> Iterator[tuple[Sequence[int], Columns]]:
    read, before, learned = Reader(sheet), 0, 0
    pattern: _Pattern | None = None
    later: _Pattern | None = None
    held: list[tuple[int, tuple[str | None, ...]]] = []
    for text, ends in quick_sheets.pieces(sheet):
        unlike = 0
        for numbers, cells, other in [((), [], text)] if ends else _matched(pattern, text):
            if held and (numbers or len(held) >= TOGETHER):
                yield _gathered(held)
                held = []
            if numbers and pattern is not None:
                if numbers[0] <= before or not all(map(lt, numbers, numbers[1:])):
                    raise Unknown
                before = numbers[-1]
                yield numbers, pattern.columns(cells)
            if other is None:
                continue
            for number, row in quick_sheets.row(read, other, ends=ends):
                if number <= before:
                    raise Unknown
                before = number
                held.append((number, tuple(map(cell_text, row))))
            unlike += 1
            if unlike == UNLIKE and learned < MOST:
                later = _learned(read, other, cell_text)  # for the next piece of the sheet
                learned += 1
        if unlike >= UNLIKE:
            pattern = later or pattern
    if held:
        yield _gathered(held)


def _matched(
    pattern: _Pattern | None, text: str
) -> Iterator[tuple[Sequence[int], list[Sequence[str]], str | None]]:
    """Give the rows that fit the pattern, and between them each that does not, without its end."""
    if pattern is None:
        for row in text.split("</row>")[:-1]:
            yield (), [], row
        return
    found = pattern.pattern.findall(text)
    start = 0
    for at in (*(at for at, row in enumerate(found) if row[-1]), len(found)):
        if start < at:
            rows, *cells = list(zip(*found[start:at], strict=True))[:-1]
            yield tuple(map(int, rows)), list(cells), None
        if at < len(found):
            yield (), [], found[at][-1].removesuffix("</row>")
        start = at + 1


def _learned(read: Reader, row: str, cell_text: Callable[[Any], str | None]) -> _Pattern | None:
    """Learn from a row as it is written; None where a cell is of a kind that is too seldom to be learned."""
    tag = ROW.match(row)
    if tag is None:
        return None
    parts, turned, width = [ROW_TAG], list[Callable[[Sequence[str]], Columns]](), 0
    for found in CELL.finditer(row, tag.end()):
        letters, style, kind, style_too, _value, _inline, _text, other = found.groups()
        if other:
            return None
        place = quick_sheets.place(letters)
        gap, width = place - 1 - width, place
        opening = OPENING.match(found[0])
        empty = rf'<c r="{letters}[0-9]{{1,7}}+"{STYLE}(?: t="(?:n|s|str|b|e|inlineStr)")? ?/>'
        if opening is None:  # nothing but a style
            if not found[0].endswith("/>") or "><" in found[0]:
                return None
            parts.append(f"()(?:{empty})?+")
            turned.append(_nothing(gap + 1))
            continue
        value = "[0-9]{1,9}+" if kind == "s" else FILLED
        close = re.escape(CLOSING.get(kind or "n", "</v></c>"))
        rest = re.escape(opening[3])
        if kind in ("s", "str", "inlineStr", "e", "b"):  # styles say nothing about these
            rest = re.sub(r'(?:\\? s="[0-9]+")', "", rest)
            rest = rest.replace('"', f'"{STYLE}', 1)
        parts.append(f'(?:<c r="{letters}[0-9]{{1,7}}+{rest}({value}){close}|{empty})?+')
        turned.append(_turning(read, kind or "n", style or style_too or "0", gap, cell_text))
    if not width:
        return None
    return _Pattern(re.compile(f"{''.join(parts)}</row>|(.*?</row>)", re.DOTALL), turned)


def _nothing(n: int) -> Callable[[Sequence[str]], Columns]:
    return lambda given: [[None] * len(given)] * n


def _turning(
    read: Reader, kind: str, style: str, gap: int, cell_text: Callable[[Any], str | None]
) -> Callable[[Sequence[str]], Columns]:
    known: dict[str, str | None] = {"": None}
    strings, numeric = read.strings, kind == "n" and style not in read.dates

    def one(given: str) -> str | None:
        if given not in known:
            if len(known) > KNOWN:
                known.clear()
                known[""] = None
            known[given] = cell_text(read.value(kind, style, given))
        return known[given]

    def turned(given: Sequence[str]) -> Sequence[str | None]:
        if kind == "s":
            return [strings[int(cell)] if cell else None for cell in given]
        if all(given):
            together = "".join(given)
            if kind in ("str", "inlineStr", "e") and "&" not in together:
                return given
            whole = numeric and together.isdecimal() and together.isascii()
            if whole and min(given)[0] != "0" and max(map(len, given)) < WHOLE:
                return given  # as they are written
        return [known[cell] if cell in known else one(cell) for cell in given]

    def turn(given: Sequence[str]) -> Columns:
        try:
            column = turned(given)
        except IndexError:
            raise Unknown from None
        return [*([[None] * len(given)] * gap), column]

    return turn
