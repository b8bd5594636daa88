"""One look for every figure: colours by role, a title that is the finding, a foot that says where it is from.

`canvas` opens a figure with its frame of words, `picture` closes it and gives what a notebook shows. Nothing
global is touched: every setting lives inside an `rc_context`, and figures are made without pyplot.
"""

from __future__ import annotations

import base64
import dataclasses
import io
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager, patheffects
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from helpers.present import numbers
from helpers.present.language import about_of, language_of, translator

FONT = Path(__file__).parent / "fonts" / "WorkbookSansSC-Regular.otf"
DPI = 130
MARGIN = 0.12  # inches between the words and the edge of the picture

COLOURS: dict[str, str] = {
    "positive": "#0f7b6c",
    "negative": "#c2410c",
    "neutral": "#8a919c",
    "highlight": "#1b5faa",
    "muted": "#d5dae1",
    "ink": "#22262b",
    "grey": "#626a75",
    "simulated": "#8a5a00",
}
# From dark to light, so that the five stay apart in grey print and for colour-blind readers.
SERIES: tuple[str, ...] = ("#1b3a6b", "#c2410c", "#0f9d8a", "#56b4e9", "#f2b705")

_THEME: dict[str, Any] = {
    "font.family": ["DejaVu Sans", "Workbook Sans SC"],
    "font.size": 9.5,
    "text.color": COLOURS["ink"],
    "axes.edgecolor": COLOURS["neutral"],
    "axes.labelcolor": COLOURS["grey"],
    "axes.labelsize": 9,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(color=SERIES),
    "axes.unicode_minus": True,
    "grid.color": "#e8ebef",
    "grid.linewidth": 0.8,
    "xtick.color": COLOURS["grey"],
    "ytick.color": COLOURS["grey"],
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "hatch.linewidth": 0.6,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.dpi": 100,
    "savefig.dpi": DPI,
    "savefig.bbox": None,
    "path.simplify": True,
    "svg.hashsalt": "workbook",
}
_TITLE, _SUBTITLE, _FOOT = 12.5, 9.5, 7.8  # points
_NEVER_FIRST = set("，。；：、！？）】》”’%,.;:!?)]")


@cache
def _add_font() -> None:
    # Once per process, and only when a figure is drawn: importing this module reads no font.
    manager = font_manager.fontManager
    manager.addfont(FONT)
    # Chinese has no bold cut here; without an entry of that weight matplotlib would complain on stderr.
    manager.ttflist.append(dataclasses.replace(manager.ttflist[-1], weight=700))


@contextmanager
def _theme() -> Iterator[None]:
    _add_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_THEME)
        yield


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


def _wrap(figure: Figure, text: str, size: float, width: float, **font: Any) -> list[str]:
    renderer = FigureCanvasAgg(figure).get_renderer()
    probe = Text(0, 0, "", fontsize=size, parse_math=False, **font)
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


def _block(figure: Figure, lines: list[str], top: float, size: float, **kwargs: Any) -> float:
    # Lines downwards from `top` inches below the upper edge; gives where the next block starts.
    height = figure.get_figheight()
    for line in lines:
        figure.text(
            MARGIN / figure.get_figwidth(),
            1 - top / height,
            line,
            fontsize=size,
            ha="left",
            va="top",
            parse_math=False,
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
        fontsize=_FOOT,
        ha="right",
        va="bottom",
        color=COLOURS["simulated"],
        bbox={"boxstyle": "round,pad=0.3", "facecolor": "#fff6dd", "edgecolor": "#e0b64a", "linewidth": 0.8},
    )
    renderer = FigureCanvasAgg(figure).get_renderer()
    return float(tag.get_window_extent(renderer).width) / figure.dpi + 0.25


def _heavy(about: dict[str, Any]) -> dict[str, Any]:
    # The Chinese glyphs come in one weight: a thin outline makes them and the Latin beside them equally bold.
    if language_of(about) == "en":
        return {"fontweight": "bold"}
    return {"path_effects": [patheffects.withStroke(linewidth=0.7, foreground=COLOURS["ink"])]}


@contextmanager
def canvas(
    result: Any,
    *,
    title: str,
    subtitle: str = "",
    n: int | None = None,
    rows: int = 1,
    cols: int = 1,
    height: float = 3.6,
    width: float = 7.2,
    **subplots: Any,
) -> Iterator[tuple[Figure, Any]]:
    """Open a figure whose title is the finding and whose foot says where the data are from.

    Parameters
    ----------
    result : DataFrame or dict
        The result drawn (or its `about`): language, source, as-of date and whether it is simulated.
    title : str
        The computed finding, one sentence; wraps when long.
    subtitle : str, default ""
        Metric, population and period.
    n : int, optional
        Count that the figure rests on, for the foot; `about["n"]` by default.
    rows, cols : int, default 1
        Panels.
    height, width : float, default 3.6 and 7.2 inches
        Size with a title of one line; every further line makes the picture taller.
    **subplots
        Passed to `Figure.subplots`, for example `sharey=True` or `width_ratios=[2, 1]`.

    Yields
    ------
    figure, axes
        `axes` is one Axes when there is one panel, otherwise an array.

    Taught in: all
    """
    about = about_of(result)
    with _theme():
        figure = Figure(figsize=(width, height))
        inner = width - 2 * MARGIN
        heavy = _heavy(about)
        titles = _wrap(figure, title, _TITLE, inner, **heavy)
        subtitles = _wrap(figure, subtitle, _SUBTITLE, inner)
        extra = max(0, len(titles) - 1) * _TITLE + max(0, len(subtitles) - 1) * _SUBTITLE
        figure.set_figheight(height + extra * 1.32 / 72)
        top = _block(figure, titles, MARGIN, _TITLE, color=COLOURS["ink"], **heavy)
        top = _block(figure, subtitles, top + 0.02, _SUBTITLE, color=COLOURS["grey"])
        bottom = _foot(figure, about, n, inner)
        total = figure.get_figheight()
        figure.set_layout_engine(
            "constrained",
            rect=(0.008, bottom / total, 0.984, 1 - (top + 0.06 + bottom) / total),
            w_pad=0.06,
            h_pad=0.05,
        )
        yield figure, figure.subplots(rows, cols, **subplots)


def _foot(figure: Figure, about: dict[str, Any], n: int | None, inner: float) -> float:
    _ = translator(about)
    taken = _simulated_tag(figure, _("simulated data"), MARGIN) if about.get("simulated") else 0.0
    lines = _wrap(figure, _foot_text(about, n), _FOOT, inner - taken)
    tall = len(lines) * _FOOT * 1.32 / 72
    if lines:
        _block(figure, lines, figure.get_figheight() - MARGIN - tall, _FOOT, color=COLOURS["grey"])
    return MARGIN + max(tall, 0.16 if taken else 0.0) + 0.08


def _png(figure: Figure) -> bytes:
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=DPI, metadata={"Software": None})
    raw.seek(0)
    # A palette without dithering is a third of the size, and the same bytes wherever it is made.
    small = (
        Image.open(raw)
        .convert("RGB")
        .quantize(colors=128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    )
    packed = io.BytesIO()
    small.save(packed, format="png", optimize=True)
    return packed.getvalue()


class Picture:
    """A finished figure: what a notebook shows, with a description for those who cannot see it.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        For a look at the axes; changing it does not change the picture.
    alt : str
        The description.
    png : bytes
        The image: palette, opaque, the same bytes in every run.

    Taught in: all
    """

    def __init__(self, figure: Figure, *, alt: str) -> None:
        self.figure = figure
        self.alt = alt
        with _theme():
            self.png = _png(figure)

    @property
    def axes(self) -> list[Axes]:
        """The axes of the figure."""
        return list(self.figure.axes)

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        data = {"image/png": base64.b64encode(self.png).decode("ascii"), "text/plain": self.alt}
        pixels = int(np.rint(self.figure.get_figwidth() * 100))
        return data, {"image/png": {"alt": self.alt, "width": pixels}}


def picture(figure: Figure, result: Any, *, alt: str) -> Picture:
    """Close a figure made with `canvas`.

    Parameters
    ----------
    figure : Figure
        As `canvas` gave it.
    result : DataFrame or dict
        The result drawn; a description of simulated data says so.
    alt : str
        What the figure shows, in one or two sentences, with the numbers that matter.

    Returns
    -------
    Picture

    Taught in: all
    """
    about = about_of(result)
    if about.get("simulated"):
        alt = f"{alt} ({translator(about)('simulated data')})"
    return Picture(figure, alt=alt)


def too_little(result: Any, *, title: str | None = None, n: int | None = None) -> Picture:
    """Give the picture shown instead of a figure that would rest on too little data.

    Taught in: all
    """
    _ = translator(result)
    title = title or _("Too little data for this figure")
    with canvas(result, title=title, n=n, height=1.5) as (figure, axes):
        axes.set_axis_off()
        message = _("There is too little data in this period to draw anything that could be relied on.")
        axes.text(0, 0.5, message, transform=axes.transAxes, va="center", color=COLOURS["grey"], wrap=False)
    return picture(figure, result, alt=title)
