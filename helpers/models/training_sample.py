"""Whom to learn from when there are more members than one machine should carry: a stated, stratified sample.

From every stratum (lost or not by how active, the arms of a test, how often somebody bought) the same share
is drawn. So the sample needs no weights: rates, calibration and areas under the curve are those of all
members, only their intervals are wider.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.engine import identifier
from helpers.models import churn_labels

SAMPLE = 200_000  # members of one cut-off day: more rows change the models less than the next week does
COLUMNS = ("churned", "activity", "members", "n")
# Active days before the cut-off: one, two or three, four to seven, more.
_ACTIVITY = (
    "case when active_days < 2 then 1 when active_days < 4 then 2 when active_days < 8 then 3 else 4 end"
)


def strata(community: Community, cut: dt.date, inactivity: int, *, sample: int = SAMPLE) -> pd.DataFrame:
    """Count the members of every stratum of a cut-off day and say how many of each are drawn.

    Parameters
    ----------
    community : Community
        The opened community.
    cut : datetime.date
        Cut-off day.
    inactivity : int
        Days of silence that make a loss.
    sample : int, default 200,000
        At most about so many members.

    Returns
    -------
    pandas.DataFrame
        churned (0 or 1), activity (1 to 4: one, two or three, four to seven, more active days), members,
        n (drawn: the same share of each, and at least one).

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": list("abcd"), "event_type": ["like"] * 4,
    ...                        "occurred_at": ["2026-01-09", "2026-01-10", "2026-01-10", "2026-01-15"]})
    >>> community = Community.open({"events": events})
    >>> strata(community, dt.date(2026, 1, 10), 5, sample=2)[["members", "n"]].to_dict("records")
    [{'members': 3, 'n': 2}]

    Taught in: 06 Evaluation
    """
    found = community.query(
        f"""with {churn_labels.sql(community).strip()}
select churned, {_ACTIVITY} as activity, count(*) as members
from labelled
group by churned, {_ACTIVITY}
order by churned, activity""",
        **churn_labels.around(cut, inactivity),
    ).astype("int64")
    return _shared_out(found, sample)[list(COLUMNS)]


def _shared_out(found: pd.DataFrame, sample: int) -> pd.DataFrame:
    share = min(sample / max(int(found["members"].sum()), 1), 1.0)
    return found.assign(n=np.maximum(np.round(found["members"] * share), 1).astype("int64"))


def larger(community: Community, sample: int) -> bool:
    """Return whether the community has more people than a sample: counting them is quick, strata are not.

    Taught in: 06 Evaluation
    """
    return bool(community.engine.value(f"select count(*) from {community.people()}") > sample)


def needed(
    community: Community, cut: dt.date, inactivity: int, *, sample: int = SAMPLE
) -> pd.DataFrame | None:
    """Return the strata of a cut-off day, or None where everybody can be learnt from.

    Parameters
    ----------
    community : Community
        The opened community.
    cut : datetime.date
        Cut-off day.
    inactivity : int
        Days of silence that make a loss.
    sample : int, default 200,000
        At most about so many members.

    Returns
    -------
    pandas.DataFrame or None
        From :func:`strata`.

    Taught in: 06 Evaluation
    """
    return strata(community, cut, inactivity, sample=sample) if larger(community, sample) else None


@dataclass(frozen=True)
class Drawn:
    """Hold a sample that was drawn from strata of any kind.

    Attributes
    ----------
    table : str
        Table of the engine with member_id and stratum; whoever asked for it drops it.
    strata : pandas.DataFrame
        stratum, members, n (drawn).

    Taught in: 06 Evaluation
    """

    table: str
    strata: pd.DataFrame

    @property
    def told(self) -> dict[str, int]:
        """Say how many of how many members were drawn, as results carry it in ``about["sampled"]``."""
        return told(self.strata)


def told(table: pd.DataFrame) -> dict[str, int]:
    """Say how many of how many members were drawn: the sums of ``n`` and ``members`` of all strata.

    Examples
    --------
    >>> told(pd.DataFrame({"members": [30, 10], "n": [3, 1]}))
    {'n': 4, 'of': 40}

    Taught in: 06 Evaluation
    """
    return {"n": int(table["n"].sum()), "of": int(table["members"].sum())}


def listed(community: Community, members: pd.Series) -> str:
    """Put members that are known by name into a table of the engine, and return its name.

    Parameters
    ----------
    community : Community
        The opened community.
    members : Series
        Their member_id.

    Returns
    -------
    str
        Name of a table with the column member_id. Whoever asked for it drops it.

    Taught in: 06 Evaluation
    """
    engine = community.engine
    name = f"listed_members_{engine.next_number()}"
    engine.register("members_by_name", pd.DataFrame({"member_id": members.astype(str)}))
    engine.run(f"create table {identifier(name)} as select distinct member_id from members_by_name")
    return name


def by_lot(
    community: Community, text: str, *, sample: int = SAMPLE, seed: int = 0, **params: Any
) -> Drawn | None:
    """Draw the same share of every stratum, where the data are.

    Parameters
    ----------
    community : Community
        The opened community.
    text : str
        Portable SQL, one row a member: ``member_id`` and ``stratum``, a whole number.
    sample : int, default 200,000
        At most about so many members.
    seed : int, default 0
        Another number draws other members.
    **params
        Values of the parameters of the query.

    Returns
    -------
    Drawn or None
        The sample; None where there are no more members than that.

    Notes
    -----
    In the order of the MD5 digests of seed and id, as :func:`draw` does.

    Examples
    --------
    >>> events = pd.DataFrame({"member_id": list("abcd"), "event_type": ["like"] * 4,
    ...                        "occurred_at": ["2026-01-09", "2026-01-10", "2026-01-10", "2026-01-15"]})
    >>> community = Community.open({"events": events})
    >>> by_lot(community, "select member_id, 1 as stratum from people", sample=2).told
    {'n': 2, 'of': 4}

    Taught in: 06 Evaluation
    """
    found = community.query(
        f"select stratum, count(*) as members from ({text}) as listed group by stratum order by stratum",
        **params,
    ).astype("int64")
    if found["members"].sum() <= sample:
        return None
    table = _shared_out(found, sample)
    return Drawn(_lot(community, text, ("stratum",), table, key=f"{seed} ", **params), table)


def _lot(
    community: Community, text: str, by: tuple[str, ...], table: pd.DataFrame, *, key: str, **params: Any
) -> str:
    # A table of the members of the query, with the columns that make a stratum, who were drawn.
    columns = ", ".join(("member_id", *by))
    quota = " ".join(
        f"when {' and '.join(f'{name} = {getattr(row, name)}' for name in by)} then {row.n}"
        for row in table.itertuples()
    )
    community.people()
    name = f"drawn_members_{community.engine.next_number()}"
    community.engine.run(
        f"""create table {identifier(name)} as
with keyed as (
    select {columns}, md5(concat($key, member_id)) as digest
    from ({text}) as listed
),
placed as (
    select {columns}, row_number() over (partition by {", ".join(by)} order by digest, member_id) as place
    from keyed
)
select {columns}
from placed
where place <= case {quota} else 0 end""",
        **params,
        key=key,
    )
    return name


def draw(community: Community, cut: dt.date, inactivity: int, table: pd.DataFrame, *, seed: int = 0) -> str:
    """Draw the members of a sample where the data are.

    Parameters
    ----------
    community : Community
        The opened community.
    cut : datetime.date
        Cut-off day.
    inactivity : int
        Days of silence that make a loss.
    table : pandas.DataFrame
        From :func:`strata`.
    seed : int, default 0
        Another number draws other members.

    Returns
    -------
    str
        Name of a table of the engine: member_id, churned, activity. Whoever asked for it drops it.

    Notes
    -----
    The order in which members are drawn is that of the MD5 digests of their ids with the day and the seed:
    the same on every engine, machine and day, and without relation to anything that is known of them.

    Taught in: 06 Evaluation
    """
    text = f"""with {churn_labels.sql(community).strip()}
select member_id, churned, {_ACTIVITY} as activity
from labelled"""
    by, key = ("churned", "activity"), f"{seed} {cut.isoformat()} "
    return _lot(community, text, by, table, key=key, **churn_labels.around(cut, inactivity))
