"""New ideas: the room that the data leave them, counted by hand, and what stays unsaid."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.community import Community
from helpers.models.options import IDEAS, weigh
from helpers.present import plots, readings


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    day = pd.Timestamp("2026-03-01 10:00")
    members = [f"m{n}" for n in range(40)]
    looks = pd.DataFrame({"member_id": members, "occurred_at": day, "event_type": "view"})
    talks = looks.head(10).assign(event_type="message")
    orders = pd.DataFrame(
        {
            "member_id": [name for name in members for _again in range(2)],
            "ordered_at": day,
            "amount": 30.0,
            "category": ["tea", "tea"] * 30 + ["tea", "ware"] * 10,
            "refunded": [30.0] * 4 + [0.0] * 76,
        }
    )
    orders["order_id"] = [f"o{n}" for n in range(len(orders))]
    orders["status"] = ["refunded"] * 4 + ["completed"] * 76
    campaigns = pd.DataFrame({"campaign_id": ["a", "b", "c", "d"], "starts_at": day})
    drawn = pd.DataFrame({"campaign_id": ["a"], "unit_id": ["m1"], "arm": ["control"]})
    events = pd.concat([looks, talks], ignore_index=True)
    return weigh(
        Community.open({"events": events, "orders": orders, "campaigns": campaigns, "assignments": drawn}),
        weeks={"big data": (1, 2)},
    ).set_index("option")


def test_shares_by_hand(table: pd.DataFrame) -> None:
    assert table.loc["big data", ["n", "count", "estimate", "weeks_high"]].tolist() == [4, 3, 0.75, 2]
    assert table.loc["VR and AR", ["n", "count"]].tolist() == [80, 4]
    assert table.loc["new forms of community", ["n", "count"]].tolist() == [40, 30]
    one = table.loc["partners of other trades"]  # two of the forty only had orders that came back whole
    assert (one["n"], one["count"]) == (38, 28)
    assert table["source"].str.len().gt(5).all() and set(table.index) == {idea.name for idea in IDEAS}


def test_what_the_tables_cannot_tell_is_said(table: pd.DataFrame) -> None:
    silent = table.loc[["personalisation", "chat assistant", "sharing among members"], "estimate"]
    assert silent.isna().all()
    result = table.reset_index()
    result.attrs = table.attrs
    assert "4 of 7" in plots.innovation_options(result).alt
    said = readings.innovation_options(result)
    assert "chat assistant" in said and "do not say" in said
    none = result.assign(estimate=float("nan"), low=float("nan"), high=float("nan"))
    none.attrs = table.attrs
    assert plots.innovation_options(none) and "too little" in readings.innovation_options(none)


def test_trends_are_drawn_and_said() -> None:
    months = pd.date_range("2026-01-01", periods=5, freq="MS")
    table = pd.DataFrame(
        {"trend": "live", "period": months, "n": 300, "estimate": 0.2, "low": 0.1, "high": 0.3}
    )
    table = table.assign(open_period=False, small=False)
    moved = pd.DataFrame(
        {
            "trend": ["live", "data-driven work", "short video"],
            "n": [300, 4, 300], "estimate": [0.2, 0.5, 0.3], "low": [0.1, 0.1, 0.2], "high": [0.3, 0.9, 0.4],
            "n_before": [280, 3, 280], "before": [0.1, 0.0, 0.3],
            "change": [0.1, 0.5, 0.0], "change_low": [0.05, 0.1, -0.1], "change_high": [0.15, 0.9, 0.1],
            "small": [False, True, False],
        }
    )  # fmt: skip
    for language, word in (("en", "clearly rise"), ("zh", "明显上升")):
        table.attrs = moved.attrs = {"about": {"language": language}}
        assert word in plots.field_shifts(table, changes=moved).alt
    moved.attrs = {"about": {"language": "en"}}
    table.attrs = moved.attrs
    said = readings.field_shifts(table, changes=moved)
    assert (
        "10.0 (5.0–15.0) points" in said and "Too few cases" in said and "standing still: short video" in said
    )
    assert plots.field_shifts(table.head(0), changes=moved)
    assert "too little" in readings.field_shifts(table, changes=moved.head(0))
