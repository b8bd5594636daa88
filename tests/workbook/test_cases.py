"""Tests of the case studies as a whole: they run, they speak when broken, and their predictions hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from helpers.community import Community
from helpers.community.errors import SettingsError
from helpers.metrics import scorecard
from helpers.simulate import cases as files
from helpers.simulate import simulate
from helpers.workbook import cases

SMALL = """
concept: K1
title: {en: "Small", zh: "小"}
mechanism: {en: "fission", zh: "裂变"}
seed: 5
members: 300
days: 60
switched: {fission: 1}
expected: {invited_share: up}
"""


def cards_of(name: str, shift: int = 0) -> dict[tuple[str, str], pd.DataFrame]:
    """Measure both arms of a case here, with another seed, without a notebook."""
    case, found = files.load(name), {}
    for arm in cases.ARMS:
        scenario = case.scenario(arm)
        world = simulate(replace(scenario, seed=scenario.seed + shift))
        found[name, arm] = scorecard.measure(Community.open(world.tables, settings={"simulated": True}))
    return found


@pytest.mark.once
def test_the_form_runs_for_a_case_of_ones_own(tmp_path: Path) -> None:
    """Both arms come back, progress is told in order, and the differences carry the case's names."""
    (tmp_path / "mine.yml").write_text(SMALL, encoding="utf-8")
    said: list[str] = []
    cards = cases.measure_all(language="zh", progress=said.append, folder=tmp_path)
    assert said == ["1/1：mine"]
    table = cases.differences(cards, folder=tmp_path)
    assert set(table["title"]) == {"小"} and table.attrs["about"]["simulated"]
    assert cases.one(table, "K1").attrs["about"]["mechanism"] == "裂变"
    assert cases.one(table, "K5").empty


@pytest.mark.once
def test_a_case_that_stops_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the case and the cause, in one line."""
    (tmp_path / "mine.yml").write_text(SMALL, encoding="utf-8")
    form = cases.nbformat.read(cases.TEMPLATE, as_version=4)
    form.cells[2].source = "raise ValueError('out of tea')"
    cases.nbformat.write(form, tmp_path / "form.ipynb")
    monkeypatch.setattr(cases, "TEMPLATE", tmp_path / "form.ipynb")
    with pytest.raises(cases.CaseFailed, match=r"mine.*out of tea"):
        cases.measure_all(folder=tmp_path)


def test_a_broken_case_speaks_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text(SMALL.replace("seed: 5", "seed: five"), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"mine\.yml: seed should be a whole number"):
        cases.measure_all(folder=tmp_path)


def test_lines_are_told_in_their_order_whichever_finishes_first() -> None:
    said: list[str] = []
    listen = cases._in_order(["a", "b", "c"], "en", said.append)
    for name in ("b", "c"):
        listen(name, 6, 6)
    assert said == []
    listen("a", 5, 6)
    listen("a", 6, 6)
    assert said == ["1 of 3: a", "2 of 3: b", "3 of 3: c"]


def test_an_expected_line_has_to_be_on_the_scorecard(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text(SMALL.replace("invited_share", "fame"), encoding="utf-8")
    card = pd.DataFrame({"metric": ["nps"], "unit": ["points"], "n": [9], "estimate": [1.0], "low": [0.0],
                         "high": [2.0], "small": [True]})  # fmt: skip
    card.attrs["about"] = {"language": "en", "n": 9}
    with pytest.raises(SettingsError, match=r"expected\.fame is no line of the scorecard"):
        cases.differences({("mine", arm): card for arm in cases.ARMS}, folder=tmp_path)


@pytest.mark.once
def test_what_was_foretold_holds_on_other_seeds() -> None:
    """Another seed: nearly all foretold changes show, and hardly a line that was to stay moves."""
    table = cases.differences({k: v for name in files.names() for k, v in cards_of(name, 200).items()})
    moved = table[table["expected"].isin(["up", "down"])]
    assert (moved["verdict"] == "as expected").mean() >= 0.85
    assert (moved["verdict"] == "against").sum() == 0
    stayed = table[table["expected"] == "same"]
    assert (stayed["verdict"] == "as expected").mean() >= 0.9
