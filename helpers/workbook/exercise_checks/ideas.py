"""Judge the exercise of chapter 08 about new ideas: from a ceiling to an honest guess."""

from __future__ import annotations

from typing import Any

from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "O2.1",
    passes=_("Of 180 that wait 54 are settled, at 26.67 yuan each: less than a third of the ceiling."),
    mistakes=[
        Mistake("settled, cost_of_one = 180, 900 / 180", "ceiling"),
        Mistake("settled, cost_of_one = 300 * 0.6 * 0.75 * 2 / 3, 20", "do not wait"),
        Mistake("settled, cost_of_one = 180 * 0.6 * 0.75, 900 / 81", "accept"),
        Mistake("settled, cost_of_one = 180 * 0.75 * 2 / 3, 10", "to four in ten"),
        Mistake("settled, cost_of_one = 54, 900 / 54", "apologies"),
        Mistake("settled, cost_of_one = 54, (900 + 45 * 20) / 54", "given answers"),
    ],
)
def honest_guess(answer: Any) -> Hint | None:
    """Expect 54 questions and 26.67 yuan."""
    settled, cost = answer
    if close(settled, 180):
        return Hint(_("That is the ceiling: all that wait. How many of them does the assistant answer well?"))
    if close(settled, 81):
        return Hint(_("A right answer only helps those who accept it: two of three."))
    if close(settled, 90):
        return Hint(_("120 of the 300 do not wait, and to four in ten of the others it has no answer."))
    if not close(settled, 54):
        return Hint(_("Multiply: waiting, answered, right, accepted."))
    if close(cost, 900 / 54):
        return Hint(_("The apologies are missing: a quarter of its answers are wrong."))
    if close(cost, (900 + 45 * 20) / 54):
        return Hint(_("Wrong answers are a quarter of the given answers, 108, and not of all that wait."))
    if not close(cost, (900 + 27 * 20) / 54):
        return Hint(_("All that it costs in a month, over the questions that it settles."))
    return None
