"""The log of decisions: each rule on a literal table, and the demo's promotions."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import decision_log
from tests.metrics.test_gains import community_of, order

MANY = {f"t{i}": "treatment" for i in range(60)} | {f"k{i}": "control" for i in range(60)}


def logged(rows, **options):
    return decision_log.log(community_of(rows, MANY), **options).iloc[0]


def test_a_clear_gain_above_what_is_needed_is_repeated():
    row = logged([order(f"t{i}", 12, campaign="c") for i in range(40)])
    assert row["decision"] == "run again" and row["was"] == "more" and row["expected"] < row["low"]
    assert row["review"] == pd.Timestamp("2026-03-02") + pd.Timedelta(days=180)


def test_a_gain_that_was_only_brought_forward_is_not_repeated():
    rows = [order(f"t{i}", 12, campaign="c") for i in range(40)] + [order(f"k{i}", 30) for i in range(40)]
    row = logged(rows, after=30)
    assert row["after_high"] < 0 and row["decision"] == "test again"


def test_less_than_what_was_promised_is_stopped_and_in_between_tested_again():
    rows = [order(f"t{i}", 12, campaign="c") for i in range(12)] + [order(f"k{i}", 12) for i in range(6)]
    assert logged(rows, expected={"c": 50})["decision"] == "stop"
    assert logged(rows, expected={"c": 10})["decision"] == "test again"


def test_before_and_after_disagrees_where_the_season_rises():
    rows = [order(f"{arm}{i}", 12, campaign="c" if arm == "t" else None) for arm in "tk" for i in range(30)]
    row = logged([*rows, order("k1", 5)])
    assert row["seemed"] == "more" and row["was"] == "unclear" and row["agrees"] == False  # noqa: E712


def test_who_was_chosen_by_nobodys_chance_supports_no_conclusion():
    community = community_of([order("t0", 12, campaign="c"), order("t0", 5)], MANY, without=("assignments",))
    row = decision_log.log(community).iloc[0]
    assert row["decision"] == "no conclusion" and not row["randomised"] and pd.isna(row["agrees"])


def test_what_is_likely_to_pay_or_not_is_not_worth_testing_again():
    rows = [order(f"t{i}", 12, 80, discount=20, campaign="c") for i in range(12)] + [order("k0", 12)]
    unsure = decision_log.next_tests(community_of(rows, MANY), reach=1000, after=10).iloc[0]
    clear = [order(f"t{i}", 12, 400, campaign="c") for i in range(59)]
    sure = decision_log.next_tests(community_of(clear, MANY), reach=1000, after=10).iloc[0]
    assert sure["chance"] > 0.999 > unsure["chance"] and sure["value"] < 1 < unsure["value"]
    assert unsure["members"] == 4 * 120 and unsure["reach"] == 1000


def test_nothing_tried_yet_gives_an_empty_log_and_no_ranking():
    early = community_of([order("t0", 5)], MANY, as_of=9)
    assert decision_log.log(early).empty and decision_log.next_tests(early).empty


@pytest.mark.once
def test_the_log_of_the_demo():
    demo = Community.open("demo")
    log = decision_log.log(demo)
    assert log["campaign_id"].is_unique and log["ends"].is_monotonic_increasing
    tests = log[log["randomised"]]
    assert {"coupon", "flash_sale", "member_benefit", "group_buying", "digest", "headline_test"} <= set(
        tests["kind"]
    )
    assert (tests["adjusted"] >= tests["p_value"] - 1e-12).all()
    flash = tests.set_index("kind").loc["flash_sale"]
    assert flash["adjusted"] < 1e-6 and flash["after_high"] < 0 and flash["decision"] == "test again"
    assert (log.loc[~log["randomised"], "decision"] == "no conclusion").all()
    assert (~tests["agrees"].dropna().astype(bool)).sum() >= 3
    ranked = decision_log.next_tests(demo)
    assert ranked["value"].is_monotonic_decreasing and (ranked["value"] >= 0).all()
