"""Tests of drawn members: twins in plain Python, published numbers, the simulator's truth, coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics.discoveries import corrected
from helpers.metrics.intervals import bootstrap_ratio
from helpers.models import (
    cuped,
    experiments,
    sequential,
    trial_looks,
    trial_metrics,
    trial_plans,
    trial_segments,
    trial_units,
    winners_curse,
)
from helpers.simulate import Scenario, simulate

FIRST = pd.Timestamp("2026-01-01")


def at(day):
    return FIRST + pd.Timedelta(days=int(day), hours=9)


def community_of(arms, orders, *, first=30, last=40, as_of=80, costs=True):
    """Members m0, m1 … with an arm each; orders as (member, day, amount)."""
    members = pd.DataFrame({"member_id": [f"m{i}" for i in range(len(arms))], "joined_at": FIRST})
    rows = [("nobody", 0, 1.0), *((f"m{who}", day, amount) for who, day, amount in orders)]
    frame = pd.DataFrame(rows, columns=["member_id", "day", "amount"])
    frame = frame.assign(order_id=[str(i) for i in range(len(frame))], ordered_at=frame["day"].map(at))
    frame = frame.assign(campaign_id="c", cost=frame["amount"] * 0.5) if costs else frame
    plan = {"campaign_id": "c", "name": "Coupon", "kind": "coupon", "unit": "member"}
    return Community.open(
        {
            "members": members,
            "orders": frame.drop(columns="day"),
            "campaigns": pd.DataFrame([plan | {"starts_at": at(first), "ends_at": at(last)}]),
            "assignments": pd.DataFrame(
                {"campaign_id": "c", "unit_id": members["member_id"], "arm": arms, "assigned_at": at(first)}
            ),
        },
        as_of=(FIRST + pd.Timedelta(days=as_of)).date(),
    )


ARMS = st.lists(st.sampled_from(["control", "treatment"]), min_size=2, max_size=8)
ORDERS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 60), st.integers(1, 50)), max_size=25)


@settings(max_examples=6, deadline=None)
@given(ARMS, ORDERS, st.integers(1, 40), st.sampled_from([0, 5, 60]))
def test_units_equal_reading_every_order(arms, orders, before, window):
    arms = ["control", "treatment", *arms]
    orders = [row for row in orders if row[0] < len(arms)]
    found = trial_units.units(community_of(arms, orders), before=before, window=window)
    length = min(window or 11, 51)
    for row in found.to_dict("records"):
        own = [(day, amount) for who, day, amount in orders if f"m{who}" == row["member_id"]]
        during = [(day, amount) for day, amount in own if 30 <= day < 30 + length]
        earlier = [(day, amount) for day, amount in own if 30 - before <= day < 30]
        assert row["orders"] == len(during) and row["before_orders"] == len(earlier)
        assert row["bought"] == (len(during) > 0)
        assert row["amount"] == pytest.approx(sum(amount for _day, amount in during))
        assert row["before_margin"] == pytest.approx(sum(amount for _day, amount in earlier) / 2)
        assert row["active_days"] == len({day for day, _amount in during})
        assert row["treated"] == (arms[int(row["member_id"][1:])] == "treatment")


def test_the_test_that_sells_to_most_members_is_chosen_and_its_draw_is_checked():
    community = community_of(["control"] * 90 + ["treatment"] * 10, [(0, 31, 5)])
    assert trial_units.choose(community)["campaign_id"] == "c"
    assert trial_units.choose(community, kind="digest") is None
    # Nine in ten under control where half were planned: the draw or the log is at fault.
    assert trial_units.units(community).attrs["about"]["ratio_p_value"] < experiments.SUSPICIOUS
    assert trial_units.units(community, kind="digest").empty


def test_the_plan_counts_who_was_there_and_bought():
    community = community_of(["control"] * 40, [(0, 70, 5), (0, 75, 5), (1, 79, 5), (2, 60, 5)], as_of=80)
    row = trial_plans.plan(community, window=14).iloc[0]
    assert (row["outcome"], row["n"], row["count"], row["arm"]) == ("bought", 41, 2, 20)
    assert row["visible"] == pytest.approx(experiments.minimum_effect(2 / 41, 20), nan_ok=True)
    events = pd.DataFrame({"member_id": ["a", "a", "b"], "event_type": "like"})
    events["occurred_at"] = [at(0), at(20), at(1)]
    row = trial_plans.plan(Community.open({"events": events}), window=14).iloc[0]
    assert (row["outcome"], row["n"], row["count"]) == ("came back", 2, 1)


def test_without_assignments_the_table_is_named():
    orders = pd.DataFrame({"member_id": ["a"], "order_id": ["1"], "ordered_at": [FIRST], "amount": [1.0]})
    with pytest.raises(TableMissing, match="assignments"):
        trial_units.trials(Community.open({"orders": orders}))


def test_without_costs_there_is_no_margin():
    assert "margin" not in trial_units.units(community_of(["control", "treatment"], [], costs=False))


def drawn(rng, n=800, effect=0.3):
    past = rng.poisson(1.5, n)
    treated = rng.permutation(np.arange(n) % 2 == 0)
    orders = rng.poisson(0.2 + 0.4 * past + effect * treated)
    amount = rng.gamma(2.0, 30.0, n) * orders
    return pd.DataFrame(
        {"treated": treated, "orders": orders.astype(float), "amount": amount, "before_orders": past * 1.0}
    )


def test_the_delta_method_agrees_with_the_bootstrap_by_member():
    frame = drawn(np.random.default_rng(1))
    row = trial_metrics.compare(frame, [("amount", "orders")]).iloc[0]
    low, high = trial_metrics.bootstrap(frame, "amount", "orders", repeats=600)
    assert (row["low"], row["high"]) == (pytest.approx(low, abs=1.0), pytest.approx(high, abs=1.0))
    part = frame[frame["treated"]]
    value, variance = trial_metrics.ratio(part["amount"], part["orders"])
    ends = bootstrap_ratio(part["amount"], part["orders"])
    assert value + 1.96 * np.sqrt(variance) == pytest.approx(ends[1], rel=0.02)
    assert np.isnan(trial_metrics.compare(frame.assign(orders=0.0), [("amount", "orders")])["low"]).all()


def test_cuped_leaves_the_mean_and_one_minus_rho_squared_of_the_variance():
    frame = drawn(np.random.default_rng(2))
    y, x = frame["orders"].to_numpy(), frame["before_orders"].to_numpy()
    rho = np.corrcoef(x, y)[0, 1]
    adjusted = cuped.adjust(y, x)
    assert adjusted.mean() == pytest.approx(y.mean())
    assert adjusted.var() == pytest.approx(y.var() * (1 - rho**2))
    assert np.cov(adjusted, x)[0, 1] == pytest.approx(0, abs=1e-12)
    table = cuped.compare(frame, ["orders"]).set_index("method")
    width = table["high"] - table["low"]
    assert (width["cuped"] / width["plain"]) ** 2 == pytest.approx(1 - rho**2, rel=0.05)
    assert cuped.adjust([1.0, 2.0], [3.0, 3.0]).tolist() == [1.0, 2.0]


@pytest.mark.once
def test_intervals_cover_the_effect_as_often_as_they_say():
    rng = np.random.default_rng(3)
    hits = {"plain": 0, "cuped": 0}
    for _trial in range(300):
        table = cuped.compare(drawn(rng, n=300), ["orders"])
        for method, low, high in table[["method", "low", "high"]].itertuples(index=False):
            hits[method] += low <= 0.3 <= high
    assert all(0.92 <= count / 300 <= 0.98 for count in hits.values())


def test_peeking_and_boundaries_are_the_published_ones():
    # Armitage, McPherson and Rowe (1969); Pocock (1977) and O'Brien and Fleming (1979), standard tables.
    found = sequential.peeking([1, 2, 5, 10])
    assert found["false_alarm"].round(3).tolist() == [0.05, 0.083, 0.142, 0.193]
    limits = {
        kind: [sequential.boundaries(k, kind)["z"].iloc[-1] for k in (2, 3, 4, 5)]
        for kind in sequential.KINDS
    }
    assert np.round(limits["pocock"], 3).tolist() == [2.178, 2.289, 2.361, 2.413]
    assert np.round(limits["obrien_fleming"], 3).tolist() == [1.977, 2.004, 2.024, 2.040]
    table = sequential.boundaries(4)
    assert table["false_alarm"].iloc[-1] == pytest.approx(0.05, abs=1e-6)
    assert table["z"].iloc[0] == pytest.approx(2 * table["z"].iloc[-1])


@pytest.mark.once
def test_twenty_looks_give_one_false_alarm_in_four():
    assert sequential.crossing(np.full(20, 1.959964))[-1] == pytest.approx(0.248, abs=5e-4)


def test_crossing_agrees_with_simulated_paths_at_uneven_looks():
    information = np.array([0.1, 0.5, 1.0])
    steps = np.sqrt(np.diff(np.concatenate([[0], information])))
    paths = np.cumsum(np.random.default_rng(4).normal(size=(200_000, 3)) * steps, axis=1) / np.sqrt(
        information
    )
    limits = np.array([2.5, 2.0, 2.2])
    simulated = np.maximum.accumulate(np.abs(paths) > limits, axis=1).mean(axis=0)
    assert sequential.crossing(limits, information) == pytest.approx(simulated, abs=0.003)
    with pytest.raises(ValueError, match="larger from look to look"):
        sequential.crossing([2, 2], [1.0, 0.5])
    with pytest.raises(ValueError, match="pocock"):
        sequential.boundaries(3, "haybittle")


@settings(max_examples=5, deadline=None)
@given(ARMS, ORDERS)
def test_looks_count_who_has_bought_so_far(arms, orders):
    arms = ["control", "treatment", *arms]
    orders = [row for row in orders if row[0] < len(arms)]
    found = trial_looks.looks(community_of(arms, orders))
    for row in found.to_dict("records"):
        for side, arm in (("a", "control"), ("b", "treatment")):
            mine = {who for who, day, _amount in orders if arms[who] == arm and 30 <= day < 30 + row["day"]}
            assert row[f"count_{side}"] == len(mine) and row[f"n_{side}"] == arms.count(arm)
    assert found["information"].is_monotonic_increasing


def test_looks_of_a_test_that_is_not_over_are_not_shown():
    arms = ["control", "treatment"] * 5
    assert trial_looks.looks(community_of(arms, [(1, 31, 5)], as_of=35)).empty
    assert len(trial_looks.looks(community_of(arms, [(1, 31, 5), (2, 35, 5)], as_of=60), every=1)) == 2


def test_many_looks_at_tests_of_nothing_raise_the_alarms_that_were_foretold():
    # Two arms of 4,000, of whom one in ten buys, on fourteen days: alarms counted in 4,000 such tests.
    rng, members = np.random.default_rng(5), 4000
    chances = np.append(np.full(14, 0.1 / 14), 0.9)
    a, b = (np.cumsum(rng.multinomial(members, chances, 4000)[:, :14], axis=1) for _arm in "ab")
    pooled = (a + b) / (2 * members)
    z = (b - a) / members / np.sqrt(pooled * (1 - pooled) * 2 / members)
    share = np.arange(1, 15) * 0.1 / 14
    odds = share / (1 - share)
    foretold = sequential.crossing(np.full(14, 1.96), odds / odds[-1])
    assert (np.abs(z) > 1.96).any(axis=1).mean() == pytest.approx(foretold[-1], abs=0.02)


def test_exaggeration_is_that_of_gelman_and_carlin_and_of_the_simulation():
    # Gelman and Carlin (2014): beauty and sex ratio, power .05, wrong sign .46, exaggeration about 77.
    found = winners_curse.exaggeration(0.1, 3.28)
    assert found["exaggeration"] == pytest.approx(77, abs=0.5) and round(found["wrong_sign"], 2) == 0.46
    runs = winners_curse.simulate(0.10, 0.02, 500)
    winners = runs.loc[runs["significant"], "estimate"]
    table = winners_curse.by_effect(0.10, 500, [0.02]).iloc[0]
    assert runs["significant"].mean() == pytest.approx(table["power"], abs=0.02)
    assert winners.abs().mean() / 0.02 == pytest.approx(table["exaggeration"], rel=0.03)


def test_segments_are_corrected_for_their_number():
    rng = np.random.default_rng(6)
    units = pd.DataFrame({"member_id": np.arange(4000), "treated": rng.random(4000) < 0.5})
    segments = pd.DataFrame({"member_id": np.arange(4000), "cut": rng.integers(0, 20, 4000)})
    units["bought"] = (rng.random(4000) < 0.1).astype(float)
    found = trial_segments.effects(units, segments)
    assert len(found) == 20 and found["estimate"].is_monotonic_decreasing
    assert found["certain"].sum() <= found["clear"].sum() <= found["alone"].sum()
    assert (found["wide_high"] - found["wide_low"] > found["high"] - found["low"]).all()
    part = units[segments["cut"] == int(found.loc[0, "segment"])]
    gap = part.groupby("treated")["bought"].mean()
    assert found.loc[0, "estimate"] == pytest.approx(gap[True] - gap[False])


def test_bonferroni_and_benjamini_hochberg_on_the_published_example():
    # Benjamini and Hochberg (1995), section 3.2.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262]
    found = corrected(pd.DataFrame({"p_value": [*p_values, 0.5719, 0.6528, 0.7590, 1.0]}))
    assert found[["alone", "clear", "certain"]].sum().tolist() == [9, 4, 3]
    assert corrected(pd.DataFrame({"p_value": [0.01, np.nan]}))["bonferroni"].tolist()[0] == 0.01


def sixty_communities():
    """Sixty small simulated communities side by side, their ids apart, so that one engine serves all."""
    parts, truth = {"members": [], "orders": [], "campaigns": [], "assignments": []}, []
    for seed in range(60):
        sim = simulate(Scenario.small(seed=500 + seed))
        for name, tables in parts.items():
            frame = sim.tables[name]
            ids = [
                column for column in frame if column in ("member_id", "order_id", "campaign_id", "unit_id")
            ]
            tables.append(frame.assign(**{column: f"s{seed}-" + frame[column] for column in ids}))
        planted = sim.truth["effects"].groupby("campaign_id")[["effect_probability", "effect_orders"]].mean()
        truth.append(planted.rename(index=lambda name, seed=seed: f"s{seed}-{name}"))
    columns = {"members": ["member_id", "joined_at", "left_at"]}
    tables = {name: pd.concat(frames) for name, frames in parts.items()}
    return {name: frame[columns.get(name, list(frame))] for name, frame in tables.items()}, pd.concat(truth)


@pytest.mark.once
def test_intervals_cover_the_planted_effects_of_sixty_small_communities():
    tables, truth = sixty_communities()
    community, inside = Community.open(tables), {"bought": [], "orders": []}
    coupons = trial_units.trials(community).query("kind == 'coupon'")["campaign_id"]
    for campaign in coupons.groupby(coupons.str.partition("-")[0]).first():
        table = cuped.compare(trial_units.units(community, campaign=campaign), list(inside))
        sharper = table[table["method"] == "cuped"].set_index("outcome")
        for outcome, planted in zip(inside, truth.loc[campaign], strict=True):
            inside[outcome].append(sharper.loc[outcome, "low"] <= planted <= sharper.loc[outcome, "high"])
    assert all(len(hits) == 60 and np.mean(hits) >= 0.87 for hits in inside.values())


@pytest.fixture(scope="module")
def demo():
    return Community.open("demo")


def test_the_planted_effects_of_the_coupons_lie_in_the_intervals(demo):
    truth = demo.truth("effects").groupby("campaign_id")[["effect_probability", "effect_orders"]].mean()
    coupons = list(trial_units.trials(demo).query("kind == 'coupon'")["campaign_id"])
    inside = []
    for campaign in coupons:
        table = cuped.compare(trial_units.units(demo, campaign=campaign), ["bought", "orders"])
        for outcome, column in (("bought", "effect_probability"), ("orders", "effect_orders")):
            rows, planted = table[table["outcome"] == outcome], truth.loc[campaign, column]
            inside += rows["low"].le(planted).to_list() + rows["high"].ge(planted).to_list()
            plain, sharper = rows["high"] - rows["low"]
            assert sharper < plain
    assert np.mean(inside) >= 0.9
    last = trial_looks.looks(demo, kind="coupon", every=7).iloc[-1]
    planted = truth.loc[trial_units.choose(demo, kind="coupon")["campaign_id"], "effect_probability"]
    assert last["low"] <= planted <= last["high"]
