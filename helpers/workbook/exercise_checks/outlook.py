"""Judge the exercises of chapter 08: diagnosis, alarms, privacy, tools and the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.models.experiments import minimum_effect
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


@exercise(
    "O1.1",
    passes=_("The same share of few and of many is not the same knowledge."),
    mistakes=[
        Mistake(
            "def named(table):\n    share = table['count'] / table['n']\n"
            "    low = (table['side'] == 'below') & (share < table['threshold'])\n"
            "    high = (table['side'] == 'above') & (share > table['threshold'])\n"
            "    return list(table.loc[low | high, 'challenge'])",
            "how sure",
        ),
        Mistake(
            "def named(table):\n    below = beta.cdf(table['threshold'], table['count'] + 0.5,\n"
            "        table['n'] - table['count'] + 0.5)\n"
            "    return list(table.loc[below >= 0.9, 'challenge'])",
            "side",
        ),
    ],
)
def surely_beyond(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of a table of measures; tried with small and large n on both sides."""
    table = pd.DataFrame(
        {
            "challenge": ["few write", "many write", "few of few", "copies", "few copies"],
            "count": [30, 150, 5, 300, 100],
            "n": [600, 600, 60, 1000, 1000],
            "threshold": [0.10, 0.10, 0.10, 0.20, 0.20],
            "side": ["below"] * 3 + ["above"] * 2,
        }
    )
    given = [str(name) for name in answer(table)]
    if "few of few" in given:
        return Hint(
            _(
                "The share lies below one in ten, but {count} of {n} could well come from one in ten: how "
                "sure is it?"
            ),
            {"count": 5, "n": 60},
        )
    if "few copies" in given or "copies" not in given:
        return Hint(_("Mind the side: of some measures a high value is the trouble."))
    if sorted(given) != ["copies", "few write"]:
        return Hint(
            _("Of five rows two are surely beyond their threshold; yours gives {n}."), {"n": len(given)}
        )
    return None


@exercise(
    "O1.2",
    passes=_(
        "Who finds nothing and gets no answer does not come back, and who does not come back is not seen."
    ),
    mistakes=[
        Mistake('answer = "low participation"', "foothold"),
        Mistake('answer = "weak growth"', "more come"),
    ],
)
def where_to_begin(answer: Any) -> Hint | None:
    """Expect the challenge that causes the other."""
    name = str(answer).strip().lower()
    if name == "little value to members":
        return None
    if name == "low participation":
        return Hint(
            _(
                "Who is not seen has never got a foothold or has gone. What could have kept them away, four "
                "weeks after they came?"
            )
        )
    if name == "weak growth":
        return Hint(_("Growth is not the trouble here: more come than before. What happens to them then?"))
    return Hint(_("Take one of the three names in the table, in quotes."))


@exercise(
    "O4.1",
    passes=_("The cheapest bell is the one whose price list you wrote down, not the one that never errs."),
    mistakes=[
        Mistake(
            "def cheapest(table, crises_a_year, false_alarm, missed):\n"
            "    return table.loc[table['estimate'].idxmax(), 'limit']",
            "False alarms cost",
        ),
        Mistake(
            "def cheapest(table, crises_a_year, false_alarm, missed):\n"
            "    harm = crises_a_year * (1 - table['estimate']) * missed\n"
            "    return table.loc[(table['false_alarms'] * false_alarm + harm).idxmin(), 'limit']",
            "twelve months",
        ),
        Mistake(
            "def cheapest(table, crises_a_year, false_alarm, missed):\n"
            "    harm = (1 - table['estimate']) * missed\n"
            "    return table.loc[(12 * table['false_alarms'] * false_alarm + harm).idxmin(), 'limit']",
            "crises a year",
        ),
    ],
)
def cheapest_limit(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of a trade-off and prices that gives a limit; tried with several prices."""
    table = pd.DataFrame(
        {"limit": [0.1, 0.5, 2.0], "false_alarms": [0.1, 0.6, 3.0], "estimate": [0.4, 0.8, 1.0]}
    )
    dear = answer(table, 1, 1000, 3000)
    if close(dear, 2.0):
        return Hint(
            _("False alarms cost something as well: the limit that catches most is not always cheapest.")
        )
    if close(dear, 0.5):
        return Hint(_("False alarms are given for a month, the crises for a year of twelve months."))
    if not close(dear, 0.1):
        return Hint(_("Where a false alarm is dear and a crisis cheap, the far limit wins."))
    if not close(answer(table, 10, 100, 2000), 2.0):
        return Hint(_("How many crises a year are expected changes the answer: multiply by it."))
    return None


@exercise(
    "O4.2",
    passes=_("One voice, facts first; and what joined tonight is looked at before it is paid for."),
    mistakes=[
        Mistake('answer = "a"', "two signals"),
        Mistake('answer = "b"', "elsewhere"),
        Mistake('answer = "d"', "one channel"),
    ],
)
def first_step(answer: Any) -> Hint | None:
    """Expect the letter of the open answer."""
    letter = str(answer).strip().lower()
    hints = {
        "a": _("Look at the alarms again: at least two signals rang at once. How often does chance do that?"),
        "b": _(
            "What is deleted here is said elsewhere, where you cannot answer, and the deleting is told too."
        ),
        "d": _("Look at who joined: nearly all of the wave came by one channel. What do they come for?"),
    }
    if letter == "c":
        return None
    return Hint(hints.get(letter, _("Answer with one letter in quotes: a, b, c or d.")))


@exercise(
    "O5.2",
    passes=_(
        "Storage, conditions, profiling and breach: four articles that a community touches every month."
    ),
    mistakes=[
        Mistake('answer = {"a": 57, "b": 16, "c": 24, "d": 19}', "a and d"),
        Mistake('answer = {"a": 19, "b": 24, "c": 16, "d": 57}', "b and c"),
    ],
)
def find_the_article(answer: Any) -> Hint | None:
    """Expect a dictionary from letter to article."""
    wanted = {"a": 19, "b": 16, "c": 24, "d": 57}
    wrong = [letter for letter, article in wanted.items() if not close(answer.get(letter), article)]
    if not wrong:
        return None
    if "a" in wrong or "d" in wrong:
        return Hint(_("Look at a and d again: one article is on the time of storage, one on leaks."))
    return Hint(
        _("Look at b and c again: one article is on refusing service, one on decisions made by a machine.")
    )


@exercise(
    "O8.1",
    passes=_("It can be broken: on that day somebody counts, and the sentence is true or it is not."),
    mistakes=[
        Mistake(
            'goal = {"base": 0.25, "target": 0.27, "judged_on": "2026-08-29", "owner": "Li"}',
            "told from chance",
        ),
        Mistake('goal = {"base": 300, "target": 400, "judged_on": "2026-08-29", "owner": "Li"}', "share"),
        Mistake(
            'goal = {"base": 0.25, "target": 0.33, "judged_on": "2026-12-31", "owner": "Li"}', "ninety days"
        ),
        Mistake('goal = {"base": 0.25, "target": 0.33, "judged_on": "2026-08-29", "owner": ""}', "name"),
        Mistake(
            'goal = {"base": 0.25, "target": 0.60, "judged_on": "2026-08-29", "owner": "Li"}', "believes"
        ),
    ],
)
def breakable(answer: Any) -> Hint | None:
    """Expect a goal with base, target, day and owner."""
    if not close(answer["base"], 0.25):
        return Hint(_("The base is a share: how many of the newcomers of last quarter came back?"))
    smallest = 0.25 + minimum_effect(0.25, 600)
    if float(answer["target"]) < smallest - 0.0005:
        return Hint(
            _(
                "Halves of {n} show a difference four times in five from {target} on; less cannot be "
                "told from chance."
            ),
            {"n": 600, "target": f"{smallest:.3f}"},
        )
    if float(answer["target"]) > 0.5:
        return Hint(_("Nobody believes that a welcome doubles the share. Take what a test can just tell."))
    days = (pd.Timestamp(str(answer["judged_on"])) - pd.Timestamp("2026-06-01")).days
    if not 28 <= days <= 90:
        return Hint(
            _("Name a day within the ninety days, and not before newcomers had four weeks to come back.")
        )
    if not isinstance(answer["owner"], str) or len(answer["owner"].strip()) < 2:
        return Hint(_("A goal without a name belongs to nobody."))
    return None
