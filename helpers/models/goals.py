"""Say what members are to do, how many do it anyway, and the smallest change that could be noticed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import wilson
from helpers.models.experiments import minimum_effect, sample_size

FEW = 30
BEFORE = 90  # days before the window in which a purchase makes a member a customer


@dataclass(frozen=True)
class Goal:
    """Describe a conversion goal.

    Parameters
    ----------
    name, asked : str
        What is to be done, and by whom it can be done.
    did : str
        SQL over the row of a member that says whether she did it.
    who : str
        SQL that says whether she could.
    events : str
        Event types of which one must occur in the data, with bars between them, if any.
    orders : tuple of str
        Columns of the orders that must be there; ("",) asks for the table alone.
    kind : str
        Kind of campaign in whose days it is counted, if such a campaign has been run.
    """

    name: str
    asked: str
    did: str
    who: str = "true"
    events: str = ""
    orders: tuple[str, ...] = ()
    kind: str = ""


GOALS = (
    Goal("first order", "have not bought yet", "orders > 0", "orders_ever = 0", orders=("",)),
    Goal("repeat order", "bought in the 90 days before", "orders > 0", "orders_before > 0", orders=("",)),
    Goal("take a coupon", "members", "coupons > 0", events="coupon", kind="coupon"),
    Goal("use a coupon", "members", "coupon_orders > 0", orders=("campaign_id",), kind="coupon"),
    Goal("join a group purchase", "members", "team_orders > 0", orders=("campaign_id",), kind="group_buying"),
    Goal("put into the cart", "members", "carts > 0", events="cart"),
    Goal("reach the payment page", "members", "checkouts > 0", events="checkout"),
    Goal("say something", "members", "said > 0", events="message|comment"),
    Goal("enter a live show", "members", "shows > 0", events="live_enter"),
    Goal("invite somebody", "members", "invites > 0", events="invite"),
)


def sql(community: Community) -> str:
    """Write the query with one row a member of what was done in a stretch of days.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        Portable SQL, without brackets, with the parameters ``$first`` and ``$last``: members who were in
        the list when the first day began, with the counts of what the goals ask for.

    Taught in: 05 Conversion
    """
    community.member_days()
    community.people()
    campaigns = "select cast(null as varchar) as campaign_id, '' as kind where false"
    if community.has("campaigns", "kind"):
        campaigns = "select campaign_id, kind from campaigns"
    return f"""
with done as (
    select
        member_id,
        sum(n_coupon) as coupons, sum(n_cart) as carts, sum(n_checkout) as checkouts,
        sum(n_live_enter) as shows, sum(n_invite) as invites,
        sum(n_comment + n_message + n_answer) as said
    from member_days
    where day between cast($first as date) and cast($last as date)
    group by member_id
),
bought as (
    select
        orders.member_id,
        sum(case when day >= cast($first as date) then 1 else 0 end) as orders,
        sum(case when day < cast($first as date) then 1 else 0 end) as orders_ever,
        sum(case when date_diff('day', day, cast($first as date)) between 1 and {BEFORE} then 1 else 0 end)
            as orders_before,
        sum(case when day >= cast($first as date) and kinds.kind = 'coupon' then 1 else 0 end)
            as coupon_orders,
        sum(case when day >= cast($first as date) and kinds.kind = 'group_buying' then 1 else 0 end)
            as team_orders
    from orders
    left join ({campaigns}) as kinds on kinds.campaign_id = orders.campaign_id
    where is_purchase and day <= cast($last as date)
    group by orders.member_id
)
select
    people.member_id,
    coalesce(coupons, 0) as coupons, coalesce(carts, 0) as carts, coalesce(checkouts, 0) as checkouts,
    coalesce(shows, 0) as shows, coalesce(invites, 0) as invites, coalesce(said, 0) as said,
    coalesce(orders, 0) as orders, coalesce(orders_ever, 0) as orders_ever,
    coalesce(orders_before, 0) as orders_before,
    coalesce(coupon_orders, 0) as coupon_orders, coalesce(team_orders, 0) as team_orders
from people
left join done on done.member_id = people.member_id
left join bought on bought.member_id = people.member_id
where people.joined_day < cast($first as date)
    and (people.left_day is null or people.left_day >= cast($first as date))"""


def _there(community: Community, goal: Goal) -> bool:
    if goal.events and not set(goal.events.split("|")) & set(community.event_types()):
        return False
    return all(
        community.has("orders", column) if column else community.has("orders") for column in goal.orders
    ) and (not goal.kind or community.has("campaigns", "kind"))


def _days(community: Community, kind: str, window: int, since: dt.date) -> tuple[dt.date, dt.date] | None:
    # Of a campaign the days of the last one that is over, otherwise the last days that are known.
    last = community.as_of
    if not kind:
        return max(last - dt.timedelta(days=window - 1), since), last
    found = community.query(
        """
select cast(starts_at as date) as first, cast(ends_at as date) as last
from campaigns
where kind = $kind and cast(ends_at as date) <= cast($last as date)
    and cast(starts_at as date) > cast($first as date)
order by ends_at desc, starts_at desc
limit 1""",
        kind=kind,
        last=last,
        first=since,
    )
    if found.empty:
        return None
    return pd.Timestamp(found["first"].iloc[0]).date(), pd.Timestamp(found["last"].iloc[0]).date()


def table(community: Community, *, window: int = 28, wanted: float = 0.8) -> pd.DataFrame:
    """List the conversion goals with what happens without doing anything, and what a test could notice.

    Parameters
    ----------
    community : Community
        The opened community.
    window : int, days, default 28
        Days within which it has to be done: the last ones of the data, and of what events tell no more than
        the log covers. Coupons and group purchases are counted in the days of the last such campaign.
    wanted : float, default 0.8
        Chance with which a change should be noticed.

    Returns
    -------
    pandas.DataFrame
        One row a goal that the tables can show: ``goal``, ``asked`` (of whom), ``first_on``, ``last_on``,
        ``window`` (days), ``n``, ``count``, ``estimate``, ``low``, ``high``, ``minimum_effect`` (smallest
        increase of the share that a test of all n in two halves notices), ``relative`` (the same as a share
        of the base rate), ``for_a_tenth`` (members in all who would be needed to notice a tenth more),
        ``visible`` (fewer than there are), ``small``.

    Notes
    -----
    Level 95 %, two-sided; see :func:`helpers.models.experiments.minimum_effect`. Wilson intervals. The
    base rate holds whatever was going on in these days, campaigns included.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": ["a", "b", "a"], "event_type": ["view", "view", "invite"]})
    >>> events["occurred_at"] = pd.to_datetime(["2026-03-01", "2026-03-02", "2026-05-30"])
    >>> table(Community.open({"events": events}, as_of="2026-05-31"))[["goal", "n", "count"]]
                  goal  n  count
    0  invite somebody  2      1

    Taught in: 05 Conversion
    """
    rows = []
    for kind, told in sorted({(goal.kind, bool(goal.events)) for goal in GOALS}):
        asked = [goal for goal in GOALS if (goal.kind, bool(goal.events)) == (kind, told)]
        goals = [goal for goal in asked if _there(community, goal)]
        since = community.active_from if told else community.first_day
        days = _days(community, kind, window, since) if goals else None
        if days is None:
            continue
        counts = ",\n    ".join(
            f"sum(case when {goal.who} then 1 else 0 end) as n{at},\n"
            f"    sum(case when {goal.who} and {goal.did} then 1 else 0 end) as k{at}"
            for at, goal in enumerate(goals)
        )
        found = community.query(
            f"with members_then as ({sql(community)}\n)\nselect {counts}\nfrom members_then",
            first=days[0],
            last=days[1],
        )
        for at, goal in enumerate(goals):
            n, count = (int(np.nan_to_num(float(found[f"{c}{at}"].iloc[0]))) for c in "nk")
            rows.append((GOALS.index(goal), goal.name, goal.asked, *days, n, count, wanted))
    result = pd.DataFrame([_row(*row[1:]) for row in sorted(rows) if row[5] > 0], columns=COLUMNS)
    return community.describe(
        result,
        "conversion goals",
        population="members in the list when the days began",
        period=f"last {int(window)} days",
        window=int(window),
        wanted=float(wanted),
        n=int(result["n"].max()) if len(result) else 0,
    )


COLUMNS = [
    "goal", "asked", "first_on", "last_on", "window", "n", "count", "estimate", "low", "high",
    "minimum_effect", "relative", "for_a_tenth", "visible", "small",
]  # fmt: skip


def _row(
    goal: str, asked: str, first: dt.date, last: dt.date, n: int, count: int, wanted: float
) -> list[object]:
    base = count / n
    low, high = wilson(count, n)
    smallest = minimum_effect(base, n // 2, wanted=wanted)
    tenth = 2 * sample_size(base, base / 10, wanted=wanted) if 0 < base < 0.9 else np.nan
    length = (last - first).days + 1
    return [
        goal, asked, pd.Timestamp(first), pd.Timestamp(last), length, n, count, base, float(low), float(high),
        smallest, smallest / base if base else np.nan, tenth, bool(tenth <= n), n < FEW,
    ]  # fmt: skip
