"""What several formats need: times that are numbers, and ids for messages that have none."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Sequence
from functools import lru_cache

FIRST, LAST = 631_152_000, 4_102_444_800  # 1990 to 2100, in seconds since 1970


@lru_cache(maxsize=4096)
def _day(days: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=days)).isoformat()


@lru_cache(maxsize=86_400)
def _clock(rest: int) -> str:
    return f"T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}Z"


def moment(number: str | float | None) -> str | None:
    """Write a count of seconds, milliseconds or microseconds since 1970 as a time with its zone.

    Parameters
    ----------
    number : str, float or None
        The count, as platforms give it.

    Returns
    -------
    str or None
        The time in UTC to the second; None when the number is no time between 1990 and 2100.

    Examples
    --------
    >>> moment("1772715851"), moment(1772715851000), moment("soon")
    ('2026-03-05T13:04:11Z', '2026-03-05T13:04:11Z', None)
    """
    try:
        if isinstance(number, str):
            if not (number.isdecimal() or number.replace(".", "", 1).isdecimal()):
                return None  # words, or what a spreadsheet rounded: 1.77E+09
            number = number.partition(".")[0]
        seconds = int(number or 0)
    except (ValueError, OverflowError):
        return None
    if seconds > LAST:
        seconds //= 1000
        if seconds > LAST:
            seconds //= 1000
    if not FIRST <= seconds <= LAST:
        return None
    days, rest = divmod(seconds, 86_400)
    return _day(days) + _clock(rest)


def moments(cells: Sequence[str | None]) -> list[str | None]:
    """Write those of a column that are counts as `moment` does, and leave the others as they are.

    Parameters
    ----------
    cells : sequence of str or None
        Counts, or times in words.

    Returns
    -------
    list of str or None
        The times.

    Examples
    --------
    >>> moments(["1772715851", "1772715852"]), moments(["2026-03-05", None])
    (['2026-03-05T13:04:11Z', '2026-03-05T13:04:12Z'], ['2026-03-05', None])
    """
    given = list(filter(None, cells))
    together = "".join(given)
    if len(given) == len(cells) and together.isascii() and together.isdecimal():
        sizes = set(map(len, given))
        if sizes in ({10}, {13}, {16}):  # in seconds, thousandths or millionths of them
            seconds = [int(cell[:10]) for cell in given]
            if min(seconds) >= FIRST and max(seconds) <= LAST:
                return [_day(one // 86_400) + _clock(one % 86_400) for one in seconds]
    return [moment(cell) or cell for cell in cells]


class Numbering:
    """Give each message of a chat an id that an overlapping export of the same chat repeats.

    The id is made of the chat, the time, and a short mark of who said what; what one sender repeats within
    one tick of the clock is counted, so that nothing said twice is taken for a line exported twice.

    Examples
    --------
    >>> ids = Numbering()
    >>> [ids.id("tea", "21:04", "ann", "+1") for _ in range(2)]
    ['tea:21:04:0f6041ea', 'tea:21:04:0f6041ea:2']
    """

    def __init__(self) -> None:
        self._at = self._chat = ""
        self._start = 0
        self._marks: dict[int, int] = {}

    def id(self, chat: str, at: str, sender: str, text: str) -> str:
        """Return the id of the next message."""
        if chat != self._chat:
            self._chat, self._start = chat, zlib.crc32(f"{chat}\0".encode("utf-8", "replace"))
        if at != self._at:
            self._at = at
            self._marks.clear()
        mark = zlib.crc32(f"{sender}\0{text}".encode("utf-8", "replace"), self._start)
        nth = self._marks[mark] = self._marks.get(mark, 0) + 1
        return f"{chat}:{at}:{mark:08x}:{nth}" if nth > 1 else f"{chat}:{at}:{mark:08x}"
