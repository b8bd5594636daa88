"""Tests of what the ways of working on a community change."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from helpers.simulate import Scenario, simulate
from helpers.simulate.mechanisms import EFFECTS, added, brought_along, factor
from helpers.simulate.scenario import Mechanisms


def test_effects_name_mechanisms_that_exist() -> None:
    """Every effect belongs to a strength that can be set."""
    assert {effect.mechanism for effect in EFFECTS} <= {field.name for field in fields(Mechanisms)}


def test_nothing_is_changed_while_a_mechanism_is_off() -> None:
    """With its defaults no quantity of the list moves, so that the demo stays what it is."""
    for effect in EFFECTS:
        change = factor if effect.how == "factor" else added
        assert change(Mechanisms(), effect.quantity) == (1.0 if effect.how == "factor" else 0.0)


def test_mechanisms_on_one_quantity_multiply() -> None:
    """Two factors on the purchase rate act together."""
    both = factor(Mechanisms(tiers=1, kol_trust=1), "purchase rate of customers")
    alone = factor(Mechanisms(tiers=1), "purchase rate of customers")
    assert both == pytest.approx(alone * factor(Mechanisms(kol_trust=1), "purchase rate of customers"))


def test_fission_brings_what_the_branching_process_says() -> None:
    """Far from the end, n people become n / (1 - K)."""
    scenario = Scenario.small(days=400, mechanisms=Mechanisms(fission=1))
    further = brought_along(scenario, np.zeros(20_000, int))
    mean = added(scenario.mechanisms, "members brought by one who joins")
    assert len(further) / 20_000 == pytest.approx(mean / (1 - mean), rel=0.05)
    assert further.min() > 0 and further.max() < 400


def test_fission_lets_the_list_grow_by_invitation() -> None:
    """Whoever is brought along came by invitation; the rest of the arrivals is untouched."""
    off = Scenario.small(seed=5)
    on = replace(off, mechanisms=Mechanisms(fission=1))
    before, after = simulate(off).members, simulate(on).members
    assert len(after) > len(before)
    assert (after.source != 0).sum() == (before.source != 0).sum()


@pytest.mark.once
@pytest.mark.parametrize(
    ("mechanism", "kind"),
    [
        ("recommendation", "view"),
        ("fan_meetings", "message"),
        ("question_routing", "answer"),
        ("reach", "share"),
    ],
)
def test_a_mechanism_moves_the_events_it_is_named_for(mechanism: str, kind: str) -> None:
    """More of the events that it works on."""
    counts = []
    for strength in (0.0, 1.0):
        scenario = Scenario.small(seed=8, members=900, mechanisms=Mechanisms(**{mechanism: strength}))
        counts.append((simulate(scenario).tables["events"]["event_type"] == kind).sum())
    assert counts[1] > counts[0] * 1.1


@pytest.mark.once
@pytest.mark.parametrize("mechanism", ["tiers", "kol_trust"])
def test_a_mechanism_of_selling_brings_orders(mechanism: str) -> None:
    """More orders a member, at a running cost that is booked."""
    counts, costs = [], []
    for strength in (0.0, 1.0):
        scenario = Scenario.small(seed=8, members=900, mechanisms=Mechanisms(**{mechanism: strength}))
        tables = simulate(scenario).tables
        counts.append(len(tables["orders"]))
        costs.append("programme" in set(tables["costs"]["kind"]))
    assert counts[1] > counts[0] * 1.05
    assert costs == [False, True]
