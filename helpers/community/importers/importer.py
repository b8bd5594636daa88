"""What every importer says of itself: its name, what it feeds, how it is recognised and read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from helpers.community.delimited import Torn
from helpers.community.importers.export import Export

Row = tuple[int, Sequence[str | None]]


@dataclass(frozen=True)
class Importer:
    """Describe one export format.

    Parameters
    ----------
    name : str
        Word used in community.yml: ``format: qq``.
    title, title_zh : str
        What it is, in words, in English and in Chinese.
    tables : mapping of str to tuple of str
        Tables of the contract that it feeds, each with its columns, by the contract's own names.
    recognise : callable
        Takes an `Export`; returns whether it is one of this format, judged by its content.
    rows : callable
        Takes an `Export` and a table; yields for every record its number (as the person sees it: the line of
        a text, the number of the message) with one text or None a column, or a `Torn` for a record
        that belongs to the table but cannot be used. Nothing is dropped without one of the two.
    packed : bool or None, default False
        Whether it comes as a folder or a zip rather than a file; None when it may be either.
    explain : callable, optional
        Takes an `Export`; returns what was decided about it, one line each, for the person who runs init.
    """

    name: str
    title: str
    title_zh: str
    tables: Mapping[str, tuple[str, ...]]
    recognise: Callable[[Export], bool]
    rows: Callable[[Export, str], Iterator[Row | Torn]]
    packed: bool | None = False
    explain: Callable[[Export], Sequence[str]] | None = None
