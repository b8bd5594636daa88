"""Cascades: every share causes further shares, their mean number being the reproduction number."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from helpers.simulate.contents import Posts
from helpers.simulate.log import Log
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream


@dataclass
class Sharing:
    """Pass shares on from member to member, today and on later days.

    Parameters
    ----------
    scenario, posts
        The simulation so far.
    log : Log
        The open log.
    koc : numpy.ndarray of bool
        Which members are key consumers; their shares cause ``scenario.koc_reach`` times as many.
    waiting : dict of int to list
        Shares to come: by day, blocks of parent event, post and time.

    Notes
    -----
    The number of further shares of one share is Poisson with mean ``posts.reproduction``; they come
    after a log-normal delay with a median of three hours and are made by members active on that day.
    """

    scenario: Scenario
    posts: Posts
    log: Log
    koc: np.ndarray
    waiting: dict[int, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def __post_init__(self) -> None:
        """Open the mechanism's stream."""
        self.rng = stream(self.scenario.seed, "sharing")

    def spread(self, shares: np.ndarray, post: np.ndarray, time: np.ndarray, who: np.ndarray) -> None:
        """Draw how many further shares each share causes, and when; those of KOCs cause more."""
        rng = self.rng
        reach = np.where(self.koc[who], self.scenario.koc_reach, 1.0)
        children = rng.poisson(self.posts.reproduction[post] * reach)
        parent, content = np.repeat(shares, children), np.repeat(post, children)
        when = np.repeat(time, children) + rng.lognormal(9.3, 1.1, len(parent)).astype(np.int64)
        day = when // 86400
        for later in np.unique(day[day < self.scenario.days]):
            now = day == later
            self.waiting[int(later)].append((parent[now], content[now], when[now]))

    def pass_on(self, day: int, takers: np.ndarray) -> None:
        """Let members who are active today receive and pass on what was shared; some goes on today."""
        end = (day + 1) * 86400 - 1
        while blocks := self.waiting.pop(day, None):
            parent, post, when = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
            if not len(takers):
                return
            who = takers[self.rng.integers(0, len(takers), len(parent))]
            place = {"content": post, "platform": self.posts.platform[post], "parent": parent}
            self.log.add("view", when, who, **place)
            again = np.minimum(when + 5 + self.rng.exponential(60, len(when)).astype(np.int64), end)
            numbers = self.log.add("share", again, who, **place)
            self.spread(numbers, post, again, who)
