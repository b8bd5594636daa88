"""Before a test: what half of the members against the other half could see at all."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import wilson
from helpers.models.experiments import minimum_effect

_DID = {
    "bought": "select distinct member_id from orders where is_purchase",
    "came back": "select distinct member_id from {days} where true",
}


def sql(community: Community) -> str:
    """Write the query behind :func:`plan`: who was there, and who of them did it.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        Portable SQL with $after (the day before the stretch) and $last.

    Taught in: 05 Conversion
    """
    did = _DID["bought" if community.has("orders") else "came back"].format(days=community.member_days())
    return f"""
with did as (
    {did} and day > cast($after as date) and day <= cast($last as date)
)
select count(*) as n, count(did.member_id) as count
from people
left join did on did.member_id = people.member_id
where people.joined_day <= cast($after as date)
    and (people.left_day is null or people.left_day > cast($last as date))"""


def plan(community: Community, *, window: int = 14, level: float = 0.95, wanted: float = 0.8) -> pd.DataFrame:
    """Say what a test of all members, half in each arm, would find in so many days.

    Parameters
    ----------
    community : Community
        The opened community.
    window : int, days, default 14
        Length of the test; the last so many days of the data give the base rate.
    level, wanted : float
        Confidence level and power.

    Returns
    -------
    pandas.DataFrame
        One row: ``outcome`` (bought, or came back where there are no orders), ``window``, ``n`` (members
        there through those days), ``count``, ``estimate``, ``low``, ``high`` (share who did it, Wilson),
        ``arm`` (members in each arm), ``visible`` (smallest rise found with the wanted power; missing where
        nobody did it), ``small``.

    Notes
    -----
    Days without any test give the base; a season that differs from the one of the test misleads.

    Taught in: 05 Conversion
    """
    last = community.as_of
    found = community.query(sql(community), after=last - dt.timedelta(days=int(window)), last=last).iloc[0]
    n, count = int(found["n"]), int(found["count"])
    low, high = wilson(count, n)
    base, arm = count / n if n else float("nan"), n // 2
    row = {
        "outcome": "bought" if community.has("orders") else "came back",
        "window": int(window),
        "n": n,
        "count": count,
        "estimate": base,
        "low": low,
        "high": high,
        "arm": arm,
        "visible": minimum_effect(base, arm, level=level, wanted=wanted) if 0 < base < 1 else float("nan"),
        "small": n < 30,
    }
    return community.describe(
        pd.DataFrame([row]), "size of a test", population="members there", n=n, randomised=None
    )
