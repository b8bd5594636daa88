"""The plain-scan limit: group the raw log by member and day, the least that any of this can cost."""

from __future__ import annotations

from pathlib import Path

import duckdb
from works import Answer


def metric_set(folder: Path) -> Answer:
    """Count events by member and day in one pass, and answer nothing."""
    duckdb.sql(
        f"""create table scan as select member_id, cast(occurred_at as date) as day, count(*) as n
        from '{(folder / "events.parquet").as_posix()}' group by member_id, day"""
    )
    return {}
