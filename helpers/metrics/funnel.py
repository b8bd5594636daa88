"""Count how far members come from a first step to a last one: in order, within a window, with intervals.

A funnel needs a beginning, an order of the steps and a window; without them it only compares sizes.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.funnel_paths import Order, Start, Steps, sql
from helpers.metrics.funnel_steps import available, names_of, parsed
from helpers.metrics.grouping import Segments
from helpers.metrics.intervals import ratio_from_sums, wilson

__all__ = ["available", "measure", "sql"]


def measure(
    community: Community,
    steps: Steps,
    *,
    window: float = 7,
    start: Start = "first",
    order: Order = "loose",
    by: Segments = None,
    started: tuple[object, object] | None = None,
) -> pd.DataFrame:
    """Count how many of those who took the first step took each later one, in order and in time.

    Parameters
    ----------
    community : Community
        The opened community.
    steps : sequence of str or (str, dict)
        Event types, ``"order"`` (a purchase that was kept) or ``"placed order"`` (whatever became of it);
        "comment or message" takes either. With a dict only rows whose columns have these values count, such
        as ``("order", {"campaign_id": "k12"})``. The same step may come twice: ["order", "order"].
    window : float, days, default 7
        Time from the start to the last step. Starts too late to have had it all are left out.
    start : {"first", "any", "every"}, default "first"
        "first": each member's first start. "any": a member has come as far as the best of all starts.
        "every": starts are counted, not members; the intervals still know that one member's are alike.
    order : {"loose", "strict"}, default "loose"
        "strict": the next thing that the member does must be the next step.
    by : str or DataFrame, optional
        ``"platform"`` of the start, a column of members, or a frame with member_id and segment.
    started : tuple of dates, optional
        First and last day on which a start counts.

    Returns
    -------
    pandas.DataFrame
        One row a label and step: the column `by` ("segment" for a frame), ``step`` (1, 2 …), ``name``, ``n``
        (began), ``count``, ``estimate``, ``low``, ``high`` (share of those who began), ``before`` (took the
        step before), ``pass_rate``, ``pass_rate_low``, ``pass_rate_high`` (share of them), ``too_late``
        (starts left out), ``open_period``, ``small``.

    Raises
    ------
    TableMissing
        When there are no events, or no orders where a step asks for them.
    SettingsError
        When there are fewer than two steps or an option is unknown.

    Notes
    -----
    Wilson intervals over members; with start="every" the linearised ratio over members.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": list("aabbc"), "event_type": ["cart", "checkout"] * 2 + ["cart"]})
    >>> events["occurred_at"] = pd.to_datetime(["2026-05-01", "2026-05-02"] * 2 + ["2026-05-30"])
    >>> events.loc[3, "occurred_at"] += pd.Timedelta(days=20)
    >>> community = Community.open({"events": events}, as_of="2026-05-31")
    >>> measure(community, ["cart", "checkout"])[["name", "n", "count", "too_late"]]
           name  n  count  too_late
    0      cart  2      2         1
    1  checkout  2      1         1

    Taught in: 05 Conversion
    """
    names = names_of(parsed(community, steps))
    later = range(2, len(names) + 1)
    hits = ",\n        ".join(
        f"case when date_diff('second', moment, t{k}) <= {round(window * 86400)} then 1 else 0 end as r{k}"
        for k in later
    )
    gather, size = ("max", "1") if start == "any" else ("sum", "count(*)")
    members = ", ".join(f"{gather}(r{k}) as c{k}" for k in later)
    sums = ",\n    ".join(
        f"sum(c{k}) as c{k}, sum(c{k} * c{k}) as s{k}, sum(c{k} * c{k - 1}) as p{k}, sum(c{k} * c1) as q{k}"
        for k in later
    )
    table = community.query(
        f"""
with paths as ({sql(community, steps, start=start, order=order, by=by, started=started)}
),
watched as (
    select member_id, label,
        case when date_diff('day', day, cast($as_of as date)) < {math.ceil(window)} then 1 else 0 end as late,
        {hits}
    from paths
),
people_here as (
    select label, member_id, {size} as c1, {members}
    from watched
    where late = 0
    group by label, member_id
),
late_ones as (
    select label, sum(late) as too_late
    from watched
    group by label
),
totals as (
    select label, count(*) as members, sum(c1) as c1, sum(c1 * c1) as s1,
    {sums}
    from people_here
    group by label
)
select late_ones.too_late, totals.*, late_ones.label as label_here
from late_ones
left join totals on totals.label = late_ones.label
order by late_ones.label""",
        as_of=community.as_of,
    )
    column = by if isinstance(by, str) else "segment"
    if by is None and table.empty:
        table = pd.DataFrame({"label_here": ["all"]}, columns=table.columns)
    wide = table.drop(columns=["label", "label_here"]).fillna(0).astype(float)
    parts = []
    for k, name in enumerate(names, start=1):
        n, count = wide["c1"], wide[f"c{k}"]
        before = wide[f"c{k - 1}"] if k > 1 else n
        if start == "every" and k > 1:
            low, high = ratio_from_sums(wide["members"], count, wide[f"s{k}"], n, wide["s1"], wide[f"q{k}"])
            step_low, step_high = ratio_from_sums(
                wide["members"], count, wide[f"s{k}"], before, wide[f"s{k - 1}"], wide[f"p{k}"]
            )
            low, high, step_low, step_high = (np.clip(end, 0, 1) for end in (low, high, step_low, step_high))
        else:
            (low, high), (step_low, step_high) = wilson(count, n), wilson(count, before)
        rate = {
            "pass_rate": count / before.where(before > 0),
            "pass_rate_low": step_low,
            "pass_rate_high": step_high,
        }
        frame = pd.DataFrame(
            {
                "label": table["label_here"],
                "step": k,
                "name": name,
                "n": n.astype(int),
                "count": count.astype(int),
            }
            | {"estimate": count / n.where(n > 0), "low": low, "high": high, "before": before.astype(int)}
            | (rate if k > 1 else dict.fromkeys(rate, np.nan))
        )
        late = wide["too_late"].astype(int)
        parts.append(frame.assign(too_late=late, open_period=late > 0, small=n < 30))
    result = pd.concat(parts, ignore_index=True).sort_values(
        ["label", "step"], ignore_index=True, kind="stable"
    )
    result = result.drop(columns="label") if by is None else result.rename(columns={"label": column})
    return community.describe(
        result,
        "funnel",
        population="members who took the first step" if start != "every" else "first steps",
        period=f"within {window:g} days",
        n=int(result.loc[result["step"] == 1, "n"].sum()),
        by=None if by is None else column,
        start=start,
        order=order,
        steps=names,
        window_days=float(window),
    )
