"""Checkouts: carts are passed on with the stated chances, and the one-page checkout adds what it says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.simulate import Scenario, Simulation, simulate


def _tries(result: Simulation) -> pd.DataFrame:
    """Return the checkouts of the log with the order within the hour that followed, if any."""
    events, orders = result.tables["events"], result.tables["orders"]
    seen = events.query("event_type == 'checkout'")[["member_id", "occurred_at", "platform"]]
    after = orders[["member_id", "ordered_at"]].sort_values("ordered_at")
    return pd.merge_asof(
        seen, after, left_on="occurred_at", right_on="ordered_at", by="member_id", direction="forward",
        tolerance=pd.Timedelta("1h"),
    )  # fmt: skip


def test_each_platform_loses_as_many_as_its_screens_say(medium: Simulation) -> None:
    tries, truth = _tries(medium), medium.truth["checkout"].set_index(["platform", "step"])
    carts = medium.tables["events"].query("event_type == 'cart'").groupby("platform").size()
    campaign = medium.tables["campaigns"].query("kind == 'checkout_test'").iloc[0]
    usual = tries[~tries["occurred_at"].between(campaign["starts_at"], campaign["ends_at"])]
    for platform, seen in tries.groupby("platform"):
        wanted = truth.loc[(platform, "cart"), "pass_probability"]
        assert abs(len(seen) / carts[platform] - wanted) < 4 * np.sqrt(0.25 / carts[platform])
        paid = usual.loc[usual["platform"] == platform, "ordered_at"].notna()
        wanted = truth.loc[(platform, "checkout"), "pass_probability"]
        assert abs(paid.mean() - wanted) < 4 * np.sqrt(0.25 / len(paid)) + 0.02
    stated = truth["stated"].xs("checkout", level="step")
    assert stated.idxmax() == "wechat" and stated.idxmin() == "forum"


def test_the_payment_page_takes_longer_where_it_has_more_screens(medium: Simulation) -> None:
    tries = _tries(medium)
    waited = (tries["ordered_at"] - tries["occurred_at"]).dt.total_seconds()
    median = waited.groupby(tries["platform"]).median()
    assert median["wechat"] < median["douyin"] < median["forum"]


def test_the_one_page_checkout_saves_checkouts_of_the_treated(medium: Simulation) -> None:
    campaign = medium.tables["campaigns"].query("kind == 'checkout_test'").iloc[0]
    arms = (
        medium.tables["assignments"].query("campaign_id == @campaign.campaign_id").set_index("unit_id")["arm"]
    )
    tries = _tries(medium)
    tries = tries[tries["occurred_at"].between(campaign["starts_at"], campaign["ends_at"])]
    paid = tries["ordered_at"].notna().groupby(tries["member_id"].map(arms)).agg(["mean", "var", "size"])
    gap = paid.loc["treatment", "mean"] - paid.loc["control", "mean"]
    truth = medium.truth["tests"].set_index(["kind", "outcome"]).loc[("checkout_test", "finished")]
    assert abs(gap - truth["effect"]) < 3 * np.sqrt((paid["var"] / paid["size"]).sum())
    assert 0.05 < truth["effect"] < 0.2 and 0.5 < truth["base"] < 0.9
    caused = medium.orders.caused & (medium.orders.campaign < 0)
    assert medium.checkouts.caused.sum() <= caused.sum()


def test_checkouts_make_nobody_active_and_orders_stay_in_order(medium: Simulation) -> None:
    active = set(zip(medium.active.member, medium.active.day, strict=True))
    c = medium.checkouts
    assert set(zip(c.member[c.reached], c.time[c.reached] // 86400, strict=True)) <= active
    assert (np.diff(medium.orders.time) >= 0).all()
    assert (medium.orders.time < medium.members.left[medium.orders.member]).all()


def test_nothing_is_drawn_differently_without_the_shorter_page() -> None:
    first, second = (simulate(Scenario.small(one_page=value)) for value in (0.0, 1.0))
    assert first.tables["events"].equals(second.tables["events"])
    assert first.tables["orders"].equals(second.tables["orders"])


def test_a_community_without_orders_has_no_tries() -> None:
    result = simulate(Scenario(seed=2, members=20, days=1, texts=False, mishap=None, outsiders=0.0))
    assert result.truth["checkout"]["platform"].nunique() == 4
