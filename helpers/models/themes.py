"""Find the words that tell two groups of texts apart: what promoters praise and detractors complain of."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from scipy.special import ndtr
from statsmodels.stats.multitest import multipletests

from helpers.community import Community
from helpers.community.privacy import mask
from helpers.metrics.satisfaction import classify
from helpers.models.text import tokens


def counted(texts: pd.DataFrame, *, text: str = "comment", group: str = "group") -> pd.DataFrame:
    """Count words by group.

    Parameters
    ----------
    texts : DataFrame
        One row a text.
    text, group : str
        Its columns; rows without a text or a group are left out.

    Returns
    -------
    DataFrame
        group, term, count (how often), n_texts (in how many texts), example (the shortest such text).

    Taught in: 02 Positioning
    """
    kept = texts[[text, group]].dropna().rename(columns={text: "text", group: "group"})
    kept["text"] = kept["text"].astype(str).str.strip()
    kept = kept[kept["text"] != ""].reset_index(names="place")
    # Equal texts are cut once: templates and one-word answers repeat.
    cut = {value: tokens(value) for value in kept["text"].unique()}
    long = kept.assign(term=kept["text"].map(cut)).explode("term").dropna(subset="term")
    long = long.assign(length=long["text"].str.len()).sort_values(["length", "text"], kind="stable")
    grouped = long.groupby(["group", "term"], sort=True)
    return grouped.agg(
        count=("place", "size"), n_texts=("place", "nunique"), example=("text", "first")
    ).reset_index()


def log_odds(counts: pd.DataFrame, *, prior: float = 0.1) -> pd.DataFrame:
    """Compare each word's odds in a group with its odds in all other groups, shrunk towards no difference.

    Parameters
    ----------
    counts : DataFrame
        group, term, count.
    prior : float, default 0.1
        Weight of the prior as a share of all words counted: the words of all groups together are the
        prior, so that a rare word needs much before it stands out.

    Returns
    -------
    DataFrame
        The columns given and others (count elsewhere), log_odds, z, p; the strongest of each group first.

    Notes
    -----
    Monroe, Colaresi & Quinn (2008), "Fightin' Words", *Political Analysis* 16, 372-403, equations 15 to
    19 and 22, informative Dirichlet prior.

    Examples
    --------
    >>> counts = pd.DataFrame({"group": ["a", "b"], "term": ["slow", "slow"], "count": [3, 3]})
    >>> log_odds(counts)["z"].tolist()
    [0.0, 0.0]

    Taught in: 02 Positioning
    """
    wide = counts.pivot_table(index="group", columns="term", values="count", aggfunc="sum", fill_value=0)
    here = wide.to_numpy(dtype=float)
    everywhere = here.sum(axis=0)
    elsewhere = everywhere - here
    alpha = prior * everywhere
    size_here, size_elsewhere = here.sum(axis=1, keepdims=True), elsewhere.sum(axis=1, keepdims=True)
    odds_here = _odds(here + alpha, size_here + alpha.sum())
    odds_elsewhere = _odds(elsewhere + alpha, size_elsewhere + alpha.sum())
    delta = odds_here - odds_elsewhere
    z = delta / np.sqrt(1 / (here + alpha) + 1 / (elsewhere + alpha))
    long = pd.DataFrame(
        {
            "group": np.repeat(wide.index.to_numpy(), wide.shape[1]),
            "term": np.tile(wide.columns.to_numpy(), wide.shape[0]),
            "others": elsewhere.ravel().astype(int),
            "log_odds": delta.ravel(),
            "z": z.ravel(),
        }
    )
    frame = counts.merge(long, on=["group", "term"], how="left")
    frame["p"] = 2 * (1 - ndtr(frame["z"].abs()))
    order = frame.sort_values(["group", "z", "term"], ascending=[True, False, True], kind="stable")
    return order.reset_index(drop=True)


def _odds(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    # A vocabulary of one word has no odds to compare: the difference is then none.
    rest = whole - part
    return np.log(part) - np.log(np.where(rest > 1e-12, rest, 1.0))


def distinctive(
    texts: pd.DataFrame,
    *,
    text: str = "comment",
    group: str = "group",
    top: int = 10,
    least: int = 3,
    level: float = 0.95,
) -> pd.DataFrame:
    """Give the words that mark each group of texts out, with an example each.

    Parameters
    ----------
    texts : DataFrame
        One row a text; `comments` gives those of a survey.
    text, group : str, default "comment" and "group"
        Its columns.
    top : int, default 10
        Words a group at most.
    least : int, default 3
        Texts in which a word must stand to be listed.
    level : float, default 0.95
        1 − the rate of false discoveries accepted among the words marked significant.

    Returns
    -------
    DataFrame
        group, term, count, n_texts (with the word), n (texts of the group), others, log_odds, z, p,
        significant, example (personal data masked); only words more frequent here than elsewhere.

    Taught in: 02 Positioning, 06 Evaluation
    """
    counts = counted(texts, text=text, group=group)
    columns = [
        "group",
        "term",
        "count",
        "n_texts",
        "n",
        "others",
        "log_odds",
        "z",
        "p",
        "significant",
        "example",
    ]
    if counts["group"].nunique() < 2:
        frame = pd.DataFrame(columns=columns)
    else:
        frame = log_odds(counts)
        frame = frame[frame["n_texts"] >= least]
        frame = frame.assign(significant=False)
        if len(frame):
            frame["significant"] = multipletests(frame["p"], 1 - level, method="fdr_bh")[0]
        frame = frame[frame["z"] > 0].groupby("group", sort=True).head(top).reset_index(drop=True)
        sizes = texts.dropna(subset=[text, group]).groupby(group).size()
        frame["n"] = frame["group"].map(sizes).astype(int)
        frame["example"] = mask(frame["example"])
        frame = frame[columns]
    frame.attrs["about"] = texts.attrs.get("about", {}) | {"metric": "themes"}
    return frame


def brand_words(community: Community, *, most: int = 5) -> list[str]:
    """Name the words that stand in most of the brand's own posts.

    They are a beginning for an audit of the brand's voice, until somebody has written down which words
    should stand there.

    Parameters
    ----------
    community : Community
        The opened community.
    most : int, default 5
        Words named at most.

    Returns
    -------
    list of str
        The commonest first; notices are not read. Of more than 5,000 posts the latest are; where the
        brand wrote none, those of the members are.

    Raises
    ------
    TableMissing
        If there are no contents.

    Taught in: 02 Positioning
    """
    community.require("contents", "content_id")
    posts = community.query(
        """
        select coalesce(title, '') || ' ' || coalesce(text, '') as words
        from contents
        where coalesce(purpose, '') <> 'notice'
        order by coalesce(is_ugc, false), published_at desc, content_id
        limit 5000
        """
    )
    own = community.query(
        """
        select count(*) as n from contents
        where coalesce(is_ugc, false) = false and coalesce(purpose, '') <> 'notice'
        """
    )
    read = posts["words"].head(int(own.loc[0, "n"]) or len(posts))
    # A single Chinese character stands in too many words to mean one thing.
    seen = Counter(word for text in read for word in sorted(set(tokens(text))) if len(word) > 1)
    return [word for word, _count in sorted(seen.items(), key=lambda found: (-found[1], found[0]))[:most]]


def comments(community: Community, *, kind: str = "nps") -> pd.DataFrame:
    """Give the comments of a survey with the group that the score puts each in.

    Parameters
    ----------
    community : Community
        The opened community.
    kind : str, default "nps"
        Survey kind; promoters, passives and detractors as `satisfaction.classify` has them.

    Returns
    -------
    DataFrame
        member_id, day, group (promoters, passives, detractors), score, comment.

    Raises
    ------
    TableMissing
        If there are no surveys with comments.

    Taught in: 06 Evaluation
    """
    community.require("surveys", "comment")
    frame = community.query(
        """
        select member_id, day, score, comment,
               coalesce(scale_min, 0) as scale_min, coalesce(scale_max, 10) as scale_max
        from surveys
        where coalesce(kind, $kind) = $kind and score is not null and trim(comment) <> ''
        order by day, member_id, comment
        """,
        kind=kind,
    )
    frame["group"] = None
    for scale, answers in frame.groupby(["scale_min", "scale_max"]):
        frame.loc[answers.index, "group"] = classify(answers["score"], scale=scale)
    frame = frame[["member_id", "day", "group", "score", "comment"]]
    return community.describe(frame, "comments", population="survey comments", n=len(frame))
