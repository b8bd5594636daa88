"""Segments: the checked rows of a file, or of what was appended to one, as they lie in a store."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.community import checks, delimited, reading
from helpers.community.checks import TORN, Checked
from helpers.community.columns import Reading
from helpers.community.contract import SQL_TYPES, Column, Table
from helpers.community.delimited import Torn
from helpers.community.engine import Engine, identifier, literal
from helpers.community.growth import Otherwise, Reach
from helpers.community.importers import Export
from helpers.community.parsing import DateForm
from helpers.community.raw import ROW, Raw
from helpers.community.rules import Part, rules_for
from helpers.community.settings import TableSource
from helpers.community.store import Store

if TYPE_CHECKING:
    from helpers.community.door import Door

FUTURE = "date in the future"
SEEN = "member_id, _rule, n, first_at, last_at"


@dataclass
class Kept:
    """Say where the rows of one part lie in a store.

    Parameters
    ----------
    key : str
        Stands for the settings by which it is read.
    record : dict
        What the store is to know of it.
    live : str
        Relation of the rows that were read this time; empty when none were.
    torn : int
        Torn lines that were known before.
    """

    key: str
    record: dict[str, Any]
    live: str = ""
    torn: int = 0

    @property
    def segments(self) -> list[dict[str, Any]]:
        """Its segments, in the order of their rows."""
        found: list[dict[str, Any]] = self.record["segments"]
        return found

    @property
    def old(self) -> list[dict[str, Any]]:
        """The segments that were there before."""
        return self.segments[:-1] if self.live else self.segments


def scan(store: Store, names: Iterable[str]) -> str:
    """Write the relation that reads some files of a store, one after the other."""
    listed = ", ".join(literal(str(store.path(name))) for name in names)
    return f"read_parquet([{listed}])"


# one file --------------------------------------------------------------------------------------


class Reader:
    """Read what is new of every file, and take the rest from a store.

    Parameters
    ----------
    store : Store
        What is there of the last opening.
    whole : set of str, default ()
        Keys of files that must be read whole, whatever the store holds of them.
    """

    def __init__(self, store: Store, whole: Iterable[str] = ()) -> None:
        self.store = store
        self.whole = set(whole)
        self.told: list[dict[str, Any]] = []
        self._keys: set[str] = set()

    def part(self, door: Door, table: Table, source: TableSource) -> Part:
        """Read one file or ask one query, as far as the store does not know it already."""
        spoken = door.language if any(one.by_language for one in source.columns.values()) else ""
        settings = door.settings
        chosen = [table.name, repr(source), settings.timezone, settings.day_starts_at, settings.simulated]
        key = hashlib.sha256(json.dumps([*chosen, spoken]).encode()).hexdigest()
        while key in self._keys:  # a file may be named twice
            key += "+"
        self._keys.add(key)
        before = int(self.store.parts.get(key, {}).get("rows", 0))
        record = None if key in self.whole else self.store.parts.get(key)
        if record and not (self._in_time(record, door.tomorrow) and self.store.sound(record["files"])):
            record = None
        path, stamp, part = None, None, None
        if source.database is None:
            path = reading.locate(source, settings.folder)
            stamp = _stamp(path)
            part = self._known(door, table, source, path, record) if record else None
        if part is None:
            part = door.read(table, source)
            if record and source.database and part.raw.sha256 == record["sha256"]:
                door.forget(part)
                part = _again(table, source, self.store, record)
            elif part.rows or part.raw.torn:
                part.kept = Kept(key, {"identity": _identity(key, part.raw.sha256), "segments": []})
        if part.kept is not None:
            part.kept.key = key
            known = _stamp(path) == stamp  # a file that was written to while it was read is read again
            reach = part.raw.reach
            part.kept.record |= {
                "sha256": part.raw.sha256 if known else "",
                "rows": part.rows,
                "torn": len(part.raw.torn),
                "reach": asdict(reach) if reach and known else None,
                "tomorrow": str(door.tomorrow),
            }
        new, how = (part.rows, "whole") if part.raw.relation else (0, "kept")
        if part.raw.relation and part.kept is not None and part.kept.segments:
            how = "added"
            new = int(door.engine.value(f"select count(*) from {identifier(part.raw.relation)}"))
        told = {"table": table.name, "file": part.raw.file, "rows": part.rows, "read": new, "how": how}
        self.told.append(told | {"before": before})
        return part

    def lost(self) -> dict[str, Any]:
        """Say what of the store could not be used: all of it, or files that are no longer there."""
        there = {one["file"] for one in self.told}
        gone = {record["file"] for record in self.store.parts.values()} - there
        return {"discarded": self.store.discarded, "gone": sorted(gone)}

    def _in_time(self, record: dict[str, Any], tomorrow: dt.date | None) -> bool:
        # A row that lies in the future today may be a good one tomorrow.
        later = record["tomorrow"] < str(tomorrow) and not record["future"]
        return record["tomorrow"] == str(tomorrow) or later

    def _known(
        self, door: Door, table: Table, source: TableSource, path: Path, record: dict[str, Any]
    ) -> Part | None:
        reach = Reach(**_tuples(record["reach"])) if record["reach"] else None
        if source.format is not None:
            sha256, begun = Export(path).sha256, ""
        elif not path.stat().st_size:
            return None
        else:
            first = reach.size if reach else 0
            seen = delimited.survey(path, "binary", first=first, blanks=False)
            sha256, begun = seen.sha256, seen.begun
        if sha256 == record["sha256"]:
            return _again(table, source, self.store, record)
        if reach is None or begun != record["sha256"]:
            return None
        part = _again(table, source, self.store, record)
        try:
            more = door.read(table, source, before=replace(reach, sha256=sha256), earlier=part)
        except Otherwise:
            return None
        old, new = part.raw, more.raw
        raw = replace(new, torn=[*old.torn, *new.torn])
        return Part(source, raw, more.readings, part.rows + more.rows, kept=part.kept)


def _stamp(path: Path | None) -> tuple[int, int] | None:
    if path is None or path.is_dir():
        return None
    about = path.stat()
    return about.st_size, about.st_mtime_ns


def _identity(key: str, sha256: str) -> str:
    return hashlib.sha256(f"{key} {sha256}".encode()).hexdigest()[:20]


def _tuples(reach: dict[str, Any]) -> dict[str, Any]:
    return reach | {"names": tuple(reach["names"]), "runs": tuple(reach["runs"])}


def _again(table: Table, source: TableSource, store: Store, record: dict[str, Any]) -> Part:
    torn = [Torn(0, "", "")] * record["torn"]
    reach = Reach(**_tuples(record["reach"])) if record["reach"] else None
    raw = Raw("", record["file"], record["sha256"], torn=torn, doubled=set(record["doubled"]), reach=reach)
    read = {one["name"]: _reading(table, one) for one in record["readings"]}
    kept = Kept("", json.loads(json.dumps(record)), torn=record["torn"])
    return Part(source, raw, read, record["rows"], kept=kept)


def _plain(name: str, one: Reading) -> dict[str, Any]:
    told = {"name": name, "sql": one.sql, "text": one.text, "names": one.names, "native": one.native}
    form = asdict(one.form) if one.form else None
    return told | {"form": form, "repaired": one.repaired, "words": one.words, "looked": one.looked}


def _reading(table: Table, told: dict[str, Any]) -> Reading:
    name, form, looked = told["name"], told["form"], told["looked"]
    column = table.column(name) if name in table.names else Column(name, "category", "", "")
    if form:
        form = DateForm(**form | {"formats": tuple(form["formats"])})
    if looked is not None:
        looked = tuple(tuple(one) if isinstance(one, list) else one for one in looked)
    names, native = tuple(told["names"]), told["native"]
    return Reading(
        column, told["sql"], told["text"], names, native, form, told["repaired"], told["words"], looked
    )


# one table -------------------------------------------------------------------------------------


def stage(
    engine: Engine,
    table: Table,
    parts: list[Part],
    store: Store | None,
    *,
    tomorrow: dt.date | None,
    hours: int = 0,
) -> Checked:
    """Check the rows that were read this time, keep them in the store, and put all rows together.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    table : Table
        The table of the contract.
    parts : list of Part
        The files that feed it.
    store : Store or None
        Where their rows are kept; without one all rows were read this time.
    tomorrow : datetime.date or None
        First day that has not come yet.
    hours : int, default 0
        Hour at which a day starts.

    Returns
    -------
    Checked
        The checked table, as `checks.stage` gives it.
    """
    if store is None:
        return checks.stage(engine, table, parts, tomorrow=tomorrow, hours=hours)
    names = tuple(dict.fromkeys(name for part in parts for name in part.readings))
    checked = Checked(table, f"staged_{table.name}", parts, names)
    for number, part in enumerate(parts):
        part.raw.lazy = False
        part.rules = rules_for(table, part, tomorrow)
        if part.kept is not None and part.raw.relation:
            _write(engine, checked, number, store)
    kinds = {column.name: SQL_TYPES[column.kind] for column in table.columns}
    extras = [name for name in names if name not in table.names]
    rows, seen = [], []
    for number, part in enumerate(parts):
        assert part.kept is not None
        there = [
            identifier(name)
            if name in part.readings
            else f"cast(null as {kinds.get(name, 'varchar')}) as {identifier(name)}"
            for name in (*table.names, *extras)
        ]
        source = scan(store, [one["rows"] for one in part.kept.segments])
        rows.append(f"select {number} as _part, {ROW}, {', '.join(there)}, _rule from {source}")
        source = scan(store, [one["seen"] for one in part.kept.segments])
        seen.append(f"select {number} as _part, {SEEN} from {source}")
    engine.run(f"create view {checked.staged} as {' union all '.join(rows)}")
    engine.run(f"create table {checked.seen} as {' union all '.join(seen)}")
    checked.any_bad = bool(engine.value(f"select count(*) from {checked.seen} where _rule is not null"))
    return checked


def _write(engine: Engine, checked: Checked, number: int, store: Store) -> None:
    table, part = checked.table, checked.parts[number]
    kept = part.kept
    assert kept is not None
    supplied = [name for name in table.names if name in part.readings]
    extras = tuple(name for name in part.readings if name not in table.names)
    query = checks.select(number, part, table, supplied, extras)
    rows, seen = store.new("rows"), store.new("seen")
    listed = ", ".join([ROW, *map(identifier, (*supplied, *extras)), "_rule"])
    engine.run(f"copy (select {listed} from ({query}) as judged) to {literal(str(rows))} (format parquet)")
    kept.live = f"live_{number}_{table.name}"
    engine.run(f"create view {kept.live} as select * from {scan(store, [rows.name])}")
    counts = checks.seen_sql(kept.live, table, part.readings)
    engine.run(f"copy ({counts}) to {literal(str(seen))} (format parquet)")
    late = [at for at, rule in enumerate(part.rules) if rule.name == FUTURE]
    future = bool(late) and engine.value(
        f"select 1 from {kept.live} where _rule in ({', '.join(map(str, late))}) limit 1"
    )
    kept.segments.append({"rows": rows.name, "seen": seen.name, "aside": "", "days": ""})
    kept.record |= {
        "file": part.raw.file,
        "doubled": sorted(part.raw.doubled),
        "readings": [_plain(name, one) for name, one in part.readings.items()],
        "future": bool(future or kept.record.get("future")),
    }


def complete(engine: Engine, checked: Checked, store: Store) -> None:
    """Keep the rows that were set aside this time, and add those that were set aside before.

    Parameters
    ----------
    engine : Engine
        Where ``quarantine_<table>`` holds what was set aside of the rows read this time.
    checked : Checked
        The table.
    store : Store
        Where the rows are kept.
    """
    target = f"quarantine_{checked.table.name}"
    given = '"row", "rule", "column", "value", "original"'
    for number, part in enumerate(checked.parts):
        kept = part.kept
        assert kept is not None
        before = [one["aside"] for one in kept.segments if one["aside"]]
        found = f"from {target} where _part = {number} and (_rule >= 0 or _rule = {TORN})"
        if kept.live and engine.value(f"select count(*) {found}"):
            path = store.new("aside")
            engine.run(f"copy (select {given}, _rule {found}) to {literal(str(path))} (format parquet)")
            kept.segments[-1]["aside"] = path.name
        if before:
            engine.run(
                f"insert into {target} select {literal(part.raw.file)}, {given}, {number}, _rule, null "
                f"from {scan(store, before)}"
            )
