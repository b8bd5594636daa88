"""The committed chapters, read once, and what the tests need to know of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks" / "en"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
CONCEPTS = {
    "01_definition": [f"D{number}" for number in range(1, 7)],
    "02_positioning": [f"P{number}" for number in range(1, 9)],
    "03_content": [f"C{number}" for number in range(1, 13)],
    "04_interaction": [f"I{number}" for number in range(1, 13)],
    "05_conversion": [f"V{number}" for number in range(1, 11)],
    "06_evaluation": [f"E{number}" for number in range(1, 14)],
    "07_case_studies": [f"K{number}" for number in range(1, 10)],
    "08_outlook": [f"O{number}" for number in range(1, 9)],
}
EXERCISES = {
    "01_definition": 5,
    "02_positioning": 5,
    "03_content": 8,
    "04_interaction": 16,
    "05_conversion": 21,
    "06_evaluation": 7,
    "07_case_studies": 6,
    "08_outlook": 10,
}


@cache
def chapter(name: str) -> NotebookNode:
    """Read a chapter."""
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def tags(cell: NotebookNode) -> list[str]:
    """Return a cell's tags."""
    return list(cell.metadata.get("tags", []))


def exercise_name(cell: NotebookNode) -> str:
    """Return the id that a cell's last line checks, or nothing."""
    lines = cell.source.strip().splitlines()
    if not lines or not lines[-1].startswith("check("):
        return ""
    return lines[-1].split('"')[1]
