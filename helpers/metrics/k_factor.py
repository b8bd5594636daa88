"""Measure how many members a member brings: the K-factor, its parts, and what inflates it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.community import Community, calendar
from helpers.community.calendar import Every
from helpers.metrics import intervals
from helpers.metrics.population import start_sql
from helpers.metrics.referral import links_sql, without_sql

# What is counted, step by step; each step keeps what the ones before it have put right.
STEPS = (
    "per inviter, all entries",
    "per member, all entries",
    "without own codes and rings",
    "without kols",
    "without sham accounts",
    "watched members only",
)


def _interval(values: pd.Series, members: pd.Series, seed: int, repeats: int) -> tuple[float, float]:
    # A bootstrap of nothing but zeros knows no doubt; the exact interval of a rate does.
    n, count = int(members.sum()), int((values * members).sum())
    if count == 0:
        low, high = intervals.poisson_rate(0, n)
        return float(low), float(high)
    return intervals.bootstrap_mean(values, counts=members, seed=seed, repeats=repeats)


def sql(community: Community, *, every: str | None = None, without: Iterable[str] | None = None) -> str:
    """Return the query behind :func:`measure` and :func:`cohorts`.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    every : {"week", "month"}, optional
        Cohorts by joining; none without.
    without : iterable of str, optional
        Accounts that count neither as members nor as brought.

    Returns
    -------
    str
        Portable SQL with ``$window``, ``$as_of`` and ``$first_day``: ``period``, ``brought``, ``sent``
        (invitations), ``members``.

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by")
    shams = without_sql(community, without)
    period = f"{start_sql(every, 'links.joined_day')}" if every else "cast(null as date)"
    sent = "select cast(null as varchar) as member_id, date '1970-01-01' as day, 0 as n_invite where 1 = 0"
    if community.has("events"):
        sent = "select member_id, day, n_invite from member_days where n_invite > 0"
    return f"""
with recursive {links_sql()},
cohort as (
    select links.member_id, links.joined_day, {period} as period
    from links
    join people on people.member_id = links.member_id
    where people.joined_known and not links.is_kol{shams}
        and links.joined_day >= cast($first_day as date)
        and date_diff('day', links.joined_day, cast($as_of as date)) >= $window
),
arrived as (
    select cohort.member_id, count(*) as brought
    from cohort
    join links on links.inviter = cohort.member_id
    where date_diff('day', cohort.joined_day, links.joined_day) <= $window{shams}
    group by cohort.member_id
),
invitations as (
    select cohort.member_id, sum(sent.n_invite) as sent
    from cohort
    join ({sent}) as sent on sent.member_id = cohort.member_id
    where date_diff('day', cohort.joined_day, sent.day) <= $window
    group by cohort.member_id
)
select
    cohort.period,
    cast(coalesce(arrived.brought, 0) as bigint) as brought,
    cast(coalesce(invitations.sent, 0) as bigint) as sent,
    count(*) as members
from cohort
left join arrived on arrived.member_id = cohort.member_id
left join invitations on invitations.member_id = cohort.member_id
group by 1, 2, 3
order by 1, 2, 3"""


def _reduced(
    community: Community, window: int, without: Iterable[str] | None, every: str | None = None
) -> pd.DataFrame:
    return community.query(
        sql(community, every=every, without=without),
        window=int(window),
        as_of=community.as_of,
        first_day=community.first_day,
    )


def offspring(
    community: Community, *, window: int = 90, without: Iterable[str] | None = None
) -> pd.DataFrame:
    """Count members by how many they brought within so many days of joining.

    Parameters
    ----------
    community, window, without
        As in :func:`measure`.

    Returns
    -------
    pandas.DataFrame
        ``value`` (members brought) and ``members`` (how many brought that many), from zero up: the form that
        `helpers.metrics.participation` takes.

    Taught in: 05 Conversion
    """
    table = _reduced(community, window, without)
    found = table.groupby("brought", as_index=False)["members"].sum().rename(columns={"brought": "value"})
    return community.describe(
        found, "members brought", population="members watched long enough", n=int(found["members"].sum())
    )


def measure(
    community: Community,
    *,
    window: int = 90,
    without: Iterable[str] | None = None,
    seed: int = 0,
    repeats: int = 1000,
) -> pd.DataFrame:
    """Measure the K-factor and its two parts: invitations sent, and members who come of an invitation.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    window : int, days, default 90
        K is the mean number of members whom a member brings within this time of joining. Members who
        joined later than that before the as-of date are left out, and so are those who joined before the
        data begin; kols count neither as members nor as inviters.
    without : iterable of str, optional
        Accounts known to be empty; see `helpers.metrics.referral_flags`.
    seed, repeats : int
        Of the bootstrap by member. A few bring most, so members and not invitations are drawn again.

    Returns
    -------
    pandas.DataFrame
        Rows ``invitations per member``, ``members per invitation`` and ``K``: ``part``, ``n`` (members; for
        the second, invitations), ``count``, ``estimate``, ``low``, ``high``, ``small``. Without events the
        first two are missing: nobody knows what was sent.

    Notes
    -----
    K = invitations per member x members per invitation. The reproduction number of a branching process:
    numbers grow by themselves only from 1 on (Harris 1963, *The Theory of Branching Processes*).

    Taught in: 05 Conversion
    """
    table = _reduced(community, window, without)
    n = int(table["members"].sum())
    sent, brought = (int((table[name] * table["members"]).sum()) for name in ("sent", "brought"))
    rows = []
    known = community.has("events") and "invite" in community.event_types()
    if known:
        low, high = _interval(table["sent"], table["members"], seed, repeats) if n else (np.nan, np.nan)
        rows.append(["invitations per member", n, sent, sent / (n or np.nan), low, high])
        low, high = intervals.bootstrap_ratio(
            table["brought"], table["sent"], counts=table["members"], seed=seed, repeats=repeats
        )
        rows.append(["members per invitation", sent, brought, brought / (sent or np.nan), low, high])
    low, high = _interval(table["brought"], table["members"], seed, repeats) if n else (np.nan, np.nan)
    rows.append(["K", n, brought, brought / (n or np.nan), low, high])
    result = pd.DataFrame(rows, columns=["part", "n", "count", "estimate", "low", "high"])
    result["small"] = result["n"] < 30
    return community.describe(
        result,
        "K-factor",
        population="members watched long enough",
        unit="score",
        window=int(window),
        n=n,
    )


def steps(
    community: Community,
    *,
    window: int = 90,
    shams: Iterable[str] | None = None,
    seed: int = 0,
    repeats: int = 1000,
) -> pd.DataFrame:
    """Put the K-factor right step by step, from what an export suggests to what was asked for.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    window : int, days, default 90
        As in :func:`measure`; of the last step only, the others count everything so far.
    shams : iterable of str, optional
        Accounts judged to be empty, from `helpers.metrics.referral_flags`. Without, that step is left out.
    seed, repeats : int
        Of the bootstrap by member.

    Returns
    -------
    pandas.DataFrame
        One row a step: ``step``, ``n`` (members counted; in the first step only those who brought
        somebody), ``count`` (members brought), ``estimate``, ``low``, ``high``, ``small``.

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by")
    dropped = without_sql(community, shams) if shams is not None else ""
    wanted = {
        STEPS[1]: ("links.kind is not null and links.kind <> 'unknown'", "1 = 1", ""),
        STEPS[2]: ("links.kind in ('member', 'kol')", "1 = 1", ""),
        STEPS[3]: ("links.kind = 'member'", "not links.is_kol", ""),
    }
    if shams is not None:
        wanted[STEPS[4]] = ("links.kind = 'member'", "not links.is_kol", dropped)
    rows = []
    for step, (counted, among, sham) in wanted.items():
        table = community.query(
            f"""
with recursive {links_sql()},
arrived as (
    select members.invited_by as member_id, count(*) as brought
    from links
    join members on members.member_id = links.member_id
    where {counted}{sham}
    group by members.invited_by
)
select cast(coalesce(arrived.brought, 0) as bigint) as brought, count(*) as members
from links
left join arrived on arrived.member_id = links.member_id
where {among}{sham}
group by 1
order by 1"""
        )
        if step == STEPS[1]:
            rows.append([STEPS[0], *_mean(table[table["brought"] > 0], seed, repeats)])
        rows.append([step, *_mean(table, seed, repeats)])
    last = offspring(community, window=window, without=shams).rename(columns={"value": "brought"})
    rows.append([STEPS[5], *_mean(last, seed, repeats)])
    result = pd.DataFrame(rows, columns=["step", "n", "count", "estimate", "low", "high"])
    result["small"] = result["n"] < 30
    return community.describe(
        result, "K-factor, step by step", population="members", unit="score", window=int(window)
    )


def _mean(table: pd.DataFrame, seed: int, repeats: int) -> list[float]:
    n, count = int(table["members"].sum()), int((table["brought"] * table["members"]).sum())
    low, high = _interval(table["brought"], table["members"], seed, repeats) if n else (np.nan, np.nan)
    return [n, count, count / (n or np.nan), low, high]


def cohorts(
    community: Community,
    *,
    window: int = 30,
    every: Every = "month",
    without: Iterable[str] | None = None,
    seed: int = 0,
    repeats: int = 1000,
) -> pd.DataFrame:
    """Give K by the time of joining: whom the members of each cohort brought within so many days.

    Parameters
    ----------
    community, window, without, seed, repeats
        As in :func:`measure`; `window` is 30 days unless told.
    every : {"week", "month"}, default "month"
        Length of a cohort.

    Returns
    -------
    pandas.DataFrame
        One row a cohort: ``period`` (start), ``n`` (members watched for the whole window), ``count``,
        ``estimate``, ``low``, ``high``, ``open_period`` (some of the cohort are too young and left out),
        ``left_edge``, ``small``.

    Taught in: 05 Conversion
    """
    table = _reduced(community, window, without, every)
    rows = []
    for period, part in table.groupby("period", sort=True):
        rows.append([pd.Timestamp(period), *_mean(part, seed, repeats)])
    result = pd.DataFrame(rows, columns=["period", "n", "count", "estimate", "low", "high"])
    days = calendar.periods(community.first_day, community.as_of, every).set_index("period")
    last = result["period"].map(pd.to_datetime(days["last_day"]))
    result["open_period"] = last + pd.Timedelta(days=int(window)) > pd.Timestamp(community.as_of)
    result["left_edge"] = result["period"].map(days["left_edge"]).fillna(False).astype(bool)
    result["small"] = result["n"] < 30
    return community.describe(
        result,
        "K-factor by cohort",
        population="members watched long enough",
        unit="score",
        window=int(window),
        every=every,
    )
