"""Imports point downwards only: workbook, present, models, metrics, community; simulate stands beside."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HELPERS = Path(__file__).resolve().parents[1] / "helpers"
FLOORS = ("community", "metrics", "models", "present", "workbook")
ALLOWED = {floor: set(FLOORS[: place + 1]) for place, floor in enumerate(FLOORS)}
ALLOWED["simulate"] = {"simulate", "community"}  # the contract's names, nothing else
ALLOWED["workbook"].add("simulate")  # the command line starts it
MODULES = sorted(HELPERS.rglob("*.py"))
LONGEST = 300  # lines of code; one idea a module, 80-250 lines with its documentation is the aim
TABLES = ("contract.py",)  # data that is laid out one column a line


def imported(path):
    """Return the names under helpers that a module imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] == "helpers"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HELPERS).as_posix())
def test_imports_point_downwards(path):
    place = path.relative_to(HELPERS).parts
    if len(place) == 1:
        return
    floors = {name.split(".")[1] for name in imported(path) if name.count(".")}
    wrong = floors - ALLOWED[place[0]] - {"__version__"}
    assert not wrong, f"{'/'.join(place)} imports from {sorted(wrong)}"


def test_simulate_knows_only_the_contract():
    allowed = ("helpers.simulate", "helpers.community.contract", "helpers.community.errors")
    for path in (HELPERS / "simulate").rglob("*.py"):
        for name in imported(path):
            assert name.startswith(allowed), f"{path.name} imports {name}"


def test_the_package_itself_holds_no_logic():
    tree = ast.parse((HELPERS / "__init__.py").read_text(encoding="utf-8"))
    assert [type(node).__name__ for node in tree.body] == ["Expr", "Assign"]  # docstring and version


def test_only_the_command_line_prints():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name in ("print", "typer.echo"):
                assert path.name == "cli.py", path


def without_docstrings(tree):
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            node.body = body[1:] or [ast.Pass()]
    return tree


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HELPERS).as_posix())
def test_modules_stay_short_and_say_what_they_are(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{path.name} has no docstring"
    assert path.name in TABLES or len(ast.unparse(without_docstrings(tree)).splitlines()) <= LONGEST


def test_every_file_is_opened_with_its_encoding():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
            if name in ("read_text", "write_text"):
                assert any(word.arg == "encoding" for word in node.keywords), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("floor", [*FLOORS, "simulate"])
def test_importing_a_floor_prints_nothing_and_starts_no_plotting(floor):
    heavy = ("matplotlib.pyplot", "papermill")
    code = f"import sys, helpers.{floor}; print(*[m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")
