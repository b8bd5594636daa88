"""Figures, sentences and the sheet about events and segments, in both languages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.models import strategy
from helpers.present import plots, readings
from helpers.present.event_sheet import event_sheet
from helpers.present.style import Picture

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def described(frame: pd.DataFrame, language: str = "en", **about: Any) -> pd.DataFrame:
    basic = {"title": "T", "simulated": False, "as_of": "2026-05-31", "language": language}
    frame.attrs["about"] = basic | about
    return frame


def of_comparison(language: str = "en", low: float = 1.1) -> pd.DataFrame:
    methods = ["before_after", "other_groups", "synthetic_twin"]
    frame = pd.DataFrame({"method": methods, "n": 4, "comparison": 20, "count": 800})
    frame = frame.assign(estimate=[2.5, 2.0, 1.6], low=[1.9, 1.4, low], high=[3.0, 2.6, 2.2])
    frame = frame.assign(p=[np.nan, 0.001, 0.01], extra=[480.0, 400.0, 300.0], extra_low=80.0)
    return described(frame.assign(extra_high=430.0, detectable=1.6, small=True), language, after=4)


def of_paths(language: str = "en") -> pd.DataFrame:
    weeks = pd.DataFrame({"week": range(-2, 2), "messages": [10, 12, 20, 9], "twin": 11.0, "others": 10.0})
    return described(weeks.assign(campaign_id="e", name="Tea", group_id="g1"), language)


def of_behaviour(language: str = "en") -> pd.DataFrame:
    frame = pd.DataFrame({"segment": list("AABB"), "behaviour": ["reading", "talking"] * 2, "n": 900})
    frame = frame.assign(count=[200, 100, 80, 10], estimate=[0.5, 0.25, 0.2, 0.025], low=0.01, high=0.6)
    frame = frame.assign(others=[0.2, 0.025, 0.5, 0.25], clear=[True, True, True, False])
    frame["ratio"], frame["difference"] = (
        frame["estimate"] / frame["others"],
        frame["estimate"] - frame["others"],
    )
    return described(frame, language, days=60)


@LANGUAGES
def test_figures_are_drawn(language: str) -> None:
    for picture in (
        plots.event_effect(of_comparison(language)),
        plots.event_twins(of_paths(language)),
        plots.segment_behaviour(of_behaviour(language)),
    ):
        assert isinstance(picture, Picture) and picture.png and picture.alt


def test_titles_say_what_was_found() -> None:
    assert "× 2.50; against twins × 1.60" in plots.event_effect(of_comparison()).alt
    assert "1 of 1 groups" in plots.event_twins(of_paths()).alt
    assert "A stands out most by reading: 50" in plots.segment_behaviour(of_behaviour()).alt


def test_the_reading_of_an_effect_knows_its_limits() -> None:
    text = readings.event_effect(of_comparison())
    assert "before and after alone claims 480" in text and "not drawn by lot" in text
    assert "Hold it again" in text
    assert "Do not extend it" in readings.event_effect(of_comparison(low=0.9))


@LANGUAGES
def test_readings_of_card_and_strategy(language: str) -> None:
    card = pd.DataFrame({"name": ["Show", "Tea"], "n": [100, 80], "count": [50, 8], "estimate": [0.5, 0.1]})
    card = card.assign(low=[0.4, 0.05], high=[0.6, 0.18], new_voices=[1, 2], cost_per_member=[4.0, 90.0])
    text = readings.event_scorecard(described(card.assign(small=False), language, currency="CNY"))
    assert "Show" in text and "¥90" in text
    table = strategy.table(of_behaviour(language))
    text = readings.segment_strategy(table)
    assert "n = 900" in text and "A" in text
    assert "None" in readings.segment_strategy(described(table.assign(testable=False), "en", rise=0.5))
    alike = readings.segment_strategy(described(table.assign(most=""), "en", rise=0.5))
    assert "one way of interacting" in alike


def test_empty_results_say_so() -> None:
    for plot, frame in (
        (plots.event_effect, of_comparison().head(0)),
        (plots.event_twins, of_paths().head(0)),
        (plots.segment_behaviour, of_behaviour().head(0)),
    ):
        assert "Too little" in plot(frame).alt
    assert readings.event_effect(of_comparison().head(0))
    assert readings.segment_strategy(strategy.table(of_behaviour()).head(0))


@LANGUAGES
def test_the_sheet_leaves_blank_what_the_data_do_not_tell(language: str) -> None:
    lines = ["theme", "groups", "house rules", "measure", "goal", "time", "look back"]
    plan = pd.DataFrame({"line": lines, "step": "plan", "choice": None, "value": np.nan, "n": np.nan})
    plan = described(plan.assign(low=np.nan, high=np.nan), language)
    assert [row[2][:4] for row in event_sheet(plan).cells] == ["____"] * len(lines)
    plan.loc[0, ["choice", "value", "low", "high", "n"]] = ["brewing", 0.25, 0.2, 0.3, 400]
    plan.loc[5, ["choice", "n"]] = ["Friday 20:00–22:00", 90]
    cells = event_sheet(plan).cells
    assert "20:00–22:00" in cells[5][2] and "400" in cells[0][3]
