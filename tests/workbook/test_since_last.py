"""Every week: a report says what changed since the last one, and the same week gives the same tables."""

import csv
import gzip
import json
import re
import shutil
from datetime import date
from html import unescape

import pandas as pd
import pytest
from typer.testing import CliRunner

from helpers.community import Community
from helpers.metrics import watched
from helpers.models import list_changes
from helpers.simulate import Scenario
from helpers.simulate import simulate as simulation
from helpers.workbook import changes, history, report
from helpers.workbook.cli import app
from helpers.workbook.run import Outcome
from tests.workbook.notebooks import notebook
from tests.workbook.planted import plant, seen

pytestmark = pytest.mark.once  # reports of several weeks; what a version of Python could change is elsewhere

PARAMETERS = """data = "demo"
as_of = None
language = "en"
budget = 40
contact_cost = 0.5"""


def _without_kernels(patch, folder):
    """Let the chapters count as run: here it is only what comes after them that matters."""
    chapters = {"06_evaluation": notebook(parameters=PARAMETERS)}
    patch.setattr(report, "run", lambda given, *_all, **_more: [Outcome(*pair) for pair in given.items()])
    patch.setattr(report, "notebooks", lambda *_all, **_more: chapters)
    patch.setattr(report, "WORK", folder / "work")


@pytest.fixture
def without_list(monkeypatch):
    """Leave the contact list out, which is what takes time."""
    monkeypatch.setattr("helpers.workbook.summary._lists", lambda *_all: None)


@pytest.fixture(autouse=True)
def without_kernels(monkeypatch, tmp_path):
    _without_kernels(monkeypatch, tmp_path)


@pytest.fixture(scope="module")
def tables():
    made = simulation(Scenario.small(members=260, days=150, texts=False)).tables
    kept = {name: made[name] for name in ("members", "events", "orders")}
    for frame in kept.values():
        for name in ("occurred_at", "ordered_at", "joined_at", "left_at"):
            if name in frame:
                frame[name] = frame[name].astype("str").str[:19].replace("NaT", "").replace("None", "")
    return kept


def put(folder, tables, *, until=None):
    """Write a folder as a user has it, with rows up to a day."""
    folder.mkdir(exist_ok=True)
    times = {"members": "joined_at", "events": "occurred_at", "orders": "ordered_at"}
    for name, frame in tables.items():
        rows = frame if until is None else frame[frame[times[name]].astype(str).str[:10] <= until]
        rows.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8")
    lines = "".join(f"  {name}: {name}.csv\n" for name in tables)
    (folder / "community.yml").write_text(f"title: Tea\ntables:\n{lines}", encoding="utf-8")


@pytest.fixture(scope="module")
def weeks(tables):
    last = pd.Timestamp(tables["events"]["occurred_at"].max()[:10])
    return [(last - pd.Timedelta(days=7 * back)).date().isoformat() for back in (2, 1, 0)]


def make(folder, out, as_of, *, since_last=True, **more):
    return report.make(str(folder), out=out, as_of=as_of, since_last=since_last, **more).folder


def bytes_of(made, *, inside=("tables", "history", "contact_list")):
    files = {path.relative_to(made).as_posix(): path for path in made.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name.startswith(inside)}


def page(made, name="since_last.html"):
    text = re.sub(r"<[^>]+>", "", (made / name).read_text(encoding="utf-8"))
    return unescape(text).replace("\u00a0", " ")


@pytest.fixture(scope="module")
def three(tables, weeks, tmp_path_factory):
    """Give the folder of the data, and copies of the reports of three weeks."""
    base = tmp_path_factory.mktemp("weeks")
    patch = pytest.MonkeyPatch()
    _without_kernels(patch, base)
    patch.chdir(base)
    copies = []
    for number, day in enumerate(weeks):
        put(base / "tea", tables, until=day)
        made = make(base / "tea", base / "reports", day, since_last=number > 0)
        copies.append(shutil.copytree(made, base / f"copy-{number}" / "tea"))
    patch.undo()
    return base / "tea", copies


def test_a_first_report_records_itself(three):
    _folder, (first, *_rest) = three
    assert not (first / "since_last.html").exists()
    assert len(list((first / "history").glob("*.json"))) == 1
    assert (first / "tables" / "figures.csv").is_file()
    assert "Since last time" not in page(first, "index.html")


def test_the_next_ones_compare_and_carry_the_history_on(three, weeks):
    _folder, (_first, second, third) = three
    assert f"compared with the report of {weeks[0]}, 7 days before" in page(second)
    assert f"Compared with the report of {weeks[1]}, 7 days before" in page(third, "index.html")
    assert [path.stem for path in sorted((third / "history").glob("*.json"))] == weeks
    with (third / "tables" / "history.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sorted({row["as_of"] for row in csv.DictReader(file)}) == weeks
    assert "today's data give the figures that the last report had" in page(third)


def test_every_member_of_both_lists_is_accounted_for(three):
    _folder, (_first, second, third) = three
    lists = []
    for made in (second, third):
        with (made / "contact_list.csv").open(encoding="utf-8-sig", newline="") as file:
            lists.append({row["Member"]: row["Group"] for row in csv.DictReader(file)})
    with (third / "tables" / "contact_changes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    told = {
        name: {row["Member"] for row in rows if row["What happened"] == name}
        for name in ("new on the list", "left the list", "stayed")
    }
    before, now = map(set, lists)
    assert len(now) > 20
    assert told["new on the list"] == now - before
    assert told["left the list"] == before - now
    assert told["stayed"] == now & before
    assert all(row["Why"] for row in rows if row["What happened"] != "stayed")
    assert all(lists[0][name] == lists[1][name] for name in now & before)  # nobody changed the arm
    assert {"contact", "control: do not contact"} == set(lists[1].values())


def test_the_same_week_again_gives_the_same_bytes_and_so_does_reading_everything_anew(
    three, weeks, tmp_path, monkeypatch
):
    folder, (_first, _second, third) = three
    monkeypatch.chdir(tmp_path)
    assert not (tmp_path / "work").exists()  # nothing is kept here of what was read before
    shutil.copytree(third, tmp_path / "reports" / "tea")
    again = bytes_of(make(folder, tmp_path / "reports", weeks[2]))
    once = bytes_of(third)
    assert set(again) == set(once)
    assert {name for name, content in once.items() if again[name] != content} == set()
    assert {"tables/changes.csv", "tables/changes.xlsx", "contact_list.xlsx"} <= set(once)
    assert any(name.startswith("history/") for name in once)
    assert any((tmp_path / "work" / "tea" / "store").iterdir())


@pytest.mark.usefixtures("without_list")
def test_rows_that_come_late_change_the_past_and_are_said_apart(three, tables, weeks, tmp_path, monkeypatch):
    _folder, (_first, second, _third) = three
    monkeypatch.chdir(tmp_path)
    shutil.copytree(second, tmp_path / "reports" / "tea")
    late = tables["members"]["member_id"].head(60)
    more = pd.DataFrame({"member_id": late, "event_type": "like", "occurred_at": f"{weeks[1]} 10:00:00"})
    events = pd.concat([tables["events"], more.reindex(columns=tables["events"].columns)])
    put(tmp_path / "tea", tables | {"events": events}, until=weeks[2])
    (tmp_path / "tea" / "community.key").write_text(
        (_folder / "community.key").read_text(encoding="utf-8"), encoding="utf-8"
    )
    made = make(tmp_path / "tea", tmp_path / "reports", weeks[2])
    assert "Figures of the past changed" in page(made)
    entry = json.loads((made / "history" / f"{weeks[2]}.json").read_text(encoding="utf-8"))
    before = json.loads((made / "history" / f"{weeks[1]}.json").read_text(encoding="utf-8"))
    now = {row["metric"]: row["count"] for row in entry["revised"]}
    then = {row["metric"]: row["count"] for row in before["figures"]}
    assert now["active_month"] > then["active_month"]
    assert "rows that came later" in (made / "since_last.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("without_list")
def test_a_day_in_the_past_is_compared_with_the_report_before_it(three, weeks, tmp_path, monkeypatch):
    folder, (_first, _second, third) = three
    monkeypatch.chdir(tmp_path)
    shutil.copytree(third, tmp_path / "reports" / "tea")
    made = make(folder, tmp_path / "reports", weeks[1])
    assert f"compared with the report of {weeks[0]}" in page(made)
    assert [path.stem for path in sorted((made / "history").glob("*.json"))] == weeks


def test_with_another_key_the_lists_are_not_compared(three, tables, weeks, tmp_path, monkeypatch):
    _folder, (_first, second, _third) = three
    monkeypatch.chdir(tmp_path)
    shutil.copytree(second, tmp_path / "reports" / "tea")
    put(tmp_path / "tea", tables, until=weeks[2])
    made = make(tmp_path / "tea", tmp_path / "reports", weeks[2], language="zh")
    assert "community.key 已更换" in page(made)
    assert "有何变动" in page(made)
    assert not (made / "tables" / "contact_changes.csv").exists()


def test_a_run_that_stops_leaves_report_and_history_as_they_were(three, weeks, tmp_path, monkeypatch):
    folder, (_first, second, _third) = three
    monkeypatch.chdir(tmp_path)
    kept = shutil.copytree(second, tmp_path / "reports" / "tea")
    before = bytes_of(kept, inside="")
    monkeypatch.setattr("helpers.workbook.report.summary", lambda *_all, **_more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make(folder, tmp_path / "reports", weeks[2])
    assert bytes_of(kept, inside="") == before


@pytest.mark.usefixtures("without_list")
def test_history_that_cannot_be_compared_costs_no_chapter(three, weeks, tmp_path, monkeypatch):
    folder, (_first, second, _third) = three
    monkeypatch.chdir(tmp_path)
    shutil.copytree(second, tmp_path / "reports" / "tea")
    monkeypatch.setattr("helpers.workbook.changes.compare", lambda *_all, **_more: 1 / 0)
    told = CliRunner().invoke(app, ["report", str(folder), "--since-last", "--as-of", weeks[2]])
    assert told.exit_code == 1
    assert "Since last time: ZeroDivisionError" in told.output
    assert "could not be computed" in page(tmp_path / "reports" / "tea")
    # What was recorded before is not lost for it.
    assert (tmp_path / "reports" / "tea" / "history" / f"{weeks[1]}.json").is_file()


def test_no_id_of_the_data_is_in_what_is_kept_not_even_revealed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    markers = plant(tmp_path / "kettle")
    chosen = {"contact_cost": "0.01"}
    shown = make(tmp_path / "kettle", tmp_path / "reports", "2026-03-01", settings=chosen, reveal=True)
    assert seen([shown / "history"], markers) == {}
    (packed,) = (shown / "history").glob("*.members.csv.gz")
    assert gzip.decompress(packed.read_bytes()).startswith(b"member_id,")
    made = make(tmp_path / "kettle", tmp_path / "reports", "2026-03-08", settings=chosen)
    assert seen([made], markers) == {}
    assert (made / "tables" / "contact_changes.csv").is_file()


def test_the_changes_of_the_list_are_revealed_on_demand(three, weeks, tmp_path):
    folder, (_first, second, _third) = three
    community = Community.open(folder, as_of=weeks[2])
    people = history.read(second).entries[-1].members
    listed = people[people["rank"].notna()].assign(action="reminder")
    compared = list_changes.compare(community, listed, people.head(0), since=date.fromisoformat(weeks[1]))
    compared.loc[len(compared) - 1, "member_id"] = "m000000000000"  # of somebody who is no longer there
    entry = history.entry(community, watched.measure(community))
    since = changes.Since(entry, history.History(), pd.DataFrame(), people=compared)
    changes.write(since, community, tmp_path, reveal=True)
    with (tmp_path / "tables" / "contact_changes.csv").open(encoding="utf-8-sig", newline="") as file:
        shown = [row["Member"] for row in csv.DictReader(file)]
    own = set(pd.read_csv(folder / "members.csv", dtype=str)["member_id"])
    assert set(shown[:-1]) <= own
    assert shown[-1] == "m000000000000"
