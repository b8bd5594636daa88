"""Turn texts into words and words into a table that models can read, in English and in Chinese alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from helpers.community import Community

_LATIN = re.compile(r"[a-z][a-z'’-]*[a-z]|[a-z]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Words that carry grammar, not meaning. "not", "isn't" and their like turn a word round, so they are kept.
_ENGLISH_GRAMMAR = """
a about above after again all also am an and another any are around as at be because been before being
below between both but by can could did do does doing during each either else enough etc even ever every
everybody everything few for from further get gets got had has have having he her here hers herself him
himself his how however i i'd i'll i'm i've if in into is it it's its itself just let let's made make
makes many may me might mine more most much must my myself now of off often on once one only onto or
other others our ours ourselves out over own per perhaps please put quite rather really same shall she
should since so some somebody something still such take than that that's the their theirs them themselves
then there there's therefore these they they're they've this those though through thus to together too
toward under until up upon us very was we we're we've well were what whatever when where whether which
while who whoever whole whom whose why will with within without would yet you you'd you'll you're you've
your yours yourself yourselves
"""
_CHINESE_GRAMMAR = """
的 了 是 我 你 他 她 它 们 我们 你们 他们 在 和 也 就 都 很 太 还 又 不 没 没有 有 这 那 这个 那个 一个
一 个 上 下 里 去 来 会 要 能 可以 被 把 让 给 对 从 到 与 及 或 但 但是 而 而且 因为 所以 如果 虽然 啊
吧 吗 呢 哦 呀 得 地 着 过 再 才 只 挺 真 真的 非常 比较 有点 什么 怎么 自己 大家 每次 这款 这些 那些 之 其
更 最 多 些 请 用 等
"""
_STOP = frozenset(_ENGLISH_GRAMMAR.split()) | frozenset(_CHINESE_GRAMMAR.split())


def words(text: str) -> list[str]:
    """Cut a text into all its words, those that carry only grammar included.

    Parameters
    ----------
    text : str
        English, Chinese or mixed.

    Returns
    -------
    list of str
        Lower-case words without digits and signs: first the Latin ones, then the Chinese ones, each in
        their order.

    Examples
    --------
    >>> words("物流不快，但是 the tea isn't bad")
    ['the', 'tea', "isn't", 'bad', '物流', '不快', '但是']

    Taught in: 03 Content
    """
    text = text.lower().replace("’", "'")
    found = [word.removesuffix("'s") for word in _LATIN.findall(text)]
    if _HAN.search(text):
        import rjieba  # its dictionary takes half a second to load, so only where it is needed

        found += [piece for piece in rjieba.cut(text, hmm=False) if _HAN.search(piece)]
    return found


def tokens(text: str) -> list[str]:
    """Cut a text into the words that carry meaning, Latin ones by letters, Chinese ones by a dictionary.

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

    Taught in: 02 Positioning, 03 Content
    """
    return [word for word in words(text) if word not in _STOP and (len(word) > 1 or _HAN.search(word))]


def is_chinese(text: str) -> bool:
    """Say whether a text is to be read as Chinese: a quarter of its letters are Chinese characters.

    Examples
    --------
    >>> is_chinese("Longjing 喝起来很香"), is_chinese("I like 龙井 tea after a long day at work")
    (True, False)

    Taught in: 03 Content
    """
    han, latin = len(_HAN.findall(text)), len(re.findall("[A-Za-z]", text))
    return han > 0 and han * 4 >= han + latin


@dataclass(frozen=True)
class Terms:
    """Hold texts as numbers: one row a text, one column a term.

    Parameters
    ----------
    matrix : scipy.sparse.csr_matrix
        Counts or weights; most of it is zero and not stored.
    vocabulary : numpy.ndarray of str
        What each column stands for, in order of the alphabet.
    """

    matrix: csr_matrix
    vocabulary: np.ndarray


def terms(
    texts: Iterable[str],
    *,
    weights: Literal["count", "tfidf"] = "tfidf",
    least: int = 2,
    most: float = 0.5,
    cut: Callable[[str], list[str]] = tokens,
) -> Terms:
    """Count words text by text, or weigh them by how rare they are.

    Parameters
    ----------
    texts : iterable of str
        The texts.
    weights : {"count", "tfidf"}, default "tfidf"
        Plain counts, or *term frequency × inverse document frequency*: a word that stands in every text
        tells nothing about any of them.
    least : int, default 2
        Texts that a word must stand in.
    most : float, default 0.5
        Share of the texts above which a word is left out.
    cut : callable, default tokens
        What makes words of a text.

    Returns
    -------
    Terms
        `matrix` and `vocabulary`; without columns where no word is left.

    Notes
    -----
    Spärck Jones (1972), *Journal of Documentation* 28, 11-21; each row is scaled to length one.

    Examples
    --------
    >>> found = terms(["green tea", "black tea", "green cup"], weights="count", least=1, most=1.0)
    >>> list(found.vocabulary)
    ['black', 'cup', 'green', 'tea']
    >>> found.matrix.toarray().tolist()
    [[0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 1, 0]]

    Taught in: 03 Content
    """
    from scipy.sparse import csr_matrix as sparse
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

    texts = list(texts)
    cuts = {text: cut(text) for text in dict.fromkeys(texts)}  # templates repeat: equal texts are cut once
    kind: Any = CountVectorizer if weights == "count" else TfidfVectorizer
    seen: dict[str, int] = {}
    for found in cuts.values():
        for word in set(found):
            seen[word] = seen.get(word, 0) + 1
    least = min(least, max(len(texts), 1))
    if not any(seen.values()):
        return Terms(sparse((len(texts), 0)), np.array([], dtype=object))
    model = kind(analyzer=cuts.__getitem__, min_df=least, max_df=max(most, least / len(texts)))
    try:
        matrix = model.fit_transform(texts)
    except ValueError:  # no word stands in enough texts and in few enough
        return Terms(sparse((len(texts), 0)), np.array([], dtype=object))
    return Terms(matrix.tocsr(), model.get_feature_names_out())


def posts(community: Community, *, ugc: bool | None = None, notices: bool = False) -> pd.DataFrame:
    """Give the posts that have a text, title and body in one.

    Parameters
    ----------
    community : Community
        The opened community.
    ugc : bool, optional
        Only posts by members (True) or by the brand (False); all of them if not said.
    notices : bool, default False
        Whether announcements count: they repeat themselves by nature.

    Returns
    -------
    DataFrame
        content_id, day, author_id, topic, format, purpose, is_ugc, text; oldest first.

    Raises
    ------
    TableMissing
        If contents have neither titles nor texts.

    Examples
    --------
    >>> from helpers.community import Community
    >>> written = pd.DataFrame({"content_id": ["c1", "c2"], "published_at": "2026-05-01"})
    >>> written = written.assign(title=["Tea", None], text=["is hot", None])
    >>> events = pd.DataFrame({"member_id": ["m1"], "occurred_at": "2026-05-01", "event_type": "view"})
    >>> posts(Community.open({"contents": written, "events": events}))[["content_id", "text"]]
      content_id        text
    0         c1  Tea is hot

    Taught in: 03 Content
    """
    if not community.has("contents", "title"):
        community.require("contents", "text")
    frame = community.query(
        """
        select content_id, day, author_id, topic, format, purpose, is_ugc,
               trim(coalesce(title, '') || ' ' || coalesce(text, '')) as text
        from contents
        where trim(coalesce(title, '') || ' ' || coalesce(text, '')) <> ''
        order by published_at, content_id
        """
    )
    if not notices:
        frame = frame[frame["purpose"].fillna("") != "notice"].reset_index(drop=True)
    if ugc is not None:
        frame = frame[frame["is_ugc"].fillna(not ugc).astype(bool) == ugc].reset_index(drop=True)
    return community.describe(frame, "posts", population="posts with a text", n=len(frame))
