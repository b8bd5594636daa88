"""An opening that is killed leaves the store as it was, and two at once do not harm it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.once
def test_killed_at_random_moments_and_opened_twice_at_once(tmp_path: Path) -> None:
    script = ROOT / "tests" / "community" / "store_killed.py"
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), "25"],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    found = json.loads(done.stdout)
    assert all(one["whole"] for one in found["trail"])
    assert {one["parts"] for one in found["trail"]} <= {0, 2}
    assert sum(one["killed"] for one in found["trail"]) > 5
    assert found["pair"] == [0, 0]
    assert found["last"] == {"same": True, "read": 0}
