"""Tests of drawn members and uplift in figures and words, in both languages, and of nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.models import cuped, qini, targeting_value, trial_looks, trial_segments, uplift, winners_curse
from helpers.present import plots, readings
from helpers.present.style import Picture

ABOUT = {"title": "Test", "simulated": False, "as_of": "2026-05-31", "currency": "CNY", "name": "Coupon"}


def drawn(language="en", n=600):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"member_id": [f"m{i}" for i in range(n)], "treated": np.arange(n) % 2 == 0})
    frame["chance"], frame["before_orders"] = 0.5, rng.poisson(1.0, n).astype(float)
    frame["orders"] = rng.poisson(0.2 + 0.3 * frame["before_orders"] + 0.2 * frame["treated"]).astype(float)
    frame["bought"] = (frame["orders"] > 0).astype(float)
    frame["value"] = 40.0 * frame["orders"]
    for name, column in (("two_models", "before_orders"), ("churn_risk", "orders")):
        frame[name] = -frame[column]
    frame["doubly_robust"] = frame["two_models"] / 10
    sizes = [n - int(frame["treated"].sum()), int(frame["treated"].sum())]
    about = {"language": language, "n": n, "sizes": sizes, "ratio_p_value": 0.9}
    frame.attrs["about"] = ABOUT | about
    return frame


def looks(frame):
    days = np.random.default_rng(1).integers(0, 25, len(frame)).astype(float)
    counted = pd.DataFrame(
        {
            "arm": np.where(frame["treated"], "treatment", "control"),
            "first": np.where(days < 14, days, np.nan),
        }
    )
    counted = counted.groupby(["arm", "first"], dropna=False).size().rename("members").reset_index()
    table = trial_looks._table(counted, "control", list(range(14)))
    table.attrs = frame.attrs
    return table


def segments(frame):
    cuts = pd.DataFrame({"member_id": frame["member_id"], "source": np.arange(len(frame)) // 100 % 3})
    return trial_segments.effects(frame, cuts.astype({"source": str}))


SHOWN = {
    "sharper_effects": lambda frame: cuped.compare(frame, ["orders"]),
    "trial_looks": looks,
    "segment_effects": segments,
    "winners_curse": lambda frame: winners_curse.simulate(
        0.1, 0.03, 300, tests=2000, about=frame.attrs["about"]
    ),
    "uplift_by_part": lambda frame: uplift.by_fifth(frame, score="two_models"),
    "targeting_value": lambda frame: targeting_value.by_budget(frame, repeats=30, against="churn_risk"),
}


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_result_is_drawn_and_said(name, language):
    table = SHOWN[name](drawn(language))
    picture, said = getattr(plots, name)(table), getattr(readings, name)(table)
    assert isinstance(picture, Picture) and picture.axes and len(picture.png) < 45_000
    assert said.endswith("." if language == "en" else "。") and "nan" not in said
    empty = table.iloc[:0]
    empty.attrs = table.attrs
    assert isinstance(getattr(plots, name)(empty), Picture) and getattr(readings, name)(empty)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_draw_and_the_areas_are_said(language):
    frame = drawn(language)
    assert "300" in readings.drawn_members(frame)
    curves = [qini.curve(frame, score, repeats=30) for score in ("two_models", "churn_risk")]
    assert "simulated" not in plots.uplift_curves(curves).alt
    said = readings.uplift_areas(qini.areas(frame, ["two_models", "churn_risk"], repeats=30))
    assert "600" in said
    money = [qini.curve(frame, "two_models", outcome="value", repeats=30)]
    assert isinstance(plots.uplift_curves(money), Picture)


def test_an_uneven_draw_stops_the_reader():
    frame = drawn()
    frame.attrs["about"] |= {"sizes": [500, 100], "ratio_p_value": 1e-9}
    assert "read no result before" in readings.drawn_members(frame)
    assert "at a test that drew" not in readings.drawn_members(frame)


def test_a_rule_that_is_not_clearly_better_is_sent_back_to_the_test():
    frame = drawn().assign(two_models=np.random.default_rng(2).random(600))
    table = targeting_value.by_budget(frame, rules=("two_models", "random"), repeats=60)
    table.loc[table["rule"] == "two_models", "estimate"] += 1e6
    assert "contains zero" in readings.targeting_value(table)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_plan_says_what_can_be_seen_or_that_nothing_can(language):
    row = {
        "outcome": "bought",
        "window": 14,
        "n": 400,
        "count": 40,
        "estimate": 0.1,
        "low": 0.07,
        "high": 0.13,
    }
    table = pd.DataFrame([row | {"arm": 200, "visible": 0.1}])
    table.attrs["about"] = ABOUT | {"language": language}
    assert "200" in readings.trial_plan(table)
    assert "200" not in readings.trial_plan(table.assign(n=12))
