"""Figures and readings of chapter 04: mechanisms, response, first weeks, points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.metrics import onboarding, response
from helpers.present import plots, readings
from helpers.present.style import Picture


def described(frame: pd.DataFrame, language: str = "en", **about: Any) -> pd.DataFrame:
    frame.attrs["about"] = {
        "title": "T",
        "simulated": False,
        "as_of": "2026-05-31",
        "language": language,
    } | about
    return frame


def of_mechanisms(language: str = "en") -> pd.DataFrame:
    frame = pd.DataFrame({"mechanism": ["chat", "poll"], "n": 100, "count": [60, 20], "estimate": [0.6, 0.2]})
    frame = frame.assign(
        low=[0.5, 0.13], high=[0.69, 0.29], first_share=[0.4, 0.6], contribution_share=[0.9, 0.1]
    )
    frame = frame.assign(
        first_low=[0.3, 0.5], first_high=[0.5, 0.7], cost_per_member=[np.nan, 12.5], small=False
    )
    return described(frame, language, first_steps=90, currency="CNY")


def of_waits(language: str = "en") -> pd.DataFrame:
    frame = pd.DataFrame({"time": [0.5, 3.0, 168.0], "event": [True, True, False], "n": [20, 50, 30]})
    return described(frame, language, what="questions", by=None)


def of_rates(language: str = "en", by: str | None = "tenure") -> pd.DataFrame:
    frame = pd.DataFrame({"tenure": ["first week", "longer"] * 2, "within": [1, 1, 24, 24], "n": 50})
    frame = frame.assign(count=[5, 30, 40, 45], estimate=[0.1, 0.6, 0.8, 0.9], low=[0.04, 0.46, 0.67, 0.79])
    return described(frame.assign(high=[0.21, 0.72, 0.89, 0.96]), language, what="questions", by=by)


def of_habits(language: str = "en") -> pd.DataFrame:
    frame = pd.DataFrame({"habit": ["commented", "voted"], "n": [100, 40], "estimate": [0.4, 0.05]})
    return described(frame.assign(low=[0.3, -0.1], high=[0.5, 0.2], clear=[True, False]), language, n=500)


def of_welcome(language: str = "en", low: float = 0.01) -> pd.DataFrame:
    row = {"name": "Welcome", "n": 300, "other_n": 310, "estimate": 0.05, "low": low, "high": 0.09}
    return described(pd.DataFrame([row]), language)


def of_effect(language: str = "en") -> pd.DataFrame:
    frame = pd.DataFrame(
        {"stage": ["before", "during", "after"], "mean": [0.2, 0.3, 0.2], "other_mean": [0.2, 0.2, 0.2]}
    )
    frame = frame.assign(
        campaign_id="k", name="Double points", arm="treatment", outcome="check-ins", n=400, other_n=390
    )
    frame = frame.assign(estimate=[0.0, 0.1, 0.0], low=[-0.1, 0.0, -0.1], high=[0.1, 0.2, 0.1])
    frame = frame.assign(adjusted=[np.nan, 0.1, -0.05], adjusted_low=[np.nan, 0.05, -0.09])
    return described(frame.assign(adjusted_high=[np.nan, 0.15, -0.01]), language)


def of_ledger(language: str = "en") -> pd.DataFrame:
    frame = pd.DataFrame({"period": pd.to_datetime(["2026-04-01", "2026-05-01"]), "earned": [100.0, 200.0]})
    frame["last_day"] = pd.to_datetime(["2026-04-30", "2026-05-31"])
    frame = frame.assign(spent=[0.0, 100.0], expired=[0.0, 20.0], outstanding=[100.0, 180.0], owed=[1.0, 1.8])
    return described(frame, language, currency="CNY", n=9)


def of_steps(language: str = "en") -> pd.DataFrame:
    frame = pd.DataFrame({"step": onboarding.STEPS, "n": 100, "count": [100, 90, 60, 12, 8]})
    frame = frame.assign(estimate=frame["count"] / 100, low=0.1, high=0.9, kept=[0.3, 0.3, 0.4, 0.6, 0.7])
    return described(frame.assign(of_before=[np.nan, 0.9, 0.67, 0.2, 0.67]), language, outcome=[22, 28])


FIGURES = {
    "mechanisms": lambda language: plots.mechanism_participation(of_mechanisms(language)),
    "curve": lambda language: plots.reply_curve(response.curve(of_waits(language))),
    "rates": lambda language: plots.reply_rates(of_rates(language)),
    "habits": lambda language: plots.first_week_habits(of_habits(language), welcome=of_welcome(language)),
    "steps": lambda language: plots.first_week_steps(of_steps(language)),
    "effect": lambda language: plots.incentive_effect(of_effect(language)),
    "ledger": lambda language: plots.points_ledger(of_ledger(language)),
}
TITLES = {
    "mechanisms": "Chat involves the most members: 60.0\u00a0% of the active",
    "curve": "Half of the questions have a first reply after 3 h",
    "rates": "Slowest: first week, 10.0\u00a0% answered within 1 h",
    "habits": "Who commented in the first week stays +40.0 percentage points more often",
    "steps": "12.0\u00a0% of newcomers say something in their first week",
    "effect": "Double points raised check-ins while it ran",
    "ledger": "Of the points earned, 33.3\u00a0% were spent; 180 are outstanding",
}


@pytest.mark.parametrize("name", FIGURES)
def test_titles_are_the_findings(name: str) -> None:
    picture = FIGURES[name]("en")
    assert " ".join(text.get_text() for text in picture.figure.texts).startswith(TITLES[name])
    assert TITLES[name] in picture.alt
    assert FIGURES[name]("zh").alt != picture.alt


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_to_show_is_said(language: str) -> None:
    for figure, result in (
        (plots.mechanism_participation, of_mechanisms),
        (plots.reply_rates, of_rates),
        (plots.first_week_habits, of_habits),
        (plots.first_week_steps, of_steps),
        (plots.incentive_effect, of_effect),
        (plots.points_ledger, of_ledger),
    ):
        frame = result(language)
        assert isinstance(figure(frame.head(0)), Picture)
        assert getattr(readings, figure.__name__)(frame.head(0))
    assert readings.welcome_effect(of_welcome(language).head(0))
    assert isinstance(plots.reply_curve(response.curve(of_waits(language)).head(0)), Picture)


def test_readings_say_who_waits_and_what_to_do() -> None:
    assert readings.reply_curve(response.curve(of_waits())).startswith(
        "Half of 100 questions had a first reply after 3.0"
    )
    assert "After 7 days 30.0\u00a0% (" in readings.reply_curve(response.curve(of_waits()))
    said = readings.reply_rates(of_rates())
    assert "first week 10.0\u00a0%" in said
    assert said.endswith("put somebody in charge there.")


def test_the_lot_is_set_beside_the_habit() -> None:
    said = readings.welcome_effect(of_welcome(), habits=of_habits())
    assert "commented" in said
    assert "most of it is who they were" in said
    assert said.endswith("It works: give it to everybody.")
    assert "holds zero" in readings.welcome_effect(of_welcome(low=-0.01))
    assert "1 of 2 habits" in readings.first_week_habits(of_habits())


def test_a_borrowed_rise_is_named() -> None:
    assert "borrowed from later" in readings.incentive_effect(of_effect())
    assert "Fewer than half of the points are ever spent" in readings.points_ledger(of_ledger())


def test_doors_and_costs_are_named() -> None:
    said = readings.mechanism_participation(of_mechanisms())
    assert "The widest door is poll" in said
    assert "¥12.50" in said


def test_farming_counts_names_and_points() -> None:
    frame = pd.DataFrame({"points": [90.0] + [1.0] * 10, "rules": [2] + [0] * 10})
    said = readings.farming_signals(described(frame))
    assert said.startswith("1 of 11 members who earned points are named by a rule, 1 of them by two or more")
    assert "90.0\u00a0%" in said
