"""Replay one of the community's own tests day by day, with the limits of one look and of many."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from helpers.community import Community
from helpers.models import sequential, trial_units

COLUMNS = ["look", "day", "n_a", "count_a", "n_b", "count_b", "n", "estimate", "low", "high", "z", "p_value"]
COLUMNS += ["information", "naive", "pocock", "obrien_fleming", "false_alarm", "crossed"]


def sql(community: Community) -> str:
    """Write the query behind :func:`looks`: drawn members by arm and day of their first purchase.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    str
        Portable SQL with $campaign, $control, $arm and $window; first is missing without a purchase.

    Taught in: 05 Conversion
    """
    listed = (
        "\n    inner join people on people.member_id = assignments.unit_id"
        if community.has("members")
        else ""
    )
    return f"""
with drawn as (
    select
        assignments.unit_id as member_id, lower(trim(assignments.arm)) as arm,
        greatest(
            cast(coalesce(campaigns.starts_at, assignments.assigned_at) as date),
            cast(coalesce(assignments.assigned_at, campaigns.starts_at) as date)
        ) as starts
    from assignments
    inner join campaigns on campaigns.campaign_id = assignments.campaign_id{listed}
    where assignments.campaign_id = $campaign and lower(trim(assignments.arm)) in ($control, $arm)
),
firsts as (
    select drawn.member_id, min(date_diff('day', drawn.starts, orders.day)) as first
    from drawn
    inner join orders on orders.member_id = drawn.member_id and orders.is_purchase
        and orders.day >= drawn.starts
    where date_diff('day', drawn.starts, orders.day) < $window
    group by drawn.member_id
)
select drawn.arm, firsts.first, count(*) as members, min(drawn.starts) as starts, max(drawn.starts) as latest
from drawn
left join firsts on firsts.member_id = drawn.member_id
group by drawn.arm, firsts.first
order by drawn.arm, firsts.first"""


def _window(community: Community, test: pd.Series) -> int:
    dates = community.query(
        "select cast(starts_at as date) as starts, cast(ends_at as date) as ends "
        "from campaigns where campaign_id = $campaign",
        campaign=test["campaign_id"],
    ).iloc[0]
    if pd.isna(dates["ends"]) or pd.isna(dates["starts"]):
        return 14
    return int((pd.Timestamp(dates["ends"]) - pd.Timestamp(dates["starts"])).days) + 1


def looks(
    community: Community,
    *,
    kind: str | None = None,
    campaign: str | None = None,
    window: int | None = None,
    every: int = 1,
) -> pd.DataFrame:
    """Replay a test: the difference of the shares who have bought so far, at each look.

    Parameters
    ----------
    community : Community
        The opened community.
    kind, campaign : str, optional
        As for `trial_units.choose`.
    window : int, days, optional
        Length of the test; from the campaign's dates by default.
    every : int, days, default 1
        Days from look to look.

    Returns
    -------
    pandas.DataFrame
        One row a look from the first purchase on: ``look``, ``day`` (of the test), ``n_a``, ``count_a``,
        ``n_b``, ``count_b``, ``n``, ``estimate``, ``low``, ``high`` (b minus a; interval of a single look),
        ``z``, ``p_value`` (pooled), ``information`` (share of that of the last look), ``naive``, ``pocock``,
        ``obrien_fleming`` (limits for z), ``false_alarm`` (chance, so far, that a test of no difference has
        crossed the naive limit), ``crossed`` (this look is beyond the naive limit). No rows without such a
        test, or where it had not run for as long as `window` when the data end.

    Raises
    ------
    TableMissing
        When there are no assignments, campaigns or orders.

    Notes
    -----
    All members are there from the start and outcomes come in, so information is not the share of members:
    with p the share who have bought, it is taken as p / (1 - p), relative to the last look, which gives the
    correlation that the statistics of two looks have when nothing differs.

    Taught in: 05 Conversion
    """
    test = trial_units.choose(community, kind=kind, campaign=campaign)
    empty = pd.DataFrame(columns=COLUMNS)
    if test is None:
        return community.describe(empty, "looks at a test", campaign="", randomised=True, looks=0)
    length = int(window or _window(community, test))
    given = {name: test[name] for name in ("control", "arm")} | {"campaign": test["campaign_id"]}
    found = community.query(sql(community), window=length, **given)
    latest = pd.Timestamp(found["latest"].max()) + pd.Timedelta(days=length - 1)
    table = (
        empty
        if latest > pd.Timestamp(community.as_of)
        else _table(found, str(test["control"]), list(range(every - 1, length, every)))
    )
    return community.describe(
        table,
        "looks at a test",
        population="members drawn",
        campaign=test["campaign_id"],
        name=test["name"],
        looks=len(table),
        window=length,
        randomised=True,
        period=str(pd.Timestamp(found["starts"].min()).date()) if len(found) else None,
        n=int(found["members"].sum()),
    )


def _table(found: pd.DataFrame, control: str, days: list[int]) -> pd.DataFrame:
    first, members = found["first"].astype("float64").fillna(np.inf).to_numpy(), found["members"].to_numpy()
    is_a = (found["arm"] == control).to_numpy()
    n_a, n_b = int(members[is_a].sum()), int(members[~is_a].sum())
    so_far = first[None, :] <= np.array(days)[:, None]
    a, b = ((so_far[:, part] * members[part]).sum(axis=1) for part in (is_a, ~is_a))
    pooled = (a + b) / max(n_a + n_b, 1)
    odds = pooled / np.where(pooled < 1, 1 - pooled, np.nan)
    # A look at which nobody bought since the last one says nothing new and is none.
    keep = np.isfinite(odds) & (np.diff(np.concatenate([[0.0], odds])) > 0)
    if not (n_a and n_b and keep.any()):
        return pd.DataFrame(columns=COLUMNS)
    a, b, pooled, odds = (values[keep] for values in (a, b, pooled, odds))
    gap = b / n_b - a / n_a
    z = gap / np.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    own = np.sqrt(a / n_a * (1 - a / n_a) / n_a + b / n_b * (1 - b / n_b) / n_b)
    information = odds / odds[-1]
    tables = {name: sequential.boundaries(len(z), name, information=information) for name in sequential.KINDS}
    naive = float(-ndtri(0.025))
    return pd.DataFrame(
        {
            "look": np.arange(1, len(z) + 1), "day": np.array(days)[keep] + 1, "n_a": n_a, "count_a": a,
            "n_b": n_b, "count_b": b, "n": n_a + n_b, "estimate": gap, "low": gap - naive * own,
            "high": gap + naive * own, "z": z, "p_value": 2 * ndtr(-np.abs(z)), "information": information,
            "naive": naive, "pocock": tables["pocock"]["z"].to_numpy(),
            "obrien_fleming": tables["obrien_fleming"]["z"].to_numpy(),
            "false_alarm": tables["pocock"]["naive"].to_numpy(), "crossed": np.abs(z) > naive,
        }
    )[COLUMNS]  # fmt: skip
