"""A stranger's folder: what a small Chinese tea shop downloads from its back end and from its QQ group."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from decimal import Decimal
from pathlib import Path

import openpyxl

HEADER = (
    "订单编号",
    "买家会员名",
    "商品名称",
    "实付金额",
    "退款金额",
    "订单状态",
    "付款时间",
    "收货人",
    "手机号",
)
GOODS = (("龙井新茶 100g", "128.00"), ("白瓷盖碗", "66.50"), ("茶巾", "19.90"), ("普洱茶饼", "268.00"))
WORDS = ("早上好", "这款茶怎么泡？", "水温 85 度就可以", "谢谢分享", "今天有优惠吗", "盖碗烫手怎么办", "晚安")
FIRST = dt.datetime(2026, 3, 1, 9, 0)
DAYS = 40


def orders() -> list[tuple[str, ...]]:
    """Make forty orders in forty days of twenty-four buyers, some refunded, one closed, one without a sum."""
    draw = random.Random(7)
    rows = []
    for number in range(40):
        at = FIRST + dt.timedelta(days=number * DAYS // 40, minutes=draw.randrange(720))
        goods, price = GOODS[draw.randrange(len(GOODS))]
        buyer, phone = draw.randrange(24), f"1380000{number:04d}"
        status, back = ("已退款", price) if number % 13 == 5 else ("交易成功", "0.00")
        if number == 20:
            status = "交易关闭"
        amount = "待定" if number == 30 else price
        rows.append(
            (
                f"T{at:%Y%m%d}{number:04d}",
                f"买家{buyer:02d}",
                goods,
                amount,
                back,
                status,
                f"{at:%Y-%m-%d %H:%M:%S}",
                f"收货人{buyer:02d}",
                phone,
            )
        )
    return rows


def revenue() -> Decimal:
    """Add up what the shop kept: paid less given back, of orders that were not closed and have a sum."""
    kept = (row for row in orders() if row[5] != "交易关闭" and row[3] != "待定")
    return sum((Decimal(row[3]) - Decimal(row[4]) for row in kept), Decimal(0))


def chat() -> tuple[str, int]:
    """Write two weeks of a QQ group of eighteen members, and say how many messages there are."""
    draw, messages = random.Random(11), 0
    lines = ["消息记录（此消息记录为文本格式，不支持重新导入）", "", "=" * 64, "消息分组:我的群聊", "=" * 64]
    lines += ["消息对象:春山茶友群", "=" * 64, ""]
    start = FIRST + dt.timedelta(days=DAYS - 14)
    for day in range(14):
        times = sorted(draw.randrange(43_000) for _ in range(draw.randrange(6, 22)))
        for seconds in times:
            at, who = start + dt.timedelta(days=day, seconds=seconds), int(18 * draw.random() ** 2)
            lines += [f"{at:%Y-%m-%d %H:%M:%S} 茶友{who:02d}({20001 + who})", draw.choice(WORDS), ""]
            messages += 1
    at = start + dt.timedelta(days=3)
    lines += [f"{at:%Y-%m-%d %H:%M:%S} 系统消息(10000)", "茶友17(20018)加入本群。", ""]
    return "\r\n".join(lines), messages


def make(folder: Path) -> None:
    """Write the folder: two workbooks and a GB18030 file of orders, and the log of the group."""
    folder.mkdir(parents=True)
    rows = orders()
    for name, part in (("三月上旬订单.xlsx", rows[:15]), ("三月下旬订单.xlsx", rows[15:30])):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["春山茶铺 订单导出"])
        sheet.append([])
        sheet.append(HEADER)
        for row in part:
            amount = row[3] if row[3] == "待定" else float(row[3])
            at = dt.datetime.fromisoformat(row[6])
            sheet.append([*row[:3], amount, float(row[4]), row[5], at, *row[7:]])
        book.save(folder / name)
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows[30:]])
    (folder / "四月订单.csv").write_bytes(text.getvalue().encode("gb18030"))
    (folder / "春山茶友群.txt").write_bytes(chat()[0].encode("utf-8-sig"))
