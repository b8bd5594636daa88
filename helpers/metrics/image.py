"""Follow how members see the brand, and its rivals, from one survey to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from helpers.community import calendar
from helpers.community.calendar import Every
from helpers.metrics import intervals, population

if TYPE_CHECKING:
    from helpers.community import Community

SMALL = 30


def sql(*, every: Every = "month") -> str:
    """Write the reduction behind :func:`by_period`: members by what they gave, for a subject and period.

    Parameters
    ----------
    every : {"week", "month"}, default "month"
        Length of a period.

    Returns
    -------
    str
        One query with the parameter ``$kind``: how many members gave so many points in so many answers. A
        member who rates six attributes is one opinion, not six.

    Taught in: 06 Evaluation
    """
    return f"""
with opinions as (
    select
        subject, {population.start_sql(every)} as period, member_id,
        sum(cast(score as decimal(18, 4))) as points, count(*) as answers
    from surveys
    where lower(kind) = $kind and subject is not null and score is not null
    group by subject, period, member_id
)
select subject, period, points, answers, count(*) as n
from opinions
group by subject, period, points, answers
order by subject, period, points, answers"""


def by_period(community: Community, *, every: Every = "month", kind: str = "image") -> pd.DataFrame:
    """Average the ratings of each subject in each period in which it was asked about.

    Parameters
    ----------
    community : Community
        The community.
    every : {"week", "month"}, default "month"
        Length of a period.
    kind : str, default "image"
        Kind of survey; its ``subject`` says which brand was rated.

    Returns
    -------
    DataFrame
        ``subject``, ``period``, ``n`` members who answered, ``estimate`` (mean over members of their mean
        rating), ``low``, ``high`` (Student's t), ``open_period``, ``small``. Periods without answers are
        not listed.

    Raises
    ------
    TableMissing
        When surveys do not say which subject they are about.

    Notes
    -----
    Different members answer each time: a change may be a change of who answered.

    Examples
    --------
    >>> from helpers.community import Community
    >>> surveys = pd.DataFrame({"member_id": ["a", "a", "b"], "answered_at": "2026-04-01", "kind": "image",
    ...                         "subject": "us", "item": ["warm", "fair", "warm"], "score": [5, 3, 2]})
    >>> events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    >>> by_period(Community.open({"surveys": surveys, "events": events}))[["subject", "n", "estimate"]]
      subject  n  estimate
    0      us  2       3.0

    Taught in: 06 Evaluation
    """
    community.require("surveys", "subject", "kind")
    sums = community.query(sql(every=every), kind=kind)
    score = sums["points"].astype(float) / sums["answers"]
    sums = sums.assign(total=sums["n"] * score, squares=sums["n"] * score**2)
    # Summed here, in a fixed order: the engine's order of adding fractions changes from run to run.
    sums = sums.groupby(["subject", "period"], as_index=False)[["n", "total", "squares"]].sum()
    sums["period"] = pd.to_datetime(sums["period"])
    periods = calendar.periods(community.first_day, community.as_of, every)[["period", "open_period"]]
    periods["period"] = pd.to_datetime(periods["period"])
    table = sums.merge(periods, on="period", how="left")
    low, high = intervals.mean_from_sums(table["n"], table["total"], table["squares"])
    result = pd.DataFrame(
        {
            "subject": table["subject"],
            "period": table["period"],
            "n": table["n"],
            "estimate": table["total"] / table["n"],
            "low": low,
            "high": high,
            "open_period": table["open_period"].fillna(False).astype(bool),
            "small": table["n"] < SMALL,
        }
    )
    return community.describe(
        result, "brand image", unit="score", kind=kind, every=every, population="members who answered"
    )
