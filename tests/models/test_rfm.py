from __future__ import annotations

import datetime as dt
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.models import rfm
from helpers.models.rfm_rules import RULES

START = dt.date(2026, 1, 1)


def orders(rows: list[tuple[str, int, float]], **more: list) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["member_id", "day", "amount"])
    frame["ordered_at"] = [pd.Timestamp(START) + pd.Timedelta(days=day, hours=12) for day in frame.pop("day")]
    frame["order_id"] = [f"o{i}" for i in range(len(frame))]
    return frame.assign(**more)


def holds(rule, r, f, m) -> bool:
    boxes = (rule.recency, rule.frequency, rule.monetary)
    return all(low <= score <= high for score, (low, high) in zip((r, f, m), boxes, strict=True))


def test_every_combination_of_scores_is_in_exactly_one_box():
    for scores in product(range(1, 6), repeat=3):
        assert sum(holds(rule, *scores) for rule in RULES) == 1, scores


def test_equal_values_get_equal_scores_and_one_purchase_scores_one():
    rows = [(f"once{i}", i % 3, 10.0) for i in range(8)] + [("often", day, 10.0) for day in range(4)]
    scores = rfm.scores(Community.open({"orders": orders(rows)})).set_index("member_id")
    assert scores.filter(like="once", axis=0)["f"].eq(1).all()
    assert scores.loc["often", "f"] == 5
    assert scores.loc["often", "r"] == 5
    assert scores.groupby("recency_days")["r"].nunique().eq(1).all()


def test_everybody_equal_is_new_and_nothing_breaks():
    community = Community.open({"orders": orders([("a", 0, 5.0), ("b", 0, 5.0)])})
    assert rfm.assign(community)["segment"].tolist() == ["new", "new"]


def test_silent_members_are_counted_in_a_segment_of_their_own():
    members = pd.DataFrame({"member_id": ["a", "b", "c"]})
    community = Community.open({"orders": orders([("a", 0, 5.0)]), "members": members})
    table = rfm.segments(community).set_index("segment")
    assert table.loc["no_purchase", "count"] == 2
    assert table["count"].sum() == 3
    assert table["estimate"].sum() == pytest.approx(1)


def test_refund_takes_money_but_is_no_purchase():
    frame = orders([("a", 0, 100.0), ("a", 3, -40.0), ("b", 1, 10.0)])
    scores = rfm.scores(Community.open({"orders": frame})).set_index("member_id")
    assert scores.loc["a", "frequency"] == 1
    assert scores.loc["a", "monetary"] == 60
    assert scores.loc["a", "recency_days"] == 3


def test_orders_basis_without_orders_says_what_is_missing():
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-01-01 10:00"], "event_type": ["like"]})
    with pytest.raises(TableMissing):
        rfm.segments(Community.open({"events": events}), basis="orders")
    table = rfm.segments(Community.open({"events": events})).set_index("segment")
    assert table.loc["new", "count"] == 1
    assert table.attrs["about"]["value"] == "actions"


@pytest.mark.parametrize("cuts", [1, 11])
def test_cuts_outside_the_range_are_refused(cuts):
    with pytest.raises(ValueError, match="cuts"):
        rfm.scores(Community.open({"orders": orders([("a", 0, 1.0)])}), cuts=cuts)


def test_grid_adds_up_to_the_scored_members():
    rows = [(f"m{i % 17}", i % 29, float(i % 7 + 1)) for i in range(80)]
    grid = rfm.grid(Community.open({"orders": orders(rows)}))
    assert len(grid) == 25
    assert grid["count"].sum() == grid["n"].iloc[0] == 17


def level(values: dict[str, float], member: str, cuts: int) -> int:
    below = sum(value < values[member] for value in values.values())
    return 1 + below * cuts // len(values)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 20), st.sampled_from([1.0, 2.5, 9.99])),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from([3, 5]),
)
def test_scores_agree_with_a_plain_count(rows, cuts):
    community = Community.open({"orders": orders(rows)})
    last = max(day for _, day, _ in rows)
    found = rfm.scores(community, cuts=cuts).set_index("member_id")
    who = sorted({member for member, *_ in rows})
    recency = {m: last - max(day for x, day, _ in rows if x == m) for m in who}
    frequency = {m: sum(x == m for x, *_ in rows) for m in who}
    money = {m: round(sum(amount for x, _, amount in rows if x == m), 2) for m in who}
    assert found.index.tolist() == who
    for m in who:
        assert found.loc[m, "recency_days"] == recency[m]
        assert found.loc[m, "monetary"] == pytest.approx(money[m])
        assert found.loc[m, "r"] == cuts + 1 - level(recency, m, cuts)
        assert found.loc[m, "f"] == level(frequency, m, cuts)
        assert found.loc[m, "m"] == level(money, m, cuts)


def test_segment_shares_of_money_agree_with_a_bootstrap():
    random = np.random.default_rng(3)
    rows = [
        (f"m{int(i)}", int(random.integers(0, 90)), float(random.lognormal(3, 0.6)))
        for i in random.gamma(2, 60, 900)
    ]
    community = Community.open({"orders": orders(rows)})
    table = rfm.segments(community).set_index("segment")
    members = rfm.assign(community)
    inside = members["segment"].eq("champions").to_numpy()
    money = members["monetary"].to_numpy()
    draws = random.integers(0, len(money), size=(2000, len(money)))
    shares = (money * inside)[draws].sum(axis=1) / money[draws].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    assert table.loc["champions", "money_low"] == pytest.approx(low, abs=0.02)
    assert table.loc["champions", "money_high"] == pytest.approx(high, abs=0.02)
