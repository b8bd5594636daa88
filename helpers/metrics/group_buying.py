"""Ask which teams of group buying fill, how fast, and what is lost with those that do not."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.metrics.intervals import bootstrap_ratio, wilson

LABELS = {
    "campaign": "coalesce(campaigns.name, teams.campaign_id, 'unknown')",
    "team_size": "coalesce(cast(cast(campaigns.team_size as integer) as varchar), 'unknown')",
    "hour": """case
            when extract(hour from teams.opened_at) < 6 then '00-05'
            when extract(hour from teams.opened_at) < 12 then '06-11'
            when extract(hour from teams.opened_at) < 18 then '12-17'
            when extract(hour from teams.opened_at) < 21 then '18-20'
            else '21-23'
        end""",
    "weekday": "case when date_diff('day', date '2024-01-01', teams.day) % 7 >= 5 then 'weekend' "
    "else 'working day' end",
}


def teams_sql(community: Community) -> str:
    """Write the steps that turn orders with a team into teams.

    Parameters
    ----------
    community : Community
        The opened community, with ``team_id`` in orders.

    Returns
    -------
    str
        Steps for a ``with``, the last being ``teams``: ``team_id``, ``campaign_id``, ``opened_at`` (first
        order), ``day``, ``buyers``, ``placed`` (orders), ``kept`` (not cancelled), ``need``, ``state``
        (filled, failed, open) and ``filled_at`` (the order that filled it). With ``$hours`` and ``$as_of``.

    Notes
    -----
    A team has filled when as many orders as it needs were not cancelled; where nobody wrote down how many
    that is, when any was not. One opened within the last ``$hours`` before the data end is still open.

    Taught in: 05 Conversion
    """
    community.require("orders", "team_id")
    return """placed as (
    select
        orders.team_id, orders.order_id, orders.member_id, orders.ordered_at, orders.day,
        orders.campaign_id,
        coalesce(orders.status, 'completed') <> 'cancelled' as kept,
        cast(campaigns.team_size as integer) as need
    from orders
    left join campaigns on campaigns.campaign_id = orders.campaign_id
    where orders.team_id is not null
),
numbered as (
    select
        placed.*,
        row_number() over (partition by team_id, kept order by ordered_at, order_id) as place
    from placed
),
sums as (
    select
        team_id,
        min(campaign_id) as campaign_id,
        min(ordered_at) as opened_at,
        min(day) as day,
        count(distinct member_id) as buyers,
        count(*) as placed,
        sum(case when kept then 1 else 0 end) as kept,
        max(need) as need
    from numbered
    group by team_id
),
filling as (
    select numbered.team_id, min(numbered.ordered_at) as filled_at
    from numbered
    join sums on sums.team_id = numbered.team_id
    where numbered.kept and numbered.place >= coalesce(sums.need, sums.kept)
    group by numbered.team_id
),
teams as (
    select
        sums.*,
        filling.filled_at,
        case
            when filling.filled_at is not null then 'filled'
            when date_diff('hour', sums.opened_at, cast($as_of as timestamp)) < $hours
                then 'open'
            else 'failed'
        end as state
    from sums
    left join filling on filling.team_id = sums.team_id
)"""


def _end(community: Community) -> pd.Timestamp:
    # Orders of the last day count up to its midnight.
    return pd.Timestamp(community.as_of) + pd.Timedelta(days=1)


def sql(community: Community, *, by: str | None = None) -> str:
    """Return the query behind :func:`completion`.

    Parameters
    ----------
    community : Community
        The opened community, with ``team_id`` in orders.
    by : {"campaign", "team_size", "hour", "weekday"}, optional
        What to split by.

    Returns
    -------
    str
        Portable SQL: ``label``, ``teams``, ``filled``, ``still_open``.

    Raises
    ------
    SettingsError
        When `by` is none of those.

    Taught in: 05 Conversion
    """
    if by is not None and by not in LABELS:
        raise SettingsError(
            _("by={by!r}: choose one of {known}, or nothing."), by=by, known=", ".join(LABELS)
        )
    label = LABELS[by] if by else "'all'"
    return f"""
with {teams_sql(community)},
labelled as (
    select {label} as label, teams.state
    from teams
    left join campaigns on campaigns.campaign_id = teams.campaign_id
)
select
    label,
    sum(case when state <> 'open' then 1 else 0 end) as teams,
    sum(case when state = 'filled' then 1 else 0 end) as filled,
    sum(case when state = 'open' then 1 else 0 end) as still_open
from labelled
group by label
order by label"""


def completion(community: Community, *, by: str | None = None, hours: int = 24) -> pd.DataFrame:
    """Give the share of teams that fill.

    Parameters
    ----------
    community : Community
        The opened community, with ``team_id`` in orders; ``team_size`` in campaigns says how many buyers a
        team needs.
    by : {"campaign", "team_size", "hour", "weekday"}, optional
        What to split by: the campaign, the buyers needed ("unknown" where nobody wrote that down: those who
        came say nothing about how many were wanted), or when the team was opened.
    hours : int, default 24
        Time that a team has. Younger ones that have not filled are not judged yet.

    Returns
    -------
    pandas.DataFrame
        `by` (where asked), ``n`` (teams that filled or ran out of time), ``count`` (filled), ``estimate``,
        ``low``, ``high``, ``still_open`` (too young), ``small``.

    Raises
    ------
    TableMissing
        When orders name no team.

    Examples
    --------
    >>> orders = pd.DataFrame({"order_id": list("1234"), "member_id": list("abca"), "team_id": list("xxyz"),
    ...     "ordered_at": "2026-05-01", "amount": 9.0,
    ...     "status": ["completed", "completed", "cancelled", "cancelled"]})
    >>> community = Community.open({"orders": orders}, as_of="2026-05-31")
    >>> completion(community)[["n", "count"]].to_numpy().tolist()
    [[3, 1]]

    Taught in: 05 Conversion
    """
    table = community.query(sql(community, by=by), hours=int(hours), as_of=_end(community).isoformat(" "))
    table = table.astype({"teams": int, "filled": int, "still_open": int})
    low, high = wilson(table["filled"], table["teams"])
    result = pd.DataFrame(
        {
            "label": table["label"],
            "n": table["teams"],
            "count": table["filled"],
            "estimate": table["filled"] / table["teams"].where(table["teams"] > 0),
            "low": low,
            "high": high,
            "still_open": table["still_open"],
            "small": table["teams"] < 30,
        }
    )
    result = result.rename(columns={"label": by}) if by else result.drop(columns="label")
    return community.describe(
        result, "teams that fill", population="teams of group buying", n=int(table["teams"].sum()), by=by
    )


def durations(community: Community, *, by: str | None = None, hours: int = 24) -> pd.DataFrame:
    """Count teams by how long they took to fill; the others were watched until their time was over.

    Parameters
    ----------
    community, by, hours
        As in :func:`completion`.

    Returns
    -------
    pandas.DataFrame
        `by` (where asked), ``time`` (hours, begun ones count), ``event`` (filled), ``n``: what
        `helpers.metrics.survival.kaplan_meier` takes; one minus its estimate is the share filled by then.

    Notes
    -----
    Teams that failed are watched for `hours` and no longer: the mean of those that filled would pass over
    them. Teams still open are watched for as long as they have been.

    Taught in: 05 Conversion
    """
    if by is not None and by not in LABELS:
        raise SettingsError(
            _("by={by!r}: choose one of {known}, or nothing."), by=by, known=", ".join(LABELS)
        )
    label = LABELS[by] if by else "'all'"
    result = community.query(
        f"""
with {teams_sql(community)},
clocks as (
    select
        {label} as label,
        teams.state = 'filled' as event,
        case teams.state
            when 'filled'
                then cast(ceil(date_diff('second', teams.opened_at, teams.filled_at) / 3600.0) as integer)
            when 'failed' then $hours
            else date_diff('hour', teams.opened_at, cast($as_of as timestamp))
        end as time
    from teams
    left join campaigns on campaigns.campaign_id = teams.campaign_id
)
select label, time, event, count(*) as n
from clocks
group by 1, 2, 3
order by 1, 2, 3""",
        hours=int(hours),
        as_of=_end(community).isoformat(" "),
    ).astype({"event": bool, "time": int})
    result = result.rename(columns={"label": by}) if by else result.drop(columns="label")
    return community.describe(result, "time to fill a team", population="teams of group buying", by=by)


def lost(community: Community, *, hours: int = 24, seed: int = 0, repeats: int = 1000) -> pd.DataFrame:
    """Count the orders that are lost because their team did not fill.

    Parameters
    ----------
    community : Community
        The opened community, with ``team_id`` in orders.
    hours : int, default 24
        As in :func:`completion`.
    seed, repeats : int
        Of the bootstrap by team: the orders of a team stand and fall together.

    Returns
    -------
    pandas.DataFrame
        One row a campaign: ``campaign``, ``teams``, ``n`` (orders placed), ``count`` (lost), ``estimate``,
        ``low``, ``high``, ``value`` (paid for an order of a team that filled, on average), ``at_stake``
        = count x value: what came back to the buyers, at that price. Not all of it is lost for good: some
        of these people buy later or alone.

    Taught in: 05 Conversion
    """
    table = community.query(
        f"""
with {teams_sql(community)},
paid as (
    select team_id, sum(amount) as amount
    from orders
    where team_id is not null and coalesce(status, 'completed') <> 'cancelled'
    group by team_id
)
select
    coalesce(campaigns.name, teams.campaign_id, 'unknown') as campaign,
    cast(teams.placed as bigint) as placed,
    cast(case when teams.state = 'failed' then teams.placed else 0 end as bigint) as gone,
    count(*) as teams,
    cast(sum(case when teams.state = 'filled' then teams.kept else 0 end) as bigint) as kept,
    cast(sum(case when teams.state = 'filled' then paid.amount else 0 end) as double) as amount
from teams
left join campaigns on campaigns.campaign_id = teams.campaign_id
left join paid on paid.team_id = teams.team_id
where teams.state <> 'open'
group by 1, 2, 3
order by 1, 2, 3""",
        hours=int(hours),
        as_of=_end(community).isoformat(" "),
    )
    rows = []
    for campaign, part in table.groupby("campaign", sort=True):
        n, gone = (int((part[name] * part["teams"]).sum()) for name in ("placed", "gone"))
        low, high = bootstrap_ratio(
            part["gone"], part["placed"], counts=part["teams"], seed=seed, repeats=repeats
        )
        value = part["amount"].sum() / (part["kept"].sum() or float("nan"))
        rows.append([campaign, int(part["teams"].sum()), n, gone, gone / n, low, high, value, gone * value])
    columns = ["campaign", "teams", "n", "count", "estimate", "low", "high", "value", "at_stake"]
    return community.describe(
        pd.DataFrame(rows, columns=columns), "orders lost in teams", population="orders placed in teams"
    )
