"""Notebooks run two at once; what fails is said in one line and stops only itself."""

import json

import pytest

from helpers.workbook.run import run
from tests.workbook.notebooks import code, notebook, text

SECRET = "/home/someone/secret data"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    good = notebook(
        text("## Section"),
        code("print(data, weeks)"),
        code("from pathlib import Path\nPath.cwd().name"),
        code(f"open({SECRET + '/x.csv'!r} if False else 'nothing.txt', 'a').close()"),
        code("import os\nos.environ['OMP_NUM_THREADS']"),
        code(f"print({SECRET!r})"),
    )
    bad = notebook(
        text("## First\n### The trap"),
        code("print('before')"),
        code(f"raise ValueError('no such file: {SECRET}/orders.csv\\nsecond line')"),
        code("print('never')"),
    )
    missing = notebook(
        text("## Orders"),
        code("from helpers.community import TableMissing\nraise TableMissing('orders', ['cost'])"),
    )
    ticks = []
    done = run(
        {"good": good, "bad": bad, "missing": missing},
        {"good": {"data": SECRET, "weeks": 9}},
        folder=folder,
        hidden={SECRET: "secret data"},
        progress=lambda *tick: ticks.append(tick),
    )
    return {outcome.name: outcome for outcome in done} | {"ticks": ticks, "folder": folder}


def outputs(outcome):
    return json.dumps([cell.get("outputs", []) for cell in outcome.notebook.cells])


def test_the_others_run_when_one_fails(outcomes):
    assert [outcomes[name].ok for name in ("good", "bad", "missing")] == [True, False, False]
    assert str(outcomes["good"]) == "good: done"


def test_parameters_reach_the_notebook(outcomes):
    assert "secret data 9" in outputs(outcomes["good"])


def test_the_kernel_works_in_the_notebooks_folder(outcomes):
    assert outcomes["folder"].name in outputs(outcomes["good"])
    assert (outcomes["folder"] / "nothing.txt").exists()


def test_numerical_libraries_share_the_cores(outcomes):
    assert "'1'" in outputs(outcomes["good"])


def test_a_failure_is_one_line_with_cell_section_and_cause(outcomes):
    assert str(outcomes["bad"]) == (
        "bad, cell [3] under “The trap”: ValueError: no such file: secret data/orders.csv second line"
    )


def test_a_message_for_the_reader_comes_without_the_name_of_its_class(outcomes):
    assert outcomes["missing"].cause.startswith("This needs the table orders with cost.")


def test_nothing_that_names_the_machine_is_left(outcomes):
    for name in ("good", "bad", "missing"):
        whole = json.dumps(outcomes[name].notebook)
        assert SECRET not in whole
        assert "papermill" not in whole
        assert "Traceback" not in whole
        assert "site-packages" not in whole


def test_the_page_says_where_it_stopped_and_what_did_not_run(outcomes):
    cells = outcomes["bad"].notebook.cells
    stop = next(place for place, cell in enumerate(cells) if "stopped" in cell.metadata.get("tags", []))
    assert "Stopped here" in cells[stop].source
    assert cells[stop + 1].outputs[0].output_type == "error"
    assert cells[stop + 2].outputs == []


def test_progress_counts_every_cell(outcomes):
    assert ("good", 7, 7) in outcomes["ticks"]


def test_a_process_that_dies_is_an_outcome_too(tmp_path):
    dying = notebook(code("import os, signal\nos._exit(3)"))
    (outcome,) = run({"dying": dying}, {}, folder=tmp_path, jobs=1)
    assert not outcome.ok
    assert "DeadKernelError" in str(outcome)
