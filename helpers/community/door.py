"""From files to views: read, check, exclude, put every clock and id into one form, and keep the account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from helpers.community import (
    checks,
    columns,
    databases,
    formats,
    found_days,
    known_ids,
    notes,
    privacy,
    progress,
    quarantine,
    reading,
    repeats,
    segments,
)
from helpers.community.checks import Checked
from helpers.community.contract import SQL_TYPES, TABLES, Table
from helpers.community.engine import Engine, identifier
from helpers.community.errors import DataError, TableMissing
from helpers.community.exports import Exports, siblings
from helpers.community.growth import Reach
from helpers.community.orders import normal_form
from helpers.community.outsiders import KEPT, VIEWS, Outsiders, remark, separate
from helpers.community.rules import Part
from helpers.community.segments import Reader
from helpers.community.sentences import NOTHING, Sentence, rows_of
from helpers.community.sentences import mark as _
from helpers.community.settings import Settings, TableSource, read_date
from helpers.community.span import last_day, no_rows

LAZY_ROWS = 2_000_000  # Parquet with fewer rows is faster when its checked rows are kept in memory
ID_COLUMNS = {
    "contents": ("author_id",),
    "events": ("member_id", "mentions"),
    "members": ("member_id", "invited_by"),
    "assignments": ("unit_id",),
}
KNOWN_LATER = {"members": "left_at", "moderation": "handled_at"}  # empty until the day it is known
ACCOUNT = ["table", "file", "sha256", "rows_in", "used", "set_aside", "excluded"]


@dataclass
class Door:
    """Let a community's tables in: what came of each is kept here."""

    engine: Engine
    settings: Settings
    language: str
    hidden: bool
    tables: dict[str, Checked] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    heard: list[dict[str, Any]] = field(default_factory=list)  # what was said before any day was chosen
    account: list[dict[str, Any]] = field(default_factory=list)
    first_day: dt.date = dt.date.min
    as_of: dt.date = dt.date.max
    active_from: dt.date = dt.date.min
    asked: dt.date | None = None
    outsiders: Outsiders = field(default_factory=Outsiders)
    reader: Reader | None = None  # where a store keeps what was read before
    tomorrow: dt.date | None = None
    exports: Exports = field(default_factory=Exports)

    # reading and checking --------------------------------------------------------------------

    def admit(self, frames: Mapping[str, Any]) -> None:
        """Read and check every table, from frames or from the files that the settings name."""
        empty: Sentence | None = None
        today = dt.datetime.now(ZoneInfo(self.settings.timezone)).date()
        store = self.reader.store if self.reader else None
        self.tomorrow = tomorrow = None if self.settings.simulated else today + dt.timedelta(days=1)
        for name in TABLES:
            parts = []
            for source in self._sources(name, frames):
                if self.reader is not None:
                    part = self.reader.part(self, TABLES[name], source)
                else:
                    part = self.read(TABLES[name], source, frames.get(name))
                if part.rows or part.raw.torn or frames:
                    parts.append(part)
                if not part.rows and not part.raw.torn:
                    text = _("{file}: a header and no rows, so there is no table {table}.")
                    if part.source.database:
                        text = _("{file}: the query gave no rows, so there is no table {table}.")
                    message = Sentence(text, file=part.raw.file, table=name)
                    self.said.append(quarantine.finding(name, "", "no rows", "note", 0, [], message))
                    if empty is None or name in ("events", "orders"):
                        empty = message
            if parts:
                progress.step(Sentence(progress.CHECKING, file=parts[0].raw.file))
                try:
                    hours = self.settings.day_starts_at
                    staged = segments.stage(
                        self.engine, TABLES[name], parts, store, tomorrow=tomorrow, hours=hours
                    )
                    self.tables[name] = staged
                except duckdb.Error:
                    formats.read_through(self.engine, [part.raw for part in parts])
                    raise
        if not {"events", "orders", "surveys"} & set(self.tables):
            if empty is not None:
                raise DataError(
                    _("{empty} Events or orders are needed: export the file again, with its rows."),
                    empty=empty,
                )
            raise TableMissing("events", TABLES["events"].required)
        for checked in self.tables.values():
            repeats.drop_duplicates(self.engine, checked, store)
        early = 0
        if "orders" in self.tables and "members" in self.tables:
            early = checks.drop_early_orders(self.engine, self.tables["orders"], self.tables["members"])
        progress.step(Sentence(progress.OPENING))
        self._remarks(early)

    def holds(self, name: str) -> bool:
        """Return whether a table was given and any row came in with it."""
        return name in self.tables and any(part.rows for part in self.tables[name].parts)

    def _sources(self, name: str, frames: Mapping[str, Any]) -> tuple[TableSource, ...]:
        given = self.settings.tables.get(name, ())
        if frames:
            return (given[0] if given else TableSource(name),) if name in frames else ()
        return tuple(one for source in given for one in reading.files(source, self.settings.folder))

    def read(
        self,
        table: Table,
        source: TableSource,
        frame: Any = None,
        *,
        before: Reach | None = None,
        earlier: Part | None = None,
    ) -> Part:
        """Read one frame, file or answer, or the rows of a file after those that were read before."""
        relation = f"raw_{self.engine.next_number()}_{table.name}"
        if frame is not None:
            raw = reading.admit(self.engine, table.name, frame, relation)
        elif source.database is not None:
            raw = databases.read(self.engine, source, relation, folder=self.settings.folder)
        else:
            path = reading.locate(source, self.settings.folder)
            wanted = columns.expected_names(table, source, self.language)
            raw = reading.read(
                self.engine,
                source,
                relation,
                path=path,
                wanted=wanted,
                before=before,
                exports=self.exports,
                tables=siblings(source, self.settings.tables),
            )
        rows = int(self.engine.value(f"select count(*) from {identifier(relation)}"))
        raw.lazy = raw.lazy and rows >= LAZY_ROWS and self.reader is None  # a store keeps rows of its own
        read = {}
        if rows or raw.torn or frame is not None:
            try:
                read = columns.readings(
                    self.engine,
                    table,
                    source,
                    raw,
                    language=self.language,
                    zone=self.settings.timezone,
                    rows=rows + (earlier.rows if earlier else 0),
                    before=earlier.readings if earlier else None,
                )
            except duckdb.Error:
                formats.read_through(self.engine, [raw])
                raise
        return Part(source, raw, read, rows)

    def _remarks(self, early: int) -> None:
        for checked in self.tables.values():
            quarantine.set_aside(self.engine, checked)
            if self.reader is not None:
                segments.complete(self.engine, checked, self.reader.store)
                repeats.complete(self.engine, checked, self.reader.store)
            self.said += quarantine.findings(self.engine, checked, hidden=self.hidden)
            self.said += notes.on_columns(checked, hidden=self.hidden)
        if "orders" in self.tables:
            self.said += notes.on_amounts(self.engine, self.tables["orders"])
        self.said += notes.on_early_orders(self.tables, early)
        self.said += notes.on_links(self.engine, self.tables)
        self.said += notes.on_twins(self.engine, self.tables)
        if not self.settings.simulated:
            self.said += notes.on_personal_data(self.engine, self.tables)

    # who and until when ----------------------------------------------------------------------

    def bound(self, as_of: dt.date | str | None) -> None:
        """Fix the first and the last day, and the members that are left out."""
        self.heard = list(self.said)
        self.asked = None if as_of is None else read_date(as_of, "as_of")
        self.outsiders = separate(self.engine, self.settings, self.tables.get("members"))
        beside = [remark(self.engine, checked, self.outsiders) for checked in self.tables.values()]
        self.said += [one for said in beside for one in said]
        names: list[str] = [one for one in ("events", "orders") if one in self.tables]
        spans = [
            f"select {place} as place, min({self.day('first_at')}) as a, max({self.day('last_at')}) as b "
            f"from seen_{name} where _rule is null and {self.outsiders.inside('member_id')}"
            for place, name in enumerate(names or ["surveys"])
        ]
        found = sorted(row for row in self.engine.rows(" union all ".join(spans)) if row[1] is not None)
        if not found:
            raise no_rows(self.tables, self.said)
        # Of the time before the log of events nobody knows who was active, however old the orders are.
        self.active_from = found[0][1]
        self.first_day, last = min(row[1] for row in found), max(row[2] for row in found)
        self.as_of, told = last_day(self.settings, self.asked, self.first_day, last)
        self.said += told

    def day(self, clock: str) -> str:
        """Write the day of a time, which may begin at another hour than midnight."""
        hours = self.settings.day_starts_at
        return f"cast({clock} - interval '{hours} hours' as date)" if hours else f"cast({clock} as date)"

    # views -----------------------------------------------------------------------------------

    def open_views(self) -> None:
        """Create the views of the contract: used rows only, local days, pseudonyms where they are wanted."""
        if self.hidden:
            self._pseudonyms()
        for name, table in TABLES.items():
            checked = self.tables.get(name)
            if checked is None:
                nulls = ", ".join(f"cast(null as {SQL_TYPES[c.kind]}) as {c.name}" for c in table.columns)
                self.engine.run(
                    f"create view {name} as "
                    f"{self._dressed(table, f'(select {nulls} where 1 = 0)', (), 'true')}"
                )
                continue
            self._open(name, checked, self.outsiders.inside("member_id", name))
        for view, name in VIEWS.items():
            checked = self.tables.get(name)
            if checked is None:
                self.engine.run(f"create view {view} as select * from {name}")
            else:
                self._open(view, checked, self.outsiders.of_view(view, "member_id"))
        if "events" in self.tables:
            inside = self.outsiders.inside("s.member_id", "events")
            found_days.open_views(self.engine, self.tables["events"], inside, self.as_of, hidden=self.hidden)

    def _open(self, view: str, checked: Checked, whose: str) -> None:
        table = checked.table
        extras = tuple(column for column in checked.columns if column not in table.names)
        conditions = [checked.good(), self._until(table)]
        if "member_id" in table.names:
            conditions.append(whose)
        query = self._dressed(table, checked.staged, extras, " and ".join(conditions))
        kind = "table" if table.name == "orders" and self._merged(checked) else "view"
        self.engine.run(f"create {kind} {view} as {query}")

    def _merged(self, orders: Checked) -> bool:
        if any(part.source.grain == "line" for part in orders.parts):
            return True
        if not any(one["rule"] == "negative amount" for one in self.said):
            return False
        good = f"from {orders.staged} where {orders.good()}"
        return bool(self.engine.value(f"select count(*) - count(distinct order_id) {good}"))

    def _until(self, table: Table) -> str:
        if not table.clock:
            return "true"
        day = self.day(identifier(table.clock))
        return f"({identifier(table.clock)} is null or {day} <= date '{self.as_of}')"

    def _dressed(self, table: Table, staged: str, extras: tuple[str, ...], where: str) -> str:
        hidden: tuple[str, ...] = ()
        if self.hidden and table.name in self.tables:
            supplied = self.tables[table.name].columns
            hidden = tuple(one for one in ID_COLUMNS.get(table.name, ("member_id",)) if one in supplied)
        joins = "".join(
            f" left join private_ids as i{at} on s.{name} = i{at}.original_id"
            for at, name in enumerate(hidden)
        )
        lines = []
        for name in table.names:
            sql = f"s.{identifier(name)}"
            if name in hidden:
                at = hidden.index(name)
                sql = f"coalesce(i{at}.member_id, s.{name})" if name == "unit_id" else f"i{at}.member_id"
            elif self.hidden and table.name in self.tables and table.column(name).kind == "text":
                sql = privacy.covered(sql)
            if name == KNOWN_LATER.get(table.name):
                sql = f"case when {self.day(sql)} <= date '{self.as_of}' then {sql} end"
            lines.append(f"{sql} as {identifier(name)}")
        lines += [f"s.{identifier(name)} as {identifier(name)}" for name in extras]
        source = f"(select * from {staged} where {where}) as s{joins}"
        if table.name == "members":
            days = f", {self.day('joined_at')} as joined_day, {self.day('left_at')} as left_day"
            return f"select *{days} from (select {', '.join(lines)} from {source}) as dressed"
        if table.clock:
            lines.append(f"{self.day('s.' + identifier(table.clock))} as day")
        query = f"select {', '.join(lines)} from {source}"
        if table.name == "orders":
            checked = self.tables.get("orders")
            return normal_form(f"({query}) as dressed", merge=checked is not None and self._merged(checked))
        return query

    def _pseudonyms(self) -> None:
        found = [f"select member_id as id from {c.seen} where _rule is null" for c in self.tables.values()]
        for name, listed in ID_COLUMNS.items():
            if name in self.tables and name != "assignments":
                found += [
                    f"select {c} as id from {self.tables[name].staged}"
                    for c in listed
                    if c != "member_id" and c in self.tables[name].columns
                ]
        known_ids.hide(
            self.engine,
            " union all ".join(found),
            privacy.key_for(self.settings.folder),
            self.reader.store if self.reader else None,
        )

    # the account -----------------------------------------------------------------------------

    def balance(self) -> None:
        """Count for every file what was used, set aside and excluded, then let go of what was read."""
        for name, checked in self.tables.items():
            counts = self._tally(f"select _part, sum(n) from {checked.seen} group by _part")
            aside = self._tally(f"select _part, count(*) from quarantine_{name} group by _part")
            excluded = self._excluded(checked)
            for number, part in enumerate(checked.parts):
                rows_in = counts.get(number, 0) + len(part.raw.torn)
                set_aside, out = aside.get(number, 0), excluded.get(number, 0)
                used = rows_in - set_aside - out
                row = (name, part.raw.file, part.raw.sha256, rows_in, used, set_aside, out)
                self.account.append(dict(zip(ACCOUNT, row, strict=True)))
            total = sum(excluded.values())
            if total:
                roles = ", ".join(self.settings.exclude_roles)
                apart = self.outsiders.customers and name not in KEPT
                message = Sentence(
                    _(
                        "{file}, {rows}: excluded (members with the role {roles} or listed under "
                        "exclude{customers}, and rows after {as_of})."
                    ),
                    file=checked.parts[0].raw.file,
                    rows=rows_of(total),
                    roles=roles,
                    customers=Sentence(_(", of customers who have not joined")) if apart else NOTHING,
                    as_of=self.as_of,
                )
                self.said.append(quarantine.finding(name, "", "excluded", "excluded", total, [], message))
            for part in checked.parts:
                if not part.raw.lazy and part.raw.relation:
                    self.forget(part)

    def _tally(self, sql: str) -> dict[int, int]:
        return {int(part): int(n) for part, n in self.engine.rows(sql)}

    def _excluded(self, checked: Checked) -> dict[int, int]:
        used = "true"
        if "member_id" in checked.table.names:
            used = self.outsiders.used(checked.table.name, "member_id")
        last = self.engine.value(f"select max({self.day('last_at')}) from {checked.seen}")
        if last is None or last <= self.as_of:
            if used == "true":
                return {}
            if not checked.later:
                left_out = f"from {checked.seen} where _rule is null and not {used}"
                return self._tally(f"select _part, sum(n) {left_out} group by _part")
        return self._tally(
            f"select _part, count(*) from {checked.staged} where {checked.good()} "
            f"and not ({used} and {self._until(checked.table)}) group by _part"
        )

    def forget(self, part: Part) -> None:
        """Let go of what was read of a file."""
        relation = part.raw.relation
        self.engine.run(f"drop {'view' if part.raw.viewed else 'table'} {identifier(relation)}")
        if part.raw.behind == "frame":
            self.engine.connection.unregister(f"{relation}_frame")
        elif part.raw.behind:
            self.engine.run(f"drop {part.raw.behind} {identifier(relation + '_rows')}")


def quality(account: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the account as a frame with one row a file."""
    return pd.DataFrame(account, columns=ACCOUNT)


def defaults(settings: Settings, found: Mapping[str, str]) -> Settings:
    """Let files that bear the name of a table feed it, where the settings name no tables."""
    sources = {table: (TableSource(table, file=file),) for table, file in found.items()}
    return replace(settings, tables=sources)
