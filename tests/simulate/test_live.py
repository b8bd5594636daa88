"""Live shows: who is there, what is clicked and bought while what is on screen, and what is true about it."""

import numpy as np
import pandas as pd
import pytest

from helpers.simulate import Scenario, Simulation, simulate


@pytest.fixture(scope="module")
def shows() -> Simulation:
    return simulate(Scenario(seed=4, members=6000, days=330, mishap=None, texts=False, outsiders=0.0))


def _inside(shows: Simulation) -> pd.DataFrame:
    """Return the events of the shows with the part of the rundown in which each happened."""
    events, rundown = shows.tables["events"], shows.tables["rundown"]
    ids = rundown["content_id"].unique()
    mine = events[events["content_id"].isin(ids)].sort_values("occurred_at")
    found = pd.merge_asof(
        mine, rundown.sort_values("starts_at"), left_on="occurred_at", right_on="starts_at",
        by="content_id", suffixes=("", "_shown"),
    )  # fmt: skip
    return found[found["occurred_at"] < found["ends_at"]]


def test_clicks_and_carts_name_what_is_on_screen(shows: Simulation) -> None:
    found = _inside(shows).dropna(subset=["product_id"])
    clicks = found[found["event_type"] == "click"]
    assert len(clicks) > 1000 and (clicks["product_id"] == clicks["product_id_shown"]).all()


def test_nobody_leaves_who_had_not_entered_and_shows_end_with_their_rundown(shows: Simulation) -> None:
    events, rundown = shows.tables["events"], shows.tables["rundown"]
    key = ["content_id", "member_id"]
    enter = events.query("event_type == 'live_enter'").groupby(key)["occurred_at"].min()
    leave = events.query("event_type == 'live_leave'").set_index(key)["occurred_at"]
    assert leave.index.is_unique and (leave > enter.loc[leave.index]).all()
    ends = rundown.groupby("content_id")["ends_at"].max()
    assert (leave.values <= ends.loc[leave.index.get_level_values(0)].values).all()


def test_orders_of_a_show_come_from_viewers_while_it_runs(shows: Simulation) -> None:
    plan = shows.tables["campaigns"].query("kind == 'live'")
    orders = shows.tables["orders"]
    orders = orders[orders["campaign_id"].isin(plan["campaign_id"])].copy()
    orders["day"] = orders["ordered_at"].dt.normalize()
    events = shows.tables["events"].query("event_type == 'live_enter'")
    viewers = set(zip(events["member_id"], events["occurred_at"].dt.normalize(), strict=True))
    assert set(zip(orders["member_id"], orders["day"], strict=True)) <= viewers
    truth = shows.truth["shows"]
    assert len(orders) == truth["orders"].sum()
    assert (truth["pulled"] <= truth["orders"]).all() and truth["pulled"].sum() > 0


def test_clicks_and_orders_are_as_many_as_expected(shows: Simulation) -> None:
    truth = shows.truth["show_parts"].query("part == 'product'")
    clicks = (_inside(shows)["event_type"] == "click").sum()
    more = clicks - truth["expected_clicks"].sum()  # browsing clicks on the show's post, a few a show
    assert -3.5 * np.sqrt(clicks) < more < 3.5 * np.sqrt(clicks) + 30 * len(shows.truth["shows"])
    expected = truth["expected_orders"].sum()
    assert abs(shows.truth["shows"]["orders"].sum() - expected) < 3.5 * np.sqrt(expected)


def test_better_looking_host_owes_most_of_it_to_evenings_and_goods(shows: Simulation) -> None:
    parts = (
        shows.truth["show_parts"].query("part == 'product'").groupby("host")[["expected_orders", "minutes"]]
    )
    rate = parts.sum().pipe(lambda each: each["expected_orders"] / each["minutes"])
    factor = shows.truth["hosts"].set_index("host")["factor"]
    assert rate["host_a"] / rate["host_b"] > 1.2 * factor["host_a"] / factor["host_b"]


def test_no_campaigns_means_no_shows() -> None:
    none = simulate(Scenario.small(campaigns=False))
    assert not len(none.tables["rundown"]) and not len(none.truth["show_parts"])
