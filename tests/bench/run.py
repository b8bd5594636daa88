"""Time the metric set against idiomatic pandas and against one plain scan, all in one run.

Usage: ``python tests/bench/run.py [--events 10000000] [--repeats 3]``. Every measurement is a process of its
own, the rivals take turns, and what is compared is the median of the ratios within a turn, by the clock and
by processor time. Results go to ``build/bench/results.json``.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
OUT = ROOT / "build" / "bench"


def make_log(events: int) -> Path:
    """Simulate a community of about that many events, once, and keep its log as a folder of its own."""
    folder = OUT / f"log-{events}"
    if not (folder / "community.yml").exists():
        from helpers.simulate import Scenario, simulate

        folder.mkdir(parents=True, exist_ok=True)
        made = simulate(Scenario(members=max(events // 53, 200), seed=8, texts=False))
        made.tables["events"].to_parquet(folder / "events.parquet", index=False, compression="zstd")
        settings = "name: bench\nprivacy: {pseudonyms: false}\ntables:\n  events: {file: events.parquet}\n"
        (folder / "community.yml").write_text(settings, encoding="utf-8")
    return folder


def plain_scan(folder: Path) -> None:
    """Group the raw log by member and day: the least that any of this can cost."""
    import duckdb

    duckdb.sql(
        f"""create table scan as select member_id, cast(occurred_at as date) as day, count(*) as n
        from '{(folder / "events.parquet").as_posix()}' group by member_id, day"""
    )


def workbook(folder: Path, log: Any = None) -> dict[str, float]:
    """Compute the metric set with the workbook, from Parquet or a frame; return the seconds of opening."""
    from helpers.community import Community
    from helpers.metrics import activity, growth, lifecycle, participation, retention, survival

    source = folder if log is None else {"events": log}
    started = time.perf_counter(), time.process_time()
    community = Community.open(source)
    opening = time.perf_counter() - started[0], time.process_time() - started[1]
    activity.rolling(community)
    activity.panel(community)
    activity.stickiness(community)
    retention.day_n(community)
    retention.cohorts(community, by="week")
    retention.cohorts(community, by="month")
    survival.kaplan_meier(survival.time_to_churn(community))
    growth.accounting(community)
    lifecycle.states(community)
    lifecycle.transitions(community)
    contributions = participation.distribution(community)
    participation.gini(contributions)
    participation.split(contributions)
    return {"opening": opening[0], "opening_cpu": opening[1]}


def pandas(folder: Path, log: Any = None) -> None:
    """Compute the metric set with pandas."""
    import pandas as pd
    from pandas_twin import metric_set

    metric_set(pd.read_parquet(folder / "events.parquet", columns=COLUMNS) if log is None else log)


REPLIES = ["member_id", "occurred_at", "event_type", "event_id", "reply_to"]


def replies(folder: Path) -> dict[str, float]:
    """Time the first reply to every message with the workbook; return the seconds of opening."""
    from helpers.community import Community
    from helpers.metrics import response

    started = time.perf_counter(), time.process_time()
    community = Community.open(folder)
    opening = time.perf_counter() - started[0], time.process_time() - started[1]
    response.curve(response.waits(community, what="messages"))
    response.answered(community, what="messages")
    return {"opening": opening[0], "opening_cpu": opening[1]}


def replies_pandas(folder: Path) -> None:
    """Time the first reply to every message with pandas."""
    import pandas as pd
    from pandas_twin import first_replies

    first_replies(pd.read_parquet(folder / "events.parquet", columns=REPLIES))


PASSED_ON = ["occurred_at", "event_type", "event_id", "parent_event_id"]


def spread(folder: Path) -> dict[str, float]:
    """Measure all cascades and the reproduction number with the workbook; return the seconds of opening."""
    from helpers.community import Community
    from helpers.metrics import cascades

    started = time.perf_counter(), time.process_time()
    community = Community.open(folder)
    opening = time.perf_counter() - started[0], time.process_time() - started[1]
    cascades.sizes(cascades.measure(community))
    cascades.reproduction(community)
    return {"opening": opening[0], "opening_cpu": opening[1]}


def spread_pandas(folder: Path) -> None:
    """Measure all cascades and the reproduction number with pandas."""
    import pandas as pd
    from pandas_twin import cascades

    cascades(pd.read_parquet(folder / "events.parquet", columns=PASSED_ON))


def edges(members: int = 100_000, ties: int = 1_000_000) -> Any:
    """Draw who turned to whom, a few members far more often than the rest."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(3)
    ends = [(members * rng.random(int(ties * 1.05)) ** 3).astype(int) for _end in range(2)]
    drawn = pd.DataFrame(dict(zip(("source", "target"), ends, strict=True)))
    drawn = drawn[drawn["source"] != drawn["target"]].head(ties).astype(str)
    return drawn.value_counts().rename("weight").reset_index()


def network(folder: Path) -> dict[str, float]:
    """Give PageRank, core numbers and reciprocity with the workbook; then circles, timed apart."""
    from helpers.models import network as model

    drawn = edges()
    started = time.perf_counter(), time.process_time()
    net = model.build(drawn)
    model.pagerank(net)
    model.cores(net)
    model.reciprocity(net, repeats=0)
    parts = {"seconds": time.perf_counter() - started[0], "cpu": time.process_time() - started[1]}
    again = time.perf_counter()
    model.circles(net)
    return parts | {"ties": len(drawn), "circles": time.perf_counter() - again}


def network_networkx(folder: Path) -> dict[str, float]:
    """Give PageRank, core numbers and reciprocity with networkx."""
    from pandas_twin import positions

    drawn = edges()
    started = time.perf_counter(), time.process_time()
    positions(drawn)
    return {"seconds": time.perf_counter() - started[0], "cpu": time.process_time() - started[1]}


def bgnbd(customers: int = 1_000_000) -> dict[str, float]:
    """Fit BG/NBD on a million simulated purchase histories, in days; return the seconds of the fit apart."""
    import numpy as np
    import pandas as pd

    from helpers.models import bgnbd as model

    rng = np.random.default_rng(7)
    weeks = rng.integers(140, 365, customers) / 7
    buying = np.minimum(rng.exponential(1 / rng.gamma(0.8, 1 / 40, customers)), weeks)
    bought = rng.poisson(buying * rng.gamma(0.25, 1 / 4.4, customers))
    last = np.where(bought > 0, np.round(buying * 7 * rng.beta(np.maximum(bought, 1), 1)) / 7, 0.0)
    histories = pd.DataFrame({"x": bought, "tx": np.minimum(last, weeks), "T": weeks})
    triples = histories.groupby(["x", "tx", "T"]).size().rename("count").reset_index()
    started = time.perf_counter()
    model.fit(triples)
    return {"fit": time.perf_counter() - started, "triples": len(triples)}


def imports() -> dict[str, float]:
    """Import the community's floor in a fresh interpreter; return its processor seconds."""
    code = "import time; s = time.process_time(); import helpers.community; print(time.process_time() - s)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return {"import": float(done.stdout)}


COLUMNS = ["member_id", "occurred_at", "event_type"]
SUITES = {
    "metric set on Parquet": ["plain_scan(folder)", "workbook(folder)", "pandas(folder)"],
    "metric set on a frame": ["workbook(folder, log)", "pandas(folder, log)"],
    "first replies on Parquet": ["replies(folder)", "replies_pandas(folder)"],
    "spread on Parquet": ["spread(folder)", "spread_pandas(folder)"],
    "network of 10^5 members": ["network(folder)", "network_networkx(folder)"],
    "BG/NBD": ["bgnbd()"],
    "import helpers.community": ["imports()"],
}


def measure(task: str, folder: Path) -> dict[str, float]:
    """Run one task in a fresh process; return its seconds, start and imports apart, and its peak memory."""
    code = f"""
import json, pathlib, resource, sys, time
sys.path[:0] = [{str(ROOT)!r}, {str(HERE)!r}]
import duckdb, pandas, pyarrow.parquet
from helpers.metrics import activity, growth, lifecycle, participation, retention, survival
from helpers.models import bgnbd, network
import run
folder = pathlib.Path({str(folder)!r})
log = pandas.read_parquet(folder / "events.parquet", columns=run.COLUMNS) if "log" in {task!r} else None
started = time.perf_counter(), time.process_time()
parts = run.{task} or {{}}
parts.setdefault("seconds", time.perf_counter() - started[0])  # a task may time its own question
parts.setdefault("cpu", time.process_time() - started[1])
parts["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print()  # a progress bar may stand in this line
print(json.dumps(parts))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    # A query of several seconds may write a progress bar there as well.
    parts = json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))
    kilobyte = 1024 if platform.system() == "Darwin" else 1
    return parts | {"megabytes": parts.pop("peak") / kilobyte / 1024}


def figures(results: list[dict[str, Any]]) -> list[str]:
    """Say what the workbook's metric set costs beside its rivals, with and without opening the community."""
    runs = {(one["suite"], one["task"].split("(")[0]): one["runs"] for one in results}
    lines = []
    for suite, rival in (("metric set on Parquet", "plain_scan"), ("metric set on a frame", "pandas")):
        line = f"{suite} / {rival}:"
        for part, opening in (("cpu", "opening_cpu"), ("seconds", "opening")):
            pairs = list(zip(runs[suite, "workbook"], runs[suite, rival], strict=True))
            apart = statistics.median((ours[part] - ours[opening]) / theirs[part] for ours, theirs in pairs)
            whole = statistics.median(ours[part] / theirs[part] for ours, theirs in pairs)
            line += f" {apart:.2f} x by {part} ({whole:.2f} x with opening)"
        lines.append(line)
    return lines


def main() -> None:
    """Take turns, print a table of medians and ratios, and keep every measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=float, default=1e7)
    parser.add_argument("--frame-events", type=float, default=1e6)
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    sizes = {"metric set on Parquet": int(chosen.events), "metric set on a frame": int(chosen.frame_events)}
    sizes |= dict.fromkeys(("first replies on Parquet", "spread on Parquet"), int(chosen.events))
    for events in sizes.values():
        # In a process of its own: a child's peak memory starts from its parent's.
        code = (
            f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(HERE)!r}]; import run; run.make_log({events})"
        )
        subprocess.run([sys.executable, "-c", code], check=True)
    logs = {suite: OUT / f"log-{events}" for suite, events in sizes.items()}
    results = []
    for suite, tasks in SUITES.items():
        runs: dict[str, list[dict[str, float]]] = {task: [] for task in tasks}
        for _turn in range(chosen.repeats):
            for task in tasks:
                runs[task].append(measure(task, logs.get(suite, OUT)))
        print(f"{suite} ({logs.get(suite, OUT).name})")
        for task, measured in runs.items():
            middle = {part: statistics.median(run[part] for run in measured) for part in measured[0]}
            seconds, cpu, peak = (middle.pop(part) for part in ("seconds", "cpu", "megabytes"))
            line = f"  {task:30}{seconds:8.2f} s {cpu:8.2f} s cpu {peak:6.0f} MB"
            for part in ("seconds", "cpu"):
                pairs = zip(measured, runs[tasks[0]], strict=True)
                line += f" {statistics.median(run[part] / one[part] for run, one in pairs):7.2f} x"
            print(line, *(f"{part} {value:.2f}" for part, value in middle.items()))
            results.append({"suite": suite, "task": task, "log": logs.get(suite, OUT).name, "runs": measured})
    print(*figures(results), sep="\n")
    (OUT / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
