"""Movement is told from chance: against a bootstrap, in quiet communities, and with one planted."""

import numpy as np
import pandas as pd
import pytest

from helpers.metrics import movement
from helpers.metrics.intervals import difference, ratio_from_sums, wilson


def sums_of(y1, x1, y0, x0):
    parts = {"y1": y1, "x1": x1, "y0": y0, "x0": x0}
    found = {name: part.sum() for name, part in parts.items()}
    found |= {"_".join(pair): (parts[pair[0]] * parts[pair[1]]).sum() for pair in movement.PRODUCTS}
    return pd.Series(found)


def ratio(y, x):
    """Return a ratio and its interval as `watched.measure` has it."""
    if set(np.unique(y)) <= {0.0, 1.0} and set(np.unique(x)) <= {0.0, 1.0}:
        return y.sum() / x.sum(), *wilson(y.sum(), x.sum())
    n = (x > 0).sum()
    return y.sum() / x.sum(), *ratio_from_sums(
        n, y.sum(), (y * y).sum(), x.sum(), (x * x).sum(), (x * y).sum()
    )


def change_of(y1, x1, y0, x0):
    one, other = ratio(y1, x1), ratio(y0, x0)
    return one[0] - other[0], *movement.difference(
        *one, *other, movement.correlation(sums_of(y1, x1, y0, x0))
    )


def windows(random, members, *, shared, scale=1.0):
    """Draw days of members with habits of their own, and count those of two windows of 28 days."""
    habit = random.beta(0.6, 3.0, members)[:, None]
    days = random.random((members, 56 - shared)) < habit
    days[:, -(28 - shared) :] &= random.random((members, 28 - shared)) < scale
    return days[:, -28:].astype(float), days[:, :28].astype(float)


def test_different_members_give_newcombes_interval():
    random = np.random.default_rng(1)
    y1, y0 = (random.random(90) < 0.3).astype(float), (random.random(70) < 0.5).astype(float)
    late, early = np.r_[np.ones(90), np.zeros(70)], np.r_[np.zeros(90), np.ones(70)]
    _gap, low, high = change_of(np.r_[y1, np.zeros(70)], late, np.r_[np.zeros(90), y0], early)
    assert (low, high) == pytest.approx(difference(y1.sum(), 90, y0.sum(), 70))


def test_the_same_window_twice_has_not_moved():
    y = (np.random.default_rng(2).random(50) < 0.4).astype(float)
    gap, low, high = change_of(y, np.ones(50), y, np.ones(50))
    assert gap == 0
    assert low == pytest.approx(0, abs=0.02)
    assert high == pytest.approx(0, abs=0.02)


@pytest.mark.parametrize("shared", [0, 14, 21])
def test_the_interval_is_that_of_a_bootstrap_by_member(shared):
    random = np.random.default_rng(shared)
    late, early = windows(random, 400, shared=shared)
    y1, x1, y0, x0 = late.sum(1), late.any(1) * 1.0, early.sum(1), early.any(1) * 1.0
    gap, low, high = change_of(y1, x1, y0, x0)
    drawn = random.integers(0, 400, (4000, 400))
    draws = y1[drawn].sum(1) / x1[drawn].sum(1) - y0[drawn].sum(1) / x0[drawn].sum(1)
    assert low < gap < high
    assert high - low == pytest.approx(2 * 1.96 * draws.std(), rel=0.06)


@pytest.mark.once
@pytest.mark.parametrize(("shared", "what"), [(0, "share"), (21, "share"), (21, "mean"), (0, "money")])
def test_quiet_communities_move_as_often_as_chance_allows(shared, what):
    random = np.random.default_rng(7)
    crossed = 0
    for _trial in range(1500):
        late, early = windows(random, 300, shared=shared)
        everybody = np.ones(300)
        if what == "share":
            parts = late.any(1) * 1.0, everybody, early.any(1) * 1.0, everybody
        elif what == "mean":
            parts = late.sum(1), late.any(1) * 1.0, early.sum(1), early.any(1) * 1.0
        else:
            spent = [random.gamma(0.8, 40, 300) * (random.random(300) < 0.3) for _week in range(2)]
            parts = spent[0], everybody, spent[1], everybody
        _gap, low, high = change_of(*parts)
        crossed += low > 0 or high < 0
    assert 0.03 <= crossed / 1500 <= 0.07  # 5 %, give or take three standard errors


def table(**columns):
    row = {
        "metric": ["a", "b", "c", "d"], "unit": "share", "last": "2026-05-31", "last_earlier": "2026-05-24",
        "estimate": 0.5, "low": 0.45, "high": 0.55, "estimate_earlier": [0.3, 0.49, 0.44, 0.5],
        "low_earlier": [0.25, 0.44, 0.39, 0.45], "high_earlier": [0.35, 0.54, 0.49, 0.55],
        "correlation": [0.0, 0.0, 0.34, 0.0], "small": False, "small_earlier": False,
    }  # fmt: skip
    return pd.DataFrame(row | columns)


def test_what_moved_and_what_is_left_when_several_were_compared():
    judged = movement.judge(table())
    assert judged["moved"].tolist() == [True, False, True, False]
    assert judged["clear"].tolist() == [True, False, False, False]
    outside = (judged["change_low"] > 0) | (judged["change_high"] < 0)
    assert (outside == judged["moved"]).all()
    assert ((judged["p_value"] < 0.05) == judged["moved"]).all()
    about = judged.attrs["about"]
    assert (about["compared"], about["moved"], about["clear"], about["by_chance"]) == (4, 2, 1, 0.2)


def test_the_same_window_few_members_or_nothing_before_are_not_compared():
    earlier = ["2026-05-31", "2026-05-24", None, "2026-05-24"]
    judged = movement.judge(table(last_earlier=earlier, small=[False, True, False, False]))
    assert judged["compared"].tolist() == [False, False, False, True]
    assert judged["moved"].sum() == 0
    assert judged["change"].isna().tolist() == [True, False, True, False]
