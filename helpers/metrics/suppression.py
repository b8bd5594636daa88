"""Hide the small cells of a table so that nobody can be picked out, nor worked out from the totals."""

from __future__ import annotations

import numpy as np
from scipy.sparse.csgraph import dijkstra


def suppress(counts: np.ndarray, threshold: int, *, also: np.ndarray | None = None) -> np.ndarray:
    """Choose which cells of a table with totals to hide.

    Cells of 1 to `threshold` - 1 are hidden. A hidden cell could still be worked out by subtraction
    when the others of its row or column and the total are shown, so for each of them the cheapest
    closed path of further cells is hidden as well; then no equation between shown numbers has it as
    its only unknown, nor has any sum or difference of such equations.

    Parameters
    ----------
    counts : array of int
        Rows by columns; the last row and the last column are the totals.
    threshold : int
        Smallest count that may be shown; 1 or less hides nothing.
    also : array of bool, optional
        Further cells to hide and protect, for example totals hidden in a table that shares them.

    Returns
    -------
    array of bool
        True where a cell is to be hidden.

    Notes
    -----
    Each row and each column sum is an equation, each hidden cell an unknown in two of them. An unknown
    follows from the shown numbers exactly when it is a bridge of the graph of equations; a closed path
    through it prevents that. Cox (1995), "Network models for complementary cell suppression", *JASA*
    90, 1453-1462. It guards against exact disclosure; the range in which a hidden count lies can still
    be narrow.

    Examples
    --------
    >>> suppress(np.array([[3, 40, 43], [20, 30, 50], [23, 70, 93]]), 5).astype(int)
    array([[1, 1, 0],
           [1, 1, 0],
           [0, 0, 0]])

    Taught in: 02 Positioning
    """
    counts = np.asarray(counts, dtype=float)
    rows, columns = counts.shape
    hidden = (counts > 0) & (counts < threshold)
    if also is not None:
        hidden |= also
    primary = [tuple(cell) for cell in np.argwhere(hidden)]
    cost = np.where(counts > 0, counts, counts.max() + 1)
    # Totals are worth more to the reader than the cells inside, the grand total most.
    cost[-1, :] += counts.max() * 10
    cost[:, -1] += counts.max() * 10
    for row, column in primary:
        graph = np.zeros((rows + columns, rows + columns))
        graph[:rows, rows:] = np.where(hidden, 0.001, cost)  # dijkstra takes 0 for no edge
        graph[row, rows + column] = 0
        _far, before = dijkstra(graph, directed=False, indices=row, return_predecessors=True)
        node = rows + column
        while before[node] >= 0:
            here, node = node, int(before[node])
            edge = (min(here, node), max(here, node) - rows)
            hidden[edge] = True
    return hidden
