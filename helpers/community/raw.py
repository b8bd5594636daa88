"""What was read from a file or a frame, before any rule has looked at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from helpers.community.delimited import Torn
from helpers.community.growth import Reach

ROW = "_row"
AGAIN = 10**12  # added to the number of a record each time that it gives one more row


@dataclass
class Raw:
    """Hold what was read: a relation with ``_row`` and every column of the file, and what did not fit in.

    Parameters
    ----------
    relation : str
        Name in the engine.
    file : str
        Name to show.
    digest : str or callable
        Hash of the file's bytes, or what waits for it and gives it; empty for frames. Ask for ``sha256``.
    columns : dict of str to str
        Names of the columns and their SQL types.
    torn : list of Torn
        Lines that could not be split into the columns.
    doubled : set of str
        Names that the header holds twice.
    lazy : bool
        Whether the rows are still in their file and only read when asked for.
    viewed : bool
        Whether the relation is a view.
    behind : str
        What the view reads: "table" or "view" (named ``<relation>_rows``), "frame", or nothing of its own.
    reach : Reach or None
        How far a text was read, where only what is appended to it has to be read another time.
    """

    relation: str
    file: str
    digest: str | Callable[[], str] = ""
    columns: dict[str, str] = field(default_factory=dict)
    torn: list[Torn] = field(default_factory=list)
    doubled: set[str] = field(default_factory=set)
    lazy: bool = False
    viewed: bool = False
    behind: str = ""
    reach: Reach | None = None

    @property
    def sha256(self) -> str:
        """Return the hash of the file's bytes; empty for frames."""
        return self.digest if isinstance(self.digest, str) else self.digest()


def unique_names(header: Sequence[str | None]) -> tuple[list[str], set[str]]:
    """Give every column a name of its own, and tell which names were there twice.

    Examples
    --------
    >>> unique_names(["id", "", "id"])
    (['id', 'column_2', 'id (2)'], {'id'})
    """
    names: list[str] = []
    doubled: set[str] = set()
    taken: dict[str, str] = {ROW: ROW}
    for at, cell in enumerate(header, start=1):
        name = (cell or "").strip().replace("\0", "").encode("utf-8", "replace").decode() or f"column_{at}"
        if name.casefold() in taken and name.casefold() != ROW:
            doubled |= {name, taken[name.casefold()]}
        base, count = name, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base} ({count})"
        taken[name.casefold()] = name
        names.append(name)
    return names, doubled
