"""Journeys of contacts: which order takes which contact, where a journey ends, what is left undecided."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.community.errors import SettingsError
from helpers.metrics.journeys import journeys, paths

START = pd.Timestamp("2026-01-01")


def _community(touches: list[tuple[str, int, str]], orders: list[tuple[str, int, float]]) -> Community:
    """Open a community of touches and orders given in hours since the start; somebody is last seen late."""
    contact = pd.DataFrame(touches, columns=["member_id", "hour", "channel"])
    paid = pd.DataFrame(
        [*orders, ("late", 2400, 1.0), ("late", 0, 1.0)], columns=["member_id", "hour", "amount"]
    )
    return Community.open(
        {
            "touches": contact.assign(at=START + pd.to_timedelta(contact.pop("hour"), "h")),
            "orders": paid.assign(
                order_id=[f"o{n}" for n in range(len(paid))],
                ordered_at=START + pd.to_timedelta(paid.pop("hour"), "h"),
            ),
            "members": pd.DataFrame(
                {"member_id": sorted({*contact["member_id"], *paid["member_id"]})}
            ).assign(joined_at=START),
        }
    )


def _found(table: pd.DataFrame, member: str = "a") -> list[tuple[str, bool, float]]:
    mine = table[table["member_id"] == member]
    return list(zip(mine["path"], mine["converted"], mine["revenue"], strict=True))


def test_an_order_takes_the_contacts_of_the_days_before_it_back_to_the_order_before() -> None:
    touches = [("a", 1, "ad"), ("a", 30, "kol"), ("a", 31, "KOL "), ("a", 40, "group"), ("a", 60, "push")]
    table = journeys(_community(touches, [("a", 50, 20.0), ("a", 70, 5.0), ("a", 90, 7.0)]), days=1)
    assert _found(table) == [
        ("ad", False, 0.0),
        ("kol > group", True, 20.0),
        ("push", True, 5.0),
        ("", True, 7.0),
    ]
    assert table.attrs["about"]["direct"] == 3  # with the two of the late one


def test_a_pause_begins_a_new_journey_and_the_young_ones_are_left_out() -> None:
    touches = [("a", 1, "ad"), ("a", 20, "kol"), ("a", 80, "ad"), ("a", 2390, "push")]
    table = journeys(_community(touches, []), days=2)
    assert _found(table) == [("ad > kol", False, 0.0), ("ad", False, 0.0)]
    assert table.attrs["about"]["undecided"] == 1


def test_first_orders_end_the_story() -> None:
    touches = [("a", 1, "ad"), ("a", 60, "push"), ("b", 5, "kol")]
    made = _community(touches, [("a", 20, 20.0), ("a", 70, 5.0)])
    table = journeys(made, goal="first_order", days=5)
    assert _found(table) == [("ad", True, 20.0)] and _found(table, "b") == [("kol", False, 0.0)]


def test_period_and_paths() -> None:
    touches = [("a", 1, "ad"), ("a", 200, "ad"), ("b", 1, "ad")]
    made = _community(touches, [("a", 2, 20.0), ("a", 201, 30.0)])
    table = paths(journeys(made, days=3, last="2026-01-05"))
    assert table.iloc[0][["path", "n", "conversions", "nulls", "revenue"]].tolist() == ["ad", 2, 1, 1, 20.0]
    assert len(journeys(made, first="2026-02-01", last="2026-02-02")) == 0


def test_errors_speak() -> None:
    made = _community([("a", 1, "ad")], [])
    with pytest.raises(SettingsError, match="goal"):
        journeys(made, goal="share")  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="days"):
        journeys(made, days=0)
    with pytest.raises(TableMissing, match="kind"):
        journeys(made, clicks=True)
    orders = pd.DataFrame({"order_id": ["1"], "member_id": ["a"], "ordered_at": [START], "amount": [1.0]})
    with pytest.raises(TableMissing):
        journeys(Community.open({"orders": orders}))


def _brute(
    touches: list[tuple[str, int, str]], orders: list[tuple[str, int, float]], days: int
) -> list[tuple[str, str, bool]]:
    found = []
    for member in sorted({who for who, *_rest in [*touches, *orders]}):
        marks = sorted((hour, 0, name) for who, hour, name in touches if who == member)
        ends = sorted({hour for who, hour, _amount in orders if who == member})
        before = -1
        for end in [*ends, None]:
            mine = [m for m in marks if m[0] > before and (end is None or m[0] <= end)]
            led = [m for m in mine if end is not None and end - m[0] <= days * 24]
            rest = [m for m in mine if m not in led]
            groups: list[list[tuple[int, int, str]]] = []
            for mark in rest:
                if groups and mark[0] - groups[-1][-1][0] <= days * 24:
                    groups[-1].append(mark)
                else:
                    groups.append([mark])
            last_day = (START + pd.Timedelta(2400, "h")).normalize()
            for group in groups:
                ended = (START + pd.Timedelta(group[-1][0], "h")).normalize()
                if (last_day - ended).days >= days:
                    found.append((member, _text(group), False))
            if end is not None:
                found.append((member, _text(led), True))
                before = end
    return sorted(found)


def _text(marks: list[tuple[int, int, str]]) -> str:
    names = [name for _hour, _zero, name in marks]
    return " > ".join(name for n, name in enumerate(names) if n == 0 or names[n - 1] != name)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000), days=st.integers(1, 4))
def test_the_query_agrees_with_a_walk_through_every_member(seed: int, days: int) -> None:
    rng = np.random.default_rng(seed)
    names = [f"a{n}" for n in range(40)]
    touches = [
        (name, int(hour), str(rng.choice(["ad", "kol", "push"])))
        for name in names
        for hour in rng.choice(300, rng.integers(0, 12), replace=False)
    ]
    orders = [
        (name, int(hour), 3.0)
        for name in names
        for hour in rng.choice(300, rng.integers(0, 4), replace=False)
    ]
    table = journeys(_community(touches, orders), days=days)
    mine = table[table["member_id"] != "late"]
    found = sorted(zip(mine["member_id"], mine["path"], mine["converted"], strict=True))
    assert found == _brute(touches, orders, days)
