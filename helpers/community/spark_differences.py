"""Where Spark reads a query otherwise than DuckDB, and how the query is mended: one function a difference."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp
from sqlglot.errors import SqlglotError

NORMALISE = "community_nfc"  # the function that Spark lacks; see helpers.community.spark
INSTANT = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600}
FRACTIONS = (exp.Div, exp.Avg, exp.Sqrt, exp.Exp, exp.Ln, exp.Pow)


def cast(node: exp.Expr, kind: str) -> exp.Expr:
    """Return a cast to a type as DuckDB names it."""
    return exp.cast(node, exp.DataType.build(kind, dialect="duckdb"), copy=False)


def _call(name: str, *args: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(args))


def _quotient(node: exp.Div) -> exp.Expr:
    """Divide decimals as doubles: Spark would keep a decimal of its own precision."""
    return exp.Div(this=cast(node.this.copy(), "double"), expression=cast(node.expression.copy(), "double"))


def _mean(node: exp.Avg) -> exp.Expr:
    """Average as doubles: Spark would give a decimal with four more digits."""
    return exp.Avg(this=cast(node.this.copy(), "double"))


def _sum(node: exp.TryCast) -> exp.Expr | None:
    """Let a sum that is too large be NULL: Spark's own sum fails before ``try_cast`` sees it."""
    if isinstance(node.this, exp.Sum) and node.to.is_type("bigint"):
        return _call("try_sum", node.this.this.copy())
    return None


def _whole(node: exp.Cast) -> exp.Expr | None:
    """Round when a fraction becomes a whole number: Spark would cut it off."""
    inner = node.this.unnest()
    if node.to.is_type(*exp.DataType.INTEGER_TYPES) and isinstance(inner, FRACTIONS):
        return type(node)(this=_call("rint", node.this.copy()), to=node.to.copy())
    return None


def _rounded(node: exp.Round) -> exp.Expr | None:
    """Round the double itself: Spark would round its decimal text, where 1.005 is a half."""
    places = node.args.get("decimals")
    if places is None:
        return None
    size = exp.Literal.number(f"1{'0' * int(places.name)}.0")
    scaled = exp.Mul(this=cast(exp.paren(node.this.copy()), "double"), expression=cast(size, "double"))
    return exp.paren(exp.Div(this=_call("round", scaled), expression=cast(size.copy(), "double")))


def _truncated(node: exp.TimestampTrunc | exp.DateTrunc) -> exp.Expr:
    """Keep the start of a week or month without a zone: Spark would give an instant."""
    unit = exp.Literal.string(str(node.args["unit"].name).upper())
    return cast(_call("date_trunc", unit, node.this.copy()), "timestamp")


def _difference(node: exp.DateDiff) -> exp.Expr:
    """Count the borders between two times, as DuckDB does: Spark would count full units."""
    unit = str(node.args["unit"].name).upper() if node.args.get("unit") else "DAY"
    later, earlier = node.this.copy(), node.expression.copy()

    def each(make: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
        return exp.paren(exp.Sub(this=make(later), expression=make(earlier)))

    def start(one: exp.Expr, of: str) -> exp.Expr:
        return _call("date_trunc", exp.Literal.string(of), one)

    if unit == "DAY":
        days = _call("datediff", cast(later, "date"), cast(earlier, "date"))
        return cast(days, "bigint")
    if unit in ("MONTH", "YEAR"):
        years = each(lambda one: _call("year", one))
        if unit == "YEAR":
            return cast(years, "bigint")
        twelve = exp.Mul(this=years, expression=exp.Literal.number(12))
        months = exp.Add(this=twelve, expression=each(lambda one: _call("month", one)))
        return cast(months, "bigint")
    if unit in INSTANT:
        apart = each(lambda one: _call("unix_seconds", start(one, unit)))
        return exp.paren(exp.IntDiv(this=apart, expression=exp.Literal.number(INSTANT[unit])))
    raise SqlglotError(f"date_diff in {unit.lower()}")


def _replaced(node: exp.RegexpReplace) -> exp.Expr:
    """Replace everywhere, groups written $1: Spark knows no replacing of the first place only."""
    pattern, new, flags = node.expression, node.args.get("replacement"), node.args.get("modifiers")
    ends = pattern.is_string and (pattern.name.startswith("^") or pattern.name.endswith("$"))
    if not (ends or (flags is not None and flags.name == "g")):
        raise SqlglotError("regexp_replace of the first place only; add 'g'")
    if new is not None and new.is_string:
        text = new.name.replace("$", "\\$")
        for group in range(10):
            text = text.replace(f"\\{group}", f"${group}")
        new = exp.Literal.string(text)
    return _call(
        "regexp_replace", node.this.copy(), pattern.copy(), new.copy() if new else exp.Literal.string("")
    )


def _not_among(node: exp.Not) -> exp.Expr | None:
    """Turn ``not in (select …)`` into ``not exists``: Spark would compare every row with every other.

    The list must hold no NULL. A row whose own value is NULL is left out, also where the list is empty.
    """
    among = node.this.unnest()
    if not isinstance(among, exp.In) or not among.args.get("query"):
        return None
    query = among.args["query"].copy()
    select = query.unnest()
    value = among.this.unnest() if not isinstance(among.this, exp.Tuple) else among.this
    values = list(value.expressions) if isinstance(value, exp.Tuple) else [value]
    listed = select.selects[0].unalias().unnest() if len(select.selects) == 1 else select
    keys = list(listed.expressions) if isinstance(listed, exp.Tuple) else list(select.selects)
    if not isinstance(select, exp.Select):
        keys = [exp.column(name) for name in select.named_selects]
        select = exp.select(*keys).from_(select.subquery("_listed"))
    names = [f"_key{at}" for at in range(len(keys))]
    select.set("expressions", [exp.alias_(k.unalias().copy(), n) for k, n in zip(keys, names, strict=True)])
    same = [
        exp.EQ(this=exp.column(name, "_among"), expression=one.copy())
        for name, one in zip(names, values, strict=True)
    ]
    alone = values if len(values) == 1 else []
    there = [exp.Not(this=exp.Is(this=one.copy(), expression=exp.Null())) for one in alone]
    exists = exp.Exists(this=exp.select("1").from_(select.subquery("_among")).where(exp.and_(*same)))
    return exp.paren(exp.and_(*there, exp.Not(this=exists)))


def _called(node: exp.Anonymous) -> exp.Expr | None:
    name, args = node.name.lower(), node.expressions
    if name == "timezone":  # an instant becomes the clock of a zone; the session's own zone is UTC
        utc, zone = exp.Literal.string("UTC"), args[0].copy()
        return _call("convert_timezone", utc, zone, cast(args[1].copy(), "timestamp"))
    if name == "hash":  # for a comparison within one query
        return _call("xxhash64", *(one.copy() for one in args))
    if name == "nfc_normalize":
        return _call(NORMALISE, *(one.copy() for one in args))
    if name == "to_json":
        return _as_json(args[0])
    return None


def _as_json(row: exp.Expr) -> exp.Expr:
    """Write a whole row as JSON, empty cells too, times as DuckDB writes them."""
    options = {
        "ignoreNullFields": "false",
        "timestampFormat": "yyyy-MM-dd HH:mm:ss",
        "timestampNTZFormat": "yyyy-MM-dd HH:mm:ss",
    }
    pairs = [exp.Literal.string(text) for pair in options.items() for text in pair]
    whole = _call("struct", exp.Column(this=exp.Star(), table=exp.to_identifier(row.name)))
    return _call("to_json", whole, _call("map", *pairs))


def _largest(node: exp.ArgMax | exp.ArgMin) -> exp.Expr:
    """Pass over rows without a value: Spark would give the NULL of the largest."""
    kind = "max_by" if isinstance(node, exp.ArgMax) else "min_by"
    value, by = node.this.copy(), node.expression.copy()
    there = exp.Where(this=exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())))
    return exp.Filter(this=_call(kind, value, by), expression=there)


MENDED: tuple[tuple[type[exp.Expr], Callable[..., exp.Expr | None]], ...] = (
    (exp.TryCast, _sum),
    (exp.Cast, _whole),
    (exp.Round, _rounded),
    (exp.Div, _quotient),
    (exp.Avg, _mean),
    (exp.TimestampTrunc, _truncated),
    (exp.DateTrunc, _truncated),
    (exp.DateDiff, _difference),
    (exp.RegexpReplace, _replaced),
    (exp.Not, _not_among),
    (exp.Anonymous, _called),
    (exp.ArgMax, _largest),
    (exp.ArgMin, _largest),
)
