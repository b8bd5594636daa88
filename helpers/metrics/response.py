"""Time the answers: how long a question waits for its first reply, and how many wait in vain.

A question that is still open has not been answered "in three hours", and it must not be left out either: it
has waited *at least* so long. That is the arithmetic of survival, the first reply taking the loss's place.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import pandas as pd

from helpers.community import Community
from helpers.community.errors import SettingsError, TableMissing
from helpers.community.sentences import mark as _
from helpers.metrics import survival
from helpers.metrics.intervals import wilson

What = Literal["questions", "posts", "messages"]

REPLIES = ("comment", "answer", "message")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
FEW = 30

_LABELS = {
    "group_id": "coalesce(waiting.group_id, 'no group')",
    "platform": "coalesce(waiting.platform, 'unknown')",
    "hour": "cast(floor(extract(hour from waiting.asked_at) / 3.0) as integer)",
    "weekday": "date_diff('day', cast(date_trunc('week', waiting.asked_day) as date), waiting.asked_day)",
    "tenure": """case
            when date_diff('day', people.joined_day, waiting.asked_day) < 7 then '1 first week'
            when date_diff('day', people.joined_day, waiting.asked_day) < 28 then '2 first month'
            else '3 longer'
        end""",
}


def choose(community: Community) -> What:
    """Choose what counts as asking: questions where posts say what they are for, else all posts of members.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    {"questions", "posts", "messages"}
        Messages only where nothing is known of posts.

    Raises
    ------
    TableMissing
        When neither the authors of posts nor the messages that answer others are known.

    Taught in: 04 Interaction
    """
    if community.has("contents", "purpose", "author_id"):
        found = community.query("select count(*) as n from contents where purpose = 'question'")
        if found["n"].iloc[0]:
            return "questions"
    if community.has("contents", "author_id"):
        return "posts"
    if community.has("events", "event_id", "reply_to"):
        return "messages"
    raise TableMissing("contents", ["author_id"])


def seen(community: Community) -> bool:
    """Return whether a reply could be seen: the log names what a message answers, or holds comments.

    In the export of a group chat nothing points at anything, and every message would seem to wait in vain.

    Taught in: 04 Interaction
    """
    return community.has("events", "reply_to") or bool({"comment", "answer"} & set(community.event_types()))


def sql(community: Community, *, what: What) -> str:
    """Write the query that gives each question its first reply by another member or by the staff.

    Parameters
    ----------
    community : Community
        The opened community.
    what : {"questions", "posts", "messages"}
        What waits for a reply.

    Returns
    -------
    str
        Query without brackets, one row a question: ``asker``, ``asked_at``, ``asked_day``, ``group_id``,
        ``platform``, ``waited`` (seconds to the first reply, missing where there is none), ``watched``
        (seconds from asking to the end of the data), ``staff`` (the first reply came from the staff).
        Parameter ``$after``: the first moment not counted.

    Taught in: 04 Interaction
    """
    if what == "messages":
        community.require("events", "event_id", "reply_to")
        asked = """
    select
        event_id as ask_id, member_id as asker, occurred_at as asked_at, day as asked_day,
        group_id, platform
    from events
    where event_type = 'message' and event_id is not null"""
    else:
        community.require("contents", "author_id")
        community.require("events")
        only = " and contents.purpose = 'question'" if what == "questions" else ""
        only += "" if seen(community) else " and 1 = 0"  # nobody knows what was answered
        asked = f"""
    select
        content_id as ask_id, author_id as asker, published_at as asked_at, day as asked_day,
        group_id, platform
    from contents
    join people on people.member_id = contents.author_id
    where published_at < cast($after as timestamp){only}"""
    kinds = ", ".join(f"'{kind}'" for kind in REPLIES)
    pointed = """
    select reply_to as ask_id, member_id, occurred_at from {source}
    where event_type in ({kinds}) and reply_to is not null"""
    if what != "messages":
        # A comment under a post points at it by its content_id, or by reply_to, or by both.
        pointed += """
    union all
    select content_id as ask_id, member_id, occurred_at from {source}
    where event_type in ({kinds}) and content_id is not null"""
    return f"""
with asks as ({asked}
),
by_members as ({pointed.format(source="events", kinds=kinds)}
),
by_staff as ({pointed.format(source="staff_events", kinds=kinds)}
),
member_first as (
    select asks.ask_id, min(by_members.occurred_at) as replied_at
    from by_members
    join asks on asks.ask_id = by_members.ask_id
    where by_members.member_id <> asks.asker and by_members.occurred_at >= asks.asked_at
    group by asks.ask_id
),
staff_first as (
    select asks.ask_id, min(by_staff.occurred_at) as replied_at
    from by_staff
    join asks on asks.ask_id = by_staff.ask_id
    where by_staff.occurred_at >= asks.asked_at
    group by asks.ask_id
)
select
    asks.asker, asks.asked_at, asks.asked_day, asks.group_id, asks.platform,
    date_diff(
        'second',
        asks.asked_at,
        case
            when staff_first.replied_at < member_first.replied_at then staff_first.replied_at
            else coalesce(member_first.replied_at, staff_first.replied_at)
        end
    ) as waited,
    date_diff('second', asks.asked_at, cast($after as timestamp)) as watched,
    coalesce(staff_first.replied_at < member_first.replied_at, staff_first.replied_at is not null) as staff
from asks
left join member_first on member_first.ask_id = asks.ask_id
left join staff_first on staff_first.ask_id = asks.ask_id"""


def _waiting(community: Community, what: What, by: str | None = None) -> str:
    # The questions with their waits, found once and kept; beside each the segment that `by` names.
    if by is not None and by not in _LABELS:
        raise SettingsError(_("by={by!r}: choose one of {known}."), by=by, known=", ".join(_LABELS))
    name = f"waiting_{what}"
    if not community.engine.exists(name):
        if what != "messages":
            community.people()
        community.engine.run(f"create table {name} as {sql(community, what=what)}", after=_after(community))
    label = "'all'" if by is None else _LABELS[by]
    joined = "\njoin people on people.member_id = waiting.asker" if by == "tenure" else ""
    return f"""
select waiting.waited, waiting.watched, waiting.staff, {label} as segment
from {name} as waiting{joined}"""


def _after(community: Community) -> str:
    start = dt.time(community.settings.day_starts_at)
    return dt.datetime.combine(community.as_of + dt.timedelta(days=1), start).isoformat(sep=" ")


def _words(segments: pd.Series, by: str | None) -> pd.Series:
    # What the engine sorts by becomes what people read.
    if by == "weekday":
        return segments.astype(int).map(dict(enumerate(WEEKDAYS)))
    if by == "hour":
        return segments.astype(int).map(lambda part: f"{3 * part:02d}–{3 * part + 3:02d}")
    return segments.str[2:] if by == "tenure" else segments


def waits(
    community: Community, *, what: What | None = None, by: str | None = None, horizon: int = 168
) -> pd.DataFrame:
    """Count questions by how long they waited for a first reply, the unanswered ones included.

    A reply is a comment, an answer or a message by somebody else, member or staff, that points at the
    question. A question without one is watched until the data end, or for `horizon` hours.

    Parameters
    ----------
    community : Community
        The opened community.
    what : {"questions", "posts", "messages"}, optional
        What waits for a reply; by default what :func:`choose` finds. Most messages of a chat ask nothing.
    by : {"group_id", "platform", "hour", "weekday", "tenure"}, optional
        Sort by the group, the platform, the three hours of the day in which it was asked, the weekday, or
        how long the asker had been a member.
    horizon : int, hours, default 168
        Nothing is followed for longer.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``time`` (hours), ``event`` (replied) and ``n``: what :func:`curve` and
        :func:`helpers.metrics.survival.log_rank` take.

    Examples
    --------
    >>> contents = pd.DataFrame({"content_id": ["q", "r"], "author_id": ["a", "b"], "purpose": "question",
    ...                          "published_at": ["2026-05-01 09:00", "2026-05-01 21:00"]})
    >>> events = pd.DataFrame({"member_id": ["b", "a"], "event_type": ["answer", "view"],
    ...                        "occurred_at": "2026-05-01 10:30", "content_id": ["q", None]})
    >>> waits(Community.open({"contents": contents, "events": events}))
       time  event  n
    0   1.5   True  1
    1   3.0  False  1

    Taught in: 04 Interaction
    """
    what = what or choose(community)
    found = community.query(
        f"""
with waiting as ({_waiting(community, what, by)}
),
clipped as (
    select
        segment,
        (waited is not null and waited <= $horizon) as event,
        least(coalesce(waited, watched), watched, $horizon) as seconds
    from waiting
)
select segment, seconds, event, count(*) as n
from clipped
group by segment, seconds, event
order by segment, seconds, event desc""",
        horizon=int(horizon) * 3600,
    )
    result = pd.DataFrame({"time": found["seconds"] / 3600, "event": found["event"].astype(bool)})
    result["n"] = found["n"].astype(int)
    if by is not None:
        result.insert(0, by, _words(found["segment"], by).to_numpy())
    return community.describe(
        result,
        "time to first reply",
        population=what,
        what=what,
        by=by,
        horizon=horizon,
        n=int(result["n"].sum()),
    )


def curve(waits: pd.DataFrame) -> pd.DataFrame:
    """Give the share of questions that still wait, hour after hour (Kaplan-Meier).

    Parameters
    ----------
    waits : pandas.DataFrame
        From :func:`waits`.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``time`` (hours), ``n`` (still waiting and watched just before), ``count`` (first replies
        then), ``censored``, ``estimate`` (share without a reply), ``low``, ``high``.

    Examples
    --------
    >>> table = pd.DataFrame({"time": [1.0, 2.0], "event": [True, False], "n": [3, 1]})
    >>> curve(table)["estimate"].tolist()
    [1.0, 0.25, 0.25]

    Taught in: 04 Interaction
    """
    by = waits.attrs.get("about", {}).get("by")
    result = survival.kaplan_meier(waits, by=by)
    if waits.empty:  # nobody waits, in whatever group
        result = result.head(0)
        result = result.assign(**{by: ""}) if by is not None and by not in result else result
    result.attrs = dict(waits.attrs)
    return result


def answered(
    community: Community,
    *,
    what: What | None = None,
    by: str | None = None,
    within: tuple[int, ...] = (1, 24),
    staff: bool = True,
) -> pd.DataFrame:
    """Give the share of questions that had a first reply within an hour, a day or any other time.

    Questions so young that the time was not over when the data end are left out of it, answered or not.

    Parameters
    ----------
    community : Community
        The opened community.
    what, by
        As for :func:`waits`.
    within : tuple of int, hours, default (1, 24)
        Times to look at.
    staff : bool, default True
        False: count as answered only what a member answered first.

    Returns
    -------
    pandas.DataFrame
        ``by``, ``within`` (hours), ``n`` (asked long enough ago), ``count`` (replied in time), ``estimate``,
        ``low``, ``high`` (Wilson), ``by_staff`` (of these, first replied to by the staff), ``unseen`` (too
        young to be asked), ``small``.

    Taught in: 04 Interaction
    """
    what = what or choose(community)
    times = " union all ".join(f"select {int(hours)} as hours" for hours in within)
    if_member = "" if staff else " and not staff"
    found = community.query(
        f"""
with waiting as ({_waiting(community, what, by)}
),
times as ({times})
select
    segment,
    hours,
    count(*) filter (where watched >= hours * 3600) as n,
    count(*) filter (where watched >= hours * 3600 and waited <= hours * 3600{if_member}) as count,
    count(*) filter (where watched >= hours * 3600 and waited <= hours * 3600 and staff) as by_staff,
    count(*) filter (where watched < hours * 3600) as unseen
from waiting
cross join times
group by segment, hours
order by segment, hours"""
    )
    low, high = wilson(found["count"], found["n"])
    result = pd.DataFrame({"within": found["hours"].astype(int)})
    if by is not None:
        result.insert(0, by, _words(found["segment"], by).to_numpy())
    counts = found[["n", "count", "by_staff", "unseen"]].astype(int)
    result = result.assign(
        n=counts["n"],
        count=counts["count"],
        estimate=counts["count"] / counts["n"].where(counts["n"] > 0),
        low=low,
        high=high,
        by_staff=counts["by_staff"],
        unseen=counts["unseen"],
        small=counts["n"] < FEW,
    )
    return community.describe(result, "share answered", population=what, what=what, by=by)


def answerers(community: Community, *, what: What | None = None, horizon: int = 168) -> pd.DataFrame:
    """Say who gives the first reply: another member, the staff, or nobody.

    Parameters
    ----------
    community : Community
        The opened community.
    what : {"questions", "posts", "messages"}, optional
        As for :func:`waits`.
    horizon : int, hours, default 168
        Questions asked at least so long before the data end are counted; later replies are none.

    Returns
    -------
    pandas.DataFrame
        ``answered_by`` (members, staff, nobody), ``n`` (questions), ``count``, ``estimate``, ``low``,
        ``high``, ``hours`` (mean wait in hours of those replied to, missing for nobody).

    Taught in: 04 Interaction
    """
    what = what or choose(community)
    found = community.query(
        f"""
with waiting as ({_waiting(community, what)}
),
judged as (
    select
        case
            when waited is null or waited > $horizon then 'nobody'
            when staff then 'staff'
            else 'members'
        end as answered_by,
        waited
    from waiting
    where watched >= $horizon
)
select answered_by, count(*) as count, avg(waited) / 3600.0 as hours
from judged
group by answered_by
order by answered_by""",
        horizon=int(horizon) * 3600,
    ).set_index("answered_by")
    kinds = ["members", "staff", "nobody"]
    counts = found["count"].reindex(kinds, fill_value=0).astype(int)
    n = int(counts.sum())
    low, high = wilson(counts, n)
    result = pd.DataFrame(
        {
            "answered_by": kinds,
            "n": n,
            "count": counts.to_numpy(),
            "estimate": counts.to_numpy() / n if n else float("nan"),
            "low": low,
            "high": high,
            "hours": found["hours"].reindex(kinds).where(pd.Index(kinds) != "nobody").to_numpy(),
        }
    )
    return community.describe(result, "who answers", population=what, what=what, horizon=horizon)
