"""Steps of trust, ways of marketing, traits, objectives, the week and the trends, checked by hand."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import objectives, routine, traits, trends, trust, ways

START = dt.date(2026, 1, 1)


def day(at: int) -> dt.date:
    return START + dt.timedelta(days=at)


def events(*rows: tuple[str, int, str], **more: list[object]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "member_id": [who for who, _at, _kind in rows],
            "occurred_at": [pd.Timestamp(day(at)) + pd.Timedelta(hours=9) for _who, at, _kind in rows],
            "event_type": [kind for _who, _at, kind in rows],
        }
    )
    return frame.assign(**more)


def orders(*rows: tuple[str, int, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order_id": [f"{at:03d}" for at in range(len(rows))],
            "member_id": [who for who, _at, _amount in rows],
            "ordered_at": [day(at) for _who, at, _amount in rows],
            "amount": [amount for _who, _at, amount in rows],
        }
    )


def members(**joined: int) -> pd.DataFrame:
    return pd.DataFrame({"member_id": list(joined), "joined_at": [day(at) for at in joined.values()]})


# trust -------------------------------------------------------------------------------------------


def test_steps_are_counted_within_everybodys_first_days() -> None:
    community = Community.open(
        {
            "members": members(a=0, b=0, c=0, d=95),
            "events": events(
                ("a", 0, "view"), ("a", 2, "like"), ("b", 3, "view"), ("b", 99, "like"), ("d", 99, "like")
            ),
            "orders": orders(("a", 5, 1.0), ("a", 50, 1.0), ("b", 95, 1.0), ("c", 9, 1.0)),
        }
    )
    found = trust.funnel(community).set_index("step")
    assert found["n"].unique().tolist() == [3]  # d has not been here for 90 days
    assert found["count"].to_dict() == {
        "joined": 3, "read": 2, "took_part": 1, "bought": 2, "bought_again": 1
    }  # fmt: skip
    assert found.loc["bought", "in_order"] == 1  # c bought without reading or taking part
    assert found.loc["bought", "skipped"] == 0.5


def test_whoever_brings_a_member_has_invited() -> None:
    listed = members(a=0, b=10, z=0).assign(invited_by=[None, "a", None])
    community = Community.open({"members": listed, "events": events(("z", 0, "view"), ("z", 100, "view"))})
    found = trust.funnel(community).set_index("step")
    assert found.loc["invited", ["n", "count"]].tolist() == [3, 1]


def test_orders_alone_still_make_a_funnel() -> None:
    community = Community.open(
        {"orders": orders(("z", 0, 1.0), ("a", 8, 1.0), ("a", 20, 1.0), ("b", 9, 1.0), ("c", 150, 1.0))}
    )
    found = trust.funnel(community).set_index("step")
    assert found["count"].to_dict() == {"joined": 2, "bought": 2, "bought_again": 1}


# ways --------------------------------------------------------------------------------------------


@pytest.fixture
def recruited() -> Community:
    listed = members(a=0, b=1, c=2, d=3).assign(source=["Invitation", "ad", "ad", "pigeon"])
    costs = pd.DataFrame(
        {"at": day(5), "channel": ["ad", "invitation", "community"], "amount": [30.0, 4.0, 100.0]}
    )
    bought = orders(("a", 5, 1.0), ("a", 60, 1.0), ("b", 6, 1.0), ("b", 130, 1.0), ("c", 120, 1.0))
    seen = events(
        *[(who, 0, "view") for who in "abca"], content_id=["p", "p", "q", "p"]
    )  # fmt: skip
    posts = pd.DataFrame(
        {
            "content_id": ["p", "q", "r"],
            "published_at": day(0),
            "is_ugc": [True, True, False],
            "is_sponsored": [False, True, False],
        }
    )
    return Community.open(
        {"members": listed, "costs": costs, "orders": bought, "events": seen, "contents": posts}
    )


def test_ways_are_set_side_by_side(recruited: Community) -> None:
    found = ways.side_by_side(recruited).set_index("way")
    assert found["n"].to_dict() == {"community": 1, "advertising": 2, "other": 1}
    assert found["cost_per_member"].to_dict() == pytest.approx(
        {"community": 4.0, "advertising": 15.0, "other": np.nan}, nan_ok=True
    )
    # c bought too lately to be asked, b bought again too late
    assert found.loc["advertising", ["first_buyers", "count"]].tolist() == [1, 0]
    assert found.loc["community", ["first_buyers", "count"]].tolist() == [1, 1]
    assert found.loc["community", "reach"] == 2  # members, not views
    assert found.loc["advertising", "reach"] == 1


def test_sources_can_be_named_in_ones_own_words(recruited: Community) -> None:
    found = ways.side_by_side(recruited, ways={"carrier": ["Pigeon"]}).set_index("way")
    assert found["n"].to_dict() == {"carrier": 1, "other": 3}


def test_the_three_costs_of_a_member(recruited: Community) -> None:
    found = ways.recruiting_cost(recruited).set_index("what")
    assert found["estimate"].to_dict() == {"paid": 15.0, "blended": 8.5, "loaded": 33.5}


# traits ------------------------------------------------------------------------------------------


def test_members_who_read_and_who_take_part_share_a_denominator() -> None:
    community = Community.open(
        {
            "members": members(a=0, b=0, c=0, d=0),
            "events": events(("a", 90, "view"), ("b", 90, "view"), ("b", 99, "comment"), ("c", 10, "like")),
        }
    )
    found = traits.recent(community).set_index("trait")
    assert found["count"].to_dict() == {"participation": 1, "content is king": 2}
    assert found["n"].unique().tolist() == [4]


def test_a_paid_partner_is_no_word_of_mouth() -> None:
    listed = members(a=5, b=6, c=7, k=0).assign(
        invited_by=["k", "a", None, None], role=["member", "member", "member", "kol"]
    )
    community = Community.open({"members": listed, "events": events(("a", 0, "view"), ("a", 9, "view"))})
    found = traits.invited(community).iloc[0]
    assert (found["n"], found["count"]) == (4, 1)


views = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 59), st.sampled_from(["tea", "ware"])),
    min_size=1,
    max_size=25,
)


@given(rows=views)
@settings(max_examples=30, deadline=None)
def test_views_on_the_own_topic_are_what_a_loop_finds(rows: list[tuple[str, int, str]]) -> None:
    seen = events(
        *[(who, at, "view") for who, at, _topic in rows], content_id=[topic for _who, _at, topic in rows]
    )
    posts = pd.DataFrame({"content_id": ["tea", "ware"], "published_at": START, "topic": ["tea", "ware"]})
    anchor = events(("z", 59, "like"), content_id=[None])
    community = Community.open({"events": pd.concat([seen, anchor]), "contents": posts})
    hits = total = 0
    for who in "abc":
        early = [topic for one, at, topic in rows if one == who and at <= 31]
        late = [topic for one, at, topic in rows if one == who and at > 31]
        if early and late:
            own = min(set(early), key=lambda topic: (-early.count(topic), topic))
            hits, total = hits + late.count(own), total + len(late)
    found = traits.on_target(community)
    if not total:
        assert found.empty
    else:
        assert found["estimate"].iloc[0] == pytest.approx(hits / total)
        assert found["count"].iloc[0] == hits


def test_concentration_is_the_sum_of_squared_shares() -> None:
    seen = events(
        *[("a", at, "view") for at in range(6)], *[("b", at, "view") for at in range(4)],
        platform=["wechat"] * 6 + ["forum"] * 3 + ["wechat"],
    )  # fmt: skip
    found = traits.concentration(Community.open({"events": seen})).iloc[0]
    assert found["estimate"] == pytest.approx(0.7**2 + 0.3**2)
    assert found["baseline"] == 0.5
    assert found["count"] == 10


def test_the_interval_of_the_concentration_is_that_of_a_bootstrap_by_member() -> None:
    rng = np.random.default_rng(3)
    days = np.column_stack([rng.poisson(4, 400), rng.poisson(2, 400), rng.poisson(1, 400)])
    names = ["wechat", "forum", "douyin"]
    rows, platforms = [], []
    for member, counts in enumerate(days):
        for name, count in zip(names, counts, strict=True):
            rows += [(f"m{member}", at, "view") for at in range(count)]
            platforms += [name] * int(count)
    found = traits.concentration(Community.open({"events": events(*rows, platform=platforms)})).iloc[0]
    drawn = days[rng.integers(0, len(days), (1000, len(days)))].sum(axis=1)
    index = ((drawn / drawn.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
    low, high = np.percentile(index, [2.5, 97.5])
    assert found["low"] == pytest.approx(low, abs=0.004)
    assert found["high"] == pytest.approx(high, abs=0.004)


def test_signatures_leave_out_what_is_not_supplied() -> None:
    alone = Community.open({"orders": orders(("a", 0, 1.0), ("a", 120, 1.0), ("b", 9, 1.0))})
    assert traits.signatures(alone)["trait"].tolist() == ["long relations"]
    with pytest.raises(TableMissing):
        traits.on_target(alone)


# objectives --------------------------------------------------------------------------------------


def test_the_tree_compares_two_stretches() -> None:
    community = Community.open(
        {
            "members": members(a=0, b=0, c=0, d=80),
            "events": events(
                ("a", 0, "view"),
                ("a", 60, "view"),
                ("b", 60, "comment"),
                ("a", 90, "message"),
                ("d", 99, "view"),
            ),
            "orders": orders(("b", 50, 10.0), ("b", 95, 30.0), ("c", 60, 5.0)),
        }
    )
    found = objectives.tree(community).set_index("metric")
    now = {name: (row["count"], row["n"]) for name, row in found.iterrows()}
    assert now["saw something"] == (1, 4)
    assert now["came new"] == (1, 4)
    assert now["took part"] == (1, 4)
    assert now["came back"] == (1, 2)  # a and b were there in days 44 to 71, a again
    assert now["bought again"] == (1, 2)
    assert found.loc["spent per member", "estimate"] == pytest.approx(30 / 4)
    assert found.loc["took part", "before"] == pytest.approx(1 / 3)
    assert np.isnan(found.loc["bought again", "before"])  # its 90 days would begin before the data


def test_a_young_community_has_no_change_yet() -> None:
    community = Community.open(
        {"members": members(a=0), "events": events(("a", 0, "view"), ("a", 9, "like"))}
    )
    assert objectives.tree(community)["change"].isna().all()


# routine -----------------------------------------------------------------------------------------


def test_the_week_holds_this_weeks_numbers() -> None:
    community = Community.open(
        {
            "members": members(a=0, b=9, c=12),
            "events": events(("a", 0, "view"), ("a", 4, "like"), ("b", 10, "like"), ("a", 13, "view")),
            "orders": orders(("a", 5, 20.0), ("a", 13, 50.0)),
        },
        as_of=str(day(13)),
    )
    found = routine.week(community).set_index("measure")
    assert found.loc["members who were active", ["value", "before"]].tolist() == [2, 1]
    assert found.loc["newcomers who did more than look", "value"] == 0.5
    assert found.loc["net revenue", ["value", "before"]].tolist() == [50, 20]
    assert "campaigns under way" not in found.index


# trends ------------------------------------------------------------------------------------------


def test_the_curve_counts_members_three_ways() -> None:
    listed = members(a=0, b=5, c=40).assign(left_at=[None, day(20), None])
    community = Community.open({"members": listed, "events": events(("a", 0, "view"), ("a", 58, "view"))})
    found = trends.curve(community)
    assert found["ever"].tolist() == [2, 3]
    assert found["n"].tolist() == [2, 2]
    assert found["count"].tolist() == [1, 1]


def test_signals_compare_the_ends_of_the_data() -> None:
    community = Community.open(
        {
            "members": members(a=0, b=0, c=50).assign(source=["offline", "ad", "ad"]),
            "events": events(("a", 0, "view"), ("b", 1, "view"), ("b", 1, "like"), ("c", 99, "view")),
        }
    )
    found = trends.signals(community, days=30).set_index("signal")
    assert found.loc["members who were active", "before"] == 1
    assert found.loc["members who were active", "estimate"] == pytest.approx(1 / 3)
    assert found.loc["reactions per view", "before"] == pytest.approx(1 / 2)
    assert "orders placed in a shop" not in found.index


def test_a_short_history_has_no_long_relations() -> None:
    events = pd.DataFrame({"member_id": ["a", "b"], "occurred_at": ["2026-05-01", "2026-05-20"]})
    community = Community.open({"events": events.assign(event_type="message")})
    assert traits.kept(community).empty
    assert "long relations" not in set(traits.signatures(community)["trait"])
