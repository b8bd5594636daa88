"""Credit by rule and by Markov chain: worked examples, brute force, and intervals that draw members."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community.errors import SettingsError
from helpers.models.attribution import RULES, credits, removal


def _table(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["path", "conversions", "nulls"])


def _journeys(rows: list[tuple[str, int, int]], members: int = 10_000) -> pd.DataFrame:
    each = [(path, won) for path, good, bad in rows for won in [True] * good + [False] * bad]
    frame = pd.DataFrame(each, columns=["path", "converted"])
    frame["member_id"] = [str(n % members) for n in range(len(frame))]
    return frame.assign(revenue=np.where(frame["converted"], 10.0, 0.0))


def _credit(table: pd.DataFrame, rule: str) -> dict[str, float]:
    mine = table[table["rule"] == rule]
    return dict(zip(mine["channel"], mine["estimate"].round(6), strict=True))


def test_published_three_journeys() -> None:
    """S. Bryl', "Marketing Multi-Channel Attribution model with R", part 1 (2016)."""
    found = removal(_table([("C1 > C2 > C3", 1, 0), ("C1", 0, 1), ("C2 > C3", 0, 1)]))
    assert found["channel"].tolist() == ["C1", "C2", "C3"]
    assert np.allclose(found["chance"], 1 / 3)
    assert np.allclose(found["estimate"], [0.5, 1.0, 1.0]) and np.allclose(found["share"], [0.2, 0.4, 0.4])


def test_published_two_channels() -> None:
    """S. Puzyrov, "Markov Chain Attribution: Simple Explanation of Removal Effect" (2019)."""
    rows = [("google ads", 2, 1), ("mailing", 1, 0), ("google ads > mailing", 1, 0)]
    found = removal(_table(rows)).set_index("channel")
    assert np.allclose(found["chance"], 0.8)
    assert np.allclose(found.loc[["google ads", "mailing"], "without"], [0.2, 0.4])
    assert np.allclose(found.loc[["google ads", "mailing"], "estimate"], [0.75, 0.5])


def test_three_channels_by_hand() -> None:
    # From the start to a or b, half each; a goes on to c or is lost, b to c; c converts every second time.
    rows = [("a > c", 1, 1), ("a", 0, 2), ("b > c", 2, 2)]
    found = removal(_table(rows)).set_index("channel")
    # chance = 1/2 * 1/2 * 1/2 + 1/2 * 1 * 1/2 = 3/8; without a 1/4, without b 1/8, without c nothing.
    assert np.allclose(found["chance"], 3 / 8)
    assert np.allclose(found["without"], [1 / 4, 1 / 8, 0])
    assert np.allclose(found["share"], np.array([1 / 3, 2 / 3, 1]) / 2)


def test_a_loop_changes_no_removal_effect() -> None:
    plain = removal(_table([("a > b", 2, 1), ("b", 1, 3)]))
    looped = removal(_table([("a > a > b", 2, 1), ("b", 1, 3)]))
    assert np.allclose(plain["estimate"], looped["estimate"])


def test_rules_on_three_paths() -> None:
    rows = [("ad > kol > group > push", 1, 0), ("ad > push", 2, 0), ("kol", 1, 4)]
    table = credits(_journeys(rows), repeats=10)
    assert _credit(table, "first") == {"ad": 3, "group": 0, "kol": 1, "push": 0}
    assert _credit(table, "last") == {"ad": 0, "group": 0, "kol": 1, "push": 3}
    assert _credit(table, "linear") == {"ad": 1.25, "group": 0.25, "kol": 1.25, "push": 1.25}
    assert _credit(table, "position") == {"ad": 1.4, "group": 0.1, "kol": 1.1, "push": 1.4}
    totals = table.groupby("rule")[["estimate", "share", "revenue"]].sum()
    assert np.allclose(totals.loc[list(RULES)], [4, 1, 40])


def _walk(rows: list[tuple[str, int, int]], gone: str | None) -> float:
    """Return the chance to convert by stepping through the chain until hardly anybody is under way."""
    moves: dict[str, dict[str, float]] = {}
    for path, won, lost in rows:
        steps = ["start", *path.split(" > ")]
        for here, there in pairwise(steps):
            moves.setdefault(here, {}).setdefault(there, 0.0)
            moves[here][there] += won + lost
        for end, times in (("yes", won), ("no", lost)):
            moves.setdefault(steps[-1], {}).setdefault(end, 0.0)
            moves[steps[-1]][end] += times
    under_way, arrived = {"start": 1.0}, 0.0
    for _round in range(400):
        further: dict[str, float] = {}
        for here, mass in under_way.items():
            total = sum(moves[here].values())
            for there, times in moves[here].items():
                if there == "yes":
                    arrived += mass * times / total
                elif there not in ("no", gone):
                    further[there] = further.get(there, 0.0) + mass * times / total
        under_way = further
    return arrived


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(" > ".join),
            st.integers(0, 3),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda row: row[0],
    ).filter(lambda rows: sum(row[1] for row in rows) > 0 and all(row[1] + row[2] > 0 for row in rows))
)
def test_removal_agrees_with_a_walk_through_the_chain(rows: list[tuple[str, int, int]]) -> None:
    found = removal(_table(rows))
    base = _walk(rows, None)
    assert np.allclose(found["chance"], base, atol=1e-4)
    assert np.allclose(found["without"], [_walk(rows, name) for name in found["channel"]], atol=1e-4)


def test_intervals_hold_the_estimate_and_narrow_with_more_members() -> None:
    rows = [("ad > kol", 20, 60), ("ad", 10, 90), ("kol > push", 25, 30)]
    few = credits(_journeys(rows))
    many = credits(_journeys([(path, 9 * won, 9 * lost) for path, won, lost in rows]))
    for table in (few, many):
        assert (table["low"] <= table["estimate"] + 1e-9).all()
        assert (table["estimate"] <= table["high"] + 1e-9).all()
    width = [(table["share_high"] - table["share_low"]).sum() for table in (few, many)]
    assert 0.25 < width[1] / width[0] < 0.42  # a third
    assert few.loc[few["rule"] != "markov", "removal"].isna().all()


def test_a_member_with_many_journeys_counts_as_one_draw() -> None:
    rows = [("ad", 60, 0), ("kol", 60, 0)]
    frame = _journeys(rows)
    alone = credits(frame, rules=["last"])
    together = credits(frame.assign(member_id=[str(n // 12) for n in range(120)]), rules=["last"])
    assert (together["share_high"] - together["share_low"]).sum() > 2 * (
        alone["share_high"] - alone["share_low"]
    ).sum()


def test_nothing_to_share_out() -> None:
    empty = credits(_journeys([]))
    assert empty.empty and {"rule", "channel", "estimate", "removal_high", "small"} <= set(empty.columns)
    assert removal(_table([])).empty
    lost = credits(_journeys([("ad", 0, 5)]), repeats=5)
    assert lost["estimate"].fillna(0).eq(0).all()
    with pytest.raises(SettingsError, match="shapley"):
        credits(_journeys([("ad", 1, 0)]), rules=["shapley"])
