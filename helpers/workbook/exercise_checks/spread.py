"""Judge the exercises of chapter 03 on what is passed on and what is recommended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "C7.1",
    passes=_(
        "One share causes R, those cause R² and so on: together 1 / (1 - R) shares, each with its reach."
    ),
    mistakes=[
        Mistake(
            "def people_reached(each, reproduction):\n    return each * (1 + reproduction)",
            "first generation",
        ),
        Mistake(
            "def people_reached(each, reproduction):\n    return each * reproduction", "the start itself"
        ),
        Mistake(
            "def people_reached(each, reproduction):\n    return each * reproduction / (1 - reproduction)",
            "the start itself",
        ),
    ],
)
def people_reached(answer: Callable[[float, float], float]) -> Hint | None:
    """Expect each / (1 - reproduction)."""
    given = answer(40, 0.6)
    if close(given, 64):
        return Hint(
            _("That stops after the first generation: the shares that were caused cause shares as well.")
        )
    if close(given, 24) or close(given, 60):
        return Hint(_("That leaves out the start itself, which reaches people as well."))
    for each, number in ((40, 0.6), (10, 0.0), (25, 0.9)):
        if not close(answer(each, number), each / (1 - number)):
            return Hint(
                _("With {each} people a share and a number of {number} it is {wanted}, yours gives {given}."),
                {
                    "each": each,
                    "number": number,
                    "wanted": round(each / (1 - number), 2),
                    "given": answer(each, number),
                },
            )
    return None


_MEASURED = pd.DataFrame(
    {
        "size": [5, 5, 10, 4, 8, 1],
        "virality": [1.6, 2.0, 2.4, 2.5, 3.0, None],
        "complete": [True, True, True, True, False, True],
    }
)


@exercise(
    "C7.2",
    passes=_("Of three complete cascades that are large enough, two went further than a star of their size."),
    mistakes=[
        Mistake(
            "def word_of_mouth(measured, least=5):\n"
            '    large = measured[measured["size"] >= least]\n'
            '    return (large["virality"] > 2 * (large["size"] - 1) / large["size"] + 1e-9).mean()',
            "not complete",
        ),
        Mistake(
            "def word_of_mouth(measured, least=5):\n"
            '    whole = measured[measured["complete"]]\n'
            '    return (whole["virality"] > 2 * (whole["size"] - 1) / whole["size"] + 1e-9).mean()',
            "too small",
        ),
        Mistake(
            "def word_of_mouth(measured, least=5):\n"
            '    large = measured[measured["complete"] & (measured["size"] >= least)]\n'
            '    return (large["virality"] > 2).mean()',
            "of its own size",
        ),
    ],
)
def word_of_mouth(answer: Callable[..., float]) -> Hint | None:
    """Expect the share of complete cascades of at least five shares above the star's virality."""
    given = answer(_MEASURED.copy())
    if close(given, 2 / 3) and close(answer(_MEASURED.copy(), least=4), 3 / 4):
        return None
    if close(given, 3 / 4):
        return Hint(_("One of those is not complete yet: what it will be cannot be said."))
    if close(given, 3 / 5):
        return Hint(_("Some of those are too small: leave out what is below `least`."))
    if close(given, 1 / 3):
        return Hint(_("Compare each cascade with a star of its own size, not with one limit for all."))
    return Hint(
        _("For a small table the share is {wanted}, yours gives {given}."), {"wanted": "2/3", "given": given}
    )


@exercise(
    "C9.1",
    passes=_("Of what was read, the share that stands among the first k; a hit counts once."),
    mistakes=[
        Mistake(
            "def recall_at(ranked, read, k):\n"
            "    return len(set(ranked[:k]) & set(read)) / k if len(read) else None",
            "precision",
        ),
        Mistake(
            "def recall_at(ranked, read, k):\n"
            "    return len(set(ranked) & set(read)) / len(set(read)) if len(read) else None",
            "first k",
        ),
        Mistake(
            "def recall_at(ranked, read, k):\n    return len(set(ranked[:k]) & set(read)) / "
            "max(len(read), 1)",
            "read nothing",
        ),
    ],
)
def recall_at(answer: Callable[[list[str], list[str], int], Any]) -> Hint | None:
    """Expect hits among the first k over posts read, and None where nothing was read."""
    ranked, read = ["a", "b", "c", "d", "e"], ["b", "d", "e", "x"]
    given = answer(ranked, read, 2)
    if close(given, 1 / 2):
        return Hint(
            _("You divided by k: that is the precision. Recall asks what share of the posts read was found.")
        )
    if close(given, 3 / 4):
        return Hint(_("Only the first k of the list were shown."))
    if not close(given, 1 / 4) or not close(answer(ranked, read, 5), 3 / 4):
        return Hint(
            _("For a list of {k} the recall is {wanted}, yours gives {given}."),
            {"k": 2, "wanted": 0.25, "given": given},
        )
    if answer(ranked, [], 2) is not None:
        return Hint(_("Who read nothing has no recall: nought would count against the list, so return None."))
    return None


def _compared(rows: list[tuple[str, str, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["metric", "method", "difference", "difference_low"])


_PLAIN = ("recall", "popular", float("nan"), float("nan"))


@exercise(
    "C9.2",
    passes=_("Sure of a gain, and a gain worth having: only then is it worth a test."),
    mistakes=[
        Mistake(
            "def method_to_test(compared):\n"
            '    rows = compared[compared["metric"] == "recall"]\n'
            '    return rows.loc[rows["difference"].idxmax(), "method"]',
            "beyond chance",
        ),
        Mistake(
            "def method_to_test(compared):\n"
            '    rows = compared[(compared["metric"] == "recall") & (compared["difference_low"] > 0)]\n'
            '    return "popular" if rows.empty else rows.loc[rows["difference"].idxmax(), "method"]',
            "too small",
        ),
        Mistake(
            "def method_to_test(compared):\n"
            '    rows = compared[(compared["difference_low"] > 0) & (compared["difference"] >= 0.01)]\n'
            '    return "popular" if rows.empty else rows.loc[rows["difference"].idxmax(), "method"]',
            "Recall decides",
        ),
    ],
)
def method_to_test(answer: Callable[[pd.DataFrame], str]) -> Hint | None:
    """Expect the largest recall gain among those above nought beyond chance and at least 0.01."""
    unsure = _compared([_PLAIN, ("recall", "item", 0.05, -0.01), ("recall", "topic", 0.02, 0.01)])
    if answer(unsure) != "topic":
        return Hint(_("The largest gain there is not beyond chance: its interval holds nought."))
    little = _compared([_PLAIN, ("recall", "topic", 0.004, 0.002)])
    if answer(little) != "popular":
        return Hint(_("Sure, but too small: below 0.01 the plain list stays."))
    other = _compared([_PLAIN, ("recall", "item", 0.02, 0.01), ("ndcg", "topic", 0.09, 0.05)])
    if answer(other) != "item":
        return Hint(_("Recall decides here; the rows of NDCG do not."))
    if answer(_compared([_PLAIN, ("recall", "item", -0.05, -0.06)])) != "popular":
        return Hint(_("When no method gains, the plain list goes out."))
    return None
