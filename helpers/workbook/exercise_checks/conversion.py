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


@exercise(
    "V7.1",
    passes=_("The mug: fewer orders, but it was given half as much attention."),
    mistakes=[
        Mistake("answer = (3 / 30 * 100, 2 / 10 * 100)", "per viewer"),
        Mistake("answer = (3 / 2, 2 / 3)", "per minute"),
        Mistake("answer = (3 / 60, 2 / 30)", "per 100"),
        Mistake("answer = (100 * 2 / 30, 100 * 3 / 60)", "the other way round"),
    ],
)
def viewer_minutes(answer: Any) -> Hint | None:
    """Expect 5 and 6.67 orders per 100 viewer-minutes."""
    scarf, mug = answer
    if close(scarf, 5.0, tolerance=0.02) and close(mug, 20 / 3, tolerance=0.02):
        return None
    if close(scarf, 10.0) and close(mug, 20.0):
        return Hint(_("That is per viewer there; the scarf had two minutes and the mug three."))
    if close(scarf, 1.5) and close(mug, 2 / 3):
        return Hint(_("That is per minute, as if the room had been equally full both times."))
    if close(scarf, 0.05) and close(mug, 2 / 30):
        return Hint(_("Right per viewer-minute; the answer is wanted per 100 of them."))
    if close(scarf, 20 / 3, tolerance=0.02):
        return Hint(_("Both numbers are right, but the other way round: the scarf comes first."))
    return Hint(_("Viewer-minutes are minutes on screen times viewers there; divide the orders by them."))


def _hosted(*rows: tuple[str, str, float, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["content_id", "host", "n", "orders"])


# x sells twice as much in each shared show; x has the good evenings, and shows of its own.
_SHOWS = _hosted(
    ("s1", "x", 900, 90), ("s1", "y", 100, 5), ("s2", "x", 100, 2), ("s2", "y", 900, 9), ("s3", "x", 500, 80),
    ("s4", "y", 700, 7), ("s1", "x", 100, 10),
)  # fmt: skip


@exercise(
    "V7.2",
    passes=_("Shows with one host say nothing about hosts, and every shared show is compared with itself."),
    mistakes=[
        Mistake(
            "def lead(parts):\n"
            "    sums = parts.groupby('host')[['orders', 'n']].sum()\n"
            "    rate = sums['orders'] / sums['n']\n"
            "    return rate['x'] / rate['y']",
            "all shows together",
        ),
        Mistake(
            "def lead(parts):\n"
            "    both = parts.groupby('content_id')['host'].transform('nunique') == 2\n"
            "    sums = parts[both].groupby('host')[['orders', 'n']].sum()\n"
            "    rate = sums['orders'] / sums['n']\n"
            "    return rate['x'] / rate['y']",
            "added up first",
        ),
    ],
)
def lead_in_shared_shows(answer: Callable[[pd.DataFrame], float]) -> Hint | None:
    """Expect a function; in the table x sells twice as much in each shared show."""
    given = answer(_SHOWS.copy())
    sums = _SHOWS.groupby("host")[["orders", "n"]].sum()
    rate = sums["orders"] / sums["n"]
    shared = _SHOWS[_SHOWS["content_id"].isin(["s1", "s2"])].groupby("host")[["orders", "n"]].sum()
    pooled = shared["orders"] / shared["n"]
    if close(given, rate["x"] / rate["y"]):
        return Hint(_("That puts all shows together, and x has the better evenings."))
    if close(given, pooled["x"] / pooled["y"]):
        return Hint(
            _("The shows are the right ones, but added up first: compare inside each show, then add.")
        )
    if close(given, 2.0):
        return None
    return Hint(
        _("In a table in which x sells {wanted} times as much in every shared show, yours says {given}."),
        {"wanted": 2.0, "given": given},
    )
