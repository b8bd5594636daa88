"""The test of a step: the lot against before and after, and what a member's tries have in common."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import step_test
from helpers.metrics.intervals import ratio_from_sums
from helpers.simulate import Scenario, simulate


def _community(effect: float = 0.2, members: int = 600) -> Community:
    """Members with one try in the 20 days before and one in the 20 days of a test; all get better by 0.2."""
    rng = np.random.default_rng(5)
    start = pd.Timestamp("2026-03-01")
    names = np.array([f"m{n}" for n in range(members)])
    treated = rng.random(members) < 0.5
    events = [
        pd.DataFrame({"member_id": ["m0"], "event_type": "view", "occurred_at": start - pd.Timedelta("40D")})
    ]
    for offset, chance in ((-20, 0.4), (0, 0.6)):
        when = start + pd.to_timedelta(offset * 24 + rng.integers(0, 19 * 24, members), unit="h")
        events.append(pd.DataFrame({"member_id": names, "event_type": "checkout", "occurred_at": when}))
        paid = rng.random(members) < chance + effect * treated * (offset == 0)
        after = when[paid] + pd.Timedelta("2min")
        events.append(pd.DataFrame({"member_id": names[paid], "event_type": "coupon", "occurred_at": after}))
    plan = {"campaign_id": ["k"], "kind": ["checkout_test"], "starts_at": [start], "unit": ["member"]}
    arms = pd.DataFrame(
        {"campaign_id": "k", "unit_id": names, "arm": np.where(treated, "treatment", "control")}
    )
    tables = {"events": pd.concat(events), "assignments": arms}
    tables["campaigns"] = pd.DataFrame(plan | {"ends_at": [start + pd.Timedelta("20D")]})
    return Community.open(tables, as_of="2026-04-01")


def test_the_lot_finds_the_effect_and_before_and_after_adds_what_changed_for_all() -> None:
    found = step_test.compare(_community(), ["checkout", "coupon"]).set_index("comparison")
    lot = found.loc[step_test.TEST]
    assert lot["low"] < 0.2 < lot["high"] and bool(lot["randomised"])
    assert found.loc[step_test.BEFORE_AFTER, "estimate"] > 0.3
    assert found.loc[step_test.OTHERS, "low"] < 0.2 < found.loc[step_test.OTHERS, "high"]
    short = step_test.compare(_community(), ["checkout", "coupon"], days=5).set_index("comparison")
    assert short.loc[step_test.TEST].equals(lot) and short.loc[step_test.OTHERS, "n_b"] < 120
    assert found["n_a"].sum() + found["n_b"].sum() > 1200


def test_arms_are_told_apart_as_by_two_independent_ratios() -> None:
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"member_id": [f"m{n}" for n in range(80)], "stretch": "during", "near": 1})
    rows["arm"] = np.where(np.arange(80) < 40, "control", "treatment")
    rows["tries"] = rng.integers(1, 5, 80)
    rows["passed"] = rng.binomial(rows["tries"], 0.5)
    found = step_test._rows(rows)[0]
    halves = []
    for _arm, part in rows.groupby("arm"):
        y, x = part["passed"].to_numpy(float), part["tries"].to_numpy(float)
        low, high = ratio_from_sums(40, y.sum(), (y**2).sum(), x.sum(), (x**2).sum(), (x * y).sum())
        halves.append((high - low) / 2)
    assert (found["high"] - found["low"]) / 2 == pytest.approx(np.hypot(*halves), rel=0.03)


def test_without_such_a_test_there_are_no_rows() -> None:
    assert step_test.compare(_community(members=20), ["checkout", "coupon"], kind="another").empty


@pytest.mark.once
def test_the_lot_recovers_what_the_shorter_page_does_in_the_simulator() -> None:
    result = simulate(Scenario(seed=7, members=6000, days=200, texts=False, outsiders=0.0))
    names = ("events", "orders", "members", "campaigns", "assignments")
    community = Community.open({name: result.tables[name] for name in names})
    lot = (
        step_test.compare(community, ["checkout", "placed order"]).set_index("comparison").loc[step_test.TEST]
    )
    planted = result.truth["tests"].query("kind == 'checkout_test' and outcome == 'finished'").iloc[0]
    assert lot["low"] < planted["effect"] < lot["high"]
    assert lot["rate_a"] == pytest.approx(planted["base"], abs=0.06)
