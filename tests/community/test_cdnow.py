"""The bundled settings of CDNOW open the file that the lifetimes wheel carries, row for row."""

from __future__ import annotations

import datetime as dt
import importlib.util

import pytest

from helpers.community import Community


@pytest.fixture(scope="module")
def cdnow() -> Community:
    if importlib.util.find_spec("lifetimes") is None:
        pytest.skip("the lifetimes wheel, which carries the CDNOW sample, is not installed")
    return Community.open("cdnow")


def test_every_row_is_used_or_lies_after_the_last_day(cdnow: Community) -> None:
    account = cdnow.quality().iloc[0]
    assert (account["table"], account["file"]) == ("orders", "CDNOW_sample.txt")
    assert (account["rows_in"], account["used"], account["set_aside"], account["excluded"]) == (
        6919,
        4960,
        0,
        1959,
    )


def test_the_span_and_the_customers_are_the_published_ones(cdnow: Community) -> None:
    # Fader & Hardie (2001): 2,357 customers, first purchases January to March 1997, calibrated on 39 weeks.
    assert (cdnow.as_of, cdnow.first_day) == (dt.date(1997, 9, 30), dt.date(1997, 1, 1))
    assert (cdnow.basis, cdnow.currency, cdnow.simulated) == ("orders", "USD", False)
    seen = cdnow.query(
        "select count(*) as orders, count(distinct member_id) as customers, sum(net) as net, "
        "cast(min(day) as varchar) as first, cast(max(day) as varchar) as last from orders"
    ).iloc[0]
    assert (seen["orders"], seen["customers"], float(seen["net"])) == (4960, 2357, 173115.55)
    assert (seen["first"], seen["last"]) == ("1997-01-01", "1997-09-30")


def test_with_the_whole_file_every_row_is_used() -> None:
    if importlib.util.find_spec("lifetimes") is None:
        pytest.skip("the lifetimes wheel, which carries the CDNOW sample, is not installed")
    community = Community.open("cdnow", as_of="1998-06-30")
    account = community.quality().iloc[0]
    assert (account["rows_in"], account["used"]) == (6919, 6919)
    assert community.query("select count(distinct member_id) as n from orders")["n"].tolist() == [2357]
    assert set(community.findings()["rule"]) == {"amount zero"}
