"""Say how happy texts sound: Chinese ones by a model of shop reviews, English ones by a lexicon."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from helpers.community import Community, calendar
from helpers.community.calendar import Every
from helpers.metrics import population
from helpers.metrics.intervals import mean_from_sums, wilson
from helpers.models.text import is_chinese, posts, words

WEIGHTS = Path(__file__).with_name("weights") / "sentiment_zh.tsv"
CARD = WEIGHTS.with_suffix(".json")

# Below which score an English text counts as unhappy: a rule of thumb, for want of texts to set it with.
_ENGLISH_THRESHOLD = -0.2


def features(text: str) -> list[str]:
    """Give the words of a text and its pairs of neighbouring words, so that "not good" is more than "good".

    Examples
    --------
    >>> features("not good")
    ['not', 'good', 'not good']

    Taught in: 04 Interaction
    """
    cut = words(text)
    return cut + [f"{first} {second}" for first, second in pairwise(cut)]


@cache
def _weights() -> dict[str, float]:
    lines = WEIGHTS.read_text(encoding="utf-8").splitlines()
    return {term: float(weight) for term, weight in (line.split("\t") for line in lines)}


@cache
def _card() -> dict:
    return json.loads(CARD.read_text(encoding="utf-8"))


def _chinese(text: str) -> float:
    known = _weights()
    total = known[""] + sum(known.get(term, 0.0) for term in set(features(text)))
    return float(np.tanh(total / 2))  # the probability of "happy", stretched from 0–1 to −1–1


def _english(text: str) -> float:
    from textblob.en.sentiments import PatternAnalyzer  # two seconds to load, so only where it is needed

    return float(PatternAnalyzer().analyze(text).polarity)


def score(texts: Iterable[str]) -> pd.DataFrame:
    """Score each text between −1 (unhappy) and 1 (happy).

    Parameters
    ----------
    texts : iterable of str
        English or Chinese, each by its own method.

    Returns
    -------
    DataFrame
        language (zh or en), score, negative (far below the middle, because most posts have no opinion
        at all: for Chinese below the score that 2 % of happy reviews fall below, for English below −0.2).

    Notes
    -----
    Chinese: logistic regression on words and pairs of words; its card, with the error on texts held out,
    lies beside the weights. English: the adjective lexicon of the library Pattern (De Smedt and
    Daelemans 2012, *JMLR* 13) as TextBlob ships it; it knows "broken" and "great", but no context. The two
    scales are not the same: never compare Chinese with English scores.

    Examples
    --------
    >>> score(["质量太差，要求退款", "很好喝，下次还会买", "terrible service"])["negative"].tolist()
    [True, False, True]

    Taught in: 04 Interaction
    """
    texts = list(texts)
    languages = {text: "zh" if is_chinese(text) else "en" for text in dict.fromkeys(texts)}
    scores = {text: (_chinese if name == "zh" else _english)(text) for text, name in languages.items()}
    frame = pd.DataFrame(
        {"language": [languages[text] for text in texts], "score": [scores[text] for text in texts]}
    ).astype({"language": object, "score": float})
    limits = frame["language"].map({"zh": _card()["threshold"], "en": _ENGLISH_THRESHOLD})
    return frame.assign(negative=frame["score"] < limits.astype(float))


def of_posts(community: Community, *, ugc: bool | None = True) -> pd.DataFrame:
    """Score the posts of a community.

    Parameters
    ----------
    community : Community
        The opened community.
    ugc : bool, optional
        Posts by members (True, the default), by the brand (False), or all (None). A brand always
        sounds happy.

    Returns
    -------
    DataFrame
        content_id, day, author_id, topic, format, is_ugc, text, language, score, negative.

    Raises
    ------
    TableMissing
        If contents have neither titles nor texts.

    Taught in: 04 Interaction
    """
    frame = posts(community, ugc=ugc if community.has("contents", "is_ugc") else None)
    scored = frame.join(score(frame["text"]))
    return community.describe(scored, "sentiment", population="posts with a text", n=len(scored), ugc=ugc)


def trend(
    community: Community,
    scored: pd.DataFrame,
    *,
    every: Every = "week",
    what: Literal["score", "negative"] = "score",
) -> pd.DataFrame:
    """Follow the mood, or the share of unhappy posts, period by period.

    Parameters
    ----------
    community : Community
        The opened community.
    scored : DataFrame
        From `of_posts`.
    every : {"day", "week", "month"}, default "week"
        Length of a period.
    what : {"score", "negative"}, default "score"
        The mean score, or the share of posts that sound unhappy.

    Returns
    -------
    DataFrame
        period, n (posts), estimate, low, high, open_period, left_edge, small; ``count`` (unhappy posts) as
        well for "negative".

    Notes
    -----
    Posts are taken as independent of each other. The interval covers chance among posts, not the errors of
    the method, which stay about the same from week to week: trust changes, not levels.

    Taught in: 04 Interaction
    """
    frame = calendar.periods(population.written_from(community), community.as_of, every)
    starts = [calendar.start_of(pd.Timestamp(day).date(), every) for day in scored["day"]]
    values = scored["score"] if what == "score" else scored["negative"].astype(float)
    sums = pd.DataFrame({"period": pd.to_datetime(starts), "x": values.to_numpy()})
    sums = sums.assign(squares=sums["x"] ** 2).groupby("period")
    sums = sums.agg(n=("x", "size"), total=("x", "sum"), squares=("squares", "sum"))
    found = sums.reindex(pd.to_datetime(frame["period"])).fillna(0).reset_index(drop=True)
    frame = frame.drop(columns=[name for name in ("last_day",) if name in frame]).reset_index(drop=True)
    frame["n"] = found["n"].astype(int)
    known = found["n"].where(found["n"] > 0)
    if what == "negative":
        frame["count"] = found["total"].astype(int)
        low, high = wilson(found["total"], found["n"])
    else:
        low, high = mean_from_sums(found["n"], found["total"], found["squares"])
        low, high = np.maximum(low, -1), np.minimum(high, 1)
    frame = frame.assign(estimate=found["total"] / known, low=low, high=high, small=found["n"] < 30)
    unit = "score" if what == "score" else "share"
    more = {"unit": unit, "what": what, "every": every, "n": len(scored)}
    return community.describe(frame, "sentiment trend", population="posts with a text", **more)


def errors(*, language: str = "en") -> pd.DataFrame:
    """Give the error of the Chinese model on reviews held out, with and without the leak.

    Parameters
    ----------
    language : {"en", "zh"}, default "en"
        In which the result is shown.

    Returns
    -------
    DataFrame
        split (``lines``: copies on both sides; ``texts``: each text once), train, seen_before (texts tested
        that were trained on), n (texts tested), count (wrong), estimate, low, high, missed (unhappy
        texts called happy, as a share of the unhappy).

    Examples
    --------
    >>> found = errors().set_index("split")["estimate"]
    >>> bool(found["lines"] < found["texts"] / 2)
    True

    Taught in: 04 Interaction
    """
    rows = []
    for name, counts in _card()["splits"].items():
        wrong = counts["false_positive"] + counts["false_negative"]
        low, high = wilson(wrong, counts["test"])
        unhappy = counts["false_positive"] + counts["true_negative"]
        rows.append(
            {
                "split": name,
                "train": counts["train"],
                "seen_before": counts["seen_before"],
                "n": counts["test"],
                "count": wrong,
                "estimate": wrong / counts["test"],
                "low": float(low),
                "high": float(high),
                "missed": counts["false_positive"] / unhappy,
            }
        )
    frame = pd.DataFrame(rows)
    frame.attrs["about"] = {"language": language, "metric": "sentiment error", "simulated": False}
    return frame


def check(scored: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Compare what sounds unhappy with what is known to be a complaint.

    Parameters
    ----------
    scored : DataFrame
        From `of_posts`.
    truth : DataFrame
        content_id and negative (True or False): read by people, or known from a simulation.

    Returns
    -------
    DataFrame
        measure (``precision``: of the posts called unhappy, how many are; ``recall``: of the unhappy
        posts, how many are called so; ``error``: wrong either way), n, count, estimate, low, high.

    Examples
    --------
    >>> said = pd.DataFrame({"content_id": list("abcd"), "negative": [True, True, False, False]})
    >>> known = pd.DataFrame({"content_id": list("abcd"), "negative": [True, False, True, False]})
    >>> check(said, known)[["measure", "n", "count"]].values.tolist()
    [['precision', 2, 1], ['recall', 2, 1], ['error', 4, 2]]

    Taught in: 04 Interaction
    """
    both = scored[["content_id", "negative"]].merge(truth[["content_id", "negative"]], on="content_id")
    said, known = both["negative_x"].astype(bool), both["negative_y"].astype(bool)
    hits = int((said & known).sum())
    frame = pd.DataFrame(
        {
            "measure": ["precision", "recall", "error"],
            "n": [int(said.sum()), int(known.sum()), len(both)],
            "count": [hits, hits, int((said != known).sum())],
        }
    )
    low, high = wilson(frame["count"], frame["n"])
    frame = frame.assign(estimate=frame["count"] / frame["n"].where(frame["n"] > 0), low=low, high=high)
    frame.attrs["about"] = scored.attrs.get("about", {}) | {"metric": "sentiment check"}
    return frame
