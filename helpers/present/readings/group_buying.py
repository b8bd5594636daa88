"""Group buying, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, translator
from helpers.present.plots.group_buying import split_name
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def team_completion(completion: pd.DataFrame) -> Reading:
    """Say how many teams fill, and where they fill least.

    Parameters
    ----------
    completion : DataFrame
        From `group_buying.completion`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(completion)
    n = int(completion["n"].sum()) if len(completion) else 0
    if n < 10:
        return too_little(_, _("teams of group buying"), n)
    by = about_of(completion).get("by")
    known = completion[completion["n"] >= 10]
    if by is None or len(known) < 2:
        return reading(
            _,
            [
                _("{rate} of teams found as many buyers as they need.").format(
                    rate=rate_phrase(_, completion.iloc[0])
                ),
                _("Every other buyer was promised a price and paid back: count these refusals as a cost."),
            ],
        )
    worst, best = known.loc[known["estimate"].idxmin()], known.loc[known["estimate"].idxmax()]
    head = _("Filled most often: {best}, {rate_best}; least often: {worst}, {rate_worst}.").format(
        best=split_name(_, by, best[by]),
        rate_best=rate_phrase(_, best),
        worst=split_name(_, by, worst[by]),
        rate_worst=rate_phrase(_, worst),
    )
    if worst["high"] >= best["low"]:
        tail = _(
            "The intervals overlap, and the ends of a list always look far apart: do not act on the order."
        )
    elif by == "hour":
        tail = _("Give teams opened late until the next evening, or show them first in the morning.")
    elif by == "team_size":
        tail = _(
            "Each further buyer costs teams: ask for fewer, or let the last place be filled from the open "
            "list."
        )
    else:
        tail = _(
            "Look at what the better one did differently before the next round; nobody drew it at random."
        )
    return reading(_, [head, tail])


def lost_orders(lost: pd.DataFrame) -> Reading:
    """Say how many orders were cancelled because their team did not fill, and what they were worth.

    Parameters
    ----------
    lost : DataFrame
        From `group_buying.lost`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(lost)
    n = int(lost["n"].sum()) if len(lost) else 0
    if n < 10:
        return too_little(_, _("orders lost in teams"), n)
    worst = lost.loc[lost["estimate"].idxmax()]
    return reading(
        _,
        [
            _(
                "{count} of {n} orders placed in teams were paid back because the team did not fill; at the "
                "price of those that did, {stake}. Most in “{campaign}”: {rate}."
            ).format(
                count=numbers.count(lost["count"].sum()),
                n=numbers.count(n),
                stake=numbers.money(lost["at_stake"].sum(), about_of(lost).get("currency"), 0),
                campaign=worst["campaign"],
                rate=rate_phrase(_, worst),
            ),
            _("Offer these buyers a place in an open team before the money goes back."),
        ],
    )
