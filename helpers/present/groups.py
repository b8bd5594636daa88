"""Name groups of members and spans of days in sentences, and the mere leftovers of a grouping."""

from __future__ import annotations

import pandas as pd

from helpers.present.language import Translate, about_of

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


def grouping(result: pd.DataFrame) -> str | None:
    """Give the column by which a result was split, or None where it was not.

    Taught in: all
    """
    by = about_of(result).get("by")
    return by if by in result.columns else None


def capital(text: str) -> str:
    """Begin a sentence with a capital letter.

    Examples
    --------
    >>> capital("at risk"), capital("")
    ('At risk', '')

    Taught in: all
    """
    return text[:1].upper() + text[1:]


def days_meant(_: Translate, day: object, window: object) -> str:
    """Say which days after the start a retention speaks of: one day, a window of days, or any later day.

    Examples
    --------
    >>> days_meant(str, 30, 7), days_meant(str, 1, 1)
    ('in the week from day 30', 'on day 1')

    Taught in: 06 Evaluation
    """
    if window == "after":
        return _("on day {n} or later").format(n=day)
    if window == 1:
        return _("on day {n}").format(n=day)
    message = _("in the week from day {n}") if window == 7 else _("in the {k} days from day {n}")
    return message.format(n=day, k=window)
