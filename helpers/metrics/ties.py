"""Ties between members: who answers or names whom, how often, and whether it is returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.metrics import intervals
from helpers.metrics.retention import rates

if TYPE_CHECKING:
    from helpers.community import Community

STRENGTHS = (("1", 1, 1), ("2", 2, 2), ("3-5", 3, 5), ("6-10", 6, 10), ("11+", 11, 10**9))

# Who was answered: the writer of the message, else of the post. Comments and answers that do not say to
# whom they reply answer the writer of the post they stand under.
_ANSWERS = """
    select events.member_id as source, coalesce(said.member_id, posts.author_id, below.author_id) as target,
        events.day, 'reply' as kind
    from events
    left join events as said on said.event_id = events.reply_to
    left join contents as posts on posts.content_id = events.reply_to
    left join contents as below on below.content_id = events.content_id
        and (events.reply_to is not null or events.event_type <> 'message')
    where events.event_type in ('comment', 'answer', 'message')
        and (events.reply_to is not null or events.event_type <> 'message')"""

_MENTIONS = """
    select events.member_id as source, events.mentions as target, events.day, 'mention' as kind
    from events
    where events.mentions is not null"""


def meetings_sql(community: Community) -> str:
    """Write the query of all turns to one another: source answered or named target on a day.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    str
        Query with ``source``, ``target``, ``day``, ``kind`` ("reply", "mention"); both ends are members of
        the community (bots, staff and outsiders are not) and differ.

    Raises
    ------
    TableMissing
        When the events say neither whom they answer nor which post they stand under.

    Taught in: 04 Interaction
    """
    replies = community.has("events", "reply_to") or (
        community.has("events", "content_id") and community.has("contents", "author_id")
    )
    named = community.has("events", "mentions")
    if not replies and not named:
        community.require("events", "reply_to")
    turns = "\n    union all".join([_ANSWERS] * replies + [_MENTIONS] * named)
    return f"""
    select turns.source, turns.target, turns.day, turns.kind
    from ({turns}
    ) as turns
    join people on people.member_id = turns.target
    where turns.source <> turns.target"""


def _meetings(community: Community) -> str:
    if not community.engine.exists("meetings"):
        community.people()
        community.engine.run(f"create table meetings as {meetings_sql(community)}")
    return "meetings"


def edges(community: Community, *, kind: str | None = None) -> pd.DataFrame:
    """List the directed ties: who turned to whom, and how often.

    Parameters
    ----------
    community : Community
        The community.
    kind : {"reply", "mention"}, optional
        Only ties of one kind; default both together.

    Returns
    -------
    DataFrame
        ``source``, ``target``, ``weight`` (replies and mentions), ``days`` on which, ``first_day``,
        ``last_day``; one row for each ordered pair.

    Raises
    ------
    TableMissing
        When the events say neither whom they answer nor which post they stand under.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"event_id": list("123"), "member_id": list("aba"), "event_type": "message",
    ...     "reply_to": [None, "1", "2"], "occurred_at": "2026-05-01"})
    >>> edges(Community.open({"events": events}))[["source", "target", "weight"]].to_numpy().tolist()
    [['a', 'b', 1], ['b', 'a', 1]]

    Taught in: 04 Interaction
    """
    if kind not in (None, "reply", "mention"):
        raise ValueError(f'kind={kind!r}: choose "reply", "mention", or nothing for both.')
    table = community.query(
        f"""
select
    source,
    target,
    count(*) as weight,
    count(distinct day) as days,
    min(day) as first_day,
    max(day) as last_day
from {_meetings(community)}
where $kind = 'both' or kind = $kind
group by source, target
order by source, target""",
        kind=kind or "both",
    )
    return community.describe(
        table, "ties", population="members who turned to one another", period="whole history", kind=kind
    )


def pairs(edges: pd.DataFrame, *, each: int = 2, days: int = 2) -> pd.DataFrame:
    """Join both directions of a tie, and call it strong when it is returned and repeated.

    Parameters
    ----------
    edges : DataFrame
        From :func:`edges`.
    each : int, default 2
        A strong tie needs so many turns from each side,
    days : int, default 2
        on so many days from each side.

    Returns
    -------
    DataFrame
        ``a``, ``b`` (a before b), ``a_to_b``, ``b_to_a``, ``weight`` (both together), ``mutual``, ``strong``.

    Notes
    -----
    Granovetter (1973, *American Journal of Sociology* 78) takes the strength of a tie from time, intimacy
    and returned services; a log holds repetition and return. The two numbers are a choice, not a law.

    Examples
    --------
    >>> edges = pd.DataFrame({"source": ["a", "b", "a"], "target": ["b", "a", "c"], "weight": [3, 2, 1],
    ...                       "days": [2, 2, 1]})
    >>> pairs(edges)[["a", "b", "weight", "mutual", "strong"]].to_numpy().tolist()
    [['a', 'b', 5, True, True], ['a', 'c', 1, False, False]]

    Taught in: 04 Interaction
    """
    forward = edges["source"] < edges["target"]
    parts = []
    for direction, part in (("a_to_b", edges[forward]), ("b_to_a", edges[~forward])):
        ends = ["source", "target"] if direction == "a_to_b" else ["target", "source"]
        part = part[[*ends, "weight", "days"]]
        parts.append(part.set_axis(["a", "b", direction, f"days_{direction}"], axis="columns"))
    both = (
        parts[0]
        .merge(parts[1], on=["a", "b"], how="outer")
        .fillna({"a_to_b": 0, "b_to_a": 0, "days_a_to_b": 0, "days_b_to_a": 0})
    )
    least = both[["a_to_b", "b_to_a"]].min(axis=1)
    met = both[["days_a_to_b", "days_b_to_a"]].min(axis=1)
    table = pd.DataFrame(
        {
            "a": both["a"],
            "b": both["b"],
            "a_to_b": both["a_to_b"].astype(int),
            "b_to_a": both["b_to_a"].astype(int),
            "weight": (both["a_to_b"] + both["b_to_a"]).astype(int),
            "mutual": least > 0,
            "strong": (least >= each) & (met >= days),
        }
    )
    table.attrs["about"] = edges.attrs.get("about", {}) | {"metric": "pairs", "each": each, "days": days}
    return table.sort_values(["weight", "a", "b"], ascending=[False, True, True], ignore_index=True)


def strength(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count pairs by how often they turned to one another, and the share that is returned.

    Parameters
    ----------
    pairs : DataFrame
        From :func:`pairs`.

    Returns
    -------
    DataFrame
        ``turns`` ("1", "2", "3-5", "6-10", "11+"), ``n`` pairs, ``share`` of all pairs, ``turns_share`` of
        all turns, ``count`` (mutual pairs), ``estimate`` = count / n, ``low``, ``high``, ``strong`` pairs,
        ``small``.

    Taught in: 04 Interaction
    """
    rows = []
    for name, least, most in STRENGTHS:
        part = pairs.loc[pairs["weight"].between(least, most)]
        rows.append(
            {
                "turns": name,
                "n": len(part),
                "share": len(part) / max(len(pairs), 1),
                "turns_share": part["weight"].sum() / max(int(pairs["weight"].sum()), 1),
                "count": int(part["mutual"].sum()),
                "strong": int(part["strong"].sum()),
            }
        )
    table = rates(pd.DataFrame(rows))
    table.attrs["about"] = pairs.attrs.get("about", {}) | {"metric": "tie strength", "n": len(pairs)}
    return table


def tied(community: Community, pairs: pd.DataFrame) -> pd.DataFrame:
    """Give the share of all members who have a tie, a returned one, a strong one.

    Parameters
    ----------
    community : Community
        The community.
    pairs : DataFrame
        From :func:`pairs`.

    Returns
    -------
    DataFrame
        ``tie`` ("any", "mutual", "strong"), ``n`` (all members, silent ones too), ``count``, ``estimate``,
        ``low``, ``high``, ``small``.

    Taught in: 04 Interaction
    """
    n = int(community.query("select count(*) as n from people")["n"].iloc[0])
    rows = []
    for name, part in (
        ("any", pairs),
        ("mutual", pairs.loc[pairs["mutual"]]),
        ("strong", pairs.loc[pairs["strong"]]),
    ):
        rows.append({"tie": name, "n": n, "count": pd.concat([part["a"], part["b"]]).nunique()})
    return community.describe(
        rates(pd.DataFrame(rows)), "members with ties", population="all members", period="whole history", n=n
    )


_ORDER = ("none", "one_way", "mutual")


def retention(community: Community, *, first: int = 28, later: int = 28, gap: int = 28) -> pd.DataFrame:
    """Compare how many newcomers are still active by the ties of their first weeks.

    Parameters
    ----------
    community : Community
        The community.
    first : int, default 28 days
        Time from joining in which ties and active days are counted.
    later : int, default 28 days
        Length of the later time in which an active day counts as having stayed.
    gap : int, default 28 days
        Days between the two.

    Returns
    -------
    DataFrame
        ``tie`` ("none", "one_way": turned to or was turned to, "mutual"), ``n`` (members active at all in
        their first days, who joined inside the data and whose later time is over), ``count`` (active in
        it), ``estimate``, ``low``, ``high``, ``small``; ``difference`` to "none" with ``difference_low``,
        ``difference_high``; ``alike``: the difference among members with equally many active days in
        their first weeks, weighted by the members with that tie, with ``alike_low``, ``alike_high``.

    Notes
    -----
    Nobody was given ties by lot: whoever likes the place both talks more and stays longer. The column
    ``alike`` takes out what shows in the number of active days, and nothing else.

    Taught in: 04 Interaction
    """
    meetings = _meetings(community)
    table = community.query(
        f"""
with newcomers as (
    select member_id, joined_day
    from people
    where joined_known
        and joined_day >= cast($first_day as date)
        and date_diff('day', joined_day, cast($as_of as date)) >= $first + $gap + $later - 1
),
habits as (
    select
        newcomers.member_id,
        sum(case when date_diff('day', newcomers.joined_day, days.day) between 0 and $first - 1
            then 1 else 0 end) as active_days,
        max(case when date_diff('day', newcomers.joined_day, days.day)
            between $first + $gap and $first + $gap + $later - 1 then 1 else 0 end) as stayed
    from newcomers
    join {community.member_days()} as days on days.member_id = newcomers.member_id
    group by newcomers.member_id
),
ends as (
    select source as member_id, target as other, day, 1 as gave, 0 as got from {meetings}
    union all
    select target as member_id, source as other, day, 0 as gave, 1 as got from {meetings}
),
early as (
    select ends.member_id, ends.other, max(ends.gave) as gave, max(ends.got) as got
    from ends
    join newcomers on newcomers.member_id = ends.member_id
    where date_diff('day', newcomers.joined_day, ends.day) between 0 and $first - 1
    group by ends.member_id, ends.other
),
ties as (
    select member_id, max(gave * got) as mutual
    from early
    group by member_id
),
labelled as (
    select
        case when ties.member_id is null then 'none' when ties.mutual = 1 then 'mutual' else 'one_way' end
            as tie,
        case when active_days >= 15 then 15 when active_days >= 8 then 8 when active_days >= 5 then 5
            else active_days end as active_days,
        stayed
    from habits
    left join ties on ties.member_id = habits.member_id
    where active_days > 0
)
select tie, active_days, count(*) as n, cast(sum(stayed) as bigint) as count
from labelled
group by tie, active_days
order by tie, active_days""",
        first=int(first),
        gap=int(gap),
        later=int(later),
        first_day=community.first_day,
        as_of=community.as_of,
    )
    totals = table.groupby("tie")[["n", "count"]].sum().reindex(list(_ORDER)).fillna(0).astype(int)
    result = rates(totals.reset_index())
    base = result.iloc[0]
    low, high = intervals.difference(result["count"], result["n"], base["count"], base["n"])
    usable = (result["n"] > 0) & (base["n"] > 0) & (result["tie"] != "none")
    result["difference"] = (result["estimate"] - base["estimate"]).where(usable)
    result["difference_low"] = pd.Series(low).where(usable)
    result["difference_high"] = pd.Series(high).where(usable)
    alike = [_alike(table, name) if name != "none" else (float("nan"),) * 3 for name in _ORDER]
    result[["alike", "alike_low", "alike_high"]] = pd.DataFrame(alike)
    return community.describe(
        result,
        "retention by ties",
        population="members who joined inside the data and were active in their first weeks",
        period=f"{first} + {gap} + {later} days",
        randomised=False,
        n=int(result["n"].sum()),
        first=first,
        gap=gap,
        later=later,
    )


def _alike(table: pd.DataFrame, tie: str) -> tuple[float, float, float]:
    # Difference in each class of active days, weighted by the members with the tie (Cochran 1968).
    both = table[table["tie"] == tie].merge(
        table[table["tie"] == "none"], on="active_days", suffixes=("", "_none")
    )
    if both.empty:
        return (float("nan"),) * 3
    weight = both["n"] / both["n"].sum()
    variance = pd.Series(0.0, index=both.index)
    for end in ("", "_none"):
        share = (both[f"count{end}"] + 1) / (both[f"n{end}"] + 2)
        variance += share * (1 - share) / both[f"n{end}"]
    difference = both["count"] / both["n"] - both["count_none"] / both["n_none"]
    estimate, half = float((weight * difference).sum()), 1.96 * float((weight**2 * variance).sum()) ** 0.5
    return estimate, estimate - half, estimate + half
