"""Ask what live shows add: viewers' orders before, during and after, against others who were about."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.live import sessions_sql

DAYS = 14
COMPARISONS = ("ordered in the show", "more than before", "more than others")


def sql(community: Community) -> str:
    """Write the query that counts members by what they ordered around each show.

    Parameters
    ----------
    community : Community
        The opened community, with orders.

    Returns
    -------
    str
        Query: ``content_id``, ``watched`` (1: viewers, 0: others active on that day), ``inside`` (kept
        orders in the show), ``before`` (in the days before), ``after`` (on its day and in the days after),
        ``n`` (members). Parameters ``$days``, ``$first_day``, ``$as_of``.

    Notes
    -----
    Before and after are equally long: the day of the show and `days` more, and as many before it.

    Taught in: 05 Conversion
    """
    return f"""
with {sessions_sql(community).strip()},
evenings as (
    select content_id, cast(starts_at as date) as day
    from shows
    where date_diff('day', cast($first_day as date), cast(starts_at as date)) > $days
        and date_diff('day', cast(starts_at as date), cast($as_of as date)) >= $days
),
watching as (
    select distinct content_id, member_id
    from sessions
),
around as (
    select
        evenings.content_id, evenings.day, days.member_id,
        case when watching.member_id is not null then 1 else 0 end as watched
    from evenings
    join {community.member_days()} as days on days.day = evenings.day
    join people on people.member_id = days.member_id
    left join watching on watching.content_id = evenings.content_id and watching.member_id = days.member_id
    where date_diff('day', people.joined_day, evenings.day) > $days
),
inside as (
    select content_id, member_id, count(*) as orders
    from deeds
    where what = 'order'
    group by content_id, member_id
),
counted as (
    select
        around.content_id, around.member_id, around.watched,
        sum(case when date_diff('day', orders.day, around.day) between 1 and $days + 1 then 1 else 0 end)
            as before,
        sum(case when date_diff('day', around.day, orders.day) between 0 and $days then 1 else 0 end)
            as after
    from around
    left join orders on orders.member_id = around.member_id and orders.is_purchase
    group by around.content_id, around.member_id, around.watched
)
select
    counted.content_id, counted.watched, coalesce(inside.orders, 0) as inside,
    counted.before, counted.after, count(*) as n
from counted
left join inside on inside.content_id = counted.content_id and inside.member_id = counted.member_id
group by counted.content_id, counted.watched, coalesce(inside.orders, 0), counted.before, counted.after
order by counted.content_id, counted.watched, inside, counted.before, counted.after"""


def around(community: Community, *, days: int = DAYS) -> pd.DataFrame:
    """Count viewers and others by their orders before and after each show.

    Parameters
    ----------
    community : Community
        The opened community, with events and orders.
    days : int, default 14
        Days after the day of the show that still count.

    Returns
    -------
    pandas.DataFrame
        ``content_id``, ``watched`` (bool), ``inside``, ``before``, ``after`` (orders of each of these
        members), ``n`` (members): shows with `days` days known before and after; members who had been there
        for longer than that.

    Taught in: 05 Conversion
    """
    community.require("events")
    community.require("orders")
    table = community.query(sql(community), days=days, first_day=community.first_day, as_of=community.as_of)
    table["watched"] = table["watched"].astype(bool)
    table[["inside", "before", "after", "n"]] = table[["inside", "before", "after", "n"]].astype(int)
    return community.describe(table, "orders around live shows", days=days, randomised=False)


def _mean(part: pd.DataFrame, values: pd.Series) -> tuple[float, float, int]:
    """Return mean, squared standard error and number of members."""
    n = int(part["n"].sum())
    mean = float((values * part["n"]).sum() / n)
    return mean, float(((values - mean) ** 2 * part["n"]).sum() / max(n - 1, 1) / n), n


def added(table: pd.DataFrame) -> pd.DataFrame:
    """Estimate the orders that shows add, three ways.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of :func:`around`.

    Returns
    -------
    pandas.DataFrame
        One row a comparison: ``comparison`` (ordered in the show; more than before: viewers' orders in the
        days from the show on, less those in as many days before; more than others: the same, less the same
        difference of others active that day), ``n`` (viewers, counted once a show), ``estimate``, ``low``,
        ``high`` (orders per 100 viewers). Empty without viewers and others.

    Notes
    -----
    Each show's viewers are compared with the others of the same evening. Who watches did not get drawn by
    lot: whoever planned to buy may come because of it, and then even the last row is too high.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"content_id": "s", "watched": [True, True, False], "inside": [1, 0, 0], "before": [1, 0, 0]}
    ...     | {"after": [1, 0, 0], "n": [20, 80, 100]}
    ... )
    >>> added(table)["estimate"].tolist()
    [20.0, 0.0, 0.0]

    Taught in: 05 Conversion
    """
    result = pd.DataFrame(columns=["comparison", "n", "estimate", "low", "high"])
    total = int(table.loc[table["watched"], "n"].sum())
    sums = np.zeros((len(COMPARISONS), 2))
    matched = 0
    for _show, part in table.groupby("content_id"):
        ours, others = part[part["watched"]], part[~part["watched"]]
        if ours.empty or others.empty:
            continue
        change = _mean(ours, ours["after"] - ours["before"])
        same = _mean(others, others["after"] - others["before"])
        naive = _mean(ours, ours["inside"])
        rows = (naive[:2], change[:2], (change[0] - same[0], change[1] + same[1]))
        sums += np.array([(naive[2] * mean, naive[2] ** 2 * error) for mean, error in rows])
        matched += naive[2]
    if total and matched:
        mean, error = sums[:, 0] / matched, np.sqrt(sums[:, 1]) / matched
        result = pd.DataFrame(
            {
                "comparison": COMPARISONS,
                "n": matched,
                "estimate": 100 * mean,
                "low": 100 * (mean - 1.959964 * error),
                "high": 100 * (mean + 1.959964 * error),
            }
        )
    result.attrs = dict(table.attrs)
    about = dict(result.attrs.get("about", {}))
    result.attrs["about"] = about | {"metric": "orders that shows add", "unit": "count", "n": matched}
    return result
