"""Retention against a twin in plain Python, hand-checked tables and the published CDNOW cohorts."""

from __future__ import annotations

import datetime as dt
import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, SettingsError, TableMissing
from helpers.metrics import mix, retention

FIRST = dt.date(2026, 1, 1)


def community_of(visits, *, as_of, joined=None, source=None):
    events = pd.DataFrame(visits, columns=["member_id", "day"])
    tables = {
        "events": pd.DataFrame(
            {
                "member_id": events["member_id"],
                "occurred_at": [
                    pd.Timestamp(FIRST) + pd.Timedelta(days=int(d), hours=9) for d in events["day"]
                ],
                "event_type": "view",
            }
        )
    }
    if joined is not None:
        tables["members"] = pd.DataFrame(
            {
                "member_id": list(joined),
                "joined_at": [pd.Timestamp(FIRST) + pd.Timedelta(days=int(d)) for d in joined.values()],
                "source": [source[m] for m in joined] if source else None,
            }
        )
    return Community.open(tables, as_of=FIRST + dt.timedelta(days=as_of))


visits_and_joins = st.tuples(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 45)), min_size=1, max_size=40),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(-5, 45), min_size=1),
)


def twin_starts(visits, joined, as_of):
    # Day number of the beginning of each member, and whether it may lie before the data.
    first_seen = {}
    for member, day in visits:
        first_seen[member] = min(day, first_seen.get(member, day))
    origin = min(day for _, day in visits)
    starts = {}
    for member in {*first_seen, *(m for m, d in joined.items() if d <= as_of)}:
        day = joined.get(member, first_seen.get(member))
        early = day < origin if member in joined else day - origin < 7
        starts[member] = (day, early)
    return starts


@settings(max_examples=25, deadline=None)
@given(visits_and_joins, st.integers(1, 8) | st.just("after"), st.sampled_from(["leave_out", "keep"]))
def test_day_n_equals_counting_member_by_member(drawn, window, left_edge):
    visits, joined = drawn
    as_of, days = 45, (1, 7, 30)
    found = retention.day_n(
        community_of(visits, as_of=as_of, joined=joined), days=days, window=window, left_edge=left_edge
    )
    starts = {
        m: d
        for m, (d, early) in twin_starts(visits, joined, as_of).items()
        if left_edge == "keep" or not early
    }
    width = 1 if window == "after" else window
    for day in days:
        watched = {m: d for m, d in starts.items() if d + day + width - 1 <= as_of}
        back = [
            m
            for m, d in watched.items()
            if any(
                v == m and (t >= d + day if window == "after" else d + day <= t < d + day + width)
                for v, t in visits
            )
        ]
        row = found[found["day"] == day]
        if not starts:
            assert row.empty
            continue
        assert row[["n", "count", "unseen"]].iloc[0].tolist() == [
            len(watched),
            len(back),
            len(starts) - len(watched),
        ]


@settings(max_examples=25, deadline=None)
@given(visits_and_joins, st.sampled_from(["week", "month"]), st.sampled_from(["joined", "first"]))
def test_cohorts_equal_counting_member_by_member(drawn, by, start):
    visits, joined = drawn
    as_of = 45
    found = retention.cohorts(community_of(visits, as_of=as_of, joined=joined), by=by, start=start)

    def period(day):
        date = FIRST + dt.timedelta(days=day)
        return date - dt.timedelta(days=date.weekday()) if by == "week" else date.replace(day=1)

    starts = {m: d for m, (d, _) in twin_starts(visits, joined, as_of).items()}
    if start == "first":
        starts = {m: min(t for v, t in visits if v == m) for m in starts if any(v == m for v, _ in visits)}
    sizes, active = {}, {}
    for member, day in starts.items():
        sizes[period(day)] = sizes.get(period(day), 0) + 1
        for p in {period(t) for v, t in visits if v == member}:
            if p >= period(day):
                active[(period(day), p)] = active.get((period(day), p), 0) + 1
    for row in found.itertuples():
        assert row.n == sizes[row.cohort.date()]
        assert row.count == active.pop((row.cohort.date(), row.period.date()), 0)
    assert not active
    assert found["cohort"].nunique() == len([c for c in sizes if (found["cohort"] == pd.Timestamp(c)).any()])


def cdnow_sample() -> pd.DataFrame:
    # The data file only: the package itself does not import beside today's pandas.
    spec = importlib.util.find_spec("lifetimes")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("the CDNOW sample comes with the lifetimes wheel, which is not installed")
    path = Path(next(iter(spec.submodule_search_locations))) / "datasets" / "CDNOW_sample.txt"
    columns = ["master", "member_id", "ordered_at", "quantity", "amount"]
    orders = pd.read_csv(path, sep=r"\s+", names=columns, encoding="utf-8")
    orders["ordered_at"] = pd.to_datetime(orders["ordered_at"].astype(str), format="%Y%m%d")
    orders["order_id"] = [f"o{i}" for i in range(len(orders))]
    return orders[["order_id", "member_id", "ordered_at", "amount"]].astype({"member_id": str})


def test_monthly_cohort_of_the_cdnow_sample_is_the_published_one():
    # January 1997 of the 1/10 sample of Fader and Hardie (2,357 customers).
    cohorts = retention.cohorts(Community.open({"orders": cdnow_sample()}), by="month")
    january = cohorts[cohorts["cohort"] == "1997-01-01"]
    assert january["count"].head(7).tolist() == [781, 124, 95, 70, 65, 77, 65]
    assert (january["n"] == 781).all()
    assert cohorts.attrs["about"]["start"] == "first"
    assert cohorts.groupby("cohort")["n"].first().sum() == 2357


def test_a_member_too_young_for_day_n_is_in_no_denominator():
    community = community_of([("a", 0), ("b", 10), ("b", 17)], as_of=17, joined={"a": 0, "b": 10, "c": 16})
    row = retention.day_n(community, days=(7,)).iloc[0]
    assert row[["n", "count", "unseen"]].tolist() == [2, 1, 1]


def test_silent_members_count_as_not_retained():
    community = community_of([("a", 0), ("a", 1)], as_of=40, joined={"a": 0, "silent": 0})
    assert retention.day_n(community, days=(1,))["estimate"].tolist() == [0.5]


def test_the_wider_the_definition_the_higher_the_share():
    visits = [("a", 0), ("a", 9), ("b", 0), ("b", 30), ("c", 0), ("c", 7)]
    community = community_of(visits, as_of=40, joined=dict.fromkeys("abc", 0))
    counts = [retention.day_n(community, days=(7,), window=w)["count"].iloc[0] for w in (1, 7, "after")]
    assert counts == [1, 2, 3]
    assert retention.day_n(community, days=(7,), window="after")["open_period"].all()


def test_members_from_before_the_data_are_left_out_unless_kept():
    community = community_of([("old", 0), ("new", 1), ("new", 2)], as_of=20, joined={"old": -9, "new": 1})
    assert retention.day_n(community, days=(1,))["n"].tolist() == [1]
    assert retention.day_n(community, days=(1,), left_edge="keep")["n"].tolist() == [2]


def test_first_cohort_of_unknown_age_is_flagged_and_the_last_period_open():
    community = community_of([("a", 0), ("b", 20), ("b", 33)], as_of=33)
    cohorts = retention.cohorts(community, by="week")
    assert cohorts.groupby("cohort")["left_edge"].first().tolist() == [True, False]
    assert cohorts.loc[cohorts["open_period"], "period"].unique() == np.array(
        ["2026-02-02"], dtype="datetime64[us]"
    )


def test_day_n_splits_by_a_member_attribute_and_names_the_missing():
    joined, source = {"a": 0, "b": 0, "c": 0}, {"a": "ad", "b": "invitation", "c": None}
    community = community_of([("a", 0), ("b", 0), ("b", 1)], as_of=10, joined=joined, source=source)
    table = retention.day_n(community, days=(1,), by="source")
    assert dict(zip(table["source"], table["count"], strict=True)) == {"ad": 0, "invitation": 1, "unknown": 0}
    with pytest.raises(TableMissing):
        retention.day_n(community, by="city_tier")
    with pytest.raises(TableMissing):
        retention.day_n(community, by="source) from people; --")
    personas = pd.DataFrame({"member_id": ["a", "b"], "segment": ["helper", "lurker"]})
    table = retention.day_n(community, days=(1,), by="persona", segments=personas)
    assert table["persona"].tolist() == ["helper", "lurker", "unknown"] and table["n"].tolist() == [1, 1, 1]


def test_options_that_make_no_sense_are_refused():
    community = community_of([("a", 0)], as_of=3)
    for options in ({"days": ()}, {"days": (-1,)}, {"window": 0}, {"start": "born"}, {"left_edge": "maybe"}):
        with pytest.raises(SettingsError):
            retention.day_n(community, **options)
    with pytest.raises(SettingsError):
        retention.cohorts(community, by="year")


def test_a_single_member_on_a_single_day_gives_a_cohort_of_one():
    community = community_of([("a", 0)], as_of=0)
    assert retention.cohorts(community)[["n", "count"]].to_numpy().tolist() == [[1, 1]]
    table = retention.day_n(community, left_edge="keep")
    assert table["n"].tolist() == [0, 0, 0] and table["estimate"].isna().all()
    assert retention.average_curve(retention.cohorts(community)).empty


def test_average_curve_can_hold_its_cohorts_fixed():
    triangle = pd.DataFrame(
        {
            "cohort": pd.to_datetime(["2026-01-05"] * 3 + ["2026-01-12"] * 2 + ["2026-01-19"]),
            "index": [0, 1, 2, 0, 1, 0],
            "n": [10, 10, 10, 20, 20, 30],
            "count": [10, 5, 4, 20, 2, 30],
            "open_period": [False, False, False, False, False, True],
            "left_edge": False,
        }
    ).assign(estimate=lambda t: t["count"] / t["n"])
    free, fixed = retention.average_curve(triangle), retention.average_curve(triangle, until=2)
    assert free["count"].tolist() == [30, 7, 4] and free["cohorts"].tolist() == [2, 2, 1]
    assert fixed["estimate"].tolist() == [1.0, 0.5, 0.4] and fixed["cohorts"].tolist() == [1, 1, 1]


def test_a_shift_to_a_weak_source_lowers_the_whole_and_no_part():
    visits, joined, source = [], {}, {}
    for month_start, (strong, weak) in ((0, (8, 2)), (31, (2, 8))):
        for i in range(strong + weak):
            name = f"{month_start}-{i}"
            joined[name], source[name] = month_start, "invitation" if i < strong else "ad"
            # Half of the invited and none of the others come back on day 5.
            visits += [(name, month_start)] + ([(name, month_start + 5)] if i < strong and i % 2 == 0 else [])
    community = community_of(visits, as_of=70, joined=joined, source=source)
    table = mix.by_mix(community, day=5, window=1, left_edge="keep")
    assert table.groupby("source")["estimate"].nunique().tolist() == [1, 1]
    whole = mix.standardise(table)
    assert whole["estimate"].tolist() == [0.4, 0.1]
    assert whole["standardised"].tolist() == pytest.approx([0.25, 0.25])
    parts = mix.mix_effect(table)
    assert parts["within"].abs().sum() == pytest.approx(0) and parts["mix"].sum() == pytest.approx(-0.3)
    assert table.attrs["about"]["randomised"] is False


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=4, max_size=4))
def test_mix_and_within_add_up_to_the_change(counts):
    table = pd.DataFrame(
        {
            "cohort": pd.to_datetime(["2026-01-01"] * 2 + ["2026-02-01"] * 2),
            "source": ["a", "b"] * 2,
            "n": [n + back for n, back in counts],
            "count": [back for _, back in counts],
            "open_period": False,
        }
    )
    table = table[table["n"] > 0]
    sums = table.groupby("cohort")[["n", "count"]].sum()
    if len(sums) < 2:
        return
    rates = sums["count"] / sums["n"]
    assert mix.mix_effect(table)["total"].sum() == pytest.approx(rates.iloc[1] - rates.iloc[0], abs=1e-12)
