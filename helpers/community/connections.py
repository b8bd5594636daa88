"""What `community.yml` says about databases: where they are, who asks, and which table is a query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from helpers.community.errors import SettingsError
from helpers.community.keys import CHOICES, Reader, either, inside, nearest
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

PORTS = {"postgresql": 5432, "mysql": 3306}
HOST = re.compile(r"[\w.:-]+", re.ASCII)  # a name or an address; never a URL, which could hold a password
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
OF_FILES = ("file", "package", "format", "sheet", "header_row", "names", "separator", "encoding")


@dataclass(frozen=True)
class Database:
    """Say where a database is and who asks; of the password only the environment variable that holds it."""

    name: str
    kind: str
    host: str = "localhost"
    port: int = 0
    database: str = ""
    user: str = ""
    password_from: str | None = None
    tls: str = "prefer"
    file: str | None = None


def database_of(name: str, given: object, at: str) -> Database:
    """Read one entry under databases; what is said of a wrong one never holds a password."""
    where = f"databases.{name}"
    reader = Reader(given, where, at)
    if "password" in reader.given:  # and nothing that is said may hold it
        raise SettingsError(
            _(
                "{at}: {where}.password: a password does not belong in a file. Put it into an "
                "environment variable and write password_from: NAME_OF_THE_VARIABLE."
            ),
            at=at,
            where=where,
        )
    if reader.given.get("kind") is None:
        raise reader.fail("kind", either(CHOICES["kind"]))
    kind = reader.choice("kind")
    if kind == "duckdb":
        file = reader.text("file")
        reader.finish()
        if not file:
            raise reader.fail("file", _("the name of a DuckDB file in the folder"))
        return Database(name, kind, file=inside(file, f"{where}.file", at))
    host, variable = reader.text("host", "localhost"), reader.text("password_from")
    if not HOST.fullmatch(host):
        raise SettingsError(
            _("{at}: {where}.host: expected a name or an address, such as db.example.org."),
            at=at,
            where=where,
        )
    if variable is not None and not VARIABLE.fullmatch(variable):
        raise SettingsError(
            _(
                "{at}: {where}.password_from: expected the name of an environment variable in capital"
                " letters, such as SHOP_PASSWORD, not the password itself."
            ),
            at=at,
            where=where,
        )
    port = reader.take("port", int, _("a number from 1 to 65535"), PORTS[kind])
    if not 1 <= port <= 65535:
        raise reader.fail("port", _("a number from 1 to 65535"))
    texts = {key: reader.text(key) for key in ("name", "user")}
    for key, text in texts.items():
        if not text:
            raise reader.fail(
                key, _("the name of the database") if key == "name" else _("the user who reads")
            )
    found = Database(
        name=name,
        kind=kind,
        host=host,
        port=port,
        database=texts["name"],
        user=texts["user"],
        password_from=variable,
        tls=reader.choice("tls"),
    )
    reader.finish()
    return found


def asked_of(reader: Reader, databases: Mapping[str, Database]) -> tuple[Database | None, str]:
    """Return the database of a table and its query, where it has one."""
    name, query = reader.text("database"), reader.text("query", "").strip()
    if name is None and not query:
        return None, ""
    if name not in databases:
        known = nearest(name, databases)
        if not databases:
            known = Sentence(_("There is nothing under databases."))
        wrong = Sentence(_("expected the database that answers the query."))
        if name is not None:
            wrong = Sentence(_("{name!r} is none."), name=name)
        raise SettingsError(
            _("{at}: {key}: {wrong} {known}"),
            at=reader.at,
            key=reader.path("database"),
            wrong=wrong,
            known=known,
        )
    if not query:
        raise reader.fail("query", _("one query, such as select id as order_id, … from sales"))
    for key in OF_FILES:
        if reader.given.get(key) is not None:
            raise SettingsError(
                _("{at}: {key} goes with a file, not with a query. Remove it, or database and query."),
                at=reader.at,
                key=reader.path(key),
            )
    return databases[name], query
