"""The rules that rows must keep, as conditions in SQL with their remedies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.community import parsing
from helpers.community.columns import Reading
from helpers.community.contract import Table
from helpers.community.engine import identifier, literal
from helpers.community.raw import Raw
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _
from helpers.community.settings import TableSource

if TYPE_CHECKING:
    from helpers.community.segments import Kept

EARLIEST = dt.date(1990, 1, 1)
PLANNED = ("starts_at", "ends_at")  # times that may lie ahead


@dataclass(frozen=True)
class Rule:
    """Say what sets a row aside: its name, the column, the condition in SQL, and the remedy."""

    title: Sentence
    column: str
    condition: str
    remedy: Sentence

    @property
    def name(self) -> str:
        """The name in English, as the quarantine writes it."""
        return str(self.title)


def _rule(title: str, column: str, condition: str, remedy: str, **values: str) -> Rule:
    return Rule(Sentence(title, **values), column, condition, Sentence(remedy, **values))


@dataclass
class Part:
    """Hold one file that feeds a table: what was read, and how its columns are read."""

    source: TableSource
    raw: Raw
    readings: Mapping[str, Reading]
    rows: int
    rules: list[Rule] = field(default_factory=list)
    kept: Kept | None = None  # where its rows lie in a store


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
            parsed = column.kind in ("money", "number", "flag") or not reading.native
            parsed = parsed and column.kind not in ("id", "category", "text") and not part.raw.lazy
            missing = f"{quoted} is null and {text} is null" if parsed else f"{quoted} is null"
            remedy = _("Fill the column in, or leave the rows in quarantine.")
            rules.append(_rule(_("no {name}"), name, missing, remedy, name=name))
        if column.kind == "id" and not part.raw.lazy:
            remedy = _("Export the file again: a byte that no text holds stands in the id.")
            rules.append(_rule(_("id with a NUL byte"), name, parsing.holed(quoted), remedy))
            remedy = _("Export the file again as CSV or with this column as text; the digits are lost.")
            rules.append(_rule(_("id damaged by a spreadsheet"), name, parsing.damaged(quoted), remedy))
        if column.kind == "time":
            rules += _time_rules(name, reading, where, tomorrow)
        if column.kind in ("money", "number") and reading.names and not part.raw.lazy:
            remedy = _(
                "Mend the values, set {where}.decimal: comma for numbers like 1.299,00, or leave the rows in "
                "quarantine."
            )
            failed = f"{quoted} is null and {text} is not null"
            rules.append(_rule(_("not a number"), name, failed, remedy, where=where))
        if column.kind == "flag" and not reading.native:
            remedy = _("Translate the values under {where}.values, or leave the rows in quarantine.")
            failed = f"{quoted} is null and {text} is not null"
            rules.append(_rule(_("neither yes nor no"), name, failed, remedy, where=where))
    there = set(part.readings)
    if table.name == "members" and {"joined_at", "left_at"} <= there:
        remedy = _("Mend one of the two times in the file.")
        rules.append(_rule(_("left before joining"), "left_at", "left_at < joined_at", remedy))
    if table.name == "surveys" and {"scale_min", "scale_max"} <= there:
        outside = "not score between scale_min and scale_max"
        remedy = _("Mend the score or the scale in {where}.")
        rules.append(_rule(_("score outside its scale"), "score", outside, remedy, where=where))
    if table.name == "orders" and part.source.zero_amount == "set_aside":
        remedy = _("Set {where}.zero_amount: keep to count them.")
        rules.append(_rule(_("amount zero"), "amount", "amount = 0", remedy, where=where))
    return rules


def _time_rules(name: str, reading: Reading, where: str, tomorrow: dt.date | None) -> list[Rule]:
    quoted, text, rules = identifier(name), identifier(f"t_{name}"), []
    if not reading.native:
        form = reading.form
        example = form.example if form else "2026-05-31"
        failed = f"{quoted} is null and {text} is not null"
        remedy = _("Set {where}.dates in community.yml, or leave the rows in quarantine.")
        known = {"where": where, "form": form.name if form else "a date", "example": example}
        if form and form.name != "as set":
            shaped = f"regexp_matches({text}, {literal(form.shape)})"
            rules.append(_rule(_("impossible date"), name, f"{failed} and {shaped}", remedy, where=where))
            other = f"regexp_matches({text}, '^\\d{{1,4}}[-/.年]\\d{{1,2}}|^\\d{{8,14}}$')"
            title = _("date written otherwise (expected {form}, for example {example})")
            rules.append(_rule(title, name, f"{failed} and {other}", remedy, **known))
        title = _("not a date (expected {form}, for example {example})")
        rules.append(_rule(title, name, failed, remedy, **known))
    remedy = _("Mend the date in the file, or leave the rows in quarantine.")
    rules.append(_rule(_("impossible date"), name, f"{quoted} < timestamp '{EARLIEST}'", remedy))
    if tomorrow and name not in PLANNED:
        remedy = _("Mend the date or the clock of the system that wrote it; check timezone in community.yml.")
        rules.append(_rule(_("date in the future"), name, f"{quoted} >= timestamp '{tomorrow}'", remedy))
    return rules
