"""Follow what a promotion added: orders, revenue and margin, in its days and in the weeks after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.arms import spread, two_sided
from helpers.metrics.assigned import clocks_sql, selling_condition
from helpers.metrics.campaigns import CONTROL, FEW_GROUPS

OUTCOMES = ("orders", "revenue", "margin")
KEYS = ["campaign_id", "arm"]


def sql(community: Community, *, after: int = 60, every: bool = False) -> str:
    """Return the query behind :func:`daily`: what each arm, or drawn group, bought on each day.

    Parameters
    ----------
    community : Community
        The opened community.
    after : int, days, default 60
        How long after its last day a campaign is followed.
    every : bool, default False
        Campaigns under which no order is booked too.

    Returns
    -------
    str
        Portable SQL with the parameter ``$as_of``. ``<value>_squares`` is by how much the sum over members
        of the square of what each bought so far grew on that day, ``<value>_own`` the same when what came
        before the campaign's end is forgotten.

    Taught in: 05 Conversion
    """
    condition, _ = selling_condition(community, every)
    cost = "coalesce(orders.cost, 0)" if community.has("orders", "cost") else "cast(null as decimal(18, 2))"
    before = "rows between unbounded preceding and 1 preceding"
    so_far = ", ".join(
        f"cast(coalesce(sum({name}) over (partition by campaign_id, arm, member_id{part} "
        f"order by ordered_at, order_id {before}), 0) as decimal(18, 2)) as {name}_{label}"
        for name in OUTCOMES
        for label, part in (("before", ""), ("own_before", ", later"))
    )
    sums = ", ".join(
        f"sum({name}) as {name}, "
        f"sum({name} * ({name}_before + {name}_before + {name})) as {name}_squares, "
        f"sum({name} * ({name}_own_before + {name}_own_before + {name})) as {name}_own"
        for name in OUTCOMES
    )
    return f"""
with {clocks_sql(community, condition)},
bought as (
    select
        clocks.campaign_id, clocks.arm, clocks.drawn_group, clocks.member_id, orders.ordered_at,
        orders.order_id,
        date_diff('day', clocks.starts, orders.day) as since,
        case when date_diff('day', clocks.starts, orders.day) < clocks.length then 0 else 1 end as later,
        cast(case when orders.is_purchase then 1 else 0 end as decimal(18, 2)) as orders,
        orders.net as revenue,
        cast(orders.net - {cost} as decimal(18, 2)) as margin,
        case when orders.is_purchase and orders.campaign_id = clocks.campaign_id then 1 else 0 end as booked,
        coalesce(orders.discount, 0) as discount,
        coalesce(orders.cost, 0) as cost
    from clocks
    inner join orders
        on orders.member_id = clocks.member_id
        and orders.day >= clocks.starts
        and date_diff('day', clocks.starts, orders.day) < least(clocks.length + {int(after)}, clocks.horizon)
),
running as (
    select bought.*, {so_far}
    from bought
)
select
    campaign_id, arm, drawn_group, later, since, {sums},
    sum(booked) as booked, sum(booked * revenue) as booked_revenue,
    sum(booked * discount) as booked_discount, sum(booked * cost) as booked_cost
from running
group by campaign_id, arm, drawn_group, later, since
order by campaign_id, arm, drawn_group, later, since
"""


def arms(community: Community, *, every: bool = False) -> pd.DataFrame:
    """Count the members in each arm, by drawn group where groups were drawn.

    Parameters
    ----------
    community : Community
        The opened community.
    every : bool, default False
        Campaigns under which no order is booked too.

    Returns
    -------
    pandas.DataFrame
        ``campaign_id``, ``arm``, ``unit``, ``drawn_group``, ``members``, ``length``, ``horizon`` (days of
        the campaign, and of data since its start), ``name``, ``kind``, ``budget``, ``starts``, ``control``
        (the arm to compare with). Campaigns without a control arm are left out.

    Raises
    ------
    TableMissing
        When there are no assignments or no orders.

    Taught in: 05 Conversion
    """
    community.require("assignments")
    community.require("orders")
    condition, _ = selling_condition(community, every)
    found = community.query(
        f"""
with {clocks_sql(community, condition)}
select
    clocks.campaign_id, clocks.arm, clocks.unit, clocks.drawn_group, count(*) as members,
    max(clocks.length) as length, min(clocks.horizon) as horizon, min(clocks.starts) as starts,
    min(campaigns.name) as name, min(campaigns.kind) as kind, cast(max(campaigns.budget) as double) as budget
from clocks
left join campaigns on campaigns.campaign_id = clocks.campaign_id
group by clocks.campaign_id, clocks.arm, clocks.unit, clocks.drawn_group
order by starts, clocks.campaign_id, clocks.arm, clocks.drawn_group
""",
        as_of=community.as_of,
    )
    found["control"] = found["arm"].isin(CONTROL)
    sides = found.groupby("campaign_id")["control"].transform("nunique")
    return found[sides == 2].reset_index(drop=True)


def daily(community: Community, *, after: int = 60, every: bool = False) -> pd.DataFrame:
    """Sum up by day since the start what each arm bought.

    Parameters
    ----------
    community, after, every
        As for :func:`sql`.

    Returns
    -------
    pandas.DataFrame
        ``campaign_id``, ``arm``, ``drawn_group``, ``later`` (0 in the campaign's days, 1 after them),
        ``since`` (0 is the first day), of each of orders, revenue
        and margin the sum, ``_squares`` and ``_own`` (see :func:`sql`), ``booked``, ``booked_revenue``,
        ``booked_discount``, ``booked_cost`` (of purchases that bear the campaign's name).

    Taught in: 05 Conversion
    """
    return community.query(sql(community, after=after, every=every), as_of=community.as_of)


def _moments(
    groups: pd.DataFrame, days: pd.DataFrame, name: str, squares: str, steps: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Return, by day, the mean per member so far, the variance of that mean, and the units behind it."""
    n, since = float(groups["members"].sum()), days["since"].to_numpy(int)
    if groups["unit"].iloc[0] == "group":
        row = pd.Index(groups["drawn_group"]).get_indexer(days["drawn_group"])
        table = np.zeros((len(groups), steps))
        np.add.at(table, (row, since), days[name].to_numpy(float))
        table = table.cumsum(axis=1)
        mean = table.sum(axis=0) / n
        residuals = table - mean * groups["members"].to_numpy(float)[:, None]
        scale = len(groups) / (len(groups) - 1) if len(groups) > 1 else np.nan
        return mean, scale * (residuals**2).sum(axis=0) / n**2, len(groups)
    total, square = (
        np.bincount(since, days[column].to_numpy(float), minlength=steps).cumsum()
        for column in (name, squares)
    )
    spread_ = np.maximum(square - total**2 / n, 0.0)
    return total / n, spread_ / (n * (n - 1)) if n > 1 else np.full(steps, np.nan), int(n)


def _compared(
    sides: tuple[pd.DataFrame, pd.DataFrame], days: pd.DataFrame, name: str, squares: str, steps: int
) -> pd.DataFrame:
    parts = [_moments(side, days[days["arm"].isin(side["arm"])], name, squares, steps) for side in sides]
    error, half, degrees = spread([part[1] for part in parts], [part[2] for part in parts])
    gap = parts[0][0] - parts[1][0]
    with np.errstate(invalid="ignore"):
        p_value = two_sided(gap, error, degrees)
    return pd.DataFrame(
        {
            "treated": parts[0][0],
            "control": parts[1][0],
            "estimate": gap,
            "low": gap - half,
            "high": gap + half,
            "error": error,
            "p_value": p_value,
        }
    )


def _pairs(counted: pd.DataFrame) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    # One pair a campaign and treated arm; there are few.
    return [
        (part, rows[rows["control"]])
        for _name, rows in counted.groupby("campaign_id", sort=False)
        for _arm, part in rows[~rows["control"]].groupby("arm", sort=False)
    ]


def _labels(part: pd.DataFrame, base: pd.DataFrame, after: int) -> dict[str, object]:
    first = part.iloc[0]
    units = (
        [len(part), len(base)] if first["unit"] == "group" else [part["members"].sum(), base["members"].sum()]
    )
    return {
        "campaign_id": first["campaign_id"],
        "name": first["name"],
        "kind": first["kind"],
        "unit": first["unit"],
        "arm": first["arm"],
        "units": int(sum(units)),
        "n": int(part["members"].sum()),
        "control_n": int(base["members"].sum()),
        "days": int(first["length"]),
        "open_period": bool(first["horizon"] < first["length"] + after),
        "small": min(units) < (FEW_GROUPS if first["unit"] == "group" else 30),
    }


def curve(community: Community, *, after: int = 60, outcome: str = "orders") -> pd.DataFrame:
    """Follow the cumulative difference between the arms through a promotion and the weeks after it.

    The curve climbs while the promotion runs. If it falls afterwards, orders were only brought forward.

    Parameters
    ----------
    community : Community
        The opened community.
    after : int, days, default 60
        How long after its last day each promotion is followed.
    outcome : {"orders", "revenue", "margin"}, default "orders"
        Purchases, money after refunds, or that less the cost of the goods.

    Returns
    -------
    pandas.DataFrame
        One row a promotion, treated arm and day: the labels of :func:`gains`, ``since`` (0 is the first
        day), ``treated``, ``control``, ``estimate``, ``low``, ``high`` (per member so far), ``error``,
        ``p_value``, ``later`` (the promotion is over).

    Notes
    -----
    Each day's interval is its own: that many of them hold at once is not promised.

    Taught in: 05 Conversion
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"outcome={outcome!r}: choose one of {', '.join(OUTCOMES)}.")
    if outcome == "margin":
        community.require("orders", "cost")
    counted, days = arms(community), daily(community, after=after)
    by_campaign = dict(iter(days.groupby("campaign_id")))
    parts = []
    for part, base in _pairs(counted):
        labels = _labels(part, base, after)
        steps = int(min(part["length"].iloc[0] + after, part["horizon"].min()))
        mine = by_campaign.get(labels["campaign_id"], days.iloc[:0])
        if steps > 0:
            found = _compared((part, base), mine, outcome, f"{outcome}_squares", steps)
            found.insert(0, "since", np.arange(steps))
            parts.append(found.assign(**labels, later=found["since"] >= labels["days"]))
    result = (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*_COLUMNS, "since", "later"])
    )
    return community.describe(
        result,
        "cumulative gain",
        outcome=outcome,
        after=after,
        population="assigned members",
        randomised=True,
        unit="money" if outcome != "orders" else "count",
    )


_COLUMNS = [
    "campaign_id",
    "name",
    "kind",
    "unit",
    "arm",
    "units",
    "n",
    "control_n",
    "days",
    "outcome",
    "phase",
]
_COLUMNS += ["treated", "control", "estimate", "low", "high", "error", "p_value", "total", "total_low"]
_COLUMNS += ["total_high", "open_period", "small"]


def gains(community: Community, *, after: int = 60, every: bool = False) -> pd.DataFrame:
    """Measure what each promotion added: in its days, in the weeks after, and over both.

    All who were assigned count, whether or not they used the offer, and all their purchases, whether or not
    they bear the promotion's name. Refunded and cancelled orders are no purchases; money is after refunds.

    Parameters
    ----------
    community : Community
        The opened community.
    after : int, days, default 60
        How long after its last day each promotion is followed.
    every : bool, default False
        Also tests under which no order is booked.

    Returns
    -------
    pandas.DataFrame
        One row a promotion, treated arm, ``outcome`` (orders, revenue, margin where costs are known) and
        ``phase`` (during, after, both): ``campaign_id``, ``name``, ``kind``, ``unit``, ``arm``, ``units``
        (drawn, both arms), ``n`` (members treated), ``control_n``, ``days``, ``treated``, ``control`` (means
        per member), ``estimate``, ``low``, ``high`` (difference per member), ``error``, ``p_value``,
        ``total``, ``total_low``, ``total_high`` (times the members treated), ``open_period`` (the weeks
        after are not over), ``small``.

    Raises
    ------
    TableMissing
        When there are no assignments or no orders.

    Notes
    -----
    Members drawn: Welch's interval. Groups drawn: ratio of totals with the variance between groups.

    Taught in: 05 Conversion
    """
    counted, days = arms(community, every=every), daily(community, after=after, every=every)
    outcomes = OUTCOMES if community.has("orders", "cost") else OUTCOMES[:2]
    by_campaign = dict(iter(days.groupby("campaign_id")))
    rows = []
    for part, base in _pairs(counted):
        labels = _labels(part, base, after)
        mine = by_campaign.get(labels["campaign_id"], days.iloc[:0])
        last = int(max(mine["since"].max(), 0)) + 1 if len(mine) else 1
        # Who is drawn on joining has days of the campaign of its own, so its end is not the same day for all.
        shown = {"during": mine[mine["later"] == 0], "after": mine[mine["later"] == 1], "both": mine}
        over = part["horizon"].max() > part["length"].max()
        for outcome in outcomes if part["horizon"].max() > 0 else ():
            found = {}
            for phase, rows_of in shown.items():
                squares = f"{outcome}_own" if phase == "after" else f"{outcome}_squares"
                found[phase] = _compared((part, base), rows_of, outcome, squares, last).iloc[-1]
            if not over:
                found["after"] = found["after"] * np.nan
            rows += [{**labels, "outcome": outcome, "phase": phase, **row} for phase, row in found.items()]
    result = pd.DataFrame(rows, columns=_COLUMNS)
    for end in ("", "_low", "_high"):
        result[f"total{end}"] = result[end.lstrip("_") or "estimate"].astype(float) * result["n"]
    return community.describe(
        result, "gains", after=after, population="assigned members", randomised=True, unit="count"
    )
