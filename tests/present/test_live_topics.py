"""Figures and sentences about live shows: what they claim, and what they say without data."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.metrics import live_parts
from helpers.models import live_hosts, live_products
from helpers.present import plots, readings

ABOUT = {"language": "en", "simulated": True, "title": "Tea", "as_of": "2026-05-31", "currency": "CNY"}


def _table() -> pd.DataFrame:
    rows = []
    for show in range(6):
        for place, product in enumerate(("a", "b", "c", "d")):
            host = "x" if (place + show) % 2 else "y"
            orders = 12 if product == "a" else 3
            rows.append((f"s{show}", "product", product, host, 600.0, 5, 60, 14, orders))
        rows.append((f"s{show}", "lottery", None, "x", 200.0, 40, 0, 0, 0))
    columns = ["content_id", "part", "product_id", "host", "n", "comments", "clicks", "carts", "orders"]
    frame = pd.DataFrame(rows, columns=columns)
    frame.attrs["about"] = dict(ABOUT)
    return frame


def _panel() -> pd.DataFrame:
    minutes = range(30)
    frame = pd.DataFrame(
        {
            "content_id": "s",
            "minute": minutes,
            "at": pd.Timestamp("2026-01-05 20:00") + pd.to_timedelta([60 * m for m in minutes], unit="s"),
            "present": [10.0 + (20 if 10 <= m < 15 else 0) for m in minutes],
            "entering": [1] * 30,
            "leaving": [1] * 30,
            "comments": 1,
            "clicks": [0 if 10 <= m < 15 else 2 for m in minutes],
            "carts": 0,
            "orders": [1 if m > 20 else 0 for m in minutes],
            "part": ["lottery" if 10 <= m < 15 else "product" for m in minutes],
            "product_id": [None if 10 <= m < 15 else "a" for m in minutes],
        }
    )
    frame.attrs["about"] = dict(ABOUT)
    return frame


def test_minutes_name_the_fullest_part() -> None:
    picture, said = plots.show_minutes(_panel()), readings.show_minutes(_panel())
    assert "lottery" in picture.alt and len(picture.axes) == 2
    assert "minute 11 with 30" in said


def test_parts_tell_talk_from_orders() -> None:
    rates = live_parts.rates(_table())
    assert "“lottery”" in plots.show_parts(rates).alt and "“product”" in readings.show_parts(rates)


def test_matrix_and_hosts_say_what_is_sure() -> None:
    products = live_products.selection(_table(), margin=pd.Series({"a": 10.0, "b": 5.0, "c": 5.0, "d": 5.0}))
    assert products["product_id"][0] == "a"
    assert "a earns most" in plots.product_matrix(products).alt
    assert "chance" in readings.product_matrix(products)
    hosts = live_hosts.host_effect(_table())
    assert "As it stands" in plots.host_comparison(hosts).alt and readings.host_comparison(hosts)


@pytest.mark.parametrize(
    "name", ["show_minutes", "show_parts", "product_matrix", "host_comparison", "show_effect"]
)
def test_nothing_to_say_is_said_in_both_languages(name: str) -> None:
    for language in ("en", "zh"):
        empty = pd.DataFrame({"orders": [], "content_id": [], "possible": []})
        empty.attrs["about"] = ABOUT | {"language": language}
        assert getattr(plots, name)(empty).png and getattr(readings, name)(empty)
