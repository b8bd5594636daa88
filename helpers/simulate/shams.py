"""Sham invitations: members who bring empty accounts for the reward, and codes that people use themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from helpers.simulate.log import CODE
from helpers.simulate.newcomers import OUTSIDE
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

if TYPE_CHECKING:
    from helpers.simulate.activity import ActiveDays
    from helpers.simulate.campaigns import Campaign
    from helpers.simulate.commerce import Orders
    from helpers.simulate.customers import Customers
    from helpers.simulate.log import Log
    from helpers.simulate.population import Members
    from helpers.simulate.surveys import Surveys

LEAST, MOST = 5, 12  # accounts that one farmer brings
APART = 75.0  # mean seconds between the joining of two of them
LAST = 10  # days at the end without farmers: many who joined then have done nothing yet
NEAR = 12  # days from which empty accounts are gathered
PATIENT = 4  # every fourth farmer spreads the accounts over the day, so that no burst tells
GUESTS = 4  # people whom a host brings at least, one host for every four farmers
RINGS = 4  # one ring of three for so many people who invite themselves


@dataclass
class Shams:
    """Hold, one value a member, which accounts were brought for the reward only and who brought them."""

    sham: np.ndarray
    farmer: np.ndarray


def _empty(
    members: Members, active: ActiveDays, customers: Customers, orders: Orders, surveys: Surveys, log: Log
) -> tuple[np.ndarray, np.ndarray]:
    """Return who never did anything, and who only looked on the day of joining."""
    columns = {name: np.concatenate(log.blocks[name]) for name in ("member", "kind")}
    leaves = columns["kind"] == CODE["leave"]
    traces = np.bincount(columns["member"][~leaves], minlength=len(members))
    other = ~leaves & (columns["kind"] != CODE["view"])
    deeds = np.bincount(columns["member"][other], minlength=len(members))
    days = np.bincount(active.member, minlength=len(members))
    late = np.bincount(active.member[active.age > 0], minlength=len(members))
    plain = (members.role == 0) & (members.joined_day >= 0) & (members.onboarding == OUTSIDE)
    plain &= ~customers.buyer & (members.hazard < 0.9) & (deeds == 0)
    plain[surveys.member] = plain[orders.member] = False
    return plain & (traces == 0) & (days == 0), plain & (days == 1) & (late == 0) & (traces > 0)


def _crosses(plan: list[Campaign], one: np.ndarray, other: int) -> np.ndarray:
    """Return whether a campaign with drawn members begins between two days."""
    starts = np.sort([c.first for c in plan if c.unit == "member"])
    return np.searchsorted(starts, one, side="right") != np.searchsorted(starts, other, side="right")


def plant_shams(
    scenario: Scenario,
    members: Members,
    active: ActiveDays,
    plan: list[Campaign],
    customers: Customers,
    orders: Orders,
    surveys: Surveys,
    log: Log,
) -> Shams:
    """Give a few inviters a dozen empty accounts each, and let a few people invite themselves.

    Nobody else is touched: the accounts are arrivals of the same days who did nothing anyway (or only looked
    once, on the day of joining) and now bear the farmer's name; those who never came at all may be moved by
    some days. So no draw of another mechanism changes.

    Parameters
    ----------
    scenario : Scenario
        `farmers` and `self_invitations` per thousand members.
    members : Members
        `joined`, `source`, `invited_by` and the traits of the accounts are changed.
    active, plan, customers, orders, surveys
        The simulation so far.
    log : Log
        The open log; an `invite` event of the farmer is added shortly before each account joins.

    Returns
    -------
    Shams
        Who is one, and who brought them.

    Notes
    -----
    The accounts of one farmer join one after another, on average 75 seconds apart, while the farmer is in;
    those of every fourth farmer over the rest of the day. For every four farmers there is an honest host, who
    brings a table of people who stay as long as others do, within minutes as well.
    For every four people who used their own code, three accounts stand in a ring (each invited by the next,
    as happens when accounts are merged).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> small = simulate(Scenario.small(farmers=10.0, days=120, members=900))
    >>> brought_by = small.members.invited_by[small.shams.sham]
    >>> bool(small.shams.farmer[brought_by].all())
    True

    Taught in: 05 Conversion
    """
    found = Shams(np.zeros(len(members), bool), np.zeros(len(members), bool))
    rng = stream(scenario.seed, "sham invitations")
    absent, lookers = _empty(members, active, customers, orders, surveys, log)
    wanted = round(scenario.farmers / 1000 * scenario.members)
    days = rng.permutation(np.arange(30, max(scenario.days - LAST, 30)))
    _host(members, found, active, log, rng, days, wanted // 4)
    # Half of them in the first half of the window, as far as there are enough empty accounts then: otherwise
    # invitation as a channel would seem to get worse.
    for chosen, upto in ((days[days < scenario.days // 2], wanted // 2), (days, wanted)):
        for day in chosen.tolist():
            if found.farmer.sum() >= upto:
                break
            _farm(members, found, active, plan, log, rng, day, absent & ~found.sham, lookers & ~found.sham)
    _misuse(scenario, members, found, rng)
    return found


def _farm(
    members: Members, found: Shams, active: ActiveDays, plan: list[Campaign], log: Log,
    rng: np.random.Generator, day: int, absent: np.ndarray, lookers: np.ndarray,
) -> None:  # fmt: skip
    """Let one member who is active on a day bring accounts, if there are enough empty ones near."""
    seen = np.flatnonzero(lookers & (members.joined_day == day))
    gap = np.abs(members.joined_day - day)
    far = _crosses(plan, members.joined_day, day) | (members.left < (day + 2) * 86400)
    near = np.flatnonzero(absent & (gap <= NEAR) & ~far)
    size = int(rng.integers(LEAST, MOST + 1))
    here = active.member[active.offset[day] : active.offset[day + 1]]
    able = (members.role == 0) & ~found.farmer & (members.joined_day < day - 14)
    able &= members.trait["discount"] > np.median(members.trait["discount"])
    here = here[able[here]]
    # At least one in four has looked round, so that an empty log alone does not give them away.
    seen = seen[: size // 2]
    if len(seen) < size // 4 or len(seen) + len(near) < size or not len(here):
        return
    near = near[np.argsort(gap[near], kind="stable")][: size - len(seen)]
    who = np.concatenate([seen, near])
    farmer = int(here[rng.integers(len(here))])
    begin = int(members.joined[seen].min()) if len(seen) else day * 86400 + int(rng.integers(36000, 79200))
    rank = np.argsort(np.concatenate([members.joined[seen], rng.random(len(near)) * 1e9]), kind="stable")
    rest = ((day + 1) * 86400 - begin) / (len(who) + 1)
    apart = rest if found.farmer.sum() % PATIENT == PATIENT - 1 else APART
    times = begin + np.cumsum(5 + rng.exponential(apart - 5, len(who))).astype(np.int64)
    when = np.empty(len(who), np.int64)
    when[rank] = np.minimum(times, (day + 1) * 86400 - 1)
    # Whoever looks round does so after joining.
    when[: len(seen)] = np.minimum(when[: len(seen)], members.joined[seen])
    members.joined[who], members.joined_day[who] = when, day
    members.source[who], members.invited_by[who] = 0, farmer
    found.sham[who], found.farmer[farmer] = True, True
    members.silent[near] = True
    members.first_day[near], members.activity[who] = 0.0, 0.0
    members.hazard[who], members.end_day[who] = 1.0, day + 1
    members.trait["persuadable"][who] = 0.0
    asked = np.maximum(when - rng.integers(20, 120, len(who)), day * 86400)
    place = {"platform": int(members.platform[farmer]), "group": int(members.group[farmer])}
    log.add("invite", asked, np.full(len(who), farmer), **place)


def _host(
    members: Members, found: Shams, active: ActiveDays, log: Log, rng: np.random.Generator,
    days: np.ndarray, wanted: int,
) -> None:  # fmt: skip
    """Let a few honest members bring several people on one evening: a burst that is no fraud."""
    came = members.source == 0
    came &= (members.invited_by >= 0) & (members.role == 0) & ~found.sham
    for day in days.tolist():
        if wanted == 0:
            return
        guests = np.flatnonzero(came & (members.joined_day == day) & (members.activity > 0))
        here = active.member[active.offset[day] : active.offset[day + 1]]
        here = here[(members.role[here] == 0) & (members.joined_day[here] < day - 14) & members.talker[here]]
        if len(guests) < GUESTS or not len(here):
            continue
        host = int(here[rng.integers(len(here))])
        order = np.argsort(members.joined[guests], kind="stable")
        times = members.joined[guests].min() + np.cumsum(rng.exponential(APART, len(guests))).astype(np.int64)
        # Earlier than they did join, so that nothing they did comes before.
        members.joined[guests[order]] = np.minimum(members.joined[guests[order]], times)
        members.invited_by[guests] = host
        asked = np.maximum(members.joined[guests] - rng.integers(60, 600, len(guests)), day * 86400)
        place = {"platform": int(members.platform[host]), "group": int(members.group[host])}
        log.add("invite", asked, np.full(len(guests), host), **place)
        wanted -= 1


def _misuse(scenario: Scenario, members: Members, found: Shams, rng: np.random.Generator) -> None:
    """Let some people who came by invitation bear their own id as inviter, and a few stand in rings."""
    count = round(scenario.self_invitations / 1000 * scenario.members)
    rings = count // RINGS
    usual = (members.invited_by >= 0) & (members.role[members.invited_by] == 0) & ~found.sham
    # Only those who brought nobody, so that no tree falls apart.
    brought = np.bincount(members.invited_by[members.invited_by >= 0], minlength=len(members)) > 0
    able = np.flatnonzero(usual & ~brought & (members.joined_day >= 0) & (members.source == 0))
    some = rng.permutation(able)[: count + 3 * rings]
    if len(some) < count + 3 * rings:
        return
    members.invited_by[some[:count]] = some[:count]
    ring = some[count:].reshape(rings, 3)
    members.invited_by[ring] = np.roll(ring, 1, axis=1)
