from __future__ import annotations

import pandas as pd
import pytest

from helpers.present import plots, readings


def _account(language: str = "en", rows: int = 3) -> pd.DataFrame:
    frame = pd.DataFrame(
        [("members", 100, 98, 2, 0), ("orders", 300, 240, 50, 10), ("orders", 100, 100, 0, 0)],
        columns=["table", "rows_in", "used", "set_aside", "excluded"],
    ).head(rows)
    frame.attrs["about"] = {"title": "T", "simulated": True, "as_of": "2026-05-31", "language": language}
    return frame


FINDINGS = pd.DataFrame(
    {
        "table": ["members", "orders", "orders"],
        "column": ["joined_at", "付款时间", "amount"],
        "severity": ["set_aside", "set_aside", "note"],
        "rows": [2, 50, 99],
    }
)


def test_figure_sums_the_files_of_a_table() -> None:
    picture = plots.data_quality(_account())
    assert picture.figure.texts[0].get_text() == "87.6\u00a0% of 500 rows are used"
    widths = [[bar.get_width() for bar in bars] for bars in picture.axes[0].containers]
    assert [sum(parts) for parts in zip(*widths, strict=True)] == pytest.approx([1, 1])
    assert widths[0] == pytest.approx([0.98, 0.85])
    assert "52 are set aside and 10 excluded" in picture.alt


def test_reading_accounts_for_every_row_and_names_what_to_mend() -> None:
    said = readings.data_quality(_account(), findings=FINDINGS)
    assert said == (
        "Of 500 rows read, 438 (87.6\u00a0%) are used, 52 are set aside and 10 excluded. "
        "Most of what is set aside is in orders, column 付款时间 (50 rows): mend that first."
    )


def test_reading_of_clean_data_asks_for_nothing() -> None:
    clean = _account().tail(1)
    assert readings.data_quality(clean, findings=FINDINGS.iloc[:0]).endswith("Nothing has to be mended.")


def test_both_speak_chinese() -> None:
    assert (
        plots.data_quality(_account("zh")).figure.texts[0].get_text() == "500 行数据中有 87.6\u00a0% 被采用"
    )
    assert readings.data_quality(_account("zh"), findings=FINDINGS).startswith("共读入 500 行")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_rows_is_said(language: str) -> None:
    empty = _account(language, rows=0)
    assert "n = 0" in readings.data_quality(empty)
    assert plots.data_quality(empty).png


def test_a_table_without_rows_is_drawn() -> None:
    account = _account()
    account.loc[0, ["rows_in", "used", "set_aside"]] = 0
    assert "no rows" in [text.get_text() for text in plots.data_quality(account).axes[0].texts]
