from __future__ import annotations

import pytest
from IPython.core.formatters import DisplayFormatter
from nbconvert.filters import markdown2html_mistune

from helpers.present.language import translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little

ROW = {"estimate": 0.312, "low": 0.289, "high": 0.336, "n": 1234}


def test_rate_is_said_with_interval_and_count() -> None:
    assert rate_phrase(translator("en"), ROW) == "31.2\u00a0% (28.9–33.6\u00a0%, n = 1,234)"
    assert rate_phrase(translator("zh"), ROW) == "31.2\u00a0%（28.9–33.6\u00a0%，n = 1,234）"


def test_rate_without_interval() -> None:
    row = {"estimate": float("nan"), "low": float("nan"), "high": float("nan"), "n": 0}
    assert rate_phrase(translator("en"), row) == "– (–, n = 0)"


def test_too_little_is_said_in_both_languages() -> None:
    assert "n = 3" in too_little(translator("en"), "retention", 3)
    assert too_little(translator("zh"), "留存", 3) == "数据太少，无法就留存下结论（n = 3）。"


def test_reading_is_text() -> None:
    said = reading(translator("en"), ["One.", "", "Two."])
    assert isinstance(said, Reading) and said == "One. Two."


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "**bold** _it_ `code` [link](https://example.org) ![i](x)",
        "# no heading",
        "- no list",
        "1. no list",
        "a | b ~~c~~ &amp; d",
    ],
)
def test_markup_in_a_reading_is_shown_as_typed(text: str) -> None:
    html = str(markdown2html_mistune(Reading(text)._repr_markdown_()))
    for tag in ("<script", "<img", "<strong", "<em", "<code", "<a ", "<h1", "<ul", "<ol", "<del"):
        assert tag not in html


def test_a_notebook_shows_it_as_markdown() -> None:
    data, _metadata = DisplayFormatter().format(Reading("Half *of* them"))
    assert data["text/markdown"] == r"Half \*of\* them"


def test_two_dollar_amounts_are_no_formula() -> None:
    shown = Reading("From $5 to $10")._repr_markdown_()
    assert "$" not in shown and shown.count("<span>&#36;</span>") == 2
