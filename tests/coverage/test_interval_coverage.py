"""Hold the promise of a 95 % interval: over 200 small communities it holds the truth that often.

One large simulated population is dealt at random into 200 communities of 300 members: each is a fair sample,
so what holds for the population is the truth for each of them. Where the simulator knows the probabilities
before anything is drawn, those are the truth; otherwise it is the value of the whole population.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import campaigns, retention, survival
from helpers.metrics.acquisition import by_source
from helpers.metrics.intervals import wilson
from helpers.metrics.satisfaction import classify, score
from helpers.simulate import Scenario, simulate

COMMUNITIES, SIZE = 200, 300


@pytest.fixture(scope="module")
def world():
    simulation = simulate(Scenario.small(seed=11, members=COMMUNITIES * SIZE))
    tables, truth = simulation.tables, simulation.truth
    members = tables["members"].copy()
    order = np.random.default_rng(5).permutation(len(members))
    members["deal"] = np.char.add("c", (order % COMMUNITIES).astype(str))
    given = {name: tables[name] for name in ("events", "orders", "campaigns", "assignments")}
    return (
        Community.open({"members": members, **given}),
        tables,
        truth,
        members.set_index("member_id")["deal"],
    )


def share_held(low, high, truth) -> float:
    assert len(low) == COMMUNITIES
    return float(((low <= truth) & (truth <= high)).mean())


def by_deal(deal: pd.Series, frame: pd.DataFrame) -> pd.api.typing.DataFrameGroupBy:
    return frame.groupby(frame["member_id"].map(deal))


@pytest.mark.parametrize("day", [1, 7])
def test_day_n_retention(world, day):
    community, _tables, truth, _deal = world
    found = retention.day_n(community, days=(day,), by="deal").query("deal != 'unknown'")
    assert 0.92 <= share_held(found["low"], found["high"], truth["expectations"][f"day_{day}"].mean()) <= 0.98


def test_survival(world):
    community, tables, truth, deal = world
    joined = tables["members"].set_index("member_id")["joined_at"]
    known = truth["members"].set_index("member_id").join(joined.rename("joined"), how="inner")
    known = known[known["joined"] >= pd.Timestamp(community.first_day)]
    end = pd.Timestamp(community.as_of) + pd.Timedelta(days=1)
    days = (
        known["interest_ends_at"].where(known["interest_ends_at"] < end, end) - known["joined"]
    ).dt.total_seconds()
    durations = pd.DataFrame(
        {
            "deal": deal.reindex(known.index),
            "time": days.clip(lower=0) / 86400,
            "event": known["interest_ends_at"] < end,
        }
    )
    curve = survival.kaplan_meier(durations.dropna(), by="deal")
    at = curve[curve["time"] <= 30].groupby("deal").tail(1)
    lasting = truth["expectations"].set_index("member_id")["interested_30"].reindex(known.index).mean()
    assert 0.92 <= share_held(at["low"], at["high"], lasting) <= 0.98


def test_net_promoter_score(world):
    _community, tables, truth, deal = world
    answers = tables["surveys"].query("kind == 'nps'").sort_values("answered_at").drop_duplicates("member_id")
    answers = answers.assign(group=classify(answers["score"]))
    counts = answers.groupby([answers["member_id"].map(deal), "group"]).size().unstack(fill_value=0)
    found = score(counts)
    known = truth["surveys"].sort_values("answered_at").drop_duplicates("member_id")
    expected = 100 * (known["promoter_probability"] - known["detractor_probability"]).mean()
    assert 0.92 <= share_held(found["low"], found["high"], expected) <= 0.98


def test_active_share(world):
    community, _tables, _truth, deal = world
    active = community.query(
        "select member_id from member_days where date_diff('day', day, cast($as_of as date)) < 14"
        " group by member_id order by member_id",
        as_of=community.as_of,
    )["member_id"]
    inside = pd.DataFrame({"deal": deal, "active": deal.index.isin(active)})
    counts = inside.groupby("deal")["active"].agg(["sum", "count"])
    low, high = wilson(counts["sum"], counts["count"])
    assert 0.92 <= share_held(low, high, inside["active"].mean()) <= 0.98


def test_mean_spend_by_bootstrap(world):
    community, *_rest = world
    found = by_source(community, by="deal", horizon=30).query("deal != 'unknown'")
    truth = (found["estimate"] * found["value_n"]).sum() / found["value_n"].sum()
    assert 0.92 <= share_held(found["low"], found["high"], truth) <= 0.98


def test_campaign_difference(world):
    community, tables, truth, deal = world
    drawn = tables["campaigns"].query("unit == 'member'")["campaign_id"].iloc[-1]
    plan = tables["campaigns"].query("campaign_id == @drawn")
    assigned = tables["assignments"].query("campaign_id == @drawn")
    # The same campaign, told apart by community: as many experiments as communities.
    split = assigned.assign(campaign_id=assigned["unit_id"].map(deal))
    plans = pd.concat([plan.assign(campaign_id=name) for name in sorted(split["campaign_id"].unique())])
    given = {
        "orders": tables["orders"],
        "members": tables["members"],
        "campaigns": plans,
        "assignments": split,
    }
    found = campaigns.effects(Community.open(given, as_of=community.as_of))
    expected = truth["campaigns"].set_index("campaign_id").loc[drawn, "effect_probability"]
    assert 0.92 <= share_held(found["low"], found["high"], expected) <= 0.98
