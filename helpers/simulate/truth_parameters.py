"""The truth about the parameters: personas, tastes, sources, formats, opinions, mishap, mechanisms."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pandas as pd

from helpers.simulate.contents import COMMENT_FACTOR, FORMATS, LIKE_FACTOR, SHARE_FACTOR
from helpers.simulate.mechanisms import EFFECTS
from helpers.simulate.opinions import ATTRIBUTES, BRANDS, IMAGE, IMAGE_OF_US, LOW_FOR, SATISFACTION
from helpers.simulate.people import CATEGORIES, INTERESTS, NEEDS, Persona

if TYPE_CHECKING:
    from helpers.simulate.simulation import Simulation


def _formats(sim: Simulation) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "format": FORMATS,
            "like_factor": LIKE_FACTOR,
            "comment_factor": COMMENT_FACTOR,
            "share_factor": SHARE_FACTOR,
        }
    )


def _personas(sim: Simulation) -> pd.DataFrame:
    columns = [f.name for f in fields(Persona) if f.type == "float"]
    people = sim.scenario.personas
    return pd.DataFrame(
        {"persona": [p.name for p in people]} | {c: [float(getattr(p, c)) for p in people] for c in columns}
    )


def _tastes(sim: Simulation) -> pd.DataFrame:
    rows = [
        (p.name, kind, item, weight / sum(weights))
        for p in sim.scenario.personas
        for kind, items, weights in (
            ("interest", INTERESTS, p.interests),
            ("category", CATEGORIES, p.categories),
        )
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
    mix = {
        f"share_{p.name}": [s.personas[n] / sum(s.personas) for s in kinds]
        for n, p in enumerate(sim.scenario.personas[:6])
    }
    return pd.DataFrame(rows | mix)


def _opinions(sim: Simulation) -> pd.DataFrame:
    rows: list[tuple[str, str, str | None, str, float]] = []
    for persona in sim.scenario.personas[:7]:
        for n, item in enumerate(NEEDS):
            mean = SATISFACTION[n] + 0.25 * (persona.score + sim.scenario.liking - 7.5)
            rows.append((persona.name, "need", None, item, persona.needs[n]))
            rows.append((persona.name, "satisfaction", None, item, mean))
        for b, brand in enumerate(BRANDS):
            for n, item in enumerate(ATTRIBUTES):
                own = IMAGE_OF_US.get(persona.name, (0.0,) * 6)[n] if b == 0 else 0.0
                rows.append((persona.name, "image", brand, item, float(IMAGE[b, n]) + own))
    return pd.DataFrame(rows, columns=["persona", "kind", "subject", "item", "mean_before_rounding"])


def _mishap(sim: Simulation) -> pd.DataFrame:
    mishap, first = sim.scenario.mishap, sim.scenario.mishap_day
    if mishap is None or first is None:
        return pd.DataFrame(
            columns=[
                "starts_on",
                "ends_on",
                "hazard_factor",
                "score_drop",
                "scores_low_until",
                "false_accounts",
                "complaints",
            ]
        )
    false = [p.name for p in sim.scenario.personas].index("false_account")
    dates = [
        pd.Timestamp(sim.days.date_of(day)).as_unit("us")
        for day in (first, first + mishap.days - 1, first + LOW_FOR - 1)
    ]
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


def _mechanisms(sim: Simulation) -> pd.DataFrame:
    s = sim.scenario.mechanisms
    rows = [
        (
            "co_creation",
            s.co_creation,
            "hazard of enthusiasts and helpers",
            1 - 0.3 * s.co_creation,
            "factor",
        ),
        ("co_creation", s.co_creation, "recommendation tendency", 0.5 * s.co_creation, "sum"),
        ("points", s.points, "hazard", 1 - 0.1 * s.points, "factor"),
        ("points", s.points, "activity", 1 + 0.1 * s.points, "factor"),
        ("points", s.points, "check-ins", 1 + 2 * s.points, "factor"),
        ("creator_notes", s.creator_notes, "posts by members", 1 + s.creator_notes, "factor"),
        ("creator_notes", s.creator_notes, "quality of posts by members", 0.3 * s.creator_notes, "sum"),
        ("expert_answers", s.expert_answers, "answers", 1 + 2 * s.expert_answers, "factor"),
        (
            "expert_answers",
            s.expert_answers,
            "answers by staff per working hour",
            1 + s.expert_answers,
            "factor",
        ),
        ("expert_answers", s.expert_answers, "hazard of lurkers", 1 - 0.15 * s.expert_answers, "factor"),
        ("challenges", s.challenges, "shares", 1 + 0.5 * s.challenges, "factor"),
        (
            "challenges",
            s.challenges,
            "shares and check-ins on days of a challenge",
            1 + s.challenges,
            "factor",
        ),
        ("challenges", s.challenges, "reproduction number of videos", 1 + 0.5 * s.challenges, "factor"),
        (
            "group_buying",
            s.group_buying,
            "extra probability of ordering in treated groups",
            s.group_buying,
            "factor",
        ),
        ("expert_talks", s.expert_talks, "purchase rate", 1 + 0.1 * s.expert_talks, "factor"),
        ("expert_talks", s.expert_talks, "recommendation tendency", 0.3 * s.expert_talks, "sum"),
    ]
    rows += [
        (e.mechanism, strength, e.quantity, e.size * strength + (e.how == "factor"), e.how)
        for e in EFFECTS
        for strength in [getattr(s, e.mechanism)]
    ]
    return pd.DataFrame(rows, columns=["mechanism", "strength", "quantity", "change", "how"])


def parameter_tables(sim: Simulation) -> dict[str, pd.DataFrame]:
    """Return the parameters of a simulation as tables.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    dict of str to pandas.DataFrame
        personas (one row a persona), tastes (persona, kind, item, probability), sources (one row a
        channel), formats (format and its factors), opinions (persona, kind, subject, item,
        mean_before_rounding), mishap (one row or none), mechanisms (mechanism, strength, quantity,
        change, how: factor or sum).

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> sorted(parameter_tables(simulate(Scenario.small())))
    ['formats', 'mechanisms', 'mishap', 'opinions', 'personas', 'sources', 'tastes']

    Taught in: all
    """
    return {
        "personas": _personas(sim),
        "tastes": _tastes(sim),
        "sources": _sources(sim),
        "formats": _formats(sim),
        "opinions": _opinions(sim),
        "mishap": _mishap(sim),
        "mechanisms": _mechanisms(sim),
    }
