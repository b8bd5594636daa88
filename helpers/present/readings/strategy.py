"""The strategy by segment, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def segment_strategy(table: pd.DataFrame) -> Reading:
    """Say with which segment to begin, what to try there, and how many members a test needs.

    Parameters
    ----------
    table : DataFrame
        From `strategy.table`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(table)
    if table.empty or table["n"].max() < 30:
        return too_little(_, _("a strategy by segment"), 0 if table.empty else int(table["n"].max()))
    ready = table[table["testable"].astype(bool) & (table["most"] != "")]
    own = int((table["most"] != "").sum())
    if not own:
        alike = _("None of {n} segments stands out by anything: one way of interacting serves all of them.")
        return reading(_, [alike.format(n=numbers.count(len(table)))])
    first = _("{own} of {n} segments stand out by something and get a way of their own.").format(
        own=numbers.count(own), n=numbers.count(len(table))
    )
    if ready.empty:
        second = _(
            "None of them is large enough to test its idea alone: test on all members together, or watch a "
            "behaviour that is more frequent."
        )
        return reading(_, [first, second])
    row = ready.loc[ready["n"].idxmax()]
    second = _("Begin with {segment}, which stands out by {most}: {idea}.").format(
        segment=term(_, row["segment"]), most=term(_, row["most"]), idea=term(_, row["idea"])
    )
    third = _(
        "Watch {goal}, now {rate}; {needed} members in each half, drawn by lot, would show a rise by "
        "{rise} of itself."
    ).format(
        goal=term(_, row["goal"]),
        rate=rate_phrase(_, row),
        needed=numbers.count(row["needed"]),
        rise=numbers.percent(about_of(table).get("rise"), 0),
    )
    return reading(_, [first, second, third])
