"""Orders of a Taobao or Tmall shop as its back end exports them (已卖出的宝贝, 订单报表), one row an order.

The file is CSV in GB18030 or UTF-8, or a workbook. Long numbers are written as ``="123…"`` or behind a tab,
so that Excel leaves them alone; those that Excel did round (1.23E+18) are set aside at the door. Nobody
paid for orders that wait for payment or were closed: they are cancelled. 买家实际支付金额 is what was
paid. 宝贝种类 counts how many kinds of goods an order holds, so that 宝贝标题 names a product only where it
is one. The time is the time of ordering. Names of buyers may be masked (t**3): such a name may stand for
several people, which is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from helpers.community.delimited import Torn
from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.importer import Block, Importer, Record, one_by_one

ORDER = ("订单编号", "主订单编号")
BUYER = ("买家会员ID", "买家ID", "OAID", "买家会员名", "买家昵称", "买家旺旺")
TIMES = ("订单创建时间", "订单付款时间")
PAID = ("买家实际支付金额", "买家实付金额", "总金额", "买家应付货款")
OWN = (  # columns that no other shop's export has
    "宝贝标题",
    "宝贝种类",
    "宝贝总数量",
    "买家应付货款",
    "买家应付邮费",
    "买家支付宝账号",
    "买家支付积分",
)
OTHER = ("订单状态", "退款金额", "店铺名称", "宝贝ID", "商家编码")
STATUS = {
    "交易成功": "paid",
    "买家已付款,等待卖家发货": "paid",
    "卖家已发货,等待买家确认": "paid",
    "卖家部分发货": "paid",
    "交易关闭": "cancelled",
    "等待买家付款": "cancelled",
    "付款确认中": "cancelled",
    "没有创建支付宝交易": "cancelled",
    "已取消": "cancelled",
}
NO_REFUND = ("无退款申请", "无退款", "没有退款")
ALL = (*ORDER, *BUYER, *TIMES, *PAID, *OWN, *OTHER)
COLUMNS = ("order_id", "member_id", "ordered_at", "amount", "status", "refunded", "product_id", "channel")


def _recognise(export: Export) -> bool:
    grid = tabular.find(export, ALL)
    if grid is None or grid.place(*ORDER) is None or grid.place(*TIMES) is None:
        return False
    return grid.place(*BUYER) is not None and grid.place(*PAID) is not None and grid.place(*OWN) is not None


def _status(word: str | None) -> str | None:
    return STATUS.get((word or "").replace("，", ",").replace(" ", ""), word)


def _blocks(export: Export) -> Iterator[Record | Block]:
    grid = tabular.table(export, ALL)
    order, buyer, paid, status = (grid.place(*one) for one in (ORDER, BUYER, PAID, ("订单状态",)))
    times = [place for place in map(grid.place, TIMES) if place is not None]
    refunded, kinds, shop = grid.place("退款金额"), grid.place("宝贝种类"), grid.place("店铺名称")
    code, title = grid.place("宝贝ID", "商家编码"), grid.place("宝贝标题")
    places = (order, buyer, paid, status, refunded, kinds, shop, code, title, *times)
    rows = starred = 0
    for one in grid.blocks():
        if isinstance(one, Torn):
            yield "orders", one
            continue
        rows += len(one.numbers)
        own, who, sums, words, back, some, names, goods, titles, *clocks = map(one.texts, places)
        starred += tabular.stars(who)
        columns = (
            own,
            who,
            [next(filter(None, at), None) for at in zip(*clocks, strict=True)]
            if None in clocks[0]
            else clocks[0],
            sums,
            tabular.each(_status, words),
            [None if given in NO_REFUND else given for given in back],
            [
                good or (said if (kind or "1") == "1" else None)
                for good, said, kind in zip(goods, titles, some, strict=True)
            ],
            names,
        )
        whole = Block("orders", one.numbers, columns)
        if set(ORDER).isdisjoint(own):
            yield whole
            continue
        for (table, row), (_number, cells) in zip(whole.rows(), one.rows(), strict=True):
            again = not isinstance(row, Torn) and row[1][0] in ORDER
            yield table, Torn(row[0], "the header once more", ",".join(cells)) if again else row
    if buyer is not None:
        export.said.extend(tabular.masked(starred, rows, grid.header[buyer]))


IMPORTER = Importer(
    name="taobao",
    title="Taobao or Tmall orders",
    title_zh="淘宝/天猫订单报表",
    tables={"orders": COLUMNS},
    recognise=_recognise,
    records=one_by_one(_blocks),
    blocks=_blocks,
)
