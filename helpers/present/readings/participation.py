"""Inequality of participation in words."""

from __future__ import annotations

import pandas as pd

from helpers.metrics import participation
from helpers.present import numbers
from helpers.present.language import about_of, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def participation_split(distribution: pd.DataFrame) -> Reading:
    """Say how unequally members take part, with and without the silent ones.

    Parameters
    ----------
    distribution : DataFrame
        From `participation.distribution`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(distribution)
    n = int(distribution["members"].sum()) if len(distribution) else 0
    if n < 30 or not (distribution["value"] * distribution["members"]).sum():
        return too_little(_, _("participation"), n)
    tiers = participation.split(distribution).set_index(["population", "tier"])
    gini = participation.gini(distribution).set_index("population")
    everybody, taking_part = participation.EVERYBODY, participation.TAKING_PART
    whole = gini.loc[everybody]
    top = tiers.loc[(everybody, "top 1 %")]
    bought = about_of(distribution).get("basis") == "orders"
    message = (
        _("The most active 1 % of members made {rate} of purchases; the Gini index is {gini}.")
        if bought
        else _("The most active 1 % of members give {rate} of contributions; the Gini index is {gini}.")
    )
    first = message.format(
        rate=rate_phrase(_, top), gini=numbers.interval(whole["estimate"], whole["low"], whole["high"], 2)
    )
    quiet = participation.silent(distribution).iloc[0]
    second = _(
        "{silent} of members contributed nothing; leave them out, and the Gini index falls to {gini}."
    ).format(silent=rate_phrase(_, quiet), gini=numbers.decimal(gini.loc[taking_part, "estimate"], 2))
    third = _(
        "Look after the few who carry the community by name, and give the silent ones one small first thing "
        "to do."
    )
    if bought:
        third = _("Look after the few who carry the sales by name.")
    return reading(_, [first, second if quiet["count"] else "", third])
