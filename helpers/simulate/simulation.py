"""Run all mechanisms in order and hold what came out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.simulate import tables, truth, writing
from helpers.simulate.activity import ActiveDays, draw_active_days, draw_inviters
from helpers.simulate.announcements import Announcements, announce
from helpers.simulate.calendar import Days, lay_out
from helpers.simulate.campaigns import Campaign, by_start, plan_campaigns
from helpers.simulate.checkout import Checkouts, carts, check_out
from helpers.simulate.columns import to_pandas
from helpers.simulate.commerce import Orders, sell
from helpers.simulate.contents import Groups, Posts, found_groups, write_posts
from helpers.simulate.customers import Customers, draw_customers
from helpers.simulate.fatigue import Fatigue, tire
from helpers.simulate.gaming import farm
from helpers.simulate.interactions import Interactions
from helpers.simulate.ledger import Ledger, keep_ledger
from helpers.simulate.live import Shows, broadcast
from helpers.simulate.log import Log
from helpers.simulate.meetups import Meetup, plan_meetups
from helpers.simulate.moderation import Moderation, moderate
from helpers.simulate.operations import Costs, spend
from helpers.simulate.outsiders import Outsiders, draw_outsiders
from helpers.simulate.partners import draw_partners
from helpers.simulate.population import Members, draw_members
from helpers.simulate.promotions import Brought, plan_promotions, promote
from helpers.simulate.retargeting import Retargeting, order_more, pay_for, retarget
from helpers.simulate.scenario import Scenario
from helpers.simulate.service import Service, serve
from helpers.simulate.shams import Shams, plant_shams
from helpers.simulate.surveys import Surveys, ask
from helpers.simulate.teams import Teams, form_teams
from helpers.simulate.ties import converse
from helpers.simulate.touches import Touches, touch
from helpers.simulate.traces import leave_traces
from helpers.simulate.traits import plant_traits
from helpers.simulate.trials import Trials, plan_trials

HISTORY = 180  # days before the first one in which founders joined


@dataclass
class Simulation:
    """Hold a simulated community: its tables, and the truth that an analyst never sees.

    Parameters
    ----------
    scenario : Scenario
        The parameters it was made from.
    days, groups, members, active, posts, campaigns, customers, orders, log, surveys, costs, moderation,
    announcements, fatigue, meetups, extra_messages, service, trials, brought, outsiders, shows, checkouts,
    shams, teams, retargeting, touches, ledger
        What each mechanism produced, as arrays of codes.

    Examples
    --------
    >>> small = simulate(Scenario.small(seed=2))
    >>> sorted(small.tables)[:4]
    ['assignments', 'campaigns', 'contents', 'costs']

    Taught in: all
    """

    scenario: Scenario
    days: Days
    groups: Groups
    members: Members
    active: ActiveDays
    posts: Posts
    campaigns: list[Campaign]
    customers: Customers
    orders: Orders
    log: Log
    surveys: Surveys
    costs: Costs
    moderation: Moderation
    announcements: Announcements
    fatigue: Fatigue
    meetups: list[Meetup]
    extra_messages: np.ndarray
    service: Service
    trials: Trials
    brought: Brought
    outsiders: Outsiders | None
    shows: Shows
    checkouts: Checkouts
    shams: Shams
    teams: Teams
    retargeting: Retargeting
    touches: Touches
    ledger: Ledger

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the contract."""
        return {
            name: to_pandas(pa.concat_tables(tables.blocks(self, name), promote_options="default"))
            for name in tables.NAMES
        }

    @cached_property
    def truth(self) -> dict[str, pd.DataFrame]:
        """What the simulator knows: traits, probabilities, effects, cascades."""
        return truth.build(self)

    def write(self, folder: str | Path) -> Path:
        """Write the community into a folder: Parquet files, community.yml, a data card and the truth.

        Parameters
        ----------
        folder : str or pathlib.Path
            Folder to make; one that was written before is replaced. Written whole or not at all.

        Returns
        -------
        pathlib.Path
            The folder.

        Raises
        ------
        FileExistsError
            When the folder holds something that was not written by this method.
        """
        return writing.write(self, Path(folder))


def simulate(scenario: Scenario | None = None) -> Simulation:
    """Simulate a community.

    Parameters
    ----------
    scenario : Scenario, optional
        The parameters; the demo's without.

    Returns
    -------
    Simulation
        `tables` and `truth` as dicts of frames, `write(folder)`; the same seed gives the same community.

    Examples
    --------
    >>> len(simulate(Scenario.small(members=200, days=40)).tables["members"])
    200

    Taught in: all
    """
    scenario = scenario or Scenario()
    trouble = None
    if scenario.mishap and scenario.mishap_day is not None:
        trouble = (scenario.mishap_day, scenario.mishap.days, scenario.mishap.hazard)
    days = lay_out(
        scenario.start, scenario.days, history=HISTORY, weekly=scenario.weekly_rhythm, mishap=trouble
    )
    groups = found_groups(scenario)
    members = draw_members(scenario, days, groups.platform)
    plant_traits(scenario, members)
    active = draw_active_days(scenario, days, members)
    members.invited_by = draw_inviters(scenario, members, active)
    draw_partners(scenario, members)
    meetups = plan_meetups(scenario, days, groups, members, active)
    announcements = announce(scenario, days, len(groups.kind), members, meetups)
    fatigue = tire(scenario, members, announcements)
    posts = write_posts(scenario, days, groups, members, active, announcements)
    campaigns = plan_campaigns(scenario, days, groups, members)
    trials = plan_trials(scenario, members, active, posts)
    campaigns += plan_promotions(scenario, members)
    campaigns = by_start(campaigns + [meetup.campaign() for meetup in meetups] + trials.plan)
    customers = draw_customers(scenario, groups, members)
    orders = sell(scenario, days, groups, members, active, customers, campaigns, trials.ordered)
    orders, brought = promote(scenario, days, groups, members, customers, campaigns, orders)
    outsiders = draw_outsiders(scenario, days, groups, members, campaigns)
    challenges = [range(c.first, c.last + 1) for c in campaigns if c.kind == "challenge"]
    busy = frozenset(day for days_of_one in challenges for day in days_of_one)
    # Everybody chats more where presents are on people's minds.
    season = days.gifting[days.history :] ** 0.2
    season = season / season[: scenario.days].mean()
    living = Interactions(scenario, members, groups, active, posts, Log(), busy, meetups, season, trials)
    log = living.live()
    service = serve(scenario, days, members, posts, log)
    browsed = carts(log)
    orders, shows = broadcast(scenario, days, members, active, posts, campaigns, orders, log)
    brought = replace(brought, origin=shows.follow(brought.origin, len(orders)))
    seen = leave_traces(scenario, members, active, campaigns, orders, brought, fatigue, log)
    orders, checkouts = check_out(scenario, members, active, customers, campaigns, orders, browsed, seen, log)
    pilot = retarget(scenario, members, active, orders, checkouts, campaigns)
    orders = order_more(scenario, members, customers, campaigns, orders, pilot)
    trials.leave_events(scenario, members, active, log)
    farm(scenario, members, active, log)
    # Asked before sham accounts are planted among those who did nothing, so that nobody's answers change.
    surveys = ask(scenario, members)
    shams = plant_shams(scenario, members, active, campaigns, customers, orders, surveys, log)
    log.close()
    converse(scenario, members, posts, log)
    costs = spend(scenario, members, orders, campaigns, posts)
    pay_for(costs, scenario, campaigns, pilot)
    moderation = moderate(scenario, days, members, posts, log)
    return Simulation(
        scenario,
        days,
        groups,
        members,
        active,
        posts,
        campaigns,
        customers,
        orders,
        log,
        surveys,
        costs,
        moderation,
        announcements,
        fatigue,
        meetups,
        living.extra,
        service,
        trials,
        brought,
        outsiders,
        shows,
        checkouts,
        shams,
        form_teams(scenario, members, active, campaigns, orders),
        pilot,
        touch(scenario, members, active, orders, pilot),
        keep_ledger(scenario, members, active, orders, log, trials),
    )
