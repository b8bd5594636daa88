"""Lists for a spreadsheet, safe to open: nothing in a text cell can run as a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.community.notes import INVISIBLE

_STARTS_FORMULA = re.compile(rf"^[\s{INVISIBLE}]*[=+\-@\t\r|%＝＋－＠]")
# Two letters among these turn the rest of a line about, so that a name reads as another.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e\ufffe\uffff]")
_WIDEST = 48
_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")


def plain(value: Any) -> Any:
    """Make a text safe for a spreadsheet; numbers, dates and missing values stay as they are.

    Parameters
    ----------
    value : object
        A cell.

    Returns
    -------
    object
        A text that a spreadsheet would run gets an apostrophe before it, and stays readable.

    Examples
    --------
    >>> plain("=1+1"), plain("tea"), plain(-5)
    ("'=1+1", 'tea', -5)

    Taught in: all
    """
    if not isinstance(value, str):
        return value
    text = _CONTROL.sub("\ufffd", value)
    return f"'{text}" if _STARTS_FORMULA.match(text) else text


def write_csv(frame: pd.DataFrame, path: Path) -> Path:
    """Write a frame as CSV that Excel opens with the right letters.

    Parameters
    ----------
    frame : pandas.DataFrame
        What to write; the index is left out.
    path : pathlib.Path
        Where to.

    Returns
    -------
    pathlib.Path
        The same path; the file is UTF-8 with a byte-order mark, with texts made safe.

    Taught in: all
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    safe = frame.map(plain).set_axis([plain(str(name)) for name in frame.columns], axis=1)
    safe.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return path


def write_xlsx(frame: pd.DataFrame, path: Path, *, sheet: str = "list") -> Path:
    """Write a frame as an Excel workbook whose texts are texts, whatever they begin with.

    Parameters
    ----------
    frame : pandas.DataFrame
        What to write; the index is left out.
    path : pathlib.Path
        Where to.
    sheet : str, default "list"
        Name of the sheet.

    Returns
    -------
    pathlib.Path
        The same path; header frozen and filterable, columns as wide as their content. The same frame gives
        the same bytes.

    Taught in: all
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    page = book.active
    page.title = re.sub(r"[\[\]:*?/\\]", " ", sheet)[:31]
    rows = [[str(name) for name in frame.columns], *frame.itertuples(index=False, name=None)]
    for row, values in enumerate(rows, start=1):
        for column, value in enumerate(values, start=1):
            _put(page.cell(row, column), value)
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    for column, values in enumerate(zip(*rows, strict=True), start=1):
        longest = max(len(str(value)) for value in values[:200])
        page.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 8), _WIDEST)
    _save(book, path)
    return path


def _save(book: Any, path: Path) -> None:
    """Save without the time of day, so that the same list is the same file."""
    fresh = io.BytesIO()
    book.save(fresh)
    with zipfile.ZipFile(fresh) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _TIME.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", content)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _put(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        cell.value = _CONTROL.sub("\ufffd", value)
        cell.data_type = "s"  # openpyxl takes a leading "=" for a formula
        cell.quotePrefix = True
    elif value is None or value is pd.NaT or (isinstance(value, float) and value != value) or value is pd.NA:
        cell.value = None
    elif isinstance(value, pd.Timestamp):
        midnight = value == value.normalize()
        cell.value = value.date() if midnight else value.tz_localize(None).to_pydatetime()
    elif isinstance(value, bool | int | float | Decimal | dt.date | dt.datetime):
        cell.value = value
    else:
        cell.value = value.item() if hasattr(value, "item") else plain(str(value))
