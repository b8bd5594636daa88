"""Exports that are tables, as text with separators or as a workbook: their header and their rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from operator import eq
from typing import TypeVar

from helpers.community import delimited, spreadsheets
from helpers.community.delimited import Torn
from helpers.community.errors import DataError
from helpers.community.importers.export import Export
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _
from helpers.community.spreadsheets import plain

TEXTS, BOOKS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm")
S = TypeVar("S")
T = TypeVar("T")
FEW = 512  # rows that are handed on as they come; fewer are put together, as many small blocks cost more
LOOKED_AT = 30  # rows at the top in which a header is looked for
BLANKS = frozenset(("", "-", "--", "null", "none", "nan", "na", "n/a", "#n/a", "(not set)", "无"))
WRAPPED = frozenset(" \t='\u3000\xa0")  # what a cell begins or ends with that has to be cleaned
SUSPECT = WRAPPED | frozenset("-nN#(无")  # and what a cell begins with that says that there is nothing
SIGNS = str.maketrans("０１２３４５６７８９．，－（）−", "0123456789.,-()-", "¥￥$€£元 \t'\xa0")


@dataclass(frozen=True)
class Piece:
    """Rows of a table, column by column as they are written, and their numbers."""

    numbers: Sequence[int]
    columns: list[Sequence[str]]
    _texts: dict[int | None, list[str | None]] = field(default_factory=dict)

    def texts(self, place: int | None) -> list[str | None]:
        """Return a column cleaned, as `texts` does; nothing but None where there is no such column."""
        if place not in self._texts:
            empty: list[str | None] = [None] * len(self.numbers)
            self._texts[place] = empty if place is None else texts(self.columns[place])
        return self._texts[place]

    def first(self, *places: int | None) -> list[str | None]:
        """Return for every row what the first of these columns says that says something."""
        said = self.texts(places[0] if places else None)
        for place in places[1:]:
            if place is None or None not in said:
                continue
            said = [other if one is None else one for one, other in zip(said, self.texts(place), strict=True)]
        return said

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Give them out one by one, cleaned."""
        for number, cells in zip(self.numbers, zip(*self.columns, strict=True), strict=True):
            yield number, cleaned(cells)

    def clean(self, place: int) -> list[str]:
        """Return a column cleaned, though some of its cells say that there is nothing."""
        column = self.columns[place]
        known = tuple(set(column))
        if 4 * len(known) > len(column):
            return cleaned(column)
        found = dict(zip(known, cleaned(known), strict=True))
        return list(map(found.__getitem__, column))

    def cells(self, at: int) -> list[str]:
        """Return the cells of one of them, cleaned."""
        return cleaned([column[at] for column in self.columns])


@dataclass(frozen=True)
class Grid:
    """Hold where a table begins: its sheet, its separator, the row of its header and its columns' names.

    Parameters
    ----------
    export : Export
        The file.
    sheet : str
        Sheet of a workbook; empty for text.
    separator, encoding : str
        How a text is written.
    at : int
        Row of the header, from 1.
    header : tuple of str
        Names of the columns as they stand there.
    more : tuple of Grid
        Further sheets with the same header, as one for each month.
    """

    export: Export
    sheet: str
    separator: str
    encoding: str
    at: int
    header: tuple[str, ...]
    more: tuple[Grid, ...] = ()

    def place(self, *names: str) -> int | None:
        """Return where the first of these columns is, in the order in which they are named."""
        if names not in self._found:
            there = self._there
            self._found[names] = next((there[one] for one in map(plain, names) if one in there), None)
        return self._found[names]

    @cached_property
    def _there(self) -> dict[str, int]:
        return {plain(name): number for number, name in reversed(list(enumerate(self.header)))}

    @cached_property
    def _found(self) -> dict[tuple[str, ...], int | None]:
        return {}

    def rows(self) -> Iterator[tuple[int, list[str]] | Torn]:
        """Yield every row below the header, cleaned of what spreadsheets put around values, or a `Torn`."""
        for piece in self.blocks():
            yield from [piece] if isinstance(piece, Torn) else piece.rows()

    def blocks(self) -> Iterator[Piece | Torn]:
        """Yield the rows as `rows` does, thousands at once and as columns, which are not cleaned yet."""
        left = self.export.most
        for one in self.every_block() if left is None else self._in_order():
            size = 1 if isinstance(one, Torn) else len(one.numbers)
            if left is not None:
                if size > left:
                    self.export.leave_out()
                    if left and not isinstance(one, Torn):
                        yield Piece(one.numbers[:left], [column[:left] for column in one.columns])
                    return
                left -= size
            yield one

    def every_block(self) -> Iterator[Piece | Torn]:
        """Yield all rows as `blocks` does, few blocks of them; what is torn between them comes before."""
        numbers, columns = list[int](), list[list[str]]()
        for one in self._in_order():
            if isinstance(one, Torn):
                yield one
                continue
            if not numbers and len(one.numbers) >= FEW:
                yield one
                continue
            numbers.extend(one.numbers)
            columns = columns or [[] for _column in one.columns]
            for cells, more in zip(columns, one.columns, strict=True):
                cells.extend(more)
            if len(numbers) >= delimited.TOGETHER:
                yield Piece(numbers, list(columns))
                numbers, columns = [], []
        if numbers:
            yield Piece(numbers, list(columns))

    def _in_order(self) -> Iterator[Piece | Torn]:
        width = len(self.header)
        if not self.sheet:
            found = delimited.quick_blocks(self.export.path, self.encoding, self.separator, width, self.at)
            for one in found:
                yield one if isinstance(one, Torn) else Piece(one[0], list(zip(*one[1], strict=True)))
            return
        book = spreadsheets.Sheet(self.export.path, self.sheet, self.at, set())
        try:
            for numbers, given in book.blocks():
                kept, columns, more = spreadsheets.fitted(numbers, given, width)
                for at, text in more:
                    yield Torn(at, f"more cells than the {width} columns", text)
                if kept:
                    yield Piece(kept, list(map(values, columns)))
        finally:
            book.close()
        for sheet in self.more:
            yield from sheet._in_order()


def each(function: Callable[[S], T], cells: Sequence[S]) -> list[T]:
    """Apply a function to every cell of a column, once to each value where there are few.

    Examples
    --------
    >>> each(len, ["paid", "paid", "open"])
    [4, 4, 4]
    """
    known = set(cells)
    if 4 * len(known) > len(cells):
        return list(map(function, cells))
    found = {cell: function(cell) for cell in known}
    return list(map(found.__getitem__, cells))


def texts(cells: Sequence[str]) -> list[str | None]:
    """Clean a column; None where a cell only says that there is nothing.

    Examples
    --------
    >>> texts(['="17"', "-", "tea"])
    ['17', None, 'tea']
    """
    known = set(cells)
    if 4 * len(known) <= len(cells):
        found = {cell: _text(cell) for cell in known}
        return list(cells if found.keys() == {*found.values()} else map(found.__getitem__, cells))
    if cells and cells[0].startswith('="'):
        return [_number(cell) for cell in cells]
    return [
        cell if cell and cell[0] not in SUSPECT and cell[-1] not in WRAPPED else _text(cell) for cell in cells
    ]


def stars(cells: Sequence[str | None]) -> int:
    """Count the cells that are masked with stars."""
    names = list(filter(None, cells))
    return sum("*" in name for name in names) if "*" in "".join(names) else 0


def _number(cell: str) -> str | None:
    inner = cell[2:-1]
    plain_one = len(inner) > 9 and inner.isalnum() and cell[:2] == '="' and cell[-1] == '"'
    return inner if plain_one else _text(cell)


def _text(cell: str) -> str | None:
    return filled(value(cell) if cell and (cell[0] in WRAPPED or cell[-1] in WRAPPED) else cell)


def cleaned(cells: Sequence[str]) -> list[str]:
    """Clean the cells of a row, of which most are clean."""
    return [value(cell) if cell and (cell[0] in WRAPPED or cell[-1] in WRAPPED) else cell for cell in cells]


def value(cell: str | None) -> str:
    r"""Clean a cell of what keeps spreadsheets from reading it as a number: ``="1"``, tabs, an apostrophe.

    Examples
    --------
    >>> value('="2026030112"'), value("\t17 "), value("'80000"), value(None)
    ('2026030112', '17', '80000', '')
    """
    text = (cell or "").strip()
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    return text[1:] if text.startswith("'") and text[1:2].isdigit() else text


def values(cells: Sequence[str | None]) -> Sequence[str]:
    """Clean a column as `value` does each cell, and each only where one of them may need it.

    Examples
    --------
    >>> values(["tea ", None, "'8"]), values(["a", "b"])
    (['tea', '', '8'], ['a', 'b'])
    """
    known = set(cells)
    if 4 * len(known) <= len(cells):
        found = {cell: value(cell) for cell in known}
        if all(map(eq, found, found.values())):
            return cells  # type: ignore[return-value]
        return list(map(found.__getitem__, cells))
    if None in known:
        return list(map(value, cells))
    stripped = list(map(str.strip, cells))  # type: ignore[arg-type]
    together = "".join(stripped)
    return list(map(value, stripped)) if "=" in together or "'" in together else stripped


def filled(text: str) -> str | None:
    """Return a value, or None where it only says that there is none.

    Examples
    --------
    >>> filled("(not set)"), filled("0")
    (None, '0')
    """
    return None if not text or (len(text) < 10 and text.casefold() in BLANKS) else text


def masked(starred: int, rows: int, column: str) -> list[Sentence]:
    """Say how many values of a column of buyers are masked with stars; nothing when none is.

    Parameters
    ----------
    starred, rows : int
        How many are, of how many.
    column : str
        What it is called in the file.

    Returns
    -------
    list of Sentence
        A sentence for the person, without its full stop.
    """
    text = _(
        "{starred} of {rows} rows name their buyer with stars ({column}), so that several people may look "
        "like one; export again with the right to see buyers"
    )
    return [Sentence(text, starred=starred, rows=rows, column=column)] if starred else []


def money(text: str | None) -> Decimal | None:
    """Read a sum; None when it is not one.

    Examples
    --------
    >>> money("￥1,299.00"), money("none")
    (Decimal('1299.00'), None)
    """
    try:
        found = Decimal((text or "").translate(SIGNS).replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _looked(export: Export) -> list[tuple[str, str, str, list[list[str | None]]]]:
    if export.packed:
        return []
    if "tops" not in export.__dict__:  # looked at once, whichever format asks
        export.__dict__["tops"] = _tops(export)
    found: list[tuple[str, str, str, list[list[str | None]]]] = export.__dict__["tops"]
    return found


def _tops(export: Export) -> list[tuple[str, str, str, list[list[str | None]]]]:
    """Return the first rows of every sheet, or of the text, with separator and encoding."""
    kind = export.path.suffix.lower()
    if kind in BOOKS:
        book = spreadsheets.open_workbook(export.path)
        try:
            return [
                (
                    name,
                    "",
                    "",
                    [
                        [spreadsheets.cell_text(one) for one in row]
                        for row, _ in zip(
                            spreadsheets.values(export.path, book[name]), range(LOOKED_AT), strict=False
                        )
                    ],
                )
                for name in (sheet.title for sheet in book.worksheets)
            ]
        finally:
            book.close()
    if kind not in TEXTS:
        return []
    encoding, lines = export.seen.encoding, export.head(LOOKED_AT)
    try:
        separator = delimited.separator_of(lines)
        cells = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator))
    except csv.Error:  # a cell as long as a book
        return []
    return [("", separator, encoding, [list(row) for row in cells])]


def find(export: Export, wanted: Sequence[str]) -> Grid | None:
    """Find the table of a file: the sheet and the row that hold most of the names that are expected.

    Parameters
    ----------
    export : Export
        A single file.
    wanted : sequence of str
        Names of columns.

    Returns
    -------
    Grid or None
        The table; None when the file is no table or has none of the names.

    Raises
    ------
    DataError
        When the file is empty or no workbook.
    """
    names, best, hits = {plain(one) for one in wanted}, None, 0
    same: list[Grid] = []
    for sheet, separator, encoding, rows in _looked(export):
        for number, row in enumerate(rows, start=1):
            count = len({plain(cell) for cell in row if cell} & names)
            if count > hits:
                header = tuple((cell or "").strip() for cell in row)
                best, hits, same = Grid(export, sheet, separator, encoding, number, header), count, []
            elif best is not None and count == hits and sheet != best.sheet:
                header = tuple((cell or "").strip() for cell in row)
                if header == best.header:
                    same.append(Grid(export, sheet, separator, encoding, number, header))
    return replace(best, more=tuple(same)) if best is not None else None


def first(export: Export) -> Grid | None:
    """Take the first row of a file, or of its first filled sheet, as the header, whatever names it holds.

    Qualtrics writes codes, the questions, and a row of import ids: there the questions are the header, and
    the rows of codes and ids none of the data.

    Parameters
    ----------
    export : Export
        A single file.

    Returns
    -------
    Grid or None
        The table; None when the file is no table.
    """
    for sheet, separator, encoding, rows in _looked(export):
        for number, row in enumerate(rows, start=1):
            if sum(bool(cell) for cell in row) > 1:
                marked = len(rows) > number + 1 and any(
                    "ImportId" in (cell or "") for cell in rows[number + 1]
                )
                header = rows[number] if marked else row
                names = tuple((cell or "").strip() for cell in header)
                return Grid(export, sheet, separator, encoding, number + 2 * marked, names)
    return None


def table(export: Export, wanted: Sequence[str]) -> Grid:
    """Find the table of a file that is known to have one; `DataError` when it has none any more."""
    found = find(export, wanted)
    if found is None:
        raise DataError(
            _("{file}: none of its columns is known: {wanted} …. Export it again."),
            file=export.path.name,
            wanted=", ".join(wanted[:6]),
        )
    return found
