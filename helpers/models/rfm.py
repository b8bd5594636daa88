"""Sort members by recency, frequency and money into named segments: every member in exactly one.

Words that mean two things: here *recency* is the days since the last purchase and *frequency* the number
of purchases. In the lifetime-value model (BG/NBD) recency is the age at the last purchase and frequency
counts only the repeat purchases. Do not pass one to the other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.community import Community, batches
from helpers.metrics.intervals import ratio_from_sums, wilson
from helpers.models.rfm_rules import RULES, UNSCORED, segment_case

SMALL = 30
_KINDS = {"member_id": "varchar", "segment": "varchar", "recency_days": "bigint", "frequency": "bigint"}
_KINDS |= {"monetary": "double", "r": "bigint", "f": "bigint", "m": "bigint"}

_VALUES = {
    "orders": """
    habits as (
        select member_id,
               max(case when is_purchase then day end) as last_day,
               sum(case when is_purchase then 1 else 0 end) as frequency,
               sum(net) as monetary
        from orders
        group by member_id
    )""",
    "activity": """
    habits as (
        select member_id,
               max(day) as last_day,
               count(*) as frequency,
               sum(actions) as monetary
        from {member_days}
        group by member_id
    )""",
}

_MEASURED = """{habits},
    measured as (
        select people.member_id,
               date_diff('day', last_day, cast($as_of as date)) as recency_days,
               cast(coalesce(frequency, 0) as bigint) as frequency,
               cast(coalesce(monetary, 0) as decimal(18, 2)) as monetary
        from people
        left join habits on habits.member_id = people.member_id
    )"""


def _basis(community: Community, basis: str | None) -> str:
    if basis is None:
        return "orders" if community.has("orders") else "activity"
    if basis not in UNSCORED:
        raise ValueError(f'basis is "orders" or "activity", got {basis!r}')
    if basis == "orders":
        community.require("orders", "amount")
    return basis


def _measured(community: Community, basis: str) -> str:
    habits = _VALUES[basis]
    if basis == "activity":
        habits = habits.format(member_days=community.member_days())
    return _MEASURED.format(habits=habits)


def cut_points(values: pd.DataFrame, cuts: int) -> list[Any]:
    """Find the values at which the next level begins, from counts of values.

    A value's level follows from the share of members strictly below it, so that equal values always
    get equal levels however many members share them; a level may then stay empty.

    Parameters
    ----------
    values : DataFrame
        value, members; sorted by value.
    cuts : int
        Number of levels.

    Returns
    -------
    list
        The first value of level 2, 3, …; missing (None) where no value reaches that level.

    Examples
    --------
    >>> cut_points(pd.DataFrame({"value": [1, 2, 7], "members": [6, 3, 1]}), 5)
    [2, 2, 2, 7]

    Taught in: 02 Positioning
    """
    below = values["members"].cumsum() - values["members"]
    total = int(values["members"].sum())
    starts = []
    for level in range(1, cuts):
        reached = values.loc[below * cuts >= level * total, "value"]
        starts.append(None if reached.empty else reached.tolist()[0])
    return starts


def _cuts(community: Community, basis: str, cuts: int) -> dict[str, list[Any]]:
    measured = _measured(community, basis)
    found = {}
    for name in ("recency_days", "frequency", "monetary"):
        values = community.query(
            f"""
            with {measured}
            select {name} as value, count(*) as members
            from measured
            where frequency > 0
            group by {name}
            order by {name}
            """,
            as_of=community.as_of,
        )
        found[name] = cut_points(values, cuts)
    return found


def _level(column: str, starts: list[Any], *, best_first: bool = False) -> tuple[str, dict[str, str]]:
    # Recency counts from its good end (few days), so that whoever came last scores highest.
    levels = len(starts) + 1
    branches, parameters = [], {}
    for level in range(levels, 1, -1):
        start = starts[level - 2]
        if start is None:
            continue
        name = f"{column}_{level}"
        score = levels + 1 - level if best_first else level
        branches.append(f"when {column} >= cast(${name} as decimal(18, 2)) then {score}")
        parameters[name] = str(start)
    lowest = levels if best_first else 1
    text = " ".join(["case when frequency = 0 then null", *branches, f"else {lowest} end"])
    return text, parameters


def _scored(community: Community, basis: str, cuts: int) -> tuple[str, dict[str, Any]]:
    starts = _cuts(community, basis, cuts)
    recency, first = _level("recency_days", starts["recency_days"], best_first=True)
    frequency, second = _level("frequency", starts["frequency"])
    monetary, third = _level("monetary", starts["monetary"])
    text = f"""{_measured(community, basis)},
    scored as (
        select *,
               {recency} as r,
               {frequency} as f,
               {monetary} as m
        from measured
    ),
    named as (
        select *, {segment_case(UNSCORED[basis])} as segment
        from scored
    )"""
    return text, {"as_of": community.as_of, **first, **second, **third}


def sql(community: Community, *, basis: str | None = None) -> str:
    """Show the query that scores and names the members.

    Parameters
    ----------
    community : Community
        The opened community.
    basis : {"orders", "activity"}, optional
        As in `segments`.

    Returns
    -------
    str
        The SQL text; values stand as named parameters.

    Taught in: 02 Positioning
    """
    return f"with {_scored(community, _basis(community, basis), 5)[0]}\nselect * from named"


def _ask(community: Community, basis: str, query: str, cuts: int = 5) -> pd.DataFrame:
    text, parameters = _scored(community, basis, cuts)
    return community.query(f"with {text}\n{query}", **parameters)


def _described(community: Community, frame: pd.DataFrame, metric: str, basis: str) -> pd.DataFrame:
    value = "money" if basis == "orders" else "actions"
    return community.describe(frame, metric, rfm_basis=basis, value=value)


def _floats(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(monetary=pd.to_numeric(frame["monetary"]).astype(float))


def scores(community: Community, *, cuts: int = 5, basis: str | None = None) -> pd.DataFrame:
    """Score every member from 1 to `cuts` on recency, frequency and money.

    Recency is days from the last purchase to the as-of date, frequency the number of purchases, money
    their sum after refunds. Without orders the active days take their place: days since the last one,
    how many there are, and the actions done. Scores come from quantiles of the members who bought (or
    were active); equal values get equal scores.

    Parameters
    ----------
    community : Community
        The opened community.
    cuts : int, default 5
        Number of score levels, 2 to 10.
    basis : {"orders", "activity"}, optional
        What is scored; default orders where the community has them.

    Returns
    -------
    DataFrame
        One row a member: member_id, recency_days, frequency, monetary, r, f, m. Scores are missing for
        members who never bought (or were never active).

    Raises
    ------
    TableMissing
        If basis is "orders" and there are none.

    Notes
    -----
    Hughes (1994), *Strategic Database Marketing*, for quintile scores. Recency counts from its best end,
    the other two from their lowest: whoever came on the last day scores full, one purchase scores 1.

    Taught in: 02 Positioning
    """
    if not 2 <= cuts <= 10:
        raise ValueError(f"cuts is a whole number from 2 to 10, got {cuts!r}")
    basis = _basis(community, basis)
    query = "select member_id, recency_days, frequency, monetary, r, f, m from named order by member_id"
    frame = _ask(community, basis, query, cuts)
    return _described(community, _floats(frame), "rfm_scores", basis)


def assign(community: Community, *, basis: str | None = None, to: str | Path | None = None) -> pd.DataFrame:
    """Give every member the name of its segment.

    Parameters
    ----------
    community : Community
        The opened community.
    basis : {"orders", "activity"}, optional
        As in `scores`.
    to : str or pathlib.Path, optional
        Write the rows, in no order, to this table or Parquet path where the data are (see
        :func:`helpers.community.batches.write`); what is returned then is :func:`segments`.

    Returns
    -------
    DataFrame
        One row a member: member_id, segment, recency_days, frequency, monetary, r, f, m.

    Taught in: 02 Positioning
    """
    basis = _basis(community, basis)
    if to is not None:
        text, parameters = _scored(community, basis, 5)
        numbers = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in _KINDS.items())
        batches.write(community, f"with {text}\nselect {numbers} from named", to, _KINDS, **parameters)
        counted = segments(community, basis=basis)
        counted.attrs["about"]["written"] = str(to)
        return counted
    columns = "member_id, segment, recency_days, frequency, monetary, r, f, m"
    frame = _ask(community, basis, f"select {columns} from named order by member_id")
    return _described(community, _floats(frame), "rfm_members", basis)


def segments(community: Community, *, basis: str | None = None) -> pd.DataFrame:
    """Count the segments: how many members and how much of the money each of them is.

    Parameters
    ----------
    community : Community
        The opened community.
    basis : {"orders", "activity"}, optional
        As in `scores`.

    Returns
    -------
    DataFrame
        One row a segment in the order of `RULES`, the members without scores last: segment, n (all
        members), count, estimate (share of members), low, high, money (or actions), money_share,
        money_low, money_high, recency_days, frequency, monetary (means), small.

    Notes
    -----
    Wilson interval of the share of members; linearised ratio over members for the share of money.

    Taught in: 02 Positioning
    """
    basis = _basis(community, basis)
    found = _ask(
        community,
        basis,
        """
        select segment,
               count(*) as count,
               sum(monetary) as money,
               sum(monetary * monetary) as squares,
               avg(recency_days) as recency_days,
               avg(frequency) as frequency,
               sum(monetary) / count(*) as monetary
        from named
        group by segment
        order by segment
        """,
    )
    order = [*dict.fromkeys(rule.segment for rule in RULES), UNSCORED[basis]]
    frame = found.set_index("segment").reindex(order).rename_axis("segment").reset_index()
    totals = ["count", "money", "squares"]
    frame[totals] = frame[totals].apply(pd.to_numeric).astype(float).fillna(0.0)
    frame["n"] = int(frame["count"].sum())
    frame["count"] = frame["count"].astype(int)
    frame["estimate"] = frame["count"] / frame["n"].where(frame["n"] > 0)
    frame["low"], frame["high"] = wilson(frame["count"], frame["n"])
    money, squares = frame["money"].sum(), frame["squares"].sum()
    frame["money_share"] = frame["money"] / money if money > 0 else np.nan
    low, high = ratio_from_sums(
        frame["n"], frame["money"], frame["squares"], money, squares, frame["squares"]
    )
    frame["money_low"], frame["money_high"] = np.clip(low, 0, None), np.clip(high, None, 1)
    frame["small"] = frame["count"] < SMALL
    columns = ["segment", "n", "count", "estimate", "low", "high", "money", "money_share", "money_low"]
    columns += ["money_high", "recency_days", "frequency", "monetary", "small"]
    return _described(community, frame[columns], "rfm_segments", basis)


def grid(community: Community, *, basis: str | None = None) -> pd.DataFrame:
    """Count members by recency and frequency score: the map on which the segments lie.

    Parameters
    ----------
    community : Community
        The opened community.
    basis : {"orders", "activity"}, optional
        As in `scores`.

    Returns
    -------
    DataFrame
        25 rows: r, f, n (scored members), count, estimate (share of them), monetary (mean).

    Taught in: 02 Positioning
    """
    basis = _basis(community, basis)
    found = _ask(
        community,
        basis,
        """
        select r, f, count(*) as count, sum(monetary) / count(*) as monetary
        from named
        where r is not null
        group by r, f
        order by r, f
        """,
    )
    every = pd.MultiIndex.from_product([range(1, 6), range(1, 6)], names=["r", "f"])
    frame = found.set_index(["r", "f"]).reindex(every).reset_index()
    frame["count"] = frame["count"].fillna(0).astype(int)
    frame["n"] = int(frame["count"].sum())
    frame["estimate"] = frame["count"] / frame["n"].where(frame["n"] > 0)
    return _described(community, frame[["r", "f", "n", "count", "estimate", "monetary"]], "rfm_grid", basis)
