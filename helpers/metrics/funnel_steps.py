"""Say what the steps of a funnel are, and gather the rows of the log and of the orders that they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from helpers.community import Community
from helpers.community.contract import NO_ACTIVITY_TYPES
from helpers.community.engine import identifier, literal
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _

ORDERS = {"order": "is_purchase", "placed order": "amount > 0"}
MOST = 8


@dataclass(frozen=True)
class Step:
    """Describe one step: the kinds of which one must happen, and what else must be so.

    Parameters
    ----------
    kinds : tuple of str
        Event types, ``"order"`` or ``"placed order"``.
    where : dict
        Column and value, or a list of values.
    """

    kinds: tuple[str, ...]
    where: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The kinds, as they were given."""
        return " or ".join(self.kinds)

    def condition(self, community: Community, table: str) -> str:
        """Return the SQL that says whether a row of events or orders is this step."""
        if table == "orders":
            either = [test for kind, test in ORDERS.items() if kind in self.kinds]
        else:
            events = [literal(kind) for kind in self.kinds if kind not in ORDERS]
            either = [f"event_type in ({', '.join(events)})"] if events else []
        if not either:
            return "false"
        tests = [f"({' or '.join(either)})"]
        for column, value in self.where.items():
            community.require(table, column)
            values = value if isinstance(value, list | tuple | set) else [value]
            listed = ", ".join(literal(str(one)) for one in values)
            tests.append(f"cast({identifier(column)} as varchar) in ({listed})")
        return " and ".join(tests)


def parsed(community: Community, steps: Sequence[str | tuple[str, Mapping[str, object]]]) -> list[Step]:
    """Read the steps as an analyst writes them.

    Parameters
    ----------
    community : Community
        The opened community.
    steps : sequence of str or (str, dict)
        See :func:`helpers.metrics.funnel.measure`.

    Returns
    -------
    list of Step
        In order.

    Raises
    ------
    SettingsError
        With fewer than two steps, or more than eight.
    TableMissing
        When a step asks for a table that is not there.
    """
    if isinstance(steps, str) or not 2 <= len(steps) <= MOST:
        raise SettingsError(
            _('A funnel needs two to eight steps in a list, such as ["cart", "checkout", "order"].')
        )
    found = []
    for step in steps:
        kinds, where = (step, {}) if isinstance(step, str) else step
        found.append(Step(tuple(kind.strip() for kind in kinds.split(" or ")), dict(where)))
    kinds_used = {kind for step in found for kind in step.kinds}
    if kinds_used & set(ORDERS):
        community.require("orders")
    if kinds_used - set(ORDERS):
        community.require("events", "event_type")
    return found


def names_of(steps: Sequence[Step]) -> list[str]:
    """Name the steps; one that came before is named "… again".

    Examples
    --------
    >>> names_of([Step(("cart",)), Step(("order",)), Step(("order",))])
    ['cart', 'order', 'order again']
    """
    names = [step.name for step in steps]
    return [f"{name} again" if name in names[:at] else name for at, name in enumerate(names)]


def available(community: Community, steps: Sequence[str]) -> list[str]:
    """Keep the steps that ever happen in these data, so that one list serves every community.

    Parameters
    ----------
    community : Community
        The opened community.
    steps : sequence of str
        Event types, ``"order"`` or ``"placed order"``, without conditions.

    Returns
    -------
    list of str
        Those that occur, in the same order, two at least: one that is alone is followed by itself (whoever
        bought may buy again), and of none the first two are kept, which then nobody has taken.

    Examples
    --------
    >>> import pandas as pd
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": ["cart"], "occurred_at": ["2026-05-01"]})
    >>> community = Community.open({"events": events})
    >>> available(community, ["view", "cart", "order"])
    ['cart', 'cart']

    Taught in: 05 Conversion
    """
    there = set(community.event_types()) if community.has("events") else set()
    if community.has("orders"):
        there |= set(ORDERS)
    found = [step for step in steps if there & set(step.split(" or "))]
    if len(found) == 1:
        return found * 2
    return found or [step for step in steps if not set(step.split(" or ")) & set(ORDERS)][:2]


def moments_sql(community: Community, steps: Sequence[Step], *, everything: bool = False) -> str:
    """Write the common table of what a funnel looks at: one row an event or order, a flag for each step.

    Parameters
    ----------
    community : Community
        The opened community.
    steps : sequence of Step
        The steps.
    everything : bool, default False
        Take all that members do, not only the steps: what a strict order needs.

    Returns
    -------
    str
        ``moments as (…)``: ``member_id``, ``moment``, ``day``, ``platform`` (an order's channel), ``f1`` …
        (1 where the row is that step) and ``tie`` (rank among rows of the same second).

    Taught in: 05 Conversion
    """
    tables = {"events": ("occurred_at", "platform"), "orders": ("ordered_at", "channel")}
    parts = []
    for table, (when, place) in tables.items():
        flags = {k: step.condition(community, table) for k, step in enumerate(steps, start=1)}
        wanted = [f"({test})" for test in flags.values() if test != "false"]
        if everything and community.has(table):
            idle = ", ".join(literal(kind) for kind in sorted(NO_ACTIVITY_TYPES))
            wanted = [f"event_type not in ({idle})" if table == "events" else "amount > 0"]
        if not wanted:
            continue
        columns = ", ".join(f"case when {test} then 1 else 0 end as f{k}" for k, test in flags.items())
        ranks = " ".join(f"when {test} then {k}" for k, test in flags.items())
        parts.append(f"""
    select member_id, {when} as moment, day, coalesce(cast({place} as varchar), '') as platform, {columns},
        case {ranks} else 0 end as tie
    from {table}
    where {" or ".join(wanted)}""")
    return f"moments as ({' union all '.join(parts)}\n)"
