"""Every SQL text in helpers stays inside the subset that other engines read the same way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from helpers.community.engine import not_portable

HELPERS = Path(__file__).resolve().parents[1] / "helpers"
LOOKS_LIKE_SQL = re.compile(r"\b(select|create (table|view))\b[\s\S]*\bfrom\b")


def sql_texts(path: Path) -> list[tuple[int, str]]:
    """Collect the string constants and f-strings of a module that read like SQL, with their lines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    texts = []
    for node in ast.walk(tree):
        if id(node) in docstrings or id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if LOOKS_LIKE_SQL.search(text):
            texts.append((node.lineno, text))
    return texts


ALL = [(path, line, text) for path in sorted(HELPERS.rglob("*.py")) for line, text in sql_texts(path)]


def test_sql_is_found_at_all() -> None:
    assert len(ALL) > 5


@pytest.mark.parametrize(("path", "line", "text"), ALL, ids=[f"{p.stem}:{n}" for p, n, _ in ALL])
def test_sql_is_portable(path: Path, line: int, text: str) -> None:
    assert not_portable(text) == [], f"{path.relative_to(HELPERS)}:{line}"


@pytest.mark.parametrize(
    "sql",
    [
        "select hash(member_id) from events",
        "select extract(dow from day) from events",
        "select quantile_cont(amount, 0.5) from orders",
        "select list(day) from member_days",
        "select next_day - day from member_days",
        "select * from events asof join orders using (member_id)",
        "select x::date from events",
        "select x from events qualify row_number() over () = 1",
        "pivot events on event_type",
    ],
)
def test_constructs_outside_the_subset_are_named(sql: str) -> None:
    assert not_portable(sql)
