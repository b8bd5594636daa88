"""Count who belonged to the community in each period: the denominator that silent members are part of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community.engine import identifier
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.metrics import returns

if TYPE_CHECKING:
    from helpers.community import Community


def start_sql(every: str, day: str = "day") -> str:
    """Write the first day of the period that holds a day, as SQL.

    Parameters
    ----------
    every : {"day", "week", "month"}
        Length of a period.
    day : str, default "day"
        SQL expression of the day.

    Returns
    -------
    str
        SQL expression of type date.

    Examples
    --------
    >>> start_sql("week")
    "cast(date_trunc('week', day) as date)"

    Taught in: 06 Evaluation
    """
    if every not in ("day", "week", "month"):
        raise SettingsError(_('every={every!r}: choose one of "day", "week", "month".'), every=every)
    return day if every == "day" else f"cast(date_trunc('{every}', {day}) as date)"


def written_from(community: Community) -> dt.date:
    """Give the first day of which one knows what was written: of the log or the posts, not of old orders.

    Parameters
    ----------
    community : Community
        The community.

    Returns
    -------
    datetime.date
        From here on a period without a post is one in which nobody wrote.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": "like", "occurred_at": "2026-05-04"})
    >>> orders = pd.DataFrame({"order_id": ["1"], "member_id": "a", "ordered_at": "2026-01-01", "amount": 9})
    >>> written_from(Community.open({"events": events, "orders": orders}))
    datetime.date(2026, 5, 4)

    Taught in: 03 Content
    """
    first, log = community.first_day, community.active_from
    if log == first:
        return first
    written = community.query("select min(day) as day from contents")["day"].iloc[0]
    return max(first, log if pd.isna(written) else min(log, pd.Timestamp(written).date()))


def labels_sql(community: Community, by: str, segments: pd.DataFrame | None = None) -> str:
    """Write the query that gives every member one label: an attribute, or a segment from a model.

    Parameters
    ----------
    community : Community
        The community.
    by : str
        A column of the members table; any name for the labels when `segments` is given.
    segments : DataFrame, optional
        Columns ``member_id`` and ``segment``.

    Returns
    -------
    str
        Query with the columns ``member_id``, ``member_no`` and ``label``; members without a label get
        ``"unknown"``.

    Raises
    ------
    TableMissing
        When the members table has no such column.

    Taught in: 06 Evaluation
    """
    if segments is None:
        community.require("members", by)
        column = f"cast(members.{identifier(by)} as varchar)"
        source = "members"
    else:
        frame = segments.loc[:, ["member_id", "segment"]].drop_duplicates("member_id")
        community.engine.register("given_segments", frame.astype({"member_id": str, "segment": str}))
        column, source = "given_segments.segment", "given_segments"
    return f"""
    select people.member_id, people.member_no, coalesce({column}, 'unknown') as label
    from people
    left join {source} on {source}.member_id = people.member_id"""


def sizes(community: Community, calendar: pd.DataFrame, *, labels: str | None = None) -> pd.DataFrame:
    """Count the members who belonged to the community at some time of each period.

    Parameters
    ----------
    community : Community
        The community.
    calendar : DataFrame
        Periods from :func:`helpers.community.calendar.periods`.
    labels : str, optional
        Query from :func:`labels_sql`: count each label apart.

    Returns
    -------
    DataFrame
        ``period``, (``label``,) ``n``: one row for every period (and label), also when nobody was there.

    Notes
    -----
    The engine sends how many entered and left on each day; sums over days give every period at once.

    Taught in: 06 Evaluation
    """
    label, source = "'all'", returns.spans(community)
    joined = ""
    if labels:
        label, joined = "labels.label", f"\n    join labels on labels.member_id = {source}.member_id"
    moves = community.query(f"""
with {f"labels as ({labels}{chr(10)}),{chr(10)}" if labels else ""}labelled as (
    select entered, gone, {label} as label
    from {source}{joined}
)
select label, entered as day, count(*) as came, 0 as went
from labelled
group by label, entered
union all
select label, gone as day, 0 as came, count(*) as went
from labelled
where gone is not null
group by label, gone
order by label, day""")
    starts = calendar["period"].to_numpy("datetime64[D]")
    ends = calendar["last_day"].to_numpy("datetime64[D]")
    parts = []
    for name, part in moves.groupby("label", sort=True):
        days = part["day"].to_numpy("datetime64[D]")
        came = np.concatenate([[0], part["came"].to_numpy().cumsum()])
        went = np.concatenate([[0], part["went"].to_numpy().cumsum()])
        present = came[np.searchsorted(days, ends, side="right")]
        left_before = went[np.searchsorted(days, starts, side="left")]
        parts.append(
            pd.DataFrame(
                {"period": calendar["period"], "label": name, "n": (present - left_before).astype(int)}
            )
        )
    if not parts:
        # Answers to a survey alone, say: there are periods, and nobody known to belong.
        rows = calendar["period"] if labels is None else calendar["period"][:0]
        return pd.DataFrame({"period": rows, "label": "all", "n": 0})
    return pd.concat(parts, ignore_index=True)
