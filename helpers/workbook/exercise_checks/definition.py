"""Judge the exercises of chapter 01: a fair funnel, platforms, like with like, chance and a budget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.metrics import intervals, trends
from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "D1.1",
    passes=_(
        "Four newcomers had their 30 days, and two of them bought within these. The purchase after "
        "50 days does "
        "not count, and the two youngest are not asked yet."
    ),
    mistakes=[
        Mistake("answer = 5 / 6", "whatever time"),
        Mistake("answer = 4 / 6", "had not had 30 days"),
        Mistake("answer = 3 / 4", "after 50 days"),
    ],
)
def fair_funnel(answer: Any) -> Hint | None:
    """Expect 2 of the 4 newcomers who were watched for 30 days."""
    if close(answer, 2 / 4):
        return None
    if close(answer, 5 / 6):
        return Hint(_("That counts everybody over whatever time each has had. Give all the same 30 days."))
    if close(answer, 4 / 6):
        return Hint(
            _("Two of the six had not had 30 days when the data end: they were not asked, whatever they did.")
        )
    if close(answer, 3 / 4):
        return Hint(_("The right four, but one of them bought only after 50 days."))
    return Hint(
        _("Keep those who joined on day 70 or before; of these, count who bought at most 30 days later.")
    )


@exercise(
    "D2.1",
    passes=_("Squared shares, added up and turned upside down; an empty platform changes nothing."),
    mistakes=[
        Mistake("def equal_platforms(days):\n    return 1 / (days**2).sum()", "shares"),
        Mistake("def equal_platforms(days):\n    return ((days / days.sum()) ** 2).sum()", "one over"),
        Mistake("def equal_platforms(days):\n    return len(days)", "how many there are"),
        Mistake("def equal_platforms(days):\n    return days.sum() / days.max()", "largest"),
    ],
)
def equal_platforms(answer: Callable[[pd.Series], Any]) -> Hint | None:
    """Expect one over the sum of squared shares."""
    for given in ([7, 3, 0], [50, 50], [12, 12, 12, 12], [90, 5, 5]):
        days = pd.Series(given, index=list("abcd")[: len(given)], dtype=float)
        shares = days / days.sum()
        wanted = 1 / (shares**2).sum()
        found = answer(days.copy())
        if close(found, wanted):
            continue
        if close(found, 1 / (days**2).sum(), tolerance=1e-9):
            return Hint(_("Square the shares, not the days: the index must not grow with the community."))
        if close(found, 1 / wanted):
            return Hint(_("That is the index itself. The number of equal platforms is one over it."))
        if close(found, len(days)):
            return Hint(_("That is how many there are, not how many the community leans on."))
        if close(found, days.sum() / days.max()):
            return Hint(
                _("That looks at the largest platform only; the index adds up the squares of all shares.")
            )
        return Hint(
            _("For {days} active days the answer is {wanted}, yours is {given}."),
            {"days": ", ".join(str(one) for one in given), "wanted": f"{wanted:.3f}", "given": found},
        )
    return None


@exercise(
    "D3.1",
    passes=_(
        "The gap of nearly ten points is mostly one of age: weighted, it is little more than one. "
        "More data would "
        "only make the wrong number more exact, and what nobody recorded stays in the right one."
    ),
    mistakes=[
        Mistake('answer = {"A", "B", "C", "E"}', "50"),
        Mistake('answer = {"A", "C", "D", "E"}', "ten times"),
        Mistake('answer = {"A", "C"}', "only what was recorded"),
        Mistake('answer = "C"', "set of letters"),
    ],
)
def what_may_be_said(answer: Any) -> Hint | None:
    """Expect A, C and E."""
    right = {"A", "C", "E"}
    if isinstance(answer, str) or not isinstance(answer, set | frozenset | list | tuple):
        return Hint(_("Answer with a set of letters in curly brackets, each in quotes."))
    given = {str(letter) for letter in answer}
    if given == right:
        return None
    if "B" in given:
        return Hint(
            _("Look at the age groups one by one: among those under 35 it is 50 of a hundred against 48.")
        )
    if "D" in given:
        return Hint(
            _("With ten times as many buyers both gaps are known more exactly, and they stay as far apart.")
        )
    if "A" not in given:
        return Hint(_("Add up both age groups: 180 of 400 members against 141 of 400 outsiders."))
    if "C" not in given:
        return Hint(_("Three in four members are under 35: weight the outsiders' two rates accordingly."))
    return Hint(_("Weights make alike only what was recorded. Is liking the brand in the table?"))


def _table(rows: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["members", "members_again", "outsiders", "outsiders_again"])


@exercise(
    "D3.2",
    passes=_("The members as they are, the outsiders in the members' proportions: a weighted gap."),
    mistakes=[
        Mistake(
            'def weighted_gap(buyers):\n    total = buyers.sum()\n    inside = total["members_again"] / '
            'total["members"]\n    return inside - total["outsiders_again"] / total["outsiders"]',
            "naive gap",
        ),
        Mistake(
            'def weighted_gap(buyers):\n    inside = buyers["members_again"] / buyers["members"]\n'
            "    return (inside - "
            'buyers["outsiders_again"] / buyers["outsiders"]).mean()',
            "same say",
        ),
        Mistake(
            'def weighted_gap(buyers):\n    inside = buyers["members_again"] / buyers["members"]\n'
            "    gaps = inside - "
            'buyers["outsiders_again"] / buyers["outsiders"]\n'
            '    return (gaps * buyers["outsiders"]).sum() / '
            'buyers["outsiders"].sum()',
            "the other way round",
        ),
    ],
)
def weighted_gap(answer: Callable[[pd.DataFrame], Any]) -> Hint | None:
    """Expect the standardisation of the outsiders to the members' kinds."""
    tables = (
        _table([(300, 150, 100, 48), (100, 30, 300, 93)]),
        _table([(10, 5, 40, 10), (30, 6, 20, 8), (60, 30, 40, 10)]),
    )
    for table in tables:
        inside, outside = (table[f"{who}_again"] / table[who] for who in ("members", "outsiders"))
        gaps = inside - outside
        wanted = (gaps * table["members"]).sum() / table["members"].sum()
        naive = table["members_again"].sum() / table["members"].sum()
        naive -= table["outsiders_again"].sum() / table["outsiders"].sum()
        found = answer(table.copy())
        if close(found, wanted, tolerance=0.0005):
            continue
        if close(found, naive, tolerance=0.0005):
            return Hint(
                _("That is the naive gap: the kinds are still as frequent as they were on each side.")
            )
        if close(found, gaps.mean(), tolerance=0.0005):
            return Hint(
                _("Every kind has the same say there. It should have the share that it has among members.")
            )
        if close(found, (gaps * table["outsiders"]).sum() / table["outsiders"].sum(), tolerance=0.0005):
            return Hint(
                _("That weights the members to be like the outsiders; the task is the other way round.")
            )
        return Hint(
            _("For a fresh table the weighted gap is {wanted}, yours is {given}."),
            {"wanted": f"{wanted:.4f}", "given": found},
        )
    return None


@exercise(
    "D4.1",
    passes=_(
        "A change is beyond chance when the whole interval of the difference lies on one side of nought."
    ),
    mistakes=[
        Mistake(
            "def moved(count, n, count_before, n_before):\n    change = count / n - count_before / n_before\n"
            "    "
            'return "up" if change > 0 else "down" if change < 0 else "no"',
            "by itself",
        ),
        Mistake(
            "def moved(count, n, count_before, n_before):\n    low, high = "
            "intervals.difference(count_before, "
            'n_before, count, n)\n    return "up" if low > 0 else "down" if high < 0 else "no"',
            "now minus before",
        ),
        Mistake(
            "def moved(count, n, count_before, n_before):\n    low, high = intervals.difference(count, n, "
            'count_before, n_before)\n    return "up" if high > 0 else "down"',
            "by itself",
        ),
    ],
)
def moved(answer: Callable[[int, int, int, int], Any]) -> Hint | None:
    """Expect the sign of the interval of the difference, or no."""
    cases = ((300, 1000, 200, 1000), (200, 1000, 300, 1000), (31, 100, 28, 100), (28, 100, 31, 100))
    for case in cases:
        low, high = intervals.difference(*case)
        wanted = "up" if low > 0 else "down" if high < 0 else "no"
        found = answer(*case)
        if found == wanted:
            continue
        if wanted == "no":
            return Hint(
                _("From {before} of 100 to {now} of 100 is a change of the kind that happens by itself."),
                {"before": case[2], "now": case[0]},
            )
        if found in ("up", "down"):
            return Hint(_("The sign is turned: the difference to look at is now minus before."))
        return Hint(
            _("From {before} of 1,000 to {now} of 1,000 the answer is {wanted}, yours is {given}."),
            {"before": case[2], "now": case[0], "wanted": wanted, "given": found},
        )
    return None


@exercise(
    "D6.1",
    passes=_("Growth by month hides the weeks in which fewer came: look at them for what was different."),
    mistakes=[
        Mistake('answer = int((trends.curve(community, every="month")["count"].diff() < 0).sum())', "months"),
        Mistake(
            'weeks = trends.curve(community, every="week")\nanswer = int((weeks["ever"].diff() < 0).sum())',
            "cannot fall",
        ),
    ],
)
def falling_weeks(answer: Any, *, community: Any) -> Hint | None:
    """Expect the number of whole weeks with fewer active members than the week before."""
    weeks = trends.curve(community, every="week")
    whole = weeks[~weeks["open_period"] & ~weeks["left_edge"]]
    if close(answer, (whole["count"].diff() < 0).sum(), tolerance=0.1):
        return None
    months = trends.curve(community, every="month")
    if close(answer, (months["count"].diff() < 0).sum(), tolerance=0.1):
        return Hint(_("Those are months. Compute the curve with every set to week."))
    if close(answer, 0, tolerance=0.1):
        return Hint(_("The number that ever came cannot fall; look at the column of the active ones, count."))
    if close(answer, (whole["estimate"].diff() < 0).sum(), tolerance=0.1):
        return Hint(_("That is the share of active members; asked is their number."))
    return Hint(
        _(
            "Keep the whole weeks, take the difference of count from week to week, and count the "
            "negative ones."
        )
    )


def _ways(rows: list[tuple[float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["cost", "again", "most"], index=list("abc")[: len(rows)])


def _use(budget: float, ways: pd.DataFrame, order: pd.Index, *, limit: bool = True) -> float:
    won = 0.0
    for cost, again, most in ways.loc[order, ["cost", "again", "most"]].itertuples(index=False):
        members = min(most, budget / cost) if limit else budget / cost
        budget -= members * cost
        won += members * again
    return won


@exercise(
    "D6.2",
    passes=_("Dear and cheap are measured in cost per member who buys again, and every way ends somewhere."),
    mistakes=[
        Mistake(
            "def best_use(budget, ways):\n    won = 0.0\n    for name in "
            "ways['cost'].sort_values().index:\n        "
            "members = min(ways['most'][name], budget / ways['cost'][name])\n        budget -= members * "
            "ways['cost'][name]\n        won += members * ways['again'][name]\n    return won",
            "cheapest member",
        ),
        Mistake(
            "def best_use(budget, ways):\n    return (budget / ways['cost'] * ways['again']).max()",
            "more members than it can",
        ),
    ],
)
def best_use(answer: Callable[[float, pd.DataFrame], Any]) -> Hint | None:
    """Expect the greedy use of the budget by cost per member who buys again."""
    cases = (
        (1000.0, _ways([(5, 0.2, 100), (20, 0.5, 400), (6, 0.6, 50)])),
        (1500.0, _ways([(2, 0.05, 900), (12, 0.48, 100), (25, 0.5, 900)])),
        (100.0, _ways([(10, 0.4, 50)])),
    )
    for budget, ways in cases:
        wanted = _use(budget, ways, (ways["cost"] / ways["again"]).sort_values().index)
        found = answer(budget, ways.copy())
        if close(found, wanted, tolerance=0.01):
            continue
        if close(found, _use(budget, ways, ways["cost"].sort_values().index), tolerance=0.01):
            return Hint(
                _("That begins with the cheapest member. Begin with the cheapest member who buys again.")
            )
        if close(found, (budget / ways["cost"] * ways["again"]).max(), tolerance=0.01):
            return Hint(
                _("That asks one way for more members than it can bring: mind most, then go to the next.")
            )
        return Hint(
            _("With {budget} to spend the best is {wanted}, yours is {given}."),
            {"budget": f"{budget:.0f}", "wanted": f"{wanted:.2f}", "given": found},
        )
    return None
