"""Figures and sentences about satisfaction."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.metrics.intervals import wilson
from helpers.metrics.satisfaction import classify, score
from helpers.present import plots, readings

LANGUAGES = ("en", "zh")


def about(frame, language="en", **more):
    frame.attrs["about"] = {
        "title": "Test",
        "as_of": "2026-05-31",
        "language": language,
        "simulated": False,
        **more,
    }
    return frame


def table(counts, language="en", **columns):
    frame = score(pd.DataFrame(counts, columns=["promoters", "passives", "detractors"]))
    frame = frame.assign(scale="0-10", scale_assumed=False, open_period=False).assign(**columns)
    return frame


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_score_is_read_with_its_interval_and_n(language):
    reading = readings.nps(about(table([(162, 108, 54)]), language))
    assert "33 (25–41)" in reading and "n = 324" in reading
    few = readings.nps(about(table([(8, 5, 7)]), language))
    assert "278" in few or "n = 20" in few
    assert "33 (25–41)" in plots.nps(about(table([(162, 108, 54)]), language)).alt


@pytest.mark.parametrize("language", LANGUAGES)
def test_segments_are_compared_without_the_tiny_one(language):
    frame = about(table([(90, 5, 5), (20, 20, 60), (3, 0, 0)], source=["a", "b", "c"]), language, by="source")
    assert "n = 3)" not in readings.nps(frame) and "85" in readings.nps(frame)
    assert "85" in plots.nps(frame).alt and "100" not in plots.nps(frame).alt


def test_scales_are_warned_about():
    assert "0 to 10" in readings.nps(about(table([(50, 30, 20)], scale="1-10")))
    assert "check it" in readings.nps(about(table([(50, 30, 20)], scale_assumed=True)))
    both = about(table([(50, 30, 20), (20, 20, 20)]).assign(scale=["0-10", "1-5"]))
    assert "stay apart" in readings.nps(both)


@pytest.mark.parametrize("language", LANGUAGES)
def test_trend_tells_noise_from_a_fall(language):
    months = pd.date_range("2026-01-01", periods=5, freq="MS")
    flat = about(table([(30, 40, 30)] * 5, period=months), language, every="month")
    fall = about(
        table(
            [(600, 300, 100), (100, 300, 600), (300, 300, 400), (500, 300, 200), (600, 300, 100)],
            period=months,
        ),
        language,
        every="month",
    )
    assert plots.nps_trend(flat).alt != plots.nps_trend(fall).alt
    assert "2026-02" in readings.nps_trend(fall) and "2026-02" in plots.nps_trend(fall).alt
    if language == "en":
        assert "chance" in readings.nps_trend(flat) and "No clear trend" in plots.nps_trend(flat).alt


def distribution(counts, language="en"):
    frame = pd.DataFrame({"scale": "0-10", "score": [float(s) for s in range(11)], "count": counts})
    n = sum(counts)
    low, high = wilson(frame["count"], n)
    frame = frame.assign(
        group=classify(frame["score"]), n=n, estimate=frame["count"] / max(n, 1), low=low, high=high
    )
    return about(frame, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_distribution_sees_two_camps(language):
    frame = distribution([20, 20, 0, 0, 0, 0, 0, 5, 5, 20, 30], language)
    assert "10" in plots.score_distribution(frame).alt
    reading = readings.score_distribution(frame)
    assert "n = " not in reading and "100" in reading
    if language == "en":
        assert "split" in reading


@pytest.mark.parametrize("language", LANGUAGES)
def test_response_weighs_the_quiet(language):
    frame = pd.DataFrame(
        {"activity": ["none", "1-3 days", "4 days and more"], "n": [600, 300, 100], "count": [30, 60, 60]}
    )
    low, high = wilson(frame["count"], frame["n"])
    frame = frame.assign(
        estimate=frame["count"] / frame["n"], low=low, high=high, members=frame["n"] / 1000,
        answers=frame["count"] / 150, score=[-20.0, 0.0, 40.0], small=False,
    )  # fmt: skip
    reading = readings.survey_response(about(frame, language, window=30))
    assert "−8" in reading and "12" in reading
    assert plots.survey_response(about(frame, language)).alt


@pytest.mark.parametrize("language", LANGUAGES)
def test_mean_scores_name_the_lowest(language):
    frame = pd.DataFrame(
        {
            "item": ["taste", "delivery"],
            "n": 90,
            "estimate": [4.5, 2.5],
            "low": [4.4, 2.3],
            "high": [4.6, 2.7],
            "content": [0.9, 0.2],
        }
    )
    names = {"en": "delivery", "zh": "配送"}
    assert names[language] in plots.mean_scores(about(frame, language)).alt
    assert names[language] in readings.mean_scores(about(frame, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_little_data_is_said_and_drawn(language):
    few = about(table([(1, 1, 1)], period=pd.to_datetime(["2026-01-01"])), language)
    assert "n = 3" in readings.nps(few) and "n = 3" in readings.nps_trend(few)
    assert plots.nps(few).png and plots.nps_trend(few).png
    nobody = distribution([0] * 11, language).head(0)
    assert "n = 0" in readings.score_distribution(nobody) and plots.score_distribution(nobody).png
    empty = about(pd.DataFrame({"item": [], "n": [], "count": [], "estimate": []}), language)
    for name in ("survey_response", "mean_scores"):
        assert "n = 0" in getattr(readings, name)(empty) and getattr(plots, name)(empty).png
