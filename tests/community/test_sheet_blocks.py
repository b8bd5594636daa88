"""Sheets read thousands of rows at once give what openpyxl gives, whatever is written in them."""

# ruff: noqa: E501 - cells as they are written, one a line, whole
from __future__ import annotations

import random
import warnings
import zipfile
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from helpers.community import Community, mapping, quick_sheets, sheet_blocks, spreadsheets
from helpers.community.errors import CommunityError, DataError
from helpers.community.spreadsheets import cell_text
from tests.community.test_quick_sheets import CELLS, FORMATS, NUMBERS, ROWS, SHARED, made

Texts = list[tuple[int, list[str | None]]]


def trimmed(rows: Texts) -> Texts:
    """Leave out empty rows and what is empty at the end of a row."""
    found: Texts = []
    for number, given in rows:
        texts = list(given)
        while texts and not texts[-1]:
            texts.pop()
        if any(text and text.strip() for text in texts):
            found.append((number, texts))
    return found


def by_openpyxl(path: Path, first: int) -> Texts | str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
            sheet.reset_dimensions()  # type: ignore[union-attr]
            rows = enumerate(sheet.iter_rows(min_row=first, values_only=True), start=first)
            return trimmed([(number, [cell_text(one) for one in row]) for number, row in rows])
        except Exception:
            return "damaged"


def by_blocks(path: Path, first: int) -> Texts | str:
    found: Texts = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = spreadsheets.open_workbook(path)
            for numbers, columns in sheet_blocks.blocks(book.worksheets[0], first, cell_text):
                found += zip(numbers, map(list, zip_longest(*columns)), strict=True)
        except (DataError, *spreadsheets.BROKEN):
            return "damaged"
    return trimmed(found)


@pytest.fixture(autouse=True)
def _patterns_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_sheets, "BLOCK", 300)
    monkeypatch.setattr(sheet_blocks, "UNLIKE", 1)


@pytest.mark.parametrize("name", CELLS)
def test_cells_of_every_kind(name: str, tmp_path: Path) -> None:
    shared = SHARED.format(runs="<si><t>x</t></si>", sound="")
    usual = '<c r="A{0}" t="str"><v>a</v></c><c r="B{0}"><v>{0}</v></c><c r="C{0}" s="1"/>'
    rows = [f'<row r="{n}">{usual.format(n)}</row>' for n in range(1, 12)]
    rows += [f'<row r="{n}">{CELLS[name]}</row>' for n in range(12, 30)]
    rows += [f'<row r="{n}">{usual.format(n)}</row>' for n in range(30, 36)]
    path = made(tmp_path, "".join(rows), shared)
    assert by_blocks(path, 3) == by_openpyxl(path, 3)


@pytest.mark.parametrize("name", ROWS)
def test_rows_with_odd_numbers(name: str, tmp_path: Path) -> None:
    path = made(tmp_path, ROWS[name])
    for first in (1, 2, 4):
        assert by_blocks(path, first) == by_openpyxl(path, first)


@pytest.mark.parametrize("early", [False, True])
def test_numbers_and_dates_by_column(early: bool, tmp_path: Path) -> None:
    cells = [
        "".join(f'<c r="{chr(65 + to)}{row}" s="{to}"><v>{one}</v></c>' for to in range(len(FORMATS)))
        for row, one in enumerate(NUMBERS * 3, start=1)
    ]
    data = "".join(f'<row r="{row}">{one}</row>' for row, one in enumerate(cells, start=1))
    path = made(tmp_path, data, early=early)
    assert by_blocks(path, 1) == by_openpyxl(path, 1) != "damaged"


@pytest.mark.parametrize("seed", range(6))
def test_rows_of_many_kinds_in_any_order(seed: int, tmp_path: Path) -> None:
    draw, shared = random.Random(seed), SHARED.format(runs="<si><t>x</t></si>", sound="")
    forms = (
        '<c r="{}"><v>{n}</v></c>', '<c r="{}" s="1"><v>45000.5</v></c>', '<c r="{}" s="2" t="s"><v>{k}</v></c>',
        '<c r="{}" t="s"><v>{k}</v></c>', '<c r="{}" t="inlineStr"><is><t>a&amp;{n}</t></is></c>',
        '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> b</t></is></c>', '<c r="{}" s="3"/>', "",
        '<c r="{}" t="b"><v>1</v></c>', '<c r="{}" t="str"><f>A1</f><v>f</v></c>', '<c r="{}" t="e"><v>#N/A</v></c>',
        '<c r="{}"><v>00{n}</v></c>', '<c r="{}" t="inlineStr"><is><t></t></is></c>', '<c r="{}"><v>{n}.50</v></c>',
    )  # fmt: skip
    usual, rows, number = [draw.choice(forms) for _ in range(6)], [], 0
    for _ in range(120):
        number += draw.choice((1, 1, 1, 1, 2))
        kinds = [draw.choice(forms) if draw.random() < 0.04 else one for one in usual]
        cells = "".join(
            kind.format(f"{chr(65 + at)}{number}", n=draw.randrange(10**6), k=draw.randrange(6))
            for at, kind in enumerate(kinds)
        )
        rows.append(f'<row r="{number}" spans="1:6">{cells}</row>' if cells else f'<row r="{number}"/>')
        if draw.random() < 0.02:
            usual = [draw.choice(forms) for _ in range(6)]
    path = made(tmp_path, "".join(rows), shared)
    assert by_blocks(path, 2) == by_openpyxl(path, 2) != "damaged"


def test_a_long_sheet_is_read_by_its_pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="str"><v>o{n}</v></c><c r="B{n}"><v>{n}.5</v></c></row>'
        for n in range(1, 400)
    )
    path = made(tmp_path, rows)
    wanted = by_openpyxl(path, 1)
    known = sheet_blocks.quick_sheets.row
    read: list[str] = []
    monkeypatch.setattr(sheet_blocks.quick_sheets, "row", lambda *a, **b: read.append(a[1]) or known(*a, **b))
    assert by_blocks(path, 1) == wanted
    assert len(read) < 20


# What shops and people do to workbooks ------------------------------------------------------------------

HEADER = ["order_id", "member_id", "ordered_at", "amount"]


def book(*, rows: int = 40) -> Any:
    made_up = openpyxl.Workbook()
    made_up.active.append(HEADER)
    for n in range(rows):
        made_up.active.append([f"o{n}", f"m{n % 7}", f"2026-03-{n % 28 + 1:02d} 10:00:00", n + 0.5])
    return made_up


def orders(folder: Path) -> int:
    mapping.guess(folder).write()
    community = Community.open(folder)
    account = community.quality().set_index("table").loc["orders"]
    assert account["rows_in"] == account["used"] + account["set_aside"] + account["excluded"]
    return int(account["rows_in"])


def test_a_workbook_with_macros_is_read(tmp_path: Path) -> None:
    book().save(tmp_path / "plain.xlsx")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as old, zipfile.ZipFile(tmp_path / "o.xlsm", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "[Content_Types].xml":
                macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
                content = content.replace(kind.encode(), macro)
            new.writestr(name, content)
        new.writestr("xl/vbaProject.bin", b"\0macro")
    (tmp_path / "plain.xlsx").unlink()
    assert orders(tmp_path) == 40


def test_hidden_sheets_rows_and_columns_are_read_as_shown_ones(tmp_path: Path) -> None:
    made_up = book()
    made_up.active.sheet_state = "hidden"
    made_up.active.row_dimensions[5].hidden = True
    made_up.active.column_dimensions["B"].hidden = True
    made_up.create_sheet("note").append(["see the other sheet"])
    made_up.active = 1
    made_up.save(tmp_path / "orders.xlsx")
    assert orders(tmp_path) == 40


def test_merged_cells_keep_their_value_in_the_first(tmp_path: Path) -> None:
    made_up = book()
    made_up.active.insert_rows(1)
    made_up.active["A1"] = "Orders of March"
    made_up.active.merge_cells("A1:D1")
    made_up.active.merge_cells("B5:B6")
    made_up.save(tmp_path / "orders.xlsx")
    assert by_blocks(tmp_path / "orders.xlsx", 1) == by_openpyxl(tmp_path / "orders.xlsx", 1)
    assert orders(tmp_path) == 40


def test_a_workbook_with_a_password_is_refused_by_name(tmp_path: Path) -> None:
    # Excel puts an encrypted workbook into an OLE container, which is no zip.
    (tmp_path / "orders.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage" * 400)
    with pytest.raises(CommunityError, match=r"orders\.xlsx: this is not an Excel workbook"):
        mapping.guess(tmp_path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    book(rows=2).save(tmp_path / "small.xlsx")
    with zipfile.ZipFile(tmp_path / "small.xlsx") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    (tmp_path / "small.xlsx").unlink()
    with zipfile.ZipFile(tmp_path / "orders.xlsx", "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                new.writestr(name, content)
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
            for _ in range(100):
                file.write(b" " * (1 << 20))
    with pytest.raises(CommunityError, match=r"orders\.xlsx: .* would unpack to"):
        mapping.guess(tmp_path)
