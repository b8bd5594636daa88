"""Randomised tests beside the sales campaigns: welcome tasks, double points, a checkout, a digest, headlines.

Nothing in a test makes a member active on a day: mails are opened, tasks done and points earned on days
on which the member comes anyway, so the stated probabilities of being active stay exact. (Welcome tasks
lengthen interest; the expectations know that.)
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.campaigns import Campaign
from helpers.simulate.contents import PURPOSES, Posts
from helpers.simulate.log import Log
from helpers.simulate.newcomers import OUTSIDE, TREATED, onboarding_days
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

# Of each test: kind, names, first day as a share of the window, days that it touches.
Entry = tuple[str, tuple[str, str], float, int]
INCENTIVE: Entry = ("incentive", ("Double points fortnight", "双倍积分两周"), 0.52, 28)
CHECKOUT: Entry = ("checkout_test", ("One-page checkout", "一页结账"), 0.425, 42)
RETARGETING: Entry = ("ad_holdout", ("Retargeting pilot", "再营销广告试点"), 0.56, 42)
DIGEST: Entry = ("digest", ("Weekly digest", "每周精选"), 0.855, 28)
HEADLINES: tuple[Entry, ...] = (
    ("headline_test", ("Headline test: spring harvest", "标题测试：春茶上新"), 0.905, 7),
    ("headline_test", ("Headline test: teapot care", "标题测试：养壶指南"), 0.955, 7),
)
FORTNIGHT, MORE, LESS = 14, 1.4, 0.9  # days of double points; factors while they last and as long after
CLICKS = ((0.060, 0.078), (0.060, 0.060))  # of each headline test: share of arm a and of arm b that clicks
ORDERS = 0.03  # chance that reading one digest brings an order
TASKS = (("check_in", 0.35), ("message", 0.22))  # chance of each on an active day of the first week


@dataclass
class Letters:
    """Hold who met which mailed post: one value per member and letter in each array."""

    row: np.ndarray  # of the active day on which it was met
    post: np.ndarray
    clicks: np.ndarray


@dataclass
class Trials:
    """Hold the tests: their campaigns, their letters, and what would have happened without them.

    `mailed` are the posts that nobody meets by browsing; `ordered` holds member and day of the orders that
    the digest brings; `rates` the true share of each arm of each headline test that clicks; `digest_chance`
    each member's chance of such an order if treated; `usual`, by outcome and member, the number of
    actions expected without the incentive.
    """

    plan: list[Campaign] = field(default_factory=list)
    letters: list[Letters] = field(default_factory=list)
    mailed: list[int] = field(default_factory=list)
    ordered: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    rates: list[tuple[float, float]] = field(default_factory=list)
    digest_chance: np.ndarray = field(default_factory=lambda: np.zeros(0))
    usual: dict[str, np.ndarray] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Campaign]:
        """Return the tests of one kind."""
        return [campaign for campaign in self.plan if campaign.kind == kind]

    def lift(self, kind: str, day: int, members: Members, who: np.ndarray, chance: np.ndarray) -> np.ndarray:
        """Return the chances of check-ins or answers of a day, changed for those with double points.

        Gamers check in by the clock instead (see `gaming`), so their chance of doing it by whim is zero.
        """
        if kind == "check_in":
            chance = np.where(members.gamer[who], 0.0, chance)
        for campaign in self.of_kind("incentive"):
            since = day - campaign.first
            if 0 <= since < 2 * FORTNIGHT:
                after = since >= FORTNIGHT
                name = f"{kind}s_after" if after else f"{kind}s"
                usual = self.usual.setdefault(name, np.zeros(len(members)))
                usual += np.bincount(who, np.minimum(chance, 0.9), minlength=len(members))
                treated = campaign.members_treated(members)[who]
                chance = chance * np.where(treated, LESS if after else MORE, 1.0)
        return chance

    def leave_events(self, scenario: Scenario, members: Members, active: ActiveDays, log: Log) -> None:
        """Write down what was read, clicked and done because of the tests."""
        rng = stream(scenario.seed, "trial events")
        for letter in self.letters:
            who, day = active.member[letter.row], active.day[letter.row]
            floor = day * 86400 + active.early[letter.row] + rng.integers(20, 900, len(who))
            place = {"content": letter.post, "platform": members.platform[who]}
            seen = np.minimum(floor, (day + 1) * 86400 - 600)
            log.add("view", seen, who, **place)
            hit = np.flatnonzero(letter.clicks)
            log.add(
                "click",
                seen[hit] + rng.integers(3, 60, len(hit)),
                who[hit],
                **{name: codes[hit] for name, codes in place.items()},
            )
        for campaign in self.of_kind("onboarding"):
            early = campaign.members_treated(members)[active.member] & (active.age < 7)
            for kind, chance in TASKS:
                rows = np.flatnonzero(early & (rng.random(len(early)) < chance))
                who, day = active.member[rows], active.day[rows]
                when = day * 86400 + np.minimum(active.late[rows] + rng.integers(30, 900, len(rows)), 86399)
                group = members.group[who] if kind == "message" else np.full(len(who), -1)
                log.add(kind, when, who, platform=members.platform[who], group=group)


def _fits(scenario: Scenario, at: float, length: int) -> int:
    """Return the first day of a test, -1 where it sticks out of the window or meets the mishap."""
    first, trouble = round(at * scenario.days), scenario.mishap_day
    if not scenario.has_trials or first + length > scenario.days:
        return -1
    if (
        scenario.mishap
        and trouble is not None
        and first < trouble + scenario.mishap.days
        and trouble < first + length
    ):
        return -1
    return first


def _listed(members: Members, day: int) -> np.ndarray:
    """Return who is in the member list when a day begins, staff and bots apart."""
    return np.flatnonzero((members.joined < day * 86400) & (members.left >= day * 86400) & members.real())


def _mailed(posts: Posts, day: int) -> int:
    """Return the first ordinary post by the brand from a day's morning on: it is mailed, not shown."""
    plain = posts.by_brand & (posts.purpose == PURPOSES.index("post")) & (posts.group < 0)
    later = np.flatnonzero(plain & (posts.time >= day * 86400))
    return int(later[0]) if len(later) else -1


def _first_rows(active: ActiveDays, post_time: int, days: int, member: np.ndarray) -> np.ndarray:
    """Return the row of each member's first active day with a session after a letter was sent."""
    day = post_time // 86400
    last = min(day + days, len(active.offset) - 1)
    rows = np.arange(active.offset[day], active.offset[last])
    after = active.day[rows] * 86400 + active.early[rows] > post_time
    rows = rows[after & member[active.member[rows]]]
    return rows[np.unique(active.member[rows], return_index=True)[1]]


def _campaign(entry: Entry, first: int, length: int, **more: object) -> Campaign:
    return Campaign(entry[0], entry[1], first, first + length - 1, unit="member", discount=0.0, **more)  # type: ignore[arg-type]


def plan_trials(scenario: Scenario, members: Members, active: ActiveDays, posts: Posts) -> Trials:
    """Plan the tests that fit into the window, draw their arms and who opens which mail.

    Parameters
    ----------
    scenario, members, active, posts
        The simulation so far. Tests that would meet the mishap are not run.

    Returns
    -------
    Trials
        Empty for windows of less than 180 days.

    Notes
    -----
    Every unit's arm is the toss of a coin. A headline is met by everybody who comes within a week; the
    chance of a click depends on arm and person and is scaled to the stated share of all who were drawn.
    A digest is opened by those who come in its week, the committed more often, which is why its readers
    buy more than others without its help.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> simulate(Scenario.small()).trials.plan
    []

    Taught in: 04 Interaction
    """
    found = Trials()
    days = onboarding_days(scenario)
    if len(days):
        units = np.flatnonzero(members.onboarding != OUTSIDE)
        found.plan.append(
            Campaign(
                "onboarding",
                ("Welcome tasks", "新人任务"),
                days.start,
                days.stop - 1,
                unit="member",
                discount=0.0,
                units=units,
                treated=members.onboarding[units] == TREATED,
                assigned=members.joined[units],
            )
        )
    first = _fits(scenario, INCENTIVE[2], INCENTIVE[3])
    if first >= 0:
        units = _listed(members, first)
        coin = stream(scenario.seed, "incentive test").random(len(units)) < 0.5
        found.plan.append(_campaign(INCENTIVE, first, FORTNIGHT, units=units, treated=coin))
    first = _fits(scenario, CHECKOUT[2], CHECKOUT[3])
    if first >= 0:
        units = _listed(members, first)
        coin = stream(scenario.seed, "checkout test").random(len(units)) < 0.5
        found.plan.append(_campaign(CHECKOUT, first, CHECKOUT[3], units=units, treated=coin))
    first = _fits(scenario, RETARGETING[2], RETARGETING[3])
    if first >= 0:
        units = _listed(members, first)
        coin = stream(scenario.seed, "retargeting hold-out").random(len(units)) < 0.5
        found.plan.append(_campaign(RETARGETING, first, RETARGETING[3], units=units, treated=coin))
    _send_digest(scenario, members, active, posts, found)
    for number, entry in enumerate(HEADLINES):
        _test_headline(scenario, members, active, posts, found, entry, CLICKS[number], number)
    return found


def _send_digest(
    scenario: Scenario, members: Members, active: ActiveDays, posts: Posts, found: Trials
) -> None:
    first = _fits(scenario, DIGEST[2], DIGEST[3])
    issues = [_mailed(posts, first + 7 * week) for week in range(4)] if first >= 0 else [-1]
    if min(issues) < 0 or posts.time[issues[-1]] >= (first + DIGEST[3]) * 86400:
        return
    rng = stream(scenario.seed, "digest test")
    units = _listed(members, first)
    campaign = _campaign(
        DIGEST, first, DIGEST[3], units=units, treated=rng.random(len(units)) < 0.5, post=issues[0]
    )
    treated, unit = campaign.members_treated(members), np.isin(np.arange(len(members)), units)
    opens = np.minimum(0.3 + 0.3 * members.trait["answers"], 0.9)
    none, rows_all, post_all = np.ones(len(members)), [], []
    for issue in issues:
        left = first + DIGEST[3] - int(posts.time[issue]) // 86400
        rows = _first_rows(active, int(posts.time[issue]), min(7, left), unit)
        who = active.member[rows]
        none[who] *= 1 - opens[who] * ORDERS
        rows = rows[treated[who] & (rng.random(len(rows)) < opens[who])]
        rows_all.append(rows)
        post_all.append(np.full(len(rows), issue))
    rows, post = np.concatenate(rows_all), np.concatenate(post_all)
    found.plan.append(campaign)
    found.mailed += issues
    found.digest_chance = 1 - none
    found.letters.append(Letters(rows, post, rng.random(len(rows)) < 0.5))
    bought = rng.random(len(rows)) < ORDERS
    day = np.minimum(active.day[rows] + rng.integers(0, 3, len(rows)), campaign.last)
    found.ordered = np.stack([active.member[rows][bought], day[bought]], axis=1)
    # Who opens a digest goes on to look at two of the posts that it names.
    named = np.flatnonzero(posts.by_brand & ~np.isin(np.arange(len(posts)), issues))
    for back in (1, 2):
        place = np.searchsorted(posts.time[named], posts.time[post]) - back
        there = place >= 0
        found.letters.append(Letters(rows[there], named[place[there]], np.zeros(int(there.sum()), bool)))


def _test_headline(
    scenario: Scenario, members: Members, active: ActiveDays, posts: Posts, found: Trials,
    entry: Entry, shares: tuple[float, float], number: int,
) -> None:  # fmt: skip
    first = _fits(scenario, entry[2], entry[3])
    post = _mailed(posts, first) if first >= 0 else -1
    if post < 0:
        return
    rng = stream(scenario.seed, f"headlines {number}")
    units = _listed(members, first)
    campaign = _campaign(
        entry, first, entry[3], units=units, treated=rng.random(len(units)) < 0.5, post=post, arms=("a", "b")
    )
    treated, unit = campaign.members_treated(members), np.isin(np.arange(len(members)), units)
    left = first + entry[3] - int(posts.time[post]) // 86400
    rows = _first_rows(active, int(posts.time[post]), left, unit)
    if not len(rows):
        return
    who = active.member[rows]
    keen = np.sqrt(members.trait["click"][who])
    scale = len(units) / len(rows) * keen / keen.mean()
    chance = [np.minimum(share * scale, 0.95) for share in shares]
    found.plan.append(campaign)
    found.mailed.append(post)
    found.rates.append(tuple(float(each.sum() / len(units)) for each in chance))  # type: ignore[arg-type]
    clicks = rng.random(len(rows)) < np.where(treated[who], chance[1], chance[0])
    found.letters.append(Letters(rows, np.full(len(rows), post), clicks))
