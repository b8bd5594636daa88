"""Funnels, the time they take, where they lose, what a test of a step shows, and the goals, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.metrics.step_test import BEFORE_AFTER
from helpers.present import numbers
from helpers.present.language import about_of, term, translator
from helpers.present.plots.funnel import capital, step_name, within
from helpers.present.readings.base import Reading, rate_phrase, reading, too_little


def member_funnel(table: pd.DataFrame) -> Reading:
    """Say how many get through, where most are lost, and which group gets furthest.

    Parameters
    ----------
    table : DataFrame
        From `funnel.measure`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    about = about_of(table)
    by = about.get("by")
    n = int(table.loc[table["step"] == 1, "n"].sum()) if len(table) else 0
    if n < 10:
        return too_little(_, _("the funnel"), n)
    days = within(_, about.get("window_days", 7))
    first, last = step_name(_, table["name"].iloc[0]), step_name(_, table["name"].iloc[-1])
    if by is not None:
        return _groups(table, str(by), first, last)
    row = table.iloc[-1]
    sentences = [
        _("Of those who began with {first}, {rate} came to {last} within {days}.").format(
            first=first, rate=rate_phrase(_, row), last=last, days=days
        )
    ]
    steps = table[table["step"] > 1]
    if len(steps) > 1:
        worst = steps.loc[steps["pass_rate"].idxmin()]
        lost = {"estimate": 1 - worst["pass_rate"], "low": 1 - worst["pass_rate_high"]}
        lost |= {"high": 1 - worst["pass_rate_low"], "n": worst["before"]}
        name = table.loc[table["step"] == worst["step"] - 1, "name"].iloc[0]
        sentences.append(
            _("Most are lost between {first} and {next}: {rate}.").format(
                first=step_name(_, name), next=step_name(_, worst["name"]), rate=rate_phrase(_, lost)
            )
        )
    if row["too_late"]:
        sentences.append(
            _("{n} starts are left out: too late to have had the time.").format(
                n=numbers.count(row["too_late"])
            )
        )
    sentences.append(
        _("A large loss is not yet a fault: ask first whether those who stopped there meant to go on.")
    )
    return reading(_, sentences)


def _groups(table: pd.DataFrame, by: str, first: str, last: str) -> Reading:
    _ = translator(table)
    ends = table[(table["step"] == table["step"].max()) & (table["n"] >= 30)]
    if len(ends) < 2:
        return too_little(_, _("differences between groups"), int(ends["n"].sum()))
    best, worst = ends.loc[ends["estimate"].idxmax()], ends.loc[ends["estimate"].idxmin()]
    sentence = _("From {first} to {last}: {best} {rate}, {worst} {other}.").format(
        first=first, last=last, best=term(_, best[by]), rate=rate_phrase(_, best),
        worst=term(_, worst[by]), other=rate_phrase(_, worst),
    )  # fmt: skip
    if best["low"] > worst["high"]:
        advice = _(
            "Go the way of the two yourself, phone in hand, before you explain the difference by the people."
        )
    else:
        advice = _("The intervals overlap: no reason to treat the groups differently.")
    return reading(_, [sentence, advice])


def time_to_convert(curve: pd.DataFrame) -> Reading:
    """Say how many arrive in the end, how soon, and which window follows from it.

    Parameters
    ----------
    curve : DataFrame
        From `conversion_time.curve`, without `by`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(curve)
    about = about_of(curve)
    n = int(about.get("n", 0))
    if n < 10 or curve.empty:
        return too_little(_, _("the time to convert"), n)
    end = curve.iloc[-1]
    steps = about.get("steps", ["", ""])
    first = _("{rate} came from {first} to {last} within {days}.").format(
        rate=rate_phrase(_, {**end.to_dict(), "n": n}), first=step_name(_, steps[0]),
        last=step_name(_, steps[-1]), days=within(_, end["time"]),
    )  # fmt: skip
    if end["estimate"] <= 0:
        return reading(_, [first])
    near = curve.loc[curve["estimate"] >= 0.9 * end["estimate"], "time"].iloc[0]
    early = curve.loc[curve["time"] <= 1, "estimate"].iloc[-1] / end["estimate"]
    second = _(
        "Of those who did, {share} needed no more than a day, and nine in ten no more than {days}."
    ).format(share=numbers.percent(early, 0), days=within(_, max(float(np.ceil(near)), 1.0)))
    third = _("A window about that long loses few; a reminder is best sent before it has passed.")
    return reading(_, [first, second, third])


def step_friction(table: pd.DataFrame) -> Reading:
    """Say where most could be gained by making a step as good as the best place makes it.

    Parameters
    ----------
    table : DataFrame
        From `friction.by_step`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    by = about_of(table).get("by", "platform")
    if table.empty or table["n"].max() < 30:
        return too_little(_, _("the loss at each step"), int(table["n"].max()) if len(table) else 0)
    if table[by].nunique() < 2:
        return reading(_, [_("There is one place only: nothing to compare.")])
    worst = table[table["worst"]]
    if worst.empty:
        sentence = _("No place loses surely more at any step than the best one does.")
        return reading(
            _, [sentence, _("Look for the loss elsewhere: in the offer, the price or the postage.")]
        )
    row = worst.iloc[0]
    best = table[(table["step"] == row["step"]) & table["best"]].iloc[0]
    first = _("Between {first} and {next} {place} loses {rate} of the tries, {best} {other}.").format(
        first=step_name(_, row["name"]), next=step_name(_, row["next"]), place=term(_, row[by]),
        rate=rate_phrase(_, row), best=term(_, best[by]), other=rate_phrase(_, best),
    )  # fmt: skip
    second = _("As good as there, {n} more tries would have gone on, out of {all}.").format(
        n=numbers.count(round(row["recoverable"])), all=numbers.count(row["n"])
    )
    third = _(
        "That is an upper bound, for the people differ too: shorten this step first, and test it by lot."
    )
    return reading(_, [first, second, third])


def step_test(table: pd.DataFrame) -> Reading:
    """Say what the lot shows of a changed step and how far before and after are from it.

    Parameters
    ----------
    table : DataFrame
        From `step_test.compare`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    drawn = table[table["randomised"].astype(bool)] if len(table) else table
    if drawn.empty or drawn["n_b"].iloc[0] < 10:
        return too_little(_, _("the test of a step"), int(drawn["n_b"].sum()) if len(drawn) else 0)
    test = drawn.iloc[0]
    points = "{estimate} ({low} … {high})"
    sentences = [
        _("By lot, {after} of the tries pass instead of {before}: {points} points, n = {n}.").format(
            after=numbers.percent(test["rate_b"]),
            before=numbers.percent(test["rate_a"]),
            points=points.format(
                **{name: numbers.points(test[name]) for name in ("estimate", "low", "high")}
            ),
            n=numbers.count(test["n_a"] + test["n_b"]),
        )
    ]
    plain = table[table["comparison"] == BEFORE_AFTER]
    if len(plain):
        row = plain.iloc[0]
        sentences.append(
            _("Before and after would have claimed {points} points.").format(
                points=points.format(
                    **{name: numbers.points(row[name]) for name in ("estimate", "low", "high")}
                )
            )
        )
    if test["low"] > 0:
        sentences.append(_("Give the change to everybody, and book the gain that the lot shows."))
    elif test["high"] < 0:
        sentences.append(_("Take the change back."))
    else:
        sentences.append(_("The test does not tell whether the change helps: let it run on, or leave it."))
    return reading(_, sentences)


def conversion_goals(table: pd.DataFrame) -> Reading:
    """Say which goal a community of this size can test, and which it cannot.

    Parameters
    ----------
    table : DataFrame
        From `goals.table`.

    Returns
    -------
    Reading

    Taught in: 05 Conversion
    """
    _ = translator(table)
    shown = table[table["minimum_effect"].notna() & (table["n"] >= 30)] if len(table) else table
    if shown.empty:
        return too_little(_, _("conversion goals"), int(table["n"].max()) if len(table) else 0)
    easy = shown.loc[shown["relative"].idxmin()]
    sentences = [
        _("{goal}: {rate} in {days} days as things are; a test of all in two halves notices {share}.").format(
            goal=capital(term(_, easy["goal"])),
            rate=rate_phrase(_, easy),
            days=numbers.count(easy["window"]),
            share=numbers.percent(easy["estimate"] + easy["minimum_effect"]),
        )
    ]
    hard = shown.loc[shown["relative"].idxmax()]
    if len(shown) > 1:
        sentences.append(
            _("{goal} would have to rise by {share} to be noticed.").format(
                goal=capital(term(_, hard["goal"])), share=numbers.percent(hard["relative"], 0)
            )
        )
    blind = int((~shown["visible"].astype(bool)).sum())
    if blind == len(shown):
        sentences.append(
            _("A tenth more of anything stays invisible here: test bold changes, or steps that many take.")
        )
    else:
        sentences.append(
            _("Choose as the goal of a test one that is near the money and frequent enough to be seen.")
        )
    return reading(_, sentences)
