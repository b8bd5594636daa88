"""Partners: fees and returns that one can add up, and the partner who brings nobody."""

import pandas as pd
import pytest

from helpers.community import Community, TableMissing
from helpers.models import partners

MEMBERS = pd.DataFrame(
    {
        "member_id": ["star", "fame", "a", "b", "c", "old"],
        "joined_at": ["2025-01-01", "2025-01-01", "2026-01-10", "2026-01-20", "2026-05-20", "2025-06-01"],
        "invited_by": pd.Series([None, None, "star", "star", "star", "star"], dtype="str"),
    }
)
COSTS = pd.DataFrame(
    {
        "at": ["2026-01-01", "2026-02-01", "2026-01-01", "2026-01-01"],
        "channel": ["kol", "kol", "kol", "ad"],
        "kind": ["kol_fee", "kol_fee", "kol_fee", "ad_spend"],
        "amount": [60, 40, 50, 999],
        "member_id": pd.Series(["star", "star", "fame", None], dtype="str"),
    }
)
ORDERS = pd.DataFrame(
    {
        "order_id": ["0", "1", "2", "3", "4"],
        "member_id": ["old", "a", "a", "b", "c"],
        "ordered_at": ["2026-01-01", "2026-01-15", "2026-02-11", "2026-03-01", "2026-05-31"],
        "amount": [500, 30, 80, 100, 40],
        "refunded": [0, 0, 0, 60, 0],
        "cost": [100, 10, 20, 50, 10],
    }
)
CONTENTS = pd.DataFrame(
    {"content_id": ["s"], "published_at": "2026-01-05", "author_id": ["star"], "is_sponsored": [True]}
)
EVENTS = pd.DataFrame(
    {
        "member_id": ["a", "b", "star", "a"],
        "event_type": ["view", "view", "view", "click"],
        "content_id": "s",
        "occurred_at": "2026-01-25",
    }
)
TABLES = {"members": MEMBERS, "costs": COSTS, "orders": ORDERS, "contents": CONTENTS, "events": EVENTS}


def test_fees_stand_beside_what_was_brought():
    table = partners.cooperation(Community.open(TABLES)).set_index("member_id")
    star = table.loc["star"]
    # Whoever joined before the data began is not counted as brought by the fees in it.
    assert star[["fee", "n", "value", "estimate"]].tolist() == [100, 3, 190, 1.9]
    assert star[["posts", "viewed", "clicked"]].tolist() == [1, 2, 1]
    assert star["young"] == pytest.approx(1 / 3) and star["cost_per_member"] == pytest.approx(100 / 3)
    assert star["cost_low"] < 100 / 3 < star["cost_high"]
    assert star[["low", "high"]].isna().all()  # three buyers say nothing about how far it could vary
    assert table.loc["all", ["fee", "n"]].tolist() == [150, 3]


def test_both_how_many_came_and_what_they_bought_vary():
    recruits = pd.DataFrame(
        {"member_id": [f"r{at}" for at in range(40)], "joined_at": "2026-01-05", "invited_by": "fame"}
    )
    orders = pd.DataFrame(
        {
            "order_id": [f"x{at}" for at in range(40)],
            "member_id": recruits["member_id"],
            "ordered_at": "2026-02-01",
            "amount": 10,
        }
    )
    tables = {"members": pd.concat([MEMBERS, recruits]), "orders": pd.concat([ORDERS, orders])}
    fame = partners.cooperation(Community.open(TABLES | tables)).set_index("member_id").loc["fame"]
    # 400 for a fee of 50; the number of recruits alone has a standard error of the root of 40.
    assert fame["estimate"] == 8
    assert fame["low"] == pytest.approx(8 - 1.96 * 40**0.5 / 5, abs=0.3)
    assert fame["high"] == pytest.approx(8 + 1.96 * 40**0.5 / 5, abs=0.3)


def test_margin_takes_off_the_cost_of_what_was_sold():
    table = partners.cooperation(Community.open(TABLES), money="margin").set_index("member_id")
    assert table.loc["star", "value"] == 190 - 10 - 20 - 50 - 10
    with pytest.raises(ValueError, match="margin"):
        partners.cooperation(Community.open(TABLES), money="gold")


def test_whoever_brings_nobody_returns_nothing():
    fame = partners.cooperation(Community.open(TABLES)).set_index("member_id").loc["fame"]
    assert fame[["fee", "n", "estimate"]].tolist() == [50, 0, 0]
    assert fame[["cost_per_member", "cost_high", "payback"]].isna().all() and fame["cost_low"] > 0


def test_payback_is_the_day_from_which_fees_stay_covered():
    # Balance: -60, -30 on 15 January, -70 on 1 February, +10 on 11 February, 41 days after the first fee.
    table = partners.cooperation(Community.open(TABLES)).set_index("member_id")
    assert table.loc["star", "payback"] == 41


def test_no_partner_was_paid():
    costs = COSTS[COSTS["kind"] == "ad_spend"].assign(member_id=pd.Series(["a"], dtype="str", index=[3]))
    assert partners.cooperation(Community.open(TABLES | {"costs": costs})).empty
    with pytest.raises(TableMissing):
        partners.cooperation(Community.open(TABLES | {"costs": COSTS.drop(columns="member_id")}))
