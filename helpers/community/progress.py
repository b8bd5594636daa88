"""What is being done at the moment, told to whoever listens; nothing is kept and nothing printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from helpers.community.sentences import Sentence
from helpers.community.sentences import mark as _

Listener = Callable[[Sentence, int | None, int | None], None]

LOOKING = _("Looking at {file}")
READING = _("Reading {file}")
ASKING = _("Asking {file}")
CHECKING = _("Checking the rows of {file}")
OPENING = _("Putting the tables together")
PAGES = _("Writing the pages")

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def telling(listener: Listener) -> Iterator[None]:
    """Tell somebody of every step within.

    Parameters
    ----------
    listener : callable
        Called with what is done (a `Sentence`, to be said in any language), how much of it is done, and how
        much there is; the two numbers are None where they are not known. It is called from wherever the
        work is done, so it should be quick.

    Examples
    --------
    >>> heard = []
    >>> with telling(lambda what, done, total: heard.append((str(what), done, total))):
    ...     step(Sentence(READING, file="orders.csv"), 50_000)
    >>> step(Sentence(READING, file="members.csv"))  # nobody listens
    >>> heard
    [('Reading orders.csv', 50000, None)]
    """
    before = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(before)


def step(what: Sentence, done: int | None = None, total: int | None = None) -> None:
    """Tell what is done now; does nothing unless somebody listens.

    Parameters
    ----------
    what : Sentence
        What is done, from a template of this module or another that is marked for translation. Names of files
        in it go without their folder.
    done : int, optional
        How much of it is done: rows, or bytes, or the like.
    total : int, optional
        How much there is, in the same unit.
    """
    listener = _listener.get()
    if listener is not None:
        listener(what, done, total)


def reading(path: Path | str, done: int | None = None, total: int | None = None) -> None:
    """Tell that a file is read; of a path only its name is said.

    Examples
    --------
    >>> with telling(lambda what, done, total: print(what, done)):
    ...     reading(Path("data") / "orders.csv", 100)
    Reading orders.csv 100
    """
    step(Sentence(READING, file=Path(path).name), done, total)
