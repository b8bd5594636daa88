"""Which table a file seems to be, and which of its columns is which: by their names and what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from helpers.community import parsing
from helpers.community.contract import TABLES, Column, Table
from helpers.community.draft import FileGuess, Guess
from helpers.community.engine import Engine, identifier
from helpers.community.raw import Raw
from helpers.community.sentences import mark as _
from helpers.community.sentences import rows_of
from helpers.community.spreadsheets import bare, plain

PRODUCTS = (
    ("quantity", "unitprice"),
    ("qty", "unitprice"),
    ("quantity", "price"),
    ("qty", "price"),
    ("数量", "单价"),
    ("商品数量", "商品单价"),
    ("购买数量", "单价"),
)
# What was said is in none of the contract's events, but shows that each row is a message.
WORDS = {
    plain(name) for name in ("message", "msg", "text", "content", "body", "内容", "消息", "消息内容")
} | {plain(name) for name in ("聊天内容", "发言内容", "正文")}
# A date, a channel and a sum may as well be takings: costs must be called so by a column or by the file.
SUMS = {"amount", "金额"}
REQUIRED_HIT, HIT, NAME_HIT, MISS = 4, 1, 3, 6
ENOUGH = 0.02  # by so much of its rows a column must be fuller than another to be taken before it
SAMPLE = 5_000  # rows that are looked at to see whether a column holds what its name says
EVERY_NAME = {
    plain(name)
    for table in TABLES.values()
    for column in table.columns
    for name in (column.name, *column.aliases)
} | {part for pair in PRODUCTS for part in pair}


class Columns:
    """Find the columns of a file by name, and tell how full they are and what kind of value they hold."""

    def __init__(self, engine: Engine, raw: Raw, rows: int) -> None:
        self.engine, self.raw, self.rows = engine, raw, rows
        # Units are no part of a name ("Amount (USD)"), unless there is a column without them as well.
        self.there = {bare(name): name for name in reversed(raw.columns) if bare(name)}
        self.there |= {plain(name): name for name in reversed(raw.columns)}
        self._counts: dict[tuple[str, str], tuple[int, int]] = {}

    def named(self, alias: str) -> str | None:
        """Return the column of a name, unless the file has two of that name."""
        name = self.there.get(plain(alias))
        return None if name in self.raw.doubled else name

    def counted(self, name: str, column: Column) -> tuple[int, int]:
        """Count in a sample the cells that read as a kind of value, and the cells that hold anything."""
        kind, quoted = self.raw.columns[name], identifier(name)
        sort = column.kind if column.kind in ("time", "money", "number") else "text"
        if (name, sort) in self._counts:
            return self._counts[name, sort]
        text = parsing.trimmed(quoted)
        sql = text
        if sort == "time":
            texts = parsing.family(kind) == "text"
            counts = parsing.date_counts(self.engine, self.raw.relation, name, self.rows) if texts else None
            form = parsing.date_form(kind, (), counts)
            sql = parsing.direct(column, quoted, kind, "UTC") if parsing.native(column, kind) else ""
            sql = sql or parsing.time(quoted, kind, form, "UTC")
        elif sort != "text":
            comma = parsing.amount(quoted, kind, decimal="comma")
            sql = f"coalesce({parsing.amount(quoted, kind)}, {comma})"
        good, filled = self.engine.rows(
            f"select count({sql}), count({text}) "
            f"from (select * from {identifier(self.raw.relation)} limit {SAMPLE}) as sample"
        )[0]
        self._counts[name, sort] = int(good), int(filled)
        return self._counts[name, sort]

    def fits(self, name: str, column: Column) -> bool:
        """Return whether most of what a column holds reads as its kind: a name alone can mislead."""
        good, filled = self.counted(name, column)
        return not filled or good >= 0.5 * filled

    def best(self, column: Column, names: Iterable[str], taken: set[str]) -> str | None:
        """Return the first column that bears one of these names and fits, or one that is clearly fuller."""
        found = dict.fromkeys(name for alias in names if (name := self.named(alias)) is not None)
        fitting = [name for name in found if name not in taken and self.fits(name, column)]
        if not fitting or column.kind != "time" or not column.required:
            return fitting[0] if fitting else None
        # Orders that were never paid have a time of ordering only.
        full = {name: self.counted(name, column)[0] for name in fitting}
        most = max(full.values()) - ENOUGH * min(self.rows, SAMPLE)
        return next(name for name in fitting if full[name] >= most)


def _product(there: dict[str, str]) -> list[str]:
    for pair in PRODUCTS:
        if all(part in there for part in pair):
            return [there[part] for part in pair]
    return []


def _columns(table: Table, given: Columns) -> dict[str, Any]:
    taken: set[str] = set()
    found: dict[str, Any] = {}
    product = _product(given.there) if table.name == "orders" else []
    taken |= set(product)
    for exact in (True, False):
        for column in sorted(table.columns, key=lambda one: not one.required):
            if column.name in found:
                continue
            name = given.best(column, (column.name,) if exact else column.aliases, taken)
            if name is not None:
                found[column.name] = name
                taken.add(name)
    if product and ("amount" not in found or _repeated(given, found)):
        found["amount"] = {"product": product}
    return {name: found[name] for name in table.names if name in found}


def _repeated(given: Columns, found: dict[str, Any]) -> bool:
    # What one row of an order costs is its quantity times its price; a sum beside it is the whole order's.
    if "order_id" not in found:
        return True
    order = identifier(found["order_id"])
    sql = f"select count({order}) - count(distinct {order}) from {identifier(given.raw.relation)}"
    return bool(given.engine.value(sql))


def best(engine: Engine, raw: Raw, file: str, rows: int) -> FileGuess | None:
    """Return the table that a file seems to be, with its columns, or None.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    raw : Raw
        What was read.
    file : str
        Name of the file, which may name the table.
    rows : int
        How many rows there are.

    Returns
    -------
    FileGuess or None
        The table with most of its columns there; at most one required column may be missing, which is
        for the person to name. None where no table is likely.
    """
    likeliest: tuple[float, FileGuess] | None = None
    given = Columns(engine, raw, rows)
    for table in TABLES.values():
        columns, named = _columns(table, given), _called(table, Path(file).stem)
        missing = [name for name in table.required if name not in columns]
        if table.name == "events" and missing == ["event_type"] and (named or WORDS & set(given.there)):
            columns["event_type"], missing = {"constant": "message"}, []
        if table.name == "costs" and not named and plain(columns.get("amount", "")) in SUMS:
            continue
        hits = sum(HIT + REQUIRED_HIT * (name in table.required) for name in columns)
        score = hits - MISS * len(missing) + NAME_HIT * named
        used = {name for one in columns.values() for name in _names(one)}
        guess = FileGuess(file, table.name, columns, [c for c in raw.columns if c not in used], missing)
        likely = columns and len(missing) <= max(1, len(table.required) // 3)
        if likely and (likeliest is None or score > likeliest[0]):
            likeliest = score, guess
    return likeliest[1] if likeliest is not None and likeliest[0] > 0 else None


def _called(table: Table, stem: str) -> bool:
    # English names count as whole words: a catalogue is no log. Chinese has no spaces between them.
    words = {plain(word) for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", stem)} | {plain(stem)}
    names = (table.name, *table.aliases)
    return any(plain(name) in (words if name.isascii() else plain(stem)) for name in names)


def _names(source: Any) -> Iterable[str]:
    if isinstance(source, str):
        return [source]
    return source.get("product", [])


def look_closer(engine: Engine, raw: Raw, guess: FileGuess, draft: Guess) -> None:
    """Find out whether rows are lines of orders and how numbers are written, and say so."""
    relation = identifier(raw.relation)
    if guess.table == "orders" and isinstance(guess.columns.get("order_id"), str):
        _lines_of_orders(engine, raw, guess, draft)
    for name, source in guess.columns.items():
        if TABLES[guess.table].column(name).kind != "money" or not isinstance(source, str):
            continue
        point, comma = (
            parsing.amount(identifier(source), raw.columns[source], decimal=d) for d in ("point", "comma")
        )
        points, commas = engine.rows(f"select count({point}), count({comma}) from {relation}")[0]
        if commas > points:
            guess.decimal = "comma"
            draft.say(
                _("{file}, column {column}: numbers have a decimal comma."), file=guess.file, column=source
            )


def _lines_of_orders(engine: Engine, raw: Raw, guess: FileGuess, draft: Guess) -> None:
    relation, order = identifier(raw.relation), identifier(guess.columns["order_id"])
    filled = f"from {relation} where {order} is not null"
    repeated = engine.value(f"select count(*) - count(distinct {order}) {filled}")
    if not repeated:
        return
    others = [name for name in raw.columns if name != guess.columns["order_id"]]
    whole = ", ".join([order, *map(identifier, others)])
    different = engine.value(f"select count(distinct ({whole})) - count(distinct {order}) {filled}")
    if different >= 0.5 * repeated:
        guess.grain = "line"
        text = _("{file}: {rows} with an order id seen before and other content: read as order lines.")
    else:
        text = _("{file}: {rows} with an order id seen before and the same content, which will be set aside.")
    draft.say(text, file=guess.file, rows=rows_of(int(repeated)))
