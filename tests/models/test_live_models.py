"""Products freed of their evenings, and hosts compared on equal terms, or said not to be comparable."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.community import Community
from helpers.metrics import live_parts
from helpers.models import live_hosts, live_products


def _parts(seed: int, *, shows: int = 12, factor: float = 1.3, mixed: bool = True) -> pd.DataFrame:
    """Simulate parts in which host x gets the better evenings and goods; `mixed`: both in each evening."""
    rng = np.random.default_rng(seed)
    evening = np.exp(rng.normal(0, 0.4, shows))
    worth = np.exp(rng.normal(0, 0.6, 10))
    rows = []
    for show in range(shows):
        lead = evening[show] > np.median(evening)
        for slot in range(9):
            mine = lead if (not mixed or slot not in (3, 4, 5)) else not lead
            weight = worth if mine else 1 / worth
            product = rng.choice(10, p=weight / weight.sum())
            minutes = rng.uniform(300, 900)
            mean = 0.008 * minutes * evening[show] * worth[product] * (factor if mine else 1.0)
            rows.append((f"s{show:02d}", f"p{product}", "x" if mine else "y", minutes, rng.poisson(mean)))
    table = pd.DataFrame(rows, columns=["content_id", "product_id", "host", "n", "orders"])
    return table.assign(clicks=table["orders"] * 4 + 3, part="product")


def test_balance_is_the_poisson_regression() -> None:
    table = _parts(1)
    expected, _effects = live_products.balance(
        table["orders"], table["n"], table["product_id"], table["content_id"]
    )
    wide = pd.get_dummies(table[["product_id", "content_id"]], drop_first=True).astype(float)
    fit = sm.GLM(
        table["orders"], sm.add_constant(wide), family=sm.families.Poisson(), exposure=table["n"]
    ).fit()
    assert np.allclose(expected, fit.fittedvalues, atol=0.02)


def test_spread_is_large_where_products_are_alike() -> None:
    rng = np.random.default_rng(0)
    mean = np.full(200, 20.0)
    alike = live_products.fit_spread(rng.poisson(mean), mean)
    unlike = live_products.fit_spread(rng.poisson(mean * rng.gamma(4, 1 / 4, 200)), mean)
    assert alike.strength > 50 and unlike.strength == pytest.approx(4, rel=0.4)


def test_product_of_good_evenings_is_not_praised_for_them() -> None:
    rows = []
    for show, factor in (("s1", 1), ("s2", 4)):
        for product in ("a", "b", "c") if show == "s1" else ("b", "c", "d"):
            rows.append((show, product, "x", 1000.0, 40 * factor, 10 * factor))
    table = pd.DataFrame(rows, columns=["content_id", "product_id", "host", "n", "clicks", "orders"])
    found = live_products.selection(table.assign(part="product"))
    assert np.allclose(found["click_index"], 1, atol=0.02) and not found["sure"].any()


def test_too_few_products_make_no_matrix() -> None:
    table = _parts(1).query("product_id in ('p0', 'p1')")
    assert live_products.selection(table).empty


def test_hosts_who_never_share_an_evening_cannot_be_told_apart() -> None:
    found = live_hosts.host_effect(_parts(2, mixed=False))
    assert found["possible"].tolist()[0] and not found["possible"].tolist()[-1]
    assert found["shared"].tolist() == [0, 0, 0]
    assert live_hosts.host_effect(_parts(2).assign(host="x")).empty


@pytest.mark.once
def test_equal_terms_recover_the_host_and_cover_as_promised() -> None:
    naive, fair, covered = [], [], []
    for seed in range(60):
        found = live_hosts.host_effect(_parts(seed, shows=14), host="x").set_index("comparison")
        naive.append(np.log(found.loc["as they stand", "estimate"]))
        row = found.loc["same products and evenings"]
        fair.append(np.log(row["estimate"]))
        covered.append(row["low"] < 1.3 < row["high"])
    assert np.mean(fair) == pytest.approx(np.log(1.3), abs=0.05)
    assert np.mean(naive) > np.log(1.3) + 0.3
    assert np.mean(covered) >= 0.85


@pytest.fixture(scope="module")
def demo() -> Community:
    return Community.open("demo")


@pytest.mark.once
def test_demo_host_and_products_are_recovered(demo: Community) -> None:
    parts = live_parts.parts(demo)
    truth = demo.truth("hosts").set_index("host")["factor"]
    found = live_hosts.host_effect(parts, host="host_a").set_index("comparison")
    factor = truth["host_a"] / truth["host_b"]
    row = found.loc["same products and evenings"]
    assert row["low"] < factor < row["high"]
    assert found.loc["as they stand", "low"] > factor
    table = live_products.selection(parts, margin=live_products.margins(demo))
    both = table.merge(demo.truth("products"), on="product_id")
    assert both[["click_index", "click_factor"]].corr("spearman").iloc[0, 1] > 0.9
    fair = both["click_factor"] / np.average(both["click_factor"], weights=both["n"])
    assert (fair.between(both["click_index_low"], both["click_index_high"])).mean() > 0.7
