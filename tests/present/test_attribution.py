"""Figures and readings of attribution: what they say, in both languages, and with little or nothing."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.metrics.journeys import COLUMNS
from helpers.models.attribution import credits
from helpers.present import plots, readings


def _journeys(language: str = "en", repeat: int = 40) -> pd.DataFrame:
    paths = ["ad > kol", "ad", "ad > group > kol", "kol", ""]
    frame = pd.DataFrame({"path": paths * repeat, "converted": [True, False, True, False, True] * repeat})
    frame = frame.assign(member_id=[str(n) for n in range(len(frame))], revenue=20.0 * frame["converted"])
    frame.attrs = {
        "about": {"language": language, "days": 14, "goal": "order", "direct": repeat, "currency": "CNY"}
    }
    return frame


def _against(low: float, high: float, estimate: float = 20.0, returned: float = 0.8) -> pd.DataFrame:
    rules = ["first", "last", "linear", "position", "markov", "holdout"]
    table = pd.DataFrame({"rule": rules, "n": 900, "estimate": [100.0] * 5 + [estimate]})
    table["low"], table["high"] = [90.0] * 5 + [low], [110.0] * 5 + [high]
    for end, value in (("", returned), ("_low", returned - 0.5), ("_high", returned + 0.5)):
        table[f"returned{end}"] = [4.0] * 5 + [value]
    table.attrs = {
        "about": {"language": "en", "channel": "retargeting", "campaign": "Pilot", "money": "margin"}
    }
    return table


@pytest.mark.parametrize("language", ["en", "zh"])
def test_credit_names_the_channel_for_which_the_rule_decides(language: str) -> None:
    table = credits(_journeys(language), repeats=30)
    picture, said = plots.channel_credit(table), readings.channel_credit(table)
    name = {"en": "kol", "zh": "达人"}[language]
    assert name in picture.alt.lower() and name in said.lower()
    assert "100.0" in said and "0.0" in said  # all of it by the first contact, nothing by the last
    assert any("80" in text.get_text() for text in picture.figure.texts)


def test_the_hold_out_is_set_against_the_credit() -> None:
    table = _against(5.0, 40.0)
    assert "100 orders" in plots.credited_and_caused(table).alt
    said = readings.credited_and_caused(table)
    assert "5.0 credited for each one added" in said and "Whether it pays is open" in said
    assert "does not pay" in readings.credited_and_caused(_against(5.0, 40.0, returned=0.2))
    assert "It pays" in readings.credited_and_caused(_against(5.0, 40.0, returned=2.2))
    assert "too small" in readings.credited_and_caused(_against(-50.0, 140.0))
    assert "would have come anyway" in readings.credited_and_caused(_against(-30.0, 10.0, estimate=-10.0))


def test_costs_say_whether_the_order_of_channels_rests_on_the_rule() -> None:
    rows = [("first", "ad", 10.0), ("last", "ad", 20.0), ("first", "kol", 15.0), ("last", "kol", 12.0)]
    table = pd.DataFrame(rows, columns=["rule", "channel", "estimate"]).assign(n=500, small=False)
    table = table.assign(low=table["estimate"] - 1, high=table["estimate"] + 1)
    table.attrs = {"about": {"language": "en", "currency": "CNY", "goal": "join", "free": ["push"]}}
    assert "¥10.00 or ¥20.00" in plots.channel_costs(table).alt
    said = readings.channel_costs(table)
    assert "factor of 2.0" in said and "depend on the rule" in said and "push message" in said
    same = table[table["rule"] == "last"]
    same.attrs = table.attrs
    assert "same by every rule" in readings.channel_costs(same)


def test_audience_says_what_a_lift_is_not() -> None:
    table = pd.DataFrame(
        {
            "attribute": "region", "value": ["north", "south", "isle"], "n": [300.0, 280.0, None],
            "count": [90.0, 40.0, None], "share": [0.3, 0.14, None], "estimate": [2.1, 0.48, None],
            "low": [1.5, 0.34, None], "high": [2.9, 0.67, None], "significant": [True, True, False],
            "suppressed": [False, False, True], "small": [False, False, True],
        }
    )  # fmt: skip
    table.attrs = {"about": {"language": "en", "days": 90, "n": 600}}
    assert "2 of 2" in plots.audience(table).alt
    said = readings.audience(table)
    assert "2.10 (1.50–2.90)" in said and "not whom an advertisement moves" in said
    none = table.assign(significant=False)
    none.attrs = table.attrs
    assert "No kind of newcomer" in readings.audience(none)


def test_removal_is_drawn_and_said() -> None:
    table = pd.DataFrame({"path": ["a > c", "a", "b > c"], "conversions": [1, 0, 2], "nulls": [1, 2, 2]})
    picture = plots.removal_graph(table, without="a")
    labels = {text.get_text() for text in picture.axes[1].texts}
    assert {"start", "order", "nothing", "a", "b", "c"} <= labels
    assert "37.5" in picture.alt and "25.0" in picture.alt
    assert "33.3" in readings.removal_graph(table, without="a")
    assert plots.removal_graph(table, without="x") and "too little" in readings.removal_graph(
        table, without="x"
    )


def test_too_little_is_said() -> None:
    empty = credits(pd.DataFrame(columns=COLUMNS).astype({"converted": bool, "revenue": float, "path": str}))
    assert plots.channel_credit(empty) and "too little" in readings.channel_credit(empty)
    costs = pd.DataFrame(columns=["rule", "channel", "n", "estimate"])
    assert plots.channel_costs(costs) and "too little" in readings.channel_costs(costs)
    assert plots.credited_and_caused(costs) and "too little" in readings.credited_and_caused(costs)
    nobody = pd.DataFrame(columns=["estimate", "small"])
    assert plots.audience(nobody) and "too little" in readings.audience(nobody)
