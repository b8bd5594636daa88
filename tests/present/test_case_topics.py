"""Tests of the figures and readings of the case studies."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import scorecard
from helpers.models import contact_rules
from helpers.present import plots, readings, scorecards
from helpers.simulate import Scenario, simulate

ABOUT = {"language": "en", "currency": "CNY", "simulated": True, "title": "simulated", "as_of": "2026-01-01",
         "case": "Tea club", "mechanism": "points", "n": 900, "basis": "events"}  # fmt: skip
ROWS = [
    ("nps", "points", 10.0, 30.0, 20.0, 12.0, 28.0, 0.2, 0.12, 0.28, "up", True, "as expected"),
    ("ugc_share", "share", 0.4, 0.41, 0.01, -0.05, 0.07, 0.02, -0.12, 0.17, "same", False, "as expected"),
    ("active_share", "share", 0.1, 0.101, 0.001, -0.01, 0.01, 0.01, -0.1, 0.1, "up", False, "not shown"),
    ("cost_per_active", "money", 10.0, 12.0, 2.0, 1.0, 3.0, 0.2, 0.1, 0.3, None, True, "not foretold"),
]
COLUMNS = ["metric", "unit", "off", "on", "estimate", "low", "high", "relative", "relative_low",
           "relative_high", "expected", "clear", "verdict"]  # fmt: skip


def difference(language: str = "en") -> pd.DataFrame:
    table = pd.DataFrame(ROWS, columns=COLUMNS).assign(
        n_on=450, n_off=450, p_value=0.01, case="tea", concept="K2"
    )
    table = table.assign(title="Tea club", mechanism="points")
    table.attrs["about"] = {**ABOUT, "language": language}
    return table


@pytest.fixture(scope="module")
def card() -> pd.DataFrame:
    return scorecard.measure(Community.open(simulate(Scenario.small(seed=6, members=400, days=150)).tables))


@pytest.mark.parametrize("draw", [plots.case_difference, plots.case_signatures])
@pytest.mark.parametrize(("language", "said"), [("en", "not the compan"), ("zh", "公司的数据")])
def test_a_figure_of_a_case_says_that_it_is_not_the_companys_data(draw, language, said):
    picture = draw(difference(language))
    assert said in " ".join(text.get_text() for text in picture.figure.texts)


def test_the_reading_of_a_case_sorts_by_what_was_foretold():
    told = str(readings.case_difference(difference()))
    assert "Of 2 changes foretold, 1 show: net promoter score (10.0 without, 30.0 with)" in told
    assert "Foretold but not shown: members active on an average day" in told
    assert "none moved clearly" in told
    assert (
        "Nobody foretold, yet clear: cost per active member and month (¥10.00 without, ¥12.00 with)" in told
    )


def test_the_sheet_of_all_cases_is_counted():
    told = str(readings.case_signatures(difference()))
    assert told.startswith("4 comparisons of 1 cases: 1 of 2 changes foretold show, and 0 of 1")


def test_nothing_to_show_is_said(card):
    empty = difference().iloc[:0]
    empty.attrs = difference().attrs
    for told in (
        readings.case_difference(empty),
        readings.case_signatures(empty),
        readings.community_scorecard(card[:0]),
    ):
        assert len(told) > 10
    for picture in (
        plots.case_difference(empty),
        plots.case_signatures(empty),
        plots.community_scorecard(card[:0]),
    ):
        assert picture.png


def test_the_own_scorecard_is_drawn_and_told(card):
    assert "11 lines" in plots.community_scorecard(card).alt
    assert "Known least:" in readings.community_scorecard(card)
    table = scorecards.lines({"mine": card, "less": card[:2]})
    assert table["less"].tolist()[2:] == ["–"] * 9


def test_the_own_row_is_compared_with_the_range_of_all(card):
    """Moved far up, a line lies outside the others'; left where it is, it does not."""
    own = card.copy()
    own.attrs = card.attrs
    assert "No line lies outside" in readings.community_rows({"K1": card}, own)
    own.loc[0, ["estimate", "low", "high"]] = [0.9, 0.85, 0.95]
    assert "Outside the range of all 1 simulated cases: members active" in readings.community_rows(
        {"K1": card}, own
    )
    assert plots.community_rows({"K1": card}, own).png


def test_rules_are_drawn_and_told():
    people = pd.DataFrame({"outcome": [float(n % 7 == 0) * 9 for n in range(70)]})
    people.attrs["about"] = {**ABOUT, "simulated": False}
    rules = {"model": people["outcome"], "recency": pd.Series(range(70))}
    compared = contact_rules.compare(people, rules, budget=10, against="recency")
    assert "interval leaves zero out" in readings.rule_gains(compared)
    assert "100" in plots.rule_gains(contact_rules.gains(people, rules), compared).alt
    hold = pd.DataFrame({"x": [0, 1], "n": [60, 40],
                         "actual": [0.2, 0.8], "low": [0.1, 0.6], "high": [0.3, 1],
            "expected": [0.2, 0.4]})  # fmt: skip
    hold.attrs["about"] = {**ABOUT, "total_actual": 44.0, "total_expected": 28.0, "weeks": 39}
    assert "In 1 of 2 groups" in readings.purchase_holdout(hold)
    assert "44 purchases" in plots.purchase_holdout(hold).alt
