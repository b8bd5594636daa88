"""Small communities in which a crisis breaks out on a known day, and quiet ones beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd

from helpers.simulate.scenario import Mishap, Scenario
from helpers.simulate.simulation import simulate
from helpers.simulate.streams import stream

EARLIEST, LATEST = 0.45, 0.72  # shares of the window between which a crisis begins


def rehearsals(
    count: int, *, seed: int = 0, members: int = 600, days: int = 120, severity: float = 1.0
) -> Iterator[tuple[dict[str, pd.DataFrame], dt.date | None]]:
    """Simulate communities in pairs: one with a crisis on a day drawn at random, one without.

    Parameters
    ----------
    count : int
        How many of each.
    seed : int, default 0
        Start of the random numbers.
    members, days : int, default 600, 120
        Size of each community.
    severity : float, default 1
        Factor on what the crisis does: interest lost, complaints, false accounts.

    Yields
    ------
    tuple of (dict of str to pandas.DataFrame, datetime.date or None)
        The tables, with English texts, and the first day of the crisis; None in a quiet community.

    Examples
    --------
    >>> [begins is None for _tables, begins in rehearsals(1, members=100, days=60)]
    [False, True]

    Taught in: 08 Outlook
    """
    begins = stream(seed, "rehearsals").uniform(EARLIEST, LATEST, count)
    usual = Mishap()
    for number, at in enumerate(begins):
        crisis = Mishap(
            at=float(at),
            hazard=1 + (usual.hazard - 1) * severity,
            complaints=usual.complaints * severity,
            buzz=usual.buzz * severity,
            false_joins=usual.false_joins * severity,
        )
        for place, mishap in enumerate((crisis, None)):
            scenario = Scenario.small(
                seed=1000 * (seed + 1) + 2 * number + place,
                members=members,
                days=days,
                texts=True,
                mishap=mishap,
            )
            made = simulate(scenario)
            tables = made.tables | {
                "contents": made.tables["contents"].rename(columns={"title_en": "title", "text_en": "text"})
            }
            first = scenario.mishap_day
            yield tables, None if first is None else pd.Timestamp(made.days.date_of(first)).date()
