"""Measure one call in a process of its own, whatever the interpreter.

Usage: ``python measure.py pandas metric_set LOG ANSWERS``. Prints one line of JSON: wall seconds, processor
seconds and peak memory of the call, reading the files included, imports apart. The answer is kept in ANSWERS
afterwards, to be compared with the others.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def run(who: str, work: str, log: Path, answers: Path) -> dict[str, float]:
    """Run one work by one contender, keep its answer, and return what it cost."""
    sys.path[:0] = [str(HERE), str(HERE.parents[1])]
    module = importlib.import_module(f"with_{who}")
    started = time.perf_counter(), time.process_time()
    answer = getattr(module, work)(log)
    cost = {"seconds": time.perf_counter() - started[0], "cpu": time.process_time() - started[1]}
    peak = max(
        resource.getrusage(kind).ru_maxrss for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    cost["megabytes"] = peak / (2**20 if sys.platform == "darwin" else 2**10)
    cost |= getattr(module, "PARTS", {})
    if answer:
        from answers import keep
        from works import work_of

        keep(answer, answers, work_of(work))
    return cost


if __name__ == "__main__":
    who, work, log, answers = sys.argv[1:]
    out = os.dup(1)  # progress bars and remarks of others do not come between
    os.dup2(2, 1)
    cost = run(who, work, Path(log), Path(answers))
    os.write(out, (json.dumps(cost) + "\n").encode())
