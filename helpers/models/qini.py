"""Uplift curves: how much is gained when members are treated in the order of a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.metrics.intervals import percentiles

DEFINITIONS = ("qini", "gain")
GRID = np.linspace(0, 1, 21)
_CELLS = 3_000_000  # members times draws that are held at once


def paths(
    frame: pd.DataFrame,
    score: str,
    *,
    outcome: str = "bought",
    definition: str = "gain",
    grid: Any = GRID,
    repeats: int = 0,
    seed: int = 0,
) -> np.ndarray:
    """Follow the gain along the order of a score, for the members as they are and drawn again.

    Parameters
    ----------
    frame : DataFrame
        One row a drawn member with ``treated``, the score and the outcome.
    score : str
        Column; the highest are treated first. Members with the same score share their gain evenly.
    outcome : str, default "bought"
        Column.
    definition : {"gain", "qini"}, default "gain"
        With Y and N the sum of outcomes and the number of members of each arm among those treated first.
        "gain": (Y_t / N_t - Y_c / N_c) × share treated. "qini": (Y_t - Y_c × N_t / N_c) / all treated.
        Both end at the difference of the arms; they part where the arms are unevenly spread.
    grid : array
        Shares of the members at which the gain is read.
    repeats : int, default 0
        How often members are drawn again.
    seed : int, default 0
        Start of the random numbers: the same for each score, so that scores can be compared draw by draw.

    Returns
    -------
    array
        One row for the members as they are and one a draw, a column a share: gain per member of the whole.

    Taught in: 05 Conversion
    """
    if definition not in DEFINITIONS:
        raise ValueError(f'definition={definition!r}: choose "gain" or "qini".')
    grid = np.asarray(grid, dtype=float)
    n = len(frame)
    values = frame[score].to_numpy(float)
    order = np.argsort(-values, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(values[order]) != 0, True)) if n else np.zeros(0, int)
    t, y = frame["treated"].to_numpy(bool)[order], frame[outcome].to_numpy(float)[order]
    random, block = np.random.default_rng(seed), max(1, _CELLS // max(n, 1))
    found = [_read(np.ones((1, n)), t, y, ends, grid, definition)]
    for start in range(0, repeats if n else 0, block):
        drawn = random.multinomial(n, np.full(n, 1 / n), size=min(block, repeats - start))
        found.append(_read(drawn[:, order], t, y, ends, grid, definition))
    return np.vstack(found)


def _read(
    weights: np.ndarray, t: np.ndarray, y: np.ndarray, ends: np.ndarray, grid: np.ndarray, definition: str
) -> np.ndarray:
    # Members and outcomes of each arm so far, at the ends of runs of equal scores; straight in between.
    sums = [
        np.hstack([np.zeros((len(weights), 1)), np.cumsum(weights * each, axis=1)[:, ends]])
        for each in (t, ~t, t * y, ~t * y)
    ]
    n = max(weights.shape[1], 1)
    share = (sums[0] + sums[1]) / n
    n_t, n_c, y_t, y_c = (
        np.stack([np.interp(grid, at, path) for at, path in zip(share, each, strict=True)]) for each in sums
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        if definition == "gain":
            gain = (y_t / n_t - y_c / n_c) * (n_t + n_c) / n
        else:
            gain = (y_t - y_c * n_t / n_c) / sums[0][:, -1:]
    return np.where((n_t > 0) & (n_c > 0), gain, 0.0)


def curve(
    frame: pd.DataFrame,
    score: str,
    *,
    outcome: str = "bought",
    definition: str = "qini",
    grid: Any = GRID,
    repeats: int = 300,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw up the curve of a score, with the line of drawing by lot.

    Parameters
    ----------
    frame, score, outcome, definition, grid, repeats, seed
        As for :func:`paths`.

    Returns
    -------
    DataFrame
        One row a share: ``share``, ``members``, ``estimate``, ``low``, ``high`` (gain per member of the
        whole, bootstrap by member with the predictions as they are), ``random`` (the straight line).

    Notes
    -----
    Radcliffe (2007), "Using control groups to target on predicted lift", *Direct Marketing Analytics
    Journal*; Gutierrez and Gerardy (2017), "Causal inference and uplift modelling", *PMLR* 67, 1-13.

    Examples
    --------
    >>> drawn = pd.DataFrame({"treated": [True, False] * 4, "bought": [1, 0, 1, 1, 1, 0, 0, 1]})
    >>> drawn["score"] = [8, 8, 6, 6, 4, 4, 2, 2]
    >>> curve(drawn, "score", grid=[0, 0.25, 0.5, 0.75, 1], repeats=0)["estimate"].tolist()
    [0.0, 0.25, 0.25, 0.5, 0.25]

    Taught in: 05 Conversion
    """
    given = {"outcome": outcome, "definition": definition, "grid": grid, "seed": seed}
    found = paths(frame, score, repeats=repeats, **given) if len(frame) else np.zeros((1, len(grid)))
    low, high = percentiles(found[1:]) if len(found) > 1 else (np.full(len(grid), np.nan),) * 2
    share = np.asarray(grid, dtype=float)
    table = pd.DataFrame(
        {
            "share": share,
            "members": np.round(share * len(frame)).astype(int),
            "estimate": found[0],
            "low": low,
            "high": high,
            "random": share * found[0][-1],
        }
    )
    table = table if len(frame) else table.iloc[:0]
    table.attrs["about"] = frame.attrs.get("about", {}) | {
        "metric": "uplift curve", "definition": definition, "model": score, "outcome": outcome,
        "n": len(frame), "unit": "share" if outcome == "bought" else "money",
    }  # fmt: skip
    return table


def areas(
    frame: pd.DataFrame,
    scores: Sequence[str],
    *,
    outcome: str = "bought",
    definitions: Sequence[str] = DEFINITIONS,
    repeats: int = 300,
    seed: int = 0,
) -> pd.DataFrame:
    """Sum curves up in one number each: the area, and the area above drawing by lot.

    Parameters
    ----------
    frame : DataFrame
        As for :func:`paths`.
    scores : sequence of str
        Columns.
    outcome : str, default "bought"
        Column.
    definitions : sequence of str
        Of the curve; see :func:`paths`.
    repeats, seed : int
        Of the bootstrap.

    Returns
    -------
    DataFrame
        One row a score and definition: ``score``, ``definition``, ``n``, ``area`` (AUUC: under the curve,
        shares from 0 to 1, in outcome per member; not divided by a perfect curve), ``estimate``, ``low``,
        ``high`` (Qini coefficient: that area less the one under the straight line).

    Examples
    --------
    >>> drawn = pd.DataFrame({"treated": [True, False] * 40, "bought": [1, 0, 1, 1, 1, 0, 0, 1] * 10})
    >>> drawn["score"] = [8, 8, 6, 6, 4, 4, 2, 2] * 10
    >>> areas(drawn, ["score"], definitions=["qini"], repeats=50)[["area", "estimate"]].round(2).values
    array([[0.28, 0.16]])

    Taught in: 05 Conversion
    """
    rows = []
    for score in scores if len(frame) else ():
        for definition in definitions:
            found = paths(frame, score, outcome=outcome, definition=definition, repeats=repeats, seed=seed)
            area = ((found[:, 1:] + found[:, :-1]) / 2 * np.diff(GRID)).sum(axis=1)
            above = area - found[:, -1] / 2
            low, high = percentiles(above[1:])
            rows.append(
                {"score": score, "definition": definition, "n": len(frame), "area": area[0],
                 "estimate": above[0], "low": float(low), "high": float(high)}
            )  # fmt: skip
    table = pd.DataFrame(rows, columns=["score", "definition", "n", "area", "estimate", "low", "high"])
    table.attrs["about"] = frame.attrs.get("about", {}) | {
        "metric": "areas of uplift curves",
        "unit": "score",
    }
    return table
