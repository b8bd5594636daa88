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

from helpers.community.delimited import Torn
from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.importer import Importer, Record, Row
from helpers.community.importers.tabular import Grid
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


def _status(word: str | None, cancelled: str | None) -> str | None:
    known = STATUS.get((word or "").casefold().replace(" ", "_"), word)
    return "cancelled" if cancelled and known != "refunded" else known


def _worth(grid: Grid, cells: list[str]) -> Decimal:
    prices = [grid.place(name) for name in ("Lineitem price", "Lineitem quantity")]
    price, quantity = (tabular.money(cells[one]) if one is not None else None for one in prices)
    return (price or Decimal(0)) * (Decimal(1) if quantity is None else quantity)


def _order(grid: Grid, number: int, lines: list[list[str]]) -> Row:
    first = lines[0]

    def at(*names: str) -> str | None:
        place = grid.place(*names)
        return None if place is None else tabular.filled(first[place])

    worth = [_worth(grid, line) for line in lines]
    dearest = lines[worth.index(max(worth))]
    goods = [grid.place(name) for name in ("Lineitem sku", "Lineitem name")]
    product = next(
        (text for one in goods if one is not None and (text := tabular.filled(dearest[one]))), None
    )
    return number, (
        at("Name"),
        next((text for name in BUYER if (text := at(name))), None),
        at("Created at") or at("Paid at"),
        at("Total"),
        _status(at("Financial Status"), at("Cancelled at")),
        at("Refunded Amount"),
        at("Discount Amount"),
        product,
        at("Source"),
    )


def _records(export: Export) -> Iterator[Record]:
    grid = tabular.table(export, ALL)
    name, total, status = (grid.place(one) for one in ("Name", "Total", "Financial Status"))
    if name is None or total is None or status is None:
        return
    money, currencies = grid.place("Currency"), set[str]()
    begun, lines = 0, list[list[str]]()
    for one in grid.rows():
        if isinstance(one, Torn):
            yield "orders", one
            continue
        number, cells = one
        if money is not None:
            currencies.add(cells[money])
        if cells[name] == "Name" and cells[total] == "Total":
            yield "orders", Torn(number, "the header once more", ",".join(cells))
        elif cells[total] or cells[status]:
            if lines:
                yield "orders", _order(grid, begun, lines)
            begun, lines = number, [cells]
        elif lines and cells[name] in ("", lines[0][name]):
            lines.append(cells)
        else:
            yield "orders", Torn(number, "a line without its order", ",".join(cells))
    if lines:
        yield "orders", _order(grid, begun, lines)
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
    records=_records,
)
