"""Check titles the way a search page sees them: length, the topic's word, a kept promise, no duplicates."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from helpers.community import Community
from helpers.metrics.content import posts
from helpers.metrics.intervals import wilson
from helpers.models.text import tokens

CHECKS = ("has a title", "short enough", "names its topic", "keeps its promise", "unlike earlier titles")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def width(title: object) -> int:
    """Measure how much room a title takes: a Chinese character counts as two letters.

    Examples
    --------
    >>> width("tea"), width("龙井茶")
    (3, 6)

    Taught in: 03 Content
    """
    text = title if isinstance(title, str) else ""
    return len(text) + len(_CHINESE.findall(text))


def topic_words(table: pd.DataFrame, *, top: int = 12) -> dict[str, frozenset[str]]:
    """Find the words by which the posts of a topic are told from the others.

    Parameters
    ----------
    table : DataFrame
        With ``topic``, ``title`` and ``text``.
    top : int, default 12
        Words per topic.

    Returns
    -------
    dict
        Topic and its words, of those in two of its posts or more: whose share of posts exceeds that elsewhere
        by most.

    Examples
    --------
    >>> table = pd.DataFrame({"topic": ["pots", "pots", "deals"], "title": "",
    ...                       "text": ["clay kettle", "iron kettle", "cheap leaves"]})
    >>> sorted(topic_words(table, top=1)["pots"])
    ['kettle']

    Taught in: 03 Content
    """
    said = table["title"].fillna("") + " " + table["text"].fillna("")
    pieces = pd.DataFrame({"topic": table["topic"], "word": [sorted(set(tokens(one))) for one in said]})
    pieces = pieces.explode("word").dropna()
    counts = pd.crosstab(pieces["word"], pieces["topic"])
    sizes = table["topic"].value_counts().reindex(counts.columns)
    inside = counts / sizes
    elsewhere = (counts.sum(axis=1).to_numpy()[:, None] - counts) / np.maximum(len(table) - sizes, 1)
    found = {}
    for topic in counts.columns:
        gap = (inside[topic] - elsewhere[topic]).sort_values(ascending=False, kind="stable")
        found[str(topic)] = frozenset(gap[(gap > 0) & (counts[topic] >= 2)].head(top).index)
    return found


def checked(community: Community, *, longest: int = 60) -> pd.DataFrame:
    """Put every post, notices apart, to the checks.

    Parameters
    ----------
    community : Community
        The community.
    longest : int, default 60
        Room for a title in letters; a Chinese character takes two. A rule of thumb: pages and feeds differ.

    Returns
    -------
    DataFrame
        ``content_id``, ``topic``, ``title``, and a column of true, false or missing for each check of
        ``CHECKS``.

    Raises
    ------
    TableMissing
        When the contents have no titles.

    Taught in: 03 Content
    """
    community.require("contents", "title")
    table = community.query(
        "select content_id, topic, title, text from contents where coalesce(purpose, 'post') <> 'notice' "
        "order by published_at, content_id"
    )
    title = table["title"].fillna("").str.strip()
    named = title.ne("")
    table["has a title"] = named
    table["short enough"] = (title.map(width) <= longest).where(named)
    in_title = title.map(lambda one: frozenset(tokens(one)))
    if table["topic"].notna().any() and table["text"].notna().any():
        known = topic_words(table[table["topic"].notna()])
        hit = [bool(found & known.get(str(topic), frozenset())) for found, topic in zip(
            in_title, table["topic"], strict=True)]  # fmt: skip
        table["names its topic"] = pd.Series(hit, index=table.index).where(named & table["topic"].notna())
    else:
        table["names its topic"] = None
    usable = named & table["text"].notna() & in_title.map(bool)
    kept = [bool(a & frozenset(tokens(b))) for a, b in zip(in_title, table["text"].fillna(""), strict=True)]
    table["keeps its promise"] = pd.Series(kept, index=table.index).where(usable)
    plain = title.str.lower().str.replace(r"\W+", "", regex=True)
    table["unlike earlier titles"] = (~plain.duplicated()).where(named)
    return community.describe(
        table[["content_id", "topic", "title", *CHECKS]],
        "titles checked",
        population="posts",
        longest=longest,
    )


def _click_rate(part: pd.DataFrame) -> tuple[float, float]:
    n = part["n"].sum()
    if not n:
        return np.nan, np.nan
    rate, posts_in = part["count"].sum() / n, len(part)
    if posts_in < 2:
        return float(rate), np.nan
    residuals = part["count"] - rate * part["n"]
    return float(rate), float(posts_in / (posts_in - 1) * (residuals**2).sum() / n**2)


def checklist(community: Community, *, longest: int = 60) -> pd.DataFrame:
    """Count how many titles pass each check, and how their click rates compare.

    Parameters
    ----------
    community : Community
        The community.
    longest : int, default 60
        As for :func:`checked`.

    Returns
    -------
    DataFrame
        One row a check: ``check``, ``n`` (posts it applies to), ``count`` (passed), ``estimate``, ``low``,
        ``high``, ``clicks_passed``, ``clicks_failed`` (clicks per reader), ``click_gap``,
        ``click_gap_low``, ``click_gap_high`` (difference of the two, posts as the units;
        missing without clicks or with fewer than five posts on a side), ``small``.

    Raises
    ------
    TableMissing
        When the contents have no titles.

    Notes
    -----
    The comparison of clicks is not randomised: whoever writes good titles may also write good posts. A
    headline test tells; a checklist only saves from mistakes.

    Taught in: 03 Content
    """
    table = checked(community, longest=longest)
    clicks = pd.DataFrame(columns=["content_id", "n", "count"])
    if community.has("events", "content_id"):
        clicks = posts(community, reactions=("click",))[["content_id", "n", "count"]]
    rows = []
    for check in CHECKS:
        known = table[table[check].notna()].merge(clicks, on="content_id", how="left").fillna({"n": 0})
        known["count"] = known["count"].astype(float).fillna(0)
        passed = known[check].astype(bool)
        sides = [known[passed & (known["n"] > 0)], known[~passed & (known["n"] > 0)]]
        (rate, spread), (other, other_spread) = (_click_rate(side) for side in sides)
        compared = min(map(len, sides)) >= 5 and known["count"].sum() > 0
        half = 1.96 * np.sqrt(spread + other_spread) if compared else np.nan
        gap = rate - other if compared else np.nan
        rows.append(
            {"check": check, "n": len(known), "count": int(passed.sum()), "clicks_passed": rate,
             "clicks_failed": other, "click_gap": gap,
             "click_gap_low": gap - half, "click_gap_high": gap + half}
        )  # fmt: skip
    result = pd.DataFrame(rows)
    low, high = wilson(result["count"], result["n"])
    result.insert(3, "estimate", result["count"] / result["n"].where(result["n"] > 0))
    result.insert(4, "low", low)
    result.insert(5, "high", high)
    result["small"] = result["n"] < 30
    return community.describe(
        result, "checks of titles", population="posts", longest=longest, randomised=False
    )
