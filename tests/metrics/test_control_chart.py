"""Control charts: what they find, and how often they cry wolf."""

import numpy as np
import pandas as pd
import pytest

from helpers.metrics import control_chart

WEEK = np.array([1, 1, 1, 1, 1.1, 1.5, 1.3])


def days_of(mean, seed, spread=1.0, length=240, weekly=True):
    random = np.random.default_rng(seed)
    day = pd.date_range("2025-09-01", periods=length)
    level = np.broadcast_to(mean, length) * (WEEK[day.day_of_week] if weekly else 1)
    if spread > 1:
        level = random.gamma(level / (spread - 1), spread - 1)
    return pd.DataFrame({"day": day, "observed": random.poisson(level)})


@pytest.mark.parametrize(
    ("mean", "spread", "side"), [(300, 1.0, "both"), (80, 3.0, "both"), (4, 1.0, "high"), (0.4, 1.5, "high")]
)
def test_false_alarms_are_about_as_many_as_asked_for(mean, spread, side):
    found = judged = 0
    for seed in range(8):
        about = control_chart.chart(days_of(mean, seed, spread), side=side, repeats=30).attrs["about"]
        found, judged = found + about["alarm_days"], judged + about["days"]
        assert about["false_alarms_simulated"] <= 0.55
    assert 30 * found / judged < 1.0


def test_growth_and_the_weekly_rhythm_are_no_alarm():
    day = pd.date_range("2025-09-01", periods=200)
    steady = pd.DataFrame(
        {"day": day, "observed": np.round(np.linspace(100, 300, 200) * WEEK[day.day_of_week])}
    )
    assert not control_chart.chart(steady, repeats=10)["alarm"].any()


def test_a_drop_and_a_jump_are_found_with_their_direction():
    days = days_of(200, 1)
    days.loc[100:102, "observed"] //= 2
    days.loc[150, "observed"] *= 2
    found = control_chart.chart(days).set_index(days.index)
    assert (found.loc[100:102, "direction"] == "low").all()
    assert found.loc[150, "direction"] == "high"
    assert found.loc[100, "z"] < -3 < 3 < found.loc[150, "z"]
    assert (found.loc[[100, 101, 102], "observed"] < found.loc[[100, 101, 102], "low"]).all()


def test_the_side_decides_which_deviation_counts():
    days = days_of(200, 2)
    days.loc[100, "observed"], days.loc[150, "observed"] = 400, 60
    high, low = (control_chart.chart(days, side=side, repeats=10)["alarm"] for side in ("high", "low"))
    assert high[100] and not high[150]
    assert low[150] and not low[100]


def test_a_lasting_change_becomes_the_new_level():
    days = days_of(np.r_[np.full(120, 200), np.full(120, 90)], 3)
    alarm = control_chart.chart(days, repeats=10)["alarm"]
    assert alarm[120:126].all()
    assert alarm[180:].sum() <= 3


def test_the_share_is_judged_when_there_is_an_exposure():
    random = np.random.default_rng(4)
    exposure = random.integers(20, 200, 160)
    days = pd.DataFrame({"day": pd.date_range("2026-01-01", periods=160), "exposure": exposure})
    days["observed"] = random.binomial(exposure, 0.15)
    days.loc[130, ["exposure", "observed"]] = [200, 90]
    found = control_chart.chart(days, side="high")
    assert found.loc[130, "alarm"]
    assert found["alarm"].sum() <= 8


def test_limits_and_alarms_agree():
    found = control_chart.chart(days_of(30, 5), repeats=20).dropna(subset="expected")
    outside = (found["observed"] < found["low"]) | (found["observed"] > found["high"])
    assert (outside == found["alarm"]).mean() > 0.99


@pytest.mark.parametrize("length", [0, 1, 10])
def test_a_short_history_expects_nothing(length):
    found = control_chart.chart(days_of(5, 6, length=length))
    assert len(found) == length
    assert found["expected"].isna().all()
    assert not found["alarm"].any()


def test_a_silent_history_raises_no_alarm():
    quiet = days_of(0, 7, length=60)
    assert not control_chart.chart(quiet, repeats=10)["alarm"].any()


def test_options_are_checked():
    with pytest.raises(ValueError, match="choose one of"):
        control_chart.chart(days_of(5, 8), side="up")
    with pytest.raises(ValueError, match="14 days or more"):
        control_chart.chart(days_of(5, 8), history=5)
