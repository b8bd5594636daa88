"""What platforms export, read once for all tables that it feeds."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from helpers.community import progress
from helpers.community.delimited import Torn
from helpers.community.engine import Engine, identifier
from helpers.community.importers import IMPORTERS, Export, Importer
from helpers.community.importers.importer import Record
from helpers.community.landing import TURNED, Landing
from helpers.community.raw import Raw
from helpers.community.settings import TableSource

TOGETHER = 2 * TURNED  # records that are handed on at once


def siblings(source: TableSource, tables: Mapping[str, Iterable[TableSource]]) -> tuple[str, ...]:
    """Return the tables that the settings feed from the same export.

    Parameters
    ----------
    source : TableSource
        One of them.
    tables : mapping of str to iterable of TableSource
        What feeds each table, as `Settings.tables` says.

    Returns
    -------
    tuple of str
        Their names, this one among them.

    Examples
    --------
    >>> chat = {name: (TableSource(name, file="chat.txt", format="qq"),) for name in ("events", "groups")}
    >>> siblings(chat["groups"][0], chat)
    ('events', 'groups')
    """
    alike = (source.file, source.format, source.package)
    fed = {one.table for many in tables.values() for one in many if _origin(one) == alike}
    return tuple(sorted(fed | {source.table}))


def _origin(source: TableSource) -> tuple[str | None, ...]:
    return source.file, source.format, source.package


def batches(importer: Importer, export: Export) -> Iterator[list[Record]]:
    """Read an export once, for all tables, a few thousand records at a time, and tell how far it is.

    Parameters
    ----------
    importer : Importer
        Its format.
    export : Export
        What the platform gave.

    Yields
    ------
    list of tuple
        Tables and records, as `Importer.records` gives them.
    """
    records, read = importer.records(export), 0
    collecting = gc.isenabled()
    gc.disable()  # rows refer to nothing that refers to them: looking for that takes a tenth of the time
    try:
        while some := list(islice(records, TOGETHER)):
            read += len(some)
            progress.reading(export.path, read)
            yield some
    finally:
        if collecting:
            gc.enable()


@dataclass
class Exports:
    """Read exports, and keep what a pass gave for other tables until those are asked for."""

    kept: dict[tuple[Path, str, str], Raw] = field(default_factory=dict)

    def read(
        self, engine: Engine, source: TableSource, relation: str, path: Path, tables: Iterable[str] = ()
    ) -> Raw:
        """Read one table of an export, and the others with it.

        Parameters
        ----------
        engine : Engine
            Where the rows go.
        source : TableSource
            Which table, and of which format the export is.
        relation : str
            Name to give it in the engine.
        path : pathlib.Path
            The file, folder or zip.
        tables : iterable of str, default ()
            Tables that will be asked for later on; others are passed over.

        Returns
        -------
        Raw
            The table.
        """
        key = path, source.format or "", source.table
        if key not in self.kept:
            self._pass(engine, path, source.format or "", {source.table, *tables})
        raw = self.kept.pop(key)
        engine.run(f"alter table {identifier(raw.relation)} rename to {identifier(relation)}")
        raw.relation = relation
        return raw

    def _pass(self, engine: Engine, path: Path, form: str, tables: set[str]) -> None:
        importer, given, number = IMPORTERS[form], Export(path), engine.next_number()
        landings = {
            table: Landing(engine, f"export_{number}_{table}", columns)
            for table, columns in importer.tables.items()
            if table in tables
        }
        torn: dict[str, list[Torn]] = {table: [] for table in landings}
        for some in batches(importer, given):
            for table, landing in landings.items():
                mine = [row for named, row in some if named == table]
                if Torn in set(map(type, mine)):
                    torn[table] += [row for row in mine if isinstance(row, Torn)]
                landing.rows += [row for row in mine if not isinstance(row, Torn)]
                landing.turn()
        for table, landing in landings.items():
            landing.done()
            raw = Raw(landing.relation, path.name, given.sha256, torn=torn[table])
            self.kept[path, form, table] = raw
