"""The truth: what the simulator knows, what estimators promise to recover."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate import truth_effects
from helpers.simulate.activity import probability_if_interested
from helpers.simulate.commerce import KEPT, PARTLY
from helpers.simulate.contents import COMMENT_FACTOR, FORMATS, LIKE_FACTOR, PURPOSES, SHARE_FACTOR
from helpers.simulate.people import CATEGORIES, INTERESTS, NEEDS
from helpers.simulate.surveys import ATTRIBUTES, BRANDS, IMAGE, IMAGE_OF_US, LOW_FOR, SATISFACTION, score_chances

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation

NET = KEPT - PARTLY * 0.4  # share of the amount that stays after refunds, on average


def still_interested(sim: Simulation, who: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return the probability that members are still interested on a day, given that they joined.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.
    who : numpy.ndarray of int
        Positions of the members.
    day : numpy.ndarray of int
        Day number of each, not before joining.

    Returns
    -------
    numpy.ndarray of float
        ``exp(-hazard * wear)``, wear being the number of days since joining (bad days count more).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> small = simulate(Scenario.small())
    >>> who = np.arange(3)
    >>> still_interested(small, who, small.members.joined_day[who]).tolist()
    [1.0, 1.0, 1.0]

    Taught in: 06 Evaluation
    """
    worn, history = sim.days.worn, sim.days.history
    since = worn[day + history] - worn[sim.members.joined_day[who] + history]
    return np.exp(-sim.members.hazard[who] * since)


def active_within(sim: Simulation, who: np.ndarray, first: np.ndarray, days: int) -> np.ndarray:
    """Return the probability of being active at least once in a span of days.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.
    who : numpy.ndarray of int
        Positions of the members.
    first : numpy.ndarray of int
        First day number of each member's span, not before joining.
    days : int
        Length of the span.

    Returns
    -------
    numpy.ndarray of float
        Under the model, before anything was drawn; missing where the span is not inside the window.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> small = simulate(Scenario.small(founders=0.0))
    >>> who = np.arange(20, 25)
    >>> first = small.members.joined_day[who] + 1
    >>> one, seven = active_within(small, who, first, 1), active_within(small, who, first, 7)
    >>> bool((seven >= one).all())
    True

    Taught in: 06 Evaluation
    """
    inside = (first >= 0) & (first + days <= sim.scenario.days)
    chance = np.full(len(who), np.nan)
    who, first = who[inside], first[inside]
    # Backwards: the probability of no activity from a day on, given interest on that day.
    none_later = np.ones(len(who))
    for step in range(days - 1, -1, -1):
        day = first + step
        p = probability_if_interested(sim.scenario, sim.days, sim.members, who, day)
        none_from = (1 - p) * none_later
        before = sim.members.joined_day[who] if step == 0 else None
        if before is not None:
            alive = still_interested(sim, who, day)
        else:
            wear = sim.days.wear[day + sim.days.history]
            alive = np.exp(-sim.members.hazard[who] * wear)
        none_later = 1 - alive + alive * none_from
    chance[inside] = 1 - none_later
    return chance


def _members(sim: Simulation) -> pd.DataFrame:
    m, c = sim.members, sim.customers
    promoter, detractor, expected = score_chances(m.score)
    day = np.datetime64(sim.scenario.start, "us")
    one = np.timedelta64(1, "D")
    ends = np.minimum(np.where(np.isfinite(c.ends), c.ends, 0), 40_000).astype(np.int64)
    frame = pd.DataFrame(
        {
            "member_id": m.ids,
            "persona": np.array([p.name for p in sim.scenario.personas])[m.persona],
            "interest_ends_at": day + np.minimum(m.end_day, 40_000) * one,
            "hazard": m.hazard,
            "activity": m.activity,
            "silent": m.silent,
            "talks": m.talker,
            "talk": m.talk,
            "skill": m.skill,
            "buyer": c.buyer,
            "purchase_rate": c.rate,
            "dropout": np.where(c.buyer, c.dropout, np.nan),
            "mean_order_value": np.where(c.buyer, c.mean_value, np.nan),
            "value_rate": c.rate * c.mean_value * NET,
            "buying_ends_at": np.where(np.isfinite(c.ends), day + ends * one, np.datetime64("NaT", "us")),
            "nps_tendency": m.score,
            "expected_score": expected,
            "promoter_probability": promoter,
            "detractor_probability": detractor,
        }
    )
    return frame.sort_values("member_id", ignore_index=True)


def _expectations(sim: Simulation) -> pd.DataFrame:
    m = sim.members
    who = np.flatnonzero(m.real())
    joined = m.joined_day[who]
    monday = joined - (joined + sim.scenario.start.weekday()) % 7
    frame = pd.DataFrame({"member_id": m.ids[who]})
    for n in (1, 7, 30):
        frame[f"day_{n}"] = active_within(sim, who, joined + n, 1)
    for n in (1, 4, 8):
        frame[f"week_{n}"] = active_within(sim, who, monday + 7 * n, 7)
    for n in (30, 90):
        frame[f"interested_{n}"] = still_interested(sim, who, joined + n)
    return frame.sort_values("member_id", ignore_index=True)


def _contents(sim: Simulation) -> pd.DataFrame:
    p = sim.posts
    return pd.DataFrame(
        {
            "content_id": p.labels(),
            "quality": p.quality,
            "purpose": np.array(PURPOSES)[p.purpose],
            "negative": p.negative,
            "reproduction_number": p.reproduction,
        }
    )


def _formats(sim: Simulation) -> pd.DataFrame:
    return pd.DataFrame(
        {"format": FORMATS, "like_factor": LIKE_FACTOR, "comment_factor": COMMENT_FACTOR, "share_factor": SHARE_FACTOR}
    )


def _personas(sim: Simulation) -> pd.DataFrame:
    columns = ("activity", "lifetime", "views", "like", "comment", "share", "click", "messages", "talkers", "posts", "live",
               "buyers", "wait", "rate", "dropout", "value", "discount", "persuadable", "score", "answers", "women")  # fmt: skip
    people = sim.scenario.personas
    return pd.DataFrame({"persona": [p.name for p in people]} | {c: [float(getattr(p, c)) for p in people] for c in columns})


def _tastes(sim: Simulation) -> pd.DataFrame:
    rows = [
        (p.name, kind, item, weight / sum(weights))
        for p in sim.scenario.personas
        for kind, items, weights in (("interest", INTERESTS, p.interests), ("category", CATEGORIES, p.categories))
        for item, weight in zip(items, weights, strict=True)
    ]
    return pd.DataFrame(rows, columns=["persona", "kind", "item", "probability"])


def _sources(sim: Simulation) -> pd.DataFrame:
    kinds = sim.scenario.sources
    rows = {
        "source": [s.name for s in kinds],
        "share_first": [s.share_first / sum(x.share_first for x in kinds) for s in kinds],
        "share_last": [s.share_last / sum(x.share_last for x in kinds) for s in kinds],
        "hazard_factor": [s.hazard for s in kinds],
        "rate_factor": [s.rate for s in kinds],
        "coupon_probability": [s.coupon for s in kinds],
        "price": [s.price for s in kinds],
    }
    mix = {f"share_{p.name}": [s.personas[n] / sum(s.personas) for s in kinds] for n, p in enumerate(sim.scenario.personas[:6])}
    return pd.DataFrame(rows | mix)


def _opinions(sim: Simulation) -> pd.DataFrame:
    rows: list[tuple[str, str, str | None, str, float]] = []
    for persona in sim.scenario.personas[:7]:
        for n, item in enumerate(NEEDS):
            rows.append((persona.name, "need", None, item, persona.needs[n]))
            rows.append((persona.name, "satisfaction", None, item, SATISFACTION[n] + 0.25 * (persona.score - 7.5)))
        for b, brand in enumerate(BRANDS):
            for n, item in enumerate(ATTRIBUTES):
                own = IMAGE_OF_US.get(persona.name, (0.0,) * 6)[n] if b == 0 else 0.0
                rows.append((persona.name, "image", brand, item, float(IMAGE[b, n]) + own))
    return pd.DataFrame(rows, columns=["persona", "kind", "subject", "item", "mean_before_rounding"])


def _mishap(sim: Simulation) -> pd.DataFrame:
    mishap, first = sim.scenario.mishap, sim.scenario.mishap_day
    if mishap is None or first is None:
        return pd.DataFrame(columns=["starts_on", "ends_on", "hazard_factor", "score_drop", "scores_low_until", "false_accounts", "complaints"])
    false = [p.name for p in sim.scenario.personas].index("false_account")
    dates = [pd.Timestamp(sim.days.date(day)).as_unit("us") for day in (first, first + mishap.days - 1, first + LOW_FOR - 1)]
    return pd.DataFrame(
        {
            "starts_on": [dates[0]],
            "ends_on": [dates[1]],
            "hazard_factor": [mishap.hazard],
            "score_drop": [mishap.score],
            "scores_low_until": [dates[2]],
            "false_accounts": [int((sim.members.persona == false).sum())],
            "complaints": [int(sim.posts.negative.sum())],
        }
    )


BUILDERS: dict[str, Callable[[Simulation], pd.DataFrame]] = {
    "members": _members,
    "expectations": _expectations,
    "personas": _personas,
    "tastes": _tastes,
    "sources": _sources,
    "opinions": _opinions,
    "contents": _contents,
    "formats": _formats,
    "mishap": _mishap,
    "cascades": truth_effects.cascades,
    "campaigns": truth_effects.campaigns,
    "effects": truth_effects.effects,
    "surveys": truth_effects.surveys,
    "satisfaction": truth_effects.satisfaction,
    "mechanisms": truth_effects.mechanisms,
}


def build(sim: Simulation) -> dict[str, pd.DataFrame]:
    """Return all truth tables of a simulation.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    dict of str to pandas.DataFrame
        One frame per name in ``BUILDERS``; the data card describes their columns.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> truth = build(simulate(Scenario.small()))
    >>> bool(truth["expectations"]["day_1"].mean() < 1)
    True

    Taught in: all
    """
    return {name: builder(sim) for name, builder in BUILDERS.items()}
