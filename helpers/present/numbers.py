"""Numbers as text: the same in prose, figures and tables, and the same in every language.

A missing number is an en dash. The gap before a percent sign is a no-break space.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

MISSING = "–"
GAP = "\u00a0"  # keeps "31.2 %" on one line
_SYMBOLS = {"CNY": "¥", "JPY": "¥", "USD": "$", "GBP": "£", "EUR": "€", "KRW": "₩", "INR": "₹", "HKD": "HK$"}
_MINUS = "−"


def is_missing(value: Any) -> bool:
    """Tell whether a single value is missing (None, NaN, NaT, NA).

    Examples
    --------
    >>> is_missing(float("nan")), is_missing(0)
    (True, False)

    Taught in: all
    """
    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def decimal(value: Any, places: int = 1) -> str:
    """Write a number with a fixed count of decimals and thousands separators.

    Examples
    --------
    >>> decimal(1234.56), decimal(float("nan")), decimal(-0.04)
    ('1,234.6', '–', '0.0')

    Taught in: all
    """
    if is_missing(value):
        return MISSING
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else f"{_MINUS}∞"
    text = f"{float(value):,.{places}f}"
    if text.startswith("-"):
        text = text[1:] if not text.strip("-0.,") else _MINUS + text[1:]
    return text


def count(value: Any) -> str:
    """Write a whole number with thousands separators.

    Examples
    --------
    >>> count(1234567)
    '1,234,567'

    Taught in: all
    """
    return decimal(value, 0)


def percent(value: Any, places: int = 1) -> str:
    """Write a share (0.312) as a percentage.

    Examples
    --------
    >>> percent(0.3124).replace("\u00a0", " ")
    '31.2 %'

    Taught in: all
    """
    return MISSING if is_missing(value) else f"{decimal(100 * value, places)}{GAP}%"


def points(value: Any, places: int = 1) -> str:
    """Write a difference of two shares with its sign, without a unit ("+2.4"; say percentage points beside).

    Examples
    --------
    >>> points(0.024), points(-0.01)
    ('+2.4', '−1.0')

    Taught in: all
    """
    if is_missing(value):
        return MISSING
    text = decimal(100 * value, places)
    return text if text.startswith(_MINUS) or not text.strip("0.") else f"+{text}"


def percent_interval(estimate: Any, low: Any, high: Any, places: int = 1) -> str:
    """Write a share with its interval.

    Examples
    --------
    >>> percent_interval(0.312, 0.289, 0.336).replace("\u00a0", " ")
    '31.2 % (28.9–33.6 %)'

    Taught in: all
    """
    if is_missing(low) or is_missing(high):
        return percent(estimate, places)
    edge = decimal(100 * low, places)
    return f"{percent(estimate, places)} ({edge}{_to(edge)}{percent(high, places)})"


def interval(estimate: Any, low: Any, high: Any, places: int = 1) -> str:
    """Write a plain number with its interval.

    Examples
    --------
    >>> interval(33.3, 24.96, 41.11), interval(-2, -4, 1, places=0)
    ('33.3 (25.0–41.1)', '−2 (−4 … 1)')

    Taught in: all
    """
    if is_missing(low) or is_missing(high):
        return decimal(estimate, places)
    edge = decimal(low, places)
    return f"{decimal(estimate, places)} ({edge}{_to(edge)}{decimal(high, places)})"


def _to(edge: str) -> str:
    # A dash between two minus signs is unreadable.
    return " … " if edge.startswith(_MINUS) else "–"


def money(value: Any, currency: str | None = None, places: int | None = None) -> str:
    """Write an amount with the sign of its currency.

    Parameters
    ----------
    value : float
        The amount.
    currency : str, optional
        ISO 4217 code; one without a sign of its own is written out; None writes no sign.
    places : int, optional
        Decimals; by default two below 100 and none from there on.

    Examples
    --------
    >>> money(1234.5, "CNY"), money(9.5, "GBP"), money(12, "CHF").replace("\u00a0", " "), money(-3, "USD")
    ('¥1,234', '£9.50', 'CHF 12.00', '−$3.00')

    Taught in: all
    """
    if is_missing(value):
        return MISSING
    if places is None:
        places = 2 if abs(value) < 100 else 0
    text = decimal(value, places)
    sign = _MINUS if text.startswith(_MINUS) else ""
    code = (currency or "").upper()
    mark = _SYMBOLS.get(code, f"{code}{GAP}" if code else "")
    return f"{sign}{mark}{text.removeprefix(_MINUS)}"


def money_interval(estimate: Any, low: Any, high: Any, currency: str | None = None) -> str:
    """Write an amount with its interval.

    Examples
    --------
    >>> money_interval(120, 110, 131.4, "CNY")
    '¥120 (¥110–¥131)'

    Taught in: all
    """
    if is_missing(low) or is_missing(high):
        return money(estimate, currency)
    edge = money(low, currency)
    return f"{money(estimate, currency)} ({edge}{_to(edge)}{money(high, currency)})"


def p_value(value: Any) -> str:
    """Write a p-value, never as zero.

    Examples
    --------
    >>> p_value(0.0312), p_value(1e-9)
    ('0.031', '< 0.001')

    Taught in: 06 Evaluation
    """
    if is_missing(value):
        return MISSING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def day(value: Any) -> str:
    """Write a date as 2026-05-31; a text that already is one stays.

    Examples
    --------
    >>> day(dt.date(2026, 5, 31))
    '2026-05-31'

    Taught in: all
    """
    if is_missing(value):
        return MISSING
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, dt.date) else str(pd.Timestamp(value).date())
