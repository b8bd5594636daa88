"""Own levels against roles, and the map of tools: gaps, marks, and what is given or missing."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.community import Community
from helpers.community.contract import TABLES
from helpers.models import skills, tool_map
from helpers.present import plots, readings

ORDERS = pd.DataFrame(
    {"order_id": ["o"], "member_id": ["a"], "ordered_at": pd.to_datetime(["2026-01-01"]), "amount": [9.0]}
)


def test_gap_is_what_is_missing_and_never_negative() -> None:
    table = skills.gaps({"communication": 5, "experiments": 1}).set_index(["role", "skill"])["gap"]
    assert table["growth expert"].to_dict() == {"communication": 0, "experiments": 4}


def test_largest_gaps_are_marked_and_only_real_ones() -> None:
    table = skills.gaps(dict.fromkeys(skills.WANTED, 3), largest=2)
    marked = table[table["marked"]].groupby("role")["skill"].agg(set)
    assert marked["growth expert"] == {"data analysis", "experiments"}
    assert not (table["marked"] & (table["gap"] == 0)).any()


@pytest.mark.parametrize("own", [{"juggling": 3}, {"communication": 0}, {"communication": 6}])
def test_unknown_skills_and_levels_are_refused(own: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"skills|level"):
        skills.gaps(own)


def test_every_skill_has_a_level_for_each_role_and_a_chapter() -> None:
    assert {len(levels) for levels in skills.WANTED.values()} == {len(skills.ROLES)}
    assert set(skills.CHAPTERS) == set(skills.WANTED)


def test_figure_and_reading_of_levels_speak_both_languages() -> None:
    for language, word in (("en", "senior"), ("zh", "高级")):
        table = skills.gaps(dict.fromkeys(skills.WANTED, 3), language=language)
        assert plots.own_levels(table).png and word in readings.own_levels(table)
    full = skills.gaps(dict.fromkeys(skills.WANTED, 5))
    assert "growth expert" in plots.own_levels(full).alt and "Begin" not in readings.own_levels(full)


def test_every_name_that_a_tool_feeds_is_in_the_contract() -> None:
    for tool in tool_map.TOOLS:
        for name in tool.feeds:
            table, _dot, column = name.partition(".")
            assert table in TABLES and (not column or column in TABLES[table].names)


def test_map_tells_what_is_given_and_what_is_missing() -> None:
    table = tool_map.tool_map(Community.open({"orders": ORDERS})).set_index("tool")
    assert table.loc["shop and membership", ["here", "count", "rows"]].tolist() == ["in part", 1, 1]
    assert table.loc["group management", "here"] == "missing"
    assert table.loc["reporting (BI)", "here"] == "nothing to supply"
    said = readings.tool_coverage(table.reset_index())
    assert "group management" in said and "who is active" in said


def test_filled_cells_of_a_column_are_counted() -> None:
    events = pd.DataFrame({"member_id": ["a", "b"], "occurred_at": pd.to_datetime(["2026-01-01"] * 2)})
    events = events.assign(event_type="click", product_id=["p", None])
    table = tool_map.tool_map(Community.open({"events": events})).set_index("tool")
    assert table.loc["live and short-video data", ["here", "rows"]].tolist() == ["in part", 1]
    assert table.loc["group management", "rows"] == 2
