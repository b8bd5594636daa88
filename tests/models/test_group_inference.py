"""Groups drawn: against statsmodels, published numbers, every draw by hand, and many worlds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from causaldata import social_insure

from helpers.community import Community, CommunityError
from helpers.models import group_inference as inference


def members_of(seed: int, groups: int = 12, gain: float = 0.0, between: float = 0.3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    size = rng.integers(8, 40, groups)
    treated = rng.permutation(np.arange(groups) % 2 == 0)
    level = rng.normal(1, between, groups) + gain * treated
    member = np.repeat(np.arange(groups), size)
    value = level[member] + rng.normal(0, 1, len(member))
    return pd.DataFrame({"group_id": member, "treated": treated[member], "value": value})


def sums(members: pd.DataFrame) -> pd.DataFrame:
    return members.assign(squares=members["value"] ** 2).groupby("group_id", as_index=False).agg(
        treated=("treated", "first"), members=("value", "size"), total=("value", "sum"),
        total_squares=("squares", "sum"),
    )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cluster_errors_are_those_of_a_regression(seed):
    members = members_of(seed)
    groups, x = sums(members), members["treated"].astype(float)
    fit = smf.ols("value ~ x", members.assign(x=x)).fit(
        cov_type="cluster", cov_kwds={"groups": members["group_id"]}, use_t=True
    )
    assert inference.cluster_error(groups, kind="cr1") == pytest.approx(fit.bse["x"])
    low, high = fit.conf_int().loc["x"]
    row = inference.compare(groups).set_index("method").loc["cr1"]
    assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["estimate"] == pytest.approx(fit.params["x"]) and row["p_value"] == pytest.approx(
        fit.pvalues["x"]
    )
    # CR2 from its definition: residuals times the inverse square root of what is left of the hat matrix.
    design = np.column_stack([np.ones(len(x)), x])
    bread, meat = np.linalg.inv(design.T @ design), np.zeros((2, 2))
    for _group, rows in members.reset_index(drop=True).groupby("group_id").groups.items():
        part, left = design[rows], fit.resid.to_numpy()[rows]
        values, vectors = np.linalg.eigh(np.eye(len(rows)) - part @ bread @ part.T)
        score = part.T @ (vectors @ np.diag(values**-0.5) @ vectors.T @ left)
        meat += np.outer(score, score)
    assert inference.cluster_error(groups) == pytest.approx(np.sqrt((bread @ meat @ bread)[1, 1]))


def test_farmers_insured_by_village():
    """Cai, de Janvry and Sadoulet 2015 as in causaldata: first stage 0.145 with F = 139 member by member.

    The first stage of "The Effect" (Huntington-Klein 2021, ch. 19), here without its controls: the share
    insured in the first round on the default that was drawn. Counted by the 44 villages, F is 16.
    """
    data = social_insure.load_pandas().data
    data = data.assign(value=data["pre_takeup_rate"], treated=data["default"] == 1)
    fit = smf.ols("value ~ default", data).fit()
    assert len(data) == 1410 and data["village"].nunique() == 44
    assert round(fit.params["default"], 3) == 0.145 and round(fit.fvalue) == 139
    clustered = smf.ols("value ~ default", data).fit(
        cov_type="cluster", cov_kwds={"groups": data["village"].astype("category").cat.codes}, use_t=True
    )
    # Villages hold both arms, so the sums by group and arm do not give this one: statsmodels does.
    assert clustered.tvalues["default"] ** 2 == pytest.approx(15.7, abs=0.05)
    assert clustered.bse["default"] > 2.9 * fit.bse["default"]


def test_every_draw_is_gone_through_by_hand():
    groups = pd.DataFrame(
        {"treated": [True, True, False, False], "members": 10, "total": [9.0, 7.0, 4.0, 2.0]}
    )
    gaps = []
    for chosen in combinations(range(4), 2):
        mask = np.isin(np.arange(4), chosen)
        gaps.append(groups["total"][mask].sum() / 20 - groups["total"][~mask].sum() / 20)
    p_value = np.mean(np.abs(gaps) >= abs(gaps[0]) - 1e-12)
    drawn = inference.draws(groups["treated"].to_numpy(), None, repeats=6000)
    assert drawn.sum(axis=1).tolist() == [2] * 6000
    assert inference.by_the_draw(groups)["p_value"] == pytest.approx(p_value, abs=0.02)
    paired = inference.by_the_draw(groups, pair=np.array([0, 1, 0, 1]))
    assert paired["draws"] == 4 and paired["p_value"] == 0.5
    assert np.isnan(paired["low"]) and np.isnan(paired["high"])


def test_pairs_are_found_only_where_each_holds_both_arms():
    groups = pd.DataFrame(
        {"group_id": list("abcd"), "treated": [True, False, False, True], "members": [50, 40, 30, 20]}
    )
    assert inference.pairs_by_size(groups).tolist() == [0, 0, 1, 1]
    assert inference.pairs_by_size(groups.assign(members=[50, 30, 20, 40])) is None
    assert inference.pairs_by_size(groups.iloc[:3]) is None
    with pytest.raises(ValueError, match="one treated group"):
        inference.draws(groups["treated"].to_numpy(), np.array([0, 1, 1, 0]))


@pytest.mark.once
def test_group_level_intervals_hold_the_gain_and_member_level_ones_do_not():
    hits = pd.DataFrame(
        [
            inference.compare(sums(members_of(seed, groups=20, gain=0.2)))
            .set_index("method")
            .pipe(lambda t: (t["low"] < 0.2) & (t["high"] > 0.2))
            for seed in range(150)
        ]
    ).mean()
    assert (hits[["cr2", "groups", "draw"]] > 0.9).all() and hits["cr1"] > 0.88
    assert hits["members"] < 0.8


@pytest.mark.once
def test_rounds_of_the_demo_recover_the_planted_gain():
    demo = Community.open("demo")
    truth = demo.truth("campaigns").query("unit == 'group'").set_index("campaign_id")["effect_orders"]
    assert inference.rounds(demo) == truth.index.tolist() and len(truth) == 2
    for campaign, real in truth.items():
        groups = inference.groups_of(demo, campaign)
        assert len(groups) == 24 and groups["treated"].sum() == 12
        table = inference.compare(groups, pair=inference.pairs_by_size(groups)).set_index("method")
        for method in ("cr1", "cr2", "groups", "draw"):
            assert table.loc[method, "low"] < real < table.loc[method, "high"]
            assert table.loc[method, "width"] > 1.2
    coupon = demo.query("select campaign_id from campaigns where kind = 'coupon'")["campaign_id"].iloc[0]
    with pytest.raises(CommunityError, match="No groups"):
        inference.groups_of(demo, coupon)
