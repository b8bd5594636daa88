"""WeCom's archive: three ways to write it, what was taken back, talks between two, the company's own people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.community import Community, DataError, mapping
from helpers.community.delimited import Torn
from helpers.community.importers import Export, recognise, wecom
from tests.community.importers import samples


def rows(path: Path, table: str) -> list[object]:
    found = wecom.IMPORTER.rows(Export(path), table)
    return [row.reason if isinstance(row, Torn) else row[1] for row in found]


def bare() -> list[dict[str, object]]:
    given = [json.loads(line) for line in samples.WECOM.splitlines()]
    return [one.get("msg", one) for one in given]


def test_records_of_the_archive(tmp_path: Path) -> None:
    path, customer = samples.wecom(tmp_path), samples.CUSTOMER
    assert rows(path, "events") == [
        ("xiaohu", "2026-03-05T13:04:11Z", "message", "m1", "wrRoom1", "wecom", "m1"),
        (customer, "2026-03-05T13:05:00Z", "message", "m2", "wrRoom1", "wecom", "m2"),
        "a message was taken back",
        "an employee changed the company",
        (customer, "2026-03-05T13:05:30Z", "message", "m5", "wrRoom1", "wecom", "m5"),
    ]
    assert [row[3:5] for row in rows(path, "contents")] == [
        ("text", "新茶到了\n欢迎"),
        ("image", ""),
        ("link", "茶单"),
    ]
    assert rows(path, "groups") == [("wrRoom1", "wecom", "chat", "wrRoom1")]
    assert rows(path, "members") == [("xiaohu", "staff"), (customer, "member")]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("wrapped", [False, True])
def test_one_list_and_one_answer_read_as_lines_do(indent: int | None, wrapped: bool, tmp_path: Path) -> None:
    path, records = samples.wecom(tmp_path), bare()
    wanted = {table: rows(path, table) for table in wecom.IMPORTER.tables}
    whole = {"errcode": 0, "chatdata": [{"seq": 1, "msg": one} for one in records]} if wrapped else records
    (tmp_path / "one.json").write_text(json.dumps(whole, ensure_ascii=False, indent=indent), "utf-8")
    found = recognise(tmp_path / "one.json")
    assert found is not None and found.name == "wecom"
    assert {table: rows(tmp_path / "one.json", table) for table in wanted} == wanted


def test_columns_of_a_table(tmp_path: Path) -> None:
    path = samples.wecom_csv(tmp_path)
    assert [row[4] for row in rows(path, "contents")] == ["两行\n茶", "你好"]
    assert [row[0] for row in rows(path, "groups")] == ["wrRoom2"]
    private = list(wecom.IMPORTER.rows(Export(path), "events"))[-1]
    assert private == Torn(4, "a private message", "")


def test_own_people_are_the_community_where_no_customer_takes_part(tmp_path: Path) -> None:
    path = samples.wecom(tmp_path)
    path.write_text(path.read_text("utf-8").replace(samples.CUSTOMER, "mei"), "utf-8")
    assert rows(path, "members") == [("xiaohu", "member"), ("mei", "member")]


def test_staff_is_left_out_and_every_record_is_accounted_for(tmp_path: Path) -> None:
    samples.wecom(tmp_path)
    mapping.guess(tmp_path).write()
    account = Community.open(tmp_path).quality().set_index("table")
    columns = ["rows_in", "used", "set_aside", "excluded"]
    assert account.loc["events", columns].tolist() == [5, 2, 2, 1]


def test_torn_records(tmp_path: Path) -> None:
    path = samples.wecom(tmp_path)
    lines = path.read_text("utf-8").splitlines()
    lines += [
        "{",
        '{"msgid": "m6", "msgtype": "text", "msgtime": 1, "from": "", "tolist": []}',
        lines[0][:90],
        "17",
    ]
    lines += [
        '{"msgid":"m7","from":"\\ud83d","tolist":null,"roomid":"r","msgtime":1772715931000,"msgtype":"text","text":null}'
    ]
    path.write_text("\n".join(lines), "utf-8")
    assert rows(path, "events")[5:9] == [
        "not a record of the archive",
        "no msgid, from or msgtime",
        "not a record of the archive",
        "not a record of the archive",
    ]
    mapping.guess(tmp_path).write()
    account = Community.open(tmp_path).quality().set_index("table")
    assert account.loc["events", ["rows_in", "set_aside"]].tolist() == [10, 6]
    (tmp_path / "cut.json").write_text(json.dumps(bare(), indent=1)[:-9], "utf-8")
    with pytest.raises(DataError, match=r"cut\.json, line \d+: this is not JSON"):
        rows(tmp_path / "cut.json", "events")
