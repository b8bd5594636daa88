"""What every importer says of itself: its name, what it feeds, how it is recognised and read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from helpers.community.delimited import Torn
from helpers.community.importers.export import Export

Row = tuple[int, Sequence[str | None]]
Record = tuple[str, Row | Torn]
Cells = Sequence[str | None]


class Block(NamedTuple):
    """Rows of one table, column by column; what is the same on all of them is a single text or None."""

    table: str
    numbers: Sequence[int]
    columns: tuple[Cells | str | None, ...]

    def rows(self) -> Iterator[Record]:
        """Give them out one by one."""
        n = len(self.numbers)
        columns = ([one] * n if one is None or isinstance(one, str) else one for one in self.columns)
        for number, values in zip(self.numbers, zip(*columns, strict=True), strict=True):
            yield self.table, (number, values)


EVENTS = ("member_id", "occurred_at", "event_type", "content_id", "group_id", "platform", "event_id")
ANSWERED = (*EVENTS, "reply_to", "mentions")  # of platforms that tell what is answered and who is named
CONTENTS = ("content_id", "published_at", "author_id", "format", "text", "platform", "group_id")
GROUPS = ("group_id", "platform", "kind", "theme")


def one_by_one(blocks: Callable[[Export], Iterator[Record | Block]]) -> Callable[[Export], Iterator[Record]]:
    """Make of what gives many rows at once what gives each by itself."""

    def records(export: Export) -> Iterator[Record]:
        for one in blocks(export):
            if isinstance(one, Block):
                yield from one.rows()
            else:
                yield one

    return records


@dataclass(frozen=True)
class Importer:
    """Describe one export format.

    Parameters
    ----------
    name : str
        Word used in community.yml: ``format: qq``.
    title, title_zh : str
        What it is, in words, in English and in Chinese.
    tables : mapping of str to tuple of str
        Tables of the contract that it feeds, each with its columns, by the contract's own names.
    recognise : callable
        Takes an `Export`; returns whether it is one of this format, judged by its content.
    records : callable
        Takes an `Export` and reads it once, for all tables: yields the name of a table and, for every record
        that belongs to it, its number (as the person sees it: the line of a text, the number of the message)
        with one text or None a column; or a `Torn` for a record that belongs to the table but cannot be used.
        Nothing is dropped without one of the two. What was decided on the way, for the person who runs
        init, is added to the export's ``said``.
    packed : bool or None, default False
        Whether it comes as a folder or a zip rather than a file; None when it may be either.
    blocks : callable, optional
        Gives the same as ``records``, in any order, with many rows at once where they are written plainly.
    may_feed : callable, optional
        Takes an `Export` and returns those of ``tables`` of which it may hold rows, as far as that shows
        without reading all records; without it, any of them. A table that it leaves out has no row.
    """

    name: str
    title: str
    title_zh: str
    tables: Mapping[str, tuple[str, ...]]
    recognise: Callable[[Export], bool]
    records: Callable[[Export], Iterator[Record]]
    packed: bool | None = False
    blocks: Callable[[Export], Iterator[Record | Block]] | None = None
    may_feed: Callable[[Export], Collection[str]] | None = None

    @property
    def chat(self) -> bool:
        """Whether it holds what people said to each other: several such exports add up."""
        return "contents" in self.tables

    def rows(self, export: Export, table: str) -> Iterator[Row | Torn]:
        """Read one table of an export.

        Parameters
        ----------
        export : Export
            What the platform gave.
        table : str
            One of ``tables``.

        Yields
        ------
        tuple of (int, sequence), or Torn
            The records of that table.
        """
        return (row for named, row in self.records(export) if named == table)
