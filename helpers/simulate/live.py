"""The minutes of live shows: rundown, hosts, who is there, what is said, clicked and bought."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from helpers.simulate.activity import ActiveDays
from helpers.simulate.calendar import SEASONS, Days
from helpers.simulate.campaigns import Campaign
from helpers.simulate.checkout import passes
from helpers.simulate.commerce import Orders
from helpers.simulate.contents import PURPOSES, Posts
from helpers.simulate.log import CODE, Log
from helpers.simulate.people import PLATFORMS
from helpers.simulate.population import Members
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream

PARTS = ("welcome", "product", "lottery", "questions", "closing")
HOSTS = ("host_a", "host_b")
# Products that are shown: position in tables.PRODUCTS (six categories of five); list prices by category.
SHELF = np.array([0, 1, 5, 6, 7, 10, 11, 15, 16, 20, 21, 22, 25, 26, 27])
PRICES = np.array([68.0, 88.0, 78.0, 128.0, 158.0, 238.0])
COST_SHARE = np.array([0.40, 0.42, 0.40, 0.45, 0.52, 0.48])  # of the list price, by category
DOUYIN_SHOP, SLOTS, PRICE_CUT = 2, 9, 0.12
# Per person and minute with a product on screen, before the product's appeal; orders per click.
CLICKS, BUYS, SOON = 0.055, 0.048, 6.0
LINK = (0.5, 1.25)  # factor on clicks in the first third of a product's minutes, and after it
SEASON, NOISE = 0.35, 0.12  # log factors of an evening close to a sale, and of chance
COMMENTS = np.array([0.12, 0.08, 0.35, 0.25, 0.10])  # per minute and part, of those who ever talk
REFUNDED, CANCELLED, AHEAD = 0.09, 0.03, 14  # fates of orders; days from which an order is pulled forward


@dataclass
class Rundown:
    """Hold one value per part of a show, in order of time: which show, from when to when, what, by whom."""

    show: np.ndarray
    start: np.ndarray
    end: np.ndarray
    part: np.ndarray
    product: np.ndarray
    host: np.ndarray
    minutes: np.ndarray
    expected_clicks: np.ndarray
    expected_orders: np.ndarray


@dataclass
class Shows:
    """Hold the shows' rundown and the truth about hosts, products and evenings.

    `clicks` and `buys` are the products' factors, in order of ``SHELF``; `evening`, `lead`, `viewers`,
    `orders` and `pulled` have one value a show. `place` says where each order that was sold before stands
    among the orders with those of the shows, -1 for those that are no more.
    """

    rundown: Rundown
    host_factor: np.ndarray
    clicks: np.ndarray
    buys: np.ndarray
    posts: np.ndarray
    campaigns: np.ndarray
    evening: np.ndarray = field(default_factory=lambda: np.zeros(0))
    lead: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    viewers: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    orders: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    pulled: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    place: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))

    def follow(self, values: np.ndarray, total: int) -> np.ndarray:
        """Carry what was known of the orders sold before over to all `total` orders, -1 for the shows'."""
        found = np.full(total, -1)
        found[self.place[self.place >= 0]] = values[self.place >= 0]
        return found


def _near_a_sale(days: Days, day: int) -> bool:
    """Say whether a season in which people buy more lies within two weeks."""
    spans = [(days.number(first), days.number(last)) for _, first, last, _, buys, _ in SEASONS if buys > 1]
    return any(first - 14 <= day <= last + 14 for first, last in spans)


def _spread(rng: np.random.Generator, count: int, width: float) -> np.ndarray:
    """Return log-normal factors that always cover good and bad, in random order."""
    steps = (np.arange(count) + 0.5) / count
    # Logistic quantiles: near enough to normal ones, and no table is needed.
    return np.exp(width * np.log(steps / (1 - steps))[rng.permutation(count)] / 1.8)


def _plan(shows: Shows, number: int, start: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return the parts of one evening: start, end, part, place on the shelf (-1: none) and host."""
    worth = np.log(shows.clicks * shows.buys)
    lead, evening = int(shows.lead[number]), float(np.log(shows.evening[number]))
    # Strong evenings get the stronger goods; and so does the host who is thought the stronger.
    chosen = np.argsort(-(worth * (1.1 * evening + 0.3 * (lead == 0)) + rng.normal(0, 0.8, len(worth))))[
        :SLOTS
    ]
    parts = [0, *[1] * 3, 2, *[1] * 3, 3, *[1] * 2, 2, 1, 4]
    product = np.full(len(parts), -1)
    host = np.full(len(parts), lead)
    slots = np.flatnonzero(np.array(parts) == 1)
    if number % 3 != 1:
        host[slots[3:6]] = 1 - lead
        host[slots[5] + 1] = 1 - lead
        ranked = chosen[np.argsort(-(worth[chosen] + rng.normal(0, 0.5, SLOTS)))]
        first = np.argsort(host[slots], kind="stable")
        chosen = np.empty(SLOTS, np.int64)
        chosen[first] = ranked
        for who in (0, 1):
            mine = np.flatnonzero(host[slots] == who)
            chosen[mine] = chosen[rng.permutation(mine)]
    product[slots] = chosen
    minutes = np.where(np.array(parts) == 1, rng.integers(7, 13, len(parts)), rng.integers(5, 9, len(parts)))
    end = start + np.cumsum(minutes) * 60
    return np.append(start, end[:-1]), end, np.array(parts), product, host


def _audience(
    scenario: Scenario, members: Members, active: ActiveDays, log: Log, show: int,
    plan: tuple[np.ndarray, ...], evening: float, entered: tuple[np.ndarray, np.ndarray],
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Return who is there from when to when; further viewers are written into the log, and who leaves."""
    begin, close = int(plan[0][0]), int(plan[1][-1])
    day = begin // 86400
    here = active.member[active.offset[day] : active.offset[day + 1]]
    able = (members.role[here] % 2 == 0) & (members.joined[here] < begin) & (members.left[here] > close)
    chance = np.minimum((0.32 + members.trait["live"][here]) * evening**0.5, 0.92)
    more = here[able & ~np.isin(here, entered[0]) & (rng.random(len(here)) < chance)]
    length = close - begin
    kind = rng.random(len(more))
    lottery = plan[0][plan[2] == 2]
    came = np.where(
        kind < 0.2,
        lottery[rng.integers(0, len(lottery), len(more))] - 60 + rng.integers(0, 240, len(more)),
        np.where(
            kind < 0.55, begin + rng.exponential(700, len(more)), begin + rng.random(len(more)) * length
        ),
    ).astype(np.int64)
    came = np.clip(came, begin, close - 120)
    log.add("live_enter", came, more, content=show, platform=PLATFORMS.index("douyin"))
    stay = rng.lognormal(7.5, 0.8, len(more) + len(entered[0]))
    stay[: len(more)] = np.where(kind < 0.2, 300 + 400 * rng.random(len(more)), stay[: len(more)])
    who, came = np.concatenate([more, entered[0]]), np.concatenate([came, entered[1]])
    gone = came + 30 + stay.astype(np.int64)
    early = np.flatnonzero(gone < close)
    log.add("live_leave", gone[early], who[early], content=show, platform=PLATFORMS.index("douyin"))
    return who, came, np.minimum(gone, close)


def _overlap(
    came: np.ndarray, gone: np.ndarray, start: np.ndarray, end: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return when each viewer is there in each stretch, and for how many seconds."""
    first = np.maximum(came[:, None], start[None, :])
    return first, np.maximum(np.minimum(gone[:, None], end[None, :]) - first, 0)


def _moments(
    rng: np.random.Generator, first: np.ndarray, seconds: np.ndarray, count: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Return viewer, stretch and time of `count` events for each viewer and stretch."""
    viewer, stretch = np.nonzero(count)
    times = count[viewer, stretch]
    viewer, stretch = np.repeat(viewer, times), np.repeat(stretch, times)
    u = rng.random(len(viewer))
    return viewer, stretch, (first[viewer, stretch] + u * seconds[viewer, stretch]).astype(np.int64)


def broadcast(
    scenario: Scenario, days: Days, members: Members, active: ActiveDays, posts: Posts,
    plan: list[Campaign], orders: Orders, log: Log,
) -> tuple[Orders, Shows]:  # fmt: skip
    """Run the live shows minute by minute.

    Parameters
    ----------
    scenario, days, members, active, posts, plan, orders
        The simulation so far.
    log : Log
        The open log, with those who enter shows; further viewers, who leaves, what is said, clicked and
        put into carts are added. All of it falls on days on which the member is active anyway.

    Returns
    -------
    tuple of (Orders, Shows)
        The orders, with those of the shows anew, and what is true about the shows. Of the orders in a
        show some would have come anyway within the next two weeks: these are taken out of `orders`, and
        the show's are not `caused`.

    Notes
    -----
    Each viewer and minute with a product on screen brings a click with a probability of its own, each
    click an order: factors of product, host and evening multiply, and whoever is about to buy anyway buys
    ``SOON`` times as often. The host of the better evenings and goods is a little better, and looks much
    better.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small())
    >>> rundown = small.shows.rundown
    >>> bool((rundown.end > rundown.start).all())
    True

    Taught in: 05 Conversion
    """
    rng = stream(scenario.seed, "live shows")
    # A campaign is one show only where the post and the evening go together.
    found = {c.first: number for number, c in enumerate(plan) if c.kind == "live"}
    shown = np.flatnonzero(posts.purpose == PURPOSES.index("live"))
    numbers = np.array([found.get(int(t) // 86400, -1) for t in posts.time[shown]], np.int64)
    shown, numbers = shown[numbers >= 0], numbers[numbers >= 0]
    count = len(shown)
    near = np.array([_near_a_sale(days, int(t) // 86400) for t in posts.time[shown]], bool)
    shows = Shows(
        Rundown(*[np.zeros(0, np.int64) for _field in fields(Rundown)]),
        np.array([scenario.host_factor, 1.0]),
        _spread(rng, len(SHELF), 0.45),
        _spread(rng, len(SHELF), 0.50),
        shown,
        numbers,
        np.exp(SEASON * near + NOISE * rng.normal(size=count)),
    )
    # The evenings close to a sale are hers, and a few of the others.
    order = np.argsort(1.7 * rng.random(count) - near, kind="stable")
    shows.lead = np.ones(count, np.int64)
    shows.lead[order[: (count + 1) // 2]] = 0
    rows = [i for i, block in enumerate(log.blocks["kind"]) if len(block) and block[0] == CODE["live_enter"]]
    entered = [
        np.concatenate([log.blocks[name][i] for i in rows] or [np.zeros(0, np.int32)]).astype(np.int64)
        for name in ("content", "member", "time")
    ]
    live = np.zeros(len(plan) + 1, bool)
    live[numbers] = True
    keep = ~(live[orders.campaign] & orders.caused)
    blocks, parts = [], []
    for number, show in enumerate(shown.tolist()):
        evening = _plan(shows, number, int(posts.time[show]), rng)
        here = entered[0] == show
        # The brand's own people look in, but they are no audience.
        inside = here & (entered[2] < evening[1][-1]) & (members.role[entered[1]] % 2 == 0)
        who, came, gone = _audience(
            scenario, members, active, log, show, evening, float(shows.evening[number]),
            (entered[1][inside], entered[2][inside]), rng,
        )  # fmt: skip
        bought, part = _sell(
            scenario, members, orders, keep, shows, number, evening, (who, came, gone), log, rng
        )
        blocks.append(bought)
        parts.append(part)
    if parts:
        shows.rundown = Rundown(*[np.concatenate(column) for column in zip(*parts, strict=True)])
        shows.viewers = np.array([len(np.unique(block[3])) for block in blocks])
        shows.pulled = np.array([int(block[2].sum()) for block in blocks])
        shows.orders = np.array([len(block[0]) for block in blocks])
    return _booked(orders, keep, blocks, shows, rng), shows


def _sell(
    scenario: Scenario, members: Members, orders: Orders, keep: np.ndarray, shows: Shows, number: int,
    evening: tuple[np.ndarray, ...], audience: tuple[np.ndarray, ...], log: Log, rng: np.random.Generator,
) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:  # fmt: skip
    """Let the viewers of one show talk, click and buy; `keep` loses what is pulled forward.

    Returns time, product, whether it was pulled forward and all viewers, with the buyers; and the rundown.
    """
    start, end, part, product, host = evening
    who, came, gone = audience
    show, day = int(shows.posts[number]), int(start[0]) // 86400
    place = {"content": show, "platform": PLATFORMS.index("douyin")}
    first, seconds = _overlap(came, gone, start, end)
    talk = np.where(members.talker[who], np.minimum(members.talk[who], 3.0) ** 0.5, 0.0)
    said = rng.poisson(seconds / 60 * COMMENTS[part] * talk[:, None])
    viewer, _stretch, when = _moments(rng, first, seconds, said)
    log.add("comment", when, who[viewer], **place)

    keen = np.sqrt(members.trait["click"][who])
    keen = keen / keen.mean() if len(keen) else keen
    later = orders.time // 86400
    soon = keep & (orders.campaign < 0) & (later > day) & (later <= day + AHEAD)
    about = np.isin(who, orders.member[soon])
    slots = np.flatnonzero(part == 1)
    link = start[slots] + (end - start)[slots] // 3
    shelf = product[slots]
    odds = BUYS * shows.buys[shelf] * shows.host_factor[host[slots]] * shows.evening[number]
    odds = np.minimum(odds[None, :] * np.where(about, SOON, 1.0)[:, None], 0.9)
    clicks, seen = np.zeros((len(who), len(slots)), np.int64), np.zeros((len(who), len(slots)))
    moments = []
    for factor, begin, stop in ((LINK[0], start[slots], link), (LINK[1], link, end[slots])):
        there, long = _overlap(came, gone, begin, stop)
        mean = CLICKS * factor * shows.clicks[shelf] * keen[:, None] * long / 60
        drawn = rng.poisson(mean)
        clicks, seen = clicks + drawn, seen + mean
        moments.append(_moments(rng, there, long, drawn))
    viewer, slot, when = (np.concatenate(column) for column in zip(*moments, strict=True))
    goods = SHELF[shelf]
    log.add("click", when, who[viewer], product=goods[slot], **place)
    buys = rng.random((len(who), len(slots))) < 1 - (1 - odds) ** clicks
    last = np.zeros((len(who), len(slots)), np.int64)
    np.maximum.at(last, (viewer, slot), when)
    # As many carts and checkouts that come to nothing as the screens of the shop ask for.
    opens, pays = passes(scenario)[PLATFORMS.index("douyin")]
    rest = np.flatnonzero(~buys[viewer, slot])
    given_up = rest[rng.random(len(rest)) < buys.sum() * (1 / (opens * pays) - 1) / max(len(rest), 1)]
    reached = given_up[rng.random(len(given_up)) < opens * (1 - pays) / (1 - opens * pays)]
    for kind, rows, wait in (("cart", given_up, 15), ("checkout", reached, 45)):
        log.add(kind, when[rows] + wait, who[viewer[rows]], product=goods[slot[rows]], **place)
    buyer, slot = np.nonzero(buys)
    time = last[buyer, slot] + rng.integers(75, 240, len(buyer))
    for kind, wait in (("cart", 15), ("checkout", 45)):
        log.add(kind, last[buyer, slot] + wait, who[buyer], product=goods[slot], **place)
    # Each order of somebody about to buy stands for one order later; the first one does.
    rows = np.flatnonzero(soon & np.isin(orders.member, who[buyer]))
    _once, at = np.unique(orders.member[rows], return_index=True)
    keep[rows[at]] = False
    pulled = np.zeros(len(buyer), bool)
    _buyers, at = np.unique(who[buyer], return_index=True)
    pulled[at] = np.isin(who[buyer[at]], orders.member[rows])
    blank = np.zeros(len(part))
    minutes, clicked, ordered = seconds.sum(axis=0) / 60, blank.copy(), blank.copy()
    clicked[slots] = seen.sum(axis=0)
    ordered[slots] = (1 - np.exp(-seen * odds)).sum(axis=0)
    rundown = (np.full(len(part), number), start, end, part)
    return (time, goods[slot], pulled, who, who[buyer]), (
        *rundown, np.where(part == 1, SHELF[product], -1), host, minutes, clicked, ordered,
    )  # fmt: skip


def _booked(
    orders: Orders, keep: np.ndarray, blocks: list[tuple[np.ndarray, ...]], shows: Shows,
    rng: np.random.Generator,
) -> Orders:  # fmt: skip
    """Join the orders that stay and those of the shows, sorted by time; `shows.place` is filled."""
    shows.place = np.arange(len(orders))
    if not blocks:
        return orders
    time, product, pulled, _viewers, member = (np.concatenate(x) for x in zip(*blocks, strict=True))
    campaign = np.repeat(shows.campaigns, shows.orders)
    category = product // 5
    price = PRICES[category] * (0.85 + 0.1 * (product % 5)) * (1 + (rng.random(len(time)) < 0.2))
    fate = rng.random(len(time))
    status = np.where(fate < REFUNDED, 1, np.where(fate < REFUNDED + CANCELLED, 2, 0))
    amount = np.rint(price * (1 - PRICE_CUT) * 100).astype(np.int64)
    more = {
        "time": time,
        "member": member,
        "amount": amount,
        "refunded": np.where(status > 0, amount, 0),
        "discount": np.rint(price * PRICE_CUT * 100).astype(np.int64),
        "cost": np.where(status > 0, 0, np.rint(price * COST_SHARE[category] * 100)).astype(np.int64),
        "status": status,
        "category": category,
        "product": product,
        "campaign": campaign,
        "channel": np.full(len(time), DOUYIN_SHOP),
        "caused": ~pulled,
    }
    joined = {f.name: np.concatenate([getattr(orders, f.name)[keep], more[f.name]]) for f in fields(Orders)}
    by_time = np.argsort(joined["time"], kind="stable")
    rank = np.empty(len(by_time), np.int64)
    rank[by_time] = np.arange(len(by_time))
    shows.place = np.full(len(orders), -1)
    shows.place[keep] = rank[: int(keep.sum())]
    return Orders(**{name: column[by_time] for name, column in joined.items()})
