"""Participation: closed forms, twins that list every member, and the edges."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.metrics import participation

DAY = pd.Timestamp("2026-05-04")


def opened(rows, **tables):
    events = pd.DataFrame(rows, columns=["member_id", "day", "event_type"])
    events["member_id"] = "m" + events["member_id"].astype(str)
    events["occurred_at"] = DAY + pd.to_timedelta(events.pop("day"), unit="D")
    return Community.open({"events": events, **tables})


def grouped(values):
    value, members = np.unique(values, return_counts=True)
    return pd.DataFrame({"value": value, "members": members})


def gini_by_pairs(values):
    values = np.asarray(values, dtype=float)
    return np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean())


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 20), st.sampled_from(["view", "like", "message"])),
        min_size=1,
        max_size=50,
    )
)
def test_distribution_is_what_pandas_finds(rows):
    members = pd.DataFrame({"member_id": [f"m{at}" for at in range(9)], "joined_at": DAY})
    found = participation.distribution(opened(rows, members=members))
    given_ = pd.Series([m for m, _, kind in rows if kind != "view"], dtype=int).value_counts()
    expected = grouped(given_.reindex(range(9), fill_value=0))
    assert found.to_numpy().tolist() == expected.to_numpy().tolist()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=2, max_size=40).filter(any))
def test_gini_is_the_mean_difference_between_members(values):
    found = participation.gini(grouped(values), repeats=20)
    assert found["estimate"].iloc[0] == pytest.approx(gini_by_pairs(values))
    assert found["estimate"].iloc[1] == pytest.approx(gini_by_pairs([v for v in values if v]))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=10, max_size=60).filter(any))
def test_top_shares_are_those_of_the_sorted_members(values):
    values = sorted(values * 10, reverse=True)
    found = participation.top_shares(grouped(values), tops=(0.1, 0.5), repeats=20)
    for top, estimate in zip((0.1, 0.5), found["estimate"], strict=False):
        assert estimate == pytest.approx(sum(values[: round(top * len(values))]) / sum(values))


def test_equal_members_have_no_inequality_and_one_giver_has_all():
    assert participation.gini(grouped([4] * 50))["estimate"].tolist() == pytest.approx([0, 0])
    one = participation.gini(grouped([0] * 99 + [7]))
    assert one["estimate"].tolist() == pytest.approx([0.99, 0])


def test_gini_of_an_exponential_law_is_a_half():
    random = np.random.default_rng(4)
    found = participation.gini(grouped(np.round(random.exponential(1000, 20_000))), repeats=200).iloc[0]
    assert found["low"] <= 0.5 <= found["high"]


def test_gini_interval_covers_as_often_as_it_says():
    random = np.random.default_rng(6)
    truth = gini_by_pairs(random.negative_binomial(1, 0.2, 8000))
    hits = [
        found["low"] <= truth <= found["high"]
        for seed in range(150)
        for found in [
            participation.gini(grouped(random.negative_binomial(1, 0.2, 300)), seed=seed, repeats=200).iloc[0]
        ]
    ]
    assert 0.9 <= np.mean(hits) <= 0.985


def test_ninety_nine_one_of_a_textbook_community():
    rows = participation.split(grouped([0] * 900 + [1] * 90 + [21] * 10))
    everybody = rows.loc[rows["population"] == "all members"].set_index("tier")
    assert everybody["estimate"].tolist() == pytest.approx([0.7, 0.3, 0.0])
    assert everybody["estimate"].sum() == pytest.approx(1)
    assert everybody["count"].tolist() == [10, 90, 900]
    assert rows.loc[rows["population"] != "all members", "n"].unique().tolist() == [100]


def test_silent_members_count():
    silent = participation.silent(grouped([0, 0, 0, 5])).iloc[0]
    assert (silent["n"], silent["count"], silent["estimate"]) == (4, 3, 0.75)


def test_nobody_contributing_is_missing_not_an_error():
    nothing = participation.distribution(opened([(0, 0, "view"), (1, 0, "view")]))
    assert nothing.to_numpy().tolist() == [[0, 2]]
    assert participation.gini(nothing)["estimate"].isna().all()
    assert participation.split(nothing)["estimate"].isna().all()
    assert participation.top_shares(nothing)["estimate"].isna().all()
    assert participation.lorenz(nothing).empty


def test_a_period_counts_who_belonged_then():
    members = pd.DataFrame(
        {"member_id": ["m0", "m1", "m2"], "joined_at": [DAY, DAY, DAY + pd.Timedelta(days=20)],
         "left_at": [pd.NaT, DAY + pd.Timedelta(days=3), pd.NaT]}
    )  # fmt: skip
    community = opened([(0, 0, "like"), (0, 12, "like"), (2, 21, "like")], members=members)
    found = participation.distribution(community, start=dt.date(2026, 5, 11), end=dt.date(2026, 5, 20))
    assert found.to_numpy().tolist() == [[1, 1]]


def test_orders_alone_count_purchases():
    orders = pd.DataFrame(
        {"order_id": ["1", "2", "3"], "member_id": ["a", "a", "b"], "ordered_at": DAY, "amount": 10}
    )
    found = participation.distribution(Community.open({"orders": orders}))
    assert found.to_numpy().tolist() == [[1, 1], [2, 1]]


def test_unknown_contributions_are_refused():
    with pytest.raises(ValueError, match="choose one of actions"):
        participation.distribution(opened([(0, 0, "like")]), of="money")
