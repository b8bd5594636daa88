"""The truth about cascades: what shares caused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.log import CODE
from helpers.simulate.tables import event_ids

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation


def cascades(sim: Simulation) -> pd.DataFrame:
    """Return every cascade of shares: its first share, size, depth and true reproduction number.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        root_event_id, content_id, size (shares), depth (generations after the first), complete (began
        ten or more days before the end), reproduction_number.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> bool((cascades(simulate(Scenario.small()))["size"] >= 1).all())
    True

    Taught in: 03 Content
    """
    log = sim.log.columns
    shares = np.flatnonzero(log["kind"] == CODE["share"])
    place = np.full(sim.log.size, -1, np.int64)
    place[shares] = np.arange(len(shares))
    parent = log["parent"][shares].astype(np.int64)
    parent = np.where(parent >= 0, place[np.maximum(parent, 0)], -1)
    root, depth = np.where(parent >= 0, parent, np.arange(len(shares))), (parent >= 0).astype(np.int64)
    while True:
        # Each round doubles the number of generations jumped over.
        further = depth[root]
        if not further.any():
            break
        depth, root = depth + further, root[root]
    first = np.flatnonzero(parent < 0)
    deepest = np.zeros(len(shares), np.int64)
    np.maximum.at(deepest, root, depth)
    content = log["content"][shares[first]]
    return pd.DataFrame(
        {
            "root_event_id": event_ids(sim, shares[first]).to_numpy(zero_copy_only=False),
            "content_id": sim.posts.labels()[content],
            "size": np.bincount(root, minlength=len(shares))[first],
            "depth": deepest[first],
            "complete": log["time"][shares[first]] < (sim.scenario.days - 10) * 86400,
            "reproduction_number": sim.posts.reproduction[content],
        }
    )
