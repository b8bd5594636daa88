"""Tests of rules for whom to contact, on lists that can be checked in the head."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import contact_rules, lifetime_value

PEOPLE = pd.DataFrame({"outcome": [8.0, 0.0, 4.0, 0.0]})
RULES = {"good": pd.Series([4, 1, 3, 2]), "poor": pd.Series([1, 4, 2, 3])}


def test_counts_what_the_chosen_brought():
    found = contact_rules.compare(PEOPLE, RULES, budget=2, against="poor").set_index("rule")
    assert found["total"].to_dict() == {"good": 12.0, "poor": 0.0}
    assert found.loc["good", ["estimate", "gap", "count", "shared"]].tolist() == [6.0, 6.0, 2, 0]
    assert found.loc["poor", "behind"] == 6.0


def test_everybody_chosen_makes_all_rules_alike():
    """A budget beyond the list is the whole list."""
    found = contact_rules.compare(PEOPLE, RULES, budget=99, against="poor")
    assert found["n"].tolist() == [4, 4] and found["gap"].iloc[0] == 0


def test_ties_keep_the_order_of_the_table():
    same = {"flat": pd.Series([1, 1, 1, 1])}
    assert contact_rules.compare(PEOPLE, same, budget=1, against="flat")["total"].tolist() == [8.0]


def test_the_curve_ends_at_everything_and_no_rule_beats_the_future():
    curve = contact_rules.gains(PEOPLE, RULES, steps=4).pivot(
        index="chosen", columns="rule", values="estimate"
    )
    assert (curve.loc[4] == 1).all()
    assert (curve["best possible"] >= curve["good"]).all()


@pytest.mark.once
def test_on_cdnow_the_model_beats_recency_where_the_budget_is_small():
    """Fitted on 39 weeks, judged on the next 39: the gap shrinks as the list grows."""
    past, whole = Community.open("cdnow"), Community.open("cdnow", as_of="1998-06-30")
    buyers = lifetime_value.members(past, lifetime_value.fit(past), months=9, discount=0.0)
    later = whole.query(
        "select member_id, cast(sum(net) as double) as outcome from orders where day > $cut "
        "group by member_id order by member_id",
        cut=past.as_of,
    )
    buyers = buyers.merge(later, how="left", on="member_id").fillna({"outcome": 0.0})
    rules = {"model": buyers["value"], "recency": buyers["tx"] - buyers["T"]}
    few, many = (
        contact_rules.compare(buyers, rules, budget=n, against="recency").iloc[0] for n in (100, 800)
    )
    assert few["gap_low"] > 0
    assert abs(many["gap"]) < 5 and many["shared"] > 700
