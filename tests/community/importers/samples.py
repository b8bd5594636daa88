"""Small made-up exports, one or more a format: each writes itself into a folder and returns its path.

A key is the name of the importer, followed where there are several by a colon and a word: ``discord:csv``.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl

Sample = Callable[[Path], Path]


def _written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding=encoding, newline="")
    return path


QQ = """\
消息记录（此消息记录为文本格式，不支持重新导入）

================================================================
消息分组:我加入的群
================================================================
消息对象:茶友群
================================================================

2026-03-01 9:05:07 茶友甲(10011)
大家好
第二行

2026-03-01 21:04:11 【群主】小壶(老张)<kettle@example.com>
[图片]

2026-03-02 21:05:00 系统消息(10000)
茶友乙(10012)加入本群。

2026-03-02 21:06:00 系统消息(10000)
管理员开启了全员禁言

2026-03-03 08:00:00 茶友乙(10012)
早上好
"""


def qq(folder: Path) -> Path:
    return _written(folder / "chat.txt", QQ, "utf-8-sig")


WECHAT = '''\
localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender,StrTalker
1,7,1,0,0,1772715851,,"大家好
第二行, 有逗号",2026-03-05 21:04:11,,茶友甲,wxid_a01,100@chatroom
2,7,3,0,0,1772715900,,<msg/>,2026-03-05 21:05:00,,茶友甲,wxid_a01,100@chatroom
3,7,10000,0,0,1772715960,,"""茶友甲""邀请""茶友乙、茶友丙""加入了群聊",2026-03-05 21:06:00,,,,100@chatroom
4,7,49,57,1,1772716020,,"欢迎
引用：茶友甲:大家好
第二行, 有逗号",2026-03-05 21:07:00,,小壶,wxid_me,100@chatroom
5,7,1,0,0,1772716080,,@小壶 谢谢,2026-03-05 21:08:00,,茶友乙,wxid_b02,100@chatroom
6,7,10000,0,0,1772716140,,"""茶友乙"" 拍了拍 ""茶友甲""",2026-03-05 21:09:00,,,,100@chatroom
7,7,10000,0,0,1772716200,,你将"茶友丙"移出了群聊,2026-03-05 21:10:00,,,,100@chatroom
1,8,34,0,0,1772716260,,,2026-03-05 21:11:00,,茶友丁,wxid_d04,200@chatroom
1,9,1,0,0,1772716320,,只对你说,2026-03-05 21:12:00,,茶友丁,wxid_d04,wxid_d04
'''


def wechat(folder: Path) -> Path:
    return _written(folder / "tea_group.csv", WECHAT, "utf-8-sig")


WECHAT_NAMED = '''\
id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime
1,9001,文本,0,wxid_a01,300@chatroom,"{""src"": """", ""msg"": ""新茶到了""}",2026-03-05 21:04:11
2,9002,带有引用的文本消息,1,wxid_me,300@chatroom,"收到
「茶友甲: 新茶到了」",2026-03-05 21:05:11
3,9003,系统通知,0,系统,300@chatroom,"""茶友丙""通过扫描""茶友甲""分享的二维码加入群聊",2026-03-05 21:06:11
'''


def wechat_named(folder: Path) -> Path:
    return _written(folder / "wxid_0_5000.csv", WECHAT_NAMED)


TAOBAO = """\
订单编号,买家会员名,买家应付货款,买家应付邮费,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间 ,宝贝标题,宝贝种类,宝贝总数量,店铺名称,退款金额
="2026030112345678901",茶友甲,128.00,0.00,128.00,128.00,交易成功,2026-03-01 10:05:07,2026-03-01 10:06:00,龙井新茶 100g,1,2,春山茶铺,0.00
="2026030212345678902",茶友乙,88.00,6.00,94.00,94.00,交易成功,2026-03-02 21:04:11,2026-03-02 21:05:00,"茶杯，茶盘",2,2,春山茶铺,20.00
="2026030312345678903",茶友甲,66.00,0.00,66.00,0.00,交易关闭,2026-03-03 08:00:00,,茶杯,1,1,春山茶铺,无退款申请
="2026030412345678904",茶友丙,39.00,0.00,39.00,0.00,等待买家付款,2026-03-04 09:00:00,,茶巾,1,1,春山茶铺,0.00
="2026030512345678905",茶友丙,39.00,0.00,39.00,39.00,"买家已付款，等待卖家发货",2026-03-05 09:00:00,2026-03-05 09:01:00,茶巾,1,1,春山茶铺,0.00
2.02603E+18,茶友丁,39.00,0.00,39.00,39.00,交易成功,2026-03-06 09:00:00,2026-03-06 09:01:00,茶巾,1,1,春山茶铺,0.00
"""


def taobao(folder: Path) -> Path:
    return _written(folder / "ExportOrderList.csv", TAOBAO, "gb18030")


def _book(path: Path, text: str) -> Path:
    book = openpyxl.Workbook()
    for row in csv.reader(text.splitlines()):
        book.active.append([cell[2:-1] if cell.startswith('="') else cell or None for cell in row])
    book.save(path)
    return path


def taobao_book(folder: Path) -> Path:
    return _book(folder / "orders.xlsx", TAOBAO)


YOUZAN = """\
订单号,订单类型,订单状态,下单时间,买家付款时间,商品名称,商品编码,商品数量,商品实际成交金额,订单实付金额,店铺优惠合计,买家手机号,推广方式,订单退款状态,商品已退款金额
E20260301100507000001,普通订单,交易完成,2026-03-01 10:05:07,2026-03-01 10:06:00,龙井新茶,T01,1,98.00,120.00,5.00,13000000001,分销员,,
E20260301100507000001,普通订单,交易完成,2026-03-01 10:05:07,2026-03-01 10:06:00,茶杯,C01,1,22.00,120.00,5.00,13000000001,分销员,,
E20260302210411000002,普通订单,已发货,2026-03-02 21:04:11,2026-03-02 21:05:00,茶盘,P01,1,60.00,86.00,,13000000002,,部分退款成功,26.00
,,,,,茶巾,N01,2,26.00,,,,,,0.00
E20260303080000000003,普通订单,待付款,2026-03-03 08:00:00,,茶杯,C01,1,22.00,22.00,,13000000001,,,
E20260304090000000004,普通订单,交易关闭,2026-03-04 09:00:00,2026-03-04 09:01:00,茶巾,N01,1,13.00,13.00,,13000000003,,全额退款成功,13.00
E20260305090000000005,普通订单,交易完成,2026-03-05 09:00:00,2026-03-05 09:01:00,茶巾,N01,1,13.00,13.00,,13000000003,,,
E20260305090000000005,普通订单,交易完成,2026-03-05 09:00:00,2026-03-05 09:01:00,茶杯,C01,1,22.00,35.00,,13000000003,,,
"""


def youzan(folder: Path) -> Path:
    return _written(folder / "orders.csv", YOUZAN, "utf-8-sig")


def youzan_book(folder: Path) -> Path:
    return _book(folder / "youzan.xlsx", YOUZAN)


SHOPIFY = """\
Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Notes,Cancelled at,Refunded Amount,Id,Tags,Source
#1001,ann@example.com,paid,2026-03-01 23:30:00 +0800,fulfilled,CNY,120.00,0.00,0.00,120.00,SPRING,5.00,2026-03-01 23:29:00 +0800,1,Green tea,98.00,T01,"two
lines",,0.00,501,vip,web
#1001,ann@example.com,,,,,,,,,,,2026-03-01 23:29:00 +0800,2,Cup,13.50,C01,,,,,,
#1002,bob@example.com,partially_refunded,2026-03-02 10:00:00 -0500,fulfilled,CNY,86.00,0.00,0.00,86.00,,0.00,2026-03-02 10:00:00 -0500,1,Tray,86.00,P01,,,26.00,502,,pos
#1003,ann@example.com,voided,,unfulfilled,CNY,22.00,0.00,0.00,22.00,,0.00,2026-03-03 08:00:00 +0800,1,Cup,22.00,C01,,2026-03-03 09:00:00 +0800,0.00,503,,web
#1004,cid@example.com,refunded,2026-03-04 08:00:00 +0800,fulfilled,CNY,13.00,0.00,0.00,13.00,,0.00,2026-03-04 08:00:00 +0800,1,Towel,13.00,N01,,2026-03-05 08:00:00 +0800,13.00,504,,web
#1005,cid@example.com,pending,,unfulfilled,CNY,13.00,0.00,0.00,13.00,,0.00,2026-03-05 08:00:00 +0800,1,Towel,13.00,N01,,,0.00,505,,web
"""


def shopify(folder: Path) -> Path:
    return _written(folder / "orders_export.csv", SHOPIFY)


SURVEY = """\
序号,提交答卷时间,会员号,1、您有多大可能向朋友推荐我们？（0-10分） / How likely are you to recommend us?,2、为什么？ / Why?,3、您对客服满意吗？,4、您从哪里知道我们？
1,2026/3/1 10:05:07,10011,10,茶好喝,5,朋友
2,2026/3/1 21:04:11,10012,9,,4,群
3,2026/3/2 08:00:00,10013,3,太贵,1,群
4,2026/3/2 09:00:00,10014,0,,,朋友
5,2026/3/2 09:30:00,10015,(跳过),,,朋友
6,2026/3/2 09:40:00,10016,11,,3,朋友
"""


def survey(folder: Path) -> Path:
    return _written(folder / "answers.csv", SURVEY, "utf-8-sig")


def survey_book(folder: Path) -> Path:
    return _book(folder / "answers.xlsx", SURVEY)


GA = """\
event_date,event_timestamp,event_name,user_pseudo_id,user_id,ga_session_id,page_location,page_title,traffic_source.source,traffic_source.medium,ecommerce.transaction_id,ecommerce.purchase_revenue,ecommerce.refund_value
20260301,1772330707000000,session_start,111.222,m1,1,https://tea.example/p?id=7&utm_source=mail,Tea,newsletter,email,,,
20260301,1772330708000000,page_view,111.222,m1,1,https://tea.example/p?id=7&utm_source=mail#top,Tea,newsletter,email,,,
20260301,1772330720000000,add_to_cart,111.222,m1,1,https://tea.example/p?id=7,Tea,newsletter,email,,,
20260301,1772330740000000,purchase,111.222,m1,1,https://tea.example/done,Done,newsletter,email,T-1,120.00,
20260302,1772417107000000,page_view,333.444,,2,https://tea.example/,Home,(direct),(none),,,
20260302,1772417108000000,level_up,333.444,,2,https://tea.example/,Home,(direct),(none),,,
20260303,1772503507000000,refund,111.222,m1,3,,,(direct),(none),T-1,,20.00
20260303,1772503508000000,purchase,333.444,,4,https://tea.example/done,Done,(direct),(none),,9.00,
"""


def ga(folder: Path) -> Path:
    return _written(folder / "events.csv", GA)


MATOMO = """\
idSite,idVisit,visitorId,userId,serverTimestamp,referrerType,referrerName,campaignName,actionDetails_0_type,actionDetails_0_url,actionDetails_0_pageTitle,actionDetails_0_timestamp,actionDetails_1_type,actionDetails_1_url,actionDetails_1_timestamp,actionDetails_1_orderId,actionDetails_1_revenue,actionDetails_1_eventAction
1,91,a1b2,m1,1772330900,search,Bing,,action,https://tea.example/p,Tea,1772330707,ecommerceOrder,https://tea.example/done,1772330800,T-9,55.00,
1,92,c3d4,,1772417207,direct,,,action,https://tea.example/,Home,1772417107,event,https://tea.example/,1772417110,,,play
1,93,e5f6,m2,1772417300,campaign,mail,spring,outlink,https://friend.example/,,1772417300,,,,,,
1,94,e5f6,m2,1772417400,direct,,,,,,,,,,,,
"""


def matomo(folder: Path) -> Path:
    return _written(folder / "visits.csv", MATOMO, "utf-16")


TELEGRAM = """\
{
 "name": "Tea friends",
 "type": "private_supergroup",
 "id": 1001,
 "messages": [
  {
   "id": 1,
   "type": "service",
   "date": "2026-03-01T09:00:00",
   "date_unixtime": "1772326800",
   "actor": "Kettle",
   "actor_id": "user11",
   "action": "create_group",
   "title": "Tea friends",
   "members": [
    "Leaf"
   ],
   "text": "",
   "text_entities": []
  },
  {
   "id": 2,
   "type": "message",
   "date": "2026-03-01T09:05:07",
   "date_unixtime": "1772327107",
   "from": "Leaf",
   "from_id": "user12",
   "reply_to_message_id": 1,
   "text": [
    "hello ",
    {
     "type": "bold",
     "text": "all"
    },
    " and ",
    {
     "type": "mention_name",
     "text": "Kettle",
     "user_id": 11
    }
   ],
   "text_entities": [],
   "reactions": [
    {
     "type": "emoji",
     "count": 5,
     "emoji": "👍",
     "recent": [
      {
       "from": "Kettle",
       "from_id": "user11",
       "date": "2026-03-01T10:00:00"
      }
     ]
    }
   ]
  },
  {
   "id": 3,
   "type": "message",
   "date": "2026-03-01T09:06:00",
   "date_unixtime": "1772327160",
   "from": "Kettle",
   "from_id": "user11",
   "forwarded_from": "Tea news",
   "photo": "(File not included. Change data exporting settings to download.)",
   "text": "新茶到了",
   "text_entities": []
  },
  {
   "id": 4,
   "type": "service",
   "date": "2026-03-01T09:07:00",
   "date_unixtime": "1772327220",
   "actor": "Kettle",
   "actor_id": "user11",
   "action": "invite_members",
   "members": [
    "Silent one",
    null
   ],
   "text": "",
   "text_entities": []
  },
  {
   "id": 5,
   "type": "service",
   "date": "2026-03-01T09:08:00",
   "date_unixtime": "1772327280",
   "actor": "Kettle",
   "actor_id": "user11",
   "action": "pin_message",
   "message_id": 3,
   "text": "",
   "text_entities": []
  },
  {
   "id": 6,
   "type": "service",
   "date": "2026-03-01T09:09:00",
   "date_unixtime": "1772327340",
   "actor": "Leaf",
   "actor_id": "user12",
   "action": "remove_members",
   "members": [
    "Leaf"
   ],
   "text": "",
   "text_entities": []
  },
  {
   "id": 7,
   "type": "unsupported"
  }
 ]
}"""


def telegram(folder: Path) -> Path:
    return _written(folder / "result.json", TELEGRAM)


def telegram_account(folder: Path) -> Path:
    private = '{"name": "A", "type": "personal_chat", "id": 5, "messages": [\n'
    private += (
        '{"id": 1, "type": "message", "date": "2026-03-01T09:00:00", "from_id": "user12", "text": "secret"}]}'
    )
    whole = '{"about": "x", "contacts": {"about": "y", "list": [{"user_id": 12}]}, "chats": {"about": "z", "list": ['
    return _written(folder / "chats" / "result.json", f"{whole}{private},{TELEGRAM}]}}}}").parent


SLACK = {
    "users.json": """[
    {"id": "U01", "name": "kettle", "deleted": false, "is_owner": true, "is_bot": false, "tz": "Asia/Shanghai"},
    {"id": "U02", "name": "leaf", "deleted": false, "is_bot": false, "tz": "Europe/Berlin"},
    {"id": "U03", "name": "gone", "deleted": true, "is_bot": false, "updated": 1772400000},
    {"id": "U04", "name": "poll", "deleted": false, "is_bot": true}
]""",
    "channels.json": """[
    {"id": "C01", "name": "general", "created": 1772000000, "creator": "U01", "members": ["U01", "U02"]}
]""",
    "dms.json": """[
    {"id": "D01", "created": 1772000000, "members": ["U01", "U02"]}
]""",
    "general/2026-03-01.json": """[
    {"type": "message", "subtype": "channel_join", "user": "U02", "inviter": "U01", "ts": "1772327000.000100",
     "text": "<@U02> has joined the channel"},
    {"type": "message", "user": "U01", "text": "tea &amp; cake? <@U02>", "ts": "1772327107.000200",
     "thread_ts": "1772327107.000200", "reply_count": 1,
     "reactions": [{"name": "+1", "users": ["U02", "U03"], "count": 3}]},
    {"type": "message", "user": "U02", "text": "茶", "ts": "1772327200.000300",
     "thread_ts": "1772327107.000200", "parent_user_id": "U01",
     "files": [{"id": "F01", "mimetype": "image/png"}]}
]""",
    "general/2026-03-02.json": """[
    {"type": "message", "subtype": "bot_message", "bot_id": "B01", "text": "poll", "ts": "1772420000.000100"},
    {"type": "message", "subtype": "channel_topic", "user": "U01", "topic": "tea", "ts": "1772420100.000100"},
    {"type": "message", "subtype": "channel_leave", "user": "U02", "ts": "1772420200.000100"}
]""",
    "D01/2026-03-02.json": """[
    {"type": "message", "user": "U01", "text": "secret", "ts": "1772420300.000100"}
]""",
}


def slack(folder: Path) -> Path:
    for name, text in SLACK.items():
        _written(folder / "workspace" / name, text)
    return folder / "workspace"


def slack_zip(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "workspace.zip", "w") as archive:
        for name, text in SLACK.items():
            archive.writestr(f"Tea workspace/{name}", text)
            archive.writestr(f"__MACOSX/Tea workspace/{name}", "x")
    return folder / "workspace.zip"


DISCORD = """\
{
  "guild": {
    "id": "900000000000000001",
    "name": "Tea"
  },
  "channel": {
    "id": "900000000000000002",
    "type": "GuildTextChat",
    "categoryId": "900000000000000003",
    "category": "Talk",
    "name": "general",
    "topic": null
  },
  "dateRange": {
    "after": null,
    "before": null
  },
  "exportedAt": "2026-03-05T10:00:00+08:00",
  "messages": [
    {
      "id": "910000000000000001",
      "type": "GuildMemberJoin",
      "timestamp": "2026-03-01T09:00:00.123+08:00",
      "content": "Joined the server.",
      "author": {"id": "12", "name": "leaf", "isBot": false},
      "attachments": [],
      "reactions": [],
      "mentions": []
    },
    {
      "id": "910000000000000002",
      "type": "Default",
      "timestamp": "2026-03-01T09:05:07.5+08:00",
      "content": "大家好 @kettle",
      "author": {"id": "12", "name": "leaf", "isBot": false},
      "attachments": [],
      "reactions": [
        {"emoji": {"id": "", "name": "👍"}, "count": 2, "users": [{"id": "11", "isBot": false}]},
        {"emoji": {"id": "", "name": "🍵"}, "count": 7}
      ],
      "mentions": [{"id": "11", "name": "kettle", "isBot": false}]
    },
    {
      "id": "910000000000000003",
      "type": "Reply",
      "timestamp": "2026-03-01T09:06:00+08:00",
      "content": "",
      "author": {"id": "11", "name": "kettle", "isBot": false},
      "attachments": [{"id": "1", "url": "https://example.com/tea.PNG?ex=1", "fileName": "tea.PNG"}],
      "reactions": [],
      "mentions": [],
      "reference": {"messageId": "910000000000000002", "channelId": "900000000000000002"}
    },
    {
      "id": "910000000000000004",
      "type": "Default",
      "timestamp": "2026-03-01T09:07:00+08:00",
      "content": "poll",
      "author": {"id": "99", "name": "poll", "isBot": true},
      "attachments": [],
      "reactions": [],
      "mentions": []
    },
    {
      "id": "910000000000000005",
      "type": "ChannelPinnedMessage",
      "timestamp": "2026-03-01T09:08:00+08:00",
      "content": "Pinned a message.",
      "author": {"id": "11", "name": "kettle", "isBot": false},
      "attachments": [],
      "reactions": [],
      "mentions": []
    }
  ],
  "messageCount": 5
}"""


def discord(folder: Path) -> Path:
    return _written(folder / "Tea - general [900000000000000002].json", DISCORD)


DISCORD_CSV = """\
AuthorID,Author,Date,Content,Attachments,Reactions
"12","leaf","2026-03-01T09:00:00.0000000+08:00","Joined the server.","",""
"12","leaf","2026-03-01T09:05:07.5000000+08:00","大家好
第二行, 有逗号","","👍 (2)"
"11","kettle","2026-03-01T09:06:00.0000000+08:00","","https://example.com/tea.png?ex=1",""
"11","kettle","2026-03-01T09:08:00.0000000+08:00","Pinned a message.","",""
"""


def discord_csv(folder: Path) -> Path:
    return _written(folder / "Tea - general [900000000000000002].csv", DISCORD_CSV)


def discord_folder(folder: Path) -> Path:
    return discord(folder / "server").parent


DISCOURSE_ARCHIVE = """\
topic_title,categories,is_pm,post_raw,post_cooked,like_count,reply_count,url,created_at
New tea,Talk|Tea,No,"大家好
second line",<p>…</p>,3,1,https://example.com/t/new-tea/70/1,2026-03-01 01:05:07 UTC
New tea,Talk|Tea,No,thanks,<p>thanks</p>,0,0,https://example.com/t/new-tea/70/4,2026-03-02 01:05:07 UTC
Hello,-,Yes,secret,<p>secret</p>,0,0,https://example.com/t/hello/71/1,2026-03-03 01:05:07 UTC
"""


def discourse_archive(folder: Path) -> Path:
    return _written(folder / "user_archive-ann-260305-101010-1.csv", DISCOURSE_ARCHIVE)


DISCOURSE_POSTS = """\
id,user_id,topic_id,post_number,reply_to_post_number,post_type,raw,created_at,category_id,archetype
501,12,70,1,,1,"大家好
second line",2026-03-01T01:05:07.123Z,5,regular
502,11,70,2,1,1,thanks,2026-03-01T02:05:07.123Z,5,regular
503,11,70,3,,3,,2026-03-01T03:05:07.123Z,5,regular
504,12,71,1,,1,secret,2026-03-01T04:05:07.123Z,,private_message
505,11,70,4,,4,among us,2026-03-01T05:05:07.123Z,5,regular
"""


def discourse_posts(folder: Path) -> Path:
    return _written(folder / "posts.csv", DISCOURSE_POSTS)


DISCOURSE_ACTIONS = """\
id,action_type,user_id,target_topic_id,target_post_id,acting_user_id,created_at
1,4,12,70,-1,12,2026-03-01 01:05:07 UTC
2,5,11,70,502,11,2026-03-01 02:05:07 UTC
3,6,12,70,502,11,2026-03-01 02:05:07 UTC
4,7,13,70,502,11,2026-03-01 02:05:07 UTC
5,1,12,70,502,12,2026-03-01 03:05:07 UTC
6,2,11,70,502,12,2026-03-01 03:05:07 UTC
7,12,12,71,-1,12,2026-03-01 04:05:07 UTC
8,3,13,70,502,13,2026-03-01 05:05:07 UTC
"""


def discourse_actions(folder: Path) -> Path:
    return _written(folder / "user_actions.csv", DISCOURSE_ACTIONS)


CUSTOMER = "wmErxtDgAA9AW32YyyuYRimKr7D1KWlw"
WECOM = f"""\
{{"msgid":"m1","action":"send","from":"xiaohu","tolist":["{CUSTOMER}"],"roomid":"wrRoom1","msgtime":1772715851000,"msgtype":"text","text":{{"content":"新茶到了\\n欢迎"}}}}
{{"seq":2,"msgid":"m2","msg":{{"msgid":"m2","action":"send","from":"{CUSTOMER}","tolist":["xiaohu"],"roomid":"wrRoom1","msgtime":1772715900123,"msgtype":"image","image":{{"sdkfileid":"x"}}}}}}
{{"msgid":"m3","action":"recall","from":"{CUSTOMER}","tolist":["xiaohu"],"roomid":"wrRoom1","msgtime":1772715910000,"msgtype":"revoke","revoke":{{"pre_msgid":"m2"}}}}
{{"msgid":"m4","action":"switch","time":1772715920000,"user":"xiaohu"}}
{{"msgid":"m5","action":"send","from":"{CUSTOMER}","tolist":["xiaohu"],"roomid":"wrRoom1","msgtime":1772715930000,"msgtype":"link","link":{{"title":"茶单"}}}}
"""


def wecom(folder: Path) -> Path:
    return _written(folder / "archive.jsonl", WECOM)


WECOM_CSV = """\
seq,msgid,action,from,tolist,roomid,msgtime,msgtype,text.content
1,c1,send,xiaohu,"[""wmErxtDgAA9AW32YyyuYRimKr7D1KWl2""]",wrRoom2,1772715851000,text,"两行
茶"
2,c2,send,wmErxtDgAA9AW32YyyuYRimKr7D1KWl2,"[""xiaohu""]",wrRoom2,1772715852000,text,你好
3,c3,send,wmErxtDgAA9AW32YyyuYRimKr7D1KWl2,"[""xiaohu""]",,1772715853000,text,只对你说
"""


def wecom_csv(folder: Path) -> Path:
    return _written(folder / "archive.csv", WECOM_CSV, "utf-8-sig")


IRC = """\
[21:04] <@Ann> hello, all
[21:05] <bo> ann: good evening
[21:05] <bo> +1
[21:05] <bo> +1
[21:06:30] * Ann pours tea
[21:07] *** Joins: cy (~cy@host)
[21:08] -!- mode/#tea [+o ann] by bo
[21:09] * bo has quit (Quit: good night)
"""


def irc(folder: Path) -> Path:
    return _written(folder / "tea-2026-03-05.log", IRC)


IRSSI = """\
--- Log opened Thu Mar 05 20:00:00 2026
20:01 -!- dan [~d@host] has joined #kettle
20:02 <dan> 大家好
--- Day changed Fri Mar 06 2026
00:03 < eve> dan, welcome
00:04 -!- dan [~d@host] has left #kettle []
"""


def irc_folder(folder: Path) -> Path:
    _written(folder / "logs" / "#kettle.log", IRSSI)
    _written(folder / "logs" / "#cups.20260305.txt", IRC)
    _written(folder / "logs" / "notes.md", "a note")
    return folder / "logs"


WEECHAT = """\
2026-03-05 21:03:00\t-->\tann (~a@host) has joined #pots
2026-03-05 21:04:11\t@ann\thello there
2026-03-05 21:04:20\t *\tann pours
2026-03-05 21:05:00\t--\tmode/#pots [+v bo]
"""


def irc_weechat(folder: Path) -> Path:
    return _written(folder / "irc.net.#pots.weechatlog.txt", WEECHAT)


CHAT_TSV = """\
2026-03-05 21:04:11\t茶友甲\t大家好
这是第二行
2026-03-05 21:04:11\t茶友乙\t早\t带制表符
2026-03-05 21:05:00\t茶友甲\t早
2026-03-05 21:06:00\t茶友丙
"""


def chat_tsv(folder: Path) -> Path:
    return _written(folder / "chat_of_three.tsv", CHAT_TSV)


CHAT_OF_FOUR = """\
1772715851\tann\ttea\thello all
1772715852\tbo\tcups\tgood evening, "ann"
1772715853000\tcy\ttea\t"so ""it"" is"
"""


def chat_of_four(folder: Path) -> Path:
    return _written(folder / "chat_of_four.txt", CHAT_OF_FOUR)


SAMPLES: dict[str, Sample] = {
    "irc": irc,
    "irc:folder": irc_folder,
    "irc:weechat": irc_weechat,
    "chat_tsv": chat_tsv,
    "chat_tsv:four": chat_of_four,
    "wecom": wecom,
    "wecom:csv": wecom_csv,
    "qq": qq,
    "wechat": wechat,
    "wechat:named": wechat_named,
    "taobao": taobao,
    "taobao:book": taobao_book,
    "youzan": youzan,
    "youzan:book": youzan_book,
    "shopify": shopify,
    "survey": survey,
    "survey:book": survey_book,
    "matomo": matomo,
    "matomo:events": ga,
    "telegram": telegram,
    "telegram:account": telegram_account,
    "slack": slack,
    "slack:zip": slack_zip,
    "discord": discord,
    "discord:csv": discord_csv,
    "discord:folder": discord_folder,
    "discourse:archive": discourse_archive,
    "discourse:posts": discourse_posts,
    "discourse:actions": discourse_actions,
}
