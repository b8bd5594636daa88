"""Compare the parts of live shows: clicks and orders per viewer-minute of each part, product and host."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import poisson_rate
from helpers.metrics.live import sessions_sql

AFTER = 900  # seconds after its part in which an order of a product still is the part's
PER = 100  # viewer-minutes that rates are given for
DEEDS = ("comments", "clicks", "carts", "orders")


def sql(community: Community) -> str:
    """Write the query with one row a part of a show.

    Parameters
    ----------
    community : Community
        The opened community, with a rundown.

    Returns
    -------
    str
        Query: ``content_id``, ``number``, ``starts_at``, ``seconds`` (its length), ``part``,
        ``product_id``, ``host``, ``present_seconds`` (of all viewers together), ``viewers``, ``comments``,
        ``clicks``, ``carts``, ``orders``.

    Taught in: 05 Conversion
    """
    return f"""
with {sessions_sql(community).strip()},
program as (
    select
        content_id, starts_at, part, product_id, host,
        coalesce(ends_at, lead(starts_at) over (partition by content_id order by starts_at)) as ends_at,
        row_number() over (partition by content_id order by starts_at) as number
    from rundown
),
spent as (
    select
        program.content_id, program.number, count(distinct sessions.member_id) as viewers,
        sum(
            date_diff(
                'second', greatest(sessions.came, program.starts_at), least(sessions.gone, program.ends_at)
            )
        ) as present_seconds
    from program
    join sessions on sessions.content_id = program.content_id
        and sessions.came < program.ends_at and sessions.gone > program.starts_at
    group by program.content_id, program.number
),
-- What is done belongs to what is on; an order of a product that was shown, to where it was shown last.
candidates as (
    select
        deeds.content_id, deeds.member_id, deeds.done_at, deeds.what, deeds.product_id, program.number,
        row_number() over (
            partition by deeds.content_id, deeds.member_id, deeds.done_at, deeds.what, deeds.product_id
            order by
                case
                    when deeds.what = 'order' and deeds.product_id = program.product_id
                        and date_diff('second', program.ends_at, deeds.done_at) <= {AFTER} then 0
                    else 1
                end,
                program.starts_at desc
        ) as place
    from (select distinct content_id, member_id, done_at, what, product_id from deeds) as deeds
    join program on program.content_id = deeds.content_id and program.starts_at <= deeds.done_at
),
numbered as (
    select deeds.content_id, deeds.what, candidates.number
    from deeds
    join candidates on candidates.content_id = deeds.content_id and candidates.member_id = deeds.member_id
        and candidates.done_at = deeds.done_at and candidates.what = deeds.what
        and coalesce(candidates.product_id, '') = coalesce(deeds.product_id, '')
    where candidates.place = 1
),
counted as (
    select
        content_id, number,
        sum(case when what = 'comment' then 1 else 0 end) as comments,
        sum(case when what = 'click' then 1 else 0 end) as clicks,
        sum(case when what = 'cart' then 1 else 0 end) as carts,
        sum(case when what = 'order' then 1 else 0 end) as orders
    from numbered
    group by content_id, number
)
select
    program.content_id, program.number, program.starts_at,
    date_diff('second', program.starts_at, program.ends_at) as seconds,
    program.part, program.product_id, program.host,
    coalesce(spent.present_seconds, 0) as present_seconds, coalesce(spent.viewers, 0) as viewers,
    coalesce(counted.comments, 0) as comments, coalesce(counted.clicks, 0) as clicks,
    coalesce(counted.carts, 0) as carts, coalesce(counted.orders, 0) as orders
from program
left join spent on spent.content_id = program.content_id and spent.number = program.number
left join counted on counted.content_id = program.content_id and counted.number = program.number
where program.ends_at > program.starts_at
order by program.starts_at, program.content_id"""


def parts(community: Community) -> pd.DataFrame:
    """Count what happened in each part of each live show.

    Parameters
    ----------
    community : Community
        The opened community, with events and a rundown.

    Returns
    -------
    pandas.DataFrame
        One row a part, in order of time: ``content_id``, ``number``, ``starts_at``, ``length`` (minutes),
        ``part``, ``product_id``, ``host``, ``viewers`` (who saw some of it), ``n`` (viewer-minutes: the
        time that all viewers together spent in it), ``comments``, ``clicks``, ``carts``, ``orders``.

    Raises
    ------
    TableMissing
        When there are no events or no rundown.

    Notes
    -----
    People reach for their phones while the next product is on already: an order of a product that was
    shown belongs to the part that showed it last, up to fifteen minutes after that part; every other
    deed to what was on.

    Taught in: 05 Conversion
    """
    community.require("events")
    community.require("rundown")
    table = community.query(sql(community))
    table["n"] = table["present_seconds"].astype(float) / 60
    table["length"] = table["seconds"].astype(float) / 60
    table[["viewers", *DEEDS]] = table[["viewers", *DEEDS]].astype(int)
    columns = ["content_id", "number", "starts_at", "length", "part", "product_id", "host", "viewers", "n"]
    return community.describe(
        table[[*columns, *DEEDS]],
        "parts of live shows",
        population="viewers of live shows",
        period="whole history",
        shows=int(table["content_id"].nunique()),
    )


def rates(table: pd.DataFrame, by: str | Sequence[str] = "part") -> pd.DataFrame:
    """Compare parts, products or hosts by what happens per 100 viewer-minutes.

    Parameters
    ----------
    table : pandas.DataFrame
        Result of :func:`parts`.
    by : str or sequence of str, default "part"
        What to compare: columns of the table, such as part, product_id or host.

    Returns
    -------
    pandas.DataFrame
        One row a group, most orders per minute first: the columns of `by`, ``showings``, ``shows``, ``n``
        (viewer-minutes), and for comments, clicks, carts and orders the count under its name, the rate per
        100 viewer-minutes as ``comments_per_100``, … with ``_low`` and ``_high``; ``small``: fewer than five
        orders.

    Notes
    -----
    Exact Poisson intervals of the counts. Viewers differ and evenings differ, so that real uncertainty is
    rather larger: read them as the least that there is.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"content_id": "s", "part": ["product", "lottery"], "n": [400.0, 100.0], "comments": [4, 9]}
    ...     | {"clicks": [40, 0], "carts": [9, 0], "orders": [8, 0]}
    ... )
    >>> rates(table)[["part", "n", "orders", "orders_per_100", "clicks_per_100"]]
          part      n  orders  orders_per_100  clicks_per_100
    0  product  400.0       8             2.0            10.0
    1  lottery  100.0       0             0.0             0.0

    Taught in: 05 Conversion
    """
    keys = [by] if isinstance(by, str) else list(by)
    grouped = table.dropna(subset=keys).groupby(keys, sort=True, as_index=False)
    found = grouped.agg(
        showings=("content_id", "size"),
        shows=("content_id", "nunique"),
        n=("n", "sum"),
        **{name: (name, "sum") for name in DEEDS},
    )
    exposure = found["n"].to_numpy(float) / PER
    for name in DEEDS:
        count = found[name].to_numpy(float)
        low, high = poisson_rate(count, exposure)
        found[f"{name}_per_100"] = np.divide(
            count, exposure, out=np.full(len(count), np.nan), where=exposure > 0
        )
        found[f"{name}_per_100_low"], found[f"{name}_per_100_high"] = low, high
    found["small"] = found["orders"] < 5
    found = found.sort_values("orders_per_100", ascending=False, kind="stable", ignore_index=True)
    found.attrs = dict(table.attrs)
    about = dict(found.attrs.get("about", {}))
    found.attrs["about"] = about | {"metric": "conversion by part of the show", "by": keys[0]}
    return found
