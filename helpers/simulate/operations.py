"""What the operator pays and takes down: costs by channel and kind, and moderation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.campaigns import Campaign
from helpers.simulate.commerce import Orders
from helpers.simulate.contents import TOPICS, Posts
from helpers.simulate.log import CODE, Log
from helpers.simulate.population import NEVER, Members
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
ACTIONS = ("delete", "warn", "mute", "ban", "keep")
REASONS = ("spam", "advertisement", "insult", "off_topic", "rumour", "false_account")


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
        if campaign.kind in ("live", "challenge", "expert_talk"):
            pay(campaign.first, "community", "event", (300 + 0.12 * scenario.members) * rng.uniform(0.8, 1.2))
    return costs


@dataclass
class Moderation:
    """Hold one value per action in each array; -1 stands for no post or no member."""

    time: np.ndarray
    content: np.ndarray
    member: np.ndarray
    action: np.ndarray
    reason: np.ndarray


def moderate(scenario: Scenario, members: Members, posts: Posts, log: Log) -> Moderation:
    """Write down what moderators did.

    Parameters
    ----------
    scenario, members, posts
        The simulation so far.
    log : Log
        The closed log; some of the bots' messages are acted upon.

    Returns
    -------
    Moderation
        Sorted by time.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> moderation = simulate(Scenario.small()).moderation
    >>> bool((np.diff(moderation.time) >= 0).all())
    True

    Taught in: 04 Interaction
    """
    rng = stream(scenario.seed, "moderation")
    blocks: list[tuple[np.ndarray, ...]] = []

    def act(
        time: np.ndarray, content: np.ndarray, member: np.ndarray, action: np.ndarray, reason: np.ndarray
    ) -> None:
        keep = time < scenario.days * 86400
        blocks.append(
            tuple(np.broadcast_to(x, len(time))[keep] for x in (time, content, member, action, reason))
        )

    # Posts by members: complaints are looked at as rumours, few others as off topic or advertising.
    ours = np.flatnonzero(~posts.by_brand)
    complaint = posts.topic[ours] == TOPICS.index("complaint")
    seen = rng.random(len(ours)) < np.where(complaint, 0.5, 0.015)
    who = ours[seen]
    action = np.where(
        complaint[seen],
        np.where(rng.random(len(who)) < 0.8, 4, 0),
        np.where(rng.random(len(who)) < 0.7, 0, 4),
    )
    reason = np.where(complaint[seen], 4, rng.choice([1, 2, 3], len(who), p=(0.5, 0.2, 0.3)))
    act(
        posts.time[who] + rng.exponential(9000, len(who)).astype(np.int64),
        who,
        posts.author[who],
        action,
        reason,
    )

    kind, member, time = log.columns["kind"], log.columns["member"], log.columns["time"]
    spam = np.flatnonzero((kind == CODE["message"]) & (members.role[member] == 3))
    spam = spam[rng.random(len(spam)) < 0.12]
    delay = rng.exponential(3600, len(spam)).astype(np.int64)
    act(
        time[spam] + delay,
        np.array(-1),
        member[spam],
        rng.choice([0, 1, 2], len(spam), p=(0.7, 0.2, 0.1)),
        np.array(0),
    )
    false = np.array([p.name == "false_account" for p in scenario.personas])[members.persona]
    banned = np.flatnonzero(((members.role == 3) | false) & (members.left < NEVER))
    act(members.left[banned], np.array(-1), banned, np.array(3), np.where(false[banned], 5, 0))
    time_, content, member_, action_, reason_ = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    order = np.argsort(time_, kind="stable")
    return Moderation(time_[order], content[order], member_[order], action_[order], reason_[order])
