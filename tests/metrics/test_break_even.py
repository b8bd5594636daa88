"""What a promotion needs to pay: by hand, and consistent with what it earned."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.metrics import break_even
from tests.metrics.test_gains import ARMS, community_of, order


def test_by_hand():
    terms = {"price": 100, "unit_cost": 40, "fixed": 200}
    assert break_even.profit(30, 70, discount=0.2, **terms) == 30 * 40 - 70 * 20 - 200
    assert break_even.orders_needed(70, discount=0.2, **terms) == 40
    assert break_even.discount_borne(30, 70, **terms) == pytest.approx(0.16)


@given(
    st.floats(1, 500), st.floats(0, 500), st.floats(20, 300), st.floats(0, 0.5), st.floats(0.05, 0.45),
    st.floats(0, 5000),
)  # fmt: skip
def test_at_break_even_nothing_is_earned_and_nothing_lost(caused, anyway, price, cost_share, discount, fixed):
    terms = {"price": price, "unit_cost": price * cost_share, "fixed": fixed}
    scale = price * (caused + anyway) + fixed
    needed = break_even.orders_needed(anyway, discount=discount, **terms)
    assert abs(break_even.profit(needed, anyway, discount=discount, **terms)) < 1e-6 * (
        scale + needed * price
    )
    borne = break_even.discount_borne(caused, anyway, **terms)
    assert abs(break_even.profit(caused, anyway, discount=borne, **terms)) < 1e-6 * scale


def test_an_order_that_earns_nothing_can_never_pay():
    assert np.isnan(break_even.orders_needed(10, price=100, unit_cost=80, discount=0.2))
    assert np.isnan(break_even.discount_borne(0, 0, price=100, unit_cost=80))


def test_promotions_side_by_side_take_off_discount_refunds_and_budget():
    # Three treated buy at 80 instead of 100, one of the control at 100; goods cost 40, the campaign 30.
    rows = [order(f"t{i}", 12, 80, discount=20, campaign="c") for i in range(3)] + [order("k0", 12)]
    row = break_even.side_by_side(community_of(rows, ARMS), after=10).iloc[0]
    assert row["margin"] == pytest.approx(3 * 40 - 60) and row["cost"] == 30 and row["profit"] == 30
    assert row["orders_needed"] == pytest.approx((1 * 20 + 30) / 40) and row["caused"] == 2
    assert row["discount_borne"] == pytest.approx((2 * 60 - 30) / 300)
    assert row["estimate"] == pytest.approx(30 / 4) and row["pays"] == "unclear"
    free = break_even.side_by_side(community_of(rows, ARMS), after=10, costs=False).iloc[0]
    assert free["profit"] == 60 and free["cost"] == 0
