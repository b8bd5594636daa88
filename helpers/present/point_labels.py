"""Names beside points: each where the fewest lines, points and other names are in its way."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from helpers.present.style import COLOURS

# How far from the point, in points, and which corner of the name lies there; the first are the nearest.
PLACES = tuple(
    (sign * across, up, "left" if sign > 0 else "right", "bottom" if up > 0 else "top")
    for across, far in ((5, 3), (5, 9), (14, 3), (5, 16))
    for up in (far, -far)
    for sign in (1, -1)
)
# How bad it is to cover a line or a point, to cover a name, to leave the axes (each by area), and to stand
# nearer to another point than to one's own.
_LINE, _NAME, _OUTSIDE, _STRANGE = 1.0, 4.0, 20.0, 500.0


def label_points(axes: Axes, points: Sequence[tuple[float, float, str]], *, size: float = 7.5) -> None:
    """Write a name beside every point, clear of what is drawn already as far as there is room.

    Parameters
    ----------
    axes : Axes
        With its limits set and everything else drawn; lines run along its axes.
    points : sequence of (float, float, str)
        Where, and the name.
    size : float, default 7.5
        Of the letters.

    Notes
    -----
    One after the other, each at the least crowded of sixteen places; names have a white edge, so that no line
    runs through what could not be avoided.

    Taught in: all
    """
    axes.figure.draw_without_rendering()  # sizes are known only then
    inside = axes.get_window_extent()
    lines = [line.get_path().transformed(line.get_transform()).get_extents() for line in axes.lines]
    drawn = [_grown(box, 3.0) for box in lines]
    names = [text.get_window_extent() for text in axes.texts]
    spots = [tuple(axes.transData.transform((x, y))) for x, y, _name in points]
    for number, (x, y, name) in enumerate(points):
        label = axes.annotate(
            name, (x, y), xytext=(0, 0), textcoords="offset points", fontsize=size, color=COLOURS["ink"],
            parse_math=False, path_effects=[withStroke(linewidth=2.2, foreground="white")], zorder=5,
        )  # fmt: skip
        costs = [0.0] * len(PLACES)
        for at, place in enumerate(PLACES):
            box = _placed(label, place)
            costs[at] = _cost(box, inside, drawn, names) + _STRANGE * _strange(box, spots, number)
        names.append(_placed(label, PLACES[costs.index(min(costs))]))


def _placed(label: Annotation, place: tuple[float, float, str, str]) -> Bbox:
    across, up, side, edge = place
    label.set_position((across, up))
    label.set(ha=side, va=edge)
    return label.get_window_extent()


def _cost(box: Bbox, inside: Bbox, drawn: Sequence[Bbox], names: Sequence[Bbox]) -> float:
    shown = _shared(box, inside)
    covered = sum(_shared(box, other) for other in drawn)
    named = sum(_shared(box, other) for other in names)
    return _LINE * covered + _NAME * named + _OUTSIDE * (box.width * box.height - shown)


def _strange(box: Bbox, spots: Sequence[tuple[float, float]], own: int) -> bool:
    far = [max(box.x0 - x, x - box.x1, 0.0) + max(box.y0 - y, y - box.y1, 0.0) for x, y in spots]
    return any(other <= far[own] for number, other in enumerate(far) if number != own)


def _grown(box: Bbox, by: float) -> Bbox:
    return Bbox.from_extents(box.x0 - by, box.y0 - by, box.x1 + by, box.y1 + by)


def _shared(one: Bbox, other: Bbox) -> float:
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    up = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(across, 0.0) * max(up, 0.0)
