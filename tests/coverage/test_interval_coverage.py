"""Hold the promise of a 95 % interval: over hundreds of small communities it holds the truth that often.

Every community is simulated on its own, from its own seed. An interval speaks of what such a community is
like on average, not of what happened to be drawn for one of them: the truth is the mean, over the members of
all communities, of the probabilities that the simulator knows before anything is drawn. For spending, where
it knows none, the mean over all communities stands for the truth; its own error is a twentieth of one's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from helpers.community import Community
from helpers.metrics import campaigns, retention, satisfaction, survival
from helpers.metrics.acquisition import by_source
from helpers.metrics.intervals import mean_from_sums, wilson
from helpers.simulate import Scenario, Simulation, simulate
from helpers.simulate.expectations import active_within, expectations, still_interested
from helpers.simulate.tables import blocks, campaign_ids
from helpers.simulate.truth_campaigns import campaigns as true_effects
from helpers.simulate.truth_opinions import surveys as true_scores

pytestmark = pytest.mark.once
COMMUNITIES, DAYS, RECENT = 400, 60, 14
COLUMNS = {
    "members": ["member_id", "joined_at", "left_at", "role", "group_id"],
    "events": ["member_id", "occurred_at", "event_type"],
    "orders": ["order_id", "member_id", "ordered_at", "amount", "refunded", "status"],
    "campaigns": ["campaign_id", "name_en", "kind", "unit", "starts_at", "ends_at"],
    "assignments": ["campaign_id", "unit_id", "arm"],
    "surveys": ["member_id", "answered_at", "kind", "score", "scale_min", "scale_max"],
}
UNITS = ("member", "group")
SALES = ("coupon", "group_buying")
IDS = ("member_id", "order_id", "campaign_id", "unit_id", "group_id")


class World(NamedTuple):
    """All communities in one, told apart by the attribute ``deal``, and what is true of them on average."""

    community: Community
    truth: dict[str, float]
    interest: pd.DataFrame


def _table(simulation: Simulation, name: str, deal: str) -> pa.Table:
    """Return a table with ids that no other community has."""
    table = pa.concat_tables(blocks(simulation, name)).select(COLUMNS[name])
    for column in set(IDS) & set(table.column_names):
        marked = pc.binary_join_element_wise(deal, table[column].cast(pa.string()), "-")
        table = table.set_column(table.column_names.index(column), column, marked)
    if name == "members":
        table = table.append_column("deal", pa.array([deal] * len(table)))
    return table


def _experiment(simulation: Simulation, unit: str) -> str:
    """Return the id of the last sale whose arms are members or groups: most have joined by then."""
    sales = [campaign.unit == unit and campaign.kind in SALES for campaign in simulation.campaigns]
    return campaign_ids(simulation)[max(np.flatnonzero(sales))]


def _true_values(simulation: Simulation) -> pd.DataFrame:
    """Return name, sum and n of every mean that an interval of this community speaks of."""
    chances = expectations(simulation)
    members = simulation.members
    who = np.flatnonzero(members.real())
    joined = members.joined_day[who]
    known = joined >= 0
    since = np.maximum(joined, DAYS - RECENT)
    active = np.zeros(len(who))
    for length in np.unique(DAYS - since):
        rows = DAYS - since == length
        active[rows] = active_within(simulation, who[rows], since[rows], int(length))
    inside = chances["member_id"].isin(members.ids[who[known]])
    answers = true_scores(simulation).sort_values("answered_at").drop_duplicates("member_id", keep="last")
    effects = true_effects(simulation).set_index("campaign_id")
    drawn = {unit: effects.loc[[_experiment(simulation, unit)]] for unit in UNITS}
    values = {
        "day_1": chances["day_1"],
        "day_7": chances["day_7"],
        "week": pd.Series(active_within(simulation, who[known], joined[known] + 7, 7)),
        "interested_30": chances.loc[inside, "interested_30"],
        "days_of_30": pd.Series(
            sum(still_interested(simulation, who[known], joined[known] + k) for k in range(30))
        ),
        "active": pd.Series(active),
        "score": answers["expected_score"],
        "nps": 100 * (answers["promoter_probability"] - answers["detractor_probability"]),
        **{unit: each["effect_probability"].repeat(each["members"]) for unit, each in drawn.items()},
    }
    return pd.DataFrame(
        {
            "sum": {name: each.sum() for name, each in values.items()},
            "n": {name: each.notna().sum() for name, each in values.items()},
        }
    )


@pytest.fixture(scope="module")
def world() -> World:
    """Simulate all communities, one after the other, and keep of each what the estimators read."""
    parts: dict[str, list[pa.Table]] = {name: [] for name in COLUMNS}
    totals: list[pd.DataFrame] = []
    interest: list[pd.DataFrame] = []
    for seed in range(COMMUNITIES):
        simulation, deal = simulate(Scenario.small(seed=seed, days=DAYS)), f"c{seed:03}"
        for name, found in parts.items():
            found.append(_table(simulation, name, deal))
        drawn = pa.array([f"{deal}-{_experiment(simulation, unit)}" for unit in UNITS])
        for name in ("campaigns", "assignments"):
            table = parts[name][-1]
            parts[name][-1] = table.filter(pc.is_in(table["campaign_id"], drawn))
        totals.append(_true_values(simulation))
        members = simulation.members
        who = np.flatnonzero(members.real() & (members.joined_day >= 0))
        watched, lasted = DAYS - members.joined_day[who], (members.end_day - members.joined_day)[who]
        time = np.minimum(lasted, watched)
        interest.append(pd.DataFrame({"deal": deal, "time": time, "event": lasted <= watched}))
    community = Community.open({name: pa.concat_tables(found) for name, found in parts.items()})
    together = pd.concat(totals).groupby(level=0).sum()
    truth = (together["sum"] / together["n"]).to_dict()
    return World(community, truth, pd.concat(interest, ignore_index=True))


def _assert_held(frame: pd.DataFrame, truth: float, low: str = "low", high: str = "high") -> None:
    assert len(frame) == COMMUNITIES
    share = ((frame[low] <= truth) & (truth <= frame[high])).mean()
    assert 0.92 <= share <= 0.98


@pytest.mark.parametrize("day", [1, 7])
def test_day_n_retention(world: World, day: int) -> None:
    _assert_held(retention.day_n(world.community, days=(day,), by="deal"), world.truth[f"day_{day}"])


def test_retention_within_a_week(world: World) -> None:
    _assert_held(retention.day_n(world.community, days=(7,), window=7, by="deal"), world.truth["week"])


def test_survival_and_mean_time_here(world: World) -> None:
    curve = survival.kaplan_meier(world.interest, by="deal")
    _assert_held(curve[curve["time"] <= 30].groupby("deal").tail(1), world.truth["interested_30"])
    _assert_held(survival.stay(curve, by="deal", until=30), world.truth["days_of_30"])


def test_mean_score(world: World) -> None:
    found = world.community.query(
        "with ranked as (select member_id, score, row_number() over (partition by member_id order by"
        " answered_at desc) as place from surveys where kind = 'nps')"
        " select members.deal, count(*) as n, sum(score) as total, sum(score * score) as squares from ranked"
        " inner join members on members.member_id = ranked.member_id where place = 1 group by 1 order by 1"
    )
    found["low"], found["high"] = mean_from_sums(found["n"], found["total"], found["squares"])
    _assert_held(found, world.truth["score"])


def test_net_promoter_score(world: World) -> None:
    _assert_held(satisfaction.nps(world.community, by="deal"), world.truth["nps"])


def test_active_share(world: World) -> None:
    found = world.community.query(
        "with recent as (select member_id from member_days"
        " where date_diff('day', day, cast($as_of as date)) < $recent group by member_id)"
        " select members.deal, count(*) as n, count(recent.member_id) as count from members"
        " left join recent on recent.member_id = members.member_id group by 1 order by 1",
        as_of=world.community.as_of,
        recent=RECENT,
    )
    found["low"], found["high"] = wilson(found["count"], found["n"])
    _assert_held(found, world.truth["active"])


def test_mean_spend_by_bootstrap(world: World) -> None:
    found = by_source(world.community, by="deal", day=7, horizon=30)
    _assert_held(found, (found["estimate"] * found["value_n"]).sum() / found["value_n"].sum())
    _assert_held(found, world.truth["week"], "retained_low", "retained_high")


@pytest.mark.parametrize("unit", UNITS)
def test_campaign_difference(world: World, unit: str) -> None:
    found = campaigns.effects(world.community).query("unit == @unit")
    _assert_held(found, world.truth[unit])
    _assert_held(found, found["revenue_gain"].mean(), "revenue_low", "revenue_high")
