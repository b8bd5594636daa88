"""Every reduction gives on Spark what it gives on DuckDB, to the last digit.

A few of each kind run always. All of them, on the demo and on a community of a million events, take longer
than a run of continuous integration: COMMUNITY_EVERY_REDUCTION=small, demo or million asks for them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from helpers.community import Community
from helpers.models import churn, personas, rfm
from helpers.simulate import Scenario, simulate
from helpers.workbook.edition import edition
from tests import every_reduction
from tests.spark.equality import differences, outcome

pytestmark = pytest.mark.once

EVERYTHING = os.environ.get("COMMUNITY_EVERY_REDUCTION", "")  # small, demo or million
QUICK = (
    "activity.panel",
    "activity.rolling",
    "campaigns.effects",
    "cascades.measure",
    "churn_features.features",
    "churn_labels.labels",
    "funnel.measure",
    "growth.accounting",
    "lifecycle.transitions",
    "participation.distribution",
    "purchase_histories.members",
    "retention.cohorts",
    "retention.day_n",
    "rfm.assign",
    "survival.time_to_churn",
)

Pair = tuple[Community, Community]


@pytest.fixture(scope="module")
def both(spark: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Open one community twice: on DuckDB and on the cluster."""
    source: str | Path = "demo"
    if EVERYTHING != "demo":
        million = Scenario(members=1_000_000 // 53, seed=8, texts=False)
        scenario = million if EVERYTHING == "million" else Scenario.small(seed=3)
        source = simulate(scenario).write(tmp_path_factory.mktemp("spark") / "community")
    here, there = Community.open(source), Community.open(source, spark=spark)
    yield here, there
    there.engine.close()


@pytest.mark.parametrize("name", list(every_reduction.calls()) if EVERYTHING else QUICK)
def test_a_reduction_is_equal_to_the_last_digit(both: Pair, name: str) -> None:
    call = every_reduction.calls()[name]
    expected, found = (outcome(call, community) for community in both)
    assert not differences(expected, found)


def test_differences_are_found() -> None:
    frame = pd.DataFrame({"x": [0.1, 0.2]})
    assert not differences({"a": (frame, 1.5)}, {"a": (frame.copy(), 1.5)})
    assert differences({"a": frame}, {"a": frame * (1 + 3e-16)})
    assert differences((1, "b"), (1, "c")) and differences(frame, frame.astype("float32"))


def test_scores_are_written_by_the_executors_as_they_are_here(both: Pair, tmp_path: Path) -> None:
    here, there = both
    model = churn.train(here, cuts=2)
    expected = churn.score(here, model)
    assert len(expected)
    summary = churn.score(there, model, to=tmp_path / "risks")
    written = pd.read_parquet(tmp_path / "risks")
    assert churn.score(here, model, to=tmp_path / "here.parquet")["n"].tolist() == summary["n"].tolist()
    one, other = (rows.sort_values("member_id", ignore_index=True) for rows in (expected, written))
    pd.testing.assert_frame_equal(one, other[list(one)], check_exact=True, check_dtype=False)


def test_the_same_members_are_drawn_to_learn_from(both: Pair) -> None:
    here, there = (churn.train(community, inactivity=20, cuts=2, sample=60) for community in both)
    assert here.sampling is not None
    assert not differences(here.sampling, there.sampling)
    assert not differences(here.rows, there.rows)


def test_segments_are_written_where_the_data_are(both: Pair, tmp_path: Path) -> None:
    here, there = both
    counted = rfm.assign(there, to=tmp_path / "segments")
    written = pd.read_parquet(tmp_path / "segments").sort_values("member_id", ignore_index=True)
    expected = rfm.assign(here)
    assert written["segment"].tolist() == expected["segment"].tolist()
    assert counted["count"].sum() == len(written)


def test_personas_are_written_where_the_data_are(both: Pair, tmp_path: Path) -> None:
    here, there = both
    found = personas.fit(here, k=3)
    assert found.recipe is not None
    counted = personas.assign(there, found, to=tmp_path / "personas")
    written = pd.read_parquet(tmp_path / "personas").sort_values("member_id", ignore_index=True)
    assert written["segment"].tolist() == found.members["segment"].tolist()
    assert counted["count"].sum() == len(written)


def shown(path: Path, community: Community, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Run what an analyst sees of a notebook on an opened community; return all that it displays."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    monkeypatch.setattr(Community, "open", lambda *_data, **_how: community)
    shell, found = InteractiveShell.instance(), []
    try:
        for cell in edition(nbformat.read(path, as_version=4), community).cells:
            if cell.cell_type == "code":
                with capture_output() as kept:
                    outcome = shell.run_cell(cell.source)
                outcome.raise_error()
                found += [*(one.data for one in kept.outputs), str(outcome.result)]
    finally:
        InteractiveShell.clear_instance()
    return found


def test_a_notebook_shows_the_same_on_a_cluster(
    both: Pair, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = (shown(root / "notebooks/en/00_start_here.ipynb", one, monkeypatch) for one in both)
    assert len(here) > 8 and any("image/png" in one for one in here)
    assert here == there
