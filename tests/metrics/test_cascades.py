"""Cascades: stars and chains with published virality, a twin that counts pairs and the planted truth."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, TableMissing
from helpers.metrics import cascades


@pytest.fixture(scope="module")
def demo():
    return Community.open("demo")


def opened(parents, times=None, **columns):
    """Open shares 0, 1, 2 … whose parents are given by number (None: shared from the post itself)."""
    n = len(parents)
    events = pd.DataFrame(
        {
            "event_id": [f"e{at}" for at in range(n)],
            "parent_event_id": pd.Series([None if p is None else f"e{p}" for p in parents], dtype="str"),
            "member_id": [f"m{at % 7}" for at in range(n)],
            "event_type": "share",
            "occurred_at": times or ["2026-05-01 10:00"] * n,
        }
        | columns
    )
    last = pd.DataFrame({"member_id": ["m0"], "event_type": ["like"], "occurred_at": ["2026-05-31"]})
    return Community.open({"events": pd.concat([events, last], ignore_index=True)})


@pytest.mark.parametrize("n", [2, 3, 5, 20])
def test_a_star_and_a_chain_have_the_virality_of_goel_and_others(n):
    # Goel, Anderson, Hofman & Watts (2016): broadcast 2(n - 1)/n, chain (n + 1)/3.
    star = cascades.measure(opened([None] + [0] * (n - 1))).iloc[0]
    chain = cascades.measure(opened([None, *range(n - 1)])).iloc[0]
    assert star["virality"] == pytest.approx(2 * (n - 1) / n)
    assert chain["virality"] == pytest.approx((n + 1) / 3)
    assert star[["size", "depth", "breadth"]].tolist() == [n, 1, n - 1]
    assert chain[["size", "depth", "breadth"]].tolist() == [n, n - 1, 1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-4, 25), min_size=1, max_size=25))
def test_shapes_are_what_counting_every_pair_gives(draws):
    parents = [draw if 0 <= draw < at else None for at, draw in enumerate(draws)]
    graph = nx.Graph()
    graph.add_nodes_from(range(len(parents)))
    graph.add_edges_from((at, parent) for at, parent in enumerate(parents) if parent is not None)
    table = cascades.measure(opened(parents)).set_index("root_event_id")
    for nodes in nx.connected_components(graph):
        part, root = graph.subgraph(nodes), min(nodes)
        row = table.loc[f"e{root}"]
        steps = nx.single_source_shortest_path_length(part, root)
        assert row["size"] == len(nodes)
        assert row["depth"] == max(steps.values())
        assert row["breadth"] == max(pd.Series(list(steps.values())).value_counts())
        if len(nodes) > 1:
            assert row["virality"] == pytest.approx(nx.average_shortest_path_length(part))
    assert len(table) == nx.number_connected_components(graph)


def test_a_loop_belongs_to_no_cascade():
    assert cascades.measure(opened([1, 0, None]))["size"].tolist() == [1]


def test_an_unknown_parent_begins_a_cascade():
    assert cascades.measure(opened([99, 0]))["size"].tolist() == [2]


def test_views_are_those_that_came_from_the_cascade():
    events = pd.DataFrame(
        [
            ("1", None, "share", "a"),
            ("2", "1", "view", "b"),
            ("3", "1", "share", "b"),
            ("4", "3", "view", "c"),
        ],
        columns=["event_id", "parent_event_id", "event_type", "member_id"],
    ).assign(occurred_at="2026-05-01")
    assert cascades.measure(Community.open({"events": events}))["viewed"].tolist() == [2]


def test_shares_of_the_last_days_are_not_watched_long_enough():
    times = ["2026-05-01", "2026-05-02", "2026-05-20", "2026-05-30", "2026-05-30"]
    table = cascades.reproduction(opened([None, 0, 0, None, 3], times))
    # e0 caused e1 within a week and e2 too late; e1 and e2 caused none; e3 and e4 are too young.
    assert table[["cascades", "n", "count"]].to_numpy().tolist() == [[1, 3, 1]]
    assert table["expected_size"].iloc[0] == pytest.approx(1.5)


def test_reproduction_by_format_takes_it_from_the_content():
    events = pd.DataFrame(
        {
            "event_id": list("123"),
            "parent_event_id": pd.Series([None, "1", None], dtype="str"),
            "member_id": list("abc"),
            "event_type": "share",
            "content_id": ["v", "v", "t"],
            "occurred_at": "2026-05-01",
        }
    )
    later = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-31"]})
    contents = pd.DataFrame(
        {"content_id": ["v", "t"], "published_at": "2026-05-01", "format": ["video", None]}
    )
    community = Community.open({"events": pd.concat([events, later]), "contents": contents})
    table = cascades.reproduction(community, by="format")
    assert table[["format", "n", "count"]].to_numpy().tolist() == [["video", 2, 1], ["unknown", 1, 0]]
    with pytest.raises(ValueError, match="choose one of"):
        cascades.reproduction(community, by="colour")


def test_sizes_add_up_and_stand_beside_borels_law():
    # R = 1/2: Borel gives exp(-1/2) = .6065 for a single share, and the mean size 2.
    table = cascades.sizes(cascades.measure(opened([None, None, 1, None, 3, 4])), reproduction=0.5)
    assert table[["size", "count"]].to_numpy().tolist() == [[1, 3], [2, 2], [3, 1]]
    assert table["shares"].tolist() == pytest.approx([1, 5 / 6, 3 / 6])
    assert table["expected"].iloc[1] == pytest.approx(1 - np.exp(-0.5))


def test_nothing_shared_gives_empty_results():
    events = pd.DataFrame(
        {
            "event_id": ["1"],
            "parent_event_id": pd.Series([None], dtype="str"),
            "member_id": ["a"],
            "event_type": ["like"],
            "occurred_at": ["2026-05-01"],
        }
    )
    community = Community.open({"events": events})
    measured = cascades.measure(community)
    assert measured.empty and cascades.sizes(measured).empty
    assert cascades.reproduction(community).empty and cascades.tree(community).empty


def test_missing_columns_are_named():
    bare = Community.open(
        {"events": pd.DataFrame({"member_id": ["a"], "event_type": "share", "occurred_at": "2026-05-01"})}
    )
    for measure in (cascades.measure, cascades.reproduction, cascades.tree):
        with pytest.raises(TableMissing):
            measure(bare)


def test_the_largest_cascade_is_listed_share_by_share():
    table = cascades.tree(
        opened([None, 0, 1, None], ["2026-05-01 10:00", "2026-05-01 12:00"] + ["2026-05-02"] * 2)
    )
    assert table["event_id"].tolist() == ["e0", "e1", "e2"]
    assert table[["depth", "hours", "below"]].to_numpy().tolist() == [[0, 0, 3], [1, 2, 2], [2, 14, 1]]


def test_cascades_of_the_demo_are_the_simulators(demo):
    measured, truth = cascades.measure(demo), demo.truth("cascades")
    both = measured.merge(truth, on="root_event_id", suffixes=("", "_true"))
    assert len(both) == len(measured) == len(truth)
    assert (both["size"] == both["size_true"]).all() and (both["depth"] == both["depth_true"]).all()


def test_the_reproduction_number_of_the_demo_is_recovered(demo):
    # A share of a post causes a Poisson number with the post's mean, more where a key consumer shares: what
    # the estimate aims at is the mean over the shares that could be watched.
    shares = demo.query(
        """
        select member_id, content_id from events
        where event_type = 'share' and date_diff('day', day, cast($as_of as date)) >= 7""",
        as_of=demo.as_of,
    )
    constants = demo.truth("constants").set_index("name")["value"]
    mean = demo.truth("contents").set_index("content_id")["reproduction_number"]
    koc = demo.truth("members").set_index("member_id")["koc"]
    factor = np.where(shares["member_id"].map(koc), constants["koc_reach"], 1.0)
    true = (shares["content_id"].map(mean) * factor).mean()
    found = cascades.reproduction(demo).iloc[0]
    assert found["low"] < true < found["high"]
    assert found["high"] - found["low"] < 0.12
