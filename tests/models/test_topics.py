"""Topics: planted ones are found, accidents are not stable, and the calendar is full."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from helpers.community import Community
from helpers.models import content_calendar, festivals, text, topics

_THEMES = (
    ("kettle", "glaze", "lid", "spout", "clay"),
    ("leaf", "harvest", "mountain", "spring", "garden"),
    ("coupon", "price", "sale", "discount", "cheap"),
)


def _planted(n: int = 240, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 3
    texts = [" ".join(rng.choice(_THEMES[label], 6)) + " tea" for label in labels]
    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 120, n)), unit="D")
    ids = [f"c{number}" for number in range(n)]
    return pd.DataFrame({"content_id": ids, "day": days, "text": texts, "topic": labels.astype(str)})


def test_planted_topics_are_found_with_their_words() -> None:
    posts = _planted()
    found = topics.fit(posts, number=3)
    agreement = topics.agreement(found, posts["topic"])
    assert agreement["estimate"].min() > 0.95
    assert agreement["estimate"].iloc[0] == pytest.approx(
        adjusted_rand_score(posts["topic"], found.posts["found"])
    )
    for _number, words in found.words[found.words["rank"] <= 5].groupby("found"):
        assert any(set(words["term"]) == set(theme) for theme in _THEMES)


def test_the_planted_number_is_the_stable_one() -> None:
    choice = topics.choose(_planted(), numbers=(2, 3, 4, 5), repeats=4)
    assert choice.loc[choice["best"], "number"].tolist() == [3]
    assert choice.set_index("number").loc[3, "estimate"] > 0.9
    assert (choice["low"] <= choice["estimate"]).all() and (choice["estimate"] <= choice["high"]).all()


def test_the_same_seed_gives_the_same_topics() -> None:
    posts = _planted()
    first, second = topics.fit(posts, number=3), topics.fit(posts, number=3)
    pd.testing.assert_frame_equal(first.words, second.words)


def test_matching_finds_the_best_partners_one_to_one() -> None:
    rng = np.random.default_rng(1)
    loadings = rng.random((4, 9))
    loadings /= np.linalg.norm(loadings, axis=1)[:, None]
    assert topics.matched(loadings, loadings[[3, 1, 0, 2]]) == pytest.approx(1)


def test_few_posts_have_few_topics_and_posts_without_common_words_have_none() -> None:
    assert topics.fit(_planted(4), number=9).words["found"].nunique() <= 4
    assert topics.choose(_planted(4)).empty
    alone = _planted(3).assign(text=["rain", "kettle", ""])
    found = topics.fit(alone, number=3)
    assert found.words.empty and found.posts["found"].eq(-1).all()
    community = _community(_planted(6))
    assert topics.shares(community, found).empty and topics.engagement(community, found).empty


def _community(posts: pd.DataFrame) -> Community:
    events = pd.DataFrame({"content_id": np.repeat(posts["content_id"].to_numpy(), 4)})
    events["event_type"] = ["view", "view", "view", "like"] * len(posts)
    events["occurred_at"] = np.repeat(posts["day"].to_numpy(), 4)
    kept = (events["event_type"] == "view") | np.repeat((posts["topic"] == "0").to_numpy(), 4)
    written = posts.rename(columns={"day": "published_at"})
    return Community.open({"contents": written, "events": events[kept].assign(member_id="m")})


def test_shares_add_up_and_the_liked_topic_earns_most() -> None:
    posts = _planted()
    community = _community(posts)
    found = topics.fit(text.posts(community), number=3)
    shares = topics.shares(community, found)
    assert shares.groupby("period")["estimate"].sum().to_numpy() == pytest.approx(1)
    assert shares["count"].sum() == len(posts)
    rates = topics.engagement(community, found)
    assert rates["estimate"].tolist() == pytest.approx([1 / 3, 0, 0])
    assert set(rates["name"].iloc[0].split(" · ")) <= set(_THEMES[0])


def test_the_calendar_fills_four_weeks_after_the_last_day() -> None:
    community = _community(_planted())
    rates = topics.engagement(community, topics.fit(text.posts(community), number=3))
    plan = content_calendar.fill(community, rates)
    first, last = plan["day"].min(), plan["day"].max()
    assert first > pd.Timestamp(community.as_of) and (last - first).days < 28
    assert plan.groupby(plan["day"].dt.isocalendar().week).size().max() <= 3
    assert plan.loc[plan["occasion"].notna(), "reason"].eq("occasion").all()
    assert "seldom tried" in set(plan["reason"])


def test_a_calendar_of_no_topics_is_empty() -> None:
    community = _community(_planted())
    empty = pd.DataFrame({"name": [], "n": [], "estimate": [], "low": [], "high": []})
    assert content_calendar.fill(community, empty).empty


def test_festivals_by_the_moon_agree_with_the_public_holidays() -> None:
    holidays = pytest.importorskip("chinese_calendar")
    names = {
        "Spring Festival": "Spring Festival",
        "Dragon Boat Festival": "Dragon Boat Festival",
        "Mid-Autumn Festival": "Mid-autumn Festival",
        "Labour Day": "Labour Day",
        "National Day": "National Day",
    }
    listed = festivals.occasions(pd.Timestamp("2024-01-01").date(), pd.Timestamp("2025-12-31").date())
    for day, occasion in listed[listed["occasion"].isin(names)].itertuples(index=False):
        off, name = holidays.get_holiday_detail(day.date())
        # In 2025 the Mid-Autumn day lies within the week of the National Day.
        assert off and name in (names[occasion], "National Day", "Mid-autumn Festival")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_topics_of_the_demo_have_to_do_with_the_known_ones(language: str) -> None:
    community = Community.open("demo", language=language)
    posts = text.posts(community)
    found = topics.fit(posts, number=8)
    assert topics.agreement(found, posts["topic"]).set_index("measure")["estimate"].iloc[1] > 0.2
