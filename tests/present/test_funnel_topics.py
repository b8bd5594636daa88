"""Figures and readings of funnels, friction, a test of a step and the goals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.present import plots, readings
from helpers.present.style import Picture


def described(frame: pd.DataFrame, language: str = "en", **about: Any) -> pd.DataFrame:
    base = {"title": "T", "simulated": False, "as_of": "2026-05-31", "language": language}
    frame.attrs["about"] = base | about
    return frame


def of_funnel(language: str = "en", by: str | None = None, n: int = 100) -> pd.DataFrame:
    frame = pd.DataFrame({"step": [1, 2, 3], "name": ["cart", "checkout", "order"], "n": n})
    frame = frame.assign(count=[n, n // 2, n // 4], estimate=[1, 0.5, 0.25], low=[0.96, 0.4, 0.17])
    frame = frame.assign(high=[1, 0.6, 0.35], before=[n, n, n // 2], pass_rate=[np.nan, 0.5, 0.5])
    frame = frame.assign(pass_rate_low=[np.nan, 0.4, 0.37], pass_rate_high=[np.nan, 0.6, 0.63], too_late=4)
    if by:
        better = frame.assign(
            count=[n, 90, 80], estimate=[1, 0.9, 0.8], low=[0.96, 0.8, 0.7], high=[1, 0.95, 0.9]
        )
        frame = pd.concat(
            [frame.assign(platform="forum"), better.assign(platform="wechat")], ignore_index=True
        )
    return described(frame, language, by=by, window_days=7.0)


def of_curve(language: str = "en", by: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"time": [0.0, 0.5, 9.2, 30.0], "n": [100, 100, 60, 55], "estimate": [0, 0.4, 0.45, 0.45]}
    )
    frame = frame.assign(low=frame["estimate"] - 0.05, high=frame["estimate"] + 0.05).clip(lower=0)
    if by:
        frame = pd.concat([frame.assign(platform=name) for name in ("forum", "wechat")], ignore_index=True)
    return described(frame, language, by=by, n=100, steps=["cart", "order"])


def of_friction(language: str = "en", sure: bool = True) -> pd.DataFrame:
    frame = pd.DataFrame({"platform": ["wechat", "forum"], "step": 1, "name": "cart", "next": "checkout"})
    frame = frame.assign(n=100, count=[20, 60], estimate=[0.2, 0.6], low=[0.13, 0.5], high=[0.29, 0.69])
    frame = frame.assign(minutes=[1.0, 3.5], best=[True, False], worst=[False, sure], recoverable=[0.0, 40.0])
    return described(frame, language, by="platform")


def of_test(language: str = "en", low: float = 0.02) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"comparison": ["before and after, with it", "drawn by lot"], "randomised": [False, True]}
    )
    frame = frame.assign(
        rate_a=[0.6, 0.7], n_a=200, rate_b=0.8, n_b=210, estimate=[0.2, 0.1], low=[0.12, low]
    )
    return described(frame.assign(high=[0.28, 0.18]), language)


def of_goals(language: str = "en", visible: bool = False) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"goal": ["first order", "invite somebody"], "n": [3000, 5000], "estimate": [0.05, 0.02]}
    )
    frame = frame.assign(low=[0.04, 0.016], high=[0.06, 0.024], window=28, minimum_effect=[0.02, 0.012])
    return described(frame.assign(relative=[0.4, 0.6], visible=visible), language)


FIGURES = [
    (plots.member_funnel, of_funnel),
    (plots.member_funnel, lambda language="en": of_funnel(language, by="platform")),
    (plots.time_to_convert, of_curve),
    (plots.time_to_convert, lambda language="en": of_curve(language, by="platform")),
    (plots.step_friction, of_friction),
    (plots.step_test, of_test),
    (plots.conversion_goals, of_goals),
]


@pytest.mark.parametrize(("plot", "made"), FIGURES)
def test_each_figure_is_drawn_in_both_languages(plot: Any, made: Any) -> None:
    picture = plot(made())
    assert isinstance(picture, Picture) and picture.alt
    assert any("\u4e00" <= letter <= "\u9fff" for letter in plot(made("zh")).alt)


@pytest.mark.parametrize(
    "name", ["member_funnel", "time_to_convert", "step_friction", "step_test", "conversion_goals"]
)
def test_what_is_empty_is_said_not_drawn(name: str) -> None:
    made = {"member_funnel": of_funnel, "time_to_convert": of_curve, "step_friction": of_friction}
    empty = {**made, "step_test": of_test, "conversion_goals": of_goals}[name]().head(0)
    assert isinstance(getattr(plots, name)(empty), Picture)
    assert "too little" in getattr(readings, name)(empty)


def test_readings_name_rate_loss_and_what_to_do() -> None:
    said = readings.member_funnel(of_funnel())
    assert "25.0\u00a0% (17.0–35.0\u00a0%, n = 100)" in said and "4 starts are left out" in said
    assert "phone in hand" in readings.member_funnel(of_funnel(by="platform"))
    assert "nine in ten" in readings.time_to_convert(of_curve())
    assert "40 more tries" in readings.step_friction(of_friction())
    assert "No place loses surely more" in readings.step_friction(of_friction(sure=False))
    said = readings.step_test(of_test())
    assert "+10.0 (+2.0 … +18.0)" in said and "+20.0" in said and "Give the change" in said
    assert "does not tell" in readings.step_test(of_test(low=-0.02))
    assert "stays invisible" in readings.conversion_goals(of_goals())
    assert "near the money" in readings.conversion_goals(of_goals(visible=True))
    assert "漏斗" not in said and "转化" in readings.conversion_goals(of_goals("zh").head(0))
