"""Ask what a campaign did: conversion, repurchase and money, and the difference it made where drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.arms import mean_of_members, ratio_of_groups, welch
from helpers.metrics.assigned import clocks_sql, selling_condition
from helpers.metrics.intervals import difference, wilson

CONTROL = ("control", "holdout", "对照", "对照组")
FEW_GROUPS = 10


def by_campaign(community: Community, *, within: int = 60) -> pd.DataFrame:
    """Describe every campaign: who bought in it, who bought again, what came in and what was given away.

    A description, not an effect: many of these orders would have come anyway. See :func:`effects`. Campaigns
    under which no order is booked are not in it.

    Parameters
    ----------
    community : Community
        The opened community.
    within : int, days, default 60
        Time after the first purchase in the campaign within which another purchase counts as repurchase.

    Returns
    -------
    pandas.DataFrame
        One row a campaign, by start: ``campaign_id``, ``name``, ``kind``, ``starts``, ``ends``, ``n``
        (members there at the start), ``count`` (bought in the campaign), ``estimate``, ``low``, ``high``
        (conversion), ``orders``, ``revenue``, ``discount``, ``repurchase_n`` (buyers watched for `within`
        days), ``repurchase_count``, ``repurchase``, ``repurchase_low``, ``repurchase_high``,
        ``open_period``, ``small``.

    Raises
    ------
    TableMissing
        When orders do not say which campaign they belong to.

    Taught in: 06 Evaluation
    """
    community.require("orders", "campaign_id")
    found = community.query(
        """
with tagged as (
    select campaign_id, member_id, day, ordered_at, net, discount
    from orders
    where campaign_id is not null and is_purchase
),
plans as (
    select
        tagged.campaign_id,
        coalesce(min(cast(campaigns.starts_at as date)), min(tagged.day)) as starts,
        coalesce(max(cast(campaigns.ends_at as date)), max(tagged.day)) as ends,
        min(campaigns.name) as name,
        min(campaigns.kind) as kind
    from tagged
    left join campaigns on campaigns.campaign_id = tagged.campaign_id
    group by tagged.campaign_id
),
firsts as (
    select
        campaign_id, member_id, min(ordered_at) as first_at, min(day) as first_day,
        count(*) as orders, sum(net) as revenue, sum(coalesce(discount, 0)) as discount
    from tagged
    group by campaign_id, member_id
),
later as (
    select
        firsts.campaign_id, firsts.member_id,
        max(case when orders.ordered_at > firsts.first_at
            and date_diff('day', firsts.first_day, orders.day) <= $within then 1 else 0 end) as again
    from firsts
    inner join orders on orders.member_id = firsts.member_id and orders.is_purchase
    group by firsts.campaign_id, firsts.member_id
),
bought as (
    select
        firsts.campaign_id,
        count(*) as buyers,
        sum(firsts.orders) as orders,
        cast(sum(firsts.revenue) as double) as revenue,
        cast(sum(firsts.discount) as double) as discount,
        sum(case when date_diff('day', firsts.first_day, cast($as_of as date)) >= $within
            then 1 else 0 end) as watched,
        sum(case when date_diff('day', firsts.first_day, cast($as_of as date)) >= $within
            then later.again else 0 end) as again
    from firsts
    inner join later on later.campaign_id = firsts.campaign_id and later.member_id = firsts.member_id
    group by firsts.campaign_id
),
present as (
    select plans.campaign_id, count(people.member_id) as members
    from plans
    left join people
        on people.joined_day <= plans.ends and (people.left_day is null or people.left_day >= plans.starts)
    group by plans.campaign_id
)
select
    plans.campaign_id, plans.name, plans.kind, plans.starts, plans.ends, present.members,
    bought.buyers, bought.orders, bought.revenue, bought.discount, bought.watched, bought.again
from plans
inner join bought on bought.campaign_id = plans.campaign_id
inner join present on present.campaign_id = plans.campaign_id
order by plans.starts, plans.campaign_id
""",
        within=int(within),
        as_of=community.as_of,
    )
    # A buyer who had left again by the records was there all the same.
    n = found["members"].where(found["members"] >= found["buyers"], found["buyers"])
    low, high = wilson(found["buyers"], n)
    again_low, again_high = wilson(found["again"], found["watched"])
    ends = pd.to_datetime(found["ends"])
    result = found[["campaign_id", "name", "kind"]].assign(
        starts=pd.to_datetime(found["starts"]),
        ends=ends,
        n=n,
        count=found["buyers"],
        estimate=found["buyers"] / n.where(n > 0),
        low=low,
        high=high,
        orders=found["orders"].astype("int64"),
        revenue=found["revenue"],
        discount=found["discount"] if community.has("orders", "discount") else np.nan,
        repurchase_n=found["watched"].astype("int64"),
        repurchase_count=found["again"].astype("int64"),
        repurchase=found["again"] / found["watched"].where(found["watched"] > 0),
        repurchase_low=again_low,
        repurchase_high=again_high,
        open_period=ends > pd.Timestamp(community.as_of),
        small=n < 30,
    )
    return community.describe(
        result, "by_campaign", within=int(within), population="members there", randomised=None
    )


def sql(community: Community, *, window: int | None = None, every: bool = False) -> str:
    """Return the query behind :func:`effects`: buyers and spending by campaign, arm and drawn group.

    Parameters
    ----------
    community : Community
        The opened community.
    window : int, days, optional
        As for :func:`effects`.
    every : bool, default False
        As for :func:`effects`.

    Returns
    -------
    str
        Portable SQL with the parameter ``$as_of``; groups stay apart, members are summed up.

    Taught in: 06 Evaluation
    """
    length = "least(length, horizon)" if window is None else f"least({int(window)}, horizon)"
    condition, _ = selling_condition(community, every)
    return f"""
with {clocks_sql(community, condition)},
spent as (
    select
        clocks.campaign_id, clocks.arm, clocks.unit, clocks.drawn_group, clocks.member_id,
        max(case when orders.is_purchase then 1 else 0 end) as bought,
        cast(coalesce(sum(orders.net), 0) as decimal(18, 2)) as revenue
    from clocks
    left join orders
        on orders.member_id = clocks.member_id
        and orders.day >= clocks.starts
        and date_diff('day', clocks.starts, orders.day) < {length}
    group by 1, 2, 3, 4, 5
)
select
    campaign_id, arm, unit, drawn_group,
    count(*) as members,
    sum(bought) as bought,
    sum(revenue) as revenue,
    sum(revenue * revenue) as revenue_squares
from spent
group by 1, 2, 3, 4
order by 1, 2, 3, 4
"""


def effects(
    community: Community, *, window: int | None = None, control: str | None = None, every: bool = False
) -> pd.DataFrame:
    """Measure the difference a campaign made, where members or groups were assigned to it and to a control.

    All who were assigned count, whether or not they used the offer, and all their purchases count, whether or
    not they bear the campaign's name. Where groups were assigned, the group is the unit: its members share
    what they see, and counting them one by one claims a certainty that is not there.

    Parameters
    ----------
    community : Community
        The opened community.
    window : int, days, optional
        Purchases are counted so many days from the start; to the campaign's end by default.
    control : str, optional
        Name of the arm compared with; by default control, holdout or 对照.
    every : bool, default False
        Also measure tests that are not about selling: campaigns under which no order is booked. By default
        they are left out (``attrs["about"]["left_out"]`` says how many campaigns are), so that a test of
        headlines does not stand among the coupons; where orders name no campaign at all, none is left out.

    Returns
    -------
    pandas.DataFrame
        One row a campaign and treated arm: ``campaign_id``, ``name``, ``kind``, ``unit``, ``arm``, ``units``
        (assigned units in both arms), ``n``, ``count``, ``rate`` (members and buyers in the arm),
        ``control_n``, ``control_count``, ``control_rate``, ``estimate``, ``low``, ``high`` (difference of
        the shares who bought), ``revenue_gain``, ``revenue_low``, ``revenue_high`` (difference of revenue
        per member), ``naive_low``, ``naive_high`` (what treating members as units would claim), ``budget``,
        ``open_period``, ``small`` (fewer than 30 members or 10 groups in an arm). Campaigns without a
        control arm are not in it, nor those that say that chance did not decide (``is_randomised`` false).

    Raises
    ------
    TableMissing
        When there are no assignments or no orders.

    Notes
    -----
    Members: Newcombe's interval for shares, Welch's for revenue. Groups: ratio of totals with the variance
    between groups and Welch's degrees of freedom. The arms are taken to have been drawn at random, as the
    assignments say; check the sizes of the arms before believing it.

    Taught in: 06 Evaluation
    """
    community.require("assignments")
    community.require("orders")
    found = community.query(sql(community, window=window, every=every), as_of=community.as_of)
    plans = community.query(
        "select campaign_id, name, kind, cast(starts_at as date) as starts, cast(ends_at as date) as ends, "
        "cast(budget as double) as budget from campaigns order by campaign_id"
    ).set_index("campaign_id")
    names = CONTROL if control is None else (control.strip().lower(),)
    rows = []
    for campaign, parts in found.groupby("campaign_id", sort=False):
        base = parts[parts["arm"].isin(names)]
        if base.empty:
            continue
        plan = plans.loc[campaign] if campaign in plans.index else pd.Series(dtype=object)
        for arm, part in parts[~parts["arm"].isin(names)].groupby("arm"):
            rows.append(
                {
                    "campaign_id": campaign,
                    "arm": arm,
                    **_compare(part, base),
                    **_plan(community, plan, window),
                }
            )
    order = ["campaign_id", "name", "kind", "unit", "arm", "units", "n", "count", "rate", "control_n"]
    order += ["control_count", "control_rate", "estimate", "low", "high", "revenue_gain", "revenue_low"]
    order += ["revenue_high", "naive_low", "naive_high", "budget", "starts", "open_period", "small"]
    result = pd.DataFrame(rows, columns=order).sort_values(["starts", "campaign_id"], ignore_index=True)
    return community.describe(
        result.drop(columns="starts"),
        "effects",
        window=window,
        population="assigned members",
        randomised=True,
        left_out=selling_condition(community, every)[1],
    )


def _plan(community: Community, plan: pd.Series, window: int | None) -> dict[str, object]:
    starts = pd.Timestamp(plan.get("starts"))
    ends = pd.Timestamp(plan.get("ends")) if window is None else starts + pd.Timedelta(days=window - 1)
    return {
        "name": plan.get("name"),
        "kind": plan.get("kind"),
        "budget": plan.get("budget", np.nan),
        "starts": starts,
        "open_period": bool(ends > pd.Timestamp(community.as_of)),
    }


def _compare(part: pd.DataFrame, base: pd.DataFrame) -> dict[str, object]:
    n, bought, m, base_bought = (int(t[c].sum()) for t in (part, base) for c in ("members", "bought"))
    grouped = bool((part["unit"] == "group").any())
    naive_low, naive_high = difference(bought, n, base_bought, m)
    units = (len(part), len(base)) if grouped else (n, m)
    if grouped:
        gap, low, high = welch(ratio_of_groups(part, "bought"), ratio_of_groups(base, "bought"), units)
        gain = welch(ratio_of_groups(part, "revenue"), ratio_of_groups(base, "revenue"), units)
    else:
        gap, low, high = bought / n - base_bought / m, naive_low, naive_high
        gain = welch(mean_of_members(part, "revenue"), mean_of_members(base, "revenue"), units)
    return {
        "unit": "group" if grouped else "member",
        "units": sum(units),
        "n": n,
        "count": bought,
        "rate": bought / n,
        "control_n": m,
        "control_count": base_bought,
        "control_rate": base_bought / m,
        "estimate": gap,
        "low": low,
        "high": high,
        "revenue_gain": gain[0],
        "revenue_low": gain[1],
        "revenue_high": gain[2],
        "naive_low": naive_low,
        "naive_high": naive_high,
        "small": min(units) < (FEW_GROUPS if grouped else 30),
    }


def before_after(community: Community, *, every: bool = False) -> pd.DataFrame:
    """Set each campaign's days beside the same weekdays before it, as many whole weeks back as needed.

    All that can be said of a campaign without a control. The season, the payday and every other campaign are
    in the difference too: it describes what happened, not what the campaign did.

    Parameters
    ----------
    community : Community
        The opened community.
    every : bool, default False
        Also show campaigns that are not about selling, as for :func:`effects`.

    Returns
    -------
    pandas.DataFrame
        One row a campaign with both dates: ``campaign_id``, ``name``, ``kind``, ``starts``, ``ends``,
        ``days``, ``before`` and ``during`` (purchases), ``before_revenue``, ``during_revenue``,
        ``estimate``, ``low``, ``high`` (ratio of purchases during to before; conditional interval),
        ``overlaps`` (other campaigns that ran in either stretch), ``left_edge`` (the data do not reach back
        that far), ``open_period``.

    Taught in: 06 Evaluation
    """
    community.require("campaigns", "starts_at", "ends_at")
    community.require("orders")
    condition, left_out = selling_condition(community, every)
    selling = f" and {condition}" if condition else ""
    found = community.query(
        f"""
with plans as (
    select
        campaign_id, name, kind, cast(starts_at as date) as starts, cast(ends_at as date) as ends,
        date_diff('day', cast(starts_at as date), cast(ends_at as date)) + 1 as days,
        -- whole weeks back, so that the same weekdays are compared
        7 * cast(
            ceil((date_diff('day', cast(starts_at as date), cast(ends_at as date)) + 1) / 7.0) as integer
        ) as back
    from campaigns
    where starts_at is not null and ends_at >= starts_at and cast(starts_at as date) <= cast($as_of as date)
        {selling}
),
daily as (
    select day, sum(case when is_purchase then 1 else 0 end) as purchases, sum(net) as revenue
    from orders
    group by day
),
others as (
    select plans.campaign_id, count(other.campaign_id) as overlaps
    from plans
    left join plans as other
        on other.campaign_id <> plans.campaign_id and other.starts <= plans.ends
        and date_diff('day', other.ends, plans.starts) <= plans.back
    group by plans.campaign_id
)
select
    plans.campaign_id, plans.name, plans.kind, plans.starts, plans.ends, plans.days, plans.back,
    coalesce(sum(case when daily.day < plans.starts then daily.purchases end), 0) as before,
    coalesce(sum(case when daily.day >= plans.starts then daily.purchases end), 0) as during,
    coalesce(cast(sum(case when daily.day < plans.starts then daily.revenue end) as double), 0)
        as before_revenue,
    coalesce(cast(sum(case when daily.day >= plans.starts then daily.revenue end) as double), 0)
        as during_revenue,
    min(others.overlaps) as overlaps
from plans
inner join others on others.campaign_id = plans.campaign_id
left join daily
    on (daily.day >= plans.starts and daily.day <= plans.ends)
    or (daily.day < plans.starts and date_diff('day', daily.day, plans.starts) <= plans.back
        and date_diff('day', daily.day, plans.ends) >= plans.back)
group by 1, 2, 3, 4, 5, 6, 7
order by plans.starts, plans.campaign_id
""",
        as_of=community.as_of,
    )
    before, during = found["before"].astype("int64"), found["during"].astype("int64")
    # Given how many purchases there were in all, those during are a share of them.
    low, high = (np.asarray(end, dtype=float) for end in wilson(during, before + during))
    starts, ends = pd.to_datetime(found["starts"]), pd.to_datetime(found["ends"])
    first = pd.Timestamp(community.first_day)
    with np.errstate(divide="ignore", invalid="ignore"):
        result = found.assign(
            starts=starts,
            ends=ends,
            before=before,
            during=during,
            estimate=during / before.where(before > 0),
            low=low / (1 - low),
            high=np.where(high < 1, high / (1 - high), np.nan),
            left_edge=starts - pd.to_timedelta(found["back"], unit="D") < first,
            open_period=ends > pd.Timestamp(community.as_of),
        )
    order = ["campaign_id", "name", "kind", "starts", "ends", "days", "before", "during", "before_revenue"]
    order += ["during_revenue", "estimate", "low", "high", "overlaps", "left_edge", "open_period"]
    return community.describe(
        result[order], "before_after", unit="ratio", randomised=False, left_out=left_out
    )
