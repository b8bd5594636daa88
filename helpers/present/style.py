"""One look for every figure: a title that is the finding, a foot that says where the data are from.

`canvas` opens a figure with its frame of words, `picture` closes it and gives what a notebook shows. Nothing
global is touched: every setting lives inside an `rc_context`, and figures are made without pyplot.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryFormatter
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, Formatter, FuncFormatter
from PIL import Image

from helpers.community.privacy import cover
from helpers.present import words
from helpers.present.language import about_of, translator
from helpers.present.theme import COLOURS, DPI, SERIES, theme

NAMES = (FixedFormatter, FuncFormatter, StrCategoryFormatter)  # what may write words at the ticks

__all__ = ["COLOURS", "SERIES", "Picture", "canvas", "picture", "too_little"]


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
    with theme():
        figure = Figure(figsize=(width, height))
        inner = width - 2 * words.MARGIN
        heavy = words.heavy(about)
        titles = words.wrap(figure, title, words.TITLE, inner, **heavy)
        subtitles = words.wrap(figure, subtitle, words.SUBTITLE, inner)
        extra = max(0, len(titles) - 1) * words.TITLE + max(0, len(subtitles) - 1) * words.SUBTITLE
        figure.set_figheight(height + extra * 1.32 / 72)
        top = words.block(figure, titles, words.MARGIN, words.TITLE, color=COLOURS["ink"], **heavy)
        top = words.block(figure, subtitles, top + 0.02, words.SUBTITLE, color=COLOURS["grey"])
        bottom = words.foot(figure, about, n, inner)
        total = figure.get_figheight()
        figure.set_layout_engine(
            "constrained",
            rect=(0.008, bottom / total, 0.984, 1 - (top + 0.06 + bottom) / total),
            w_pad=0.06,
            h_pad=0.05,
        )
        yield figure, figure.subplots(rows, cols, **subplots)


def _covered(names: Formatter) -> Callable[[float, int | None], str]:
    return lambda value, place: cover(names(value, place))


def _cover(figure: Figure) -> None:
    # What is drawn cannot be masked afterwards: names of groups and topics may hold somebody's number.
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), NAMES):
                axis.set_major_formatter(FuncFormatter(_covered(axis.get_major_formatter())))
    for text in figure.findobj(Text):
        shown = text.get_text()
        covered = cover(shown)
        if covered != shown:
            text.set_text(covered)


def _png(figure: Figure) -> bytes:
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=DPI, metadata={"Software": None})
    raw.seek(0)
    # A small palette without dithering is a quarter of the size, and the same bytes wherever it is made.
    small = (
        Image.open(raw)
        .convert("RGB")
        .quantize(colors=32, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
    )
    packed = io.BytesIO()
    small.save(packed, format="png", optimize=True)
    return packed.getvalue()


class Picture:
    """A finished figure: what a notebook shows, with a description for those who cannot see it.

    Phone numbers, e-mail addresses and resident ids are masked in every word of it, whoever asks.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        For a look at the axes; changing it does not change the picture.
    alt : str
        The description.
    png : bytes
        The image: palette, opaque, the same bytes in every run.
    too_little : bool
        Whether it only says that there is too little data.

    Taught in: all
    """

    def __init__(self, figure: Figure, *, alt: str) -> None:
        self.figure = figure
        self.too_little = False
        self.alt = cover(alt)
        with theme():
            _cover(figure)
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
        empty = {"too_little": True} if self.too_little else {}
        return data, {"image/png": {"alt": self.alt, "width": pixels, **empty}}


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
    _ = translator(result)
    if about_of(result).get("simulated"):
        alt = _("{description} (simulated data)").format(description=alt)
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
    drawn = picture(figure, result, alt=title)
    drawn.too_little = True
    return drawn
