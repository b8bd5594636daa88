"""Judge the exercises of chapter 05: funnels, campaigns, tests, invitations, shows and channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


def _log(rows: list[tuple[str, int, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["member_id", "day", "step"])


@exercise(
    "V2.1",
    passes=_("Five members had the time, and two of them came from the cart to the order within seven days."),
    mistakes=[
        Mistake("answer = 5 / 6", "in any order"),
        Mistake("answer = 3 / 6", "day 34"),
        Mistake("answer = 5 / 7", "events"),
        Mistake("answer = 3 / 5", "before the cart"),
        Mistake("answer = 2", "a share"),
    ],
)
def funnel_by_hand(answer: Any) -> Hint | None:
    """Expect 2 of the 5 members who had seven days left."""
    if close(answer, 2 / 5):
        return None
    if close(answer, 5 / 6):
        return Hint(_("That counts everybody who ever did both, in any order and in any time."))
    if close(answer, 3 / 6):
        return Hint(
            _("The start on day 27 would have to be watched until day 34, and the data end on day 30.")
        )
    if close(answer, 5 / 7):
        return Hint(_("Those are events: seven carts, five orders. Who is one of the carts' two owners?"))
    if close(answer, 3 / 5):
        return Hint(_("One of your three ordered before the cart, or took longer than seven days."))
    if close(answer, 2, tolerance=1e-9):
        return Hint(_("That is how many came through; the answer is a share of those who had the time."))
    return Hint(
        _("Go through the six by name: was there a cart, an order after it, within seven days of it?")
    )


@exercise(
    "V2.2",
    passes=_("In order, within the window, one count a member, and nobody who did not have the time."),
    mistakes=[
        Mistake(
            "def carts_to_orders(log, window, last_day):\n"
            "    carts = log[log['step'] == 'cart']['member_id'].unique()\n"
            "    return log[log['step'] == 'order']['member_id'].isin(carts).sum() / len(carts)",
            "before the cart",
        ),
        Mistake(
            "def carts_to_orders(log, window, last_day):\n"
            "    first = log[log['step'] == 'cart'].groupby('member_id')['day'].min().rename('begun')\n"
            "    orders = log[log['step'] == 'order'].merge(first, left_on='member_id', right_index=True)\n"
            "    took = orders['day'] - orders['begun']\n"
            "    return orders[took.between(0, window)]['member_id'].nunique() / len(first)",
            "too late",
        ),
    ],
)
def carts_to_orders(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function; each of the small logs shows one mistake."""
    early = [("a", 1, "cart"), ("a", 2, "order"), ("b", 3, "order"), ("b", 4, "cart")]
    if not close(answer(_log(early), 7, 60), 1 / 2):
        return Hint(
            _("One of two members ordered before the cart: the share is {wanted}, yours is {given}."),
            {"wanted": 0.5, "given": answer(_log(early), 7, 60)},
        )
    slow = [("a", 1, "cart"), ("a", 9, "order"), ("b", 1, "cart"), ("b", 8, "order")]
    if not close(answer(_log(slow), 7, 60), 1 / 2):
        return Hint(_("After seven days is still within a window of seven days, after eight it is not."))
    twice = [("a", 1, "cart"), ("a", 5, "cart"), ("a", 6, "order"), ("a", 7, "order"), ("b", 2, "cart")]
    if not close(answer(_log(twice), 7, 60), 1 / 2):
        return Hint(_("A member with two carts and two orders is one member."))
    first = [("a", 1, "cart"), ("a", 20, "cart"), ("a", 21, "order"), ("b", 2, "cart"), ("b", 2, "order")]
    if not close(answer(_log(first), 7, 60), 1 / 2):
        return Hint(_("The window runs from the first cart, and an order on its very day counts."))
    late = [("a", 1, "cart"), ("a", 2, "order"), ("b", 55, "cart"), ("c", 53, "cart")]
    if not close(answer(_log(late), 7, 60), 1 / 2):
        return Hint(_("With data to day 60 a cart on day 55 is too late for a window of seven days."))
    return None


@exercise(
    "V9.1",
    passes=_("Saved tries for each week of work: neither the worst share nor the largest crowd decides."),
    mistakes=[
        Mistake("answer = (table['lost'] / table['tries']).idxmax()", "highest share"),
        Mistake("answer = table['lost'].idxmax()", "most are lost"),
        Mistake("answer = (table['lost'] - table['best_share'] * table['tries']).idxmax()", "weeks"),
        Mistake("answer = (table['lost'] / table['weeks']).idxmax()", "most are lost"),
    ],
)
def step_to_shorten(answer: Any) -> Hint | None:
    """Expect the step with most to save for each week of work."""
    name = str(answer).strip().lower()
    if name == "douyin cart":
        return None
    if name == "forum payment":
        return Hint(_("It has the highest share of losses, and so few tries that little can be saved there."))
    if name == "wechat cart":
        return Hint(
            _("There most are lost because most come by; the best place loses nearly as large a share.")
        )
    if name == "xiaohongshu payment":
        return Hint(_("Most could be saved there, but divide by the weeks that it takes."))
    return Hint(_("Answer with one of the four names in the table's index, as text."))
