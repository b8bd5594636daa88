"""When and how often to post, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, translator
from helpers.present.plots.posting import hour_span
from helpers.present.readings.base import Reading, reading, too_little


def posting_hours(table: pd.DataFrame) -> Reading:
    """Say whether an hour of posting is better once like is compared with like.

    Parameters
    ----------
    table : DataFrame
        From `timing.by_hour`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(table)
    if len(table) < 2:
        return too_little(_, _("the hours of posting"), table["posts"].sum() if len(table) else 0)
    hours = int(about_of(table).get("hours", 3))
    firm = table[~table["small"].astype(bool)] if (~table["small"].astype(bool)).any() else table
    best = firm.loc[firm["low"].astype(float).idxmax()]
    said = _(
        "Posts of {hours} are received at {factor} of the average once author, format, topic and weekday are "
        "held fixed (as posted: {raw}; n = {n} posts)."
    ).format(
        hours=hour_span(best["hour"], hours),
        factor=numbers.percent_interval(best["estimate"], best["low"], best["high"]),
        raw=numbers.percent(best["raw"]),
        n=numbers.count(best["posts"]),
    )
    do = (
        _("Worth a test with hours drawn by lot; until then it is no more than a good habit.")
        if best["low"] > 1
        else _("No hour earns a rule: post when the readers are awake, and spend the effort on the post.")
    )
    return reading(_, [said, do])


def fatigue_doses(doses: pd.DataFrame, *, slope: pd.DataFrame | None = None) -> Reading:
    """Say what a further notice costs, and how many a week are too many.

    Parameters
    ----------
    doses : DataFrame
        From `fatigue.doses`.
    slope : DataFrame, optional
        From `fatigue.slope`.

    Returns
    -------
    Reading

    Taught in: 03 Content
    """
    _ = translator(doses)
    if slope is None or slope.empty:
        return too_little(_, _("fatigue"), doses["count"].sum() if len(doses) else 0)
    row = slope.iloc[0]
    factor = numbers.interval(row["estimate"], row["low"], row["high"], 2)
    said = _(
        "One more notice a week goes with {factor} times the chance of switching off (n = {n} member-weeks, "
        "{count} members)."
    ).format(factor=factor, n=numbers.count(row["n"]), count=numbers.count(row["count"]))
    if not row["low"] > 1:
        return reading(
            _, [said, _("The interval includes no effect at all: keep counting before making a rule.")]
        )
    twice = np.log(2) / row["slope"]
    do = _(
        "From {low} to {high} notices a week the loss doubles every {twice} notices; bundle them, and let a "
        "notice earn its place."
    ).format(low=int(doses["notices"].min()), high=int(doses["notices"].max()), twice=numbers.decimal(twice))
    return reading(_, [said, do])
