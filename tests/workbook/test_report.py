"""A report is written whole or not at all, and says where every figure comes from."""

import csv
import hashlib
import json
import re

import nbformat
import pandas as pd
import pytest
from typer.testing import CliRunner

from helpers.community import SettingsError
from helpers.simulate import Scenario
from helpers.simulate import simulate as simulation
from helpers.workbook import report, swap
from helpers.workbook.cli import app
from helpers.workbook.run import Outcome
from tests.workbook.notebooks import code, notebook, text

OPEN = """from helpers.community import Community

community = Community.open(data, as_of=as_of, language=language)
community.name"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder of small notebooks: one good, one that stops."""
    made = tmp_path_factory.mktemp("notebooks")
    (made / "en").mkdir()
    good = notebook(
        code(OPEN),
        text("## Lesson", "teaching"),
        code("1 / 0", "teaching"),
        text("## Section"),
        code("print(weeks)"),
        code("community.query('select count(*) as n from people order by n')"),
    )
    nbformat.write(good, made / "en" / "01_good.ipynb")
    nbformat.write(notebook(code(OPEN), text("## Wrong"), code("int('x')")), made / "en" / "02_stops.ipynb")
    return made


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Give a folder as a user has it: CSV files with rows that break rules, and settings."""
    made = tmp_path_factory.mktemp("data") / "tea & friends"
    made.mkdir()
    tables = simulation(Scenario.small(members=200, days=40)).tables
    orders = tables["orders"].assign(ordered_at=lambda frame: frame["ordered_at"].astype(str))
    broken = orders.head(2).assign(order_id=["x-1", "=cmd()"], ordered_at="no day")
    pd.concat([orders, broken]).to_csv(made / "orders.csv", index=False, encoding="utf-8")
    tables["events"].to_csv(made / "events.csv", index=False, encoding="utf-8")
    settings = "title: Tea & <friends>\nprivacy: {pseudonyms: false}\n"
    settings += "tables:\n  orders: orders.csv\n  events: events.csv\n"
    (made / "community.yml").write_text(settings, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def made(folder, data, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "reports"
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    finished = report.make(str(data), folder=folder, out=out, settings={"weeks": "7"})
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before
    return finished


@pytest.fixture(scope="module")
def index(made):
    return made.index.read_text(encoding="utf-8")


def test_everything_is_in_one_folder_named_after_the_data(made):
    assert made.folder.name == "tea & friends"
    assert {path.name for path in made.folder.parent.iterdir()} == {made.folder.name}
    assert {"index.html", "01_good.html", "02_stops.html", "notebooks"} <= {
        p.name for p in made.folder.iterdir()
    }


def test_the_failure_is_told_and_the_rest_is_there(made, index):
    (failure,) = made.failures
    assert str(failure).startswith("02_stops, cell [4] under “Wrong”: ValueError")
    assert "02_stops, cell [4]" in index
    assert "ValueError" in (made.folder / "02_stops.html").read_text(encoding="utf-8")


def test_settings_reach_the_notebooks_and_the_provenance(made, index):
    good = nbformat.read(made.folder / "notebooks" / "01_good.ipynb", as_version=4)
    assert "7" in json.dumps([cell.get("outputs") for cell in good.cells])
    assert "weeks = 7" in index


def test_lessons_are_not_in_the_report(made):
    assert "Lesson" not in (made.folder / "01_good.html").read_text(encoding="utf-8")


def test_the_files_come_with_their_hashes_and_rows_balance(index, data):
    for name in ("orders.csv", "events.csv"):
        assert hashlib.sha256((data / name).read_bytes()).hexdigest() in index
    assert "Rows read = rows used + rows set aside + rows excluded" in index


def test_rows_set_aside_are_listed_safely(made, index):
    path = made.folder / "quarantine" / "orders.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    assert "'=cmd()" in json.dumps(rows)
    assert {row["value"] for row in rows} == {"no day"}
    assert 'href="quarantine/orders.csv"' in index


def test_headlines_say_what_they_rest_on(index):
    assert index.count('class="value"') >= 4
    assert re.search(r"95 % interval [\d.]+–[\d.]+\s%, of \d+", index.replace("\u00a0", " "))


def test_versions_are_named(index):
    for name in ("Python 3.", "pandas ", "duckdb "):
        assert name in index


def test_nothing_in_the_report_names_the_machine(made, data):
    for path in made.folder.rglob("*"):
        if path.suffix in (".html", ".ipynb", ".csv"):
            assert str(data.parent) not in path.read_text(encoding="utf-8"), path.name


def test_names_from_the_data_are_escaped(index):
    assert "Tea &amp; &lt;friends&gt;" in index
    assert "<friends>" not in index


def test_an_earlier_report_is_replaced_only_by_a_whole_one(tmp_path, monkeypatch, folder, data):
    old = tmp_path / data.name / "index.html"
    old.parent.mkdir()
    old.write_text("old", encoding="utf-8")

    def stop(*_anything, **_more):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(report, "summary", stop)
    with pytest.raises(RuntimeError):
        report.make(str(data), folder=folder, out=tmp_path, names=["01"])
    assert old.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == [data.name]


@pytest.mark.parametrize(
    ("place", "title"),
    [
        ("headlines", "At a glance"),
        ("warnings", "Before you rely on it"),
        ("_contacts", "Whom to contact"),
        ("_files", "Files"),
    ],
)
def test_a_part_of_the_summary_that_fails_leaves_the_rest(tmp_path, monkeypatch, folder, data, place, title):
    def stop(*_anything, **_more):
        raise IndexError(f"nothing in {tmp_path / 'orders.csv'}")

    monkeypatch.setattr(f"helpers.workbook.summary.{place}", stop)
    monkeypatch.setattr(
        report, "run", lambda chapters, *_all, **_more: [Outcome(*p) for p in chapters.items()]
    )
    made = report.make(str(data), folder=folder, out=tmp_path / "out", names=["01"])
    index = made.index.read_text(encoding="utf-8")
    assert made.missing == [f"{title}: IndexError: nothing in …"]
    assert made.missing[0] in index
    assert str(tmp_path) not in index
    assert "Nothing was found" not in index
    assert (made.folder / "01_good.html").is_file()
    monkeypatch.setattr(report, "make", lambda *_all, **_more: made)
    told = CliRunner().invoke(app, ["report", "demo"])
    assert told.exit_code == 1
    assert "IndexError" in told.output


def test_a_report_in_use_is_left_and_the_reader_is_told(tmp_path, monkeypatch):
    target = tmp_path / "tea"
    target.mkdir()
    (target / "index.html").write_text("old", encoding="utf-8")

    def locked(self, to):
        raise PermissionError(13, "in use")

    monkeypatch.setattr("pathlib.Path.rename", locked)
    monkeypatch.setattr(swap, "_exchange", lambda *_both: False)
    with pytest.raises(SettingsError, match="the earlier one is still there"), swap.whole(target) as fresh:
        (fresh / "index.html").write_text("new", encoding="utf-8")
    assert (target / "index.html").read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["tea"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"data": "no such folder"}, "no folder 'no such folder'"),
        ({"names": ["99"]}, "no notebook '99'"),
        ({"settings": {"wekks": "3"}}, "Did you mean weeks"),
        ({"settings": {"weeks": "three"}}, "a whole number"),
        ({"as_of": "yesterday"}, "a date"),
    ],
)
def test_what_cannot_be_followed_is_refused_before_anything_runs(tmp_path, folder, wrong, message):
    with pytest.raises(SettingsError, match=message):
        report.make(**{"data": "demo", "folder": folder, "out": tmp_path / "out", **wrong})
    assert not (tmp_path / "out").exists()
