"""Visits as web analytics export them: Matomo's visits log and Google Analytics' events, CSV or workbook.

Two shapes are read. One row an event: ``event_timestamp`` (microseconds) or ``serverTimestamp`` (seconds),
``event_name`` or ``actionType``, ``user_pseudo_id``, ``client_id`` or ``visitorId``, and the page. One row
a visit, as Matomo flattens it: ``actionDetails_0_type``, ``actionDetails_0_url``, ``actionDetails_1_type`` …

A visitor is known by the shop's own user id where the row has one, else by the id of the browser; the two
are not joined. A page is its address without fragment and campaign parameters, else its title. Page views,
clicks, carts and checkouts become events; other names stay as they are. What the tool itself writes (the
start of a session, a first visit) is set aside. Purchases become orders: number of the transaction and
revenue; refunds are orders with a negative sum. A visit that came from a campaign, a search or another site
is a touch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from helpers.community.delimited import Torn
from helpers.community.importers import matomo_words as words
from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.importer import Block, Importer, Record, Row, one_by_one
from helpers.community.importers.marks import moments
from helpers.community.importers.matomo_events import NOT_DONE, Events, order
from helpers.community.importers.tabular import Grid
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

WIDE = re.compile(r"^actionDetails[_. ](\d+)[_. ](\w+)$", re.IGNORECASE)
EVENTS = ("member_id", "occurred_at", "event_type", "content_id", "platform", "event_id", "product_id")
ORDERS = ("order_id", "member_id", "ordered_at", "amount", "product_id", "channel")
TOUCHES = ("member_id", "at", "channel", "kind", "campaign_id")


class Act(NamedTuple):
    """One thing that a visitor did."""

    number: int
    member: str | None
    at: str | None
    name: str | None
    page: str | None
    event: str | None
    order: str | None
    revenue: str | None
    product: str | None
    channel: str | None
    campaign: str | None
    session: str | None
    cells: Sequence[str]


def _recognise(export: Export) -> bool:
    grid = tabular.find(export, words.ALL)
    if grid is None or grid.place(*words.VISITOR, *words.USER) is None:
        return False
    if grid.place("actionDetails_0_type") is not None:
        return True
    own = sum(grid.place(name) is not None for name in words.OWN)
    return own >= 2 and grid.place(*words.CLOCK) is not None and grid.place(*words.NAME) is not None


def _wide(grid: Grid) -> dict[int, dict[str, int]]:
    """Return where the columns of each action of a visit are; nothing where a row is an event."""
    wide: dict[int, dict[str, int]] = {}
    for place, header in enumerate(grid.header):
        found = WIDE.match(header)
        if found:
            wide.setdefault(int(found[1]), {})[found[2].casefold()] = place
    return wide


class Visits:
    """Turn the rows of a table, one row a visit, into events, orders and touches.

    Parameters
    ----------
    grid : Grid
        The table.
    wide : dict
        Where the columns of each action are.

    Attributes
    ----------
    rows, without : int
        How many were read, and how many of them have no user id.
    """

    def __init__(self, grid: Grid, wide: dict[int, dict[str, int]]) -> None:
        self.grid, self.wide, self.rows, self.without = grid, wide, 0, 0

    def blocks(self) -> Iterator[Record | Block]:
        """Give out all of it; see `Importer.blocks`."""
        begun: set[tuple[str | None, str]] = set()
        for one in self._acts():
            if isinstance(one, Torn):
                yield "events", one
                continue
            word = (one.name or "").casefold()
            if one.session is None:
                starts = word == "session_start"
            else:
                visit = one.member, one.session
                starts = visit not in begun
                if starts:
                    begun.add(visit)
            if starts and one.channel:
                yield "touches", (one.number, (one.member, one.at, one.channel, "click", one.campaign))
            if word in words.TRADED:
                yield "orders", _order(one, word)
            else:
                yield "events", _event(one, word)

    def _acts(self) -> Iterator[Act | Torn]:
        names = (
            words.USER,
            words.VISITOR,
            words.CLOCK,
            words.SESSION,
            words.MEDIUM,
            words.SOURCE,
            words.CAMPAIGN,
        )
        places = [self.grid.place(*one) for one in names]
        for piece in self.grid.blocks():
            if isinstance(piece, Torn):
                yield piece
                continue
            said = zip(*map(piece.texts, places), strict=True)
            for (number, cells), values in zip(piece.rows(), said, strict=True):
                yield from self._visit(number, cells, *values)

    def _visit(
        self,
        number: int,
        cells: list[str],
        user: str | None,
        visitor: str | None,
        at: str | None,
        session: str | None,
        medium: str | None,
        source: str | None,
        campaign: str | None,
    ) -> Iterator[Act | Torn]:
        self.rows, self.without = self.rows + 1, self.without + (user is None)
        channel, acted = words.channel(medium, source), False
        for nth in sorted(self.wide):
            there = {key: tabular.filled(cells[place]) for key, place in self.wide[nth].items()}
            if not any(there.values()):
                continue
            acted = True
            word = there.get("type")
            if word == "event":
                word = there.get("eventaction") or word
            (when,) = moments([there.get("timestamp") or at])
            page = words.page(there.get("url")) or there.get("pagetitle")
            yield Act(
                number, user or visitor, when, word, page, f"{session}:{nth}" if session else None,
                there.get("orderid"), there.get("revenue"),
                there.get("productsku") or there.get("itemsku"), channel, campaign, session, cells,
            )  # fmt: skip
        if not acted:
            yield Torn(number, "a visit without any action", ",".join(cells))


def _event(one: Act, word: str) -> Row | Torn:
    if word in words.BY_THE_TOOL:
        return Torn(one.number, NOT_DONE, ",".join(one.cells))
    kind = words.TYPES.get(word, one.name)
    return one.number, (one.member, one.at, kind, one.page, "web", one.event, one.product)


def _order(one: Act, word: str) -> Row | Torn:
    found = order(word, one.order, one.revenue, None)
    if isinstance(found, str):
        return Torn(one.number, found, ",".join(one.cells))
    return one.number, (found[0], one.member, one.at, found[1], one.product, one.channel)


def _blocks(export: Export) -> Iterator[Record | Block]:
    grid = tabular.table(export, words.ALL)
    wide = _wide(grid)
    read = Visits(grid, wide) if wide else Events(grid)
    yield from read.blocks()
    if read.without:
        text = _("{without} of {rows} rows have no user id and count by the id of their browser")
        export.said.append(Sentence(text, without=read.without, rows=read.rows))


IMPORTER = Importer(
    name="matomo",
    title="Visits log of Matomo or events of Google Analytics",
    title_zh="Matomo 访问日志或 Google Analytics 事件导出",
    tables={"events": EVENTS, "orders": ORDERS, "touches": TOUCHES},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
)
