"""The first page says what to do first, and every page what its figures of members suffer from."""

import pandas as pd
import pytest

from helpers.community import Community
from helpers.present import readings
from helpers.workbook import first_steps
from helpers.workbook.headlines import headlines


def shop(*, buyers, days=30, members=False, language="en"):
    chat = [f"m{number}" for number in range(12)]
    dates = pd.date_range("2026-03-01", periods=days).astype(str)
    events = pd.DataFrame({"member_id": (chat * days)[:days], "occurred_at": dates, "event_type": "message"})
    events = pd.concat(
        [events, events.assign(member_id=events["member_id"].map(lambda name: f"m{name[-1]}"))]
    )
    orders = pd.DataFrame({"order_id": [f"o{number}" for number in range(8)], "member_id": buyers})
    orders = orders.assign(ordered_at=list(dates[-8:]), amount=[*[9.0] * 7, "?"])
    tables = {"events": events, "orders": orders}
    if members:
        tables["members"] = pd.DataFrame({"member_id": chat, "joined_at": "2026-03-01"})
    return Community.open(tables, language=language)


APART, JOINED = [f"buyer{number}" for number in range(8)], [f"m{number}" for number in range(8)]


def test_what_keeps_figures_from_being_right_comes_first():
    said = first_steps.steps(
        shop(buyers=APART), contacts={"contacted": 4, "held": 2}, since={"day": "2026-03-20"}
    )
    words = (
        "same ids: 7 buyers",
        "set aside (1)",
        "since the report of 2026-03-20",
        "Write to the 4",
        "list of",
    )
    assert [word in one for word, one in zip(words, said, strict=False)] == [True] * 5
    assert "30 days" in said[-1]


def test_a_community_without_trouble_is_told_of_its_list_only():
    community = shop(buyers=JOINED, days=80, members=True)
    said = first_steps.steps(community, contacts={"contacted": 4})
    assert [one[:8] for one in said] == ["Mend the", "Write to"]
    assert first_steps.caution(community) == ""


@pytest.mark.parametrize(("language", "words"), [("en", "7 of them are buyers"), ("zh", "其中 7 位买家")])
def test_buyers_who_cannot_be_matched_are_named_where_members_are_counted(language, words):
    community = shop(buyers=APART, language=language)
    assert words in headlines(community)[0].detail
    assert "7" in first_steps.caution(community)


def test_an_empty_list_of_many_members_is_not_called_too_little_data():
    empty = pd.DataFrame({"arm": []})
    empty.attrs["about"] = {"members": 400, "language": "en"}
    assert "Of 400 members none" in readings.contact_list(empty)
    empty.attrs["about"]["members"] = 4
    assert "too little data" in readings.contact_list(empty)
