"""What moved since the last report, in words of both languages."""

import numpy as np
import pandas as pd
import pytest

from helpers.metrics import movement
from helpers.present import change_words, readings
from helpers.present.language import translator


def judged(language="en", **columns):
    row = {
        "metric": ["active_week", "revenue_per_member", "nps"], "unit": ["share", "money", "points"],
        "n": 500,
        "last": "2026-05-31", "last_earlier": "2026-05-24", "small": False, "small_earlier": False,
        "estimate": [0.2, 16.2, 9.5], "low": [0.17, 15.0, 4.0], "high": [0.23, 17.4, 15.0],
        "estimate_earlier": [0.3, 16.0, 9.0], "low_earlier": [0.27, 14.8, 3.5],
        "high_earlier": [0.33, 17.2, 14.5], "correlation": 0.5,
    }  # fmt: skip
    table = pd.DataFrame(row | columns)
    table.attrs["about"] = {"language": language, "currency": "CNY", "basis": "events"}
    return movement.judge(table)


def test_what_moved_is_said_with_its_interval_and_what_chance_would_do():
    said = readings.changes(judged()).replace("\u00a0", " ")
    assert said == (
        "Active in the last whole week: −10.0 points (−13.0 … −7.0), now 20.0 %. "
        "Of 3 figures compared, about 0.2 would look moved in a week when nothing happens."
    )
    assert "最近一个完整周内活跃：−10.0 个百分点" in readings.changes(judged("zh"))


def test_a_quiet_week_is_said_to_be_quiet():
    quiet = judged(estimate=[0.3, 16.0, 9.0], low=[0.27, 14.8, 3.5], high=[0.33, 17.2, 14.5])
    assert "None of 3 figures moved beyond chance." in readings.changes(quiet)


def test_what_is_usual_is_said_once_there_are_enough_reports():
    table = judged().assign(steps=5, as_large=2)
    table.attrs = judged().attrs
    assert "Of 5 earlier changes of it from report to report, 2 were as large." in readings.changes(table)
    few = table.assign(steps=3)
    few.attrs = table.attrs
    assert "earlier changes" not in readings.changes(few)


def test_nothing_to_compare_is_said():
    same = judged(last_earlier="2026-05-31")
    assert "No figure can be compared yet" in readings.changes(same)
    assert [change_words.verdict(translator("en"), row) for row in same.to_dict("records")] == [
        "the same week as last time"
    ] * 3


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, ["down", "no more than chance", "no more than chance"]),
        ({"last_earlier": None}, ["not known last time"] * 3),
        ({"small": True}, ["too few to compare"] * 3),
    ],
)
def test_each_verdict_has_its_words(columns, words):
    rows = judged(**columns).to_dict("records")
    assert [change_words.verdict(translator("en"), row) for row in rows] == words


def test_figures_and_changes_are_written_in_their_unit():
    _, about = translator("en"), {"currency": "CNY"}
    changes = {"share": [0.021, np.nan], "money": [-0.21, 0.0], "score": [0.014], "points": [5.9]}
    said = [change_words.change(_, about, unit, one) for unit, values in changes.items() for one in values]
    assert said == ["+2.1 points", "–", "−¥0.21", "¥0.00", "+0.01", "+5.9"]
    assert change_words.change_interval(about, "money", -1.24, 0.83) == "−¥1.24 … +¥0.83"
    assert change_words.change_interval(about, "points", np.nan, 1.0) == "–"


def test_buying_communities_buy():
    _ = translator("en")
    about = {"basis": "orders"}
    assert change_words.figure_name(_, about, "active_week") == "Bought in the last whole week"
    assert change_words.figure_name(_, {}, "active_week") == "Active in the last whole week"


def test_late_rows_are_said_apart_from_movement():
    table = judged().assign(reported=[0.28, 16.0, 9.0], revised=[True, False, False])
    table.attrs = judged().attrs
    said = readings.revisions(table).replace("\u00a0", " ")
    assert "the last report said 28.0 %, today's data say 30.0 % for the same day" in said
    assert said.endswith("are read differently: 1.")
    none = table.assign(revised=False)
    none.attrs = table.attrs
    assert "Nothing has changed in the past" in readings.revisions(none)


def test_the_list_in_a_sentence():
    compared = pd.DataFrame({"status": ["entered", "stayed"], "arm": ["contact", "control"]})
    compared["arm_before"] = [None, "control"]
    compared.attrs["about"] = {"entered": 1, "left": 0, "stayed": 1}
    assert readings.list_changes(compared).startswith(
        "1 are new on the contact list, 0 have left it, 1 stayed."
    )
    assert "the lot is drawn once" in readings.list_changes(compared)
    redrawn = compared.assign(arm_before=[None, "contact"])
    redrawn.attrs = compared.attrs
    assert "drawn anew" in readings.list_changes(redrawn)
    assert "empty" in readings.list_changes(compared.head(0))
