"""One CSV file of a Discourse forum: which of its kinds it is, and what its rows say, one by one or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from helpers.community.importers import tabular
from helpers.community.importers.export import Export
from helpers.community.importers.tabular import Grid, Piece, filled

KINDS = {  # the columns by which a kind is known
    "archive": ("topic_title", "is_pm", "url", "created_at"),
    "actions": ("action_type", "acting_user_id", "created_at"),
    "posts": ("topic_id", "post_number", "created_at"),
    "users": ("username", "trust_level", "created_at"),
}
ALL = tuple(dict.fromkeys(name for names in KINDS.values() for name in names))
YES = ("true", "t", "1", "yes", "是", "はい", "ja", "oui", "sí", "si", "sim", "да", "예", "tak", "evet")
PM = "a private message"


class Table(NamedTuple):
    """A file: which kind it is, its grid, and the place of every column."""

    kind: str
    grid: Grid
    places: dict[str, int]

    def words(self, cells: Sequence[str], *names: str) -> str | None:
        """Return what was written, though it be a word that elsewhere says that there is nothing."""
        place = next((self.places[name] for name in names if name in self.places), None)
        return None if place is None else cells[place] or None

    def get(self, cells: Sequence[str], *names: str) -> str | None:
        """Return what a row says in the first of these columns that says something."""
        for name in names:
            place = self.places.get(name)
            if place is not None and (found := filled(cells[place])) is not None:
                return found
        return None

    def all_words(self, piece: Piece, *names: str) -> list[str | None]:
        """Return of many rows what `words` returns of one."""
        place = next((self.places[name] for name in names if name in self.places), None)
        if place is None:
            return [None] * len(piece.numbers)
        return [cell or None for cell in tabular.cleaned(piece.columns[place])]

    def all(self, piece: Piece, *names: str) -> list[str | None]:
        """Return of many rows what `get` returns of one."""
        return piece.first(*(self.places[name] for name in names if name in self.places))

    def at(self, cells: Sequence[str]) -> str | None:
        """Return when a row was written."""
        return _zoned(self.get(cells, "created_at"))

    def all_at(self, piece: Piece) -> list[str | None]:
        """Return when many rows were written."""
        at = self.all(piece, "created_at")
        return list(map(_zoned, at)) if " UTC" in "".join(filter(None, at)) else at


def _zoned(at: str | None) -> str | None:
    return f"{at[:-4]}Z" if at and at.endswith(" UTC") else at


def yes(text: str | None) -> bool:
    """Tell whether a cell says yes, in whichever language the forum is set to.

    Examples
    --------
    >>> yes("TRUE"), yes("Nein"), yes(None)
    (True, False, False)
    """
    return (text or "").casefold() in YES


def find(export: Export) -> Table | None:
    """Find the table of a file and tell its kind; None where it is none of a forum's."""
    grid = tabular.find(export, ALL)
    if grid is None:
        return None
    places = {name.lower(): at for at, name in reversed(list(enumerate(grid.header)))}
    for kind, needed in KINDS.items():
        if all(name in places for name in needed):
            if kind == "posts" and not {"user_id", "username"} & set(places):
                return None
            return Table(kind, grid, places)
    return None
