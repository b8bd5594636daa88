"""First-week habits: a twin that reads every newcomer's week, a published example, and the edges."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.metrics import onboarding
from helpers.metrics.discoveries import discoveries

START = pd.Timestamp("2026-03-01")
LAST = 60


def opened(joined, rows, *, left=None, **tables):
    """Open members who joined on these days; `rows` holds (member, age in days, type)."""
    ids = [f"m{at}" for at in range(len(joined))]
    members = pd.DataFrame({"member_id": ids, "joined_at": START + pd.to_timedelta(joined, unit="D")})
    if left:
        members["left_at"] = START + pd.to_timedelta(left, unit="D")
    events = pd.DataFrame(
        [("m0", START, "view")]
        + [(f"m{who}", START + pd.Timedelta(days=joined[who] + age), kind) for who, age, kind in rows],
        columns=["member_id", "occurred_at", "event_type"],
    )
    as_of = (START + pd.Timedelta(days=LAST)).strftime("%Y-%m-%d")
    return Community.open({"members": members, "events": events, **tables}, as_of=as_of)


WEEKS = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 30), st.sampled_from(["view", "like", "message", "check_in"])
    ),
    max_size=40,
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=5, max_size=5), WEEKS)
def test_habits_and_steps_are_those_of_each_newcomer(joined, rows):
    community = opened(joined, rows)
    rows = [*rows, (0, -joined[0], "view")]
    watched = [who for who in range(5) if joined[who] + 28 <= LAST]
    kept = {who: any(w == who and 22 <= age <= 28 for w, age, _ in rows) for who in watched}
    found = onboarding.habits(community).set_index("habit")
    for habit, kind in [("liked", "like"), ("sent a message", "message"), ("checked in", "check_in")]:
        did = [who for who in watched if any(w == who and 0 <= age <= 6 and k == kind for w, age, k in rows)]
        if 0 < len(did) < len(watched):
            assert found.loc[habit, ["n", "count"]].tolist() == [len(did), sum(kept[who] for who in did)]
            assert found.loc[habit, "other_n"] == len(watched) - len(did)
        else:
            assert habit not in found.index
    steps = onboarding.steps(community).set_index("step")["count"]
    there = [who for who in watched if any(w == who and 0 <= age <= 6 for w, age, _ in rows)]
    assert steps[["joined", "was there"]].tolist() == [len(watched), len(there)]
    assert onboarding.by_number(community)["n"].sum() == len(watched)


def test_who_left_in_the_first_week_or_is_too_young_is_not_compared():
    community = opened([5, 6, 7, 50], [(0, 1, "like"), (1, 25, "view")], left=[None, None, 10, None])
    found = onboarding.habits(community)
    assert found.set_index("habit").loc["liked", ["n", "other_n", "other_count"]].tolist() == [1, 1, 1]
    assert onboarding.steps(community)["n"].iloc[0] == 3


def test_replies_of_members_and_staff_count_within_the_first_week():
    members = pd.DataFrame(
        {"member_id": list("abcs"), "role": ["member"] * 3 + ["staff"], "joined_at": START}
    )
    rows = [
        ("a", 0, "message", "e1", None),
        ("b", 1, "message", "e2", None),
        ("c", 1, "message", "e3", None),
        ("s", 2, "message", "e4", "e1"),
        ("a", 9, "message", "e5", "e2"),
        ("c", 2, "message", "e6", "e3"),
    ]
    events = pd.DataFrame(rows, columns=["member_id", "day", "event_type", "event_id", "reply_to"])
    events["occurred_at"] = START + pd.to_timedelta(events.pop("day"), unit="D")
    community = Community.open({"members": members, "events": events}, as_of="2026-05-01")
    assert onboarding.steps(community)["count"].tolist() == [3, 3, 3, 3, 1]


def test_false_discoveries_are_those_of_benjamini_and_hochberg():
    # Benjamini and Hochberg (1995), section 3.2: fifteen comparisons of two treatments of the heart.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262]
    p_values = np.array([*p_values, 0.5719, 0.6528, 0.7590, 1.0])
    assert (discoveries(p_values) <= 0.05).sum() == 4
    assert (p_values <= 0.05 / 15).sum() == 3


def drawn(joined, arms, **columns):
    ids = [f"m{at}" for at in range(len(joined))]
    return {
        "campaigns": pd.DataFrame(
            {"campaign_id": ["k"], "kind": ["onboarding"], "name": ["Welcome"], **columns}
        ),
        "assignments": pd.DataFrame({"campaign_id": "k", "unit_id": ids, "arm": arms}),
    }


def test_welcome_compares_everybody_who_was_drawn_and_can_be_followed():
    joined = [1, 2, 3, 4, 5, 50]
    arms = ["treatment"] * 3 + ["control"] * 3
    rows = [(0, 22, "view"), (1, 28, "like"), (2, 29, "like"), (3, 24, "view")]
    found = onboarding.welcome(opened(joined, rows, left=[None] * 4 + [6, None], **drawn(joined, arms)))
    row = found.iloc[0]
    assert row[["n", "count", "other_n", "other_count", "unseen"]].tolist() == [3, 2, 2, 1, 0]
    assert row["estimate"] == pytest.approx(2 / 3 - 1 / 2)
    assert found.attrs["about"]["randomised"] is True


def test_welcome_without_a_lot_or_control_is_empty():
    joined = [1, 2]
    rows = [(0, 22, "view")]
    assert onboarding.welcome(opened(joined, rows, **drawn(joined, ["treatment"] * 2))).empty
    by_hand = drawn(joined, ["treatment", "control"], is_randomised=[False])
    assert onboarding.welcome(opened(joined, rows, **by_hand)).empty
