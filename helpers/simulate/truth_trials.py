"""The truth about tests and membership: what the treated gain, what members owe to being members."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.checkout import passes
from helpers.simulate.commerce import KEPT
from helpers.simulate.expectations import active_within, still_interested
from helpers.simulate.newcomers import CONTROL, TREATED
from helpers.simulate.outsiders import WITHIN
from helpers.simulate.people import PLATFORMS
from helpers.simulate.retargeting import effect as retargeting_effect
from helpers.simulate.tables import campaign_ids
from helpers.simulate.trials import FORTNIGHT, LESS, MORE

if TYPE_CHECKING:
    from helpers.simulate.campaigns import Campaign
    from helpers.simulate.simulation import Simulation

COLUMNS = ["campaign_id", "kind", "outcome", "base", "effect", "n"]


def _onboarding(sim: Simulation, campaign: Campaign) -> list[tuple[str, float, float]]:
    """Return base and effect of each outcome: everybody untreated, everybody treated."""
    who, joined = campaign.units, sim.members.joined_day[campaign.units]
    monday = joined - (joined + sim.scenario.start.weekday()) % 7
    means = []
    for arm in (CONTROL, TREATED):
        arms = np.where(sim.members.onboarding >= 0, arm, sim.members.onboarding)
        other = replace(sim, members=replace(sim.members, onboarding=arms))
        means.append(
            {
                "active_day_22_28": active_within(other, who, joined + 22, 7).mean(),
                "day_30": active_within(other, who, joined + 30, 1).mean(),
                "week_4": active_within(other, who, monday + 28, 7).mean(),
                "interested_30": still_interested(other, who, joined + 30).mean(),
            }
        )
    return [(name, base, means[1][name] - base) for name, base in means[0].items()]


def _incentive(sim: Simulation, campaign: Campaign) -> list[tuple[str, float, float]]:
    """Return base and effect of the actions a member, given the days on which members were active."""
    rows = []
    a, gamer = sim.active, sim.members.gamer
    for kind in ("check_in", "answer"):
        for after, factor in ((False, MORE), (True, LESS)):
            name = f"{kind}s_after" if after else f"{kind}s"
            usual = sim.trials.usual.get(name, np.zeros(len(sim.members)))[campaign.units]
            gain = float(usual.mean()) * (factor - 1)
            # Gamers check in on every active day, whatever it earns.
            first = campaign.first + FORTNIGHT * after
            inside = (a.day >= first) & (a.day < first + FORTNIGHT) & gamer[a.member] & (a.age > 0)
            always = np.isin(a.member[inside], campaign.units).sum() if kind == "check_in" else 0
            rows.append((name, float(usual.mean()) + always / len(campaign.units), gain))
    return rows


def _digest(sim: Simulation, campaign: Campaign) -> list[tuple[str, float, float]]:
    """Return base and effect on the share with a kept order in the digest's days."""
    o, who = sim.orders, campaign.units
    day = o.time // 86400
    without = (day >= campaign.first) & (day <= campaign.last) & o.kept() & ~(o.caused & (o.campaign < 0))
    bought = (np.bincount(o.member[without], minlength=len(sim.members)) > 0)[who]
    return [("bought", float(bought.mean()), float((KEPT * sim.trials.digest_chance[who] * ~bought).mean()))]


def _checkout(sim: Simulation, campaign: Campaign) -> list[tuple[str, float, float]]:
    """Return base and effect on the share of checkouts that are paid, and of members who bought."""
    c, o, who, save = sim.checkouts, sim.orders, campaign.units, sim.scenario.one_page
    during = c.reached & (c.time // 86400 >= campaign.first) & (c.time // 86400 <= campaign.last)
    during &= np.isin(c.member, who)
    usual = c.paid & ~c.caused
    lost = np.bincount(c.member[during & ~usual], minlength=len(sim.members))[who]
    day = o.time // 86400
    mine = o.caused & (o.campaign < 0)
    without = (day >= campaign.first) & (day <= campaign.last) & o.kept() & ~mine
    bought = (np.bincount(o.member[without], minlength=len(sim.members)) > 0)[who]
    total = max(int(during.sum()), 1)
    return [
        ("finished", float((during & usual).sum() / total), float(save * lost.sum() / total)),
        ("bought", float(bought.mean()), float(((1 - (1 - save * KEPT) ** lost) * ~bought).mean())),
    ]


def tests(sim: Simulation) -> pd.DataFrame:
    """Return what each randomised test truly changes.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        campaign_id, kind, outcome, base (mean a unit expected if nobody were treated), effect (difference
        if everybody were), n (units). Outcomes: of welcome tasks active_day_22_28 (active at least once
        so many days after joining), day_30, week_4, interested_30, as in `expectations`; of double points
        check_ins and answers a member in its days, and check_ins_after, answers_after in as many days
        after it; of the one-page checkout finished (share of the checkouts reached that were paid) and
        bought (a kept order in its days); of the digest bought; of headlines clicked (b against a).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> tests(simulate(Scenario.small())).empty
    True

    Taught in: 04 Interaction
    """
    names, rows = campaign_ids(sim), []
    rates = iter(sim.trials.rates)
    for number, campaign in enumerate(sim.campaigns):
        found: list[tuple[str, float, float]] = []
        if campaign.kind == "onboarding":
            found = _onboarding(sim, campaign)
        elif campaign.kind == "incentive":
            found = _incentive(sim, campaign)
        elif campaign.kind == "checkout_test":
            found = _checkout(sim, campaign)
        elif campaign.kind == "ad_holdout":
            found = retargeting_effect(
                sim.members, sim.orders, sim.campaigns, sim.retargeting, sim.scenario.retargeting
            )
        elif campaign.kind == "digest":
            found = _digest(sim, campaign)
        elif campaign.kind == "headline_test":
            first, second = next(rates)
            found = [("clicked", first, second - first)]
        rows += [(names[number], campaign.kind, *row, len(campaign.units)) for row in found]
    return pd.DataFrame(rows, columns=COLUMNS)


def checkout(sim: Simulation) -> pd.DataFrame:
    """Return how likely a cart and a checkout are passed on, by platform, without the one-page checkout.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        platform, step (cart: from the cart to the payment page; checkout: from there to the order),
        screens, stated (chance stated for so many screens), pass_probability (expected with the carts that
        there are, a little less where members put much into the cart while browsing), n (tries).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> table = checkout(simulate(Scenario.small()))
    >>> bool((table["pass_probability"] < table["stated"] + 0.02).all())
    True

    Taught in: 05 Conversion
    """
    c, rows = sim.checkouts, []
    usual = c.paid & ~c.caused
    for number, (platform, chances) in enumerate(zip(PLATFORMS, passes(sim.scenario), strict=True)):
        mine = c.platform == number
        paid, tries = int((mine & usual).sum()), int(mine.sum())
        reached = min(paid / chances[1], tries)
        found = (reached / max(tries, 1), paid / max(reached, 1))
        for place, step in enumerate(("cart", "checkout")):
            count = (tries, int((mine & c.reached).sum()))[place]
            screens = sim.scenario.screens[number][place]
            rows.append((platform, step, screens, float(chances[place]), float(found[place]), count))
    return pd.DataFrame(rows, columns=["platform", "step", "screens", "stated", "pass_probability", "n"])


def membership(sim: Simulation) -> pd.DataFrame:
    """Return what membership does to coming back: the effect on those who are members.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        One row: effect_factor (on repeat purchases), repeat_90_members (share with a second kept order
        within 90 days of the first in the window), repeat_90_without (share expected for the same people
        without membership: each everyday repeat purchase one in `effect_factor` as likely, none that a
        campaign caused), att (the difference), n (members, neither staff nor bots, whose first kept order
        lies 90 days or more before the end).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> row = membership(simulate(Scenario.small(days=150))).iloc[0]
    >>> bool(row["att"] > 0)
    True

    Taught in: 01 Definition
    """
    o, m, factor = sim.orders, sim.members, sim.scenario.membership_effect
    kept = np.flatnonzero(o.kept() & m.real()[o.member])
    member, day = o.member[kept], o.time[kept] // 86400
    buyers, place = np.unique(member, return_index=True)  # orders are in order of time
    first, began = np.full(len(m), -1), np.full(len(m), -1)
    first[buyers], began[buyers] = day[place], o.time[kept][place]
    watched = (first >= 0) & (first <= sim.scenario.days - 1 - WITHIN)
    again = np.ones(len(kept), bool)
    again[place] = False
    again &= watched[member] & (day - first[member] <= WITHIN)
    repeats = np.bincount(member[again], minlength=len(m))[watched]
    # Everyday orders that a campaign brought forward would have come at their own time.
    plain = sim.brought.orders
    since = plain.time // 86400 - first[plain.member]
    mine = plain.kept() & ~plain.caused & watched[plain.member] & (since <= WITHIN)
    mine &= plain.time > began[plain.member]
    usual = np.bincount(plain.member[mine], minlength=len(m))[watched]
    with_it = float((repeats > 0).mean()) if watched.any() else np.nan
    without = float((1 - (1 - 1 / factor) ** usual).mean()) if watched.any() else np.nan
    return pd.DataFrame(
        {
            "effect_factor": [factor],
            "repeat_90_members": [with_it],
            "repeat_90_without": [without],
            "att": [with_it - without],
            "n": [int(watched.sum())],
        }
    )


def outsiders(sim: Simulation) -> pd.DataFrame:
    """Return the persona of every outside customer.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        member_id, persona.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> outsiders(simulate(Scenario.small())).columns.tolist()
    ['member_id', 'persona']

    Taught in: 01 Definition
    """
    if sim.outsiders is None:
        return pd.DataFrame({"member_id": pd.Series(dtype="str"), "persona": pd.Series(dtype="str")})
    people = sim.outsiders.people
    names = np.array([persona.name for persona in sim.scenario.personas])
    frame = pd.DataFrame({"member_id": people.ids, "persona": names[people.persona]})
    return frame.sort_values("member_id", ignore_index=True)
