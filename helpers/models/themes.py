"""Find the words that tell two groups of texts apart: what promoters praise and detractors complain of."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import ndtr
from statsmodels.stats.multitest import multipletests

from helpers.community import Community
from helpers.community.privacy import mask
from helpers.metrics.satisfaction import classify

_LATIN = re.compile(r"[a-z][a-z'’-]*[a-z]|[a-z]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Words that carry grammar, not meaning; English has the list of scikit-learn.
_CHINESE_GRAMMAR = """
的 了 是 我 你 他 她 它 们 我们 你们 他们 在 和 也 就 都 很 太 还 又 不 没 没有 有 这 那 这个 那个 一个
一 个 上 下 里 去 来 会 要 能 可以 被 把 让 给 对 从 到 与 及 或 但 但是 而 而且 因为 所以 如果 虽然 啊
吧 吗 呢 哦 呀 得 地 着 过 再 才 只 挺 真 真的 非常 比较 有点 什么 怎么 自己 大家 每次 这款 这些 那些 之 其
更 最 多 些 请 用 等
"""
_CHINESE_STOP = frozenset(_CHINESE_GRAMMAR.split())


@cache
def _english_stop() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    # "not" turns a word round, so it stays.
    return frozenset(ENGLISH_STOP_WORDS) - {"not", "no", "never"}


def tokens(text: str) -> list[str]:
    """Cut a text into words: Latin ones by their letters, Chinese ones by a dictionary.

    Parameters
    ----------
    text : str
        English, Chinese or mixed.

    Returns
    -------
    list of str
        Lower-case words without stop words, digits and signs, in order.

    Examples
    --------
    >>> tokens("The packaging was broken, 物流太慢了")
    ['packaging', 'broken', '物流', '太慢']

    Taught in: 02 Positioning
    """
    text = text.lower().replace("’", "'")
    found = [word.removesuffix("'s") for word in _LATIN.findall(text)]
    words = [word for word in found if len(word) > 1 and word not in _english_stop()]
    if _HAN.search(text):
        import rjieba  # its dictionary takes half a second to load, so only where it is needed

        for piece in rjieba.cut(text, hmm=False):
            if _HAN.search(piece) and piece not in _CHINESE_STOP:
                words.append(piece)
    return words


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
        The commonest first. Of more than 5,000 posts the latest are read; where the brand wrote none,
        those of the members are.

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
        order by coalesce(is_ugc, false), published_at desc, content_id
        limit 5000
        """
    )
    own = community.query("select count(*) as n from contents where coalesce(is_ugc, false) = false")
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
