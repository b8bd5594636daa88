"""Databases: an answer to a query is a table like any other, and the password stays where it was."""

from __future__ import annotations

import datetime as dt
import gc
import re
import tomllib
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.community import Community, CommunityError, DataError, SettingsError, databases
from helpers.community import servers as asked_servers
from helpers.community import settings as settings_file
from helpers.community.settings import Database
from tests.community import servers

SALES = (
    "create table sales (id int, customer varchar(20), paid_at timestamp, total numeric(12,2), phone text)",
    "insert into sales values (1, 'ann', '2026-05-01 08:00:00', 9.50, '13800138000'), "
    "(2, 'bob', '2026-05-02 09:30:00', 1234567.89, null), (3, null, '2026-05-03 10:00:00', 5, null), "
    "(4, 'ann', '2026-05-09 10:00:00', 0.01, null)",
)
QUERY = (
    "select id as order_id, customer as member_id, paid_at as ordered_at, total as amount "
    "from sales order by id"
)
SECRETS = (servers.PASSWORD, servers.PASSWORD.encode("unicode_escape").decode())


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", servers.PASSWORD)


def shop(kind: str, port: int, **more: Any) -> dict[str, Any]:
    name = {"postgresql": "postgres", "mysql": "shop"}[kind]
    given = {"kind": kind, "host": "127.0.0.1", "port": port, "name": name, "user": "reader"}
    return given | {"password_from": "SHOP_PASSWORD"} | more


def settings(
    database: dict[str, Any], query: str = QUERY, table: str = "orders", **more: Any
) -> dict[str, Any]:
    tables = {table: {"database": "shop", "query": query}}
    return {"timezone": "UTC", "tables": tables, "databases": {"shop": database}} | more


def open_(folder: Path, database: dict[str, Any], query: str = QUERY, **more: Any) -> Community:
    return Community.open(folder, settings=settings(database, query, **more))


def refused(folder: Path, database: dict[str, Any], query: str = QUERY, **more: Any) -> str:
    """Return what is said of a community that cannot be opened; the password is in none of it."""
    with pytest.raises(CommunityError) as caught:
        open_(folder, database, query, **more)
    told = "".join(
        traceback.TracebackException.from_exception(caught.value, capture_locals=True).format(chain=True)
    )
    frame: Any = caught.tb
    while frame is not None:  # nothing in a frame of the package, nor in what its objects say of themselves
        told += (
            repr(list(frame.tb_frame.f_locals.values())) if "helpers" in str(frame.tb_frame.f_code) else ""
        )
        frame = frame.tb_next
    assert not any(secret in told for secret in SECRETS)
    return str(caught.value)


# PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgresql() -> Iterator[int]:
    pytest.importorskip("adbc_driver_postgresql")
    with servers.postgresql() as port:
        sell_in_postgresql(port)
        yield port


def sell_in_postgresql(port: int) -> None:
    with connected(port) as connection, connection.cursor() as cursor:
        for statement in SALES:
            cursor.execute(statement)
        connection.commit()


def connected(port: int) -> Any:
    from adbc_driver_postgresql import dbapi

    database = Database("shop", "postgresql", "127.0.0.1", port, "postgres", "reader")
    return dbapi.connect(asked_servers.conninfo(database, servers.PASSWORD))


@pytest.fixture(scope="module")
def mysql() -> Iterator[int]:
    pytest.importorskip("pymysql")
    with servers.mariadb() as port:
        sell_in_mysql(port)
        yield port


def sell_in_mysql(port: int) -> None:
    import pymysql

    arguments = asked_servers.mysql_arguments(Database("shop", "mysql", "127.0.0.1", port, "shop", "reader"))
    connection = pymysql.connect(**arguments | {"autocommit": True}, password=servers.PASSWORD.encode())
    with connection.cursor() as cursor:
        for statement in SALES:
            cursor.execute(statement)
    connection.close()


@pytest.fixture(params=["postgresql", "mysql"])
def server(request: pytest.FixtureRequest) -> dict[str, Any]:
    return shop(request.param, request.getfixturevalue(request.param))


def test_an_answer_is_a_table_like_any_other(tmp_path: Path, server: dict[str, Any]) -> None:
    community = open_(tmp_path, server, as_of="2026-05-05", privacy={"pseudonyms": True})
    quality = community.quality().iloc[0]
    assert quality["file"] == "shop: select id as order_id, customer as …"
    assert len(quality["sha256"]) == 64
    assert tuple(quality[["rows_in", "used", "set_aside", "excluded"]]) == (4, 2, 1, 1)
    orders = community.frame("orders").sort_values("order_id")
    assert [float(amount) for amount in orders["amount"]] == [9.5, 1234567.89]
    assert list(orders["ordered_at"]) == [pd.Timestamp("2026-05-01 08:00"), pd.Timestamp("2026-05-02 09:30")]
    assert not set(orders["member_id"]) & {"ann", "bob"}
    assert set(community.reveal(orders["member_id"])["original_id"]) == {"ann", "bob"}
    aside = community.quarantine("orders").iloc[0]
    assert (aside["row"], aside["rule"], aside["file"]) == (3, "no member_id", quality["file"])
    again = open_(tmp_path, server, as_of="2026-05-05", privacy={"pseudonyms": True})
    assert again.quality().iloc[0]["sha256"] == quality["sha256"]
    assert again.frame("orders").sort_values("order_id").equals(orders)
    fewer = open_(tmp_path, server, QUERY.replace("order by", "where id < 4 order by"))
    assert fewer.quality().iloc[0]["sha256"] != quality["sha256"]


def test_the_password_is_written_nowhere(tmp_path: Path, server: dict[str, Any]) -> None:
    community = open_(tmp_path, server)
    told = f"{community.settings!r}{vars(community)!r}{community.quality()}{community.findings()}"
    told += community.findings().to_csv() + community.quarantine("orders").to_csv()
    for path in [*tmp_path.rglob("*"), *Path(community.engine._spill.name).rglob("*")]:
        told += path.read_bytes().decode("utf-8", "replace") if path.is_file() else path.name
    assert not any(secret in told for secret in SECRETS)
    gc.collect()
    kept = [one for one in gc.get_objects() if isinstance(one, dict) and "password" in one]
    assert not [one for one in kept if one["password"] in (servers.PASSWORD, servers.PASSWORD.encode())]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select * from no_such", "there is no such table, column or function"),
        ("select nothing_such from sales", "there is no such table, column or function"),
        ("select from from", "not one query that the server understands"),
        ("with x as (select 1) select 1; delete from sales", "more than one statement"),
        ("delete from sales", "something else than read"),
        ("select 1 into outfile 'stolen.csv'", "something else than read"),
        ("/*!50000 commit */ select 1", "something else than read|comment that is run"),
        ("select 1 as order_id /*!50000 , 2 */", "comment that is run"),
        ("select id as order_id from sales", "no column for member_id"),
    ],
)
def test_what_a_query_cannot_do(tmp_path: Path, server: dict[str, Any], query: str, said: str) -> None:

    message = refused(tmp_path, server, query)
    assert re.search(said, message), message
    assert "select" not in message or "shop: " in message or "Write one select" in message


def test_an_answer_without_rows(tmp_path: Path, server: dict[str, Any]) -> None:
    message = refused(tmp_path, server, QUERY.replace("order by", "where id > 99 order by"))
    assert "shop: select id as order_id, customer as …: the query gave no rows" in message


def test_who_is_not_let_in(tmp_path: Path, server: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no database answers at 127.0.0.1" in refused(tmp_path, server | {"port": servers.free_port()})
    assert "Check name" in refused(tmp_path, server | {"name": "no_such"})
    monkeypatch.setenv("SHOP_PASSWORD", servers.PASSWORD + "x")
    message = refused(tmp_path, server)
    assert "does not let the user reader in with the password from SHOP_PASSWORD" in message
    monkeypatch.delenv("SHOP_PASSWORD")
    assert "the environment variable SHOP_PASSWORD is not set" in refused(tmp_path, server)
    monkeypatch.setenv("PGPASSWORD", servers.PASSWORD)
    del server["password_from"]
    if server["kind"] == "mysql":
        assert "with no password" in refused(tmp_path, server)


def test_encryption_that_the_server_has_not(tmp_path: Path, server: dict[str, Any]) -> None:
    assert "does not accept the connection" in refused(tmp_path, server | {"tls": "require"})


def test_a_value_that_stops_the_query_is_not_repeated(tmp_path: Path, postgresql: int) -> None:
    query = "select cast('x' || phone as integer) as order_id from sales"
    message = refused(tmp_path, shop("postgresql", postgresql), query)
    assert "invalid input syntax" in message
    assert "13800138000" not in message


def test_types_of_postgresql(tmp_path: Path, postgresql: int) -> None:
    query = (
        "select 'a'::varchar as member_id, timestamptz '2026-05-01 08:00+08' as joined_at, "
        "12.50::numeric as paid, 7::numeric(3,0) as level, true as vip, date '1990-01-02' as born, "
        "gen_random_uuid() as token, '{}'::jsonb as notes, null as nothing, 1.5::float8 as weight, "
        "current_user as name"
    )
    orders = {"database": "shop", "query": QUERY}
    given = settings(shop("postgresql", postgresql), query, "members", timezone="Asia/Shanghai")
    given["tables"]["orders"] = orders
    member = Community.open(tmp_path, settings=given | {"privacy": {"pseudonyms": False}}).frame("members")
    row = member.iloc[0]
    assert row["joined_at"] == pd.Timestamp("2026-05-01 08:00")
    assert (row["paid"], row["notes"], row["vip"], row["weight"]) == ("12.50", "{}", True, 1.5)
    assert len(row["token"]) == 36
    for kind, value in {
        "money": "1.5::money",
        "bytea": r"'\x00'::bytea",
        "interval": "interval '1 day'",
        "_int4": "array[1]",
        "inet": "inet '127.0.0.1'",
    }.items():
        message = refused(tmp_path, shop("postgresql", postgresql), f"select {value} as total")
        assert f"the column total holds {kind}; write cast(total as" in message


@pytest.mark.once
def test_the_demo_from_postgresql_is_the_demo(tmp_path: Path, root: Path, postgresql: int) -> None:
    names = ("orders", "members", "events")
    with connected(postgresql) as connection, connection.cursor() as cursor:
        for name in names:
            frame = pq.read_table(root / "datasets" / "demo" / f"{name}.parquet")
            cursor.adbc_ingest(name, frame.add_column(0, "place", pa.array(range(len(frame)))))
        connection.commit()
    common = {
        "simulated": True,
        "timezone": "Asia/Shanghai",
        "databases": {"shop": shop("postgresql", postgresql)},
    }
    files = {name: {"file": f"{name}.parquet"} for name in names}
    queries = {}
    for name in names:
        columns = ", ".join(pq.read_schema(root / "datasets" / "demo" / f"{name}.parquet").names)
        queries[name] = {"database": "shop", "query": f"select {columns} from {name} order by place"}
    asked = Community.open(tmp_path, settings=common | {"tables": queries})
    read = Community.open(root / "datasets" / "demo", settings=common | {"tables": files})
    assert asked.as_of == read.as_of
    counts = ["table", "rows_in", "used", "set_aside", "excluded"]
    assert asked.quality()[counts].equals(read.quality()[counts])
    for name in names:
        read.engine.register("asked", asked.engine.connection.sql(f"select * from {name}").to_arrow_table())
        assert asked.engine.columns(name) == read.engine.columns(name)
        differ = f"select count(*) from (select * from asked except all select * from {name})"
        assert not read.engine.value(differ)
        counts_of = f"select (select count(*) from asked) - (select count(*) from {name})"
        assert not read.engine.value(counts_of)
        read.engine.connection.unregister("asked")


def test_a_large_answer_does_not_fill_the_memory(tmp_path: Path, postgresql: int) -> None:
    batches = asked_servers.postgresql(
        *_asked(
            shop("postgresql", postgresql), "select repeat('x', 1000) as x from generate_series(1, 60000)"
        )
    )
    sizes = [batch.nbytes for batch in batches]
    assert sum(sizes) > 50 << 20
    assert max(sizes) < 8 << 20


def _asked(database: dict[str, Any], query: str) -> tuple[Any, Database, str]:
    source = settings_file.parse(settings(database, query)).tables["orders"][0]
    assert source.database is not None
    return source, source.database, source.query


# MySQL ---------------------------------------------------------------------------------------


def test_types_of_mysql(tmp_path: Path, mysql: int) -> None:
    query = (
        "select '中文😀' as order_id, 'ann' as member_id, timestamp '2026-05-01 08:00:00' as ordered_at, "
        "cast(12.5 as decimal(12, 2)) as amount, 1 = 1 as refunded union all "
        "select 'b', 'ann', '0000-00-00 00:00:00', 1, 0"
    )
    community = open_(tmp_path, shop("mysql", mysql), query, privacy={"pseudonyms": False})
    assert community.frame("orders")["order_id"].tolist() == ["中文😀"]
    aside = community.quarantine("orders").iloc[0]
    assert (aside["rule"], aside["value"]) == ("impossible date", "0000-00-00 00:00:00")
    message = refused(tmp_path, shop("mysql", mysql), "select cast('ab' as binary) as total")
    assert "the column total holds bytes; write cast(total as char) as total" in message
    batches = list(
        asked_servers.mysql(
            *_asked(shop("mysql", mysql), "select from_unixtime(0) as t, seq from seq_1_to_50001")
        )
    )
    assert [batch.num_rows for batch in batches] == [0, 20_000, 20_000, 10_001]


def test_the_name_of_a_query_holds_no_values() -> None:
    for kind, query in {
        "mysql": "select 13800138000, \"13800138000\", '13800138000' /* 13800138000 */ from x",
        "postgresql": "select 13800138000, $$13800138000$$, '13800138000' -- 13800138000",
    }.items():
        source, _database, _query = _asked(shop(kind, 1), query)
        assert databases.label(source).startswith("shop: select …, '…', '…'")


def test_how_servers_are_reached() -> None:
    database = Database("shop", "mysql", "db.example.org", 3307, "shop", "reader", "SHOP_PASSWORD", "require")
    arguments = asked_servers.mysql_arguments(database)
    assert (arguments["host"], arguments["port"], arguments["database"]) == ("db.example.org", 3307, "shop")
    assert arguments["ssl"] and "password" not in arguments
    for code, said in ((1045, "let the user reader in"), (1049, "Check name"), (2003, "no database answers")):
        assert said in str(asked_servers.why_mysql(database, code, "x (sesame)", "sesame"))
        assert "sesame" not in str(asked_servers.why_mysql(database, code, "x (sesame)", "sesame"))
    assert "pymysql[rsa]" in str(
        asked_servers.why_mysql(database, "", "'cryptography' package is required", None)
    )
    assert "sslmode='require'" in asked_servers.conninfo(database, None)
    secure = Database("shop", "postgresql", "::1", 5432, "shop", "reader", None, "verify")
    assert "sslmode='verify-full'" in asked_servers.conninfo(secure, "x")
    away = 'IO: [libpq] Failed to connect: could not translate host name "db" to address: Name not known\n'
    message = str(asked_servers.why_postgresql(secure, away, None))
    assert "no database answers at ::1, port 5432 (could not translate host name" in message
    assert "sesame" not in str(asked_servers.why_postgresql(secure, "FATAL:  nothing for sesame", "sesame"))


# DuckDB --------------------------------------------------------------------------------------


@pytest.fixture
def lake(tmp_path: Path) -> dict[str, Any]:
    with duckdb.connect(str(tmp_path / "lake.duckdb")) as connection:
        for statement in SALES:
            connection.execute(statement)
        connection.execute(
            "create type colour as enum ('red'); create table odd as select 'red'::colour as c, [1] as l"
        )
    return {"kind": "duckdb", "file": "lake.duckdb"}


def test_a_duckdb_file(tmp_path: Path, lake: dict[str, Any]) -> None:
    before = (tmp_path / "lake.duckdb").read_bytes()
    community = open_(tmp_path, lake, privacy={"pseudonyms": False})
    assert [float(one) for one in community.frame("orders")["amount"]] == [9.5, 1234567.89, 0.01]
    assert community.as_of == dt.date(2026, 5, 9)
    assert community.quality().iloc[0]["set_aside"] == 1
    assert (tmp_path / "lake.duckdb").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["lake.duckdb"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select * from no_such", "there is no such table, column or function"),
        ("select nothing_such from sales", "there is no such table, column or function"),
        ("select from from", "not one query that the server understands"),
        ("from sales; drop table sales", "more than one statement"),
        ("select * from read_text('{there}')", "disabled"),
        ("select l as total from odd", "the column total holds list"),
        ("select cast(phone || 'x' as integer) as a from sales", "Could not convert"),
    ],
)
def test_what_a_duckdb_query_cannot_do(tmp_path: Path, lake: dict[str, Any], query: str, said: str) -> None:
    (tmp_path / "other.txt").write_text("x", encoding="utf-8")
    message = refused(tmp_path, lake, query.replace("{there}", str(tmp_path / "other.txt")))
    assert said in message
    assert "13800138000" not in message


def test_a_duckdb_file_that_is_none(tmp_path: Path, lake: dict[str, Any]) -> None:
    assert "is missing. There are: lake.duckdb." in refused(tmp_path, lake | {"file": "lak.duckdb"})
    (tmp_path / "text.duckdb").write_text("not a database, though as long as one\n" * 999, encoding="utf-8")
    assert "not a DuckDB file" in refused(tmp_path, lake | {"file": "text.duckdb"})
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.duckdb").symlink_to(tmp_path / "lake.duckdb")
    assert "leads out of the folder" in refused(inside, {"kind": "duckdb", "file": "link.duckdb"})
    assert "outside the folder" in refused(inside, {"kind": "duckdb", "file": "../lake.duckdb"})


# settings and drivers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "postgres"}, "expected postgresql or mysql or duckdb"),
        ({"kind": None}, "expected postgresql or mysql or duckdb"),
        ({"hots": "x"}, "unknown key databases.shop.hots. Did you mean host?"),
        ({"host": "postgresql://reader:sesame@db"}, "databases.shop.host: expected a name or an address"),
        ({"password": "sesame"}, "does not belong in a file"),
        ({"password_from": "sesame"}, "not the password itself"),
        ({"port": 0}, "a number from 1 to 65535"),
        ({"user": None}, "databases.shop.user: expected"),
        ({"tls": "yes"}, "expected prefer or require or verify"),
        ({"file": "x.duckdb"}, "unknown key databases.shop.file"),
    ],
)
def test_settings_of_a_database(change: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_file.parse(settings(shop("postgresql", 5432) | change))
    assert said in str(caught.value)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"database": "shpo", "query": "select 1"}, "'shpo' is none. Did you mean shop?"),
        ({"query": "select 1"}, "tables.orders.database: expected the database that answers"),
        ({"database": "shop"}, "tables.orders.query: expected one query"),
        ({"database": "shop", "query": "select 1", "file": "x.csv"}, "tables.orders.file goes with a file"),
        ({"database": "shop", "qery": "select 1"}, "tables.orders.query: expected|Did you mean query?"),
    ],
)
def test_settings_of_a_query(table: dict[str, Any], said: str) -> None:
    given = settings(shop("mysql", 3306)) | {"tables": {"orders": table}}
    with pytest.raises(SettingsError) as caught:
        settings_file.parse(given)
    assert any(part in str(caught.value) for part in said.split("|"))


@pytest.mark.parametrize("kind", ["postgresql", "mysql"])
def test_a_driver_that_is_missing(
    tmp_path: Path, root: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirement = databases.DRIVERS[kind][1]
    extras = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    assert requirement in extras["database"]
    assert requirement in extras["test"]
    monkeypatch.setitem(databases.DRIVERS, kind, ("no_such_driver", requirement))
    with pytest.raises(DataError, match=r'Run: python -m pip install "'):
        open_(tmp_path, shop(kind, 1))
