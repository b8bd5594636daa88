from __future__ import annotations

import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import overview
from helpers.present import numbers, plots, readings

ORDERS = pd.DataFrame(
    {"order_id": ["1"], "member_id": ["c"], "ordered_at": ["2026-05-03"], "amount": ["9.50"]}
)
SAMPLES = pd.DataFrame(
    {
        "n": [8, 8, 300],
        "estimate": [0.5, 0.0, 0.4],
        "low": [0.2, 0.0, 0.35],
        "high": [0.8, 0.3, 0.45],
    }
)


def _samples(language: str = "en") -> pd.DataFrame:
    samples = SAMPLES.copy()
    samples.attrs["about"] = {"language": language}
    return samples


def test_the_reading_says_that_silent_members_cannot_be_seen_in_orders() -> None:
    said = readings.data_overview(overview.inventory(Community.open({"orders": ORDERS})))
    assert "hold 1 members and 1 rows of orders" in said
    assert "too short" in said
    assert "no list of members" in said
    assert "Not supplied: members, events" in said


def test_the_reading_counts_who_left_no_trace() -> None:
    members = pd.DataFrame({"member_id": list("abcd")})
    said = readings.data_overview(overview.inventory(Community.open({"orders": ORDERS, "members": members})))
    assert f"3 members, {numbers.percent(0.75)}" in said


def test_the_overview_speaks_chinese() -> None:
    said = readings.data_overview(overview.inventory(Community.open({"orders": ORDERS}, language="zh")))
    assert said.startswith("数据从 2026-05-03 到 2026-05-03")


@pytest.mark.parametrize(("language", "word"), [("en", "hold the truth"), ("zh", "包含真值")])
def test_the_figure_has_a_panel_for_each_size_and_counts_what_holds(language: str, word: str) -> None:
    picture = plots.interval_coverage(_samples(language), truth=0.4)
    assert len(picture.axes) == 2
    assert word in picture.alt
    assert [line.get_text() for line in picture.figure.texts if "1" in line.get_text()]


def test_the_reading_compares_widths() -> None:
    said = readings.interval_coverage(_samples(), truth=0.4)
    assert said.startswith("2 of 3 intervals")
    assert "Of 8 the interval is 45 points wide on average, of 300 it is 10." in said


def test_one_size_and_none_are_said() -> None:
    assert "wide" not in readings.interval_coverage(_samples().head(2), truth=0.4)
    assert "n = 0" in readings.interval_coverage(_samples().iloc[:0], truth=0.4)
    assert "too little" in plots.interval_coverage(_samples().iloc[:0], truth=0.4).alt.lower()
