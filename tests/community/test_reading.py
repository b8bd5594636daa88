"""Files in every encoding and form give the same rows, with the row numbers that a person sees."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from helpers.community import Community, DataError, door, formats
from helpers.community.delimited import separator_of, survey

ROWS = [
    ("1", "张三", "2026-03-01 10:00:00", "10.50", "茶叶礼盒"),
    ("2", "李四", "2026-03-02 11:00:00", "20", "小茶壶，两只"),
]
COLUMNS = ["order_id", "member_id", "ordered_at", "amount", "category"]
SETTINGS = {"privacy": {"pseudonyms": False}}


def text(separator: str) -> str:
    lines = [separator.join(COLUMNS), *(separator.join(row) for row in ROWS)]
    return "\r\n".join(lines) + "\r\n"


def opened(folder: Path, file: str, **more: object) -> Community:
    return Community.open(folder, settings=SETTINGS | {"tables": {"orders": {"file": file} | more}})


def content(community: Community) -> list[list[object]]:
    orders = community.query(
        "select order_id, member_id, ordered_at, amount, category from orders order by 1"
    )
    return (
        [[*row[:2], row[2].to_pydatetime(), float(row[3]), row[4]] for row in orders.to_numpy().tolist()]
        if (orders["ordered_at"].dtype == object)
        else [
            [r.order_id, r.member_id, r.ordered_at.to_pydatetime(), float(r.amount), r.category]
            for r in orders.itertuples()
        ]
    )


EXPECTED = [
    ["1", "张三", dt.datetime(2026, 3, 1, 10), 10.5, "茶叶礼盒"],
    ["2", "李四", dt.datetime(2026, 3, 2, 11), 20.0, "小茶壶，两只"],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"], ids=["comma", "tab", "semicolon", "bar"])
def test_encodings_and_separators_are_found(encoding: str, separator: str, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_bytes(text(separator).encode(encoding))
    assert content(opened(tmp_path, "o.csv")) == EXPECTED


def test_western_text_is_not_taken_for_chinese(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes("name\nCafé Müller\nGarçon à la crème\n".encode("cp1252"))
    assert survey(path).encoding == "cp1252"


def test_a_few_damaged_letters_do_not_change_the_encoding(tmp_path: Path) -> None:
    rows = "".join(f"{n},张三,2026-03-01,1,茶\n" for n in range(20)).encode()
    (tmp_path / "o.csv").write_bytes(
        ",".join(COLUMNS).encode() + b"\n" + rows + b"99,\xff\xfe,2026-03-01,1,x\n"
    )
    community = opened(tmp_path, "o.csv")
    assert len(community.frame("orders")) == 20
    assert community.quarantine("orders")["row"].tolist() == [22]


def test_row_numbers_are_those_of_a_spreadsheet(tmp_path: Path) -> None:
    lines = [
        "Orders of March",
        "",
        ",".join(COLUMNS),
        '1,a,2026-03-01,1,"two\nlines"',
        "",
        "2,a,2026-03-01,bad,x",
        "3,a,2026-03-01",
        "4,a,2026-03-01,worse,x",
    ]
    (tmp_path / "o.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    community = opened(tmp_path, "o.csv")
    assert community.quarantine("orders")["row"].tolist() == [6, 7, 8]
    assert community.frame("orders")["category"].tolist() == ["two\nlines"]


@pytest.mark.parametrize("kind", ["parquet", "jsonl", "xlsx", "pandas", "polars", "arrow"])
def test_other_forms_give_the_same_rows(kind: str, tmp_path: Path) -> None:
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    if kind in ("pandas", "polars", "arrow"):
        source = {
            "pandas": frame,
            "polars": pl.DataFrame(ROWS, COLUMNS, orient="row"),
            "arrow": pa.table(frame),
        }
        assert content(Community.open({"orders": source[kind]})) == EXPECTED
        return
    if kind == "parquet":
        frame.to_parquet(tmp_path / "o.parquet")
    elif kind == "xlsx":
        frame.to_excel(tmp_path / "o.xlsx", index=False)
    else:
        lines = [json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in ROWS]
        (tmp_path / "o.jsonl").write_text("\n".join([*lines, "{broken"]), encoding="utf-8")
    community = opened(tmp_path, f"o.{kind}")
    assert content(community) == EXPECTED
    if kind == "jsonl":
        assert community.quarantine("orders")["row"].tolist() == [3]


def test_a_file_without_header_takes_the_names_from_the_settings(tmp_path: Path) -> None:
    (tmp_path / "o.txt").write_text("1\ta\t2026-03-01\t5\n", encoding="utf-8")
    community = opened(tmp_path, "o.txt", header_row="none", names=COLUMNS[:4])
    assert community.frame("orders")["order_id"].tolist() == ["1"]


def test_several_files_feed_one_table(tmp_path: Path) -> None:
    (tmp_path / "may.csv").write_text(
        "order_id,member_id,ordered_at,amount\n1,a,2026-05-01,5\n", encoding="utf-8"
    )
    (tmp_path / "june.csv").write_text(
        "Order ID,buyer,ordered_at,amount\n2,b,2026-06-01,x\n", encoding="utf-8"
    )
    parts = [{"file": "may.csv"}, {"file": "june.csv", "columns": {"member_id": "buyer"}}]
    community = Community.open(tmp_path, settings=SETTINGS | {"tables": {"orders": parts}})
    assert community.quality()[["file", "used", "set_aside"]].to_numpy().tolist() == [
        ["may.csv", 1, 0],
        ["june.csv", 0, 1],
    ]


def test_large_text_is_kept_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "BIG", 0)
    (tmp_path / "o.csv").write_text(text(","), encoding="utf-8", newline="")
    assert content(opened(tmp_path, "o.csv")) == EXPECTED


@pytest.mark.parametrize("bad", [None, "", " ", "1.23E+18"], ids=["null", "empty", "blank", "damaged"])
def test_parquet_is_left_where_it_is_unless_a_row_is_bad(
    bad: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "LAZY_ROWS", 0)
    frame = pd.DataFrame(
        {
            "member_id": ["a", "b", "a"],
            "occurred_at": pd.to_datetime(["2026-03-01", "2026-03-02", "2026-03-03"]),
            "event_type": ["like", "view", "like"],
        }
    )
    settings = SETTINGS | {"tables": {"events": {"file": "e.parquet"}}}
    frame.to_parquet(tmp_path / "e.parquet")
    community = Community.open(tmp_path, settings=settings)
    assert community.engine.rows(
        "select table_type from information_schema.tables where table_name = 'staged_events'"
    ) == [("VIEW",)]
    assert len(community.frame("events")) == 3

    frame.loc[1, "member_id"] = bad
    frame.to_parquet(tmp_path / "e.parquet")
    community = Community.open(tmp_path, settings=settings)
    assert community.quarantine("events")["row"].tolist() == [2]
    assert community.frame("events")["member_id"].tolist() == ["a", "a"]


def test_names_that_look_like_patterns_are_names(tmp_path: Path) -> None:
    (tmp_path / "o[1]*.csv").write_text(text(","), encoding="utf-8", newline="")
    assert content(opened(tmp_path, "o[1]*.csv")) == EXPECTED


def test_a_file_whose_rows_do_not_fit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("order_id,amount\n1,2,3\n1,2,3\n", encoding="utf-8")
    with pytest.raises(DataError, match="Most rows do not fit"):
        opened(tmp_path, "o.csv")


def test_the_separator_is_the_one_that_splits_evenly() -> None:
    assert separator_of(["a;b;c", "1,5;2;3", "2,5;2;3"]) == ";"


def test_a_package_can_carry_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "tea_orders"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('must not be imported')", encoding="utf-8")
    (package / "o.csv").write_text(text(","), encoding="utf-8", newline="")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    assert content(opened(tmp_path, "o.csv", package="tea_orders")) == EXPECTED


def test_columns_apart_by_spaces_and_rows_without_id(tmp_path: Path) -> None:
    (tmp_path / "o.txt").write_bytes(
        b" member_id  ordered_at  amount\r\n 00001 20260301   11.77\r\n 00002 20260302\r\n"
    )
    columns = {"order_id": {"row_number": True}}
    community = opened(tmp_path, "o.txt", separator="whitespace", columns=columns)
    assert community.frame("orders")[["order_id", "member_id"]].to_numpy().tolist() == [["o.txt:2", "00001"]]
    assert community.quarantine("orders")["row"].tolist() == [3]
