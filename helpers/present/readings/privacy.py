"""The privacy check in words: findings with what to do, and the duties that no data can show."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.outlook_words import articles, check_name, duty_name, level_name, to_do
from helpers.present.readings.base import Reading, reading, too_little


def privacy_check(found: pd.DataFrame) -> Reading:
    """Say what the check found and what it could not look at.

    Parameters
    ----------
    found : DataFrame
        From `privacy_check.check`.

    Returns
    -------
    Reading

    Taught in: 08 Outlook
    """
    _ = translator(found)
    seen = found[found["state"] == "found"]
    sentences = []
    for level, text in (("high", _("Serious: {names}.")), ("medium", _("To be looked at: {names}."))):
        rows = seen[seen["severity"] == level].to_dict("records")
        names = [
            _("{name} ({count} of {n})").format(
                name=check_name(_, row["check"]), count=numbers.count(row["count"]), n=numbers.count(row["n"])
            )
            for row in rows
        ]
        if names:
            sentences.append(text.format(names=_(", ").join(names)))
    if not sentences:
        sentences.append(_("None of the patterns was found."))
    blind = found.loc[found["state"] == "cannot tell", "check"].unique()
    if len(blind):
        unseen = _(", ").join(check_name(_, name) for name in blind)
        sentences.append(_("Not looked at, for want of columns: {names}.").format(names=unseen))
    end = _(
        "A clean line says that a pattern was not seen, not that the law is kept: show the list to counsel."
    )
    return reading(_, [*sentences, end])


def privacy_words(found: pd.DataFrame) -> pd.DataFrame:
    """Put the findings into words for a table, with what to do and the articles.

    Parameters
    ----------
    found : DataFrame
        From `privacy_check.check`.

    Returns
    -------
    DataFrame
        ``check``, ``where`` (table and column), ``hits``, ``n``, ``seriousness``, ``to_do``, ``pipl``,
        ``gdpr``, in the language of the result; clean checks say so under ``seriousness``.

    Taught in: 08 Outlook
    """
    _ = translator(found)
    states = {"clean": _("clean"), "cannot tell": _("cannot tell")}
    rows = []
    for row in found.to_dict("records"):
        known = row["state"] == "found"
        where = f"{row['table']}: {row['column']}" if row["column"] else "–"
        rows.append(
            {
                "check": check_name(_, row["check"]),
                "where": f"{where} ({term(_, row['kind'])})" if known and row["kind"] else where,
                "hits": row["count"] if known else None,
                "n": row["n"] if known else None,
                "seriousness": level_name(_, row["severity"]) if known else states[row["state"]],
                "to_do": to_do(_, row["check"]) if known else "–",
                "pipl": articles(_, row["pipl"]),
                "gdpr": articles(_, row["gdpr"]),
            }
        )
    result = pd.DataFrame(rows)
    result[["hits", "n"]] = result[["hits", "n"]].astype("Int64")
    result.attrs["about"] = about_of(found)
    return result


def duty_words(duties: pd.DataFrame, about: Any) -> pd.DataFrame:
    """Put the duties that no data can show into questions.

    Parameters
    ----------
    duties : DataFrame
        From `privacy_rules.duties`.
    about : dict, frame or str
        Whose language to use.

    Returns
    -------
    DataFrame
        ``question``, ``pipl``, ``gdpr`` and ``answer`` (to be filled).

    Taught in: 08 Outlook
    """
    _ = translator(about)
    questions = [duty_name(_, name) for name in duties["duty"]]
    laws = {law: [articles(_, text) for text in duties[law]] for law in ("pipl", "gdpr")}
    result = pd.DataFrame({"question": questions, **laws, "answer": "……"})
    result.attrs["about"] = about_of(about)
    return result


def small_cells(table: pd.DataFrame) -> Reading:
    """Say who stands out by which attributes together.

    Parameters
    ----------
    table : DataFrame
        From `privacy_check.cells`.

    Returns
    -------
    Reading

    Taught in: 08 Outlook
    """
    _ = translator(table)
    if not len(table) or not table["n"].max():
        return too_little(_, _("members who stand out"), 0)
    smallest = numbers.count(table.attrs["about"].get("smallest", 0))
    whole = table.loc[table["count"].idxmax()]
    if not whole["count"]:
        first = _("Every combination of attributes is shared by {smallest} members or more.")
        return reading(_, [first.format(smallest=smallest)])
    names = _(", ").join(term(_, name) for name in str(whole["columns"]).split(", "))
    first = _(
        "By {names} together {count} of {n} members ({share}) are in a group of fewer than {smallest}, and "
        "{unique} are alone in theirs."
    ).format(
        names=names,
        count=numbers.count(whole["count"]),
        n=numbers.count(whole["n"]),
        share=numbers.percent(whole["estimate"]),
        smallest=smallest,
        unique=numbers.count(whole["unique"]),
    )
    return reading(_, [first, _("Hand on a table with fewer attributes, or merge values before you do.")])
