"""The edition of a notebook that an analyst runs: without lessons, with notes where a table is missing."""

from __future__ import annotations

import copy
import re

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from helpers.community import Community
from helpers.community.contract import TABLES
from helpers.community.engine import identifier
from helpers.present.language import heading, translator

LESSON_TAGS = {"teaching", "exercise", "solution", "notes"}
BESIDE = {("members", "role", "customer"): "customer_orders", ("members", "role", "staff"): "staff_events"}
_HEADING = re.compile(r"(#{1,6})\s+(\S.*)")


def tags(cell: NotebookNode) -> set[str]:
    """Return the tags of a cell.

    Taught in: all
    """
    return set(cell.metadata.get("tags", []))


def needs(cell: NotebookNode) -> list[str]:
    """Return what a cell needs, in the order of its tags.

    `orders` is a table, `orders.cost` a column, `orders.cost|discount` one of two columns, and
    `surveys.kind=nps` a column with that value in some row. `members.role=customer` is met when orders of
    customers who never joined came in, and `members.role=staff` when something is known that staff did.

    Taught in: all
    """
    return [tag.removeprefix("needs:") for tag in cell.metadata.get("tags", []) if tag.startswith("needs:")]


def unmet(cell: NotebookNode, community: Community) -> list[str]:
    """Return those needs of a cell that the community cannot meet.

    Taught in: all
    """
    return [need for need in needs(cell) if not _met(need, community)]


def _met(need: str, community: Community) -> bool:
    table, _dot, columns = need.partition(".")
    return any(_has(community, table, *column.split("=")) for column in columns.split("|"))


def _has(community: Community, table: str, column: str, value: str | None = None) -> bool:
    if value and (view := BESIDE.get((table, column, value))):
        return community.has(view)
    if value is None or not community.has(table, column):
        return community.has(table, *filter(None, [column])) and value is None
    query = f"select 1 as found from {identifier(table)} where {identifier(column)} = $value limit 1"
    return len(community.query(query, value=value)) > 0


def edition(notebook: NotebookNode, community: Community, *, lessons: bool = False) -> NotebookNode:
    """Make the copy of a notebook that runs on this community.

    Parameters
    ----------
    notebook : NotebookNode
        The committed notebook; it stays as it is.
    community : Community
        Decides which needs are met and in which language the notes are.
    lessons : bool, default False
        Keep the cells tagged teaching, exercise, solution and notes.

    Returns
    -------
    NotebookNode
        Without outputs; runs of consecutive cells whose needs are unmet are one note each, and
        headings that stand over nothing any more are gone.

    Taught in: all
    """
    result = copy.deepcopy(notebook)
    _translate_headings(result, community.language)
    cells: list[NotebookNode] = []
    gap: list[NotebookNode] = []
    for cell in result.cells:
        if not lessons and tags(cell) & LESSON_TAGS:
            continue
        if unmet(cell, community):
            gap.append(cell)
            continue
        if gap:
            cells.append(_note(gap, community))
            gap = []
        cells.append(_blank(cell))
    if gap:
        cells.append(_note(gap, community))
    result.cells = _without_empty_sections(cells)
    return result


def _translate_headings(notebook: NotebookNode, language: str) -> None:
    _ = translator(language)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            lines = [(_HEADING.fullmatch(line), line) for line in cell.source.split("\n")]
            cell.source = "\n".join(
                f"{found[1]} {heading(_, found[2].strip())}" if found else line for found, line in lines
            )


def _blank(cell: NotebookNode) -> NotebookNode:
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None
    return cell


def _note(gap: list[NotebookNode], community: Community) -> NotebookNode:
    _ = translator(community.language)
    tables: dict[str, list[str]] = {}
    for table, _dot, column in (need.partition(".") for cell in gap for need in unmet(cell, community)):
        given = _(" or ").join(column.replace("=", " = ").split("|"))
        columns = [given] if given else list(TABLES[table].required) if table in TABLES else []
        known = tables.setdefault(table, [])
        known += [name for name in columns if name not in known]
    wanted = "; ".join(f"`{table}` ({', '.join(columns)})" for table, columns in tables.items())
    sections = [found.group(2) for cell in gap if (found := _HEADING.match(cell.source))]
    if sections:
        text = _(
            "**Left out** ({sections}). This needs {tables}, which this community did not supply. {remedy}"
        )
    else:
        text = _("**Left out here:** what needs {tables}, which this community did not supply. {remedy}")
    remedy = _("Name the file under `tables` in `community.yml` to get it.")
    source = "> " + text.format(sections="; ".join(sections), tables=wanted, remedy=remedy)
    note = new_markdown_cell(source, metadata={"tags": ["left-out"], "needs": list(tables)})
    note.id = f"left-out-{gap[0].id}"[:64]
    return note


def _level(cell: NotebookNode) -> int:
    """Return the level of a cell that is nothing but a heading, else 0."""
    lines = [line for line in cell.source.splitlines() if line.strip()]
    found = _HEADING.fullmatch(lines[0]) if cell.cell_type == "markdown" and len(lines) == 1 else None
    return len(found.group(1)) if found else 0


def _without_empty_sections(cells: list[NotebookNode]) -> list[NotebookNode]:
    kept: list[NotebookNode] = []
    following = 1  # what stands after the end closes every section
    for cell in reversed(cells):
        level = _level(cell)
        if level > 1 and following and following <= level:
            continue
        kept.append(cell)
        starts = _HEADING.match(cell.source) if cell.cell_type == "markdown" else None
        following = len(starts.group(1)) if starts else 0
    return kept[::-1]
