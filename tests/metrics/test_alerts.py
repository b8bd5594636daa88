"""Alerts: the right days are counted, neighbours become one alert, and planted trouble is found."""

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community, TableMissing
from helpers.metrics import alerts

START = pd.Timestamp("2026-01-05")


def opened(days=90, drop=(), members=60, **tables):
    random = np.random.default_rng(2)
    there = random.random((days, members)) < 0.5
    there[list(drop)] &= random.random((len(drop), members)) < 0.25
    day, member = np.nonzero(there)
    events = pd.DataFrame({"member_id": member.astype(str), "event_type": "like"})
    return Community.open(
        {"events": events.assign(occurred_at=START + pd.to_timedelta(day, unit="D")), **tables}
    )


def test_a_drop_in_activity_is_one_alert_over_its_days():
    found = alerts.watch(opened(drop=range(60, 64)))
    drop = found.loc[found["first_day"] == START + pd.Timedelta(days=60)].iloc[0]
    assert (drop["signal"], drop["direction"], drop["days"]) == ("activity", "low", 4)
    assert drop["observed"] < drop["expected"] / 2
    about = found.attrs["about"]
    assert about["signals"] == ["activity"]
    assert "joins" in about["not_watched"]
    assert about["days_judged"] == {"activity": 76}
    assert about["false_alarm_days"]["activity"] == pytest.approx(76 / 60, rel=0.2)


def test_a_wave_of_joins_is_found():
    joined = START + pd.to_timedelta(list(range(90)) + [70] * 25, unit="D")
    members = pd.DataFrame({"member_id": [f"j{at}" for at in range(115)], "joined_at": joined})
    found = alerts.watch(_with(members), signals=["joins"])
    assert found["first_day"].tolist() == [START + pd.Timedelta(days=70)]
    assert found["observed"].tolist() == [26]


def _with(members):
    events = pd.DataFrame({"member_id": "x", "event_type": "like"}, index=range(2))
    events["occurred_at"] = [START, START + pd.Timedelta(days=89)]
    return Community.open({"events": events, "members": members})


def test_complaints_are_posts_with_such_words():
    contents = pd.DataFrame(
        {
            "content_id": list("abcd"),
            "published_at": START + pd.to_timedelta([0, 0, 2, 3], unit="D"),
            "title": ["A scam", "Nice", None, "Refund!"],
            "text": ["", "tea", "要求退款", ""],
            "is_ugc": [True, True, True, False],
        }
    )
    counts = alerts.series(opened(days=5, contents=contents), "complaints")
    assert counts["observed"].tolist() == [1, 0, 1, 0, 0]
    counts = alerts.series(opened(days=5, contents=contents), "complaints", words=["tea"])
    assert counts["observed"].sum() == 1


def test_low_scores_are_detractors_on_any_scale():
    surveys = pd.DataFrame(
        {
            "member_id": "a",
            "answered_at": START,
            "kind": ["nps", "nps", "csat", "csat", "need"],
            "score": [6, 7, 2, 3, 1],
            "scale_min": [0, 0, 1, 1, 1],
            "scale_max": [10, 10, 5, 5, 5],
        }
    )
    counts = alerts.series(opened(days=3, surveys=surveys), "low scores")
    assert counts[["observed", "exposure"]].iloc[0].tolist() == [2, 4]


def test_a_signal_without_its_table_says_what_is_missing():
    with pytest.raises(TableMissing):
        alerts.control_chart(opened(days=3), "moderation")
    with pytest.raises(ValueError, match="choose one of activity"):
        alerts.series(opened(days=3), "mood")


def test_neighbouring_days_are_one_episode():
    charted = pd.DataFrame(
        {
            "day": pd.date_range("2026-05-01", periods=8),
            "observed": 9,
            "expected": 3.0,
            "z": [0, 4, 0, 5, 0, 0, 4, -4],
            "probability": 0.001,
            "alarm": [False, True, False, True, False, False, True, True],
            "direction": ["", "high", "", "high", "", "", "high", "low"],
        }
    )
    found = alerts.episodes(charted)
    assert found[["days", "direction", "observed", "z"]].to_numpy().tolist() == [
        [2, "high", 18, 5],
        [1, "high", 9, 4],
        [1, "low", 9, -4],
    ]


def test_one_day_of_data_gives_an_empty_table():
    found = alerts.watch(opened(days=1))
    assert found.empty
    assert found.attrs["about"]["signals"] == []
