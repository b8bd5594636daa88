"""Queries: what of one is shown, what one may do, and how one is refused."""

from __future__ import annotations

import re

from helpers.community.errors import DataError, SettingsError
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _
from helpers.community.settings import TableSource

OPENINGS = ("select", "with", "values", "table", "from", "(")
WORDS_SHOWN = 6
TEXTS = r"'(?:[^']|'')*'"
NAMES = r'"(?:[^"]|"")*"|`[^`]*`'
COMMENTS = r"--[^\n]*|/\*.*?\*/"
DOLLARS = r"\$(\w*)\$.*?\$\1\$"
NOT_THERE = _("there is no such table, column or function")
NOT_ALLOWED = _("the user may not read this")
ONLY_READ = _("only reading is allowed")
NO_QUERY = _("this is not one query that the server understands")


def _bare(query: str) -> str:
    """Return a query without its comments, its texts replaced by … ."""
    pieces = re.compile(f"{TEXTS}|{NAMES}|{COMMENTS}|{DOLLARS}", re.DOTALL)

    def kept(found: re.Match[str]) -> str:
        piece = found.group()
        if piece[0] in "'$":
            return "'…'"
        return " " if piece[0] in "-/" else piece

    return pieces.sub(kept, query).strip()


def label(source: TableSource) -> str:
    """Return the name under which a query appears: its database and its first words, without any text in it.

    Parameters
    ----------
    source : TableSource
        What the settings say.

    Returns
    -------
    str
        At most 60 letters.

    Examples
    --------
    >>> from helpers.community.settings import Database
    >>> query = "select id as order_id, '13800138000' as phone from sales"
    >>> label(TableSource("orders", database=Database("shop", "mysql"), query=query))
    "shop: select id as order_id, '…' as …"
    """
    bare = re.sub(r"\d{5,}", "…", _bare(source.query))
    if source.database and source.database.kind == "mysql":
        bare = re.sub(r'"[^"]*"', "'…'", bare)  # a text there, a name elsewhere
    words = bare.split()
    shown = " ".join(words[:WORDS_SHOWN]) + (" …" if len(words) > WORDS_SHOWN else "")
    whole = f"{source.database.name if source.database else ''}: {shown}"
    return whole if len(whole) <= 60 else whole[:59] + "…"


def whole_query(source: TableSource) -> str:
    """Return the query without its last semicolon; refuse what is more than one query or does more."""
    bare = _bare(source.query).rstrip("; \n\t\r")
    plain = re.sub(NAMES, '"…"', bare)
    remedy = Sentence(_("Write one select in community.yml."))
    where = f"tables.{source.table}.query"
    if ";" in plain:
        raise SettingsError(
            _("{where}: there is more than one statement. {remedy}"), where=where, remedy=remedy
        )
    if not plain.lower().startswith(OPENINGS) or re.search(r"\binto\b", plain, re.IGNORECASE):
        raise SettingsError(
            _("{where}: this does something else than read. {remedy}"), where=where, remedy=remedy
        )
    if re.search(r"/\*M?!", source.query):  # MySQL runs what stands in these
        raise SettingsError(
            _("{where}: a comment that is run as a statement is not allowed. {remedy}"),
            where=where,
            remedy=remedy,
        )
    return source.query.rstrip("; \n\t\r") + "\n"  # it may end in a comment


def first_line(text: object, secret: str | None = None, *, masked: bool = False) -> str:
    """Return the first line of what a server said, without the password and, masked, without values."""
    lines = str(text).strip().splitlines() or [""]
    line = re.sub(r"^.*?(ERROR|FATAL):\s+", "", lines[0]).strip().rstrip(".")
    line = re.sub(r"^\w+: (\[libpq\] )?", "", line)
    if secret:
        line = line.replace(secret, "…")
    if masked:
        line = re.sub(r"""(["'`“«]).*["'`”»]""", r"\1…\1", line)
    return line[:200]


def refusal(source: TableSource, reason: str | Sentence, line: str) -> DataError:
    """Return the error of a query that was not answered: its table, its first words, why, the remedy."""
    why = Sentence(reason) if isinstance(reason, str) else reason
    said: Sentence | str = Sentence("{why} ({line})", why=why, line=line) if reason and line else why
    if not reason:
        said = line
    return DataError(
        _("tables.{table}.query ({query}): {said}. Mend the query in community.yml."),
        table=source.table,
        query=label(source),
        said=said,
    )


def unfit(source: TableSource, name: str, kind: str, to: str = "text") -> DataError:
    """Return the error of an answer with a column whose values would have to be guessed at."""
    return refusal(
        source,
        Sentence(
            _("the column {name} holds {kind}; write cast({name} as {to}) as {name}, or leave it out"),
            name=name,
            kind=kind,
            to=to,
        ),
        "",
    )
