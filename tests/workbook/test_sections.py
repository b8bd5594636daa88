"""A reader sees what the data say: empty figures are left out, empty sections and foreign prose folded."""

import re
from html import unescape
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_output

from helpers.present import style, tables
from helpers.present.language import heading, translator
from helpers.present.readings.base import Reading, too_little
from helpers.workbook.edition import LESSON_TAGS, tags
from helpers.workbook.pages import chapter
from helpers.workbook.run import ROOT
from tests.workbook.notebooks import code, notebook, text

ABOUT = {"title": "Tea", "language": "en", "simulated": False, "as_of": "2026-05-31"}


def shown(*things):
    """Give the outputs of a cell that displays these."""
    cell = code("show()")
    for thing in things:
        if isinstance(thing, Reading):
            found = thing._repr_markdown_()
            words, told = found if isinstance(found, tuple) else (found, {})
            data, about = {"text/markdown": words, "text/plain": repr(thing)}, {"text/markdown": told}
        else:
            found = thing._repr_mimebundle_()
            data, about = found if isinstance(found, tuple) else (found, {})
        cell.outputs.append(new_output("display_data", data=data, metadata=about))
    return cell


@pytest.fixture(scope="module")
def empty():
    return style.too_little(ABOUT, n=3)


def little(what):
    return too_little(lambda message: message, what, 3)


def open_text(page):
    """Return what can be read without opening a fold."""
    main = page[page.index("<main") :]
    while "<details" in main:
        main = re.sub(r"<details(?:(?!<details).)*?</details>", "", main, flags=re.S)
    return unescape(re.sub(r"<[^>]+>", " ", main))


def test_an_empty_figure_beside_a_sentence_is_left_out(empty):
    no_rows = tables.show(pd.DataFrame({"n": []}), about=ABOUT)
    page = chapter(
        notebook(text("## One"), shown(empty, no_rows, little("visits")), shown(Reading("Ten came."))),
        about=ABOUT,
    )
    assert "<img" not in page
    assert "no rows" not in page
    assert "too little data to say anything about visits" in open_text(page)
    assert "Ten came." in open_text(page)


def test_an_empty_figure_alone_is_a_line(empty):
    page = chapter(notebook(text("## One"), shown(empty), shown(Reading("Ten came."))), about=ABOUT)
    assert "<img" not in page
    assert "Too little data for this figure" in open_text(page)


def test_a_section_without_data_is_folded_and_says_each_thing_once(empty):
    made = notebook(
        text("## Visits\nWhat a visit is."),
        shown(empty, little("visits")),
        text("How to read it."),
        shown(little("visits")),
        shown(little("returns")),
        text("## Orders"),
        text("What an order is."),
        shown(Reading("Ten bought.")),
        shown(little("baskets")),
        shown(empty, little("baskets"), empty, little("baskets")),
    )
    page = chapter(made, about=ABOUT)
    read = open_text(page)
    for words in ("Visits", "Orders", "What an order is.", "Ten bought."):
        assert words in read
    for what in ("visits", "returns", "baskets"):
        assert read.count(f"about {what}") == 1
    assert "What a visit is." not in read
    assert "How to read it." not in read
    assert "How to read it." in page  # nothing is lost


def test_english_explanations_are_folded_for_a_reader_of_chinese():
    made = notebook(
        text("## 2 · 谁在活跃？\nA member is active (活跃) on a day with a trace of her."),
        shown(Reading("QQ 群里有 18 人活跃。")),
        text("> **已省略**：`events` (occurred_at)", "left-out"),
    )
    about = {**ABOUT, "language": "zh"}
    read = open_text(chapter(made, about=about))
    assert "谁在活跃" in read
    assert "18 人活跃" in read
    assert "已省略" in read
    assert "trace of her" not in read
    assert "讲解目前只有英文" in read
    assert "trace of her" in open_text(chapter(made, about=ABOUT))


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks" / "en").glob("*.ipynb")), ids=lambda p: p.stem)
def test_every_heading_of_a_report_is_there_in_chinese(path: Path):
    _ = translator("zh")
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown" and not tags(cell) & LESSON_TAGS:
            for words in re.findall(r"^#{1,6}\s+(.+)$", cell.source, re.M):
                assert heading(_, words) != words, words
