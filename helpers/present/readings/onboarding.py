"""The first week, in words."""

from __future__ import annotations

import pandas as pd

from helpers.present import numbers
from helpers.present.language import term, translator
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def _gap(row: pd.Series) -> str:
    return numbers.interval(100 * row["estimate"], 100 * row["low"], 100 * row["high"])


def first_week_steps(steps: pd.DataFrame) -> Reading:
    """Say how far newcomers get, and at which step most of them stop.

    Parameters
    ----------
    steps : DataFrame
        From `onboarding.steps`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(steps)
    n = int(steps["n"].max()) if len(steps) else 0
    if n < 10:
        return too_little(_, _("first weeks"), n)
    rows = steps.set_index("step")
    first = _("{rate} of newcomers said something in their first week.").format(
        rate=rate_phrase(_, rows.loc["spoke"])
    )
    narrow = steps.iloc[1:].loc[lambda part: part["of_before"].idxmin()] if len(steps) > 1 else None
    sentences = [first]
    if narrow is not None:
        sentences.append(
            _(
                'The narrowest step is "{step}": only {share} of the step before take it. Work there first.'
            ).format(step=term(_, narrow["step"]), share=numbers.percent(narrow["of_before"]))
        )
    spoke, answered = rows.loc["spoke", "count"], rows.loc["got a reply", "count"]
    if spoke >= 10:
        sentences.append(
            _("{n} newcomers spoke and heard nothing back that week.").format(
                n=numbers.count(spoke - answered)
            )
        )
    return reading(_, sentences)


def first_week_habits(habits: pd.DataFrame) -> Reading:
    """Say which habits go with staying, after correcting for their number, and what that does not show.

    Parameters
    ----------
    habits : DataFrame
        From `onboarding.habits`.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(habits)
    if habits.empty or habits["n"].max() < 10:
        return too_little(_, _("first-week habits"), 0)
    top, clear = habits.iloc[0], int(habits["clear"].sum())
    return reading(
        _,
        [
            _(
                "{clear} of {all} habits go with staying by more than chance explains, after correcting "
                "for their number."
            ).format(clear=numbers.count(clear), all=numbers.count(len(habits))),
            _(
                "The largest gap: who {habit} is there a month later {gap} percentage points more often."
            ).format(habit=term(_, top["habit"]), gap=_gap(top)),
            _("This describes who stays; it does not say that getting others to do it would keep them."),
        ],
    )


def welcome_effect(welcome: pd.DataFrame, *, habits: pd.DataFrame | None = None) -> Reading:
    """Say what the welcome changed where the lot decided who got it, beside the gap between habits.

    Parameters
    ----------
    welcome : DataFrame
        From `onboarding.welcome`.
    habits : DataFrame, optional
        From `onboarding.habits`, for the comparison.

    Returns
    -------
    Reading

    Taught in: 04 Interaction
    """
    _ = translator(welcome)
    if welcome.empty:
        return Reading(
            _(
                "No welcome was tested by lot: what would keep newcomers cannot be read off their "
                "habits. Draw the next ones."
            )
        )
    row = welcome.iloc[0]
    sentences = [
        _(
            "{name}: the lot gave it to {n} newcomers and not to {m}; the share there a month later "
            "differs by {gap} percentage points."
        ).format(name=row["name"], n=numbers.count(row["n"]), m=numbers.count(row["other_n"]), gap=_gap(row))
    ]
    if habits is not None and len(habits):
        top = habits.iloc[0]
        if row["high"] < top["low"]:
            sentences.append(
                _(
                    "The gap between those who {habit} and those who did not is {gap}: most of it is who "
                    "they were."
                ).format(habit=term(_, top["habit"]), gap=_gap(top))
            )
    sentences.append(
        _("It works: give it to everybody.") if row["low"] > 0
        else _("It does harm: stop it.") if row["high"] < 0
        else _("The interval holds zero: too few were drawn to tell; let the lot run on.")
    )  # fmt: skip
    return reading(_, sentences)
