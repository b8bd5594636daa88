"""Rows from Python into the engine: gathered column by column, written in pieces of the engine's own size."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from operator import lt
from typing import Any

import pyarrow as pa

from helpers.community.engine import Engine, identifier
from helpers.community.raw import AGAIN, ROW

PIECE = 122_880  # rows that DuckDB keeps together: a piece of another size costs several times as much
SHARED = 12  # columns of which it is remembered what they were turned into
TURNED = 2_048  # rows that are turned into columns at once: more do not fit into the processor's cache
Turned = deque[tuple[Sequence[str | None], pa.Array]]


class Writer:
    """Write pieces into the engine beside the reading, one after the other."""

    def __init__(self, engine: Engine, pool: ThreadPoolExecutor) -> None:
        self.engine = engine
        self._pool = pool
        self._last: Future[None] | None = None

    def write(self, relation: str, piece: pa.Table) -> None:
        """Write a piece once the one before is written; what failed there is raised here."""
        self.wait()
        self._last = self._pool.submit(self._write, relation, piece)

    def wait(self) -> None:
        """Wait until all is written."""
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def _write(self, relation: str, piece: pa.Table) -> None:
        self.engine.register("piece_of_rows", piece)
        self.engine.run(f"insert into {identifier(relation)} select * from piece_of_rows")
        self.engine.connection.unregister("piece_of_rows")


@contextmanager
def writer(engine: Engine) -> Iterator[Writer]:
    """Open a writer; at the end all is written, and the engine is free again for others."""
    with ThreadPoolExecutor(1, "landing") as pool:
        one = Writer(engine, pool)
        yield one
        one.wait()


class Landing:
    """Take the rows of one table and put them into the engine.

    Parameters
    ----------
    writer : Writer
        Where to; until it is closed, nobody else may use its engine.
    relation : str
        Name of the table that is made.
    names : sequence of str
        Its columns, all text, beside the number of the row.
    shared : collections.deque, optional
        Columns that were turned last, and what they were turned into, where tables share columns.
    """

    def __init__(
        self, writer: Writer, relation: str, names: Sequence[str], shared: Turned | None = None
    ) -> None:
        self.writer, self.relation = writer, relation
        self.schema = pa.schema([(ROW, pa.int64()), *((name, pa.string()) for name in names)])
        self.rows: list[tuple[int, Sequence[str | None]]] = []
        self.shared: Turned = deque(maxlen=SHARED) if shared is None else shared
        self._waiting: list[pa.RecordBatch] = []
        self._held = 0
        self._highest = -1
        self._again: dict[int, int] = {}
        columns = ", ".join(f"{identifier(name)} varchar" for name in names)
        writer.wait()
        writer.engine.run(f"create table {identifier(relation)} ({ROW} bigint, {columns})")

    def turn(self) -> None:
        """Take the rows that were appended to ``rows``; whoever appends calls it every few thousand."""
        if not self.rows:
            return
        numbers, values = zip(*self.rows, strict=True)
        self.rows.clear()
        columns = [self._told_apart(numbers), *zip(*values, strict=True)]
        self._take([_array(column, one.type) for column, one in zip(columns, self.schema, strict=True)])

    def block(self, numbers: Sequence[int], columns: Sequence[Sequence[str | None] | str | None]) -> None:
        """Take rows that are columns already, after those that were appended one by one."""
        self.turn()
        if numbers:
            arrays = [pa.array(self._told_apart(numbers), pa.int64())]
            for column in columns:
                if column is None or isinstance(column, str):
                    arrays.append(pa.repeat(pa.scalar(column, pa.string()), len(numbers)))
                else:
                    arrays.append(self._turned(column))
            self._take(arrays)

    def _turned(self, column: Sequence[str | None]) -> pa.Array:
        # Tables of an export share columns: the id of a message is that of its text.
        for known, array in self.shared:
            if known is column:
                return array
        array = _array(column, pa.string())
        self.shared.append((column, array))
        return array

    def _take(self, arrays: list[pa.Array]) -> None:
        self._waiting.append(pa.RecordBatch.from_arrays(arrays, schema=self.schema))
        self._held += len(arrays[0])
        if self._held >= PIECE:
            self._write()

    def done(self) -> None:
        """Write what is left."""
        self.turn()
        self._write(all_of_it=True)

    def _write(self, *, all_of_it: bool = False) -> None:
        whole = pa.Table.from_batches(self._waiting, self.schema)
        piece = whole if all_of_it else whole[:PIECE]
        self._waiting = whole[len(piece) :].to_batches()
        self._held -= len(piece)
        if len(piece):
            self.writer.write(self.relation, piece)

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
