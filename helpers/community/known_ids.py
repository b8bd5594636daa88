"""Pseudonyms that were given before, kept in a store, so that only ids that are new are hashed."""

from __future__ import annotations

import hashlib

import pyarrow as pa

from helpers.community import privacy
from helpers.community.engine import Engine, literal
from helpers.community.segments import scan
from helpers.community.store import Store

TABLE = "private_ids"
SHORT = 13  # letters of a pseudonym that no other is equal to


def hide(engine: Engine, ids: str, key: bytes, store: Store | None) -> None:
    """Write the table of ids and pseudonyms as `Engine.hide` does, hashing only ids that the store lacks.

    Parameters
    ----------
    engine : Engine
        Gets the table ``private_ids``.
    ids : str
        A query that gives the ids in the column ``id``.
    key : bytes
        Secret key of the community. The store is told a fingerprint of it and never the key.
    store : Store or None
        What was kept; its ``hidden`` says what is to be kept from now on. Without one all ids are hashed.

    Notes
    -----
    Where the pseudonyms of two ids begin alike both are long, so that one id more or less changes another's.
    Then nothing is kept. An id that is no longer in the data goes out of the store as well.

    Taught in: 02 Positioning
    """
    if store is None:
        engine.hide(TABLE, ids, key)
        return
    mark = hashlib.blake2b(key, digest_size=16, person=b"store").hexdigest()
    before = store.tables.get(TABLE)
    store.hidden = {}
    files: list[str] = []
    if before and before["key"] == mark and store.sound(before["files"]):
        files = _add(engine, ids, key, store, before["files"])
    if not files:
        engine.hide(TABLE, ids, key)
        if engine.value(f"select max(length(member_id)) from {TABLE}") == SHORT:
            files = [_write(engine, store, TABLE)]
    if files:
        store.hidden = {"key": mark, "files": files}


def _add(engine: Engine, ids: str, key: bytes, store: Store, files: list[str]) -> list[str]:
    # The table from what is known and what is new; no files, and no table, where pseudonyms begin alike.
    known = scan(store, files)
    engine.run(f"create table ids_now as select distinct id from ({ids}) as ids where id is not null")
    new = engine.query(
        f"select id from ids_now where id not in (select original_id from {known}) order by id"
    )["id"]
    given = {"original_id": pa.array(new, pa.string()), "member_id": privacy.pseudonymise(new, key)}
    engine.register("hashed_ids", pa.table(given, schema=_SCHEMA))
    engine.run("create table new_ids as select * from hashed_ids")
    engine.connection.unregister("hashed_ids")
    alike = (
        f"select count(*) from new_ids where length(member_id) > {SHORT} "
        f"or member_id in (select member_id from {known})"
    )
    kept: list[str] = []
    if not engine.value(alike):
        engine.run(
            f"create table {TABLE} as select original_id, member_id from ("
            f"select original_id, member_id from {known} where original_id in (select id from ids_now) "
            "union all select original_id, member_id from new_ids) as given order by original_id"
        )
        there = engine.value(f"select count(*) from {TABLE}")
        if engine.value(f"select count(*) from {known}") + len(new) > there:
            kept = [_write(engine, store, TABLE)] if there else []
        else:
            kept = [*files, _write(engine, store, "new_ids")] if len(new) else files
        if not kept:
            engine.run(f"drop table {TABLE}")
    engine.run("drop table new_ids")
    engine.run("drop table ids_now")
    return kept


_SCHEMA = pa.schema([("original_id", pa.string()), ("member_id", pa.string())])


def _write(engine: Engine, store: Store, table: str) -> str:
    path = store.new("ids")
    engine.run(
        f"copy (select original_id, member_id from {table} order by original_id) to {literal(str(path))} "
        "(format parquet)"
    )
    return path.name
