"""Figures and sentences about promotions: what they say for literal results, in both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.metrics import break_even, cannibalisation, gains
from helpers.models import decision_log, group_inference
from helpers.present import plots, readings
from tests.metrics.test_gains import community_of, order

MANY = {f"t{i}": "treatment" for i in range(60)} | {f"k{i}": "control" for i in range(60)}
FORWARD = [order(f"t{i}", 12, 80, discount=20, campaign="c") for i in range(40)]
FORWARD += [order(f"k{i}", 30) for i in range(40)]


@pytest.fixture(scope="module")
def sale():
    return community_of(FORWARD, MANY)


@pytest.fixture(scope="module")
def grouped():
    groups = {f"{g}{i}": g for g in "abcdefgh" for i in range(10)}
    arms = {g: "treatment" if g in "aceg" else "control" for g in "abcdefgh"}
    bought = zip("abcdefgh", (9, 3, 4, 2, 8, 1, 2, 4), strict=True)
    rows = [order(f"{g}{i}", 12) for g, n in bought for i in range(n)]
    return group_inference.groups_of(community_of(rows, arms, unit="group", groups=groups), "c")


def in_chinese(result: pd.DataFrame) -> pd.DataFrame:
    copy = result.copy()
    copy.attrs["about"] = {**result.attrs["about"], "language": "zh"}
    return copy


def test_orders_needed_and_profit_left_are_said(sale):
    sheet = break_even.side_by_side(sale, after=30)
    picture, text = plots.promotion_returns(sheet), readings.promotion_returns(sheet)
    assert "1 of 1 promotions" in picture.alt and len(picture.axes) == 2
    assert "1,570" in text and "With the 30 days after it" in text and "None paid for certain" in text
    assert "30 天" in readings.promotion_returns(in_chinese(sheet))
    assert "没有" in plots.promotion_returns(in_chinese(sheet.iloc[:0])).alt


def test_a_gain_that_melts_is_shown_and_said(sale):
    curve = gains.curve(sale, after=30)
    picture, text = plots.brought_forward(curve), readings.brought_forward(curve)
    assert "66.7" in picture.alt and "0.0 in the end" in picture.alt
    line = picture.axes[0].lines[0].get_ydata()
    assert line.max() == pytest.approx(200 / 3) and line[-1] == pytest.approx(0)
    assert "What is left may be nothing" in text
    steady = gains.curve(community_of(FORWARD[:40], MANY), after=30)
    assert "outlasted" in readings.brought_forward(steady)
    assert "每百人" in readings.brought_forward(in_chinese(curve))


def test_discount_on_orders_that_come_anyway_is_named(sale):
    table = cannibalisation.anyway(sale)
    assert "Of the 40 orders booked under Sale" in readings.orders_anyway(table)
    assert "too few" in readings.orders_anyway(table.iloc[:0]).lower() or readings.orders_anyway(
        table.iloc[:0]
    )


def test_the_wrong_interval_stands_beside_the_right_ones(grouped):
    table = group_inference.compare(grouped)
    picture, text = plots.group_methods(table), readings.group_methods(table)
    times = (table["width"].iloc[2]).round(1)
    assert f"{times} times as wide" in picture.alt
    assert "judged by its 8 groups" in text and "only that of the wrong count" in text
    paired = group_inference.compare(grouped, pair=np.tile(np.arange(4), 2))
    assert "within pairs" in readings.group_methods(paired)
    assert "8 个群组" in readings.group_methods(in_chinese(table))


def test_the_log_is_read_with_the_number_of_tests(sale):
    log = decision_log.log(sale, after=30)
    picture, text = plots.decision_log(log), readings.decision_log(log)
    assert "of 1 tests" in picture.alt and "1 of 1 campaigns kept a control back" in text
    assert "stay open" in text
    alone = decision_log.log(community_of(FORWARD, MANY, without=("assignments",)))
    assert "Keep back a tenth" in readings.decision_log(alone)
    assert plots.decision_log(alone).alt
    ranked = decision_log.next_tests(sale, after=30)
    assert "Most worth knowing is Sale" in readings.next_tests(ranked)
    assert readings.next_tests(ranked.iloc[:0]) and readings.decision_log(log.iloc[:0])
