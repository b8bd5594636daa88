"""The network of who turns to whom: who stands in its middle, where its core is, which circles it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.metrics import intervals

SETTLED = 1e-10


@dataclass(frozen=True)
class Network:
    """Hold a directed, weighted network.

    Attributes
    ----------
    members : numpy.ndarray
        Ids, in the order of the rows of `turns`.
    turns : scipy.sparse.csr_matrix
        How often the member of the row turned to the member of the column.
    about : dict
        Where the data are from.

    Taught in: 04 Interaction
    """

    members: np.ndarray
    turns: sparse.csr_matrix
    about: dict[str, Any]

    @property
    def ties(self) -> sparse.csr_matrix:
        """The undirected network: 1 for every pair of members that turned to one another at all."""
        known = self.turns.astype(bool)
        return _narrow(known.maximum(known.T).astype(float).tocsr())


def _narrow(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    # The compiled algorithms read 32-bit indices only.
    matrix.sort_indices()
    matrix.indices = matrix.indices.astype(np.int32)
    matrix.indptr = matrix.indptr.astype(np.int32)
    return matrix


def build(edges: pd.DataFrame) -> Network:
    """Make the network of a list of directed ties.

    Parameters
    ----------
    edges : DataFrame
        ``source``, ``target``, ``weight``, as `ties.edges` gives it.

    Returns
    -------
    Network

    Examples
    --------
    >>> build(pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "weight": [2, 1]})).turns.toarray()
    array([[0., 2., 0.],
           [0., 0., 1.],
           [0., 0., 0.]])

    Taught in: 04 Interaction
    """
    codes, members = pd.factorize(
        np.concatenate([edges["source"].to_numpy(object), edges["target"].to_numpy(object)]), sort=True
    )
    source, target = np.split(codes.astype(np.int32), 2)
    weight = edges["weight"].to_numpy(float)
    turns = sparse.coo_matrix((weight, (source, target)), shape=(len(members),) * 2).tocsr()
    return Network(np.asarray(members, dtype=object), _narrow(turns), dict(edges.attrs.get("about", {})))


def _result(network: Network, frame: pd.DataFrame, metric: str, **more: Any) -> pd.DataFrame:
    frame.attrs["about"] = network.about | {"metric": metric, "n": len(network.members)} | more
    return frame


def pagerank(network: Network, *, damping: float = 0.85) -> np.ndarray:
    """Give every member's PageRank: the share of time that a reader passes there who follows replies.

    Parameters
    ----------
    network : Network
        The network; turns are weights.
    damping : float, default 0.85
        Chance of following a tie rather than starting anywhere.

    Returns
    -------
    numpy.ndarray
        One number a member, in the order of ``network.members``; they add up to 1.

    Notes
    -----
    Page, Brin, Motwani & Winograd (1999), The PageRank citation ranking. Whoever turns to nobody is
    followed by a start anywhere.

    Taught in: 04 Interaction
    """
    n = len(network.members)
    if not n:
        return np.empty(0)
    given = np.asarray(network.turns.sum(axis=1)).ravel()
    each = sparse.diags_array(np.divide(1.0, given, out=np.zeros(n), where=given > 0))
    steps = (each @ network.turns).T.tocsr()
    rank, stuck = np.full(n, 1 / n), given == 0
    for _round in range(500):
        following = damping * (steps @ rank + rank[stuck].sum() / n) + (1 - damping) / n
        moved, rank = np.abs(following - rank).sum(), following
        if moved < SETTLED:
            break
    return rank


def cores(network: Network) -> np.ndarray:
    """Give every member's core number: the k of the densest group, k ties each inside it, they are in.

    Parameters
    ----------
    network : Network
        The network, taken as undirected.

    Returns
    -------
    numpy.ndarray
        One number a member.

    Notes
    -----
    Seidman (1983), Network structure and minimum degree, *Social Networks* 5, 269-287.

    Taught in: 04 Interaction
    """
    from sknetwork.topology import get_core_decomposition

    return np.asarray(get_core_decomposition(network.ties)) if network.turns.nnz else np.empty(0, int)


def circles(network: Network, *, seed: int = 0) -> np.ndarray:
    """Sort members into circles that turn to one another more than chance would have it.

    Parameters
    ----------
    network : Network
        The network; both directions of a tie are added.
    seed : int, default 0
        Order in which members are looked at: other seeds give somewhat other circles.

    Returns
    -------
    numpy.ndarray
        Number of the circle, largest first, one entry a member.

    Notes
    -----
    Modularity by the method of Louvain: Blondel et al. (2008), *Journal of Statistical Mechanics* P10008.

    Taught in: 04 Interaction
    """
    from sknetwork.clustering import Louvain

    if not network.turns.nnz:
        return np.empty(0, int)
    both = _narrow((network.turns + network.turns.T).tocsr())
    return np.asarray(Louvain(random_state=seed, shuffle_nodes=True).fit_predict(both))


def modularity(network: Network, labels: np.ndarray) -> float:
    """Give the modularity of a division: the share of turns inside circles beyond what chance would give.

    Parameters
    ----------
    network : Network
        The network; both directions of a tie are added.
    labels : array
        Circle of each member.

    Returns
    -------
    float
        0: no more than chance; above about 0.3 is usually called a clear division (a habit, not a law).

    Taught in: 04 Interaction
    """
    both = network.turns + network.turns.T
    if not both.nnz:
        return float("nan")
    entries, total = both.tocoo(), both.sum()
    inside = entries.data[labels[entries.row] == labels[entries.col]].sum() / total
    degree = np.bincount(labels, weights=np.asarray(both.sum(axis=1)).ravel())
    return float(inside - ((degree / total) ** 2).sum())


def betweenness(network: Network, *, sample: int | None = 200, seed: int = 0, block: int = 64) -> np.ndarray:
    """Estimate on which share of the shortest paths between others a member lies: the go-betweens.

    Parameters
    ----------
    network : Network
        The network, taken as undirected and unweighted.
    sample : int or None, default 200
        Starting members to draw; None takes all of them, which is exact and only for small networks (time
        grows with members times ties).
    seed : int, default 0
        Of the draw.
    block : int, default 64
        Starting members worked on at once.

    Returns
    -------
    numpy.ndarray
        One share a member.

    Notes
    -----
    Freeman (1977); Brandes (2001), *Journal of Mathematical Sociology* 25, 163-177; starting points drawn
    as in Brandes & Pich (2007). Levels of the search are products of sparse matrices.

    Taught in: 04 Interaction
    """
    ties, n = network.ties, len(network.members)
    if n < 3:
        return np.zeros(n)
    starts = np.arange(n)
    if sample is not None and sample < n:
        starts = np.random.default_rng(seed).choice(n, sample, replace=False)
    total = np.zeros(n)
    for at in range(0, len(starts), block):
        total += _dependencies(ties, starts[at : at + block])
    return total / len(starts) * n / ((n - 1) * (n - 2))


def _dependencies(ties: sparse.csr_matrix, starts: np.ndarray) -> np.ndarray:
    n, width = ties.shape[0], len(starts)
    paths = np.zeros((n, width))
    paths[starts, np.arange(width)] = 1
    level, front, levels = np.full((n, width), -1), paths.copy(), []
    level[starts, np.arange(width)] = 0
    while front.any():
        levels.append(front > 0)
        front = np.where(level < 0, ties @ front, 0.0)
        paths += front
        level[front > 0] = len(levels)
    shares = np.zeros((n, width))
    for depth in range(len(levels) - 1, 0, -1):
        below = np.where(levels[depth], (1 + shares) / np.where(paths > 0, paths, 1), 0.0)
        shares += np.where(levels[depth - 1], paths * (ties @ below), 0.0)
    shares[starts, np.arange(width)] = 0
    return shares.sum(axis=1)


def centrality(network: Network, *, seed: int = 0) -> pd.DataFrame:
    """Say where every member of the network stands.

    Parameters
    ----------
    network : Network
        The network.
    seed : int, default 0
        Of the circles.

    Returns
    -------
    DataFrame
        ``member_id``, ``answered_by`` (different members who turned to them), ``answers`` (different
        members they turned to), ``received`` and ``given`` (turns), ``mutual`` (ties that are returned),
        ``pagerank``, ``core`` (core number), ``circle``; highest PageRank first.

    Examples
    --------
    >>> edges = pd.DataFrame({"source": list("bca"), "target": list("aab"), "weight": [1, 1, 2]})
    >>> centrality(build(edges))[["member_id", "answered_by", "received", "mutual"]].to_numpy().tolist()
    [['a', 2, 2, 1], ['b', 1, 2, 1], ['c', 0, 0, 0]]

    Taught in: 04 Interaction
    """
    turns = network.turns
    known = turns.astype(bool).astype(float)
    table = pd.DataFrame(
        {
            "member_id": network.members,
            "answered_by": np.asarray(known.sum(axis=0)).ravel().astype(int),
            "answers": np.asarray(known.sum(axis=1)).ravel().astype(int),
            "received": np.asarray(turns.sum(axis=0)).ravel().astype(int),
            "given": np.asarray(turns.sum(axis=1)).ravel().astype(int),
            "mutual": np.asarray(known.multiply(known.T).sum(axis=1)).ravel().astype(int),
            "pagerank": pagerank(network),
            "core": cores(network),
            "circle": circles(network, seed=seed),
        }
    )
    table = table.sort_values(["pagerank", "member_id"], ascending=[False, True], ignore_index=True)
    return _result(network, table, "centrality")


def reciprocity(network: Network, *, seed: int = 0, repeats: int = 1000) -> pd.DataFrame:
    """Give the share of ties that are returned, beside what chance would return.

    Parameters
    ----------
    network : Network
        The network.
    seed, repeats : int
        Of the bootstrap, which draws members with all ties that go out from them.

    Returns
    -------
    DataFrame
        One row: ``n`` (directed ties), ``count`` (returned), ``estimate``, ``low``, ``high``, ``expected``
        (if everybody kept their numbers of ties and chose at random), ``small``.

    Taught in: 04 Interaction
    """
    known = network.turns.astype(bool).astype(float)
    out, back = np.asarray(known.sum(axis=1)).ravel(), np.asarray(known.multiply(known.T).sum(axis=1)).ravel()
    n, count = int(out.sum()), int(back.sum())
    low, high = intervals.bootstrap_ratio(back, out, seed=seed, repeats=repeats) if n else (np.nan, np.nan)
    arriving = np.asarray(known.sum(axis=0)).ravel()
    ends = known.tocoo()
    chance = np.minimum(out[ends.col] * arriving[ends.row] / max(n, 1), 1).mean() if n else np.nan
    row = {
        "n": n,
        "count": count,
        "estimate": count / n if n else np.nan,
        "low": low,
        "high": high,
        "expected": float(chance),
        "small": n < 30,
    }
    return _result(network, pd.DataFrame([row]), "reciprocity", population="directed ties")


def core_profile(network: Network) -> pd.DataFrame:
    """Peel the network: how many members, ties and turns are left in each denser core.

    Parameters
    ----------
    network : Network
        The network.

    Returns
    -------
    DataFrame
        ``core`` (k: everybody in it has k ties or more inside it), ``n`` (members in it), ``share`` of the
        network's members, ``count`` (turns between members of it), ``estimate`` = share of all turns.

    Notes
    -----
    A core with few of the members and most of the turns is what Borgatti & Everett (2000, *Social
    Networks* 21, 375-395) call a core-periphery structure.

    Taught in: 04 Interaction
    """
    number, entries = cores(network), network.turns.tocoo()
    if not len(number):
        empty = {"core": int, "n": int, "share": float, "count": int, "estimate": float}
        return _result(network, pd.DataFrame(columns=list(empty)).astype(empty), "core profile")
    innermost = np.minimum(number[entries.row], number[entries.col])
    turns = np.bincount(innermost, weights=entries.data, minlength=number.max() + 1)[::-1].cumsum()[::-1]
    members = np.bincount(number)[::-1].cumsum()[::-1]
    k = np.unique(np.concatenate([[1], number[number > 0]]))
    table = pd.DataFrame(
        {
            "core": k,
            "n": members[k],
            "share": members[k] / len(number),
            "count": turns[k].astype(int),
            "estimate": turns[k] / turns[0],
        }
    )
    return _result(network, table, "core profile", population="members who turned to one another")
