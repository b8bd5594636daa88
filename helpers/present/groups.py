"""Name groups of members in sentences: first letters, and groups that are only what is left over."""

from __future__ import annotations

import pandas as pd

# Members whom a grouping could not place; they are counted, but no sentence is about them.
REST = ("barely_seen", "silent", "ungrouped", "unknown")


def placed(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out the rows of members whom a grouping could not place, unless there are no others.

    Parameters
    ----------
    frame : DataFrame
        With a column segment.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> placed(pd.DataFrame({"segment": ["A", "silent"]}))["segment"].tolist()
    ['A']

    Taught in: 02 Positioning
    """
    kept = frame[~frame["segment"].isin(REST)]
    return kept if len(kept) else frame


def capital(text: str) -> str:
    """Begin a sentence with a capital letter.

    Examples
    --------
    >>> capital("at risk"), capital("")
    ('At risk', '')

    Taught in: all
    """
    return text[:1].upper() + text[1:]
