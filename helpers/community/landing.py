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
        self._waiting: list[pa.RecordBatch] = []
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
        columns = [self._told_apart(numbers), *zip(*values, strict=True)]
        arrays = [_array(column, one.type) for column, one in zip(columns, self.schema, strict=True)]
        self._waiting.append(pa.RecordBatch.from_arrays(arrays, schema=self.schema))
        if sum(map(len, self._waiting)) >= PIECE:
            self._write()

    def done(self) -> None:
        """Write what is left."""
        self.turn()
        self._write(all_of_it=True)

    def _write(self, *, all_of_it: bool = False) -> None:
        whole = pa.Table.from_batches(self._waiting, self.schema)
        piece = whole if all_of_it else whole[:PIECE]
        self._waiting = whole[len(piece) :].to_batches()
        if len(piece):
            self.engine.register("piece_of_rows", piece)
            self.engine.run(f"insert into {identifier(self.relation)} select * from piece_of_rows")
            self.engine.connection.unregister("piece_of_rows")

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
    first = column[0]
    try:
        if first == column[-1] and column.count(first) == len(column):  # such as the name of the platform
            return pa.repeat(pa.scalar(first, kind), len(column))
        return pa.array(column, kind)
    except UnicodeEncodeError:  # half of a letter, as JSON may hold one of an emoji that was cut
        return pa.array([one and one.encode("utf-8", "replace").decode() for one in column], kind)
