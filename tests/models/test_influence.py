"""Influence: parts that one can count, weeks drawn again, and the planted key consumers of the demo."""

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community, TableMissing
from helpers.models import influence

CONTENTS = pd.DataFrame({"content_id": ["p", "q"], "published_at": "2026-05-01", "author_id": ["ann", "bob"]})
MEMBERS = pd.DataFrame(
    {
        "member_id": ["ann", "bob", "cat", "dan"],
        "joined_at": ["2026-01-01", "2026-01-01", "2026-05-02", "2026-05-03"],
        "invited_by": pd.Series([None, None, "ann", "ann"], dtype="str"),
        "role": pd.Series(["kol", None, None, None], dtype="str"),
    }
)
LOG = [
    # event, member, type, content, parent, reply
    ("1", "bob", "view", "p", None, None),
    ("2", "cat", "view", "p", None, None),
    ("3", "cat", "view", "p", None, None),
    ("4", "ann", "view", "p", None, None),  # one's own post
    ("5", "cat", "like", "p", None, None),
    ("6", "cat", "comment", "p", None, None),  # to ann
    ("7", "ann", "comment", "p", None, "6"),  # to cat
    ("8", "bob", "share", "p", None, None),  # of ann's post
    ("9", "dan", "share", "p", "8", None),  # passed on from bob
    ("10", "dan", "view", "q", None, None),
]


def opened(rows=LOG, **changes):
    names = ["event_id", "member_id", "event_type", "content_id", "parent_event_id", "reply_to"]
    events = pd.DataFrame(rows, columns=names).assign(occurred_at="2026-05-04")
    events.loc[0, "occurred_at"] = "2026-05-01"
    for name in ("parent_event_id", "reply_to"):
        events[name] = events[name].astype("str").where(events[name].notna())
    return Community.open({"events": events, "contents": CONTENTS, "members": MEMBERS} | changes)


def test_parts_are_what_one_counts():
    table = influence.score(opened(), repeats=3).set_index("member_id")
    assert table.loc["ann", ["reach", "responses", "shares", "recruits", "audience"]].tolist() == [
        3,
        2,
        1,
        2,
        2,
    ]
    assert table.loc["bob", ["reach", "responses", "shares", "audience"]].tolist() == [1, 0, 1, 1]
    assert table.loc["cat", ["reach", "responses"]].tolist() == [0, 1]
    assert table["role"].to_dict() == {"ann": "kol", "bob": "member", "cat": "member", "dan": "member"}


def test_few_shares_count_little_against_the_average():
    table = influence.score(opened(), repeats=3).set_index("member_id")
    # Two shares caused one; bob's one caused one, dan's none.
    rate = 1 / 2
    assert table.loc["bob", "per_share"] == pytest.approx((1 + 10 * rate) / 11)
    assert table.loc["dan", "per_share"] == pytest.approx((0 + 10 * rate) / 11)
    assert table.loc["ann", "per_share"] == pytest.approx(rate)


def test_the_score_is_the_mean_share_of_members_left_behind():
    table = influence.score(opened(), weights={"reach": 1, "recruits": 3}, repeats=3).set_index("member_id")
    assert table["score"].to_dict() == pytest.approx({"ann": 100, "bob": 25 * 2 / 3, "cat": 0, "dan": 0})
    assert table["place"].to_dict()["ann"] == 1
    with pytest.raises(ValueError, match="fame"):
        influence.score(opened(), weights={"fame": 1})


def test_one_good_week_does_not_keep_a_place():
    steady = [(f"s{week}", "cat", "like", "p", None, None, week) for week in range(20)]
    lucky = [(f"l{at}", "cat", "like", "q", None, None, 3) for at in range(21)]
    names = ["event_id", "member_id", "event_type", "content_id", "parent_event_id", "reply_to", "week"]
    events = pd.DataFrame(steady + lucky, columns=names)
    events["occurred_at"] = pd.Timestamp("2026-01-05") + pd.to_timedelta(events.pop("week") * 7, unit="D")
    community = opened(events=events.astype({"parent_event_id": "str", "reply_to": "str"}))
    table = influence.score(community, weights={"responses": 1}, top=1, repeats=100).set_index("member_id")
    assert table["place"].to_dict() == {"bob": 1, "ann": 2}
    assert table.loc["ann", "stays"] > 0.25 and table["stays"].sum() == pytest.approx(1)
    assert table.loc["bob", "low"] == 0


def test_precision_counts_hits_among_the_first():
    scored = pd.DataFrame(
        {"member_id": list("abcdef"), "score": [6, 5, 4, 3, 2, 1], "audience": [1, 6, 2, 5, 4, 3]}
    )
    wanted = pd.Series({"a": True, "b": True, "c": False, "d": False, "e": False, "f": False})
    table = influence.precision(scored, wanted, by=("score", "audience")).set_index("ranking")
    assert table["count"].to_dict() == {"score": 2, "audience": 1}
    assert table.loc["score", ["n", "estimate", "difference", "expected"]].tolist() == [2, 1, 0.5, 1 / 3]
    assert table.loc["score", "difference_low"] <= 0.5 <= table.loc["score", "difference_high"]


def test_what_is_missing_counts_nothing():
    events = pd.DataFrame(
        {
            "event_id": ["1", "2"],
            "member_id": ["a", "b"],
            "event_type": "message",
            "occurred_at": "2026-05-01",
        }
    )
    with pytest.raises(TableMissing):
        influence.score(Community.open({"events": events}))
    table = influence.score(
        Community.open({"events": events.assign(reply_to=pd.Series([None, "1"], dtype="str"))}), repeats=3
    )
    assert table[["member_id", "responses", "audience"]].to_numpy().tolist() == [["a", 1, 0], ["b", 0, 0]]


def test_key_consumers_of_the_demo_are_found_better_than_by_audience():
    demo = Community.open("demo")
    truth = demo.truth("members").set_index("member_id")
    if "koc" not in truth:
        pytest.skip("this demo has no key consumers")
    scored = influence.score(demo, repeats=20)
    table = influence.precision(scored[scored["role"] != "kol"], truth["koc"]).set_index("ranking")
    assert table.loc["score", "low"] > 10 * table.loc["score", "expected"]
    assert table.loc["score", "difference_low"] > 0
    assert np.corrcoef(scored["place"], scored["member_id"].map(truth["influence"]))[0, 1] < 0
