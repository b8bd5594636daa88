"""Figures and sentences about retention: what they claim follows from the numbers, in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.metrics.retention import average_curve, rates
from helpers.metrics.survival import kaplan_meier, log_rank
from helpers.present import numbers, plots, readings

LANGUAGES = ("en", "zh")


def about(frame, language="en", **more):
    frame.attrs["about"] = {
        "title": "Test", "as_of": "2026-05-31", "language": language, "basis": "events", "simulated": False,
        **more,
    }  # fmt: skip
    return frame


def triangle(language="en", size=100, **more):
    rows = []
    starts = pd.date_range("2026-01-01", periods=5, freq="MS")
    for row, start in enumerate(starts):
        for index in range(5 - row):
            share = [0.9, 0.6, 0.4, 0.3, 0.25][index] - (0.2 if row >= 2 and index else 0)
            rows.append((start, index, size, round(size * share), index == 4 - row, row == 0))
    columns = ["cohort", "index", "n", "count", "open_period", "left_edge"]
    return about(rates(pd.DataFrame(rows, columns=columns)), language, every="month", **more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_triangle_hatches_what_is_unfinished_and_says_how_many_come_back(language):
    picture = plots.cohort_triangle(triangle(language))
    hatched = [patch for patch in picture.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == 5
    assert numbers.percent(0.5, 0) in picture.alt
    assert ("come back" in picture.alt) == (language == "en")


def test_triangle_says_bought_where_only_orders_are_known():
    reading = readings.cohort_triangle(triangle(basis="orders"))
    assert "bought again" in reading and "active" not in reading


def test_newer_cohorts_that_do_worse_are_named():
    reading = readings.cohort_triangle(triangle(size=1000))
    assert "n = 2,000" in reading and "comes back less" in reading
    assert "cannot be told apart" in readings.cohort_triangle(triangle(size=20).assign(count=10))


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_little_data_is_said_and_drawn(language):
    empty = about(triangle().head(0), language)
    for picture in (plots.cohort_triangle(empty), plots.retention_curve(average_curve(empty))):
        assert picture.png[:4] == b"\x89PNG"
    assert "n = 0" in readings.cohort_triangle(empty)
    assert "n = 0" in readings.retention_curve(average_curve(empty))
    nobody = about(rates(pd.DataFrame({"day": [1], "n": [0], "count": [0], "unseen": [3]})), language)
    assert "n = 0" in readings.day_n(nobody) and plots.day_n(nobody).alt


def test_curve_marks_the_end_that_rests_on_one_cohort():
    curve = average_curve(triangle())
    picture = plots.retention_curve(curve)
    assert any("one cohort" in text.get_text() for text in picture.axes[0].texts)
    assert "one or two cohorts" in readings.retention_curve(curve)


def day_table(language="en", by=None, window=1):
    frame = pd.DataFrame(
        {
            "source": ["ad", "invitation", "tiny"],
            "day": 30,
            "n": [400, 300, 5],
            "count": [80, 150, 5],
            "unseen": 7,
        }
    )
    return about(rates(frame), language, by=by, window=window)


@pytest.mark.parametrize("language", LANGUAGES)
def test_segments_are_compared_without_the_tiny_one(language):
    picture = plots.day_n(day_table(language, by="source", window=7))
    assert len(picture.axes[0].get_yticks()) == 3
    assert numbers.percent(0.5, 0) in picture.alt and numbers.percent(1.0, 0) not in picture.alt
    reading = readings.day_n(day_table(language, by="source"))
    assert "n = 300" in reading and "n = 5)" not in reading


def test_overlapping_segments_are_not_ranked():
    table = about(
        rates(pd.DataFrame({"source": ["a", "b"], "day": 7, "n": 100, "count": [50, 52], "unseen": 0})),
        by="source",
    )
    assert "No segment clearly" in plots.day_n(table).alt
    assert "overlap" in readings.day_n(table)


def test_day_n_without_segments_reads_the_loss():
    table = rates(pd.DataFrame({"day": [1, 30], "n": [200, 150], "count": [80, 60], "unseen": [0, 50]}))
    reading = readings.day_n(about(table))
    assert "50 members are too young for day 30" in reading and "before day 1" in reading
    assert "days from day N" in plots.day_n(about(table, window=7)).figure.texts[1].get_text()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (90, 50, "Much is lost after day 1"),  # 10 lost before, 40 after
        (57, 26, "before day 1"),  # 43 lost before, 31 after
        (40, 60, "before day 1"),
        (60, 19, "Much is lost after day 1"),
        (100, 100, ""),
    ],
)
def test_the_loss_before_is_compared_with_the_loss_after(first, last, said):
    table = rates(pd.DataFrame({"day": [1, 30], "n": 100, "count": [first, last], "unseen": 0}))
    reading = readings.day_n(about(table, window=1))
    assert said in reading and ("los" in reading) == bool(said)


@pytest.mark.parametrize(
    ("window", "when"),
    [
        (1, "on day 30,"),
        (7, "in the week from day 30,"),
        (5, "in the 5 days from day 30,"),
        ("after", "on day 30 or later,"),
    ],
)
def test_day_n_says_how_long_it_looked(window, when):
    segments = readings.day_n(day_table(by="source", window=window))
    assert segments.startswith(when[0].upper() + when[1:])
    table = rates(pd.DataFrame({"day": [30, 60], "n": 200, "count": [80, 60], "unseen": [0, 9]}))
    whole = readings.day_n(about(table, window=window))
    assert (when.replace("30,", "30:") in whole) == (window in (5, 7))
    assert (when.replace("30,", "60 and are in no") in whole) == (window in (5, 7))


def test_day_n_says_how_long_it_looked_in_chinese():
    table = rates(pd.DataFrame({"day": [1, 30], "n": 200, "count": [80, 60], "unseen": [0, 9]}))
    assert "从第 1 天起的一周内" in readings.day_n(about(table, "zh", window=7))
    assert readings.day_n(day_table("zh", by="source")).startswith("第 30 天，")


@pytest.mark.parametrize("language", LANGUAGES)
def test_survival_names_the_groups_and_the_number_watched(language):
    rows = [
        (g, t, True, 20) for g, times in (("ad", (5, 9, 20)), ("invitation", (40, 60, 80))) for t in times
    ]
    rows += [("ad", 90, False, 10), ("invitation", 90, False, 60)]
    durations = about(
        pd.DataFrame(rows, columns=["source", "time", "event", "n"]), language, by="source", threshold=30
    )
    curve = kaplan_meier(durations, by="source")
    picture = plots.survival_curves(curve)
    assert "120" in [text.get_text() for text in picture.axes[1].texts]
    reading = readings.survival_curves(curve, test=log_rank(durations, by="source"))
    assert "< 0.001" in reading and "n = 120" in reading
    alone = about(kaplan_meier(durations.drop(columns="source")), language)
    assert plots.survival_curves(alone).alt and readings.survival_curves(alone)
    nobody = about(kaplan_meier(durations.head(0)), language)
    assert "n = 0" in readings.survival_curves(nobody) and plots.survival_curves(nobody).alt


def mix(language="en", rates_of=(0.5, 0.1)):
    rows = [
        ("2026-01-01", "invitation", 800),
        ("2026-01-01", "ad", 200),
        ("2026-02-01", "invitation", 200),
        ("2026-02-01", "ad", 800),
    ]
    frame = pd.DataFrame(rows, columns=["cohort", "source", "n"]).astype({"cohort": "datetime64[us]"})
    share = frame["source"].map({"invitation": rates_of[0], "ad": rates_of[1]})
    frame = frame.assign(count=(frame["n"] * share).astype(int), open_period=False)
    return about(frame, language, by="source", day=30)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pure_change_of_mix_is_called_one(language):
    picture = plots.mix_shift(mix(language))
    assert numbers.points(-0.24) in picture.alt
    reading = readings.mix_shift(mix(language))
    assert numbers.points(-0.24) in reading
    if language == "en":
        assert "Judge recruiting first" in reading
    assert plots.mix_shift(mix(language).head(0)).alt and "n = 0" in readings.mix_shift(mix(language).head(0))
