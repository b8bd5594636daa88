"""Run prepared notebooks, two at once, each in its own process, and say in one line what failed."""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from helpers.community import moment
from helpers.community.privacy import cover
from helpers.present.language import Translate, translator

Progress = Callable[[str, int, int], None]

ROOT = Path(__file__).resolve().parents[2]
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
# Two notebooks share two cores: let neither start a thread for every core in its numerical libraries.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True)
class Outcome:
    """What became of one notebook.

    Parameters
    ----------
    name : str
        The notebook's name without its suffix.
    notebook : NotebookNode
        As it ran, without anything that names this machine.
    cell : int or None
        Number of the cell that failed, as the brackets beside it show; None when all ran.
    heading : str
        The section of that cell.
    cause : str
        What went wrong, in one line; empty when all ran.
    """

    name: str
    notebook: NotebookNode
    cell: int | None = None
    heading: str = ""
    cause: str = ""

    @property
    def ok(self) -> bool:
        """Whether every cell ran."""
        return not self.cause

    def told(self, _: Translate) -> str:
        """Say in the language of a translator what became of it."""
        if self.ok:
            return _("{name}: done").format(name=self.name)
        place = _(", cell [{cell}]").format(cell=self.cell) if self.cell else ""
        under = _(" under “{heading}”").format(heading=self.heading) if self.heading else ""
        text = _("{name}{place}{under}: {cause}")
        return text.format(name=self.name, place=place, under=under, cause=self.cause)

    def __str__(self) -> str:
        return self.told(str)


@dataclass(frozen=True)
class _Job:
    name: str
    notebook: NotebookNode
    parameters: Mapping[str, Any]
    folder: str  # where the kernel works
    covered: bool  # whether people's data is to be masked in what the notebook shows
    hidden: Mapping[str, str]  # texts that name this machine, and what stands for them
    language: str


def run(
    notebooks: Mapping[str, NotebookNode],
    parameters: Mapping[str, Mapping[str, Any]],
    *,
    folder: Path,
    hidden: Mapping[str, str] | None = None,
    language: str = "en",
    covered: bool = False,
    kept: Path | None = None,
    jobs: int = 2,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Run notebooks and return what became of each, in the order given.

    Parameters
    ----------
    notebooks : dict of str to NotebookNode
        Prepared notebooks by name (see `edition`).
    parameters : dict of str to dict
        For each notebook the values to set; a name may be missing.
    folder : pathlib.Path
        The folder in which the kernels work, whatever the caller's own is.
    hidden : dict of str to str, optional
        Texts to replace in everything that the notebooks show, such as the path of the data.
    language : {"en", "zh"}, default "en"
        Language of the note in a notebook that stopped.
    covered : bool, default False
        Mask phone numbers, e-mail addresses and resident ids in everything that the notebooks show.
    kept : pathlib.Path, optional
        Where the community is kept (`helpers.community.moment`), so that no notebook reads its files again.
    jobs : int, default 2
        How many run at once.
    progress : callable, optional
        Called with name, cells done and cells in all.

    Returns
    -------
    list of Outcome
        One a notebook; a failure stops only its own notebook.

    Taught in: all
    """
    secrets = {**(hidden or {}), str(ROOT) + os.sep: "", str(ROOT): ".", str(Path.home()): "~"}
    work = [
        _Job(name, notebook, parameters.get(name, {}), str(folder), covered, secrets, language)
        for name, notebook in notebooks.items()
    ]
    context = multiprocessing.get_context("spawn")
    own = ProcessPoolExecutor(jobs, context, _prepare_process, (str(kept or ""),))
    with context.Manager() as manager, own as pool:
        ticks = manager.Queue()
        futures = [pool.submit(_run_one, job, ticks) for job in work]
        _watch(futures, ticks, progress or (lambda name, done, total: None))
        return [_outcome(job, future) for job, future in zip(work, futures, strict=True)]


def _prepare_process(kept: str) -> None:
    os.environ[moment.VARIABLE] = kept
    for variable in _ONE_THREAD:
        os.environ.setdefault(variable, "1")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")


def _watch(futures: list[Future[Outcome]], ticks: Any, progress: Progress) -> None:
    running = set(futures)
    while running:
        _done, running = wait(running, timeout=0.2)
        while not ticks.empty():
            progress(*ticks.get())


def _outcome(job: _Job, future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except Exception as error:  # the process itself died, for example for want of memory
        return Outcome(
            job.name, job.notebook, cause=f"{type(error).__name__}: {_clean(str(error), job.hidden)}"
        )


def _run_one(job: _Job, ticks: Any) -> Outcome:
    """Run one notebook with papermill; this is what a process of the pool does."""
    import logging
    import tempfile

    import papermill
    from papermill.exceptions import PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    total = sum(cell.cell_type == "code" for cell in job.notebook.cells) + bool(job.parameters)
    done = iter(range(1, total + 2))

    def tick(**_about: Any) -> None:
        ticks.put((job.name, min(next(done, total), total), total))

    with tempfile.TemporaryDirectory(prefix="workbook-") as scratch:
        path = Path(scratch, f"{job.name}.ipynb")
        cause = ""
        try:
            papermill.execute_notebook(
                job.notebook,
                str(path).replace("{", "{{").replace("}", "}}"),  # papermill formats its paths
                parameters=dict(job.parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                request_save_on_cell_execute=False,
                cwd=job.folder,
                kernel_manager_class=_own_python(job.language),
                on_cell_executed=tick,
            )
        except PapermillExecutionError as error:
            cause = f"{error.ename}: {error.evalue}"
        ran = nbformat.read(path, as_version=4)
    cause = _one_line(cause, job.hidden)
    return _tell(job, ran, cover(cause) if job.covered else cause)


def _own_python(language: str) -> type:
    """Return a kernel manager for the running Python, whatever kernels the machine has registered."""
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class OwnPython(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            if language != "en":  # what goes wrong is said in the report's language
                speak = f"from helpers.present.language import speak; speak({language!r}); del speak"
                launch.append(f"--IPKernelApp.exec_lines={speak}")
            return KernelSpec(argv=[*launch, "--IPKernelApp.log_level=CRITICAL"], language="python")

    return OwnPython


def _one_line(cause: str, hidden: Mapping[str, str]) -> str:
    lines = [line.strip() for line in _clean(cause, hidden).splitlines() if line.strip()]
    known = ("CommunityError", "TableMissing", "DataError", "SettingsError", "TruthMissing")
    if lines and lines[0].partition(":")[0] in known:
        lines[0] = lines[0].partition(":")[2].strip()  # these are written for the reader as they are
    return " ".join(lines)[:500]


def _clean(text: str, hidden: Mapping[str, str]) -> str:
    for secret, shown in sorted(hidden.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(secret, shown).replace(repr(secret)[1:-1], shown)
    return _ESCAPES.sub("", text)


def _tell(job: _Job, ran: NotebookNode, cause: str) -> Outcome:
    """Take out of an executed notebook what only this machine or this minute knows; mark the failure."""
    ran.metadata.pop("papermill", None)
    ran.cells = [
        cell for cell in ran.cells if "papermill-error-cell-tag" not in cell.metadata.get("tags", [])
    ]
    failed: int | None = None
    for place, cell in enumerate(ran.cells):
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        cell.source = _clean(cell.source, job.hidden)
        if cell.cell_type == "code":
            cell.outputs = [_clean_output(output, job.hidden, cause) for output in cell.outputs]
            if job.covered:
                _cover_outputs(cell.outputs)
            if any(output.output_type == "error" for output in cell.outputs):
                failed = place
    if failed is None:
        return Outcome(job.name, ran, cause=cause)
    number, heading = ran.cells[failed].execution_count, _heading_above(ran.cells, failed)
    ran.cells.insert(failed, _stop_note(job.language))
    return Outcome(job.name, ran, number, heading, cause)


def _clean_output(output: NotebookNode, hidden: Mapping[str, str], cause: str) -> NotebookNode:
    if output.output_type == "error":
        output.ename, output.evalue, output.traceback = "Error", cause, [cause]
    elif output.output_type == "stream":
        output.text = _clean(output.text, hidden)
    else:
        for kind, content in output.data.items():
            if kind.startswith("text/"):
                output.data[kind] = _clean(content, hidden)
    return output


def _cover_outputs(outputs: list[NotebookNode]) -> None:
    for output in outputs:
        if output.output_type == "stream":
            output.text = cover(output.text)
        elif output.output_type != "error":
            for kind, content in output.data.items():
                if isinstance(content, str) and not kind.startswith("image/p"):
                    output.data[kind] = cover(content)
            for known in output.metadata.values():
                if isinstance(known, dict) and isinstance(known.get("alt"), str):
                    known["alt"] = cover(known["alt"])


def _heading_above(cells: list[NotebookNode], place: int) -> str:
    for cell in reversed(cells[:place]):
        found = re.findall(r"^#{1,6}\s+(.*)$", cell.source, re.M) if cell.cell_type == "markdown" else []
        if found:
            return str(found[-1]).strip()
    return ""


def _stop_note(language: str) -> NotebookNode:
    _ = translator(language)
    text = _(
        "**Stopped here.** The next cell failed for the reason below it; the cells after it did not run."
    )
    note = new_markdown_cell(f"> {text}", metadata={"tags": ["stopped"]})
    note.id = "stopped"
    return note
