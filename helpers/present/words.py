"""The words around a figure: lines that wrap in either script, the foot, the tag of simulated data."""

from __future__ import annotations

import unicodedata
from typing import Any

from matplotlib import patheffects
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.present import numbers
from helpers.present.language import language_of, translator
from helpers.present.theme import COLOURS

MARGIN = 0.12  # inches between the words and the edge of the picture
TITLE, SUBTITLE, FOOT = 11.5, 9.2, 7.8  # points
_NEVER_FIRST = set("，。；：、！？）】》”’%,.;:!?)]")


def _pieces(text: str) -> list[str]:
    # Where a line may break: after a space, and around a Chinese character.
    pieces: list[str] = []
    for character in text:
        wide = unicodedata.east_asian_width(character) in "WF" and character not in _NEVER_FIRST
        after_wide = bool(pieces) and unicodedata.east_asian_width(pieces[-1][-1]) in "WF"
        fresh = not pieces or pieces[-1].endswith(" ") or wide or after_wide
        if fresh and character not in _NEVER_FIRST:
            pieces.append(character)
        elif pieces:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def wrap(figure: Figure, text: str, size: float, width: float, **font: Any) -> list[str]:
    """Break a text into the lines that fit into `width` inches at `size` points, in either script.

    Taught in: all
    """
    renderer = FigureCanvasAgg(figure).get_renderer()
    probe = Text(0, 0, "", fontsize=size, **font)
    probe.set_figure(figure)

    def inches(line: str) -> float:
        probe.set_text(line.rstrip())
        return float(probe.get_window_extent(renderer).width) / figure.dpi

    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and inches(line + piece) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece
        lines.append(line.rstrip())
    return [line for line in lines if line]


def _foot_text(about: dict[str, Any], n: int | None) -> str:
    _ = translator(about)
    parts = []
    if about.get("title"):
        parts.append(_("Source: {title}").format(title=about["title"]))
    n = n if n is not None else about.get("n")
    if n is not None:
        parts.append(f"n = {numbers.count(n)}")
    if about.get("as_of"):
        parts.append(_("as of {day}").format(day=numbers.day(about["as_of"])))
    return " · ".join(parts)


def block(figure: Figure, lines: list[str], top: float, size: float, **kwargs: Any) -> float:
    """Write lines downwards from `top` inches below the upper edge; give where the next block starts.

    Taught in: all
    """
    height = figure.get_figheight()
    for line in lines:
        figure.text(
            MARGIN / figure.get_figwidth(),
            1 - top / height,
            line,
            fontsize=size,
            ha="left",
            va="top",
            **kwargs,
        )
        top += size * 1.32 / 72
    return top


def _simulated_tag(figure: Figure, text: str, bottom: float) -> float:
    # A small outlined tag at the lower right; gives its width in inches.
    tag = figure.text(
        1 - (MARGIN + 0.05) / figure.get_figwidth(),
        bottom / figure.get_figheight(),
        text,
        fontsize=FOOT,
        ha="right",
        va="bottom",
        color=COLOURS["simulated"],
        bbox={"boxstyle": "round,pad=0.3", "facecolor": "#fff6dd", "edgecolor": "#e0b64a", "linewidth": 0.8},
    )
    renderer = FigureCanvasAgg(figure).get_renderer()
    return float(tag.get_window_extent(renderer).width) / figure.dpi + 0.25


def heavy(about: dict[str, Any]) -> dict[str, Any]:
    """Give the text properties of a title.

    Taught in: all
    """
    # The Chinese glyphs come in one weight: a thin outline makes them and the Latin beside them equally bold.
    if language_of(about) == "en":
        return {"fontweight": "bold"}
    return {"path_effects": [patheffects.withStroke(linewidth=0.7, foreground=COLOURS["ink"])]}


def foot(figure: Figure, about: dict[str, Any], n: int | None, inner: float) -> float:
    """Write source, n, as-of date and, where it applies, "simulated data"; give the height taken in inches.

    Taught in: all
    """
    _ = translator(about)
    taken = _simulated_tag(figure, _("simulated data"), MARGIN + 0.03) if about.get("simulated") else 0.0
    lines = wrap(figure, _foot_text(about, n), FOOT, inner - taken)
    tall = len(lines) * FOOT * 1.32 / 72
    if lines:
        block(figure, lines, figure.get_figheight() - MARGIN - tall, FOOT, color=COLOURS["grey"])
    return MARGIN + max(tall, 0.16 if taken else 0.0) + 0.08
