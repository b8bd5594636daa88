"""One row a drawn member: the arm, what the member did before the start, and what after it."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community
from helpers.community.engine import identifier
from helpers.metrics.campaigns import CONTROL
from helpers.models import training_sample
from helpers.models.experiments import sample_ratio

COUPONS = ("coupon", "优惠券")
OUTCOMES = ("bought", "orders", "amount", "margin", "active_days")

_TRIALS = """
with booked as (
    select distinct campaign_id from orders where campaign_id is not null
)
select
    assignments.campaign_id, min(campaigns.name) as name, min(campaigns.kind) as kind,
    lower(trim(assignments.arm)) as arm, count(*) as n, count(booked.campaign_id) as selling
from assignments
inner join campaigns on campaigns.campaign_id = assignments.campaign_id
left join booked on booked.campaign_id = assignments.campaign_id
where coalesce(campaigns.is_randomised, true) and coalesce(campaigns.unit, 'member') <> 'group'
    and ($campaign = '' or assignments.campaign_id = $campaign)
group by assignments.campaign_id, lower(trim(assignments.arm))
order by assignments.campaign_id, arm"""


def trials(community: Community, *, campaign: str | None = None) -> pd.DataFrame:
    """List the tests in which chance assigned members to two arms or more.

    Parameters
    ----------
    community : Community
        The opened community.
    campaign : str, optional
        Only the test with this campaign_id.

    Returns
    -------
    pandas.DataFrame
        One row a test: ``campaign_id``, ``name``, ``kind``, ``control`` and ``arm`` (the largest other one),
        ``n`` (both), ``selling`` (orders are booked under it). The control arm is known by its name, and is
        else the first in the alphabet.

    Raises
    ------
    TableMissing
        When there are no assignments, campaigns or orders.

    Taught in: 05 Conversion
    """
    for table in ("assignments", "campaigns", "orders"):
        community.require(table)
    found = community.query(_TRIALS, campaign=campaign or "")
    rows = []
    for name, arms in found.groupby("campaign_id", sort=True):
        if len(arms) < 2:
            continue
        named = arms[arms["arm"].isin(CONTROL)]
        control = (named if len(named) else arms).iloc[0]
        other = arms[arms["arm"] != control["arm"]].sort_values("n", ascending=False, kind="stable").iloc[0]
        rows.append(
            {"campaign_id": name, "name": control["name"], "kind": control["kind"],
             "control": control["arm"], "arm": other["arm"], "n": int(control["n"] + other["n"]),
             "selling": bool(arms["selling"].any())}
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["campaign_id", "name", "kind", "control", "arm", "n", "selling"])


def choose(community: Community, *, kind: str | None = None, campaign: str | None = None) -> pd.Series | None:
    """Choose the test to analyse: by name, by kind, or of coupons, or else of what sells, the largest.

    Parameters
    ----------
    community : Community
        The opened community.
    kind : str, optional
        Kind of campaign. By default coupons come first, then tests under which orders are booked.
    campaign : str, optional
        Its campaign_id.

    Returns
    -------
    pandas.Series or None
        A row of :func:`trials`, with ``coupon``; None where there is no such test.

    Taught in: 05 Conversion
    """
    found = trials(community, campaign=campaign)
    found = found.assign(coupon=found["kind"].str.lower().isin(COUPONS))
    if kind is not None:
        found = found[found["kind"] == kind]
    if found.empty:
        return None
    return found.sort_values(["coupon", "selling", "n"], ascending=False, kind="stable").iloc[0]


_ARMS = """
select
    assignments.unit_id as member_id,
    case when lower(trim(assignments.arm)) = $arm then 1 else 0 end as stratum
from assignments{listed}
where assignments.campaign_id = $campaign and lower(trim(assignments.arm)) in ($control, $arm)"""


def _listed(community: Community) -> str:
    join = "\n    inner join people on people.member_id = assignments.unit_id"
    return join if community.has("members") else ""


def sql(community: Community, *, members: str | None = None) -> str:
    """Write the query behind :func:`units`: one row a drawn member.

    Parameters
    ----------
    community : Community
        The opened community.
    members : str, optional
        Table of the engine with the ``member_id`` of those who are wanted; default everybody.

    Returns
    -------
    str
        Portable SQL with $campaign, $control, $arm, $before, $window (0: to the campaign's end), $as_of.

    Taught in: 05 Conversion
    """
    cost = "orders.net - orders.cost" if community.has("orders", "cost") else "cast(null as decimal(18, 2))"
    only = (
        f"\n        and assignments.unit_id in (select member_id from {identifier(members)})"
        if members
        else ""
    )
    return f"""
with drawn as (
    select
        assignments.unit_id as member_id, lower(trim(assignments.arm)) as arm,
        greatest(
            cast(coalesce(campaigns.starts_at, assignments.assigned_at) as date),
            cast(coalesce(assignments.assigned_at, campaigns.starts_at) as date)
        ) as starts,
        coalesce(cast(campaigns.ends_at as date), cast($as_of as date)) as ends
    from assignments
    inner join campaigns on campaigns.campaign_id = assignments.campaign_id{_listed(community)}
    where assignments.campaign_id = $campaign and lower(trim(assignments.arm)) in ($control, $arm){only}
),
clocks as (
    select
        member_id, arm, starts,
        least(case when $window > 0 then $window else date_diff('day', starts, ends) + 1 end,
            date_diff('day', starts, cast($as_of as date)) + 1) as length
    from drawn
),
purchases as (
    select
        clocks.member_id, clocks.length, date_diff('day', clocks.starts, orders.day) as since,
        case when orders.is_purchase then 1 else 0 end as orders, orders.net as amount,
        {cost} as margin
    from clocks
    inner join orders on orders.member_id = clocks.member_id
),
bought as (
    select
        member_id,
        sum(case when since >= 0 then orders else 0 end) as orders,
        sum(case when since >= 0 then amount else 0 end) as amount,
        sum(case when since >= 0 then margin else 0 end) as margin,
        sum(case when since < 0 then orders else 0 end) as before_orders,
        sum(case when since < 0 then amount else 0 end) as before_amount,
        sum(case when since < 0 then margin else 0 end) as before_margin
    from purchases
    where since >= -$before and since < length
    group by member_id
),
came as (
    select
        clocks.member_id,
        sum(case when seen.day >= clocks.starts then 1 else 0 end) as active_days,
        sum(case when seen.day < clocks.starts then 1 else 0 end) as before_active_days
    from clocks
    inner join {community.member_days()} as seen on seen.member_id = clocks.member_id
    where date_diff('day', clocks.starts, seen.day) >= -$before
        and date_diff('day', clocks.starts, seen.day) < clocks.length
    group by clocks.member_id
)
select
    clocks.member_id, clocks.arm, clocks.starts,
    coalesce(bought.orders, 0) as orders, coalesce(bought.amount, 0) as amount,
    coalesce(bought.margin, 0) as margin, coalesce(came.active_days, 0) as active_days,
    coalesce(bought.before_orders, 0) as before_orders, coalesce(bought.before_amount, 0) as before_amount,
    coalesce(bought.before_margin, 0) as before_margin,
    coalesce(came.before_active_days, 0) as before_active_days
from clocks
left join bought on bought.member_id = clocks.member_id
left join came on came.member_id = clocks.member_id
order by clocks.member_id"""


def units(
    community: Community,
    *,
    kind: str | None = None,
    campaign: str | None = None,
    before: int = 56,
    window: int = 0,
    sample: int = training_sample.SAMPLE,
) -> pd.DataFrame:
    """Lay out a test with one row a drawn member.

    All who were drawn are in it, whatever they did with the offer, and all their orders count, whatever
    campaign they name.

    Parameters
    ----------
    community : Community
        The opened community.
    kind, campaign : str, optional
        As for :func:`choose`.
    before : int, days, default 56
        Length of the time before each member's start that is looked back on. It ends the day before.
    window : int, days, default 0
        Length of the time from the start in which outcomes count; 0: to the campaign's end.
    sample : int, default 200,000
        Lay out at most about so many members, the same share of each arm, drawn by lot
        (:func:`training_sample.by_lot`); ``about["sampled"]`` then says how many of how many.

    Returns
    -------
    pandas.DataFrame
        One row a member: ``member_id``, ``arm``, ``treated``, ``chance`` (share drawn for treatment),
        ``starts``, and as numbers ``bought`` (0 or 1), ``orders``, ``amount``, ``margin`` (after cost of
        goods; where costs are given), ``active_days``, with the same before the start as ``before_…``. No
        rows without such a test.

    Raises
    ------
    TableMissing
        When there are no assignments, campaigns or orders.

    Taught in: 05 Conversion
    """
    test = choose(community, kind=kind, campaign=campaign)
    columns = ["member_id", "arm", "treated", "chance", "starts"]
    columns += [prefix + name for prefix in ("", "before_") for name in OUTCOMES]
    if test is None:
        frame = pd.DataFrame(columns=columns)
        return community.describe(frame, "drawn members", n=0, campaign="", randomised=True)
    given = {name: test[name] for name in ("control", "arm")} | {"campaign": test["campaign_id"]}
    drawn = None
    if training_sample.larger(community, sample) or test["n"] > sample:
        drawn = training_sample.by_lot(
            community, _ARMS.format(listed=_listed(community)), sample=sample, **given
        )
    text = sql(community, members=drawn.table if drawn else None)
    frame = community.query(text, before=int(before), window=int(window), as_of=community.as_of, **given)
    if drawn:
        community.engine.run(f"drop table {drawn.table}")
    numbers = [name for name in columns[5:] if not name.endswith("bought")]
    frame = frame.astype(dict.fromkeys(numbers, "float64"))
    frame["bought"] = (frame["orders"] > 0).astype(float)
    frame["before_bought"] = (frame["before_orders"] > 0).astype(float)
    frame["treated"] = frame["arm"] == test["arm"]
    frame["chance"] = frame["treated"].mean() if len(frame) else pd.Series(dtype=float)
    frame["starts"] = pd.to_datetime(frame["starts"])
    if not community.has("orders", "cost"):
        columns = [name for name in columns if not name.endswith("margin")]
    sizes = [int((~frame["treated"]).sum()), int(frame["treated"].sum())]
    more = {}
    if drawn:
        sizes, more = [int(n) for n in drawn.strata["members"]], {"sampled": drawn.told}
    return community.describe(
        frame[columns],
        "drawn members",
        population="members drawn",
        n=len(frame),
        campaign=test["campaign_id"],
        name=test["name"],
        kind=test["kind"],
        before=int(before),
        window=int(window),
        sizes=sizes,
        ratio_p_value=sample_ratio(sizes) if sum(sizes) else float("nan"),
        randomised=True,
        **more,
    )
