"""What the first page of a report says, and the lists that lie beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from helpers.community import Community
from helpers.community.disk import is_full
from helpers.community.privacy import cover
from helpers.present import numbers, readings, tables
from helpers.present.language import Translate, translator
from helpers.workbook import changes, contacts, exports, first_steps, history, table_files
from helpers.workbook.headlines import Headline, headlines
from helpers.workbook.history import History

_PATH = re.compile(
    r"""(['"])(?:[A-Za-z]:)?[\\/].*?\1|(?<![\w.])(?:[A-Za-z]:|~)?[\\/](?:[^\s'"\\/]+[\\/])+[^\s'",;]*"""
)


def summary(
    community: Community,
    folder: Path,
    *,
    knobs: Mapping[str, Any] | None = None,
    reveal: bool = False,
    planned: bool = False,
    past: History | None = None,
    since_last: bool = False,
) -> dict[str, Any]:
    """Compute the summary of a report and write its lists, its tables and what the next report needs.

    Parameters
    ----------
    community : Community
        The community.
    folder : pathlib.Path
        The report's folder; the contact list and the quarantine go there.
    knobs : dict, optional
        Parameters of the chapters, for the contact list.
    reveal : bool, default False
        The ids of the data instead of pseudonyms in the contact list, and rows set aside as they are.
    planned : bool, default False
        Write the ninety-day plan as well.
    past : History, optional
        What the report before carried; it is carried on, with this report as its latest entry.
    since_last : bool, default False
        Compare with the last report.

    Returns
    -------
    dict of str to object
        What the template of the first page shows; `missing` says which part could not be computed and
        why, so that chapters that are finished are not lost for it.

    Taught in: all
    """
    _ = translator({"language": community.language})
    missing: list[str] = []

    def part(name: str, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except Exception as error:  # whatever it is: the chapters are finished and are worth keeping
            if is_full(error):  # nothing that is written now would be whole
                raise
            missing.append(f"{name}: {_cause(error)}")
            return None

    knobs = knobs or {}
    figures = part(_("At a glance"), lambda: headlines(community)) or []
    lists = part(_("Whom to contact"), lambda: _lists(community, knobs))
    since = part(
        _("Since last time"),
        lambda: _since(community, folder, past or History(), lists, reveal=reveal, shown=since_last),
    )
    if since is None:  # what earlier reports recorded is not lost for it
        part(_("Since last time"), lambda: history.write(past or History(), None, folder))
    followed = since.pop("followed") if since else None
    written = part(_("Whom to contact"), lambda: _contacts(community, folder, lists, reveal, _))
    compared = since if since_last else None
    return {
        "first": part(
            _("What to do first"),
            lambda: first_steps.steps(community, since=compared, contacts=written),
        ),
        "since": compared,
        "tables": part(
            _("Tables"),
            lambda: table_files.write(community, folder, figures=followed, headlines=figures, knobs=knobs),
        ),
        "headlines": figures,
        "warnings": part(_("Before you rely on it"), lambda: warnings(community, figures, reveal=reveal)),
        "contacts": written,
        "plan": part(_("Ninety-day plan"), lambda: _plan(community, folder, knobs)) if planned else None,
        "files": part(_("Files"), lambda: _files(community, folder, reveal)),
        "missing": missing,
    }


def _plan(community: Community, folder: Path, knobs: Mapping[str, Any]) -> list[str]:
    from helpers.workbook import plan

    named = {
        "smallest_cell": "smallest",
        "keep_days": "keep_days",
        "hours": "hours",
        "false_alarms": "false_alarms",
    }
    chosen = {ours: knobs[name] for name, ours in named.items() if knobs.get(name) is not None}
    composed = plan.compose(community, budget=knobs.get("plan_budget"), **chosen)
    return composed.write(folder)


def _cause(error: Exception) -> str:
    """Say an error in one line that names no folder of this machine."""
    said = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return cover(" ".join(f"{type(error).__name__}: {_PATH.sub('…', said)}".split())[:500])


def _files(community: Community, folder: Path, reveal: bool) -> dict[str, Any]:
    account = community.quality()
    if not reveal:
        account = account.assign(file=account["file"].map(cover))
    quality = community.describe(account, "quality")
    return {
        "quality": _html(
            tables.show(quality.drop(columns="sha256"), about=community.about("quality"), rows=50)
        ),
        "hashes": [  # an export may feed several tables
            {"file": row.file, "sha256": row.sha256}
            for row in quality.drop_duplicates(["file", "sha256"]).itertuples()
            if isinstance(row.sha256, str) and row.sha256
        ],
        "quarantine": _quarantine(community, folder, quality["table"].unique(), reveal),
    }


def warnings(community: Community, figures: Sequence[Headline], *, reveal: bool = False) -> list[str]:
    """Say what a reader should know before relying on the figures.

    Parameters
    ----------
    community : Community
        The community.
    figures : sequence of Headline
        The headlines shown.
    reveal : bool, default False
        Show the values that broke a rule instead of their form.

    Returns
    -------
    list of str
        What the checks of the data found, periods that are not finished, figures on few members.

    Taught in: all
    """
    _ = translator({"language": community.language})
    found = list(community.findings(_, reveal=reveal)["message"])
    if community.as_of.isoweekday() != 7:
        text = _("The week of {day} is not finished: its figures are marked, and no trend shows in them.")
        found.append(text.format(day=numbers.day(community.as_of)))
    small = [figure.label for figure in figures if figure.small]
    if small:
        found.append(_("Fewer than 30 stand behind: {labels}.").format(labels=_("; ").join(small)))
    return found


def _quarantine(community: Community, folder: Path, names: Sequence[str], reveal: bool) -> list[str]:
    written = []
    for name in names:
        rows = community.quarantine_list(name, reveal=reveal)
        if len(rows):
            exports.write_csv(rows, folder / "quarantine" / f"{name}.csv")
            written.append(f"quarantine/{name}.csv")
    return written


def _lists(community: Community, knobs: Mapping[str, Any]) -> changes.Lists:
    plan = contacts.plan(community, knobs=knobs)
    listed = contacts.contact_list(community, knobs=knobs, planned=plan)
    return changes.Lists(plan, listed, contacts.settings(knobs))


def _since(
    community: Community,
    folder: Path,
    past: History,
    lists: changes.Lists | None,
    *,
    reveal: bool,
    shown: bool,
) -> dict[str, Any]:
    """Record this report for the next one and, where it is asked for, compare it with the last."""
    since = changes.compare(community, past, lists)
    history.write(past, since.entry, folder)
    said = changes.write(since, community, folder, reveal=reveal) if shown else {}
    return {**said, "followed": since.figures}


def _contacts(
    community: Community, folder: Path, lists: changes.Lists | None, reveal: bool, _: Translate
) -> dict[str, Any] | None:
    if lists is None:
        return None
    if lists.listed.empty:
        return {"why": str(readings.contact_list(lists.listed))}
    people = contacts.revealed(lists.listed, community) if reveal else lists.listed
    contacts.write(people, folder)
    if reveal:
        privacy = _("Members stand under the ids of the data: handle the list like the data itself.")
    else:
        privacy = _("Members stand under the ids that the report uses; --reveal writes those of the data.")
    return {
        "table": _html(contacts.preview(people)),
        "n": numbers.count(len(people)),
        "contacted": int((people["arm"] == "contact").sum()),
        "held": int((people["arm"] != "contact").sum()),
        "privacy": privacy,
    }


def _html(table: Any) -> Markup:
    return Markup(table._repr_mimebundle_()["text/html"])
