"""Figures and sentences about acquisition, campaigns and costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.metrics.costs import campaign_roi
from helpers.present import plots, readings

LANGUAGES = ("en", "zh")
MONTHS = pd.date_range("2026-01-01", periods=3, freq="MS")


def about(frame, language="en", **more):
    base = {
        "title": "Test",
        "as_of": "2026-05-31",
        "language": language,
        "simulated": True,
        "currency": "CNY",
    }
    frame.attrs["about"] = base | more
    return frame


def sources(language="en", **columns):
    frame = pd.DataFrame(
        {
            "source": ["ad", "invitation"],
            "n": [900, 100],
            "share": [0.9, 0.1],
            "retained_n": [800, 90],
            "retained": [0.2, 0.5],
            "retained_low": [0.18, 0.4],
            "retained_high": [0.22, 0.6],
            "value_n": [700, 80],
            "estimate": [10.0, 90.0],
            "low": [8.0, 60.0],
            "high": [12.0, 130.0],
            "cost_per_member": [20.0, np.nan],
            "returned": [0.5, np.nan],
            "small": False,
        }
    )
    return about(frame.assign(**columns), language, by="source", horizon=90, day=30)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sources_set_counts_against_value(language):
    picture, reading = plots.sources(sources(language)), readings.sources(sources(language))
    assert len(picture.axes) == 3 and "¥90.00 (¥60.00–¥130)" in reading and "n = 80" in reading
    if language == "en":
        assert "come from: invitation" in picture.alt and "does not earn back" in reading
    level = sources(language, low=0.0, high=200.0)
    assert plots.sources(level).alt != picture.alt and readings.sources(level) != reading


def test_sources_without_orders_are_compared_by_retention():
    frame = sources(estimate=np.nan, low=np.nan, high=np.nan, value_n=0)
    assert len(plots.sources(frame).axes) == 2 and "those who stay" in plots.sources(frame).alt
    assert "cannot be compared" in readings.sources(frame)


@pytest.mark.parametrize("language", LANGUAGES)
def test_payback_waits_for_the_whole_interval(language):
    frame = pd.DataFrame(
        {
            "source": ["ad", "ad", "kol", "kol"],
            "age": [30, 90, 30, 90],
            "n": 50,
            "estimate": [5.0, 30.0, 5.0, 9.0],
            "low": [3.0, 25.0, 3.0, 5.0],
            "high": [7.0, 35.0, 7.0, 13.0],
            "cost_per_member": 20.0,
            "paid_back": [False, True, False, False],
            "small": False,
        }
    )
    reading = readings.payback(about(frame, language, by="source"))
    assert "90" in reading
    if language == "en":
        assert (
            "Not paid back in the time watched: KOL" in plots.payback(about(frame, language, by="source")).alt
        )
        assert "Not paid back for certain in the time watched: KOL" in reading


def effects(language="en", unit="group"):
    frame = pd.DataFrame(
        {
            "campaign_id": ["c1", "c2"],
            "name": ["Spring & tea", None],
            "kind": "coupon",
            "unit": ["member", unit],
            "units": [200, 12],
            "n": [100, 60],
            "control_n": [100, 60],
            "estimate": [0.2, 0.1],
            "low": [0.05, -0.1],
            "high": [0.35, 0.3],
            "revenue_gain": [5.0, 1.0],
            "revenue_low": [1.0, -2.0],
            "revenue_high": [9.0, 4.0],
            "naive_low": [0.05, -0.02],
            "naive_high": [0.35, 0.22],
            "budget": [100.0, 500.0],
            "small": [False, True],
        }
    )
    return about(frame, language, randomised=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_effects_count_what_is_certain(language):
    picture, reading = plots.campaign_effects(effects(language)), readings.campaign_effects(effects(language))
    assert "1" in picture.alt and "Spring & tea" in reading and "20.0 (5.0–35.0)" in reading
    assert len(picture.axes) == 2
    nothing = effects(language).head(0)
    assert readings.campaign_effects(nothing) and plots.campaign_effects(nothing).png


def test_group_effects_say_that_groups_are_the_unit():
    frame = effects().assign(estimate=[0.1, 0.3])
    assert "12 groups" in readings.campaign_effects(frame)
    assert "thin" in plots.campaign_effects(effects()).figure.texts[1].get_text()
    alone = effects(unit="member")
    assert "thin" not in plots.campaign_effects(alone).figure.texts[1].get_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_conversion_and_before_after_warn_that_they_prove_nothing(language):
    frame = pd.DataFrame(
        {
            "campaign_id": ["c1"],
            "name": ["Live"],
            "n": [500],
            "count": [50],
            "estimate": [0.1],
            "low": [0.08],
            "high": [0.13],
            "repurchase_n": [40],
            "repurchase": [0.5],
            "repurchase_low": [0.35],
            "repurchase_high": [0.65],
        }
    )
    reading = readings.campaign_conversion(about(frame, language, within=60))
    assert (
        "n = 500" in reading and "n = 40" in reading and plots.campaign_conversion(about(frame, language)).png
    )
    ratio = pd.DataFrame(
        {
            "campaign_id": ["c1"],
            "name": ["Live"],
            "before": [10],
            "during": [30],
            "estimate": [3.0],
            "low": [1.5],
            "high": [6.0],
            "overlaps": [1],
            "left_edge": [False],
        }
    )
    assert "3.0 (1.5–6.0)" in readings.before_after(about(ratio, language))
    assert "3.0" in plots.before_after(about(ratio, language)).alt
    if language == "en":
        assert "control" in reading and "proves no effect" in plots.before_after(about(ratio)).alt
    for empty, name in ((frame.head(0), "campaign_conversion"), (ratio.head(0), "before_after")):
        assert "n = 0" in getattr(readings, name)(about(empty, language))
        assert getattr(plots, name)(about(empty, language)).png


@pytest.mark.parametrize("language", LANGUAGES)
def test_cost_per_active_member_ignores_the_unfinished_month(language):
    rows = [
        (m, k, c, n)
        for m, n in zip(MONTHS, (10, 20, 5), strict=True)
        for k, c in (("all", 100.0), ("staff", 80.0), ("ads", 20.0))
    ]
    frame = pd.DataFrame(rows, columns=["period", "kind", "cost", "n"])
    frame = frame.assign(estimate=frame["cost"] / frame["n"], share=frame["cost"] / 100)
    frame["open_period"] = frame["period"] == MONTHS[2]
    frame = about(frame, language, every="month")
    reading, picture = readings.cost_per_active_member(frame), plots.cost_per_active_member(frame)
    assert "¥5.00" in reading and "¥10.00" in reading and "n = 20" in reading
    assert "¥5.00" in picture.alt
    assert sum(bool(bar.get_hatch()) for bar in picture.axes[0].patches) == 2


def returns(language="en", known=True):
    frame = pd.DataFrame(
        {
            "period": MONTHS,
            "n": 40,
            "orders": 50,
            "estimate": [0.5, 2.0, 1.0],
            "low": [0.3, 1.5, 0.2],
            "high": [0.7, 2.5, 1.8],
            "orders_needed": [100.0, 25.0, 50.0],
            "margin_known": known,
            "open_period": [False, False, True],
        }
    )
    return about(frame, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_returns_state_the_break_even_and_that_they_are_gross(language):
    reading = readings.community_returns(returns(language))
    assert "2.00 (1.50–2.50)" in reading and "25" in reading
    assert "1" in plots.community_returns(returns(language)).alt
    if language == "en":
        assert "gross" in reading and "not known" in readings.community_returns(returns(known=False))
    roi = campaign_roi(effects(language))
    assert "Spring & tea" in readings.campaign_roi(roi) and plots.campaign_roi(roi).png


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_little_data_is_said_and_drawn(language):
    assert (
        "n = 0" in readings.sources(sources(language).head(0))
        and plots.sources(sources(language).head(0)).png
    )
    assert "n = 0" in readings.community_returns(returns(language).head(0))
    assert plots.community_returns(returns(language).head(0)).png
    nothing = campaign_roi(effects(language).head(0))
    assert "n = 0" in readings.campaign_roi(nothing) and plots.campaign_roi(nothing).png
