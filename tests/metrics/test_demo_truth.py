"""What the simulator planted in the demo community is found by the measures that look for it."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.community import Community
from helpers.metrics import alerts, growth, lifecycle, participation


@pytest.fixture(scope="module")
def demo() -> Community:
    return Community.open("demo")


def test_the_planted_mishap_raises_several_alerts_at_once(demo):
    mishap = demo.truth("mishap").iloc[0]
    start, end = pd.Timestamp(mishap["starts_on"]), pd.Timestamp(mishap["ends_on"])
    found = alerts.watch(demo)
    near = found.loc[found["first_day"].between(start, end) & (found["direction"] == "high")]
    assert {"complaints", "joins", "leaves", "moderation"} <= set(near["signal"])
    joins = near.loc[near["signal"] == "joins"].iloc[0]
    assert joins["observed"] - joins["expected"] == pytest.approx(mishap["false_accounts"], rel=0.25)
    # Nothing else in the year is as loud.
    assert found.loc[found["z"].abs().idxmax(), "first_day"] in near["first_day"].tolist()


def test_growth_adds_up_to_the_members_ever_active(demo):
    table = growth.accounting(demo, every="month")
    ever = demo.query("select count(distinct member_id) as n from member_days")["n"].item()
    assert table["new"].sum() == ever
    assert (table["active"] == table["previous"] + table["new"] + table["resurrected"] - table["lost"]).all()


def test_silent_members_are_in_every_denominator(demo):
    people = demo.query("select count(*) as n from people")["n"].item()
    assert participation.distribution(demo)["members"].sum() == people
    states = lifecycle.states(demo)
    assert states.loc[states["last_day"] == states["last_day"].max(), "count"].sum() == people
