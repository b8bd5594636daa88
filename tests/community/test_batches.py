"""Member-level results are written where the data are: all rows, to a table or to Parquet, never twice."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from helpers.community import Community, SettingsError, batches


@pytest.fixture(scope="module")
def community() -> Community:
    events = {
        "member_id": [f"m{n:04}" for n in range(2500)],
        "occurred_at": pd.Timestamp("2026-05-01"),
        "event_type": "like",
    }
    return Community.open({"events": pd.DataFrame(events)})


SQL = "select member_id, count(*) as n from events where member_id <> $but group by member_id"
KINDS = {"member_id": "varchar", "n": "bigint"}


def _doubled(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(n=rows["n"] * 2)


@pytest.mark.parametrize("to", ["counted", "counted.parquet"])
def test_every_row_is_written_in_batches(
    community: Community, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    monkeypatch.setattr(batches, "ROWS", 700)
    seen = []

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        seen.append(len(rows))
        return _doubled(rows)

    place: str | Path = tmp_path / "new" / to if to.endswith(".parquet") else to
    for _again in range(2):  # a second time takes the place of the first
        name = batches.write(community, SQL, place, KINDS, change, but="m0000")
    found = community.query(f"select count(*) as rows, sum(n) as total, min(member_id) as first from {name}")
    assert found.astype({"rows": int, "total": int}).to_dict("records") == [
        {"rows": 2499, "total": 4998, "first": "m0001"}
    ]
    assert len(seen) > 2
    if isinstance(place, Path):
        assert [path.name for path in place.parent.iterdir()] == ["counted.parquet"]
        assert len(pd.read_parquet(place)) == 2499


def test_no_rows_leave_an_empty_table(community: Community) -> None:
    sql = "select member_id, 1 as n from events where member_id = $who"
    name = batches.write(community, sql, "nobody", KINDS, who="none")
    assert community.query(f"select * from {name}").empty


@pytest.mark.parametrize("to", ["events", "people", "not a name", "x;drop"])
def test_the_communitys_own_tables_are_not_overwritten(community: Community, to: str) -> None:
    community.people()
    with pytest.raises(SettingsError, match="to="):
        batches.write(community, SQL, to, KINDS, but="")


def test_a_run_that_fails_leaves_no_file(community: Community, tmp_path: Path) -> None:
    def change(rows: pd.DataFrame) -> pd.DataFrame:
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        batches.write(community, SQL, tmp_path / "scores.parquet", KINDS, change, but="")
    assert not (tmp_path / "scores.parquet").exists()
