"""The strategy by segment: shares against a loop, and the rules on small tables."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from helpers.community import Community
from helpers.models import strategy

MEMBERS = [f"m{number}" for number in range(8)]
KINDS = ["view", "message", "answer", "share", "like", "cart"]
OF = {"view": "reading", "message": "talking", "answer": "answering", "share": "sharing", "like": "liking"}
OF |= {"cart": "shopping"}


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from(KINDS), st.integers(0, 20)), min_size=1))
def test_shares_are_those_of_a_loop(rows: list[tuple[int, str, int]]) -> None:
    events = pd.DataFrame(rows, columns=["member_id", "event_type", "day"])
    events["member_id"] = [MEMBERS[number] for number in events["member_id"]]
    events["occurred_at"] = pd.Timestamp("2026-05-01 12:00") + pd.to_timedelta(events.pop("day"), unit="D")
    members = pd.DataFrame({"member_id": MEMBERS, "joined_at": "2026-04-01"})
    segments = pd.DataFrame({"member_id": MEMBERS[:6], "segment": list("xxxyyy")})
    community = Community.open({"events": events, "members": members}, as_of="2026-05-21")
    found = strategy.behaviours(community, segments, days=10).set_index(["segment", "behaviour"])
    for segment in "xy":
        named = set(segments.loc[segments["segment"] == segment, "member_id"])
        for kind, behaviour in OF.items():
            late = events["occurred_at"] >= pd.Timestamp("2026-05-12")
            did = set(events.loc[late & (events["event_type"] == kind), "member_id"]) & named
            if (segment, behaviour) in found.index:
                assert found.loc[(segment, behaviour), "count"] == len(did)
                assert found.loc[(segment, behaviour), "n"] == 3
            else:
                assert not did


def test_purchases_count_as_a_behaviour() -> None:
    orders = pd.DataFrame({"order_id": ["1"], "member_id": ["a"], "ordered_at": ["2026-05-01"]})
    events = pd.DataFrame({"member_id": ["a", "b"], "event_type": "view", "occurred_at": "2026-05-01"})
    community = Community.open({"orders": orders.assign(amount=5.0), "events": events})
    segments = pd.DataFrame({"member_id": ["a", "b"], "segment": ["x", "y"]})
    found = strategy.behaviours(community, segments).set_index(["segment", "behaviour"])["estimate"]
    assert found["x", "buying"] == 1 and found["y", "buying"] == 0


def behaviour_table(**ratios: float) -> pd.DataFrame:
    frame = pd.DataFrame({"behaviour": list(ratios), "ratio": list(ratios.values())}).assign(segment="x")
    frame = frame.assign(n=1000, estimate=0.2 * frame["ratio"], count=200, low=0.1, high=0.3, clear=True)
    return frame.assign(difference=frame["estimate"] - 0.2)


def test_the_way_follows_what_stands_out() -> None:
    assert strategy.table(behaviour_table(reading=2.0, talking=1.0))["way"].tolist() == ["reading aloud"]
    assert strategy.table(behaviour_table(reading=1.0, talking=2.0))["way"].tolist() == ["conversation"]
    quiet = strategy.table(behaviour_table(reading=0.2, talking=0.1)).iloc[0]
    assert quiet["way"] == "first step" and quiet["most"] == ""
    unclear = behaviour_table(reading=2.0).assign(clear=False)
    assert strategy.table(unclear)["way"].tolist() == ["as everybody"]
    assert strategy.table(behaviour_table().assign(difference=[])).empty


def test_the_size_of_a_test_is_that_of_the_textbook() -> None:
    row = strategy.table(behaviour_table(reading=1.0, talking=2.0), rise=0.5).iloc[0]
    base = float(row["estimate"])
    size = abs(proportion_effectsize(base * 1.5, base))
    wanted = NormalIndPower().solve_power(size, power=0.8, alpha=0.05)
    assert float(row["needed"]) == pytest.approx(wanted, rel=0.05)
