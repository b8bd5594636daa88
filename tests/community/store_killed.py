"""Kill openings with a store at random moments, and tell what each left; run by test_store_killed.py.

Its own process, which opens nothing itself, so that children may be forked.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
import time
from pathlib import Path
from typing import Any

from helpers.community import Community, store

SETTINGS = "name: tea\ntables:\n  events: {file: events.csv}\n  members: {file: members.csv}\n"


def add(folder: Path, number: int) -> None:
    """Append some events."""
    with (folder / "events.csv").open("a", encoding="utf-8", newline="") as file:
        rows = (f"e{number}-{n},m{n % 50},2026-03-{n % 28 + 1:02} 10:00:00,like\n" for n in range(200))
        file.write("".join(rows))


def opened(folder: Path, kept: Path, told: Path | None = None) -> None:
    """Open with the store and, if that is wanted, write down what is there beside what should be."""
    community = Community.open(folder, store=kept)
    if told is not None:
        both = [community, Community.open(folder)]
        found = [
            [one.quality().to_json(), one.query("select * from member_days order by all").to_json()]
            for one in both
        ]
        plain = {"same": found[0] == found[1], "read": int(community.reused()["read"].sum())}
        told.write_text(json.dumps(plain), encoding="utf-8")


def main(scratch: str, trials: int) -> None:
    """Fill a store, kill `trials` openings after it, let two open it at once; print what was found."""
    forks = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forks else "spawn")
    folder, kept, told = Path(scratch, "tea"), Path(scratch, "store"), Path(scratch, "told.json")
    folder.mkdir()
    (folder / "community.yml").write_text(SETTINGS, encoding="utf-8")
    (folder / "events.csv").write_text("event_id,member_id,occurred_at,event_type\n", encoding="utf-8")
    people = "".join(f"m{n},2026-02-01\n" for n in range(60))
    (folder / "members.csv").write_text(f"member_id,joined_at\n{people}", encoding="utf-8")

    def started(*given: Any) -> Any:
        child = context.Process(target=opened, args=(folder, kept, *given))
        child.start()
        return child

    add(folder, 0)
    began = time.monotonic()
    started().join()
    took, draw, trail = time.monotonic() - began, random.Random(7), []
    for number in range(1, trials + 1):
        add(folder, number)
        child = started()
        time.sleep(took * draw.uniform(0.0, 1.2))
        child.kill()
        child.join()
        with store.opened(kept, patience=30.0) as left:
            whole = not left.discarded and all(left.sound(part["files"]) for part in left.parts.values())
            trail.append({"killed": child.exitcode != 0, "whole": whole, "parts": len(left.parts)})
    add(folder, trials + 1)
    pair = [started(), started()]
    for child in pair:
        child.join()
    started(told).join()
    last = json.loads(told.read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps({"trail": trail, "pair": [child.exitcode for child in pair], "last": last}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
