"""Two further promotions, drawn after all other orders, and everyday orders that promotions bring forward."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from helpers.simulate.calendar import Days, clock_times
from helpers.simulate.campaigns import Campaign
from helpers.simulate.commerce import Orders, settle
from helpers.simulate.contents import Groups
from helpers.simulate.customers import Customers
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

# kind, names, first day as a share of the window, days, strength, discount as a share of the list price
PLANNED = (
    ("member_benefit", ("Free shipping month for members", "会员免邮月"), 0.523, 28, 0.9, 0.06),
    ("flash_sale", ("48-hour flash sale", "48小时限时抢购"), 0.74, 2, 0.6, 0.25),
)
AFTER = 60  # days after a campaign from which it brings orders forward
USES = 0.6  # chance that a treated member's everyday order in its days gets the discount too


@dataclass
class Brought:
    """Hold what campaigns took from the time after them.

    `orders` are all orders but those of the later promotions, as they would stand without them; `by` is the
    number of the campaign that replaced each, or -1 where it is still there; `origin` gives for each order
    in the end its row in `orders`, or -1 where a later promotion caused it.
    """

    orders: Orders
    by: np.ndarray
    origin: np.ndarray


def _take(orders: Orders, rows: np.ndarray) -> Orders:
    return Orders(*(getattr(orders, f.name)[rows] for f in fields(Orders)))


def plan_promotions(scenario: Scenario, members: Members) -> list[Campaign]:
    """Plan a month of free shipping and a flash sale, and draw the half of the members who see each.

    Parameters
    ----------
    scenario, members
        The simulation so far.

    Returns
    -------
    list of Campaign
        Empty in windows of less than 180 days, without promotions, and where the mishap is in the way.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small(days=200))
    >>> [c.kind for c in plan_promotions(small.scenario, small.members)]
    ['member_benefit', 'flash_sale']

    Taught in: 05 Conversion
    """
    plan: list[Campaign] = []
    if not (scenario.campaigns and scenario.promotions and scenario.days >= 180):
        return plan
    trouble = scenario.mishap_day
    for kind, names, at, length, strength, discount in PLANNED:
        first = round(at * scenario.days)
        met = scenario.mishap is not None and trouble is not None
        if met and first < trouble + scenario.mishap.days and trouble < first + length:  # type: ignore[operator, union-attr]
            continue
        here = (members.joined < first * 86400) & (members.left >= first * 86400) & members.real()
        units = np.flatnonzero(here)
        treated = np.zeros(len(units), bool)
        drawn = stream(scenario.seed, f"promotion {kind}").permutation(len(units))
        treated[drawn[: round(len(units) / 2)]] = True
        plan.append(
            Campaign(
                kind, names, first, first + length - 1, "member", strength, discount,
                units=units, treated=treated, later=True,
            )
        )  # fmt: skip
    return plan


def next_everyday(orders: Orders, campaign: Campaign, total: int, usable: np.ndarray) -> np.ndarray:
    """Return the row of each member's first usable everyday order in the 60 days after a campaign, or -1.

    Parameters
    ----------
    orders : Orders
        Sorted by time.
    campaign : Campaign
        The campaign.
    total : int
        Number of members.
    usable : numpy.ndarray of bool
        Which orders may be replaced; caused ones never are.

    Returns
    -------
    numpy.ndarray of int
        One row number a member.

    Taught in: 05 Conversion
    """
    day = orders.time // 86400
    rows = np.flatnonzero(usable & ~orders.caused & (day > campaign.last) & (day <= campaign.last + AFTER))
    found = np.full(total, -1)
    found[orders.member[rows][::-1]] = rows[::-1]
    return found


def stocking_up(scenario: Scenario, campaign: Campaign) -> float:
    """Return the chance that a treated member about to buy buys now: only in a flash sale.

    Taught in: 05 Conversion
    """
    return scenario.stocking_up if campaign.kind == "flash_sale" else 0.0


def promote(
    scenario: Scenario,
    days: Days,
    groups: Groups,
    members: Members,
    customers: Customers,
    plan: list[Campaign],
    orders: Orders,
) -> tuple[Orders, Brought]:
    """Draw the orders of the later promotions and remove everyday orders that campaigns bring forward.

    Parameters
    ----------
    scenario, days, groups, members, customers, plan
        The simulation so far.
    orders : Orders
        All other orders; nothing in them is changed.

    Returns
    -------
    tuple of (Orders, Brought)
        All orders in the end, and what is no longer among them.

    Notes
    -----
    Two ways lead from a campaign to the weeks after it. An order that a randomised campaign caused, and
    that is kept, replaces the member's next everyday order of the following 60 days, where there is one,
    with chance ``scenario.pull_forward``. And whoever sees a flash sale and would have bought within 60
    days buys now instead with chance ``scenario.stocking_up``. Campaigns are gone through by their start.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small(days=200))
    >>> gone = small.brought.by >= 0
    >>> bool(gone.any()), bool(small.brought.orders.caused[gone].any())
    (True, False)

    Taught in: 05 Conversion
    """
    by, found = np.full(len(orders), -1), _take(orders, np.arange(len(orders)))
    rng = stream(scenario.seed, "pull forward")
    further = []
    for number, campaign in enumerate(plan):
        if not campaign.is_sales_experiment:
            continue
        upcoming = next_everyday(orders, campaign, len(members), by < 0)
        draws = rng.random(len(members))
        if campaign.later:
            own = stream(scenario.seed, f"promotion orders {campaign.kind}")
            treated = campaign.members_treated(members)
            chance = campaign.extra_probability(members, groups) * treated
            persuaded = np.flatnonzero(own.random(len(members)) < chance)
            soon = treated & (upcoming >= 0)
            hurries = np.flatnonzero(soon & (own.random(len(members)) < stocking_up(scenario, campaign)))
            by[upcoming[hurries]] = number
            more = _orders(scenario, days, members, customers, plan, number, (persuaded, hurries), own)
            _book(found, campaign, number, treated[found.member] & (by < 0), own)
            further.append(more[0])
            mine = _take(*more)
        else:
            mine = _take(orders, np.flatnonzero(orders.caused & (orders.campaign == number)))
        kept = np.bincount(mine.member[mine.kept()], minlength=len(members)) > 0
        rows = upcoming[kept & (upcoming >= 0) & (draws < scenario.pull_forward)]
        by[rows] = number
    stays = np.flatnonzero(by < 0)
    parts = [_take(found, stays), *further]
    everything = Orders(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Orders)))
    row = np.argsort(everything.time, kind="stable")
    origin = np.append(stays, np.full(len(everything) - len(stays), -1))
    return _take(everything, row), Brought(orders, by, origin[row])


def _orders(
    scenario: Scenario,
    days: Days,
    members: Members,
    customers: Customers,
    plan: list[Campaign],
    number: int,
    groups_of: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> tuple[Orders, np.ndarray]:
    """Return the orders of those persuaded and of those who hurry, and the rows of the former."""
    who = np.concatenate(groups_of)
    day = rng.integers(plan[number].first, plan[number].last + 1, len(who))
    time = day * 86400 + clock_times(rng, days.off[day + days.history], members.shift[who])
    there = time < members.left[who]
    persuaded = (np.arange(len(who)) < len(groups_of[0]))[there]
    who, time = who[there], time[there]
    found = settle(
        scenario, members, customers, plan, who, time, np.ones(len(who), bool), np.zeros(len(who), bool),
        np.full(len(who), number), name=f"promotion details {plan[number].kind}",
    )  # fmt: skip
    return found, np.flatnonzero(persuaded)


def _book(
    orders: Orders, campaign: Campaign, number: int, able: np.ndarray, rng: np.random.Generator
) -> None:
    """Give the discount to everyday orders in the campaign's days too; the larger of two discounts counts."""
    day, price = orders.time // 86400, orders.amount + orders.discount
    own = orders.discount / np.maximum(price, 1)
    able = able & (day >= campaign.first) & (day <= campaign.last) & (orders.campaign < 0) & ~orders.caused
    rows = np.flatnonzero(able & (own < campaign.discount - 0.005))
    rows = rows[rng.random(len(rows)) < USES]
    amount = np.rint(price[rows] * (1 - campaign.discount)).astype(np.int64)
    share = orders.refunded[rows] / np.maximum(orders.amount[rows], 1)
    orders.refunded[rows] = np.rint(share * amount).astype(np.int64)
    orders.amount[rows], orders.discount[rows] = amount, price[rows] - amount
    orders.campaign[rows] = number
