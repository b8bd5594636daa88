"""The store: checked rows of the last opening in a folder, whole or not at all, so that only news is read.

A store is a folder with files that are never changed once they are written and a manifest that names the ones
that count; the manifest is written last and takes the place of the earlier one in one step. Whoever is killed
before that leaves the earlier store. One opening at a time uses a store; who waits too long is told so.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from helpers.community import disk
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.community.turns import PATIENCE, turn

MANIFEST, LOCK, KIND = "store.json", ".lock", "community store"
GRACE = 24 * 3600.0  # seconds that a file stays after it stopped to count: a report may still read it


@cache
def version() -> str:
    """Return what stands for the code that reads and checks: rows that other code checked are not used."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    folder = Path(__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@dataclass
class Store:
    """Hold what a folder keeps of the last opening.

    Parameters
    ----------
    folder : pathlib.Path
        Where it is.
    parts : dict of str to dict
        What is known of every file or answer, by the settings by which it was read.
    tables : dict of str to dict
        What was found across the rows of a table.
    discarded : bool
        Whether something was there that could not be used.
    """

    folder: Path
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    discarded: bool = False
    files: dict[str, list[Any]] = field(default_factory=dict)
    hidden: dict[str, Any] = field(default_factory=dict)  # pseudonyms that are kept from now on

    def path(self, name: str) -> Path:
        """Return the path of one of its files."""
        return self.folder / name

    def new(self, kind: str) -> Path:
        """Return the path of a file that is not there yet."""
        return self.folder / f"{kind}-{secrets.token_hex(8)}.parquet"

    def sound(self, names: Iterable[str]) -> bool:
        """Return whether files are there and as they were written."""
        return all(name in self.files and _told(self.folder / name) == self.files[name] for name in names)

    def commit(self, parts: dict[str, dict[str, Any]], tables: dict[str, dict[str, Any]]) -> None:
        """Let the store hold these from now on, and clear away what no longer counts.

        Parameters
        ----------
        parts : dict of str to dict
            Of every file or answer; ``files`` lists what belongs to it.
        tables : dict of str to dict
            Of every table, likewise.
        """
        names = sorted({name for one in (*parts.values(), *tables.values()) for name in one["files"]})
        files = {name: self.files.get(name) or _told(self.folder / name) for name in names}
        plain = {"kind": KIND, "version": version(), "parts": parts, "tables": tables, "files": files}
        text = json.dumps(plain, ensure_ascii=False)
        if (self.folder / MANIFEST).is_file() and not self.discarded and plain == self._plain():
            return
        disk.replace(self.folder / MANIFEST, text)
        for name in set(self.files) - set(files):
            if (self.folder / name).is_file():
                os.utime(self.folder / name)
        for path in self.folder.glob("*-*.parquet"):
            if path.name not in files and time.time() - path.stat().st_mtime > GRACE:
                path.unlink(missing_ok=True)

    def _plain(self) -> dict[str, Any]:
        return {
            "kind": KIND,
            "version": version(),
            "parts": self.parts,
            "tables": self.tables,
            "files": self.files,
        }


@contextmanager
def opened(folder: Path, *, patience: float = PATIENCE) -> Iterator[Store]:
    """Open a store, alone, and make it where there is none.

    Parameters
    ----------
    folder : pathlib.Path
        Where it is. It is readable by its owner alone, for it holds people's data.
    patience : float, default 600
        Seconds to wait for another opening.

    Yields
    ------
    Store
        What it holds; nothing where it is damaged or was written by another version of the workbook.

    Raises
    ------
    SettingsError
        When the folder holds something else, the disk is full, or another opening does not finish.
    """
    text = _("The store {folder} is in use by another run. Wait until it is done and run the command again.")
    busy = SettingsError(text, folder=folder.name)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(one.name not in (LOCK, MANIFEST) and not _ours(one.name) for one in folder.iterdir()):
            text = _("{folder} holds other files, so it is no place for a store. Name another folder.")
            raise SettingsError(text, folder=folder.name)
        if os.name != "nt":
            folder.chmod(0o700)
        with turn(folder / LOCK, patience, busy):
            yield _read(folder)
    except Exception as error:
        if not disk.is_full(error):
            raise
        text = _(
            "The disk is full, so the store {folder} was not written; what it held is as it was. Free some "
            "space, also where the system keeps temporary files, and run the command again."
        )
        raise SettingsError(text, folder=folder.name) from None


def _ours(name: str) -> bool:
    stem, _dash, number = name.removesuffix(".parquet").partition("-")
    parquet = name.endswith(".parquet") and len(number) == 16 and bool(stem)
    return parquet or name.startswith(f".{MANIFEST}-")


def _read(folder: Path) -> Store:
    path = folder / MANIFEST
    if not path.exists():
        return Store(folder)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["kind"] == KIND and told["version"] == version():
            return Store(folder, told["parts"], told["tables"], files=told["files"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return Store(folder, discarded=True)


def _told(path: Path) -> list[Any]:
    try:
        with path.open("rb") as file:
            return [path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()]
    except OSError:
        return []
