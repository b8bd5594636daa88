"""The README promises what the Makefile and the command line do."""

import re
import subprocess

import pytest
from typer.main import get_command

from helpers.community.importers import IMPORTERS
from helpers.workbook.cli import app


@pytest.fixture
def readme(root):
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def makefile(root):
    return (root / "Makefile").read_text(encoding="utf-8")


def test_the_plain_test_commands_are_those_of_make(readme, makefile):
    plain = re.search(r"```bash\n(python -m ruff check\n.*?)```", readme, re.S).group(1).splitlines()
    made = [
        line.strip().replace("$(RUN)", "python").replace(" $(ARGS)", "")
        for line in makefile.splitlines()
        if re.match(r"\t\$\(RUN\) -m (ruff|mypy|pytest)", line)
        and "not notebook" not in line
        and "tests/spark" not in line  # within the others; on its own it is for who has Java
    ]
    assert sorted(plain) == sorted(made)


def test_every_make_target_named_is_there(readme, makefile):
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", readme, re.M)) <= targets


def test_every_command_and_option_named_is_there(readme):
    commands = get_command(app).commands
    for name, rest in re.findall(r"-m helpers ([a-z]+)([^`\n]*)", readme):
        assert name in commands
        options = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, name


def test_every_link_leads_somewhere(readme, root):
    headings = {
        line.lstrip("# ").lower().replace(" ", "-") for line in readme.splitlines() if line[:1] == "#"
    }
    for target in re.findall(r"\]\(([^)]+)\)", readme):
        there = target[1:] in headings if target.startswith("#") else (root / target).exists()
        assert there, target


def test_every_format_is_named_with_what_it_feeds(readme):
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([a-z, ]+) \|$", readme, re.M)
    fed = {name: set(tables.split(", ")) for name, tables in rows}
    assert fed == {name: set(importer.tables) for name, importer in IMPORTERS.items()}


def test_the_stated_layout_is_there(root):
    for name in (
        "environment.yml",
        "pyproject.toml",
        "requirements.lock",
        "LICENSE",
        "CITATION.cff",
        ".ci/run",
    ):
        assert (root / name).is_file(), name


def test_the_version_is_the_same_everywhere(root):
    from helpers import __version__

    assert f'version = "{__version__}"' in (root / "pyproject.toml").read_text(encoding="utf-8")
    assert f"version: {__version__}" in (root / "CITATION.cff").read_text(encoding="utf-8")


def test_what_is_made_is_not_committed(root):
    try:
        listed = subprocess.run(["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    for name in listed.stdout.splitlines():
        assert not name.startswith(("build/", "work/", "reports/", ".venv")), name
        assert name.isascii(), name
