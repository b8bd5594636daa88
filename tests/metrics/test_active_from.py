"""Activity is known from the first event on, however much older the orders are."""

import datetime as dt

import pandas as pd
import pytest

from helpers.community import Community, moment
from helpers.metrics import (
    activity,
    growth,
    lifecycle,
    objectives,
    population,
    retention,
    routine,
    spread,
    ugc,
    watched,
)
from helpers.models import churn_labels, diagnosis_signs, goals, sentiment

CHAT = dt.date(2026, 3, 16)


@pytest.fixture(scope="module")
def community(tmp_path_factory):
    days = pd.date_range(CHAT, periods=35)
    rows = [(f"m{number}", day, "message") for day in days for number in range(4) if (day.day + number) % 3]
    rows += [(f"late{number}", day, "message") for day in days[20:] for number in range(3)]
    folder = tmp_path_factory.mktemp("tea")
    events = pd.DataFrame(rows, columns=["member_id", "occurred_at", "event_type"])
    bought = pd.date_range("2025-11-03", periods=20, freq="8D").astype(str)
    orders = pd.DataFrame({"order_id": range(20), "member_id": "m1", "ordered_at": bought, "amount": 9.0})
    events.to_csv(folder / "events.csv", index=False)
    orders.to_csv(folder / "orders.csv", index=False)
    (folder / "community.yml").write_text(
        "tables: {events: events.csv, orders: orders.csv}", encoding="utf-8"
    )
    return Community.open(folder)


def test_it_is_the_day_of_the_first_event(community):
    assert community.active_from == CHAT
    assert community.first_day == dt.date(2025, 11, 3)
    with moment.shared(community) as kept, pytest.MonkeyPatch().context() as patch:
        patch.setenv(moment.VARIABLE, str(kept))
        assert Community.open(community.settings.folder).active_from == CHAT


def test_no_period_before_it_is_shown_as_one_without_activity(community):
    for table in (activity.panel(community), growth.accounting(community), lifecycle.states(community)):
        assert pd.Timestamp(table["last_day"].min()) >= pd.Timestamp(CHAT), table
    assert activity.rolling(community, windows=(7,))["day"].min() >= pd.Timestamp(CHAT)


def test_who_was_there_when_the_log_began_has_not_just_joined(community):
    returned = retention.day_n(community, days=(1,))
    assert returned["n"].tolist() == [3]  # those seen first three weeks later


def test_a_window_that_began_before_the_log_is_not_followed(community):
    earlier = Community.open(community.settings.folder, as_of="2026-04-06")
    figures = set(watched.measure(earlier)["metric"])
    assert "active_month" not in figures
    assert "active_week" in figures
    assert "revenue_per_member" in figures  # of orders enough is known


def test_objectives_compare_no_weeks_before_the_log(community):
    tree = objectives.tree(community, window=28).set_index("metric")["before"]  # the log holds 35 days
    assert tree[["took part", "wrote something", "came back"]].isna().all()
    assert tree[["bought", "spent per member"]].notna().all()
    week = objectives.tree(community, window=7).set_index("metric")["before"]
    assert week[["took part", "came back"]].notna().all()


def test_the_routine_knows_no_week_before_the_log(community):
    early = routine.week(Community.open(community.settings.folder, as_of="2026-03-25")).set_index("duty")
    assert early["value"].notna().all()
    assert early.index[early["before"].isna()].tolist() == ["monitoring"]
    assert routine.week(community)["before"].notna().all()


def test_a_goal_that_the_log_tells_of_is_followed_from_its_first_day(community):
    early = Community.open(community.settings.folder, as_of="2026-03-29")
    found = goals.table(early).set_index("goal")
    assert found.loc["say something", ["first_on", "window"]].tolist() == [pd.Timestamp(CHAT), 14]
    assert found.loc["repeat order", "window"] == 28
    assert (found.loc["say something", ["n", "count"]] == [1, 1]).all()  # the buyer was there, and wrote


def test_silence_is_no_longer_than_the_log(community):
    days = (community.as_of - CHAT).days
    assert churn_labels.longest(community) == days // 4
    assert all((cut - CHAT).days >= 6 for cut in churn_labels.cutoffs(community, 7))
    assert diagnosis_signs.stretch(community) == 0  # two halves of 28 days are not there


def test_what_was_written_is_counted_from_the_log_on(community):
    events = community.frame("events")[["member_id", "occurred_at", "event_type"]]
    events = events.assign(content_id=[f"c{at}" for at in range(len(events))])
    contents = events.rename(columns={"member_id": "author_id", "occurred_at": "published_at"})
    contents = contents.drop(columns="event_type").assign(text="the tea was cold", is_ugc=True)
    orders = community.frame("orders")[["order_id", "member_id", "ordered_at", "amount"]]
    told = Community.open({"events": events, "contents": contents, "orders": orders})
    mentions = spread.mentions(told, words=["tea"], every="week")
    mood = sentiment.trend(told, sentiment.of_posts(told), every="week")
    for table in (mentions, ugc.share(told, every="week"), mood):
        assert pd.Timestamp(table["period"].iloc[0]) == pd.Timestamp(CHAT)
        assert table["n"].iloc[0] > 0
    older = contents.assign(published_at=contents["published_at"] - pd.Timedelta(days=14))
    posts = Community.open({"events": events, "contents": older, "orders": orders})
    assert population.written_from(posts) == CHAT - dt.timedelta(days=14)
