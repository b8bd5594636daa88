"""Cooperation with kols: whom each of them brings, and what they are paid."""

from __future__ import annotations

import numpy as np

from helpers.simulate.contents import Posts
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

MONTH = 30  # days that one payment covers
FAME = 6.0  # influence of a kol of median fame, in terms of an average member who talks


def draw_partners(scenario: Scenario, members: Members) -> None:
    """Draw which kol brought each member whose source is a kol.

    Parameters
    ----------
    scenario : Scenario
        Parameters.
    members : Members
        `invited_by` is filled: kols who had joined before and are still interested, the famous more often.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> members = simulate(Scenario.small()).members
    >>> brought = members.invited_by[members.invited_by >= 0]
    >>> bool(np.isin(members.role[brought], [0, 2]).all())
    True

    Taught in: 04 Interaction
    """
    codes = [code for code, source in enumerate(scenario.sources) if source.name == "kol"]
    kols = np.flatnonzero(members.role == 2)
    brought = np.flatnonzero(np.isin(members.source, codes) & (members.role == 0) & (members.joined_day >= 0))
    if not len(kols) or not len(brought):
        return
    day = members.joined_day[brought][:, None]
    there = (members.joined_day[kols] < day) & (members.end_day[kols] > day)
    steps = np.cumsum(members.fame[kols] * there, axis=1)
    u = stream(scenario.seed, "partners").random(len(brought)) * steps[:, -1]
    place = (steps <= u[:, None]).sum(axis=1)
    some = steps[:, -1] > 0
    members.invited_by[brought[some]] = kols[place[some]]


def influence(members: Members) -> np.ndarray:
    """Return how far each member's word reaches; 1 on average among ordinary members who talk.

    Parameters
    ----------
    members : Members
        The people.

    Returns
    -------
    numpy.ndarray of float
        Talk times ``exp(0.5 * skill)``; of kols, their fame, by which they bring members.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> members = simulate(Scenario.small()).members
    >>> bool(influence(members)[members.role == 2].min() > 0)
    True

    Taught in: 04 Interaction
    """
    word = members.talk * np.exp(0.5 * members.skill) * members.real()
    heard = (members.role == 0) & (word > 0)
    word = word / (word[heard].mean() if heard.any() else 1.0)
    return np.where(members.role == 2, FAME * members.fame, word)


def kol_fees(
    scenario: Scenario, members: Members, posts: Posts, total: float
) -> list[tuple[int, int, float]]:
    """Return the fees of kols as day, position of the kol and amount.

    Parameters
    ----------
    scenario, members, posts
        The simulation so far.
    total : float
        What all kols are paid over the window.

    Returns
    -------
    list of (int, int, float)
        One entry a kol and 30 days with a sponsored post. The price of a post follows what the kol's
        fame is taken for, so some are paid more than they bring and some less.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> round(sum(fee for _, _, fee in kol_fees(small.scenario, small.members, small.posts, 1000.0)))
    1000

    Taught in: 04 Interaction
    """
    kols = np.flatnonzero(members.role == 2)
    taken_for = np.sqrt(members.fame) * stream(scenario.seed, "kol fees").lognormal(0, 0.5, len(members))
    months = -(-scenario.days // MONTH)
    paid = posts.sponsored & (members.role[posts.author] == 2)
    count = np.zeros((months, len(members)))
    np.add.at(count, (posts.time[paid] // 86400 // MONTH, posts.author[paid]), 1.0)
    if not count.any():
        count[:, kols] = 1.0
    fee = count * taken_for
    fee *= total / fee.sum() if fee.sum() > 0 else 0.0
    return [(int(month) * MONTH, int(kol), float(fee[month, kol])) for month, kol in np.argwhere(fee > 0)]
