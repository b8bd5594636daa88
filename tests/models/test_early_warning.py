"""Early warning: what a threshold catches and costs, by hand and on planted crises."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import early_warning
from helpers.simulate.crises import rehearsals


def charts(probability, since, community=0, signal="joins", trough=10.0):
    day = pd.date_range("2026-05-01", periods=len(since))
    frame = pd.DataFrame({"day": day, "since": since, "probability": probability})
    return frame.assign(community=community, signal=signal, trough=trough)


def test_an_alarm_counts_for_the_crisis_only_in_its_first_fortnight():
    since = np.arange(-2.0, 20.0)
    chance = np.where(since == 15, 0.0, 0.9)
    row = early_warning.trade_off(charts(chance, since), limits=(0.5,)).iloc[0]
    assert (row["n"], row["count"], row["false_days"], row["quiet_days"]) == (1, 0, 0, 2)
    assert np.isnan(row["delay"])


def test_the_first_signal_decides_and_false_days_are_counted_once():
    since = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0])
    joins = charts([0.001, 0.9, 0.9, 0.9, 0.9, 0.0], since)
    buzz = charts([0.001, 0.9, 0.001, 0.9, 0.0, 0.0], since, signal="complaints")
    row = early_warning.trade_off(pd.concat([joins, buzz]), limits=(0.5,)).iloc[0]
    assert (row["count"], row["delay"], row["lead"]) == (1, 1, 9)
    assert (row["false_days"], row["quiet_days"]) == (2, 3)
    assert row["false_alarms"] == pytest.approx(20)


def test_more_is_caught_and_sooner_at_a_higher_price():
    random = np.random.default_rng(4)
    since = np.arange(-20.0, 14.0)
    parts = [
        charts(np.where(since >= 0, random.uniform(0, 0.3, 34), random.uniform(0, 1, 34)), since, number)
        for number in range(20)
    ]
    table = early_warning.trade_off(pd.concat(parts))
    assert table["count"].is_monotonic_increasing
    assert table["false_days"].is_monotonic_increasing
    # The chances of quiet days are uniform, so a threshold keeps its promise.
    last = table.iloc[-1]
    assert last["false_alarms_low"] < last["limit"] < last["false_alarms_high"]


def test_the_price_decides_the_threshold():
    table = pd.DataFrame({"limit": [0.1, 2.0], "false_alarms": [0.1, 2.0], "estimate": [0.5, 1.0]})
    table = table.assign(delay=[2.0, 1.0])

    def best(false_alarm):
        prices = {"crises_a_year": 1, "missed": 1000, "late_day": 10, "false_alarm": false_alarm}
        priced = early_warning.cheapest(table, **prices)
        return priced.loc[priced["best"], "limit"].item()

    assert (best(1), best(100)) == (2.0, 0.1)


def test_nobody_to_rehearse_with_is_said():
    assert early_warning.rehearse([]).empty
    assert early_warning.trade_off(early_warning.rehearse([]))["n"].eq(0).all()


@pytest.mark.once
def test_planted_crises_are_caught_before_the_trough():
    opened = (
        (Community.open(tables, settings={"exclude": {"roles": ["bot", "staff"]}}), begins)
        for tables, begins in rehearsals(2, seed=1)
    )
    found = early_warning.rehearse(opened)
    assert found.loc[found["since"] == 0, "community"].nunique() == 2
    row = early_warning.trade_off(found, limits=(0.5,)).iloc[0]
    assert row["count"] == row["n"] == 2
    assert row["lead"] > 0
    # Campaigns bring newcomers: the promise of half a day a month for each of three signals is not kept to
    # the letter, and is not far off.
    assert row["false_alarms"] < 4


def test_a_rehearsal_knows_its_first_day():
    pairs = list(rehearsals(2, members=100, days=60))
    days = [begins for _tables, begins in pairs]
    assert [day is None for day in days] == [False, True, False, True]
    assert all(dt.date(2025, 6, 25) < day < dt.date(2025, 7, 16) for day in days[::2])
    assert {"title", "text"} <= set(pairs[0][0]["contents"])
