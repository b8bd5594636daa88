"""Kill a run that writes its report at random moments, and tell what each left; run by test_swap.py.

Its own process, without the threads of a test session, so that children may be forked.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
import time
from pathlib import Path

from helpers.community import Community
from helpers.simulate import Scenario
from helpers.simulate import simulate as simulation
from helpers.workbook import report, swap
from helpers.workbook.run import Outcome
from tests.workbook.notebooks import notebook, text

FOUND = {
    "headlines": [],
    "warnings": [],
    "contacts": None,
    "first": [],
    "plan": None,
    "files": {"quality": "", "hashes": [], "quarantine": []},
    "missing": [],
}


def write(target: Path, community: Community, run: int) -> None:
    """Write the report of one run: its number is on every page and in every notebook."""
    about = f"run {run}."
    made = [Outcome(name, notebook(text(f"# {name}"), text(about))) for name in ("01_one", "02_two")]
    with swap.whole(target) as fresh:
        report._write(fresh, community, made, {"run": about}, knobs={}, reveal=False)


def runs_in(folder: Path) -> list[int]:
    """Return the numbers of the runs whose pages lie in a report, and 0 where it is not whole."""
    pages = [folder / name for name in ("index.html", "01_one.html", "02_two.html")]
    pages += [folder / "notebooks" / name for name in ("01_one.ipynb", "02_two.ipynb")]
    texts = [page.read_text(encoding="utf-8") if page.is_file() else "" for page in pages]
    return sorted({int(found.rpartition("run ")[2].partition(".")[0] or 0) for found in texts})


def main(out: str, trials: int, portable: bool) -> None:
    """Write one report, then kill `trials` runs after it; print what lay there after each."""
    report.summary = lambda *_all, **_more: dict(FOUND)
    if portable:  # as on a system that cannot exchange two folders in one step
        swap._exchange = lambda *_both: False
        rename = Path.rename

        def slow(path: Path, to: Path) -> Path:  # so that some are killed between the two steps
            time.sleep(0.01)
            return rename(path, to)

        Path.rename = slow  # type: ignore[method-assign, assignment]
    forks = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if forks else "spawn")
    community = Community.open(simulation(Scenario.small(members=40, days=20)).tables)
    target = Path(out) / "tea"
    write(target, community, 1)
    began = time.monotonic()
    write(target, community, 2)
    took, last, draw = time.monotonic() - began, 2, random.Random(5)
    trail = []
    for number in range(3, 3 + trials):
        child = context.Process(target=write, args=(target, community, number))
        child.start()
        # half of them around the moment at which the folders change places
        time.sleep(took * (draw.uniform(0.85, 1.1) if number % 2 else draw.uniform(0, 1.1)))
        child.kill()
        child.join()
        if portable:
            swap.tidy(target)
        found = runs_in(target)
        trail.append({"before": last, "tried": number, "found": found, "killed": child.exitcode != 0})
        last = found[-1] if found else 0
    left = len(list(Path(out).iterdir())) - 1
    write(target, community, 9999)
    rest = [path.name for path in Path(out).iterdir()]
    print(json.dumps({"trail": trail, "left": left, "rest": rest, "last": runs_in(target)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "portable")
