"""What the operator pays: costs by channel and kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.campaigns import Campaign
from helpers.simulate.commerce import Orders
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

COST_KINDS = {
    "invitation": "reward",
    "coupon": "coupon",
    "search": "tools",
    "offline": "event",
    "kol": "kol_fee",
    "ad": "ad_spend",
}


@dataclass
class Costs:
    """Hold one value per payment in each list; money in whole cents."""

    day: list[int]
    channel: list[str]
    kind: list[str]
    amount: list[int]


def spend(scenario: Scenario, members: Members, orders: Orders, plan: list[Campaign]) -> Costs:
    """Write down what the community costs.

    Parameters
    ----------
    scenario, members, orders, plan
        The simulation so far.

    Returns
    -------
    Costs
        By day for advertising, by week for rewards and coupons, by 30 days for fees, staff and tools.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> "ad_spend" in simulate(Scenario.small()).costs.kind
    True

    Taught in: 06 Evaluation
    """
    rng = stream(scenario.seed, "costs")
    costs = Costs([], [], [], [])

    def pay(day: int, channel: str, kind: str, amount: float) -> None:
        if amount > 0:
            costs.day.append(min(day, scenario.days - 1))
            costs.channel.append(channel)
            costs.kind.append(kind)
            costs.amount.append(round(amount * 100))

    for code, source in enumerate(scenario.sources):
        joined = members.joined_day[(members.source == code) & (members.joined_day >= 0)]
        per_day = np.bincount(joined, minlength=scenario.days) * source.price
        # Reach gets dearer: the price of an arrival by advertisement rises by a third over the window.
        if source.name == "ad":
            per_day = (
                per_day * np.linspace(0.85, 1.15, scenario.days) * rng.uniform(0.85, 1.15, scenario.days)
            )
        step = {"ad": 1, "kol": 30, "offline": 30, "search": 30}.get(source.name, 7)
        for first in range(0, scenario.days, step):
            pay(first, source.name, COST_KINDS[source.name], float(per_day[first : first + step].sum()))
    used = orders.time[orders.campaign >= 0] // 86400
    given = np.bincount(used, weights=orders.discount[orders.campaign >= 0] / 100, minlength=scenario.days)
    for first in range(0, scenario.days, 7):
        pay(first, "community", "coupon", float(given[first : first + 7].sum()))
    for first in range(0, scenario.days, 30):
        pay(first, "community", "staff", (4000 + 1.4 * scenario.members) * rng.uniform(0.97, 1.05))
        pay(first, "community", "tools", 600 + 0.15 * scenario.members)
    for campaign in plan:
        if campaign.kind in ("live", "challenge", "expert_talk", "meetup"):
            pay(campaign.first, "community", "event", (300 + 0.12 * scenario.members) * rng.uniform(0.8, 1.2))
    return costs
