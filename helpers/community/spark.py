"""The engine on Spark: the same SQL, run where the data is; small tables come back as from DuckDB."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
from sqlglot import exp

from helpers.community.engine import Engine, identifier
from helpers.community.errors import CommunityError
from helpers.community.sentences import mark as _
from helpers.community.spark_differences import NORMALISE
from helpers.community.spark_sql import parsed, recursion_steps, rewritten, translate
from helpers.community.spark_tables import fit, kinds, quoted

CONF = {  # chains of invitations are long; what Spark infers about kept rows can fail it (4.3)
    "spark.sql.cteRecursionRowLimit": "-1",
    "spark.sql.cteRecursionLevelLimit": "10000",
    "spark.sql.constraintPropagation.enabled": "false",
}
RECURSIVE = re.compile(r"\bwith\s+recursive\b", re.IGNORECASE)
FITTING = {
    "NULL": "integer",
    '"NULL"': "integer",
    "HUGEINT": "bigint",
    "UBIGINT": "bigint",
    "UINTEGER": "bigint",
    "USMALLINT": "integer",
}


class SparkEngine(Engine):
    """Run SQL in a Spark session, classic or Connect.

    Parameters
    ----------
    session : pyspark.sql.SparkSession
        The session. Its zone must be UTC and its ANSI mode on, so that it reads SQL as DuckDB does.

    Notes
    -----
    Beside the session stands an empty DuckDB, the *pattern*: every table is made there too, without rows.
    It says which columns and types a statement has, so that what comes back has the types that DuckDB
    gives, and statements that DuckDB would refuse are refused here. Tables and views are temporary views
    of the session under names of their own; what ``create table`` makes is computed once and kept on the
    executors, in memory and then on their disks (or in ``spark.checkpoint.dir``, where that is set). The
    session's limits on recursion are raised, and inference of constraints is turned off.
    """

    kind = "spark"

    def __init__(self, session: Any) -> None:
        fit(session)
        self.session = session
        self.prefix = f"community_{secrets.token_hex(4)}_"
        self.connection = duckdb.connect(":memory:")  # the pattern
        self.connection.execute("set timezone = 'UTC'")
        self._numbers = itertools.count(1)
        self._kept: dict[str, Any] = {}
        self._steps: list[str] = []  # of recursive queries, as long as they are asked
        self._normalises = False
        self._lasting = bool(session.conf.get("spark.checkpoint.dir", None))
        for name, value in CONF.items():
            with suppress(Exception):  # a server may not let it be changed; then its own holds
                session.conf.set(name, value)

    # asking ----------------------------------------------------------------------------------

    def run(self, sql: str, **params: Any) -> None:
        """Run one statement: create, drop or fill a table or view, temporary and in this engine only."""
        tree = parsed(sql)
        target = tree.find(exp.Table)
        if target is None or not isinstance(tree, exp.Create | exp.Drop | exp.Insert):
            raise CommunityError(_("This statement is not run on Spark: {sql}"), sql=sql.strip()[:200])
        name = target.name.lower()
        if isinstance(tree, exp.Create) and tree.kind == "TABLE" and tree.expression is None:
            self.connection.execute(sql)
            self._show(name, self._empty(self.columns(name)))
        elif isinstance(tree, exp.Create):
            # The pattern first: it refuses a name that is taken and a query that is wrong.
            self.connection.execute(sql, params or None)
            rows = self._planned(tree.expression, params)
            self._show(name, self.keep(rows) if tree.kind == "TABLE" else rows)
        elif isinstance(tree, exp.Insert):
            added = self._planned(tree.expression, params)
            whole = self.session.table(self.prefix + name).unionAll(added.toDF(*self.columns(name)))
            self._show(name, self.keep(whole))
        else:
            self.connection.execute(sql)
            self._forget(name)
        self._let_go()

    def query(self, sql: str, **params: Any) -> pd.DataFrame:
        """Run one query and return its rows, with the column types that DuckDB gives."""
        return self._answer(sql, params).df()

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """Run one query and return its rows as tuples."""
        return self._answer(sql, params).fetchall()

    def frame(self, sql: str, **params: Any) -> Any:
        """Return the rows of a query as a frame of the session; nothing is computed yet."""
        return self._planned(sql, params)

    def register(self, name: str, frame: Any) -> None:
        """Make a pandas, polars or Arrow table readable under a name; its rows are sent to the cluster."""
        sent = self.sent(frame)
        self.adopt(name, sent, kinds(sent, name))

    def sent(self, frame: Any) -> Any:
        """Return a pandas, polars or Arrow table as a frame of the session."""
        self.connection.register("given_frame", frame)
        given = self.connection.execute("describe given_frame").fetchall()
        fitting = {
            column: "varchar" if kind.startswith("ENUM") else FITTING.get(kind, kind)
            for column, kind, *_ in given
        }
        listed = ", ".join(
            f"cast({identifier(column)} as {kind}) as {identifier(column)}"
            for column, kind in fitting.items()
        )
        table = self.connection.sql(f"select {listed} from given_frame").to_arrow_table()
        self.connection.unregister("given_frame")
        if not table.num_rows:  # Connect would not know its columns
            return self._empty(fitting)
        # Spark takes every time of Arrow for an instant; one without a zone must stay without.
        clocks = [f.name for f in table.schema if pa.types.is_timestamp(f.type) and f.type.tz is None]
        cells = (
            f"cast({name} as timestamp_ntz) as {name}" if one in clocks else name
            for one, name in ((one, quoted(one)) for one in table.column_names)
        )
        return self.session.createDataFrame(table).selectExpr(*cells)

    def adopt(self, name: str, frame: Any, types: dict[str, str]) -> None:
        """Show a frame of the session under a name; `types` are DuckDB's types of its columns."""
        columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in types.items())
        self.connection.execute(f"create or replace table {identifier(name)} ({columns})")
        self._show(name.lower(), frame)

    def hide(self, name: str, ids: str, key: bytes) -> None:
        """Write a table of ids and their pseudonyms, computed where the ids are."""
        digest = _digester(key)
        found = self._frame(
            translate(f"select distinct id from ({ids}) as ids where id is not null", self.prefix), {}
        )
        hashed = found.mapInArrow(digest, "original_id string, digest string")
        hashed.createOrReplaceTempView(f"{self.prefix}digests")
        self.connection.execute(f"create table {identifier(name)} (original_id varchar, member_id varchar)")
        short = "count(*) over (partition by substr(digest, 1, 12))"
        rows = self.session.sql(
            f"select original_id, concat('m', case when {short} > 1 then digest else substr(digest, 1, 12) "
            f"end) as member_id from {self.prefix}digests"
        )
        self._show(name, self.keep(rows))
        self.session.catalog.dropTempView(f"{self.prefix}digests")

    # what is there ---------------------------------------------------------------------------

    def scratch(self, suffix: str) -> Path:
        """Refuse: what is written aside on one machine is not seen by the others."""
        raise CommunityError(_("There is no scratch file on Spark."))

    def close(self) -> None:
        """Drop every table and view of this engine; the session is whoever's opened it."""
        for name in list(self._kept):
            self._forget(name)
        self.connection.close()

    # within ----------------------------------------------------------------------------------

    def _frame(self, sql: str, params: dict[str, Any]) -> Any:
        if not self._normalises and NORMALISE in sql.lower():
            self._normalises = True
            self.session.udf.register(NORMALISE, _normalise(), "string")
        bound = {name: _bound(value) for name, value in params.items()}
        return self.session.sql(sql, args=bound) if bound else self.session.sql(sql)

    def _empty(self, types: dict[str, str]) -> Any:
        listed = (f"cast(null as {kind}) as {identifier(column)}" for column, kind in types.items())
        return self._frame(translate(f"select {', '.join(listed)} where false"), {})

    def _planned(self, query: str | exp.Expr, params: dict[str, Any]) -> Any:
        if isinstance(query, str) and not RECURSIVE.search(query):
            return self._frame(translate(query, self.prefix, _moments(params)), params)
        tree = parsed(query) if isinstance(query, str) else query.copy()
        number = self.next_number()
        for name, step in recursion_steps(tree, lambda one: f"step_{number}_{one}"):
            self._show(name, self.keep(self._frame(rewritten(step, self.prefix, _moments(params)), params)))
            self._steps.append(name)
        return self._frame(rewritten(tree, self.prefix, _moments(params)), params)

    def _answer(self, sql: str, params: dict[str, Any]) -> Any:
        made = self.connection.execute(sql, params or None)
        pattern = list(made.description or ())
        made.fetchall()
        table = self._planned(sql, params).toArrow()
        self._let_go()
        places = [f"c{at}" for at in range(len(pattern))]
        self.connection.register("answer", table.rename_columns(places))
        listed = ", ".join(
            f"cast({place} as {kind}) as {identifier(name)}"
            for place, (name, kind, *_) in zip(places, pattern, strict=True)
        )
        return self.connection.execute(f"select {listed} from answer")

    def _show(self, name: str, frame: Any) -> None:
        frame.createOrReplaceTempView(self.prefix + name)
        self._kept[name] = frame

    def keep(self, frame: Any) -> Any:
        """Return a frame whose rows are computed once, when first asked for, and stay as they were."""
        if self._lasting:
            return frame.checkpoint(eager=False)
        return frame.localCheckpoint(eager=False)

    def _let_go(self) -> None:
        while self._steps:
            self._forget(self._steps.pop())

    def _forget(self, name: str) -> None:
        self.session.catalog.dropTempView(self.prefix + name)
        self._kept.pop(name, None)


def _moments(params: dict[str, Any]) -> frozenset[str]:
    return frozenset(name for name, value in params.items() if isinstance(value, dt.datetime))


def _bound(value: Any) -> Any:
    # A point in time would be taken for one of the zone of this machine; as text it stays what it is.
    return value.isoformat(sep=" ") if isinstance(value, dt.datetime) else value


def _digester(key: bytes) -> Any:
    # A function within a function travels to the executors whole: they need not have this package.
    secret = hashlib.blake2b(key, digest_size=32).digest()

    def digests(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import hashlib

        import pyarrow

        for batch in batches:
            ids = batch.column(0).to_pylist()
            found = [
                hashlib.blake2b(one.encode("utf-8"), key=secret, digest_size=14).hexdigest() for one in ids
            ]
            yield pyarrow.RecordBatch.from_arrays(
                [pyarrow.array(ids, pyarrow.string()), pyarrow.array(found, pyarrow.string())],
                names=["original_id", "digest"],
            )

    return digests


def _normalise() -> Any:
    def normalised(text: str | None) -> str | None:
        import unicodedata

        return None if text is None else unicodedata.normalize("NFC", text)

    return normalised
