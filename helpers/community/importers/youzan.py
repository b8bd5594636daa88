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

from helpers.community.delimited import Torn
from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.importer import Importer, Record, Row
from helpers.community.importers.tabular import Grid
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


class _Order:
    """One order: its number, and the rows that belong to it."""

    def __init__(self, grid: Grid, order: str, number: int) -> None:
        self.grid, self.order, self.number = grid, order, number
        self.lines: list[list[str]] = []

    def texts(self, names: Sequence[str]) -> list[str]:
        place = self.grid.place(*names)
        if place is None:
            return []
        return [text for line in self.lines if (text := tabular.filled(line[place])) is not None]

    def first(self, names: Sequence[str]) -> str | None:
        return next(iter(self.texts(names)), None)

    def once(self, names: Sequence[str]) -> str | None:
        """Return what is said of the whole order, on one row or on all; raise when rows differ."""
        said = self.texts(names)
        sums = {tabular.money(text): text for text in said}
        if len(sums) > 1:
            sums.pop(Decimal(0), None)  # a nought on further rows says that the sum stands on the first
        if len(sums) > 1:
            raise ValueError("different sums for one order")
        return next(iter(sums.values()), None)

    def total(self, whole: Sequence[str], line: Sequence[str]) -> str | None:
        """Return the sum of the order: the one said of the whole, else that of its lines."""
        said = self.once(whole)
        if said is not None:
            return said
        parts = self.texts(line)
        sums = [tabular.money(text) for text in parts]
        if None in sums:
            raise ValueError("a line whose sum is not a number")
        return str(sum(one for one in sums if one is not None)) if sums else None

    def product(self) -> str | None:
        """Return the product of the dearest line."""
        goods, line = self.grid.place(*GOODS), self.grid.place(*LINE)
        if goods is None:
            return None
        worth = [
            tabular.money(one[line]) or Decimal(0) if line is not None else Decimal(0) for one in self.lines
        ]
        return tabular.filled(self.lines[worth.index(max(worth))][goods])

    def text(self) -> str:
        return " | ".join(",".join(line) for line in self.lines)

    def row(self, buyer: int | None) -> Row | Torn:
        try:
            amount, back = self.total(WHOLE, LINE), self.total(BACK_WHOLE, BACK_LINE)
            off = self.once(OFF_WHOLE)
        except ValueError as error:
            return Torn(self.number, str(error), self.text())
        return self.number, (
            self.order,
            None
            if buyer is None
            else next((one for line in self.lines if (one := tabular.filled(line[buyer]))), None),
            next((said for name in TIMES if (said := self.first((name,)))), None),
            amount,
            self.status(amount, back),
            back,
            off,
            self.product(),
            self.first(TEAM),
            next((said for name in CHANNEL if (said := self.first((name,)))), None),
        )

    def status(self, amount: str | None, back: str | None) -> str | None:
        said, returned = self.first(STATUS), self.texts(BACK_STATUS)
        paid, given = tabular.money(amount), tabular.money(back)
        whole = any("全额退款" in one and "成功" in one for one in returned) or (
            bool(returned) and len(returned) == len(self.lines) and all(one == "退款成功" for one in returned)
        )
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


def _records(export: Export) -> Iterator[Record]:
    grid = tabular.table(export, ALL)
    place, buyer = grid.place(*ORDER), _buyer(grid)
    sums = [one for one in map(grid.place, (*WHOLE, *LINE)) if one is not None]
    if place is None:
        return
    seen: set[str] = set()
    order: _Order | None = None
    rows = starred = 0
    for one in grid.rows():
        if isinstance(one, Torn):
            yield "orders", one
            continue
        number, cells = one
        rows += 1
        starred += buyer is not None and "*" in cells[buyer]
        name = tabular.filled(cells[place]) or ""
        if name in ORDER:
            yield "orders", Torn(number, "the header once more", ",".join(cells))
            continue
        if order is not None and name in ("", order.order):
            order.lines.append(cells)
            continue
        if not name:
            yield "orders", Torn(number, "a line without its order", ",".join(cells))
            continue
        if name in seen and not any(tabular.filled(cells[at]) for at in sums):
            yield "orders", Torn(number, "a line apart from its order", ",".join(cells))
            continue
        if order is not None:
            yield "orders", order.row(buyer)
        order = _Order(grid, name, number)
        order.lines.append(cells)
        seen.add(name)
    if order is not None:
        yield "orders", order.row(buyer)
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
    records=_records,
)
