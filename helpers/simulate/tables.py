"""Turn the codes of a simulation into the tables of the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.simulate.campaigns import campaign_dates
from helpers.simulate.columns import coded, ids, moments, money
from helpers.simulate.commerce import CHANNELS, STATUSES
from helpers.simulate.consent import consent_times
from helpers.simulate.contents import FORMATS, PURPOSES, TOPICS
from helpers.simulate.ledger import POINT_REASONS
from helpers.simulate.live import HOSTS, PARTS
from helpers.simulate.log import EVENT_TYPES
from helpers.simulate.moderation import ACTIONS, QUEUES, REASONS
from helpers.simulate.people import AGE_BANDS, CATEGORIES, INTERESTS, PLATFORMS
from helpers.simulate.population import CITY_TIERS, GENDERS, NEVER, REGIONS, ROLES
from helpers.simulate.surveys import BRANDS, ITEMS, KINDS
from helpers.simulate.texts import post_texts
from helpers.simulate.touches import TOUCH_CHANNELS, TOUCH_KINDS

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation


PRODUCTS = [f"{category}-{number}" for category in CATEGORIES for number in range(1, 6)]


def campaign_ids(sim: Simulation) -> list[str]:
    """Return the ids of the campaigns, in order of their start."""
    return ids("k", np.arange(len(sim.campaigns)), len(sim.campaigns), 2).to_pylist()


def event_ids(sim: Simulation, numbers: np.ndarray) -> pa.Array:
    """Return the ids of events by their numbers; negative numbers are missing."""
    return ids("e", numbers, sim.log.size, 7)


def _members(sim: Simulation) -> dict[str, Any]:
    m, start = sim.members, sim.scenario.start
    agreed = consent_times(sim.scenario, m)
    found = {
        "member_id": pa.array(m.ids.tolist()),
        "joined_at": moments(start, m.joined),
        "left_at": moments(start, np.where(m.left < NEVER, m.left, 0), m.left >= NEVER),
        "consent_at": moments(start, np.where(agreed < NEVER, agreed, 0), agreed >= NEVER),
        "source": coded(m.source, [source.name for source in sim.scenario.sources]),
        "invited_by": coded(m.invited_by, m.ids),
        "role": coded(m.role, ROLES),
        "gender": coded(m.gender, GENDERS),
        "age_band": coded(m.age, AGE_BANDS),
        "region": coded(m.region, REGIONS),
        "city_tier": coded(m.tier, CITY_TIERS),
        "platform": coded(m.platform, PLATFORMS),
        "group_id": coded(m.group, sim.groups.labels()),
        "interest": coded(m.interest, INTERESTS),
    }
    if sim.outsiders is None:
        return found
    # Outside customers have a person's attributes, and nothing that comes from joining.
    people = sim.outsiders.people
    further = {
        "member_id": pa.array(people.ids.tolist()),
        "role": coded(np.full(len(people), ROLES.index("customer")), ROLES),
        "gender": coded(people.gender, GENDERS),
        "age_band": coded(people.age, AGE_BANDS),
        "region": coded(people.region, REGIONS),
        "city_tier": coded(people.tier, CITY_TIERS),
    }
    return {
        name: pa.concat_arrays([column, further.get(name, pa.nulls(len(people), column.type))])
        for name, column in found.items()
    }


def _events(sim: Simulation, first: int, last: int) -> dict[str, Any]:
    log = {name: column[first:last] for name, column in sim.log.columns.items()}
    posts = sim.posts.labels()
    answered = pc.coalesce(event_ids(sim, log["reply"]), coded(-2 - log["reply"], posts).cast(pa.string()))
    return {
        "event_id": event_ids(sim, np.arange(first, first + len(log["time"]))),
        "member_id": coded(log["member"], sim.members.ids),
        "occurred_at": moments(sim.scenario.start, log["time"]),
        "event_type": coded(log["kind"], EVENT_TYPES),
        "content_id": coded(log["content"], posts),
        "group_id": coded(log["group"], sim.groups.labels()),
        "platform": coded(log["platform"], PLATFORMS),
        "parent_event_id": event_ids(sim, log["parent"]),
        "reply_to": answered,
        "product_id": coded(log["product"], PRODUCTS),
        "mentions": coded(log["mention"], sim.members.ids),
    }


def _contents(sim: Simulation) -> dict[str, Any]:
    p = sim.posts
    return {
        "content_id": pa.array(p.labels().tolist()),
        "published_at": moments(sim.scenario.start, p.time),
        "author_id": coded(p.author, sim.members.ids),
        "format": coded(p.format, FORMATS),
        "topic": coded(p.topic, TOPICS),
        "purpose": coded(p.purpose, PURPOSES),
        "platform": coded(p.platform, PLATFORMS),
        "group_id": coded(p.group, sim.groups.labels()),
        "is_ugc": pa.array(~p.by_brand),
        "is_sponsored": pa.array(p.sponsored),
        **{name: pa.array(values) for name, values in post_texts(sim.scenario, p).items()},
    }


def _groups(sim: Simulation) -> dict[str, Any]:
    g = sim.groups
    return {
        "group_id": pa.array(g.labels()),
        "platform": coded(g.platform, PLATFORMS),
        "kind": pa.array(g.kind),
        "theme_en": pa.array([theme[0] for theme in g.theme]),
        "theme_zh": pa.array([theme[1] for theme in g.theme]),
        "name_en": pa.array([name[0] for name in g.name]),
        "name_zh": pa.array([name[1] for name in g.name]),
        "opened_at": moments(sim.scenario.start, (np.arange(len(g.kind)) * 3 - 180) * 86400 + 36000),
    }


def _orders(sim: Simulation) -> dict[str, Any]:
    parts, people = [sim.orders, sim.teams.failed], sim.members.ids
    if sim.outsiders is not None:
        parts.append(sim.outsiders.orders)
        people = np.concatenate([people, sim.outsiders.people.ids])
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("time", "amount", "refunded", "cost", "discount", "status", "product", "category")
        + ("campaign", "channel", "member")
    }
    joined["member"][len(sim.orders) + len(sim.teams.failed) :] += len(sim.members)
    joined["team"] = np.full(len(joined["time"]), -1)
    teams = np.concatenate([sim.teams.of_order, sim.teams.of_failed])
    joined["team"][: len(teams)] = teams
    order = np.argsort(joined["time"], kind="stable")
    o = {name: values[order] for name, values in joined.items()}
    return {
        "order_id": ids("o", np.arange(len(order)), len(order), 6),
        "member_id": coded(o["member"], people),
        "ordered_at": moments(sim.scenario.start, o["time"]),
        "amount": money(o["amount"]),
        "status": coded(o["status"], STATUSES),
        "refunded": money(o["refunded"]),
        "cost": money(o["cost"]),
        "discount": money(o["discount"]),
        "product_id": coded(o["product"], PRODUCTS),
        "category": coded(o["category"], CATEGORIES),
        "campaign_id": coded(o["campaign"], campaign_ids(sim)),
        "channel": coded(o["channel"], CHANNELS),
        "team_id": coded(o["team"], sim.teams.labels()),
    }


def _campaigns(sim: Simulation) -> dict[str, Any]:
    plan = sim.campaigns
    dates = [campaign_dates(campaign, sim.days) for campaign in plan]
    # Planned, not spent: so many coupons, shows and group discounts for a community of this size.
    # In yuan a member; the discount itself is not in it, for orders are booked at what was paid.
    planned = {"coupon": 0.4, "group_buying": 0.5, "live": 0.3, "festival_sale": 1.5}
    planned |= {"ad_holdout": 1.0, "digest": 0.05, "headline_test": 0.02}
    planned |= {"flash_sale": 0.3, "member_benefit": 0.2}
    return {
        "campaign_id": pa.array(campaign_ids(sim), pa.string()),
        "name_en": pa.array([campaign.name[0] for campaign in plan], pa.string()),
        "name_zh": pa.array([campaign.name[1] for campaign in plan], pa.string()),
        "kind": pa.array([campaign.kind for campaign in plan], pa.string()),
        "starts_at": pa.array([np.datetime64(first, "us") for first, _ in dates], pa.timestamp("us")),
        "ends_at": pa.array(
            [np.datetime64(last, "us") + np.timedelta64(86399, "s") for _, last in dates], pa.timestamp("us")
        ),
        "is_randomised": pa.array([bool(c.unit) and c.is_randomised for c in plan], pa.bool_()),
        "content_id": coded(np.array([c.post for c in plan], np.int64), sim.posts.labels()),
        "unit": pa.array([campaign.unit or None for campaign in plan], pa.string()),
        "team_size": pa.array([int(need) or None for need in sim.teams.needs], pa.int32()),
        "budget": pa.array(
            [round(planned.get(c.kind, 0.2) * sim.scenario.members, -2) for c in plan], pa.float64()
        ),
    }


def _assignments(sim: Simulation) -> dict[str, Any]:
    drawn = [(n, c) for n, c in enumerate(sim.campaigns) if c.unit]
    number = np.concatenate([np.full(len(c.units), n) for n, c in drawn] or [np.zeros(0, int)])
    names = np.concatenate([sim.members.ids, np.array(sim.groups.labels())])
    unit = np.concatenate(
        [c.units + (len(sim.members) if c.unit == "group" else 0) for _, c in drawn] or [np.zeros(0, int)]
    )
    arms = ["control", "treatment", "a", "b"]
    arm = [np.array([arms.index(name) for name in c.arms])[c.treated.astype(int)] for _, c in drawn]
    at = [c.assigned if len(c.assigned) else np.full(len(c.units), c.first * 86400) for _, c in drawn]
    return {
        "campaign_id": coded(number, campaign_ids(sim)),
        "unit_id": coded(unit, names),
        "arm": coded(np.concatenate(arm or [np.zeros(0, int)]), arms),
        "assigned_at": moments(sim.scenario.start, np.concatenate(at or [np.zeros(0, int)])),
    }


def _surveys(sim: Simulation) -> dict[str, Any]:
    s = sim.surveys
    return {
        "member_id": coded(s.member, sim.members.ids),
        "answered_at": moments(sim.scenario.start, s.time),
        "kind": coded(s.kind, KINDS),
        "item": coded(s.item, ITEMS),
        "subject": coded(s.subject, BRANDS),
        "score": pa.array(s.score.astype(np.int32)),
        "scale_min": pa.array(s.low.astype(np.int32)),
        "scale_max": pa.array(s.high.astype(np.int32)),
        "comment_en": pa.array(s.comment_en, pa.string()),
        "comment_zh": pa.array(s.comment_zh, pa.string()),
    }


def _costs(sim: Simulation) -> dict[str, Any]:
    c = sim.costs
    order = np.argsort(c.day, kind="stable")
    return {
        "at": moments(sim.scenario.start, np.array(c.day, np.int64)[order] * 86400),
        "channel": pa.array([c.channel[place] for place in order]),
        "kind": pa.array([c.kind[place] for place in order]),
        "amount": money(np.array(c.amount)[order]),
        "member_id": coded(np.array(c.member, np.int64)[order], sim.members.ids),
        "campaign_id": coded(np.array(c.campaign, np.int64)[order], campaign_ids(sim)),
    }


def _points(sim: Simulation) -> dict[str, Any]:
    ledger = sim.ledger
    return {
        "member_id": coded(ledger.member, sim.members.ids),
        "at": moments(sim.scenario.start, ledger.time),
        "points": pa.array(ledger.points.astype(np.int32)),
        "reason": coded(ledger.reason, POINT_REASONS),
    }


def _moderation(sim: Simulation) -> dict[str, Any]:
    m = sim.moderation
    return {
        "at": moments(sim.scenario.start, m.time),
        "content_id": coded(m.content, sim.posts.labels()),
        "event_id": event_ids(sim, m.event),
        "member_id": coded(m.member, sim.members.ids),
        "queue": coded(m.queue, QUEUES),
        "score": pa.array(m.score, mask=np.isnan(m.score)),
        "handled_at": moments(sim.scenario.start, m.handled),
        "action": coded(m.action, ACTIONS),
        "reason": coded(m.reason, REASONS),
    }


def _touches(sim: Simulation) -> dict[str, Any]:
    t = sim.touches
    return {
        "member_id": coded(t.member, sim.members.ids),
        "at": moments(sim.scenario.start, t.time),
        "channel": coded(t.channel, TOUCH_CHANNELS),
        "kind": coded(t.kind, TOUCH_KINDS),
        "campaign_id": coded(t.campaign, campaign_ids(sim)),
    }


def _rundown(sim: Simulation) -> dict[str, Any]:
    r = sim.shows.rundown
    return {
        "content_id": coded(r.show, sim.posts.labels()[sim.shows.posts]),
        "starts_at": moments(sim.scenario.start, r.start),
        "ends_at": moments(sim.scenario.start, r.end),
        "part": coded(r.part, PARTS),
        "product_id": coded(r.product, PRODUCTS),
        "host": coded(r.host, HOSTS),
    }


BUILDERS: dict[str, Callable[[Simulation], dict[str, Any]]] = {
    "members": _members,
    "contents": _contents,
    "groups": _groups,
    "orders": _orders,
    "campaigns": _campaigns,
    "assignments": _assignments,
    "surveys": _surveys,
    "costs": _costs,
    "moderation": _moderation,
    "points": _points,
    "rundown": _rundown,
    "touches": _touches,
}
NAMES = ("events", *BUILDERS)
BLOCK = 1_000_000  # events turned into labels at a time


def blocks(sim: Simulation, name: str) -> Iterator[pa.Table]:
    """Return one table of a simulation in blocks that fit into memory.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.
    name : str
        One of ``NAMES``.

    Yields
    ------
    pyarrow.Table
        Blocks of a million events; the other tables in one. Members are in order of their id, the rest in
        order of time.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> [block.num_rows for block in blocks(simulate(Scenario.small()), "members")]
    [300]

    Taught in: all
    """
    if name == "events":
        for first in range(0, max(sim.log.size, 1), BLOCK):
            yield pa.table(_events(sim, first, first + BLOCK))
        return
    table = pa.table(BUILDERS[name](sim))
    yield table.sort_by("member_id") if name == "members" else table
