"""The language of everything a reader sees: English in the code, Simplified Chinese in gettext catalogues.

English is the message id. `locale/zh/*.po` hold the Chinese, one catalogue for each topic module, and are
read when first needed; nothing has to be compiled. `tables.po` holds column headers and the values that
stand in result columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.present.chat_words import as_messages

Translate = Callable[[str], str]

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("en", "zh")
# Codes whose English is not the code itself with spaces.
NAMES = {
    "ad": "advertising",
    "douban": "Douban",
    "douyin": "Douyin",
    "douyin_shop": "Douyin shop",
    "kol": "KOL",
    "nps": "NPS",
    "pu_erh": "pu-erh",
    "qq": "QQ",
    "rival_a": "rival A",
    "rival_b": "rival B",
    "tmall": "Tmall",
    "wechat": "WeChat",
    "wechat_shop": "WeChat shop",
    "weibo": "Weibo",
    "xiaohongshu": "Xiaohongshu",
    "xiaohongshu_shop": "Xiaohongshu shop",
    "zhihu": "Zhihu",
}
_CONTEXT = "\x04"  # what gettext itself puts between a context and a message


@cache
def _messages(code: str) -> dict[str, str]:
    from babel.messages.pofile import read_po

    found: dict[str, str] = {}
    for path in sorted((LOCALE / code).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            if message.id and message.string:
                key = f"{message.context}{_CONTEXT}{message.id}" if message.context else str(message.id)
                found[key] = str(message.string)
    return found


def about_of(result: Any) -> dict[str, Any]:
    """Give the `about` dictionary of a result.

    Parameters
    ----------
    result : DataFrame, dict or None
        A result (its `attrs["about"]` is taken) or the dictionary itself.

    Returns
    -------
    dict
        Empty when the result says nothing about itself.

    Examples
    --------
    >>> about_of({"title": "Little Kettle"})["title"]
    'Little Kettle'

    Taught in: all
    """
    if isinstance(result, pd.DataFrame | pd.Series):
        return dict(result.attrs.get("about", {}))
    return dict(result) if isinstance(result, Mapping) else {}


def language_of(source: Any) -> str:
    """Give the language code of a result, an `about` dictionary or a code; unknown ones read as English.

    Examples
    --------
    >>> language_of({"language": "zh"}), language_of("zh-CN"), language_of(None)
    ('zh', 'zh', 'en')

    Taught in: all
    """
    code = source if isinstance(source, str) else about_of(source).get("language", "en")
    short = str(code).replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else "en"


def translator(source: Any) -> Translate:
    """Give the function that turns an English message into the language of a result.

    Call the result `_`, so that the messages can be collected from the source and checked.

    Parameters
    ----------
    source : DataFrame, dict or str
        A result, its `about` dictionary, or a language code ("en", "zh").

    Returns
    -------
    callable
        `_(message) -> str`. A message without a translation comes back in English. Of a chat it says messages
        where the catalogues say posts.

    Examples
    --------
    >>> _ = translator("zh")
    >>> _("simulated data")
    '模拟数据'

    Taught in: all
    """
    code = language_of(source)
    messages = {} if code == "en" else _messages(code)
    if about_of(source).get("contents_are") != "messages":
        return lambda message: messages.get(message, message)
    # Every text of ours has a Chinese entry; any other is a name from the reader's own data, or a key.
    ours = messages or {text: text for text in _messages("zh") if _CONTEXT not in text}
    return lambda message: as_messages(ours[message], code) if message in ours else message


def speak(language: str) -> None:
    """Say errors about data and settings in a language from now on, in whatever runs in this process.

    Parameters
    ----------
    language : {"en", "zh"}
        Which language.

    Examples
    --------
    >>> from helpers.community import DataError
    >>> speak("zh")
    >>> str(DataError("{file}: the file is empty. Export it again.", file="orders.csv"))
    'orders.csv：文件是空的。请重新导出。'
    >>> speak("en")

    Taught in: all
    """
    from helpers.community import CommunityError

    CommunityError.translate = staticmethod(translator(language))


def term(_: Translate, value: Any) -> str:
    """Translate a value that stands in a result column, such as "at_risk" or "wechat".

    Looked up as a value first (`msgctxt "value"` in tables.po), then as any message; names that come from
    the reader's own data stay as they are. Underscores of an untranslated lower-case code become spaces.

    Examples
    --------
    >>> _ = translator("en")
    >>> term(_, "at_risk"), term(_, "wechat"), term(_, "Group A_1")
    ('at risk', 'WeChat', 'Group A_1')

    Taught in: all
    """
    text = str(value)
    for key in (f"value{_CONTEXT}{text}", text):
        found = _(key)
        if found != key:
            return found
    if text in NAMES:
        return NAMES[text]
    is_code = text.isascii() and text.islower() and text.replace("_", "").isalpha()
    return text.replace("_", " ") if is_code else text


def heading(_: Translate, text: str) -> str:
    """Translate a heading of a chapter; one that is not known stays as it is.

    Examples
    --------
    >>> heading(translator("zh"), "2 · Who is active?"), heading(translator("en"), "2 · Who is active?")
    ('2 · 谁在活跃？', '2 · Who is active?')

    Taught in: all
    """
    key = f"heading{_CONTEXT}{text}"
    found = _(key)
    return text if found == key else found


def join(_: Translate, sentences: list[str]) -> str:
    """Put sentences behind each other as the language does it: with a space in English, without in Chinese.

    Examples
    --------
    >>> join(translator("en"), ["One.", "", "Two."])
    'One. Two.'

    Taught in: all
    """
    # Asking the translator itself spares every caller from passing the language along as well.
    gap = "" if _("simulated data") != "simulated data" else " "
    return gap.join(sentence for sentence in sentences if sentence)


def legible(words: Sequence[str], source: Any) -> list[str]:
    """Leave the words of the other script out of a list in several languages, unless there are no others.

    Examples
    --------
    >>> legible(["refund", "退款"], "zh"), legible(["refund"], "zh")
    (['退款'], ['refund'])

    Taught in: all
    """
    latin = language_of(source) == "en"
    return [word for word in words if word.isascii() == latin] or list(words)


def some(_: Translate, names: list[str], *, most: int = 3) -> str:
    """List a few names, and say how many more there are.

    Examples
    --------
    >>> some(translator("en"), ["refund", "broken", "fake", "scam"])
    'refund, broken, fake and 1 more'

    Taught in: all
    """
    listed = _(", ").join(names[:most])
    if len(names) <= most:
        return listed
    return _("{names} and {n} more").format(names=listed, n=len(names) - most)
