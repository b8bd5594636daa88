"""Judge the exercises of chapter 05 about channels: credit by rule, removal, and a budget to shift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "V8.1",
    passes=_("Two orders, 0.83 or 0.9: the same three journeys, and the rule is all that differs."),
    mistakes=[
        Mistake("by_last, by_equal_shares, by_position = 3, 5 / 6, 0.9", "the third"),
        Mistake("by_last, by_equal_shares, by_position = 2, 2 / 3, 0.9", "half"),
        Mistake("by_last, by_equal_shares, by_position = 2, 5 / 6, 0.8", "share in halves"),
        Mistake("by_last, by_equal_shares, by_position = 2, 5 / 6, 0.7", "at the end"),
        Mistake("by_last, by_equal_shares, by_position = 2, 2, 2", "one order"),
    ],
)
def credit_by_hand(answer: Any) -> Hint | None:
    """Expect 2, 5/6 and 0.9."""
    last, equal, position = answer
    if not close(last, 2):
        return Hint(
            _("By the last contact: the group stands last in two journeys; the third ends elsewhere.")
        )
    if close(equal, 2):
        return Hint(_("Each journey has one order to share out, and the group is not alone in any of them."))
    if not close(equal, 5 / 6):
        return Hint(_("Equal shares: a third of the first journey and half of the second."))
    if close(position, 0.8):
        return Hint(_("With two contacts there is no middle: they share in halves instead of 40 and 40."))
    if close(position, 0.7):
        return Hint(
            _("In the first journey the group stands at the end and gets 40 %, not the middle's 20 %.")
        )
    if not close(position, 0.9):
        return Hint(_("Position: 40 % of the first journey and half of the second."))
    return None


def _paths(rows: list[tuple[str, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["path", "conversions", "nulls"])


@exercise(
    "V8.2",
    passes=_(
        "Whole journeys are lost, wherever in them the channel stands, and a name is not a part of one."
    ),
    mistakes=[
        Mistake(
            "def left_without(table, channel):\n"
            "    through = table['path'].str.contains(channel)\n"
            "    return table.loc[~through, 'conversions'].sum() / table['conversions'].sum()",
            "part of the name",
        ),
        Mistake(
            "def left_without(table, channel):\n"
            "    last = table['path'].str.split(' > ').str[-1]\n"
            "    return table.loc[last != channel, 'conversions'].sum() / table['conversions'].sum()",
            "in the middle",
        ),
        Mistake(
            "def left_without(table, channel):\n"
            "    through = table['path'].str.split(' > ').map(lambda steps: channel in steps)\n"
            "    left = table[~through]\n"
            "    return left['conversions'].sum() / (left['conversions'] + left['nulls']).sum()",
            "all conversions",
        ),
        Mistake(
            "def left_without(table, channel):\n"
            "    through = table['path'].str.split(' > ').map(lambda steps: channel in steps)\n"
            "    return table.loc[through, 'conversions'].sum() / table['conversions'].sum()",
            "lost",
        ),
    ],
)
def left_without(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function; each small table shows one mistake."""
    plain = _paths([("ad > group", 1, 1), ("ad", 0, 2), ("kol > group", 3, 3)])
    given = answer(plain, "ad")
    if close(given, 1 / 4):
        return Hint(_("That is the share that is lost; the share that is left was asked for."))
    if close(given, 3 / 6):
        return Hint(_("Divide by all conversions of the table, not by the journeys that are left."))
    middle = _paths([("ad > kol > group", 2, 0), ("group", 2, 0)])
    if not close(answer(middle, "kol"), 1 / 2):
        return Hint(_("A channel in the middle of a journey is passed through as well."))
    names = _paths([("ad", 1, 0), ("retargeted ad", 1, 0), ("feed_ad", 2, 0)])
    if not close(answer(names, "ad"), 3 / 4):
        return Hint(_("“ad” is also part of the name of other channels: compare whole steps."))
    if not close(given, 3 / 4):
        return Hint(
            _("Without the advertisement {wanted} of the conversions are left, you say {given}."),
            {"wanted": 0.75, "given": given},
        )
    return None


@exercise(
    "V8.3",
    passes=_("0.63 at best guess, and the interval holds both ruin and profit: a longer test decides it."),
    mistakes=[
        Mistake("returned, decision = 400 * 50 / 8000, 'go on'", "credited"),
        Mistake("returned, decision = 330 * 50 / 8000, 'go on'", "credited"),
        Mistake("returned, decision = 660 * 50 / 8000, 'go on'", "without it"),
        Mistake("returned, decision = 100 / 8000, 'stop'", "50 yuan"),
        Mistake("returned, decision = 100 * 50 / 8000, 'stop'", "upper end"),
        Mistake("returned, decision = 100 * 50 / 8000, 'go on'", "lower end"),
    ],
)
def shift_the_budget(answer: Any) -> Hint | None:
    """Expect 0.625 and a longer test."""
    returned, decision = answer
    if any(close(returned, orders * 50 / 8000) for orders in (400, 330)):
        return Hint(_("Those orders were credited; the hold-out says how many were added."))
    if close(returned, 660 * 50 / 8000):
        return Hint(_("Most of these orders came without it, as the members held out show."))
    if close(returned, 100 / 8000, tolerance=0.0005):
        return Hint(_("Orders over yuan: each order leaves 50 yuan."))
    if not close(returned, 100 * 50 / 8000):
        return Hint(_("Orders added, times what an order leaves, over the cost."))
    said = str(decision).strip().lower()
    if said == "stop":
        return Hint(_("At the upper end of the interval it would return more than it costs."))
    if said == "go on":
        return Hint(_("At the lower end of the interval it adds nothing at all."))
    if said != "test longer":
        return Hint(_("Answer with one of the three texts of the task."))
    return None
