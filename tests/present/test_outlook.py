"""Diagnosis, early warning, risks and privacy as figures and sentences."""

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import diagnosis, early_warning, privacy_check, risk_register
from helpers.models.privacy_rules import duties
from helpers.present import plots, readings

MEMBERS = 60


def opened(language="en", **tables):
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(120), unit="D")
    events = pd.DataFrame({"occurred_at": np.repeat(day, MEMBERS), "event_type": "view"})
    events["member_id"] = np.tile([f"m{at}" for at in range(MEMBERS)], 120)
    return Community.open({"events": events, **tables}, language=language)


@pytest.fixture(scope="module")
def found():
    joined = pd.date_range("2026-01-01", periods=MEMBERS).astype(str)
    members = pd.DataFrame({"member_id": [f"m{at}" for at in range(MEMBERS)], "joined_at": joined})
    return diagnosis.diagnose(opened(members=members.assign(gender=["f"] * 57 + ["m"] * 3)))


def test_challenges_name_evidence_and_gaps(found):
    picture = plots.challenges(found)
    labels = [label.get_text() for label in picture.axes[0].get_yticklabels()]
    assert len(labels) == 6
    beside = [label.get_text() for label in picture.axes[1].get_yticklabels()]
    assert any("cannot tell: orders" in text for text in beside)
    said = readings.challenges(found)
    assert "The data cannot tell: " in said
    assert "convention" in said


def test_the_table_of_evidence_says_where_thresholds_come_from(found):
    table = readings.evidence_words(found)
    assert table["threshold"].str.contains("a rule of thumb").any()
    assert table.loc[table["found"] == "orders", "verdict"].tolist() == ["cannot tell"] * 2


def test_nothing_to_judge_is_said():
    events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    short = diagnosis.diagnose(Community.open({"events": events}))
    assert plots.challenges(short).axes
    assert "too little" in readings.challenges(short).lower()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_trade_off_marks_the_threshold_in_use(language):
    rows = {"limit": [0.2, 1.0], "n": 12, "count": [8, 11], "estimate": [8 / 12, 11 / 12]}
    rows |= {"low": [0.4, 0.6], "high": [0.86, 0.98], "quiet_days": 900, "false_days": [6, 30]}
    table = pd.DataFrame(rows).assign(delay=[2.0, 1.0], delay_low=[1.0, 0.5], delay_high=[3.0, 1.5])
    table = table.assign(lead=5.0, lead_low=4.0, lead_high=6.0, false_alarms=[0.2, 1.0])
    table = table.assign(false_alarms_low=[0.1, 0.7], false_alarms_high=[0.4, 1.4])
    table.attrs["about"] = opened(language).about("alarm threshold")
    assert "11" in plots.alarm_trade_off(table, chosen=1.0).alt
    assert "900" in readings.alarm_trade_off(table, chosen=1.0)
    nobody = early_warning.trade_off(early_warning.rehearse([]))
    assert plots.alarm_trade_off(nobody).axes
    assert readings.alarm_trade_off(nobody)


def test_the_register_has_room_for_an_owner():
    table = risk_register.register(opened())
    assert set(readings.risk_words(table)["owner"]) == {"……"}
    assert "Not measured here" in readings.risk_register(table)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_privacy_findings_name_articles(language):
    members = pd.DataFrame({"member_id": [f"m{at}" for at in range(60)], "joined_at": "2026-01-01"})
    members = members.assign(gender=["f"] * 57 + ["m"] * 3)
    community = opened(language, members=members)
    table = privacy_check.check(community, smallest=5)
    words = readings.privacy_words(table)
    assert words["pipl"].str.contains("13").any()
    assert "60" in readings.privacy_check(table)
    asked = readings.duty_words(duties(), community.about(""))
    assert len(asked) == len(duties())
    shown = privacy_check.cells(community, smallest=5)
    assert "3" in readings.small_cells(shown)
    assert plots.small_cells(shown).alt


def test_nobody_stands_out_where_all_are_alike():
    members = pd.DataFrame({"member_id": ["m1", "m2"], "joined_at": "2026-01-01", "gender": "f"})
    shown = privacy_check.cells(opened(members=members), smallest=2)
    assert "Nobody" in plots.small_cells(shown).figure.texts[0].get_text()
    assert "shared by 2" in readings.small_cells(shown)
