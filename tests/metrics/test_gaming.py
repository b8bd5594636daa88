"""Farmed points: every rule on a member who breaks it and on one who does not."""

import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import gaming

START = pd.Timestamp("2026-05-01")


def check_ins(who, minutes):
    return [
        (who, START + pd.Timedelta(days=day, minutes=minute), "check_in")
        for day, minute in enumerate(minutes)
    ]


def opened(rows, points):
    events = pd.DataFrame(rows, columns=["member_id", "occurred_at", "event_type"])
    events["event_id"] = [f"e{at}" for at in range(len(events))]
    events["reply_to"] = None
    earned = pd.DataFrame(points, columns=["member_id", "points", "reason"]).assign(at=START)
    return Community.open({"events": events, "points": earned})


def test_clockwork_allows_for_the_minute_beside():
    rows = check_ins("robot", [480, 481] * 10) + check_ins("human", range(0, 1400, 70))
    found = gaming.signals(opened(rows, [("robot", 100, "check_in"), ("human", 100, "check_in")]))
    assert found.set_index("member_id")["clockwork"].to_dict() == {"robot": True, "human": False}
    assert found.set_index("member_id").loc["robot", ["check_ins", "same_minute"]].tolist() == [20, 1]
    few = gaming.signals(opened(rows[:19], [("robot", 100, "check_in")]))
    assert not few["clockwork"].any()


def test_bursts_are_pauses_that_nobody_types_in():
    rows = [("fast", START + pd.Timedelta(seconds=5 * at), "message") for at in range(20)]
    rows += [("slow", START + pd.Timedelta(seconds=50 * at), "message") for at in range(20)]
    found = gaming.signals(opened(rows, [("fast", 20, "message"), ("slow", 20, "message")])).set_index(
        "member_id"
    )
    assert found["bursts"].to_dict() == {"fast": True, "slow": False}
    assert found.loc["fast", "in_bursts"] == pytest.approx(19 / 20)


def test_much_writing_that_nobody_answers():
    events = pd.DataFrame(
        {
            "event_id": ["e1", "e2", "e3", "e4"],
            "member_id": ["loud", "liked", "friend", "friend"],
            "event_type": "message",
            "occurred_at": START,
            "reply_to": [None, None, "e2", "e2"],
        }
    )
    earned = pd.DataFrame({"member_id": ["loud", "liked"], "points": 600, "reason": "message", "at": START})
    found = gaming.signals(Community.open({"events": events, "points": earned})).set_index("member_id")
    assert found["replies"].to_dict() == {"loud": 0, "liked": 2}
    assert found["no reply"].to_dict() == {"loud": True, "liked": True}  # two replies to six hundred points
    kinder = gaming.signals(Community.open({"events": events, "points": earned}), replies=0.3)
    assert kinder["no reply"].sum() == 1


def test_without_replies_in_the_log_nobody_is_blamed_for_none():
    events = pd.DataFrame({"member_id": ["a"], "event_type": ["message"], "occurred_at": [START]})
    earned = pd.DataFrame({"member_id": ["a"], "points": [900], "reason": ["message"], "at": [START]})
    assert gaming.signals(Community.open({"events": events, "points": earned}))["rules"].tolist() == [0]


def test_judging_counts_hits_and_misses_of_those_looked_at():
    table = pd.DataFrame({"member_id": list("abcd"), "clockwork": [True, True, False, True], "bursts": False})
    table = table.assign(**{"no reply": False, "rules": table["clockwork"].astype(int)})
    found = gaming.judge(table, pd.Series({"a": True, "b": False, "c": True})).set_index("rule")
    assert found.loc["any rule", ["flagged", "count", "n"]].tolist() == [2, 1, 2]
    assert pd.isna(found.loc["bursts", "precision"])
