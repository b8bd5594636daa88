"""Names beside points stand clear of lines, of each other and of other points."""

from __future__ import annotations

from itertools import combinations

from helpers.present import style
from helpers.present.point_labels import label_points

POINTS = [
    (0.5, 0.5, "oolong"),
    (0.52, 0.5, "green tea"),
    (0.2, 0.502, "gift set"),
    (0.97, 0.9, "at the edge"),
]


def _drawn():
    with style.canvas({}, title="Products") as (figure, axes):
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.axhline(0.5)
        axes.axvline(0.49)
        for x, y, _name in POINTS:
            axes.plot(x, y, "o")
        label_points(axes, POINTS)
        figure.draw_without_rendering()
    return axes


def test_no_line_runs_through_a_name_and_no_two_meet() -> None:
    axes = _drawn()
    boxes = [text.get_window_extent() for text in axes.texts]
    for line in axes.lines:
        across = line.get_path().transformed(line.get_transform()).get_extents()
        assert not any(box.overlaps(across) for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_a_name_stays_within_the_axes_and_with_its_point() -> None:
    axes = _drawn()
    inside = axes.get_window_extent()
    for text, (x, y, name) in zip(axes.texts, POINTS, strict=True):
        box = text.get_window_extent()
        assert text.get_text() == name
        assert inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 and box.y1 <= inside.y1
        px, py = axes.transData.transform((x, y))
        assert max(box.x0 - px, px - box.x1) < 40 and max(box.y0 - py, py - box.y1) < 40
