"""The contact list: one action a member, within the budget, with a control drawn at random."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, DataError
from helpers.models import actions


@pytest.fixture(scope="module")
def community():
    days = {"fresh": 115, "core": 118, "risky": 90, "dear": 92, "asleep": 20, "kept": 119}
    events = pd.DataFrame(
        {
            "member_id": [*days, *days, "gone"],
            "occurred_at": [
                *(pd.Timestamp("2026-01-01") + pd.Timedelta(days=day) for day in days.values()),
                *(pd.Timestamp("2026-01-01") + pd.Timedelta(days=115 if m == "fresh" else 1) for m in days),
                pd.Timestamp("2026-02-01"),
            ],
            "event_type": "like",
        }
    )
    members = pd.DataFrame({"member_id": [*days, "gone", "mute"], "joined_at": "2026-01-01"})
    members["left_at"] = ["2026-03-01" if who == "gone" else None for who in members["member_id"]]
    members.loc[members["member_id"] == "fresh", "joined_at"] = "2026-04-20"
    return Community.open({"events": events, "members": members}, as_of="2026-05-01")


@pytest.fixture(scope="module")
def inputs():
    risk = pd.DataFrame({"member_id": ["core", "risky", "dear", "kept"], "risk": [0.1, 0.8, 0.7, 0.05]})
    risk["reason_1"], risk["reason_1_value"] = ["trend", "recency", "overdue", None], [1.0, 30.0, 4.0, np.nan]
    value = pd.DataFrame(
        {
            "member_id": ["fresh", "core", "risky", "dear", "asleep", "kept"],
            "value": [150.0, 400.0, 90.0, 900.0, 300.0, 60.0],
            "x": [0, 5, 2, 8, 3, 1],
        }
    )
    segments = pd.DataFrame({"member_id": ["core", "risky", "dear", "kept"]})
    segments["segment"] = ["champions", "at_risk", "cannot_lose", "promising"]
    return {"segments": segments, "risk": risk, "value": value}


def test_each_member_gets_the_first_action_that_fits(community, inputs):
    plan = actions.candidates(community, **inputs).set_index("member_id")
    assert plan["action"].to_dict() == {
        "fresh": "onboarding_help",
        "core": "invite_to_co_create",
        "risky": "welcome_back_offer",
        "dear": "personal_message",
        "asleep": "win_back_offer",
        "kept": "leave_alone",
        "mute": "leave_alone",
    }
    # dear: 0.15 x 0.7 x 900 - 3 x 2; asleep: 0.03 x 300 - 2 x 2.
    assert plan.loc["dear", "gain"] == pytest.approx(88.5)
    assert plan.loc["asleep", "gain"] == pytest.approx(5.0)
    assert plan.loc["mute", "state"] == "silent"
    assert plan.loc["risky", "reason_1"] == "recency"


def test_a_contact_that_costs_more_than_it_brings_is_left_out(community, inputs):
    plan = actions.candidates(community, **inputs, contact_cost=50.0)
    assert (plan["action"] == "leave_alone").all()
    assert (plan["gain"] == 0).all()


def test_members_contacted_lately_and_those_who_left_are_not_listed(community, inputs):
    plan = actions.candidates(community, **inputs, contacted_lately=["dear"])
    assert not {"dear", "gone"} & set(plan["member_id"])


def test_without_values_every_member_counts_one(community, inputs):
    plan = actions.candidates(community, segments=inputs["segments"], risk=inputs["risk"], contact_cost=0.001)
    assert not plan.attrs["about"]["in_money"]
    assert (plan["value"] == 1).all()
    assert plan.loc[plan["member_id"] == "risky", "gain"].item() == pytest.approx(0.1 * 0.8 - 0.002)


def test_without_risks_nobody_is_called_at_risk(community, inputs):
    plan = actions.candidates(community, **(inputs | {"risk": inputs["risk"].head(0)}))
    assert set(plan["risk_level"]) == {"unknown"}
    assert not plan["action"].isin(["personal_message", "welcome_back_offer", "reminder"]).any()


def test_without_risks_only_long_silence_is_gone(community, inputs):
    segments = pd.DataFrame({"member_id": ["core", "kept"], "segment": ["champions", "loyal"]})
    plan = actions.candidates(community, **(inputs | {"segments": segments, "risk": inputs["risk"].head(0)}))
    rows = plan.set_index("member_id")
    assert rows.loc["core", ["state", "risk_level", "action"]].tolist() == [
        "active",
        "unknown",
        "invite_to_co_create",
    ]
    assert rows.loc["asleep", ["state", "action"]].tolist() == ["gone", "win_back_offer"]
    listed = rows[rows["state"].isin(["active", "gone"])]
    assert ((listed["days_silent"] >= plan.attrs["about"]["inactivity"]) == (listed["state"] == "gone")).all()


@pytest.mark.parametrize(("inactivity", "state"), [(1, "gone"), (2, "active"), (101, "active")])
def test_the_inactivity_of_the_risks_says_who_is_gone(community, inputs, inactivity, state):
    risk = inputs["risk"].head(0).copy()
    risk.attrs["about"] = {"inactivity": inactivity}
    plan = actions.candidates(community, **(inputs | {"risk": risk})).set_index("member_id")
    assert plan.loc["kept", "days_silent"] == 1
    assert plan.loc["kept", "state"] == state
    assert plan.loc["asleep", "state"] == ("active" if inactivity > 100 else "gone")


def test_a_member_active_today_is_not_won_back():
    events = pd.DataFrame({"member_id": ["a", "a"], "event_type": "like"})
    events["occurred_at"] = ["2026-01-01", "2026-03-31"]
    community = Community.open({"events": events}, as_of="2026-03-31")
    nothing = pd.DataFrame(columns=["member_id", "risk"])
    segments = pd.DataFrame({"member_id": ["a"], "segment": ["loyal"]})
    value = pd.DataFrame({"member_id": ["a"], "value": [900.0]})
    plan = actions.candidates(community, segments=segments, risk=nothing, value=value)
    assert plan.loc[0, ["state", "days_silent", "action"]].tolist() == [
        "active",
        0,
        "thank_and_ask_for_referral",
    ]


def test_two_rows_for_one_member_are_refused(community, inputs):
    twice = pd.concat([inputs["segments"], inputs["segments"]])
    with pytest.raises(DataError, match="twice"):
        actions.candidates(community, **(inputs | {"segments": twice}))


def test_first_purchase_rate_counts_only_those_who_waited():
    orders = pd.DataFrame({"order_id": ["1", "2"], "member_id": ["early", "late"], "amount": 5.0})
    orders["ordered_at"] = ["2026-01-01", "2026-05-01"]
    members = pd.DataFrame({"member_id": ["early", "late", "never", "new"]})
    members["joined_at"] = ["2026-01-01", "2026-01-01", "2026-01-01", "2026-05-20"]
    community = Community.open({"orders": orders, "members": members}, as_of="2026-06-01")
    assert actions.first_purchase_rate(community) == 0.5


def plan_of(n, seed=0):
    rng = np.random.default_rng(seed)
    gain = np.sort(rng.gamma(2, 10, n))[::-1]
    plan = pd.DataFrame({"member_id": [f"m{k}" for k in range(n)], "segment": "loyal", "state": "active"})
    plan = plan.assign(risk=0.4, action="reminder", cost=rng.choice([2.0, 4.0], n), gain=gain)
    plan.loc[plan.index[n // 2 :: 5], "action"] = "leave_alone"
    plan.attrs["about"] = {"metric": "next best action", "language": "en", "in_money": True}
    return plan


@given(
    st.integers(0, 120),
    st.one_of(st.none(), st.integers(0, 80)),
    st.one_of(st.none(), st.floats(0, 200)),
    st.sampled_from([0.0, 0.1, 0.25, 0.5]),
    st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_the_list_respects_every_limit(n, budget, money, control, seed):
    plan = plan_of(n)
    listed = actions.contact_list(plan, budget=budget, money=money, control=control, seed=seed)
    contacts = listed[listed["arm"] == "contact"]
    assert listed["member_id"].is_unique
    assert listed["rank"].tolist() == list(range(1, len(listed) + 1))
    assert listed["gain"].is_monotonic_decreasing
    assert not (listed["action"] == "leave_alone").any()
    assert budget is None or len(contacts) <= budget
    assert money is None or contacts["cost"].sum() <= money + 1e-6
    assert control > 0 or len(contacts) == len(listed)
    by_action = actions.summary(listed)
    assert by_action["contacts"].sum() == len(contacts)
    assert by_action["gain"].sum() == pytest.approx(contacts["gain"].sum())


def test_budget_and_control_are_used_in_full():
    listed = actions.contact_list(plan_of(5000), budget=1800, control=0.1)
    assert (listed["arm"] == "contact").sum() == 1800
    assert 160 <= (listed["arm"] == "control").sum() <= 240  # 200, give or take three standard deviations


def test_a_member_keeps_her_arm_whatever_becomes_of_the_others():
    plan = plan_of(400)
    first = actions.contact_list(plan, budget=150).set_index("member_id")["arm"]
    later = plan.sample(frac=0.7, random_state=1)
    later.attrs = plan.attrs
    second = actions.contact_list(later, budget=120).set_index("member_id")["arm"]
    both = first.index.intersection(second.index)
    assert len(both) > 50
    assert (first[both] == second[both]).all()
    assert (second == "control").any()


def test_the_seed_decides_the_control():
    one = actions.contact_list(plan_of(200), seed=1)
    again = actions.contact_list(plan_of(200), seed=1)
    other = actions.contact_list(plan_of(200), seed=2)
    pd.testing.assert_frame_equal(one, again)
    assert (one["arm"] == "control").to_numpy().tolist() != (other["arm"] == "control").to_numpy().tolist()


def test_everybody_is_control_equally_often():
    held = np.zeros(40)
    for seed in range(400):
        listed = actions.contact_list(plan_of(40).assign(action="reminder"), control=0.25, seed=seed)
        held += (listed["arm"] == "control").to_numpy()
    assert np.all(np.abs(held / 400 - 0.25) < 0.1)
