"""Judge the exercises of chapter 03: rates, shrinkage, fatigue, the effect of reading, tests of headlines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpers.metrics import content
from helpers.models import experiments
from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "C1.1",
    passes=_("65 reactions of 500 readers: 13 %. Every reader has one voice, whichever post was read."),
    mistakes=[
        Mistake("answer = (40 / 400 + 10 / 50 + 15 / 50) / 3", "same say"),
        Mistake("answer = 65 / 3", "per post"),
        Mistake("answer = 65", "numerator"),
    ],
)
def pooled_rate(answer: Any) -> Hint | None:
    """Expect 65 / 500."""
    if close(answer, 65 / 500):
        return None
    if close(answer, 0.2):
        return Hint(
            _("That is the mean of three rates: it gives a post of fifty readers the same say as one of 400.")
        )
    if close(answer, 65 / 3):
        return Hint(_("Reactions per post grow with the readers that a post happened to get."))
    if close(answer, 65):
        return Hint(_("That is the numerator. How many readers could have reacted?"))
    return Hint(_("Add up the readers who reacted, add up the readers, and divide."))


@exercise(
    "C1.2",
    passes=_(
        "The post's own readers and those borrowed from the other posts are put together; the more of its "
        "own a post has, the less the borrowed ones weigh."
    ),
    mistakes=[
        Mistake(
            "def shrunk(count, n, mean, strength):\n    return count / n",
            "raw rate",
        ),
        Mistake(
            "def shrunk(count, n, mean, strength):\n    return (count / n + mean) / 2",
            "half",
        ),
        Mistake(
            "def shrunk(count, n, mean, strength):\n    return (count + mean) / (n + strength)",
            "mean times strength",
        ),
    ],
)
def shrunk_rate(answer: Callable[[int, int, float, float], float]) -> Hint | None:
    """Expect (count + mean * strength) / (n + strength)."""
    given = answer(3, 4, 0.2, 16)
    if close(given, 0.75):
        return Hint(_("That is the raw rate: four readers would be believed as much as four thousand."))
    if close(given, (0.75 + 0.2) / 2):
        return Hint(_("You believe every post half; a post with many readers deserves more than that."))
    if close(given, 3.2 / 20):
        return Hint(_("The borrowed readers react too: mean times strength of them."))
    for count, n, mean, strength in ((3, 4, 0.2, 16), (120, 400, 0.2, 16), (0, 0, 0.1, 30)):
        wanted = (count + mean * strength) / (n + strength)
        if not close(answer(count, n, mean, strength), wanted):
            return Hint(
                _("For {count} of {n} readers, mean {mean} and strength {strength} it is {wanted}."),
                {"count": count, "n": n, "mean": mean, "strength": strength, "wanted": round(wanted, 3)},
            )
    return None


@exercise(
    "C1.3",
    passes=_("Another question, another winner; and what draws most comments need not be what is liked."),
    mistakes=[
        Mistake(
            'answer = content.rates(community, by="topic")["topic"].iloc[0], '
            'content.rates(community, by="topic")["topic"].iloc[-1]',
            "any reaction",
        ),
        Mistake(
            'table = content.rates(community, by="topic", reactions=("comment",))\n'
            'answer = table["topic"].iloc[-1], table["topic"].iloc[0]',
            "other way",
        ),
    ],
)
def commented_topics(answer: Any, community: Any) -> Hint | None:
    """Expect the topics with the highest and the lowest comment rate."""
    talked = content.rates(community, by="topic", reactions=("comment",))["topic"]
    wanted = (talked.iloc[0], talked.iloc[-1])
    given = tuple(str(name) for name in answer)
    if given == wanted:
        return None
    if given == wanted[::-1]:
        return Hint(_("The right two, the other way round: highest first."))
    every = content.rates(community, by="topic")["topic"]
    if given == (every.iloc[0], every.iloc[-1]):
        return Hint(
            _("These are the topics by any reaction; ask for comments alone: reactions=('comment',).")
        )
    return Hint(_("Group by topic, count comments alone, and take the first and the last row."))


@exercise(
    "C3.1",
    passes=_("Four more notices multiply four times: 1.2 ** 4 = 2.07. The chance has doubled."),
    mistakes=[
        Mistake("answer = 4 * 1.2", "multiply"),
        Mistake("answer = 1 + 4 * 0.2", "on top of"),
        Mistake("answer = 1.2 ** 6", "compared with two"),
    ],
)
def dose(answer: Any) -> Hint | None:
    """Expect 1.2 ** 4."""
    if close(answer, 1.2**4):
        return None
    if close(answer, 4.8):
        return Hint(_("Factors multiply: two notices more are 1.2 times 1.2, not 2 times 1.2."))
    if close(answer, 1.8):
        return Hint(_("Each notice adds its fifth on top of what the others have made of the chance."))
    if close(answer, 1.2**6):
        return Hint(_("That compares six notices with none. Asked is six compared with two."))
    return Hint(_("From two to six are four steps, and each step multiplies by 1.2."))


@exercise(
    "C8.1",
    passes=_(
        "All who were sent it against all who were not: +1.5 points. Three in ten opened it, so for these it "
        "was +5 points. That openers buy at 20 % says who opens."
    ),
    mistakes=[
        Mistake("answer = 60 / 300 - 30 / 700, 0.05", "chose themselves"),
        Mistake("answer = 60 / 300 - 75 / 1000, 0.05", "chose themselves"),
        Mistake("answer = 0.015, 60 / 300", "who opens"),
        Mistake("answer = 0.015, 0.015 * 0.3", "Divide"),
    ],
)
def digest(answer: Any) -> Hint | None:
    """Expect (0.015, 0.05)."""
    sent, opened = answer
    if close(sent, 60 / 300 - 30 / 700) or close(sent, 60 / 300 - 75 / 1000):
        return Hint(
            _("Those who opened it chose themselves. Compare all who were drawn with all who were not.")
        )
    if not close(sent, 0.015, tolerance=0.0005):
        return Hint(_("First the draw: 90 of 1,000 bought, and 75 of 1,000."))
    if close(opened, 60 / 300):
        return Hint(
            _("The first is right. 20 % is how much openers buy: it says who opens, not what it did.")
        )
    if close(opened, 0.0045, tolerance=0.0005):
        return Hint(
            _("The first is right. Divide by the share who opened: the gain was made by three in ten.")
        )
    if not close(opened, 0.05, tolerance=0.0005):
        return Hint(_("The first is right. Spread the gain over those who were made to read."))
    return None


@exercise(
    "C10.1",
    passes=_(
        "Half the difference takes about four times the members. Whoever halves what is worth knowing pays "
        "for it in weeks."
    ),
    mistakes=[
        Mistake("answer = experiments.sample_size(0.08, 0.02), 2", "both arms"),
        Mistake("answer = 2 * experiments.sample_size(0.08, 0.10), 3", "difference"),
        Mistake("answer = 2 * experiments.sample_size(0.08, 0.02), 3", "whole weeks"),
    ],
)
def weeks(answer: Any) -> Hint | None:
    """Expect (members in both arms, whole weeks at 1,500 a week)."""
    arm = experiments.sample_size(0.08, 0.02)
    needed, long = 2 * arm, -(-2 * arm // 1500)
    given, weeks_given = answer
    if close(given, arm):
        return Hint(_("That is one arm; both arms have to be filled."))
    if close(given, 2 * experiments.sample_size(0.08, 0.10)):
        return Hint(
            _("The helper takes the base and the difference: 10 % against 8 % is a difference of 0.02.")
        )
    if not close(given, needed):
        return Hint(
            _("Ask experiments.sample_size for the base 0.08 and the difference 0.02, and double it.")
        )
    if not close(weeks_given, long):
        return Hint(_("The members are right. Divide by 1,500 and round up to whole weeks."))
    return None


@exercise(
    "C5.1",
    passes=_("Each audited message stands for twenty, so about a hundred breaches passed: recall is 60 %."),
    mistakes=[
        Mistake("answer = 150 / 155", "stands for"),
        Mistake("answer = 150 / 200", "precision"),
        Mistake("answer = 150 / (150 + 5 * 10_000 / 490)", "passed"),
        Mistake("answer = 100", "how many were missed"),
    ],
)
def filter_recall(answer: Any) -> Hint | None:
    """Expect 150 / (150 + 5 * 9800 / 490)."""
    if close(answer, 0.6, tolerance=0.001):
        return None
    if close(answer, 150 / 155):
        return Hint(_("The five were found among 490 of 9,800: each of them stands for more than itself."))
    if close(answer, 0.75):
        return Hint(_("That is precision: how much of what was flagged is a breach. What was missed?"))
    if close(answer, 150 / (150 + 5 * 10_000 / 490), tolerance=0.0005):
        return Hint(_("Nearly: the audit was drawn among the messages that passed, not among all."))
    if close(answer, 100):
        return Hint(_("That is how many were missed. Which share of all breaches was found?"))
    return Hint(_("Weigh the breaches of the audit by 9,800 / 490, then divide the found ones by all."))


@exercise(
    "C6.1",
    passes=_("Found: the earlier text is never called a copy of the later one, and old texts are forgotten."),
    mistakes=[
        Mistake(
            "def near_copies(texts, days):\n"
            "    sets = [set(text.lower().split()) for text in texts]\n"
            "    return [any(len(a & b) >= 0.8 * len(a | b) for b in sets if b is not a) for a in sets]",
            "original",
        ),
        Mistake(
            "def near_copies(texts, days):\n"
            "    sets = [set(text.lower().split()) for text in texts]\n"
            "    return [\n"
            "        any(len(a & b) >= 0.8 * len(a | b) for b in sets[:place])\n"
            "        for place, a in enumerate(sets)\n"
            "    ]",
            "older than 30 days",
        ),
        Mistake(
            "def near_copies(texts, days):\n"
            "    return [\n"
            "        any(text == texts[k] and days[place] - days[k] <= 30 for k in range(place))\n"
            "        for place, text in enumerate(texts)\n"
            "    ]",
            "one word of six",
        ),
    ],
)
def near_copies(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of texts and days; tried on fresh small lists."""

    def said(texts: list[str], days: list[int]) -> list[bool]:
        return [bool(found) for found in answer(texts, days)]

    if said(["rain on the roof", "Rain on the roof"], [0, 1]) == [True, True]:
        return Hint(_("The first of two equal texts is the original: compare only with texts before it."))
    if said(["rain on the roof", "rain on the roof"], [0, 31])[1]:
        return Hint(_("A text that is older than 30 days must not count."))
    near = ["rain on the old tin roof", "rain on the old roof"]
    if not said(near, [3, 33])[1]:
        return Hint(_("Five words in both, six in either: one word of six differs, so it is a near-copy."))
    if said(["rain on the roof", "rain in the garden"], [0, 1])[1]:
        return Hint(_("Two words of six in common are not 80 %: divide by the words in either text."))
    if said(["Rain on the roof", "rain on the Roof"], [0, 1]) != [False, True]:
        return Hint(_("Compare lower-case words."))
    if said([], []) != [] or said(["one"], [5]) != [False]:
        return Hint(_("A single text has nothing to be a copy of, and an empty list gives an empty one."))
    return None
