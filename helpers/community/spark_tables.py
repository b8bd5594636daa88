"""Sessions, frames and tables of Spark: which can be used, and how their rows are numbered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.community import parsing
from helpers.community.contract import Column
from helpers.community.engine import Engine
from helpers.community.errors import DataError, SettingsError
from helpers.community.raw import ROW, Raw, unique_names
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

KINDS = {
    "string": "VARCHAR",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "timestamp_ntz": "TIMESTAMP",
}
UTC = ("utc", "etc/utc", "z", "gmt", "+00:00")
NEEDED = {
    "spark.sql.session.timeZone": ("UTC", UTC, _("days would be cut at other hours")),
    "spark.sql.ansi.enabled": ("true", ("true",), _("values that do not fit would become empty unseen")),
}
WORDS = ("id", "text", "category", "flag")
FIT_FOR_WORDS = ("text", "whole", "day", "flag")
PLACES = 33  # bits that Spark leaves for the place of a row within its partition


def is_frame(given: object) -> bool:
    """Return whether something is a Spark DataFrame, classic or Connect, without importing Spark."""
    kind = type(given)
    return kind.__module__.startswith("pyspark.sql") and kind.__name__ == "DataFrame"


def fit(session: Any) -> None:
    """Refuse a session that would read the same SQL otherwise.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        The session.

    Raises
    ------
    SettingsError
        When its zone is not UTC or its ANSI mode is off; says how to set them.
    """
    for name, (wanted, fine, reason) in NEEDED.items():
        found = str(session.conf.get(name))
        if found.lower() not in fine:
            raise SettingsError(
                _(
                    "This Spark session has {name} = {found}: {reason}. "
                    'Before opening, set: spark.conf.set("{name}", "{wanted}")'
                ),
                name=name,
                found=found,
                reason=Sentence(reason),
                wanted=wanted,
            )


def quoted(name: str) -> str:
    """Quote a name as Spark does.

    Examples
    --------
    >>> quoted("a`b")
    '`a``b`'
    """
    return "`" + name.replace("`", "``") + "`"


def kinds(frame: Any, table: str) -> dict[str, str]:
    """Return DuckDB's types for the columns of a frame, without columns of lists or structures."""
    names, doubled = unique_names(frame.columns)
    if doubled or names != list(frame.columns):
        odd = sorted(doubled)[0] if doubled else next(n for n in frame.columns if n not in names)
        raise DataError(
            _("{table}: the column {odd!r} is there twice or has no name. Rename it."), table=table, odd=odd
        )
    found = {}
    for name, kind in frame.dtypes:
        plain = re.sub(r"^(var)?char\(\d+\)$|^string collate .*$", "string", kind)
        if plain in KINDS or plain.startswith("decimal("):
            found[name] = KINDS.get(plain, plain.upper())
    return found


def refuse_untyped(column: Column, name: str, kind: str, file: str) -> None:
    """Refuse a column whose values would have to be read from text: tables on Spark come with their types.

    Parameters
    ----------
    column : Column
        The column of the contract.
    name, kind : str
        The table's own column and DuckDB's name for its type.
    file : str
        Name of the table.

    Raises
    ------
    DataError
        When it is text that should be a time, an amount or a number, or a fraction that should be an id.
    """
    if parsing.native(column, kind) or (column.kind in WORDS and parsing.family(kind) in FIT_FOR_WORDS):
        return
    cast = {
        "time": f"to_timestamp_ntz(`{name}`, 'yyyy-MM-dd HH:mm:ss')",
        "money": f"cast(`{name}` as decimal(18, 2))",
        "number": f"cast(`{name}` as double)",
        "flag": f"cast(`{name}` as boolean)",
    }.get(column.kind, f"cast(cast(`{name}` as bigint) as string)")
    raise DataError(
        _(
            "{file}, column {name}: its type on Spark is {kind}, which is not read as {wanted}. Cast it "
            "before opening: frame.withColumn({name!r}, expr({cast!r}))"
        ),
        file=file,
        name=name,
        kind=kind,
        wanted=column.name,
        cast=cast,
    )


@dataclass(frozen=True)
class Named:
    """Hold a frame of Spark and the name under which its rows are spoken of."""

    frame: Any
    name: str


def engine_for(frames: Mapping[str, Any]) -> Engine:
    """Return the engine that fits what was opened: Spark's where any table is Spark's, else DuckDB."""
    found = [unnamed(frame) for frame in frames.values() if is_frame(unnamed(frame))]
    if not found:
        return Engine()
    from helpers.community.spark import SparkEngine

    if any(one.sparkSession is not found[0].sparkSession for one in found):
        raise SettingsError(_("The tables come from two Spark sessions. Open them with one."))
    return SparkEngine(found[0].sparkSession)


def unnamed(given: Any) -> Any:
    """Return the frame itself."""
    return given.frame if isinstance(given, Named) else given


def admit(engine: Any, table: str, given: Any, relation: str) -> Raw:
    """Make a Spark frame readable with row numbers from 1, in the order in which Spark reads it.

    Parameters
    ----------
    engine : helpers.community.spark.SparkEngine
        Where to.
    table : str
        Name of the table, for messages.
    given : pyspark.sql.DataFrame or Named
        The rows; a pandas, polars or Arrow table among tables of Spark is sent to the cluster.
    relation : str
        Name to give it.

    Returns
    -------
    Raw
        The relation and what is known about it.

    Notes
    -----
    Rows on Spark have no numbers, and numbers given twice could differ: they are written once, with a copy
    of the rows that stays on the cluster. Spark's own numbers say partition and place; how many rows each
    partition has is all that is asked for to make them run from 1 without holes.

    A ``TIMESTAMP`` of Spark is an instant, which becomes the clock of the community's zone; a time that is
    that clock already must be a ``TIMESTAMP_NTZ``. Parquet tells the two apart by itself; frames that were
    made from pandas do not.
    """
    frame = unnamed(given)
    if not is_frame(frame):
        frame = engine.sent(frame)
    file = given.name if isinstance(given, Named) else table
    found = kinds(frame, file)
    listed = [quoted(name) for name in found]
    numbered = engine.keep(frame.selectExpr("monotonically_increasing_id() as _place", *listed))
    parts = numbered.selectExpr(f"shiftright(_place, {PLACES}) as part").groupBy("part").count()
    counts = {row["part"]: row["count"] for row in parts.toArrow().to_pylist()}
    before, starts = 0, []
    for part in range(max(counts, default=0) + 1):
        starts.append(f"{before}L")
        before += counts.get(part, 0)
    place = f"_place & {(1 << PLACES) - 1}L"
    first = f"element_at(array({', '.join(starts)}), cast(shiftright(_place, {PLACES}) as int) + 1)"
    rows = numbered.selectExpr(f"{first} + ({place}) + 1 as {ROW}", *listed)
    engine.adopt(relation, rows, {ROW: "BIGINT", **found})
    return Raw(relation, file, columns=found, lazy=True)
