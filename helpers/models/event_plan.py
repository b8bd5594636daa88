"""Fill the plan of the next event with what the data know before it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.intervals import mean_from_sums, ratio_from_sums
from helpers.models import event_impact, event_panel
from helpers.models.event_card import scorecard

RECENT = 90  # days looked at for what works now
LEAST_READERS = 30
KEPT = ("like", "save", "share")
SPOKE = ("comment", "answer", "message")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _readers(
    community: Community,
    column: str,
    answers: tuple[str, ...],
    *,
    days: int | None = None,
    kind: str | None = None,
) -> dict[str, Any]:
    # The value of the column whose posts are most often answered so, by the lower end of the interval.
    wanted = ", ".join(f"'{name}'" for name in answers)
    found = community.query(
        f"""
with pairs as (
    select
        {column} as choice, events.member_id, events.content_id,
        max(case when events.event_type in ({wanted}) then 1 else 0 end) as answered
    from events
    join contents on contents.content_id = events.content_id
    where {column} is not null and date_diff('day', events.day, cast($as_of as date)) < $days
        and ($kind = '' or contents.purpose = $kind)
    group by {column}, events.member_id, events.content_id
),
each as (
    select choice, member_id, count(*) as x, sum(answered) as y
    from pairs
    group by choice, member_id
)
select
    choice, count(*) as n, sum(x) as x, sum(y) as y, sum(cast(x as double) * x) as xx,
    sum(cast(y as double) * y) as yy, sum(cast(x as double) * y) as xy
from each
group by choice
order by choice""",
        as_of=community.as_of,
        days=days or 100_000,
        kind=kind or "",
    )
    found = found[found["n"] >= LEAST_READERS].astype({"n": int, "x": float, "y": float})
    if not found["y"].sum():
        return {}
    sums = (found[name] for name in ("n", "y", "yy", "x", "xx", "xy"))
    low, high = (np.asarray(end) for end in ratio_from_sums(*sums))
    best = int(low.argmax())
    row = found.iloc[best]
    return {
        "choice": str(row["choice"]), "value": row["y"] / row["x"], "low": max(float(low[best]), 0.0),
        "high": float(high[best]), "n": int(row["n"]),
    }  # fmt: skip


def _time(community: Community) -> dict[str, Any]:
    # The two hours of a weekday with most members writing.
    found = community.query(
        """
select
    date_diff('day', date_trunc('week', day), day) as weekday,
    cast(floor(extract(hour from occurred_at) / 2.0) as integer) * 2 as hour,
    count(distinct member_id) as members
from events
where event_type in ('comment', 'answer', 'message')
    and date_diff('day', day, cast($as_of as date)) < $days
group by weekday, hour
order by members desc, weekday, hour""",
        as_of=community.as_of,
        days=RECENT,
    )
    if not len(found):
        return {}
    best = found.iloc[0]
    hour = int(best["hour"])
    return {
        "choice": WEEKDAYS[int(best["weekday"])] + f" {hour:02d}:00–{hour + 2:02d}:00",
        "n": int(best["members"]),
    }


def _groups(community: Community, hosts: int) -> dict[str, dict[str, Any]]:
    panel = event_panel.latest(community)
    ready = panel["group_id"].nunique()
    if not ready:
        return {}
    now = panel[panel["week"] >= 0].groupby("group_id")["messages"].mean()
    low, high = mean_from_sums(len(now), now.sum(), (now**2).sum())
    return {
        "groups": {"value": float(hosts), "n": ready},
        "measure": {"value": float(now.mean()), "low": float(low), "high": float(high), "n": ready},
        "goal": {"value": event_impact.detectable(panel, hosts=hosts), "n": ready},
        "look back": {"value": float(panel["week"].max() + 1)},
    }


def plan(community: Community, *, kind: str = "meetup", hosts: int = 4) -> pd.DataFrame:
    """Fill the plan of the next event with the numbers that are known before it.

    Parameters
    ----------
    community : Community
        The community.
    kind : str, default "meetup"
        Kind of event, as in campaigns.
    hosts : int, default 4
        How many groups are to hold it.

    Returns
    -------
    DataFrame
        ``step`` ("plan", "do", "review"), ``line`` ("theme", "time", "groups", "house rules",
        "reward", "promotion", "measure", "goal", "look back"), ``choice`` (a word or missing), ``value``,
        ``low``, ``high`` (a number and its interval, or missing) and ``n`` (what it rests on). A line that
        the data cannot fill keeps its place with missing values.

    Notes
    -----
    theme: the topic whose posts readers most often liked, kept or shared in the last 90 days, by the lower
    end of the interval. time: two hours of a weekday with most members writing in the same days. groups:
    how many are to be drawn by lot, out of `n` with enough messages. reward: what one member taking part in
    earlier events of that kind cost (median, and range). promotion: the platform on which readers of earlier
    invitations most often wrote. measure: messages a week in a group in the last four weeks. goal: the
    factor that such a comparison would find four times out of five, judged by those weeks. look back: weeks
    after the event.

    Taught in: 04 Interaction
    """
    lines: dict[str, dict[str, Any]] = {
        line: {"step": step}
        for step, names in (
            ("plan", ("theme", "groups", "house rules", "reward", "measure", "goal")),
            ("do", ("promotion", "time")),
            ("review", ("look back",)),
        )
        for line in names
    }
    if community.has("events", "content_id") and community.has("contents", "topic"):
        lines["theme"] |= _readers(community, "contents.topic", KEPT, days=RECENT)
        if community.has("contents", "purpose") and community.has("events", "platform"):
            lines["promotion"] |= _readers(community, "events.platform", SPOKE, kind=kind)
    if community.has("events"):
        lines["time"] |= _time(community)
    if community.has("events", "group_id"):
        lines |= {line: lines[line] | row for line, row in _groups(community, hosts).items()}
    if community.has("campaigns", "kind") and community.has("contents", "purpose"):
        card = scorecard(community)
        paid = card.loc[(card["kind"] == kind) & card["cost_per_member"].notna(), "cost_per_member"]
        if len(paid):
            lines["reward"] |= {"value": float(paid.median()), "n": len(paid)}
            lines["reward"] |= {"low": float(paid.min()), "high": float(paid.max())}
    rows = [{"line": line} | row for line, row in lines.items()]
    result = pd.DataFrame(rows, columns=["step", "line", "choice", "value", "low", "high", "n"])
    return community.describe(result, "event plan", population="members", kind=kind, hosts=hosts)
