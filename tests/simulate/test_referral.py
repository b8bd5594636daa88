"""Sham invitations and teams of group buying: planted as stated, and nothing else changes."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.simulate import Scenario, Simulation, simulate


@pytest.fixture(scope="module")
def farmed() -> Simulation:
    return simulate(Scenario.small(seed=4, members=900, days=120, farmers=6.0, self_invitations=9.0))


@pytest.fixture(scope="module")
def clean() -> Simulation:
    return simulate(Scenario.small(seed=4, members=900, days=120, farmers=0.0, self_invitations=0.0))


def test_sham_accounts_join_in_a_row_and_never_act(farmed: Simulation) -> None:
    truth = farmed.truth["members"]
    members = farmed.tables["members"].merge(truth[["member_id", "sham", "farmer"]], on="member_id")
    shams = members[members["sham"]]
    assert members["farmer"].sum() >= 2
    assert set(shams["invited_by"]) == set(members.loc[members["farmer"], "member_id"])
    joined = shams.groupby("invited_by")["joined_at"]
    assert joined.size().between(5, 12).all()
    span = joined.max() - joined.min()
    assert (span < pd.Timedelta(hours=1)).sum() >= 0.7 * len(span)
    assert (span < pd.Timedelta(days=1)).all()
    events = farmed.tables["events"].query("event_type != 'leave'")
    seen = events[events["member_id"].isin(shams["member_id"])].merge(members, on="member_id")
    assert set(seen["event_type"]) <= {"view"}
    assert (seen["occurred_at"] >= seen["joined_at"]).all()
    assert (seen["occurred_at"].dt.normalize() == seen["joined_at"].dt.normalize()).all()
    assert not farmed.tables["orders"]["member_id"].isin(shams["member_id"]).any()


def test_farmers_invite_each_account_and_are_active_that_day(farmed: Simulation) -> None:
    truth = farmed.truth["members"].set_index("member_id")
    members = farmed.tables["members"].set_index("member_id")
    shams = members[truth["sham"].reindex(members.index)]
    events = farmed.tables["events"]
    sent = events[(events["event_type"] == "invite") & events["member_id"].isin(shams["invited_by"])]
    sent = sent.assign(day=sent["occurred_at"].dt.normalize()).groupby(["member_id", "day"]).size()
    wanted = shams.assign(day=shams["joined_at"].dt.normalize()).groupby(["invited_by", "day"]).size()
    assert (sent.reindex(wanted.index) >= wanted).all()
    other = events[(events["event_type"] == "view") & events["member_id"].isin(shams["invited_by"])]
    active = set(zip(other["member_id"], other["occurred_at"].dt.normalize(), strict=True))
    assert set(wanted.index) <= active


def test_some_invite_themselves_and_some_stand_in_rings(farmed: Simulation) -> None:
    inviter = farmed.tables["members"].set_index("member_id")["invited_by"]
    own = inviter[inviter == inviter.index]
    assert len(own) == 8
    above = inviter.map(inviter).map(inviter)
    ring = inviter[(above == inviter.index) & (inviter != inviter.index)]
    assert len(ring) == 6


def test_nobody_else_changes(farmed: Simulation, clean: Simulation) -> None:
    for name in ("contents", "orders", "surveys", "moderation", "assignments"):
        ignored = ["event_id"] if name == "moderation" else []
        assert_frame_equal(
            farmed.tables[name].drop(columns=ignored), clean.tables[name].drop(columns=ignored)
        )
    kept = ["member_id", "occurred_at", "event_type", "content_id", "group_id"]
    one, other = (
        sim.tables["events"].query("event_type != 'invite'")[kept].reset_index(drop=True)
        for sim in (farmed, clean)
    )
    assert_frame_equal(one, other)
    touched = farmed.shams.sham | (farmed.members.invited_by != clean.members.invited_by)
    same = ["joined", "source", "left", "activity", "hazard"]
    for name in same:
        assert (getattr(farmed.members, name) == getattr(clean.members, name))[~touched].all()


def _team_orders(sim: Simulation) -> pd.DataFrame:
    return sim.tables["orders"].merge(sim.truth["teams"], on=["team_id", "campaign_id"])


def test_complete_teams_fill_within_a_day_and_failed_ones_are_paid_back() -> None:
    sim = simulate(Scenario.small(seed=2, members=2500, days=120))
    orders = _team_orders(sim)
    span = orders.groupby("team_id")["ordered_at"].agg(["min", "max", "size"])
    span = span.join(sim.truth["teams"].set_index("team_id"))
    assert len(span) == len(sim.truth["teams"])
    assert ((span["max"] - span["min"]) <= pd.Timedelta(days=1)).all()
    assert (span["size"] >= span["team_size"])[span["complete"]].all()
    assert (span["size"] < span["team_size"])[~span["complete"]].all()
    assert span["size"].max() <= 5
    lost = orders[~orders["complete"]]
    assert set(lost["status"]) == {"cancelled"}
    assert (lost["refunded"] == lost["amount"]).all()
    assert (orders.loc[orders["complete"], "status"] != "cancelled").all()
    assert not orders.duplicated(["member_id", "team_id"])[~orders["complete"]].any()


def test_the_share_of_teams_that_fill_is_the_stated_chance() -> None:
    teams = pd.concat(
        simulate(Scenario.small(seed=seed, members=2500, days=60)).truth["teams"] for seed in range(2)
    )
    expected = teams["chance"]
    error = np.sqrt((expected * (1 - expected)).sum())
    assert len(teams) > 150
    assert abs(teams["complete"].sum() - expected.sum()) < 2.6 * error


def test_a_community_without_group_buying_has_no_teams() -> None:
    sim = simulate(Scenario.small(campaigns=False))
    assert len(sim.truth["teams"]) == 0
    assert sim.tables["orders"]["team_id"].isna().all()
