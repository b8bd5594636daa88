"""How texts become times, money and words, whatever the export looks like."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from helpers.community import Community, parsing
from helpers.community.orders import status_word


def times(values: list[object], **settings: object) -> list[str | None]:
    frame = pd.DataFrame(
        {"order_id": range(len(values)), "member_id": "a", "ordered_at": values, "amount": 1}
    )
    community = Community.open({"orders": frame}, settings=settings)
    found = community.query("select order_id, ordered_at from orders").set_index("order_id")["ordered_at"]
    return [str(found[str(at)])[:19] if str(at) in found.index else None for at in range(len(values))]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-01", "2026-03-01 00:00:00"),
        ("2026/3/1 8:05", "2026-03-01 08:05:00"),
        ("2026.3.1", "2026-03-01 00:00:00"),
        ("2026年3月1日 08:05:09", "2026-03-01 08:05:09"),
        ("2026-03-01T08:05:09.250", "2026-03-01 08:05:09"),
        ("2026-03-01T00:05:09Z", "2026-03-01 08:05:09"),
        ("2026-03-01 01:05:09+01:00", "2026-03-01 08:05:09"),
        ("2026-02-28 19:05:09 -0500", "2026-03-01 08:05:09"),
        ("２０２６年３月１日　０８：０５：０９", "2026-03-01 08:05:09"),
        ("１３／０３／２０２６ 8:05", "2026-03-13 08:05:00"),
        ("２０２６０３０１", "2026-03-01 00:00:00"),
        ("20260301", "2026-03-01 00:00:00"),
        ("20260301080509", "2026-03-01 08:05:09"),
        ("1772323509", "2026-03-01 08:05:09"),
        ("1772323509000", "2026-03-01 08:05:09"),
        ("46082.5", "2026-03-01 12:00:00"),
        ("1 Mar 2026", "2026-03-01 00:00:00"),
        ("Mar 1, 2026 08:05", "2026-03-01 08:05:00"),
        ("13/03/2026 8:05", "2026-03-13 08:05:00"),
        ("03-13-2026", "2026-03-13 00:00:00"),
        ("3/13/26 8:05 PM", "2026-03-13 20:05:00"),
    ],
)
def test_one_form_of_time_is_read_as_local_time(written: str, read: str) -> None:
    assert times([written]) == [read]


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ([1772323509, 1772323510], "2026-03-01 08:05:09"),
        ([20260301, 20260302], "2026-03-01 00:00:00"),
        ([46082.25, 46083.0], "2026-03-01 06:00:00"),
        (pd.to_datetime(["2026-03-01 00:05:09Z", "2026-03-02 00:00:00Z"]), "2026-03-01 08:05:09"),
        ([pd.Timestamp("2026-03-01").date(), pd.Timestamp("2026-03-02").date()], "2026-03-01 00:00:00"),
    ],
    ids=["epoch", "digits", "excel-serial", "instants", "dates"],
)
def test_numbers_and_instants_are_read_as_local_time(values: list[object], read: str) -> None:
    assert times(list(values))[0] == read


def test_the_form_of_most_rows_is_the_form_of_the_column() -> None:
    assert times(["13/03/2026", "14/03/2026", "2026-03-15", "03/16/2026"])[2:] == [None, None]


def test_formats_of_the_settings_win() -> None:
    settings = {"tables": {"orders": {"dates": ["%m/%d/%Y"]}}}
    assert times(["03/04/2026"], **settings) == ["2026-03-04 00:00:00"]


def test_a_day_may_start_at_four() -> None:
    frame = pd.DataFrame(
        {
            "member_id": ["a", "a"],
            "occurred_at": ["2026-03-02 03:59", "2026-03-02 04:00"],
            "event_type": "like",
        }
    )
    community = Community.open({"events": frame}, settings={"day_starts_at": 4})
    days = community.query("select day from events order by occurred_at")["day"].dt.day.tolist()
    assert days == [1, 2]
    assert community.first_day.day == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1,299.00", 1299),
        ("¥1299", 1299),
        ("￥１，２９９．５０", 1299.5),
        ("99元", 99),
        ("$ 4.50", 4.5),
        ("12.345", 12.35),
        ("1e3", 1000),
    ],
)
def test_money_is_read_as_people_write_it(written: str, read: float) -> None:
    frame = pd.DataFrame({"order_id": [1], "member_id": "a", "ordered_at": "2026-03-01", "amount": [written]})
    community = Community.open({"orders": frame})
    assert float(community.frame("orders").loc[0, "amount"]) == read


def test_decimal_commas_are_read_where_the_settings_say_so() -> None:
    frame = pd.DataFrame(
        {"order_id": [1, 2], "member_id": "a", "ordered_at": "2026-03-01", "amount": ["1.299,00", "12,5"]}
    )
    community = Community.open({"orders": frame}, settings={"tables": {"orders": {"decimal": "comma"}}})
    assert community.frame("orders")["amount"].astype(float).tolist() == [1299, 12.5]


def test_lines_of_an_order_add_up_and_every_row_counts() -> None:
    frame = pd.DataFrame(
        {
            "order_id": ["1", "1", "1", "C2"],
            "member_id": ["a", "a", "a", "a"],
            "ordered_at": "2026-03-01",
            "Quantity": [2, 1, -1, -1],
            "UnitPrice": ["2.55", "10", "1", "10"],
            "product_id": ["x", "y", "z", "y"],
        }
    )
    source = {"grain": "line", "columns": {"amount": {"product": ["Quantity", "UnitPrice"]}}}
    community = Community.open({"orders": frame}, settings={"tables": {"orders": source}})
    orders = community.query(
        "select order_id, amount, refunded, net, is_purchase, product_id from orders order by 1"
    )
    assert orders["order_id"].tolist() == ["1", "C2"]
    assert orders[["amount", "refunded", "net"]].astype(float).to_numpy().tolist() == [
        [15.1, 1, 14.1],
        [0, 10, -10],
    ]
    assert orders["is_purchase"].tolist() == [True, False]
    assert orders.loc[0, "product_id"] == "y"
    assert community.quality().loc[0, "used"] == 4


def test_words_are_translated_by_the_contract_and_by_the_settings() -> None:
    frame = pd.DataFrame(
        {"member_id": "a", "occurred_at": "2026-03-01", "event_type": ["点赞", "Page View", "抱抱", "dance"]}
    )
    settings = {"tables": {"events": {"values": {"event_type": {"抱抱": "like"}}}}}
    community = Community.open({"events": frame}, settings=settings)
    assert sorted(community.frame("events")["event_type"]) == ["dance", "like", "like", "view"]
    assert "dance" in community.findings()["examples"].iloc[0]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("交易成功", "paid"),
        ("Partially refunded", "paid"),
        ("部分退款", "paid"),
        ("仅退款", "refunded"),
        ("RETURNED", "refunded"),
        ("Cancelled by buyer", "cancelled"),
        ("待付款", "cancelled"),
        ("weird", None),
    ],
)
def test_status_texts_have_three_meanings(text: str, word: str | None) -> None:
    assert status_word(text) == word


def test_texts_are_chosen_by_language() -> None:
    posts = pd.DataFrame(
        {"content_id": ["1"], "published_at": "2026-03-01", "title_en": ["Tea"], "title_zh": ["茶"]}
    )
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": "2026-03-01", "event_type": "like"})
    settings = {"tables": {"contents": {"columns": {"title": {"en": "title_en", "zh": "title_zh"}}}}}
    for language, title in (("en", "Tea"), ("zh", "茶")):
        community = Community.open(
            {"events": events, "contents": posts}, language=language, settings=settings
        )
        assert community.frame("contents")["title"].tolist() == [title]


SHAPES = (
    "2026-01-3# 1#:20:3#",
    "2026/0#/01 00:00:0#",
    "2026-01-0#T10:00:00",
    "2026-01-0#T1#:00:0#Z",
    "2026-01-01T00:00:0#.12#Z",
    "2026-01-01 2#:00:00 +0#00",
    "2026- 1- # 10:00:00",
    "-026-01-01T00:00:00Z",
    "2026-01-3#",
    "##",
    "-#.#",
    "(1,#00)",
    "￥#",
    "#e2",
    "nan",
    "n#n",
    "-",
)
WRITTEN = st.builds(lambda shape, n: shape.replace("#", str(n)), st.sampled_from(SHAPES), st.integers(0, 9))


@bounded(max_examples=4, deadline=None, derandomize=True)
@given(st.lists(WRITTEN, min_size=60, max_size=120))
def test_what_is_read_quickly_is_read_alike_with_a_space_around_it(written: list[str]) -> None:
    rows = pd.DataFrame({"plain": written, "spaced": [f" {text} " for text in written]})
    form, zone = parsing.DateForm("year first", "", ""), "Asia/Shanghai"

    def read(column: str) -> list[tuple[object, ...]]:
        time = parsing.time(column, "VARCHAR", form, zone)
        found = f"{time}, {parsing.amount(column, 'VARCHAR')}, {parsing.trimmed(column)}"
        return connection.execute(f"select {found} from written").fetchall()

    with duckdb.connect() as connection:
        connection.register("written", rows)
        assert read("plain") == read("spaced")
