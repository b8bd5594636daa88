"""Judge the exercises of chapter 04 on the network, partners and ties."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _

_TIES = pd.DataFrame(
    [("a", "b"), ("b", "a"), ("a", "b"), ("a", "c"), ("d", "a"), ("d", "c")], columns=["source", "target"]
)


@exercise(
    "I10.1",
    passes=_(
        "Five ordered pairs, two of them with their reverse: each returned tie counts in both directions."
    ),
    mistakes=[
        Mistake(
            "def reciprocity(ties):\n"
            '    pairs = list(zip(ties["source"], ties["target"]))\n'
            "    return sum((two, one) in pairs for one, two in pairs) / len(pairs)",
            "counts once",
        ),
        Mistake(
            "def reciprocity(ties):\n"
            '    pairs = set(zip(ties["source"], ties["target"]))\n'
            "    both = {frozenset(pair) for pair in pairs if pair[::-1] in pairs}\n"
            "    return len(both) / len(pairs)",
            "both directions",
        ),
    ],
)
def reciprocity(answer: Callable[[pd.DataFrame], float]) -> Hint | None:
    """Expect 2 of 5 ordered pairs."""
    given = answer(_TIES.copy())
    if close(given, 3 / 6):
        return Hint(_("A pair that stands in the table twice counts once."))
    if close(given, 1 / 5) or close(given, 1 / 4):
        return Hint(_("Count ordered pairs: a returned tie is one in both directions, so it counts twice."))
    if not close(given, 2 / 5):
        return Hint(
            _("For a small table the share is {wanted}, yours gives {given}."),
            {"wanted": "2/5", "given": given},
        )
    one_way = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]})
    if not close(answer(one_way), 0):
        return Hint(_("Where nothing is returned, the share is nought."))
    return None


_BOOKS = pd.DataFrame(
    {
        "member_id": ["big", "good", "dear", "small", "poor"],
        "fee": [900, 300, 800, 200, 100],
        "low": [2.0, 4.0, 3.0, 1.5, 0.2],
        "high": [9.0, 6.0, 5.0, 2.0, 0.8],
    }
)


@exercise(
    "I10.2",
    passes=_("The surest return first, passed over where it does not fit, and nobody below the margin."),
    mistakes=[
        Mistake(
            "def renew(books, budget, margin=1.0):\n"
            "    chosen, left = [], budget\n"
            '    for row in books.sort_values("high", ascending=False).itertuples():\n'
            "        if row.fee <= left:\n"
            "            chosen.append(row.member_id)\n"
            "            left -= row.fee\n"
            "    return chosen",
            "lower end",
        ),
        Mistake(
            "def renew(books, budget, margin=1.0):\n"
            "    chosen, left = [], budget\n"
            '    for row in books.sort_values("low", ascending=False).itertuples():\n'
            "        if row.fee <= left:\n"
            "            chosen.append(row.member_id)\n"
            "            left -= row.fee\n"
            "    return chosen",
            "margin",
        ),
        Mistake(
            "def renew(books, budget, margin=1.0):\n"
            '    books = books[books["low"] > margin].sort_values("low", ascending=False)\n'
            '    return books.loc[books["fee"].cumsum() <= budget, "member_id"].tolist()',
            "passed over",
        ),
    ],
)
def renew(answer: Callable[..., list[str]]) -> Hint | None:
    """Expect those above the margin, surest first, as far as the budget goes."""
    everybody = list(answer(_BOOKS.copy(), 5000))
    if everybody[:1] == ["big"]:
        return Hint(
            _("The upper end is what could be at best. Renew by the lower end, which is nearly sure.")
        )
    if "poor" in everybody:
        return Hint(_("One of those has an interval that does not lie above the margin."))
    if list(answer(_BOOKS.copy(), 550)) == ["good"]:
        return Hint(_("A partner whose fee does not fit is passed over; a smaller one behind may still fit."))
    for budget, margin, wanted in (
        (5000, 1.0, ["good", "dear", "big", "small"]),
        (550, 1.0, ["good", "small"]),
        (5000, 2.5, ["good", "dear"]),
        (50, 1.0, []),
    ):
        given = list(answer(_BOOKS.copy(), budget, margin))
        if given != wanted:
            return Hint(
                _("With {budget} to spend and a margin of {margin} it is {wanted}, yours gives {given}."),
                {"budget": budget, "margin": margin, "wanted": ", ".join(wanted), "given": ", ".join(given)},
            )
    return None


_PAIRS = pd.DataFrame({"a": ["a", "a", "b"], "b": ["b", "c", "d"], "strong": [True, True, False]})


@exercise(
    "I12.1",
    passes=_(
        "Three of eight members have a strong tie; the five others include those who never said a word."
    ),
    mistakes=[
        Mistake(
            "def without_strong_tie(pairs, members):\n"
            '    tied = set(pairs["a"]) | set(pairs["b"])\n'
            "    return sum(member not in tied for member in members) / len(members)",
            "weak",
        ),
        Mistake(
            "def without_strong_tie(pairs, members):\n"
            '    everybody = set(pairs["a"]) | set(pairs["b"])\n'
            '    strong = pairs[pairs["strong"]]\n'
            '    return 1 - len(set(strong["a"]) | set(strong["b"])) / len(everybody)',
            "silent members",
        ),
        Mistake(
            "def without_strong_tie(pairs, members):\n"
            '    strong = pairs[pairs["strong"]]\n'
            '    return 1 - len(set(strong["a"])) / len(members)',
            "either side",
        ),
    ],
)
def without_strong_tie(answer: Callable[[pd.DataFrame, list[str]], float]) -> Hint | None:
    """Expect 5 of 8."""
    given = answer(_PAIRS.copy(), list("abcdefgh"))
    if close(given, 5 / 8):
        return None
    if close(given, 4 / 8):
        return Hint(_("That takes weak ties for strong ones."))
    if close(given, 1 / 4):
        return Hint(_("The silent members are missing below the line: divide by all members."))
    if close(given, 7 / 8):
        return Hint(_("A member can stand on either side of a pair."))
    if close(given, 3 / 8):
        return Hint(_("That is the share of those who have one. The question was who has none."))
    return Hint(
        _("For a small table the share is {wanted}, yours gives {given}."), {"wanted": "5/8", "given": given}
    )
