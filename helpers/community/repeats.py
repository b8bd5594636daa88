"""Rows whose key was seen before, looked for among what is new; what was found before is kept in a store."""

from __future__ import annotations

from typing import Any

from helpers.community import checks, known_ids
from helpers.community.checks import DUPLICATE, Checked
from helpers.community.engine import Engine, literal
from helpers.community.raw import ROW
from helpers.community.segments import Kept, scan
from helpers.community.store import Store

GIVEN = '"row", "rule", "column", "value", "original"'


class Unkept(Exception):
    """A row of an unchanged file is set aside now, and how it is written in the file was not kept."""

    def __init__(self, keys: set[str]) -> None:
        super().__init__()
        self.keys = keys


def drop_duplicates(engine: Engine, checked: Checked, store: Store | None) -> None:
    """List the rows whose key was seen before, as `checks.drop_duplicates` does.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    checked : Checked
        The table; its ``later`` rules are completed.
    store : Store or None
        What was found before. Where the rows of then stand in the same order, only keys of new rows are
        looked at.
    """
    key = checks.key_of(checked)
    if not key:
        return
    if store is None or not _continues(checked, store):
        checks.drop_duplicates(engine, checked)
        return
    lives = [kept.live for part in checked.parts if (kept := _kept(part)).live]
    before = store.tables[checked.table.name]
    names = ", ".join(key)
    one = names if len(key) == 1 else f"({names})"
    nothing = f"select cast(null as integer) as _part, cast(null as bigint) as {ROW} where 1 = 0"
    found = nothing
    if before["dropped"]:
        found = (
            f"select p.part as _part, d.{ROW} from {scan(store, [before['dropped']])} as d "
            f"inner join ({numbers(checked)}) as p on d.identity = p.identity where d._rule = {DUPLICATE}"
        )
    engine.run(f"create table repeats_before as {found}")
    news = nothing
    if lives:
        filled = " and ".join(f"{name} is not null" for name in key)
        keys = " union all ".join(
            f"select {names} from {_wide(checked, key, live)} where _rule is null and {filled}"
            for live in lives
        )
        engine.run(f"create table new_keys as select distinct {names} from ({keys}) as k")
        engine.run(
            f"create table with_new_keys as select * from {checked.staged} where _rule is null "
            f"and {one} in (select {one} from new_keys)"
        )
        ranked = checks.ranked(checked, key, "from with_new_keys")
        news = f"select _part, {ROW} from ({ranked}) as ranked where nth > 1"
        old = f"(_part, {ROW}) not in (select (_part, {ROW}) from with_new_keys)"
        found = f"select _part, {ROW} from repeats_before where {old} union all {news}"
    else:
        found = f"select _part, {ROW} from repeats_before"
    engine.run(
        f"create table {checked.dropped} as select _part, {ROW}, cast({DUPLICATE} as smallint) as _rule "
        f"from ({found}) as found"
    )
    for name in ("repeats_before", "new_keys", "with_new_keys"):
        engine.run(f"drop table if exists {name}")
    if engine.value(f"select count(*) from {checked.dropped}"):
        checked.later.add(DUPLICATE)


def _kept(part: Any) -> Kept:
    kept: Kept = part.kept
    return kept


def _wide(checked: Checked, key: list[str], live: str) -> str:
    # A file that does not hold a column of the key has rows without one.
    number = int(live.split("_")[1])
    there = checked.parts[number].readings
    columns = [name if name in there else f"cast(null as varchar) as {name}" for name in key]
    return f"(select _rule, {', '.join(columns)} from {live}) as rows_of_{live}"


def _continues(checked: Checked, store: Store) -> bool:
    # What was found holds if the rows of then are all there, in their order, or none of them was a repeat.
    before = store.tables.get(checked.table.name)
    if before is None or not store.sound(before["files"]):
        return False
    covered: dict[str, list[str]] = dict(before["covers"])
    old = [
        (kept.record["identity"], [one["rows"] for one in kept.old])
        for part in checked.parts
        if (kept := _kept(part)).old
    ]
    if any(covered.get(identity) != rows for identity, rows in old):
        return False
    order = [identity for identity, _rows in before["covers"]]
    return not before["dropped"] or order == [identity for identity, _rows in old]


def numbers(checked: Checked) -> str:
    """Write a query that gives the number of each part beside what it is called in the store."""
    return " union all ".join(
        f"select {literal(_kept(part).record['identity'])} as identity, {number} as part"
        for number, part in enumerate(checked.parts)
    )


def complete(engine: Engine, checked: Checked, store: Store) -> None:
    """Add to the quarantine the rows of unchanged files that were found to be repeats before.

    Parameters
    ----------
    engine : Engine
        Where the quarantine is.
    checked : Checked
        The table.
    store : Store
        What was found before.

    Raises
    ------
    Unkept
        When such a row was not set aside before, so that nobody kept how it is written.
    """
    if not checked.later:
        return
    name, target = checked.table.name, f"quarantine_{checked.table.name}"
    before = store.tables.get(name)
    told = f"select (_part, {ROW}, _rule) from {target} where _rule < 0 and {ROW} is not null"
    wanted = (
        f"select d._part, d.{ROW}, d._rule from {checked.dropped} as d "
        f"where (d._part, d.{ROW}, d._rule) not in ({told})"
    )
    if before and before["dropped"] and store.sound(before["files"]):
        files = " union all ".join(
            f"select {number} as number, {literal(part.raw.file)} as file"
            for number, part in enumerate(checked.parts)
        )
        given = ", ".join(f"k.{one.strip()}" for one in GIVEN.split(","))
        engine.run(
            f"insert into {target} select f.file, {given}, "
            f"w._part, w._rule, w.{ROW} from ({wanted}) as w "
            f"inner join ({numbers(checked)}) as p on p.part = w._part "
            f"inner join {scan(store, [before['dropped']])} as k "
            f"on k.identity = p.identity and k.{ROW} = w.{ROW} and k._rule = w._rule "
            "inner join (" + files + ") as f on f.number = w._part"
        )
    missing = {int(part) for (part,) in engine.rows(f"select distinct _part from ({wanted}) as w")}
    if missing:
        raise Unkept({_kept(checked.parts[number]).key for number in missing})


def record(engine: Engine, checked: Checked, store: Store) -> dict[str, Any]:
    """Keep what was found across the rows of a table.

    Parameters
    ----------
    engine : Engine
        Where the quarantine is.
    checked : Checked
        The table.
    store : Store
        Where to.

    Returns
    -------
    dict
        What the store is to know of the table.
    """
    covers = [
        [_kept(part).record["identity"], [one["rows"] for one in _kept(part).segments]]
        for part in checked.parts
    ]
    name = ""
    before = store.tables.get(checked.table.name)
    if checked.later:
        path = store.new("dropped")
        rules = ", ".join(str(one) for one in sorted(checked.later))
        engine.run(
            f"copy (select p.identity, q.{ROW}, q._rule, {GIVEN} from quarantine_{checked.table.name} as q "
            f"inner join ({numbers(checked)}) as p on p.part = q._part where q._rule in ({rules})) "
            f"to {literal(str(path))} (format parquet)"
        )
        name = path.name
        if before and before["covers"] == covers and before["dropped"]:
            old, new = (f"select * from {scan(store, [one])}" for one in (before["dropped"], name))
            differ = f"({old} except {new}) union all ({new} except {old})"
            if not engine.value(f"select count(*) from ({differ}) as x"):
                path.unlink()
                return before
    return {"covers": covers, "dropped": name, "files": [name] if name else []}


def commit(engine: Engine, tables: dict[str, Checked], store: Store) -> None:
    """Let a store hold what an opening found.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    tables : dict of str to Checked
        The tables.
    store : Store
        Where their rows are kept.
    """
    parts = {}
    for checked in tables.values():
        for part in checked.parts:
            kept = _kept(part)
            kinds = ("rows", "seen", "aside", "days")
            kept.record["files"] = [one[kind] for one in kept.segments for kind in kinds if one[kind]]
            parts[kept.key] = kept.record
    found = {name: record(engine, checked, store) for name, checked in tables.items()}
    store.commit(parts, found | ({known_ids.TABLE: store.hidden} if store.hidden else {}))
