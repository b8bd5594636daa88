"""Figures and readings of activity, growth, life cycle, participation, spread and alerts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import activity, alerts, growth, lifecycle, participation, spread
from helpers.present import plots, readings

START = pd.Timestamp("2026-01-05")


def _events(days: int = 120, members: int = 80) -> pd.DataFrame:
    random = np.random.default_rng(1)
    keen = random.beta(0.7, 3, members)
    first, last = random.integers(0, days, members), random.integers(20, 2 * days, members)
    there = random.random((days, members)) < keen
    there &= (np.arange(days)[:, None] >= first) & (np.arange(days)[:, None] <= last)
    day, member = np.nonzero(there)
    n = len(day)
    return pd.DataFrame(
        {
            "event_id": [str(at) for at in range(n)],
            "member_id": [f"m{at}" for at in member],
            "occurred_at": START + pd.to_timedelta(day, unit="D") + pd.Timedelta(hours=12),
            "event_type": random.choice(["view", "like", "comment", "share"], n, p=[0.6, 0.2, 0.1, 0.1]),
            "content_id": [f"c{at}" for at in random.integers(0, 40, n)],
            "platform": random.choice(["wechat", "douyin"], n, p=[0.7, 0.3]),
            "parent_event_id": [
                str(at) if at < own else None for own, at in enumerate(random.integers(0, n, n))
            ],
        }
    )


def _tables() -> dict[str, pd.DataFrame]:
    contents = pd.DataFrame({"content_id": [f"c{at}" for at in range(40)], "text": ["oolong", "rain"] * 20})
    contents["published_at"] = START + pd.to_timedelta(np.arange(40) * 3, unit="D")
    members = pd.DataFrame({"member_id": [f"m{at}" for at in range(100)], "source": ["ad", "offline"] * 50})
    members["joined_at"] = START + pd.to_timedelta(np.arange(100) % 90, unit="D")
    return {"events": _events(), "contents": contents, "members": members}


def _results(community: Community) -> dict[str, pd.DataFrame]:
    results = {
        "active_members": activity.rolling(community),
        "active_share": activity.panel(community),
        "stickiness": activity.stickiness(community),
        "growth_accounting": growth.accounting(community),
        "life_cycle": lifecycle.states(community),
        "life_cycle_transitions": lifecycle.transitions(community),
        "participation_split": participation.distribution(community),
        "control_chart": alerts.control_chart(community),
        "alert_days": alerts.watch(community),
    }
    if community.has("events", "parent_event_id"):
        results |= {
            "spread_rates": spread.rates(community),
            "share_paths": spread.paths(community),
            "key_nodes": spread.key_nodes(community),
        }
    if community.has("contents", "text"):
        results["mentions"] = spread.mentions(community, words=["oolong"])
    return results


@pytest.fixture(scope="module", params=["en", "zh"])
def full(request: pytest.FixtureRequest) -> dict[str, pd.DataFrame]:
    return _results(Community.open(_tables(), language=request.param))


def test_every_figure_and_reading_speaks_of_its_numbers(full: dict[str, pd.DataFrame]) -> None:
    chinese = full["active_share"].attrs["about"]["language"] == "zh"
    for name, result in full.items():
        said = getattr(readings, name)(result)
        assert any(sign.isdigit() for sign in said), name
        assert any("一" <= sign <= "鿿" for sign in said) == chinese, (name, said)
        if hasattr(plots, name):
            picture = getattr(plots, name)(result)
            assert picture.png, name
            assert any("一" <= sign <= "鿿" for sign in picture.alt) == chinese, (name, picture.alt)


def test_one_member_on_one_day_is_too_little_for_all() -> None:
    lonely = Community.open(
        {"events": pd.DataFrame({"member_id": ["a"], "event_type": "view", "occurred_at": ["2026-05-01"]})}
    )
    for name, result in _results(lonely).items():
        assert getattr(plots, name)(result).png, name
        assert "too little" in getattr(readings, name)(result), name


def test_orders_alone_are_called_buying() -> None:
    events = _events()
    orders = pd.DataFrame(
        {
            "order_id": events["event_id"],
            "member_id": events["member_id"],
            "ordered_at": events["occurred_at"],
        }
    ).assign(amount=10)
    results = _results(Community.open({"orders": orders}))
    for name in ("active_members", "active_share", "growth_accounting"):
        assert "bought" in readings.__dict__[name](results[name]), name
    for name, result in results.items():
        assert getattr(plots, name)(result).png, name
        assert "were active" not in getattr(readings, name)(result), name


def test_results_without_rows_do_not_stop_a_report() -> None:
    for name, result in _results(Community.open(_tables())).items():
        empty = result.iloc[:0]
        empty.attrs["about"] = result.attrs["about"] | {"signals": [], "days": 0}
        assert getattr(readings, name)(empty), name
        if hasattr(plots, name):
            assert getattr(plots, name)(empty).png, name


def test_growth_bars_stand_on_both_sides_of_zero() -> None:
    table = growth.accounting(Community.open(_tables()))
    bars = plots.growth_accounting(table).axes[0].containers
    assert [bar.get_height() for bar in bars[0]] == table["new"].iloc[1:].tolist()
    assert [bar.get_height() for bar in bars[2]] == (-table["lost"].iloc[1:]).tolist()


def test_a_split_panel_names_the_most_active_group() -> None:
    panel = activity.panel(Community.open(_tables()), every="month", by="source")
    assert "most active" in plots.active_share(panel).alt
    assert "offline" in readings.active_share(panel)


def test_alerts_that_coincide_are_told_apart_from_chance() -> None:
    alerts_found = pd.DataFrame(
        {
            "signal": ["joins", "leaves", "complaints", "activity"],
            "first_day": pd.to_datetime(["2026-03-12", "2026-03-13", "2026-03-12", "2026-05-30"]),
            "last_day": pd.to_datetime(["2026-03-13", "2026-03-15", "2026-03-12", "2026-05-30"]),
            "days": [2, 3, 1, 1],
            "direction": ["high", "high", "high", "low"],
            "observed": [90, 40, 12, 100],
            "expected": [20.0, 10.0, 1.0, 200.0],
            "z": [9.0, 6.0, 8.0, -5.0],
            "probability": 1e-6,
        }
    )
    watched = {"joins": 300, "leaves": 300, "complaints": 300, "activity": 300}
    alerts_found.attrs["about"] = {
        "language": "en", "as_of": "2026-05-31", "first_day": "2025-06-01", "signals": list(watched),
        "days_judged": watched, "alarm_days": dict.fromkeys(watched, 2),
        "false_alarm_days": dict.fromkeys(watched, 5.0),
    }  # fmt: skip
    said = readings.alert_days(alerts_found)
    assert "joins, leaves, complaints, from 2026-03-12" in said
    assert "activity 100 against 200 expected" in said
