"""Rows that look odd: refunds above what was paid, and ids with bytes that no text holds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from helpers.community import Community


def orders_with(**columns: object) -> pd.DataFrame:
    base = {"order_id": ["1", "2", "3"], "member_id": "a", "ordered_at": "2026-05-01", "amount": [10, 20, 30]}
    return pd.DataFrame(base | columns)


def test_a_refund_above_the_amount_is_noted_and_kept() -> None:
    community = Community.open({"orders": orders_with(refunded=[12.5, 20, 0])})
    found = community.findings().set_index("rule").loc["refunded more than paid"]
    assert (found["severity"], found["rows"], found["column"]) == ("note", 1, "refunded")
    assert "1 row: refunded more than paid. Kept" in found["message"]
    orders = community.query("select net, is_purchase from orders order by order_id")
    assert orders["net"].astype(float).tolist() == [-2.5, 0, 30]
    assert orders["is_purchase"].tolist() == [False, False, True]
    assert community.quality()["used"].tolist() == [3]


def test_refunds_that_were_paid_or_cancelled_are_not_noted() -> None:
    given = orders_with(amount=[10, -5, 30], refunded=[10, 9, 99], status=["paid", "paid", "cancelled"])
    assert "refunded more than paid" not in set(Community.open({"orders": given}).findings()["rule"])


@pytest.mark.parametrize(("refund", "noted"), [(25, 0), (31, 1)])
def test_lines_of_an_order_are_added_up_before_their_refund_is_judged(refund: int, noted: int) -> None:
    given = orders_with(order_id=["1", "1", "2"], refunded=[refund, None, None])
    community = Community.open({"orders": given}, settings={"tables": {"orders": {"grain": "line"}}})
    assert (community.findings()["rule"] == "refunded more than paid").sum() == noted


def _expect_two_aside(community: Community) -> None:
    account = community.quality().iloc[0]
    assert (account["rows_in"], account["used"], account["set_aside"]) == (3, 1, 2)
    rows = community.quarantine("orders")
    assert set(rows["rule"]) == {"id with a NUL byte"}
    assert set(rows["column"]) == {"member_id", "order_id"}
    assert community.frame("orders")["member_id"].tolist() == ["a"]


def test_an_id_with_a_nul_byte_is_set_aside_in_a_file(tmp_path: Path) -> None:
    text = (
        "order_id,member_id,ordered_at,amount\n1,a,2026-03-01,10\n2,b\0x,2026-03-02,20\n3\0,c,2026-03-02,20\n"
    )
    (tmp_path / "orders.csv").write_bytes(text.encode())
    settings = "privacy: {pseudonyms: false}\ntables: {orders: orders.csv}\n"
    (tmp_path / "community.yml").write_text(settings, encoding="utf-8")
    _expect_two_aside(Community.open(tmp_path))


def test_an_id_with_a_nul_byte_is_set_aside_in_a_frame() -> None:
    _expect_two_aside(
        Community.open({"orders": orders_with(order_id=["1", "2", "3\0"], member_id=["a", "b\0x", "c"])})
    )


def test_a_very_long_id_is_used() -> None:
    community = Community.open({"orders": orders_with(member_id="x" * 100_000)})
    assert community.query("select max(length(member_id)) as n from orders")["n"].tolist() == [100_000]
