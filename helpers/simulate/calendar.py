"""The Chinese calendar of 2025 and 2026 and the rhythm that it gives a community.

Days off and make-up working days are those of the State Council's yearly notices. Years outside the
table fall back to plain weekends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

# First and last day off of each public holiday (the weekends inside are part of it).
HOLIDAYS: tuple[tuple[str, date, date], ...] = (
    ("new_year", date(2025, 1, 1), date(2025, 1, 1)),
    ("spring_festival", date(2025, 1, 28), date(2025, 2, 4)),
    ("qingming", date(2025, 4, 4), date(2025, 4, 6)),
    ("labour_day", date(2025, 5, 1), date(2025, 5, 5)),
    ("dragon_boat", date(2025, 5, 31), date(2025, 6, 2)),
    ("national_day", date(2025, 10, 1), date(2025, 10, 8)),
    ("new_year", date(2026, 1, 1), date(2026, 1, 3)),
    ("spring_festival", date(2026, 2, 15), date(2026, 2, 23)),
    ("qingming", date(2026, 4, 4), date(2026, 4, 6)),
    ("labour_day", date(2026, 5, 1), date(2026, 5, 5)),
    ("dragon_boat", date(2026, 6, 19), date(2026, 6, 21)),
    ("mid_autumn", date(2026, 9, 25), date(2026, 9, 27)),
    ("national_day", date(2026, 10, 1), date(2026, 10, 7)),
)

# Saturdays and Sundays on which people work in exchange for a longer holiday.
WORKED_WEEKENDS: tuple[date, ...] = (
    date(2025, 1, 26),
    date(2025, 2, 8),
    date(2025, 4, 27),
    date(2025, 9, 28),
    date(2025, 10, 11),
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
)

# Spans in which people buy or chat differently: name, first day, last day, then factors on activity,
# on everyday purchases and on purchases of gifts.
SEASONS: tuple[tuple[str, date, date, float, float, float], ...] = (
    ("6.18", date(2025, 6, 14), date(2025, 6, 18), 1.08, 1.9, 1.6),
    ("mid_autumn", date(2025, 9, 22), date(2025, 10, 5), 1.0, 1.1, 3.0),
    ("national_day", date(2025, 10, 6), date(2025, 10, 8), 0.92, 0.9, 1.0),
    ("double_11", date(2025, 11, 6), date(2025, 11, 11), 1.10, 2.2, 1.8),
    ("new_year_goods", date(2026, 1, 26), date(2026, 2, 10), 1.03, 1.25, 3.2),
    ("spring_festival", date(2026, 2, 15), date(2026, 2, 22), 0.80, 0.45, 0.5),
    ("6.18", date(2026, 6, 14), date(2026, 6, 18), 1.08, 1.9, 1.6),
    ("double_11", date(2026, 11, 6), date(2026, 11, 11), 1.10, 2.2, 1.8),
)

# Monday to Sunday on ordinary weeks; a day off counts as a Saturday, a worked weekend as a Monday.
WEEKLY = (0.92, 0.94, 0.97, 0.98, 1.02, 1.13, 1.10)

# Weight of each hour on working days and on days off: commute, lunch and evening peaks; late mornings.
HOURS_AT_WORK = (6, 3, 2, 1, 1, 2, 10, 26, 30, 24, 22, 26, 44, 34, 22, 22, 24, 28, 34, 48, 66, 70, 52, 22)
HOURS_OFF = (9, 5, 3, 2, 1, 1, 4, 12, 26, 40, 46, 44, 42, 40, 42, 44, 42, 40, 40, 46, 60, 64, 50, 26)


def is_day_off(day: date) -> bool:
    """Say whether people have the day off in mainland China.

    Parameters
    ----------
    day : datetime.date
        Any day; the holiday table covers 2025 and 2026.

    Returns
    -------
    bool
        True on public holidays and on weekends that are not worked.

    Notes
    -----
    State Council General Office, notices on the holidays of 2025 and of 2026.

    Examples
    --------
    >>> is_day_off(date(2026, 2, 17)), is_day_off(date(2026, 2, 28))
    (True, False)

    Taught in: 02 Positioning
    """
    if any(first <= day <= last for _, first, last in HOLIDAYS):
        return True
    return day.weekday() >= 5 and day not in WORKED_WEEKENDS


@dataclass(frozen=True)
class Days:
    """Hold what is known about each day of a simulation, before, during and after the window.

    Arrays are read with ``value[day + history]``, where day 0 is the first simulated day; `history`
    days lie before it (members who founded the community joined then) and 400 days after its end.

    Parameters
    ----------
    start : datetime.date
        First simulated day.
    count : int
        Number of simulated days.
    history : int
        Days before the first one.
    off : numpy.ndarray of bool
        Whether people have the day off.
    rhythm : numpy.ndarray of float
        Factor on the probability of being active.
    buying, gifting : numpy.ndarray of float
        Factors on the rate of everyday purchases and of gifts.
    wear : numpy.ndarray of float
        Factor on the daily hazard of losing interest.
    worn : numpy.ndarray of float
        Running sum of `wear`.
    """

    start: date
    count: int
    history: int
    off: np.ndarray
    rhythm: np.ndarray
    buying: np.ndarray
    gifting: np.ndarray
    wear: np.ndarray
    worn: np.ndarray

    def date_of(self, number: int) -> date:
        """Return the calendar date of a day number."""
        return self.start + timedelta(days=int(number))

    def number(self, day: date) -> int:
        """Return the day number of a calendar date."""
        return (day - self.start).days


def lay_out(
    start: date, count: int, *, history: int, weekly: float, mishap: tuple[int, int, float] | None
) -> Days:
    """Lay out the days of a simulation.

    Parameters
    ----------
    start : datetime.date
        First simulated day.
    count : int
        Number of simulated days.
    history : int
        Days before the first one that must be known.
    weekly : float
        Strength of the weekly rhythm; 1 as in the table, 0 for none.
    mishap : tuple of (int, int, float) or None
        First day number, days and hazard factor of a mishap.

    Returns
    -------
    Days
        One value a day in each array.

    Examples
    --------
    >>> days = lay_out(date(2026, 2, 14), 3, history=0, weekly=1.0, mishap=None)
    >>> days.off[:3].tolist()
    [False, True, True]

    Taught in: 06 Evaluation
    """
    dates = [start + timedelta(days=n) for n in range(-history, count + 400)]
    off = np.array([is_day_off(day) for day in dates])
    weekday = np.array([day.weekday() for day in dates])
    weekday = np.where(off & (weekday < 5), 5, np.where(~off & (weekday >= 5), 0, weekday))
    rhythm = 1 + weekly * (np.array(WEEKLY)[weekday] - 1)
    buying, gifting, wear = np.ones(len(dates)), np.ones(len(dates)), np.ones(len(dates))
    for _, first, last, active, everyday, gift in SEASONS:
        inside = np.array([first <= day <= last for day in dates])
        rhythm[inside] *= active
        buying[inside] *= everyday
        gifting[inside] *= gift
    if mishap is not None:
        first_day, length, factor = mishap
        wear[history + first_day : history + first_day + length] *= factor
    return Days(start, count, history, off, rhythm, buying, gifting, wear, np.cumsum(wear))


def clock_times(rng: np.random.Generator, off: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """Draw a second of the day for each entry.

    Parameters
    ----------
    rng : numpy.random.Generator
        Stream to draw from.
    off : numpy.ndarray of bool
        Whether the entry's day is a day off.
    shift : numpy.ndarray of int
        Hours by which this member lives later (or earlier) than others.

    Returns
    -------
    numpy.ndarray of int
        Seconds since midnight, 0 to 86399.

    Examples
    --------
    >>> times = clock_times(np.random.default_rng(0), np.zeros(5, bool), np.zeros(5, int))
    >>> bool(((times >= 0) & (times < 86400)).all())
    True

    Taught in: 02 Positioning
    """
    steps = np.cumsum([HOURS_AT_WORK, HOURS_OFF], axis=1)
    steps = steps / steps[:, -1:] + np.array([[0.0], [1.0]])
    rows = off.astype(np.int64)
    hours = np.searchsorted(steps.ravel(), rows + rng.random(len(rows)), side="right") - 24 * rows
    hours = (np.clip(hours, 0, 23) + shift) % 24
    return (hours * 3600 + rng.random(len(rows)) * 3600).astype(np.int64)
