"""The field's trends by month: shares by hand, and what the tables cannot show is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community
from helpers.community.errors import SettingsError
from helpers.metrics.field_trends import changes, monthly, sql

PLACES = ["wechat", "douyin", "forum"]


def _events(seed: int = 1, rows: int = 1500) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 120, rows), "D")
    return pd.DataFrame(
        {
            "member_id": [f"m{n}" for n in rng.integers(0, 60, rows)],
            "occurred_at": day + pd.to_timedelta(rng.integers(0, 86_000, rows), "s"),
            "event_type": rng.choice(["view", "message", "live_enter"], rows, p=[0.6, 0.35, 0.05]),
            "platform": rng.choice(PLACES, rows),
            "content_id": rng.choice(["film", "text"], rows),
        }
    )


def _open(events: pd.DataFrame) -> Community:
    contents = pd.DataFrame({"content_id": ["film", "text"], "format": ["short_video", "text"]})
    contents["published_at"] = pd.Timestamp("2026-01-01")
    campaigns = pd.DataFrame(
        {
            "campaign_id": ["a", "b", "c"],
            "starts_at": pd.to_datetime(["2026-01-05", "2026-01-09", "2026-04-02"]),
        }
    )
    drawn = pd.DataFrame(
        {"campaign_id": ["c", "c"], "unit_id": ["m1", "m2"], "arm": ["control", "treatment"]}
    )
    tables = {"events": events, "contents": contents, "campaigns": campaigns, "assignments": drawn}
    return Community.open(tables)


def _by_hand(events: pd.DataFrame, trend: str) -> pd.Series:
    month = events["occurred_at"].dt.to_period("M").dt.to_timestamp().rename("period")
    day = events["occurred_at"].dt.date.rename("day")
    if trend == "private traffic":
        days = events.assign(day=day, period=month).drop_duplicates(["member_id", "day", "platform"])
        return days["platform"].isin(["wechat", "forum"]).groupby(days["period"]).mean()
    if trend == "short video":
        views = events[events["event_type"] == "view"]
        return views["content_id"].eq("film").groupby(month[views.index]).mean()
    by = [month, events["member_id"]]
    if trend == "live":
        return events["event_type"].eq("live_enter").groupby(by).any().groupby("period").mean()
    return events["platform"].groupby(by).nunique().gt(1).groupby("period").mean()


@pytest.mark.parametrize("trend", ["private traffic", "short video", "live", "several places"])
def test_shares_agree_with_pandas(trend: str) -> None:
    events = _events()
    table = monthly(_open(events)).query("trend == @trend").set_index("period")
    wanted = _by_hand(events, trend)
    assert np.allclose(table["estimate"], wanted.reindex(table.index))
    assert (table["low"] <= table["estimate"]).all() and (table["estimate"] <= table["high"]).all()


def test_campaigns_with_a_control_and_the_change() -> None:
    made = _open(_events())
    table = monthly(made).query("trend == 'data-driven work'").set_index("period")
    assert table["estimate"].tolist() == [0.0, 1.0] and table["small"].all()
    moved = changes(made, days=40).set_index("trend")
    assert moved.at["data-driven work", "change"] == 1.0 and moved.at["data-driven work", "small"]
    quiet = moved.drop(index="data-driven work")
    assert ((quiet["change_low"] < 0) & (quiet["change_high"] > 0)).all()
    assert monthly(made, own=PLACES).query("trend == 'private traffic'")["estimate"].eq(1).all()


def test_a_planted_rise_is_found() -> None:
    events = _events(rows=4000)
    late = (events["occurred_at"] >= "2026-03-15") & (np.arange(len(events)) % 2 == 0)
    events.loc[late, "content_id"] = "film"
    row = changes(_open(events), days=40).set_index("trend").loc["short video"]
    assert row["change_low"] > 0 and row["change_low"] < 0.25 < row["change_high"] + 0.05


def test_what_the_tables_cannot_show_is_left_out() -> None:
    orders = pd.DataFrame(
        {"order_id": ["1"], "member_id": ["a"], "ordered_at": ["2026-05-01"], "amount": [9.5]}
    )
    made = Community.open({"orders": orders})
    assert monthly(made).empty and changes(made).empty
    with pytest.raises(SettingsError, match="weather"):
        sql(made, "weather")
