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


@exercise(
    "O6.1",
    passes=_("Two gaps, the largest first, and nothing that you can do already."),
    mistakes=[
        Mistake(
            "def two_gaps(own, role):\n"
            "    missing = {skill: role[skill] - own[skill] for skill in own}\n"
            "    order = sorted(missing, key=lambda skill: (missing[skill], role[skill]), reverse=True)\n"
            "    return [skill for skill in order if missing[skill] > 0][:2]",
            "left out",
        ),
        Mistake(
            "def two_gaps(own, role):\n"
            "    missing = {skill: level - own.get(skill, 1) for skill, level in role.items()}\n"
            "    order = sorted(missing, key=lambda skill: (missing[skill], role[skill]), reverse=True)\n"
            "    return order[:2]",
            "reached already",
        ),
        Mistake(
            "def two_gaps(own, role):\n"
            "    missing = {skill: level - own.get(skill, 1) for skill, level in role.items()}\n"
            "    order = sorted(missing, key=lambda skill: missing[skill], reverse=True)\n"
            "    return [skill for skill in order if missing[skill] > 0][:2]",
            "equal gaps",
        ),
    ],
)
def two_gaps(answer: Callable[[dict[str, int], dict[str, int]], list[str]]) -> Hint | None:
    """Expect a function; tried on three roles."""
    unrated = answer({"content": 3}, {"content": 4, "crisis": 5})
    if list(unrated) != ["crisis", "content"]:
        return Hint(_("A skill that was left out of the own ratings counts as level 1, and is the gap."))
    done = answer({"content": 5, "crisis": 2}, {"content": 3, "crisis": 3})
    if list(done) != ["crisis"]:
        return Hint(_("A level that is reached already is no gap, even if the list stays short."))
    equal = answer({"a": 1, "b": 3, "c": 2}, {"a": 3, "b": 5, "c": 3})
    if list(equal) != ["b", "a"]:
        return Hint(_("Of equal gaps take first the skill that the role asks more of."))
    return None


@exercise(
    "O7.1",
    passes=_("Nobody writes a rundown yet; for the others the tools are there, and one tick is enough."),
    mistakes=[
        Mistake('answer = "a"', "product_id"),
        Mistake('answer = "c"', "events"),
        Mistake('answer = "d"', "topic"),
    ],
)
def tick_or_tool(answer: Any) -> Hint | None:
    """Expect b: there is no rundown, and no tool here that would write one."""
    if answer == "b":
        return None
    if answer == "a":
        return Hint(_("The shop knows the product of each order: product_id is one more tick in its export."))
    if answer == "c":
        return Hint(_("The events say who was there on which day, and retention asks no more."))
    if answer == "d":
        return Hint(_("Content id and topic are columns of exports that are there: two ticks."))
    return Hint(_("Answer with one of the four letters, as text."))
