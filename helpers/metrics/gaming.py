"""Look for accounts that farm points: rules that can be read out to the person whom they name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import wilson

RULES = ("clockwork", "bursts", "no reply")


def signals(
    community: Community,
    *,
    check_ins: int = 20,
    same_minute: float = 0.5,
    messages: int = 20,
    seconds: int = 10,
    in_bursts: float = 0.5,
    points: float = 200,
    replies: float = 2,
) -> pd.DataFrame:
    """Describe how each member earns points, and mark what looks like farming.

    Three rules, each with its limit in plain sight. *Clockwork*: at least `check_ins` check-ins, and a share
    `same_minute` of them in one and the same minute of the day, or the minute on either side. *Bursts*: at
    least `messages` messages, and a share `in_bursts` of them no more than `seconds` after the one before.
    *No reply*: at least `points` earned by checking in and writing, and fewer than `replies` replies of
    others to each hundred of them. The last one sounds as good as the others and names quiet regulars too.

    Parameters
    ----------
    community : Community
        The opened community.
    check_ins, messages : int
        Fewer are not judged.
    same_minute, in_bursts : float
        Shares from which a rule speaks.
    seconds : int, default 10
        Pause between messages that nobody types in.
    points : float, default 200
        Points earned by checking in and writing from which replies are looked at.
    replies : float, default 2
        Replies to each hundred points below which the rule speaks.

    Returns
    -------
    pandas.DataFrame
        One row a member who earned points, most rules and points first: ``member_id``, ``points`` (earned),
        ``check_ins``, ``same_minute`` (share), ``messages``, ``in_bursts`` (share), ``replies`` (by others),
        ``clockwork``, ``bursts``, ``no reply`` (flags), ``rules`` (how many speak).

    Raises
    ------
    TableMissing
        When there are no points or no events.

    Notes
    -----
    A flag is a reason to look, not a verdict: some people do check in with their alarm clock.

    Taught in: 04 Interaction
    """
    community.require("points")
    community.require("events")
    answered = "select member_id, 0 as replies from events where 1 = 0"
    if community.has("events", "event_id", "reply_to"):
        own = "select event_id as target, member_id from events where event_id is not null"
        if community.has("contents", "author_id"):
            own += (
                " union all select content_id as target, author_id as member_id "
                "from contents where author_id is not null"
            )
        answered = f"""
    select own.member_id, count(*) as replies
    from events as replies
    join ({own}) as own on own.target = replies.reply_to
    where replies.member_id <> own.member_id
    group by own.member_id"""
    found = community.query(
        f"""
with earned as (
    select member_id, sum(points) as points,
        sum(case when reason in ('check_in', 'message', 'post', 'answer') then points else 0 end) as by_doing
    from points
    where points > 0
    group by member_id
),
minutes as (
    select
        member_id,
        cast(extract(hour from occurred_at) * 60 + extract(minute from occurred_at) as integer) as minute,
        count(*) as n
    from events
    where event_type = 'check_in'
    group by 1, 2
),
near as (
    select minutes.member_id, minutes.minute, sum(beside.n) as n
    from minutes
    join minutes as beside on beside.member_id = minutes.member_id
        and beside.minute between minutes.minute - 1 and minutes.minute + 1
    group by minutes.member_id, minutes.minute
),
clocks as (
    select minutes.member_id, sum(minutes.n) as check_ins, max(near.n) as most
    from minutes
    join near on near.member_id = minutes.member_id and near.minute = minutes.minute
    group by minutes.member_id
),
spoken as (
    select
        member_id,
        date_diff(
            'second', lag(occurred_at) over (partition by member_id order by occurred_at), occurred_at
        ) as pause
    from events
    where event_type = 'message'
),
typed as (
    select member_id, count(*) as messages,
        sum(case when pause <= $seconds then 1 else 0 end) as quick
    from spoken
    group by member_id
),
answered as ({answered}
)
select
    earned.member_id, earned.points, earned.by_doing,
    coalesce(clocks.check_ins, 0) as check_ins, coalesce(clocks.most, 0) as most,
    coalesce(typed.messages, 0) as messages, coalesce(typed.quick, 0) as quick,
    coalesce(answered.replies, 0) as replies
from earned
left join clocks on clocks.member_id = earned.member_id
left join typed on typed.member_id = earned.member_id
left join answered on answered.member_id = earned.member_id
order by earned.member_id""",
        seconds=int(seconds),
    )
    whole = ["check_ins", "most", "messages", "quick", "replies"]
    found = found.astype(dict.fromkeys(whole, int))
    result = found.assign(
        same_minute=found["most"] / found["check_ins"].where(found["check_ins"] > 0),
        in_bursts=found["quick"] / found["messages"].where(found["messages"] > 0),
    )
    result["clockwork"] = (result["check_ins"] >= check_ins) & (result["same_minute"] >= same_minute)
    result["bursts"] = (result["messages"] >= messages) & (result["in_bursts"] >= in_bursts)
    known = community.has("events", "event_id", "reply_to")
    result["no reply"] = (
        known & (result["by_doing"] >= points) & (result["replies"] < replies * result["by_doing"] / 100)
    )
    result["rules"] = result[list(RULES)].sum(axis=1).astype(int)
    result = result.sort_values(["rules", "points", "member_id"], ascending=[False, False, True])
    order = ["member_id", "points", "check_ins", "same_minute", "messages", "in_bursts", "replies"]
    return community.describe(
        result[[*order, *RULES, "rules"]].reset_index(drop=True),
        "points farming",
        population="members who earned points",
        n=len(result),
    )


def judge(signals: pd.DataFrame, farming: pd.Series) -> pd.DataFrame:
    """Hold the rules against accounts that were looked at: how many of those named farm, and who is missed.

    Parameters
    ----------
    signals : pandas.DataFrame
        From :func:`signals`.
    farming : pandas.Series
        True or false by ``member_id`` (the index): what a person found, or what a simulator planted.
        Members who are not in it are left out.

    Returns
    -------
    pandas.DataFrame
        One row a rule and one for "any rule": ``rule``, ``flagged``, ``count`` (of these, farming), ``n``
        (farming in all), ``precision``, ``precision_low``, ``precision_high``, ``recall``, ``recall_low``,
        ``recall_high`` (Wilson).

    Examples
    --------
    >>> table = pd.DataFrame({"member_id": list("abc"), "clockwork": [True, True, False],
    ...                       "bursts": False, "no reply": False, "rules": [1, 1, 0]})
    >>> judged = judge(table, pd.Series({"a": True, "b": False, "c": True}))
    >>> judged.loc[0, ["precision", "recall"]].astype(float).tolist()
    [0.5, 0.5]

    Taught in: 04 Interaction
    """
    known = signals[signals["member_id"].isin(farming.index)]
    truth = known["member_id"].map(farming).astype(bool)
    named = {rule: known[rule].astype(bool) for rule in RULES} | {"any rule": known["rules"] > 0}
    flagged = np.array([int(mask.sum()) for mask in named.values()])
    hits = np.array([int((mask & truth).sum()) for mask in named.values()])
    n = int(truth.sum())
    result = pd.DataFrame({"rule": list(named), "flagged": flagged, "count": hits, "n": n})
    result["precision"] = hits / np.where(flagged > 0, flagged, np.nan)
    result["precision_low"], result["precision_high"] = wilson(hits, flagged)
    result["recall"] = hits / (n or np.nan)
    result["recall_low"], result["recall_high"] = wilson(hits, n)
    result.attrs = dict(signals.attrs)
    return result
