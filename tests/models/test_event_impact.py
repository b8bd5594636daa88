"""Events against groups without them: closed forms, placebos, a brute-force panel, the planted truth."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from helpers.community import Community
from helpers.models import event_impact, event_panel, event_plan, synthetic_control
from helpers.models.event_card import scorecard
from helpers.simulate import Scenario, simulate

START = dt.date(2026, 3, 1)


def test_an_exact_mixture_is_recovered() -> None:
    random = np.random.default_rng(4)
    donors = random.gamma(4, 5, size=(12, 5))
    truth = np.array([0.5, 0.0, 0.3, 0.2, 0.0])
    assert synthetic_control.weights(donors @ truth, donors) == pytest.approx(truth, abs=1e-4)


def test_weights_agree_with_a_general_solver() -> None:
    random = np.random.default_rng(7)
    donors, target = random.gamma(4, 5, size=(10, 4)), random.gamma(4, 5, size=10)
    found = minimize(
        lambda shares: ((target - donors @ shares) ** 2).sum(),
        np.full(4, 0.25),
        bounds=[(0, 1)] * 4,
        constraints={"type": "eq", "fun": lambda shares: shares.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 500},
    )
    assert synthetic_control.weights(target, donors) == pytest.approx(found.x, abs=1e-3)


def test_a_host_beyond_all_donors_gets_the_nearest_and_no_extrapolation() -> None:
    donors = np.array([[1.0, 2.0], [1.0, 3.0], [1.0, 4.0]])
    assert synthetic_control.weights(np.array([5.0, 6.0, 7.0]), donors) == pytest.approx([0, 1], abs=1e-5)
    with pytest.raises(ValueError, match="weeks by groups"):
        synthetic_control.weights(np.array([1.0]), donors)


def as_panel(weeks: dict[str, list[int]], hosts: tuple[str, ...], before: int) -> pd.DataFrame:
    rows = [
        {"campaign_id": "e", "name": "Meetup", "group_id": group, "host": group in hosts}
        | {"week": at - before, "messages": count}
        for group, counts in weeks.items()
        for at, count in enumerate(counts)
    ]
    frame = pd.DataFrame(rows)
    frame.attrs["about"] = {"after": 1}
    return frame


def test_three_ways_in_closed_form() -> None:
    weeks = {"h": [40, 40, 90], "a": [30, 30, 45], "b": [20, 20, 30], "c": [50, 50, 75]}
    panel = as_panel(weeks, ("h",), 2)
    found = event_impact.compare(panel).set_index("method")
    assert found.loc["before_after", "estimate"] == pytest.approx(90.5 / 40)
    others = np.exp(np.mean(np.log([45.5 / 30, 30.5 / 20, 75.5 / 50])))
    assert found.loc["other_groups", "estimate"] == pytest.approx(90.5 / 40 / others)
    assert found.loc["synthetic_twin", "estimate"] == pytest.approx(1.5, abs=0.02)
    assert np.isnan(found.loc["before_after", "low"])
    assert found.loc["synthetic_twin", "extra"] == pytest.approx(90 * (1 - 1 / 1.5), abs=1)
    paths = event_impact.paths(panel)
    assert paths["twin"].tolist() == pytest.approx([40, 40, 60], abs=0.1)
    assert event_impact.by_group(panel)["rank"].tolist() == [1]


def test_nothing_to_compare_gives_empty_results() -> None:
    panel = as_panel({"h": [40, 40, 90], "a": [30, 30, 45]}, ("h",), 2)
    for result in (event_impact.compare(panel), event_impact.by_group(panel), event_impact.paths(panel)):
        assert result.empty
    assert np.isnan(event_impact.detectable(panel, hosts=2))


def test_groups_that_held_nothing_show_an_effect_as_rarely_as_they_should() -> None:
    random = np.random.default_rng(11)
    hits = 0
    for _draw in range(60):
        level = random.gamma(20, 2, size=(16, 1)) * np.exp(random.normal(0, 0.25, size=(16, 12)))
        counts = random.poisson(level)
        weeks = {f"g{at:02d}": row.tolist() for at, row in enumerate(counts)}
        found = event_impact.compare(as_panel(weeks, ("g00", "g01"), 8), repeats=400)
        hits += int(found.set_index("method").loc["synthetic_twin", "p"] < 0.1)
    assert hits <= 14  # ten per cent of 60, and room for chance


def community(
    rows: list[tuple[int, int]], first: int = -21, last: int = 13, other: int | None = None
) -> Community:
    days = [START + dt.timedelta(days=day) for _group, day in rows]
    days += [START + dt.timedelta(days=first), START + dt.timedelta(days=last)]
    events = pd.DataFrame(
        {"group_id": [f"g{group}" for group, _day in rows] + ["g9", "g9"], "occurred_at": days}
    )
    events = events.assign(event_type="message", member_id=[f"m{at % 7}" for at in range(len(events))])
    hosts = pd.DataFrame({"campaign_id": ["e"], "unit_id": ["g0"], "arm": ["treatment"]})
    hosts["assigned_at"] = START
    campaigns = pd.DataFrame({"campaign_id": ["e"], "kind": ["meetup"], "name": ["Meetup"]})
    campaigns = campaigns.assign(unit="group", starts_at=START, ends_at=START, is_randomised=False)
    return Community.open(
        {
            "events": events.assign(
                occurred_at=pd.to_datetime(events["occurred_at"]) + pd.Timedelta(hours=12)
            ),
            "campaigns": campaigns,
            "assignments": hosts,
        }
    )


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-20, 12)), min_size=30, max_size=150))
def test_the_panel_counts_like_a_loop(rows: list[tuple[int, int]]) -> None:
    found = event_panel.panel(community(rows), before=2, after=2)
    wanted: dict[tuple[str, int], int] = {}
    for group, day in rows:
        if -14 <= day < 14:
            key = (f"g{group}", day // 7)
            wanted[key] = wanted.get(key, 0) + 1
    groups = {group for group, _week in wanted}
    kept = {g for g in groups if wanted.get((g, -2), 0) + wanted.get((g, -1), 0) >= event_panel.LEAST}
    assert set(found["group_id"]) == kept
    for row in found.itertuples():
        assert row.messages == wanted.get((row.group_id, row.week), 0)
        assert bool(row.host) == (row.group_id == "g0")


def test_events_too_near_the_edge_are_left_out() -> None:
    rows = [(group, day) for group in range(4) for day in range(-10, 12)] * 3
    assert event_panel.panel(community(rows, first=-10), before=2, after=2).empty
    assert event_panel.panel(community(rows, last=12), before=2, after=2).empty
    assert not event_panel.panel(community(rows), before=2, after=2).empty


@pytest.fixture(scope="module")
def seasons() -> list[pd.DataFrame]:
    found = []
    for seed in (21, 22, 23):
        tables = simulate(
            Scenario(seed=seed, members=4000, days=270, texts=False, trials=False, outsiders=0)
        ).tables
        opened = Community.open({name: tables[name] for name in ("events", "campaigns", "assignments")})
        found.append(event_impact.compare(event_panel.panel(opened)).set_index("method"))
    return found


def test_comparing_comes_nearer_to_the_planted_factor(seasons: list[pd.DataFrame]) -> None:
    planted = Scenario().meetup_factor
    covered = [
        row["low"] <= planted <= row["high"]
        for row in (found.loc["synthetic_twin"] for found in seasons if len(found))
    ]
    assert sum(covered) >= len(covered) - 1
    middle = {
        method: np.exp(np.mean([np.log(found.loc[method, "estimate"]) for found in seasons]))
        for method in event_impact.METHODS
    }
    assert middle["before_after"] > middle["other_groups"] > planted * 0.9
    assert abs(middle["synthetic_twin"] - planted) < abs(middle["before_after"] - planted)


def test_the_card_counts_reach_part_and_first_words() -> None:
    contents = pd.DataFrame({"content_id": ["p", "q"], "published_at": START, "purpose": ["live", "post"]})
    events = pd.DataFrame(
        [("a", "view", "p", 0), ("b", "comment", "p", 0), ("c", "live_enter", "p", 0), ("c", "like", "p", 0)]
        + [("b", "comment", "q", 20), ("d", "view", "q", 60)],
        columns=["member_id", "event_type", "content_id", "day"],
    )
    events["occurred_at"] = pd.Timestamp(START) + pd.to_timedelta(events.pop("day"), unit="D")
    campaigns = pd.DataFrame({"campaign_id": ["e"], "kind": ["live"], "name": ["Show"], "starts_at": [START]})
    costs = pd.DataFrame(
        {"at": [START], "channel": ["community"], "kind": ["event"], "amount": [30.0], "campaign_id": ["e"]}
    )
    opened = Community.open({"events": events, "contents": contents, "campaigns": campaigns, "costs": costs})
    card = scorecard(opened).iloc[0]
    assert (card["n"], card["count"], card["new_voices"], card["messages"]) == (3, 2, 1, 1)
    assert (card["stayed_n"], card["stayed_count"], card["cost_per_member"]) == (2, 1, 15.0)


def test_the_plan_keeps_the_lines_that_the_data_cannot_fill() -> None:
    orders = pd.DataFrame({"order_id": ["1"], "member_id": ["a"], "ordered_at": [START], "amount": [9.5]})
    plan = event_plan.plan(Community.open({"orders": orders}))
    assert plan["value"].isna().all() and plan["choice"].isna().all()
    assert {"theme", "measure", "goal", "house rules", "look back"} <= set(plan["line"])
