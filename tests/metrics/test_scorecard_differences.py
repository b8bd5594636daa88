"""Tests of how scorecards are compared, and held against what was foretold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.metrics.intervals import difference, wilson
from helpers.metrics.scorecard_differences import compare, judge


def card(count: int, n: int, metric: str = "invited_share") -> pd.DataFrame:
    low, high = wilson(count, n)
    row = {
        "metric": metric,
        "unit": "share",
        "n": n,
        "estimate": count / n,
        "low": low,
        "high": high,
        "small": False,
    }
    return pd.DataFrame([row])


def test_for_proportions_the_interval_is_newcombes():
    """Newcombe (1998), *Statistics in Medicine* 17, method 10: 56/70 less 48/80 is 0.0524 to 0.3339."""
    found = compare(card(56, 70), card(48, 80)).iloc[0]
    assert (round(found["low"], 4), round(found["high"], 4)) == (0.0524, 0.3339)
    assert np.allclose(difference(56, 70, 48, 80), (found["low"], found["high"]))


def test_only_common_lines_are_compared():
    """A line that one scorecard lacks is left out; relative to nothing there is no relative change."""
    both = pd.concat([card(5, 50), card(7, 50, "ugc_share")], ignore_index=True)
    found = compare(both, card(0, 50))
    assert found["metric"].tolist() == ["invited_share"]
    assert np.isnan(found["relative"].iloc[0])


@pytest.mark.parametrize(
    ("gap", "p_value", "expected", "verdict"),
    [
        (1, 0.001, "up", "as expected"), (1, 0.001, "down", "against"), (1, 0.001, "same", "against"),
        (-1, 0.001, "down", "as expected"), (1, 0.4, "up", "not shown"), (1, 0.4, "same", "as expected"),
        (1, 0.001, None, "not foretold"),
    ],
)  # fmt: skip
def test_a_verdict_needs_the_direction_and_the_interval(gap, p_value, expected, verdict):
    table = pd.DataFrame({"estimate": [float(gap)], "p_value": [p_value]})
    assert judge(table, pd.Series([expected], dtype=object))["verdict"].tolist() == [verdict]


def test_many_comparisons_count():
    """Benjamini & Hochberg: what is clear alone need not be clear among ten."""
    alone = pd.DataFrame({"estimate": [1.0], "p_value": [0.04]})
    among = pd.DataFrame({"estimate": [1.0] * 10, "p_value": [0.04, *[0.5] * 9]})
    assert judge(alone, pd.Series(["up"]))["clear"].tolist() == [True]
    assert not judge(among, pd.Series(["up"] * 10))["clear"].any()
