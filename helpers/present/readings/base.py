"""What every reading is made of: the type a notebook shows, and the few phrases that all topics share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from helpers.present import numbers
from helpers.present.language import Translate, join

_SPECIAL = re.compile(r"([\\`*_\[\]#|~!])")
_LIST_MARK = re.compile(r"^(\s*)([-+=]|\d+[.)])", flags=re.MULTILINE)


def _escape(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _SPECIAL.sub(r"\\\1", text)
    text = _LIST_MARK.sub(lambda m: m[1] + m[2][:-1] + "\\" + m[2][-1], text)
    # Two dollar signs would be read as a formula between them, and an address as a link.
    return text.replace("$", "<span>&#36;</span>").replace("://", "&#58;//")


class Reading(str):
    r"""A sentence or three computed from a result. Plain text: Markdown or HTML in it is shown as typed.

    Examples
    --------
    >>> Reading("Group <b> kept *12*")._repr_markdown_()
    'Group &lt;b&gt; kept \\*12\\*'

    Taught in: all
    """

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return _escape(str(self))


class TooLittle(Reading):
    """A sentence that says there is too little data; whoever shows it may leave empty figures out beside it.

    Taught in: all
    """

    __slots__ = ()

    def _repr_markdown_(self) -> tuple[str, dict[str, bool]]:  # type: ignore[override]
        return _escape(str(self)), {"too_little": True}


def reading(_: Translate, sentences: Iterable[str]) -> Reading:
    """Join sentences, in the way of the language, to a reading; empty ones are left out.

    Taught in: all
    """
    return Reading(join(_, list(sentences)))


def rate_phrase(_: Translate, row: Mapping[str, Any] | pd.Series) -> str:
    """Write a rate with its interval and the count it rests on.

    Parameters
    ----------
    _ : callable
        From `translator`.
    row : mapping
        With `estimate`, `low`, `high`, `n`.

    Examples
    --------
    >>> row = {"estimate": 0.312, "low": 0.289, "high": 0.336, "n": 1234}
    >>> rate_phrase(lambda message: message, row).replace("\u00a0", " ")
    '31.2 % (28.9–33.6 %, n = 1,234)'

    Taught in: all
    """
    return _("{estimate} ({interval}, n = {n})").format(
        estimate=numbers.percent(row["estimate"]),
        interval=numbers.percent_interval(row["estimate"], row["low"], row["high"])
        .partition("(")[2]
        .rstrip(")")
        or numbers.MISSING,
        n=numbers.count(row["n"]),
    )


def too_little(_: Translate, what: str, n: float) -> TooLittle:
    """Say that a result rests on too little to be read.

    Parameters
    ----------
    _ : callable
        From `translator`.
    what : str
        What was to be measured, already translated: `_("weekly retention")`.
    n : int
        The count there is.

    Examples
    --------
    >>> too_little(lambda message: message, "weekly retention", 3)
    'There is too little data to say anything about weekly retention (n = 3).'

    Taught in: all
    """
    message = _("There is too little data to say anything about {what} (n = {n}).")
    return TooLittle(message.format(what=what, n=numbers.count(n)))
