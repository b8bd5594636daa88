"""Service: the brand's people answer questions in working hours, newcomers' later than others'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.calendar import Days
from helpers.simulate.contents import PURPOSES, Posts
from helpers.simulate.log import Log
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

OPENS, HOURS = 9, 9  # working hours begin at nine and end at six in the evening
NEW = 30  # days after joining in which somebody is a newcomer
GIVES_UP = 40  # working hours after which the brand answers no more


@dataclass
class Service:
    """Hold one value per question of a member: who asked when, how fast the brand answers, and when."""

    post: np.ndarray
    newcomer: np.ndarray
    hazard: np.ndarray
    answered: np.ndarray
    start_of_work: np.ndarray

    def worked(self, time: np.ndarray) -> np.ndarray:
        """Return how many working hours lie between the first day and each time."""
        opens = np.searchsorted(self.start_of_work, time, side="right") - 1
        into = (time - self.start_of_work[np.maximum(opens, 0)]) / 3600
        return np.where(opens >= 0, opens * HOURS + np.clip(into, 0, HOURS), 0.0)

    def answered_within(self, posts: Posts, hours: float) -> np.ndarray:
        """Return the true probability that the brand answers each question within so many hours."""
        asked = posts.time[self.post]
        spent = self.worked(asked + int(hours * 3600)) - self.worked(asked)
        return 1 - np.exp(-self.hazard * np.minimum(spent, GIVES_UP))


def serve(scenario: Scenario, days: Days, members: Members, posts: Posts, log: Log) -> Service:
    """Let the brand's people answer the members' questions.

    Parameters
    ----------
    scenario : Scenario
        ``service``: answers per question and working hour; ``service_newcomers``: factor for those who
        joined in the last 30 days.
    days, members, posts
        The simulation so far.
    log : Log
        The open log; answers by staff are added.

    Returns
    -------
    Service
        `answered` is -1 while there is no answer.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> bool((small.service.answered_within(small.posts, 24.0) <= 1).all())
    True

    Taught in: 04 Interaction
    """
    rng = stream(scenario.seed, "service")
    asked = np.flatnonzero((posts.purpose == PURPOSES.index("question")) & ~posts.by_brand)
    author, time = posts.author[asked], posts.time[asked]
    newcomer = time - members.joined[author] < NEW * 86400
    hazard = scenario.service * np.where(newcomer, scenario.service_newcomers, 1.0)
    hazard = hazard * (1 + scenario.mechanisms.expert_answers)
    working = np.flatnonzero(~days.off[days.history : days.history + scenario.days + 60])
    service = Service(asked, newcomer, hazard, np.full(len(asked), -1), working * 86400 + OPENS * 3600)
    if not len(asked) or not len(working) or scenario.service <= 0:
        return service
    wait = rng.exponential(size=len(asked)) / hazard
    due = service.worked(time) + wait
    day = np.minimum((due // HOURS).astype(np.int64), len(working) - 1)
    when = service.start_of_work[day] + ((due % HOURS) * 3600).astype(np.int64) + 1
    staff = np.flatnonzero(members.role == 1)
    staff = staff[np.argsort(-members.end_day[staff], kind="stable")]
    on_duty = np.searchsorted(-members.end_day[staff], -(when // 86400))
    answers = (wait < GIVES_UP) & (when < scenario.days * 86400) & (on_duty > 0)
    who = staff[(rng.random(len(asked)) * np.maximum(on_duty, 1)).astype(np.int64)]
    service.answered[answers] = when[answers]
    log.add(
        "answer",
        when[answers],
        who[answers],
        content=asked[answers],
        platform=posts.platform[asked[answers]],
        group=posts.group[asked[answers]],
        reply=-2 - asked[answers],
    )
    return service
