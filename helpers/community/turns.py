"""One at a time: a lock that the system lets go of when the process that holds it is killed."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 600.0  # seconds to wait for another run
_BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}


@contextmanager
def turn(path: Path, patience: float, busy: Exception) -> Iterator[bool]:
    """Wait until nobody else holds a lock, and hold it.

    Parameters
    ----------
    path : pathlib.Path
        The file that stands for the lock; it vanishes afterwards.
    patience : float
        Seconds to wait.
    busy : Exception
        What to raise when another still holds it then.

    Yields
    ------
    bool
        False on a disk that knows no locks, where one may not be alone.
    """
    until = time.monotonic() + patience
    while (handle := _locked(path)) is None:
        if time.monotonic() >= until:
            raise busy
        time.sleep(0.05)
    try:
        yield handle >= 0
    finally:
        if handle >= 0:
            _unlocked(path, handle)


def _locked(path: Path) -> int | None:
    """Return a handle that holds the lock, None while another does, or -1 on a disk that knows no locks."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        if os.name == "nt":  # being removed by the run that held it
            return None
        raise
    try:
        _lock(handle)
        there = path.stat()
    except FileNotFoundError:  # removed by the run that held it
        os.close(handle)
        return None
    except OSError as error:
        os.close(handle)
        if error.errno in _BUSY:
            return None
        path.unlink(missing_ok=True)
        return -1
    if os.name != "nt" and not os.path.samestat(os.fstat(handle), there):
        os.close(handle)
        return None
    return handle


def _unlocked(path: Path, handle: int) -> None:
    if os.name != "nt":  # there, a file that is open cannot be removed
        path.unlink(missing_ok=True)
    os.close(handle)
    if os.name == "nt":
        with suppress(OSError):
            path.unlink(missing_ok=True)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
