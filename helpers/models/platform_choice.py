"""Choose the platform for a community: criteria measured, weighed, and tried under other weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.grouping import Segments, grouped_people
from helpers.metrics.intervals import mean_from_sums, percentiles, wilson

# Criterion and whether more of it is better.
CRITERIA = {
    "reach": True,
    "active_share": True,
    "actions_per_active": True,
    "retention": True,
    "buyer_share": True,
    "cost_per_active": False,
    "competitors": False,
}
WINDOW = 28  # days: whole weeks, so that every weekday counts the same
SMALL = 30


def sql(community: Community) -> str:
    """Show the query that measures each platform from one row a member and platform.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        The SQL text with the parameters $as_of and $window.

    Taught in: 02 Positioning
    """
    buyers = "select distinct member_id from orders where is_purchase"
    return f"""
    with days as (
        select member_id, platform, day, actions,
               date_diff('day', day, cast($as_of as date)) < $window as is_recent,
               min(day) over (partition by member_id, platform) as first_day
        from {community.member_days("platform")}
        where platform is not null
    ),
    habits as (
        select member_id, platform, first_day,
               max(case when is_recent then 1 else 0 end) as is_active,
               sum(case when is_recent then actions else 0 end) as actions,
               max(case when date_diff('day', first_day, day) between $window and 2 * $window - 1
                        then 1 else 0 end) as came_back
        from days
        group by member_id, platform, first_day
    ),
    buyers as ({buyers})
    select platform,
           count(*) as members,
           sum(is_active) as active,
           sum(cast(actions as double)) as actions,
           sum(cast(actions as double) * cast(actions as double)) as actions_squared,
           sum(case when date_diff('day', first_day, cast($as_of as date)) >= 2 * $window - 1
                    then 1 else 0 end) as followed,
           sum(case when date_diff('day', first_day, cast($as_of as date)) >= 2 * $window - 1
                    then came_back else 0 end) as retained,
           sum(case when buyers.member_id is not null then 1 else 0 end) as bought
    from habits
    left join buyers on buyers.member_id = habits.member_id
    group by platform
    order by platform"""


def criteria(
    community: Community, *, competitors: Mapping[str, float] | None = None, window: int = WINDOW
) -> pd.DataFrame:
    """Measure every platform by the criteria that the data can supply.

    Parameters
    ----------
    community : Community
        The opened community.
    competitors : mapping of str to float, optional
        For each platform how strongly rivals are there, on any scale; your own judgement, less is better.
    window : int, default 28 days
        Length of the recent period and of the return period.

    Returns
    -------
    DataFrame
        platform, criterion, n, estimate, low, high, better ("high" or "low"), small. reach: members ever
        active there of all; active_share: of them active in the window; actions_per_active: in the window;
        retention: active again 28 to 55 days after the first day there; buyer_share: of its members;
        cost_per_active: costs of the channel of that name for each member ever active there.

    Raises
    ------
    TableMissing
        If events have no platform.

    Taught in: 02 Positioning
    """
    community.require("events", "platform")
    found = community.query(sql(community), as_of=community.as_of, window=window).astype({"platform": str})
    people = int(community.query("select count(*) as n from people").loc[0, "n"])
    parts = [
        _share(found, "reach", found["members"], people),
        _share(found, "active_share", found["active"], found["members"]),
        _mean(found),
        _share(found, "retention", found["retained"], found["followed"]),
    ]
    if community.has("orders"):
        parts.append(_share(found, "buyer_share", found["bought"], found["members"]))
    for name, given in (("cost_per_active", _costs(community, found)), ("competitors", competitors)):
        if given is not None:
            fixed = found["platform"].map(given).astype(float)
            parts.append(_part(found, name, found["members"], fixed, fixed, fixed))
    frame = pd.concat(parts, ignore_index=True)
    return community.describe(frame, "platform_criteria", population="members", window=window, n=people)


def _part(
    found: pd.DataFrame, name: str, n: pd.Series, estimate: pd.Series, low: pd.Series, high: pd.Series
) -> pd.DataFrame:
    frame = pd.DataFrame({"platform": found["platform"], "criterion": name, "n": n})
    frame["estimate"], frame["low"], frame["high"] = estimate, low, high
    return frame.assign(better="high" if CRITERIA[name] else "low", small=frame["n"] < SMALL)


def _share(found: pd.DataFrame, name: str, count: pd.Series, n: pd.Series | int) -> pd.DataFrame:
    base = pd.Series(n, index=found.index).astype(float)
    low, high = wilson(count, base)
    return _part(found, name, base.astype(int), count / base.where(base > 0), low, high)


def _mean(found: pd.DataFrame) -> pd.DataFrame:
    low, high = mean_from_sums(found["active"], found["actions"], found["actions_squared"])
    active = found["active"].astype(float)
    estimate = found["actions"] / active.where(active > 0)
    return _part(found, "actions_per_active", found["active"].astype(int), estimate, low, high)


def _costs(community: Community, found: pd.DataFrame) -> dict[str, float] | None:
    if not community.has("costs"):
        return None
    spent = community.query(
        "select channel, cast(sum(amount) as double) as amount from costs group by channel order by channel"
    ).set_index("channel")["amount"]
    if not set(spent.index) & set(found["platform"]):
        return None
    members = found.set_index("platform")["members"]
    return {name: spent.get(name, 0.0) / n for name, n in members.items()}


def ranks(
    criteria: pd.DataFrame,
    *,
    weights: Mapping[str, float] | None = None,
    concentration: float = 20,
    draws: int = 4000,
    seed: int = 0,
) -> pd.DataFrame:
    """Weigh the criteria to one score a platform, and say how sure the order is.

    Parameters
    ----------
    criteria : DataFrame
        From `criteria`; a criterion that is missing for one platform is left out for all.
    weights : mapping of str to float, optional
        Weight of each criterion, any scale; 0 leaves one out. Default: all weights are equally thinkable.
    concentration : float, default 20
        How near the weights drawn stay to those given: 20 moves a weight of 0.25 by about 0.09.
    draws : int, default 4000
        How many weights are tried.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    DataFrame
        Sorted by score: platform, n, score (0 to 1), low, high, rank, p_1, p_2, … (probability of each
        rank). `attrs["about"]["weights"]`: the weights used.

    Notes
    -----
    Each criterion is stretched to 0 for the worst and 1 for the best platform measured, so a score says
    how platforms compare, not how good they are, and a small difference can look large: hence the draws
    vary the weights (Dirichlet) and the measured values (normal, from their intervals) together.

    Taught in: 02 Positioning
    """
    values = criteria.pivot(index="platform", columns="criterion", values="estimate")
    kept = [name for name in CRITERIA if name in values and values[name].notna().all()]
    if weights is not None:
        unknown = set(weights) - set(CRITERIA)
        if unknown or min(weights.values(), default=0) < 0 or not any(weights.get(name) for name in kept):
            raise ValueError(
                f"weights: positive numbers for some of {', '.join(kept)}; got {dict(weights)!r}"
            )
        kept = [name for name in kept if weights.get(name, 0) > 0]
    if not kept:
        return _described(
            criteria, pd.DataFrame(columns=["platform", "n", "score", "low", "high", "rank"]), {}
        )
    alpha = np.ones(len(kept)) if weights is None else np.array([float(weights[name]) for name in kept])
    middle = alpha / alpha.sum()
    if weights is not None:
        alpha = middle * concentration
    random = np.random.default_rng(seed)
    drawn = np.einsum(
        "dpc,dc->dp", _measured(criteria, values, kept, random, draws), random.dirichlet(alpha, draws)
    )
    base = _measured(criteria, values, kept, None, 1)[0] @ middle
    places = np.argsort(np.argsort(-drawn, axis=1, kind="stable"), axis=1, kind="stable") + 1
    frame = pd.DataFrame({"platform": values.index.astype(str)})
    frame["n"] = (
        criteria[criteria["criterion"] == kept[0]].set_index("platform")["n"].reindex(values.index).to_numpy()
    )
    frame["score"] = base
    frame["low"], frame["high"] = percentiles(drawn)
    for rank in range(1, len(frame) + 1):
        frame[f"p_{rank}"] = (places == rank).mean(axis=0)
    frame = frame.sort_values(["score", "platform"], ascending=[False, True], kind="stable").reset_index(
        drop=True
    )
    frame.insert(5, "rank", np.arange(1, len(frame) + 1))
    return _described(criteria, frame, dict(zip(kept, middle.round(6).tolist(), strict=True)))


def _measured(
    criteria: pd.DataFrame,
    values: pd.DataFrame,
    kept: list[str],
    random: np.random.Generator | None,
    draws: int,
) -> np.ndarray:
    # Draws by platform by criterion, on the scale set by the measured worst and best.
    middle = values[kept].to_numpy(dtype=float)
    worst, best = middle.min(axis=0), middle.max(axis=0)
    upwards = np.array([CRITERIA[name] for name in kept])
    worst, best = np.where(upwards, worst, best), np.where(upwards, best, worst)
    drawn = np.broadcast_to(middle, (draws, *middle.shape))
    if random is not None:
        wide = criteria.assign(error=(criteria["high"] - criteria["low"]) / 3.92)
        error = wide.pivot(index="platform", columns="criterion", values="error")[kept].fillna(0).to_numpy()
        drawn = random.normal(drawn, error)
    spread = np.where(best == worst, 1.0, best - worst)
    return np.where(best == worst, 0.5, (drawn - worst) / spread)


def _described(criteria: pd.DataFrame, frame: pd.DataFrame, weights: dict[str, float]) -> pd.DataFrame:
    frame.attrs["about"] = criteria.attrs.get("about", {}) | {"metric": "platform_ranks", "weights": weights}
    return frame


def audience(community: Community, *, segments: Segments = None) -> pd.DataFrame:
    """Give the share of each segment that is reached on each platform.

    Parameters
    ----------
    community : Community
        The opened community.
    segments : DataFrame or str, optional
        A frame with member_id and segment, or a column of members; default all members together.

    Returns
    -------
    DataFrame
        segment, platform, n (members of the segment, silent ones too), count (ever active there),
        estimate, low, high, small.

    Raises
    ------
    TableMissing
        If events have no platform.

    Taught in: 02 Positioning
    """
    community.require("events", "platform")
    frame = community.query(
        f"""
        with grouped as ({grouped_people(community, segments)}
        ),
        sizes as (select segment, count(*) as n from grouped group by segment),
        there as (
            select distinct member_id, platform
            from {community.member_days("platform")}
            where platform is not null
        ),
        counted as (
            select grouped.segment, there.platform, count(*) as count
            from there
            join grouped on grouped.member_id = there.member_id
            group by grouped.segment, there.platform
        ),
        platforms as (select distinct platform from there)
        select sizes.segment, platforms.platform, n, coalesce(count, 0) as count
        from sizes
        cross join platforms
        left join counted on counted.segment = sizes.segment and counted.platform = platforms.platform
        order by sizes.segment, platforms.platform
        """
    )
    frame["estimate"] = frame["count"] / frame["n"]
    frame["low"], frame["high"] = wilson(frame["count"], frame["n"])
    frame["small"] = frame["n"] < SMALL
    return community.describe(frame, "platform_audience", population="members")
