"""Review events on one card: whom each reached, who took part, who came again, what it cost."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import wilson

TAPS = ("view", "click", "like", "save", "join", "leave", "mute")  # seen or tapped, not taken part
ANNOUNCED = 7  # days before an event in which its invitations are posted
LATER = (8, 35)  # days after an event in which those who took part are looked for again


def sql(community: Community) -> str:
    """Return the query behind :func:`scorecard`: who met each event, took part and came again.

    An event is a campaign for which posts were written: posts whose purpose is the campaign's kind, published
    from a week before its start to its end, in the groups that hold it where it is an event of groups.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        Portable SQL with the parameter ``$as_of``.

    Taught in: 04 Interaction
    """
    community.require("campaigns", "kind")
    community.require("contents", "purpose")
    community.require("events", "content_id")
    taps = ", ".join(f"'{name}'" for name in TAPS)
    return f"""
with plans as (
    select
        campaign_id, kind, name, unit, cast(starts_at as date) as starts,
        cast(coalesce(ends_at, starts_at) as date) as ends
    from campaigns
),
posts as (
    select distinct plans.campaign_id, contents.content_id
    from plans
    join contents on contents.purpose = plans.kind
        and date_diff('day', contents.day, plans.starts) <= {ANNOUNCED} and contents.day <= plans.ends
    left join assignments on assignments.campaign_id = plans.campaign_id
        and assignments.unit_id = contents.group_id
    where coalesce(plans.unit, '') <> 'group' or assignments.unit_id is not null
),
traces as (
    select
        posts.campaign_id, events.member_id, events.occurred_at,
        case when events.event_type in ({taps}) then 0 else 1 end as took_part,
        case when events.event_type in ('comment', 'message', 'answer') then 1 else 0 end as word
    from posts
    join events on events.content_id = posts.content_id
    union all
    select orders.campaign_id, orders.member_id, orders.ordered_at, 1, 0
    from orders
    join posts on posts.campaign_id = orders.campaign_id
    where orders.is_purchase
),
each as (
    select
        campaign_id, member_id, max(took_part) as took_part, sum(word) as words,
        min(case when word = 1 then occurred_at end) as spoke_at
    from (select distinct * from traces) as traces
    group by campaign_id, member_id
),
first_words as (
    select member_id, min(occurred_at) as first_at
    from events
    where event_type in ('comment', 'message', 'answer')
    group by member_id
),
later as (
    select distinct each.campaign_id, each.member_id
    from each
    join plans on plans.campaign_id = each.campaign_id
    join member_days on member_days.member_id = each.member_id and member_days.actions > 0
        and date_diff('day', plans.ends, member_days.day) between {LATER[0]} and {LATER[1]}
    where each.took_part = 1
)
select
    plans.campaign_id, plans.name, plans.kind, plans.starts, plans.ends,
    count(*) as reached,
    sum(each.took_part) as count,
    sum(each.words) as messages,
    sum(case when each.spoke_at = first_words.first_at then 1 else 0 end) as new_voices,
    sum(case when later.member_id is null then 0 else 1 end) as stayed_count,
    max(case when date_diff('day', plans.ends, cast($as_of as date)) >= {LATER[1]} then 1 else 0 end) as over
from each
join plans on plans.campaign_id = each.campaign_id
left join first_words on first_words.member_id = each.member_id
left join later on later.campaign_id = each.campaign_id and later.member_id = each.member_id
group by plans.campaign_id, plans.name, plans.kind, plans.starts, plans.ends
order by plans.starts, plans.campaign_id"""


def _money(community: Community, table: str, amount: str) -> dict[str, float]:
    if not community.has(table, "campaign_id"):
        return {}
    found = community.query(
        f"""
select campaign_id, cast(sum({amount}) as double) as amount
from {table}
where campaign_id is not null
group by campaign_id
order by campaign_id"""
    )
    return dict(zip(found["campaign_id"], found["amount"], strict=True))


def scorecard(community: Community) -> pd.DataFrame:
    """Review each event: whom it reached, who took part, who spoke for the first time, what came and went.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    DataFrame
        One row an event, by start: ``campaign_id``, ``name``, ``kind``, ``starts``, ``n`` (members reached:
        any trace on its posts, or an order booked on it), ``count`` (took part: more than a look, a tap or a
        bookmark), ``estimate``, ``low``, ``high`` (share of those reached), ``new_voices`` (their first word
        of all), ``messages`` (words under its posts), ``stayed_n``, ``stayed_count``, ``stayed``,
        ``stayed_low``, ``stayed_high`` (of those who took part, who did something 8 to 35 days after; missing
        while that is not over), ``revenue`` (orders booked on it), ``cost``, ``cost_per_member`` (who took
        part), ``small`` (fewer than 30 reached). An event of which nobody left a trace is not in it.

    Raises
    ------
    TableMissing
        When campaigns have no kind, posts no purpose, or events name no post.

    Notes
    -----
    A description, not an effect; for that see :mod:`helpers.models.event_impact`. What happens in a room
    leaves no trace here: who came to a meetup must be written down at the door.

    Taught in: 04 Interaction
    """
    found = community.query(sql(community), as_of=community.as_of)
    counts = ["reached", "count", "messages", "new_voices", "stayed_count", "over"]
    found = found.astype(dict.fromkeys(counts, int))
    low, high = wilson(found["count"], found["reached"])
    stayed_n = found["count"].where(found["over"] == 1)
    stayed_low, stayed_high = wilson(found["stayed_count"], stayed_n.fillna(0))
    known = (found["over"] == 1) & (found["count"] > 0)
    result = found[["campaign_id", "name", "kind"]].assign(
        starts=pd.to_datetime(found["starts"]),
        n=found["reached"],
        count=found["count"],
        estimate=found["count"] / found["reached"].where(found["reached"] > 0),
        low=low,
        high=high,
        new_voices=found["new_voices"],
        messages=found["messages"],
        stayed_n=stayed_n,
        stayed_count=found["stayed_count"].where(known),
        stayed=(found["stayed_count"] / found["count"].where(found["count"] > 0)).where(known),
        stayed_low=pd.Series(stayed_low, index=found.index).where(known),
        stayed_high=pd.Series(stayed_high, index=found.index).where(known),
        revenue=found["campaign_id"].map(_money(community, "orders", "net")).astype(float),
        cost=found["campaign_id"].map(_money(community, "costs", "amount")).astype(float),
        small=found["reached"] < 30,
    )
    result["cost_per_member"] = result["cost"] / result["count"].where(result["count"] > 0)
    return community.describe(
        result, "event scorecard", population="members", randomised=False, n=len(result)
    )
