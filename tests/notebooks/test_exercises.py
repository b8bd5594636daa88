"""Every exercise three ways: untouched, with the committed solution, with each typical mistake.

Of the cells before an exercise only the statements run here that make what it uses; that each chapter runs
as a whole, and says what is stored in it, is tested by running the notebooks themselves.
"""

from __future__ import annotations

import ast
import dis
import io
import os
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from nbformat import NotebookNode

from helpers.workbook.exercises import Verdict, registered
from tests.notebooks.chapters import NAMES, NOTEBOOKS, chapter, exercise_name, tags

pytestmark = pytest.mark.notebook


def run(source: str, names: dict[str, Any]) -> Any:
    """Run a cell as a kernel would and return the value of its last line."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None


def with_mistake(source: str, code: str) -> str:
    """Put a typical mistake where the dots are: keep the imports above and the check below."""
    lines = source.strip().splitlines()
    kept = [line for line in lines if line.startswith(("from ", "import "))]
    return "\n".join([*kept, code, lines[-1]])


def verdicts(name: str) -> dict[tuple[str, str], Any]:
    """Return what became of each exercise of a chapter, which runs once, whether it comes through or not."""
    found = run_once(name)
    if isinstance(found, Exception):
        raise found
    return found


@cache
def run_once(name: str) -> dict[tuple[str, str], Any] | Exception:
    """Run a chapter's code, in order, and each exercise in every way beside it; an error is what it gives."""
    try:
        return run_through(name)
    except Exception as error:
        return error


def run_through(name: str) -> dict[tuple[str, str], Any]:
    """Run what the exercises of a chapter need, in order, and each exercise in every way beside it."""
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *shown: None}
    found: dict[tuple[str, str], Any] = {}
    before = Path.cwd()
    os.chdir(NOTEBOOKS)
    try:
        with redirect_stdout(io.StringIO()):
            for cell, source in zip(code_cells(name), needed(name), strict=True):
                exercise = exercise_name(cell)
                if exercise and "exercise" in tags(cell):
                    for number, mistake in enumerate(known(exercise).mistakes if known(exercise) else ()):
                        tried = with_mistake(cell.source, mistake.code)
                        found[exercise, f"mistake {number}"] = run(tried, dict(names))
                value = run(source, names)
                if exercise:
                    way = "solution" if "solution" in tags(cell) else "untouched"
                    found[exercise, way] = value
    finally:
        os.chdir(before)
    return found


def code_cells(name: str) -> list[NotebookNode]:
    return [cell for cell in chapter(name).cells if cell.cell_type == "code"]


def needed(name: str) -> list[str]:
    """Return of each cell of code what the exercises need: theirs whole, of others what makes their names."""
    wanted: set[str] = set()
    sources = []
    for cell in reversed(code_cells(name)):
        theirs = exercise_name(cell) or "exercise" in tags(cell)
        kept, before = sift(cell.source, wanted, whole=bool(theirs))
        if "exercise" in tags(cell) and known(exercise_name(cell)):
            for mistake in known(exercise_name(cell)).mistakes:
                before |= sift(with_mistake(cell.source, mistake.code), set(), whole=True)[1]
        wanted = before
        sources.append(kept)
    return sources[::-1]


def sift(source: str, wanted: set[str], whole: bool) -> tuple[str, set[str]]:
    """Keep the statements that make a wanted name, or all; return them and the names wanted before them."""
    kept: list[ast.stmt] = []
    for statement in reversed(ast.parse(source).body):
        read, given, changed = names_of(statement)
        if whole or (given | changed) & wanted:
            kept.append(statement)
            always = isinstance(statement, ast.Assign | ast.Import | ast.ImportFrom | ast.FunctionDef)
            wanted = (wanted - given if always else wanted) | read
    return ast.unparse(ast.Module(kept[::-1], [])), wanted


def names_of(statement: ast.stmt) -> tuple[set[str], set[str], set[str]]:
    """Return the names that a statement reads, those that it gives, and those of which it changes a part."""
    inside = [compile(ast.Module([statement], []), "<cell>", "exec")]
    for code in inside:
        inside += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    steps = [step for code in inside for step in dis.get_instructions(code)]
    read = {step.argval for step in steps if step.opname in ("LOAD_NAME", "LOAD_GLOBAL")}
    given = {step.argval for step in steps if step.opname == "STORE_NAME"}
    parts = [each for each in ast.walk(statement) if isinstance(each, ast.Subscript | ast.Attribute)]
    changed = [each for part in parts if isinstance(part.ctx, ast.Store) for each in ast.walk(part.value)]
    return read, given, {each.id for each in changed if isinstance(each, ast.Name)}


def known(exercise: str) -> Any:
    return registered().get(exercise)


def exercises() -> list[Any]:
    """List every exercise of every chapter."""
    return [
        pytest.param(name, exercise_name(cell), id=f"{name}-{exercise_name(cell)}")
        for name in NAMES
        for cell in chapter(name).cells
        if "exercise" in tags(cell) and cell.cell_type == "code" and exercise_name(cell)
    ]


@pytest.mark.parametrize(("name", "exercise"), exercises())
def test_an_untouched_exercise_is_not_attempted(name, exercise):
    verdict = verdicts(name)[exercise, "untouched"]
    assert isinstance(verdict, Verdict)
    assert verdict.state == "not attempted", verdict


@pytest.mark.parametrize(("name", "exercise"), exercises())
def test_the_solution_is_right(name, exercise):
    verdict = verdicts(name)[exercise, "solution"]
    assert verdict.state == "right", verdict


@pytest.mark.parametrize(("name", "exercise"), exercises())
def test_each_typical_mistake_gets_its_own_hint(name, exercise):
    mistakes = known(exercise).mistakes
    assert mistakes, f"{exercise} declares no mistake"
    for number, mistake in enumerate(mistakes):
        verdict = verdicts(name)[exercise, f"mistake {number}"]
        assert verdict.state == "hint", f"{mistake.code}: {verdict}"
        assert mistake.hint in str(verdict), f"{mistake.code}: {verdict}"


def test_every_registered_exercise_stands_in_a_chapter():
    used = {parameter.values[1] for parameter in exercises()}
    assert {name for name in registered() if not name.startswith(("X", "T"))} <= used
