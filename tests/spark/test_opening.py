"""Opening a community whose tables are Spark's: the same rows are used, set aside and named as by DuckDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from helpers.community import Community
from helpers.community.errors import DataError, SettingsError
from helpers.community.settings import parse

EVENTS = pd.DataFrame(
    {
        "member_id": ["a", "b", " a", "c", None, "é", "e\u0301", "bot1", "1.23E+18", "b", "b"],
        "occurred_at": pd.to_datetime(
            ["2026-05-01 08:00", "2026-05-01 23:59:59", "2026-05-02 01:00", "2026-05-09", "2026-05-02"]
            + [
                "2026-05-03 10:00",
                "2026-05-03 11:00",
                "2026-05-03",
                "2026-05-04",
                "1970-01-01",
                "2026-05-04 12:00",
            ],
            format="ISO8601",
        ),
        "event_type": [
            "like",
            "view",
            "点赞",
            "comment",
            "like",
            "like",
            "odd",
            "like",
            "like",
            "like",
            "share",
        ],
        "event_id": ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "2"],
    }
)
MEMBERS = pd.DataFrame(
    {
        "member_id": ["a", "b", "c", "bot1", "d"],
        "joined_at": pd.to_datetime(["2026-04-01", "2026-04-02", "2026-05-09", None, "2026-04-03"]),
        "role": ["member", "成员", None, "机器人", "customer"],
        "invited_by": [None, "a", "a", None, "nobody"],
        "shoe_size": [40, 41, None, 38, 39],
    }
).astype({"shoe_size": "Int64"})
ORDERS = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "4", "1", "5"],
        "member_id": ["a", "b", "c", "d", "a", "x"],
        "ordered_at": pd.to_datetime(
            ["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05", "2026-05-06"]
        ),
        "amount": [10.5, 20.25, 0.0, 8.0, -10.5, None],
        "status": ["paid", "交易关闭", "paid", "refunded", "paid", "paid"],
    }
)
TABLES = {"members": MEMBERS, "events": EVENTS, "orders": ORDERS}
SETTINGS = {"name": "shop", "timezone": "Asia/Shanghai", "day_starts_at": 4, "simulated": True}
ASKED = {
    "events": "member_id, occurred_at, event_id",
    "members": "member_id",
    "orders": "order_id",
    "people": "member_id",
    "member_days": "member_id, day",
    "customers": "member_id",
    "customer_orders": "order_id",
}


def sent(session: Any, frames: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Send frames to the cluster; times without a zone would become instants, so they are cast."""
    found = {}
    for name, frame in frames.items():
        cells = [f"cast({c} as timestamp_ntz) as {c}" if c.endswith("_at") else c for c in frame.columns]
        found[name] = session.createDataFrame(duckdb.from_df(frame).to_arrow_table()).selectExpr(*cells)
    return found


def same(one: Community, other: Community, tables: dict[str, str] = ASKED) -> None:
    pd.testing.assert_frame_equal(
        one.quality().drop(columns="sha256"), other.quality().drop(columns="sha256")
    )
    pd.testing.assert_frame_equal(one.findings(), other.findings())
    assert (one.first_day, one.as_of, one.basis) == (other.first_day, other.as_of, other.basis)
    assert one.event_types() == other.event_types()
    for table, order in tables.items():
        sql = f"select * from {table} order by {order}"
        pd.testing.assert_frame_equal(one.query(sql), other.query(sql), check_exact=True)


@pytest.fixture(scope="module")
def pair(spark: Any) -> Iterator[tuple[Community, Community]]:
    theirs = Community.open(sent(spark, TABLES), settings=SETTINGS)
    yield theirs, Community.open(TABLES, settings=SETTINGS)
    theirs.engine.close()


def test_frames_are_opened_as_by_duckdb(pair: tuple[Community, Community]) -> None:
    same(*pair)


def test_every_row_is_used_set_aside_or_excluded(pair: tuple[Community, Community]) -> None:
    quality = pair[0].quality()
    assert (quality["rows_in"] == quality["used"] + quality["set_aside"] + quality["excluded"]).all()
    assert quality["set_aside"].sum() > 3 and quality["excluded"].sum() > 0


def test_quarantine_names_the_same_rows_with_what_was_in_them(pair: tuple[Community, Community]) -> None:
    for table in TABLES:
        theirs, ours = (one.quarantine(table) for one in pair)
        pd.testing.assert_frame_equal(theirs, ours)


def test_pseudonyms_are_the_same_and_made_where_the_ids_are(
    spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMMUNITY_KEY", "a key for tests")
    settings = SETTINGS | {"privacy": {"pseudonyms": True}}
    theirs = Community.open(sent(spark, TABLES), settings=settings)
    ours = Community.open(TABLES, settings=settings)
    same(theirs, ours)
    assert (
        theirs.query("select member_id from people order by member_id")["member_id"]
        .str.match("m[0-9a-f]{12}$")
        .all()
    )
    some = theirs.query("select member_id from people order by member_id limit 2")["member_id"]
    pd.testing.assert_frame_equal(theirs.reveal([*some, "nobody"]), ours.reveal([*some, "nobody"]))
    theirs.engine.close()


def test_pseudonyms_that_would_be_equal_are_written_out(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from helpers.community import spark as module

    def clashing(key: bytes) -> Any:
        def digests(batches: Any) -> Any:
            import pyarrow

            for batch in batches:
                ids = batch.column(0).to_pylist()
                found = ["0" * 12 + one * 16 if one in "ab" else one * 28 for one in ids]
                yield pyarrow.RecordBatch.from_arrays([pyarrow.array(ids), pyarrow.array(found)], ["a", "b"])

        return digests

    monkeypatch.setattr(module, "_digester", clashing)
    engine = module.SparkEngine(spark)
    engine.register("ids", pd.DataFrame({"id": ["a", "b", "c", None, "c"]}))
    engine.hide("hidden", "select id from ids", b"key")
    found = dict(engine.rows("select original_id, member_id from hidden"))
    assert found == {"a": "m" + "0" * 12 + "a" * 16, "b": "m" + "0" * 12 + "b" * 16, "c": "m" + "c" * 12}
    engine.close()


def test_instants_become_clocks_of_the_community_and_zoneless_times_stay(spark: Any) -> None:
    sql = "select 'a' as member_id, 'like' as event_type, {} as occurred_at union all select 'b', 'like', {}"
    instants = spark.sql(
        sql.format("timestamp '2026-05-01 20:00:00Z'", "timestamp '2026-05-02 04:00:00+08:00'")
    )
    found = Community.open({"events": instants}, settings=SETTINGS)
    assert (
        found.query("select occurred_at, day from events order by member_id").astype(str).to_numpy().tolist()
        == [["2026-05-02 04:00:00", "2026-05-02"]] * 2
    )
    clocks = spark.sql(sql.format(*["timestamp_ntz '2026-05-01 20:00:00'"] * 2))
    found = Community.open({"events": clocks}, settings=SETTINGS)
    assert found.as_of == dt.date(2026, 5, 1)
    found.engine.close()


@pytest.mark.parametrize(
    ("column", "sql", "cast"),
    [
        ("ordered_at", "'03.05.2026'", "to_timestamp_ntz(`ordered_at`"),
        ("amount", "'12,50'", "cast(`amount` as decimal(18, 2))"),
        ("member_id", "cast(17850 as double)", "cast(cast(`member_id` as bigint) as string)"),
    ],
)
def test_what_would_have_to_be_read_from_text_is_refused_with_the_cast(
    spark: Any, column: str, sql: str, cast: str
) -> None:
    right = {
        "order_id": "'1'",
        "member_id": "'a'",
        "ordered_at": "timestamp_ntz '2026-05-01'",
        "amount": "9.5",
    }
    listed = ", ".join(f"{value} as {name}" for name, value in (right | {column: sql}).items())
    with pytest.raises(DataError) as caught:
        Community.open({"orders": spark.sql(f"select {listed}")})
    assert cast in str(caught.value) and column in str(caught.value)


def test_columns_that_are_there_twice_are_named(spark: Any) -> None:
    frame = spark.sql(
        "select 'a' as member_id, 'b' as Member_ID, timestamp_ntz '2026-05-01' as occurred_at, "
        "'x' as event_type"
    )
    with pytest.raises(DataError, match="twice"):
        Community.open({"events": frame})


def test_nothing_of_the_size_of_the_members_is_pulled(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from helpers.community.spark import SparkEngine

    monkeypatch.setenv("COMMUNITY_KEY", "a key for tests")
    pulled: list[int] = []
    answer = SparkEngine._answer

    def counted(self: SparkEngine, sql: str, params: dict[str, Any]) -> Any:
        found = answer(self, sql, params).to_arrow_table()
        pulled.append(found.num_rows)
        return self.connection.from_arrow(found)

    monkeypatch.setattr(SparkEngine, "_answer", counted)
    events = spark.sql(
        "select concat('m', id % 3000) as member_id, 'like' as event_type, "
        "timestamp_ntz '2026-05-01' + make_dt_interval(0, 0, 0, id) as occurred_at from range(0, 12000, 1, 3)"
    )
    community = Community.open({"events": events}, settings={"name": "x", "privacy": {"pseudonyms": True}})
    assert community.query("select count(*) as n from people")["n"].tolist() == [3000]
    assert len(pulled) > 10 and max(pulled) < 10
    rows = community.engine.rows("select min(occurred_at), max(occurred_at), count(*) from events")
    assert rows == [(dt.datetime(2026, 5, 1), dt.datetime(2026, 5, 1, 3, 19, 59), 12000)]
    community.engine.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    for name, frame in TABLES.items():
        duckdb.from_df(frame).write_parquet(str(folder / f"{name}.parquet"))
    (folder / "community.yml").write_text(
        "name: shop\nsimulated: true\nprivacy: {pseudonyms: false}\n"
        "tables: {members: members.parquet, events: events.parquet, orders: orders.parquet}\n",
        encoding="utf-8",
    )
    return folder


def test_a_folder_of_parquet_is_opened_by_a_connect_session(connect: Any, folder: Path) -> None:
    theirs = Community.open(folder, spark=connect)
    same(theirs, Community.open(folder), {"people": "member_id"})
    theirs.engine.close()


def test_the_settings_alone_choose_spark(spark: Any, folder: Path, tmp_path: Path) -> None:
    there = f"parquet.`{folder.as_uri()}/events.parquet`"
    spark.sql(f"create table events_of_shop using parquet as select * from {there}")
    try:
        (tmp_path / "community.yml").write_text(
            f"name: shop\nsimulated: true\nspark: {{path: '{folder.as_uri()}'}}\n"
            "tables: {events: {spark: events_of_shop}, orders: orders.parquet}\n",
            encoding="utf-8",
        )
        found = Community.open(tmp_path)
        assert found.engine.kind == "spark" and found.engine.session is spark
        assert found.quality()["file"].tolist() == ["events_of_shop", "orders.parquet"]
        found.engine.close()
    finally:
        spark.sql("drop table events_of_shop")


def test_a_small_table_of_pandas_may_stand_beside_spark(spark: Any) -> None:
    theirs = Community.open(sent(spark, {"events": EVENTS}) | {"members": MEMBERS}, settings=SETTINGS)
    ours = Community.open({"events": EVENTS, "members": MEMBERS}, settings=SETTINGS)
    same(theirs, ours, {"people": "member_id"})
    theirs.engine.close()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("events.csv", "Save it as Parquet"),
        ([{"file": "may.parquet"}, {"file": "june.parquet"}], "one folder of Parquet"),
    ],
)
def test_what_spark_does_not_read_is_refused(spark: Any, table: Any, words: str) -> None:
    settings = parse({"name": "x", "spark": {}, "tables": {"events": table}}, folder=Path("x"))
    with pytest.raises(DataError, match=words):
        Community.open(Path(__file__).parent, settings=settings)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"remote": "sc://h:1/;token=secret"}, "SPARK_REMOTE"),
        ({"remote": "spark.example.org"}, "sc://"),
        ({"remote": "sc://h", "master": "yarn"}, "not both"),
        ({"mater": "yarn"}, "master"),
    ],
)
def test_settings_that_cannot_be_followed_are_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        parse({"spark": given})
    assert "secret" not in str(caught.value)
