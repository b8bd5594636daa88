"""A risk register that measures what it can: how exposed the community is, and what is left to judgement."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.community.errors import TableMissing
from helpers.metrics import alerts
from helpers.metrics.intervals import poisson_rate, wilson
from helpers.models import privacy_check

if TYPE_CHECKING:
    from helpers.community import Community

RECENT = 90  # days looked at
FEW = 30
LOUDEST = 10  # members whose silence would be heard
# From which value on exposure is medium and high: rules of thumb, to be replaced by one's own experience.
LEVELS = {
    "platform dependence": (0.5, 0.8),
    "dependence on few people": (0.15, 0.4),
    "negative buzz": (1.0, 4.0),
    "account safety": (0.005, 0.02),
    "regulation": (1.0, 3.0),
    "competition": (0.25, 0.5),
}
# How bad it would be is a judgement; these are a start for the discussion.
IMPACT = {
    "platform dependence": "high",
    "dependence on few people": "medium",
    "negative buzz": "high",
    "account safety": "medium",
    "regulation": "high",
    "competition": "medium",
    "ethics": "high",
}
Found = dict[str, float]


def _share(count: float, n: float) -> Found:
    low, high = wilson(count, n)
    return {"n": n, "count": count, "estimate": count / max(n, 1), "low": float(low), "high": float(high)}


def platform_dependence(community: Community) -> Found:
    """Count active members who are seen on the largest platform only."""
    community.require("events", "platform")
    seen = community.query(
        """
with seen as (
    select distinct member_id, platform from events
    where platform is not null and date_diff('day', day, cast($last as date)) < $days
),
sizes as (
    select platform, count(*) as members from seen group by platform
),
largest as (
    select platform from sizes order by members desc, platform limit 1
),
each as (
    select member_id, count(*) as places, max(case when platform in (select platform from largest) then 1
        else 0 end) as there
    from seen
    group by member_id
)
select count(*) as n, coalesce(sum(case when places = 1 then there else 0 end), 0) as count from each
order by n""",
        last=community.as_of,
        days=RECENT,
    ).iloc[0]
    return _share(float(seen["count"]), float(seen["n"]))


def few_people(community: Community) -> Found:
    """Add up which share of all comments, messages and answers the ten busiest members write."""
    community.require("events")
    written = community.query(
        """
select member_id, sum(n_comment + n_message + n_answer) as written
from member_days
where date_diff('day', day, cast($last as date)) < $days
group by member_id
having sum(n_comment + n_message + n_answer) > 0
order by written desc, member_id""",
        last=community.as_of,
        days=RECENT,
    )["written"].to_numpy(float)
    total = written.sum()
    if total == 0:
        raise TableMissing("events", ["event_type"])
    # By member: one who writes much moves the share as a whole.
    draws = np.random.default_rng(0).multinomial(len(written), np.full(len(written), 1 / len(written)), 400)
    shares = []
    for times in draws:
        drawn = np.repeat(written, times)
        shares.append(np.sort(drawn)[-LOUDEST:].sum() / max(drawn.sum(), 1))
    low, high = np.quantile(shares, [0.025, 0.975])
    top = written[:LOUDEST].sum()
    return {"n": total, "count": top, "estimate": top / total, "low": float(low), "high": float(high)}


def negative_buzz(community: Community) -> Found:
    """Count alerts of complaints and low scores a year."""
    signals = [name for name in ("complaints", "low scores") if community.has(*alerts.SIGNALS[name].needs)]
    if not signals:
        raise TableMissing("contents", ["text"])
    found = alerts.watch(community, signals=signals)
    judged = found.attrs["about"]["days_judged"]
    years = max(judged.values(), default=0) / 365.25
    high = int((found["direction"] == "high").sum())
    if not years:
        raise TableMissing("contents", ["text"])
    low, top = (float(end) for end in poisson_rate(high, years))
    return {"n": max(judged.values()), "count": high, "estimate": high / years, "low": low, "high": top}


def account_safety(community: Community) -> Found:
    """Count members banned in the last 90 days, among those active in them."""
    community.require("moderation", "action")
    found = community.query(
        """
with active as (
    select distinct member_id from member_days where date_diff('day', day, cast($last as date)) < $days
),
banned as (
    select distinct member_id from moderation
    where action = 'ban' and date_diff('day', day, cast($last as date)) < $days
)
select count(*) as n, count(banned.member_id) as count
from active
left join banned on banned.member_id = active.member_id
order by n""",
        last=community.as_of,
        days=RECENT,
    ).iloc[0]
    return _share(float(found["count"]), float(found["n"]))


def regulation(community: Community) -> Found:
    """Count findings of the privacy check that are severe."""
    found = privacy_check.check(community)
    severe = int((found["severity"] == "high").sum())
    return {"n": float(len(found)), "count": severe, "estimate": severe, "low": np.nan, "high": np.nan}


def competition(community: Community) -> Found:
    """Count members who rate a rival at least as high as the brand, among those who rated both."""
    community.require("surveys", "subject")
    found = community.query(
        """
with means as (
    select member_id, subject, sum(cast(score as decimal(18, 4))) / count(score) as score
    from surveys
    where kind = 'image' and subject is not null and member_id is not null
    group by member_id, subject
),
each as (
    select
        member_id,
        max(case when subject = 'us' then score end) as ours,
        max(case when subject <> 'us' then score end) as theirs
    from means
    group by member_id
)
select count(*) as n, coalesce(sum(case when theirs >= ours then 1 else 0 end), 0) as count
from each
where ours is not null and theirs is not null
order by n""",
    ).iloc[0]
    if not found["n"]:
        raise TableMissing("surveys", ["subject"])
    return _share(float(found["count"]), float(found["n"]))


MEASURES: dict[str, tuple[str, str, Callable[[Community], Found] | None]] = {
    "platform dependence": ("on one platform only", "share", platform_dependence),
    "dependence on few people": ("written by the ten busiest", "share", few_people),
    "negative buzz": ("alerts a year", "rate", negative_buzz),
    "account safety": ("banned members", "share", account_safety),
    "regulation": ("severe privacy findings", "count", regulation),
    "competition": ("a rival rated as high", "share", competition),
    "ethics": ("", "", None),
}


def register(community: Community) -> pd.DataFrame:
    """Fill a risk register from the data, as far as they reach.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    pandas.DataFrame
        One row a risk, the most exposed first: ``risk``, ``measure``, ``unit`` (share, rate, count), ``n``,
        ``count``, ``estimate``, ``low``, ``high``, ``exposure`` (low, medium, high; empty where it is not
        measured), ``impact`` (a judgement to start the discussion from) and ``missing`` (table or column that
        would tell; "judgement" where no data can).

    Notes
    -----
    Exposure says how much there is to lose or how often it happened, by thresholds that are rules of thumb
    (``LEVELS``). It is no probability of what comes, and exposure times impact is no expected loss.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    >>> found = register(Community.open({"events": events}))
    >>> found.set_index("risk").loc["ethics", "missing"]
    'judgement'

    Taught in: 08 Outlook
    """
    rows: list[dict[str, Any]] = []
    for risk, (measure, unit, look) in MEASURES.items():
        found: Found = dict.fromkeys(("n", "count", "estimate", "low", "high"), np.nan)
        missing = "judgement"
        if look is not None:
            try:
                found, missing = look(community), ""
                if unit == "share" and found["n"] < FEW:
                    missing = "too little data"
            except TableMissing as gap:
                columns = [f"{gap.table}.{column}" for column in gap.columns]
                missing = ", ".join(columns) if community.has(gap.table) else gap.table
        exposure = "" if missing else _level(risk, found["estimate"])
        rows.append(
            {"risk": risk, "measure": measure, "unit": unit}
            | found
            | {"exposure": exposure, "impact": IMPACT[risk], "missing": missing}
        )
    table = pd.DataFrame(rows)
    rank = {"high": 0, "medium": 1, "low": 2, "": 3}
    table["place"] = table["exposure"].map(rank) * 3 + table["impact"].map(rank)
    table = table.sort_values("place", kind="stable", ignore_index=True).drop(columns="place")
    return community.describe(
        table, "risk register", population="the last 90 days, alerts over all days", n=len(table)
    )


def _level(risk: str, value: float) -> str:
    medium, high = LEVELS[risk]
    return "high" if value >= high else "medium" if value >= medium else "low"
