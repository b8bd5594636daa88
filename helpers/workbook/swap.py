"""Put a finished folder in the place of an earlier one: whole, or not at all, and one run at a time."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpers.community.disk import is_full
from helpers.community.errors import SettingsError
from helpers.community.sentences import mark as _
from helpers.community.turns import PATIENCE, turn

_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


@contextmanager
def whole(target: Path, *, patience: float = PATIENCE) -> Iterator[Path]:
    """Give a fresh folder beside the target, which takes the target's place only when all went well.

    Parameters
    ----------
    target : pathlib.Path
        Where the folder is to be; what is there stays until the fresh one is complete.
    patience : float, default 600
        Seconds to wait for another run that is writing here.

    Yields
    ------
    pathlib.Path
        The fresh folder. Whatever a run that was killed has left beside the target is cleaned up first.

    Raises
    ------
    SettingsError
        When the disk is full, the earlier folder is in use, or another run does not finish.

    Taught in: all
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with _turn(target, patience):
            fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
            try:
                yield fresh
                fresh.chmod(0o755)
                _replace(fresh, target)
            finally:
                _remove(fresh)
    except Exception as error:
        if is_full(error):
            raise full(target.name) from None
        raise


def full(name: str) -> SettingsError:
    """Say that the disk is full and that what was there before is untouched.

    Examples
    --------
    >>> str(full("tea"))[:45]
    'The disk is full, so the report in tea was no'

    Taught in: all
    """
    return SettingsError(
        _(
            "The disk is full, so the report in {name} was not written; an earlier one is as it "
            "was. Free some space, also where the system keeps temporary files, and run the "
            "command again."
        ),
        name=name,
    )


def tidy(target: Path) -> None:
    """Remove what a run that was killed left beside a folder, unless a run is writing there now.

    Parameters
    ----------
    target : pathlib.Path
        The folder, which need not be there. Where a run was killed between two steps of replacing it,
        the earlier folder is put back.

    Taught in: all
    """
    if target.parent.is_dir():
        with suppress(SettingsError, OSError), _turn(target, 0.0):
            pass


# one at a time -----------------------------------------------------------------------------------


@contextmanager
def _turn(target: Path, patience: float) -> Iterator[None]:
    """Wait until no other run writes this folder. The system lets go of the lock when a run is killed."""
    text = _(
        "Another run is writing the report in {folder}. Wait until it is done and run the command again."
    )
    busy = SettingsError(text, folder=target.name)
    with turn(target.parent / f".{target.name}.lock", patience, busy) as alone:
        if alone:  # so whatever lies about is of the dead
            _clean(target)
        yield


# one for the other -------------------------------------------------------------------------------


def _replace(fresh: Path, target: Path) -> None:
    if target.exists() and _exchange(fresh, target):
        return
    previous = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent)) / "previous"
    try:
        if target.exists():
            target.rename(previous)
        try:
            fresh.rename(target)
        except OSError:
            if previous.exists():
                previous.rename(target)
            raise
    except OSError as error:
        if is_full(error):
            raise
        raise SettingsError(
            _(
                "The report in {folder} could not be replaced ({strerror}); the earlier one is still "
                "there. Close the files of it that are open in other programs and run the command "
                "again."
            ),
            folder=target.name,
            strerror=error.strerror,
        ) from None
    finally:
        if target.exists():
            _remove(previous.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step, where the system can: nobody ever finds neither."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
    except (OSError, TypeError):  # Windows
        return False
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        call = getattr(library, "renamex_np", None)
        return call is not None and call(*names, ctypes.c_uint(_EXCHANGE)) == 0
    call, here = getattr(library, "renameat2", None), -100
    return call is not None and call(here, names[0], here, names[1], ctypes.c_uint(_EXCHANGE)) == 0


def _clean(target: Path) -> None:
    left = re.compile(rf"\.{re.escape(target.name)}-[a-z0-9_]{{8}}")
    for path in sorted(target.parent.iterdir()):
        if left.fullmatch(path.name):
            previous = path / "previous"
            if previous.exists() and not target.exists():
                previous.rename(target)
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
