"""Meetups: city groups that meet over tea, chosen because they are on the rise anyway."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.calendar import SEASONS, Days
from helpers.simulate.campaigns import Campaign
from helpers.simulate.contents import Groups
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario

WEEKS = 4  # how long a meetup is felt in its group
AROUND = ("mid_autumn", "new_year_goods")  # seasons just before which meetups are held
NAMES = (
    ("Mid-Autumn tea meetup", "中秋线下茶会"),
    ("New Year goods tea meetup", "年货线下茶会"),
)
GROUPS = 2  # groups that meet on each date


@dataclass
class Meetup:
    """Describe one date: its name, its day and the groups that meet."""

    name: tuple[str, str]
    first: int
    groups: np.ndarray

    def campaign(self) -> Campaign:
        """Return the meetup as a campaign whose groups were not drawn at random."""
        return Campaign(
            "meetup",
            self.name,
            self.first,
            self.first,
            unit="group",
            discount=0.0,
            units=self.groups,
            treated=np.ones(len(self.groups), bool),
            is_randomised=False,
        )


def plan_meetups(
    scenario: Scenario, days: Days, groups: Groups, members: Members, active: ActiveDays
) -> list[Meetup]:
    """Choose dates and groups: city chats on the rise, just before a festival season.

    Because those groups are chosen that grow most from two months before to a month after, and because
    everybody chats more in the season, comparing before with after makes more of a meetup than it does.

    Parameters
    ----------
    scenario, days, groups, members, active
        The simulation so far.

    Returns
    -------
    list of Meetup
        None without campaigns, or while the window holds no season with eight weeks before it.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> simulate(Scenario.small()).meetups
    []

    Taught in: 04 Interaction
    """
    starts = (
        {name: days.number(first) - 2 for name, first, *_ in SEASONS if name in AROUND}
        if scenario.campaigns and scenario.meetup_factor != 1
        else {}
    )
    cities = np.array([theme[0].startswith("city") for theme in groups.theme])
    plan: list[Meetup] = []
    taken = np.zeros(len(cities), bool)
    speaks = members.trait["messages"] * members.talk * (members.role == 0)
    for place, name in enumerate(AROUND):
        first = starts.get(name, -1)
        if first < 56 or first + 7 * WEEKS > scenario.days:
            continue
        # How much would be said anyway, by the traits of those who are there.
        later, earlier = (
            np.bincount(
                members.group[active.member[span]], speaks[active.member[span]], minlength=len(cities)
            )
            for span in (
                slice(active.offset[first], active.offset[first + 28]),
                slice(active.offset[first - 56], active.offset[first - 28]),
            )
        )
        rise = np.where(cities & ~taken, later / np.maximum(earlier, 1e-9), -1.0)
        chosen = np.sort(np.argsort(-rise, kind="stable")[: min(GROUPS, int((rise > 0).sum()))])
        taken[chosen] = True
        if len(chosen):
            plan.append(Meetup(NAMES[place], first, chosen))
    return plan


def chat_factor(scenario: Scenario, meetups: list[Meetup], group: np.ndarray, day: int) -> np.ndarray:
    """Return by how much more each member chats on a day because the home group has met."""
    factor = np.ones(len(group))
    for meetup in meetups:
        if meetup.first <= day < meetup.first + 7 * WEEKS:
            factor = np.where(np.isin(group, meetup.groups), scenario.meetup_factor, factor)
    return factor
