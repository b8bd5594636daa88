"""Customers: who ever buys, how often and for how much, and the purchases that follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.calendar import Days
from helpers.simulate.contents import Groups
from helpers.simulate.mechanisms import factor as change
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

AFTER_INTEREST = 0.35  # share of purchases that still happen once interest in the community has ended
BY_TIER = np.array([1.2, 1.05, 0.9, 0.75])  # factor on the purchase rate by CITY_TIERS; 1 on average
SHAPE, SPREAD = 4.0, 5.0  # Gamma-Gamma: p of the orders, q of the members' means


@dataclass
class Customers:
    """Hold the purchase traits of every member; the rate is 0 for those who never come back to buy."""

    buyer: np.ndarray
    rate: np.ndarray
    dropout: np.ndarray
    mean_value: np.ndarray
    ends: np.ndarray


def draw_customers(
    scenario: Scenario, groups: Groups, members: Members, *, name: str = "customers"
) -> Customers:
    """Draw who ever buys, how often, how long and for how much.

    Parameters
    ----------
    scenario, groups, members
        The simulation so far.
    name : str, default "customers"
        Name of the random stream.

    Returns
    -------
    Customers
        One value a member.

    Notes
    -----
    Fader, Hardie & Lee (2005): rates follow a gamma and dropout probabilities a beta distribution
    within each persona; Fader & Hardie (2013): a member's mean order value follows an inverse gamma.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> customers = simulate(Scenario.small()).customers
    >>> bool((customers.dropout <= 1).all())
    True

    Taught in: 06 Evaluation
    """
    rng = stream(scenario.seed, name)
    total, trait = len(members), members.trait
    factor = np.array([s.rate for s in scenario.sources] + [1.0])[members.source]
    switch = scenario.mechanisms
    buys = trait["buyers"] * scenario.spending * change(switch, "share that ever buys")
    buyer = (rng.random(total) < buys) & ~members.silent & members.real()
    rate = trait["rate"] * factor * groups.effect[members.group] * rng.gamma(2.0, 0.5, total)
    rate *= BY_TIER[members.tier] * (1 + 0.1 * switch.expert_talks) * scenario.spending
    rate *= change(switch, "purchase rate of customers")
    dropout = rng.beta(trait["dropout"] * 8, (1 - trait["dropout"]) * 8)
    dropout = dropout * change(switch, "chance to cease after a purchase")
    # Newcomers by coupon drop out after a purchase more often and spend less: they came for the coupon.
    coupon = np.array([s.name == "coupon" for s in scenario.sources] + [False])[members.source]
    dropout = np.where(coupon, dropout + 0.4 * (1 - dropout), dropout)
    mean = trait["value"] * (SPREAD - 1) / rng.gamma(SPREAD, 1.0, total) * np.where(coupon, 0.8, 1.0)
    return Customers(buyer, np.where(buyer, rate, 0.0), dropout, mean, np.full(total, np.inf))


def everyday_purchases(
    scenario: Scenario, days: Days, members: Members, customers: Customers, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return member, day and whether it is a newcomer's coupon order, of the everyday purchases.

    Purchases happen at a constant rate on a clock that runs faster in sales seasons (for gift buyers:
    in gift seasons), so within a persona the process is BG/NBD up to the seasons.
    """
    gifts = members.trait["value"] > 250
    clocks = (np.cumsum(days.buying), np.cumsum(days.gifting))
    numbers = np.arange(-days.history, len(days.buying) - days.history)
    horizon = scenario.days + days.history
    coupon = np.array([s.coupon for s in scenario.sources] + [0.0]) * scenario.spending
    at_once = rng.random(len(members)) < coupon[members.source]
    customers.buyer |= at_once & ~members.silent & members.real()
    who = np.flatnonzero(customers.buyer)
    wait = np.where(at_once[who], rng.exponential(1.5, len(who)), rng.exponential(members.trait["wait"][who]))
    start = np.where(
        gifts, clocks[1][members.joined_day + days.history], clocks[0][members.joined_day + days.history]
    )
    now, first = start[who] + wait, np.ones(len(who), bool)
    found = []
    while len(who):
        day = np.where(gifts[who], np.interp(now, clocks[1], numbers), np.interp(now, clocks[0], numbers))
        inside = np.where(gifts[who], now < clocks[1][horizon - 1], now < clocks[0][horizon - 1])
        who, now, day, first = who[inside], now[inside], day[inside], first[inside]
        found.append((who, np.ceil(day).astype(np.int64), first & at_once[who]))
        stays = rng.random(len(who)) >= customers.dropout[who]
        customers.ends[who[~stays]] = day[~stays]
        stays &= customers.rate[who] > 0
        who, now = who[stays], now[stays]
        now = now + rng.exponential(1 / customers.rate[who])
        first = np.zeros(len(who), bool)
    member, day, coupon = (np.concatenate(parts) for parts in zip(*found, strict=True))
    keep = (day >= 0) & (day < scenario.days)
    keep &= (day < members.end_day[member]) | (rng.random(len(day)) < AFTER_INTEREST)
    return member[keep], day[keep], coupon[keep]
