"""Web analytics with one row an event, thousands of rows at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from helpers.community.delimited import Torn
from helpers.community.importers import matomo_words as words
from helpers.community.importers import tabular
from helpers.community.importers.importer import Block, Record
from helpers.community.importers.marks import moments
from helpers.community.importers.tabular import Grid, Piece

T = TypeVar("T")
Columns = Sequence[Sequence[str | None]]
Visit = tuple[str | None, str]  # who, and the number of the visit
NOT_DONE = "written by the tool, not done by the visitor"


def order(word: str, own: str | None, revenue: str | None, back: str | None) -> tuple[str, str | None] | str:
    """Return the number and the sum of a purchase or a refund, or why it is none.

    Parameters
    ----------
    word : str
        What the row is, in small letters: one of `matomo_words.TRADED`.
    own, revenue, back : str or None
        Number of the transaction, what was paid, what was given back.

    Returns
    -------
    tuple of (str, str or None), or str
        Number of the transaction and its sum, which is negative for a refund; or the reason.

    Examples
    --------
    >>> order("refund", "T-1", None, "20.00"), order("purchase", None, "9.00", None)
    (('T-1', '-20.00'), 'a purchase without a number of its transaction')
    """
    refund = word in words.GIVEN_BACK
    amount = (back or revenue) if refund else revenue
    if not own:
        return "a purchase without a number of its transaction"
    if refund and not amount:
        return "a refund without its sum"
    if refund and amount and not amount.startswith("-"):
        amount = f"-{amount}"
    return own, amount


class Events:
    """Turn the rows of a table, one row an event, into events, orders and touches.

    Parameters
    ----------
    grid : Grid
        The table.

    Attributes
    ----------
    rows, without : int
        How many were read, and how many of them have no user id.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid, self.rows, self.without = grid, 0, 0
        self._begun = set[Visit]()
        self._title = grid.place("pageTitle", "page_title")

    def blocks(self) -> Iterator[Record | Block]:
        """Give out all of it; see `Importer.blocks`."""
        for piece in self.grid.blocks():
            if isinstance(piece, Torn):
                yield "events", piece
            else:
                yield from self._given(piece)

    def _given(self, piece: Piece) -> Iterator[Record | Block]:
        def column(*names: str) -> list[str | None]:
            return piece.texts(self.grid.place(*names))

        numbers, users, campaigns = piece.numbers, column(*words.USER), column(*words.CAMPAIGN)
        self.rows, self.without = self.rows + len(numbers), self.without + users.count(None)
        members = piece.first(self.grid.place(*words.USER), self.grid.place(*words.VISITOR))
        at, names = moments(column(*words.CLOCK)), column(*words.NAME)
        sorts = tabular.each(_word, names)
        said = list(zip(column(*words.MEDIUM), column(*words.SOURCE), strict=True))
        channels = tabular.each(lambda one: words.channel(*one), said)
        goods = column(*words.GOODS)

        begins = [n for n in self._starts(members, column(*words.SESSION), sorts) if channels[n]]
        touch = [_picked(cells, begins) for cells in (members, at, channels, campaigns)]
        yield Block("touches", _picked(numbers, begins), (*touch[:3], "click", touch[3]))

        kinds = set(sorts)
        if not kinds.isdisjoint(words.TRADED):
            traded = [n for n, sort in enumerate(sorts) if sort in words.TRADED]
            yield from self._orders(piece, traded, sorts, (members, at, goods, channels))
        if not kinds.isdisjoint(words.BY_THE_TOOL):
            for n, sort in enumerate(sorts):
                if sort in words.BY_THE_TOOL:
                    yield "events", Torn(numbers[n], NOT_DONE, ",".join(piece.cells(n)))
        aside = words.TRADED.union(words.BY_THE_TOOL)
        done = [n for n, sort in enumerate(sorts) if sort not in aside]
        types = tabular.each(_event_type, names)
        columns = (members, at, types, self._pages(piece), column(*words.EVENT_ID), goods)
        member, when, kind, page, own, product = (_picked(cells, done) for cells in columns)
        yield Block("events", _picked(numbers, done), (member, when, kind, page, "web", own, product))

    def _starts(
        self, members: list[str | None], sessions: list[str | None], sorts: list[str]
    ) -> Iterator[int]:
        """Tell which rows begin a visit; of those that name no visit, those that say so themselves."""
        begun = self._begun
        for n, (member, session) in enumerate(zip(members, sessions, strict=True)):
            if session is None:
                if sorts[n] == "session_start":
                    yield n
            elif (visit := (member, session)) not in begun:
                begun.add(visit)
                yield n

    def _pages(self, piece: Piece) -> list[str | None]:
        pages = tabular.each(words.page, piece.texts(self.grid.place(*words.PAGE)))
        if all(pages):
            return pages
        return [page or title or None for page, title in zip(pages, piece.texts(self._title), strict=True)]

    def _orders(
        self, piece: Piece, traded: list[int], sorts: list[str], more: Columns
    ) -> Iterator[Record | Block]:
        own, revenue, back = (
            piece.texts(self.grid.place(*names)) for names in (words.ORDER, words.REVENUE, words.BACK)
        )
        kept, sold = list[int](), list[tuple[str, str | None]]()
        for n in traded:
            found = order(sorts[n], own[n], revenue[n], back[n])
            if isinstance(found, str):
                yield "orders", Torn(piece.numbers[n], found, ",".join(piece.cells(n)))
            else:
                kept.append(n)
                sold.append(found)
        if kept:
            ids, sums = zip(*sold, strict=True)
            member, at, goods, channel = (_picked(cells, kept) for cells in more)
            yield Block("orders", _picked(piece.numbers, kept), (ids, member, at, sums, goods, channel))


def _word(name: str | None) -> str:
    return (name or "").casefold()


def _event_type(name: str | None) -> str | None:
    return words.TYPES.get(_word(name), name)


def _picked(cells: Sequence[T], chosen: Sequence[int]) -> Sequence[T]:
    return cells if len(chosen) == len(cells) else [cells[n] for n in chosen]
