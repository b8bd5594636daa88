"""Orders of a Youzan shop (有赞 订单导出), one row an order line, as CSV or a workbook.

The rows of an order follow each other and share its number (E2026…). What belongs to the whole order
(订单实付金额, 订单状态, 买家 …) stands on its first row only or is repeated on each, as the shop chose; it
is counted once either way. Where there is no such sum, the sums of the lines (商品实际成交金额) are added
up. An order whose rows name different sums for the whole is set aside: nobody can tell which is right. One
order is one record here, numbered by its first row. Unpaid and closed orders are cancelled; those that were
paid and wholly given back are refunded. Buyers are known by the shop's own id where the export has one, else
by their mobile number, which like every id is replaced by a pseudonym; 推广方式 or 订单来源 is the channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import compress

from helpers.community.delimited import Torn
from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.importer import Block, Importer, Record, Row, one_by_one
from helpers.community.importers.tabular import Grid, Piece
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

ORDER = ("订单号", "订单编号")
BUYER = ("买家ID", "客户ID", "会员ID", "用户ID", "openid", "买家手机号", "买家手机", "客户手机号", "买家昵称")
TIMES = ("下单时间", "订单创建时间", "买家付款时间", "付款时间")
WHOLE = ("订单实付金额", "订单实际支付金额", "订单实收金额", "买家实付金额")
LINE = ("商品实际成交金额", "商品实付金额", "商品成交金额", "实付金额")
BACK_WHOLE, BACK_LINE = ("订单已退款金额", "订单退款金额"), ("商品已退款金额", "商品退款金额", "退款金额")
OFF_WHOLE = ("订单优惠合计", "订单优惠金额", "订单优惠", "优惠合计", "店铺优惠合计")
STATUS, BACK_STATUS = ("订单状态",), ("订单退款状态", "商品退款状态", "退款状态")
GOODS = ("商品ID", "商品编码", "商品条码", "规格编码", "商品名称")
TEAM = ("团编号", "拼团编号", "团号")
CHANNEL = ("推广方式", "推广渠道", "订单来源", "下单渠道", "下单网点", "店铺名称")
OWN = (
    "订单号",
    "买家付款时间",
    "订单实付金额",
    "商品名称",
    "商品数量",
    "订单退款状态",
    "商品实际成交金额",
    "买家手机号",
    "推广方式",
    "分销员",
    "商品种类数",
)
ALL = (*ORDER, *BUYER, *TIMES, *WHOLE, *LINE, *BACK_WHOLE, *BACK_LINE, *STATUS, *BACK_STATUS, *GOODS, *OWN)
PAID_WORDS = (
    "待发货",
    "部分发货",
    "已发货",
    "待收货",
    "待成团",
    "待接单",
    "待核销",
    "已完成",
    "交易完成",
    "交易成功",
)
UNPAID_WORDS = ("待付款", "等待买家付款", "未付款", "交易关闭", "订单关闭", "已关闭", "已取消", "交易取消")
NOT_A_SUM, NOUGHT = "not a sum", Decimal(0)
COLUMNS = (
    "order_id",
    "member_id",
    "ordered_at",
    "amount",
    "status",
    "refunded",
    "discount",
    "product_id",
    "team_id",
    "channel",
)


class _Shop:
    """Know where in an export's rows what is said of an order stands."""

    def __init__(self, grid: Grid, buyer: int | None) -> None:
        self.buyer = [] if buyer is None else [buyer]
        self.whole, self.line = grid.place(*WHOLE), grid.place(*LINE)
        self.back_whole, self.back_line = grid.place(*BACK_WHOLE), grid.place(*BACK_LINE)
        self.off, self.goods, self.team = grid.place(*OFF_WHOLE), grid.place(*GOODS), grid.place(*TEAM)
        self.said, self.returned = grid.place(*STATUS), grid.place(*BACK_STATUS)
        self.times = [place for place in map(grid.place, TIMES) if place is not None]
        self.channels = [place for place in map(grid.place, CHANNEL) if place is not None]


class _Order:
    """One order: its number, and the rows that belong to it."""

    def __init__(self, shop: _Shop, order: str, number: int, lines: list[tuple[Piece, int]]) -> None:
        self.shop, self.order, self.number, self.lines = shop, order, number, lines

    def texts(self, place: int | None) -> list[str]:
        return [text for piece, at in self.lines if (text := piece.texts(place)[at]) is not None]

    def first(self, places: Sequence[int | None]) -> str | None:
        for place in places:
            for piece, at in self.lines:
                if (text := piece.texts(place)[at]) is not None:
                    return text
        return None

    def once(self, place: int | None) -> str | None:
        """Return what is said of the whole order, on one row or on all; raise when rows differ."""
        said = self.texts(place)
        if len(set(said)) < 2:
            return said[0] if said else None
        sums = {_money(text): text for text in said}
        if len(sums) > 1:
            sums.pop(Decimal(0), None)  # a nought on further rows says that the sum stands on the first
        if len(sums) > 1:
            raise ValueError("different sums for one order")
        return next(iter(sums.values()), None)

    def total(self, whole: int | None, line: int | None) -> str | None:
        """Return the sum of the order: the one said of the whole, else that of its lines."""
        said = self.once(whole)
        if said is not None:
            return said
        sums = [_money(text) for text in self.texts(line)]
        if None in sums:
            raise ValueError("a line whose sum is not a number")
        return str(sum(one for one in sums if one is not None)) if sums else None

    def product(self) -> str | None:
        """Return the product of the dearest line."""
        goods, line = self.shop.goods, self.shop.line
        if goods is None:
            return None
        worth = [_money(piece.texts(line)[at]) or Decimal(0) for piece, at in self.lines]
        piece, at = self.lines[worth.index(max(worth))]
        return piece.texts(goods)[at]

    def row(self) -> Row | Torn:
        shop = self.shop
        try:
            amount, back = self.total(shop.whole, shop.line), self.total(shop.back_whole, shop.back_line)
            off = self.once(shop.off)
        except ValueError as error:
            text = " | ".join(",".join(piece.cells(at)) for piece, at in self.lines)
            return Torn(self.number, str(error), text)
        returned = tuple(self.texts(shop.returned)), len(self.lines)
        return self.number, (
            self.order,
            self.first(shop.buyer),
            self.first(shop.times),
            amount,
            _status(self.first([shop.said]), amount, back, *returned),
            back,
            off,
            self.product(),
            self.first([shop.team]),
            self.first(shop.channels),
        )


@lru_cache(maxsize=65_536)
def _money(text: str | None) -> Decimal | None:
    return tabular.money(text)


def _status(
    said: str | None, amount: str | None, back: str | None, returned: tuple[str, ...], lines: int
) -> str | None:
    whole = bool(returned) and (
        any("全额退款" in one and "成功" in one for one in returned)
        or (len(returned) == lines and all(one == "退款成功" for one in returned))
    )
    if whole or back is not None:
        paid, given = _money(amount), _money(back)
        if paid and ((given is not None and given >= paid) or (whole and not given)):
            return "refunded"
    if said in UNPAID_WORDS:
        return "cancelled"
    return "paid" if said in PAID_WORDS else said


def _recognise(export: Export) -> bool:
    grid = tabular.find(export, ALL)
    if grid is None or grid.place("宝贝标题", "宝贝种类", "买家会员名") is not None:
        return False
    needed = (ORDER, BUYER, TIMES, (*WHOLE, *LINE))
    own = sum(grid.place(name) is not None for name in OWN)
    return own >= 4 and all(grid.place(*names) is not None for names in needed)


def _buyer(grid: Grid) -> int | None:
    """Choose the column that tells buyers apart: the first, in our order, that is filled and not masked."""
    places = [place for place in map(grid.place, BUYER) if place is not None]
    seen = dict.fromkeys(places, 0)
    for looked, one in enumerate(grid.rows()):
        if looked == 500:
            break
        if not isinstance(one, Torn):
            for place in places:
                seen[place] += tabular.filled(one[1][place]) is not None and "*" not in one[1][place]
    return next((place for place in places if seen[place]), places[0] if places else None)


class _Grouped:
    """Gather the rows of each order; the last one stays open until the next begins."""

    def __init__(self, shop: _Shop, place: int, sums: list[int]) -> None:
        self.shop, self.place, self.sums = shop, place, sums
        self.open: _Order | None = None
        self.seen: set[str] = set()

    def take(self, piece: Piece) -> Iterator[Record | Block]:
        """Take rows and give out the orders that they end."""
        names, open_one = piece.texts(self.place), self.open
        current = open_one.order if open_one is not None else None
        starts: list[int] = []
        further: dict[int, list[int]] = {}
        for at, name in enumerate(names):
            if current is not None and (name == current or name is None):
                if starts:
                    further.setdefault(starts[-1], []).append(at)
                elif open_one is not None:
                    open_one.lines.append((piece, at))
            elif name is None or name in ORDER or (name in self.seen and not self._paid(piece, at)):
                if name is None:
                    reason = "a line without its order"
                else:
                    reason = "the header once more" if name in ORDER else "a line apart from its order"
                yield "orders", Torn(piece.numbers[at], reason, ",".join(piece.cells(at)))
            else:
                starts.append(at)
                current = name
                self.seen.add(name)
        if not starts:
            return
        if open_one is not None:
            yield "orders", open_one.row()
        last = starts.pop()
        self.open = self._order(piece, names, last, further)
        yield from self._closed(piece, names, starts, further)

    def _paid(self, piece: Piece, at: int) -> bool:
        return any(piece.texts(place)[at] for place in self.sums)

    def _order(self, piece: Piece, names: list[str | None], at: int, further: dict[int, list[int]]) -> _Order:
        lines = [(piece, line) for line in (at, *further.get(at, ()))]
        return _Order(self.shop, names[at] or "", piece.numbers[at], lines)

    def _unusual(self, piece: Piece, further: dict[int, list[int]]) -> set[int]:
        """Return the orders of several lines whose first does not say all but their product."""
        shop, texts = self.shop, piece.texts
        pairs = [(at, line) for at, lines in further.items() for line in lines]
        whole, returned = texts(shop.whole), texts(shop.returned)
        found = {at for at in further if whole[at] is None or returned[at] is not None}
        for place in (shop.whole, shop.back_whole, shop.off):  # said once, or always the same
            cells = texts(place)
            found.update(at for at, line in pairs if cells[line] is not None and cells[line] != cells[at])
        for place in (*shop.buyer, *shop.times, *shop.channels, shop.team, shop.said):  # the first counts
            cells = texts(place)
            if None in cells:
                found.update(at for at, line in pairs if cells[at] is None and cells[line] is not None)
        for place in (shop.back_line, shop.returned):  # added up over the lines
            cells = texts(place)
            if cells.count(None) < len(cells):
                found.update(at for at, line in pairs if cells[line] is not None)
        return found

    def _closed(
        self, piece: Piece, names: list[str | None], starts: list[int], further: dict[int, list[int]]
    ) -> Iterator[Record | Block]:
        shop, n = self.shop, len(starts)

        def column(place: int | None) -> list[str | None]:
            cells = piece.texts(place)
            return [cells[at] for at in starts]

        def first(places: list[int]) -> list[str | None]:
            columns = [column(place) for place in places] or [[None] * n]
            if len(columns) == 1 or None not in columns[0]:
                return columns[0]
            return [next(filter(None, said), None) for said in zip(*columns, strict=True)]

        def total(whole: int | None, line: int | None) -> list[str | None]:
            said = column(whole)
            if None in said:
                lines = column(line)
                return [one if one is not None else _sum(text) for one, text in zip(said, lines, strict=True)]
            return said

        amounts, backs = total(shop.whole, shop.line), total(shop.back_whole, shop.back_line)
        returned = [() if one is None else (one,) for one in column(shop.returned)]
        told = zip(column(shop.said), amounts, backs, returned, strict=True)
        columns = [
            [names[at] for at in starts],
            first(shop.buyer),
            first(shop.times),
            amounts,
            tabular.each(lambda one: _status(*one, 1), list(told)),
            backs,
            column(shop.off),
            column(shop.goods),
            column(shop.team),
            first(shop.channels),
        ]
        unusual, products = self._unusual(piece, further), columns[7]
        sums = [cells for cells in (amounts, backs) if NOT_A_SUM in cells]
        odd = {nth for cells in sums for nth, one in enumerate(cells) if one == NOT_A_SUM}
        for nth, at in enumerate(starts):
            if at in unusual:
                odd.add(nth)
            elif at in further:
                products[nth] = _dearest(piece, at, further[at], shop.goods, shop.line)
        kept = [True] * n
        for nth in sorted(odd):
            row = self._order(piece, names, starts[nth], further).row()
            if isinstance(row, Torn):
                kept[nth] = False
                yield "orders", row
            else:
                for cells, text in zip(columns, row[1], strict=True):
                    cells[nth] = text
        if not all(kept):
            columns = [list(compress(cells, kept)) for cells in columns]
            starts = list(compress(starts, kept))
        yield Block("orders", [piece.numbers[at] for at in starts], tuple(columns))


def _dearest(piece: Piece, at: int, further: list[int], goods: int | None, line: int | None) -> str | None:
    sums, named = piece.texts(line), piece.texts(goods)
    most, found = _money(sums[at]) or NOUGHT, at
    for other in further:
        if sums[other] != sums[at] and (worth := _money(sums[other]) or NOUGHT) > most:
            most, found = worth, other
    return named[found]


def _sum(text: str | None) -> str | None:
    if text is None:
        return None
    found = _money(text)
    return NOT_A_SUM if found is None else str(found)


def _blocks(export: Export) -> Iterator[Record | Block]:
    grid = tabular.table(export, ALL)
    place, buyer = grid.place(*ORDER), _buyer(grid)
    sums = [one for one in map(grid.place, (*WHOLE, *LINE)) if one is not None]
    if place is None:
        return
    orders = _Grouped(_Shop(grid, buyer), place, sums)
    rows = starred = 0
    for one in grid.blocks():
        if isinstance(one, Torn):
            yield "orders", one
            continue
        rows += len(one.numbers)
        starred += 0 if buyer is None else tabular.stars(one.columns[buyer])
        yield from orders.take(one)
    if orders.open is not None:
        yield "orders", orders.open.row()
    if buyer is not None:
        text = _("buyers are told apart by {column}, replaced by pseudonyms")
        export.said.append(Sentence(text, column=grid.header[buyer]))
        export.said.extend(tabular.masked(starred, rows, grid.header[buyer]))


IMPORTER = Importer(
    name="youzan",
    title="Youzan orders",
    title_zh="有赞订单导出",
    tables={"orders": COLUMNS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
)
