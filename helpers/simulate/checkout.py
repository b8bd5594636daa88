"""Checkouts: which carts reach the payment page, which are paid, and a randomised test of a shorter page.

Orders exist before they are seen in the log. So each order that came through the community gets its
checkout, and as many carts and checkouts without an order are added as the stated chances of passing
a platform's screens ask for. They fall on days on which the member is active anyway.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.campaigns import Campaign
from helpers.simulate.commerce import Orders, settle
from helpers.simulate.customers import Customers
from helpers.simulate.log import CODE, Log
from helpers.simulate.people import PLATFORMS
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

SECONDS = 12  # median seconds on one screen of the payment page
FASTER = 0.5  # factor on them with the one-page checkout


@dataclass
class Checkouts:
    """Hold one value per try, a cart that may be paid, in each array; `order` ones were always paid.

    `reached` says whether the cart came to the payment page, `paid` whether an order followed, `caused`
    whether it followed only because of the one-page checkout.
    """

    time: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))  # of the cart
    member: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    platform: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    reached: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    paid: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    caused: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))


def carts(log: Log) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return time, member and platform of the carts in a log that is still open."""
    kind = np.concatenate(log.blocks["kind"] or [np.zeros(0, np.int8)]) == CODE["cart"]
    names = ("time", "member", "platform")
    time, member, platform = (
        np.concatenate(log.blocks[name] or [np.zeros(0)])[kind].astype(np.int64) for name in names
    )
    return time, member, platform


def passes(scenario: Scenario) -> np.ndarray:
    """Return the stated chances of passing: platforms by (cart to payment page, payment page to order)."""
    return scenario.screen_passed ** np.array(scenario.screens, float)


def _further(
    members: Members, active: ActiveDays, platform: int, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return time and member of further carts on active days of a platform's members who like to click."""
    who = active.member
    weight = np.where(
        members.real()[who] & (members.platform[who] == platform), members.trait["click"][who], 0.0
    )
    total = np.cumsum(weight)
    if not len(total) or total[-1] == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    row = np.searchsorted(total, rng.random(count) * total[-1], side="right")
    member, day = who[row], active.day[row]
    time = day * 86400 + np.minimum(active.late[row] + rng.integers(60, 1800, count), 85_000)
    inside = (time > members.joined[member]) & (time < members.left[member])
    return time[inside], member[inside]


def _abandoned(
    scenario: Scenario,
    members: Members,
    active: ActiveDays,
    browsed: tuple[np.ndarray, np.ndarray, np.ndarray],
    bought: np.ndarray,
    log: Log,
    rng: np.random.Generator,
) -> Checkouts:
    """Return the tries without an order; writes the carts that browsing does not explain."""
    found = []
    for platform, (opens, pays) in enumerate(passes(scenario)):
        mine = browsed[2] == platform
        time, member = browsed[0][mine], browsed[1][mine]
        missing = round(bought[platform] / (opens * pays) - bought[platform] - len(time))
        more_time, more = _further(members, active, platform, max(missing, 0), rng)
        log.add("cart", more_time, more, platform=platform)
        time, member = np.concatenate([time, more_time]), np.concatenate([member, more])
        chance = min(bought[platform] * (1 - pays) / pays / max(len(time), 1), 1.0)
        reached = rng.random(len(time)) < chance
        found.append((time, member, np.full(len(time), platform), reached))
    time, member, platform_of, reached_all = (np.concatenate(parts) for parts in zip(*found, strict=True))
    none = np.zeros(len(time), bool)
    return Checkouts(time, member, platform_of, reached_all, none, none.copy())


def _merged(first: Orders, second: Orders) -> Orders:
    """Put two lots of orders into one, by time."""
    order = np.argsort(np.concatenate([first.time, second.time]), kind="stable")
    joined = {
        f.name: np.concatenate([getattr(first, f.name), getattr(second, f.name)])[order]
        for f in fields(Orders)
    }
    return Orders(**joined)


def check_out(
    scenario: Scenario,
    members: Members,
    active: ActiveDays,
    customers: Customers,
    plan: list[Campaign],
    orders: Orders,
    browsed: tuple[np.ndarray, np.ndarray, np.ndarray],
    seen: tuple[np.ndarray, np.ndarray],
    log: Log,
) -> tuple[Orders, Checkouts]:
    """Write the checkouts and add the orders that the one-page checkout brings.

    Parameters
    ----------
    scenario, members, active, customers, plan, orders
        The simulation so far.
    browsed : tuple of numpy.ndarray
        Time, member and platform of the carts without an order.
    seen : tuple of numpy.ndarray
        Positions of the orders that came through the community, and the time of the cart of each.
    log : Log
        The open log; carts and checkouts are added.

    Returns
    -------
    tuple of Orders and Checkouts
        The orders with the further ones among them, sorted by time; every try.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> events = simulate(Scenario.small()).tables["events"]
    >>> kinds = events["event_type"].value_counts()
    >>> bool(kinds["checkout"] < kinds["cart"])
    True

    Taught in: 05 Conversion
    """
    rng = stream(scenario.seed, "checkouts")
    here, cart = seen
    who, platform, paid_at = orders.member[here], orders.channel[here], orders.time[here]
    tries = _abandoned(
        scenario, members, active, browsed, np.bincount(platform, minlength=len(PLATFORMS)), log, rng
    )
    tests = [c for c in plan if c.kind == "checkout_test"]

    def one_page(member: np.ndarray, time: np.ndarray) -> np.ndarray:
        now = np.zeros(len(member), bool)
        for test in tests:
            during = (time // 86400 >= test.first) & (time // 86400 <= test.last)
            now |= during & test.members_treated(members)[member]
        return now

    def needed(member: np.ndarray, platform: np.ndarray, time: np.ndarray) -> np.ndarray:
        median = (
            SECONDS * np.array(scenario.screens)[platform, 1] * np.where(one_page(member, time), FASTER, 1.0)
        )
        return np.exp(rng.normal(np.log(median), 0.5)).astype(np.int64) + 1

    opened = np.maximum(paid_at - needed(who, platform, paid_at), (cart + paid_at) // 2)
    log.add("checkout", opened, who, platform=platform)

    late = np.flatnonzero(tries.reached)
    when = np.minimum(
        tries.time[late] + 10 + rng.integers(0, 400, len(late)), tries.time[late] // 86400 * 86400 + 86_399
    )
    log.add("checkout", when, tries.member[late], platform=tries.platform[late])
    saved = one_page(tries.member[late], tries.time[late]) & (rng.random(len(late)) < scenario.one_page)
    time = when + needed(tries.member[late], tries.platform[late], when)
    saved &= (time // 86400 == when // 86400) & (time < members.left[tries.member[late]])
    saved &= members.role[tries.member[late]] == 0
    tries.paid[late[saved]] = tries.caused[late[saved]] = True
    member, time, place = tries.member[late[saved]], time[saved], tries.platform[late[saved]]
    by_time = np.argsort(time, kind="stable")
    member, time, place = member[by_time], time[by_time], place[by_time]
    whose = np.full(len(time), next((n for n, c in enumerate(plan) if c.kind == "checkout_test"), -1))
    inside = np.ones(len(time), bool)
    extra = settle(
        scenario, members, customers, plan, member, time, inside, ~inside, whose, name="checkout orders"
    )
    extra.channel = place
    every = Checkouts(
        np.concatenate([cart, tries.time]),
        np.concatenate([who, tries.member]),
        np.concatenate([platform, tries.platform]),
        np.concatenate([np.ones(len(here), bool), tries.reached]),
        np.concatenate([np.ones(len(here), bool), tries.paid]),
        np.concatenate([np.zeros(len(here), bool), tries.caused]),
    )
    return _merged(orders, extra), every
