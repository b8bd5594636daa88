"""A table of damages to files: each row is used, set aside or excluded, as the test itself counts them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.community import Community, CommunityError

Row = list[Any]
HEADER = ["order_id", "member_id", "ordered_at", "amount", "status", "note"]
STAFF = "m07"  # excluded by the settings
NAMES = ["龙井", "a, b", 'a "fine" cup', "", "茶杯", "x"]


def orders(n: int = 24) -> list[Row]:
    """Give orders of twelve members, two a day; one member is left out by the settings."""
    return [
        [f"o{at:03}", f"m{at % 12:02}", f"2026-03-{at // 2 + 1:02} 10:0{at % 10}:00", f"{at}.50", "paid"]
        + [NAMES[at % 6]]
        for at in range(1, n + 1)
    ]


# writing ---------------------------------------------------------------------------------------


def separated(rows: list[Row], separator: str = ",", end: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


def as_text(path: Path, rows: list[Row]) -> None:
    text = separated(rows, "\t" if path.suffix == ".tsv" else ",")
    path.write_text(text, encoding="utf-8", newline="")


def as_workbook(path: Path, rows: list[Row]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    book.save(path)


def as_parquet(path: Path, rows: list[Row]) -> None:
    header, *body = rows
    columns = {
        str(name): [None if row[at : at + 1] in ([], [""]) else str(row[at]) for row in body]
        for at, name in enumerate(header)
    }
    pq.write_table(pa.table(columns), path)


def as_lines(path: Path, rows: list[Row]) -> None:
    header, *body = rows
    lines = [json.dumps(dict(zip(header, row, strict=False)), ensure_ascii=False) for row in body]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


FORMATS: dict[str, Callable[[Path, list[Row]], None]] = {
    "csv": as_text,
    "tsv": as_text,
    "xlsx": as_workbook,
    "parquet": as_parquet,
    "jsonl": as_lines,
}
TEXTS = ("csv", "tsv")


# damages to rows, in every format --------------------------------------------------------------


class Damage(NamedTuple):
    """What is done to the rows, and how many the test counts as set aside."""

    do: Callable[[list[Row]], list[Row]]
    aside: int = 0
    only: tuple[str, ...] = tuple(FORMATS)


def each(column: str, change: Callable[[Any], Any], *, every: int = 1) -> Callable[[list[Row]], list[Row]]:
    at = HEADER.index(column)

    def changed(rows: list[Row]) -> list[Row]:
        body = [
            [*row[:at], change(row[at]), *row[at + 1 :]] if number % every == min(1, every - 1) else row
            for number, row in enumerate(rows[1:])
        ]
        return [rows[0], *body]

    return changed


def wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in text)


def serial(text: str) -> str:
    return str(46081 + int(text[8:10]))  # days as a spreadsheet counts them: 46082 is 1 March 2026


ROWS: dict[str, Damage] = {
    "nothing": Damage(lambda rows: rows),
    "doubled rows": Damage(lambda rows: [*rows, *rows[1:]], 24),
    "one row doubled": Damage(lambda rows: [*rows, rows[5]], 1),
    "header twice": Damage(lambda rows: [*rows[:9], rows[0], *rows[9:]], 1),
    "totals at the end": Damage(lambda rows: [*rows, ["合计", "", "", "300.00", "", ""]], 1),
    "totals in the id column only": Damage(lambda rows: [*rows, ["Total: 24", "", "", "", "", ""]], 1),
    "ids damaged by Excel": Damage(each("order_id", lambda _: "2.02603E+18", every=6), 4),
    "members damaged by Excel": Damage(each("member_id", lambda _: "1.23E+17", every=8), 3),
    "dates as serial numbers": Damage(each("ordered_at", serial, every=8), 3),
    "full-width digits": Damage(each("amount", wide)),
    "full-width digits in days": Damage(each("ordered_at", wide, every=6)),
    "thousands separators": Damage(each("amount", lambda text: f"1,{text.zfill(6)}")),
    "amounts with a sign of money": Damage(each("amount", lambda text: f"￥{text}")),
    "amounts that are words": Damage(each("amount", lambda _: "免费", every=6), 4),
    "no amounts in some rows": Damage(each("amount", lambda _: "", every=6), 4),
    "no members in some rows": Damage(each("member_id", lambda _: "", every=6), 4),
    "members that say NULL": Damage(each("member_id", lambda _: "NULL", every=6), 4),
    "future dates": Damage(each("ordered_at", lambda _: "2999-01-01", every=6), 4),
    "days that do not exist": Damage(each("ordered_at", lambda _: "2026-02-30", every=6), 4),
    "days before computers": Damage(each("ordered_at", lambda _: "1900-01-00", every=6), 4),
    "rows out of order": Damage(lambda rows: [rows[0], *rows[:0:-1]]),
    "empty column": Damage(lambda rows: [[*row[:4], "", *row[4:]] for row in rows]),
    "empty columns at the end": Damage(lambda rows: [[*row, "", ""] for row in rows]),
    "title above the header": Damage(
        lambda rows: [["Orders of March", "", "", "", "", ""], *rows], only=(*TEXTS, "xlsx")
    ),
    "merged header rows": Damage(
        lambda rows: [["Order", "", "", "Money", "", ""], *rows], only=(*TEXTS, "xlsx")
    ),
    "spaces around everything": Damage(lambda rows: [rows[0], *[[f" {c} " for c in r] for r in rows[1:]]]),
    "line breaks in cells": Damage(each("note", lambda text: f"{text}\nsecond")),
    "NUL bytes in ids": Damage(
        each("order_id", lambda text: f"{text}\0", every=6), 4, only=(*TEXTS, "parquet", "jsonl")
    ),
    "cells beyond the header": Damage(
        lambda rows: [*rows[:5], [*rows[5], "x"], *rows[6:]], 1, (*TEXTS, "xlsx")
    ),
}


def counted(rows: list[Row], damage: Damage) -> tuple[int, int]:
    """Count the rows that were written and those of the member who is left out."""
    start = next(at for at, row in enumerate(rows) if row[0] == "order_id")
    return len(rows) - start - 1, damage.aside


SETTINGS = (
    "privacy: {{pseudonyms: false}}\nexclude: {{members: [{staff}]}}\ntables: {{orders: {{file: {file}}}}}\n"
)


def opened(folder: Path, file: str) -> tuple[Community, dict[str, int]]:
    (folder / "community.yml").write_text(SETTINGS.format(staff=STAFF, file=file), encoding="utf-8")
    community = Community.open(folder)
    account = community.quality()
    assert len(account) == 1
    line = account.iloc[0]
    found = {name: int(line[name]) for name in ("rows_in", "used", "set_aside", "excluded")}
    assert found["used"] == len(community.frame("orders"))
    assert found["set_aside"] == len(community.quarantine("orders"))
    return community, found


def cases() -> list[Any]:
    return [
        pytest.param(damage, form, id=f"{damage}-{form}".replace(" ", "-"))
        for damage, about in ROWS.items()
        for form in about.only
    ]


@pytest.mark.once
@pytest.mark.parametrize(("damage", "form"), cases())
def test_damaged_rows_are_accounted_for(damage: str, form: str, tmp_path: Path) -> None:
    rows = ROWS[damage].do([HEADER, *orders()])
    FORMATS[form](tmp_path / f"orders.{form}", rows)
    rows_in, aside = counted(rows, ROWS[damage])
    community, found = opened(tmp_path, f"orders.{form}")
    excluded = found["excluded"]
    assert found == {
        "rows_in": rows_in,
        "used": rows_in - aside - excluded,
        "set_aside": aside,
        "excluded": excluded,
    }, community.findings()["message"].tolist()
    assert excluded == 2  # o007 and o019


# damages to bytes ------------------------------------------------------------------------------


def text_of(form: str, **how: str) -> str:
    return separated([HEADER, *orders()], "\t" if form == "tsv" else ",", **how)


def plain(form: str, change: Callable[[str], str]) -> bytes:
    return change(text_of(form)).encode("utf-8")


# what is written, rows in, rows set aside; no number where the file must be refused by name
BYTES: dict[str, tuple[Callable[[str], bytes], int | None, int]] = {
    "cut in a line": (lambda f: plain(f, lambda t: t[: t.index("o013") + 9]), 13, 1),
    "blank lines": (lambda f: plain(f, lambda t: t.replace("\no", "\n\no")), 24, 0),
    "lines of spaces": (lambda f: plain(f, lambda t: t.replace("\no", "\n   \no")), 24, 0),
    "lines of separators": (
        lambda f: plain(f, lambda t: t + ("," if f == "csv" else "\t") * 5 + "\n"),
        25,
        1,
    ),
    "torn quote": (lambda f: plain(f, lambda t: t.replace("o010", '"o010')), 24, 1),
    "torn quote at the end": (lambda f: plain(f, lambda t: t.rstrip("\n") + '"\n'), 24, 0),
    "mixed line ends": (lambda f: plain(f, lambda t: t.replace("\no01", "\r\no01")), 24, 0),
    "line ends of Windows": (lambda f: text_of(f, end="\r\n").encode(), 24, 0),
    "line ends of old Macs": (lambda f: text_of(f, end="\r").encode(), 24, 0),
    "doubled returns": (lambda f: plain(f, lambda t: t.replace("\n", "\r\r\n")), 24, 0),
    "no line end": (lambda f: plain(f, lambda t: t.rstrip("\n")), 24, 0),
    "end of file sign": (lambda f: plain(f, lambda t: t + "\x1a"), 25, 1),
    "BOM": (lambda f: text_of(f).encode("utf-8-sig"), 24, 0),
    "BOM twice": (lambda f: b"\xef\xbb\xbf" + text_of(f).encode("utf-8-sig"), 24, 0),
    "GB18030": (lambda f: text_of(f).encode("gb18030"), 24, 0),
    "GB18030 with a damaged letter": (
        lambda f: text_of(f).encode("gb18030").replace("茶杯".encode("gb18030"), b"\xb2\xe8\xff\xff", 1),
        24,
        1,
    ),
    "UTF-8 with a damaged letter": (
        lambda f: text_of(f).encode().replace("茶杯".encode(), "茶杯".encode()[:-1], 1),
        24,
        1,
    ),
    "UTF-16": (lambda f: text_of(f).encode("utf-16"), 24, 0),
    "UTF-16 without a mark": (lambda f: text_of(f).encode("utf-16-le"), 24, 0),
    "NUL bytes in notes": (lambda f: plain(f, lambda t: t.replace(",x\n", ",x\0\n")), 24, 0),
    "NUL bytes for a lost block": (lambda f: plain(f, lambda t: t + "\0" * 64 + "\n"), 25, 1),
    "other separator": (lambda f: separated([HEADER, *orders()], ";").encode(), 24, 0),
    "separators mixed": (lambda f: plain(f, lambda t: t + "o100;m01;2026-03-05;5;paid;x\n"), 25, 1),
    "trailing separators": (
        lambda f: plain(f, lambda t: t.replace("\n", ("," if f == "csv" else "\t") + "\n")),
        24,
        0,
    ),
    "trailing separators below the header": (
        lambda f: plain(
            f,
            lambda t: (
                t.replace("\n", ("," if f == "csv" else "\t") + "\n")
                .replace("note,\n", "note\n")
                .replace("note\t\n", "note\n")
            ),
        ),
        None,
        0,
    ),
    "empty": (lambda f: b"", None, 0),
    "only NUL bytes": (lambda f: b"\0" * 4096, None, 0),
    "header only": (lambda f: plain(f, lambda t: t[: t.index("\n") + 1]), None, 0),
}


@pytest.mark.once
@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("damage", BYTES, ids=[name.replace(" ", "-") for name in BYTES])
def test_damaged_texts_are_accounted_for_or_named(damage: str, form: str, tmp_path: Path) -> None:
    make, rows_in, aside = BYTES[damage]
    (tmp_path / f"orders.{form}").write_bytes(make(form))
    if rows_in is None:
        with pytest.raises(CommunityError, match=rf"orders\.{form}"):
            opened(tmp_path, f"orders.{form}")
        return
    community, found = opened(tmp_path, f"orders.{form}")
    told = (found["rows_in"], found["set_aside"], found["used"] + found["excluded"])
    assert told == (rows_in, aside, rows_in - aside), community.findings()["message"].tolist()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "half cut": lambda data: data[: len(data) // 2],
    "last bytes lost": lambda data: data[:-40],
    "first bytes lost": lambda data: data[40:],
    "holes": lambda data: data[: len(data) // 3] + b"\0" * 200 + data[len(data) // 3 + 200 :],
    "empty": lambda data: b"",
    "another kind": lambda data: b"<html><table><tr><td>order_id</td></tr></table></html>",
}


@pytest.mark.once
@pytest.mark.parametrize("form", ["xlsx", "parquet"])
@pytest.mark.parametrize("damage", PACKED)
def test_damaged_workbooks_and_parquet_are_named(damage: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"orders.{form}"
    FORMATS[form](path, [HEADER, *orders()])
    path.write_bytes(PACKED[damage](path.read_bytes()))
    if (damage, form) == ("first bytes lost", "xlsx"):  # those of a part without rows
        assert opened(tmp_path, path.name)[1]["rows_in"] == 24
        return
    with pytest.raises(CommunityError, match=rf"orders\.{form}"):
        opened(tmp_path, path.name)


@pytest.mark.parametrize(
    ("damage", "rows_in", "aside"),
    [
        (lambda lines: [*lines[:12], lines[12][:20]], 13, 1),
        (lambda lines: [*lines, "", "  ", "{}"], 25, 1),
        (lambda lines: [*lines, "null", "[1]", "not json"], 27, 3),
        (lambda lines: [line + "," for line in lines[:2]] + lines[2:], 24, 2),
        (lambda lines: [lines[0] + lines[1], *lines[2:]], 23, 1),
        (lambda lines: [*lines, '{"order_id": {"a": 1}, "member_id": NaN}'], 25, 1),
    ],
    ids=["cut", "blank", "other-values", "commas", "two-on-a-line", "nested"],
)
def test_damaged_json_lines_are_accounted_for(damage: Any, rows_in: int, aside: int, tmp_path: Path) -> None:
    path = tmp_path / "orders.jsonl"
    as_lines(path, [HEADER, *orders()])
    lines = damage(path.read_text(encoding="utf-8").splitlines())
    path.write_text("\n".join(lines), encoding="utf-8")
    _, found = opened(tmp_path, path.name)
    assert (found["rows_in"], found["set_aside"]) == (rows_in, aside)
    assert found["used"] + found["excluded"] == rows_in - aside


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "jsonl"])
def test_mended_rows_are_used(form: str, tmp_path: Path) -> None:
    good = [HEADER, *orders()]
    bad = each("ordered_at", lambda _: "soon", every=5)(each("amount", lambda _: "?", every=7)(good))
    path = tmp_path / f"orders.{form}"
    FORMATS[form](path, bad)
    damaged = {at for at in range(24) if at % 5 == 1 or at % 7 == 1}
    community, before = opened(tmp_path, path.name)
    assert before["set_aside"] == len(damaged)
    told = set(community.quarantine("orders")["row"])
    assert told == {at + (1 if form in ("parquet", "jsonl") else 2) for at in damaged}
    FORMATS[form](path, good)
    _, after = opened(tmp_path, path.name)
    assert after == {"rows_in": 24, "used": 22, "set_aside": 0, "excluded": 2}
