"""The score of `init`: of how many files it names the right table and every column, unedited."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from helpers.community import mapping
from tests.community.importers.samples import SAMPLES

MESSAGE = {"constant": "message"}


@dataclass(frozen=True)
class Case:
    """A file and what it should be taken for; no table means that it must be left alone."""

    file: str
    text: str
    table: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    encoding: str = "utf-8"
    grain: str = "order"
    decimal: str = "point"
    format: str = ""

    def write(self, folder: Path) -> None:
        """Write the file: a workbook or Parquet of the text's cells, or the text."""
        path = folder / self.file
        rows = list(csv.reader(io.StringIO(self.text.strip("\n"))))
        if path.suffix == ".xlsx":
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append([_cell(cell) for cell in row])
            book.save(path)
        elif path.suffix == ".parquet":
            frame = pd.DataFrame([[_cell(cell) for cell in row] for row in rows[1:]], columns=rows[0])
            frame.to_parquet(path, index=False)
        elif path.suffix == ".jsonl":
            lines = [json.dumps(dict(zip(rows[0], row, strict=True)), ensure_ascii=False) for row in rows[1:]]
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        else:
            path.write_text(self.text.lstrip("\n"), encoding=self.encoding, newline="\r\n")


def _cell(cell: str) -> Any:
    """Return what a spreadsheet would hold: dates as dates, numbers as numbers, the rest as text."""
    for read in (dt.datetime.fromisoformat, float):
        try:
            return read(cell)
        except ValueError:
            continue
    return cell or None


CASES = {
    # members
    "members": Case(
        "users.csv",
        """
user_id,nickname,registered_at,gender,province,source
u1,Ann,2026-01-03 10:00,f,Zhejiang,search
u2,Bo,2026-01-04 11:00,m,Fujian,friend
""",
        "members",
        {
            "member_id": "user_id",
            "joined_at": "registered_at",
            "source": "source",
            "gender": "gender",
            "region": "province",
        },
    ),
    "members in Chinese": Case(
        "会员.csv",
        """
会员编号,昵称,注册时间,性别,年龄,省份,来源渠道,邀请人
10001,茶友甲,2026-01-03 10:00,女,30-39,浙江,搜索,
10002,茶友乙,2026-01-04 11:00,男,20-29,福建,朋友,10001
""",
        "members",
        {
            "member_id": "会员编号",
            "joined_at": "注册时间",
            "source": "来源渠道",
            "invited_by": "邀请人",
            "gender": "性别",
            "age_band": "年龄",
            "region": "省份",
        },
        encoding="gb18030",
    ),
    "members in Excel below a title": Case(
        "导出.xlsx",
        """
春山茶铺会员名单
导出日期：2026-03-09
会员ID,昵称,手机号,入会时间,会员等级,所在省份
v001,茶友甲,13000000001,2026-01-03,金卡,浙江
v002,茶友乙,13000000002,2026-01-04,银卡,福建
""",
        "members",
        {"member_id": "会员ID", "joined_at": "入会时间", "region": "所在省份"},
    ),
    # events
    "events": Case(
        "log.csv",
        """
user_id,timestamp,action,post_id
u1,2026-02-01T10:00:00Z,like,p1
u2,2026-02-01T10:05:00Z,comment,p1
""",
        "events",
        {
            "member_id": "user_id",
            "occurred_at": "timestamp",
            "event_type": "action",
            "content_id": "post_id",
        },
    ),
    "events in Chinese": Case(
        "行为日志.csv",
        """
用户ID,行为时间,行为类型,内容ID,平台
u1,2026/2/1 10:00,点赞,p1,小红书
u2,2026/2/1 10:05,评论,p1,小红书
""",
        "events",
        {
            "member_id": "用户ID",
            "occurred_at": "行为时间",
            "event_type": "行为类型",
            "content_id": "内容ID",
            "platform": "平台",
        },
        encoding="gb18030",
    ),
    "events of JSON lines": Case(
        "stream.jsonl",
        """
uid,ts,event_name,page
u1,1772330707,view,home
u2,1772330708,click,home
""",
        "events",
        {"member_id": "uid", "occurred_at": "ts", "event_type": "event_name"},
    ),
    "events of Parquet": Case(
        "part.parquet",
        """
event_id,user_id,event_time,event_type,item_id,platform
e1,u1,2026-02-01 10:00:00,view,p1,wechat
e2,u2,2026-02-01 10:05:00,like,p1,wechat
""",
        "events",
        {
            "member_id": "user_id",
            "occurred_at": "event_time",
            "event_type": "event_type",
            "content_id": "item_id",
            "platform": "platform",
            "event_id": "event_id",
        },
    ),
    "a chat without types": Case(
        "group.csv",
        """
sender,time,content
ann,2026-02-01 10:00,hello
bo,2026-02-01 10:05,good morning
""",
        "events",
        {"member_id": "sender", "occurred_at": "time", "event_type": MESSAGE},
    ),
    "a chat in Chinese without types": Case(
        "聊天记录.xlsx",
        """
群名称,发送人,发送时间,消息内容
茶友群,茶友甲,2026-02-01 10:00,大家好
茶友群,茶友乙,2026-02-01 10:05,早上好
""",
        "events",
        {"member_id": "发送人", "occurred_at": "发送时间", "event_type": MESSAGE, "group_id": "群名称"},
    ),
    # orders
    "orders with semicolons and decimal commas": Case(
        "sales.csv",
        """
Order No;Customer;Order Date;Total;Discount;Order Status
1;ann;31.01.2026 10:00;1.299,00;0,00;paid
2;bo;01.02.2026 10:05;12,50;2,50;refunded
""",
        "orders",
        {
            "order_id": "Order No",
            "member_id": "Customer",
            "ordered_at": "Order Date",
            "amount": "Total",
            "status": "Order Status",
            "discount": "Discount",
        },
        decimal="comma",
    ),
    "orders in Chinese": Case(
        "订单三月.xlsx",
        """
订单编号,买家会员名,付款时间,实付金额,订单状态,商品名称
20260301001,茶友甲,2026-03-01 10:06:00,128,交易成功,龙井
20260301002,茶友乙,2026-03-02 21:05:00,94.5,已退款,茶杯
""",
        "orders",
        {
            "order_id": "订单编号",
            "member_id": "买家会员名",
            "ordered_at": "付款时间",
            "amount": "实付金额",
            "status": "订单状态",
        },
    ),
    "orders of a marketplace with units": Case(
        "jd.csv",
        """
订单号,商品ID,商品名称,下单帐号,下单时间,订单金额,应付金额（元）,订单状态,退款金额（元）
9001,s1,龙井,茶友甲,2026-03-01 10:06:00,128.00,118.00,完成,0.00
9002,s2,茶杯,茶友乙,2026-03-02 21:05:00,94.50,94.50,已取消,0.00
""",
        "orders",
        {
            "order_id": "订单号",
            "member_id": "下单帐号",
            "ordered_at": "下单时间",
            "amount": "应付金额（元）",
            "status": "订单状态",
            "refunded": "退款金额（元）",
            "product_id": "商品ID",
        },
        encoding="gb18030",
    ),
    "orders of a small shop": Case(
        "小店订单.csv",
        """
订单号,下单时间,支付时间,买家昵称,实付款(元),优惠金额(元),订单状态
7001,2026-03-01 10:05:00,2026-03-01 10:06:00,茶友甲,128.00,10.00,已完成
7002,2026-03-02 21:04:00,2026-03-02 21:05:00,茶友乙,94.50,0.00,已完成
""",
        "orders",
        {
            "order_id": "订单号",
            "member_id": "买家昵称",
            "ordered_at": "支付时间",
            "amount": "实付款(元)",
            "status": "订单状态",
            "discount": "优惠金额(元)",
        },
    ),
    "orders with American dates": Case(
        "orders.csv",
        """
Transaction ID,Customer ID,Purchase Date,Amount (USD),Category
1,ann,1/31/2026,12.50,tea
2,bo,2/1/2026,8.00,cups
""",
        "orders",
        {
            "order_id": "Transaction ID",
            "member_id": "Customer ID",
            "ordered_at": "Purchase Date",
            "amount": "Amount (USD)",
            "category": "Category",
        },
    ),
    "order lines of western letters": Case(
        "retail.csv",
        """
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,CAFÉ SET,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom
C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527.0,United Kingdom
536380,X,Sample,1,2010-12-01 09:41:00,0,,United Kingdom
""",
        "orders",
        {
            "order_id": "InvoiceNo",
            "member_id": "CustomerID",
            "ordered_at": "InvoiceDate",
            "amount": {"product": ["Quantity", "UnitPrice"]},
            "product_id": "StockCode",
        },
        encoding="cp1252",
        grain="line",
    ),
    "order lines in Chinese": Case(
        "销售明细.csv",
        """
订单号,客户编号,下单日期,商品编码,数量,单价,类目
1,c1,2026-03-01,T01,2,49.00,绿茶
1,c1,2026-03-01,C01,1,22.00,茶具
2,c2,2026-03-02,T01,1,49.00,绿茶
""",
        "orders",
        {
            "order_id": "订单号",
            "member_id": "客户编号",
            "ordered_at": "下单日期",
            "amount": {"product": ["数量", "单价"]},
            "product_id": "商品编码",
            "category": "类目",
        },
        encoding="gb18030",
        grain="line",
    ),
    # surveys
    "answers one a row": Case(
        "answers.csv",
        """
respondent_id,submitted_at,question,rating,feedback
r1,2026-02-01 10:00,service,4,good
r2,2026-02-01 10:05,service,2,slow
""",
        "surveys",
        {
            "member_id": "respondent_id",
            "answered_at": "submitted_at",
            "item": "question",
            "score": "rating",
            "comment": "feedback",
        },
    ),
    "answers in Chinese one a row": Case(
        "问卷结果.csv",
        """
用户编号,提交时间,题目,得分,建议
u1,2026-02-01 10:00,客服,4,很好
u2,2026-02-01 10:05,客服,2,太慢
""",
        "surveys",
        {
            "member_id": "用户编号",
            "answered_at": "提交时间",
            "item": "题目",
            "score": "得分",
            "comment": "建议",
        },
    ),
    "a survey with whole questions as headers": Case(
        "survey.tsv",
        "Timestamp\tHow long have you used it?\tHow likely are you to recommend it to a friend?\tWhy?\n"
        + "".join(
            f"2019/12/{day + 1}\tyears\t{score}\tbecause\n"
            for day, score in enumerate([10, 9, 1, 8, 7, 3, 10, 2])
        ),
        "surveys",
        format="survey",
    ),
    # the rest of the contract
    "costs": Case(
        "spend.csv",
        """
date,channel,type,spend
2026-02-01,xiaohongshu,ads,1200.00
2026-02-02,wechat,prizes,300.00
""",
        "costs",
        {"at": "date", "channel": "channel", "kind": "type", "amount": "spend"},
    ),
    "costs in Chinese": Case(
        "投放费用.xlsx",
        """
日期,投放渠道,费用类型,花费（元）
2026-02-01,小红书,广告,1200
2026-02-02,微信,奖品,300
""",
        "costs",
        {"at": "日期", "channel": "投放渠道", "kind": "费用类型", "amount": "花费（元）"},
    ),
    "posts": Case(
        "posts.csv",
        """
post_id,publish_time,author,title,likes
p1,2026-02-01,ann,Tea for beginners,12
p2,2026-02-02,bo,My cup,3
""",
        "contents",
        {"content_id": "post_id", "published_at": "publish_time", "author_id": "author", "title": "title"},
    ),
    "posts in Chinese": Case(
        "笔记数据.csv",
        """
笔记ID,发布时间,作者,笔记标题,话题,阅读量,点赞数
n1,2026-02-01 10:00,茶友甲,新手泡茶,泡茶,1200,88
n2,2026-02-02 10:00,茶友乙,我的茶杯,茶具,300,12
""",
        "contents",
        {
            "content_id": "笔记ID",
            "published_at": "发布时间",
            "author_id": "作者",
            "topic": "话题",
            "title": "笔记标题",
        },
        encoding="gb18030",
    ),
    "groups": Case(
        "群列表.csv",
        """
群ID,群名称,建群时间
g1,茶友一群,2025-06-01
g2,茶友二群,2025-07-01
""",
        "groups",
        {"group_id": "群ID", "theme": "群名称", "opened_at": "建群时间"},
    ),
    "campaigns": Case(
        "活动.csv",
        """
活动ID,活动名称,活动类型,开始时间,结束时间,预算
a1,春茶节,优惠券,2026-03-01,2026-03-07,5000
a2,拼团周,拼团,2026-04-01,2026-04-07,3000
""",
        "campaigns",
        {
            "campaign_id": "活动ID",
            "name": "活动名称",
            "kind": "活动类型",
            "starts_at": "开始时间",
            "ends_at": "结束时间",
            "budget": "预算",
        },
    ),
    "arms of a trial": Case(
        "experiment.csv",
        """
experiment_id,user_id,variant,assigned_at
x1,u1,treatment,2026-03-01
x1,u2,control,2026-03-01
""",
        "assignments",
        {
            "campaign_id": "experiment_id",
            "unit_id": "user_id",
            "arm": "variant",
            "assigned_at": "assigned_at",
        },
    ),
    "points": Case(
        "积分明细.csv",
        """
会员ID,变动时间,积分变动,变动原因
v1,2026-03-01 10:00,5,签到
v2,2026-03-01 10:05,-100,兑换
""",
        "points",
        {"member_id": "会员ID", "at": "变动时间", "points": "积分变动", "reason": "变动原因"},
    ),
    "touches": Case(
        "touchpoints.csv",
        """
user_id,timestamp,utm_source,interaction
u1,2026-02-01 10:00,feed_ad,view
u2,2026-02-01 10:05,kol,click
""",
        "touches",
        {"member_id": "user_id", "at": "timestamp", "channel": "utm_source", "kind": "interaction"},
    ),
    "moderation": Case(
        "处置记录.csv",
        """
处理时间,内容ID,成员ID,处置,原因
2026-02-01 10:00,p1,u1,删除,广告
2026-02-02 10:00,p2,u2,警告,争吵
""",
        "moderation",
        {"at": "处理时间", "content_id": "内容ID", "member_id": "成员ID", "action": "处置", "reason": "原因"},
    ),
    # what is none of ours must be left alone
    "group buying without a header": Case("tune.txt", "26985\t5267\t46622\n9906\t5355\t113503\n4\t5\t6\n"),
    "pairs without a header": Case("pairs.csv", "15169,98\n21099,23121\n38863,11960\n"),
    "a stock list": Case("库存.csv", "商品编号,商品名称,价格,库存\nT01,龙井,98,20\nC01,茶杯,22,100\n"),
    "an address book": Case("通讯录.csv", "姓名,电话,邮箱\n甲,13000000001,a@example.com\n"),
    "sums of months": Case(
        "月报.csv", "月份,新增会员,订单数,销售额\n2026-01,120,300,25000\n2026-02,90,210,18000\n"
    ),
    "sums of days": Case(
        "daily.csv", "date,visitors,orders,revenue\n2026-01-01,120,3,250\n2026-01-02,90,2,180\n"
    ),
    "a table of parameters": Case("notes.csv", "key,value\na,1\nb,2\n"),
}


def judged(folder: Path, case: Case) -> str:
    """Return what `init` makes of a file that it should make otherwise; empty where it is right."""
    case.write(folder)
    found = mapping.guess(folder).files
    if not case.table:
        return ", ".join(f"taken for {one.table}" for one in found)
    if len(found) != 1 or found[0].table != case.table:
        return f"taken for {', '.join(one.table for one in found) or 'nothing'}, not {case.table}"
    one = found[0]
    if case.format:
        return "" if one.format == case.format else f"format {one.format!r}, not {case.format!r}"
    wrong = {
        name: (one.columns.get(name), case.columns.get(name))
        for name in {*one.columns, *case.columns}
        if one.columns.get(name) != case.columns.get(name)
    }
    said = [f"{name}: {ours!r}, not {theirs!r}" for name, (ours, theirs) in sorted(wrong.items())]
    said += [f"grain {one.grain}"] if one.grain != case.grain else []
    said += [f"decimal {one.decimal}"] if one.decimal != case.decimal else []
    return "; ".join(said)


def of_sample(folder: Path, name: str, write: Callable[[Path], Path]) -> str:
    """Return what `init` makes of a platform's export that it should make otherwise."""
    write(folder)
    formats = {one.format for one in mapping.guess(folder).files}
    return "" if formats == {name.partition(":")[0]} else f"formats {sorted(formats)}"


@pytest.fixture(scope="module")
def misses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    found = {}
    for name, write in SAMPLES.items():
        found[f"format {name}"] = of_sample(tmp_path_factory.mktemp("sample"), name, write)
    for name, case in CASES.items():
        found[name] = judged(tmp_path_factory.mktemp("case"), case)
    return found


def test_nine_of_ten_are_named_without_an_edit(misses: dict[str, str]) -> None:
    wrong = [f"{name}: {why}" for name, why in misses.items() if why]
    assert len(misses) - len(wrong) >= 0.9 * len(misses), "\n".join(wrong)


def test_no_platform_is_taken_for_another(misses: dict[str, str]) -> None:
    wrong = [f"{name}: {why}" for name, why in misses.items() if why and name.startswith("format ")]
    assert not wrong, "\n".join(wrong)


def test_what_is_none_of_ours_is_left_alone(misses: dict[str, str]) -> None:
    wrong = [f"{name}: {misses[name]}" for name, case in CASES.items() if not case.table and misses[name]]
    assert not wrong, "\n".join(wrong)
