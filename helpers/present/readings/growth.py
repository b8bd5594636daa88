"""Growth accounting in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, translator
from helpers.present.readings.base import Reading, reading, too_little


def growth_accounting(accounting: pd.DataFrame) -> Reading:
    """Say how gains and losses balanced in the last whole period, and what to do about it.

    Parameters
    ----------
    accounting : DataFrame
        From `growth.accounting`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(accounting)
    whole = (
        accounting.loc[(accounting.index > 0) & ~accounting["open_period"]] if len(accounting) else accounting
    )
    if not len(whole) or whole["n"].iloc[-1] < 10:
        return too_little(_, _("growth"), int(whole["n"].iloc[-1]) if len(whole) else 0)
    end = whole.iloc[-1]
    message = (
        _(
            "In the last whole period {new} members bought for the first time, {back} returned and {lost} "
            "were lost; {active} bought in it."
        )
        if about_of(accounting).get("basis") == "orders"
        else _(
            "In the last whole period {new} members were new, {back} returned and {lost} were lost; {active} "
            "were active in it."
        )
    )
    first = message.format(
        new=numbers.count(end["new"]),
        back=numbers.count(end["resurrected"]),
        lost=numbers.count(end["lost"]),
        active=numbers.count(end["active"]),
    )
    if not end["lost"]:
        return reading(_, [first, _("Nobody was lost, so there is no quick ratio.")])
    high = numbers.decimal(end["high"], 2) if np.isfinite(end["high"]) else "∞"
    second = _("The quick ratio is {ratio} ({low}–{high}, n = {n} members who came or went).").format(
        ratio=numbers.decimal(end["estimate"], 2),
        low=numbers.decimal(end["low"], 2),
        high=high,
        n=numbers.count(end["n"]),
    )
    if end["low"] > 1:
        third = _(
            "More were gained than lost, beyond chance: keep recruiting, and watch whether the new ones stay."
        )
    elif end["high"] < 1:
        third = _("More were lost than gained, beyond chance: win members back before buying new ones.")
    else:
        third = _("Gains and losses balance within chance: no verdict from one period, look at the trend.")
    return reading(_, [first, second, third])
