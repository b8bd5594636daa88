"""Follow the field's trends month by month: private traffic, short video, live, several places, controls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.community import Community, calendar
from helpers.community.errors import SettingsError, TableMissing
from helpers.community.sentences import mark as _
from helpers.metrics.intervals import difference, ratio_from_sums, wilson

# Where the brand reaches members itself, without a platform's choice of what they see.
OWN = ("wechat", "wecom", "qq", "forum", "app", "mini_program", "sms", "email", "微信", "企业微信")
TRENDS = ("private traffic", "short video", "live", "several places", "data-driven work")
QUARTER = 91
_SUMS = "count(*) as n, sum(y) as y, sum(y * y) as yy, sum(x) as x, sum(x * x) as xx, sum(x * y) as xy"


def _bucket(column: str, stretches: bool) -> str:
    if not stretches:
        return f"cast(date_trunc('month', {column}) as date)"
    return (
        f"case when {column} <= cast($first_end as date) then 'first' "
        f"when {column} >= cast($last_start as date) then 'last' end"
    )


def sql(community: Community, trend: str, *, own: Sequence[str] = OWN, stretches: bool = False) -> str:
    """Return the query behind one trend: sums over members, by month or by stretch.

    Parameters
    ----------
    community : Community
        The opened community.
    trend : str
        One of ``TRENDS``.
    own : sequence of str
        As for :func:`monthly`.
    stretches : bool, default False
        The first and the last stretch instead of months; needs ``$first_end`` and ``$last_start``.

    Returns
    -------
    str
        Portable SQL.

    Raises
    ------
    TableMissing
        When the tables cannot show the trend.

    Taught in: 08 Outlook
    """
    if trend not in TRENDS:
        raise SettingsError(_("trend={trend!r}: choose among {known}."), trend=trend, known=", ".join(TRENDS))
    day = _bucket("day", stretches)
    if trend in ("private traffic", "several places"):
        community.require("events", "platform")
        days = community.member_days(by="platform")
        places = ", ".join("'" + name.replace("'", "''") + "'" for name in own)
        inner = (
            f"sum(case when lower(trim(platform)) in ({places}) then 1 else 0 end) as y, count(*) as x"
            if trend == "private traffic"
            else "case when count(distinct platform) > 1 then 1 else 0 end as y, 1 as x"
        )
        source = f"{days} where platform is not null"
    elif trend == "short video":
        community.require("events", "content_id")
        community.require("contents", "format")
        day = _bucket("events.day", stretches)
        inner = "sum(case when contents.format = 'short_video' then 1 else 0 end) as y, count(*) as x"
        source = (
            "events inner join contents on contents.content_id = events.content_id "
            "where events.event_type = 'view' and contents.format is not null"
        )
    elif trend == "live":
        community.require("events")
        inner = "max(case when n_live_enter > 0 then 1 else 0 end) as y, 1 as x"
        source = community.member_days()
    else:
        community.require("assignments")
        community.require("campaigns", "starts_at")
        return f"""
with drawn as (
    select distinct campaign_id from assignments
),
units as (
    select
        {_bucket("cast(campaigns.starts_at as date)", stretches)} as period, 1 as x,
        case when drawn.campaign_id is not null and coalesce(campaigns.is_randomised, true)
            then 1 else 0 end as y
    from campaigns
    left join drawn on drawn.campaign_id = campaigns.campaign_id
    where campaigns.starts_at is not null
)
select period, {_SUMS}
from units
where period is not null
group by period
order by period
"""
    member = "events.member_id" if trend == "short video" else "member_id"
    return f"""
with units as (
    select {member} as member_id, {day} as period, {inner}
    from {source}
    group by 1, 2
)
select period, {_SUMS}
from units
where period is not null
group by period
order by period
"""


def _shares(found: pd.DataFrame, trend: str) -> pd.DataFrame:
    whole = trend in ("live", "several places", "data-driven work")
    n, y, x = (found[name].astype(float) for name in ("n", "y", "x"))
    if whole:
        low, high = wilson(y, n)
    else:
        low, high = ratio_from_sums(*(found[name] for name in ("n", "y", "yy", "x", "xx", "xy")))
        low, high = np.clip(low, 0, 1), np.clip(high, 0, 1)
    share = y / x.where(x > 0)
    return found[["period"]].assign(
        trend=trend, n=n.astype(int), count=y.astype(int), total=x.astype(int), estimate=share,
        low=low, high=high, small=n < (10 if trend == "data-driven work" else 30),
    )  # fmt: skip


def monthly(community: Community, *, own: Sequence[str] = OWN) -> pd.DataFrame:
    """Follow each trend of the field by month, as far as the tables can show it.

    Parameters
    ----------
    community : Community
        The opened community.
    own : sequence of str, default OWN
        Platforms that count as private traffic: where the brand reaches members without a platform's choice.

    Returns
    -------
    pandas.DataFrame
        One row a ``trend`` and ``period``: ``n`` (members, or campaigns), ``count`` and ``total`` (what the
        share is made of), ``estimate``, ``low``, ``high``, ``open_period``, ``small``. Shares: private
        traffic, of the active days by place those in own places; short video, of the views; live, of the
        active members those who entered a show; several places, of the active members those seen in more
        than one; data-driven work, of the campaigns begun those with a control drawn by lot.

    Taught in: 08 Outlook
    """
    parts = []
    for trend in TRENDS:
        try:
            parts.append(_shares(community.query(sql(community, trend, own=own)), trend))
        except TableMissing:
            continue
    columns = ["trend", "period", "n", "count", "total", "estimate", "low", "high", "open_period", "small"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    table["period"] = pd.to_datetime(table["period"])
    months = calendar.periods(community.active_from, community.as_of, "month")
    months["period"] = pd.to_datetime(months["period"])
    table = table.merge(months[["period", "open_period"]], on="period", how="inner", suffixes=("_", ""))
    return community.describe(
        table[columns],
        "field_trends",
        population="active members",
        period="month",
        own=list(own),
        n=int(table["n"].max()) if len(table) else 0,
        randomised=False,
    )


def changes(community: Community, *, days: int = QUARTER, own: Sequence[str] = OWN) -> pd.DataFrame:
    """Compare the last stretch of the data with the first one, trend by trend.

    Parameters
    ----------
    community : Community
        The opened community.
    days : int, default 91
        Length of both stretches; half of the data where it is shorter than two of them.
    own : sequence of str, default OWN
        As for :func:`monthly`.

    Returns
    -------
    pandas.DataFrame
        ``trend``, ``n``, ``estimate``, ``low``, ``high`` (last stretch), ``n_before``, ``before`` (first),
        ``change``, ``change_low``, ``change_high``, ``small``.

    Notes
    -----
    Both stretches are taken as independent. They differ in season as well, and members come and go: a change
    says that the mix moved, and not why.

    Taught in: 08 Outlook
    """
    length = (community.as_of - community.active_from).days + 1
    width = max(1, min(int(days), length // 2))
    ends = {
        "first_end": community.active_from + dt.timedelta(days=width - 1),
        "last_start": community.as_of - dt.timedelta(days=width - 1),
    }
    rows = []
    for trend in TRENDS:
        try:
            found = community.query(sql(community, trend, own=own, stretches=True), **ends)
        except TableMissing:
            continue
        table = _shares(found, trend).set_index("period")
        if not {"first", "last"} <= set(table.index):
            continue
        old, new = table.loc["first"], table.loc["last"]
        gap = new["estimate"] - old["estimate"]
        if trend in ("private traffic", "short video"):  # independent: half-widths add up at a right angle
            low = gap - np.hypot(new["estimate"] - new["low"], old["high"] - old["estimate"])
            high = gap + np.hypot(new["high"] - new["estimate"], old["estimate"] - old["low"])
        else:
            low, high = difference(new["count"], new["n"], old["count"], old["n"])
        rows.append(
            (trend, new["n"], new["estimate"], new["low"], new["high"], old["n"], old["estimate"], gap,
             float(low), float(high), bool(new["small"] or old["small"]))
        )  # fmt: skip
    columns = ["trend", "n", "estimate", "low", "high", "n_before", "before", "change", "change_low"]
    columns += ["change_high", "small"]
    return community.describe(
        pd.DataFrame(rows, columns=columns),
        "field_changes",
        population="active members",
        period=f"last {width} days against the first {width}",
        days=width,
        n=max((int(row[1]) for row in rows), default=0),
        randomised=False,
    )
