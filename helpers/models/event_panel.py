"""Lay out the groups of a community week by week round the events that some of them held."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community

LEAST = 20  # messages before the event below which a group is too small to be compared


def sql(community: Community) -> str:
    """Return the query behind :func:`panel`: messages by event, group and week from the event's day on.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        Portable SQL with the parameters ``$kind``, ``$before``, ``$after``, ``$first_day`` and ``$as_of``.

    Taught in: 04 Interaction
    """
    community.require("campaigns", "kind")
    community.require("assignments", "unit_id")
    community.require("events", "group_id")
    return """
with hosts as (
    select distinct
        campaigns.campaign_id, campaigns.name, assignments.unit_id as group_id,
        cast(campaigns.starts_at as date) as starts
    from assignments
    join campaigns on campaigns.campaign_id = assignments.campaign_id
    where campaigns.kind = $kind and campaigns.unit = 'group' and lower(trim(assignments.arm)) = 'treatment'
),
dates as (
    select distinct campaign_id, name, starts
    from hosts
    where date_diff('day', cast($first_day as date), starts) >= 7 * $before
        and date_diff('day', starts, cast($as_of as date)) >= 7 * $after - 1
),
daily as (
    select group_id, day, count(*) as messages
    from events
    where event_type = 'message' and group_id is not null
    group by group_id, day
),
weekly as (
    select
        dates.campaign_id, dates.name, dates.starts, daily.group_id,
        cast(floor(date_diff('day', dates.starts, daily.day) / 7.0) as integer) as week,
        sum(daily.messages) as messages
    from dates
    join daily on date_diff('day', dates.starts, daily.day) between -7 * $before and 7 * $after - 1
    group by dates.campaign_id, dates.name, dates.starts, daily.group_id, week
),
marked as (
    select
        weekly.campaign_id, weekly.group_id,
        max(case when hosts.campaign_id = weekly.campaign_id then 1 else 0 end) as is_host,
        max(case when hosts.campaign_id <> weekly.campaign_id
            and abs(date_diff('day', weekly.starts, hosts.starts)) < 7 * ($before + $after)
            then 1 else 0 end) as is_other
    from weekly
    left join hosts on hosts.group_id = weekly.group_id
    group by weekly.campaign_id, weekly.group_id
)
select
    weekly.campaign_id, weekly.name, weekly.starts, weekly.group_id,
    marked.is_host = 1 as host, weekly.week, cast(weekly.messages as bigint) as messages
from weekly
join marked on marked.campaign_id = weekly.campaign_id and marked.group_id = weekly.group_id
where marked.is_other = 0
order by weekly.starts, weekly.campaign_id, weekly.group_id, weekly.week"""


def panel(community: Community, *, kind: str = "meetup", before: int = 8, after: int = 4) -> pd.DataFrame:
    """Count messages in every group, week by week around the events that some groups held.

    Parameters
    ----------
    community : Community
        The community. The groups that held an event are its assignments with arm ``treatment``.
    kind : str, default "meetup"
        Kind of campaign.
    before, after : int, weeks, default 8 and 4
        How long to look back, and for how long the event is thought to be felt. Decide before you look.

    Returns
    -------
    DataFrame
        ``campaign_id``, ``name``, ``starts``, ``group_id``, ``host``, ``week`` (from ``-before``; week 0
        begins with the event) and ``messages``; each group has every week. Left out: groups that held
        another such event within the weeks shown, and groups with fewer than 20 messages before.

    Raises
    ------
    TableMissing
        When there are no campaigns, assignments or messages by group.

    Notes
    -----
    Events without enough weeks on either side are left out.

    Taught in: 04 Interaction
    """
    found = community.query(
        sql(community),
        kind=kind,
        before=int(before),
        after=int(after),
        first_day=community.active_from,
        as_of=community.as_of,
    )
    keys = ["campaign_id", "name", "starts", "group_id", "host"]
    wide = (
        found.set_index([*keys, "week"])["messages"].unstack(fill_value=0)
        if len(found)
        else pd.DataFrame(index=pd.MultiIndex.from_arrays([[]] * len(keys), names=keys))
    ).reindex(columns=pd.RangeIndex(-before, after, name="week"), fill_value=0)
    wide = wide[wide.loc[:, :-1].sum(axis=1) >= LEAST]
    table = wide.stack().rename("messages").reset_index()
    hosts = wide.index.to_frame(index=False)
    return community.describe(
        table.assign(messages=table["messages"].astype(int)),
        "messages around events",
        population="groups",
        randomised=False,
        kind=kind,
        before=int(before),
        after=int(after),
        n=int(hosts["host"].astype(bool).sum()) if len(hosts) else 0,
    )


def latest(community: Community, *, before: int = 8, after: int = 4) -> pd.DataFrame:
    """Lay out the last weeks of all groups, as if an event had been held four weeks ago by none of them.

    Parameters
    ----------
    community : Community
        The community.
    before, after : int, weeks, default 8 and 4
        As in :func:`panel`.

    Returns
    -------
    DataFrame
        ``campaign_id`` ("none"), ``group_id``, ``host`` (False), ``week``, ``messages``. Groups with fewer
        than 20 messages in the weeks before are left out.

    Taught in: 04 Interaction
    """
    community.require("events", "group_id")
    found = community.query(
        """
select
    group_id,
    $after - 1 - cast(floor(date_diff('day', day, cast($as_of as date)) / 7.0) as integer) as week,
    count(*) as messages
from events
where event_type = 'message' and group_id is not null
    and date_diff('day', day, cast($as_of as date)) < 7 * ($before + $after)
group by group_id, week
order by group_id, week""",
        before=int(before),
        after=int(after),
        as_of=community.as_of,
    )
    wide = found.pivot(index="group_id", columns="week", values="messages")
    wide = wide.reindex(columns=pd.RangeIndex(-before, after, name="week")).fillna(0).astype(int)
    wide = wide[wide.loc[:, :-1].sum(axis=1) >= LEAST]
    table = wide.stack().rename("messages").reset_index().assign(campaign_id="none", host=False)
    return community.describe(
        table[["campaign_id", "group_id", "host", "week", "messages"]],
        "messages in the last weeks",
        population="groups",
        before=int(before),
        after=int(after),
        n=len(wide),
    )
