"""Points, levels and rewards: books that balance, twins by hand, and what a control group shows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.community import Community
from helpers.metrics import incentives

START = pd.Timestamp("2026-03-01")
LAST = 90


def opened(moves, *, joined=(0, 0, 0, 0), left=None, events=(), **tables):
    """Open members m0, m1 …; `moves` holds (member, day, points, reason), `events` (member, day, type)."""
    ids = [f"m{at}" for at in range(len(joined))]
    members = pd.DataFrame({"member_id": ids, "joined_at": START + pd.to_timedelta(joined, unit="D")})
    if left:
        members["left_at"] = START + pd.to_timedelta(left, unit="D")
    points = pd.DataFrame(moves, columns=["member_id", "day", "points", "reason"])
    points["member_id"] = "m" + points["member_id"].astype(str)
    points["at"] = START + pd.to_timedelta(points.pop("day"), unit="D")
    log = pd.DataFrame([(0, 0, "view"), *events], columns=["member_id", "day", "event_type"])
    log["member_id"] = "m" + log["member_id"].astype(str)
    log["occurred_at"] = START + pd.to_timedelta(log.pop("day"), unit="D")
    as_of = (START + pd.Timedelta(days=LAST)).strftime("%Y-%m-%d")
    return Community.open({"members": members, "events": log, "points": points, **tables}, as_of=as_of)


MOVES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, LAST),
        st.integers(-50, 200),
        st.sampled_from(["post", "redeem", "expire"]),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=20, deadline=None)
@given(MOVES)
def test_the_ledger_balances_and_levels_are_those_of_each_member(moves):
    community = opened(moves)
    found = incentives.ledger(community)
    assert found["outstanding"].iloc[-1] == sum(points for _, _, points, _ in moves)
    assert found["expired"].sum() == -sum(p for _, _, p, why in moves if p < 0 and why == "expire")
    assert found["spent"].sum() == -sum(p for _, _, p, why in moves if p < 0 and why != "expire")
    assert incentives.reasons(community)["points"].sum() == found["outstanding"].iloc[-1]
    earned = [sum(p for who, _, p, _ in moves if who == member and p > 0) for member in range(4)]
    ladder = incentives.ladder(community, levels=(0, 100, 300))
    assert ladder["count"].tolist() == np.histogram(earned, [0, 100, 300, np.inf])[0].tolist()
    times = incentives.time_to_level(community, points=100)
    expected = []
    for member in range(4):
        days = sorted((day, p) for who, day, p, _ in moves if who == member and p > 0)
        total = np.cumsum([p for _, p in days])
        there = [day for (day, _), sum_ in zip(days, total, strict=True) if sum_ >= 100]
        expected.append((there[0], True) if there else (LAST, False))
    assert sorted((t, e) for t, e, n in times.itertuples(index=False) for _ in range(n)) == sorted(expected)


def test_levels_must_rise_from_nothing():
    community = opened([(0, 1, 10, "post")])
    for levels in ((), (10, 20), (0, 20, 20)):
        with pytest.raises(ValueError, match="rise from 0"):
            incentives.ladder(community, levels=levels)


def test_the_way_to_a_level_is_a_survival_curve():
    moves = [(0, 10, 100, "post"), (1, 20, 100, "post")]
    found = incentives.ladder(opened(moves, left=[None, None, 15, None]), levels=(0, 100))
    # Four on the way; one arrives after 10 days, one gives up after 15, one of the other two after 20.
    times = incentives.time_to_level(opened(moves, left=[None, None, 15, None]), points=100)
    assert times.to_numpy().tolist() == [[10, True, 1], [15, False, 1], [20, True, 1], [90, False, 1]]
    assert found.loc[1, "median_days"] == 20
    assert found["n"].iloc[0] == 3
    assert np.isnan(found.loc[1, "arrived_share"])  # nobody was watched for 180 days


def reward(arms, **columns):
    return {
        "campaigns": pd.DataFrame(
            {
                "campaign_id": ["k"],
                "kind": ["incentive"],
                "name": ["Double points"],
                "starts_at": [START + pd.Timedelta(days=30)],
                "ends_at": [START + pd.Timedelta(days=43, hours=23)],
                "unit": ["member"],
                **columns,
            }
        ),
        "assignments": pd.DataFrame(
            {"campaign_id": "k", "unit_id": [f"m{at}" for at in range(len(arms))], "arm": arms}
        ),
    }


CHECK_INS = st.lists(st.tuples(st.integers(0, 5), st.integers(10, 64)), max_size=60)


@settings(max_examples=20, deadline=None)
@given(CHECK_INS)
def test_the_effect_is_welch_on_the_members_own_counts(rows):
    arms = ["treatment"] * 3 + ["control"] * 3
    community = opened(
        [(0, 0, 1, "post")], joined=[0] * 6, events=[(*row, "check_in") for row in rows], **reward(arms)
    )
    found = incentives.effect(community, outcomes=["check-ins"]).set_index("stage")
    for stage, first in (("before", 16), ("during", 30), ("after", 44)):
        each = [sum(who == member and first <= day < first + 14 for who, day in rows) for member in range(6)]
        row = found.loc[stage]
        assert row["mean"] == pytest.approx(np.mean(each[:3]))
        assert row["other_mean"] == pytest.approx(np.mean(each[3:]))
        if np.std(each[:3]) + np.std(each[3:]) > 0:
            ends = stats.ttest_ind(each[:3], each[3:], equal_var=False).confidence_interval()
            assert (row["low"], row["high"]) == pytest.approx((ends.low, ends.high))
    assert found.attrs["about"]["randomised"] is True


def test_what_was_done_before_narrows_the_interval_and_keeps_the_effect():
    rng = np.random.default_rng(4)
    keen = rng.gamma(0.5, 4, 200)
    rows = [
        (who, day, "check_in")
        for who in range(200)
        for day in range(44)
        if rng.random() < min(keen[who] * (0.09 if who < 100 and day >= 30 else 0.06), 0.9)
    ]
    arms = ["treatment"] * 100 + ["control"] * 100
    community = opened([(0, 0, 1, "post")], joined=[-20] * 200, events=rows, **reward(arms))
    row = incentives.effect(community, outcomes=["check-ins"]).set_index("stage").loc["during"]
    counts = np.zeros((200, 44))
    np.add.at(counts, tuple(zip(*[(who, day) for who, day, _ in rows], strict=True)), 1)
    treated = (np.arange(200) < 100).astype(float)
    past, during = counts[:, :30].sum(axis=1), counts[:, 30:].sum(axis=1)
    fitted = np.linalg.lstsq(np.column_stack([np.ones(200), treated, past]), during, rcond=None)[0]
    assert row["adjusted"] == pytest.approx(fitted[1])
    assert row["adjusted_high"] - row["adjusted_low"] < 0.8 * (row["high"] - row["low"])


def test_latecomers_leavers_and_rewards_without_a_lot_are_not_compared():
    arms = ["treatment", "treatment", "control", "control"]
    late = {"joined": [0, 25, 0, 0], "left": [None, None, None, 29]}
    found = incentives.effect(opened([(0, 0, 1, "post")], **late, **reward(arms)))
    assert found[["n", "other_n"]].drop_duplicates().to_numpy().tolist() == [[1, 1]]
    by_hand = reward(arms, is_randomised=[False])
    assert incentives.effect(opened([(0, 0, 1, "post")], **by_hand)).empty
    with pytest.raises(ValueError, match="check-ins"):
        incentives.effect(opened([(0, 0, 1, "post")], **reward(arms)), outcomes=["smiles"])
