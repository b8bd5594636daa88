"""Every kind of bad input gets a clear error or a quarantined row, and no file is touched."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from helpers.community import Community, CommunityError, DataError, SettingsError, TableMissing
from helpers.community import settings as settings_file

HEADER = "order_id,member_id,ordered_at,amount,status\n"
GOOD = HEADER + "1,a,2026-03-01 10:00,10,paid\n2,b,2026-03-02 11:00,20,paid\n"
OPEN = "privacy: {pseudonyms: false}\ntables:\n  orders: {file: orders.csv}\n"


def folder_with(tmp_path: Path, orders: str | bytes = GOOD, settings: str = OPEN, **files: str) -> Path:
    data = orders if isinstance(orders, bytes) else orders.encode("utf-8")
    (tmp_path / "orders.csv").write_bytes(data)
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    if settings:
        (tmp_path / "community.yml").write_text(settings, encoding="utf-8")
    return tmp_path


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file() and path.name != "community.key"
    }


def opened(folder: Path, **more: object) -> Community:
    before = hashes(folder)
    community = Community.open(folder, **more)
    assert hashes(folder) == before
    account = community.quality()
    assert (account["rows_in"] == account["used"] + account["set_aside"] + account["excluded"]).all()
    return community


def said(folder: Path, error: type[CommunityError] = DataError, **more: object) -> str:
    before = hashes(folder)
    with pytest.raises(error) as caught:
        Community.open(folder, **more)
    assert hashes(folder) == before
    return str(caught.value)


REFUSED: dict[str, tuple[Callable[[Path], Path], type[CommunityError], tuple[str, ...]]] = {
    "missing file": (
        lambda p: folder_with(p, settings=OPEN.replace("orders.csv", "order.csv")),
        DataError,
        ("order.csv is missing", "Did you mean orders.csv?"),
    ),
    "empty file": (lambda p: folder_with(p, ""), DataError, ("orders.csv", "empty")),
    "header only": (lambda p: folder_with(p, HEADER), DataError, ("orders.csv", "a header and no rows")),
    "missing required column": (
        lambda p: folder_with(p, GOOD.replace("ordered_at", "order date")),
        DataError,
        ("no column for ordered_at", "Nearest: order date", "tables.orders.columns.ordered_at"),
    ),
    "mapped column that is not there": (
        lambda p: folder_with(
            p, settings=OPEN.replace("orders.csv", "orders.csv, columns: {amount: amonut}")
        ),
        DataError,
        ("no column 'amonut'", "Nearest: amount"),
    ),
    "wrong encoding": (
        lambda p: folder_with(
            p,
            "订单号,member_id,ordered_at,amount\n甲一,张三,2026-03-01,10\n".encode("gb18030"),
            OPEN.replace("orders.csv", "orders.csv, encoding: utf-8"),
        ),
        DataError,
        ("not UTF-8", "gb18030"),
    ),
    "duplicate column names": (
        lambda p: folder_with(p, GOOD.replace("status", "amount")),
        DataError,
        ("'amount' is there twice",),
    ),
    "settings that are not YAML": (
        lambda p: folder_with(p, settings="tables: [orders\nname: x"),
        SettingsError,
        ("not YAML", "line 2"),
    ),
    "settings with a tag": (
        lambda p: folder_with(p, settings="name: !!python/object/apply:os.system ['echo']"),
        SettingsError,
        ("Tags", "not allowed"),
    ),
    "settings with an unknown key": (
        lambda p: folder_with(p, settings=OPEN + "timezon: Asia/Shanghai\n"),
        SettingsError,
        ("unknown key timezon", "Did you mean timezone?"),
    ),
    "settings with an unknown table": (
        lambda p: folder_with(p, settings="tables: {order: {file: orders.csv}}"),
        SettingsError,
        ("tables.order", "Did you mean orders?"),
    ),
    "file above the folder": (
        lambda p: folder_with(p, settings="tables: {orders: {file: ../orders.csv}}"),
        SettingsError,
        ("outside the folder",),
    ),
    "file with an absolute path": (
        lambda p: folder_with(p, settings="tables: {orders: {file: /etc/passwd}}"),
        SettingsError,
        ("outside the folder",),
    ),
    "file on a Windows drive": (
        lambda p: folder_with(p, settings="tables: {orders: {file: 'C:\\data\\orders.csv'}}"),
        SettingsError,
        ("outside the folder",),
    ),
    "missing package": (
        lambda p: folder_with(p, settings="tables: {orders: {file: x.csv, package: no_such_package}}"),
        DataError,
        ("no_such_package", "pip install"),
    ),
    "unknown zone": (
        lambda p: folder_with(p, settings=OPEN + "timezone: Mars/Base\n"),
        SettingsError,
        ("timezone", "Mars/Base"),
    ),
    "zero events": (
        lambda p: folder_with(
            p, settings="tables: {events: {file: events.csv}}", events="member_id,occurred_at,event_type\n"
        ),
        DataError,
        ("events.csv", "no rows"),
    ),
    "neither events nor orders": (
        lambda p: folder_with(p, settings="tables: {members: {file: members.csv}}", members="member_id\na\n"),
        TableMissing,
        ("events", "member_id, occurred_at, event_type"),
    ),
    "no usable row": (
        lambda p: folder_with(p, HEADER + "1,a,yesterday,10,paid\n"),
        DataError,
        ("not one usable row", "yesterday"),
    ),
    "Excel file that is none": (
        lambda p: (
            folder_with(p, settings=OPEN.replace("orders.csv", "orders.xlsx"))
            if (p / "orders.xlsx").write_bytes(b"not a workbook")
            else p
        ),
        DataError,
        ("not an Excel workbook",),
    ),
}


@pytest.mark.parametrize("case", REFUSED, ids=[name.replace(" ", "-") for name in REFUSED])
def test_refused_with_cause_and_remedy(case: str, tmp_path: Path) -> None:
    make, error, words = REFUSED[case]
    message = said(make(tmp_path), error)
    for word in words:
        assert word in message


SET_ASIDE: dict[str, tuple[str, str, str | None]] = {
    "missing key": ("3,,2026-03-02,5,paid", "no member_id", None),
    "not a date": ("3,a,soon,5,paid", "not a date", "soon"),
    "impossible date": ("3,a,2026-02-30,5,paid", "impossible date", "2026-02-30"),
    "date before computers": ("3,a,1900-01-01,5,paid", "impossible date", "1900-01-01"),
    "date in the future": ("3,a,2999-01-01,5,paid", "date in the future", "2999-01-01"),
    "second date format": ("3,a,03/02/2026,5,paid", "expected year-month-day", "03/02/2026"),
    "id damaged by Excel": ("3,1.23E+18,2026-03-02,5,paid", "id damaged by a spreadsheet", "1.23E+18"),
    "duplicate id": ("2,b,2026-03-02 11:00,20,paid", "key seen before", "2"),
    "amount that is no number": ("3,a,2026-03-02,five,paid", "not a number", "five"),
    "decimal comma": ('3,a,2026-03-02,"1.299,00",paid', "decimal: comma", "1.299,00"),
    "too few columns": ("3,a,2026-03-02", "torn row", "3,a,2026-03-02"),
    "too many columns": ("3,a,2026-03-02,5,paid,x", "torn row", "3,a,2026-03-02,5,paid,x"),
    "quote that never closes": ('3,a,2026-03-02,5,"paid', "torn row", '3,a,2026-03-02,5,"paid'),
}


@pytest.mark.parametrize("case", SET_ASIDE, ids=[name.replace(" ", "-") for name in SET_ASIDE])
def test_a_bad_row_goes_to_quarantine_with_its_number(case: str, tmp_path: Path) -> None:
    line, rule, value = SET_ASIDE[case]
    community = opened(folder_with(tmp_path, GOOD + line + "\n9,b,2026-03-03,1,paid\n"))
    rows = community.quarantine("orders")
    assert rows[["row", "value"]].to_numpy().tolist() == [[4, value]]
    assert len(community.frame("orders")) == 3
    finding = community.findings().query("severity == 'set_aside'").iloc[0]
    assert rule in finding["message"]
    assert "orders.csv" in finding["message"]
    assert "row 4" in finding["message"]


def test_table_on_the_second_sheet_below_a_title(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, settings=OPEN.replace("orders.csv", "orders.xlsx"))
    with pd.ExcelWriter(folder / "orders.xlsx") as book:
        pd.DataFrame({"Notes": ["exported in March"]}).to_excel(book, sheet_name="notes", index=False)
        rows = [
            ["Orders of March", None, None, None],
            [None] * 4,
            ["order_id", "member_id", "ordered_at", "amount"],
            [1, 17850, pd.Timestamp("2026-03-01 10:00"), 10.5],
            [2, 17851, pd.Timestamp("2026-03-02 10:00"), "x"],
        ]
        pd.DataFrame(rows).to_excel(book, sheet_name="data", index=False, header=False)
    community = opened(folder)
    assert community.frame("orders")["member_id"].tolist() == ["17850"]
    assert community.quarantine("orders")["row"].tolist() == [5]


def test_ids_that_became_decimals_are_repaired(tmp_path: Path) -> None:
    text = HEADER + "1,17850.0,2026-03-01,10,paid\n2,17851.0,2026-03-01,10,paid\n3,,2026-03-01,10,paid\n"
    community = opened(folder_with(tmp_path, text))
    assert community.frame("orders")["member_id"].tolist() == ["17850", "17851"]
    assert community.findings().query("severity == 'repaired'")["rows"].tolist() == [2]


def test_day_and_month_that_cannot_be_told_apart_are_stated(tmp_path: Path) -> None:
    community = opened(folder_with(tmp_path, HEADER + "1,a,03/04/2026,10,paid\n"))
    assert community.as_of == dt.date(2026, 4, 3)
    assert "day and month cannot be told apart" in community.findings()["message"].iloc[0]


def test_negative_amount_is_a_refund_and_zero_is_kept(tmp_path: Path) -> None:
    text = HEADER + "1,a,2026-03-01,10,paid\n2,a,2026-03-02,-10,paid\n3,b,2026-03-02,0,paid\n"
    community = opened(folder_with(tmp_path, text))
    orders = community.query("select amount, refunded, net, is_purchase from orders order by order_id")
    assert orders.astype(float).to_numpy().tolist() == [[10, 0, 10, 1], [0, 10, -10, 0], [0, 0, 0, 1]]
    assert {"amount zero", "negative amount"} <= set(community.findings()["rule"])


def test_zero_amounts_are_set_aside_on_request(tmp_path: Path) -> None:
    text = GOOD + "3,b,2026-03-02,0,paid\n"
    settings = OPEN.replace("orders.csv", "orders.csv, zero_amount: set_aside")
    assert opened(folder_with(tmp_path, text, settings)).quarantine("orders")["rule"].tolist() == [
        "amount zero"
    ]


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        ("status", ["1,a,2026-03-01,10,已退款", "2,a,2026-03-01,30,交易成功"]),
        ("refunded", ["1,a,2026-03-01,10,10", "2,a,2026-03-01,30,0"]),
        ("status", ["1,a,2026-03-01,10,paid", "1,a,2026-03-02,-10,paid", "2,a,2026-03-01,30,paid"]),
    ],
    ids=["status-text", "separate-column", "negative-row"],
)
def test_refunds_have_one_form_whichever_way_they_are_written(
    header: str, lines: list[str], tmp_path: Path
) -> None:
    text = HEADER.replace("status", header) + "\n".join(lines) + "\n"
    community = opened(folder_with(tmp_path, text))
    orders = community.query(
        "select order_id, amount, refunded, net, is_purchase from orders order by order_id"
    )
    assert orders.astype(float).to_numpy().tolist() == [[1, 10, 10, 0, 0], [2, 30, 0, 30, 1]]


def test_cancelled_orders_were_never_paid(tmp_path: Path) -> None:
    community = opened(folder_with(tmp_path, GOOD + "3,a,2026-03-02,99,交易关闭\n"))
    found = community.query("select net, is_purchase from orders where order_id = '3'")
    assert found.astype(float).to_numpy().tolist() == [[0, 0]]


MEMBERS = "member_id,joined_at,role\na,2026-03-02,member\nb,2026-02-01,member\n"
BOTH = OPEN + "  members: {file: members.csv}\n"


def test_orders_before_joining_are_kept_and_noted(tmp_path: Path) -> None:
    community = opened(folder_with(tmp_path, settings=BOTH, members=MEMBERS))
    assert len(community.frame("orders")) == 2
    assert "order before joining" in set(community.findings()["rule"])


def test_orders_before_joining_are_set_aside_on_request(tmp_path: Path) -> None:
    settings = BOTH.replace("orders.csv", "orders.csv, orders_before_joining: set_aside")
    community = opened(folder_with(tmp_path, settings=settings, members=MEMBERS))
    assert community.quarantine("orders")["rule"].tolist() == ["order before joining"]
    assert community.frame("orders")["order_id"].tolist() == ["2"]


def test_a_member_who_joins_twice_joined_on_the_earlier_day(tmp_path: Path) -> None:
    members = MEMBERS + "a,2026-01-05,member\n"
    community = opened(folder_with(tmp_path, settings=BOTH, members=members))
    joined = community.query("select joined_day from people where member_id = 'a'")
    assert joined.loc[0, "joined_day"].date() == dt.date(2026, 1, 5)
    assert community.quarantine("members")["row"].tolist() == [2]


def test_leaving_before_joining_is_set_aside(tmp_path: Path) -> None:
    members = "member_id,joined_at,left_at\na,2026-03-01,2026-02-01\nb,2026-02-01,\n"
    community = opened(folder_with(tmp_path, settings=BOTH, members=members))
    assert community.quarantine("members")["rule"].tolist() == ["left before joining"]


def test_bots_staff_and_listed_members_are_excluded_and_counted(tmp_path: Path) -> None:
    members = "member_id,role\na,机器人\nb,member\nc,member\n"
    settings = BOTH + "exclude: {members: [c]}\n"
    text = GOOD + "3,c,2026-03-02,1,paid\n"
    community = opened(folder_with(tmp_path, text, settings, members=members))
    assert community.frame("orders")["member_id"].tolist() == ["b"]
    assert community.quality().set_index("table")["excluded"].to_dict() == {"members": 2, "orders": 2}


def test_unknown_members_are_noted_and_used(tmp_path: Path) -> None:
    community = opened(folder_with(tmp_path, settings=BOTH, members="member_id\na\n"))
    assert "not in members" in set(community.findings()["rule"])
    assert len(community.frame("people")) == 2


def test_as_of_before_the_data_names_both_ends(tmp_path: Path) -> None:
    message = said(folder_with(tmp_path), as_of="2026-02-28")
    assert "2026-03-01" in message
    assert "2026-03-02" in message


def test_as_of_long_after_the_data_is_refused(tmp_path: Path) -> None:
    assert "59 days after the data" in said(folder_with(tmp_path), as_of="2026-04-30")


def test_as_of_shortly_after_the_data_is_noted(tmp_path: Path) -> None:
    community = opened(folder_with(tmp_path), as_of="2026-03-20")
    assert "18 days after" in community.findings()["message"].iloc[-1]


def test_as_of_that_is_no_day_is_refused(tmp_path: Path) -> None:
    assert "not a day" in said(folder_with(tmp_path), SettingsError, as_of="last week")


def test_rows_after_as_of_are_excluded_and_counted(tmp_path: Path) -> None:
    community = opened(folder_with(tmp_path), as_of=dt.date(2026, 3, 1))
    assert community.quality()["excluded"].tolist() == [1]
    assert len(community.frame("orders")) == 1


def test_a_single_member_on_a_single_day_opens(tmp_path: Path) -> None:
    community = opened(folder_with(tmp_path, HEADER + "1,a,2026-03-01,10,paid\n"))
    assert community.first_day == community.as_of == dt.date(2026, 3, 1)
    assert len(community.frame("people")) == 1


def test_everybody_having_left_opens(tmp_path: Path) -> None:
    members = "member_id,joined_at,left_at\na,2026-02-01,2026-03-01\nb,2026-02-01,2026-03-02\n"
    community = opened(folder_with(tmp_path, settings=BOTH, members=members))
    assert community.frame("people")["left_day"].notna().all()


@pytest.mark.parametrize(
    "name", ["select", 'amount"; drop table orders; --', "1 or 1=1", "_row", "{x}", "a,b"]
)
def test_columns_named_like_sql_are_harmless(name: str, tmp_path: Path) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    text = GOOD.replace("amount", quoted)
    here = name if name != "_row" else "_row (2)"
    settings = settings_file.parse(
        {
            "privacy": {"pseudonyms": False},
            "tables": {"orders": {"file": "orders.csv", "columns": {"amount": here}}},
        },
        folder=folder_with(tmp_path, text, ""),
    )
    community = opened(tmp_path, settings=settings)
    assert float(community.query("select sum(net) as n from orders").loc[0, "n"]) == 30


def test_an_unknown_table_is_refused() -> None:
    with pytest.raises(SettingsError, match="Did you mean orders"):
        Community.open({"orderz": pd.DataFrame({"a": [1]})})


def test_formulas_and_markup_in_cells_stay_text(tmp_path: Path) -> None:
    texts = ["=1+1", "+cmd", "-2", "@x", "<script>alert(1)</script>"]
    lines = "".join(f"e{at},a,2026-03-0{at + 1},message,{text}\n" for at, text in enumerate(texts))
    folder = folder_with(
        tmp_path,
        settings="privacy: {pseudonyms: false}\ntables: {events: {file: events.csv}}",
        events="event_id,member_id,occurred_at,event_type,platform\n" + lines,
    )
    assert opened(folder).query("select platform from events order by event_id")["platform"].tolist() == texts


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_a_link_that_leaves_the_folder_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(GOOD, encoding="utf-8")
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "orders.csv").symlink_to(outside)
    (inside / "community.yml").write_text(OPEN, encoding="utf-8")
    assert "leads out of the folder" in said(inside)


def test_a_folder_that_is_not_there_is_refused() -> None:
    with pytest.raises(DataError, match="no folder"):
        Community.open("no-such-community")
