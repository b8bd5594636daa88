from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers.metrics.suppression import suppress


def with_totals(inner: np.ndarray) -> np.ndarray:
    wide = np.column_stack([inner, inner.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def worked_out(hidden: np.ndarray) -> set[tuple[int, int]]:
    """Give the hidden cells that follow from the shown ones: their unit vector is in the equations' span."""
    cells = [tuple(cell) for cell in np.argwhere(hidden)]
    rows, columns = hidden.shape
    equations = np.zeros((rows + columns, len(cells)))
    for at, (row, column) in enumerate(cells):
        equations[row, at] = -1.0 if column == columns - 1 else 1.0
        equations[rows + column, at] = -1.0 if row == rows - 1 else 1.0
    rank = np.linalg.matrix_rank(equations) if cells else 0
    return {
        cell
        for at, cell in enumerate(cells)
        if np.linalg.matrix_rank(np.vstack([equations, np.eye(len(cells))[at]])) == rank
    }


@settings(max_examples=60, deadline=None)
@given(arrays(int, st.tuples(st.integers(2, 5), st.integers(2, 5)), elements=st.integers(0, 14)))
def test_no_small_cell_can_be_worked_out_from_the_totals(inner):
    counts = with_totals(inner)
    hidden = suppress(counts, 5)
    small = (counts > 0) & (counts < 5)
    assert hidden[small].all()
    if inner.sum() >= 5:
        assert not worked_out(hidden) & {tuple(cell) for cell in np.argwhere(small)}


def test_nothing_small_hides_nothing():
    assert not suppress(with_totals(np.array([[5, 9], [0, 30]])), 5).any()


def test_a_single_small_cell_takes_three_others_with_it():
    hidden = suppress(with_totals(np.array([[2, 50, 60], [10, 80, 70], [90, 95, 99]])), 5)
    assert hidden.sum() == 4
    assert hidden[0, 0] and not hidden[-1].any() and not hidden[:, -1].any()


def test_two_closed_paths_joined_by_one_cell_do_not_give_it_away():
    # Counting hidden cells by row and column would pass this pattern, although the middle follows.
    inner = np.array([[3, 3, 50, 50], [3, 3, 4, 50], [50, 50, 3, 3], [50, 50, 3, 3]])
    hidden = suppress(with_totals(inner), 5)
    assert not worked_out(hidden) & {tuple(cell) for cell in np.argwhere(with_totals(inner) < 5)}


def test_cells_hidden_elsewhere_are_protected_too():
    counts = with_totals(np.array([[20, 30], [40, 50], [60, 70]]))
    also = np.zeros(counts.shape, dtype=bool)
    also[0, -1] = also[1, -1] = True
    hidden = suppress(counts, 5, also=also)
    assert hidden[also].all()
    assert not worked_out(hidden) & {(0, 2), (1, 2)}
