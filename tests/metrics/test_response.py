"""Time to the first reply: twins that look at every question, and the edges of what can be known."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.community.errors import SettingsError
from helpers.metrics import response

START = pd.Timestamp("2026-05-01")
MEMBERS = list("abcd")


def opened(asked, replies, **more):
    """Open questions: `asked` holds author and minute; `replies` who, question, minute, how; `s` is staff."""
    contents = pd.DataFrame(
        [
            (f"q{at}", who, START + pd.Timedelta(minutes=minute), "question")
            for at, (who, minute) in enumerate(asked)
        ],
        columns=["content_id", "author_id", "published_at", "purpose"],
    )
    rows = [("a", START + pd.Timedelta(days=3), "view", None, None)]
    for who, question, minute, how in replies:
        points = (
            f"q{question}" if how != "reply_to" else None,
            f"q{question}" if how != "content_id" else None,
        )
        rows.append((who, START + pd.Timedelta(minutes=minute), "answer", *points))
    events = pd.DataFrame(rows, columns=["member_id", "occurred_at", "event_type", "content_id", "reply_to"])
    roles = pd.DataFrame(
        {"member_id": [*MEMBERS, "s"], "role": ["member"] * 4 + ["staff"], "joined_at": START}
    )
    return Community.open({"contents": contents, "events": events, "members": roles}, **more)


QUESTIONS = st.lists(st.tuples(st.sampled_from(MEMBERS), st.integers(0, 4000)), min_size=1, max_size=6)
REPLIES = st.lists(
    st.tuples(
        st.sampled_from([*MEMBERS, "s"]),
        st.integers(0, 5),
        st.integers(0, 4300),
        st.sampled_from(["content_id", "reply_to", "both"]),
    ),
    max_size=14,
)


def one_by_one(asked, replies):
    end = 4 * 24 * 60
    for at, (author, minute) in enumerate(asked):
        times = sorted(
            (when, who == "s")
            for who, question, when, _ in replies
            if question == at and who != author and when >= minute
        )
        yield (times[0][0] - minute if times else None), end - minute, bool(times) and times[0][1]


@settings(max_examples=20, deadline=None)
@given(QUESTIONS, REPLIES)
def test_waits_and_shares_are_those_of_each_question(asked, replies):
    replies = [reply for reply in replies if reply[1] < len(asked)]
    community = opened(asked, replies)
    expected = list(one_by_one(asked, replies))
    found = response.waits(community, horizon=48)
    listed = sorted(
        (round(hours * 60), event) for hours, event, n in found.itertuples(index=False) for _ in range(n)
    )
    limit = 48 * 60
    assert listed == sorted(
        (min(waited if waited is not None else watched, limit), waited is not None and waited <= limit)
        for waited, watched, _ in expected
    )
    shares = response.answered(community, within=(1, 24)).set_index("within")
    for hours in (1, 24):
        old_enough = [row for row in expected if row[1] >= hours * 60]
        in_time = [row for row in old_enough if row[0] is not None and row[0] <= hours * 60]
        assert shares.loc[hours, "n"] == len(old_enough)
        assert shares.loc[hours, "count"] == len(in_time)
        assert shares.loc[hours, "unseen"] == len(expected) - len(old_enough)
        assert shares.loc[hours, "by_staff"] == sum(row[2] for row in in_time)
    who = response.answerers(community, horizon=24).set_index("answered_by")["count"]
    judged = [row for row in expected if row[1] >= 24 * 60]
    in_time = [row for row in judged if row[0] is not None and row[0] <= 24 * 60]
    staff = sum(row[2] for row in in_time)
    assert who.tolist() == [len(in_time) - staff, staff, len(judged) - len(in_time)]


def test_the_asker_does_not_answer_himself_and_nobody_answers_before_the_question():
    community = opened([("a", 60)], [("a", 0, 70, "both"), ("b", 0, 30, "both"), ("c", 0, 180, "reply_to")])
    assert response.waits(community)[["time", "event"]].to_numpy().tolist() == [[2.0, True]]


def test_the_curve_ends_where_the_unanswered_remain():
    community = opened(
        [("a", 0), ("b", 0), ("c", 0), ("d", 0)], [("b", 0, 60, "both"), ("s", 1, 120, "both")]
    )
    found = response.curve(response.waits(community, horizon=24))
    assert found["time"].tolist() == [0, 1, 2, 24]
    assert found["estimate"].tolist() == [1, 0.75, 0.5, 0.5]


def test_segments_are_hours_weekdays_and_time_as_a_member():
    community = opened([("a", 0), ("a", 60 * 61)], [("b", 0, 60, "both")])  # Friday 00:00, Sunday 13:00
    assert response.waits(community, by="weekday")["weekday"].tolist() == ["Fri", "Sun"]
    assert response.waits(community, by="hour")["hour"].tolist() == ["00–03", "12–15"]
    assert response.answered(community, by="tenure")["tenure"].tolist() == ["first week"] * 2
    with pytest.raises(SettingsError, match="tenure"):
        response.waits(community, by="month")


def test_messages_wait_too_when_nothing_is_known_of_posts():
    events = pd.DataFrame(
        {
            "event_id": list("wxyz"),
            "member_id": list("abca"),
            "event_type": ["message", "message", "message", "view"],
            "occurred_at": pd.to_datetime(
                ["2026-05-01 08:00", "2026-05-01 08:30", "2026-05-01 09:00", "2026-05-04 00:00"]
            ),
            "reply_to": [None, "w", "w", None],
        }
    )
    found = response.waits(Community.open({"events": events}))
    assert found.attrs["about"]["what"] == "messages"
    assert found[found["event"]]["time"].tolist() == [0.5]
    assert found["n"].sum() == 3


def test_nothing_asked_gives_empty_tables():
    contents = pd.DataFrame({"content_id": ["p"], "author_id": ["a"], "published_at": [START]})
    events = pd.DataFrame({"member_id": ["a"], "event_type": ["view"], "occurred_at": [START]})
    community = Community.open({"contents": contents, "events": events})
    assert response.waits(community, what="questions").empty
    assert response.curve(response.waits(community, what="questions")).empty
    assert response.answered(community, what="questions").empty
    assert response.answerers(community, what="questions")["count"].tolist() == [0, 0, 0]
