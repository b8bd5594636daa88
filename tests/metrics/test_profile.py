from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community, TableMissing
from helpers.metrics import grouping, profile
from helpers.metrics.intervals import wilson


def community(**tables: pd.DataFrame) -> Community:
    return Community.open(tables)


def event(member: str) -> dict[str, str]:
    return {"member_id": member, "occurred_at": "2026-01-05 10:00", "event_type": "like"}


def test_shares_count_the_silent_and_the_unknown():
    members = pd.DataFrame({"member_id": ["a", "b", "c"], "gender": ["f", "f", None]})
    table = profile.table(
        community(events=pd.DataFrame([event("a"), event("x")]), members=members), threshold=1
    )
    shown = table.set_index("value")["count"].to_dict()
    assert shown == {"f": 2, "unknown": 2}
    assert table["n"].eq(4).all()
    row = table.set_index("value").loc["f"]
    assert (row["low"], row["high"]) == pytest.approx(tuple(map(float, wilson(2, 4))))


def test_a_small_group_disappears_with_its_neighbours_and_its_shares():
    gender = ["f"] * 20 + ["m"] * 12 + ["x"] * 2
    members = pd.DataFrame({"member_id": [f"m{i}" for i in range(34)], "gender": gender})
    table = profile.table(community(events=pd.DataFrame([event("m0")]), members=members)).set_index("value")
    assert table["suppressed"].to_dict() == {"f": False, "m": True, "x": True}
    assert table.loc["x", ["count", "estimate", "low", "high"]].isna().all()
    assert table.loc["f", "count"] == 20


def test_a_segment_too_small_to_show_is_hidden_in_every_table():
    size = {"A": 60, "B": 40, "C": 2}
    segment = [name for name, n in size.items() for _ in range(n)]
    ids = [f"m{i}" for i in range(102)]
    random = np.random.default_rng(0)
    members = pd.DataFrame(
        {"member_id": ids, "gender": random.choice(["f", "m"], 102), "region": random.choice(["n", "s"], 102)}
    )
    given = pd.DataFrame({"member_id": ids, "segment": segment})
    table = profile.table(community(events=pd.DataFrame([event("m0")]), members=members), segments=given)
    hidden = table[table["n"].isna()].groupby("attribute")["segment"].agg(set)
    assert "C" in hidden["gender"]
    assert len(hidden["gender"]) >= 2
    assert hidden["gender"] == hidden["region"]


def test_no_attribute_says_which_columns_would_help():
    with pytest.raises(TableMissing, match="age_band"):
        profile.table(community(events=pd.DataFrame([event("a")])))


def test_segments_by_frame_keep_unnamed_members_and_refuse_doubles():
    one = community(events=pd.DataFrame([event("a"), event("b")]))
    given = pd.DataFrame({"member_id": ["a"], "segment": ["top"]})
    found = one.query(grouping.grouped_people(one, given) + " order by 1")
    assert found["segment"].tolist() == ["top", "unknown"]
    with pytest.raises(ValueError, match="twice"):
        grouping.grouped_people(one, pd.concat([given, given]))
    with pytest.raises(ValueError, match="member_id and segment"):
        grouping.grouped_people(one, given.drop(columns="segment"))


def test_purchase_factors_count_purchases_and_not_refunds():
    orders = pd.DataFrame(
        {
            "order_id": list("1234"),
            "member_id": ["a", "a", "b", "b"],
            "ordered_at": ["2026-01-01"] * 4,
            "amount": [10.0, 20.0, 30.0, -30.0],
            "discount": [0.0, 2.0, 3.0, 0.0],
            "category": ["tea", "cup", "tea", None],
        }
    )
    found = profile.purchase_factors(community(orders=orders)).set_index(["factor", "value"])
    assert found["n"].eq(3).all()
    assert found.loc[("category", "tea"), "count"] == 2
    assert found.loc[("discount", "used"), "count"] == 2
    with pytest.raises(TableMissing, match="discount"):
        profile.purchase_factors(community(orders=orders[["order_id", "member_id", "ordered_at", "amount"]]))
