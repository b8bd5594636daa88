"""Choose how many personas there are: clear, better than chance, and found again in other members."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

STABLE = 0.75  # mean Jaccard similarity from which Hennig calls a cluster stable
SAMPLE = 2000
LEAST_SHARE = 0.02


def kmeans(values: np.ndarray, k: int, *, seed: int, starts: int = 10) -> KMeans:
    """Fit k-means with a fixed seed.

    Parameters
    ----------
    values : array
        One row a member, scaled.
    k : int
        Number of groups.
    seed : int
        Start of the random numbers.
    starts : int, default 10
        How many beginnings are tried.

    Returns
    -------
    KMeans
        The fitted model.

    Taught in: 02 Positioning
    """
    return KMeans(n_clusters=k, n_init=starts, random_state=seed).fit(values)


def _jaccard(first: np.ndarray, second: np.ndarray, k: int) -> np.ndarray:
    # For each group of the first labelling the most similar one of the second.
    table = np.zeros((k, k))
    np.add.at(table, (first, second), 1)
    union = table.sum(axis=1)[:, None] + table.sum(axis=0)[None, :] - table
    return (table / np.maximum(union, 1)).max(axis=1)


def _spread(values: np.ndarray, k: int, seed: int) -> float:
    if k == 1:
        return float(np.log(((values - values.mean(axis=0)) ** 2).sum()))
    return float(np.log(max(kmeans(values, k, seed=seed, starts=2).inertia_, 1e-12)))


def _gap(
    values: np.ndarray, k: int, random: np.random.Generator, references: int, seed: int
) -> tuple[float, float]:
    # Uniform points in the box of the principal components: what clusters would look like by chance.
    centre = values.mean(axis=0)
    axes = np.linalg.svd(values - centre, full_matrices=False)[2]
    turned = (values - centre) @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    drawn = [_spread(random.uniform(low, high, turned.shape), k, seed) for _ in range(references)]
    return float(np.mean(drawn) - _spread(values, k, seed)), float(
        np.std(drawn) * np.sqrt(1 + 1 / references)
    )


def choose(
    values: np.ndarray,
    *,
    ks: Iterable[int] = range(2, 9),
    resamples: int = 20,
    references: int = 5,
    seed: int = 0,
) -> pd.DataFrame:
    """Judge each number of groups by clarity, gap to chance and stability.

    Parameters
    ----------
    values : array
        One row a member, scaled; at most 2,000 rows drawn at random are looked at.
    ks : iterable of int, default 2 to 8
        Numbers of groups.
    resamples : int, default 20
        Bootstrap samples of members on which the grouping is repeated.
    references : int, default 5
        Data sets without groups for the gap.
    seed : int, default 0
        Start of the random numbers.

    Returns
    -------
    DataFrame
        k, n (members looked at), silhouette, gap, gap_error, stability (mean adjusted Rand index between
        the groups and those found in a resample), low, high (middle 95 % of the resamples), jaccard (mean
        of the least stable group), smallest (share of the smallest group), stable, recommended.

    Notes
    -----
    Silhouette: Rousseeuw (1987). Gap: Tibshirani, Walther & Hastie (2001). Stability by bootstrap: Hennig
    (2007), whose 0.75 is where a group may be called stable. Recommended is the greatest number at which
    every group is stable and has at least 2 % of the members: as fine as the data bear out. If none is, it
    is the most stable number, and the column stable says so.

    Taught in: 02 Positioning
    """
    random = np.random.default_rng(seed)
    if len(values) > SAMPLE:
        values = values[np.sort(random.choice(len(values), SAMPLE, replace=False))]
    distinct = len(np.unique(values, axis=0))
    rows = []
    for k in [k for k in ks if 2 <= k < min(distinct, len(values) - 1)]:
        labels = kmeans(values, k, seed=seed).labels_
        rand, jaccard = [], []
        for _ in range(resamples):
            drawn = values[random.integers(0, len(values), len(values))]
            if len(np.unique(drawn, axis=0)) < k:
                continue
            other = kmeans(drawn, k, seed=seed, starts=3).predict(values)
            rand.append(adjusted_rand_score(labels, other))
            jaccard.append(_jaccard(labels, other, k))
        gap, error = _gap(values, k, random, references, seed)
        sizes = np.bincount(labels, minlength=k)
        rows.append(
            {
                "k": k,
                "n": len(values),
                "silhouette": silhouette_score(values, labels),
                "gap": gap,
                "gap_error": error,
                "stability": np.mean(rand) if rand else np.nan,
                "low": np.quantile(rand, 0.025) if rand else np.nan,
                "high": np.quantile(rand, 0.975) if rand else np.nan,
                "jaccard": np.mean(jaccard, axis=0).min() if jaccard else np.nan,
                "smallest": sizes.min() / len(values),
            }
        )
    columns = ["k", "n", "silhouette", "gap", "gap_error", "stability", "low", "high", "jaccard", "smallest"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["stable"] = (frame["jaccard"] >= STABLE) & (frame["smallest"] >= LEAST_SHARE)
    frame["recommended"] = False
    if len(frame):
        stable = frame[frame["stable"]]
        best = stable["k"].idxmax() if len(stable) else frame["stability"].fillna(-1).idxmax()
        frame.loc[best, "recommended"] = True
    return frame
