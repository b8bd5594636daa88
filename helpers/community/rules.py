"""The rules that rows must keep, as conditions in SQL with their remedies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from helpers.community import parsing
from helpers.community.columns import Reading
from helpers.community.contract import Table
from helpers.community.engine import identifier, literal
from helpers.community.raw import Raw
from helpers.community.settings import TableSource

EARLIEST = dt.date(1990, 1, 1)
PLANNED = ("starts_at", "ends_at")  # times that may lie ahead


@dataclass(frozen=True)
class Rule:
    """Say what sets a row aside: its name, the column, the condition in SQL, and the remedy."""

    name: str
    column: str
    condition: str
    remedy: str


@dataclass
class Part:
    """Hold one file that feeds a table: what was read, and how its columns are read."""

    source: TableSource
    raw: Raw
    readings: Mapping[str, Reading]
    rows: int
    rules: list[Rule] = field(default_factory=list)


def rules_for(table: Table, part: Part, tomorrow: dt.date | None) -> list[Rule]:
    """List the rules that rows of one file must keep, most basic first.

    Parameters
    ----------
    table : Table
        The table of the contract.
    part : Part
        The file and how its columns are read.
    tomorrow : datetime.date or None
        First day that has not come yet; None for simulated communities, whose clock is their own.

    Returns
    -------
    list of Rule
        Conditions over the columns of the contract and, as ``t_<column>``, the text in the file.
    """
    rules: list[Rule] = []
    where = f"tables.{table.name}"
    for name, reading in part.readings.items():
        column, quoted, text = reading.column, identifier(name), identifier(f"t_{name}")
        if name in table.required:
            remedy = "Fill the column in, or leave the rows in quarantine."
            parsed = column.kind in ("money", "number", "flag") or not reading.native
            parsed = parsed and column.kind not in ("id", "category", "text") and not part.raw.lazy
            missing = f"{quoted} is null and {text} is null" if parsed else f"{quoted} is null"
            rules.append(Rule(f"no {name}", name, missing, remedy))
        if column.kind == "id" and not part.raw.lazy:
            remedy = "Export the file again: a byte that no text holds stands in the id."
            rules.append(Rule("id with a NUL byte", name, parsing.holed(quoted), remedy))
            rules.append(
                Rule(
                    "id damaged by a spreadsheet",
                    name,
                    parsing.damaged(quoted),
                    "Export the file again as CSV or with this column as text; the digits are lost.",
                )
            )
        if column.kind == "time":
            rules += _time_rules(name, reading, where, tomorrow)
        if column.kind in ("money", "number") and reading.names and not part.raw.lazy:
            rules.append(
                Rule(
                    "not a number",
                    name,
                    f"{quoted} is null and {text} is not null",
                    f"Mend the values, set {where}.decimal: comma for numbers like 1.299,00, or leave the "
                    f"rows "
                    "in quarantine.",
                )
            )
        if column.kind == "flag" and not reading.native:
            remedy = f"Translate the values under {where}.values, or leave the rows in quarantine."
            rules.append(Rule("neither yes nor no", name, f"{quoted} is null and {text} is not null", remedy))
    there = set(part.readings)
    if table.name == "members" and {"joined_at", "left_at"} <= there:
        rules.append(
            Rule(
                "left before joining",
                "left_at",
                "left_at < joined_at",
                "Mend one of the two times in the file.",
            )
        )
    if table.name == "surveys" and {"scale_min", "scale_max"} <= there:
        outside = "not score between scale_min and scale_max"
        rules.append(
            Rule("score outside its scale", "score", outside, f"Mend the score or the scale in {where}.")
        )
    if table.name == "orders" and part.source.zero_amount == "set_aside":
        rules.append(
            Rule("amount zero", "amount", "amount = 0", f"Set {where}.zero_amount: keep to count them.")
        )
    return rules


def _time_rules(name: str, reading: Reading, where: str, tomorrow: dt.date | None) -> list[Rule]:
    quoted, text, rules = identifier(name), identifier(f"t_{name}"), []
    if not reading.native:
        form = reading.form
        example = form.example if form else "2026-05-31"
        failed = f"{quoted} is null and {text} is not null"
        remedy = f"Set {where}.dates in community.yml, or leave the rows in quarantine."
        expected = f"expected {form.name if form else 'a date'}, for example {example}"
        if form and form.name != "as set":
            shaped = f"regexp_matches({text}, {literal(form.shape)})"
            rules.append(Rule("impossible date", name, f"{failed} and {shaped}", remedy))
            other = f"regexp_matches({text}, '^\\d{{1,4}}[-/.年]\\d{{1,2}}|^\\d{{8,14}}$')"
            rules.append(Rule(f"date written otherwise ({expected})", name, f"{failed} and {other}", remedy))
        rules.append(Rule(f"not a date ({expected})", name, failed, remedy))
    remedy = "Mend the date in the file, or leave the rows in quarantine."
    rules.append(Rule("impossible date", name, f"{quoted} < timestamp '{EARLIEST}'", remedy))
    if tomorrow and name not in PLANNED:
        remedy = "Mend the date or the clock of the system that wrote it; check timezone in community.yml."
        rules.append(Rule("date in the future", name, f"{quoted} >= timestamp '{tomorrow}'", remedy))
    return rules
