"""Who was assigned to what: members drawn, or members of groups drawn, with the days that count for each."""

from __future__ import annotations

from helpers.community import Community


def selling_condition(community: Community, every: bool = False) -> tuple[str, int]:
    """Give the SQL condition that keeps campaigns that sell, and how many it leaves out.

    Parameters
    ----------
    community : Community
        The opened community.
    every : bool, default False
        Keep all.

    Returns
    -------
    tuple of (str, int)
        An empty condition where all are kept: also where orders name no campaign at all, for then nothing
        can be said about which of them sell.

    Taught in: 06 Evaluation
    """
    if every or not community.has("orders", "campaign_id"):
        return "", 0
    counted = community.query(
        """
with booked as (
    select distinct campaign_id from orders where campaign_id is not null
)
select count(campaigns.campaign_id) as listed, count(booked.campaign_id) as selling,
    (select count(*) from booked) as booked
from campaigns
left join booked on booked.campaign_id = campaigns.campaign_id
"""
    ).iloc[0]
    if counted["booked"] == 0:
        return "", 0
    condition = "campaign_id in (select campaign_id from orders where campaign_id is not null)"
    return condition, int(counted["listed"] - counted["selling"])


def clocks_sql(community: Community, condition: str = "") -> str:
    """Write the common table expressions that end in ``clocks``: one row a member assigned to a campaign.

    Parameters
    ----------
    community : Community
        The opened community.
    condition : str, default ""
        Further condition on assignments, as from :func:`selling_condition`.

    Returns
    -------
    str
        Portable SQL without the leading ``with``; parameter ``$as_of``. ``clocks`` has campaign_id, arm,
        unit, member_id, drawn_group, starts, length (days of the campaign) and horizon (days of data from
        its start). Campaigns that say that chance did not decide are left out; of drawn groups, those
        members count who were in them when the campaign started.

    Taught in: 05 Conversion
    """
    selling = f" and assignments.{condition}" if condition else ""
    listed = (
        ""
        if not community.has("members")
        else "\n    inner join people on people.member_id = drawn.member_id"
    )
    return f"""plans as (
    select
        assignments.campaign_id,
        assignments.unit_id,
        lower(trim(assignments.arm)) as arm,
        coalesce(campaigns.unit, 'member') as unit,
        campaigns.name,
        campaigns.kind,
        campaigns.budget,
        greatest(
            cast(coalesce(campaigns.starts_at, assignments.assigned_at) as date),
            cast(coalesce(assignments.assigned_at, campaigns.starts_at) as date)
        ) as starts,
        coalesce(cast(campaigns.ends_at as date), cast($as_of as date)) as ends
    from assignments
    left join campaigns on campaigns.campaign_id = assignments.campaign_id
    where coalesce(campaigns.is_randomised, true){selling}
),
belonging as ({_membership(community)}
),
drawn as (
    select campaign_id, arm, unit, starts, ends, unit_id as member_id, cast(null as varchar) as drawn_group
    from plans
    where unit <> 'group'
    union all
    select
        plans.campaign_id, plans.arm, plans.unit, plans.starts, plans.ends, belonging.member_id,
        plans.unit_id as drawn_group
    from plans
    inner join belonging on belonging.group_id = plans.unit_id
    inner join people on people.member_id = belonging.member_id
    where plans.unit = 'group' and people.joined_day < plans.starts
        and (people.left_day is null or people.left_day >= plans.starts)
),
clocks as (
    select
        drawn.campaign_id, drawn.arm, drawn.unit, drawn.member_id, drawn.drawn_group, starts,
        date_diff('day', starts, ends) + 1 as length,
        date_diff('day', starts, cast($as_of as date)) + 1 as horizon
    from drawn{listed}
)"""


def _membership(community: Community) -> str:
    # A member's group as listed, or else the one in which the member was active most.
    if community.has("members", "group_id"):
        return "\n    select member_id, group_id from members where group_id is not null"
    if not community.has("events", "group_id"):
        return "\n    select member_id, cast(null as varchar) as group_id from people where 1 = 0"
    days = community.member_days(by="group_id")
    return f"""
    select member_id, group_id
    from (
        select
            member_id, group_id,
            row_number() over (partition by member_id order by count(*) desc, group_id) as place
        from {days}
        where group_id is not null
        group by member_id, group_id
    ) as ranked
    where place = 1"""
