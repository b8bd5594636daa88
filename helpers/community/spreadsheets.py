"""Excel workbooks: find the sheet and the row where the table begins, and read its cells as text."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from helpers.community import quick_sheets, sheet_blocks
from helpers.community.errors import DataError
from helpers.community.sentences import mark as _

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    EOFError,
    KeyError,
    OSError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
)
RATIO, TRAP = 200, 64 << 20  # a part that unpacks to so many times its size, and so many bytes, is a trap
LOOKED_AT = 30  # rows at the top in which a header is looked for
_texts: ContextVar[dict[tuple[Path, int, int], list[str]] | None] = ContextVar("_texts", default=None)


def plain(text: object) -> str:
    """Reduce a header to what counts: full-width forms, case, spaces and underscores removed.

    Examples
    --------
    >>> plain(" Order_ID "), plain("付款 时间")
    ('orderid', '付款时间')
    """
    letters = unicodedata.normalize("NFKC", str(text)).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def bare(text: object) -> str:
    """Reduce a header as `plain` does, and leave out what stands in brackets: units and remarks.

    Examples
    --------
    >>> bare("Amount (USD)"), bare("实付金额（元）")
    ('amount', '实付金额')
    """
    return plain(re.sub(r"[(\[（【][^)\]）】]*[)\]）】]", "", str(text)))


def cell_text(value: Any) -> str | None:
    """Write a cell as the text a person would type, or None when it is empty."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return f"{value:.2E}" if abs(value) >= 1e15 else repr(value)
    if isinstance(value, int) and abs(value) >= 10**15 and str(value)[15:].strip("0") == "":
        return f"{value:.2E}"  # Excel keeps 15 digits, so the rest of such an id is already lost
    return str(value)


def header_among(rows: list[list[str | None]], wanted: set[str]) -> int:
    """Find the row that holds the column names: most known names, else the first wide row of texts.

    Parameters
    ----------
    rows : list of list of str or None
        First rows of a sheet or file.
    wanted : set of str
        Names that are expected, reduced by :func:`plain`.

    Returns
    -------
    int
        Position of the header among the rows.

    Examples
    --------
    >>> header_among([["Sales of May", None], ["id", "amount"], ["1", "2"]], {"amount"})
    1
    """
    hits = [sum(plain(cell) in wanted or bare(cell) in wanted for cell in row if cell) for row in rows]
    if any(hits):
        return hits.index(max(hits))
    widths = [sum(bool(cell and cell.strip()) for cell in row) for row in rows]
    return next((at for at, width in enumerate(widths) if width >= 0.6 * max(widths, default=0) and width), 0)


class Sheet:
    """Read one sheet: its name, its header and its rows as text."""

    def __init__(
        self, path: Path, name: str, header_row: int | None, wanted: set[str], book: Any = None
    ) -> None:
        self.path, self.name = path, name
        self.book = book or open_workbook(path)
        top = [
            [cell_text(value) for value in row]
            for row, _ in zip(values(path, self.book[name]), range(LOOKED_AT), strict=False)
        ]
        at = header_among(top, wanted) if header_row is None else header_row - 1
        self.header_row = header_row if header_row is not None else at + 1
        self.header = [cell or "" for cell in top[at]] if 0 <= at < len(top) else []
        self.hits = sum(plain(cell) in wanted for cell in self.header if cell)

    def blocks(self) -> Iterator[tuple[Sequence[int], list[Sequence[str | None]]]]:
        """Yield numbers and columns of the rows below the header that are not empty, thousands at once."""
        try:
            yield from sheet_blocks.blocks(self.book[self.name], self.header_row + 1, cell_text)
        except BROKEN:
            raise _damaged(self.path, self.name) from None

    def close(self) -> None:
        """Close the workbook."""
        self.book.close()


def fitted(
    numbers: Sequence[int], columns: list[Sequence[str | None]], width: int
) -> tuple[Sequence[int], list[Sequence[str | None]], list[tuple[int, str]]]:
    """Give rows as many columns as there are names, and apart from them those that hold more.

    Examples
    --------
    >>> fitted([2, 3], [["a", "b"], [None, "c"]], 1)
    ([2], [['a']], [(3, 'b | c')])
    """
    over = [at for at, more in enumerate(zip(*columns[width:], strict=True)) if any(more)]
    torn = [(numbers[at], " | ".join(column[at] or "" for column in columns)) for at in over]
    columns = [*columns[:width], *([[None] * len(numbers)] * (width - len(columns)))]
    if over:
        left = sorted(set(range(len(numbers))) - set(over))
        numbers = [numbers[at] for at in left]
        columns = [[column[at] for at in left] for column in columns]
    return numbers, columns, torn


def values(path: Path, sheet: Any, first: int = 1) -> Iterator[tuple[Any, ...]]:
    """Read the rows of a sheet from one of them on, or say that the workbook is damaged."""
    try:
        yield from quick_sheets.rows(sheet, first)
    except BROKEN:
        raise _damaged(path, sheet.title) from None


def _damaged(path: Path, sheet: str) -> DataError:
    text = _("{file}, sheet {sheet}: this workbook is damaged. Export it again.")
    return DataError(text, file=path.name, sheet=sheet)


@contextmanager
def texts_kept() -> Iterator[None]:
    """Read the texts that a workbook's cells share once, however often it is opened in here."""
    token = _texts.set({})
    try:
        yield
    finally:
        _texts.reset(token)


def _shared_texts(path: Path, part: str, archive: zipfile.ZipFile) -> list[str] | None:
    kept, stat = _texts.get(), path.stat()
    if kept is None:
        return quick_sheets.strings(archive.read(part))
    key = path, stat.st_size, stat.st_mtime_ns
    if key not in kept:
        found = quick_sheets.strings(archive.read(part))
        kept.clear()
        if found is None:
            return None
        kept[key] = found
    return kept[key]


def open_workbook(path: Path) -> Any:
    """Open a workbook for reading only, or say that it is none."""
    # Here, because it takes a sixth of the time to import this package and few need it.
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.utils.exceptions import InvalidFileException
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.xml.constants import SHARED_STRINGS

    class Worksheet(ReadOnlyWorksheet):  # type: ignore[misc]
        def _get_size(self) -> None:
            """Ask nothing: where no size is written, that would read all rows; some write a wrong one."""

    class Reader(ExcelReader):  # type: ignore[misc]
        def read_worksheets(self) -> None:
            for sheet, rel in self.parser.find_sheets():
                if rel.target in self.valid_files and "chartsheet" not in rel.Type:
                    found = Worksheet(self.wb, sheet.name, rel.target, self.shared_strings)
                    found.sheet_state = sheet.state
                    self.wb._sheets.append(found)

        def read_strings(self) -> None:
            part = self.package.find(SHARED_STRINGS)
            found = _shared_texts(path, part.PartName[1:], self.archive) if part is not None else None
            if found is None:
                super().read_strings()
            else:
                self.shared_strings = found

    try:
        reader = Reader(path, read_only=True, data_only=True)
        for part in reader.archive.infolist():
            if part.file_size > max(RATIO * part.compress_size, TRAP):
                raise DataError(
                    _(
                        "{file}: {inner} in it would unpack to {file_size:,} bytes out of "
                        "{compress_size:,}, as no real workbook does. If you trust it, open it in Excel and "
                        "save it as CSV."
                    ),
                    file=path.name,
                    inner=part.filename,
                    file_size=part.file_size,
                    compress_size=part.compress_size,
                )
        reader.read()
        return reader.wb
    except (InvalidFileException, *BROKEN):
        raise DataError(
            _("{file}: this is not an Excel workbook (.xlsx). Open it in Excel and save it as .xlsx or CSV."),
            file=path.name,
        ) from None


def sheets(path: Path, *, sheet: str | None, header_row: int | None, wanted: set[str]) -> list[Sheet]:
    """List the sheets of a workbook that may hold a table, the likeliest first.

    Parameters
    ----------
    path : pathlib.Path
        The workbook.
    sheet : str or None
        Name of the sheet, where the settings give one.
    header_row : int or None
        Row of the header, where the settings give one.
    wanted : set of str
        Column names that are expected, reduced by :func:`plain`.

    Returns
    -------
    list of Sheet
        Sheets with at least one cell.

    Raises
    ------
    DataError
        When the workbook has no such sheet, or nothing in any sheet.
    """
    book = open_workbook(path)
    names = list(book.sheetnames)
    if sheet is not None and sheet not in names:
        raise DataError(
            _("{file}: there is no sheet {sheet!r}. It has: {known}."),
            file=path.name,
            sheet=sheet,
            known=", ".join(names),
        )
    found = [Sheet(path, name, header_row, wanted, book) for name in ([sheet] if sheet else names)]
    found = [one for one in found if any(one.header)]
    if not found:
        raise DataError(_("{file}: the workbook is empty. Export it again."), file=path.name)
    return sorted(found, key=lambda one: (-one.hits, -sum(map(bool, one.header)) if not one.hits else 0))
