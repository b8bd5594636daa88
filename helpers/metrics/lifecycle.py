"""Follow members through the life cycle: silent, new, active, dormant, lost, returning."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.community import calendar
from helpers.community.calendar import Every
from helpers.metrics import intervals, population, returns, stays
from helpers.metrics.rhythm import thresholds

if TYPE_CHECKING:
    from helpers.community import Community

STATES = stays.STATES


def sql(community: Community, *, every: Every = "month", leavers: bool = False) -> str:
    """Write the reduction behind :func:`transitions`, and behind :func:`states` for those who left.

    Parameters
    ----------
    community : Community
        The community.
    every : {"day", "week", "month"}, default "month"
        Length of a period.
    leavers : bool, default False
        Follow only members who left after all that was seen of them.

    Returns
    -------
    str
        One query with the parameters ``$dormant``, ``$lost``, ``$first_day`` and ``$as_of``. It gives
        ``period``, ``previous``, ``state``, ``members``: how many were in ``state`` at the end of the
        period and in ``previous`` at the end of the one before. Who did not move is not listed.

    Notes
    -----
    A *run* is a stretch of active days without a pause of ``$dormant`` days. Each run makes at most four
    stretches of one state; a stretch counts where it holds the last day of a period. Nobody is expanded
    to one row for each period.

    Taught in: 06 Evaluation
    """
    start, end = population.start_sql(every, "from_day"), population.start_sql(every, "to_day")
    spans, days = returns.spans(community), returns.active_days(community)
    if leavers:
        spans = f"(select * from {spans} where {stays.GONE})"
        days = f"(select * from {days} where member_no in (select member_no from {spans} as g)) as days"
    return f"""
with beginnings as (
    select member_no, day as began, before
    from {days}
    where before is null or date_diff('day', before, day) >= $dormant
),
runs as (
    select
        member_no,
        began,
        before is null as is_first,
        lead(before) over (partition by member_no order by began) as ended,
        lead(began) over (partition by member_no order by began) as again
    from beginnings
),
lives as (
    select
        spans.member_no,
        spans.joined_day,
        runs.is_first,
        runs.began,
        cast(runs.began + $dormant as date) as settled,
        cast(coalesce(runs.ended, spans.last_seen) + $dormant as date) as quiet,
        cast(coalesce(runs.ended, spans.last_seen) + $lost as date) as missed,
        runs.again,
        case
            when runs.again is null and (spans.last_seen is null or spans.left_day >= spans.last_seen)
                then spans.left_day
        end as gone
    from {spans} as spans
    left join runs on runs.member_no = spans.member_no
),
stretches as (
    select member_no, 'silent' as state, joined_day as from_day, coalesce(began, gone) as to_day
    from lives
    where began is null or (is_first and joined_day < began)
    union all
    -- Whoever joined before the data begin is not new when first seen.
    select
        member_no,
        case when not is_first then 'returning' when joined_day < $first_day then 'active' else 'new' end,
        began,
        case when gone < settled then gone else settled end
    from lives
    where began is not null
    union all
    select member_no, 'active', settled, case when gone < quiet then gone else quiet end
    from lives
    where began is not null and (gone is null or gone > settled)
    union all
    select
        member_no,
        'dormant',
        quiet,
        case when gone < missed then gone when again < missed then again else missed end
    from lives
    where began is not null and (gone is null or gone > quiet)
    union all
    select member_no, 'lost', case when gone is null or missed < gone then missed else gone end, again
    from lives
    where coalesce(gone, missed) is not null and (again is null or again > missed)
),
periods as (
    select
        member_no,
        state,
        {start} as period,
        case when to_day <= $as_of then {end} end as until
    from (
        select
            member_no,
            state,
            case when from_day < $first_day then cast($first_day as date) else from_day end as from_day,
            to_day
        from stretches
        where from_day <= $as_of and (to_day is null or to_day > $first_day)
    ) as shown
),
steps as (
    select
        period,
        state,
        lag(state) over (partition by member_no order by period) as previous
    from periods
    where until is null or until > period
)
select period, previous, state, count(*) as members
from steps
group by period, previous, state
order by period, previous, state"""


def _limits(community: Community, dormant_after: int | None, lost_after: int | None) -> dict[str, int]:
    limits = {"pauses": 0}
    if dormant_after is None or lost_after is None:
        limits = thresholds(community)
    limits["dormant_after"] = int(dormant_after or limits["dormant_after"])
    limits["lost_after"] = int(lost_after or max(limits["lost_after"], limits["dormant_after"] + 1))
    if not 2 <= limits["dormant_after"] < limits["lost_after"]:
        raise ValueError(
            "dormant_after must be 2 days or more and lost_after more than dormant_after; "
            f"got {limits['dormant_after']} and {limits['lost_after']}."
        )
    return limits


def _moves(
    community: Community, every: Every, limits: dict[str, int], *, leavers: bool = False
) -> np.ndarray:
    # For every period a matrix: members by the state they were in before (last row: not there) and now.
    periods = calendar.periods(community.active_from, community.as_of, every)
    name = f"life_cycle_{every}_{limits['dormant_after']}_{limits['lost_after']}{'_left' if leavers else ''}"
    if not community.engine.exists(name):
        found = community.query(
            sql(community, every=every, leavers=leavers),
            dormant=limits["dormant_after"],
            lost=limits["lost_after"],
            first_day=community.active_from,
            as_of=community.as_of,
        )
        community.engine.register(name, found)
    rows = community.query(f"select * from {name}")
    size = len(STATES)
    moves = np.zeros((len(periods), size + 1, size), dtype=int)
    index = {state: at for at, state in enumerate(STATES)}
    at = np.searchsorted(
        periods["period"].to_numpy("datetime64[D]"), rows["period"].to_numpy("datetime64[D]")
    )
    before = rows["previous"].map(index).fillna(size).astype(int).to_numpy()
    np.add.at(moves, (at, before, rows["state"].map(index).to_numpy(int)), rows["members"].to_numpy(int))
    present = (moves.sum(axis=1) - moves[:, :size].sum(axis=2)).cumsum(axis=0)
    stayed = np.vstack([np.zeros((1, size), int), present[:-1]]) - moves[:, :size].sum(axis=2)
    moves[:, np.arange(size), np.arange(size)] += stayed
    return moves


def _present(community: Community, every: Every, limits: dict[str, int]) -> np.ndarray:
    # For every period the members in each state at its end.
    daily = stays.present(community, dormant=limits["dormant_after"], lost=limits["lost_after"])
    ends = calendar.periods(community.active_from, community.as_of, every)["last_day"]
    days = np.minimum((ends - pd.Timestamp(community.active_from)).dt.days, len(daily["new"]) - 1)
    present = np.column_stack([daily[state][days] for state in STATES])
    if stays.gone(community):
        present += _moves(community, every, limits, leavers=True).sum(axis=1)
    return present


def states(
    community: Community,
    *,
    every: Every = "month",
    dormant_after: int | None = None,
    lost_after: int | None = None,
) -> pd.DataFrame:
    """Count the members in each state of the life cycle at the end of every period.

    Parameters
    ----------
    community : Community
        The community.
    every : {"day", "week", "month"}, default "month"
        Length of a period.
    dormant_after, lost_after : int, optional
        Quiet days after which a member is dormant, and lost. Default: from
        :func:`helpers.metrics.rhythm.thresholds`.

    Returns
    -------
    DataFrame
        ``period``, ``last_day``, ``state``, ``n`` (everybody who ever belonged), ``count``, ``estimate``,
        ``low``, ``high``, ``open_period``, ``left_edge`` (too early for anybody to be known as lost),
        ``small``. The thresholds stand in ``attrs["about"]``.

    Notes
    -----
    silent: joined, never active. new: first active fewer than `dormant_after` days ago. returning: the
    same after a pause of `dormant_after` days or more. active: in a run of active days older than that.
    dormant: quiet for `dormant_after` days. lost: quiet for `lost_after` days, or left.

    Examples
    --------
    >>> from helpers.community import Community
    >>> events = pd.DataFrame(
    ...     {"member_id": ["a", "b", "a"], "event_type": "like",
    ...      "occurred_at": ["2026-05-04", "2026-05-04", "2026-05-24"]})
    >>> community = Community.open({"events": events})
    >>> table = states(community, every="week", dormant_after=7, lost_after=14)
    >>> table.loc[table["count"] > 0, ["state", "count"]].to_numpy().tolist()
    [['new', 2], ['dormant', 2], ['lost', 1], ['returning', 1]]

    Taught in: 06 Evaluation
    """
    limits = _limits(community, dormant_after, lost_after)
    present = _present(community, every, limits)
    periods = calendar.periods(community.active_from, community.as_of, every)
    n, count = np.repeat(present.sum(axis=1), len(STATES)), present.ravel()
    low, high = intervals.wilson(count, n)
    table = periods.loc[periods.index.repeat(len(STATES))].reset_index(drop=True)
    known_from = pd.Timestamp(community.active_from) + pd.Timedelta(days=limits["lost_after"])
    result = pd.DataFrame(
        {
            "period": table["period"],
            "last_day": table["last_day"],
            "state": np.tile(STATES, len(periods)),
            "n": n,
            "count": count,
            "estimate": count / np.where(n > 0, n, np.nan),
            "low": low,
            "high": high,
            "open_period": table["open_period"],
            "left_edge": table["last_day"] < known_from,
            "small": n < 30,
        }
    )
    return community.describe(
        result, "life cycle", population="everybody who ever belonged", period=every, **limits
    )


def transitions(
    community: Community,
    *,
    every: Every = "month",
    dormant_after: int | None = None,
    lost_after: int | None = None,
) -> pd.DataFrame:
    """Count how members moved between the states of the life cycle from one period to the next.

    Parameters
    ----------
    community : Community
        The community.
    every : {"day", "week", "month"}, default "month"
        Length of a period.
    dormant_after, lost_after : int, optional
        As in :func:`states`.

    Returns
    -------
    DataFrame
        ``from``, ``to``, ``n`` (member-periods that began in ``from``), ``count``, ``estimate``, ``low``,
        ``high``, ``small``; 36 rows. ``attrs["about"]`` holds the thresholds, the number of ``steps``
        between periods, and ``now``: the members in each state at the as-of date.

    Notes
    -----
    Unfinished periods are left out, and so are those too early for anybody to be known as lost, unless
    nothing would remain. A member counts once for every period, so the rows of one member are not
    independent; the intervals hold as far as the next state depends on the present one only.

    Taught in: 06 Evaluation
    """
    limits = _limits(community, dormant_after, lost_after)
    moves = _moves(community, every, limits)
    periods = calendar.periods(community.active_from, community.as_of, every)
    known_from = pd.Timestamp(community.active_from) + pd.Timedelta(days=limits["lost_after"])
    whole = ~periods["open_period"].to_numpy() & (np.arange(len(periods)) > 0)
    settled = whole & (periods["last_day"].shift() >= known_from).to_numpy()
    used = settled if settled.any() else whole
    count = moves[used, : len(STATES)].sum(axis=0)
    n = np.repeat(count.sum(axis=1), len(STATES))
    low, high = intervals.wilson(count.ravel(), n)
    result = pd.DataFrame(
        {
            "from": np.repeat(STATES, len(STATES)),
            "to": np.tile(STATES, len(STATES)),
            "n": n,
            "count": count.ravel(),
            "estimate": count.ravel() / np.where(n > 0, n, np.nan),
            "low": low,
            "high": high,
            "small": n < 30,
        }
    )
    now = dict(zip(STATES, moves[-1].sum(axis=0).tolist(), strict=True))
    return community.describe(
        result,
        "life-cycle transitions",
        population="everybody who ever belonged",
        period=every,
        steps=int(used.sum()),
        now=now,
        **limits,
    )


def _limit(chains: np.ndarray, start: np.ndarray) -> np.ndarray:
    # Halfway lazy chains have no cycles; squared often enough they have forgotten all but closed classes.
    power = (chains + np.eye(chains.shape[-1])) / 2
    for _squaring in range(50):
        power = power @ power
        power = power / power.sum(axis=-1, keepdims=True)
    return start @ power


def steady_state(
    transitions: pd.DataFrame, *, level: float = 0.95, seed: int = 0, repeats: int = 2000
) -> pd.DataFrame:
    """Project where members end up if they keep moving between the states as they did.

    Parameters
    ----------
    transitions : DataFrame
        From :func:`transitions`.
    level : float, default 0.95
        Confidence level.
    seed : int, default 0
        Start of the random numbers.
    repeats : int, default 2000
        How many chains are drawn for the interval.

    Returns
    -------
    DataFrame
        ``state``, ``n`` (member-periods that began in it), ``now_count`` and ``now`` (members in it at the
        as-of date, and their share), ``estimate`` (share in the long run), ``low``, ``high``. Missing when
        no transition was seen.

    Notes
    -----
    The stationary distribution of the Markov chain, reached from today's members; nobody new joins, so
    silent and new empty themselves. Where several groups of states never meet again, today's members
    decide how many end in each. A state nobody was seen to leave or enter from keeps its members. The
    interval draws each row of the matrix from a Dirichlet distribution with the observed counts: it knows
    of sampling error, not of a change of habits.

    Examples
    --------
    >>> moves = pd.DataFrame({"from": ["active", "active", "lost", "lost"], "to": ["active", "lost"] * 2,
    ...                       "count": [90, 10, 30, 70]})
    >>> steady_state(moves)[["state", "estimate"]].round(3).to_numpy().tolist()
    [['active', 0.75], ['lost', 0.25]]

    Taught in: 06 Evaluation
    """
    names = list(dict.fromkeys(transitions["from"]))
    count = (
        transitions.pivot_table(index="from", columns="to", values="count", aggfunc="sum", fill_value=0)
        .reindex(index=names, columns=names, fill_value=0)
        .to_numpy(float)
    )
    about = dict(transitions.attrs.get("about", {}))
    n = count.sum(axis=1)
    now = np.array([about.get("now", {}).get(name, 0) for name in names], dtype=float)
    if not now.sum():
        now = n.copy()
    stuck = np.diag((n == 0).astype(float))
    share = now / now.sum() if now.sum() else np.full(len(names), np.nan)
    result = pd.DataFrame({"state": names, "n": n.astype(int), "now_count": now.astype(int), "now": share})
    if n.sum():
        chain = count / np.where(n > 0, n, 1)[:, None] + stuck
        random = np.random.default_rng(seed)
        drawn = random.standard_gamma(np.broadcast_to(count, (repeats, *count.shape))) + stuck
        drawn = drawn / drawn.sum(axis=-1, keepdims=True)
        low, high = intervals.percentiles(_limit(drawn, share), level)
        result = result.assign(estimate=_limit(chain, share), low=low, high=high)
    else:
        result = result.assign(estimate=np.nan, low=np.nan, high=np.nan)
    result.attrs["about"] = about | {"metric": "life-cycle steady state"}
    return result
