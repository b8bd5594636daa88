"""Who counts as lost: an inactivity threshold read from the data, cut-off days, and labels.

There is no event called "churn". A member is called lost at a cut-off day when she was active in the
days before it and is then silent for ``inactivity`` days. How many days that should be follows from how
long silences of this community end in a return.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import wilson

SHORTEST = 7  # days: a shorter silence is a weekend, not a loss
SMALL = 30

_SPELLS = """
with steps as (
    select
        day,
        lead(day) over (partition by member_id order by day) as next_day
    from {member_days}
),
spells as (
    select
        date_diff('day', day, cast($as_of as date)) as age,
        date_diff('day', day, next_day) as gap
    from steps
)
select age, gap, count(*) as spells
from spells
group by age, gap
order by age, gap
"""

_LABELLED = """
around as (
    select
        member_id,
        sum(case when day <= cast($cut as date) then 1 else 0 end) as active_days,
        max(case when day > cast($cut as date) then 1 else 0 end) as came_back
    from {member_days}
    where day > cast($start as date) and day <= cast($last as date)
    group by member_id
),
labelled as (
    select
        around.member_id, around.active_days,
        case when came_back = 0 or left_day <= cast($last as date) then 1 else 0 end as churned
    from around
    join people on people.member_id = around.member_id
    where active_days > 0 and (left_day is null or left_day > cast($cut as date))
)"""


def longest(community: Community) -> int:
    """Give the longest inactivity, in days, that leaves room for a look back and three cut-offs."""
    return max((community.as_of - community.active_from).days // 4, 1)


def return_curve(community: Community, *, level: float = 0.10) -> pd.DataFrame:
    """Measure how likely a silent member comes back, by the length of the silence so far.

    For each length: of all silences that lasted longer than this, the share that ended within as many
    days again. Only silences that began early enough to be followed that long are counted.

    Parameters
    ----------
    community : Community
        The opened community.
    level : float, default 0.10
        A silence after which fewer than this share return is called a loss.

    Returns
    -------
    pandas.DataFrame
        One row a length: gap (days silent), n (silences longer than that), count (of them ended within
        ``gap`` days more), estimate, low, high (Wilson), small. ``attrs["about"]``: inactivity (days, the
        shortest gap with n of at least 30 and an estimate of at most ``level``, behind the last gap with an
        interval above it), reached (False when no
        gap was long enough: then inactivity is the longest that the data allow), level.

    Notes
    -----
    A member contributes all her silences, so that the intervals are somewhat too narrow.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": ["a"] * 3, "event_type": ["like"] * 3,
    ...                        "occurred_at": ["2026-01-01", "2026-01-10", "2026-03-01"]})
    >>> curve = return_curve(Community.open({"events": events}))
    >>> curve[["gap", "n", "count"]].head(2).to_dict("records")
    [{'gap': 7, 'n': 2, 'count': 1}, {'gap': 8, 'n': 2, 'count': 1}]

    Taught in: 06 Evaluation
    """
    spells = community.query(_SPELLS.format(member_days=community.member_days()), as_of=community.as_of)
    age = spells["age"].to_numpy(float)
    gap = spells["gap"].to_numpy(float, na_value=np.inf)
    weight = spells["spells"].to_numpy(float)
    most = longest(community)
    gaps = np.arange(min(SHORTEST, most), most + 1)
    n, count = np.zeros(len(gaps)), np.zeros(len(gaps))
    for row, days in enumerate(gaps):
        followed = (age >= 2 * days) & (gap > days)
        n[row] = weight[followed].sum()
        count[row] = weight[followed & (gap <= 2 * days)].sum()
    low, high = wilson(count, n)
    frame = pd.DataFrame(
        {
            "gap": gaps,
            "n": n.astype("int64"),
            "count": count.astype("int64"),
            "estimate": count / np.where(n > 0, n, np.nan),
            "low": low,
            "high": high,
            "small": n < SMALL,
        }
    )
    # Rare visitors seldom return within a few days of a few days' silence: the curve rises before it falls,
    # so the threshold lies behind the last length at which clearly more than the level returned.
    above = frame.loc[(frame["low"] > level) & ~frame["small"], "gap"].max()
    behind = frame["gap"] > above if pd.notna(above) else frame["gap"] > 0
    under = frame[(frame["estimate"] <= level) & ~frame["small"] & behind]
    return community.describe(
        frame,
        "return after a silence",
        population="silences of members",
        period=f"{community.active_from.isoformat()} – {community.as_of.isoformat()}",
        inactivity=int(under["gap"].iloc[0]) if len(under) else int(most),
        reached=bool(len(under)),
        level=level,
    )


def cutoffs(community: Community, inactivity: int, *, most: int = 6) -> list[dt.date]:
    """List the cut-off days that can be labelled, latest first, their label windows not overlapping.

    Parameters
    ----------
    community : Community
        The opened community.
    inactivity : int
        Days of silence that make a loss.
    most : int, default 6
        At most this many.

    Returns
    -------
    list of datetime.date
        Days with ``inactivity`` days of data before and after them. May be empty.

    Taught in: 06 Evaluation
    """
    if inactivity < 1:
        raise ValueError("inactivity is at least one day")
    step = dt.timedelta(days=inactivity)
    days = [community.as_of - k * step for k in range(1, most + 1)]
    return [day for day in days if (day - community.active_from).days >= inactivity - 1]


def labels(community: Community, cut: dt.date, inactivity: int) -> pd.DataFrame:
    """Say which members active before a cut-off day were lost after it.

    Parameters
    ----------
    community : Community
        The opened community.
    cut : datetime.date
        Last day that may be known.
    inactivity : int
        Days: who was active in so many days up to the cut-off can be lost; who is silent for so many
        days after it, or left in them, is.

    Returns
    -------
    pandas.DataFrame
        member_id, churned (1 lost, 0 not), sorted by member_id.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": ["a", "a", "b"], "event_type": ["like"] * 3,
    ...                        "occurred_at": ["2026-01-09", "2026-01-15", "2026-01-10"]})
    >>> labels(Community.open({"events": events}), dt.date(2026, 1, 10), 5).to_dict("records")
    [{'member_id': 'a', 'churned': 0}, {'member_id': 'b', 'churned': 1}]

    Taught in: 06 Evaluation
    """
    text = f"with {sql(community).strip()}\nselect member_id, churned from labelled order by member_id"
    return community.query(text, **around(cut, inactivity)).astype({"churned": "int64"})


def sql(community: Community) -> str:
    """Show the steps behind :func:`labels`: the last of them, ``labelled``, has one row a member.

    Taught in: 06 Evaluation
    """
    return _LABELLED.format(member_days=community.member_days())


def around(cut: dt.date, inactivity: int) -> dict[str, dt.date]:
    """Give the days that :func:`sql` asks for: cut, start (before the first day) and last.

    Taught in: 06 Evaluation
    """
    span = dt.timedelta(days=inactivity)
    return {"cut": cut, "start": cut - span, "last": cut + span}
