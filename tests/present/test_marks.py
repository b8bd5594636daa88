from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from helpers.present import marks, style
from helpers.present.language import translator


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-100, 100), max_size=8), st.floats(0.1, 10))
def test_labels_lie_apart_in_their_order(wanted: list[float], gap: float) -> None:
    placed = marks.apart(wanted, gap)
    order = np.argsort(np.asarray(wanted), kind="stable")
    assert (np.diff(placed[order]) >= gap - 1e-6).all()
    assert np.mean(placed) == pytest.approx(np.mean(wanted), abs=1e-6) if wanted else True


def test_labels_far_apart_stay_where_they_are() -> None:
    assert marks.apart([5, 1, 9], 2).tolist() == [5, 1, 9]


def test_line_ends_do_not_overlap() -> None:
    with style.canvas({}, title="t") as (figure, axes):
        axes.plot([0, 1], [0, 1])
        marks.label_ends(
            axes, [(1, 0.5, "one", "#f2b705"), (1, 0.51, "two", "#1b3a6b"), (1, float("nan"), "three", "k")]
        )
        figure.draw_without_rendering()
        one, two = (text.get_window_extent() for text in axes.texts)
    assert not one.overlaps(two)
    assert one.x1 <= figure.get_figwidth() * figure.dpi
    assert (
        np.dot(axes.texts[0].get_color(), (0.299, 0.587, 0.114))
        < 0.46
        < np.dot(to_rgb("#f2b705"), (0.3, 0.59, 0.11))
    )


def test_no_line_ends_no_labels() -> None:
    with style.canvas({}, title="t") as (_figure, axes):
        marks.label_ends(axes, [])
    assert not axes.texts


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", ["Dec\n2025", "Jan\n2026", "Feb"]), ("zh", ["12月\n2025", "1月\n2026", "2月"])],
)
def test_dates_name_the_month_and_the_year_once(language: str, expected: list[str]) -> None:
    with style.canvas({}, title="t") as (figure, axes):
        axes.plot(pd.to_datetime(["2025-12-01", "2026-02-01"]), [1, 2])
        marks.date_axis(axes, translator(language))
        write = axes.xaxis.get_major_formatter()
        days = [20423, 20454, 20485]  # 2025-12-01, 2026-01-01, 2026-02-01 as days since 1970
        assert write.format_ticks(days) == expected
        assert write.format_ticks([20430])[0] in ("8 Dec\n2025", "12月8日\n2025")
    style.picture(figure, {}, alt="a")


def test_axes_write_units() -> None:
    with style.canvas({}, title="t") as (_figure, axes):
        marks.percent_axis(axes)
        assert axes.yaxis.get_major_formatter()(0.25, 0) == "25\u00a0%"
        marks.money_axis(axes, "GBP", which="x")
        assert axes.xaxis.get_major_formatter()(1500, 0) == "£1,500"
        assert axes.xaxis.get_major_formatter()(0.5, 0) == "£0.50"
        marks.count_axis(axes)
        assert axes.yaxis.get_major_formatter()(12000, 0) == "12,000"


def test_heat_map_writes_readable_cells_and_leaves_gaps_white() -> None:
    values = pd.DataFrame([[1.0, np.nan], [0.6, 0.0]], index=["a", "b"], columns=["0", "1"])
    with style.canvas({}, title="t") as (_figure, axes):
        image = marks.heat_map(axes, values, low=0, high=1)
    said = {text.get_text(): text.get_color() for text in axes.texts}
    assert list(said) == ["100\u00a0%", "60\u00a0%", "0\u00a0%"]
    assert said["100\u00a0%"] == "white" and said["0\u00a0%"] != "white"
    assert np.ma.count_masked(image.get_array()) == 1


def test_heat_map_takes_its_own_words() -> None:
    values = pd.DataFrame([[1.0]])
    with style.canvas({}, title="t") as (_figure, axes):
        marks.heat_map(axes, values, text=pd.DataFrame([["$1$"]]))
    assert axes.texts[0].get_text() == "$1$"


def test_open_period_is_hatched_and_left_edge_dotted() -> None:
    with style.canvas({}, title="t") as (figure, axes):
        axes.plot([0, 10], [0, 1])
        marks.band(axes, [0, 10], [0, 0.5], [0.5, np.nan])
        marks.whiskers(axes, [0, 1], [0, 0], [1, 1])
        marks.mark_open(axes, 8, 10, label="unfinished")
        marks.mark_left_edge(axes, 2, label="left edge")
    assert any(patch.get_hatch() == "////" for patch in axes.patches)
    assert [text.get_text() for text in axes.texts] == ["unfinished", "left edge"]
    assert style.picture(figure, {}, alt="a").png
