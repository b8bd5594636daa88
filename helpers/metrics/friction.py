"""Find the step that loses most: drop-off and time at each step, platform by platform."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import binom

from helpers.community import Community
from helpers.metrics.funnel import measure
from helpers.metrics.funnel_paths import Steps, sql
from helpers.metrics.funnel_steps import names_of, parsed
from helpers.metrics.grouping import Segments

FEW = 30


def _median(minutes: np.ndarray, counts: np.ndarray) -> tuple[float, float, float]:
    # Whatever the distribution: the interval lies between two of the ordered values.
    n = int(counts.sum())
    if not n:
        return np.nan, np.nan, np.nan
    values = np.repeat(minutes, counts)
    first, last = binom.ppf([0.025, 0.975], n, 0.5).astype(int)
    wide = first > 0
    return (
        float(np.median(values)),
        float(values[first - 1]) if wide else np.nan,
        float(values[min(last, n - 1)]) if wide else np.nan,
    )


def _times(community: Community, pair: Steps, hours: float, by: Segments) -> pd.DataFrame:
    return community.query(
        f"""
with paths as ({sql(community, pair, start="every", by=by)}
)
select label, date_diff('second', moment, t2) as seconds, count(*) as n
from paths
where date_diff('second', moment, t2) <= {round(hours * 3600)}
    and date_diff('day', day, cast($as_of as date)) >= 1
group by 1, 2
order by 1, 2""",
        as_of=community.as_of,
    )


def by_step(
    community: Community, steps: Steps, *, by: Segments = "platform", hours: float = 1
) -> pd.DataFrame:
    """Measure at each step how many tries are lost and how long the others take, place by place.

    Every time a step is taken is a try: a member who gave up on Monday and paid on Tuesday has made two.

    Parameters
    ----------
    community : Community
        The opened community.
    steps : sequence of str or (str, dict)
        As for :func:`helpers.metrics.funnel.measure`.
    by : str or DataFrame, default "platform"
        What to compare: ``"platform"`` of the try, a column of members, or segments.
    hours : float, default 1
        Time within which the next step must follow; at most 24.

    Returns
    -------
    pandas.DataFrame
        One row a place and step: `by`, ``step`` (its number), ``name``, ``next``, ``n`` (tries), ``count``
        (lost), ``estimate`` (drop-off), ``low``, ``high``, ``minutes``, ``minutes_low``, ``minutes_high``
        (median until the next step, of those who took it), ``best`` (the place that loses least there, of
        those with 30 tries or more), ``excess``, ``excess_low``, ``excess_high`` (drop-off above the
        best's), ``recoverable`` (tries that would pass if the place were as good as the best), ``worst``
        (the place and step with most to gain whose excess is surely above zero), ``small``.

    Notes
    -----
    Intervals of drop-offs by linearisation over members, since one member's tries are alike; differences
    as of independent shares; medians between order statistics. Tries of the last day are left out.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": list("aabbc"), "event_type": ["cart", "checkout"] * 2 + ["cart"]})
    >>> events["occurred_at"] = pd.date_range("2026-05-01", periods=5, freq="5min")
    >>> events["platform"] = ["app"] * 4 + ["web"]
    >>> found = by_step(Community.open({"events": events}, as_of="2026-05-31"), ["cart", "checkout"])
    >>> found[["platform", "n", "count", "estimate", "minutes"]]
      platform  n  count  estimate  minutes
    0      app  2      0       0.0      5.0
    1      web  1      1       1.0      NaN

    Taught in: 05 Conversion
    """
    if not 0 < hours <= 24:
        raise ValueError(f"hours={hours!r}: the next step has to follow within 24 hours or less.")
    chain = list(steps)
    names = names_of(parsed(community, chain))
    column = by if isinstance(by, str) else "segment"
    parts = []
    for k in range(len(chain) - 1):
        pair = chain[k : k + 2]
        table = measure(community, pair, window=hours / 24, start="every", by=by).query("step == 2")
        times = _times(community, pair, hours, by)
        middle = [
            _median(part["seconds"].to_numpy() / 60, part["n"].to_numpy())
            for part in (times[times["label"] == label] for label in table[column])
        ]
        lost = table["n"] - table["count"]
        frame = pd.DataFrame({column: table[column], "step": k + 1, "name": names[k], "next": names[k + 1]})
        frame = frame.assign(n=table["n"], count=lost, estimate=1 - table["estimate"])
        frame = frame.assign(low=1 - table["high"], high=1 - table["low"])
        frame[["minutes", "minutes_low", "minutes_high"]] = np.array(middle, float).reshape(-1, 3)
        parts.append(_against_best(frame[frame["n"] > 0]))
    result = pd.concat(parts, ignore_index=True)
    sure = result["recoverable"].where(result["excess_low"] > 0)
    result["worst"] = sure.eq(sure.max()) & sure.notna()
    result["small"] = result["n"] < FEW
    return community.describe(
        result,
        "step friction",
        population="tries",
        period=f"next step within {hours:g} h",
        n=int(result.loc[result["step"] == 1, "n"].sum()) if len(result) else 0,
        by=column,
        hours=float(hours),
        steps=names,
        randomised=False,
    )


def _against_best(frame: pd.DataFrame) -> pd.DataFrame:
    judged = frame[frame["n"] >= FEW]
    best = judged["estimate"].idxmin() if len(judged) else None
    frame = frame.assign(best=frame.index == best)
    if best is None:
        return frame.assign(excess=np.nan, excess_low=np.nan, excess_high=np.nan, recoverable=np.nan)
    base = frame.loc[best]
    excess = frame["estimate"] - base["estimate"]
    below = np.hypot(frame["estimate"] - frame["low"], base["high"] - base["estimate"])
    above = np.hypot(frame["high"] - frame["estimate"], base["estimate"] - base["low"])
    mine = frame.index == best
    return frame.assign(
        excess=excess,
        excess_low=np.where(mine, 0.0, excess - below),
        excess_high=np.where(mine, 0.0, excess + above),
        recoverable=excess * frame["n"],
    )
