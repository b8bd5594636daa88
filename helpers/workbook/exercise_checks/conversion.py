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
        return Hint(_("The right shows, but added up first: compare inside each show, then add."))
    if close(given, 2.0):
        return None
    return Hint(
        _("In a table in which x sells {wanted} times as much in every shared show, yours says {given}."),
        {"wanted": 2.0, "given": given},
    )


@exercise(
    "V6.1",
    passes=_("Five members had their thirty days, and two guests came in time from one of them."),
    mistakes=[
        Mistake("answer = 3 / 5", "fifty days"),
        Mistake("answer = 2 / 7", "had the time"),
        Mistake("answer = 5 / 7", "every entry"),
        Mistake("answer = 2 / 2", "per inviter"),
        Mistake("answer = 3 / 4", "own id"),
    ],
)
def k_by_hand(answer: Any) -> Hint | None:
    """Expect 2 guests of 5 members."""
    if close(answer, 2 / 5):
        return None
    if close(answer, 2 / 2) or close(answer, 3 / 2):
        return Hint(_("That is per inviter: those who brought nobody are members as well."))
    if close(answer, 5 / 7):
        return Hint(
            _("That takes every entry for an invitation from member to member, and everybody as watched.")
        )
    if close(answer, 3 / 5):
        return Hint(_("One of your three guests came fifty days after the inviter had joined."))
    if close(answer, 2 / 7):
        return Hint(
            _("Divide by those only who had the time: who joined less than thirty days before the end?")
        )
    if close(answer, 3 / 4) or close(answer, 2 / 4):
        return Hint(
            _("Who bears her own id, or came through a channel, brought nobody that way, but is a member.")
        )
    return Hint(
        _("Write down who had thirty days, and for each guest how long after the inviter they joined.")
    )


@exercise(
    "V6.2",
    passes=_("Each generation is K times the one before; below 1 they add up to the first divided by 1 - K."),
    mistakes=[
        Mistake(
            "def members_in_all(start, k, generations=None):\n"
            "    return start / (1 - k) if generations is None else start * k**generations",
            "all generations",
        ),
        Mistake(
            "def members_in_all(start, k, generations=None):\n"
            "    if generations is None:\n"
            "        return start / (1 - k)\n"
            "    return sum(start * k**generation for generation in range(generations + 1))",
            "no end",
        ),
        Mistake(
            "def members_in_all(start, k, generations=None):\n"
            "    if generations is None:\n"
            "        return start / (1 - k) if k < 1 else float('inf')\n"
            "    return start * (1 + k) ** generations",
            "invite only once",
        ),
    ],
)
def members_in_all(answer: Callable[..., Any]) -> Hint | None:
    """Expect the sum of a geometric series and its limit."""
    if close(answer(1000, 0.5, 2), 250):
        return Hint(_("That is the last generation; all generations together are asked for."))
    if close(answer(1000, 0.5, 2), 2250):
        return Hint(
            _("The first members invite only once: the second generation is K times the first, no more.")
        )
    for start, k, generations in ((1000, 0.5, 2), (200, 0.2, 0), (100, 1.5, 2)):
        wanted = sum(start * k**n for n in range(generations + 1))
        if not close(answer(start, k, generations), wanted):
            return Hint(
                _(
                    "For {start} members, K {k} and {generations} generations it is {wanted}, yours "
                    "is {given}."
                ),
                {
                    "start": start,
                    "k": k,
                    "generations": generations,
                    "wanted": wanted,
                    "given": answer(start, k, generations),
                },
            )
    if not close(answer(1000, 0.2), 1250):
        return Hint(_("With K one fifth, 1,000 members become 1,250 in the end, for 1,000 / 0.8 is 1,250."))
    if answer(1000, 1.0 + 1e-9) != float("inf") or answer(1000, 1.3) != float("inf"):
        return Hint(_('From K = 1 on there is no end, and the formula lies: return float("inf").'))
    return None


def _arrivals(rows: list[tuple[str, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["inviter", "minute"])


@exercise(
    "V6.3",
    passes=_("Sorted first, counted in a row, and each inviter apart."),
    mistakes=[
        Mistake(
            "def bursts(table, minutes, least):\n"
            "    pause = table.groupby('inviter')['minute'].diff()\n"
            "    run = (~(pause <= minutes)).cumsum()\n"
            "    size = table.groupby(run)['inviter'].agg(['first', 'size'])\n"
            "    return sorted(set(size.loc[size['size'] >= least, 'first']))",
            "in order of time",
        ),
        Mistake(
            "def bursts(table, minutes, least):\n"
            "    quick = table.sort_values('minute').groupby('inviter')['minute'].diff() <= minutes\n"
            "    count = quick.groupby(table['inviter']).sum() + 1\n"
            "    return sorted(count.index[count >= least])",
            "in a row",
        ),
        Mistake(
            "def bursts(table, minutes, least):\n"
            "    table = table.sort_values('minute')\n"
            "    run = (~(table['minute'].diff() <= minutes)).cumsum()\n"
            "    size = table.groupby(run)['inviter'].agg(['first', 'size'])\n"
            "    return sorted(set(size.loc[size['size'] >= least, 'first']))",
            "apart",
        ),
    ],
)
def bursts(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function; each of the small tables shows one mistake."""
    two = [("x", 0), ("y", 2), ("z", 4), ("x", 500), ("y", 600)]
    if list(answer(_arrivals(two), 5, 3)) != []:
        return Hint(_("Three accounts of three inviters are no burst: keep the inviters apart."))
    pairs = [("x", 0), ("x", 3), ("x", 900), ("x", 903)]
    if list(answer(_arrivals(pairs), 5, 3)) != []:
        return Hint(_("Two pairs far from each other are not three accounts in a row."))
    mixed = [("y", 52), ("x", 7), ("x", 0), ("x", 12), ("y", 50), ("x", 4), ("y", 300)]
    if list(answer(_arrivals(mixed), 5, 4)) != ["x"]:
        return Hint(
            _("Four accounts at minutes 0, 4, 7 and 12 are a burst: were they put in order of time first?")
        )
    if list(answer(_arrivals(mixed), 5, 2)) != ["x", "y"]:
        return Hint(_("With two accounts as the least, x and y both have a burst; return them sorted."))
    return None


@exercise(
    "V6.4",
    passes=_("Genuine members, less those who would have come, within what may be paid."),
    mistakes=[
        Mistake('answer = ("A", 7.31)', "accounts"),
        Mistake('answer = ("B", 10)', "would have come"),
        Mistake('answer = ("C", 24.55)', "budget"),
        Mistake('answer = ("A", 38)', "other plan"),
    ],
)
def three_plans(answer: Any) -> Hint | None:
    """Expect plan B at 30 each."""
    plan, price = str(answer[0]).strip().upper(), answer[1]
    if plan == "B" and close(price, 30, tolerance=0.01):
        return None
    if plan == "C":
        return Hint(_("C adds most and cheapest, and pays more than the budget."))
    if close(price, 1900 / 260, tolerance=0.01) or close(price, 2100 / 215, tolerance=0.01):
        return Hint(
            _("That divides by accounts: first leave out the empty ones, then those who came anyway.")
        )
    if close(price, 1900 / 190, tolerance=0.01) or close(price, 2100 / 210, tolerance=0.01):
        return Hint(_("Of these genuine members, 140 would have come without a plan: divide by the others."))
    if plan == "A":
        return Hint(_("Reckon the other plan that the budget allows in the same way, and compare."))
    return Hint(_("Accounts, less the empty ones, less the 140 who come anyway: what is left was bought."))


@exercise(
    "V4.1",
    passes=_(
        "Each arm adds as much as the other, and 9.28 is still under the limit: uneven, but chance may do it."
    ),
    mistakes=[
        Mistake("answer = 150 ** 2 / 4850", "both arms"),
        Mistake("answer = (5000 - 4700) ** 2 / 4850", "planned"),
        Mistake("answer = 2 * 150 / 4850", "square"),
    ],
)
def sample_ratio_by_hand(answer: Any) -> Hint | None:
    """Expect 2 × 150² / 4850."""
    if close(answer, 2 * 150**2 / 4850, tolerance=0.01):
        return None
    if close(answer, 150**2 / 4850, tolerance=0.01):
        return Hint(_("That is one arm; both arms are 150 members from their plan, and both count."))
    if close(answer, 300**2 / 4850, tolerance=0.01) or close(answer, 2 * 300**2 / 4850, tolerance=0.02):
        return Hint(_("Compare each arm with what was planned for it, 4,850, and not with the other arm."))
    if close(answer, 2 * 150 / 4850):
        return Hint(_("Take the square of the distance before you divide."))
    return Hint(_("Expected are 4,850 in each arm. Square what each is off, divide by 4,850, add the two."))


@exercise(
    "V4.2",
    passes=_("A share of 0.36 of the variance goes, and as large a share of the members."),
    mistakes=[
        Mistake("answer = 3200 * (1 - 0.6)", "square"),
        Mistake("answer = 3200 * 0.6 ** 2", "goes"),
        Mistake("answer = 3200 * (1 - 0.6 ** 2) ** 0.5", "width"),
        Mistake("answer = 3200 / (1 - 0.6 ** 2)", "fewer"),
    ],
)
def members_with_cuped(answer: Any) -> Hint | None:
    """Expect 3200 × (1 - 0.36)."""
    if close(answer, 2048):
        return None
    if close(answer, 1280):
        return Hint(_("The correlation enters with its square."))
    if close(answer, 1152):
        return Hint(_("That is the part that goes; how much stays?"))
    if close(answer, 2560):
        return Hint(
            _("That is by how much the width shrinks; members are needed in proportion to the variance.")
        )
    if close(answer, 5000):
        return Hint(_("CUPED needs fewer members, not more."))
    return Hint(_("Members needed are proportional to the variance, and CUPED leaves 1 - ρ² of it."))


@exercise(
    "V4.3",
    passes=_("Each look has its own limit, on both sides, and the last look ends the test."),
    mistakes=[
        Mistake(
            "def decide(z_values, limits):\n    return 'stop' if z_values[-1] > 1.96 else 'go on'",
            "limit of its own",
        ),
        Mistake(
            "def decide(z_values, limits):\n"
            "    crossed = any(z > limit for z, limit in zip(z_values, limits))\n"
            "    return 'stop' if crossed or len(z_values) >= len(limits) else 'go on'",
            "harm",
        ),
        Mistake(
            "def decide(z_values, limits):\n"
            "    return 'stop' if any(abs(z) > limit for z, limit in zip(z_values, limits)) else 'go on'",
            "last planned look",
        ),
    ],
)
def stop_or_go_on(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of the z-values so far and the limits."""
    limits = [4.56, 3.23, 2.63, 2.28, 2.04]
    if answer([2.1], limits) != "go on" or answer([2.1, 2.5], limits) != "go on":
        return Hint(_("At the second look 2.5 is below 3.23: each look has a limit of its own."))
    if answer([1.0, -3.5], limits) != "stop":
        return Hint(_("Minus 3.5 is beyond 3.23 as well: a test may also show harm."))
    if answer([0.4, 0.2, 0.9, 1.1, 1.3], limits) != "stop":
        return Hint(_("After the last planned look there is nothing to wait for, whatever it shows."))
    if answer([1.0, 3.4, 2.1], limits) != "stop":
        return Hint(_("The limit of the second look was crossed; that it came back does not undo it."))
    if answer([1.0, 3.0, 2.7], limits) != "stop":
        return Hint(_("At the third look 2.7 is beyond 2.63."))
    return None


@exercise(
    "V5.1",
    passes=_("Sixty bought, forty would have bought anyway: twenty added, for each of the 2,000 treated."),
    mistakes=[
        Mistake("answer = (60 - 20) / 2000", "as many"),
        Mistake("answer = 60 / 200 - 20 / 100", "rates"),
        Mistake("answer = 60 - 20 * 200 / 100", "all treated"),
        Mistake("answer = (60 - 20 * 200 / 100) / 200", "whole test"),
    ],
)
def qini_point(answer: Any) -> Hint | None:
    """Expect 20 / 2000."""
    if close(answer, 0.01, tolerance=1e-6):
        return None
    if close(answer, 40 / 2000, tolerance=1e-6):
        return Hint(
            _("The controls are half as many: how many would have bought among as many as were treated?")
        )
    if close(answer, 20, tolerance=1e-6):
        return Hint(_("Twenty purchases were added; divide by all treated members of the test."))
    if close(answer, 20 / 200, tolerance=1e-6):
        return Hint(
            _(
                "That is the difference of the rates in this tenth; the "
                "curve counts per treated of the whole test."
            )
        )
    return Hint(
        _("Buyers of the treated, less buyers of the controls scaled up to as many, divided by 2,000.")
    )


@exercise(
    "V5.2",
    passes=_("The discount on orders that come anyway is a cost, and nobody is contacted at a loss."),
    mistakes=[
        Mistake(
            "def choose(members, margin, discount, cost, budget):\n"
            "    return members.sort_values('with_offer', "
            "ascending=False)['member_id'].head(budget).tolist()",
            "anyway",
        ),
        Mistake(
            "def choose(members, margin, discount, cost, budget):\n"
            "    gain = (members['with_offer'] - members['without']) * (margin - discount) - cost\n"
            "    best = members.assign(gain=gain).sort_values('gain', ascending=False)\n"
            "    return best.loc[best['gain'] > 0, 'member_id'].head(budget).tolist()",
            "every order",
        ),
        Mistake(
            "def choose(members, margin, discount, cost, budget):\n"
            "    gain = members['with_offer'] * (margin - discount) - members['without'] * margin - cost\n"
            "    best = members.assign(gain=gain).sort_values('gain', ascending=False)\n"
            "    return best['member_id'].head(budget).tolist()",
            "loses",
        ),
    ],
)
def whom_to_contact(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function; the small tables show one mistake each."""

    def members(*rows: tuple[str, float, float]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=["member_id", "with_offer", "without"])

    loyal = members(("loyal", 0.9, 0.9), ("open", 0.3, 0.1), ("cold", 0.01, 0.01))
    if "loyal" in list(answer(loyal, 50, 0, 1, 1)):
        return Hint(_("The loyal buy anyway: order by what the contact changes, not by who buys."))
    often = members(("often", 0.60, 0.50), ("open", 0.20, 0.11))
    if list(answer(often, 50, 10, 0, 1)) != ["open"]:
        return Hint(_("The discount is paid on every order with the offer, also on those that come anyway."))
    if list(answer(loyal, 50, 10, 1, 3)) != ["open"]:
        return Hint(_("Whom the contact loses money on is left out, even if the budget would allow it."))
    many = members(("a", 0.3, 0.1), ("b", 0.5, 0.1), ("c", 0.4, 0.1))
    if list(answer(many, 50, 10, 1, 2)) != ["b", "c"]:
        return Hint(_("Best first, and no more than the budget: of three members "
"{wanted} were to come first."),
                    {"wanted": "b, c"})  # fmt: skip
    return None
