"""Each figure that reports follow equals its plain twin, and the figure that the first page shows."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import activity, movement, retention, satisfaction, watched

FIRST, LAST = pd.Timestamp("2026-01-05"), pd.Timestamp("2026-05-30")  # a Monday, and a Saturday
EARLIER = dt.date(2026, 5, 23)


@pytest.fixture(scope="module")
def frames():
    random = np.random.default_rng(3)
    ids = [f"m{number:03d}" for number in range(160)]
    joined = FIRST + pd.to_timedelta(random.integers(0, 140, 160), unit="D")
    members = pd.DataFrame({"member_id": ids, "joined_at": joined})
    left = random.random(160) < 0.2
    members["left_at"] = (joined + pd.to_timedelta(random.integers(20, 120, 160), unit="D")).where(left)
    who = random.integers(0, 160, 4000)
    days = FIRST + pd.to_timedelta(random.integers(0, 146, 4000), unit="D")
    kinds = random.choice(["view", "like", "comment", "share"], 4000, p=[0.7, 0.15, 0.1, 0.05])
    events = pd.DataFrame({"member_id": [ids[one] for one in who], "occurred_at": days, "event_type": kinds})
    events = events[days >= joined[who]].reset_index(drop=True)
    buyer = random.integers(0, 100, 500)
    orders = pd.DataFrame({"order_id": range(500), "member_id": [ids[one] for one in buyer]})
    orders["ordered_at"] = FIRST + pd.to_timedelta(random.integers(0, 146, 500), unit="D")
    orders["amount"] = random.gamma(2, 30, 500).round(2)
    orders = orders[orders["ordered_at"] >= joined[buyer]].reset_index(drop=True)
    surveys = pd.DataFrame({"member_id": random.choice(ids, 200), "kind": "nps"})
    surveys["answered_at"] = FIRST + pd.to_timedelta(random.integers(0, 146, 200), unit="D")
    surveys["score"] = random.integers(0, 11, 200)
    return {"members": members, "events": events, "orders": orders, "surveys": surveys}


@pytest.fixture(scope="module")
def community(frames):
    return Community.open(frames, as_of=LAST.date())


@pytest.fixture(scope="module")
def measured(community):
    return watched.measure(community, earlier=EARLIER).set_index("metric")


def rows_of(frames, name, last):
    """Return y and x of every member for a window, by plain pandas."""
    last = pd.Timestamp(last)
    events, orders, members = frames["events"], frames["orders"], frames["members"].set_index("member_id")
    day, bought = events["occurred_at"], orders["ordered_at"]

    def within(days, first, count):
        return (days > last - pd.Timedelta(days=first)) & (days <= last - pd.Timedelta(days=first - count))

    week, month = events[within(day, 7, 7)], events[within(day, 28, 28)]
    width = 7 if name == "active_week" else 28
    seen = pd.concat([events.groupby("member_id")["occurred_at"].agg(["min", "max"])]).reindex(members.index)
    entered = members["joined_at"].where(~(seen["min"] < members["joined_at"]), seen["min"])
    gone = members["left_at"].where(~(seen["max"] > members["left_at"]), seen["max"])
    here = (entered <= last) & (gone.isna() | (gone > last - pd.Timedelta(days=width)))
    x = here.astype(float)
    if name == "active_week":
        return x.index.isin(week["member_id"]) * x, x
    if name == "active_month":
        return x.index.isin(month["member_id"]) * x, x
    if name == "joined":
        return within(members["joined_at"], 28, 28) * x, x
    if name == "kept_week":
        x = pd.Series(members.index.isin(events[within(day, 14, 7)]["member_id"]), members.index).astype(
            float
        )
        return x.index.isin(week["member_id"]) * x, x
    if name == "active_days":
        y = month.groupby("member_id")["occurred_at"].nunique().reindex(members.index).fillna(0)
        return y, (y > 0).astype(float)
    if name == "interaction_rate":
        counts = (
            month.groupby(["member_id", "event_type"]).size().unstack(fill_value=0).reindex(members.index)
        )
        counts = counts.fillna(0)
        return counts["like"] + counts["comment"] + counts["share"], counts["view"]
    recent = orders[within(bought, 28, 28)]
    if name == "bought":
        return x.index.isin(recent["member_id"]) * x, x
    if name == "revenue_per_member":
        return recent.groupby("member_id")["amount"].sum().reindex(members.index).fillna(0) * x, x
    if name == "viewers_bought":
        viewers = month.loc[month["event_type"] == "view", "member_id"]
        x = pd.Series(members.index.isin(viewers), members.index).astype(float)
        return x.index.isin(recent["member_id"]) * x, x
    if name == "bought_again":
        first = bought.groupby(orders["member_id"]).min()
        age = (last - first).dt.days
        asked = first[(age >= 60) & (age < 88)]
        after = orders.merge(asked.rename("first"), left_on="member_id", right_index=True)
        gap = (after["ordered_at"] - after["first"]).dt.days
        x = pd.Series(members.index.isin(asked.index), members.index).astype(float)
        return x.index.isin(after.loc[gap.between(1, 60), "member_id"]) * x, x
    assert name == "comeback"
    age = (last - members["joined_at"]).dt.days
    x = ((age >= 36) & (age < 64) & (members["joined_at"] >= FIRST)).astype(float)
    after = events.merge(members["joined_at"].rename("start"), left_on="member_id", right_index=True)
    gap = (after["occurred_at"] - after["start"]).dt.days
    return x.index.isin(after.loc[gap.between(30, 36), "member_id"]) * x, x


@pytest.mark.parametrize("name", [name for name in watched.WATCHED if name != "nps"])
def test_a_figure_equals_its_plain_twin_on_both_days(frames, measured, name):
    row = measured.loc[name]
    parts = []
    for end, as_of in (("", LAST.date()), ("_earlier", EARLIER)):
        y, x = (np.asarray(part, dtype=float) for part in rows_of(frames, name, watched.last_of(name, as_of)))
        y = np.where(x > 0, y, 0.0) if name != "interaction_rate" else y
        assert row[f"n{end}"] == (x > 0).sum()
        assert row[f"estimate{end}"] == pytest.approx(y.sum() / x.sum())
        assert row[f"low{end}"] <= row[f"estimate{end}"] <= row[f"high{end}"]
        parts += [y, x]
    names = {"y1": parts[0], "x1": parts[1], "y0": parts[2], "x0": parts[3]}
    sums = {one: part.sum() for one, part in names.items()}
    sums |= {"_".join(pair): (names[pair[0]] * names[pair[1]]).sum() for pair in movement.PRODUCTS}
    assert row["correlation"] == pytest.approx(movement.correlation(pd.Series(sums)), abs=1e-9)


def test_the_figures_of_the_first_page_are_the_same(community, measured):
    month = activity.rolling(community, windows=(28,)).iloc[-1]
    assert measured.loc["active_month", ["n", "count"]].tolist() == month[["n", "count"]].tolist()
    assert measured.loc["active_month", ["low", "high"]].tolist() == pytest.approx(
        [month["low"], month["high"]]
    )
    weeks = activity.panel(community)
    week = weeks[~weeks["open_period"]].iloc[-1]
    assert measured.loc["active_week", ["n", "count"]].tolist() == week[["n", "count"]].tolist()


def test_all_cohorts_together_are_the_comeback_of_the_first_page(community, monkeypatch):
    whole = retention.day_n(community, days=(30,), window=7).iloc[0]
    longer = watched._COMEBACK.replace(f"{30 + 7 - 2 + 28}", "1000")
    spec = watched.Watched("share", 28, longer)
    monkeypatch.setattr(watched, "WATCHED", {"comeback": spec})
    assert watched.measure(community).loc[0, ["n", "count"]].tolist() == whole[["n", "count"]].tolist()


def test_the_promoters_are_those_of_the_score(frames):
    recent = frames["surveys"][frames["surveys"]["answered_at"] > LAST - pd.Timedelta(days=91)]
    own = Community.open(frames | {"surveys": recent}, as_of=LAST.date())
    row = watched.measure(own).set_index("metric").loc["nps"]
    score = satisfaction.nps(own).iloc[0]
    assert row["n"] == score["n"]
    assert row["estimate"] == pytest.approx(score["estimate"])


def test_an_unfinished_week_is_never_compared_with_a_full_one(measured):
    assert measured.loc["active_week", "last"] == dt.date(2026, 5, 24)
    assert measured.loc["active_week", "last_earlier"] == dt.date(2026, 5, 17)
    assert measured.loc["active_month", "last"] == LAST.date()


def test_two_reports_of_one_week_have_the_same_last_whole_week(community):
    judged = movement.judge(watched.measure(community, earlier=dt.date(2026, 5, 29))).set_index("metric")
    assert not judged.loc["active_week", "compared"]
    assert judged.loc["active_month", "compared"]


def test_a_window_that_the_data_do_not_fill_is_left_out(frames):
    early = Community.open(frames, as_of=dt.date(2026, 1, 20))
    found = watched.measure(early, earlier=dt.date(2026, 1, 10)).set_index("metric")
    assert list(found.index) == ["active_week", "kept_week"] or list(found.index) == ["active_week"]
    assert found.loc["active_week", "last_earlier"] is None


def test_planted_movement_is_found_and_nothing_else_is_called_clear():
    random = np.random.default_rng(11)
    ids = np.array([f"m{number:04d}" for number in range(800)])
    habit = random.beta(1, 3, 800)
    rows = []
    for day in range(84):
        chance = habit * (0.45 if day >= 77 else 1.0)  # the last week is much quieter
        there = ids[random.random(800) < chance]
        rows.append(pd.DataFrame({"member_id": there, "occurred_at": FIRST + pd.Timedelta(days=day)}))
    events = pd.concat(rows).assign(event_type="like")
    members = pd.DataFrame({"member_id": ids, "joined_at": FIRST})
    told = {}
    for as_of in (FIRST + pd.Timedelta(days=83), FIRST + pd.Timedelta(days=76)):
        own = Community.open({"events": events, "members": members}, as_of=as_of.date())
        judged = movement.judge(watched.measure(own, earlier=(as_of - pd.Timedelta(days=7)).date()))
        told[own.as_of] = judged.set_index("metric")
    after, before = told.values()
    assert after.loc[["active_week", "kept_week", "active_days"], "clear"].all()
    assert (after.loc[["active_week", "kept_week", "active_days"], "change"] < 0).all()
    assert not before["clear"].any()
