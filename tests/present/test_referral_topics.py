"""Figures and readings of invitations and group buying, in both languages, with little and with none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.metrics import invitation_cycle
from helpers.models import reward_tiers
from helpers.present import plots, readings
from helpers.present.style import Picture


def described(frame: pd.DataFrame, language: str = "en", **about: Any) -> pd.DataFrame:
    base = {"title": "T", "simulated": False, "as_of": "2026-05-31", "language": language}
    frame.attrs["about"] = base | {"currency": "CNY"} | about
    return frame


def of_steps(language: str = "en", last: float = 0.2, spread: float = 0.05) -> pd.DataFrame:
    names = ["per inviter, all entries", "per member, all entries", "watched members only"]
    frame = pd.DataFrame({"step": names, "n": [40, 400, 300], "count": [100, 100, 60]})
    frame = frame.assign(estimate=[2.5, 0.25, last], low=[1.9, 0.2, last - spread])
    frame = frame.assign(high=[3.1, 0.3, last + spread], small=False)
    return described(frame, language, window=90)


def of_tree(language: str = "en") -> pd.DataFrame:
    frame = pd.DataFrame({"member_id": list("abcd"), "inviter": [None, "a", "a", "b"]})
    return described(
        frame.assign(generation=[0, 1, 1, 2], day=[0, 2, 5, 9], active_days=[30, 4, 0, 1]), language
    )


def of_cohorts(language: str = "en", last: float = 0.05) -> pd.DataFrame:
    months = pd.to_datetime(["2026-01-01", "2026-02-01", "2026-03-01"])
    frame = pd.DataFrame({"period": months, "n": [200, 200, 200], "estimate": [0.2, 0.1, last]})
    frame = frame.assign(low=frame["estimate"] - 0.03, high=frame["estimate"] + 0.03, count=20)
    return described(frame.assign(open_period=False, left_edge=False, small=False), language, window=30)


def of_curve(language: str = "en", naive: float = 5.0) -> pd.DataFrame:
    day = np.arange(101)
    frame = pd.DataFrame({"day": day, "n": 400 - day, "count": 1, "estimate": day / 400.0})
    frame = frame.assign(low=frame["estimate"] * 0.8, high=frame["estimate"] * 1.2, small=False)
    return described(frame, language, naive_median=naive)


def of_plans(language: str = "en", budget: float | None = 2000.0) -> pd.DataFrame:
    offspring = pd.DataFrame({"value": [0, 1, 2, 5], "members": [8000, 1200, 600, 200]})
    return reward_tiers.simulate(described(offspring, language), budget=budget, draws=300)


def of_completion(language: str = "en", by: str | None = "hour", apart: bool = True) -> pd.DataFrame:
    frame = pd.DataFrame({"n": [50, 60], "count": [45, 30], "estimate": [0.9, 0.5], "still_open": 0})
    frame = frame.assign(low=[0.8 if apart else 0.5, 0.38], high=[0.96, 0.62], small=False)
    if by:
        frame[by] = ["06-11", "21-23"] if by == "hour" else ["2", "3"]
    else:
        frame = frame.head(1)
    return described(frame, language, by=by)


def of_durations(language: str = "en", by: str | None = "team_size") -> pd.DataFrame:
    frame = pd.DataFrame({"time": [2, 9, 24, 3, 24], "event": [True, True, False, True, False]})
    frame = frame.assign(n=[20, 10, 10, 15, 15], team_size=["2", "2", "2", "3", "3"])
    return described(frame if by else frame.drop(columns="team_size"), language, by=by)


FIGURES = [
    (plots.k_steps, of_steps, "K is 0.20, not 2.50"),
    (plots.invitation_tree, of_tree, "3 others in 2 generations; 1 of them"),
    (plots.k_cohorts, of_cohorts, "0.20, those who joined last 0.05"),
    (plots.invitation_cycle, of_curve, "by day 50"),
    (plots.tier_plans, of_plans, "cheapest"),
    (plots.team_completion, of_completion, "opened 06-11 h: 90"),
    (plots.team_time, of_durations, "fill; half of these within"),
]


@pytest.mark.parametrize(("draw", "make", "said"), FIGURES)
def test_titles_are_computed_and_both_languages_drawn(draw, make, said):
    picture = draw(make())
    assert isinstance(picture, Picture)
    assert said in picture.alt
    assert draw(make("zh")).alt != picture.alt


@pytest.mark.parametrize(("draw", "make", "_said"), FIGURES)
def test_nothing_to_draw_is_said(draw, make, _said):
    full = make()
    empty = full.head(0)
    empty.attrs = dict(full.attrs)
    assert "too little" in draw(empty).alt.lower()


def test_sham_accounts_are_hollow():
    colours = plots.invitation_tree(of_tree()).axes[0].collections[0].get_facecolors()
    white = (colours == 1).all(axis=1)
    assert white.tolist() == [False, False, True, False]


def test_k_is_read_by_where_one_lies():
    assert "do not grow by themselves" in readings.k_steps(of_steps())
    assert "cannot be told" in readings.k_steps(of_steps(last=0.9, spread=0.3))
    assert "no community stays there" in readings.k_steps(of_steps(last=1.5, spread=0.2))
    assert "about 1,250" in readings.k_steps(of_steps())
    assert "1,250" in readings.k_steps(of_steps("zh"))


def test_cohorts_are_compared_by_their_intervals():
    assert "friends they had" in readings.k_cohorts(of_cohorts())
    assert "overlap" in readings.k_cohorts(of_cohorts(last=0.19))
    assert "It rose" in readings.k_cohorts(of_cohorts(last=0.4))


def test_the_short_median_is_named_where_it_is_short():
    cycle = invitation_cycle.cycle_time(of_curve())
    assert "half by day 50" in readings.invitation_cycle(cycle)
    assert "too short" in readings.invitation_cycle(cycle)
    assert "too short" not in readings.invitation_cycle(invitation_cycle.cycle_time(of_curve(naive=55.0)))


def test_links_name_what_is_wrong_with_them():
    kinds = ["member", "kol", "self", "ring", "late", "unknown"]
    links = pd.DataFrame({"kind": kinds, "n": 100, "count": [80, 10, 4, 3, 2, 1], "estimate": 0.8})
    said = readings.invitation_links(described(links.assign(low=0.7, high=0.87)))
    assert "80.0" in said and "4 bear their own id" in said and "10 were brought by a kol" in said
    assert "自己的编号" in readings.invitation_links(described(links.assign(low=0.7, high=0.87), "zh"))


def test_trees_that_hold_much_are_to_be_looked_into():
    trees = pd.DataFrame({"root": [f"r{at}" for at in range(20)], "size": [60] + [2] * 19, "depth": 1})
    trees["share"] = (trees["size"] - 1) / (trees["size"] - 1).sum()
    assert "rest" in readings.invitation_trees(described(trees))
    assert "too little" in readings.invitation_trees(described(trees.head(3)))


def test_flags_send_the_operator_to_look():
    signals = pd.DataFrame({"inviter": ["a", "b"], "brought": [6, 4], "burst": [True, False]})
    signals = signals.assign(idle=[True, False], expected=0.2)
    assert "Hold back" in readings.referral_flags(described(signals))
    assert "look at these accounts" in readings.referral_flags(described(signals.assign(idle=False)))
    quiet = signals.assign(idle=False, burst=False)
    assert "Nothing to hold back" in readings.referral_flags(described(quiet))
    assert "too little" in readings.referral_flags(described(signals.head(0)))


def test_who_invites_and_what_the_invited_are_worth():
    names = ["brought a member", "brought two or more", "brought five or more"]
    who = pd.DataFrame({"what": names, "n": 500, "count": [50, 20, 5], "estimate": [0.1, 0.04, 0.01]})
    assert "Most never will" in readings.inviters(described(who.assign(low=0.05, high=0.13)))
    worth = pd.DataFrame(
        {"outcome": ["stayed"] * 3, "group": ["invited by a member", "brought by a kol", "came otherwise"]}
    ).assign(n=100, count=50, estimate=0.5, low=0.4, high=0.6, difference=0.1)
    worth = described(worth.assign(difference_low=0.02, difference_high=0.2), week=4, within=90)
    said = readings.invited_worth(worth)
    assert "+10.0" in said and "Nobody drew" in said


def test_plans_are_read_by_what_they_add():
    said = readings.tier_plans(of_plans())
    assert "would not have come anyway" in said and "of the draws" in said
    assert "of the draws" not in readings.tier_plans(of_plans(budget=None))
    few = of_plans()
    few.attrs["about"]["n"] = 40
    assert "too little" in readings.tier_plans(few) and "too little" in plots.tier_plans(few).alt.lower()


def test_teams_are_read_by_what_splits_them():
    assert "late until the next evening" in readings.team_completion(of_completion())
    assert "Each further buyer" in readings.team_completion(of_completion(by="team_size"))
    assert "overlap" in readings.team_completion(of_completion(apart=False))
    assert "found as many buyers" in readings.team_completion(of_completion(by=None))
    lost = pd.DataFrame(
        {"campaign": ["spring"], "teams": [50], "n": [120], "count": [20], "estimate": [0.17]}
    )
    lost = described(lost.assign(low=0.1, high=0.25, value=80.0, at_stake=1600.0))
    assert "20 of 120 orders" in readings.lost_orders(lost) and "1,600" in readings.lost_orders(lost)
