"""The template folder is what the contract writes, and filling it in is enough to open it."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.community import Community, template
from helpers.community.contract import TABLES

FOLDER = Path(__file__).resolve().parents[2] / "datasets" / "template"


@pytest.mark.parametrize("name", sorted(template.files()))
def test_the_committed_file_follows_from_the_contract(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == template.files()[name]


def test_one_filled_file_is_enough(tmp_path: Path) -> None:
    for name, text in template.files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with (tmp_path / "events.csv").open("a", encoding="utf-8") as file:
        file.write("a,2026-03-01 10:00,like,,,,,,,,\n")
    community = Community.open(tmp_path)
    assert community.has("events")
    assert not community.has("orders")
    assert community.title == "My community"


def test_every_column_is_documented_in_both_languages() -> None:
    for language in ("en", "zh"):
        text = template.markdown(language)
        assert all(column.name in text for table in TABLES.values() for column in table.columns)
