"""Recommendation: lists one can write by hand, scikit-learn as the judge, and no look into the future."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from helpers.community import Community, TableMissing
from helpers.models import recommendation

DAY = pd.Timestamp("2026-05-01")


def opened(looks, published, topics=None):
    """Open (member, post, day) looks and {post: day} posts; days count from the first of May."""
    events = pd.DataFrame(looks, columns=["member_id", "content_id", "day"])
    events["occurred_at"] = DAY + pd.to_timedelta(events.pop("day"), unit="D") + pd.Timedelta(hours=12)
    ends = pd.DataFrame(
        {"member_id": "z", "event_type": "like", "occurred_at": [DAY, DAY + pd.Timedelta(days=20)]}
    )
    contents = pd.DataFrame({"content_id": list(published)})
    contents["published_at"] = [DAY + pd.Timedelta(days=day, hours=8) for day in published.values()]
    if topics:
        contents["topic"] = contents["content_id"].map(topics)
    return Community.open(
        {
            "events": pd.concat([events.assign(event_type="view"), ends], ignore_index=True),
            "contents": contents,
        }
    )


# Those who read p read q as well; r is what everybody reads.
LOOKS = [(m, c, 10) for m, c in ["ap", "aq", "ar", "bp", "bq", "br", "cr", "ds", "dr", "ep"]]
AFTER = [("e", "q", 18), ("c", "s", 19), ("c", "new", 19), ("n", "r", 19)]
PUBLISHED = {"p": 9, "q": 9, "r": 9, "s": 9, "new": 18}
WINDOWS = {"cuts": 1, "days": 3, "recent": 14}


def test_each_method_ranks_as_by_hand():
    task = next(recommendation.tasks(opened(LOOKS + AFTER, PUBLISHED), **WINDOWS))
    e = list(task.members).index("e")
    best = {
        method: task.contents[recommendation.scorer(task, method, factors=2)([e])[0].argmax()]
        for method in ("popular", "item", "factor")
    }
    assert best == {"popular": "r", "item": "q", "factor": "q"}
    # Cosine of p {a, b, e} and q {a, b}: 2 / sqrt(6).
    assert recommendation.scorer(task, "item")([e])[0][list(task.contents).index("q")] == pytest.approx(
        2 / 6**0.5
    )


def test_nothing_of_the_days_after_is_known_and_nothing_new_is_recommended():
    task = next(recommendation.tasks(opened(LOOKS + AFTER, PUBLISHED), **WINDOWS))
    assert "new" not in task.contents and task.known.sum() == len(LOOKS)
    lists = recommendation.trial(opened(LOOKS + AFTER, PUBLISHED), k=2, **WINDOWS)
    assert set(lists["member_id"]) == {"c", "e", "n"} and set(lists["method"]) == {
        "popular",
        "item",
        "factor",
    }
    assert lists.set_index(["member_id", "method"]).loc[
        ("e", "item"), ["seen", "wanted", "found"]
    ].tolist() == [1, 1, 1]


def test_what_was_seen_is_not_recommended_again_and_ties_go_by_popularity():
    task = next(recommendation.tasks(opened(LOOKS + AFTER, PUBLISHED), **WINDOWS))
    a, n = (list(task.members).index(m) for m in "an")
    scores = recommendation.scorer(task, "item")([a, n])
    assert np.isfinite(scores[0]).sum() == 1  # only s is left
    assert task.contents[scores[1].argmax()] == "r"  # nothing known of n
    with pytest.raises(ValueError, match="choose one of"):
        recommendation.scorer(task, "magic")


def test_old_posts_teach_but_are_not_recommended_when_only_fresh_ones_may_be():
    published = PUBLISHED | {"q": 16}
    looks = [look for look in LOOKS if look[1] != "q"] + [("a", "q", 16), ("b", "q", 16)]
    community = opened(looks + AFTER, published)
    task = next(recommendation.tasks(community, fresh=3, **WINDOWS))
    scores = recommendation.scorer(task, "item")([list(task.members).index("e")])[0]
    assert task.contents[np.isfinite(scores)].tolist() == ["q"] and scores.max() > 0.5


def test_topics_weigh_popularity():
    topics = {"p": "pots", "q": "pots", "r": "tea", "s": "tea", "new": "tea"}
    community = opened(LOOKS + AFTER, PUBLISHED, topics)
    task = next(recommendation.tasks(community, **WINDOWS))
    e = list(task.members).index("e")
    q, r = (list(task.contents).index(c) for c in "qr")
    lift = recommendation.scorer(task, "topic")([e])[0][[q, r]] / task.recent[[q, r]]
    assert lift[0] > lift[1]
    assert "topic" in set(recommendation.trial(community, **WINDOWS)["method"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=12).filter(any), st.integers(1, 12), st.integers(0, 99))
def test_ndcg_is_that_of_scikit_learn(wanted, k, seed):
    scores = np.random.default_rng(seed).permutation(len(wanted)).astype(float)
    wanted = np.array(wanted, dtype=float)
    found = wanted[np.argsort(-scores)][None, :k]
    recall, ndcg = recommendation.ranked_gains(found, np.array([int(wanted.sum())]))
    assert ndcg[0] == pytest.approx(ndcg_score([wanted], [scores], k=k))
    assert recall[0] == pytest.approx(found.sum() / wanted.sum())


def test_lists_of_a_trial_have_the_ndcg_of_scikit_learn():
    community = opened(LOOKS + AFTER, PUBLISHED)
    task = next(recommendation.tasks(community, **WINDOWS))
    lists = recommendation.trial(community, k=3, methods=["item"], **WINDOWS).set_index("member_id")
    model = recommendation.scorer(task, "item")
    for row, member in enumerate(task.members):
        if member in lists.index:
            given, truth = model([row])[0], task.wanted[[row]].toarray()[0]
            # Seen posts stand last, in the order that the trial gives equals.
            ranked = np.empty(len(given))
            ranked[np.argsort(-given, kind="stable")] = np.arange(len(given))[::-1]
            assert lists.loc[member, "ndcg"] == pytest.approx(ndcg_score([truth], [ranked], k=3))


def test_differences_are_taken_list_by_list():
    lists = pd.DataFrame(
        {
            "cut": 0,
            "member_id": [m for m in "abcdef" for _method in range(2)],
            "method": ["popular", "item"] * 6,
            "seen": [0, 0, 3, 3, 9, 9, 9, 9, 30, 30, 30, 30],
            "recall": [0.1, 0.2, 0.5, 0.6, 0.9, 1.0, 0, 0.1, 0.3, 0.4, 0.2, 0.3],
            "ndcg": 0.5,
        }
    )
    table = recommendation.compare(lists).set_index(["metric", "method"])
    row = table.loc[("recall", "item")]
    assert row[["difference", "difference_low", "difference_high"]].tolist() == pytest.approx([0.1] * 3)
    assert row["low"] < row["estimate"] < row["high"] and row["n"] == 6
    by = recommendation.compare(lists, by="activity")
    assert by.drop_duplicates("activity")[["activity", "n"]].to_numpy().tolist() == [
        ["none", 1], ["1-4", 1], ["5-19", 2], ["20+", 2],
    ]  # fmt: skip


def test_cold_start_divides_all_that_was_looked_at_afterwards():
    table = recommendation.cold_start(opened(LOOKS + AFTER, PUBLISHED), cuts=1).set_index("kind")
    assert table["count"].to_dict() == {"new_post": 1, "new_member": 1, "reachable": 2}
    assert table["n"].unique().tolist() == [4] and table["estimate"].sum() == pytest.approx(1)


def test_lists_for_tomorrow_hold_nothing_seen():
    community = opened(LOOKS, PUBLISHED)
    lists = recommendation.recommend(community, method="popular", k=2)
    assert lists[lists["member_id"] == "e"]["content_id"].tolist()[0] in {"q", "r", "s", "new"}
    seen = {(member, post) for member, post, _day in LOOKS}
    assert not seen & set(lists[["member_id", "content_id"]].itertuples(index=False, name=None))
    assert recommendation.recommend(community, members=["a"], k=9)["member_id"].unique().tolist() == ["a"]


def test_too_short_a_history_gives_empty_results():
    community = opened([("a", "p", 20)], {"p": 20})
    lists = recommendation.trial(community, **WINDOWS)
    assert lists.empty and recommendation.compare(lists).empty
    assert recommendation.cold_start(opened(LOOKS, PUBLISHED), cuts=0)["n"].tolist() == [0, 0, 0]


def test_missing_tables_are_named():
    bare = Community.open(
        {"events": pd.DataFrame({"member_id": ["a"], "event_type": "view", "occurred_at": "2026-05-01"})}
    )
    with pytest.raises(TableMissing):
        recommendation.trial(bare)
