"""Opening a community: from files or frames to views with one meaning, one clock and known edges."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.community import cluster, day_pieces, member_days, moment, people, repeats, segments
from helpers.community import settings as settings_file
from helpers.community import store as stores
from helpers.community.contract import TABLES
from helpers.community.door import Door, defaults, quality
from helpers.community.engine import identifier
from helpers.community.errors import DataError, SettingsError, TableMissing, TruthMissing
from helpers.community.outsiders import VIEWS
from helpers.community.privacy import cover, outline
from helpers.community.quarantine import FINDING_COLUMNS, tell
from helpers.community.raw import ROW
from helpers.community.reading import SUFFIXES
from helpers.community.sentences import mark as _
from helpers.community.settings import FILE_NAME, Settings
from helpers.community.spark_tables import engine_for

DATASETS = Path(__file__).resolve().parents[2] / "datasets"


class Community:
    """Hold one community: its tables behind an engine, its clock, and what is known about its quality.

    Use :meth:`Community.open`; the constructor is for the workbook itself.
    """

    def __init__(
        self,
        settings: Settings,
        frames: Mapping[str, Any],
        *,
        as_of: dt.date | str | None,
        language: str,
        kept: moment.Moment | None = None,
        reader: segments.Reader | None = None,
    ) -> None:
        self.settings = settings
        self.name = settings.name
        self.title = settings.title_in(language)
        self.language = language
        self.simulated = settings.simulated
        self.currency = settings.currency
        self.engine = engine_for(frames)
        hidden = settings.pseudonyms
        if hidden is None:
            hidden = settings.folder is not None and not settings.simulated
        self.door = door = Door(self.engine, settings, language, hidden, reader=reader)
        asked = None if as_of is None else settings_file.read_date(as_of, "as_of")
        if kept is None:
            door.admit(frames)
        if kept is None or not kept.let_in(door, asked):
            door.bound(asked)
            door.open_views()
            door.balance()
            kept = None
        self._hidden = hidden
        self._given = {name: checked.columns for name, checked in door.tables.items()}
        self._account, self._findings = door.account, door.said
        self.basis = "events" if door.holds("events") or "orders" not in self._given else "orders"
        self.first_day, self.as_of = door.first_day, door.as_of
        self.active_from = door.active_from
        self._event_types = tuple(kept.about["event_types"]) if kept else None
        self._read = (reader.told, reader.lost()) if reader else ([], {})
        if reader is not None:
            day_pieces.add(self, reader.store)
            repeats.commit(self.engine, door.tables, reader.store)

    @classmethod
    def open(
        cls,
        source: Any,
        *,
        as_of: dt.date | str | None = None,
        language: str = "en",
        settings: Mapping[str, Any] | Settings | None = None,
        spark: Any = None,
        store: Path | None = None,
    ) -> Community:
        """Open a community from a folder, the name of a bundled data set, or frames.

        Parameters
        ----------
        source : str, pathlib.Path or mapping of str to frame
            ``"demo"`` or another folder under ``datasets/``; a folder that holds a ``community.yml``;
            or a mapping from table names to pandas, polars, Arrow or Spark tables.
        as_of : datetime.date or str, optional
            Last day to count, ``"YYYY-MM-DD"``. Default: ``as_of`` of the settings, or the last day
            seen in events and orders.
        language : {"en", "zh"}, default "en"
            Language of figures and readings, and of texts that the data holds in both.
        settings : mapping or Settings, optional
            What a ``community.yml`` would say, for frames or instead of the folder's own.
        spark : pyspark.sql.SparkSession, optional
            Read the folder's tables in this session, which computes where they are. Default: the session
            that ``spark`` in the settings names; without one DuckDB reads the files on this machine.
        store : pathlib.Path, optional
            Folder that keeps the checked rows and the active days from one opening to the next, so that only
            what is new is read; made where there is none. It holds people's data. Everything is as without
            it: what an unchanged part of a file gave is taken from there, all else is read again.

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
        >>> events = pd.DataFrame(
        ...     {"member_id": ["a"], "occurred_at": ["2026-05-01 08:00"], "event_type": ["like"]}
        ... )
        >>> Community.open({"events": events}).as_of
        datetime.date(2026, 5, 1)

        Taught in: all
        """
        if language not in ("en", "zh"):
            raise SettingsError(_('language={language!r}: choose "en" or "zh".'), language=language)
        if isinstance(source, Mapping):
            unknown = [table for table in source if table not in TABLES]
            if unknown:
                raise SettingsError(
                    _("{word!r} is no table of the contract. {nearest}"),
                    word=unknown[0],
                    nearest=settings_file.nearest(unknown[0], TABLES),
                )
            if store is not None:
                raise SettingsError(
                    _("A store keeps what was read of files; frames are given anew each time.")
                )
            chosen = _chosen(settings, None) or Settings(name="frames")
            return cls(chosen, source, as_of=as_of, language=language)
        folder = _folder(source)
        asked_anew = store is not None or settings is not None or spark is not None
        if not asked_anew and (kept := moment.kept_for(folder, language)):
            return cls(kept.settings, {}, as_of=as_of, language=language, kept=kept)
        chosen = _chosen(settings, folder) or _settings_of(folder)
        there = cluster.frames(chosen, spark) if spark is not None or chosen.spark else {}
        if store is not None and not there:
            return cls._from_store(chosen, store, as_of=as_of, language=language)
        return cls(chosen, there, as_of=as_of, language=language)

    @classmethod
    def _from_store(
        cls, settings: Settings, folder: Path, *, as_of: dt.date | str | None, language: str
    ) -> Community:
        whole: set[str] = set()
        with stores.opened(folder) as store:
            while True:
                reader = segments.Reader(store, whole)
                try:
                    return cls(settings, {}, as_of=as_of, language=language, reader=reader)
                except repeats.Unkept as again:
                    whole |= again.keys

    # what is there ---------------------------------------------------------------------------

    def has(self, table: str, *columns: str) -> bool:
        """Return whether a table, and these columns of it, were supplied.

        Of the views beside the community it is asked whether any row came in: ``customers`` (who buy and
        never joined), ``customer_orders`` (theirs) and ``staff_events`` (what the brand's own people did).
        """
        if table in VIEWS:
            there = self.has(VIEWS[table], *columns)
            return there and self.engine.value(f"select 1 from {identifier(table)} limit 1") is not None
        return table in self._given and set(columns) <= set(self._given[table])

    def require(self, table: str, *columns: str) -> None:
        """Raise :class:`TableMissing` unless a table, and these columns of it, were supplied."""
        if not self.has(table, *columns):
            if table in VIEWS:
                raise TableMissing("members", ["role"])
            given = self._given.get(table, ())
            raise TableMissing(table, [c for c in columns if c not in given] or TABLES[table].required)

    def event_types(self) -> tuple[str, ...]:
        """Return the event types that occur, most frequent first."""
        if self._event_types is None:
            rows = self.engine.rows(
                "select event_type, count(*) as n from events where event_type is not null "
                "group by event_type order by n desc, event_type"
            )
            self._event_types = tuple(kind for kind, _n in rows)
        return self._event_types

    def is_chat(self) -> bool:
        """Return whether what members write are messages of a chat: no titles, and nobody seen to view."""
        written = self.has("contents", "author_id") and not self.has("contents", "title")
        if not written or not self.has("events", "content_id"):
            return False
        kinds = self.event_types()
        return "message" in kinds and "view" not in kinds

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

    def people(self) -> str:
        """Return the name of the table with one row per member, built on first use.

        Returns
        -------
        str
            Name of the table in the engine; see :func:`helpers.community.people.build`.
        """
        if not self.engine.exists("people"):
            people.build(self)
        return "people"

    def frame(self, table: str) -> pd.DataFrame:
        """Return all used rows of a table; ask only when single rows are needed."""
        self.require(table) if table in TABLES else None
        return self.query(f"select * from {identifier(table)}")

    def truth(self, name: str) -> pd.DataFrame:
        """Return a table of what the simulator knows; :class:`TruthMissing` for real communities."""
        folder = self.settings.folder
        path = folder / "truth" / f"{name}.parquet" if folder else None
        if not self.simulated or path is None or not path.exists():
            raise TruthMissing(
                _("There is no truth {name!r}: {title} is not a simulated community."),
                name=name,
                title=self.title,
            )
        return pd.read_parquet(path)

    # what came of the rows -------------------------------------------------------------------

    def quality(self) -> pd.DataFrame:
        """Return the account of every file.

        Returns
        -------
        pandas.DataFrame
            ``table``, ``file``, ``sha256``, ``rows_in``, ``used``, ``set_aside``, ``excluded``; always
            ``rows_in = used + set_aside + excluded``.

        Taught in: 00 Start here
        """
        return self.describe(quality(self._account), "data quality", population="rows read")

    def findings(self, translate: Callable[[str], str] = str, *, reveal: bool = False) -> pd.DataFrame:
        """Return what was found in the data.

        Parameters
        ----------
        translate : callable, default str
            Gives the template of another language for an English one, as `present.language.translator`
            does; without it the messages are English.
        reveal : bool, default False
            Show the values that broke a rule; where ids are hidden, only their form is shown otherwise.

        Returns
        -------
        pandas.DataFrame
            ``table``, ``column``, ``rule``, ``severity`` (set_aside, excluded, note or repaired),
            ``rows``, ``examples``, ``message`` (file, column, rows, what was expected, the remedy).

        Taught in: 00 Start here
        """
        shown = reveal or not self._hidden
        said = [tell(row, translate, reveal=shown) for row in self._findings]
        found = pd.DataFrame(said, columns=list(FINDING_COLUMNS))
        return self.describe(found, "findings", population="rows read")

    def quarantine(self, table: str) -> pd.DataFrame:
        """Return the rows of a table that were set aside.

        Parameters
        ----------
        table : str
            A table of the contract.

        Returns
        -------
        pandas.DataFrame
            ``file``, ``row`` (as a spreadsheet numbers it), ``rule``, ``column``, ``value`` and, behind
            them, the columns of the file as they were: people's data, for whoever mends the file. A report
            holds :meth:`quarantine_list` instead.

        Taught in: 00 Start here
        """
        self.require(table)
        rows = self.engine.query(
            f'select "file", "row", "rule", "column", "value", "original" from quarantine_{table} '
            'order by "file", "row", "rule"'
        )
        originals = [json.loads(text) if isinstance(text, str) else {} for text in rows.pop("original")]
        before = pd.DataFrame(originals, index=rows.index, dtype=object).drop(columns=ROW, errors="ignore")
        before.columns = [
            f"{name} (in the file)" if name in rows.columns else name for name in before.columns
        ]
        return pd.concat([rows, before], axis=1)

    def quarantine_list(self, table: str, *, reveal: bool = False) -> pd.DataFrame:
        """Return the rows that were set aside as they may be handed on.

        Parameters
        ----------
        table : str
            A table of the contract.
        reveal : bool, default False
            The values and rows as they are in the file.

        Returns
        -------
        pandas.DataFrame
            ``file``, ``row``, ``rule``, ``column`` and ``form``: letters of the value as ``a``, digits as
            ``0``; the row's number finds it in the file. With `reveal`, or where the settings turn
            pseudonyms off, what :meth:`quarantine` gives.

        Taught in: 00 Start here
        """
        rows = self.quarantine(table)
        if reveal or not self._hidden:
            return rows
        kept = rows[["file", "row", "rule", "column"]].map(_covered)
        return kept.assign(form=rows["value"].map(lambda one: outline(one) if isinstance(one, str) else one))

    def reveal(self, member_ids: Iterable[str]) -> pd.DataFrame:
        """Return the original ids behind pseudonyms, for the list of members to contact and nothing else.

        Parameters
        ----------
        member_ids : iterable of str
            Ids as the community's tables show them.

        Returns
        -------
        pandas.DataFrame
            ``member_id`` as given and ``original_id``, in the given order; NULL for ids that are unknown.

        Taught in: 06 Evaluation
        """
        asked = pd.DataFrame({"member_id": pd.Series(list(member_ids), dtype="str")})
        if not self._hidden:
            return asked.assign(original_id=asked["member_id"])
        self.engine.register("asked_ids", asked)
        known = self.engine.query(
            "select member_id, original_id from private_ids "
            "where member_id in (select member_id from asked_ids)"
        )
        return asked.merge(known, on="member_id", how="left")

    def reused(self) -> pd.DataFrame:
        """Return how much of every file was read this time, where a store kept the rest.

        Returns
        -------
        pandas.DataFrame
            ``table``, ``file``, ``rows``, ``read`` (rows that were read and checked this time), ``how``:
            kept, added (only what was appended) or whole, and ``before`` (rows that the store held of it).
            Empty without a store. ``attrs`` hold ``discarded`` (whether the store could not be used at all)
            and ``gone`` (files that it knew and that are no longer there).

        Taught in: all
        """
        rows, lost = self._read
        found = pd.DataFrame(rows, columns=["table", "file", "rows", "read", "how", "before"])
        found.attrs |= lost
        return found

    # saying what a result is -----------------------------------------------------------------

    def about(
        self, metric: str, *, population: str | None = None, period: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Return what a figure's foot and a reading must know about a result, as plain values."""
        more = {"contents_are": "messages"} | more if self.is_chat() else more
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

    def _prepare(self, sql: str) -> None:
        if re.search(r"\bpeople\b", sql):
            self.people()
        if re.search(r"\bmember_days\b", sql):
            member_days.build(self)


def _covered(value: Any) -> Any:
    return cover(value) if isinstance(value, str) else value


def _folder(source: Any) -> Path:
    folder = Path(source)
    if folder.is_dir():
        return folder
    if (DATASETS / str(source)).is_dir():
        return DATASETS / str(source)
    known = sorted(path.name for path in DATASETS.iterdir() if path.is_dir()) if DATASETS.is_dir() else []
    raise DataError(
        _("There is no folder {source!r}. {nearest}"),
        source=str(source),
        nearest=settings_file.nearest(source, known),
    )


def _chosen(settings: Mapping[str, Any] | Settings | None, folder: Path | None) -> Settings | None:
    if settings is None or isinstance(settings, Settings):
        return settings
    return settings_file.parse(settings, at="settings", folder=folder)


def _settings_of(folder: Path) -> Settings:
    if (folder / FILE_NAME).exists():
        return settings_file.read(folder)
    found = {
        path.stem: path.name
        for path in sorted(folder.iterdir())
        if path.stem in TABLES and path.suffix.lower() in SUFFIXES
    }
    if not found:
        return settings_file.read(folder)
    return defaults(Settings(name=folder.name, folder=folder), found)
