"""BG/NBD and Gamma-Gamma: published numbers, gradients, recovery of known parameters, honest refusals."""

import importlib.util
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers.community import Community, DataError, TableMissing
from helpers.models import bgnbd, gamma_gamma, lifetime_checks, lifetime_value, purchase_histories


@pytest.fixture(scope="module")
def cdnow_orders():
    """The CDNOW sample of Fader & Hardie, as carried by the lifetimes wheel (its code is not imported)."""
    found = importlib.util.find_spec("lifetimes")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the lifetimes wheel, which carries the CDNOW sample, is not installed")
    path = Path(found.submodule_search_locations[0]) / "datasets" / "CDNOW_sample.txt"
    raw = pd.read_csv(path, sep=r"\s+", header=None, dtype=str)
    return pd.DataFrame(
        {
            "order_id": raw.index.astype(str),
            "member_id": raw[1],
            "ordered_at": pd.to_datetime(raw[2], format="%Y%m%d"),
            "amount": raw[4].astype(float),
        }
    )


@pytest.fixture(scope="module")
def cdnow(cdnow_orders):
    return Community.open({"orders": cdnow_orders})


@pytest.fixture(scope="module")
def calibrated(cdnow):
    return lifetime_value.fit(cdnow, until=pd.Timestamp("1997-09-30").date())


def simulated(n, r, alpha, a, b, seed, weeks=(26, 78)):
    rng = np.random.default_rng(seed)
    T = rng.integers(weeks[0] * 7, weeks[1] * 7, n) / 7
    rate, drop = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    x, tx, clock, alive = np.zeros(n, int), np.zeros(n), np.zeros(n), np.ones(n, bool)
    while alive.any():
        who = np.flatnonzero(alive)
        clock[who] += rng.exponential(1 / np.maximum(rate[who], 1e-200))
        alive[who[clock[who] > T[who]]] = False
        who = who[clock[who] <= T[who]]
        x[who] += 1
        tx[who] = clock[who]
        alive[who] = rng.random(len(who)) > drop[who]
    return pd.DataFrame({"x": x, "tx": tx, "T": T, "count": 1})


def test_bgnbd_gives_the_published_cdnow_values(calibrated):
    # Fader, Hardie & Lee (2005): r .243, alpha 4.414, a .793, b 2.426, LL -9582.4
    model = calibrated.purchases
    assert (model.buyers, model.repeaters, model.converged) == (2357, 946, True)
    assert [round(value, 3) for value in (model.r, model.alpha, model.a, model.b)] == [
        0.243,
        4.414,
        0.793,
        2.426,
    ]
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    assert float(model.expected_purchases(39, 2, 30.43, 38.86)) == pytest.approx(1.226, abs=5e-4)


def test_the_bundled_settings_of_cdnow_give_the_published_values(cdnow_orders):
    # The same numbers by the way a reader goes: datasets/cdnow/community.yml, as of 1997-09-30.
    assert len(cdnow_orders) == 6919
    model = lifetime_value.fit(Community.open("cdnow")).purchases
    assert [round(value, 3) for value in (model.r, model.alpha, model.a, model.b)] == [
        0.243,
        4.414,
        0.793,
        2.426,
    ]


def test_gamma_gamma_gives_the_published_cdnow_values(calibrated):
    # Fader & Hardie (2013): p 6.25, q 3.74, gamma 15.44 on 946 repeat buyers
    spend = calibrated.spend
    assert spend.buyers == 946
    assert (round(spend.p, 2), round(spend.q, 2), round(spend.gamma, 2)) == (6.25, 3.74, 15.44)


def test_parameters_stand_inside_their_intervals_and_name_the_population(calibrated):
    table = lifetime_value.parameters(calibrated)
    assert table["parameter"].tolist() == ["r", "alpha", "a", "b", "p", "q", "gamma"]
    assert ((table["low"] < table["estimate"]) & (table["estimate"] < table["high"])).all()
    assert table.attrs["about"]["repeaters"] == 946
    assert 0.05 < table.attrs["about"]["independence"]["estimate"] < 0.3


def test_holdout_mean_grows_with_frequency_and_counts_every_buyer(cdnow):
    table = lifetime_checks.holdout(cdnow, cut=pd.Timestamp("1997-09-30").date())
    assert table["n"].sum() == 2357
    assert table["expected"].is_monotonic_increasing
    about = table.attrs["about"]
    assert about["total_actual"] == 1882  # repeat transactions in weeks 40-78 of the sample
    assert about["total_expected"] == pytest.approx(about["total_actual"], rel=0.15)


def test_tracking_counts_every_repeat_day_and_marks_the_open_week(cdnow, cdnow_orders):
    table = lifetime_checks.tracking(cdnow, cut=pd.Timestamp("1997-09-30").date())
    days = cdnow_orders.drop_duplicates(["member_id", "ordered_at"])
    assert table["count"].sum() == len(days) - days["member_id"].nunique()
    assert table["n"].iloc[-1] == 2357
    assert table["open_period"].tolist() == [False] * (len(table) - 1) + [True]
    model = lifetime_value.fit(cdnow, until=pd.Timestamp("1997-09-30").date()).purchases
    first = days.groupby("member_id")["ordered_at"].min()
    ages = (pd.Timestamp("1998-06-30") - first).dt.days.to_numpy() / 7
    assert table["cumulative_expected"].iloc[-1] == pytest.approx(
        model.expected_purchases(ages).sum(), rel=1e-9
    )


def test_frequency_fit_compares_shares_that_add_up(cdnow, calibrated):
    table = lifetime_checks.frequency_fit(cdnow, calibrated)
    assert table["count"].tolist()[:3] == [1411, 439, 214]
    assert table["expected"].sum() == pytest.approx(1)
    assert (table["expected"] - table["estimate"]).abs().max() < 0.015


def test_grouped_and_ungrouped_fits_are_equal():
    rows = simulated(3000, 0.5, 6.0, 0.8, 2.5, seed=3).round({"tx": 1, "T": 1})
    rows["tx"] = rows[["tx", "T"]].min(axis=1)
    grouped = rows.groupby(["x", "tx", "T"], as_index=False)["count"].sum()
    one, many = bgnbd.fit(grouped), bgnbd.fit(rows.drop(columns="count"))
    assert np.allclose(one.logs, many.logs, atol=1e-9)
    assert one.triples < one.buyers


@given(st.tuples(*[st.floats(-1.5, 2.0)] * 4))
@settings(max_examples=25, deadline=None)
def test_bgnbd_gradient_equals_finite_differences(logs):
    triples = pd.DataFrame({"x": [0, 0, 1, 3, 9], "tx": [0, 0, 2, 11, 30.0], "T": [5, 40, 30, 12, 31.0]})
    triples["count"] = [40, 20, 9, 5, 2]
    logs = np.array(logs)
    gradient = bgnbd.log_likelihood(triples, logs)[1]
    steps = 1e-5 * np.eye(4)
    differences = [
        (bgnbd.log_likelihood(triples, logs + s)[0] - bgnbd.log_likelihood(triples, logs - s)[0]) / 2e-5
        for s in steps
    ]
    assert np.allclose(gradient, differences, rtol=1e-5, atol=1e-4)


@given(st.tuples(*[st.floats(-1.0, 2.5)] * 3))
@settings(max_examples=25, deadline=None)
def test_gamma_gamma_gradient_equals_finite_differences(logs):
    spending = pd.DataFrame({"paid": [1, 1, 2, 5], "spent": [3.5, 80, 31, 90], "count": [10, 4, 3, 1]})
    logs = np.array(logs)
    gradient = gamma_gamma.log_likelihood(spending, logs)[1]
    differences = [
        (
            gamma_gamma.log_likelihood(spending, logs + s)[0]
            - gamma_gamma.log_likelihood(spending, logs - s)[0]
        )
        / 2e-5
        for s in 1e-5 * np.eye(3)
    ]
    assert np.allclose(gradient, differences, rtol=1e-5, atol=1e-4)


def test_likelihood_of_one_history_equals_the_textbook_formula():
    from scipy.special import beta, gamma

    r, alpha, a, b, x, tx, T = 0.6, 5.0, 0.9, 2.2, 3, 11.0, 14.0
    stays = beta(a, b + x) / beta(a, b) * gamma(r + x) * alpha**r / gamma(r) / (alpha + T) ** (r + x)
    leaves = (
        beta(a + 1, b + x - 1) / beta(a, b) * gamma(r + x) * alpha**r / gamma(r) / (alpha + tx) ** (r + x)
    )
    one = pd.DataFrame({"x": [x], "tx": [tx], "T": [T], "count": [1]})
    value, _ = bgnbd.log_likelihood(one, np.log([r, alpha, a, b]))
    assert value == pytest.approx(np.log(stays + leaves))
    model = bgnbd.PurchaseModel(r, alpha, a, b)
    assert float(model.p_alive(x, tx, T)) == pytest.approx(stays / (stays + leaves))


def test_expected_purchases_equal_the_published_form_of_the_formula():
    from scipy.special import hyp2f1

    model = bgnbd.PurchaseModel(0.243, 4.414, 0.793, 2.426)
    x, tx, T, t = 2, 30.43, 38.86, 39.0
    bracket = 1 - ((model.alpha + T) / (model.alpha + T + t)) ** (model.r + x) * hyp2f1(
        model.r + x, model.b + x, model.a + model.b + x - 1, t / (model.alpha + T + t)
    )
    published = (model.a + model.b + x - 1) / (model.a - 1) * bracket * float(model.p_alive(x, tx, T))
    assert float(model.expected_purchases(t, x, tx, T)) == pytest.approx(published, rel=1e-10)


def test_expected_purchases_stay_finite_for_frequent_buyers_and_at_a_of_one():
    near = [
        bgnbd.PurchaseModel(0.3, 4, a, 2.4).expected_purchases(52, 400, 50, 52) for a in (0.9999, 1.0, 1.0001)
    ]
    assert np.isfinite(near).all()
    assert near[1] == pytest.approx((near[0] + near[2]) / 2, rel=1e-4)


def test_equal_dropout_for_all_is_found_at_the_bound_and_still_predicts():
    rng = np.random.default_rng(8)
    T = rng.integers(100, 360, 3000) / 7
    rate, clock, alive = rng.gamma(0.8, 1 / 5, 3000), np.zeros(3000), np.ones(3000, bool)
    x, tx = np.zeros(3000, int), np.zeros(3000)
    while alive.any():
        who = np.flatnonzero(alive)
        clock[who] += rng.exponential(1 / np.maximum(rate[who], 1e-200))
        alive[who[clock[who] > T[who]]] = False
        who = who[clock[who] <= T[who]]
        x[who] += 1
        tx[who] = clock[who]
        alive[who] = rng.random(len(who)) > 0.1
    model = bgnbd.fit(pd.DataFrame({"x": x, "tx": tx, "T": T}))
    assert model.at_bound
    assert model.a / (model.a + model.b) == pytest.approx(0.1, abs=0.02)
    expected = model.expected_purchases(26, [0, 1, 60], [0, 10, 50], [52, 52, 52])
    assert np.isfinite(expected).all()
    assert model.parameters().set_index("parameter")["low"].isna().to_dict()[model.at_bound[0]]
    assert model.expected_purchases(T).mean() == pytest.approx(x.mean(), rel=0.05)


def test_probabilities_of_counts_add_up_and_have_the_expected_mean():
    model = bgnbd.PurchaseModel(0.8, 6.0, 1.3, 2.0)
    shares = np.array([float(model.probability(x, np.array([20.0]))[0]) for x in range(150)])
    assert shares.sum() == pytest.approx(1, abs=1e-6)
    assert shares @ np.arange(150) == pytest.approx(float(model.expected_purchases(20)), rel=1e-4)


def test_known_parameters_are_recovered_within_their_intervals():
    truth = np.array([0.6, 5.0, 0.9, 2.5])
    inside = []
    for seed in range(12):
        table = bgnbd.fit(simulated(4000, *truth, seed=seed)).parameters()
        inside.append((table["low"] <= truth) & (truth <= table["high"]))
    assert np.mean(inside) > 0.85


def test_known_spending_parameters_are_recovered():
    rng = np.random.default_rng(5)
    days = rng.integers(1, 7, 6000)
    spent = rng.gamma(6.0 * days) / rng.gamma(3.5, 1 / 15.0, 6000)
    model = gamma_gamma.fit(pd.DataFrame({"paid": days, "spent": spent}))
    table = model.parameters()
    truth = np.array([6.0, 3.5, 15.0])
    assert ((table["low"] <= truth) & (truth <= table["high"])).all()
    assert gamma_gamma.fit(pd.DataFrame({"paid": days, "spent": spent * 100})).gamma == pytest.approx(
        model.gamma * 100, rel=1e-4
    )


ORDERS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 30), st.sampled_from([0, 5, 20]), st.booleans()),
    min_size=1,
    max_size=25,
)


@given(ORDERS)
@settings(max_examples=40, deadline=None)
def test_histories_equal_a_brute_force_twin(rows):
    assume(min(row[1] for row in rows) <= 24)  # a day before the data cannot be reported on
    start = pd.Timestamp("2026-01-01")
    orders = pd.DataFrame(
        {
            "order_id": [str(k) for k in range(len(rows))],
            "member_id": [row[0] for row in rows],
            "ordered_at": [start + pd.Timedelta(days=row[1], hours=3) for row in rows],
            "amount": [row[2] for row in rows],
            "status": ["cancelled" if row[3] else "paid" for row in rows],
        }
    )
    community = Community.open({"orders": orders}, as_of="2026-01-25")
    found = purchase_histories.members(community)
    until = pd.Timestamp("2026-01-25")
    bought = community.frame("orders")
    days = defaultdict(lambda: defaultdict(float))
    for order in bought[bought["is_purchase"]].itertuples():
        days[order.member_id][pd.Timestamp(order.day)] += float(order.net)
    expected = []
    for member, by_day in sorted(days.items()):
        seen = sorted(by_day)
        paid = [by_day[day] for day in seen[1:] if by_day[day] > 0]
        expected.append(
            (member, len(seen) - 1, (seen[-1] - seen[0]).days, (until - seen[0]).days, len(paid), sum(paid))
        )
    got = [
        (row.member_id, row.x, round(row.tx * 7), round(row.T * 7), row.paid, row.spent)
        for row in found.itertuples()
    ]
    assert got == expected
    assert purchase_histories.triples(community)["count"].sum() == len(expected)


def shop(seed=1, buyers=400):
    rng = np.random.default_rng(seed)
    triples = simulated(buyers, 0.7, 4.0, 0.8, 3.0, seed=seed, weeks=(30, 52))
    rows = []
    for member, (x, T) in enumerate(zip(triples["x"], triples["T"], strict=True)):
        first = pd.Timestamp("2026-05-31") - pd.Timedelta(days=round(T * 7))
        days = np.sort(rng.integers(1, round(T * 7), x)) if x else []
        rows += [(f"m{member}", first)] + [(f"m{member}", first + pd.Timedelta(days=int(d))) for d in days]
    orders = pd.DataFrame(rows, columns=["member_id", "ordered_at"])
    orders["order_id"] = orders.index.astype(str)
    orders["amount"] = np.round(rng.gamma(4, 25, len(orders)), 2)
    members = pd.DataFrame({"member_id": [f"m{k}" for k in range(buyers + 50)]})
    members["joined_at"] = "2025-06-01"
    members["source"] = ["offline" if k % 4 == 0 else "search" for k in range(buyers + 50)]
    return {"orders": orders, "members": members}


def test_value_is_purchases_times_spending_discounted_and_scaled_by_margin():
    community = Community.open(shop(), as_of="2026-05-31")
    model = lifetime_value.fit(community)
    plain = lifetime_value.members(community, model, discount=0.0, margin=1.0)
    assert np.allclose(plain["value"], plain["purchases"] * plain["spend"])
    less = lifetime_value.members(community, model, discount=0.02, margin=0.5)
    assert (less["value"] < 0.5 * plain["value"]).all()
    assert plain["p_alive"].between(0, 1).all()
    assert plain["member_id"].is_unique


def test_segments_add_up_to_all_buyers_and_count_members_who_never_bought():
    community = Community.open(shop(), as_of="2026-05-31")
    model = lifetime_value.fit(community)
    table = lifetime_value.by_segment(community, model)
    valued = lifetime_value.members(community, model)
    assert table["n"].sum() == len(valued) == 400
    assert table["members"].sum() == 450
    assert table["total"].sum() == pytest.approx(valued["value"].sum())
    assert ((table["low"] < table["estimate"]) & (table["estimate"] < table["high"])).all()
    assert (table["per_member"] < table["estimate"]).all()
    own = valued[["member_id"]].assign(persona="one")
    assert lifetime_value.by_segment(community, model, by=own)["segment"].tolist() == ["one", "unknown"][:1]


def test_margin_comes_from_costs_where_they_are_known():
    tables = shop(buyers=60)
    assert lifetime_value.margin_of(Community.open(tables)) == 1.0
    tables["orders"]["cost"] = tables["orders"]["amount"] * 0.7
    assert lifetime_value.margin_of(Community.open(tables)) == pytest.approx(0.3, abs=1e-3)


def one_order(*rows):
    return Community.open(
        {
            "orders": pd.DataFrame(
                [(str(k), *row, 10.0) for k, row in enumerate(rows)],
                columns=["order_id", "member_id", "ordered_at", "amount"],
            )
        }
    )


@pytest.mark.parametrize(
    "rows",
    [
        [("a", "2026-01-01")],
        [(f"m{k}", "2026-01-01") for k in range(50)],
        [(f"m{k}", f"2026-01-{1 + k % 28:02d}") for k in range(50)],
        [("a", f"2026-01-{k:02d}") for k in range(1, 29)],
    ],
    ids=["one order", "one day", "nobody came back", "one buyer"],
)
def test_too_little_data_gives_a_reason_and_empty_results(rows):
    community = one_order(*rows)
    model = lifetime_value.fit(community)
    assert model.problem.startswith("Too little data")
    for result in (
        lifetime_value.parameters(model),
        lifetime_value.members(community, model),
        lifetime_checks.tracking(community),
        lifetime_checks.holdout(community),
        lifetime_checks.frequency_fit(community, model),
        lifetime_checks.alive_grid(model),
    ):
        assert result.empty
        assert result.attrs["about"]["too_little"].startswith("Too little data")
    own = pd.DataFrame({"member_id": ["a"], "persona": ["x"]})
    assert lifetime_value.by_segment(community, model, by=own).empty


def test_everybody_spending_the_same_leaves_the_observed_mean():
    community = one_order(*[(f"m{k}", f"2026-01-{d:02d}") for k in range(40) for d in (1, 2 + k % 20)])
    model = lifetime_value.fit(community)
    assert model.spend is None
    if model.purchases is not None:
        assert (lifetime_value.members(community, model)["spend"] == 10).all()


def test_impossible_histories_are_refused():
    with pytest.raises(DataError, match="tx <= T"):
        bgnbd.fit(pd.DataFrame({"x": [1], "tx": [9.0], "T": [3.0]}))
    with pytest.raises(DataError, match="Too little"):
        gamma_gamma.fit(pd.DataFrame({"paid": [1], "spent": [3.0]}))


def test_without_orders_the_missing_table_is_named():
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-05-01"], "event_type": ["like"]})
    with pytest.raises(TableMissing, match="orders"):
        lifetime_value.fit(Community.open({"events": events}))


def test_alive_grid_falls_with_silence():
    model = lifetime_value.fit(Community.open(shop(), as_of="2026-05-31"))
    grid = lifetime_checks.alive_grid(model)
    falls = grid.groupby("x")["p_alive"].apply(lambda p: p.is_monotonic_decreasing)
    assert falls.all()
