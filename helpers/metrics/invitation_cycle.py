"""Ask how long it takes until a new member brings the next: the cycle time, with the young ones watched."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.community import Community
from helpers.metrics.referral import links_sql, without_sql


def sql(community: Community, *, without: Iterable[str] | None = None) -> str:
    """Return the query that counts members by how long they are watched, and arrivals by age of the inviter.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    without : iterable of str, optional
        Accounts that count neither as members nor as brought.

    Returns
    -------
    str
        Portable SQL with ``$as_of`` and ``$first_day``: ``watched`` (days), ``member_no`` (missing for the
        row that counts members), ``age`` (days from joining to the arrival), ``n``.

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by")
    shams = without_sql(community, without)
    return f"""
with recursive {links_sql()},
cohort as (
    select
        links.member_id,
        people.member_no,
        links.joined_day,
        date_diff('day', links.joined_day, cast($as_of as date)) as watched
    from links
    join people on people.member_id = links.member_id
    where people.joined_known and not links.is_kol{shams}
        and links.joined_day >= cast($first_day as date) and links.joined_day <= cast($as_of as date)
)
select watched, cast(null as integer) as member_no, cast(null as bigint) as age, count(*) as n
from cohort
group by watched
union all
select
    cohort.watched,
    cohort.member_no,
    date_diff('day', cohort.joined_day, links.joined_day) as age,
    count(*) as n
from cohort
join links on links.inviter = cohort.member_id
where 1 = 1{shams}
group by 1, 2, 3
order by 1, 2, 3"""


def _spread(rows: pd.DataFrame, at_risk: np.ndarray, per_day: np.ndarray) -> np.ndarray:
    # Robust variance of the mean number brought: squares of what each member adds to or takes from it.
    days = len(at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = np.where(at_risk > 0, 1 / at_risk, 0.0)
    expected = np.cumsum(per_day * inverse**2)  # what a member still watched is expected to add
    rows = rows.sort_values(["member_no", "age"])
    age, watched = rows["age"].to_numpy(int), np.minimum(rows["watched"].to_numpy(int), days - 1)
    step = rows["n"].to_numpy(float) * inverse[age]
    total = pd.Series(step).groupby(rows["member_no"].to_numpy()).cumsum()
    before = total.to_numpy() - step
    squares = np.cumsum(np.bincount(age, step**2 + 2 * step * before, minlength=days))
    # Products with the expectation, which stops growing when a member is watched no longer.
    level = np.cumsum(np.bincount(age, step, minlength=days))
    ended = np.bincount(watched, step, minlength=days)
    stopped = np.append(0.0, np.cumsum(ended)[:-1])
    frozen = np.append(0.0, np.cumsum(ended * expected)[:-1])
    gone = np.append(at_risk[:-1] - at_risk[1:], 0.0)
    own = expected**2 * at_risk + np.append(0.0, np.cumsum(gone * expected**2)[:-1])
    return np.maximum(squares - 2 * ((level - stopped) * expected + frozen) + own, 0.0)


def curve(
    community: Community, *, horizon: int = 180, without: Iterable[str] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Trace how many members a member has brought by each day after joining, on average.

    Every member counts for as long as they were watched, so newcomers neither pull the curve down nor have
    to be left out. Where it has become flat, the height is K; how soon it rises is the cycle time.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` in members.
    horizon : int, days, default 180
        Last day of the curve; it ends earlier where fewer than 30 members were watched.
    without : iterable of str, optional
        Accounts known to be empty.
    level : float, default 0.95
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        ``day`` (since joining), ``n`` (members watched until then), ``count`` (arrivals on that day),
        ``estimate`` (mean number brought by then), ``low``, ``high``, ``small``.

    Notes
    -----
    The mean cumulative function of Nelson (1988), *Journal of Quality Technology* 20, 24-35, with the robust
    variance of Lawless & Nadeau (1995), *Technometrics* 37, 158-168: a member who brings ten does not pass
    for ten members.

    Taught in: 05 Conversion
    """
    table = community.query(
        sql(community, without=without), as_of=community.as_of, first_day=community.first_day
    )
    members = table[table["member_no"].isna()]
    ends = np.bincount(members["watched"].to_numpy(int), members["n"].to_numpy(float))
    at_risk = ends[::-1].cumsum()[::-1] if len(ends) else np.zeros(0)
    enough = int((at_risk >= 30).sum())
    days = min(int(horizon) + 1, enough) if enough else min(int(horizon) + 1, len(at_risk))
    at_risk = at_risk[:days]
    rows = table[table["member_no"].notna() & (table["age"].fillna(-1) < days)]
    per_day = np.bincount(rows["age"].to_numpy(int), rows["n"].to_numpy(float), minlength=days)[:days]
    estimate = np.cumsum(per_day / np.maximum(at_risk, 1))
    error = np.sqrt(_spread(rows, at_risk, per_day)) if days else np.zeros(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.exp(-ndtri((1 - level) / 2) * error / estimate)
    low, high = np.where(estimate > 0, estimate / factor, 0.0), np.where(estimate > 0, estimate * factor, 0.0)
    result = pd.DataFrame(
        {
            "day": np.arange(days),
            "n": at_risk.astype(int),
            "count": per_day.astype(int),
            "estimate": estimate,
            "low": low,
            "high": high,
            "small": at_risk < 30,
        }
    )
    pairs = rows.loc[rows["age"] >= 0, ["age", "n"]].astype(int)
    naive = float(np.median(np.repeat(pairs["age"], pairs["n"]))) if len(pairs) else np.nan
    return community.describe(
        result, "members brought by age", unit="score", n=int(members["n"].sum()), naive_median=naive
    )


def cycle_time(curve: pd.DataFrame, *, until: int | None = None) -> pd.DataFrame:
    """Read the cycle time off the curve: by when half of what a member brings has come.

    Parameters
    ----------
    curve : pandas.DataFrame
        From :func:`curve`.
    until : int, days, optional
        Arrivals later than that after the inviter's joining do not count; the curve's end without.

    Returns
    -------
    pandas.DataFrame
        One row: ``until``, ``n`` (members), ``count`` (arrivals), ``estimate`` (mean number brought by then),
        ``low``, ``high``, ``quarter``, ``median``, ``three_quarters`` (days by which so much of it has come),
        ``mean`` (days), ``naive`` (median age of the inviters at the arrivals seen: too short, for only the
        old have had time for long cycles).

    Examples
    --------
    >>> table = pd.DataFrame({"day": [0, 1, 2, 3], "n": 100, "count": [0, 10, 10, 0],
    ...                       "estimate": [0.0, 0.1, 0.2, 0.2], "low": 0.1, "high": 0.3})
    >>> cycle_time(table)[["median", "mean"]].iloc[0].tolist()
    [1.0, 1.5]

    Taught in: 05 Conversion
    """
    last = int(curve["day"].max()) if until is None and len(curve) else int(until or 0)
    part = curve[curve["day"] <= last]
    total = float(part["estimate"].iloc[-1]) if len(part) else 0.0
    share = part["estimate"].to_numpy() / (total or np.nan)
    days = part["day"].to_numpy(float)
    gain = np.diff(share, prepend=0.0)

    def by(wanted: float) -> float:
        return float(days[np.argmax(share >= wanted - 1e-12)]) if total else np.nan

    row = {
        "until": last,
        "n": int(curve["n"].iloc[0]) if len(curve) else 0,
        "count": int(part["count"].sum()),
        "estimate": total,
        "low": float(part["low"].iloc[-1]) if len(part) else np.nan,
        "high": float(part["high"].iloc[-1]) if len(part) else np.nan,
        "quarter": by(0.25),
        "median": by(0.5),
        "three_quarters": by(0.75),
        "mean": float((gain * days).sum()) if total else np.nan,
        "naive": curve.attrs.get("about", {}).get("naive_median", np.nan),
    }
    result = pd.DataFrame([row])
    result.attrs["about"] = curve.attrs.get("about", {}) | {"metric": "cycle time"}
    return result
