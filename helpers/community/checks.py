"""The checks: rows read through their rules, doubles found, all counted by member and rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from helpers.community import distinct, member_days, parsing
from helpers.community.columns import Reading
from helpers.community.contract import SQL_TYPES, Table
from helpers.community.engine import Engine, identifier, literal
from helpers.community.raw import ROW, Raw
from helpers.community.rules import Part, rules_for

MANY = 5_000_000  # rows from which checked rows are kept on disk rather than in memory
DUPLICATE, EARLY_ORDER, TORN = -1, -2, -3


@dataclass
class Checked:
    """Hold one table behind the door: where its rows are, and which of them count.

    Parameters
    ----------
    table : Table
        The table of the contract.
    staged : str
        Relation with ``_part``, ``_row``, ``_rule`` (NULL for good rows) and the contract's columns.
    parts : list of Part
        The files.
    columns : tuple of str
        Columns that are supplied.
    later : set of int
        Rules found after staging (duplicates), whose rows are listed in the table ``dropped``.
    """

    table: Table
    staged: str
    parts: list[Part]
    columns: tuple[str, ...]
    any_bad: bool = False
    later: set[int] = field(default_factory=set)

    @property
    def seen(self) -> str:
        """Return the name of the counts by part, member and rule."""
        return f"seen_{self.table.name}"

    @property
    def dropped(self) -> str:
        """Return the name of the table that lists duplicates and their like."""
        return f"dropped_{self.table.name}"

    def good(self) -> str:
        """Write the condition that a staged row is used, unless something excludes it."""
        conditions = ["_rule is null"] if self.any_bad else []
        if self.later:
            conditions.append(f"(_part, {ROW}) not in (select (_part, {ROW}) from {self.dropped})")
        return " and ".join(conditions) or "true"


def stage(
    engine: Engine, table: Table, parts: list[Part], *, tomorrow: dt.date | None, hours: int = 0
) -> Checked:
    """Read the rows of a table through its rules and count them by member and rule.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    table : Table
        The table of the contract.
    parts : list of Part
        The files that feed it.
    tomorrow : datetime.date or None
        First day that has not come yet.
    hours : int, default 0
        Hour at which a day starts.

    Returns
    -------
    Checked
        The checked table. Parquet whose types fit stays where it is: it is scanned once, grouped by
        member, and only read again where that scan found something.
    """
    columns = tuple(dict.fromkeys(name for part in parts for name in part.readings))
    extras = tuple(name for name in columns if name not in table.names)
    lazy = all(part.raw.lazy and all(one.native for one in part.readings.values()) for part in parts)
    checked = Checked(table, f"staged_{table.name}", parts, columns)
    for part in parts:
        part.raw.lazy = lazy
        part.rules = rules_for(table, part, tomorrow)
    _write(engine, checked, extras, hours)
    if lazy and _needs_care(engine, checked):
        for part in parts:
            part.raw.lazy = False
            part.readings = {name: _careful(one, part.raw) for name, one in part.readings.items()}
            part.rules = rules_for(table, part, tomorrow)
        engine.run(f"drop view {checked.staged}")
        _write(engine, checked, extras, hours)
    checked.any_bad = bool(engine.value(f"select count(*) from {checked.seen} where _rule is not null"))
    return checked


def _careful(reading: Reading, raw: Raw) -> Reading:
    if reading.column.kind != "id" or not reading.names:
        return reading
    kind = raw.columns[reading.names[0]]
    sql = parsing.id_text(identifier(reading.names[0]), kind, repaired=False)
    return Reading(reading.column, sql, reading.text, reading.names, native=False)


def select(number: int, part: Part, table: Table, supplied: list[str], extras: tuple[str, ...]) -> str:
    """Write the query that reads the rows of one file and judges them by its rules."""
    cases = " ".join(f"when {rule.condition} then {at}" for at, rule in enumerate(part.rules))
    verdict = f"case {cases} end" if cases else "null"
    kept = ", ".join(identifier(name) for name in (*supplied, *extras))
    return f"""
select {number} as _part, {ROW}, {kept}, cast({verdict} as smallint) as _rule
from {_parsed(part, table, extras)}"""


def _parsed(part: Part, table: Table, extras: Sequence[str] = ()) -> str:
    # The columns of the contract, and as t_<column> the text in the file where a rule asks for it.
    typed, texts = [], []
    for column in table.columns:
        one = part.readings.get(column.name)
        sql = (
            f"cast({one.sql} as {SQL_TYPES[column.kind]})"
            if one
            else f"cast(null as {SQL_TYPES[column.kind]})"
        )
        typed.append(f"{sql} as {identifier(column.name)}")
    for name in extras:
        one = part.readings.get(name)
        typed.append(f"{one.sql if one else 'cast(null as varchar)'} as {identifier(name)}")
    for name, one in part.readings.items():
        quoted = identifier(f"t_{name}")
        if any(quoted in rule.condition for rule in part.rules):
            texts.append(f"{_as_given(one, part.raw)} as {quoted}")
    return f"(select {ROW}, {', '.join(typed + texts)} from {identifier(part.raw.relation)}) as parsed"


def _as_given(reading: Reading, raw: Raw) -> str:
    # Rules ask whether anything was there; of a number that needs no text, which is slow to write.
    if reading.native and reading.names and reading.column.kind in ("money", "number"):
        name = identifier(reading.names[0])
        return f"case when not isnan(cast({name} as double)) then {name} end"
    return reading.text


def _write(engine: Engine, checked: Checked, extras: tuple[str, ...], hours: int) -> None:
    table = checked.table
    supplied = [name for name in table.names if name in checked.columns]
    query = "\nunion all\n".join(
        select(number, part, table, supplied, extras) for number, part in enumerate(checked.parts)
    )
    # Columns that nobody supplied are not stored: a million empty cells take time as well.
    kinds = {column.name: SQL_TYPES[column.kind] for column in table.columns}
    named = (
        identifier(name) if name in supplied else f"cast(null as {kinds[name]}) as {identifier(name)}"
        for name in table.names
    )
    whole = f"select _part, {ROW}, {', '.join((*named, *map(identifier, extras)))}, _rule from"
    if checked.parts[0].raw.lazy:
        engine.run(f"create view {checked.staged} as {whole} ({query}) as rows_given")
    elif engine.kind == "duckdb" and sum(part.rows for part in checked.parts) > MANY:
        path = literal(str(engine.scratch(".parquet")))
        engine.run(f"copy ({query}) to {path} (format parquet)")
        engine.run(f"create view {checked.staged} as {whole} read_parquet({path})")
    else:
        engine.run(f"create table {checked.staged}_rows as {query}")
        engine.run(f"create view {checked.staged} as {whole} {checked.staged}_rows")
    if table.name == "events" and engine.kind == "duckdb":
        _count_days(engine, checked, hours)
        return
    counts = seen_sql(checked.staged, table, checked.columns, apart=("_part",))
    engine.run(f"create or replace table {checked.seen} as {counts}")


def seen_sql(relation: str, table: Table, supplied: Collection[str], apart: Sequence[str] = ()) -> str:
    """Write the query that counts checked rows by member and by the rule that they break.

    Parameters
    ----------
    relation : str
        Where the rows are.
    table : Table
        The table of the contract.
    supplied : collection of str
        Columns that are supplied.
    apart : sequence of str, default ()
        Columns by which they are counted as well.

    Returns
    -------
    str
        A query that gives the columns of `apart`, ``member_id``, ``_rule``, ``n``, ``first_at`` and
        ``last_at``.
    """
    member = "member_id" if "member_id" in supplied else "cast(null as varchar)"
    timed = table.clock is not None and table.clock in supplied
    clock = identifier(table.clock or "") if timed else "cast(null as timestamp)"
    keys = "".join(f"{name}, " for name in apart)
    return (
        f"select {keys}{member} as member_id, _rule, count(*) as n, min({clock}) as first_at, "
        f"max({clock}) as last_at from {relation} group by {keys}{member}, _rule"
    )


def _count_days(engine: Engine, checked: Checked, hours: int) -> None:
    # The same scan counts every member's days, which is what most metrics ask for first. It is made quicker
    # by not asking for every row what is the same for all: its file, and that it breaks no rule.
    days, shift = f"{checked.seen}_days", f" - interval '{hours} hours'" if hours else ""
    same = {}
    if len(checked.parts) == 1:
        same["_part"] = "0"
    if not any(_breaks(engine, checked, number) for number in range(len(checked.parts))):
        same["_rule"] = "cast(null as smallint)"
    apart = [name for name in ("_part", "_rule") if name not in same]
    for packed in (True, False):
        day = f"cast(occurred_at{shift} as date)"
        by_day = member_days.seen_sql(checked.staged, day, apart, packed=packed)
        with engine.many_groups():
            engine.run(f"create or replace table {days} as {by_day}")
        if (engine.value(f"select max(n) from {days}") or 0) < 1 << member_days.SEEN:
            break
    clock = f"as timestamp) + interval '{hours} hours'"
    named = ", ".join(f"{same.get(name, name)} as {name}" for name in ("_part", "_rule"))
    engine.run(
        f"create or replace table {checked.seen} as select {named}, member_id, cast(sum(n) as bigint) as n, "
        f"cast(min(day) {clock} as first_at, cast(max(day) {clock} as last_at, "
        "min(active) as first_active, max(active) as last_active, count(active) as days "
        f"from (select *, case when events > 0 then day end as active from {days}) as dated "
        f"group by {', '.join(['member_id', *apart])}"
    )


def _breaks(engine: Engine, checked: Checked, number: int) -> bool:
    # Most often the least and greatest values that a file tells of itself answer this, and no row is read.
    part = checked.parts[number]
    if not part.raw.lazy:
        return engine.value(f"select 1 from {checked.staged} where _rule is not null limit 1") is not None
    if not part.rules:
        return False
    broken = " or ".join(f"({rule.condition})" for rule in part.rules)
    return engine.value(f"select 1 from {_parsed(part, checked.table)} where {broken} limit 1") is not None


def _needs_care(engine: Engine, checked: Checked) -> bool:
    # Ids of a Parquet file are looked at once a member, not once a row.
    blanks = ", ".join(literal(word) for word in parsing.BLANKS)
    return bool(
        engine.value(
            f"select count(*) from {checked.seen} where trim(member_id) <> member_id "
            f"or lower(member_id) in ({blanks}) or {parsing.damaged('member_id')} "
            f"or {parsing.holed('member_id')}"
        )
    )


def drop_duplicates(engine: Engine, checked: Checked) -> None:
    """List the rows whose key was seen before; the first stays, of members the earliest to join.

    A row of orders with a negative amount is the refund of the order with that id, not its double.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    checked : Checked
        The table; its ``later`` rules are completed.
    """
    key = key_of(checked)
    if not key:
        return
    names = ", ".join(key)
    one = names if len(key) == 1 else f"({names})"
    filled = " and ".join(f"{name} is not null" for name in key)
    good = f"from {checked.staged} where {checked.good()} and {filled}"
    if distinct.all_differ(engine, checked, key) or not engine.value(
        f"select count(*) - count(distinct {one}) {good}"
    ):
        return
    engine.run(
        f"create table {checked.dropped} as select _part, {ROW}, cast({DUPLICATE} as smallint) as _rule "
        f"from ({ranked(checked, key, good)}) as ranked where nth > 1"
    )
    if engine.value(f"select count(*) from {checked.dropped}"):
        checked.later.add(DUPLICATE)


def key_of(checked: Checked) -> list[str]:
    """Return the columns that tell the rows of a table apart; none where rows may be alike."""
    key = [name for name in checked.table.key if name in checked.columns]
    lines = any(part.source.grain == "line" for part in checked.parts)
    return [] if lines or len(key) < len(checked.table.key) else key


def ranked(checked: Checked, key: list[str], rows: str) -> str:
    """Write the query that numbers the rows of each key in the order in which they count."""
    sign = ", amount < 0" if checked.table.name == "orders" else ""
    first = "joined_at nulls last, " if checked.table.name == "members" else ""
    order = f"partition by {', '.join(key)}{sign} order by {first}_part, {ROW}"
    return f"select _part, {ROW}, row_number() over ({order}) as nth {rows}"


def drop_early_orders(engine: Engine, orders: Checked, members: Checked) -> int:
    """Count the orders made before their member joined, and list them where the settings set them aside."""
    if not {"joined_at", "member_id"} <= set(members.columns):
        return 0
    early = (
        f"from (select * from {orders.staged} where {orders.good()}) as o "
        f"inner join (select * from {members.staged} where {members.good()}) as m on o.member_id = "
        f"m.member_id "
        "where cast(o.ordered_at as date) < cast(m.joined_at as date)"
    )
    found = int(engine.value(f"select count(*) {early}"))
    if found and orders.parts[0].source.orders_before_joining == "set_aside":
        rows = f"select distinct o._part, o.{ROW}, cast({EARLY_ORDER} as smallint) as _rule {early}"
        there = bool(orders.later)
        engine.run(
            f"{'insert into' if there else 'create or replace table'} "
            f"{orders.dropped}{'' if there else ' as'} {rows}"
        )
        orders.later.add(EARLY_ORDER)
        return 0
    return found
