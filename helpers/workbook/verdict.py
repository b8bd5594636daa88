"""What the check of an exercise says: the hint, the verdict and how they show themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from helpers.present.language import translator


@dataclass(frozen=True)
class Hint:
    """A message for one kind of mistake: English text, with the values that it names.

    Parameters
    ----------
    text : str
        English message id, with named placeholders.
    values : dict
        What the placeholders stand for.
    """

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mistake:
    """An answer that learners typically write, and a part of the (English) hint that it must get.

    Parameters
    ----------
    code : str
        Python that stands in the exercise cell instead of the dots; the cell's `check` follows it.
    hint : str
        Words that the hint must contain.
    """

    code: str
    hint: str


@dataclass(frozen=True)
class Verdict:
    """What `check` found: state is "not attempted", "right" or "hint".

    Notes
    -----
    Shows itself as Markdown in a notebook and as plain text elsewhere, in the notebook's language.
    """

    name: str
    state: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"

    def __str__(self) -> str:
        _ = translator(self.language)
        heads = {
            "right": _("Right."),
            "hint": _("Not yet."),
            "not attempted": _("Not attempted yet."),
        }
        body = _(self.text).format(**self.values) if self.text else ""
        return f"{self.name} · {heads[self.state]} {body}".strip()

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        name, _, rest = str(self).partition(" · ")
        signs = {"right": "✓", "hint": "→", "not attempted": "○"}
        return f"> **{name}** {signs[self.state]} {escape(rest, quote=False)}"


def mark(text: str) -> str:
    """Mark a text for the catalogue without translating it yet.

    Checkers import this as `_`, because the learner's language is known only when `check` runs.

    Parameters
    ----------
    text : str
        English text, with named placeholders.

    Returns
    -------
    str
        The same text.

    Examples
    --------
    >>> mark("Count everybody who was invited.")
    'Count everybody who was invited.'

    Taught in: all
    """
    return text
