"""Activity on frames one can check by head, and against plain pandas."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import activity

DAY = pd.Timestamp("2026-05-04")  # a Monday
ROWS = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(0, 45),
        st.sampled_from(["view", "like", "comment", "message", "share"]),
        st.sampled_from(["wechat", "douyin"]),
    ),
    min_size=1,
    max_size=60,
)


def opened(rows, **tables):
    events = pd.DataFrame(rows, columns=["member_id", "day", "event_type", "platform"])
    events["member_id"] = "m" + events["member_id"].astype(str)
    events["occurred_at"] = DAY + pd.to_timedelta(events.pop("day"), unit="D") + pd.Timedelta(hours=9)
    return Community.open({"events": events, **tables}), events


def by_hand(events, every):
    unit = {"day": "D", "week": "W-SUN", "month": "M"}[every]
    events = events.assign(period=events["occurred_at"].dt.to_period(unit).dt.start_time)
    events["interaction"] = events["event_type"].isin(["like", "comment", "share"])
    events["view"] = events["event_type"] == "view"
    rows = []
    for period, part in events.groupby("period"):
        members = part.groupby("member_id").agg(
            events=("view", "size"), interactions=("interaction", "sum"), views=("view", "sum")
        )
        rows.append(
            {
                "period": period,
                "count": len(members),
                "events": members["events"].mean(),
                "interactions": members["interactions"].sum(),
                "interaction_rate": members["interactions"].sum() / members["views"].sum()
                if members["views"].sum()
                else np.nan,
            }
        )
    return pd.DataFrame(rows)


@settings(max_examples=30, deadline=None)
@given(ROWS, st.sampled_from(["day", "week", "month"]))
def test_panel_is_what_pandas_finds(rows, every):
    community, events = opened(rows)
    panel = activity.panel(community, every=every)
    active = panel.loc[panel["count"] > 0].reset_index(drop=True)
    expected = by_hand(events, every)
    pd.testing.assert_frame_equal(active[expected.columns], expected, check_dtype=False)
    first = events.groupby("member_id")["occurred_at"].min()
    belonged = [int((first < day + pd.Timedelta(days=1)).sum()) for day in panel["last_day"]]
    assert panel["n"].tolist() == belonged


@settings(max_examples=30, deadline=None)
@given(ROWS, st.integers(1, 30))
def test_rolling_is_what_pandas_finds(rows, window):
    community, events = opened(rows)
    rolling = activity.rolling(community, windows=(window,))
    days = events["occurred_at"].dt.normalize()
    for row in rolling.itertuples():
        inside = (days <= row.day) & (days > row.day - pd.Timedelta(days=window))
        assert row.count == events.loc[inside, "member_id"].nunique()


@settings(max_examples=20, deadline=None)
@given(ROWS)
def test_stickiness_is_mean_dau_over_mau(rows):
    community, _ = opened(rows)
    sticky = activity.stickiness(community, window=7)
    daily = activity.rolling(community, windows=(1,)).set_index("day")["count"]
    for row in sticky.itertuples():
        mean_dau = daily.loc[row.period : row.last_day].sum() / 7
        assert row.estimate == pytest.approx(mean_dau / row.n)


def test_silent_members_are_in_the_denominator():
    members = pd.DataFrame(
        {"member_id": ["m0", "m1", "m2"], "joined_at": [DAY, DAY, DAY + pd.Timedelta(days=8)]}
    )
    community, _ = opened([(0, 0, "like", "wechat"), (0, 8, "like", "wechat")], members=members)
    panel = activity.panel(community)
    assert panel[["n", "count"]].to_numpy().tolist() == [[2, 1], [3, 1]]
    assert panel["open_period"].tolist() == [False, True]


def test_a_member_who_left_is_counted_until_then():
    members = pd.DataFrame(
        {"member_id": ["m0", "m1"], "joined_at": [DAY, DAY], "left_at": [pd.NaT, DAY + pd.Timedelta(days=2)]}
    )
    community, _ = opened([(0, 0, "like", "wechat"), (0, 8, "like", "wechat")], members=members)
    assert activity.panel(community)["n"].tolist() == [2, 1]


def test_intervals_of_means_follow_from_members():
    rows = [(0, 0, "like", "wechat")] * 4 + [(1, 1, "like", "wechat")] * 2 + [(2, 1, "view", "wechat")] * 2
    panel = activity.panel(opened(rows)[0]).iloc[0]
    values = np.array([4, 2, 0])
    half = 4.302653 * values.std(ddof=1) / np.sqrt(3)
    assert panel["likes"] == 2
    assert panel["likes_high"] == pytest.approx(2 + half, abs=1e-5)
    assert panel["likes_low"] == 0  # a count cannot be negative
    assert panel["interaction_rate"] == 3
    assert panel[["interacting_share"]].item() == pytest.approx(2 / 3)


def test_by_platform_keeps_the_whole_community_below():
    rows = [(0, 0, "like", "wechat"), (1, 0, "like", "douyin"), (1, 0, "like", "wechat")]
    panel = activity.panel(opened(rows)[0], by="platform")
    assert panel[["platform", "n", "count"]].to_numpy().tolist() == [["douyin", 2, 1], ["wechat", 2, 2]]


def test_by_source_splits_members_silent_ones_included():
    members = pd.DataFrame(
        {"member_id": ["m0", "m1", "m2"], "joined_at": DAY, "source": ["ad", "invitation", "ad"]}
    )
    panel = activity.panel(opened([(0, 0, "like", "wechat")], members=members)[0], by="source")
    assert panel[["source", "n", "count"]].to_numpy().tolist() == [["ad", 2, 1], ["invitation", 1, 0]]


def test_by_segment_takes_the_labels_of_a_model():
    segments = pd.DataFrame({"member_id": ["m0"], "segment": ["loyal"]})
    rows = [(0, 0, "like", "wechat"), (1, 0, "like", "wechat")]
    panel = activity.panel(opened(rows)[0], segments=segments)
    assert panel[["segment", "count"]].to_numpy().tolist() == [["loyal", 1], ["unknown", 1]]


def test_a_missing_attribute_names_what_would_supply_it():
    with pytest.raises(TableMissing):
        activity.panel(opened([(0, 0, "like", "wechat")])[0], by="source")


def test_one_member_on_one_day():
    community, _ = opened([(0, 0, "view", "wechat")])
    panel = activity.panel(community)
    assert panel[["n", "count", "estimate"]].to_numpy().tolist() == [[1, 1, 1]]
    assert np.isnan(panel["events_low"]).all()
    assert activity.rolling(community)["count"].tolist() == [1, 1, 1]
    assert activity.stickiness(community)["estimate"].tolist() == pytest.approx([1 / 28])


def test_orders_alone_are_enough():
    orders = pd.DataFrame(
        {
            "order_id": ["1", "2"],
            "member_id": ["a", "b"],
            "ordered_at": [DAY, DAY + pd.Timedelta(days=8)],
            "amount": 5,
        }
    )
    panel = activity.panel(Community.open({"orders": orders}))
    assert panel["count"].tolist() == [1, 1]
    assert panel["interaction_rate"].isna().all()
    assert panel.attrs["about"]["basis"] == "orders"


def test_days_after_the_data_have_nobody_active():
    community = Community.open({"events": opened([(0, 0, "like", "wechat")])[1]}, as_of=dt.date(2026, 5, 31))
    assert activity.panel(community)["count"].tolist() == [1, 0, 0, 0]


def test_windows_are_days():
    with pytest.raises(ValueError, match="number of days"):
        activity.rolling(opened([(0, 0, "like", "wechat")])[0], windows=(0,))


def test_a_community_of_answers_alone_has_nobody_active() -> None:
    answers = pd.DataFrame({"answered_at": ["2026-05-04", "2026-05-12"], "score": [9, 3], "kind": "nps"})
    community = Community.open({"surveys": answers})
    rolling = activity.rolling(community, windows=(7,))
    assert rolling["n"].eq(0).all() and rolling["count"].eq(0).all() and rolling["estimate"].isna().all()
    assert activity.panel(community)["n"].eq(0).all()
