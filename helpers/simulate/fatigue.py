"""Fatigue: the more notices a group gets in a week, the more members mute or leave it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.announcements import Announcements
from helpers.simulate.population import NEVER, Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream


@dataclass
class Fatigue:
    """Hold one value per member who muted: who, when, and who left because of notices."""

    member: np.ndarray
    time: np.ndarray
    gone: np.ndarray


def tire(scenario: Scenario, members: Members, announcements: Announcements) -> Fatigue:
    """Draw who mutes the home group and who leaves it; `members.left` is changed for the latter.

    Parameters
    ----------
    scenario : Scenario
        ``mute_base``, ``mute_slope``, ``leave_base``, ``leave_slope``: the chance a week is
        ``base * exp(slope * notices in that group and week)``.
    members : Members
        Those who mute are interested all week and were ever active; those who leave have lost interest
        before the week, so no probability of being active changes.
    announcements : Announcements
        Notices by group and week.

    Returns
    -------
    Fatigue
        One entry per mute, in order of time.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> fatigue = simulate(Scenario.small()).fatigue
    >>> bool(len(np.unique(fatigue.member)) == len(fatigue.member))
    True

    Taught in: 03 Content
    """
    rng = stream(scenario.seed, "fatigue")
    muted = np.zeros(len(members), bool)
    ordinary = (members.role == 0) & ~members.silent
    who_all, time_all, gone_all = [], [], []
    for week in range(announcements.notices.shape[1]):
        monday = announcements.first_week + 7 * week
        count = announcements.notices[members.group, week]
        here = ordinary & (members.joined_day < monday) & (members.left > (monday + 7) * 86400)
        u = rng.random(len(members))
        second = (monday + rng.integers(0, 7, len(members))) * 86400
        second += rng.integers(9 * 3600, 22 * 3600, len(members))
        awake = here & (members.end_day >= monday + 7)
        mutes = np.flatnonzero(
            awake & ~muted & (u < scenario.mute_base * np.exp(scenario.mute_slope * count))
        )
        leaves = np.flatnonzero(
            here
            & (members.end_day <= monday)
            & (members.left == NEVER)
            & (u < scenario.leave_base * np.exp(scenario.leave_slope * count))
        )
        muted[mutes] = True
        members.left[leaves] = second[leaves]
        who_all.append(mutes)
        time_all.append(second[mutes])
        gone_all.append(leaves)
    none = [np.zeros(0, np.int64)]
    return Fatigue(
        np.concatenate(who_all or none), np.concatenate(time_all or none), np.concatenate(gone_all or none)
    )
