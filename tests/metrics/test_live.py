"""Live shows by minute, part and viewer, against slow counting and the simulator's truth."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.metrics import live, live_effect, live_parts, live_scores

START = pd.Timestamp("2026-01-05 20:00:00")
KINDS = ("live_enter", "live_leave", "comment", "click")
DEED = st.tuples(
    st.sampled_from(["a", "b", "c"]), st.sampled_from(KINDS), st.integers(0, 700), st.sampled_from(["p", "q"])
)


def _log(rows: list[tuple[str, str, int, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["member_id", "event_type", "second", "product_id"])
    frame["occurred_at"] = START + pd.to_timedelta(frame.pop("second"), unit="s")
    frame["product_id"] = frame["product_id"].where(frame["event_type"] == "click")
    return frame.assign(content_id="show")


def _rundown(*parts: tuple[int, int, str, str | None, str]) -> pd.DataFrame:
    frame = pd.DataFrame(parts, columns=["starts", "ends", "part", "product_id", "host"])
    frame["starts_at"] = START + pd.to_timedelta(frame.pop("starts"), unit="s")
    frame["ends_at"] = START + pd.to_timedelta(frame.pop("ends"), unit="s")
    return frame.assign(content_id="show")


PROGRAM = _rundown(
    (0, 100, "welcome", None, "x"), (100, 310, "product", "p", "x"), (310, 480, "product", "q", "y"),
    (480, 600, "closing", None, "y"),
)  # fmt: skip


def _present(rows: list[tuple[str, str, int, str]], end: int) -> set[tuple[str, int]]:
    """Return every member and second of being there, second by second."""
    there = set()
    for member in {row[0] for row in rows}:
        mine = sorted((s, kind) for who, kind, s, _p in rows if who == member and kind in KINDS[:2])
        for place, (second, kind) in enumerate(mine):
            if kind == "live_enter":
                until = mine[place + 1][0] if place + 1 < len(mine) else end
                there |= {(member, s) for s in range(second, min(until, end))}
    return there


@pytest.mark.once
@settings(max_examples=12, deadline=None)
@given(st.lists(DEED, min_size=1, max_size=14))
def test_minutes_and_parts_equal_counting_second_by_second(rows: list[tuple[str, str, int, str]]) -> None:
    rows = [("a", "live_enter", 0, "p"), *rows]
    shop = Community.open({"events": _log(rows), "rundown": PROGRAM})
    there = _present(rows, 600)
    panel = live.minutes(shop)
    assert panel["minute"].tolist() == list(range(10))
    for row in panel.itertuples():
        seconds = sum(60 * row.minute <= s < 60 * (row.minute + 1) for _who, s in there)
        assert row.present == pytest.approx(seconds / 60)
        clicks = [s for _w, kind, s, _p in rows if kind == "click" and s // 60 == row.minute and s < 600]
        assert row.clicks == len(clicks)
    parts = live_parts.parts(shop)
    for row, (start, end) in zip(
        parts.itertuples(), [(0, 100), (100, 310), (310, 480), (480, 600)], strict=True
    ):
        assert row.n == pytest.approx(sum(start <= s < end for _w, s in there) / 60)
        assert row.viewers == len({who for who, s in there if start <= s < end})
        said = [s for _w, kind, s, _p in rows if kind == "comment" and start <= s < end]
        assert row.comments == len(said)


def _orders(*rows: tuple[str, int, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["member_id", "second", "product_id", "amount"])
    frame["ordered_at"] = START + pd.to_timedelta(frame.pop("second"), unit="s")
    return frame.assign(order_id=[f"o{n}" for n in range(len(frame))])


def test_order_belongs_to_the_part_that_showed_its_product_last() -> None:
    log = _log([("a", "live_enter", 0, "p"), ("b", "live_enter", 5, "p"), ("b", "live_leave", 590, "p")])
    orders = _orders(
        ("a", 330, "p", 10), ("a", 340, "q", 10), ("b", 320, "z", 10), ("c", 330, "p", 10),
        ("a", 1100, "q", 5), ("b", 1300, "q", 5),
    )  # fmt: skip
    shop = Community.open({"events": log, "rundown": PROGRAM, "orders": orders})
    # c never came, and the last one is later than ten minutes after the end.
    assert live_parts.parts(shop)["orders"].tolist() == [0, 1, 3, 0]
    assert live.minutes(shop)["orders"].sum() == 4


def test_who_never_leaves_stays_to_the_end_and_late_comers_do_not_count() -> None:
    log = _log([("a", "live_enter", 60, "p"), ("b", "live_enter", 650, "p")])
    shop = Community.open({"events": log, "rundown": PROGRAM})
    panel = live.minutes(shop)
    assert panel["present"].sum() == 9 and panel["leaving"].tolist()[-1] == 1
    scores = live_scores.scorecard(shop)
    assert scores["viewers"].tolist() == [1] and pd.isna(scores["stay"][0])


def test_without_a_rundown_the_show_is_laid_out_from_events_alone() -> None:
    log = _log([("a", "live_enter", 0, "p"), ("b", "live_enter", 30, "p"), ("a", "live_leave", 120, "p")])
    shop = Community.open({"events": log})
    panel = live.minutes(shop)
    assert panel["present"].tolist() == [1.5, 2.0] and "part" not in panel
    assert live_scores.scorecard(shop)["viewers"].tolist() == [2]


def test_no_show_gives_empty_results() -> None:
    log = _log([("a", "comment", 0, "p")])
    shop = Community.open({"events": log, "orders": _orders(("a", 10, "p", 5.0))})
    assert live.minutes(shop).empty and live_scores.scorecard(shop).empty
    assert live_effect.added(live_effect.around(shop)).empty


def test_scorecard_counts_what_came_back_in_gmv_only() -> None:
    log = _log([("a", "live_enter", 0, "p"), ("b", "live_enter", 0, "p"), ("a", "click", 200, "p")])
    orders = _orders(("a", 210, "p", 30.0), ("b", 220, "p", 50.0)).assign(status=["paid", "refunded"])
    shop = Community.open({"events": log, "rundown": PROGRAM, "orders": orders})
    card = live_scores.scorecard(shop).iloc[0]
    assert (card["amount"], card["net"], card["bought"], card["clicked"]) == (80.0, 30.0, 1, 1)
    assert card["per_viewer"] == 15.0 and card["per_click"] == 1.0


def test_around_counts_orders_in_equal_windows() -> None:
    days = pd.DataFrame({"member_id": ["a", "b"], "event_type": "comment", "content_id": "post"})
    early = days.assign(occurred_at=START - pd.Timedelta(days=40))
    today = days.assign(occurred_at=START)
    log = pd.concat([early, today, _log([("a", "live_enter", 0, "p")])])
    orders = _orders(("a", 100, "p", 9.0), ("a", -9 * 86400, "p", 9.0), ("b", 14 * 86400, "p", 9.0))
    shop = Community.open({"events": log, "orders": orders}, as_of="2026-02-20")
    table = live_effect.around(shop).set_index("watched")
    assert table.loc[True, ["inside", "before", "after", "n"]].tolist() == [1, 1, 1, 1]
    assert table.loc[False, ["inside", "before", "after", "n"]].tolist() == [0, 0, 1, 1]


@pytest.fixture(scope="module")
def demo() -> Community:
    return Community.open("demo")


@pytest.mark.once
def test_demo_recovers_viewer_minutes_and_what_shows_add(demo: Community) -> None:
    found, truth = live_parts.parts(demo), demo.truth("show_parts")
    both = found.merge(truth, on=["content_id", "starts_at"])
    assert len(both) == len(truth)
    assert (both["n"] - both["minutes"]).abs().max() < 0.5
    assert abs(both["clicks"].sum() - both["expected_clicks"].sum()) < 4 * both["clicks"].sum() ** 0.5
    shows = demo.truth("shows")
    kept = 0.88 * (shows["orders"] - shows["pulled"]).sum() / shows["viewers"].sum() * 100
    added = live_effect.added(live_effect.around(demo)).set_index("comparison")
    assert added.loc["more than others", "low"] < kept < added.loc["more than others", "high"]
    assert added.loc["ordered in the show", "estimate"] > kept
