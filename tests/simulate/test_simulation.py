from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from helpers.simulate import Mechanisms, Scenario, simulate


def test_same_seed_gives_the_same_tables() -> None:
    one, two = (simulate(Scenario.small(seed=4, texts=True)) for _ in range(2))
    for name, table in one.tables.items():
        assert_frame_equal(table, two.tables[name])
    for name, table in one.truth.items():
        assert_frame_equal(table, two.truth[name])


def test_another_seed_gives_another_community() -> None:
    one, two = (simulate(Scenario.small(seed=seed)).tables["events"] for seed in (1, 2))
    assert len(one) != len(two) or not one.equals(two)


def test_switching_off_campaigns_leaves_people_and_activity_alone() -> None:
    with_them, without = (simulate(Scenario.small(seed=9, campaigns=on)) for on in (True, False))
    assert_frame_equal(with_them.tables["members"], without.tables["members"])
    assert np.array_equal(with_them.active.member, without.active.member)
    assert without.tables["campaigns"].empty and without.tables["assignments"].empty


@pytest.mark.parametrize("members, days", [(20, 1), (25, 2), (60, 29), (300, 31)])
def test_any_size_works(members: int, days: int) -> None:
    result = simulate(Scenario(seed=3, members=members, days=days))
    assert (result.tables["members"]["role"] != "customer").sum() == members
    assert result.tables["events"]["occurred_at"].max() < pd.Timestamp("2025-06-01") + pd.Timedelta(days=days)
    assert set(result.truth) >= {"members", "expectations", "campaigns", "mishap"}


@pytest.mark.parametrize("wrong", [{"members": 5}, {"days": 0}, {"seed": -1}])
def test_impossible_parameters_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Scenario(**wrong)


def _counts(mechanisms: Mechanisms) -> dict[str, float]:
    result = simulate(
        Scenario(seed=2, members=1500, days=90, mechanisms=mechanisms, mishap=None, texts=False)
    )
    events = result.tables["events"]["event_type"].value_counts().to_dict()
    days = len(result.active.member)
    return events | {
        "posts": float((~result.posts.by_brand).sum()),
        "days": days,
        "hazard": float(result.members.hazard.mean()),
        "reproduction": float(result.posts.reproduction.mean()),
        "tendency": float(result.members.score.mean()),
        "rate": float(result.customers.rate.mean()),
        "rounds": float(sum(campaign.unit == "group" for campaign in result.campaigns)),
    }


NONE = Mechanisms(points=0, expert_answers=0, challenges=0, group_buying=0)


@pytest.mark.parametrize(
    "mechanism, more, less",
    [
        ("points", ["check_in", "days"], ["hazard"]),
        ("creator_notes", ["posts"], []),
        ("expert_answers", ["answer"], ["hazard"]),
        ("challenges", ["share", "reproduction"], []),
        ("group_buying", ["rounds"], []),
        ("co_creation", ["tendency"], ["hazard"]),
        ("expert_talks", ["rate", "tendency"], []),
    ],
)
def test_mechanism_changes_what_it_says(mechanism: str, more: list[str], less: list[str]) -> None:
    off, on = _counts(NONE), _counts(replace(NONE, **{mechanism: 1.0}))
    assert all(on[name] > off[name] for name in more)
    assert all(on[name] < off[name] for name in less)


def test_posts_read_in_both_languages() -> None:
    contents = simulate(Scenario(seed=6, members=600, days=60)).tables["contents"]
    assert not contents[["title_en", "title_zh", "text_en", "text_zh"]].eq("").any().any()
    assert not contents["text_en"].str.contains(r"[{}]").any()
    assert not contents["text_zh"].str.contains(r"[{}]").any()
    assert contents["text_zh"].str.contains(r"[\u4e00-\u9fff]").all()
    assert not contents["text_en"].str.contains(r"[\u4e00-\u9fff]").any()
    usual = contents[contents["purpose"] != "notice"]
    assert usual["text_en"].nunique() > 0.8 * len(usual)
