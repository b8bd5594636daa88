"""Judge the exercises of chapter 06: activity, retention, growth, satisfaction, privacy and churn."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from helpers.metrics import retention, satisfaction
from helpers.workbook.exercises import Hint, Mistake, close, exercise
from helpers.workbook.exercises import mark as _


@exercise(
    "E1.1",
    passes=_(
        "Seven member-days over four days are 1.75 active members a day, out of three active in the window: "
        "an active member was there on 58 % of the days."
    ),
    mistakes=[
        Mistake("answer = 8 / 4 / 3", "row, not a day"),
        Mistake("answer = 7 / 4 / 4", "silent"),
        Mistake("answer = 7 / 4", "half of the way"),
        Mistake("answer = 3 / (7 / 4)", "upside down"),
    ],
)
def stickiness(answer: Any) -> Hint | None:
    """Expect 7 member-days / (4 days x 3 active members)."""
    if close(answer, 7 / 12):
        return None
    if close(answer, 8 / 12):
        return Hint(_("A second message on the same day is a new row, not a day more: count distinct days."))
    if close(answer, 7 / 16):
        return Hint(
            _(
                "You divided by a silent member too. Stickiness asks how often *active* members "
                "come; how many "
                "are active at all is the active share."
            )
        )
    if close(answer, 7 / 4):
        return Hint(
            _("That is the mean DAU, half of the way. Divide it by the members active in the window.")
        )
    if close(answer, 12 / 7):
        return Hint(_("The fraction is upside down: a share of days cannot be above 1."))
    return Hint(
        _("Count the distinct pairs of member and day, divide by the days and by the active members.")
    )


@exercise(
    "E2.1",
    passes=_(
        "Five members had reached day 30 and two of them were there. The other three were not asked yet."
    ),
    mistakes=[
        Mistake("answer = 2 / 8", "too young"),
        Mistake("answer = 2 / 4", "belongs to it"),
        Mistake("answer = 2", "a share"),
    ],
)
def day_thirty(answer: Any) -> Hint | None:
    """Expect 2 of the 5 members whose day 30 lies within the data."""
    if close(answer, 2 / 5):
        return None
    if close(answer, 2 / 8):
        return Hint(
            _(
                "Three of the eight are too young: their day 30 lies after the last day of data. "
                "They have not "
                "failed, they have not been asked."
            )
        )
    if close(answer, 2 / 4):
        return Hint(
            _("The member who joined on day 30 has day 30 on day 60, the last day of data: it belongs to it.")
        )
    if close(answer, 2):
        return Hint(_("That is the numerator; the answer is a share. Who could have been there?"))
    return Hint(
        _("Keep the members whose joining day plus 30 is at most 60, then ask which share of them came.")
    )


@exercise(
    "E8.1",
    passes=_("400 + 120 + 35 - 430 = 125 were lost, and 155 / 125 = 1.24 came for each who went."),
    mistakes=[
        Mistake("lost, quick_ratio = 90, (120 + 35) / 90", "resurrected"),
        Mistake("lost, quick_ratio = 125, 125 / 155", "upside down"),
        Mistake("lost, quick_ratio = 125, 120 / 125", "came back"),
        Mistake("lost, quick_ratio = 30, 155 / 30", "net change"),
    ],
)
def growth_identity(answer: Any) -> Hint | None:
    """Expect (lost, quick ratio) = (125, 1.24)."""
    lost, ratio = answer
    if close(lost, 90):
        return Hint(_("You forgot the resurrected: they too swell the number of active members."))
    if close(lost, 30) or close(lost, -30):
        return Hint(
            _("30 is the net change. The gains hide how many really went: solve the identity for lost.")
        )
    if not close(lost, 125):
        return Hint(
            _("active = previous + new + resurrected - lost. Put in the four numbers and solve for lost.")
        )
    if close(ratio, 125 / 155):
        return Hint(_("The ratio is upside down: gains over losses, so that above 1 means growth."))
    if close(ratio, 120 / 125):
        return Hint(_("Members who came back are gains too: (new + resurrected) / lost."))
    if not close(ratio, 1.24):
        return Hint(_("Lost is right. The quick ratio is (new + resurrected) / lost."))
    return None


@exercise(
    "E2.2",
    passes=_(
        "B compares what each cohort kept of its own; C weighs cohorts by their members. A "
        "is broken by the second "
        "cohort, and in D most of the fall is another set of cohorts: the same two lost about three points."
    ),
    mistakes=[
        Mistake('answer = {"B"}', "weight"),
        Mistake('answer = {"B", "C", "D"}', "same cohorts"),
        Mistake('answer = {"A", "B", "C"}', "second cohort"),
        Mistake('answer = {"C"}', "90 of 110"),
    ],
)
def read_triangle(answer: Any) -> Hint | None:
    """Expect the statements that hold: B and C."""
    chosen = {str(letter).strip().upper() for letter in answer}
    if "A" in chosen:
        return Hint(_("Statement A: look at the second cohort, in week 1: 20 of 50."))
    if "D" in chosen:
        return Hint(
            _(
                "Statement D: the fall from one column to the next mixes cohorts. Compare weeks 2 "
                "and 3 of the same "
                "cohorts, the two that have both."
            )
        )
    if "C" not in chosen:
        return Hint(
            _(
                "Statement C: add up members, not percentages; a cohort of 200 has four times the "
                "weight of one of 50."
            )
        )
    if "B" not in chosen:
        return Hint(
            _("Statement B: of those there in week 1, cohort 1 kept 40 of 50 and cohort 3 kept 90 of 110.")
        )
    return Hint(_("Name the statements that hold as a set of letters.")) if chosen != {"B", "C"} else None


_SCORES: list[tuple[list[float | None], float, float]] = [
    ([10, 9, 8, 3], 0, 10),
    ([5, 5, 4, 1], 1, 5),
    ([7, 6, 6, 2, 1], 1, 7),
    ([10, 10, 7, 2, None, None], 0, 10),
    ([1, 2, 3], 1, 5),
]


def _score(scores: pd.Series, low: float, high: float) -> float:
    promoter, passive = satisfaction.cuts(low, high)
    given = scores[scores.between(low, high)]
    return float(100 * ((given >= promoter).mean() - (given < passive).mean()))


@exercise(
    "E6.1",
    passes=_("Promoters less detractors, in points, among those who answered, with the cuts of the scale."),
    mistakes=[
        Mistake(
            "def nps(scores, low, high):\n    return 100 * (scores >= satisfaction.cuts(low, "
            "high)[0]).mean()",
            "left the detractors out",
        ),
        Mistake(
            "def nps(scores, low, high):\n"
            "    promoter, passive = satisfaction.cuts(low, high)\n"
            "    return (scores >= promoter).mean() - (scores < passive).mean()",
            "points",
        ),
        Mistake(
            "def nps(scores, low, high):\n"
            "    given = scores.dropna()\n"
            "    return 100 * ((given >= 9).mean() - (given <= 6).mean())",
            "of the scale",
        ),
        Mistake(
            "def nps(scores, low, high):\n"
            "    promoter, passive = satisfaction.cuts(low, high)\n"
            "    return 100 * ((scores >= promoter).mean() - (scores < passive).mean())",
            "did not answer",
        ),
        Mistake(
            "def nps(scores, low, high):\n"
            "    promoter, passive = satisfaction.cuts(low, high)\n"
            "    up, down = (scores >= promoter).sum(), (scores < passive).sum()\n"
            "    return 100 * (up - down) / (up + down)",
            "Passives count",
        ),
    ],
)
def net_promoters(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of scores and scale ends; tried on fresh scores on four scales."""
    plain = pd.Series([10, 9, 8, 3], dtype=float)
    first = answer(plain, 0, 10)
    if close(first, 50):
        return Hint(_("You left the detractors out: subtract the share of those below the passives."))
    if close(first, 0.25):
        return Hint(_("The score is counted in points: 100 times the difference of the two shares."))
    if close(first, 100 / 3):
        return Hint(_("Passives count in the denominator: they answered, too."))
    if not close(answer(pd.Series([5, 5, 4, 1], dtype=float), 1, 5), 25):
        return Hint(_("On 1-5 the scores 5, 5, 4, 1 give 25. Take both limits from the ends of the scale."))
    if not close(answer(pd.Series([10, 10, 7, 2, None, None], dtype=float), 0, 10), 25):
        return Hint(_("Missing scores are people who did not answer: leave them out of the denominator."))
    for values, low, high in _SCORES:
        scores = pd.Series(values, dtype=float)
        given, wanted = answer(scores, low, high), _score(scores, low, high)
        if not close(given, wanted):
            shown = ", ".join("-" if pd.isna(value) else f"{value:g}" for value in scores)
            return Hint(
                _("For {scores} on {low}-{high} the score is {wanted}, yours is {given}."),
                {"scores": shown, "low": low, "high": high, "wanted": f"{wanted:.1f}", "given": given},
            )
    return None


@exercise(
    "E6.2",
    passes=_(
        "The variance of one answer is .45 + .20 - .25^2 = .5875; (1.96 / .10)^2 times that is 226 answers."
    ),
    mistakes=[
        Mistake("answer = 1.96**2 * 0.25 * 0.75 / 0.10**2", "not a share"),
        Mistake("answer = 1.96**2 * 0.5875 / 0.20**2", "half"),
        Mistake("answer = 0.5875 / 0.10**2", "1.96"),
        Mistake("answer = 1.96**2 * (0.45 + 0.20) / 0.10**2", "square"),
    ],
)
def answers_needed(answer: Any) -> Hint | None:
    """Expect 226 answers for 10 points either side."""
    wanted = satisfaction.minimum_answers(margin=10, promoters=0.45, detractors=0.20)
    if close(answer, wanted, tolerance=0.01):
        return None
    if close(answer, 72, tolerance=0.02):
        return Hint(
            _(
                "A net score is not a share: each answer is worth +1, 0 or -1, so p(1 - p) is not "
                "its variance."
            )
        )
    if close(answer, wanted / 4, tolerance=0.02):
        return Hint(_("Ten points either side is half of the interval, not the whole of it."))
    if close(answer, wanted / 1.96**2, tolerance=0.02):
        return Hint(_("A 95 % interval reaches 1.96 standard errors to each side."))
    if close(answer, 1.96**2 * 0.65 / 0.01, tolerance=0.01):
        return Hint(
            _("Almost: the variance is the mean of the squares less the square of the mean, (.45 - .20)^2.")
        )
    return Hint(
        _(
            "Variance of one answer: promoters + detractors - (promoters - detractors)^2. Then "
            "solve 1.96 x error = .10."
        )
    )


def _digest(number: int) -> str:
    return hashlib.sha256(f"{number:04d}".encode()).hexdigest()


@exercise(
    "E12.1",
    passes=_(
        "Ten thousand tries take a moment, and a phone number is only a little longer. "
        "Without a key a hash hides "
        "nothing that can be listed."
    ),
    mistakes=[
        Mistake("def crack(digest):\n    return digest[:4]", "cannot be read off"),
        Mistake(
            "def crack(digest):\n"
            "    for number in range(10_000):\n"
            "        if hashlib.sha256(str(number).encode()).hexdigest() == digest:\n"
            "            return str(number)",
            "zeros in front",
        ),
        Mistake(
            "def crack(digest):\n"
            "    for number in range(10_000):\n"
            '        if hashlib.sha256(f"{number:04d}".encode()).hexdigest() == digest:\n'
            "            return number",
            "four digits",
        ),
    ],
)
def crack_a_hash(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function that finds the four digits behind a plain SHA-256."""
    if answer(_digest(4821)) == 4821:
        return Hint(_("Found. Return it as the text that was hashed, four digits long."))
    if answer(_digest(4821)) != "4821":
        return Hint(_("It cannot be read off the hash: hash every number from 0000 to 9999 and compare."))
    if answer(_digest(37)) != "0037":
        return Hint(_("Member 0037 is not found: the text that was hashed has zeros in front."))
    return None


@exercise(
    "E2.3",
    passes=_(
        "Same window, same members who could be seen, only split: the one comparison that "
        "answers the question."
    ),
    mistakes=[
        Mistake(
            'table = retention.day_n(community, days=(30,), window=7, by="source").sort_values("count")\n'
            'answer = (table["source"].iloc[-1], table["source"].iloc[0])',
            "how many",
        ),
        Mistake('answer = ("everybody", "nobody")', "not a source"),
    ],
)
def best_source(answer: Any, community: Any = None) -> Hint | None:
    """Expect the names of the sources with the highest and the lowest day-30 retention (window 7)."""
    table = retention.day_n(community, days=(30,), window=7, by="source").sort_values("estimate")
    best, worst = table["source"].iloc[-1], table["source"].iloc[0]
    given = tuple(str(name) for name in answer)
    if given == (best, worst):
        return None
    if not set(given) <= set(table["source"].astype(str)):
        return Hint(
            _("That is not a source. Known are {names}."), {"names": ", ".join(sorted(table["source"]))}
        )
    if given == (worst, best):
        return Hint(_("Best first, then worst."))
    by_count = table.sort_values("count")["source"]
    if given == (by_count.iloc[-1], by_count.iloc[0]):
        return Hint(
            _("You ordered by how many came back; a big source has more of everything. Order by the share.")
        )
    return Hint(
        _('Call retention.day_n with days=(30,), window=7 and by="source", and sort by the estimate.')
    )


_LEAKS = {"B", "D", "F"}


@exercise(
    "E9.1",
    passes=_(
        "B, D and F know what happened after the cut-off; the others could all have been "
        "computed on that day."
    ),
    mistakes=[
        Mistake('answer = {"B", "F"}', "only silent members get"),
        Mistake('answer = {"B", "D"}', "answered next week"),
        Mistake('answer = {"D", "F"}', "whole log"),
        Mistake('answer = {"A", "B", "D", "F"}', "strong feature is not a leak"),
    ],
)
def spot_the_leaks(answer: Any) -> Hint | None:
    """Expect the letters of the features that look past the cut-off."""
    chosen = {str(letter).strip().upper() for letter in answer}
    for letter in sorted(chosen - _LEAKS):
        text = {
            "A": _("A is known on the cut-off day. A strong feature is not a leak."),
            "C": _("C ends with the cut-off day: nothing later is in it."),
            "E": _("E was fixed on the day of joining."),
        }.get(letter, _("Name features by their letters, A to F."))
        return Hint(text)
    if "B" not in chosen:
        return Hint(_("B counts over the whole log: whoever stays collects more active days afterwards."))
    if "D" not in chosen:
        return Hint(
            _("D: only silent members get that coupon, and the table holds today's state, not that day's.")
        )
    if "F" not in chosen:
        return Hint(
            _(
                "F: the latest answer on file may have been answered next week; take the latest "
                "before the cut-off."
            )
        )
    return None


_VISITS = pd.DataFrame(
    {"member": list("aaabccdde"), "day": [5, 9, 12, 8, 1, 11, 10, 17, 11]}
)  # cut-off 10, silence 5: a stays, b and d are lost, c and e are not asked


def _as_labels(answer: Any) -> Mapping[Any, bool]:
    pairs = answer.items() if isinstance(answer, Mapping | pd.Series) else dict(answer).items()
    return {member: bool(value) for member, value in pairs}


_LOST = (
    "def lost(log, cut, silence):\n"
    "    before = log[{before}]\n"
    "    after = log[{after}]\n"
    '    members = pd.Index(before["member"].unique())\n'
    '    return pd.Series({lost}members.isin(after["member"]), index=members)'
)
_BEFORE = '(log["day"] > cut - silence) & (log["day"] <= cut)'
_AFTER = '(log["day"] > cut) & (log["day"] <= cut + silence)'


@exercise(
    "E9.2",
    passes=_(
        "Asked are those active before the cut-off; lost are those silent for the whole "
        "window after it, and no longer."
    ),
    mistakes=[
        Mistake(_LOST.format(before='log["day"] <= cut', after=_AFTER, lost="~"), "long silent"),
        Mistake(_LOST.format(before=_BEFORE, after='log["day"] > cut', lost="~"), "later than that"),
        Mistake(_LOST.format(before=_BEFORE, after=_AFTER, lost=""), "other way round"),
        Mistake(_LOST.format(before='log["day"] > 0', after=_AFTER, lost="~"), "not yet been seen"),
        Mistake(
            _LOST.format(
                before=_BEFORE, after='(log["day"] >= cut) & (log["day"] <= cut + silence)', lost="~"
            ),
            "cut-off day itself",
        ),
    ],
)
def label_the_lost(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function of log, cut-off and silence that labels the members at risk; tried on a fresh log."""
    labels = _as_labels(answer(_VISITS, 10, 5))
    if "e" in labels:
        return Hint(
            _("Member e had not yet been seen on the cut-off day: who comes later cannot be labelled.")
        )
    if "c" in labels:
        return Hint(
            _(
                "Member c was long silent already on the cut-off day: ask only those active in the "
                "window before it."
            )
        )
    if labels == {"a": True, "b": False, "d": False}:
        return Hint(_("It is the other way round: true means lost."))
    if labels.get("d") is False:
        later = _("Member d came back on day 17, later than that window of 5 days: lost all the same.")
        same = _("Member d was active on the cut-off day itself, which belongs to the time before.")
        moved = _VISITS[_VISITS["day"] != 17]
        return Hint(same if _as_labels(answer(moved, 10, 5)).get("d") is False else later)
    if labels != {"a": False, "b": True, "d": True}:
        return Hint(
            _(
                "On days a 5 9 12, b 8, c 1 11, d 10 17, e 11 with cut-off 10 and silence 5: a "
                "stays, b and d are lost."
            )
        )
    return None


def _groups(lost: list[int]) -> pd.DataFrame:
    return pd.DataFrame({"members": 100, "lost": lost})


_DEPTH = (
    "def depth(groups, contact_cost, value_saved, success, budget):\n"
    '    contacts = groups["members"].cumsum()\n'
    '    profit = (groups["lost"] * {success}value_saved - groups["members"] * contact_cost).cumsum()\n'
)


@exercise(
    "E9.3",
    passes=_(
        "As deep as the running profit grows, as far as the budget reaches, and not at all "
        "where nothing is earned."
    ),
    mistakes=[
        Mistake(_DEPTH.format(success="success * ") + "    return int(contacts[profit.idxmax()])", "budget"),
        Mistake(_DEPTH.format(success="") + "    return int(contacts[profit.idxmax()])", "succeed"),
        Mistake(
            _DEPTH.format(success="success * ")
            + "    profit = profit[contacts * contact_cost <= budget]\n    return "
            "int(contacts[profit.idxmax()])",
            "nobody",
        ),
        Mistake(
            "def depth(groups, contact_cost, value_saved, success, budget):\n    return "
            "int(groups['members'].sum())",
            "everybody",
        ),
        Mistake(
            "def depth(groups, contact_cost, value_saved, success, budget):\n"
            "    total = spent = 0\n"
            "    for row in groups.itertuples():\n"
            "        gain = row.lost * success * value_saved - row.members * contact_cost\n"
            "        spent += row.members * contact_cost\n"
            "        if gain <= 0 or spent > budget:\n"
            "            break\n"
            "        total += row.members\n"
            "    return total",
            "stopped at the first",
        ),
    ],
)
def contact_depth(answer: Callable[..., Any]) -> Hint | None:
    """Expect a function that gives the most profitable number of contacts within a budget."""
    money = {"contact_cost": 2.0, "value_saved": 100.0, "success": 0.1}
    first = answer(_groups([60, 40, 15, 10]), **money, budget=10_000)
    if close(first, 400):
        return Hint(
            _(
                "That contacts everybody, though the last groups cost more than they bring. If your "
                "profit counts "
                "every lost member as saved, remember how few contacts succeed."
            )
        )
    if not close(first, 200):
        return Hint(
            _(
                "Groups of 100 with 60, 40, 15 and 10 lost, 2 a contact, 10 earned for each lost: "
                "200 contacts, not {given}."
            ),
            {"given": first},
        )
    if not close(answer(_groups([60, 40, 15, 10]), **money, budget=300), 100):
        return Hint(
            _(
                "With a budget of 300 only one group of 100 can be paid: contacts times cost must "
                "stay within it."
            )
        )
    if not close(answer(_groups([15, 60, 5]), **money, budget=10_000), 200):
        return Hint(
            _(
                "You stopped at the first group that loses money; the second earns it back. Follow "
                "the running sum."
            )
        )
    if not close(answer(_groups([10, 5]), **money, budget=10_000), 0):
        return Hint(_("Where every depth loses money the best choice is nobody: return 0."))
    return None
