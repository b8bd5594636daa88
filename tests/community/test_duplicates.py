"""Rows whose key was seen before are found, whatever order they come in and however their ids look."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, distinct, door


def opened(ids: list[str | None]) -> Community:
    events = pd.DataFrame(
        {"member_id": "someone", "occurred_at": "2026-05-01", "event_type": "like"}, index=ids
    )
    return Community.open({"events": events.rename_axis("event_id").reset_index()})


@pytest.mark.parametrize(
    ("ids", "doubles"),
    [
        (["e8", "e9", "e10", "e11"], 0),
        (["e11", "e10", "e9", "e8"], 0),
        (["e8", "e9", "e9", "e10"], 1),
        (["e10", "e8", "e9", "e10"], 1),
        (["same", "same", "same"], 2),
        ([None, None, "e1", None], 0),
    ],
)
def test_later_rows_with_a_known_id_are_set_aside(ids: list[str | None], doubles: int) -> None:
    quality = opened(ids).quality()
    assert quality["set_aside"].tolist() == [doubles]
    assert quality["used"].tolist() == [len(ids) - doubles]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(90, 120).map(lambda number: f"e{number}"), min_size=1, max_size=12))
def test_as_many_rows_are_used_as_there_are_ids(ids: list[str]) -> None:
    assert opened(ids).quality()["used"].tolist() == [len(set(ids))]


def test_the_remedy_fits_the_table() -> None:
    orders = pd.DataFrame(
        {"order_id": ["1", "1"], "member_id": "a", "ordered_at": ["2026-05-02", "2026-05-03"], "amount": 1}
    )
    members = pd.DataFrame({"member_id": ["a", "a"], "joined_at": ["2026-05-02", "2026-04-01"]})
    events = pd.DataFrame(
        {"event_id": ["e", "e"], "member_id": "a", "occurred_at": "2026-05-01", "event_type": "like"}
    )
    community = Community.open({"orders": orders, "members": members, "events": events})
    found = community.findings().query("rule == 'key seen before'").set_index("table")["message"]
    assert found["orders"].endswith(
        "Remove the repeated rows; where a row is a line of an order, set tables.orders.grain: line."
    )
    assert found["members"].endswith("Remove the repeated rows; the earliest date of joining is kept.")
    assert found["events"].endswith("Remove the repeated rows.")
    assert community.frame("members")["joined_at"].dt.strftime("%Y-%m-%d").tolist() == ["2026-04-01"]


def judged(folder: Path, files: list[pa.Table], row_group: int = 2) -> tuple[int, list[tuple[str, int]]]:
    """Open Parquet files where they lie, and tell which rows were set aside."""
    folder.mkdir(exist_ok=True)
    for number, rows in enumerate(files):
        pq.write_table(rows, folder / f"{number}.parquet", row_group_size=row_group)
    names = [{"file": f"{number}.parquet"} for number in range(len(files))]
    community = Community.open(folder, settings={"name": "made up", "tables": {"events": names}})
    aside = community.quarantine("events")
    return int(community.quality()["used"].sum()), list(zip(aside["file"], aside["row"], strict=True))


def rows_of(ids: list[str | int | None]) -> pa.Table:
    kind = pa.int64() if any(isinstance(one, int) for one in ids) else pa.string()
    same = {"member_id": "someone", "event_type": "like"}
    columns = {name: pa.array([value] * len(ids)) for name, value in same.items()}
    columns["occurred_at"] = pa.array([pd.Timestamp("2026-05-01")] * len(ids))
    return pa.table({"event_id": pa.array(ids, kind), **columns})


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the smallest files where they lie, and look at them in pieces of a row or two."""
    for module, name, value in ((door, "LAZY_ROWS", 0), (distinct, "PIECE", 2), (distinct, "LOOK", 2)):
        monkeypatch.setattr(module, name, value)


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize(
    "ids",
    [
        ["e1", "e2", "e3", "e4", "e5", "e6"],
        ["e1", "e2", "e3", "e3", "e4", "e5"],  # on both sides of the cut
        ["e2", "e3", "e4", "e1", "e2", "e5"],  # each piece rises
        ["e1", "e2", None, "e2", "e3", "e4"],  # the cut is at a row without an id
        ["e9", "E9", "e10", "E10", "e 10", "\u00e9"],
        ["\u00e9", "e\u0301", "z", "zz", "\u8336", "\u8336a"],
        ["b", "a", "c", "d", "e", "b"],
        [-9, -3, 0, 3, 9, 10],
        [-9, -3, 0, 0, 9, 10],
        [10, 9, 3, 0, -3, -9],
        [10, 9, 3, 3, -3, -9],
        [1, 2, None, 2, None, 3],
        [2**62, 2**62 + 1, 2**62 + 2, 2**62 + 3, 2**62 + 3, 2**62 + 4],
        [None] * 6,
    ],
)
@pytest.mark.parametrize("at", [0, 1, 3])
def test_repeats_are_found_within_and_across_files(
    ids: list[str | int | None], at: int, tmp_path: Path
) -> None:
    files = [ids[:at], ids[at:]] if at else [ids]
    seen: set[str | int] = set()
    expected = []
    for number, part in enumerate(files):
        for row, one in enumerate(part, start=1):
            if one in seen:
                expected.append((f"{number}.parquet", row))
            elif one is not None:
                seen.add(one)
    used, aside = judged(tmp_path, [rows_of(part) for part in files])
    assert (used, sorted(aside)) == (len(ids) - len(expected), expected)
