"""Pages that stand alone: a notebook or a summary as one HTML file that asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from nbformat import NotebookNode

from helpers.present.language import language_of, translator
from helpers.workbook import sections
from helpers.workbook.sections import Cell

TEMPLATES = Path(__file__).parent / "templates"
_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.S)
_MATHS = re.compile(r"(?<![\\\w$])\$(?=[^\s$])([^$<>\n]*?[^\s$<>\\])\$(?![\w$])")
_NOTEBOOK_LINK = re.compile(r'href="(?:\./)?([\w-]+)\.ipynb(?:#[^"]*)?"')
_FENCED = re.compile(r'<div class="highlight">(<pre>.*?</pre>)\s*</div>', re.S)
# What a computed sentence may be made of; anything else in it came from the data and is shown as typed.
_TAGS = {"p", "em", "strong", "span", "code", "pre", "br", "ul", "ol", "li", "blockquote", "del"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
_HTML_LANGUAGES = {"en": "en", "zh": "zh-CN"}


@dataclass(frozen=True)
class Page:
    """A page that others link to.

    Parameters
    ----------
    file : str
        Its file name.
    title : str
        Its title.
    """

    file: str
    title: str


@dataclass(frozen=True)
class _Heading:
    level: int
    anchor: str
    text: str


def title_of(notebook: NotebookNode, fallback: str) -> str:
    """Return the first heading of a notebook, without its mark-up.

    Taught in: all
    """
    for cell in notebook.cells:
        found = re.search(r"^#\s+(.+)$", cell.source, re.M) if cell.cell_type == "markdown" else None
        if found:
            return re.sub(r"[*_`]", "", found.group(1)).strip()
    return fallback


def chapter(
    notebook: NotebookNode,
    *,
    about: Mapping[str, Any],
    pages: Sequence[Page] = (),
    file: str = "",
    warning: str = "",
) -> str:
    """Write an executed notebook as one page.

    Parameters
    ----------
    notebook : NotebookNode
        As it ran.
    about : dict
        The community's description: title, language, simulated, as_of.
    pages : sequence of Page, default ()
        All pages of the report in order, for the links at its top and end.
    file : str, default ""
        File name of this page among them.
    warning : str, default ""
        A line at the top, for a notebook that stopped.

    Returns
    -------
    str
        HTML with styles, script and pictures inside; code is folded, a table of contents stands
        beside the text, and it prints without either.

    Taught in: all
    """
    headings: list[_Heading] = []
    cells = [_cell(cell, headings) for cell in notebook.cells]
    blocks = sections.arrange(sections.gathered(cells), language_of(about))
    place = next((number for number, page in enumerate(pages) if page.file == file), None)
    return render(
        "chapter.html.j2",
        about=about,
        title=title_of(notebook, file),
        blocks=blocks,
        foreign=any(block.kind == "foreign" for block in blocks),
        contents=[heading for heading in headings if heading.level in (2, 3)],
        pages=pages,
        here=file,
        before=pages[place - 1] if place else None,
        after=pages[place + 1] if place is not None and place + 1 < len(pages) else None,
        warning=warning,
    )


def render(template: str, *, about: Mapping[str, Any], **values: Any) -> str:
    """Fill one of the templates in the language of the community.

    Parameters
    ----------
    template : str
        File name under `templates`.
    about : dict
        The community's description.
    **values
        What the template shows.

    Returns
    -------
    str
        HTML.

    Taught in: all
    """
    language = str(about.get("language", "en"))
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template(template)
        .render(
            _=translator(language),
            html_language=_HTML_LANGUAGES.get(language, "en"),
            about=about,
            style=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8") + _code_style()),
            script=Markup(script),
            script_digest=digest,  # the only script that the page may run is its own
            **values,
        )
    )


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(TEMPLATES, encoding="utf-8")
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


@cache
def _code_style() -> str:
    from pygments.formatters import HtmlFormatter

    return str(HtmlFormatter(style="default").get_style_defs(".source"))


def _cell(cell: NotebookNode, headings: list[_Heading]) -> Cell:
    tags = cell.metadata.get("tags", [])
    kind = next((tag for tag in ("left-out", "stopped") if tag in tags), "text")
    if cell.cell_type == "markdown":
        return Cell(kind, Markup(_anchored(_markdown(cell.source), headings)))
    if cell.cell_type != "code":
        return Cell("text")
    outputs, little = sections.without_empty(cell.outputs)
    shown = [part for part in (_output(output) for output in outputs) if part]
    return Cell("output", Markup("\n").join(shown), Markup(_code(cell.source)), little and bool(shown))


def _markdown(text: str, *, trusted: bool = True) -> str:
    import bleach
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    html = str(MarkdownWithMath(renderer=renderer).render(text))
    html = (
        _NOTEBOOK_LINK.sub(r'href="\1.html"', html)
        if trusted
        else str(bleach.clean(_FENCED.sub(r"\1", html), tags=_TAGS, attributes={}, strip=False))
    )
    parts = re.split(r"(<(?:code|pre)\b.*?</(?:code|pre)>)", html, flags=re.S)
    return "".join(part if number % 2 else _MATHS.sub(_formula, part) for number, part in enumerate(parts))


def _formula(found: re.Match[str]) -> str:
    """Draw a formula as a picture, because no script that sets mathematics comes along."""
    import io

    from matplotlib.mathtext import math_to_image

    source = unescape(found.group(1))
    drawn = io.BytesIO()
    try:
        depth = math_to_image(f"${source}$", drawn, format="svg", color="#22262b")
    except ValueError:  # what it cannot set stays readable as it was typed
        return f"<code>{found.group(1)}</code>"
    data = base64.b64encode(drawn.getvalue()).decode()
    picture = Markup('<img alt="{}" style="vertical-align: -{}pt" src="data:image/svg+xml;base64,{}">')
    return str(picture.format(source, round(float(depth), 1), data))


def _anchored(html: str, headings: list[_Heading]) -> str:
    def anchor(found: re.Match[str]) -> str:
        level, inner = int(found.group(1)), found.group(2)
        text = unescape(re.sub(r"<[^>]+>", "", inner)).strip()
        name = f"section-{len(headings) + 1}"
        headings.append(_Heading(level, name, text))
        return f'<h{level} id="{name}">{inner}</h{level}>'

    return _HEADING.sub(anchor, html)


def _code(source: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return str(highlight(source, PythonLexer(), HtmlFormatter(cssclass="source"))) if source.strip() else ""


def _output(output: NotebookNode) -> Markup | None:
    if output.output_type == "error":
        return Markup('<p class="failure" role="alert">{}</p>').format(output.evalue)
    if output.output_type == "stream":
        return Markup("<pre>{}</pre>").format(output.text) if output.name == "stdout" else None
    data = output.data
    if "image/png" in data and sections.says_too_little(output):
        return Markup('<div class="reading little"><p>{}</p></div>').format(
            output.metadata["image/png"].get("alt") or _joined(data.get("text/plain", ""))
        )
    if "image/png" in data:
        return _picture(output)
    if "text/html" in data:
        return Markup('<div class="table">{}</div>').format(Markup(_joined(data["text/html"])))
    if "text/markdown" in data:
        text = _markdown(_joined(data["text/markdown"]), trusted=False)
        return Markup('<div class="reading">{}</div>').format(Markup(text))
    return Markup("<pre>{}</pre>").format(_joined(data["text/plain"])) if "text/plain" in data else None


def _picture(output: NotebookNode) -> Markup:
    known = output.metadata.get("image/png", {})
    alt = known.get("alt") or _joined(output.data.get("text/plain", ""))
    size = Markup(' width="{}"').format(known["width"]) if "width" in known else ""
    picture = Markup('<figure><img alt="{}"{} src="data:image/png;base64,{}"></figure>')
    return picture.format(alt, size, _joined(output.data["image/png"]).replace("\n", ""))


def picture(drawn: Any) -> Markup:
    """Write a figure as an image within the page, with its description.

    Taught in: all
    """
    data, about = drawn._repr_mimebundle_()
    return _picture(NotebookNode(data=data, metadata=about))


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
