"""The points ledger: what members earn for what they do, spend and lose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.commerce import Orders
from helpers.simulate.log import CODE, Log
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream
from helpers.simulate.trials import Trials

POINT_REASONS = ("check_in", "post", "answer", "message", "order", "invite", "redeem", "expire")
WORTH = {"check_in": 5, "post": 20, "answer": 10, "message": 1, "invite": 50}
PAID_MESSAGES = 5  # a day
LIFE = 180  # days after which unspent points expire, on the next first day of a 30-day month
MONTH = 30
REDEEM = 0.3  # chance a day to redeem for those active and able
LEAST = np.array([100, 200, 500])  # points that members save up before they redeem


@dataclass
class Ledger:
    """Hold one value per change of a member's points in each array, sorted by time."""

    time: np.ndarray
    member: np.ndarray
    points: np.ndarray
    reason: np.ndarray

    def __len__(self) -> int:
        """Return the number of changes."""
        return len(self.time)


def _earned(members: Members, orders: Orders, log: Log, trials: Trials) -> tuple[np.ndarray, ...]:
    """Return time, member, points and reason of everything earned."""
    columns = log.columns
    kind, who, time = columns["kind"], columns["member"].astype(np.int64), columns["time"].astype(np.int64)
    posted = (kind == CODE["message"]) & (columns["content"] >= 0)
    said = np.flatnonzero((kind == CODE["message"]) & ~posted)
    # The log is in order of time, so a stable sort by member and day numbers the messages of a day.
    order = said[np.lexsort((time[said] // 86400, who[said]))]
    key = who[order] * 40_000 + time[order] // 86400
    start = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    place = np.arange(len(key)) - np.repeat(start, np.diff(np.append(start, len(key))))
    parts = [
        (rows, POINT_REASONS.index(name))
        for name, rows in (
            ("check_in", np.flatnonzero(kind == CODE["check_in"])),
            ("post", np.flatnonzero(posted)),
            ("answer", np.flatnonzero(kind == CODE["answer"])),
            ("message", order[place < PAID_MESSAGES]),
        )
    ]
    rows = np.concatenate([rows for rows, _ in parts])
    reason = np.repeat([code for _, code in parts], [len(rows) for rows, _ in parts])
    worth = np.array([WORTH.get(name, 0) for name in POINT_REASONS])
    time, who, points = time[rows], who[rows], worth[reason]
    for campaign in trials.of_kind("incentive"):
        day = time // 86400
        double = (day >= campaign.first) & (day <= campaign.last) & campaign.members_treated(members)[who]
        points = np.where(double, 2 * points, points)
    kept = np.flatnonzero(orders.kept() & (np.rint(orders.amount / 1000) > 0))
    by = members.invited_by
    # In a ring somebody is named who was not here yet, or no longer: nobody is paid for that.
    here = (members.joined[by] <= members.joined) & (members.joined <= members.left[by])
    brought = np.flatnonzero((by >= 0) & (members.source == 0) & here)
    time = np.concatenate([time, orders.time[kept], members.joined[brought]])
    who = np.concatenate([who, orders.member[kept], members.invited_by[brought]])
    bonus = np.full(len(brought), WORTH["invite"])
    points = np.concatenate([points, np.rint(orders.amount[kept] / 1000).astype(np.int64), bonus])
    reason = np.concatenate([reason, np.full(len(kept), 4), np.full(len(brought), 5)])
    counted = members.real()[who]
    return time[counted], who[counted], points[counted], reason[counted]


def keep_ledger(
    scenario: Scenario, members: Members, active: ActiveDays, orders: Orders, log: Log, trials: Trials
) -> Ledger:
    """Write down what members earn, redeem and lose.

    Parameters
    ----------
    scenario, members, active, orders, trials
        The simulation so far.
    log : Log
        The closed log.

    Returns
    -------
    Ledger
        Sorted by time; empty where the operator keeps no points (``mechanisms.points`` 0).

    Notes
    -----
    Everybody begins with nothing. A redemption spends what the member had when the day began, in hundreds;
    points unspent after 180 days expire when the next month of 30 days begins, oldest first. So no balance
    is ever negative.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> ledger = simulate(Scenario.small()).ledger
    >>> bool((np.bincount(ledger.member, ledger.points) >= 0).all())
    True

    Taught in: 04 Interaction
    """
    none = np.zeros(0, np.int64)
    if scenario.mechanisms.points <= 0:
        return Ledger(none, none, none, none)
    rng = stream(scenario.seed, "ledger")
    time, who, points, reason = _earned(members, orders, log, trials)
    order = np.argsort(time, kind="stable")
    time, who, points, reason = time[order], who[order], points[order], reason[order]
    cuts = np.searchsorted(time, np.arange(scenario.days + 1) * 86400)
    least = LEAST[rng.integers(0, len(LEAST), len(members))]
    earned = np.zeros(len(members), np.int64)
    gone = np.zeros(len(members), np.int64)
    months: list[np.ndarray] = []  # what had been earned when each month began
    spent: list[tuple[np.ndarray, np.ndarray, np.ndarray, int]] = []
    for day in range(scenario.days):
        if day % MONTH == 0:
            months.append(earned.copy())
            if day >= LIFE:
                lost = np.maximum(months[(day - LIFE) // MONTH] - gone, 0)
                rows = np.flatnonzero(lost)
                spent.append((np.full(len(rows), day * 86400), rows, lost[rows], 7))
                gone[rows] += lost[rows]
        span = slice(active.offset[day], active.offset[day + 1])
        here = active.member[span]
        balance = earned[here] - gone[here]
        able = np.flatnonzero((balance >= least[here]) & (rng.random(len(here)) < REDEEM))
        amount = balance[able] // 100 * 100
        moment = day * 86400 + active.early[span][able] + 5
        spent.append((np.minimum(moment, (day + 1) * 86400 - 1), here[able], amount, 6))
        gone[here[able]] += amount
        cut = slice(cuts[day], cuts[day + 1])
        earned += np.bincount(who[cut], points[cut], minlength=len(members)).astype(np.int64)
    time = np.concatenate([time, *(part[0] for part in spent)])
    who = np.concatenate([who, *(part[1] for part in spent)])
    points = np.concatenate([points, *(-part[2] for part in spent)])
    reason = np.concatenate([reason, *(np.full(len(part[0]), part[3]) for part in spent)])
    order = np.argsort(time, kind="stable")
    return Ledger(time[order], who[order], points[order], reason[order])
