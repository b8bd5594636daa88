"""Opening a community: from files or frames to views with one meaning, one clock and known edges."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.community import member_days
from helpers.community.contract import SQL_TYPES, TABLES, Table
from helpers.community.engine import Engine, identifier
from helpers.community.errors import DataError, SettingsError, TableMissing, TruthMissing

DATASETS = Path(__file__).resolve().parents[2] / "datasets"


class Community:
    """Hold one community: its tables behind an engine, its clock, and what is known about its quality.

    Use :meth:`Community.open`; the constructor is for the workbook itself.
    """

    def __init__(
        self, sources: Mapping[str, Any], *, name: str, as_of: dt.date | str | None, language: str
    ) -> None:
        self.name = name
        self.title = name
        self.language = language
        self.simulated = False
        self.currency = "CNY"
        self.engine = Engine()
        self._given: dict[str, tuple[str, ...]] = {}
        self._folder: Path | None = None
        for table, frame in sources.items():
            if table not in TABLES:
                raise SettingsError(f"{table!r} is no table of the contract. Known: {', '.join(TABLES)}.")
            self._admit(TABLES[table], frame)
        if not {"events", "orders"} & set(self._given):
            raise TableMissing("events", TABLES["events"].required)
        self.basis = "events" if "events" in self._given else "orders"
        self.first_day, self.as_of = self._span(as_of)
        self._views()

    @classmethod
    def open(cls, source: Any, *, as_of: dt.date | str | None = None, language: str = "en") -> Community:
        """Open a community from a folder, the name of a bundled data set, or frames.

        Parameters
        ----------
        source : str, pathlib.Path or mapping of str to frame
            ``"demo"`` or another folder under ``datasets/``; a folder that holds a ``community.yml``;
            or a mapping from table names to pandas, polars or Arrow tables.
        as_of : datetime.date or str, optional
            Last day to count, ``"YYYY-MM-DD"``. Default: the last day seen in events and orders.
        language : {"en", "zh"}, default "en"
            Language of figures and readings, and of texts that the data holds in both.

        Returns
        -------
        Community
            The opened community.

        Raises
        ------
        SettingsError
            When the settings cannot be followed.
        DataError
            When the data cannot be used at all; single bad rows are set aside instead.
        TableMissing
            When there are neither events nor orders.

        Examples
        --------
        >>> events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-05-01 08:00"], "event_type": ["like"]})
        >>> Community.open({"events": events}).as_of
        datetime.date(2026, 5, 1)

        Taught in: all
        """
        if isinstance(source, Mapping):
            return cls(source, name="frames", as_of=as_of, language=language)
        folder = Path(source)
        if not folder.exists() and (DATASETS / str(source)).exists():
            folder = DATASETS / str(source)
        files = {
            path.stem: pd.read_parquet(path)
            for path in sorted(folder.glob("*.parquet"))
            if path.stem in TABLES
        }
        community = cls(files, name=folder.name, as_of=as_of, language=language)
        community._folder = folder
        return community

    # what is there ---------------------------------------------------------------------------

    def has(self, table: str, *columns: str) -> bool:
        """Return whether a table, and these columns of it, were supplied."""
        return table in self._given and set(columns) <= set(self._given[table])

    def require(self, table: str, *columns: str) -> None:
        """Raise :class:`TableMissing` unless a table, and these columns of it, were supplied."""
        if not self.has(table, *columns):
            given = self._given.get(table, ())
            raise TableMissing(table, [c for c in columns if c not in given] or TABLES[table].required)

    def event_types(self) -> tuple[str, ...]:
        """Return the event types that occur, most frequent first."""
        rows = self.engine.query(
            "select event_type, count(*) as n from events group by event_type order by n desc, event_type"
        )
        return tuple(rows["event_type"].dropna())

    # asking ----------------------------------------------------------------------------------

    def query(self, sql: str, **params: Any) -> pd.DataFrame:
        """Run portable SQL on the community's tables.

        Parameters
        ----------
        sql : str
            One query over the tables of the contract, ``people`` and ``member_days``.
        **params
            Values bound to ``$name`` in the text.

        Returns
        -------
        pandas.DataFrame
            The rows.

        Examples
        --------
        >>> orders = pd.DataFrame(
        ...     {"order_id": ["1"], "member_id": ["a"], "ordered_at": ["2026-05-01"], "amount": [9.5]}
        ... )
        >>> Community.open({"orders": orders}).query("select count(*) as n from orders")
           n
        0  1

        Taught in: all
        """
        self._prepare(sql)
        return self.engine.query(sql, **params)

    def member_days(self, by: str | None = None) -> str:
        """Return the name of the table with one row per member and active day, built on first use.

        Parameters
        ----------
        by : {"platform", "group_id"}, optional
            Count each platform or group apart.

        Returns
        -------
        str
            Name of the table in the engine; see :func:`helpers.community.member_days.build`.
        """
        if by is not None:
            self.require("events", by)
        return member_days.build(self, by=by)

    def frame(self, table: str) -> pd.DataFrame:
        """Return all used rows of a table; ask only when single rows are needed."""
        self.require(table) if table in TABLES else None
        return self.query(f"select * from {identifier(table)}")

    def truth(self, name: str) -> pd.DataFrame:
        """Return a table of what the simulator knows; :class:`TruthMissing` for real communities."""
        path = self._folder / "truth" / f"{name}.parquet" if self._folder else None
        if not self.simulated or path is None or not path.exists():
            raise TruthMissing(f"There is no truth {name!r}: {self.title} is not a simulated community.")
        return pd.read_parquet(path)

    # saying what a result is -----------------------------------------------------------------

    def about(
        self, metric: str, *, population: str | None = None, period: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Return what a figure's foot and a reading must know about a result, as plain values."""
        return {
            "title": self.title,
            "simulated": self.simulated,
            "as_of": self.as_of.isoformat(),
            "first_day": self.first_day.isoformat(),
            "language": self.language,
            "currency": self.currency,
            "basis": self.basis,
            "metric": metric,
            "population": population,
            "period": period,
            "randomised": None,
        } | more

    def describe(self, frame: pd.DataFrame, metric: str, **more: Any) -> pd.DataFrame:
        """Attach :meth:`about` to a result and return the result."""
        frame.attrs["about"] = self.about(metric, **more)
        return frame

    # building --------------------------------------------------------------------------------

    def _admit(self, table: Table, frame: Any) -> None:
        self.engine.register(f"raw_{table.name}", frame)
        given = self.engine.columns(f"raw_{table.name}")
        missing = [name for name in table.required if name not in given]
        if missing:
            raise DataError(f"{table.name}: no column {', '.join(missing)}. It has: {', '.join(given)}.")
        self._given[table.name] = tuple(name for name in given)
        lines = []
        for column in table.columns:
            kind = SQL_TYPES[column.kind]
            source = (
                f"try_cast({identifier(column.name)} as {kind})"
                if column.name in given
                else f"cast(null as {kind})"
            )
            lines.append(f"{source} as {identifier(column.name)}")
        extra = [identifier(name) for name in given if name not in table.names and table.name == "members"]
        self.engine.run(
            f"create view used_{table.name} as select {', '.join(lines + extra)} from {identifier('raw_' + table.name)}"
        )

    def _span(self, as_of: dt.date | str | None) -> tuple[dt.date, dt.date]:
        clocks = [
            f"select cast(min({TABLES[t].clock}) as date) as a, cast(max({TABLES[t].clock}) as date) as b from used_{t}"
            for t in ("events", "orders")
            if t in self._given
        ]
        span = self.engine.query(
            f"select min(a) as a, max(b) as b from ({' union all '.join(clocks)}) as spans"
        )
        if span.isna().any(axis=None):
            raise DataError("There is not one usable row in events or orders, so no day to report on.")
        first, last = span.loc[0, "a"].date(), span.loc[0, "b"].date()
        if as_of is None:
            return first, last
        return first, dt.date.fromisoformat(str(as_of)[:10])

    def _views(self) -> None:
        staff = (
            "select member_id from used_members where role in ('bot', 'staff')"
            if self.has("members", "role")
            else None
        )
        until = f"date '{self.as_of.isoformat()}'"
        for table in TABLES.values():
            if table.name not in self._given:
                nulls = ", ".join(
                    f"cast(null as {SQL_TYPES[c.kind]}) as {identifier(c.name)}" for c in table.columns
                )
                self.engine.run(f"create view used_{table.name} as select {nulls} where 1 = 0")
            conditions = []
            days = ""
            if table.clock and table.name != "members":
                days = f", cast({identifier(table.clock)} as date) as day"
                conditions.append(f"cast({identifier(table.clock)} as date) <= {until}")
            if table.name == "members":
                days = ", cast(joined_at as date) as joined_day, cast(left_at as date) as left_day"
                conditions.append(f"(joined_at is null or cast(joined_at as date) <= {until})")
            if staff and "member_id" in table.names:
                conditions.append(f"(member_id is null or member_id not in ({staff}))")
            if table.name == "orders":
                days += ", is_purchase, net"
                source = """(
                    select * replace (greatest(amount, 0) as amount,
                        case when amount < 0 then -amount else coalesce(refunded, case when status = 'refunded' then amount else 0 end) end as refunded),
                        amount >= 0 and coalesce(status, 'paid') not in ('cancelled', 'refunded') and coalesce(refunded, 0) < greatest(amount, 0.01) as is_purchase,
                        case when amount < 0 then amount when status = 'cancelled' then 0 when status = 'refunded' then 0 else amount - coalesce(refunded, 0) end as net
                    from used_orders) as normal"""
            else:
                source = f"used_{table.name}"
            columns = ", ".join(identifier(name) for name in table.names)
            if table.name == "members":
                columns = "*"
            where = f" where {' and '.join(conditions)}" if conditions else ""
            self.engine.run(f"create view {table.name} as select {columns}{days} from {source}{where}")

    def _prepare(self, sql: str) -> None:
        if re.search(r"\b(member_days|people)\b", sql):
            member_days.build(self)
        if re.search(r"\bpeople\b", sql) and not self.engine.exists("people"):
            self.engine.run(f"create table people as {PEOPLE.format(first_day=self.first_day.isoformat())}")


PEOPLE = """
with days_seen as (
    select member_id, day from member_days
    union all
    select member_id, day from orders
),
seen as (
    select member_id, min(day) as first_seen
    from days_seen
    group by member_id
)
select
    coalesce(members.member_id, seen.member_id) as member_id,
    coalesce(members.joined_day, seen.first_seen, date '{first_day}') as joined_day,
    members.left_day,
    members.source,
    members.member_id is not null as is_listed,
    members.joined_day is not null as joined_known
from members
full join seen on members.member_id = seen.member_id
"""
