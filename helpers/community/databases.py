"""Databases: a table that is the answer to a query, read in batches and never all at once.

PostgreSQL is asked through ADBC (Apache's own Arrow driver): maintained by the Arrow project with a release
every few weeks, Apache-2.0, one wheel for every Python on Linux, macOS and Windows, an answer that streams in
Arrow batches by COPY, NUMERIC as exact text, SQLSTATE with each error. For MySQL there is no such wheel on
PyPI: it is asked through PyMySQL (maintained, MIT, pure Python, so everywhere), whose cursor streams and
whose texts become Arrow batches here; numbers and dates stay as the server writes them, so that a
``0000-00-00`` is set aside by name rather than lost. connectorx would serve both, but wants the password
inside an address that its errors may repeat, wraps the query in one of its own, gives errors without a code
and DECIMAL as floating point by default; mysqlclient needs a compiler and is GPL; drivers of ODBC need
software beside pip. A DuckDB file needs no driver.

Each query is one statement in a transaction that may only read. The password is taken from the environment
when the connection is made; nothing keeps it, and what a server says is searched for it before it is shown.
Times without a zone are local times of the community, as in files. The row numbers of an answer, and its
hash, follow the order in which it came: `order by` makes both the same every time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from helpers.community import progress, servers
from helpers.community.engine import Engine, identifier, literal
from helpers.community.errors import DataError
from helpers.community.queries import NO_QUERY, NOT_THERE, first_line, label, refusal, unfit, whole_query
from helpers.community.raw import ROW, Raw, unique_names
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _
from helpers.community.servers import BATCH_ROWS, Batches
from helpers.community.settings import Database, TableSource

DRIVERS = {
    "postgresql": ("adbc_driver_postgresql", "adbc-driver-postgresql>=1.8,<2"),
    "mysql": ("pymysql", "pymysql>=1.2,<2"),
}
KEPT = (
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal,
    pa.types.is_string,
    pa.types.is_date,
    pa.types.is_timestamp,
)


def _driver(database: Database) -> None:
    module, requirement = DRIVERS[database.kind]
    if importlib.util.find_spec(module) is None:
        raise DataError(
            _(
                "databases.{database}: the driver of {kind} is not installed. Run: python -m pip "
                'install "{requirement}"'
            ),
            database=database.name,
            kind=database.kind,
            requirement=requirement,
        )


# DuckDB --------------------------------------------------------------------------------------


def _duckdb(
    source: TableSource, database: Database, query: str, folder: Path | None, engine: Engine
) -> Batches:
    path = _inside(database, folder)
    config: dict[str, Any] = {
        "enable_external_access": False,  # no other file, no extension, no network
        "temp_directory": str(engine.scratch(".spill")),
    }
    trouble = ""
    try:
        connection = duckdb.connect(str(path), read_only=True, config=config)
    except duckdb.Error as error:
        trouble = str(error)
    if trouble:
        busy = "lock" in trouble.lower()
        raise DataError(
            _("databases.{database}: {file}: another program has it open for writing. Close that program.")
            if busy
            else _(
                "databases.{database}: {file}: this is not a DuckDB file, or a newer DuckDB wrote it. Check "
                "file, or write it again."
            ),
            database=database.name,
            file=path.name,
        )
    reason = ""
    try:
        connection.execute("set TimeZone = 'UTC'")
        reader = connection.sql(query).to_arrow_reader(BATCH_ROWS)
        yield pa.RecordBatch.from_pylist([], reader.schema)
        yield from reader
        return
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        reason, trouble = NOT_THERE, re.sub(r"^\w+ Error: ", "", str(error))
    except duckdb.ParserException as error:
        reason, trouble = NO_QUERY, re.sub(r"^\w+ Error: ", "", str(error))
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        trouble = re.sub(r"^\w+ Error: ", "", str(error))
    finally:
        connection.close()
    raise refusal(source, reason, first_line(trouble, masked=not reason))


def _inside(database: Database, folder: Path | None) -> Path:
    if folder is None or database.file is None:
        raise DataError(
            _("databases.{database}: there is no folder in which its file could lie."), database=database.name
        )
    path = folder / database.file
    if not path.is_file():
        there = sorted(one.name for one in folder.iterdir() if one.suffix in (".duckdb", ".db"))
        hint = Sentence(_("There is no DuckDB file in the folder."))
        if there:
            hint = Sentence(_("There are: {files}."), files=", ".join(there[:12]))
        raise DataError(
            _("databases.{database}: the file {path} is missing. {hint}"),
            database=database.name,
            path=database.file,
            hint=hint,
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DataError(
            _("databases.{database}: {path} leads out of the folder. Copy the file into it."),
            database=database.name,
            path=database.file,
        )
    return path


# every kind ----------------------------------------------------------------------------------


def _plain(source: TableSource, batch: pa.RecordBatch, names: list[str]) -> pa.RecordBatch:
    """Bring a batch into types that the checks know; refuse a type whose value would be guessed at."""
    columns = [_fitting(source, field, batch.column(at), names[at]) for at, field in enumerate(batch.schema)]
    return pa.RecordBatch.from_arrays(columns, names=names)


def _fitting(source: TableSource, field: pa.Field, column: pa.Array, name: str) -> pa.Array:
    kind, type_name = column.type, (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode()
    if type_name == "money":  # arrives as cents, without saying so
        raise unfit(source, name, "money", "numeric")
    if isinstance(kind, pa.BaseExtensionType):
        if kind.extension_name == "arrow.uuid":
            return pa.array([one and str(one) for one in column.to_pylist()], pa.string())
        column, kind = column.storage, kind.storage_type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_null(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    if not any(fits(kind) for fits in KEPT):
        raise unfit(source, name, type_name or str(kind).split("[")[0].split("<")[0])
    return column


class _Digest:
    """Take bytes and keep nothing but their hash."""

    closed = False

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.sha256.update(data)
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def read(engine: Engine, source: TableSource, relation: str, *, folder: Path | None) -> Raw:
    """Ask a database and keep its answer, batch by batch, as a Parquet file that vanishes with the engine.

    Parameters
    ----------
    engine : Engine
        Where to.
    source : TableSource
        The database and the query.
    relation : str
        Name to give it.
    folder : pathlib.Path or None
        Folder that holds `community.yml`, in which the file of DuckDB lies.

    Returns
    -------
    Raw
        The relation and what is known about it; the hash is one of the answer.

    Raises
    ------
    SettingsError
        When the query is none, or the password is not in the environment.
    DataError
        When the driver is missing, nobody answers, the password is wrong, or the query cannot be run.
    """
    database = source.database
    assert database is not None
    query = whole_query(source)
    progress.step(Sentence(progress.ASKING, file=label(source)))
    if database.kind == "duckdb":
        batches = _duckdb(source, database, query, folder, engine)
    else:
        _driver(database)
        ask = servers.postgresql if database.kind == "postgresql" else servers.mysql
        batches = ask(source, database, query)
    path, digest = engine.scratch(".parquet"), _Digest()
    with contextlib.closing(batches):
        doubled = _keep(source, batches, path, digest)
    engine.run(f"create view {identifier(relation)} as select * from read_parquet({literal(str(path))})")
    kinds = {name: kind for name, kind in engine.columns(relation).items() if name != ROW}
    sha256 = digest.sha256.hexdigest()
    return Raw(relation, label(source), sha256, columns=kinds, doubled=doubled, lazy=True, viewed=True)


def _keep(source: TableSource, batches: Batches, path: Path, digest: _Digest) -> set[str]:
    first = next(batches)  # it has no rows
    names, doubled = unique_names(first.schema.names)
    schema = _plain(source, first, names).schema
    numbered = pa.schema([pa.field(ROW, pa.int64()), *schema])
    digest.write(repr([(field.name, str(field.type)) for field in schema]).encode())
    options = pa_csv.WriteOptions(include_header=False, batch_size=BATCH_ROWS)
    sink, rows = pa.PythonFile(digest, mode="w"), 0
    with (
        pq.ParquetWriter(path, numbered) as file,
        pa_csv.CSVWriter(sink, schema, write_options=options) as hashed,
    ):
        for batch in batches:
            plain = _plain(source, batch, names)
            hashed.write_batch(plain)
            numbers = pa.array(range(rows + 1, rows + 1 + plain.num_rows), pa.int64())
            file.write_batch(pa.RecordBatch.from_arrays([numbers, *plain.columns], schema=numbered))
            rows += plain.num_rows
    return doubled
