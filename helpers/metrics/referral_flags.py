"""Mark invitations that look bought: own codes, rings, bursts, and invited accounts that never act."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import binom, false_discovery_control

from helpers.community import Community
from helpers.metrics.intervals import wilson
from helpers.metrics.referral import links_sql

RULES = ("own code", "ring", "burst", "idle")


def sql(community: Community) -> str:
    """Return the query behind :func:`invitees`.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` and ``joined_at`` in members.

    Returns
    -------
    str
        Portable SQL with ``$as_of``, ``$minutes`` and ``$settle``: a row for each member who names an
        inviter other than a kol.

    Taught in: 05 Conversion
    """
    community.require("members", "invited_by", "joined_at")
    return f"""
with recursive {links_sql()},
later as (
    -- What somebody does on the day of joining says little: every new account is looked at once.
    select links.member_id, count(*) as days
    from links
    join member_days on member_days.member_id = links.member_id and member_days.day > links.joined_day
    group by links.member_id
),
bought as (
    select member_id, count(*) as orders
    from orders
    group by member_id
),
arrivals as (
    select
        links.member_id,
        members.invited_by as inviter,
        links.kind,
        members.joined_at,
        date_diff('day', links.joined_day, cast($as_of as date)) >= $settle as watched,
        later.days is null and bought.orders is null as idle,
        date_diff(
            'second',
            lag(members.joined_at) over (
                partition by members.invited_by order by members.joined_at, links.member_id
            ),
            members.joined_at
        ) as pause
    from links
    join members on members.member_id = links.member_id
    left join later on later.member_id = links.member_id
    left join bought on bought.member_id = links.member_id
    where links.kind in ('member', 'self', 'ring')
),
runs as (
    select
        arrivals.*,
        sum(case when pause <= $minutes * 60 then 0 else 1 end) over (
            partition by inviter order by joined_at, member_id
            rows between unbounded preceding and current row
        ) as run
    from arrivals
)
select
    member_id, inviter, kind, joined_at, watched, idle,
    cast(count(*) over (partition by inviter, run) as bigint) as together
from runs
order by inviter, joined_at, member_id"""


def invitees(community: Community, *, minutes: int = 10, settle: int = 14) -> pd.DataFrame:
    """List everybody who names an inviter, with what is odd about it.

    Parameters
    ----------
    community : Community
        The opened community, with ``invited_by`` and ``joined_at`` in members.
    minutes : int, default 10
        Accounts of one inviter that join no more than this after one another belong to one burst.
    settle : int, days, default 14
        Whether an account is idle is asked of those who joined at least this long ago.

    Returns
    -------
    pandas.DataFrame
        ``member_id``, ``inviter``, ``kind`` (member, self, ring), ``joined_at``, ``watched``, ``idle``
        (neither active after the day of joining nor an order), ``together`` (accounts in the same burst).

    Taught in: 05 Conversion
    """
    found = community.query(sql(community), minutes=int(minutes), settle=int(settle), as_of=community.as_of)
    return community.describe(
        found, "invited accounts", population="members who name an inviter", n=len(found)
    )


def signals(
    invitees: pd.DataFrame, *, least: int = 4, discovery: float = 0.05, level: float = 0.95
) -> pd.DataFrame:
    """Mark inviters by four rules, each with its limit in plain sight.

    *Own code*: the inviter is the account itself. *Ring*: invitations that lead back to where they began.
    *Burst*: at least `least` accounts in one burst. *Idle*: so many of the invited never act that chance
    alone would hardly do it.

    Parameters
    ----------
    invitees : pandas.DataFrame
        From :func:`invitees`.
    least : int, default 4
        Accounts in a burst from which the rule speaks.
    discovery : float, default 0.05
        Share of the inviters named by the rule *idle* who may be innocent.
    level : float, default 0.95
        Confidence level of the share of idle accounts.

    Returns
    -------
    pandas.DataFrame
        One row an inviter, most rules and most brought first: ``inviter``, ``brought``, ``together`` (largest
        burst), ``n`` (brought and watched long enough), ``count`` (of these, idle), ``estimate``, ``low``,
        ``high``, ``expected`` (share of idle accounts among all who were invited), ``q_value``,
        ``own code``, ``ring``, ``burst``, ``idle`` (flags), ``rules`` (how many speak).

    Notes
    -----
    The rule *idle* tests each inviter's count against the base rate (binomial, one-sided) and holds the
    false-discovery rate by Benjamini & Hochberg (1995), *JRSS B* 57, 289-300: with hundreds of inviters
    some have bad luck with their friends. A flag is a reason to look, not a verdict.

    Taught in: 05 Conversion
    """
    usual = invitees["kind"] == "member"
    watched = invitees["watched"].astype(bool) & usual
    idle = watched & invitees["idle"].astype(bool)
    table = pd.DataFrame(
        {
            "brought": usual.astype(int),
            "together": invitees["together"].where(usual, 0).astype(int),
            "n": watched.astype(int),
            "count": idle.astype(int),
            "own code": invitees["kind"] == "self",
            "ring": invitees["kind"] == "ring",
        }
    ).groupby(invitees["inviter"], sort=True)
    found = table.agg(
        {"brought": "sum", "together": "max", "n": "sum", "count": "sum", "own code": "any", "ring": "any"}
    ).reset_index()
    base = float(idle.sum() / watched.sum()) if watched.any() else np.nan
    low, high = wilson(found["count"], found["n"], level)
    chance = np.ones(len(found))
    judged = found["n"].to_numpy() > 0
    chance[judged] = binom.sf(found["count"][judged] - 1, found["n"][judged], base)
    q_value = np.full(len(found), np.nan)
    if judged.any():
        q_value[judged] = false_discovery_control(chance[judged])
    found = found.assign(
        estimate=found["count"] / found["n"].where(found["n"] > 0),
        low=low,
        high=high,
        expected=base,
        q_value=q_value,
        burst=found["together"] >= least,
        idle=np.nan_to_num(q_value, nan=1.0) <= discovery,
    )
    found["rules"] = found[list(RULES)].sum(axis=1).astype(int)
    found = found.sort_values(["rules", "brought", "inviter"], ascending=[False, False, True])
    order = ["inviter", "brought", "together", "n", "count", "estimate", "low", "high", "expected", "q_value"]
    result = found[[*order, *RULES, "rules"]].reset_index(drop=True)
    result.attrs["about"] = invitees.attrs.get("about", {}) | {
        "metric": "odd invitations",
        "n": len(result),
        "least": int(least),
    }
    return result


def accounts(invitees: pd.DataFrame, signals: pd.DataFrame, *, least: int = 4) -> pd.Series:
    """Name the accounts to leave out: idle ones of a flagged inviter.

    Parameters
    ----------
    invitees : pandas.DataFrame
        From :func:`invitees`.
    signals : pandas.DataFrame
        From :func:`signals`.
    least : int, default 4
        As for :func:`signals`: an account too young to be judged idle counts when it came in a burst.

    Returns
    -------
    pandas.Series
        Member ids, for the argument `without` of `helpers.metrics.k_factor`. Members who bear their own
        id or stand in a ring are not in it: their link is wrong, they themselves may be as real as any.

    Taught in: 05 Conversion
    """
    named = signals.loc[signals["burst"] | signals["idle"], "inviter"]
    usual = (invitees["kind"] == "member") & invitees["inviter"].isin(named)
    burst = invitees["together"] >= least
    bursty = invitees["inviter"].isin(signals.loc[signals["burst"], "inviter"])
    empty = invitees["idle"].astype(bool) & (burst | ~bursty)
    return invitees.loc[usual & empty, "member_id"].reset_index(drop=True)


def judge(named: pd.Series, planted: pd.Series) -> pd.DataFrame:
    """Hold a list against what is known: how many of those named are guilty, and who is missed.

    Parameters
    ----------
    named : pandas.Series
        Ids that a rule named.
    planted : pandas.Series
        True or false by id (the index): what a person found, or what a simulator planted. Ids that are not
        in it are left out.

    Returns
    -------
    pandas.DataFrame
        Rows ``precision`` and ``recall``: ``measure``, ``n``, ``count``, ``estimate``, ``low``, ``high``.

    Examples
    --------
    >>> found = judge(pd.Series(["a", "b"]), pd.Series({"a": True, "b": False, "c": True}))
    >>> found[["measure", "n", "count"]].to_numpy().tolist()
    [['precision', 2, 1], ['recall', 2, 1]]

    Taught in: 05 Conversion
    """
    known = named[named.isin(planted.index)]
    guilty = planted[planted.astype(bool)].index
    hits = int(known.isin(guilty).sum())
    n = np.array([len(known), len(guilty)])
    low, high = wilson(np.array([hits, hits]), n)
    return pd.DataFrame(
        {
            "measure": ["precision", "recall"],
            "n": n,
            "count": hits,
            "estimate": hits / np.where(n > 0, n, np.nan),
        }
    ).assign(low=low, high=high)
