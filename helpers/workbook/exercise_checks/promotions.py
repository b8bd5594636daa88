"""Judge the exercises of chapter 05 on promotions: break-even, denominators, groups, tests under a budget."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pandas as pd

from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "V3.1",
    passes=_("What is given away and what it costs to run, over what one further order earns."),
    mistakes=[
        Mistake(
            "def orders_needed(anyway, price, unit_cost, discount, fixed):\n"
            "    return fixed / (price * (1 - discount) - unit_cost)",
            "anyway",
        ),
        Mistake(
            "def orders_needed(anyway, price, unit_cost, discount, fixed):\n"
            "    return (anyway * price * discount + fixed) / (price - unit_cost)",
            "list price",
        ),
        Mistake(
            "def orders_needed(anyway, price, unit_cost, discount, fixed):\n"
            "    return (anyway * price * discount + fixed) / (price * (1 - discount))",
            "goods",
        ),
        Mistake("orders_needed = 46.7", "a function"),
    ],
)
def orders_needed(answer: Callable[..., Any]) -> Hint | None:
    """Expect the break-even of two coupons, told apart by what was left out."""
    if not callable(answer):
        return Hint(_("Write a function; it is tried on other coupons too."))
    for anyway, price, unit_cost, discount, fixed in ((80, 150, 60, 0.2, 600), (10, 100, 30, 0.5, 100)):
        given = answer(anyway, price, unit_cost, discount, fixed)
        gone, earned = anyway * price * discount, price * (1 - discount) - unit_cost
        if close(given, fixed / earned):
            return Hint(
                _("Those who buy anyway take the discount too: what they are given has to be earned.")
            )
        if close(given, (gone + fixed) / (price - unit_cost)):
            return Hint(
                _("The further orders are not sold at the list price: they have the discount as well.")
            )
        if close(given, (gone + fixed) / (price * (1 - discount))):
            return Hint(_("That is turnover. Take the goods off before you say what an order earns."))
        if not close(given, (gone + fixed) / earned):
            return Hint(
                _("For {anyway} orders that come anyway it is {wanted}, yours is {given}."),
                {"anyway": anyway, "wanted": (gone + fixed) / earned, "given": given},
            )
    return None


def _drawn(rows: list[tuple[str, bool, bool, int]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["arm", "used", "bought", "times"])
    return table.loc[table.index.repeat(table["times"])].drop(columns="times").reset_index(drop=True)


@exercise(
    "V3.2",
    passes=_("Everybody who was drawn, used or not, against everybody who was kept back."),
    mistakes=[
        Mistake(
            "def effect(members):\n"
            "    drawn = members[members['arm'] == 'coupon']\n"
            "    bought = drawn.groupby('used')['bought'].mean()\n"
            "    return bought[True] - bought[False]",
            "wanted to buy",
        ),
        Mistake(
            "def effect(members):\n"
            "    control = members[members['arm'] == 'control']['bought'].mean()\n"
            "    return members[members['used']]['bought'].mean() - control",
            "all who were drawn",
        ),
        Mistake(
            "def effect(members):\n    return members[members['arm'] == 'coupon']['used'].mean()", "would"
        ),
        Mistake(
            "def effect(members):\n"
            "    bought = members.groupby('arm')['bought'].mean()\n"
            "    return bought['control'] - bought['coupon']",
            "way round",
        ),
    ],
)
def coupon_effect(answer: Callable[..., Any]) -> Hint | None:
    """Expect the difference over everybody drawn."""
    table = _drawn(
        [("coupon", True, True, 10), ("coupon", False, True, 4), ("coupon", False, False, 36),
         ("control", False, True, 9), ("control", False, False, 41)]
    )  # fmt: skip
    given, wanted = answer(table), 14 / 50 - 9 / 50
    if close(given, wanted):
        uneven = pd.concat([table, _drawn([("control", False, True, 10)])], ignore_index=True)
        if close(answer(uneven), 14 / 50 - 19 / 60):
            return None
    if close(given, -wanted):
        return Hint(_("It is the other way round: the coupon less the control."))
    if close(given, 1 - 4 / 40):
        return Hint(
            _("Who used the coupon wanted to buy. Compare what chance decided on, not what they did.")
        )
    if close(given, 1 - 9 / 50):
        return Hint(_("Take all who were drawn for the coupon, also those who left it in the drawer."))
    if close(given, 10 / 50):
        return Hint(_("That is who used it. How many of them would have bought without it?"))
    return Hint(
        _("Of the coupon's fifty 14 bought, of the other fifty 9: it is {wanted}, yours is {given}."),
        {"wanted": wanted, "given": given},
    )


@exercise(
    "V3.3",
    passes=_("The groups are the witnesses, however many members they have."),
    mistakes=[
        Mistake(
            "def standard_error(groups):\n    return groups['rate'].std() / len(groups) ** 0.5",
            "each arm",
        ),
        Mistake(
            "def standard_error(groups):\n"
            "    arms = groups.groupby('treated')['rate']\n"
            "    return (arms.var(ddof=0) / arms.size()).sum() ** 0.5",
            "one less",
        ),
        Mistake(
            "def standard_error(groups):\n"
            "    arms = groups.groupby('treated')['rate']\n"
            "    return (arms.std() / arms.size() ** 0.5).sum()",
            "squares",
        ),
    ],
)
def group_error(answer: Callable[..., Any]) -> Hint | None:
    """Expect the standard error of two arms of groups."""
    table = pd.DataFrame({"treated": [True] * 3 + [False] * 4, "rate": [0.3, 0.5, 0.1, 0.2, 0.1, 0.3, 0.2]})
    arms = table.groupby("treated")["rate"]
    wanted, given = float((arms.var() / arms.size()).sum() ** 0.5), answer(table)
    if close(given, wanted):
        return None
    if close(given, float(table["rate"].std() / len(table) ** 0.5)):
        return Hint(
            _("That mixes the arms. Take the spread within each arm, for their difference is no noise.")
        )
    if close(given, float((arms.var(ddof=0) / arms.size()).sum() ** 0.5)):
        return Hint(_("Divide the squares by one less than the groups: the mean has used up one of them."))
    if close(given, float((arms.std() / arms.size() ** 0.5).sum())):
        return Hint(_("Errors of two arms do not add up; their squares do."))
    return Hint(
        _("For three and four groups it is {wanted}, yours is {given}."), {"wanted": wanted, "given": given}
    )


def _best_tests(tests: pd.DataFrame, budget: float) -> list[str]:
    sets = [
        tests.iloc[list(rows)]
        for size in range(len(tests) + 1)
        for rows in combinations(range(len(tests)), size)
    ]
    able = [some for some in sets if some["cost"].sum() <= budget]
    return sorted(max(able, key=lambda some: (some["value"] - some["cost"]).sum())["name"])


@exercise(
    "V10.1",
    passes=_("Worth most together within the budget, and nothing that costs more than it can teach."),
    mistakes=[
        Mistake(
            "def choose(tests, budget):\n"
            "    tests = tests.sort_values('value', ascending=False)\n"
            "    return tests[tests['cost'].cumsum() <= budget]['name'].tolist()",
            "two small ones",
        ),
        Mistake("def choose(tests, budget):\n    return tests['name'].tolist()", "budget"),
        Mistake(
            "def choose(tests, budget):\n"
            "    return tests[tests['cost'] <= budget].nlargest(1, 'value')['name'].tolist()",
            "two small ones",
        ),
    ],
)
def choose_tests(answer: Callable[..., Any]) -> Hint | None:
    """Expect the best set on small tables, compared with all sets."""
    two = pd.DataFrame(
        {"name": ["sale", "coupon", "team"], "value": [900, 700, 600], "cost": [500, 250, 250]}
    )
    given = sorted(answer(two, 500))
    if two.set_index("name").loc[given, "cost"].sum() > 500:
        return Hint(_("What you choose costs more than the budget."))
    if given != _best_tests(two, 500):
        return Hint(
            _("Here the two small ones together are worth more than the dear one that eats the budget.")
        )
    poor = pd.DataFrame({"name": ["sale", "coupon"], "value": [400, 90], "cost": [100, 200]})
    if sorted(answer(poor, 1000)) != ["sale"]:
        return Hint(_("One of these costs more than it is worth: leave the rest of the money unspent."))
    many = pd.DataFrame({"name": list("abcd"), "value": [10, 9, 8, 20], "cost": [4, 3, 3, 9]})
    if sorted(answer(many, 10)) != _best_tests(many, 10):
        return Hint(_("Among four tests there is a better set than yours: try all sets, there are few."))
    return None
