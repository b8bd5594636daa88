"""Pages stand alone, keep their alt texts, fold their code and run no foreign script."""

import re
from html.parser import HTMLParser

import pytest
from nbformat.v4 import new_output

from helpers.present.readings.base import Reading
from helpers.workbook.pages import Page, chapter, title_of
from tests.workbook.notebooks import code, notebook, text

ABOUT = {"title": "Little Kettle", "language": "en", "simulated": True, "as_of": "2026-05-31"}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


class Reader(HTMLParser):
    """Collect the tags of a page; every tag that opens must close."""

    VOID = ("meta", "link", "img", "br", "hr", "input")

    def __init__(self, page):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def output(**data):
    metadata = {"image/png": {"alt": "A line that rises", "width": 640}} if "image/png" in data else {}
    return new_output("display_data", data=data, metadata=metadata)


@pytest.fixture(scope="module")
def page():
    made = notebook(
        text("You will read a **retention** (留存) triangle and $S(t)$, for \\$5 or $6."),
        text("## Question & answer\nHow many <b>come back</b>?\n\n> **Trap**: do not guess."),
        code("plot()"),
        code("table()"),
        code("reading()"),
        text("### Detail"),
        code("print(1)"),
        text("[elsewhere](06_evaluation.ipynb)"),
    )
    made.cells[4].outputs = [output(**{"image/png": PIXEL, "text/plain": "A line that rises"})]
    made.cells[5].outputs = [output(**{"text/html": "<table><tr><td>=1+1</td></tr></table>"})]
    made.cells[6].outputs = [output(**{"text/markdown": "Kept *12* <script>alert(1)</script> of 20"})]
    made.cells[8].outputs = [
        new_output("stream", name="stdout", text="1 < 2"),
        new_output("stream", name="stderr", text="a warning"),
    ]
    pages = [Page("index.html", "Summary"), Page("one.html", "A chapter"), Page("two.html", "Next")]
    return chapter(made, about=ABOUT, pages=pages, file="one.html", warning="It stopped <here>")


def test_nothing_outside_is_asked_for(page):
    read = Reader(page)
    assert not read.open
    for tag, attributes in read.tags:
        for name in ("src", "href", "data", "action"):
            value = attributes.get(name) or ""
            assert not re.match(r"(https?:)?//", value), (tag, value)
    assert not re.search(r"url\((?!data:)|@import", page)
    assert "default-src 'none'" in read.all("meta")[2]["content"]


def test_only_the_pages_own_script_may_run(page):
    assert page.count("<script>") == 1
    assert "alert(1)" not in page.replace("&lt;script&gt;alert(1)&lt;/script&gt;", "")
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/=]{44}'", page)


def test_code_is_folded_and_figures_keep_their_alt_text(page):
    read = Reader(page)
    assert all("open" not in fold for fold in read.all("details"))
    assert len(read.all("details")) == 5
    pictures = {picture["alt"] for picture in read.all("img")}
    assert pictures == {"A line that rises", "S(t)"}
    assert [picture.get("width") for picture in read.all("img") if "png" in picture["src"]] == ["640"]


def test_contents_link_to_headings_in_order(page):
    read = Reader(page)
    anchors = [link["href"][1:] for link in read.all("a") if link["href"].startswith("#section")]
    headings = [tag["id"] for level in ("h2", "h3") for tag in read.all(level)]
    assert anchors == headings
    assert len(read.all("h1")) == 1


def test_pages_link_to_each_other(page):
    read = Reader(page)
    links = {link["href"]: link for link in read.all("a")}
    assert links["one.html"].get("aria-current") == "page"
    assert {"index.html", "two.html"} <= set(links)


def test_a_link_to_a_notebook_leads_to_its_page(page):
    assert any(link["href"] == "06_evaluation.html" for link in Reader(page).all("a"))


def test_simulated_data_is_said_and_the_warning_is_escaped(page):
    assert "Simulated data" in page
    assert "It stopped &lt;here&gt;" in page


def test_a_computed_sentence_keeps_its_form_and_loses_what_is_foreign(page):
    assert '<div class="reading"><p>Kept <em>12</em> &lt;script&gt;alert(1)&lt;/script&gt; of 20</p>' in page


def test_a_fenced_text_is_shown_without_its_frame():
    made = notebook(code("plan"))
    made.cells[-1].outputs = [output(**{"text/markdown": "```markdown\n# Ninety <b>days</b>\n```"})]
    shown = chapter(made, about=ABOUT)
    assert "highlight&quot;" not in shown
    assert "&lt;div" not in shown
    assert re.search(r"<pre>.*# Ninety &lt;b&gt;days", re.sub(r"</?span>", "", shown), re.S)


def test_code_without_a_result_makes_no_row_of_its_own():
    made = notebook(text("Text"), code("import a"), code("b = 1"), code("show(b)"), text("More"))
    made.cells[-2].outputs = [output(**{"text/markdown": "Shown"})]
    read = chapter(made, about=ABOUT)
    fold = read[read.index("Text</p>") : read.index("Shown")]
    assert fold.count("<details") == 1
    assert all(name in fold for name in ("import", "show"))


def test_warnings_of_libraries_are_not_shown(page):
    assert "1 &lt; 2" in page
    assert "a warning" not in page


def test_the_language_is_declared():
    made = chapter(notebook(text("## 留存")), about={**ABOUT, "language": "zh", "simulated": False})
    assert '<html lang="zh-CN">' in made
    assert "On this page" not in made
    assert "Simulated" not in made


def test_a_formula_that_cannot_be_set_stays_readable():
    made = chapter(notebook(text(r"Here $\nonsense{x}$ stands.")), about=ABOUT)
    assert r"<code>\nonsense{x}</code>" in made


def test_money_is_no_formula():
    made = chapter(notebook(text("It costs $5 and $6, or `$x$`.")), about=ABOUT)
    assert "It costs $5 and $6, or <code>$x$</code>." in made


def test_two_sums_in_a_computed_sentence_are_no_formula():
    sentence = Reading("It rose from $1,601 to $2,059.")._repr_markdown_()
    made_of = notebook(text("Money."), code("readings.x()"))
    made_of.cells[-1].outputs = [output(**{"text/markdown": sentence})]
    made = chapter(made_of, about=ABOUT)
    assert "It rose from <span>$</span>1,601 to <span>$</span>2,059." in made


def test_the_title_is_the_first_heading_without_marks():
    assert title_of(notebook(), "x") == "A chapter"
    bare = notebook()
    bare.cells = bare.cells[1:]
    assert title_of(bare, "x") == "x"
