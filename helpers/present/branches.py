"""Lay out a tree: every node beside the middle of what came from it."""

from __future__ import annotations

import pandas as pd


def places(node: pd.Series, parent: pd.Series, below: pd.Series) -> pd.Series:
    """Give each node of a tree its height, so that branches do not cross.

    Parameters
    ----------
    node : pandas.Series
        Ids, the root first.
    parent : pandas.Series
        Id of the node above; missing for the root.
    below : pandas.Series
        Nodes at or below each; smaller branches come first.

    Returns
    -------
    pandas.Series
        Leaves stand one below the other, every other node beside the middle of its children.

    Examples
    --------
    >>> tree = pd.DataFrame({"node": list("abc"), "parent": [None, "a", "a"], "below": [3, 1, 1]})
    >>> places(tree["node"], tree["parent"], tree["below"]).tolist()
    [0.5, 0.0, 1.0]

    Taught in: all
    """
    children: dict[str, list[str]] = {}
    for each, above in zip(node, parent, strict=True):
        if pd.notna(above):
            children.setdefault(above, []).append(each)
    size = dict(zip(node, below, strict=True))
    place: dict[str, float] = {}
    leaf, stack = 0, [node.iloc[0]]
    while stack:
        each = stack[-1]
        own = sorted(children.get(each, []), key=size.__getitem__)
        waiting = [child for child in own if child not in place]
        if waiting:
            stack.extend(reversed(waiting))
            continue
        stack.pop()
        if each in place:
            continue
        heights = [place[child] for child in own]
        place[each] = (min(heights) + max(heights)) / 2 if own else leaf
        leaf += not own
    return pd.Series([place[each] for each in node], index=node.index)
