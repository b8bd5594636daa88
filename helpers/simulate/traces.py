"""Write into the log what other mechanisms leave behind: invitations, coupons, carts, leaving."""

from __future__ import annotations

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.campaigns import Campaign
from helpers.simulate.commerce import Orders
from helpers.simulate.fatigue import Fatigue
from helpers.simulate.log import Log
from helpers.simulate.population import NEVER, Members
from helpers.simulate.promotions import Brought
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream


def _seen(orders: Orders, active: ActiveDays) -> np.ndarray:
    """Return the positions of the orders that came through the community on a day of activity."""
    there = active.find(orders.member, orders.time // 86400, within=0) >= 0
    return np.flatnonzero((orders.channel < 4) & there)


def leave_traces(
    scenario: Scenario,
    members: Members,
    active: ActiveDays,
    plan: list[Campaign],
    orders: Orders,
    brought: Brought,
    fatigue: Fatigue,
    log: Log,
) -> tuple[np.ndarray, np.ndarray]:
    """Add the events that follow from invitations, coupons, orders, muting and leaving.

    All but muting and leaving (which are no activity) fall on days on which the member is active
    anyway, so that they do not change the probability of being active.

    Parameters
    ----------
    scenario, members, active, plan, orders, brought, fatigue
        The simulation so far.
    log : Log
        The open log; events are added.

    Returns
    -------
    tuple of numpy.ndarray
        Positions of the orders that came through the community, and the time of the cart of each.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> events = simulate(Scenario.small()).tables["events"]
    >>> {"invite", "cart", "leave"} <= set(events["event_type"])
    True

    Taught in: 04 Interaction
    """
    rng = stream(scenario.seed, "traces")
    # Kols bring people by what they publish; everybody else by asking them.
    invited = np.flatnonzero((members.invited_by >= 0) & (members.role[members.invited_by] != 2))
    inviter = members.invited_by[invited]
    asked = members.joined[invited] - rng.exponential(5400, len(invited)).astype(np.int64)
    asked = np.maximum(asked, members.joined_day[invited] * 86400)
    log.add("invite", asked, inviter, platform=members.platform[inviter], group=members.group[inviter])

    for campaign in plan:
        if campaign.kind != "coupon":
            continue
        who = campaign.units[campaign.treated]
        day = active.find(who, np.full(len(who), campaign.first), within=campaign.last - campaign.first)
        claims = (day >= 0) & (rng.random(len(who)) < 0.25 + 0.5 * members.trait["discount"][who])
        who, day = who[claims], day[claims]
        log.add(
            "coupon", day * 86400 + rng.integers(43200, 86400, len(who)), who, platform=members.platform[who]
        )

    # Orders through the community are seen as a click and a cart shortly before.
    here, waits = _seen(brought.orders, active), np.zeros((2, len(brought.orders)), np.int64)
    waits[:, here] = [rng.integers(40, 900, len(here)), rng.integers(10, 400, len(here))]
    fresh = stream(scenario.seed, "promotion traces").integers([[40], [10]], [[900], [400]], (2, len(orders)))
    waits = np.where(brought.origin >= 0, waits[:, brought.origin], fresh)
    # What is bought in a live show is clicked there (see `live`).
    live = np.array([campaign.kind == "live" for campaign in plan] + [False])
    here = _seen(orders, active)
    here = here[~live[orders.campaign[here]]]
    who = orders.member[here]
    floor = np.maximum(members.joined[who], orders.time[here] // 86400 * 86400)
    cart = np.maximum(orders.time[here] - waits[0, here], floor)
    click = np.maximum(cart - waits[1, here], floor)
    log.add("click", click, who, platform=orders.channel[here])
    log.add("cart", cart, who, platform=orders.channel[here])

    who = fatigue.member
    log.add("mute", fatigue.time, who, platform=members.platform[who], group=members.group[who])
    gone = np.flatnonzero(members.left < NEVER)
    log.add("leave", members.left[gone], gone, platform=members.platform[gone], group=members.group[gone])
    return here, cart
