"""Write the titles and texts of posts and the comments of surveys, in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from helpers.simulate.contents import PURPOSES, TOPICS, Posts
from helpers.simulate.scenario import Scenario
from helpers.simulate.streams import stream
from helpers.simulate.vocabulary import (
    BRAND_CLOSINGS,
    CLOSINGS,
    COMMENT_ENDS,
    LIVE,
    MIXED,
    POLLS,
    POSTS,
    QUESTIONS,
    THEMES,
    WORDS,
    Pair,
)
from helpers.simulate.vocabulary_purposes import CHALLENGES, DEBATES, ENTRIES, MEETUPS, NOTICES, PASSED_ON

# The first letter of a text and of each sentence.
SENTENCE = re.compile(r"(?:^|(?<=[.?!] ))[a-z]")


def _fill(
    templates: Sequence[Sequence[str]], languages: Sequence[int], rng: np.random.Generator
) -> list[list[str]]:
    """Fill the slots of each row's templates; all columns of a row use the same words."""
    words = {name: rng.integers(0, len(pairs), len(templates)) for name, pairs in WORDS.items()}
    filled = []
    for row, columns in enumerate(templates):
        chosen = {name: WORDS[name][numbers[row]] for name, numbers in words.items()}
        both = [{name: pair[language] for name, pair in chosen.items()} for language in (0, 1)]
        texts = [text.format_map(both[language]) for text, language in zip(columns, languages, strict=True)]
        filled.append([SENTENCE.sub(lambda start: start.group().upper(), text) for text in texts])
    return filled


def post_texts(scenario: Scenario, posts: Posts) -> dict[str, list[str]]:
    """Write the title and the text of every post in both languages.

    Parameters
    ----------
    scenario : Scenario
        Parameters; without `texts` all are empty.
    posts : Posts
        The posts.

    Returns
    -------
    dict of str to list of str
        title_en, title_zh, text_en, text_zh; one entry a post.

    Examples
    --------
    >>> from helpers.simulate import simulate
    >>> small = simulate(Scenario.small(texts=True))
    >>> sorted(post_texts(small.scenario, small.posts))
    ['text_en', 'text_zh', 'title_en', 'title_zh']

    Taught in: 03 Content
    """
    names = ("title_en", "title_zh", "text_en", "text_zh")
    if not scenario.texts or not len(posts):
        return {name: [""] * len(posts) for name in names}
    rng = stream(scenario.seed, "texts")
    draw = rng.random(len(posts))
    by_purpose = ((), QUESTIONS, POLLS, LIVE, DEBATES, CHALLENGES, MEETUPS, NOTICES)
    rows = []
    entries = (posts.purpose == PURPOSES.index("challenge")) & ~posts.by_brand
    for topic, purpose, entry, u in zip(posts.topic, posts.purpose, entries, draw, strict=True):
        choices = ENTRIES if entry else by_purpose[purpose] or POSTS[TOPICS[topic]]
        rows.append(choices[int(u * len(choices))])
    # Half of the posts end with a sentence more.
    ends, which = rng.random(len(posts)) < 0.5, rng.random(len(posts))
    for row in np.flatnonzero(ends & ~posts.negative & (posts.purpose != PURPOSES.index("notice"))):
        closings = BRAND_CLOSINGS if posts.by_brand[row] else CLOSINGS
        english, chinese = closings[int(which[row] * len(closings))]
        title, title_zh, text, text_zh = rows[row]
        rows[row] = (title, title_zh, f"{text} {english}", f"{text_zh}{chinese}")
    filled = _fill(rows, (0, 1, 0, 1), rng)
    lead = stream(scenario.seed, "texts of copies").integers(0, len(PASSED_ON), len(posts))
    for row in np.flatnonzero(posts.copied >= 0):
        title, title_zh, text, text_zh = filled[posts.copied[row]]
        english, chinese = PASSED_ON[lead[row]]
        filled[row] = [title, title_zh, english + text, chinese + text_zh]
    return {name: [row[column] for row in filled] for column, name in enumerate(names)}


def comment_texts(themes: list[str], scores: np.ndarray, rng: np.random.Generator) -> list[list[str]]:
    """Write what members say beside their recommendation score.

    Parameters
    ----------
    themes : list of str
        What each comment is about, a key of `vocabulary.THEMES`.
    scores : numpy.ndarray of int
        Score given; 9 and 10 sound happy, 0 to 6 unhappy, 7 and 8 one or the other.
    rng : numpy.random.Generator
        Stream to draw from.

    Returns
    -------
    list of [str, str]
        English and Chinese comment.

    Examples
    --------
    >>> english, chinese = comment_texts(["price"], np.array([2]), np.random.default_rng(0))[0]
    >>> english != chinese
    True

    Taught in: 06 Evaluation
    """
    draw, mixed, more = rng.random((3, len(themes)))
    rows: list[Pair] = []
    for theme, score, u, v, w in zip(themes, scores, draw, mixed, more, strict=True):
        happy = score >= 9 or (score >= 7 and v < 0.5)
        plain = 7 <= score <= 8 and v > 0.8
        said = MIXED if plain else THEMES[theme][0 if happy else 1]
        english, chinese = said[int(u * len(said))]
        if w < 0.5 and not plain:
            ends = COMMENT_ENDS[0 if happy else 1]
            end, end_zh = ends[int(2 * w * len(ends))]
            english, chinese = f"{english} {end}", chinese + end_zh
        rows.append((english, chinese))
    return _fill(rows, (0, 1), rng)
