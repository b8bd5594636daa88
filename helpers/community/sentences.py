"""Sentences that remember their template, so that a floor above can say them in another language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from helpers.community.privacy import outline


def mark(text: str) -> str:
    """Mark a text for translation without translating it; import it as `_`, so that the text is collected.

    Examples
    --------
    >>> mark("{file}: a header and no rows.")
    '{file}: a header and no rows.'
    """
    return text


class Private:
    """Hold a value of somebody's data, which a sentence shows only when that is asked for.

    Examples
    --------
    >>> said = Sentence("not a date: {value}", value=Private("alice"))
    >>> str(said), said.told(str, reveal=True)
    ('not a date: aaaaa', 'not a date: alice')
    """

    def __init__(self, value: object) -> None:
        self.value = value

    def told(self, *, reveal: bool = False) -> str:
        """Return the value, or its form only."""
        return str(self.value) if reveal else outline(self.value)


class Sentence:
    """Hold a template and what fills it, itself a sentence where that is to be translated too.

    Parameters
    ----------
    text : str
        The English template with named placeholders.
    **values
        What fills them: plain values as they are, sentences in the same language.

    Examples
    --------
    >>> where = Sentence("row {row}", row=5)
    >>> str(Sentence("{file}, {where}: not a date.", file="orders.csv", where=where))
    'orders.csv, row 5: not a date.'
    """

    def __init__(self, text: str, **values: Any) -> None:
        self.text = text
        self.values = values

    def told(self, translate: Callable[[str], str], *, reveal: bool = False) -> str:
        """Say the sentence in the language of a translator.

        Parameters
        ----------
        translate : callable
            Gives the template of another language for the English one.
        reveal : bool, default False
            Show what is private.

        Returns
        -------
        str
            The filled template.

        Examples
        --------
        >>> Sentence("row {row}", row=5).told({"row {row}": "第 {row} 行"}.get)
        '第 5 行'
        """
        filled = {
            name: value.told(translate, reveal=reveal)
            if isinstance(value, Sentence)
            else value.told(reveal=reveal)
            if isinstance(value, Private)
            else value
            for name, value in self.values.items()
        }
        said = translate(self.text)
        return said.format(**filled) if filled else said

    def __str__(self) -> str:
        """Say it in English."""
        return self.told(str)


NOTHING = Sentence("")
_ = mark
CODE = _("language: en")


class Either(Sentence):
    """Hold what is declared in both languages, such as the meaning of a column.

    Examples
    --------
    >>> either = Either("Amount paid.", "实付金额")
    >>> str(either), either.told({"language: en": "language: zh"}.get)
    ('Amount paid.', '实付金额')
    """

    def __init__(self, english: str, chinese: str) -> None:
        super().__init__(english)
        self.chinese = chinese

    def told(self, translate: Callable[[str], str], *, reveal: bool = False) -> str:
        """Say it in the language of a translator."""
        return self.text if translate(CODE) == CODE else self.chinese


class Listed(Sentence):
    """Hold several sentences, said one behind the other.

    Examples
    --------
    >>> str(Listed([Sentence("one"), Sentence("two")]))
    'one, two'
    """

    between = _(", ")

    def __init__(self, parts: Sequence[Sentence]) -> None:
        super().__init__("")
        self.parts = parts

    def told(self, translate: Callable[[str], str], *, reveal: bool = False) -> str:
        """Say them in the language of a translator."""
        return translate(self.between).join(one.told(translate, reveal=reveal) for one in self.parts)


class Lines(Listed):
    """Hold several sentences, said one below the other."""

    between = "\n"


def rows_of(count: int) -> Sentence:
    """Say how many rows, in the right number.

    Examples
    --------
    >>> str(rows_of(1)), str(rows_of(20))
    ('1 row', '20 rows')
    """
    return Sentence(_("1 row")) if count == 1 else Sentence(_("{rows} rows"), rows=count)


def to_plain(value: Any) -> Any:
    """Turn what was said into what JSON can hold: findings, their sentences and what is private in them.

    Examples
    --------
    >>> to_plain([Sentence("row {row}", row=5), Private("x"), None])
    [{'sentence': 'row {row}', 'values': {'row': 5}}, {'private': 'x'}, None]
    """
    if isinstance(value, Sentence):
        return {"sentence": value.text, "values": to_plain(value.values)}
    if isinstance(value, Private):
        return {"private": str(value.value)}
    if isinstance(value, dict):
        return {name: to_plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(one) for one in value]
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def from_plain(value: Any) -> Any:
    """Turn what `to_plain` gave back into what was said.

    Examples
    --------
    >>> str(from_plain(to_plain(Sentence("row {row}", row=5))))
    'row 5'
    """
    if isinstance(value, list):
        return [from_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"sentence", "values"}:
        return Sentence(value["sentence"], **from_plain(value["values"]))
    if set(value) == {"private"}:
        return Private(value["private"])
    return {name: from_plain(one) for name, one in value.items()}
