"""Time the works of the benchmark against rivals and the plain scan, all in one run.

Usage: ``python tests/bench/run.py [--quick] [--works metric_set,churn] [--sizes 1e6,1e7] [--minutes 20]``.
Every measurement is a process of its own; contenders take turns, so that what disturbs the machine disturbs
all; what is compared is the median of the ratios within a turn. The first turn asks everything, further turns
fill the time that is left. An answer that differs from ours is said, and not compared. Results go to
``build/bench/results.json`` after every measurement: a run that was stopped goes on where it was, unless
the code has changed or ``--fresh`` is given. Needs Linux or macOS.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data
import psutil
from environments import python_of, version_of
from works import WORKS, Work

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / "build" / "bench"
RESULTS = OUT / "results.json"

SIZES = (1_000_000, 10_000_000, 100_000_000)
TURNS = {1_000_000: 5, 10_000_000: 3, 100_000_000: 2}
WEEKLY = 10_000_000  # events of the log that grows by 2 %
SLOW = {SIZES[-1]: 60}  # seconds that a rival may need for one measurement
ELSE_SLOW = 120
AGAIN = 30  # seconds up to which a rival is measured more than once
LONGEST = 400  # seconds after which anything is stopped
SHARE = 0.75  # of the memory that one measurement may need


def memory() -> int:
    """Return the machine's memory in MB."""
    return psutil.virtual_memory().total >> 20


def fingerprint() -> str:
    """Hash the code that is measured."""
    made = hashlib.sha256()
    for path in sorted([*(ROOT / "helpers").rglob("*.py"), *HERE.glob("*.py"), *HERE.glob("*.txt")]):
        if path.name not in ("table.py", "imports.py"):
            made.update(path.name.encode() + path.read_bytes())
    return made.hexdigest()[:16]


class Results:
    """What was measured so far, kept in a file after every measurement."""

    def __init__(self, path: Path, *, fresh: bool) -> None:
        self.path = path
        self.code = fingerprint()
        self.all: dict[str, Any] = {"code": self.code, "measured": [], "logs": {}, "versions": {}}
        if path.exists() and not fresh:
            before = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(before, dict) and before.get("code") == self.code:
                self.all = before
            else:
                print("The code has changed since the last run: everything is measured anew.")
        self.all["machine"] = {
            "cores": psutil.cpu_count(),
            "memory_gb": round(memory() / 1024),
            "system": platform.system(),
            "processor": platform.machine(),
            "python": platform.python_version(),
        }

    def of(self, work: str, size: int, who: str) -> dict[str, Any]:
        """Return what is known of one contender at one work and size."""
        key = {"work": work, "log": size, "who": who}
        for one in self.all["measured"]:
            if all(one[name] == value for name, value in key.items()):
                return one
        self.all["measured"].append(key | {"runs": []})
        return self.all["measured"][-1]

    def write(self) -> None:
        """Write the file whole or not at all."""
        self.all["date"] = dt.date.today().isoformat()
        half = self.path.with_suffix(".half")
        half.write_text(json.dumps(self.all, indent=1) + "\n", encoding="utf-8")
        half.replace(self.path)


def run(python: Path, who: str, work: str, size: int) -> dict[str, float]:
    """Run one measurement; RuntimeError says what went wrong, or that it was stopped."""
    command = [python, HERE / "measure.py", who, work, OUT / f"log-{size}", answers_of(work, size, who)]
    process = psutil.Popen(
        ["env", "PYTHONWARNINGS=ignore", *map(str, command)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=(OUT / "stderr.txt").open("w"), text=True,
    )  # fmt: skip
    began, most = time.monotonic(), SHARE * memory() * 2**20
    while process.poll() is None:
        time.sleep(0.05)
        try:
            taken = process.memory_info().rss
        except psutil.Error:
            continue
        late = time.monotonic() - began > LONGEST
        if late or taken > most:
            process.kill()
            process.wait()
            raise RuntimeError(f"stopped after {LONGEST} s" if late else f"stopped at {most / 2**30:.0f} GB")
    if process.returncode:
        last = (OUT / "stderr.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise RuntimeError(f"failed: {last[-1][:200] if last else process.returncode}")
    return {name: round(value, 4) for name, value in json.loads(process.stdout.read()).items()}


def answers_of(work: str, size: int, who: str) -> Path:
    """Name the folder that keeps an answer."""
    return OUT / "answers" / f"{work}-{size}-{who}"


def too_much(results: Results, work: Work, size: int, who: str) -> str:
    """Say why a rival is not asked at this size; empty when it is."""
    if who in ("workbook", "scan") or size <= SIZES[0]:
        return ""
    smaller = results.of(work.name, size // 10, who)
    if smaller.get("skipped"):
        return "not tried: see the smaller log"
    if not smaller["runs"]:
        return ""
    seconds, peak = (min(one[part] for one in smaller["runs"]) for part in ("seconds", "megabytes"))
    if 10 * (peak - 150) > SHARE * memory():
        return f"would need about {10 * (peak - 150) / 1024:.0f} GB"
    return f"would take about {10 * seconds:.0f} s" if 10 * seconds > SLOW.get(size, ELSE_SLOW) else ""


def same(work: str, size: int, who: str) -> list[str]:
    """List what differs from our answer, in a process of its own: frames need memory."""
    code = f"""
import json, pathlib, sys
sys.path[:0] = [{str(HERE)!r}]
import answers, works
work = works.work_of({work!r})
ours, theirs = (answers.load(pathlib.Path(p), work) for p in sys.argv[1:])
print(json.dumps(answers.differences(ours, theirs, work)))
"""
    folders = [str(answers_of(work, size, one)) for one in ("workbook", who)]
    done = subprocess.run([sys.executable, "-c", code, *folders], capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


def plan(works: list[Work], sizes: list[int]) -> Iterator[tuple[int, Work, int]]:
    """Order the turns: everything once, then what is left of the further turns, the small ones first."""
    for turn in range(max(TURNS.values())):
        for size in sizes:
            for work in works:
                if (
                    size <= work.largest
                    and turn < TURNS.get(size, 1)
                    and (turn == 0 or size < SIZES[-1] or work.limit)
                ):
                    yield turn, work, size


def main() -> None:
    """Measure, and say on the way what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", default=",".join(work.name for work in WORKS))
    parser.add_argument("--sizes", default=",".join(f"{size:.0e}" for size in SIZES))
    parser.add_argument("--minutes", type=float, default=18, help="nothing is measured again after that")
    parser.add_argument("--quick", action="store_true", help="10^6 and 10^7 only, one turn")
    parser.add_argument(
        "--note", default="", help="what is to be said of this run, such as who else was working"
    )
    parser.add_argument("--ours", action="store_true", help="only the workbook and the plain scan")
    parser.add_argument("--fresh", action="store_true", help="forget what was measured before")
    chosen = parser.parse_args()
    works = [work for work in WORKS if work.name in chosen.works.split(",")]
    sizes = [int(float(size)) for size in chosen.sizes.split(",")]
    if chosen.quick:
        sizes = [size for size in sizes if size < SIZES[-1]]
    OUT.mkdir(parents=True, exist_ok=True)
    results = Results(RESULTS, fresh=chosen.fresh)
    for size in sizes:
        folder = data.make(size)
        results.all["logs"][str(size)] = json.loads((folder / "log.json").read_text(encoding="utf-8"))

    pythons: dict[str, Path | str] = {}
    for who in ["workbook", "scan", *dict.fromkeys(rival for work in works for rival in work.rivals)]:
        if chosen.ours and who not in ("workbook", "scan"):
            continue
        try:
            python = python_of(who, make=True)
            pythons[who], results.all["versions"][who] = python, version_of(who, python)
        except RuntimeError as reason:
            pythons[who] = str(reason)
            print(reason)

    began = time.monotonic()
    for turn, work, size in plan(works, sizes):
        if turn and "weekly" not in results.all and len(works) == len(WORKS) and not chosen.ours:
            weekly(results, WEEKLY if sizes[-1] >= WEEKLY and not chosen.quick else SIZES[0])
        if turn and (chosen.quick or time.monotonic() - began > 60 * chosen.minutes):
            break
        for who in (["scan"] if work.limit else []) + ["workbook", *work.rivals]:
            if who in pythons and results.of(work.name, size, who).get("skipped") is None:
                one_turn(results, pythons[who], who, work, size, turn)
    results.all["note"] = chosen.note
    results.write()
    print(f"{(time.monotonic() - began) / 60:.1f} minutes; results in {RESULTS.relative_to(ROOT)}")


def weekly(results: Results, events: int) -> None:
    """Measure the weekly re-run with its own script."""
    command = [sys.executable, HERE / "weekly.py", "--events", str(events), "--repeats", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"weekly re-run failed: {done.stderr[-500:]}")
        results.all["weekly"] = {}
        return
    told = json.loads(done.stdout)
    results.all["weekly"] = {name: value for name, value in told.items() if name != "turns"} | {"share": 0.02}
    print(f"weekly re-run: {results.all['weekly']}")


def one_turn(results: Results, python: Path | str, who: str, work: Work, size: int, turn: int) -> None:
    """Measure one contender once, unless that was done before or is not to be done at all."""
    found = results.of(work.name, size, who)
    if len(found["runs"]) > turn:
        return
    reason = python if isinstance(python, str) else too_much(results, work, size, who)
    slow = turn and min(one["seconds"] for one in found["runs"]) > AGAIN and who not in ("workbook", "scan")
    try:
        if reason:
            raise RuntimeError(reason)
        if slow:
            return
        cost = run(Path(python), who, work.name, size)
        if who not in ("workbook", "scan") and turn == 0:
            found["differs"] = same(work.name, size, who)
        found["runs"].append(cost)
        text = f"{cost['seconds']:8.2f} s {cost['cpu']:8.2f} s cpu {cost['megabytes']:7.0f} MB"
        text += f"  opening {cost['opening']:.2f} s" if "opening" in cost else ""
        text += "".join(f"\n      DIFFERS {what}" for what in found.get("differs", []) if turn == 0)
    except RuntimeError as error:
        found["skipped"] = text = str(error)
    print(f"{turn + 1} {work.name:15} {size:.0e} {who:16} {text}", flush=True)
    results.write()


if __name__ == "__main__":
    main()
