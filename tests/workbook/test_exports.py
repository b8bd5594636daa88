"""Lists open in a spreadsheet without running anything, and lose nothing."""

import csv
import datetime as dt

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.workbook.exports import plain, write_csv, write_xlsx

DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =HYPERLINK(1)",
    "＝1",
    "\u200b=1",
    "\ufeff@SUM(A1)",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_would_run_is_put_after_an_apostrophe(text):
    assert plain(text) == f"'{text}"


def test_no_letter_turns_a_line_about():
    assert plain("gpj.\u202exe") == "gpj.\ufffdxe"


def test_numbers_and_harmless_texts_stay():
    assert [plain(value) for value in (-5, 1.5, None, "tea - green", "<script>")] == [
        -5, 1.5, None, "tea - green", "<script>"
    ]  # fmt: skip


@settings(max_examples=40)
@given(st.text())
def test_no_text_starts_a_formula_and_all_stay_readable(text):
    assert not plain(text).lstrip().startswith(("=", "+", "-", "@"))
    assert len(plain(text)) - len(text) in (0, 1)


def test_csv_is_safe_opens_in_excel_and_holds_chinese(tmp_path):
    frame = pd.DataFrame({"=name": ["小茶壶", "=1+1"], "value": [-1, 2]})
    path = write_csv(frame, tmp_path / "deep" / "list.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["'=name", "value"], ["小茶壶", "-1"], ["'=1+1", "2"]]


def test_xlsx_holds_texts_as_texts_and_numbers_as_numbers(tmp_path):
    frame = pd.DataFrame(
        {
            "text": [*DANGEROUS, "bell\x07"],
            "number": range(len(DANGEROUS) + 1),
            "day": pd.Timestamp("2026-05-31"),
            "none": pd.Series([None] * (len(DANGEROUS) + 1), dtype="object"),
            "gap": float("nan"),
        }
    )
    page = openpyxl.load_workbook(write_xlsx(frame, tmp_path / "list.xlsx", sheet="a/b")).active
    assert page.title == "a b"
    texts = [page.cell(row, 1) for row in range(2, len(DANGEROUS) + 3)]
    assert {cell.data_type for cell in texts} == {"s"}
    assert [cell.value.replace("\n", "\r") for cell in texts[:4]] == DANGEROUS[:4]
    assert texts[-1].value == "bell\ufffd"
    assert page.cell(3, 2).value == 1
    assert page.cell(2, 3).value.date() == dt.date(2026, 5, 31)
    assert page.cell(2, 4).value is None
    assert page.cell(2, 5).value is None
    assert page.freeze_panes == "A2"
