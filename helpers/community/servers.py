"""Servers of databases: an answer of PostgreSQL or MySQL in Arrow batches, and why there is none."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pyarrow as pa

from helpers.community.errors import DataError, SettingsError
from helpers.community.queries import NO_QUERY, NOT_ALLOWED, NOT_THERE, ONLY_READ, first_line, refusal, unfit
from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _
from helpers.community.settings import Database, TableSource

BATCH_ROWS = 20_000
BATCH_BYTES = 4 << 20
PATIENCE = 10  # seconds until a server has to answer
Batches = Generator[pa.RecordBatch, None, None]
POSTGRESQL_SAYS = {
    **dict.fromkeys(("42P01", "42703", "42883", "3F000"), NOT_THERE),
    **dict.fromkeys(("42501",), NOT_ALLOWED),
    **dict.fromkeys(("25006",), ONLY_READ),
    **dict.fromkeys(("42601",), NO_QUERY),
}
MYSQL_SAYS = {
    **dict.fromkeys((1146, 1054, 1305), NOT_THERE),
    **dict.fromkeys((1142, 1143, 1370), NOT_ALLOWED),
    **dict.fromkeys((1792,), ONLY_READ),
    **dict.fromkeys((1064,), NO_QUERY),
}
MYSQL_TIMESTAMP = 7  # its code of a type: kept in UTC, written in the zone of the session


def _password(database: Database) -> str | None:
    if database.password_from is None:
        return None
    found = os.environ.get(database.password_from)
    if not found:
        raise SettingsError(
            _(
                "databases.{database}.password_from: the environment variable {variable} is not set. "
                "Set it to the password, then start again."
            ),
            database=database.name,
            variable=database.password_from,
        )
    return found


def _unreachable(database: Database, line: str) -> Sentence:
    text = _(
        "databases.{database}: no database answers at {host}, port {port} ({line}). Check host and port, and "
        "that this machine may reach the server."
    )
    return Sentence(text, database=database.name, host=database.host, port=database.port, line=line)


def _not_let_in(database: Database) -> Sentence:
    text = _(
        "databases.{database}: the server does not let the user {user} in with {whose}. Check user and "
        "password_from, and what the variable holds."
    )
    whose = Sentence(_("no password"))
    if database.password_from:
        whose = Sentence(_("the password from {variable}"), variable=database.password_from)
    return Sentence(text, database=database.name, user=database.user, whose=whose)


def _no_database(database: Database) -> Sentence:
    text = _("databases.{database}: the server has no database {name} for the user {user}. Check name.")
    return Sentence(text, database=database.name, name=database.database, user=database.user)


def _not_accepted(database: Database, line: str) -> Sentence:
    text = _("databases.{database}: the server does not accept the connection ({line}).")
    return Sentence(text, database=database.name, line=line)


# PostgreSQL ----------------------------------------------------------------------------------


def conninfo(database: Database, password: str | None) -> str:
    r"""Write how to reach a PostgreSQL server, as its library reads it.

    Parameters
    ----------
    database : Database
        What the settings say.
    password : str or None
        The password.

    Returns
    -------
    str
        Keys and quoted values.

    Examples
    --------
    >>> shop = Database("shop", "postgresql", "db.example.org", 5432, "o'shop", "reader")
    >>> conninfo(shop, None)[:55]
    "host='db.example.org' port='5432' dbname='o\\'shop' user"
    """
    values: dict[str, object] = {
        "host": database.host,
        "port": database.port,
        "dbname": database.database,
        "user": database.user,
        "connect_timeout": PATIENCE,
        "application_name": "community-workbook",
        "sslmode": "verify-full" if database.tls == "verify" else database.tls,
    }
    if password is None:
        values["passfile"] = str(Path(os.devnull) / "none")  # the environment or nothing
    else:
        values["password"] = password
    if database.tls == "verify" and "PGSSLROOTCERT" not in os.environ:
        values["sslrootcert"] = "system"
    quoted = (str(value).replace("\\", "\\\\").replace("'", "\\'") for value in values.values())
    return " ".join(f"{key}='{value}'" for key, value in zip(values, quoted, strict=True))


def why_postgresql(database: Database, said: str, secret: str | None) -> Sentence:
    """Turn what PostgreSQL's library says of a connection that failed into what to do about it."""
    if re.search("password authentication failed|no password supplied|role .* does not exist", said):
        return _not_let_in(database)
    if re.search("database .* does not exist", said):
        return _no_database(database)
    line = first_line(re.sub(r"^.*?connection to server .*? failed: ", "", said), secret)
    line = re.sub(r"^.*Failed to connect: ", "", line)
    if re.search("translate host name|refused|timeout|timed out|No route|unreachable", said):
        return _unreachable(database, line)
    return _not_accepted(database, line)


def _connect_postgresql(database: Database) -> tuple[Any, Sentence | None]:
    # What goes wrong is handed back, not raised: no traceback then holds a frame that knows the password.
    from adbc_driver_postgresql import dbapi

    password = _password(database)
    try:
        return dbapi.connect(conninfo(database, password)), None
    except dbapi.Error as error:
        return None, why_postgresql(database, str(error), password)


def postgresql(source: TableSource, database: Database, query: str) -> Batches:
    """Ask PostgreSQL and give its answer in batches, the first without rows.

    Parameters
    ----------
    source : TableSource
        What the settings say, for messages.
    database : Database
        Where to ask.
    query : str
        One query.

    Yields
    ------
    pyarrow.RecordBatch
        The rows, in the types of the driver.

    Raises
    ------
    DataError
        When nobody answers, the user is not let in, or the query cannot be run.
    """
    connection, refused = _connect_postgresql(database)
    if refused is not None:
        raise DataError(refused)
    trouble: tuple[str, str]
    with connection, connection.cursor() as cursor:
        try:
            cursor.execute("set transaction read only")
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            cursor.execute(query)
            reader = cursor.fetch_record_batch()
            yield pa.RecordBatch.from_pylist([], reader.schema)
            yield from reader
            return
        except (pa.ArrowException, OSError, ValueError) as error:
            trouble = "", str(error)
        except Exception as error:
            if not hasattr(error, "sqlstate"):
                raise
            trouble = error.sqlstate or "", str(error)
    state, text = trouble
    known = POSTGRESQL_SAYS.get(state, "")
    raise refusal(
        source, known, first_line(text, os.environ.get(database.password_from or ""), masked=not known)
    )


# MySQL ---------------------------------------------------------------------------------------


def mysql_arguments(database: Database) -> dict[str, Any]:
    """Return how to reach a MySQL server, but for the password.

    Parameters
    ----------
    database : Database
        What the settings say.

    Returns
    -------
    dict of str to object
        Arguments of ``pymysql.connect``.

    Examples
    --------
    >>> shop = Database("shop", "mysql", "db.example.org", 3306, "shop", "reader", tls="verify")
    >>> mysql_arguments(shop)["ssl_verify_identity"]
    True
    """
    given: dict[str, Any] = {
        "host": database.host,
        "port": database.port,
        "database": database.database,
        "user": database.user,
        "charset": "utf8mb4",
        "connect_timeout": PATIENCE,
        "autocommit": False,
        "local_infile": False,
        "init_command": "set session time_zone = '+00:00'",
    }
    if database.tls == "verify":
        given |= {"ssl_verify_cert": True, "ssl_verify_identity": True}
    elif database.tls == "require":
        given["ssl"] = {"check_hostname": False, "verify_mode": False}
    return given


def why_mysql(database: Database, code: object, said: str, secret: str | None) -> Sentence:
    """Turn what MySQL says of a connection that failed into what to do about it."""
    if code in (1045, 1698):
        return _not_let_in(database)
    if code in (1044, 1049):
        return _no_database(database)
    if code in (2002, 2003, 2005):
        return _unreachable(database, first_line(re.sub(r"^.*\((.*)\)$", r"\1", said), secret))
    if "cryptography" in said:
        text = _(
            "databases.{database}: this server takes passwords over encrypted connections only, and offers "
            'none. Turn TLS on at the server, or run: python -m pip install "pymysql[rsa]"'
        )
        return Sentence(text, database=database.name)
    return _not_accepted(database, first_line(said, secret))


def _connect_mysql(database: Database) -> tuple[Any, Sentence | None]:
    import pymysql
    from pymysql.converters import encoders
    from pymysql.cursors import SSCursor

    password = _password(database)
    try:
        # Only the encoders: every value comes as the text that the server wrote.
        connection = pymysql.connect(
            **mysql_arguments(database),
            password=(password or "").encode(),
            conv=encoders,
            cursorclass=SSCursor,
        )
        connection.password = b""  # it would keep it for connecting again
        return connection, None
    except (pymysql.MySQLError, OSError, RuntimeError) as error:
        code = error.args[0] if error.args else ""
        return None, why_mysql(database, code, str(error.args[-1] if error.args else error), password)


def mysql(source: TableSource, database: Database, query: str) -> Batches:
    """Ask MySQL and give its answer in batches, the first without rows.

    Parameters
    ----------
    source : TableSource
        What the settings say, for messages.
    database : Database
        Where to ask.
    query : str
        One query.

    Yields
    ------
    pyarrow.RecordBatch
        The rows, as texts that the server wrote, times that it keeps in UTC with their zone.

    Raises
    ------
    DataError
        When nobody answers, the user is not let in, or the query cannot be run.
    """
    connection, refused = _connect_mysql(database)
    if refused is not None:
        raise DataError(refused)
    import pymysql

    trouble: tuple[Any, str]
    try:
        cursor = connection.cursor()
        cursor.execute("start transaction read only")
        cursor.execute(query)
        names = [column[0] for column in cursor.description or ()]
        zoned = {at for at, column in enumerate(cursor.description or ()) if column[1] == MYSQL_TIMESTAMP}
        schema = pa.schema([(name, pa.string()) for name in names])
        yield pa.RecordBatch.from_arrays([pa.array([], pa.string()) for _name in names], schema=schema)
        while rows := cursor.fetchmany(BATCH_ROWS):
            columns = list(zip(*rows, strict=True))
            arrays = [_texts(source, names[at], one, at in zoned) for at, one in enumerate(columns)]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)
        return
    except pymysql.MySQLError as error:
        trouble = (error.args[0] if error.args else "", str(error.args[-1] if error.args else error))
    finally:
        # Closed roughly: a polite goodbye would first read what is left of the answer.
        with contextlib.suppress(Exception):
            connection._force_close()
    code, text = trouble
    known = MYSQL_SAYS.get(code, "")
    raise refusal(
        source, known, first_line(text, os.environ.get(database.password_from or ""), masked=not known)
    )


def _texts(source: TableSource, name: str, column: tuple[Any, ...], zoned: bool) -> pa.Array:
    if zoned:
        return pa.array([one and f"{one}+00:00" for one in column], pa.string())
    if any(isinstance(one, bytes) for one in column):
        raise unfit(source, name, "bytes", "char")
    return pa.array(column, pa.string())
