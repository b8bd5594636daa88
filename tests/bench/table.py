"""Write the README's table of benchmarks from the committed results, so that no figure in it is typed.

Usage: ``python tests/bench/table.py [--take]``. ``--take`` first takes the last run from
``build/bench/results.json`` into ``tests/bench/results.json``, shortened.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE)]

from works import WORKS, Work  # noqa: E402

KEPT = HERE / "results.json"
README = ROOT / "README.md"
BEGIN, END = "<!-- benchmarks: tests/bench/table.py -->", "<!-- benchmarks end -->"
POWERS = {10**power: f"10{sign}" for power, sign in ((4, "⁴"), (5, "⁵"), (6, "⁶"), (7, "⁷"), (8, "⁸"))}
Run = dict[str, float]


class Measured:
    """Answer questions about the results of one run."""

    def __init__(self, results: dict[str, Any]) -> None:
        self.results = results
        self.found = {(one["work"], one["log"], one["who"]): one for one in results["measured"]}
        self.sizes = sorted({one["log"] for one in results["measured"] if one["runs"]})

    def runs(self, work: str, size: int, who: str) -> list[Run]:
        """Return the runs of a contender; none where its answer was another."""
        one = self.found.get((work, size, who), {})
        return [] if one.get("differs") else one.get("runs", [])

    def middle(self, work: str, size: int, who: str, part: str) -> float | None:
        """Return the median of a part."""
        runs = self.runs(work, size, who)
        return statistics.median(run[part] for run in runs) if runs else None

    def ratio(
        self, work: str, size: int, who: str, part: str = "seconds", *, opened: bool = False
    ) -> float | None:
        """Return the median of theirs / ours within a turn; `opened`: without the time of our opening."""
        less = {"seconds": "opening", "cpu": "opening_cpu"}[part]
        pairs = zip(self.runs(work, size, who), self.runs(work, size, "workbook"), strict=False)
        ratios = [theirs[part] / (ours[part] - opened * ours[less]) for theirs, ours in pairs]
        return statistics.median(ratios) if ratios else None

    def largest(self, work: str, who: str) -> int | None:
        """Return the largest log that a contender got through with our answer."""
        return max((size for size in self.sizes if self.runs(work, size, who)), default=None)

    def exponent(self, work: str) -> float | None:
        """Return the power of the number of events with which our time grew, smallest to largest log."""
        sizes = [size for size in self.sizes if self.runs(work, size, "workbook")]
        if len(sizes) < 2:
            return None
        times = [self.middle(work, size, "workbook", "seconds") for size in (sizes[0], sizes[-1])]
        rows = [self.results["logs"][str(size)]["events"] for size in (sizes[0], sizes[-1])]
        return math.log(times[1] / times[0]) / math.log(rows[1] / rows[0])


def seconds(value: float | None) -> str:
    """Write a time with three figures at most."""
    if value is None:
        return "–"
    return f"{value:.2f} s" if value < 9.995 else f"{value:.1f} s" if value < 99.95 else f"{value:.0f} s"


def times(value: float) -> str:
    """Write a ratio with two figures, bold where somebody is ahead of us."""
    text = f"{value:.2f}" if value < 0.995 else f"{value:.1f}" if value < 9.95 else f"{value:.0f}"
    return f"**{text}**" if value < 1 else text


def row(measured: Measured, work: Work) -> str:
    """Write one work: our times, memory and growth, and how many times as long each rival took."""
    ours = [seconds(measured.middle(work.name, size, "workbook", "seconds")) for size in measured.sizes]
    largest = measured.largest(work.name, "workbook")
    peak = measured.middle(work.name, largest, "workbook", "megabytes") if largest else None
    grown = measured.exponent(work.name)
    cells = [work.title, *ours, "–" if peak is None else f"{peak / 1024:.1f} GB"]
    cells.append("–" if grown is None else f"{grown:.2f}")
    against = []
    for who in work.rivals:
        size = measured.largest(work.name, who)
        if size is None:
            against.append(f"{who}: not run")
            continue
        whole = measured.ratio(work.name, size, who)
        alone = measured.ratio(work.name, size, who, opened=True)
        against.append(f"{who} {times(whole)} ({times(alone)}) at {POWERS[size]}")
    return "| " + " | ".join([*cells, "; ".join(against)]) + " |"


def claims(measured: Measured) -> list[str]:
    """Say in sentences what the whole set costs, and what could not be measured."""
    lines = []
    for size in reversed(measured.sizes):
        limit = measured.ratio("metric_set", size, "scan", opened=True)
        whole = measured.ratio("metric_set", size, "scan")
        if limit and whole:
            gigabytes = measured.middle("metric_set", size, "workbook", "megabytes") / 1024
            lines.append(
                f"Metric set at {POWERS[size]} events: {1 / whole:.1f} times one plain scan grouped by "
                f"member and day ({1 / limit:.1f} times once opened), peak memory {gigabytes:.1f} GB."
            )
    weekly = measured.results.get("weekly")
    if weekly:
        lines.append(
            f"A weekly re-run with {weekly['share']:.0%} new rows takes {weekly['ratio_seconds']:.0%} of a "
            f"full run's data time ({weekly['events']:,} events before)."
        )
    for one in measured.results["measured"]:
        title = next(work.title for work in WORKS if work.name == one["work"])
        where = f"{one['who']}, {title}, {POWERS[one['log']]}"
        if one.get("differs"):
            lines.append(f"{where}: another answer, not compared.")
        elif one.get("skipped") and not str(one["skipped"]).startswith("not tried"):
            lines.append(f"{where}: {one['skipped']}.")
    return lines


def table(results: dict[str, Any]) -> str:
    """Write the table and what is to be said with it."""
    measured = Measured(results)
    machine = results["machine"]
    versions = {name: version for part in results["versions"].values() for name, version in part.items()}
    shown = ", ".join(f"{name} {versions[name]}" for name in sorted(versions))
    head = ["work", *(f"{POWERS[size]}" for size in measured.sizes), "peak", "growth", "rivals"]
    rows = [row(measured, work) for work in WORKS if measured.largest(work.name, "workbook")]
    note = f" {results['note']}" if results.get("note") else ""
    intro = (
        f"Measured {results['date']} on {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}; {shown}.{note}"
    )
    return "\n".join(
        [
            intro,
            "",
            "| " + " | ".join(head) + " |",
            "|" + " --- |" * len(head),
            *rows,
            "",
            *(f"- {line}" for line in claims(measured)),
        ]
    )


def placed(readme: str, text: str) -> str:
    """Put a text between the two marks of the README."""
    before, rest = readme.split(BEGIN)
    return f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}"


def shortened(results: dict[str, Any]) -> str:
    """Write results as JSON, one measurement a line, with what the table needs."""
    measured = [
        json.dumps(
            one | {"runs": [{name: round(value, 3) for name, value in run.items()} for run in one["runs"]]}
        )
        for one in results["measured"]
    ]
    rest = {name: value for name, value in results.items() if name not in ("measured", "code")}
    text = json.dumps(rest, indent=1, ensure_ascii=False).removesuffix("\n}")
    return text + ',\n "measured": [\n  ' + ",\n  ".join(measured) + "\n ]\n}\n"


def main() -> None:
    """Take over the last run where asked, and write the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--take", action="store_true", help="take the last run from build/bench first")
    if parser.parse_args().take:
        last = json.loads((ROOT / "build" / "bench" / "results.json").read_text(encoding="utf-8"))
        KEPT.write_text(shortened(last), encoding="utf-8")
    results = json.loads(KEPT.read_text(encoding="utf-8"))
    README.write_text(placed(README.read_text(encoding="utf-8"), table(results)), encoding="utf-8")
    print(table(results))


if __name__ == "__main__":
    main()
