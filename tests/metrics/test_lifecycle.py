"""Life cycle: a day-by-day twin, chains with known limits, and the edges."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.metrics import lifecycle, rhythm

DAY = pd.Timestamp("2026-04-29")  # a Wednesday: the first week is cut
UNITS = {"day": "D", "week": "W-SUN", "month": "M"}


def opened(rows, members=None, **more):
    events = pd.DataFrame(rows, columns=["member_id", "day"])
    events["member_id"] = "m" + events["member_id"].astype(str)
    events["occurred_at"] = DAY + pd.to_timedelta(events.pop("day"), unit="D")
    tables = {"events": events.assign(event_type="like")}
    if members is not None:
        frame = pd.DataFrame(members, columns=["member_id", "joined", "left"])
        frame["member_id"] = "m" + frame["member_id"].astype(str)
        for name, column in (("joined_at", "joined"), ("left_at", "left")):
            frame[name] = DAY + pd.to_timedelta(frame.pop(column).astype(float), unit="D")
        tables["members"] = frame
    return Community.open(tables, **more)


def state_on(day, active, joined, left, dormant, lost):
    """Say in plain words what a member is on a day (all as day numbers from the first day of data)."""
    past = [d for d in active if d <= day]
    if (
        left is not None
        and left <= day
        and not any(d > left for d in active)
        and (not active or left >= active[-1])
    ):
        return "lost"
    if not past:
        return "silent" if joined is not None and joined <= day else None
    quiet = day - past[-1]
    if quiet >= lost:
        return "lost"
    if quiet >= dormant:
        return "dormant"
    began = past[-1]
    for earlier in reversed(past[:-1]):
        if began - earlier >= dormant:
            break
        began = earlier
    if day - began >= dormant:
        return "active"
    if began != active[0]:
        return "returning"
    return "active" if joined is not None and joined < 0 else "new"


MEMBERS = st.lists(
    st.tuples(st.integers(-10, 60), st.one_of(st.none(), st.integers(0, 70))), min_size=6, max_size=6
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), min_size=1, max_size=40),
    st.sampled_from(list(UNITS)),
    st.integers(2, 9),
    st.integers(1, 20),
    MEMBERS,
)
def test_states_and_transitions_are_what_a_walk_through_the_days_finds(rows, every, dormant, more, members):
    listed = [
        (at, j, left if left is not None and left >= j else None) for at, (j, left) in enumerate(members)
    ]
    community = opened(rows, members=listed)
    span = (community.as_of - community.first_day).days
    shift = (pd.Timestamp(community.first_day) - DAY).days
    limits = {"dormant_after": dormant, "lost_after": dormant + more}
    states = lifecycle.states(community, every=every, **limits)
    ends = [min((last - DAY).days - shift, span) for last in states["last_day"].unique()]
    lives = []
    for at, joined, left in listed:
        active = sorted({d - shift for m, d in rows if m == at})
        left = None if left is None or left - shift > span else left - shift
        if joined - shift > span and not active:
            continue
        lives.append([state_on(end, active, joined - shift, left, dormant, dormant + more) for end in ends])
    found = states.pivot(index="last_day", columns="state", values="count").to_numpy()
    names = sorted(lifecycle.STATES)
    assert found.tolist() == [[sum(life[i] == s for life in lives) for s in names] for i in range(len(ends))]

    moves = lifecycle.transitions(community, every=every, **limits)
    steps = moves.attrs["about"]["steps"]
    whole = [i for i in range(1, len(ends)) if ends[i] < span or not states["open_period"].iloc[-1]]
    before = [(last - pd.Timestamp(community.first_day)).days for last in states["last_day"].unique()]
    settled = [i for i in whole if before[i - 1] >= limits["lost_after"]]
    used = settled or whole
    assert steps == len(used)
    for row in moves.itertuples(index=False):
        assert row.count == sum(life[i - 1] == row[0] and life[i] == row[1] for i in used for life in lives)


def test_everybody_ends_lost_when_nobody_comes_back():
    community = opened([(0, 0), (1, 1), (2, 2)], as_of="2026-06-30")
    states = lifecycle.states(community, every="week", dormant_after=7, lost_after=14)
    last = states.loc[states["period"] == states["period"].max()].set_index("state")["estimate"]
    assert last["lost"] == 1
    steady = lifecycle.steady_state(
        lifecycle.transitions(community, every="week", dormant_after=7, lost_after=14)
    )
    assert steady.set_index("state")["estimate"]["lost"] == pytest.approx(1)


def test_one_member_on_one_day_is_new():
    community = opened([(0, 0)])
    states = lifecycle.states(community)
    assert states.loc[states["count"] > 0, "state"].tolist() == ["new"]
    assert states.attrs["about"]["dormant_after"] == 14
    steady = lifecycle.steady_state(lifecycle.transitions(community))
    assert steady["estimate"].isna().all()


def test_early_periods_cannot_know_who_is_lost():
    states = lifecycle.states(opened([(0, 0), (0, 40)]), every="week", dormant_after=7, lost_after=14)
    edges = states.drop_duplicates("period").set_index("period")["left_edge"]
    assert edges.iloc[:2].all()
    assert not edges.iloc[3:].any()


def test_thresholds_count_every_member_once():
    rows = [(0, day) for day in range(40)] + [(m, 10 * k) for m in range(1, 5) for k in range(4)]
    limits = rhythm.thresholds(opened(rows))
    # 39 pauses of one day belong to one member in five: a fifth of the weight.
    assert rhythm.pauses(opened(rows))["share"].tolist() == pytest.approx([0.2, 1.0])
    assert limits == {"dormant_after": 10, "lost_after": 11, "pauses": 51, "watched": 40}


def test_thresholds_must_follow_each_other():
    with pytest.raises(ValueError, match="lost_after more than"):
        lifecycle.states(opened([(0, 0)]), dormant_after=14, lost_after=14)


def chain(count, names):
    frame = pd.DataFrame(
        [(a, b, count[i][j]) for i, a in enumerate(names) for j, b in enumerate(names)],
        columns=["from", "to", "count"],
    )
    return frame


def test_steady_state_of_the_weather_chain_is_its_eigenvector():
    count = [[50, 25, 25], [50, 0, 50], [25, 25, 50]]  # Kemeny & Snell's Land of Oz: 2/5, 1/5, 2/5
    steady = lifecycle.steady_state(chain(count, ["rain", "nice", "snow"]))
    assert steady["estimate"].tolist() == pytest.approx([0.4, 0.2, 0.4])
    assert ((steady["low"] < steady["estimate"]) & (steady["estimate"] < steady["high"])).all()


def test_steady_state_of_two_traps_depends_on_where_members_are():
    moves = chain([[10, 0, 0], [5, 0, 5], [0, 0, 10]], ["a", "b", "c"])
    moves.attrs["about"] = {"now": {"a": 20, "b": 40, "c": 40}}
    assert lifecycle.steady_state(moves)["estimate"].tolist() == pytest.approx([0.4, 0.0, 0.6])


def test_steady_state_interval_covers_the_true_share():
    true = np.array([[0.8, 0.15, 0.05], [0.3, 0.5, 0.2], [0.05, 0.05, 0.9]])
    goal = np.linalg.matrix_power(true, 200)[0]
    random = np.random.default_rng(8)
    hits = []
    for seed in range(200):
        count = np.vstack([random.multinomial(150, row) for row in true])
        steady = lifecycle.steady_state(chain(count, ["a", "b", "c"]), seed=seed, repeats=300)
        hits.append((steady["low"] <= goal) & (goal <= steady["high"]))
    assert 0.92 <= np.mean(hits) <= 0.98
