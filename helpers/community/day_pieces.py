"""Active days of what is new, added to those of what was read before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from helpers.community import member_days
from helpers.community.engine import literal
from helpers.community.raw import ROW
from helpers.community.segments import scan
from helpers.community.store import Store

if TYPE_CHECKING:
    from helpers.community.opening import Community

BASE = "member_days_base"
FEW = 31  # days that several segments share, and which are worth a table of their own


def add(community: Community, store: Store) -> None:
    """Build the table behind ``member_days`` from the days of every segment, reducing only new ones.

    Parameters
    ----------
    community : Community
        The community; its views are there.
    store : Store
        Keeps the days of each segment: of all good rows and to the last day, so that they hold whoever is
        left out and whatever the last day is; with pseudonyms where the store knows them, else with ids as
        in the file.

    Notes
    -----
    Days on which only one segment has rows are taken as they are, and from where they lie if there are few
    others; the others are added up.
    """
    engine, door = community.engine, community.door
    if community.basis != "events":
        return
    events = door.tables["events"]
    if not _same_repeats(community, store):
        for part in events.parts:
            for segment in part.kept.segments if part.kept else ():
                segment["days"] = ""
    key = store.hidden.get("key", "")
    pieces = [
        (number, segment)
        for number, part in enumerate(events.parts)
        for segment in (part.kept.segments if part.kept else ())
    ]
    known = max((segment.get("bits", 0) for _number, segment in pieces), default=0)
    for bits in [one for one in member_days.WIDTHS if one >= known]:
        for number, segment in pieces:
            if not segment["days"] or segment["bits"] != bits or segment["key"] != key:
                _reduce(community, store, number, segment, bits)
        kind = _join(community, store, [segment["days"] for _number, segment in pieces])
        if member_days.fits(engine, BASE):
            return
        engine.run(f"drop {kind} {BASE}")  # somebody did more on one day than there is room for


def _reduce(community: Community, store: Store, number: int, segment: dict[str, Any], bits: int) -> None:
    engine, door = community.engine, community.door
    events, path = door.tables["events"], store.new("days")
    repeats = f"select {ROW} from {events.dropped} where _part = {number}"
    good = f"_rule is null and {ROW} not in ({repeats})" if events.later else "_rule is null"
    rows = (
        f"(select member_id, {door.day('occurred_at')} as day, event_type "
        f"from {scan(store, [segment['rows']])} where {good}) as new_rows"
    )
    query, key = member_days.sql(community, rows=rows, bits=bits), store.hidden.get("key", "")
    if key:
        engine.run(f"create view new_days as {query}")
        columns = ", ".join(f"d.{name}" for name in engine.columns("new_days") if name != "member_id")
        hidden = (
            f"select i.member_id, {columns} from new_days as d "
            "left join private_ids as i on d.member_id = i.original_id"
        )
        engine.run(f"copy ({hidden}) to {literal(str(path))} (format parquet)")
        engine.run("drop view new_days")
    else:
        engine.run(f"copy ({query}) to {literal(str(path))} (format parquet)")
    segment |= {"days": path.name, "bits": bits, "key": key}


def _join(community: Community, store: Store, names: list[str]) -> str:
    # Returns what the base is: a view over the pieces, or a table where ids or many days are put together.
    engine, door = community.engine, community.door
    lies = bool(store.hidden) or not door.hidden
    pieces = scan(store, names)
    engine.run(f"create view day_pieces_given as select * from {pieces}")
    there = [name for name in engine.columns("day_pieces_given") if name != "member_id"]
    engine.run("drop view day_pieces_given")
    columns = ", ".join(f"p.{name}" for name in there)
    where = f"p.day <= date '{door.as_of}' and {_inside(community, masked=bool(store.hidden))}"
    who, joined = "p.member_id", ""
    if not lies:
        who, joined = "i.member_id", " left join private_ids as i on p.member_id = i.original_id"
    engine.run(
        f"create view day_pieces as select {who} as member_id, {columns} from {pieces} as p{joined} "
        f"where {where}"
    )
    if len(names) == 1 and lies:
        engine.run(
            f"create view {BASE} as select {who} as member_id, {columns} from {pieces} as p where {where}"
        )
    elif len(names) == 1:
        engine.run(f"create table {BASE} as select * from day_pieces")
    else:
        files = scan(store, names).removesuffix(")") + ", filename = true)"
        engine.run(
            f"create table shared_days as select day from (select distinct filename, day from {files}) as d "
            "group by day having count(*) > 1"
        )
        shared = "day_pieces where day in (select day from shared_days)"
        engine.run(f"create view day_pieces_shared as select * from {shared}")
        merged = member_days.merge(engine, ["day_pieces_shared"])
        days = [day for (day,) in engine.rows(f"select day from shared_days limit {FEW + 1}")]
        lies = lies and len(days) <= FEW
        if lies:
            engine.run(f"create or replace table day_pieces_merged as {merged}")
            listed = ", ".join(f"date '{day}'" for day in days)
            apart = f" and p.day not in ({listed})" if days else ""
            engine.run(
                f"create view {BASE} as select p.member_id, {columns} from {pieces} as p "
                f"where {where}{apart} union all select * from day_pieces_merged"
            )
        else:
            engine.run(
                f"create table {BASE} as select * from day_pieces "
                f"where day not in (select day from shared_days) union all {merged}"
            )
        engine.run("drop view day_pieces_shared")
        engine.run("drop table shared_days")
    engine.run("drop view day_pieces")
    return "view" if lies else "table"


def _inside(community: Community, *, masked: bool) -> str:
    # Whose days count; where the pieces hold pseudonyms, by those of the ids that stand apart.
    door = community.door
    inside = door.outsiders.inside("p.member_id", "events")
    if not masked or inside == "true":
        return inside
    community.engine.run(
        "create or replace table apart_pseudonyms as select member_id from private_ids "
        "where original_id in (select member_id from apart)"
    )
    return "p.member_id not in (select member_id from apart_pseudonyms)"


def _same_repeats(community: Community, store: Store) -> bool:
    # Whether the repeats among the rows of then are the same still: their days were counted without them.
    events, engine = community.door.tables["events"], community.engine
    before = store.tables.get("events")
    old = [part.kept for part in events.parts if part.kept and part.kept.old]
    if before is None or not old:
        return True
    covered = dict(before["covers"])
    if any(covered.get(one.record["identity"]) != [s["rows"] for s in one.old] for one in old):
        return False
    then = "select cast(null as varchar) as identity, cast(null as bigint) as _row where 1 = 0"
    now = then
    if before["dropped"]:
        then = f"select identity, {ROW} from {scan(store, [before['dropped']])}"
        listed = ", ".join(literal(one.record["identity"]) for one in old)
        then = f"select identity, {ROW} from ({then}) as t where identity in ({listed})"
    if events.later:
        pieces = [
            f"select {literal(part.kept.record['identity'])} as identity, {ROW} from {events.dropped} "
            f"where _part = {number} and {ROW} in (select {ROW} from "
            f"{scan(store, [one['rows'] for one in part.kept.old])})"
            for number, part in enumerate(events.parts)
            if part.kept and part.kept.old
        ]
        now = " union all ".join(pieces)
    if not before["dropped"] and not events.later:
        return True
    differ = f"(({then}) except ({now})) union all (({now}) except ({then}))"
    return not engine.value(f"select count(*) from ({differ}) as x")
