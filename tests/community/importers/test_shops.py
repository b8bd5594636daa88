"""Orders of shops: who was charged what, lines that belong to the order above, sums counted once."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from helpers.community import Community, DataError, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, recognise, shopify, taobao, youzan
from tests.community.importers import samples

ORDERS = "select order_id, amount, refunded, net, status, is_purchase from orders order by ordered_at"


def opened(folder: Path, sample: Callable[[Path], Path]) -> Community:
    sample(folder)
    mapping.guess(folder).write()
    return Community.open(folder)


def orders(path: Path, importer: object) -> tuple[list[dict[str, str | None]], list[Torn]]:
    rows = list(importer.IMPORTER.rows(Export(path), "orders"))  # type: ignore[attr-defined]
    names = importer.IMPORTER.tables["orders"]  # type: ignore[attr-defined]
    used = [dict(zip(names, row[1], strict=True)) for row in rows if not isinstance(row, Torn)]
    return used, [row for row in rows if isinstance(row, Torn)]


@pytest.mark.parametrize("sample", [samples.taobao, samples.taobao_book])
def test_taobao_counts_what_was_paid(sample: Callable[[Path], Path], tmp_path: Path) -> None:
    community = opened(tmp_path, sample)
    found = community.query(ORDERS)
    assert found["net"].astype(float).tolist() == [128, 74, 0, 0, 39]
    assert found["status"].tolist() == ["paid", "paid", "cancelled", "cancelled", "paid"]
    assert found["order_id"].iloc[0] == "2026030112345678901"
    assert community.quarantine("orders")["rule"].tolist() == ["id damaged by a spreadsheet"]


def test_taobao_names_a_product_only_where_there_is_one_and_keeps_unknown_words(tmp_path: Path) -> None:
    path = samples.taobao(tmp_path)
    used, torn = orders(path, taobao)
    assert not torn and [one["product_id"] for one in used][:3] == ["龙井新茶 100g", None, "茶杯"]
    path.write_text(samples.TAOBAO.replace("交易成功", "新状态").replace('="', "\t").replace('",茶', "\t,茶"))
    used, torn = orders(path, taobao)
    assert not torn and used[0]["status"] == "新状态" and used[0]["order_id"] == "2026030112345678901"


def test_taobao_says_that_buyers_are_masked(tmp_path: Path) -> None:
    samples.taobao(tmp_path).write_text(samples.TAOBAO.replace("茶友甲", "茶**甲"), encoding="utf-8")
    assert any("2 of 6 rows name their buyer with stars" in line for line in mapping.guess(tmp_path).said)


@pytest.mark.parametrize("sample", [samples.youzan, samples.youzan_book])
def test_youzan_counts_the_sum_of_an_order_once(sample: Callable[[Path], Path], tmp_path: Path) -> None:
    community = opened(tmp_path, sample)
    found = community.query(ORDERS)
    assert found["net"].astype(float).tolist() == [120, 60, 0, 0]
    assert found["status"].tolist() == ["paid", "paid", "cancelled", "refunded"]
    assert found["refunded"].astype(float).tolist() == [0, 26, 0, 13]
    assert "different sums for one order" in community.quarantine("orders")["rule"].iloc[0]


def test_youzan_adds_up_lines_where_no_sum_is_said_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(samples.YOUZAN.replace("订单实付金额", "别的"), encoding="utf-8")
    used, torn = orders(path, youzan)
    assert [one["amount"] for one in used] == ["120.00", "86.00", "22.00", "13.00", "35.00"] and not torn
    path.write_text(
        samples.YOUZAN.replace("订单实付金额", "别的").replace("1,98.00", "1,?"), encoding="utf-8"
    )
    assert [one.reason for one in orders(path, youzan)[1]] == ["a line whose sum is not a number"]


def test_youzan_lines_without_their_order_are_set_aside(tmp_path: Path) -> None:
    header, *lines = samples.YOUZAN.splitlines()
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([header, lines[3], *lines[:3], lines[0].replace("98.00,120.00", ",")]), "utf-8")
    used, torn = orders(path, youzan)
    assert len(used) == 2
    assert [one.reason for one in torn] == ["a line without its order", "a line apart from its order"]


def test_youzan_prefers_an_id_to_a_number_that_is_masked(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    text = samples.YOUZAN.replace("1300000000", "130****000").replace("推广方式", "买家昵称")
    path.write_text(text, encoding="utf-8")
    assert orders(path, youzan)[0][0]["member_id"] == "分销员"  # the column that stands for the nickname
    path.write_text(samples.YOUZAN.replace("推广方式", "客户ID"), encoding="utf-8")
    assert orders(path, youzan)[0][0]["member_id"] == "分销员"
    assert any("told apart by 客户ID" in line for line in mapping.guess(tmp_path).said)


def test_shopify_lines_belong_to_the_order_above(tmp_path: Path) -> None:
    community = opened(tmp_path, samples.shopify)
    found = community.query(ORDERS)
    assert found["net"].astype(float).tolist() == [120, 60, 0, 0, 0]
    assert found["status"].tolist() == ["paid", "paid", "cancelled", "refunded", "cancelled"]
    times = community.query("select ordered_at, product_id from orders order by order_id")
    assert str(times["ordered_at"].iloc[1]) == "2026-03-02 23:00:00"  # 10:00 at -0500 is 23:00 in Shanghai
    assert times["product_id"].tolist() == ["T01", "P01", "C01", "N01", "N01"]


def test_shopify_lines_without_their_order_are_set_aside(tmp_path: Path) -> None:
    header, rest = samples.SHOPIFY.split("\n", 1)
    path = tmp_path / "orders_export.csv"
    path.write_text(header + "\n" + rest.split('lines",,0.00,501,vip,web\n')[1], encoding="utf-8")
    used, torn = orders(path, shopify)
    assert [one["order_id"] for one in used] == ["#1002", "#1003", "#1004", "#1005"]
    assert [(one.row, one.reason) for one in torn] == [(2, "a line without its order")]


def test_shopify_says_the_currency(tmp_path: Path) -> None:
    samples.shopify(tmp_path)
    assert any("sums are in CNY" in line for line in mapping.guess(tmp_path).said)
    (tmp_path / "orders_export.csv").write_text(samples.SHOPIFY.replace("CNY,86", "USD,86"), "utf-8")
    assert any("several currencies (CNY, USD)" in line for line in mapping.guess(tmp_path).said)


@pytest.mark.parametrize("sample", [samples.taobao, samples.youzan, samples.shopify])
def test_an_export_appended_to_itself_counts_every_order_once(
    sample: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = sample(tmp_path)
    whole = opened(tmp_path, sample).query("select sum(net) as n from orders")["n"].iloc[0]
    path.write_bytes(path.read_bytes() * 2)
    twice = Community.open(tmp_path)
    assert twice.query("select sum(net) as n from orders")["n"].iloc[0] == whole
    assert twice.quality()["set_aside"].iloc[0] > 0


def test_an_order_table_of_another_shop_is_left_to_the_guess(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(
        "订单编号,买家会员名,订单付款时间,买家实际支付金额\n1,甲,2026-03-01,10\n", encoding="utf-8"
    )
    assert recognise(path) is None


def test_all_sheets_of_one_header_are_read_whatever_size_the_workbook_claims(tmp_path: Path) -> None:
    path = samples.taobao_book(tmp_path)
    book = openpyxl.load_workbook(path)
    march = book.active
    april = book.copy_worksheet(march)
    for row in april.iter_rows(min_row=2, max_col=1):
        row[0].value = f"9{row[0].value[1:]}"
    book.create_sheet("notes").append(["say", "what"])
    book.save(path)
    small = tmp_path / "small.xlsx"
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(small, "w") as made:
        for name in given.namelist():
            text = given.read(name)
            made.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', text))
    path.unlink()
    used, torn = orders(small, taobao)
    assert len(used) == 12 and not torn
    assert [used[0]["order_id"], used[6]["order_id"]] == ["2026030112345678901", "9026030112345678901"]


def test_a_shop_knows_its_orders_better_than_its_website(tmp_path: Path) -> None:
    samples.ga(tmp_path)
    samples.taobao_book(tmp_path)
    draft = mapping.guess(tmp_path)
    assert {one.table: one.format for one in draft.files}["orders"] == "taobao"
    assert any(line.startswith("events.csv: looks like orders too") for line in draft.said)


def test_a_damaged_workbook_is_named(tmp_path: Path) -> None:
    path = samples.taobao_book(tmp_path)
    with zipfile.ZipFile(path) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    with zipfile.ZipFile(path, "w") as made:
        for name, data in parts.items():
            made.writestr(name, data[: len(data) // 2] if "worksheets/" in name else data)
    with pytest.raises(DataError, match=r"orders\.xlsx, sheet Sheet: this workbook is damaged"):
        mapping.guess(tmp_path)
