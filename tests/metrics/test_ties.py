"""Ties: who answered whom in logs one can read, a twin in plain Python, and the members without any."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import ties

COLUMNS = ["event_id", "member_id", "event_type", "content_id", "reply_to", "mentions", "occurred_at"]


def opened(rows, **tables):
    events = pd.DataFrame(rows, columns=COLUMNS)
    for name in ("event_id", "content_id", "reply_to", "mentions"):
        events[name] = events[name].astype("str").where(events[name].notna())
    return Community.open({"events": events, **tables})


POSTS = pd.DataFrame({"content_id": ["p"], "published_at": "2026-05-01", "author_id": ["a"]})
LOG = [
    ("1", "b", "comment", "p", None, None, "2026-05-01"),  # under a's post: to a
    ("2", "c", "comment", "p", "1", None, "2026-05-01"),  # to b
    ("3", "a", "comment", "p", "2", None, "2026-05-02"),  # to c
    ("4", "a", "answer", "p", "p", None, "2026-05-02"),  # to oneself: no tie
    ("5", "d", "message", "p", None, None, "2026-05-02"),  # a message in the group is said to nobody
    ("6", "d", "message", None, None, "b", "2026-05-02"),  # names b
    ("7", "b", "view", "p", None, None, "2026-05-02"),
    ("8", "c", "message", None, None, "stranger", "2026-05-02"),  # not of the community
]


def test_replies_go_to_the_message_else_the_post_and_mentions_to_the_named():
    table = ties.edges(opened(LOG, contents=POSTS))
    found = {(row.source, row.target): row.weight for row in table.itertuples()}
    assert found == {("b", "a"): 1, ("c", "b"): 1, ("a", "c"): 1, ("d", "b"): 1}
    assert ties.edges(opened(LOG, contents=POSTS), kind="mention")["source"].tolist() == ["d"]
    with pytest.raises(ValueError, match="mention"):
        ties.edges(opened(LOG), kind="gift")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 4), st.sampled_from(["message", "comment"]), st.integers(-4, 20), st.integers(1, 4)
        ),
        min_size=1,
        max_size=20,
    )
)
def test_ties_are_what_reading_the_log_line_by_line_gives(draws):
    rows, wanted, days = [], {}, {}
    for at, (member, kind, back, day) in enumerate(draws):
        target = back if 0 <= back < at else None
        rows.append(
            (
                f"e{at}",
                f"m{member}",
                kind,
                "p",
                f"e{target}" if target is not None else None,
                None,
                f"2026-05-0{day}",
            )
        )
        to = f"m{draws[target][0]}" if target is not None else ("a" if kind == "comment" else None)
        if to is not None and to != f"m{member}":
            wanted[f"m{member}", to] = wanted.get((f"m{member}", to), 0) + 1
            days.setdefault((f"m{member}", to), set()).add(day)
    members = pd.DataFrame({"member_id": ["a"], "joined_at": "2026-01-01"})
    table = ties.edges(opened(rows, contents=POSTS, members=members))
    assert {(row.source, row.target): row.weight for row in table.itertuples()} == wanted
    pairs = ties.pairs(table).set_index(["a", "b"])
    for (one, two), row in pairs.iterrows():
        there, back = wanted.get((one, two), 0), wanted.get((two, one), 0)
        assert (row["weight"], row["mutual"]) == (there + back, there > 0 and back > 0)
        often = min(len(days.get((one, two), ())), len(days.get((two, one), ()))) >= 2
        assert row["strong"] == (there >= 2 and back >= 2 and often)


def test_strength_counts_every_pair_once():
    edges = pd.DataFrame(
        {
            "source": ["a", "b", "c", "d"],
            "target": ["b", "a", "d", "a"],
            "weight": [4, 3, 1, 2],
            "days": [3, 2, 1, 1],
        }
    )
    table = ties.strength(ties.pairs(edges)).set_index("turns")
    assert table["n"].tolist() == [1, 1, 0, 1, 0]
    assert table.loc["6-10", ["count", "strong", "estimate"]].tolist() == [1, 1, 1]
    assert table["turns_share"].tolist() == pytest.approx([0.1, 0.2, 0, 0.7, 0])


def test_members_without_ties_stay_in_the_denominator():
    members = pd.DataFrame({"member_id": [*"abcd", "silent"], "joined_at": "2026-01-01"})
    community = opened(LOG, contents=POSTS, members=members)
    table = ties.tied(community, ties.pairs(ties.edges(community))).set_index("tie")
    assert table["n"].unique().tolist() == [5]
    assert table["count"].to_dict() == {"any": 4, "mutual": 0, "strong": 0}


def test_retention_compares_newcomers_whose_later_time_is_over():
    members = pd.DataFrame(
        {
            "member_id": ["a", "b", "c", "d", "late"],
            "joined_at": ["2026-01-01", "2026-01-02", "2026-01-02", "2025-12-01", "2026-02-20"],
        }
    )
    log = [
        ("1", "a", "message", None, None, None, "2026-01-03"),
        ("2", "b", "message", None, "1", None, "2026-01-04"),  # b to a
        ("3", "a", "message", None, "2", None, "2026-01-05"),  # a to b: mutual
        ("4", "c", "message", None, None, None, "2026-01-06"),
        ("5", "d", "message", None, "4", None, "2026-01-20"),  # d to c: one way
        ("6", "a", "message", None, None, None, "2026-03-01"),
        ("7", "c", "message", None, None, None, "2026-02-10"),  # in the gap: too early
        ("8", "late", "message", None, "7", None, "2026-02-25"),
        ("0", "x", "message", None, None, None, "2026-01-01"),
        ("9", "x", "message", None, None, None, "2026-03-31"),
    ]
    table = ties.retention(opened(log, members=members)).set_index("tie")
    assert table[["n", "count"]].to_numpy().tolist() == [[0, 0], [1, 0], [2, 1]]
    assert table["difference"].isna().all()  # nobody without a tie to compare with
    assert table.attrs["about"]["randomised"] is False


def test_missing_columns_are_named():
    bare = Community.open(
        {"events": pd.DataFrame({"member_id": ["a"], "event_type": "message", "occurred_at": "2026-05-01"})}
    )
    with pytest.raises(TableMissing, match="reply_to"):
        ties.edges(bare)
