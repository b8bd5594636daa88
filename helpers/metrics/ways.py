"""Set three ways of marketing side by side: the community, social media, and reach that is bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.engine import literal
from helpers.metrics.intervals import mean_from_sums, wilson
from helpers.metrics.starts import starts_sql

# Words that exports use for a member's source. What is in none of the lists is "other".
WAYS: dict[str, tuple[str, ...]] = {
    "community": (
        "invitation", "invite", "invited", "referral", "friend", "member", "word_of_mouth",
        "邀请", "好友邀请", "老带新", "转介绍", "口碑",
    ),
    "social media": (
        "search", "organic", "social", "content", "xiaohongshu", "weibo", "zhihu", "wechat", "note",
        "搜索", "自然流量", "内容", "小红书", "微博", "知乎", "公众号",
    ),
    "advertising": (
        "ad", "ads", "advertising", "paid", "cpc", "sem", "kol", "influencer", "display",
        "广告", "投放", "付费", "达人", "信息流",
    ),
}  # fmt: skip
PAID = "advertising"
OTHER = "other"


def _way_sql(column: str, ways: Mapping[str, Sequence[str]]) -> str:
    lines = [
        f"when lower(trim({column})) in ({', '.join(literal(word.lower()) for word in words)}) "
        f"then {literal(way)}"
        for way, words in ways.items()
        if words
    ]
    return f"case {' '.join(lines)} else {literal(OTHER)} end" if lines else literal(OTHER)


def side_by_side(
    community: Community, *, ways: Mapping[str, Sequence[str]] = WAYS, within: int = 90
) -> pd.DataFrame:
    """Compare what the ways of winning members cost, whom they reach and who buys again.

    Parameters
    ----------
    community : Community
        The opened community.
    ways : mapping of str to sequence of str, optional
        Which sources belong to which way; the words that exports commonly use by default.
    within : int, days, default 90
        Time for a second purchase.

    Returns
    -------
    pandas.DataFrame
        One row a way that occurs: ``way``, ``n`` (members who began within the data), ``share``, ``cost``
        (booked on its sources), ``cost_per_member``, ``first_buyers`` (first purchase at least `within` days
        before the end of the data), ``count`` (bought again in time), ``estimate``, ``low``, ``high``,
        ``posts``, ``reach``, ``reach_low``, ``reach_high`` (members who viewed a post, on
        average), ``small``. What is not supplied is missing.

    Raises
    ------
    TableMissing
        When the members' sources were not supplied.

    Notes
    -----
    Posts belong to the way by their voice: members' own posts to the community, the brand's own to social
    media, sponsored ones to advertising; notices to a group are left out. Members chose how to come, so the
    rows compare the people that each way brings, and not what the way does to them.

    Taught in: 01 Definition
    """
    community.require("members", "source")
    way = _way_sql("members.source", ways)
    table = community.query(
        f"""
with starts as ({starts_sql(community, left_edge="leave_out")}
),
placed as (
    select starts.member_id, starts.start_day, {way} as way
    from starts
    left join members on members.member_id = starts.member_id
),
numbered as (
    select
        member_id, day,
        lead(day) over (partition by member_id order by ordered_at, order_id) as next_day,
        row_number() over (partition by member_id order by ordered_at, order_id) as nth
    from orders
    where is_purchase
),
firsts as (
    select
        member_id,
        case when date_diff('day', day, next_day) <= {int(within)} then 1 else 0 end as again
    from numbered
    where nth = 1 and date_diff('day', day, cast($as_of as date)) >= {int(within)}
)
select
    placed.way, count(*) as n, count(firsts.member_id) as first_buyers,
    coalesce(sum(firsts.again), 0) as count
from placed
left join firsts on firsts.member_id = placed.member_id
group by placed.way
order by placed.way""",
        first_day=community.first_day,
        as_of=community.as_of,
    )
    table["count"] = table["count"].astype(int)
    table = table.merge(_spent(community, ways), on="way", how="left")
    table = table.merge(_reach(community), on="way", how="left")
    order = {name: at for at, name in enumerate([*ways, OTHER])}
    table = table.sort_values("way", key=lambda names: names.map(order), ignore_index=True)
    low, high = wilson(table["count"], table["first_buyers"])
    table = table.assign(
        share=table["n"] / max(table["n"].sum(), 1),
        cost_per_member=table["cost"] / table["n"],
        estimate=table["count"] / table["first_buyers"].where(table["first_buyers"] > 0),
        low=low,
        high=high,
        small=table["n"] < 30,
    )
    columns = [
        "way", "n", "share", "cost", "cost_per_member", "first_buyers", "count", "estimate", "low", "high",
        "posts", "reach", "reach_low", "reach_high", "small",
    ]  # fmt: skip
    return community.describe(
        table[columns],
        "ways of marketing",
        population="members who began within the data",
        within=int(within),
        randomised=False,
        n=int(table["n"].sum()),
    )


def _spent(community: Community, ways: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    if not community.has("costs"):
        return pd.DataFrame({"way": pd.Series(dtype=str), "cost": pd.Series(dtype=float)})
    # The channel "community" is the running cost of everybody, and no way of winning members.
    sources = community.query("select distinct lower(trim(source)) as source from members order by source")
    known = set(sources["source"].dropna())
    spent = community.query(
        f"""
select
    lower(trim(channel)) as channel,
    {_way_sql("channel", ways)} as way,
    cast(sum(amount) as double) as cost
from costs
group by 1, 2
order by 1"""
    )
    return spent[spent["channel"].isin(known)].groupby("way", as_index=False)["cost"].sum()


def _reach(community: Community) -> pd.DataFrame:
    columns = ["way", "posts", "reach", "reach_low", "reach_high"]
    if not (community.has("contents", "is_ugc") and community.has("events", "content_id")):
        return pd.DataFrame(columns=columns).astype({"way": str})
    found = community.query(
        """
with viewers as (
    select content_id, count(distinct member_id) as reached
    from events
    where event_type = 'view' and content_id is not null
    group by content_id
),
voiced as (
    select
        case
            when contents.is_sponsored then 'advertising'
            when contents.is_ugc then 'community'
            else 'social media'
        end as way,
        cast(coalesce(viewers.reached, 0) as double) as reached
    from contents
    left join viewers on viewers.content_id = contents.content_id
    where contents.is_ugc is not null and coalesce(contents.purpose, 'post') <> 'notice'
)
select way, count(*) as posts, sum(reached) as total, sum(reached * reached) as squares
from voiced
group by way
order by way"""
    )
    low, high = mean_from_sums(found["posts"], found["total"], found["squares"])
    reach = found["total"] / found["posts"]
    return found.assign(reach=reach, reach_low=np.maximum(low, 0), reach_high=high)[columns]


def recruiting_cost(
    community: Community, *, ways: Mapping[str, Sequence[str]] = WAYS, paid: Sequence[str] = (PAID,)
) -> pd.DataFrame:
    """Give the cost of winning a member three ways: paid channels alone, all channels, and everything.

    Parameters
    ----------
    community : Community
        The opened community.
    ways : mapping of str to sequence of str, optional
        As for :func:`side_by_side`.
    paid : sequence of str, default ("advertising",)
        Ways that are bought.

    Returns
    -------
    pandas.DataFrame
        Three rows: ``what`` (``paid``: cost of the paid ways over the members they brought; ``blended``: cost
        of all ways over all newcomers; ``loaded``: with the running cost of the community), ``cost``, ``n``,
        ``estimate`` (cost per new member). No interval: it counts what happened.

    Raises
    ------
    TableMissing
        When costs or sources were not supplied.

    Taught in: 01 Definition
    """
    community.require("costs")
    table = side_by_side(community, ways=ways)
    bought = table[table["way"].isin(list(paid))]
    total = float(community.query("select cast(sum(amount) as double) as total from costs")["total"].iloc[0])
    rows = [
        ["paid", bought["cost"].sum(), bought["n"].sum()],
        ["blended", table["cost"].sum(), table["n"].sum()],
        ["loaded", total, table["n"].sum()],
    ]
    result = pd.DataFrame(rows, columns=["what", "cost", "n"])
    result["estimate"] = result["cost"] / result["n"].where(result["n"] > 0)
    return community.describe(
        result, "recruiting cost", population="members who began within the data", unit="money"
    )
