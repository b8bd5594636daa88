"""What every test lives by: no network but this machine's own, and this checkout's package."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
GUARD = (
    ROOT / "tests" / "guard"
)  # Python imports its sitecustomize.py at every start: no network there either

# Kernels and command lines that tests start must find this checkout, and read and write UTF-8.
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(GUARD), str(ROOT), os.environ.get("PYTHONPATH")])
)
os.environ["PYTHONUTF8"] = "1"
os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"

# The same guard for this process, under a name of its own: Python may have another sitecustomize already.
_spec = importlib.util.spec_from_file_location("network_guard", GUARD / "sitecustomize.py")
assert _spec and _spec.loader
_spec.loader.exec_module(importlib.util.module_from_spec(_spec))


@pytest.fixture
def root() -> Path:
    """Return the folder of the checkout."""
    return ROOT
