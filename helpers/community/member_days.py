"""The one reduction that most metrics share: who was active on which day, doing what, how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.community.contract import EVENT_TYPES, NO_ACTIVITY_TYPES, PASSIVE_TYPES
from helpers.community.engine import identifier

if TYPE_CHECKING:
    from helpers.community.opening import Community

COUNTED = tuple(kind for kind in EVENT_TYPES if kind not in NO_ACTIVITY_TYPES)


def sql(community: Community, *, by: str | None = None) -> str:
    """Write the reduction from the raw log (or from purchases) to one row per member and active day.

    Parameters
    ----------
    community : Community
        The community.
    by : {"platform", "group_id"}, optional
        Count each value of this column apart.

    Returns
    -------
    str
        A query that gives ``member_id``, (``by``,) ``day``, ``events`` and one count for each event
        type that occurs. Types that never occur cost nothing.

    Notes
    -----
    Counts are narrowed to integers: the grouped table is then half as large and the pass twice as fast.
    """
    split = f", {identifier(by)}" if by else ""
    if community.basis == "orders":
        return f"""
select member_id{split}, day, cast(count(*) as integer) as events, cast(count(*) as integer) as n_order
from orders
where is_purchase
group by member_id{split}, day"""
    present = community.event_types()
    counts = [
        f"    cast(count(*) filter (where event_type = '{kind}') as integer) as n_{kind}"
        for kind in COUNTED
        if kind in present
    ]
    idle = ", ".join(f"'{kind}'" for kind in NO_ACTIVITY_TYPES)
    keep = f"\nwhere event_type not in ({idle})" if set(NO_ACTIVITY_TYPES) & set(present) else ""
    columns = ",\n".join(["    cast(count(*) as integer) as events", *counts])
    return f"""
select
    member_id{split},
    day,
{columns}
from events{keep}
group by member_id{split}, day"""


def build(community: Community, *, by: str | None = None) -> str:
    """Build the table in the engine, once, and return its name.

    Parameters
    ----------
    community : Community
        The community.
    by : {"platform", "group_id"}, optional
        Count each value of this column apart.

    Returns
    -------
    str
        Name of the view: ``member_id``, (``by``,) ``day``, ``events``, ``actions`` (what is not
        passive), ``n_<type>`` for every type of the contract, ``n_order`` and ``n_other``.

    Notes
    -----
    Built from the raw log in one grouped pass; activity, retention, growth, life cycle, participation
    and churn features read it instead of the log.

    Taught in: 06 Evaluation
    """
    engine = community.engine
    name = f"member_days_{by}" if by else "member_days"
    if engine.exists(name):
        return name
    base = f"{name}_base"
    engine.run(f"create table {base} as {sql(community, by=by)}")
    there = engine.columns(base)
    columns = [f"n_{kind}" for kind in COUNTED]
    named = " + ".join(column for column in (*columns, "n_order") if column in there) or "0"
    passive = " + ".join(f"n_{kind}" for kind in PASSIVE_TYPES if f"n_{kind}" in there) or "0"
    filled = [
        column if column in there else f"cast(0 as integer) as {column}" for column in (*columns, "n_order")
    ]
    lines = [
        "member_id",
        *([by] if by else []),
        "day",
        "events",
        f"events - ({passive}) as actions",
        *filled,
        f"events - ({named}) as n_other",
    ]
    engine.run(f"create view {name} as select {', '.join(lines)} from {base}")
    return name
