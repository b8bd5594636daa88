"""The one SQL text, written for Spark: sqlglot translates, and where it errs the query is mended here."""

from __future__ import annotations

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
    for table in list(tree.find_all(exp.Table)):
        if isinstance(table.this, exp.Identifier) and not table.db and not _is_cte(table):
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


def _is_cte(table: exp.Table) -> bool:
    inside: exp.Expr = table
    while (above := inside.parent) is not None:
        names: list[str] = []
        if isinstance(above, exp.With):  # within one of the CTEs: those before it, and itself if it recurs
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
            return True
        inside = above
    return False
