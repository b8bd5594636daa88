"""Outside customers: people like the members who buy from the brand without ever joining."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from helpers.simulate.calendar import Days, clock_times
from helpers.simulate.campaigns import Campaign
from helpers.simulate.commerce import Orders, settle
from helpers.simulate.contents import Groups
from helpers.simulate.customers import draw_customers, everyday_purchases
from helpers.simulate.newcomers import OUTSIDE
from helpers.simulate.population import NEVER, Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

# How much likelier somebody of a kind stays outside than joins: personas by name, then AGE_BANDS, CITY_TIERS.
PERSONA_TILT = {"enthusiast": 0.4, "helper": 0.45, "deal_hunter": 2.0, "gift_buyer": 1.2}
AGE_TILT = np.array([0.6, 0.85, 1.2, 1.5, 1.8])
TIER_TILT = np.array([0.6, 0.8, 1.25, 1.8])
WITHIN = 90  # days within which coming back is counted


@dataclass
class Outsiders:
    """Hold the outside customers and their orders, whose `member` is a position among them."""

    people: Members
    orders: Orders


def _people(scenario: Scenario, members: Members, rng: np.random.Generator) -> Members:
    """Return people drawn from those who also become members, tilted; enough for the wanted customers."""
    names = np.array([persona.name for persona in scenario.personas])
    tilt = np.array([PERSONA_TILT.get(name, 1.0) for name in names])
    able = (members.role == 0) & ~members.silent & (names[members.persona] != "false_account")
    weight = tilt[members.persona] * AGE_TILT[members.age] * TIER_TILT[members.tier]
    weight = np.where(able, weight, 0.0)
    weight /= weight.sum()
    at_once = np.array([source.coupon for source in scenario.sources] + [0.0])[members.source]
    buys = weight @ (1 - (1 - members.trait["buyers"]) * (1 - at_once))
    rows = rng.choice(len(members), round(scenario.outsiders * scenario.members / buys), p=weight)
    found = {f.name: getattr(members, f.name) for f in fields(Members)}
    drawn = {name: value[rows] for name, value in found.items() if isinstance(value, np.ndarray)}
    people = Members(**drawn, trait={name: value[rows] for name, value in members.trait.items()})
    people.role = np.zeros(len(rows), np.int64)
    people.left, people.invited_by = np.full(len(rows), NEVER), np.full(len(rows), -1)
    people.onboarding, people.gamer = np.full(len(rows), OUTSIDE), np.zeros(len(rows), bool)
    # Liking the brand ends outside the community as interest ends inside it.
    people.end_day = people.joined_day + (rng.exponential(size=len(rows)) / people.hazard).astype(np.int64)
    return people


def draw_outsiders(
    scenario: Scenario, days: Days, groups: Groups, members: Members, plan: list[Campaign]
) -> Outsiders | None:
    """Draw the outside customers and their orders.

    Parameters
    ----------
    scenario : Scenario
        Parameters; `outsiders` per member, and `membership_effect`.
    days, groups, members, plan
        The simulation so far; nothing is changed.

    Returns
    -------
    Outsiders or None
        Only those who order in the window; None when nobody does.

    Notes
    -----
    They are drawn from the same kinds of people as the members, with fewer enthusiasts and helpers, more
    deal hunters and gift buyers, older and from lower city tiers, and buy by the same process, but each
    further purchase happens only with probability ``1 / membership_effect``. So what membership does to a
    member is known exactly: without it, each of the member's everyday repeat purchases would have happened
    with that probability.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> simulate(Scenario.small()).outsiders is None
    True
    >>> outside = simulate(Scenario.small(outsiders=0.5)).outsiders
    >>> bool((np.unique(outside.orders.member) == np.arange(len(outside.people))).all())
    True

    Taught in: 01 Definition
    """
    if scenario.outsiders <= 0:
        return None
    rng = stream(scenario.seed, "outsiders")
    people = _people(scenario, members, rng)
    customers = draw_customers(scenario, groups, people, name="outside customers")
    member, day, newcomer = everyday_purchases(
        scenario, days, people, customers, stream(scenario.seed, "outside purchases")
    )
    order = np.lexsort((day, member))
    member, day, newcomer = member[order], day[order], newcomer[order]
    first = np.append(True, member[1:] != member[:-1])[: len(member)] & (people.joined_day[member] >= 0)
    keep = first | (rng.random(len(member)) < 1 / scenario.membership_effect)
    member, day, newcomer = member[keep], day[keep], newcomer[keep]
    second = clock_times(rng, days.off[day + days.history], people.shift[member])
    time = np.maximum(day * 86400 + second, people.joined[member])
    inside_window = time < scenario.days * 86400
    order = np.flatnonzero(inside_window)[np.argsort(time[inside_window], kind="stable")]
    member, time, newcomer = member[order], time[order], newcomer[order]
    if not len(member):
        return None
    bought, position = np.unique(member, return_inverse=True)
    people = _only(people, bought)
    people.ids = _ids(scenario, len(people), len(members), rng)
    customers = replace(customers, mean_value=customers.mean_value[bought])
    nobody = np.zeros(0, np.int64)
    open_to_all = [replace(c, units=nobody, treated=nobody.astype(bool)) for c in plan]
    none = np.full(len(time), -1)
    orders = settle(
        scenario, people, customers, open_to_all, position, time, none >= 0, newcomer, none,
        name="outside order details",
    )  # fmt: skip
    return Outsiders(people, orders)


def _only(people: Members, rows: np.ndarray) -> Members:
    """Return some of the people."""
    found = {f.name: getattr(people, f.name) for f in fields(Members)}
    drawn = {name: value[rows] for name, value in found.items() if isinstance(value, np.ndarray)}
    return Members(**drawn, trait={name: value[rows] for name, value in people.trait.items()})


def _ids(scenario: Scenario, count: int, members: int, rng: np.random.Generator) -> np.ndarray:
    """Return ids that follow on those of the members, in an order that says nothing."""
    width = max(5, len(str(members)))
    labels = np.char.add("m", np.char.zfill((members + 1 + np.arange(count)).astype(str), width))
    return labels[rng.permutation(count)]
