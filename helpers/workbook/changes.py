"""What a report says of the time since the last one: what moved, what the past is now, who is listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from helpers.community import Community
from helpers.metrics import movement, watched
from helpers.models import list_changes
from helpers.present import change_words, numbers, plots, readings, tables
from helpers.present.features import action_name
from helpers.present.language import Translate, about_of, term, translator
from helpers.workbook import contacts, exports, history, pages, read_again, table_files
from helpers.workbook.history import Entry, History

PAGE = "since_last.html"
_SHOWN = 25  # rows of the list shown on the page; the files hold all


@dataclass(frozen=True)
class Lists:
    """The contact list of this report.

    Parameters
    ----------
    plan, listed : pandas.DataFrame
        From `actions.candidates` and `actions.contact_list`, under the ids that the report uses.
    parameters : dict
        What they were made with.
    """

    plan: pd.DataFrame
    listed: pd.DataFrame
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Since:
    """What a report says of the time since the last one.

    Parameters
    ----------
    entry : Entry
        What this report leaves for the next.
    past : History
        The reports before.
    figures : pandas.DataFrame
        From `watched.measure`, with the day of the last report where there is one.
    before : Entry or None
        The last report.
    judged : pandas.DataFrame or None
        From `movement.judge`, with what the last report said; None when there is nothing to compare with.
    people : pandas.DataFrame or None
        From `list_changes.compare`; None when the list cannot be compared.
    notes : list of str
        What a reader should know of the comparison.
    """

    entry: Entry
    past: History
    figures: pd.DataFrame
    before: Entry | None = None
    judged: pd.DataFrame | None = None
    people: pd.DataFrame | None = None
    notes: list[str] = field(default_factory=list)


def compare(community: Community, past: History, lists: Lists | None = None) -> Since:
    """Measure the figures that are followed and hold them against the last report.

    Parameters
    ----------
    community : Community
        The community.
    past : History
        From `history.read`.
    lists : Lists, optional
        The contact list.

    Returns
    -------
    Since
        The last report is the latest in the history with an earlier as-of day, so that a second run of
        the same day is compared with the same report.

    Taught in: all
    """
    before = past.before(community)
    figures = watched.measure(community, earlier=before.as_of if before else None)
    members, people = None, None
    notes = history.notes(past, before, community) + read_again.notes(community)
    if lists is not None:
        known = before.members if before else None
        members = list_changes.remembered(lists.plan, lists.listed, as_of=community.as_of, before=known)
        if before is not None:
            people, more = _people(community, lists, members, before)
            notes += more
    judged = revised = None
    counts = _counts(community, before)
    if before is not None:
        judged = _beside(_reported(movement.judge(figures), before), history.steps(past, community))
        judged.attrs["about"] |= counts | {"since": before.facts["as_of"]}
        names = watched.COLUMNS[2:]
        revised = judged[["metric", "unit", *(f"{name}_earlier" for name in names)]]
        revised = revised.set_axis(["metric", "unit", *names], axis=1).dropna(subset="last")
    entry = history.entry(
        community,
        figures,
        members=members,
        parameters=lists.parameters if lists else None,
        counts=counts,
        revised=revised,
        before=before,
    )
    return Since(entry, past, figures, before, judged, people, notes)


def _counts(community: Community, before: Entry | None) -> dict[str, int]:
    """Count who belongs to the community, and who joined and left since the last report."""
    found = community.query(
        """
select
    sum(case when left_day is null or left_day > cast($as_of as date) then 1 else 0 end) as members,
    sum(case when joined_day > cast($since as date) then 1 else 0 end) as joined,
    sum(case when left_day > cast($since as date) then 1 else 0 end) as gone
from people
where joined_day <= cast($as_of as date)
order by members""",
        as_of=community.as_of,
        since=before.as_of if before else community.as_of,
    )
    row = found.fillna(0).iloc[0].astype(int)
    counts = {"members": int(row["members"])}
    return counts | ({"joined": int(row["joined"]), "gone": int(row["gone"])} if before else {})


def _reported(judged: pd.DataFrame, before: Entry) -> pd.DataFrame:
    """Put beside each figure what the last report said, and whether today's data say the same of its day."""
    then = before.figures().reindex(columns=["metric", "last", "n", "estimate"])
    then = then.set_axis(["metric", "reported_last", "reported_n", "reported"], axis=1)
    both = judged.merge(then, on="metric", how="left")
    last = both["last_earlier"].map(lambda day: day.isoformat() if isinstance(day, dt.date) else None)
    alike = (last == both["reported_last"]) & both["reported"].notna()
    same = np.isclose(
        both["reported"].astype(float), both["estimate_earlier"].astype(float), rtol=1e-8, atol=1e-12
    )
    both["revised"] = alike & ~(same & (both["reported_n"] == both["n_earlier"]))
    both.attrs = judged.attrs
    return both


def _beside(judged: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Put beside each change how many there were before it, and how many of those were as large."""
    rows = [
        steps.loc[steps["metric"] == row["metric"], "change"].astype(float).abs()
        for row in judged.to_dict("records")
    ]
    large = [int((found >= abs(change)).sum()) for found, change in zip(rows, judged["change"], strict=True)]
    result = judged.assign(steps=[len(found) for found in rows], as_large=large)
    result.attrs = judged.attrs
    return result


def _people(
    community: Community, lists: Lists, members: pd.DataFrame, before: Entry
) -> tuple[pd.DataFrame | None, list[str]]:
    _ = translator({"language": community.language})
    if before.members is None:
        text = _(
            "What the last report knew of the members was not kept, so the contact list is not compared."
        )
        return None, [text]
    known = set(before.members["member_id"])
    if known and not known & set(members["member_id"]):
        text = _(
            "No member of the last report is known today, so the contact list is not compared: community.key "
            "is another one, or pseudonyms were switched on or off."
        )
        return None, [text]
    notes = []
    then = before.facts["parameters"]
    names = [
        name for name in sorted({*then, *lists.parameters}) if then.get(name) != lists.parameters.get(name)
    ]
    if names:
        text = _("The contact list was made with other settings last time ({names}).")
        notes.append(text.format(names=_(", ").join(names)))
    people = list_changes.compare(
        community,
        members,
        before.members,
        since=before.as_of,
        contact_cost=float(about_of(lists.plan).get("contact_cost", 2.0)),
    )
    people.attrs["about"] |= {"in_money": about_of(lists.plan).get("in_money", True)}
    return people, notes


# showing -----------------------------------------------------------------------------------------


def write(since: Since, community: Community, folder: Path, *, reveal: bool = False) -> dict[str, Any]:
    """Write the page and the tables of the comparison, and return what the first page says of it.

    Parameters
    ----------
    since : Since
        From :func:`compare`.
    community : Community
        The community.
    folder : pathlib.Path
        The fresh report.
    reveal : bool, default False
        The ids of the data instead of pseudonyms in the table of the list.

    Returns
    -------
    dict of str to object
        What the templates show: `day` of the last report (or None), `said` (sentences), `notes`, and for the
        page itself `figures`, `revised`, `people`, `picture` and `files`.

    Taught in: all
    """
    _ = translator({"language": community.language})
    whole = history.frame(since.past, since.entry, community)
    files = [table_files.save(whole.drop(columns="workbook"), folder, "history")]
    shown: dict[str, Any] = {
        "day": since.before.facts["as_of"] if since.before else None,
        "days": (since.entry.as_of - since.before.as_of).days if since.before else None,
        "notes": since.notes,
        "said": [],
        "reports": int(about_of(whole)["reports"]),
        "picture": pages.picture(plots.history(whole)) if since.before is not None and len(whole) else None,
    }
    if since.judged is not None:
        moved = readable(since.judged)
        files += _both(moved, folder, "changes", _("Changes"))
        shown["said"] = [readings.changes(since.judged)]
        shown["figures"] = _html(tables.show(moved, about=about_of(since.judged), rows=40))
        shown["revised"] = readings.revisions(since.judged)
    if since.people is not None:
        listed = readable_list(contacts.revealed(since.people, community) if reveal else since.people)
        files += _both(listed, folder, "contact_changes", _("Contact list"))
        shown["said"].append(readings.list_changes(since.people))
        shown["people"] = [
            (title, _html(tables.show(part, about=about_of(since.people), rows=_SHOWN)))
            for title, part in _parts(_, listed, since.people)
        ]
    return shown | {"files": files}


def _both(table: pd.DataFrame, folder: Path, name: str, sheet: str) -> list[str]:
    exports.write_xlsx(table, folder / table_files.FOLDER / f"{name}.xlsx", sheet=sheet)
    return [table_files.save(table, folder, name), f"{table_files.FOLDER}/{name}.xlsx"]


def readable(judged: pd.DataFrame) -> pd.DataFrame:
    """Put the comparison of the figures into words, one row a figure.

    Parameters
    ----------
    judged : pandas.DataFrame
        From `movement.judge`, with what the last report said.

    Returns
    -------
    pandas.DataFrame
        Figure, what the last report said, the same day by today's data, now with interval and n, change with
        interval, and what that means.

    Taught in: all
    """
    about = about_of(judged)
    _ = translator(about)
    rows = judged.to_dict("records")
    return pd.DataFrame(
        {
            _("Figure"): [change_words.figure_name(_, about, row["metric"]) for row in rows],
            _("Last report"): [_said(about, row, "reported") for row in rows],
            _("Its day, by today's data"): [_said(about, row, "estimate_earlier") for row in rows],
            _("Now (95 % interval)"): [change_words.figure_interval(about, row["unit"], row) for row in rows],
            _("n"): [numbers.count(row["n"]) for row in rows],
            _("Change"): [change_words.change(_, about, row["unit"], row["change"]) for row in rows],
            _("its 95 % interval"): [
                change_words.change_interval(about, row["unit"], row["change_low"], row["change_high"])
                for row in rows
            ],
            _("Verdict"): [change_words.verdict(_, row) for row in rows],
        }
    )


def _said(about: dict[str, Any], row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    return numbers.MISSING if numbers.is_missing(value) else change_words.figure(about, row["unit"], value)


def readable_list(people: pd.DataFrame) -> pd.DataFrame:
    """Put the changes of the contact list into words, one row a member.

    Parameters
    ----------
    people : pandas.DataFrame
        From `list_changes.compare`.

    Returns
    -------
    pandas.DataFrame
        What happened, member, why, group, rank now and before, what to do, segment, on the list since.

    Taught in: all
    """
    about = about_of(people)
    _ = translator(about)
    rows = people.to_dict("records")
    happened = {"entered": _("new on the list"), "left": _("left the list"), "stayed": _("stayed")}
    groups = {"contact": _("contact"), "control": _("control: do not contact")}
    arms = [row["arm_before"] if row["status"] == "left" else row["arm"] for row in rows]
    return pd.DataFrame(
        {
            _("What happened"): [happened[row["status"]] for row in rows],
            _("Member"): people["member_id"],
            _("Why"): [change_words.list_reason(_, about, row) for row in rows],
            _("Group"): [groups.get(arm, "") for arm in arms],
            _("Rank"): [numbers.count(row["rank"]) for row in rows],
            _("Rank before"): [numbers.count(row["rank_before"]) for row in rows],
            _("What to do"): [
                "" if numbers.is_missing(row["rank"]) else action_name(_, row["action"]) for row in rows
            ],
            _("Segment"): [
                term(
                    _,
                    next(
                        (one for one in (row["segment"], row["segment_before"]) if isinstance(one, str)), ""
                    ),
                )
                for row in rows
            ],
            _("On the list since"): [numbers.day(row["listed_since"]) for row in rows],
        }
    )


def _parts(_: Translate, listed: pd.DataFrame, people: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    titles = {"entered": _("New on the list"), "left": _("Left the list")}
    parts = []
    for status, title in titles.items():
        here = (people["status"] == status).to_numpy()
        if here.any():
            columns = [name for name in listed if name != _("What happened")]
            drop = (
                [_("Rank"), _("What to do")]
                if status == "left"
                else [_("Rank before"), _("On the list since")]
            )
            parts.append((title, listed.loc[here, [name for name in columns if name not in drop]]))
    return parts


def page(shown: Mapping[str, Any] | None, *, about: Mapping[str, Any], linked: list[pages.Page]) -> str:
    """Write the page from what :func:`write` returned.

    Taught in: all
    """
    _ = translator(about)
    return pages.render(
        "since_last.html.j2", about=about, title=_("Since last time"), pages=linked, here=PAGE, since=shown
    )


def _html(table: Any) -> Markup:
    return Markup(table._repr_mimebundle_()["text/html"])
