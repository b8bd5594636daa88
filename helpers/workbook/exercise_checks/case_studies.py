"""Judge the exercises of chapter 07: survivors, differences, verdicts, trees of invitation, lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "K1.1",
    passes=_("The programme does nothing, and the book is full of growth: choosing winners makes it."),
    mistakes=[
        Mistake(
            "def flattery(effects, told):\n    return np.sort(effects)[-told:].mean()",
            "less the mean of all",
        ),
        Mistake(
            "def flattery(effects, told):\n    return np.mean(effects[:told]) - np.mean(effects)",
            "the first in the list",
        ),
        Mistake(
            "def flattery(effects, told):\n    return np.max(effects) - np.mean(effects)",
            "the single best",
        ),
        Mistake(
            "def flattery(effects, told):\n"
            "    ranked = np.sort(effects)\n"
            "    return ranked[-told:].mean() - ranked[:-told].mean()",
            "belong to all",
        ),
    ],
)
def flattery(answer: Callable[..., Any]) -> Hint | None:
    """Expect the mean of the largest less the mean of all; tried on fresh arrays."""
    effects = np.array([0.1, -0.2, 0.4, 0.3, -0.1, 0.1])
    given = answer(effects, 2)
    if close(given, 0.35):
        return Hint(_("That is the growth of those in the book; the question is that, less the mean of all."))
    if close(given, -0.15):
        return Hint(_("You took the first in the list. The book takes those that grew most."))
    if close(given, 0.3):
        return Hint(_("You took the single best company; the book tells of several."))
    if close(given, 0.375):
        return Hint(
            _("You compared with those not in the book. The winners belong to all companies as well.")
        )
    for told in (2, 3, 4):
        wanted = float(np.sort(effects)[-told:].mean() - effects.mean())
        if not close(answer(effects, told), wanted):
            return Hint(
                _("With {told} companies in the book the flattery is {wanted}, yours is {given}."),
                {"told": told, "wanted": round(wanted, 4), "given": answer(effects, told)},
            )
    return None


@exercise(
    "K6.1",
    passes=_("Below one the tree ends; K multiplies what comes by itself and replaces nothing of it."),
    mistakes=[
        Mistake("def in_all(n, k, generations=None):\n    return n * (1 + k)", "bring others in turn"),
        Mistake("def in_all(n, k, generations=None):\n    return n * k / (1 - k)", "first n"),
        Mistake("def in_all(n, k, generations=None):\n    return n / (1 - k)", "few rounds"),
        Mistake(
            "def in_all(n, k, generations=None):\n"
            "    rounds = 1000 if generations is None else generations\n"
            "    return sum(n * k**step for step in range(rounds))",
            "one round too few",
        ),
    ],
)
def in_all(answer: Callable[..., Any]) -> Hint | None:
    """Expect n / (1 - k), or the sum of the first rounds."""
    given = answer(100, 0.5)
    if close(given, 150):
        return Hint(_("That is one round. Those who were brought bring others in turn."))
    if close(given, 100):
        return Hint(_("That counts those who were brought; the first n are among them all as well."))
    if not close(given, 200):
        return Hint(
            _("100 people and k = 0.5 end as 200 (100 + 50 + 25 + …), yours is {given}."), {"given": given}
        )
    few = answer(100, 0.5, generations=2)
    if close(few, 200):
        return Hint(_("After a few rounds the tree has not ended yet: use generations."))
    if close(few, 150):
        return Hint(_("You are one round too few: two rounds are 100 + 50 + 25."))
    for n, k, rounds in ((100, 0.5, 2), (80, 0.25, 1), (60, 0.9, 0)):
        wanted = sum(n * k**step for step in range(rounds + 1))
        if not close(answer(n, k, rounds), wanted):
            return Hint(
                _("{n} people, k = {k} and {rounds} rounds make {wanted}, yours is {given}."),
                {"n": n, "k": k, "rounds": rounds, "wanted": wanted, "given": answer(n, k, rounds)},
            )
    return None


@exercise(
    "K2.1",
    passes=_("The difference is smallest where one comes out low and the other high at once, which is rare."),
    mistakes=[
        Mistake(
            "def difference(on, off):\n    return on[0] - off[0], on[1] - off[1], on[2] - off[2]",
            "both be low at once",
        ),
        Mistake(
            "def difference(on, off):\n    return on[0] - off[0], on[1] - off[2], on[2] - off[1]",
            "too wide",
        ),
        Mistake(
            "def difference(on, off):\n"
            "    gap = on[0] - off[0]\n"
            "    half = ((on[0] - on[1]) ** 2 + (off[0] - off[1]) ** 2) ** 0.5\n"
            "    return gap, gap - half, gap + half",
            "upper end of off",
        ),
    ],
)
def difference(answer: Callable[..., Any]) -> Hint | None:
    """Expect the limits of Zou and Donner; tried on intervals that lean to one side."""
    ends = Hint(
        _("The lower end takes the lower end of on and the upper end of off; the upper one the other two.")
    )
    on, off = (0.40, 0.37, 0.46), (0.25, 0.17, 0.29)
    gap, low, high = answer(on, off)
    if not close(gap, 0.15):
        return Hint(
            _("The difference itself is on less off: {wanted}, yours is {given}."),
            {"wanted": 0.15, "given": gap},
        )
    if close(low, 0.20) and close(high, 0.17):
        return Hint(_("You let both be low at once. The difference is small when on is low and off is high."))
    if close(low, 0.08) and close(high, 0.29):
        return Hint(_("Both at their worst at once: that interval is too wide. Square, add, take the root."))
    if close(low, 0.15 - float(np.hypot(0.03, 0.08))):
        return ends
    for one, other in ((on, off), (off, on), ((5.0, 4.0, 9.0), (2.0, -1.0, 2.0))):
        gap = one[0] - other[0]
        wanted = (
            gap - float(np.hypot(one[0] - one[1], other[2] - other[0])),
            gap + float(np.hypot(one[2] - one[0], other[0] - other[1])),
        )
        given = answer(one, other)
        if not (close(given[1], wanted[0]) and close(given[2], wanted[1])):
            return Hint(
                _("For {one} less {other} the ends are {low} and {high}, yours are {given}."),
                {
                    "one": one,
                    "other": other,
                    "low": round(wanted[0], 4),
                    "high": round(wanted[1], 4),
                    "given": tuple(given[1:]),
                },
            )
    return None


@exercise(
    "K4.1",
    passes=_(
        "That a line stays has to be shown as well: an interval that holds zero may hold a lot beside it."
    ),
    mistakes=[
        Mistake(
            "def verdict(foretold, low, high, harmless):\n"
            "    if foretold == 'same':\n"
            "        return 'as foretold' if low <= 0 <= high else 'against'\n"
            "    if foretold == 'down':\n"
            "        low, high = -high, -low\n"
            "    return 'as foretold' if low > 0 else 'against' if high < 0 else 'not shown'",
            "wide interval",
        ),
        Mistake(
            "def verdict(foretold, low, high, harmless):\n"
            "    if foretold == 'same':\n"
            "        if low > 0 or high < 0:\n"
            "            return 'against'\n"
            "        return 'as foretold' if -harmless < low and high < harmless else 'not shown'\n"
            "    return 'as foretold' if low > 0 else 'against' if high < 0 else 'not shown'",
            "fall",
        ),
        Mistake(
            "def verdict(foretold, low, high, harmless):\n"
            "    middle = (low + high) / 2\n"
            "    right = {'up': middle > 0, 'down': middle < 0, 'same': abs(middle) < harmless}\n"
            "    return 'as foretold' if right[foretold] else 'against'",
            "whole interval",
        ),
        Mistake(
            "def verdict(foretold, low, high, harmless):\n"
            "    if foretold == 'same':\n"
            "        if -harmless < low and high < harmless:\n"
            "            return 'as foretold'\n"
            "        return 'not shown' if low <= 0 <= high else 'against'\n"
            "    if foretold == 'down':\n"
            "        low, high = -high, -low\n"
            "    return 'as foretold' if low > 0 else 'against' if high < 0 else 'not shown'",
            "however small",
        ),
    ],
)
def verdict(answer: Callable[..., Any]) -> Hint | None:
    """Expect three verdicts, with a margin for what was to stay."""
    if answer("up", -1.0, 3.0, 0.5) != "not shown":
        return Hint(_("The whole interval has to lie on one side of zero; its middle does not decide."))
    if answer("same", -4.0, 5.0, 0.5) == "as foretold":
        return Hint(
            _("A wide interval that holds zero does not show that nothing changed: harmless has a say.")
        )
    if answer("down", -3.0, -1.0, 0.5) != "as foretold":
        return Hint(_("Foretold to fall, and the whole interval lies below zero: that is as foretold."))
    if answer("same", 0.1, 0.3, 0.5) != "against":
        return Hint(_("Zero lies outside the interval: the line did not stay, however small the change."))
    rows = [
        ("up", 1.0, 3.0, "as foretold"), ("up", -3.0, -1.0, "against"), ("down", 1.0, 3.0, "against"),
        ("down", -1.0, 3.0, "not shown"), ("same", -0.2, 0.3, "as foretold"),
        ("same", -0.2, 0.9, "not shown"), ("same", -3.0, -1.0, "against"),
    ]  # fmt: skip
    for foretold, low, high, wanted in rows:
        given = answer(foretold, low, high, 0.5)
        if given != wanted:
            return Hint(
                _("Foretold {foretold}, interval {low} to {high}, harmless 0.5: {wanted}, yours is {given}."),
                {"foretold": foretold, "low": low, "high": high, "wanted": wanted, "given": given},
            )
    return None


@exercise(
    "K9.1",
    passes=_(
        "These are the lines by which a mechanism can be recognised; the others only say that something is."
    ),
    mistakes=[
        Mistake(
            "def own_lines(table):\n"
            "    clear = table[table['clear']]\n"
            "    return {case: sorted(part['metric']) for case, part in clear.groupby('case')}",
            "in no other",
        ),
        Mistake(
            "def own_lines(table):\n"
            "    clear = table[table['clear']]\n"
            "    alone = clear[clear.groupby('metric')['case'].transform('nunique') == 1]\n"
            "    return {case: sorted(part['metric']) for case, part in alone.groupby('case')}",
            "empty list",
        ),
        Mistake(
            "def own_lines(table):\n"
            "    alone = table[table.groupby('metric')['case'].transform('nunique') == 1]\n"
            "    return {c: sorted(alone.loc[alone['case'] == c, 'metric']) for c in table['case'].unique()}",
            "only the clear ones",
        ),
    ],
)
def own_lines(answer: Callable[..., Any]) -> Hint | None:
    """Expect for each case the lines clear there and nowhere else."""
    rows = [
        ("fans", "nps", True), ("fans", "cost", True), ("fans", "posts", True), ("team", "nps", False),
        ("team", "cost", True), ("team", "invited", True), ("club", "cost", True), ("club", "nps", False),
        ("club", "posts", False), ("team", "posts", False), ("fans", "invited", False),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["case", "metric", "clear"])
    wanted = {"fans": ["nps", "posts"], "team": ["invited"], "club": []}
    given = {case: list(lines) for case, lines in answer(table).items()}
    if any("cost" in lines for lines in given.values()):
        return Hint(
            _("Cost is clear in every case here. Keep the lines that are clear in one case and in no other.")
        )
    if "club" not in given:
        return Hint(_("A case without a line of its own is in the dictionary too, with an empty list."))
    if not any(given.values()):
        return Hint(_("Nothing is left. Count the cases of a line among only the clear ones."))
    if given != wanted:
        return Hint(
            _("For the small table {wanted} was to come out, yours is {given}."),
            {"wanted": wanted, "given": given},
        )
    return None


@exercise(
    "K8.1",
    passes=_("Value finds who spends; lift times value finds who is worth a letter."),
    mistakes=[
        Mistake(
            "def mailing(buyers, letters, price, margin):\n"
            "    best = buyers.sort_values('value', ascending=False)\n"
            "    return best['member_id'].head(letters).tolist()",
            "spend anyway",
        ),
        Mistake(
            "def mailing(buyers, letters, price, margin):\n"
            "    gain = buyers['value'] * buyers['lift'] - price\n"
            "    best = buyers[gain > 0].assign(gain=gain).sort_values('gain', ascending=False)\n"
            "    return best['member_id'].head(letters).tolist()",
            "cost of goods",
        ),
        Mistake(
            "def mailing(buyers, letters, price, margin):\n"
            "    gain = buyers['value'] * buyers['lift'] * margin\n"
            "    best = buyers.assign(gain=gain).sort_values('gain', ascending=False)\n"
            "    return best['member_id'].head(letters).tolist()",
            "less than it costs",
        ),
        Mistake(
            "def mailing(buyers, letters, price, margin):\n"
            "    gain = buyers['value'] * buyers['lift'] * margin - price\n"
            "    return buyers.loc[gain > 0, 'member_id'].head(letters).tolist()",
            "best first",
        ),
    ],
)
def mailing(answer: Callable[..., Any]) -> Hint | None:
    """Expect ids by gain, positive gains only; tried on a small list."""
    buyers = pd.DataFrame(
        {
            "member_id": list("abcde"),
            "value": [400.0, 60.0, 150.0, 80.0, 90.0],
            "lift": [0.01, 0.20, 0.20, 0.30, 0.05],
        }
    )
    given = list(answer(buyers, 5, 4.0, 0.4))
    if given and given[0] == "a":
        return Hint(
            _("You wrote to those who spend anyway. What counts is what the letter adds: value times lift.")
        )
    if given == ["b", "c", "d"]:
        return Hint(_("The right people, but not the best first: with few letters that decides."))
    if len(given) == 5:
        return Hint(_("Some of these letters bring less than it costs to send them: leave those out."))
    if given == ["c", "d", "b", "e"]:
        return Hint(
            _("Of the money that a letter brings only the margin is left; the rest is the cost of goods.")
        )
    few, dear = list(answer(buyers, 1, 4.0, 0.4)), list(answer(buyers, 3, 99.0, 0.4))
    if given != ["c", "d", "b"] or few != ["c"] or dear:
        return Hint(
            _("For the small list c, d and b were to be written to, in this order; yours is {given}."),
            {"given": given},
        )
    return None
