"""Orders of a Shopify shop (orders_export.csv): the first row of an order, and a row for each further line.

The first row of an order has its status and sums; on the rows of its further lines these are blank, and they
belong to the order above with the same name. One order is one record here, numbered by its first row; its
product is that of the dearest line. Total is what was paid after discounts and before refunds. Orders that
were voided, expired, never paid (pending, authorized) or cancelled are cancelled; those given back are
refunded. Buyers are known by the customer's id where the export has one, else by e-mail, else by phone,
which like every id are replaced by pseudonyms. Times carry their zone (+0800), which the door converts.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from helpers.community.delimited import Torn
from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.importer import Block, Importer, Record, one_by_one
from helpers.community.importers.tabular import Grid, Piece
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

NEEDED = ("Name", "Financial Status", "Total", "Created at")
LINE = ("Lineitem name", "Lineitem quantity", "Lineitem price", "Lineitem sku")
BUYER = ("Customer ID", "Customer: ID", "Email", "Customer Email", "Phone")
ALL = (
    *NEEDED,
    *LINE,
    *BUYER,
    "Paid at",
    "Subtotal",
    "Discount Amount",
    "Refunded Amount",
    "Cancelled at",
    "Source",
)
STATUS = {
    "paid": "paid",
    "partially_paid": "paid",
    "partially_refunded": "paid",
    "refunded": "refunded",
    "voided": "cancelled",
    "expired": "cancelled",
    "pending": "cancelled",
    "authorized": "cancelled",
    "unpaid": "cancelled",
}
COLUMNS = (
    "order_id",
    "member_id",
    "ordered_at",
    "amount",
    "status",
    "refunded",
    "discount",
    "product_id",
    "channel",
)


def _recognise(export: Export) -> bool:
    grid = tabular.find(export, ALL)
    if grid is None or any(grid.place(name) is None for name in NEEDED):
        return False
    return any(grid.place(name) is not None for name in LINE)


@lru_cache(maxsize=4_096)
def _status(word: str | None, cancelled: str | None) -> str | None:
    known = STATUS.get((word or "").casefold().replace(" ", "_"), word)
    return "cancelled" if cancelled and known != "refunded" else known


@lru_cache(maxsize=65_536)
def _worth(price: str | None, quantity: str | None) -> Decimal:
    each, times = tabular.money(price), tabular.money(quantity)
    return (each or Decimal(0)) * (Decimal(1) if times is None else times)


class _Shop:
    """Turn rows into orders; the last one stays open until the next begins."""

    def __init__(self, grid: Grid) -> None:
        self.place = grid.place
        self.price, self.quantity = grid.place("Lineitem price"), grid.place("Lineitem quantity")
        self.goods = [grid.place("Lineitem sku"), grid.place("Lineitem name")]
        self.name, self.total, self.status = map(grid.place, ("Name", "Total", "Financial Status"))
        self.open: tuple[str, list[tuple[Piece, int]]] | None = None

    def take(self, piece: Piece) -> Iterator[Record | Block]:
        """Take rows and give out the orders that they end."""
        assert self.name is not None and self.total is not None and self.status is not None
        names, totals, words = (
            tabular.cleaned(piece.columns[place]) for place in (self.name, self.total, self.status)
        )
        starts: list[int] = []
        further: dict[int, list[int]] = {}
        current = None if self.open is None else self.open[0]
        for at, (name, total, word) in enumerate(zip(names, totals, words, strict=True)):
            if name == "Name" and total == "Total":
                yield "orders", Torn(piece.numbers[at], "the header once more", ",".join(piece.cells(at)))
            elif total or word:
                starts.append(at)
                current = name
            elif current is not None and name in ("", current):
                if starts:
                    further.setdefault(starts[-1], []).append(at)
                elif self.open is not None:
                    self.open[1].append((piece, at))
            else:
                yield "orders", Torn(piece.numbers[at], "a line without its order", ",".join(piece.cells(at)))
        if starts:
            yield from self.close()
            last = starts.pop()
            self.open = names[last], [(piece, at) for at in (last, *further.pop(last, ()))]
            products = [self._product([(piece, at)]) for at in starts]
            for nth, at in enumerate(starts):
                if at in further:
                    products[nth] = self._product([(piece, line) for line in (at, *further[at])])
            yield self._orders(piece, starts, products)

    def close(self) -> Iterator[Block]:
        """Give out the order that is open."""
        if self.open is not None:
            (piece, at), *_further = self.open[1]
            yield self._orders(piece, [at], [self._product(self.open[1])])
            self.open = None

    def _product(self, lines: list[tuple[Piece, int]]) -> str | None:
        piece, at = lines[0]
        if len(lines) > 1:
            worth = [_worth(one.texts(self.price)[n], one.texts(self.quantity)[n]) for one, n in lines]
            piece, at = lines[worth.index(max(worth))]
        return next((text for place in self.goods if (text := piece.texts(place)[at])), None)

    def _orders(self, piece: Piece, starts: list[int], products: list[str | None]) -> Block:
        def column(*names: str) -> list[str | None]:
            cells = piece.texts(self.place(*names))
            return [cells[at] for at in starts]

        def first(*names: str) -> list[str | None]:
            said = column(names[0])
            for name in names[1:]:
                if None not in said:
                    break
                said = [one or other for one, other in zip(said, column(name), strict=True)]
            return said

        told = zip(column("Financial Status"), column("Cancelled at"), strict=True)
        columns = (
            column("Name"),
            first(*BUYER),
            first("Created at", "Paid at"),
            column("Total"),
            [_status(*one) for one in told],
            column("Refunded Amount"),
            column("Discount Amount"),
            products,
            column("Source"),
        )
        return Block("orders", [piece.numbers[at] for at in starts], columns)


def _blocks(export: Export) -> Iterator[Record | Block]:
    grid = tabular.table(export, ALL)
    if any(grid.place(one) is None for one in ("Name", "Total", "Financial Status")):
        return
    shop, money, currencies = _Shop(grid), grid.place("Currency"), set[str]()
    for one in grid.blocks():
        if isinstance(one, Torn):
            yield "orders", one
            continue
        if money is not None:
            currencies.update(tabular.cleaned(tuple(set(one.columns[money]))))
        yield from shop.take(one)
    yield from shop.close()
    export.said.extend(_sums(sorted(currencies - {"", "Currency"})))


def _sums(currencies: list[str]) -> list[Sentence]:
    if len(currencies) > 1:
        several = _("sums are in several currencies ({currencies}): make a file for each, they do not add up")
        return [Sentence(several, currencies=", ".join(currencies))]
    text = _("sums are in {currency}; let currency in community.yml say so")
    return [Sentence(text, currency=one) for one in currencies]


IMPORTER = Importer(
    name="shopify",
    title="Shopify orders",
    title_zh="Shopify 订单导出",
    tables={"orders": COLUMNS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
)
