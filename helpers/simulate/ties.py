"""Who answers whom: lasting ties inside circles of friends, and who is named in a message."""

from __future__ import annotations

import numpy as np

from helpers.simulate.contents import Posts
from helpers.simulate.log import CODE, NONE, Log
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

LAGS = 12  # how many messages (or comments) before one may be answered
WINDOW = 2 * 86400  # seconds within which a message may be answered
ANSWERS = 0.5  # share of messages that answer one before, where there is one
THREADS, DEPTH = 0.45, 0.3  # the same for comments on an average post; log slope on its quality
SAME_CIRCLE, SPREAD = 10.0, 1.8  # strength of ties within a circle; their standard deviation in logarithms
NAMED, CALLED = 0.10, 0.02  # share of answers that name who is answered, of other messages that name somebody


def tie_strength(members: Members, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return how strongly pairs of members are tied: the same in both directions and on every day.

    Parameters
    ----------
    members : Members
        People with circles.
    one, other : numpy.ndarray of int
        Positions of the members of each pair.

    Returns
    -------
    numpy.ndarray of float
        Log-normal around 1, and ten times that within a circle of the same group.

    Notes
    -----
    The normal deviate of a pair is computed from the pair itself (SplitMix64, then Box-Muller), so no
    table of pairs is kept.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> members = simulate(Scenario.small()).members
    >>> one, other = np.arange(5), np.arange(5, 10)
    >>> bool((tie_strength(members, one, other) == tie_strength(members, other, one)).all())
    True

    Taught in: 04 Interaction
    """
    low, high = np.minimum(one, other).astype(np.uint64), np.maximum(one, other).astype(np.uint64)
    key = low * np.uint64(len(members)) + high

    def uniform(step: int) -> np.ndarray:
        mixed = key + np.uint64(0x9E3779B97F4A7C15) * np.uint64(step)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed = mixed ^ (mixed >> np.uint64(31))
        return ((mixed >> np.uint64(11)).astype(float) + 0.5) / 2.0**53

    with np.errstate(over="ignore"):
        normal = np.sqrt(-2 * np.log(uniform(1))) * np.cos(2 * np.pi * uniform(2))
    close = (members.circle[one] == members.circle[other]) & (members.group[one] == members.group[other])
    return np.exp(SPREAD * normal) * np.where(close, SAME_CIRCLE, 1.0)


def _partner(
    members: Members,
    who: np.ndarray,
    thread: np.ndarray,
    time: np.ndarray,
    window: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return for each row which row of its thread before it would be answered, -1 without one.

    Rows are sorted by thread and time. Chosen with a probability proportional to the tie, discounted
    with the number of rows between (exponential race, so memory does not grow with the lags).
    """
    best, chosen = np.full(len(who), np.inf), np.full(len(who), -1)
    for lag in range(1, min(LAGS, len(who) - 1) + 1):
        ours, theirs = np.arange(lag, len(who)), np.arange(len(who) - lag)
        ours_who, theirs_who = who[lag:], who[:-lag]
        possible = (
            (thread[lag:] == thread[:-lag])
            & (ours_who != theirs_who)
            & (time[lag:] - time[:-lag] <= window)
            & (time[lag:] > time[:-lag])
        )
        ours, theirs = ours[possible], theirs[possible]
        strength = tie_strength(members, who[ours], who[theirs]) * np.exp(-0.1 * lag)
        race = rng.exponential(size=len(ours)) / strength
        sooner = race < best[ours]
        best[ours[sooner]], chosen[ours[sooner]] = race[sooner], theirs[sooner]
    return chosen


def converse(scenario: Scenario, members: Members, posts: Posts, log: Log) -> None:
    """Let messages and comments answer earlier ones, and name members; `reply` and `mention` are set.

    Parameters
    ----------
    scenario, members, posts
        The simulation so far.
    log : Log
        The closed log.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> log = simulate(Scenario.small()).log
    >>> bool((log.columns["mention"] >= 0).any())
    True

    Taught in: 04 Interaction
    """
    rng = stream(scenario.seed, "ties")
    column = log.columns
    kind, content = column["kind"], column["content"]
    chats = np.flatnonzero((kind == CODE["message"]) & (content == NONE))
    # What is called into a live show answers nobody in particular.
    comments = np.flatnonzero((kind == CODE["comment"]) & (content >= 0) & (column["reply"] != NONE))
    depth = np.minimum(THREADS * np.exp(DEPTH * posts.quality[content[comments]]), 0.95)
    for rows, thread, window, chance in (
        (chats, column["group"], WINDOW, np.full(len(chats), ANSWERS)),
        (comments, content, 10 * 86400, depth),
    ):
        order = np.argsort(thread[rows], kind="stable")
        rows, chance = rows[order], chance[order]
        who = column["member"][rows].astype(np.int64)
        partner = _partner(members, who, thread[rows], column["time"][rows].astype(np.int64), window, rng)
        answers = (partner >= 0) & (rng.random(len(rows)) < chance)
        column["reply"][rows[answers]] = rows[partner[answers]]
        named = (partner >= 0) & (rng.random(len(rows)) < np.where(answers, NAMED, CALLED))
        column["mention"][rows[named]] = who[partner[named]]
