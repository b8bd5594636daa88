"""What a report leaves for the next one: carried on whole, read with care, and the same for the same data."""

import datetime as dt
import json
import shutil

import pandas as pd
import pytest

from helpers import __version__
from helpers.community import Community
from helpers.metrics import watched
from helpers.present import plots
from helpers.workbook import history

FIRST = pd.Timestamp("2026-03-02")
DAYS = [dt.date(2026, 4, 5) + dt.timedelta(days=7 * week) for week in range(5)]


@pytest.fixture(scope="module")
def frames():
    events = pd.DataFrame({"member_id": [f"m{number % 60:02d}" for number in range(1500)]})
    events["occurred_at"] = FIRST + pd.to_timedelta([(number * 7) % 63 for number in range(1500)], unit="D")
    return {"events": events.assign(event_type="like")}


@pytest.fixture(scope="module")
def communities(frames):
    return {day: Community.open(frames, as_of=day) for day in DAYS}


def members_of(day):
    since = day.isoformat()
    rows = pd.DataFrame({"member_id": [f"m{number:02d}" for number in range(4)], "segment": "loyal"})
    rows = rows.assign(state="active", risk=[0.1, None, 0.3, 0.4], risk_level="low", value=3.25)
    rows = rows.assign(value_level="normal", action="reminder", gain=1.5)
    rows = rows.assign(
        place=pd.array([1, 2, 3, 4], dtype="Int64"), rank=pd.array([1, None, 2, 3], dtype="Int64")
    )
    return rows.assign(arm=["contact", None, "control", "contact"], listed_since=[since, None, since, since])


def add(communities, folder, day, past=None, **more):
    """Write one more report; return its folder."""
    past = past or history.History()
    community = communities[day]
    before = past.before(community)
    figures = watched.measure(community, earlier=before.as_of if before else None)
    new = history.entry(community, figures, members=members_of(day), before=before, **more)
    report = folder / day.isoformat()
    report.mkdir(parents=True)
    history.write(past, new, report)
    return report


@pytest.fixture(scope="module")
def written(communities, tmp_path_factory):
    folder, past = tmp_path_factory.mktemp("reports"), None
    for day in DAYS[:4]:
        past = history.read(add(communities, folder, day, past))
    return folder


@pytest.fixture
def reports(written, tmp_path):
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    return [tmp_path / day.isoformat() for day in DAYS[:4]]


def test_what_is_written_is_what_is_read(communities, reports):
    past = history.read(reports[-1])
    assert [one.as_of for one in past.entries] == DAYS[:4]
    assert past.damaged == []
    last = past.entries[-1]
    pd.testing.assert_frame_equal(last.members, members_of(DAYS[3]), check_dtype=False)
    figures = watched.measure(communities[DAYS[3]])
    read = last.figures()
    assert read["metric"].tolist() == figures["metric"].tolist()
    assert read["estimate"].tolist() == pytest.approx(figures["estimate"].tolist(), rel=1e-9)
    assert last.facts["workbook"] == __version__


def test_members_are_kept_for_the_last_reports_only(reports):
    kept = sorted(path.name[:10] for path in (reports[-1] / "history").glob("*.members.csv.gz"))
    assert kept == [day.isoformat() for day in DAYS[1:4]]
    assert history.KEPT == 3


def test_the_same_day_again_replaces_its_entry_and_keeps_its_predecessor(communities, reports, tmp_path):
    again = add(communities, tmp_path / "again", DAYS[3], history.read(reports[3]))
    one, other = ({p.name: p.read_bytes() for p in (r / "history").iterdir()} for r in (reports[3], again))
    assert one == other


def test_a_day_in_the_past_is_compared_with_the_one_before_it(communities, reports, tmp_path):
    past = history.read(reports[3])
    assert past.before(communities[DAYS[2]]).as_of == DAYS[1]
    again = add(communities, tmp_path / "again", DAYS[1], past)
    assert [one.as_of for one in history.read(again).entries] == DAYS[:4]
    assert len(history.frame(past, past.entries[1], communities[DAYS[1]])["as_of"].unique()) == 2


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(path.read_bytes()[:40]),
        lambda path: path.write_text("[]", encoding="utf-8"),
        lambda path: path.write_bytes(b"\xff\xfe\x00"),
        lambda path: path.write_text(
            json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"format": 99}), encoding="utf-8"
        ),
    ],
)
def test_a_damaged_entry_is_put_aside_and_the_report_goes_on(communities, reports, tmp_path, harm):
    harm(reports[3] / "history" / f"{DAYS[3]}.json")
    past = history.read(reports[3])
    assert past.damaged == [f"{DAYS[3]}.json"]
    assert past.before(communities[DAYS[4]]).as_of == DAYS[2]
    (note,) = history.notes(past, past.before(communities[DAYS[4]]), communities[DAYS[4]])
    assert f"{DAYS[3]}.json" in note
    after = add(communities, tmp_path / "after", DAYS[4], past)
    assert (after / "history" / "set-aside" / f"{DAYS[3]}.json").is_file()
    assert history.read(after).damaged == []
    once_more = add(communities, tmp_path / "more", DAYS[4], history.read(after))
    assert (once_more / "history" / "set-aside" / f"{DAYS[3]}.json").is_file()


def test_members_that_are_not_what_was_written_are_not_believed(reports):
    path = reports[3] / "history" / f"{DAYS[3]}.members.csv.gz"
    path.write_bytes(path.read_bytes()[:-9])
    past = history.read(reports[3])
    assert past.damaged == [path.name]
    assert past.entries[-1].members is None
    (reports[3] / "history" / f"{DAYS[2]}.members.csv.gz").unlink()
    assert history.read(reports[3]).entries[2].members is None


@pytest.mark.parametrize("other", [{"name": "coffee"}, {"currency": "USD"}])
def test_the_report_of_another_community_is_kept_and_not_compared(frames, reports, other):
    own = Community.open(frames, as_of=DAYS[4], settings={"name": "frames"} | other)
    past = history.read(reports[3])
    assert past.before(own) is None
    assert "another community" in history.notes(past, None, own)[0]


def test_settings_that_change_the_meaning_are_named_and_new_files_are_not(frames, reports, tmp_path):
    past = history.read(reports[3])
    same = Community.open(frames, as_of=DAYS[4], settings={"name": "frames"})
    assert history.notes(past, past.before(same), same) == []
    other = Community.open(frames, as_of=DAYS[4], settings={"name": "frames", "day_starts_at": 4})
    (note,) = history.notes(past, past.before(other), other)
    assert "day_starts_at" in note
    for name in ("one.csv", "two.csv"):
        frames["events"].to_csv(tmp_path / name, index=False)
    single = {"name": "x", "tables": {"events": "one.csv"}}
    both = {"name": "x", "tables": {"events": ["one.csv", "two.csv"]}}
    told = []
    for said in (single, both):
        (tmp_path / "community.yml").write_text(json.dumps(said), encoding="utf-8")
        told.append(history.definition(Community.open(tmp_path)))
    assert told[0] == told[1]


def test_another_version_is_told(communities, reports, monkeypatch):
    monkeypatch.setattr("helpers.__version__", "99.0")
    past = history.read(reports[3])
    (note,) = history.notes(past, past.before(communities[DAYS[4]]), communities[DAYS[4]])
    assert "99.0" in note
    assert __version__ in note


def test_later_values_stand_beside_those_of_the_time(communities, reports, tmp_path):
    past = history.read(reports[3])
    figures = watched.measure(communities[DAYS[3]])
    revised = figures.assign(estimate=figures["estimate"] + 0.1)
    after = add(communities, tmp_path / "after", DAYS[4], past, revised=revised)
    new = history.read(after).entries[-1]
    table = history.frame(past, new, communities[DAYS[4]])
    assert table["as_of"].nunique() == 5
    known = table[table["revised"].notna()]
    assert set(known["as_of"]) == {DAYS[3].isoformat()}
    assert (known["revised"] - known["estimate"]).tolist() == pytest.approx([0.1] * len(known))
    picture = plots.history(table)
    assert f"{len(known)} values were changed" in picture.alt


@pytest.mark.parametrize("reports_made", [1, 2, 12, 60])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_figure_holds_any_number_of_reports(communities, reports_made, language):
    figures = watched.measure(communities[DAYS[4]]).head(2)
    days = [DAYS[4] - dt.timedelta(days=7 * back) for back in range(reports_made)][::-1]
    table = pd.concat(
        [figures.assign(as_of=day.isoformat(), revised=None) for day in days], ignore_index=True
    )
    table.attrs["about"] = communities[DAYS[4]].about("history") | {"language": language}
    picture = plots.history(table)
    assert len(picture.axes) == 2 or picture.axes[0].lines
    assert DAYS[4].isoformat() in picture.alt


def test_an_empty_history_is_no_figure(communities):
    table = pd.DataFrame(columns=["as_of", "metric", "unit", "estimate", "low", "high", "revised", "n"])
    table.attrs["about"] = communities[DAYS[4]].about("history")
    assert "Too little" in plots.history(table).alt


def test_earlier_changes_are_told_from_report_to_report(communities, reports, tmp_path):
    after, past = reports[3], history.read(reports[2])
    for day in DAYS[3:]:
        before = past.before(communities[day])
        figures = watched.measure(communities[day], earlier=before.as_of)
        then = figures.assign(estimate=figures["estimate"] - 0.25, last=figures["last_earlier"])
        after = add(communities, tmp_path / "more", day, past, revised=then)
        past = history.read(after)
    assert history.steps(history.read(reports[2]), communities[DAYS[3]]).empty
    found = history.steps(past, communities[DAYS[4]])
    assert set(found["change"].round(9)) == {0.25}
    assert found["metric"].is_unique  # this report itself is not among the earlier ones
