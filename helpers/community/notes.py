"""Remarks on rows that are used all the same: what was repaired, assumed, or looks odd."""

from __future__ import annotations

from typing import Any

from helpers.community import privacy
from helpers.community.checks import Checked
from helpers.community.contract import EVENT_TYPES
from helpers.community.engine import Engine, identifier
from helpers.community.orders import status_word
from helpers.community.overlap import on_overlap
from helpers.community.quarantine import finding
from helpers.community.sentences import Private, Sentence, rows_of
from helpers.community.sentences import mark as _

LINKS = (
    ("events", "content_id", "contents", "content_id"),
    ("events", "group_id", "groups", "group_id"),
    ("orders", "campaign_id", "campaigns", "campaign_id"),
    ("assignments", "campaign_id", "campaigns", "campaign_id"),
    ("members", "invited_by", "members", "member_id"),
    ("moderation", "content_id", "contents", "content_id"),
)
COMMON = 5  # rows from which a word is a word of the platform rather than one that a person typed
INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"  # letters of no width
SCANNED = 2_000  # texts a column that are looked at for personal data
UNLIKE = "[^ -@_a-~]"  # ids without such a letter look the same only if they are: no capitals, all ASCII
LINKED_ROWS = 5_000_000  # more rows are not looked up: it would cost a second pass over the log


def on_columns(checked: Checked, *, hidden: bool = False) -> list[dict[str, Any]]:
    """Remark on how columns were read: repaired ids, an assumed order of day and month, unknown words.

    Parameters
    ----------
    checked : Checked
        The table.
    hidden : bool, default False
        Show an unknown word only when it is in so many rows that it is nobody's own.

    Returns
    -------
    list of dict
        Rows of the findings.
    """
    said, name = [], checked.table.name
    for part in checked.parts:
        for column, one in part.readings.items():
            at = {"file": part.raw.file, "column": one.label}
            if one.repaired:
                text = _(
                    '{file}, column {column}, {rows}: numbers with ".0" were ids that a spreadsheet turned '
                    'into numbers; the ".0" is taken off.'
                )
                message = Sentence(text, **at, rows=rows_of(one.repaired))
                said.append(finding(name, one.label, "id with .0", "repaired", one.repaired, [], message))
            if one.form and one.form.ambiguous:
                text = _(
                    "{file}, column {column}: day and month cannot be told apart, because no number is above "
                    '12; read as {form}. If that is wrong set tables.{table}.dates: ["%m/%d/%Y"].'
                )
                message = Sentence(text, **at, form=one.form.name, table=name)
                said.append(finding(name, one.label, "day or month", "note", part.rows, [], message))
            unknown = _unknown(column, one.words)
            if unknown:
                n = sum(unknown.values())
                event = _(
                    "{file}, column {column}, {rows}: unknown words, counted as other activity ({words}). "
                    "Translate them under tables.{table}.values.{name}."
                )
                status = _(
                    "{file}, column {column}, {rows}: unknown words, counted as paid ({words}). "
                    "Translate them under tables.{table}.values.{name}."
                )
                words = [
                    word if not hidden or times >= COMMON else Private(word)
                    for word, times in list(unknown.items())[:5]
                ]
                listed = ", ".join(f"{{w{place}}}" for place in range(len(words)))
                shown = Sentence(listed, **{f"w{place}": word for place, word in enumerate(words)})
                message = Sentence(
                    event if column == "event_type" else status,
                    **at,
                    rows=rows_of(n),
                    words=shown,
                    table=name,
                    name=column,
                )
                said.append(finding(name, one.label, "unknown word", "note", n, words, message))
    return said


def _unknown(column: str, words: Any) -> dict[str, int]:
    if column == "event_type":
        return {word: n for word, n in words.items() if word not in EVENT_TYPES}
    if column == "status":
        return {word: n for word, n in words.items() if status_word(word) is None}
    return {}


def on_amounts(engine: Engine, orders: Checked) -> list[dict[str, Any]]:
    """Remark on amounts that are zero or below it, and on refunds above the amount that was paid.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    orders : Checked
        The orders.

    Returns
    -------
    list of dict
        Rows of the findings.
    """
    found = engine.rows(
        f"select count(*) filter (where amount = 0), count(*) filter (where amount < 0) "
        f"from {orders.staged} where {orders.good()}"
    )
    zero, negative = found[0]
    file, label = orders.parts[0].raw.file, orders.parts[0].readings["amount"].label
    said = []
    if zero:
        text = _(
            "{file}, column {column}, {rows}: amount zero, kept as purchases. Set tables.orders.zero_amount: "
            "set_aside to leave them out."
        )
        message = Sentence(text, file=file, column=label, rows=rows_of(zero))
        said.append(finding("orders", label, "amount zero", "note", zero, [0], message))
    if negative:
        text = _("{file}, column {column}, {rows}: amount below zero, used as refunds and not as purchases.")
        message = Sentence(text, file=file, column=label, rows=rows_of(negative))
        said.append(finding("orders", label, "negative amount", "note", negative, [], message))
    if "refunded" in orders.columns:
        said += _over_refunded(engine, orders)
    return said


def _over_refunded(engine: Engine, orders: Checked) -> list[dict[str, Any]]:
    # Lines of one order are added up first: a refund may stand on one line for all of them.
    part = orders.parts[0]
    lines = part.source.grain == "line"
    sums = "sum(amount) as amount, sum(abs(refunded))" if lines else "amount, abs(refunded)"
    paid = (
        f"select {sums} as refunded from {orders.staged} where {orders.good()} and amount >= 0 "
        f"and coalesce(status, 'paid') <> 'cancelled'{' group by order_id' if lines else ''}"
    )
    n = engine.value(f"select count(*) from ({paid}) as paid where refunded > amount")
    if not n:
        return []
    label = part.readings["refunded"].label
    text = _(
        "{file}, column {column}, {rows}: refunded more than paid. Kept, with a negative net amount; look "
        "whether both columns are in one currency."
    )
    message = Sentence(text, file=part.raw.file, column=label, rows=rows_of(n))
    return [finding("orders", label, "refunded more than paid", "note", int(n), [], message)]


def on_links(engine: Engine, tables: dict[str, Checked]) -> list[dict[str, Any]]:
    """Remark on ids that point nowhere: members not listed, posts, groups and campaigns not given.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    tables : dict of str to Checked
        The tables.

    Returns
    -------
    list of dict
        Rows of the findings. The rows are used.
    """
    said: list[dict[str, Any]] = []
    listed = "select member_id from seen_members where member_id is not null and _rule is null"
    for name, checked in tables.items():
        if "members" in tables and name != "members" and "member_id" in checked.columns:
            lost = (
                f"from {checked.seen} where _rule is null and member_id is not null and member_id not in "
                f"({listed})"
            )
            _remark(engine, said, checked, "member_id", "members", f"select sum(n) {lost}")
    for name, column, target, key in LINKS:
        if not (name in tables and target in tables and column in tables[name].columns):
            continue
        checked = tables[name]
        if sum(part.rows for part in checked.parts) > LINKED_ROWS:
            continue
        known = f"select {key} from {tables[target].staged} where {key} is not null and _rule is null"
        lost = (
            f"from {checked.staged} where _rule is null and {column} is not null and {column} not in "
            f"({known})"
        )
        _remark(engine, said, checked, column, target, f"select count(*) {lost}")
    return said + on_overlap(engine, tables)


def on_twins(engine: Engine, tables: dict[str, Checked]) -> list[dict[str, Any]]:
    """Remark on ids that look the same: they differ only in capitals, form of accents or invisible letters.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    tables : dict of str to Checked
        The tables.

    Returns
    -------
    list of dict
        Rows of the findings. Such ids stay different people.
    """
    suspects = " union all ".join(
        f"select member_id from {one.seen} where _rule is null and regexp_matches(member_id, '{UNLIKE}')"
        for one in tables.values()
    )
    if engine.value(f"select 1 from ({suspects}) as suspects limit 1") is None:
        return []
    seen = " union ".join(
        f"select distinct member_id as id from {one.seen} where _rule is null and member_id is not null"
        for one in tables.values()
    )
    look = f"lower(nfc_normalize(regexp_replace(id, '[{INVISIBLE}]', '', 'g')))"
    n = engine.value(
        f"select sum(n) from (select count(*) as n from ({seen}) as ids group by {look}) as x where n > 1"
    )
    if not n:
        return []
    text = _(
        "{rows}: member ids that differ only in capitals, in how accents are written or in letters that are "
        "not seen. They are taken for different people; make them one in the files if they are one."
    )
    message = Sentence(text, rows=Sentence(_("{n} ids"), n=int(n)))
    return [finding("", "member_id", "ids that look the same", "note", 0, [], message)]


def on_early_orders(tables: dict[str, Checked], early: int) -> list[dict[str, Any]]:
    """Remark on orders that were made before their member joined and are used all the same."""
    if not early:
        return []
    text = _(
        "{file}, {rows}: ordered before the member joined; kept. Set "
        "tables.orders.orders_before_joining: set_aside to leave them out."
    )
    message = Sentence(text, file=tables["orders"].parts[0].raw.file, rows=rows_of(early))
    return [finding("orders", "ordered_at", "order before joining", "note", early, [], message)]


def on_personal_data(engine: Engine, tables: dict[str, Checked]) -> list[dict[str, Any]]:
    """Remark on columns that look like personal data, by their name or by the first texts in them.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    tables : dict of str to Checked
        The tables.

    Returns
    -------
    list of dict
        Rows of the findings.
    """
    said: list[dict[str, Any]] = []
    for name, checked in tables.items():
        known = checked.table.names
        texts = [c for c in checked.columns if c not in known or checked.table.column(c).kind == "text"]
        if not texts:
            continue
        listed = ", ".join(identifier(column) for column in texts)
        sample = engine.query(f"select {listed} from {checked.staged} limit {SCANNED}")
        for row in privacy.scan(sample).itertuples():
            text = _(
                "{file}, column {column}: looks like personal data ({kind}, in its {found_in}). Remove "
                "the column unless it is needed; texts are shown masked."
            )
            file = checked.parts[0].raw.file
            message = Sentence(text, file=file, column=row.column, kind=row.kind, found_in=row.found_in)
            rule = f"personal data: {row.kind}"
            said.append(finding(name, row.column, rule, "note", row.rows, [], message))
    return said


def _remark(
    engine: Engine, said: list[dict[str, Any]], checked: Checked, column: str, target: str, sql: str
) -> None:
    n = engine.value(sql)
    if n:
        name, file = checked.table.name, checked.parts[0].raw.file
        text = _("{file}, column {column}, {rows}: not found in {target}. The rows are used.")
        message = Sentence(text, file=file, column=column, rows=rows_of(int(n)), target=target)
        said.append(finding(name, column, f"not in {target}", "note", int(n), [], message))
