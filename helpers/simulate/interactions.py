"""What members do on an active day: view, like, comment, share, chat, check in, vote, answer."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.contents import (
    AFFINITY,
    COMMENT_FACTOR,
    LIKE_FACTOR,
    PURPOSES,
    SHARE_FACTOR,
    TOPICS,
    Groups,
    Posts,
)
from helpers.simulate.log import Log
from helpers.simulate.people import INTERESTS, PLATFORMS
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

MEMORY = 10  # days for which a post can still be met
FADING = 1.6  # days after which a post is met e times less


@dataclass
class Today:
    """Hold what the steps of one day share: who is active, when, and which posts can be met."""

    day: int
    who: np.ndarray
    age: np.ndarray
    early: np.ndarray
    late: np.ndarray

    def times(self, rng: np.random.Generator, rows: np.ndarray) -> np.ndarray:
        """Draw a time in one of the two sessions of each row; never past midnight."""
        start = np.where(rng.random(len(rows)) < 0.62, self.early[rows], self.late[rows])
        start = start + (rng.exponential(420, len(rows))).astype(np.int64)
        return self.day * 86400 + np.minimum(start, 86399)


@dataclass
class Shelf:
    """Choose the posts that members meet: recent, good, on their platform, close to their interest."""

    posts: Posts
    appeal: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Weigh every post for every platform and interest once."""
        here = np.where(np.arange(len(PLATFORMS))[:, None] == self.posts.platform, 1.0, 0.06)
        close = AFFINITY[:, self.posts.topic]
        self.appeal = np.exp(0.8 * self.posts.quality) * here[:, None, :] * close[None, :, :]

    def _draw(self, u: np.ndarray, row: np.ndarray, first: int, last: int, now: int) -> np.ndarray:
        if last <= first:
            return np.full(len(u), -1)
        age = np.maximum(now - self.posts.time[first:last], 0) / 86400
        weight = self.appeal[:, :, first:last].reshape(-1, last - first) * np.exp(-age / FADING)
        steps = np.cumsum(weight, axis=1)
        steps = steps / steps[:, -1:] + np.arange(len(steps))[:, None]
        place = np.searchsorted(steps.ravel(), row + u, side="right") - row * (last - first)
        return first + np.clip(place, 0, last - first - 1)

    def choose(self, rng: np.random.Generator, time: np.ndarray, platform: np.ndarray, interest: np.ndarray) -> np.ndarray:
        """Return a post for each view, -1 while there is none; a post is never met before it exists."""
        if not len(time):
            return np.zeros(0, np.int64)
        day = int(time[0] // 86400)
        first, today, last = np.searchsorted(self.posts.time, [(day - MEMORY) * 86400, day * 86400, (day + 1) * 86400])
        row = platform * len(INTERESTS) + interest
        found = self._draw(rng.random(len(time)), row, first, last, (day + 1) * 86400)
        too_early = (found >= 0) & (self.posts.time[found] >= time)
        found[too_early] = self._draw(rng.random(int(too_early.sum())), row[too_early], first, today, day * 86400)
        return found


@dataclass
class Community:
    """Let the members act day after day and write down what they do."""

    scenario: Scenario
    members: Members
    groups: Groups
    active: ActiveDays
    posts: Posts
    log: Log
    shows: dict[int, int] = field(default_factory=dict)
    waiting: dict[int, list[tuple[np.ndarray, np.ndarray, np.ndarray]]] = field(default_factory=lambda: defaultdict(list))
    seeds: list[np.ndarray] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare the shelf of posts and the mechanism's stream."""
        self.rng = stream(self.scenario.seed, "interactions")
        self.shelf = Shelf(self.posts)

    def live(self) -> Log:
        """Run every day; return the log (still open)."""
        for day in range(self.scenario.days):
            cut = slice(self.active.offset[day], self.active.offset[day + 1])
            a = self.active
            today = Today(day, a.member[cut], a.age[cut], a.early[cut], a.late[cut])
            self._browse(today)
            self._chat(today)
            self._habits(today)
            self._pass_on(today)
        self._publish()
        return self.log

    def _browse(self, today: Today) -> None:
        """View posts; like, comment, answer, vote, click and share what is viewed."""
        rng, m, posts = self.rng, self.members, self.posts
        rows = np.repeat(np.arange(len(today.who)), 1 + rng.poisson(m.trait["views"][today.who]))
        who, time = today.who[rows], today.times(rng, rows)
        post = self.shelf.choose(rng, time, m.platform[who], m.interest[who])
        platform = np.where(post >= 0, posts.platform[post], m.platform[who])
        place = {"content": post, "platform": platform, "group": np.where(post >= 0, posts.group[post], -1)}
        self.log.add("view", time, who, **place)
        seen = post >= 0
        boost = np.where(seen, np.exp(0.45 * posts.quality[post]), 0.0)
        form, topic, purpose = posts.format[post], posts.topic[post], posts.purpose[post]
        upset = np.where(topic == TOPICS.index("complaint"), 3.0, 1.0)
        switch = self.scenario.mechanisms

        def react(kind: str, chance: np.ndarray, delay: float) -> tuple[np.ndarray, np.ndarray]:
            hit = np.flatnonzero(rng.random(len(who)) < np.minimum(chance, 0.9))
            when = np.minimum(time[hit] + 3 + rng.exponential(delay, len(hit)).astype(np.int64), (today.day + 1) * 86400 - 1)
            reply = -2 - post[hit] if kind in ("comment", "answer") else np.full(len(hit), -1)
            if kind == "comment":
                reply = self._thread(post[hit], when, who[hit], reply, rng)
            numbers = self.log.add(kind, when, who[hit], reply=reply, **{k: v[hit] for k, v in place.items()})
            return hit, numbers

        quiet = np.where(m.talker[who], np.minimum(m.talk[who] * 2.2, 5.0), 0.0)
        question = purpose == PURPOSES.index("question")
        react("like", m.trait["like"][who] * boost * LIKE_FACTOR[form] / upset, 12)
        react("comment", m.trait["comment"][who] * boost * COMMENT_FACTOR[form] * upset * quiet * ~question, 60)
        react("answer", m.trait["comment"][who] * 2 * boost * quiet * question * (1 + 2 * switch.expert_answers), 180)
        react("vote", 0.35 * (purpose == PURPOSES.index("poll")) * seen, 15)
        hit, _ = react("click", m.trait["click"][who] * boost * np.where(topic == TOPICS.index("deals"), 2.2, 0.7), 20)
        cart = hit[rng.random(len(hit)) < 0.12]
        when = np.minimum(time[cart] + 60 + rng.exponential(90, len(cart)).astype(np.int64), (today.day + 1) * 86400 - 1)
        self.log.add("cart", when, who[cart], **{k: v[cart] for k, v in place.items()})
        share = m.trait["share"][who] * boost * SHARE_FACTOR[form] * np.sqrt(upset) * (1 + 0.5 * switch.challenges)
        hit, numbers = react("share", share, 40)
        self.seeds.append(numbers)
        self._spread(numbers, post[hit], time[hit] + 60)

    def _thread(
        self, post: np.ndarray, when: np.ndarray, who: np.ndarray, reply: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Let some comments answer the comment before them under the same post (numbers follow on)."""
        order = np.lexsort((when, post))
        before, after = order[:-1], order[1:]
        follows = (post[before] == post[after]) & (who[before] != who[after]) & (when[before] < when[after])
        follows &= rng.random(len(follows)) < 0.55
        reply = reply.copy()
        reply[after[follows]] = self.log.size + before[follows]
        return reply

    def _chat(self, today: Today) -> None:
        """Send messages to the home group; some answer the message before."""
        rng, m = self.rng, self.members
        rate = m.trait["messages"][today.who] * m.talk[today.who]
        if self.scenario.mishap and self.scenario.mishap_day is not None:
            heat = self.scenario.mishap.heat(np.array(today.day - self.scenario.mishap_day))
            rate = rate * (1 + self.scenario.mishap.buzz * heat)
        rows = np.repeat(np.arange(len(today.who)), rng.poisson(rate))
        who, time = today.who[rows], today.times(rng, rows)
        order = np.lexsort((time, m.group[who]))
        who, time = who[order], time[order]
        group = m.group[who]
        near = (group[1:] == group[:-1]) & (who[1:] != who[:-1]) & (np.diff(time) < 1800) & (np.diff(time) > 0)
        near &= rng.random(len(near)) < 0.5
        reply = np.full(len(who), -1)
        reply[1:][near] = self.log.size + np.flatnonzero(near)
        self.log.add("message", time, who, group=group, platform=self.groups.platform[group], reply=reply)

    def _habits(self, today: Today) -> None:
        """Check in for points, enter the day's live show, send an invitation that nobody follows."""
        rng, m, who = self.rng, self.members, today.who
        keen = np.sqrt(m.trait["activity"][who]) * (m.role[who] == 0)
        rows = np.flatnonzero(rng.random(len(who)) < 0.12 * keen * (1 + 2 * self.scenario.mechanisms.points))
        self.log.add("check_in", today.times(rng, rows), who[rows], platform=m.platform[who[rows]])
        rows = np.flatnonzero(rng.random(len(who)) < 0.02 * keen * (m.trait["score"][who] > 7.5))
        self.log.add("invite", today.times(rng, rows), who[rows], platform=m.platform[who[rows]])
        if today.day in self.shows:
            start = self.shows[today.day]
            fond = np.where(m.platform[who] == PLATFORMS.index("douyin"), 2.0, 1.0)
            there = (today.age > 0) | (m.joined[who] < start)
            rows = np.flatnonzero((rng.random(len(who)) < m.trait["live"][who] * fond) & there)
            when = np.minimum(start + rng.exponential(1500, len(rows)).astype(np.int64), (today.day + 1) * 86400 - 1)
            self.log.add("live_enter", when, who[rows], platform=PLATFORMS.index("douyin"))

    def _spread(self, shares: np.ndarray, post: np.ndarray, time: np.ndarray) -> None:
        """Draw how many further shares each share causes, and on which day."""
        rng = self.rng
        children = rng.poisson(self.posts.reproduction[post])
        parent, content = np.repeat(shares, children), np.repeat(post, children)
        when = np.repeat(time, children) + rng.lognormal(9.3, 1.1, len(parent)).astype(np.int64)
        day = when // 86400
        for later in np.unique(day):
            if later < self.scenario.days:
                now = day == later
                self.waiting[int(later)].append((parent[now], content[now], when[now]))

    def _pass_on(self, today: Today) -> None:
        """Let active members receive and pass on what was shared; shares of today may go on today."""
        able = (today.age > 0) & (self.members.role[today.who] == 0)
        takers = today.who[able]
        while self.waiting.get(today.day):
            blocks = self.waiting.pop(today.day)
            parent, post, when = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
            if not len(takers) or not len(parent):
                return
            who = takers[self.rng.integers(0, len(takers), len(parent))]
            place = {"content": post, "platform": self.posts.platform[post], "parent": parent}
            self.log.add("view", when, who, **place)
            end = (today.day + 1) * 86400 - 1
            again = np.minimum(when + 5 + self.rng.exponential(60, len(when)).astype(np.int64), end)
            numbers = self.log.add("share", again, who, **place)
            self._spread(numbers, post, again)

    def _publish(self) -> None:
        """Write a message for each post of a member, on the post's platform."""
        ours = np.flatnonzero(self.members.role[self.posts.author] != 1)
        p = self.posts
        self.log.add("message", p.time[ours], p.author[ours], content=ours, platform=p.platform[ours], group=p.group[ours])
