"""What members do on an active day: view, like, comment, share, chat, check in, vote, answer."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.contents import (
    COMMENT_FACTOR,
    COMMENTS_BY_PURPOSE,
    LIKE_FACTOR,
    PURPOSES,
    SAVE_FACTOR,
    SHARE_FACTOR,
    SHARES_BY_PURPOSE,
    TOPICS,
    Groups,
    Posts,
)
from helpers.simulate.log import Log
from helpers.simulate.mechanisms import factor
from helpers.simulate.meetups import Meetup, chat_factor
from helpers.simulate.people import PLATFORMS
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.service import NEW
from helpers.simulate.sharing import Sharing
from helpers.simulate.shelf import Shelf
from helpers.simulate.streams import stream
from helpers.simulate.trials import Trials

# Log slopes of reactions and of saving on quality; share of views of an average post that are saved.
REACTION, SAVE, SAVING = 0.45, 0.9, 0.016


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
class Interactions:
    """Let the members act day after day and write down what they do; `busy` are the days of challenges."""

    scenario: Scenario
    members: Members
    groups: Groups
    active: ActiveDays
    posts: Posts
    log: Log
    busy: frozenset[int] = frozenset()
    meetups: list[Meetup] = field(default_factory=list)
    season: np.ndarray = field(default_factory=lambda: np.ones(0))
    trials: Trials = field(default_factory=Trials)
    extra: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the shelf of posts and the mechanism's stream."""
        self.rng = stream(self.scenario.seed, "interactions")
        live = np.flatnonzero(self.posts.purpose == PURPOSES.index("live"))
        self.shows = dict(zip((self.posts.time[live] // 86400).tolist(), live.tolist(), strict=True))
        quantities = ("views", "comments", "answers by members", "first shares", "messages")
        self.more = {name: factor(self.scenario.mechanisms, name) for name in quantities}
        self.shelf = Shelf(self.posts, self.scenario.mechanisms)
        self.shelf.appeal[self.trials.mailed] = 0.0  # mailed, not shown
        self.sharing = Sharing(self.scenario, self.posts, self.log, self.members.koc)
        self.extra = np.zeros(len(self.groups.kind))

    def live(self) -> Log:
        """Run every day; return the log (still open)."""
        for day in range(self.scenario.days):
            cut = slice(self.active.offset[day], self.active.offset[day + 1])
            a = self.active
            today = Today(day, a.member[cut], a.age[cut], a.early[cut], a.late[cut])
            self._browse(today)
            self._chat(today)
            self._habits(today)
            self.sharing.pass_on(day, today.who[(today.age > 0) & (self.members.role[today.who] == 0)])
        self._publish()
        return self.log

    def _browse(self, today: Today) -> None:
        """View posts; like, comment, answer, vote, click and share what is viewed."""
        rng, m, posts = self.rng, self.members, self.posts
        views = 0.93 * m.trait["views"][today.who] * self.more["views"]
        rows = np.repeat(np.arange(len(today.who)), 1 + rng.poisson(views))
        who, time = today.who[rows], today.times(rng, rows)
        post = self.shelf.choose(rng, time, m.platform[who], m.interest[who], m.series[who])
        platform = np.where(post >= 0, posts.platform[post], m.platform[who])
        place = {"content": post, "platform": platform, "group": np.where(post >= 0, posts.group[post], -1)}
        self.log.add("view", time, who, **place)
        seen = post >= 0
        boost = np.where(seen, np.exp(REACTION * posts.quality[post]), 0.0)
        form, topic, purpose = posts.format[post], posts.topic[post], posts.purpose[post]
        upset = np.where(topic == TOPICS.index("complaint"), 3.0, 1.0)
        switch = self.scenario.mechanisms

        def react(kind: str, chance: np.ndarray, delay: float) -> tuple[np.ndarray, np.ndarray]:
            hit = np.flatnonzero(rng.random(len(who)) < np.minimum(chance, 0.9))
            when = np.minimum(
                time[hit] + 3 + rng.exponential(delay, len(hit)).astype(np.int64), (today.day + 1) * 86400 - 1
            )
            reply = -2 - post[hit] if kind in ("comment", "answer") else np.full(len(hit), -1)
            numbers = self.log.add(kind, when, who[hit], reply=reply, **{k: v[hit] for k, v in place.items()})
            return hit, numbers

        quiet = np.where(m.talker[who], np.minimum(m.talk[who] * 2.2, 3.0), 0.0)
        question = purpose == PURPOSES.index("question")
        react("like", m.trait["like"][who] * boost * LIKE_FACTOR[form] / upset, 12)
        saved = SAVING * seen * np.exp(SAVE * posts.quality[post]) * SAVE_FACTOR[form] * (m.role[who] != 3)
        react("save", saved * (purpose != PURPOSES.index("notice")) / upset, 25)
        talk = COMMENT_FACTOR[form] * COMMENTS_BY_PURPOSE[purpose] * self.more["comments"]
        react("comment", m.trait["comment"][who] * boost * talk * upset * quiet, 60)
        # Newcomers are answered less; the brand's people answer in working hours instead (see service).
        asker = posts.author[post]
        new = today.day - m.joined_day[asker] < NEW
        able = (1 + 2 * switch.expert_answers) * self.more["answers by members"]
        helps = question * np.where(new, 0.6, 1.0) * (m.role[who] != 1) * (asker != who)
        react(
            "answer",
            self.trials.lift(
                "answer",
                today.day,
                m,
                who,
                m.trait["comment"][who] * 2 * boost * quiet * helps * able,
            ),
            180,
        )
        react("vote", 0.35 * (purpose == PURPOSES.index("poll")) * seen, 15)
        hit, _ = react(
            "click", m.trait["click"][who] * boost * np.where(topic == TOPICS.index("deals"), 2.2, 0.7), 20
        )
        cart = hit[rng.random(len(hit)) < 0.12]
        when = np.minimum(
            time[cart] + 60 + rng.exponential(90, len(cart)).astype(np.int64), (today.day + 1) * 86400 - 1
        )
        self.log.add("cart", when, who[cart], **{k: v[cart] for k, v in place.items()})
        share = (
            m.trait["share"][who]
            * boost
            * SHARE_FACTOR[form]
            * SHARES_BY_PURPOSE[purpose]
            * np.sqrt(upset)
            * (1 + 0.5 * switch.challenges)
            * self.more["first shares"]
            * self._zeal(today)
        )
        hit, numbers = react("share", share, 40)
        self.sharing.spread(numbers, post[hit], time[hit] + 60, who[hit])

    def _zeal(self, today: Today) -> float:
        """Return the factor on shares and check-ins of a day: more while a challenge runs."""
        return 1 + self.scenario.mechanisms.challenges if today.day in self.busy else 1.0

    def _chat(self, today: Today) -> None:
        """Send messages to the home group; more in gift seasons and after a meetup."""
        rng, m = self.rng, self.members
        # Nobody types without end, and automatic accounts are slowed down.
        slow = np.where(m.role[today.who] == 3, 0.5, 1.0)
        rate = m.trait["messages"][today.who] * np.minimum(m.talk[today.who], 6.0) * slow
        if self.scenario.mishap and self.scenario.mishap_day is not None:
            heat = self.scenario.mishap.heat(np.array(today.day - self.scenario.mishap_day))
            rate = rate * (1 + self.scenario.mishap.buzz * heat)
        rate = rate * self.season[today.day] * self.more["messages"]
        factor = chat_factor(self.scenario, self.meetups, m.group[today.who], today.day)
        self.extra += np.bincount(
            m.group[today.who], rate * (factor - 1) * m.real()[today.who], minlength=len(self.extra)
        )
        rows = np.repeat(np.arange(len(today.who)), rng.poisson(rate * factor))
        who, time = today.who[rows], today.times(rng, rows)
        group = m.group[who]
        self.log.add("message", time, who, group=group, platform=self.groups.platform[group])

    def _habits(self, today: Today) -> None:
        """Check in for points, enter the day's live show, send an invitation that nobody follows."""
        rng, m, who = self.rng, self.members, today.who
        keen = np.sqrt(m.trait["activity"][who]) * (m.role[who] == 0)
        chance = 0.2 * keen * (1 + 2 * self.scenario.mechanisms.points) * self._zeal(today)
        chance = self.trials.lift("check_in", today.day, m, who, chance)
        rows = np.flatnonzero(rng.random(len(who)) < chance)
        self.log.add("check_in", today.times(rng, rows), who[rows], platform=m.platform[who[rows]])
        rows = np.flatnonzero(rng.random(len(who)) < 0.02 * keen * (m.trait["score"][who] > 7.5))
        self.log.add("invite", today.times(rng, rows), who[rows], platform=m.platform[who[rows]])
        if today.day in self.shows:
            show = self.shows[today.day]
            start = self.posts.time[show]
            fond = np.where(m.platform[who] == PLATFORMS.index("douyin"), 2.0, 1.0)
            there = (today.age > 0) | (m.joined[who] < start)
            rows = np.flatnonzero((rng.random(len(who)) < m.trait["live"][who] * fond) & there)
            when = np.minimum(
                start + rng.exponential(1500, len(rows)).astype(np.int64), (today.day + 1) * 86400 - 1
            )
            self.log.add("live_enter", when, who[rows], content=show, platform=self.posts.platform[show])

    def _publish(self) -> None:
        """Write a message for each post of a member, on the post's platform."""
        ours = np.flatnonzero(self.members.role[self.posts.author] != 1)
        p = self.posts
        self.log.add(
            "message",
            p.time[ours],
            p.author[ours],
            content=ours,
            platform=p.platform[ours],
            group=p.group[ours],
        )
