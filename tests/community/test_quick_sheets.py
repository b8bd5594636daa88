"""Workbooks read fast and read by openpyxl alone give the same values, however their cells are written."""

# ruff: noqa: E501 - cells as they are written, one a line, whole
import datetime as dt
import random
import warnings
import zipfile

import openpyxl
import pytest

from helpers.community import quick_sheets
from helpers.community.errors import DataError
from helpers.community.spreadsheets import open_workbook, values

FORMATS = [
    "General",
    "yyyy\\-mm\\-dd",
    'yyyy"年"m"月"d"日"',
    "[h]:mm:ss",
    "hh:mm:ss",
    "0.00%",
    "[$-804]yyyy/m/d h:mm",
    "@",
    "#,##0.00",
    '"day"0',
]
NUMBERS = [
    "0",
    "0.5",
    "1",
    "59",
    "60",
    "61",
    "45000",
    "45000.75",
    "45000.123456789",
    "1.5",
    "-1",
    "2958466",
    "17850.0",
    "1E3",
    "0.1",
    "1E+15",
    "0.99999999",
    "1234567890123456",
    "1.23E+18",
    "1230000000000000000",
    "1234567890123456789",
    "-0",
    "1e-7",
    "20260301",
]
CELLS = {
    "error": '<c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="e"><v>#SPILL!</v></c>',
    "true": '<c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c>',
    "formula": '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1" t="str"><f>A</f><v>t</v></c>',
    "shared formula": '<c r="A1"><f t="shared" ref="A1:A2" si="0">B1&amp;"x"</f><v>2</v></c>',
    "inline": '<c r="A1" t="inlineStr"><is><t xml:space="preserve"> a&amp;&#65;&lt; </t></is></c>',
    "inline runs": '<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t xml:space="preserve"> b</t></r></is></c>',
    "phonetic": '<c r="A1" t="inlineStr"><is><t>漢字</t><rPh sb="0" eb="2"><t>カ</t></rPh></is></c>',
    "no text": '<c r="A1" t="inlineStr"/><c r="B1" t="inlineStr"><is><t></t></is></c><c r="C1" t="str"><v></v></c>',
    "styled": '<c r="B1" s="1"/><c r="F1" s="1"/>',
    "shared": "".join(f'<c r="{letter}1" t="s"><v>{at}</v></c>' for at, letter in enumerate("ABCDEF")),
    "date": '<c r="A1" t="d"><v>2026-03-01T10:11:12.5</v></c>',
    "data": '<c r="A1" t="str"><v><![CDATA[a<b]]></v></c>',
    "comment": '<c r="A1" t="str"><v>a<!-- x -->b</v></c>',
    "line ends": '<c r="A1" t="str"><v>a\r\nb\nc_x000D_</v></c>',
    "backwards": '<c r="C1"><v>1</v></c><c r="A1"><v>9</v></c>',
    "no places": "<c><v>1</v></c><c><v>2</v></c>",
    "style after": '<c r="A1" t="n" s="1"><v>45000</v></c>',
    "wide": '<c r="XFD1"><v>1</v></c>',
    "spaces": '<c r="A1"><v> 5 </v></c>\n  <c r="B1"><v>00012</v></c>',
    "no number": '<c r="A1"><v>abc</v></c>',
    "no such text": '<c r="A1" t="s"><v>99</v></c>',
    "bad entity": '<c r="A1" t="str"><v>a&nbsp;b</v></c>',
    "control": '<c r="A1" t="str"><v>a\x01b</v></c>',
    "open": '<c r="A1"><v>1</v>',
}
ROWS = {
    "gaps": '<row r="3"><c r="C3"><v>1</v></c></row><row r="5"/><row r="6"><c r="B6"><v>2</v></c></row><row r="9"/>',
    "backwards": '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row><row r="4"/>',
    "twice": '<row r="3"><c r="A3"><v>1</v></c></row><row r="3"><c r="B3"><v>2</v></c></row>',
    "no numbers": '<row><c r="A1"><v>1</v></c></row><row><c r="A2"><v>2</v></c></row>',
    "said": '<row r="1" spans="1:2" ht="15" customHeight="1"><c r="A1"><v>1</v></c></row><row r="2"></row>',
    "mixed": '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2" t="d"><v>2026-03-01</v></c></row>'
    '<row r="4"><c r="B4"><v>3</v></c></row>',
    "torn": '<row r="1"><c r="A1"><v>1</v></c></row></row><row r="2"><c r="A2"><v>1</v></c></row>',
    "none": "",
}
SHARED = (
    '<si><t>a</t></si>{runs}<si><t>漢字</t>{sound}</si><si><t xml:space="preserve">  b </t></si><si><t/></si>'
    "<si><t>_x000D_&#10;&amp;</t></si>"
)


def made(folder, data, shared="", *, early=False, after=""):
    """Write a workbook whose sheet holds these rows, with every format as a style."""
    book = openpyxl.Workbook()
    for at, form in enumerate(FORMATS, start=1):
        book.active.cell(1, at, 1 if at > 1 else "text").number_format = form
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904 if early else book.epoch
    book.save(folder / "whole.xlsx")
    with zipfile.ZipFile(folder / "whole.xlsx") as old, zipfile.ZipFile(folder / "made.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = content.decode()
                start, end = text.index("<sheetData>"), text.index("</sheetData>")
                content = f"{text[:start]}<sheetData>{data}{text[end:]}{after}".encode()
            elif name == "[Content_Types].xml" and shared:
                kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
                part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
                content = content.decode().replace("</Types>", part).encode()
            if name != "xl/sharedStrings.xml":
                new.writestr(name, content)
        if shared:
            new.writestr("xl/sharedStrings.xml", f"<sst{quick_sheets.MAIN}>{shared}</sst>")
    return folder / "made.xlsx"


def by_openpyxl(path, first=1):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            return [repr(tuple(row)) for row in sheet.iter_rows(min_row=first, values_only=True)]
        except Exception:
            return "damaged"


def by_us(path, first=1):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = open_workbook(path)
            return [repr(tuple(row)) for row in values(path, book.worksheets[0], first)]
        except DataError:
            return "damaged"


@pytest.mark.parametrize("early", [False, True])
def test_numbers_and_dates_in_every_format(tmp_path, early):
    data = "".join(
        f'<row r="{at}">'
        + "".join(
            f'<c r="{chr(65 + to)}{at}" s="{at - 1}"><v>{one}</v></c>' for to, one in enumerate(NUMBERS)
        )
        + "</row>"
        for at in range(1, len(FORMATS) + 1)
    )
    path = made(tmp_path, data, early=early)
    assert by_us(path) == by_openpyxl(path) != "damaged"
    assert len(list(quick_sheets._plain_rows(open_workbook(path).worksheets[0]))) == len(FORMATS)


@pytest.mark.parametrize("name", CELLS)
def test_cells(tmp_path, name):
    shared = SHARED.format(runs="<si><t>x</t></si>", sound="")
    path = made(tmp_path, f'<row r="1">{CELLS[name]}</row><row r="2"><c r="A2"><v>1</v></c></row>', shared)
    assert by_us(path) == by_openpyxl(path)


@pytest.mark.parametrize("name", ROWS)
def test_rows_keep_their_numbers(tmp_path, name):
    path = made(tmp_path, ROWS[name])
    for first in (1, 2, 4):
        assert by_us(path, first) == by_openpyxl(path, first)


@pytest.mark.parametrize(
    "runs", ["<si><r><t>rich </t></r><r><rPr><b/></rPr><t>run</t></r></si>", "<si><t>x</t></si>"]
)
@pytest.mark.parametrize(
    "sound",
    ['<rPh sb="0" eb="2"><t>カ</t></rPh>', '<phoneticPr fontId="1" type="noConversion"/>', ""],
)
def test_shared_texts(tmp_path, runs, sound):
    cells = "".join(f'<c r="{letter}1" t="s"><v>{at}</v></c>' for at, letter in enumerate("ABCDEF"))
    path = made(tmp_path, f'<row r="1">{cells}</row>', SHARED.format(runs=runs, sound=sound))
    assert by_us(path) == by_openpyxl(path) != "damaged"


def test_damage_after_the_rows_is_seen(tmp_path):
    path = made(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row>', after="</end>")
    assert by_us(path) == by_openpyxl(path) == "damaged"


@pytest.mark.parametrize("write_only", [False, True])
def test_a_workbook_of_many_rows_is_read_without_openpyxl_reading_its_rows(tmp_path, write_only, monkeypatch):
    draw = random.Random(1)
    book = openpyxl.Workbook(write_only=write_only)
    sheet = book.create_sheet("orders") if write_only else book.active
    kinds = (None, "a & <b>", "", 3, 2.5, True, dt.datetime(2026, 3, 1, 10, 11, 12), dt.date(2026, 3, 1))
    kinds = (*kinds, dt.time(10, 11), dt.timedelta(hours=30), "=1+1", "实付金额", "  x\ny ", 10**17 + 1)
    for _ in range(2500):  # more than a block
        sheet.append([draw.choice(kinds) for _ in range(12)])
    book.save(tmp_path / "many.xlsx")
    wanted = by_openpyxl(tmp_path / "many.xlsx")
    found = open_workbook(tmp_path / "many.xlsx").worksheets[0]
    monkeypatch.setattr(type(found), "iter_rows", None)
    assert [repr(tuple(row)) for row in quick_sheets.rows(found)] == wanted
