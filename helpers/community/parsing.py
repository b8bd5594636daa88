"""From what files hold to what the contract says: SQL expressions for ids, times, money, flags and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpers.community.contract import SQL_TYPES, Column
from helpers.community.engine import Engine, identifier, literal

BLANKS = ("", "null", "none", "nan", "nat", "na", "n/a", "#n/a", "-", "--", "\\n")
YES = ("1", "1.0", "true", "yes", "y", "t", "是", "有")
NO = ("0", "0.0", "false", "no", "n", "f", "否", "无")
WHOLE = tuple(sign + size + "INT" for sign in ("", "U") for size in ("TINY", "SMALL", "BIG", "HUGE")) + (
    "INTEGER",
    "UINTEGER",
)
NUMERIC = (*WHOLE, "FLOAT", "DOUBLE", "DECIMAL")
DAMAGED_ID = r"^\d(\.\d+)?[eE]\+?\d{2,}$"
OFFSET = r"\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|z|[+-]\d{2}(:?\d{2})?)$"
SAMPLE = 200_000  # rows looked at to find how a column of dates is written

_LONGEST_BLANK = max(map(len, BLANKS))
_YEAR_FIRST = r"^\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}"
_YEAR_LAST = r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}($|[ T])"
_DIGITS = r"^\d{5,19}(\.\d+)?$"
_NAMED = r"[A-Za-z]{3}.*\d{4}"
_LOCAL = ("____-__-__ __:__:__", "____-__-__", "____/__/__ __:__:__", "____-__-__T__:__:__")
_IN_UTC, _AHEAD = ("____-__-__T__:__:__Z", "____-__-__T__:__:__.___Z"), ("____-__-__ __:__:__ +____",)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")


@dataclass(frozen=True)
class DateForm:
    """Say how a column of dates is written: which family, its shape, and an example for messages."""

    name: str
    shape: str
    example: str
    formats: tuple[str, ...] = ()
    ambiguous: bool = False


def trimmed(column: str) -> str:
    """Return the text of a column without spaces around it, NULL where it says that there is nothing."""
    given = f"cast({column} as varchar)"
    text = f"trim({given})"
    # No list of words with "in": DuckDB would join it to the rows anew for every mention of the column.
    words = " ".join(f"when {literal(word)} then null" for word in BLANKS)
    short = f"case lower({text}) {words} else {text} end"
    # Most values are clean: two looks at their ends cost less than a trimmed copy of each. No blank is long,
    # and none begins with a digit.
    worded = f"(length({given}) > {_LONGEST_BLANK} or ({given} >= '0' and {given} < ':'))"
    clean = f"{worded} and {given} not like ' %' and {given} not like '% '"
    long = f"case when length({text}) > {_LONGEST_BLANK} then {text} else {short} end"
    return f"case when {clean} then {given} else {long} end"


def damaged(column: str) -> str:
    """Write the condition that an id is a number that a spreadsheet rounded, such as 1.23E+12."""
    exponent = f"(contains({column}, 'e') or contains({column}, 'E'))"
    return f"({column} < ':' and {exponent} and regexp_matches({column}, {literal(DAMAGED_ID)}))"


def holed(column: str) -> str:
    """Write the condition that an id holds a NUL byte, which no spreadsheet or page can show."""
    return f"contains({column}, chr(0))"


def family(kind: str) -> str:
    """Reduce an SQL type to text, whole, number, time, zoned, day, flag or other."""
    base = kind.split("(")[0]
    if kind == "TIMESTAMP WITH TIME ZONE":
        return "zoned"
    if base.startswith("TIMESTAMP"):
        return "time"
    if base in NUMERIC:
        return "whole" if base in WHOLE else "number"
    return {"VARCHAR": "text", "ENUM": "text", "DATE": "day", "BOOLEAN": "flag"}.get(base, "other")


def native(column: Column, kind: str) -> bool:
    """Return whether values of an SQL type can be used as they are, without reading text."""
    found = family(kind)
    return found in {
        "id": ("text", "whole"),
        "time": ("time", "zoned", "day"),
        "text": ("text",),
        "category": ("text", "whole"),
        "number": ("whole", "number"),
        "money": ("whole", "number"),
        "flag": ("flag",),
    }[column.kind] and not (column.kind in ("id", "text", "category") and kind.startswith("ENUM"))


def direct(column: Column, name: str, kind: str, zone: str) -> str:
    """Write the expression for a column whose type fits already."""
    if family(kind) == "zoned":
        return f"timezone({literal(zone)}, {name})"
    if column.kind in ("money", "number") and kind.split("(")[0] in ("FLOAT", "DOUBLE"):
        return f"try_cast({name} as {SQL_TYPES[column.kind]})"
    return f"cast({name} as {SQL_TYPES[column.kind]})"


def id_text(name: str, kind: str, *, repaired: bool) -> str:
    """Write the expression for an id: whole numbers without a point, text trimmed."""
    if family(kind) == "number":
        return (
            f"case when {name} = floor({name}) and abs({name}) < 1e15 "
            f"then cast(cast({name} as bigint) as varchar) else {trimmed(name)} end"
        )
    text = trimmed(name)
    return f"regexp_replace({text}, '\\.0+$', '')" if repaired else text


def amount(name: str, kind: str, *, decimal: str = "point", sql_type: str = "decimal(18, 2)") -> str:
    """Write the expression for money: currency signs, thousands, full-width digits, (negative)."""
    if family(kind) in ("whole", "number"):
        return f"try_cast({name} as {sql_type})"
    text = trimmed(name)
    wide = "translate(" + text + ", '０１２３４５６７８９．，－（）−', '0123456789.,-()-')"
    bare = f"regexp_replace({wide}, '(?i)[¥￥$€£元\\s'']|cny|rmb|usd|eur', '', 'g')"
    signed = f"regexp_replace({bare}, '^\\((.*)\\)$', '-\\1')"
    if decimal == "comma":
        good = f"regexp_matches({signed}, '^[-+]?(\\d{{1,3}}(\\.\\d{{3}})+|\\d+)(,\\d+)?$')"
        plain = f"replace(replace({signed}, '.', ''), ',', '.')"
        return f"case when {good} then try_cast({plain} as {sql_type}) end"
    good = f"regexp_matches({signed}, '^[-+]?(\\d{{1,3}}(,\\d{{3}})+|\\d+)(\\.\\d*)?$')"
    plain = f"replace({signed}, ',', '')"
    quick, slow = f"try_cast({text} as {sql_type})", f"try_cast({plain} as {sql_type})"
    # Not "coalesce", in which DuckDB would work out the text without its signs for every row.
    return f"case when ({quick}) is not null then {quick} when {good} then {slow} end"


def flag(name: str) -> str:
    """Write the expression for yes or no, in words, digits or Chinese."""
    text = f"lower({trimmed(name)})"
    yes, no = (", ".join(literal(word) for word in words) for words in (YES, NO))
    return f"case when {text} in ({yes}) then true when {text} in ({no}) then false end"


def word(name: str, pairs: Mapping[str, str]) -> str:
    """Write the expression for a word: trimmed, and translated where the settings or the contract say so."""
    text = trimmed(name)
    if not pairs:
        return text
    cases = " ".join(f"when {literal(theirs)} then {literal(ours)}" for theirs, ours in pairs.items())
    return f"case {text} {cases} else {text} end"


def from_number(value: str, zone: str) -> str:
    """Write the expression for a time that is a number: a day, seconds since 1970, or Excel's serial."""
    whole = f"cast(floor({value}) as bigint)"

    def instant(microseconds: str) -> str:
        return (
            f"timezone({literal(zone)}, cast(make_timestamp({microseconds}) as timestamp) at time zone 'UTC')"
        )

    return f"""case
        when {value} between 19000101 and 21001231 then try_strptime(cast({whole} as varchar), '%Y%m%d')
        when {value} between 19000101000000 and 21001231235959
            then try_strptime(cast({whole} as varchar), '%Y%m%d%H%M%S')
        when {value} between 631152000 and 4102444800 then {instant(f"cast({value} * 1000000 as bigint)")}
        when {value} between 631152000000 and 4102444800000 then {instant(f"{whole} * 1000")}
        when {value} between 631152000000000 and 4102444800000000 then {instant(whole)}
        when {value} between 631152000000000000 and 4102444800000000000 then {instant(f"{whole} // 1000")}
        when {value} between 20000 and 80000
            then timestamp '1899-12-30' + to_microseconds(cast(round({value} * 86400) as bigint) * 1000000)
    end"""


def time(name: str, kind: str, form: DateForm, zone: str) -> str:
    """Write the expression for a time in the form that the column was found to have."""
    if family(kind) in ("whole", "number"):
        return from_number(name, zone)
    text = trimmed(name)
    found, wide = _time(name, text, form, zone), _time(name, narrowed(text), form, zone)
    return f"coalesce({found}, case when regexp_matches({text}, '[０-９]') then {wide} end)"


def narrowed(text: str) -> str:
    """Write digits and signs that are as wide as Chinese letters as narrow ones."""
    return f"translate({text}, '０１２３４５６７８９－／．：＋　', '0123456789-/.:+ ')"


def _time(name: str, text: str, form: DateForm, zone: str) -> str:
    if form.formats:
        listed = ", ".join(literal(one) for one in form.formats)
        source = text
        if form.name in ("day-month-year", "month-day-year"):
            source = (
                f"regexp_replace(replace({text}, 'T', ' '), '^(\\d+)[-/.](\\d+)[-/.](\\d+)', '\\1-\\2-\\3')"
            )
        elif form.name == "month in words":
            source = f"regexp_replace(replace({text}, ',', ''), '[-/]', ' ', 'g')"
        return f"try_strptime({source}, [{listed}])"
    if form.name == "number":
        return (
            f"case when regexp_matches({text}, '{_DIGITS}') then "
            f"{from_number(f'try_cast({text} as double)', zone)} end"
        )
    ymd = "^(\\d{4})\\s?[-/.年]\\s?(\\d{1,2})\\s?[-/.月]\\s?(\\d{1,2})日?[T ]*"
    iso = f"trim(regexp_replace({text}, '{ymd}', '\\1-\\2-\\3 '))"
    shaped = f"regexp_matches({text}, '{_YEAR_FIRST}')"
    offset = f"regexp_matches({text}, '{OFFSET}')"
    spaced = f"regexp_replace({iso}, '(\\d)\\s+([+-]\\d{{2}}(:?\\d{{2}})?)$', '\\1\\2')"
    zoned = f"timezone({literal(zone)}, try_cast({spaced} as timestamptz))"
    slow = (
        f"case when {shaped} then case when {offset} then {zoned} else try_cast({iso} as timestamp) end end"
    )
    # Most files are written in one of these ways, which need no regular expression.
    raw = f"cast({name} as varchar)"
    local, apart = f"try_cast({raw} as timestamp)", f"replace({raw}, ' +', '+')"
    ways = dict.fromkeys(_LOCAL, local) | {
        form: f"timezone({literal(zone)}, try_cast({given} as timestamptz))"
        for forms, given in ((_IN_UTC, raw), (_AHEAD, apart))
        for form in forms
    }
    quick = " ".join(
        f"when length({raw}) = {len(form)} and {raw} >= '0' and {raw} like '{form}' then {made}"
        for form, made in ways.items()
    )
    return f"case when (case {quick} end) is not null then case {quick} end else {slow} end"


@dataclass(frozen=True)
class DateCounts:
    """Count how the dates of a column are written, in a sample of its rows.

    Parameters
    ----------
    step : int
        Every so many rows one is looked at.
    filled, year_first, year_last, digits, named : int
        Rows that hold anything, and of those the ones in each shape.
    day_leads, month_leads, short_years : int
        Rows whose first or second number is above 12; rows whose year has two digits.
    """

    step: int
    filled: int = 0
    year_first: int = 0
    year_last: int = 0
    digits: int = 0
    named: int = 0
    day_leads: int = 0
    month_leads: int = 0
    short_years: int = 0


def step_of(rows: int) -> int:
    """Return every how many rows one is looked at: a power of two, so that it seldom changes as a file grows.

    Examples
    --------
    >>> step_of(300_000), step_of(1_000_000), step_of(1_020_000)
    (1, 4, 4)
    """
    return 1 << max(0, (rows // SAMPLE).bit_length() - 1)


def date_counts(engine: Engine, relation: str, name: str, rows: int) -> DateCounts:
    """Look at how a column of dates is written.

    Parameters
    ----------
    engine : Engine
        Where the rows are.
    relation, name : str
        Relation and column.
    rows : int
        Number of rows of the whole file.

    Returns
    -------
    DateCounts
        The counts; those of two pieces of a file can be added while the step stays the same.
    """
    step = step_of(rows)
    sample = f" where _row % {step} = 0" if step > 1 else ""
    text = trimmed(identifier(name))
    first_look = f"select count(t), count(*) filter (where regexp_matches(t, '{_YEAR_FIRST}'))"
    filled, plain = engine.rows(
        f"{first_look} from (select {text} as t from {identifier(relation)}{sample})"
    )[0]
    if filled == plain:
        return DateCounts(step, filled, plain)
    parts = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2,4})"
    first, second, year = (f"try_cast(regexp_extract(t, '{parts}', {n}) as integer)" for n in (1, 2, 3))
    found = engine.rows(
        f"""
        with shaped as (select {narrowed(text)} as t from {identifier(relation)}{sample}),
        counted as (
            select t, regexp_matches(t, '{_YEAR_FIRST}') as y, regexp_matches(t, '{_YEAR_LAST}') as d,
                regexp_matches(t, '{_DIGITS}') as n, regexp_matches(t, '{_NAMED}') as w
            from shaped where t is not null
        )
        select count(*) filter (where y), count(*) filter (where d and not y),
            count(*) filter (where n), count(*) filter (where w and not y and not d),
            count(*) filter (where d and {first} > 12), count(*) filter (where d and {second} > 12),
            count(*) filter (where d and {year} < 100)
        from counted
        """
    )
    return DateCounts(step, filled, *found[0])


def date_form(kind: str, dates: tuple[str, ...], counts: DateCounts | None) -> DateForm:
    """Find how a column of dates is written: the form that most rows have.

    Parameters
    ----------
    kind : str
        The SQL type of the column.
    dates : tuple of str
        Formats that the settings name, in the language of strptime; they win.
    counts : DateCounts or None
        How a column of texts is written.

    Returns
    -------
    DateForm
        The form. Day and month are told apart by numbers above 12; where there is none the day comes
        first and the form is marked ambiguous.
    """
    if dates:
        return DateForm("as set", r"\d", ", ".join(dates), dates)
    if family(kind) != "text" or counts is None:
        return DateForm("native", r"\d", "2026-05-31")
    most = max(counts.year_first, counts.year_last, counts.digits, counts.named)
    if not most or most == counts.year_first:
        return DateForm("year-month-day", _YEAR_FIRST, "2026-05-31 or 2026-05-31 08:30:00")
    if most == counts.digits:
        return DateForm("number", _DIGITS, "20260531 or 1780214400")
    if most == counts.named:
        days = ("%d %b %Y", "%b %d %Y", "%d %B %Y", "%B %d %Y")
        return DateForm("month in words", _NAMED, "31 May 2026", tuple(d + c for c in _CLOCKS for d in days))
    year_code = "%y" if 2 * counts.short_years > counts.year_last else "%Y"
    if counts.month_leads > counts.day_leads:
        start, order, example = f"%m-%d-{year_code}", "month-day-year", "05/31/2026"
    else:
        start, order, example = f"%d-%m-{year_code}", "day-month-year", "31/05/2026"
    formats = tuple(start + clock for clock in _CLOCKS)
    unclear = not (counts.day_leads or counts.month_leads)
    return DateForm(order, _YEAR_LAST, example, formats, ambiguous=unclear)
