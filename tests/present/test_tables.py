from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.present import tables


def _rates(**about) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "source": ["ad", "wechat", "<script>alert(1)</script>"],
            "n": [1200, 20, 400],
            "estimate": [0.25, 0.1, np.nan],
            "low": [0.2, 0.05, np.nan],
            "high": [0.3, 0.15, np.nan],
            "small": [False, True, False],
            "open_period": [False, False, True],
        }
    )
    frame.attrs["about"] = about
    return frame


def _html(table: tables.Table) -> str:
    return table._repr_mimebundle_()["text/html"]


def test_estimate_and_interval_are_one_column() -> None:
    table = tables.show(_rates())
    assert table.headers == ["source", "n", "estimate (95 % interval)"]
    assert table.cells[0] == ["advertising", "1,200", "25.0\u00a0% (20.0–30.0)"]
    assert table.cells[2][2] == "–"


def test_other_triples_fold_as_well() -> None:
    frame = pd.DataFrame({"lift": [2.0], "lift_low": [1.5], "lift_high": [2.5]})
    assert tables.show(frame).cells == [["2.0 (1.5–2.5)"]]


def test_cells_are_shown_as_text() -> None:
    html = _html(tables.show(_rates(), caption="<b>"))
    assert "<script" not in html and "&lt;script&gt;" in html and "&lt;b&gt;" in html


def test_dollars_make_no_formula() -> None:
    frame = pd.DataFrame({"revenue": [100.0], "revenue_low": [90.0], "revenue_high": [120.0]})
    table = tables.show(frame, about={"currency": "USD"})
    assert table.cells == [["$100 ($90.00–$120)"]]
    assert "$90" not in _html(table)


def test_flags_become_marks_with_a_key() -> None:
    table = tables.show(_rates())
    assert [row[0] for row in table.cells][:2] == ["advertising", "WeChat *"]
    assert table.cells[2][0].endswith(" †")
    assert table.notes == ["† period not finished", "* n < 30: read with care"]
    assert _html(table).count('class="cw-small"') == 1


def test_long_tables_say_what_is_left_out() -> None:
    table = tables.show(pd.DataFrame({"n": range(54)}))
    assert len(table.cells) == 12
    assert table.notes == ["… and 42 more rows"]


def test_headers_values_and_notes_are_chinese() -> None:
    table = tables.show(_rates(language="zh"), rows=2)
    assert table.headers == ["来源", "n", "估计值（95 % 区间）"]
    assert [row[0] for row in table.cells] == ["广告", "微信 *"]
    assert table.notes[0] == "……另有 1 行"


def test_unit_of_the_estimate_comes_from_the_result() -> None:
    assert tables.show(_rates(unit="money", currency="GBP")).cells[0][2] == "£0.25 (£0.20–£0.30)"
    assert tables.show(_rates(unit="days")).headers[2] == "estimate (95 % interval), days"
    assert tables.show(_rates(unit="score")).cells[0][2] == "0.2 (0.2–0.3)"


def test_kinds_of_columns_are_told_apart() -> None:
    frame = pd.DataFrame(
        {
            "member_id": ["a_b"],
            "state": ["at_risk"],
            "active_share": [0.5],
            "net": [1500.0],
            "since": pd.to_datetime(["2026-05-01"]),
            "p_value": [1e-9],
            "listed": [True],
            "score": [4.25],
        }
    )
    table = tables.show(frame, about={"currency": "CNY"})
    assert table.cells == [["a_b", "at risk", "50.0\u00a0%", "¥1,500", "2026-05-01", "< 0.001", "yes", "4.2"]]


def test_units_and_columns_can_be_chosen() -> None:
    table = tables.show(pd.DataFrame({"a": [0.5], "b": [1]}), columns=["b", "a"], units={"a": "share"})
    assert table.cells == [["1", "50.0\u00a0%"]]


def test_unknown_unit_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'feet' is not a unit\. Take one of share, money"):
        tables.show(pd.DataFrame({"a": [1]}), units={"a": "feet"})


def test_named_index_is_a_column() -> None:
    frame = pd.DataFrame({"n": [3]}, index=pd.Index(["ad"], name="source"))
    assert tables.show(frame).headers == ["source", "n"]


def test_empty_results_keep_their_headers() -> None:
    table = tables.show(_rates().iloc[:0])
    assert table.headers[0] == "source" and table.cells == []
    assert repr(table) == "source  n  estimate (95 % interval)\nno rows"


def test_text_is_aligned_for_wide_characters() -> None:
    lines = repr(tables.show(pd.DataFrame({"source": ["搜索", "mail"], "n": [1, 1200]}))).splitlines()
    assert lines == ["source      n", "搜索        1", "mail    1,200"]


def test_showing_changes_nothing() -> None:
    frame = _rates()
    before = frame.copy()
    tables.show(frame)
    pd.testing.assert_frame_equal(frame, before)
