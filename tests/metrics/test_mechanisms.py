"""Participation by mechanism: a twin in plain Python, first steps, money, and tables that are not there."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.metrics import mechanisms

START = pd.Timestamp("2026-05-01")
POSTS = {"c0": "post", "c1": "question", "c2": "poll", "c3": "live"}
TRACES = st.tuples(
    st.integers(0, 4),
    st.integers(0, 500),
    st.sampled_from(["view", "like", "comment", "vote", "message", "check_in", "live_enter"]),
    st.sampled_from([None, *POSTS]),
)


def opened(rows, **tables):
    events = pd.DataFrame(rows, columns=["member_id", "minute", "event_type", "content_id"])
    events["member_id"] = "m" + events["member_id"].astype(str)
    events["occurred_at"] = START + pd.to_timedelta(events.pop("minute"), unit="min")
    contents = pd.DataFrame(
        {"content_id": list(POSTS), "purpose": list(POSTS.values()), "published_at": START}
    )
    members = pd.DataFrame({"member_id": [f"m{at}" for at in range(5)], "joined_at": START})
    return Community.open({"events": events, "contents": contents, "members": members, **tables})


def mechanism_of(kind, post):
    if post:
        return POSTS[post]
    return {"message": "chat", "check_in": "check_in"}.get(kind)


@settings(max_examples=20, deadline=None)
@given(st.lists(TRACES, min_size=1, max_size=40))
def test_counts_are_those_of_the_single_traces(rows):
    found = mechanisms.participation(opened(rows)).set_index("mechanism")
    named = [(mechanism_of(kind, post), who, minute, kind) for who, minute, kind, post in rows]
    named = [row for row in named if row[0]]
    part = [row for row in named if row[3] not in ("view", "like")]
    assert set(found.index) == {row[0] for row in named}
    for name, row in found.iterrows():
        assert row["reached"] == len({who for of, who, _, _ in named if of == name})
        assert row["count"] == len({who for of, who, _, _ in part if of == name})
        assert row["contributions"] == sum(of == name for of, _, _, _ in part)
        assert row["n"] == len({row[0] for row in rows})
    firsts = [
        min((minute, of) for of, w, minute, _ in part if w == who)[1] for who in {row[1] for row in part}
    ]
    assert found["first_steps"].to_dict() == {name: firsts.count(name) for name in found.index}


def test_members_from_before_the_data_take_no_first_step():
    rows = [(0, 10, "comment", "c1"), (1, 20, "comment", "c0")]
    older = pd.DataFrame({"member_id": ["m0", "m1"], "joined_at": [START - pd.Timedelta(days=9), START]})
    found = mechanisms.participation(opened(rows, members=older)).set_index("mechanism")
    assert found["first_steps"].to_dict() == {"post": 1, "question": 0}
    assert found.loc["post", "first_share"] == 1


def test_group_orders_and_costs_belong_to_their_campaigns():
    tables = {
        "campaigns": pd.DataFrame(
            {"campaign_id": ["k", "l"], "kind": ["group_buying", "live"], "name": ["a", "b"]}
        ),
        "costs": pd.DataFrame(
            {"at": [START], "amount": [50.0], "kind": ["live"], "channel": ["x"], "campaign_id": ["l"]}
        ),
        "orders": pd.DataFrame(
            {
                "order_id": ["1", "2"],
                "member_id": ["m0", "m1"],
                "ordered_at": START,
                "amount": 9.0,
                "campaign_id": ["k", None],
            }
        ),
    }
    rows = [(0, 0, "live_enter", "c3"), (1, 0, "live_enter", "c3"), (2, 1, "view", "c3")]
    found = mechanisms.participation(opened(rows, **tables)).set_index("mechanism")
    assert found.loc["group_buying", ["count", "occasions"]].tolist() == [1, 1]
    assert found.loc["live", "taken_up"] == pytest.approx(2 / 3)
    assert found.loc[found.index.isin(["chat", "check_in", "invite"]), "taken_up"].isna().all()
    assert found.loc["live", "cost_per_member"] == 25
    assert pd.isna(found.loc["group_buying", "cost"])


def test_events_alone_leave_chat_and_check_ins():
    events = pd.DataFrame({"member_id": ["a", "b"], "occurred_at": START, "event_type": ["message", "view"]})
    found = mechanisms.participation(Community.open({"events": events}))
    assert found[["mechanism", "count", "n"]].to_numpy().tolist() == [["chat", 1, 2]]
    silent = Community.open({"events": events[events["event_type"] == "view"]})
    assert mechanisms.participation(silent).empty
