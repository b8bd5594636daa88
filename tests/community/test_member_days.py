"""member_days against a twin that counts in plain Python."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community, member_days, people
from helpers.community.contract import EVENT_TYPES, NO_ACTIVITY_TYPES, PASSIVE_TYPES
from helpers.community.engine import Engine

START = dt.datetime(2026, 3, 1)

logs = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 5 * 24 * 60),
        st.sampled_from([*EVENT_TYPES, "dance"]),
        st.sampled_from(["wechat", "forum"]),
    ),
    min_size=1,
    max_size=40,
)


def as_frame(log: list[tuple[str, int, str, str]]) -> pd.DataFrame:
    rows = [(who, START + dt.timedelta(minutes=at), what, where) for who, at, what, where in log]
    return pd.DataFrame(rows, columns=["member_id", "occurred_at", "event_type", "platform"])


@given(logs)
@settings(max_examples=40, deadline=None)
def test_counts_equal_a_plain_count(log: list[tuple[str, int, str, str]]) -> None:
    community = Community.open({"events": as_frame(log)})
    got = community.query(f"select * from {community.member_days()} order by member_id, day")

    expected: dict[tuple[str, dt.date], Counter[str]] = {}
    for who, at, what, _ in log:
        if what not in NO_ACTIVITY_TYPES:
            day = (START + dt.timedelta(minutes=at)).date()
            expected.setdefault((who, day), Counter())[what] += 1

    assert [(row.member_id, row.day.date()) for row in got.itertuples()] == sorted(expected)
    for row in got.itertuples():
        counts = expected[row.member_id, row.day.date()]
        assert row.events == counts.total()
        assert row.actions == counts.total() - sum(counts[kind] for kind in PASSIVE_TYPES)
        assert row.n_like == counts["like"]
        assert row.n_other == counts["dance"]


@given(logs)
@settings(max_examples=20, deadline=None)
def test_platforms_add_up_to_the_whole(log: list[tuple[str, int, str, str]]) -> None:
    community = Community.open({"events": as_frame(log)})
    whole = community.query(f"select coalesce(sum(events), 0) as n from {community.member_days()}")
    parts = community.query(f"select coalesce(sum(events), 0) as n from {community.member_days('platform')}")
    assert whole.loc[0, "n"] == parts.loc[0, "n"]


def test_a_day_of_hundreds_or_thousands_is_counted_in_full() -> None:
    for many in (1023, 1024, 40_000):
        kinds = ["message"] * many + ["view", "view", "like", *EVENT_TYPES]
        log = as_frame([("a", 60, kind, "wechat") for kind in kinds] + [("b", 60, "like", "forum")])
        days = Community.open({"events": log}).query("select * from member_days order by member_id")
        assert days["n_message"].tolist() == [many + 1, 0]
        assert days["n_view"].tolist() == [3, 0]
        assert days["n_like"].tolist() == [2, 1]
        assert days["n_vote"].tolist() == [1, 0]
        assert days["events"].tolist() == [len(kinds) - len(NO_ACTIVITY_TYPES), 1]


@given(logs)
@settings(max_examples=10, deadline=None)
def test_it_is_the_same_whatever_was_asked_first(log: list[tuple[str, int, str, str]]) -> None:
    query = "select * from member_days order by member_id, day"
    directly = Community.open({"events": as_frame(log)}).query(query)
    later = Community.open({"events": as_frame(log)})
    later.people()  # builds the counts that metrics over time ask for; the others follow
    pd.testing.assert_frame_equal(later.query(query), directly)


@given(logs)
@settings(max_examples=10, deadline=None)
def test_parts_of_a_log_add_up_to_the_whole(log: list[tuple[str, int, str, str]]) -> None:
    community = Community.open({"events": as_frame(log)})
    whole, engine = community.member_days() + "_base", community.engine
    for platform in ("wechat", "forum"):
        rows = f"(select * from events where platform = '{platform}') as part"
        engine.run(f"create table {platform} as {member_days.sql(community, rows=rows)}")
    engine.run(f"create table added as {member_days.merge(engine, ['wechat', 'forum'])}")
    assert member_days.fits(engine, "added")
    assert sorted(engine.rows("select * from added")) == sorted(engine.rows(f"select * from {whole}"))


@given(logs)
@settings(max_examples=10, deadline=None)
def test_packed_counts_are_added_in_their_words(log: list[tuple[str, int, str, str]]) -> None:
    community = Community.open({"events": as_frame(log)})
    base = member_days.base(community)
    made, taken = member_days.sums(community.engine.columns(base))
    added = ", ".join(f"{expression} as {name}" for name, expression in made.items())
    packed = ", ".join(
        f"cast({taken[name]} as bigint) as {name}" for name in member_days.OFTEN if name != "passive"
    )
    plain = ", ".join(
        f"cast(sum({name}) as bigint) as {name}" for name in member_days.OFTEN if name != "passive"
    )
    by_member = f"(select member_id, {added} from {base} group by member_id) as members"
    pd.testing.assert_frame_equal(
        community.query(f"select member_id, {packed} from {by_member} order by member_id"),
        community.query(f"select member_id, {plain} from member_days group by member_id order by member_id"),
    )


@given(logs, st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=12, deadline=None)
def test_days_counted_with_the_checks_are_those_of_the_used_rows(
    log: list[tuple[str, int, str, str]], several: bool, hidden: bool, whole: bool
) -> None:
    with tempfile.TemporaryDirectory() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMMUNITY_KEY", "of a test that hides members")
        more = [("d", 30, "like", "wechat"), (" ", 40, "like", "wechat"), ("d", 6000, "leave", "forum")]
        frame = as_frame([*log, *more])
        for number, rows in enumerate([frame[: len(log)], frame[len(log) :]] if several else [frame]):
            rows.to_csv(Path(made) / f"{number}.csv", index=False)
        files = [{"file": f"{number}.csv"} for number in range(1 + several)]
        told = {
            "name": "x",
            "day_starts_at": 4,
            "exclude": {"members": ["b"]},
            "tables": {"events": files if several else files[0]},
            "privacy": {"pseudonyms": hidden},
        }
        (Path(made) / "community.yml").write_text(yaml.safe_dump(told), encoding="utf-8")
        community = Community.open(made, as_of=None if whole else "2026-03-03")
        found = member_days.base(community)
        plain = member_days.sql(community, groups=("often",))
        assert found == "member_days_found"
        given = sorted(community.engine.rows(f"select * from {found}"))
        assert given == sorted(community.engine.rows(plain))
        community.people()
        seen = sorted(community.engine.rows("select * from members_seen"))
        assert seen == sorted(community.engine.rows(people.SEEN.format(base=f"({plain}) as days")))
        assert community.engine.exists("members_found") or several or not whole
        community.engine.close()


@given(logs, st.sampled_from([1, 30, 1023, 1024, 1100]))
@settings(max_examples=8, deadline=None)
def test_one_sum_holds_all_counts_of_the_checks(log: list[tuple[str, int, str, str]], times: int) -> None:
    def counted(room: int) -> list[tuple[object, ...]]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(member_days, "SEEN", room)
            community = Community.open({"events": pd.concat([as_frame(log)] * times)})
            columns = "member_id, n, first_at, last_at, first_active, last_active, days"
            found = community.engine.rows(f"select {columns} from seen_events order by member_id")
            days = community.engine.rows("select day, n, events from seen_events_days order by all")
            community.engine.close()
            return found + days

    assert counted(10) == counted(20)  # with 10 bits too many rows are counted one sum for each kind
    frame = as_frame(log).groupby("member_id")["occurred_at"].agg(["size"])
    assert [row[:2] for row in counted(20)[: len(frame)]] == [
        (who, n * times) for who, n in frame["size"].items()
    ]


def test_purchases_stand_in_where_there_are_no_events() -> None:
    orders = pd.DataFrame(
        {
            "order_id": ["1", "2", "3"],
            "member_id": ["a", "a", "b"],
            "ordered_at": ["2026-03-01 09:00", "2026-03-01 21:00", "2026-03-02 09:00"],
            "amount": [10, 20, -5],
        }
    )
    community = Community.open({"orders": orders})
    days = community.query("select member_id, n_order, events from member_days")
    assert days.to_numpy().tolist() == [["a", 2, 2]]


def test_asking_whether_a_table_is_there_leaves_the_engine_free():
    engine = Engine()
    engine.run("create table there as select 1 as a")
    assert engine.exists("there")
    engine.register("given", pd.DataFrame({"a": [1]}))
    assert not engine.exists("elsewhere")


@pytest.mark.parametrize(("before", "within"), [(1, 3), (2, 3), (5, 5)])
def test_threads_are_as_before_once_the_days_are_counted(before: int, within: int) -> None:
    engine = Engine()
    engine.run(f"set threads = {before}")
    asked = "select current_setting('threads')"
    with pytest.raises(ZeroDivisionError), engine.many_groups():
        assert engine.value(asked) == within
        raise ZeroDivisionError
    assert engine.value(asked) == before
