"""Follow newcomers through their first week: what they do, who answers them, and who is there a month on.

Habits that go with staying are found by comparing; whether they *make* anybody stay is told only by a lot.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr

from helpers.community import Community
from helpers.metrics.campaigns import CONTROL
from helpers.metrics.discoveries import discoveries
from helpers.metrics.intervals import difference, wilson

WEEK = 7
OUTCOME = (22, 28)
FEW = 30

# habit -> condition over the sums of a member's first week
HABITS = {
    "liked": "likes > 0",
    "saved": "saves > 0",
    "commented": "comments > 0",
    "sent a message": "messages > 0",
    "answered a question": "answers > 0",
    "voted": "votes > 0",
    "shared": "shares > 0",
    "checked in": "check_ins > 0",
    "invited somebody": "invites > 0",
    "watched a live show": "lives > 0",
    "took a coupon": "coupons > 0",
    "bought": "orders > 0",
    "came on three days": "days >= 3",
    "got a reply": "replies > 0",
    "saw two groups": "groups >= 2",
}
STEPS = ("joined", "was there", "did something", "spoke", "got a reply")


def weeks_sql(community: Community, *, present: bool = True) -> str:
    """Write the query with one row a newcomer: the first week, and whether the member was there later.

    Parameters
    ----------
    community : Community
        The opened community.
    present : bool, default True
        Leave out those who left within the first week: they had less time to do anything.

    Returns
    -------
    str
        Query without brackets: ``member_id``, ``kept`` (0 or 1), ``days``, ``actions``, the counts of the
        first week by kind, ``replies`` (by somebody else to what the newcomer wrote) and ``groups``. Only
        members whose day of joining is known and whose outcome window is over. Parameters ``$from_day``,
        ``$to_day``, ``$last``, ``$first_day``.

    Taught in: 04 Interaction
    """
    community.require("members", "joined_at")
    still = " and (left_day is null or date_diff('day', joined_day, left_day) >= 7)" if present else ""
    answered, grouped = "", ""
    if community.has("events", "reply_to"):
        own = "select event_id as target, member_id, day from events where event_id is not null"
        if community.has("contents", "author_id"):
            own += (
                " union all select content_id as target, author_id as member_id, day "
                "from contents where author_id is not null"
            )
        replies = "select member_id, reply_to, day from events where reply_to is not null"
        replies += " union all select member_id, reply_to, day from staff_events where reply_to is not null"
        answered = f"""
        select newcomers.member_id, count(*) as replies
        from newcomers
        join ({own}) as own on own.member_id = newcomers.member_id
        join ({replies}) as replies on replies.reply_to = own.target
        where replies.member_id <> newcomers.member_id
            and date_diff('day', newcomers.joined_day, replies.day) between 0 and 6
        group by newcomers.member_id"""
    if community.has("events", "group_id"):
        grouped = f"""
        select newcomers.member_id, count(distinct seen.group_id) as groups
        from newcomers
        join {community.member_days("group_id")} as seen on seen.member_id = newcomers.member_id
        where date_diff('day', newcomers.joined_day, seen.day) between 0 and 6
        group by newcomers.member_id"""
    nothing = "select member_id, 0 as {} from newcomers"
    return f"""
with newcomers as (
    select member_id, joined_day
    from people
    where joined_known and joined_day >= cast($first_day as date)
        and date_diff('day', joined_day, cast($last as date)) >= $to_day{still}
),
first_days as (
    select
        newcomers.member_id,
        count(seen.day) filter (where seen.age <= 6) as days,
        max(case when seen.age between $from_day and $to_day then 1 else 0 end) as kept,
        {_sums()}
    from newcomers
    left join (
        select days.*, date_diff('day', joined.joined_day, days.day) as age
        from member_days as days
        join newcomers as joined on joined.member_id = days.member_id
    ) as seen on seen.member_id = newcomers.member_id and seen.age between 0 and $to_day
    group by newcomers.member_id
),
answered as ({answered or nothing.format("replies")}
),
grouped as ({grouped or nothing.format("groups")}
)
select
    first_days.*,
    coalesce(answered.replies, 0) as replies,
    coalesce(grouped.groups, 0) as groups
from first_days
left join answered on answered.member_id = first_days.member_id
left join grouped on grouped.member_id = first_days.member_id"""


def _sums() -> str:
    counted = {
        "actions": "actions",
        "likes": "n_like",
        "saves": "n_save",
        "comments": "n_comment",
        "messages": "n_message",
        "answers": "n_answer",
        "votes": "n_vote",
        "shares": "n_share",
        "check_ins": "n_check_in",
        "invites": "n_invite",
        "lives": "n_live_enter",
        "coupons": "n_coupon",
        "orders": "n_order",
    }
    return ",\n        ".join(
        f"coalesce(sum({column}) filter (where seen.age <= 6), 0) as {name}"
        for name, column in counted.items()
    )


def _ask(
    community: Community, select: str, outcome: tuple[int, int], *, present: bool = True
) -> pd.DataFrame:
    return community.query(
        f"with weeks as ({weeks_sql(community, present=present)}\n)\n{select}",
        from_day=int(outcome[0]),
        to_day=int(outcome[1]),
        last=community.as_of,
        first_day=community.active_from,
    )


def habits(community: Community, *, outcome: tuple[int, int] = OUTCOME, level: float = 0.05) -> pd.DataFrame:
    """Compare who is there later, of newcomers who did something in the first week and those who did not.

    Everybody compared was still a member when the first week ended and was watched to the end of the
    outcome: nobody is counted as not having done what there was no time to do.

    Parameters
    ----------
    community : Community
        The opened community.
    outcome : tuple of int, days since joining, default (22, 28)
        First and last day of the window in which a member counts as kept if active at all.
    level : float, default 0.05
        Share of false finds that is accepted among the habits called ``clear``.

    Returns
    -------
    pandas.DataFrame
        One row a habit that some showed and some did not, largest difference first: ``habit``, ``n``,
        ``count``, ``rate`` (those who did), ``other_n``, ``other_count``, ``other_rate``, ``estimate``,
        ``low``, ``high`` (difference of the shares kept), ``p_value``, ``adjusted`` (Benjamini-Hochberg),
        ``clear``, ``small``.

    Raises
    ------
    TableMissing
        When it is not known when members joined.

    Notes
    -----
    Score test of two proportions; Benjamini and Hochberg (1995), *Journal of the Royal Statistical
    Society B* 57, 289-300. A comparison of those who chose: no habit is shown to cause anything.

    Taught in: 04 Interaction
    """
    sums = ",\n    ".join(
        f"sum(case when {condition} then 1 else 0 end) as n{at},\n"
        f"    sum(case when {condition} then kept else 0 end) as k{at}"
        for at, condition in enumerate(HABITS.values())
    )
    wide = _ask(community, f"select count(*) as n, sum(kept) as kept,\n    {sums}\nfrom weeks", outcome)
    wide = wide.fillna(0).astype(int).iloc[0]
    size = range(len(HABITS))
    table = pd.DataFrame(
        {
            "habit": list(HABITS),
            "n": [wide[f"n{at}"] for at in size],
            "count": [wide[f"k{at}"] for at in size],
        }
    )
    table["other_n"], table["other_count"] = wide["n"] - table["n"], wide["kept"] - table["count"]
    table = table[(table["n"] > 0) & (table["other_n"] > 0)].reset_index(drop=True)
    result = _compare(table, level).sort_values("estimate", ascending=False, ignore_index=True)
    return community.describe(
        result,
        "first-week habits",
        population="members who joined, were watched and had not left in the first week",
        outcome=list(outcome),
        n=int(wide["n"]),
        randomised=False,
    )


def _compare(table: pd.DataFrame, level: float) -> pd.DataFrame:
    n, count, m, others = (table[name].to_numpy(float) for name in ("n", "count", "other_n", "other_count"))
    rate, base = count / n, others / m
    pooled = (count + others) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    gap = rate - base
    p_value = 2 * ndtr(-np.abs(np.divide(gap, error, out=np.zeros_like(gap), where=error > 0)))
    low, high = difference(count, n, others, m)
    adjusted = discoveries(p_value)
    result = table.assign(rate=rate, other_rate=base, estimate=gap, low=low, high=high)
    result = result.assign(p_value=p_value, adjusted=adjusted, clear=adjusted <= level)
    result["small"] = np.minimum(n, m) < FEW
    order = ["habit", "n", "count", "rate", "other_n", "other_count", "other_rate"]
    return result[[*order, "estimate", "low", "high", "p_value", "adjusted", "clear", "small"]]


def by_number(community: Community, *, outcome: tuple[int, int] = OUTCOME) -> pd.DataFrame:
    """Give the share kept by how much a newcomer did in the first week.

    Parameters
    ----------
    community : Community
        The opened community.
    outcome : tuple of int, days since joining, default (22, 28)
        As for :func:`habits`.

    Returns
    -------
    pandas.DataFrame
        ``actions`` ("0", "1", "2–3", "4–7", "8+": what is more than looking), ``n``, ``count`` (kept),
        ``estimate``, ``low``, ``high``, ``small``.

    Taught in: 04 Interaction
    """
    found = _ask(
        community,
        """select
    case
        when actions <= 1 then actions when actions <= 3 then 2 when actions <= 7 then 3 else 4
    end as band,
    count(*) as n,
    sum(kept) as count
from weeks
group by 1
order by 1""",
        outcome,
    )
    low, high = wilson(found["count"], found["n"])
    bands = found["band"].astype(int).map(dict(enumerate(["0", "1", "2–3", "4–7", "8+"])))
    result = pd.DataFrame(
        {"actions": bands, "n": found["n"].astype(int), "count": found["count"].astype(int)}
    )
    result = result.assign(
        estimate=result["count"] / result["n"], low=low, high=high, small=result["n"] < FEW
    )
    return community.describe(
        result, "kept by actions", outcome=list(outcome), n=int(result["n"].sum()), randomised=False
    )


def steps(community: Community, *, outcome: tuple[int, int] = OUTCOME) -> pd.DataFrame:
    """Follow newcomers through the steps of the first week, from joining to the first reply.

    Parameters
    ----------
    community : Community
        The opened community.
    outcome : tuple of int, days since joining, default (22, 28)
        As for :func:`habits`; here those who left early count as well.

    Returns
    -------
    pandas.DataFrame
        One row a step (joined, was there, did something, spoke, got a reply), each inside the one before:
        ``step``, ``n`` (all who joined), ``count``, ``estimate``, ``low``, ``high``, ``of_before`` (share of
        the step before), ``kept`` (share of those at this step who were there in the outcome window).

    Taught in: 04 Interaction
    """
    spoke = "messages + comments + answers > 0"
    conditions = ["1 = 1", "days > 0", "actions > 0", spoke, f"{spoke} and replies > 0"]
    parts = [
        f"sum(case when {condition} then 1 else 0 end) as n{at}, "
        f"sum(case when {condition} then kept else 0 end) as k{at}"
        for at, condition in enumerate(conditions)
    ]
    wide = _ask(community, f"select {', '.join(parts)} from weeks", outcome, present=False)
    wide = wide.fillna(0).astype(int).iloc[0]
    reached = np.array([wide[f"n{at}"] for at in range(len(STEPS))])
    kept = np.array([wide[f"k{at}"] for at in range(len(STEPS))], dtype=float)
    n = int(reached[0])
    low, high = wilson(reached, n)
    known = np.where(reached > 0, reached, np.nan)
    before = np.concatenate([[np.nan], known[:-1]])
    result = pd.DataFrame({"step": STEPS, "n": n, "count": reached, "estimate": reached / (n or np.nan)})
    result = result.assign(low=low, high=high, of_before=reached / before, kept=kept / known)
    return community.describe(
        result, "first-week steps", population="members who joined", outcome=list(outcome)
    )


def welcome(
    community: Community, *, kind: str = "onboarding", outcome: tuple[int, int] = OUTCOME
) -> pd.DataFrame:
    """Compare who is there later by the welcome that the lot gave to newcomers.

    Everybody drawn counts, whatever they did with the welcome, and those who left early too.

    Parameters
    ----------
    community : Community
        The opened community.
    kind : str, default "onboarding"
        Kind of the campaigns that tested a welcome, drawn by member.
    outcome : tuple of int, days since joining, default (22, 28)
        As for :func:`habits`, so that the two can be set side by side.

    Returns
    -------
    pandas.DataFrame
        One row a campaign and treated arm: ``campaign_id``, ``name``, ``arm``, ``n``, ``count``, ``rate``,
        ``other_n``, ``other_count``, ``other_rate`` (control), ``estimate``, ``low``, ``high`` (difference
        of the shares kept), ``unseen`` (drawn too late to follow), ``small``. No rows without a control.

    Raises
    ------
    TableMissing
        When nobody was assigned to anything.

    Taught in: 04 Interaction
    """
    community.require("assignments")
    community.require("members", "joined_at")
    found = community.query(
        """
with drawn as (
    select assignments.campaign_id, campaigns.name, assignments.arm, people.member_id, people.joined_day
    from assignments
    join campaigns on campaigns.campaign_id = assignments.campaign_id
    join people on people.member_id = assignments.unit_id
    where campaigns.kind = $kind and people.joined_known and coalesce(campaigns.unit, 'member') = 'member'
        and coalesce(campaigns.is_randomised, true)
),
there as (
    select distinct drawn.campaign_id, drawn.member_id
    from drawn
    join member_days on member_days.member_id = drawn.member_id
    where date_diff('day', drawn.joined_day, member_days.day) between $from_day and $to_day
),
judged as (
    select
        drawn.campaign_id, drawn.name, lower(drawn.arm) as arm,
        case when date_diff('day', joined_day, cast($last as date)) >= $to_day then 1 else 0 end as seen,
        case when there.member_id is null then 0 else 1 end as kept
    from drawn
    left join there on there.campaign_id = drawn.campaign_id and there.member_id = drawn.member_id
)
select campaign_id, name, arm, sum(seen) as n, sum(seen * kept) as count, sum(1 - seen) as unseen
from judged
group by campaign_id, name, arm
order by campaign_id, arm""",
        kind=kind,
        from_day=int(outcome[0]),
        to_day=int(outcome[1]),
        last=community.as_of,
    ).astype({"n": int, "count": int, "unseen": int})
    base = found[found["arm"].isin(CONTROL)].set_index("campaign_id")
    result = found[found["campaign_id"].isin(base.index) & ~found["arm"].isin(CONTROL)].reset_index(drop=True)
    result["other_n"] = result["campaign_id"].map(base["n"]).astype(int)
    result["other_count"] = result["campaign_id"].map(base["count"]).astype(int)
    low, high = difference(result["count"], result["n"], result["other_count"], result["other_n"])
    rate = result["count"] / result["n"].where(result["n"] > 0)
    other = result["other_count"] / result["other_n"].where(result["other_n"] > 0)
    result = result.assign(rate=rate, other_rate=other, estimate=rate - other, low=low, high=high)
    result["small"] = np.minimum(result["n"], result["other_n"]) < FEW
    order = ["campaign_id", "name", "arm", "n", "count", "rate", "other_n", "other_count", "other_rate"]
    return community.describe(
        result[[*order, "estimate", "low", "high", "unseen", "small"]],
        "welcome test",
        population="members drawn at joining",
        outcome=list(outcome),
        n=int(result["n"].sum() + result["other_n"].sum()),
        randomised=True,
    )
