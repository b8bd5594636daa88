"""What the first page of a report says, and the lists that lie beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from helpers.community import Community
from helpers.present import numbers, tables
from helpers.present.language import Translate, term, translator
from helpers.workbook import contacts, exports
from helpers.workbook.headlines import Headline, headlines


def summary(
    community: Community, folder: Path, *, knobs: Mapping[str, Any] | None = None, reveal: bool = False
) -> dict[str, Any]:
    """Compute the summary of a report and write its lists.

    Parameters
    ----------
    community : Community
        The community.
    folder : pathlib.Path
        The report's folder; the contact list and the quarantine go there.
    knobs : dict, optional
        Parameters of the chapters, for the contact list.
    reveal : bool, default False
        The ids of the data instead of pseudonyms in the contact list.

    Returns
    -------
    dict of str to object
        What the template of the first page shows.

    Taught in: all
    """
    _ = translator({"language": community.language})
    figures = headlines(community)
    quality = community.describe(community.quality(), "quality")
    return {
        "headlines": figures,
        "warnings": warnings(community, figures),
        "contacts": _contacts(community, folder, knobs or {}, reveal, _),
        "quality": _html(
            tables.show(quality.drop(columns="sha256"), about=community.about("quality"), rows=50)
        ),
        "hashes": [
            {"file": row.file, "sha256": row.sha256}
            for row in quality.itertuples()
            if isinstance(row.sha256, str) and row.sha256
        ],
        "quarantine": _quarantine(community, folder, quality["table"].unique()),
    }


def warnings(community: Community, figures: Sequence[Headline]) -> list[str]:
    """Say what a reader should know before relying on the figures.

    Parameters
    ----------
    community : Community
        The community.
    figures : sequence of Headline
        The headlines shown.

    Returns
    -------
    list of str
        What the checks of the data found, periods that are not finished, figures on few members.

    Taught in: all
    """
    _ = translator({"language": community.language})
    found = [_finding(row, _) for row in community.findings().itertuples()]
    if community.as_of.isoweekday() != 7:
        text = _("The week of {day} is not finished: its figures are marked, and no trend shows in them.")
        found.append(text.format(day=numbers.day(community.as_of)))
    small = [figure.label for figure in figures if figure.small]
    if small:
        found.append(_("Fewer than 30 stand behind: {labels}.").format(labels="; ".join(small)))
    return found


def _finding(row: Any, _: Translate) -> str:
    """Say a finding in the reader's language; English messages name rows and remedy as well."""
    if _("Summary") == "Summary":
        return str(row.message)
    text = _("{table}: {rows} rows {severity} ({rule})")
    words = {name: term(_, getattr(row, name)) for name in ("table", "severity", "rule")}
    return text.format(rows=numbers.count(row.rows), **words)


def _quarantine(community: Community, folder: Path, names: Sequence[str]) -> list[str]:
    written = []
    for name in names:
        rows = community.quarantine(name)
        if len(rows):
            exports.write_csv(rows, folder / "quarantine" / f"{name}.csv")
            written.append(f"quarantine/{name}.csv")
    return written


def _contacts(
    community: Community, folder: Path, knobs: Mapping[str, Any], reveal: bool, _: Translate
) -> dict[str, Any] | None:
    people = contacts.contact_list(community, knobs=knobs, reveal=reveal)
    if people.empty:
        return None
    contacts.write(people, folder)
    if reveal:
        privacy = _("Members stand under the ids of the data: handle the list like the data itself.")
    else:
        privacy = _("Members stand under the ids that the report uses; --reveal writes those of the data.")
    return {
        "table": _html(contacts.preview(people)),
        "n": numbers.count(len(people)),
        "privacy": privacy,
    }


def _html(table: Any) -> Markup:
    return Markup(table._repr_mimebundle_()["text/html"])
