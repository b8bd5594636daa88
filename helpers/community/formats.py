"""The forms of files: Parquet, Excel, text with separators and JSON lines, each into the engine."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from helpers.community import delimited, disk, progress, spreadsheets
from helpers.community.delimited import Torn
from helpers.community.engine import Engine, identifier, literal
from helpers.community.errors import DataError
from helpers.community.growth import End, Otherwise, Reach, appended
from helpers.community.landing import TURNED, Landing, writer
from helpers.community.raw import ROW, Raw, unique_names
from helpers.community.reasons import why_torn
from helpers.community.sentences import mark as _
from helpers.community.settings import TableSource

BIG = 256 << 20  # bytes of text from which it is kept as Parquet on disk rather than in memory


def _globbed(path: Path, engine: Engine) -> Path:
    # DuckDB would read these letters as a pattern; a copy under a plain name has none.
    if not re.search(r"[*?\[\]{}]", str(path)):
        return path
    copy = engine.scratch(path.suffix)
    shutil.copyfile(path, copy)
    return copy


def parquet(engine: Engine, relation: str, path: Path) -> Raw:
    """Leave a Parquet file where it is and make its rows readable, with their row numbers."""
    source = f"read_parquet({literal(str(_globbed(path, engine)))}, file_row_number = true)"
    try:
        engine.run(
            f"create view {identifier(relation)} as "
            f"select file_row_number + 1 as {ROW}, * exclude (file_row_number) from {source}"
        )
        engine.columns(relation)
    except duckdb.Error:
        raise DataError(_("{file}: this is not a Parquet file. Export it again."), file=path.name) from None
    return Raw(relation, path.name, _hash_beside(path), lazy=True, viewed=True)


def _hash_beside(path: Path) -> Callable[[], str]:
    # One processor hashes a large file while the engine reads it; whoever asks for the hash waits for it.
    hashing = ThreadPoolExecutor(1)
    found = hashing.submit(delimited.survey, path, "binary", blanks=False)
    hashing.shutdown(wait=False)
    return lambda: found.result().sha256


def read_through(engine: Engine, given: Iterable[Raw]) -> None:
    """Read every cell of files of which only the head was read so far, and name the one that fails."""
    for raw in given:
        cells = ", ".join(f"sum(length(cast({identifier(name)} as varchar)))" for name in raw.columns)
        try:
            engine.rows(f"select {cells} from {identifier(raw.relation)}")
        except duckdb.Error as error:
            if disk.is_full(error):
                raise
            text = _("{file}: the file is damaged inside. Export or copy it again.")
            raise DataError(text, file=raw.file) from None


def workbook(engine: Engine, source: TableSource, relation: str, path: Path, wanted: set[str]) -> Raw:
    """Read the likeliest sheet of an Excel workbook, every cell as text."""
    header_row = source.header_row or (None if source.header_row is None else 0)
    sheet = spreadsheets.sheets(path, sheet=source.sheet, header_row=header_row, wanted=wanted)[0]
    names, doubled = unique_names(source.names or sheet.header)
    width = len(names)
    torn: list[Torn] = []

    stored = 0
    with closing(sheet), writer(engine) as writing:
        landing = Landing(writing, relation, names)
        for numbers, given in sheet.blocks():
            kept, columns, more = spreadsheets.fitted(numbers, given, width)
            torn += [Torn(at, f"more cells than the {width} columns", text) for at, text in more]
            landing.block(kept, columns)
            stored += len(numbers)
            progress.reading(path, stored)
        landing.done()
    label = f"{path.name}[{sheet.name}]"
    return Raw(relation, label, delimited.survey(path, encoding="binary").sha256, torn=torn, doubled=doubled)


def _store(
    engine: Engine,
    relation: str,
    names: list[str],
    rows: Iterable[tuple[int, Sequence[str | None]]],
    path: Path,
) -> None:
    stored, given = 0, iter(rows)
    with writer(engine) as writing:
        landing = Landing(writing, relation, names)
        while some := list(islice(given, TURNED)):
            landing.rows.extend(some)
            landing.turn()
            stored += len(some)
            progress.reading(path, stored)
        landing.done()


def _seen(path: Path, source: TableSource, before: Reach | None) -> delimited.Survey:
    if before is None or source.encoding or before.size < 4096:  # the first bytes tell of UTF-16
        return delimited.survey(path, source.encoding)
    return delimited.more(path, before)


def text(
    engine: Engine,
    source: TableSource,
    relation: str,
    path: Path,
    wanted: set[str],
    before: Reach | None = None,
) -> Raw:
    """Read a text file with separators: by the engine where no row is torn, line by line otherwise.

    Of a file that was read before, only the rows after those.
    """
    seen = _seen(path, source, before)
    if source.encoding and source.encoding.lower().replace("-", "") == "utf8":
        found = delimited.survey(path).encoding
        if not found.startswith("utf-8"):
            raise DataError(
                _(
                    "{file}: this is not UTF-8; it reads as {found}. Set tables.{table}.encoding: {found}"
                    " in community.yml, or remove the line."
                ),
                file=path.name,
                found=found,
                table=source.table,
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
        raise DataError(
            _("{file}: there is no row {skip}. Mend tables.{table}.header_row."),
            file=path.name,
            skip=skip,
            table=source.table,
        )
    names, doubled = unique_names(source.names or top[skip - 1])
    raw = Raw(relation, path.name, seen.sha256, doubled=doubled)
    plain_text = seen.encoding in ("utf-8", "utf-8-sig") and not seen.blank_lines
    way = "split" if plain_text and separator != delimited.WHITESPACE else "lines"
    if before is not None and before.way == "lines":
        way = "lines"  # what made it so then is still there
    reach = Reach(way, seen.encoding, separator, skip, tuple(names), seen.size)
    reach = replace(reach, blank_lines=seen.blank_lines, runs=seen.runs)
    piece, encoding, size, end = path, seen.encoding, seen.size, End()
    if before is not None:
        if not before.same_way(reach):
            raise Otherwise("the file is read in another way")
        (piece, encoding), skip, end.row = appended(engine, path, before), 0, before.rows
        size -= before.size
    if way == "split":
        first, big = skip + end.row + 1, size > BIG
        if _fast(engine, relation, _globbed(piece, engine), separator, names, skip, first, big=big):
            raw.viewed, raw.behind = True, "view" if big else "table"
            rows = int(engine.value(f"select count(*) from {identifier(relation)}"))
            raw.reach = replace(reach, rows=first + rows - 1)
            return raw
        if before is not None:
            raise Otherwise("a row is torn")
    split = delimited.records(piece, encoding, separator, len(names), skip, end=end)
    _store(engine, relation, names, _whole(split, raw.torn), path)
    raw.reach = replace(reach, way="lines", rows=end.row, closed=not end.open)
    kept = engine.value(f"select count(*) from {identifier(relation)}")
    if len(raw.torn) > kept and before is not None:
        raise Otherwise("most rows are torn")
    if len(raw.torn) > kept:
        row, reason = raw.torn[0].row, why_torn(raw.torn[0].reason)
        raise DataError(
            _(
                "{file}, row {row} and {others} more: {reason}. Most rows do not fit the header; set "
                "separator, encoding or header_row under tables.{table} in community.yml."
            ),
            file=path.name,
            row=row,
            others=len(raw.torn) - 1,
            reason=reason,
            table=source.table,
        )
    return raw


def _whole(rows: Iterable[Torn | tuple[int, Any]], torn: list[Torn]) -> Iterator[tuple[int, Any]]:
    for row in rows:
        if isinstance(row, Torn):
            torn.append(row)
        else:
            yield row


def _fast(
    engine: Engine,
    relation: str,
    path: Path,
    separator: str,
    names: list[str],
    skip: int,
    first: int,
    *,
    big: bool,
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
    number = f"rowid + {first}"
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
            number = f"file_row_number + {first}"
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


def json_lines(
    engine: Engine, source: TableSource, relation: str, path: Path, before: Reach | None = None
) -> Raw:
    """Read one JSON object a line; lines that hold none are torn rows.

    Of a file that was read before, only the lines after those.
    """
    seen = _seen(path, source, before)
    if delimited.first_lines(path, seen.encoding, 1)[0].lstrip().startswith("["):
        raise DataError(
            _("{file}: this is one JSON list. Write one object a line (JSON lines)."), file=path.name
        )
    names: dict[str, None] = {}
    torn: list[Torn] = []
    end = End(before.rows if before else 0)
    piece, encoding = appended(engine, path, before) if before else (path, seen.encoding)

    def objects() -> Iterator[tuple[int, dict[str, Any]]]:
        with delimited.open_text(piece, encoding) as file:
            for number, line in enumerate(file, start=before.rows + 1 if before else 1):
                end.row = number
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

    for _row, one in objects():
        names.update(dict.fromkeys(one))
    torn.clear()
    if before is not None:
        if set(names) - set(before.names) or seen.encoding != before.encoding:
            raise Otherwise("an object has another key")
        names = dict.fromkeys(before.names)
    header, doubled = unique_names(list(names))
    if not header:
        raise DataError(_("{file}: no line holds a JSON object. Export it again."), file=path.name)

    def cell(value: Any) -> str | None:
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False)

    _store(
        engine,
        relation,
        header,
        ((number, [cell(one.get(name)) for name in names]) for number, one in objects()),
        path,
    )
    reach = Reach("objects", seen.encoding, "", 0, tuple(names), seen.size, end.row)
    reach = replace(reach, blank_lines=seen.blank_lines, runs=seen.runs)
    return Raw(relation, path.name, seen.sha256, torn=torn, doubled=doubled, reach=reach)
