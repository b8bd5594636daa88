"""Rows whose key was seen before are found, whatever order they come in and however their ids look."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community


def opened(ids: list[str | None]) -> Community:
    events = pd.DataFrame(
        {"member_id": "someone", "occurred_at": "2026-05-01", "event_type": "like"}, index=ids
    )
    return Community.open({"events": events.rename_axis("event_id").reset_index()})


@pytest.mark.parametrize(
    ("ids", "doubles"),
    [
        (["e8", "e9", "e10", "e11"], 0),
        (["e11", "e10", "e9", "e8"], 0),
        (["e8", "e9", "e9", "e10"], 1),
        (["e10", "e8", "e9", "e10"], 1),
        (["same", "same", "same"], 2),
        ([None, None, "e1", None], 0),
    ],
)
def test_later_rows_with_a_known_id_are_set_aside(ids: list[str | None], doubles: int) -> None:
    quality = opened(ids).quality()
    assert quality["set_aside"].tolist() == [doubles]
    assert quality["used"].tolist() == [len(ids) - doubles]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(90, 120).map(lambda number: f"e{number}"), min_size=1, max_size=12))
def test_as_many_rows_are_used_as_there_are_ids(ids: list[str]) -> None:
    assert opened(ids).quality()["used"].tolist() == [len(set(ids))]


def test_the_remedy_fits_the_table() -> None:
    orders = pd.DataFrame(
        {"order_id": ["1", "1"], "member_id": "a", "ordered_at": ["2026-05-02", "2026-05-03"], "amount": 1}
    )
    members = pd.DataFrame({"member_id": ["a", "a"], "joined_at": ["2026-05-02", "2026-04-01"]})
    events = pd.DataFrame(
        {"event_id": ["e", "e"], "member_id": "a", "occurred_at": "2026-05-01", "event_type": "like"}
    )
    community = Community.open({"orders": orders, "members": members, "events": events})
    found = community.findings().query("rule == 'key seen before'").set_index("table")["message"]
    assert found["orders"].endswith(
        "Remove the repeated rows; where a row is a line of an order, set tables.orders.grain: line."
    )
    assert found["members"].endswith("Remove the repeated rows; the earliest date of joining is kept.")
    assert found["events"].endswith("Remove the repeated rows.")
    assert community.frame("members")["joined_at"].dt.strftime("%Y-%m-%d").tolist() == ["2026-04-01"]
