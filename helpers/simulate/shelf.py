"""Which posts members meet: recent ones, good ones, on their platform, close to their interest."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from helpers.simulate.contents import AFFINITY, FAVOURITE, OTHER, PURPOSES, VIEWS_BY_PURPOSE, Posts
from helpers.simulate.mechanisms import added, factor
from helpers.simulate.people import INTERESTS, PLATFORMS
from helpers.simulate.scenario import Mechanisms
from helpers.simulate.traits import SERIES

MEMORY = 10  # days for which a post can still be met
APPEAL = 0.8  # log slope of being met on quality
FADING = 1.6  # days after which a post is met e times less


@dataclass
class Shelf:
    """Choose the posts that members meet: recent, good, on their platform, close to their interest."""

    posts: Posts
    switch: Mechanisms
    appeal: np.ndarray = field(init=False)
    here: np.ndarray = field(init=False)
    close: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Weigh every post once for every platform, and for every interest with its favourite series."""
        p = self.posts
        slope = APPEAL + added(self.switch, "log slope of being met on quality")
        self.appeal = np.exp(slope * p.quality) * VIEWS_BY_PURPOSE[p.purpose]
        question = p.purpose == PURPOSES.index("question")
        self.appeal *= np.where(question, factor(self.switch, "questions met"), 1.0)
        self.here = np.where(np.arange(len(PLATFORMS))[:, None] == p.platform, 1.0, 0.06)
        own = np.arange(len(INTERESTS))[:, None, None] == p.topic
        liked = np.where(np.arange(SERIES)[None, :, None] == p.series, FAVOURITE, OTHER)
        close = AFFINITY[:, None, p.topic] * np.where(own, liked, 1.0)
        self.close = close.reshape(-1, len(p)).astype(np.float32)

    def _draw(self, u: np.ndarray, row: np.ndarray, first: int, last: int, now: int) -> np.ndarray:
        if last <= first:
            return np.full(len(u), -1)
        age = np.maximum(now - self.posts.time[first:last], 0) / 86400
        fresh = self.appeal[first:last] * np.exp(-age / FADING)
        weight = self.here[:, None, first:last] * self.close[None, :, first:last] * fresh
        weight = weight.reshape(-1, last - first)
        steps = np.cumsum(weight, axis=1)
        steps = steps / steps[:, -1:] + np.arange(len(steps))[:, None]
        place = np.searchsorted(steps.ravel(), row + u, side="right") - row * (last - first)
        return first + np.clip(place, 0, last - first - 1)

    def choose(
        self,
        rng: np.random.Generator,
        time: np.ndarray,
        platform: np.ndarray,
        interest: np.ndarray,
        series: np.ndarray,
    ) -> np.ndarray:
        """Return a post for each view, -1 while there is none; a post is never met before it exists."""
        if not len(time):
            return np.zeros(0, np.int64)
        day = int(time[0] // 86400)
        first, today, last = np.searchsorted(
            self.posts.time, [(day - MEMORY) * 86400, day * 86400, (day + 1) * 86400]
        )
        row = (platform * len(INTERESTS) + interest) * SERIES + series
        found = self._draw(rng.random(len(time)), row, first, last, (day + 1) * 86400)
        too_early = (found >= 0) & (self.posts.time[found] >= time)
        found[too_early] = self._draw(
            rng.random(int(too_early.sum())), row[too_early], first, today, day * 86400
        )
        return found
