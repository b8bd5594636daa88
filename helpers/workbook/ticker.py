"""One line that says what is being done, for whoever waits: it moves in a terminal, is patient elsewhere."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Any, Self, TextIO

from tqdm import tqdm

from helpers.community.privacy import cover
from helpers.community.sentences import Sentence
from helpers.present.language import Translate

PATIENCE = 2.0  # seconds that pass before anything is said
EVERY = 5.0  # seconds between two lines where there is no terminal
MOVES = 0.2  # seconds between two looks at what is done


class Ticker:
    """Say in one line what is being done, once it has taken a while.

    Parameters
    ----------
    stream : text file
        Where to: the line moves in a terminal, elsewhere there is a new one every few seconds.
    translate : callable
        Turns a template into the reader's language.
    patience, every : float
        Seconds before the first line, and between two lines where there is no terminal.

    Notes
    -----
    A thread looks at the last step, so that one long step is told as well and no step waits for the screen.
    """

    def __init__(
        self, stream: TextIO, translate: Translate, *, patience: float = PATIENCE, every: float = EVERY
    ) -> None:
        self.stream, self.translate = stream, translate
        self.patience, self.every = patience, every
        self._moves = stream.isatty()
        self._step: tuple[Sentence, int | None, int | None] | None = None
        self._begun = self._said_at = 0.0
        self._said = ""
        self._bar: Any = None
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def hear(self, what: Sentence, done: int | None = None, total: int | None = None) -> None:
        """Take note of a step; give it to `progress.telling`."""
        self._step = (what, done, total)

    def rest(self) -> None:
        """Take the line away until the next step, because something else has the screen."""
        with self._lock:
            self._step = None
            self._clear()

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._clear()

    def _look(self) -> None:
        while not self._over.wait(MOVES):
            with self._lock:
                if self._step is not None and time.monotonic() - self._begun >= self.patience:
                    self._say(*self._step)

    def _say(self, what: Sentence, done: int | None, total: int | None) -> None:
        now = time.monotonic()
        text = cover(what.told(self.translate))
        if total and done is not None:
            text += f" {min(done / total, 1):.0%}"
        elif done:
            text += f" {done:,}"
        if self._moves:
            _ = self.translate
            line = _("{what} ({seconds} s)").format(what=text, seconds=int(now - self._begun))
            if self._bar is None:
                self._bar = tqdm(bar_format="{desc}", file=self.stream, leave=False, dynamic_ncols=True)
            self._bar.set_description_str(line)
        elif text != self._said and (not self._said or now - self._said_at >= self.every):
            self.stream.write(text + "\n")
            self.stream.flush()
            self._said, self._said_at = text, now

    def _clear(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
