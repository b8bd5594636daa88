"""Figures and sentences about content, posting and tests, in both languages and on next to nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.models import brief, content_quality, experiments, fatigue, shrinkage
from helpers.present import plots, readings

LANGUAGES = ("en", "zh")


def about(frame, language="en", **more):
    base = {"title": "Test", "as_of": "2026-05-31", "language": language, "simulated": True}
    frame.attrs["about"] = base | more
    return frame


def rates(language="en", **columns):
    frame = pd.DataFrame(
        {
            "format": ["short_video", "text"],
            "posts": [80, 90],
            "n": [4000, 5000],
            "count": [1600, 1000],
            "estimate": [0.4, 0.2],
            "low": [0.35, 0.17],
            "high": [0.45, 0.23],
            "naive_low": [0.385, 0.19],
            "naive_high": [0.415, 0.21],
            "design_effect": [11.0, 9.0],
            "small": False,
        }
    )
    return about(frame.assign(**columns), language, by="format")


@pytest.mark.parametrize("language", LANGUAGES)
def test_rates_name_the_best_and_count_what_readers_alone_would_claim(language):
    picture, reading = plots.content_rates(rates(language)), readings.content_rates(rates(language))
    assert "40\u00a0%" in picture.alt and "n = 4,000" in reading and "10" in reading
    level = rates(language, low=[0.1, 0.1], high=[0.5, 0.5])
    assert plots.content_rates(level).alt != picture.alt
    assert "1" in readings.content_rates(level)
    if language == "en":
        assert "choose by effort" in readings.content_rates(level)


@pytest.mark.parametrize("language", LANGUAGES)
def test_leading_posts_before_and_after_shrinking(language):
    posts = pd.DataFrame({"content_id": ["a", "b", "c"], "n": [2, 300, 400], "count": [2, 120, 80]})
    table = shrinkage.shrink(about(posts, language), prior=shrinkage.Prior(0.3, 30, 3, 0.0))
    picture, reading = plots.shrunk_ranks(table, top=1), readings.shrunk_ranks(table, top=1)
    assert "0" in picture.alt and "n = 3" in reading


@pytest.mark.parametrize("language", LANGUAGES)
def test_quality_is_told_from_later_readers(language):
    third = pd.DataFrame(
        {"third": list(content_quality.THIRDS), "posts": 50, "n": 1000, "count": [20, 30, 60],
         "estimate": [0.02, 0.03, 0.06], "low": [0.015, 0.02, 0.05], "high": [0.025, 0.04, 0.07],
         "small": False}
    )  # fmt: skip
    rising = about(third, language, kind="save")
    flat = about(third.assign(low=0.0, high=0.1), language, kind="save")
    assert plots.quality_thirds(rising).alt != plots.quality_thirds(flat).alt
    assert readings.quality_thirds(rising) != readings.quality_thirds(flat)
    slopes = pd.DataFrame(
        {"kind": ["save", "like"], "posts": 100, "n": 900, "count": 90, "estimate": [1.5, 1.0],
         "low": [1.3, 0.9], "high": [1.7, 1.1]}
    )  # fmt: skip
    table = about(slopes, language)
    assert "1.50 (1.30–1.70)" in plots.quality_slopes(table).alt
    assert "1.50 (1.30–1.70)" in readings.quality_slopes(table)
    assert readings.quality_slopes(about(slopes.assign(low=0.5), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_post_is_judged_both_ways(language):
    table = pd.DataFrame({"third": list(content_quality.THIRDS), "n": 200, "small": False})
    said = set()
    for low, high in ((0.4, 0.6), (0.6, 0.4), (0.5, 0.5)):
        rates_of = [low, 0.5, high]
        frame = table.assign(
            estimate=rates_of, low=[x - 0.05 for x in rates_of], high=[x + 0.05 for x in rates_of]
        )
        said.add(str(readings.first_reads(about(frame, language))))
    assert len(said) == 3


def hours(language="en", **columns):
    frame = pd.DataFrame(
        {"hour": [9, 18], "posts": [60, 80], "n": [600, 800], "count": [120, 200], "raw": [0.9, 1.1],
         "raw_low": [0.8, 1.0], "raw_high": [1.0, 1.2], "estimate": [0.99, 1.2], "low": [0.9, 1.1],
         "high": [1.1, 1.3], "small": False}
    )  # fmt: skip
    return about(frame.assign(**columns), language, hours=3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_are_compared_like_with_like(language):
    assert "18–21" in plots.posting_hours(hours(language)).alt
    assert "18–21" in readings.posting_hours(hours(language))
    same = hours(language, low=[0.9, 0.9])
    assert plots.posting_hours(same).alt != plots.posting_hours(hours(language)).alt
    assert readings.posting_hours(same) != readings.posting_hours(hours(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_says_on_how_many_posts_its_warmest_cell_rests(language):
    cells = pd.DataFrame(
        {"weekday": [0, 4], "hour": [9, 18], "posts": [40, 7], "n": [500, 80], "count": [100, 40],
         "estimate": [0.2, 0.5]}
    )  # fmt: skip
    assert "7" in plots.posting_map(about(cells, language, hours=3)).alt


@pytest.mark.parametrize("language", LANGUAGES)
def test_fatigue_is_told_as_a_factor(language):
    weeks = pd.DataFrame(
        {"group_id": list("abcd") * 20, "week": 1, "notices": [0, 1, 2, 3] * 20, "n": 200,
         "count": [1, 2, 4, 8] * 20}
    )  # fmt: skip
    weeks["group_id"] = [f"g{at % 5}" for at in range(80)]
    table = about(weeks, language, outcome="mute")
    doses, slope = fatigue.doses(table), fatigue.slope(table)
    assert slope["estimate"].iloc[0] == pytest.approx(2, rel=0.02)
    assert "2.0" in plots.fatigue_doses(doses, slope=slope).alt
    assert "2.0" in readings.fatigue_doses(doses, slope=slope)
    unsure = slope.assign(low=0.9)
    assert readings.fatigue_doses(doses, slope=unsure) != readings.fatigue_doses(doses, slope=slope)


def gaps(language, **columns):
    frame = pd.DataFrame(
        {"campaign_id": "k", "name": "Digest", "outcome": ["read", "bought"], "n": 500, "count": [100, 60],
         "rate": [0.2, 0.12], "control_n": 500, "control_count": [0, 40], "control_rate": [0.0, 0.08],
         "estimate": [0.2, 0.04], "low": [0.16, 0.01], "high": [0.24, 0.07], "small": False}
    )  # fmt: skip
    return about(frame.assign(**columns), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_naive_difference_stands_beside_the_draw(language):
    naive = gaps(language, estimate=0.3, low=0.25, high=0.35).query("outcome == 'bought'")
    naive.attrs = gaps(language).attrs
    alone = gaps(language)[:0]
    assert "+4.0" in plots.reading_effects(naive, gaps(language)).alt
    assert "+4.0" in readings.reading_effects(naive, gaps(language))
    assert readings.reading_effects(naive, alone) != readings.reading_effects(naive, gaps(language))
    assert plots.reading_effects(naive, alone).alt
    effects = pd.DataFrame(
        {"outcome": ["bought"], "n": 1000, "read_gain": 0.2, "estimate": 0.2, "low": 0.05, "high": 0.35}
    )
    assert "+20.0" in readings.complier_effects(about(effects, language))
    unknown = about(effects.assign(low=float("nan")), language)
    assert readings.complier_effects(unknown) != readings.complier_effects(about(effects, language))


def arms(language="en"):
    frame = pd.DataFrame(
        {"campaign_id": ["j", "j", "k", "k"], "name": ["One", "One", "Two", "Two"], "arm": list("abab"),
         "n": [2000, 2010, 900, 400], "count": [120, 190, 90, 60]}
    )  # fmt: skip
    return about(frame.assign(estimate=frame["count"] / frame["n"]), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_tests_are_told_one_by_one_and_a_broken_draw_is_named(language):
    table = experiments.differences(arms(language))
    picture, reading = plots.headline_tests(table), readings.headline_tests(table)
    assert "2" in picture.alt and "One" in reading and "p = " in reading
    if language == "en":
        assert "Two: the arms are of suspicious sizes" in reading
    assert "80\u00a0%" in readings.next_test(arms(language), least=0.02) or "80 %" in readings.next_test(
        arms(language), least=0.02
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_checks_and_briefs_are_summed_up(language):
    checks = pd.DataFrame(
        {"check": ["has a title", "short enough"], "n": [50, 50], "count": [50, 20], "estimate": [1.0, 0.4],
         "low": [0.9, 0.3], "high": [1.0, 0.5], "click_gap": [0.0, 0.03], "click_gap_low": [-0.01, 0.01],
         "click_gap_high": [0.01, 0.05]}
    )  # fmt: skip
    assert "+3.0" in readings.title_checks(about(checks, language))
    rules = pd.DataFrame(
        {"rule": ["disclosure", "personal data"], "n": [40, 60], "count": [30, 2], "estimate": [0.75, 0.03],
         "low": [0.6, 0.0], "high": [0.9, 0.1]}
    )  # fmt: skip
    assert "32" in readings.compliance_checks(about(rules, language))
    assert readings.compliance_checks(about(rules.assign(count=0), language))
    lines = pd.DataFrame(
        [["topic", "deals", "x", 5, 1, 0, 2, True, "m"], ["hour", "09–12", "x", 5, 1, 0, 2, False, "m"]],
        columns=brief.COLUMNS,
    )
    assert "09–12" in readings.creative_brief(about(lines, language))
    assert readings.creative_brief(about(lines.assign(clear=False), language))


def test_next_to_nothing_is_said_to_be_too_little():
    empty = about(rates()[:0], by="format")
    for function in (plots.content_rates, readings.content_rates, readings.reaction_kinds):
        assert function(empty)
    few = about(pd.DataFrame({"content_id": ["a"], "n": [1], "count": [1]}))
    assert plots.shrunk_ranks(few) and "too little" in readings.shrunk_ranks(few)
    none = about(hours()[:0], hours=3)
    assert plots.posting_hours(none) and plots.posting_map(none)
    assert "too little" in readings.posting_hours(none)
    weeks = about(pd.DataFrame(columns=["group_id", "week", "notices", "n", "count"]).astype(int))
    doses, slope = fatigue.doses(weeks), fatigue.slope(weeks)
    assert plots.fatigue_doses(doses, slope=slope)
    assert "too little" in readings.fatigue_doses(doses, slope=slope)
    tests = about(experiments.differences(arms()[:0]))
    assert plots.headline_tests(tests) and "too little" in readings.headline_tests(tests)
    assert "too little" in readings.complier_effects(about(pd.DataFrame(columns=["outcome"])))
    assert "too little" in readings.creative_brief(about(pd.DataFrame(columns=brief.COLUMNS)))
    nothing = about(gaps("en")[:0])
    assert plots.reading_effects(nothing, nothing) and readings.reading_effects(nothing, nothing)
