"""Groups and posts: who publishes what, where, in which format and how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.calendar import Days, clock_times
from helpers.simulate.copies import LOWER, repeat_posts
from helpers.simulate.mechanisms import factor
from helpers.simulate.people import PLATFORMS
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import pick, stream
from helpers.simulate.traits import SERIES

if TYPE_CHECKING:
    from helpers.simulate.announcements import Announcements

FORMATS = ("text", "image", "short_video", "audio", "live")
TOPICS = ("brewing", "tea_ware", "wellness", "tea_culture", "deals", "daily_life", "brand_story", "complaint")
PURPOSES = ("post", "question", "poll", "live", "debate", "challenge", "meetup", "notice")
SHOW_STARTS = 20 * 3600  # second of the day at which a live show begins

# Weights of FORMATS on each platform, and what a format does to likes, comments and shares.
FORMAT_WEIGHTS = (
    (0.46, 0.34, 0.08, 0.12, 0.0),
    (0.12, 0.60, 0.26, 0.02, 0.0),
    (0.02, 0.10, 0.88, 0.00, 0.0),
    (0.62, 0.32, 0.03, 0.03, 0.0),
)
LIKE_FACTOR = np.array([0.75, 1.10, 1.35, 0.65, 1.0])
COMMENT_FACTOR = np.array([1.30, 0.95, 0.85, 0.60, 1.2])
SHARE_FACTOR = np.array([0.70, 0.90, 1.70, 0.50, 1.0])
SAVE_FACTOR = np.array([1.30, 1.10, 0.80, 0.70, 0.3])
# What the purpose of a post (in the order of PURPOSES) does to being met, comments and shares.
VIEWS_BY_PURPOSE = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.2, 0.5, 0.05])
COMMENTS_BY_PURPOSE = np.array([1.0, 0.0, 1.0, 1.0, 2.0, 1.4, 1.5, 0.2])
SHARES_BY_PURPOSE = np.array([1.0, 1.0, 1.0, 1.0, 0.8, 1.6, 1.0, 0.2])
# Weights of TOPICS for posts by the brand, and for posts by members who care for each interest.
BRAND_TOPICS = (0.20, 0.15, 0.12, 0.13, 0.22, 0.02, 0.16, 0.0)
MEMBER_TOPICS = (
    (0.50, 0.10, 0.06, 0.10, 0.02, 0.22, 0.0, 0.0),
    (0.12, 0.50, 0.04, 0.08, 0.04, 0.22, 0.0, 0.0),
    (0.10, 0.06, 0.46, 0.08, 0.04, 0.26, 0.0, 0.0),
    (0.12, 0.10, 0.06, 0.48, 0.02, 0.22, 0.0, 0.0),
    (0.06, 0.08, 0.06, 0.02, 0.56, 0.22, 0.0, 0.0),
)
# How much likelier a member views a post whose topic is the member's interest (one row per interest).
AFFINITY = np.ones((5, len(TOPICS)))
AFFINITY[np.arange(5), np.arange(5)] = 3.0
AFFINITY[:, TOPICS.index("complaint")] = 4.0
# Within the own interest, posts of the favourite series are met four times as much as the others; the
# mean over the series stays 1.
FAVOURITE, OTHER = 16 / 7, 4 / 7

CITIES = (
    ("Hangzhou", "杭州"),
    ("Shanghai", "上海"),
    ("Guangzhou", "广州"),
    ("Chengdu", "成都"),
    ("Beijing", "北京"),
    ("Fuzhou", "福州"),
    ("Wuhan", "武汉"),
    ("Nanjing", "南京"),
    ("Xiamen", "厦门"),
    ("Kunming", "昆明"),
)
THEMES = (
    ("brewing", "Brewing", "泡茶"),
    ("tea ware", "Tea ware", "茶器"),
    ("wellness", "Tea and wellness", "茶与养生"),
    ("tea culture", "Tea culture", "茶文化"),
    ("deals", "Good deals", "好价"),
)


@dataclass
class Groups:
    """Hold one value per group in each list."""

    platform: np.ndarray
    kind: list[str]
    name: list[tuple[str, str]]
    theme: list[tuple[str, str]]
    effect: np.ndarray

    def labels(self) -> list[str]:
        """Return the ids of the groups."""
        width = max(2, len(str(len(self.kind))))
        return [f"g{number + 1:0{width}d}" for number in range(len(self.kind))]


def found_groups(scenario: Scenario) -> Groups:
    """Found the groups: city and theme chats, forum boards, note circles and fan groups.

    Parameters
    ----------
    scenario : Scenario
        Parameters; one group per 330 members, at least eight.

    Returns
    -------
    Groups
        Platforms in the proportion 3 : 1 : 1 : 1.

    Examples
    --------
    >>> len(found_groups(Scenario()).kind)
    24

    Taught in: 02 Positioning
    """
    count = int(np.clip(round(scenario.members / 330), 8, 600))
    platform = np.array([(0, 1, 0, 2, 0, 3)[n % 6] for n in range(count)])
    kinds, names, themes = [], [], []
    seen = [0, 0, 0, 0]
    for code in platform:
        n = seen[code]
        seen[code] += 1
        key, theme, theme_zh = THEMES[n % len(THEMES)]
        series = "" if n < 10 else f" {n // 10 + 1}"
        if code == 0 and n % 2 == 0:
            city, city_zh = CITIES[(n // 2) % len(CITIES)]
            names.append((f"{city} tea friends{series}", f"{city_zh}茶友群{series}"))
            themes.append((f"city: {city}", f"同城：{city_zh}"))
        else:
            kind = (("chat", "群"), ("circle", "圈"), ("fan group", "粉丝团"), ("board", "版"))[code]
            names.append((f"{theme} {kind[0]}{series}", f"{theme_zh}{kind[1]}{series}"))
            themes.append((key, theme_zh))
        kinds.append(("group_chat", "note_circle", "fan_group", "forum_board")[code])
    effect = np.exp(stream(scenario.seed, "groups").normal(0, 0.2, count))
    return Groups(platform, kinds, names, themes, effect)


@dataclass
class Posts:
    """Hold one value per post in each array, sorted by time of publication."""

    time: np.ndarray
    author: np.ndarray
    format: np.ndarray
    topic: np.ndarray
    purpose: np.ndarray
    platform: np.ndarray
    group: np.ndarray
    by_brand: np.ndarray
    sponsored: np.ndarray
    quality: np.ndarray
    negative: np.ndarray
    reproduction: np.ndarray
    series: np.ndarray
    copied: np.ndarray

    def __len__(self) -> int:
        """Return the number of posts."""
        return len(self.time)

    def labels(self) -> np.ndarray:
        """Return the ids of the posts, in order of publication."""
        width = max(5, len(str(len(self))))
        return np.char.add("c", np.char.zfill((np.arange(len(self)) + 1).astype(str), width))


def _brand_posts(
    scenario: Scenario, days: Days, members: Members, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Return author, time and whether it is a live show, of the brand's posts; fewer on days off."""
    staff = np.flatnonzero(members.role == 1)
    off = days.off[days.history : days.history + scenario.days]
    per_day = rng.poisson(scenario.brand_posts * np.where(off, 0.6, 1.15))
    per_day[0] = max(per_day[0], 1)  # so that there is something to look at
    day = np.repeat(np.arange(scenario.days), per_day)
    time = day * 86400 + np.clip(
        clock_times(rng, off[day], np.zeros(len(day), np.int64)), 8 * 3600, 22 * 3600
    )
    shows = np.array(scenario.show_days, dtype=np.int64) * 86400 + SHOW_STARTS
    time, live = np.concatenate([time, shows]), np.arange(len(time) + len(shows)) >= len(time)
    return staff[rng.integers(0, len(staff), len(time))], time, live


def _member_posts(
    scenario: Scenario, days: Days, members: Members, active: ActiveDays, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Return author, time and whether it complains of the members' posts; all fall on active days."""
    who = active.member
    rate = members.trait["posts"][who] * members.talk[who] * (1 + scenario.mechanisms.creator_notes)
    usual = rng.random(len(who)) < np.minimum(rate, 0.9)
    bad = np.zeros(len(who), bool)
    if scenario.mishap and scenario.mishap_day is not None:
        heat = scenario.mishap.heat(active.day - scenario.mishap_day)
        # Complaints a day per member of the list, spread over those active who are ordinary members.
        share = (
            scenario.mishap.complaints * scenario.members / np.maximum(np.diff(active.offset)[active.day], 1)
        )
        bad = (rng.random(len(who)) < heat * share) & (members.role[who] == 0)
    chosen = usual | bad
    spot = np.where(rng.random(len(who)) < 0.6, active.early, active.late) + rng.integers(30, 900, len(who))
    time = active.day * 86400 + np.minimum(spot, 86399)
    return who[chosen], time[chosen], bad[chosen]


def write_posts(
    scenario: Scenario,
    days: Days,
    groups: Groups,
    members: Members,
    active: ActiveDays,
    plan: Announcements,
) -> Posts:
    """Draw all posts.

    Parameters
    ----------
    scenario, days, groups, members, active, plan
        The simulation so far.

    Returns
    -------
    Posts
        Sorted by time; `copied` is the post that one repeats (-1: none);
        `reproduction` is the mean number of further shares one share causes.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> posts = simulate(Scenario.small()).posts
    >>> bool((np.diff(posts.time) >= 0).all())
    True

    Taught in: 03 Content
    """
    rng = stream(scenario.seed, "posts")
    brand, brand_time, show = _brand_posts(scenario, days, members, rng)
    member, member_time, bad = _member_posts(scenario, days, members, active, rng)
    author = np.concatenate([brand, plan.author, member])
    time = np.concatenate([brand_time, plan.time, member_time])
    by_brand = np.arange(len(author)) < len(brand) + len(plan)
    negative = np.concatenate([np.zeros(len(brand) + len(plan), bool), bad])
    live = np.concatenate([show, np.zeros(len(plan) + len(member), bool)])
    none = (np.full(len(brand), -1), np.full(len(member), -1))
    told, addressed = (np.concatenate([none[0], x, none[1]]) for x in (plan.purpose, plan.group))
    order = np.argsort(time, kind="stable")
    author, time, by_brand, negative, live = (x[order] for x in (author, time, by_brand, negative, live))
    told, addressed = told[order], addressed[order]
    total = len(author)

    anywhere = rng.choice(len(PLATFORMS), total, p=(0.42, 0.26, 0.20, 0.12))
    elsewhere = by_brand | (rng.random(total) < 0.12)
    platform = np.where(elsewhere, anywhere, members.platform[author])
    platform = np.where(live, PLATFORMS.index("douyin"), platform)
    platform = np.where(addressed >= 0, groups.platform[addressed], platform)
    home = members.group[author]
    in_group = ~by_brand & (groups.platform[home] == platform) & (rng.random(total) < 0.8)
    form = pick(rng, np.cumsum(FORMAT_WEIGHTS, axis=1), platform)
    form = np.where(live, FORMATS.index("live"), form)
    topics = np.cumsum([*MEMBER_TOPICS, BRAND_TOPICS], axis=1)
    topic = pick(rng, topics, np.where(by_brand, len(MEMBER_TOPICS), members.interest[author]))
    topic = np.where(negative, TOPICS.index("complaint"), topic)
    draw = rng.random(total)
    purpose = np.where(by_brand & (draw < 0.08), 2, np.where(~by_brand & (draw < 0.22), 1, 0))
    debate = (draw >= 0.22) & (draw < np.where(by_brand, 0.34, 0.28))
    purpose = np.where(debate, PURPOSES.index("debate"), purpose)
    entry = ~by_brand & (draw > 0.55) & np.isin(time // 86400, plan.challenge_days)
    purpose = np.where(entry, PURPOSES.index("challenge"), purpose)
    purpose = np.where(live, 3, np.where(negative, 0, np.where(told >= 0, told, purpose)))
    quality = 0.55 * rng.normal(size=total) + 0.6 * members.skill[author] + np.where(by_brand, 0.15, 0.0)
    quality += 0.3 * scenario.mechanisms.creator_notes * ~by_brand
    usual = ~by_brand & ~negative & (purpose == 0)
    copied = repeat_posts(scenario, time // 86400, author, topic, usual, TOPICS.index("deals"))
    quality -= LOWER * (copied >= 0)
    series_rng = stream(scenario.seed, "series of posts")
    faithful = ~by_brand & (series_rng.random(total) < 0.6)
    series = np.where(faithful, members.series[author], series_rng.integers(0, SERIES, total))
    sponsored = (members.role[author] == 2) & (rng.random(total) < 0.22)
    # A share of a better post, or of a video, causes more shares; complaints travel furthest.
    spread = scenario.reproduction_number * np.exp(0.35 * quality) * (1 + 0.4 * (form == 2))
    spread = spread * (1 + 0.5 * scenario.mechanisms.challenges * (form == 2))
    spread = spread * factor(scenario.mechanisms, "reproduction number before its cap")
    spread = np.where(negative, 0.75, np.minimum(spread, 0.85))
    return Posts(
        time=time,
        author=author,
        format=form,
        topic=topic,
        purpose=purpose,
        platform=platform,
        group=np.where(addressed >= 0, addressed, np.where(in_group, home, -1)),
        by_brand=by_brand,
        sponsored=sponsored,
        quality=quality,
        negative=negative,
        reproduction=spread,
        series=series,
        copied=copied,
    )
