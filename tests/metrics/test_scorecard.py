"""Tests of the scorecard: against sums made one by one, and with tables missing."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.metrics import scorecard
from helpers.metrics.scorecard import UNITS
from helpers.simulate import Scenario, simulate

KINDS = ("view", "like", "comment", "share", "message")


@settings(max_examples=10, deadline=None)
@given(
    log=st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(0, 40), st.sampled_from(KINDS)),
        min_size=2,
        max_size=40,
    ),
    sold=st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 40), st.integers(1, 9)), max_size=8),
)
def test_agrees_with_sums_made_one_by_one(log, sold):
    """Active days, reactions a view and revenue a member-day, from the rows themselves."""
    first = pd.Timestamp("2026-01-01")
    joined = {name: 3 * number for number, name in enumerate("abcd")}
    log = [(name, max(day, joined[name]), kind) for name, day, kind in log]
    sold = [(name, max(day, joined[name]), amount) for name, day, amount in sold]
    tables = {
        "members": pd.DataFrame(
            [(m, first + pd.Timedelta(days=joined[m])) for m in "abcd"], columns=["member_id", "joined_at"]
        ),
        "events": pd.DataFrame(
            [(m, first + pd.Timedelta(days=d, hours=9), k) for m, d, k in log],
            columns=["member_id", "occurred_at", "event_type"],
        ),
    }
    if sold:
        tables["orders"] = pd.DataFrame(
            [(f"o{n}", m, first + pd.Timedelta(days=d, hours=9), a) for n, (m, d, a) in enumerate(sold)],
            columns=["order_id", "member_id", "ordered_at", "amount"],
        )
    community = Community.open(tables, as_of="2026-02-15")
    card = scorecard.measure(community).set_index("metric")["estimate"]

    begin = (pd.Timestamp(community.first_day) - first).days
    days = sum(46 - max(joined[name], begin) for name in "abcd" if joined[name] < 46)
    active = len({(m, d) for m, d, _kind in log})
    assert card["active_share"] == pytest.approx(active / days)
    seen = sum(kind == "view" for _m, _d, kind in log)
    reacted = sum(kind in ("like", "comment", "share") for _m, _d, kind in log)
    if seen:
        assert card["interaction_rate"] == pytest.approx(reacted / seen)
    if sold:
        assert card["revenue_per_member"] == pytest.approx(30 * sum(a for *_who, a in sold) / days)


def test_second_purchases_are_asked_of_those_watched_long_enough():
    """Three first-time buyers: one came back in time, one too late, one is too young to tell."""
    rows = [
        ("a", "2026-01-01"),
        ("a", "2026-01-20"),
        ("b", "2026-01-01"),
        ("b", "2026-03-15"),
        ("c", "2026-03-20"),
    ]
    orders = pd.DataFrame(rows, columns=["member_id", "ordered_at"]).assign(amount=5)
    orders["order_id"] = [f"o{n}" for n in range(len(orders))]
    card = scorecard.measure(Community.open({"orders": orders}, as_of="2026-04-01")).set_index("metric")
    assert card.loc["repeat_purchase", ["n", "estimate"]].tolist() == [2, 0.5]


def test_has_the_lines_that_its_tables_can_show():
    """Events only, orders only: fewer lines and no error; everything: all of them, in their order."""
    tables = simulate(Scenario.small(seed=6, members=400, days=150)).tables
    whole = scorecard.measure(Community.open(tables))
    assert whole["metric"].tolist() == list(UNITS)
    assert (whole["low"] <= whole["estimate"]).all() and (whole["estimate"] <= whole["high"]).all()
    few = scorecard.measure(Community.open({"events": tables["events"]}))
    assert set(few["metric"]) <= {
        "active_share",
        "retention_30",
        "interaction_rate",
        "replied_24h",
        "reproduction",
    }
    sales = scorecard.measure(Community.open({"orders": tables["orders"]}))
    assert {"active_share", "repeat_purchase", "revenue_per_member"} <= set(sales["metric"])


@pytest.mark.once
def test_the_interval_of_the_active_share_covers():
    """Communities from the same parameters: most intervals hold the mean of all."""
    found = [
        scorecard.measure(
            Community.open(simulate(Scenario.small(seed=seed, members=250, days=60)).tables)
        ).iloc[0]
        for seed in range(40, 52)
    ]
    table = pd.DataFrame(found)
    inside = (table["low"] <= table["estimate"].mean()) & (table["estimate"].mean() <= table["high"])
    assert inside.mean() >= 0.75
