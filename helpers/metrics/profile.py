"""Say who the members are and what they buy by, without giving single members away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community, TableMissing
from helpers.community.engine import identifier
from helpers.metrics.grouping import Segments, grouped_people
from helpers.metrics.intervals import ratio_from_sums, wilson
from helpers.metrics.suppression import suppress

ATTRIBUTES = ("gender", "age_band", "region", "city_tier", "source")
FACTORS = ("category", "discount", "channel", "campaign_id")
UNKNOWN = "unknown"
ALL = "all"
SMALL = 30


def sql(community: Community, attribute: str, *, segments: Segments = None) -> str:
    """Show the query that counts members by one attribute and segment.

    Parameters
    ----------
    community : Community
        The opened community.
    attribute : str
        A column of members.
    segments : DataFrame or str, optional
        As in `table`.

    Returns
    -------
    str
        The SQL text.

    Taught in: 02 Positioning
    """
    column = identifier(attribute)
    return f"""
    with grouped as ({grouped_people(community, segments)}
    )
    select grouped.segment,
           coalesce(nullif(trim(cast(members.{column} as varchar)), ''), '{UNKNOWN}') as value,
           count(*) as count
    from grouped
    left join members on members.member_id = grouped.member_id
    group by 1, 2
    order by 1, 2"""


def _with_totals(counts: pd.DataFrame) -> pd.DataFrame:
    wide = counts.pivot_table(index="segment", columns="value", values="count", fill_value=0, aggfunc="sum")
    unknown = [value for value in (UNKNOWN,) if value in wide.columns]
    wide = wide[[*(value for value in wide.columns if value != UNKNOWN), *unknown]]
    wide["total"] = wide.sum(axis=1)
    # With one segment the total row repeats it, which is what the search for closed paths needs.
    return pd.concat([wide, wide.sum().to_frame(ALL).T])


def _hidden(tables: dict[str, pd.DataFrame], threshold: int) -> dict[str, np.ndarray]:
    # The segment sizes stand in every table: one hidden here must not be read off there.
    shared: np.ndarray | None = None
    while True:
        hidden = {}
        for name, wide in tables.items():
            also = np.zeros(wide.shape, dtype=bool)
            if shared is not None:
                also[:, -1] = shared
            hidden[name] = suppress(wide.to_numpy(), threshold, also=also)
        totals = np.asarray([mask[:, -1] for mask in hidden.values()]).max(axis=0)
        if shared is not None and (totals == shared).all():
            return hidden
        shared = totals


def _tidy(name: str, wide: pd.DataFrame, hidden: np.ndarray) -> pd.DataFrame:
    one_segment = len(wide) == 2
    rows = []
    for i, segment in enumerate(wide.index):
        if one_segment and i == 0:
            continue
        mask = np.asarray(hidden.any(axis=0)) if one_segment else hidden[i]
        n = np.nan if mask[-1] else float(wide.iat[i, -1])
        rows.append(
            pd.DataFrame(
                {
                    "attribute": name,
                    "value": list(wide.columns[:-1]),
                    "segment": segment,
                    "n": n,
                    "count": np.where(mask[:-1], np.nan, wide.iloc[i, :-1].to_numpy(dtype=float)),
                    "suppressed": mask[:-1],
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def table(
    community: Community,
    *,
    attributes: list[str] | tuple[str, ...] | None = None,
    segments: Segments = None,
    threshold: int = 5,
) -> pd.DataFrame:
    """Count members by attribute within each segment, with small cells hidden.

    Parameters
    ----------
    community : Community
        The opened community.
    attributes : list of str, optional
        Columns of members; default those of gender, age_band, region, city_tier and source that were
        supplied.
    segments : DataFrame or str, optional
        A frame with member_id and segment, or a column of members; default all members together.
    threshold : int, default 5
        Counts of 1 to threshold - 1 are hidden, and with them the cells from which they could be worked
        out.

    Returns
    -------
    DataFrame
        attribute, value, segment ("all" is the whole community), n (members of the segment), count,
        estimate, low, high (Wilson), suppressed, small. Members without a value are counted as "unknown".

    Raises
    ------
    TableMissing
        If none of the attributes was supplied, or one that was asked for.

    Notes
    -----
    A shared number lets two tables be subtracted: hide with the same threshold in everything that
    leaves the house, and do not publish the same table for last week and for this one.

    Taught in: 02 Positioning
    """
    if attributes is None:
        attributes = [name for name in ATTRIBUTES if community.has("members", name)]
        if not attributes:
            raise TableMissing("members", ATTRIBUTES)
    community.require("members", *attributes)
    wide = {
        name: _with_totals(community.query(sql(community, name, segments=segments))) for name in attributes
    }
    hidden = _hidden(wide, threshold)
    frame = pd.concat([_tidy(name, wide[name], hidden[name]) for name in attributes], ignore_index=True)
    # Without n a share would tell n, so both go together.
    frame["estimate"] = frame["count"] / frame["n"].where(frame["n"] > 0)
    frame["low"], frame["high"] = wilson(frame["count"], frame["n"])
    frame["small"] = frame["n"].isna() | (frame["n"] < SMALL)
    columns = [
        "attribute",
        "value",
        "segment",
        "n",
        "count",
        "estimate",
        "low",
        "high",
        "suppressed",
        "small",
    ]
    return community.describe(frame[columns], "profile", threshold=threshold)


def purchase_factors(community: Community) -> pd.DataFrame:
    """Give the share of purchases by what may have decided them: category, discount, channel, campaign.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    DataFrame
        factor, value, buyers, n (purchases), count, estimate, low, high (members are what was drawn),
        small; sorted by factor and share. Only factors whose column was supplied. Discount and
        campaign have the one value "used".

    Raises
    ------
    TableMissing
        If there are no orders, or none of the columns category, discount, channel, campaign_id.

    Taught in: 02 Positioning
    """
    community.require("orders")
    factors = [name for name in FACTORS if community.has("orders", name)]
    if not factors:
        raise TableMissing("orders", FACTORS)
    frame = pd.concat([_factor(community, name) for name in factors], ignore_index=True)
    frame["estimate"] = frame["count"] / frame["n"]
    low, high = ratio_from_sums(
        frame["buyers"], frame["count"], frame["squares_y"], frame["n"], frame["squares_x"], frame["products"]
    )
    frame["low"], frame["high"] = np.clip(low, 0, None), np.clip(high, None, 1)
    frame["small"] = frame["buyers"] < SMALL
    frame[["n", "count"]] = frame[["n", "count"]].astype(int)
    columns = ["factor", "value", "buyers", "n", "count", "estimate", "low", "high", "small"]
    return community.describe(frame[columns], "purchase_factors", population="purchases")


def _factor(community: Community, name: str) -> pd.DataFrame:
    column = identifier(name)
    value = f"coalesce(nullif(trim(cast({column} as varchar)), ''), 'none')"
    if name == "discount":
        value = "case when discount > 0 then 'used' else 'none' end"
    if name == "campaign_id":
        value = "case when nullif(trim(cast(campaign_id as varchar)), '') is null then 'none' else 'used' end"
    found = community.query(
        f"""
        with buyers as (
            select member_id, cast(count(*) as double) as x
            from orders
            where is_purchase
            group by member_id
        ),
        totals as (select count(*) as buyers, sum(x) as n, sum(x * x) as squares_x from buyers),
        counted as (
            select member_id, {value} as value, cast(count(*) as double) as y
            from orders
            where is_purchase
            group by 1, 2
        )
        select '{name}' as factor, value, totals.buyers, totals.n, squares_x,
               sum(y) as count, sum(y * y) as squares_y, sum(y * x) as products
        from counted
        join buyers on buyers.member_id = counted.member_id
        cross join totals
        group by value, totals.buyers, totals.n, squares_x
        order by count desc, value
        """
    )
    return found[found["value"] == "used"] if name in ("discount", "campaign_id") else found
