"""Opened with a store a community is what a fresh opening makes of it, whatever happened to its files."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, CommunityError, SettingsError, door, store
from tests.community import test_nothing_lost as damages

TABLES = ("events", "orders", "members", "customers", "staff_events", "people", "member_days")


def same(one: Community, other: Community) -> None:
    """Hold two communities to be the same in all that they show."""
    assert (one.first_day, one.as_of, one.event_types()) == (
        other.first_day,
        other.as_of,
        other.event_types(),
    )
    pd.testing.assert_frame_equal(one.quality(), other.quality())
    pd.testing.assert_frame_equal(one.findings(reveal=True), other.findings(reveal=True))
    for name in TABLES[:3]:
        if one.has(name):
            pd.testing.assert_frame_equal(one.quarantine(name), other.quarantine(name))
    for name in TABLES:
        query = f"select * from {name} order by all"
        pd.testing.assert_frame_equal(one.query(query), other.query(query), obj=name)


def opened(folder: Path, kept: Path, **how: Any) -> Community:
    """Open with a store, after it was compared with a fresh opening."""
    try:
        fresh = Community.open(folder, **how)
    except CommunityError as error:
        with pytest.raises(type(error)) as told:
            Community.open(folder, store=kept, **how)
        assert str(told.value) == str(error)
        raise
    community = Community.open(folder, store=kept, **how)
    same(community, fresh)
    return community


def text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


HEADER = ["event_id", "member_id", "occurred_at", "event_type", "content_id"]
SETTINGS = """
name: tea
exclude: {members: [m7]}
tables:
  events: {file: "events*.csv"}
  members: {file: members.csv}
"""


@pytest.fixture
def tea(tmp_path: Path) -> Path:
    folder = tmp_path / "tea"
    folder.mkdir()
    (folder / "community.yml").write_text(SETTINGS, encoding="utf-8")
    rows = [
        [f"e{n}", f"m{n % 9}", f"2026-03-{n // 10 + 1:02} 10:00:0{n % 10}", "like", ""] for n in range(60)
    ]
    (folder / "events.csv").write_text(text([HEADER, *rows]), encoding="utf-8", newline="")
    people = [[f"m{n}", "2026-02-01", "staff" if n == 3 else "member"] for n in range(8)]
    (folder / "members.csv").write_text(text([["member_id", "joined_at", "role"], *people]), encoding="utf-8")
    return folder


def add(path: Path, *rows: list[str]) -> None:
    with path.open("a", encoding="utf-8", newline="") as file:
        file.write(text(list(rows)))


def how(community: Community) -> dict[str, tuple[str, int]]:
    return {one.file: (one.how, one.read) for one in community.reused().itertuples()}


def test_only_new_rows_are_read(tea: Path, tmp_path: Path) -> None:
    kept = tmp_path / "store"
    assert how(opened(tea, kept)) == {"members.csv": ("whole", 8), "events.csv": ("whole", 60)}
    assert how(opened(tea, kept)) == {"members.csv": ("kept", 0), "events.csv": ("kept", 0)}
    add(tea / "events.csv", ["n1", "m1", "2026-03-08", "share", ""], ["n2", "m2", "2026-03-02", "view", ""])
    assert how(opened(tea, kept)) == {"members.csv": ("kept", 0), "events.csv": ("added", 2)}
    (tea / "events-2.csv").write_text(
        text([HEADER, ["p1", "m1", "2026-03-09", "like", ""]]), encoding="utf-8"
    )
    found = how(opened(tea, kept))
    assert found == {"members.csv": ("kept", 0), "events-2.csv": ("whole", 1), "events.csv": ("kept", 0)}
    add(tea / "members.csv", ["m20", "2026-03-01", "staff"])
    assert how(opened(tea, kept))["members.csv"] == ("added", 1)


@pytest.mark.once
@pytest.mark.parametrize(
    ("row", "read"),
    [
        (["n1", "m1", "04/03/2026", "like", ""], "added"),  # another form than most
        (["17.0", "m1", "2026-03-08", "like", ""], "whole"),  # whether all ids are numbers
        (["e5", "m1", "2026-03-08", "like", ""], "added"),  # a key seen before
        (["n1", "m1", "soon", "like", ""], "added"),
        (["n1", "m1", "2999-01-01", "like", ""], "added"),
        (["n1", "m1", "2026-03-08", "点赞", ""], "added"),
        (["n1", "m1"], "whole"),  # torn, so that all is read line by line
        (["n1", "m1", "2026-03-08", "like", "a\nb"], "added"),
        (["n1", "bot9", "2026-03-08", "abseil", ""], "added"),
    ],
)
def test_what_is_appended_is_judged_as_in_the_whole_file(
    row: list[str], read: str, tea: Path, tmp_path: Path
) -> None:
    opened(tea, tmp_path / "store")
    add(tea / "events.csv", row)
    assert how(opened(tea, tmp_path / "store"))["events.csv"][0] == read
    add(tea / "events.csv", row, ["n9", "m2", "2026-03-08", "like", ""])
    assert how(opened(tea, tmp_path / "store"))["events.csv"][0] == "added"


def test_a_decision_that_new_rows_turn_is_taken_for_all_rows(tea: Path, tmp_path: Path) -> None:
    rows = [[f"{n}.0", f"m{n % 5}", f"0{n % 9 + 1}/03/2026", "like", ""] for n in range(20)]
    (tea / "events.csv").write_text(text([HEADER, *rows]), encoding="utf-8", newline="")
    opened(tea, tmp_path / "store")
    add(tea / "events.csv", ["21.0", "m1", "03/25/2026", "like", ""])  # now the month leads
    assert how(opened(tea, tmp_path / "store"))["events.csv"][0] == "whole"
    add(tea / "events.csv", ["word", "m1", "03/25/2026", "like", ""])  # now ids are no numbers
    assert how(opened(tea, tmp_path / "store"))["events.csv"][0] == "whole"


def test_a_repeat_that_now_comes_first_changes_places(tea: Path, tmp_path: Path) -> None:
    kept = tmp_path / "store"
    (tea / "events-z.csv").write_text(
        text([HEADER, ["x1", "m2", "2026-03-07", "share", ""]]), encoding="utf-8"
    )
    (tea / "community.yml").write_text(
        SETTINGS.replace('{file: "events*.csv"}', "[{file: events.csv}, {file: events-z.csv}]"),
        encoding="utf-8",
    )
    opened(tea, kept)
    add(tea / "events.csv", ["x1", "m1", "2026-03-07", "like", ""])
    community = opened(tea, kept)
    assert community.quarantine("events")["file"].tolist() == ["events-z.csv"]
    (tea / "events-z.csv").unlink()
    (tea / "community.yml").write_text(SETTINGS, encoding="utf-8")
    assert opened(tea, kept).quarantine("events").empty


@pytest.mark.once
def test_settings_days_and_people_left_out_may_change(tea: Path, tmp_path: Path, monkeypatch: Any) -> None:
    kept = tmp_path / "store"
    opened(tea, kept)
    assert how(opened(tea, kept, as_of="2026-03-03"))["events.csv"] == ("kept", 0)
    assert how(opened(tea, kept))["events.csv"] == ("kept", 0)
    for change, read in (
        (lambda text: text.replace("[m7]", "[m1, m2]"), "kept"),
        (lambda text: text + "day_starts_at: 11\n", "whole"),
        (lambda text: text + "timezone: Europe/Paris\n", "whole"),
        (lambda text: text + "privacy: {pseudonyms: false}\n", "kept"),
        (lambda text: text, "kept"),
    ):
        (tea / "community.yml").write_text(change(SETTINGS), encoding="utf-8")
        assert how(opened(tea, kept))["events.csv"][0] == ("whole" if read == "whole" else "kept")
        (tea / "community.yml").write_text(SETTINGS, encoding="utf-8")
        opened(tea, kept)
    monkeypatch.setenv("COMMUNITY_KEY", "another")
    assert how(opened(tea, kept))["events.csv"] == ("kept", 0)
    people = (
        (tea / "members.csv").read_text(encoding="utf-8").replace("m5,2026-02-01,member", "m5,2026-02-01,bot")
    )
    (tea / "members.csv").write_text(people, encoding="utf-8")
    assert how(opened(tea, kept)) == {"members.csv": ("whole", 8), "events.csv": ("kept", 0)}


# sequences of what may happen -------------------------------------------------------------------

EVENT = st.tuples(
    st.sampled_from([*(f"e{n}" for n in range(12)), "", "1.0", "2.0"]),
    st.sampled_from(["m0", "m1", "m3", "m7", "m99", "", "NULL"]),
    st.sampled_from(["2026-03-01 10:00:00", "2026-03-02", "2026-03-04 23:30:00", "05/03/2026", "soon", ""]),
    st.sampled_from(["like", "view", "赞", "comment", "join", ""]),
    st.sampled_from(["", "c1", "a\nb", 'say "x"']),
)
PIECE = st.lists(EVENT, max_size=5)
CHANGES = st.one_of(
    st.tuples(st.just("append"), st.sampled_from(["events.csv", "events-2.csv"]), PIECE),
    st.tuples(st.just("torn"), st.just("events.csv"), st.just([])),
    st.tuples(st.just("rewrite"), st.sampled_from(["events.csv", "events-0.csv"]), PIECE),
    st.tuples(st.just("remove"), st.just("events-2.csv"), st.just([])),
    st.tuples(st.just("role"), st.sampled_from(["m1", "m3"]), st.just([])),
    st.tuples(st.just("day"), st.sampled_from(["2026-03-02", ""]), st.just([])),
)


@pytest.mark.once
@settings(max_examples=12, deadline=None, derandomize=True)
@given(PIECE, st.lists(CHANGES, min_size=2, max_size=5))
def test_any_sequence_of_changes_ends_as_a_fresh_opening(
    begins: list[Any], changes: list[tuple[str, str, list[Any]]]
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder, kept = Path(scratch, "tea"), Path(scratch, "store")
        folder.mkdir()
        (folder / "community.yml").write_text(SETTINGS, encoding="utf-8")
        sure = ["sure", "m0", "2026-03-01 09:00:00", "like", ""]
        (folder / "events.csv").write_text(text([HEADER, sure, *begins]), encoding="utf-8", newline="")
        roles, as_of = {f"m{n}": "member" for n in range(5)}, None
        for what, where, rows in [("start", "", []), *changes]:
            path = folder / where
            if what == "append" and path.exists():
                add(path, *rows)
            elif what in ("append", "rewrite"):
                path.write_text(text([HEADER, sure, *rows]), encoding="utf-8", newline="")
            elif what == "torn":
                add(path, ["only", "two"])
            elif what == "remove":
                path.unlink(missing_ok=True)
            elif what == "role":
                roles[where] = "staff" if roles[where] == "member" else "member"
            elif what == "day":
                as_of = where or None
            people = [[name, "2026-02-01", role] for name, role in roles.items()]
            members = text([["member_id", "joined_at", "role"], *people])
            (folder / "members.csv").write_text(members, encoding="utf-8")
            try:
                opened(folder, kept, as_of=as_of)
            except CommunityError:
                continue


# damaged files ----------------------------------------------------------------------------------


def damaged() -> list[Any]:
    """Give every damage to bytes, and a share of those to rows in every format."""
    bytes_ = [pytest.param("bytes", one, "csv", id=one.replace(" ", "-")) for one in damages.BYTES]
    rows = [
        pytest.param("rows", one, form, id=f"{one}-{form}".replace(" ", "-"))
        for number, (one, about) in enumerate(damages.ROWS.items())
        for at, form in enumerate(("csv", "jsonl", "xlsx", "parquet"))
        if form in about.only and (number % 6 == at or (form == "csv" and number % 2))
    ]
    return [*bytes_, *rows]


@pytest.mark.once
@pytest.mark.parametrize(("kind", "damage", "form"), damaged())
def test_damaged_files_are_the_same_whether_they_grew_or_not(
    kind: str, damage: str, form: str, tmp_path: Path
) -> None:
    folder, kept, name = tmp_path / "tea", tmp_path / "store", f"orders.{form}"
    folder.mkdir()
    said = damages.SETTINGS.format(staff=damages.STAFF, file=name)
    (folder / "community.yml").write_text(said, encoding="utf-8")
    if kind == "bytes":
        whole = damages.BYTES[damage][0](form)
    else:
        damages.FORMATS[form](tmp_path / name, damages.ROWS[damage].do([damages.HEADER, *damages.orders()]))
        whole = (tmp_path / name).read_bytes()
    grows = form in ("csv", "jsonl")
    cuts = [len(whole) * 2 // 3, len(whole)] if grows else [len(whole)] * 2
    for cut in cuts:
        ends = whole.find(b"\n", cut) + 1 if damage != "cut in a line" else cut
        (folder / name).write_bytes(whole[: ends or len(whole)] if cut < len(whole) else whole)
        try:
            opened(folder, kept)
        except CommunityError:
            continue


# the store itself -------------------------------------------------------------------------------


def test_a_damaged_store_is_made_again_and_a_foreign_folder_is_left_alone(tea: Path, tmp_path: Path) -> None:
    kept = tmp_path / "store"
    opened(tea, kept)
    for path in sorted(kept.glob("rows-*.parquet")):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 255
        path.write_bytes(bytes(data))
    assert {read for read, _rows in how(opened(tea, kept)).values()} == {"whole"}
    assert {read for read, _rows in how(opened(tea, kept)).values()} == {"kept"}
    (kept / store.MANIFEST).write_text("{", encoding="utf-8")
    assert {read for read, _rows in how(opened(tea, kept)).values()} == {"whole"}
    foreign = tmp_path / "photos"
    foreign.mkdir()
    (foreign / "a.jpg").write_bytes(b"x")
    with pytest.raises(SettingsError, match="photos holds other files"):
        Community.open(tea, store=foreign)
    assert [path.name for path in foreign.iterdir()] == ["a.jpg"]


def test_rows_of_other_code_are_not_used(tea: Path, tmp_path: Path, monkeypatch: Any) -> None:
    opened(tea, tmp_path / "store")
    monkeypatch.setattr(store, "version", lambda: "another")
    assert {read for read, _rows in how(opened(tea, tmp_path / "store")).values()} == {"whole"}


def test_a_store_is_its_owners_alone_and_inputs_stay_as_they_are(tea: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in tea.iterdir()}
    opened(tea, tmp_path / "store")
    after = {path.name: path.read_bytes() for path in tea.iterdir() if path.name != "community.key"}
    assert after == before
    if shutil.os.name != "nt":
        assert (tmp_path / "store").stat().st_mode & 0o077 == 0


def test_files_that_no_longer_count_go_after_a_day(tea: Path, tmp_path: Path, monkeypatch: Any) -> None:
    kept = tmp_path / "store"
    opened(tea, kept)
    first = {path.name for path in kept.glob("*.parquet")}
    (tea / "events.csv").write_text(text([HEADER, ["a", "m1", "2026-03-01", "like", ""]]), encoding="utf-8")
    opened(tea, kept)
    assert first < {path.name for path in kept.glob("*.parquet")}
    monkeypatch.setattr(store, "GRACE", -1.0)
    add(tea / "events.csv", ["b", "m1", "2026-03-02", "like", ""])
    opened(tea, kept)
    assert len(first & {path.name for path in kept.glob("*.parquet")}) == 2  # those of the members


def test_frames_and_stores_do_not_go_together(tmp_path: Path) -> None:
    events = pd.DataFrame({"member_id": ["a"], "occurred_at": ["2026-05-01"], "event_type": ["like"]})
    with pytest.raises(SettingsError, match="frames are given anew"):
        Community.open({"events": events}, store=tmp_path)


def test_a_full_disk_is_said_and_the_store_stays(tea: Path, tmp_path: Path, monkeypatch: Any) -> None:
    kept = tmp_path / "store"
    opened(tea, kept)
    before = (kept / store.MANIFEST).read_bytes()
    add(tea / "events.csv", ["b", "m1", "2026-03-02", "like", ""])

    def full(*_all: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.disk, "replace", full)
    with pytest.raises(SettingsError, match="The disk is full"):
        Community.open(tea, store=kept)
    assert (kept / store.MANIFEST).read_bytes() == before


def test_an_answer_that_is_the_same_is_not_checked_again(tmp_path: Path) -> None:
    folder, kept = tmp_path / "tea", tmp_path / "store"
    folder.mkdir()
    (folder / "community.yml").write_text(
        "databases: {shop: {kind: duckdb, file: shop.duckdb}}\n"
        "tables:\n"
        "  orders: {database: shop, query: select * from orders order by order_id}\n"
        "  events: {format: chat_tsv, file: chat.txt}\n",
        encoding="utf-8",
    )
    chat = [f"2026-03-0{n} 10:00:00\tm{n}\thello {n}\n" for n in range(1, 6)]
    (folder / "chat.txt").write_text("".join(chat), encoding="utf-8")
    with duckdb.connect(str(folder / "shop.duckdb")) as shop:
        shop.execute(
            "create table orders as select 'o' || n as order_id, 'm1' as member_id, "
            "timestamp '2026-03-02' as ordered_at, n * 1.5 as amount from range(1, 9) as t(n)"
        )
    assert {one for one, _rows in how(opened(folder, kept)).values()} == {"whole"}
    assert {one for one, _rows in how(opened(folder, kept)).values()} == {"kept"}
    with duckdb.connect(str(folder / "shop.duckdb")) as shop:
        shop.execute("insert into orders values ('o1', 'm2', timestamp '2026-03-03', 4)")
    with (folder / "chat.txt").open("a", encoding="utf-8") as file:
        file.write("2026-03-07 10:00:00\tm9\tbye\n")
    assert {one for one, _rows in how(opened(folder, kept)).values()} == {"whole"}


def test_a_day_with_more_than_there_is_room_for_is_counted(tea: Path, tmp_path: Path) -> None:
    opened(tea, tmp_path / "store")
    add(tea / "events.csv", *([f"b{n}", "m1", "2026-03-09", "like", ""] for n in range(1100)))
    opened(tea, tmp_path / "store")
    add(tea / "events.csv", ["c", "m1", "2026-03-09", "like", ""])
    community = opened(tea, tmp_path / "store")
    assert community.query("select max(events) as n from member_days")["n"].tolist() == [1101]


def test_large_parquet_is_checked_as_carefully(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(door, "LAZY_ROWS", 1)
    folder = tmp_path / "tea"
    folder.mkdir()
    days = pd.to_datetime(["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"])
    events = pd.DataFrame({"member_id": [" a", "a", "NULL", "1.2E+12"], "occurred_at": days})
    events.assign(event_type="like").to_parquet(folder / "events.parquet")
    opened(folder, tmp_path / "store")
    assert opened(folder, tmp_path / "store").quality()["set_aside"].tolist() == [2]
