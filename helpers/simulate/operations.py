"""What the operator pays: costs by channel and kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.campaigns import Campaign
from helpers.simulate.commerce import Orders
from helpers.simulate.contents import Posts
from helpers.simulate.mechanisms import added
from helpers.simulate.partners import kol_fees
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
    """Hold one value per payment in each list; money in whole cents, -1 for no member and no campaign."""

    day: list[int]
    channel: list[str]
    kind: list[str]
    amount: list[int]
    member: list[int]
    campaign: list[int]


def spend(scenario: Scenario, members: Members, orders: Orders, plan: list[Campaign], posts: Posts) -> Costs:
    """Write down what the community costs.

    Parameters
    ----------
    scenario, members, orders, plan, posts
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
    costs = Costs([], [], [], [], [], [])

    def pay(
        day: int, channel: str, kind: str, amount: float, *, member: int = -1, campaign: int = -1
    ) -> None:
        if amount > 0:
            costs.day.append(min(day, scenario.days - 1))
            costs.channel.append(channel)
            costs.kind.append(kind)
            costs.amount.append(round(amount * 100 * scenario.cost_level))
            costs.member.append(member)
            costs.campaign.append(campaign)

    for code, source in enumerate(scenario.sources):
        joined = members.joined_day[(members.source == code) & (members.joined_day >= 0)]
        per_day = np.bincount(joined, minlength=scenario.days) * source.price
        # Reach gets dearer: the price of an arrival by advertisement rises by a third over the window.
        if source.name == "ad":
            per_day = (
                per_day * np.linspace(0.85, 1.15, scenario.days) * rng.uniform(0.85, 1.15, scenario.days)
            )
        if source.name == "kol":
            for day, kol, fee in kol_fees(scenario, members, posts, float(per_day.sum())):
                pay(day, source.name, COST_KINDS[source.name], fee, member=kol)
            continue
        step = {"ad": 1, "offline": 30, "search": 30}.get(source.name, 7)
        for first in range(0, scenario.days, step):
            pay(first, source.name, COST_KINDS[source.name], float(per_day[first : first + step].sum()))
    used = np.flatnonzero(orders.campaign >= 0)
    weeks = -(-scenario.days // 7)
    given = np.zeros((weeks, len(plan)))
    np.add.at(given, (orders.time[used] // 86400 // 7, orders.campaign[used]), orders.discount[used] / 100)
    for week, number in np.argwhere(given > 0):
        pay(int(week) * 7, "community", "coupon", float(given[week, number]), campaign=int(number))
    for first in range(0, scenario.days, 30):
        pay(first, "community", "staff", (4000 + 1.4 * scenario.members) * rng.uniform(0.97, 1.05))
        pay(first, "community", "tools", 600 + 0.15 * scenario.members)
        running = added(scenario.mechanisms, "running cost") * len(members)
        pay(first, "community", "programme", running * min(30, scenario.days - first) / 30)
    for number, campaign in enumerate(plan):
        if campaign.kind in ("live", "challenge", "expert_talk", "meetup"):
            pay(
                campaign.first,
                "community",
                "event",
                (300 + 0.12 * scenario.members) * rng.uniform(0.8, 1.2),
                campaign=number,
            )
    return costs
