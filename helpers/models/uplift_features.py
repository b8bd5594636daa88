"""What was known of each drawn member before a test began, and two old rules of whom to contact."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.engine import identifier
from helpers.models import churn, churn_features, training_sample
from helpers.models.churn_learners import Logistic, apart

SILENT = 36_500  # days: nobody is too long gone to be drawn
INACTIVITY = 28  # days of silence that make a loss, for the churn risk
_SINCE = ("recency", "rhythm", "overdue", "since_order")  # large where nothing was ever seen
_MOST_SOURCES = 8

_HABITS = """
with came as (
    select
        member_id, sum(n_click) as clicks, sum(n_cart) as carts, sum(n_coupon) as coupons
    from {member_days}
    where day <= cast($cut as date) and day > cast($from as date)
    group by member_id
),
bought as (
    select
        member_id,
        avg(case when discount > 0 then 1.0 else 0.0 end) as discounted,
        cast(sum(discount) as double) as saved
    from orders
    where day <= cast($cut as date) and is_purchase
    group by member_id
)
select people.member_id, people.source, came.clicks, came.carts, came.coupons, bought.discounted, bought.saved
from people
inner join {members} as wanted on wanted.member_id = people.member_id
left join came on came.member_id = people.member_id
left join bought on bought.member_id = people.member_id
order by people.member_id"""

_SOURCES = """
select source, count(*) as n
from people
where source is not null
group by source
order by n desc, source
limit $most"""


def sql(community: Community, members: str = "people") -> str:
    """Write the query for what `churn_features` does not have: clicks, carts, coupons, share bought reduced.

    Parameters
    ----------
    community : Community
        The opened community.
    members : str, default "people"
        Table of the engine with the ``member_id`` of those who are wanted.

    Returns
    -------
    str
        Portable SQL with $cut and $from.

    Taught in: 05 Conversion
    """
    return _HABITS.format(member_days=community.member_days(), members=identifier(members))


def _risk(community: Community, cut: dt.date, known: pd.DataFrame, sample: int) -> pd.Series:
    # Learnt on a stretch of time that ends on the cut-off day, so that nothing of the test is in it.
    before = cut - dt.timedelta(days=INACTIVITY)
    strata = training_sample.needed(community, before, INACTIVITY, sample=sample)
    rows = churn.labelled(community, before, INACTIVITY, strata=strata)
    columns = [name for name in rows.columns if name in churn_features.names(community)]
    if len(rows) < 50 or rows["churned"].nunique() < 2:
        return known["recency"].rank(pct=True)
    chosen = apart(rows[columns])
    scorer = Logistic(chosen).fit(rows, rows["churned"].to_numpy())
    return pd.Series(scorer.score(known), index=known.index)


def features(
    community: Community, units: pd.DataFrame, *, sample: int = training_sample.SAMPLE
) -> tuple[pd.DataFrame, list[str]]:
    """Add to the drawn members what was known of them before the first of them was treated.

    Parameters
    ----------
    community : Community
        The opened community.
    units : DataFrame
        From `trial_units.units`.
    sample : int, default 200,000
        Learn the risk of being lost from at most about so many members, drawn as by `churn.train`.

    Returns
    -------
    tuple of (DataFrame, list of str)
        The rows of `units` with the features, and with ``churn_risk`` (of being lost, from a logistic
        regression on the weeks before; 1 for those never seen) and ``past_value`` (money spent before); and
        the names of the features.

    Taught in: 05 Conversion
    """
    cut = (units["starts"].min() - pd.Timedelta(days=1)).date()
    drawn = training_sample.listed(community, units["member_id"])
    known = churn_features.features(community, cut, inactivity=SILENT, members=drawn)
    names = [name for name in known.columns if name != "member_id"]
    risk = known[["member_id"]].assign(churn_risk=_risk(community, cut, known, sample) if len(known) else 0.0)
    habits = community.query(sql(community, drawn), cut=cut, **{"from": cut - dt.timedelta(days=84)})
    community.engine.run(f"drop table {drawn}")
    for source in sorted(community.query(_SOURCES, most=_MOST_SOURCES)["source"]):
        habits[f"source {source}"] = (habits["source"] == source).astype(float)
    more = [name for name in habits.columns if name not in ("member_id", "source")]
    frame = units.merge(known, on="member_id", how="left").merge(risk, on="member_id", how="left")
    frame = frame.merge(habits[["member_id", *more]], on="member_id", how="left")
    for name in names:
        largest = frame[name].max() if name in _SINCE else 0.0
        frame[name] = frame[name].fillna(largest if np.isfinite(largest) else 0.0)
    frame[more] = frame[more].astype("float64").fillna(0.0)
    frame["churn_risk"] = frame["churn_risk"].fillna(1.0)
    frame["past_value"] = frame["spent_all"] if "spent_all" in frame else frame["before_amount"]
    frame.attrs = dict(units.attrs)
    return frame, [*names, *more]
