"""The report: every chapter on one community, its summary, its lists; whole, or not at all."""

from __future__ import annotations

import importlib.metadata
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.community import Community, SettingsError, moment
from helpers.community import progress as progressing
from helpers.community.disk import is_full
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _
from helpers.present.language import translator
from helpers.workbook import changes, first_steps, history, pages, parameters, swap
from helpers.workbook.edition import edition
from helpers.workbook.run import ROOT, Outcome, Progress, run
from helpers.workbook.summary import summary

NOTEBOOKS = ROOT / "notebooks"
DATASETS = ROOT / "datasets"
WORK = ROOT / "work"  # what is kept from run to run; git leaves it alone
PLANNED = "08_outlook"  # the chapter that a ninety-day plan comes with
_PACKAGES = ("pandas", "numpy", "scipy", "scikit-learn", "statsmodels", "duckdb", "matplotlib")


@dataclass(frozen=True)
class Report:
    """A finished report.

    Parameters
    ----------
    folder : pathlib.Path
        Where it is.
    outcomes : list of Outcome
        What became of each notebook.
    missing : list of str
        The parts of the summary that could not be computed, and why.
    """

    folder: Path
    outcomes: list[Outcome]
    missing: list[str] = field(default_factory=list)

    @property
    def index(self) -> Path:
        """The page to open first."""
        return self.folder / "index.html"

    @property
    def failures(self) -> list[Outcome]:
        """The notebooks that stopped."""
        return [outcome for outcome in self.outcomes if not outcome.ok]


def notebooks(
    language: str = "en", *, names: Sequence[str] = (), folder: Path = NOTEBOOKS
) -> dict[str, NotebookNode]:
    """Read the chapters in a language, or in English where that language has none yet.

    Parameters
    ----------
    language : {"en", "zh"}, default "en"
        Which tree.
    names : sequence of str, default ()
        Only these: a file name, or what it begins with, such as "06"; all by default.
    folder : pathlib.Path
        The folder that holds `en` and `zh`.

    Returns
    -------
    dict of str to NotebookNode
        By name, in the order of the course.

    Raises
    ------
    SettingsError
        When a name fits no notebook; the message lists those there are.

    Taught in: all
    """
    own = folder / language
    paths = sorted((own if any(own.glob("*.ipynb")) else folder / "en").glob("*.ipynb"))
    known = [path.stem for path in paths]
    if not paths:
        raise SettingsError(
            _("There are no notebooks in {folder}/; install from a checkout with pip install -e ."),
            folder=folder.name,
        )
    wanted = [name.removesuffix(".ipynb") for name in names]
    for name in wanted:
        if not any(stem == name or stem.startswith(name) for stem in known):
            raise SettingsError(
                _("There is no notebook {name!r}. There are: {known}."), name=name, known=", ".join(known)
            )
    return {
        path.stem: nbformat.read(path, as_version=4)
        for path in paths
        if not wanted or any(path.stem == name or path.stem.startswith(name) for name in wanted)
    }


def make(
    data: str = "demo",
    *,
    as_of: str | None = None,
    language: str = "en",
    out: Path = Path("reports"),
    names: Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    jobs: int = 2,
    reveal: bool = False,
    lessons: bool = False,
    since_last: bool = False,
    folder: Path = NOTEBOOKS,
    progress: Progress | None = None,
) -> Report:
    """Run the chapters on a community and write the report.

    Parameters
    ----------
    data : str, default "demo"
        A data set that comes along, or a folder with `community.yml`.
    as_of : str, optional
        Last day to count, `YYYY-MM-DD`.
    language : {"en", "zh"}, default "en"
        Language of figures, readings and pages.
    out : pathlib.Path, default "reports"
        The report becomes a folder in this one, named after the data set or its folder.
    names : sequence of str, default ()
        Only these notebooks.
    settings : dict, optional
        Further parameters of the notebooks, by name.
    jobs : int, default 2
        Notebooks that run at once.
    reveal : bool, default False
        Write member ids instead of pseudonyms into the contact list, show the values and rows that were
        set aside, and leave phone numbers, e-mail addresses and resident ids where they are found.
    lessons : bool, default False
        Keep exercises, by-hand lessons and ground truth.
    since_last : bool, default False
        Read only what is new since the last such run, from a store in `work/NAME`; compare with the last
        report in this place and add a page on what changed. Every report records itself for the next one.
    folder : pathlib.Path
        Where the notebooks are.
    progress : callable, optional
        Called with a notebook's name, its cells done and its cells in all.

    Returns
    -------
    Report
        Where it is and what became of each notebook. A report of that name that was there before is
        replaced only when the new one is complete.

    Raises
    ------
    CommunityError
        When the data or a parameter cannot be followed; nothing is written then.

    Taught in: all
    """
    chapters = notebooks(language, names=names, folder=folder)
    given = {"data": data, "as_of": as_of, "language": language, **(settings or {})}
    chosen = parameters.choose(chapters, {name: value for name, value in given.items() if value is not None})
    source, shown = _source(data)
    store = WORK / safe_name(shown) / "store" if since_last else None
    community = Community.open(source, as_of=as_of, language=language, store=store)
    prepared = {name: edition(notebook, community, lessons=lessons) for name, notebook in chapters.items()}
    for values in chosen.values():
        if "data" in values:
            values["data"] = source
    target = out / safe_name(shown)
    swap.tidy(target)
    with moment.shared(community) as kept:
        outcomes = run(
            prepared,
            chosen,
            folder=folder / "en" if not (folder / language).is_dir() else folder / language,
            hidden={source: shown, source.replace("\\", "/"): shown} if source != data or "/" in data else {},
            language=language,
            covered=not reveal and not community.simulated,
            kept=kept,
            jobs=jobs,
            progress=progress,
        )
    used = {**given, "data": shown, "as_of": community.as_of.isoformat()}
    if any(is_full(outcome.cause) for outcome in outcomes):
        raise swap.full(target.name)
    with swap.whole(target) as fresh:
        missing = _write(
            fresh,
            community,
            outcomes,
            used,
            knobs=_knobs(chapters, chosen),
            reveal=reveal,
            past=history.read(target),  # while no other run can write here
            since_last=since_last,
        )
    return Report(target, outcomes, missing)


def _source(data: str) -> tuple[str, str]:
    """Return what to open, whatever folder the kernel works in, and what to show for it."""
    if (DATASETS / data).is_dir() and "/" not in data and "\\" not in data:
        return data, data
    folder = Path(data).expanduser()
    if not folder.is_dir():
        known = ", ".join(sorted(path.parent.name for path in DATASETS.glob("*/community.yml")))
        raise SettingsError(
            _("There is no folder {data!r} and no data set of that name. Data sets: {known}."),
            data=data,
            known=known,
        )
    return str(folder.resolve()), folder.resolve().name


def safe_name(name: str) -> str:
    """Turn a name into a folder name that every system takes.

    Examples
    --------
    >>> safe_name("Tea: a/b "), safe_name("小茶壶"), safe_name("...")
    ('Tea- a-b', '小茶壶', 'community')

    Taught in: all
    """
    cleaned = re.sub(r'[<>:"/\\|?*\x00-\x1f]', "-", name).strip(" .")
    return cleaned[:80] or "community"


def _knobs(chapters: Mapping[str, NotebookNode], chosen: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the parameters of all chapters are in this run."""
    values = {
        knob.name: knob.default
        for chapter in chapters.values()
        for knob in parameters.knobs(chapter).values()
    }
    return values | {name: value for own in chosen.values() for name, value in own.items()}


def _write(
    folder: Path,
    community: Community,
    outcomes: Sequence[Outcome],
    used: Mapping[str, Any],
    *,
    knobs: Mapping[str, Any],
    reveal: bool,
    past: history.History | None = None,
    since_last: bool = False,
) -> list[str]:
    """Write the pages and return what the summary lacks."""
    _ = translator({"language": community.language})
    progressing.step(Sentence(progressing.PAGES))
    about = community.about("report") | {"caution": first_steps.caution(community)}
    chapters = [
        pages.Page(f"{outcome.name}.html", pages.title_of(outcome.notebook, outcome.name))
        for outcome in outcomes
    ]
    comparison = [pages.Page(changes.PAGE, _("Since last time"))] if since_last else []
    linked = [pages.Page("index.html", _("Summary")), *comparison, *chapters]
    (folder / "notebooks").mkdir()
    for outcome, page in zip(outcomes, chapters, strict=True):
        warning = "" if outcome.ok else outcome.told(_)
        html = pages.chapter(outcome.notebook, about=about, pages=linked, file=page.file, warning=warning)
        (folder / page.file).write_text(html, encoding="utf-8")
        nbformat.write(outcome.notebook, folder / "notebooks" / f"{outcome.name}.ipynb")
    planned = any(outcome.name == PLANNED for outcome in outcomes)
    found = summary(
        community, folder, knobs=knobs, reveal=reveal, planned=planned, past=past, since_last=since_last
    )
    if since_last:
        compared = changes.page(found.get("since"), about=about, linked=linked)
        (folder / changes.PAGE).write_text(compared, encoding="utf-8")
    index = pages.render(
        "index.html.j2",
        about=about,
        title=community.title,
        pages=linked,
        here="index.html",
        chapters=chapters,
        failures=[outcome.told(_) for outcome in outcomes if not outcome.ok],
        parameters=used,
        versions=versions(),
        **found,
    )
    (folder / "index.html").write_text(index, encoding="utf-8")
    missing: list[str] = found["missing"]
    return missing


def versions() -> dict[str, str]:
    """Return the versions that the figures depend on.

    Returns
    -------
    dict of str to str
        The workbook, Python and the packages that compute.

    Examples
    --------
    >>> list(versions())[:2]
    ['workbook', 'Python']

    Taught in: all
    """
    from helpers import __version__

    installed = {name: importlib.metadata.version(name) for name in _PACKAGES}
    return {"workbook": __version__, "Python": platform.python_version(), **installed}
