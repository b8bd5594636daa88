"""Teams of group buying: who buys with whom, how fast a team is complete, and which never are."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.simulate.columns import ids
from helpers.simulate.commerce import STATUSES, Orders
from helpers.simulate.streams import stream

if TYPE_CHECKING:
    from helpers.simulate.activity import ActiveDays
    from helpers.simulate.campaigns import Campaign
    from helpers.simulate.population import Members
    from helpers.simulate.scenario import Scenario
    from helpers.simulate.simulation import Simulation

SIZES = (2, 3)  # buyers that a team needs, round by round
LARGEST = 5
TIME = 24 * 3600  # that a team has to fill
LATE = 21  # hour from which a team has fewer hours with people about
SECOND = 0.35  # chance that a failed team of three had found one more
CANCELLED = STATUSES.index("cancelled")


@dataclass
class Teams:
    """Hold the teams, the team of each order (-1: none), and the orders of teams that did not fill.

    `needs` has an entry per campaign (0: no teams); `campaign`, `opened`, `chance` and `complete` one per
    team, in order of opening.
    """

    needs: np.ndarray
    of_order: np.ndarray
    failed: Orders
    of_failed: np.ndarray
    campaign: np.ndarray
    opened: np.ndarray
    chance: np.ndarray
    complete: np.ndarray

    def labels(self) -> np.ndarray:
        """Return the ids of the teams."""
        return np.array(ids("t", np.arange(len(self.opened)), len(self.opened), 4).to_pylist(), dtype=str)


def _first(time: np.ndarray, team: np.ndarray) -> np.ndarray:
    """Return when each team was opened: the time of its first order."""
    opened = np.full(int(team.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(opened, team[team >= 0], time[team >= 0])
    return opened


def _fill(time: np.ndarray, home: np.ndarray, need: int) -> np.ndarray:
    """Return a team number for each order (sorted by time), -1 where none fills in time.

    First among people of one chat, in order of time; who is left over then meets in the open.
    """
    team = np.full(len(time), -1)
    number = 0
    for pool in (home, np.zeros(len(time), np.int64)):
        for place in np.unique(pool):
            rows = np.flatnonzero((pool == place) & (team < 0))
            at = 0
            while at + need <= len(rows):
                if time[rows[at + need - 1]] - time[rows[at]] < TIME:
                    team[rows[at : at + need]] = number
                    number, at = number + 1, at + need
                else:
                    at += 1
    opened = _first(time, team)
    size = np.bincount(team[team >= 0], minlength=number)
    for row in np.flatnonzero(team < 0):
        since = time[row] - opened
        fits = np.flatnonzero((since >= 0) & (since < TIME) & (size < LARGEST))
        if len(fits):
            team[row] = fits[-1]
            size[fits[-1]] += 1
    return team


def completion(scenario: Scenario, need: int, opened: np.ndarray) -> np.ndarray:
    """Give the chance that a team fills in time, by how many it needs and when it was opened.

    Parameters
    ----------
    scenario : Scenario
        `team_completion` (of two; each further buyer multiplies by 0.8) and `late_teams`.
    need : int
        Buyers that it takes.
    opened : numpy.ndarray of int
        Seconds from the first midnight.

    Returns
    -------
    numpy.ndarray of float
        Lower for teams opened from nine in the evening to six in the morning.

    Examples
    --------
    >>> from helpers.simulate import Scenario
    >>> completion(Scenario(), 3, np.array([12, 22]) * 3600).round(3).tolist()
    [0.656, 0.492]

    Taught in: 05 Conversion
    """
    hour = opened // 3600 % 24
    late = (hour >= LATE) | (hour < 6)
    return scenario.team_completion * 0.8 ** (need - 2) * np.where(late, scenario.late_teams, 1.0)


def _failures(
    scenario: Scenario, members: Members, active: ActiveDays, campaign: Campaign, need: int,
    opened: np.ndarray, rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Return time, member and team (from 0) of the orders placed in teams that never filled."""
    # So many fail before one fills, so the share of teams that fill is the chance.
    lost = rng.geometric(completion(scenario, need, opened)) - 1
    hour = np.repeat(opened // 3600, lost)
    start = hour * 3600 + rng.integers(0, 3600, len(hour))
    count = 1 + rng.binomial(need - 2, SECOND, len(hour))
    team = np.repeat(np.arange(len(hour)), count)
    first = np.append(True, team[1:] != team[:-1])[: len(team)]
    time = start[team] + np.where(first, 0, rng.integers(60, TIME, len(team)))
    time = np.minimum(time, scenario.days * 86400 - 1)
    treated = campaign.members_treated(members) & members.real()
    rows = np.flatnonzero(treated[active.member] & (active.age > 0))
    day = active.day[rows]
    low = np.searchsorted(day, time // 86400)
    high = np.searchsorted(day, time // 86400, side="right")
    place = low + (rng.random(len(time)) * (high - low)).astype(np.int64)
    member = active.member[rows[np.minimum(place, max(len(rows) - 1, 0))]] if len(rows) else place
    # Without somebody to open it there is no team, and nobody joins a team of their own.
    opener = np.searchsorted(team, team)
    there = (high > low) & (high > low)[opener] & (first | (member != member[opener]))
    return time[there], member[there], np.unique(team[there], return_inverse=True)[1]


def form_teams(
    scenario: Scenario, members: Members, active: ActiveDays, plan: list[Campaign], orders: Orders
) -> Teams:
    """Put the orders of group-buying rounds into teams, and add the teams that did not fill.

    Parameters
    ----------
    scenario : Scenario
        Parameters.
    members, active, plan, orders
        The simulation so far; nothing is changed.

    Returns
    -------
    Teams
        Every order that was kept or refunded in such a round was bought in a team that filled within 24
        hours, but for a very few that found none. Before each team that filled, so many failed that the
        share that fills is the stated chance; their orders are cancelled and paid back.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> teams = simulate(Scenario.small(members=900)).teams
    >>> bool((teams.failed.status == CANCELLED).all())
    True

    Taught in: 05 Conversion
    """
    rng = stream(scenario.seed, "teams")
    needs = np.zeros(len(plan), np.int64)
    of_order = np.full(len(orders), -1)
    parts: list[tuple[np.ndarray, ...]] = []  # time, member, team and pattern of the failed orders
    campaign, opened, chance, complete = [np.zeros(0)], [np.zeros(0)], [np.zeros(0)], [np.zeros(0)]
    count = 0
    for round_number, number in enumerate(n for n, c in enumerate(plan) if c.kind == "group_buying"):
        need = needs[number] = SIZES[round_number % len(SIZES)]
        rows = np.flatnonzero((orders.campaign == number) & (orders.status != CANCELLED))
        team = _fill(orders.time[rows], members.group[orders.member[rows]], int(need))
        begin = _first(orders.time[rows], team)
        of_order[rows] = np.where(team >= 0, team + count, -1)
        count += len(begin)
        time, member, lost = _failures(scenario, members, active, plan[number], int(need), begin, rng)
        if len(begin):
            like = rows[rng.integers(0, len(rows), len(time))]
            parts.append((time, member, lost + count, like))
        start = _first(time, lost)
        count += len(start)
        both = np.concatenate([begin, start])
        campaign.append(np.full(len(both), number))
        opened.append(both)
        chance.append(completion(scenario, int(need), both))
        complete.append((np.arange(len(both)) < len(begin)).astype(float))
    failed, of_failed = _cancelled(members, orders, parts)
    rank = np.argsort(np.concatenate(opened), kind="stable")
    place = np.append(np.argsort(rank, kind="stable"), -1)  # of old numbers in order of opening; -1 stays
    return Teams(
        needs, place[of_order], failed, place[of_failed], np.concatenate(campaign)[rank].astype(np.int64),
        np.concatenate(opened)[rank].astype(np.int64), np.concatenate(chance)[rank],
        np.concatenate(complete)[rank].astype(bool),
    )  # fmt: skip


def _cancelled(
    members: Members, orders: Orders, parts: list[tuple[np.ndarray, ...]]
) -> tuple[Orders, np.ndarray]:
    """Return the cancelled orders, priced like others of the round, and their teams."""
    none = (np.zeros(0, np.int64),) * 4
    time, member, team, like = (np.concatenate(each) for each in zip(*[none, *parts], strict=True))
    order = np.argsort(time, kind="stable")
    time, member, team, like = time[order], member[order], team[order], like[order]
    found = {field.name: getattr(orders, field.name)[like] for field in fields(Orders)}
    found |= {"time": time, "member": member, "refunded": found["amount"], "cost": np.zeros_like(time)}
    found |= {"status": np.full(len(time), CANCELLED), "channel": members.platform[member]}
    return Orders(**found | {"caused": np.zeros(len(time), bool)}), team


def teams_truth(sim: Simulation) -> pd.DataFrame:
    """Return every team, how many it needed, and its chance to fill.

    Parameters
    ----------
    sim : Simulation
        A finished simulation.

    Returns
    -------
    pandas.DataFrame
        `team_id`, `campaign_id`, `team_size`, `opened_at`, `chance`, `complete`.

    Examples
    --------
    >>> from helpers.simulate import Scenario, simulate
    >>> list(teams_truth(simulate(Scenario.small())))[:3]
    ['team_id', 'campaign_id', 'team_size']

    Taught in: 05 Conversion
    """
    t = sim.teams
    names = np.array(ids("k", np.arange(len(sim.campaigns)), len(sim.campaigns), 2).to_pylist(), dtype=str)
    return pd.DataFrame(
        {
            "team_id": t.labels(),
            "campaign_id": names[t.campaign] if len(t.campaign) else np.zeros(0, str),
            "team_size": t.needs[t.campaign] if len(t.campaign) else np.zeros(0, np.int64),
            "opened_at": np.datetime64(sim.scenario.start, "us") + t.opened.astype("timedelta64[s]"),
            "chance": t.chance,
            "complete": t.complete,
        }
    )
