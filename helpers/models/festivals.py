"""Know the days on which everybody has something to write about: festivals and sales of the Chinese year."""

from __future__ import annotations

import datetime as dt

import pandas as pd

# The same day every year: month, day, name.
_FIXED = (
    (1, 1, "New Year"),
    (2, 14, "Valentine's Day"),
    (3, 8, "Women's Day"),
    (4, 5, "Qingming"),
    (5, 1, "Labour Day"),
    (5, 20, "520 day of love"),
    (5, 21, "International Tea Day"),
    (6, 1, "Children's Day"),
    (6, 18, "6.18 sale"),
    (9, 10, "Teachers' Day"),
    (10, 1, "National Day"),
    (11, 11, "Double 11 sale"),
    (12, 12, "Double 12 sale"),
    (12, 22, "Winter solstice"),
)
# By the moon: the first day of the lunar year, then days of the lunar months 5, 7 and 8.
_LUNAR = {
    "Spring Festival": "2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03",
    "Lantern Festival": "2024-02-24 2025-02-12 2026-03-03 2027-02-20 2028-02-09 2029-02-27 2030-02-17",
    "Dragon Boat Festival": "2024-06-10 2025-05-31 2026-06-19 2027-06-09 2028-05-28 2029-06-16 2030-06-05",
    "Qixi": "2024-08-10 2025-08-29 2026-08-19 2027-08-08 2028-08-26 2029-08-16 2030-08-05",
    "Mid-Autumn Festival": "2024-09-17 2025-10-06 2026-09-25 2027-09-15 2028-10-03 2029-09-22 2030-09-12",
}


def occasions(first: dt.date, last: dt.date) -> pd.DataFrame:
    """List the festivals and sales between two days.

    Parameters
    ----------
    first, last : datetime.date
        First and last day.

    Returns
    -------
    DataFrame
        day, occasion; in order. Festivals by the moon are known for 2024 to 2030; Qingming and the winter
        solstice may fall a day earlier or later.

    Examples
    --------
    >>> occasions(dt.date(2026, 6, 10), dt.date(2026, 6, 30))
             day              occasion
    0 2026-06-18             6.18 sale
    1 2026-06-19  Dragon Boat Festival

    Taught in: 03 Content
    """
    rows = [(pd.Timestamp(day), name) for name, days in _LUNAR.items() for day in days.split()]
    for year in range(first.year, last.year + 1):
        rows += [(pd.Timestamp(year, month, day), name) for month, day, name in _FIXED]
    frame = pd.DataFrame(rows, columns=["day", "occasion"])
    inside = frame["day"].between(pd.Timestamp(first), pd.Timestamp(last))
    return frame[inside].sort_values(["day", "occasion"], ignore_index=True)
