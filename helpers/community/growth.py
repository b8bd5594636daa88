"""Files that grow: how far a text was read, and reading only what was appended to it since."""

from __future__ import annotations

import codecs
import shutil
from dataclasses import dataclass
from pathlib import Path

from helpers.community.engine import Engine

_HEAD = 1 << 16


class Otherwise(Exception):
    """Rows that were read before would be read otherwise now that there are more of them."""


@dataclass(frozen=True)
class Reach:
    """Say how far a text was read, and how.

    Parameters
    ----------
    way : {"split", "lines", "objects"}
        By the engine, line by line, or as one JSON object a line.
    encoding, separator : str
        How it is written.
    skip : int
        Rows before the first record.
    names : tuple of str
        Its columns.
    size : int
        Bytes that were read.
    rows : int
        Number of its last row.
    closed : bool
        Whether its last record had come to its end, so that no later line can belong to it.
    blank_lines : bool
        Whether it holds any.
    runs : tuple of int
        Stretches of bytes by which its encoding is told.
    sha256 : str
        Hash of the file as it is now.
    """

    way: str
    encoding: str
    separator: str
    skip: int
    names: tuple[str, ...]
    size: int
    rows: int = 0
    closed: bool = True
    blank_lines: bool = False
    runs: tuple[int, ...] = (0, 0, 0)
    sha256: str = ""

    def same_way(self, other: Reach) -> bool:
        """Return whether two readings took a file in the same way, however far they came."""
        ours = (self.way, self.encoding, self.separator, self.skip, self.names)
        return ours == (other.way, other.encoding, other.separator, other.skip, other.names)


@dataclass
class End:
    """Note where line by line reading ended, and whether a quote was still looking for its other half."""

    row: int = 0
    open: bool = False


def appended(engine: Engine, path: Path, before: Reach) -> tuple[Path, str]:
    """Copy what was appended to a file since it was read, and say in which encoding it is.

    Parameters
    ----------
    engine : Engine
        Gives the copy a place.
    path : pathlib.Path
        The file, whose first bytes are those that were read before.
    before : Reach
        How far it was read.

    Returns
    -------
    tuple of (pathlib.Path, str)
        The copy, which begins with a whole row, and its encoding.

    Raises
    ------
    Otherwise
        When the cut may go through a record, or when the new rows are not written as those before.
    """
    if before.encoding.startswith("utf-16") or not before.closed:
        raise Otherwise("the cut may go through a record")
    copy = engine.scratch(path.suffix)
    with path.open("rb") as file:
        begins = _line_end(file.read(_HEAD))
        file.seek(before.size - 1)
        if file.read(1) != b"\n":
            following = file.read(2)
            ends = 2 if following == b"\r\n" else 1 if following[:1] == b"\n" else 0
            if not ends:
                raise Otherwise("the last row went on")
            file.seek(before.size + ends)
        place = file.tell()
        head = file.read(_HEAD)
        if head.startswith(codecs.BOM_UTF8) or not head or _line_end(head) not in (begins, b""):
            raise Otherwise("the new rows begin otherwise")
        file.seek(place)
        with copy.open("wb") as target:
            shutil.copyfileobj(file, target, 1 << 20)
    return copy, "utf-8" if before.encoding == "utf-8-sig" else before.encoding


def _line_end(head: bytes) -> bytes:
    at = head.find(b"\n")
    return b"" if at < 0 else b"\r\n" if head[at - 1 : at] == b"\r" else b"\n"
