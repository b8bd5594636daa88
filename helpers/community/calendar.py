"""One calendar for the whole workbook: days, Monday weeks and months, with their unfinished edges."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

import pandas as pd

from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _

Every = Literal["day", "week", "month"]


def start_of(day: dt.date, every: str) -> dt.date:
    """Return the first day of the period that holds a day (weeks start on Monday).

    Parameters
    ----------
    day : datetime.date
        Any day.
    every : {"day", "week", "month"}
        Length of a period.

    Returns
    -------
    datetime.date
        First day of its period.

    Examples
    --------
    >>> start_of(dt.date(2026, 5, 31), "week")
    datetime.date(2026, 5, 25)
    """
    if every == "week":
        return day - dt.timedelta(days=day.weekday())
    if every == "month":
        return day.replace(day=1)
    return day


def periods(first: dt.date, last: dt.date, every: Every = "week") -> pd.DataFrame:
    """List every period between two days, with or without data in it.

    Parameters
    ----------
    first, last : datetime.date
        First and last day on which something could have been seen.
    every : {"day", "week", "month"}, default "week"
        Length of a period.

    Returns
    -------
    pandas.DataFrame
        One row a period: ``period`` (its first day), ``last_day``, ``days`` (days that were seen),
        ``open_period`` (it ends after ``last``: unfinished) and ``left_edge`` (it began before ``first``).

    Raises
    ------
    SettingsError
        When ``every`` is none of the three.

    Examples
    --------
    >>> periods(dt.date(2026, 5, 27), dt.date(2026, 6, 2), "week")[["period", "open_period", "left_edge"]]
          period  open_period  left_edge
    0 2026-05-25        False       True
    1 2026-06-01         True      False

    Taught in: 06 Evaluation
    """
    if every not in get_args(Every):
        raise SettingsError(_('every={every!r}: choose one of "day", "week", "month".'), every=every)
    frequency = {"day": "D", "week": "W-MON", "month": "MS"}[every]
    starts = pd.date_range(start_of(first, every), last, freq=frequency, unit="us")
    step = {"day": pd.DateOffset(days=1), "week": pd.DateOffset(days=7), "month": pd.DateOffset(months=1)}[
        every
    ]
    ends = starts + step - pd.Timedelta(days=1)
    seen_from = starts.where(starts >= pd.Timestamp(first), pd.Timestamp(first))
    seen_to = ends.where(ends <= pd.Timestamp(last), pd.Timestamp(last))
    return pd.DataFrame(
        {
            "period": starts,
            "last_day": ends.as_unit("us"),
            "days": (seen_to - seen_from).days + 1,
            "open_period": ends > pd.Timestamp(last),
            "left_edge": starts < pd.Timestamp(first),
        }
    )
