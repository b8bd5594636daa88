"""Measure how much posts repeat each other: near-copies, their share over time, and what they earn."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.community import Community, calendar
from helpers.community.calendar import Every
from helpers.metrics import population
from helpers.metrics.intervals import bootstrap_mean, ratio_from_sums, wilson

_BLOCK = 400
ACTIONS = ("like", "save", "comment", "share")


def nearest(posts: pd.DataFrame, *, within: int = 60, threshold: float = 0.95) -> pd.DataFrame:
    """Find for each post the most similar one of the days before it.

    Parameters
    ----------
    posts : DataFrame
        From `text.posts`: content_id, day, text, oldest first.
    within : int, days, default 60
        How far back a post can be a copy of another.
    threshold : float, default 0.95
        Similarity from which it counts as a copy.

    Returns
    -------
    DataFrame
        The columns of `posts` (without text) and compared (earlier posts within reach), similarity (0: no
        piece in common, 1: equal; 0 where there is nothing to compare with), source_id (the similar post),
        novelty (1 − similarity), is_copy.

    Notes
    -----
    Cosine of the weights of all pieces of three to five letters (for Chinese: characters), so that a changed
    word or a moved comma hardly matters, and no dictionary is needed. Broder (1997), "On the resemblance
    and containment of documents", compares pieces in the same way.

    Examples
    --------
    >>> written = pd.DataFrame({"content_id": ["a", "b", "c"], "day": pd.to_datetime(["2026-05-01"] * 3),
    ...     "text": ["a long evening with tea", "rain on the roof", "A long evening with tea!"]})
    >>> nearest(written)[["source_id", "is_copy"]].fillna("").values.tolist()
    [['', False], ['a', False], ['a', True]]

    Taught in: 03 Content
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    frame = posts.reset_index(drop=True)
    n = len(frame)
    similarity, source = np.zeros(n), np.full(n, -1)
    days = (pd.to_datetime(frame["day"]) - pd.Timestamp("2000-01-01")).dt.days.to_numpy()
    reach = np.searchsorted(days, days - within, side="left")
    plain = frame["text"].astype(str).str.lower().str.replace(r"[\W_]+", " ", regex=True).str.strip()
    if n and plain.str.len().max() > 0:
        # Rare pieces (a place, a number) would make two tellings of one story look alike: no weights by
        # rarity.
        pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), use_idf=False, sublinear_tf=True)
        vectors = pieces.fit_transform(plain)
        for start in range(0, n, _BLOCK):
            stop = min(start + _BLOCK, n)
            first = reach[start]
            found = (vectors[start:stop] @ vectors[first:stop].T).toarray()
            column = np.arange(first, stop)
            row = np.arange(start, stop)[:, None]
            found[(column >= row) | (column < reach[start:stop, None])] = -1.0
            best = found.argmax(axis=1)
            value = found[np.arange(stop - start), best]
            similarity[start:stop] = np.clip(value, 0, 1)
            source[start:stop] = np.where(value >= 0, best + first, -1)
    ids = frame["content_id"].to_numpy(dtype=object)
    result = frame.drop(columns="text").assign(
        compared=np.arange(n) - reach,
        similarity=similarity,
        source_id=[ids[place] if place >= 0 else None for place in source],
        novelty=1 - similarity,
        is_copy=similarity >= threshold,
    )
    more = {"metric": "near-copies", "within": within, "threshold": threshold, "n": n}
    result.attrs["about"] = posts.attrs.get("about", {}) | more
    return result


def index(
    community: Community, found: pd.DataFrame, *, every: Every = "month", by: str | None = None
) -> pd.DataFrame:
    """Follow the share of near-copies, and how similar posts are on average, period by period.

    Parameters
    ----------
    community : Community
        The opened community.
    found : DataFrame
        From `nearest`.
    every : {"day", "week", "month"}, default "month"
        Length of a period.
    by : str, optional
        A column such as ``topic`` or ``format`` instead of periods.

    Returns
    -------
    DataFrame
        period (or `by`), n (posts that had something to be compared with), count (near-copies), estimate,
        low,
        high (Wilson), similarity, similarity_low, similarity_high (mean; bootstrap over posts), open_period,
        left_edge (only with periods), small.

    Notes
    -----
    In the first days of the data there is little to be a copy of, so the first period reads too low.

    Taught in: 03 Content
    """
    kept = found[found["compared"] > 0]
    if by is None:
        starts = [calendar.start_of(pd.Timestamp(day).date(), every) for day in kept["day"]]
        kept = kept.assign(period=pd.to_datetime(starts))
        frame = calendar.periods(population.written_from(community), community.as_of, every)
        frame = frame.drop(columns="last_day").assign(period=pd.to_datetime(frame["period"]))
        key = "period"
    else:
        named = pd.Series(sorted(kept[by].dropna().unique()), dtype=object)
        frame, key, kept = pd.DataFrame({by: named}), by, kept.astype({by: object})
    grouped = kept.groupby(key)
    sums = grouped.agg(n=("is_copy", "size"), count=("is_copy", "sum"), similarity=("similarity", "mean"))
    frame = frame.merge(sums, left_on=key, right_index=True, how="left")
    frame[["n", "count"]] = frame[["n", "count"]].fillna(0).astype(int)
    low, high = wilson(frame["count"], frame["n"])
    frame = frame.assign(estimate=frame["count"] / frame["n"].where(frame["n"] > 0), low=low, high=high)
    ends = {name: bootstrap_mean(group["similarity"], repeats=400) for name, group in grouped}
    pairs = [ends.get(name, (np.nan, np.nan)) for name in frame[key]]
    frame["similarity_low"], frame["similarity_high"] = [list(end) for end in zip(*pairs, strict=True)] or (
        [],
        [],
    )
    frame["small"] = frame["n"] < 30
    first = [key, "n", "count", "estimate", "low", "high", "similarity", "similarity_low", "similarity_high"]
    frame = frame[first + [name for name in ("open_period", "left_edge", "small") if name in frame]]
    more = {key: found.attrs.get("about", {}).get(key) for key in ("within", "threshold")}
    return community.describe(
        frame, "homogeneity", population="posts", every=None if by else every, by=by, **more
    )


def reactions(community: Community) -> pd.DataFrame:
    """Count what each post earned.

    Parameters
    ----------
    community : Community
        The opened community.

    Returns
    -------
    DataFrame
        content_id, viewed, reactions (likes, saves, comments and shares); posts that were seen.

    Raises
    ------
    TableMissing
        If the events do not say which content they belong to.

    Taught in: 03 Content
    """
    community.require("events", "content_id")
    return community.query(
        """
        select content_id,
               count(*) filter (where event_type = 'view') as viewed,
               count(*) filter (where event_type in ('like', 'save', 'comment', 'share')) as reactions
        from events
        where content_id is not null
        group by content_id
        having count(*) filter (where event_type = 'view') > 0
        order by content_id
        """
    )


def engagement(
    community: Community, found: pd.DataFrame, *, by: str = "novelty", within: str | None = "topic"
) -> pd.DataFrame:
    """Compare what copies and originals earn for each view.

    Parameters
    ----------
    community : Community
        The opened community.
    found : DataFrame
        From `nearest`.
    by : {"novelty", "is_copy"}, default "novelty"
        Four equal groups from the most alike to the most novel, or near-copies against the rest.
    within : str or None, default "topic"
        Column within which posts are compared as well: a topic may be both dull and much copied.

    Returns
    -------
    DataFrame
        group (``copy``, ``original``; ``most alike`` … ``most novel``), n (posts), viewed, count (reactions),
        estimate (reactions for each view), low, high, adjusted (what the rate would be had each group the
        same mix of `within`; missing without it), small.

    Notes
    -----
    Posts are the units of the interval, because all reactions to one post hang together. Nobody drew by
    chance who copies: those who copy may also write at worse hours, for fewer readers. Not randomised.

    Taught in: 03 Content
    """
    kept = found[found["compared"] > 0].merge(reactions(community), on="content_id")
    if by == "is_copy":
        order = ["copy", "original"]
        kept = kept.assign(group=np.where(kept["is_copy"], *order))
    else:
        order = ["most alike", "rather alike", "rather novel", "most novel"]
        rank = kept["novelty"].rank(method="first").to_numpy()
        place = np.ceil(rank / max(len(kept), 1) * 4).astype(int) - 1
        kept = kept.assign(group=[order[where] for where in place])
    known = within is not None and within in kept and kept[within].notna().any()
    mix = kept.groupby(within)["viewed"].sum() / kept["viewed"].sum() if known else None
    rows = []
    for name in order:
        group = kept[kept["group"] == name]
        up, down = group["reactions"].to_numpy(float), group["viewed"].to_numpy(float)
        low, high = ratio_from_sums(
            len(group), up.sum(), (up**2).sum(), down.sum(), (down**2).sum(), (up * down).sum()
        )
        adjusted = np.nan
        if mix is not None and len(group):
            sums = group.groupby(within)[["reactions", "viewed"]].sum()
            weights = mix.reindex(sums.index)
            adjusted = float((sums["reactions"] / sums["viewed"] * weights).sum() / weights.sum())
        rows.append(
            {
                "group": name,
                "n": len(group),
                "viewed": int(down.sum()),
                "count": int(up.sum()),
                "estimate": up.sum() / down.sum() if down.sum() else np.nan,
                "low": max(float(low), 0.0),
                "high": float(high),
                "adjusted": adjusted,
                "small": len(group) < 30,
            }
        )
    return community.describe(
        pd.DataFrame(rows), "novelty and engagement", population="posts and their views",
        randomised=False, by=by, within=within if known else None, n=len(kept),
    )  # fmt: skip


def recovery(
    found: pd.DataFrame, truth: pd.DataFrame, *, thresholds: tuple[float, ...] = (0.6, 0.7, 0.8, 0.9, 0.95)
) -> pd.DataFrame:
    """Compare the copies found with those known, threshold by threshold.

    Parameters
    ----------
    found : DataFrame
        From `nearest`.
    truth : DataFrame
        content_id and copied_from (missing for originals), known from a simulation or read by people.
    thresholds : tuple of float
        Similarities tried.

    Returns
    -------
    DataFrame
        threshold, called (posts called copies), known (copies known), hits, precision, precision_low,
        precision_high, recall, recall_low, recall_high.

    Examples
    --------
    >>> said = pd.DataFrame({"content_id": list("abc"), "similarity": [0.95, 0.7, 0.1], "compared": 1})
    >>> known = pd.DataFrame({"content_id": list("abc"), "copied_from": ["z", None, "y"]})
    >>> recovery(said, known, thresholds=(0.6, 0.9))[["called", "known", "hits"]].values.tolist()
    [[2, 2, 1], [1, 2, 1]]

    Taught in: 03 Content
    """
    both = found[found["compared"] > 0].merge(truth[["content_id", "copied_from"]], on="content_id")
    copied = both["copied_from"].notna() & (both["copied_from"].astype(str) != "")
    rows = []
    for limit in thresholds:
        called = both["similarity"] >= limit
        rows.append((limit, int(called.sum()), int(copied.sum()), int((called & copied).sum())))
    frame = pd.DataFrame(rows, columns=["threshold", "called", "known", "hits"])
    for name, n in (("precision", frame["called"]), ("recall", frame["known"])):
        frame[name] = frame["hits"] / n.where(n > 0)
        frame[f"{name}_low"], frame[f"{name}_high"] = wilson(frame["hits"], n)
    frame.attrs["about"] = found.attrs.get("about", {}) | {"metric": "copies found"}
    return frame
