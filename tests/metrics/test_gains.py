"""What promotions add: against a twin in plain Python, the demo's truth, and many small communities."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import cannibalisation, gains
from helpers.simulate import Scenario, simulate
from helpers.simulate.truth_campaigns import campaigns as true_effects

FIRST = pd.Timestamp("2026-01-01")


def at(day: int, hour: int = 9) -> pd.Timestamp:
    return FIRST + pd.Timedelta(days=int(day), hours=hour)


def community_of(orders, arms, *, unit="member", groups=None, last=20, as_of=60, without=()):
    """Open a community with one campaign from day 10 on; orders are member, day, amount and more."""
    frame = pd.DataFrame(
        orders, columns=["member_id", "day", "amount", "refunded", "cost", "discount", "campaign_id"]
    )
    frame = pd.concat([frame, pd.DataFrame([["anyone", 0, 1, 0, 0, 0, None]], columns=frame.columns)])
    frame["ordered_at"] = [at(day) for day in frame.pop("day")]
    frame["order_id"] = [str(i) for i in range(len(frame))]
    for column in ("amount", "refunded", "cost", "discount"):
        frame[column] = frame[column].astype(float)
    names = groups or dict.fromkeys(arms)
    members = pd.DataFrame({"member_id": list(names), "group_id": list(names.values()), "joined_at": FIRST})
    plan = pd.DataFrame(
        {"campaign_id": ["c"], "name": ["Sale"], "kind": ["coupon"], "unit": [unit], "budget": [30.0],
         "starts_at": [at(10, 0)], "ends_at": [at(last, 23)]}
    )  # fmt: skip
    drawn = pd.DataFrame(
        {"campaign_id": "c", "unit_id": list(arms), "arm": list(arms.values()), "assigned_at": at(10, 0)}
    )
    tables = {"orders": frame, "members": members, "campaigns": plan, "assignments": drawn}
    tables = {name: table for name, table in tables.items() if name not in without}
    return Community.open(tables, as_of=(FIRST + pd.Timedelta(days=as_of)).date())


def order(member, day, amount=100, *, refunded=0, cost=40, discount=0, campaign=None):
    return (member, day, amount, refunded, cost, discount, campaign)


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.sampled_from(["treatment", "control"]), min_size=4, max_size=9).filter(
        lambda arms: 2 <= arms.count("control") <= len(arms) - 2
    ),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 45), st.integers(1, 50)), max_size=25),
    st.integers(0, 20),
)
def test_gains_equal_counting_member_by_member(arms, bought, after):
    arms = {f"m{i}": arm for i, arm in enumerate(arms)}
    rows = [(f"m{i}", day, amount) for i, day, amount in bought]
    community = community_of([order(*row, cost=row[2] // 2) for row in rows], arms)
    found = gains.gains(community, after=after).set_index(["outcome", "phase"])
    worth = {"orders": lambda a: 1, "revenue": lambda a: a, "margin": lambda a: a - a // 2}
    spans = {"during": (10, 20), "after": (21, 20 + after), "both": (10, 20 + after)}
    for (outcome, phase), row in found.iterrows():
        first, last = spans[phase]
        each = {
            arm: np.array(
                [
                    sum(worth[outcome](a) for m, d, a in rows if m == member and first <= d <= last)
                    for member, side in arms.items()
                    if side == arm
                ],
                float,
            )
            for arm in ("treatment", "control")
        }
        gap = each["treatment"].mean() - each["control"].mean()
        error = np.sqrt(sum(values.var(ddof=1) / len(values) for values in each.values()))
        assert row["estimate"] == pytest.approx(gap)
        if error > 1e-9:
            assert row["error"] == pytest.approx(error) and row["low"] < gap < row["high"]
        else:
            assert np.isnan(row["error"]) or row["error"] < 1e-6
        assert row["total"] == pytest.approx(gap * len(each["treatment"]))


ARMS = {f"t{i}": "treatment" for i in range(4)} | {f"k{i}": "control" for i in range(4)}


def test_the_curve_ends_where_the_gains_are_and_shows_what_was_brought_forward():
    rows = [order(f"t{i}", 12) for i in range(3)] + [order(f"k{i}", 30) for i in range(3)]
    community = community_of(rows, ARMS)
    table = gains.curve(community, after=15)
    assert table["since"].tolist() == list(range(11 + 15)) and table["later"].sum() == 15
    assert table["estimate"].tolist() == [0, 0] + [0.75] * 18 + [0.0] * 6
    found = gains.gains(community, after=15).set_index(["outcome", "phase"])["estimate"]
    assert found["orders"].tolist() == [0.75, -0.75, 0.0]
    assert table["estimate"].iloc[-1] == found["orders", "both"]


def test_refunds_come_off_and_cancelled_orders_are_no_purchases():
    rows = [order("t0", 12, 100, refunded=100, cost=0), order("t1", 12, 100, refunded=30), order("t2", 12)]
    found = gains.gains(community_of(rows, ARMS), after=0).set_index(["outcome", "phase"])["estimate"]
    assert found["orders", "during"] == 2 / 4
    assert found["revenue", "during"] == 170 / 4 and found["margin", "during"] == (170 - 80) / 4


def test_weeks_that_are_not_over_are_marked_and_unknown_after_the_last_day():
    community = community_of([order("t0", 12)], ARMS, as_of=20)
    found = gains.gains(community, after=30)
    assert found["open_period"].all()
    assert found.loc[found["phase"] == "after", "estimate"].isna().all()
    assert gains.curve(community, after=30)["since"].max() == 10


def test_groups_count_as_groups():
    groups = {f"{g}{i}": g for g in ("a", "b", "c", "d") for i in range(10)}
    arms = {"a": "treatment", "b": "treatment", "c": "control", "d": "control"}
    rows = [order(f"{g}{i}", 12) for g, n in (("a", 8), ("b", 4), ("c", 3), ("d", 1)) for i in range(n)]
    row = gains.gains(community_of(rows, arms, unit="group", groups=groups), after=0).iloc[0]
    assert row["units"] == 4 and row["small"] and row["estimate"] == pytest.approx(0.4)
    assert row["error"] == pytest.approx(np.sqrt(0.08 / 2 + 0.02 / 2))


def test_orders_that_would_have_come_anyway_are_booked_less_caused():
    rows = [order(f"t{i}", 12, 80, discount=20, campaign="c") for i in range(3)] + [order("k0", 12)]
    row = cannibalisation.anyway(community_of(rows, ARMS)).iloc[0]
    assert row[["booked", "caused", "anyway", "booked_control"]].tolist() == [3, 2, 1, 0]
    assert row["estimate"] == pytest.approx(1 / 3) and row["wasted"] == pytest.approx(20)
    assert row["anyway_low"] < 1 < row["anyway_high"]
    sums = cannibalisation.booked(community_of(rows, ARMS)).set_index("arm").loc["treatment"]
    assert sums[["price", "discount", "unit_cost"]].tolist() == [100, pytest.approx(0.2), 40]


def test_without_assignments_the_table_is_asked_for():
    with pytest.raises(TableMissing, match="assignments"):
        gains.gains(community_of([order("t0", 12)], ARMS, without=("assignments",)))
    with pytest.raises(ValueError, match="outcome"):
        gains.curve(community_of([order("t0", 12)], ARMS), outcome="love")


@pytest.mark.once
def test_every_promotion_of_the_demo_is_recovered():
    demo = Community.open("demo")
    truth = demo.truth("campaigns").set_index("campaign_id")
    found = gains.gains(demo)
    kinds = set(found["kind"])
    assert {"coupon", "group_buying", "flash_sale", "member_benefit"} <= kinds
    columns = {
        ("orders", "during"): "effect_orders",
        ("orders", "both"): "lasting_orders",
        ("revenue", "during"): "effect_net",
        ("revenue", "both"): "lasting_net",
        ("margin", "during"): "effect_margin",
        ("margin", "both"): "lasting_margin",
    }
    z = []
    for (outcome, phase), column in columns.items():
        part = found[(found["outcome"] == outcome) & (found["phase"] == phase)].set_index("campaign_id")
        part = part[part.index.isin(truth.index)]
        z.append((part["estimate"] - truth.loc[part.index, column]) / part["error"])
    z = pd.concat(z)
    assert len(z) == 6 * len(truth) and z.abs().max() < 3.3 and (z.abs() < 1.96).mean() > 0.85
    flash = found[(found["kind"] == "flash_sale") & (found["outcome"] == "orders")].set_index("phase")
    assert flash.loc["during", "low"] > 0 > flash.loc["after", "high"]
    assert flash.loc["both", "low"] < 0 < flash.loc["both", "high"]
    given = cannibalisation.anyway(demo).set_index("campaign_id")
    real = truth["given_away"].reindex(given.index)
    assert ((given["wasted_low"] < real) & (real < given["wasted_high"])).sum() >= len(given) - 1


COMMUNITIES = 100


def _named(frame: pd.DataFrame, deal: str) -> pd.DataFrame:
    ids = [c for c in ("member_id", "order_id", "campaign_id", "unit_id", "group_id") if c in frame]
    return frame.assign(**{c: (deal + frame[c].astype("str")).where(frame[c].notna()) for c in ids})


@pytest.mark.once
def test_intervals_hold_the_true_gain_as_often_as_they_say():
    """In 100 small communities, for members and groups drawn, during the campaign and with the time after."""
    names = {
        "orders": ["order_id", "member_id", "ordered_at", "amount", "refunded", "status", "campaign_id"],
        "members": ["member_id", "joined_at", "left_at", "role", "group_id"],
        "campaigns": ["campaign_id", "name_en", "kind", "unit", "starts_at", "ends_at", "is_randomised"],
        "assignments": ["campaign_id", "unit_id", "arm", "assigned_at"],
    }
    parts, truths = {name: [] for name in names}, []
    for seed in range(COMMUNITIES):
        result = simulate(Scenario.small(seed=1000 + seed, members=300, days=70))
        deal = f"d{seed:03}-"
        for name, columns in names.items():
            parts[name].append(_named(result.tables[name][columns], deal))
        truths.append(_named(true_effects(result), deal))
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    community = Community.open(
        {**tables, "campaigns": tables["campaigns"].rename(columns={"name_en": "name"})}
    )
    truth = pd.concat(truths).set_index("campaign_id")
    found = gains.gains(community, after=20)
    found = found[(found["outcome"] == "orders") & found["campaign_id"].isin(truth.index)]
    found = found[found["phase"] == "during"].set_index("campaign_id")
    real = truth.loc[found.index, "effect_orders"]
    hit = (found["low"] <= real) & (real <= found["high"])
    assert found["unit"].value_counts().min() >= 200
    for unit, share in hit.groupby(found["unit"]).mean().items():
        assert 0.915 < share < 0.98, unit
