"""Posts compared by what their readers did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.community import Community
from helpers.community.errors import TableMissing
from helpers.metrics import compliance, content, exposure

ACTIONS = ["view", "like", "save", "comment", "share", "click", "message", "live_enter"]


def opened(events, **tables):
    frame = pd.DataFrame(events, columns=["member_id", "content_id", "event_type"])
    frame["occurred_at"] = "2026-05-01"
    return Community.open({"events": frame, **tables})


def posts_of(author="z", **columns):
    table = pd.DataFrame({"content_id": ["p", "q", "r"], "published_at": "2026-05-01", "author_id": author})
    return table.assign(**columns)


@given(
    st.lists(
        st.tuples(st.sampled_from("abcz"), st.sampled_from("pqr"), st.sampled_from(ACTIONS)),
        min_size=1, max_size=40,
    )
)  # fmt: skip
@settings(max_examples=12, deadline=None)
def test_posts_agree_with_counting_by_hand(rows):
    community = opened(rows, contents=posts_of())
    found = content.posts(community).set_index("content_id")
    for post in "pqr":
        mine = [(who, what) for who, at, what in rows if at == post and who != "z"]
        readers = {who for who, what in mine if what in {*content.REACTIONS, "view", "live_enter"}}
        reacted = {who for who, what in mine if what in content.REACTIONS}
        if not readers:
            assert post not in found.index
            continue
        assert found.loc[post, "n"] == len(readers)
        assert found.loc[post, "count"] == len(reacted)
        assert found.loc[post, "views"] == sum(what in ("view", "live_enter") for _, what in mine)


def test_notices_and_promoted_posts_are_left_out():
    rows = [("a", post, "view") for post in "pqr"]
    campaigns = pd.DataFrame({"campaign_id": ["k"], "kind": "headline_test", "content_id": ["q"]})
    contents = posts_of(purpose=["notice", "post", "post"])
    community = opened(rows, contents=contents, campaigns=campaigns)
    assert content.posts(community)["content_id"].tolist() == ["r"]


def test_author_kinds_are_told_apart():
    members = pd.DataFrame({"member_id": ["z", "a"], "role": ["kol", "member"]})
    contents = posts_of(author=["z", "z", "a"], is_sponsored=[True, False, False], is_ugc=[True, True, False])
    community = opened([("b", post, "view") for post in "pqr"], contents=contents, members=members)
    found = content.posts(community).set_index("content_id")["author"]
    assert found.to_dict() == {"p": "sponsored", "q": "kol", "r": "brand"}


def test_the_interval_of_a_group_rests_on_its_posts():
    rows = [(f"m{at}", "p", kind) for at in range(40) for kind in ("view", "like")]
    rows += [(f"m{at}", "q", "view") for at in range(40)]
    line = content.rates(opened(rows, contents=posts_of(format="text"))).iloc[0]
    assert line["estimate"] == 0.5
    assert line["high"] - line["low"] > 3 * (line["naive_high"] - line["naive_low"])
    assert line["design_effect"] > 9


def test_equal_posts_give_a_design_effect_below_one():
    rows = [(f"m{at}", post, "view") for post in "pqr" for at in range(30)]
    rows += [(f"m{at}", post, "like") for post in "pqr" for at in range(10)]
    line = content.rates(opened(rows, contents=posts_of(format="text"))).iloc[0]
    assert line["design_effect"] < 0.1


def test_kinds_that_never_happen_are_left_out():
    kinds = content.reaction_kinds(opened([("a", "p", "view"), ("b", "p", "share")]))
    assert kinds["kind"].tolist() == ["share"]
    assert kinds["estimate"].tolist() == [0.5]


def test_a_log_without_posts_says_what_is_missing():
    events = pd.DataFrame({"member_id": ["a"], "event_type": ["like"], "occurred_at": ["2026-05-01"]})
    with pytest.raises(TableMissing):
        content.posts(Community.open({"events": events}))


def test_an_unknown_group_is_refused():
    with pytest.raises(ValueError, match="format"):
        content.rates(opened([("a", "p", "view")]), by="colour")


def test_texts_are_flagged_rule_by_rule():
    contents = posts_of(
        author=["a", "b", "z"],
        title="",
        text=["New cup, 广告", "The best tea. It cures colds.", "the BEST tea... it cures colds!"],
        is_sponsored=[True, True, False],
        is_ugc=[True, True, True],
    )
    table = compliance.checklist(compliance.flags(opened([("c", "p", "view")], contents=contents)))
    found = table.set_index("rule")["count"].to_dict()
    assert found == {"disclosure": 1, "superlative": 1, "healing": 1, "personal data": 0, "copies": 1}
    assert table.set_index("rule").loc["disclosure", "n"] == 2


def test_personal_data_in_a_post_is_flagged():
    contents = posts_of(title="", text=["call 13812345678", "fine", "mail a@b.cn"])
    table = compliance.flags(opened([("c", "p", "view")], contents=contents))
    broken = table[(table["rule"] == "personal data") & table["broken"]]
    assert sorted(broken["content_id"]) == ["p", "r"]


def drawn_community(effect: float, seed: int = 0, n: int = 800) -> Community:
    random = np.random.default_rng(seed)
    ids = [f"m{at}" for at in range(n)]
    keen = random.random(n) < 0.4
    sent = random.random(n) < 0.5
    reads = keen & sent & (random.random(n) < 0.8)
    buys = random.random(n) < np.where(keen, 0.3, 0.05) + effect * reads
    events = pd.DataFrame({"member_id": ids, "event_type": "check_in", "occurred_at": "2026-01-01"})
    opened_it = events[reads].assign(event_type="view", content_id="d", occurred_at="2026-04-02")
    orders = pd.DataFrame({"order_id": ids, "member_id": ids, "ordered_at": "2026-04-10", "amount": 5.0})
    campaigns = pd.DataFrame(
        {"campaign_id": ["k"], "name": "Digest", "kind": "digest", "unit": "member", "content_id": "d",
         "starts_at": "2026-04-01", "ends_at": "2026-04-28"}
    )  # fmt: skip
    arms = np.where(sent, "treatment", "control")
    assignments = pd.DataFrame({"campaign_id": "k", "unit_id": ids, "arm": arms, "assigned_at": "2026-04-01"})
    return Community.open(
        {"events": pd.concat([events, opened_it]), "orders": orders[buys], "campaigns": campaigns,
         "assignments": assignments},
        as_of="2026-05-10",
    )  # fmt: skip


def test_the_draw_recovers_the_effect_of_reading():
    inside = 0
    for seed in range(5):
        table = exposure.intention(drawn_community(0.3, seed))
        line = exposure.compliers(table).set_index("outcome").loc["bought"]
        inside += line["low"] <= 0.3 <= line["high"]
    assert inside >= 4


def test_reading_is_counted_by_arm():
    table = exposure.intention(drawn_community(0.0)).set_index("outcome")
    assert table.loc["read", "control_count"] == 0
    assert table.loc["read", "low"] > 0.2
    assert table.attrs["about"]["randomised"] is True


def test_the_complier_effect_is_missing_where_nobody_was_made_to_read():
    table = exposure.intention(drawn_community(0.0))
    same = table.assign(estimate=table["estimate"].where(table["outcome"] != "read", 0.001))
    assert exposure.compliers(same)[["estimate", "low", "high"]].isna().all(axis=None)


def test_readers_are_split_by_what_they_opened_before_the_day():
    events = pd.DataFrame(
        [("a", "view", "2026-03-01"), ("a", "view", "2026-04-10"), ("b", "like", "2026-03-01"),
         ("b", "like", "2026-05-10")],
        columns=["member_id", "event_type", "occurred_at"],
    )  # fmt: skip
    table = exposure.readers(Community.open({"events": events}, as_of="2026-05-12"), starts="2026-04-15")
    line = table.set_index("outcome").loc["returned"]
    assert (line["n"], line["count"], line["control_n"], line["control_count"]) == (1, 0, 1, 1)
    assert table.attrs["about"]["randomised"] is False
