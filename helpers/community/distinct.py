"""Proofs that no key of a table stands twice, which cost less than telling all keys apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.community import parsing
from helpers.community.engine import Engine, identifier
from helpers.community.raw import ROW

if TYPE_CHECKING:
    from helpers.community.checks import Checked

LOOK = 10_000  # rows that tell whether keys rise or fall at all
PIECE = 1_000_000  # rows that are worth a piece of their own


def all_differ(engine: Engine, checked: Checked, key: list[str]) -> bool:
    """Prove that the keys of all good rows differ, as far as that is cheap.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    checked : Checked
        The table.
    key : list of str
        The columns that tell its rows apart.

    Returns
    -------
    bool
        True where no key stands twice; False where that is not proven.

    Notes
    -----
    Keys that only rise, or only fall, differ: by their letters, or shorter ones first, as numbers do. Where
    they come in no order their fingerprints are compared, and fingerprints that all differ prove it as well:
    one machine sees that sooner by sorting them than by looking each one up.

    Taught in: 00 Start here
    """
    if len(key) == 1 and engine.kind == "duckdb" and _in_order(engine, checked, key[0]):
        return True
    mark = engine.fingerprint(*key)
    filled = " and ".join(f"{name} is not null" for name in key)
    good = f"from {checked.staged} where {checked.good()} and {filled}"
    if engine.kind == "duckdb":
        beside = f"select mark, lag(mark) over (order by mark) as before from (select {mark} as mark {good})"
        return not engine.value(f"select count(*) from ({beside}) as pairs where mark = before")
    return not engine.value(f"select count(*) - count(distinct {mark}) {good}")


def _in_order(engine: Engine, checked: Checked, key: str) -> bool:
    rows, numbers = _rows(checked, key)
    for sign in ("<=", ">="):
        for by_size in (False,) if numbers else (False, True):
            look = _broken(f"{rows} limit {LOOK}", sign, by_size)
            found = engine.value(f"select count(*) from ({look}) as wrong")
            if not found and _all_in_order(engine, checked, rows, sign, by_size):
                return True
    return False


def _all_in_order(engine: Engine, checked: Checked, rows: str, sign: str, by_size: bool) -> bool:
    # One after the other is read by one processor; so are pieces, but each by its own. A row stands on both
    # sides of a cut: it must be the last of the one piece, and the first of the other.
    total = sum(part.rows for part in checked.parts)
    pieces = min(int(engine.value("select current_setting('threads')")), total // PIECE)
    cuts = [total * at // pieces for at in range(1, pieces)] if len(checked.parts) == 1 else []
    picked = [f"{rows} and {ROW} between {cut} and {cut}" for cut in cuts]
    ids = dict(engine.rows(" union all ".join(picked))) if cuts else {}
    cuts = sorted(ids) if len(ids) == len(cuts) else []  # a row that does not count is no cut
    counts, values = [], {f"id_{cut}": ids[cut] for cut in cuts}
    for low, high in zip([0, *cuts], [*cuts, 0], strict=True):
        piece, wrong = rows, ""
        if low:
            piece, wrong = f"{piece} and {ROW} >= {low}", f" or (id = $id_{low} and before is not null)"
        if high:
            piece, wrong = f"{piece} and {ROW} <= {high}", f"{wrong} or before = $id_{high}"
        counts.append(f"select count(*) as n from ({_broken(piece, sign, by_size, wrong)}) as wrong")
    return not engine.value(f"select sum(n) from ({' union all '.join(counts)}) as pieces", **values)


def _rows(checked: Checked, key: str) -> tuple[str, bool]:
    # Whole numbers in a file that stays where it is need not be written as text to be compared.
    source, name, good = checked.staged, key, checked.good()
    part = checked.parts[0]
    names = part.readings[key].names if len(checked.parts) == 1 and part.raw.lazy else ()
    numbers = len(names) == 1 and good == "true" and parsing.family(part.raw.columns[names[0]]) == "whole"
    if numbers:
        source, name = identifier(part.raw.relation), identifier(names[0])
    return f"select {ROW}, {name} as id from {source} where {good} and {name} is not null", numbers


def _broken(rows: str, sign: str, by_size: bool, or_else: str = "") -> str:
    # The keys that are not above, or below, the one before; shorter ones first where that is asked for.
    wrong = f"id {sign} before"
    if by_size:
        now, then = "strlen(id)", "strlen(before)"
        wrong = f"{now} {sign[0]} {then} or ({now} = {then} and {wrong})"
    pairs = f"select id, lag(id) over () as before from ({rows}) as given"
    return f"select id from ({pairs}) as pairs where {wrong}{or_else}"
