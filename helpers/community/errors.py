"""What can go wrong with a community's data, said to the person who must mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

Translate = Callable[[str], str]


def mark(text: str) -> str:
    """Mark a text for translation, as `sentences.mark` does, which is further down the road of imports."""
    return text


_ = mark


class CommunityError(Exception):
    """Anything about the data or its settings that the person running the workbook can mend.

    Parameters
    ----------
    text : str or Sentence
        What went wrong and how to mend it: a template where there are values, else the text itself.
    **values
        What fills the template's named placeholders: plain values, or sentences.

    Examples
    --------
    >>> error = CommunityError("{file}: the file is empty.", file="orders.csv")
    >>> str(error), error.told({"{file}: the file is empty.": "{file}：文件是空的。"}.get)
    ('orders.csv: the file is empty.', 'orders.csv：文件是空的。')
    """

    translate: ClassVar[Translate] = staticmethod(mark)

    def __init__(self, text: Any = "", /, **values: Any) -> None:
        # A sentence knows both of itself.
        self.text: str = text if isinstance(text, str) else text.text
        self.values: dict[str, Any] = values if isinstance(text, str) else text.values
        super().__init__(self.text.format(**self.values) if self.values else self.text)

    def told(self, translate: Translate) -> str:
        """Say the error in the language of a translator."""
        if not self.values:
            return translate(self.text)
        filled = {
            name: value.told(translate) if hasattr(value, "told") else value
            for name, value in self.values.items()
        }
        return translate(self.text).format(**filled)

    def __str__(self) -> str:
        """Say it in English, or in the language of `spoken`."""
        return self.told(CommunityError.translate)


@contextmanager
def spoken(translate: Translate) -> Iterator[None]:
    """Say errors in another language from here on, wherever they are shown.

    Parameters
    ----------
    translate : callable
        Gives the template of another language for the English one.

    Examples
    --------
    >>> with spoken({"No rows.": "没有数据行。"}.get):
    ...     str(DataError("No rows."))
    '没有数据行。'
    """
    before = CommunityError.translate
    CommunityError.translate = staticmethod(translate)
    try:
        yield
    finally:
        CommunityError.translate = staticmethod(before)


class SettingsError(CommunityError):
    """Report a `community.yml` (or a parameter) that says something the workbook cannot follow."""


class DataError(CommunityError):
    """Report data that cannot be used as it is: which file, which column, which rows, and the remedy."""


class TruthMissing(CommunityError):
    """Report that the simulator's truth was asked of a community that was not simulated."""


class TableMissing(CommunityError):
    """Report that a question needs a table or columns that this community does not have.

    Parameters
    ----------
    table : str
        Name of the missing table in the contract.
    columns : iterable of str, optional
        Missing columns of that table; the table's required columns when the whole table is missing.
    """

    def __init__(self, table: str, columns: Iterable[str] = ()) -> None:
        self.table = table
        self.columns = tuple(columns)
        if self.columns:
            wanted = ", ".join(self.columns)
            text = _(
                "This needs the table {table} with {wanted}. Add the file to the folder and name it under "
                "tables.{table} in community.yml."
            )
            super().__init__(text, table=table, wanted=wanted)
        else:
            text = _(
                "This needs the table {table} with its required columns. Add the file to the folder and name "
                "it under tables.{table} in community.yml."
            )
            super().__init__(text, table=table)
