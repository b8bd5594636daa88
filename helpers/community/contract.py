"""The data contract: every table and column of a community, declared once, as data.

Whatever needs to know a column reads it here: the checks, the guesses of ``init``, the empty
template files, the documentation and the engine's views.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "time", "text", "category", "number", "money", "flag"]


@dataclass(frozen=True)
class Column:
    """Describe one column of a table.

    Parameters
    ----------
    name : str
        Name in the workbook.
    kind : {"id", "time", "text", "category", "number", "money", "flag"}
        What its values are; decides the SQL type and the rules that are checked.
    meaning, meaning_zh : str
        One line for a person, in English and in Chinese.
    required : bool, default False
        Whether the table is useless without it.
    aliases : tuple of str, default ()
        Headers under which platforms export it, in any language, in lower case.
    """

    name: str
    kind: Kind
    meaning: str
    meaning_zh: str
    required: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """Describe one table: its columns, the columns that make a row unique, and its meaning."""

    name: str
    meaning: str
    meaning_zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Return the declaration of one column; KeyError when the contract has none of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Return the names of the columns without which the table is useless."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def clock(self) -> str | None:
        """Return the column that says when a row happened, or None for tables without one."""
        return {
            "events": "occurred_at",
            "orders": "ordered_at",
            "contents": "published_at",
            "surveys": "answered_at",
            "costs": "at",
            "moderation": "at",
            "points": "at",
            "rundown": "starts_at",
            "touches": "at",
            "assignments": "assigned_at",
            "members": "joined_at",
        }.get(self.name)


SQL_TYPES: dict[Kind, str] = {
    "id": "varchar",
    "time": "timestamp",
    "text": "varchar",
    "category": "varchar",
    "number": "double",
    "money": "decimal(18, 2)",
    "flag": "boolean",
}

PASSIVE_TYPES = ("view", "click", "live_enter")
ACTIVE_TYPES = (
    "like",
    "save",
    "comment",
    "message",
    "share",
    "check_in",
    "vote",
    "answer",
    "invite",
    "coupon",
    "cart",
    "checkout",
)
NO_ACTIVITY_TYPES = ("join", "leave", "mute", "live_leave")
EVENT_TYPES = PASSIVE_TYPES + ACTIVE_TYPES + NO_ACTIVITY_TYPES

EVENT_TYPE_ALIASES: dict[str, tuple[str, ...]] = {
    "view": ("view", "read", "browse", "page_view", "pageview", "impression", "浏览", "阅读", "查看", "曝光"),
    "click": ("click", "tap", "点击"),
    "live_enter": ("live_enter", "enter_live", "live", "进入直播", "观看直播", "进直播间"),
    "like": ("like", "upvote", "thumb", "点赞", "赞", "喜欢"),
    "save": ("save", "bookmark", "favorite", "favourite", "collect", "收藏"),
    "comment": ("comment", "reply", "post_reply", "评论", "回复", "跟帖"),
    "message": ("message", "post", "chat", "msg", "topic", "发言", "消息", "发帖", "聊天"),
    "share": ("share", "forward", "repost", "retweet", "分享", "转发"),
    "check_in": ("check_in", "checkin", "sign_in", "签到", "打卡"),
    "vote": ("vote", "poll", "投票"),
    "answer": ("answer", "回答"),
    "invite": ("invite", "invitation", "referral", "邀请", "拉新"),
    "coupon": ("coupon", "claim_coupon", "redeem", "领券", "优惠券", "用券"),
    "cart": ("cart", "add_to_cart", "加购", "加入购物车"),
    "checkout": ("checkout", "begin_checkout", "submit_order", "结算", "去结算", "提交订单"),
    "join": ("join", "joined", "enter_group", "入群", "加入"),
    "leave": ("leave", "left", "quit", "exit_group", "退群", "离开", "退出"),
    "mute": ("mute", "unfollow", "notifications_off", "免打扰", "屏蔽", "取消关注"),
    "live_leave": ("live_leave", "leave_live", "exit_live", "离开直播", "退出直播间"),
}

STATUS_PAID = (
    "paid",
    "completed",
    "complete",
    "success",
    "finished",
    "shipped",
    "delivered",
    "已付款",
    "已完成",
    "交易成功",
    "已发货",
)
STATUS_REFUNDED = ("refunded", "refund", "returned", "退款", "已退款", "退货", "退款成功", "已退货")
STATUS_CANCELLED = (
    "cancelled",
    "canceled",
    "closed",
    "void",
    "unpaid",
    "已取消",
    "取消",
    "交易关闭",
    "未付款",
    "已关闭",
)


def _c(name: str, kind: Kind, meaning: str, meaning_zh: str, *aliases: str, required: bool = False) -> Column:
    return Column(name, kind, meaning, meaning_zh, required, aliases)


_MEMBER = (
    "member",
    "user_id",
    "userid",
    "uid",
    "user",
    "customer_id",
    "customerid",
    "customer",
    "buyer_id",
    "openid",
    "会员id",
    "会员编号",
    "会员号",
    "用户id",
    "用户编号",
    "客户id",
    "客户编号",
    "成员id",
    "买家id",
    "买家会员名",
    "member_no",
    "customer_no",
    "client_id",
    "account_id",
    "username",
    "user_name",
    "buyer",
    "buyer_name",
    "unionid",
    "wxid",
    "会员",
    "会员名",
    "会员账号",
    "用户",
    "用户名",
    "客户",
    "客户账号",
    "顾客编号",
    "成员",
    "成员编号",
    "下单账号",
    "下单帐号",
    "买家账号",
    "买家昵称",
    "买家",
)

# fmt: off
TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "members",
            "One row a member: when and how they came, who they are.",
            "每位成员一行：何时、如何加入，是谁。",
            (
                _c("member_id", "id", "The member's id.", "成员编号", *_MEMBER, required=True),
                _c("joined_at", "time", "When the member joined.", "加入时间", "join_time", "joined", "join_date", "created_at", "registered_at", "signup_date", "加入时间", "入群时间", "注册时间", "registration_date", "registered", "member_since", "create_time", "入会时间", "入会日期", "加入日期", "注册日期", "入群日期", "加群时间", "开卡时间", "成为会员时间"),
                _c("left_at", "time", "When the member left, empty if still there.", "离开时间", "leave_time", "left", "quit_at", "退群时间", "离开时间", "leave_date", "退会时间", "退群日期"),
                _c("source", "category", "Channel through which the member came.", "来源渠道", "channel", "acquisition_channel", "utm_source", "来源", "渠道", "来源渠道", "source_channel", "注册来源", "注册渠道", "入会渠道", "渠道来源", "来源平台"),
                _c("invited_by", "id", "Id of the member who invited this one.", "邀请人编号", "inviter", "inviter_id", "referrer", "referrer_id", "邀请人", "referred_by", "邀请人id", "推荐人", "推荐人id"),
                _c("consent_at", "time", "When the member agreed to the use of personal data.", "同意处理个人信息的时间", "consented_at", "privacy_consent", "agreed_at", "同意时间", "授权时间", "隐私同意时间"),
                _c("role", "category", "member, staff, kol, bot, or customer: buys but has not joined.", "角色：成员、员工、KOL、机器人，或客户（购买但未加入）", "member_role", "user_role", "角色", "身份", "member_type", "成员身份", "群身份"),
                _c("gender", "category", "Gender as given.", "性别", "sex", "性别"),
                _c("age_band", "category", "Age band.", "年龄段", "age", "age_group", "年龄", "年龄段", "年龄区间", "年龄层"),
                _c("region", "category", "Province, state or country.", "地区", "province", "country", "state", "地区", "省份", "国家", "所在省份", "所在地区", "省", "省市", "city", "城市", "所在城市"),
                _c("city_tier", "category", "Tier of the city.", "城市等级", "tier", "城市等级", "城市级别"),
            ),
            key=("member_id",),
            aliases=("member", "users", "user", "customers", "成员", "会员", "用户"),
        ),
        Table(
            "events",
            "One row each time a member did something.",
            "成员的每次行为一行。",
            (
                _c("member_id", "id", "Who did it.", "行为人编号", *_MEMBER, "sender", "sender_id", "from_id", "author_id", "sender_name", "发送人", "发送者", "发言人", "发言者", "nickname", "昵称", required=True),
                _c("occurred_at", "time", "When it happened.", "发生时间", "timestamp", "time", "ts", "datetime", "date", "event_time", "created_at", "sent_at", "时间", "发生时间", "发送时间", "日期", "event_date", "event_timestamp", "created", "created_time", "log_time", "行为时间", "操作时间", "事件时间", "消息时间", "发言时间", "创建时间", required=True),
                _c("event_type", "category", "What was done: view, like, comment, message, share …", "行为类型：浏览、点赞、评论、发言、分享等", "event", "type", "action", "event_name", "behavior", "behaviour", "行为", "事件", "类型", "行为类型", "事件类型", "activity", "activity_type", "操作", "操作类型", "动作", "互动类型", required=True),
                _c("content_id", "id", "The post it was done to.", "内容编号", "post_id", "item_id", "note_id", "article_id", "内容id", "帖子id", "笔记id", "帖子编号", "文章id", "视频id"),
                _c("group_id", "id", "The group it happened in.", "群组编号", "chat_id", "room_id", "channel_id", "group", "群id", "群名称", "群", "群聊", "群聊名称", "群组", "群组id", "群编号"),
                _c("platform", "category", "The platform it happened on.", "平台", "app", "平台"),
                _c("event_id", "id", "Id of the event, to find rows delivered twice.", "行为编号", "id", "log_id", "message_id", "msg_id", "事件id", "消息id"),
                _c("parent_event_id", "id", "The event that this one passes on (a share of a share).", "上游行为编号", "parent_id", "shared_from", "父事件id"),
                _c("reply_to", "id", "The event or post that this one answers.", "回复对象编号", "reply_to_id", "in_reply_to", "quote_id", "回复"),
                _c("product_id", "id", "The product it was about (a click, a cart).", "涉及的商品编号（点击、加购）", "sku", "product", "goods_id", "商品id", "商品编号", "商品编码"),
                _c("mentions", "id", "The member who is named in it (@).", "被提及的成员（@）", "mentioned", "at_user", "mention", "提及", "被@成员"),
            ),
            key=("event_id",),
            aliases=(
                "event",
                "logs",
                "log",
                "actions",
                "behavior",
                "messages",
                "chat",
                "行为",
                "日志",
                "消息",
                "聊天记录",
            ),
        ),
        Table(
            "contents",
            "One row a post, note, article, video or show.",
            "每条内容一行：帖子、笔记、文章、视频或直播。",
            (
                _c("content_id", "id", "The post's id.", "内容编号", "post_id", "note_id", "article_id", "item_id", "内容id", "帖子id", "笔记id", "帖子编号", "笔记编号", "文章id", "视频id", "作品id", required=True),
                _c("published_at", "time", "When it was published.", "发布时间", "publish_time", "created_at", "posted_at", "发布时间", "发帖时间", "published", "publish_date", "post_time", "发布日期", "发表时间", "创建时间", required=True),
                _c("author_id", "id", "The member who wrote it.", "作者编号", "author", "user_id", "作者", "作者id", "author_name", "作者昵称", "发布人", "发布者", "创作者"),
                _c("format", "category", "text, image, video, audio, live.", "形式：文字、图片、视频、音频、直播", "content_type", "media_type", "形式", "内容形式", "内容类型", "笔记类型"),
                _c("topic", "category", "What it is about.", "主题", "category", "tag", "话题", "主题", "tags", "话题标签", "标签", "分类"),
                _c("purpose", "category", "What it is for: post, question, poll, debate, challenge, live, meetup, notice.", "用途：分享、提问、投票、讨论、挑战、直播、线下活动、通知", "intent", "post_purpose", "用途", "帖子用途"),
                _c("title", "text", "Title.", "标题", "headline", "subject", "标题", "笔记标题", "帖子标题", "文章标题", "作品标题", "内容标题", "视频标题"),
                _c("text", "text", "Body.", "正文", "body", "content", "正文", "内容", "笔记内容", "帖子内容", "文章内容"),
                _c("platform", "category", "Where it was published.", "平台", "平台"),
                _c("group_id", "id", "The group it was published in.", "群组编号", "群id"),
                _c("is_ugc", "flag", "Written by a member rather than by the brand.", "是否用户原创", "ugc", "用户原创"),
                _c("is_sponsored", "flag", "Paid for.", "是否商业合作", "sponsored", "is_ad", "广告", "商业合作"),
            ),
            key=("content_id",),
            aliases=("content", "posts", "post", "notes", "articles", "内容", "帖子", "笔记"),
        ),
        Table(
            "groups",
            "One row a group, forum or channel of the community.",
            "每个群组、论坛或频道一行。",
            (
                _c("group_id", "id", "The group's id.", "群组编号", "chat_id", "群id", "群聊id", "群组id", "群编号", required=True),
                _c("platform", "category", "Where the group lives.", "平台", "平台"),
                _c("kind", "category", "chat, forum, topic, fan group …", "类型", "type", "类型"),
                _c("theme", "text", "What it is for.", "主题", "name", "title", "主题", "群名", "群名称", "群聊名称"),
                _c("opened_at", "time", "When it was opened.", "建立时间", "created_at", "建群时间", "创建时间", "群创建时间"),
            ),
            key=("group_id",),
            aliases=("group", "channels", "rooms", "群", "群组", "社群"),
        ),
        Table(
            "orders",
            "One row an order (or one row an order line, then summed to orders).",
            "每笔订单一行（或每个订单明细一行，再汇总为订单）。",
            (
                _c("order_id", "id", "The order's id.", "订单编号", "order", "order_no", "orderno", "invoiceno", "invoice", "invoice_no", "transaction_id", "订单号", "订单编号", "order_number", "order_ref", "invoice_number", "receipt_no", "transaction", "transaction_no", "订单id", "主订单编号", "交易号", "交易编号", "单号", required=True),
                _c("member_id", "id", "Who bought.", "买家编号", *_MEMBER, required=True),
                _c("ordered_at", "time", "When it was ordered or paid.", "下单时间", "order_time", "order_date", "invoicedate", "invoice_date", "date", "paid_at", "created_at", "purchase_date", "付款时间", "支付时间", "买家付款时间", "订单付款时间", "支付完成时间", "下单时间", "订单时间", "订单创建时间", "payment_date", "paid_date", "transaction_date", "sale_date", "purchased_at", "timestamp", "成交时间", "订单成交时间", "交易时间", "购买时间", "消费时间", "下单日期", "订单日期", "购买日期", "订单提交时间", "日期", required=True),
                _c("amount", "money", "What was paid, before refunds; a negative amount is a refund.", "实付金额，退款前；负数为退款", "amount_paid", "paid_amount", "total_paid", "paid", "total", "grand_total", "order_amount", "total_amount", "total_price", "revenue", "sales", "price", "实付金额", "实付款", "实际支付金额", "买家实际支付金额", "实收金额", "支付金额", "付款金额", "成交金额", "应付金额", "订单实付金额", "订单应付金额", "订单金额", "交易金额", "消费金额", "销售金额", "总金额", "金额", required=True),
                _c("status", "category", "paid, refunded, cancelled.", "状态：已付款、已退款、已取消", "order_status", "financial_status", "状态", "订单状态", "payment_status", "交易状态", "支付状态"),
                _c("refunded", "money", "How much was given back.", "退款金额", "refund", "refund_amount", "refunded_amount", "退款", "退款金额", "已退款金额", "退款总额", "实际退款金额"),
                _c("cost", "money", "What the goods cost.", "成本", "cogs", "成本", "成本价", "成本金额", "商品成本"),
                _c("discount", "money", "Discount given.", "优惠金额", "discount_amount", "coupon_amount", "优惠", "优惠金额", "折扣", "优惠总额", "优惠券金额", "折扣金额"),
                _c("product_id", "id", "Product.", "商品编号", "sku", "stockcode", "product", "item_id", "商品id", "商品编码", "product_code", "item_code", "goods_id", "货号", "商品sku"),
                _c("category", "category", "Category of the product.", "品类", "product_category", "品类", "类目", "product_type", "category_name", "商品类目", "商品分类", "分类"),
                _c("team_id", "id", "The team it was bought in, in group buying.", "拼团团号", "team", "group_buy_id", "tuan_id", "团号", "拼团编号", "团id"),
                _c("campaign_id", "id", "Campaign under which it was bought.", "活动编号", "campaign", "活动id", "活动"),
                _c("channel", "category", "Shop or channel.", "销售渠道", "sales_channel", "shop", "店铺", "销售渠道", "store", "店铺名称", "下单渠道", "订单来源", "渠道"),
            ),
            key=("order_id",),
            aliases=("order", "transactions", "sales", "purchases", "invoices", "订单", "交易", "销售"),
        ),
        Table(
            "campaigns",
            "One row a promotion or event that was planned.",
            "每次策划的活动一行。",
            (
                _c("campaign_id", "id", "The campaign's id.", "活动编号", "campaign", "活动id", required=True ),
                _c("name", "text", "Name.", "名称", "title", "名称", "活动名称"),
                _c("kind", "category", "coupon, group_buying, flash_sale, live …", "类型", "type", "类型", "活动类型"),
                _c("starts_at", "time", "Start.", "开始时间", "start", "start_date", "开始时间", "开始日期"),
                _c("ends_at", "time", "End.", "结束时间", "end", "end_date", "结束时间", "结束日期"),
                _c("is_randomised", "flag", "Whether chance decided who got it.", "是否随机分配", "randomised", "randomized", "随机", "是否随机"),
                _c("content_id", "id", "The post that it tests or promotes.", "所测试或推广的内容编号", "post_id", "内容id"),
                _c("unit", "category", "What was assigned: member or group.", "分配单位：成员或群组", "assignment_unit", "分配单位"),
                _c("team_size", "number", "How many buyers a team needs, in group buying.", "成团人数", "group_size", "成团人数"),
                _c("budget", "money", "Budget.", "预算", "预算", "活动预算"),
            ),
            key=("campaign_id",),
            aliases=("campaign", "promotions", "活动"),
        ),
        Table(
            "assignments",
            "One row for each member or group that a campaign assigned to an arm.",
            "活动分组，每个成员或群组一行。",
            (
                _c("campaign_id", "id", "The campaign.", "活动编号", "campaign", "experiment_id", "活动id", "实验id", "实验编号", required=True),
                _c("unit_id", "id", "The member or group.", "分配对象编号", "member_id", "group_id", "user_id", "用户id", "会员id", "成员id", required=True),
                _c("arm", "category", "treatment, control …", "组别", "variant", "bucket", "组别", "分组", "group", "实验组", "实验组别", required=True),
                _c("assigned_at", "time", "When.", "分配时间", "分配时间", "入组时间"),
            ),
            key=("campaign_id", "unit_id"),
            aliases=("assignment", "experiment", "分组"),
        ),
        Table(
            "surveys",
            "One row an answer to a question.",
            "每个问题的回答一行。",
            (
                _c("member_id", "id", "Who answered.", "回答人编号", *_MEMBER, "respondent_id"),
                _c("answered_at", "time", "When.", "回答时间", "timestamp", "submitted_at", "提交时间", "回答时间", "submit_time", "answered", "created_at", "completed_at", "date", "答题时间", "填写时间", "作答时间", required=True),
                _c("kind", "category", "nps, csat, need, satisfaction, image …", "类型", "survey", "survey_type", "问卷类型"),
                _c("item", "category", "Which question or attribute was rated.", "题目或属性", "question", "题目", "问题"),
                _c("subject", "category", "The brand or thing that was rated.", "评价对象", "brand", "品牌", "评价对象"),
                _c("score", "number", "The answer as a number.", "分数", "nps", "rating", "value", "分数", "评分", "得分", "分值", "打分", required=True),
                _c("scale_min", "number", "Lowest possible score.", "量表最低分", "最低分"),
                _c("scale_max", "number", "Highest possible score.", "量表最高分", "最高分"),
                _c("comment", "text", "What was said in words.", "文字意见", "feedback", "reason", "verbatim", "意见", "评论", "建议", "反馈", "文字反馈", "意见建议"),
            ),
            aliases=("survey", "nps", "answers", "questionnaire", "问卷", "调查"),
        ),
        Table(
            "costs",
            "One row a sum spent on the community.",
            "社群支出，每笔一行。",
            (
                _c("at", "time", "Day or month of the cost.", "时间", "date", "day", "month", "日期", "时间", "投放日期", "费用日期", "支出日期", required=True),
                _c("channel", "category", "Channel or platform it was spent on.", "渠道", "source", "platform", "渠道", "media", "投放渠道", "推广渠道", "媒体", "平台", required=True),
                _c("kind", "category", "ads, coupon, staff, tools, prizes …", "类型", "type", "类型", "费用类型", "费用项目"),
                _c("amount", "money", "How much.", "金额", "cost", "spend", "金额", "费用", "expense", "spent", "花费", "消耗", "支出", "费用金额", "投放费用", "支出金额", "消耗金额", required=True),
                _c("member_id", "id", "The partner it was paid to.", "收款的合作成员编号", "partner_id", "kol_id", "合作方"),
                _c("campaign_id", "id", "The campaign it was spent on.", "所属活动编号", "campaign", "活动id", "活动"),
            ),
            aliases=("cost", "spend", "spending", "expenses", "budget", "费用", "成本", "支出", "投放"),
        ),
        Table(
            "moderation",
            "One row a decision of the moderators.",
            "每次管理处置一行。",
            (
                _c("at", "time", "When.", "时间", "time", "date", "时间", "reported_at", "举报时间", "上报时间", "处置时间", "处理时间", required=True),
                _c("content_id", "id", "The post it was about.", "内容编号", "post_id", "内容id"),
                _c("member_id", "id", "The member it was about.", "成员编号", *_MEMBER),
                _c("event_id", "id", "The message it was about.", "消息编号", "message_id", "消息id"),
                _c("queue", "category", "How it came up: filter, report, or audit (drawn at random to check the filter).", "来源：自动过滤、举报、随机抽查", "origin", "队列", "来源"),
                _c("score", "number", "The filter's score, 0 harmless to 1 breach.", "过滤器评分，0 无害至 1 违规", "risk_score", "评分", "风险分"),
                _c("handled_at", "time", "When it was decided.", "处理时间", "resolved_at", "closed_at", "处理时间"),
                _c("action", "category", "reported, removed, warned, muted, banned, restored.", "处置：举报、删除、警告、禁言、封禁、恢复", "decision", "处置", "处置结果", "处理结果", "处理方式", required=True),
                _c("reason", "category", "Why.", "原因", "原因", "违规原因", "处置原因", "举报原因", "违规类型"),
            ),
            aliases=("moderations", "reports", "管理", "举报", "处置", "违规"),
        ),
        Table(
            "points",
            "One row a change of a member's points.",
            "积分变动，每笔一行。",
            (
                _c("member_id", "id", "Whose points.", "成员编号", *_MEMBER, required=True),
                _c("at", "time", "When.", "时间", "time", "date", "created_at", "时间", "日期", "变动时间", "发生时间", "获得时间", "记录时间", required=True),
                _c("points", "number", "Points earned; negative when spent or expired.", "积分变动，消耗或过期为负", "change", "amount", "积分", "变动积分", "积分变动", "积分数", "积分值", "变动数量", "变动值", required=True),
                _c("reason", "category", "check_in, post, answer, message, order, invite, redeem, expire …", "原因：签到、发帖、回答、发言、下单、邀请、兑换、过期等", "type", "source", "原因", "类型", "积分类型", "变动原因", "积分来源", "积分原因", "事由"),
            ),
            aliases=("point", "ledger", "loyalty", "积分", "积分明细"),
        ),
        Table(
            "rundown",
            "One row a part of a live show: what was on the screen, from when to when.",
            "直播流程，每个环节一行：何时讲什么。",
            (
                _c("content_id", "id", "The show.", "直播编号", "show_id", "live_id", "room_id", "直播id", "场次", required=True),
                _c("starts_at", "time", "When the part began.", "环节开始时间", "start", "start_time", "开始时间", required=True),
                _c("ends_at", "time", "When it ended; empty: when the next began.", "环节结束时间，为空则到下一环节", "end", "end_time", "结束时间"),
                _c("part", "category", "welcome, product, lottery, questions, closing.", "环节：开场、讲品、抽奖、答疑、收尾", "segment", "section", "环节"),
                _c("product_id", "id", "The product that was presented.", "讲解的商品编号", "sku", "product", "goods_id", "商品id", "商品编号"),
                _c("host", "category", "Who hosted it.", "主播", "anchor", "streamer", "主播", "主持人"),
            ),
            key=("content_id", "starts_at"),
            aliases=("show", "shows", "live", "直播流程", "直播排品"),
        ),
        Table(
            "touches",
            "One row each time that paid or own reach met a member: an advertisement, a partner's post, a mailing.",
            "每次触达一行：广告、达人内容或推送触达一位成员。",
            (
                _c("member_id", "id", "Who was met.", "成员编号", *_MEMBER, required=True),
                _c("at", "time", "When.", "触达时间", "time", "date", "timestamp", "created_at", "时间", "触达时间", required=True),
                _c("channel", "category", "Channel of the touch: feed_ad, search_ad, kol, group, push …", "触达渠道", "source", "medium", "utm_source", "utm_medium", "渠道", "触点", required=True),
                _c("kind", "category", "view (shown) or click.", "方式：曝光或点击", "type", "interaction", "类型", "方式"),
                _c("campaign_id", "id", "The campaign it belongs to.", "所属活动编号", "campaign", "活动id", "活动"),
            ),
            aliases=("touch", "touchpoints", "impressions", "触点", "触达", "曝光记录"),
        ),
    )
}
# fmt: on
