from __future__ import annotations

import pandas as pd

from helpers.community import Community
from helpers.metrics import overview

EVENTS = pd.DataFrame(
    {
        "member_id": ["a", "b"],
        "event_type": ["like", "view"],
        "occurred_at": ["2026-05-02 10:00", "2026-05-04 10:00"],
    }
)
MEMBERS = pd.DataFrame({"member_id": list("abcd"), "joined_at": "2026-05-01"})
ORDERS = pd.DataFrame(
    {"order_id": ["1"], "member_id": ["c"], "ordered_at": ["2026-05-03"], "amount": ["9.50"]}
)


def test_each_table_of_the_contract_has_a_row() -> None:
    held = overview.inventory(Community.open({"events": EVENTS, "members": MEMBERS})).set_index("table")
    assert held["supplied"].sum() == 2
    assert held.loc[["members", "events", "orders"], "rows"].tolist() == [4, 2, 0]
    assert str(held.loc["events", "last_day"].date()) == "2026-05-04"
    assert held.loc["orders", "first_day"] is pd.NaT


def test_silent_are_those_with_neither_event_nor_order() -> None:
    tables = {"events": EVENTS, "members": MEMBERS, "orders": ORDERS}
    about = overview.inventory(Community.open(tables)).attrs["about"]
    assert (about["members"], about["listed"], about["silent"], about["days"]) == (4, 4, 1, 3)


def test_without_a_list_nobody_is_silent() -> None:
    about = overview.inventory(Community.open({"orders": ORDERS})).attrs["about"]
    assert (about["members"], about["listed"], about["silent"]) == (1, 0, 0)


def test_meanings_come_in_the_language_of_the_community() -> None:
    held = overview.inventory(Community.open({"orders": ORDERS}, language="zh"))
    assert held.set_index("table").loc["orders", "meaning"].startswith("每笔订单")
