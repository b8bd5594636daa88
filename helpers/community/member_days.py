"""The one reduction that most metrics share: who was active on which day, doing what, how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.community.contract import EVENT_TYPES, NO_ACTIVITY_TYPES, PASSIVE_TYPES
from helpers.community.engine import identifier

if TYPE_CHECKING:
    from helpers.community.opening import Community

COUNTED = tuple(kind for kind in EVENT_TYPES if kind not in NO_ACTIVITY_TYPES)
WORD = 63  # bits of a whole number that can be used
WIDTHS = (9, 15, 31)  # bits for one count: narrow ones suffice unless somebody does hundreds of things a day


def sql(community: Community, *, by: str | None = None, bits: int = WIDTHS[0]) -> str:
    """Write the reduction from the raw log (or from purchases) to one row per member and active day.

    Parameters
    ----------
    community : Community
        The community.
    by : {"platform", "group_id"}, optional
        Count each value of this column apart.
    bits : int, default 9
        Room for one count within a word.

    Returns
    -------
    str
        A query that gives ``member_id``, (``by``,) ``day``, ``events`` and words ``w0``, ``w1`` …: the
        counts of the event types that occur, side by side like the digits of a number.

    Notes
    -----
    Every sum costs a visit to the grouped table for every row of the log. Packed into words, thirteen
    counts cost two visits. The words are right as long as ``events`` is less than 2 to the power `bits`:
    no count is then too large for its place.
    """
    split = f", {identifier(by)}" if by else ""
    if community.basis == "orders":
        return f"""
select member_id{split}, day, cast(count(*) as integer) as events
from orders
where is_purchase
group by member_id{split}, day"""
    digits: dict[str, list[str]] = {}
    for kind, (word, shift) in _places(community, bits).items():
        digits.setdefault(word, []).append(f"when '{kind}' then cast({1 << shift} as bigint)")
    sums = [
        f"    try_cast(sum(case event_type {' '.join(cases)} else 0 end) as bigint) as {word}"
        for word, cases in digits.items()
    ]
    idle = [f"'{kind}'" for kind in community.event_types() if kind in NO_ACTIVITY_TYPES]
    keep = f"\nwhere event_type not in ({', '.join(idle)})" if idle else ""
    columns = ",\n".join(["    cast(count(*) as integer) as events", *sums])
    return f"""
select
    member_id{split},
    day,
{columns}
from events{keep}
group by member_id{split}, day"""


def _places(community: Community, bits: int) -> dict[str, tuple[str, int]]:
    # Where the count of each type that occurs stands: which word, and from which bit on.
    kinds = [kind for kind in community.event_types() if kind in COUNTED]
    return {kind: (f"w{at // (WORD // bits)}", at % (WORD // bits) * bits) for at, kind in enumerate(kinds)}


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
    and churn features read it instead of the log. Should somebody's day not fit into the words, the pass
    is made again with more room.

    Taught in: 06 Evaluation
    """
    engine = community.engine
    name = f"member_days_{by}" if by else "member_days"
    if engine.exists(name):
        return name
    base = f"{name}_base"
    for bits in WIDTHS:
        engine.run(f"create or replace table {base} as {sql(community, by=by, bits=bits)}")
        if (engine.value(f"select max(events) from {base}") or 0) < 1 << bits:
            break
    if community.basis == "orders":
        counts = {"n_order": "events"}
    else:
        counts = {
            f"n_{kind}": f"cast(({word} >> {shift}) & {(1 << bits) - 1} as integer)"
            for kind, (word, shift) in _places(community, bits).items()
        }
    named = " + ".join(counts.values()) or "0"
    passive = " + ".join(counts[f"n_{kind}"] for kind in PASSIVE_TYPES if f"n_{kind}" in counts) or "0"
    filled = [
        f"{counts.get(column, 'cast(0 as integer)')} as {column}"
        for column in (*(f"n_{kind}" for kind in COUNTED), "n_order")
    ]
    lines = [
        "member_id",
        *([identifier(by)] if by else []),
        "day",
        "events",
        f"events - ({passive}) as actions",
        *filled,
        f"events - ({named}) as n_other",
    ]
    engine.run(f"create view {name} as select {', '.join(lines)} from {base}")
    return name
