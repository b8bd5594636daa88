"""Judge the exercises of chapter 08: diagnosis, alarms, privacy, tools and the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "O5.1",
    passes=_("Every attribute alone is harmless; it is the combination that stands out."),
    mistakes=[
        Mistake(
            "def exposed(people, columns, k):\n    sizes = people.groupby(columns).size()\n"
            "    return int((sizes < k).sum())",
            "members, not groups",
        ),
        Mistake(
            "def exposed(people, columns, k):\n"
            "    sizes = people.groupby(columns)[columns[0]].transform('size')\n"
            "    return int((sizes <= k).sum())",
            "exactly k",
        ),
        Mistake(
            "def exposed(people, columns, k):\n"
            "    sizes = people.groupby(columns)[columns[0]].transform('size')\n"
            "    return int((sizes < k).sum())",
            "missing",
        ),
    ],
)
def exposed(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of people, columns and k; tried with groups of exactly k and missing values."""
    people = pd.DataFrame({"city": list("AAAABBC"), "age": ["18-24"] * 3 + ["55+"] * 3 + ["18-24"]})
    columns = ["city", "age"]
    if close(answer(people, columns, 3), 3):
        return Hint(_("You count groups: the answer is a number of members, not groups."))
    if close(answer(people, columns, 3), 7):
        return Hint(_("A group of exactly k is large enough: only smaller ones count."))
    if not close(answer(people, columns, 3), 4):
        return Hint(
            _("Seven people in groups of {sizes}: with k = {k} the answer is {wanted}."),
            {"sizes": "3, 1, 2, 1", "k": 3, "wanted": 4},
        )
    gaps = people.assign(age=[*people["age"][:6], None])
    if not close(answer(gaps, columns, 3), 4):
        return Hint(_("Somebody with a missing value is in a group as well: mind what groupby leaves out."))
    return None
