"""Write the query that follows every start of a funnel to its end, without joining the log with itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import pandas as pd

from helpers.community import Community
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.metrics.funnel_steps import moments_sql, parsed
from helpers.metrics.grouping import Segments, grouped_people

Steps: TypeAlias = Sequence[str | tuple[str, Mapping[str, object]]]
Start = Literal["first", "any", "every"]
Order = Literal["loose", "strict"]


def _value(step: int, depth: int) -> str:
    return "moment" if depth == 1 else f"c{step}_{depth - 1}"


def _chains(count: int, order: Order) -> tuple[str, list[str]]:
    # The time at which each later step was reached, seen from every row: least of what follows, step by step.
    if order == "strict":
        runs = [
            " and ".join(f"lead(f{at}, {at - 1}) over w = 1" for at in range(2, k + 1))
            for k in range(2, count + 1)
        ]
        times = ",\n        ".join(
            f"case when {run} then lead(moment, {k - 1}) over w end as t{k}"
            for k, run in enumerate(runs, start=2)
        )
        text = f"""
reached as (
    select *,
        {times}
    from moments
    window w as (partition by member_id order by moment, tie, platform)
)"""
        return text, [f"t{k}" for k in range(2, count + 1)]
    parts, source = [], "moments"
    for depth in range(1, count):
        values = [
            f"min(case when f{k - depth + 1} = 1 then {_value(k, depth)} end) over w as c{k}_{depth}"
            for k in range(depth + 1, count + 1)
        ]
        columns = ",\n        ".join(values)
        target = "reached" if depth == count - 1 else f"chain{depth}"
        parts.append(f"""
{target} as (
    select *,
        {columns}
    from {source}
    window w as (
        partition by member_id order by moment desc, tie desc, platform desc
        rows between unbounded preceding and 1 preceding
    )
)""")
        source = target
    return ",".join(parts), [f"c{k}_{k - 1}" for k in range(2, count + 1)]


def sql(
    community: Community,
    steps: Steps,
    *,
    start: Start = "first",
    order: Order = "loose",
    by: Segments = None,
    started: tuple[object, object] | None = None,
) -> str:
    """Write the query with one row a start: who began, when, and when each later step was reached.

    Parameters
    ----------
    community : Community
        The opened community.
    steps : sequence of str or (str, dict)
        See :func:`helpers.metrics.funnel.measure`.
    start : {"first", "any", "every"}, default "first"
        Each member's first start, or all of them.
    order : {"loose", "strict"}, default "loose"
        Whether other things may happen between two steps.
    by : str or DataFrame, optional
        ``"platform"`` of the start, a column of members, or segments.
    started : tuple of dates, optional
        First and last day on which a start counts.

    Returns
    -------
    str
        Portable SQL, without brackets: ``member_id``, ``label``, ``moment``, ``day``, ``t2`` … (missing where
        never reached). No parameters.

    Notes
    -----
    The next time of every step is a running minimum over a member's rows read from the end, so that the
    log is sorted once and never joined with itself. Rows of the same second count in the order of the steps.

    Taught in: 05 Conversion
    """
    wanted = parsed(community, steps)
    if start not in ("first", "any", "every") or order not in ("loose", "strict"):
        raise SettingsError(_('Choose start="first", "any" or "every", and order="loose" or "strict".'))
    chains, times = _chains(len(wanted), order)
    label, labels = "'all'", ""
    if isinstance(by, str) and by == "platform":
        label = "coalesce(nullif(begun.platform, ''), 'unknown')"
    elif by is not None:
        label = "labels.segment"
        labels = f"\njoin ({grouped_people(community, by)}) as labels on labels.member_id = begun.member_id"
    inside = "f1 = 1"
    if started is not None:
        first, last = (pd.Timestamp(str(value)).date() for value in started)
        inside += f" and day between cast('{first}' as date) and cast('{last}' as date)"
    keep = "\nwhere begun.place = 1" if start == "first" else ""
    reached = ", ".join(f"begun.{column} as t{k}" for k, column in enumerate(times, start=2))
    return f"""
with {moments_sql(community, wanted, everything=order == "strict")},{chains},
begun as (
    select *, row_number() over (partition by member_id order by moment, tie, platform) as place
    from reached
    where {inside}
)
select begun.member_id, {label} as label, begun.moment, begun.day, {reached}
from begun{labels}{keep}"""
