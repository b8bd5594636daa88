"""What platforms export, read once for all tables that it feeds."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from helpers.community import progress, spreadsheets
from helpers.community.delimited import Torn
from helpers.community.engine import Engine, identifier
from helpers.community.importers import IMPORTERS, Export, Importer
from helpers.community.importers.importer import Block, Record
from helpers.community.landing import SHARED, TURNED, Landing, Turned, writer
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


def batches(importer: Importer, export: Export) -> Iterator[list[Record | Block]]:
    """Read an export once, for all tables, a few thousand records at a time, and tell how far it is.

    Parameters
    ----------
    importer : Importer
        Its format.
    export : Export
        What the platform gave.

    Yields
    ------
    list of tuple or Block
        Tables and records, as `Importer.blocks` gives them.
    """
    some, held, read = list[Record | Block](), 0, 0
    collecting = gc.isenabled()
    gc.disable()  # rows refer to nothing that refers to them: looking for that takes a tenth of the time
    try:
        for one in (importer.blocks or importer.records)(export):
            some.append(one)
            held += len(one.numbers) if type(one) is Block else 1
            if held >= TOGETHER:
                read += held
                progress.reading(export.path, read)
                yield some
                some, held = [], 0
        if some:
            progress.reading(export.path, read + held)
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
        shared: Turned = deque(maxlen=SHARED)
        with writer(engine) as writing, spreadsheets.texts_kept():
            landings = {
                table: Landing(writing, f"export_{number}_{table}", columns, shared)
                for table, columns in importer.tables.items()
                if table in tables
            }
            torn: dict[str, list[Torn]] = {table: [] for table in landings}
            for some in batches(importer, given):
                for one in some:
                    landing = landings.get(one[0])
                    if landing is None:
                        continue
                    if isinstance(one, Block):
                        landing.block(one.numbers, one.columns)
                    elif isinstance(one[1], Torn):
                        torn[one[0]].append(one[1])
                    else:
                        landing.rows.append(one[1])
                for landing in landings.values():
                    landing.turn()
            for landing in landings.values():
                landing.done()
        for table, landing in landings.items():
            raw = Raw(landing.relation, path.name, given.sha256, torn=torn[table])
            self.kept[path, form, table] = raw
