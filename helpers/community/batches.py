"""Results with a row a member, written where the data are: no machine has to hold them all at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.community.engine import Engine, identifier, literal
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _

if TYPE_CHECKING:
    from helpers.community.opening import Community

ROWS = 100_000  # of one batch: some megabytes
KINDS = {"varchar": pa.string(), "double": pa.float64(), "bigint": pa.int64()}
SPARK_KINDS = {"varchar": "string", "double": "double", "bigint": "bigint"}

Change = Callable[[pd.DataFrame], pd.DataFrame]


def write(
    community: Community,
    sql: str,
    to: str | Path,
    columns: Mapping[str, str],
    change: Change | None = None,
    **params: Any,
) -> str:
    """Run a query and write its rows, changed batch by batch, to a table or to Parquet.

    Parameters
    ----------
    community : Community
        The opened community.
    sql : str
        Portable SQL; parameters are written ``$name``.
    to : str or pathlib.Path
        Name of a table, or a path (with a separator, or ending in ``.parquet``). On Spark a table of the
        session's catalogue, or a folder of Parquet files (also an address such as ``s3a://…``) that the
        executors can reach.
    columns : mapping of str to str
        Names and kinds (varchar, double, bigint) of what is written.
    change : callable, optional
        Turns a frame of some of the rows into what is written for them; no row may depend on another.
        On Spark it travels to the executors, which need pandas and scikit-learn as this machine has them.
    **params
        Values of the parameters.

    Returns
    -------
    str
        Name under which the engine reads what was written.

    Raises
    ------
    SettingsError
        When `to` names one of the community's own tables.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-05-01"], "event_type": ["like"]})
    >>> community = Community.open({"events": events})
    >>> name = write(community, "select member_id from events", "who", {"member_id": "varchar"})
    >>> community.query("select * from who")
      member_id
    0         a

    Taught in: 06 Evaluation
    """
    engine, path = community.engine, _path(to)
    if path and "://" in path and engine.kind != "spark":
        raise SettingsError(
            _("to={path!r}: only Spark writes to an address. Give a path of this machine."), path=path
        )
    if re.search(r"\bpeople\b", sql):
        community.people()
    written: set[str] = engine.__dict__.setdefault("written", set())
    name = f"written_{engine.next_number()}" if path else str(to)
    if engine.exists(name) and name not in written:
        raise SettingsError(
            _("to={name!r} is a table of the community already. Choose another name."), name=name
        )
    if engine.kind == "spark":
        _on_spark(engine, sql, params, path, name, columns, change)
    else:
        batches = _changed(engine, sql, params, columns, change)
        if path:
            _to_file(engine, Path(path), name, columns, batches)
        else:
            _to_table(engine, name, columns, batches)
    written.add(name)
    return name


def _path(to: str | Path) -> str | None:
    if isinstance(to, Path) or to.endswith(".parquet") or "/" in to or "\\" in to:
        return str(to)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", to):
        raise SettingsError(_("to={name!r} is neither a path nor a name of letters, digits and _."), name=to)
    return None


def _schema(columns: Mapping[str, str]) -> pa.Schema:
    return pa.schema([(name, KINDS[kind]) for name, kind in columns.items()])


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())


def _changed(
    engine: Engine, sql: str, params: dict[str, Any], columns: Mapping[str, str], change: Change | None
) -> Iterator[pa.Table]:
    schema = _schema(columns)
    reader: Any = engine.connection.sql(sql, params=params or None).to_arrow_reader(ROWS)
    for batch in reader:
        if change is None:
            yield pa.Table.from_batches([batch]).select(list(columns)).cast(schema)
        else:
            yield pa.Table.from_pandas(change(batch.to_pandas()), schema, preserve_index=False)


def _to_file(
    engine: Engine, path: Path, name: str, columns: Mapping[str, str], batches: Iterable[pa.Table]
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with pq.ParquetWriter(unfinished, _schema(columns)) as writer:
        for table in batches:
            writer.write_table(table)
    unfinished.replace(path)
    engine.run(
        f"create or replace view {identifier(name)} as select * from read_parquet({literal(str(path))})"
    )


def _to_table(engine: Engine, name: str, columns: Mapping[str, str], batches: Iterable[pa.Table]) -> None:
    # A second connection writes what the first one reads.
    cursor = engine.connection.cursor()
    cursor.execute(f"create or replace table {identifier(name)} ({_listed(columns)})")
    for table in batches:
        cursor.register("batch", table)
        cursor.execute(f"insert into {identifier(name)} select * from batch")
    cursor.close()


def _on_spark(
    engine: Any,
    sql: str,
    params: dict[str, Any],
    path: str | None,
    name: str,
    columns: Mapping[str, str],
    change: Change | None,
) -> None:
    frame = engine.frame(sql, **params)
    if change is not None:
        kinds = ", ".join(f"`{column}` {SPARK_KINDS[kind]}" for column, kind in columns.items())
        frame = frame.mapInArrow(_travelling(change, list(columns)), kinds)
    if path:
        frame.write.mode("overwrite").parquet(path)
        rows = engine.session.read.parquet(path)
    else:
        frame.write.mode("overwrite").saveAsTable(name)
        rows = engine.session.table(name)
    engine.adopt(name, rows, {column: kind.upper() for column, kind in columns.items()})


def _travelling(change: Change, columns: list[str]) -> Any:
    # Pickled with all of this package that it uses, so that the executors need not have it.
    import pyspark.cloudpickle as cloudpickle

    import helpers

    cloudpickle.register_pickle_by_value(helpers)
    try:
        packed = cloudpickle.dumps(change)
    finally:
        cloudpickle.unregister_pickle_by_value(helpers)

    def batches(given: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pickle

        import pyarrow

        unpacked = pickle.loads(packed)
        for batch in given:
            frame = unpacked(batch.to_pandas())[columns]
            yield from pyarrow.Table.from_pandas(frame, preserve_index=False).to_batches()

    return batches
