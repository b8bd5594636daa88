"""Call what is written in a chat messages: the catalogues speak of posts, as forums have them."""

from __future__ import annotations

import re

# In this order; where a word is a verb it stands for itself.
WORDS = {
    "en": {
        "posts and messages": "messages",
        "not post": "not post",
        "post when": "post when",
        "posts": "messages",
        "Posts": "Messages",
        "post": "message",
    },
    "zh": {
        "帖子与消息": "消息",
        "成员帖子": "成员消息",
        "帖子": "消息",
        "投诉帖": "投诉消息",
        "赞助帖": "赞助消息",
        "品牌帖": "品牌消息",
        "发帖": "发言",
        "本帖": "本条消息",
        "某帖": "某条消息",
        "他帖": "其他消息",
        "旧帖": "旧消息",
        "新帖": "新消息",
        "篇": "条",
        "帖": "消息",
    },
}
# Placeholders stay as they are, whatever their names.
_WANTED = {
    "en": re.compile(r"\{[^}]*\}|\b(?:" + "|".join(WORDS["en"]) + r")\b"),
    "zh": re.compile(r"\{[^}]*\}|" + "|".join(WORDS["zh"])),
}


def as_messages(text: str, language: str) -> str:
    """Say a text of the catalogues for a chat.

    Parameters
    ----------
    text : str
        A template, not yet filled.
    language : {"en", "zh"}
        Its language.

    Returns
    -------
    str
        The same with messages in the place of posts.

    Examples
    --------
    >>> as_messages("{posts} posts sound unhappy", "en"), as_messages("{n} 篇帖子", "zh")
    ('{posts} messages sound unhappy', '{n} 条消息')

    Taught in: all
    """
    words = WORDS[language]
    return _WANTED[language].sub(lambda found: words.get(found[0], found[0]), text)
