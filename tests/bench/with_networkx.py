"""The network of who turned to whom with networkx."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pandas as pd
from works import Answer


def network(folder: Path) -> Answer:
    """Give PageRank, core numbers and reciprocity."""
    ties = pd.read_parquet(folder / "ties.parquet")
    graph = nx.from_pandas_edgelist(ties, edge_attr="weight", create_using=nx.DiGraph)
    cores, ranks = nx.core_number(graph.to_undirected()), nx.pagerank(graph)
    members = pd.DataFrame({"member_id": cores.keys(), "core": cores.values()})
    members["pagerank"] = members["member_id"].map(ranks)
    return {"members": members, "ties": pd.DataFrame([{"reciprocity": nx.reciprocity(graph)}])}
