"""A first community.yml: which file is which table, which column is which, and what could not be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from helpers.community import disk, parsing, privacy, progress, reading
from helpers.community.contract import TABLES, Column, Table
from helpers.community.delimited import Torn
from helpers.community.engine import Engine, identifier
from helpers.community.errors import DataError, SettingsError
from helpers.community.importers import IMPORTERS, Export, Importer, recognise
from helpers.community.raw import ROW, Raw
from helpers.community.reading import SUFFIXES
from helpers.community.sentences import Sentence
from helpers.community.settings import FILE_NAME, TableSource
from helpers.community.spreadsheets import plain

PRODUCTS = (("quantity", "unitprice"), ("qty", "unitprice"), ("quantity", "price"), ("数量", "单价"))
REQUIRED_HIT, HIT, NAME_HIT = 4, 1, 3
EVERY_NAME = {
    plain(name)
    for table in TABLES.values()
    for column in table.columns
    for name in (column.name, *column.aliases)
} | {part for pair in PRODUCTS for part in pair}


@dataclass
class FileGuess:
    """Hold what was made of one file."""

    file: str
    table: str
    columns: dict[str, Any]
    unused: list[str]
    missing: list[str]
    grain: str = "order"
    decimal: str = "point"
    format: str = ""


@dataclass
class Guess:
    """Hold what was made of a folder: a settings text, and what to tell the person.

    Parameters
    ----------
    folder : pathlib.Path
        The folder.
    files : list of FileGuess
        Files that feed a table.
    said : list of str
        What was guessed and what could not be, one line each.
    """

    folder: Path
    files: list[FileGuess] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def yaml(self) -> str:
        """Return the text of a commented community.yml."""
        lines = [
            "# What the workbook needs to know about this community. Lines with # explain; change the rest.",
            f"name: {_quoted(self.folder.resolve().name)}",
            f"# title: {{en: {_quoted(self.folder.resolve().name)}, zh: ...}}",
            "timezone: Asia/Shanghai   # times without a zone are local times of this zone",
            "day_starts_at: 0          # hour at which a day begins, for example 4",
            "currency: CNY",
            "language: en              # en or zh",
            "# as_of: 2026-05-31       # last day to count; without it the last day in the data",
            "privacy: {pseudonyms: true}   # reports show hashed ids; the key lies in community.key",
            "exclude: {roles: [bot, staff], members: []}",
            "tables:" if self.files else "tables: {}",
        ]
        for table in TABLES:
            mine = [guess for guess in self.files if guess.table == table]
            lines += ["", f"  {table}:"] if mine else []
            for guess in mine:
                entry = _entry(guess)
                if len(mine) > 1:  # several files that add up are a list
                    entry = ["- " + entry[0], *("  " + line for line in entry[1:])]
                lines += ["    " + line for line in entry]
        return "\n".join(lines) + "\n"

    def write(self, *, overwrite: bool = False) -> Path:
        """Write community.yml into the folder.

        Parameters
        ----------
        overwrite : bool, default False
            Whether an existing file may be replaced.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        SettingsError
            When there is one already.
        """
        path = self.folder / FILE_NAME
        if path.exists() and not overwrite:
            raise SettingsError(
                f"{FILE_NAME} is there already and is kept. Remove it, or ask to overwrite it."
            )
        disk.replace(path, self.yaml())
        return path


def _entry(guess: FileGuess) -> list[str]:
    lines = [f"file: {_quoted(guess.file)}"]
    if guess.format:
        return [*lines, f"format: {guess.format}   # {IMPORTERS[guess.format].title}"]
    if guess.grain == "line":
        lines.append("grain: line   # several rows with one order id are lines of one order")
    if guess.decimal == "comma":
        lines.append("decimal: comma   # numbers like 1.299,00")
    lines.append("columns:")
    for name, source in guess.columns.items():
        lines.append(f"  {name}: {_flow(source)}   # {TABLES[guess.table].column(name).meaning}")
    lines += [f"  # {name}: ...   # required, not found" for name in guess.missing]
    if guess.unused:
        listed = ", ".join(" ".join(name.split())[:40] for name in guess.unused[:20])
        lines.append(f"# not used: {listed}")
    return lines


def _quoted(text: str) -> str:
    return yaml.safe_dump(text, allow_unicode=True, width=10_000, default_style='"').strip()


def _rows(n: int) -> str:
    return f"{n} row{'' if n == 1 else 's'}"


def _flow(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    return yaml.safe_dump(value, allow_unicode=True, width=10_000, default_flow_style=True).strip()


def _product(there: dict[str, str]) -> list[str]:
    for pair in PRODUCTS:
        if all(part in there for part in pair):
            return [there[part] for part in pair]
    return []


def _fits(engine: Engine, raw: Raw, name: str, column: Column, rows: int) -> bool:
    # A name alone can mislead ("time" may hold a duration), so most of a sample must read as its kind.
    kind, quoted = raw.columns[name], identifier(name)
    if column.kind == "time":
        texts = parsing.family(kind) == "text"
        counts = parsing.date_counts(engine, raw.relation, name, rows) if texts else None
        form = parsing.date_form(kind, (), counts)
        sql = parsing.direct(column, quoted, kind, "UTC") if parsing.native(column, kind) else ""
        sql = sql or parsing.time(quoted, kind, form, "UTC")
    elif column.kind in ("money", "number"):
        sql = parsing.amount(quoted, kind)
        comma = parsing.amount(quoted, kind, decimal="comma")
        sql = f"coalesce({sql}, {comma})"
    else:
        return True
    text = parsing.trimmed(quoted)
    good, filled = engine.rows(
        f"select count({sql}), count({text}) "
        f"from (select * from {identifier(raw.relation)} limit 5000) as sample"
    )[0]
    return not filled or good >= 0.5 * filled


def _columns(engine: Engine, table: Table, raw: Raw, rows: int) -> dict[str, Any]:
    there = {plain(name): name for name in reversed(raw.columns)}
    taken: set[str] = set()
    found: dict[str, Any] = {}
    product = _product(there) if table.name == "orders" else []
    if product:
        found["amount"] = {"product": product}
        taken |= set(product)
    for exact in (True, False):
        for column in sorted(table.columns, key=lambda one: not one.required):
            names = (column.name,) if exact else column.aliases
            for alias in names:
                name = there.get(plain(alias))
                if column.name in found or name is None or name in taken or name in raw.doubled:
                    continue
                if _fits(engine, raw, name, column, rows):
                    found[column.name] = name
                    taken.add(name)
    return {name: found[name] for name in table.names if name in found}


def _best(engine: Engine, raw: Raw, file: str, rows: int) -> FileGuess | None:
    best: tuple[float, FileGuess] | None = None
    stem = plain(Path(file).stem)
    for table in TABLES.values():
        columns = _columns(engine, table, raw, rows)
        missing = [name for name in table.required if name not in columns]
        named = any(plain(alias) in stem for alias in (table.name, *table.aliases))
        if table.name == "events" and missing == ["event_type"] and (named or not _has_amount(raw)):
            columns["event_type"], missing = {"constant": "message"}, []
        hits = sum(HIT + REQUIRED_HIT * (name in table.required) for name in columns)
        score = hits - 6 * len(missing) + NAME_HIT * named
        used = {name for one in columns.values() for name in _names(one)}
        guess = FileGuess(file, table.name, columns, [c for c in raw.columns if c not in used], missing)
        if columns and len(missing) <= max(1, len(table.required) // 3) and (best is None or score > best[0]):
            best = score, guess
    if best is None or best[0] <= 0:
        return None
    return best[1]


def _has_amount(raw: Raw) -> bool:
    names = {plain(alias) for alias in ("amount", *TABLES["orders"].column("amount").aliases)}
    return bool(names & {plain(name) for name in raw.columns})


def _names(source: Any) -> Iterable[str]:
    if isinstance(source, str):
        return [source]
    return source.get("product", [])


def _look_closer(engine: Engine, raw: Raw, guess: FileGuess, said: list[str]) -> None:
    relation = identifier(raw.relation)
    if guess.table == "orders" and isinstance(guess.columns.get("order_id"), str):
        order = identifier(guess.columns["order_id"])
        others = [name for name in raw.columns if name != guess.columns["order_id"]]
        whole = ", ".join([order, *map(identifier, others)])
        repeated, different = engine.rows(
            f"select count(*) - count(distinct {order}), "
            f"count(distinct ({whole})) - count(distinct {order}) from {relation} where {order} is not null"
        )[0]
        if repeated and different >= 0.5 * repeated:
            guess.grain = "line"
            said.append(
                f"{guess.file}: {_rows(repeated)} with an order id seen before and other content: read as "
                f"order lines."
            )
        elif repeated:
            said.append(
                f"{guess.file}: {_rows(repeated)} with an order id seen before and the same content, which "
                f"will be set aside."
            )
    for name, source in guess.columns.items():
        if TABLES[guess.table].column(name).kind != "money" or not isinstance(source, str):
            continue
        point, comma = (
            parsing.amount(identifier(source), raw.columns[source], decimal=d) for d in ("point", "comma")
        )
        points, commas = engine.rows(f"select count({point}), count({comma}) from {relation}")[0]
        if commas > points:
            guess.decimal = "comma"
            said.append(f"{guess.file}, column {source}: numbers have a decimal comma.")


def guess(folder: str | Path) -> Guess:
    """Look at every file of a folder and draft its `community.yml`.

    Parameters
    ----------
    folder : str or pathlib.Path
        Folder with the exports.

    Returns
    -------
    Guess
        The draft: ``said`` for the person, ``yaml()`` for the text, ``write()`` for the file.

    Raises
    ------
    DataError
        When there is no such folder or no file in it that can be read.

    Notes
    -----
    A file is the table whose columns it has by name or alias (English or Chinese); a column only counts
    when most of its values read as its kind. Nothing is written before ``write()``.

    Taught in: 00 Start here
    """
    place = Path(folder)
    if not place.is_dir():
        raise DataError(f"There is no folder {str(folder)!r}.")
    paths = [path for path in sorted(place.iterdir()) if _looked_at(path)]
    if not paths:
        raise DataError(f"{place.name}: no data files. Put exports there: {', '.join(SUFFIXES)}.")
    draft, unread = Guess(place), 0
    engine = Engine()
    try:
        for path in paths:
            unread += not _guess_file(engine, path, draft)
    finally:
        engine.close()
    if unread == len(paths):
        raise DataError("\n".join([f"{place.name}: no file could be read.", *draft.said]))
    _one_file_a_table(draft)
    if not {"events", "orders"} & {one.table for one in draft.files}:
        draft.said.append(
            "Neither events nor orders were recognised: name the file and its columns under tables."
        )
    return draft


def _looked_at(path: Path) -> bool:
    if path.name.startswith((".", "~$")):
        return False
    return path.is_dir() or path.suffix.lower() in (*SUFFIXES, ".log", ".zip")


def _exported(path: Path, importer: Importer, draft: Guess) -> bool:
    """Say which tables an export feeds, and how many rows each has; return whether it could be read."""
    counts, torn = dict.fromkeys(importer.tables, 0), 0
    try:
        for table in importer.tables:
            for row in importer.rows(Export(path), table):
                torn += isinstance(row, Torn)
                counts[table] += not isinstance(row, Torn)
    except DataError as error:
        draft.said.append(f"{path.name}: not read. {error}")
        return False
    fed = [table for table, rows in counts.items() if rows]
    draft.files += [FileGuess(path.name, table, {}, [], [], format=importer.name) for table in fed]
    listed = ", ".join(f"{table} ({_rows(counts[table])})" for table in fed)
    draft.said.append(f"{path.name}: {importer.title}; feeds {listed or 'nothing: it holds no rows'}.")
    draft.said += [
        f"{path.name}: {one}." for one in (importer.explain(Export(path)) if importer.explain else ())
    ]
    if torn:
        draft.said.append(f"{path.name}: {_rows(torn)} that cannot be used, which will be set aside.")
    return True


def _guess_file(engine: Engine, path: Path, draft: Guess) -> bool:
    """Say what a file seems to be; return whether it could be read."""
    progress.step(Sentence(progress.LOOKING, file=path.name))
    importer = recognise(path)
    if importer is not None:
        return _exported(path, importer, draft)
    if path.is_dir() or path.suffix.lower() == ".zip":
        draft.said.append(f"{path.name}: no export that is known; its files are not looked at.")
        return False
    relation = f"look_{engine.next_number()}"
    try:
        raw = reading.read(engine, TableSource("events"), relation, path=path, wanted=EVERY_NAME)
    except DataError as error:
        draft.said.append(f"{path.name}: not read. {error}")
        return False
    rows = int(engine.value(f"select count(*) from {identifier(relation)}"))
    found = _best(engine, raw, path.name, rows)
    if found is None:
        names = ", ".join(" ".join(name.split())[:30] for name in list(raw.columns)[:8])
        draft.said.append(
            f"{path.name}: not recognised as any table; columns: {names}. Without a header row, set "
            "header_row: none and names: [...] for it."
        )
        return True
    _look_closer(engine, raw, found, draft.said)
    draft.files.append(found)
    pairs = ", ".join(f"{name} from {_flow(one)}" for name, one in found.columns.items())
    draft.said.append(f"{path.name}: {found.table}, {_rows(rows)}; {pairs}.")
    for name in found.missing:
        draft.said.append(f"{path.name}: no column found for {name} (required); name it under columns.")
    if found.unused:
        draft.said.append(
            f"{path.name}: not used: {', '.join(' '.join(n.split())[:30] for n in found.unused[:12])}."
        )
    if raw.torn:
        draft.said.append(
            f"{path.name}: {_rows(len(raw.torn))} without all columns, which will be set aside."
        )
    sample = engine.query(f"select * exclude ({ROW}) from {identifier(relation)} limit 2000")
    for row in privacy.scan(sample).drop_duplicates(["column", "kind"]).itertuples():
        draft.said.append(f"{path.name}, column {row.column}: looks like personal data ({row.kind}).")
    return True


def _one_file_a_table(draft: Guess) -> None:
    # The same table from several files is written as a list only by a person who knows that they add up.
    # Exports of one platform do add up: a chat's members write in several groups.
    kept: dict[str, list[FileGuess]] = {}
    # Of several platforms the more special one wins: a shop's own orders before those that its website saw.
    known = {name: at for at, name in enumerate(IMPORTERS)}
    order = sorted(
        draft.files,
        key=lambda guess: (known.get(guess.format, len(known)), len(guess.missing), -len(guess.columns)),
    )
    for one in order:
        first = kept.setdefault(one.table, [one])[0]
        if one is not first and one.format and one.format == first.format:
            kept[one.table].append(one)
        elif one is not first:
            draft.said.append(
                f"{one.file}: looks like {one.table} too; only {first.file} is used. To add both "
                f"up, make tables.{one.table} a list with one entry a file."
            )
    draft.files = [one for name in TABLES for one in kept.get(name, [])]
