"""Intervals against published numbers, other implementations and limits."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from helpers.metrics import intervals


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_values_of_newcombe_1998(count, n, low, high):
    assert_allclose(intervals.wilson(count, n), (low, high), atol=6e-5)


def test_wilson_agrees_with_statsmodels_for_whole_columns():
    count, n = np.array([0, 1, 5, 30, 30]), np.array([3, 7, 50, 31, 30])
    expected = proportion_confint(count, n, alpha=0.1, method="wilson")
    assert_allclose(intervals.wilson(count, n, level=0.9), expected, atol=1e-12)


def test_wilson_of_nobody_is_missing():
    low, high = intervals.wilson([0, 1], [0, 2])
    assert np.isnan([low[0], high[0]]).all()
    assert np.isfinite([low[1], high[1]]).all()


@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_difference_gives_method_10_of_newcombe_1998(cells, low, high):
    assert_allclose(intervals.difference(*cells), (low, high), atol=6e-5)
    oracle = confint_proportions_2indep(*cells, compare="diff", method="newcomb")
    assert_allclose(intervals.difference(*cells), oracle, atol=1e-9)


def test_nps_gives_the_adjusted_wald_interval():
    assert_allclose(intervals.adjusted_wald_nps(162, 108, 54), (0.2495, 0.4111), atol=6e-5)
    low, high = intervals.adjusted_wald_nps([0, 0, 3], [0, 0, 0], [0, 2, 0])
    assert np.isnan(low[0])
    assert low[1] == -1.0
    assert high[2] == 1.0


def test_poisson_rate_is_the_exact_interval():
    # Garwood's table for counts 0, 1, 5 and 10 at 95 %.
    low, high = intervals.poisson_rate([0, 1, 5, 10])
    assert_allclose(low, [0, 0.0253, 1.6235, 4.7954], atol=5e-5)
    assert_allclose(high, [3.6889, 5.5716, 11.6683, 18.3904], atol=5e-5)
    assert_allclose(intervals.poisson_rate(10, 5), (4.7954 / 5, 18.3904 / 5), atol=5e-5)
    assert np.isnan(intervals.poisson_rate(0, 0)).all()


def test_mean_from_sums_is_the_t_interval():
    values = np.array([1.0, 2.0, 3.0, 4.0])
    expected = values.mean() + np.array([-1, 1]) * 3.182446 * values.std(ddof=1) / 2
    assert_allclose(intervals.mean_from_sums(4, values.sum(), (values**2).sum()), expected, atol=1e-5)
    assert np.isnan(intervals.mean_from_sums(1, 5, 25)).all()


def test_ratio_from_sums_is_what_the_bootstrap_by_member_approaches():
    random = np.random.default_rng(3)
    x = random.poisson(4, 400) + 1
    y = random.poisson(0.4 * x)
    closed = intervals.ratio_from_sums(400, y.sum(), (y**2).sum(), x.sum(), (x**2).sum(), (x * y).sum())
    drawn = intervals.bootstrap_ratio(y, x, repeats=4000)
    assert_allclose(closed, drawn, rtol=0.02)


def test_ratio_with_nothing_below_is_missing():
    assert np.isnan(intervals.ratio_from_sums(3, 2, 2, 0, 0, 0)).all()
    assert np.isnan(intervals.bootstrap_ratio([], [])).all()


def test_bootstrap_mean_covers_as_often_as_it_says():
    random = np.random.default_rng(11)
    hits = 0
    for repeat in range(300):
        sample = random.poisson(2.0, 60)
        low, high = intervals.bootstrap_mean(sample, seed=repeat, repeats=400)
        hits += low <= 2.0 <= high
    assert 0.91 <= hits / 300 <= 0.98


def test_bootstrap_counts_equal_members_once():
    listed = np.repeat([0.0, 1.0, 7.0], [5, 3, 2])
    grouped = intervals.bootstrap_mean([0, 1, 7], counts=[5, 3, 2])
    assert intervals.bootstrap_mean(listed) == grouped


def test_one_member_gives_an_interval_without_width():
    assert intervals.bootstrap_mean([3.0]) == (3.0, 3.0)


def test_percentiles_need_half_of_the_draws():
    low, high = intervals.percentiles([[1.0, np.nan], [2.0, np.nan], [3.0, 1.0]])
    assert np.isnan(low[1])
    assert low[0] < high[0]


def test_level_must_be_a_share():
    with pytest.raises(ValueError, match="between 0 and 1"):
        intervals.wilson(1, 2, level=95)
