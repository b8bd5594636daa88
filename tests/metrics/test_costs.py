"""Costs and returns against hand-checked months."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import costs


def community_of(orders, spent, *, cost=True, as_of="2026-02-20"):
    frame = pd.DataFrame(orders, columns=["member_id", "ordered_at", "amount", "cost"])
    frame = frame.assign(order_id=[str(i) for i in range(len(frame))])
    tables = {"orders": frame if cost else frame.drop(columns="cost")}
    if spent is not None:
        tables["costs"] = pd.DataFrame(spent, columns=["at", "kind", "amount"]).assign(channel="community")
    return Community.open(tables, as_of=as_of)


ORDERS = [("a", "2026-01-01", 100.0, 60.0), ("a", "2026-01-09", 50.0, 30.0), ("b", "2026-01-20", 50.0, 30.0)]
SPENT = [("2026-01-03", "staff", 30.0), ("2026-01-31", "coupon", 10.0), ("2026-02-01", "staff", 30.0)]


def test_cost_per_active_member_by_month_and_kind():
    table = costs.per_active_member(community_of(ORDERS, SPENT))
    january = table[table["period"] == "2026-01-01"].set_index("kind")
    assert january["cost"].to_dict() == {"all": 40, "coupon": 10, "staff": 30}
    assert january["estimate"].to_dict() == {"all": 20, "coupon": 5, "staff": 15}
    assert january["share"].to_dict() == {"all": 1, "coupon": 0.25, "staff": 0.75}
    february = table[(table["period"] == "2026-02-01") & (table["kind"] == "all")].iloc[0]
    assert february["n"] == 0 and np.isnan(february["estimate"]) and february["open_period"]


def test_returns_state_margin_cost_and_break_even():
    row = costs.returns(community_of(ORDERS, SPENT)).iloc[0]
    assert row[["n", "orders", "revenue", "margin", "cost", "estimate"]].tolist() == [2, 3, 200, 80, 40, 2]
    # 80 of margin in 3 orders: two orders bring 53, more than the 40 spent; one brings 27.
    assert row["orders_needed"] == 2 and row["margin_known"]
    assert row["low"] == pytest.approx((80 - 1.959964 * np.sqrt(60**2 + 20**2)) / 40)


def test_a_kind_booked_twice_can_be_left_out():
    row = costs.returns(community_of(ORDERS, SPENT), without=["coupon"]).iloc[0]
    assert row["cost"] == 30
    assert "coupon" not in set(
        costs.per_active_member(community_of(ORDERS, SPENT), without=["coupon"])["kind"]
    )


def test_without_cost_of_goods_revenue_stands_in_and_says_so():
    plain = costs.returns(community_of(ORDERS, SPENT, cost=False)).iloc[0]
    assert plain["margin"] == 200 and not plain["margin_known"]
    rated = costs.returns(community_of(ORDERS, SPENT, cost=False), margin_rate=0.4).iloc[0]
    assert rated["margin"] == pytest.approx(80) and rated["margin_known"]


def test_a_month_without_costs_or_orders_divides_by_nothing():
    table = costs.returns(community_of(ORDERS, [("2026-02-01", "staff", 30.0)]))
    assert np.isnan(table["estimate"].iloc[0]) and table["estimate"].iloc[1] == 0
    assert np.isnan(table["orders_needed"].iloc[1])
    with pytest.raises(TableMissing, match="costs"):
        costs.returns(community_of(ORDERS, None))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 80), st.integers(1, 90)), min_size=1, max_size=20
    ),
    st.lists(
        st.tuples(st.integers(0, 80), st.sampled_from(["staff", "ads"]), st.integers(1, 90)),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["week", "month"]),
)
def test_sums_by_period_equal_adding_up_one_by_one(orders, spent, every):
    first = pd.Timestamp("2026-01-01")
    days = [("z", 0, 1), *orders]
    community = community_of(
        [(m, first + pd.Timedelta(days=d), float(a), 0.0) for m, d, a in days],
        [(first + pd.Timedelta(days=d), kind, float(a)) for d, kind, a in spent],
        as_of="2026-03-25",
    )

    def period(day):
        date = first + pd.Timedelta(days=day)
        return date - pd.Timedelta(days=date.weekday()) if every == "week" else date.replace(day=1)

    table = costs.per_active_member(community, every=every)
    money = costs.returns(community, every=every).set_index("period")
    for row in table[table["kind"] == "all"].itertuples():
        assert row.cost == sum(a for d, _, a in spent if period(d) == row.period)
        assert row.n == len({m for m, d, _ in days if period(d) == row.period})
        assert money.loc[row.period, "margin"] == sum(a for _, d, a in days if period(d) == row.period)


def test_campaign_roi_breaks_even_at_zero():
    effects = pd.DataFrame(
        {
            "campaign_id": ["c1", "c2"], "name": ["x", "y"], "n": [100, 100], "budget": [500.0, np.nan],
            "revenue_gain": [10.0, 1.0], "revenue_low": [0.0, 0.0], "revenue_high": [20.0, 2.0],
            "small": False,
        }
    )  # fmt: skip
    table = costs.campaign_roi(effects, margin_rate=0.5)
    assert (
        table["estimate"].tolist()[0] == 0
        and table["low"].tolist()[0] == -1
        and np.isnan(table["estimate"][1])
    )
    given_cost = costs.campaign_roi(effects, cost=pd.Series({"c1": 100.0, "c2": 50.0}))
    assert given_cost["estimate"].tolist() == [9, 1]
