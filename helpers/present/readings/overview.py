"""What a community's data hold, in words."""

from __future__ import annotations

import pandas as pd

from helpers.metrics import intervals
from helpers.present import numbers
from helpers.present.language import Translate, about_of, some, term, translator
from helpers.present.readings.base import Reading, reading, too_little

SHORT = 60  # days; below, nobody can be followed over two months


def data_overview(overview: pd.DataFrame) -> Reading:
    """Say how long the data run, how many members, events and orders they hold, and what is missing.

    Parameters
    ----------
    overview : DataFrame
        From `overview.inventory`.

    Returns
    -------
    Reading

    Taught in: 00 Start here
    """
    _ = translator(overview)
    about = about_of(overview)
    if not about.get("members"):
        return too_little(_, _("the data"), 0)
    rows = overview.set_index("table")["rows"]
    missing = [term(_, name) for name in overview.loc[~overview["supplied"], "table"]]
    absent = _("Not supplied: {tables}; what needs them is left out.").format(
        tables=some(_, missing, most=len(missing))
    )
    short = _("That is too short to follow anybody over two months: read levels, not trends.")
    return reading(
        _,
        [
            _("The data run from {first} to {last} ({days} days) and hold {counts}.").format(
                first=numbers.day(about["first_day"]),
                last=numbers.day(about["as_of"]),
                days=numbers.count(about["days"]),
                counts=_counts(about["members"], rows, _),
            ),
            short if about["days"] < SHORT else "",
            _unseen(about, _),
            _outside(about, _),
            absent if missing else "",
        ],
    )


def _counts(members: int, rows: pd.Series, _: Translate) -> str:
    events = _("{n} events").format(n=numbers.count(rows["events"])) if rows["events"] else ""
    orders = _("{n} rows of orders").format(n=numbers.count(rows["orders"])) if rows["orders"] else ""
    people = _("{n} members").format(n=numbers.count(members))
    *before, last = [part for part in (people, events, orders) if part]
    return _("{names} and {last}").format(names=_(", ").join(before), last=last) if before else last


def _outside(about: dict[str, int], _: Translate) -> str:
    if not about.get("outside"):
        return ""
    message = _(
        "{n} customers who never joined stand apart, with {orders} orders of theirs; they are in no count of "
        "members."
    )
    return message.format(n=numbers.count(about["outside"]), orders=numbers.count(about["outside_orders"]))


def _unseen(about: dict[str, int], _: Translate) -> str:
    if not about["listed"]:
        return _(
            "There is no list of members: whoever never left a trace is not in the data, so every share is "
            "a share of those seen."
        )
    if not about["silent"]:
        return _("Every member left at least one trace.")
    low, high = intervals.wilson(about["silent"], about["members"])
    share = numbers.percent_interval(about["silent"] / about["members"], float(low), float(high))
    return _(
        "{silent} members, {share}, left no trace, neither an event nor an order; they stay in every "
        "denominator."
    ).format(silent=numbers.count(about["silent"]), share=share)
