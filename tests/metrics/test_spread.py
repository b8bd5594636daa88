"""Spread: cascades one can draw on paper, a twin that walks the tree, and the edges."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import participation, spread

COLUMNS = ["event_id", "member_id", "event_type", "parent_event_id"]


def opened(rows, columns=COLUMNS, **tables):
    events = pd.DataFrame(rows, columns=columns).assign(occurred_at="2026-05-04 10:00")
    if "parent_event_id" in events:
        events["parent_event_id"] = (
            events["parent_event_id"].astype("str").where(events["parent_event_id"].notna())
        )
    return Community.open({"events": events, **tables})


# a shares; b and c see it, b shares on; d sees that and shares on; a sees that.
TREE = [
    ("1", "a", "share", None),
    ("2", "b", "view", "1"),
    ("3", "c", "view", "1"),
    ("4", "b", "share", "1"),
    ("5", "d", "view", "4"),
    ("6", "d", "share", "4"),
    ("7", "a", "view", "6"),
    ("8", "e", "share", "gone"),
]


def test_paths_count_every_step():
    table = spread.paths(opened(TREE))
    assert table[["depth", "members", "viewed", "n", "count"]].to_numpy().tolist() == [
        [0, 2, 2, 0, 2],
        [1, 1, 1, 2, 1],
        [2, 1, 1, 1, 1],
    ]
    assert table["estimate"].iloc[1:].tolist() == [0.5, 1.0]


def test_key_nodes_do_not_count_themselves():
    table = spread.key_nodes(opened(TREE)).set_index("member_id")
    assert table["count"].to_dict() == {"a": 3, "b": 2, "d": 1, "e": 0}
    assert table["passed_on"].to_dict() == {"a": 2, "b": 1, "d": 0, "e": 0}
    assert table["low"].isna().all()  # one share each


def test_what_came_through_an_own_further_share_counts_once():
    rows = [
        ("1", "a", "share", None),
        ("2", "b", "share", "1"),
        ("3", "a", "share", "2"),
        ("4", "c", "view", "3"),
    ]
    table = spread.key_nodes(opened(rows)).set_index("member_id")
    assert table.loc["a", ["n", "count", "passed_on", "estimate"]].tolist() == [2, 1, 1, 0.5]
    assert table.loc["a", "low"] == 0 < table.loc["a", "high"]


def test_reach_is_a_distribution_of_members():
    reach = spread.reach(opened(TREE))
    assert reach.to_numpy().tolist() == [[0, 1], [1, 1], [2, 1], [3, 1]]
    assert participation.gini(reach, repeats=50)["estimate"].iloc[0] == pytest.approx(10 / 24)


def test_a_loop_in_the_data_ends():
    rows = [("1", "a", "share", "2"), ("2", "b", "share", "1"), ("3", "c", "share", None)]
    assert spread.paths(opened(rows))["count"].tolist() == [1]
    assert spread.key_nodes(opened(rows))["passed_on"].max() == 1


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["view", "share"]), st.integers(-3, 30)),
        min_size=1,
        max_size=25,
    ).filter(lambda rows: any(kind == "share" for _, kind, _ in rows))
)
def test_cascades_are_what_a_walk_up_the_tree_finds(rows):
    events = {
        at: (member, kind, parent if 0 <= parent < at else None)
        for at, (member, kind, parent) in enumerate(rows)
    }
    community = opened(
        [(str(at), f"m{m}", k, None if p is None else str(p)) for at, (m, k, p) in events.items()]
    )
    depths, brought = {}, {}
    for member, kind, parent in events.values():
        above, up = [], parent
        while up is not None and events[up][1] == "share":
            above.append(up)
            up = events[up][2]
        if kind == "share":
            depths[len(above)] = depths.get(len(above), 0) + 1
            brought.setdefault(f"m{member}", 0)
        for owner in {events[a][0] for a in above} - {member}:
            brought[f"m{owner}"] = brought.get(f"m{owner}", 0) + (kind == "view")
    assert spread.paths(community).set_index("depth")["count"].to_dict() == depths
    assert spread.key_nodes(community, top=99).set_index("member_id")["count"].to_dict() == brought


def test_rates_divide_by_what_was_seen():
    rows = [("m", "view", "c1", "wechat")] * 8 + [("m", "share", "c1", "wechat")] * 2
    rows += [("m", "view", "c2", "wechat")] * 2 + [
        ("m", "view", "c3", "douyin"),
        ("m", "view", None, "douyin"),
    ]
    table = spread.rates(opened(rows, ["member_id", "event_type", "content_id", "platform"]))
    assert table["kind"].unique().tolist() == ["share"]
    assert table[["platform", "n", "viewed", "count"]].to_numpy().tolist() == [
        ["wechat", 2, 10, 2],
        ["douyin", 1, 1, 0],
    ]
    assert table["estimate"].tolist() == pytest.approx([0.2, 0.0])
    assert table["low"].iloc[0] <= 0.2 <= table["high"].iloc[0]


def test_rates_by_format_take_it_from_contents():
    contents = pd.DataFrame(
        {"content_id": ["c1", "c2"], "published_at": "2026-05-01", "format": ["video", None]}
    )
    rows = [("m", "view", "c1"), ("m", "like", "c1"), ("m", "view", "c2"), ("m", "view", "c9")]
    table = spread.rates(
        opened(rows, ["member_id", "event_type", "content_id"], contents=contents), by="format"
    )
    assert table[["format", "kind", "viewed", "count"]].to_numpy().tolist() == [
        ["unknown", "like", 1, 0],
        ["video", "like", 1, 1],
    ]


def test_missing_columns_are_named():
    bare = opened([("m", "share")], ["member_id", "event_type"])
    for measure in (spread.rates, spread.paths, spread.key_nodes, spread.reach):
        with pytest.raises(TableMissing):
            measure(bare)
    with pytest.raises(TableMissing):
        spread.mentions(bare, words=["tea"])


def test_mentions_take_title_and_text_in_any_case_and_language():
    contents = pd.DataFrame(
        {
            "content_id": list("abcd"),
            "published_at": ["2026-05-04", "2026-05-04", "2026-05-20", "2026-05-20"],
            "title": ["TEA time", None, "今天喝茶", "x"],
            "text": [None, "rain", "", "50% off_"],
            "is_ugc": [True, True, True, False],
        }
    )
    events = pd.DataFrame(
        {"member_id": "a", "event_type": "like", "occurred_at": ["2026-05-04", "2026-05-25"]}
    )
    community = Community.open({"events": events, "contents": contents})
    table = spread.mentions(community, words=["tea", "茶"], every="week")
    assert table["n"].tolist() == [2, 0, 1, 0]
    assert table["count"].tolist() == [1, 0, 1, 0]
    assert table["open_period"].tolist() == [False, False, False, True]
    with pytest.raises(ValueError, match="list with one word"):
        spread.mentions(community, words="tea")
