"""The brand image in figure and words: a change is called one only when the interval leaves zero."""

import pandas as pd
import pytest

from helpers.present import plots, readings


def rated(first, last, *, rival=3.0, n=100, language="en"):
    half = 2 / n**0.5
    frame = pd.DataFrame(
        {"subject": ["rival_a"] * 2 + ["us"] * 2, "n": n, "estimate": [rival, rival, first, last]}
    )
    frame["period"] = pd.to_datetime(["2025-10-01", "2026-04-01"] * 2)
    frame = frame.assign(
        low=frame["estimate"] - half, high=frame["estimate"] + half, open_period=False, small=False
    )
    frame.attrs["about"] = {"language": language, "every": "month", "unit": "score"}
    return frame


def test_a_move_within_chance_is_not_called_a_change():
    table = rated(3.8, 3.85)
    assert "no change beyond chance" in readings.image_trend(table)
    assert "not clearly changed" in plots.image_trend(table).alt


def test_a_clear_move_is_named_with_its_interval_and_the_rival():
    reading = readings.image_trend(rated(3.8, 2.4))
    assert "more than chance explains" in reading
    assert "clearly ahead" in reading
    assert "−1.40" in plots.image_trend(rated(3.8, 2.4)).alt


def test_one_survey_asks_for_a_second():
    one = rated(3.8, 3.9).iloc[[1, 3]]
    one.attrs = rated(3.8, 3.9).attrs
    assert "no earlier survey" in readings.image_trend(one)
    assert plots.image_trend(one).axes


@pytest.mark.parametrize("rows", [0, 1])
def test_too_little_is_said(rows):
    table = rated(3.8, 3.9, n=3).head(rows)
    assert "too little" in readings.image_trend(table)
    assert plots.image_trend(table).png


def test_chinese_has_no_english_left():
    assert "our brand" not in readings.image_trend(rated(3.8, 3.9, language="zh"))
