"""The brand image over time: members are the units, and periods without answers are not invented."""

import pandas as pd
import pytest

from helpers.community import Community, TableMissing
from helpers.metrics import image

EVENTS = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-03-01"]})


def community(rows, **more):
    surveys = pd.DataFrame(rows, columns=["member_id", "answered_at", "subject", "item", "score"])
    return Community.open(
        {"events": EVENTS, "surveys": surveys.assign(kind="image", **more)}, as_of="2026-05-10"
    )


def test_a_member_who_rates_two_attributes_is_one_opinion():
    rows = [
        ("a", "2026-03-05", "us", "warm", 5),
        ("a", "2026-03-05", "us", "fair", 3),
        ("b", "2026-03-06", "us", "warm", 2),
    ]
    row = image.by_period(community(rows)).iloc[0]
    assert (row["n"], row["estimate"]) == (2, 3.0)


def test_each_subject_has_its_own_periods_and_the_last_is_open():
    when = [("2026-03-05", "us"), ("2026-05-05", "us"), ("2026-05-05", "rival")]
    rows = [(who, day, name, "warm", score) for who, score in (("a", 4), ("b", 2)) for day, name in when]
    table = image.by_period(community(rows))
    assert table[["subject", "n"]].to_numpy().tolist() == [["rival", 2], ["us", 2], ["us", 2]]
    assert table["open_period"].tolist() == [True, False, True]
    assert table["small"].all()
    assert (table["low"] < table["estimate"]).all()


def test_surveys_without_a_subject_are_refused():
    surveys = pd.DataFrame({"member_id": ["a"], "answered_at": ["2026-03-02"], "score": [9], "kind": "image"})
    with pytest.raises(TableMissing):
        image.by_period(Community.open({"events": EVENTS, "surveys": surveys}))
