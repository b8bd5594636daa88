"""Follow a dozen figures from one report to the next, each in a window that is always full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics import intervals, movement, returns, satisfaction
from helpers.metrics.starts import starts_sql

WINDOW, WEEK, COMEBACK, AGAIN, QUARTER = 28, 7, 30, 60, 91
FEW = 30


@dataclass(frozen=True)
class Watched:
    """Say how a figure is computed: a ratio of two sums over members.

    Parameters
    ----------
    unit : {"share", "score", "money", "points"}
        Unit of the figure.
    days : int
        Length of the window; a figure is left out while the data do not fill it.
    sql : str
        Query with ``member_id``, ``y`` and ``x`` for the window that ends with the day ``{last}``.
    needs : tuple of str
        Tables, or table and column, that it takes.
    basis : str, default ""
        Only where an active day rests on this: "events" or "orders".
    weekly : bool, default False
        The window ends with the last Sunday, not with the as-of date.
    """

    unit: str
    days: int
    sql: str
    needs: tuple[str, ...] = ()
    basis: str = ""
    weekly: bool = False


_IN = "date_diff('day', {day}, cast({{last}} as date)) between 0 and {days} - 1"


def _within(days: int, day: str = "day") -> str:
    return _IN.format(day=day, days=days).replace("{{last}}", "{last}")


def _of_everybody(days: int, done: str) -> str:
    # Silent members are in the denominator: whoever belonged to the community at some time of the window.
    return f"""
select spans.member_id, coalesce(done.y, 0.0) as y, 1.0 as x
from member_spans as spans
left join ({done}) as done on done.member_id = spans.member_id
where spans.entered <= cast({{last}} as date)
    and (spans.gone is null or date_diff('day', spans.gone, cast({{last}} as date)) < {days})"""


def _active(days: int, day: str = "day") -> str:
    return f"select distinct member_id, 1.0 as y from member_days where {_within(days, day)}"


_BEFORE = f"date_diff('day', day, cast({{last}} as date)) between {WEEK} and {2 * WEEK} - 1"
_KEPT = f"""
select before.member_id, coalesce(now.y, 0.0) as y, 1.0 as x
from (select distinct member_id from member_days where {_BEFORE}) as before
left join ({_active(WEEK)}) as now on now.member_id = before.member_id"""

_HABIT = f"""
select member_id, cast(count(*) as double) as y, 1.0 as x
from member_days
where {_within(WINDOW)}
group by member_id"""

_REACTIONS = f"""
select
    member_id,
    cast(sum(n_like + n_comment + n_share) as double) as y,
    cast(sum(n_view) as double) as x
from member_days
where {_within(WINDOW)}
group by member_id"""

# Those whose days 30 to 36 were over for the first time within the window, whether they came or not.
_COMEBACK = f"""
with starts as ({{starts}}
),
asked as (
    select member_id, start_day
    from starts
    where date_diff('day', start_day, cast({{last}} as date))
        between {COMEBACK + WEEK - 1} and {COMEBACK + WEEK - 2 + WINDOW}
)
select asked.member_id, case when count(days.day) > 0 then 1.0 else 0.0 end as y, 1.0 as x
from asked
left join member_days as days on days.member_id = asked.member_id
    and date_diff('day', asked.start_day, days.day) between {COMEBACK} and {COMEBACK + WEEK - 1}
group by asked.member_id"""

_AGAIN = f"""
with firsts as (
    select member_id, min(day) as first_day
    from orders
    where is_purchase
    group by member_id
),
asked as (
    select member_id, first_day
    from firsts
    where date_diff('day', first_day, cast({{last}} as date)) between {AGAIN} and {AGAIN - 1 + WINDOW}
)
select asked.member_id, case when count(orders.day) > 0 then 1.0 else 0.0 end as y, 1.0 as x
from asked
left join orders on orders.member_id = asked.member_id and orders.is_purchase
    and date_diff('day', asked.first_day, orders.day) between 1 and {AGAIN}
group by asked.member_id"""

_BUYING = f"""
select viewers.member_id, case when buyers.member_id is null then 0.0 else 1.0 end as y, 1.0 as x
from (select distinct member_id from member_days where n_view > 0 and {_within(WINDOW)}) as viewers
left join (select distinct member_id from orders where is_purchase and {_within(WINDOW)}) as buyers
    on buyers.member_id = viewers.member_id"""

# The latest answer of a member in the quarter: 1 for a promoter, -1 for a detractor.
_PROMOTERS = f"""
with answers as (
    select
        member_id, score, coalesce(scale_min, 0) as least, coalesce(scale_max, {{top}}) as most,
        row_number() over (partition by member_id order by answered_at desc, score) as place
    from surveys
    where member_id is not null and score is not null and {{nps}} and {_within(QUARTER)}
)
select
    member_id,
    case when score >= {{promoter}} then 1.0 when score < {{passive}} then -1.0 else 0.0 end as y,
    1.0 as x
from answers
where place = 1 and score between least and most"""

_BOUGHT = f"select distinct member_id, 1.0 as y from orders where is_purchase and {_within(WINDOW)}"
_SPENT = (
    "select member_id, cast(sum(net) as decimal(18, 2)) as y "
    f"from orders where {_within(WINDOW)} group by member_id"
)
_JOINED = f"select distinct member_id, 1.0 as y from people where {_within(WINDOW, 'joined_day')}"

WATCHED: Mapping[str, Watched] = {
    "active_week": Watched("share", WEEK, _of_everybody(WEEK, _active(WEEK)), weekly=True),
    "active_month": Watched("share", WINDOW, _of_everybody(WINDOW, _active(WINDOW))),
    "kept_week": Watched("share", 2 * WEEK, _KEPT, weekly=True),
    "active_days": Watched("score", WINDOW, _HABIT),
    "joined": Watched("share", WINDOW, _of_everybody(WINDOW, _JOINED)),
    "comeback": Watched("share", WINDOW, _COMEBACK),
    "interaction_rate": Watched("share", WINDOW, _REACTIONS, ("events",), "events"),
    "bought": Watched("share", WINDOW, _of_everybody(WINDOW, _BOUGHT), ("orders",), "events"),
    "viewers_bought": Watched("share", WINDOW, _BUYING, ("events", "orders"), "events"),
    "bought_again": Watched("share", WINDOW, _AGAIN, ("orders",)),
    "revenue_per_member": Watched("money", WINDOW, _of_everybody(WINDOW, _SPENT), ("orders",)),
    "nps": Watched("points", QUARTER, _PROMOTERS, ("surveys.score",)),
}
_SHARES = ("share",)
COLUMNS = ["metric", "unit", "last", "n", "count", "estimate", "low", "high", "small"]


def last_of(name: str, as_of: dt.date) -> dt.date:
    """Return the last day of the window that a figure had on a day.

    Examples
    --------
    >>> last_of("active_week", dt.date(2026, 5, 30)), last_of("active_month", dt.date(2026, 5, 30))
    (datetime.date(2026, 5, 24), datetime.date(2026, 5, 30))

    Taught in: 06 Evaluation
    """
    return as_of - dt.timedelta(days=as_of.isoweekday() % 7 if WATCHED[name].weekly else 0)


def sql(community: Community, name: str) -> str:
    """Write the query behind a figure: sums over members, for two days at once.

    Parameters
    ----------
    community : Community
        The opened community.
    name : str
        One of `WATCHED`.

    Returns
    -------
    str
        Portable SQL with the parameters ``$now`` and ``$earlier`` (the last days of the two windows);
        one row with the sums of y and x of both windows and of their products.

    Taught in: 06 Evaluation
    """
    text = WATCHED[name].sql
    if name == "comeback":
        text = text.replace("{starts}", starts_sql(community, left_edge="leave_out"))
    if name == "nps":
        stated = community.has("surveys", "kind")
        text = text.replace("{nps}", "lower(coalesce(kind, 'nps')) = 'nps'" if stated else "true")
        text = _scaled(community, text)
    now, earlier = (text.replace("{last}", day) for day in ("$now", "$earlier"))
    products = [f"{one} * {other}" for one, other in movement.PRODUCTS]
    sums = ",\n    ".join(f"sum({term}) as {term.replace(' * ', '_')}" for term in ("y1", "x1", "y0", "x0"))
    sums += ",\n    " + ",\n    ".join(f"sum({term}) as {term.replace(' * ', '_')}" for term in products)
    return f"""
with both_windows as (
    select member_id, y as y1, x as x1, 0.0 as y0, 0.0 as x0 from ({now}
    ) as now_rows
    union all
    select member_id, 0.0 as y1, 0.0 as x1, y as y0, x as x0 from ({earlier}
    ) as earlier_rows
),
each_member as (
    select member_id, sum(y1) as y1, sum(x1) as x1, sum(y0) as y0, sum(x0) as x0
    from both_windows
    group by member_id
)
select
    sum(case when x1 > 0 then 1 else 0 end) as n1,
    sum(case when x0 > 0 then 1 else 0 end) as n0,
    {sums}
from each_member
order by n1"""


def _scaled(community: Community, text: str) -> str:
    scales = community.query(
        "select scale_min, scale_max, max(score) as top from surveys where score is not null "
        "group by scale_min, scale_max order by scale_min, scale_max"
    )
    unstated = scales.loc[scales["scale_max"].isna(), "top"]
    top = 5.0 if len(unstated) and unstated.max() <= 5 else 10.0
    known = zip(scales["scale_min"].fillna(0.0), scales["scale_max"].fillna(top), strict=True)
    scale = sorted({(float(low), float(high)) for low, high in known if high > low})
    for place, name in enumerate(("promoter", "passive")):
        cases = "".join(
            f" when least = {low} and most = {high} then {float(satisfaction.cuts(low, high)[place])}"
            for low, high in scale
        )
        text = text.replace(f"{{{name}}}", f"(case{cases} else 0.0 end)" if cases else "0.0")
    return text.replace("{top}", str(top))


def measure(community: Community, *, earlier: dt.date | None = None) -> pd.DataFrame:
    """Measure the figures that the tables allow, as of now and, on the same data, as of an earlier day.

    Parameters
    ----------
    community : Community
        The opened community.
    earlier : datetime.date, optional
        Day of the report before this one.

    Returns
    -------
    pandas.DataFrame
        One row a figure whose window the data fill: ``metric``, ``unit``, ``last`` (last day of the window),
        ``n`` (members; of a share its denominator), ``count``, ``estimate``, ``low``, ``high``, ``small``.
        With `earlier` also ``last_earlier``, ``n_earlier``, ``count_earlier``, ``estimate_earlier``,
        ``low_earlier``, ``high_earlier``, ``small_earlier`` and ``correlation`` of the two estimates: missing
        where the data do not reach back far enough. What is asked: of members, in the last whole week or in
        the 28 days to the as-of date, who was active, who stayed, joined, came back, reacted, bought, bought
        again, what they spent, and (91 days) the net promoter score.

    Notes
    -----
    Weeks are whole ones and windows of 28 days hold every weekday four times: an unfinished week is never
    held against a full one. Shares of members carry Wilson intervals; ratios and means the closed form of a
    bootstrap by member.

    Examples
    --------
    >>> days = ["2026-05-04", "2026-05-05", "2026-05-12", "2026-05-17"]
    >>> events = pd.DataFrame({"member_id": list("abab"), "occurred_at": days, "event_type": "like"})
    >>> week = measure(Community.open({"events": events}), earlier=dt.date(2026, 5, 10))
    >>> week.loc[week["metric"] == "active_week", ["n", "count", "n_earlier", "count_earlier"]]
       n  count  n_earlier  count_earlier
    0  2    2.0        2.0            2.0

    Taught in: 06 Evaluation
    """
    returns.spans(community)
    community.member_days()
    parts = [row for name in WATCHED if (row := _row(community, name, earlier)) is not None]
    columns = COLUMNS + (
        [f"{name}_earlier" for name in COLUMNS[2:]] + ["correlation"] if earlier is not None else []
    )
    table = pd.DataFrame(parts, columns=columns)
    return community.describe(
        table,
        "figures followed",
        population="members of the community, silent ones included",
        period=f"{WINDOW} days",
        n=int(table["n"].max()) if len(table) else 0,
    )


def _row(community: Community, name: str, earlier: dt.date | None) -> dict[str, object] | None:
    watched = WATCHED[name]
    tables = [need.split(".") for need in watched.needs]
    if (watched.basis not in ("", community.basis)) or not all(community.has(*need) for need in tables):
        return None
    now = last_of(name, community.as_of)
    reach = dt.timedelta(days=watched.days - 1)
    query = sql(community, name)
    begun = community.active_from if "member_days" in query else community.first_day
    if now - reach < begun:
        return None
    before = None if earlier is None else last_of(name, earlier)
    if before is not None and before - reach < begun:
        before = None
    # As in every query of retention: the parameter is there only where members' beginnings are asked for.
    more = {"first_day": community.active_from} if "$first_day" in query else {}
    sums = community.query(query, now=now, earlier=before or now, **more).iloc[0].fillna(0).astype(float)
    if not sums["x1"]:
        return None
    row: dict[str, object] = {"metric": name, "unit": watched.unit, "last": now}
    row |= _estimate(sums, "1", watched.unit)
    if earlier is not None:
        then = _estimate(sums, "0", watched.unit) if before and sums["x0"] else dict.fromkeys(COLUMNS[3:])
        row |= {f"{key}_earlier": value for key, value in {"last": before, **then}.items()}
        row["correlation"] = movement.correlation(sums) if before and sums["x0"] else np.nan
    return row


def _estimate(sums: pd.Series, at: str, unit: str) -> dict[str, object]:
    n, y, x = (float(sums[f"{name}{at}"]) for name in "nyx")
    squares = (sums[f"y{at}_y{at}"], x, sums[f"x{at}_x{at}"], sums[f"y{at}_x{at}"])
    if unit in _SHARES and squares[2] == x and squares[0] == y:  # each member once, with or without
        low, high = intervals.wilson(y, x)
    else:
        low, high = intervals.ratio_from_sums(n, y, *squares)
    scale = 100.0 if unit == "points" else 1.0
    lowest = -100.0 if unit == "points" else -np.inf if unit == "money" else 0.0
    return {
        "n": int(n),
        "count": y,
        "estimate": scale * y / x,
        "low": max(scale * float(low), lowest),
        "high": scale * float(high),
        "small": n < FEW,
    }
