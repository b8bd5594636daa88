"""A finished table and the two ways it is written: HTML for notebooks and pages, aligned text elsewhere."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from html import escape
from typing import Any

_CSS = (
    ".cw-table{border-collapse:collapse;font-size:.9em;margin:.4em 0}"
    ".cw-table caption{text-align:left;font-weight:600;padding:.2em .8em}"
    ".cw-table th,.cw-table td{padding:.25em .8em;border-bottom:1px solid #d5dae1;text-align:right}"
    ".cw-table th{border-bottom:2px solid #8a919c;vertical-align:bottom}"
    ".cw-table .cw-text{text-align:left}.cw-table .cw-small td{color:#767d88}"
    ".cw-table tfoot td{border:0;text-align:left;color:#626a75;font-size:.9em}"
    "@media print{.cw-table tr{break-inside:avoid}}"
)


@dataclass(frozen=True)
class Table:
    """A table ready to be shown: as HTML in a notebook, as aligned text elsewhere.

    Attributes
    ----------
    headers : list of str
        Column headers.
    cells : list of list of str
        The rows shown, formatted.
    small : list of bool
        Which rows rest on fewer than 30.
    text : list of bool
        Which columns are words (aligned left).
    notes : list of str
        Lines below: rows left out, marks explained.
    caption : str, optional
        Line above.

    Taught in: all
    """

    headers: list[str]
    cells: list[list[str]]
    small: list[bool]
    text: list[bool]
    notes: list[str] = field(default_factory=list)
    caption: str | None = None

    def __repr__(self) -> str:
        lines = [self.headers, *self.cells]
        widths = [max(_width(line[i]) for line in lines) for i in range(len(self.headers))]
        written = ["  ".join(map(_pad, line, widths, self.text)).rstrip() for line in lines]
        return "\n".join([*([self.caption] if self.caption else []), *written, *self.notes])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self._html(), "text/plain": repr(self)}

    def _html(self) -> str:
        kinds = [' class="cw-text"' if words else "" for words in self.text]
        head = "".join(f"<th{k}>{_safe(t)}</th>" for k, t in zip(kinds, self.headers, strict=True))
        parts = [f'<style>{_CSS}</style>\n<table class="cw-table">']
        if self.caption:
            parts.append(f"<caption>{_safe(self.caption)}</caption>")
        parts.append(f"<thead><tr>{head}</tr></thead>\n<tbody>")
        for row, small in zip(self.cells, self.small, strict=True):
            body = "".join(f"<td{k}>{_safe(t)}</td>" for k, t in zip(kinds, row, strict=True))
            parts.append(f'<tr class="cw-small">{body}</tr>' if small else f"<tr>{body}</tr>")
        parts.append("</tbody>")
        if self.notes:
            lines = "<br>".join(_safe(note) for note in self.notes)
            parts.append(f'<tfoot><tr><td colspan="{len(self.headers)}">{lines}</td></tr></tfoot>')
        return "\n".join([*parts, "</table>"])


def _safe(text: str) -> str:
    # Two dollar signs in one cell would be read as a formula.
    return escape(text).replace("$", "<span>$</span>")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, left: bool) -> str:
    gap = " " * (width - _width(text))
    return text + gap if left else gap + text
