"""The one reduction that most metrics share: who was active on which day, doing what, how often."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from helpers.community.contract import EVENT_TYPES, NO_ACTIVITY_TYPES, PASSIVE_TYPES
from helpers.community.engine import Engine, identifier

if TYPE_CHECKING:
    from helpers.community.opening import Community

COUNTED = tuple(kind for kind in EVENT_TYPES if kind not in NO_ACTIVITY_TYPES)
# Metrics over time ask for few of the counts, so these stand in words of their own.
OFTEN: dict[str, tuple[str, ...]] = {
    "n_view": ("view",),
    "n_like": ("like",),
    "n_comment": ("comment",),
    "n_message": ("message",),
    "n_share": ("share",),
    "passive": PASSIVE_TYPES,
}
RARE: dict[str, tuple[str, ...]] = {f"n_{kind}": (kind,) for kind in COUNTED if f"n_{kind}" not in OFTEN}
GROUPS = {"often": OFTEN, "rare": RARE}
WORD = 63  # bits of a whole number that can be used
SEEN = 20  # bits for the rows of a member on a day where the checks count them
WIDTHS = (10, 31)  # bits for one count: the first suffice unless somebody does a thousand things a day


def _words(group: str, bits: int) -> dict[str, dict[str, int]]:
    # Which counts stand in which word, and from which bit on.
    found: dict[str, dict[str, int]] = {}
    for at, column in enumerate(GROUPS[group]):
        found.setdefault(f"{group}{bits}_{at // (WORD // bits)}", {})[column] = at % (WORD // bits) * bits
    return found


def sql(
    community: Community,
    *,
    rows: str = "events",
    by: str | None = None,
    bits: int = WIDTHS[0],
    groups: Sequence[str] = ("often", "rare"),
) -> str:
    """Write the reduction from the raw log (or from purchases) to one row per member and active day.

    Parameters
    ----------
    community : Community
        The community.
    rows : str, default "events"
        Relation with the columns of ``events``; only its rows are counted. Not asked where activity rests
        on purchases.
    by : {"platform", "group_id"}, optional
        Count each value of this column apart.
    bits : int, default 10
        Room for one count within a word.
    groups : sequence of {"often", "rare"}
        Which counts: those that metrics over time ask for, and the others.

    Returns
    -------
    str
        A query that gives ``member_id``, (``by``,) ``day``, ``events`` and words such as ``often10_0``: the
        counts of the event types, side by side like the digits of a number.

    Notes
    -----
    Every sum costs a visit to the grouped table for every row of the log. Packed into words, six counts
    cost one visit. The words are right as long as ``events`` is less than 2 to the power `bits`: no count
    is then too large for its place. Words of the same width can be added: see :func:`merge`.
    """
    split = f", {identifier(by)}" if by else ""
    if community.basis == "orders":
        return f"""
select member_id{split}, day, cast(count(*) as integer) as events
from orders
where is_purchase
group by member_id{split}, day"""
    lines = ["    cast(count(*) as integer) as events", *_sums(groups, bits)]
    return f"""
select
    member_id{split},
    day,
{f",{chr(10)}".join(lines)}
from {rows}
where event_type not in ({_listed(NO_ACTIVITY_TYPES)})
group by member_id{split}, day"""


def seen_sql(staged: str, day: str, apart: Sequence[str] = (), *, packed: bool = True) -> str:
    """Write the reduction of checked rows by member and day, with the frequent counts.

    Parameters
    ----------
    staged : str
        Relation with ``member_id``, ``event_type``, ``_rule`` and what `day` and `apart` ask for.
    day : str
        SQL expression of the community day.
    apart : sequence of {"_part", "_rule"}, default ()
        Also count the rows of every file, or by the rule that they break.
    packed : bool, default True
        Make all counts in one sum. They are right as long as no ``n`` reaches 2 to the power :data:`SEEN`.

    Returns
    -------
    str
        A query that gives ``member_id``, ``day``, the columns of `apart`, ``n`` (rows), ``events`` (rows that
        are an activity) and the words of the frequent counts, which leave other rows out.

    Notes
    -----
    One scan tells what the checks ask (who has how many rows, from when to when) and what :func:`base` is
    to hold.

    Taught in: 06 Evaluation
    """
    keys = ", ".join(["member_id", "day", *apart])
    given = ", ".join(["member_id", "event_type", f"{day} as day", *apart])
    rows = f"from (select {given} from {staged}) as dated group by {keys}"
    (word,) = _words("often", WIDTHS[0])
    if not packed:
        idle = f"count(*) filter (where event_type in ({_listed(NO_ACTIVITY_TYPES)}))"
        counts = f"cast(count(*) as integer) as n, cast(count(*) - {idle} as integer) as events"
        return f"select {keys}, {counts}, {', '.join(_sums(('often',), WIDTHS[0]))} {rows}"
    # Above the counts of the types stand how many rows are no activity, and above that how many there are.
    idle_at = max(_words("often", WIDTHS[0])[word].values()) + SEEN
    rows_at = idle_at + SEEN
    digits = {kind: digit + (1 << rows_at) for kind, digit in _digits("often", WIDTHS[0])[word].items()}
    digits |= dict.fromkeys(NO_ACTIVITY_TYPES, (1 << rows_at) + (1 << idle_at))
    cases = " ".join(f"when '{kind}' then cast({digit} as hugeint)" for kind, digit in digits.items())
    plain = f"cast({1 << rows_at} as hugeint)"
    return f"""
select {keys}, cast(counts >> {rows_at} as integer) as n,
    cast((counts >> {rows_at}) - ((counts >> {idle_at}) & {(1 << SEEN) - 1}) as integer) as events,
    cast(counts & {(1 << len(OFTEN) * WIDTHS[0]) - 1} as bigint) as {word}
from (select {keys}, sum(case event_type {cases} else {plain} end) as counts {rows}) as packed"""


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _digits(group: str, bits: int) -> dict[str, dict[str, int]]:
    # What an event of each type adds to each word.
    found: dict[str, dict[str, int]] = {}
    for word, places in _words(group, bits).items():
        digits = found.setdefault(word, {})
        for column, shift in places.items():
            for kind in GROUPS[group][column]:
                digits[kind] = digits.get(kind, 0) + (1 << shift)
    return found


def _sums(groups: Sequence[str], bits: int) -> list[str]:
    lines = []
    for group in groups:
        for word, digits in _digits(group, bits).items():
            cases = " ".join(f"when '{kind}' then cast({digit} as bigint)" for kind, digit in digits.items())
            lines.append(f"    try_cast(sum(case event_type {cases} else 0 end) as bigint) as {word}")
    return lines


def merge(engine: Engine, relations: Sequence[str]) -> str:
    """Write the query that adds reductions of different rows, such as last week's table and the new rows.

    Parameters
    ----------
    engine : Engine
        Where they are.
    relations : sequence of str
        Tables or views made by :func:`sql` with the same options.

    Returns
    -------
    str
        A query with the same columns. It holds as long as :func:`fits` says so of its result.

    Taught in: 06 Evaluation
    """
    columns = engine.columns(relations[0])
    kinds = {"events": "integer"} | {name: "bigint" for name in columns if words([name])}
    keys = ", ".join(identifier(name) for name in columns if name not in kinds)
    added = ", ".join(f"cast(sum({name}) as {kind}) as {name}" for name, kind in kinds.items())
    listed = ", ".join(map(identifier, columns))
    rows = " union all ".join(f"select {listed} from {identifier(one)}" for one in relations)
    return f"select {keys}, {added} from ({rows}) as parts group by {keys}"


def fits(engine: Engine, base: str) -> bool:
    """Return whether no count in a table made by :func:`sql` or :func:`merge` is too large for its place."""
    bits = width(engine.columns(base)) or WIDTHS[-1]
    return (engine.value(f"select max(events) from {identifier(base)}") or 0) < 1 << bits


def words(columns: Iterable[str], *groups: str) -> list[str]:
    """Return which columns are words that hold counts: of some groups, or all of them."""
    return [name for name in columns if re.fullmatch(rf"({'|'.join(groups or GROUPS)})\d+_\d+", name)]


def width(columns: Iterable[str]) -> int | None:
    """Return the room for one count in the words among some columns; None where there are no words."""
    found = words(columns)
    return int(re.sub(r"\D*(\d+)_\d+", r"\1", found[0])) if found else None


def counts(columns: Iterable[str]) -> dict[str, str]:
    """Write the expression that takes each count out of its word.

    Parameters
    ----------
    columns : iterable of str
        Columns of a table made by :func:`sql`.

    Returns
    -------
    dict of str to str
        ``n_view`` and its like, and ``passive``: views, clicks and entering a live show together.

    Examples
    --------
    >>> counts(["member_id", "day", "events", "often10_0"])["n_like"]
    'cast((often10_0 >> 10) & 1023 as integer)'

    Taught in: 06 Evaluation
    """
    return {
        name: f"cast(({word} >> {shift}) & {(1 << bits) - 1} as integer)"
        for name, word, shift, bits in _places(columns)
    }


def _places(columns: Iterable[str]) -> list[tuple[str, str, int, int]]:
    # Each count that is there: its word, its first bit, its room.
    there, bits = set(columns), width(columns)
    if bits is None:
        return []
    return [
        (name, word, shift, bits)
        for group in GROUPS
        for word, places in _words(group, bits).items()
        if word in there
        for name, shift in places.items()
    ]


def sums(columns: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Write how the counts of several days are added without taking each out of its word first.

    Parameters
    ----------
    columns : iterable of str
        Columns of a table made by :func:`sql`.

    Returns
    -------
    tuple of dict of str to str
        First the sums to be made, by the name to give them; then the expressions over these names that
        give the sum of ``n_view`` and its like.

    Notes
    -----
    Every other count of a word is left out, so that each has twice its room: enough for the days of any
    period (2 to the power 10 of them where a count has 10 bits).

    Examples
    --------
    >>> made, taken = sums(["day", "events", "often10_0"])
    >>> made["often10_0_1"], taken["n_like"]
    ('cast(sum((often10_0 >> 10) & 1124801467909119) as bigint)', '((often10_0_1 >> 0) & 1048575)')

    Taught in: 06 Evaluation
    """
    masks: dict[tuple[str, int, int], int] = {}
    taken: dict[str, str] = {}
    for name, word, shift, bits in _places(columns):
        odd = shift // bits % 2
        at = shift - odd * bits
        masks[word, odd, bits] = masks.get((word, odd, bits), 0) | ((1 << bits) - 1) << at
        taken[name] = f"(({word}_{odd} >> {at}) & {(1 << 2 * bits) - 1})"
    made = {
        f"{word}_{odd}": f"cast(sum(({word} >> {odd * bits}) & {mask}) as bigint)"
        for (word, odd, bits), mask in masks.items()
    }
    return made, taken


def base(community: Community) -> str:
    """Return the name of the table that metrics over time read: each active day with its packed counts.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    str
        Name of a table with ``member_id``, ``day``, ``events`` and at least the words of the counts that
        metrics over time ask for. Built on first use.

    Taught in: 06 Evaluation
    """
    engine = community.engine
    if community.basis == "orders" or engine.exists("member_days_base"):
        build(community)
        return "member_days_base"
    there = _narrow(engine)
    if there is None:
        there = "member_days_often"
        _reduce(community, there, groups=("often",))
    return there


def _narrow(engine: Engine) -> str | None:
    # The door may have counted the days when it checked the rows.
    return next((name for name in ("member_days_often", "member_days_found") if engine.exists(name)), None)


def _reduce(community: Community, name: str, *, by: str | None = None, groups: Sequence[str]) -> None:
    for bits in WIDTHS:
        query = sql(community, by=by, bits=bits, groups=groups)
        community.engine.run(f"create or replace table {name} as {query}")
        if fits(community.engine, name):
            break


def _widen(community: Community, narrow: str) -> None:
    # The frequent counts are there: only rows of the other types are read again.
    columns = community.engine.columns(narrow)
    bits = width(columns) or WIDTHS[-1]
    kinds = [kind for column in RARE.values() for kind in column]
    rows = f"(select * from events where event_type in ({_listed(kinds)})) as rare_events"
    others = ", ".join(f"coalesce(rare.{word}, 0) as {word}" for word in _words("rare", bits))
    community.engine.run(f"""
create table member_days_base as
select often.*, {others}
from {narrow} as often
left join ({sql(community, rows=rows, bits=bits, groups=("rare",))}
) as rare on rare.member_id = often.member_id and rare.day = often.day""")


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
    Built from the raw log in one grouped pass; churn features and whatever asks for single counts read it
    instead of the log. Activity, retention, growth, life cycle and survival need less, see :func:`base`.
    Should somebody's day not fit into the words, the pass is made again with more room.

    Taught in: 06 Evaluation
    """
    engine = community.engine
    name = f"member_days_{by}" if by else "member_days"
    if engine.exists(name):
        return name
    table = f"{name}_base"
    if not engine.exists(table):
        narrow = None if by else _narrow(engine)
        if narrow:
            _widen(community, narrow)
        else:
            _reduce(community, table, by=by, groups=tuple(GROUPS))
    columns = engine.columns(table)
    taken = {"n_order": "events"} if community.basis == "orders" else counts(columns)
    passive = taken.pop("passive", "0")
    named = " + ".join(taken.values())
    filled = [
        f"{taken.get(column, 'cast(0 as integer)')} as {column}"
        for column in (*(f"n_{kind}" for kind in COUNTED), "n_order")
    ]
    lines = [
        "member_id",
        *([identifier(by)] if by else []),
        "day",
        "events",
        f"events - {passive} as actions",
        *filled,
        f"events - ({named}) as n_other",
    ]
    engine.run(f"create view {name} as select {', '.join(lines)} from {table}")
    return name
