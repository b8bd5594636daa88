"""Which column of a file feeds which column of the contract, and the SQL that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from difflib import get_close_matches
from typing import Any

from helpers.community import parsing, spark_tables
from helpers.community.contract import EVENT_TYPE_ALIASES, SQL_TYPES, TABLES, Column, Table
from helpers.community.engine import Engine, identifier, literal
from helpers.community.errors import DataError, SettingsError
from helpers.community.growth import Otherwise
from helpers.community.orders import status_word
from helpers.community.parsing import DateCounts, DateForm
from helpers.community.raw import ROW, Raw
from helpers.community.sentences import Either, Sentence
from helpers.community.sentences import mark as _
from helpers.community.settings import ColumnSource, TableSource
from helpers.community.spreadsheets import plain

ROLES = {
    "staff": (
        "staff",
        "admin",
        "administrator",
        "employee",
        "operator",
        "moderator",
        "员工",
        "客服",
        "管理员",
        "运营",
    ),
    "bot": ("bot", "robot", "机器人"),
    "kol": ("kol", "koc", "influencer", "达人"),
    "member": ("member", "user", "成员", "会员", "用户", "普通成员"),
    "customer": ("customer", "non_member", "nonmember", "客户", "顾客", "非成员", "非会员", "未入群"),
}


MANY_WORDS = 1000  # different words of a column, from which on not every one is looked at


@dataclass(frozen=True)
class Reading:
    """Say how one column is read: its SQL, the file's columns behind it, and what was found out about it."""

    column: Column
    sql: str
    text: str
    names: tuple[str, ...]
    native: bool
    form: DateForm | None = None
    repaired: int = 0
    words: Mapping[str, int] = field(default_factory=dict)
    looked: tuple[Any, ...] | None = None  # what was counted to decide it

    @property
    def label(self) -> str:
        """Return the file's name of the column, for messages."""
        return " × ".join(self.names) or self.column.name


def expected_names(table: Table, source: TableSource, language: str) -> set[str]:
    """Return the names by which a header of this table is recognised, reduced to what counts."""
    chosen = [name for column in source.columns.values() for name in column.names(language)]
    if chosen:
        return {plain(name) for name in chosen}
    return {plain(name) for column in table.columns for name in (column.name, *column.aliases)}


def match(table: Table, source: TableSource, raw: Raw, language: str) -> dict[str, ColumnSource]:
    """Say for each column of a table where it comes from in a file.

    Parameters
    ----------
    table : Table
        The table of the contract.
    source : TableSource
        What the settings say; columns they do not name are matched by the contract's own name.
    raw : Raw
        What was read.
    language : str
        Chooses among columns that exist per language.

    Returns
    -------
    dict of str to ColumnSource
        One entry for each column that is supplied.

    Raises
    ------
    DataError
        When the file lacks a column that the settings name or the table requires; names the nearest.
    """
    by_plain = {plain(name): name for name in reversed(raw.columns)}
    found = dict(source.columns)
    for column in table.columns:
        if column.name not in found and plain(column.name) in by_plain:
            found[column.name] = ColumnSource(column=by_plain[plain(column.name)])
    taken = {name for one in found.values() for name in one.names(language)}
    if table.name == "members" and not source.columns:
        for name in raw.columns:
            if name not in taken:
                found[name] = ColumnSource(column=name)
    for wanted, one in found.items():
        for name in one.names(language):
            if name not in raw.columns:
                raise DataError(
                    _("{file}: there is no column {name!r} (tables.{table}.columns.{wanted}). {nearest}"),
                    file=raw.file,
                    name=name,
                    table=table.name,
                    wanted=wanted,
                    nearest=_closest(name, (), raw.columns),
                )
            if name in raw.doubled:
                raise DataError(
                    _("{file}: the column {name!r} is there twice. Rename one of them in the file."),
                    file=raw.file,
                    name=name,
                )
    for name in table.required:
        if name not in found:
            column = table.column(name)
            raise DataError(
                _(
                    "{file}: no column for {name} ({meaning}) {nearest} Set tables.{table}.columns.{name}"
                    " in community.yml to the name it has in the file."
                ),
                file=raw.file,
                name=name,
                meaning=Either(column.meaning, column.meaning_zh),
                nearest=_closest(name, column.aliases, raw.columns),
                table=table.name,
            )
    return found


def _closest(name: str, aliases: tuple[str, ...], there: Mapping[str, str]) -> Sentence:
    known = {plain(alias) for alias in aliases}
    near = [other for other in there if plain(other) in known]
    by_plain = {plain(other): other for other in there}
    for word in (name, *aliases):
        near += [by_plain[hit] for hit in get_close_matches(plain(word), list(by_plain), n=2, cutoff=0.6)]
    nearest = list(dict.fromkeys(near))[:3]
    listed = ", ".join(list(there)[:20])
    if nearest:
        return Sentence(
            _("Nearest: {nearest}. It has: {columns}."), nearest=", ".join(nearest), columns=listed
        )
    return Sentence(_("It has: {columns}."), columns=listed)


def readings(
    engine: Engine,
    table: Table,
    source: TableSource,
    raw: Raw,
    *,
    language: str,
    zone: str,
    rows: int,
    before: Mapping[str, Reading] | None = None,
) -> dict[str, Reading]:
    """Write the SQL that reads every supplied column of a table, after looking at what the file holds.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    table : Table
        The table of the contract.
    source : TableSource
        What the settings say.
    raw : Raw
        What was read.
    language, zone : str
        Language of texts; time zone of the community.
    rows : int
        Number of rows of the file.
    before : dict of str to Reading, optional
        How the rows before these were read, where a file has grown: what was counted there is added.

    Returns
    -------
    dict of str to Reading
        One entry for each supplied column.

    Raises
    ------
    Otherwise
        When all rows together would be read otherwise than those before were.
    """
    found = {}
    for name, one in match(table, source, raw, language).items():
        column = table.column(name) if name in table.names else Column(name, "category", "", "")
        earlier = before.get(name) if before else None
        found[name] = _reading(
            engine, column, one, source, raw, language=language, zone=zone, rows=rows, earlier=earlier
        )
        if earlier and (found[name].form, bool(found[name].repaired)) != (
            earlier.form,
            bool(earlier.repaired),
        ):
            raise Otherwise(name)
    if before and list(before) != list(found):
        raise Otherwise("columns")
    return found


def _reading(
    engine: Engine,
    column: Column,
    one: ColumnSource,
    source: TableSource,
    raw: Raw,
    *,
    language: str,
    zone: str,
    rows: int,
    earlier: Reading | None,
) -> Reading:
    names = one.names(language)
    attribute = column.name not in TABLES[source.table].names
    if one.constant is not None:
        return _constant(engine, column, one.constant, source.table)
    if one.row_number:
        number = f"concat({literal(raw.file)}, ':', {ROW})"
        return Reading(column, number, number, (), native=True)
    quoted = [identifier(name) for name in names]
    kinds = [raw.columns[name] for name in names]
    text = quoted[0] if len(names) == 1 else f"concat_ws(' × ', {', '.join(quoted)})"
    text = parsing.trimmed(text)
    if one.product:
        if engine.kind == "spark":
            for factor, its in zip(names, kinds, strict=True):
                spark_tables.refuse_untyped(column, factor, its, raw.file)
        factors = [
            parsing.amount(name, kind, decimal=source.decimal, sql_type="decimal(18, 4)")
            for name, kind in zip(quoted, kinds, strict=True)
        ]
        sql = f"try_cast({factors[0]} * {factors[1]} as {SQL_TYPES[column.kind]})"
        return Reading(column, sql, text, names, native=False)
    name, kind = quoted[0], kinds[0]
    if engine.kind == "spark":
        spark_tables.refuse_untyped(column, names[0], kind, raw.file)
    pairs = source.values.get(column.name, {})
    if column.kind == "time":
        counts = None
        if parsing.family(kind) == "text" and not source.dates:
            counts = _more_dates(parsing.date_counts(engine, raw.relation, names[0], rows), earlier)
        form = parsing.date_form(kind, source.dates, counts)
        if parsing.native(column, kind):
            return Reading(column, parsing.direct(column, name, kind, zone), text, names, native=True)
        sql, looked = parsing.time(name, kind, form, zone), astuple(counts) if counts else None
        return Reading(column, sql, text, names, native=False, form=form, looked=looked)
    if column.kind in ("money", "number"):
        fits = parsing.native(column, kind)
        sql = (
            parsing.direct(column, name, kind, zone)
            if fits
            else parsing.amount(name, kind, decimal=source.decimal, sql_type=SQL_TYPES[column.kind])
        )
        return Reading(column, sql, text, names, native=fits)
    if column.kind == "flag":
        fits = parsing.native(column, kind)
        return Reading(column, name if fits else parsing.flag(name), text, names, native=fits)
    if column.kind == "id":
        if raw.lazy and parsing.native(column, kind):
            return Reading(column, parsing.direct(column, name, kind, zone), text, names, native=True)
        looked = (0, 0, 0)
        if parsing.family(kind) == "text":
            looked = _point_zero(engine, raw.relation, name, earlier.looked if earlier else None)
        filled, pointed, numbers = looked
        repaired = pointed if numbers == filled else 0
        sql = parsing.id_text(name, kind, repaired=bool(repaired))
        return Reading(column, sql, text, names, native=False, repaired=repaired, looked=looked)
    if attribute or (column.kind == "text" and not pairs):
        sql = name if attribute and parsing.family(kind) != "text" else f"nullif({text}, '')"
        return Reading(column, sql, text, names, native=parsing.native(column, kind))
    return _category(engine, column, names, kind, pairs, source, raw, earlier)


def _constant(engine: Engine, column: Column, value: str, table: str) -> Reading:
    sql = f"try_cast({literal(value)} as {SQL_TYPES[column.kind]})"
    if engine.value(f"select {sql}") is None:
        raise SettingsError(
            _("tables.{table}.columns.{column}: {value!r} is no {kind}."),
            table=table,
            column=column.name,
            value=value,
            kind=column.kind,
        )
    return Reading(column, sql, literal(value), (), native=True)


def _more_dates(found: DateCounts, earlier: Reading | None) -> DateCounts:
    if earlier is None:
        return found
    step, *counts = earlier.looked or (0,)
    if step != found.step:
        raise Otherwise("step")
    return DateCounts(step, *map(sum, zip(counts, astuple(found)[1:], strict=True)))


def _point_zero(
    engine: Engine, relation: str, name: str, before: tuple[Any, ...] | None
) -> tuple[int, int, int]:
    # Only a column that is all numbers was damaged; "1.0" among words is a name like any other. Where no
    # id has a point nothing more is counted, so that (0, 0, 0) says nothing of how many numbers there are.
    text = parsing.trimmed(name)
    pointed = engine.value(
        f"select count(*) from {identifier(relation)} where contains(cast({name} as varchar), '.0')"
    )
    if not pointed and not (before and before[1]):
        return (0, 0, 0)
    found = engine.rows(
        f"""
        with ids as (select {text} as id from {identifier(relation)})
        select count(id), count(*) filter (where ends_with(id, '.0')),
            count(*) filter (where regexp_matches(id, '^\\d+(\\.0+)?$|{parsing.DAMAGED_ID}'))
        from ids
        """
    )
    filled, pointed, numbers = map(int, found[0])
    if before is None:
        return filled, pointed, numbers
    if not before[1] and pointed and numbers == filled:
        raise Otherwise(name)  # whether all those before are numbers was not counted
    if not before[1] and pointed:
        return filled, pointed, numbers
    return before[0] + filled, before[1] + pointed, before[2] + numbers


def _category(
    engine: Engine,
    column: Column,
    names: tuple[str, ...],
    kind: str,
    pairs: Mapping[str, str],
    source: TableSource,
    raw: Raw,
    earlier: Reading | None,
) -> Reading:
    name, text = identifier(names[0]), parsing.trimmed(identifier(names[0]))
    known = (source.table, column.name)
    looked: tuple[Any, ...] = ()
    counts: dict[str, int] = {}
    tidy = raw.lazy
    if known in (("events", "event_type"), ("orders", "status"), ("members", "role")):
        sql = (
            f"select {name} as word, count(*) as n from {identifier(raw.relation)} group by {name} order "
            f"by n desc, word"
        )
        words = _more_words(engine.rows(f"{sql} limit {MANY_WORDS}"), earlier)
        looked = tuple((word, n) for word, n in words)
        # Every word was seen, so where none has to be mended the column can be taken as it is.
        tidy = tidy or (len(words) < MANY_WORDS and all(_tidy(word) for word, _n in words))
        for word, n in words:
            if word is not None and str(word).strip().lower() not in parsing.BLANKS:
                counts[str(word).strip()] = counts.get(str(word).strip(), 0) + n
    translated = dict(pairs)
    for theirs in counts:
        ours = pairs.get(theirs) or _known_word(known, theirs)
        if ours and ours != theirs:
            translated[theirs] = ours
    resolved: dict[str, int] = {}
    for theirs, n in counts.items():
        ours = translated.get(theirs, theirs)
        resolved[ours] = resolved.get(ours, 0) + n
    fits = tidy and not translated and parsing.native(column, kind)
    sql = parsing.direct(column, name, kind, "UTC") if fits else parsing.word(name, translated)
    native = fits or parsing.native(column, kind)
    return Reading(column, sql, text, names, native=native, words=resolved, looked=looked)


def _more_words(found: list[tuple[Any, ...]], earlier: Reading | None) -> list[tuple[Any, ...]]:
    if earlier is None:
        return found
    before = earlier.looked or ()
    if max(len(before), len(found)) == MANY_WORDS:
        raise Otherwise("words")
    counts = dict[Any, int]()
    for word, n in (*before, *found):
        counts[word] = counts.get(word, 0) + n
    return sorted(counts.items(), key=lambda one: (-one[1], one[0] is None, one[0] or ""))[:MANY_WORDS]


def _tidy(word: object) -> bool:
    return word is None or (word == str(word).strip() and word.lower() not in parsing.BLANKS)


def _known_word(known: tuple[str, str], theirs: str) -> str | None:
    bare = theirs.casefold().replace(" ", "_").replace("-", "_")
    if known[1] == "status":
        return status_word(theirs)
    aliases = EVENT_TYPE_ALIASES if known[1] == "event_type" else ROLES
    return next((ours for ours, words in aliases.items() if bare in words), None)
