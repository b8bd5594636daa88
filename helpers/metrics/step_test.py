"""Judge a change of one step, such as a shorter payment page: its lot, and before and after beside it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import t as student

from helpers.community import Community
from helpers.metrics.campaigns import CONTROL
from helpers.metrics.funnel_paths import sql

BEFORE_AFTER, OTHERS = "before and after, with it", "before and after, without it"
TEST = "drawn by lot"


def tries_sql(community: Community, pair: list[str | tuple[str, Mapping[str, object]]], hours: float) -> str:
    """Write the query with one row a drawn member and stretch: tries of the step, and how many were passed.

    Parameters
    ----------
    community : Community
        The opened community.
    pair : list of str
        The step that was changed and the next one; see :func:`helpers.metrics.funnel.measure`.
    hours : float
        Time within which the next step must follow.

    Returns
    -------
    str
        Portable SQL with the parameters ``$campaign``, ``$first``, ``$last``, ``$length`` and ``$days``:
        ``member_id``, ``arm``, ``stretch`` (before or during), ``near`` (1 within so many days of the
        beginning, on either side), ``tries``, ``passed``.

    Taught in: 05 Conversion
    """
    return f"""
with paths as ({sql(community, pair, start="every")}
),
dated as (
    select member_id,
        case when day >= cast($first as date) then 'during' else 'before' end as stretch,
        case when date_diff('day', cast($first as date), day) between -$days and $days - 1
            then 1 else 0 end as near,
        case when date_diff('second', moment, t2) <= {round(hours * 3600)} then 1 else 0 end as passed
    from paths
    where day <= cast($last as date) and date_diff('day', day, cast($first as date)) <= $length
)
select
    dated.member_id, lower(trim(assignments.arm)) as arm, stretch, near,
    count(*) as tries, sum(passed) as passed
from dated
join assignments on assignments.unit_id = dated.member_id and assignments.campaign_id = $campaign
group by 1, 2, 3, 4
order by 1, 2, 3, 4"""


def compare(
    community: Community,
    pair: list[str | tuple[str, Mapping[str, object]]],
    *,
    kind: str = "checkout_test",
    hours: float = 1,
    days: int | None = None,
) -> pd.DataFrame:
    """Compare the share of tries that pass a changed step: by lot, and before and after.

    Parameters
    ----------
    community : Community
        The opened community.
    pair : list of str
        The changed step and the next one, such as ``["checkout", "placed order"]``.
    kind : str, default "checkout_test"
        Kind of the campaign that drew the members; the latest that is over is taken.
    hours : float, default 1
        Time within which the next step must follow.
    days : int, optional
        Days before and after the beginning that before and after compares; the length of the test by
        default. The lot always uses the whole test.

    Returns
    -------
    pandas.DataFrame
        Three rows: ``comparison`` ("before and after, with it", the same without it for the other arm, and
        the two arms "drawn by lot" in the same days), ``rate_a``, ``n_a``, ``rate_b``, ``n_b`` (tries),
        ``members``, ``estimate``, ``low``, ``high`` (b minus a), ``randomised``. No rows without such a test.

    Raises
    ------
    TableMissing
        When there are no campaigns or assignments.

    Notes
    -----
    A difference of two ratios over members, linearised; a member who is in both stretches is one member.
    Only those who reach the step can meet the change. That is fair as long as the change does not alter
    who reaches it.

    Taught in: 05 Conversion
    """
    community.require("assignments", "unit_id", "arm")
    community.require("campaigns", "kind", "starts_at", "ends_at")
    plans = community.query(
        """
select campaign_id, cast(starts_at as date) as first, cast(ends_at as date) as last
from campaigns
where kind = $kind and cast(ends_at as date) <= cast($as_of as date) and coalesce(unit, 'member') <> 'group'
order by ends_at desc, campaign_id
limit 1""",
        kind=kind,
        as_of=community.as_of,
    )
    rows: list[dict[str, object]] = []
    if len(plans):
        plan = plans.iloc[0]
        first, last = pd.Timestamp(plan["first"]).date(), pd.Timestamp(plan["last"]).date()
        found = community.query(
            tries_sql(community, pair, hours),
            campaign=plan["campaign_id"],
            first=first,
            last=last,
            length=max((last - first).days + 1, days or 0),
            days=days or (last - first).days + 1,
        )
        rows = _rows(found)
    columns = [
        "comparison",
        "rate_a",
        "n_a",
        "rate_b",
        "n_b",
        "members",
        "estimate",
        "low",
        "high",
        "randomised",
    ]
    result = pd.DataFrame(rows, columns=columns)
    return community.describe(
        result,
        "test of a step",
        population="tries of members drawn",
        hours=float(hours),
        n=int(result["n_b"].max()) if len(result) else 0,
        randomised=None,
    )


def _rows(found: pd.DataFrame) -> list[dict[str, object]]:
    control = found["arm"].isin((*CONTROL, "a"))
    treated, during, near = ~control, found["stretch"] == "during", found["near"] == 1
    pairs = (
        (BEFORE_AFTER, treated & ~during & near, treated & during & near),
        (OTHERS, control & ~during & near, control & during & near),
        (TEST, control & during, treated & during),
    )
    return [_difference(name, found[a], found[b]) for name, a, b in pairs if a.any() and b.any()]


def _difference(name: str, first: pd.DataFrame, second: pd.DataFrame) -> dict[str, object]:
    ratios, parts = [], []
    for sign, part in ((-1, first), (1, second)):
        tries, passed = int(part["tries"].sum()), int(part["passed"].sum())
        ratios.append((passed / tries, tries))
        share = sign * (part["passed"] - passed / tries * part["tries"]) / tries
        parts.append(pd.Series(share.to_numpy(float), index=part["member_id"]))
    moves = pd.concat(parts).groupby(level=0).sum().to_numpy()
    n = len(moves)
    half = np.nan
    if n > 2:
        half = float(student.ppf(0.975, n - 2) * np.sqrt((moves**2).sum() * n / (n - 1)))
    (rate_a, n_a), (rate_b, n_b) = ratios
    estimate = rate_b - rate_a
    return {
        "comparison": name, "rate_a": rate_a, "n_a": n_a, "rate_b": rate_b, "n_b": n_b, "members": n,
        "estimate": estimate, "low": estimate - half, "high": estimate + half, "randomised": name == TEST,
    }  # fmt: skip
