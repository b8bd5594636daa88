"""Colours by role, and the settings that every figure is drawn with."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager

FONT = Path(__file__).parent / "fonts" / "WorkbookSansSC-Regular.otf"
DPI = 96

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
SERIES: tuple[str, ...] = ("#1b3a6b", "#c2410c", "#13a894", "#56b4e9", "#f2b705")

_THEME: dict[str, Any] = {
    "font.family": ["DejaVu Sans", "Workbook Sans SC"],
    "font.size": 9.5,
    "text.color": COLOURS["ink"],
    "text.parse_math": False,  # a dollar sign is money, not a formula
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
    "figure.dpi": DPI,
    "savefig.dpi": DPI,
    "savefig.bbox": None,
    "path.simplify": True,
    "svg.hashsalt": "workbook",
}


@cache
def _add_font() -> None:
    # Once per process, and only when a figure is drawn: importing this module reads no font.
    manager = font_manager.fontManager
    manager.addfont(FONT)
    # Chinese has no bold cut here; without an entry of that weight matplotlib would complain on stderr.
    manager.ttflist.append(dataclasses.replace(manager.ttflist[-1], weight=700))


@contextmanager
def theme() -> Iterator[None]:
    """Draw inside the workbook's settings, and leave everybody else's as they were.

    Taught in: all
    """
    _add_font()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_THEME)
        yield
