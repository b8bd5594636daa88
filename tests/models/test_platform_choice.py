from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics.intervals import wilson
from helpers.models import platform_choice

START = pd.Timestamp("2026-01-01 12:00")


def opened(rows: list[tuple[str, str, int]], **more: pd.DataFrame) -> Community:
    events = pd.DataFrame(rows, columns=["member_id", "platform", "day"])
    events["occurred_at"] = START + pd.to_timedelta(events.pop("day"), unit="D")
    return Community.open({"events": events.assign(event_type="comment"), **more})


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["wechat", "forum"]), st.integers(0, 80)),
        min_size=1,
        max_size=30,
    )
)
def test_criteria_agree_with_a_plain_count(rows):
    found = platform_choice.criteria(opened(rows)).set_index(["platform", "criterion"])
    last = max(day for *_, day in rows)
    people = len({m for m, *_ in rows})
    for platform in {p for _, p, _ in rows}:
        days = {m: sorted({d for x, p, d in rows if (x, p) == (m, platform)}) for m, *_ in rows}
        days = {m: d for m, d in days.items() if d}
        recent = [r for r in rows if r[1] == platform and last - r[2] < 28]
        active = {m for m, *_ in recent}
        followed = {m: d for m, d in days.items() if last - d[0] >= 55}
        back = {m for m, d in followed.items() if any(28 <= day - d[0] <= 55 for day in d)}
        assert found.loc[(platform, "reach"), "estimate"] == pytest.approx(len(days) / people)
        assert found.loc[(platform, "active_share"), "estimate"] == pytest.approx(len(active) / len(days))
        assert found.loc[(platform, "retention"), "n"] == len(followed)
        if active:
            expected = len(recent) / len(active)
            assert found.loc[(platform, "actions_per_active"), "estimate"] == pytest.approx(expected)
        if followed:
            assert found.loc[(platform, "retention"), "estimate"] == pytest.approx(len(back) / len(followed))


def test_buyers_costs_and_competitors_are_criteria_where_given():
    orders = pd.DataFrame({"order_id": ["1"], "member_id": ["a"], "ordered_at": [START], "amount": [5.0]})
    costs = pd.DataFrame({"at": [START], "channel": ["wechat"], "amount": [30.0]})
    rows = [("a", "wechat", 0), ("b", "wechat", 1), ("b", "forum", 2)]
    found = platform_choice.criteria(
        opened(rows, orders=orders, costs=costs), competitors={"wechat": 3, "forum": 1}
    )
    table = found.set_index(["platform", "criterion"])["estimate"]
    assert table["wechat", "buyer_share"] == 0.5
    assert table["wechat", "cost_per_active"] == 15
    assert table["forum", "cost_per_active"] == 0
    assert table["forum", "competitors"] == 1


def measured(values: dict[str, tuple[float, float]], n: int) -> pd.DataFrame:
    rows = []
    for platform, (reach, retention) in values.items():
        for criterion, share in (("reach", reach), ("retention", retention)):
            low, high = wilson(share * n, n)
            rows.append((platform, criterion, n, share, low, high, "high", n < 30))
    return pd.DataFrame(
        rows, columns=["platform", "criterion", "n", "estimate", "low", "high", "better", "small"]
    )


def test_a_platform_best_in_everything_is_first_whatever_the_weights():
    ranks = platform_choice.ranks(measured({"a": (0.8, 0.6), "b": (0.5, 0.3), "c": (0.2, 0.1)}, 5000))
    assert ranks["platform"].tolist() == ["a", "b", "c"]
    assert ranks.loc[0, "p_1"] > 0.99
    assert ranks.loc[0, "score"] == 1 and ranks.loc[2, "score"] == 0
    assert ranks[["p_1", "p_2", "p_3"]].sum(axis=1).tolist() == pytest.approx([1, 1, 1])


def test_opposed_criteria_leave_the_order_open_until_weights_decide():
    criteria = measured({"a": (0.8, 0.1), "b": (0.2, 0.6)}, 5000)
    assert 0.4 < platform_choice.ranks(criteria).loc[0, "p_1"] < 0.6
    decided = platform_choice.ranks(criteria, weights={"reach": 1, "retention": 9})
    assert decided.loc[0, "platform"] == "b"
    assert decided.loc[0, "p_1"] > 0.95


def test_few_members_make_the_order_unsure():
    sure = platform_choice.ranks(measured({"a": (0.6, 0.4), "b": (0.5, 0.3)}, 5000)).loc[0, "p_1"]
    unsure = platform_choice.ranks(measured({"a": (0.6, 0.4), "b": (0.5, 0.3)}, 20)).loc[0, "p_1"]
    assert sure > 0.99 > 0.9 > unsure > 0.5


def test_one_platform_and_missing_criteria_survive():
    ranks = platform_choice.ranks(platform_choice.criteria(opened([("a", "wechat", 0)])))
    assert ranks["platform"].tolist() == ["wechat"]
    assert ranks.loc[0, "p_1"] == 1
    empty = measured({"a": (0.5, 0.5)}, 10).assign(estimate=np.nan)
    assert platform_choice.ranks(empty).empty


def test_wrong_weights_and_missing_platforms_are_told():
    with pytest.raises(ValueError, match="weights"):
        platform_choice.ranks(measured({"a": (0.5, 0.5)}, 10), weights={"beauty": 1})
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": [START], "event_type": ["like"]})
    with pytest.raises(TableMissing, match="platform"):
        platform_choice.criteria(Community.open({"events": events}))


def test_audience_counts_the_silent_members_of_a_segment():
    members = pd.DataFrame({"member_id": ["a", "b", "c"], "gender": ["f", "f", "m"]})
    found = platform_choice.audience(opened([("a", "wechat", 0)], members=members), segments="gender")
    found = found.set_index(["segment", "platform"])
    assert found.loc[("f", "wechat"), ["n", "count"]].tolist() == [2, 1]
    assert found.loc[("m", "wechat"), ["n", "count"]].tolist() == [1, 0]
