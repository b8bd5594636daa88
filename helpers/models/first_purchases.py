"""Line up members and outside customers at the same moment of their lives: the first purchase."""

from __future__ import annotations

import pandas as pd

from helpers.community import Community
from helpers.community.engine import identifier

TRAITS = ("gender", "age_band", "region", "city_tier")
BANDS = 5
RARE = 30


def sql(community: Community, *, within: int = 90) -> str:
    """Write the query that gives one row a buyer, as she was known on the day of her first purchase.

    Parameters
    ----------
    community : Community
        The opened community.
    within : int, days, default 90
        Time for a second purchase.

    Returns
    -------
    str
        Portable SQL with the parameter ``$as_of``.

    Taught in: 01 Definition
    """
    given = [name for name in TRAITS if community.has("members", name)]
    traits = "".join(f", {identifier(name)}" for name in given)
    chosen = "".join(f",\n    coalesce(known.{identifier(name)}, 'unknown') as {name}" for name in given)
    return f"""
with bought as (
    select
        member_id, day, ordered_at, order_id, cast(net as double) as amount, category, discount,
        true as inside
    from orders
    where is_purchase
    union all
    select
        member_id, day, ordered_at, order_id, cast(net as double) as amount, category, discount,
        false as inside
    from customer_orders
    where is_purchase
),
numbered as (
    select
        member_id, day, amount, category, discount, inside,
        row_number() over (partition by member_id order by ordered_at, order_id) as nth,
        lead(day) over (partition by member_id order by ordered_at, order_id) as next_day
    from bought
),
known as (
    select member_id, joined_day{traits} from members
    union all
    select member_id, cast(null as date) as joined_day{traits} from customers
)
select
    numbered.member_id,
    numbered.inside and (known.joined_day is null or known.joined_day <= numbered.day) as inside,
    numbered.inside and known.joined_day > numbered.day as joined_later,
    numbered.day as first_day,
    numbered.amount,
    coalesce(numbered.category, 'unknown') as category,
    coalesce(numbered.discount, 0) > 0 as discounted{chosen},
    date_diff('day', numbered.day, cast($as_of as date)) >= {int(within)} as followed,
    coalesce(date_diff('day', numbered.day, numbered.next_day) <= {int(within)}, false) as repeated
from numbered
inner join known on known.member_id = numbered.member_id
where numbered.nth = 1
order by numbered.member_id"""


def cohort(community: Community, *, within: int = 90) -> pd.DataFrame:
    """Take every buyer at her first purchase in the data, and say whether a second one followed in time.

    Who counts as a member is decided on the day of the first purchase. Deciding it later would count the days
    that somebody had to go on buying, in order to join, as an effect of joining (*immortal time*).

    Parameters
    ----------
    community : Community
        The opened community, with outside customers (role ``customer`` in members).
    within : int, days, default 90
        Time for a second purchase. Only buyers whose first purchase lies that far back are kept, so that
        everybody had the same time.

    Returns
    -------
    pandas.DataFrame
        One row a buyer: ``member_id``, ``inside`` (a member on that day), ``repeated``, and what was known
        then, as words: ``month``, ``amount`` (fifths of the first sum), ``category``, ``discounted``, and
        those of ``gender``, ``age_band``, ``region``, ``city_tier`` that are supplied. Values of fewer than
        30 buyers are ``other``. Its `about` holds ``covariates``, ``too_young`` (left out, first purchase
        too recent) and ``joined_later`` (bought first, joined afterwards; they count as outside).

    Raises
    ------
    TableMissing
        When no outside customers or no orders were supplied.

    Notes
    -----
    Buyers in no list of members are left out: whether they belong is not known. "First" means first within
    the data: of a buyer from before nothing tells that she is one, inside and outside alike.

    Taught in: 01 Definition
    """
    community.require("orders")
    community.require("customer_orders")
    found = community.query(sql(community, within=within), as_of=community.as_of)
    kept = found[found["followed"].astype(bool)].reset_index(drop=True)
    names = [name for name in TRAITS if name in kept]
    days = pd.to_datetime(kept["first_day"])
    rows = kept[["member_id"]].assign(
        inside=kept["inside"].astype(bool),
        repeated=kept["repeated"].astype(bool),
        month=days.dt.strftime("%Y-%m"),
        amount=_fifths(kept["amount"]),
    )
    if community.has("orders", "category"):
        rows["category"] = _common(kept["category"])
    if community.has("orders", "discount"):
        rows["discounted"] = kept["discounted"].astype(bool).map({True: "yes", False: "no"})
    for name in names:
        rows[name] = _common(kept[name])
    return community.describe(
        rows,
        "second purchase",
        population="buyers, from their first purchase",
        period=f"{int(within)} days after the first purchase",
        randomised=False,
        within=int(within),
        covariates=list(rows.columns[3:]),
        too_young=int((~found["followed"].astype(bool)).sum()),
        joined_later=int(kept["joined_later"].fillna(False).astype(bool).sum()),
        n=len(rows),
    )


def _fifths(amounts: pd.Series) -> pd.Series:
    # Ranks, so that ties and one huge order move nothing; 1 holds the smallest sums.
    if amounts.empty:
        return amounts.astype(str)
    return (amounts.rank(pct=True) * BANDS).clip(upper=BANDS - 1e-9).astype(int).add(1).astype(str)


def _common(values: pd.Series) -> pd.Series:
    return values.where(values.map(values.value_counts()) >= RARE, "other")
