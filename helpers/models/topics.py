"""Find what posts are about, say how stable the answer is, and what each topic earns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from helpers.community import Community, calendar
from helpers.community.calendar import Every
from helpers.metrics import population
from helpers.metrics.intervals import ratio_from_sums, wilson
from helpers.models.homogeneity import reactions
from helpers.models.text import Terms, terms, tokens


@dataclass(frozen=True)
class Topics:
    """Hold the topics of a set of posts.

    Parameters
    ----------
    words : DataFrame
        found (number of the topic), name (its first three words), rank, term, weight.
    posts : DataFrame
        The columns of the posts and found, name, weight (share of the post that this topic explains).
    loadings : numpy.ndarray
        One row a topic, one column a term, each row of length one.
    """

    words: pd.DataFrame
    posts: pd.DataFrame
    loadings: np.ndarray


def _terms(posts: pd.DataFrame) -> Terms:
    # A single Chinese character stands in too many words to mean one thing.
    def cut(text: str) -> list[str]:
        return [word for word in tokens(text) if len(word) > 1]

    return terms(posts["text"], least=5 if len(posts) > 200 else 2, cut=cut)


def _factorise(found: Terms, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.decomposition import NMF

    model = NMF(number, init="nndsvda", random_state=seed, max_iter=200, tol=1e-3)
    mixture = model.fit_transform(found.matrix)
    return mixture, model.components_


def fit(posts: pd.DataFrame, *, number: int, seed: int = 0, top: int = 8) -> Topics:
    """Split posts into topics: groups of words that stand together.

    Parameters
    ----------
    posts : DataFrame
        From `text.posts`.
    number : int
        How many topics; see `choose`. Fewer where there are fewer posts or words.
    seed : int, default 0
        Start of the random numbers.
    top : int, default 8
        Words listed a topic.

    Returns
    -------
    Topics
        Largest topic first; none where no word stands in two posts.

    Notes
    -----
    Non-negative matrix factorisation (Lee and Seung 1999, *Nature* 401, 788-791) of the tf-idf weights:
    every post is a sum of topics, every topic a sum of words, and nothing is subtracted.

    Taught in: 03 Content
    """
    found = _terms(posts)
    number = min(number, *found.matrix.shape)
    if number < 1:
        words = pd.DataFrame(columns=["found", "name", "rank", "term", "weight"])
        placed = posts.assign(found=-1, weight=0.0, name=None)
        words.attrs["about"] = placed.attrs["about"] = posts.attrs.get("about", {}) | {"metric": "topics"}
        return Topics(words, placed, np.zeros((0, 0)))
    mixture, loadings = _factorise(found, number, seed)
    lengths = np.linalg.norm(loadings, axis=1)
    mixture = mixture * lengths
    own = mixture.argmax(axis=1)
    order = np.argsort(-np.bincount(own, minlength=number), kind="stable")
    loadings = loadings[order] / np.where(lengths[order] > 0, lengths[order], 1)[:, None]
    mixture = mixture[:, order]
    rows = []
    for place, loading in enumerate(loadings):
        best = np.argsort(-loading, kind="stable")[:top]
        name = " · ".join(found.vocabulary[best[:3]])
        rows += [
            (place, name, rank, found.vocabulary[term], loading[term])
            for rank, term in enumerate(best, start=1)
        ]
    words = pd.DataFrame(rows, columns=["found", "name", "rank", "term", "weight"])
    own, total = mixture.argmax(axis=1), mixture.sum(axis=1)
    names = words.drop_duplicates("found").set_index("found")["name"]
    placed = posts.assign(
        found=np.where(total > 0, own, -1),
        weight=mixture.max(axis=1) / np.where(total > 0, total, 1),
    )
    placed["name"] = placed["found"].map(names)
    about = posts.attrs.get("about", {}) | {"metric": "topics", "number": number, "n": len(posts)}
    words.attrs["about"] = placed.attrs["about"] = about
    return Topics(words, placed, loadings)


def matched(first: np.ndarray, second: np.ndarray) -> float:
    """Say how alike two sets of topics are: each with its best partner, one to one, mean cosine.

    Parameters
    ----------
    first, second : numpy.ndarray
        Loadings of as many topics each on the same terms, rows of length one.

    Returns
    -------
    float
        1: the same topics in another order; 0: nothing in common.

    Examples
    --------
    >>> topics = np.eye(3)
    >>> matched(topics, topics[[2, 0, 1]]), matched(topics[:2], topics[1:])
    (1.0, 0.5)

    Taught in: 03 Content
    """
    alike = first @ second.T
    rows, columns = linear_sum_assignment(-alike)
    return float(alike[rows, columns].mean())


def choose(
    posts: pd.DataFrame, *, numbers: Sequence[int] = range(3, 13), repeats: int = 8, seed: int = 0
) -> pd.DataFrame:
    """Try several numbers of topics and see which come out again when other posts are drawn.

    Parameters
    ----------
    posts : DataFrame
        From `text.posts`.
    numbers : sequence of int, default 3 to 12
        Numbers of topics tried.
    repeats : int, default 8
        Resamples, half of the posts each.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    DataFrame
        number, n (pairs of halves compared), estimate (mean stability: cosine of matched topics), low, high
        (smallest and largest over the pairs), best (the largest number whose stability is within one standard
        error of the highest).

    Notes
    -----
    The posts are cut in two halves at random, both halves are factorised and their topics matched one to one
    (Greene, O'Callaghan and Cunningham 2014, "How many topics?"). A topic that only
    one half knows is an accident.

    Taught in: 03 Content
    """
    found = _terms(posts)
    rng = np.random.default_rng(seed)
    halves = [np.array_split(rng.permutation(len(posts)), 2) for _repeat in range(repeats)]
    rows = []
    for number in numbers:
        if min(found.matrix.shape) < 4 * number:
            continue
        values = []
        for pair in halves:
            two = [_factorise(Terms(found.matrix[half], found.vocabulary), number, seed)[1] for half in pair]
            first, second = (
                loading / np.maximum(np.linalg.norm(loading, axis=1), 1e-12)[:, None] for loading in two
            )
            values.append(matched(first, second))
        error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
        rows.append((number, len(values), np.mean(values), min(values), max(values), error))
    frame = pd.DataFrame(rows, columns=["number", "n", "estimate", "low", "high", "error"])
    if len(frame):
        top = frame.loc[frame["estimate"].idxmax()]
        enough = frame["estimate"] >= top["estimate"] - top["error"]
        frame["best"] = frame["number"] == frame.loc[enough, "number"].max()
    else:
        frame["best"] = pd.Series(dtype=bool)
    frame.attrs["about"] = posts.attrs.get("about", {}) | {"metric": "topic stability", "n": len(posts)}
    return frame.drop(columns="error")


def shares(community: Community, found: Topics, *, every: Every = "month") -> pd.DataFrame:
    """Follow how much of what is written each topic is.

    Parameters
    ----------
    community : Community
        The opened community.
    found : Topics
        From `fit`.
    every : {"day", "week", "month"}, default "month"
        Length of a period.

    Returns
    -------
    DataFrame
        period, name (topic), n (posts of the period), count, estimate, low, high, open_period, left_edge,
        small.

    Taught in: 03 Content
    """
    posts = found.posts[found.posts["found"] >= 0]
    starts = [calendar.start_of(pd.Timestamp(day).date(), every) for day in posts["day"]]
    counts = pd.crosstab(pd.to_datetime(pd.Series(starts, dtype=object)).to_numpy(), posts["name"].to_numpy())
    frame = calendar.periods(population.written_from(community), community.as_of, every).drop(
        columns="last_day"
    )
    frame["period"] = pd.to_datetime(frame["period"])
    names = list(dict.fromkeys(found.words["name"]))
    counts = counts.reindex(index=frame["period"], columns=names, fill_value=0)
    frame["n"] = counts.sum(axis=1).to_numpy()
    parts = [frame.assign(name=name, count=counts[name].to_numpy()) for name in names]
    result = pd.concat(parts or [frame.assign(name=None, count=0).head(0)], ignore_index=True)
    low, high = wilson(result["count"], result["n"])
    result = result.assign(
        estimate=result["count"] / result["n"].where(result["n"] > 0),
        low=low,
        high=high,
        small=result["n"] < 30,
    )
    order = ["period", "name", "n", "count", "estimate", "low", "high", "open_period", "left_edge", "small"]
    return community.describe(result[order], "topic shares", population="posts with a text", every=every)


def engagement(community: Community, found: Topics) -> pd.DataFrame:
    """Compare what the topics earn for each view.

    Parameters
    ----------
    community : Community
        The opened community.
    found : Topics
        From `fit`.

    Returns
    -------
    DataFrame
        name (topic), n (posts seen), viewed, count (likes, saves, comments and shares), estimate (count /
        viewed),
        low, high, small; best first.

    Raises
    ------
    TableMissing
        If the events do not say which content they belong to.

    Notes
    -----
    Posts are the units of the interval. Who writes about what, when, and where was nobody's draw: a topic
    that
    experts write about earns what experts earn. Not randomised.

    Taught in: 03 Content
    """
    seen = found.posts[found.posts["found"] >= 0].merge(reactions(community), on="content_id")
    up, down = seen["reactions"].astype(float), seen["viewed"].astype(float)
    sums = (
        pd.DataFrame({"name": seen["name"], "y": up, "yy": up**2, "x": down, "xx": down**2, "xy": up * down})
        .groupby("name")
        .agg(
            n=("y", "size"),
            y=("y", "sum"),
            yy=("yy", "sum"),
            x=("x", "sum"),
            xx=("xx", "sum"),
            xy=("xy", "sum"),
        )
        .reset_index()
    )
    low, high = ratio_from_sums(sums["n"], sums["y"], sums["yy"], sums["x"], sums["xx"], sums["xy"])
    frame = pd.DataFrame(
        {
            "name": sums["name"],
            "n": sums["n"],
            "viewed": sums["x"].astype(int),
            "count": sums["y"].astype(int),
            "estimate": sums["y"] / sums["x"],
            "low": np.maximum(low, 0),
            "high": high,
            "small": sums["n"] < 30,
        }
    ).sort_values(["estimate", "name"], ascending=[False, True], kind="stable", ignore_index=True)
    return community.describe(
        frame, "topics and engagement", population="posts and their views", randomised=False, n=len(seen)
    )


def agreement(found: Topics, labels: pd.Series | Sequence[str]) -> pd.DataFrame:
    """Compare the topics found with labels that are known.

    Parameters
    ----------
    found : Topics
        From `fit`.
    labels : Series
        One label a post, in the order of the posts; posts without a label are left out.

    Returns
    -------
    DataFrame
        measure (``adjusted Rand index``, ``normalised mutual information``), n (posts), estimate: 1 for the
        same
        groups under other names, about 0 for groups drawn by chance.

    Notes
    -----
    Hubert and Arabie (1985), *Journal of Classification* 2, 193-218; Strehl and Ghosh (2002).

    Taught in: 03 Content
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    known = pd.Series(list(labels), dtype=object)
    kept = known.notna().to_numpy()
    guess, known = found.posts["found"].to_numpy()[kept], known[kept].astype(str).to_numpy()
    values = [adjusted_rand_score(known, guess), normalized_mutual_info_score(known, guess)]
    measures = ["adjusted Rand index", "normalised mutual information"]
    frame = pd.DataFrame({"measure": measures, "n": len(guess), "estimate": values})
    frame.attrs["about"] = found.posts.attrs.get("about", {}) | {"metric": "topic agreement", "unit": "score"}
    return frame
