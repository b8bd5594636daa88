"""Teams of group buying: filled or failed as a loop says, time with censoring, the planted chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, SettingsError, TableMissing
from helpers.metrics import group_buying
from helpers.metrics.survival import kaplan_meier
from helpers.simulate import Scenario, simulate

START = pd.Timestamp("2026-05-01 08:00")


def opened(rows, needs=(2, 3), as_of="2026-05-31"):
    """Open orders given as (team, campaign, hours since START, kept)."""
    orders = pd.DataFrame(rows, columns=["team_id", "campaign_id", "hour", "kept"])
    orders = pd.DataFrame(
        {
            "order_id": [f"o{at}" for at in range(len(orders))],
            "member_id": [f"m{at}" for at in range(len(orders))],
            "ordered_at": START + pd.to_timedelta(orders["hour"].astype(float), unit="h"),
            "amount": 50.0,
            "status": np.where(orders["kept"].astype(bool), "completed", "cancelled"),
            "team_id": orders["team_id"].astype("str"),
            "campaign_id": orders["campaign_id"].map(lambda each: f"k{each}"),
        }
    )
    campaigns = pd.DataFrame(
        {
            "campaign_id": [f"k{at}" for at in range(len(needs))],
            "name": [f"round {at}" for at in range(len(needs))],
            "kind": "group_buying",
            "starts_at": "2026-05-01",
            "ends_at": "2026-05-10",
            "team_size": list(needs),
        }
    )
    return Community.open({"orders": orders, "campaigns": campaigns}, as_of=as_of)


row = st.tuples(st.integers(0, 5), st.integers(0, 23), st.booleans())


@settings(max_examples=6, deadline=None)
@given(st.lists(row, min_size=1, max_size=14))
def test_completion_and_time_are_what_a_loop_gives(draws):
    rows = [(f"t{team}", team % 2, hour + at / 100, kept) for at, (team, hour, kept) in enumerate(draws)]
    community = opened(rows)
    filled, times = {}, {}
    for team in {team for team, *_ in rows}:
        orders = sorted((hour, kept) for name, _, hour, kept in rows if name == team)
        need = 2 + int(team[1:]) % 2
        kept = [hour for hour, kept in orders if kept]
        filled[team] = len(kept) >= need
        times[team] = np.ceil(round(kept[need - 1] - orders[0][0], 6)) if filled[team] else 24
    found = group_buying.completion(community)
    assert found[["n", "count"]].iloc[0].tolist() == [len(filled), sum(filled.values())]
    clocks = group_buying.durations(community)
    wanted = pd.Series([(times[team], filled[team]) for team in filled]).value_counts()
    assert {(row.time, row.event): row.n for row in clocks.itertuples()} == wanted.to_dict()
    lost = group_buying.lost(community, repeats=50)
    gone = sum(not filled[team] for team, *_ in rows)
    assert (lost["n"].sum(), lost["count"].sum()) == (len(rows), gone)


def test_young_teams_are_open_and_not_failed():
    rows = [("a", 0, 0, True), ("a", 0, 1, True), ("b", 0, 30, False), ("c", 0, 31, True), ("c", 0, 32, True)]
    community = opened(rows, as_of="2026-05-02")
    found = group_buying.completion(community).iloc[0]
    assert found[["n", "count", "still_open"]].tolist() == [2, 2, 1]
    clocks = group_buying.durations(community)
    assert clocks.loc[~clocks["event"], "time"].tolist() == [10]


def test_shares_by_what_is_asked_and_an_unknown_split():
    community = opened([("a", 0, 0, True), ("a", 0, 1, True), ("b", 1, 14, False)])
    assert group_buying.completion(community, by="team_size")["team_size"].tolist() == ["2", "3"]
    assert group_buying.completion(community, by="hour")["hour"].tolist() == ["06-11", "21-23"]
    assert group_buying.completion(community, by="campaign")["count"].tolist() == [1, 0]
    with pytest.raises(SettingsError, match="weekday"):
        group_buying.completion(community, by="colour")


def test_without_team_size_any_kept_order_tells_that_a_team_filled():
    orders = pd.DataFrame(
        {"order_id": list("abc"), "member_id": list("xyz"), "team_id": ["1", "1", "2"], "amount": 5.0,
         "ordered_at": "2026-05-01", "status": ["completed", "completed", "cancelled"]}
    )  # fmt: skip
    found = group_buying.completion(Community.open({"orders": orders}, as_of="2026-05-31"), by="team_size")
    assert found[["team_size", "n", "count"]].to_numpy().tolist() == [["unknown", 2, 1]]


def test_orders_without_teams_say_what_is_missing():
    orders = pd.DataFrame({"order_id": ["1"], "member_id": ["a"], "ordered_at": "2026-05-01", "amount": 1.0})
    with pytest.raises(TableMissing, match="team_id"):
        group_buying.completion(Community.open({"orders": orders}))


def test_the_planted_chance_lies_in_the_interval():
    sim = simulate(Scenario.small(seed=5, members=4000, days=60))
    names = {"orders": sim.tables["orders"], "members": sim.tables["members"]}
    campaigns = sim.tables["campaigns"].rename(columns={"name_en": "name"})
    community = Community.open(names | {"campaigns": campaigns}, as_of="2025-07-30")
    truth = sim.truth["teams"]
    found = group_buying.completion(community, by="team_size").set_index("team_size")
    for size, part in truth.groupby("team_size"):
        chance, row = part["chance"].mean(), found.loc[str(size)]
        assert row["n"] == len(part)
        assert row["low"] < chance < row["high"]
    clocks = group_buying.durations(community)
    curve = kaplan_meier(clocks)
    assert 1 - curve["estimate"].iloc[-1] == pytest.approx(truth["complete"].mean())
