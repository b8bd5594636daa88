"""Judge the exercises of chapter 04 on inequality, the life cycle, segments and events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from helpers.metrics import participation
from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "I7.1",
    passes=_("It counts the silent, takes any order, and agrees with the course's own function."),
    mistakes=[
        Mistake(
            "def gini(given):\n"
            "    given = given[given > 0].sort_values()\n"
            "    curve = given.cumsum() / given.sum()\n"
            "    return 1 - ((curve + curve.shift(fill_value=0)) / len(given)).sum()",
            "silent",
        ),
        Mistake(
            "def gini(given):\n"
            "    curve = given.cumsum() / given.sum()\n"
            "    return 1 - ((curve + curve.shift(fill_value=0)) / len(given)).sum()",
            "any order",
        ),
        Mistake(
            "def gini(given):\n"
            "    curve = given.sort_values().cumsum() / given.sum()\n"
            "    return 0.5 - ((curve + curve.shift(fill_value=0)) / 2 / len(given)).sum()",
            "half of it",
        ),
    ],
)
def gini_index(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of contributions; tried with silent members, in any order, on all alike."""
    plain = pd.Series([1, 2, 3, 4, 10])
    if close(answer(plain), 0.2):
        return Hint(_("That is the area between diagonal and curve, half of it all: the index is twice it."))
    if not close(answer(plain), 0.4):
        return Hint(_("For {given} the index is {wanted}."), {"given": "1, 2, 3, 4, 10", "wanted": "0.4"})
    if not close(answer(plain.sample(frac=1, random_state=2)), 0.4):
        return Hint(_("The members may come in any order: begin with the one who gave least."))
    quiet = pd.Series([0, 0, 0, 2, 2])
    if close(answer(quiet), 0.0):
        return Hint(_("The silent members are members: leave the zeros in."))
    tiny = quiet.value_counts().sort_index().rename_axis("value").reset_index(name="members")
    if not close(answer(quiet), float(participation.gini(tiny)["estimate"].iloc[0])):
        return Hint(_("Try it on a table in which three of five gave nothing and two the same."))
    if not close(answer(pd.Series([3, 3, 3])), 0.0):
        return Hint(_("Where all give alike the index is 0."))
    return None


@exercise(
    "I8.1",
    passes=_("With the door open the matrix becomes a plan: members move, and newcomers arrive."),
    mistakes=[
        Mistake(
            "def ahead(members, matrix, months, joiners):\n"
            "    for month in range(months):\n        members = members @ matrix\n    return members",
            "nobody joins",
        ),
        Mistake(
            "def ahead(members, matrix, months, joiners):\n"
            "    for month in range(months):\n        members = matrix @ members + joiners\n"
            "    return members",
            "rows and columns",
        ),
        Mistake(
            "def ahead(members, matrix, months, joiners):\n"
            "    for month in range(months):\n        members = members @ matrix\n"
            "    return members + joiners",
            "every month",
        ),
    ],
)
def months_ahead(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of members, matrix, months and joiners a month."""
    members = np.array([100.0, 50.0])
    matrix = np.array([[0.8, 0.2], [0.1, 0.9]])
    joiners = np.array([10.0, 0.0])

    def gives(result: Any, wanted: np.ndarray) -> bool:
        found = np.asarray(result, dtype=float).ravel()
        return found.shape == wanted.shape and bool(np.allclose(found, wanted, atol=0.01))

    first = members @ matrix
    if not gives(answer(members, matrix, 1, 0 * joiners), first):
        return Hint(_("Without joiners, one month is members times matrix: mind rows and columns."))
    if gives(answer(members, matrix, 2, joiners), first @ matrix):
        return Hint(_("In yours nobody joins: add the joiners."))
    if gives(answer(members, matrix, 2, joiners), first @ matrix + joiners):
        return Hint(_("Members join every month, and those of the first month have moved by the second."))
    if not gives(answer(members, matrix, 2, joiners), (first + joiners) @ matrix + joiners):
        return Hint(_("Each month: the members move, then the joiners of that month are added."))
    if not gives(answer(members, matrix, 0, joiners), members):
        return Hint(_("After no month the members are where they are."))
    return None


@exercise(
    "I9.1",
    passes=_("Ideas that cannot be tested or staffed stay on the list for the next quarter."),
    mistakes=[
        Mistake(
            "def choose(table, hours):\n"
            "    fits = table.sort_values('n', ascending=False)\n"
            "    return list(fits.loc[fits['hours'].cumsum() <= hours, 'segment'])",
            "two halves",
        ),
        Mistake(
            "def choose(table, hours):\n"
            "    fits = table[table['n'] >= table['needed']].sort_values('n', ascending=False)\n"
            "    return list(fits.loc[fits['hours'].cumsum() <= hours, 'segment'])",
            "two halves",
        ),
        Mistake(
            "def choose(table, hours):\n"
            "    fits = table[table['n'] >= 2 * table['needed']].sort_values('n', ascending=False)\n"
            "    return list(fits['segment'])",
            "hours",
        ),
        Mistake(
            "def choose(table, hours):\n"
            "    fits = table[table['n'] >= 2 * table['needed']].sort_values('n', ascending=False)\n"
            "    return list(fits.loc[fits['hours'].cumsum() <= hours, 'segment'])",
            "passed over",
        ),
    ],
)
def segments_to_try(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of a strategy table and hours that gives a list of segments."""
    table = pd.DataFrame(
        {"segment": list("PQRST"), "n": [900, 300, 700, 500, 400], "needed": [600, 100, 200, 240, 150]}
    ).assign(hours=[2, 3, 4, 3, 2])

    def chosen(hours: float) -> list[str]:
        return [str(name) for name in answer(table, hours)]

    if "P" in chosen(20):
        return Hint(_("Segment P has 900 members, and a test has two halves of 600 each."))
    if chosen(20) != ["R", "S", "T", "Q"]:
        return Hint(_("With hours for all, take every segment that can be tested, the largest first."))
    if len(chosen(7)) > 2:
        return Hint(_("There are only {hours} hours, and your choice takes more."), {"hours": 7})
    if chosen(6) == ["R"]:
        return Hint(_("With 6 hours R leaves 2. S does not fit and is passed over; T fits."))
    if chosen(7) != ["R", "S"] or chosen(6) != ["R", "T"]:
        return Hint(_("Go through them from the largest and take each one whose hours still fit."))
    return None


@exercise(
    "I11.1",
    passes=_("Half again as much happened in the other groups too; what is left is 1.4, not 2.1."),
    mistakes=[
        Mistake("answer = 42 / 20", "other groups moved"),
        Mistake("answer = (42 - 20) - (45 - 30)", "factor"),
        Mistake("answer = 42 / 45", "were not equal"),
        Mistake("answer = (45 / 30) / (42 / 20)", "upside down"),
    ],
)
def what_is_left(answer: Any) -> Hint | None:
    """Expect the factor of the hosts over the factor of the other groups."""
    if close(answer, 1.4):
        return None
    if close(answer, 2.1):
        return Hint(_("That is before and after alone. The other groups moved too, without an event."))
    if close(answer, 7.0):
        return Hint(_("That is a number of messages, and the groups differ in size. Take a factor."))
    if close(answer, 42 / 45):
        return Hint(_("After the event alone says nothing: the groups were not equal before it."))
    if close(answer, 1 / 1.4):
        return Hint(_("That is upside down: divide the factor of the hosts by that of the others."))
    return Hint(_("Factor of the hosts, 20 to 42; factor of the others, 30 to 45; divide."))


@exercise(
    "I11.2",
    passes=_("With nineteen placebos nothing can be rarer than one in twenty: that is what few groups cost."),
    mistakes=[
        Mistake(
            "def p_value(real, placebos):\n"
            "    far = np.abs(np.log(placebos)) >= abs(np.log(real))\n    return far.mean()",
            "never be 0",
        ),
        Mistake(
            "def p_value(real, placebos):\n"
            "    return (1 + (np.asarray(placebos) >= real).sum()) / (1 + len(placebos))",
            "both directions",
        ),
        Mistake(
            "def p_value(real, placebos):\n"
            "    far = np.abs(np.asarray(placebos) - 1) >= abs(real - 1)\n"
            "    return (1 + far.sum()) / (1 + len(placebos))",
            "doubled",
        ),
    ],
)
def placebo_p_value(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of a factor and placebo factors; the real one counts among them."""
    near = np.array([1.0, 1.1, 0.9, 1.05, 0.95, 1.0, 1.02, 0.98, 1.01])
    if close(answer(2.0, near), 0.0, tolerance=1e-9):
        return Hint(_("A p-value can never be 0: the real event is one of the draws, above and below."))
    if not close(answer(2.0, near), 0.1):
        return Hint(_("With 9 placebos, none as far out as the real one, the value is 1 of 10."))
    halved = np.array([0.4, 1.0, 1.0, 1.0])
    if close(answer(2.0, halved), 0.2):
        if close(answer(2.0, np.array([2.5, 1.0, 1.0, 1.0])), 0.2):
            return Hint(_("Count placebos that are at least as far out as the real one."))
        if close(answer(1.6, np.array([0.3, 1.0, 1.0, 1.0])), 0.4):
            return Hint(_("Halved is as far from 1 as doubled: measure the distance on logarithms."))
        return Hint(_("Placebos may stray in both directions: count those as far below as well."))
    if not close(answer(2.0, halved), 0.4):
        return Hint(_("For 2.0 and the placebos 0.4, 1, 1, 1 the value is 2 of 5."))
    return None
