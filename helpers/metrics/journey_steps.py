"""Write the query that turns contacts and orders into journeys: which order takes which contact."""

from __future__ import annotations

from typing import Literal

from helpers.community import Community
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _

Goal = Literal["order", "first_order", "join"]
Money = Literal["net", "margin"]


def amount_sql(community: Community, money: str) -> str:
    """Return what one order brings, as SQL on orders: revenue less refunds, or also less its cost.

    Parameters
    ----------
    community : Community
        The opened community.
    money : {"net", "margin"}
        What to count.

    Returns
    -------
    str
        An expression on the columns of orders.

    Raises
    ------
    TableMissing
        When margins are asked for and orders carry no cost.

    Taught in: 05 Conversion
    """
    if money not in ("net", "margin"):
        raise SettingsError(
            _('money={money!r}: choose "net" (revenue less refunds) or "margin" (less cost).'), money=money
        )
    if money == "net":
        return "net"
    community.require("orders", "cost")
    return "net - coalesce(cost, 0)"


def _goals(community: Community, goal: str, money: str) -> str:
    if goal == "join":
        community.require("members", "joined_at")
        return """
    select members.member_id, members.joined_at as moment, cast(0 as double) as revenue
    from members
    inner join people on people.member_id = members.member_id
    where members.joined_at is not null and people.joined_day >= cast($first_day as date)"""
    if goal not in ("order", "first_order"):
        raise SettingsError(_('goal={goal!r}: choose "order", "first_order" or "join".'), goal=goal)
    community.require("orders")
    every = f"""
    select
        orders.member_id, ordered_at as moment,
        cast(sum({amount_sql(community, money)}) as double) as revenue
    from orders
    inner join people on people.member_id = orders.member_id
    where is_purchase
    group by orders.member_id, ordered_at"""
    if goal == "order":
        return every
    return f"""
    select member_id, moment, revenue
    from (
        select member_id, moment, revenue, row_number() over (partition by member_id order by moment) as place
        from ({every}
        ) as paid
    ) as ranked
    where place = 1"""


def sql(
    community: Community,
    *,
    goal: Goal = "order",
    days: int = 14,
    clicks: bool = False,
    money: Money = "net",
) -> str:
    """Return the query behind `journeys`: the steps of each journey, in order, and its end.

    Parameters
    ----------
    community, goal, days, clicks, money
        As for :func:`helpers.metrics.journeys.journeys`.

    Returns
    -------
    str
        Portable SQL; one row a contact that differs from the one before it in its journey, and one row an
        order (or joining), whose channel is missing. ``$first_day`` is needed for joining only.

    Taught in: 05 Conversion
    """
    only = " and lower(trim(touches.kind)) = 'click'" if clicks else ""
    ends = _goals(community, goal, money)
    # After the first order, or after joining, there is nothing more to lead to.
    once = {
        "order": "",
        "first_order": " and (goals.moment is null or touches.at <= goals.moment)",
        "join": " and touches.at <= goals.moment",
    }[goal]
    first = "" if goal == "order" else "\n    left join goals on goals.member_id = touches.member_id"
    return f"""
with goals as ({ends}
),
marks as (
    select
        touches.member_id, touches.at as moment, lower(trim(touches.channel)) as channel, 0 as ends,
        cast(0 as double) as revenue
    from touches
    inner join people on people.member_id = touches.member_id{first}
    where touches.channel is not null{only}{once}
    union all
    select member_id, moment, cast(null as varchar) as channel, 1 as ends, revenue
    from goals
),
staged as (
    select
        *,
        sum(ends) over (
            partition by member_id order by moment, ends, channel
            rows between unbounded preceding and current row
        ) - ends as stage,
        min(case when ends = 1 then moment end) over (
            partition by member_id order by moment, ends, channel
            rows between current row and unbounded following
        ) as next_moment
    from marks
),
claimed as (
    select
        *,
        case
            when next_moment is not null and date_diff('second', moment, next_moment) <= {int(days)} * 86400
                then 1 else 0
        end as leads
    from staged
),
neighbours as (
    select
        *,
        lag(moment) over (partition by member_id, stage order by moment, ends, channel) as moment_before,
        lag(leads) over (partition by member_id, stage order by moment, ends, channel) as leads_before
    from claimed
),
breaks as (
    select
        *,
        case
            when moment_before is null or leads_before <> leads then 1
            when leads = 0 and date_diff('second', moment_before, moment) > {int(days)} * 86400 then 1
            else 0
        end as begins
    from neighbours
),
numbered as (
    select
        *,
        sum(begins) over (
            partition by member_id order by moment, ends, channel
            rows between unbounded preceding and current row
        ) as journey
    from breaks
),
steps as (
    select
        *,
        lag(channel) over (partition by member_id, journey order by moment, ends, channel) as before,
        max(moment) over (partition by member_id, journey) as ended_at
    from numbered
)
select member_id, journey, moment, cast(ended_at as date) as ended, channel, ends, revenue
from steps
where ends = 1 or before is null or before <> channel
order by member_id, journey, moment, ends, channel
"""
