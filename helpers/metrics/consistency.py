"""Audit the brand's voice: whether its posts carry the same message on every platform."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency

from helpers.community import Community, TableMissing
from helpers.community.engine import identifier
from helpers.community.privacy import mask
from helpers.metrics.intervals import difference, wilson

BY = ("platform", "format", "topic", "group_id")
TEXTS = ("title", "text")
SMALL = 30
COLUMNS = [
    "message", "place", "n", "count", "estimate", "low", "high", "others", "difference",
    "difference_low", "difference_high", "drifts", "example", "small",
]  # fmt: skip

Terms = Sequence[str] | Mapping[str, Sequence[str]]


def pattern(terms: Sequence[str]) -> str:
    """Write terms as one regular expression: whole words in Latin letters, any place in Chinese.

    Parameters
    ----------
    terms : list of str
        Key terms, in any language; case does not matter.

    Returns
    -------
    str
        A pattern for lower-case text.

    Examples
    --------
    >>> bool(re.search(pattern(["tea"]), "a cup of tea")), bool(re.search(pattern(["tea"]), "steam"))
    (True, False)

    Taught in: 02 Positioning
    """
    parts = []
    for term in terms:
        term = term.strip().lower()
        if not term:
            continue
        escaped = re.escape(term)
        parts.append(f"(^|[^a-z0-9]){escaped}([^a-z0-9]|$)" if term.isascii() else escaped)
    if not parts:
        raise ValueError("terms is empty: give the words that your brand's posts should carry")
    return "|".join(parts)


def _posts(community: Community, by: str) -> str:
    texts = [name for name in TEXTS if community.has("contents", name)]
    if not texts:
        raise TableMissing("contents", TEXTS)
    joined = " || ' ' || ".join(f"coalesce({name}, '')" for name in texts)
    # Members' own posts are their voice, not the brand's; a notice is written for one group and one day.
    return f"""
    select content_id, {identifier(by)} as place, title, lower({joined}) as words
    from contents
    where coalesce(is_ugc, false) = false and coalesce(purpose, '') <> 'notice'
        and {identifier(by)} is not null"""


def sql(community: Community, *, by: str = "platform") -> str:
    """Show the query that counts the brand's posts with and without the terms ($pattern).

    Parameters
    ----------
    community : Community
        The opened community.
    by : {"platform", "format", "topic", "group_id"}, default "platform"
        Column of contents to compare.

    Returns
    -------
    str
        The SQL text.

    Taught in: 02 Positioning
    """
    return f"""
    with posts as ({_posts(community, by)}
    )
    select place, count(*) as n,
           sum(case when regexp_matches(words, $pattern) then 1 else 0 end) as count
    from posts
    group by place
    order by place"""


def audit(community: Community, *, terms: Terms, by: str = "platform") -> pd.DataFrame:
    """Give the share of the brand's posts, notices left out, that carry its key terms, on each platform.

    Parameters
    ----------
    community : Community
        The opened community.
    terms : list of str, or mapping of message to list of str
        Words that should be there; a mapping audits several messages (values of the brand) one by one. A
        message without words, which little data may not have, is left out.
    by : {"platform", "format", "topic", "group_id"}, default "platform"
        Where posts are compared.

    Returns
    -------
    DataFrame
        message, place, n (posts), count, estimate, low, high (Wilson), others (share elsewhere),
        difference, difference_low, difference_high (Newcombe), drifts (the whole interval of the
        difference is below zero), example (a title without the terms, personal data masked), small.
        `attrs["about"]["tests"]`: for each message chi2, p, cramers_v.

    Raises
    ------
    TableMissing
        If contents lacks the column or any text.

    Notes
    -----
    Cramér's V is the square root of chi² / posts here (two outcomes): 0 is the same everywhere, 1 as
    different as can be.

    Taught in: 02 Positioning
    """
    if by not in BY:
        raise ValueError(f"by is one of {', '.join(BY)}; got {by!r}")
    community.require("contents", by)
    messages = terms if isinstance(terms, Mapping) else {"all": terms}
    said = {message: list(words) for message, words in messages.items() if words}
    about = {"population": "posts", "by": by, "terms": said}
    if not said:
        return community.describe(pd.DataFrame(columns=COLUMNS), "message_consistency", tests={}, **about)
    query = sql(community, by=by)
    parts, tests = [], {}
    for message, words in said.items():
        found = community.query(query, pattern=pattern(words))
        found[["n", "count"]] = found[["n", "count"]].astype(int)
        tests[message] = _test(found)
        found = found.merge(_examples(community, by, pattern(words)), on="place", how="left")
        parts.append(found.assign(message=message))
    frame = pd.concat(parts, ignore_index=True)
    frame["estimate"] = frame["count"] / frame["n"]
    frame["low"], frame["high"] = wilson(frame["count"], frame["n"])
    sums = frame.groupby("message")[["n", "count"]].transform("sum") - frame[["n", "count"]]
    frame["others"] = sums["count"] / sums["n"].where(sums["n"] > 0)
    frame["difference"] = frame["estimate"] - frame["others"]
    frame["difference_low"], frame["difference_high"] = difference(
        frame["count"], frame["n"], sums["count"], sums["n"]
    )
    frame["drifts"] = frame["difference_high"] < 0
    frame["small"] = frame["n"] < SMALL
    frame["example"] = mask(frame["example"])
    return community.describe(frame[COLUMNS], "message_consistency", tests=tests, **about)


def _test(found: pd.DataFrame) -> dict[str, float]:
    table = np.column_stack([found["count"], found["n"] - found["count"]])
    if len(table) < 2 or (table.sum(axis=0) == 0).any():
        return {"chi2": np.nan, "p": np.nan, "cramers_v": np.nan}
    result = chi2_contingency(table, correction=False)
    chi2 = float(result.statistic)
    return {"chi2": chi2, "p": float(result.pvalue), "cramers_v": float(np.sqrt(chi2 / table.sum()))}


def _examples(community: Community, by: str, words: str) -> pd.DataFrame:
    return community.query(
        f"""
        with posts as ({_posts(community, by)}
        )
        select place, min(title) as example
        from posts
        where not regexp_matches(words, $pattern)
        group by place
        order by place
        """,
        pattern=words,
    )
