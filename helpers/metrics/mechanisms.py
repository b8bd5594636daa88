"""Compare the ways of taking part: whom each reaches, who takes it up, and through which people come in."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.contract import NO_ACTIVITY_TYPES, PASSIVE_TYPES
from helpers.metrics.intervals import wilson

FEW = 30

# What is done with a tap takes no part yet; entering a show is how one takes part in it.
TAPS = ("like", "save", "coupon", "cart")

# kind of event outside posts -> the mechanism that it belongs to
ALONE = {"message": "chat", "check_in": "check_in", "invite": "invite"}


def sql(community: Community) -> str:
    """Write the query that gives every trace its mechanism and says whether somebody took part.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        Query without brackets: ``mechanism`` (missing for traces of none), ``member_id``, ``occurred_at``,
        ``occasion``, ``took_part`` (0 or 1). Parameters ``$first`` and ``$last``.

    Taught in: 04 Interaction
    """
    passive = ", ".join(f"'{kind}'" for kind in (*PASSIVE_TYPES, *TAPS))
    idle = ", ".join(f"'{kind}'" for kind in NO_ACTIVITY_TYPES)
    alone = " ".join(
        f"when events.content_id is null and events.event_type = '{kind}' then '{name}'"
        for kind, name in ALONE.items()
    )
    purpose, posts = "null", ""
    if community.has("contents", "content_id"):
        purpose = "coalesce(contents.purpose, case when contents.content_id is not null then 'post' end)"
        posts = "left join contents on contents.content_id = events.content_id"
    together = ""
    if community.has("orders", "campaign_id") and community.has("campaigns", "kind"):
        together = """
union all
select
    'group_buying' as mechanism, orders.member_id, orders.ordered_at as occurred_at,
    orders.campaign_id as occasion, 1 as took_part
from orders
join campaigns on campaigns.campaign_id = orders.campaign_id
where campaigns.kind = 'group_buying' and orders.is_purchase
    and orders.day between cast($first as date) and cast($last as date)"""
    return f"""
select
    case {alone} else {purpose} end as mechanism,
    events.member_id,
    events.occurred_at,
    events.content_id as occasion,
    case
        when events.event_type in ({passive}) then
            case when events.event_type = 'live_enter' then 1 else 0 end
        else 1
    end as took_part
from events
{posts}
where events.event_type not in ({idle})
    and events.day between cast($first as date) and cast($last as date){together}"""


def participation(
    community: Community, *, start: dt.date | None = None, end: dt.date | None = None
) -> pd.DataFrame:
    """Set the ways of taking part side by side: posts, questions, polls, debates, chat, check-ins and more.

    A mechanism is what a post is for (``contents.purpose``), or chatting, checking in, inviting and buying
    in a group. Whoever writes, votes, answers, shares, checks in, enters a live show or joins a group order
    takes part; a like or a bookmark is a tap and only counts as being reached.

    Parameters
    ----------
    community : Community
        The opened community.
    start, end : datetime.date, optional
        First and last day counted. Default: the whole history.

    Returns
    -------
    pandas.DataFrame
        One row a mechanism, most members first: ``mechanism``, ``occasions`` (posts or rounds; missing for
        chat, check-ins and invitations), ``reached`` (members with any trace of it), ``n`` (active
        members), ``count`` (members taking part), ``estimate``, ``low``, ``high`` (their share of the
        active), ``taken_up`` (share of the reached; missing for chat, check-ins and invitations, of which
        only those who do it leave a trace), ``contributions``, ``contribution_share``, ``first_steps``
        (members whose first contribution of all was made here), ``first_share``, ``first_low``,
        ``first_high`` (their share of all first contributions), ``cost``,
        ``cost_per_member``, ``small``.

    Raises
    ------
    TableMissing
        When there are no events.

    Notes
    -----
    First contributions are those of members who joined within the data (or, where that is not known, were
    first seen after its first week): the first of an older member may lie before it. Costs are those
    booked on campaigns of the mechanism's kind.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": list("aab"), "event_type": ["message", "message", "check_in"],
    ...                        "occurred_at": "2026-05-01"})
    >>> found = participation(Community.open({"events": events}))
    >>> found[["mechanism", "n", "count", "contributions"]].to_numpy().tolist()
    [['chat', 2, 1, 2], ['check_in', 2, 1, 1]]

    Taught in: 04 Interaction
    """
    community.require("events")
    first, last = start or community.active_from, end or community.as_of
    found = community.query(
        f"""
with traces as ({sql(community)}
),
named as (select * from traces where mechanism is not null),
members_of as (
    select mechanism, member_id, max(took_part) as took_part, sum(took_part) as contributions,
        min(case when took_part = 1 then occurred_at end) as began
    from named
    group by mechanism, member_id
),
beginnings as (
    select members_of.*,
        case
            when began is not null and row_number() over (
                partition by members_of.member_id order by began nulls last, mechanism
            ) = 1 and date_diff('day', cast($first as date), people.joined_day)
                >= case when people.joined_known then 0 else 7 end then 1 else 0
        end as first_step
    from members_of
    join people on people.member_id = members_of.member_id
),
occasions as (
    select mechanism, count(distinct occasion) as occasions
    from named
    group by mechanism
)
select
    beginnings.mechanism,
    min(occasions.occasions) as occasions,
    count(*) as reached,
    sum(took_part) as count,
    sum(contributions) as contributions,
    sum(first_step) as first_steps
from beginnings
join occasions on occasions.mechanism = beginnings.mechanism
group by beginnings.mechanism
order by count desc, beginnings.mechanism""",
        first=first,
        last=last,
    )
    active = community.query(
        "select count(distinct member_id) as n from member_days where day between $first and $last",
        first=first,
        last=last,
    )["n"].iloc[0]
    found = found.astype(dict.fromkeys(["reached", "count", "contributions", "first_steps"], int))
    result = found.assign(n=int(active))
    offered = ~found["mechanism"].isin(ALONE.values())  # of the others only those who do it leave a trace
    result["occasions"] = found["occasions"].where(offered & (found["occasions"] > 0))
    result["low"], result["high"] = wilson(result["count"], result["n"])
    steps = int(result["first_steps"].sum())
    result["first_low"], result["first_high"] = wilson(result["first_steps"], steps)
    result = result.assign(
        estimate=result["count"] / result["n"].where(result["n"] > 0),
        taken_up=result["count"] / result["reached"].where(offered & (result["reached"] > 0)),
        contribution_share=result["contributions"] / (result["contributions"].sum() or np.nan),
        first_share=result["first_steps"] / (steps or np.nan),
        cost=result["mechanism"].map(_costs(community, first, last)).astype(float),
        small=result["count"] < FEW,
    )
    result["cost_per_member"] = result["cost"] / result["count"].where(result["count"] > 0)
    order = ["mechanism", "occasions", "reached", "n", "count", "estimate", "low", "high", "taken_up"]
    order += ["contributions", "contribution_share", "first_steps", "first_share", "first_low", "first_high"]
    return community.describe(
        result[[*order, "cost", "cost_per_member", "small"]],
        "participation by mechanism",
        population="active members",
        period=f"{first.isoformat()} – {last.isoformat()}",
        n=int(active),
        first_steps=steps,
    )


def _costs(community: Community, first: dt.date, last: dt.date) -> dict[str, float]:
    if not (community.has("costs", "campaign_id") and community.has("campaigns", "kind")):
        return {}
    spent = community.query(
        """
select campaigns.kind, cast(sum(costs.amount) as double) as amount
from costs
join campaigns on campaigns.campaign_id = costs.campaign_id
where costs.day between $first and $last
group by campaigns.kind
order by campaigns.kind""",
        first=first,
        last=last,
    )
    return dict(zip(spent["kind"], spent["amount"], strict=True))
