"""Members by source against a twin in plain Python and hand-checked tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, SettingsError, TableMissing
from helpers.metrics import acquisition

FIRST = pd.Timestamp("2026-01-01")


def community_of(members, orders, *, events=(), costs=None, as_of=120):
    tables = {
        "members": pd.DataFrame(
            {
                "member_id": [m for m, _, _ in members],
                "joined_at": [FIRST + pd.Timedelta(days=d) for _, d, _ in members],
                "source": [s for _, _, s in members],
            }
        ),
        "events": pd.DataFrame(
            {
                "member_id": ["nobody", *(m for m, _ in events)],
                "occurred_at": [FIRST, *(FIRST + pd.Timedelta(days=d) for _, d in events)],
                "event_type": "view",
            }
        ),
    }
    if orders is not None:
        tables["orders"] = pd.DataFrame(
            {
                "order_id": [str(i) for i in range(len(orders))],
                "member_id": [m for m, _, _ in orders],
                "ordered_at": [FIRST + pd.Timedelta(days=d) for _, d, _ in orders],
                "amount": [float(a) for _, _, a in orders],
            }
        )
    if costs is not None:
        tables["costs"] = pd.DataFrame(costs, columns=["channel", "amount"]).assign(at=FIRST, kind="ads")
    return Community.open(tables, as_of=(FIRST + pd.Timedelta(days=as_of)).date())


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 110), st.sampled_from(["ad", "coupon"])), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 120), st.integers(1, 50)), min_size=1, max_size=20),
    st.integers(1, 100),
)
def test_value_equals_adding_up_member_by_member(joins, orders, horizon):
    members = [(f"m{i}", day, source) for i, (day, source) in enumerate(joins)]
    orders = [(f"m{i}", day, amount) for i, day, amount in orders if i < len(members)]
    community = community_of(members, orders)
    found = acquisition.by_source(community, horizon=horizon).set_index("source")
    ages = acquisition.value_by_age(community, ages=(horizon,)).set_index("source")
    for source in {s for _, _, s in members}:
        mine = [(m, d) for m, d, s in members if s == source]
        watched = [(m, d) for m, d in mine if 120 - d + 1 >= horizon]
        early = [sum(a for o, t, a in orders if o == m and d <= t < d + horizon) for m, d in watched]
        row = found.loc[source]
        assert (row["n"], row["value_n"], ages.loc[source, "n"]) == (len(mine), len(watched), len(watched))
        assert row["orders"] == sum(o == m and t >= d for m, d in mine for o, t, _ in orders)
        assert row["revenue"] == sum(a for m, d in mine for o, t, a in orders if o == m and t >= d)
        if watched:
            assert row["estimate"] == pytest.approx(np.mean(early))
            assert ages.loc[source, "estimate"] == pytest.approx(np.mean(early))


def test_many_cheap_members_can_be_worth_less_than_few():
    crowd = [(f"c{i}", 0, "coupon") for i in range(40)]
    friends = [(f"f{i}", 0, "invitation") for i in range(10)]
    orders = [("c0", 1, 40)] + [(f"f{i}", 3, 100) for i in range(5)]
    events = [(f"f{i}", 33) for i in range(8)]
    community = community_of(crowd + friends, orders, events=events, costs=[("Coupon", 400), ("rent", 99)])
    table = acquisition.by_source(community).set_index("source")
    assert table.loc["coupon", ["n", "estimate", "cost_per_member", "returned"]].tolist() == [40, 1, 10, 0.1]
    assert table.loc["invitation", ["n", "estimate", "retained"]].tolist() == [10, 50, 0.8]
    assert np.isnan(table.loc["invitation", "cost"]) and table.loc["coupon", "top_share"] == 1
    assert np.isnan(table.loc["coupon", "cost_per_retained"])
    assert table.attrs["about"]["randomised"] is False


def test_a_heavy_tail_is_named_and_widens_the_interval():
    members = [(f"m{i}", 0, "ad") for i in range(200)]
    even = community_of(members, [(m, 1, 10) for m, _, _ in members])
    tail = community_of(members, [("m0", 1, 2000)])
    even, tail = (acquisition.by_source(c).iloc[0] for c in (even, tail))
    assert even["estimate"] == tail["estimate"] == 10
    assert even["high"] - even["low"] == 0 and tail["low"] == 0 and tail["high"] > 25
    assert tail["top_share"] == 1 and even["top_share"] == pytest.approx(0.01)


def test_without_orders_the_money_is_missing_and_the_members_are_there():
    table = acquisition.by_source(community_of([("a", 0, "ad")], None))
    assert table["n"].tolist() == [1] and table[["revenue", "estimate", "cost"]].isna().all(axis=None)
    with pytest.raises(TableMissing):
        acquisition.value_by_age(community_of([("a", 0, "ad")], None))


def test_payback_asks_for_the_whole_interval_above_the_cost():
    members = [(f"m{i}", 0, "ad") for i in range(50)]
    orders = [(m, 10, 5) for m, _, _ in members] + [(m, 70, 20) for m, _, _ in members]
    table = acquisition.value_by_age(community_of(members, orders, costs=[("ad", 500)]), ages=(30, 90))
    assert table["estimate"].tolist() == [5, 25] and table["paid_back"].tolist() == [False, True]


def test_margin_needs_the_cost_of_orders_and_options_are_checked():
    community = community_of([("a", 0, "ad")], [("a", 0, 5)])
    with pytest.raises(TableMissing, match="cost"):
        acquisition.by_source(community, money="margin")
    with pytest.raises(SettingsError):
        acquisition.by_source(community, money="gold")
    with pytest.raises(SettingsError):
        acquisition.value_by_age(community, ages=())
