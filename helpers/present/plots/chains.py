"""Draw the little chain behind a removal effect, whole and with one channel taken out."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from helpers.metrics.journeys import ARROW
from helpers.models.attribution import removal
from helpers.present import numbers, style
from helpers.present.groups import capital
from helpers.present.language import Translate, translator
from helpers.present.rules import channel_name
from helpers.present.style import COLOURS, Picture

MOST = 5
BEND = -0.45


def _moves(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    times: dict[tuple[str, str], float] = {}
    for row in table.itertuples():
        steps = ["start", *row.path.split(ARROW)]
        for pair in pairwise(steps):
            times[pair] = times.get(pair, 0.0) + row.conversions + row.nulls
        for end, count in (("order", row.conversions), ("nothing", row.nulls)):
            times[steps[-1], end] = times.get((steps[-1], end), 0.0) + count
    out: dict[str, float] = {}
    for (here, _there), count in times.items():
        out[here] = out.get(here, 0.0) + count
    return {pair: count / out[pair[0]] for pair, count in times.items() if count > 0}


def _places(table: pd.DataFrame, channels: list[str]) -> dict[str, tuple[float, float]]:
    # Channels stand as far to the right as they come late, those of one level one above the other.
    met = pd.DataFrame(
        [(name, at) for path in table["path"] for at, name in enumerate(path.split(ARROW))],
        columns=["name", "at"],
    )
    level = met.groupby("name")["at"].mean().round().astype(int)
    found: dict[str, tuple[float, float]] = {}
    for column in sorted(level.unique()):
        here = [name for name in channels if level[name] == column]
        for place, name in enumerate(here):
            found[name] = (1.0 + column, (len(here) - 1) * 0.8 - 1.6 * place)
    right = 2.1 + level.max()
    return found | {"start": (0.0, 0.0), "order": (right, 0.8), "nothing": (right, -0.8)}


def removal_graph(table: pd.DataFrame, *, without: str) -> Picture:
    """Draw the chain of a few paths, and the same chain once a channel leads nowhere.

    Parameters
    ----------
    table : DataFrame
        ``path``, ``conversions`` and ``nulls`` with at most five channels, as for `attribution.removal`.
    without : str
        The channel that is taken out.

    Returns
    -------
    Picture

    Taught in: 05 Conversion
    """
    _ = translator(table)
    found = removal(table).set_index("channel")
    if without not in found.index or len(found) > MOST:
        return style.too_little(table, n=len(found))
    row = found.loc[without]
    title = _("Without {channel} the chance falls from {before} to {after}").format(
        channel=channel_name(_, without),
        before=numbers.percent(row["chance"]),
        after=numbers.percent(row["without"]),
    )
    subtitle = _(
        "Each arrow: share of those at its foot who go on to its head; removal effect {effect}"
    ).format(effect=numbers.percent(row["estimate"]))
    moves, places = _moves(table), _places(table, found.index.tolist())
    n = int((table["conversions"] + table["nulls"]).sum())
    with style.canvas(
        table, title=title, subtitle=subtitle, n=n, cols=2, height=3.1
    ) as (figure, panels):  # fmt: skip
        for axes, gone in zip(panels, (None, without), strict=True):
            _draw(axes, _, moves, places, gone)
        panels[0].set_title(_("as recorded"))
        panels[1].set_title(_("{channel} taken out").format(channel=capital(channel_name(_, without))))
    return style.picture(
        figure, table, alt=_("Two small graphs of paths to an order. {sentence}.").format(sentence=title)
    )


def _draw(
    axes: Axes, _: Translate, moves: dict[tuple[str, str], float],
    places: dict[str, tuple[float, float]], gone: str | None,
) -> None:  # fmt: skip
    for (here, there), share in moves.items():
        if here == gone:
            continue
        lost = there == gone
        colour = COLOURS["negative"] if lost else COLOURS["neutral"]
        begin, end = places[here], places[there]
        # Arrows past a level bend over what stands there.
        far = end[0] - begin[0] > 1.5
        arrow = FancyArrowPatch(
            begin, end, arrowstyle="-|>", mutation_scale=9, shrinkA=16, shrinkB=18, linewidth=1.1,
            linestyle="--" if lost else "-", color=colour,
            connectionstyle=f"arc3,rad={BEND}" if far else "arc3",
        )  # fmt: skip
        axes.add_patch(arrow)
        # On the arrow (a Bézier curve), nearer to its foot, so that labels of arrows that cross keep apart.
        bend = BEND if far else 0.0
        rise, run = end[1] - begin[1], end[0] - begin[0]
        middle = ((begin[0] + end[0]) / 2 + bend * rise, (begin[1] + end[1]) / 2 - bend * run)
        where = [0.36 * begin[part] + 0.48 * middle[part] + 0.16 * end[part] for part in (0, 1)]
        axes.text(
            *where, numbers.percent(share, 0), fontsize=7.5, ha="center", va="center", color=colour,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6}, parse_math=False,
        )  # fmt: skip
    words = {"start": _("start"), "order": _("order"), "nothing": _("nothing")}
    for name, (x, y) in places.items():
        box = {"boxstyle": "round,pad=0.35", "edgecolor": "none", "facecolor": COLOURS["highlight"]}
        colour = "white"
        if name in words:
            box["facecolor"], colour = COLOURS["muted"], COLOURS["ink"]
        elif name == gone:
            box |= {"facecolor": "white", "edgecolor": COLOURS["negative"], "linestyle": "--"}
            colour = COLOURS["negative"]
        label = words.get(name) or channel_name(_, name)
        axes.text(
            x, y, label, ha="center", va="center", fontsize=8.5, parse_math=False, color=colour, bbox=box
        )
    wide, high = (max(abs(place[part]) for place in places.values()) for part in (0, 1))
    axes.set_xlim(-0.4, wide + 0.5)
    axes.set_ylim(-high - 0.45, high + 0.45)
    axes.set_axis_off()
