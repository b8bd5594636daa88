"""A first community.yml: which file is which table, which column is which, and what could not be told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.community import privacy, progress, reading, recognition, spreadsheets
from helpers.community.contract import TABLES
from helpers.community.delimited import Torn
from helpers.community.draft import FileGuess, Guess
from helpers.community.engine import Engine, identifier
from helpers.community.errors import CommunityError, DataError
from helpers.community.exports import batches
from helpers.community.importers import IMPORTERS, Export, Importer, recognise
from helpers.community.importers.importer import Block
from helpers.community.raw import ROW, Raw
from helpers.community.reading import SUFFIXES
from helpers.community.sentences import Either, Lines, Listed, Sentence, rows_of
from helpers.community.sentences import mark as _
from helpers.community.settings import TableSource

LOOKED_AT = 20_000  # records of an export by which it is told what it feeds


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
        raise DataError(_("There is no folder {folder!r}."), folder=str(folder))
    paths = [path for path in sorted(place.iterdir()) if _looked_at(path)]
    if not paths:
        text = _("{folder}: no data files. Put exports there: {suffixes}.")
        raise DataError(text, folder=place.name, suffixes=", ".join(SUFFIXES))
    draft, unread = Guess(place), 0
    engine = Engine()
    try:
        for path in paths:
            with spreadsheets.texts_kept():
                unread += not _guess_file(engine, path, draft)
        if unread == len(paths):
            text = _("{folder}: no file could be read.\n{causes}")
            raise DataError(text, folder=place.name, causes=Lines(draft.lines))
        _one_file_a_table(engine, draft)
    finally:
        engine.close()
    if not {"events", "orders"} & {one.table for one in draft.files}:
        draft.say(_("Neither events nor orders were recognised: name the file and its columns under tables."))
    return draft


def _looked_at(path: Path) -> bool:
    if path.name.startswith((".", "~$")):
        return False
    return path.is_dir() or path.suffix.lower() in (*SUFFIXES, ".log", ".zip")


def _exported(export: Export, importer: Importer, draft: Guess) -> bool:
    """Say which tables an export feeds, and how many rows each has; return whether it could be read."""
    path = export.path
    try:
        counts, torn = _counted(export, importer)
        fed = importer.may_feed(export) if export.cut and importer.may_feed else importer.tables
        if export.cut and not all(counts[table] for table in fed):
            # A table whose first row comes late would be lost: nothing but the whole file tells.
            export = Export(path)
            counts, torn = _counted(export, importer)
    except DataError as error:
        _not_read(draft, path, error)
        return False
    fed = [table for table, rows in counts.items() if rows]
    draft.files += [FileGuess(path.name, table, {}, [], [], format=importer.name) for table in fed]
    title = Either(importer.title, importer.title_zh)
    if fed:
        tables = Listed(
            [Sentence(_("{table} ({rows})"), table=Sentence(one), rows=rows_of(counts[one])) for one in fed]
        )
        if export.cut:
            tables = Listed([Sentence(one) for one in fed])
        draft.say(_("{file}: {format}; feeds {tables}."), file=path.name, format=title, tables=tables)
        if export.cut:
            text = _(
                "{file}: long, so only its beginning was looked at (about {rows}), and what follows is said "
                "of that; check reads all of it."
            )
            draft.say(text, file=path.name, rows=rows_of(LOOKED_AT))
    else:
        draft.say(_("{file}: {format}; it holds no rows."), file=path.name, format=title)
    for one in export.said:
        draft.say(_("{file}: {said}."), file=path.name, said=one)
    if torn:
        text = _("{file}: {rows} that cannot be used, which will be set aside.")
        draft.say(text, file=path.name, rows=rows_of(torn))
    return True


def _counted(export: Export, importer: Importer) -> tuple[dict[str, int], int]:
    counts, torn = dict.fromkeys(importer.tables, 0), 0
    for some in batches(importer, export):
        for one in some:
            if isinstance(one, Block):
                counts[one.table] += len(one.numbers)
            elif isinstance(one[1], Torn):
                torn += 1
            else:
                counts[one[0]] += 1
    return counts, torn


def _not_read(draft: Guess, path: Path, error: CommunityError) -> None:
    draft.say(_("{file}: not read. {why}"), file=path.name, why=Sentence(error.text, **error.values))


def _guess_file(engine: Engine, path: Path, draft: Guess) -> bool:
    """Say what a file seems to be; return whether it could be read."""
    progress.step(Sentence(progress.LOOKING, file=path.name))
    export = Export(path, LOOKED_AT)
    importer = recognise(export)
    if importer is not None:
        return _exported(export, importer, draft)
    if path.is_dir() or path.suffix.lower() == ".zip":
        draft.say(_("{file}: no export that is known; its files are not looked at."), file=path.name)
        return False
    read = False
    for sheet in _sheets(path):
        source = TableSource("events", sheet=sheet)
        relation = f"look_{engine.next_number()}"
        try:
            raw = reading.read(engine, source, relation, path=path, wanted=recognition.EVERY_NAME)
        except DataError as error:
            _not_read(draft, path, error)
            continue
        read = True
        _guess_rows(engine, raw, path, sheet, draft)
    return read


def _sheets(path: Path) -> list[str | None]:
    # A workbook may hold a table on each of its sheets.
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return [None]
    try:
        found = spreadsheets.sheets(path, sheet=None, header_row=None, wanted=recognition.EVERY_NAME)
    except DataError:
        return [None]
    return [one.name for one in found] if len(found) > 1 else [None]


def _guess_rows(engine: Engine, raw: Raw, path: Path, sheet: str | None, draft: Guess) -> None:
    rows = int(engine.value(f"select count(*) from {identifier(raw.relation)}"))
    found = recognition.best(engine, raw, path.name, rows)
    if found is None:
        names = ", ".join(" ".join(name.split())[:30] for name in list(raw.columns)[:8])
        text = _(
            "{file}: not recognised as any table; columns: {columns}. If it has no row of names, set "
            "header_row: none and names: [...] for it; if it is not needed, leave it out."
        )
        draft.say(text, file=raw.file, columns=names)
        return
    found.sheet, found.raw = sheet or "", raw
    recognition.look_closer(engine, raw, found, draft)
    draft.files.append(found)
    sources = [(name, *_source(one)) for name, one in found.columns.items()]
    pairs = Listed([Sentence(text, name=name, source=source) for name, text, source in sources])
    text = _("{file}: {table}, {rows}; {columns}.")
    table = Sentence(found.table)
    draft.say(text, file=raw.file, table=table, rows=rows_of(rows), columns=pairs)
    for name in found.missing:
        meaning = Either(
            TABLES[found.table].column(name).meaning, TABLES[found.table].column(name).meaning_zh
        )
        text = _("{file}: no column found for {name} ({meaning} Required); name it under columns.")
        draft.say(text, file=raw.file, name=name, meaning=meaning)
    if found.unused:
        listed = ", ".join(" ".join(name.split())[:30] for name in found.unused[:12])
        draft.say(_("{file}: not used: {columns}."), file=raw.file, columns=listed)
    if raw.torn:
        text = _("{file}: {rows} without all columns, which will be set aside.")
        draft.say(text, file=raw.file, rows=rows_of(len(raw.torn)))
    sample = engine.query(f"select * exclude ({ROW}) from {identifier(raw.relation)} limit 2000")
    for row in privacy.scan(sample).drop_duplicates(["column", "kind"]).itertuples():
        text = _("{file}, column {column}: looks like personal data ({kind}).")
        draft.say(text, file=raw.file, column=row.column, kind=Sentence(str(row.kind)))


def _source(one: Any) -> tuple[str, str]:
    if isinstance(one, str):
        return _('{name} from "{source}"'), one
    if "product" in one:
        return _("{name} from {source}"), " × ".join(one["product"])
    return _('{name} always "{source}"'), one["constant"]


def _one_file_a_table(engine: Engine, draft: Guess) -> None:
    # Of several platforms the more special one wins: a shop's own orders before those that its website saw.
    kept: dict[str, list[FileGuess]] = {}
    known = {name: at for at, name in enumerate(IMPORTERS)}
    order = sorted(
        draft.files,
        key=lambda guess: (known.get(guess.format, len(known)), len(guess.missing), -len(guess.columns)),
    )
    for one in order:
        mine = kept.setdefault(one.table, [one])
        first = mine[0]
        if one is first:
            continue
        if _adds_up(engine, one, mine):
            mine.append(one)
        else:
            text = _(
                "{file}: looks like {table} too; only {first} is used. To add both up, make tables.{code} a "
                "list with one entry a file."
            )
            draft.say(text, file=one.label, table=Sentence(one.table), code=one.table, first=first.label)
    _tell_platforms(draft, kept.get("events", []))
    for name, mine in kept.items():
        if len(mine) > 1 and not mine[0].format:
            text = _("{files}: have the same columns and other rows; they are added up as {table}.")
            draft.say(text, files=", ".join(one.label for one in mine), table=Sentence(name))
    draft.files = [one for name in TABLES for one in kept.get(name, [])]


def _is_chat(one: FileGuess) -> bool:
    return one.format in IMPORTERS and IMPORTERS[one.format].chat


def _tell_platforms(draft: Guess, events: list[FileGuess]) -> None:
    # Chats of one community add up, whatever they are held on; that they share members cannot be seen.
    platforms = {one.format for one in events if _is_chat(one)}
    if len(platforms) > 1:
        text = _(
            "{files}: chats on {n} platforms, which add up as one community. Each platform has ids of its "
            "own: who is on several counts once on each, and an id that two of them share counts as one "
            "person. If they are different communities, give each a folder."
        )
        draft.say(text, files=", ".join(one.label for one in events), n=len(platforms))


def _adds_up(engine: Engine, one: FileGuess, mine: list[FileGuess]) -> bool:
    # Exports of one platform do: a chat's members write in several groups. So do a table's parts (a file a
    # month), when they have the same columns and hardly a row in common; what has a key is told apart by it.
    if one.format or mine[0].format:
        return one.format == mine[0].format or (_is_chat(one) and _is_chat(mine[0]))
    if any(one.columns != other.columns or one.decimal != other.decimal for other in mine):
        return False
    if any(one.grain != other.grain for other in mine) and one.table != "orders":
        return False
    key = TABLES[one.table].key
    keyed = bool(key) and all(name in one.columns for name in key)
    for other in mine:
        assert one.raw is not None and other.raw is not None
        names = ", ".join(identifier(name) for name in other.raw.columns)
        if list(one.raw.columns) != list(other.raw.columns):
            return False
        sql = f"select {names} from {identifier(one.raw.relation)} intersect select {names} from "
        common = engine.value(f"select count(*) from ({sql}{identifier(other.raw.relation)}) as x")
        fewest = min(
            engine.value(f"select count(*) from {identifier(each.raw.relation)}")  # type: ignore[union-attr]
            for each in (one, other)
        )
        if common > (0.5 * fewest if keyed and one.grain == "order" else 0):
            return False
    return True
