from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import habits

MONDAY = pd.Timestamp("2026-01-05")


def opened(rows: list[tuple[str, int, int]]) -> Community:
    events = pd.DataFrame(rows, columns=["member_id", "day", "hour"])
    events["occurred_at"] = MONDAY + pd.to_timedelta(events.pop("day") * 24 + events.pop("hour"), unit="h")
    return Community.open({"events": events.assign(event_type="view")})


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 15), st.integers(0, 23)), min_size=1, max_size=25
    )
)
def test_hours_agree_with_a_plain_count(rows):
    community = opened(rows)
    days = len({(m, d) for m, d, _ in rows})
    found = habits.hours(community).set_index("hour")
    assert found["n"].eq(days).all()
    for hour in range(24):
        assert found.loc[hour, "count"] == len({(m, d) for m, d, h in rows if h == hour})
    week = habits.week(community).set_index(["weekday", "hour"])
    assert len(week) == 168
    for weekday, hour in {(d % 7, h) for _, d, h in rows}:
        place = week.loc[(weekday, hour)]
        assert place["count"] == len({(m, d) for m, d, h in rows if (d % 7, h) == (weekday, hour)})
        assert place["n"] == len({(m, d) for m, d, _ in rows if d % 7 == weekday})


def test_habits_need_events():
    orders = pd.DataFrame(
        {"order_id": ["1"], "member_id": ["a"], "ordered_at": ["2026-01-01"], "amount": [1.0]}
    )
    with pytest.raises(TableMissing):
        habits.week(Community.open({"orders": orders}))
