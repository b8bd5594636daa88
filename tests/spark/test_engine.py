"""Where Spark reads SQL otherwise than DuckDB, one by one: the answers are the same to the type."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from helpers.community.engine import Engine
from helpers.community.errors import CommunityError, SettingsError

ROWS = pd.DataFrame(
    {
        "id": [1, 2, 3, 4, 5, 6],
        "amount": [
            Decimal("10.10"),
            Decimal("0.01"),
            None,
            Decimal("99999999.99"),
            Decimal("-7.25"),
            Decimal("2.50"),
        ],
        "ratio": [1.005, 2.675, -0.5, None, 12.5, 1e9],
        "word": ["tea", "Tea", "茶", None, "Ωmega 🍵", "e\u0301te"],
        "other": [None, "b", "a", None, "b", ""],
        "flag": [True, False, None, True, True, False],
        "day": [dt.date(2026, 5, n) for n in (3, 4, 10, 31)] + [None, dt.date(2024, 2, 29)],
        "moment": pd.to_datetime(
            [
                "2026-05-03 23:59:59",
                "2026-05-04 00:00:00.5",
                "2026-05-31 12:30:00",
                None,
                "2024-02-29 08:00:01",
                "2026-12-31 23:00:00",
            ],
            format="ISO8601",
        ).astype("datetime64[us]"),
        "bits": [511, 512 * 3 + 7, 0, 2**40 + 2**20, 2**62, None],
    }
).astype({"amount": object, "bits": "Int64"})

SAME = {
    "whole numbers divide to a fraction": "select id, id / 2 as x, 7 / id as y from t order by id",
    "whole division cuts towards zero": "select id, id // 2 as x, -id // 2 as y, -id % 2 as z from t order by id",
    "decimals divide as doubles": "select id, amount / 3 as x, amount / nullif(ratio, 0) as y from t order by id",
    "means of decimals and of whole numbers": "select avg(amount) as x, avg(id) as y, avg(ratio) as z from t",
    "sums of decimals stay exact": "select sum(amount) as x, sum(amount * 3) as y, sum(id) as z from t",
    "sums are shares of each other": "select id, amount / sum(amount) over () as share from t order by id",
    "a fraction becomes the nearest whole number": "select id, cast(id / 2 as integer) as x from t order by id",
    "the double is rounded, not its text": "select id, round(ratio, 2) as x, round(ratio) as y from t order by id",
    "empty values come last": "select id, other from t order by other, id",
    "empty values come last downwards too": "select id, other from t order by other desc, id",
    "empty values come last in windows": "select id, row_number() over (order by other, id) as n from t order by id",
    "text is ordered by its bytes": "select id from t order by word, id",
    "least and greatest pass over empty values": "select id, least(id, amount) as x, greatest(id, bits) as y from t order by id",
    "text of values": "select id, cast(amount as varchar) as a, cast(id as varchar) as b, cast(flag as varchar) as c, "
    "cast(day as varchar) as d, cast(moment as varchar) as e from t order by id",
    "text of fractions": "select id, cast(id / 4 as varchar) as x from t order by id",
    "flags count": "select id, cast(flag as integer) as x, not flag as y, flag and id > 1 as z from t order by id",
    "flags from text": "select cast('true' as boolean) as x, try_cast('maybe' as boolean) as y",
    "what cannot be cast is empty": "select try_cast(word as integer) as x, try_cast('2026-02-30' as date) as y from t",
    "names have no case": "select ID, Amount as AMOUNT from T order by Id",
    "days between": "select id, date_diff('day', day, moment) as x, date_diff('day', moment, date '2026-05-04') as y from t order by id",
    "borders between times": "select id, date_diff('second', moment, timestamp '2026-05-04 00:00:00') as s, "
    "date_diff('minute', moment, timestamp '2026-05-04 00:00:00') as m, date_diff('hour', moment, timestamp '2026-05-04 00:00:00') "
    "as h, date_diff('month', day, date '2026-06-01') as n, date_diff('year', day, date '2027-01-01') as y from t order by id",
    "weeks begin on Monday": "select id, date_trunc('week', day) as x, cast(date_trunc('week', moment) as date) as y from t order by id",
    "starts of months and hours": "select id, date_trunc('month', day) as x, date_trunc('hour', moment) as y from t order by id",
    "times move": "select id, moment - interval '4 hours' as x, cast(moment - interval '4 hours' as date) as y, day + 3 as z from t order by id",
    "hours of a day": "select id, extract(hour from moment) as h, extract(minute from moment) as m from t order by id",
    "bits": "select id, (bits >> 9) & 511 as x, bits & 511 as y from t order by id",
    "patterns are found": r"select id, regexp_matches(word, '^[A-Za-z]\w+$') as x from t where word < 'z' order by id",
    "patterns are replaced": r"select id, regexp_replace(word, '([aeT])', '<\1>$', 'g') as x from t order by id",
    "patterns are cut out": r"select id, regexp_extract(word, '([a-z]+)', 1) as x from t order by id",
    "parts of text": "select id, substr(word, 2, 2) as x, length(word) as n, lower(word) as l from t order by id",
    "concat passes over empty values": "select id, concat(word, '-', other) as x, word || other as y from t order by id",
    "pairs are counted with their empty values": "select count(distinct (other, flag)) as x, count(distinct other) as y from t",
    "windows reach from the first row to this one": "select id, sum(id) over (order by flag) as x, max(id) over (order by id) as y, "
    "sum(id) over (order by id rows between 1 preceding and 1 following) as z from t order by id",
    "neighbours": "select id, lag(day) over (order by id) as x, lead(id, 2) over (partition by flag order by id) as y from t order by id",
    "recursion": "with recursive chain as (select 1 as n, 1 as f union all select n + 1, f * (n + 1) from chain where n < 8) "
    "select n, f from chain order by n",
    "rows outside a list": "select id from t where word not in (select word from t where word < 'b') order by id",
    "pairs outside a list": "select id from t where (id, word) not in (select (id, word) from t where id < 3 and word is not null) "
    "order by id",
    "the largest passes over empty values": "select arg_max(other, id) as x, min_by(word, id) as y from t where id in (2, 3, 4)",
    "aggregates of some": "select count(*) filter (where flag) as x, sum(amount) filter (where id > 9) as y from t",
    "empty equals empty": "select id from t where other is distinct from word order by id",
    "sets": "select flag from t union select flag from t order by flag",
    "lists of values": "select n, w from (values (1, 'a'), (2, 'b')) as v(n, w) order by n",
    "names of tables and of steps are told apart": "with t as (select id from t where id > 4) select t.id from t order by t.id",
    "inner queries may name their steps alike": "with s as (select 1 as n), u as (with s as (select n + 1 as n from s) select n from s) "
    "select n from (with s as (select 5 as n) select n from s) as x union all select u.n from u union all select s.n from s order by n",
    "recursions rest on each other": "with recursive a as (select 1 as n union all select n + 1 from a where n < 3), "
    "b as (select n, n as m from a union all select b.n, a.n * 10 + b.m from b join a on a.n = b.n where b.m < 40), "
    "c as (select max(m) as m from b) select b.n, b.m, c.m as most from b join c on c.m >= b.m order by b.n, b.m",
    "a row as JSON": "select id, to_json(r) as x from (select id, word, flag, day, moment from t where id <> 2) as r order by id",
    "accents are brought into one form": "select id, length(nfc_normalize(word)) as n from t order by id",
    "an empty table": "select count(*) as n, sum(amount) as x, max(day) as d from t where 1 = 0",
    "constants": "select 1 as a, 1.5 as b, 'x' as c, null as d, date '2026-05-01' as e, true as f",
}


def compare(theirs: Engine, ours: Engine, sql: str, **params: Any) -> None:
    pd.testing.assert_frame_equal(theirs.query(sql, **params), ours.query(sql, **params), check_exact=True)


@pytest.fixture(scope="module")
def duck() -> Iterator[Engine]:
    yield filled(Engine())


@pytest.fixture(scope="module")
def engine(spark: Any) -> Iterator[Engine]:
    from helpers.community.spark import SparkEngine

    engine = filled(SparkEngine(spark))
    yield engine
    engine.close()


def filled(engine: Engine) -> Engine:
    engine.register("given", ROWS)
    engine.run(
        "create table t as select cast(id as integer) as id, cast(amount as decimal(18, 2)) as amount, "
        "ratio, word, other, flag, cast(day as date) as day, moment, bits from given"
    )
    return engine


@pytest.mark.parametrize("name", SAME)
def test_same_answer(name: str, engine: Engine, duck: Engine) -> None:
    compare(engine, duck, SAME[name])


def test_connect_gives_the_same_answers(connect: Any, duck: Engine) -> None:
    from helpers.community.spark import SparkEngine

    engine = filled(SparkEngine(connect))
    for name in (
        "means of decimals and of whole numbers",
        "text of values",
        "borders between times",
        "recursion",
        "accents are brought into one form",
    ):
        compare(engine, duck, SAME[name])
    engine.run("create table kept as select id, random() as x from t")
    assert engine.rows("select x from kept order by id") == engine.rows("select x from kept order by id")
    engine.register("nobody", ROWS.head(0))
    assert engine.rows("select count(*), max(amount) from nobody") == [(0, None)]
    engine.close()


@pytest.mark.parametrize(
    "value",
    [
        "'; drop table t; --",
        '100% $x :x {x} \\ "q"',
        dt.date(2026, 5, 4),
        dt.datetime(2026, 5, 4, 0, 0, 0, 500000),
        pd.Timestamp("2026-05-31 12:30:00"),
        2.675,
        True,
    ],
    ids=repr,
)
def test_values_are_bound_and_stay_what_they_are(value: Any, engine: Engine, duck: Engine) -> None:
    compare(engine, duck, "select $x as x, $x as y", x=value)
    assert engine.value("select count(*) from t") == 6


def test_values_of_parameters_are_compared_as_in_duckdb(engine: Engine, duck: Engine) -> None:
    sql = "select id from t where {} order by id"
    compare(engine, duck, sql.format("moment >= $x"), x=dt.datetime(2026, 5, 4, 0, 0, 0, 500000))
    compare(engine, duck, sql.format("day < cast($x as date)"), x="2026-05-10")
    compare(engine, duck, sql.format("word like $x"), x="%e%")
    compare(engine, duck, sql.format("amount > $x and id <> $n"), x=2, n=4)


def test_sums_that_are_too_large_are_empty(engine: Engine, duck: Engine) -> None:
    compare(
        engine, duck, "select try_cast(sum(bits * 2) as bigint) as x from t where bits < 4611686018427387904"
    )
    compare(
        engine,
        duck,
        "select try_cast(sum(x) as bigint) as x from (select bits as x from t union all select bits from t) as two",
    )


def test_tables_are_made_once_filled_and_dropped(engine: Engine) -> None:
    engine.run('create table kept ("id" integer, note varchar)')
    assert engine.columns("kept") == {"id": "INTEGER", "note": "VARCHAR"} and engine.exists("kept")
    assert engine.value("select count(*) from kept") == 0
    engine.run("insert into kept select id, word from t where id < $n", n=3)
    engine.run("insert into kept select 9, null")
    assert engine.rows("select id, note from kept order by id") == [(1, "tea"), (2, "Tea"), (9, None)]
    with pytest.raises(Exception, match="already exists"):
        engine.run("create table kept as select 1 as one")
    engine.run("create or replace table kept as select random() as x, id from t")
    assert engine.rows("select x from kept order by id") == engine.rows("select x from kept order by id")
    engine.run("create view looked as select max(x) as x from kept")
    assert 0 < engine.value("select x from looked") < 1
    engine.run("drop view looked")
    engine.run("drop table kept")
    assert not engine.exists("kept")
    with pytest.raises(Exception, match="kept"):
        engine.query("select * from kept")


def test_two_communities_in_one_session_do_not_see_each_other(spark: Any, engine: Engine) -> None:
    from helpers.community.spark import SparkEngine

    other = SparkEngine(spark)
    other.register("t", pd.DataFrame({"id": [77]}))
    assert other.rows("select id from t") == [(77,)]
    assert engine.value("select count(*) from t") == 6
    before = len(spark.sql("show tables").collect())
    other.close()
    assert len(spark.sql("show tables").collect()) == before - 1


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select regexp_replace(word, 'a', 'b') as x from t", "add 'g'"),
        ("select date_diff('week', day, moment) as x from t", "date_diff in week"),
        ("select from where", "not SQL"),
    ],
)
def test_what_cannot_be_written_is_refused(sql: str, words: str, engine: Engine) -> None:
    from helpers.community.spark_sql import translate

    with pytest.raises(CommunityError, match=words):
        translate(sql)


def test_only_tables_are_made_by_statements(engine: Engine) -> None:
    for sql in ("select 1", "copy t to 'x.csv'", "set threads = 1"):
        with pytest.raises(CommunityError):
            engine.run(sql)
    with pytest.raises(CommunityError):
        engine.scratch(".parquet")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("spark.sql.session.timeZone", "Asia/Shanghai", "timeZone = Asia/Shanghai: days would be cut"),
        ("spark.sql.ansi.enabled", "false", "ansi.enabled = false"),
    ],
)
def test_a_session_that_reads_sql_otherwise_is_refused(spark: Any, name: str, value: str, words: str) -> None:
    from helpers.community.spark import SparkEngine

    before = spark.conf.get(name)
    spark.conf.set(name, value)
    try:
        with pytest.raises(SettingsError, match=words) as caught:
            SparkEngine(spark)
        assert f'spark.conf.set("{name}"' in str(caught.value)
    finally:
        spark.conf.set(name, before)


def test_recursion_may_go_deep(engine: Engine) -> None:
    deep = "with recursive deep as (select 1 as n union all select n + 1 from deep where n < 103) "
    assert engine.value(f"{deep} select max(n) from deep") == 103
    assert engine.session.conf.get("spark.sql.cteRecursionRowLimit") == "-1"  # type: ignore[attr-defined]


def test_importing_the_package_imports_neither_spark_nor_sqlglot() -> None:
    code = "import sys, helpers.community, helpers.metrics.retention; print({'pyspark', 'sqlglot'} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "set()\n"
    )
