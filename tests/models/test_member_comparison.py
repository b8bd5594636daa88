"""Members beside outside customers: lined up at the first purchase, and made alike in what is known."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from helpers.community import Community, TableMissing
from helpers.models import first_purchases
from helpers.models import member_comparison as comparison

TRUE_GAIN = 0.08


def simulated(n: int = 6000, seed: int = 7) -> tuple[pd.DataFrame, float]:
    """Draw buyers whose taste (seen in what they bought) decides both membership and the second purchase."""
    rng = np.random.default_rng(seed)
    taste, tier = rng.integers(0, 4, n), rng.integers(0, 3, n)
    inside = rng.random(n) < expit(-1.2 + 0.8 * taste - 0.3 * tier)
    without = expit(-1.6 + 0.5 * taste)
    effect = TRUE_GAIN * (1 + taste) / 2.5  # larger for those who like the brand: the weights matter
    again = rng.random(n) < without + np.where(inside, effect, 0)
    frame = pd.DataFrame({"inside": inside, "repeated": again})
    frame = frame.assign(category=taste.astype(str), city_tier=tier.astype(str))
    frame.attrs["about"] = {"covariates": ["category", "city_tier"], "language": "en"}
    return frame, float(effect[inside].mean())


@pytest.fixture(scope="module")
def weighed() -> pd.DataFrame:
    return comparison.weigh(simulated()[0])


def test_the_truth_is_found_where_everything_that_matters_is_known(weighed: pd.DataFrame) -> None:
    found = comparison.gap(weighed).set_index("method")
    truth = simulated()[1]
    assert found.loc["like_members", "low"] < truth < found.loc["like_members", "high"]
    assert found.loc["naive", "low"] > truth  # the naive gap is not merely noisy, it is wrong
    assert found["n_inside"].iloc[0] + found["n_outside"].iloc[0] == len(weighed)


def test_what_is_not_in_the_model_stays_in_the_gap() -> None:
    frame, truth = simulated()
    blind = comparison.weigh(frame, covariates=["city_tier"])
    found = comparison.gap(blind, repeats=50).set_index("method")
    assert found.loc["like_members", "low"] > truth


def test_propensities_are_those_of_a_library(weighed: pd.DataFrame) -> None:
    x = comparison.design(weighed)
    library = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(x.to_numpy(), weighed["inside"])
    assert np.allclose(library.predict_proba(x.to_numpy())[:, 1], weighed["propensity"], atol=1e-5)


def test_overlap_weights_make_means_exactly_equal(weighed: pd.DataFrame) -> None:
    """Li, Morgan & Zaslavsky (2018), theorem 3: with a logistic propensity the balance is exact."""
    table = comparison.balance(weighed)
    assert table["overlap"].abs().max() < 1e-6
    assert table["naive"].abs().max() > 0.3
    assert table["like_members"].abs().max() < 0.1


def test_weights_of_a_table_that_can_be_checked_in_the_head() -> None:
    """Among tea drinkers 3 of 4 are members, among others 1 of 4: odds of 3 and of a third."""
    frame = pd.DataFrame({"category": ["tea"] * 4 + ["ware"] * 4})
    frame["inside"] = [True, True, True, False, True, False, False, False]
    frame["repeated"] = [True, True, False, True, False, False, False, True]
    frame.attrs["about"] = {"covariates": ["category"], "language": "en"}
    weighed = comparison.weigh(frame)
    assert weighed["propensity"].round(6).tolist() == [0.75] * 4 + [0.25] * 4
    assert weighed.loc[~weighed["inside"], "like_members"].round(6).tolist() == [3, *[0.333333] * 3]
    found = comparison.gap(weighed).set_index("method")
    assert found.loc["naive", "estimate"] == pytest.approx(2 / 4 - 2 / 4)
    assert found.loc["like_members", "outside"] == pytest.approx((3 + 1 / 3) / 4)
    assert found.loc["like_members", "estimate"] == pytest.approx(2 / 4 - (3 + 1 / 3) / 4)
    assert np.isnan(found.loc["overlap", "low"])  # too few to draw again


def test_both_groups_are_counted_along_the_propensity(weighed: pd.DataFrame) -> None:
    table = comparison.overlap(weighed, bins=10)
    assert table["inside"].sum() == weighed["inside"].sum()
    assert table["outside_share"].sum() == pytest.approx(1)
    effective = table.attrs["about"]["effective"]
    assert effective["naive"] == pytest.approx((~weighed["inside"]).sum())
    assert effective["like_members"] < effective["naive"]


def test_nobody_outside_is_said_and_does_not_break() -> None:
    frame, _truth = simulated(200)
    alone = frame[frame["inside"]].reset_index(drop=True)
    alone.attrs = frame.attrs
    weighed = comparison.weigh(alone)
    assert comparison.gap(weighed)["estimate"].isna().all()
    assert comparison.overlap(weighed)["inside"].sum() == 0


PEOPLE = ("in", "late", "out", "who")
orders = st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 200)), min_size=1, max_size=14)


@given(rows=orders, within=st.sampled_from([30, 90]))
@settings(max_examples=30, deadline=None)
def test_the_cohort_is_what_a_loop_finds(rows: list[tuple[str, int]], within: int) -> None:
    start = dt.date(2026, 1, 1)
    day = {at: start + dt.timedelta(days=at) for at in range(201)}
    frame = pd.DataFrame(
        {
            "order_id": [f"{at:02d}" for at in range(len(rows))],
            "member_id": [who for who, _at in rows],
            "ordered_at": [day[at] for _who, at in rows],
            "amount": [10.0 + at for at in range(len(rows))],
        }
    )
    members = pd.DataFrame(
        {
            "member_id": ["in", "late", "out"],
            "joined_at": [day[0], day[100], None],
            "role": ["member", "member", "customer"],
        }
    )
    anchor = pd.DataFrame({"member_id": ["in"], "occurred_at": [day[200]], "event_type": ["view"]})
    community = Community.open({"orders": frame, "members": members, "events": anchor})
    if not any(who == "out" for who, _at in rows):
        with pytest.raises(TableMissing):
            first_purchases.cohort(community, within=within)
        return
    expected = {}
    for who in ("in", "late", "out"):
        days = sorted(at for one, at in rows if one == who)
        if days and 200 - days[0] >= within:
            inside = who == "in" or (who == "late" and days[0] >= 100)
            expected[who] = (inside, len(days) > 1 and days[1] - days[0] <= within)
    found = first_purchases.cohort(community, within=within)
    given_back = zip(found["member_id"], found["inside"], found["repeated"], strict=True)
    assert {who: (inside, again) for who, inside, again in given_back} == expected
