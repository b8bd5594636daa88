"""A folder of exports becomes a community.yml that opens, and what could not be told is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.community import Community, DataError, SettingsError, mapping

TAOBAO = (
    "订单编号,买家会员名,订单付款时间,买家实际支付金额,订单状态\n"
    "1,甲,2026/3/1 10:00,￥10.00,交易成功\n2,乙,2026/3/2,20,交易关闭\n"
)
RETAIL = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    "536365,85123A,CAFÉ SET,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
    "536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n"
    "C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527.0,United Kingdom\n"
    "536380,X,Sample,1,2010-12-01 09:41:00,0,,United Kingdom\n"
)


def drafted(folder: Path, **files: str | bytes) -> mapping.Guess:
    for name, text in files.items():
        (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return mapping.guess(folder)


def test_a_shop_export_in_chinese_opens(tmp_path: Path) -> None:
    draft = drafted(tmp_path, export=TAOBAO.encode("gb18030"))
    draft.write()
    community = Community.open(tmp_path)
    assert community.query("select sum(net) as n, count(*) as rows from orders").astype(float).loc[
        0
    ].tolist() == [10, 2]
    assert community.quality()["set_aside"].tolist() == [0]


def test_order_lines_with_quantity_and_price_open_as_orders(tmp_path: Path) -> None:
    draft = drafted(tmp_path, retail=RETAIL.encode("cp1252"))
    assert draft.files[0].grain == "line"
    draft.write()
    community = Community.open(tmp_path)
    orders = community.query("select order_id, net, is_purchase from orders order by order_id")
    assert orders["order_id"].tolist() == ["536365", "C536379"]
    assert orders["net"].astype(float).tolist() == [35.64, -27.5]
    assert community.quality()["set_aside"].tolist() == [1]


def test_several_tables_are_told_apart(tmp_path: Path) -> None:
    draft = drafted(
        tmp_path,
        users="user_id,registered_at,gender\na,2026-01-01,f\n",
        log="user_id,timestamp,action,post_id\na,2026-02-01 10:00,like,p1\n",
        posts="post_id,publish_time,author,title\np1,2026-02-01,a,Tea\n",
        sales="order_no,user_id,paid_at,total\n1,a,2026-02-02,5\n",
    )
    assert [one.table for one in draft.files] == ["members", "events", "contents", "orders"]
    draft.write()
    community = Community.open(tmp_path)
    assert all(community.has(table) for table in ("members", "events", "contents", "orders"))


def test_a_chat_log_without_types_is_messages(tmp_path: Path) -> None:
    draft = drafted(tmp_path, chat="sender,time,content\na,2026-02-01 10:00,hello\n")
    draft.write()
    assert Community.open(tmp_path).frame("events")["event_type"].tolist() == ["message"]


def test_a_recommendation_question_is_a_survey(tmp_path: Path) -> None:
    draft = drafted(
        tmp_path,
        answers="When time,How likely are you to recommend us?,Why\n2026-02-01,10,a\n2026-02-02,1,b\n",
    )
    draft.write()
    scores = Community.open(tmp_path).frame("surveys")
    assert scores["score"].tolist() == [10, 1]
    assert scores["scale_min"].tolist() == [1, 1]


def test_what_cannot_be_told_is_said(tmp_path: Path) -> None:
    draft = drafted(
        tmp_path,
        pairs="15169,98\n21099,23121\n",
        orders="order_id,member_id,amount,mobile\n1,a,5,13812345678\n",
        empty="",
    )
    said = "\n".join(draft.said)
    assert "pairs.csv: not recognised" in said
    assert "no column found for ordered_at" in said
    assert "personal data (mobile number)" in said
    assert "empty.csv: not read" in said
    assert "13812345678" not in said
    assert "# ordered_at: ...   # required, not found" in draft.yaml()


def test_an_existing_file_is_kept(tmp_path: Path) -> None:
    draft = drafted(tmp_path, export=TAOBAO)
    draft.write()
    with pytest.raises(SettingsError, match="already"):
        draft.write()
    draft.write(overwrite=True)


def test_two_files_of_one_table_are_not_added_up_unasked(tmp_path: Path) -> None:
    draft = drafted(tmp_path, may=TAOBAO, june=TAOBAO)
    assert len(draft.files) == 1
    assert any("list with one entry a file" in line for line in draft.said)


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no data files"):
        mapping.guess(tmp_path)


def test_a_folder_of_unreadable_files_is_refused_with_the_causes(tmp_path: Path) -> None:
    for name in ("a.csv", "b.xlsx", "c.parquet", "d.jsonl"):
        (tmp_path / name).write_bytes(b"")
    for name in ("e.xlsx", "f.parquet", "g.jsonl"):
        (tmp_path / name).write_bytes(b"junk\n")
    with pytest.raises(DataError, match="no file could be read") as caught:
        mapping.guess(tmp_path)
    lines = str(caught.value).splitlines()[1:]
    assert [line.split(":")[0] for line in lines] == [path.name for path in sorted(tmp_path.iterdir())]
    assert all(": not read. " in line for line in lines)
    assert not (tmp_path / "community.yml").exists()


def test_one_row_is_said_as_one(tmp_path: Path) -> None:
    draft = drafted(tmp_path, sales="order_no,user_id,paid_at,total\n1,a,2026-02-02,5\n")
    assert any("orders, 1 row; " in line for line in draft.said)
    draft = drafted(tmp_path, sales="order_no,user_id,paid_at,total\n1,a,2026-02-02,5\n2,a,2026-02-02,5\n")
    assert any("orders, 2 rows; " in line for line in draft.said)
