"""Time the weekly re-run: a log that grew by 2 %, opened with a store, against opening all of it.

Usage: ``python tests/bench/weekly.py [--events 1000000] [--repeats 3]``. Every opening is a process of its
own, and what is compared is the time until the community and its ``member_days`` are ready. A full run is one
without a store; the first run with a store, which fills it, is told as well. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / "build" / "bench"
OPENING = """
import sys, time
from pathlib import Path
from helpers.community import Community
store = Path(sys.argv[2]) if len(sys.argv) > 2 else None
began, worked = time.perf_counter(), time.process_time()
community = Community.open(Path(sys.argv[1]), store=store)
rows = int(community.query("select sum(events) as n from member_days")["n"].iloc[0])
took = time.perf_counter() - began, time.process_time() - worked
read = int(community.reused()["read"].sum())
print(*took, rows, read)
"""


DRAWN = "(n * {0} % 4294967291) / 4294967291.0"  # the same every time, and different enough from row to row
LOG = f"""
select
    'e' || n as event_id,
    printf('u%07d', cast(power({DRAWN.format(2654435761)}, 3) * greatest(n // 50, 1) as bigint)) as member_id,
    timestamp '2024-01-01' + to_seconds(cast(n * 60000000.0 / {{events}} as bigint)) as occurred_at,
    case cast(floor({DRAWN.format(2246822519)} * 8) as integer)
        when 0 then 'like' when 1 then 'comment' when 2 then 'message' when 3 then 'share' else 'view'
    end as event_type,
    'c' || cast({DRAWN.format(3266489917)} * 5000 as integer) as content_id,
    case when {DRAWN.format(668265263)} < 0.5 then 'wechat' else 'douyin' end as platform
from range(0, {{events}} + {{more}}) as numbers(n)
where n < {{last}}
order by n
"""


def log_of(folder: Path, events: int, *, share: float) -> None:
    """Write a log of nearly two years and, beside it, the same log with the rows that came after."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    settings = "name: weekly\ntables:\n  events: {file: events.csv}\n"
    (folder / "community.yml").write_text(settings, encoding="utf-8")
    more = int(events * share)
    for name, last in (("before", events), ("after", events + more)):
        query = LOG.format(events=events, more=more, last=last)
        duckdb.sql(f"copy ({query}) to '{(folder / name).as_posix()}' (format csv, header)")


def opened(folder: Path, store: Path | None = None) -> dict[str, Any]:
    """Open a community in a process of its own and tell how long it took."""
    given = [sys.executable, "-c", OPENING, str(folder), *([str(store)] if store else [])]
    done = subprocess.run(given, cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8")
    took, worked, rows, read = done.stdout.split()
    return {"seconds": float(took), "processor": float(worked), "rows": int(rows), "read": int(read)}


def measure(events: int, *, repeats: int, share: float = 0.02) -> dict[str, Any]:
    """Let full runs and re-runs take turns; return the medians of the ratios within a turn."""
    folder = OUT / f"weekly-{events}"
    if not (folder / "after").exists():
        log_of(folder, events, share=share)
    turns = []
    for _turn in range(repeats):
        store = folder / "store"
        shutil.rmtree(store, ignore_errors=True)
        shutil.copyfile(folder / "before", folder / "events.csv")
        first = opened(folder, store)
        shutil.copyfile(folder / "after", folder / "events.csv")
        again, full = opened(folder, store), opened(folder)
        assert again["rows"] == full["rows"]
        turns.append({"full": full, "first": first, "again": again})
    told: dict[str, Any] = {"events": events, "read": turns[-1]["again"]["read"], "turns": turns}
    for clock in ("seconds", "processor"):
        told[f"ratio_{clock}"] = statistics.median(t["again"][clock] / t["full"][clock] for t in turns)
        told[f"first_{clock}"] = statistics.median(t["first"][clock] / t["full"][clock] for t in turns)
    return told


def main() -> None:
    """Measure and tell."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--events", type=int, default=1_000_000)
    given.add_argument("--repeats", type=int, default=3)
    chosen = given.parse_args()
    sys.stdout.write(json.dumps(measure(chosen.events, repeats=chosen.repeats)) + "\n")


if __name__ == "__main__":
    main()
