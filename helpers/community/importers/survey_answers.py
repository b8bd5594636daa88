"""What the cells of a survey's export say: numbers, degrees in words, times, or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from helpers.community.importers import tabular

DEGREES = {
    degree: score
    for score, degrees in {
        5: ("非常满意", "很满意", "非常滿意", "very satisfied", "extremely satisfied"),
        4: ("满意", "比较满意", "滿意", "satisfied", "somewhat satisfied"),
        3: ("一般", "neutral", "neither satisfied nor dissatisfied"),
        2: ("不满意", "不太满意", "不滿意", "dissatisfied", "somewhat dissatisfied"),
        1: ("非常不满意", "很不满意", "非常不滿意", "very dissatisfied", "extremely dissatisfied"),
    }.items()
    for degree in degrees
}
BLANK = frozenset((*tabular.BLANKS, "(跳过)", "(空)", "-3", "-2"))
NUMBER = re.compile(r"^(\d{1,2})(?:\.0)?(?:$|\s*(?:分|[-–—(（.、:：]))")
YEAR = re.compile(r"^\s*(?:19|20)\d{2}\s?[-/.年]|^\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d{2}")
WITH_YEAR = re.compile("(?:19|20)[0-9]{2}[-/.年]")  # how a cell begins that `YEAR` knows at once
GOOGLE = re.compile(r"^(.*?)\s*(上午|下午|AM|PM|am|pm)?\s*(?:GMT|UTC)?([+-]\d{1,2})?$")
OFF = ""  # stands for the score of an answer that is not on its scale


class Answers:
    """What the cells of one column hold: how many are filled, times or degrees, and what numbers."""

    def __init__(self) -> None:
        self.filled, self.times, self.degrees, self.numbers = 0, 0, 0, Counter[int]()

    def look(self, cells: Sequence[str]) -> None:
        """Look at more cells of the column, as they are written."""
        if 4 * len(set(cells)) > len(cells):  # such as times, which are told by how they begin
            begins = Counter([cell[:5] for cell in cells])
            years = {begin for begin in begins if WITH_YEAR.fullmatch(begin)}
            dated = sum(begins[begin] for begin in years)
            self.filled, self.times = self.filled + dated, self.times + dated
            if dated == len(cells):
                return
            cells = [cell for cell in cells if cell[:5] not in years]
        counts = Counter(cells)
        for cell, times in zip(tabular.cleaned(tuple(counts)), counts.values(), strict=True):
            self.add(cell, times)

    def add(self, cell: str, times: int) -> None:
        """Count a cell that is there that many times."""
        if cell.casefold() in BLANK:
            return
        self.filled += times
        found = number(cell)
        if found is not None:
            self.numbers[found] += times
            self.degrees += times * (not cell[0].isdigit())
        elif YEAR.match(cell):
            self.times += times


@lru_cache(maxsize=4_096)
def number(text: str) -> int | None:
    """Read the number that an answer begins with, or the degree that it names.

    Examples
    --------
    >>> number("10"), number("9分"), number("0 - Not at all likely"), number("10 or so"), number("2017")
    (10, 9, 0, None, None)
    >>> number("非常满意"), number("Dissatisfied")
    (5, 2)
    """
    found = NUMBER.match(text)
    return int(found[1]) if found else DEGREES.get(text.casefold())


def when(text: str) -> str:
    """Write the time as the door reads it: survey tools put the half of the day and the zone behind it.

    Examples
    --------
    >>> when("2026/03/01 9:05:07 下午 GMT+8"), when("2026-03-01 10:00:00")
    ('2026/03/01 21:05:07+08:00', '2026-03-01 10:00:00')
    """
    if not ("午" in text or "M" in text or "m" in text):
        return text
    found = GOOGLE.match(text)
    if not found or not (found[2] or (found[3] and "GMT" in text)):
        return text
    day, _, clock = found[1].partition(" ")
    hour, colon, rest = clock.partition(":")
    if not colon or not hour.isdigit():
        return text
    if found[2]:
        hour = f"{int(hour) % 12 + 12 * (found[2].lower() in ('下午', 'pm'))}"
    zone = f"{found[3][0]}{int(found[3][1:]):02d}:00" if found[3] and "GMT" in text else ""
    return f"{day} {int(hour):02d}:{rest}{zone}"


def times(cells: Sequence[str]) -> list[str | None]:
    """Write a column of times as `when` does; None where a cell is empty."""
    together = "".join(cells)
    if any(letter in together for letter in "午Mm"):
        return [when(cell) or None for cell in cells]
    return [cell or None for cell in cells]


def scores(cells: Sequence[str], low: int, high: int) -> list[str | None]:
    """Read the answers to a question on a scale.

    Parameters
    ----------
    cells : sequence of str
        Answers, cleaned.
    low, high : int
        Ends of the scale.

    Returns
    -------
    list of str or None
        The number of each; None where there is no answer, `OFF` where it is not on the scale.

    Examples
    --------
    >>> scores(["10", "9分", "", "11"], 0, 10)
    ['10', '9', None, '']
    """

    def score(cell: str) -> str | None:
        if cell.casefold() in BLANK:
            return None
        found = number(cell)
        return str(found) if found is not None and low <= found <= high else OFF

    return tabular.each(score, cells)
