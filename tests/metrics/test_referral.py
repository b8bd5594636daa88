"""Invitations: trees and K against twins that follow every link, K of a known process, planted shams."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import invitation_cycle, k_factor, participation, referral, referral_flags
from helpers.metrics import inviters as inviting
from helpers.simulate import Scenario, simulate

FIRST = pd.Timestamp("2026-01-01")


def opened(inviters, days=None, roles=None, active=None, invites=(), as_of="2026-12-31"):
    """Open members 0, 1, 2 … who name an inviter by number (None: nobody) and joined on a day."""
    n = len(inviters)
    days = [0] * n if days is None else days
    members = pd.DataFrame(
        {
            "member_id": [f"m{at}" for at in range(n)],
            "joined_at": [FIRST + pd.Timedelta(days=float(day)) for day in days],
            "invited_by": pd.Series([None if p is None else f"m{p}" for p in inviters], dtype="str"),
            "role": roles or ["member"] * n,
        }
    )
    seen = [("x", 0, "view"), *((f"m{who}", day, "view") for who, day in active or [])]
    seen += [(f"m{who}", day, "invite") for who, day in invites]
    events = pd.DataFrame(
        {
            "member_id": [who for who, *_ in seen],
            "occurred_at": [FIRST + pd.Timedelta(days=float(day), hours=1) for _, day, _ in seen],
            "event_type": [kind for *_, kind in seen],
        }
    )
    return Community.open({"members": members, "events": events}, as_of=as_of)


def follow(inviters, days, roles):
    """Follow every link by hand: the kind of each, and root and generation of each member."""
    kinds, n = {}, len(inviters)
    for at, above in enumerate(inviters):
        if above is None:
            continue
        seen, place = [], at
        while place is not None and place not in seen and (place == at or roles[place] is not None):
            seen.append(place)
            up = inviters[place]
            # The way up ends at one's own code, at a kol and at somebody who is not in the list.
            ends = up is None or up == place or up >= n or roles[up] == "kol"
            place = None if ends else up
        ring = place == at and len(seen) > 1
        kinds[at] = (
            "self" if above == at else "unknown" if above >= n else "kol" if roles[above] == "kol"
            else "ring" if ring else "late" if days[above] > days[at] else "member"
        )  # fmt: skip
    place = {}
    for at in range(n):
        path = [at]
        while kinds.get(path[-1]) == "member":
            path.append(inviters[path[-1]])
        place[at] = (path[-1], len(path) - 1)
    return kinds, place


member = st.tuples(
    st.one_of(st.none(), st.integers(0, 14)), st.integers(0, 4), st.sampled_from(["member", "member", "kol"])
)


@settings(max_examples=10, deadline=None)
@given(st.lists(member, min_size=1, max_size=13))
def test_trees_and_kinds_are_what_following_every_link_gives(people):
    inviters, days, roles = (list(column) for column in zip(*people, strict=True))
    community = opened(inviters, days, roles)
    kinds, place = follow(inviters, days, roles)
    counted = pd.Series(list(kinds.values()), dtype="str").value_counts()
    found = referral.links(community).set_index("kind")["count"]
    assert found[found > 0].to_dict() == counted.to_dict()
    size = pd.Series([root for root, _ in place.values()]).value_counts()
    trees = referral.trees(community).set_index("root")
    assert trees["size"].to_dict() == {f"m{root}": n for root, n in size.items() if n > 1}
    depth = pd.DataFrame(place.values(), columns=["root", "generation"]).groupby("root")["generation"].max()
    assert all(row["depth"] == depth[int(root[1:])] for root, row in trees.iterrows())
    generations = referral.generations(community, repeats=50).set_index("generation")["n"]
    wanted = pd.Series([generation for _, generation in place.values()]).value_counts()
    assert (generations - wanted.add(pd.Series({0: 1}), fill_value=0) == 0).all()  # x was only seen


def test_loops_and_own_codes_are_flagged_and_end():
    community = opened([0, 2, 3, 1, 1, None, 5], days=[0] * 7)
    found = referral.links(community).set_index("kind")["count"]
    assert found[["self", "ring", "member"]].tolist() == [1, 3, 2]
    assert referral.trees(community)[["root", "size"]].to_numpy().tolist() == [["m1", 2], ["m5", 2]]
    assert referral.tree(community, root="m5")["member_id"].tolist() == ["m5", "m6"]


def test_kols_are_a_channel_unless_asked_for():
    community = opened([None, 0, 0, 1], roles=["kol", "member", "member", "member"])
    assert referral.trees(community)["size"].tolist() == [2]
    assert referral.trees(community, kols=True)["size"].tolist() == [4]


def test_without_inviters_the_missing_column_is_named():
    members = pd.DataFrame({"member_id": ["a"], "joined_at": "2026-05-01"})
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": "2026-05-02", "event_type": "view"})
    with pytest.raises(TableMissing, match="invited_by"):
        referral.trees(Community.open({"members": members, "events": events}))


def test_nobody_invited_gives_empty_results():
    community = opened([None, None])
    assert len(referral.trees(community)) == 0
    assert len(referral.tree(community)) == 0
    assert k_factor.measure(community, window=30)["estimate"].iloc[-1] == 0
    assert len(referral_flags.signals(referral_flags.invitees(community))) == 0
    assert invitation_cycle.cycle_time(invitation_cycle.curve(community))["estimate"].tolist() == [0.0]


# --- K


def test_k_is_invitations_times_conversion():
    community = opened(
        [None, 0, 0, None, 3], days=[0, 5, 40, 0, 10], invites=[(0, 4), (0, 5), (0, 39), (3, 9), (3, 50)]
    )
    found = k_factor.measure(community, window=30).set_index("part")
    assert found.loc["invitations per member", ["n", "count"]].tolist() == [5, 3]
    assert found.loc["members per invitation", ["n", "count"]].tolist() == [3, 2]
    assert found.loc["K", ["n", "count"]].tolist() == [5, 2]
    product = found["estimate"].iloc[0] * found["estimate"].iloc[1]
    assert found.loc["K", "estimate"] == pytest.approx(product)


def test_each_step_takes_out_what_it_names():
    # A kol with two, an own code, a ring of two, an inviter with one guest and one sham, all in time.
    community = opened(
        [None, 0, 0, 3, 5, 4, None, 6, 6],
        days=[0] * 9,
        roles=["kol"] + ["member"] * 8,
        as_of="2026-03-31",
    )
    found = k_factor.steps(community, window=30, shams=["m8"]).set_index("step")
    assert found["count"].tolist() == [7, 7, 4, 2, 1, 1]
    assert found["n"].tolist() == [5, 10, 10, 9, 8, 7]  # x, who is only seen, is a member but not watched


def test_members_too_young_for_the_window_are_left_out():
    community = opened([None, 0, None, 2], days=[0, 3, 95, 96], as_of="2026-04-15")
    assert k_factor.measure(community, window=30)[["n", "count"]].iloc[-1].tolist() == [2, 1]


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 11)), st.integers(0, 60)), min_size=1, max_size=12)
)
def test_k_by_cohort_and_by_age_is_what_a_loop_counts(people):
    inviters, days = (list(column) for column in zip(*people, strict=True))
    kinds, _ = follow(inviters, days, ["member"] * len(people))
    end, window = 70, 20
    as_of = (FIRST + pd.Timedelta(days=end)).date().isoformat()
    community = opened(inviters, days, as_of=as_of)
    links = [(days[inviters[at]], days[at]) for at, kind in kinds.items() if kind == "member"]
    old = [day for day in days if end - day >= window]
    wanted = sum(later - day <= window for day, later in links if end - day >= window)
    found = k_factor.cohorts(community, window=window, repeats=50)
    assert (found["n"].sum(), found["count"].sum()) == (len(old), wanted)
    curve = invitation_cycle.curve(community, horizon=end)
    total = 0.0
    for row in curve.itertuples():
        at_risk = sum(end - day >= row.day for day in days)
        total += sum(later - day == row.day for day, later in links) / at_risk
        assert row.n == at_risk
        assert row.estimate == pytest.approx(total)


def test_the_spread_of_the_curve_is_that_of_a_mean_where_all_are_watched():
    # Nobody censored before day 9: the robust variance is that of a mean of independent members.
    inviters, days = [None] * 40, [0.0] * 40
    brought = [0] * 30 + [1, 1, 1, 2, 2, 3, 0, 0, 5, 1]
    for who, count in enumerate(brought):
        inviters += [who] * count
        days += [float(1 + at) for at in range(count)]
    community = opened(inviters, days, as_of="2026-02-28")
    values = np.array(brought + [0] * sum(brought))
    row = invitation_cycle.curve(community, horizon=9).iloc[-1]
    assert row["estimate"] == pytest.approx(values.mean())
    error = values.std() / np.sqrt(len(values))
    assert np.log(row["high"] / row["estimate"]) == pytest.approx(1.959964 * error / values.mean(), rel=1e-6)


def process(seed, n=600, mean=0.3, shape=0.4, days=300):
    """Members of a branching process: offspring negative binomial, 30 days apart on average."""
    rng = np.random.default_rng(seed)
    joined, above = list(rng.uniform(0, days, n)), [None] * n
    at = 0
    while at < len(joined):
        for _child in range(rng.poisson(mean * rng.gamma(shape, 1 / shape))):
            when = joined[at] + rng.gamma(2.0, 15.0)
            if when < days:
                joined.append(when)
                above.append(at)
        at += 1
    return above, np.floor(joined)


def _as_of(days=300):
    return (FIRST + pd.Timedelta(days=days)).date().isoformat()


def test_k_of_a_known_process_is_recovered():
    above, days = process(3, n=2500)
    community = opened(above, days, as_of=_as_of())
    last = k_factor.measure(community, window=150).iloc[-1]
    assert last["low"] < 0.3 < last["high"]
    cycle = invitation_cycle.cycle_time(invitation_cycle.curve(community, horizon=150)).iloc[0]
    assert cycle["low"] < 0.3 < cycle["high"]
    assert cycle["median"] == pytest.approx(25.2, abs=4)  # of a gamma with shape 2 and scale 15
    assert cycle["naive"] < cycle["median"] + 2


@pytest.mark.once
def test_intervals_of_k_hold_the_truth_as_often_as_they_say():
    held = []
    for seed in range(30):
        above, days = process(seed)
        community = opened(above, days, as_of=_as_of())
        row = k_factor.measure(community, window=150, repeats=300).iloc[-1]
        end = invitation_cycle.curve(community, horizon=150).iloc[-1]
        held.append([row["low"] < 0.3 < row["high"], end["low"] < 0.3 < end["high"]])
    share = np.mean(held, axis=0)
    assert (share >= 0.83).all(), share


# --- who invites, and flags


def test_who_invites_and_what_the_invited_do():
    community = opened(
        [None, 0, 0, None, None, 4], days=[0, 1, 1, 0, 0, 2], roles=["member"] * 4 + ["kol", "member"],
        active=[(1, 30), (3, 29)], invites=[(0, 1), (3, 2)], as_of="2026-06-30",
    )  # fmt: skip
    who = inviting.who(community).set_index("what")
    assert who["count"].tolist() == [2, 1, 1, 0]
    assert who["n"].iloc[0] == 6  # x among them, the kol not
    worth = inviting.worth(community)
    assert worth["outcome"].unique().tolist() == ["stayed"]
    assert worth[["n", "count"]].to_numpy().tolist() == [[2, 1], [1, 0], [2, 1]]


def test_bursts_count_neighbours_within_minutes():
    days = [0, 10, 10.003, 10.009, 10.5, 20]
    community = opened([None, 0, 0, 0, 0, 5], days=days, active=[(1, 11)], as_of="2026-06-30")
    table = referral_flags.invitees(community, minutes=10).set_index("member_id")
    assert table["together"].to_dict() == {"m1": 3, "m2": 3, "m3": 3, "m4": 1, "m5": 1}
    assert table["idle"].to_dict() == {"m1": False, "m2": True, "m3": True, "m4": True, "m5": True}
    signals = referral_flags.signals(table.reset_index(), least=3).set_index("inviter")
    assert signals.loc["m0", ["brought", "together", "n", "count"]].tolist() == [4, 3, 4, 3]
    assert bool(signals.loc["m0", "burst"]) and bool(signals.loc["m5", "own code"])


def test_bad_luck_with_friends_is_no_flag():
    rng = np.random.default_rng(5)
    table = pd.DataFrame(
        {
            "member_id": [f"m{at}" for at in range(900)],
            "inviter": [f"i{at % 300}" for at in range(900)],
            "kind": "member",
            "joined_at": FIRST,
            "watched": True,
            "idle": rng.random(900) < 0.3,
            "together": 1,
        }
    )
    assert referral_flags.signals(table)["idle"].sum() == 0


@pytest.fixture(scope="module")
def planted():
    sim = simulate(Scenario(seed=6, members=2500, days=365, texts=False, outsiders=0.0, brand_posts=1.0))
    return Community.open({name: sim.tables[name] for name in ("members", "events", "orders")}), sim.truth


@pytest.mark.once
def test_planted_shams_are_found_and_k_without_them_is_that_of_the_truth(planted):
    community, truth = planted
    people = truth["members"].set_index("member_id")
    invitees = referral_flags.invitees(community)
    signals = referral_flags.signals(invitees)
    named = referral_flags.accounts(invitees, signals)
    found = referral_flags.judge(named, people["sham"]).set_index("measure")
    assert found["n"].min() >= 15
    assert found["estimate"].min() >= 0.8
    flagged = signals.loc[signals["idle"], "inviter"]
    assert referral_flags.judge(flagged, people["farmer"])["estimate"].min() >= 0.75
    shams = people.index[people["sham"]]
    guess = k_factor.measure(community, without=named).iloc[-1]
    true = k_factor.measure(community, without=shams).iloc[-1]["estimate"]
    assert guess["low"] < true < guess["high"]
    assert k_factor.measure(community).iloc[-1]["estimate"] > true


def test_offspring_feeds_the_measures_of_participation():
    table = k_factor.offspring(opened([None, 0, 0, 1], days=[0, 1, 2, 3], as_of="2026-06-30"))
    assert table.to_numpy().tolist() == [[0, 2], [1, 1], [2, 1]]
    top = participation.top_shares(table, tops=(0.5,))
    assert top.loc[top["population"] == "all members", "estimate"].tolist() == [1.0]
