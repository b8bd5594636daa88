"""What was kept of a community opens in another process as it was, whatever happened to its files since."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.community import Community, DataError, door, moment
from tests.community.test_store import HEADER, add, same, tea, text

__all__ = ["tea"]


@pytest.fixture(params=["alone", "with a store"])
def opening(request: Any, tmp_path: Path) -> dict[str, Any]:
    return {"store": tmp_path / "store"} if request.param == "with a store" else {}


def test_the_same_rows_are_opened_after_the_files_changed(
    tea: Path, opening: dict[str, Any], monkeypatch: Any
) -> None:
    add(tea / "events.csv", ["e1", "m1", "2026-03-06", "like", ""], ["x", "m2", "soon", "view", ""], ["torn"])
    early = Community.open(tea, as_of="2026-03-03")
    community = Community.open(tea, **opening)
    fresh = Community.open(tea)
    with moment.shared(community) as folder:
        monkeypatch.setenv(moment.VARIABLE, str(folder))
        (tea / "events.csv").write_text(
            text([HEADER, ["a", "b", "2026-03-01", "like", ""]]), encoding="utf-8"
        )
        (tea / "community.yml").write_text("not: ours\n", encoding="utf-8")
        same(Community.open(tea), fresh)
        same(Community.open(tea, as_of="2026-03-06", language="zh"), fresh)
        same(Community.open(tea, as_of="2026-03-03"), early)
        ids = early.query("select member_id from members")["member_id"]
        pd.testing.assert_frame_equal(Community.open(tea).reveal(ids), early.reveal(ids))
    assert not folder.exists()


def test_another_community_is_opened_from_its_own_files(tea: Path, tmp_path: Path, monkeypatch: Any) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "events.csv").write_text(text([HEADER, ["a", "b", "2026-03-01", "like", ""]]), encoding="utf-8")
    with moment.shared(Community.open(tea)) as folder:
        monkeypatch.setenv(moment.VARIABLE, str(folder))
        assert Community.open(other).quality()["rows_in"].tolist() == [1]
        assert Community.open(tea, settings={"tables": {"members": "members.csv", "events": "events.csv"}})


def test_parquet_that_stays_where_it_is_is_copied(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(door, "LAZY_ROWS", 1)
    days = pa.array([f"2026-03-0{n}" for n in range(1, 4)]).cast(pa.timestamp("us"))
    table = pa.table({"member_id": ["a", "b", "c"], "occurred_at": days, "event_type": ["like"] * 3})
    path = tmp_path / "events.parquet"
    pq.write_table(table, path)
    community = Community.open(tmp_path)
    with moment.shared(community) as folder:
        monkeypatch.setenv(moment.VARIABLE, str(folder))
        pq.write_table(table.slice(1), path)
        assert len(Community.open(tmp_path).frame("events")) == 3
    with pytest.raises(DataError, match=r"events\.parquet: the file was changed"), moment.shared(community):
        pass
