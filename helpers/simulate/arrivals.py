"""Arrivals: on which day, through which channel, and what kind of person comes."""

from __future__ import annotations

import numpy as np

from helpers.simulate.calendar import Days
from helpers.simulate.mechanisms import brought_along
from helpers.simulate.scenario import Scenario


def source_shares(scenario: Scenario) -> np.ndarray:
    """Return the share of each channel in the arrivals of each day.

    Parameters
    ----------
    scenario : Scenario
        Parameters; the shares move in a straight line from the first to the last day.

    Returns
    -------
    numpy.ndarray of shape (days, sources)
        Rows sum to one.

    Examples
    --------
    >>> bool(np.allclose(source_shares(Scenario.small()).sum(axis=1), 1))
    True

    Taught in: 02 Positioning
    """
    first = np.array([source.share_first for source in scenario.sources])
    last = np.array([source.share_last for source in scenario.sources])
    progress = np.linspace(0, 1, scenario.days)[:, None]
    shares = first / first.sum() * (1 - progress) + last / last.sum() * progress
    return shares / shares.sum(axis=1, keepdims=True)


def persona_table(scenario: Scenario) -> np.ndarray:
    """Return cumulative persona weights by source, and one row each for staff, kols, bots, false accounts."""
    names = [persona.name for persona in scenario.personas]
    table = np.zeros((len(scenario.sources) + 4, len(names)))
    for row, source in enumerate(scenario.sources):
        table[row, : len(source.personas)] = source.personas
    for row, name in enumerate(("staff", "kol", "bot", "false_account"), start=len(scenario.sources)):
        table[row, names.index(name)] = 1
    return np.cumsum(table, axis=1)


def arrivals(scenario: Scenario, days: Days, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return joining day, source code and kind of account (0 ordinary, 1 staff, 2 kol, 3 bot, 4 false)."""
    total, last = scenario.members, scenario.days
    staff = max(2, round(total * scenario.staff / 1000))
    kols = max(2, round(total * scenario.kols / 1000))
    bots = max(2, round(total * scenario.bots / 1000))
    trouble = scenario.mishap_day
    # The rest is drawn member by member: a fixed number of founders would make the shares of independent
    # communities vary less than intervals for independent members expect.
    free = total - staff - kols - bots
    false_share = scenario.mishap.false_joins if scenario.mishap and trouble is not None else 0.0
    weights = np.array([0.0, total * scenario.founders, total * false_share])
    weights[0] = max(free - weights.sum(), 0.0)
    ordinary, founders, false = rng.multinomial(free, weights / weights.sum())
    weight = (
        days.rhythm[days.history : days.history + last]
        * days.buying[days.history : days.history + last] ** 0.5
    )
    weight = weight * (1 + scenario.growth * np.linspace(0, 1, last))
    shares = source_shares(scenario)
    cell = rng.choice(
        shares.size, size=ordinary, p=(shares * weight[:, None]).ravel() / (shares * weight[:, None]).sum()
    )
    width = shares.shape[1]
    # Founders came over half a year with the first day's mix of channels.
    day = [cell // width, -1 - (days.history * rng.random(founders) ** 0.8).astype(np.int64)]
    source = [cell % width, rng.choice(width, size=founders, p=shares[0])]
    kind = [np.zeros(ordinary + founders, np.int64), np.repeat([1, 2, 3, 4], [staff, kols, bots, false])]
    day += [
        np.full(staff, -days.history),
        -rng.integers(1, days.history + 1, kols),
        rng.integers(0, last, bots),
    ]
    source += [np.full(staff + kols + bots, -1)]
    if trouble is not None:
        day.append(trouble + rng.integers(0, 2, false))
        source.append(np.full(false, [s.name for s in scenario.sources].index("coupon")))
    further = brought_along(scenario, np.concatenate(day[:2]))
    if len(further):
        day.append(further)
        source.append(np.full(len(further), [s.name for s in scenario.sources].index("invitation")))
        kind.append(np.zeros(len(further), np.int64))
    return np.concatenate(day), np.concatenate(source), np.concatenate(kind)
