"""Make an environment of its own for each rival that the workbook does not need."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OUT = HERE.parents[1] / "build" / "bench"

# Rival -> its pinned file; the others run in the environment of the tests.
APART = {"retentioneering": "retentioneering", "lifetimes": "lifetimes", "clvkit": "lifetimes"}
SHOWN = {"scan": ("duckdb",), "workbook": ("duckdb", "pandas", "numpy", "pyarrow")}


def python_of(who: str, *, make: bool = False) -> Path:
    """Return the interpreter of a contender; RuntimeError says why there is none.

    Parameters
    ----------
    who : str
        A contender.
    make : bool, default False
        Make the environment where it is missing or out of date, which takes the network.

    Returns
    -------
    pathlib.Path
        The interpreter.
    """
    if who not in APART:
        return Path(sys.executable)
    needed = HERE / f"requirements-{APART[who]}.txt"
    folder = OUT / f"env-{APART[who]}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = hashlib.sha256(needed.read_bytes()).hexdigest()
    if (folder / "ready").exists() and (folder / "ready").read_text(encoding="utf-8") == stamp:
        return python
    if not make:
        raise RuntimeError(f"{who} is not installed: `make bench` makes {folder.name}")
    shutil.rmtree(folder, ignore_errors=True)
    steps = (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(needed)],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise RuntimeError(f"{who} could not be installed: {last[:200]}")
    (folder / "ready").write_text(stamp, encoding="utf-8")
    return python


def version_of(who: str, python: Path) -> dict[str, str]:
    """Return the versions that stand behind a contender."""
    names = SHOWN.get(who, (who, *(("duckdb",) if who == "retentioneering" else ())))
    code = "import importlib.metadata as m, json, sys\n"
    code += "print(json.dumps({name: m.version(name) for name in sys.argv[1:]}))"
    done = subprocess.run([str(python), "-c", code, *names], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))
