"""What each way of working on a community changes, by how much: read by the simulator and by the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from helpers.simulate.streams import stream

if TYPE_CHECKING:
    from helpers.simulate.scenario import Mechanisms, Scenario

REPLY_TIME = 9.0  # mean days until somebody who was brought along brings others


class Effect(NamedTuple):
    """Say what one mechanism at full strength does to one quantity: ``1 + size`` times it, or plus `size`."""

    mechanism: str
    quantity: str
    size: float
    how: Literal["factor", "sum"] = "factor"


EFFECTS = (
    Effect("co_creation", "activity of enthusiasts and helpers", 0.25),
    Effect("co_creation", "comments", 0.35),
    Effect("fan_meetings", "messages", 0.35),
    Effect("fan_meetings", "hazard of losing interest", -0.15),
    Effect("fan_meetings", "recommendation tendency before rounding", 0.2, "sum"),
    Effect("fan_meetings", "members brought by one who joins", 0.10, "sum"),
    Effect("tiers", "purchase rate of customers", 0.25),
    Effect("tiers", "chance to cease after a purchase", -0.30),
    Effect("recommendation", "views", 0.25),
    Effect("recommendation", "activity", 0.10),
    Effect("recommendation", "log slope of being met on quality", 0.6, "sum"),
    Effect("question_routing", "answers by members", 1.0),
    Effect("question_routing", "questions met", 1.5),
    Effect("reach", "first shares", 0.25),
    Effect("reach", "reproduction number before its cap", 0.35),
    Effect("reach", "log slope of being met on quality", 0.4, "sum"),
    Effect("fission", "members brought by one who joins", 0.35, "sum"),
    Effect("kol_trust", "share that ever buys", 0.20),
    Effect("kol_trust", "purchase rate of customers", 0.15),
    Effect("kol_trust", "recommendation tendency before rounding", 0.2, "sum"),
    # Yuan a month for each person in the list, beyond what the community costs anyway.
    Effect("co_creation", "running cost", 0.3, "sum"),
    Effect("fan_meetings", "running cost", 0.9, "sum"),
    Effect("tiers", "running cost", 0.8, "sum"),
    Effect("creator_notes", "running cost", 0.5, "sum"),
    Effect("recommendation", "running cost", 0.3, "sum"),
    Effect("question_routing", "running cost", 0.4, "sum"),
    Effect("reach", "running cost", 0.6, "sum"),
    Effect("fission", "running cost", 0.2, "sum"),
    Effect("expert_talks", "running cost", 0.6, "sum"),
    Effect("kol_trust", "running cost", 0.7, "sum"),
)


def factor(switch: Mechanisms, quantity: str) -> float:
    """Return the factor that all mechanisms together put on a quantity.

    Parameters
    ----------
    switch : Mechanisms
        The strengths.
    quantity : str
        One of the quantities of ``EFFECTS`` whose changes are factors.

    Returns
    -------
    float
        The product of ``1 + size * strength``; exactly 1 with every mechanism off.

    Examples
    --------
    >>> from helpers.simulate.scenario import Mechanisms
    >>> factor(Mechanisms(), "views"), factor(Mechanisms(recommendation=1), "views")
    (1.0, 1.25)

    Taught in: 07 Case studies
    """
    sizes = [(e.size, e.mechanism) for e in EFFECTS if e.quantity == quantity and e.how == "factor"]
    return float(np.prod([1.0 + size * getattr(switch, name) for size, name in sizes]))


def added(switch: Mechanisms, quantity: str) -> float:
    """Return what all mechanisms together add to a quantity.

    Parameters
    ----------
    switch : Mechanisms
        The strengths.
    quantity : str
        One of the quantities of ``EFFECTS`` whose changes are sums.

    Returns
    -------
    float
        The sum of ``size * strength``; exactly 0 with every mechanism off.

    Examples
    --------
    >>> from helpers.simulate.scenario import Mechanisms
    >>> added(Mechanisms(fission=1), "members brought by one who joins")
    0.35

    Taught in: 07 Case studies
    """
    return float(
        sum(
            e.size * getattr(switch, e.mechanism)
            for e in EFFECTS
            if e.quantity == quantity and e.how == "sum"
        )
    )


def brought_along(scenario: Scenario, joined_day: np.ndarray) -> np.ndarray:
    """Draw on which days further people come whom somebody brought along, and whom these bring in turn.

    Parameters
    ----------
    scenario : Scenario
        Its mechanisms say how many each one who joins brings on average.
    joined_day : numpy.ndarray of int
        Days on which people join anyway.

    Returns
    -------
    numpy.ndarray of int
        Day of joining of each further person within the window; empty where nothing brings anybody.

    Notes
    -----
    A branching process: everybody brings a Poisson number with mean K, after a day and an exponential
    wait, so that n people become n / (1 - K) once all have had time. K is held below 0.9.

    Examples
    --------
    >>> from helpers.simulate.scenario import Mechanisms, Scenario
    >>> days = np.zeros(1000, int)
    >>> len(brought_along(Scenario.small(), days))
    0
    >>> fission = Scenario.small(mechanisms=Mechanisms(fission=1))
    >>> 400 < len(brought_along(fission, days)) < 700
    True

    Taught in: 07 Case studies
    """
    mean = min(added(scenario.mechanisms, "members brought by one who joins"), 0.9)
    found: list[np.ndarray] = []
    if mean <= 0:
        return np.zeros(0, np.int64)
    rng = stream(scenario.seed, "brought along")
    now = joined_day
    while len(now):
        later = np.repeat(now, rng.poisson(mean, len(now)))
        later = later + 1 + rng.exponential(REPLY_TIME, len(later)).astype(np.int64)
        now = later[(later >= 0) & (later < scenario.days)]
        found.append(now)
    return np.concatenate(found) if found else np.zeros(0, np.int64)
