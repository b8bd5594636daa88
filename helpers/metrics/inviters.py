"""Ask who invites and what the invited are worth: reach of the few, retention and orders of the many."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import difference, wilson
from helpers.metrics.referral import links_sql, without_sql

GROUPS = ("invited by a member", "brought by a kol", "came otherwise")


def who(community: Community, *, without: Iterable[str] | None = None) -> pd.DataFrame:
    """Say how many members ever invite, and how many ever bring somebody.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    without : iterable of str, optional
        Accounts known to be empty; they count neither as members nor as brought.

    Returns
    -------
    pandas.DataFrame
        ``what`` (sent an invitation, brought a member, brought two or more, brought five or more), ``n``
        (members, kols apart), ``count``, ``estimate``, ``low``, ``high``. Without events the first row is
        missing.

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by")
    shams = without_sql(community, without)
    sent = "select cast(null as varchar) as member_id where 1 = 0"
    if community.has("events"):
        sent = "select distinct member_id from member_days where n_invite > 0"
    found = community.query(
        f"""
with recursive {links_sql()},
arrived as (
    select inviter as member_id, count(*) as brought
    from links
    where inviter is not null{shams}
    group by inviter
)
select
    count(*) as n,
    count(sent.member_id) as sent,
    coalesce(sum(case when arrived.brought >= 1 then 1 else 0 end), 0) as one,
    coalesce(sum(case when arrived.brought >= 2 then 1 else 0 end), 0) as two,
    coalesce(sum(case when arrived.brought >= 5 then 1 else 0 end), 0) as five
from links
left join ({sent}) as sent on sent.member_id = links.member_id
left join arrived on arrived.member_id = links.member_id
where not links.is_kol{shams}
order by n"""
    ).iloc[0]
    names = {"one": "brought a member", "two": "brought two or more", "five": "brought five or more"}
    if community.has("events") and "invite" in community.event_types():
        names = {"sent": "sent an invitation"} | names
    n, count = int(found["n"]), found[list(names)].to_numpy(int)
    low, high = wilson(count, n)
    result = pd.DataFrame(
        {"what": list(names.values()), "n": n, "count": count, "estimate": count / (n or np.nan)}
    ).assign(low=low, high=high)
    return community.describe(result, "who invites", population="members", n=n)


def worth(
    community: Community, *, within: int = 90, week: int = 4, without: Iterable[str] | None = None
) -> pd.DataFrame:
    """Hold those whom a member invited against those who came otherwise: who stays, who buys.

    A comparison of people who differ in more than how they came. Nobody drew who gets invited: friends of
    good members may be likelier to become good members with or without an invitation.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    within : int, days, default 90
        Time after joining within which a purchase counts. Only members watched for it are in.
    week : int, default 4
        They stayed when active in this week of seven days after joining (0 is the first).
    without : iterable of str, optional
        Accounts known to be empty.

    Returns
    -------
    pandas.DataFrame
        One row an outcome (stayed, bought) and group (invited by a member, brought by a kol, came otherwise):
        ``outcome``, ``group``, ``n``, ``count``, ``estimate``, ``low``, ``high``, ``difference`` from those
        who came otherwise, ``difference_low``, ``difference_high``, ``small``.

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by")
    shams = without_sql(community, without)
    orders = (
        "select member_id, day from orders where is_purchase"
        if community.has("orders")
        else "select cast(null as varchar) as member_id, date '1970-01-01' as day where 1 = 0"
    )
    found = community.query(
        f"""
with recursive {links_sql()},
cohort as (
    select
        links.member_id,
        links.joined_day,
        case when links.kind = 'member' then '{GROUPS[0]}' when links.kind = 'kol' then '{GROUPS[1]}'
            else '{GROUPS[2]}' end as came
    from links
    join people on people.member_id = links.member_id
    where people.joined_known and not links.is_kol{shams}
        and links.joined_day >= cast($first_day as date)
        and date_diff('day', links.joined_day, cast($as_of as date)) >= $within
        and date_diff('day', links.joined_day, cast($as_of as date)) >= $last
),
stayed as (
    select distinct cohort.member_id
    from cohort
    join member_days on member_days.member_id = cohort.member_id
    where date_diff('day', cohort.joined_day, member_days.day) between $first and $last
),
bought as (
    select distinct cohort.member_id
    from cohort
    join ({orders}) as sold on sold.member_id = cohort.member_id
    where date_diff('day', cohort.joined_day, sold.day) between 0 and $within
)
select cohort.came, count(*) as n, count(stayed.member_id) as stayed, count(bought.member_id) as bought
from cohort
left join stayed on stayed.member_id = cohort.member_id
left join bought on bought.member_id = cohort.member_id
group by cohort.came
order by cohort.came""",
        first=7 * week,
        last=7 * week + 6,
        within=int(within),
        as_of=community.as_of,
        first_day=community.first_day,
    )
    found = found.set_index("came").reindex(GROUPS, fill_value=0)
    outcomes = ["stayed"] * (community.basis == "events") + ["bought"] * community.has("orders")
    parts = []
    for outcome in outcomes:
        count, n = found[outcome].to_numpy(int), found["n"].to_numpy(int)
        low, high = wilson(count, n)
        gap_low, gap_high = difference(count[:2], n[:2], count[2], n[2])
        share = count / np.where(n > 0, n, np.nan)
        part = pd.DataFrame({"outcome": outcome, "group": GROUPS, "n": n, "count": count, "estimate": share})
        part = part.assign(low=low, high=high, difference=np.append(share[:2] - share[2], np.nan))
        parts.append(
            part.assign(
                difference_low=np.append(gap_low, np.nan), difference_high=np.append(gap_high, np.nan)
            )
        )
    result = pd.concat(parts, ignore_index=True)
    result["small"] = result["n"] < 30
    return community.describe(
        result,
        "worth of the invited",
        population="members watched long enough",
        randomised=False,
        within=int(within),
        week=int(week),
        n=int(found["n"].sum()),
    )
