"""The truth about effects: what shares caused, and what campaigns caused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.commerce import KEPT
from helpers.simulate.log import CODE
from helpers.simulate.tables import campaign_ids, event_ids

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
    return pd.DataFrame(
        {
            "root_event_id": event_ids(sim, shares[first]).to_numpy(zero_copy_only=False),
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
    without = (
        (day >= campaign.first)
        & (day <= campaign.last)
        & orders.kept()
        & ~(orders.caused & (orders.campaign == number))
    )
    bought = np.bincount(orders.member[without], minlength=len(m)) > 0
    length = (campaign.last - campaign.first + 1) * 86400
    in_time = np.clip((m.left - campaign.first * 86400) / length, 0, 1)
    extra = campaign.extra_probability(m, sim.groups) * in_time
    price = sim.customers.mean_value
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
    """Return the effect of each randomised campaign that sells on each member.

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
    parts = [
        _effects(sim, number) for number, campaign in enumerate(sim.campaigns) if campaign.is_sales_experiment
    ]
    columns = [
        "campaign_id",
        "member_id",
        "treated",
        "bought_without",
        "effect_orders",
        "effect_probability",
        "effect_amount",
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def campaigns(sim: Simulation) -> pd.DataFrame:
    """Return the mean true effect of each randomised campaign that sells.

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
        if not campaign.is_sales_experiment:
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
