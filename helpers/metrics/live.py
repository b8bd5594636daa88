"""Look at live shows minute by minute: who is there, what is said, clicked, put into carts and bought."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community

GRACE = 600  # seconds after the end in which viewers still order what they saw
COUNTED = {"comment": "comments", "click": "clicks", "cart": "carts"}
PANEL = [
    "content_id",
    "minute",
    "at",
    "present",
    "entering",
    "leaving",
    *COUNTED.values(),
    "orders",
]


def sessions_sql(community: Community) -> str:
    """Write the common tables that say when each show ran and who was there from when to when.

    Parameters
    ----------
    community : Community
        The opened community. A show runs as its rundown says; without one from its publication (or from
        the first who entered) to the last who left.

    Returns
    -------
    str
        The common tables ``shows`` (content_id, starts_at, ends_at), ``sessions`` (content_id, member_id,
        came, gone, stayed: until the end) and ``deeds`` (content_id, member_id, done_at, what,
        product_id: what viewers did and bought while the show ran), without ``with``.

    Notes
    -----
    Whoever enters is there until the next row of leaving or entering in the same show, and until the show's
    end without one. Who comes after the end watches a recording and does not count. An order is a viewer's
    kept order from entering to ten minutes after the end, whatever was bought.

    Taught in: 05 Conversion
    """
    published = "min(contents.published_at)" if community.has("contents", "published_at") else "null"
    contents = "left join contents on contents.content_id = marks.content_id" if published != "null" else ""
    kinds = ", ".join(f"'{kind}'" for kind in COUNTED)
    orders = f"""
union all
select content_id, member_id, min(ordered_at) as done_at, 'order' as what, min(product_id) as product_id
from (
    select
        sessions.content_id, orders.member_id, orders.order_id, orders.ordered_at, orders.product_id
    from orders
    join sessions on sessions.member_id = orders.member_id and orders.ordered_at >= sessions.came
    join shows on shows.content_id = sessions.content_id
    where orders.is_purchase and date_diff('second', shows.ends_at, orders.ordered_at) <= {GRACE}
) as bought
group by content_id, member_id, order_id"""
    return f"""
marks as (
    select
        content_id, member_id, occurred_at, event_type,
        lead(occurred_at) over (
            partition by content_id, member_id order by occurred_at, event_type
        ) as next_at
    from events
    where event_type in ('live_enter', 'live_leave') and content_id is not null
),
planned as (
    select content_id, min(starts_at) as starts_at, max(coalesce(ends_at, starts_at)) as ends_at
    from rundown
    group by content_id
),
seen as (
    select
        marks.content_id,
        coalesce({published}, min(marks.occurred_at)) as starts_at,
        coalesce(
            max(case when event_type = 'live_leave' then occurred_at end), max(occurred_at)
        ) as ends_at
    from marks
    {contents}
    group by marks.content_id
),
shows as (
    select
        seen.content_id,
        coalesce(planned.starts_at, seen.starts_at) as starts_at,
        coalesce(planned.ends_at, seen.ends_at) as ends_at
    from seen
    left join planned on planned.content_id = seen.content_id
),
sessions as (
    select
        marks.content_id, marks.member_id,
        greatest(marks.occurred_at, shows.starts_at) as came,
        greatest(least(coalesce(marks.next_at, shows.ends_at), shows.ends_at), shows.starts_at) as gone,
        marks.next_at is null or marks.next_at > shows.ends_at as stayed
    from marks
    join shows on shows.content_id = marks.content_id
    where marks.event_type = 'live_enter' and marks.occurred_at <= shows.ends_at
),
deeds as (
select shows.content_id, events.member_id, events.occurred_at as done_at, events.event_type as what,
    events.product_id
from events
join shows on shows.content_id = events.content_id
where events.event_type in ({kinds}) and events.occurred_at >= shows.starts_at
    and events.occurred_at < shows.ends_at{orders if community.has("orders") else ""}
)"""


def sql(community: Community) -> str:
    """Write the query behind :func:`minutes`: what happened in each minute in which something did.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        Query: ``content_id``, ``starts_at``, ``length`` (seconds), ``minute``, ``entering``, ``leaving``,
        ``added`` (seconds of this minute that those who came were there), ``taken`` (that those who left
        were not), and one count a deed.

    Taught in: 05 Conversion
    """
    counts = ",\n    ".join(
        f"sum(case when what = '{kind}' then 1 else 0 end) as {name}"
        for kind, name in {**COUNTED, "order": "orders"}.items()
    )
    return f"""
with {sessions_sql(community).strip()},
moments as (
    select content_id, came as done_at, 'enter' as what from sessions
    union all
    select content_id, gone as done_at, 'leave' as what from sessions
    union all
    select content_id, done_at, what from deeds
),
placed as (
    select
        moments.content_id, shows.starts_at, moments.what,
        date_diff('second', shows.starts_at, shows.ends_at) as length,
        date_diff('second', shows.starts_at, moments.done_at) as second
    from moments
    join shows on shows.content_id = moments.content_id
)
select
    content_id, starts_at, length, cast((second - second % 60) / 60 as integer) as minute,
    sum(case when what = 'enter' then 1 else 0 end) as entering,
    sum(case when what = 'leave' then 1 else 0 end) as leaving,
    sum(case when what = 'enter' then 60 - second % 60 else 0 end) as added,
    sum(case when what = 'leave' then 60 - second % 60 else 0 end) as taken,
    {counts}
from placed
group by content_id, starts_at, length, cast((second - second % 60) / 60 as integer)
order by starts_at, content_id, minute"""


def _filled(part: pd.DataFrame) -> pd.DataFrame:
    """Fill in the minutes in which nothing happened, and count up who is there."""
    last = max(int(-(-part["length"].iloc[0] // 60)) - 1, 0)
    # What falls on the end itself, or into the minutes of grace, belongs to the last minute.
    rows = part.assign(minute=part["minute"].clip(upper=last)).drop(columns=["content_id", "starts_at"])
    late = part["minute"] > last
    rows.loc[late.to_numpy(), ["added", "taken"]] = 0
    full = rows.groupby("minute").sum().reindex(range(last + 1), fill_value=0)
    before = (full["entering"] - full["leaving"]).cumsum().shift(fill_value=0)
    full["present"] = before + (full["added"] - full["taken"]) / 60
    full["content_id"], start = part["content_id"].iloc[0], part["starts_at"].iloc[0]
    full["at"] = start + pd.to_timedelta(full.index * 60, unit="s")
    return full.reset_index()


def rundown(community: Community) -> pd.DataFrame:
    """Return the parts of all shows with an end each.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    pandas.DataFrame
        One row a part: ``content_id``, ``number`` (from 1 within the show), ``starts_at``, ``ends_at``
        (where none is given: when the next part began), ``part``, ``product_id``, ``host``. Empty without
        a rundown.

    Taught in: 05 Conversion
    """
    return community.query(
        """
select
    content_id, cast(row_number() over (partition by content_id order by starts_at) as integer) as number,
    starts_at,
    coalesce(ends_at, lead(starts_at) over (partition by content_id order by starts_at)) as ends_at,
    part, product_id, host
from rundown
order by content_id, starts_at"""
    )


def minutes(community: Community) -> pd.DataFrame:
    """Lay out every live show minute by minute.

    Parameters
    ----------
    community : Community
        The opened community, with events of entering shows; leaving, rundown and orders where known.

    Returns
    -------
    pandas.DataFrame
        One row a show and minute: ``content_id``, ``minute`` (from 0), ``at``, ``present`` (viewers there,
        averaged over the minute: also the viewer-minutes spent), ``entering``, ``leaving`` (at the end
        everybody does), ``comments``, ``clicks``, ``carts``, ``orders``; and, with a rundown, ``part``,
        ``product_id`` and ``host`` of what was on when the minute began.

    Raises
    ------
    TableMissing
        When there are no events.

    Examples
    --------
    >>> at = pd.to_datetime(["2026-01-01 20:00:00", "2026-01-01 20:00:30", "2026-01-01 20:02:00"])
    >>> kinds = ["live_enter", "live_enter", "live_leave"]
    >>> log = pd.DataFrame({"member_id": ["a", "b", "a"], "occurred_at": at, "event_type": kinds})
    >>> shop = Community.open({"events": log.assign(content_id="show")})
    >>> minutes(shop)[["minute", "present", "entering", "leaving"]]
       minute  present  entering  leaving
    0       0      1.5         2        0
    1       1      2.0         0        2

    Taught in: 05 Conversion
    """
    community.require("events")
    table = community.query(sql(community))
    if table.empty:
        return community.describe(pd.DataFrame(columns=PANEL), "minutes of live shows", shows=0)
    numbers = [name for name in table.columns if name not in ("content_id", "starts_at")]
    table[numbers] = table[numbers].astype("int64")
    parts = [_filled(part) for _name, part in table.groupby("content_id", sort=False)]
    panel = pd.concat(parts, ignore_index=True)[PANEL]
    program = rundown(community)
    if len(program):
        panel = pd.merge_asof(
            panel.sort_values("at", kind="stable"),
            program.sort_values("starts_at")[["content_id", "starts_at", "part", "product_id", "host"]],
            left_on="at", right_on="starts_at", by="content_id",
        ).drop(columns="starts_at").sort_values(["content_id", "minute"], ignore_index=True)  # fmt: skip
    return community.describe(
        panel,
        "minutes of live shows",
        population="viewers of live shows",
        period="whole history",
        shows=len(parts),
    )
