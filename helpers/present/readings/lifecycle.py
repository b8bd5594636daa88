"""The life cycle in words."""

from __future__ import annotations

import pandas as pd

from helpers.metrics import lifecycle, rhythm
from helpers.metrics.intervals import wilson
from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def life_cycle(states: pd.DataFrame) -> Reading:
    """Say in which states of the life cycle the members are, and which group comes before which.

    Parameters
    ----------
    states : DataFrame
        From `lifecycle.states`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(states)
    if not len(states) or states["n"].max() < 30:
        return too_little(_, _("the life cycle"), int(states["n"].max()) if len(states) else 0)
    about = about_of(states)
    now = states.loc[states["last_day"] == states["last_day"].max()].set_index("state")
    first = _(
        "Of {n} members who ever belonged, {active} are active, {new} new, {returning} returning, "
        "{dormant} dormant, {lost} lost and {silent} never did anything."
    ).format(
        n=numbers.count(now["n"].iloc[0]),
        **{state: numbers.percent(now.loc[state, "estimate"]) for state in lifecycle.STATES},
    )
    measured = about.get("pauses", 0) >= 30
    short = measured and about.get("watched", rhythm.SHORT) < rhythm.SHORT
    second = _("Dormant means {dormant} quiet days and lost {lost}, as set.")
    if short:
        second = _(
            "Dormant means {dormant} quiet days and lost {lost} here, read off {pauses} pauses in only "
            "{days} days of data. Longer pauses could not be seen to end in so short a time, so whoever "
            "counts as dormant or lost may only be pausing."
        )
    elif measured:
        second = _(
            "Dormant means {dormant} quiet days and lost {lost}, read off {pauses} pauses of this "
            "community's own members."
        )
    second = second.format(
        dormant=numbers.count(about.get("dormant_after")),
        lost=numbers.count(about.get("lost_after")),
        pauses=numbers.count(about.get("pauses")),
        days=numbers.count(about.get("watched")),
    )
    third = ""
    if now.loc["dormant", "count"] and not short:
        third = _(
            "The {n} dormant members come before the lost: they still come back, the lost hardly do. "
            "Whether a message to any of them pays, the contact list of chapter 06 weighs."
        ).format(n=numbers.count(now.loc["dormant", "count"]))
    return reading(_, [first, second, third])


def life_cycle_transitions(transitions: pd.DataFrame) -> Reading:
    """Say who comes back, and where the moves lead if they go on.

    Parameters
    ----------
    transitions : DataFrame
        From `lifecycle.transitions`.

    Returns
    -------
    Reading

    Taught in: 06 Evaluation
    """
    _ = translator(transitions)
    cells = transitions.set_index(["from", "to"]) if len(transitions) else transitions
    if not len(transitions) or transitions["count"].sum() < 30:
        return too_little(
            _, _("life-cycle moves"), int(transitions["count"].sum()) if len(transitions) else 0
        )
    back = {}
    for state in ("dormant", "lost"):
        row = cells.loc[state]
        awake = int(row.loc[["active", "returning"], "count"].sum())
        back[state] = (awake, int(row["n"].iloc[0]))
    rates = {}
    for state, (count, n) in back.items():
        low, high = wilson(count, n)
        estimate = count / n if n else float("nan")
        rates[state] = rate_phrase(_, {"estimate": estimate, "low": low, "high": high, "n": n})
    first = _("One period later {dormant} of dormant and {lost} of lost members were back.").format(**rates)
    steady = lifecycle.steady_state(transitions).set_index("state")
    end = steady["estimate"].idxmax()
    second = _("If moves went on like this and nobody joined, {share} would end {state}.").format(
        share=numbers.percent_interval(*steady.loc[end, ["estimate", "low", "high"]]), state=term(_, end)
    )
    third = _(
        "It is no forecast; it shows that the size of the community rests on who joins and on how "
        "many return."
    )
    return reading(_, [first, second, third if end == "lost" else ""])
