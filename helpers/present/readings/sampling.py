"""What a 95 % interval promises, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import translator
from helpers.present.readings.base import Reading, reading, too_little


def interval_coverage(samples: pd.DataFrame, *, truth: float) -> Reading:
    """Say how often the intervals of repeated samples hold the truth, and how wide they are.

    Parameters
    ----------
    samples : DataFrame
        One row a sample: ``n``, ``estimate``, ``low`` and ``high``.
    truth : float
        The share that was sampled from.

    Returns
    -------
    Reading

    Taught in: 00 Start here
    """
    _ = translator(samples)
    if not len(samples):
        return too_little(_, _("what an interval promises"), 0)
    held = samples["low"].le(truth) & samples["high"].ge(truth)
    first = _("{held} of {all} intervals ({share}) hold the true share; 95 % were promised.").format(
        held=numbers.count(held.sum()), all=numbers.count(len(samples)), share=numbers.percent(held.mean())
    )
    widths = (samples["high"] - samples["low"]).groupby(samples["n"]).mean()
    second = _("Of {few} the interval is {wide} points wide on average, of {many} it is {narrow}.").format(
        few=numbers.count(widths.index[0]),
        wide=numbers.decimal(100 * widths.iloc[0], 0),
        many=numbers.count(widths.index[-1]),
        narrow=numbers.decimal(100 * widths.iloc[-1], 0),
    )
    third = _("More members make it narrower; they do not make it right more often.")
    several = len(widths) > 1
    return reading(_, [first, second if several else "", third if several else ""])
