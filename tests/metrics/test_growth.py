"""Growth accounting: the identity, a twin in plain sets, and the edges."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.metrics import growth

DAY = pd.Timestamp("2026-04-27")  # a Monday


def opened(rows, **more):
    events = pd.DataFrame(rows, columns=["member_id", "day"])
    events["member_id"] = "m" + events["member_id"].astype(str)
    events["occurred_at"] = DAY + pd.to_timedelta(events.pop("day"), unit="D")
    return Community.open({"events": events.assign(event_type="like")}, **more), events


def by_sets(events, periods, every):
    unit = {"day": "D", "week": "W-SUN", "month": "M"}[every]
    period = events["occurred_at"].dt.to_period(unit).dt.start_time
    seen, before, rows = set(), set(), []
    for start in periods:
        now = set(events.loc[period == start, "member_id"])
        rows.append(
            [len(now), len(now - seen), len(now & before), len((now & seen) - before), len(before - now)]
        )
        seen |= now
        before = now
    return rows


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 70)), min_size=1, max_size=50),
    st.sampled_from(["day", "week", "month"]),
)
def test_accounting_is_what_sets_find_and_adds_up(rows, every):
    community, events = opened(rows)
    table = growth.accounting(community, every=every)
    parts = table[["active", "new", "retained", "resurrected", "lost"]]
    assert parts.to_numpy().tolist() == by_sets(events, table["period"], every)
    assert (table["active"] == table["previous"] + table["new"] + table["resurrected"] - table["lost"]).all()
    assert (table["active"] == table["new"] + table["retained"] + table["resurrected"]).all()


def test_everybody_lost_shows_as_lost_in_the_week_after():
    community, _ = opened([(0, 0), (1, 3)], as_of="2026-05-17")
    table = growth.accounting(community)
    assert table["lost"].tolist() == [0, 2, 0]
    assert table["estimate"].tolist()[1] == 0
    assert table[["low", "high"]].iloc[2].isna().all()


def test_edges_are_marked():
    table = growth.accounting(opened([(0, 2), (0, 9), (0, 16)])[0])
    assert table["left_edge"].tolist() == [True, False, False]
    assert table["open_period"].tolist() == [False, False, True]
    assert table["estimate"].isna().iloc[0]


def test_quick_ratio_is_the_odds_of_a_wilson_interval():
    ratio = growth.quick_ratio(pd.Series([81, 5, 0]), pd.Series([182, 0, 0]))
    assert ratio["low"].iloc[0] == pytest.approx(0.2553 / (1 - 0.2553), abs=2e-4)
    assert ratio["high"].iloc[0] == pytest.approx(0.3662 / (1 - 0.3662), abs=3e-4)
    assert np.isnan(ratio["estimate"].iloc[1])
    assert np.isinf(ratio["high"].iloc[1])
    assert ratio["low"].iloc[1] > 1
    assert ratio.iloc[2][["estimate", "low", "high"]].isna().all()


def test_quick_ratio_covers_as_often_as_it_says():
    random = np.random.default_rng(5)
    gains, losses = pd.Series(random.poisson(45, 2000)), pd.Series(random.poisson(30, 2000))
    ratio = growth.quick_ratio(gains, losses)
    assert 0.935 <= ((ratio["low"] <= 1.5) & (ratio["high"] >= 1.5)).mean() <= 0.965


def test_orders_alone_are_enough():
    orders = pd.DataFrame(
        {
            "order_id": ["1", "2", "3"],
            "member_id": ["a", "a", "b"],
            "ordered_at": [DAY, DAY + pd.Timedelta(days=7), DAY + pd.Timedelta(days=8)],
            "amount": 10,
        }
    )
    table = growth.accounting(Community.open({"orders": orders}))
    assert table[["active", "new", "retained"]].to_numpy().tolist() == [[1, 1, 0], [2, 1, 1]]
