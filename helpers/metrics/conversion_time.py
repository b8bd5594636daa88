"""Ask how long the way from a first step to a last one takes, when some are still on it."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community
from helpers.metrics.funnel_paths import Order, Steps, sql
from helpers.metrics.funnel_steps import names_of, parsed
from helpers.metrics.grouping import Segments
from helpers.metrics.survival import kaplan_meier


def curve(
    community: Community,
    steps: Steps,
    *,
    horizon: float = 30,
    order: Order = "loose",
    by: Segments = None,
    started: tuple[object, object] | None = None,
) -> pd.DataFrame:
    """Follow which share of those who began has reached the last step after so many days.

    Members who began last week have been watched for a week only: they count for as long as they were.

    Parameters
    ----------
    community, steps, order, by, started
        As for :func:`helpers.metrics.funnel.measure`; each member's first start counts.
    horizon : float, days, default 30
        How far to look.

    Returns
    -------
    pandas.DataFrame
        The column `by`, ``time`` (days, to the hour), ``n`` (on the way just before), ``count`` (arrived
        then), ``censored`` (last watched then), ``estimate`` (share arrived), ``low``, ``high``.

    Notes
    -----
    One minus the Kaplan-Meier curve of those still on the way; see `metrics.survival`.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": list("aabbc"), "event_type": ["cart", "checkout"] * 2 + ["cart"]})
    >>> events["occurred_at"] = pd.to_datetime(["2026-05-01", "2026-05-02"] * 2 + ["2026-05-01"])
    >>> community = Community.open({"events": events}, as_of="2026-05-31")
    >>> curve(community, ["cart", "checkout"]).round(2)[["time", "n", "count", "estimate"]]
       time  n  count  estimate
    0   0.0  3      0      0.00
    1   1.0  3      2      0.67
    2  30.0  1      0      0.67

    Taught in: 05 Conversion
    """
    last = f"t{len(parsed(community, steps))}"
    hours = round(horizon * 24)
    table = community.query(
        f"""
with paths as ({sql(community, steps, start="first", order=order, by=by, started=started)}
),
clocks as (
    select label,
        (date_diff('second', moment, {last}) + 3599) // 3600 as took,
        least(date_diff('second', moment, cast($after as timestamp)) // 3600, {hours}) as watched
    from paths
)
select label,
    case when took <= watched then took else watched end as hours,
    case when took <= watched then 1 else 0 end as event,
    count(*) as n
from clocks
where watched >= 0
group by 1, 2, 3
order by 1, 2, 3""",
        after=pd.Timestamp(community.as_of) + pd.Timedelta(days=1),
    )
    column = by if isinstance(by, str) else "segment"
    durations = table.assign(time=table["hours"] / 24, event=table["event"].astype(bool))
    durations = durations.rename(columns={"label": column})[[column, "time", "event", "n"]]
    result = kaplan_meier(durations, by=column)
    result = result.assign(estimate=1 - result["estimate"], low=1 - result["high"], high=1 - result["low"])
    result = result.drop(columns=column, errors="ignore") if by is None else result
    return community.describe(
        result,
        "time to convert",
        population="members who took the first step",
        period=f"{horizon:g} days",
        n=int(table["n"].sum()),
        by=None if by is None else column,
        order=order,
        steps=names_of(parsed(community, steps)),
    )
