"""Contacts with paid and own channels: on the way to joining, in the community, before orders.

They are drawn after everything else and change nothing: of all channels only the retargeting pilot
(`retargeting`) brings orders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.simulate.activity import ActiveDays
from helpers.simulate.commerce import Orders
from helpers.simulate.population import Members
from helpers.simulate.retargeting import Retargeting
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

TOUCH_CHANNELS = ("invitation", "coupon", "search", "offline", "kol", "ad", "group", "push", "retargeting")
TOUCH_KINDS = ("view", "click")
BEFORE = (0.05, 0.08, 0.20, 0.06, 0.22, 0.39)  # what else meets those who are on their way to joining
FURTHER, LEAD = 0.9, 5.0  # mean number of those contacts, mean days by which they come before joining
LOOKED_UP = 0.30  # share of orders before which the brand is searched for


@dataclass
class Touches:
    """Hold one value per contact in each array, sorted by time; -1 for no campaign."""

    time: np.ndarray
    member: np.ndarray
    channel: np.ndarray
    kind: np.ndarray
    campaign: np.ndarray

    def __len__(self) -> int:
        """Return the number of contacts."""
        return len(self.time)


def _joining(scenario: Scenario, members: Members, rng: np.random.Generator) -> list[tuple[np.ndarray, ...]]:
    """Return member, time, channel and click of what met people on their way to joining."""
    came = np.flatnonzero(
        (members.role == 0) & (members.joined >= 0) & (members.source < len(scenario.sources))
    )
    names = [source.name for source in scenario.sources]
    code = np.array([TOUCH_CHANNELS.index(name) for name in names])
    last = members.joined[came] - rng.integers(30, 5400, len(came))
    more = np.repeat(came, rng.poisson(FURTHER, len(came)))
    before = members.joined[more] - 5400 - (rng.exponential(LEAD, len(more)) * 86400).astype(np.int64)
    what = rng.choice(len(BEFORE), len(more), p=BEFORE)
    return [
        (came, last, code[members.source[came]], np.ones(len(came), bool)),
        (more, before, what, rng.random(len(more)) < 0.15),
    ]


def _reminders(
    scenario: Scenario, members: Members, active: ActiveDays, orders: Orders,
    rng: np.random.Generator,
) -> list[tuple[np.ndarray, ...]]:  # fmt: skip
    """Return member, time, channel and click of what meets members later on."""
    found = []
    # In groups and through partners: on days on which they come anyway.
    for name, chance, clicks in (("group", 0.055, 0.12), ("kol", 0.018, 0.10)):
        rows = np.flatnonzero(rng.random(len(active.day)) < chance)
        when = active.day[rows] * 86400 + active.early[rows] + rng.integers(0, 1800, len(rows))
        when = np.minimum(when, active.day[rows] * 86400 + 86399)
        found.append((active.member[rows], when, name, rng.random(len(rows)) < clicks))
    # Mailings and advertisements: whether they come or not.
    total = scenario.members * scenario.days
    for name, rate, clicks in (("push", 0.0042, 0.05), ("ad", 0.0022, 0.03)):
        count = rng.poisson(rate * total)
        who, when = rng.integers(0, len(members), count), rng.integers(0, scenario.days * 86400, count)
        if name == "push":  # on Fridays at six in the evening
            weekday = (when // 86400 + scenario.start.weekday()) % 7
            when = (when // 86400 + (4 - weekday) % 7) * 86400 + 18 * 3600 + rng.integers(0, 900, count)
        found.append((who, when, name, rng.random(count) < clicks))
    # Those who are going to order look the brand up.
    looks = np.flatnonzero(rng.random(len(orders)) < LOOKED_UP)
    when = orders.time[looks] - 60 - (rng.exponential(0.6, len(looks)) * 86400).astype(np.int64)
    found.append((orders.member[looks], when, "search", np.ones(len(looks), bool)))
    return [(who, when, np.full(len(who), TOUCH_CHANNELS.index(name)), hit) for who, when, name, hit in found]


def touch(
    scenario: Scenario, members: Members, active: ActiveDays, orders: Orders, pilot: Retargeting
) -> Touches:
    """Draw the contacts of members with paid and own channels.

    Parameters
    ----------
    scenario, members, active, orders, pilot
        The simulation so far; nothing is changed.

    Returns
    -------
    Touches
        Before joining those that led there, the last of them through the member's source; later on group
        messages, partners' posts, mailings, advertisements, searches before orders, and the pilot.

    Notes
    -----
    None but the pilot's cause orders: they meet members who order, or they do not. Only those who joined
    in the end are known, so the contacts of people who did not are missing, as they are anywhere.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> bool((np.diff(small.touches.time) >= 0).all())
    True

    Taught in: 05 Conversion
    """
    rng = stream(scenario.seed, "touches")
    joining = _joining(scenario, members, rng)
    later = _reminders(scenario, members, active, orders, rng)
    later = [tuple(column[_there(members, part)] for column in part) for part in later]
    shown = np.flatnonzero(pilot.shown)
    mine = np.full(len(shown), TOUCH_CHANNELS.index("retargeting"))
    parts = [*joining, *later, (pilot.member[shown], pilot.time[shown], mine, pilot.clicked[shown])]
    member, time, channel, clicked = (np.concatenate(column) for column in zip(*parts, strict=True))
    keep = np.flatnonzero((time >= 0) & (time < scenario.days * 86400))
    order = keep[np.lexsort((channel[keep], member[keep], time[keep]))]
    channel, clicked = channel[order], clicked[order].astype(np.int64)
    campaign = np.where(channel == TOUCH_CHANNELS.index("retargeting"), pilot.campaign, -1)
    return Touches(time[order], member[order], channel, clicked, campaign)


def _there(members: Members, part: tuple[np.ndarray, ...]) -> np.ndarray:
    """Return which contacts fall into a membership."""
    who, when = part[0], part[1]
    return (when > members.joined[who]) & (when < members.left[who]) & members.real()[who]


def touches_truth(members: Members, touches: Touches, pilot: Retargeting) -> pd.DataFrame:
    """Return what each channel of the contacts truly caused.

    Parameters
    ----------
    members, touches, pilot
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        channel, touches, clicks, members_brought (members of the window whose source it is), orders_caused
        (kept orders that exist only because of a contact with it; members who would not have joined apart).

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> table = touches_truth(small.members, small.touches, small.retargeting)
    >>> int(table["orders_caused"].sum())
    0

    Taught in: 05 Conversion
    """
    size = len(TOUCH_CHANNELS)
    came = (members.role == 0) & (members.joined >= 0) & (members.source < 6)
    caused = np.zeros(size, np.int64)
    if pilot.campaign >= 0:
        caused[TOUCH_CHANNELS.index("retargeting")] = pilot.kept_orders
    return pd.DataFrame(
        {
            "channel": TOUCH_CHANNELS,
            "touches": np.bincount(touches.channel, minlength=size),
            "clicks": np.bincount(touches.channel, touches.kind, minlength=size).astype(np.int64),
            "members_brought": np.bincount(members.source[came], minlength=size)[:size],
            "orders_caused": caused,
        }
    )
