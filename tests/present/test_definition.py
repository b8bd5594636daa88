"""Figures and readings of the definition: findings in the title, both languages, little data, other data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import objectives, routine, traits, trends, trust, ways
from helpers.models import first_purchases, member_comparison
from helpers.present import plots, readings
from helpers.present.week_plan import week_plan


def community(language: str = "en") -> Community:
    """Make a small community in which everything is supplied, with customers who never joined."""
    rng = np.random.default_rng(5)
    n, days = 300, 240
    start = pd.Timestamp("2025-09-01")
    ids = [f"m{at:03d}" for at in range(n)]
    customer = np.arange(n) >= 200
    joined = start + pd.to_timedelta(rng.integers(0, 150, n), unit="D")
    members = pd.DataFrame(
        {
            "member_id": ids,
            "joined_at": joined.where(~customer),
            "source": rng.choice(["invitation", "ad", "search"], n),
            "role": np.where(customer, "customer", "member"),
            "city_tier": rng.choice(["tier 1", "tier 2"], n),
        }
    )
    who = rng.integers(0, 200, 6000)
    at = joined[who] + pd.to_timedelta(rng.integers(0, 90, 6000), unit="D")
    events = pd.DataFrame(
        {
            "member_id": [ids[one] for one in who],
            "occurred_at": at,
            "event_type": rng.choice(["view", "like", "comment"], 6000, p=[0.7, 0.2, 0.1]),
            "content_id": rng.choice(["p", "q"], 6000),
            "platform": rng.choice(["wechat", "forum"], 6000),
        }
    )
    buyer = rng.integers(0, n, 700)
    bought = np.where(customer[buyer], 0, (joined[buyer] - start).days) + rng.integers(0, 90, 700)
    orders = pd.DataFrame(
        {
            "order_id": [f"o{one}" for one in range(700)],
            "member_id": [ids[one] for one in buyer],
            "ordered_at": start + pd.to_timedelta(bought, unit="D"),
            "amount": rng.integers(20, 200, 700),
        }
    )
    contents = pd.DataFrame(
        {"content_id": ["p", "q"], "published_at": start, "topic": ["tea", "ware"], "is_ugc": [True, False]}
    )
    costs = pd.DataFrame(
        {"at": start, "channel": ["ad", "invitation", "community"], "amount": [900, 50, 700]}
    )
    frames = {"members": members, "events": events, "orders": orders, "contents": contents, "costs": costs}
    return Community.open(frames, language=language, as_of=str((start + pd.Timedelta(days=days)).date()))


@pytest.fixture(scope="module", params=["en", "zh"])
def results(request: pytest.FixtureRequest) -> dict[str, pd.DataFrame]:
    opened = community(request.param)
    weighed = member_comparison.weigh(first_purchases.cohort(opened))
    return {
        "trust_funnel": trust.funnel(opened),
        "community_traits": traits.signatures(opened),
        "objectives": objectives.tree(opened),
        "growth_curve": trends.curve(opened),
        "trend_signals": trends.signals(opened),
        "covariate_balance": member_comparison.balance(weighed),
        "propensity_overlap": member_comparison.overlap(weighed),
        "member_gap": member_comparison.gap(weighed, repeats=20),
        "ways_of_marketing": ways.side_by_side(opened),
        "recruiting_cost": ways.recruiting_cost(opened),
        "manager_week": routine.week(opened),
    }


def test_every_result_is_drawn_and_read(results: dict[str, pd.DataFrame]) -> None:
    chinese = results["member_gap"].attrs["about"]["language"] == "zh"
    for name, result in results.items():
        said = getattr(readings, name)(result)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in said) == chinese, said
        assert "{" not in said
        if hasattr(plots, name):
            picture = getattr(plots, name)(result)
            assert len(picture.alt) > 20
            assert any("\u4e00" <= letter <= "\u9fff" for letter in picture.alt) == chinese, picture.alt
    assert len(week_plan(results["manager_week"]).cells) == len(results["manager_week"])


def test_nothing_is_made_of_empty_results(results: dict[str, pd.DataFrame]) -> None:
    for name, result in results.items():
        empty = result.head(0)
        empty.attrs = result.attrs
        if name == "covariate_balance":
            empty.attrs = {"about": {**result.attrs["about"], "n": 0}}
        said = getattr(readings, name)(empty)
        assert "n = 0" in said
        if hasattr(plots, name):
            assert getattr(plots, name)(empty).png


def test_the_gap_can_carry_a_named_line(results: dict[str, pd.DataFrame]) -> None:
    picture = plots.member_gap(results["member_gap"], marks_at={"truth": 0.07})
    lines = [line.get_xdata()[0] for line in picture.axes[0].lines if len(set(line.get_xdata())) == 1]
    assert pytest.approx(7) in lines


def test_a_gap_against_the_members_is_not_read_in_their_favour(results: dict[str, pd.DataFrame]) -> None:
    against = results["member_gap"].copy()
    against[["estimate", "low", "high"]] = [-0.05, -0.08, -0.02]
    against.attrs = {"about": {**results["member_gap"].attrs["about"], "language": "en"}}
    said = readings.member_gap(against)
    assert "bought again less often" in said
    assert "explain the gap away" not in said


def test_a_funnel_without_loss_names_no_loss(results: dict[str, pd.DataFrame]) -> None:
    steps = results["trust_funnel"].copy()
    steps[["estimate", "low", "high"]] = [1.0, 0.9, 1.0]
    steps.attrs = {"about": {**results["trust_funnel"].attrs["about"], "language": "en"}}
    assert readings.trust_funnel(steps).startswith("Nobody of")


def test_the_week_is_written_in_its_units(results: dict[str, pd.DataFrame]) -> None:
    cells = week_plan(results["manager_week"]).cells
    week = results["manager_week"]
    for row, unit, value in zip(cells, week["unit"], week["value"], strict=True):
        assert ("%" in row[4]) == (unit == "share" and pd.notna(value))


def test_orders_alone_are_read_as_buying() -> None:
    orders = pd.DataFrame(
        {
            "order_id": [str(one) for one in range(400)],
            "member_id": [f"m{one % 120}" for one in range(400)],
            "ordered_at": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(400) // 2, unit="D"),
            "amount": 10.0,
        }
    )
    opened = Community.open({"orders": orders})
    assert "bought" in readings.growth_curve(trends.curve(opened))
    assert "bought again" in readings.trust_funnel(trust.funnel(opened))
    assert plots.objectives(objectives.tree(opened)).png
