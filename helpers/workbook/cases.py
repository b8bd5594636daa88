"""The case studies run: the scorecard form for every case, two at once, and what each mechanism changes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import pandas as pd

from helpers.community.errors import CommunityError
from helpers.community.sentences import mark as _
from helpers.metrics import scorecard_differences
from helpers.metrics.scorecard import UNITS
from helpers.present.language import translator
from helpers.simulate import cases
from helpers.simulate.cases import Case
from helpers.workbook.run import ROOT, run

TEMPLATE = ROOT / "notebooks" / "templates" / "scorecard.ipynb"
ARMS = ("on", "off")


class CaseFailed(CommunityError):
    """One or more cases stopped; the message names each and says why."""


def measure_all(
    names: Sequence[str] | None = None,
    *,
    language: str = "en",
    progress: Callable[[str], object] | None = None,
    jobs: int = 2,
    folder: Path = cases.FOLDER,
) -> dict[tuple[str, str], pd.DataFrame]:
    """Run the scorecard template by papermill for every case, with its mechanism on and off.

    Parameters
    ----------
    names : sequence of str, optional
        Cases, all by default.
    language : {"en", "zh"}, default "en"
        Language of the scorecards.
    progress : callable, optional
        Called with one line of text for each finished notebook, always in the same order: a line waits
        until all before it are finished. ``print`` shows it.
    jobs : int, default 2
        How many run at once.
    folder : pathlib.Path
        Where the cases are.

    Returns
    -------
    dict of (str, str) to DataFrame
        (case, ``"on"`` or ``"off"``) -> scorecard.

    Raises
    ------
    CaseFailed
        When a notebook stopped: names the case and the cause.
    SettingsError
        When a case cannot be read.

    Taught in: 07 Case studies
    """
    chosen = list(names) if names is not None else cases.names(folder)
    for name in chosen:
        cases.load(name, folder)  # speak before anything runs
    template = nbformat.read(TEMPLATE, as_version=4)
    with tempfile.TemporaryDirectory(prefix="cases-") as scratch:
        given = {"language": language, "output": scratch, "cases_folder": str(folder)}
        outcomes = run(
            dict.fromkeys(chosen, template),
            {name: {**given, "case": name} for name in chosen},
            folder=ROOT,
            hidden={scratch: "cases"},
            language=language,
            jobs=jobs,
            progress=_in_order(chosen, language, progress),
        )
        stopped = [str(outcome) for outcome in outcomes if not outcome.ok]
        if stopped:
            raise CaseFailed("\n".join(stopped))
        return {
            (name, arm): pd.read_parquet(Path(scratch, f"{name}-{arm}.parquet"))
            for name in chosen
            for arm in ARMS
        }


def _in_order(
    names: list[str], language: str, progress: Callable[[str], object] | None
) -> Callable[[str, int, int], None]:
    """Return a listener that tells of finished notebooks in the order given, whichever finishes first."""
    _ = translator(language)
    finished: set[str] = set()
    told = 0

    def listen(name: str, done: int, total: int) -> None:
        nonlocal told
        if done >= total:
            finished.add(name)
        while progress is not None and told < len(names) and names[told] in finished:
            told += 1
            progress(_("{n} of {all}: {case}").format(n=told, all=len(names), case=names[told - 1]))

    return listen


def differences(cards: dict[tuple[str, str], pd.DataFrame], *, folder: Path = cases.FOLDER) -> pd.DataFrame:
    """Compare each case's scorecard with the mechanism on and off, and hold it against what was foretold.

    Parameters
    ----------
    cards : dict of (str, str) to DataFrame
        From `measure_all`.
    folder : pathlib.Path
        Where the cases are.

    Returns
    -------
    DataFrame
        One row a case and metric: ``case``, ``concept``, ``title``, ``mechanism``, then the columns of
        `scorecard_differences.compare` and `scorecard_differences.judge`; p-values are adjusted over all
        cases.

    Raises
    ------
    SettingsError
        When a case expects something of a metric that the scorecard does not have.

    Notes
    -----
    The two communities of a case share their random numbers where the mechanism does nothing, which makes
    the true error of a difference smaller than the interval says: the arms are treated as independent.

    Taught in: 07 Case studies
    """
    parts, foretold = [], []
    for name in dict.fromkeys(case for case, _arm in cards):
        case = cases.load(name, folder)
        _check_metrics(case)
        on, off = cards[name, "on"], cards[name, "off"]
        language = on.attrs["about"]["language"]
        part = scorecard_differences.compare(on, off)
        told = {"title": case.title[language], "mechanism": case.mechanism[language]}
        parts.append(part.assign(case=name, concept=case.concept, **told))
        foretold.append(part["metric"].map(case.expected))
    table = pd.concat(parts, ignore_index=True)
    table = scorecard_differences.judge(table, pd.concat(foretold))
    order = ["case", "concept", "title", "mechanism"]
    table = table[order + [column for column in table if column not in order]]
    _ = translator(language)
    about = {**parts[0].attrs["about"], "title": _("simulated communities of the case studies")}
    about["n"] = sum(int(card.attrs["about"]["n"]) for card in cards.values())
    table.attrs["about"] = about
    return table


def _check_metrics(case: Case) -> None:
    for metric in case.expected:
        if metric not in UNITS:
            known = ", ".join(UNITS)
            raise cases.SettingsError(
                _("{name}.yml: expected.{metric} is no line of the scorecard. Known: {known}."),
                name=case.name,
                metric=metric,
                known=known,
            )


def one(table: pd.DataFrame, concept: str) -> pd.DataFrame:
    """Take one case out of the differences, with its names for figures and readings.

    Parameters
    ----------
    table : DataFrame
        From `differences`.
    concept : str
        Id of the section, such as ``"K1"``.

    Returns
    -------
    DataFrame
        Its rows.

    Taught in: 07 Case studies
    """
    part = table[table["concept"] == concept].reset_index(drop=True)
    if len(part):
        first = part.iloc[0]
        everybody = part.loc[part["metric"] == "active_share", ["n_on", "n_off"]]
        about = {"case": first["title"], "mechanism": first["mechanism"], "n": int(everybody.sum().sum())}
        part.attrs["about"] = {**table.attrs["about"], **about}
    return part
