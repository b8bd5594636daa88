"""A finding of the checks of the data, in the reader's language."""

from __future__ import annotations

from typing import Any

from helpers.present import numbers
from helpers.present.language import Translate, term


def told(row: Any, _: Translate) -> str:
    """Say a finding in the reader's language.

    File, column, rows, example and remedy are written in English only, so they follow the translation.

    Parameters
    ----------
    row : named tuple
        A row of `Community.findings()`.
    _ : callable
        The translator.

    Returns
    -------
    str
        The message, behind the translated rule where the language is not English.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from helpers.present.language import translator
    >>> row = SimpleNamespace(table="orders", rows=2, severity="set_aside", rule="x", message="a.csv, row 5")
    >>> told(row, translator("en"))
    'a.csv, row 5'
    >>> told(row, translator("zh")).endswith("a.csv, row 5")
    True

    Taught in: all
    """
    if _("Summary") == "Summary":
        return str(row.message)
    text = _("{table}: {rows} rows {severity} ({rule})")
    words = {name: term(_, getattr(row, name)) for name in ("table", "severity", "rule")}
    return f"{text.format(rows=numbers.count(row.rows), **words)} {row.message}"
