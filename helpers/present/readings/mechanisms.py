"""The ways of taking part, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def mechanism_participation(table: pd.DataFrame) -> Reading:
    """Say which way of taking part involves the most, which one opens the door, and what one more costs.

    Parameters
    ----------
    table : DataFrame
        From `mechanisms.participation`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(table)
    if table.empty or table["n"].max() < 10:
        return too_little(_, _("ways of taking part"), 0)
    if len(table) < 2:
        return reading(_, [_("There is one way of taking part only: nothing to compare.")])
    most = table.iloc[0]
    sentences = [
        _("Most members take part by {name}: {rate} of the active ones.").format(
            name=term(_, most["mechanism"]), rate=rate_phrase(_, most)
        )
    ]
    doors = table[table["first_low"] > table["contribution_share"]]
    if about_of(table).get("first_steps", 0) >= 30 and len(doors):
        door = doors.loc[doors["first_share"].idxmax()]
        sentences.append(
            _(
                "The widest door is {name}: {first} of members' first contributions, but only {all} of all "
                "contributions. Put it where newcomers see it."
            ).format(
                name=term(_, door["mechanism"]),
                first=numbers.percent_interval(door["first_share"], door["first_low"], door["first_high"]),
                all=numbers.percent(door["contribution_share"]),
            )
        )
    paid = table[table["cost_per_member"].notna() & ~table["small"]]
    if len(paid):
        dear, cheap = paid.loc[paid["cost_per_member"].idxmax()], paid.loc[paid["cost_per_member"].idxmin()]
        currency = about_of(table).get("currency")
        sentences.append(
            _(
                "Where costs are booked, one member taking part costs from {low} ({cheap}) to {high} "
                "({dear})."
            ).format(
                low=numbers.money(cheap["cost_per_member"], currency),
                cheap=term(_, cheap["mechanism"]),
                high=numbers.money(dear["cost_per_member"], currency),
                dear=term(_, dear["mechanism"]),
            )
        )
    return reading(_, sentences)
