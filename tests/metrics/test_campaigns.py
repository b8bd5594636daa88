"""Campaigns against twins in plain Python and hand-checked experiments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from helpers.community import Community, TableMissing
from helpers.metrics import campaigns

FIRST = pd.Timestamp("2026-01-01")


def at(day):
    return FIRST + pd.Timedelta(days=int(day), hours=9)


def orders_of(rows):
    frame = pd.DataFrame(rows, columns=["member_id", "day", "amount", "campaign_id"])
    frame["ordered_at"] = [at(d) for d in frame.pop("day")]
    return frame.assign(order_id=[str(i) for i in range(len(frame))], amount=frame["amount"].astype(float))


def plan_of(rows):
    frame = pd.DataFrame(rows, columns=["campaign_id", "first", "last", "unit", "budget"])
    frame["starts_at"], frame["ends_at"] = frame.pop("first").map(at), frame.pop("last").map(at)
    return frame.assign(name="Round " + frame["campaign_id"], kind="coupon")


def community_of(orders, plan, *, assignments=None, members=None, as_of=60):
    tables = {"orders": orders_of([("anyone", 0, 1, None), *orders]), "campaigns": plan_of(plan)}
    if assignments is not None:
        tables["assignments"] = pd.DataFrame(assignments, columns=["campaign_id", "unit_id", "arm"]).assign(
            assigned_at=FIRST
        )
    if members is not None:
        tables["members"] = members
    return Community.open(tables, as_of=(FIRST + pd.Timedelta(days=as_of)).date())


def test_members_drawn_give_the_difference_of_their_shares_and_spending():
    drawn = [("c", f"t{i}", "treatment") for i in range(40)] + [("c", f"k{i}", "control") for i in range(40)]
    members = pd.DataFrame({"member_id": [unit for _, unit, _ in drawn], "joined_at": FIRST})
    orders = [(f"t{i}", 12, 30, "c") for i in range(20)] + [(f"k{i}", 12, 30, None) for i in range(10)]
    orders += [("k30", 25, 99, None), ("t30", 5, 99, None)]  # after and before the campaign
    community = community_of(orders, [("c", 10, 20, "member", 100)], assignments=drawn, members=members)
    row = campaigns.effects(community).iloc[0]
    assert row[["n", "count", "control_n", "control_count"]].tolist() == [40, 20, 40, 10]
    assert row["estimate"] == pytest.approx(0.25) and row["low"] == pytest.approx(0.0379, abs=1e-3)
    assert row["revenue_gain"] == pytest.approx(7.5) and row["revenue_low"] < 7.5 < row["revenue_high"]
    assert not row["open_period"] and not row["small"] and row["unit"] == "member"
    assert campaigns.effects(community).attrs["about"]["randomised"] is True


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(["treatment", "control"]), min_size=2, max_size=10),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40), st.integers(1, 50)), max_size=25),
    st.none() | st.integers(1, 30),
)
def test_effects_equal_counting_member_by_member(arms, orders, window):
    drawn = [("c", f"m{i}", arm) for i, arm in enumerate(arms)]
    orders = [(f"m{i}", day, amount, None) for i, day, amount in orders]
    members = pd.DataFrame({"member_id": [m for _, m, _ in drawn], "joined_at": FIRST})
    found = campaigns.effects(
        community_of(orders, [("c", 10, 20, "member", None)], assignments=drawn, members=members),
        window=window,
    )
    last = 20 if window is None else 10 + window - 1
    spent = {
        arm: [sum(a for o, d, a, _ in orders if o == m and 10 <= d <= last) for _, m, x in drawn if x == arm]
        for arm in ("treatment", "control")
    }
    if not all(spent.values()):
        assert found.empty
        return
    row = found.iloc[0]
    assert row["count"] == sum(s > 0 for s in spent["treatment"])
    assert row["control_count"] == sum(s > 0 for s in spent["control"])
    assert row["revenue_gain"] == pytest.approx(np.mean(spent["treatment"]) - np.mean(spent["control"]))


def grouped(treated_rates, control_rates, size=20):
    # Each group has its own rate: that is what makes the group the unit.
    members, orders, drawn = [], [], []
    for arm, rates in (("treatment", treated_rates), ("control", control_rates)):
        for g, rate in enumerate(rates):
            group = f"{arm}{g}"
            drawn.append(("c", group, arm))
            names = [f"{group}-{i}" for i in range(size)]
            members += [(name, group) for name in names]
            orders += [(name, 12, 10, "c") for name in names[: round(rate * size)]]
    frame = pd.DataFrame(members, columns=["member_id", "group_id"]).assign(joined_at=FIRST)
    return community_of(orders, [("c", 10, 20, "group", 50)], assignments=drawn, members=frame)


def test_groups_drawn_are_analysed_as_groups_and_promise_less():
    row = campaigns.effects(grouped([0.9, 0.2, 0.6, 0.5], [0.7, 0.1, 0.3, 0.3])).iloc[0]
    assert row["units"] == 8 and row["unit"] == "group" and row["small"]
    assert row["estimate"] == pytest.approx(0.55 - 0.35)
    # Equal sizes: the two-sample t interval of the group rates, by hand.
    rates = np.array([0.9, 0.2, 0.6, 0.5]), np.array([0.7, 0.1, 0.3, 0.3])
    variances = np.array([r.var(ddof=1) / 4 for r in rates])
    degrees = variances.sum() ** 2 / (variances**2 / 3).sum()
    half = t.ppf(0.975, degrees) * np.sqrt(variances.sum())
    assert (row["low"], row["high"]) == (pytest.approx(0.2 - half), pytest.approx(0.2 + half))
    assert row["high"] - row["low"] > row["naive_high"] - row["naive_low"]


def test_members_without_a_listed_group_belong_where_they_were_active():
    days = pd.DataFrame(
        {
            "member_id": ["a", "a", "a", "b", "c", "d"],
            "group_id": ["g1", "g1", "g2", "g2", "g3", "g4"],
            "occurred_at": [at(d) for d in (0, 1, 2, 0, 0, 0)],
            "event_type": "message",
        }
    )
    tables = {
        "events": days,
        "orders": orders_of([("a", 12, 5, None)]),
        "campaigns": plan_of([("c", 10, 20, "group", None)]),
        "assignments": pd.DataFrame(
            {
                "campaign_id": "c",
                "unit_id": ["g1", "g2", "g3", "g4"],
                "arm": ["treat", "control", "treat", "control"],
                "assigned_at": FIRST,
            }
        ),
    }
    row = campaigns.effects(Community.open(tables, as_of="2026-02-01")).iloc[0]
    assert row[["n", "count", "control_n", "control_count"]].tolist() == [2, 1, 2, 0]


def test_a_campaign_without_a_control_arm_has_no_effect_row():
    community = community_of([], [("c", 10, 20, "member", None)], assignments=[("c", "anyone", "treatment")])
    assert campaigns.effects(community).empty
    with pytest.raises(TableMissing, match="assignments"):
        campaigns.effects(community_of([], [("c", 10, 20, "member", None)]))


def test_by_campaign_counts_buyers_repurchase_and_revenue():
    orders = [("a", 10, 50, "c"), ("a", 12, 20, "c"), ("b", 11, 30, "c"), ("b", 90, 30, None)]
    community = community_of(orders, [("c", 10, 20, "", None)], as_of=100)
    row = campaigns.by_campaign(community, within=60).iloc[0]
    assert row[["n", "count", "orders", "revenue"]].tolist() == [3, 2, 3, 100]
    assert row[["repurchase_n", "repurchase_count"]].tolist() == [2, 1]
    assert np.isnan(row["discount"])
    young = campaigns.by_campaign(
        community_of(orders[:3], [("c", 10, 20, "", None)], as_of=30), within=60
    ).iloc[0]
    assert young["repurchase_n"] == 0 and np.isnan(young["repurchase"])


def test_before_after_names_its_overlaps_and_edges():
    orders = [
        ("a", 4, 10, None),
        ("a", 8, 10, None),
        ("a", 12, 10, None),
        ("b", 13, 10, None),
        ("a", 31, 10, None),
    ]
    plan = [("c", 10, 14, "", None), ("d", 12, 13, "", None), ("late", 58, 70, "", None)]
    table = campaigns.before_after(community_of(orders, plan)).set_index("campaign_id")
    assert table.loc["c", ["before", "during", "estimate", "overlaps"]].tolist() == [1, 2, 2, 1]
    assert table.loc["c", "low"] < 2 < table.loc["c", "high"]
    assert table["open_period"].to_dict() == {"c": False, "d": False, "late": True}
    assert table.attrs["about"]["randomised"] is False
    early = campaigns.before_after(community_of(orders, [("e", 2, 9, "", None)]))
    assert early["left_edge"].all()


def drawn_for(*names):
    return [(name, f"{arm}{i}", arm) for name in names for arm in ("treatment", "control") for i in range(3)]


def test_tests_under_which_nothing_is_booked_are_shown_only_when_asked_for():
    orders = [("treatment0", 12, 30, "sale"), ("treatment1", 13, 30, None)]
    plan = [("sale", 10, 20, "member", 100), ("headline", 10, 20, "member", 0)]
    community = community_of(orders, plan, assignments=drawn_for("sale", "headline"))
    found = campaigns.effects(community)
    assert found["campaign_id"].tolist() == ["sale"] and found.attrs["about"]["left_out"] == 1
    every = campaigns.effects(community, every=True)
    assert every["campaign_id"].tolist() == ["headline", "sale"] and every.attrs["about"]["left_out"] == 0
    assert every["count"].tolist() == [2, 2]
    assert campaigns.before_after(community)["campaign_id"].tolist() == ["sale"]
    assert campaigns.before_after(community, every=True)["campaign_id"].tolist() == ["headline", "sale"]
    assert campaigns.by_campaign(community)["campaign_id"].tolist() == ["sale"]


def test_all_campaigns_count_where_orders_name_none():
    plan = [("sale", 10, 20, "member", 100), ("headline", 10, 20, "member", 0)]
    community = community_of([("treatment0", 12, 30, None)], plan, assignments=drawn_for("sale", "headline"))
    assert len(campaigns.effects(community)) == 2 and len(campaigns.before_after(community)) == 2


def test_a_campaign_that_chance_did_not_decide_is_no_experiment():
    tables = {
        "orders": orders_of([("treatment0", 12, 30, None)]),
        "campaigns": plan_of([("drawn", 10, 20, "member", 1), ("chosen", 10, 20, "member", 1)]).assign(
            is_randomised=[None, False]
        ),
        "assignments": pd.DataFrame(
            drawn_for("drawn", "chosen"), columns=["campaign_id", "unit_id", "arm"]
        ).assign(assigned_at=FIRST),
    }
    found = campaigns.effects(Community.open(tables, as_of="2026-03-01"), every=True)
    assert found["campaign_id"].tolist() == ["drawn"]
