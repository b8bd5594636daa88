"""The network: published numbers of two famous ones, networkx as the twin, and edges of nothing."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.models import network


def of_graph(graph):
    edges = pd.DataFrame([(str(a), str(b)) for a, b in graph.edges], columns=["source", "target"])
    turned = edges.rename(columns={"source": "target", "target": "source"})
    return network.build(pd.concat([edges, turned], ignore_index=True).assign(weight=1.0))


def at(net, values, member):
    return values[list(net.members).index(member)]


def test_the_medici_stand_between_the_families_of_florence():
    # Padgett & Ansell (1993); betweenness .5220 as published with networkx and UCINET.
    net = of_graph(nx.florentine_families_graph())
    exact = network.betweenness(net, sample=None)
    assert at(net, exact, "Medici") == pytest.approx(0.5220, abs=5e-5)
    assert net.members[exact.argmax()] == "Medici"


def test_the_karate_club_has_its_published_centralities():
    # Zachary (1977): betweenness .4376 of the instructor, PageRank .10092 of the administrator.
    net = of_graph(nx.karate_club_graph())
    assert at(net, network.betweenness(net, sample=None), "0") == pytest.approx(0.4376, abs=5e-5)
    rank = network.pagerank(net)
    assert at(net, rank, "33") == pytest.approx(0.10092, abs=5e-6) == rank.max()
    assert network.modularity(net, network.circles(net)) > 0.38  # the optimum is .4198


NETWORKS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=30
).map(lambda rows: {(a, b): w for a, b, w in rows if a != b})


@settings(max_examples=30, deadline=None)
@given(NETWORKS.filter(bool))
def test_measures_are_those_of_networkx(rows):
    edges = pd.DataFrame(
        [(f"m{a}", f"m{b}", w) for (a, b), w in rows.items()], columns=["source", "target", "weight"]
    )
    net = network.build(edges)
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(edges.itertuples(index=False))
    both = graph.to_undirected()
    assert network.pagerank(net) == pytest.approx(
        [nx.pagerank(graph, tol=1e-12, max_iter=500)[m] for m in net.members], abs=1e-6
    )
    core, between = nx.core_number(both), nx.betweenness_centrality(both)
    assert network.cores(net).tolist() == [core[m] for m in net.members]
    assert network.betweenness(net, sample=None, block=3) == pytest.approx([between[m] for m in net.members])
    table = network.centrality(net).set_index("member_id").loc[list(net.members)]
    assert table["answered_by"].tolist() == [graph.in_degree(m) for m in net.members]
    assert table["given"].tolist() == [graph.out_degree(m, weight="weight") for m in net.members]
    assert network.reciprocity(net, repeats=20)["estimate"].iloc[0] == pytest.approx(nx.reciprocity(graph))
    circles = network.circles(net)
    groups = [set(net.members[circles == one]) for one in np.unique(circles)]
    summed = nx.Graph()
    for (a, b), weight in rows.items():
        before = summed.get_edge_data(f"m{a}", f"m{b}", {"weight": 0})["weight"]
        summed.add_edge(f"m{a}", f"m{b}", weight=before + weight)
    assert network.modularity(net, circles) == pytest.approx(nx.community.modularity(summed, groups))


def test_a_sample_of_starting_points_comes_near():
    net = of_graph(nx.gnm_random_graph(150, 450, seed=2))
    exact, drawn = network.betweenness(net, sample=None), network.betweenness(net, sample=75)
    assert np.corrcoef(exact, drawn)[0, 1] > 0.95
    assert drawn.sum() == pytest.approx(exact.sum(), rel=0.1)


def test_peeling_leaves_the_dense_middle():
    # A clique of four, and four who turn to one of them each.
    clique = [(a, b, 2) for a in "abcd" for b in "abcd" if a != b]
    edges = pd.DataFrame([*clique, *[(o, "a", 1) for o in "wxyz"]], columns=["source", "target", "weight"])
    profile = network.core_profile(network.build(edges))
    assert profile[["core", "n", "count"]].to_numpy().tolist() == [[1, 8, 28], [3, 4, 24]]
    assert profile["estimate"].tolist() == pytest.approx([1, 24 / 28])


def test_chance_alone_returns_few_ties_in_a_sparse_network():
    graph = nx.gnm_random_graph(400, 2000, seed=1, directed=True)
    edges = pd.DataFrame([(str(a), str(b)) for a, b in graph.edges], columns=["source", "target"]).assign(
        weight=1
    )
    row = network.reciprocity(network.build(edges)).iloc[0]
    assert row["low"] < row["expected"] < row["high"]


def test_nobody_turning_to_anybody_is_an_empty_network():
    net = network.build(pd.DataFrame({"source": [], "target": [], "weight": []}))
    assert network.centrality(net).empty and network.core_profile(net).empty
    assert network.reciprocity(net)["n"].tolist() == [0] and len(network.betweenness(net)) == 0
