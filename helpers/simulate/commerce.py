"""Orders: everyday purchases, purchases caused by campaigns, discounts, costs and refunds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.calendar import Days, clock_times
from helpers.simulate.campaigns import Campaign
from helpers.simulate.contents import Groups
from helpers.simulate.customers import SHAPE, Customers, everyday_purchases
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import pick, stream

CHANNELS = ("wechat_shop", "xiaohongshu_shop", "douyin_shop", "forum_shop", "tmall", "store")
STATUSES = ("completed", "refunded", "cancelled")
REFUNDED, PARTLY, CANCELLED = 0.04, 0.03, 0.02
KEPT = 1 - REFUNDED - CANCELLED
COST_SHARES = np.array([0.40, 0.42, 0.40, 0.45, 0.52, 0.48])  # of the list price, by category


@dataclass
class Orders:
    """Hold one value per order in each array, sorted by time; money in whole cents."""

    time: np.ndarray
    member: np.ndarray
    amount: np.ndarray
    refunded: np.ndarray
    discount: np.ndarray
    cost: np.ndarray
    status: np.ndarray
    category: np.ndarray
    product: np.ndarray
    campaign: np.ndarray
    channel: np.ndarray
    caused: np.ndarray

    def __len__(self) -> int:
        """Return the number of orders."""
        return len(self.time)

    def kept(self) -> np.ndarray:
        """Return which orders were neither cancelled nor refunded in full."""
        return self.status == 0


def _times(
    days: Days,
    members: Members,
    active: ActiveDays,
    member: np.ndarray,
    day: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Move most orders to the member's next active day; return times and which came through the community."""
    later = active.find(member, day, within=6)
    inside = (later >= 0) & (rng.random(len(member)) < 0.75)
    day = np.where(inside, later, day)
    second = clock_times(rng, days.off[day + days.history], members.shift[member])
    begin = np.maximum(members.joined[member] - day * 86400, 0)
    return day * 86400 + (begin + (86399 - begin) * (second / 86400)).astype(np.int64), inside


def _caused(
    days: Days,
    groups: Groups,
    members: Members,
    active: ActiveDays,
    plan: list[Campaign],
    ordered: np.ndarray,
    rng: np.random.Generator,
) -> list[tuple[np.ndarray, ...]]:
    """Return member, day and campaign of the orders that exist because of a campaign or a digest."""
    found: list[tuple[np.ndarray, ...]] = []
    for number, campaign in enumerate(plan):
        if campaign.kind == "digest":
            found.append((ordered[:, 0], ordered[:, 1], np.full(len(ordered), number)))
        if not campaign.sells or campaign.later:
            continue
        chance = campaign.extra_probability(members, groups)
        if campaign.kind == "live":
            there = active.member[active.offset[campaign.first] : active.offset[campaign.last + 1]]
            came = np.zeros(len(members), bool)
            came[there] = True
            chance = (
                came
                * (members.role == 0)
                * (members.trait["live"] * campaign.strength)
                * (members.joined < campaign.first * 86400)
            )
        else:
            chance = chance * campaign.members_treated(members)
        who = np.flatnonzero(rng.random(len(members)) < chance)
        day = rng.integers(campaign.first, campaign.last + 1, len(who))
        found.append((who, day, np.full(len(who), number)))
    return found


def sell(
    scenario: Scenario,
    days: Days,
    groups: Groups,
    members: Members,
    active: ActiveDays,
    customers: Customers,
    plan: list[Campaign],
    ordered: np.ndarray,
) -> Orders:
    """Draw all orders.

    Parameters
    ----------
    scenario, days, groups, members, active, customers, plan
        The simulation so far; `customers.ends` and `customers.buyer` are completed.
    ordered : numpy.ndarray of int of shape (orders, 2)
        Member and day of the orders that a digest brings.

    Returns
    -------
    Orders
        Sorted by time. `caused` says that the order exists only because of its campaign.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> orders = simulate(Scenario.small()).orders
    >>> bool((orders.refunded <= orders.amount).all())
    True

    Taught in: 06 Evaluation
    """
    rng = stream(scenario.seed, "orders")
    member, day, newcomer = everyday_purchases(scenario, days, members, customers, rng)
    time, inside = _times(days, members, active, member, day, rng)
    extra = _caused(days, groups, members, active, plan, ordered, stream(scenario.seed, "caused orders"))
    extra_rng = stream(scenario.seed, "caused order times")
    caused_by = np.full(len(member), -1)
    if extra:
        more, more_day, by = (np.concatenate(parts) for parts in zip(*extra, strict=True))
        second = clock_times(extra_rng, days.off[more_day + days.history], members.shift[more])
        live = np.array([campaign.kind == "live" for campaign in plan])[by]
        second = np.where(live, 20 * 3600 + extra_rng.integers(300, 9000, len(more)), second)
        member, time = np.concatenate([member, more]), np.concatenate([time, more_day * 86400 + second])
        inside = np.concatenate([inside, np.ones(len(more), bool)])
        newcomer = np.concatenate([newcomer, np.zeros(len(more), bool)])
        caused_by = np.concatenate([caused_by, by])
    keep = (time < members.left[member]) & (time < scenario.days * 86400)
    order = np.flatnonzero(keep)[np.argsort(time[keep], kind="stable")]
    member, time, inside, newcomer, caused_by = (
        x[order] for x in (member, time, inside, newcomer, caused_by)
    )
    return settle(scenario, members, customers, plan, member, time, inside, newcomer, caused_by)


def settle(
    scenario: Scenario,
    members: Members,
    customers: Customers,
    plan: list[Campaign],
    member: np.ndarray,
    time: np.ndarray,
    inside: np.ndarray,
    newcomer: np.ndarray,
    caused_by: np.ndarray,
    *,
    name: str = "order details",
) -> Orders:
    """Give each order its products, price, coupon, cost and fate; `name` is that of the random stream."""
    rng = stream(scenario.seed, name)
    total, day = len(member), time // 86400
    categories = np.cumsum([p.categories for p in scenario.personas], axis=1)
    category = pick(rng, categories, members.persona[member])
    product = category * 5 + np.minimum((rng.random(total) ** 2 * 5).astype(np.int64), 4)
    mean = customers.mean_value[member]
    price = np.maximum(rng.gamma(SHAPE, mean / SHAPE), 8.0) * np.where(newcomer, 0.75, 1.0)

    # Orders that a digest brings bear no campaign's name.
    sells = np.array([item.sells for item in plan] + [True])
    campaign, share = np.where(sells[caused_by], caused_by, -1), np.zeros(total)
    for number, item in enumerate(plan):
        if not item.sells or item.later:
            continue
        now = (day >= item.first) & (day <= item.last)
        if item.unit:
            # Coupons are also used on orders that would have come anyway.
            uses = now & (caused_by == -1) & item.members_treated(members)[member] & (rng.random(total) < 0.6)
        else:
            uses = now & (caused_by == -1) & (rng.random(total) < 0.5) & (item.kind == "festival_sale")
        campaign = np.where(uses & (campaign == -1), number, campaign)
    if plan:
        share = np.where(campaign >= 0, np.array([item.discount for item in plan])[campaign], 0.0)
    usual = (campaign < 0) & (rng.random(total) < members.trait["discount"][member])
    share = np.where(newcomer, 0.30, np.where(usual, 0.10, share))
    amount = np.rint(price * (1 - share) * 100).astype(np.int64)
    discount = np.rint(price * share * 100).astype(np.int64)
    cost = np.rint(price * 100 * COST_SHARES[category] * rng.uniform(0.95, 1.05, total)).astype(np.int64)

    fate = rng.random(total)
    status = np.where(fate < REFUNDED, 1, np.where(fate < REFUNDED + CANCELLED, 2, 0))
    partly = (fate >= REFUNDED + CANCELLED) & (fate < REFUNDED + CANCELLED + PARTLY)
    part = np.rint(amount * rng.uniform(0.2, 0.6, total)).astype(np.int64)
    cost = np.where(status > 0, 0, cost)  # the goods come back
    refunded = np.where(status > 0, amount, np.where(partly, part, 0))
    other = np.where(rng.random(total) < 0.75, 4, 5)
    live = np.array([item.kind == "live" for item in plan] + [False])[caused_by]
    channel = np.where(live, 2, np.where(inside, members.platform[member], other))
    return Orders(
        time,
        member,
        amount,
        refunded,
        discount,
        cost,
        status,
        category,
        product,
        campaign,
        channel,
        caused_by >= 0,
    )
