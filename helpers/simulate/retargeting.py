"""A retargeting pilot with a randomised hold-out: an advertisement follows those who are about to buy.

Most of its contacts meet members who order anyway; a few bring an order that would not have come.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.campaigns import Campaign
from helpers.simulate.checkout import Checkouts
from helpers.simulate.commerce import KEPT, Orders, settle
from helpers.simulate.customers import Customers
from helpers.simulate.operations import Costs
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

PILOT = "ad_holdout"
RECENT, INTENT = 0.08, 0.34  # chance a day to be met: active in the last week; about to order or left a cart
INTENT_DAYS = 3  # for how many days before an order, or after a cart that was left, this holds
CLICKED = {"view": 0.05, "intent": 0.30}  # share of the contacts that is clicked
OUTSIDE = (4, 5)  # channels of orders outside the community
CLICK_PRICE, FEE = 7.0, 0.22  # of a click; the agency's fee a member of the list and week


@dataclass
class Retargeting:
    """Hold whom the pilot would show its advertisement: one value per member and day in each array.

    `campaign` is the pilot's number among the campaigns, -1 without one. `brings` says where an order
    follows if the advertisement is shown; it is shown to the treated only. `kept_orders` counts those of
    the orders that were neither cancelled nor refunded (known once `order_more` has run).
    """

    campaign: int = -1
    member: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    time: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    clicked: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    brings: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    shown: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    kept_orders: int = 0


def _days_before(
    members: int, member: np.ndarray, day: np.ndarray, steps: range, first: int, length: int
) -> np.ndarray:
    """Return which cells of members and days of the pilot lie so many days after something."""
    found = np.zeros((members, length), bool)
    for step in steps:
        place = day + step - first
        inside = (place >= 0) & (place < length)
        found[member[inside], place[inside]] = True
    return found


def retarget(
    scenario: Scenario,
    members: Members,
    active: ActiveDays,
    orders: Orders,
    checkouts: Checkouts,
    plan: list[Campaign],
) -> Retargeting:
    """Draw whom the pilot's advertisement is meant for, and where it brings an order.

    Parameters
    ----------
    scenario, members, active, plan
        The simulation so far.
    orders, checkouts
        Those that come without the pilot.

    Returns
    -------
    Retargeting
        Empty where no pilot is run.

    Notes
    -----
    A member of the list meets the advertisement on a day with chance ``RECENT`` if active in the week
    before, and with chance ``INTENT`` in the three days before an order and after leaving a cart, whatever
    the arm: the arm only decides whether it is shown. Each contact
    brings an order with chance ``scenario.retargeting``.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> parts = (small.members, small.active, small.orders, small.checkouts, small.campaigns)
    >>> len(retarget(small.scenario, *parts).time)
    0

    Taught in: 05 Conversion
    """
    numbers = [number for number, campaign in enumerate(plan) if campaign.kind == PILOT]
    if not numbers:
        return Retargeting()
    campaign = plan[numbers[0]]
    rng = stream(scenario.seed, "retargeting")
    first, length = campaign.first, campaign.last - campaign.first + 1
    listed = np.zeros(len(members), bool)
    listed[campaign.units] = True
    # One cell per member and day of the pilot.
    span = (first, length)
    lately = _days_before(len(members), active.member, active.day, range(1, 8), *span)
    intends = _days_before(
        len(members), orders.member, orders.time // 86400, range(0, -INTENT_DAYS, -1), *span
    )
    left = ~checkouts.paid
    day_left = checkouts.time[left] // 86400
    intends |= _days_before(len(members), checkouts.member[left], day_left, range(1, 1 + INTENT_DAYS), *span)
    chance = np.where(intends, INTENT, np.where(lately, RECENT, 0.0)) * listed[:, None]
    member, since = np.nonzero(rng.random(chance.shape) < chance)
    day = first + since
    time = day * 86400 + rng.integers(7 * 3600, 86400, len(day))
    # What is meant to come before an order does so on its day, too.
    order = np.lexsort((orders.time, orders.member))
    key = orders.member[order] * 40_000 + orders.time[order] // 86400
    place = np.minimum(np.searchsorted(key, member * 40_000 + day), max(len(key) - 1, 0))
    same = (key[place] == member * 40_000 + day) if len(key) else np.zeros(len(member), bool)
    moment = orders.time[order][place] if len(key) else time
    time = np.where(same, np.minimum(time, moment - 60), time)
    clicked = rng.random(len(day)) < np.where(intends[member, since], CLICKED["intent"], CLICKED["view"])
    brings = rng.random(len(day)) < scenario.retargeting
    keep = time < members.left[member]
    treated = campaign.members_treated(members)[member]
    return Retargeting(numbers[0], member[keep], time[keep], clicked[keep], brings[keep], treated[keep])


def order_more(
    scenario: Scenario,
    members: Members,
    customers: Customers,
    plan: list[Campaign],
    orders: Orders,
    pilot: Retargeting,
) -> Orders:
    """Add the orders that the pilot's advertisements bring; they are placed outside the community.

    Parameters
    ----------
    scenario, members, customers, plan, orders
        The simulation so far.
    pilot : Retargeting
        Result of `retarget`.

    Returns
    -------
    Orders
        All orders, sorted by time; the same as before where there is no pilot.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> more = order_more(
    ...     small.scenario, small.members, small.customers, small.campaigns, small.orders, Retargeting()
    ... )
    >>> len(more) == len(small.orders)
    True

    Taught in: 05 Conversion
    """
    rows = np.flatnonzero(pilot.brings & pilot.shown)
    if not len(rows):
        return orders
    rng = stream(scenario.seed, "retargeted orders")
    who, campaign = pilot.member[rows], plan[pilot.campaign]
    wait = rng.integers(300, 86400, len(rows))
    time = np.minimum(pilot.time[rows] + wait, (campaign.last + 1) * 86400 - 1)
    order = np.argsort(time, kind="stable")
    none = np.zeros(len(rows), bool)
    found = settle(
        scenario, members, customers, plan, who[order], time[order], none, none,
        np.full(len(rows), pilot.campaign), name="retargeted order details",
    )  # fmt: skip
    pilot.kept_orders = int(found.kept().sum())
    rank = np.argsort(np.concatenate([orders.time, found.time]), kind="stable")
    names = [item.name for item in fields(Orders)]
    both = {name: np.concatenate([getattr(orders, name), getattr(found, name)])[rank] for name in names}
    return Orders(**both)


def pay_for(costs: Costs, scenario: Scenario, plan: list[Campaign], pilot: Retargeting) -> None:
    """Add what the pilot costs: its clicks by day and the agency's fee by week.

    Parameters
    ----------
    costs : Costs
        Payments so far; more are appended.
    scenario, plan, pilot
        The simulation so far.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> "retargeting" in small.costs.channel
    False

    Taught in: 05 Conversion
    """
    if pilot.campaign < 0:
        return
    campaign = plan[pilot.campaign]
    day = pilot.time[pilot.shown & pilot.clicked] // 86400 - campaign.first
    by_day = np.bincount(day, minlength=campaign.last - campaign.first + 1) * CLICK_PRICE
    by_day[::7] += FEE * len(campaign.units)
    for since in np.flatnonzero(by_day):
        costs.day.append(campaign.first + int(since))
        costs.channel.append("retargeting")
        costs.kind.append("ad_spend")
        costs.amount.append(round(float(by_day[since]) * 100 * scenario.cost_level))
        costs.member.append(-1)
        costs.campaign.append(pilot.campaign)


def effect(
    members: Members, orders: Orders, plan: list[Campaign], pilot: Retargeting, chance: float
) -> list[tuple[str, float, float]]:
    """Return what the pilot truly changes if everybody is shown it: outcome, base and effect.

    Parameters
    ----------
    members, orders, plan, pilot
        A finished simulation.
    chance : float
        That a contact brings an order.

    Returns
    -------
    list of (str, float, float)
        ``bought`` (share of the units with a kept order in its days) and ``orders`` (kept orders a unit).

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> effect(small.members, small.orders, small.campaigns, small.retargeting, 0.02)
    []

    Taught in: 05 Conversion
    """
    if pilot.campaign < 0:
        return []
    campaign = plan[pilot.campaign]
    day, units, size = orders.time // 86400, campaign.units, len(members)
    during = (day >= campaign.first) & (day <= campaign.last) & orders.kept()
    # Other tests bring orders as well, but all of those through the community.
    mine = orders.caused & (orders.campaign < 0) & np.isin(orders.channel, OUTSIDE)
    usual = during & ~mine
    count = np.bincount(orders.member[usual], minlength=size)[units]
    met = np.bincount(pilot.member, minlength=size)[units]
    some = (1 - (1 - chance * KEPT) ** met) * (count == 0)
    return [
        ("bought", float((count > 0).mean()), float(some.mean())),
        ("orders", float(count.mean()), float((met * chance * KEPT).mean())),
    ]
