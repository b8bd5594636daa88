"""Customers who never joined and staff stand beside the community, and every row is accounted for."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, DataError, TableMissing
from helpers.community.contract import TABLES

MEMBERS = pd.DataFrame(
    {
        "member_id": ["a", "b", "x", "y", "s"],
        "joined_at": ["2026-03-01", "2026-03-02", None, None, "2026-03-01"],
        "role": ["member", "", "customer", "客户", "staff"],
        "gender": ["f", "m", "f", "f", "m"],
    }
)
ORDERS = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "4", "5"],
        "member_id": ["a", "x", "x", "stranger", "s"],
        "ordered_at": ["2026-03-02", "2026-02-01", "2026-03-09", "2026-03-05", "2026-03-03"],
        "amount": [10.0, 20.0, 30.0, 40.0, 50.0],
    }
)
EVENTS = pd.DataFrame(
    {
        "member_id": ["a", "b", "x", "s", "s"],
        "occurred_at": ["2026-03-02", "2026-03-08", "2026-03-04", "2026-03-05", "2026-03-06"],
        "event_type": ["like", "comment", "view", "answer", "answer"],
        "mentions": ["b", "x", None, "a", None],
    }
)


@pytest.fixture
def community() -> Community:
    return Community.open({"members": MEMBERS, "orders": ORDERS, "events": EVENTS})


def ids(community: Community, table: str) -> set[str]:
    return set(community.frame(table)["member_id"])


def test_customers_are_in_their_own_views_and_nowhere_else(community: Community) -> None:
    assert ids(community, "customers") == {"x", "y"}
    assert ids(community, "members") == {"a", "b"}
    assert ids(community, "orders") == {"a", "stranger"}
    assert ids(community, "events") == {"a", "b"}
    assert ids(community, "people") == {"a", "b", "stranger"}
    assert ids(community, "member_days") == {"a", "b"}
    orders = community.frame("customer_orders")
    assert orders["member_id"].tolist() == ["x"]  # the other order came after the community's last day
    assert orders.columns.tolist() == community.frame("orders").columns.tolist()


def test_the_days_of_the_community_are_those_of_its_members(community: Community) -> None:
    assert str(community.first_day) == "2026-03-02"
    assert str(community.as_of) == "2026-03-08"


def test_staff_events_stand_apart_and_stay_excluded(community: Community) -> None:
    assert community.frame("staff_events")["event_type"].tolist() == ["answer", "answer"]
    account = community.quality().set_index("table")
    assert (account["rows_in"] == account["used"] + account["set_aside"] + account["excluded"]).all()
    assert account.loc["members", ["used", "excluded"]].tolist() == [4, 1]
    assert account.loc["orders", ["used", "excluded"]].tolist() == [3, 2]
    assert account.loc["events", ["used", "excluded"]].tolist() == [2, 3]


def test_a_finding_says_how_many_customers_there_are(community: Community) -> None:
    said = community.findings().query("rule == 'outside customer'").set_index("table")
    assert said["rows"].to_dict() == {"members": 2, "orders": 2}
    assert "customer into member" in said.loc["members", "message"]


def test_whoever_is_excluded_by_id_is_in_no_view() -> None:
    community = Community.open(
        {"members": MEMBERS, "orders": ORDERS, "events": EVENTS},
        settings={"exclude": {"members": ["x", "s"]}},
    )
    assert ids(community, "customers") == {"y"}
    assert not community.has("customer_orders")
    assert not community.has("staff_events")


def test_a_moderation_queue_is_work_whomever_it_is_about() -> None:
    moderation = pd.DataFrame({"member_id": ["a", "s", "x", None], "at": "2026-03-05", "action": "delete"})
    tables = {"members": MEMBERS, "events": EVENTS, "moderation": moderation}
    everything = Community.open(tables)
    assert len(everything.frame("moderation")) == 4
    named = Community.open(tables, settings={"exclude": {"members": ["s"]}})
    assert named.frame("moderation")["member_id"].dropna().tolist() == ["a", "x"]
    for community, out in [(everything, 0), (named, 1)]:
        account = community.quality().set_index("table").loc["moderation"]
        assert account[["rows_in", "used", "excluded"]].tolist() == [4, 4 - out, out]


def test_views_beside_the_community_always_exist() -> None:
    community = Community.open({"events": EVENTS[["member_id", "occurred_at", "event_type"]]})
    for view, table in {
        "customers": "members",
        "customer_orders": "orders",
        "staff_events": "events",
    }.items():
        frame = community.frame(view)
        assert not len(frame)
        assert set(TABLES[table].names) <= set(frame.columns)
        assert not community.has(view)


def test_it_is_asked_like_any_table(community: Community) -> None:
    assert community.has("customers")
    assert community.has("customer_orders", "amount")
    assert not community.has("customer_orders", "discount")
    assert community.has("staff_events")
    with pytest.raises(TableMissing, match="members with role"):
        Community.open({"orders": ORDERS}).require("customer_orders")


def test_a_list_of_nothing_but_customers_says_what_to_set() -> None:
    everyone = pd.DataFrame({"member_id": ["a", "x", "stranger", "s"], "role": "customer"})
    with pytest.raises(DataError, match="customer into member"):
        Community.open({"members": everyone, "orders": ORDERS})


def test_ids_beside_the_community_are_hidden_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMUNITY_KEY", "secret")
    community = Community.open(
        {"members": MEMBERS, "orders": ORDERS, "events": EVENTS}, settings={"privacy": {"pseudonyms": True}}
    )
    customer = community.frame("customer_orders")["member_id"].iloc[0]
    assert customer in ids(community, "customers")
    assert customer != "x"
    named = community.frame("events")["mentions"].tolist()
    assert named[0] in ids(community, "members")
    assert named[1] == customer


@given(
    rows=st.lists(st.tuples(st.sampled_from("abxs?"), st.integers(1, 9)), min_size=1, max_size=30),
    last=st.integers(1, 9),
)
@settings(max_examples=30, deadline=None)
def test_used_orders_are_those_of_both_views(rows: list[tuple[str, int]], last: int) -> None:
    orders = pd.DataFrame(
        {
            "order_id": [str(at) for at, _row in enumerate(rows)],
            "member_id": [who for who, _day in rows],
            "ordered_at": [f"2026-03-0{day}" for _who, day in rows],
            "amount": 1,
        }
    )
    inside = [day for who, day in rows if who in "ab?"]
    given_tables = {"members": MEMBERS[MEMBERS["member_id"].isin(list("abxs"))], "orders": orders}
    if not inside:
        with pytest.raises(DataError):
            Community.open(given_tables)
        return
    until = max(min(inside), last)
    community = Community.open(given_tables, as_of=f"2026-03-0{until}")
    account = community.quality().set_index("table").loc["orders"]
    assert len(community.frame("orders")) == sum(day <= until for day in inside)
    assert len(community.frame("customer_orders")) == sum(who == "x" and day <= until for who, day in rows)
    assert account["used"] == len(community.frame("orders")) + len(community.frame("customer_orders"))
    assert account["excluded"] == len(rows) - account["used"]


def test_points_have_days_and_every_clock_is_local() -> None:
    points = pd.DataFrame(
        {"member_id": ["a"], "at": ["2026-03-02T20:00:00Z"], "points": [-100], "reason": ["redeem"]}
    )
    moderation = pd.DataFrame(
        {
            "at": ["2026-03-02T20:00:00Z", "2026-03-03T01:00:00Z"],
            "handled_at": ["2026-03-02T21:30:00Z", "2026-03-20T01:00:00Z"],
            "action": ["keep", "delete"],
        }
    )
    community = Community.open(
        {"events": EVENTS, "points": points, "moderation": moderation},
        as_of="2026-03-08",
        settings={"timezone": "Asia/Shanghai"},
    )
    row = community.frame("points").iloc[0]
    assert (row["points"], str(row["day"])[:10]) == (-100, "2026-03-03")
    decided = community.query('select handled_at from moderation order by "at"')
    assert decided["handled_at"].iloc[0] == pd.Timestamp("2026-03-03 05:30")
    assert pd.isna(decided["handled_at"].iloc[1])  # not known yet on the last day
