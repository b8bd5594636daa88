"""Funnels, time to convert and friction, against twins in plain Python."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.community.errors import CommunityError, SettingsError
from helpers.metrics import conversion_time, friction, funnel
from helpers.metrics.intervals import wilson
from helpers.simulate import Scenario, simulate

KINDS = ("view", "cart", "checkout", "order")
START, DAYS = pd.Timestamp("2026-05-01"), 12

log_rows = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.integers(0, DAYS * 8), st.sampled_from(KINDS), st.sampled_from(("p", "q"))
    ),
    min_size=1,
    max_size=70,
    unique_by=lambda row: (row[0], row[1]),
)


def _open(rows: list[tuple[str, int, str, str]]) -> Community:
    frame = pd.DataFrame(rows, columns=["member_id", "slot", "event_type", "platform"])
    frame["at"] = START + pd.to_timedelta(frame["slot"] * 3, unit="h")
    events = frame[frame["event_type"] != "order"]
    orders = frame[frame["event_type"] == "order"]
    tables: dict[str, Any] = {
        "orders": pd.DataFrame(
            {"order_id": range(len(orders)), "member_id": orders["member_id"], "ordered_at": orders["at"]}
            | {"amount": 10.0, "channel": orders["platform"]}
        ).astype({"order_id": str}),
        "events": events[["member_id", "event_type", "platform"]].assign(occurred_at=events["at"]),
    }
    # Somebody from outside the members looked at, so that both tables have a row.
    tables["events"].loc[len(frame)] = ["z", "vote", "p", START]
    tables["orders"].loc[len(frame)] = ["last", "z", START, 10.0, "p"]
    return Community.open(tables, as_of=str((START + pd.Timedelta(days=DAYS - 1)).date()))


def _walk(moments: list[tuple[int, str, str]], at: int, steps: list[str], order: str) -> list[int]:
    """Return the slots at which the later steps were reached from the start at position `at`."""
    found, place = [], at
    for step in steps[1:]:
        after = range(place + 1, len(moments)) if order == "loose" else range(place + 1, place + 2)
        place = next((i for i in after if i < len(moments) and moments[i][1] == step), -1)
        if place < 0:
            break
        found.append(moments[place][0])
    return found


def _twin(
    rows: Any, steps: list[str], window: float, start: str, order: str, by: str | None
) -> dict[str, list[int]]:
    counts: dict[str, list[int]] = {}
    for member in "abcdz":
        mine = sorted((slot, kind, place) for who, slot, kind, place in rows if who == member)
        if member == "z":
            mine = [(0, "order", "p"), (0, "vote", "p")]
        begun = [i for i, moment in enumerate(mine) if moment[1] == steps[0]]
        best: dict[str, list[list[int]]] = {}
        for i in begun[:1] if start == "first" else begun:
            slot = mine[i][0]
            if DAYS - 1 - slot // 8 < math.ceil(window):
                continue
            reached = [t for t in _walk(mine, i, steps, order) if (t - slot) * 3 <= window * 24]
            label = mine[i][2] if by else "all"
            best.setdefault(label, []).append([1] + [int(k < len(reached)) for k in range(len(steps) - 1)])
        for label, tries in best.items():
            merged = [max(column) if start == "any" else sum(column) for column in zip(*tries, strict=True)]
            old = counts.get(label, [0] * len(steps))
            counts[label] = [one + other for one, other in zip(old, merged, strict=True)]
    return counts


@given(rows=log_rows, window=st.sampled_from((0.5, 2, 5)), by=st.sampled_from((None, "platform")))
@settings(max_examples=6, deadline=None)
def test_every_kind_of_funnel_counts_as_its_twin(rows: Any, window: float, by: str | None) -> None:
    community = _open(rows)
    for steps in (["cart", "checkout", "order"], ["view", "cart", "checkout", "order"], ["order", "order"]):
        for start, order in (("first", "loose"), ("any", "loose"), ("every", "loose"), ("every", "strict")):
            found = funnel.measure(community, steps, window=window, start=start, order=order, by=by)  # type: ignore[arg-type]
            wanted = _twin(rows, steps, window, start, order, by)
            label = found["platform"] if by else pd.Series("all", index=found.index)
            seen = {name: part["count"].tolist() for name, part in found.groupby(label)}
            assert {name: row for name, row in seen.items() if row[0]} == wanted
            assert (found["n"] == found.groupby(label)["n"].transform("first")).all()


def _small() -> Community:
    events = pd.DataFrame(
        [
            ("a", "2026-05-01 10:00:00", "cart"),
            ("a", "2026-05-01 10:00:00", "checkout"),
            ("b", "2026-05-01 09:00:00", "checkout"),
            ("b", "2026-05-01 10:00:00", "cart"),
            ("c", "2026-05-02 10:00:00", "cart"),
            ("c", "2026-05-20 10:00:00", "checkout"),
            ("d", "2026-05-30 10:00:00", "cart"),
        ],
        columns=["member_id", "occurred_at", "event_type"],
    )
    orders = pd.DataFrame(
        {
            "order_id": ["1", "2"],
            "member_id": ["a", "c"],
            "ordered_at": ["2026-05-01 11:00", "2026-05-21 11:00"],
        }
        | {"amount": [9.0, 9.0], "status": ["refunded", "completed"], "campaign_id": ["k1", "k2"]}
    )
    return Community.open({"events": events, "orders": orders}, as_of="2026-05-31")


def test_order_of_steps_window_and_late_starts() -> None:
    found = funnel.measure(_small(), ["cart", "checkout"], window=7)
    # Same second: in the order of the steps. Before the cart: does not count. After 18 days: too late.
    assert found["count"].tolist() == [3, 1] and found["too_late"].tolist() == [1, 1]
    assert found["open_period"].all()
    low, high = wilson(1, 3)
    assert found.loc[1, ["low", "high"]].tolist() == pytest.approx([float(low), float(high)])
    assert funnel.measure(_small(), ["cart", "checkout"], window=20)["count"].tolist() == [3, 2]


def test_steps_can_be_narrowed_and_orders_counted_whatever_became_of_them() -> None:
    community = _small()
    assert funnel.measure(community, ["cart", "order"], window=20)["count"].tolist() == [3, 1]
    assert funnel.measure(community, ["cart", "placed order"], window=20)["count"].tolist() == [3, 2]
    narrow = funnel.measure(community, ["cart", ("placed order", {"campaign_id": "k1"})], window=20)
    assert narrow["count"].tolist() == [3, 1]
    either = funnel.measure(community, ["view or cart", "checkout or placed order"], window=20)
    assert either["name"].tolist() == ["view or cart", "checkout or placed order"]
    assert either["count"].tolist() == [3, 2]


def test_starts_can_be_limited_to_days_and_members_split_by_segments() -> None:
    community = _small()
    late = funnel.measure(community, ["cart", "checkout"], window=1, started=("2026-05-02", "2026-05-10"))
    assert late["n"].tolist() == [1, 1]
    segments = pd.DataFrame({"member_id": ["a", "b", "c"], "segment": ["x", "x", "y"]})
    split = funnel.measure(community, ["cart", "checkout"], window=7, by=segments)
    assert split.loc[split["step"] == 1].set_index("segment")["n"].to_dict() == {"x": 2, "y": 1, "unknown": 0}


def test_what_cannot_be_a_funnel_is_said() -> None:
    community = _small()
    with pytest.raises(SettingsError, match="two to eight"):
        funnel.measure(community, ["cart"])
    with pytest.raises(SettingsError, match="strict"):
        funnel.measure(community, ["cart", "checkout"], order="tight")  # type: ignore[arg-type]
    only = Community.open({"events": community.frame("events")[["member_id", "occurred_at", "event_type"]]})
    with pytest.raises(CommunityError):
        funnel.measure(only, ["cart", "order"])
    assert funnel.available(only, ["view", "cart", "checkout", "order"]) == ["cart", "checkout"]
    empty = funnel.measure(only, ["vote", "cart"])
    assert empty["n"].tolist() == [0, 0] and empty["estimate"].isna().all()


@given(rows=log_rows)
@settings(max_examples=8, deadline=None)
def test_time_to_convert_is_kaplan_meier_of_first_starts(rows: Any) -> None:
    community = _open(rows)
    curve = conversion_time.curve(community, ["cart", "order"], horizon=4)
    spans = []
    for member in "abcd":
        mine = sorted((slot, kind, place) for who, slot, kind, place in rows if who == member)
        begun = [i for i, moment in enumerate(mine) if moment[1] == "cart" and moment[0] < DAYS * 8]
        if not begun:
            continue
        watched = min((DAYS * 8 - mine[begun[0]][0]) * 3, 96)
        came = [(t - mine[begun[0]][0]) * 3 for t in _walk(mine, begun[0], ["cart", "order"], "loose")]
        hit = bool(came) and came[0] <= watched
        spans.append((came[0] if hit else watched, hit))
    left = 1.0
    for time in sorted({time for time, hit in spans if hit}):
        at_risk = sum(t >= time for t, _hit in spans)
        left *= 1 - sum(t == time and hit for t, hit in spans) / at_risk
        row = curve[np.isclose(curve["time"], time / 24)].iloc[0]
        assert row["estimate"] == pytest.approx(1 - left) and row["n"] == at_risk
    if not spans:
        assert curve.empty


def test_friction_names_the_place_and_step_with_most_to_gain() -> None:
    rows = []
    for place, size, kept in (("app", 100, 90), ("web", 100, 50)):
        for member in range(size):
            rows.append((f"{place}{member}", 0, "cart", place))
            if member < kept:
                rows.append((f"{place}{member}", 4 if place == "app" else 9, "checkout", place))
    events = pd.DataFrame(rows, columns=["member_id", "minute", "event_type", "platform"])
    events["occurred_at"] = START + pd.to_timedelta(events.pop("minute"), unit="min")
    found = friction.by_step(Community.open({"events": events}, as_of="2026-05-05"), ["cart", "checkout"])
    web = found.set_index("platform").loc["web"]
    assert web["estimate"] == pytest.approx(0.5) and web["worst"] and web["minutes"] == 9
    assert web["excess"] == pytest.approx(0.4) and web["recoverable"] == pytest.approx(40)
    assert web["excess_low"] < 0.4 < web["excess_high"] and web["excess_low"] > 0.25
    assert found.set_index("platform").loc["app", "best"]


def test_friction_of_nothing_is_empty() -> None:
    events = pd.DataFrame({"member_id": ["a"], "event_type": ["view"], "occurred_at": [START]})
    community = Community.open({"events": events.assign(platform="app")}, as_of="2026-05-05")
    assert friction.by_step(community, ["cart", "checkout"]).empty


@pytest.mark.once
def test_friction_recovers_the_chances_of_the_simulator() -> None:
    result = simulate(Scenario.small(seed=4, members=2500, days=150, one_page=0.0))
    names = ("events", "orders", "members")
    community = Community.open({name: result.tables[name] for name in names})
    found = friction.by_step(community, ["cart", "checkout", "placed order"]).set_index(["platform", "name"])
    found = found.rename_axis(index={"name": "step"}).sort_index()
    truth = result.truth["checkout"].set_index(["platform", "step"])["pass_probability"].sort_index()
    inside = (found["low"] <= 1 - truth) & (1 - truth <= found["high"])
    assert inside.sum() >= 7 and (found["estimate"] + truth - 1).abs().max() < 0.06
    assert found["minutes"].xs("checkout", level="step").idxmin() == "wechat"
