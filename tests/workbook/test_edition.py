"""The analyst's edition: no lessons, one note for each run of cells that lack a table."""

import pandas as pd
import pytest

from helpers.community import Community
from helpers.workbook.edition import edition
from tests.workbook.notebooks import code, notebook, text


@pytest.fixture
def community():
    orders = pd.DataFrame(
        {"order_id": ["1"], "member_id": ["a"], "ordered_at": ["2026-05-01"], "amount": [5.0]}
    )
    return Community.open({"orders": orders})


def sources(made):
    return [cell.source for cell in made.cells[2:]]


def test_lessons_are_left_out_and_kept_on_request(community):
    lessons = [text("t", "teaching"), code("e", "exercise"), code("s", "solution"), text("n", "notes")]
    chapter = notebook(text("stays"), *lessons)
    assert sources(edition(chapter, community)) == ["stays"]
    assert len(edition(chapter, community, lessons=True).cells) == 7


def test_a_run_of_cells_without_their_table_becomes_one_note(community):
    chapter = notebook(
        text("## Spending"),
        code("spend()", "needs:orders"),
        text("## Talking", "needs:events"),
        code("talk()", "needs:events"),
        text("by hand", "teaching"),
        code("answers()", "needs:surveys"),
        text("## After"),
        text("more"),
    )
    made = sources(edition(chapter, community))
    assert made[:2] == ["## Spending", "spend()"]
    assert made[3:] == ["## After", "more"]
    for part in ("Talking", "`events`", "occurred_at", "`surveys`", "community.yml"):
        assert part in made[2]


def test_a_missing_column_is_named(community):
    made = edition(notebook(code("margin()", "needs:orders", "needs:orders.cost")), community)
    assert "`orders` (cost)" in made.cells[2].source


def test_one_of_several_columns_is_enough(community):
    chapter = notebook(code("a()", "needs:orders.cost|amount"), code("b()", "needs:orders.cost|discount"))
    made = sources(edition(chapter, community))
    assert made[0] == "a()"
    assert "`orders` (cost or discount)" in made[1]


def test_a_column_may_need_a_certain_value(community):
    chapter = notebook(code("a()", "needs:orders.member_id=a"), code("b()", "needs:orders.member_id=b"))
    made = sources(edition(chapter, community))
    assert made[0] == "a()"
    assert "`orders` (member_id = b)" in made[1]


def test_a_need_that_is_met_changes_nothing(community):
    chapter = notebook(code("a()", "needs:orders"), text("b", "needs:orders.amount"))
    assert sources(edition(chapter, community)) == ["a()", "b"]


def test_a_heading_over_nothing_goes_with_its_section(community):
    chapter = notebook(
        text("## Truth"),
        text("### Deeper"),
        code("truth()", "teaching"),
        text("## Kept"),
        text("prose"),
        text("## Last"),
        code("x", "solution"),
    )
    assert sources(edition(chapter, community)) == ["## Kept", "prose"]


def test_outputs_of_the_committed_run_are_not_carried_over(community):
    chapter = notebook(code("1 + 1"))
    chapter.cells[2].execution_count = 7
    made = edition(chapter, community)
    assert made.cells[2].execution_count is None
    assert chapter.cells[2].execution_count == 7


def test_the_note_speaks_the_language_of_the_community(community):
    community.language = "zh"
    made = edition(notebook(text("## 互动", "needs:events")), community)
    assert "互动" in made.cells[2].source
    assert "Left out" not in made.cells[2].source


def test_customers_who_never_joined_can_be_needed(community):
    chapter = notebook(code("compare()", "needs:members.role=customer"))
    assert "`members` (role = customer)" in edition(chapter, community).cells[2].source
    members = pd.DataFrame({"member_id": ["a", "x"], "role": ["member", "customer"]})
    orders = pd.DataFrame(
        {"order_id": ["1", "2"], "member_id": ["a", "x"], "ordered_at": "2026-05-01", "amount": 5.0}
    )
    given = Community.open({"members": members, "orders": orders})
    assert sources(edition(chapter, given)) == ["compare()"]
