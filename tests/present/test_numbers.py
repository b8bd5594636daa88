from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from helpers.present import numbers


@pytest.mark.parametrize(
    "write", [numbers.percent, numbers.count, numbers.money, numbers.p_value, numbers.day]
)
@pytest.mark.parametrize("value", [None, np.nan, pd.NA, pd.NaT])
def test_missing_is_a_dash(write, value) -> None:
    assert write(value) == "–"


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        ("CNY", "¥1,235"),
        ("GBP", "£1,235"),
        ("EUR", "€1,235"),
        ("usd", "$1,235"),
        ("CHF", "CHF\u00a01,235"),
        (None, "1,235"),
    ],
)
def test_money_bears_the_sign_of_its_currency(currency, expected) -> None:
    assert numbers.money(Decimal("1234.56"), currency) == expected


def test_percent_keeps_its_sign_on_the_line() -> None:
    assert numbers.percent(0.5) == "50.0\u00a0%"


def test_negative_numbers_have_a_true_minus_and_zero_has_none() -> None:
    assert numbers.decimal(-1.5) == "−1.5"
    assert numbers.decimal(-0.01) == "0.0"
    assert numbers.points(0.0) == "0.0"
    assert numbers.money(-0.001, "CNY") == "¥0.00"


def test_interval_without_ends_is_the_estimate() -> None:
    assert numbers.interval(1.0, np.nan, 2.0) == "1.0"
    assert numbers.money_interval(5, None, None, "GBP") == "£5.00"


def test_interval_across_zero_is_readable() -> None:
    assert numbers.percent_interval(-0.01, -0.03, 0.01) == "−1.0\u00a0% (−3.0 … 1.0\u00a0%)"


def test_infinite_is_a_sign() -> None:
    assert numbers.decimal(float("inf")) == "∞"


@pytest.mark.parametrize(
    "value", [dt.date(2026, 5, 1), dt.datetime(2026, 5, 1, 12), pd.Timestamp("2026-05-01"), "2026-05-01"]
)
def test_day_is_iso(value) -> None:
    assert numbers.day(value) == "2026-05-01"
