"""Pauses between active days are the same however they are counted."""

import pandas as pd
import pytest

from helpers.community import Community
from helpers.community.engine import Engine
from helpers.metrics import returns, stays


@pytest.fixture
def events() -> pd.DataFrame:
    """Give members who come now and then, some of them on the first and the last day only."""
    rows = [(f"m{at}", day) for at in range(40) for day in range(at % 7, 90, 3 + at * at % 23)]
    rows += [("edge", 0), ("edge", 89), ("late", 89)]
    frame = pd.DataFrame(rows, columns=["member_id", "day"])
    frame["occurred_at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame.assign(event_type="like")


def counted(community: Community) -> dict[str, list[int]]:
    """Return the members in every state by day."""
    found = stays.present(community, dormant=4, lost=15)
    return {state: days.tolist() for state, days in found.items()}


def test_sorted_fingerprints_count_what_days_beside_each_other_count(events: pd.DataFrame) -> None:
    quick, slow = Community.open({"events": events}), Community.open({"events": events})
    returns.active_days(slow)
    assert counted(quick) == counted(slow)
    assert not quick.engine.exists("active_days")


@pytest.mark.parametrize("mark", ["7", "strlen(member_id)"])
def test_members_with_one_fingerprint_are_told_apart(
    events: pd.DataFrame, mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = counted(Community.open({"events": events}))
    community = Community.open({"events": events})
    monkeypatch.setattr(Engine, "fingerprint", staticmethod(lambda *_columns: mark))
    assert counted(community) == expected
    assert community.engine.exists("active_days")


def test_nobody_active_on_purchases_alone() -> None:
    orders = pd.DataFrame(
        {"order_id": ["1"], "member_id": ["a"], "ordered_at": ["2026-05-01"], "amount": [-3.0]}
    )
    found = stays.present(Community.open({"orders": orders}), dormant=4, lost=15)
    assert found["silent"].tolist() == [1]
