"""The door: every row of a file is used, set aside with a reason, or excluded; none is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from helpers.community import parsing
from helpers.community.columns import Reading
from helpers.community.contract import SQL_TYPES, Table
from helpers.community.engine import Engine, identifier, literal
from helpers.community.reading import ROW, Raw
from helpers.community.settings import TableSource

EARLIEST = dt.date(1990, 1, 1)
MANY = 5_000_000  # rows from which checked rows are kept on disk rather than in memory
DUPLICATE, EARLY_ORDER, TORN = -1, -2, -3
PLANNED = ("starts_at", "ends_at")  # times that may lie ahead
FINDING_COLUMNS = ("table", "column", "rule", "severity", "rows", "examples", "message")


@dataclass(frozen=True)
class Rule:
    """Say what sets a row aside: its name, the column, the condition in SQL, and the remedy."""

    name: str
    column: str
    condition: str
    remedy: str


@dataclass
class Part:
    """Hold one file that feeds a table: what was read, and how its columns are read."""

    source: TableSource
    raw: Raw
    readings: Mapping[str, Reading]
    rows: int
    rules: list[Rule] = field(default_factory=list)


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


def rules_for(table: Table, part: Part, tomorrow: dt.date | None) -> list[Rule]:
    """List the rules that rows of one file must keep, most basic first.

    Parameters
    ----------
    table : Table
        The table of the contract.
    part : Part
        The file and how its columns are read.
    tomorrow : datetime.date or None
        First day that has not come yet; None for simulated communities, whose clock is their own.

    Returns
    -------
    list of Rule
        Conditions over the columns of the contract and, as ``t_<column>``, the text in the file.
    """
    rules: list[Rule] = []
    where = f"tables.{table.name}"
    for name, reading in part.readings.items():
        column, quoted, text = reading.column, identifier(name), identifier(f"t_{name}")
        if name in table.required:
            remedy = "Fill the column in, or leave the rows in quarantine."
            missing = f"{quoted} is null" if part.raw.lazy else f"{quoted} is null and {text} is null"
            rules.append(Rule(f"no {name}", name, missing, remedy))
        if column.kind == "id" and not part.raw.lazy:
            rules.append(
                Rule(
                    "id damaged by a spreadsheet",
                    name,
                    f"regexp_matches({quoted}, {literal(parsing.DAMAGED_ID)})",
                    "Export the file again as CSV or with this column as text; the digits are lost.",
                )
            )
        if column.kind == "time":
            rules += _time_rules(name, reading, where, tomorrow)
        if column.kind in ("money", "number") and reading.names and not part.raw.lazy:
            rules.append(
                Rule(
                    "not a number",
                    name,
                    f"{quoted} is null and {text} is not null",
                    f"Mend the values, set {where}.decimal: comma for numbers like 1.299,00, or leave the "
                    f"rows "
                    "in quarantine.",
                )
            )
        if column.kind == "flag" and not reading.native:
            remedy = f"Translate the values under {where}.values, or leave the rows in quarantine."
            rules.append(Rule("neither yes nor no", name, f"{quoted} is null and {text} is not null", remedy))
    there = set(part.readings)
    if table.name == "members" and {"joined_at", "left_at"} <= there:
        rules.append(
            Rule(
                "left before joining",
                "left_at",
                "left_at < joined_at",
                "Mend one of the two times in the file.",
            )
        )
    if table.name == "surveys" and {"scale_min", "scale_max"} <= there:
        outside = "not score between scale_min and scale_max"
        rules.append(
            Rule("score outside its scale", "score", outside, f"Mend the score or the scale in {where}.")
        )
    if table.name == "orders" and part.source.zero_amount == "set_aside":
        rules.append(
            Rule("amount zero", "amount", "amount = 0", f"Set {where}.zero_amount: keep to count them.")
        )
    return rules


def _time_rules(name: str, reading: Reading, where: str, tomorrow: dt.date | None) -> list[Rule]:
    quoted, text, rules = identifier(name), identifier(f"t_{name}"), []
    if not reading.native:
        form = reading.form
        example = form.example if form else "2026-05-31"
        failed = f"{quoted} is null and {text} is not null"
        remedy = f"Set {where}.dates in community.yml, or leave the rows in quarantine."
        expected = f"expected {form.name if form else 'a date'}, for example {example}"
        if form and form.name != "as set":
            shaped = f"regexp_matches({text}, {literal(form.shape)})"
            rules.append(Rule("impossible date", name, f"{failed} and {shaped}", remedy))
            other = f"regexp_matches({text}, '^\\d{{1,4}}[-/.年]\\d{{1,2}}|^\\d{{8,14}}$')"
            rules.append(Rule(f"date written otherwise ({expected})", name, f"{failed} and {other}", remedy))
        rules.append(Rule(f"not a date ({expected})", name, failed, remedy))
    remedy = "Mend the date in the file, or leave the rows in quarantine."
    rules.append(Rule("impossible date", name, f"{quoted} < timestamp '{EARLIEST}'", remedy))
    if tomorrow and name not in PLANNED:
        remedy = "Mend the date or the clock of the system that wrote it; check timezone in community.yml."
        rules.append(Rule("date in the future", name, f"{quoted} >= timestamp '{tomorrow}'", remedy))
    return rules


def stage(engine: Engine, table: Table, parts: list[Part], *, tomorrow: dt.date | None) -> Checked:
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
    _write(engine, checked, extras)
    if lazy and _needs_care(engine, checked):
        for part in parts:
            part.raw.lazy = False
            part.readings = {name: _careful(one, part.raw) for name, one in part.readings.items()}
            part.rules = rules_for(table, part, tomorrow)
        engine.run(f"drop view {checked.staged}")
        _write(engine, checked, extras)
    checked.any_bad = bool(engine.value(f"select count(*) from {checked.seen} where _rule is not null"))
    return checked


def _careful(reading: Reading, raw: Raw) -> Reading:
    if reading.column.kind != "id" or not reading.names:
        return reading
    kind = raw.columns[reading.names[0]]
    sql = parsing.id_text(identifier(reading.names[0]), kind, repaired=False)
    return Reading(reading.column, sql, reading.text, reading.names, native=False)


def _select(number: int, part: Part, table: Table, extras: tuple[str, ...]) -> str:
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
            texts.append(f"{one.text} as {quoted}")
    cases = " ".join(f"when {rule.condition} then {at}" for at, rule in enumerate(part.rules))
    verdict = f"case {cases} end" if cases else "null"
    kept = ", ".join(identifier(name) for name in (*table.names, *extras))
    return f"""
select {number} as _part, {ROW}, {kept}, cast({verdict} as smallint) as _rule
from (select {ROW}, {", ".join(typed + texts)} from {identifier(part.raw.relation)}) as parsed"""


def _write(engine: Engine, checked: Checked, extras: tuple[str, ...]) -> None:
    query = "\nunion all\n".join(
        _select(number, part, checked.table, extras) for number, part in enumerate(checked.parts)
    )
    if checked.parts[0].raw.lazy:
        engine.run(f"create view {checked.staged} as {query}")
    elif sum(part.rows for part in checked.parts) > MANY:
        path = literal(str(engine.scratch(".parquet")))
        engine.run(f"copy ({query}) to {path} (format parquet)")
        engine.run(f"create view {checked.staged} as select * from read_parquet({path})")
    else:
        engine.run(f"create table {checked.staged} as {query}")
    member = "member_id" if "member_id" in checked.columns else "cast(null as varchar)"
    clock = identifier(checked.table.clock) if checked.table.clock else "cast(null as timestamp)"
    engine.run(
        f"create or replace table {checked.seen} as select _part, {member} as member_id, _rule, count(*) "
        f"as n, "
        f"min({clock}) as first_at, max({clock}) as last_at from {checked.staged} group by _part, "
        f"{member}, _rule"
    )


def _needs_care(engine: Engine, checked: Checked) -> bool:
    # Ids of a Parquet file are looked at once a member, not once a row.
    blanks = ", ".join(literal(word) for word in parsing.BLANKS)
    return bool(
        engine.value(
            f"select count(*) from {checked.seen} where trim(member_id) <> member_id "
            f"or lower(member_id) in ({blanks}) or regexp_matches(member_id, {literal(parsing.DAMAGED_ID)})"
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
    table, key = checked.table, [name for name in checked.table.key if name in checked.columns]
    if not key or len(key) < len(table.key) or any(part.source.grain == "line" for part in checked.parts):
        return
    names = ", ".join(key)
    distinct = names if len(key) == 1 else f"({names})"
    filled = " and ".join(f"{name} is not null" for name in key)
    good = f"from {checked.staged} where {checked.good()} and {filled}"
    if not engine.value(f"select count(*) - count(distinct {distinct}) {good}"):
        return
    sign = ", amount < 0" if table.name == "orders" else ""
    first = "joined_at nulls last, " if table.name == "members" else ""
    engine.run(
        f"create table {checked.dropped} as select _part, {ROW}, cast({DUPLICATE} as smallint) as _rule "
        f"from ("
        f"select _part, {ROW}, row_number() over (partition by {names}{sign} order by {first}_part, {ROW}) "
        f"as nth "
        f"{good}) as ranked where nth > 1"
    )
    if engine.value(f"select count(*) from {checked.dropped}"):
        checked.later.add(DUPLICATE)


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


LATER = {
    DUPLICATE: (
        "key seen before",
        "Remove the repeated rows; where a row is a line of an order, set {where}.grain: line.",
    ),
    EARLY_ORDER: ("order before joining", "Mend joined_at, or set {where}.orders_before_joining: keep."),
}


def quarantine(engine: Engine, checked: Checked) -> None:
    """Copy the rows that are set aside, with file, row, rule, column and value, into the quarantine.

    Parameters
    ----------
    engine : Engine
        Where the rows are; gets the table ``quarantine_<table>``.
    checked : Checked
        The table.
    """
    target = f"quarantine_{checked.table.name}"
    engine.run(
        f'create table {target} ("file" varchar, "row" bigint, "rule" varchar, "column" varchar, "value" '
        f"varchar, "
        '"original" varchar, _part integer, _rule smallint)'
    )
    key = checked.table.key[0] if checked.table.key else ""
    for number, part in enumerate(checked.parts):
        file = literal(part.raw.file)
        rules = {at: (rule.name, rule.column) for at, rule in enumerate(part.rules)}
        rules |= {DUPLICATE: (LATER[DUPLICATE][0], key), EARLY_ORDER: (LATER[EARLY_ORDER][0], "ordered_at")}
        if checked.any_bad or checked.later:
            bad = f"select {ROW}, _rule from {checked.staged} where _part = {number} and _rule is not null"
            if checked.later:
                bad += f" union all select {ROW}, _rule from {checked.dropped} where _part = {number}"
            there = {int(row[0]) for row in engine.rows(f"select distinct _rule from ({bad}) as b")}
            for rule in sorted(there):
                name, column = rules[rule]
                reading = part.readings.get(column)
                value = reading.text if reading else "null"
                label = reading.label if reading else column
                engine.run(
                    f"insert into {target} select {file}, r.{ROW}, {literal(name)}, {literal(label)}, "
                    f"cast({value} as varchar), cast(to_json(r) as varchar), {number}, {rule} "
                    f"from {identifier(part.raw.relation)} as r where r.{ROW} in "
                    f"(select {ROW} from ({bad}) as b where _rule = {rule})"
                )
        if part.raw.torn:
            lines = pa.table(
                {
                    "row": [line.row for line in part.raw.torn],
                    "rule": [f"torn row: {line.reason}" for line in part.raw.torn],
                    "text": [line.text for line in part.raw.torn],
                }
            )
            engine.register("torn_lines", lines)
            engine.run(
                f'insert into {target} select {file}, "row", "rule", \'\', text, null, {number}, {TORN} '
                f"from torn_lines"
            )
            engine.connection.unregister("torn_lines")


def finding(
    table: str, column: str, rule: str, severity: str, rows: int, examples: Iterable[Any], message: str
) -> dict[str, Any]:
    """Return one row of the findings."""
    shown = ", ".join(str(one)[:60] for one in examples if one is not None)
    return dict(zip(FINDING_COLUMNS, (table, column, rule, severity, rows, shown, message), strict=True))


def findings(engine: Engine, checked: Checked) -> list[dict[str, Any]]:
    """Say for each rule that rows broke: file, column, first rows, an example, and the remedy.

    Parameters
    ----------
    engine : Engine
        Where the quarantine is.
    checked : Checked
        The table.

    Returns
    -------
    list of dict
        Rows of the findings.
    """
    where = f"tables.{checked.table.name}"
    said: list[dict[str, Any]] = []
    if not (checked.any_bad or checked.later or any(part.raw.torn for part in checked.parts)):
        return said
    found = engine.rows(
        f"""
        select _part, _rule, "rule", "column", count(*) as n, min_by("value", "row") as value
        from quarantine_{checked.table.name}
        group by _part, _rule, "rule", "column"
        order by _part, _rule, "rule"
        """
    )
    for number, rule, name, column, n, value in found:
        part = checked.parts[number]
        rows = engine.rows(
            f'select "row" from quarantine_{checked.table.name} where _part = $part and "rule" = $rule '
            'and "column" = $column order by "row" limit 3',
            part=number,
            rule=name,
            column=column,
        )
        if rule == TORN:
            remedy = "Mend the line in the file, or leave it in quarantine."
        elif rule in LATER:
            remedy = LATER[rule][1].format(where=where)
        else:
            remedy = part.rules[rule].remedy
        example = f' (for example "{str(value)[:60]}")' if value is not None else ""
        at = (
            f"{part.raw.file}{f', column {column}' if column else ''}, "
            f"{rows_text([row[0] for row in rows], n)}"
        )
        message = f"{at}: {name}{example}. {remedy}"
        said.append(finding(checked.table.name, column, name, "set_aside", n, [value], message))
    return said


def rows_text(first: list[int], total: int) -> str:
    """Name the first rows and say how many more there are.

    Examples
    --------
    >>> rows_text([17, 204, 310], 34), rows_text([5], 1)
    ('rows 17, 204, 310 and 31 more', 'row 5')
    """
    listed = ", ".join(str(row) for row in first)
    more = f" and {total - len(first)} more" if total > len(first) else ""
    return f"{'rows' if total > 1 else 'row'} {listed}{more}"
