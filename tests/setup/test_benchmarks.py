"""The benchmarks: rivals give our answers, differences are seen, the README holds what was measured."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "tests" / "bench"
EVENTS = 10_000

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the benchmarks need Linux or macOS")


@pytest.fixture(scope="module", autouse=True)
def bench() -> Any:
    """Make the modules of the suite importable, and no longer afterwards."""
    sys.path.insert(0, str(BENCH))
    before = set(sys.modules)
    yield
    sys.path.remove(str(BENCH))
    for name in set(sys.modules) - before:
        if str(BENCH) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def module(name: str) -> ModuleType:
    return importlib.import_module(name)


@pytest.fixture(scope="module")
def log(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(module("data").make(EVENTS, tmp_path_factory.mktemp("bench")))


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return {}


def ours(name: str, log: Path, answers: dict[str, Any]) -> Any:
    if name not in answers:
        answers[name] = getattr(module("with_workbook"), name)(log)
    return answers[name]


@pytest.mark.once
@pytest.mark.parametrize("rival", ["pandas", "polars", "networkx"])
def test_rivals_of_this_environment_give_our_answers(
    rival: str, log: Path, answers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(BENCH)
    asked = [work for work in module("works").WORKS if rival in work.rivals]
    assert asked
    for work in asked:
        theirs = getattr(module(f"with_{rival}"), work.name)(log)
        found = module("answers").differences(ours(work.name, log, answers), theirs, work)
        assert not found, f"{rival}, {work.title}: {found}"


@pytest.mark.once
@pytest.mark.parametrize("rival", ["retentioneering", "lifetimes", "clvkit"])
def test_rivals_with_an_environment_of_their_own_give_our_answers(
    rival: str, log: Path, answers: dict[str, Any], tmp_path: Path
) -> None:
    try:
        python = module("environments").python_of(rival)
    except RuntimeError as reason:
        pytest.skip(str(reason))
    for work in module("works").WORKS:
        if rival not in work.rivals:
            continue
        command = [
            str(python),
            str(BENCH / "measure.py"),
            rival,
            work.name,
            str(log),
            str(tmp_path / work.name),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert json.loads(done.stdout).keys() == {"seconds", "cpu", "megabytes"}
        theirs = module("answers").load(tmp_path / work.name, work)
        found = module("answers").differences(ours(work.name, log, answers), theirs, work)
        assert not found, f"{rival}, {work.title}: {found}"


def test_a_wrong_answer_is_seen() -> None:
    work = module("works").work_of("daily_states")
    table = pd.DataFrame({"day": pd.to_datetime(["2026-05-01", "2026-05-02"]), "about": [1, 2]})
    right = {"states": table.assign(dormant=0, lost=[0.0, 1.0])}
    differences = module("answers").differences
    assert differences(right, {"states": right["states"].iloc[::-1]}, work) == []
    wrong = right["states"].assign(lost=[0.0, 2.0])
    assert differences(right, {"states": wrong}, work) == ["states.lost: 1 of 2 rows, first 1.0 and 2.0"]
    assert differences(right, {"states": wrong.head(1)}, work) == ["states: 2 rows, not 1"]
    assert differences(right, {}, work) == ["states: not answered"]


def made_up() -> dict[str, Any]:
    def one(work: str, size: int, who: str, seconds: float, **more: Any) -> dict[str, Any]:
        opening = {"opening": 1.0, "opening_cpu": 1.0} if who == "workbook" else {}
        runs = [{"seconds": seconds, "cpu": seconds, "megabytes": 2048.0} | opening] if seconds else []
        return {"work": work, "log": size, "who": who, "runs": runs} | more

    return {
        "date": "2026-05-31",
        "machine": {"cores": 2, "memory_gb": 24, "system": "Linux", "python": "3.11.7"},
        "versions": {"workbook": {"duckdb": "2.0.0"}, "pandas": {"pandas": "3.1.1"}},
        "logs": {"1000000": {"events": 10**6}, "100000000": {"events": 10**8}},
        "weekly": {"share": 0.02, "ratio_seconds": 0.08, "events": 10**7},
        "measured": [
            one("metric_set", 10**6, "scan", 0.5),
            one("metric_set", 10**6, "workbook", 3.0),
            one("metric_set", 10**8, "workbook", 300.0),
            one("metric_set", 10**6, "pandas", 8.0),
            one("metric_set", 10**8, "pandas", 0, skipped="would need about 40 GB"),
            one("metric_set", 10**6, "polars", 1.5),
            one("churn", 10**6, "workbook", 3.0),
            one("churn", 10**6, "polars", 0.1, differs=["features: 2 rows, not 1"]),
        ],
    }


def test_the_table_says_who_is_ahead_and_what_is_missing() -> None:
    text = module("table").table(made_up())
    row = next(line for line in text.splitlines() if line.startswith("| metric set"))
    assert "| 3.00 s | 300 s | 2.0 GB | 1.00 |" in row
    assert "pandas 2.7 (4.0) at 10⁶; polars **0.50** (**0.75**) at 10⁶" in row
    assert "polars: not run" in next(line for line in text.splitlines() if line.startswith("| churn"))
    assert "polars, churn features, 10⁶: another answer, not compared." in text
    assert "pandas, metric set of chapter 06, 10⁸: would need about 40 GB." in text
    assert "6.0 times one plain scan grouped by member and day (4.0 times once opened)" in text
    assert "2% new rows takes 8% of a full run's data time" in text


def test_the_readme_holds_the_table_of_the_committed_results() -> None:
    table = module("table")
    results = json.loads((BENCH / "results.json").read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert table.placed(readme, table.table(results)) == readme, "run: python tests/bench/table.py"


def test_shortening_keeps_what_the_table_says() -> None:
    table = module("table")
    assert table.table(json.loads(table.shortened(made_up()))) == table.table(made_up())


def test_every_work_is_answered_by_all_who_are_named() -> None:
    for work in module("works").WORKS:
        for who in ("workbook", *work.rivals, *(["scan"] if work.limit else [])):
            assert f"def {work.name}(" in (BENCH / f"with_{who}.py").read_text(encoding="utf-8")
