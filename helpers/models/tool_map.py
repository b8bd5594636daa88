"""Map kinds of tool to the tables that they usually fill, and say what would be silent without each."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers.community import Community


@dataclass(frozen=True)
class Tool:
    """Describe a kind of tool.

    Parameters
    ----------
    name : str
        Kind of tool.
    feeds : tuple of str
        Tables, or table.column, that its exports usually fill.
    without : str
        What cannot be asked without them.
    workbook : str
        What this workbook does in its field.
    others : str
        What it leaves to the tool.
    examples : str
        Widely known products of the kind; no recommendation.
    """

    name: str
    feeds: tuple[str, ...]
    without: str
    workbook: str
    others: str
    examples: str


TOOLS = (
    Tool(
        "group management",
        ("events", "groups", "members.joined_at", "members.left_at", "moderation"),
        "who is active, who stays, who talks with whom",
        "measures activity, retention, replies and moderation",
        "welcome messages, roles, filters, bans",
        "WeCom (企业微信), Discord, Slack, Discourse",
    ),
    Tool(
        "social-media management",
        ("contents", "contents.published_at", "touches"),
        "which post, hour and channel reached whom",
        "compares forms, hours and headlines",
        "publishing on several platforms, inboxes",
        "Hootsuite, Buffer",
    ),
    Tool(
        "content production",
        ("contents.title", "contents.text", "contents.topic"),
        "themes, repetition, mood of the talk",
        "finds themes and copies, plans the calendar",
        "layout, cutting, fonts, picture rights",
        "Canva (可画), CapCut (剪映)",
    ),
    Tool(
        "shop and membership",
        ("orders", "orders.cost", "points", "campaigns"),
        "what members buy and are worth, what a campaign adds",
        "values members, campaigns and points",
        "payment, coupons, stock, delivery",
        "Youzan (有赞), Weimob (微盟), Shopify",
    ),
    Tool(
        "live and short-video data",
        ("rundown", "events.product_id"),
        "which minute, product and host sells",
        "compares parts, products and hosts fairly",
        "the stream itself, market-wide rankings",
        "Feigua (飞瓜数据), Newrank (新榜)",
    ),
    Tool(
        "web analytics and advertising",
        ("touches", "costs", "members.source"),
        "where members come from and at what cost",
        "credits channels, and says what credit cannot tell",
        "tags on pages, bidding, placement",
        "Google Analytics, Matomo",
    ),
    Tool(
        "customer service",
        ("surveys", "events.reply_to"),
        "how long people wait, how content they are",
        "measures waiting, contentment and themes",
        "tickets, shifts, hand-over, call centres",
        "Zendesk, Udesk",
    ),
    Tool(
        "experiments",
        ("assignments", "campaigns.is_randomised"),
        "what was the cause",
        "plans, checks and reads tests",
        "drawing lots in the live system, feature switches",
        "GrowthBook, Optimizely",
    ),
    Tool(
        "reporting (BI)",
        (),
        "nothing: it shows what others have collected",
        "writes a page, a list and a workbook of tables",
        "live dashboards for many readers, access rights",
        "Power BI, Tableau, FineBI (帆软)",
    ),
)


def _rows(community: Community, names: list[str]) -> int:
    """Count the rows of the tables, and the filled cells of the columns of other tables, that were given."""
    whole = {name for name in names if "." not in name}
    asked = [(name, "*") for name in sorted(whole)]
    for name in names:
        table, _dot, column = name.partition(".")
        if column and table not in whole:
            asked.append((table, column))
    counts = [
        int(community.query(f"select count({column}) as n from {table} order by n")["n"].iloc[0])
        for table, column in asked
    ]
    return sum(counts)


def tool_map(community: Community, *, tools: tuple[Tool, ...] = TOOLS) -> pd.DataFrame:
    """Say for each kind of tool which of its tables this community has, and what would be silent without.

    Parameters
    ----------
    community : Community
        The opened community.
    tools : tuple of Tool, default TOOLS
        Kinds of tool.

    Returns
    -------
    pandas.DataFrame
        One row a kind: ``tool``, ``here`` (supplied, in part, missing; nothing to supply), ``n`` (tables
        and columns that it usually fills), ``count`` (of them given here), ``given``, ``missing`` (names),
        ``rows`` (used rows of these tables, filled cells of these columns), ``without``, ``workbook``,
        ``left_to_it``, ``examples``.

    Examples
    --------
    >>> orders = {"order_id": "o", "member_id": "a", "ordered_at": pd.to_datetime(["2026-01-01"])}
    >>> shop = Community.open({"orders": pd.DataFrame(orders | {"amount": 9.0})})
    >>> tool_map(shop).set_index("tool").loc["shop and membership", ["here", "given"]].tolist()
    ['in part', 'orders']

    Taught in: 08 Outlook and playbook
    """
    found = []
    for tool in tools:
        given: list[str] = []
        missing: list[str] = []
        for name in tool.feeds:
            table, _dot, column = name.partition(".")
            has = community.has(table, column) if column else community.has(table)
            (given if has else missing).append(name)
        if not tool.feeds:
            here = "nothing to supply"
        else:
            here = "supplied" if not missing else "in part" if given else "missing"
        found.append(
            {
                "tool": tool.name,
                "here": here,
                "n": len(tool.feeds),
                "count": len(given),
                "given": ", ".join(given),
                "missing": ", ".join(missing),
                "rows": _rows(community, given),
                "without": tool.without,
                "workbook": tool.workbook,
                "left_to_it": tool.others,
                "examples": tool.examples,
            }
        )
    return community.describe(pd.DataFrame(found), "tool map", unit="count", n=len(found))
