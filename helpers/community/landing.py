"""Rows from Python into the engine: gathered column by column, written in pieces of the engine's own size."""

from __future__ import annotations

from collections.abc import Sequence
from operator import lt
from typing import Any

import pyarrow as pa

from helpers.community.engine import Engine, identifier
from helpers.community.raw import AGAIN, ROW

PIECE = 122_880  # rows that DuckDB keeps together: a piece of another size costs several times as much
TURNED = 2_048  # rows that are turned into columns at once: more do not fit into the processor's cache


class Landing:
    """Take the rows of one table and put them into the engine.

    Parameters
    ----------
    engine : Engine
        Where to.
    relation : str
        Name of the table that is made.
    names : sequence of str
        Its columns, all text, beside the number of the row.
    """

    def __init__(self, engine: Engine, relation: str, names: Sequence[str]) -> None:
        self.engine, self.relation = engine, relation
        self.schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in names)])
        self.rows: list[tuple[int, Sequence[str | None]]] = []
        self._numbers: list[int] = []
        self._columns: list[list[str | None]] = [[] for _ in names]
        self._highest = -1
        self._again: dict[int, int] = {}
        columns = ", ".join(f"{identifier(name)} varchar" for name in names)
        engine.run(f"create table {identifier(relation)} ({ROW} bigint, {columns})")

    def turn(self) -> None:
        """Take the rows that were appended to ``rows``; whoever appends calls it every few thousand."""
        if not self.rows:
            return
        numbers, values = zip(*self.rows, strict=True)
        self.rows.clear()
        self._numbers += self._told_apart(numbers)
        for column, more in zip(self._columns, zip(*values, strict=True), strict=True):
            column += more
        if len(self._numbers) >= PIECE:
            self._write(PIECE)

    def done(self) -> None:
        """Write what is left."""
        self.turn()
        self._write(len(self._numbers))

    def _write(self, n: int) -> None:
        if not n:
            return
        given: list[list[Any]] = [self._numbers, *self._columns]
        arrays = [_array(column[:n], one.type) for column, one in zip(given, self.schema, strict=True)]
        self.engine.register("piece_of_rows", pa.Table.from_arrays(arrays, schema=self.schema))
        self.engine.run(f"insert into {identifier(self.relation)} select * from piece_of_rows")
        self.engine.connection.unregister("piece_of_rows")
        for column in given:
            del column[:n]

    def _told_apart(self, numbers: Sequence[int]) -> Sequence[int]:
        # One record may give several rows (a notice about three people), yet each is judged by itself.
        if numbers[0] > self._highest and all(map(lt, numbers, numbers[1:])):
            self._highest = numbers[-1]
            return numbers
        found = []
        for number in numbers:
            if number > self._highest:
                self._highest = number
                found.append(number)
            else:
                self._again[number] = self._again.get(number, 0) + 1
                found.append(number + self._again[number] * AGAIN)
        return found


def _array(column: Sequence[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(column, kind)
    except UnicodeEncodeError:  # half of a letter, as JSON may hold one of an emoji that was cut
        return pa.array([one and one.encode("utf-8", "replace").decode() for one in column], kind)
