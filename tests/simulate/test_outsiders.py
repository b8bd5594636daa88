"""Outside customers, the points ledger, and the cooperation with kols."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.simulate import Mechanisms, Scenario, Simulation, simulate
from helpers.simulate.ledger import PAID_MESSAGES


def _ledger(result: Simulation) -> pd.DataFrame:
    return result.tables["points"].assign(day=lambda rows: rows["at"].dt.normalize())


def test_outsiders_order_and_do_nothing_else(medium: Simulation) -> None:
    outside = medium.tables["members"].query("role == 'customer'")
    assert 0.3 < len(outside) / medium.scenario.members < 0.6
    assert set(outside["member_id"]) <= set(medium.tables["orders"]["member_id"])
    assert (
        outside[["joined_at", "left_at", "source", "invited_by", "platform", "group_id"]].isna().all().all()
    )
    assert outside[["gender", "age_band", "region", "city_tier"]].notna().all().all()
    for name, column in (
        ("events", "member_id"),
        ("surveys", "member_id"),
        ("points", "member_id"),
        ("assignments", "unit_id"),
        ("contents", "author_id"),
    ):
        assert not medium.tables[name][column].isin(outside["member_id"]).any()
    orders = medium.tables["orders"].query("member_id in @outside.member_id")
    assert set(orders["channel"]) == {"tmall", "store"}
    assert medium.truth["outsiders"]["member_id"].tolist() == outside["member_id"].tolist()


def test_outsiders_differ_from_members_who_buy(medium: Simulation) -> None:
    members = (
        medium.tables["members"].set_index("member_id").loc[medium.tables["orders"]["member_id"].unique()]
    )
    members = members[members["role"].isin(["member", "customer"])]
    outside = members["role"] == "customer"
    old, lower = members["age_band"].isin(["45-54", "55+"]), members["city_tier"] == "tier 3 and below"
    assert old[outside].mean() > old[~outside].mean() + 0.03
    assert lower[outside].mean() > lower[~outside].mean() + 0.05
    personas = medium.truth["members"].set_index("member_id")["persona"].reindex(members.index[~outside])
    other = medium.truth["outsiders"]["persona"]
    for name, sign in (("enthusiast", -1), ("helper", -1), ("deal_hunter", 1)):
        assert sign * ((other == name).mean() - (personas == name).mean()) > 0.02


def _repeat(result: Simulation, within: int = 90) -> pd.DataFrame:
    """Return, per buyer watched for 90 days after the first kept order, whether a second one followed."""
    orders = result.tables["orders"].query("status == 'completed'").sort_values("ordered_at")
    day = orders["ordered_at"].dt.normalize()
    first = day.groupby(orders["member_id"]).min()
    since = (day - orders["member_id"].map(first)).dt.days
    later = orders["member_id"].duplicated() & (since <= within)
    last = pd.Timestamp(result.scenario.start) + pd.Timedelta(days=result.scenario.days - 1 - within)
    watched = first[first <= last].index
    return pd.DataFrame({"again": watched.isin(orders.loc[later, "member_id"])}, index=watched)


def test_members_come_back_as_often_as_the_truth_says(medium: Simulation) -> None:
    roles = medium.tables["members"].set_index("member_id")["role"]
    found = _repeat(medium).join(roles)
    found = found[found["role"].isin(["member", "kol"])]
    truth = medium.truth["membership"].iloc[0]
    assert len(found) == truth["n"]
    assert found["again"].mean() == pytest.approx(truth["repeat_90_members"])
    assert truth["att"] == pytest.approx(truth["repeat_90_members"] - truth["repeat_90_without"])
    assert truth["att"] > 0.02


def test_outsiders_come_back_as_members_would_without_membership() -> None:
    """Of the same personas and without campaigns, they differ from members by the membership effect alone."""
    gaps, errors = [], []
    for seed in range(3):
        scenario = Scenario(
            seed=seed, members=5000, days=220, mishap=None, texts=False, campaigns=False, outsiders=1.0
        )
        result = simulate(scenario)
        orders, outside = result.orders, result.outsiders
        assert outside is not None
        kept = orders.kept() & result.members.real()[orders.member]
        # Repeat purchases a first purchase: exactly `membership_effect` as many inside as outside.
        inside_rates, outside_rates = [], []
        for people, o, ok, into in (
            (result.members, orders, kept, inside_rates),
            (outside.people, outside.orders, outside.orders.kept(), outside_rates),
        ):
            newly = people.joined_day[o.member] >= 0
            rows = np.flatnonzero(ok & newly)
            first, place = np.unique(o.member[rows], return_index=True)
            day = np.full(len(people), 10**6)
            day[first] = o.time[rows[place]] // 86400
            again = np.ones(len(rows), bool)
            again[place] = False
            again &= (o.time[rows] // 86400 - day[o.member[rows]] <= 90) & (day[o.member[rows]] <= 129)
            count = np.bincount(o.member[rows[again]], minlength=len(people))
            for code in range(6):
                mine = (people.persona == code) & (day <= 129)
                into.append((count[mine].mean(), count[mine].var() / mine.sum()))
        for (a, va), (b, vb) in zip(inside_rates, outside_rates, strict=True):
            gaps.append(a / scenario.membership_effect - b)
            errors.append(va / scenario.membership_effect**2 + vb)
    assert abs(np.sum(gaps)) < 3.3 * np.sqrt(np.sum(errors))


def test_balances_are_never_negative(medium: Simulation) -> None:
    ledger = _ledger(medium)
    assert ledger["at"].is_monotonic_increasing and (ledger["points"] != 0).all()
    assert ledger.groupby("member_id")["points"].cumsum().min() >= 0
    redeemed = ledger.query("reason == 'redeem'")["points"]
    assert len(redeemed) > 20 and (redeemed < 0).all() and (redeemed % 100 == 0).all()


def test_points_expire_after_half_a_year_unless_spent() -> None:
    result = simulate(Scenario.small(days=280, members=600, trials=False))
    ledger = _ledger(result)
    assert ledger.groupby("member_id")["points"].cumsum().min() >= 0
    lost = ledger.query("reason == 'expire'")
    assert len(lost) > 5 and (lost["points"] < 0).all()
    for row in lost.itertuples():
        mine = ledger[(ledger["member_id"] == row.member_id) & (ledger["at"] < row.at)]
        old = mine["at"] < row.at - pd.Timedelta(days=180)
        earned = mine.loc[old & (mine["points"] > 0), "points"].sum()
        assert -row.points == earned + mine.loc[mine["points"] < 0, "points"].sum()


def test_points_follow_from_what_was_done(medium: Simulation) -> None:
    ledger, events = _ledger(medium), medium.tables["events"]
    roles = medium.tables["members"].set_index("member_id")["role"]
    counted = events[events["member_id"].map(roles).isin(["member", "kol"])]
    posts = counted.query("event_type == 'message' and content_id.notna()")
    for reason, rows in (
        ("check_in", counted.query("event_type == 'check_in'")),
        ("answer", counted.query("event_type == 'answer'")),
        ("post", posts),
    ):
        paid = ledger[ledger["reason"] == reason].groupby("member_id").size()
        assert paid.to_dict() == rows.groupby("member_id").size().to_dict()
    said = counted.query("event_type == 'message' and content_id.isna()")
    per_day = said.groupby(["member_id", said["occurred_at"].dt.normalize()]).size().clip(upper=PAID_MESSAGES)
    assert (ledger["reason"] == "message").sum() == per_day.sum()
    usual = {"check_in": {5, 10}, "post": {20, 40}, "answer": {10, 20}, "message": {1, 2}, "invite": {50}}
    for reason, worth in usual.items():
        assert set(ledger.loc[ledger["reason"] == reason, "points"]) <= worth
    double = ledger.query("reason == 'check_in' and points == 10")
    plan = medium.tables["campaigns"].query("kind == 'incentive'").iloc[0]
    assert len(double) and double["at"].between(plan["starts_at"], plan["ends_at"]).all()


def test_gamers_check_in_by_the_clock_and_write_in_bursts(medium: Simulation) -> None:
    gamers = medium.truth["members"].query("gamer")["member_id"]
    assert len(gamers) == round(0.003 * medium.scenario.members)
    events = medium.tables["events"]
    rows = events[events["member_id"].isin(gamers) & (events["event_type"] == "check_in")]
    minute = rows["occurred_at"].dt.strftime("%H:%M").groupby(rows["member_id"])
    assert (minute.nunique() == 1).all() and len(rows) > 100
    others = events[~events["member_id"].isin(gamers) & (events["event_type"] == "check_in")]
    minute = others["occurred_at"].dt.strftime("%H:%M").groupby(others["member_id"])
    many = minute.size() >= 10
    assert many.sum() > 10 and (minute.nunique()[many] > 5).all()
    chat = events.query("event_type == 'message' and content_id.isna()")
    gap = chat.groupby("member_id")["occurred_at"].diff().dt.total_seconds() < 15
    mine = chat["member_id"].isin(gamers)
    assert gap[mine].mean() > 5 * gap[~mine].mean()


def test_no_points_without_the_mechanism() -> None:
    assert simulate(Scenario.small(mechanisms=Mechanisms(points=0))).tables["points"].empty


def test_kols_are_paid_and_bring_members(medium: Simulation) -> None:
    members = medium.tables["members"].set_index("member_id")
    kols = set(members.index[members["role"] == "kol"])
    fees = medium.tables["costs"].query("kind == 'kol_fee'")
    assert set(fees["member_id"]) <= kols and len(fees) > 1
    assert medium.tables["costs"].query("kind != 'kol_fee'")["member_id"].isna().all()
    brought = members.query("source == 'kol' and role == 'member'")["invited_by"].dropna()
    assert len(brought) > 50 and set(brought) <= kols
    asked = members.query("source == 'invitation'")["invited_by"].dropna()
    assert not set(asked) & kols
    influence = medium.truth["members"].set_index("member_id")["influence"]
    assert (influence >= 0).all() and influence[list(kols)].median() > influence.quantile(0.99)
    price = next(s.price for s in medium.scenario.sources if s.name == "kol")
    arrived = members["joined_at"] >= pd.Timestamp(medium.scenario.start)
    count = ((members["source"] == "kol") & arrived).sum()
    assert fees["amount"].sum() == pytest.approx(price * count, rel=0.01)
    sponsored = medium.tables["contents"].query("is_sponsored")
    assert set(sponsored["author_id"]) <= kols


def test_costs_of_coupons_name_their_campaign(medium: Simulation) -> None:
    costs = medium.tables["costs"].query("channel == 'community' and kind == 'coupon'")
    orders = medium.tables["orders"].dropna(subset="campaign_id")
    # Nothing was given to those whose team did not come about.
    orders = orders[~orders["team_id"].isin(set(medium.truth["teams"].query("not complete")["team_id"]))]
    inside = orders["member_id"].isin(medium.tables["members"].query("role != 'customer'")["member_id"])
    given = orders[inside].groupby("campaign_id")["discount"].sum()
    paid = costs.groupby("campaign_id")["amount"].sum()
    assert paid.to_dict() == pytest.approx(given[given > 0].to_dict())
