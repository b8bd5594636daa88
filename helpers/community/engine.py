"""The engine: portable SQL in, small pandas tables out.

DuckDB runs every reduction. Nothing here knows what a community is; it only keeps user text out of
SQL text (names are quoted, values are bound) and refuses constructs that other engines read otherwise.
"""

from __future__ import annotations

import itertools
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from helpers.community import privacy

NOT_PORTABLE: dict[str, str] = {
    r"\bhash\s*\(": "hash() differs between engines",
    r"\bextract\s*\(\s*(isodow|dow|dayofweek)\b": "weekday numbers differ between engines",
    r"\b(dayofweek|isodow|weekday)\s*\(": "weekday numbers differ between engines",
    r"\b(quantile\w*|median|percentile\w*)\s*\(": "quantiles interpolate differently between engines",
    r"\b(list|array_agg|list_\w+|unnest)\s*\(": "lists differ between engines",
    r"\b(un)?pivot\b": "PIVOT differs between engines",
    r"\basof\b": "not every engine has an asof join",
    r"\bqualify\b": "not every engine has QUALIFY",
    r"::": "write cast(x as type)",
    r"\b\w*day\s+-\s+\w*\.?\w*day\b": "date minus date differs between engines: use date_diff",
}

LETTING_GO = 3  # threads from which on DuckDB lets go of a full table of groups instead of making it larger


def identifier(name: str) -> str:
    """Quote a name so that it can stand in SQL, whatever it holds.

    Parameters
    ----------
    name : str
        A table or column name, for example one that came from a file's header.

    Returns
    -------
    str
        The quoted name.

    Examples
    --------
    >>> identifier('select"; drop table events; --')
    '"select""; drop table events; --"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text so that it can stand in SQL where no parameter may (views, file names).

    Parameters
    ----------
    text : str
        Any text, for example a value from a settings file.

    Returns
    -------
    str
        The quoted text.

    Examples
    --------
    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''").replace("\0", "") + "'"


def not_portable(sql: str) -> list[str]:
    """Name what in an SQL text would differ or fail on another engine.

    Parameters
    ----------
    sql : str
        SQL text.

    Returns
    -------
    list of str
        One sentence for each construct outside the portable subset; empty when there is none.

    Examples
    --------
    >>> not_portable("select median(x) from t")
    ['quantiles interpolate differently between engines']
    """
    return [reason for pattern, reason in NOT_PORTABLE.items() if re.search(pattern, sql, re.IGNORECASE)]


class Engine:
    """Run SQL on DuckDB, in memory, spilling to a temporary folder when memory runs short.

    Parameters
    ----------
    memory_limit : str, optional
        Most memory to use, for example ``"4GB"``. Default: the environment variable
        ``COMMUNITY_MEMORY``, or DuckDB's own default.

    Attributes
    ----------
    kind : {"duckdb", "spark"}
        Which engine this is, for the few who must know.
    """

    kind = "duckdb"

    def __init__(self, memory_limit: str | None = None) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="community-", ignore_cleanup_errors=True)
        self._numbers = itertools.count(1)
        config: dict[str, Any] = {"temp_directory": self._spill.name}
        limit = memory_limit or os.environ.get("COMMUNITY_MEMORY")
        if limit:
            config["memory_limit"] = limit
        self.connection = duckdb.connect(":memory:", config=config)
        # A bar would stand in notebooks and pipes; a notebook that could draw none refuses the setting.
        with suppress(duckdb.InvalidInputException):
            self.connection.execute("set enable_progress_bar = false")

    def run(self, sql: str, **params: Any) -> None:
        """Run one statement whose result is not wanted.

        Parameters
        ----------
        sql : str
            One SQL statement; parameters are written ``$name``.
        **params
            Values of the parameters.
        """
        self.connection.execute(sql, params or None)

    def query(self, sql: str, **params: Any) -> pd.DataFrame:
        """Run one query and return its rows.

        Parameters
        ----------
        sql : str
            One SQL query; parameters are written ``$name``.
        **params
            Values of the parameters.

        Returns
        -------
        pandas.DataFrame
            The rows, in the order the query gives them.

        Examples
        --------
        >>> Engine().query("select $n + 1 as answer", n=41)
           answer
        0      42
        """
        return self.connection.execute(sql, params or None).df()

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """Run one query and return its rows as tuples."""
        return self.connection.execute(sql, params or None).fetchall()

    def value(self, sql: str, **params: Any) -> Any:
        """Run one query and return the first value that it gives."""
        rows = self.rows(sql, **params)
        return rows[0][0] if rows else None

    @contextmanager
    def many_groups(self) -> Iterator[None]:
        """Run what is within so that far more groups than a processor's cache holds cost less.

        Notes
        -----
        With one or two threads DuckDB lets a table of groups grow as long as there are new ones, and nearly
        every row then waits for memory. From three threads on it puts a full table aside and begins another.

        Examples
        --------
        >>> engine = Engine()
        >>> with engine.many_groups():
        ...     engine.value("select current_setting('threads') > 2")
        True
        """
        threads = int(self.value("select current_setting('threads')"))
        if threads >= LETTING_GO:
            yield
            return
        self.run(f"set threads = {LETTING_GO}")
        try:
            yield
        finally:
            self.run(f"set threads = {threads}")

    def register(self, name: str, frame: Any) -> None:
        """Make a pandas, polars or Arrow table readable under a name."""
        self.connection.register(name, frame)

    def hide(self, name: str, ids: str, key: bytes) -> None:
        """Write a table of ids, ``original_id``, and the pseudonyms that stand for them, ``member_id``.

        Parameters
        ----------
        name : str
            Name of the table.
        ids : str
            A query that gives the ids in the column ``id``.
        key : bytes
            Secret key of the community.
        """
        sql = f"select distinct id from ({ids}) as ids where id is not null order by id"
        found = self.query(sql)["id"]
        hashed = {"original_id": pa.array(found, pa.string()), "member_id": privacy.pseudonymise(found, key)}
        self.register("hashed_ids", pa.table(hashed))
        self.run(f"create table {identifier(name)} as select * from hashed_ids")
        self.connection.unregister("hashed_ids")

    def scratch(self, suffix: str) -> Path:
        """Return the path of a file that does not exist yet and vanishes with the engine."""
        return Path(self._spill.name) / f"{self.next_number()}{suffix}"

    def next_number(self) -> int:
        """Return a number that this engine has not given before, to name things apart."""
        return next(self._numbers)

    @staticmethod
    def fingerprint(*columns: str) -> str:
        """Write an expression that is equal for equal values and nearly never for others.

        It differs between engines and versions: use it to compare rows within one query only, and let
        nothing that is shown depend on it.
        """
        return f"hash({', '.join(columns)})"

    def columns(self, relation: str) -> dict[str, str]:
        """Return the columns of a table or view with their SQL types, in order."""
        rows = self.connection.execute(f"describe {identifier(relation)}").fetchall()
        return {row[0]: row[1] for row in rows}

    def exists(self, relation: str) -> bool:
        """Return whether a table or view of that name is there."""
        try:
            self.connection.execute(f"describe {identifier(relation)}").fetchall()
        except duckdb.CatalogException:
            return False
        return True

    def close(self) -> None:
        """Close the connection and remove what was spilled to disk."""
        self.connection.close()
        self._spill.cleanup()
