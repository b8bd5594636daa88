"""Figures and readings of texts and of moderation, in both languages, full and empty."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.models import sentiment
from helpers.present import plots, readings
from helpers.present.turns import turn

LANGUAGES = ("en", "zh")


def _about(frame: pd.DataFrame, language: str, **more: object) -> pd.DataFrame:
    frame.attrs["about"] = {
        "title": "Test",
        "simulated": True,
        "as_of": "2026-05-31",
        "first_day": "2026-01-01",
        "language": language,
        "basis": "events",
        **more,
    }
    return frame


def _line(estimates: list[float], **more: object) -> pd.DataFrame:
    months = pd.date_range("2026-01-01", periods=len(estimates), freq="MS")
    frame = pd.DataFrame({"period": months, "n": 200, "estimate": estimates})
    return frame.assign(
        count=(frame["estimate"] * 200).astype(int),
        low=frame["estimate"] - 0.04,
        high=frame["estimate"] + 0.04,
        open_period=False,
        left_edge=False,
        small=False,
        **more,
    )


def _has_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


SHAPES = {
    "peak": [0.1, 0.5, 0.1],
    "up": [0.1, 0.2, 0.4],
    "down": [0.4, 0.38, 0.1],
    "level": [0.1, 0.12, 0.11],
}


@pytest.mark.parametrize("kind", SHAPES)
def test_a_line_is_called_by_what_its_intervals_allow(kind: str) -> None:
    found = turn(_line(SHAPES[kind]))
    assert found is not None and found.kind == kind


def test_too_few_periods_are_not_judged() -> None:
    assert turn(_line([0.1])) is None and turn(_line([])) is None


def _lines(kind: str, language: str) -> list[tuple[str, pd.DataFrame]]:
    shape = SHAPES[kind]
    return [
        ("repetition", _about(_line(shape), language, within=60, by=None)),
        ("mood", _about(_line(shape), language, what="negative")),
        ("mood", _about(_line(shape), language, what="score")),
        ("toxicity", _about(_line(shape), language)),
        ("member_posts", _about(_line(shape, authors=12), language)),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SHAPES)
def test_lines_are_drawn_and_told_in_every_shape(kind: str, language: str) -> None:
    for name, frame in _lines(kind, language):
        picture, told = getattr(plots, name)(frame), getattr(readings, name)(frame)
        assert picture.axes[0].lines and picture.alt
        assert "{" not in told and "{" not in picture.alt
        assert _has_chinese(told) == (language == "zh")


def _rates(language: str) -> pd.DataFrame:
    frame = pd.DataFrame({"name": ["a · b", "c · d"], "n": [50, 60], "viewed": 900, "count": [300, 100]})
    frame = frame.assign(estimate=[0.33, 0.11], low=[0.3, 0.1], high=[0.36, 0.13], small=False)
    return _about(frame, language)


def _dots(language: str) -> list[tuple[str, pd.DataFrame]]:
    novelty = _rates(language).rename(columns={"name": "group"})
    novelty = novelty.assign(group=["copy", "original"], adjusted=0.2)
    repeats = _rates(language).assign(action=["all", "warn"], unseen=3).drop(columns="name")
    return [
        ("topic_engagement", _rates(language)),
        ("novelty", _about(novelty, language)),
        ("repeat_breaches", _about(repeats, language, by="action", within=60)),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_of_dots_name_the_first_and_the_last(language: str) -> None:
    for name, frame in _dots(language):
        assert len(getattr(plots, name)(frame).axes[0].get_yticklabels()) == 2
        assert "33" in getattr(readings, name)(frame)


def _quality(language: str, audited: int = 100) -> pd.DataFrame:
    frame = pd.DataFrame({"threshold": [0.4, 0.5], "in_use": [False, True], "flagged": [200, 100]})
    frame = frame.assign(per_day=[4.0, 2.0], audited=audited, audited_breaches=3, passed=900)
    for name in ("precision", "recall"):
        frame = frame.assign(**{name: [0.4, 0.6], f"{name}_low": [0.3, 0.5], f"{name}_high": [0.5, 0.7]})
    return _about(frame, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_filter_is_told_with_and_without_an_audit(language: str) -> None:
    assert len(plots.filter_quality(_quality(language)).axes[0].lines) >= 3
    assert "900" in readings.filter_quality(_quality(language))
    assert "900" not in readings.filter_quality(_quality(language, audited=0))


@pytest.mark.parametrize("language", LANGUAGES)
def test_hours_to_decision_name_the_slower_shift(language: str) -> None:
    parts = []
    for name, late in (("office hours", 0.9), ("nights and weekends", 0.2)):
        curve = pd.DataFrame({"time": [0.0, 1.0, 20.0], "n": 50, "estimate": [0.0, late, 1.0]})
        parts.append(curve.assign(shift=name, low=curve["estimate"], high=curve["estimate"]))
    frame = _about(pd.concat(parts, ignore_index=True), language, by="shift")
    slow = "nights" if language == "en" else "夜间"
    assert slow in plots.decision_times(frame).alt
    assert slow in readings.decision_times(frame).rpartition("20.0")[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_shares_of_topics_name_the_one_that_left_its_usual_share(language: str) -> None:
    frame = pd.concat([_line([0.2, 0.21, 0.2, 0.2], name="rain"), _line([0.1, 0.1, 0.6, 0.1], name="rust")])
    frame = _about(frame.reset_index(drop=True), language)
    assert "rust" in plots.topic_shares(frame).alt and "rust" in readings.topic_shares(frame)


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_have_their_sentence(language: str) -> None:
    choice = pd.DataFrame({"number": [3, 4], "n": 4, "estimate": [0.9, 0.5], "low": 0.4, "high": 0.95})
    choice["best"] = [True, False]
    plan = pd.DataFrame({"day": pd.to_datetime(["2026-06-01", "2026-06-15"])})
    plan = plan.assign(reason=["earns most", "occasion"], occasion=[None, "6.18 sale"], lift=[None, 1.5])
    known = pd.DataFrame({"threshold": [0.9], "called": [20], "known": [10], "hits": [8]})
    for name in ("precision", "recall"):
        known = known.assign(**{name: 0.5, f"{name}_low": 0.4, f"{name}_high": 0.6})
    sheet = pd.DataFrame({"reason": ["spam", "rumour"], "n": [100, 90], "count": [80, 20]})
    sheet = sheet.assign(estimate=[0.8, 0.22], low=[0.7, 0.15], high=[0.87, 0.3])
    sheet = sheet.assign(usual_action="warn", usual_share=0.6, hours=2.0)
    load = _line([0.3, 0.3], per_day=[4.0, 5.0], open=[0, 2])
    check = pd.DataFrame({"measure": ["precision", "recall", "error"], "n": 50, "count": 25})
    check = check.assign(estimate=0.5, low=0.4, high=0.6)
    told = {
        readings.topic_choice(_about(choice, language)): "0.90",
        readings.content_calendar(_about(plan, language, of="orders")): "1.50",
        readings.copies_found(_about(known, language)): "0.90",
        readings.rule_sheet(_about(sheet, language)): "80",
        readings.moderation_workload(_about(load, language)): "5.0",
        readings.rights_sheet(_about(sheet, language, days=90)): "90",
        readings.sentiment_check(_about(check, language)): "50",
        readings.sentiment_split(sentiment.errors(language=language)): "%",
    }
    for sentence, piece in told.items():
        assert piece in sentence and "{" not in sentence
        assert _has_chinese(sentence) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_of_nothing(language: str) -> None:
    cases = [*_lines("up", language), *_dots(language), ("filter_quality", _quality(language))]
    cases += [("topic_shares", _about(_line([0.1], name="x"), language))]
    for name, frame in cases:
        empty = frame.head(0)
        empty.attrs = frame.attrs
        assert getattr(plots, name)(empty).alt and getattr(readings, name)(empty)
