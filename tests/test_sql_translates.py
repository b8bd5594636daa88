"""What the metrics and models send to the engine can be written for Spark: nothing stands in its way."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest

from helpers.community import Community, CommunityError
from helpers.community.spark_sql import translate
from helpers.simulate import Scenario, simulate
from tests import every_reduction

# Where data come in, files are read and checked by the engine at hand; all that follows must travel.
DOOR = re.compile(r"\b(staged|raw|seen|quarantine|checked|parsed)_")


pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Collect every statement that the metrics and models run on a small community."""
    folder = simulate(Scenario.small(seed=3)).write(tmp_path_factory.mktemp("small") / "small")
    community = Community.open(folder)
    seen: dict[str, None] = {}
    engine = community.engine
    original = engine.connection

    class Recorder:
        def execute(self, sql: str, *rest: Any) -> Any:
            seen[sql] = None
            return original.execute(sql, *rest)

        def __getattr__(self, name: str) -> Any:
            return getattr(original, name)

    engine.connection = Recorder()  # type: ignore[assignment]
    for name, call in every_reduction.calls().items():
        try:
            call(community)
        except CommunityError as error:
            # What this community lacks is asked by others; nothing else may go wrong.
            print(f"{name}: {error}")
    return [sql for sql in seen if not DOOR.search(sql) and re.match(r"\s*(with|select|create)", sql)]


def test_no_function_that_takes_a_community_is_forgotten() -> None:
    assert not every_reduction.forgotten()


def test_there_is_much_to_translate(statements: list[str]) -> None:
    assert len(statements) > 300


def test_every_statement_can_be_written_for_spark(statements: list[str]) -> None:
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    failures = []
    for sql in statements:
        query = re.sub(r"^\s*create (or replace )?(temp )?(table|view) \S+ as\s", "", sql)
        try:
            translate(query)
        except Exception as error:
            failures.append(f"{type(error).__name__}: {str(error)[:160]} in: {' '.join(sql.split())[:240]}")
    assert not failures, "\n".join(failures)
