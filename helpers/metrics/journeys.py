"""Follow what met members before they ordered or joined: journeys of contacts, and how each one ended."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.metrics.journey_steps import Goal, Money, sql

ARROW = " > "
COLUMNS = ["member_id", "ended", "path", "steps", "converted", "revenue"]


def journeys(
    community: Community,
    *,
    goal: Goal = "order",
    days: int = 14,
    first: dt.date | str | None = None,
    last: dt.date | str | None = None,
    clicks: bool = False,
    money: Money = "net",
) -> pd.DataFrame:
    """List the journeys of members: the channels that met them, in order, and whether an order followed.

    An order takes the contacts of the `days` before it, back to the order before. All other contacts are
    journeys that led nowhere; a pause of more than `days` begins a new one. The same channel several times
    in a row counts once.

    Parameters
    ----------
    community : Community
        The opened community.
    goal : {"order", "first_order", "join"}, default "order"
        What a journey may lead to. Who never joined is in no table, so all journeys to joining arrive.
    days : int, default 14
        Days for which a contact may lead to an order (the look-back window).
    first, last : date, optional
        Only journeys that ended from `first` to `last`; all by default.
    clicks : bool, default False
        Count clicks only, not what was merely shown.
    money : {"net", "margin"}, default "net"
        Revenue less refunds, or also less the cost of what was sold.

    Returns
    -------
    pandas.DataFrame
        One row a journey: ``member_id``, ``ended`` (day of the order, or of the last contact), ``path``
        (``"ad > group"``; empty where an order had no contact before it), ``steps``, ``converted``,
        ``revenue``. ``attrs["about"]`` has ``direct`` (orders without contact) and ``undecided`` (journeys
        whose last contact is too young to tell; left out).

    Raises
    ------
    TableMissing
        When there are no touches, or no orders.

    Taught in: 05 Conversion
    """
    community.require("touches")
    if days < 1:
        raise SettingsError(_("days={days}: a contact must be given at least 1 day."), days=days)
    if clicks:
        community.require("touches", "kind")
    text = sql(community, goal=goal, days=days, clicks=clicks, money=money)
    extra = {"first_day": community.first_day} if goal == "join" else {}
    rows = community.query(text, **extra)
    begin = pd.Timestamp(first or community.first_day)
    end = pd.Timestamp(last or community.as_of)
    table = _fold(rows)
    if goal == "join":
        table = table[table["converted"]]
    young = ~table["converted"] & ((pd.Timestamp(community.as_of) - table["ended"]).dt.days < days)
    inside = table["ended"].between(begin, end)
    undecided = int((young & inside).sum())
    table = table[inside & ~young].reset_index(drop=True)
    return community.describe(
        table,
        "journeys",
        population="members met by a channel, and members who ordered",
        period=f"{begin.date()} … {end.date()}",
        first=str(begin.date()),
        last=str(end.date()),
        goal=goal,
        days=int(days),
        clicks=bool(clicks),
        money=money,
        direct=int((table["path"] == "").sum()),
        undecided=undecided,
        n=int(table["converted"].sum()),
        unit="count",
        randomised=False,
    )


def _fold(rows: pd.DataFrame) -> pd.DataFrame:
    # One row a journey; the steps are joined column by column, as many times as the longest path is long.
    key = ["member_id", "journey"]
    ends = rows.groupby(key, as_index=False, sort=True).agg(
        ended=("ended", "max"), converted=("ends", "max"), revenue=("revenue", "sum")
    )
    steps = rows[rows["ends"] == 0]
    place = steps.groupby(key).cumcount()
    wide = steps.assign(place=place).set_index([*key, "place"])["channel"].astype(object).unstack("place")
    path = pd.Series("", index=wide.index, dtype=object)
    for number in wide.columns:
        there = wide[number].notna()
        joint = ARROW if number else ""
        path = path.where(~there, path + joint + wide[number].fillna("").astype(object))
    found = (
        ends.merge(path.rename("path").reset_index(), on=key, how="left")
        if len(wide)
        else ends.assign(path="")
    )
    found["path"] = found["path"].fillna("").astype("str")
    found["steps"] = np.where(found["path"] == "", 0, found["path"].str.count(ARROW) + 1).astype(int)
    found["ended"] = pd.to_datetime(found["ended"])
    found["converted"] = found["converted"].astype(bool)
    found["revenue"] = found["revenue"].astype(float)
    return found[COLUMNS]


def paths(journeys: pd.DataFrame) -> pd.DataFrame:
    """Count equal journeys together: how often each path led to an order, and how often not.

    Parameters
    ----------
    journeys : pandas.DataFrame
        Result of :func:`journeys`.

    Returns
    -------
    pandas.DataFrame
        ``path``, ``n``, ``conversions``, ``nulls``, ``revenue``; most conversions first. Orders without a
        contact have no path and are not in it.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {"path": ["ad > kol", "ad", "ad > kol", ""], "converted": [True, False, False, True]}
    ... )
    >>> paths(rows.assign(revenue=[9.0, 0.0, 0.0, 5.0]))[["path", "conversions", "nulls"]]
           path  conversions  nulls
    0  ad > kol            1      1
    1        ad            0      1

    Taught in: 05 Conversion
    """
    met = journeys[journeys["path"] != ""]
    table = met.groupby("path", as_index=False).agg(
        n=("converted", "size"), conversions=("converted", "sum"), revenue=("revenue", "sum")
    )
    table = table.assign(
        conversions=table["conversions"].astype(int), nulls=table["n"] - table["conversions"].astype(int)
    )
    table = table.sort_values(["conversions", "n", "path"], ascending=[False, False, True], ignore_index=True)
    table = table[["path", "n", "conversions", "nulls", "revenue"]]
    table.attrs = dict(journeys.attrs)
    return table
