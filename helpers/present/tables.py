"""Results as tables: few rows, formatted numbers, intervals beside estimates, translated headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from helpers.present import numbers
from helpers.present.language import Translate, about_of, term, translator
from helpers.present.table_layout import Table

# Columns whose header is not simply their name with spaces.
HEADERS = {"estimate": "estimate", "rows_in": "rows read", "sha256": "fingerprint", "period": "period from"}
FLAGS = ("open_period", "left_edge", "small")
_MARKS = {"open_period": "†", "left_edge": "‡", "small": "*"}
_SHARES = ("share", "rate", "probability")
_MONEY = ("amount", "net", "revenue", "cost", "spend", "refunded", "monetary")


@dataclass(frozen=True)
class _Column:
    name: str
    unit: str
    low: str | None = None
    high: str | None = None


def _unit(name: str, values: pd.Series, about: Mapping[str, Any]) -> str:
    word = name.rsplit("_", 1)[-1]
    if name == "estimate":
        return str(about.get("unit", "share"))
    if pd.api.types.is_bool_dtype(values):
        return "yes_no"
    if pd.api.types.is_datetime64_any_dtype(values):
        return "day"
    if not pd.api.types.is_numeric_dtype(values) and not _is_decimal(values):
        return "id" if word == "id" else "text"
    if name == "p_value":
        return "p_value"
    if word in _SHARES:
        return "share"
    if word in _MONEY:
        return "money"
    return "count" if pd.api.types.is_integer_dtype(values) else "score"


def _is_decimal(values: pd.Series) -> bool:
    return pd.api.types.infer_dtype(values, skipna=True) == "decimal"


def _columns(
    frame: pd.DataFrame, names: Sequence[str] | None, units: Mapping[str, str], about: Mapping[str, Any]
) -> list[_Column]:
    def ends(name: str) -> tuple[str, str]:
        return ("low", "high") if name == "estimate" else (f"{name}_low", f"{name}_high")

    pairs = {name: ends(name) for name in frame.columns if set(ends(name)) <= set(frame.columns)}
    hidden = {end for pair in pairs.values() for end in pair} | set(FLAGS)
    wanted = [name for name in frame.columns if name not in hidden] if names is None else names
    return [
        _Column(name, units.get(name) or _unit(name, frame[name], about), *pairs.get(name, (None, None)))
        for name in wanted
    ]


def _formatter(unit: str, currency: str | None, _: Translate) -> Callable[[Any], str]:
    known: dict[str, Callable[[Any], str]] = {
        "share": numbers.percent,
        "money": lambda value: numbers.money(value, currency),
        "count": numbers.count,
        "score": numbers.decimal,
        "days": numbers.decimal,
        "p_value": numbers.p_value,
        "day": numbers.day,
        "yes_no": lambda value: _("yes") if value else _("no"),
        "id": str,
        "text": lambda value: term(_, value),
    }
    if unit not in known:
        raise ValueError(f"units: {unit!r} is not a unit. Take one of {', '.join(known)}.")
    return lambda value: numbers.MISSING if numbers.is_missing(value) else known[unit](value)


def _cells(frame: pd.DataFrame, column: _Column, currency: str | None, _: Translate) -> list[str]:
    write = _formatter(column.unit, currency, _)
    if column.low is None:
        return [write(value) for value in frame[column.name]]
    triples = zip(frame[column.name], frame[column.low], frame[column.high], strict=True)
    if column.unit == "share":
        short = f"{numbers.GAP}%)"  # said once is enough in a cell
        return [numbers.percent_interval(*triple).replace(short, ")") for triple in triples]
    if column.unit == "money":
        return [numbers.money_interval(*triple, currency) for triple in triples]
    places = 0 if column.unit == "count" else 1
    return [numbers.interval(*triple, places) for triple in triples]


def _header(column: _Column, _: Translate) -> str:
    english = HEADERS.get(column.name, column.name)
    name = _(english)
    if name == english:
        name = _(english.replace("_", " "))
    if column.low is not None:
        name = _("{header} (95 % interval)").format(header=name)
    return _("{header}, days").format(header=name) if column.unit == "days" else name


def show(
    frame: pd.DataFrame,
    *,
    columns: Sequence[str] | None = None,
    rows: int = 12,
    caption: str | None = None,
    about: Mapping[str, Any] | None = None,
    units: Mapping[str, str] | None = None,
) -> Table:
    """Show a result as a table of a few formatted rows.

    An estimate stands with its interval in one column (`estimate`, `low`, `high`, or `x`, `x_low`, `x_high`);
    the flags of a result become marks behind the first column, explained below.

    Parameters
    ----------
    frame : DataFrame
        A result. An index with a name becomes the first column.
    columns : list of str, optional
        Which columns, in which order; all except interval ends and flags by default.
    rows : int, default 12
        The most rows shown; how many are left out is said below.
    caption : str, optional
        Line above.
    about : dict, optional
        Instead of `frame.attrs["about"]`.
    units : dict, optional
        Column name to "share", "money", "count", "score", "days", "p_value", "day", "yes_no", "id" or
        "text", where the values and `about["unit"]` (the unit of `estimate`, else a share) do not tell.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        When a unit is unknown.

    Examples
    --------
    >>> need = pd.DataFrame({"item": ["price"], "n": [1200], "estimate": [4.1], "low": [4.0], "high": [4.2]})
    >>> show(need, units={"estimate": "score"})
    item       n  estimate (95 % interval)
    price  1,200             4.1 (4.0–4.2)

    Taught in: all
    """
    about = dict(about) if about is not None else about_of(frame)
    _ = translator(about)
    whole = frame.reset_index() if any(name is not None for name in frame.index.names) else frame
    chosen = _columns(whole, columns, units or {}, about)
    part = whole.head(rows)
    cells = [_cells(part, column, about.get("currency"), _) for column in chosen]
    flagged = {flag: part[flag].fillna(False).astype(bool).tolist() for flag in FLAGS if flag in part}
    if cells:
        cells[0] = [
            " ".join([text, *(_MARKS[flag] for flag, on in flagged.items() if on[i])])
            for i, text in enumerate(cells[0])
        ]
    return Table(
        headers=[_header(column, _) for column in chosen],
        cells=[list(row) for row in zip(*cells, strict=True)],
        small=flagged.get("small", [False] * len(part)),
        text=[column.unit in ("text", "id", "day", "yes_no") for column in chosen],
        notes=_notes(flagged, len(whole) - len(part), _) if len(whole) else [_("no rows")],
        caption=caption,
    )


def _notes(flagged: Mapping[str, list[bool]], left_out: int, _: Translate) -> list[str]:
    meanings = {
        "open_period": _("period not finished"),
        "left_edge": _("records begin too late to tell new from old"),
        "small": _("n < 30: read with care"),
    }
    used = [f"{_MARKS[flag]} {meanings[flag]}" for flag, on in flagged.items() if any(on)]
    more = [_("… and {n} more rows").format(n=numbers.count(left_out))] if left_out else []
    return [*more, *used]
