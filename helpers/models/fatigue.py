"""Ask how often is too often: how the chance that a member switches off grows with the notices of a week."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm

from helpers.community import Community
from helpers.metrics.intervals import ratio_from_sums

_MOST = 12  # notices a week from which on weeks share the last row


def sql(community: Community, *, outcome: str = "mute") -> str:
    """Write the query with one row a group and week: notices, members at risk, members who switched off.

    Parameters
    ----------
    community : Community
        The community.
    outcome : {"mute", "leave"}, default "mute"
        What counts as switching off.

    Returns
    -------
    str
        Portable SQL. A member is at risk from the week after joining until the week of switching off or
        leaving; weeks that are not over are left out.

    Taught in: 03 Content
    """
    listed = community.has("members", "group_id")
    home = (
        "select member_id, group_id from members where group_id is not null"
        if listed
        else "select distinct member_id, group_id from events where group_id is not null"
    )
    same = "" if listed and outcome == "leave" else " and events.group_id = home.group_id"
    return f"""
with home as ({home}
),
stays as (
    select
        home.member_id, home.group_id,
        cast(date_trunc('week', people.joined_day) as date) as since,
        cast(date_trunc('week', coalesce(people.left_day, cast($as_of as date))) as date) as until
    from home
    inner join people on people.member_id = home.member_id
),
switched as (
    select
        home.member_id, home.group_id,
        cast(date_trunc('week', min(events.day)) as date) as week
    from home
    inner join events on events.member_id = home.member_id and events.event_type = '{outcome}'{same}
    group by home.member_id, home.group_id
),
notices as (
    select group_id, cast(date_trunc('week', day) as date) as week, count(*) as notices
    from contents
    where purpose = 'notice' and group_id is not null
    group by 1, 2
),
weeks as (
    select distinct cast(date_trunc('week', day) as date) as week
    from contents
    where day is not null
        and date_diff('day', cast(date_trunc('week', day) as date), cast($as_of as date)) >= 6
),
watched as (
    select group_id, min(week) as first_week from notices group by group_id
),
grid as (
    select watched.group_id, weeks.week
    from watched
    inner join weeks on weeks.week >= watched.first_week
),
risk as (
    select
        grid.group_id, grid.week,
        count(*) as n,
        sum(case when switched.week = grid.week then 1 else 0 end) as count
    from grid
    inner join stays on stays.group_id = grid.group_id
        and stays.since < grid.week and stays.until >= grid.week
    left join switched on switched.member_id = stays.member_id and switched.group_id = stays.group_id
    where switched.week is null or switched.week >= grid.week
    group by grid.group_id, grid.week
)
select
    risk.group_id, risk.week, coalesce(notices.notices, 0) as notices, risk.n,
    cast(risk.count as bigint) as count
from risk
left join notices on notices.group_id = risk.group_id and notices.week = risk.week
order by risk.group_id, risk.week"""


def weeks(community: Community, *, outcome: str = "mute") -> pd.DataFrame:
    """Tell for every group and week how many notices were sent and how many members switched off.

    Parameters
    ----------
    community : Community
        The community.
    outcome : {"mute", "leave"}, default "mute"
        What counts as switching off.

    Returns
    -------
    DataFrame
        ``group_id``, ``week`` (its Monday), ``notices``, ``n`` (members at risk), ``count`` (switched off),
        ``estimate``.

    Raises
    ------
    TableMissing
        When the contents have no purpose or group, or when nothing says who belongs to which group.

    Taught in: 03 Content
    """
    if outcome not in ("mute", "leave"):
        raise ValueError(f'outcome={outcome!r}: choose "mute" or "leave".')
    community.require("contents", "purpose", "group_id")
    community.require("events")
    if not community.has("members", "group_id"):
        community.require("events", "group_id")
    table = community.query(sql(community, outcome=outcome), as_of=community.as_of)
    table["estimate"] = table["count"] / table["n"].where(table["n"] > 0)
    return community.describe(
        table,
        "switched off in a week",
        population="members of groups that get notices",
        outcome=outcome,
        randomised=False,
    )


def doses(table: pd.DataFrame) -> pd.DataFrame:
    """Give the share of members who switched off in a week, by the number of notices of that week.

    Parameters
    ----------
    table : DataFrame
        From :func:`weeks`.

    Returns
    -------
    DataFrame
        ``notices`` (12 stands for 12 and more), ``weeks`` (group-weeks), ``n`` (member-weeks), ``count``,
        ``estimate``, ``low``, ``high`` (group-weeks as the units), ``small`` (fewer than 30 group-weeks).

    Taught in: 03 Content
    """
    wide = table.assign(
        notices=table["notices"].clip(upper=_MOST),
        yy=table["count"].astype(float) ** 2,
        xx=table["n"].astype(float) ** 2,
        xy=table["count"].astype(float) * table["n"],
    )
    sums = wide.groupby("notices").agg(
        weeks=("n", "size"), n=("n", "sum"), count=("count", "sum"), yy=("yy", "sum"), xx=("xx", "sum"),
        xy=("xy", "sum"),
    ).reset_index()  # fmt: skip
    low, high = ratio_from_sums(sums["weeks"], sums["count"], sums["yy"], sums["n"], sums["xx"], sums["xy"])
    result = sums.drop(columns=["yy", "xx", "xy"]).assign(
        estimate=sums["count"] / sums["n"].where(sums["n"] > 0),
        low=np.clip(low, 0, 1),
        high=np.clip(high, 0, 1),
        small=sums["weeks"] < 30,
    )
    result.attrs = dict(table.attrs)
    return result


def slope(table: pd.DataFrame) -> pd.DataFrame:
    """Fit by what factor one more notice a week multiplies the chance of switching off.

    Parameters
    ----------
    table : DataFrame
        From :func:`weeks`.

    Returns
    -------
    DataFrame
        One row, or none where too few switched off: ``groups``, ``weeks``, ``n``, ``count``, ``slope``,
        ``slope_low``, ``slope_high`` (log hazard per notice), ``estimate``, ``low``, ``high`` (the factor
        per notice), ``base`` (hazard of a week without notices, in the average group).

    Notes
    -----
    Poisson regression of the members who switched off on the notices, members at risk as exposure, every
    group with a level of its own, errors clustered by group (t with groups - 1 degrees of freedom). Groups
    that get many notices may be unlike the others; only the weeks of the same group are compared. Weeks with
    much to announce may differ in other ways too, unless the number was drawn by lot.

    Taught in: 03 Content
    """
    columns = ["groups", "weeks", "n", "count", "slope", "slope_low", "slope_high", "estimate", "low", "high",
               "base"]  # fmt: skip
    used = table[table["n"] > 0]
    used = used[used.groupby("group_id")["count"].transform("sum") > 0].reset_index(drop=True)
    rows = []
    if used["count"].sum() >= 20 and used["notices"].nunique() > 1 and used["group_id"].nunique() > 2:
        levels = pd.get_dummies(used["group_id"], prefix="group").astype(float)
        fitted = sm.GLM(
            used["count"],
            pd.concat([used[["notices"]].astype(float), levels], axis=1),
            family=sm.families.Poisson(),
            offset=np.log(used["n"]),
        ).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(used["group_id"])[0]}, use_t=True)
        low, high = fitted.conf_int().loc["notices"]
        estimate = float(fitted.params["notices"])
        share = used.groupby("group_id")["n"].sum() / used["n"].sum()
        base = float(np.exp(fitted.params[levels.columns].to_numpy()) @ share.to_numpy())
        rows.append(
            {"groups": used["group_id"].nunique(), "weeks": len(used), "n": int(used["n"].sum()),
             "count": int(used["count"].sum()), "slope": estimate, "slope_low": low, "slope_high": high,
             "estimate": np.exp(estimate), "low": np.exp(low), "high": np.exp(high), "base": base}
        )  # fmt: skip
    result = pd.DataFrame(rows, columns=columns)
    result.attrs = dict(table.attrs)
    return result
