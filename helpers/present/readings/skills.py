"""Own levels and the map of tools, in words."""

from __future__ import annotations

import pandas as pd

from helpers.models.skills import fit
from helpers.present import numbers
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, reading, too_little


def own_levels(table: pd.DataFrame) -> Reading:
    """Say which role is closest, what the next one asks most, and which chapters train it.

    Parameters
    ----------
    table : DataFrame
        From `skills.gaps`.

    Returns
    -------
    Reading

    Taught in: 08 Outlook and playbook
    """
    _ = translator(table)
    if table.empty:
        return too_little(_, _("own levels"), 0)
    roles = fit(table)
    done = roles[roles["missing"] == 0]
    open_ = roles[roles["missing"] > 0].sort_values("missing", kind="stable")
    said = []
    if len(done):
        said.append(
            _("By this rating every level is reached for: {roles}.").format(
                roles=_(", ").join(term(_, role) for role in done["role"])
            )
        )
    if len(open_):
        nearest = open_.iloc[0]
        gaps = table[(table["role"] == nearest["role"]) & table["marked"]]
        gaps = gaps.sort_values("gap", ascending=False, kind="stable")
        said.append(
            _("For “{role}” {reached} of {n} skills are there and {missing} steps are missing.").format(
                role=term(_, nearest["role"]),
                reached=numbers.count(nearest["reached"]),
                n=numbers.count(nearest["n"]),
                missing=f"{nearest['missing']:g}",
            )
        )
        said.append(
            _("Begin with {gaps}.").format(
                gaps=_(", ").join(
                    _("{skill} (chapter {chapter})").format(
                        skill=term(_, row.skill), chapter=term(_, row.chapter)
                    )
                    for row in gaps.itertuples()
                )
            )
        )
    said.append(
        _("Let somebody who works with you rate you too: the difference is the first thing to learn.")
    )
    return reading(_, said)


def tool_coverage(table: pd.DataFrame) -> Reading:
    """Say which kinds of tool supply this community's tables, and what is silent for want of one.

    Parameters
    ----------
    table : DataFrame
        From `tool_map.tool_map`.

    Returns
    -------
    Reading

    Taught in: 08 Outlook and playbook
    """
    _ = translator(table)
    feeding = table[table["n"] > 0] if len(table) else table
    if feeding.empty or not feeding["count"].sum():
        return too_little(_, _("the map of tools"), 0)
    whole, part = feeding[feeding["here"] == "supplied"], feeding[feeding["here"] == "in part"]
    none = feeding[feeding["here"] == "missing"]
    said = [
        _(
            "Of {n} kinds of tool that collect data, {whole} supply all that they usually do, {part} a part."
        ).format(
            n=numbers.count(len(feeding)), whole=numbers.count(len(whole)), part=numbers.count(len(part))
        )
    ]
    if len(none):
        said.append(
            _("Nothing comes from: {tools}. So these questions are silent here: {silent}.").format(
                tools=_(", ").join(term(_, name) for name in none["tool"]),
                silent=_("; ").join(term(_, text) for text in none["without"]),
            )
        )
        said.append(_("Before a tool is bought, ask which decision waits for one of these answers."))
    else:
        most = feeding.loc[feeding["rows"].idxmax()]
        said.append(
            _("Most rests on “{tool}”, {rows} rows: without its export nobody knows {without}.").format(
                tool=term(_, most["tool"]),
                rows=numbers.count(most["rows"]),
                without=term(_, most["without"]),
            )
        )
        said.append(_("Test once a quarter whether that export still arrives whole."))
    return reading(_, said)
