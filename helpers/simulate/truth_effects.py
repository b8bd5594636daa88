"""The truth about effects: campaigns, cascades, opinions over time, mechanisms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.commerce import KEPT
from helpers.simulate.log import CODE
from helpers.simulate.surveys import KINDS, score_chances, tendency_on
from helpers.simulate.tables import campaign_ids, event_ids, moments

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation


def cascades(sim: Simulation) -> pd.DataFrame:
    """Return every cascade of shares: its first share, size, depth and true reproduction number.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        root_event_id, content_id, size (shares), depth (generations after the first), complete (began
        ten or more days before the end), reproduction_number.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> bool((cascades(simulate(Scenario.small()))["size"] >= 1).all())
    True

    Taught in: 03 Content
    """
    log = sim.log.columns
    shares = np.flatnonzero(log["kind"] == CODE["share"])
    place = np.full(sim.log.size, -1, np.int64)
    place[shares] = np.arange(len(shares))
    parent = log["parent"][shares].astype(np.int64)
    parent = np.where(parent >= 0, place[np.maximum(parent, 0)], -1)
    root, depth = np.where(parent >= 0, parent, np.arange(len(shares))), (parent >= 0).astype(np.int64)
    while True:
        # Each round doubles the number of generations jumped over.
        further = depth[root]
        if not further.any():
            break
        depth, root = depth + further, root[root]
    first = np.flatnonzero(parent < 0)
    deepest = np.zeros(len(shares), np.int64)
    np.maximum.at(deepest, root, depth)
    content = log["content"][shares[first]]
    ids = event_ids(sim.log.size).take(shares[first]).to_numpy(zero_copy_only=False)
    return pd.DataFrame(
        {
            "root_event_id": ids,
            "content_id": sim.posts.labels()[content],
            "size": np.bincount(root, minlength=len(shares))[first],
            "depth": deepest[first],
            "complete": log["time"][shares[first]] < (sim.scenario.days - 10) * 86400,
            "reproduction_number": sim.posts.reproduction[content],
        }
    )


def _effects(sim: Simulation, number: int) -> pd.DataFrame:
    """Return the effect of one randomised campaign on each member it could reach, if treated."""
    campaign, orders, m = sim.campaigns[number], sim.orders, sim.members
    day = orders.time // 86400
    # What members would have done without it: all orders in its days that it did not cause.
    without = (day >= campaign.first) & (day <= campaign.last) & orders.kept() & ~(orders.caused & (orders.campaign == number))
    bought = np.bincount(orders.member[without], minlength=len(m)) > 0
    length = (campaign.last - campaign.first + 1) * 86400
    in_time = np.clip((m.left - campaign.first * 86400) / length, 0, 1)
    extra = campaign.extra_probability(m, sim.groups) * in_time
    price = np.where(sim.customers.mean_value > 0, sim.customers.mean_value, m.trait["value"] * 0.8)
    if campaign.unit == "member":
        who = campaign.units
        treated = campaign.members_treated(m)[who]
    else:
        here = (m.joined < campaign.first * 86400) & (m.left >= campaign.first * 86400) & m.real()
        who = np.flatnonzero(here & np.isin(m.group, campaign.units))
        treated = campaign.members_treated(m)[who]
    return pd.DataFrame(
        {
            "campaign_id": campaign_ids(sim)[number],
            "member_id": m.ids[who],
            "treated": treated,
            "bought_without": bought[who],
            "effect_orders": extra[who] * KEPT,
            "effect_probability": (extra * KEPT * ~bought)[who],
            "effect_amount": (extra * price * (1 - campaign.discount))[who],
        }
    )


def effects(sim: Simulation) -> pd.DataFrame:
    """Return the effect of each randomised campaign on each member.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        campaign_id, member_id, treated, bought_without (a kept order in the campaign's days that the
        campaign did not cause), effect_orders (expected further kept orders if treated),
        effect_probability (on having a kept order), effect_amount (expected amount of the further
        orders, before refunds and before coupons given away on orders that come anyway).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> frame = effects(simulate(Scenario.small()))
    >>> bool((frame["effect_probability"] <= frame["effect_orders"]).all())
    True

    Taught in: 05 Conversion
    """
    parts = [_effects(sim, number) for number, campaign in enumerate(sim.campaigns) if campaign.unit]
    columns = ["campaign_id", "member_id", "treated", "bought_without", "effect_orders", "effect_probability", "effect_amount"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def campaigns(sim: Simulation) -> pd.DataFrame:
    """Return the mean true effect of each randomised campaign.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        campaign_id, unit, members, share_treated, base_probability (of a kept order without it),
        effect_probability, effect_orders, effect_amount (per member reached), caused_orders and
        given_away (discounts on orders that would have come anyway), as they happened.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> campaigns(simulate(Scenario.small()))["unit"].tolist()
    ['member', 'member', 'group', 'member', 'group']

    Taught in: 05 Conversion
    """
    rows = []
    for number, campaign in enumerate(sim.campaigns):
        if not campaign.unit:
            continue
        each, orders = _effects(sim, number), sim.orders
        mine = orders.campaign == number
        rows.append(
            {
                "campaign_id": campaign_ids(sim)[number],
                "unit": campaign.unit,
                "members": len(each),
                "share_treated": each["treated"].mean(),
                "base_probability": each["bought_without"].mean(),
                "effect_probability": each["effect_probability"].mean(),
                "effect_orders": each["effect_orders"].mean(),
                "effect_amount": each["effect_amount"].mean(),
                "caused_orders": int((mine & orders.caused).sum()),
                "given_away": float(orders.discount[mine & ~orders.caused].sum() / 100),
            }
        )
    return pd.DataFrame(rows)


def surveys(sim: Simulation) -> pd.DataFrame:
    """Return what stands behind each recommendation score.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        member_id, answered_at, theme (of the comment, missing without one), expected_score,
        promoter_probability, detractor_probability.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> len(surveys(simulate(Scenario.small()))) > 0
    True

    Taught in: 06 Evaluation
    """
    s = sim.surveys
    nps = np.flatnonzero(s.kind == KINDS.index("nps"))
    promoter, detractor, expected = score_chances(s.tendency[nps])
    return pd.DataFrame(
        {
            "member_id": sim.members.ids[s.member[nps]],
            "answered_at": moments(sim, s.time[nps]).to_numpy(zero_copy_only=False),
            "theme": pd.array([s.theme[place] for place in nps], dtype="str"),
            "expected_score": expected,
            "promoter_probability": promoter,
            "detractor_probability": detractor,
        }
    )


def satisfaction(sim: Simulation) -> pd.DataFrame:
    """Return the true net promoter score of the whole member list by month.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        day (every 30th), members (in the list that day), nps_all (if all answered), nps_interested (if
        the members still interested answered), both from -100 to 100.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> frame = satisfaction(simulate(Scenario.small()))
    >>> bool(frame["nps_interested"].between(-100, 100).all())
    True

    Taught in: 06 Evaluation
    """
    m, rows = sim.members, []
    for day in range(0, sim.scenario.days, 30):
        here = (m.joined_day <= day) & (m.left > day * 86400) & m.real()
        who = np.flatnonzero(here)
        promoter, detractor, _ = score_chances(tendency_on(sim.scenario, m, who, day))
        awake = m.end_day[who] > day
        rows.append(
            {
                "day": pd.Timestamp(sim.days.date(day)).as_unit("us"),
                "members": len(who),
                "nps_all": 100 * float((promoter - detractor).mean()),
                "nps_interested": 100 * float((promoter - detractor)[awake].mean()),
            }
        )
    return pd.DataFrame(rows)


def mechanisms(sim: Simulation) -> pd.DataFrame:
    """Return which mechanisms are on and what they change.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        mechanism, strength, quantity, change, how (factor or sum).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> "points" in set(mechanisms(simulate(Scenario.small()))["mechanism"])
    True

    Taught in: 07 Case studies
    """
    s = sim.scenario.mechanisms
    rows = [
        ("co_creation", s.co_creation, "hazard of enthusiasts and helpers", 1 - 0.3 * s.co_creation, "factor"),
        ("co_creation", s.co_creation, "recommendation tendency", 0.5 * s.co_creation, "sum"),
        ("points", s.points, "hazard", 1 - 0.1 * s.points, "factor"),
        ("points", s.points, "activity", 1 + 0.1 * s.points, "factor"),
        ("points", s.points, "check-ins", 1 + 2 * s.points, "factor"),
        ("creator_notes", s.creator_notes, "posts by members", 1 + s.creator_notes, "factor"),
        ("creator_notes", s.creator_notes, "quality of posts by members", 0.3 * s.creator_notes, "sum"),
        ("expert_answers", s.expert_answers, "answers", 1 + 2 * s.expert_answers, "factor"),
        ("expert_answers", s.expert_answers, "hazard of lurkers", 1 - 0.15 * s.expert_answers, "factor"),
        ("challenges", s.challenges, "shares", 1 + 0.5 * s.challenges, "factor"),
        ("challenges", s.challenges, "reproduction number of videos", 1 + 0.5 * s.challenges, "factor"),
        ("group_buying", s.group_buying, "extra probability of ordering in treated groups", s.group_buying, "factor"),
        ("expert_talks", s.expert_talks, "purchase rate", 1 + 0.1 * s.expert_talks, "factor"),
        ("expert_talks", s.expert_talks, "recommendation tendency", 0.3 * s.expert_talks, "sum"),
    ]
    return pd.DataFrame(rows, columns=["mechanism", "strength", "quantity", "change", "how"])
