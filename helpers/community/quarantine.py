"""The quarantine: rows that were set aside, and what is said about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa

from helpers.community import privacy
from helpers.community.checks import DUPLICATE, EARLY_ORDER, TORN, Checked
from helpers.community.engine import Engine, identifier, literal
from helpers.community.raw import AGAIN, ROW
from helpers.community.reasons import remedy_of, why_torn
from helpers.community.sentences import NOTHING, Private, Sentence
from helpers.community.sentences import mark as _

FINDING_COLUMNS = ("table", "column", "rule", "severity", "rows", "examples", "message")
_TORN_ROW = "torn row: "
LATER = {DUPLICATE: _("key seen before"), EARLY_ORDER: _("order before joining")}
REPEATED = {
    "orders": _(
        "Remove the repeated rows; where a row is a line of an order, set tables.orders.grain: line."
    ),
    "members": _("Remove the repeated rows; the earliest date of joining is kept."),
}


def set_aside(engine: Engine, checked: Checked) -> None:
    """Copy the rows that are set aside, with file, row, rule, column and value, into the quarantine.

    Parameters
    ----------
    engine : Engine
        Where the rows are; gets the table ``quarantine_<table>``.
    checked : Checked
        The table.
    """
    target = f"quarantine_{checked.table.name}"
    engine.run(
        f'create table {target} ("file" varchar, "row" bigint, "rule" varchar, "column" varchar, "value" '
        f"varchar, "
        f'"original" varchar, _part integer, _rule smallint, {ROW} bigint)'
    )
    key = checked.table.key[0] if checked.table.key else ""
    for number, part in enumerate(checked.parts):
        if part.kept is not None and not part.kept.live:
            continue  # nothing was read; see `segments.complete`
        known = part.kept.torn if part.kept is not None else 0
        given = part.kept.live if part.kept is not None else f"{checked.staged}"
        file = literal(part.raw.file)
        rules = {at: (rule.name, rule.column) for at, rule in enumerate(part.rules)}
        rules |= {DUPLICATE: (LATER[DUPLICATE], key), EARLY_ORDER: (LATER[EARLY_ORDER], "ordered_at")}
        if checked.any_bad or checked.later:
            whose = "true" if part.kept is not None else f"_part = {number}"
            bad = f"select {ROW}, _rule from {given} where {whose} and _rule is not null"
            if checked.later:
                bad += f" union all select {ROW}, _rule from {checked.dropped} where _part = {number}"
            there = {int(row[0]) for row in engine.rows(f"select distinct _rule from ({bad}) as b")}
            for rule in sorted(there):
                name, column = rules[rule]
                reading = part.readings.get(column)
                value = reading.text if reading else "null"
                label = reading.label if reading else column
                engine.run(
                    f"insert into {target} select {file}, r.{ROW} % {AGAIN}, {literal(name)}, "
                    f"{literal(label)}, cast({value} as varchar), "
                    f"cast(to_json(r) as varchar), {number}, {rule}, r.{ROW} "
                    f"from {identifier(part.raw.relation)} as r where r.{ROW} in "
                    f"(select {ROW} from ({bad}) as b where _rule = {rule})"
                )
        torn = part.raw.torn[known:]
        if torn:
            lines = pa.table(
                {
                    "row": [line.row for line in torn],
                    "rule": [f"{_TORN_ROW}{line.reason}" for line in torn],
                    "text": [line.text.encode("utf-8", "replace").decode() for line in torn],
                }
            )
            engine.register("torn_lines", lines)
            engine.run(
                f'insert into {target} select {file}, "row", "rule", \'\', text, null, {number}, {TORN}, '
                f"null from torn_lines"
            )
            engine.connection.unregister("torn_lines")


def finding(
    table: str, column: str, rule: str, severity: str, rows: int, examples: Iterable[Any], message: Sentence
) -> dict[str, Any]:
    """Return one row of the findings."""
    shown = [one if isinstance(one, Private) else str(one)[:60] for one in examples if one is not None]
    return dict(zip(FINDING_COLUMNS, (table, column, rule, severity, rows, shown, message), strict=True))


def tell(
    row: dict[str, Any], translate: Callable[[str], str] = str, *, reveal: bool = False
) -> dict[str, Any]:
    """Return one row of the findings in words; what is private keeps its form only, unless revealed."""
    told = [one.told(reveal=reveal) if isinstance(one, Private) else one for one in row["examples"]]
    said = {
        **row,
        "examples": ", ".join(told),
        "message": row["message"].told(translate, reveal=reveal),
    }
    if reveal:
        return said
    return {name: privacy.cover(value) if isinstance(value, str) else value for name, value in said.items()}


def findings(engine: Engine, checked: Checked, *, hidden: bool = False) -> list[dict[str, Any]]:
    """Say for each rule that rows broke: file, column, first rows, an example, and the remedy.

    Parameters
    ----------
    engine : Engine
        Where the quarantine is.
    checked : Checked
        The table.
    hidden : bool, default False
        Whether the values are to be kept from those who read the findings.

    Returns
    -------
    list of dict
        Rows of the findings.
    """
    said: list[dict[str, Any]] = []
    if not (checked.any_bad or checked.later or any(part.raw.torn for part in checked.parts)):
        return said
    found = engine.rows(
        f"""
        select _part, _rule, "rule", "column", count(*) as n, min_by("value", "row") as value
        from quarantine_{checked.table.name}
        group by _part, _rule, "rule", "column"
        order by _part, _rule, "rule"
        """
    )
    for number, rule, name, column, n, value in found:
        part = checked.parts[number]
        rows = engine.rows(
            f'select "row" from quarantine_{checked.table.name} where _part = $part and "rule" = $rule '
            'and "column" = $column order by "row" limit 3',
            part=number,
            rule=name,
            column=column,
        )
        if rule == TORN:
            reason = name.removeprefix(_TORN_ROW)
            title, remedy = Sentence(_("torn row: {reason}"), reason=why_torn(reason)), remedy_of(reason)
        elif rule in LATER:
            title, remedy = Sentence(LATER[rule]), _later(rule, checked.table.name)
        else:
            title, remedy = part.rules[rule].title, part.rules[rule].remedy
        message = Sentence(
            _("{file}{column}, {rows}: {rule}{example}. {remedy}"),
            file=part.raw.file,
            column=Sentence(_(", column {column}"), column=column) if column else NOTHING,
            rows=rows_text([row[0] for row in rows], n),
            rule=title,
            example=NOTHING
            if value is None
            else Sentence(
                _(' (for example "{value}")') if not hidden else _(' (in form: "{value}")'),
                value=Private(str(value)[:60]) if hidden else str(value)[:60],
            ),
            remedy=remedy,
        )
        shown = [Private(value) if hidden and value is not None else value]
        said.append(finding(checked.table.name, column, name, "set_aside", n, shown, message))
    return said


def _later(rule: int, table: str) -> Sentence:
    if rule == EARLY_ORDER:
        return Sentence(_("Mend joined_at, or set tables.orders.orders_before_joining: keep."))
    return Sentence(REPEATED.get(table, _("Remove the repeated rows.")))


def rows_text(first: list[int], total: int) -> Sentence:
    """Name the first rows and say how many more there are.

    Examples
    --------
    >>> str(rows_text([17, 204, 310], 34)), str(rows_text([5], 1))
    ('rows 17, 204, 310 and 31 more', 'row 5')
    """
    listed = ", ".join(str(row) for row in first)
    if total > len(first):
        return Sentence(_("rows {rows} and {more} more"), rows=listed, more=total - len(first))
    return Sentence(_("rows {rows}") if total > 1 else _("row {rows}"), rows=listed)
