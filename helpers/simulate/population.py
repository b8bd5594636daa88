"""Who joins, when and through which channel: the people of a simulated community."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from helpers.simulate.arrivals import arrivals, persona_table
from helpers.simulate.calendar import Days, clock_times
from helpers.simulate.gaming import draw_gamers
from helpers.simulate.mechanisms import added, factor
from helpers.simulate.newcomers import draw_arms, true_wear
from helpers.simulate.people import PLATFORMS
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import pick, stream

ROLES = ("member", "staff", "kol", "bot", "customer")
GENDERS = ("female", "male")
REGIONS = (
    "Guangdong",
    "Zhejiang",
    "Fujian",
    "Jiangsu",
    "Shanghai",
    "Beijing",
    "Sichuan",
    "Hubei",
    "Shandong",
    "Yunnan",
)
REGION_WEIGHTS = (0.17, 0.14, 0.12, 0.12, 0.11, 0.09, 0.09, 0.06, 0.06, 0.04)
CITY_TIERS = ("tier 1", "new tier 1", "tier 2", "tier 3 and below")
NEVER = 1 << 30


@dataclass
class Members:
    """Hold one value per member in each array; -1 stands for "none" in codes.

    Times are seconds from the start of the first simulated day, days are day numbers; both are
    negative for founders. `end_day` is the first day without interest. `koc`, `circle` and `series` are
    planted by `plant_traits`.
    """

    ids: np.ndarray
    persona: np.ndarray
    source: np.ndarray
    role: np.ndarray
    joined: np.ndarray
    joined_day: np.ndarray
    left: np.ndarray
    end_day: np.ndarray
    hazard: np.ndarray
    activity: np.ndarray
    first_day: np.ndarray
    silent: np.ndarray
    talker: np.ndarray
    talk: np.ndarray
    skill: np.ndarray
    shift: np.ndarray
    platform: np.ndarray
    group: np.ndarray
    interest: np.ndarray
    age: np.ndarray
    gender: np.ndarray
    region: np.ndarray
    tier: np.ndarray
    score: np.ndarray
    invited_by: np.ndarray
    onboarding: np.ndarray
    gamer: np.ndarray
    fame: np.ndarray
    trait: dict[str, np.ndarray]
    koc: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    circle: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    series: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def __len__(self) -> int:
        """Return the number of members."""
        return len(self.persona)

    def real(self) -> np.ndarray:
        """Return which members are neither staff nor bots."""
        return (self.role == 0) | (self.role == 2)


def _member_ids(total: int, rng: np.random.Generator) -> np.ndarray:
    """Return ids in an order that says nothing about arrival."""
    width = max(5, len(str(total)))
    labels = np.char.add("m", np.char.zfill((np.arange(total) + 1).astype(str), width))
    return labels[rng.permutation(total)]


def draw_members(scenario: Scenario, days: Days, group_platforms: np.ndarray) -> Members:
    """Draw everybody who is ever a member.

    Parameters
    ----------
    scenario : Scenario
        Parameters.
    days : Days
        The calendar, from `lay_out`.
    group_platforms : numpy.ndarray of int
        Platform of each group.

    Returns
    -------
    Members
        Sorted by time of joining.

    Notes
    -----
    Interest ends when an exponential clock runs out that runs at the member's hazard times the day's
    wear, so the probability of still being interested `k` days after joining is
    ``exp(-hazard * wear of these days)``.

    Examples
    --------
    >>> from helpers.simulate.calendar import lay_out
    >>> scenario = Scenario.small()
    >>> days = lay_out(scenario.start, scenario.days, history=180, weekly=1, mishap=None)
    >>> len(draw_members(scenario, days, np.array([0, 1, 2, 3])))
    300

    Taught in: 02 Positioning
    """
    rng = stream(scenario.seed, "members")
    day, source, kind = arrivals(scenario, days, rng)
    second = clock_times(rng, days.off[day + days.history], np.zeros(len(day), np.int64))
    order = np.argsort(day * 86400 + second, kind="stable")
    day, second, source, kind = day[order], second[order], source[order], kind[order]
    total = len(day)

    persona = pick(rng, persona_table(scenario), np.where(kind > 0, len(scenario.sources) + kind - 1, source))
    # Weights of a persona are looked up by name: trait["rate"][i] is the mean rate of i's persona.
    numeric = [
        f.name
        for f in fields(scenario.personas[0])
        if isinstance(getattr(scenario.personas[0], f.name), (int, float))
    ]
    trait = {
        name: np.array([getattr(p, name) for p in scenario.personas], float)[persona] for name in numeric
    }
    rate = np.array([s.hazard for s in scenario.sources] + [1.0])[source]
    switch = scenario.mechanisms
    names = np.array([p.name for p in scenario.personas])[persona]
    false = names == "false_account"
    ordinary = (kind == 0) | (kind == 4)

    hazard = np.where(false, 1.0, rate) / trait["lifetime"] * rng.gamma(2.5, 1 / 2.5, total)
    hazard *= np.where(np.isin(names, ("enthusiast", "helper")), 1 - 0.3 * switch.co_creation, 1.0)
    hazard /= np.where(ordinary, scenario.worth, 1.0)
    hazard *= (1 - 0.1 * switch.points) * np.where(names == "lurker", 1 - 0.15 * switch.expert_answers, 1.0)
    activity = trait["activity"] * scenario.activity * (1 + 0.1 * switch.points)
    activity = activity * rng.gamma(9.0, 1 / 9.0, total)
    keen = np.isin(names, ("enthusiast", "helper"))
    activity *= np.where(keen, factor(switch, "activity of enthusiasts and helpers"), 1.0)
    activity *= np.where(kind == 0, factor(switch, "activity"), 1.0)
    hazard *= np.where(kind == 0, factor(switch, "hazard of losing interest"), 1.0)
    silent = ordinary & (
        rng.random(total) < scenario.silent * np.where(np.isin(names, ("lurker", "newcomer")), 1.5, 0.4)
    )
    activity = np.where(silent, 0.0, np.minimum(activity, 0.95))
    gamer = draw_gamers(scenario, names, ordinary & ~silent)
    hazard, activity = np.where(gamer, 1 / 300, hazard), np.where(gamer, 0.85, activity)
    onboarding = draw_arms(scenario, day, (kind == 0) & ~false)

    clock = rng.exponential(size=total) / hazard
    end_worn = days.worn[day + days.history] + true_wear(days, day, clock, onboarding)
    end = np.searchsorted(days.worn, end_worn) - days.history
    beyond = end_worn > days.worn[-1]
    end = np.where(beyond, len(days.worn) - days.history + (end_worn - days.worn[-1]).astype(np.int64), end)

    leaves = rng.random(total) < np.where(false | (kind == 3), 1.0, 0.3)
    left = (end + rng.geometric(0.12, total) - 1) * 86400 + rng.integers(9 * 3600, 23 * 3600, total)
    left = np.where(leaves & (left < scenario.days * 86400) & (left >= 0), left, NEVER)
    # Somebody who left before the first day is in no member list.
    early = leaves & (end < 0)
    left = np.where(early, rng.integers(0, max(1, min(20, scenario.days)), total) * 86400 + 40000, left)

    home = pick(
        rng,
        np.cumsum([s.platforms for s in scenario.sources] + [(0.4, 0.3, 0.2, 0.1)], axis=1),
        source % (len(scenario.sources) + 1),
    )
    talker = rng.random(total) < trait["talkers"] * np.where(ordinary, scenario.talking, 1.0)
    tendency = (
        trait["score"] + rng.normal(0, 0.9, total) + 0.5 * switch.co_creation + 0.3 * switch.expert_talks
    )
    tendency += np.where(source == 0, 0.3, 0.0) + scenario.liking
    tendency += added(switch, "recommendation tendency before rounding")
    ages = np.cumsum([p.ages for p in scenario.personas], axis=1)
    interests = np.cumsum([p.interests for p in scenario.personas], axis=1)
    return Members(
        ids=_member_ids(total, rng),
        persona=persona,
        source=source,
        role=np.array([0, 1, 2, 3, 0])[kind],
        joined=day * 86400 + second,
        joined_day=day,
        left=left,
        end_day=end,
        hazard=hazard,
        activity=activity,
        first_day=np.where(silent, 0.0, 0.9),
        silent=silent,
        talker=talker & ~silent,
        talk=np.where(talker, rng.lognormal(-0.5, 1.1, total), 0.0),
        skill=rng.normal(0, 0.6, total)
        + np.where(kind == 2, 0.7, 0)
        + np.where(names == "enthusiast", 0.3, 0),
        shift=np.rint(rng.normal(0, 0.8, total)).astype(np.int64),
        platform=home,
        group=_home_groups(rng, home, group_platforms),
        interest=pick(rng, interests, persona),
        age=pick(rng, ages, persona),
        gender=(rng.random(total) >= trait["women"]).astype(np.int64),
        region=rng.choice(len(REGIONS), total, p=REGION_WEIGHTS),
        tier=rng.choice(len(CITY_TIERS), total, p=(0.27, 0.31, 0.24, 0.18)),
        score=tendency,
        invited_by=np.full(total, -1),
        onboarding=onboarding,
        gamer=gamer,
        fame=np.where(kind == 2, stream(scenario.seed, "fame").lognormal(0.0, 0.9, total), 0.0),
        trait=trait,
    )


def _home_groups(rng: np.random.Generator, platform: np.ndarray, group_platforms: np.ndarray) -> np.ndarray:
    """Return a group on each member's platform; earlier groups are larger."""
    table = np.zeros((len(PLATFORMS), len(group_platforms)))
    for row in range(len(PLATFORMS)):
        here = np.flatnonzero(group_platforms == row)
        table[row, here] = 1 / np.sqrt(1 + np.arange(len(here)))
    return pick(rng, np.cumsum(table, axis=1), platform)
