"""Describe each member by behaviour: the features from which personas are found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.community.engine import identifier

# What members do on an active day, in kinds that an operator would tell apart. Single event types are
# too rare for most members; several kinds of talk are one habit.
KINDS = {
    "reading": ("view",),
    "liking": ("like", "vote"),
    "talking": ("comment", "message", "answer"),
    "sharing": ("share", "invite"),
    "shopping": ("click", "coupon", "cart"),
    "live": ("live_enter",),
    "check_in": ("check_in",),
}
# Fewer active days (days with a purchase, on orders alone) than these show no habit.
LEAST_DAYS = {"events": 3, "orders": 2}
RELIABLE = 0.1


@dataclass(frozen=True)
class Habit:
    """Say how one feature is worked out: ``(count + average * pull) / (exposure + pull)``.

    Attributes
    ----------
    count, exposure : str
        Columns of :func:`counted`.
    average, pull : float
        What is pulled towards, and how strongly.

    Taught in: 02 Positioning
    """

    count: str
    exposure: str
    average: float
    pull: float

    def of(self, number: pd.DataFrame) -> pd.Series:
        """Work the feature out for rows of :func:`counted`."""
        return (number[self.count] + self.average * self.pull) / (number[self.exposure] + self.pull)


def sql(community: Community, *, members: str | None = None, ordered: bool = True) -> str:
    """Show the query that reduces each member to counts.

    Parameters
    ----------
    community : Community
        The opened community.
    members : str, optional
        Table of the engine with the ``member_id`` of those who are wanted; default everybody.
    ordered : bool, default True
        Order the rows by member.

    Returns
    -------
    str
        The SQL text with the parameter $as_of.

    Taught in: 02 Positioning
    """
    sums = ",\n               ".join(
        f"sum({' + '.join(f'n_{kind}' for kind in kinds)}) as {name}" for name, kinds in KINDS.items()
    )
    wanted = ""
    if members is not None:
        wanted = f"\n    inner join {identifier(members)} as wanted on wanted.member_id = people.member_id"
    order = "\n    order by people.member_id"
    return f"""
    with habits as (
        select member_id, min(day) as first_day, max(day) as last_day, count(*) as active_days,
               {sums}
        from {community.member_days()}
        group by member_id
    ),
    buying as (
        select member_id,
               sum(case when is_purchase then 1 else 0 end) as purchases,
               sum(case when is_purchase and discount > 0 then 1 else 0 end) as discounted,
               cast(sum(net) as double) as spend
        from orders
        group by member_id
    )
    select people.member_id,
           date_diff('day', least(people.joined_day, coalesce(habits.first_day, people.joined_day)),
                     coalesce(people.left_day, cast($as_of as date))) + 1 as days,
           coalesce(date_diff('day', habits.first_day, habits.last_day), 0) + 1 as span,
           coalesce(active_days, 0) as active_days,
           {", ".join(f"coalesce({name}, 0) as {name}" for name in KINDS)},
           coalesce(purchases, 0) as purchases,
           coalesce(discounted, 0) as discounted,
           coalesce(spend, 0) as spend
    from people{wanted}
    left join habits on habits.member_id = people.member_id
    left join buying on buying.member_id = people.member_id{order if ordered else ""}"""


def pulled_rate(count: pd.Series, exposure: pd.Series) -> tuple[pd.Series, float]:
    """Estimate each member's rate, pulled towards the average as far as chance could explain the difference.

    Parameters
    ----------
    count : Series
        What each member did.
    exposure : Series
        On how many days.

    Returns
    -------
    tuple of Series and float
        The rates, and how much of a typical member's own record they keep: 1 all, 0 nothing, because
        members differ no more than chance would make them.

    Notes
    -----
    Counts are Poisson around rates that vary by a gamma distribution; its variance is estimated by
    moments (Clayton & Kaldor 1987, *Biometrics* 43, 671-681).

    Examples
    --------
    >>> rates, kept = pulled_rate(pd.Series([0, 40, 1]), pd.Series([10, 10, 1]))
    >>> rates.round(2).tolist(), round(kept, 2)
    ([0.1, 3.9, 1.32], 0.93)

    Taught in: 02 Positioning
    """
    average, pull, kept = _rate_pull(count, exposure)
    return (count + average * pull) / (exposure + pull), kept


def _rate_pull(count: pd.Series, exposure: pd.Series) -> tuple[float, float, float]:
    average = count.sum() / exposure.sum() if exposure.sum() else 0.0
    if average == 0:
        return 0.0, 1.0, 0.0
    beyond = ((count - average * exposure) ** 2 - average * exposure).sum() / (exposure**2).sum()
    pull = average / max(beyond, 1e-9)
    return average, pull, float(exposure.mean() / (exposure.mean() + pull))


def pulled_share(count: pd.Series, n: pd.Series) -> tuple[pd.Series, float]:
    """Do the same for a share, such as the orders with a discount.

    Parameters
    ----------
    count, n : Series
        Numerator and denominator of each member; 0 of 0 gives the average.

    Returns
    -------
    tuple of Series and float
        As `pulled_rate`.

    Notes
    -----
    Beta-binomial by moments: the correlation of two orders of the same member.

    Examples
    --------
    >>> shares, kept = pulled_share(pd.Series([0, 9, 0]), pd.Series([9, 9, 0]))
    >>> shares.round(2).tolist()
    [0.0, 1.0, 0.5]

    Taught in: 02 Positioning
    """
    average, pull, kept = _share_pull(count, n)
    if kept == 0:
        return pd.Series(average, index=count.index), 0.0
    return (count + average * pull) / (n + pull), kept


def _share_pull(count: pd.Series, n: pd.Series) -> tuple[float, float, float]:
    average = count.sum() / n.sum() if n.sum() else 0.0
    pairs = (n * (n - 1)).sum() * average * (1 - average)
    if pairs <= 0:
        return average, 1.0, 0.0
    beyond = ((count - average * n) ** 2 - n * average * (1 - average)).sum() / pairs
    correlation = float(np.clip(beyond, 1e-9, 1 - 1e-9))
    pull = (1 - correlation) / correlation
    buyers = n[n > 0]
    return average, pull, float(buyers.mean() / (buyers.mean() + pull))


def counted(rows: pd.DataFrame, basis: str) -> tuple[pd.DataFrame, pd.Series]:
    """Turn rows of :func:`sql` into numbers and states.

    Parameters
    ----------
    rows : DataFrame
        Some or all of the rows.
    basis : str
        What an active day of the community rests on.

    Returns
    -------
    tuple of DataFrame and Series
        The counts with ``weeks`` and ``months`` to divide them by; and the states, as in :func:`features`.

    Taught in: 02 Positioning
    """
    number = rows.drop(columns="member_id").apply(pd.to_numeric).astype(float)
    states = [number["active_days"] >= LEAST_DAYS[basis], number["active_days"] > 0]
    state = pd.Series(np.select(states, ["described", "barely_seen"], default="silent"), number.index)
    number["weeks"] = number["span"].clip(lower=14) / 7
    number["months"] = number["days"].clip(lower=30) / 30
    number["spend"] = number["spend"].clip(lower=0)
    return number, state


def described(community: Community, *, members: str | None = None) -> tuple[pd.DataFrame, dict[str, Habit]]:
    """Give the features of every member, as :func:`features` does, and how each was worked out.

    Parameters
    ----------
    community : Community
        The opened community.
    members : str, optional
        As for :func:`sql`.

    Returns
    -------
    tuple of DataFrame and dict
        The features, and a `Habit` for each, by which members who were not asked for can be described too.

    Taught in: 02 Positioning
    """
    rows = community.query(sql(community, members=members), as_of=community.as_of)
    number, state = counted(rows, community.basis)
    frame = pd.DataFrame({"member_id": rows["member_id"], "state": state})
    number = number[state == "described"]
    found: dict[str, tuple[Habit, float]] = {}
    if community.basis == "events":
        found["active_per_week"] = _rate(number, "active_days", "weeks")
        for kind in KINDS:
            found[kind] = _rate(number, kind, "active_days")
    else:
        found["purchases_per_month"] = _rate(number, "purchases", "months")
    if community.has("orders"):
        bought = number["purchases"].sum()
        average = number["spend"].sum() / bought if bought else 0.0
        found["order_value"] = (Habit("spend", "purchases", average, 1.0), 1.0)
    if community.has("orders", "discount"):
        average, pull, kept = _share_pull(number["discounted"], number["purchases"])
        found["discount_share"] = (Habit("discounted", "purchases", average, pull), kept)
    habits = {}
    for name, (habit, kept) in found.items():
        if kept >= RELIABLE and (values := habit.of(number)).nunique() > 1:
            frame[name] = values.reindex(frame.index)
            habits[name] = habit
    return community.describe(frame, "behaviour", population="members", n=len(frame)), habits


def _rate(number: pd.DataFrame, count: str, exposure: str) -> tuple[Habit, float]:
    average, pull, kept = _rate_pull(number[count], number[exposure])
    return Habit(count, exposure, average, pull), kept


def features(community: Community) -> pd.DataFrame:
    """Give the behaviour of every member as a row of numbers.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    DataFrame
        One row a member: member_id, state ("described", "barely_seen": fewer than 3 active days,
        "silent": none), then features, missing unless described. active_per_week: active days a week
        between the first and the last one; reading, liking, talking, sharing, shopping, live, check_in:
        times a day that the member was active; order_value (money an order, after refunds, pulled by the
        weight of one average order); discount_share (of the orders). Rates and shares are pulled towards
        the average of all as far as chance could explain the difference; a feature that is all chance is
        left out. On orders alone the features are purchases_per_month, order_value and discount_share,
        from two days with a purchase on.

    Notes
    -----
    How much a member buys is left out where there are events: it is what one wants to learn about a persona,
    and the time since joining would dress up as behaviour.

    Taught in: 02 Positioning
    """
    return described(community)[0]


def scaled(described: pd.DataFrame) -> pd.DataFrame:
    """Bring features to one scale: logarithm, then distance from the mean in standard deviations.

    Parameters
    ----------
    described : DataFrame
        Features only, none negative.

    Returns
    -------
    DataFrame
        The same shape; values beyond 3 are cut off, so that single members cannot pull a group away.

    Examples
    --------
    >>> scaled(pd.DataFrame({"reading": [1.0, 10.0, 100.0]})).round(2)["reading"].tolist()
    [-1.22, 0.0, 1.22]

    Taught in: 02 Positioning
    """
    return Scale.of(described).applied(described)


@dataclass(frozen=True)
class Scale:
    """Hold what :func:`scaled` needs to know of all: by feature the least value and mean and spread of logs.

    Taught in: 02 Positioning
    """

    least: pd.Series
    mean: pd.Series
    spread: pd.Series

    @classmethod
    def of(cls, described: pd.DataFrame) -> Scale:
        """Measure features, none negative."""
        # A zero is put below the least value seen; rates that were pulled have none.
        least = described.where(described > 0).min().fillna(1.0) / 2
        logs = np.log(described.clip(lower=least, axis=1))
        spread = logs.std(ddof=0)
        return cls(least, logs.mean(), spread.where(spread > 1e-9, 1.0))

    def applied(self, described: pd.DataFrame) -> pd.DataFrame:
        """Bring features to this scale."""
        logs = np.log(described.clip(lower=self.least, axis=1))
        return ((logs - self.mean) / self.spread).clip(-3, 3)
