"""The truth about randomised promotions: what they caused, and what they took from the weeks after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.commerce import COST_SHARES, KEPT, PARTLY
from helpers.simulate.promotions import next_everyday, stocking_up
from helpers.simulate.tables import campaign_ids

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation

NET = KEPT - PARTLY * 0.4  # share of the amount that stays after refunds, on average
USUAL = 0.10  # discount that deal hunters find anyway, and that a campaign's takes the place of


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
    else:
        here = (m.joined < campaign.first * 86400) & (m.left >= campaign.first * 86400) & m.real()
        who = np.flatnonzero(here & np.isin(m.group, campaign.units))

    # The order that it would replace: campaigns are gone through by their start, as they were drawn.
    before, by = sim.brought.orders, sim.brought.by
    row = next_everyday(before, campaign, len(m), (by < 0) | (by >= number))
    there = row >= 0
    hurries = stocking_up(sim.scenario, campaign) * there
    taken = there * (1 - (1 - hurries) * (1 - extra * KEPT * sim.scenario.pull_forward))
    kept, paid = before.kept()[row], (before.amount - before.refunded)[row] / 100
    caused = (extra + hurries) * KEPT
    cost = price * (np.array([p.categories for p in sim.scenario.personas]) @ COST_SHARES)[m.persona]
    gross = (extra + hurries) * price * (1 - campaign.discount)
    columns = {
        "effect_orders": caused,
        "effect_probability": (extra + hurries - extra * hurries * KEPT) * KEPT * ~bought,
        "effect_amount": gross,
        "later_orders": -taken * kept,
        "later_amount": -taken * paid,
        "_net": gross * NET,
        "_margin": gross * NET - caused * cost,
        "_later_margin": -taken * (paid - before.cost[row] / 100),
    }
    return pd.DataFrame(
        {
            "campaign_id": campaign_ids(sim)[number],
            "member_id": m.ids[who],
            "treated": campaign.members_treated(m)[who],
            "bought_without": bought[who],
            **{name: values[who] for name, values in columns.items()},
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
        orders, before refunds and before coupons given away on orders that come anyway), later_orders and
        later_amount (expected change of kept orders and of their net amount in the 60 days after).

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
    columns = ["campaign_id", "member_id", "treated", "bought_without", "effect_orders", "effect_probability"]
    columns += ["effect_amount", "later_orders", "later_amount"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _given(sim: Simulation, number: int) -> tuple[float, float]:
    """Return what was given away on orders that came anyway: all, and what was net of refunds and usual."""
    orders = sim.orders
    rows = np.flatnonzero((orders.campaign == number) & ~orders.caused)
    given, paid = orders.discount[rows] / 100, np.maximum(orders.amount[rows], 1)
    price = (orders.amount[rows] + orders.discount[rows]) / 100
    # Who finds a discount of ten per cent anyway loses that one; a smaller one is not taken (`promotions`).
    usual = USUAL * price * sim.members.trait["discount"][orders.member[rows]]
    lost = given - np.where(sim.campaigns[number].discount > USUAL, usual, 0.0)
    return float(given.sum()), float((lost * (1 - orders.refunded[rows] / paid)).sum())


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
        given_away (discounts on orders that would have come anyway), as they happened; effect_net and
        effect_margin (per member, after refunds and what was given away), lasting_orders, lasting_net and
        lasting_margin (the same over the campaign and the 60 days after it), pulled_forward (share of the
        further orders that are missing afterwards) and brought_forward (everyday orders that did not
        happen because of it).

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
        mean, later = each.mean(numeric_only=True), each["later_orders"].mean()
        given, lost = _given(sim, number)
        lost /= max(int(each["treated"].sum()), 1)
        rows.append(
            {
                "campaign_id": campaign_ids(sim)[number],
                "unit": campaign.unit,
                "members": len(each),
                "share_treated": each["treated"].mean(),
                "base_probability": each["bought_without"].mean(),
                "effect_probability": mean["effect_probability"],
                "effect_orders": mean["effect_orders"],
                "effect_amount": mean["effect_amount"],
                "caused_orders": int((orders.caused & (orders.campaign == number)).sum()),
                "given_away": given,
                "effect_net": mean["_net"] - lost,
                "effect_margin": mean["_margin"] - lost,
                "lasting_orders": mean["effect_orders"] + later,
                "lasting_net": mean["_net"] - lost + mean["later_amount"],
                "lasting_margin": mean["_margin"] - lost + mean["_later_margin"],
                "pulled_forward": -later / mean["effect_orders"] if mean["effect_orders"] > 0 else np.nan,
                "brought_forward": int((sim.brought.by == number).sum()),
            }
        )
    return pd.DataFrame(rows)
