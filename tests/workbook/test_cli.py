"""The command line end to end: each command as a reader types it, and errors without a traceback."""

import os
import subprocess
import sys
import time

import pytest
import yaml
from typer.testing import CliRunner

from helpers.workbook.cli import app
from helpers.workbook.run import ROOT

ORDERS = "order_id,member_id,ordered_at,amount\n1,a,2026-05-01,10\n2,b,2026-05-02,12.5\n3,a,no day,8\n"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "mine"
    made.mkdir()
    (made / "orders.csv").write_text(ORDERS, encoding="utf-8")
    return made


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_init_drafts_settings_and_check_follows_them(folder):
    drafted = call("init", folder)
    assert drafted.exit_code == 0, drafted.output
    assert "orders.csv" in drafted.output
    settings = yaml.safe_load((folder / "community.yml").read_text(encoding="utf-8"))
    assert "orders" in settings["tables"]
    checked = call("check", folder)
    assert checked.exit_code == 0, checked.output
    assert "aa aaa" in checked.output and "no day" not in checked.output  # the form of "no day"
    assert (folder / "orders.csv").read_text(encoding="utf-8") == ORDERS


def test_init_keeps_settings_that_are_there(folder):
    (folder / "community.yml").write_text("name: kept\n", encoding="utf-8")
    refused = call("init", folder)
    assert refused.exit_code == 2
    assert (folder / "community.yml").read_text(encoding="utf-8") == "name: kept\n"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_check_speaks_both_languages(language):
    checked = call("check", "demo", "--language", language)
    assert checked.exit_code == 0, checked.output
    assert ("members" if language == "en" else "成员") in checked.output


def test_simulate_writes_a_community_that_can_be_checked(tmp_path):
    made = call(
        "simulate", "--members", "60", "--days", "20", "--seed", "3", "--no-texts", "--out", tmp_path / "sim"
    )
    assert made.exit_code == 0, made.output
    assert (tmp_path / "sim" / "truth").is_dir()
    assert call("check", tmp_path / "sim").exit_code == 0


def test_doctor_says_how_things_stand():
    seen = call("doctor")
    for name in ("Python", "packages", "kernel", "fonts", "disk", "memory", "encoding"):
        assert name in seen.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "no such folder"), "no such folder"),
        (("report", "no such folder"), "no such folder"),
        (("report", "demo", "--set", "no_such_knob=3"), "no_such_knob"),
        (("report", "demo", "--set", "nonsense"), "name=value"),
        (("report", "demo", "--notebooks", "99"), "99"),
        (("report", "demo", "--language", "fr"), "fr"),
        (("report", "demo", "--as-of", "someday"), "someday"),
        (("report", "demo", "--as-of", "1999-01-01"), "1999-01-01"),
        (("init", "no such folder"), "no such folder"),
    ],
)
def test_what_the_reader_can_mend_is_said_without_a_traceback(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    refused = call(*words)
    assert refused.exit_code == 2, refused.output
    assert said in refused.output
    assert "Traceback" not in refused.output
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_starts_quickly_and_alone():
    code = (
        "import sys, helpers.workbook.cli; print(len({'pandas', 'duckdb', 'matplotlib'} & set(sys.modules)))"
    )
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "0"
    assert time.monotonic() - begun < 60


def test_a_narrow_screen_encoding_does_not_stop_it():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    call = [sys.executable, "-m", "helpers", "check", "demo", "--language", "zh"]
    done = subprocess.run(call, capture_output=True, env=environment, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "成员" in done.stdout.decode("utf-8")


@pytest.mark.notebook
def test_a_report_from_any_folder_holds_every_chapter(tmp_path):
    names = sorted(path.stem for path in (ROOT / "notebooks" / "en").glob("*.ipynb"))
    call = [sys.executable, "-m", "helpers", "report", "demo", "--out", "made", "--language", "zh"]
    done = subprocess.run(call, capture_output=True, cwd=tmp_path, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    report = tmp_path / "made" / "demo"
    assert str(report.name) in done.stdout
    pages = {path.name: path.read_text(encoding="utf-8") for path in report.glob("*.html")}
    assert set(pages) == {"index.html", "plan.html", *(f"{name}.html" for name in names)}
    for name, page in pages.items():
        assert str(ROOT) not in page, name
        assert str(tmp_path) not in page, name
        assert 'class="failure"' not in page, name
        assert "check(" not in page, name
    assert (report / "contact_list.csv").exists()
    assert (report / "contact_list.xlsx").exists()


@pytest.mark.parametrize(
    ("environment", "asked", "said"),
    [
        ({"LANG": "zh_CN.UTF-8"}, (), "没有文件夹"),
        ({"LANG": "zh_CN.UTF-8"}, ("--language", "en"), "There is no folder"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, (), "There is no folder"),
    ],
)
def test_the_language_is_that_of_the_environment_unless_one_is_asked_for(
    monkeypatch, environment, asked, said
):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert said in call("init", "no such folder", *asked).output
