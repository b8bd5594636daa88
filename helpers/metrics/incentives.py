"""Keep the books of a reward: points earned, spent and owed, the levels reached, and what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.community import Community, calendar
from helpers.metrics import survival
from helpers.metrics.campaigns import CONTROL
from helpers.metrics.intervals import wilson
from helpers.metrics.population import start_sql

FEW = 30
PAST = 3  # stages before the reward by which members are made comparable
LEVELS = (0, 100, 300, 800, 2000)
OUTCOMES = {
    "check-ins": "n_check_in",
    "answers": "n_answer",
    "messages": "n_message",
    "active days": "1",
}


def ledger(
    community: Community, *, every: Literal["day", "week", "month"] = "month", worth: float = 0.01
) -> pd.DataFrame:
    """Book the points: earned, spent and expired in each period, and what is outstanding at its end.

    Parameters
    ----------
    community : Community
        The opened community.
    every : {"day", "week", "month"}, default "month"
        Length of a period.
    worth : float, default 0.01
        What one point is worth when it is spent, in the community's currency.

    Returns
    -------
    pandas.DataFrame
        ``period``, ``last_day``, ``open_period``, ``members`` (whose points moved), ``earned``, ``spent``,
        ``expired`` (all three positive), ``outstanding`` (sum so far: what members could still spend),
        ``owed`` (the same in money). Points handed out before the data begin are not in it.

    Raises
    ------
    TableMissing
        When there are no points.

    Examples
    --------
    >>> points = pd.DataFrame({"member_id": ["a", "a"], "at": ["2026-05-01", "2026-05-20"],
    ...                        "points": [120, -100], "reason": ["post", "redeem"]})
    >>> events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-05-01"], "event_type": ["view"]})
    >>> community = Community.open({"points": points, "events": events}, as_of="2026-05-31")
    >>> ledger(community)[["earned", "spent", "expired", "outstanding"]].to_numpy().tolist()
    [[120.0, 100.0, 0.0, 20.0]]

    Taught in: 04 Interaction
    """
    community.require("points")
    found = community.query(
        f"""
select
    {start_sql(every)} as period,
    count(distinct member_id) as members,
    coalesce(sum(points) filter (where points > 0), 0) as earned,
    coalesce(-sum(points) filter (where points < 0 and reason = 'expire'), 0) as expired,
    coalesce(-sum(points) filter (where points < 0 and (reason is null or reason <> 'expire')), 0) as spent
from points
group by 1
order by 1"""
    )
    periods = calendar.periods(community.first_day, community.as_of, every)
    found["period"] = found["period"].astype(periods["period"].dtype)
    columns = ["members", "earned", "spent", "expired"]
    result = periods[["period", "last_day", "open_period"]].merge(found, on="period", how="left")
    result[columns] = result[columns].fillna(0)
    result["outstanding"] = (result["earned"] - result["spent"] - result["expired"]).cumsum()
    result["owed"] = result["outstanding"] * worth
    result["members"] = result["members"].astype(int)
    order = ["period", "last_day", "open_period", *columns, "outstanding", "owed"]
    return community.describe(
        result[order], "points ledger", unit="count", every=every, worth=worth, n=int(result["members"].max())
    )


def reasons(community: Community) -> pd.DataFrame:
    """Say what points were given and taken for.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    pandas.DataFrame
        ``reason``, ``rows``, ``members``, ``points`` (signed sum), ``share`` (of all points earned; missing
        for what takes points away).

    Taught in: 04 Interaction
    """
    community.require("points")
    found = community.query(
        """
select coalesce(reason, 'unknown') as reason, count(*) as rows, count(distinct member_id) as members,
    sum(points) as points
from points
group by 1
order by points desc, reason"""
    )
    earned = found["points"].where(found["points"] > 0)
    found["share"] = earned / (earned.sum() or np.nan)
    return community.describe(found, "points by reason", n=int(found["rows"].sum()))


def ladder(community: Community, *, levels: Sequence[float] = LEVELS) -> pd.DataFrame:
    """Sort members by the level that their earned points reached, and time the way to each level.

    Spending points does not lower a level. A member who is not there yet has been on the way *at least*
    since joining: the time to a level comes from a survival curve, not from those who arrived.

    Parameters
    ----------
    community : Community
        The opened community.
    levels : sequence of float, points, default (0, 100, 300, 800, 2000)
        Points at which each level begins, rising, the first one 0.

    Returns
    -------
    pandas.DataFrame
        ``level`` (1 is the lowest), ``from_points``, ``n`` (all members still there), ``count`` (members at
        this level), ``estimate``, ``low``, ``high``, ``arrived_share`` (who reached it within 180 days
        of joining, by the curve), ``median_days`` (to it; missing where fewer than half arrive), ``small``.

    Raises
    ------
    ValueError
        When the levels do not rise from 0.

    Taught in: 04 Interaction
    """
    community.require("points")
    steps = [float(level) for level in levels]
    if not steps or steps[0] != 0 or any(b <= a for a, b in pairwise(steps)):
        raise ValueError(f"levels={tuple(levels)!r}: give points that rise from 0, such as (0, 100, 300).")
    placed = " + ".join(f"case when coalesce(earned.points, 0) >= {step} then 1 else 0 end" for step in steps)
    found = community.query(
        f"""
with earned as (
    select member_id, sum(points) as points from points where points > 0 group by member_id
)
select {placed} as level, count(*) as count
from people
left join earned on earned.member_id = people.member_id
where people.left_day is null or people.left_day > cast($last as date)
group by 1
order by 1""",
        last=community.as_of,
    )
    counts = found.set_index("level")["count"].reindex(range(1, len(steps) + 1), fill_value=0).astype(int)
    n = int(counts.sum())
    low, high = wilson(counts, n)
    result = pd.DataFrame({"level": counts.index, "from_points": steps, "n": n, "count": counts.to_numpy()})
    result = result.assign(estimate=result["count"] / (n or np.nan), low=low, high=high)
    arrived = [(1.0, 0.0)] + [_arrival(time_to_level(community, points=step)) for step in steps[1:]]
    result["arrived_share"], result["median_days"] = (
        np.array(column) for column in zip(*arrived, strict=True)
    )
    result["small"] = result["n"] < FEW
    return community.describe(result, "levels", population="members still there", n=n)


def _arrival(durations: pd.DataFrame, until: int = 180) -> tuple[float, float]:
    if durations.empty:
        return np.nan, np.nan
    curve = survival.kaplan_meier(durations)
    inside = curve[curve["time"] <= until]
    half = curve.loc[curve["estimate"] <= 0.5, "time"]
    watched = curve["time"].max() >= until
    share = 1 - float(inside["estimate"].iloc[-1]) if len(inside) and watched else np.nan
    return share, float(half.iloc[0]) if len(half) else np.nan


def time_to_level(community: Community, *, points: float) -> pd.DataFrame:
    """Count members by the days from joining until they had earned so many points.

    Parameters
    ----------
    community : Community
        The opened community.
    points : float
        Points at which the level begins.

    Returns
    -------
    pandas.DataFrame
        ``time`` (days), ``event`` (arrived) and ``n``, for :func:`helpers.metrics.survival.kaplan_meier`.
        Only members who joined within the data: what others had earned before is not known.

    Taught in: 04 Interaction
    """
    community.require("points")
    found = community.query(
        """
with running as (
    select
        member_id, day,
        sum(points) over (
            partition by member_id order by day rows between unbounded preceding and current row
        ) as total
    from (
        select member_id, day, sum(points) as points
        from points
        where points > 0
        group by member_id, day
    ) as daily
),
arrived as (
    select member_id, min(day) as day from running where total >= $points group by member_id
),
spans as (
    select
        date_diff('day', joined_day, arrived.day) as arrived_after,
        date_diff(
            'day', joined_day, least(coalesce(left_day, cast($last as date)), cast($last as date))
        ) as watched
    from people
    left join arrived on arrived.member_id = people.member_id
    where people.joined_known and people.joined_day between cast($first as date) and cast($last as date)
)
select
    greatest(coalesce(arrived_after, watched), 0) as time,
    (arrived_after is not null) as event,
    count(*) as n
from spans
group by 1, 2
order by 1, 2 desc""",
        points=float(points),
        first=community.first_day,
        last=community.as_of,
    )
    return community.describe(found.astype({"event": bool}), "time to level", points=points)


def effect(
    community: Community,
    *,
    kind: str = "incentive",
    outcomes: Sequence[str] = ("check-ins", "answers"),
    active_within: int | None = None,
) -> pd.DataFrame:
    """Compare what members did before, during and after a reward, with those whom the lot left without it.

    Parameters
    ----------
    community : Community
        The opened community.
    kind : str, default "incentive"
        Kind of the campaigns, drawn by member.
    outcomes : sequence of str
        Any of "check-ins", "answers", "messages", "active days".
    active_within : int, days, optional
        Only members who were active so many days before the reward began: who was there *before* may be
        chosen, who was there during it may not, since the reward had a hand in that.

    Returns
    -------
    pandas.DataFrame
        One row a campaign, treated arm, outcome and stage (before, during, after: each as long as the
        campaign): ``campaign_id``, ``name``, ``arm``, ``outcome``, ``stage``, ``days``, ``n``, ``mean``
        (per member), ``other_n``, ``other_mean`` (control), ``estimate``, ``low``, ``high`` (difference of
        the means, Welch), ``adjusted``, ``adjusted_low``, ``adjusted_high`` (the same, each member measured
        by what he did before), ``ratio``, ``open_period`` (the stage is not over).

    Raises
    ------
    TableMissing
        When nobody was assigned to anything.
    ValueError
        When an outcome is not known.

    Notes
    -----
    Members drawn who had joined before the comparison begins and had not left when the reward began;
    before the reward the arms should be alike, which the rows of that stage check. The adjustment takes
    from every count its part that is foreseen by the same count in the three stages before (CUPED: Deng,
    Xu, Kohavi and Walker 2013): it shifts nothing on average and narrows the interval.

    Taught in: 04 Interaction
    """
    community.require("assignments")
    unknown = [name for name in outcomes if name not in OUTCOMES]
    if unknown:
        raise ValueError(f"{unknown[0]!r}: choose from {', '.join(OUTCOMES)}.")
    sums = ",\n        ".join(
        f"coalesce(sum({OUTCOMES[name]}) filter (where seen.day is not null), 0) as y{at}"
        for at, name in enumerate(outcomes)
    )
    awake = ""
    if active_within is not None:
        awake = f"""
        and people.member_id in (
            select recent.member_id
            from member_days as recent
            join plans as planned
                on date_diff('day', recent.day, planned.starts) between 1 and {int(active_within)}
        )"""
    pasts = sums.replace(" as y", " as x")
    totals = ",\n    ".join(
        f"sum(cast(y{at} as double)) as ty{at}, sum(cast(y{at} as double) * y{at}) as yy{at}, "
        f"sum(cast(x{at} as double)) as tx{at}, sum(cast(x{at} as double) * x{at}) as xx{at}, "
        f"sum(cast(x{at} as double) * y{at}) as xy{at}"
        for at, _name in enumerate(outcomes)
    )
    found = community.query(
        f"""
with plans as (
    select
        campaign_id, name, cast(starts_at as date) as starts,
        date_diff('day', cast(starts_at as date), cast(ends_at as date)) + 1 as days
    from campaigns
    where kind = $kind and starts_at is not null and ends_at >= starts_at
        and coalesce(unit, 'member') = 'member' and coalesce(is_randomised, true)
),
stages as (select 0 as stage union all select 1 as stage union all select 2 as stage),
drawn as (
    select plans.*, lower(assignments.arm) as arm, people.member_id
    from plans
    join assignments on assignments.campaign_id = plans.campaign_id
    join people on people.member_id = assignments.unit_id
    where date_diff('day', people.joined_day, plans.starts) >= plans.days
        and (people.left_day is null or people.left_day >= plans.starts){awake}
),
counted as (
    select
        drawn.campaign_id, drawn.name, drawn.starts, drawn.days, drawn.arm, stages.stage, drawn.member_id,
        {sums}
    from drawn
    cross join stages
    left join member_days as seen
        on seen.member_id = drawn.member_id
        and date_diff('day', drawn.starts, seen.day) >= (stages.stage - 1) * drawn.days
        and date_diff('day', drawn.starts, seen.day) < stages.stage * drawn.days
    group by 1, 2, 3, 4, 5, 6, 7
),
pasts as (
    -- what the member did in the weeks before the reward: the yardstick that makes members comparable
    select
        drawn.campaign_id, drawn.member_id,
        {pasts}
    from drawn
    left join member_days as seen
        on seen.member_id = drawn.member_id
        and date_diff('day', seen.day, drawn.starts) between 1 and $past * drawn.days
    group by 1, 2
)
select
    counted.campaign_id, counted.name, counted.starts, counted.days, counted.arm, counted.stage,
    count(*) as n,
    {totals}
from counted
join pasts on pasts.campaign_id = counted.campaign_id and pasts.member_id = counted.member_id
group by 1, 2, 3, 4, 5, 6
order by starts, counted.campaign_id, arm, stage""",
        kind=kind,
        past=PAST,
    )
    rows = []
    for _keys, parts in found.groupby(["campaign_id", "stage"], sort=False):
        base = parts[parts["arm"].isin(CONTROL)]
        if base.empty:
            continue
        for part in parts[~parts["arm"].isin(CONTROL)].iloc:
            over = part.starts + pd.Timedelta(days=(int(part.stage)) * int(part.days) - 1)
            for at, outcome in enumerate(outcomes):
                rows.append(
                    {
                        "campaign_id": part.campaign_id,
                        "name": part["name"],
                        "arm": part.arm,
                        "outcome": outcome,
                        "stage": ("before", "during", "after")[int(part.stage)],
                        "days": int(part.days),
                        **_gap(_sums(part, at), _sums(base.iloc[0], at), adjust=part.stage > 0),
                        "open_period": bool(over > pd.Timestamp(community.as_of)),
                    }
                )
    order = ["campaign_id", "name", "arm", "outcome", "stage", "days", "n", "mean", "other_n", "other_mean"]
    order += ["estimate", "low", "high", "adjusted", "adjusted_low", "adjusted_high", "ratio", "open_period"]
    result = pd.DataFrame(rows, columns=order)
    asked = result["outcome"].map({name: at for at, name in enumerate(outcomes)})
    result = result.assign(asked=asked).sort_values(
        ["campaign_id", "arm", "asked"], kind="stable", ignore_index=True
    )[order]
    return community.describe(
        result,
        "incentive test",
        population="members drawn",
        active_within=active_within,
        unit="score",
        randomised=True,
        n=int((result["n"] + result["other_n"]).max()) if len(result) else 0,
    )


def _sums(row: pd.Series, at: int) -> dict[str, float]:
    return {"n": float(row["n"])} | {
        name: float(row[f"{name}{at}"]) for name in ("ty", "yy", "tx", "xx", "xy")
    }


def _gap(treated: dict[str, float], control: dict[str, float], *, adjust: bool) -> dict[str, float]:
    arms = pd.DataFrame([treated, control])
    n, mean, past = arms["n"], arms["ty"] / arms["n"], arms["tx"] / arms["n"]
    own = arms["yy"] - n * mean**2  # sums of squares around the mean of each arm
    before = arms["xx"] - n * past**2
    both = arms["xy"] - n * mean * past
    slope = both.sum() / before.sum() if before.sum() > 0 else 0.0
    gap, low, high = _welch(mean, own, n)
    adjusted = (np.nan, np.nan, np.nan)
    if adjust:
        rest = own - 2 * slope * both + slope**2 * before
        adjusted = _welch(mean - slope * past, rest, n)
    return {
        "n": int(n[0]),
        "mean": mean[0],
        "other_n": int(n[1]),
        "other_mean": mean[1],
        "estimate": gap,
        "low": low,
        "high": high,
        "adjusted": adjusted[0],
        "adjusted_low": adjusted[1],
        "adjusted_high": adjusted[2],
        "ratio": mean[0] / mean[1] if mean[1] else np.nan,
    }


def _welch(mean: pd.Series, squares: pd.Series, n: pd.Series) -> tuple[float, float, float]:
    parts = (np.maximum(squares, 0) / (n - 1) / n).to_numpy() if (n > 1).all() else np.full(2, np.nan)
    gap, error = float(mean[0] - mean[1]), float(np.sqrt(parts.sum()))
    if not error > 0:
        return gap, np.nan, np.nan
    degrees = parts.sum() ** 2 / (parts**2 / (n.to_numpy() - 1)).sum()
    half = float(stdtrit(degrees, 0.975)) * error
    return gap, gap - half, gap + half
