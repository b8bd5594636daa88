"""Purchase histories: what the lifetime-value models know of a buyer, reduced from the orders.

Words that mean two things: here *frequency* ``x`` is the number of **repeat** purchase days (days with
a purchase, less the first) and *recency* ``tx`` the **age** at the last one. In RFM frequency counts all
purchases and recency the days *since* the last. Several orders on one day are one purchase.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from helpers.community import Community
from helpers.models import training_sample

DAYS_A_WEEK = 7

_HISTORIES = """
    buying_days as (
        select member_id, day, sum(net) as net
        from orders
        where is_purchase and day <= cast($until as date)
        group by member_id, day
    ),
    ages as (
        select member_id, day, net, min(day) over (partition by member_id) as first_day
        from buying_days
    ),
    histories as (
        select
            member_id,
            count(*) - 1 as x,
            date_diff('day', min(day), max(day)) as tx_days,
            date_diff('day', min(day), cast($until as date)) as age_days,
            sum(case when day > first_day and net > 0 then 1 else 0 end) as paid,
            sum(case when day > first_day and net > 0 then net else 0 end) as spent,
            sum(net) as spent_so_far
        from ages
        group by member_id
    )"""


def sql(*, ordered: bool = True) -> str:
    """Show the query that reduces the orders to one purchase history for each buyer.

    Parameters
    ----------
    ordered : bool, default True
        Order the rows by member.

    Returns
    -------
    str
        SQL with the parameter ``$until`` (last day to use); columns member_id, x, tx_days, age_days,
        paid and spent (repeat days with money, and how much), spent_so_far.

    Taught in: 06 Evaluation
    """
    text = f"with {_HISTORIES.strip()}\nselect * from histories"
    return f"{text} order by member_id" if ordered else text


def triples(community: Community, *, until: dt.date | None = None) -> pd.DataFrame:
    """Count the buyers for each distinct purchase history.

    Parameters
    ----------
    community : Community
        With orders.
    until : datetime.date, optional
        Last day to use; default the as-of date.

    Returns
    -------
    pandas.DataFrame
        x (repeat purchase days), tx (age at the last purchase, weeks), T (age at ``until``, weeks), count.

    Raises
    ------
    TableMissing
        Without orders.

    Examples
    --------
    >>> orders = pd.DataFrame({"order_id": ["1", "2", "3"], "member_id": ["a", "a", "b"], "amount": [9, 9, 5],
    ...                        "ordered_at": ["2026-05-01", "2026-05-08", "2026-05-15"]})
    >>> triples(Community.open({"orders": orders})).to_dict("records")
    [{'x': 0, 'tx': 0.0, 'T': 0.0, 'count': 1}, {'x': 1, 'tx': 1.0, 'T': 2.0, 'count': 1}]

    Taught in: 06 Evaluation
    """
    community.require("orders")
    rows = community.query(
        f"""
        with {_HISTORIES.strip()}
        select x, tx_days, age_days, count(*) as count
        from histories
        group by x, tx_days, age_days
        order by x, tx_days, age_days
        """,
        until=until or community.as_of,
    )
    return pd.DataFrame(
        {
            "x": rows["x"].astype("int64"),
            "tx": rows["tx_days"] / DAYS_A_WEEK,
            "T": rows["age_days"] / DAYS_A_WEEK,
            "count": rows["count"].astype("int64"),
        }
    )


def spending(
    community: Community, *, until: dt.date | None = None, sample: int = training_sample.SAMPLE, seed: int = 0
) -> pd.DataFrame:
    """Count the buyers for each distinct number and sum of paid repeat days.

    Parameters
    ----------
    community : Community
        With orders.
    until : datetime.date, optional
        Last day to use; default the as-of date.
    sample : int, default 200,000
        Sums of money are nearly all distinct, so count at most about so many buyers: the same share for
        every number of paid repeat days, drawn by lot (:func:`training_sample.by_lot`).
    seed : int, default 0
        Of the drawing.

    Returns
    -------
    pandas.DataFrame
        paid (repeat days with money), spent (on these days, after refunds), count. The first purchase
        is not in it: it often differs from the later ones, and a single one says nothing of variation.

    Examples
    --------
    >>> orders = pd.DataFrame({"order_id": ["1", "2"], "member_id": ["a", "a"], "amount": [9, 7],
    ...                        "ordered_at": ["2026-05-01", "2026-05-08"]})
    >>> spending(Community.open({"orders": orders})).to_dict("records")
    [{'paid': 1, 'spent': 7.0, 'count': 1}]

    Taught in: 06 Evaluation
    """
    community.require("orders")
    until = until or community.as_of
    paying = f"with {_HISTORIES.strip()} select member_id, paid, spent from histories where paid > 0"
    if not training_sample.larger(community, sample):
        return _counted(community, f"({paying}) as paying", until=until)
    engine = community.engine
    once = f"paying_members_{engine.next_number()}"  # read for the strata, the lot and the counts
    engine.run(f"create table {once} as {paying}", until=until)
    strata = f"select member_id, least(paid, 5) as stratum from {once}"
    drawn = training_sample.by_lot(community, strata, sample=sample, seed=seed)
    if drawn is None:
        rows = _counted(community, once)
    else:
        rows = _counted(community, f"{once} where member_id in (select member_id from {drawn.table})")
        rows.attrs["sampled"] = drawn.told
        engine.run(f"drop table {drawn.table}")
    engine.run(f"drop table {once}")
    return rows


def _counted(community: Community, source: str, **params: dt.date) -> pd.DataFrame:
    rows = community.query(
        f"select paid, spent, count(*) as count from {source} group by paid, spent order by paid, spent",
        **params,
    )
    return rows.astype({"paid": "int64", "spent": "float64", "count": "int64"})


def members(community: Community, *, until: dt.date | None = None) -> pd.DataFrame:
    """Return the purchase history of every buyer.

    Parameters
    ----------
    community : Community
        With orders.
    until : datetime.date, optional
        Last day to use; default the as-of date.

    Returns
    -------
    pandas.DataFrame
        One row a buyer: member_id, x, tx, T (weeks), paid, spent, spent_so_far.

    Taught in: 06 Evaluation
    """
    community.require("orders")
    return in_weeks(community.query(sql(), until=until or community.as_of))


def in_weeks(rows: pd.DataFrame) -> pd.DataFrame:
    """Bring rows of :func:`sql` to the unit of the models.

    Parameters
    ----------
    rows : pandas.DataFrame
        As the query gives them, ages in days.

    Returns
    -------
    pandas.DataFrame
        As :func:`members`.

    Taught in: 06 Evaluation
    """
    return pd.DataFrame(
        {
            "member_id": rows["member_id"],
            "x": rows["x"].astype("int64"),
            "tx": rows["tx_days"] / DAYS_A_WEEK,
            "T": rows["age_days"] / DAYS_A_WEEK,
            "paid": rows["paid"].astype("int64"),
            "spent": rows["spent"].astype(float),
            "spent_so_far": rows["spent_so_far"].astype(float),
        }
    )
