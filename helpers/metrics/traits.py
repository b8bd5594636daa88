"""Measure what makes a community one: a signature for each of seven traits, with the members it rests on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.errors import TableMissing
from helpers.metrics import response, retention
from helpers.metrics.intervals import ratio_from_sums, wilson
from helpers.metrics.starts import starts_sql

TRAITS = (
    "user first",
    "content is king",
    "participation",
    "word of mouth",
    "long relations",
    "precise targeting",
    "platform dependence",
)
COLUMNS = ["trait", "signature", "n", "count", "estimate", "low", "high", "baseline", "small"]
WINDOW = 28


def signatures(community: Community, *, window: int = WINDOW) -> pd.DataFrame:
    """Give one measurable signature for each trait that the community's tables can show.

    Parameters
    ----------
    community : Community
        The opened community.
    window : int, days, default 28
        Recent stretch that signatures of the present are counted over.

    Returns
    -------
    pandas.DataFrame
        One row a trait: ``trait``, ``signature`` (what was measured), ``n``, ``count``, ``estimate`` (a
        share, 0 to 1), ``low``, ``high``, ``baseline`` (what it would be without the trait, where that is
        known), ``small``. Signatures whose tables are missing are left out; the parts define them.

    Taught in: 01 Definition
    """
    parts: tuple[Callable[[], pd.DataFrame], ...] = (
        lambda: replied(community),
        lambda: recent(community, window=window),
        lambda: invited(community),
        lambda: kept(community),
        lambda: on_target(community, window=window),
        lambda: concentration(community),
    )
    rows = []
    for part in parts:
        try:
            rows.append(part())
        except TableMissing:
            continue
    found = [row for row in rows if len(row)]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)
    order = {name: at for at, name in enumerate(TRAITS)}
    table = table.sort_values("trait", key=lambda names: names.map(order), kind="stable", ignore_index=True)
    return community.describe(
        table[COLUMNS],
        "traits",
        population="members of the community",
        period=f"last {int(window)} days",
        window=int(window),
        n=int(table["n"].max()) if len(table) else 0,
    )


def _row(trait: str, signature: str, n: float, count: float, **more: float) -> pd.DataFrame:
    low, high = (np.nan, np.nan) if "low" in more else wilson(count, n)
    row = {
        "trait": trait,
        "signature": signature,
        "n": int(n),
        "count": int(count),
        "estimate": count / n if n else np.nan,
        "low": float(low),
        "high": float(high),
        "baseline": np.nan,
        "small": n < 30,
    }
    return pd.DataFrame([row | more])[COLUMNS]


def replied(community: Community) -> pd.DataFrame:
    """Give the share of questions that somebody answered within a day: the user comes first.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    pandas.DataFrame
        One row in the form of :func:`signatures`. Posts stand in where nothing marks questions.

    Taught in: 01 Definition
    """
    what = response.choose(community)
    table = response.answered(community, what=what, within=(24,))
    if table.empty:
        return pd.DataFrame(columns=COLUMNS)
    found = table.iloc[0]
    return _row("user first", f"{what} answered within a day", found["n"], found["count"])


def recent(community: Community, *, window: int = WINDOW) -> pd.DataFrame:
    """Give the shares of members who lately read and who lately took part: content and participation.

    Parameters
    ----------
    community : Community
        The opened community.
    window : int, days, default 28
        What lately means.

    Returns
    -------
    pandas.DataFrame
        Two rows in the form of :func:`signatures`: of all members who belong, the share who viewed content
        and the share who did more than look.

    Taught in: 01 Definition
    """
    community.require("events")
    found = community.query(
        """
with belong as (
    select member_id from people
    where joined_day <= cast($as_of as date)
        and (left_day is null or date_diff('day', left_day, cast($as_of as date)) < $window)
),
did as (
    select
        member_id,
        max(case when n_view > 0 then 1 else 0 end) as viewed,
        max(case when actions > 0 then 1 else 0 end) as acted
    from member_days
    where date_diff('day', day, cast($as_of as date)) < $window
    group by member_id
)
select
    count(*) as members,
    coalesce(sum(did.viewed), 0) as viewed,
    coalesce(sum(did.acted), 0) as acted
from belong
left join did on did.member_id = belong.member_id
order by members""",
        as_of=community.as_of,
        window=int(window),
    ).iloc[0]
    parts = [_row("participation", "members who did more than look", found["members"], found["acted"])]
    if "view" in community.event_types():
        parts.append(_row("content is king", "members who viewed content", found["members"], found["viewed"]))
    return pd.concat(parts, ignore_index=True)


def invited(community: Community) -> pd.DataFrame:
    """Give the share of the newcomers whom a member brought: word of mouth.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.

    Returns
    -------
    pandas.DataFrame
        One row in the form of :func:`signatures`; newcomers are members who joined within the data.

    Notes
    -----
    A partner who is paid to bring people (role ``kol`` of the inviting member) is no word of mouth, and
    neither is one's own code.

    Taught in: 01 Definition
    """
    community.require("members", "invited_by")
    found = community.query(
        f"""
with starts as ({starts_sql(community, start="joined", left_edge="leave_out")}
)
select
    count(*) as n,
    count(members.invited_by) filter (
        where coalesce(inviters.role, 'member') <> 'kol' and members.invited_by <> members.member_id
    ) as invited
from starts
inner join members on members.member_id = starts.member_id
left join members as inviters on inviters.member_id = members.invited_by
order by n""",
        first_day=community.first_day,
    ).iloc[0]
    return _row("word of mouth", "newcomers whom a member brought", found["n"], found["invited"])


def kept(community: Community, *, day: int = 90) -> pd.DataFrame:
    """Give the share of newcomers who are there in the week that begins with a late day: long relations.

    Parameters
    ----------
    community : Community
        The opened community.
    day : int, default 90
        Day after joining.

    Returns
    -------
    pandas.DataFrame
        One row in the form of :func:`signatures`; none when nobody joined so long ago.

    Taught in: 01 Definition
    """
    found = retention.day_n(community, days=(day,), window=7)
    n, count = found[["n", "count"]].iloc[0] if len(found) else (0, 0)
    row = _row("long relations", f"newcomers who are there after {day} days", n, count)
    return row if n else row.head(0)  # nobody has been there for so long


def target_sql() -> str:
    """Write the query that sums up how much of their viewing members spend on the topic they liked before.

    Returns
    -------
    str
        Portable SQL with the parameters ``$as_of`` and ``$window``.

    Taught in: 01 Definition
    """
    return """
with seen as (
    select
        events.member_id, contents.topic, events.event_id, events.occurred_at,
        date_diff('day', events.day, cast($as_of as date)) < $window as late
    from events
    inner join contents on contents.content_id = events.content_id
    where events.event_type = 'view' and contents.topic is not null
),
counted as (
    select
        member_id, topic,
        count(*) filter (where late) as late_views,
        count(*) filter (where not late) as early_views
    from seen
    group by member_id, topic
),
ranked as (
    select
        member_id, topic, late_views, early_views,
        row_number() over (partition by member_id order by early_views desc, topic) as nth
    from counted
),
pool as (
    select topic, sum(late_views) as views, sum(sum(late_views)) over () as total
    from counted
    group by topic
),
per_member as (
    select
        ranked.member_id,
        cast(sum(case when ranked.nth = 1 then ranked.late_views else 0 end) as decimal(18, 0)) as y,
        cast(sum(ranked.late_views) as decimal(18, 0)) as x,
        cast(max(case when ranked.nth = 1 then pool.views end) as decimal(18, 0)) as expected,
        max(pool.total) as total
    from ranked
    inner join pool on pool.topic = ranked.topic
    where pool.total > 0
    group by ranked.member_id
    having sum(ranked.early_views) > 0 and sum(ranked.late_views) > 0
)
select
    count(*) as n, sum(y) as count, sum(y * y) as squares_y, sum(x) as views, sum(x * x) as squares_x,
    sum(y * x) as products, sum(expected * x) / max(total) as expected
from per_member
order by n"""


def on_target(community: Community, *, window: int = WINDOW) -> pd.DataFrame:
    """Give the share of recent views that fall on each member's own topic: precise targeting.

    A member's own topic is the one she viewed most *before* the window, so that the share is not high merely
    because the topic was chosen by the views that it counts.

    Parameters
    ----------
    community : Community
        The opened community, with the topic of contents.
    window : int, days, default 28
        Recent stretch in which views are counted.

    Returns
    -------
    pandas.DataFrame
        One row in the form of :func:`signatures`; ``n`` members, ``count`` their views of it, ``baseline``
        the share if everybody viewed the topics in the same proportions. The interval is by member.

    Taught in: 01 Definition
    """
    community.require("events", "content_id")
    community.require("contents", "topic")
    found = community.query(target_sql(), as_of=community.as_of, window=int(window)).iloc[0].fillna(0)
    if not found["views"]:
        return pd.DataFrame(columns=COLUMNS)
    sums = [found[name] for name in ("n", "count", "squares_y", "views", "squares_x", "products")]
    low, high = ratio_from_sums(*sums)
    return _row(
        "precise targeting",
        "views on the topic a member chose before",
        found["n"],
        found["count"],
        estimate=found["count"] / found["views"],
        low=max(float(low), 0.0),
        high=min(float(high), 1.0),
        baseline=found["expected"] / found["views"],
    )


def concentration(community: Community) -> pd.DataFrame:
    """Give the Herfindahl-Hirschman index of activity over platforms: dependence on one of them.

    Parameters
    ----------
    community : Community
        The opened community, with the platform of events.

    Returns
    -------
    pandas.DataFrame
        One row in the form of :func:`signatures`: ``estimate`` is the sum of the squared shares of the
        platforms in active member-days (1: everything on one), ``n`` members, ``count`` member-days,
        ``baseline`` the value of an even split over the platforms there are. Empty where the data hold one
        platform only: whether members are elsewhere too cannot be known then.

    Notes
    -----
    Interval by member, linearised: a member moves the index by how far her days lie on the large platforms.
    At two platforms of equal size the index is at its lowest and the interval too short.

    Taught in: 01 Definition
    """
    found = community.query(
        f"""
with shares as (
    select platform, cast(count(*) as decimal(18, 0)) as days
    from {community.member_days("platform")}
    where platform is not null
    group by platform
),
per_member as (
    select
        days.member_id,
        cast(sum(shares.days) as decimal(18, 0)) as y,
        cast(count(*) as decimal(18, 0)) as x
    from {community.member_days("platform")} as days
    inner join shares on shares.platform = days.platform
    group by days.member_id
)
select
    count(*) as n, sum(y) as sum_y, sum(y * y) as squares_y, sum(x) as count, sum(x * x) as squares_x,
    sum(y * x) as products, (select count(*) from shares) as platforms,
    (select sum(days) from shares) as total
from per_member
order by n"""
    ).iloc[0]
    if not found["n"] or found["platforms"] < 2:  # an export of one place does not tell of others
        return pd.DataFrame(columns=COLUMNS)
    # Sums of shares would depend on the order of adding; sums of days do not.
    names = {"n": 0, "sum_y": 1, "squares_y": 2, "count": 0, "squares_x": 0, "products": 1}
    sums = [found[name] / found["total"] ** power for name, power in names.items()]
    index = found["sum_y"] / found["total"] / found["count"]
    low, high = ratio_from_sums(*sums)
    # The shares themselves are estimated: the index moves twice as far as this ratio does.
    return _row(
        "platform dependence",
        "concentration of active days on platforms (HHI)",
        found["n"],
        found["count"],
        estimate=index,
        low=max(index - 2 * (index - float(low)), 1 / found["platforms"]),
        high=min(index + 2 * (float(high) - index), 1.0),
        baseline=1 / found["platforms"],
    )
