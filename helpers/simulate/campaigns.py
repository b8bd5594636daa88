"""Campaigns: coupons for randomly drawn members, rounds for randomly drawn groups, shows, festivals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from helpers.simulate.calendar import SEASONS, Days
from helpers.simulate.contents import Groups
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

SELLING = ("coupon", "group_buying", "live", "festival_sale", "flash_sale", "member_benefit")


@dataclass
class Campaign:
    """Describe one campaign; `units` and `treated` are filled for randomised ones.

    Parameters
    ----------
    kind : str
        coupon, group_buying, live, challenge, expert_talk, festival_sale, flash_sale, member_benefit,
        meetup, onboarding, incentive, digest or headline_test.
    name : tuple of (str, str)
        Name in English and in Chinese.
    first, last : int
        First and last day.
    unit : str
        ``"member"``, ``"group"`` or ``""`` when nobody was assigned.
    strength : float
        Factor on the persona's extra probability of ordering; of live shows, on its fondness of shows.
    discount : float
        Discount as a share of the list price.
    units : numpy.ndarray of int
        Positions of the members or groups that were drawn.
    treated : numpy.ndarray of bool
        Their arm.
    is_randomised : bool
        Whether chance decided on the arms; says nothing without units.
    arms : tuple of (str, str)
        Names of the arms: untreated, treated.
    assigned : numpy.ndarray of int
        Second at which each unit was drawn; empty when all were at the start of the first day.
    post : int
        Position of the post that is tested or promoted, -1 for none.
    later : bool
        Whether its orders are drawn after all others (see `promotions`).
    """

    kind: str
    name: tuple[str, str]
    first: int
    last: int
    unit: str = ""
    strength: float = 0.0
    discount: float = 0.15
    units: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    treated: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    is_randomised: bool = True
    arms: tuple[str, str] = ("control", "treatment")
    assigned: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    post: int = -1
    later: bool = False

    @property
    def sells(self) -> bool:
        """Whether orders are booked under it."""
        return self.kind in SELLING

    @property
    def is_sales_experiment(self) -> bool:
        """Whether it sells and chance drew its arms."""
        return self.sells and bool(self.unit) and self.is_randomised

    def extra_probability(self, members: Members, groups: Groups) -> np.ndarray:
        """Return each member's extra probability of ordering if treated, zero for those out of reach."""
        kept = (members.joined < self.first * 86400) & (members.left >= self.first * 86400) & members.real()
        # A coupon wakes some of those who have lost interest, but far fewer.
        awake = np.where(members.end_day > self.first, 1.0, 0.15) * np.where(members.silent, 0.2, 1.0)
        chance = self.strength * members.trait["persuadable"] * awake * kept
        return np.minimum(chance * (groups.effect[members.group] if self.unit == "group" else 1.0), 0.9)

    def members_treated(self, members: Members) -> np.ndarray:
        """Return which members are in the treated arm."""
        found = np.zeros(len(members), bool)
        if self.unit == "member":
            found[self.units[self.treated]] = True
        elif self.unit == "group":
            found = np.isin(members.group, self.units[self.treated])
        return found


# kind, English and Chinese name, start as a share of the window, days, unit, share treated, strength
PLANNED = (
    ("coupon", "Autumn tasting coupon", "秋茶尝鲜券", 0.30, 14, "member", 0.50, 1.0),
    ("coupon", "Double 11 warm-up coupon", "双11预热券", 0.43, 14, "member", 0.70, 1.2),
    ("group_buying", "Group-buying round: cold-brew set", "冷泡套装拼团", 0.46, 10, "group", 0.50, 1.6),
    ("coupon", "Come-back coupon", "好久不见回归券", 0.62, 14, "member", 0.50, 0.8),
    ("group_buying", "Group-buying round: spring tea", "春茶拼团", 0.82, 10, "group", 0.50, 1.6),
)
TALKS = (
    ("challenge", "Seven-day brewing challenge", "七日泡茶挑战", 0.22, 7),
    ("challenge", "My tea corner challenge", "我的茶角挑战", 0.70, 7),
    ("expert_talk", "Tea master's evening talk", "茶师晚间讲座", 0.55, 1),
)
SALE_NAMES = {
    "6.18": ("6.18 sale", "6·18大促"),
    "double_11": ("Double 11 sale", "双11大促"),
    "new_year_goods": ("New Year goods festival", "年货节"),
    "mid_autumn": ("Mid-Autumn gift season", "中秋礼季"),
}


def _fixed(scenario: Scenario, days: Days) -> list[Campaign]:
    """Return the campaigns without random arms: festival sales, live shows, challenges and talks."""
    found = []
    for name, first, last, *_ in SEASONS:
        begin, end = days.number(first), days.number(last)
        if name in SALE_NAMES and begin >= 0 and end < scenario.days:
            found.append(Campaign("festival_sale", SALE_NAMES[name], begin, end, discount=0.20))
    for number, day in enumerate(scenario.show_days, start=1):
        names = (f"Evening live show {number}", f"第{number}场晚间直播")
        found.append(Campaign("live", names, day, day, strength=0.12, discount=0.12))
    switch = scenario.mechanisms
    for kind, name, name_zh, at, length in TALKS:
        on = switch.challenges if kind == "challenge" else switch.expert_talks
        day = round(at * scenario.days)
        if on > 0 and day + length <= scenario.days:
            found.append(Campaign(kind, (name, name_zh), day, day + length - 1))
    return found


def plan_campaigns(scenario: Scenario, days: Days, groups: Groups, members: Members) -> list[Campaign]:
    """Plan the campaigns and draw their arms.

    Parameters
    ----------
    scenario, days, groups, members
        The simulation so far.

    Returns
    -------
    list of Campaign
        Sorted by first day. Members are drawn from those in the list when the campaign starts; groups
        are drawn in pairs of similar size, so that the arms are balanced.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> [c.unit for c in simulate(Scenario.small()).campaigns if c.unit]
    ['member', 'member', 'group', 'member', 'group']

    Taught in: 05 Conversion
    """
    if not scenario.campaigns:
        return []
    rng = stream(scenario.seed, "campaigns")
    plan = _fixed(scenario, days)
    for kind, name, name_zh, at, length, unit, share, strength in PLANNED:
        first = round(at * scenario.days)
        factor = scenario.mechanisms.group_buying if unit == "group" else 1.0
        if first + length > scenario.days or factor == 0:
            continue
        campaign = Campaign(kind, (name, name_zh), first, first + length - 1, unit, strength * factor)
        if unit == "member":
            here = (members.joined < first * 86400) & (members.left >= first * 86400) & members.real()
            campaign.units = np.flatnonzero(here)
            campaign.treated = np.zeros(len(campaign.units), bool)
            campaign.treated[rng.permutation(len(campaign.units))[: round(share * len(campaign.units))]] = (
                True
            )
        else:
            size = np.bincount(members.group, minlength=len(groups.kind))
            campaign.units = np.argsort(-size, kind="stable")[: len(size) // 2 * 2]
            first_of_pair = rng.random(len(campaign.units) // 2) < 0.5
            campaign.treated = np.stack([first_of_pair, ~first_of_pair], axis=1).ravel()
        plan.append(campaign)
    return by_start(plan)


def by_start(plan: list[Campaign]) -> list[Campaign]:
    """Return campaigns in the order in which they are numbered."""
    return sorted(plan, key=lambda campaign: (campaign.first, campaign.last, campaign.kind))


def campaign_dates(campaign: Campaign, days: Days) -> tuple[date, date]:
    """Return the first and the last day of a campaign as dates.

    Parameters
    ----------
    campaign : Campaign
        A planned campaign.
    days : Days
        The calendar of the simulation.

    Returns
    -------
    tuple of datetime.date
        First and last day.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> campaign_dates(small.campaigns[0], small.days)[0] >= small.scenario.start
    True

    Taught in: 05 Conversion
    """
    return days.date_of(campaign.first), days.date_of(campaign.last)
