"""The one SQL text, written for Spark: sqlglot translates, and where it errs the query is mended here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from helpers.community.errors import CommunityError
from helpers.community.sentences import mark as _
from helpers.community.spark_differences import MENDED, cast

_UNREADABLE = _("This is not SQL ({reason}): {sql}")
_UNWRITABLE = _("This query cannot be written for Spark ({reason}): {sql}")


@lru_cache(maxsize=1024)
def translate(sql: str, prefix: str = "", moments: frozenset[str] = frozenset()) -> str:
    """Write a query for Spark.

    Parameters
    ----------
    sql : str
        One query in the portable subset, as DuckDB reads it; parameters are written ``$name``.
    prefix : str, default ""
        Put before the name of every table, so that communities in one session stay apart.
    moments : frozenset of str, default empty
        Names of the parameters that are points in time; they are bound as text.

    Returns
    -------
    str
        The query in Spark's SQL, parameters written ``:name``.

    Raises
    ------
    CommunityError
        When the query holds something that Spark lacks or would read otherwise.

    Examples
    --------
    >>> translate("select a / b as x from t where c = $c order by x", "p_")
    'SELECT CAST(a AS DOUBLE) / CAST(b AS DOUBLE) AS x FROM p_t AS t WHERE c = :c ORDER BY x NULLS LAST'
    """
    return rewritten(parsed(sql), prefix, moments)


def parsed(sql: str) -> exp.Expr:
    """Parse one statement of DuckDB's SQL."""
    try:
        return sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError as error:
        raise CommunityError(_UNREADABLE, reason=str(error).splitlines()[0], sql=sql.strip()[:200]) from None


def rewritten(tree: exp.Expr, prefix: str, moments: frozenset[str] = frozenset()) -> str:
    """Write a parsed query for Spark, after mending what the two engines read differently."""
    try:
        return _mended(tree, prefix, moments).sql(dialect="spark", unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        shown = tree.sql(dialect="duckdb")[:200]
        raise CommunityError(_UNWRITABLE, reason=str(error).splitlines()[0], sql=shown) from None


def _mended(tree: exp.Expr, prefix: str, moments: frozenset[str]) -> exp.Expr:
    _name_apart(tree)
    for table in list(tree.find_all(exp.Table)):
        if isinstance(table.this, exp.Identifier) and not table.db and _defined_in(table) is None:
            name = table.name
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=table.this.quoted)))
            table.set("this", exp.to_identifier(prefix + name.lower(), quoted=table.this.quoted))
    for kind, mend in MENDED:
        # From the leaves up, so that what is mended within an expression is not lost.
        for node in reversed(list(tree.find_all(kind))):
            better = mend(node)
            if better is not None and better is not node:
                tree = better if node is tree else tree
                node.replace(better)
    for mark in list(tree.find_all(exp.Placeholder)):
        if mark.name in moments:
            mark.replace(cast(mark.copy(), "timestamp"))
    return tree


def _name_apart(tree: exp.Expr) -> None:
    # What is written moves the steps of inner queries to the front, where no two may have the same name.
    taken: set[str] = set()
    for beside in list(tree.find_all(exp.With)):
        for cte in beside.expressions:
            name = own = cte.alias.lower()
            while own in taken:
                own = f"{name}_{len(taken)}"
            taken.add(own)
            if own == name:
                continue
            same = (one for one in tree.find_all(exp.Table) if one.name.lower() == name)
            for use in [one for one in same if _defined_in(one) is beside]:
                if not use.alias:
                    use.set("alias", exp.TableAlias(this=exp.to_identifier(name)))
                use.set("this", exp.to_identifier(own))
            cte.args["alias"].set("this", exp.to_identifier(own))


def recursion_steps(tree: exp.Expr, name: Callable[[str], str]) -> list[tuple[str, exp.Expr]]:
    """Split off the steps of a query up to its last recursive one, to be computed once each, in order.

    Parameters
    ----------
    tree : sqlglot.exp.Expr
        A parsed query; it is changed to read the tables that the steps become, and loses them.
    name : callable
        Gives the name of the table that a step becomes.

    Returns
    -------
    list of (str, sqlglot.exp.Expr)
        Table and query of each step; none where nothing recurs.

    Notes
    -----
    Spark writes a step into every place that reads it. Within a recursion it is then computed anew in every
    round, and a recursion within a recursion takes for ever.

    Examples
    --------
    >>> tree = parsed("with recursive a as (select 1 as n), b as (select n from a union all "
    ...               "select n + 1 from b join a on true where b.n < 3) select n from b")
    >>> found = recursion_steps(tree, "kept_{}".format)
    >>> [table for table, _query in found], tree.sql()
    (['kept_a', 'kept_b'], 'SELECT n FROM kept_b AS b')
    """
    beside = tree.args.get("with_")
    if beside is None or not beside.args.get("recursive"):
        return []
    ctes = list(beside.expressions)
    uses = [one for one in tree.find_all(exp.Table) if _defined_in(one) is beside]
    own = [use for use in uses if _cte_around(use, beside) == use.name.lower()]
    last = max((place for place, cte in enumerate(ctes) if any(_within(u, cte) for u in own)), default=-1)
    names = {cte.alias.lower(): name(cte.alias.lower()) for cte in ctes[: last + 1]}
    for use in uses:
        if use.name.lower() in names and not any(use is one for one in own):
            if not use.alias:
                use.set("alias", exp.TableAlias(this=exp.to_identifier(use.name)))
            use.set("this", exp.to_identifier(names[use.name.lower()]))
    steps: list[tuple[str, exp.Expr]] = []
    for cte in ctes[: last + 1]:
        recurs = any(_within(use, cte) for use in own)
        query = exp.select("*").from_(exp.to_identifier(cte.alias))
        query.set("with_", exp.With(expressions=[cte.copy()], recursive=recurs))
        steps.append((names[cte.alias.lower()], query))
    rest = ctes[last + 1 :]
    beside.set("expressions", rest)
    if not rest:
        tree.set("with_", None)
    return steps


def _within(one: exp.Expr, above: exp.Expr) -> bool:
    at: exp.Expr | None = one
    while at is not None and at is not above:
        at = at.parent
    return at is above


def _cte_around(one: exp.Expr, beside: exp.Expr) -> str:
    for cte in beside.expressions:
        if _within(one, cte):
            return str(cte.alias.lower())
    return ""


def _defined_in(table: exp.Table) -> exp.Expr | None:
    """Return the ``with`` that defines what a table name means, None where it is a table."""
    inside: exp.Expr = table
    while (above := inside.parent) is not None:
        names: list[str] = []
        beside: exp.Expr | None = None
        if isinstance(above, exp.With):  # within one of the CTEs: those before it, and itself if it recurs
            beside = above
            for cte in above.expressions:
                if cte is inside:
                    names += [cte.alias.lower()] if above.args.get("recursive") else []
                    break
                names.append(cte.alias.lower())
        else:
            beside = above.args.get("with_") or above.args.get("with")
            if beside is not None and beside is not inside:
                names = [cte.alias.lower() for cte in beside.expressions]
        if table.name.lower() in names:
            return beside
        inside = above
    return None
