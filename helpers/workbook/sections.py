"""What of a chapter is open to the eye: empty figures are left out, what says nothing is folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup
from nbformat import NotebookNode

NOTHING = Markup("")
_HEADING = re.compile(r"(<h[1-6]\b[^>]*>.*?</h[1-6]>)", re.S)
_READING = re.compile(r"<p>(.*?)</p>", re.S)
_NO_ROWS = re.compile(r"<tbody>\s*</tbody>")
_HAN, _LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]")
_FOREIGN = 3  # letters for every Chinese character from which a text is not Chinese


@dataclass(frozen=True)
class Cell:
    """One cell as a page shows it.

    Parameters
    ----------
    kind : str
        text, output, left-out or stopped; of a block also little or foreign.
    body : Markup
        What is shown.
    code : Markup
        Its code, which is folded.
    little : bool
        Whether all that it shows is that there is too little data.
    within : list of Cell
        What is folded into it.
    """

    kind: str
    body: Markup = NOTHING
    code: Markup = NOTHING
    little: bool = False
    within: list[Cell] = field(default_factory=list)


# outputs of one cell -----------------------------------------------------------------------------


def says_too_little(output: NotebookNode) -> bool:
    """Return whether an output only says that there is too little data.

    Taught in: all
    """
    told = output.get("metadata", {})
    return any(told.get(kind, {}).get("too_little", False) for kind in ("image/png", "text/markdown"))


def without_empty(outputs: Sequence[NotebookNode]) -> tuple[list[NotebookNode], bool]:
    """Leave empty figures and tables out where a sentence stands beside them.

    Parameters
    ----------
    outputs : sequence of NotebookNode
        The outputs of a code cell.

    Returns
    -------
    tuple of (list of NotebookNode, bool)
        What is left, and whether nothing of it says more than that there is too little.

    Taught in: all
    """
    seen = [output for output in outputs if output.output_type != "stream" or output.name == "stdout"]
    empty = [says_too_little(output) or _is_empty_table(output) for output in seen]
    said = any("text/markdown" in output.get("data", {}) for output in seen)
    kept = [
        output
        for output, nothing in zip(seen, empty, strict=True)
        if not (nothing and said) or "text/markdown" in output.data
    ]
    return kept, bool(seen) and all(empty)


def _is_empty_table(output: NotebookNode) -> bool:
    html = output.get("data", {}).get("text/html", "")
    return bool(_NO_ROWS.search(html if isinstance(html, str) else "".join(html)))


# cells of one chapter ----------------------------------------------------------------------------


def gathered(cells: Iterable[Cell]) -> list[Cell]:
    """Put code that shows nothing into one fold with the code that follows it, and leave out empty cells.

    Parameters
    ----------
    cells : iterable of Cell
        The cells of a chapter.

    Returns
    -------
    list of Cell
        Without rows that hold nothing but a folded import, except before a text.

    Examples
    --------
    >>> found = gathered([Cell("output", code=Markup("a")), Cell("output", Markup("1"), Markup("b"))])
    >>> [(str(cell.code), str(cell.body)) for cell in found]
    [('ab', '1')]

    Taught in: all
    """
    found: list[Cell] = []
    for cell in cells:
        if found and cell.code and found[-1].code and not found[-1].body:
            found[-1] = replace(cell, code=found[-1].code + cell.code)
        elif cell.body or cell.code:
            found.append(cell)
    return found


def arrange(cells: Iterable[Cell], language: str) -> list[Cell]:
    """Fold the sections that have too little data, and explanations in another language.

    Parameters
    ----------
    cells : iterable of Cell
        The cells of a chapter.
    language : {"en", "zh"}
        What the reader reads.

    Returns
    -------
    list of Cell
        A section of which every result says that there is too little data has become its heading, those
        sentences and a fold ("little"); text that is not in the language of the reader a fold ("foreign").

    Taught in: all
    """
    parts: list[list[Cell]] = [[]]
    for cell in cells:
        for piece in _pieces(cell):
            if piece.body.startswith(("<h1", "<h2")):
                parts.append([])
            parts[-1].append(piece)
    return [block for part in parts for block in _section(part, language)]


def _pieces(cell: Cell) -> list[Cell]:
    if cell.kind != "text":
        return [cell]
    found = [Markup(part.strip()) for part in _HEADING.split(str(cell.body))]
    return [Cell("text", part) for part in found if part]


def _section(part: list[Cell], language: str) -> list[Cell]:
    results = [cell for cell in part if cell.kind == "output" and cell.body]
    if not results or not all(cell.little for cell in results):
        return _without_foreign(part, language)
    body = _lines(text for cell in results for text in _READING.findall(str(cell.body)))
    headings = [cell for cell in part if cell.body.startswith(("<h1", "<h2"))]
    notes = [cell for cell in part if cell.kind in ("left-out", "stopped")]
    rest = [cell for cell in part if cell not in headings and cell not in notes]
    within = [Cell("output", code=cell.code) if cell.kind == "output" else cell for cell in rest]
    return [*headings, Cell("text", body), *notes, Cell("little", within=within)]


def _lines(texts: Iterable[str]) -> Markup:
    told = NOTHING.join(Markup("<p>{}</p>").format(Markup(text)) for text in dict.fromkeys(texts))
    return Markup('<div class="reading little">{}</div>').format(told) if told else NOTHING


def _without_foreign(part: list[Cell], language: str) -> list[Cell]:
    blocks: list[Cell] = []
    said: set[str] = set()
    for cell in part:
        texts = list(dict.fromkeys(_READING.findall(str(cell.body)))) if cell.kind == "output" else []
        if cell.little:  # the same again, of another figure of the section
            cell = replace(cell, body=_lines(text for text in texts if text not in said))
        said.update(texts)
        if cell.kind != "text" or not is_foreign(str(cell.body), language):
            blocks.append(cell)
        elif blocks and blocks[-1].kind == "foreign":
            blocks[-1].within.append(cell)
        else:
            blocks.append(Cell("foreign", within=[cell]))
    return blocks


def is_foreign(html: str, language: str) -> bool:
    """Return whether a text is in English where the reader reads Chinese.

    Examples
    --------
    >>> is_foreign("<p>Who comes back (回访)?</p>", "zh"), is_foreign("<p>QQ群里的成员</p>", "zh")
    (True, False)

    Taught in: all
    """
    if language != "zh" or _HEADING.match(html):
        return False
    text = re.sub(r"<code>.*?</code>|<[^>]+>", "", html, flags=re.S)
    letters = len(_LATIN.findall(text))
    return letters > 10 and letters > _FOREIGN * len(_HAN.findall(text))
