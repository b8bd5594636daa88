"""What `community.yml` says: names, clock, privacy, and which file and column feeds which table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from helpers.community.cluster import Cluster, cluster_of, table_of
from helpers.community.connections import Database, asked_of, database_of
from helpers.community.contract import TABLES
from helpers.community.errors import SettingsError
from helpers.community.importers import IMPORTERS
from helpers.community.keys import Reader, inside, nearest
from helpers.community.sentences import NOTHING, Sentence
from helpers.community.sentences import mark as _

FILE_NAME = "community.yml"
EXCLUDED_ROLES = ("bot", "staff")


@dataclass(frozen=True)
class ColumnSource:
    """Say where a column of the contract comes from: a column, one a language, a product, a constant."""

    column: str | None = None
    by_language: Mapping[str, str] = field(default_factory=dict)
    product: tuple[str, ...] = ()
    constant: str | None = None
    row_number: bool = False

    def names(self, language: str) -> tuple[str, ...]:
        """Return the columns of the file that this one needs, in one language."""
        if self.by_language:
            chosen = self.by_language.get(language) or next(iter(self.by_language.values()))
            return (chosen,)
        return self.product or ((self.column,) if self.column else ())


@dataclass(frozen=True)
class TableSource:
    """Say which file or query feeds a table and how to read it (one of possibly several)."""

    table: str
    file: str | None = None
    database: Database | None = None
    query: str = ""
    package: str | None = None
    format: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    names: tuple[str, ...] = ()
    separator: str | None = None
    encoding: str | None = None
    columns: Mapping[str, ColumnSource] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    decimal: str = "point"
    grain: str = "order"
    zero_amount: str = "keep"
    orders_before_joining: str = "keep"
    spark: str | None = None


@dataclass(frozen=True)
class Settings:
    """Hold a validated `community.yml`; every field has the default of a file that does not name it."""

    name: str = "community"
    title: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False
    timezone: str = "Asia/Shanghai"
    day_starts_at: int = 0
    currency: str = "CNY"
    language: str = "en"
    as_of: dt.date | None = None
    pseudonyms: bool | None = None
    exclude_roles: tuple[str, ...] = EXCLUDED_ROLES
    exclude_members: tuple[str, ...] = ()
    tables: Mapping[str, tuple[TableSource, ...]] = field(default_factory=dict)
    folder: Path | None = None
    spark: Cluster | None = None

    def title_in(self, language: str) -> str:
        """Return the title in a language, or in the other one, or the name."""
        return self.title.get(language) or next(iter(self.title.values()), self.name)


def read_date(value: object, key: str) -> dt.date:
    """Return a day from a date or from text like 2026-05-31.

    Parameters
    ----------
    value : datetime.date or str
        What was given.
    key : str
        Name of the setting, for the message.

    Returns
    -------
    datetime.date
        The day.

    Raises
    ------
    SettingsError
        When it is not a day.

    Examples
    --------
    >>> read_date("2026-05-31", "as_of")
    datetime.date(2026, 5, 31)
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError:
        raise SettingsError(
            _('{key}: {value!r} is not a day. Write it as "2026-05-31".'), key=key, value=value
        ) from None


def _column(value: object, where: str, at: str) -> ColumnSource:
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return ColumnSource(column=str(value))
    if isinstance(value, Mapping) and len(value) == 1 and "constant" in value:
        return ColumnSource(constant=str(value["constant"]))
    if isinstance(value, Mapping) and dict(value) == {"row_number": True}:
        return ColumnSource(row_number=True)
    if isinstance(value, Mapping) and len(value) == 1 and "product" in value:
        parts = value["product"]
        if isinstance(parts, list) and len(parts) == 2:
            return ColumnSource(product=tuple(str(part) for part in parts))
    elif isinstance(value, Mapping) and value and set(value) <= {"en", "zh"}:
        return ColumnSource(by_language={str(k): str(v) for k, v in value.items()})
    raise SettingsError(
        _(
            "{at}, {where}: expected the name of a column, {{en: …, zh: …}}, {{product: [column, "
            "column]}} {{constant: value}} or {{row_number: true}}, found {value!r}."
        ),
        at=at,
        where=where,
        value=value,
    )


class _Loader(yaml.SafeLoader):
    """Read plain YAML, and refuse a key that is there twice rather than keep one of the two unseen."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in seen:
                line = key.start_mark.line + 1
                raise SettingsError(
                    _("{name}, line {line}: the key {value} is there twice. Keep one of the two."),
                    name=FILE_NAME,
                    line=line,
                    value=key.value,
                )
            seen.add(key.value)
        return node


def _table(table: str, given: object, where: str, at: str, databases: Mapping[str, Database]) -> TableSource:
    if isinstance(given, str):
        given = {"file": given}
    reader = Reader(given, where, at)
    database, query = asked_of(reader, databases)
    file = reader.text("file")
    header = reader.take("header_row", (int, str), _("the number of the row with the column names, or none"))
    if isinstance(header, str) and header.lower() != "none":
        raise reader.fail("header_row", _("the number of the row with the column names, or none"))
    if isinstance(header, int) and header < 1:
        raise reader.fail("header_row", _("a row number from 1"))
    form = reader.text("format")
    if form is not None and form not in IMPORTERS:
        raise SettingsError(
            _("{at}: {where}.format: {form!r} is no format. {nearest}"),
            at=at,
            where=where,
            form=form,
            nearest=nearest(form, IMPORTERS),
        )
    if form is not None and table not in IMPORTERS[form].tables:
        fed = ", ".join(IMPORTERS[form].tables)
        raise SettingsError(
            _("{at}: {where}.format: {form} does not feed {table}, but: {fed}."),
            at=at,
            where=where,
            form=form,
            table=table,
            fed=fed,
        )
    names = reader.texts("names")
    if isinstance(header, str) and not names:
        raise SettingsError(
            _("{at}, {where}.names: a file without a header row needs the list of its columns."),
            at=at,
            where=where,
        )
    known = TABLES[table].names
    columns = {}
    for name, value in reader.take("columns", Mapping, _("column: their column"), {}).items():
        if name not in known and (table != "members" or not str(name).isidentifier()):
            raise SettingsError(
                _("{at}: {where}.columns.{name} is no column of {table}. {nearest}"),
                at=at,
                where=where,
                name=name,
                table=table,
                nearest=nearest(name, known),
            )
        columns[str(name)] = _column(value, f"{where}.columns.{name}", at)
    values = {}
    for name, pairs in reader.take("values", Mapping, _("column: {their value: ours}"), {}).items():
        if name not in known and name not in columns:
            raise SettingsError(
                _("{at}: {where}.values.{name} is no column of {table}. {nearest}"),
                at=at,
                where=where,
                name=name,
                table=table,
                nearest=nearest(name, known),
            )
        if not isinstance(pairs, Mapping):
            raise SettingsError(
                _("{at}, {where}.values.{name}: expected {{their value: ours}}, found {pairs!r}."),
                at=at,
                where=where,
                name=name,
                pairs=pairs,
            )
        values[str(name)] = {str(k): str(v) for k, v in pairs.items()}
    source = TableSource(
        table=table,
        database=database,
        query=query,
        file=inside(file, f"{where}.file", at) if file else None,
        package=reader.text("package"),
        format=form,
        sheet=reader.text("sheet"),
        header_row=0 if isinstance(header, str) else header,
        names=names,
        separator=reader.separator("separator"),
        encoding=reader.text("encoding"),
        columns=columns,
        values=values,
        dates=reader.formats("dates"),
        decimal=reader.choice("decimal"),
        grain=reader.choice("grain"),
        zero_amount=reader.choice("zero_amount"),
        orders_before_joining=reader.choice("orders_before_joining"),
        spark=table_of(reader, where, at),
    )
    reader.finish()
    return source


def parse(given: object, *, at: str = FILE_NAME, folder: Path | None = None) -> Settings:
    """Turn what a settings file holds into settings, or say what in it cannot be followed.

    Parameters
    ----------
    given : mapping
        Keys and values as YAML gives them.
    at : str, default "community.yml"
        Name of the file, for messages.
    folder : pathlib.Path, optional
        Folder that holds the files.

    Returns
    -------
    Settings
        The settings.

    Raises
    ------
    SettingsError
        Names the key, what was expected, what was found, and the nearest known key.

    Examples
    --------
    >>> parse({"name": "Tea", "day_starts_at": 4}).day_starts_at
    4
    """
    reader = Reader(given, "", at)
    name = reader.text("name", folder.name if folder else "community")
    title = reader.take("title", (str, Mapping), _("text, or {en: …, zh: …}"), {})
    if isinstance(title, Mapping) and not set(title) <= {"en", "zh"}:
        raise reader.fail("title", _("text, or {en: …, zh: …}"))
    titles = {"en": title} if isinstance(title, str) else {str(k): str(v) for k, v in title.items()}
    zone = reader.text("timezone", "Asia/Shanghai")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise reader.fail("timezone", _("a zone like Asia/Shanghai or Europe/Paris")) from None
    starts = reader.take("day_starts_at", int, _("an hour from 0 to 23"), 0)
    if not 0 <= starts <= 23:
        raise reader.fail("day_starts_at", _("an hour from 0 to 23"))
    privacy = Reader(reader.take("privacy", Mapping, "{pseudonyms: true or false}", {}), "privacy", at)
    pseudonyms = privacy.take("pseudonyms", bool, "true or false")
    privacy.finish()
    exclude = Reader(reader.take("exclude", Mapping, "{roles: [...], members: [...]}", {}), "exclude", at)
    roles, members = exclude.texts("roles", EXCLUDED_ROLES), exclude.texts("members")
    exclude.finish()
    as_of = reader.take("as_of", (dt.date, str), _("a day like 2026-05-31"))
    given_databases = reader.take("databases", Mapping, "name: {kind: …, …}", {})
    databases = {str(name): database_of(str(name), value, at) for name, value in given_databases.items()}
    tables: dict[str, tuple[TableSource, ...]] = {}
    for table, value in reader.take("tables", Mapping, _("table: how to read it"), {}).items():
        if table not in TABLES:
            raise SettingsError(
                _("{at}: tables.{table} is no table of the contract. {nearest}"),
                at=at,
                table=table,
                nearest=nearest(table, TABLES),
            )
        parts = value if isinstance(value, list) else [value]
        tables[table] = tuple(_table(table, part, f"tables.{table}", at, databases) for part in parts)
    settings = Settings(
        name=name,
        title=titles,
        simulated=reader.take("simulated", bool, "true or false", False),
        timezone=zone,
        day_starts_at=starts,
        currency=reader.text("currency", "CNY"),
        language=reader.choice("language"),
        as_of=None if as_of is None else read_date(as_of, f"{at}, as_of"),
        pseudonyms=pseudonyms,
        exclude_roles=roles,
        exclude_members=members,
        tables=tables,
        folder=folder,
        spark=cluster_of(reader.take("spark", Mapping, "{remote: sc://…} or {master: …}"), at),
    )
    reader.finish()
    return settings


def read(folder: Path) -> Settings:
    """Read and validate the `community.yml` of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Folder that holds it.

    Returns
    -------
    Settings
        The settings.

    Raises
    ------
    SettingsError
        When there is none, when it is not YAML, or when it says something that cannot be followed.

    Taught in: 00 Start here
    """
    path = folder / FILE_NAME
    if not path.exists():
        raise SettingsError(
            _("{folder} holds no {name}. Run: python -m helpers init {folder}"),
            folder=folder.name,
            name=FILE_NAME,
        )
    try:
        given = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except yaml.constructor.ConstructorError as error:
        raise SettingsError(
            _("{name}: {problem}. Tags (!…) are not allowed; write plain values."),
            name=FILE_NAME,
            problem=error.problem,
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = getattr(error, "problem_mark", None)
        line = Sentence(_(", line {line}"), line=where.line + 1) if where else NOTHING
        reason = getattr(error, "problem", None) or Sentence(_("it is not UTF-8 text"))
        raise SettingsError(
            _("{name}{line}: this is not YAML ({reason}). Mend it or run init again."),
            name=FILE_NAME,
            line=line,
            reason=reason,
        ) from None
    return parse({} if given is None else given, folder=folder)
