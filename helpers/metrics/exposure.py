"""Separate what readers do from what reading does: a naive comparison, and one with a drawn control group."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.community import Community
from helpers.metrics.campaigns import CONTROL
from helpers.metrics.intervals import difference

OUTCOMES = ("bought", "returned")
COLUMNS = ["campaign_id", "name", "outcome", "n", "count", "rate", "control_n", "control_count"]
COLUMNS += ["control_rate", "estimate", "low", "high", "small"]


def _outcome_sql(days: str, window: str = "$window") -> str:
    # `starts` is the day from which a member is followed; the day itself belongs to the exposure for readers.
    return f"""
bought as (
    select distinct followed.member_id, followed.campaign_id
    from followed
    inner join orders on orders.member_id = followed.member_id and orders.is_purchase
        and date_diff('day', followed.starts, orders.day) between 0 and {window} - 1
),
returned as (
    select distinct followed.member_id, followed.campaign_id
    from followed
    inner join {days} as days on days.member_id = followed.member_id
        and date_diff('day', followed.starts, days.day) between {window} - 7 and {window} - 1
)"""


def _compared(treated: pd.Series, base: pd.Series) -> dict[str, float]:
    low, high = difference(treated["count"], treated["n"], base["count"], base["n"])
    rate = treated["count"] / treated["n"] if treated["n"] else np.nan
    control = base["count"] / base["n"] if base["n"] else np.nan
    return {
        "n": int(treated["n"]), "count": int(treated["count"]), "rate": rate,
        "control_n": int(base["n"]), "control_count": int(base["count"]), "control_rate": control,
        "estimate": rate - control, "low": float(low), "high": float(high),
        "small": bool(min(treated["n"], base["n"]) < 30),
    }  # fmt: skip


def readers(community: Community, *, window: int = 28, starts: str | None = None) -> pd.DataFrame:
    """Compare members who read with members who did not: the number that is reported, and misleads.

    Members who belonged to the community throughout are split by whether they opened anything in the four
    weeks before a day; what they bought and whether they came back is counted from that day on.

    Parameters
    ----------
    community : Community
        The community.
    window : int, days, default 28
        Purchases are counted so many days from the day on; a return in the last week of them.
    starts : str, optional
        The day, "YYYY-MM-DD"; by default the latest that can be followed for `window` days.

    Returns
    -------
    DataFrame
        ``outcome`` (bought, where there are orders; returned: active in the last week of the window), ``n``,
        ``count``, ``rate`` (readers), ``control_n``, ``control_count``, ``control_rate`` (the others),
        ``estimate``, ``low``, ``high`` (difference of the shares, Newcombe), ``small``.

    Raises
    ------
    TableMissing
        When there are no events.

    Notes
    -----
    Not randomised: people who like the brand read and buy. See :func:`intention`.

    Taught in: 03 Content
    """
    community.require("events")
    last = pd.Timestamp(community.as_of) - pd.Timedelta(days=window - 1)
    start = last if starts is None else pd.Timestamp(starts)
    found = community.query(
        f"""
with opened as (
    select distinct member_id
    from events
    where event_type in ('view', 'live_enter')
        and date_diff('day', day, cast($start as date)) between 1 and 28
),
followed as (
    select
        people.member_id, 'all' as campaign_id, cast($start as date) as starts,
        case when opened.member_id is not null then 'treatment' else 'control' end as arm
    from people
    left join opened on opened.member_id = people.member_id
    where date_diff('day', people.joined_day, cast($start as date)) >= 28
        and (people.left_day is null or people.left_day >= cast($start as date))
),{_outcome_sql(community.member_days())}
select
    arm, count(*) as n, count(bought.member_id) as bought, count(returned.member_id) as returned
from followed
left join bought on bought.member_id = followed.member_id
left join returned on returned.member_id = followed.member_id
group by arm
order by arm""",
        window=int(window),
        start=start.date(),
    ).set_index("arm")
    found = found.reindex(["control", "treatment"], fill_value=0)
    rows = [
        {"outcome": outcome, **_compared(*(_side(found, arm, outcome) for arm in ("treatment", "control")))}
        for outcome in _known(community)
    ]
    result = pd.DataFrame(rows, columns=[name for name in COLUMNS if name not in ("campaign_id", "name")])
    return community.describe(
        result,
        "readers and others",
        population="members of four weeks and more",
        period=f"{start:%Y-%m-%d}",
        window=int(window),
        randomised=False,
    )


def _known(community: Community) -> list[str]:
    return [name for name in OUTCOMES if name != "bought" or community.has("orders")]


def _side(found: pd.DataFrame, arm: str, outcome: str) -> pd.Series:
    return pd.Series({"n": found.loc[arm, "n"], "count": found.loc[arm, outcome]})


def sql(community: Community) -> str:
    """Write the query with one row a campaign and arm: members drawn, how many read, bought and returned.

    Reading is opening the campaign's post while the campaign runs; where no post is named, opening anything.

    Taught in: 03 Content
    """
    listed = "inner join people on people.member_id = assignments.unit_id" if community.has("members") else ""
    controls = ", ".join(f"'{name}'" for name in CONTROL)
    return f"""
with followed as (
    select
        assignments.campaign_id, assignments.unit_id as member_id,
        case when lower(trim(assignments.arm)) in ({controls}) then 'control' else 'treatment' end as arm,
        campaigns.content_id,
        cast(coalesce(campaigns.starts_at, assignments.assigned_at) as date) as starts,
        cast(coalesce(campaigns.ends_at, campaigns.starts_at, assignments.assigned_at) as date) as ends
    from assignments
    inner join campaigns on campaigns.campaign_id = assignments.campaign_id
    {listed}
    where campaigns.kind = $kind and coalesce(campaigns.unit, 'member') <> 'group'
        and coalesce(campaigns.is_randomised, true)
),{_outcome_sql(community.member_days())},
opened as (
    select distinct followed.member_id, followed.campaign_id
    from followed
    inner join events on events.member_id = followed.member_id
        and events.event_type in ('view', 'live_enter')
        and (followed.content_id is null or events.content_id = followed.content_id)
        and events.day >= followed.starts and events.day <= followed.ends
)
select
    followed.campaign_id, followed.arm, min(followed.starts) as starts, count(*) as n,
    count(opened.member_id) as opened, count(bought.member_id) as bought,
    count(returned.member_id) as returned
from followed
left join opened
    on opened.member_id = followed.member_id and opened.campaign_id = followed.campaign_id
left join bought
    on bought.member_id = followed.member_id and bought.campaign_id = followed.campaign_id
left join returned
    on returned.member_id = followed.member_id and returned.campaign_id = followed.campaign_id
group by followed.campaign_id, followed.arm
order by followed.campaign_id, followed.arm"""


def intention(community: Community, *, kind: str = "digest", window: int = 28) -> pd.DataFrame:
    """Compare all who were drawn to get something to read with all who were not, whether they read it or not.

    Parameters
    ----------
    community : Community
        The community.
    kind : str, default "digest"
        Kind of campaign whose arms were drawn.
    window : int, days, default 28
        Purchases are counted so many days from the start; a return in the last week of them.

    Returns
    -------
    DataFrame
        One row a campaign and outcome: ``campaign_id``, ``name``, ``outcome`` (read: opened the campaign's
        post, or anything where none is named; bought; returned), ``n``, ``count``, ``rate`` (drawn),
        ``control_n``, ``control_count``, ``control_rate``, ``estimate``, ``low``, ``high`` (difference of the
        shares, Newcombe), ``small``. No rows without such a campaign.

    Raises
    ------
    TableMissing
        When there are no assignments or no events.

    Notes
    -----
    The intention-to-treat effect: what sending it does, to readers and non-readers together.

    Taught in: 03 Content
    """
    community.require("assignments")
    community.require("events")
    found = community.query(sql(community), kind=kind, window=int(window))
    names = community.query("select campaign_id, name from campaigns order by campaign_id")
    titles = names.set_index("campaign_id")["name"]
    rows = []
    for campaign, part in found.groupby("campaign_id", sort=True):
        arms = part.set_index("arm")
        if set(arms.index) != {"control", "treatment"}:
            continue
        for outcome in ("opened", *_known(community)):
            sides = (_side(arms, arm, outcome) for arm in ("treatment", "control"))
            label = "read" if outcome == "opened" else outcome
            row = {"campaign_id": campaign, "name": titles[campaign], "outcome": label}
            rows.append(row | _compared(*sides))
    return community.describe(
        pd.DataFrame(rows, columns=COLUMNS),
        "difference by draw",
        population="members drawn",
        kind=kind,
        window=int(window),
        randomised=True,
    )


def compliers(table: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """Say what reading did to those whom the draw made read: the effect divided by the extra readers.

    Parameters
    ----------
    table : DataFrame
        From :func:`intention`.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    DataFrame
        One row a campaign and outcome: ``campaign_id``, ``outcome``, ``n`` (members drawn in both arms),
        ``read_gain`` (extra share who read), ``estimate``, ``low``, ``high`` (complier effect;
        missing where the gain in readers is not clearly above zero, for then the ratio says nothing).

    Notes
    -----
    Wald estimator with Fieller's interval, the two differences taken as independent, which makes it a
    little too long (Angrist, Imbens and Rubin 1996, *JASA* 91, 444-455). It holds when the draw was a draw,
    sending works only through reading, nobody reads less for being sent it, and members do not affect each
    other.

    Taught in: 03 Content
    """
    z = float(-ndtri((1 - level) / 2))
    rows = []
    for campaign, part in table.groupby("campaign_id", sort=True):
        lines = part.set_index("outcome")
        read = lines.loc["read"]
        for outcome in [name for name in lines.index if name != "read"]:
            line = lines.loc[outcome]
            low, high = _fieller(line["estimate"], _error(line), read["estimate"], _error(read), z)
            ratio = line["estimate"] / read["estimate"] if np.isfinite(low) else np.nan
            rows.append(
                {"campaign_id": campaign, "outcome": outcome, "n": int(line["n"] + line["control_n"]),
                 "read_gain": read["estimate"], "estimate": ratio, "low": low, "high": high}
            )  # fmt: skip
    result = pd.DataFrame(
        rows, columns=["campaign_id", "outcome", "n", "read_gain", "estimate", "low", "high"]
    )
    result.attrs["about"] = table.attrs.get("about", {}) | {"metric": "complier effect"}
    return result


def _error(line: pd.Series) -> float:
    return float(
        np.sqrt(
            line["rate"] * (1 - line["rate"]) / line["n"]
            + line["control_rate"] * (1 - line["control_rate"]) / line["control_n"]
        )
    )


def _fieller(a: float, error_a: float, b: float, error_b: float, z: float) -> tuple[float, float]:
    g = b**2 - z**2 * error_b**2
    if not g > 0:
        return np.nan, np.nan
    root = np.sqrt(max((a * b) ** 2 - g * (a**2 - z**2 * error_a**2), 0.0))
    return float((a * b - root) / g), float((a * b + root) / g)
