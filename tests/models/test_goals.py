"""Conversion goals: who could, who did, and what a test of that size can see."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import goals
from helpers.models.experiments import minimum_effect, sample_size


def _tables() -> dict[str, pd.DataFrame]:
    members = pd.DataFrame({"member_id": [f"m{n}" for n in range(40)], "joined_at": "2026-01-01"})
    members.loc[39, "joined_at"] = "2026-05-20"  # came within the window
    orders = pd.DataFrame(
        [
            ("1", "m0", "2026-04-01", "completed", None),
            ("2", "m0", "2026-05-10", "completed", "g"),
            ("3", "m1", "2026-05-12", "completed", None),
            ("4", "m2", "2026-05-12", "refunded", None),
            ("5", "m3", "2025-12-01", "completed", None),
            ("6", "m39", "2026-05-25", "completed", None),
            ("7", "m4", "2026-03-05", "completed", "g"),
        ],
        columns=["order_id", "member_id", "ordered_at", "status", "campaign_id"],
    ).assign(amount=10.0)
    plan = pd.DataFrame({"campaign_id": ["g"], "kind": ["group_buying"], "starts_at": ["2026-03-01"]})
    return {"members": members, "orders": orders, "campaigns": plan.assign(ends_at="2026-03-10")}


def test_each_goal_asks_those_who_could() -> None:
    found = goals.table(Community.open(_tables(), as_of="2026-05-31")).set_index("goal")
    # 39 were there when the window began; m0, m3 and m4 had bought; m2's order was refunded.
    assert found.loc["first order", ["n", "count"]].tolist() == [36, 1]
    # Bought in the 90 days before: m0 in April and m4 in March; m3 too long ago.
    assert found.loc["repeat order", ["n", "count"]].tolist() == [2, 1]
    team = found.loc["join a group purchase"]
    assert team[["n", "count", "window"]].tolist() == [39, 1, 10]
    assert set(found.index) == {"first order", "repeat order", "join a group purchase"}


def test_what_can_be_seen_is_what_a_test_of_two_halves_sees() -> None:
    found = goals.table(Community.open(_tables(), as_of="2026-05-31")).set_index("goal").loc["first order"]
    assert found["minimum_effect"] == pytest.approx(minimum_effect(1 / 36, 18))
    assert found["for_a_tenth"] == 2 * sample_size(1 / 36, 0.1 / 36) and not found["visible"]


def test_without_any_goal_the_table_is_empty() -> None:
    events = pd.DataFrame({"member_id": ["a"], "event_type": ["view"], "occurred_at": ["2026-05-01"]})
    assert goals.table(Community.open({"events": events}, as_of="2026-05-31")).empty
