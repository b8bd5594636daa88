"""What the brand announces: notices to each group, calls to a challenge, invitations to a meetup."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.calendar import Days
from helpers.simulate.campaigns import TALKS
from helpers.simulate.contents import PURPOSES
from helpers.simulate.meetups import Meetup
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

MOST_NOTICES = 10  # a week in one group


@dataclass
class Announcements:
    """Hold one value per announcement in each array; group -1 is the whole community.

    `notices` counts the notices of each group (row) in each whole week (column); `first_week` is the
    day number of the first Monday; `challenge_days` are those on which a challenge runs.
    """

    time: np.ndarray
    author: np.ndarray
    purpose: np.ndarray
    group: np.ndarray
    notices: np.ndarray
    first_week: int
    challenge_days: np.ndarray

    def __len__(self) -> int:
        """Return the number of announcements."""
        return len(self.time)


def announce(
    scenario: Scenario, days: Days, group_count: int, members: Members, meetups: list[Meetup]
) -> Announcements:
    """Draw what the brand's people announce.

    Parameters
    ----------
    scenario, days, members
        The simulation so far.
    group_count : int
        Number of groups.
    meetups : list of Meetup
        Each is announced in its groups, a week and two days before.

    Returns
    -------
    Announcements
        The number of notices differs at random by group and week: Poisson around a gamma-distributed
        mean, ten at most, so that their effect on muting can be told from everything else.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> plan = simulate(Scenario.small()).announcements
    >>> int(plan.notices.max()) <= MOST_NOTICES
    True

    Taught in: 03 Content
    """
    rng = stream(scenario.seed, "announcements")
    monday = -scenario.start.weekday() % 7
    weeks = max((scenario.days - monday) // 7, 0)
    mean = scenario.notices * rng.gamma(0.8, 1 / 0.8, (group_count, weeks))
    notices = np.minimum(rng.poisson(mean), MOST_NOTICES)
    group, week = (np.repeat(part, notices.ravel()) for part in np.indices(notices.shape).reshape(2, -1))
    day = monday + 7 * week + rng.integers(0, 7, len(week))
    purpose = np.full(len(day), PURPOSES.index("notice"))
    spans = [
        range(round(at * scenario.days), round(at * scenario.days) + length)
        for kind, _, _, at, length in TALKS
        if kind == "challenge" and scenario.campaigns and scenario.mechanisms.challenges > 0
    ]
    spans = [span for span in spans if span.stop <= scenario.days]
    calls = [
        (day, PURPOSES.index("challenge"), -1)
        for span in spans
        for day in range(span.start - 1, span.stop, 2)
    ]
    calls += [
        (meetup.first - before, PURPOSES.index("meetup"), int(group))
        for meetup in meetups
        for group in meetup.groups
        for before in (7, 2)
    ]
    more = np.array(calls, np.int64).reshape(-1, 3)
    more = more[(more[:, 0] >= 0) & (more[:, 0] < scenario.days)]
    day = np.concatenate([day, more[:, 0]])
    staff = np.flatnonzero(members.role == 1)
    return Announcements(
        time=day * 86400 + rng.integers(9 * 3600, 21 * 3600, len(day)),
        author=staff[rng.integers(0, len(staff), len(day))],
        purpose=np.concatenate([purpose, more[:, 1]]),
        group=np.concatenate([group, more[:, 2]]),
        notices=notices,
        first_week=monday,
        challenge_days=np.array([day for span in spans for day in span], np.int64),
    )
