"""Time ``init`` and ``check`` on an export of a million records, for every format that is known.

Usage: ``python tests/bench/imports.py [--records 1000000] [--formats qq,slack] [--tree another/checkout]``.
Each format's file is written once, from the shape of its sample in the tests; each command is a process of
its own, timed by the clock and by processor time, with its peak memory. Results go to
``build/bench/imports.json``. Needs a system with ``wait4``, so not Windows.
"""

# ruff: noqa: E501 - parts of a workbook as they are written
from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / "build" / "bench"
START = 1_767_225_600  # seconds since 1970: 1 January 2026
STEP = 15  # seconds between two records
MEMBERS = 20_000
TEXTS = ("新茶到了，明天发货", "good evening, all", "[图片]", "有人试过 85 度的水吗？", "+1", "谢谢分享 :)")


def _clock(at: int, form: str) -> str:
    return dt.datetime.fromtimestamp(START + STEP * at, dt.UTC).strftime(form)


def _texts(n: int) -> Iterator[tuple[int, int, str]]:
    # Number, member and text of each record; the members' share falls with their number.
    for at in range(n):
        yield at, (at * at * 7919 + at) % MEMBERS if at % 3 else at * 31 % 200, TEXTS[at % 6]


def qq(path: Path, n: int) -> None:
    """Write a text of QQ, three lines a message."""
    with (path / "chat.txt").open("w", encoding="utf-8-sig", newline="\r\n") as file:
        file.write("消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息对象:茶友群\n\n")
        file.writelines(
            f"{_clock(at, '%Y-%m-%d %H:%M:%S')} 茶友{who}({10_000_000 + who})\n{text}\n\n"
            for at, who, text in _texts(n)
        )


def wechat(path: Path, n: int) -> None:
    """Write the commonest CSV of WeChat."""
    header = (
        "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender"
    )
    with (path / "tea_group.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.write(f"{header},StrTalker\n")
        file.writelines(
            f'{at},7,{(1, 3)[at % 20 == 0]},0,0,{START + STEP * at},,"{text}, {at}",'
            f"{_clock(at, '%Y-%m-%d %H:%M:%S')},,茶友{who},wxid_{who:06},100@chatroom\n"
            for at, who, text in _texts(n)
        )


def wecom(path: Path, n: int) -> None:
    """Write the archive of WeCom as JSON lines."""
    with (path / "archive.jsonl").open("w", encoding="utf-8", newline="") as file:
        file.writelines(
            f'{{"msgid":"m{at}","action":"send","from":"wmErxtDgAA9AW32YyyuYRim{who:06}","tolist":["xiaohu"],'
            f'"roomid":"wrRoom1","msgtime":{START + STEP * at}000,"msgtype":"text",'
            f'"text":{{"content":"{text}"}}}}\n'
            for at, who, text in _texts(n)
        )


def wecom_csv(path: Path, n: int) -> None:
    """Write the archive of WeCom as a CSV."""
    with (path / "archive.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.write("seq,msgid,action,from,tolist,roomid,msgtime,msgtype,text.content\n")
        file.writelines(
            f'{at},c{at},send,wmErxtDgAA9AW32YyyuYRim{who:06},"[""xiaohu""]",wrRoom2,{START + STEP * at}000,'
            f'text,"{text}"\n'
            for at, who, text in _texts(n)
        )


def taobao(path: Path, n: int) -> None:
    """Write orders of Taobao, in GB18030."""
    header = "订单编号,买家会员名,买家应付货款,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间 ,"
    with (path / "ExportOrderList.csv").open("w", encoding="gb18030", newline="") as file:
        file.write(f"{header}宝贝标题,宝贝种类,宝贝总数量,店铺名称,退款金额\n")
        file.writelines(
            f'="2026{at:015}",茶友{who},128.00,128.00,128.00,交易成功,{_clock(at, "%Y-%m-%d %H:%M:%S")},'
            f"{_clock(at, '%Y-%m-%d %H:%M:%S')},龙井新茶 {at % 90}g,1,2,春山茶铺,0.00\n"
            for at, who, _ in _texts(n)
        )


def youzan(path: Path, n: int) -> None:
    """Write orders of Youzan, of which every third has two lines."""
    header = "订单号,订单类型,订单状态,下单时间,买家付款时间,商品名称,商品编码,商品数量,商品实际成交金额,"
    with (path / "orders.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.write(f"{header}订单实付金额,店铺优惠合计,买家手机号,推广方式,订单退款状态,商品已退款金额\n")
        for row, (at, who, _) in enumerate(_texts(n)):
            order = row - (row % 4 == 3)
            clock = _clock(at, "%Y-%m-%d %H:%M:%S")
            file.write(
                f"E2026{order:012},普通订单,交易完成,{clock},{clock},龙井新茶,T{at % 90},1,98.00,120.00,5.00,"
                f"1300{(who if order == row else 7):07},分销员,,\n"
            )


def shopify(path: Path, n: int) -> None:
    """Write orders of Shopify, of which every third has two lines."""
    header = "Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total"
    more = "Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku"
    with (path / "orders_export.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"{header},{more},Refunded Amount,Source\n")
        for at, who, _ in _texts(n):
            clock, name, mail = _clock(at, "%Y-%m-%d %H:%M:%S +0800"), f"#{at}", f"m{who}@example.com"
            if at % 4 == 3:
                file.write(f"#{at - 1},{mail},,,,,,,,,,{clock},2,Cup,13.50,C01,,\n")
            else:
                file.write(
                    f"{name},{mail},paid,{clock},fulfilled,CNY,120.00,0.00,0.00,120.00,5.00,{clock},1,Green "
                    f"tea,98.00,T{at % 90},0.00,web\n"
                )


def survey(path: Path, n: int) -> None:
    """Write the answers of as many people as there are records."""
    asked = "3、您对客服满意吗？,4、您从哪里知道我们？"
    with (path / "answers.csv").open("w", encoding="utf-8-sig", newline="") as file:
        file.write(
            f"序号,提交答卷时间,会员号,1、您有多大可能向朋友推荐我们？（0-10分）,2、为什么？,{asked}\n"
        )
        file.writelines(
            f'{at},{_clock(at, "%Y/%m/%d %H:%M:%S")},{at},{at % 11},"{text}",{at % 5 + 1},朋友\n'
            for at, _, text in _texts(n)
        )


def matomo(path: Path, n: int) -> None:
    """Write events as Google Analytics exports them."""
    header = (
        "event_date,event_timestamp,event_name,user_pseudo_id,user_id,ga_session_id,page_location,page_title"
    )
    names = ("page_view", "page_view", "click", "add_to_cart", "session_start", "purchase")
    with (path / "events.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"{header},traffic_source.source,traffic_source.medium,ecommerce.transaction_id,")
        file.write("ecommerce.purchase_revenue\n")
        for at, who, _ in _texts(n):
            sold = f"T-{at},120.00" if at % 6 == 5 else ","
            file.write(
                f"{_clock(at, '%Y%m%d')},{START + STEP * at}000000,{names[at % 6]},{who}.222,m{who},"
                f"{at // 9},https://tea.example/p?id={at % 90}&utm_source=mail,Tea,newsletter,email,{sold}\n"
            )


def telegram(path: Path, n: int) -> None:
    """Write one chat as Telegram Desktop does."""
    with (path / "result.json").open("w", encoding="utf-8", newline="") as file:
        file.write('{\n "name": "Tea friends",\n "type": "private_supergroup",\n "id": 1001,\n "messages": [')
        for at, who, text in _texts(n):
            file.write(
                f'{"," if at else ""}\n  {{\n   "id": {at + 1},\n   "type": "message",\n'
                f'   "date": "{_clock(at, "%Y-%m-%dT%H:%M:%S")}",\n'
                f'   "date_unixtime": "{START + STEP * at}",\n   "from": "Leaf {who}",\n'
                f'   "from_id": "user{who}",\n   "text": "{text}",\n'
                f'   "text_entities": [\n    {{\n     "type": "plain",\n'
                f'     "text": "{text}"\n    }}\n   ]\n  }}'
            )
        file.write("\n ]\n}")


def slack(path: Path, n: int) -> None:
    """Write a workspace of Slack: a file a day."""
    where = path / "workspace" / "general"
    where.mkdir(parents=True)
    users = ",\n".join(f'{{"id": "U{who}", "name": "leaf{who}"}}' for who in range(min(MEMBERS, n)))
    (path / "workspace" / "users.json").write_text(f"[{users}]", encoding="utf-8")
    (path / "workspace" / "channels.json").write_text(
        '[{"id": "C01", "name": "general", "created": 1767225600, "creator": "U1"}]', encoding="utf-8"
    )
    records, a_day = _texts(n), 86_400 // STEP
    for day in range(-(-n // a_day)):
        with (where / f"{_clock(day * a_day, '%Y-%m-%d')}.json").open(
            "w", encoding="utf-8", newline=""
        ) as file:
            messages = (
                f'    {{\n        "user": "U{who}",\n        "type": "message",\n'
                f'        "ts": "{START + STEP * at}.000100",\n'
                f'        "client_msg_id": "6a1bfeb5-0000-4000-8000-{at:012}",\n'
                f'        "text": "{text}",\n        "team": "T01",\n        "blocks": []\n    }}'
                for at, who, text in islice(records, a_day)
            )
            file.write("[\n" + ",\n".join(messages) + "\n]")


def discord(path: Path, n: int) -> None:
    """Write one channel as DiscordChatExporter does, as JSON."""
    with (path / "Tea - general [900000000000000002].json").open("w", encoding="utf-8", newline="") as file:
        file.write(
            '{\n  "guild": {\n    "id": "900000000000000001",\n    "name": "Tea"\n  },\n  "channel": {\n'
            '    "id": "900000000000000002",\n    "type": "GuildTextChat",\n    "name": "general"\n  },\n'
            '  "messages": ['
        )
        for at, who, text in _texts(n):
            file.write(
                f'{"," if at else ""}\n    {{\n      "id": "{910_000_000_000_000_000 + at}",\n'
                f'      "type": "Default",\n      "timestamp": "{_clock(at, "%Y-%m-%dT%H:%M:%S")}.5+08:00",\n'
                f'      "timestampEdited": null,\n      "callEndedTimestamp": null,\n'
                f'      "isPinned": false,\n'
                f'      "content": "{text}",\n      "author": {{\n        "id": "{10_000 + who}",\n'
                f'        "name": "leaf{who}",\n        "discriminator": "0000",\n'
                f'        "nickname": "leaf",\n'
                f'        "color": null,\n        "isBot": false,\n        "roles": []\n      }},\n'
                f'      "attachments": [],\n      "embeds": [],\n      "stickers": [],\n'
                f'      "reactions": [],\n      "mentions": []\n    }}'
            )
        file.write(f'\n  ],\n  "messageCount": {n}\n}}')


def discord_csv(path: Path, n: int) -> None:
    """Write one channel as DiscordChatExporter does, as CSV."""
    with (path / "Tea - general [900000000000000002].csv").open("w", encoding="utf-8", newline="") as file:
        file.write("AuthorID,Author,Date,Content,Attachments,Reactions\n")
        file.writelines(
            f'"{10_000 + who}","leaf{who}","{_clock(at, "%Y-%m-%dT%H:%M:%S")}.5000000+08:00","{text}","",""\n'
            for at, who, text in _texts(n)
        )


def discourse(path: Path, n: int) -> None:
    """Write posts as Discourse's Data Explorer does."""
    header = (
        "id,user_id,topic_id,post_number,reply_to_post_number,post_type,raw,created_at,category_id,archetype"
    )
    with (path / "posts.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"{header}\n")
        file.writelines(
            f'{at},{who},{at // 9},{at % 9 + 1},{at % 9 or ""},1,"{text}",'
            f"{_clock(at, '%Y-%m-%dT%H:%M:%S')}.123Z,5,regular\n"
            for at, who, text in _texts(n)
        )


def irc(path: Path, n: int) -> None:
    """Write a log of IRC, one line a message."""
    with (path / "tea-2026.log").open("w", encoding="utf-8", newline="") as file:
        file.writelines(
            f"[{_clock(at, '%Y-%m-%d %H:%M:%S')}] <leaf{who}> {text}\n" for at, who, text in _texts(n)
        )


def chat_tsv(path: Path, n: int) -> None:
    """Write a chat as time, sender and text with tabs."""
    with (path / "chat.tsv").open("w", encoding="utf-8", newline="") as file:
        file.writelines(
            f"{_clock(at, '%Y-%m-%d %H:%M:%S')}\tleaf {who}\t{text} {at}\n" for at, who, text in _texts(n)
        )


def _book(path: Path, header: str, rows: Iterator[list[str]], *, shared: bool) -> None:
    # As Excel saves it (texts once, in a part of their own, and its size), or as shops stream it (neither).
    texts: dict[str, int] = {}

    def cell(text: str) -> str:
        if text.replace(".", "", 1).isdigit() and len(text) < 12:
            return f"<c><v>{text}</v></c>"
        if shared:
            return f'<c t="s"><v>{texts.setdefault(text, len(texts))}</v></c>'
        return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

    def row(number: int, cells: list[str]) -> str:
        placed = (
            cell(text).replace("<c", f'<c r="{chr(65 + at)}{number}"', 1) for at, text in enumerate(cells)
        )
        return f'<row r="{number}">{"".join(placed)}</row>'

    def part(name: str, content: str) -> None:
        book.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}')

    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        with book.open("xl/worksheets/sheet1.xml", "w") as file:
            file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{main}">'.encode())
            columns = header.split(",")
            if shared:
                file.write(f'<dimension ref="A1:{chr(64 + len(columns))}1000001"/>'.encode())
            file.write(f"<sheetData>{row(1, columns)}".encode())
            for number, cells in enumerate(rows, start=2):
                file.write(row(number, cells).encode())
            file.write(b"</sheetData></worksheet>")
        if shared:
            items = "".join(f"<si><t>{text}</t></si>" for text in texts)
            part("xl/sharedStrings.xml", f'<sst xmlns="{main}">{items}</sst>')
        more = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kinds}.sharedStrings+xml"/>'
        part(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kinds}.worksheet+xml"/>'
            f"{more if shared else ''}</Types>",
        )
        part(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type='
            f'"{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        strings = f'<Relationship Id="rId2" Type="{links}/sharedStrings" Target="sharedStrings.xml"/>'
        part(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
            f'Type="{links}/worksheet" Target="worksheets/sheet1.xml"/>{strings if shared else ""}</Relationships>',
        )
        part(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet name="Sheet1" sheetId="1" '
            'r:id="rId1"/></sheets></workbook>',
        )


def _orders(n: int) -> Iterator[list[str]]:
    for at, who, _ in _texts(n):
        clock = _clock(at, "%Y-%m-%d %H:%M:%S")
        yield [
            f"D2026{at:012}",
            f"会员{who}",
            clock,
            f"{at % 900}.50",
            "已完成",
            f"龙井新茶 {at % 90}g",
            "微信",
        ]


def xlsx(path: Path, n: int) -> None:
    """Write orders as a plain workbook, as Excel saves it."""
    _book(path / "orders.xlsx", "订单号,会员,下单时间,实付金额,订单状态,商品,渠道", _orders(n), shared=True)


def xlsx_streamed(path: Path, n: int) -> None:
    """Write orders as a plain workbook, as the back end of a shop streams it."""
    _book(path / "orders.xlsx", "订单号,会员,下单时间,实付金额,订单状态,商品,渠道", _orders(n), shared=False)


def youzan_xlsx(path: Path, n: int) -> None:
    """Write orders of Youzan as the workbook that its back end gives."""
    header = (
        "订单号,订单类型,订单状态,下单时间,买家付款时间,商品名称,商品编码,商品数量,商品实际成交金额,"
        "订单实付金额,店铺优惠合计,买家手机号,推广方式"
    )
    rows = (
        f"E2026{at:012},普通订单,交易完成,{clock},{clock},龙井新茶,T{at % 90},1,98.00,120.00,5.00,1300{who:07},分销员"
        for at, who, _ in _texts(n)
        for clock in (_clock(at, "%Y-%m-%d %H:%M:%S"),)
    )
    _book(path / "orders.xlsx", header, (row.split(",") for row in rows), shared=False)


FORMATS: dict[str, Callable[[Path, int], None]] = {
    "qq": qq,
    "wechat": wechat,
    "wecom": wecom,
    "wecom:csv": wecom_csv,
    "taobao": taobao,
    "youzan": youzan,
    "shopify": shopify,
    "xlsx": xlsx,
    "xlsx:streamed": xlsx_streamed,
    "xlsx:youzan": youzan_xlsx,
    "survey": survey,
    "matomo": matomo,
    "telegram": telegram,
    "slack": slack,
    "discord": discord,
    "discord:csv": discord_csv,
    "discourse": discourse,
    "irc": irc,
    "chat_tsv": chat_tsv,
}


def timed(tree: Path, command: str, folder: Path, *more: str) -> dict[str, float]:
    """Run one command of the workbook as a process; return its seconds and its peak memory in MB."""
    # Compiled once and kept, as on every machine that ran it before.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "helpers", command, str(folder), *more],
        cwd=tree,
        env=env,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} {folder.name}: status {status}")
    peak = used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    wall = time.perf_counter() - began
    return {"wall": round(wall, 2), "cpu": round(used.ru_utime + used.ru_stime, 2), "peak_mb": round(peak)}


def main() -> None:
    """Time the commands on every format and write the results."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--records", type=int, default=1_000_000)
    given.add_argument("--formats", default=",".join(FORMATS))
    given.add_argument("--tree", type=Path, default=ROOT, help="checkout whose commands are timed")
    given.add_argument("--out", type=Path, default=OUT / "imports.json")
    given.add_argument("--keep", type=Path, default=OUT / "exports", help="folder for the files")
    chosen = given.parse_args()
    found = {}
    for name in chosen.formats.split(","):
        folder = chosen.keep / f"{name.replace(':', '-')}-{chosen.records}"
        if not folder.is_dir():
            half = folder.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(parents=True)
            # By itself: a process inherits the peak memory of the one that starts it.
            writing = multiprocessing.get_context("spawn").Process(
                target=FORMATS[name], args=(half, chosen.records)
            )
            writing.start()
            writing.join()
            if writing.exitcode:
                raise SystemExit(f"{name}: its file was not written")
            half.rename(folder)
        found[name] = {
            "bytes": sum(one.stat().st_size for one in folder.rglob("*") if one.is_file()),
            "init": timed(chosen.tree, "init", folder, "--overwrite"),
            "check": timed(chosen.tree, "check", folder),
        }
        sys.stdout.write(f"{name}: {json.dumps(found[name])}\n")
        sys.stdout.flush()
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    report = {"records": chosen.records, "machine": platform.processor(), "formats": found}
    chosen.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
