"""Files that are there whole or not at all, and disks that are full."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_WINDOWS_FULL = {39, 112}
_SAID = re.compile(r"No space left on device|not enough space on the disk|[Dd]isk quota exceeded")


def is_full(error: BaseException | str) -> bool:
    """Tell whether an error, or what was said of one, comes of a disk without space.

    Examples
    --------
    >>> is_full(OSError(28, "No space left on device")), is_full("KeyError: 'day'")
    (True, False)
    """
    if isinstance(error, OSError) and (
        error.errno in _FULL or getattr(error, "winerror", None) in _WINDOWS_FULL
    ):
        return True
    return bool(_SAID.search(str(error)))


def create(path: Path, text: str) -> bool:
    """Write a file that its owner alone may read, unless there is one already.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    text : str
        Its content.

    Returns
    -------
    bool
        False when there was one already, which then stays as it is.

    Notes
    -----
    The file gets its name when it is written to the end: who finds it, finds all of it, even when two
    write at once or one is killed.
    """
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        try:
            os.link(name, path)
        except FileExistsError:
            return False
        except (OSError, NotImplementedError):  # a disk without links, such as a memory stick
            taken = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.write(taken, text.encode("utf-8"))
            except OSError:
                path.unlink(missing_ok=True)
                raise
            finally:
                os.close(taken)
    except FileExistsError:
        return False
    finally:
        Path(name).unlink(missing_ok=True)
    return True


def replace(path: Path, text: str) -> None:
    """Write a text file in place of the one that is there; that one stays until the new one is whole.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    text : str
        Its content.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if os.name != "nt":
            mask = os.umask(0)
            os.umask(mask)
            Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
