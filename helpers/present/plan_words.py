"""The words of a ninety-day plan: what to try for each measure, and how a goal is put."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpers.present import numbers
from helpers.present.language import Translate
from helpers.present.outlook_words import amount, evidence, measure_name


def trial(_: Translate, measure: str) -> str:
    """Propose what to try in the second month to move a measure.

    Taught in: 08 Outlook
    """
    return {
        "arrivals": _(
            "a personal invitation that core members hand on, with a page for those who come by it"
        ),
        "active members": _("a message to members who fell silent, about the topic they last wrote on"),
        "near-copies": _("a reminder at the moment of posting, with the earlier post beside it"),
        "members who write": _("one easy question a week, asked of a member by name"),
        "members seen": _("a short digest of the week for members who were not seen in the last month"),
        "cost in orders": _("the dearest campaign left out for the drawn half"),
        "back after four weeks": _("three first steps in the first week, each with somebody who answers"),
        "recommendation": _("a call to detractors within two days, and what was changed told to all"),
        "questions answered": _("each new question shown to three members who answered similar ones"),
        "members who buy": _("a sample with the second visit instead of a coupon with the first"),
        "buyers who come back": _("a note when the last purchase should be used up, without a discount"),
    }.get(measure, "……")


def goal_sentence(_: Translate, goal: Mapping[str, Any]) -> str:
    """Put a goal with its base and its target into one sentence.

    Taught in: 08 Outlook
    """
    text = _("{measure}: from {base}, n = {n}, to {target} or more")
    if goal["side"] == "above":
        text = _("{measure}: from {base}, n = {n}, to {target} or less")
    return text.format(
        measure=measure_name(_, goal["measure"]),
        base=evidence(goal),
        n=numbers.count(goal["n"]),
        target=amount(goal["unit"], goal["target"]),
    )


def why(_: Translate, reason: str) -> str:
    """Say why a goal was chosen.

    Taught in: 08 Outlook
    """
    return {
        "trouble": _("the diagnosis names it"),
        "unclear": _("the diagnosis cannot rule it out"),
        "usual": _("nothing worse was found; chosen by convention"),
    }.get(reason, reason)


def verdict_rule(_: Translate, goal: Mapping[str, Any]) -> str:
    """Say by which rule a goal is judged at the end.

    Taught in: 08 Outlook
    """
    if numbers.is_missing(goal["arm"]):
        text = _(
            "met if the measure of the last days reaches {target}; no lot was drawn, so it proves no cause"
        )
        return text.format(target=amount(goal["unit"], goal["target"]))
    return _(
        "kept if the interval of the difference between the drawn halves ({n} each) lies on the right side "
        "of zero, stopped if on the wrong side, run once more if it holds zero"
    ).format(n=numbers.count(goal["arm"]))
