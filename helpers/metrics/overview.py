"""Say what a community's data hold: which tables, how many rows, from when to when, and who is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.community.contract import TABLES

if TYPE_CHECKING:
    from helpers.community import Community

# The day in each table's view that says when a row happened; groups have none, members joined.
_DAYS = {
    "members": "joined_day",
    **dict.fromkeys(("events", "contents", "orders", "surveys", "costs", "moderation", "points"), "day"),
}

TRACES = """
with traces as (
    select member_id from member_days
    union
    select member_id from orders
)
select
    count(*) as members,
    cast(count(*) filter (where people.is_listed) as bigint) as listed,
    cast(count(*) filter (where traces.member_id is null) as bigint) as silent
from people
left join traces on people.member_id = traces.member_id
order by members"""
OUTSIDE = """
select (select count(*) from customers) as outside, (select count(*) from customer_orders) as outside_orders
order by outside"""


def inventory(community: Community) -> pd.DataFrame:
    """List the tables of the contract with what this community supplied of each.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    DataFrame
        One row a table of the contract: ``table``, ``meaning`` (in the community's language), ``required``
        (columns), ``supplied``, ``rows`` used, ``first_day`` and ``last_day`` seen in it. Its `about` holds
        ``members``, ``listed`` (members with a row of their own), ``silent`` (members with neither an event
        nor an order), ``outside`` and ``outside_orders`` (customers who never joined, and what they ordered)
        and ``days`` (from the first day to the as-of date).

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    >>> members = pd.DataFrame({"member_id": ["a", "b"]})
    >>> table = inventory(Community.open({"events": events, "members": members}))
    >>> table.loc[table["supplied"], ["table", "rows"]].to_numpy().tolist()
    [['members', 2], ['events', 1]]
    >>> table.attrs["about"]["silent"]
    1

    Taught in: 00 Start here
    """
    used = community.quality().groupby("table")["used"].sum()
    rows = []
    for name, table in TABLES.items():
        supplied = community.has(name)
        first = last = pd.NaT
        if supplied and name in _DAYS:
            first, last = community.query(
                f"select min({_DAYS[name]}) as first, max({_DAYS[name]}) as last from {name} order by first"
            ).iloc[0]
        meaning = table.meaning_zh if community.language == "zh" else table.meaning
        needed = ", ".join(table.required)
        rows.append([name, meaning, needed, supplied, int(used.get(name, 0)), first, last])
    columns = ["table", "meaning", "required", "supplied", "rows", "first_day", "last_day"]
    result = pd.DataFrame(rows, columns=columns)
    result[["first_day", "last_day"]] = result[["first_day", "last_day"]].astype("datetime64[us]")
    people = community.query(TRACES).iloc[0]
    beside = community.query(OUTSIDE).iloc[0]
    return community.describe(
        result,
        "what the data hold",
        population="members of the community, silent ones included",
        days=(community.as_of - community.first_day).days + 1,
        n=int(people["members"]),
        **{name: int(people[name]) for name in ("members", "listed", "silent")},
        **{name: int(beside[name]) for name in ("outside", "outside_orders")},
    )
