"""From which day to which a community is counted, and what is said where that is odd."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from helpers.community import quarantine
from helpers.community.errors import DataError
from helpers.community.outsiders import OUTSIDE
from helpers.community.sentences import NOTHING, Sentence
from helpers.community.sentences import mark as _
from helpers.community.settings import Settings

STALE_DAYS = 31


def no_rows(tables: Iterable[str], said: Iterable[Mapping[str, Any]]) -> DataError:
    """Return the error of data of which not one row can be used, with the first reason that was found."""
    reasons = sorted(
        (one for one in said if one["severity"] == "set_aside" or one["rule"] == OUTSIDE),
        key=lambda one: one["severity"] != "set_aside",
    )
    text = _("There is not one usable row in {given}, so no day to report on.{why}")
    why = Sentence(_(" {why}"), why=reasons[0]["message"]) if reasons else NOTHING
    return DataError(text, given=", ".join(tables), why=why)


def last_day(
    settings: Settings, asked: dt.date | None, first: dt.date, last: dt.date
) -> tuple[dt.date, list[dict[str, Any]]]:
    """Choose the last day to count: as asked, as the settings say, or the last of the data.

    Parameters
    ----------
    settings : Settings
        The settings.
    asked : datetime.date or None
        What whoever opens the community asks for.
    first, last : datetime.date
        First and last day of the data.

    Returns
    -------
    tuple of (datetime.date, list of dict)
        The day, and the remark on it, if there is one.

    Raises
    ------
    DataError
        When it is before the data, or so far after it that it is hardly meant.

    Examples
    --------
    >>> day = dt.date(2026, 5, 31)
    >>> last_day(Settings(name="tea"), None, day, day)
    (datetime.date(2026, 5, 31), [])
    """
    wanted = settings.as_of if asked is None else asked
    as_of = last if wanted is None else wanted
    if as_of < first:
        raise DataError(
            _(
                "as_of {as_of} is before the data, which begins on {first} and ends on {last}. Choose"
                " a day between the two."
            ),
            as_of=as_of,
            first=first,
            last=last,
        )
    ahead = (as_of - last).days
    if ahead > STALE_DAYS and settings.folder:  # who passes frames may mean it
        raise DataError(
            _(
                "as_of {as_of} is {ahead} days after the data, which begins on {first} and ends on "
                "{last}. Choose a day between the two, or add the newer rows."
            ),
            as_of=as_of,
            ahead=ahead,
            first=first,
            last=last,
        )
    if ahead <= 0:
        return as_of, []
    text = _(
        "as_of {as_of} is {days} days after the last row ({last}): those days count as days without activity."
    )
    message = Sentence(text, as_of=as_of, days=ahead, last=last)
    return as_of, [quarantine.finding("", "", "as_of after the data", "note", 0, [], message)]
