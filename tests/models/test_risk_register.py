"""The risk register measures what the tables show, and says what they do not."""

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import risk_register


def opened(events, **tables):
    frame = pd.DataFrame(events, columns=["member_id", "event_type", "platform"])
    return Community.open({"events": frame.assign(occurred_at="2026-05-01"), **tables})


def test_only_those_on_the_largest_platform_alone_depend_on_it():
    rows = [(f"m{n}", "like", "wechat") for n in range(30)] + [(f"m{n}", "like", "forum") for n in range(10)]
    rows += [(f"f{n}", "like", "forum") for n in range(5)]
    found = risk_register.platform_dependence(opened(rows))
    assert (found["count"], found["n"]) == (20, 35)
    assert found["low"] < 20 / 35 < found["high"]


def test_the_busiest_ten_are_counted_by_what_they_write():
    rows = [(f"m{n % 10}", "message", "wechat") for n in range(60)]
    rows += [(f"q{n}", "comment", "wechat") for n in range(40)] + [("q1", "like", "wechat")] * 50
    found = risk_register.few_people(opened(rows))
    assert (found["count"], found["n"], found["estimate"]) == (60, 100, 0.6)
    assert found["low"] <= 0.6 <= found["high"]


def test_banned_members_are_counted_among_the_active():
    rows = [(f"m{n}", "like", None) for n in range(40)]
    moderation = pd.DataFrame({"at": "2026-05-01", "member_id": ["m1", "m1", "m2", "x"], "action": "ban"})
    moderation.loc[2, "action"] = "warn"
    found = risk_register.account_safety(opened(rows, moderation=moderation))
    assert (found["count"], found["n"]) == (1, 40)


def test_a_rival_is_compared_within_each_member():
    answers = [("a", "us", 4), ("a", "rival", 3), ("b", "us", 3), ("b", "rival", 3), ("c", "us", 5)]
    surveys = pd.DataFrame(answers, columns=["member_id", "subject", "score"])
    surveys = surveys.assign(kind="image", item="price", answered_at="2026-05-01")
    found = risk_register.competition(opened([("a", "like", None)], surveys=surveys))
    assert (found["count"], found["n"]) == (1, 2)


def test_what_is_not_measured_says_what_would_tell():
    table = risk_register.register(opened([(f"m{n}", "view", None) for n in range(40)])).set_index("risk")
    assert table.loc["platform dependence", ["exposure", "missing"]].tolist() == ["", "events.platform"] or (
        table.loc["platform dependence", "missing"] == "too little data"
    )
    assert table.loc["account safety", "missing"] == "moderation"
    assert table.loc["ethics", "missing"] == "judgement"
    assert np.isnan(table.loc["ethics", "estimate"])


@pytest.mark.parametrize(("value", "level"), [(0.1, "low"), (0.5, "medium"), (0.8, "high")])
def test_levels_begin_at_their_thresholds(value, level):
    assert risk_register._level("platform dependence", value) == level
