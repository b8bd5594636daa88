"""Judge the exercises of chapter 04: mechanisms, waiting questions, first weeks, rewards and what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from helpers.metrics import response
from helpers.metrics.discoveries import discoveries
from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "I2.1",
    passes=_(
        "Three questions were asked at least a day before the end, and two of them had a reply in time."
    ),
    mistakes=[
        Mistake("answer = 3 / 5", "not been asked long enough"),
        Mistake("answer = 3 / 4", "left out because nobody answered"),
        Mistake("answer = 2 / 5", "not been asked long enough"),
        Mistake("answer = 2", "a share"),
    ],
)
def answered_in_time(answer: Any) -> Hint | None:
    """Expect 2 of the 3 questions asked at least 24 hours before the end."""
    if close(answer, 2 / 3):
        return None
    if close(answer, 3 / 5) or close(answer, 2 / 5):
        return Hint(
            _("Two of the five have not been asked long enough ago: their day is not over when the data end.")
        )
    if close(answer, 3 / 4) or close(answer, 1):
        return Hint(
            _("A question must not be left out because nobody answered it; only because its day is not over.")
        )
    if close(answer, 2, tolerance=1e-9):
        return Hint(_("That is the numerator; the answer is a share. Which questions had a full day?"))
    return Hint(_("Keep the questions asked by hour 76, then ask which share had a reply within 24 hours."))


@exercise(
    "I1.1",
    passes=_(
        "Reach, taking up and opening the door are three different orders, and counting shows none of them."
    ),
    mistakes=[
        Mistake('answer = {"A"}', "B:"),
        Mistake('answer = {"A", "B", "C", "D"}', "C:"),
        Mistake('answer = {"A", "C"}', "C:"),
        Mistake('answer = {"A", "B"}', "D:"),
    ],
)
def three_orders(answer: Any) -> Hint | None:
    """Expect the statements A, B and D."""
    given = {str(letter).strip().upper() for letter in answer}
    if given == {"A", "B", "D"}:
        return None
    if "C" in given:
        return Hint(_("C: compare the share of first contributions with the share of all contributions."))
    if "A" not in given:
        return Hint(_("A: look at the members taking part, not at the contributions."))
    if "B" not in given:
        return Hint(_("B: divide those taking part by those reached, for both."))
    return Hint(_("D: the first contributions sum to 150, all contributions to 3,000."))


@exercise(
    "I5.1",
    passes=_("Everybody compared had a whole week to speak and a whole month to come back."),
    mistakes=[
        Mistake(
            "def gap(newcomers, last_day):\n"
            "    spoke = newcomers['spoke_at'].notna()\n"
            "    return newcomers.loc[spoke, 'kept'].mean() - newcomers.loc[~spoke, 'kept'].mean()",
            "whose month is not over",
        ),
        Mistake(
            "def gap(newcomers, last_day):\n"
            "    seen = newcomers[newcomers['joined'] + 28 <= last_day]\n"
            "    spoke = seen['spoke_at'].notna()\n"
            "    return seen.loc[spoke, 'kept'].mean() - seen.loc[~spoke, 'kept'].mean()",
            "Who spoke later",
        ),
        Mistake(
            "def gap(newcomers, last_day):\n"
            "    seen = newcomers[newcomers['joined'] + 28 <= last_day]\n"
            "    spoke = seen['spoke_at'] <= 6\n"
            "    return seen.loc[spoke, 'kept'].mean() - seen.loc[~spoke, 'kept'].mean()",
            "left within the first week",
        ),
    ],
)
def fair_gap(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of newcomers and the last day; tried on three fresh tables."""
    nan = float("nan")
    plain = pd.DataFrame({"joined": [0, 0, 0, 0], "left_at": [nan] * 4, "spoke_at": [2, 6, nan, nan]})
    plain["kept"] = [True, True, True, False]
    young = pd.concat([plain, plain.assign(joined=80, kept=False)], ignore_index=True)
    late = pd.concat(
        [plain, plain.head(2).assign(spoke_at=[9.0, 20.0], kept=True)], ignore_index=True
    )  # two who spoke after their first week
    gone = pd.concat([plain, plain.tail(2).assign(left_at=[3.0, 5.0], kept=False)], ignore_index=True)
    if not close(answer(young, 100), 0.5):
        return Hint(_("There are newcomers in it whose month is not over on the last day: leave them out."))
    if not close(answer(late, 100), 0.25):
        return Hint(
            _("Who spoke later than day 6 had to stay to do so: in the first week they had not spoken.")
        )
    if not close(answer(gone, 100), 0.5):
        return Hint(_("Members who left within the first week had less time to speak: leave them out."))
    edge = plain.assign(joined=[0, 0, 72, 73])
    if not close(answer(edge, 100), 0.0):
        return Hint(_("Day 28 of a member who joined on day 72 is day 100: it belongs to the data."))
    return None


@exercise(
    "I5.2",
    passes=_("Of fifteen comparisons four remain; Bonferroni would keep three, no correction nine."),
    mistakes=[
        Mistake("def called(p_values, level):\n    return (p_values <= level).sum()", "their number"),
        Mistake(
            "def called(p_values, level):\n    return (p_values <= level / len(p_values)).sum()", "Bonferroni"
        ),
        Mistake(
            "def called(p_values, level):\n    ranks = p_values.rank()\n"
            "    good = p_values <= level * ranks / len(p_values)\n"
            "    return int(good[p_values.sort_values().index].cumprod().sum())",
            "from the largest",
        ),
    ],
)
def false_discoveries(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of p-values and level that counts the calls of Benjamini and Hochberg."""
    published = pd.Series(
        [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
        + [0.6528, 0.7590, 1.0]
    )
    shuffled = published.sample(frac=1, random_state=1)
    given = answer(shuffled, 0.05)
    if close(given, 9, tolerance=1e-9):
        return Hint(
            _("Nine are below the level by themselves; with fifteen tries, their number has to count.")
        )
    if close(given, 3, tolerance=1e-9):
        return Hint(
            _(
                "That is Bonferroni: every p-value against level / number. The second smallest may be "
                "twice that."
            )
        )
    if not close(given, 4, tolerance=1e-9):
        return Hint(
            _("Sort; compare the k-th smallest with level × k / number; keep all up to the last that holds.")
        )
    step_up = pd.Series([0.001, 0.008, 0.028, 0.031, 0.045, 0.7])
    if not close(answer(step_up, 0.05), int((discoveries(step_up.to_numpy()) <= 0.05).sum())):
        return Hint(
            _(
                "Search from the largest p-value down: one that misses its own limit is kept if a later "
                "one holds."
            )
        )
    if not close(answer(pd.Series([0.3, 0.9]), 0.05), 0, tolerance=1e-9):
        return Hint(_("When no p-value holds, nothing is called: the answer is 0."))
    return None


@exercise(
    "I6.1",
    passes=_(
        "13.00 for 40 check-ins that would not have been there: 0.325 each, six times what one seems to cost."
    ),
    mistakes=[
        Mistake("answer = 13 / 260", "would have come anyway"),
        Mistake("answer = 13 / 60", "afterwards"),
        Mistake("answer = 1300 / 40", "points into money"),
    ],
)
def price_of_a_check_in(answer: Any) -> Hint | None:
    """Expect the extra points in money over the check-ins gained less those lost afterwards."""
    if close(answer, 0.325, tolerance=0.001):
        return None
    if close(answer, 0.05, tolerance=0.001):
        return Hint(
            _("You divided by all check-ins. Most of them would have come anyway; count those gained.")
        )
    if close(answer, 13 / 60, tolerance=0.001):
        return Hint(_("Some of the gain was lost again afterwards: take it off before you divide."))
    if close(answer, 32.5, tolerance=0.1):
        return Hint(_("Turn the points into money first: one is worth 0.01."))
    return Hint(_("Extra points paid: 1,000 × 0.26 × 5. Check-ins gained: 1,000 × (0.06 - 0.02)."))


@exercise(
    "I2.2",
    passes=_("Those are the hours to put somebody on duty for; look at the interval before you do."),
    mistakes=[
        Mistake("answer = '99–99'", "within one hour"),
    ],
)
def slowest_hours(answer: Any, community: Any = None) -> Hint | None:
    """Expect the three hours, asked in at least 20 times, with the lowest share answered within one hour."""
    table = response.answered(community, by="hour", within=(1, 24))
    often = table[(table["n"] >= 20) & (table["within"] == 1)]
    given = str(answer).strip().replace("-", "–")
    best = often.loc[often["estimate"].idxmin(), "hour"]
    if given == best:
        return None
    rare = table[table["within"] == 1]
    if given == rare.loc[rare["estimate"].idxmin(), "hour"]:
        return Hint(
            _("So few were asked then that the share says nothing: keep hours with at least 20 questions.")
        )
    later = table[(table["n"] >= 20) & (table["within"] == 24)]
    if given == later.loc[later["estimate"].idxmin(), "hour"]:
        return Hint(_("That is the slowest within a day. The exercise asks for within one hour."))
    if given == often.loc[often["estimate"].idxmax(), "hour"]:
        return Hint(_("Those are the quickest hours; the exercise asks for the slowest."))
    return Hint(
        _("Split response.answered by hour, keep within one hour and n of 20 or more, take the lowest.")
    )


@exercise(
    "I3.1",
    passes=_("The lowest threshold that the desk can bear finds the most breaches that it can bear to find."),
    mistakes=[
        Mistake(
            "def threshold(quality, per_day):\n    return quality['threshold'].min()",
            "more items a day than",
        ),
        Mistake(
            "def threshold(quality, per_day):\n"
            "    fits = quality[quality['per_day'] <= per_day]\n"
            "    return fits.loc[fits['precision'].idxmax(), 'threshold']",
            "finds fewer breaches",
        ),
        Mistake(
            "def threshold(quality, per_day):\n"
            "    fits = quality[quality['per_day'] < per_day]\n"
            "    return fits['threshold'].min()",
            "Exactly",
        ),
        Mistake(
            "def threshold(quality, per_day):\n"
            "    fits = quality[quality['per_day'] <= per_day]\n"
            "    return fits['threshold'].iloc[0]",
            "order",
        ),
    ],
)
def affordable_threshold(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of a table of thresholds and a budget; tried on fresh tables."""
    quality = pd.DataFrame(
        {
            "threshold": [0.3, 0.4, 0.5, 0.6],
            "per_day": [20.0, 9.0, 4.0, 2.0],
            "precision": [0.2, 0.4, 0.7, 0.9],
            "recall": [0.9, 0.8, 0.6, 0.4],
        }
    )
    if close(answer(quality, 10), 0.3):
        return Hint(_("At that threshold more items a day than the budget come up. Keep the rows that fit."))
    if close(answer(quality, 10), 0.6) or close(answer(quality, 10), 0.5):
        return Hint(_("It fits, but finds fewer breaches than another threshold that fits as well."))
    if not close(answer(quality, 10), 0.4):
        return Hint(_("For {budget} items a day the threshold is {wanted}."), {"budget": 10, "wanted": "0.4"})
    if not close(answer(quality, 9), 0.4):
        return Hint(_("Exactly as many items as the budget still fit."))
    if not close(answer(quality.iloc[::-1], 10), 0.4):
        return Hint(_("The rows may come in any order."))
    return None


@exercise(
    "I4.1",
    passes=_("No text stands on both sides, however often it was copied: now the error means something."),
    mistakes=[
        Mistake(
            "def honest_split(texts):\n    fifth = len(texts) // 5\n    return texts[fifth:], texts[:fifth]",
            "on both sides",
        ),
        Mistake(
            "def honest_split(texts):\n"
            "    texts = list(dict.fromkeys(texts))\n"
            "    fifth = len(texts) // 5\n"
            "    return texts[fifth:], texts[:fifth]",
            "spaces",
        ),
        Mistake("def honest_split(texts):\n    return texts, []", "nothing to test on"),
    ],
)
def honest_split(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of texts that gives two lists without a common text."""
    plain = [f"text number {number}" for number in range(20)]
    train, test = answer(list(plain))
    if not len(test) or not len(train):
        return Hint(_("There is nothing to test on, or nothing to train on: put about a fifth aside."))
    if set(train) | set(test) != set(plain):
        return Hint(_("Every text has to be on one of the two sides."))
    if not 2 <= len(set(test)) <= 6:
        return Hint(_("Put about a fifth of the texts aside; of 20 you put {n}."), {"n": len(set(test))})
    train, test = answer([*plain, *plain])
    if set(train) & set(test):
        return Hint(_("With every text given twice, some stand on both sides: draw texts, not lines."))
    spaced = [*plain, *(f" {text.upper()}  " for text in plain)]
    train, test = ([text.strip().lower() for text in side] for side in answer(spaced))
    if set(train) & set(test):
        return Hint(
            _("Copies that differ only in spaces at the ends or in capitals are copies all the same.")
        )
    return None
